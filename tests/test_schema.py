"""Declared tables: what each kind of cell takes, what it refuses and in which words."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Column, Table, as_text, check, nearest

KINDS = ("code", "text", "integer", "number", "money", "flag", "choice", "date")


def one(kind, **facts):
    """A table with a key and one column of the kind."""
    return Table(
        "t", "says", ("key",), (Column("key", "code", "key"), Column("cell", kind, "cell", choices=("a", "b"), **facts))
    )


def cells(*values, index=None):
    rows = {"key": [f"k{i}" for i in range(len(values))], "cell": list(values)}
    return pd.DataFrame(rows, index=index, dtype="str")


def value(kind, text, **facts):
    return check(one(kind, **facts), cells(text), "t.csv")["cell"].iloc[0]


def refused(table, raw, references=None):
    with pytest.raises(InputRefused) as caught:
        check(table, raw, "t.csv", references)
    return caught.value.faults


def rule(kind, text, **facts):
    (fault,) = refused(one(kind, **facts), cells(text))
    assert (fault.file, fault.column, fault.value) == ("t.csv", "cell", schema.shown(text))
    assert fault.cure
    return fault.rule


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("integer", "12", 12),
        ("integer", "+7", 7),
        ("integer", "007", 7),
        ("integer", "30.0", 30),
        ("number", "1234.5", 1234.5),
        ("number", ".5", 0.5),
        ("number", "1e-3", 0.001),
        ("number", "1e-9", 1e-9),
        ("number", "0e-300", 0.0),
        ("number", "-1e15", -1e15),
        ("number", "-2.25", -2.25),
        ("money", "4661.00", 4661.0),
        ("money", "0.07", 0.07),
        ("money", "99999999999.99", 99999999999.99),
        ("money", "12.5", 12.5),
        ("flag", "yes", True),
        ("flag", "no", False),
        ("choice", "b", "b"),
        ("date", "2021", "2021"),
        ("date", "2021-09", "2021-09"),
        ("date", "2024-02-29", "2024-02-29"),
        ("code", "day_care_older:HKV34:1", "day_care_older:HKV34:1"),
        ("code", "*", "*"),
        ("code", "NA", "NA"),
        ("code", "Дом-1", "Дом-1"),
        ("text", "<b>{x}</b> & Co", "<b>{x}</b> & Co"),
        ("text", "null", "null"),
    ],
)
def test_each_kind_takes_what_it_should(kind, text, expected):
    got = value(kind, text)
    assert got == expected
    assert type(got) is type(expected) or float(got) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("integer", "1.5", "is not a whole number"),
        ("integer", "1.000", "may be one or a thousand"),
        ("integer", "1e5", "is written with an exponent"),
        ("integer", "1,000", "is not a number"),
        ("integer", "1 000", "is not a number"),
        ("integer", "1\u00a0000", "is not a number"),
        ("integer", "١٢", "is not a number"),
        ("integer", "12.", "is not a number"),
        ("integer", "0x10", "is not a number"),
        ("integer", "1_000", "is not a number"),
        ("integer", "True", "is not a number"),
        ("number", "1234,5", "is not a number"),
        ("number", "9.9e-10", "is nearer to 0 than what a solver takes as it is"),
        ("number", "-1e-300", "is nearer to 0 than what a solver takes as it is"),
        ("number", "1.1e15", "is beyond what a solver takes as it is"),
        ("number", "1e300", "is beyond what a solver takes as it is"),
        ("money", "1000000000000001.00", "is beyond what a solver takes as it is"),
        ("integer", "99999999999999999999", "is beyond what a solver takes as it is"),
        ("number", "35%", "is not a number"),
        ("number", "NaN", "is not a number"),
        ("number", "inf", "is not a number"),
        ("number", "-", "is not a number"),
        ("number", "..", "is not a number"),
        ("number", "12 €", "is not a number"),
        ("number", "1e400", "is not a finite number"),
        ("number", "9" * 400, "is not a finite number"),
        ("money", "0.005", "has more than two decimals"),
        ("money", "12.500", "has more than two decimals"),
        ("money", "1e-9", "is written with an exponent"),
        ("flag", "Yes", "is neither yes nor no"),
        ("flag", "1", "is neither yes nor no"),
        ("choice", "c", "is not one of a, b"),
        ("date", "3-7", "is not a date"),
        ("date", "2021-13", "is not a date"),
        ("date", "2023-02-29", "is not a date"),
        ("date", "07.09.2021", "is not a date"),
        ("code", "HKV 34", "is not a code"),
        ("code", "=1+1", "is not a code"),
        ("code", "<b>", "is not a code"),
        ("code", "../x", "is not a code"),
        ("code", "HKV\u200b34", "is not a code"),
        ("text", "=1+1", 'begins with "=": a spreadsheet would run it'),
        ("text", "@SUM(A1)", 'begins with "@": a spreadsheet would run it'),
        ("text", "-2+3", 'begins with "-": a spreadsheet would run it'),
        ("text", "a\nb", "holds a control character"),
        ("text", "\x1b[2Jgone", "holds a control character"),
    ],
)
def test_each_kind_refuses_what_it_should(kind, text, expected):
    assert rule(kind, text) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_blank_is_no_value_and_never_zero(kind):
    assert rule(kind, "") == "is empty"
    if kind in ("integer", "number", "money"):
        taken = check(one(kind, blank=True), cells("", "0"), "t.csv")["cell"]
        assert taken.isna().tolist() == [True, False]
        assert taken.iloc[1] == 0
    elif kind != "flag":
        assert value(kind, "", blank=True) == ""


def test_limits_are_inclusive():
    table = one("integer", low=1, high=9)
    assert check(table, cells("1", "9"), "t.csv")["cell"].tolist() == [1, 9]
    below, above = refused(table, cells("0", "10"))
    assert (below.row, below.rule, below.cure) == (0, "is below 1", "the smallest value allowed is 1")
    assert (above.row, above.rule) == (1, "is above 9")
    assert rule("number", "-0.1", low=0) == "is negative"


def test_a_minus_before_zero_says_nothing():
    assert math.copysign(1, value("number", "-0", low=0)) == 1


def test_a_doubled_key_names_both_rows():
    raw = pd.DataFrame({"key": ["x", "y", "x", "x"], "cell": ["1", "2", "3", "4"]}, index=[2, 3, 5, 9], dtype="str")
    faults = refused(one("integer"), raw)
    assert [(f.row, f.column, f.value, f.rule) for f in faults] == [
        (5, "key", "x", "stands twice, first in row 2"),
        (9, "key", "x", "stands twice, first in row 2"),
    ]
    assert str(faults[0]) == 't.csv, row 5, key: "x" stands twice, first in row 2; keep one row per key.'


def test_a_key_of_two_columns_is_doubled_only_as_a_whole():
    table = Table("t", "", ("a", "b"), (Column("a", "code", ""), Column("b", "code", "")))
    raw = pd.DataFrame({"a": ["x", "x", "x"], "b": ["1", "2", "1"]}, index=[2, 3, 4], dtype="str")
    (fault,) = refused(table, raw)
    assert (fault.row, fault.value, fault.cure) == (4, "x / 1", "keep one row per a and b")


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ("HKV43", 'the nearest is "HKV34"'),
        ("hkv34", 'the nearest is "HKV34"'),
        ("HKV\u200b34", 'the nearest is "HKV34"'),
        ("НKV34", 'the nearest is "HKV34" ("Н" in the value is not a Latin letter)'),
        ("НКV34", 'the nearest is "HKV34" ("Н" in the value is not a Latin letter)'),
        ("Общо", "leave rows of totals out"),
        ("ВСИЧКО:", "leave rows of totals out"),
        ("Total", "leave rows of totals out"),
        ("84", "one of 2 known values is asked"),
    ],
)
def test_an_unknown_code_brings_the_nearest(given, cure):
    (fault,) = refused(one("code"), cells(given), {"cell": ["HKV34", "VAR05"]})
    assert (fault.rule, fault.cure) == ("is not one of the 2 known codes", cure)
    assert "\u200b" not in str(fault)


def test_a_missing_an_unknown_and_a_doubled_column():
    raw = pd.DataFrame([["k", "1", "2"]], columns=["key", "cel", "cel"], dtype="str")
    faults = refused(one("integer"), raw)
    assert [(f.row, f.column, f.rule) for f in faults] == [
        (1, "cel", "this column is not known"),
        (1, "cel", "this column stands twice"),
        (1, "cell", "this column is missing"),
    ]
    assert faults[0].cure == 'the nearest is "cell"'


def test_every_fault_is_collected_and_sorted_by_place():
    table = Table(
        "t",
        "",
        ("key",),
        (Column("key", "code", ""), Column("a", "integer", ""), Column("b", "choice", "", choices=("x",))),
    )
    raw = pd.DataFrame(
        {"key": ["k", "k", "k 2"], "a": ["1", "?", "2"], "b": ["x", "y", ""]}, index=[10, 9, 2], dtype="str"
    )
    places = [(f.row, f.column) for f in refused(table, raw)]
    assert places == [(2, "b"), (2, "key"), (9, "a"), (9, "b"), (9, "key")]


def test_the_error_says_every_fault_once_on_a_line_of_its_own():
    faults = [Fault("b.csv", 3, "x", "1", "is odd", "mend it"), Fault("a.csv", rule="is gone")]
    error = InputRefused([*faults, faults[0]])
    assert str(error) == 'a.csv: is gone.\nb.csv, row 3, x: "1" is odd; mend it.'
    assert error.exit_code == 3


def test_rows_come_out_sorted_by_key_and_typed():
    table = Table("t", "", ("key",), (Column("key", "code", ""), Column("n", "integer", "", blank=True)))
    raw = pd.DataFrame({"n": ["2", "", "1"], "key": ["b", "c", "a"]}, dtype="str")
    frame = check(table, raw, "t.csv")
    assert frame.columns.tolist() == ["key", "n"]
    assert frame["key"].tolist() == ["a", "b", "c"]
    assert frame["n"].tolist()[:2] == [1, 2]
    assert frame["n"].isna().tolist() == [False, False, True]
    assert str(frame["n"].dtype) == "Int64"


def test_a_very_long_value_is_cut_in_the_sentence():
    (fault,) = refused(one("integer"), cells("x" * 100_000))
    assert len(str(fault)) < 250


def test_nearest_of_nothing():
    assert nearest("x", []) == "write a known one"


def test_a_file_of_strangers_is_named_whole_but_not_searched_for_kin(monkeypatch):
    searched = []
    monkeypatch.setattr(schema.checks, "nearest", lambda word, known: searched.append(len(known)) or "x")
    monkeypatch.setattr(schema.checks, "MOST_STRANGERS", 2)
    faults = refused(one("code"), cells("a1", "a2", "a3", "a2", "a4"), {"cell": ["k"]})
    assert len(faults) == 5
    assert searched == [1, 1, 0, 0]


# ------------------------------------------------------------------ the declarations themselves


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=str)
def test_every_table_is_declared_whole(table):
    assert table.key
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.says
        assert bool(column.choices) == (column.kind == "choice")
        if column.name in table.key:
            assert not column.blank


# ------------------------------------------------------------------ there and back

_LETTERS = st.characters(blacklist_categories=("Cc", "Cs"))
_VALUES = {
    "code": st.from_regex(r"[\w][\w.:-]{0,12}", fullmatch=True),
    "text": st.text(_LETTERS, min_size=1).filter(lambda t: not t.startswith(("=", "+", "-", "@"))),
    "integer": st.integers(-(2**53), 2**53),
    "number": st.floats(-1e15, 1e15).filter(lambda value: not value or abs(value) >= 1e-9),
    "money": st.integers(-(10**13), 10**13).map(lambda cents: cents / 100),
    "flag": st.booleans(),
    "choice": st.sampled_from(["a", "b"]),
    "date": st.dates().map(lambda d: d.isoformat()),
}


@given(st.data())
def test_what_is_written_is_read_as_it_was(data):
    keys = data.draw(st.lists(_VALUES["code"], min_size=1, max_size=8, unique=True))
    columns = tuple(
        Column(kind, kind, kind, blank=kind != "flag", choices=("a", "b") if kind == "choice" else ()) for kind in KINDS
    )
    table = Table("t", "", ("key",), (Column("key", "code", "key"), *columns))
    rows = []
    for key in keys:
        row = {"key": key}
        for kind in KINDS:
            drawn = data.draw(_VALUES[kind] if kind == "flag" else st.none() | _VALUES[kind])
            row[kind] = ("" if kind in ("code", "text", "choice", "date") else None) if drawn is None else drawn
        rows.append(row)
    frame = pd.DataFrame(rows).astype({"integer": "Int64", "number": "float64", "money": "float64", "flag": "bool"})
    frame = frame.sort_values("key", ignore_index=True)
    written = as_text(table, frame)
    again = check(table, written, "t.csv")
    for name in table.names:
        for before, after in zip(frame[name], again[name], strict=True):
            assert (pd.isna(before) and pd.isna(after)) or before == after, name
    assert as_text(table, again).equals(written)


@given(st.text(max_size=12), st.sampled_from(KINDS))
def test_any_text_is_a_value_or_a_sentence(text, kind):
    try:
        check(one(kind, low=0, high=100), cells(text), "t.csv")
    except InputRefused as error:
        (fault,) = error.faults
        assert fault.rule
        assert fault.cure
        assert str(fault).isprintable()


def test_part_of_a_longer_name_brings_that_name():
    names = [
        "Терапия и рехабилитация",
        "Терапия и рехабилитация (стар вид)",
        "Дневна грижа за деца с трайни увреждания",
    ]
    assert nearest("рехабилитация", names) == 'the nearest is "Терапия и рехабилитация"'
    assert nearest("увреждания", names) == 'the nearest is "Дневна грижа за деца с трайни увреждания"'
    assert nearest("дец", names) == "one of 3 known values is asked"
