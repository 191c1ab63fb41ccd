"""Needs, places and facilities: who is served where, and what stands. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.index import Known, Site
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def meet_need(known: Known, unknown: Unknown) -> Rows:
    """C1 Served users and the unmet cases together are the need.

    sum over h of x[m,h,s] + u_short[m,s] + u_above[m,s] = d[m,s]    for all m, s within reach
    Unit: need cases. Source: чл. 35(1) ЗСУ, analysis of needs.
    In words: nobody whom the norm counts is lost from sight.
    """
    for m, s in known.cells:
        served = total(unknown.x[m, h, s] for h in known.hosts[m, s])
        above = unknown.u_above.get((m, s), 0)
        yield (m, s), served + unknown.u_short[m, s] + above == known.need[m, s]


def places_hold_users(known: Known, unknown: Unknown) -> Rows:
    """C2 A host serves no more users at a time than its places hold.

    sum over m of x[m,h,s] <= rho[s] * sum over i in h of k[i]    for all h, s
    Unit: users at a time. Source: capacity of the service (Наредба за качеството на социалните услуги).
    In words: a place is used by one person, or by as many as the catalogue says come by the hour.
    """
    for (h, s), sites in known.sites_in.items():
        served = [unknown.x[m, h, s] for m in known.municipalities if (m, h, s) in unknown.x]
        if served:
            rho = known.services[s].users_per_place
            yield (h, s), total(served) <= rho * total(unknown.k[site.code] for site in sites)


def window_smallest(known: Known, unknown: Unknown) -> Rows:
    """C3 A facility is not smaller than the smallest size; one of today may stay as small as it is.

    k[i] >= min(kmin[s], k_today[i]) * y[i] for a facility of today,  k[i] >= kmin[s] * y[i] for new ones
    Unit: places. Source: чл. 10 Наредба за качеството на социалните услуги, appendices (numbers illustrative).
    In words: nobody opens a centre for three people.
    """
    for i, y in unknown.y.items():
        yield i, unknown.k[i] >= _window(known, known.sites[i])[0] * y


def window_largest(known: Known, unknown: Unknown) -> Rows:
    """C3 A facility is not larger than the largest size; one of today may stay as large as it is.

    k[i] <= max(kmax[s], k_today[i]) * y[i] for a facility of today,  k[i] <= kmax[s] * y[i] for new ones
    Unit: places. Source: чл. 10 Наредба за качеството на социалните услуги, appendices (numbers illustrative).
    In words: many places mean several facilities, and no places stand without a facility.
    """
    for i, y in unknown.y.items():
        yield i, unknown.k[i] <= _window(known, known.sites[i])[1] * y


def _window(known: Known, site: Site) -> tuple[int, int]:
    service = known.services[site.service]
    if site.is_new:
        return service.min_places, service.max_places
    return min(service.min_places, site.places_today), max(service.max_places, site.places_today)


def balance_places(known: Known, unknown: Unknown) -> Rows:
    """C4 Places planned are the places of today, plus the added, less the given up.

    k[i] = k_today[i] + added[i] - given_up[i]    for all i
    Unit: places. Source: accounting identity.
    In words: every place that appears or disappears is said.
    """
    for i, site in known.sites.items():
        yield i, unknown.k[i] == site.places_today + unknown.added[i] - unknown.given_up.get(i, 0)


def grow_or_shrink(known: Known, unknown: Unknown) -> Rows:
    """C4 A facility of today either grows or shrinks.

    given_up[i] <= k_today[i] * (1 - grows[i])    for all i of today that are not protected
    Unit: places. Source: consistency; otherwise places of today could be renamed new and paid as such.
    In words: no place is closed and opened again on paper.
    """
    for i, grows in unknown.grows.items():
        today = known.sites[i].places_today
        yield i, unknown.given_up[i] <= today * (1 - grows)


def grow_only(known: Known, unknown: Unknown) -> Rows:
    """C4 A facility adds places only when it is the one that grows.

    added[i] <= (k_most[i] - k_today[i]) * grows[i]    for all i of today that are not protected
    Unit: places. Source: consistency, with grow_or_shrink.
    In words: growing and shrinking exclude each other.
    """
    for i, grows in unknown.grows.items():
        site = known.sites[i]
        yield i, unknown.added[i] <= max(0, site.most_places - site.places_today) * grows


def open_and_close(known: Known, unknown: Unknown) -> Rows:
    """C5 Facilities planned are those of today, plus the opened, less the closed.

    y[i] = y_today[i] + opened[i] - closed[i]    for all i
    Unit: facilities. Source: accounting identity; openings and closures are decisions of municipal councils.
    In words: every opening and every closing is said.
    """
    for i, y in unknown.y.items():
        yield i, y == known.sites[i].facilities_today + unknown.opened.get(i, 0) - unknown.closed.get(i, 0)


def keep_places(known: Known, unknown: Unknown) -> Rows:
    """C7 Places of today stay: always where protected, as far as possible where kept.

    given_up[i] <= e_keep[i] + e_idle[i],  both 0 where the site is protected;
    e_idle[i] <= places of a home service beyond the need of its municipality, 0 for a facility
    Unit: places. Source: status of the site in the register, set by its municipality.
    In words: a municipality's existing places are not taken away by arithmetic.
    """
    for i, site in known.sites.items():
        if not site.is_new and site.status in ("keep", "protected"):
            yield i, unknown.given_up[i] <= unknown.e_keep.get(i, 0) + unknown.e_idle.get(i, 0)


def no_loss(known: Known, unknown: Unknown) -> Rows:
    """C7 Nobody served today is unserved, by municipality (by region for a regional service).

    sum over m in t, h of x[m,h,s] + e_loss[t,s] >= min(users today, need)    where the register counts users
    Unit: users. Source: a principle of planning, not a legal text known to us; switch no_loss of the scenario.
    In words: who has a place keeps one, there or nearby.
    """
    for territory, s in unknown.e_loss:
        today = sum(
            n for (m, service), n in known.users_today.items() if service == s and known.territory(m, s) == territory
        )
        cells = [c for c in known.cells if c[1] == s and known.territory(*c) == territory]
        need = sum(known.need[c] for c in cells)
        floor = min(today, need, known.maximum.get((territory, s), need))
        served = total(unknown.x[m, h, s] for m, _ in cells for h in known.hosts[m, s])
        yield (territory, s), served + unknown.e_loss[territory, s] >= floor
