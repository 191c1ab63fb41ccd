"""Forms as a workbook to be filled: two headings, the names that the program reads, lists to choose from, a guide.

The same forms give the same bytes; nothing in the workbook runs: no formula, no link, no macro.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from nationalmap.folders import texts
from nationalmap.folders.forms import Beside, Codes, Form, choices
from nationalmap.reports.workbook_sheet import OPTIONS
from nationalmap.reports.workbook_style import Page, formats
from nationalmap.schema import TABS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from nationalmap.schema import Column

#: Rows above the names that the program reads: title, two sentences, headings.
_TITLE, _SAYS, _HEADINGS, _NAMES = 0, 1, 3, 4
#: Empty rows below the last, which have the lists and ranges too.
SPARE = 300
_YELLOW = "#FFF6D6"
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "code": {"num_format": "@"},
    "text": {"num_format": "@", "text_wrap": True},
    "date": {"num_format": "@"},
    "flag": {"num_format": "@"},
    "choice": {"num_format": "@"},
    "integer": {"num_format": "#,##0", "align": "right"},
    "number": {"num_format": "General", "align": "right"},
    "money": {"num_format": "#,##0.00", "align": "right"},
    "year": {"num_format": "0", "align": "right"},
    "name": {"num_format": "@", "font_color": "#5F6B76", "italic": True, "text_wrap": True},
    "grey_integer": {"num_format": "#,##0", "align": "right", "font_color": "#5F6B76", "italic": True},
    "grey_money": {"num_format": "#,##0.00", "align": "right", "font_color": "#5F6B76", "italic": True},
}
_WIDTHS = {"code": (10, 34), "text": (16, 60), "name": (14, 44), "choice": (12, 20), "money": (14, 18)}
_WIDTH = (10, 16)
#: Columns that are wide before anything is written in them.
_LEAST = {"answer": 44, "basis": 36, "serves": 24}
_GUIDE_WIDTHS = (18, 32, 24, 62, 62, 38, 20)


@dataclass(frozen=True)
class Book:
    """A workbook to be filled: its title, the day it describes, forms, lists, and what the guide says first."""

    title: tuple[str, str]
    day: date
    forms: Sequence[Form]
    codes: Mapping[str, Codes]
    steps: Sequence[tuple[str, str]] = ()
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """Lines of the guide's head: what is written, its value."""


def write(book: Book) -> bytes:
    """The workbook. Raises OutputFailed for a cell that no sheet can hold."""
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    workbook.set_properties(
        {
            "title": book.title[0],
            "subject": book.title[1],
            "created": datetime(book.day.year, book.day.month, book.day.day),
        }
    )
    styles = formats(workbook)
    base = {"font_name": "Calibri", "font_size": 10, "valign": "top", "bottom": 1, "bottom_color": "#D5DCE2"}
    styles |= {f"in_{name}": workbook.add_format({**base, **look}) for name, look in _LOOKS.items()}
    styles["in_names"] = workbook.add_format({**base, "font_size": 8, "font_color": "#5F6B76", "bg_color": "#EEF3F5"})
    styles["in_waits"] = workbook.add_format({"bg_color": _YELLOW})
    styles["in_wrap"] = workbook.add_format({**base, "text_wrap": True})
    codes = {**book.codes, **{name: one for form in book.forms for name, one in choices(form.table).items()}}
    tabs = [texts.word("sheet.guide.tab", "bg"), *(TABS[form.table.name] for form in book.forms)]
    tabs.append(texts.word("sheet.codes.tab", "bg"))
    pages = [Page(workbook.add_worksheet(tab), tab, styles) for tab in tabs]
    ranges = _codes_sheet(pages[-1], codes)
    for page, form in zip(pages[1:-1], book.forms, strict=True):
        _form_sheet(page, form, codes, ranges)
    _guide_sheet(pages[0], book)
    for page in pages:
        page.sheet.set_landscape()
        page.sheet.set_paper(9)
        page.sheet.fit_to_pages(1, 0)
    pages[0].sheet.activate()
    workbook.close()
    return target.getvalue()


def _head(page: Page, key: str, title: tuple[str, str] | None = None) -> None:
    """Title and what the sheet says, in both languages."""
    bg, en = title or (texts.word(f"sheet.{key}.title", "bg"), texts.word(f"sheet.{key}.title", "en"))
    page.write("string", _TITLE, 0, f"{bg} / {en}", page.formats["title"])
    page.sheet.set_row(_TITLE, 24)
    for row, language in enumerate(texts.LANGUAGES, _SAYS):
        page.write("string", row, 0, texts.word(f"sheet.{key}.says", language), page.formats["says"])


def _style(column: Column | Beside) -> str:
    if isinstance(column, Beside):
        return column.style
    is_year = column.kind == "integer" and column.low is not None and column.low >= 1990
    return "year" if is_year else column.kind


