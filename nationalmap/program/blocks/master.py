"""The master program: which mix of the offered points of every block fits the shared rows best.

Rows: the shared rows, then one row for each block, whose points' weights add up to one. Columns: the program's own
columns, then for each shared row how far it may be missed at a price (which keeps the prices near those that are
known to be good; du Merle, Villeneuve, Desrosiers and Hansen 1999), then the offered points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.errors import SolverFailed

if TYPE_CHECKING:
    from nationalmap.program.blocks.split import Split
    from nationalmap.program.matrix import Array

#: A weight below which a point is not used.
UNUSED = 1e-6


@dataclass(frozen=True, eq=False)
class Mixed:
    """What the master found: its value, prices of shared rows and of blocks, own columns, weights, what is missed."""

    value: float
    prices: Array
    of_block: Array
    own: Array
    weights: Array
    missed: Array


class Master:
    """One master program in HiGHS, which grows by points and is solved again from where it stood."""

    def __init__(self, split: Split, costs: Array) -> None:
        import highspy

        self._split, self._highs = split, highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in {"output_flag": False, "threads": 1, "random_seed": 0}.items():
            self._highs.setOptionValue(option, value)
        shared, blocks = len(split.lower), len(split.blocks)
        self._rows, self._blocks = shared, blocks
        self._add_rows(np.concatenate([split.lower, np.ones(blocks)]), np.concatenate([split.upper, np.ones(blocks)]))
        own = split.own
        self._add(costs[own], split.matrix.lower[own], split.matrix.upper[own], split.own_shared)
        # A row is missed by exceeding its upper bound or by staying under its lower one.
        signs = np.concatenate(
            [-np.eye(shared)[:, np.isfinite(split.upper)], np.eye(shared)[:, np.isfinite(split.lower)]], axis=1
        )
        self._slack_row = np.concatenate(
            [np.flatnonzero(np.isfinite(split.upper)), np.flatnonzero(np.isfinite(split.lower))]
        )
        self._slacks = np.arange(len(own), len(own) + signs.shape[1], dtype=np.int32)
        self._add(np.zeros(signs.shape[1]), np.zeros(signs.shape[1]), np.zeros(signs.shape[1]), signs)
        self._first = len(own) + signs.shape[1]
        self.offered: list[tuple[int, Array]] = []

    def let_miss(self, most: Array | None) -> None:
        """What missing each shared row by one costs; None: no row may be missed."""
        count = len(self._slacks)
        upper = np.zeros(count) if most is None else np.full(count, np.inf)
        costs = np.zeros(count) if most is None else most[self._slack_row]
        self._highs.changeColsBounds(count, self._slacks, np.zeros(count), upper)
        self._highs.changeColsCost(count, self._slacks, costs)

    def offer(self, block: int, points: Array, costs: Array, shared: Array) -> None:
        """More points of one block (points x columns): what each costs, its sums in the shared rows (rows x points)."""
        choice = np.zeros((self._blocks, len(points)))
        choice[block] = 1.0
        self._add(costs, np.zeros(len(points)), np.full(len(points), np.inf), np.concatenate([shared, choice]))
        self.offered += [(block, point) for point in points]

    def solve(self) -> Mixed:
        """The best mix in fractions. Raises SolverFailed where the master has none."""
        for again in (lambda: None, self._highs.clearSolver, self._by_inner_points):
            # From where it stood; from nothing, where it stood badly; and where HiGHS ends its simplex method with no
            # status at all (1.15.1 did in the third class of 265 Bulgarian units) another way.
            again()
            self._highs.run()
            status = self._highs.getModelStatus().name
            if status == "kOptimal":
                break
        self._highs.setOptionValue("solver", "choose")
        self._highs.setOptionValue("presolve", "choose")
        if status != "kOptimal":
            raise SolverFailed(f"HiGHS ended the master program as {status}")
        return self._mixed()

    def _by_inner_points(self) -> None:
        self._highs.clearSolver()
        self._highs.setOptionValue("solver", "ipm")
        self._highs.setOptionValue("presolve", "off")

    def solve_whole(self, gap: float, nodes: int, seconds: float) -> Mixed | None:
        """The best choice of one point for each block that was found; None where none was. The master ends with it."""
        import highspy

        points = np.arange(self._first, self._first + len(self.offered), dtype=np.int32)
        kinds = np.full(len(points), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._highs.changeColsIntegrality(len(points), points, kinds)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_max_nodes", nodes)
        self._highs.setOptionValue("time_limit", seconds)
        self._highs.run()
        feasible = self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return self._mixed() if feasible else None

    def _mixed(self) -> Mixed:
        solution = self._highs.getSolution()
        column, price = np.array(solution.col_value), np.array(solution.row_dual)
        missed = np.zeros(self._rows)
        np.add.at(missed, self._slack_row, column[self._slacks])
        return Mixed(
            value=float(self._highs.getInfo().objective_function_value),
            prices=price[: self._rows],
            of_block=price[self._rows :],
            own=column[: len(self._split.own)],
            weights=column[self._first :],
            missed=missed,
        )

    def _add_rows(self, lower: Array, upper: Array) -> None:
        none: Any = np.zeros(len(lower), dtype=np.int32)
        self._highs.addRows(len(lower), lower, upper, 0, none, np.array([], dtype=np.int32), np.array([]))

    def _add(self, costs: Array, lower: Array, upper: Array, coefficients: Array) -> None:
        """Columns with their coefficients (shared rows, and where given the blocks' rows, x columns)."""
        column, row = np.nonzero(coefficients.T)
        start = np.searchsorted(column, np.arange(coefficients.shape[1])).astype(np.int32)
        self._highs.addCols(
            len(costs),
            costs.astype(float),
            lower,
            upper,
            len(row),
            start,
            row.astype(np.int32),
            coefficients[row, column],
        )
