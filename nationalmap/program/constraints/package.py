"""Minimum packages, maxima and equity: what every territory has at least, and at most. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.index import Known
from nationalmap.program.variables import Unknown, above_maximum, spread_cells

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def municipal_package(known: Known, unknown: Unknown) -> Rows:
    """C8 The minimum package of a municipality: places in it, or users served within reach.

    sum over i in m of k[i] + e_package[m,s] >= nu[m,s]      (in_place, places)
    sum over h of x[m,h,s] + e_package[m,s] >= nu[m,s]       (access, users)
    Unit: places or users. Source: РМС 574/2024, municipalities secure a minimum package (numbers illustrative).
    In words: every municipality has its minimum; what lies below the smallest facility may be given nearby.
    """
    for (m, s), (kind, users, places) in known.minimum.items():
        if known.services[s].level != "municipal":
            continue
        missing = unknown.e_package.get((m, s), 0)
        if kind == "access":
            served = total(unknown.x[m, h, s] for h in known.hosts[m, s] if (m, h, s) in unknown.x)
            yield (m, s), served + missing >= users
        else:
            here = total(unknown.k[site.code] for site in known.sites_in.get((m, s), ()))
            yield (m, s), here + missing >= places


def regional_package(known: Known, unknown: Unknown) -> Rows:
    """C9 The minimum of a regional service: places in the region as a whole.

    sum over i in r of k[i] + e_package[r,s] >= N[r,s]    for all r, regional s
    Unit: places. Source: РМС 574/2024, services on regional level for the whole region (numbers illustrative).
    In words: the region has its homes and centres, wherever they stand.
    """
    for (r, s), (_, _, places) in known.minimum.items():
        if known.services[s].level == "regional":
            inside = [
                site for site in known.sites.values() if site.service == s and known.region_of[site.municipality] == r
            ]
            there = total(unknown.k[site.code] for site in inside)
            yield (r, s), there + unknown.e_package.get((r, s), 0) >= places


def regional_spread(known: Known, unknown: Unknown) -> Rows:
    """C9 Every municipality has an open site of a regional service within the travel limit.

    sum over i at h in A[m,s] of y[i] + e_spread[m,s] >= 1    for all m, regional s with a minimum
    Unit: facilities. Source: РМС 574/2024 as announced, equal access to the services (limit illustrative).
    In words: a regional service that some municipality cannot reach is not regional.
    """
    for m, s in spread_cells(known):
        near = [site for h in known.hosts[m, s] for site in known.sites_in[h, s]]
        yield (m, s), total(unknown.y[site.code] for site in near) + unknown.e_spread.get((m, s), 0) >= 1


def maximum_users(known: Known, unknown: Unknown) -> Rows:
    """C10 The state pays no more users than the maximum of the territory.

    sum over m in t, h of x[m,h,s] <= U[t,s]    for all t, s with a maximum
    Unit: users. Source: чл. 1(1) НПСУ, maximum number of users financed by the state (numbers illustrative).
    In words: beyond the maximum the need is shown, not planned.
    """
    for (territory, s), most in known.maximum.items():
        cells = [c for c in known.cells if c[1] == s and known.territory(*c) == territory]
        if cells:
            yield (territory, s), total(unknown.x[m, h, s] for m, _ in cells for h in known.hosts[m, s]) <= most


def unmet_above_maximum(known: Known, unknown: Unknown) -> Rows:
    """C10 Unmet cases are counted above the maximum only as far as the maximum falls short of the need.

    sum over m in t of u_above[m,s] <= A[t,s] = max(0, sum over m in t of d[m,s] - U[t,s])    for all t, s
    u_above[m,s] <= d[m,s] * A[t,s] / sum over m in t of d[m,s], rounded up    (bound of the variable)
    Unit: need cases. Source: чл. 1(1) НПСУ.
    In words: the ceiling excuses what lies above it, nothing else, and no municipality carries more than its share.
    """
    for territory, s in known.maximum:
        above = [
            v for (m, service), v in unknown.u_above.items() if service == s and known.territory(m, s) == territory
        ]
        if above:
            yield (territory, s), total(above) <= above_maximum(known, (territory, s))


def worst_share(known: Known, unknown: Unknown) -> Rows:
    """C13 Theta is at least the unmet share of every municipality.

    sum over s of u_short[m,s] <= theta * sum over s of d[m,s]    for all m, services within reach
    Unit: share. Source: РМС 574/2024 as announced, equal access to the services; minimax fairness.
    In words: theta is the share of need cases without a place where it is largest.
    """
    if not unknown.theta:
        return
    for m in known.municipalities:
        cells = [c for c in known.cells if c[0] == m]
        if cells:
            need = sum(known.need[c] for c in cells)
            yield m, total(unknown.u_short[c] for c in cells) <= need * unknown.theta["worst",]
