"""What binds for one municipality, need group and year: why the cases without a place have none.

Each host within reach is asked what stops one more user there: the rules for people, free places, then the
smallest growth. Where nothing stops it, that is said too. Arithmetic on the tables; the words stand elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from nationalmap.program.amounts import limit_of, user_cost
from nationalmap.reports.money_left import cents
from nationalmap.reports.room import Bind, Option, Room, known_of, lock_bind

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Float noise of shares times users.
_NOISE = 1e-6


class Binding:
    """Asks a plan why need cases have no place; everything is looked up once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known = known_of(plan)
        self.room = Room(plan, self.known)

    def services_of(self, g: str) -> list[str]:
        """The services of a need group, the preferred first, whatever the order of the catalogue."""
        return sorted(self.known.groups[g].services, key=lambda s: (self.known.services[s].preference, s))

    # ------------------------------------------------------------------ within reach

    def no_place(self, m: str, g: str, year: int) -> list[Bind]:
        """Why a case within reach has no place: full hosts by service, then each rule once, then what is open."""
        known, room = self.known, self.room
        found: list[Bind] = []
        for s in self.services_of(g):
            hosts = known.hosts[m, s, year]
            full = [h for h in hosts if room.free(h, s, year) < 1 and room.room(h, s, year)]
            if full:
                taken = tuple((h, room.taken(h, s, year), room.room(h, s, year)) for h in full)
                found.append(Bind("full", (s,), {"service": s, "taken": taken}, tuple(full)))
            if hosts and not any(room.places(h, s, year) for h in hosts):
                found.append(Bind("bare", (s,), {"service": s}))
            for h in hosts:
                stops = list(self._stops(m, h, s, year))
                found += stops or [Bind("open", (s,), {"service": s}, (h,))]
            found += self._beyond(m, s, year)
        return _each_once(found)

    def _stops(self, m: str, h: str, s: str, year: int) -> Iterator[Bind]:
        """What stops one more user of the municipality at the host."""
        yield from self._stops_user(m, h, s, year)
        journey = self.known.trip_cost(m, h, s) - self.known.fee_in(h, s, year)
        if self.room.free(h, s, year) >= 1:
            yield from self.room.unpaid("running", (h, s, year), max(0, cents(journey)), 0)
            return
        if self.known.services[s].is_old:
            yield Bind("old_type", (s,), {"service": s}, (h,))
            return
        grows, stops = self._stops_growth(h, s, year, m)
        yield from stops
        if not grows:
            yield self._cannot_grow(h, s, year)

    def _stops_growth(self, h: str, s: str, year: int, m: str) -> tuple[bool, list[Bind]]:
        """Whether anything there may grow, and what stops the growth that is stopped least."""
        answers = [list(self._stops_option(option, m, year)) for option in self.room.options(h, s, year)]
        return bool(answers), min(answers, key=lambda stops: (len(stops), sum(b.cost for b in stops)), default=[])

    def _stops_option(self, option: Option, m: str, year: int) -> Iterator[Bind]:
        h, s = option.site.municipality, option.site.service
        rules = [*self.room.stops_growth(option, year), *self._no_running(option, m)]
        if rules and option.places > 1:
            yield Bind("size", (s, option.places), {"service": s, "smallest": option.places}, (h,))
        yield from rules

    def _no_running(self, option: Option, m: str) -> Iterator[Bind]:
        """The first period whose running money does not pay the growth; fees and a shared roof lower the cost."""
        h, s, known = option.site.municipality, option.site.service, self.known
        service = known.services[s]
        roofs = [c.saved for c in known.complexes if s in c.services and not c.apart]
        house = option.site.running_facility - max(roofs, default=0.0)
        for t in option.years:
            fees = known.fee_in(h, s, t) * service.users_per_place
            cost = option.places * (service.running_place - fees) + option.facilities * house
            journey = known.trip_cost(m, h, s) if t == option.years[0] else 0.0
            if binds := list(self.room.unpaid("running", (h, s, t), max(0, cents(cost + journey)), option.places)):
                yield from binds
                return

    def _cannot_grow(self, h: str, s: str, year: int) -> Bind:
        """Nothing there may grow: too early, as large as it may be, or as the plan has it."""
        ready = self._ready(s)
        if year < ready:
            return Bind("lead", (s,), {"service": s, "ready_year": ready, "years": self.known.services[s].lead_years})
        may = [site for site in self.known.sites_in[h, s] if site.may_grow(year)]
        return Bind("largest" if may else "fixed", (s,), {"service": s}, (h,))

    def _ready(self, s: str) -> int:
        return self.known.scenario.as_of.year + self.known.services[s].lead_years

    # ------------------------------------------------------------------ rules for people

    def _stops_user(self, m: str, h: str, s: str, year: int) -> Iterator[Bind]:
        """Maximum, shares of the group, one host for each, locks."""
        yield from self.maximum(m, h, s, year)
        yield from self._shares(m, s, year)
        scenario = self.known.scenario
        other = [g for g, n in self._by_host(m, s, year).items() if g != h and n]
        if s in scenario.single_assignment and other:
            yield Bind("single", (s,), {"service": s, "host": other[0]})
        for lock in scenario.locks:
            mine = lock.what == "users" and (lock.municipality, lock.service) == (m, s) and lock.year in (None, year)
            if mine and lock.relation != "least" and lock.host in (None, h):
                fixed = sum(n for g, n in self._by_host(m, s, year).items() if lock.host in (None, g))
                if fixed >= lock.value:
                    yield lock_bind(lock)

    def _by_host(self, m: str, s: str, year: int) -> Mapping[str, int]:
        hosts = self.known.hosts[m, s, year]
        return {h: self.room.users.get((h, s, year), {}).get(m, 0) for h in hosts}

    def maximum(self, m: str, h: str, s: str, year: int) -> Iterator[Bind]:
        """The maximum of state-funded users is used up, and no other money pays one more."""
        new = self.known.services[s].counts_as
        key = (self.known.territory(m, new), new, year)
        if key not in self.known.maximum:
            return
        limit, paid = limit_of(self.known, key), self.state_paid[key]
        streams = self.known.scenario.streams
        others = [f for f in self.known.eligible(s, h, "running", year) if streams[f].payer == "other"]
        cost = cents(user_cost(self.known.services[s]))
        if paid >= limit and not any(self.room.money.rest(f, year) >= cost > 0 for f in others):
            values = {"service": new, "territory": key[0], "number": limit, "paid": paid}
            yield Bind("maximum" if limit == self.known.maximum[key] else "maximum_today", key, values)

    @cached_property
    def state_paid(self) -> Mapping[tuple[str, str, int], int]:
        """(territory, new service, year) -> users whom the state pays, old types among them."""
        found: dict[tuple[str, str, int], int] = defaultdict(int)
        names = ["municipality", "service", "year", "users", "other_paid_users"]
        for m, s, t, n, other in self.plan.tables["allocation"][names].itertuples(index=False, name=None):
            new = self.known.services[s].counts_as
            found[self.known.territory(m, new), new, int(t)] += int(n) - int(other)
        return found

    def _shares(self, m: str, s: str, year: int) -> Iterator[Bind]:
        """One more user would break the largest share of the service, or the smallest of another one."""
        region, new = self.known.region_of[m], self.known.services[s].counts_as
        group = self.services_of(self.known.services[s].group)
        every = sum(self.by_region[region, each, year] for each in group) + 1
        for other in group:
            service = self.known.services[other]
            if service.is_old:
                continue
            mine = sum(self.by_region[region, each, year] for each in self.known.family[other]) + (other == new)
            most, least = service.most_share, service.least_share
            values = {"service": other, "territory": region}
            if other == new and most is not None and mine > most * every + _NOISE:
                yield Bind("most_share", (region, other), {**values, "share": most})
            if other != new and least is not None and mine < least * every - _NOISE:
                yield Bind("least_share", (region, other), {**values, "share": least})

    @cached_property
    def by_region(self) -> Mapping[tuple[str, str, int], int]:
        """(region, service, year) -> users."""
        found: dict[tuple[str, str, int], int] = defaultdict(int)
        for (_, s, t), users in self.room.users.items():
            for m, n in users.items():
                found[self.known.region_of[m], s, t] += n
        return found

    # ------------------------------------------------------------------ beyond reach

    def out_of_reach(self, m: str, g: str, year: int) -> list[Bind]:
        """Why nobody may serve the group there: too far, refused, too early, or kept out."""
        services = [s for s in self.services_of(g) if not self.known.services[s].is_old]
        return _each_once(bind for s in services for bind in self._unreachable(m, s, year))

    def _unreachable(self, m: str, s: str, year: int) -> Iterator[Bind]:
        known, service = self.known, self.known.services[s]
        if year < self._ready(s):
            yield Bind("lead", (s,), {"service": s, "ready_year": self._ready(s), "years": service.lead_years})
        yield from self._excluded(m, s)
        open_ = [h for h in known.municipalities if known.can_stand(h, s, year)]
        yield from self._refused(m, s, open_)
        yield from self._too_far(m, s, [h for h in open_ if known.may_serve(m, h, s)])

    def _excluded(self, m: str, s: str) -> Iterator[Bind]:
        for hub in self.known.scenario.hubs:
            if hub.municipality == m and s in hub.excluded_services:
                yield Bind("excluded", (m, s), {"service": s, "reason": hub.reason}, (m,))

    def _refused(self, m: str, s: str, hosts: Iterable[str]) -> Iterator[Bind]:
        """Hosts near enough whose agreement is refused."""
        near = [h for h in hosts if self.known.minutes[m, h] <= self.known.services[s].travel_limit_min]
        refused = tuple(h for h in near if self.known.agreement(m, h, s) == "refused" and self._municipal(s))
        if refused:
            yield Bind("refused", (s,), {"service": s}, refused)

    def _municipal(self, s: str) -> bool:
        return self.known.services[s].level == "municipal"

    def _too_far(self, m: str, s: str, hosts: Iterable[str]) -> Iterator[Bind]:
        """The nearest of the hosts, where it lies beyond the travel limit."""
        limit = self.known.services[s].travel_limit_min
        nearest = min(((self.known.minutes[m, h], h) for h in hosts), default=None)
        if nearest is not None and nearest[0] > limit:
            values = {"service": s, "host": nearest[1], "minutes": nearest[0], "limit": limit}
            yield Bind("travel", (s,), values, (nearest[1],))

    def _beyond(self, m: str, s: str, year: int) -> Iterator[Bind]:
        """Free places that a refused agreement or the travel limit keeps out of reach; at home nobody travels."""
        if not self.known.services[s].travel_limit_min:
            return
        free = self.room.free_hosts(s, year)
        yield from self._refused(m, s, free)
        hosts = [h for h in free if self.known.may_serve(m, h, s)]
        yield from (Bind("travel_free", b.key, b.values, b.hosts) for b in self._too_far(m, s, hosts))


def _each_once(binds: Iterable[Bind]) -> list[Bind]:
    """The same rule at several hosts told once, in the order in which it was met."""
    found: dict[tuple[object, ...], Bind] = {}
    for bind in binds:
        key = (bind.kind, *bind.key)
        found[key] = found[key].joined(bind) if key in found else bind
    return list(found.values())
