"""How the workbook looks: colours, number formats, paper; and a page that never loses a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.errors import OutputFailed
from nationalmap.reports.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

_INK, _NAVY, _GREY, _LINE, _PALE = "#1B2733", "#1F4E5F", "#5F6B76", "#D5DCE2", "#EEF3F5"
_GREEN, _GREEN_PALE, _RED, _RED_PALE = "#1E6B43", "#E3F2E8", "#9C2F24", "#FBE6E2"
_AMBER, _AMBER_PALE = "#7A5200", "#FFF3D6"
_PAPERS = {"A3": 8, "A4": 9}

#: Zero is a dash, blank is no data. The figures take the reader's own separators.
NUMBER_FORMATS = {
    "count": '#,##0;-#,##0;"–"',
    "number": '#,##0.00;-#,##0.00;"–"',
    "euro": '#,##0.00\\ [$€-402];-#,##0.00\\ [$€-402];"–"',
    "year": "0",
    "share": "0.000%",
    "plus_count": '+#,##0;-#,##0;"–"',
    "plus_number": '+#,##0.00##;-#,##0.00##;"–"',
    "plus_euro": '+#,##0.00\\ [$€-402];-#,##0.00\\ [$€-402];"–"',
    "plus_share": '+0.0%;-0.0%;"–"',
}
_BASE = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
_CELL = {**_BASE, "bottom": 1, "bottom_color": _LINE}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "plain": _BASE,
    "code": {**_CELL, "font_color": _GREY},
    "text": {**_CELL, "text_wrap": True},
    "long": {**_CELL, "text_wrap": True, "font_size": 9},
    **{name: {**_CELL, "num_format": shown, "align": "right", "indent": 1} for name, shown in NUMBER_FORMATS.items()},
    "mark": {**_CELL, "align": "center"},
    "mark_whole": {**_CELL, "align": "center", "font_color": _GREEN, "bg_color": _GREEN_PALE, "bold": True},
    "mark_missing": {
        **_CELL,
        "align": "center",
        "num_format": "#,##0",
        "font_color": _RED,
        "bg_color": _RED_PALE,
        "bold": True,
    },
    "mark_blank": {**_CELL, "bg_color": _PALE},
    "heading": {
        **_BASE,
        "font_color": "#FFFFFF",
        "bg_color": _NAVY,
        "text_wrap": True,
        "align": "center",
        "border": 1,
        "border_color": "#FFFFFF",
    },
    "heading_bg": {"bold": True, "font_color": "#FFFFFF", "font_size": 10, "font_name": "Calibri"},
    "heading_en": {"font_color": "#D6E4E9", "font_size": 9, "font_name": "Calibri", "italic": True},
    "total_text": {**_BASE, "bold": True, "bg_color": _PALE},
    **{
        f"total_{name}": {
            **_BASE,
            "bold": True,
            "bg_color": _PALE,
            "num_format": shown,
            "align": "right",
            "indent": 1,
        }
        for name, shown in NUMBER_FORMATS.items()
    },
    "title": {**_BASE, "bold": True, "font_size": 16, "font_color": _NAVY},
    "title_en": {**_BASE, "font_size": 11, "font_color": _GREY, "italic": True},
    "says": {**_BASE, "font_size": 10, "font_color": _GREY},
    "head": {**_BASE, "bold": True, "font_size": 20, "font_color": _NAVY},
    "subject": {**_BASE, "font_size": 12, "font_color": _GREY},
    "section": {
        **_BASE,
        "bold": True,
        "font_size": 13,
        "font_color": _NAVY,
        "bottom": 2,
        "bottom_color": _NAVY,
    },
    "line": {**_BASE, "font_size": 11, "text_wrap": True, "valign": "top"},
    "line_en": {
        **_BASE,
        "font_size": 10,
        "text_wrap": True,
        "font_color": _GREY,
        "italic": True,
        "valign": "top",
    },
    "tile": {
        **_BASE,
        "font_size": 18,
        "bold": True,
        "font_color": _NAVY,
        "bg_color": _PALE,
        "align": "center",
        "num_format": "#,##0",
    },
    "tile_part": {
        **_BASE,
        "font_size": 10,
        "font_color": _INK,
        "bg_color": _PALE,
        "align": "center",
        "text_wrap": True,
    },
    "tile_says": {
        **_BASE,
        "font_size": 9,
        "font_color": _GREY,
        "bg_color": _PALE,
        "align": "center",
        "valign": "top",
        "text_wrap": True,
    },
    "proven": {
        **_BASE,
        "bold": True,
        "font_size": 11,
        "font_color": _GREEN,
        "bg_color": _GREEN_PALE,
        "indent": 1,
    },
    "open": {
        **_BASE,
        "bold": True,
        "font_size": 11,
        "font_color": _AMBER,
        "bg_color": _AMBER_PALE,
        "indent": 1,
    },
    "link": {**_BASE, "font_color": _NAVY, "underline": 1},
}


def formats(book: Any) -> dict[str, Any]:
    """Every format of the workbook by name."""
    return {name: book.add_format(dict(look)) for name, look in _STYLES.items()}


@dataclass(frozen=True)
class Page:
    """One sheet while it is written: a cell that does not fit is an error, never silently dropped."""

    sheet: Any
    tab: str
    formats: Mapping[str, Any]

    def _kept(self, answer: int, row: int, column: int) -> None:
        if answer:
            raise OutputFailed(text("workbook.too_large", "en", sheet=self.tab, row=row + 1, column=column + 1))

    def write(self, kind: str, row: int, column: int, value: Any, style: Any) -> None:
        """Write one string, number or blank."""
        self._kept(getattr(self.sheet, f"write_{kind}")(row, column, value, style), row, column)

    def write_heading(self, row: int, column: int, bg: str, en: str) -> None:
        """A heading: Bulgarian in bold, English below it."""
        parts = (self.formats["heading_bg"], bg or " ", self.formats["heading_en"], f"\n{en or ' '}")
        self._kept(self.sheet.write_rich_string(row, column, *parts, self.formats["heading"]), row, column)

    def merge(self, row: int, first: int, last: int, value: str, style: str) -> None:
        """One text over several columns of a row."""
        self._kept(self.sheet.merge_range(row, first, row, last, "", self.formats[style]), row, first)
        self.write("string", row, first, value, self.formats[style])


def set_up_page(page: Page, run: str, paper: str, tall: int = 0, upright: bool = False) -> None:
    """Print set-up: landscape or upright, one page wide, run and 'indicative' in the footer; tall 0: as needed."""
    sheet = page.sheet
    if upright:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.set_paper(_PAPERS[paper])
    sheet.fit_to_pages(1, tall)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    middle = " · ".join(text("workbook.footer", language) for language in ("bg", "en"))
    sheet.set_footer(f"&L&8 {run[:80].replace('&', '&&')}&C&8 {middle}&R&8 &P / &N")
