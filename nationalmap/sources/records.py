"""A grid becomes records: rows under the names of the columns, and every row and cell that is none named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Table, fits, shown
from nationalmap.sources import unseen
from nationalmap.sources.grids import Grid, letter, read_grid
from nationalmap.sources.grids.grid import NUMBER
from nationalmap.sources.header import PLACES, Header, find_header
from nationalmap.sources.words import cyrillic, visible

if TYPE_CHECKING:
    import pandas as pd

#: What stands round a cell without meaning anything: spaces of every width, zero included.
_PADDING = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")


@dataclass
class Records:
    """The records of a table as text, its index the row numbers of the file, and where each cell stands."""

    file: str
    sheet: str
    frame: pd.DataFrame
    header: int
    """Row of the header."""
    labels: Mapping[str, str]
    """What the file itself calls each column."""
    titles: tuple[str, ...]
    positions: Mapping[str, int]
    """Position of each column in the sheet, from 0."""
    marks: Mapping[int, str]
    """What the format knows of the cells, by row (``grids.grid``)."""
    written: Mapping[int, list[str]] = field(default_factory=dict)
    """The cells of each row as the file holds them."""
    notes: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    """Every correction of a cell, one sentence each."""

    def located(self, faults: Iterable[Fault]) -> list[Fault]:
        """The faults with sheet and address of the cell."""
        return [self._located(fault) for fault in faults]

    def _located(self, fault: Fault) -> Fault:
        if not self.sheet or fault.file != self.file or fault.sheet:
            return fault
        at = self.positions.get(fault.column)
        cell = f"{letter(at + 1)}{fault.row}" if at is not None and fault.row else ""
        return replace(fault, sheet=self.sheet, cell=cell)

    def typed(self, column: str) -> list[bool]:
        """Whether each cell of a column is a number of the format, not a text."""
        at = self.positions[column]
        return [self.marks.get(number, "")[at : at + 1] == NUMBER for number in self.frame.index]

    @property
    def place(self) -> str:
        """File and sheet, as sentences begin."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file

    def note(self, said: str) -> None:
        """What was taken but wants a look."""
        self.notes.append(f"{self.place}: {said}")

    def mend(self, row: int, column: str, old: str, said: str) -> None:
        """A cell that was corrected."""
        at = self.positions.get(column)
        cell = f" ({letter(at + 1)}{row})" if self.sheet and at is not None else ""
        self.mended.append(f'{self.place}, row {row}, {column}{cell}: "{shown(old)}" {said}')


def read_records(
    path: Path, table: Table | None = None, reading: Reading | None = None, *, may_be_empty: bool = False
) -> Records:
    """The records of a file in any format (see ``grids``), under the header that names columns of the table.

    Empty rows are passed over. Raises InputRefused for a column that stands twice, a record with too few
    or too many fields, cells that hold an error or no value, dates where none is asked, hidden rows and
    columns, merged cells that do not speak for each row, a record above the header, and a text file that ends
    within a row.
    """
    grid = read_grid(path)
    header = find_header(grid, (*table.known, *PLACES.values()) if table else (), reading or Reading())
    rows, faults = _rows(grid, header)
    faults += _above(grid, header, table)
    if not rows and not (may_be_empty and header.names):
        faults.append(Fault(grid.file, rule="holds no rows", cure="a header and one row per record are asked"))
    if faults:
        raise InputRefused(replace(fault, sheet=grid.sheet) for fault in faults)
    marks = dict(zip(grid.numbers, grid.kinds, strict=False))
    records = _records(grid, header, marks)
    records.written = dict(zip(grid.numbers, grid.rows, strict=True))
    faults = [] if not grid.cut else [_cut(grid, header)]
    kinds = {column.name: column.kind for column in table.columns} if table else {}
    for said in unseen.merged(grid, header.row, header.names, kinds, rows):
        if isinstance(said, str):
            records.note(said)
        else:
            faults.append(said)
    faults += unseen.hidden(grid, header.row, header.names)
    faults += unseen.spoilt(grid, rows, marks, header.names, kinds)
    if faults:
        raise InputRefused(records.located(faults))
    records.frame = _frame(header, rows)
    _words(records, table)
    return records


def _rows(grid: Grid, header: Header) -> tuple[dict[int, list[str]], list[Fault]]:
    """Cells of each row that holds something, cleaned; and the rows that do not fit under the header."""
    rows: dict[int, list[str]] = {}
    faults: list[Fault] = []
    for row, number in zip(grid.rows[header.at + 1 :], grid.numbers[header.at + 1 :], strict=True):
        cells = [_clean(cell) for cell in row]
        if any(cells):
            faults += _broken_row(cells, len(header.names), header.fields, grid.file, number)
            rows[number] = cells[: len(header.names)]
    return rows, faults