def _shown(value: Any, column: Column | Beside, labels: Mapping[str, str]) -> Any:
    """A cell as it is written: None where it is blank, words of the list where the form shows these."""
    if pd.isna(value) or value == "":
        return None
    if isinstance(column, Beside):
        return value
    if column.kind == "flag":
        value = "yes" if value in (True, "yes") else "no"
    if column.kind in ("integer", "number", "money"):
        return float(value) if column.kind != "integer" else int(value)
    return labels.get(str(value), str(value))


def _form_sheet(page: Page, form: Form, codes: Mapping[str, Codes], ranges: Mapping[str, tuple[str, str]]) -> None:
    """One form: head, headings, names, rows, and what each column takes."""
    _head(page, form.table.name)
    last = _NAMES + len(form.rows) + SPARE
    fields = form.fields
    heights = [1] * len(form.rows)
    for place, column in enumerate(fields):
        style = page.formats[f"in_{_style(column)}"]
        listed = "" if isinstance(column, Beside) else _list_of(form, column)
        labels = _labels(form, column, codes.get(listed))
        values = column.cells if isinstance(column, Beside) else form.rows[column.name].tolist()
        cells = [_shown(value, column, labels) for value in values]
        name = f"({column.name})" if isinstance(column, Beside) else column.name
        bg, en = _heading(form, column)
        width = _width(column, [bg, en, name], cells)
        page.sheet.set_column(place, place, width, style)
        page.write_heading(_HEADINGS, place, bg, en)
        page.write("string", _NAMES, place, name, page.formats["in_names"])
        for row, value in enumerate(cells, _NAMES + 1):
            kind = "blank" if value is None else "string" if isinstance(value, str) else "number"
            page.write(kind, row, place, value, style)
            if kind == "string" and _style(column) in ("text", "name"):
                heights[row - _NAMES - 1] = max(heights[row - _NAMES - 1], _lines(value, width))
        if not isinstance(column, Beside):
            flags = tuple(labels.values()) or ("yes", "no")
            _validate(page, column, place, last, ranges.get(listed, ("", ""))[1 if form.labelled else 0], flags)
    for row, height in enumerate(heights, _NAMES + 1):
        page.sheet.set_row(row, 14 * height + 1)
    page.sheet.set_row(_HEADINGS, 44)
    page.sheet.freeze_panes(_NAMES + 1, form.frozen)
    page.sheet.autofilter(_NAMES, 0, max(_NAMES + len(form.rows), _NAMES + 1), len(fields) - 1)
    page.sheet.repeat_rows(_HEADINGS, _NAMES)
    if form.waits:
        at = xl_col_to_name([field.name for field in fields].index(form.waits[0]))
        word = form.waits[1] if not form.labelled else texts.choice(form.waits[1])[0]
        rule = {"type": "formula", "criteria": f'=${at}{_NAMES + 2}="{word}"', "format": page.formats["in_waits"]}
        page.sheet.conditional_format(_NAMES + 1, 0, last, len(fields) - 1, rule)


def _labels(form: Form, column: Column | Beside, listed: Codes | None) -> dict[str, str]:
    """What stands in place of a code, where the form shows the words of its lists."""
    if not form.labelled or isinstance(column, Beside):
        return {}
    return texts.flags("bg") if column.kind == "flag" else listed.names if listed else {}


def _list_of(form: Form, column: Column) -> str:
    """Name of the list that a column chooses from; "" for none."""
    return form.lists.get(column.name, f"{form.table.name}.{column.name}" if column.choices else "")


def _heading(form: Form, column: Column | Beside) -> tuple[str, str]:
    if isinstance(column, Beside):
        return texts.word(f"beside.{column.name}", "bg"), texts.word(f"beside.{column.name}", "en")
    if form.labelled and column.name in form.lists:
        return texts.word(f"beside.{column.name}", "bg"), texts.word(f"beside.{column.name}", "en")
    return texts.heading(form.table.name, column.name)


def _width(column: Column | Beside, headings: Sequence[str], cells: Sequence[Any]) -> float:
    low, high = _WIDTHS.get(_style(column), _WIDTH)
    low = max(low, _LEAST.get(column.name, 0))
    words = max(len(part) for heading in headings for part in heading.split())
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(low, longest + 2, words + 4), high)


def _lines(words: str, width: float) -> int:
    """Lines that a text takes in a cell that wraps; a little too many rather than too few."""
    return max(1, math.ceil(len(words) * 0.96 / width))


