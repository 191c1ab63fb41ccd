"""Toyland's files changed and broken at random, in every format: read exactly, or refused in sentences that name a file.

A mutant that means the same (another encoding, separator, order, format) has the same answer; one whose values are
others has the answer of those values; one whose bytes are broken is refused, or everything that is read stands in
them. Never a traceback or a warning, never more than 30 s or 2 GiB. ``make fuzz`` tries 20,000 (``COUNT=`` and
``SEED=`` say how many and which); a failure names its seed, and ``tests.hostile.fuzz.mutants.mutant`` makes it again.
"""

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from nationalmap.sources import records, tables
from nationalmap.sources.grids import parquet, xlsx
from tests.hostile.fuzz.child import MOST_SECONDS, toyland, tried
from tests.hostile.fuzz.judge import Judge
from tests.hostile.fuzz.mutants import LAYER, mutant

ROOT = Path(__file__).resolve().parents[2]
LOTS = 5
EACH = int(os.environ.get("MUTATIONS", "500")) // LOTS
SEED = os.environ.get("SEED", "0")
#: Whole plans that each lot compares.
PLANS = 5
#: Seconds on the clock without a word; the processor's own limit is 30, but the machine may be busy.
PATIENCE = 10 * MOST_SECONDS


def lines_of(lot):
    """What is said of a lot's mutants. One that a process did not survive is tried once more, by the next process.

    A machine that stood still for a while counts that as time of whoever was at work; a mutant that takes too long
    does so twice.
    """
    done, plans, blamed = 0, PLANS, -1
    while done < EACH:
        ended = ""
        for told in said_by_child(lot, done, plans):
            ended = told.get("ended", "")
            if not ended:
                done, plans = done + 1, plans - bool(told.get("planned"))
                yield told
        if ended and blamed == done:
            done += 1
            yield {"wrong": ended}
        elif not ended:
            break
        else:
            blamed = done


def said_by_child(lot, first, plans):
    """Line by line what a process says of the mutants from the first one on; if it breaks off, at which and how."""
    words = [
        sys.executable,
        "-m",
        "tests.hostile.fuzz.child",
        f"{SEED}-{lot}",
        str(first),
        str(EACH - first),
        str(plans),
    ]
    alone = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | alone
    )
    said, problems = queue.Queue(), []
    listening = [
        threading.Thread(target=lambda: [*map(said.put, process.stdout), said.put(None)]),
        threading.Thread(target=lambda: problems.append(process.stderr.read())),
    ]
    for thread in listening:
        thread.start()
    begun = "nothing"
    try:
        while (line := said.get(timeout=PATIENCE)) is not None:
            told = json.loads(line)
            begun = told.get("begins", "")
            if not begun:
                yield told
    except queue.Empty:
        begun = f"took more than {PATIENCE} s: {begun}"
    finally:
        process.kill()
        process.wait()
        for thread in listening:
            thread.join()
        process.stdout.close()
        process.stderr.close()
    if begun:
        yield {"ended": f"the process ended ({process.returncode}): {begun}\n{''.join(problems)[-2000:]}"}


@pytest.mark.parametrize("lot", range(LOTS))
def test_a_mutant_is_read_as_it_is_written_or_refused_by_name(lot):
    said = list(lines_of(lot))
    wrong = [one["wrong"] for one in said if one["wrong"]]
    assert not wrong, f"{len(wrong)} of {len(said)}:\n" + "\n".join(wrong[:20])
    assert len(said) == EACH
    count = Counter((one["means"], one["answer"]) for one in said)
    assert count["same", "same"] > EACH / 5
    assert count["changed", "changed"] > EACH / 10
    assert count["changed", "changed"] > count["changed", "refused"]
    assert count["damaged", "refused"] > count["damaged", "damaged"] > 0
    assert sum(one.get("planned", False) for one in said) == PLANS


# ------------------------------------------------------------------ the judge itself


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return Judge(toyland(tmp_path_factory.mktemp("mutants")))


def found(judge, wanted, most=10):
    """What is said against the first of the mutants that a wrong program answers wrongly."""
    for number in range(4000):
        one = mutant(judge.folder, f"judge-{number}")
        if wanted(one):
            most -= 1
            if (wrong := tried(judge, one)["wrong"]) or most == 0:
                return wrong
    return ""


def lying(module, name, lie):
    """A function of the program whose answer is changed; ``lie`` gets it with what was asked."""
    right = getattr(module, name)
    return module, name, lambda *given, **named: lie(right(*given, **named), given)


COSTS = ("running_cost_place_eur", "running_cost_facility_eur")


def rounded(grids, _):
    """Figures of a workbook to the ten."""
    for grid in grids:
        grid.rows = [[re.sub(r"^(\d+)[1-9]$", r"\g<1>0", cell) for cell in row] for row in grid.rows]
    return grids


def exchanged(grids, _):
    """Two columns of figures exchanged."""
    for grid in grids:
        if set(COSTS) <= set(grid.rows[0]):
            one, other = map(grid.rows[0].index, COSTS)
            grid.rows[0][one], grid.rows[0][other] = COSTS[::-1]
    return grids


def without_last(read, given):
    rows, faults = read
    return (dict(list(rows.items())[:-1]) if given[0].file == "staff.csv" else rows), faults


def a_letter_lost(frame, given):
    return frame.assign(basis=frame["basis"].str[:-1]) if given[1].name == "staff" else frame


LIES = {
    "figures of a workbook rounded": (
        lying(xlsx, "sheets", rounded), lambda m: "xlsx" in m.what and m.file == "known_travel.csv"
    ),
    "columns of Parquet exchanged": (
        lying(parquet, "sheets", exchanged), lambda m: "parquet" in m.what and m.file.endswith("services.csv")
    ),
    "the last row lost": (lying(records, "_rows", without_last), lambda m: m.file == "staff.csv" and m.records),
    "a letter lost": (lying(tables, "_checked", a_letter_lost), lambda m: m.file == "staff.csv" and m.records),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_reader_that_lies_is_found(judge, monkeypatch, lie):
    (module, name, wrong), wanted = LIES[lie]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(module, name, wrong)
    assert re.search("is read$|written or read alone$", found(judge, wanted))


def test_an_answer_without_what_was_written_is_found(judge):
    """The answer to the file as it was, given for a changed one: as of a program that reads something else."""
    for wanted in (
        lambda m: m.means == "changed" and m.records,
        lambda m: m.means == "changed" and m.file == LAYER,
    ):
        one = next(m for m in (mutant(judge.folder, f"stale-{n}") for n in range(400)) if wanted(m))
        with pytest.raises(AssertionError):
            judge.judged(one, judge.before)


def test_a_table_that_changes_with_another_file_is_found(judge):
    one = next(m for m in (mutant(judge.folder, f"other-{n}") for n in range(400)) if m.file == "staff.csv")
    other = replace(one, file="trip_costs.csv", records=())
    tables = {**judge.before.tables.tables, "staff": judge.before.tables.tables["staff"].iloc[:1]}
    after = replace(judge.before, tables=replace(judge.before.tables, tables=tables))
    with pytest.raises(AssertionError, match="staff changed, which is another file"):
        judge.judged(other, after)


def test_a_seed_makes_the_same_mutant_again(judge):
    """GeoPackages are made by GDAL, which writes the time into them."""
    for number in range(60):
        one, again = (mutant(judge.folder, f"again-{number}") for _ in range(2))
        assert (one == again) or ("xlsx" in one.what or "ods" in one.what or "GeoPackage" in one.what)
