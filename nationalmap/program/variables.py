"""The unknowns. Whole numbers except money, posts and shares. Every key ends in its period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulp

from nationalmap.program.amounts import above_shares, idle_places, paid_otherwise
from nationalmap.program.known import Cell, Known
from nationalmap.program.nouns import Renovation, Site

Family = dict[Any, pulp.LpVariable]


@dataclass
class Unknown:
    """Variables by key: ``x`` users (m, h, s, t), ``k`` places (i, t), ``b`` money (f, kind, h, s, t) and the rest."""

    x: Family = field(default_factory=dict)
    x_other: Family = field(default_factory=dict)
    """Users paid by other money than the state's, above a maximum."""
    w: Family = field(default_factory=dict)
    """1: the people of m are served by s in h, and nowhere else."""
    u_short: Family = field(default_factory=dict)
    u_above: Family = field(default_factory=dict)
    k: Family = field(default_factory=dict)
    y: Family = field(default_factory=dict)
    added: Family = field(default_factory=dict)
    given_up: Family = field(default_factory=dict)
    grows: Family = field(default_factory=dict)
    opened: Family = field(default_factory=dict)
    closed: Family = field(default_factory=dict)
    converted: Family = field(default_factory=dict)
    """1: the facility of site i becomes one of site j, (i, j, t)."""
    q: Family = field(default_factory=dict)
    gain: Family = field(default_factory=dict)
    """Places that leave i, and that arrive in j, (i, j, t)."""
    renovated: Family = field(default_factory=dict)
    complexes: Family = field(default_factory=dict)
    hub: Family = field(default_factory=dict)
    b: Family = field(default_factory=dict)
    e_package: Family = field(default_factory=dict)
    e_spread: Family = field(default_factory=dict)
    e_keep: Family = field(default_factory=dict)
    e_idle: Family = field(default_factory=dict)
    e_loss: Family = field(default_factory=dict)
    e_staff: Family = field(default_factory=dict)
    e_budget: Family = field(default_factory=dict)
    theta: Family = field(default_factory=dict)
    eta: Family = field(default_factory=dict)
    excess: Family = field(default_factory=dict)

    def families(self) -> Mapping[str, Family]:
        """Variable dictionaries by name, in a fixed order."""
        return vars(self)

    def served(self, m: str, h: str, s: str, t: int) -> list[pulp.LpVariable]:
        """Users of m at h, whoever pays: one or two variables, none where nobody may be served."""
        return [family[m, h, s, t] for family in (self.x, self.x_other) if (m, h, s, t) in family]


def row_name(kind: str, key: object) -> str:
    """``meet_need__HKV34__day_care_adults__2027``: readable in an LP file and split at the double score."""
    parts = map(str, key) if isinstance(key, tuple) else (str(key),)
    return "__".join((kind, *parts)).replace(":", "_").replace("-", "_")


class _Maker:
    """Makes a family of variables; ``most`` is the upper bound, one for all or by key."""

    def __init__(self, unknown: Unknown) -> None:
        self.families = unknown.families()

    def __call__(self, name: str, keys: Iterable[Any], most: Mapping[Any, float] | float | None, cat: str) -> None:
        family = self.families[name]
        for key in keys:
            upper = most[key] if isinstance(most, Mapping) else most
            family[key] = pulp.LpVariable(row_name(name, key), 0, upper, cat)


def variables(known: Known) -> Unknown:
    """All unknowns of the scenario; a rule that asks nothing makes none."""
    unknown = Unknown()
    make = _Maker(unknown)
    _user_variables(known, make)
    _site_variables(known, make)
    _change_variables(known, make)
    _money_variables(known, make)
    _slack_variables(known, make)
    return unknown


def _user_variables(known: Known, make: _Maker) -> None:
    arcs = {arc: float(known.need_at(arc)) for arc in known.arcs}
    make("x", arcs, arcs, "Integer")
    make("x_other", [arc for arc in arcs if paid_otherwise(known, arc)], arcs, "Integer")
    make("w", [arc for arc in arcs if arc[2] in known.scenario.single_assignment], 1.0, "Integer")
    need = {cell: 0.0 if known.hard_need else float(known.need[cell]) for cell in known.cells}
    make("u_short", need, need, "Integer")
    above = {cell: float(share) for cell, share in above_shares(known).items()}
    make("u_above", above, above, "Integer")


def most_places(known: Known, site: Site, t: int) -> float:
    """Most places of a site in a period; 0 where it cannot stand."""
    waits = site.is_new and t < site.grows_from
    return 0.0 if waits or not site.stands(t) else float(site.most_places)


