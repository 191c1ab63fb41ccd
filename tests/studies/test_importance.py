"""The command importance, of toyland's own run."""

from __future__ import annotations

import pandas as pd
import pytest

from nationalmap.reports.importance import TABLES
from nationalmap.schema import check


def test_the_host_that_is_missed_most_comes_first(run, toyland_run, tmp_path):
    answer = run("importance", toyland_run.folder, "--out", tmp_path, "--language", "en")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith("- Without a host: no facility stands in the municipality in any planned year;")
    assert [line.split(" (")[0].split(" – ")[0] for line in lines[1:7]] == [
        f"- Without {name}" for name in ("Gorno", "Dolno", "Sredno", "Krayno", "Nisko", "Granichno")
    ]
    assert lines[3].startswith(
        "- Without Sredno (of today 3 places close) – places of today, class 2: 0 → 3 users (+3); "
        "without a place, class 2: 1 → 2 need cases (+1); cost: "
    )
    assert lines[5] == (
        "- Without Nisko (of today 0 places close, 6 places stay) – the plan uses nothing of what would close: "
        "nothing is lost."
    )
    written = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in tmp_path.glob("*.csv")}
    for name, table in written.items():
        check(TABLES[name.partition("-")[2]], table, name)
    found = written["1-hosts"].set_index("host")["found"].to_dict()
    # N3 and S3 share a centre that may stand in either, so that one of the two is used.
    shared = [found.pop(host) for host in ("NOR03", "SOU03")]
    assert sorted(shared) == ["solved", "unused"]
    assert found == {**dict.fromkeys(("NOR01", "NOR02", "SOU01"), "solved"), "SOU02": "unused"}
    nothing = written["2-lost"].query("host in ('NOR03', 'SOU03', 'SOU02')")["difference"]
    assert set(nothing) == {"0"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--service", "residense"), 3, '"residense" is not a service of this scenario; the nearest is "residence"'),
        (("--closed-to", "some"), 2, "closed-to is one of all, others"),
        (("--through", "unmett"), 3, '"unmett" is not a stage of this scenario'),
        (("--processes", "0"), 2, "processes 1 or more"),
    ],
)
def test_words_that_do_not_fit(run, toyland_run, words, code, said):
    answer = run("importance", toyland_run.folder, *words)
    assert answer.code == code
    assert said in answer.err
