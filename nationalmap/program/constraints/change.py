"""What stands becomes something else, or is renovated in time. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.known import Known
from nationalmap.program.variables import Unknown, deadline

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum

#: The most that rounding down takes away.
ALMOST_ONE = 0.9999


def convert_once(known: Known, unknown: Unknown) -> Rows:
    """C6 A facility becomes one other service, once.

    sum over j, t of converted[i,j,t] <= 1    for all i that may be transformed
    Unit: facilities. Source: § 31(2) ЗСУ, old delegated types become new ones; transformations of the catalogue.
    In words: a home is transformed whole and not twice.
    """
    for i in sorted({i for i, _, _ in unknown.converted}):
        yield i, total(v for (site, _, _), v in unknown.converted.items() if site == i) <= 1


def convert_whole(known: Known, unknown: Unknown) -> Rows:
    """C6 Places become another service only with their facility.

    q[i,j,t] <= k_most[i] * converted[i,j,t]    for all i, j, t
    Unit: places. Source: transformations of the catalogue.
    In words: no single beds change their name.
    """
    for (i, j, t), q in unknown.q.items():
        yield (i, j, t), q <= known.sites[i].most_places * unknown.converted[i, j, t]


def convert_standing(known: Known, unknown: Unknown) -> Rows:
    """C6 At most what stands is transformed.

    sum over j of q[i,j,t] <= k[i,t-1]    for all i, t
    Unit: places. Source: accounting identity.
    In words: places that are gone cannot become anything.
    """
    for i, t in sorted({(i, t) for i, _, t in unknown.q}):
        before = known.former(t)
        stood = known.sites[i].places_today if before is None else unknown.k[i, before]
        yield (i, t), total(v for (site, _, year), v in unknown.q.items() if (site, year) == (i, t)) <= stood


def convert_factor(known: Known, unknown: Unknown) -> Rows:
    """C6 Transformed places count by the factor of the transformation, rounded down.

    gain[i,j,t] <= factor * q[i,j,t]    for all i, j, t
    Unit: places. Source: transformations of the catalogue (factors illustrative).
    In words: forty beds of an old home may make thirty places of a good one.
    """
    factor = {(i, j): way.factor for i, j, way in known.conversions}
    for (i, j, t), gain in unknown.gain.items():
        yield (i, j, t), gain <= factor[i, j] * unknown.q[i, j, t]


def convert_fully(known: Known, unknown: Unknown) -> Rows:
    """C6 What is transformed arrives: no old place is written off in a transformation.

    gain[i,j,t] >= factor * q[i,j,t] - 0.9999    for all i, j, t
    Unit: places. Source: consistency, with convert_factor: the factor times the places, rounded down.
    In words: beds that do not fit the new home are given up and said, not transformed into nothing.
    """
    factor = {(i, j): way.factor for i, j, way in known.conversions}
    for (i, j, t), gain in unknown.gain.items():
        yield (i, j, t), gain >= factor[i, j] * unknown.q[i, j, t] - ALMOST_ONE


def convert_smallest(known: Known, unknown: Unknown) -> Rows:
    """C6 A transformed facility is not smaller than the smallest size of what it becomes.

    gain[i,j,t] >= kmin[j] * converted[i,j,t]    for all i, j, t
    Unit: places. Source: чл. 10 Наредба за качеството на социалните услуги, appendices (numbers illustrative).
    In words: a facility is not transformed in name only.
    """
    for (i, j, t), gain in unknown.gain.items():
        yield (i, j, t), gain >= known.sites[j].smallest * unknown.converted[i, j, t]


def renovate_once(known: Known, unknown: Unknown) -> Rows:
    """C5a A renovation is done once, or not.

    sum over t of renovated[i,kind,t] <= 1    for all renovations of the register
    Unit: renovations. Source: the scenario's table of renovations.
    In words: what is done is done.
    """
    for i, kind in sorted({(i, kind) for i, kind, _ in unknown.renovated}):
        yield (i, kind), total(v for (site, what, _), v in unknown.renovated.items() if (site, what) == (i, kind)) <= 1


def renovate_or_lose(known: Known, unknown: Unknown) -> Rows:
    """C5a A site that must be renovated by a year, and is not, loses its places then.

    k[i,t] <= k_most[i] - (k_most[i] - max(0, k_today[i] - lost)) * (1 - sum over t' <= due of renovated[i,kind,t'])
        for all renovations that are due, t from the due period on
    Unit: places. Source: the scenario's table of renovations, each with its basis.
    In words: a home that stays without heating or fire doors has a date on which it empties.
    """
    for need in known.renovations:
        due, site = deadline(known, need), known.sites[need.site]
        if due is None:
            continue
        lost = site.most_places - max(0, site.kept_places - need.places_lost)
        done = total(unknown.renovated[need.site, need.kind, t] for t in known.until(due))
        for t in (t for t in known.years if t >= due):
            yield (need.site, need.kind, t), unknown.k[need.site, t] <= site.most_places - lost * (1 - done)
