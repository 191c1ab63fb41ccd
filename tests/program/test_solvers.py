"""HiGHS, CBC and GLPK behind the same calls: their own statuses and bounds, the same values, broken executables."""

from __future__ import annotations

import shutil
import stat
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nationalmap.errors import SolverFailed, UsageError
from nationalmap.program.solvers import Limits, backend
from nationalmap.program.solvers.cbc import Cbc, bundled
from nationalmap.program.solvers.commandline import mps_lines
from nationalmap.program.solvers.glpk import Glpk
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.stages import run_stages
from nationalmap.program.team import Team
from tests.beside import only_with
from tests.program.matrices import INF, matrix, random_program

HAS_GLPK = shutil.which("glpsol") is not None
SOLVERS = (
    "highs",
    "cbc",
    pytest.param("glpk", marks=only_with(HAS_GLPK, "glpsol is not installed")),
)
EVERY = pytest.mark.parametrize("solver", SOLVERS)


def asked(solver, program, costs, limits=None, **more):
    found = backend(solver)
    found.load(program)
    return found.minimise(np.array(costs, dtype=float), limits or Limits(seconds=20), **more)


ODD = matrix({"a": (0, 5, True), "b": (0, 5, True)}, {"odd": (3, {"a": 2, "b": 2}, 3)})
APART = matrix({"a": (0, 1, False), "b": (0, 1, True)}, {"r": (3, {"a": 1, "b": 1}, 4)})
ENDLESS = matrix({"a": (0, INF, True), "b": (0, INF, False)}, {"r": (-INF, {"a": 1, "b": -1}, 0)})
BOTH = matrix({"z": (0, INF, True), "a": (0, 5, True), "b": (0, 5, True)}, {"odd": (3, {"a": 2, "b": 2}, 3)})
MIXED = matrix(
    {"fix": (2, 2, True), "below": (-3, -1, False), "free": (-INF, 4, False), "up": (0, INF, True)},
    {"none": (-INF, {"fix": 1}, INF), "range": (-10, {"free": 1, "below": 1, "up": 1}, -2.5)},
)
EMPTY = matrix({"a": (1, 5, True), "b": (-3, 5, False), "c": (-INF, INF, False)}, {})
CENTS = matrix(
    {"a": (0, 3, True), "b": (0, 1e7, False)}, {"sum": (1234567.001_234_56, {"a": 2, "b": 1.000_000_012_345}, INF)}
)


@EVERY
@pytest.mark.parametrize(
    ("program", "costs", "relaxed", "status", "value"),
    [
        (ODD, (1, 1), False, "infeasible", None),
        (ODD, (1, 1), True, "proven", 1.5),
        (APART, (1, 1), False, "infeasible", None),
        (APART, (1, 1), True, "infeasible", None),
        (ENDLESS, (-1, 0), False, "unbounded", None),
        (ENDLESS, (0, -1), False, "unbounded", None),
        (ENDLESS, (0, -1), True, "unbounded", None),
        (ENDLESS, (1, 1), False, "proven", 0),
        (BOTH, (-1, 0, 0), False, "infeasible", None),
        (BOTH, (-1, 0, 0), True, "unbounded", None),
        (MIXED, (1, 1, 1, 1), False, "proven", -8),
        (EMPTY, (1, 1, 0), False, "proven", -2),
        (EMPTY, (1, 1, 0), True, "proven", -2),
        (CENTS, (3, 1), False, "proven", 1234567.001_234_56 / 1.000_000_012_345),
    ],
)  # fmt: skip
def test_the_status_is_the_solvers_own(solver, program, costs, relaxed, status, value):
    """An unbounded program with whole numbers is not infeasible, and one that is both is infeasible."""
    found = asked(solver, program, costs, relaxed=relaxed)
    assert found.status == status
    if value is None:
        assert found.point is None
    else:
        assert found.point @ np.array(costs) == pytest.approx(value, rel=1e-12, abs=1e-9)
        assert found.bound == pytest.approx(value, rel=1e-9)
        assert relaxed or not program.objection(found.point)


