"""The best choice of known points with a block free: that one in full, every other one at any of its known points.

A choice among known points alone rarely fits: money is left over, or one case too many is kept. A block in full makes
up for what the points of the others leave, while they may change with it; a small one is quick, and bends as well as a
large one. (A restricted master heuristic with a subproblem in it; Joncour, Michel, Sadykov, Sverdlov and Vanderbeck
2010 describe those without.)
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.blocks.around import SECONDS, TOGETHER, touched
from nationalmap.program.blocks.split import neighbours
from nationalmap.program.solvers import Limits, backend

if TYPE_CHECKING:
    from nationalmap.program.blocks.around import Around
    from nationalmap.program.blocks.conversation import Conversation, Prices
    from nationalmap.program.blocks.split import Split
    from nationalmap.program.matrix import Array, Matrix

#: Nodes and steps of the simplex method of such a search, and the part of the stage's gap that it may leave open.
NODES, STEPS, OPEN = 100, 10_000, 0.25
#: Whole numbers of neighbours that are free together, at most.
TOGETHER_WHOLE = 3_000
#: So many pairs of searches may find nothing before the others are not worth it.
IN_VAIN = 4


@dataclass(frozen=True, eq=False)
class Choice:
    """A stage's blocks with their known points, at the best prices."""

    around: Around
    """What missing a shared row costs, and which value need not be improved."""
    talk: Conversation
    best: Prices

    def improved(self, point: Array | None) -> Array | None:
        """The point made better, smallest sets of blocks free first; None where none was given and none found.

        A point that misses no shared row is better than any that does. Two searches at a time, on any machine, so that
        the answer knows no number of processes. What they find is known from then on.
        """
        around, split, vain = self.around, self.around.split, 0
        order = together(split)
        with ThreadPoolExecutor(TOGETHER) as threads:
            for first in range(0, len(order), TOGETHER):
                value = np.inf if point is None else around.value(point)
                if vain >= IN_VAIN or value <= around.enough:
                    break
                asked = self if point is None or around.missed(point).any() else self._strict()
                answers = threads.map(asked.search, order[first : first + TOGETHER], repeat(value))
                found = [answer for answer in answers if answer is not None]
                for answer in found:
                    for block in split.blocks:
                        self.talk.pool.add(block, answer[block.columns])
                better = min(found, key=self._rank, default=None)
                if better is None or (point is not None and self._rank(better) >= self._rank(point)):
                    vain += 1
                    continue
                point, vain, missed = better, 0, around.missed(better).sum()
                around.say(f"choice and a block: {around.value(point) / around.lift:.6g}, missed {missed:.3g}")
        return point

    def _strict(self) -> Choice:
        """The same choice where no row may be missed: as soon as one plan fits, no other one is worth a look."""
        return replace(self, around=replace(self.around, soft=np.zeros(len(self.around.split.rows), dtype=bool)))

    def _rank(self, point: Array) -> tuple[bool, float]:
        """What makes one point better than another: no shared row missed, then what it costs."""
        return bool(self.around.missed(point).any()), round(self.around.value(point), 7)

    def search(self, free: Sequence[int], value: float) -> Array | None:
        """The best point with these blocks free, where it may cost less than ``value``."""
        split, around = self.around.split, self.around
        others = [n for n in range(len(split.blocks)) if n not in free]
        known = [(n, p) for n in others for p in self._worthwhile(n, value)]
        columns = around.columns_of(free)
        program, costs = self._program(columns, others, known)
        solver = backend("highs")
        solver.load(program)
        limits = Limits(OPEN * self.talk.gap, NODES, SECONDS, steps=STEPS, target=around.enough)
        found = solver.minimise(costs, limits)
        around.note([found])
        if found.point is None:
            return None
        whole = np.zeros(split.matrix.size)
        whole[columns] = found.point[: len(columns)]
        weights = found.point[program.size - len(known) :]
        for number, answer in (known[chosen] for chosen in np.flatnonzero(weights > 0.5)):
            whole[split.blocks[number].columns] = answer
        return split.matrix.rounded(whole)

    def _program(
        self, columns: Array, others: Sequence[int], known: Sequence[tuple[int, Array]]
    ) -> tuple[Matrix, Array]:
        """The free columns, what may be missed, and of each other block one of its points; then what each costs."""
        split, around = self.around.split, self.around
        rows = np.union1d(np.flatnonzero(touched(split.matrix, columns)), split.rows)
        part, prices = around.softened(columns, rows, np.zeros(split.matrix.size))
        ones = np.ones(len(others))
        entries = self._entries(known, np.searchsorted(rows, split.rows), part.rows + np.arange(len(others)), others)
        names = [f"point__{number}" for number in range(len(known))]
        program = part.with_empty_rows([f"one_of__{split.blocks[n].name}" for n in others], ones, ones)
        program = program.with_columns(names, np.ones(len(known)), np.ones(len(known), dtype=bool), entries)
        of_points = np.array([float(around.costs[split.blocks[n].columns] @ p) for n, p in known])
        return program, np.concatenate([around.costs[columns], prices, of_points])

    def _worthwhile(self, number: int, value: float) -> Array:
        """Points of a block that a plan of less than ``value`` may have: none that alone costs more than is open."""
        points = self.talk.pool.of(self.around.split.blocks[number])
        above = points @ self.talk.reduced(number, self.best.prices) - self.best.least[number]
        worthwhile: Array = points[above <= max(value - self.best.bound, 0.0) + 1e-6]
        return worthwhile

    def _entries(
        self, known: Sequence[tuple[int, Array]], place: Array, one_of: Array, others: Sequence[int]
    ) -> tuple[Array, Array, Array]:
        """What the points add to the shared rows, and a one in the row of their block."""
        row_of = dict(zip(others, one_of.tolist(), strict=True))
        rows, columns, values = [np.empty(0, dtype=int)], [np.empty(0, dtype=int)], [np.empty(0)]
        for column, (number, point) in enumerate(known):
            block = self.around.split.blocks[number]
            value = np.append(block.shared @ point, 1.0)
            used = value != 0
            rows.append(np.append(place[block.rows], row_of[number])[used])
            columns.append(np.full(int(used.sum()), column))
            values.append(value[used])
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)


def together(split: Split) -> list[list[int]]:
    """Sets of blocks to be free together, in order of their whole numbers: neighbours, or one that is large alone."""
    whole = np.array([int(block.inner.whole.sum()) for block in split.blocks])
    group = np.array(neighbours(split))
    sets: list[list[int]] = []
    for first in np.unique(group).tolist():
        mine = np.flatnonzero(group == first)
        mine = mine[np.argsort(whole[mine], kind="stable")]
        chosen: list[int] = []
        for number in mine.tolist():
            if chosen and whole[chosen].sum() + whole[number] > TOGETHER_WHOLE:
                sets.append(chosen)
                chosen = []
            chosen.append(number)
        sets.append(chosen)
    return sorted(sets, key=lambda numbers: int(whole[numbers].sum()))
