"""Where one more place could stand, and which rules stop it: arithmetic on the tables of a plan.

A rule is said to bind only where what it leaves is less than one more place takes. Nothing here is a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.program.index import index
from nationalmap.reports.money_left import MoneyLeft, cents

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.domain.scenario import Lock, SiteLimit
    from nationalmap.program.known import Known
    from nationalmap.program.nouns import Site

#: Posts are written with six decimals.
_NOISE = 1e-6


@dataclass(frozen=True)
class Bind:
    """A rule that stops one more place: its kind, what it is the same rule as, its figures, and where."""

    kind: str
    key: tuple[Any, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    cost: int = 0
    """Cents that one more place takes, where money binds: of several the least is told."""

    def joined(self, other: Bind) -> Bind:
        """The same rule at two hosts: both are named, the figures are those of the cheaper place."""
        cheaper = other if other.cost < self.cost else self
        return replace(cheaper, hosts=tuple(dict.fromkeys((*self.hosts, *other.hosts))))


@dataclass(frozen=True)
class Option:
    """The smallest growth of a site: so many places, and one more facility or none."""

    site: Site
    places: int
    facilities: int
    years: tuple[int, ...]
    """The periods in which there would be more than planned: the last is the one before the site grows anyway."""
    before: int | None
    """The period in which the site grows anyway; None where it does not."""
    kept: bool = False
    """A place of today less given up: nothing is built for it."""


def known_of(plan: Plan) -> Known:
    """Sets and data of the program that the plan answers, read again from the plan's own tables."""
    tables = plan.inputs.tables
    everywhere = tables["municipalities"]
    planned = everywhere[everywhere["region"].isin(list(plan.scenario.regions))]
    budgets: dict[str, dict[int, float]] = defaultdict(dict)
    rows = plan.tables["budget"][["stream", "year", "budget_eur"]].itertuples(index=False, name=None)
    for stream, year, amount in rows:
        budgets[stream][int(year)] = float(amount)
    return index(plan.scenario, planned, tables, plan.tables["needs"], plan.tables["package"], budgets)


