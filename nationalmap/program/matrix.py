"""A program as bare arrays: what every solver is given, and what every answer is recomputed with.

NumPy only, so that it goes through a pipe to another process, into a file for another solver, and
through the checks without the solver that made the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pulp

    Array = np.ndarray[tuple[int, ...], np.dtype[Any]]

#: How far a whole number may come back from the next one before an answer is refused.
WHOLE_WITHIN = 1e-4
#: How far a bound may be broken: what solvers themselves call zero.
FEASIBILITY = 1e-6
#: How far a row may be broken; of money (thousand EUR) a cent.
ROW_WITHIN = 1e-5

Kind = Literal["sum", "largest"]


@dataclass(frozen=True, eq=False)
class Matrix:
    """Columns with bounds, rows with bounds, coefficients by row (``start``, ``index``, ``value``: CSR).

    ``decided`` marks the whole numbers from which the other ones follow (places, facilities, users).
    """

    names: tuple[str, ...]
    lower: Array
    upper: Array
    whole: Array
    decided: Array
    row_names: tuple[str, ...]
    row_lower: Array
    row_upper: Array
    start: Array
    index: Array
    value: Array

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.names)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.row_names)

    def activity(self, point: Array) -> Array:
        """What each row adds up to at a point."""
        row = np.repeat(np.arange(self.rows), np.diff(self.start))
        return np.bincount(row, weights=self.value * point[self.index], minlength=self.rows)

    def broken(self, point: Array) -> Array:
        """Numbers of the rows that a point breaks by more than ROW_WITHIN."""
        activity = self.activity(point)
        return np.flatnonzero((activity < self.row_lower - ROW_WITHIN) | (activity > self.row_upper + ROW_WITHIN))

    def objection(self, point: Array) -> str:
        """Why a point, whole numbers made whole, is no answer; empty where every bound and every row holds."""
        if point.shape != (self.size,) or not np.isfinite(point).all():
            return "a point with numbers that are none"
        if np.abs(point - np.round(point))[self.whole].max(initial=0) > WHOLE_WITHIN:
            return "a point with fractions of whole things"
        point = self.rounded(point)
        outside = (point < self.lower - FEASIBILITY) | (point > self.upper + FEASIBILITY)
        broken = self.broken(point)
        if broken.size:
            return f"a point that breaks {broken.size} rows, first {self.row_names[broken[0]]}"
        if outside.any():
            return f"a point outside the bounds of {self.names[int(np.flatnonzero(outside)[0])]}"
        return ""

    def rounded(self, point: Array) -> Array:
        """The point with whole numbers made whole, which solvers return a millionth off."""
        return np.where(self.whole, np.round(point), point) + 0.0

    def with_row(self, name: str, index: Array, value: Array, low: float, high: float) -> Matrix:
        """The same program with one more row."""
        return replace(
            self,
            row_names=(*self.row_names, name),
            row_lower=np.append(self.row_lower, low),
            row_upper=np.append(self.row_upper, high),
            start=np.append(self.start, self.start[-1] + len(index)),
            index=np.concatenate([self.index, index.astype(np.int32)]),
            value=np.concatenate([self.value, value.astype(float)]),
        )

    def with_empty_rows(self, names: Sequence[str], low: Array, high: Array) -> Matrix:
        """The same program with more rows that nothing stands in yet."""
        return replace(
            self,
            row_names=(*self.row_names, *names),
            row_lower=np.append(self.row_lower, low),
            row_upper=np.append(self.row_upper, high),
            start=np.append(self.start, np.full(len(names), self.start[-1])),
        )

    def with_columns(
        self, names: Sequence[str], most: Array, whole: Array, entries: tuple[Array, Array, Array]
    ) -> Matrix:
        """The same program with more columns, from 0 to ``most``.

        ``entries``: numbers of rows, numbers among the new columns, and the coefficients there.
        """
        count, (rows, columns, values) = len(names), entries
        row = np.concatenate([np.repeat(np.arange(self.rows), np.diff(self.start)), rows])
        order = np.argsort(row, kind="stable")
        return replace(
            self,
            names=(*self.names, *names),
            lower=np.append(self.lower, np.zeros(count)),
            upper=np.append(self.upper, most),
            whole=np.append(self.whole, whole),
            decided=np.append(self.decided, np.zeros(count, dtype=bool)),
            start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=self.rows))]).astype(np.int64),
            index=np.append(self.index, self.size + columns)[order].astype(np.int32),
            value=np.append(self.value, values)[order],
        )

    def with_bounds(self, lower: Array, upper: Array) -> Matrix:
        """The same program with other bounds of its columns."""
        return replace(self, lower=lower, upper=upper)

    def part(self, rows: Array, columns: Array) -> Matrix:
        """The program of these rows and columns (their numbers), other columns left out of the rows."""
        chosen = self.only_rows(_marks(rows, self.rows))
        number = np.full(self.size, -1, dtype=np.int64)
        number[columns] = np.arange(len(columns))
        inside = number[chosen.index] >= 0
        row = np.repeat(np.arange(chosen.rows), np.diff(chosen.start))[inside]
        return Matrix(
            names=tuple(self.names[i] for i in columns),
            lower=self.lower[columns],
            upper=self.upper[columns],
            whole=self.whole[columns],
            decided=self.decided[columns],
            row_names=chosen.row_names,
            row_lower=chosen.row_lower,
            row_upper=chosen.row_upper,
            start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=chosen.rows))]).astype(np.int64),
            index=number[chosen.index[inside]].astype(np.int32),
            value=chosen.value[inside],
        )

    def only_rows(self, kept: Array) -> Matrix:
        """The same program with the marked rows alone."""
        where = np.flatnonzero(kept)
        length = np.diff(self.start)
        entries = np.repeat(kept, length)
        return replace(
            self,
            row_names=tuple(self.row_names[i] for i in where),
            row_lower=self.row_lower[where],
            row_upper=self.row_upper[where],
            start=np.concatenate([[0], np.cumsum(length[where])]).astype(np.int64),
            index=self.index[entries],
            value=self.value[entries],
        )


@dataclass(frozen=True, eq=False)
class StageCosts:
    """One objective over the columns of a matrix.

    ``kind`` "sum": the sum of ``costs`` times columns is made small. "largest": the largest cost among the
    columns that are above zero (a worst journey). ``tolerance`` is the relative gap at which the stage counts
    as proven, ``gap`` the one at which the search may stop. ``held`` marks whole numbers that stay as the stage
    left them; without it its value is kept.
    """

    name: str
    unit: str
    costs: Array
    kind: Kind = "sum"
    tolerance: float = 1e-4
    max_nodes: int = 200_000
    gap: float = 0.0
    held: Array | None = None

    def value(self, point: Array) -> float:
        """What the stage is worth at a point."""
        if self.kind == "largest":
            return float(self.costs[point > FEASIBILITY].max(initial=0.0))
        used = np.flatnonzero(self.costs)
        return float(self.costs[used] @ point[used])


def from_problem(problem: pulp.LpProblem, decided: Collection[str] = ()) -> Matrix:
    """A PuLP problem as arrays, columns in the order of their names; its own objective is left aside."""
    import pulp

    variables = problem.variables()
    names = tuple(v.name for v in variables)
    column = {name: number for number, name in enumerate(names)}
    rows = problem.constraints
    lengths = np.fromiter((len(row) for row in rows.values()), dtype=np.int64, count=len(rows))
    count = int(lengths.sum())
    entries: Iterable[Any] = chain.from_iterable(row.keys() for row in rows.values())
    index = np.fromiter((column[v.name] for v in entries), dtype=np.int32, count=count)
    value = np.fromiter(chain.from_iterable(row.values() for row in rows.values()), dtype=float, count=count)
    right = np.fromiter((-row.constant for row in rows.values()), dtype=float, count=len(rows))
    sense = np.fromiter((row.sense for row in rows.values()), dtype=np.int8, count=len(rows))
    held = frozenset(decided)
    return Matrix(
        names=names,
        lower=_bounds((v.lowBound for v in variables), -np.inf, len(names)),
        upper=_bounds((v.upBound for v in variables), np.inf, len(names)),
        whole=np.fromiter((v.cat == pulp.LpInteger for v in variables), dtype=bool, count=len(names)),
        decided=np.fromiter((name in held for name in names), dtype=bool, count=len(names)),
        row_names=tuple(rows),
        row_lower=np.where(sense >= 0, right, -np.inf),
        row_upper=np.where(sense <= 0, right, np.inf),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        index=index,
        value=value,
    )


def costs_of(matrix: Matrix, terms: pulp.LpAffineExpression) -> Array:
    """The coefficients of a PuLP expression, by column."""
    column = {name: number for number, name in enumerate(matrix.names)}
    costs = np.zeros(matrix.size)
    for variable, coefficient in terms.items():
        costs[column[variable.name]] += coefficient
    return costs


def trivial_bound(costs: Array, lower: Array, upper: Array) -> float:
    """What no point within the bounds of the columns can be better than, rows left aside."""
    used = costs != 0
    return float(np.where(costs > 0, lower, upper)[used] @ costs[used])


def _marks(numbers: Array, count: int) -> Array:
    marks = np.zeros(count, dtype=bool)
    marks[numbers] = True
    return marks


def _bounds(values: Iterable[float | None], missing: float, count: int) -> Array:
    return np.fromiter((missing if v is None else v for v in values), dtype=float, count=count)
