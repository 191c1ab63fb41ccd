"""Sets and data of the program, read once from the checked tables.

Notation as in the docstrings of the rules: m municipality, h host municipality, s service,
i site, f stream, t year, r region. People are whole, money is in thousand EUR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.domain.scenario import Scenario, Stream

if TYPE_CHECKING:
    import pandas as pd

#: Money inside the program is in thousand EUR, so that coefficients stay near one.
EUR_PER_UNIT = 1000.0


@dataclass(frozen=True)
class Service:
    """One row of the catalogue, as the program reads it. Costs in thousand EUR."""

    code: str
    level: str
    at_home: bool
    priority_class: int
    users_per_place: int
    min_places: int
    max_places: int
    travel_limit_min: int
    lead_years: int
    running_place: float
    running_facility: float
    trip_user: float
    capital_place: float
    capital_facility: float


@dataclass(frozen=True)
class Site:
    """A facility of the register, or the one candidate of a service in a municipality."""

    code: str
    municipality: str
    service: str
    places_today: int
    facilities_today: int
    status: str
    closes: bool
    is_new: bool
    origin: str
    most_places: int
    most_facilities: int


@dataclass(frozen=True)
class Known:
    """Everything the rules may read. Keys are codes; a missing key means that nothing is asked."""

    scenario: Scenario
    municipalities: tuple[str, ...]
    region_of: Mapping[str, str]
    services: Mapping[str, Service]
    sites: Mapping[str, Site]
    need: Mapping[tuple[str, str], int]
    minutes: Mapping[tuple[str, str], int]
    minimum: Mapping[tuple[str, str], tuple[str, int, int]]
    """(territory, service) -> kind, users, places; only where something is asked."""
    maximum: Mapping[tuple[str, str], int]
    users_today: Mapping[tuple[str, str], int]
    budget: Mapping[str, float]

    @property
    def year(self) -> int:
        """The planned year t."""
        return self.scenario.year

    @property
    def hard_need(self) -> bool:
        """Mode what_it_would_cost: need and package are hard, budgets are not."""
        return self.scenario.mode == "what_it_would_cost"

    @cached_property
    def sites_in(self) -> Mapping[tuple[str, str], tuple[Site, ...]]:
        """(municipality, service) -> its sites."""
        found: dict[tuple[str, str], list[Site]] = {}
        for site in self.sites.values():
            found.setdefault((site.municipality, site.service), []).append(site)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def hosts(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """A: (m, s) -> municipalities where people of m may be served, nearest first.

        Within the travel limit (inclusive), with a site or a possible one, and for a
        regional service in the same region. Empty: out of reach.
        """
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for m, s in self.need:
            service = self.services[s]
            near = [
                h
                for h in self.municipalities
                if (h, s) in self.sites_in
                and self.minutes[m, h] <= service.travel_limit_min
                and (service.level != "regional" or self.region_of[h] == self.region_of[m])
            ]
            found[m, s] = tuple(sorted(near, key=lambda h: (self.minutes[m, h], h)))
        return found

    @cached_property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """(m, s) with a need that somebody can serve."""
        return tuple(key for key, need in self.need.items() if need > 0 and self.hosts[key])

    def territory(self, m: str, s: str) -> str:
        """Unit of planning of the service in which the municipality lies."""
        return m if self.services[s].level == "municipal" else self.region_of[m]

    def eligible(self, s: str, h: str, kind: str) -> tuple[str, ...]:
        """Streams that may pay this service in this host municipality."""
        return tuple(name for name, stream in self.scenario.streams.items() if pays(stream, s, h, kind))


def pays(stream: Stream, service: str, municipality: str, kind: str) -> bool:
    """Whether the stream may pay this kind of cost of the service there."""
    return (
        stream.kind == kind
        and (not stream.services or service in stream.services)
        and (not stream.municipalities or municipality in stream.municipalities)
    )


def index(
    scenario: Scenario,
    municipalities: pd.DataFrame,
    services: pd.DataFrame,
    register: pd.DataFrame,
    travel: pd.DataFrame,
    needs: pd.DataFrame,
    package: pd.DataFrame,
    budgets_eur: Mapping[str, float],
) -> Known:
    """Sets and data from the checked tables of the planned municipalities."""
    chosen = {str(s["service"]): _service(s) for s in _records(services)}
    codes = tuple(sorted(municipalities["municipality"]))
    minimum, maximum = _packages(package)
    need = _needs(needs, minimum, chosen)
    totals: dict[str, int] = {}
    for (_, s), amount in need.items():
        totals[s] = totals.get(s, 0) + amount
    region_of = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    asked = {
        (m, s): minimum.get((m if service.level == "municipal" else region_of[m], s), ("none", 0, 0))[2]
        for m in codes
        for s, service in chosen.items()
    }
    rows = register[register["municipality"].isin(codes) & register["service"].isin(list(chosen))]
    return Known(
        scenario=scenario,
        municipalities=codes,
        region_of=region_of,
        services=chosen,
        sites=_sites(scenario, codes, chosen, rows, totals, asked),
        need=need,
        minutes={(r[0], r[1]): int(r[2]) for r in _rows(travel, "municipality", "host", "travel_min")},
        minimum=minimum,
        maximum=maximum,
        users_today=_users_today(rows),
        budget={name: amount / EUR_PER_UNIT for name, amount in budgets_eur.items()},
    )


def _rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _service(row: Mapping[str, Any]) -> Service:
    return Service(
        code=row["service"],
        level=row["level"],
        at_home=row["mode"] == "home",
        priority_class=int(row["priority_class"]),
        users_per_place=int(row["users_per_place"]),
        min_places=int(row["min_places"]),
        max_places=int(row["max_places"]),
        travel_limit_min=int(row["travel_limit_min"]),
        lead_years=int(row["lead_years"]),
        running_place=row["running_cost_place_eur"] / EUR_PER_UNIT,
        running_facility=row["running_cost_facility_eur"] / EUR_PER_UNIT,
        trip_user=row["trip_cost_user_eur"] / EUR_PER_UNIT,
        capital_place=row["capital_cost_place_eur"] / EUR_PER_UNIT,
        capital_facility=row["capital_cost_facility_eur"] / EUR_PER_UNIT,
    )


def _packages(
    package: pd.DataFrame,
) -> tuple[dict[tuple[str, str], tuple[str, int, int]], dict[tuple[str, str], int]]:
    minimum = {
        (t, s): (str(kind), int(users), int(places))
        for t, s, kind, users, places in _rows(
            package[package["kind"] != "none"], "territory", "service", "kind", "minimum_users", "minimum_places"
        )
    }
    capped = package.dropna(subset=["maximum_users"])
    maximum = {(t, s): int(u) for t, s, u in _rows(capped, "territory", "service", "maximum_users")}
    return minimum, maximum


def _needs(
    needs: pd.DataFrame, minimum: Mapping[tuple[str, str], tuple[str, int, int]], services: Mapping[str, Service]
) -> dict[tuple[str, str], int]:
    """Need cases; where the need is unknown, the municipal minimum stands, for it is not excused."""
    need = {}
    for m, s, users in _rows(needs, "municipality", "service", "need_users"):
        if s in services:
            known = str(users) != "<NA>"
            need[m, s] = int(users) if known else minimum.get((m, s), ("none", 0, 0))[1]
    return need


def _users_today(rows: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Users where the register counts them; a blank is not a zero and asks nothing."""
    users: dict[tuple[str, str], int] = {}
    for m, s, counted in _rows(rows.dropna(subset=["users"]), "municipality", "service", "users"):
        users[m, s] = users.get((m, s), 0) + int(counted)
    return users


