"""What CBC and GLPK write, read without running them; and which words HiGHS is told."""

from __future__ import annotations

import struct
from types import SimpleNamespace

import numpy as np
import pytest

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, Limits, cbc, glpk
from nationalmap.program.solvers.cbc import Cbc
from nationalmap.program.solvers.commandline import CommandLine
from nationalmap.program.solvers.glpk import Glpk
from nationalmap.program.solvers.highs import OPTIONS, Highs
from tests.program.matrices import INF, matrix

TWO = matrix({"a": (0, 9, True), "b": (0, 9, False)}, {"r": (1, {"a": 1, "b": 1}, INF)})
LOOSE = matrix({"a": (0, 9, False), "b": (0, 9, False)}, {"r": (1, {"a": 1, "b": 1}, INF)})


@pytest.fixture
def solver(tmp_path):
    """An executable that is never run."""
    (tmp_path / "solver").write_text("")
    return str(tmp_path / "solver")


# ---------------------------------------------------------------------- CBC


def cbc_read(solver, folder, text, log="", program=TWO, limits=None, relaxed=False, exact=None):
    (folder / "solution.txt").write_text(text, encoding="utf-8")
    if exact is not None:
        (folder / "solution.bin").write_bytes(exact)
    made = Cbc(solver)
    return made, made._read(folder, log, program, limits or Limits(), relaxed)


def binary(*point: float, rows=1, columns=None, more=b"") -> bytes:
    """Rows and columns, the value, activity and dual of each row, value and dual of each column."""
    numbers = [0.0, *(7.0 for _ in range(2 * rows)), *point, *(8.0 for _ in point)]
    head = struct.pack("=ii", rows, len(point) if columns is None else columns)
    return head + struct.pack(f"={len(numbers)}d", *numbers) + more


OPTIMAL = "Optimal - objective value 3.50000000\n      0 C0      2      1\n      1 C1      1.5      1\n"


def test_a_point_of_cbc_with_its_value_version_and_nodes(solver, tmp_path):
    log = "Version: 2.10.3\nEnumerated nodes:   12\n"
    made, found = cbc_read(solver, tmp_path, OPTIMAL, log)
    assert made.name == "CBC 2.10.3"
    assert (found.status, found.point.tolist(), found.bound, found.nodes, found.stopped) == (
        "proven", [2, 1.5], 3.5, 12, "",
    )  # fmt: skip
    assert cbc_read(solver, tmp_path, OPTIMAL)[0].name == "CBC"


def test_within_an_allowed_gap_optimal_is_no_more_than_that(solver, tmp_path):
    assert cbc_read(solver, tmp_path, OPTIMAL, limits=Limits(gap=0.1))[1].bound == pytest.approx(3.15)
    assert cbc_read(solver, tmp_path, OPTIMAL, limits=Limits(gap=1e-9))[1].bound == 3.5 - 1e-6
    negative = OPTIMAL.replace("3.5", "-3.5")
    assert cbc_read(solver, tmp_path, negative, limits=Limits(gap=0.1))[1].bound == pytest.approx(-3.85)
    printed = cbc_read(solver, tmp_path, OPTIMAL, "Lower bound:    3.125", limits=Limits(gap=0.1))[1]
    assert printed.bound == 3.125 - 5e-4


def test_a_search_of_cbc_that_was_cut_short(solver, tmp_path):
    cut = OPTIMAL.replace("Optimal", "Stopped on nodes")
    found = cbc_read(solver, tmp_path, cut, "Lower bound:   2.0\nEnumerated nodes: 3\nEnumerated nodes: 5\n")[1]
    assert (found.status, found.bound, found.nodes, found.stopped) == ("feasible_with_gap", 2 - 5e-4, 5, "nodes")
    assert cbc_read(solver, tmp_path, cut)[1].bound == -INF
    # A linear program that was cut short has no point that counts.
    for program, relaxed in ((TWO, True), (LOOSE, False)):
        found = cbc_read(solver, tmp_path, cut, "Enumerated nodes: 5", program=program, relaxed=relaxed)[1]
        assert (found.status, found.point, found.nodes, found.stopped) == ("none", None, 5, "nodes")
    found = cbc_read(solver, tmp_path, OPTIMAL, program=LOOSE)[1]
    assert (found.status, found.point.tolist()) == ("proven", [2, 1.5])


