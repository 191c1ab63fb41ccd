"""Tables of every format through one door: the same cells, or one sentence; hostile workbooks harm nobody."""

import datetime
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from nationalmap.errors import InputRefused
from nationalmap.schema import Column, Table
from nationalmap.sources.grids import archive, child, grid, read_grid, sheets_of
from nationalmap.sources.grids.grid import letter, number_text
from nationalmap.sources.tables import read_table
from tests.beside import only_with

TABLE = Table(
    "t",
    "says",
    ("code",),
    (Column("code", "code", "key"), Column("name", "text", "name", blank=True), Column("n", "number", "count", 0)),
)
ROWS = [["code", "name", "n"], ["00084", "Хасково", 5], ["A2", "Бяла", 610923.7]]
WANTED = {"code": ["00084", "A2"], "name": ["Хасково", "Бяла"], "n": [5, 610923.7]}


def workbook(path, change=None, rows=ROWS, title="Регистър"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    book.save(path)
    return path


ODS_HEAD = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:automatic-styles><style:style style:name="gone" style:family="table"><style:table-properties
 table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"""
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def said(text):
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def figure(value, shown="", kind="float", more=""):
    inner = f"<text:p>{shown}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}"{more}>{inner}</table:table-cell>'


def row(*cells, more=""):
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def document(path, *rows, tables=""):
    content = f'{ODS_HEAD}<table:table table:name="Регистър">{"".join(rows)}</table:table>{tables}{ODS_TAIL}'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", content)
    return path


HEADER = row(said("code"), said("name"), said("n"))


def sentences(call):
    with pytest.raises(InputRefused) as caught:
        call()
    return str(caught.value).split("\n")


# ------------------------------------------------------------------ every format, the same table


def test_a_workbook_gives_the_same_table(tmp_path):
    assert read_table(TABLE, workbook(tmp_path / "t.xlsx")).to_dict("list") == WANTED


def test_an_ods_document_gives_the_same_table(tmp_path):
    rows = [
        HEADER,
        row(said("00084"), said("Хасково"), figure("5", "5")),
        row(said("A2"), said("Бяла"), figure("610923.7", "610 923,70")),
    ]
    assert read_table(TABLE, document(tmp_path / "t.ods", *rows)).to_dict("list") == WANTED


def test_parquet_gives_the_same_table(tmp_path):
    pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_parquet(tmp_path / "t.parquet")
    assert read_table(TABLE, tmp_path / "t.parquet").to_dict("list") == WANTED


def test_the_content_tells_the_format_not_the_name(tmp_path):
    assert read_table(TABLE, workbook(tmp_path / "t.xlsx").rename(tmp_path / "t.csv")).to_dict("list") == WANTED


def test_a_csv_file_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(child.subprocess, "Popen", None)
    (tmp_path / "t.csv").write_text("code,name,n\nA1,,1\n", encoding="utf-8")
    assert read_grid(tmp_path / "t.csv").rows == [["code", "name", "n"], ["A1", "", "1"]]
    with pytest.raises(TypeError):
        read_grid(workbook(tmp_path / "other.xlsx", rows=[["never read before"]]))


def test_without_a_python_to_start_the_workbook_is_read_here(tmp_path, monkeypatch):
    monkeypatch.setattr(child.sys, "executable", "")
    assert read_table(TABLE, workbook(tmp_path / "frozen.xlsx")).to_dict("list") == WANTED


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,b\n1,"x; y, z"\n2,"x; y"\n', [["a", "b"], ["1", "x; y, z"], ["2", "x; y"]]),
        ("a;b\n1;1,5\n2;2,5\n3;3,5\n", [["a", "b"], ["1", "1,5"], ["2", "2,5"], ["3", "3,5"]]),
        ("Население, 2021\na\tb\n1\t2\n", [["Население, 2021"], ["a", "b"], ["1", "2"]]),
    ],
    ids=["semicolons in quotes", "decimal commas", "a title"],
)
def test_the_separator_is_what_the_lines_share(tmp_path, text, cells):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert read_grid(tmp_path / "t.csv").rows == cells


# ------------------------------------------------------------------ what cells say


def dressed(book, sheet):
    sheet["A2"], sheet["A2"].number_format = 84, "00000"
    sheet["B2"], sheet["B2"].number_format = 0.355, "0.0%"
    sheet["C2"], sheet["C2"].number_format = 12.5, '#,##0.00 "лв."'
    sheet["A3"], sheet["B3"], sheet["C3"] = 0.1 + 0.2, 1e21, True
    sheet.append([datetime.date(2026, 3, 7), "=1+1", "#REF!"])
    sheet["D5"], sheet["D5"].number_format = 7, "#,##0.00 [$€-402]"


def test_a_workbook_keeps_what_its_cells_are(tmp_path):
    read = read_grid(workbook(tmp_path / "t.xlsx", dressed))
    assert read.rows[1:] == [
        ["00084", "35.5%", "12.5 лв.", ""],
        ["0.3", "1000000000000000000000", "TRUE", ""],
        ["2026-03-07", "=", "#REF!", ""],
        ["", "", "", "7 €"],
    ]
    assert read.kinds[1:] == ["nnnt", "nnbt", "dfet", "tttn"]
    assert read.numbers == [1, 2, 3, 4, 5]


def test_a_formula_that_gave_an_empty_text_is_empty(tmp_path):
    path = workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.append(["A3", '=IF(1,"","")', 1]))
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                assert part.count(b'<c r="B4"><f>') == 1
                part = part.replace(b'<c r="B4"><f>', b'<c r="B4" t="str"><f>')
            new.writestr(name, part)
    path.write_bytes(data.getvalue())
    assert read_table(TABLE, path)["name"].tolist() == ["Хасково", "Бяла", ""]


def test_an_ods_document_keeps_what_its_cells_are(tmp_path):
    error = said("#REF!").replace('"string"', '"string" calcext:value-type="error"')
    date = said("7.3").replace('"string"', '"date" office:date-value="2026-03-07"')
    rows = [
        row(said("a"), said("b"), said("c")),
        row(figure("84", "00084"), figure("0.355", "35,5%", "percentage"), figure("12.5", "12,50 лв.")),
        row(error, date, '<table:table-cell table:formula="of:=[.A1]"/>', more=' table:number-rows-repeated="2"'),
        row('<table:table-cell table:number-columns-repeated="16384"/>', more=' table:number-rows-repeated="1048000"'),
    ]  # fmt: skip
    read = read_grid(document(tmp_path / "t.ods", *rows))
    assert read.rows[1:] == [["00084", "35.5%", "12.5 лв."], *[["#REF!", "2026-03-07", "="]] * 2]
    assert (read.kinds[1:], read.numbers) == (["nnn", "edf", "edf"], [1, 2, 3, 4])


def test_words_of_an_ods_cell_come_without_its_comment(tmp_path):
    cell = said('a<text:s text:c="2"/><text:span>b</text:span><text:line-break/>c').replace(
        "<text:p>", "<office:annotation><text:p>comment</text:p></office:annotation><text:p>"
    )
    assert read_grid(document(tmp_path / "t.ods", row(cell))).rows == [["a  b\nc"]]


@pytest.mark.parametrize(
    ("value", "text"), [(5.0, "5"), (-0.0, "0"), (1e-7, "0.0000001"), (1234567.891, "1234567.891")]
)
def test_numbers_are_written_whole(value, text):
    assert number_text(value) == text


def test_columns_have_the_names_of_a_workbook():
    assert [letter(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


# ------------------------------------------------------------------ sheets


def second(book, sheet, rows=(["code", "name", "n"], ["B1", "", 1]), hidden=False):
    other = book.create_sheet("Втори")
    for cells in rows:
        other.append(list(cells))
    other.sheet_state = "hidden" if hidden else "visible"


def test_one_of_two_sheets_has_to_be_named(tmp_path):
    path = workbook(tmp_path / "t.xlsx", second)
    assert sentences(lambda: read_table(TABLE, path)) == [
        "t.xlsx: has 2 sheets with something in them (Регистър, Втори); name the sheet: t.xlsx#Регистър."
    ]
    assert read_table(TABLE, tmp_path / "t.xlsx#Втори")["code"].tolist() == ["B1"]
    assert sheets_of(path) == ("Регистър", "Втори")


def test_a_hidden_sheet_is_said(tmp_path):
    read = read_grid(workbook(tmp_path / "t.xlsx", lambda book, sheet: second(book, sheet, hidden=True)))
    assert (read.sheet, read.notes) == ("Регистър", ["t.xlsx: hidden sheets are not read: Втори"])


def test_a_hidden_sheet_of_ods_is_said(tmp_path):
    other = f'<table:table table:name="Скрит" table:style-name="gone">{HEADER}</table:table>'
    read = read_grid(document(tmp_path / "t.ods", HEADER, tables=other))
    assert (read.sheet, read.notes) == ("Регистър", ["t.ods: hidden sheets are not read: Скрит"])


def test_an_unknown_sheet_is_told_with_the_nearest(tmp_path):
    workbook(tmp_path / "t.xlsx", second)
    assert sentences(lambda: read_table(TABLE, tmp_path / "t.xlsx#Регистр")) == [
        't.xlsx: "Регистр" is not a sheet of it; the nearest is "Регистър"; it has Регистър, Втори.'
    ]


def test_a_csv_file_has_no_sheet(tmp_path):
    (tmp_path / "t.ods").write_text("code,name,n\nA1,,1\n", encoding="utf-8")
    told = sentences(lambda: read_table(TABLE, tmp_path / "t.ods#One"))
    assert told == ['t.ods: "One" is no sheet of it: it has none; leave the # away.']


def test_faults_name_sheet_and_cell(tmp_path):
    path = workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.append(["A2", "=2", "five"]))
    first = "t.xlsx, sheet Регистър, row 4"
    assert sentences(lambda: read_table(TABLE, path)) == [
        f"{first}, name (B4): is a formula of which the file holds no value; "
        "open it in Excel or LibreOffice, let it calculate, and save it."
    ]
    path = workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.append(["A2", "", "five"]))
    assert sentences(lambda: read_table(TABLE, path)) == [
        f'{first}, code (A4): "A2" stands twice, first in row 3; keep one row per code.',
        f'{first}, n (C4): "five" is not a number; write digits with a decimal point and no spaces, e.g. 1234.5.',
    ]


# ------------------------------------------------------------------ hostile files


def archived(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><workbook>&e;</workbook>'
ENTITY_UTF16 = ENTITY.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"a.txt": "x"}, "is an archive, but neither an XLSX nor an ODS workbook; name the table itself."),
        ({"content.xml": "<a/>"}, "is an archive, but neither an XLSX nor an ODS workbook; name the table itself."),
        ({"xl/workbook.xml": ENTITY}, 'declares a document type in its part "xl/workbook.xml"; '),
        ({"xl/workbook.xml": ENTITY_UTF16}, "declares a document type in its part"),
        ({"xl/workbook.xml": "<a/>", "b.xml": b"0" * 17 * 2**20}, "times larger when unpacked, as an attack would be"),
        ({"xl/workbook.xml": "<a/>"}, "is a broken XLSX file ("),
    ],
    ids=["a zip", "content.xml alone", "entity", "entity in UTF-16", "bomb", "nothing in it"],
)  # fmt: skip
def test_a_hostile_archive_is_refused(tmp_path, parts, told):
    (sentence,) = sentences(lambda: read_grid(archived(tmp_path / "t.xlsx", parts)))
    assert sentence.startswith("t.xlsx: ")
    assert told in sentence


def test_too_large_when_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1000)
    assert "is 0 MiB when unpacked, more than 0" in sentences(lambda: read_grid(workbook(tmp_path / "t.xlsx")))[0]


def test_a_repeated_row_is_not_unpacked_without_end(tmp_path):
    bomb = row(said("x"), more=' table:number-rows-repeated="2000001"')
    told = sentences(lambda: read_grid(document(tmp_path / "t.ods", bomb)))
    assert told == ["t.ods: holds more than 2,000,000 cells; keep the needed rows and columns alone."]


def test_a_far_column_is_refused(tmp_path):
    path = workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.__setitem__("XFD1048576", 1))
    (told,) = sentences(lambda: read_grid(path))
    assert told.startswith("t.xlsx: has a value in column XFD; a table has up to 1000 columns")


@only_with(hasattr(child.os, "fork"), "no limit of memory for a process here")
def test_memory_is_limited(tmp_path, monkeypatch):
    hungry = child._BEGIN.replace("; main(", "; _limit(); x = bytearray(3 * 2**30); main(")
    monkeypatch.setattr(child, "_BEGIN", hungry.replace("import main", "import _limit, main"))
    (told,) = sentences(lambda: read_grid(workbook(tmp_path / "hungry.xlsx")))
    assert told.startswith("hungry.xlsx: could not be read within 30 s or 2 GiB")


def test_a_reader_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "PATIENCE", 0.5)
    monkeypatch.setattr(child, "_BEGIN", "import time; time.sleep(60)")
    (told,) = sentences(lambda: read_grid(workbook(tmp_path / "slow.xlsx")))
    assert told.startswith("slow.xlsx: could not be read within 30 s or 2 GiB")


def test_limits_are_those_of_the_issue():
    assert (child.MOST_SECONDS, child.MOST_MEMORY, grid.MOST_CELLS) == (30, 2 * 2**30, 2_000_000)
