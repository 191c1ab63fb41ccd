"""A grid becomes records: the header found, cells cleaned, and every cell that is none named with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Kind, Table, shown
from nationalmap.sources.grids import Grid, letter, read_grid
from nationalmap.sources.grids.grid import DATE, ERROR, NO_VALUE

if TYPE_CHECKING:
    import pandas as pd

#: What stands round a cell without meaning anything: spaces of every width, zero included.
_PADDING = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")
_LINE_BREAK = re.compile(r"[\r\n]+")
#: Errors of spreadsheets, as they stand in a file of text.
_ERRORS = re.compile(r"#(REF|N/A|NAME|DIV/0|VALUE|NULL|NUM|SPILL|CALC)[!?]?|Err:\d{3}", re.IGNORECASE)
#: A text of which a program lost the letters.
_LOST = re.compile(r".*\ufffd.*|\?{3,}", re.DOTALL)
#: Rows in which the header is looked for.
_TITLES = 30
#: Kinds of column in which one merged cell stands for each of its rows.
_SPOKEN: Collection[Kind] = ("code", "text", "choice", "date")


@dataclass
class Records:
    """The records of a table as text, its index the row numbers of the file, and where each cell stands."""

    file: str
    sheet: str
    frame: pd.DataFrame
    letters: Mapping[str, str]
    """Column of the sheet by name, e.g. F; empty where the format has no sheets."""
    notes: list[str] = field(default_factory=list)

    def located(self, faults: Collection[Fault]) -> list[Fault]:
        """The faults with sheet and address of the cell."""
        return [self._located(fault) for fault in faults]

    def _located(self, fault: Fault) -> Fault:
        if not self.sheet or fault.file != self.file or fault.sheet:
            return fault
        column = self.letters.get(fault.column, "")
        return replace(fault, sheet=self.sheet, cell=f"{column}{fault.row}" if column and fault.row else "")


def read_records(path: Path, table: Table | None = None, *, may_be_empty: bool = False) -> Records:
    """The records of a file in any format (see ``grids``), under the header that names columns of the table.

    Rows above the header are titles and passed over, empty rows too. Raises InputRefused for a
    column that stands twice, a record with too few or too many fields, cells that hold an error or no
    value, dates where none is asked, hidden rows and columns, merged cells that do not speak for each row.
    """
    grid = read_grid(path)
    at = _header_at(grid, table.names if table else ())
    names, fields = _header(grid, at)
    faults: list[Fault] = []
    body = Grid(grid.file, grid.sheet, grid.rows[at + 1 :], grid.numbers[at + 1 :], grid.kinds[at + 1 :])
    rows, numbers = [], []
    for row, number in zip(body.rows, body.numbers, strict=True):
        cells = [_clean(cell) for cell in row]
        if any(cells):
            faults += _broken_row(cells, len(names), fields, grid.file, number)
            rows.append(cells[: len(names)])
            numbers.append(number)
    if not rows and not (may_be_empty and names):
        faults.append(Fault(grid.file, rule="holds no rows", cure="a header and one row per record are asked"))
    import pandas as pd

    letters = {name: letter(place) for place, name in enumerate(names, 1)} if grid.sheet else {}
    notes = [*grid.notes, *_titles(grid, at)]
    if faults:
        raise InputRefused(replace(fault, sheet=grid.sheet) for fault in faults)
    kinds = {column.name: column.kind for column in table.columns} if table else {}
    faults += _merged(grid, at, names, kinds, rows, numbers, notes)
    faults += _hidden(grid, at, names)
    faults += _spoilt(rows, numbers, names, grid.file)
    faults += _of_the_format(body, names, kinds)
    records = Records(grid.file, grid.sheet, pd.DataFrame(rows, columns=names, index=numbers, dtype="str"), letters)
    records.notes = notes
    if faults:
        raise InputRefused(records.located(faults))
    return records


def _clean(cell: str) -> str:
    return cell if cell.isascii() and cell == cell.strip() else _PADDING.sub("", unicodedata.normalize("NFC", cell))


# --------------------------------------------------------------------- the header


def _header_at(grid: Grid, known: Collection[str]) -> int:
    """Where the header stands: the row of the first ones that names most columns, at least half of those it has."""
    best, most = 0, 0
    for at, row in enumerate(grid.rows[:_TITLES] if known else ()):
        cells = {_clean(cell) for cell in row} - {""}
        count = len(cells & set(known))
        if count > most and (at == 0 or 2 * count >= len(cells)):
            best, most = at, count
    return best


def _header(grid: Grid, at: int) -> tuple[list[str], int]:
    """Names of the columns, and how many fields a row has: nameless ones at the end are no columns."""
    cells = grid.rows[at] if grid.rows else []
    names = [_LINE_BREAK.sub(" ", _clean(cell)) for cell in cells]
    while names and not names[-1]:
        names.pop()
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        row = grid.numbers[at]
        raise InputRefused(
            Fault(grid.file, row, shown(name), "", "this column stands twice", "keep one of them", grid.sheet)
            for name in doubled
        )
    return names, len(cells)


def _titles(grid: Grid, at: int) -> Iterator[str]:
    if at:
        place = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
        said = " / ".join(shown(" ".join(filter(None, map(_clean, row)))) for row in grid.rows[:at])
        yield f"{place}: the header stands in row {grid.numbers[at]}, above it: {said}"


# --------------------------------------------------------------------- rows and cells that are none


def _broken_row(cells: list[str], columns: int, fields: int, file: str, number: int) -> Iterator[Fault]:
    """A row that does not fit under the header."""
    if len(cells) != fields or any(cells[columns:]):
        rule = f"this row has {len(cells)} fields, the header {fields}"
        if len(cells) == fields:
            rule = "this row has a value outside the columns of the header"
        yield Fault(file, number, "", "", rule, "a separator inside a cell needs quotes round the cell")


def _spoilt(rows: list[list[str]], numbers: list[int], names: list[str], file: str) -> Iterator[Fault]:
    """Cells that hold an error of a spreadsheet, or of which the letters were lost."""
    for number, row in zip(numbers, rows, strict=True):
        for name, cell in zip(names, row, strict=True):
            if cell[:1] in "#E" and _ERRORS.fullmatch(cell):
                yield Fault(file, number, name, cell, "is an error of the spreadsheet", "mend the formula, or write it")
            elif ("?" in cell or "\ufffd" in cell) and _LOST.fullmatch(cell):
                yield Fault(file, number, name, shown(cell), "has lost its letters", "take them from the original")


def _of_the_format(body: Grid, names: list[str], kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    """Cells of a workbook that are an error, have no value, or became a date."""
    for number, row, marks in zip(body.numbers, body.rows, body.kinds, strict=False):
        if not any(mark in marks for mark in (ERROR, NO_VALUE, DATE)):
            continue
        for name, cell, mark in zip(names, row, marks, strict=False):
            if mark == ERROR and not _ERRORS.fullmatch(_clean(cell)):
                rule, cure = "is an error of the spreadsheet", "mend the formula, or write it"
                yield Fault(body.file, number, name, shown(cell), rule, cure)
            elif mark == NO_VALUE:
                cure = "open it in Excel or LibreOffice, let it calculate, and save it"
                yield Fault(body.file, number, name, "", "is a formula of which the file holds no value", cure)
            elif mark == DATE and kinds.get(name) in ("code", "choice", "integer", "number", "money", "flag"):
                cure = 'a spreadsheet makes dates of "3-7" or 3.7: format the cell as text and write it again'
                yield Fault(body.file, number, name, shown(cell), "is a date", cure)


# --------------------------------------------------------------------- hidden and merged


def _hidden(grid: Grid, at: int, names: list[str]) -> Iterator[Fault]:
    """What nobody sees is neither counted nor left out: somebody has to say which."""
    cure = "show it, or delete it: nobody can say whether it counts"
    first = grid.numbers[at] if grid.numbers else 0
    for number in grid.hidden_rows:
        if number >= first:
            yield Fault(grid.file, number, "", "", "this row is hidden", cure, grid.sheet)
    for column in grid.hidden_columns:
        if column <= len(names):
            name = shown(names[column - 1]) or letter(column)
            yield Fault(grid.file, 0, name, "", "this column is hidden", cure, grid.sheet, letter(column))


def _merged(
    grid: Grid,
    at: int,
    names: list[str],
    kinds: Mapping[str, Kind],
    rows: list[list[str]],
    numbers: list[int],
    notes: list[str],
) -> Iterator[Fault]:
    """A merged cell of words over several rows is written into each, and noted; any other is refused."""
    first = grid.numbers[at] if grid.numbers else 0
    positions = {number: position for position, number in enumerate(numbers)}
    for top, left, bottom, right in grid.merged:
        if bottom < first or left > len(names):
            continue
        block = f"{letter(left)}{top}:{letter(right)}{bottom}"
        name = names[left - 1]
        here = [positions[number] for number in range(top, min(bottom, numbers[-1]) + 1) if number in positions]
        if top > first and left == right and kinds.get(name) in _SPOKEN and here:
            value = rows[here[0]][left - 1]
            for position in here:
                rows[position][left - 1] = value
            notes.append(
                f'{grid.file}, sheet {grid.sheet}: {name} "{shown(value)}" of the merged {block} is each row\'s'
            )
        elif top <= first or here:
            rule = f"the cells {block} are merged" + (" in the header" if top <= first else "")
            cure = "split them, and write each value where it belongs"
            yield Fault(grid.file, top, shown(name), "", rule, cure, grid.sheet, f"{letter(left)}{top}")