@pytest.mark.parametrize(
    ("head", "log"),
    [
        ("Stopped on time (no integer solution - continuous used)", "Lower bound: 2.0"),
        ("Stopped on time", "Result - no feasible solution found\nLower bound: 2.0"),
    ],
)
def test_where_cbc_found_no_point_its_bound_is_left(solver, tmp_path, head, log):
    text = OPTIMAL.replace("Optimal", head)
    found = cbc_read(solver, tmp_path, text, f"{log}\nEnumerated nodes: 4")[1]
    assert (found.status, found.point, found.bound, found.nodes, found.stopped) == ("none", None, 1.9995, 4, "clock")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Infeasible", "infeasible"),
        ("Integer infeasible", "infeasible"),
        ("Unbounded", "unbounded"),
        ("Dual infeasible", "unbounded"),
    ],
)
def test_what_has_no_optimum_has_no_point(solver, tmp_path, words, status):
    found = cbc_read(solver, tmp_path, OPTIMAL.replace("Optimal", words), "Enumerated nodes: 6")[1]
    assert (found.status, found.point, found.bound, found.nodes) == (status, None, -INF, 6)


def test_the_exact_point_is_taken_where_it_is_that_of_the_text(solver, tmp_path):
    def point(exact):
        return cbc_read(solver, tmp_path, OPTIMAL, exact=exact)[1].point.tolist()

    assert point(binary(2.0, 1.5 + 1e-7)) == [2, 1.5 + 1e-7]
    assert point(binary(2.0, 1.5 + 1e-7, rows=3)) == [2, 1.5 + 1e-7]
    assert point(binary(2.0, 1.6)) == [2, 1.5]  # another point
    assert point(binary(2.0, 1.5 + 1e-7, columns=3)) == [2, 1.5]
    assert point(binary(2.0, 1.5 + 1e-7, more=b"\0")) == [2, 1.5]
    assert point(binary(2.0, 1.5 + 1e-7)[:15]) == [2, 1.5]
    assert cbc._binary(tmp_path / "absent", 2) is None
    (tmp_path / "none").write_bytes(struct.pack("=iid", 0, 0, 1.0))
    assert cbc._binary(tmp_path / "none", 0).tolist() == []


def test_a_line_that_breaks_a_bound_is_marked_and_rows_are_no_columns(solver, tmp_path):
    text = "Optimal - objective value 3.5\n**    0 R0      3.5      1\n**    1 C1      1.5      1\n"
    assert cbc_read(solver, tmp_path, text)[1].point.tolist() == [0, 1.5]


def test_what_cbc_is_asked(solver, tmp_path):
    words = Cbc(solver)._command(tmp_path, Limits(gap=0.25, nodes=7, seconds=3.0), relaxed=False)
    assert " ".join(words) == (
        "program.mps -ratio 0.25 -allow 1e-06 -maxNodes 7 -sec 3.0 -timeMode elapsed -randomCbcSeed 1 -randomSeed 1"
        " -printingOptions all -preprocess off -gomoryCuts off -twoMirCuts off -solve -solution solution.txt"
        " -saveSolution solution.bin"
    )


# ---------------------------------------------------------------------- GLPK


def glpk_read(solver, folder, text, log, relaxed=False):
    (folder / "solution.txt").write_text(text, encoding="ascii")
    made = Glpk(solver)
    return made, made._read(folder, log, TWO, Limits(), relaxed)


MIP = "c words\ns mip 1 2 {} 3.5\ni 1 3.5\nj 1 2\nj 2 1.5\ne o f\n"
LP = "s bas 1 2 f f 3.5\ni 1 b 3.5 0\nj 1 b 2 0.25\nj 2 u 1.5 0.125\ne o f\n"
LP_DONE, MIP_DONE = "OPTIMAL LP SOLUTION FOUND", "INTEGER OPTIMAL SOLUTION FOUND"


def told(found: Found):
    point = None if found.point is None else found.point.tolist()
    return found.status, point, found.bound, found.nodes, found.stopped


def test_what_glpk_found_whole_and_in_fractions(solver, tmp_path):
    log = (
        f"GLPSOL--GLPK LP/MIP Solver 5.0\nGLPK Integer Optimizer 5.0\n(3; 4)\n+9: >= tree is empty (7; 11)\n{MIP_DONE}"
    )
    made, found = glpk_read(solver, tmp_path, MIP.format("o"), log)
    assert made.name == "GLPK 5.0"
    assert told(found) == ("proven", [2, 1.5], 3.5, 11, "")
    _, found = glpk_read(solver, tmp_path, MIP.format("o"), f"+ 3: mip = 3.5 >= 3.25 7% (1; 2)\n{MIP_DONE}")
    assert told(found) == ("proven", [2, 1.5], 3.25, 2, "")
    made, found = glpk_read(solver, tmp_path, LP, f"{LP_DONE}\n+ 3: >= 1.0", relaxed=True)
    assert made.name == "GLPK"
    assert told(found) == ("proven", [2, 1.5], 3.5, 0, "")


