"""The blocks of a program: what hangs together once the shared rows are set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.matrix import Matrix

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array

#: Rules whose rows are shared by blocks: money, posts, openings, equity, and what an earlier stage reached.
SHARED = frozenset(
    {
        "budgets",
        "worst_share",
        "worst_tenth",
        "staff_ceiling",
        "most_openings",
        "hub_services",
        "site_limits",
        "kept",
    }
)


#: How the rows begin that earlier stages left.
LEFT = "kept__"
#: Of so many blocks a row that one touches joins no more than one, beside pairs.
FEW = 4
#: Whole numbers of joined blocks, at most: no more than one search can hold.
MOST_WHOLE = 12_000


@dataclass(frozen=True, eq=False)
class Block:
    """Columns that hang together by rows of their own.

    ``columns`` are their numbers in the whole program, ``inner`` the program of the own rows; ``rows`` are the
    numbers of the shared rows (among the shared ones) that it touches, ``shared`` its coefficients there
    (rows x columns).
    """

    name: str
    columns: Array
    inner: Matrix
    rows: Array
    shared: Array


@dataclass(frozen=True, eq=False)
class Split:
    """A program as blocks, with the shared rows and the columns that stand in shared rows alone (``own``)."""

    matrix: Matrix
    blocks: tuple[Block, ...]
    own: Array
    own_shared: Array
    """Coefficients of the own columns in the shared rows (rows x columns)."""
    rows: Array
    lower: Array
    upper: Array
    """The shared rows: their numbers in the whole program, and their bounds."""


def split(matrix: Matrix, least: int = 0) -> Split:
    """The blocks of a program in the order of their names, whatever the order of its rows and columns.

    What hangs together with fewer than ``least`` columns is put into one block, for each block has its solver.
    """
    is_shared = np.array([name.partition("__")[0] in SHARED for name in matrix.row_names], dtype=bool)
    return _without(matrix, is_shared, least)


def joined(parts: Split, most: int = MOST_WHOLE) -> Split:
    """The blocks of a split joined by the shared rows that fewest of them touch: of a country, its regions.

    Rows join in order of the number of blocks that touch them, then of their names, while what they join has no more
    than ``most`` whole numbers. Rows that earlier stages left, and rows of a column that stands in several shared
    rows (a worst share), join nothing, so that the joined blocks are the same in all stages.
    """
    left, few = left_by_stages(parts), _few(parts)
    stands = (parts.own_shared != 0) & ~left[:, None]
    common = stands[:, stands.sum(axis=0) > 1].any(axis=1)
    touched = np.bincount(np.concatenate([b.rows for b in parts.blocks] or [np.empty(0, int)]), minlength=len(left))
    barred = left | common | (touched > few)
    whole = np.array([int(block.inner.whole.sum()) for block in parts.blocks])
    _, joins = _grown(parts, lambda row, together: not barred[row] and whole[together].sum() <= most)
    shared = np.zeros(parts.matrix.rows, dtype=bool)
    shared[parts.rows[~joins]] = True
    return _without(parts.matrix, shared)


def neighbours(parts: Split) -> list[int]:
    """For each block the number of its group: blocks that hang together by rows of few, as those of a region's money.

    Rows join in the same order, while what they join is a part of all blocks alone: a programme for some services
    touches fewer blocks than a large region's money, and yet all regions. What a stage left joins nothing.
    """
    left, few = left_by_stages(parts), _few(parts)
    group, _ = _grown(parts, lambda row, together: not left[row] and together.sum() <= few)
    return [int(number) for number in group]


def _few(parts: Split) -> int:
    """How many blocks are few: a quarter of all at most, or a pair."""
    return max(2, len(parts.blocks) // FEW)


def left_by_stages(parts: Split) -> Array:
    """Marks of the shared rows that earlier stages left."""
    return np.array([parts.matrix.row_names[row].startswith(LEFT) for row in parts.rows], dtype=bool)


def _grown(parts: Split, joins: Callable[[int, Array], bool]) -> tuple[Array, Array]:
    """Groups of blocks (their first one's number, by block), and marks of the rows that joined their blocks.

    Rows of few blocks come first, those of as many by their names. ``joins`` says of a row whether it may, given marks
    of the blocks that would be one group.
    """
    touching: list[list[int]] = [[] for _ in parts.rows]
    for number, block in enumerate(parts.blocks):
        for row in block.rows.tolist():
            touching[row].append(number)
    group, joined_by = np.arange(len(parts.blocks)), np.zeros(len(parts.rows), dtype=bool)
    names = parts.matrix.row_names
    for row in sorted(range(len(parts.rows)), key=lambda r: (len(touching[r]), names[parts.rows[r]])):
        together = np.isin(group, group[touching[row]])
        joined_by[row] = joins(row, together)
        if joined_by[row] and together.any():
            group[together] = np.flatnonzero(together)[0]
    return group, joined_by


def _without(matrix: Matrix, is_shared: Array, least: int = 0) -> Split:
    """The blocks that are left when the marked rows are set aside."""
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    inner = ~is_shared[row]
    label = _components(row[inner], matrix.index[inner], matrix.rows, matrix.size)
    of_row, of_column = label[: matrix.rows], label[matrix.rows :]
    has_rows = np.zeros(matrix.rows + matrix.size, dtype=bool)
    has_rows[of_row[~is_shared]] = True
    shared_rows = np.flatnonzero(is_shared)
    shared = matrix.only_rows(is_shared)
    columns_of, rows_of = _members(of_column), _members(np.where(is_shared, -1, of_row))
    found = [(columns, rows_of[where]) for where, columns in columns_of.items() if has_rows[where]]
    blocks = [_block(matrix, shared, columns, rows) for columns, rows in _gathered(found, least)]
    own = np.sort(np.concatenate([c for where, c in columns_of.items() if not has_rows[where]] or [np.empty(0, int)]))
    return Split(
        matrix=matrix,
        blocks=tuple(sorted(blocks, key=lambda block: block.name)),
        own=own,
        own_shared=_dense(shared, own),
        rows=shared_rows,
        lower=matrix.row_lower[shared_rows],
        upper=matrix.row_upper[shared_rows],
    )


def _gathered(found: list[tuple[Array, Array]], least: int) -> list[tuple[Array, Array]]:
    """Columns and rows of each block, those of the small ones together."""
    large = [one for one in found if len(one[0]) >= least]
    small = [one for one in found if len(one[0]) < least]
    if small:
        large.append((np.sort(np.concatenate([c for c, _ in small])), np.sort(np.concatenate([r for _, r in small]))))
    return large


def _components(row: Array, column: Array, rows: int, columns: int) -> Array:
    """For each row, then each column, the smallest number of a row or column that it hangs together with."""
    label = np.arange(rows + columns)
    column = column.astype(np.int64) + rows
    while True:
        before = label.copy()
        least = np.minimum(label[row], label[column])
        np.minimum.at(label, row, least)
        np.minimum.at(label, column, least)
        label = label[label]
        if (label == before).all():
            return label


def _members(label: Array) -> dict[int, Array]:
    """Label -> the numbers that have it, in order."""
    order = np.argsort(label, kind="stable")
    values, first = np.unique(label[order], return_index=True)
    return {int(value): part for value, part in zip(values, np.split(order, first[1:]), strict=True)}


def _block(matrix: Matrix, shared: Matrix, columns: Array, rows: Array) -> Block:
    inner = matrix.part(rows, columns)
    everything = _dense(shared, columns)
    touched = np.flatnonzero(everything.any(axis=1))
    return Block(min(inner.names), columns, inner, touched, everything[touched])


def _dense(shared: Matrix, columns: Array) -> Array:
    """Coefficients of columns in the shared rows (rows x columns)."""
    number = np.full(shared.size, -1, dtype=np.int64)
    number[columns] = np.arange(len(columns))
    row = np.repeat(np.arange(shared.rows), np.diff(shared.start))
    inside = number[shared.index] >= 0
    found = np.zeros((shared.rows, len(columns)))
    np.add.at(found, (row[inside], number[shared.index[inside]]), shared.value[inside])
    return found
