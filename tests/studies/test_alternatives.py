"""The command alternatives, of toyland's own run."""

from __future__ import annotations

import pandas as pd
import pytest

import nationalmap
import nationalmap.errors
from nationalmap.reports.alternatives import TABLES
from nationalmap.schema import check


def test_what_differs_is_told_and_written(run, toyland_run, tmp_path):
    answer = run("alternatives", toyland_run.folder, "--differ", 2, "--loss", 0, "--out", tmp_path, "--language", "en")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith("- Alternative 1: 2 decisions not as in the plan – cost: 87.04 → 8")
    assert lines[1] == "  - Krayno, “Day care”: 1 → 0 facilities (7 → 0 places)"
    assert lines[2].startswith("  - Granichno, “Day care”: 0 → 1 facility (0 → ")
    assert "no further plan with at least 2 decisions different and a loss of up to 0%" in lines[3]
    written = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in tmp_path.glob("*.csv")}
    assert sorted(written) == ["1-stages", "2-decisions", "3-distances", "4-ended"]
    for name, table in written.items():
        check(TABLES[name.partition("-")[2]], table, name)
    assert written["2-decisions"][["municipality", "facilities_in_plan", "facilities"]].to_numpy().tolist() == [
        ["NOR03", "1", "0"],
        ["SOU03", "0", "1"],
    ]
    assert written["4-ended"].to_numpy().tolist() == [["unmet", "2", "0", "1", "none"]]


def test_where_there_is_none_it_is_said(run, toyland_run):
    answer = run("alternatives", toyland_run.folder, "--differ", 3, "--language", "bg")
    assert answer.out == (
        "- Няма план, който при загуба до 1 % (до етап „без място“) да се различава с поне 3 решения: "
        "доказано е, друг такъв избор няма.\n"
    )


@pytest.mark.parametrize("words", [{"differ": 0}, {"differ": 1, "loss": -0.1}, {"differ": 1, "count": 0}])
def test_terms_that_are_none(toyland_run, words):
    with pytest.raises(nationalmap.errors.UsageError, match="differ and count are 1 or more"):
        nationalmap.alternatives(str(toyland_run.folder), **words)


def test_a_stage_that_is_not_asked(toyland_run):
    with pytest.raises(nationalmap.errors.InputRefused, match='through: "unmett" is not a stage of this scenario'):
        nationalmap.alternatives(str(toyland_run.folder), 1, through="unmett")
