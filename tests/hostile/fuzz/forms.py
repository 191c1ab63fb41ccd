"""A table as bytes, in every form that offices send: encodings and separators of CSV, XLSX, ODS, Parquet."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

#: Header and records, as text; and the kind of each column by name.
Rows = list[list[str]]
Kinds = Mapping[str, str]
Form = Callable[[Rows, Kinds], bytes]

_NUMERIC = ("integer", "number", "money")
#: What stands round a cell without meaning anything.
SPACES = "".join(map(chr, (9, 32, 160, 8203)))
_HEAD = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Лист">"""
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def text(encoding: str, mark: bytes = b"", separator: str = ",", end: str = "\n", quoted: bool = False) -> Form:
    """CSV in an encoding, perhaps with a byte order mark."""

    def write(rows: Rows, _: Kinds) -> bytes:
        out = io.StringIO(newline="")
        style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=separator, lineterminator=end, quoting=style).writerows(rows)
        return mark + out.getvalue().encode(encoding)

    return write


def xlsx(typed: bool) -> Form:
    """A workbook of one sheet, figures as numbers or as the text that was typed."""

    def write(rows: Rows, kinds: Kinds) -> bytes:
        import xlsxwriter

        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
            sheet = book.add_worksheet("Лист")
            for number, row in enumerate(rows):
                for at, (cell, known) in enumerate(zip(row, _cells(row, kinds, rows, number), strict=True)):
                    if typed and isinstance(known, float):
                        sheet.write_number(number, at, known)
                    elif cell:
                        sheet.write_string(number, at, cell)
        return out.getvalue()

    return write


def ods(typed: bool) -> Form:
    """A document of one sheet."""

    def cell(said: str, known: object) -> str:
        if not said:
            return "<table:table-cell/>"
        kind = f'float" office:value="{said.strip(SPACES)}' if typed and isinstance(known, float) else "string"
        return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(said)}</text:p></table:table-cell>'

    def write(rows: Rows, kinds: Kinds) -> bytes:
        lines = []
        for number, row in enumerate(rows):
            cells = zip(row, _cells(row, kinds, rows, number), strict=True)
            lines.append("<table:table-row>" + "".join(cell(*pair) for pair in cells) + "</table:table-row>")
        return archive(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": (_HEAD + "".join(lines) + _TAIL).encode(),
            }
        )

    return write


def parquet(typed: bool) -> Form:
    """Columns of whole numbers, numbers and text, stored plainly so that every value stands in the bytes."""

    def write(rows: Rows, kinds: Kinds) -> bytes:
        import pyarrow as pa
        from pyarrow import parquet as pq

        columns = {}
        for at, name in enumerate(rows[0]):
            cells = [row[at].strip(SPACES) for row in rows[1:]]
            if typed and kinds.get(name) == "integer":
                columns[name] = pa.array([int(c) if c else None for c in cells], pa.int64())
            elif typed and kinds.get(name) in _NUMERIC:
                columns[name] = pa.array([float(c) if c else None for c in cells], pa.float64())
            else:
                columns[name] = pa.array([row[at] for row in rows[1:]], pa.string())
        out = io.BytesIO()
        pq.write_table(
            pa.table(columns), out, use_dictionary=False, compression="none", write_page_checksum=True,
            write_statistics=False,
        )  # fmt: skip
        return out.getvalue()

    return write


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file of parts by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()


def _cells(row: Sequence[str], kinds: Kinds, rows: Rows, number: int) -> list[object]:
    """Each cell as the number it is in a column of numbers, else as text; rows without the header's width too."""
    header = next((line for line in rows if set(line) & set(kinds)), rows[0])
    below = number > rows.index(header)
    names = [*header, *[""] * len(row)]
    return [
        float(cell.strip(SPACES)) if below and cell.strip(SPACES) and kinds.get(name) in _NUMERIC else cell
        for cell, name in zip(row, names, strict=False)
    ]


LE, BE = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE
TEXTS: Mapping[str, Form] = {
    "utf-8": text("utf-8"),
    "utf-8;": text("utf-8", separator=";"),
    "utf-8 tab": text("utf-8", separator="\t"),
    "utf-8 quoted": text("utf-8", quoted=True, end="\r\n"),
    "utf-8 mark": text("utf-8", codecs.BOM_UTF8, end="\r\n"),
    "utf-8 mark;": text("utf-8", codecs.BOM_UTF8, ";"),
    "utf-16": text("utf-16-le", LE, "\t", "\r\n"),
    "utf-16 big": text("utf-16-be", BE, ";"),
    "cp1251;": text("cp1251", separator=";", end="\r\n"),
    "cp1251 quoted": text("cp1251", quoted=True),
}
BOOKS: Mapping[str, Form] = {
    "xlsx": xlsx(True),
    "xlsx text": xlsx(False),
    "ods": ods(True),
    "ods text": ods(False),
    "parquet": parquet(True),
    "parquet text": parquet(False),
}
FORMS: Mapping[str, Form] = {**TEXTS, **BOOKS}