def _site_variables(known: Known, make: _Maker) -> None:
    each = [(site, t) for site in known.sites.values() for t in known.years]
    k = {(site.code, t): most_places(known, site, t) for site, t in each}
    make("k", k, k, "Integer")
    y = {
        (site.code, t): float(site.most_facilities) if k[site.code, t] else 0.0
        for site, t in each
        if known.services[site.service].has_facilities
    }
    make("y", y, y, "Integer")
    make("added", [(site.code, t) for site, t in each if site.may_grow(t)], None, "Integer")
    old = [(site, t) for site, t in each if not site.is_new and (site.opens is None or t >= site.opens)]
    make("given_up", [(s.code, t) for s, t in old], {(s.code, t): float(s.most_places) for s, t in old}, "Integer")
    make("grows", [(s.code, t) for s, t in old if s.status != "protected" and s.may_grow(t)], 1.0, "Integer")
    make("opened", [(s.code, t) for s, t in each if (s.code, t) in y and s.is_new and s.may_grow(t)], None, "Integer")
    make("closed", [(s.code, t) for s, t in old if (s.code, t) in y], 1.0, "Integer")
    hubs = {hub.municipality for hub in known.scenario.hubs if hub.most_services is not None}
    held = sorted({(s.municipality, s.service, t) for s, t in each if s.municipality in hubs and (s.code, t) in y})
    make("hub", held, 1.0, "Integer")
    make("complexes", _complexes(known), _complexes(known), "Integer")


def _complexes(known: Known) -> dict[tuple[str, str, int], float]:
    """(complex, h, t) -> most complexes: as many as the service with the fewest facilities allows."""
    return {
        (c.code, h, t): float(most)
        for c in known.complexes
        for h in known.municipalities
        for t in known.years
        if (most := min(_most_facilities(known, h, s, t) for s in c.services)) > 0
    }


def _most_facilities(known: Known, h: str, s: str, t: int) -> int:
    sites = known.sites_in.get((h, s), ())
    return sum(site.most_facilities for site in sites if most_places(known, site, t))


def ways(known: Known) -> list[tuple[str, str, int]]:
    """(i, j, t): the facility of i may become one of j in the period."""
    return [(i, j, t) for i, j, _ in known.conversions for t in known.years if known.may_convert(i, j, t)]


def deadline(known: Known, need: Renovation) -> int | None:
    """Period in which a renovation is due: the first that ends in or after its year; None beyond the horizon."""
    return min((t for t in known.years if t >= need.by_year), default=None)


def _change_variables(known: Known, make: _Maker) -> None:
    possible = ways(known)
    make("converted", possible, 1.0, "Integer")
    places = {way: float(known.sites[way[0]].most_places) for way in possible}
    make("q", possible, places, "Integer")
    make("gain", possible, None, "Integer")
    due = [(r.site, r.kind, t) for r in known.renovations if (d := deadline(known, r)) for t in known.until(d)]
    make("renovated", due, 1.0, "Integer")


def _money_variables(known: Known, make: _Maker) -> None:
    pairs = [
        (f, kind, h, s, t)
        for h in known.municipalities
        for s in known.services
        if (h, s) in known.sites_in
        for kind in known.cost_kinds(h, s)
        for t in known.years
        for f in known.eligible(s, h, kind, t)
    ]
    make("b", pairs, None, "Continuous")
    if known.hard_need:
        make("e_budget", known.budget, None, "Continuous")


def _slack_variables(known: Known, make: _Maker) -> None:
    kept = [site for site in known.sites.values() if not site.is_new and site.status == "keep"]
    make("e_keep", [(s.code, t) for s in kept for t in known.years if s.opens is None or t >= s.opens], None, "Integer")
    idle = {
        (s.code, t): float(n)
        for s in kept
        if (n := idle_places(known, s))
        for t in known.years
        if s.opens is None or t >= s.opens
    }
    make("e_idle", idle, idle, "Integer")
    if known.scenario.no_loss:
        counted = {(known.territory_of_group(m, g), g) for m, g in known.users_today}
        make("e_loss", [(*key, t) for key in sorted(counted) for t in known.years], None, "Integer")
    make("e_staff", [(c.territory, c.profession, c.year) for c in known.ceilings], None, "Continuous")
    if known.hard_need:
        return
    asked = {key: float(package_size(known, key)) for key in known.minimum}
    make("e_package", asked, asked, "Integer")
    make("e_spread", spread_cells(known), 1.0, "Integer")
    if any(known.need[cell] for cell in known.cells):
        make("theta", [("worst",)], 1.0, "Continuous")
        make("eta", [("tenth",)], 1.0, "Continuous")
        make("excess", sorted({(m, t) for m, _, t in known.cells}), None, "Continuous")


def package_size(known: Known, key: Cell) -> int:
    """What the package asks, in its own unit: users by access, else places."""
    kind, users, places = known.minimum[key]
    return users if kind == "access" else places


def spread_cells(known: Known) -> list[Cell]:
    """(m, s, t) of regional services with a minimum: an open site within reach is part of the package."""
    return [
        (m, s, t)
        for s, service in known.services.items()
        if service.level == "regional" and not service.is_old
        for m in known.municipalities
        for t in known.years
        if (known.region_of[m], s, t) in known.minimum and any((m, g, t) in known.need for g in (service.group,))
    ]
