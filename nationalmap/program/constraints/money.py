"""Money: everything open is paid, by a stream that may pay it and has the money. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pulp

from nationalmap.program.amounts import available, user_cost
from nationalmap.program.known import Known
from nationalmap.program.nouns import Site
from nationalmap.program.terms import weighted
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def _paid(known: Known, unknown: Unknown, h: str, s: str, kind: str, t: int) -> Any:
    return total(unknown.b[f, kind, h, s, t] for f in known.eligible(s, h, kind, t))


def _cells(known: Known, kind: str) -> Iterator[tuple[str, str, int]]:
    """(h, s, t) that can have this kind of cost."""
    for h, s in known.sites_in:
        if kind in known.cost_kinds(h, s):
            for t in known.years:
                yield h, s, t


def _standing_cost(known: Known, unknown: Unknown, sites: tuple[Site, ...], t: int) -> Any:
    """Places and facilities whose running cost the streams pay in the period."""
    paid = [site for site in sites if not site.by_project(t)]
    return total(known.services[site.service].running_place * unknown.k[site.code, t] for site in paid) + total(
        site.running_facility * unknown.y[site.code, t] for site in paid if (site.code, t) in unknown.y
    )


def _users_cost(known: Known, unknown: Unknown, clients: Iterable[str], h: str, s: str, t: int) -> Any:
    """Journeys of the users, less their fees."""
    fee = known.fee_in(h, s, t)
    return weighted((v, known.trip_cost(m, h, s) - fee) for m in clients for v in unknown.served(m, h, s, t))


def pay_running(known: Known, unknown: Unknown) -> Rows:
    """C11 Running cost of the year is paid by streams that may pay it.

    sum over i in h of (place[s] k[i,t] + facility[i] y[i,t]) + sum over m of (trip[m,h,s] - fee[s]) x[m,h,s,t]
        - saved[c] complexes[c,h,t] = sum over eligible f of b[f,running,h,s,t]    for all h, s, t
    Unit: thousand EUR a year, 2026 prices. Source: чл. 45 ЗСУ, standards of financing (amounts illustrative).
    In words: every open place has somebody who pays for it, users or no users, until its project ends the project,
    which then takes the fees too.
    """
    saved = {(c.services[0], c.code): c.saved for c in known.complexes}
    clients: dict[tuple[str, str, int], list[str]] = {}
    for m, h, s, t in sorted(known.arcs):
        clients.setdefault((h, s, t), []).append(m)
    for h, s, t in _cells(known, "running"):
        users = _users_cost(known, unknown, clients.get((h, s, t), ()), h, s, t)
        cost = _standing_cost(known, unknown, known.sites_in[h, s], t) + users
        less = total(
            amount * unknown.complexes[c, h, t]
            for (first, c), amount in saved.items()
            if first == s and (c, h, t) in unknown.complexes
        )
        yield (h, s, t), cost - less == _paid(known, unknown, h, s, "running", t)


def pay_build(known: Known, unknown: Unknown) -> Rows:
    """C11 New places and facilities are built with capital money.

    sum over i in h of (place[i] added[i,t] + facility[i] opened[i,t]) = sum over eligible f of b[f,build,h,s,t]
    Unit: thousand EUR up to the year, 2026 prices. Source: programmes of the scenario.
    In words: capital money builds, it never runs.
    """
    for h, s, t in _cells(known, "build"):
        sites = known.sites_in[h, s]
        places = total(
            site.capital_place * unknown.added[site.code, t] for site in sites if (site.code, t) in unknown.added
        )
        buildings = total(
            site.capital_facility * unknown.opened[site.code, t] for site in sites if (site.code, t) in unknown.opened
        )
        yield (h, s, t), places + buildings == _paid(known, unknown, h, s, "build", t)


def pay_transform(known: Known, unknown: Unknown) -> Rows:
    """C11 Transformed places are paid with capital money that may be spent so.

    sum over i, j in h of place[i,j] q[i,j,t] = sum over eligible f of b[f,transform,h,s,t]    for all h, s, t
    Unit: thousand EUR up to the year, 2026 prices. Source: transformations of the catalogue (amounts illustrative).
    In words: a better home costs money even where the house stands.
    """
    cost = {(i, j): way.capital_place for i, j, way in known.conversions}
    arriving: dict[tuple[str, int], list[Any]] = {}
    for (i, j, t), q in unknown.q.items():
        arriving.setdefault((j, t), []).append(cost[i, j] * q)
    for h, s, t in _cells(known, "transform"):
        moved = total(q for site in known.sites_in[h, s] for q in arriving.get((site.code, t), ()))
        yield (h, s, t), moved == _paid(known, unknown, h, s, "transform", t)


def pay_renovate(known: Known, unknown: Unknown) -> Rows:
    """C11 Renovations are paid with capital money that may be spent so.

    sum over i in h, kinds of cost[i,kind] renovated[i,kind,t] = sum over eligible f of b[f,renovate,h,s,t]
    Unit: thousand EUR up to the year, 2026 prices. Source: the scenario's table of renovations.
    In words: what is renovated is paid, by whom it says.
    """
    cost = {(need.site, need.kind): need.cost for need in known.renovations}
    for h, s, t in _cells(known, "renovate"):
        here = {site.code for site in known.sites_in[h, s]}
        done = total(cost[i, kind] * v for (i, kind, year), v in unknown.renovated.items() if year == t and i in here)
        yield (h, s, t), done == _paid(known, unknown, h, s, "renovate", t)


def pay_new_only(known: Known, unknown: Unknown) -> Rows:
    """C11 A stream for new places pays no place that stands today.

    b[f,running,h,s,t] <= sum over t' <= t, i in h of (place[s] added[i,t'] + facility[i] opened[i,t'])
                          + sum over committed i in h of (place[s] k[i,t] + facility[i] y[i,t])
    Unit: thousand EUR a year, 2026 prices. Source: conditions of the programme, as the scenario states.
    In words: a programme that opens services does not replace the state's money for old ones.
    """
    for f, stream in known.scenario.streams.items():
        if not stream.new_places_only or stream.kind != "running":
            continue
        for h, s, t in _cells(known, "running"):
            if (f, "running", h, s, t) in unknown.b:
                new = total(_new_cost(known, unknown, site, t) for site in known.sites_in[h, s])
                yield (f, h, s, t), unknown.b[f, "running", h, s, t] <= new


def _new_cost(known: Known, unknown: Unknown, site: Site, t: int) -> Any:
    """Running cost of what was added and opened at a site up to a period, or is left of what was committed."""
    if site.by_project(t):
        return 0
    place = known.services[site.service].running_place
    if site.opens is not None:
        return place * unknown.k[site.code, t] + site.running_facility * unknown.y.get((site.code, t), 0)
    added = total(unknown.added[site.code, u] for u in known.until(t) if (site.code, u) in unknown.added)
    opened = total(unknown.opened[site.code, u] for u in known.until(t) if (site.code, u) in unknown.opened)
    return place * added + (site.running_facility * opened if (site.code, t) in unknown.y else 0)


def others_pay(known: Known, unknown: Unknown) -> Rows:
    """C11 Users above a maximum are paid by money that is not the state's.

    sum over f of other payers of b[f,running,h,s,t] >= (place[s] / rho[s]) * sum over m of x_other[m,h,s,t]
    Unit: thousand EUR a year, 2026 prices. Source: чл. 1(1) НПСУ; own money and fees of the municipality.
    In words: who is served beyond the state's maximum is not served with the state's money.
    """
    users: dict[Any, list[Any]] = {}
    for (_, h, s, t), v in unknown.x_other.items():
        users.setdefault((h, s, t), []).append(v)
    for (h, s, t), beyond in sorted(users.items()):
        others = [f for f in known.eligible(s, h, "running", t) if known.scenario.streams[f].payer == "other"]
        paid = total(unknown.b[f, "running", h, s, t] for f in others)
        yield (h, s, t), paid >= user_cost(known.services[s]) * total(beyond)


def budgets(known: Known, unknown: Unknown) -> Rows:
    """C11 No stream pays more than it has; in the mode what_it_would_cost the excess is measured.

    sum over kinds, h, s of b[f,kind,h,s,t] <= B[f,t] + e_budget[f,t]                        for running money
    sum over t' <= t, kinds, h, s of b[f,kind,h,s,t'] <= sum over t' <= t of (B[f,t'] + e_budget[f,t'])
                                                                                             for money carried over
    Unit: thousand EUR. Source: the scenario's streams, each with its basis.
    In words: the plan fits the money, or says how much more it would take; what is left of a programme waits.
    """
    spent: dict[tuple[str, int], list[Any]] = {}
    for (f, _, _, _, t), b in unknown.b.items():
        spent.setdefault((f, t), []).append(b)
    for f, stream in known.scenario.streams.items():
        carried = stream.kind == "capital" and stream.carry_over
        for t in known.years:
            span = known.until(t) if carried else (t,)
            if (f, t) in spent:
                most = available(known, f, t) + total(unknown.e_budget.get((f, u), 0) for u in span)
                yield (f, t), total(b for u in span for b in spent.get((f, u), ())) <= most
