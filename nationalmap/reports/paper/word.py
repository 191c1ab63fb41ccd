"""A document as DOCX (python-docx): the same bytes each time, no field but the number of the page."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from nationalmap.reports.paper.model import (
    FIGURES,
    Blank,
    Document,
    Heading,
    Paragraph,
    Table,
    inert,
    lines,
)
from nationalmap.reports.texts import act

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FONT = "Arial"
_INK, _GREY = RGBColor(20, 28, 38), RGBColor(95, 107, 118)
_PALE, _LOUD, _LINE = "E9EEF1", "FFF3D6", "AAB4BC"
_SIZES = {"title": 15.0, "territory": 11.0, "plain": 9.5, "small": 7.5, "cell": 7.5}
#: Twentieths of a point in a millimetre.
_TWIPS = 1440 / 25.4
#: Width of a bold letter beside its size, at most usual.
_EM = 0.66
#: The day that every part of the archive bears: a ZIP file knows none before.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def _element(name: str, parent: Any = None, **values: str) -> Any:
    """An element of WordprocessingML with its attributes."""
    found = OxmlElement(name)
    for key, value in values.items():
        found.set(qn(f"w:{key}"), value)
    if parent is not None:
        parent.append(found)
    return found


def _run(paragraph: Any, words: str, size: float, *, bold: bool = False, grey: bool = False) -> None:
    run = paragraph.add_run(inert(words))
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _GREY if grey else _INK


def _field(paragraph: Any, code: str) -> None:
    """The number of the page, or of the pages: the only fields there are."""
    field = _element("w:fldSimple", paragraph._p, instr=code)
    run = _element("w:r", field)
    _element("w:sz", _element("w:rPr", run), val="14")
    _element("w:t", run).text = "1"


def _set_up(book: Any, document: Document) -> None:
    """Paper, type, language, and what the file says of itself."""
    section = book.sections[0]
    width, height = Mm(210), Mm(297)
    if document.landscape:
        section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(17)
    section.header_distance = section.footer_distance = Mm(8)
    style = book.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_SIZES["plain"])
    fonts = style.element.rPr.rFonts
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), _FONT)
    _element("w:lang", style.element.rPr, val="bg-BG")
    style.paragraph_format.space_after = Pt(3)
    for level, size in ((1, 12.0), (2, 10.0)):
        heading = book.styles[f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.bold, heading.font.color.rgb = _FONT, Pt(size), True, _INK
        own = heading.element.rPr.rFonts
        for name in [name for name in own.attrib if "heme" in name]:
            del own.attrib[name]
        own.set(qn("w:hAnsi"), _FONT)
        own.set(qn("w:cs"), _FONT)
    day = datetime.combine(document.day, time())
    about = book.core_properties
    about.author, about.last_modified_by, about.comments, about.language = "nationalmap", "nationalmap", "", "bg-BG"
    about.title, about.created, about.modified, about.revision = inert(document.title), day, day, 1


def _edges(section: Any, document: Document) -> None:
    """Header and footer of every page."""
    wide = section.page_width - section.left_margin - section.right_margin
    for part, (left, right) in (
        (section.header, document.header),
        (section.footer, (document.footer[0], act("paper.page", page="\0", pages="\0"))),
    ):
        paragraph = part.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        for stop in list(paragraph.style.paragraph_format.tab_stops):
            stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        stops.add_tab_stop(wide, WD_TAB_ALIGNMENT.RIGHT)
        _run(paragraph, left, 7, grey=True)
        paragraph.add_run("\t")
        words = right.split("\0")
        _run(paragraph, words[0], 7, bold=part is section.header)
        for code, said in zip(("PAGE", "NUMPAGES"), words[1:], strict=False):
            _field(paragraph, code)
            _run(paragraph, said, 7)
    if document.footer[1]:
        middle = section.footer.add_paragraph()
        middle.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(middle, document.footer[1], 7, bold=True)


def _shaded(properties: Any, colour: str) -> None:
    _element("w:shd", properties, val="clear", color="auto", fill=colour)


def _paragraph(book: Any, block: Paragraph) -> None:
    paragraph = book.add_paragraph()
    _run(paragraph, block.words, _SIZES["small" if block.style == "small" else "plain"], bold=block.style == "loud")
    if block.style == "loud":
        _shaded(paragraph._p.get_or_add_pPr(), _LOUD)


def _blank(book: Any, block: Blank) -> None:
    """A label, then empty paragraphs with a line under each."""
    label = book.add_paragraph()
    label.paragraph_format.keep_with_next = True
    _run(label, block.label, _SIZES["plain"])
    for line in range(block.lines):
        paragraph = book.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(12)
        borders = _element("w:pBdr", paragraph._p.get_or_add_pPr())
        # Paragraphs with the same border are drawn as one: every other one has another distance.
        _element("w:bottom", borders, val="single", sz="4", space=str(line % 2), color=_LINE)


def _table(book: Any, table: Table, wide: float) -> None:
    """A table built element by element: python-docx looks each cell up again, which takes minutes in long ones."""
    if not table.rows:
        _paragraph(book, Paragraph(table.empty or act("paper.nothing"), "small"))
        return
    body = _element("w:tbl")
    properties = _element("w:tblPr", body)
    _element("w:tblW", properties, w=str(round(wide * _TWIPS)), type="dxa")
    borders = _element("w:tblBorders", properties)
    for side in ("top", "bottom", "insideH"):
        _element(f"w:{side}", borders, val="single", sz="4", space="0", color=_LINE)
    _element("w:tblLayout", properties, type="fixed")
    margins = _element("w:tblCellMar", properties)
    for side in ("left", "right"):
        _element(f"w:{side}", margins, w="57", type="dxa")
    whole = sum(column.width for column in table.columns)
    widths = [round(wide * _TWIPS * column.width / whole) for column in table.columns]
    grid = _element("w:tblGrid", body)
    for width in widths:
        _element("w:gridCol", grid, w=str(width))
    heads = tuple(inert(column.heading) for column in table.columns)
    body.append(_row(heads, widths, table, _head_size(heads, widths), head=True))
    rows = list(lines(table))
    for at, cells in enumerate(rows):
        body.append(_row(cells, widths, table, _SIZES["cell"], last=table.totals is not None and at == len(rows) - 1))
    end = book.add_paragraph()
    end.paragraph_format.space_after = Pt(4)
    end._p.addprevious(body)


def _head_size(heads: Sequence[str], widths: Sequence[int]) -> float:
    """The size at which no word of a heading is broken, as far as can be told without the font."""
    longest = [max(map(len, head.split()), default=1) for head in heads]
    fits = min((width - 114) / 20 / (_EM * long) for width, long in zip(widths, longest, strict=True))
    return max(4.5, min(_SIZES["cell"], fits // 0.5 * 0.5))


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    table: Table,
    size: float,
    *,
    head: bool = False,
    last: bool = False,
) -> Any:
    """One row; the headings are repeated on every page, and no row of usual length is torn."""
    bold = head or last
    row = _element("w:tr")
    properties = _element("w:trPr", row)
    if max(map(len, cells)) < 2000:
        _element("w:cantSplit", properties)
    if head:
        _element("w:tblHeader", properties)
    for words, width, column in zip(cells, widths, table.columns, strict=True):
        cell = _element("w:tc", row)
        about = _element("w:tcPr", cell)
        _element("w:tcW", about, w=str(width), type="dxa")
        if bold:
            _shaded(about, _PALE)
        paragraph = _element("w:p", cell)
        look = _element("w:pPr", paragraph)
        _element("w:spacing", look, before="20", after="20")
        if column.kind in FIGURES:
            _element("w:jc", look, val="right")
        run = _element("w:r", paragraph)
        style = _element("w:rPr", run)
        if bold:
            _element("w:b", style)
        _element("w:sz", style, val=str(round(2 * size)))
        for number, line in enumerate(words.split("\n")):
            if number:
                _element("w:br", run)
            said = _element("w:t", run)
            said.text = line
            said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return row


def word(document: Document) -> bytes:
    """The document as a DOCX file."""
    book = docx.Document()
    _set_up(book, document)
    _edges(book.sections[0], document)
    title = book.add_paragraph()
    _run(title, document.title, _SIZES["title"], bold=True)
    _run(book.add_paragraph(), document.territory, _SIZES["territory"])
    for line in document.lead:
        _run(book.add_paragraph(), line, _SIZES["plain"])
    wide = (297 if document.landscape else 210) - 30
    for block in document.blocks:
        if isinstance(block, Heading):
            book.add_heading(inert(block.words), level=block.level)
        elif isinstance(block, Paragraph):
            _paragraph(book, block)
        elif isinstance(block, Blank):
            _blank(book, block)
        else:
            _table(book, block, wide)
    whole = io.BytesIO()
    book.save(whole)
    return _undated(whole.getvalue())


def _undated(data: bytes) -> bytes:
    """The archive without the clock's time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _parts(data):
            about = zipfile.ZipInfo(name, _NO_DAY)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, part)
    return target.getvalue()


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
