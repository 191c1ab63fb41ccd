"""What a run was asked, from its inputs alone: what stands, what may open, who pays, who may be served where."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from nationalmap.verification.facts import Service, Site, Stream, possible, service, standing, stream
from nationalmap.verification.findings import Findings
from nationalmap.verification.tables import INPUTS, Row, read_table


@dataclass
class Question:
    """The inputs of a run folder, parsed once. Years are the planned periods; money in cents."""

    scenario: Mapping[str, Any]
    norms: tuple[Mapping[str, Any], ...]
    tables: Mapping[str, list[Row]]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """T: the planned periods."""
        return tuple(self.scenario["years"])

    @cached_property
    def as_of(self) -> int:
        """The year of today's state."""
        return int(self.scenario["as_of"][:4])

    def former(self, year: int) -> int:
        """The period before a planned one; today's year before the first."""
        at = self.years.index(year)
        return self.years[at - 1] if at else self.as_of

    @property
    def free_money(self) -> bool:
        """Mode what_it_would_cost: need and package are hard, budgets are not."""
        return bool(self.scenario["mode"] == "what_it_would_cost")

    @cached_property
    def region_of(self) -> Mapping[str, str]:
        """Planned municipalities, sorted, with their region."""
        wanted = set(self.scenario["regions"])
        rows = sorted((r["municipality"], r["region"]) for r in self.tables["municipalities"])
        return {m: r for m, r in rows if r in wanted}

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """Planned services by code."""
        priority = {row["group"]: row["priority_class"] for row in self.tables["groups"]}
        shares = {share["service"]: share for share in self.scenario["shares"]}
        inside = {row["service"] for row in self.tables["embedded"]}
        until = self.scenario["old_types_until"]
        rows = self.tables["services"]
        return {
            s: service(row, priority[row["group"]], shares.get(s), until, s in inside)
            for row in rows
            for s in (row["service"],)
        }

    @cached_property
    def groups(self) -> Mapping[str, tuple[Service, ...]]:
        """Need groups with their services, old types among them."""
        found: dict[str, list[Service]] = defaultdict(list)
        for s in self.services.values():
            found[s.group].append(s)
        return {g: tuple(found[g]) for g in sorted(found)}

    @cached_property
    def families(self) -> Mapping[str, tuple[Service, ...]]:
        """A new service and every old type that counts as it."""
        found: dict[str, list[Service]] = defaultdict(list)
        for s in self.services.values():
            found[s.family].append(s)
        return {s: tuple(found[s]) for s, own in self.services.items() if not own.old}

    @cached_property
    def streams(self) -> Mapping[str, Stream]:
        """Streams of money by code."""
        return {code: stream(code, facts) for code, facts in sorted(self.scenario["streams"].items())}

    def open_streams(self, kind: str, municipality: str, service_code: str, year: int) -> Iterator[Stream]:
        """Streams that may pay this cost in this period."""
        for f in self.streams.values():
            if f.open_in(year, self.former(year)) and f.may_pay(kind, municipality, service_code):
                yield f

    # ------------------------------------------------------------------------ sites

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Every site by code: register, candidates, and where a conversion may lead."""
        sites = {site.code: site for site in self._register()}
        named = {row["service"] for row in self.tables["candidates"]}
        closed = {(hub["municipality"], s) for hub in self.scenario["hubs"] for s in hub["excluded_services"]}
        for row in self.tables["candidates"]:
            m, s = row["municipality"], self.services.get(row["service"])
            if m in self.region_of and s is not None:
                sites[row["site"]] = possible(row["site"], m, s, (m, s.code) not in closed, row)
        lasting = {(i.municipality, i.service) for i in sites.values() if not i.new and i.close_from is None}
        for s in self.services.values():
            for m in self.region_of if not s.old else ():
                free = s.code not in named and (m, s.code) not in closed
                code = f"new:{s.code}:{m}"
                if code not in sites:
                    sites[code] = possible(code, m, s, free and (s.facilities or (m, s.code) not in lasting))
        return sites

    def _register(self) -> Iterator[Site]:
        for row in self.tables["register"]:
            s = self.services.get(row["service"])
            if s is not None and row["municipality"] in self.region_of:
                site = standing(row, s, self.years)
                if site.opens is not None or not site.committed:
                    yield site

    def gone(self, site: Site, year: int) -> bool:
        """A site that must be closed by then, or an old type that is no longer financed."""
        until = self.services[site.service].until
        closed = site.close_from is not None and year >= site.close_from
        return closed or (until is not None and year > until)

    @cached_property
    def sites_in(self) -> Mapping[tuple[str, str], tuple[Site, ...]]:
        """(municipality, service) -> its sites."""
        found: dict[tuple[str, str], list[Site]] = defaultdict(list)
        for site in self.sites.values():
            found[site.municipality, site.service].append(site)
        return {key: tuple(sites) for key, sites in found.items()}

    @cached_property
    def conversions(self) -> Mapping[tuple[str, str], Row]:
        """(from service, to service) -> row of the transformations."""
        return {(row["from_service"], row["to_service"]): row for row in self.tables["transformations"]}

    def due(self, renovation: Row) -> int | None:
        """The period by which a renovation must be done; None beyond the plan."""
        return min((t for t in self.years if t >= renovation["by_year"]), default=None)

    def fee(self, host: str, service_code: str, year: int) -> int:
        """Fee of a user that lowers what the streams pay; where a project pays, the fees are the project's."""
        here = self.sites_in.get((host, service_code), ())
        return 0 if any(site.project_in(year) for site in here) else self.services[service_code].fee

    def ready(self, service_code: str, year: int) -> bool:
        """Whether the lead time from today has passed."""
        return self.as_of + self.services[service_code].lead <= year

    def may_grow(self, site: Site, year: int) -> bool:
        """Whether places may be added at a site in a period."""
        late = site.from_year is not None and year < site.from_year
        idle = self.gone(site, year) or site.project_in(year) or self.services[site.service].old
        return site.buildable and self.ready(site.service, year) and site.started(year) and not late and not idle

    def can_be_open(self, site: Site, year: int) -> bool:
        """Whether a site can stand in a period, whatever the plan decides."""
        if self.gone(site, year):
            return False
        if not site.new:
            return site.started(year)
        return self.may_grow(site, year) or (
            site.code == f"new:{site.service}:{site.municipality}" and self._by_conversion(site, year)
        )

    def _by_conversion(self, site: Site, year: int) -> bool:
        """Whether something in the municipality can have become this service by then."""
        givers = [
            i for a, b in self.conversions if b == site.service for i in self.sites_in.get((site.municipality, a), ())
        ]
        return any(self.may_convert(i, site.service, t) for i in givers for t in self.years if t <= year)

    def may_convert(self, site: Site, service_code: str, year: int) -> bool:
        """Whether a facility of the register may become another service in a period: it stood, nothing protects it."""
        before = self.former(year)
        if before in self.years:
            stood = self.can_be_open(site, before)
        else:
            stood = not site.committed and not self.gone(site, before)
        protected = site.status == "protected" and self.can_be_open(site, year)
        return self.ready(service_code, year) and not site.new and stood and not protected

    # ------------------------------------------------------------------------ who may be served where

    @cached_property
    def minutes(self) -> Mapping[tuple[str, str], Fraction]:
        """(municipality, host) -> minutes."""
        at_home = {(m, m): Fraction(0) for m in self.region_of}
        return at_home | {(row["municipality"], row["host"]): row["travel_min"] for row in self.tables["travel"]}

    @cached_property
    def agreements(self) -> Mapping[tuple[str, str, str], str]:
        """(municipality, host, service or *) -> status."""
        return {(r["municipality"], r["host"], r["service"]): r["status"] for r in self.tables["agreements"]}

    def agreement(self, m: str, h: str, s: str) -> str | None:
        """State of the agreement, of its own row or that of all services; None without a row."""
        return self.agreements.get((m, h, s), self.agreements.get((m, h, "*")))

    def _allowed(self, m: str, h: str, s: Service) -> bool:
        if m == h or s.level == "national":
            return True
        if s.level == "regional":
            return self.region_of[m] == self.region_of[h]
        default = self.scenario["agreements_default"]
        if default == "within_region" and self.region_of[m] != self.region_of[h]:
            default = "refused"
        return (self.agreement(m, h, s.code) or default) != "refused"

    @cached_property
    def hosts(self) -> Mapping[tuple[str, str, int], tuple[str, ...]]:
        """A: (m, s, t) -> municipalities in which people of m may be served, where there are any."""
        found = {}
        for s in self.services.values():
            for t in self.years:
                places = [
                    h for h in self.region_of if any(self.can_be_open(i, t) for i in self.sites_in.get((h, s.code), ()))
                ]
                for m in self.region_of:
                    within = self.within[m, s.limit]
                    near = tuple(h for h in places if h in within and self._allowed(m, h, s))
                    if near:
                        found[m, s.code, t] = near
        return found

    @cached_property
    def within(self) -> Mapping[tuple[str, Fraction], frozenset[str]]:
        """(municipality, travel limit of some service) -> municipalities within it, inclusive."""
        far = self.minutes
        return {
            (m, limit): frozenset(h for h in self.region_of if (m, h) in far and far[m, h] <= limit)
            for limit in {s.limit for s in self.services.values()}
            for m in self.region_of
        }

    def territory(self, m: str, level: str) -> str:
        """Unit of planning in which a municipality lies."""
        return m if level == "municipal" else self.region_of[m]

    def group_level(self, g: str) -> str:
        """A group is planned by municipality where all its services are, else by region."""
        return "municipal" if all(s.level == "municipal" for s in self.groups[g]) else "regional"

    def inside(self, territory: str) -> tuple[str, ...]:
        """Municipalities of a territory; "" is the whole plan."""
        return self._members.get(territory, ())

    @cached_property
    def _members(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for m, r in self.region_of.items():
            for territory in dict.fromkeys(("", m, r)):
                found[territory].append(m)
        return {territory: tuple(members) for territory, members in found.items()}


def read_question(files: Mapping[str, bytes], say: Findings) -> Question:
    """The question of a run folder. Raises ValueError or LookupError where it cannot be read."""
    scenario = json.loads(files["inputs/scenario.json"], parse_float=Fraction)
    norms = json.loads(files["inputs/norms.json"], parse_float=Fraction)
    return Question(scenario, tuple(norms), {name: read_table(files, name, say) for name in INPUTS})