def _validate(page: Page, column: Column, place: int, last: int, listed: str, flags: tuple[str, ...]) -> None:
    """The list or the range of a column, for the rows that are there and the empty ones below."""
    rule: dict[str, Any] = {"ignore_blank": True}
    if column.kind == "flag":
        rule |= {"validate": "list", "source": list(flags)}
    elif listed:
        rule |= {"validate": "list", "source": f"={listed}"}
    elif column.kind in ("integer", "number", "money") and column.low is not None and column.high is not None:
        kind = "integer" if column.kind == "integer" else "decimal"
        rule |= {"validate": kind, "criteria": "between", "minimum": column.low, "maximum": column.high}
    else:
        return
    what = "list" if rule["validate"] == "list" else "number"
    ends = {"low": _end(column, column.low), "high": _end(column, column.high)} if what == "number" else {}
    rule["error_title"] = texts.word(f"validation.{what}_title", "bg")
    rule["error_message"] = texts.word(f"validation.{what}", "bg", **ends)
    page.sheet.data_validation(_NAMES + 1, place, last, place, rule)


def _end(column: Column, end: float | None) -> str:
    """An end of a range as a Bulgarian reads it; a year without a space."""
    return f"{end or 0:.10g}" if _style(column) == "year" else texts.number(end or 0)


def _codes_sheet(page: Page, codes: Mapping[str, Codes]) -> dict[str, tuple[str, str]]:
    """Every list in three columns of its own; gives the ranges of its codes and of its Bulgarian names."""
    _head(page, "codes")
    ranges = {}
    for place, (name, listed) in enumerate(codes.items()):
        first = place * 4
        page.write_heading(_HEADINGS, first, *listed.title)
        page.write_heading(_HEADINGS, first + 1, texts.heading("", "name_bg")[0], "Bulgarian")
        page.write_heading(_HEADINGS, first + 2, texts.heading("", "name_en")[0], "English")
        for column, width in enumerate((22, 38, 38, 2)):
            page.sheet.set_column(first + column, first + column, width)
        for row, cells in enumerate(listed.rows, _NAMES):
            for column, cell in enumerate(cells):
                page.write("string", row, first + column, cell, page.formats["in_text" if column else "in_code"])
        rows = f"${_NAMES + 1}:${{}}${_NAMES + max(len(listed.rows), 1)}"
        ends = (xl_col_to_name(first), xl_col_to_name(first + 1))
        ranges[name] = tuple(f"'{page.tab}'!${end}{rows.format(end)}" for end in ends)
    page.sheet.set_row(_HEADINGS, 30)
    page.sheet.freeze_panes(_NAMES, 0)
    return {name: (ends[0], ends[1]) for name, ends in ranges.items()}


def _guide_sheet(page: Page, book: Book) -> None:
    """What the workbook is, how it is filled, and every column of every sheet in both languages."""
    page.write("string", 0, 0, " / ".join(book.title), page.formats["title"])
    page.sheet.set_row(0, 26)
    row = 1
    for what, value in book.facts:
        page.write("string", row, 0, what, page.formats["section"])
        page.merge(row, 1, 6, value, "line")
        row += 1
    row += 1
    for language, style in (("bg", "line"), ("en", "line_en")):
        own = [line[0 if language == "bg" else 1] for line in book.steps]
        for number, line in enumerate([*own, *texts.entry("guide.steps")[language]], 1):
            page.merge(row, 0, 6, f"{number}. {line}", style)
            page.sheet.set_row(row, 15 * max(1, math.ceil(len(line) / 190)))
            row += 1
        row += 1
    page.write("string", row, 0, " / ".join(texts.word("guide.columns", lang) for lang in texts.LANGUAGES),
               page.formats["section"])  # fmt: skip
    row += 1
    keys = ("sheet", "column", "name", "says_bg", "says_en", "takes", "blank")
    for place, (key, width) in enumerate(zip(keys, _GUIDE_WIDTHS, strict=True)):
        page.sheet.set_column(place, place, width)
        page.write_heading(row, place, texts.word(f"guide.{key}", "bg"), texts.word(f"guide.{key}", "en"))
    page.sheet.set_row(row, 30)
    for form in book.forms:
        for column in form.table.columns:
            row += 1
            cells = _explained(form, column)
            for place, cell in enumerate(cells):
                page.write("string", row, place, cell, page.formats["in_wrap"])
            page.sheet.set_row(row, 14 * max(map(_lines, cells, _GUIDE_WIDTHS)) + 1)


def _explained(form: Form, column: Column) -> tuple[str, ...]:
    """One column in the guide."""
    bg, en = _heading(form, column)
    takes = texts.word(f"kind.{column.kind}", "bg")
    if column.choices:
        words = [texts.choice(code, form.table.name)[0] for code in column.choices]
        takes = ", ".join(words if form.labelled else map("{} ({})".format, column.choices, words))
    elif column.kind == "flag" and form.labelled:
        takes = ", ".join(texts.flags("bg").values())
    elif column.low is not None and column.high is not None:
        takes += f", {_end(column, column.low)} – {_end(column, column.high)}"
    asked = texts.word("guide.blank" if column.blank else "guide.asked", "bg")
    says = texts.says_bg(form.table, column.name)
    if form.labelled and column.name in form.lists:
        says = takes = texts.word("guide.chosen", "bg")
    return (TABS[form.table.name], f"{bg} / {en}", column.name, says, column.says, takes, asked)