def _clean(cell: str) -> str:
    if cell.isascii():
        return cell.strip()
    return _PADDING.sub("", unicodedata.normalize("NFC", cell))


def _broken_row(cells: list[str], columns: int, fields: int, file: str, number: int) -> Iterator[Fault]:
    """A row that does not fit under the header."""
    if len(cells) != fields or any(cells[columns:]):
        rule = f"this row has {len(cells)} fields, the header {fields}"
        if len(cells) == fields:
            rule = "this row has a value outside the columns of the header"
        yield Fault(file, number, "", "", rule, "a separator inside a cell needs quotes round the cell")


def _above(grid: Grid, header: Header, table: Table | None) -> Iterator[Fault]:
    """Rows above the header that could be records: a spreadsheet that sorts a table may sort its header too."""
    columns = {column.name: column for column in table.columns} if table else {}
    for number, row in zip(grid.numbers[: header.at], grid.rows, strict=False):
        cells = zip(header.names, [_clean(cell) for cell in row], strict=False)
        known = [(columns[name], cell) for name, cell in cells if name in columns]
        # A title or a date above the header stands in one cell.
        if sum(bool(cell) for _, cell in known) > 1 and all(fits(cell, column) for column, cell in known):
            cure = "put the header above all records, or take the row out"
            yield Fault(grid.file, number, rule="stands above the header and could be a record", cure=cure)


def _cut(grid: Grid, header: Header) -> Fault:
    """Nothing else tells a figure that lost its last digits, or the rows after it: 400 may have been 4000."""
    last = shown(_clean(grid.rows[-1][-1]))
    column = header.names[-1] if len(grid.rows[-1]) == len(header.names) else ""
    rule = "ends the file without a line break, as a file cut short does" if last else "ends without a line break"
    cure = "compare the last row with the original; where nothing is missing press Enter at its end and save"
    return Fault(grid.file, grid.numbers[-1], column, last, rule, cure)


def _headed_twice(grid: Grid, header: Header) -> bool:
    """Whether a heading stands over every name of a column, as in working folders: no title to be told."""
    above = grid.rows[header.at - 1] if header.at else []
    names = grid.rows[header.at]
    return len(names) > 1 and len(above) == len(names) and all(a and n for a, n in zip(above, names, strict=True))


def _records(grid: Grid, header: Header, marks: Mapping[int, str]) -> Records:
    """All but the cells themselves, which merged ones still fill."""
    import pandas as pd

    named = {name: at for at, name in enumerate(header.names) if name or not header.passed_over}
    labels = {name: header.labels[at] for name, at in named.items()}
    notes = list(grid.notes)
    records = Records(
        grid.file, grid.sheet, pd.DataFrame(), header.row, labels, header.titles, named, marks, notes=notes
    )
    if header.titles and not _headed_twice(grid, header):
        titles = " / ".join(shown(title) for title in header.titles)
        records.note(f"the header stands in row {header.row}, above it: {titles}")
    if header.passed_over:
        records.note(f"columns are passed over: {', '.join(map(shown, header.passed_over))}")
    return records


def _frame(header: Header, rows: Mapping[int, list[str]]) -> pd.DataFrame:
    import pandas as pd

    kept = [at for at, name in enumerate(header.names) if name or not header.passed_over]
    columns = list(zip(*rows.values(), strict=True)) or [()] * len(header.names)
    frame = pd.DataFrame({at: pd.array(list(columns[at]), dtype="str") for at in kept}, index=list(rows), copy=False)
    frame.columns = pd.Index([header.names[at] for at in kept], dtype="str")
    return frame


def _words(records: Records, table: Table | None) -> None:
    """Cells of words without what nobody sees; Latin letters inside Cyrillic words are mended, and that is said."""
    for column in table.columns if table else ():
        if column.kind not in ("code", "text", "choice", "flag") or column.name not in records.frame.columns:
            continue
        texts = records.frame[column.name].tolist()
        if all(map(str.isascii, texts)):
            continue
        better = [visible(text) for text in texts]
        if column.kind == "text":
            better = [cyrillic(text) for text in better]
            for row, old, new in zip(records.frame.index, texts, better, strict=True):
                if visible(old) != new:
                    records.mend(int(row), column.name, old, "held Latin letters inside a Cyrillic word, now Cyrillic")
        records.frame[column.name] = better
