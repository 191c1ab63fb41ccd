"""A choice of points made better: some blocks free at a time, all others held, the shared rows as they are left.

The choice need not fit the shared rows: what it misses counts at a price above what the rows are worth, so that the
best plan is the same (an exact penalty) and the way to it is not blocked by rows that are full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.blocks.split import neighbours
from nationalmap.program.solvers import Found, Limits, backend

if TYPE_CHECKING:
    from nationalmap.program.blocks.split import Split
    from nationalmap.program.matrix import Array, Matrix

#: Whole numbers that are free at once; nodes, steps of the simplex method and seconds of such a search.
FREE, NODES, STEPS, SECONDS = 8000, 200, 3_000, 600.0
#: Searches at once, of blocks that no two of them free: on any machine as many, or the plan would depend on it.
TOGETHER = 2
#: How often in a row they may find nothing before the next ones are not worth it, and how often there are any at most.
IN_VAIN, MOST = 2, 24
#: By less a row counts as fitted.
FITS = 1e-6


@dataclass(frozen=True, eq=False)
class Around:
    """The neighbourhood of a plan: where it may be better, and what missing each shared row by one costs."""

    split: Split
    costs: Array
    penalties: Array
    excess: Callable[[Array], Array]
    """What each block costs above its least, at a point."""
    enough: float
    """A value that need not be improved."""
    say: Callable[[str], None]
    note: Callable[[Sequence[Found]], None]
    lift: float = 1.0
    soft: Array | None = None
    """Marks of the shared rows that may be missed on the way; None: all."""

    def missed(self, point: Array) -> Array:
        """By how much a point misses each shared row."""
        activity = self.split.matrix.activity(point)[self.split.rows]
        beyond: Array = np.maximum(0.0, np.maximum(activity - self.split.upper, self.split.lower - activity))
        return np.where(beyond > FITS, beyond, 0.0)

    def value(self, point: Array) -> float:
        """What a point costs, with what it misses."""
        return float(self.costs @ point + self.penalties @ self.missed(point))

    def improved(self, point: Array) -> Array:
        """The point made better until it is good enough, or searching is not worth it any more.

        Where any point on the way misses no row, the best of these.
        """
        groups = neighbours(self.split)
        vain, tried = 0, set[frozenset[int]]()
        fitting = None if self.missed(point).any() else point
        for _ in range(MOST):
            if vain >= IN_VAIN or self.value(point) <= self.enough:
                break
            sets = list(islice(_next(self.split, groups, self.excess(point), tried), TOGETHER))
            if not sets:
                break
            tried.update(sets)
            found = self._best_of(point, sets)
            if self.value(found) >= self.value(point) - 1e-7:
                vain += 1
                continue
            point, vain, tried = found, 0, set()
            missed = self.missed(point).sum()
            fitting = fitting if missed else point
            self.say(f"around {sum(map(len, sets))} blocks: {self.value(point) / self.lift:.6g}, missed {missed:.3g}")
        return point if fitting is None else fitting

    def _best_of(self, point: Array, sets: Sequence[frozenset[int]]) -> Array:
        """The best of the point, what a search of each set finds, and all that they find together.

        HiGHS leaves the interpreter to others while it searches, so that threads are enough.
        """
        with ThreadPoolExecutor(TOGETHER) as threads:
            found = list(threads.map(lambda free: self.search(point, sorted(free)), sets))
        together = point.copy()
        for free, better in zip(sets, found, strict=True):
            if better is not None:
                together[self.split.own] = better[self.split.own]
                for number in free:
                    columns = self.split.blocks[number].columns
                    together[columns] = better[columns]
        return min((point, *(better for better in found if better is not None), together), key=self.value)

    def search(self, point: Array, free: list[int]) -> Array | None:
        """The best point with only these blocks free."""
        columns = self.columns_of(free)
        held = point.copy()
        held[columns] = 0.0
        part, prices = self.softened(columns, np.flatnonzero(touched(self.split.matrix, columns)), held)
        solver = backend("highs")
        solver.load(part)
        limits = Limits(nodes=NODES, seconds=SECONDS, steps=STEPS, target=self.enough - float(self.costs @ held))
        found = solver.minimise(np.concatenate([self.costs[columns], prices]), limits)
        self.note([found])
        if found.point is None:
            return None
        held[columns] = found.point[: len(columns)]
        return self.split.matrix.rounded(held)

    def columns_of(self, free: Sequence[int]) -> Array:
        """The own columns, and those of some blocks."""
        return np.sort(np.concatenate([self.split.own, *(self.split.blocks[n].columns for n in free)]))

    def softened(self, columns: Array, rows: Array, held: Array) -> tuple[Matrix, Array]:
        """The program of some columns in some rows, the rest as ``held``; then what missing a shared row costs.

        For each shared row that may be missed it has a column more, either way, after the given ones.
        """
        split, matrix = self.split, self.split.matrix
        used = matrix.activity(held)[rows]
        part = matrix.part(rows, columns)
        place = np.full(matrix.rows, -1)
        place[split.rows] = np.arange(len(split.rows))
        soft = np.ones(len(split.rows), dtype=bool) if self.soft is None else self.soft
        shared = np.flatnonzero((place[rows] >= 0) & soft[place[rows]])
        over = shared[np.isfinite(part.row_upper[shared])]
        under = shared[np.isfinite(part.row_lower[shared])]
        part = replace(part, row_lower=part.row_lower - used, row_upper=part.row_upper - used)
        missed = np.concatenate([over, under])
        count, signs = len(missed), np.repeat([-1.0, 1.0], [len(over), len(under)])
        names, most = [f"missed__{number}" for number in range(count)], np.full(count, np.inf)
        wide = part.with_columns(names, most, np.zeros(count, dtype=bool), (missed, np.arange(count), signs))
        return wide, self.penalties[place[rows[missed]]]


def _next(split: Split, groups: list[int], excess: Array, tried: set[frozenset[int]]) -> Iterator[frozenset[int]]:
    """The next sets of blocks to free, none in two: the one most above its least, its neighbours, others that fit."""
    whole = [int(block.inner.whole.sum()) for block in split.blocks]
    # Of equal ones the smallest first: it is the quickest.
    order = np.lexsort((np.array(whole), -np.round(excess, 3))).tolist()
    taken: set[int] = set()
    for seed in order:
        if seed in taken:
            continue
        free, count = [seed], whole[seed]
        for other in sorted(order, key=lambda n: groups[n] != groups[seed]):
            if other != seed and other not in taken and count + whole[other] <= FREE:
                free.append(other)
                count += whole[other]
        chosen = frozenset(free)
        if chosen not in tried:
            taken |= chosen
            yield chosen


def touched(matrix: Matrix, columns: Array) -> Array:
    """Marks of the rows that any of the columns stands in."""
    mine = np.zeros(matrix.size, dtype=bool)
    mine[columns] = True
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    marks = np.zeros(matrix.rows, dtype=bool)
    marks[row[mine[matrix.index]]] = True
    return marks