def test_what_glpk_was_cut_short_in(solver, tmp_path):
    cut = "+ 3: >= 2.0 9% (1; 2)\n+ 5: mip = 3.5 >= 2.5 9% (1; 6)\nTIME LIMIT EXCEEDED; SEARCH TERMINATED"
    assert told(glpk_read(solver, tmp_path, MIP.format("f"), cut)[1]) == (
        "feasible_with_gap", [2, 1.5], 2.5, 6, "clock",
    )  # fmt: skip
    assert told(glpk_read(solver, tmp_path, MIP.format("o"), cut)[1])[0] == "feasible_with_gap"
    assert told(glpk_read(solver, tmp_path, MIP.format("u"), cut)[1]) == ("none", None, 2.5, 6, "clock")
    assert told(glpk_read(solver, tmp_path, LP, f"{LP_DONE}\nTIME LIMIT REACHED")[1]) == (
        "none",
        None,
        -INF,
        0,
        "clock",
    )
    # Without its last word it is no proof.
    assert told(glpk_read(solver, tmp_path, MIP.format("f"), "")[1]) == ("feasible_with_gap", [2, 1.5], -INF, 0, "")
    assert told(glpk_read(solver, tmp_path, MIP.format("o"), "")[1])[0] == "feasible_with_gap"


@pytest.mark.parametrize("words", glpk._EMPTY)
def test_what_glpk_calls_empty(solver, tmp_path, words):
    assert told(glpk_read(solver, tmp_path, MIP.format("u"), f"PROBLEM {words}")[1])[0] == "infeasible"


@pytest.mark.parametrize("words", glpk._NO_END)
def test_what_glpk_calls_endless(solver, tmp_path, words):
    assert told(glpk_read(solver, tmp_path, MIP.format("u"), f"PROBLEM {words}")[1])[0] == "unbounded"


def test_other_words_of_glpk_are_a_failure(solver, tmp_path):
    for text, log in ((MIP.format("u"), MIP_DONE), (LP, ""), (LP.replace("f f", "u f"), LP_DONE)):
        with pytest.raises(SolverFailed, match="GLPK ended with the words"):
            glpk_read(solver, tmp_path, text, log)
    with pytest.raises(SolverFailed, match='GLPK ended with the words ""'):
        glpk_read(solver, tmp_path, "j 1 b 2 0\n", LP_DONE)
    (tmp_path / "solution.txt").unlink()
    with pytest.raises(SolverFailed, match="GLPK wrote no solution"):
        Glpk(solver)._read(tmp_path, "", TWO, Limits(), False)


def test_what_glpk_is_asked(solver, tmp_path):
    asked = Glpk(solver)._command
    cuts = ["--gomory", "--mir", "--clique", "--mipgap", "0.25"]
    begin, end = ["--freemps", "program.mps", "--tmlim"], ["-w", "solution.txt"]
    assert asked(tmp_path, Limits(gap=0.25, seconds=2.6), False) == [*begin, "3", *cuts, *end]
    assert asked(tmp_path, Limits(seconds=0.2), True) == [*begin, "1", "--nomip", *end]


# ---------------------------------------------------------------------- one run and another


class Runs(CommandLine):
    """A command line whose searches answer one after another."""

    def __init__(self, path, *answers) -> None:
        super().__init__("Runs", path)
        self.answers, self.asked = list(answers), []

    def _command(self, folder, limits, relaxed):
        raise NotImplementedError

    def _read(self, folder, log, matrix, limits, relaxed):
        raise NotImplementedError

    def _searched(self, matrix, costs, limits, relaxed):
        self.asked.append((matrix.lower.tolist(), matrix.upper.tolist(), costs.tolist(), relaxed))
        return self.answers.pop(0)


