"""Money: every open place is paid, by a stream that may pay it and has the money. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.program.index import Known
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def _paid(known: Known, unknown: Unknown, h: str, s: str, kind: str) -> Any:
    return total(unknown.b[f, h, s] for f in known.eligible(s, h, kind))


def _trips(known: Known, unknown: Unknown, h: str, s: str) -> Any:
    trip = known.services[s].trip_user
    return total(trip * unknown.x[m, h, s] for m in known.municipalities if m != h and (m, h, s) in unknown.x)


def pay_running(known: Known, unknown: Unknown) -> Rows:
    """C11 Running cost of the year is paid by streams that may pay it.

    sum over i in h of (place[s] k[i] + facility[s] y[i]) + trip[s] * sum over m<>h of x[m,h,s]
        = sum over eligible f of b[f,h,s]    for all h, s
    Unit: thousand EUR a year, 2026 prices. Source: чл. 45 ЗСУ, standards of financing (amounts illustrative).
    In words: every open place has somebody who pays for it, users or no users.
    """
    for (h, s), sites in known.sites_in.items():
        service = known.services[s]
        places = total(service.running_place * unknown.k[site.code] for site in sites)
        buildings = total(service.running_facility * unknown.y[site.code] for site in sites if site.code in unknown.y)
        trips = _trips(known, unknown, h, s)
        yield (h, s), places + buildings + trips == _paid(known, unknown, h, s, "running")


def pay_capital(known: Known, unknown: Unknown) -> Rows:
    """C11 New places and facilities are built with capital money.

    place[s] * sum over i in h of added[i] + facility[s] * sum over i in h of opened[i]
        = sum over eligible f of b[f,h,s]    for all h, s
    Unit: thousand EUR up to the year, 2026 prices. Source: programmes of the scenario.
    In words: capital money builds, it never runs.
    """
    for (h, s), sites in known.sites_in.items():
        service = known.services[s]
        places = total(service.capital_place * unknown.added[site.code] for site in sites)
        buildings = total(
            service.capital_facility * unknown.opened[site.code] for site in sites if site.code in unknown.opened
        )
        yield (h, s), places + buildings == _paid(known, unknown, h, s, "capital")


def pay_new_only(known: Known, unknown: Unknown) -> Rows:
    """C11 A stream for new places pays no place that stands today.

    b[f,h,s] <= place[s] * sum over i in h of added[i] + facility[s] * sum over i in h of opened[i]
    Unit: thousand EUR a year, 2026 prices. Source: conditions of the programme, as the scenario states.
    In words: a programme that opens services does not replace the state's money for old ones.
    """
    for f, stream in known.scenario.streams.items():
        if not stream.new_places_only or stream.kind != "running":
            continue
        for (h, s), sites in known.sites_in.items():
            if (f, h, s) in unknown.b:
                service = known.services[s]
                places = total(service.running_place * unknown.added[site.code] for site in sites)
                buildings = total(
                    service.running_facility * unknown.opened[site.code]
                    for site in sites
                    if site.code in unknown.opened
                )
                yield (f, h, s), unknown.b[f, h, s] <= places + buildings


def budgets(known: Known, unknown: Unknown) -> Rows:
    """C11 No stream pays more than it has; in the mode what_it_would_cost the excess is measured.

    sum over h, s of b[f,h,s] <= B[f] + e_budget[f]    for all f
    Unit: thousand EUR. Source: the scenario's streams, each with its basis.
    In words: the plan fits the money, or says how much more it would take.
    """
    for f, budget in known.budget.items():
        spent = [b for (stream, _, _), b in unknown.b.items() if stream == f]
        if spent:
            yield f, total(spent) <= budget + unknown.e_budget.get(f, 0)
