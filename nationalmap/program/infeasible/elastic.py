"""A program whose rows may be broken at a price: two slacks to a row, shut where the row is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix
    from nationalmap.program.solvers import Found

#: Of one question whether some rows can be satisfied; a question that takes longer counts as "yes, perhaps".
LIMITS = Limits(nodes=200, seconds=120.0)


class Elastic:
    """The program with two slacks to each of ``rows`` (all, where none are named); the other rows always hold."""

    def __init__(self, matrix: Matrix, rows: Sequence[int] | None = None, limits: Limits = LIMITS) -> None:
        self.rows = np.arange(matrix.rows) if rows is None else np.array(rows, dtype=int)
        self._place = {int(row): number for number, row in enumerate(self.rows)}
        self._size, self._limits = matrix.size, limits
        self._solver = Highs()
        self._matrix = with_slacks(matrix, self.rows)
        self._solver.load(self._matrix)

    def search(self, open_rows: Sequence[int], relaxed: bool) -> Found:
        """Least sum of slacks of the open rows, all others holding, as the solver found it."""
        upper = self._matrix.upper.copy()
        slacks = upper[self._size :].reshape(len(self.rows), 2)
        shut = np.ones(len(self.rows), dtype=bool)
        shut[[self._place[row] for row in open_rows]] = False
        slacks[shut] = 0.0
        costs = np.zeros(len(upper))
        costs[self._size :] = 1.0
        return self._solver.minimise(costs, self._limits, self._matrix.lower, upper, relaxed)

    def slacks(self, point: Array) -> Array:
        """The slacks of a point, one row for each of ``rows``: below, above."""
        return point[self._size :].reshape(len(self.rows), 2)

    def least_slack(self, open_rows: Sequence[int], relaxed: bool = False) -> Array | None:
        """Least slacks of the open rows, all others holding. None where none will; SolverFailed where it stays open."""
        found = self.search(open_rows, relaxed)
        if found.status == "infeasible":
            return None
        if found.point is None:
            raise SolverFailed("HiGHS did not end its search for a way out of the contradiction")
        return self.slacks(found.point)


def with_slacks(matrix: Matrix, rows: Array) -> Matrix:
    """Two more columns to each of the rows, >= 0: what it lacks below, what it has too much above."""
    count = len(rows)
    names = [f"{way} {matrix.row_names[row]}" for row in rows for way in ("below", "above")]
    nothing = np.zeros(2 * count, dtype=bool)
    chosen = np.zeros(matrix.rows + 1, dtype=np.int64)
    chosen[rows + 1] = 2
    ends = matrix.start[rows + 1]
    return replace(
        matrix,
        names=(*matrix.names, *names),
        lower=np.concatenate([matrix.lower, np.zeros(2 * count)]),
        upper=np.concatenate([matrix.upper, np.full(2 * count, np.inf)]),
        whole=np.concatenate([matrix.whole, nothing]),
        decided=np.concatenate([matrix.decided, nothing]),
        start=matrix.start + np.cumsum(chosen),
        index=np.insert(matrix.index, np.repeat(ends, 2), matrix.size + np.arange(2 * count)).astype(np.int32),
        value=np.insert(matrix.value, np.repeat(ends, 2), np.tile([1.0, -1.0], count)),
    )
