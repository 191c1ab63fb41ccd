"""CSV files: every dialect of a spreadsheet is right or refused, never half understood."""

import pandas as pd
import pytest

from nationalmap import schema
from nationalmap.errors import InputRefused
from nationalmap.schema import Column, Table
from nationalmap.sources.grids import door
from nationalmap.sources.tables import JoinReport, join_report, read_indicators, read_raw, read_table

TABLE = Table(
    "t",
    "says",
    ("code",),
    (Column("code", "code", "key"), Column("name", "text", "name", blank=True), Column("n", "integer", "count", 0)),
)
PLAIN = "code,name,n\nA1,Хасково,5\nA2,Бяла,7\n"


def write(tmp_path, data, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def sentences(call):
    with pytest.raises(InputRefused) as caught:
        call()
    return str(caught.value).split("\n")


# ------------------------------------------------------------------ taken, with the same values


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN + "\n\n",
        PLAIN + ",,\n",
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("cp1251"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.replace(",", "\t").encode("utf-16-be"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("Хасково", '"Хасково"'),
        PLAIN.replace(",5", ' , "5" ').replace(' "5" ', " 5 "),
        PLAIN.replace("A1", "\u00a0A1\u200b"),
        PLAIN.replace("A1", "\u2060A1\u2009"),
        PLAIN.replace("5", "5.0"),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("\n", ";;\n").replace(",", ";"),
        "n,code,name\n7,A2,Бяла\n5,A1,Хасково\n",
    ],
    ids=[
        "plain", "empty lines", "empty row", "CRLF", "CR", "BOM", "cp1251",
        "UTF-16", "UTF-16 without mark", "UTF-16 the other way", "semicolon", "tab", "quotes",
        "blanks round cells", "no-break and zero-width round a code", "other invisible signs", "5.0",
        "separator at every end", "two separators at every end", "other order",
    ],
)  # fmt: skip
def test_each_dialect_gives_the_same_table(tmp_path, data):
    frame = read_table(TABLE, write(tmp_path, data))
    assert frame.to_dict("list") == {"code": ["A1", "A2"], "name": ["Хасково", "Бяла"], "n": [5, 7]}


def test_rows_keep_the_number_they_have_in_the_file(tmp_path):
    raw = read_raw(write(tmp_path, "code,name,n\nA1,,1\n\n\nA2,,2\n"))
    assert raw.index.tolist() == [2, 5]


def test_a_decomposed_letter_is_composed(tmp_path):
    decomposed = "Гъ\u0438\u0306ово"
    frame = read_table(TABLE, write(tmp_path, PLAIN.replace("Хасково", decomposed)))
    assert frame["name"].tolist()[0] == "Гъйово"


@pytest.mark.parametrize("code", ["NA", "null", "None", "nan", "TRUE", "007"])
def test_a_code_stays_text(tmp_path, code):
    frame = read_table(TABLE, write(tmp_path, PLAIN.replace("A1", code)))
    assert code in frame["code"].tolist()


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{x}}", "a;b", 'a ""b""', "Бяла", "1 234,5", "Минерални бани"]
)
def test_a_name_may_hold_anything_that_can_be_read(tmp_path, name):
    frame = read_table(TABLE, write(tmp_path, PLAIN.replace("Хасково", f'"{name}"')))
    assert frame["name"].tolist()[0] == name.replace('""', '"')


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "t.csv: holds no rows; a header and one row per record are asked."),
        ("code,name,n\n", "t.csv: holds no rows; a header and one row per record are asked."),
        ("code,name,n\n,,\n", "t.csv: holds no rows; a header and one row per record are asked."),
        (
            PLAIN.encode("cp866"),
            "t.csv, row 2: is neither UTF-8 nor Windows-1251; "
            "save it as CSV UTF-8 (it may be in another encoding, or damaged).",
        ),
        (
            PLAIN.encode().replace("в".encode(), b"\xd0"),
            "t.csv, row 2: is neither UTF-8 nor Windows-1251; "
            "save it as CSV UTF-8 (it may be in another encoding, or damaged).",
        ),
        (
            b"PK\x03\x04\x14\x00",
            "t.csv: is a broken archive (File is not a zip file); save it again with Excel or LibreOffice.",
        ),
        (
            b"\xd0\xcf\x11\xe0",
            "t.csv: is an old Excel file (XLS) or locked by a password; save it as XLSX, without a password.",
        ),
        (
            PLAIN.rstrip("\n"),
            't.csv, row 3, n: "7" ends the file without a line break, as a file cut short does; '
            "compare the last row with the original; where nothing is missing press Enter at its end and save.",
        ),
        (PLAIN.replace("A1", "A\x001"), "t.csv: is not a text file; save it as CSV UTF-8."),
        (
            PLAIN.replace("A1,", "A1,,"),
            "t.csv, row 2: this row has 4 fields, the header 3; a separator inside a cell needs quotes round the cell.",
        ),
        (
            PLAIN.replace("Бяла,", ""),
            "t.csv, row 3: this row has 2 fields, the header 3; a separator inside a cell needs quotes round the cell.",
        ),
        (
            PLAIN.replace("\n", ",\n").replace("7,", "7,x"),
            "t.csv, row 3: this row has a value outside the columns of the header; "
            "a separator inside a cell needs quotes round the cell.",
        ),
        (
            PLAIN.replace("Хасково", '"Хасково'),
            "t.csv, row 2: is not a CSV file from here on (unexpected end of data); "
            "open and save it again as CSV UTF-8; a quote may be left open.",
        ),
        (
            PLAIN.replace("Бяла", 'Бяла"x').replace("Хасково", '"Хас"ково'),
            "t.csv, row 2: is not a CSV file from here on (',' expected after '\"'); "
            "open and save it again as CSV UTF-8; a quote may be left open.",
        ),
        (
            PLAIN.replace("Хасково,5", '"Хасково,5').replace("Бяла", 'Бяла"'),
            't.csv, row 2: "Хасково,5\\u000aA2,Бяла" holds a line break; '
            "write the cell on one line; a quote may be left open.",
        ),
        (PLAIN.replace("name", "code"), "t.csv, row 1, code: this column stands twice; keep one of them."),
        (PLAIN.replace("name", " code "), "t.csv, row 1, code: this column stands twice; keep one of them."),
        (
            PLAIN.replace("n\n", "n,note\n", 1).replace("5\n", "5,x\n").replace("7\n", "7,\n"),
            't.csv, row 1, note: this column is not known; the nearest is "name".',
        ),
        (
            PLAIN.replace(",n\n", ",,n\n").replace(",5", ",x,5").replace(",7", ",,7"),
            "t.csv, row 1, (no name): this column is not known; one of 3 known values is asked.",
        ),
        (
            PLAIN.replace("A2", "A1"),
            't.csv, row 3, code: "A1" stands twice, first in row 2; keep one row per code.',
        ),
        (PLAIN.replace("A1", ""), "t.csv, row 2, code: is empty; {blank}."),
        (PLAIN.replace("5", ""), "t.csv, row 2, n: is empty; {blank}."),
        (PLAIN.replace("5", "\u200b"), "t.csv, row 2, n: is empty; {blank}."),
        (
            PLAIN.replace("5", '"1 234,5"'),
            't.csv, row 2, n: "1 234,5" is not a number; {number}.',
        ),
        (PLAIN.replace("5", "1\u00a0234"), 't.csv, row 2, n: "1\\u00a0234" is not a number; {number}.'),
        (PLAIN.replace("5", "1\u202f234"), 't.csv, row 2, n: "1\\u202f234" is not a number; {number}.'),
        (PLAIN.replace("5", "-5"), 't.csv, row 2, n: "-5" is negative; the smallest value allowed is 0.'),
        (PLAIN.replace("5", "=1+1"), 't.csv, row 2, n: "=1+1" is not a number; {number}.'),
        (
            PLAIN.replace("Хасково", "=HYPERLINK(x)"),
            't.csv, row 2, name: "=HYPERLINK(x)" begins with "=": a spreadsheet would run it; '
            "begin with a letter or a digit.",
        ),
        (
            PLAIN.replace("A1", "A 1"),
            't.csv, row 2, code: "A 1" is not a code; letters, digits and _ . : - only, no blanks.',
        ),
    ],
    ids=[
        "empty", "header only", "header and empty rows", "cp866", "a byte lost", "a broken zip", "old Excel", "cut",
        "NUL", "one field more", "one field less", "value under no header", "open quote", "text after a quote",
        "quote that swallows a row", "column twice", "column twice but for blanks", "unknown column",
        "column without a name", "key twice", "no key", "no number", "only a zero-width space", "1 234,5",
        "no-break thousands", "narrow no-break thousands", "negative", "formula as number", "formula as name",
        "blank in a code",
    ],
)  # fmt: skip
def test_one_fault_brings_one_sentence(tmp_path, data, sentence):
    expected = sentence.format(
        blank="write the value; no data has to be declared where the table allows it",
        number="write digits with a decimal point and no spaces, e.g. 1234.5",
    )
    assert sentences(lambda: read_table(TABLE, write(tmp_path, data))) == [expected]


