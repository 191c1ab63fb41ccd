"""What stands: places and facilities of a site from period to period. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.amounts import idle_places
from nationalmap.program.known import Known
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def window_smallest(known: Known, unknown: Unknown) -> Rows:
    """C3 A facility is not smaller than the smallest size; one of today may stay as small as it is.

    k[i,t] >= min(kmin[s], k_today[i]) * y[i,t] for a facility of today,  k[i,t] >= kmin[i] * y[i,t] for new ones
    Unit: places. Source: чл. 10 Наредба за качеството на социалните услуги, appendices (numbers illustrative).
    In words: nobody opens a centre for three people.
    """
    for (i, t), y in unknown.y.items():
        yield (i, t), unknown.k[i, t] >= known.sites[i].smallest * y


def window_largest(known: Known, unknown: Unknown) -> Rows:
    """C3 A facility is not larger than the largest size; one of today may stay as large as it is.

    k[i,t] <= max(kmax[s], k_today[i]) * y[i,t] for a facility of today,  k[i,t] <= kmax[i] * y[i,t] for new ones
    Unit: places. Source: чл. 10 Наредба за качеството на социалните услуги, appendices (numbers illustrative).
    In words: many places mean several facilities, and no places stand without a facility.
    """
    for (i, t), y in unknown.y.items():
        yield (i, t), unknown.k[i, t] <= known.sites[i].largest * y


def balance_places(known: Known, unknown: Unknown) -> Rows:
    """C4 Places of a period are those of the period before with every change between.

    k[i,t] = k[i,t-1] + committed[i,t] + added[i,t] + sum over j of gain[j,i,t] - sum over j of q[i,j,t] - given_up[i,t]
    Unit: places. Source: accounting identity; places count from the year decided plus the lead time.
    In words: every place that appears or disappears is said.
    """
    arriving, leaving = _moves(unknown.gain, 1), _moves(unknown.q, 0)
    for i, site in known.sites.items():
        for t in known.years:
            before = known.former(t)
            stood = site.places_today if before is None else unknown.k[i, before]
            committed = site.committed_places if site.opens == t else 0
            change = unknown.added.get((i, t), 0) - unknown.given_up.get((i, t), 0)
            moved = total(arriving.get((i, t), ())) - total(leaving.get((i, t), ()))
            yield (i, t), unknown.k[i, t] == stood + committed + change + moved


def _moves(family: Any, end: int) -> dict[tuple[str, int], list[pulp.LpVariable]]:
    """Variables (i, j, t) by one end of the move and period."""
    found: dict[tuple[str, int], list[pulp.LpVariable]] = {}
    for key, variable in family.items():
        found.setdefault((key[end], key[2]), []).append(variable)
    return found


def open_and_close(known: Known, unknown: Unknown) -> Rows:
    """C5 Facilities of a period are those of the period before, with what opens, closes or becomes another service.

    y[i,t] = y[i,t-1] + committed[i,t] + opened[i,t] + sum over j of converted[j,i,t] - closed[i,t]
             - sum over j of converted[i,j,t]
    Unit: facilities. Source: accounting identity; openings and closures are decisions of municipal councils.
    In words: every opening and every closing is said, and a closed facility does not reopen.
    """
    arriving, leaving = _moves(unknown.converted, 1), _moves(unknown.converted, 0)
    for i, t in unknown.y:
        site, before = known.sites[i], known.former(t)
        stood = site.facilities_today if before is None else unknown.y[i, before]
        committed = 1 if site.opens == t else 0
        change = unknown.opened.get((i, t), 0) - unknown.closed.get((i, t), 0)
        moved = total(arriving.get((i, t), ())) - total(leaving.get((i, t), ()))
        yield (i, t), unknown.y[i, t] == stood + committed + change + moved


def grow_or_shrink(known: Known, unknown: Unknown) -> Rows:
    """C4 A facility of today either grows or shrinks, over the whole plan.

    sum over t' of (given_up[i,t'] + sum over j of q[i,j,t']) <= k_kept[i] * (1 - grows[i,t])
                                                    for all i of today or committed that are not protected, all t
    Unit: places. Source: consistency; otherwise places of today could be renamed new and paid as such.
    In words: no place is closed and opened again on paper, not even some years later.
    """
    leaving = _moves(unknown.q, 0)
    for (i, t), grows in unknown.grows.items():
        every = [u for u in known.years if (i, u) in unknown.given_up]
        gone = [unknown.given_up[i, u] for u in every] + [q for u in every for q in leaving.get((i, u), ())]
        yield (i, t), total(gone) <= known.sites[i].kept_places * (1 - grows)


def grow_only(known: Known, unknown: Unknown) -> Rows:
    """C4 A facility adds places only when it is the one that grows.

    added[i,t] <= (k_most[i] - smallest[i]) * grows[i,t]    for all i of today that are not protected
    Unit: places. Source: consistency, with grow_or_shrink.
    In words: growing and shrinking exclude each other.
    """
    for (i, t), grows in unknown.grows.items():
        site = known.sites[i]
        start = site.kept_places if t == known.years[0] else min(site.smallest, site.kept_places)
        yield (i, t), unknown.added[i, t] <= max(0, site.most_places - start) * grows


def keep_places(known: Known, unknown: Unknown) -> Rows:
    """C7 Places of today stay: always where protected, as far as possible where kept.

    sum over t' <= t of given_up[i,t'] <= e_keep[i,t] + sum over t' <= t of e_idle[i,t']    where the site is kept
    given_up[i,t] <= 0                                          where it is protected and may still stand
    Unit: places missing in the period. Source: status of the site in the register, set by its municipality.
    In words: a municipality's existing places are not taken away by arithmetic, nor earlier than need be; no status
    pays an old type beyond its last year.
    """
    for (i, t), given_up in unknown.given_up.items():
        if known.sites[i].status == "keep":
            span = [(i, u) for u in known.until(t) if (i, u) in unknown.given_up]
            idle = total(unknown.e_idle.get(key, 0) for key in span)
            yield (i, t), total(unknown.given_up[key] for key in span) <= unknown.e_keep[i, t] + idle
        elif known.sites[i].status == "protected" and known.sites[i].stands(t):
            yield (i, t), given_up <= 0


def keep_needed(known: Known, unknown: Unknown) -> Rows:
    """C7 Only places of a home service beyond the need of its municipality count as idle.

    sum over t of e_idle[i,t] <= max(0, k_kept[i] - least over t of d[m,g,t] / rho[s], rounded up)
    Unit: places. Source: register and norms.
    In words: a place that somebody needs is never called idle.
    """
    for i in sorted({i for i, _ in unknown.e_idle}):
        yield i, total(unknown.e_idle[i, t] for t in known.years) <= idle_places(known, known.sites[i])
