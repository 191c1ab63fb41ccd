"""Why no plan can exist: the smallest set of rows that contradict each other.

A set is first made irreducible (each row of it is needed for the contradiction). Where the program has no point even
in fractions, a weighted sum of few rows proves it, and only these are looked at. In a small program a smaller set is
then looked for: every way to satisfy all rows but a few shows that each contradiction has one of those few; the
smallest set that meets all of these, if it is itself contradictory, is a smallest one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.infeasible.elastic import LIMITS, Elastic
from nationalmap.program.matrix import FEASIBILITY, Matrix
from nationalmap.program.solvers.highs import Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array

#: How many corrections are looked at in search of a smaller set, and in programs of how many rows at most.
TRIES, SMALL = 60, 1_000
#: How many times a program with whole numbers is asked whether some of its rows contradict each other.
QUESTIONS = 200

Contradicts = Callable[[Sequence[int]], bool]


def smallest_conflict(matrix: Matrix, bounds: bool = False, given: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the rows that cannot all hold, none of them dispensable; empty where all can hold.

    A smallest such set in a program of at most SMALL rows, where TRIES corrections are enough to find one. Rows that
    are ``given`` (by name) always hold and are left unsaid, unless they contradict each other alone. So are the bounds
    of the columns; with ``bounds`` those that the rows need for their contradiction follow, as "name >= 1",
    "name <= 4". A program whose bounds alone contradict each other has these as its conflict.
    """
    wrong = (matrix.lower > matrix.upper) | _hollow(matrix)
    if wrong.any():
        return tuple(word for column in np.flatnonzero(wrong) for word in _bound_names(matrix, int(column)))
    held = {row for row, name in enumerate(matrix.row_names) if name in given}
    rows: list[int] | None = None
    for relaxed in (True, False):
        questions = _Questions(matrix, held, relaxed)
        rows = questions.irreducible() if rows is None else rows
        if rows is not None and matrix.rows <= SMALL:
            rows = min(rows, questions.smaller(len(rows)) or rows, key=len)
    if rows is None:
        return ()
    names = tuple(matrix.row_names[row] for row in sorted(rows))
    return names + (_needed_bounds(matrix, sorted({*rows, *held})) if bounds else ())


def conflict_of_file(path: Path) -> tuple[str, ...]:
    """The smallest conflict of a program in an MPS or LP file. Raises InputRefused for a file that is none."""
    return smallest_conflict(read_mps(path))


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


class _Questions:
    """Asks a program, in fractions or in whole numbers, which of its rows contradict each other."""

    def __init__(self, matrix: Matrix, held: Collection[int], relaxed: bool) -> None:
        self._matrix, self._held, self._relaxed = matrix, frozenset(held), relaxed
        self._whole: Elastic | None = None
        self._asked = 0

    @property
    def _elastic(self) -> Elastic:
        """The whole program; made when it is first asked."""
        self._whole = self._whole or Elastic(self._matrix)
        return self._whole

    def contradicts(self, rows: Sequence[int]) -> bool:
        """Whether these rows cannot all hold, besides those that are given; where that stays open, they can."""
        self._asked += 1
        if self._asked > QUESTIONS and not self._relaxed:
            return False
        return _contradict(self._elastic, [*rows, *self._held], self._relaxed)

    def irreducible(self) -> list[int] | None:
        """A contradictory set of rows that are not given, each needed; None where all rows can hold."""
        if self._relaxed:
            cut = self._proof()
            if cut is not None:
                return _irreducible_part(self._matrix, cut, self._held)
        everything = range(self._matrix.rows)
        if not self.contradicts(everything):
            return None
        if self.contradicts([]):
            self._held = frozenset()
        free = [row for row in everything if row not in self._held]
        return irreducible(self._by_rule(free), self.contradicts)

    def _proof(self) -> list[int] | None:
        """The rows of the solver's proof that there is no point, if they are indeed contradictory."""
        solver = Highs()
        solver.load(self._matrix)
        rows = solver.certificate()
        part = _only(self._matrix, rows)
        return rows if rows and _contradict(Elastic(part), range(part.rows), relaxed=True) else None

    def _by_rule(self, rows: list[int]) -> list[int]:
        """The rows without the rules that have no part in the contradiction."""
        rules: dict[str, list[int]] = {}
        for row in rows:
            rules.setdefault(self._matrix.row_names[row].partition("__")[0], []).append(row)
        if len(rules) == len(rows):
            return rows
        blocks = list(rules.values())

        def contradicts(chosen: Sequence[int]) -> bool:
            return self.contradicts([row for number in chosen for row in blocks[number]])

        return [row for number in irreducible(range(len(blocks)), contradicts) for row in blocks[number]]

    def smaller(self, most: int) -> list[int] | None:
        """A smallest contradictory set, if it has fewer than ``most`` rows and is found within TRIES."""
        corrections: list[list[int]] = []
        for _ in range(TRIES):
            meeting = _meeting(corrections, self._matrix.rows)
            if len(meeting) >= most:
                return None
            try:
                slack = self._elastic.least_slack(_others(self._matrix.rows, {*meeting, *self._held}), self._relaxed)
            except SolverFailed:
                return None
            if slack is None:
                return meeting or None
            broken = np.flatnonzero(slack.sum(axis=1) > FEASIBILITY).tolist()
            if not broken:
                return None
            corrections.append(broken)
        return None


def _contradict(elastic: Elastic, rows: Sequence[int], relaxed: bool) -> bool:
    try:
        return elastic.least_slack(_others(len(elastic.rows), rows), relaxed) is None
    except SolverFailed:
        return False


def _irreducible_part(matrix: Matrix, cut: list[int], held: Collection[int]) -> list[int]:
    """A contradictory part of the rows of a proof in fractions, without those that are given."""
    elastic = Elastic(_only(matrix, cut))
    number = {row: place for place, row in enumerate(cut)}
    given = [number[row] for row in cut if row in held]
    if _contradict(elastic, given, relaxed=True):
        given = []
    free = [place for place in range(len(cut)) if place not in set(given)]
    needed = irreducible(free, lambda rows: _contradict(elastic, [*rows, *given], relaxed=True))
    return [cut[place] for place in needed]


def _only(matrix: Matrix, rows: Sequence[int]) -> Matrix:
    """These rows alone, with the columns that stand in them."""
    kept = np.zeros(matrix.rows, dtype=bool)
    kept[list(rows)] = True
    part = matrix.only_rows(kept)
    used, index = np.unique(part.index, return_inverse=True)
    return replace(
        part,
        names=tuple(part.names[column] for column in used),
        lower=part.lower[used],
        upper=part.upper[used],
        whole=part.whole[used],
        decided=part.decided[used],
        index=index.astype(np.int32),
    )


def _others(count: int, rows: Collection[int]) -> list[int]:
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
    """A program in an MPS or LP file as arrays, by HiGHS' own reader."""
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
