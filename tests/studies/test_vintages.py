"""Two vintages beside each other: figures, totals, movers, municipalities and needs by value."""

import csv
import zipfile

import pytest

from nationalmap import planning, schema
from nationalmap.errors import InputRefused
from nationalmap.studies.vintages import vintages
from tests.conftest import TOYLAND

CENSUS = TOYLAND / "indicators"


@pytest.fixture
def side(tmp_path):
    """A folder of figures like toyland's, its cells changed by the test."""

    def write(name, change):
        folder = tmp_path / name
        for path in CENSUS.rglob("*.csv"):
            rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            target = folder / path.relative_to(CENSUS)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.name != "indicators.csv":
                rows = change(rows)
            with target.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        return folder

    return write


def test_a_changed_a_missing_and_an_added_municipality_by_value(side, tmp_path):
    old = side("preliminary", lambda rows: [row for row in rows if row[0] != "NOR03"])
    new = side(
        "final", lambda rows: [["NOR01", "1800"] if row[0] == "NOR01" else row for row in rows if row[0] != "NOR02"]
    )
    tables = vintages(str(old), str(new), tmp_path / "out", str(TOYLAND)).tables
    figures = tables["figures"].set_index("municipality")
    assert figures.loc["NOR01", ["old", "new", "difference", "percent"]].tolist() == [1200, 1800, 600, 50]
    assert figures.loc[["NOR01", "NOR02", "NOR03"], "change"].tolist() == ["changed", "missing", "added"]
    assert set(figures["change"][3:]) == {"same"}
    assert figures.loc[["NOR02", "NOR03"], ["difference", "percent"]].isna().all(axis=None)
    total = tables["totals"].iloc[0]
    assert (total["compared"], total["old"], total["new"]) == (4, 4300 - 800 - 400, 4300 - 800 - 400 + 600)
    assert total["percent"] == round(100 * 600 / 3100, 4)
    assert tables["movers"][["place", "municipality"]].to_numpy().tolist() == [[1, "NOR01"]]
    assert tables["municipalities"].to_numpy().tolist() == [["NOR02", "missing"], ["NOR03", "added"]]
    needs = tables["needs"].merge(planning.check(str(TOYLAND)).needs, on=["municipality", "group", "year"])
    mine = needs[(needs["municipality"] == "NOR01") & (needs["indicator"] == "older")]
    assert (mine["old"] == mine["need_users"]).all()
    assert len(mine)
    assert (abs(mine["new"] - 1.5 * mine["exact_users"]) <= 1).all()
    gone = needs[(needs["municipality"] == "NOR02") & (needs["indicator"] == "older")]
    assert gone["new"].isna().all()
    assert (gone["old"] == gone["need_users"]).all()
    summed = tables["needs_totals"]
    assert (summed["compared"] == 4).all()
    assert (summed["difference"] > 0).any()


def test_the_same_figures_differ_nowhere_and_solve_nothing(side, tmp_path):
    same = side("same", lambda rows: rows)
    found = vintages(str(TOYLAND), str(same), tmp_path / "out")
    assert set(found.tables["figures"]["change"]) <= {"same", "no_data"}
    assert not len(found.tables["movers"])
    assert not len(found.tables["municipalities"])
    assert (found.tables["needs_totals"]["difference"].fillna(0) == 0).all()
    assert "не се променят" in found.says["bg"][-1]
    assert "do not change" in found.says["en"][-1]


def test_one_file_beside_a_scenario_and_the_files_that_are_written(tmp_path):
    rows = list(csv.reader((CENSUS / "2025" / "older.csv").read_text(encoding="utf-8").splitlines()))
    file = tmp_path / "=cmd.csv"
    lines = ["municipality,older", *(f"{row[0]},{int(row[1]) * 2}" for row in rows[1:])]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = vintages(str(TOYLAND), str(file), tmp_path / "out")
    assert set(found.tables["figures"].query("change == 'changed'")["indicator"]) == {"older"}
    assert found.tables["totals"].set_index("indicator")["percent"]["older"] == 100
    names = {path.name for path in found.folder.iterdir()}
    assert names == {f"{name}.csv" for name in found.tables} | {"about.txt", "vintages.xlsx"}
    with zipfile.ZipFile(found.folder / "vintages.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert len(sheets) == 1 + len(found.tables)
        assert not any(b"<f>" in book.read(name) for name in sheets)
    written = (found.folder / "about.txt").read_text(encoding="utf-8")
    assert "8\u00a0600" in written
    assert "8,600" in written
    first = {path.name: path.read_bytes() for path in found.folder.iterdir()}
    again = vintages(str(TOYLAND), str(file), tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == first


def test_a_file_without_a_known_indicator_is_refused(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("municipality,people\nA1,3\n", encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        vintages(str(TOYLAND), str(file), tmp_path / "out")
    assert refused.value.faults[0].rule == "has no column of a known indicator"
    assert not (tmp_path / "out").exists()


def test_the_tables_are_declared_and_typed(side, tmp_path):
    from nationalmap.reports.vintages import VINTAGES

    found = vintages(str(TOYLAND), str(side("same", lambda rows: rows)), tmp_path / "out")
    assert list(found.tables) == list(VINTAGES)
    for name, table in VINTAGES.items():
        lines = (found.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0] == ",".join(table.names)
        assert list(schema.as_text(table, found.tables[name]).columns) == list(table.names)
