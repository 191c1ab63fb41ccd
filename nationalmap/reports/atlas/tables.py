"""A table on a sheet: smaller where it does not fit, else its weightiest rows and how many more there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap.reports.atlas import letters
from nationalmap.reports.atlas.paper import INK, RULE, SOFT, TINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.reports.atlas.paper import Sheet

#: Free space in a cell: left and right, millimetres; above and below, in parts of the size of its letters.
_SIDE, _ABOVE = 0.9, 0.18
#: Headings are this much smaller than the cells, and smaller yet where a word would be broken; points.
_HEADING = 0.5


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in millimetres, and whether it holds figures."""

    title: str
    wide: float
    figures: bool = False


@dataclass(frozen=True)
class Row:
    """Cells; bold for a sum or a heading; ``weight`` says which rows stay where there is no room for all."""

    cells: tuple[str, ...]
    bold: bool = False
    weight: float = 0.0
    whole: bool = False
    """No word of it is broken."""


@dataclass(frozen=True)
class Fit:
    """A table as it fits: size of its letters, its rows in their order, and how many are left out."""

    size: float
    rows: tuple[Row, ...]
    more: int


def row_height(columns: Sequence[Column], row: Row, size: float) -> float:
    """Height of a row, by its tallest cell."""
    return max(letters.height(len(lines), letter) for letter, lines in _cells(columns, row, size)) + 2 * _air(size)


def _air(size: float) -> float:
    return _ABOVE * size * letters.POINT


def _head(columns: Sequence[Column]) -> Row:
    """The headings, whose words are not broken either."""
    return Row(tuple(column.title for column in columns), bold=True, whole=True)


def _head_size(columns: Sequence[Column], size: float) -> float:
    """Size of all headings: a little less than the cells', and less yet where a word would be broken."""
    return min(letter for letter, _ in _cells(columns, _head(columns), size - _HEADING))


def _head_height(columns: Sequence[Column], size: float) -> float:
    """Height of the headings; a list without any has none."""
    if not any(column.title for column in columns):
        return 0.0
    return row_height(columns, _head(columns), _head_size(columns, size))


def _cells(columns: Sequence[Column], row: Row, size: float) -> list[tuple[float, list[str]]]:
    """Size and lines of each cell: a figure is made smaller, never broken, for half of it would read as another."""
    found = []
    for column, cell in zip(columns, row.cells, strict=True):
        room, letter = column.wide - 2 * _SIDE, size
        if column.figures or row.whole:
            widest = max(letters.width(word, 1.0, bold=row.bold) for word in cell.split(" "))
            letter = min(size, 0.999 * room / widest) if widest else size
        found.append((letter, letters.lines(cell, letter, room, bold=row.bold)))
    return found


def height(columns: Sequence[Column], rows: Sequence[Row], size: float) -> float:
    """Height of the whole table in letters of this size."""
    return _head_height(columns, size) + sum(row_height(columns, row, size) for row in rows)


def fit(columns: Sequence[Column], rows: Sequence[Row], high: float, sizes: Sequence[float]) -> Fit:
    """The largest letters with which all rows fit; else, at the smallest, the weightiest that do."""
    for size in sizes:
        if height(columns, rows, size) <= high:
            return Fit(size, tuple(rows), 0)
    size = sizes[-1]
    left = high - _head_height(columns, size) - letters.height(1, size) - 2 * _air(size)
    kept: set[int] = set()
    for at in sorted(range(len(rows)), key=lambda at: (-rows[at].weight, at)):
        left -= row_height(columns, rows[at], size)
        if left < 0:
            break
        kept.add(at)
    return Fit(size, tuple(row for at, row in enumerate(rows) if at in kept), len(rows) - len(kept))


def taken(columns: Sequence[Column], rows: Sequence[Row], high: float, sizes: Sequence[float]) -> float:
    """Height that a table takes of the room it is given."""
    found = fit(columns, rows, high, sizes)
    rest = letters.height(1, found.size) + _air(found.size) if found.more else 0.0
    return height(columns, found.rows, found.size) + rest


def table(
    sheet: Sheet,
    place: tuple[float, float, float],
    columns: Sequence[Column],
    rows: Sequence[Row],
    sizes: Sequence[float],
    more: Callable[[int], str],
) -> float:
    """The table at x and y, no higher than the third of ``place``; gives its lower edge.

    ``more`` words how many rows there are besides.
    """
    x, y, high = place
    found = fit(columns, rows, high, sizes)
    wide = sum(column.wide for column in columns)
    if any(column.title for column in columns):
        y = _row(sheet, x, y, columns, _head(columns), _head_size(columns, found.size), SOFT)
    sheet.rule(x, y, x + wide, y, color=RULE, linewidth=0.9)
    for number, row in enumerate(found.rows):
        if number % 2 and not row.bold:
            sheet.box(x, y, wide, row_height(columns, row, found.size), facecolor=TINT, edgecolor="none")
        if row.bold:
            sheet.rule(x, y, x + wide, y, color=RULE, linewidth=0.5)
        y = _row(sheet, x, y, columns, row, found.size, INK)
    sheet.rule(x, y, x + wide, y, color=RULE, linewidth=0.9)
    if found.more:
        y = sheet.block(x + _SIDE, y + _air(found.size), [more(found.more)], found.size, bold=True)
    return y


def _row(sheet: Sheet, x: float, y: float, columns: Sequence[Column], row: Row, size: float, colour: str) -> float:
    for column, (letter, lines) in zip(columns, _cells(columns, row, size), strict=True):
        for at, line in enumerate(lines):
            base = y + _air(size) + letters.height(at, letter) + 0.95 * letter * letters.POINT
            align = "right" if column.figures else "left"
            edge = x + column.wide - _SIDE if column.figures else x + _SIDE
            sheet.say(edge, base, line, letter, bold=row.bold, colour=colour, align=align)
        x += column.wide
    return y + row_height(columns, row, size)
