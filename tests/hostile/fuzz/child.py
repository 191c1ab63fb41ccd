"""Asks about mutants in a process of its own, with limits, and says of each what came of it: a line of JSON.

``python -m tests.hostile.fuzz.child LOT FIRST COUNT PLANS`` with a copy of toyland on its own. A line is written before
a mutant is asked about, so that whoever waits knows which one took too long, and one after it.
"""

from __future__ import annotations

import faulthandler
import json
import shutil
import signal
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.everything import everything
from tests.hostile.fuzz.judge import Judge, Read, read
from tests.hostile.fuzz.mutants import Mutant, mutant

TOYLAND = Path(__file__).resolve().parents[2] / "toyland"
#: Processor seconds and bytes that one input may take.
MOST_SECONDS, MOST_BYTES = 30, 2 * 2**30
#: One in so many workbooks is read by the process that the product starts for it, which has limits of its own.
BY_PROCESS = 20


def toyland(folder: Path) -> Path:
    """A copy of toyland with everything that a planner may give."""
    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    return everything(Path(shutil.copytree(TOYLAND, folder / "toyland", ignore=ignored)))


def limit_memory() -> None:
    """The address space of this process, where the platform has such a limit (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


def limit_time() -> None:
    """So many seconds of processor from now on; then the process ends. Where there is no such limit the clock rules."""
    try:
        import resource
    except ImportError:
        return
    # What it was at when its time was over.
    faulthandler.register(signal.SIGXCPU, chain=True)
    soft = int(time.process_time()) + MOST_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def tried(judge: Judge, one: Mutant, plan: bool = False) -> dict[str, Any]:
    """What came of a mutant: its answer, its seconds, and what is wrong with it. ``plan``: the whole plan is compared."""
    begun = time.process_time()
    said: dict[str, Any] = {"seed": one.seed, "means": one.means, "file": one.file, "wrong": ""}
    try:
        said["answer"] = judge(one)
        if plan and said["answer"] in ("same", "changed"):
            same_plan(judge, one)
            said["planned"] = True
    except BaseException as error:
        said["wrong"] = f"{one}: {type(error).__name__}: {error}"
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
    said["seconds"] = time.process_time() - begun
    if not said["wrong"] and said["seconds"] > MOST_SECONDS:
        said["wrong"] = f"{one}: took {said['seconds']:.0f} s"
    return said


def same_plan(judge: Judge, one: Mutant) -> None:
    """The whole plan of a mutant is that of the same values as toyland would write them: every table, every stage."""
    path = judge.folder / one.file
    kept = path.read_bytes()
    plans = []
    try:
        for data in (one.data, one.plain or kept):
            path.write_bytes(data)
            plans.append(planned(read(judge.folder)))
    finally:
        path.write_bytes(kept)
    (tables, stages), (others, other_stages) = plans
    assert stages == other_stages, f"stages {stages} instead of {other_stages}"
    differing = [name for name in tables if not tables[name].equals(others[name])]
    assert not differing, f"tables {differing} of the plan differ"


def planned(question: Read) -> tuple[dict[str, Any], Any]:
    """Tables of the plan and its stages; or why there is none. The search is short, and the same each time."""
    from nationalmap.answering import answered
    from nationalmap.errors import NoPlanPossible

    asked = question.question
    scenario = replace(asked.scenario, stages=("keep", "package", "unmet", "cost", "tie_break"))
    try:
        answer, _ = answered(replace(asked, scenario=scenario), child=False)
    except NoPlanPossible as none:
        return {}, str(none)
    return dict(answer.tables), answer.stages


def main(lot: str, first: int, count: int, plans: int) -> None:
    """Ask about ``count`` mutants of a lot, the plan of the first ``plans`` that are taken."""
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulp")
    limit_memory()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(toyland(Path(folder)))
        for number in range(first, first + count):
            one = mutant(judge.folder, f"{lot}-{number}")
            print(json.dumps({"begins": str(one)}), flush=True)
            limit_time()
            # A frozen program has no Python to start: it reads workbooks in its own process.
            sys.frozen = number % BY_PROCESS != 0  # type: ignore[attr-defined]
            said = tried(judge, one, plans > 0)
            plans -= bool(said.get("planned"))
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
