"""Where the records of a table stand in their file, and which cells were read otherwise than they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nationalmap.errors import Fault
from nationalmap.schema import INDICATORS, Table
from nationalmap.sources.grids import letter
from nationalmap.sources.records import Records

#: A record by its key, as text.
Key = tuple[str, ...]


@dataclass(frozen=True)
class Mending:
    """One cell: the key of its record, its column, what the file holds and what was read."""

    record: Key
    column: str
    found: str
    used: str


@dataclass(frozen=True)
class Origin:
    """One table in one file."""

    table: str
    path: Path
    sheet: str
    columns: Mapping[str, str]
    """Letter of each column; of indicators, of each indicator."""
    rows: Mapping[Key, int]
    """Row of each record; of indicators by municipality alone, for all of the file stand in one row."""
    mended: tuple[Mending, ...]

    def located(self, fault: Fault, record: Key) -> Fault:
        """The fault with its row, and in a workbook sheet and address of its cell."""
        row = self.rows.get(record, 0)
        at = self.columns.get(fault.column, "")
        return replace(fault, row=row, sheet=self.sheet, cell=f"{at}{row}" if self.sheet and at and row else "")


def origin_of(table: Table, path: Path, records: Records) -> Origin:
    """The origin of a table whose records are its rows."""
    keys = _keys(table, records)
    mended = tuple(
        Mending(keys[row], name, found, used) for name in table.known for row, found, used in _mended(records, name)
    )
    return Origin(table.name, path, records.sheet, _letters(table, records), {k: r for r, k in keys.items()}, mended)


def origin_of_indicators(table: Table, path: Path, records: Records) -> Origin:
    """The origin of a wide file of indicators, each a column, as records of table ``indicators``."""
    keys = _keys(table, records)
    mended = [Mending(keys[row], "municipality", *cell) for row, *cell in _mended(records, "municipality")]
    for name in table.names[1:]:
        mended += [Mending((name, *keys[row]), "value", *cell) for row, *cell in _mended(records, name)]
    letters = _letters(table, records)
    return Origin(INDICATORS.name, path, records.sheet, letters, {k: r for r, k in keys.items()}, tuple(mended))


def _letters(table: Table, records: Records) -> dict[str, str]:
    places = sorted((at, name) for name, at in records.positions.items() if name in table.known)
    return {name: letter(at + 1) for at, name in places}


def _keys(table: Table, records: Records) -> dict[int, Key]:
    """Row of the file -> key of its record, as our own files write it."""
    kinds = {column.name: column.kind for column in table.columns}
    parts = [
        [str(int(float(text))) for text in records.frame[name]] if kinds[name] == "integer" else records.frame[name]
        for name in table.key
    ]
    return dict(zip(map(int, records.frame.index), zip(*parts, strict=True), strict=True))


def _mended(records: Records, name: str) -> list[tuple[int, str, str]]:
    """Row, text of the file and text used of the cells of a column that differ by more than spaces round them."""
    if name not in records.positions:
        return []
    used, at = records.frame[name].tolist(), records.positions[name]
    rows = records.frame.index.tolist()
    found = [records.written[row][at] for row in rows]
    if found == used:
        return []
    cells = zip(rows, found, used, strict=True)
    return [(row, raw, text) for row, raw, text in cells if raw != text and raw.strip(" \t") != text]