def test_what_is_called_unbounded_is_asked_again_without_an_objective(solver):
    point = Found("proven", np.zeros(2))

    def asked(*answers, costs=(1.0, 0), **more):
        runs = Runs(solver, *answers)
        runs.load(TWO)
        return runs.minimise(np.array(costs), Limits(), **more).status, runs.asked

    sides = [0, 0], [9, 9]
    assert asked(point) == ("proven", [(*sides, [1, 0], False)])
    assert asked(Found("unbounded"), point, relaxed=True) == (
        "unbounded", [(*sides, [1, 0], True), (*sides, [0, 0], True)],
    )  # fmt: skip
    assert asked(Found("unbounded"), Found("infeasible"))[0] == "infeasible"
    assert len(asked(Found("unbounded"), costs=(0.0, 0))[1]) == 1
    lower, upper = np.array([1.0, 2]), np.array([3.0, 4])
    assert asked(point, lower=lower, upper=upper)[1][0][:2] == ([1, 2], [3, 4])
    assert asked(lower=lower, upper=np.array([3.0, 1])) == ("infeasible", [])
    assert asked(point, lower=lower, upper=lower)[0] == "proven"


def test_a_solution_that_cannot_be_read_fails(solver, monkeypatch):
    class Reads(Runs):
        _searched = CommandLine._searched

        def _run(self, folder, limits, relaxed):
            assert (folder / "program.mps").read_text().startswith("NAME P")
            return "log"

        def _read(self, folder, log, matrix, limits, relaxed):
            assert log == "log"
            raise LookupError("no column")

    reads = Reads(solver)
    reads.load(TWO)
    with pytest.raises(SolverFailed, match=r"Runs wrote a solution that cannot be read .*no column"):
        reads.minimise(np.ones(2), Limits())


# ---------------------------------------------------------------------- HiGHS


def test_highs_is_told_the_limits_of_a_search():
    highs = Highs()
    highs.load(TWO)
    costs = np.ones(2)

    def options(limits, *names):
        highs._ask(costs, limits, TWO.lower, TWO.upper, False)
        return [highs.model.getOptionValue(name)[1] for name in names]

    assert {name: highs.model.getOptionValue(name)[1] for name in OPTIONS} == {
        "output_flag": False, "threads": 1, "random_seed": 0, "mip_feasibility_tolerance": 1e-6,
    }  # fmt: skip
    limits = Limits(gap=0.25, nodes=7, absolute=0.5, target=-3.0)
    assert options(limits, "mip_rel_gap", "mip_abs_gap", "mip_max_nodes", "objective_target") == [0.25, 0.5, 7, -3]
    points = ("mip_allow_restart", "mip_heuristic_run_root_reduced_cost")
    within = ("mip_heuristic_run_rins", "mip_heuristic_run_rens")
    assert options(Limits(), *points, *within) == [True] * 4
    assert options(Limits(bound_only=True), *points, *within) == [False] * 4
    assert options(Limits(within=False), *points, *within) == [True, True, False, False]


@pytest.mark.parametrize(
    ("enough", "steps", "bound", "count", "stops"),
    [
        (INF, INF, 5.0, 10**9, False),
        (INF, INF, INF, 0, False),  # the bound of what is infeasible
        (5.0, INF, 5.0, 0, True),
        (5.0, INF, 4.9, 0, False),
        (INF, 100.0, 0.0, 100, True),
        (INF, 100.0, 0.0, 99, False),
    ],
)
def test_highs_is_stopped_at_a_bound_that_suffices_or_after_so_many_steps(enough, steps, bound, count, stops):
    highs, said = Highs(), []
    highs._enough, highs._steps = enough, steps
    out = SimpleNamespace(mip_dual_bound=bound, simplex_iteration_count=count)
    highs._stop_at_enough(SimpleNamespace(data_out=out, interrupt=said.append))
    assert said == [stops]


def test_a_status_without_a_point_is_none():
    highs = Highs()

    def status(name, point):
        highs._highs = SimpleNamespace(getModelStatus=lambda: SimpleNamespace(name=name))
        return highs._status(point)

    assert status("kOptimal", True) == ("proven", "")
    assert status("kTimeLimit", True) == ("feasible_with_gap", "clock")
    assert status("kTimeLimit", False) == ("none", "clock")
    assert status("kSolutionLimit", False) == ("none", "nodes")
    assert status("kInfeasible", False) == ("infeasible", "")
    assert status("kNotset", True) == ("failed", "")


def answered(*answers, relaxed=False, costs=(0.0, -1.0)):
    """What HiGHS makes of its own answers where the costs leave a program without an end: two for each question."""
    highs, asked, left = Highs(), [], list(answers)
    highs.load(matrix({"a": (0, 9, True), "b": (0, INF, False)}, {}))
    highs._ask = lambda costs, limits, lower, upper, relaxed: asked.append((costs.tolist(), relaxed))
    highs._run = lambda presolve, relaxed: (asked.append(presolve), Found(*left.pop(0)))[1]
    return highs.minimise(np.array(costs), Limits(), relaxed=relaxed), asked


