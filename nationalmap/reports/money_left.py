"""What the streams of a plan could still pay, from its tables: what is left, and what others could take over.

All amounts are whole cents. Everything is an upper bound, so that who reads "exhausted" can rely on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nationalmap.program.nouns import EUR_PER_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nationalmap.domain.plan import Plan
    from nationalmap.domain.scenario import Stream
    from nationalmap.program.known import Known

#: (kind, host, service, year)
Cell = tuple[str, str, str, int]
#: (stream, role): a stream that pays what is asked, or takes over what another one pays.
Node = tuple[str, str]
Capacities = dict[Node, dict[Node, int]]

_SINK: Node = ("", "")


def cents(thousand_eur: float) -> int:
    """Whole cents of an amount in the program's unit."""
    return round(thousand_eur * EUR_PER_UNIT * 100)


def most_flow(capacities: Mapping[Node, Mapping[Node, int]], sources: Iterable[Node], sink: Node) -> int:
    """The most that flows from the sources to the sink (Ford and Fulkerson 1956, shortest paths first)."""
    left: Capacities = defaultdict(lambda: defaultdict(int))
    for a, ends in capacities.items():
        for b, most in ends.items():
            left[a][b] += most
    total, starts = 0, tuple(sources)
    while path := _path(left, starts, sink):
        least = min(left[a][b] for a, b in path)
        for a, b in path:
            left[a][b] -= least
            left[b][a] += least
        total += least
    return total


def _path(left: Capacities, starts: tuple[Node, ...], sink: Node) -> list[tuple[Node, Node]]:
    """The steps of a shortest path with something left; none where the sink is cut off."""
    came: dict[Node, Node | None] = dict.fromkeys(starts)
    for node in (queue := list(starts)):
        if node == sink:
            break
        for following, most in left[node].items():
            if most > 0 and following not in came:
                came[following] = node
                queue.append(following)
    steps, at = [], sink
    while (before := came.get(at)) is not None:
        steps.append((before, at))
        at = before
    return steps


@dataclass
class MoneyLeft:
    """The tables ``budget`` and ``spending`` of a plan, asked what they could still pay."""

    plan: Plan
    known: Known

    def __post_init__(self) -> None:
        self._payable: dict[tuple[tuple[str, ...], str, int, int | None], int] = {}

    @cached_property
    def budgets(self) -> Mapping[tuple[str, int], Mapping[str, int]]:
        """(stream, year) -> carried_in_eur, budget_eur, carried_out_eur and left_eur, in cents."""
        names = ("carried_in_eur", "budget_eur", "carried_out_eur", "left_eur")
        frame = self.plan.tables["budget"]
        rows = frame[["stream", "year", *names]].itertuples(index=False, name=None)
        return {(f, int(t)): dict(zip(names, (round(100 * a) for a in given), strict=True)) for f, t, *given in rows}

    @cached_property
    def paid(self) -> Mapping[Cell, Mapping[str, int]]:
        """(kind, host, service, year) -> stream -> cents."""
        found: dict[Cell, dict[str, int]] = defaultdict(dict)
        names = ["kind", "municipality", "service", "year", "stream", "amount_eur"]
        for kind, h, s, t, f, amount in self.plan.tables["spending"][names].itertuples(index=False, name=None):
            found[kind, h, s, int(t)][f] = round(100 * amount)
        return found

    def given(self, stream: str, year: int) -> int:
        """What the stream has in the year, with what it carried over."""
        row = self.budgets[stream, year]
        return row["carried_in_eur"] + row["budget_eur"]

    def rest(self, stream: str, year: int, before: int | None = None) -> int:
        """What is not spent in the year, nor, where it is carried over, needed in a later one (before another)."""
        least = None
        for t in self.known.years:
            if t >= year and (before is None or t < before):
                row = self.budgets[stream, t]
                rest = row["carried_out_eur"] + row["left_eur"]
                least = rest if least is None else min(least, rest)
                if not row["carried_out_eur"]:
                    break
        return least or 0

    def payable(self, kind: str, h: str, s: str, year: int, before: int | None = None) -> int:
        """The most that could be paid for more of a service: by the streams that may, with others taking over.

        Stream f hands a payment to g where g may pay it too. Money that may build in several years is given every
        chance: g takes over in whichever year it has most. ``before``: later years have the payment anyway.
        """
        direct = self.known.eligible(s, h, kind, year)
        key = (direct, kind, year, before)
        if key not in self._payable:
            self._payable[key] = self._most(direct, "running" if kind == "running" else "capital", year, before)
        return self._payable[key]

    def _most(self, direct: tuple[str, ...], kind: str, year: int, before: int | None) -> int:
        capacities: Capacities = {(f, role): {} for f in self.known.scenario.streams for role in ("pays", "takes")}
        years = (year,) if kind == "running" else self.known.years
        for f in self.known.scenario.streams:
            mine = self.rest(f, year, before) if f in direct else 0
            capacities[f, "pays"][_SINK] = mine
            capacities[f, "takes"][_SINK] = max(0, max(self.rest(f, t) for t in years) - mine)
        for (f, g), amount in self._handed_over(kind, years).items():
            for role in ("pays", "takes"):
                capacities[f, role][g, "takes"] = amount
        return most_flow(capacities, [(f, "pays") for f in direct], _SINK)

    def _handed_over(self, kind: str, years: tuple[int, ...]) -> Mapping[tuple[str, str], int]:
        """(f, g) -> cents that f pays and g may pay as well."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for cell, streams in self.paid.items():
            what, h, s, t = cell
            if t not in years or (what == "running") != (kind == "running"):
                continue
            for g in self.known.eligible(s, h, what, t):
                room = self._room(cell, g, self.known.scenario.streams[g])
                for f, amount in streams.items():
                    if f != g:
                        found[f, g] += min(amount, room)
        return found

    def _room(self, cell: Cell, name: str, stream: Stream) -> int:
        """What the stream may pay more of a cost: all of it, unless it pays new places only."""
        kind, h, s, t = cell
        if kind != "running" or not stream.new_places_only:
            return sum(self.paid[cell].values())
        return max(0, self._new_cost(h, s, t) - self.paid[cell].get(name, 0))

    def _new_cost(self, h: str, s: str, year: int) -> int:
        """Running cost of the places and facilities that the plan adds, or that were committed, up to the year."""
        cost, place = 0, cents(self.known.services[s].running_place)
        for site in self.known.sites_in.get((h, s), ()):
            houses = cents(site.running_facility) if self.known.services[s].has_facilities else 0
            rows = [self.changes[site.code, t] for t in self.known.until(year) if (site.code, t) in self.changes]
            if site.committed_places:
                cost += place * rows[-1]["places"] + houses * rows[-1]["facilities"] if rows else 0
            else:
                cost += sum(place * row["new_places"] + houses * row["opened"] for row in rows)
        return cost

    @cached_property
    def changes(self) -> Mapping[tuple[str, int], Mapping[str, int]]:
        """(site, year) -> counts of table ``capacity``."""
        frame = self.plan.tables["capacity"]
        counts = [name for name in frame.columns if name not in ("site", "year", "municipality", "service", "origin")]
        rows = frame[["site", "year", *counts]].itertuples(index=False, name=None)
        return {(i, int(t)): dict(zip(counts, map(int, given), strict=True)) for i, t, *given in rows}
