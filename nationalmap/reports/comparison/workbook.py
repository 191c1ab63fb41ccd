"""A comparison as a workbook: first the sentences, then a sheet for each table; real numbers, Bulgarian first."""

from __future__ import annotations

import math
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from nationalmap.reports.comparison.chapters import chapters
from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.reports.comparison.sheets import says, sheets, tab
from nationalmap.reports.texts import languages, text
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.sheets import Sheet

#: Width of each language on the first sheet, and characters that a line of it takes.
_WIDTH = 84
_PER_LINE = (78, 86)
_LINE = 15.5


def workbook(tables: Mapping[str, pd.DataFrame], plans: Sequence[Plan]) -> bytes:
    """The workbook; the same runs give the same bytes. Raises OutputFailed where a sheet cannot hold its table."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    title, subject = (text("compare.workbook.title", language) for language in languages())
    created = datetime.combine(plans[0].scenario.as_of, time())
    runs = " · ".join(tables["runs"]["run"])
    book.set_properties({"title": title, "subject": subject, "comments": runs, "created": created})
    found = sheets(tables, plans)
    names = [text("compare.workbook.tab", "bg"), *(tab(sheet.key, "bg") for sheet in found)]
    first, *pages = [Page(book.add_worksheet(name), name, styles) for name in names]
    _write_first(first, tables, found)
    set_up_page(first, runs, "A4")
    for page, sheet in zip(pages, found, strict=True):
        write_sheet(page, sheet, _titles(sheet.key))
        set_up_page(page, runs, sheet.paper)
    book.close()
    return target.getvalue()


def _titles(name: str) -> list[tuple[str, str]]:
    """Title of a sheet and what it says, in both languages."""
    return [
        (tab(name, language), ". ".join((says(name, language), text("compare.workbook.legend", language))))
        for language in languages()
    ]


def _write_first(page: Page, tables: Mapping[str, pd.DataFrame], found: Sequence[Sheet]) -> None:
    """Title, every sentence in both languages beside each other, and where the tables stand."""
    page.sheet.set_column(0, 1, _WIDTH)
    for column, language in enumerate(languages()):
        page.write("string", 0, column, text("compare.workbook.title", language), page.formats["head"])
        page.write("string", 1, column, text("compare.workbook.indicative", language), page.formats["open"])
    page.sheet.set_row(0, 30)
    page.sheet.set_row(1, 20)
    page.sheet.freeze_panes(2, 0)
    row = 3
    for bg, en in zip(*(chapters(tables, language) for language in languages()), strict=True):
        row = _section(page, row, bg[0], en[0])
        for pair in zip(bg[1], en[1], strict=True):
            row = _pair(page, row, pair)
        row += 1
    _contents(page, row, found)
    page.sheet.activate()


def _section(page: Page, row: int, bg: str, en: str) -> int:
    for column, words in enumerate((bg, en)):
        page.write("string", row, column, words, page.formats["section"])
    page.sheet.set_row(row, 20)
    return row + 1


def _pair(page: Page, row: int, pair: tuple[str, str]) -> int:
    """One sentence in both languages."""
    for column, (words, style) in enumerate(zip(pair, ("line", "line_en"), strict=True)):
        page.write("string", row, column, words, page.formats[style])
    high = max(math.ceil(len(words) / most) for words, most in zip(pair, _PER_LINE, strict=True))
    page.sheet.set_row(row, _LINE * high + 2)
    return row + 1


def _contents(page: Page, row: int, found: Sequence[Sheet]) -> None:
    """Every sheet with a link to it; then the tables without a row, by name."""
    row = _section(page, row, *(text("compare.workbook.contents", language) for language in languages()))
    for sheet in found:
        bg, en = (tab(sheet.key, language) for language in languages())
        page.sheet.write_url(row, 0, f"internal:'{bg}'!A1", page.formats["link"], bg)
        page.write("string", row, 1, f"{en}. {says(sheet.key, 'en')}", page.formats["says"])
        row += 1
    shown = {sheet.key for sheet in found} | {"said", "runs"}
    empty = [name for name in COMPARISONS if name not in shown]
    if empty:
        words = (
            text("compare.workbook.empty", language, names=", ".join(tab(name, language) for name in empty))
            for language in languages()
        )
        bg, en = words
        _pair(page, row + 1, (bg, en))
