"""Where inputs are from: each lie about files, rows, columns and mended cells is found by the second witness."""

from __future__ import annotations

import pytest

from nationalmap.verification import check
from tests.verification.towns import INPUTS, provenance, towns

ORIGINS = provenance(INPUTS)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("register,a.csv,1,a.csv,,0,", "register,a.csv,1,a.csv,,1,", "its SHA-256 is not the one"),
        ("register,a.csv,1,a.csv,,0,", "register,b.csv,1,a.csv,,0,", "its SHA-256 is not the one"),
        ("A:site B:municipality", "A:site A:municipality", "not one letter each"),
        ("A:site B:municipality", "A:site B:town", "are not those of the table"),
        ("A:municipality B:older,2-4,", "A:municipality B:older,2-3,", "indicator older: 2 rows"),
        ("A:municipality B:older,2-4,", "A:municipality B:old,2-4,", "indicator old: 3 rows"),
        ("A:municipality B:older,2-4,", "A:municipality B:older,4-2,", '"4-2" is no range of rows'),
        ("A:municipality B:older,2-4,", "A:municipality B:older,first,", '"first" is no range of rows'),
    ],
)
def test_a_lie_about_a_file_is_found(old: str, new: str, says: str) -> None:
    assert old in ORIGINS
    found = check(towns(inputs={"provenance": ORIGINS.replace(old, new)})).differences
    assert any(says in sentence for sentence in found), found


def test_a_row_that_stands_for_two_records_and_one_that_is_left_out() -> None:
    count = len(INPUTS["services"].splitlines())
    line = next(line for line in ORIGINS.splitlines() if line.startswith("services,"))
    for rows, says in ((f"2-{count} 2", "row 2 is named for 2 records"), (f"2-{count}", f"{count - 1} rows of files")):
        lie = line.rpartition(",")[0].rpartition(",")[0] + f",{rows},"
        found = check(towns(inputs={"provenance": ORIGINS.replace(line, lie)})).differences
        assert any(says in sentence for sentence in found), found


def test_a_table_of_which_nobody_says_from_where_it_is() -> None:
    kept = "\n".join(line for line in ORIGINS.splitlines() if not line.startswith("register,"))
    found = check(towns(inputs={"provenance": kept})).differences
    assert found == ("inputs/provenance.csv: no row says where register is from.",)


def test_a_table_that_a_study_made_needs_no_rows() -> None:
    line = next(line for line in ORIGINS.splitlines() if line.startswith("indicators,"))
    computed = "indicators,computed,1,,,,by a study,,estimated,,,"
    assert check(towns(inputs={"provenance": ORIGINS.replace(line, f"{line}\n{computed}")})).differences == ()
    assert check(towns(inputs={"provenance": ORIGINS.replace(line, computed)})).differences == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('indicators,older R1,value,"""2 000""","""2000"""', ""),
        ('indicators,older R1,value,"""2 000""","""2000.0"""', ""),
        ('indicators,older R1,value,"""2 000""","""2001"""', "the table holds '2000'"),
        ('indicators,older R9,value,"""2 000""","""2000"""', "the table has no such cell"),
        ('indicators,R1,municipality,"""Р1""","""R1"""', ""),
        ('indicators,R7,municipality,"""Р1""","""R7"""', "the table has no such cell"),
        ('register,old_R1,places,"""десет""","""10"""', ""),
        ('register,old_R1,places,"""десет""","""11"""', "the table holds '10'"),
        ('register,old_R1,beds,"""десет""","""10"""', "the table has no such cell"),
    ],
)
def test_a_mended_cell_holds_what_was_read(line: str, says: str) -> None:
    found = check(towns(inputs={"mended": line})).differences
    assert len(found) == bool(says), found
    assert all(says in sentence for sentence in found)
