"""What if, in sentences and as a table, of toyland's own run."""

from dataclasses import replace

import pandas as pd
import pytest

from nationalmap import cli, finished
from nationalmap.errors import InputRefused
from nationalmap.program.whatif import Change
from nationalmap.reports.whatif import WHATIF, sentences, whatif_table
from nationalmap.schema import check


def test_a_million_more_serves_the_last_case(toyland_run, capsys, tmp_path):
    """In the state's money it serves the last case; there is nothing that a million to build would change."""
    out = tmp_path / "whatif.csv"
    words = [
        "whatif",
        str(toyland_run.folder),
        "--million",
        "state:2027",
        "--million",
        "building:2027",
        "--language",
        "en",
    ]
    with pytest.raises(SystemExit) as left:
        cli.main([str(word) for word in (*words, "--out", out)])
    assert left.value.code == 0
    shown = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert shown[:2] == [
        "- EUR 1,000,000 more in State subsidy in 2027 – without a place, class 2: 1 → 0 need cases (−1).",
        "- EUR 1,000,000 more in Building in 2027 – none of the stages compared changes.",
    ]
    table = pd.read_csv(out, dtype=str, keep_default_na=False)
    check(WHATIF, table, "whatif")
    moved = table[table["difference"] != "0"]
    assert moved[["code", "stage", "before", "after"]].to_numpy().tolist() == [["state", "unmet_2", "1", "0"]]


def test_what_no_plan_would_fit_is_said(toyland_run):
    plan = toyland_run.plan
    table = whatif_table(plan, [(Change("money", "state", 2027, -60_000.0), ())])
    assert table["after"].isna().all()
    (said,) = sentences(plan, table, "bg")
    assert said.endswith("в „Държавна субсидия“ за 2027 г. – тогава няма възможен план.")


def test_where_a_stage_stays_open_no_better_plan_was_found_and_no_proof(toyland_run):
    plan = toyland_run.plan
    opened = tuple(replace(stage, status="feasible_with_gap") for stage in plan.stages)
    (said,) = sentences(plan, whatif_table(plan, [(Change("money", "building", 2027, 1.0), opened)]), "en")
    assert said.endswith("– no better plan was found; that there is none is not proven.")


def test_a_stage_that_is_not_of_the_run_is_refused(toyland_run):
    with pytest.raises(InputRefused, match='through: "unmett" is not a stage of this run; the nearest is "unmet"'):
        finished.whatif(toyland_run.folder, through="unmett")