def test_a_missing_header_names_every_column(tmp_path):
    told = sentences(lambda: read_table(TABLE, write(tmp_path, "A1,Хасково,5\nA2,Бяла,7\n")))
    assert [s.split(";")[0] for s in told] == [
        "t.csv, row 1, 5: this column is not known",
        "t.csv, row 1, A1: this column is not known",
        "t.csv, row 1, code: this column is missing",
        "t.csv, row 1, n: this column is missing",
        "t.csv, row 1, name: this column is missing",
        "t.csv, row 1, Хасково: this column is not known",
    ]


def test_a_broken_line_is_named_by_its_own_row_after_empty_ones(tmp_path):
    (told,) = sentences(lambda: read_raw(write(tmp_path, 'code,name,n\nA1,,1\n\n\nA2,"x"y,2\n')))
    assert told.startswith("t.csv, row 5: is not a CSV file from here on")


def test_the_faults_of_all_rows_come_together(tmp_path):
    told = sentences(lambda: read_raw(write(tmp_path, "code,name,n\nA1\nA2,x,1\nA3,x,1,1\n")))
    assert [s.split(":")[0] for s in told] == ["t.csv, row 2", "t.csv, row 4"]


def test_a_table_is_not_read_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "MAX_TEXT_BYTES", 10)
    assert "is too large" in sentences(lambda: read_raw(write(tmp_path, PLAIN)))[0]


