"""What a workbook holds and does not show: hidden rows and columns, merged cells, errors, values that are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from nationalmap.errors import Fault
from nationalmap.schema import Kind, shown
from nationalmap.sources.grids import Grid, letter
from nationalmap.sources.grids.grid import DATE, ERROR, NO_VALUE

#: Errors of spreadsheets, as they stand in a file of text.
_ERRORS = re.compile(r"#(REF|N/A|NAME|DIV/0|VALUE|NULL|NUM|SPILL|CALC)[!?]?|Err:\d{3}", re.IGNORECASE)
#: A text of which a program lost the letters.
_LOST = re.compile(r".*\ufffd.*|\?{3,}", re.DOTALL)
#: Kinds of column in which one merged cell stands for each of its rows.
_SPOKEN: Collection[Kind] = ("code", "text", "choice", "date")
_NO_DATES: Collection[Kind] = ("code", "choice", "integer", "number", "money", "flag")


def hidden(grid: Grid, first: int, names: Sequence[str]) -> Iterator[Fault]:
    """What nobody sees is neither counted nor left out: somebody has to say which. ``first``: the header's row."""
    cure = "show it, or delete it: nobody can say whether it counts"
    for number in grid.hidden_rows:
        if number >= first:
            yield Fault(grid.file, number, "", "", "this row is hidden", cure, grid.sheet)
    for column in grid.hidden_columns:
        if column <= len(names):
            name = shown(names[column - 1]) or letter(column)
            yield Fault(grid.file, 0, name, "", "this column is hidden", cure, grid.sheet, letter(column))


def spoilt(
    grid: Grid, rows: Mapping[int, list[str]], marks: Mapping[int, str], names: Sequence[str], kinds: Mapping[str, Kind]
) -> Iterator[Fault]:
    """Cells that hold an error, no value, a date where none is asked, or of which the letters were lost."""
    for number, row in rows.items():
        for name, cell, mark in zip(names, row, marks.get(number, "t" * len(row)), strict=False):
            if mark == ERROR or (cell[:1] in "#E" and _ERRORS.fullmatch(cell)):
                rule, cure = "is an error of the spreadsheet", "mend the formula, or write the value"
                yield Fault(grid.file, number, name, shown(cell), rule, cure)
            elif mark == NO_VALUE:
                cure = "open it in Excel or LibreOffice, let it calculate, and save it"
                yield Fault(grid.file, number, name, "", "is a formula of which the file holds no value", cure)
            elif mark == DATE and kinds.get(name) in _NO_DATES:
                cure = 'a spreadsheet makes dates of "3-7" or 3.7: format the cell as text and write it again'
                yield Fault(grid.file, number, name, shown(cell), "is a date", cure)
            elif ("?" in cell or "\ufffd" in cell) and _LOST.fullmatch(cell):
                yield Fault(grid.file, number, name, shown(cell), "has lost its letters", "take it from the original")


def merged(
    grid: Grid, first: int, names: Sequence[str], kinds: Mapping[str, Kind], rows: Mapping[int, list[str]]
) -> Iterator[Fault | str]:
    """A merged cell of words is written into each of its rows, and a note tells it; any other is a fault."""
    for top, left, bottom, right in grid.merged:
        if bottom < first or left > len(names):
            continue
        block, name = f"{letter(left)}{top}:{letter(right)}{bottom}", names[left - 1]
        here = [number for number in rows if top <= number <= bottom]
        if top > first and left == right and here and (kinds.get(name) in _SPOKEN or name == "region"):
            value = rows[here[0]][left - 1]
            for number in here:
                rows[number][left - 1] = value
            yield f'{name} "{shown(value)}" of the merged cells {block} stands for each row'
        elif top <= first or here:
            rule = f"the cells {block} are merged" + (" in the header" if top <= first else "")
            cure = "split them, and write each value where it belongs"
            yield Fault(grid.file, top, shown(name), "", rule, cure, grid.sheet, f"{letter(left)}{top}")