def _sites(
    scenario: Scenario,
    codes: tuple[str, ...],
    services: Mapping[str, Service],
    register: pd.DataFrame,
    totals: Mapping[str, int],
    asked: Mapping[tuple[str, str], int],
) -> dict[str, Site]:
    sites: dict[str, Site] = {}
    at_home_already = set()
    for row in _records(register.sort_values("site")):
        s = services[row["service"]]
        today = int(row["places"])
        useful = -(-totals.get(s.code, 0) // s.users_per_place)
        largest = max(today, useful, asked[row["municipality"], s.code]) if s.at_home else max(today, s.max_places)
        closes = row["status"] == "must_close_by" and int(row["close_by_year"]) <= scenario.year
        open_today = 0 if s.at_home else 1
        sites[row["site"]] = Site(
            row["site"], row["municipality"], s.code, today, open_today, row["status"], closes,
            False, row["origin"], 0 if closes else largest, 0 if closes else open_today,
        )  # fmt: skip
        if s.at_home and not closes:
            at_home_already.add((row["municipality"], s.code))
    for m in codes:
        for s in services.values():
            too_late = scenario.as_of.year + s.lead_years > scenario.year
            if too_late or (m, s.code) in at_home_already:
                continue
            site = _candidate(m, s, totals, asked)
            sites[site.code] = site
    return sites


def _candidate(m: str, s: Service, totals: Mapping[str, int], asked: Mapping[tuple[str, str], int]) -> Site:
    """The place where new facilities of the service may open; large enough for all who need it."""
    useful = max(-(-totals.get(s.code, 0) // s.users_per_place), asked[m, s.code], s.min_places)
    if s.at_home:
        return Site(f"new:{s.code}:{m}", m, s.code, 0, 0, "free", False, True, "new", useful, 0)
    facilities = -(-useful // s.max_places)
    # At the smallest size as many facilities may stand as at the largest size plus one.
    return Site(
        f"new:{s.code}:{m}",
        m,
        s.code,
        0,
        0,
        "free",
        False,
        True,
        "new",
        max(useful, facilities * s.min_places),
        facilities,
    )
