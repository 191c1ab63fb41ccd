"""The unknowns. Whole numbers except money and the worst share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulp

from nationalmap.program.index import Known, Site


@dataclass
class Unknown:
    """Variables by key. ``x`` users, ``u`` unmet, ``k`` places, ``y`` facilities, ``b`` money (thousand EUR)."""

    x: dict[tuple[str, str, str], pulp.LpVariable] = field(default_factory=dict)
    u_short: dict[tuple[str, str], pulp.LpVariable] = field(default_factory=dict)
    u_above: dict[tuple[str, str], pulp.LpVariable] = field(default_factory=dict)
    k: dict[str, pulp.LpVariable] = field(default_factory=dict)
    y: dict[str, pulp.LpVariable] = field(default_factory=dict)
    added: dict[str, pulp.LpVariable] = field(default_factory=dict)
    given_up: dict[str, pulp.LpVariable] = field(default_factory=dict)
    grows: dict[str, pulp.LpVariable] = field(default_factory=dict)
    opened: dict[str, pulp.LpVariable] = field(default_factory=dict)
    closed: dict[str, pulp.LpVariable] = field(default_factory=dict)
    b: dict[tuple[str, str, str], pulp.LpVariable] = field(default_factory=dict)
    e_package: dict[tuple[str, str], pulp.LpVariable] = field(default_factory=dict)
    e_spread: dict[tuple[str, str], pulp.LpVariable] = field(default_factory=dict)
    e_keep: dict[str, pulp.LpVariable] = field(default_factory=dict)
    e_idle: dict[str, pulp.LpVariable] = field(default_factory=dict)
    e_loss: dict[tuple[str, str], pulp.LpVariable] = field(default_factory=dict)
    e_budget: dict[str, pulp.LpVariable] = field(default_factory=dict)
    theta: dict[tuple[str], pulp.LpVariable] = field(default_factory=dict)

    def families(self) -> Mapping[str, Mapping[Any, pulp.LpVariable]]:
        """Variable dictionaries by name, in a fixed order."""
        return vars(self)


def row_name(kind: str, key: object, year: int | None = None) -> str:
    """``meet_need__HKV34__day_care_adults__2027``: readable in an LP file and split at the double score."""
    parts = [kind, *(key if isinstance(key, tuple) else (key,))]
    if year is not None:
        parts.append(year)
    return "__".join(str(part) for part in parts).replace(":", "_").replace("-", "_")


def variables(known: Known) -> Unknown:
    """All unknowns of the scenario; a rule that asks nothing makes none."""
    unknown = Unknown()

    def make(name: str, keys: Iterable[Any], most: Mapping[Any, float] | float | None, cat: str) -> None:
        family = unknown.families()[name]
        assert isinstance(family, dict)  # noqa: S101 - for the type checker
        for key in keys:
            upper = most[key] if isinstance(most, Mapping) else most
            family[key] = pulp.LpVariable(row_name(name, key, known.year), 0, upper, cat)

    cells = known.cells
    need = {cell: float(known.need[cell]) for cell in cells}
    arcs = {(m, h, s): need[m, s] for m, s in cells for h in known.hosts[m, s]}
    make("x", arcs, arcs, "Integer")
    make("u_short", cells, dict.fromkeys(cells, 0.0) if known.hard_need else need, "Integer")
    above = {cell: float(share) for cell in cells if (share := above_share(known, cell))}
    make("u_above", above, above, "Integer")
    _site_variables(known, make)
    pairs = [
        (f, h, s)
        for h in known.municipalities
        for s in known.services
        if (h, s) in known.sites_in
        for kind in ("running", "capital")
        for f in known.eligible(s, h, kind)
    ]
    make("b", pairs, None, "Continuous")
    if known.hard_need:
        make("e_budget", known.scenario.streams, None, "Continuous")
        return unknown
    asked = {key: float(_asked(known, key)) for key in known.minimum}
    make("e_package", asked, asked, "Integer")
    make("e_spread", spread_cells(known), 1.0, "Integer")
    if any(known.need[cell] for cell in cells):
        make("theta", [("worst",)], 1.0, "Continuous")
    return unknown


def _site_variables(known: Known, make: Any) -> None:
    sites = known.sites
    make("k", sites, {i: float(site.most_places) for i, site in sites.items()}, "Integer")
    buildings = [i for i, site in sites.items() if not known.services[site.service].at_home]
    make("y", buildings, {i: float(sites[i].most_facilities) for i in buildings}, "Integer")
    make("added", sites, None, "Integer")
    standing = [i for i, site in sites.items() if not site.is_new]
    make("given_up", standing, {i: float(sites[i].places_today) for i in standing}, "Integer")
    make("grows", [i for i in standing if sites[i].status != "protected"], 1.0, "Integer")
    make("opened", [i for i in buildings if sites[i].is_new], None, "Integer")
    make("closed", [i for i in buildings if not sites[i].is_new], None, "Integer")
    kept = [i for i in standing if sites[i].status == "keep"]
    make("e_keep", kept, None, "Integer")
    idle = {i: float(idle_places(known, sites[i])) for i in kept if idle_places(known, sites[i])}
    make("e_idle", idle, idle, "Integer")
    if known.scenario.no_loss:
        make("e_loss", sorted({(known.territory(m, s), s) for m, s in known.users_today}), None, "Integer")


def territory_need(known: Known, key: tuple[str, str]) -> int:
    """Need cases within reach of a territory."""
    territory, s = key
    return sum(known.need[cell] for cell in known.cells if cell[1] == s and known.territory(*cell) == territory)


def above_maximum(known: Known, key: tuple[str, str]) -> int:
    """Need cases of a territory beyond its maximum of state-funded users; 0 without a maximum."""
    return max(0, territory_need(known, key) - known.maximum[key]) if key in known.maximum else 0


def above_share(known: Known, cell: tuple[str, str]) -> int:
    """Most cases above the maximum that one municipality carries: its share of the need, rounded up."""
    key = (known.territory(*cell), cell[1])
    cases = above_maximum(known, key)
    return -(-known.need[cell] * cases // territory_need(known, key)) if cases else 0


def idle_places(known: Known, site: Site) -> int:
    """Places of a home service beyond the need of its municipality: nobody is counted who uses them."""
    service = known.services[site.service]
    if not service.at_home:
        return 0
    needed = -(-known.need.get((site.municipality, site.service), 0) // service.users_per_place)
    return max(0, site.places_today - needed)


def _asked(known: Known, key: tuple[str, str]) -> int:
    kind, users, places = known.minimum[key]
    return users if kind == "access" else places


def spread_cells(known: Known) -> list[tuple[str, str]]:
    """(m, s) of regional services with a minimum: an open site within reach is part of the package."""
    return [
        (m, s)
        for s, service in known.services.items()
        if service.level == "regional"
        for m in known.municipalities
        if (known.region_of[m], s) in known.minimum and (m, s) in known.hosts
    ]
