"""A document as PDF (fpdf2): A4, the DejaVu fonts that come with matplotlib, embedded; the same bytes each time."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from nationalmap.reports.paper.model import (
    FIGURES,
    Blank,
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
    inert,
    lines,
)
from nationalmap.reports.texts import act

#: Margins, and the height of a line of a table, mm.
_MARGIN, _TOP, _BOTTOM = 15.0, 21.0, 17.0
_PAD = 1.4
#: Size of type and height of its line: points, mm.
_SIZES = {"title": (15, 7.0), "territory": (11, 5.5), 1: (12, 6.0), 2: (10, 5.0), "plain": (9, 4.4), "small": (7, 3.5)}
_CELL = (7.0, 3.3)
#: Sizes of headings of columns, the first at which every word fits.
_HEADS = (7.0, 6.5, 6.0, 5.5, 5.0, 4.5)
_INK, _GREY, _PALE, _LOUD = (20, 28, 38), (95, 107, 118), (233, 238, 241), (255, 243, 214)
#: Stands for the number of pages; a sign that ``inert`` spells out, so that no name can hold it.
_PAGES = "\ue000" * 4


def _fonts() -> Path:
    """Where matplotlib keeps its fonts, without importing it."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None and found.submodule_search_locations is not None  # noqa: S101 - it is a dependency
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


