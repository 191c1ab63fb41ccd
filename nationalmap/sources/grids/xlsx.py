"""XLSX workbooks, by openpyxl: values as the file holds them, no formula is computed. Runs in a child process."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from typing import Any

from nationalmap.sources.grids.grid import (
    DATE,
    ERROR,
    MOST_CELLS,
    NO_VALUE,
    NUMBER,
    TEXT,
    TRUTH,
    Grid,
    TooMuch,
    currency,
    made,
    number_text,
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: A format that keeps leading zeros: 00084.
_ZEROS = re.compile(r"0{2,}")
#: The country behind a currency sign in brackets is no currency: [$-402], [$€-402].
_LOCALE = re.compile(r"\[\$([^\]-]*)(-[^\]]*)?\]")
#: A formula in the bytes of a sheet, under any prefix.
_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")


def sheets(data: bytes) -> list[Grid]:
    """Every worksheet of a workbook, in its order."""
    from openpyxl.reader.excel import ExcelReader

    with warnings.catch_warnings():
        # Drop-downs and other extensions are not read, which is no loss.
        warnings.simplefilter("ignore")
        reader = ExcelReader(io.BytesIO(data), data_only=True, keep_links=False, rich_text=False)
        reader.read()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    answer, count = [], 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # openpyxl closed its own
        for sheet in reader.wb.worksheets:
            count += len(sheet._cells)
            if count > MOST_CELLS:
                raise TooMuch(f"holds more than {MOST_CELLS:,} cells")
            empty = set(_without_value(archive.read(parts[sheet.title])))
            grid = made(_cells(sheet, empty), _merged(sheet), _hidden(sheet))
            grid.sheet, grid.hidden = sheet.title, sheet.sheet_state != "visible"
            answer.append(grid)
    return answer


def _cells(sheet: Any, empty: set[str]) -> Iterator[tuple[int, int, str, str]]:
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None:
            text, kind = _shown(cell)
            if text.strip():
                yield row, column, text, kind
        elif empty and cell.coordinate in empty:
            yield row, column, "=", NO_VALUE


def _shown(cell: Any) -> tuple[str, str]:
    """Text and kind of a cell: the figure itself, with per cent and currency where its format says so."""
    value = cell.value
    if cell.data_type == "e":
        return str(value), ERROR
    if isinstance(value, bool):
        return str(value).upper(), TRUTH
    if isinstance(value, int | float):
        return _number(value, cell.number_format or ""), NUMBER
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat(), DATE
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value), DATE
    return str(value), TEXT


def _number(value: float, form: str) -> str:
    if _ZEROS.fullmatch(form) and value == int(value):
        return f"{int(value):0{len(form)}d}"
    if form in ("General", "0", "@"):
        return number_text(value)
    plain = _LOCALE.sub(lambda sign: sign[1], form)
    if "%" in plain:
        return number_text(value * 100) + "%"
    return number_text(value) + currency(plain)


def _without_value(part: bytes) -> Iterator[str]:
    """Cells with a formula of which the file holds no value: it was written by a program, or never computed.

    A formula that gave an empty text has the type "str", and is empty, not without value.
    """
    if not _FORMULA.search(part):
        return
    for _, element in ET.iterparse(io.BytesIO(part)):  # noqa: S314 - document types are refused before  # nosec B314
        if element.tag == _MAIN + "c":
            formula, value = element.find(_MAIN + "f"), element.find(_MAIN + "v")
            bare = value is None or not (value.text or "")
            if formula is not None and bare and element.get("t") != "str":
                yield element.get("r", "")
        elif element.tag == _MAIN + "row":
            element.clear()


def _merged(sheet: Any) -> list[list[int]]:
    return sorted([r.min_row, r.min_col, r.max_row, r.max_col] for r in sheet.merged_cells.ranges)


def _hidden(sheet: Any) -> tuple[list[int], list[int]]:
    rows = [number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0]
    columns: list[int] = []
    for column in sheet.column_dimensions.values():
        if column.hidden or column.width == 0:
            first = column.min or 0
            columns += range(first, min(column.max or first, 2_000) + 1)
    return sorted(rows), sorted(columns)
