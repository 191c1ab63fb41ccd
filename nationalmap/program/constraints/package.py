"""Minimum packages, maxima and equity: what every territory has at least, and at most. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.amounts import above_maximum, limit_of
from nationalmap.program.constraints.service import served
from nationalmap.program.known import Known
from nationalmap.program.nouns import Site
from nationalmap.program.variables import Unknown, spread_cells

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def _family_sites(known: Known, h: str, s: str) -> list[Site]:
    return [site for f in known.family[s] for site in known.sites_in.get((h, f), ())]


def municipal_package(known: Known, unknown: Unknown) -> Rows:
    """C8 The minimum package of a municipality: places in it, or users served within reach.

    sum over i in m of k[i,t] + e_package[m,s,t] >= nu[m,s,t]                          (in_place, places)
    sum over h of (x[m,h,s,t] + x_other[m,h,s,t]) + e_package[m,s,t] >= nu[m,s,t]      (access, users)
    Unit: places or users; old types count as the service that follows them.
    Source: РМС 574/2024, municipalities secure a minimum package (numbers illustrative).
    In words: every municipality has its minimum; what lies below the smallest facility may be given nearby.
    """
    for (m, s, t), (kind, users, places) in known.minimum.items():
        if known.services[s].level != "municipal":
            continue
        missing = unknown.e_package.get((m, s, t), 0)
        if kind == "access":
            yield (m, s, t), total(served(known, unknown, m, known.family[s], t)) + missing >= users
        else:
            here = total(unknown.k[site.code, t] for site in _family_sites(known, m, s))
            yield (m, s, t), here + missing >= places


def regional_package(known: Known, unknown: Unknown) -> Rows:
    """C9 The minimum of a regional service: places in the region as a whole.

    sum over i in r of k[i,t] + e_package[r,s,t] >= N[r,s,t]    for all r, t, regional s
    Unit: places; old types count. Source: РМС 574/2024, services on regional level (numbers illustrative).
    In words: the region has its homes and centres, wherever they stand.
    """
    for (r, s, t), (_, _, places) in known.minimum.items():
        if known.services[s].level != "municipal":
            there = [site for m in known.inside(r) for site in _family_sites(known, m, s)]
            standing = total(unknown.k[site.code, t] for site in there)
            yield (r, s, t), standing + unknown.e_package.get((r, s, t), 0) >= places


def regional_spread(known: Known, unknown: Unknown) -> Rows:
    """C9 Every municipality has an open site of a regional service within the travel limit.

    sum over i at h in A[m,s,t] of y[i,t] + e_spread[m,s,t] >= 1    for all m, t, regional s with a minimum
    Unit: facilities. Source: РМС 574/2024 as announced, equal access to the services (limit illustrative).
    In words: a regional service that some municipality cannot reach is not regional.
    """
    for m, s, t in spread_cells(known):
        near = [site for f in known.family[s] for h in known.hosts[m, f, t] for site in known.sites_in[h, f]]
        open_ = total(unknown.y.get((site.code, t), unknown.k[site.code, t]) for site in near)
        yield (m, s, t), open_ + unknown.e_spread.get((m, s, t), 0) >= 1


def maximum_users(known: Known, unknown: Unknown) -> Rows:
    """C10 The state pays no more users than the maximum of the territory; places of today above it are grandfathered.

    sum over m in territory, h of x[m,h,s,t] <= max(U[territory,s,t], rho[s] * k_today)    for all with a maximum
    Unit: users. Source: чл. 1(1) НПСУ, maximum number of users financed by the state (numbers illustrative).
    In words: beyond the maximum the need is shown, not planned; what stands already may stay in use.
    """
    for territory, s, t in known.maximum:
        inside = known.inside(territory)
        paid = [
            unknown.x[m, h, f, t]
            for f in known.family[s]
            for m in inside
            for h in known.hosts[m, f, t]
            if (m, h, f, t) in unknown.x
        ]
        if paid:
            yield (territory, s, t), total(paid) <= limit_of(known, (territory, s, t))


def unmet_above_maximum(known: Known, unknown: Unknown) -> Rows:
    """C10 Unmet cases are counted above the maximum only as far as maxima and other money fall short of the need.

    sum over m in territory of u_above[m,g,t] <= A = max(0, sum over m of d[m,g,t] - maxima - what other money allows)
    u_above[m,g,t] <= d[m,g,t] * A / sum over m of d[m,g,t], rounded up    (bound of the variable)
    Unit: need cases. Source: чл. 1(1) НПСУ.
    In words: the ceiling excuses what lies above it, nothing else, and no municipality carries more than its share.
    """
    for (territory, g, t), cells in known.cells_in.items():
        above = [unknown.u_above[c] for c in cells if c in unknown.u_above]
        if above:
            yield (territory, g, t), total(above) <= above_maximum(known, territory, g, t)


def worst_share(known: Known, unknown: Unknown) -> Rows:
    """C13 Theta is at least the unmet share of every municipality in every period.

    sum over g of u_short[m,g,t] <= theta * sum over g of d[m,g,t]    for all m, t, groups within reach
    Unit: share. Source: РМС 574/2024 as announced, equal access to the services; minimax fairness.
    In words: theta is the share of need cases without a place where it is largest.
    """
    for (m, t), short, need in _short(known, unknown):
        if unknown.theta:
            yield (m, t), short <= need * unknown.theta["worst",]


def worst_tenth(known: Known, unknown: Unknown) -> Rows:
    """C13 What a municipality lacks beyond the share eta, for the mean share of the worst-served tenth of the need.

    sum over g of u_short[m,g,t] - eta * sum over g of d[m,g,t] <= excess[m,t]    for all m, t
    Unit: need cases. Source: Rockafellar and Uryasev (2000), conditional value at risk, weighted by need.
    In words: not only the one worst municipality counts, but the tenth of all need that is served worst.
    """
    for (m, t), short, need in _short(known, unknown):
        if unknown.eta:
            yield (m, t), short - need * unknown.eta["tenth",] <= unknown.excess[m, t]


def _short(known: Known, unknown: Unknown) -> Iterator[tuple[tuple[str, int], Any, int]]:
    """(m, t), unmet cases, need cases within reach."""
    by: dict[tuple[str, int], list[Any]] = {}
    for cell in known.cells:
        by.setdefault((cell[0], cell[2]), []).append(cell)
    for key, cells in by.items():
        yield key, total(unknown.u_short[c] for c in cells), sum(known.need[c] for c in cells)
