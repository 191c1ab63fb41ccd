"""Needs and places: who is served where, by which service of the group. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.amounts import loss_floor
from nationalmap.program.known import Known
from nationalmap.program.terms import at_most_zero, total, weighted
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]


def served(known: Known, unknown: Unknown, m: str, services: tuple[str, ...], t: int) -> list[pulp.LpVariable]:
    """Users of a municipality in the services, wherever they are served and whoever pays."""
    return [v for s in services for h in known.hosts[m, s, t] for v in unknown.served(m, h, s, t)]


def meet_need(known: Known, unknown: Unknown) -> Rows:
    """C1 Served users and the unmet cases together are the need.

    sum over s in g, h of (x[m,h,s,t] + x_other[m,h,s,t]) + u_short[m,g,t] + u_above[m,g,t] = d[m,g,t]    for all
    m, g, t within reach
    Unit: need cases. Source: чл. 35(1) ЗСУ, analysis of needs.
    In words: nobody whom the norm counts is lost from sight; the services of a group stand for each other.
    """
    for m, g, t in known.cells:
        met = total(served(known, unknown, m, known.groups[g].services, t))
        above = unknown.u_above.get((m, g, t), 0)
        yield (m, g, t), met + unknown.u_short[m, g, t] + above == known.need[m, g, t]


def group_most_share(known: Known, unknown: Unknown) -> Rows:
    """C1 A service takes at most its share of the group's served users.

    sum over m in r, h of x[m,h,s,t] <= most[s] * sum over s' in g, m in r, h of x[m,h,s',t]    for all r, s, t
    Unit: users. Source: резидентна грижа only after home and community are exhausted (shares illustrative).
    In words: no region answers the need of older people with homes alone.
    """
    for (r, s, t), mine, all_ in _shares(known, unknown):
        most = known.services[s].most_share
        if most is not None:
            yield (r, s, t), total(mine) <= most * total(all_)


def group_least_share(known: Known, unknown: Unknown) -> Rows:
    """C1 A service takes at least its share of the group's served users.

    sum over m in r, h of x[m,h,s,t] >= least[s] * sum over s' in g, m in r, h of x[m,h,s',t]    for all r, s, t
    Unit: users. Source: preference of the law for care at home (shares illustrative).
    In words: the service that is to come first really carries its part.
    """
    for (r, s, t), mine, all_ in _shares(known, unknown):
        least = known.services[s].least_share
        if least is not None:
            yield (r, s, t), total(mine) >= least * total(all_)


def _shares(known: Known, unknown: Unknown) -> Iterator[tuple[Any, list[Any], list[Any]]]:
    """(r, s, t) of services with a share, users of its family, users of its group."""
    for s, service in known.services.items():
        if service.is_old or (service.most_share is None and service.least_share is None):
            continue
        for r in sorted(set(known.region_of.values())):
            for t in known.years:
                inside = [m for m in known.inside(r) if (m, service.group, t) in known.need]
                mine = [v for m in inside for v in served(known, unknown, m, known.family[s], t)]
                group = known.groups[service.group].services
                yield (r, s, t), mine, [v for m in inside for v in served(known, unknown, m, group, t)]


def assign_wholly(known: Known, unknown: Unknown) -> Rows:
    """C14 Where a municipality is served by one host, that host serves it.

    x[m,h,s,t] + x_other[m,h,s,t] <= d[m,g,t] * w[m,h,s,t]    for all m, h, t, services of single assignment
    Unit: users. Source: scenario, single_assignment.
    In words: the people of one municipality go to one place, not a part here and a part there.
    """
    for (m, h, s, t), w in unknown.w.items():
        yield (m, h, s, t), total(unknown.served(m, h, s, t)) <= known.need_at((m, h, s, t)) * w


def assign_once(known: Known, unknown: Unknown) -> Rows:
    """C14 A municipality has at most one host of a service of single assignment.

    sum over h of w[m,h,s,t] <= 1    for all m, t, services of single assignment
    Unit: hosts. Source: scenario, single_assignment.
    In words: one partner for the agreement, not three.
    """
    for m, g, t in known.cells:
        for s in known.groups[g].services:
            hosts = [unknown.w[m, h, s, t] for h in known.hosts[m, s, t] if (m, h, s, t) in unknown.w]
            if hosts:
                yield (m, s, t), total(hosts) <= 1


def places_hold_users(known: Known, unknown: Unknown) -> Rows:
    """C2 A host serves no more users at a time than its places hold.

    sum over m of (x[m,h,s,t] + x_other[m,h,s,t]) <= rho[s] * sum over i in h of k[i,t]    for all h, s, t
    Unit: users at a time. Source: capacity of the service (Наредба за качеството на социалните услуги).
    In words: a place is used by one person, or by as many as the catalogue says come by the hour.
    """
    users: dict[Any, list[Any]] = {}
    for m, h, s, t in known.arcs:
        users.setdefault((h, s, t), []).extend(unknown.served(m, h, s, t))
    for (h, s, t), there in sorted(users.items()):
        rho = known.services[s].users_per_place
        yield (h, s, t), total(there) <= rho * total(unknown.k[site.code, t] for site in known.sites_in[h, s])


def served_where_open(known: Known, unknown: Unknown) -> Rows:
    """C2 Nobody is served where no facility stands.
    x[m,h,s,t] + x_other[m,h,s,t] <= sum over i in h of min(d[m,g,t], rho[s] * kmax[i]) * y[i,t]
                                                    for all m, h, s, t where every site has facilities
    Unit: users at a time. Source: Cornuejols, Sridharan and Thizy 1991 (strong linking of a facility and its clients).
    In words: the same in whole facilities as what places hold; said for each municipality apart, so that a search
    cannot count on a tenth of a facility for a tenth of the money.
    """
    for arc in known.arcs:
        _, h, s, t = arc
        sites, need = known.sites_in[h, s], known.need_at(arc)
        most = [known.services[s].users_per_place * site.largest for site in sites]
        if all((site.code, t) in unknown.y for site in sites) and need < max(most):
            row = total(unknown.served(*arc))
            row.update(weighted((unknown.y[site.code, t], -min(need, n)) for site, n in zip(sites, most, strict=True)))
            yield arc, at_most_zero(row)


def no_loss(known: Known, unknown: Unknown) -> Rows:
    """C7 Nobody served today is unserved, by municipality (by region for a regional service).

    sum over m in territory, s in g, h of x[m,h,s,t] + e_loss[territory,g,t] >= min(users today, need, maxima)
    Unit: users. Source: a principle of planning, not a legal text known to us; switch no_loss of the scenario.
    In words: who has a place keeps one, there or nearby, until the replacement is open; where nobody can give one,
    the loss is counted all the same.
    """
    for territory, g, t in unknown.e_loss:
        cells = known.cells_in.get((territory, g, t), ())
        met = total(v for m, _, _ in cells for v in served(known, unknown, m, known.groups[g].services, t))
        yield (territory, g, t), met + unknown.e_loss[territory, g, t] >= loss_floor(known, territory, g, t)
