"""Single cells of small files made by hand: text in every coding, the parts of a workbook and of an ODS document."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile

import pytest

from nationalmap.verification.cells import NotRead, _held, _spread, alike, cells, letters_of, number_of


def archive(**parts: str) -> bytes:
    """A file of these parts; of their names __ stands for a slash and a point is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in parts.items():
            file.writestr(f"{name.replace('__', '/')}.xml", text)
    return out.getvalue()


def test_columns_by_number_and_by_letters() -> None:
    names = {1: "A", 2: "B", 26: "Z", 27: "AA", 52: "AZ", 53: "BA", 702: "ZZ", 703: "AAA", 16_384: "XFD"}
    assert {number: letters_of(number) for number in names} == names
    assert [number_of(letters) for letters in names.values()] == list(names)


@pytest.mark.parametrize(
    ("text", "used", "same"),
    [
        ("Р1", "Р1", True), ("Р1", "Р2", False), (" 5\t", "5.0", True), ("5", "five", False), ("5", "6", False),
        # Fifteen digits are what a spreadsheet shows.
        ("0.30000000000000004", "0.3", True), ("0.30000000000004", "0.3", False), ("0", "-0", True),
        # A sign that nobody sees is spelled out in what was used; letters and their marks may be one sign or two.
        ("a\u200bb", "a\\u200bb", True), ("и\u0306", "й", True), ("a\u200bb", "ab", False),
    ],
)  # fmt: skip
def test_what_a_cell_is_said_to_hold(text: str, used: str, same: bool) -> None:
    assert alike((text,), used) is same
    assert alike(("another", text), used) is same
    assert not alike(("another",), used)


# ------------------------------------------------------------------------ text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + "щ,7\n,Ж\n".encode(), "щ,7\n,Ж\n".encode("cp1251"), "щ;7\n;Ж\n".encode(),
        "щ\t7\n\tЖ\n".encode("utf-16"), "щ,7\n,Ж\n".encode("utf-16-le"), "щ,7\n,Ж\n".encode("utf-16-be"),
        b"\xfe\xff" + "щ,7\n,Ж\n".encode("utf-16-be"),
    ],
)  # fmt: skip
def test_text_in_every_coding_and_with_every_separator(data: bytes) -> None:
    assert cells(data, "", {1, 2, 3}, 2) == {(1, 1): ("щ",), (1, 2): ("7",), (2, 2): ("Ж",)}
    assert cells(data, "", [2], 2) == {(2, 2): ("Ж",)}


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("щ", "utf-8"), ("щ,", "utf-16-be"), ("Ā,,", "utf-16-le"), ("Ȁ,,", "utf-16-le"), ("Āa", "utf-16-le"),
        (",,,,щ", "utf-16-be"),
    ],
)  # fmt: skip
def test_the_order_of_bytes_is_told_by_where_the_empty_ones_stand(text: str, coding: str) -> None:
    found = cells(text.encode(coding), "", {1}, 1)
    assert "".join(held for (held,) in found.values()) == text.replace(",", "")


def test_the_separator_is_the_one_that_parts_most_of_the_rows_that_are_asked_for() -> None:
    # A comma parts two rows as often as asked, a semicolon three.
    text = b"title, of the table\n1,5;2\n3;4\n5;6\nmore, and, more\n"
    found = cells(text, "", {1, 2, 3, 4}, 2)
    assert [found[number, 1] for number in (1, 2, 3, 4)] == [("title, of the table",), ("1,5",), ("3",), ("5",)]
    assert cells(text, "", {1, 5}, 2)[1, 2] == (" of the table",)
    # Where two part as many, the first line tells.
    assert cells(b"a;b\n1,5;2,5\n3,5;4,5\n", "", {2, 3}, 2)[2, 1] == ("1,5",)
    assert cells(b"a,b;c\n1,5;2,5\n3,5;4,5\n", "", {2, 3}, 2)[2, 1] == ("1",)
    assert cells(b"", "", {2, 3}, 2) == {}


def test_parquet_is_told_and_not_read() -> None:
    with pytest.raises(NotRead, match="Parquet"):
        cells(b"PAR1", "", {1}, 1)


# ------------------------------------------------------------------------ XLSX

_NAMES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
BOOK = f'<workbook {_NAMES}><sheets><sheet name="A" r:id="r1"/><sheet name="Б" r:id="r2"/></sheets></workbook>'
RELATIONS = (
    '<Relationships><Relationship Id="r2" Target="/xl/worksheets/two.xml"/>'
    '<Relationship Id="r1" Target="worksheets/one.xml"/></Relationships>'
)
ONE = (
    f'<worksheet {_NAMES}><sheetData><row><c r="A1"><v>0.1</v></c><c r="B1" t="b"><v>1</v></c><c r="C1"/>'
    '<c r="AB2" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c r="B2" t="str"><v>text</v></c>'
    '<c r="A3"><v>7</v></c><c><v>8</v></c></row></sheetData>'
    '<mergeCells><mergeCell ref="B2:C3"/><mergeCell/></mergeCells></worksheet>'
)
TWO = f'<worksheet {_NAMES}><c r="A1" t="s"><v>1</v></c><c r="A2" t="s"><v>0</v></c></worksheet>'
STRINGS = (
    f"<sst {_NAMES}><si><t>first</t></si>"
    "<si><r><t>sec</t></r><r><t>ond</t></r><rPh><t>said so</t></rPh><phoneticPr><t>x</t></phoneticPr></si></sst>"
)


