"""Every figure of the inputs stands where table ``provenance`` says, and what was read otherwise is told as found."""

import csv
import hashlib
import re
import shutil
from pathlib import Path

import pytest

from nationalmap import planning, publishing, runs, schema
from nationalmap.errors import InputRefused
from nationalmap.sources.provenance import parts, ranges, read_sources
from nationalmap.verification.provenance import _same
from tests.sources.test_grids import workbook

ROOT = Path(__file__).resolve().parents[2]


def numbers(text):
    for word in text.split():
        first, _, last = word.partition("-")
        yield from range(int(first), int(last or first) + 1)


def at(letters):
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def test_every_cell_of_the_shipped_question_holds_the_figure_that_is_planned_with(haskovo):
    tables = haskovo.inputs.tables
    looked = 0
    for row in tables["provenance"].to_dict("records"):
        if not row["columns"]:
            continue
        data = (ROOT / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"] == haskovo.inputs.sources[row["read_as"]]
        cells = list(csv.reader(data.decode().splitlines()))
        text = schema.as_text(schema.TABLES[row["table"]], tables[row["table"]])
        for column in row["columns"].split():
            letters, name = column.split(":")
            used = text[name].tolist() if row["table"] != "indicators" else []
            if row["table"] == "indicators" and name != "municipality":
                used = text.loc[text["indicator"] == name, "value"].tolist()
            found = [cells[number - 1][at(letters)] for number in numbers(row["rows"])]
            assert len(found) == len(used) or name == "municipality"
            assert all(_same(one, other) for one, other in zip(used, found, strict=False)), (row["table"], name)
            looked += len(used)
    assert looked > 6_000


def test_the_norms_of_the_shipped_question_stand_in_their_lines(haskovo):
    rows = haskovo.inputs.tables["provenance"].set_index("table")
    lines = (ROOT / rows["file"]["norms"]).read_text(encoding="utf-8").splitlines()
    found = [lines[number - 1] for number in numbers(rows["rows"]["norms"])]
    assert found == [f'id = "{norm.id}"' for norm in haskovo.inputs.norms]
    assert rows["source_class"]["norms"] == "illustrative"


def test_the_shipped_question_says_source_date_and_class_of_every_file(haskovo):
    rows = haskovo.inputs.tables["provenance"]
    census = rows[rows["read_as"] == "2021/census.csv"].iloc[0]
    assert (census["source"], census["date"]) == ("НСИ, Преброяване 2021 (окончателни данни)", "2021-09-07")
    assert set(haskovo.inputs.sources) == set(rows["read_as"]) - {"computed"}
    named = rows[~rows["table"].isin(["scenario"])]
    assert (named["source"] != "").all()
    assert len(publishing.csv_bytes(schema.PROVENANCE, rows)) < 10_000
    assert not len(haskovo.inputs.tables["mended"])


def test_what_a_dirty_workbook_holds_is_kept_as_found(toyland):
    register = toyland / "register.csv"
    head, *rows = list(csv.reader(register.read_text(encoding="utf-8").splitlines()))
    places = head.index("places")
    rows[0][places] = "\N{NO-BREAK SPACE}" + rows[0][places] + "\N{NO-BREAK SPACE}"
    rows.reverse()
    book = workbook(toyland / "own.xlsx", rows=[["Регистър"], [], head, *rows], title="Опис")
    inputs = planning.check(str(toyland), register=book).inputs
    row = inputs.tables["provenance"].set_index("table").loc["register"]
    assert (row["file"], row["sheet"], row["source_class"]) == ("own.xlsx", "Опис", "stated")
    first = 3 + len(rows)
    assert row["rows"].split() == [str(number) for number in range(first, 3, -1)]
    mended = inputs.tables["mended"].to_dict("records")
    value = rows[-1][places].strip()
    assert mended == [
        {
            "table": "register", "record": rows[-1][0], "column": "places",
            "found": f'"\\u00a0{value}\\u00a0"', "used": f'"{value}"',
        }
    ]  # fmt: skip


def test_a_folder_may_say_of_its_own_files_where_they_are_from(toyland):
    says = '[files."register.csv"]\nsource = "Община А, писмо 12"\ndate = 2026-05-04\nclass = "attested"\n'
    (toyland / "SOURCES.toml").write_text(says, encoding="utf-8")
    row = planning.check(str(toyland)).inputs.tables["provenance"].set_index("table").loc["register"]
    assert (row["source"], row["date"], row["source_class"]) == ("Община А, писмо 12", "2026-05-04", "attested")


@pytest.mark.parametrize(
    ("text", "column"),
    [('[files."a.csv"]\nclass = "sure"\n', "class"), ('[files."a.csv"]\nsource = 4\n', "source"), ("[files", "")],
)
def test_a_file_of_sources_that_says_what_it_cannot_is_refused(tmp_path, text, column):
    (tmp_path / "SOURCES.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_sources(tmp_path / "SOURCES.toml")
    assert [fault.column for fault in refused.value.faults] == [column]


def test_a_moved_folder_is_the_same_run_and_names_no_machine(toyland, tmp_path):
    moved = Path(shutil.copytree(toyland, tmp_path / "other" / "toyland"))
    one, other = (planning.check(str(folder)) for folder in (toyland, moved))
    assert runs.run_id(one.scenario, one.inputs) == runs.run_id(other.scenario, other.inputs)
    assert not any(re.match(r"/|\w:", file) for file in one.inputs.tables["provenance"]["file"])


def test_rows_are_told_as_runs_in_their_order():
    assert ranges([]) == []
    assert ranges([7]) == ["7"]
    assert ranges([2, 3, 4, 9, 8, 10, 11]) == ["2-4", "9", "8", "10-11"]


def test_an_own_figure_of_an_indicator_is_of_its_own_file(toyland):
    (toyland / "own.csv").write_text(
        "indicator,municipality,value,reference_date,source_class,source\n"
        "older,NOR03,450,2026-02-01,municipal_study,Letter 5\n",
        encoding="utf-8",
    )
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8").replace("[inputs]\n", '[inputs]\nown_indicators = "own.csv"\n')
    scenario.write_text(text, encoding="utf-8")
    rows = planning.check(str(toyland)).inputs.tables["provenance"]
    own = rows[rows["records"] != ""].iloc[0]
    assert (own["table"], own["file"], own["rows"], own["records"]) == ("indicators", "own.csv", "2", "older NOR03")
    assert (own["source"], own["date"], own["source_class"]) == ("Letter 5", "2026-02-01", "study")


def test_lists_of_rows_go_on_in_further_parts():
    """Rows in an order of their own, as no register sorts by our keys: 3,000 runs are more than a cell may hold."""
    words = ranges(range(90_000, 0, -30))
    found = parts(words)
    assert [word for part in found for word in part] == words
    assert len(found) == 4
    assert all(len(" ".join(part)) <= 4_500 for part in found)
    assert parts([]) == []
    assert parts(["a" * 4_000, "b" * 600], between=2) == [["a" * 4_000], ["b" * 600]]


def test_a_long_register_in_another_order_is_taken(toyland):
    register = toyland / "register.csv"
    head, first, *_ = register.read_text(encoding="utf-8").splitlines()
    rest = first.partition(",")[2].replace(",12,10,", ",1,1,")
    register.write_text("\n".join([head, *(f"s{n:04},{rest}" for n in range(2_400, 0, -1)), ""]), encoding="utf-8")
    rows = planning.check(str(toyland)).inputs.tables["provenance"]
    mine = rows[rows["table"] == "register"]
    assert len(mine) == 3
    assert [int(word) for part in mine["rows"] for word in part.split()] == list(range(2_401, 1, -1))
