"""Whatever is changed in a run's result files is found, though the hashes were made to fit again."""

from __future__ import annotations

import os

import pytest

from nationalmap import schema
from nationalmap.verification import check, folder
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question, read_question
from tests.verification.changes import change
from tests.verification.towns import rows_of, towns, with_rows

#: More on demand: VERIFY_CHANGES=20000.
HOW_MANY = int(os.environ.get("VERIFY_CHANGES", "1200"))
BLOCKS = 8


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return towns()


@pytest.fixture(scope="module")
def question(files: dict[str, bytes]) -> Question:
    return read_question(files, Findings())


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_seeded_change_is_found(block: int, files: dict[str, bytes], question: Question) -> None:
    tables = {table.name: rows_of(files, table.name) for table in schema.RESULT_TABLES}
    missed = []
    for seed in range(block, HOW_MANY, BLOCKS):
        kind, name, rows = change(seed, tables)
        changed = with_rows(files, name, rows)
        assert folder.sealed(folder.json.loads(changed["manifest.json"])) == changed["manifest.json"]
        if not check(changed, question).differences:
            missed.append((seed, kind, name, [r for r in rows if r not in tables[name]]))
    assert missed == []