# ------------------------------------------------------------------ indicators

NAMES = {"A1": "Хасково", "A2": "Бяла", "B1": "Божурище"}


def indicator(name, unit="persons", file="f.csv", total="", blank=""):
    return {
        "indicator": name, "name_bg": "п", "name_en": "p", "unit": unit, "file": file, "reference_date": "2021",
        "source_class": "nsi", "source": "s", "national_total": total, "declared_blank": blank, "note": "",
    }  # fmt: skip


def catalogue(*rows):
    raw = pd.DataFrame(list(rows), dtype="str")
    return schema.check(schema.INDICATOR_CATALOGUE, raw, "indicators.csv")


def read(tmp_path, text, *rows):
    write(tmp_path, text, "f.csv")
    return read_indicators(tmp_path, catalogue(*(rows or [indicator("pop")])), NAMES)


def test_wide_becomes_long(tmp_path):
    text = "municipality,pop,money\nB1,3,0.1\nA1,1,1000.5\nA2,2,\n"
    table, reports, files = read(tmp_path, text, indicator("pop"), indicator("money", "thousand_eur", blank="A2"))
    assert table["indicator"].tolist() == ["money"] * 3 + ["pop"] * 3
    assert table["municipality"].tolist() == ["A1", "A2", "B1"] * 2
    assert table["value"].fillna(-1).tolist() == [1000.5, -1, 0.1, 1, 2, 3]
    assert str(reports[0]) == "f.csv: 3 matched, 0 missing, 0 extra, 0 duplicated"
    assert list(files) == ["f.csv"]


def test_the_join_counts_every_kind():
    raw = pd.DataFrame({"municipality": ["A1", "A1", "X9"]}, index=[2, 3, 4])
    report = join_report(raw, "f.csv", NAMES)
    assert report == JoinReport("f.csv", 1, ("A2", "B1"), ("X9",), ("A1",))
    assert str(report) == "f.csv: 1 matched, 2 missing, 1 extra, 1 duplicated"


FULL = "municipality,pop\nA1,1\nA2,2\nB1,3\n"


