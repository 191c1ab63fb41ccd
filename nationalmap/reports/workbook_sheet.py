"""One sheet of a workbook: title, totals, headings that stay in view, rows; a number as a number."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from nationalmap.reports.sheets_results import WHOLE
from nationalmap.reports.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nationalmap.reports.sheets import Field, Sheet
    from nationalmap.reports.workbook_style import Page

#: What a workbook of ours never does: formulas or links made of text.
OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
#: Width in characters: by style the least, the most.
_WIDTHS = {
    "code": (8, 44),
    "text": (10, 52),
    "long": (20, 46),
    "count": (11, 15),
    "number": (12, 16),
    "euro": (15, 20),
    "year": (9, 10),
    "share": (11, 12),
    "mark": (12, 13),
    "plus_count": (11, 15),
    "plus_number": (12, 16),
    "plus_euro": (15, 20),
    "plus_share": (11, 12),
}
_TITLE_ROWS = 5
#: Styles that wrap: characters to a unit of column width.
_PER_WIDTH = {"text": 1.1, "long": 1.3}
#: Height of one line of text, points.
LINE = 13.5


def _width(field: Field, cells: Iterable[Any]) -> float:
    """Characters that the column asks for, within the bounds of its style."""
    low, high = _WIDTHS[field.style]
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    word = max(len(part) for heading in (field.bg, field.en) for part in heading.split())
    return min(max(low, 0.95 * longest + 2, word + 3), max(high, word + 3))


def lines(words: str, width: float, style: str) -> int:
    """Lines that a text takes in a cell that wraps; a little too many rather than too few."""
    return max(1, math.ceil(len(words) / (_PER_WIDTH[style] * width - 1)))


def _heading_lines(field: Field, width: float) -> int:
    """Lines of the two-language heading at a width."""
    return lines(field.bg, width, "text") + lines(field.en, width, "text")


def _row_lines(cells: Iterable[Any], fields: Iterable[Field], widths: Iterable[float]) -> int:
    """Lines of the highest cell of a row."""
    wraps = zip(cells, fields, widths, strict=True)
    return max(
        (
            lines(cell, width, field.style)
            for cell, field, width in wraps
            if isinstance(cell, str) and field.style in _PER_WIDTH
        ),
        default=1,
    )


def _shown(field: Field, cells: Iterable[Any]) -> Field:
    """The field as it is shown: figures that are all whole need no decimals."""
    whole = all(cell is None or float(cell).is_integer() for cell in cells) if field.style == "number" else False
    return dataclasses.replace(field, style="count") if whole else field


def _write_cell(page: Page, row: int, column: int, field: Field, value: Any) -> None:
    """One cell by its style: a number as a number, text as text, nothing as an empty cell."""
    style = page.formats[field.style]
    if value is None:
        blank = page.formats["mark_blank"] if field.style == "mark" else style
        page.write("blank", row, column, None, blank)
    elif field.style == "mark":
        good = value in (WHOLE, text("flag.true", "bg"))
        kind = "string" if isinstance(value, str) else "number"
        page.write(kind, row, column, value, page.formats["mark_whole" if good else "mark_missing"])
    elif isinstance(value, str):
        page.write("string", row, column, value, style)
    else:
        page.write("number", row, column, value, style)


def _write_title(page: Page, titles: Sequence[tuple[str, str]]) -> None:
    """The sheet's title and what it says, in each language."""
    for place, (title, says) in enumerate(titles):
        page.write("string", place * 2, 0, title, page.formats["title_en" if place else "title"])
        page.write("string", place * 2 + 1, 0, says, page.formats["says"])
        page.sheet.set_row(place * 2, 18 if place else 26)


def write_sheet(page: Page, sheet: Sheet, titles: Sequence[tuple[str, str]]) -> None:
    """Title, totals, headings, rows; headings stay in view, are filtered and repeat on every page.

    ``titles``: title and what the sheet says, in each language.
    """
    _write_title(page, titles)
    top = _TITLE_ROWS + 1
    columns = [sheet.rows[field.name].tolist() for field in sheet.fields]
    fields = [_shown(field, cells) for field, cells in zip(sheet.fields, columns, strict=True)]
    widths = [_width(field, cells) for field, cells in zip(fields, columns, strict=True)]
    for column, (field, width, cells) in enumerate(zip(fields, widths, columns, strict=True)):
        page.sheet.set_column(column, column, width)
        page.write_heading(top, column, field.bg, field.en)
        _write_total(page, top - 1, column, sheet, cells)
        for row, value in enumerate(cells, start=top + 1):
            _write_cell(page, row, column, field, value)
    page.sheet.set_row(top, LINE * max(map(_heading_lines, fields, widths)) + 6)
    for row, record in enumerate(zip(*columns, strict=True), start=top + 1):
        page.sheet.set_row(row, LINE * _row_lines(record, fields, widths) + 2)
    page.sheet.autofilter(top, 0, top + len(sheet.rows), len(sheet.fields) - 1)
    page.sheet.freeze_panes(top + 1, sheet.frozen)
    page.sheet.repeat_rows(top)


def _write_total(page: Page, row: int, column: int, sheet: Sheet, cells: Iterable[Any]) -> None:
    """The sum of a column above its heading, where the sheet has totals."""
    field = sheet.fields[column]
    if field.name in sheet.totals:
        total = math.fsum(cell for cell in cells if cell is not None)
        page.write("number", row, column, round(total, 2), page.formats[f"total_{field.style}"])
    else:
        label = text("workbook.totals", "bg") if column == 0 and sheet.totals else ""
        page.write("string", row, column, label, page.formats["total_text" if sheet.totals else "plain"])