def workbook(**more: str) -> bytes:
    parts = {"xl__workbook": BOOK, "xl__worksheets__one": ONE, "xl__worksheets__two": TWO}
    out = io.BytesIO(archive(**parts, **more))
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
    return out.getvalue()


def test_cells_of_a_workbook_of_every_kind() -> None:
    assert cells(workbook(), "a", {1, 2, 3}, 28) == {
        (1, 1): ("0.1", "0.1", "10%"), (1, 2): ("1",), (2, 28): ("inline",), (2, 2): ("text",), (3, 2): ("text",),
        (3, 1): ("7", "7", "700%"),
    }  # fmt: skip
    assert cells(workbook(), "A", [3], 28)[3, 1] == ("7", "7", "700%")
    # Words that several cells share stand in a part of their own, those of one cell in runs; not how they are said.
    assert cells(workbook(xl__sharedStrings=STRINGS), "б", {1, 2}, 1) == {(1, 1): ("second",), (2, 1): ("first",)}


def test_a_cell_without_anything_holds_nothing() -> None:
    for text in ("<c/>", '<c t="inlineStr"/>', '<c t="s"/>'):
        assert _held(ET.fromstring(text), []) == ()  # noqa: S314 - ours


def test_a_merged_cell_speaks_for_each_row_of_its_first_column_that_is_asked_for() -> None:
    for block, more in (
        ("A2:B4", [(3, 1), (4, 1)]), ("A2:A3", [(3, 1)]), ("B2:B4", [(2, 2), (3, 2), (4, 2)]), ("A2", []),
        ("A2:", []), (":A3", []), ("A2:A3:A4", []),
    ):  # fmt: skip
        found = {(2, 1): ("x",), (5, 1): ("y",)}
        _spread(found, block, {1, 2, 3, 4, 5})
        words = ("x",) if block.startswith("A") else ()
        assert found == {(2, 1): ("x",), (5, 1): ("y",)} | dict.fromkeys(more, words)
    # What a cell of the block holds itself stays, and rows that nobody asks for are left out.
    found = {(2, 1): ("x",), (3, 1): ("own",)}
    _spread(found, "A2:A6", {2, 3, 6})
    assert found == {(2, 1): ("x",), (3, 1): ("own",), (6, 1): ("x",)}


# ------------------------------------------------------------------------ ODS

_ODF = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))


def document(*rows: str, name: str = "A") -> bytes:
    sheet = f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
    return archive(content=f'<document {_ODF}><table:table table:name="other"/>{sheet}</document>')


def row(*held: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(held)}</table:table-row>"


def one(text: str = "", more: str = "", kind: str = "table-cell") -> str:
    return f"<table:{kind} {more}>{text}</table:{kind}>"


def test_cells_of_an_ods_document_of_every_kind() -> None:
    said = "<text:p>a <text:span>b</text:span></text:p><text:p>c</text:p><office:annotation>no</office:annotation>"
    date = 'office:value-type="date" office:date-value="2027-01-31"'
    share = 'office:value-type="percentage" office:value="0.07"'
    number = 'office:value-type="float" office:value="7"'
    lines = (
        row(one(said), one("<text:p>31.1.</text:p>", date), one(more=share), one("<text:p>7,0</text:p>", number)),
        row(one(more='office:value-type="percentage"')),
    )
    assert cells(document(*lines), "a", {1, 2}, 4) == {
        (1, 1): ("a b c",), (1, 2): ("2027-01-31", "31.1."), (1, 3): ("0.07", "7%"), (1, 4): ("7", "7,0"),
    }  # fmt: skip


def test_rows_and_columns_of_an_ods_document_that_stand_for_many() -> None:
    x, y = one("<text:p>x</text:p>"), one("<text:p>y</text:p>", 'table:number-columns-repeated="2"')
    lines = (
        row(x, more='table:number-rows-repeated="3"'),
        row(one(more='table:number-columns-repeated="2"'), y),
        row(y, more='table:number-rows-repeated="1000000000000"'),
        row(x),
    )
    every = {(1, 1): ("x",), (2, 1): ("x",), (3, 1): ("x",), (4, 3): ("y",), (4, 4): ("y",)}
    every |= {(5, 1): ("y",), (5, 2): ("y",)}
    assert cells(document(*lines), "A", {1, 2, 3, 4, 5}, 4) == every
    assert cells(document(*lines), "A", {3, 4}, 4) == {at: held for at, held in every.items() if at[0] in (3, 4)}
    last = 10**12 + 5
    assert cells(document(*lines), "A", {last}, 4) == {(last, 1): ("x",)}


def test_a_merged_cell_of_an_ods_document_speaks_for_the_rows_that_it_spans() -> None:
    deep, hidden = one("<text:p>x</text:p>", 'table:number-rows-spanned="2"'), one("hidden", kind="covered-table-cell")
    lines = (row(deep, one("<text:p>y</text:p>")), row(hidden, one("<text:p>z</text:p>")), row(one()))
    found = {(1, 1): ("x",), (2, 1): ("x",), (1, 2): ("y",), (2, 2): ("z",)}
    assert cells(document(*lines), "A", {1, 2, 3}, 2) == found
    endless = one("<text:p>x</text:p>", 'table:number-rows-spanned="1000000000000"')
    assert cells(document(row(endless)), "A", {1, 9}, 1) == {(1, 1): ("x",), (9, 1): ("x",)}