def test_infeasible_is_said_twice_and_told_apart_from_unbounded():
    point, no, endless = ("proven", np.zeros(2), 0.0), ("infeasible",), ("unbounded",)
    asked_for = [([0, -1], False), "choose", "off"]
    for_any = [([0, 0], False), "choose"]
    in_fractions = [([0, -1], True), "choose", "off"]
    found, asked = answered(no, no, no, no)
    assert (found.status, asked) == ("infeasible", [*asked_for, *for_any, "off"])
    found, asked = answered(endless, no, point, endless, endless)
    assert (found.status, asked) == ("unbounded", [*asked_for, *for_any, *in_fractions])
    with pytest.raises(SolverFailed, match="calls a program infeasible of which it knows a point"):
        answered(no, no, point, point)
    found, asked = answered(no, point)
    assert (found.status, asked) == ("proven", asked_for)
    # Where the bounds of the columns bound the costs nothing is endless.
    found, asked = answered(endless, endless, costs=(-1.0, 0.0))
    assert (found.status, len(asked)) == ("infeasible", 3)
    assert answered(("none",))[0].status == "none"


def test_bounds_that_cross_are_infeasible_at_once():
    highs = Highs()
    highs.load(TWO)
    highs._run = lambda *_: pytest.fail("asked")
    assert highs.minimise(np.ones(2), Limits(), lower=np.array([0.0, 10])).status == "infeasible"
    highs.set_bounds(np.array([3.0, 0]), np.array([2.0, 9]))
    assert highs.minimise(np.ones(2), Limits()).status == "infeasible"


def test_the_rows_of_a_proof_that_there_is_no_point():
    program = matrix(
        {"a": (0, 9, False), "b": (0, 9, False)},
        {
            "much": (12, {"a": 1, "b": 1}, INF),
            "other": (-INF, {"a": 1, "b": -1}, 8),
            "little": (-INF, {"a": 1, "b": 1}, 7),
        },
    )
    highs = Highs()
    highs.load(program)
    assert highs.certificate() == [0, 2]
    highs.load(TWO)
    assert highs.certificate() == []


def test_a_relaxed_program_has_a_bound_only_where_it_is_proven():
    highs = Highs()
    highs.load(TWO)
    found = highs.minimise(np.array([1.0, 2]), Limits(), relaxed=True)
    assert (found.bound, found.nodes) == (1, 0)
    assert highs.prices(np.array([1.0, 2]), TWO.lower, TWO.upper).tolist() == [1]
    assert highs.prices(np.array([1.0, 2]), np.full(2, 0.0), np.full(2, 0.25)) is None


def test_what_is_relaxed_goes_on_from_where_it_ended_where_that_is_asked_for():
    def steps(hot):
        highs = Highs(hot=hot)
        highs.load(matrix({"a": (0, 9, False), "b": (0, 9, False)}, {"r": (3, {"a": 1, "b": 2}, INF),
                                                                    "s": (4, {"a": 2, "b": 1}, INF)}))  # fmt: skip
        counted = []
        for _ in range(2):
            highs._ask(np.array([1.0, 1]), Limits(), np.zeros(2), np.full(2, 9.0), True)
            assert highs._run("off", relaxed=True).status == "proven"
            counted.append(highs.model.getInfo().simplex_iteration_count)
        return counted

    begun, again = steps(hot=False)
    assert begun == again > 0
    assert steps(hot=True) == [begun, 0]


def test_what_highs_does_not_take_is_said():
    highs = Highs()
    error = highs._highspy.HighsStatus.kError
    with pytest.raises(SolverFailed, match="HiGHS does not take the program"):
        highs._done(error, "take the program")
    highs._done(highs._highspy.HighsStatus.kWarning, "take the program")


def test_a_search_counts_its_nodes_and_a_relaxation_has_none():
    highs = Highs()
    highs.load(matrix({f"c{i}": (0, 1, True) for i in range(3)}, {"odd": (3, {f"c{i}": 2 for i in range(3)}, 5)}))
    found = highs.minimise(np.ones(3), Limits())
    assert (found.status, found.bound) == ("proven", 2)
    assert found.nodes >= 0
    assert highs.minimise(np.ones(3), Limits(), relaxed=True).bound == 1.5
