"""Where inputs are from: each lie about files, rows, columns and mended cells is found by the second witness."""

from __future__ import annotations

import pytest

from nationalmap.verification import check
from nationalmap.verification.findings import Findings
from nationalmap.verification.provenance import _check_hashes, _records, numbers
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


def _origin(table: str, columns: str, rows: str, records: str = "", part: int = 1) -> str:
    return f"{table},a.csv,{part},a.csv,,0,,,stated,{columns},{rows},{records}"


def _said(replaced: str, *lines: str, **inputs: str) -> tuple[str, ...]:
    """What is said where the lines of one table are others."""
    kept = [line for line in ORIGINS.splitlines() if not line.startswith(f"{replaced},")]
    return check(towns(inputs={"provenance": "\n".join(sorted([*kept, *lines]))} | inputs)).differences


def test_a_table_of_which_a_part_was_computed_is_not_counted() -> None:
    computed = "indicators,computed,1,,,,by a study,,estimated,,,"
    assert _said("indicators", _origin("indicators", "A:municipality B:older", "2-3"), computed) == ()
    computed = "register,computed,1,,,,by a study,,estimated,,,"
    assert _said("register", _origin("register", "A:site", "2-3"), computed) == ()


def test_each_norm_of_a_sheet_or_file_has_its_row() -> None:
    def said(rows: str, file: str = "a.csv") -> tuple[str, ...]:
        return _said("norms", f"norms,a.csv,1,{file},,0,,,stated,,{rows},")

    assert said("2-8") == said("") == said("2-3", "") == ()
    assert said("2-7") == ("inputs/provenance.csv, norms: 6 rows of files are named; the table has 7 records.",)
    two = [_origin("norms", "", rows, part=part) for part, rows in ((1, "2-4"), (2, "9 8 7 6"))]
    assert _said("norms", *two) == ()
    assert len(_said("norms", two[0])) == len(_said("norms", two[0], _origin("norms", "", "", part=2))) == 1


def test_own_figures_have_a_row_each_and_stand_in_the_table() -> None:
    columns = "A:indicator B:municipality C:value"
    wide = _origin("indicators", "A:municipality B:older", "2-4", part=2)
    assert _said("indicators", _origin("indicators", columns, "7-8", "older R1; older X1"), wide) == ()
    assert _said("indicators", _origin("indicators", columns, "7-9", "older R1; older X1"), wide) == (
        "inputs/provenance.csv, own figures: 3 rows of files are named; the table has 2 records.",
    )
    assert _said("indicators", _origin("indicators", columns, "7-8", "older R1; older X9"), wide) == (
        "inputs/provenance.csv, own figures: older X9 is no figure of the table.",
    )
    # They replace what a file gives; it still has a row for each municipality.
    wide = _origin("indicators", "A:municipality B:older", "2-3", part=2)
    assert _said("indicators", _origin("indicators", columns, "7", "older X1"), wide) == (
        "inputs/provenance.csv, indicator older: 2 rows of files are named; the table has 3 records.",
    )


def test_a_column_that_a_file_may_be_without_may_be_in_the_file_alone() -> None:
    columns = next(line.split(",")[9] for line in ORIGINS.splitlines() if line.startswith("register,"))
    assert _said("register", _origin("register", f"{columns} Z:provider", "2-5")) == ()
    for more in ("Z:basics", "basis"):
        found = _said("register", _origin("register", f"{columns} {more}", "2-5"))
        assert len(found) == 1
        assert found[0].endswith("not those of the table." if "Z" in more else "the columns are not one letter each.")


def test_every_source_of_the_manifest_has_a_row() -> None:
    say = Findings()
    rows = [{"table": t, "read_as": "a.csv", "file": file, "sha256": "0"} for t, file in (("a", "a.csv"), ("b", ""))]
    _check_hashes(rows, {"a.csv": "0"}, say)
    assert say.sentences == []
    _check_hashes(rows, {"a.csv": "0", "b.csv": "0"}, say)
    assert say.sentences == ["inputs/provenance.csv: no row is of b.csv, which the manifest names as a source."]
    _check_hashes(rows, {"a.csv": "1"}, say)
    assert len(say.sentences) == 2


def test_runs_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(rows: str) -> tuple[list[int], int]:
        say = Findings()
        return numbers({"table": "a", "file": "a.csv", "rows": rows}, say), len(say.sentences)

    assert read("7 2-4 3-3 1") == ([7, 2, 3, 4, 3, 1], 0)
    assert read("") == ([], 0)
    for wrong in ("0", "4-3", "2-", "-3", "2-3-4", "x", "1-10000001", "5-10000005"):
        assert read(f"9 {wrong} 8") == ([9, 8], 1)
    monkeypatch.setattr("nationalmap.verification.provenance._MOST_ROWS", 3)
    assert [read(rows)[1] for rows in ("5-7", "5-8")] == [0, 1]


def test_records_by_the_first_cells_of_their_row() -> None:
    header, lines = ["a", "b", "c", "d", "e"], [["1", "2", "3", "4", "5"], ["6"], ["7", "8", "9", "10", "11", "12"]]

    def found(name: str, *keys: str) -> dict[str, dict[str, str]]:
        return dict(_records(name, header, lines, dict.fromkeys(keys)))

    first = dict(zip(header, lines[0], strict=True))
    for key in ("1", "1 2", "1 2 3", "1 2 3 4"):
        assert found("register", key) == {key: first}
    assert found("register", "2", "8", "1 2 3 4 5", "") == {}
    # A row that is cut short or too long is told elsewhere.
    assert found("register", "6", "7") == {"6": {"a": "6"}, "7": dict(zip(header, lines[2], strict=False))}
    assert found("indicators", "2", "8", "6", "3") == {"2": first, "8": found("", "7")["7"], "6": {"a": "6"}}


def test_a_mended_cell_of_what_is_no_table_of_the_inputs_is_not_asked_for() -> None:
    assert check(towns(inputs={"mended": 'known_travel,R1,host,"""r1""","""R1"""'})).differences == ()
