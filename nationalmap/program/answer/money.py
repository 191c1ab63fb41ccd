"""Result tables of money: what each stream pays, to the cent, and what it has left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from nationalmap.errors import SolverFailed
from nationalmap.program.answer.cents import cents, exact_cents, rounded_cents
from nationalmap.program.answer.decided import Decided
from nationalmap.program.known import Known
from nationalmap.program.nouns import EUR_PER_UNIT, Site

Row = Mapping[str, Any]


def spending_rows(known: Known, found: Decided) -> list[Row]:
    """Amounts by stream; what the streams pay is the cost of the places and users, to the cent.

    Budgets and costs are whole cents and the split is a corner of a transport problem, so that
    rounding moves nothing. Where stated journeys cost fractions of a cent, the last cents go to
    the stream that pays most; what differs by more is refused rather than made to fit.
    """
    users: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for (m, h, s, t), n in found.users.items():
        if n:
            users.setdefault((h, s, t), []).append((m, n))
    rows: list[Row] = []
    for (h, s), sites in known.sites_in.items():
        for t in known.years:
            for kind in known.cost_kinds(h, s):
                owed = _owed(known, found, sites, users.get((h, s, t), []), kind, t)
                paid = {f: cents(found.money[f, kind, h, s, t]) for f in known.eligible(s, h, kind, t)}
                rows += _paid_rows(paid, owed, (kind, h, s, t))
    return rows


def _paid_rows(paid: dict[str, int], owed: int, cell: tuple[str, str, str, int]) -> Iterator[Row]:
    kind, h, s, t = cell
    gap = owed - sum(paid.values())
    if abs(gap) > len(paid) or (gap and not paid):
        text = f"{owed / 100:.2f} EUR, its streams pay {sum(paid.values()) / 100:.2f}"
        raise SolverFailed(f"{s} in {h} costs {text} ({kind}, {t})")
    if gap:
        paid[max(paid, key=lambda f: (paid[f], f))] += gap
    for f, amount in paid.items():
        if amount:
            yield {"stream": f, "kind": kind, "municipality": h, "service": s, "year": t, "amount_eur": amount / 100}


def _owed(
    known: Known, found: Decided, sites: tuple[Site, ...], users: list[tuple[str, int]], kind: str, t: int
) -> int:
    """Cost of a service in a host municipality and period, whole cents."""
    h, s = sites[0].municipality, sites[0].service
    if kind == "build":
        return sum(
            found.at("added", (site.code, t)) * cents(site.capital_place)
            + found.at("opened", (site.code, t)) * cents(site.capital_facility)
            for site in sites
        )
    here = {site.code for site in sites}
    if kind == "transform":
        cost = {(i, j): cents(way.capital_place) for i, j, way in known.conversions if j in here}
        return sum(n * cost[i, j] for (i, j, year), n in found.left.items() if year == t and j in here)
    if kind == "renovate":
        due = {(r.site, r.kind): cents(r.cost) for r in known.renovations if r.site in here}
        return sum(due[i, what] * n for (i, what, year), n in found.renovated.items() if year == t and i in here)
    service = known.services[s]
    paid = [site for site in sites if not site.by_project(t)]
    standing = sum(
        found.places[site.code, t] * cents(service.running_place)
        + found.at("facilities", (site.code, t)) * cents(site.running_facility)
        for site in paid
    )
    saved = sum(found.at("complexes", (c.code, h, t)) * cents(c.saved) for c in known.complexes if c.services[0] == s)
    trips = sum((n * exact_cents(known.trip_cost(m, h, s)) for m, n in users), Decimal(0))
    fees = sum(n for _, n in users) * cents(known.fee_in(h, s, t))
    return rounded_cents(standing - saved - fees + trips)


def budget_rows(known: Known, spending: Iterable[Row]) -> Iterator[Row]:
    """Each stream from period to period: what it has, spends, carries over, leaves or lacks."""
    spent: dict[tuple[str, int], int] = {}
    for row in spending:
        key = (row["stream"], row["year"])
        spent[key] = spent.get(key, 0) + round(row["amount_eur"] * 100)
    for f, stream in known.scenario.streams.items():
        carried = 0
        for t in known.years:
            new, paid = round(known.budget[f, t] * EUR_PER_UNIT * 100), spent.get((f, t), 0)
            rest = max(0, carried + new - paid)
            later = [u for u in known.years if u > t][:1]
            goes_on = stream.kind == "capital" and stream.carry_over and any(known.is_open(stream, u) for u in later)
            yield {
                "stream": f,
                "year": t,
                "kind": stream.kind,
                "carried_in_eur": carried / 100,
                "budget_eur": new / 100,
                "spent_eur": paid / 100,
                "carried_out_eur": rest / 100 if goes_on else 0.0,
                "left_eur": 0.0 if goes_on else rest / 100,
                "lacking_eur": max(0, paid - carried - new) / 100,
            }
            carried = rest if goes_on else 0
