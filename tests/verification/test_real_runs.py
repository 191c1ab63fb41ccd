"""What the program plans, the witness finds to agree; and what is changed in such a run, it finds."""

from __future__ import annotations

import json
import os

import pytest

from nationalmap import schema
from nationalmap.verification import check
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import read_question
from tests.verification.changes import change
from tests.verification.real import planned, question
from tests.verification.towns import rows_of, with_rows

#: More on demand: VERIFY_RUNS=500.
HOW_MANY = int(os.environ.get("VERIFY_RUNS", "24"))


@pytest.mark.parametrize("seed", range(HOW_MANY))
def test_a_plan_of_the_program_agrees(seed: int) -> None:
    files = planned(seed)
    if files is not None:
        assert check(files).differences == ()


def test_the_questions_are_of_many_kinds() -> None:
    asked = [question(seed)[0] for seed in range(HOW_MANY)]
    assert {q["mode"] for q in asked} == {"within_the_money", "what_it_would_cost"}
    assert {len(q["years"]) for q in asked} == {1, 2}
    assert {q["old_types_until"] for q in asked} == {None, 2026, 2035}


def test_changes_of_a_planned_run_are_found() -> None:
    files = planned(11)
    assert files is not None
    assert len(json.loads(files["manifest.json"])["stages"]) > 10
    q = read_question(files, Findings())
    tables = {table.name: rows_of(files, table.name) for table in schema.RESULT_TABLES}
    missed = []
    for seed in range(240):
        kind, name, rows = change(seed, tables)
        if not check(with_rows(files, name, rows), q).differences:
            missed.append((seed, kind, name))
    assert missed == []
