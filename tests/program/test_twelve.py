"""Twelve kinds of solvers that cannot be trusted, each with the answer that is required of the program.

A fake stands in the place of HiGHS in a real child process, with the real CBC as its spare. What falls back gives the
values of an honest solver and says who did the stage and why; what cannot fall back has its error, whose exit code is
what the command leaves with.
"""

from __future__ import annotations

import stat
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import pytest

import nationalmap
from nationalmap import planning
from nationalmap.errors import NoPlanFound, SolverFailed, VerificationFailed
from nationalmap.program.child import run_in_child
from nationalmap.program.solvers import backend
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.stages import run_stages, silent
from nationalmap.program.team import Team, machine_memory
from tests.beside import only_with
from tests.program import broken
from tests.program.matrices import random_program
from tests.program.test_child import HERE
from tests.toyland import FOLDER

GIB = 2**30
LIMITED = only_with(sys.platform.startswith("linux"), "no limit of memory for a process here")
COST = 2
"""Number of the stage in which most fakes break, from 0."""


class Kind(NamedTuple):
    """A fake, what the team is given with it, and what is required."""

    make: object
    stages: tuple[int, ...] = (COST,)
    """Stages that CBC does instead."""
    why: str = ""
    more: Mapping = MappingProxyType({})


KINDS = {
    "absent": Kind(broken.absent, (0, 1, 2, 3), "HiGHS (highspy) is not installed"),
    "crash at start": Kind(broken.at_the_start, (0, 1, 2, 3), "broke off (exit code 132): Illegal instruction"),
    "crash midway": Kind(broken.crashing, why="broke off (exit code 11): a last word"),
    "hang": Kind(broken.hanging, why="did not answer within 2 seconds", more={"seconds": 0.5, "grace": 1.0}),
    "garbage": Kind(broken.garbage, why="broke off (exit code 1)"),
    "wrong status": Kind(broken.impossible, why="called the program infeasible, of which a plan is at hand"),
    "wrong values": Kind(broken.zeros, why="returned a point that breaks"),
    "slow": Kind(broken.slow, ()),
    "memory hog": Kind(broken.hog, why="broke off (exit code 1): ", more={"memory": GIB}),
    "ignoring signals": Kind(broken.deaf, why="did not answer within 2 seconds", more={"seconds": 0.5, "grace": 1.0}),
}
"""The other two, "time limit" with and without a plan, and "partial file" have tests of their own."""


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[LIMITED] if kind == "memory hog" else []) for kind in KINDS],
)
def test_the_stage_is_done_by_cbc_and_says_why(kind):
    make, stages, why, more = KINDS[kind]
    program, costs = random_program(0)
    start = time.monotonic()
    found = [r.result for r in run_in_child(program, costs, Team(make=make, **more), silent)]
    assert [(s.name, s.value, s.bound, s.status) for s in found] == [(s.name, s.value, s.bound, s.status) for s in HERE]
    assert tuple(i for i, s in enumerate(found) if s.solver.startswith("CBC 2.10.3, after ")) == stages
    assert all(why in found[i].solver for i in stages)
    assert [s.solver for i, s in enumerate(found) if i not in stages] == [
        s.solver for i, s in enumerate(HERE) if i not in stages
    ]
    # Minutes on a busy machine would still be no hang.
    assert time.monotonic() - start < 300


def test_time_is_over_with_a_plan_at_hand():
    """The values are told with the gap that nobody closed: exit code 5."""
    program, costs = random_program(0)
    found = [r.result for r in run_in_child(program, costs, Team(make=broken.in_time), silent)]
    opened = [s for s in found if s.status == "feasible_with_gap"]
    assert opened
    assert all("stopped by the clock" in s.solver or s.gap > s.tolerance for s in opened)
    assert all(s.bound <= s.value for s in found)
    assert {s.solver.split(",")[0] for s in found} == {HERE[0].solver.split(",")[0]}


def test_time_is_over_in_a_later_stage_without_a_point_and_the_former_plan_stands():
    program, costs = random_program(0)
    found = [r.result for r in run_in_child(program, costs, Team(make=broken.out_of_time), silent)]
    assert [s.value for s in found[:COST]] == [s.value for s in HERE[:COST]]
    assert found[COST].status == "feasible_with_gap"
    assert found[COST].value >= HERE[COST].value


