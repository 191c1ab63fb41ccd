"""A figure of toyland's run followed back to its cell, from the command line."""

import csv

from nationalmap import finished
from nationalmap.reports.origins import Origins
from nationalmap.reports.source import source
from tests.conftest import TOYLAND


def told(run, *words):
    return [(line.depth, line.says) for line in source(run.plan, *words, "en")]


def test_a_need_goes_back_to_its_norm_and_to_the_cell_of_its_indicator(toyland_run):
    needs = toyland_run.plan.tables["needs"]
    row = needs[needs["indicator"] == "older"].iloc[0]
    lines = told(toyland_run, "needs", (row["municipality"], row["group"], str(row["year"])), "need_users")
    assert lines[0] == (
        0,
        f"needs, {row['municipality']} {row['group']} {row['year']}, need_users: {row['need_users']}",
    )
    text = (TOYLAND / "catalogue" / "norms.toml").read_text(encoding="utf-8").splitlines()
    line = next(n for n, words in enumerate(text, 1) if words == f'id = "{row["norm"]}"')
    assert lines[1][1].startswith(f"norm {row['norm']}: file catalogue/norms.toml; line {line}; ")
    assert "illustrative" in lines[1][1]
    cells = list(csv.reader((TOYLAND / "indicators/2025/older.csv").read_text(encoding="utf-8").splitlines()))
    at = [one[0] for one in cells].index(row["municipality"])
    assert lines[-1] == (3, f"file indicators/2025/older.csv; cell B{at + 1}; Toyland; 2025-12-31; estimated")
    assert lines[-2][1].endswith(f"value: {cells[at][1]}")


def test_every_result_of_the_run_is_told_without_a_gap(toyland_run):
    for name in toyland_run.plan.tables:
        for key in list(Origins(toyland_run.plan).rows(name))[:2]:
            column = toyland_run.plan.tables[name].columns[-1]
            lines = told(toyland_run, name, key, column)
            assert len(lines) > 1, name
            assert not any("nobody has said" in says for _, says in lines), lines


def test_the_command_answers_and_refuses_what_it_does_not_know(toyland_run, run):
    site = toyland_run.plan.inputs.tables["register"]["site"].iloc[0]
    answer = run("source", toyland_run.folder, "register", site, "places", "--language", "bg")
    assert answer.code == 0
    assert "файл register.csv; клетка" in answer.out
    for words, column in (
        (("registr", site, "places"), "table"),
        (("register", "nowhere", "places"), "key"),
        (("register", site, "placs"), "column"),
    ):
        code, out, err = run("source", toyland_run.folder, *words)
        assert (code, out) == (3, "")
        assert column in err
    assert finished.source(toyland_run.folder, "register", site, "places", "en")[1].startswith("  file register.csv")
