"""HiGHS and CBC, programs by different people, find the same plan; GLPK is a third witness where it is installed.

230 small random countries (tests/toyland/varied.py): several periods, transformations, renovations, sharing, locks,
staff. The values of all stages agree to a millionth, and where both close every stage at gap 0, all result tables
agree cell by cell. What has no plan has none for both.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program import solve as solving
from nationalmap.program.answer import result_tables
from nationalmap.program.assemble import Program
from nationalmap.program.solve import Solution
from nationalmap.program.solvers import Backend, backend
from nationalmap.program.solvers.cbc import Cbc
from nationalmap.program.solvers.commandline import CommandLine
from nationalmap.program.solvers.glpk import Glpk
from nationalmap.program.team import Team
from tests.beside import missing
from tests.toyland import RESULTS, text
from tests.toyland.varied import varied

EACH = 10
CHUNKS = {f"{first}-{first + EACH - 1}": range(first, first + EACH) for first in range(0, 200, EACH)}
MILLIONTH = 1e-6
#: Stages are told to five decimals, of which the last may be another: shares are kept within a millionth.
LAST_DIGIT = 1.5e-5


class _Started(CommandLine):
    """A solver run straight from here, not under its keeper, which takes longer to start than these to solve."""

    def _run(self, folder: Path, limits, relaxed: bool) -> str:
        command = [self._path, *self._command(folder, limits, relaxed)]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if ended.returncode:
            raise SolverFailed(f"{self.name} broke off (exit code {ended.returncode})")
        return ended.stdout + ended.stderr


class _StartedCbc(_Started, Cbc):
    pass


class _StartedGlpk(_Started, Glpk):
    pass


def started(name: str) -> Backend:
    return {"cbc": _StartedCbc, "glpk": _StartedGlpk, "highs": lambda: backend("highs")}[name]()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(solving, "Team", lambda name, seconds, **more: Team(name, seconds, started, **more))


def answered(program: Program, solver: str) -> Solution | None:
    """What a solver makes of a program; None where it says that no plan is possible."""
    try:
        solution = solving.solve(program, child=False, solver=solver)
    except NoPlanPossible:
        return None
    others = [stage for stage in solution.stages if "after" in stage.solver or "stands" in stage.solver]
    assert not others, f"{solver} failed, and its place was taken: {others}"
    return solution


def values(solution: Solution) -> dict[str, float]:
    return {stage.name: stage.value for stage in solution.stages}


def tables(program: Program, solution: Solution) -> dict[str, Any]:
    made = result_tables(program, solution)
    return {name: text(name, made[name]).to_dict("list") for name in RESULTS}


def compared(seed: int, one: str, other: str) -> bool:
    """Whether every stage was closed by both, and so the tables compared; fails where the two differ."""
    program = varied(seed).program()
    first, second = answered(program, one), answered(program, other)
    assert (first is None) == (second is None), f"seed {seed}: a plan for one of them alone"
    if first is None or second is None:
        return False
    assert values(first) == pytest.approx(values(second), rel=MILLIONTH, abs=LAST_DIGIT), f"seed {seed}"
    if any(stage.gap for solution in (first, second) for stage in solution.stages):
        return False
    assert tables(program, first) == tables(program, second), f"seed {seed}"
    return True


@pytest.mark.parametrize("seeds", CHUNKS.values(), ids=CHUNKS)
def test_highs_and_cbc_find_the_same_plan(seeds):
    """Most of each ten have a plan, closed by both."""
    assert sum(compared(seed, "highs", "cbc") for seed in seeds) >= EACH / 2


@pytest.mark.parametrize("first", range(200, 230, EACH))
def test_glpk_finds_it_too(first):
    if shutil.which("glpsol") is None:
        missing("glpsol, the third witness, is not installed")
    assert sum(compared(seed, "highs", "glpk") for seed in range(first, first + EACH)) >= EACH / 2