def test_time_is_over_without_any_plan():
    program, costs = random_program(0)
    with pytest.raises(NoPlanFound) as caught:
        run_in_child(program, costs, Team(make=broken.out_of_time_at_once), silent)
    assert caught.value.exit_code == 6


#: Files of CBC that end too soon: after its first line, within a line, within a number.
PARTIAL = {
    "no rows": "Optimal - objective value 0.00000000\\n",
    "half a row": "Optimal - objective value 3.00000000\\n 0 R0 1 0\\n 1 C1",
    "half a number": "Optimal - objective value 3.00000000\\n 0 C0 1e 0\\n",
    "no value": "Optimal - objective value",
}


@only_with(sys.platform != "win32", "the fake executables are scripts with a first line")
@pytest.mark.parametrize("partial_file", PARTIAL)
def test_a_file_that_ends_too_soon_is_no_answer(partial_file, tmp_path):
    path = tmp_path / "solver"
    path.write_text(
        f"#!{sys.executable}\nopen('solution.txt', 'w').write({PARTIAL[partial_file]!r}.replace('\\\\n', chr(10)))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    program, costs = random_program(2)
    fake = partial(broken.executable, str(path))
    honest = [r.result for r in run_stages(program, costs)]
    found = [r.result for r in run_in_child(program, costs, Team(make=fake), silent)]
    assert [(s.value, s.bound) for s in found] == [(s.value, s.bound) for s in honest]
    assert found[0].solver.startswith("HiGHS")
    assert ", after CBC" in found[0].solver
    with pytest.raises(SolverFailed) as caught:
        list(run_stages(program, costs, Team("cbc", make=lambda _: fake("highs"))))
    assert caught.value.exit_code == 7


def test_where_the_spare_is_gone_too_the_command_leaves_with_7():
    program, costs = random_program(0)
    with pytest.raises(SolverFailed, match=r"broke off \(exit code 11\)") as caught:
        run_in_child(program, costs, Team(make=broken.always_crashing), silent)
    assert caught.value.exit_code == 7


def test_a_child_may_take_the_memory_of_the_machine():
    assert Team().memory == machine_memory()
    if sys.platform.startswith("linux"):
        assert machine_memory() > GIB


# ---------------------------------------------------------------------- of a whole plan


class SaysNo(Highs):
    """Calls whatever it is asked infeasible."""

    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
        return replace(super().minimise(costs, limits, lower, upper, relaxed), status="infeasible", point=None)


def test_no_plan_is_not_believed_without_rules_that_contradict_each_other(monkeypatch, tmp_path, toyland_run):
    """A public administration is not told that nothing can be done because one solver said so: CBC finds the plan."""
    make = partial(Team, make=lambda name: SaysNo() if name == "highs" else backend(name))
    monkeypatch.setattr("nationalmap.program.solve.Team", make)
    monkeypatch.setattr("nationalmap.program.solve.run_in_child", lambda *words: list(run_stages(*words)))
    run = planning.plan(str(FOLDER), tmp_path)
    assert [stage.value for stage in run.plan.stages] == [stage.value for stage in toyland_run.plan.stages]
    assert {stage.solver for stage in run.plan.stages} == {"CBC 2.10.3, after HIGHS called the program infeasible"}
    assert not run.plan.tables["unmet"].compare(toyland_run.plan.tables["unmet"]).size


def test_a_liar_whom_nobody_recomputed_is_caught_by_verify(monkeypatch, tmp_path):
    """An answer after the last check of the program: one person less is served, and every stage is told as before."""

    def lying(matrix, *words):
        *former, last = run_stages(matrix, *words)
        point = last.point.copy()
        served = [i for i, name in enumerate(matrix.names) if name.startswith("x__") and point[i] > 0.5]
        point[served[0]] -= 1.0
        return [*former, replace(last, point=point)]

    monkeypatch.setattr("nationalmap.program.solve.run_in_child", lying)
    run = planning.plan(str(FOLDER), tmp_path)
    with pytest.raises(VerificationFailed) as caught:
        nationalmap.verify(run.folder)
    assert caught.value.exit_code == 9
    assert " differences\n" in str(caught.value)