NUMBERS = np.random.default_rng(0).integers(0, 100, (4, 40))
HALVES = {f"r{j}": (line.sum() // 2, dict(enumerate(line.tolist())), line.sum() // 2) for j, line in enumerate(NUMBERS)}
EXACT = matrix(
    {f"c{i}": (0, 1, True) for i in range(40)},
    {name: (low, {f"c{i}": v for i, v in terms.items()}, up) for name, (low, terms, up) in HALVES.items()},
)
"""Forty numbers halved in four ways at once: no point is found soon."""
NEARLY = matrix(
    {f"c{i}": (0, 1, True) for i in range(40)} | {f"{s}{j}": (0, INF, False) for s in ("up", "down") for j in range(4)},
    {
        f"r{j}": (low, {**{f"c{i}": v for i, v in terms.items()}, f"up{j}": 1.0, f"down{j}": -1.0}, up)
        for j, (low, terms, up) in enumerate(HALVES.values())
    },
)
"""The same, nearly: a point is there at once, the best one is far."""
OFF = [0.0] * 40 + [1.0] * 8


@EVERY
def test_a_search_cut_short_says_what_it_has(solver):
    limits = Limits(nodes=5, seconds=2 if solver == "glpk" else 60)
    found, none = asked(solver, NEARLY, OFF, limits), asked(solver, EXACT, np.ones(40), limits)
    stopped = "clock" if solver == "glpk" else "nodes"  # GLPK counts no nodes
    assert (found.status, found.stopped) == ("feasible_with_gap", stopped)
    assert found.bound <= 1 <= found.point @ np.array(OFF)
    assert not NEARLY.objection(found.point)
    assert (none.status, none.point, none.stopped) == ("none", None, stopped)
    assert 15 < none.bound <= 17.5


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_search_stopped_by_the_clock_says_so(solver):
    found = asked(solver, NEARLY, OFF, Limits(seconds=2))
    assert (found.status, found.stopped) == ("feasible_with_gap", "clock")


def test_the_clock_of_highs_begins_anew_with_every_search():
    """Its own clock runs on: two seconds of searching, and a relaxation with 1.9 seconds would end at once."""
    highs = Highs()
    highs.load(NEARLY)
    assert highs.minimise(np.array(OFF), Limits(seconds=2)).stopped == "clock"
    assert highs.minimise(np.array(OFF), Limits(seconds=1.9), relaxed=True).status == "proven"


@EVERY
def test_a_gap_that_is_allowed_is_in_the_bound(solver):
    """Within half of the value the search may stop; what is said of the bound still holds."""
    for seed in range(4):
        program, (unmet, *_) = random_program(seed, 30, 16)
        exact = asked(solver, program, unmet.costs)
        loose = asked(solver, program, unmet.costs, Limits(gap=0.5, seconds=20))
        assert loose.status == "proven"
        assert loose.bound <= exact.bound + 1e-6
        assert unmet.value(loose.point) <= 2 * exact.bound + 1e-6


@EVERY
def test_rows_and_bounds_that_are_added_hold_and_those_of_one_call_do_not_stay(solver):
    program = matrix({"a": (0, 5, True), "b": (0, 5, True)}, {"r": (3, {"a": 1, "b": 1}, INF)})
    one = backend(solver)
    one.load(program)
    costs, limits = np.array([1.0, 2.0]), Limits(seconds=20)

    def best(**more):
        return one.minimise(costs, limits, **more).point.tolist()

    assert best() == [3, 0]
    assert best(upper=np.array([1.0, 5.0])) == [1, 2]
    assert best(lower=np.array([0.0, 2.0])) == [1, 2]
    assert best() == [3, 0]
    one.add_row("kept", np.array([0]), np.array([1.0]), -INF, 2.5)
    assert best() == [2, 1]
    one.set_bounds(np.array([0.0, 0.0]), np.array([1.0, 5.0]))
    assert best() == [1, 2]
    assert one.minimise(costs, limits, lower=np.array([2.0, 0.0])).status == "infeasible"
    one.load(program)
    assert best() == [3, 0]


@pytest.mark.parametrize("seed", range(16))
def test_every_solver_finds_the_same_value_of_every_stage(seed):
    program, stages = random_program(seed, 9 + 3 * (seed % 3), 6 + 2 * (seed % 2))
    names = ["highs", "cbc", *(["glpk"] if HAS_GLPK and seed % 2 else [])]
    found = [[r.result for r in run_stages(program, stages, Team(name))] for name in names]
    for other in found[1:]:
        assert [s.value for s in other] == pytest.approx([s.value for s in found[0]], rel=1e-6, abs=1e-6)
        assert {s.status for s in other} == {"proven"}
    assert [results[0].solver.split()[0].lower() for results in found] == names


# ---------------------------------------------------------------------- the file


def test_the_file_has_every_bound_and_every_digit():
    program = matrix(
        {"a": (0, 3, True), "b": (-INF, 0.1, False), "c": (2, 2, False)},
        {"le": (-INF, {"a": 1 / 3, "b": 1}, 7), "eq": (0, {"c": 1}, 0), "rng": (1, {"a": 1}, 4), "no": (-INF, {}, INF)},
    )
    text = "\n".join(mps_lines(program, np.array([0.1, 0, 1]), relaxed=False)).split("\n")
    assert text == [
        "NAME P", "ROWS", " N OBJ", " L R0", " E R1", " G R2",
        "COLUMNS", " M0 'MARKER' 'INTORG'", " C0 OBJ 0.1", " C0 R0 0.3333333333333333", " C0 R2 1.0",
        " M1 'MARKER' 'INTEND'", " C1 OBJ 0.0", " C1 R0 1.0", " C2 OBJ 1.0", " C2 R1 1.0",
        "RHS", " RHS R0 7.0", " RHS R2 1.0", "RANGES", " RNG R2 3.0",
        "BOUNDS", " LO BND C0 0.0", " UP BND C0 3.0", " MI BND C1", " UP BND C1 0.1", " FX BND C2 2.0", "ENDATA", "",
    ]  # fmt: skip
    assert not [line for line in mps_lines(program, np.zeros(3), relaxed=True) if "MARKER" in line]


# ---------------------------------------------------------------------- executables that fail

FAKES = {
    "crash": ("import os; os.abort()", "broke off"),
    "error": ("import sys; sys.exit(3)", r"broke off \(exit code 3\)"),
    "hang": ("import time; time.sleep(600)", "did not end within its 0.5 seconds"),
    "silent": ("", "wrote no solution"),
    "garbage": ("open('solution.txt', 'w').write('all is well\\n')", 'with the words "all is well"'),
    "empty": ("open('solution.txt', 'w')", 'with the words ""'),
}


#: Windows starts no script by its first line; what is tested here, the reading of a broken answer, is the same there.
of_scripts = only_with(sys.platform != "win32", "the fake executables are scripts with a first line")


def executable(folder, body):
    path = folder / "solver"
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@of_scripts
@pytest.mark.parametrize("kind", FAKES)
def test_an_executable_that_fails_has_a_sentence(kind, tmp_path):
    body, words = FAKES[kind]
    # Only what hangs is waited for no longer: on a busy machine half a second is little for the others.
    solver = Cbc(executable(tmp_path, body), grace=0.5 if "did not end" in words else 60.0)
    solver.load(ODD)
    with pytest.raises(SolverFailed, match=f"CBC.* {words}"):
        solver.minimise(np.ones(2), Limits(seconds=0.5))


@of_scripts
def test_a_solver_that_hangs_is_ended(tmp_path):
    """It would write a file after a second and a half."""
    late = tmp_path / "late"
    body = f"import time; time.sleep(1.5); open({str(late)!r}, 'w')"
    solver = Cbc(executable(tmp_path, body), grace=0.2)
    solver.load(ODD)
    with pytest.raises(SolverFailed):
        solver.minimise(np.ones(2), Limits(seconds=0.2))
    time.sleep(2)
    assert not late.exists()


@of_scripts
def test_a_lying_executable_is_not_believed(tmp_path):
    """CBC's own words, and a point that breaks the row; the second solver, here HiGHS, does the stage."""
    lie = "Optimal - objective value 0.00000000\\n 0 C0 0 0\\n 1 C1 0 0\\n"
    path = executable(tmp_path, f"open('solution.txt', 'w').write({lie!r}.replace('\\\\n', chr(10)))")
    program, stages = random_program(2)
    team = Team(make=lambda name: Cbc(path) if name == "highs" else backend("highs"))
    found = [r.result for r in run_stages(program, stages, team)]
    assert [s.value for s in found] == [r.result.value for r in run_stages(program, stages)]
    assert "HiGHS" in found[0].solver
    assert "after CBC returned a point that breaks" in found[0].solver


def test_a_solver_that_is_not_there_is_named(monkeypatch):
    with pytest.raises(SolverFailed, match="CBC is not there"):
        Cbc("/nowhere/cbc")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SolverFailed, match="GLPK is not there"):
        Glpk()
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverFailed, match=r"HiGHS \(highspy\) is not installed"):
        Highs()
    with pytest.raises(UsageError, match="there are highs, cbc, glpk"):
        backend("cplex")


