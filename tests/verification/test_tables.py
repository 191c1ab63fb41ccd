"""Tables as the witness reads them: declarations, cells, rows that cannot be read, and their order."""

from __future__ import annotations

from fractions import Fraction

import pytest

from nationalmap.verification.findings import CLOSE, Findings
from nationalmap.verification.tables import columns, read_table, value

#: Header of the table staffing: two codes and a year are its key, then three numbers that may not be blank.
STAFFING = "territory,profession,year,needed_posts,most_posts,lacking_posts\n"
#: A number that may be blank.
PROJECTED = "indicator,municipality,year,value\n"


def read(name: str, text: str) -> tuple[list[list[object]], list[str], int]:
    """Cells of the rows, what is said, and how many rows were looked at."""
    say = Findings()
    rows = read_table({f"{name}.csv": text.encode()}, name, say)
    return [list(row.values()) for row in rows], say.sentences, say.rows


def test_a_declaration() -> None:
    told = columns("a* b*:i c:N? d? e:m")
    assert (told.names, told.key) == (("a", "b", "c", "d", "e"), ("a", "b"))
    assert told.kinds == {"b": "i", "c": "n", "e": "m"}
    assert (told.blank, told.free) == ({"c"}, {"c", "d"})


def test_cells() -> None:
    assert [value("007", ""), value("", "")] == ["007", ""]
    assert [value(text, "i") for text in ("0", "12")] == [0, 12]
    assert [value(text, "n") for text in ("0.1", "-2", "1e-1")] == [Fraction(1, 10), -2, Fraction(1, 10)]
    assert [value(text, "m") for text in ("12.34", "-0.05")] == [1234, -5]
    assert [value(text, "f") for text in ("yes", "no")] == [True, False]
    assert [value("", kind) for kind in "inmf"] == [None] * 4


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("staffing", f"{STAFFING}R,nurse,2030,,3,1\n", 'row 2, needed_posts: "" is not a number'),
        ("staffing", f"{STAFFING}R,nurse,2030,4,3,1\nR,nurse,2031,four,3,1\n", 'row 3, needed_posts: "four" is not'),
        ("projected", f"{PROJECTED}older,R1,2027,many\n", 'row 2, value: "many" is not a number'),
        ("projected", f"{PROJECTED}older,R1,,5\n", 'row 2, year: "" is not a whole number'),
        ("budget", "stream,year\n", "row 1: the columns are stream, year; declared are stream, year, kind, "),
        ("budget", "", "row 1: the columns are nothing; declared are stream, year, kind, "),
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(name: str, text: str, says: str) -> None:
    rows, sentences, looked_at = read(name, text)
    assert len(sentences) == 1
    assert sentences[0].startswith(f"{name}.csv, {says}")
    assert len(rows) == max(0, looked_at - 1)


def test_a_figure_may_be_blank_where_that_is_declared() -> None:
    assert read("projected", f"{PROJECTED}older,R1,2027,\nolder,R1,2030,5\n") == (
        [["older", "R1", 2027, None], ["older", "R1", 2030, 5]], [], 2
    )  # fmt: skip


def test_a_table_that_is_missing_has_no_rows() -> None:
    say = Findings()
    assert (read_table({}, "staffing", say), read_table({}, "travel", say)) == ([], [])
    assert say.sentences == ["staffing.csv: is missing.", "inputs/travel.csv: is missing."]


def test_rows_stand_once_and_in_the_order_of_their_key() -> None:
    def said(*years: int) -> list[str]:
        return read("projected", PROJECTED + "".join(f"older,R1,{t},5\n" for t in years))[1]

    assert said(9, 10, 11) == []
    assert said(9, 10, 10) == [
        "projected.csv, older R1 10: stands twice; a table has one row per indicator and municipality and year."
    ]
    # Each row is held against the one before it.
    assert said(9, 11, 10, 11) == [
        "projected.csv, older R1 10: stands after older R1 11; rows are sorted by indicator, municipality, year."
    ]


def test_a_number_may_lie_a_millionth_from_what_follows_and_no_further() -> None:
    def said(stands: Fraction | None, follows: Fraction | int | None) -> int:
        say = Findings()
        say.same("t.csv", ("a",), {"n": stands}, {"n": follows}, "rule")
        return len(say.sentences)

    assert Fraction(1, 10**6) == CLOSE
    third = Fraction(1, 3)
    assert [said(third + more * CLOSE, third) for more in (-2, -1, 0, 1, 2)] == [1, 0, 0, 0, 1]
    # What is counted has to be the very same, and nothing is no number.
    assert [said(Fraction(7) + CLOSE, 7), said(Fraction(7), 7), said(None, None)] == [1, 0, 0]
    assert [said(None, Fraction(0)), said(Fraction(0), None), said(None, 0)] == [1, 1, 1]
