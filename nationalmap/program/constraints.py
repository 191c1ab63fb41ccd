"""The rules, each a generator of (key, row): words, algebra, unit and source in one place.

``RULES`` at the bottom lists them in order. A rule that the scenario does not use makes no
row. Notation: x users of m served at h; u unmet; k places, y facilities of site i; b money of
stream f; e shortfall that a stage makes as small as possible. One year t, one step from today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp

from nationalmap.program.index import Known, Site
from nationalmap.program.variables import Unknown, above_maximum, spread_cells

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


Rule = Callable[[Known, Unknown], Rows]

RULES: tuple[Rule, ...] = (
    meet_need,
    places_hold_users,
    window_smallest,
    window_largest,
    balance_places,
    grow_or_shrink,
    grow_only,
    open_and_close,
    keep_places,
    no_loss,
    municipal_package,
    regional_package,
    regional_spread,
    maximum_users,
    unmet_above_maximum,
    pay_running,
    pay_capital,
    pay_new_only,
    budgets,
    worst_share,
)


def explained(rule: Rule | Callable[..., Any]) -> Mapping[str, str]:
    """Title, algebra, unit, source and words of a rule or stage, read from its docstring."""
    lines = [line.strip() for line in (rule.__doc__ or "").strip().splitlines()]
    parts: dict[str, list[str]] = {"title": lines[:1]}
    current = "algebra"
    for line in lines[1:]:
        for mark, name in (("Unit:", "unit"), ("In words:", "words")):
            if line.startswith(mark):
                current, line = name, line.removeprefix(mark).strip()  # noqa: PLW2901
        parts.setdefault(current, []).append(line)
    found = {name: " ".join(text for text in texts if text) for name, texts in parts.items()}
    unit, _, source = found.get("unit", "").partition("Source:")
    return {**found, "unit": unit.strip(" ."), "source": source.strip()}
