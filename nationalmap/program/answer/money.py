"""Result tables of money: what each stream pays, to the cent, and what it has left."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nationalmap.errors import SolverFailed
from nationalmap.program.answer.cents import cents, exact_cents, whole_cents
from nationalmap.program.answer.decided import Decided
from nationalmap.program.known import Known
from nationalmap.program.nouns import EUR_PER_UNIT, Site

Row = Mapping[str, Any]
#: stream, kind, host municipality, service, period
PayKey = tuple[str, str, str, str, int]
#: Cents: how far a solver's payment may lie from a whole one and still be it.
NOISE = 1e-6


@dataclass(frozen=True)
class Bill:
    """What a service costs in a host municipality and period, and what each stream pays of it by the solution."""

    kind: str
    h: str
    s: str
    t: int
    owed: Decimal
    """Cents, exact."""
    paid: Mapping[str, float]
    """Stream -> cents, parts of cents among them."""

    def key(self, f: str) -> PayKey:
        """The payment of a stream, keyed as the program's."""
        return f, self.kind, self.h, self.s, self.t


def spending_rows(known: Known, found: Decided) -> list[Row]:
    """Amounts by stream; what the streams pay is the cost of the places and users, to the cent.

    Budgets and costs are whole cents and the split is a corner of a transport problem, so that
    there is nothing to round. Where stated journeys cost parts of a cent, these are cut off, of what is owed
    and of every payment, and the cents that are then missing go to streams that pay a part of one and have it left;
    what differs by more is refused rather than made to fit.
    """
    return [
        {"stream": f, "kind": kind, "municipality": h, "service": s, "year": t, "amount_eur": amount / 100}
        for (f, kind, h, s, t), amount in payments(known, found).items()
        if amount
    ]


def payments(known: Known, found: Decided) -> dict[PayKey, int]:
    """(f, kind, h, s, t) -> whole cents. Raises SolverFailed where they are not what is owed."""
    bills = list(_bills(known, found))
    amounts = {bill.key(f): _cut(paid) for bill in bills for f, paid in bill.paid.items()}
    missing = [(bill, gap) for bill in bills if (gap := _gap(bill))]
    spent: dict[tuple[str, int], int] = {}
    for (f, _, _, _, t), amount in amounts.items():
        spent[f, t] = spent.get((f, t), 0) + amount
    # Those with the fewest streams to turn to come first.
    for bill, gap in sorted(missing, key=lambda item: (len(_parts(item[0])), item[0].key(""))):
        for f, more in _last_cents(known, bill, gap, spent).items():
            amounts[bill.key(f)] += more
            spent[f, bill.t] += more
    return amounts


def _bills(known: Known, found: Decided) -> Iterator[Bill]:
    users: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for (m, h, s, t), n in found.users.items():
        if n:
            users.setdefault((h, s, t), []).append((m, n))
    for (h, s), sites in known.sites_in.items():
        for t in known.years:
            for kind in known.cost_kinds(h, s):
                owed = _owed(known, found, sites, users.get((h, s, t), []), kind, t)
                streams = known.eligible(s, h, kind, t)
                paid = {f: found.money[f, kind, h, s, t] * EUR_PER_UNIT * 100 for f in streams}
                yield Bill(kind, h, s, t, Decimal(owed), paid)


def _cut(cents_: float) -> int:
    """Whole cents of a payment."""
    return math.floor(cents_ + NOISE)


def _parts(bill: Bill) -> dict[str, float]:
    """Streams that pay a part of a cent -> that part."""
    parts = {f: paid - _cut(paid) for f, paid in bill.paid.items()}
    return {f: part for f, part in parts.items() if part > NOISE}


def _gap(bill: Bill) -> int:
    """Cents that the cut payments fall short of the bill; one too much where a solver's hair lifts them over it."""
    owed, paid = whole_cents(bill.owed), sum(_cut(paid) for paid in bill.paid.values())
    least = -1 if bill.owed % 1 and paid else 0
    if not least <= owed - paid <= len(_parts(bill)):
        text = f"{owed / 100:.2f} EUR, its streams pay {paid / 100:.2f}"
        raise SolverFailed(f"{bill.s} in {bill.h} costs {text} ({bill.kind}, {bill.t})")
    return owed - paid


def _last_cents(known: Known, bill: Bill, gap: int, spent: Mapping[tuple[str, int], int]) -> dict[str, int]:
    """Stream -> the cent that it gives: with money left first, then other payers, then by the part it pays."""
    if gap < 0:
        return {max(bill.paid, key=lambda f: (bill.paid[f], f)): gap}
    parts, streams = _parts(bill), known.scenario.streams
    left = {f: money_left(known, spent, f, bill.t) > 0 for f in parts}
    givers = sorted(parts, key=lambda f: (left[f], streams[f].payer == "other", parts[f], f))[-gap:]
    if not known.hard_need and not all(left[f] for f in givers):
        text = f"{bill.s} in {bill.h} costs {whole_cents(bill.owed) / 100:.2f} EUR"
        raise SolverFailed(f"{text}, and its streams have a cent less ({bill.kind}, {bill.t})")
    return dict.fromkeys(givers, 1)


def money_left(known: Known, spent: Mapping[tuple[str, int], int], f: str, t: int) -> int:
    """Cents that a stream could still spend in a period without lacking them then or later."""
    stream = known.scenario.streams[f]
    rest = {u: cents(known.budget[f, u]) - spent.get((f, u), 0) for u in known.years}
    if stream.kind != "capital" or not stream.carry_over:
        return rest[t]
    return min(sum(rest[v] for v in known.until(u)) for u in known.years if u >= t)


def _owed(
    known: Known, found: Decided, sites: tuple[Site, ...], users: list[tuple[str, int]], kind: str, t: int
) -> Decimal | int:
    """Cost of a service in a host municipality and period, cents, exact."""
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
    return standing - saved - fees + trips


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
