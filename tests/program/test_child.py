"""The stages in a process of their own: interrupted, killed, crashed, hanging; nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from nationalmap.errors import NoPlanPossible, SolverFailed, UsageError
from nationalmap.program.child import run_in_child
from nationalmap.program.solve import solve_matrix
from nationalmap.program.stages import run_stages, silent
from nationalmap.program.team import Team
from tests.beside import only_with
from tests.program import broken
from tests.program.matrices import costs, matrix, random_program

ROOT = Path(__file__).resolve().parents[2]
HERE = [r.result for r in run_stages(*random_program(0))]


def in_child(make=None, progress=silent, **more):
    program, stages = random_program(0)
    team = Team(make=make, **more) if make else Team(**more)
    return [r.result for r in run_in_child(program, stages, team, progress)]


def test_a_child_finds_what_this_process_finds_and_tells_every_stage():
    told = []
    assert in_child(progress=told.append) == HERE
    assert told == [f"stage {i} of 4: {name}" for i, name in enumerate(("unmet", "worst_travel", "cost", "travel"), 1)]


def test_a_solution_has_values_by_name_and_says_who_solved_it():
    program, stages = random_program(0)
    found = solve_matrix(program, tuple(stages), child=True)
    assert found.stages == tuple(HERE)
    assert sum(v for k, v in found.values.items() if k.startswith("short")) == HERE[0].value
    assert found.solver == HERE[0].solver
    assert found.options["solver"] == "highs"
    with pytest.raises(UsageError, match='no solver "gurobi"'):
        solve_matrix(program, tuple(stages), solver="gurobi")


def test_a_refusal_in_the_child_is_raised_here():
    program = matrix({"a": (0, 1, True)}, {"two": (2, {"a": 1}, 2)})
    with pytest.raises(NoPlanPossible, match='stage "a"'):
        run_in_child(program, [costs(program, {"a": 1}, "a")], Team(), silent)


def test_what_a_solver_prints_does_not_come_between_the_messages(capfd):
    assert in_child(broken.chatty) == HERE
    assert capfd.readouterr() == ("", "")


def test_without_a_python_to_start_the_solver_runs_here_and_says_so(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "executable", "")
    assert in_child(progress=told.append) == HERE
    assert "cannot be interrupted at once" in told[0]


# ---------------------------------------------------------------------- a solver that breaks


@pytest.mark.parametrize(
    ("make", "why", "more"),
    [
        (broken.crashing, "the solver's process broke off (exit code 11): a last word", {}),
        (broken.hanging, "the solver did not answer within 2 seconds", {"seconds": 0.5, "grace": 1.0}),
        (broken.raising, "the solver's process broke off (exit code 1): ZeroDivisionError: an error nobody", {}),
    ],
    ids=["crash", "hang", "error"],
)
def test_a_stage_in_which_the_child_breaks_is_closed_by_cbc_and_says_so(make, why, more):
    told = []
    found = in_child(make, told.append, **more)
    assert [(s.name, s.value, s.bound) for s in found] == [(s.name, s.value, s.bound) for s in HERE]
    assert [s.solver.split()[0] for s in found] == ["HiGHS", "HiGHS", "CBC", "HiGHS"]
    assert found[2].solver.startswith(f"CBC 2.10.3, after {why}")
    assert [line for line in told if "going on with CBC" in line]
    assert [line for line in told if line.startswith("stage")].count("stage 1 of 4: unmet") == 1


def test_an_absent_solver_is_replaced_in_every_stage_and_the_solution_says_so():
    found = in_child(broken.absent)
    assert [s.value for s in found] == [s.value for s in HERE]
    assert {s.solver for s in found} == {"CBC 2.10.3, after HiGHS (highspy) is not installed"}


def test_where_the_spare_solver_crashes_as_well_the_sentence_is_that_of_the_crash():
    with pytest.raises(SolverFailed, match=r"broke off \(exit code 11\)"):
        in_child(broken.always_crashing)


# ---------------------------------------------------------------------- interrupted and killed

needs_proc = only_with(Path("/proc/self/environ").exists(), "looks for processes in /proc")

HARD = """
import sys
sys.path.insert(0, {root!r})
import signal
# A shell that started the tests in the background has Ctrl-C ignored, and all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
import numpy as np
from nationalmap.program.solve import solve_matrix
from tests.program.matrices import costs, matrix
print("begun", flush=True)
numbers = np.random.default_rng(0).integers(0, 100, (6, 60))
program = matrix(
    {{f"c{{i}}": (0, 1, True) for i in range(60)}},
    {{f"r{{j}}": (line.sum() // 2, {{f"c{{i}}": float(v) for i, v in enumerate(line)}}, line.sum() // 2)
      for j, line in enumerate(numbers)}},
)
stage = costs(program, {{name: 1.0 for name in program.names}}, "hard", max_nodes=10**9)
try:
    solve_matrix(program, (stage,), child={child}, solver={solver!r}, progress=lambda text: print(text, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
"""Sixty numbers halved in six ways at once: no solver ends it in the time of a test."""


def alive(token: str) -> list[int]:
    """Processes that carry the token in their environment: those that were started, and all under them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # gone meanwhile
            continue
    return found


def until(holds, seconds=60.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Hard:
    """A Python process that solves the hard program, and what is under it."""

    def __init__(self, solver, child, under):
        self.token = f"token-{uuid.uuid4()}"
        script = HARD.format(root=str(ROOT), solver=solver, child=child)
        env = {**os.environ, "NATIONALMAP_TEST": self.token}
        self.process = subprocess.Popen(
            [sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert until(lambda: len(alive(self.token)) == 1 + under), "the processes did not start"
        assert until(lambda: self.process.stdout.readline().startswith("stage 1"))
        time.sleep(0.5)  # let the search begin

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        for pid in alive(self.token):
            os.kill(pid, signal.SIGKILL)


# HiGHS: its child. CBC: the child, its keeper and CBC; without a child the keeper and CBC.
SETTINGS = pytest.mark.parametrize(
    ("solver", "child", "under"), [("highs", True, 1), ("cbc", True, 3), ("cbc", False, 2)]
)


@needs_proc
@SETTINGS
def test_ctrl_c_ends_the_solve_and_leaves_nothing_running(solver, child, under):
    with Hard(solver, child, under) as hard:
        hard.process.send_signal(signal.SIGINT)
        assert hard.process.wait(30) == 0
        assert hard.process.stdout.read().endswith("interrupted\n")
        assert until(lambda: not alive(hard.token), 30)


@needs_proc
@SETTINGS
def test_a_killed_parent_leaves_nothing_running(solver, child, under):
    with Hard(solver, child, under) as hard:
        hard.process.kill()
        hard.process.wait()
        assert until(lambda: not alive(hard.token), 30)


@needs_proc
def test_a_killed_child_takes_its_solver_with_it():
    with Hard("cbc", True, 3) as hard:
        children = Path(f"/proc/{hard.process.pid}/task/{hard.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        assert hard.process.wait(30) == 1
        assert until(lambda: not alive(hard.token), 30)


# ---------------------------------------------------------------------- whatever __main__ is

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
print("begun", flush=True)
from nationalmap.program.solve import solve_matrix
from tests.program.matrices import random_program
program, stages = random_program(0)
print(*[stage.value for stage in solve_matrix(program, tuple(stages)).stages])
"""


@pytest.mark.parametrize("way", ["input", "file", "argument"])
def test_a_script_without_a_guard_runs_once_however_it_is_run(way, tmp_path):
    script = SCRIPT.format(root=str(ROOT))
    (tmp_path / "script.py").write_text(script)
    arguments = {"input": ["-"], "file": ["script.py"], "argument": ["-c", script]}[way]
    done = subprocess.run(
        [sys.executable, *arguments],
        input=script if way == "input" else None,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["begun", " ".join(str(s.value) for s in HERE)]


def test_modules_in_the_callers_folder_do_not_get_in_the_way(tmp_path):
    """A file called pickle.py beside the user's script is not what the child reads its program with."""
    for name in ("pickle.py", "queue.py"):
        (tmp_path / name).write_text("raise RuntimeError('taken from the folder')")
    script = SCRIPT.format(root=str(ROOT)).replace("import sys", "import pickle, queue, sys\nimport os", 1)
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import os; os.chdir({str(tmp_path)!r})\n{script}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "begun"