def test_an_option_that_highs_does_not_take_is_no_option():
    with pytest.raises(SolverFailed, match="does not take the option no_such_option"):
        Highs()._set("no_such_option", 1)


def test_cbc_comes_with_pulp():
    assert Path(bundled()).stem == "cbc"


# ---------------------------------------------------------------------- a bound that suffices


def split(least: bool) -> tuple:
    """Two rows of 14 numbers, half of each to be taken: exactly, which cannot be, or at least."""
    numbers = np.random.default_rng(0).integers(0, 100, (2, 14)).astype(float)
    names = [f"c{i}" for i in range(14)]
    halves = [float(row.sum() // 2) for row in numbers]
    rows = {
        f"r{j}": (half, dict(zip(names, row.tolist(), strict=True)), INF if least else half)
        for j, (row, half) in enumerate(zip(numbers, halves, strict=True))
    }
    return matrix(dict.fromkeys(names, (0, 1, True)), rows), 20.0 + np.arange(14) % 5


def test_a_search_that_a_bound_suffices_leaves_the_next_one_alone():
    program, costs = split(least=True)
    highs = Highs()
    highs.load(program)
    whole = highs.minimise(costs, Limits())
    short = highs.minimise(costs, Limits(enough=1.0))
    assert (whole.status, short.status) == ("proven", "feasible_with_gap")
    assert 1.0 <= short.bound < whole.bound
    again = highs.minimise(costs, Limits())
    assert (again.status, again.bound) == ("proven", whole.bound)


def test_what_is_infeasible_only_after_a_search_is_called_infeasible():
    """Its bound becomes infinite on the way, which is no bound that suffices."""
    program, costs = split(least=False)
    found = asked("highs", program, 0 * costs)
    assert found.status == "infeasible"
    assert found.nodes > 1