@dataclass
class Room:
    """What stands and who uses it in a plan, and what each rule leaves."""

    plan: Plan
    known: Known
    _free_hosts: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def money(self) -> MoneyLeft:
        """What the streams could still pay."""
        return MoneyLeft(self.plan, self.known)

    @cached_property
    def users(self) -> Mapping[tuple[str, str, int], Mapping[str, int]]:
        """(host, service, year) -> municipality -> users."""
        found: dict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
        names = ["host", "service", "year", "municipality", "users"]
        for h, s, t, m, n in self.plan.tables["allocation"][names].itertuples(index=False, name=None):
            found[h, s, int(t)][m] = int(n)
        return found

    def at(self, site: str, year: int, count: str) -> int:
        """A count of table ``capacity``; 0 where it has no row."""
        return self.money.changes.get((site, year), {}).get(count, 0)

    def places(self, h: str, s: str, year: int) -> int:
        """Places of the service in the municipality."""
        return sum(self.at(site.code, year, "places") for site in self.known.sites_in.get((h, s), ()))

    def taken(self, h: str, s: str, year: int) -> int:
        """Users of the service in the municipality."""
        return sum(self.users.get((h, s, year), {}).values())

    def room(self, h: str, s: str, year: int) -> int:
        """Users whom the places there hold at a time."""
        return self.known.services[s].users_per_place * self.places(h, s, year)

    def free(self, h: str, s: str, year: int) -> int:
        """Users for whom there is a place without one."""
        return self.room(h, s, year) - self.taken(h, s, year)

    def free_hosts(self, s: str, year: int) -> tuple[str, ...]:
        """Municipalities with a place of the service for one more user; looked up once, for every case asks."""
        if (s, year) not in self._free_hosts:
            self._free_hosts[s, year] = tuple(h for h in self.known.municipalities if self.free(h, s, year) >= 1)
        return self._free_hosts[s, year]

    # ------------------------------------------------------------------ how a site could grow

    def options(self, h: str, s: str, year: int) -> list[Option]:
        """The smallest growth of each site: in what is open, with one more facility, or a place less given up."""
        found = []
        for site in self.known.sites_in.get((h, s), ()):
            found += self._kept(site, year)
            if site.may_grow(year) and not self._shrinks(site):
                most = (0, 1) if site.is_new and self.known.services[s].has_facilities else (0,)
                later = (t for t in self.known.years if t > year and self.at(site.code, t, "new_places"))
                before = next(later, None)
                years = tuple(t for t in self.known.years if t >= year and (before is None or t < before))
                grown = (self._grown(site, more, year) for more in most)
                found += [Option(site, n, more, years, before) for more, n in enumerate(grown) if n]
        return found

    def _grown(self, site: Site, more: int, year: int) -> int:
        """Fewest places to add with so many more facilities; 0 where none fit."""
        places = self.at(site.code, year, "places")
        if not self.known.services[site.service].has_facilities:
            return 1 if places < site.most_places else 0
        houses = self.at(site.code, year, "facilities") + more
        if houses > site.most_facilities:
            return 0
        least = max(1, site.smallest * houses - places)
        return least if places + least <= min(site.largest * houses, site.most_places) else 0

    def _kept(self, site: Site, year: int) -> list[Option]:
        """One place less given up by the year, where the facility that held it stands."""
        gone = [t for t in self.known.years if t <= year and self.at(site.code, t, "given_up_places")]
        if not gone:
            return []
        years = tuple(t for t in self.known.years if t >= gone[0])
        for t in years:
            houses = self.at(site.code, t, "facilities") if self.known.services[site.service].has_facilities else 1
            if not site.stands(t) or self.at(site.code, t, "places") + 1 > site.largest * houses:
                return []
        return [Option(site, 1, 0, years, None, kept=True)]

    def _shrinks(self, site: Site) -> bool:
        """A facility of today that gives up places grows in no period, unless it is protected."""
        leaving = ("given_up_places", "transformed_out_places")
        gone = sum(self.at(site.code, t, name) for t in self.known.years for name in leaving)
        return not site.is_new and site.status != "protected" and gone > 0

    # ------------------------------------------------------------------ what stops it

    def stops_growth(self, option: Option, year: int) -> Iterator[Bind]:
        """The rules that leave less than this growth takes, whoever would use it."""
        if option.facilities:
            yield from self._too_many_facilities(option, year)
        yield from self._locked_places(option)
        yield from self._embedded(option)
        yield from self._no_staff(option)
        if not option.kept:
            yield from self._no_capital(option, year)

    def _too_many_facilities(self, option: Option, year: int) -> Iterator[Bind]:
        site, known = option.site, self.known
        for number, limit in enumerate(known.scenario.site_limits, 1):
            if limit.relation != "least" and limit.service == site.service and self._limit_is_full(limit, option):
                values = {"number": limit.number, "service": site.service, "territory": limit.territory}
                yield Bind("site_limit", (number,), values)
        for hub in known.scenario.hubs:
            if hub.municipality == site.municipality and hub.most_services is not None:
                held = {s for t in option.years for s in self._held(hub.municipality, t)}
                full = any(len(self._held(hub.municipality, t)) >= hub.most_services for t in option.years)
                if full and site.service not in held:
                    yield Bind("hub", (hub.municipality,), {"host": hub.municipality, "number": hub.most_services})
        most = known.scenario.most_openings_per_year
        if most is not None:
            span = most * (year - known.scenario.former_year(year))
            if self._openings[year] >= span:
                yield Bind("openings", (year,), {"number": span, "year": year})

    def _limit_is_full(self, limit: SiteLimit, option: Option) -> bool:
        inside = set(self.known.inside(limit.territory))
        sites = [site for site in self.known.sites_of[limit.service] if site.municipality in inside]
        if option.site.municipality not in inside:
            return False
        return any(sum(self.at(i.code, t, "facilities") for i in sites) >= limit.number for t in option.years)

    def _held(self, h: str, year: int) -> set[str]:
        """Services with a facility in the municipality."""
        here = (site for (place, _), sites in self.known.sites_in.items() if place == h for site in sites)
        return {site.service for site in here if self.at(site.code, year, "facilities")}

    @cached_property
    def _openings(self) -> Mapping[int, int]:
        """Year -> facilities that open in the period beside the committed ones."""
        found = dict.fromkeys(self.known.years, 0)
        for (code, t), row in self.money.changes.items():
            site = self.known.sites[code]
            committed = site.opens == t and self.known.services[site.service].has_facilities
            found[t] += row["opened"] - committed
        return found

    def _locked_places(self, option: Option) -> Iterator[Bind]:
        site = option.site
        for lock in self.known.scenario.locks:
            here = (lock.municipality, lock.service) == (site.municipality, site.service)
            moves = lock.what == "places" or (lock.what == "facilities" and option.facilities > 0)
            if here and moves and lock.relation != "least" and lock.site in (None, site.code):
                more = option.places if lock.what == "places" else option.facilities
                fixed = [t for t in option.years if lock.year in (None, t)]
                if any(self._in_lock(lock, t) + more > lock.value for t in fixed):
                    yield lock_bind(lock)

    def _in_lock(self, lock: Lock, year: int) -> int:
        sites = self.known.sites_in.get((lock.municipality, lock.service), ())
        return sum(self.at(site.code, year, lock.what) for site in sites if lock.site in (None, site.code))

    def _embedded(self, option: Option) -> Iterator[Bind]:
        """Places inside the facilities of another service: so many in each, and all within the largest size."""
        s, h, known = option.site.service, option.site.municipality, self.known
        host, most = known.embedded.get(s, (s, 0))
        guests = [guest for guest, (other, _) in known.embedded.items() if other == host]
        values = {"service": s, "other": host, "number": most}
        hosts = known.sites_in.get((h, host), ())
        for t in option.years if guests else ():
            houses = {i.code: self.at(i.code, t, "facilities") for i in hosts}
            if host != s and self.places(h, s, t) + option.places > most * sum(houses.values()):
                yield Bind("embedded", (s,), values, (h,))
                return
            room = sum(i.largest * houses[i.code] for i in hosts) + option.site.largest * option.facilities
            within = sum(self.places(h, each, t) for each in (host, *guests))
            if within + option.places > room + self._above_today(h, host, guests):
                yield Bind("embedded_size", (host,), values, (h,))
                return

    def _above_today(self, h: str, host: str, guests: list[str]) -> int:
        """Places beyond the largest size of the facilities that hold them today: they may stay."""
        standing = [i for s in (host, *guests) for i in self.known.sites_in.get((h, s), ()) if not i.is_new]
        room = sum(site.largest for site in standing if site.service == host)
        return max(0, sum(site.kept_places for site in standing) - room) if room else 0

    def _no_staff(self, option: Option) -> Iterator[Bind]:
        """Posts are asked before need only where the stage of staff comes before that of unmet need."""
        stages, s = self.known.scenario.stages, option.site.service
        if "staff" not in stages or ("unmet" in stages and stages.index("unmet") < stages.index("staff")):
            return
        names = ["territory", "profession", "year", "needed_posts", "most_posts"]
        for territory, p, t, needed, most in self.plan.tables["staffing"][names].itertuples(index=False, name=None):
            more = self.known.posts.get((s, p), 0.0) * option.places
            inside = option.site.municipality in self.known.inside(territory)
            if more and inside and int(t) in option.years and needed + more > most + _NOISE:
                values = {"territory": territory, "profession": p, "year": int(t), "needed": float(needed)}
                yield Bind("staff", (territory, p, int(t)), {**values, "most": float(most), "more": more})

    def _no_capital(self, option: Option, year: int) -> Iterator[Bind]:
        site = option.site
        cost = option.places * cents(site.capital_place) + option.facilities * cents(site.capital_facility)
        yield from self.unpaid("build", (site.municipality, site.service, year), cost, option.places, option.before)

    def unpaid(
        self, kind: str, cell: tuple[str, str, int], cost: int, places: int, before: int | None = None
    ) -> Iterator[Bind]:
        """The streams that may pay the cost of so many places, where they and who could take over have less."""
        h, s, year = cell
        payers = tuple(sorted(self.known.eligible(s, h, kind, year)))
        left = self.money.payable(kind, h, s, year, before)
        if cost <= left:
            return
        values = {"service": s, "host": h, "year": year, "cost_eur": cost / 100, "left_eur": left / 100}
        values["places"] = places
        streams = [(f, self.money.rest(f, year, before) / 100, self.money.given(f, year) / 100) for f in payers]
        told = kind if payers else f"{kind}_nobody"
        yield Bind(told if places else "journey", (year, payers), {**values, "streams": streams}, (h,), cost)


def lock_bind(lock: Lock) -> Bind:
    """A lock as it is told: who fixed what, and why."""
    values = {"id": lock.id, "author": lock.author, "reason": lock.reason, "value": lock.value}
    where = {"service": lock.service, "municipality": lock.municipality}
    return Bind(f"lock_{lock.what}", (lock.id,), {**values, **where})
