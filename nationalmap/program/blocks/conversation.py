"""One stage by blocks: prices, answers, the best mix; then the best choice, made better around itself.

The bound is the blocks' own: at any prices of the shared rows, the least that every block can cost, taken together with
what the prices earn from the shared rows, is below every plan (Geoffrion 1974). It is recomputed here from the blocks'
proven bounds, and trusts no sum of the master program.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.blocks.master import Master, Mixed
from nationalmap.program.blocks.pool import Pool
from nationalmap.program.blocks.split import Split
from nationalmap.program.blocks.workers import Asked, Bench, Workers
from nationalmap.program.solvers import Found, Limits

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array

#: Rounds in fractions (for first prices) and in whole points, at most.
LOOSE_ROUNDS, WHOLE_ROUNDS = 40, 14
#: A mix that is better by less than this part of the stage's gap is not better; so many such rounds, the bound no
#: better either, are the last.
LITTLE, IN_VAIN = 0.05, 2
#: A price at which a row is missed because it cannot be met.
MOST_PRICE = 1e9
#: Part of the best known prices in the next ones (Wentges 1997): the master's alone swing.
STEADY, LESS, MORE = 0.6, 0.1, 0.15
#: Nodes and steps of the simplex method of one block.
NODES, STEPS = 100, 4_000
#: How near the mix comes to the bound, as part of the stage's gap.
NEAR = 0.5
#: Part of the stage's gap that the blocks' own open gaps may use up.
FOR_BLOCKS = 0.25
#: By how much (of 1 and of its value) a block's bound may lie above a known point, whose money is a hair off.
LIE = 1e-4
#: Nodes of the choice of points.
CHOICE_NODES = 2000
#: Size to which the largest cost of a block is lifted.
COSTS = 1000.0

Say = Callable[[str], None]


@dataclass(eq=False)
class Prices:
    """The best prices so far: their bound, and the least that each block can cost at them."""

    bound: float
    prices: Array
    least: Array = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, eq=False)
class Loose:
    """A stage in fractions: the best prices and their bound, the last mix and the points that it is of."""

    prices: Array
    bound: float
    mixed: Mixed
    offered: Sequence[tuple[int, Array]]
    rounds: int

    def point(self, split: Split) -> Array:
        """The mix itself: each block at the weighted sum of its points."""
        point = np.zeros(split.matrix.size)
        point[split.own] = self.mixed.own
        numbers, weights = [number for number, _ in self.offered], np.maximum(self.mixed.weights, 0.0)
        # The solver's weights of a block add up to one but for its tolerance, by which the mix would leave its bounds.
        whole = np.bincount(numbers, weights, len(split.blocks))
        for (number, offered), weight in zip(self.offered, weights.tolist(), strict=True):
            if weight > 0:
                point[split.blocks[number].columns] += weight / whole[number] * offered
        return point


@dataclass(frozen=True, eq=False)
class Conversation:
    """One stage of a program in blocks."""

    split: Split
    costs: Array
    gap: float
    pool: Pool
    bench: Bench | Workers
    seconds: float
    say: Say
    note: Callable[[Sequence[Found]], None]
    """Told of every answer of the blocks, for one may have been ended by the clock."""
    lift: float = 1.0
    """What the stage's costs were multiplied by."""

    # ------------------------------------------------------------------ prices and bounds

    def usable(self, prices: Array) -> Array:
        """Prices with the sign that a row's bounds allow: a row without an upper bound is never worth less."""
        split = self.split
        prices = np.where(np.isfinite(split.upper), prices, np.maximum(prices, 0.0))
        usable: Array = np.where(np.isfinite(split.lower), prices, np.minimum(prices, 0.0))
        return usable

    def reduced(self, number: int, prices: Array) -> Array:
        """What the columns of a block cost at prices of the shared rows."""
        block = self.split.blocks[number]
        reduced: Array = self.costs[block.columns] - prices[block.rows] @ block.shared
        return reduced

    def bound(self, prices: Array, least: Array) -> float:
        """What no plan costs less than: at these prices, and with the least that each block can cost at them."""
        split, matrix = self.split, self.split.matrix
        at = np.where(prices > 0, split.lower, split.upper)
        earned = float(prices[prices != 0] @ at[prices != 0])
        reduced = self.costs[split.own] - prices @ split.own_shared
        reduced[np.abs(reduced) < 1e-9] = 0.0
        used = reduced != 0
        side = np.where(reduced > 0, matrix.lower[split.own], matrix.upper[split.own])
        return earned + float(reduced[used] @ side[used]) + float(least.sum())

    def ask(self, prices: Array, limits: Limits, relaxed: bool = False, floors: Array | None = None) -> list[Found]:
        """Each block's best point at these prices; a search ends at a point that is near its block's floor."""
        blocks = self.split.blocks
        costs = [self.reduced(number, prices) for number in range(len(blocks))]
        # Small costs drown in a solver's millionths.
        lifts = [_power(COSTS, float(np.abs(c).max(initial=0.0))) for c in costs]
        floors = np.full(len(blocks), -np.inf) if floors is None else floors
        asked = [
            Asked(b.name, c * lift, b.inner.lower, b.inner.upper, _lifted(_to(limits, floor), lift), relaxed)
            for b, c, lift, floor in zip(blocks, costs, lifts, floors.tolist(), strict=True)
        ]
        # Of which a point as good as the floor is known need not be asked.
        near = [self._least_known(n, prices) <= floors[n] + limits.absolute for n in range(len(blocks))]
        answers = iter(self.bench.answer([one for one, known in zip(asked, near, strict=True) if not known]))
        found = [Found("none") if known else next(answers) for known in near]
        self.note(found)
        return [replace(answer, bound=answer.bound / lift) for answer, lift in zip(found, lifts, strict=True)]

    # ------------------------------------------------------------------ the rounds

    def master(self) -> Master:
        """The master with the pool's points."""
        master = Master(self.split, self.costs)
        for number, block in enumerate(self.split.blocks):
            points = self.pool.of(block)
            if len(points):
                self.offer(master, number, points)
        return master

    def offer(self, master: Master, number: int, points: Array) -> None:
        """Points of one block to the master."""
        block = self.split.blocks[number]
        shared = np.zeros((len(self.split.lower), len(points)))
        shared[block.rows] = block.shared @ points.T
        master.offer(number, points, points @ self.costs[block.columns], shared)

    def loose(self, most_rounds: int = LOOSE_ROUNDS, firm: bool = False) -> Loose:
        """Prices, bound and mix of the program in fractions: quick, and a good beginning.

        ``firm``: missing a shared row becomes dearer in each round that misses it; else when no answer is new.
        """
        master = self.master()
        best = Prices(-np.inf, np.zeros(len(self.split.lower)))
        most = np.full(len(self.split.lower), 1e4)
        if {number for number, _ in master.offered} != set(range(len(self.split.blocks))):
            for number, answer in enumerate(self.ask(best.prices, Limits(seconds=self.seconds), relaxed=True)):
                if answer.point is not None:
                    self.offer(master, number, answer.point[None, :])
        for rounds in range(1, most_rounds + 1):
            offered = len(master.offered)
            master.let_miss(most)
            mixed = master.solve()
            prices = self.usable(mixed.prices)
            found = self.ask(prices, Limits(seconds=self.seconds), relaxed=True)
            bound = self.bound(prices, np.array([f.bound for f in found]))
            if bound > best.bound:
                best = Prices(bound, prices)
            told = Loose(best.prices, best.bound, mixed, master.offered[:offered], rounds)
            missed = mixed.missed > 1e-6
            if mixed.value - bound <= 1e-5 * max(1.0, abs(mixed.value)) and not missed.any():
                break
            for number, answer in enumerate(found):
                if answer.point is not None and answer.bound < mixed.of_block[number] - 1e-7:
                    self.offer(master, number, answer.point[None, :])
            new = len(master.offered) > offered
            dearer = missed & (most < MOST_PRICE)
            if not new and not dearer.any():
                break
            if firm or not new:
                # A row is worth more than missing it costs.
                most = np.where(dearer, 10 * most, most)
        return told

    def begun(self) -> Prices:
        """The prices of the program in fractions, and its bound."""
        told = self.loose()
        prices, loose = told.prices, told.bound
        self.say(f"{len(self.split.blocks)} blocks, in fractions {loose / self.lift:.6g}")
        return Prices(loose, prices, np.full(len(self.split.blocks), -np.inf))

    def rounds(
        self,
        first: Prices,
        most: int = WHOLE_ROUNDS,
        floors: Callable[[Array], Array] | None = None,
    ) -> tuple[Prices, Master]:
        """Whole points at better and better prices, until the mix is near the bound.

        ``floors``: what each block costs at least at given prices, where that is known otherwise; a block's point that
        is as good need not be searched on.
        """
        loose, prices, best = first.bound, first.prices, first
        master, value, steady, vain = self.master(), np.inf, STEADY, 0
        for round_ in range(most):
            limits = self.limits(self.block_gap(value, best.bound))
            floor = None if floors is None else floors(prices)
            found = self.ask(prices, limits, floors=floor)
            new = self.take(master, range(len(found)), found)
            proven = np.array([f.bound for f in found])
            least = self.honest(prices, proven if floor is None else np.maximum(proven, floor))
            bound = self.bound(prices, least)
            better = bound > best.bound or not round_
            if better:
                best = Prices(max(bound, best.bound), prices, least)
            # Towards the master's prices where that went well, back to the best ones where it did not.
            steady = max(0.0, steady - LESS) if better else min(0.9, steady + MORE)
            mixed = self.mix(master, best.prices)
            still = mixed.value >= value - LITTLE * self.gap * abs(value)
            vain = vain + 1 if still and not better else 0
            if still:
                # The mix has what it needs; at its own prices the blocks prove it or refute it.
                steady = 0.0
            value = mixed.value
            self.say(f"round {round_ + 1}: at least {best.bound / self.lift:.6g}, mix {value / self.lift:.6g}")
            fits = mixed.missed.max(initial=0.0) < 1e-6
            if not new or vain >= IN_VAIN or (fits and value - best.bound <= NEAR * self.gap * abs(value)):
                break
            prices = self.usable(steady * best.prices + (1 - steady) * mixed.prices)
        least = self.honest(best.prices, best.least)
        return Prices(max(loose, self.bound(best.prices, least)), best.prices, least), master

    def asked(self, master: Master, prices: Array, absolute: float) -> tuple[Array, Array]:
        """What each block costs at least at these prices, and the cheapest points together; into pool and master."""
        found = self.ask(prices, self.limits(absolute))
        self.take(master, range(len(found)), found)
        least = self.honest(prices, np.array([f.bound for f in found]))
        point = np.zeros(self.split.matrix.size)
        for number, block in enumerate(self.split.blocks):
            points = self.pool.of(block)
            point[block.columns] = points[np.argmin(np.round(points @ self.reduced(number, prices), 9))]
        return least, point

    def limits(self, absolute: float) -> Limits:
        """How far one block is searched."""
        return Limits(nodes=NODES, seconds=self.seconds, absolute=absolute, steps=STEPS)

    def honest(self, prices: Array, least: Array) -> Array:
        """What each block costs at least, no bound above a point that is known.

        HiGHS 1.15.1 called a block proven at 0.0059 of which a point of 0.000007 was known. Such a block is asked in
        fractions, whose bound is weak and true.
        """
        known = [self._least_known(number, prices) for number in range(len(self.split.blocks))]
        refuted = [n for n, low in enumerate(known) if least[n] > low + LIE * max(1.0, abs(low))]
        if refuted:
            loose = self.ask(prices, Limits(seconds=self.seconds), relaxed=True)
            least = least.copy()
            least[refuted] = [loose[n].bound for n in refuted]
        return np.minimum(least, known)

    def _least_known(self, number: int, prices: Array) -> float:
        points = self.pool.of(self.split.blocks[number])
        return float((points @ self.reduced(number, prices)).min(initial=np.inf))

    def take(self, master: Master, numbers: Iterable[int], found: Iterable[Found]) -> int:
        """Whole points that blocks answered with, into pool and master; how many are new."""
        new = 0
        for number, answer in zip(numbers, found, strict=True):
            block = self.split.blocks[number]
            if answer.point is None:
                continue
            point = block.inner.rounded(answer.point)
            if self.pool.add(block, point):
                self.offer(master, number, point[None, :])
                new += 1
        return new

    def mix(self, master: Master, prices: Array) -> Mixed:
        """The best mix, its prices within a box around the best ones that widens while a row is missed."""
        most = 4 * np.abs(prices) + max(1e-6, float(np.abs(prices).max(initial=0.0)) / 20)
        for _ in range(12):
            master.let_miss(most)
            mixed = master.solve()
            if mixed.missed.max(initial=0.0) < 1e-6:
                break
            most = np.where(mixed.missed > 1e-6, 10 * most, most)
        return mixed

    def block_gap(self, value: float, bound: float) -> float:
        """How far a block's point may be above its bound: little, but less matters while the prices are poor."""
        count = len(self.split.blocks)
        size = next((abs(x) for x in (value, bound) if np.isfinite(x)), 0.0)
        fine = FOR_BLOCKS * self.gap * size / count
        open_ = (value - bound) / count / 10 if np.isfinite(value) and np.isfinite(bound) else 1e-2
        return max(1e-6, fine, min(open_, 1e3))


def _power(size: float, largest: float) -> float:
    """The power of two that lifts what is smaller than a size to it; 1 for nothing and for what is as large."""
    return 2.0 ** max(0, math.ceil(math.log2(size / largest))) if 0 < largest < size else 1.0


def _to(limits: Limits, floor: float) -> Limits:
    return replace(limits, target=floor + limits.absolute)


def _lifted(limits: Limits, lift: float) -> Limits:
    return replace(limits, absolute=max(1e-6, limits.absolute * lift), target=limits.target * lift)