class _Press(FPDF):
    """Pages of one document; header and footer are drawn on each."""

    def __init__(self, document: Document) -> None:
        super().__init__(orientation="L" if document.landscape else "P", unit="mm", format="A4")
        self.document = document
        self._broken_lines: dict[tuple[str, float, float, bool], list[str]] = {}
        self.alias_nb_pages(_PAGES)
        self.set_creation_date(datetime.combine(document.day, time(), UTC))
        self.set_title(inert(document.title))
        self.set_lang("bg-BG")
        for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold")):
            self.add_font("body", style, _fonts() / f"{name}.ttf")
        self.set_margins(_MARGIN, _TOP)
        self.set_auto_page_break(True, _BOTTOM)
        self.set_draw_color(170, 180, 188)
        self.set_line_width(0.15)
        self.add_page()

    def header(self) -> None:
        """Title and territory on the left, the state of the document on the right."""
        self._across(8.0, self.document.header, bold=True)
        self.line(_MARGIN, 17.0, self.w - _MARGIN, 17.0)
        self.set_y(_TOP)

    def footer(self) -> None:
        """Scenario and run on the left, page n of m on the right, between them what the norms are."""
        left, middle = self.document.footer
        self.line(_MARGIN, self.h - 13.5, self.w - _MARGIN, self.h - 13.5)
        self._across(self.h - 12.5, (left, act("paper.page", page=self.page_no(), pages=_PAGES)))
        if middle:
            self.set_xy(_MARGIN, self.h - 8.5)
            self.set_font("body", "B", 7)
            self.set_text_color(*_INK)
            self.cell(self.epw, 3.5, inert(middle), align="C")

    def _across(self, y: float, words: tuple[str, str], *, bold: bool = False) -> None:
        """One text on the left and one on the right of the same height, each over as many lines as fit."""
        self.set_font("body", "", 7)
        self.set_text_color(*_GREY)
        for part, (given, align, share) in enumerate(zip(words, ("L", "R"), (0.62, 0.36), strict=True)):
            width = self.epw * share
            said = given if given.endswith(_PAGES) else inert(given)
            told = self._lines(said, width, 7, bold=bold and bool(part))
            at = _MARGIN if align == "L" else self.w - _MARGIN - width
            for row, line in enumerate(_few(told, 2)):
                self.set_xy(at, y + row * 3.5)
                self.cell(width, 3.5, line, align=align)

    # ------------------------------------------------------------------ blocks

    def put(self, block: Block) -> None:
        """One block."""
        if isinstance(block, Heading):
            self.heading(block)
        elif isinstance(block, Paragraph):
            self.paragraph(block)
        elif isinstance(block, Blank):
            self.blank(block)
        else:
            self.table_of(block)

    def say(self, words: str, size: tuple[float, float], *, bold: bool = False, fill: bool = False) -> None:
        """Running text from margin to margin."""
        self.set_font("body", "B" if bold else "", size[0])
        self.set_text_color(*_INK)
        self.set_x(_MARGIN)
        self.multi_cell(self.epw, size[1], inert(words), align="L", fill=fill, new_x="LMARGIN", new_y="NEXT")

    def heading(self, block: Heading) -> None:
        """A heading never stands alone at the end of a page."""
        size = _SIZES[block.level]
        if self.get_y() + 28 > self.h - _BOTTOM:
            self.add_page()
        self.ln(3.0 if block.level == 1 else 2.0)
        self.say(block.words, size, bold=True)
        self.ln(1.0)

    def paragraph(self, block: Paragraph) -> None:
        """Text; loud text on a ground of its own."""
        self.set_fill_color(*_LOUD)
        size = _SIZES["small" if block.style == "small" else "plain"]
        self.say(block.words, size, bold=block.style == "loud", fill=block.style == "loud")
        self.ln(1.2)

    def blank(self, block: Blank) -> None:
        """A label and lines to write on."""
        if self.get_y() + 8.0 * block.lines > self.h - _BOTTOM:
            self.add_page()
        self.say(block.label, _SIZES["plain"])
        for _ in range(block.lines):
            self.ln(7.0)
            self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.ln(2.5)

    # ------------------------------------------------------------------ tables

    def table_of(self, table: Table) -> None:
        """Headings on every page; a row that is higher than the page goes on over the next."""
        if not table.rows:
            self.paragraph(Paragraph(table.empty or act("paper.nothing"), "small"))
            return
        whole = sum(column.width for column in table.columns)
        widths = [self.epw * column.width / whole for column in table.columns]
        heads = [inert(column.heading) for column in table.columns]
        small = self._head_size(heads, widths)
        headings = self._broken(heads, widths, small, bold=True)
        if self.get_y() + (max(map(len, headings)) + 3) * _CELL[1] > self.h - _BOTTOM:
            self.add_page()
        self._row(headings, widths, table, small, style="head")
        rows = list(lines(table))
        for at, cells in enumerate(rows):
            last = table.totals is not None and at == len(rows) - 1
            broken = self._broken(cells, widths, _CELL[0], bold=last)
            while broken:
                left = int((self.h - _BOTTOM - self.get_y() - 2 * _PAD) / _CELL[1])
                most = max(map(len, broken))
                if most > left and (left < 1 or most * _CELL[1] < self.h / 3):
                    self.add_page()
                    self._row(headings, widths, table, small, style="head")
                    continue
                self._row([part[:left] for part in broken], widths, table, _CELL[0], style="total" if last else "row")
                broken = [part[left:] for part in broken] if most > left else []
        self.ln(2.5)

    def _head_size(self, heads: Sequence[str], widths: Sequence[float]) -> float:
        """The largest size at which no word of a heading is broken; the smallest where every one breaks some."""
        for size in _HEADS:
            self.set_font("body", "B", size)
            words = ((word, width) for head, width in zip(heads, widths, strict=True) for word in head.split())
            if all(self.get_string_width(word) <= width - 2 * _PAD for word, width in words):
                return size
        return _HEADS[-1]

    def _broken(self, cells: Sequence[str], widths: Sequence[float], size: float, *, bold: bool) -> list[list[str]]:
        """The lines of each cell at the width of its column."""
        self.set_font("body", "B" if bold else "", size)
        found = []
        for words, width in zip(cells, widths, strict=True):
            if self.get_string_width(words) <= width - 2 * _PAD and "\n" not in words:
                found.append([words])
                continue
            found.append(self._lines(words, width - 2 * _PAD + 2 * self.c_margin, size, bold=bold))
        return found

    def _lines(self, words: str, width: float, size: float, *, bold: bool) -> list[str]:
        """The lines that words take at a width; kept, for names stand in many cells and on every page."""
        self.set_font("body", "B" if bold else "", size)
        key = (words, width, size, bold)
        if key not in self._broken_lines:
            told = self.multi_cell(width, _CELL[1], words, align="L", dry_run=True, output=MethodReturnValue.LINES)
            self._broken_lines[key] = [str(line) for line in told] if isinstance(told, list) else [words]
        return self._broken_lines[key]

    def _row(
        self, cells: Sequence[Sequence[str]], widths: Sequence[float], table: Table, size: float, *, style: str
    ) -> None:
        """One row at the present height: its ground, its words, a line below."""
        height = max(1, *map(len, cells)) * _CELL[1] + 2 * _PAD
        top, x = self.get_y(), _MARGIN
        if style != "row":
            self.set_fill_color(*_PALE)
            self.rect(x, top, self.epw, height, style="F")
        self.set_font("body", "" if style == "row" else "B", size)
        self.set_text_color(*_INK)
        for words, width, column in zip(cells, widths, table.columns, strict=True):
            right = column.kind in FIGURES
            for at, line in enumerate(words):
                shift = width - _PAD - self.get_string_width(line) if right else _PAD
                self.text(x + shift, top + _PAD + (at + 0.75) * _CELL[1], line)
            x += width
        self.line(_MARGIN, top + height, self.w - _MARGIN, top + height)
        self.set_xy(_MARGIN, top + height)


def _few(found: list[str], most: int) -> list[str]:
    """The first lines of many, the last of them saying that it was cut."""
    return found if len(found) <= most else [*found[: most - 1], found[most - 1] + " …"]


def pdf(document: Document) -> bytes:
    """The document as a PDF file."""
    press = _Press(document)
    press.say(document.title, _SIZES["title"], bold=True)
    press.say(document.territory, _SIZES["territory"])
    press.ln(1.0)
    for line in document.lead:
        press.say(line, _SIZES["plain"])
    press.ln(1.0)
    for block in document.blocks:
        press.put(block)
    return bytes(press.output())
