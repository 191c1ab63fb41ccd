"""A stage by blocks, from the former plan to the new one with its bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.blocks.around import Around
from nationalmap.program.blocks.choice import Choice
from nationalmap.program.blocks.conversation import CHOICE_NODES, Conversation, Prices
from nationalmap.program.blocks.joined import Small
from nationalmap.program.blocks.levels import common_column, levelled
from nationalmap.program.blocks.master import Master, Mixed
from nationalmap.program.blocks.pool import Pool
from nationalmap.program.blocks.split import LEFT, Split, joined, split
from nationalmap.program.blocks.workers import Bench, Workers, workers
from nationalmap.program.solvers import Found

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix, StageCosts


class Shop:
    """What stays from stage to stage: the points that were found, and who answers for the blocks."""

    def __init__(self, processes: int = 1, say: Callable[[str], None] = lambda _: None) -> None:
        self.pool, self.wide = Pool(), Pool()
        """Points of the blocks, and of the blocks joined."""
        self.count = 0
        self.late = False
        """Whether the clock ended a search of the present stage: then another machine may find another plan."""
        self._processes, self.say = processes, say
        self._benches: dict[str, Bench | Workers] = {}

    def bench(self, kind: str, parts: Split) -> Bench | Workers:
        """The workers for the blocks, or for the joined ones, who are given the blocks' own rows once."""
        if kind not in self._benches:
            self._benches[kind] = workers({block.name: block.inner for block in parts.blocks}, self._processes)
        return self._benches[kind]

    def note(self, found: Sequence[Found]) -> None:
        """Remember whether the clock ended a search."""
        self.late = self.late or any(answer.stopped == "clock" for answer in found)

    def close(self) -> None:
        """End the workers."""
        for bench in self._benches.values():
            bench.close()
        self._benches = {}


def by_blocks(
    shop: Shop,
    matrix: Matrix,
    stage: StageCosts,
    at_hand: Array | None,
    seconds: float,
    ceiled: Callable[[float], float],
) -> tuple[Array | None, float]:
    """The best point that was found for a stage, and its proven bound."""
    parts = split(with_what_is_kept(matrix))
    shop.late, shop.count = False, len(parts.blocks)
    lift = lifted(stage, at_hand)

    def talk_of(kind: str, parts: Split, pool: Pool, known: Array | None) -> Conversation:
        if known is not None:
            for block in parts.blocks:
                pool.add(block, known[block.columns])
        bench = shop.bench(kind, parts)
        return Conversation(parts, stage.costs * lift, stage.gap, pool, bench, seconds, shop.say, shop.note, lift)

    def whole(best: Prices) -> Prices:
        return replace(best, bound=ceiled(best.bound / lift) * lift)

    talk = talk_of("blocks", parts, shop.pool, at_hand)
    first = whole(talk.begun())
    if at_hand is not None and lift * stage.value(at_hand) <= _enough(stage, first):
        return at_hand, first.bound / lift
    best, master = talk.rounds(first)
    wide = joined(parts)
    # What every block has a part in (a worst share): joined, its points are worse and its bound little better.
    if 1 < len(wide.blocks) < len(parts.blocks) and not stage.costs[parts.own].any():
        small = Small(talk, master, best, wide, shop.wide)
        small.offer(_heaviest(talk, master, talk.mix(master, best.prices)))
        _forget(talk, best, at_hand)
        talk = talk_of("joined", wide, shop.wide, at_hand)
        best, master = talk.rounds(Prices(best.bound, small.prices), WIDE_ROUNDS, floors=small.floors)
    best = whole(best)
    column = common_column(parts, stage.costs)
    if column is None or at_hand is None:
        point = _better(stage, at_hand, _made_whole(talk, master, best, stage))
    else:
        point = levelled(parts, stage, column, at_hand, best.bound / lift, shop.say, shop.note)
    if point is None:
        return None, best.bound / lift
    _forget(talk, best, point)
    return point, best.bound / lift


def _better(stage: StageCosts, *points: Array | None) -> Array | None:
    """The first of the points that cost least; None where there is none."""
    return min((point for point in points if point is not None), key=stage.value, default=None)


def _enough(stage: StageCosts, best: Prices) -> float:
    """A value, lifted, that need not be improved."""
    return best.bound + max(1e-6, stage.gap * abs(best.bound))


#: Rounds with joined blocks, at most.
WIDE_ROUNDS = 8


def lifted(stage: StageCosts, at_hand: Array | None) -> float:
    """A power of two that lifts a small stage (a share) to where a solver's millionths do not matter to its prices."""
    value = 0.0 if at_hand is None else abs(stage.value(at_hand))
    return 2.0 ** max(0, math.ceil(math.log2(LARGE / value))) if value else 1.0


