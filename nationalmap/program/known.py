"""Sets and data of the program, and what follows from them without a solver.

Notation as in the docstrings of the rules: m municipality, h host municipality, g need group,
s service, i site, f stream, t period (by its year), r region. People are whole, money is in
thousand EUR. A missing key means that nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.program.nouns import Ceiling, Complex, Group, Renovation, Service, Site, Transformation

Cell = tuple[str, str, int]


@dataclass(frozen=True)
class Known:
    """Everything the rules may read."""

    scenario: Scenario
    municipalities: tuple[str, ...]
    region_of: Mapping[str, str]
    groups: Mapping[str, Group]
    services: Mapping[str, Service]
    sites: Mapping[str, Site]
    transformations: tuple[Transformation, ...]
    renovations: tuple[Renovation, ...]
    complexes: tuple[Complex, ...]
    embedded: Mapping[str, tuple[str, int]]
    """Embedded service -> its host service and the most such places in one facility."""
    posts: Mapping[tuple[str, str], float]
    """(service, profession) -> posts per place."""
    ceilings: tuple[Ceiling, ...]
    need: Mapping[Cell, int]
    """(m, g, t) -> need cases."""
    minutes: Mapping[tuple[str, str], float]
    trip_costs: Mapping[tuple[str, str, str], float]
    """(m, h, s) -> known cost of a user's journeys in a year; others as the catalogue says."""
    agreements: Mapping[tuple[str, str, str], str]
    minimum: Mapping[Cell, tuple[str, int, int]]
    """(territory, s, t) -> kind, users, places; only where something is asked."""
    maximum: Mapping[Cell, int]
    """(territory, s, t) -> the norm's maximum of users."""
    users_today: Mapping[tuple[str, str], int]
    """(m, g) -> users whom the register counts; a blank there asks nothing."""
    budget: Mapping[tuple[str, int], float]
    """(f, t) -> money newly available."""

    # ---------------------------------------------------------------- periods and territories

    @property
    def years(self) -> tuple[int, ...]:
        """The planned periods t in order, by their years."""
        return self.scenario.years

    @property
    def hard_need(self) -> bool:
        """Mode what_it_would_cost: need and package are hard, budgets are not."""
        return self.scenario.mode == "what_it_would_cost"

    def former(self, year: int) -> int | None:
        """The planned period before; None before the first, where today stands."""
        at = self.years.index(year)
        return self.years[at - 1] if at else None

    def until(self, year: int) -> tuple[int, ...]:
        """The planned periods up to a year, inclusive."""
        return tuple(t for t in self.years if t <= year)

    def territory(self, m: str, s: str) -> str:
        """Unit of planning of the service in which the municipality lies."""
        return m if self.services[s].level == "municipal" else self.region_of[m]

    def territory_of_group(self, m: str, g: str) -> str:
        """Municipality where all services of the group are municipal, else the region."""
        return m if self.is_municipal(g) else self.region_of[m]

    def is_municipal(self, g: str) -> bool:
        """Whether every service of the group is planned by municipality."""
        return all(self.services[s].level == "municipal" for s in self.groups[g].services)

    def inside(self, territory: str) -> tuple[str, ...]:
        """Municipalities of a municipality, of a region, or ("") of the whole plan."""
        return self._members.get(territory, ())

    @cached_property
    def _members(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for m in self.municipalities:
            for territory in ("", m, self.region_of[m]):
                found.setdefault(territory, []).append(m)
        return {territory: tuple(members) for territory, members in found.items()}

    @cached_property
    def family(self) -> Mapping[str, tuple[str, ...]]:
        """New service -> itself and the old types that count as it."""
        return {
            s: tuple(o for o, service in self.services.items() if s in (o, service.counts_as))
            for s, service in self.services.items()
            if not service.is_old
        }

    # ---------------------------------------------------------------- sites and hosts

    @cached_property
    def sites_in(self) -> Mapping[tuple[str, str], tuple[Site, ...]]:
        """(municipality, service) -> its sites."""
        found: dict[tuple[str, str], list[Site]] = {}
        for site in self.sites.values():
            found.setdefault((site.municipality, site.service), []).append(site)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def sites_of(self) -> Mapping[str, tuple[Site, ...]]:
        """Service -> its sites."""
        return {s: tuple(site for site in self.sites.values() if site.service == s) for s in self.services}

    def can_stand(self, h: str, s: str, year: int) -> bool:
        """Whether a site of the service may have places in the municipality and year."""
        return any(self._usable(site, year) for site in self.sites_in.get((h, s), ()))

    def _usable(self, site: Site, year: int) -> bool:
        started = not site.is_new or year >= self._first_places.get(site.code, self.scenario.last_year + 1)
        return site.stands(year) and started and site.most_places > 0

    @cached_property
    def _first_places(self) -> Mapping[str, int]:
        """New site -> first year in which it can have places: built, or by the first possible conversion."""
        first = {site.code: site.grows_from for site in self.sites.values() if site.is_new and site.may_build}
        for i, j, _ in self.conversions:
            for t in self.years:
                if self.may_convert(i, j, t):
                    first[j] = min(t, first.get(j, t))
        return first

    def may_convert(self, i: str, j: str, year: int) -> bool:
        """Whether the facility of i may become one of j in the period: it stood, nothing protects it, j may begin."""
        old, new = self.sites[i], self.sites[j]
        protected = old.status == "protected" and old.stands(year)
        begins = new.most_places > 0 and year >= new.grows_from and new.stands(year)
        return begins and self._stood_before(old, year) and not protected

    def _stood_before(self, site: Site, year: int) -> bool:
        before = self.former(year)
        if before is not None:
            return site.stands(before)
        return site.places_today > 0 and (site.gone_from is None or site.gone_from > self.scenario.as_of.year)

    @cached_property
    def conversions(self) -> tuple[tuple[str, str, Transformation], ...]:
        """(old site, new site, transformation): the facility of the first may become one of the second."""
        return tuple(
            (site.code, f"new:{way.to_service}:{site.municipality}", way)
            for way in self.transformations
            for site in self.sites_of[way.from_service]
            if not site.is_new and f"new:{way.to_service}:{site.municipality}" in self.sites
        )

    @cached_property
    def hosts(self) -> Mapping[tuple[str, str, int], tuple[str, ...]]:
        """A: (m, s, t) -> municipalities where people of m may be served, nearest first.

        Within the travel limit (inclusive), with a site that may stand in the period, and as
        agreed: at home, by an agreement that is not refused, in the region for a regional
        service, anywhere for a national one. Empty: out of reach.
        """
        found: dict[tuple[str, str, int], tuple[str, ...]] = {}
        for s in self.services:
            for t in self.years:
                open_ = {h for h in self.municipalities if self.can_stand(h, s, t)}
                for m in self.municipalities:
                    found[m, s, t] = tuple(h for h in self.within(m, s) if h in open_ and self.may_serve(m, h, s))
        return found

    def within(self, m: str, s: str) -> tuple[str, ...]:
        """Municipalities within the travel limit of the service from m, nearest first, ties by code."""
        return self._nearest[m, self.services[s].travel_limit_min]

    @cached_property
    def _nearest(self) -> Mapping[tuple[str, float], tuple[str, ...]]:
        """(m, limit) -> hosts within it: sorted once for all services, as there are many and few limits."""
        limits = {service.travel_limit_min for service in self.services.values()}
        longest = max(limits, default=0.0)
        journeys: dict[str, list[tuple[float, str]]] = {m: [] for m in self.municipalities}
        for (m, h), far in self.minutes.items():
            if far <= longest and m in journeys and h in journeys:
                journeys[m].append((far, h))
        found = {}
        for m, to in journeys.items():
            to.sort()
            for limit in limits:
                found[m, limit] = tuple(h for minutes, h in to if minutes <= limit)
        return found

    def may_serve(self, m: str, h: str, s: str) -> bool:
        """Whether people of m may use the service of h, whatever the distance."""
        level = self.services[s].level
        if m == h or level == "national":
            return True
        if level == "regional":
            return self.region_of[m] == self.region_of[h]
        return self.agreement(m, h, s) not in ("refused", "across the border")

    def agreement(self, m: str, h: str, s: str) -> str:
        """State of the agreement that people of m are served in h."""
        stated = self.agreements.get((m, h, s), self.agreements.get((m, h, "*")))
        if stated is None and self.scenario.agreements_default == "within_region":
            return "possible" if self.region_of[m] == self.region_of[h] else "across the border"
        return stated or self.scenario.agreements_default

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """(m, g, t) with a need that somebody can serve."""
        return tuple(key for key, need in self.need.items() if need > 0 and self.reach(key))

    @cached_property
    def cells_in(self) -> Mapping[Cell, tuple[Cell, ...]]:
        """(territory, g, t) -> its cells, by the territory of the group."""
        found: dict[Cell, list[Cell]] = {}
        for m, g, t in self.cells:
            found.setdefault((self.territory_of_group(m, g), g, t), []).append((m, g, t))
        return {key: tuple(cells) for key, cells in found.items()}

    def reach(self, cell: Cell) -> bool:
        """Whether some service of the group has a host for the municipality in the period."""
        m, g, t = cell
        return any(self.hosts[m, s, t] for s in self.groups[g].services)

    @cached_property
    def arcs(self) -> tuple[tuple[str, str, str, int], ...]:
        """(m, h, s, t): people of m with a need may be served by s in h."""
        return tuple(
            (m, h, s, t) for m, g, t in self.cells for s in self.groups[g].services for h in self.hosts[m, s, t]
        )

    def need_at(self, arc: tuple[str, str, str, int]) -> int:
        """Need cases of the municipality in the service's group."""
        m, _, s, t = arc
        return self.need[m, self.services[s].group, t]

    def trip_cost(self, m: str, h: str, s: str) -> float:
        """Cost of the journeys of one user in a year."""
        return self.trip_costs.get((m, h, s), self.services[s].trip_user if m != h else 0.0)

    # ---------------------------------------------------------------- money

    def fee_in(self, h: str, s: str, year: int) -> float:
        """Fee of a user that lowers what the streams pay; where a project pays, the fees are the project's."""
        project = any(site.by_project(year) for site in self.sites_in.get((h, s), ()))
        return 0.0 if project else self.services[s].fee_user

    def is_open(self, stream: Stream, year: int) -> bool:
        """Whether the stream pays in the period; capital money pays what was built since the period before."""
        since = year if stream.kind == "running" else self.scenario.former_year(year) + 1
        started = stream.first_year is None or stream.first_year <= year
        return started and (stream.last_year is None or stream.last_year >= since)

    def eligible(self, s: str, h: str, kind: str, year: int) -> tuple[str, ...]:
        """Streams that may pay this kind of cost of the service in this host municipality and period."""
        return tuple(
            name
            for name, stream in self.scenario.streams.items()
            if pays(stream, s, h, kind) and self.is_open(stream, year)
        )

    def cost_kinds(self, h: str, s: str) -> Iterator[str]:
        """Kinds of cost that the service can have in the municipality."""
        sites = self.sites_in[h, s]
        yield "running"
        if any(site.may_build for site in sites):
            yield "build"
        if (h, s) in self._transformed_to:
            yield "transform"
        if any(site.code in self._renovated for site in sites):
            yield "renovate"

    @cached_property
    def _transformed_to(self) -> frozenset[tuple[str, str]]:
        """(municipality, service) that may receive transformed places."""
        return frozenset((self.sites[j].municipality, way.to_service) for _, j, way in self.conversions)

    @cached_property
    def _renovated(self) -> frozenset[str]:
        """Sites that have something to be renovated."""
        return frozenset(need.site for need in self.renovations)


def pays(stream: Stream, service: str, municipality: str, kind: str) -> bool:
    """Whether the stream may pay this kind of cost of the service there."""
    right_kind = stream.kind == "running" if kind == "running" else stream.kind == "capital" and kind in stream.purposes
    return (
        right_kind
        and (not stream.services or service in stream.services)
        and (not stream.municipalities or municipality in stream.municipalities)
    )
