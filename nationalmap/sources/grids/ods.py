"""ODS sheets, read as a stream of XML: what they show and what they hold. Runs in a child process.

Written here because no library in good repair tells rows that are hidden, cells that are merged
and formulas without value; of the format only those few elements matter.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

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

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _STYLE, _TEXT = (_NS % name for name in ("table", "office", "style", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
#: A figure that a format shows with leading zeros: 00084.
_ZEROS = re.compile(r"0[0-9]+")
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")


@dataclass
class _Sheet:
    """A sheet while it is read: where the next row and column go, and what was found."""

    name: str
    hidden: bool
    row: int = 1
    column: int = 1
    cells: list[tuple[int, int, str, str]] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def sheets(data: bytes) -> list[Grid]:
    """Every sheet of a document, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    answer: list[Grid] = []
    unseen: set[str] = set()
    sheet = _Sheet("", False)
    count = depth = 0
    for event, element in ET.iterparse(io.BytesIO(content), events=("start", "end")):  # noqa: S314 - no DTD, see door  # nosec B314
        tag = element.tag
        if tag == _TABLE + "table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                sheet = _Sheet(element.get(_TABLE + "name", ""), element.get(_TABLE + "style-name", "") in unseen)
            elif event == "end" and depth == 0:
                answer.append(_finished(sheet))
                element.clear()
        elif event == "end" and tag == _STYLE + "style":
            unseen |= _invisible(element)
        elif event == "end" and depth == 1 and tag == _TABLE + "table-column":
            _column(sheet, element)
        elif event == "end" and depth == 1 and tag == _TABLE + "table-row":
            before = len(sheet.cells)
            _row(sheet, element, MOST_CELLS - count)
            count += len(sheet.cells) - before
            element.clear()
    return answer


def _finished(sheet: _Sheet) -> Grid:
    grid = made(sheet.cells, sheet.merged, (sheet.hidden_rows, sheet.hidden_columns))
    grid.sheet, grid.hidden = sheet.name, sheet.hidden
    return grid


def _invisible(style: ET.Element) -> set[str]:
    properties = style.find(_STYLE + "table-properties")
    shown = properties is None or properties.get(_TABLE + "display") != "false"
    return set() if shown else {style.get(_STYLE + "name", "")}


def _times(element: ET.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(1, int(text)) if text.isdecimal() else 1


def _column(sheet: _Sheet, element: ET.Element) -> None:
    times = _times(element, "columns")
    if element.get(_TABLE + "visibility", "visible") != "visible":
        sheet.hidden_columns += range(sheet.column, min(sheet.column + times, 2_000))
    sheet.column += times


def _row(sheet: _Sheet, element: ET.Element, room: int) -> None:
    """The cells of a row, as often as it is repeated; a repeated empty row only moves on."""
    times = _times(element, "rows")
    found = list(_cells(sheet, element, room))
    if len(found) * times > room:
        raise TooMuch(f"holds more than {MOST_CELLS:,} cells")
    for number in range(sheet.row, sheet.row + times) if found else ():
        sheet.cells += [(number, column, text, kind) for column, text, kind in found]
        if element.get(_TABLE + "visibility", "visible") != "visible":
            sheet.hidden_rows.append(number)
    sheet.row += times


def _cells(sheet: _Sheet, row: ET.Element, room: int) -> Iterator[tuple[int, str, str]]:
    column = 1
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        times = _times(cell, "columns")
        down, across = (int(cell.get(f"{_TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns"))
        if down > 1 or across > 1:
            sheet.merged.append([sheet.row, column, sheet.row + down - 1, column + across - 1])
        text, kind = _shown(cell)
        if text.strip() and cell.tag == _CELLS[0]:
            if times > room:
                raise TooMuch(f"holds more than {MOST_CELLS:,} cells")
            for at in range(column, column + times):
                yield at, text, kind
        column += times


def _shown(cell: ET.Element) -> tuple[str, str]:
    kind = cell.get(_OFFICE + "value-type", "")
    text = "\n".join(_words(paragraph) for paragraph in cell.findall(_TEXT + "p"))
    if cell.get(_CALC + "value-type") == "error":
        return text, ERROR
    if kind in ("float", "percentage", "currency"):
        return _number(kind, float(cell.get(_OFFICE + "value", "nan")), text, cell), NUMBER
    if kind == "date":
        return cell.get(_OFFICE + "date-value", text).removesuffix("T00:00:00"), DATE
    if kind == "time":
        return text, DATE
    if kind == "boolean":
        return cell.get(_OFFICE + "boolean-value", text).upper(), TRUTH
    if not kind and cell.get(_TABLE + "formula"):
        return "=", NO_VALUE
    return cell.get(_OFFICE + "string-value", text), TEXT


def _number(kind: str, value: float, text: str, cell: ET.Element) -> str:
    if kind == "percentage":
        return number_text(value * 100) + "%"
    if kind == "currency":
        return f"{number_text(value)} {cell.get(_OFFICE + 'currency', '')}".strip()
    return text if _ZEROS.fullmatch(text) and float(text) == value else number_text(value) + currency(text)


def _words(element: ET.Element) -> str:
    """The text of a paragraph with its spans; repeated blanks are elements of their own."""
    said = element.text or ""
    for inner in element:
        if inner.tag == _TEXT + "s":
            said += " " * min(int(inner.get(_TEXT + "c", "1")), 1_000)
        elif inner.tag == _TEXT + "line-break":
            said += "\n"
        elif inner.tag != _OFFICE + "annotation":
            said += _words(inner)
        said += inner.tail or ""
    return said