@pytest.mark.parametrize(
    ("text", "facts", "told"),
    [
        (FULL.replace("B1,3\n", ""), {}, ['f.csv, municipality: "B1" (Божурище) is missing; add its row.']),
        (
            FULL + "X9,4\n",
            {},
            ['f.csv, row 5, municipality: "X9" is not one of the 3 known codes; one of 3 known values is asked.'],
        ),
        (
            FULL + "Общо,7\n",
            {},
            [
                'f.csv, row 5, pop: "7" stands in a row of totals ("Общо"), the rows above sum to 6; '
                "mend the row that is wrong."
            ],
        ),
        (
            FULL.replace("A2,2", "A1,2"),
            {},
            [
                'f.csv, municipality: "A2" (Бяла) is missing; add its row.',
                'f.csv, row 3, municipality: "A1" stands twice, first in row 2; keep one row per municipality.',
            ],
        ),
        (
            FULL.replace("A2,2", "A2,"),
            {},
            [
                "f.csv, row 3, pop: is empty for A2; "
                "write the figure, or declare the municipality in declared_blank of indicators.csv."
            ],
        ),
        (
            FULL.replace("A2,2", "A2,"),
            {"blank": "A1 B1"},
            [
                "f.csv, row 3, pop: is empty for A2; "
                "write the figure, or declare the municipality in declared_blank of indicators.csv."
            ],
        ),
        (
            FULL,
            {"total": "7"},
            [
                "f.csv, pop: sums to 6, the published national total is 7; "
                "compare the rows with the published table."
            ],
        ),
        (
            FULL.replace("A2,2", "A2,1.234"),
            {},
            [
                'f.csv, row 3, pop: "1.234" is not a whole number; '
                "write it without decimals, and without a point for thousands."
            ],
        ),
        (
            FULL.replace("A2,2", "A2,2.000"),
            {},
            ['f.csv, row 3, pop: "2.000" may be one or a thousand; write it without a point.'],
        ),
        (
            FULL.replace("A2,2", "A2,101"),
            {"unit": "percent"},
            ['f.csv, row 3, pop: "101" is above 100; check the unit and the decimal point.'],
        ),
        (
            FULL.replace("pop", "popp"),
            {},
            [
                "f.csv, row 1, pop: this column is missing; f has the columns municipality, pop.",
                'f.csv, row 1, popp: this column is not known; the nearest is "pop".',
            ],
        ),
        (
            FULL.replace("municipality", "code"),
            {},
            ["f.csv, row 1, municipality: this column is missing; the columns are municipality, pop."],
        ),
        (
            "municipality,pop,pop\nA1,1,1\nA2,2,2\nB1,3,3\n",
            {},
            ["f.csv, row 1, pop: this column stands twice; keep one of them."],
        ),
        (
            "municipality,pop,municipality\nA1,1,A1\nA2,2,A2\nB1,3,B1\n",
            {},
            ["f.csv, row 1, municipality: this column stands twice; keep one of them."],
        ),
    ],
    ids=[
        "missing", "extra", "total row", "twice", "blank", "blank of another declared", "national total", "1.234",
        "2.000", "per cent", "misspelt column", "no code column", "doubled column", "doubled code column",
    ],
)  # fmt: skip
def test_a_wrong_indicator_file(tmp_path, text, facts, told):
    assert sentences(lambda: read(tmp_path, text, indicator("pop", **facts))) == told


def test_one_person_too_many_is_noticed_in_six_million(tmp_path):
    text = "municipality,pop\nA1,6000000\nA2,500000\nB1,19790\n"
    assert "sums to 6519790" in sentences(lambda: read(tmp_path, text, indicator("pop", total="6519789")))[0]


def test_tenths_that_add_up_are_no_difference(tmp_path):
    text = "municipality,pop\nA1,0.1\nA2,0.2\nB1,610923.4\n"
    table, _, _ = read(tmp_path, text, indicator("pop", "thousand_eur", total="610923.7"))
    assert table["value"].sum() == pytest.approx(610923.7)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/hostname", "sub/../../secret.csv"])
def test_the_catalogue_of_indicators_leads_nowhere_else(tmp_path, name):
    folder = tmp_path / "indicators"
    folder.mkdir()
    write(tmp_path, FULL, "secret.csv")
    (told,) = sentences(lambda: read_indicators(folder, catalogue(indicator("pop", file=name)), NAMES))
    assert told.startswith(f'indicators.csv, file: "{name}" leaves the scenario\'s folder; ')


def test_the_faults_of_all_files_come_together(tmp_path):
    rows = [indicator("pop", file="a.csv"), indicator("old", file="b.csv")]
    write(tmp_path, FULL.replace("B1,3\n", ""), "a.csv")
    told = sentences(lambda: read_indicators(tmp_path, catalogue(*rows), NAMES))
    assert len(told) == 2
    assert "b.csv: does not exist" in told[0]
    assert told[1].startswith("a.csv")


def test_a_column_with_a_name_that_nobody_sees_is_spelled_out(tmp_path):
    """Found by ``make fuzz-bytes``: a file of another encoding, cut short, whose last column's name is no word."""
    path = tmp_path / "table.csv"
    path.write_bytes("municipality,\u0a64\u2061\nA1,4".encode())
    (told,) = sentences(lambda: read_raw(path))
    assert told.isprintable()
    assert told.startswith("table.csv, row 2, \\u0a64")