#: A stage of this value is large enough.
LARGE = 1000.0


def with_what_is_kept(matrix: Matrix) -> Matrix:
    """The program with what kept stages imply: a sum of whole things is whole, and no term is more than the sum.

    Such a row is kept half a unit above its value, for solvers' sake. Here it is at its value: at a price, half a unit
    is a gap that nothing closes.
    """
    upper, row_upper = matrix.upper.copy(), matrix.row_upper.copy()
    for number, name in enumerate(matrix.row_names):
        where = slice(int(matrix.start[number]), int(matrix.start[number + 1]))
        index, value = matrix.index[where], matrix.value[where]
        if not name.startswith(LEFT):
            continue
        if matrix.whole[index].all() and (value == np.round(value)).all():
            row_upper[number] = np.floor(row_upper[number] + 1e-6)
        if (value <= 0).any() or not np.isfinite(matrix.lower[index]).all():
            continue
        room = row_upper[number] - float(value @ matrix.lower[index])
        most = matrix.lower[index] + room / value
        most = np.where(matrix.whole[index], np.floor(most + 1e-6), most)
        upper[index] = np.minimum(upper[index], np.maximum(most, matrix.lower[index]))
    return replace(matrix.with_bounds(matrix.lower, upper), row_upper=row_upper)


def _made_whole(talk: Conversation, master: Master, best: Prices, stage: StageCosts) -> Array | None:
    """A whole plan: the best choice of the known points with a block free; made to fit around itself where it misses.

    The master ends with it.
    """
    heaviest = _heaviest(talk, master, talk.mix(master, best.prices))
    worth = np.abs(best.prices)
    around = Around(
        split=talk.split,
        costs=talk.costs,
        penalties=np.maximum(STRICT * (worth + float(worth.max(initial=0.0)) / 40), max(1e-4, DEAR * abs(best.bound))),
        excess=lambda point: _excess(talk, best, point),
        enough=_enough(stage, best),
        say=talk.say,
        lift=talk.lift,
        note=talk.note,
    )
    chosen = Choice(around, talk, best).improved(_chosen(talk, master, stage))
    found = heaviest if chosen is None else chosen
    return around.improved(found) if around.missed(found).any() else found


#: How much more missing a row by one costs than the row is worth, and what part of the stage's value it costs at least:
#: what whole things leave over of it is no bargain, and a whole thing less is worth many times what a price says.
STRICT, DEAR = 100.0, 0.01


def _heaviest(talk: Conversation, master: Master, mixed: Mixed) -> Array:
    """Each block at the point that weighs most in the mix."""
    point = np.zeros(talk.split.matrix.size)
    point[talk.split.own] = mixed.own
    weight_of = np.full(len(talk.split.blocks), -1.0)
    for (number, answer), weight in zip(master.offered, np.round(mixed.weights, 6).tolist(), strict=True):
        if weight > weight_of[number]:
            weight_of[number] = weight
            point[talk.split.blocks[number].columns] = answer
    return talk.split.matrix.rounded(point)


def _chosen(talk: Conversation, master: Master, stage: StageCosts) -> Array | None:
    """One point for each block, the best choice of those that were offered."""
    master.let_miss(None)
    mixed = master.solve_whole(FOR_CHOICE * talk.gap, CHOICE_NODES, talk.seconds)
    if mixed is None:
        return None
    point = np.zeros(talk.split.matrix.size)
    point[talk.split.own] = mixed.own
    for (number, answer), weight in zip(master.offered, mixed.weights.tolist(), strict=True):
        if weight > 0.5:
            point[talk.split.blocks[number].columns] = answer
    chosen = talk.split.matrix.rounded(point)
    talk.say(f"choice of points: {stage.value(chosen):.6g}")
    return chosen


#: Part of the stage's gap that the choice of points may leave open.
FOR_CHOICE = 0.25


def _excess(talk: Conversation, best: Prices, point: Array) -> Array:
    """What each block costs at the best prices above its least: together, and with idle shared rows, the open gap."""
    blocks = talk.split.blocks
    costs = [float(talk.reduced(n, best.prices) @ point[block.columns]) for n, block in enumerate(blocks)]
    return np.array(costs) - best.least


def _forget(talk: Conversation, best: Prices, point: Array | None) -> None:
    """Keep for the next stage the points that cost least at the best prices, and the plan."""
    from nationalmap.program.blocks.pool import MOST

    for number, block in enumerate(talk.split.blocks):
        points = talk.pool.of(block)
        order = np.argsort(np.round(points @ talk.reduced(number, best.prices), 9), kind="stable")[:MOST]
        plan = [] if point is None else [point[block.columns]]
        talk.pool.keep(block, [*points[np.sort(order)], *plan])
