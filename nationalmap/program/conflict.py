"""Why no plan can exist: the smallest set of rows that contradict each other, and what would mend it alone.

A set is first made irreducible (each row of it is needed for the contradiction), beginning with what HiGHS calls
one; then a smaller one is looked for. Every way to satisfy all rows but a few shows that each contradiction has
one of those few; the smallest set that meets all of these, if it is itself contradictory, is a smallest one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.matrix import FEASIBILITY, Matrix
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array

#: Of one question whether some rows can be satisfied; a question that takes longer counts as "yes, perhaps".
LIMITS = Limits(nodes=2_000, seconds=20.0)
#: How many corrections are looked at in search of a smaller set.
TRIES = 60
#: Strategy of HiGHS for a set that is irreducible; its default answers OK and gives an empty one.
IIS_STRATEGY = 6

Contradicts = Callable[[Sequence[int]], bool]


@dataclass(frozen=True)
class Relaxation:
    """By how much one row must be relaxed so that a point exists; ``amount`` is None where it alone does not help."""

    row: str
    side: Literal["upper", "lower", ""]
    amount: float | None
    cost: float | None


def smallest_conflict(matrix: Matrix, bounds: bool = False) -> tuple[str, ...]:
    """Names of the rows that cannot all hold, none of them dispensable; empty where all can hold.

    A smallest such set, where TRIES corrections are enough to find one. The bounds of the columns are taken as
    given; with ``bounds`` those that the rows need for their contradiction follow, as "name >= 1", "name <= 4".
    A program whose bounds alone contradict each other has these as its conflict.
    """
    if (matrix.lower > matrix.upper).any() or _hollow(matrix).any():
        wrong = (matrix.lower > matrix.upper) | _hollow(matrix)
        return tuple(word for column in np.flatnonzero(wrong) for word in _bound_names(matrix, int(column)))
    rows: list[int] | None = None
    for relaxed in (True, False):
        elastic = _Elastic(matrix, relaxed)
        if rows is None and elastic.contradicts(range(matrix.rows)):
            first = _first_cut(matrix, elastic) if relaxed else range(matrix.rows)
            rows = irreducible(first, elastic.contradicts)
        if rows is not None:
            rows = min(rows, elastic.smaller(len(rows)) or rows, key=len)
    if rows is None:
        return ()
    names = tuple(matrix.row_names[row] for row in sorted(rows))
    return names + (_needed_bounds(matrix, sorted(rows)) if bounds else ())


def conflict_of_file(path: Path) -> tuple[str, ...]:
    """The smallest conflict of a program in an MPS file. Raises SolverFailed for a file that is none."""
    return smallest_conflict(read_mps(path))


def cheapest_relaxation(matrix: Matrix, rows: Mapping[str, float]) -> tuple[Relaxation, ...]:
    """For each named row, relaxed alone: the least amount that lets a point exist; the cheapest first.

    ``rows`` gives the cost of one unit by the row's name. The unit is the row's own. Those that do not help alone
    come last, in the order given, with None.
    """
    elastic = _Elastic(matrix, relaxed=False)
    number = {name: row for row, name in enumerate(matrix.row_names)}
    found = [_relaxation(elastic, name, number[name], cost) for name, cost in rows.items()]
    return tuple(sorted(found, key=lambda r: float("inf") if r.cost is None else r.cost))


def _relaxation(elastic: _Elastic, name: str, row: int, cost: float) -> Relaxation:
    slack = elastic.least_slack([row])
    if slack is None:
        return Relaxation(name, "", None, None)
    below, above = float(slack[row, 0]), float(slack[row, 1])
    amount = round(max(below, above), 6)
    return Relaxation(name, "lower" if below > above else "upper", amount, amount * cost)


def irreducible(rows: Sequence[int], contradicts: Contradicts) -> list[int]:
    """A contradictory part of contradictory ``rows``, each row of which is needed.

    By halves (QuickXplain): rows without a part in the contradiction leave many at a time.
    """

    def part(background: list[int], grown: bool, left: Sequence[int]) -> list[int]:
        if grown and contradicts(background):
            return []
        if len(left) == 1:
            return list(left)
        one, two = left[: len(left) // 2], left[len(left) // 2 :]
        of_two = part([*background, *one], True, two)
        return [*part([*background, *of_two], bool(of_two), one), *of_two]

    return sorted(part([], False, list(rows)))


class _Elastic:
    """The program with two slacks to each row, shut where the row is to hold, open where it may be broken."""

    def __init__(self, matrix: Matrix, relaxed: bool) -> None:
        self._rows, self._size, self._relaxed = matrix.rows, matrix.size, relaxed
        self._solver = Highs()
        self._matrix = with_slacks(matrix)
        self._solver.load(self._matrix)

    def least_slack(self, open_rows: Sequence[int]) -> Array | None:
        """Least sum of slacks of the open rows, all others holding: by row, below and above. None where none will."""
        upper = self._matrix.upper.copy()
        slacks = upper[self._size :].reshape(self._rows, 2)
        shut = np.ones(self._rows, dtype=bool)
        shut[list(open_rows)] = False
        slacks[shut] = 0.0
        costs = np.zeros(len(upper))
        costs[self._size :] = 1.0
        found = self._solver.minimise(costs, LIMITS, self._matrix.lower, upper, self._relaxed)
        if found.status == "infeasible":
            return None
        if found.point is None:
            raise SolverFailed("HiGHS did not end its search for a way out of the contradiction")
        return found.point[self._size :].reshape(self._rows, 2)

    def contradicts(self, rows: Sequence[int]) -> bool:
        """Whether these rows cannot all hold; where that stays open, they are taken to."""
        try:
            return self.least_slack(_others(self._rows, rows)) is None
        except SolverFailed:
            return False

    def smaller(self, most: int) -> list[int] | None:
        """A smallest contradictory set, if it has fewer than ``most`` rows and is found within TRIES."""
        corrections: list[list[int]] = []
        for _ in range(TRIES):
            meeting = _meeting(corrections, self._rows)
            if len(meeting) >= most:
                return None
            try:
                slack = self.least_slack(_others(self._rows, meeting))
            except SolverFailed:
                return None
            if slack is None:
                return meeting
            broken = np.flatnonzero(slack.sum(axis=1) > FEASIBILITY).tolist()
            if not broken:
                return None
            corrections.append(broken)
        return None


def with_slacks(matrix: Matrix) -> Matrix:
    """Two more columns to each row, >= 0: what it lacks below, what it has too much above."""
    rows = matrix.rows
    names = [f"{way} {name}" for name in matrix.row_names for way in ("below", "above")]
    nothing = np.zeros(2 * rows, dtype=bool)
    ends = matrix.start[1:]
    own = matrix.size + np.arange(2 * rows)
    return replace(
        matrix,
        names=(*matrix.names, *names),
        lower=np.concatenate([matrix.lower, np.zeros(2 * rows)]),
        upper=np.concatenate([matrix.upper, np.full(2 * rows, np.inf)]),
        whole=np.concatenate([matrix.whole, nothing]),
        decided=np.concatenate([matrix.decided, nothing]),
        start=matrix.start + 2 * np.arange(rows + 1),
        index=np.insert(matrix.index, np.repeat(ends, 2), own).astype(np.int32),
        value=np.insert(matrix.value, np.repeat(ends, 2), np.tile([1.0, -1.0], rows)),
    )


def _others(count: int, rows: Sequence[int]) -> list[int]:
    kept = set(rows)
    return [row for row in range(count) if row not in kept]


def _meeting(corrections: list[list[int]], rows: int) -> list[int]:
    """A smallest set of rows with one of each correction; a small program of its own."""
    if not corrections:
        return []
    columns = sorted({row for correction in corrections for row in correction})
    place = {row: i for i, row in enumerate(columns)}
    index = np.array([place[row] for correction in corrections for row in correction], dtype=np.int32)
    size, count = len(columns), len(corrections)
    solver = Highs()
    solver.load(
        Matrix(
            names=tuple(map(str, columns)),
            lower=np.zeros(size),
            upper=np.ones(size),
            whole=np.ones(size, dtype=bool),
            decided=np.ones(size, dtype=bool),
            row_names=tuple(map(str, range(count))),
            row_lower=np.ones(count),
            row_upper=np.full(count, np.inf),
            start=np.cumsum([0, *map(len, corrections)]).astype(np.int64),
            index=index,
            value=np.ones(len(index)),
        )
    )
    found = solver.minimise(np.ones(size), LIMITS)
    if found.status != "proven" or found.point is None:
        return list(range(rows))
    return [columns[i] for i in np.flatnonzero(found.point > 0.5)]


def _first_cut(matrix: Matrix, elastic: _Elastic) -> Sequence[int]:
    """What HiGHS calls irreducible, if it is contradictory; else all rows."""
    solver = Highs()
    solver.load(matrix)
    rows = solver.irreducible_rows(IIS_STRATEGY)
    return rows if rows and elastic.contradicts(rows) else range(matrix.rows)


# ---------------------------------------------------------------------- bounds


def _hollow(matrix: Matrix) -> Array:
    """Whole columns between whose bounds there is no whole number."""
    return matrix.whole & (np.ceil(matrix.lower - FEASIBILITY) > np.floor(matrix.upper + FEASIBILITY))


def _bound_names(matrix: Matrix, column: int) -> tuple[str, str]:
    name = matrix.names[column]
    return f"{name} >= {matrix.lower[column]:g}", f"{name} <= {matrix.upper[column]:g}"


def _needed_bounds(matrix: Matrix, rows: Sequence[int]) -> tuple[str, ...]:
    """The bounds without which these rows would not contradict each other, none of them dispensable."""
    kept = np.zeros(matrix.rows, dtype=bool)
    kept[list(rows)] = True
    part = matrix.only_rows(kept)
    solver = Highs()
    solver.load(part)
    columns = np.unique(part.index)
    finite = [2 * c for c in columns if np.isfinite(part.lower[c])]
    finite += [2 * c + 1 for c in columns if np.isfinite(part.upper[c])]
    nothing = np.zeros(part.size)

    def contradicts(chosen: Sequence[int]) -> bool:
        lower, upper = np.full(part.size, -np.inf), np.full(part.size, np.inf)
        for number in chosen:
            side, whole = (upper, part.upper) if number % 2 else (lower, part.lower)
            side[number // 2] = whole[number // 2]
        return any(solver.minimise(nothing, LIMITS, lower, upper, r).status == "infeasible" for r in (True, False))

    if not finite or contradicts([]):
        return ()
    needed = irreducible(sorted(finite), contradicts)
    return tuple(_bound_names(part, number // 2)[number % 2] for number in needed)


# ---------------------------------------------------------------------- files


def read_mps(path: Path) -> Matrix:
    """A program in an MPS file as arrays, by HiGHS' own reader."""
    solver: Any = Highs()
    lp = solver.read(path)
    order = list(_row_entries(lp))
    counts = np.bincount([row for row, _, _ in order], minlength=lp.num_row_)
    return Matrix(
        names=tuple(lp.col_names_),
        lower=np.array(lp.col_lower_),
        upper=np.array(lp.col_upper_),
        whole=solver.whole_columns(lp),
        decided=solver.whole_columns(lp),
        row_names=tuple(lp.row_names_),
        row_lower=np.array(lp.row_lower_),
        row_upper=np.array(lp.row_upper_),
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        index=np.array([column for _, column, _ in order], dtype=np.int32),
        value=np.array([value for _, _, value in order], dtype=float),
    )


def _row_entries(lp: Any) -> Iterator[tuple[int, int, float]]:
    """Entries of a column by column matrix (as HiGHS reads files), in the order of the rows."""
    start, index, value = (list(part) for part in (lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_))
    entries = (
        (index[i], column, value[i]) for column, (first, last) in enumerate(pairwise(start)) for i in range(first, last)
    )
    return iter(sorted(entries))
