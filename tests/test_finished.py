"""Use cases of finished runs."""

import pandas as pd
import pytest

from nationalmap import finished, planning, runs, schema
from nationalmap.errors import UsageError


def test_render_writes_nothing_into_the_run(toyland_run, tmp_path):
    before = {path: path.read_bytes() for path in toyland_run.folder.rglob("*") if path.is_file()}
    written = finished.render([toyland_run.folder, toyland_run.folder.parent], tmp_path)
    assert [path.suffix for path in written] == [".html", ".xlsx", ".txt"] * 2
    assert {path: path.read_bytes() for path in toyland_run.folder.rglob("*") if path.is_file()} == before


def test_compare_tells_inputs_before_results(toyland, toyland_run, tmp_path):
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("amount_eur = 62600.0", "amount_eur = 62600.0\nfactor = 0.9"), encoding="utf-8")
    less = planning.plan(str(toyland), tmp_path / "runs")
    assert less.plan.tables["budget"].set_index("stream")["budget_eur"]["state"] == 56340.0
    tables = finished.compare([toyland_run.folder, less.folder], tmp_path / "comparisons")
    names = list(tables)
    assert names.index("scenario") < names.index("unmet")
    (folder,) = (tmp_path / "comparisons").iterdir()
    written = sorted(path.name for path in folder.iterdir())
    csv = [f"{number:02d}-{name}.csv" for number, name in enumerate(names, 1)]
    assert written == [*csv, "about.txt", "comparison.html", "comparison.xlsx"]
    assert len(tables["scenario"]) == 1
    assert len(tables["input_rows"]) == 0
    assert len(tables["unmet"]) > 0
    same = finished.compare([toyland_run.folder, toyland_run.folder], tmp_path / "same")
    assert sum(len(same[table.name]) for table in schema.RESULT_TABLES) == 0
    assert isinstance(runs.read_run(less.folder).tables["unmet"], pd.DataFrame)


def test_one_run_is_nothing_to_compare(toyland_run, tmp_path):
    with pytest.raises(UsageError, match="compare: 1 run given; name two or more, the base first"):
        finished.compare([toyland_run.folder], tmp_path / "comparisons")
    assert not (tmp_path / "comparisons").exists()
