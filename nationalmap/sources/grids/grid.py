"""The noun of this room: a sheet as rows of text, and what its format knows of the cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

#: What the format knows of a cell, one letter each: text (or nothing), a number, a date, yes or no,
#: an error of the spreadsheet (#REF!), a formula of which the file holds no value.
TEXT, NUMBER, DATE, TRUTH, ERROR, NO_VALUE = "tndbef"

#: Most cells with anything in them that a workbook may have, all its sheets together.
MOST_CELLS = 2_000_000
#: Columns of a sheet; no table of ours comes near.
MOST_COLUMNS = 1_000

#: Currencies as number formats write them, and as a cell of text would.
_CURRENCIES = (("лв", " лв."), ("BGN", " BGN"), ("€", " €"), ("EUR", " EUR"), ("$", " $"), ("USD", " USD"))


class TooMuch(ValueError):
    """A file that holds more than any table does; the message is the end of a sentence that begins with its name."""


@dataclass
class Grid:
    """One sheet: rows with anything in them, as text, each with its number in the file.

    Rows of a workbook are as long as the longest; those of a CSV file as long as they are written.
    """

    file: str = ""
    """Name of the file, as sentences say it."""
    sheet: str = ""
    """Name of the sheet, where the format has sheets."""
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """For each row a letter per cell, see above; empty where the format knows text alone."""
    merged: list[list[int]] = field(default_factory=list)
    """Blocks of merged cells: first row, first column, last row, last column, from 1, inclusive."""
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was taken but wants a look."""
    cut: bool = False
    """A text file that ends within a line: something may be missing."""


def made(
    cells: Iterable[tuple[int, int, str, str]], merged: list[list[int]], hidden: tuple[list[int], list[int]]
) -> Grid:
    """A grid of cells (row, column from 1, text, kind) in any order; hidden rows and columns that hold nothing are
    passed over.
    """
    by_row: dict[int, list[tuple[int, str, str]]] = {}
    width = 0
    for row, column, text, kind in cells:
        by_row.setdefault(row, []).append((column, text, kind))
        width = max(width, column)
    if width > MOST_COLUMNS:
        raise TooMuch(f"has a value in column {letter(width)}; a table has up to {MOST_COLUMNS} columns")
    grid = Grid(numbers=sorted(by_row), merged=merged)
    used: set[int] = set()
    for number in grid.numbers:
        texts, kinds = [""] * width, [TEXT] * width
        for column, text, kind in by_row[number]:
            texts[column - 1], kinds[column - 1] = text, kind
            used.add(column)
        grid.rows.append(texts)
        grid.kinds.append("".join(kinds))
    grid.hidden_rows = [row for row in hidden[0] if row in by_row]
    grid.hidden_columns = [column for column in hidden[1] if column in used]
    return grid


def letter(column: int) -> str:
    """The name of a column in a workbook: 1 is A, 27 is AA."""
    # XlsxWriter's own would be imported for it, the whole writer, by every check of a table.
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def number_text(value: float) -> str:
    """A number as a spreadsheet shows it whole: 15 digits, no exponent."""
    text = f"{value:.15g}"
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def currency(form: str) -> str:
    """The currency that a number format, or a figure as it is shown, writes beside the figure; "" for none."""
    return next((says for sign, says in _CURRENCIES if sign in form), "")
