"""A kept linear program solved again for other numbers, from the bases that the first question left.

Starts from a basis are for linear programs alone: of whole numbers HiGHS, given a start, has called a point optimal
that was not (see solvers.highs). Every question starts from the bases of the *first* one, stage by stage, never from
those of the one before: so an answer does not depend on which questions this process answered earlier.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program.matrix import FEASIBILITY
from nationalmap.program.recourse import Numbers, reduced
from nationalmap.program.search import KEPT_WITHIN
from nationalmap.program.solvers.highs import STATUSES, Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix
    from nationalmap.program.recourse import Recourse

#: The simplex in this thread.
OPTIONS = {"solver": "simplex", "threads": 1, "output_flag": False, "random_seed": 0}
#: Name of the sum that is made small first where the sites as they stand cost more than there is.
LACKING = "lacking"


@dataclass(frozen=True, eq=False)
class Answer:
    """Point over the columns of the matrix, value of each stage in their order, and money that is lacking."""

    point: Array
    values: Mapping[str, float]
    lacking: float = 0.0
    """Thousand EUR beyond the budgets, without which the sites as they stand cannot be paid."""


class Hot:
    """The kept HiGHS model of one ``Recourse``; stages in the order of its costs, each kept as a row for the next.

    Columns that are 0 in every question are left out of it. ``first`` are the numbers of the question whose bases all
    others start from.
    """

    def __init__(self, recourse: Recourse, first: Numbers) -> None:
        whole, self._live = recourse.matrix, ~recourse.idle
        self._entries, self._stages = self._live[whole.index], tuple(recourse.costs)
        row = np.repeat(np.arange(whole.rows), np.diff(whole.start))
        self._said = np.bincount(row[self._entries], minlength=whole.rows) > 0
        self.matrix, _ = reduced(whole, self._live, np.zeros(whole.size))
        self._costs = {name: costs[self._live] for name, costs in recourse.costs.items()}
        solver = Highs()
        solver.load(_with_rows(self.matrix, self._costs))
        self._highs: Any = solver.model
        for option, value in OPTIONS.items():
            self._highs.setOptionValue(option, value)
        self._every = np.arange(self.matrix.size, dtype=np.int32)
        self._rows = np.arange(self.matrix.rows, dtype=np.int32)
        self._row = np.repeat(np.arange(self.matrix.rows), np.diff(self.matrix.start))
        self._kept = {name: self.matrix.rows + number for number, name in enumerate(self._stages)}
        self._value = self.matrix.value
        budgets = recourse.rows_of("budgets")
        self._short = self._add_lacking((np.cumsum(self._said) - 1)[budgets[self._said[budgets]]])
        self._bases: dict[str, Any] = {}
        with contextlib.suppress(NoPlanPossible):
            # Without an answer to the first question, every other one starts from nothing.
            for name, basis in self._first(first):
                self._bases[name] = basis

    def solve(self, whole: Numbers, short: bool = False) -> Answer:
        """Every stage in order.

        Raises NoPlanPossible where the held sites leave no users and money; with ``short``, where money alone stands
        in the way, what is lacking is made as small as possible first. Raises SolverFailed.
        """
        numbers = self._take(whole)
        try:
            # Where what is lacking is asked next anyway, "infeasible" need not be said twice.
            return self._answer(numbers, twice=not short)
        except NoPlanPossible:
            if not short:
                raise
        numbers = self._take(whole)
        lacking = self._lacking()
        self._highs.changeRowBounds(self._kept[LACKING], -np.inf, lacking + KEPT_WITHIN)
        return self._answer(numbers, lacking)

    def _lacking(self) -> float:
        """The least money beyond the budgets with which the sites can be paid."""
        self._bound_lacking(np.inf)
        return float(self._run_stage(LACKING, np.zeros(self.matrix.size), 1.0)[1].sum())

    def _answer(self, numbers: Numbers, lacking: float = 0.0, twice: bool = True) -> Answer:
        values: dict[str, float] = {}
        point: Array = np.zeros(self.matrix.size)
        for name in self._stages:
            point, _ = self._run_stage(name, numbers.costs[name], twice=twice)
            values[name] = float(numbers.costs[name] @ point)
            self._highs.changeRowBounds(self._kept[name], -np.inf, values[name] + KEPT_WITHIN)
        full = np.zeros(len(self._live))
        full[self._live] = point
        return Answer(full, values, lacking)

    def _first(self, numbers: Numbers) -> Iterator[tuple[str, Any]]:
        """The basis of each stage of the first question."""
        numbers = self._take(numbers)
        self._lacking()
        yield LACKING, self._highs.getBasis()
        self._bound_lacking(0.0)
        for name in self._stages:
            point, _ = self._run_stage(name, numbers.costs[name])
            yield name, self._highs.getBasis()
            self._highs.changeRowBounds(self._kept[name], -np.inf, float(numbers.costs[name] @ point) + KEPT_WITHIN)

    # ------------------------------------------------------------------------ the model

    def _add_lacking(self, rows: Array) -> Array:
        """One more column for each budget, shut until money is lacking, and a row for their sum."""
        for row in rows.tolist():
            self._highs.addCol(0.0, 0.0, 0.0, 1, np.array([row], dtype=np.int32), np.array([-1.0]))
        columns = self.matrix.size + np.arange(len(rows), dtype=np.int32)
        self._kept[LACKING] = self.matrix.rows + len(self._stages)
        self._highs.addRow(-np.inf, np.inf, len(columns), columns, np.ones(len(columns)))
        return columns

    def _bound_lacking(self, most: float) -> None:
        none = np.zeros(len(self._short))
        self._highs.changeColsBounds(len(self._short), self._short, none, none + most)

    def _take(self, whole: Numbers) -> Numbers:
        """The numbers of a question into the model, stages kept for the one before let go; those of its own columns.

        Raises NoPlanPossible for a row that is not 0 and of which no column is left.
        """
        unsaid, none = ~self._said, "with its sites as they stand nobody is where a rule asks for somebody"
        if (whole.row_lower[unsaid] > FEASIBILITY).any() or (whole.row_upper[unsaid] < -FEASIBILITY).any():
            raise NoPlanPossible(none)
        highs, numbers = self._highs, self._of_live(whole)
        highs.changeColsBounds(self.matrix.size, self._every, self.matrix.lower, numbers.upper)
        highs.changeRowsBounds(self.matrix.rows, self._rows, numbers.row_lower, numbers.row_upper)
        self._bound_lacking(0.0)
        for row in self._kept.values():
            highs.changeRowBounds(row, -np.inf, np.inf)
        for at in np.flatnonzero(numbers.value != self._value).tolist():
            highs.changeCoeff(int(self._row[at]), int(self.matrix.index[at]), float(numbers.value[at]))
        for name in self._stages:
            for column in np.flatnonzero(numbers.costs[name] != self._costs[name]).tolist():
                highs.changeCoeff(self._kept[name], column, float(numbers.costs[name][column]))
        self._value, self._costs = numbers.value, dict(numbers.costs)
        return numbers

    def _of_live(self, whole: Numbers) -> Numbers:
        """The numbers of the columns that can be other than 0."""
        return Numbers(
            upper=whole.upper[self._live],
            row_lower=whole.row_lower[self._said],
            row_upper=whole.row_upper[self._said],
            value=whole.value[self._entries],
            costs={name: costs[self._live] for name, costs in whole.costs.items()},
        )

    def _run_stage(self, name: str, costs: Array, lacking: float = 0.0, twice: bool = True) -> tuple[Array, Array]:
        """The optimum of one stage, and the money lacking; from the first question's basis, else from nothing."""
        highs, size = self._highs, self.matrix.size
        highs.changeColsCost(size, self._every, costs)
        highs.changeColsCost(len(self._short), self._short, np.full(len(self._short), lacking))
        status = self._run(self._bases.get(name), "off")
        if status != "proven" and (twice or status != "infeasible"):
            # What is not proven, and "infeasible", is asked again from nothing.
            status = self._run(None, "choose" if status == "infeasible" else "off")
        if status == "infeasible":
            raise NoPlanPossible("with its sites as they stand no users and money fit all rules")
        if status != "proven":
            raise SolverFailed(f'HiGHS ended stage "{name}" as {highs.getModelStatus().name}')
        point = np.array(highs.getSolution().col_value)
        return point[:size], point[size:]

    def _run(self, basis: Any, presolve: str) -> str:
        highs = self._highs
        highs.clearSolver()
        highs.setOptionValue("presolve", presolve)
        if basis is not None:
            highs.setBasis(basis)
        highs.run()
        return STATUSES.get(highs.getModelStatus().name, ("failed", ""))[0]


def _with_rows(matrix: Matrix, stages: Mapping[str, Array]) -> Matrix:
    """The matrix with a free row for each stage, to be closed at the value that it reached."""
    every = np.arange(matrix.size)
    for name, costs in stages.items():
        used = every[costs != 0]
        matrix = matrix.with_row(f"kept__{name}", used, costs[used], -np.inf, np.inf)
    return matrix
