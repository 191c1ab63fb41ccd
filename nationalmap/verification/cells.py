"""Single cells of original files, read by this witness itself: CSV, XLSX and ODS, by row and letter.

Standard library only, and only what is needed to hold a figure against its cell: no header, no types, no names. A
cell gives every text that it may be said to hold (a figure and how it is shown), for the witness compares and does
not decide. What it opens has the hash that was read when the plan was made.
"""

from __future__ import annotations

import codecs
import csv
import io
import posixpath
import re
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping

#: The texts that a cell may be said to hold, by row and column (A is 1); a cell that is not there holds nothing.
Cells = Mapping[tuple[int, int], tuple[str, ...]]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = (_ODF % name for name in ("table", "office", "text"))
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)")


class NotRead(Exception):
    """A format whose cells this witness does not read; the message says which."""


def cells(data: bytes, sheet: str, rows: Collection[int], width: int) -> Cells:
    """The cells of some rows, as many columns as are named. Raises NotRead, and what broken files raise."""
    if data.startswith(b"PAR1"):
        raise NotRead("Parquet")
    if not data.startswith(b"PK\x03\x04"):
        return _of_text(data, rows, width)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" in archive.namelist():
            return _of_xlsx(archive, sheet, set(rows))
        return _of_ods(archive.read("content.xml"), sheet, set(rows))


def number_of(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def alike(cell: tuple[str, ...], used: str) -> bool:
    """Whether a cell holds what was used: the same text or the same number, blanks round it aside."""
    return any(_alike(text, used) for text in cell or ("",))


def _alike(text: str, used: str) -> bool:
    text, used = (_plain(one) for one in (text, used))
    if text == used:
        return True
    try:
        one, other = float(text), float(used)
    except ValueError:
        return False
    return one == other or f"{one:.15g}" == f"{other:.15g}"


def _plain(text: str) -> str:
    seen = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text.strip(" \t"))
    return unicodedata.normalize("NFC", seen)


# ---------------------------------------------------------------------- text


def _of_text(data: bytes, rows: Collection[int], width: int) -> Cells:
    """Rows of a CSV file under the separator that parts most of them as often as asked, then most of the first line."""
    text = _decoded(data)
    read = (dict(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 1)) for sign in ",;\t")

    def parted(lines: Mapping[int, list[str]]) -> tuple[int, int]:
        return sum(len(lines.get(row, ())) >= width for row in rows), len(lines.get(1, ()))

    found = max(read, key=parted)
    return {(row, at): (cell,) for row in rows for at, cell in enumerate(found.get(row, ()), 1) if cell}


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\x00" in data:
        return data.decode("utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251")


# ---------------------------------------------------------------------- XML


class _Plain(ET.TreeBuilder):
    """A document without a type: only a type can bring entities, which grow without end or name other files."""

    def doctype(self, name: str, *_: object) -> None:
        raise ET.ParseError(f"has a document type ({name})")


def _document(content: bytes) -> ET.Element:
    """The root of a part. Raises ParseError where it is broken or has a document type."""
    parser = ET.XMLParser(target=_Plain())  # noqa: S314 - without document types  # nosec B314
    parser.feed(content)
    root: ET.Element = parser.close()
    return root


# ---------------------------------------------------------------------- XLSX


def _of_xlsx(archive: zipfile.ZipFile, name: str, rows: set[int]) -> Cells:
    strings = _strings(archive)
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    sheet = _document(archive.read(_part(archive, name)))
    for cell in sheet.iter(_MAIN + "c"):
        address = _ADDRESS.fullmatch(cell.get("r", ""))
        # Of a merged block with a border the other cells are written too, and empty: the first speaks for them.
        if address and int(address[2]) in rows and (held := _held(cell, strings)):
            found[int(address[2]), number_of(address[1])] = held
    for merged in sheet.iter(_MAIN + "mergeCell"):
        _spread(found, merged.get("ref", ""), rows)
    return found


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """The part that holds a sheet."""
    book = _document(archive.read("xl/workbook.xml"))
    ids = {sheet.get("name", "").casefold(): sheet.get(_RELATION, "") for sheet in book.iter(_MAIN + "sheet")}
    relations = _document(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    return posixpath.normpath(posixpath.join("xl", targets[ids[name.casefold()]])).lstrip("/").replace("xl/xl/", "xl/")


def _strings(archive: zipfile.ZipFile) -> list[str]:
    part = "xl/sharedStrings.xml"
    items = _document(archive.read(part)).iter(_MAIN + "si") if part in archive.namelist() else ()
    return [_words(item) for item in items]


def _words(item: ET.Element) -> str:
    """The text of a cell, its runs joined; how it is pronounced is left out."""
    runs = [run for run in item if run.tag in (_MAIN + "t", _MAIN + "r")]
    return "".join(part.text or "" for run in runs for part in run.iter(_MAIN + "t"))


def _held(cell: ET.Element, strings: list[str]) -> tuple[str, ...]:
    value, kind = cell.findtext(_MAIN + "v"), cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(_MAIN + "is")
        return (_words(inline),) if inline is not None else ()
    if not value:
        return ()
    if kind == "s":
        return (strings[int(value)],)
    return (value, *_shown(value)) if kind == "n" else (value,)


def _shown(value: str) -> Iterator[str]:
    """What a figure may be shown as: 15 digits, a per cent."""
    yield f"{float(value):.15g}"
    yield f"{float(value) * 100:.15g}%"


def _spread(found: dict[tuple[int, int], tuple[str, ...]], block: str, rows: set[int]) -> None:
    """A merged cell of words stands for each of its rows."""
    ends = [_ADDRESS.fullmatch(end) for end in block.split(":")]
    if len(ends) == 2 and ends[0] and ends[1]:
        at, top, bottom = number_of(ends[0][1]), int(ends[0][2]), int(ends[1][2])
        for row in rows & set(range(top, bottom + 1)):
            found.setdefault((row, at), found.get((top, at), ()))


# ---------------------------------------------------------------------- ODS


def _of_ods(content: bytes, name: str, rows: set[int]) -> Cells:
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    document = _document(content)
    sheets = {sheet.get(_TABLE + "name", "").casefold(): sheet for sheet in document.iter(_TABLE + "table")}
    in_order = sorted(rows)

    def asked(first: int, times: int) -> list[int]:
        """Those of so many rows that are asked for; a file may say any number."""
        return in_order[bisect_left(in_order, first) : bisect_left(in_order, first + times)]

    number = 1
    for line in sheets[name.casefold()].iter(_TABLE + "table-row"):
        times = int(line.get(_TABLE + "number-rows-repeated", "1"))
        for row in asked(number, times):
            at = 1
            for cell in line:
                again, deep = (
                    int(cell.get(f"{_TABLE}number-{what}", "1")) for what in ("columns-repeated", "rows-spanned")
                )
                # What a merged block covers is not shown: its first cell speaks for each of its rows.
                held = _told(cell) if cell.tag == _TABLE + "table-cell" else ()
                spoken = asked(row, deep)
                found.update({(one, at + more): held for one in spoken for more in range(again if held else 0)})
                at += again
        number += times
    return found


def _told(cell: ET.Element) -> tuple[str, ...]:
    """The figure of a cell and what it shows; comments are not its text."""
    shown = " ".join("".join(part.itertext()) for part in cell if part.tag == _TEXT + "p")
    value = cell.get(_OFFICE + "value") or cell.get(_OFFICE + "date-value")
    percent = cell.get(_OFFICE + "value-type") == "percentage" and value
    return tuple(text for text in (value, shown, f"{float(value) * 100:.15g}%" if percent and value else "") if text)
