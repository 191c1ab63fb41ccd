"""Stage after stage: values against every point tried, what is kept, and a solver that is not believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed, UsageError
from nationalmap.program.matrix import costs_of, from_problem
from nationalmap.program.search import scale_of
from nationalmap.program.solvers import Found, backend
from nationalmap.program.stages import Reached, kept, run_stages
from nationalmap.program.team import Team
from tests.program.matrices import INF, Fake, costs, matrix, programs, random_program, stage_by_stage

KNAPSACK = matrix(
    {"a": (0, 1, True), "b": (0, 1, True), "c": (0, 1, True), "short": (0, 9, False)},
    {"weight": (-INF, {"a": 3, "b": 4, "c": 5}, 8), "worth": (9, {"a": 4, "b": 5, "c": 6, "short": 1}, INF)},
)
"""a and c weigh 8 and are worth 10, b and a 9: nothing short; b alone is worth 5, short 4."""


def values(program, stages, team=None):
    return [reached.result.value for reached in run_stages(program, stages, team)]


def team(answer, **more) -> Team:
    """A first solver that answers as told, CBC's place taken by HiGHS, which is quicker."""
    return Team(make=lambda name: Fake(answer) if name == "highs" else backend("highs"), **more)


@pytest.mark.parametrize(
    ("tolerance", "cost", "former", "scale"),
    [
        # A hundred-thousandth over tolerance times size, as the next power of two: 10, 25, 2.5 and 10 are asked.
        (1e-7, 1.0, 10.0, 16),
        (1e-7, 4.0, 0.0, 32),
        (1e-7, 2.0, 20.0, 4),
        (1e-8, 1.0, None, 16),
        (1e-7, 1.0, 1000.0, 1),
        (1e-6, 1.0, 0.001, 1),
        (0.0, 1.0, 0.001, 1),
        (1e-7, 0.0, 5.0, 1),
    ],
)
def test_a_finer_proof_than_a_millionth_lifts_a_small_sum(tolerance, cost, former, scale):
    one = matrix({"x": (0, INF, False)}, {})
    asked = costs(one, {"x": cost}, tolerance=tolerance)
    assert scale_of(asked, None if former is None else np.array([former])) == scale
    assert scale_of(replace(asked, kind="largest"), None) == 1


# ---------------------------------------------------------------------- arrays


def test_a_problem_becomes_arrays_row_by_row():
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    b, a = pulp.LpVariable("b", 1, 5, "Integer"), pulp.LpVariable("a", None, 2)
    c = pulp.LpVariable("c", 0, 1, "Binary")
    problem += 2 * b - a + 3 <= 10, "most"
    problem += a + 4 * c >= 1, "least"
    problem += b + c == 3, "just"
    found = from_problem(problem, {"b"})
    assert found.names == ("a", "b", "c")
    assert (found.lower.tolist(), found.upper.tolist()) == ([-INF, 1, 0], [2, 5, 1])
    assert (found.whole.tolist(), found.decided.tolist()) == ([False, True, True], [False, True, False])
    assert found.row_names == ("most", "least", "just")
    assert (found.row_lower.tolist(), found.row_upper.tolist()) == ([-INF, 1, 3], [7, INF, 3])
    assert found.activity(np.array([2.0, 3.0, 0.0])).tolist() == [4, 2, 3]
    assert costs_of(found, 2 * c - a).tolist() == [-1, 0, 2]


@pytest.mark.parametrize(
    ("point", "objection"),
    [
        ((1, 0, 1, 0), ""),
        ((1, 0, 1.000_05, 0), ""),
        ((1, 0, 0.5, 0), "fractions of whole things"),
        ((1, 1, 1, 0), "breaks 1 rows, first weight"),
        ((0, 1, 0, 3.9), "breaks 1 rows, first worth"),
        ((1, 0, 1, -0.1), "outside the bounds of short"),
        ((1, 0, 1, float("nan")), "numbers that are none"),
        ((1, 0, 1), "numbers that are none"),
    ],
)
def test_a_point_is_believed_after_every_row_and_bound_was_recomputed(point, objection):
    found = KNAPSACK.objection(np.array(point, dtype=float))
    assert (objection in found) if objection else not found


def test_rows_can_be_taken_away_and_the_others_stay_as_they_are():
    left = KNAPSACK.only_rows(np.array([False, True]))
    assert (left.row_names, left.row_lower.tolist()) == (("worth",), [9])
    assert left.activity(np.array([1.0, 1, 1, 1])).tolist() == [16]


# ---------------------------------------------------------------------- the stages


def test_a_later_stage_never_spoils_an_earlier_one():
    """Nothing short asks for 9: a with b weighs 7, a with c 8; so b is taken although c alone costs nothing."""
    short, heavy = costs(KNAPSACK, {"short": 1}, "short"), costs(KNAPSACK, {"a": 3, "b": 4, "c": 5}, "weight")
    assert values(KNAPSACK, [short, heavy]) == [0, 7]
    assert values(KNAPSACK, [heavy, short]) == [0, 9]


def test_a_stage_is_kept_by_half_a_unit_where_it_counts_whole_things_and_by_a_hair_elsewhere():
    point = np.array([0.0, 1, 0, 4])
    whole = kept(KNAPSACK, costs(KNAPSACK, {"a": 3, "b": 4}, "weight"), point)
    money = kept(KNAPSACK, costs(KNAPSACK, {"b": 1, "short": 1}, "money"), point)
    shares = kept(KNAPSACK, costs(KNAPSACK, {"b": 0.5}, "share"), point)
    assert (whole.row_names[-1], whole.row_upper[-1]) == ("kept__weight", 4.5)
    assert (money.row_upper[-1], shares.row_upper[-1]) == (5 + 1e-6, 0.5 + 1e-6)
    far = kept(KNAPSACK, costs(KNAPSACK, {"a": 7, "b": 4, "c": 5}, "far", kind="largest"), point)
    assert (far.rows, far.upper.tolist()) == (2, [0, 1, 0, 9])


@settings(max_examples=60)
@given(programs(), st.data())
def test_stage_values_are_those_of_every_point_tried(program, data):
    number = st.integers(-3, 5)
    drawn = [data.draw(st.lists(number, min_size=program.size, max_size=program.size)) for _ in range(2)]
    stages = [costs(program, dict(zip(program.names, c, strict=True)), f"s{i}") for i, c in enumerate(drawn)]
    by_hand = stage_by_stage(program, stages)
    if by_hand is None:
        with pytest.raises(NoPlanPossible, match='stage "s0"'):
            values(program, stages)
    else:
        found = [reached.result for reached in run_stages(program, stages)]
        assert [stage.value for stage in found] == pytest.approx(by_hand)
        assert [stage.bound for stage in found] == pytest.approx(by_hand)
        assert {stage.status for stage in found} == {"proven"}


@settings(max_examples=60)
@given(programs(), st.data())
def test_the_largest_cost_is_that_of_every_point_tried(program, data):
    """First, and after another stage, with ties among the costs and some that are zero."""
    drawn = data.draw(st.lists(st.integers(0, 3), min_size=program.size, max_size=program.size))
    far = costs(program, dict(zip(program.names, drawn, strict=True)), "far", kind="largest")
    total = costs(program, dict.fromkeys(program.names, 1.0), "sum")
    for stages in ([far, total], [total, far]):
        by_hand = stage_by_stage(program, stages)
        if by_hand is None:
            with pytest.raises(NoPlanPossible):
                values(program, stages)
        else:
            found = [reached.result for reached in run_stages(program, stages)]
            assert [stage.value for stage in found] == by_hand
            assert [stage.bound for stage in found] == by_hand


def test_the_largest_of_costs_below_zero_is_no_question():
    stage = costs(KNAPSACK, {"a": -1}, "far", kind="largest")
    with pytest.raises(UsageError, match="below zero"):
        values(KNAPSACK, [stage])


def test_a_worst_journey_needs_whole_numbers_where_fractions_would_do():
    """In fractions half of a and half of b at 10 would do; as whole things one of them has to be c, at 30."""
    program = matrix(
        {"a": (0, 1, True), "b": (0, 1, True), "c": (0, 1, True)},
        {"one": (1, {"a": 1, "b": 1, "c": 1}, 1), "odd": (-1, {"a": 2, "b": -2}, 1)},
    )
    near = costs(program, {"a": 10, "b": 10, "c": 30}, "far", kind="largest")
    (reached,) = run_stages(program, [near])
    assert (reached.result.value, reached.result.bound, reached.result.status) == (30, 30, "proven")


def test_a_stage_at_its_trivial_bound_is_not_searched():
    """Nothing is short after the first stage; the second asks what the former plan has already."""
    asked = []

    class Counting(type(backend("highs"))):
        def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
            asked.append(bool((lower == upper).any()))
            return super().minimise(costs, limits, lower, upper, relaxed)

    short = costs(KNAPSACK, {"short": 1}, "short")
    found = [r.result for r in run_stages(KNAPSACK, [short, short], Team(make=lambda _: Counting()))]
    assert [stage.nodes for stage in found][1] == 0
    assert asked == [False, True, True]  # a search, its point made whole, the second stage completed


def test_a_gap_that_may_stay_open_is_said():
    program, stages = random_program(3, columns=24, rows=12)
    loose = [costs(program, dict(zip(program.names, s.costs, strict=True)), s.name, kind=s.kind, gap=0.5,
                   tolerance=0.5) for s in stages]  # fmt: skip
    for exact, found in zip(run_stages(program, stages), run_stages(program, loose[:1]), strict=False):
        assert exact.result.bound >= found.result.bound - 1e-6
        assert found.result.value <= 2 * exact.result.value + 1e-6
        assert found.result.status == "proven"


def test_what_was_done_before_a_crash_is_not_done_again():
    program, stages = random_program(5)
    whole = list(run_stages(program, stages))
    names = []
    rest = list(run_stages(program, stages, progress=names.append, done=whole[:2]))
    assert [r.result for r in rest] == [r.result for r in whole[2:]]
    assert names == ["stage 3 of 4: cost", "stage 4 of 4: travel"]


# ---------------------------------------------------------------------- what is not believed


def test_a_point_that_breaks_a_row_is_done_again_by_the_spare_solver():
    heavy = costs(KNAPSACK, {"short": 1}, "short")
    told = team(lambda *_: Found("proven", np.array([1.0, 1, 1, 0]), 0.0))
    (reached,) = run_stages(KNAPSACK, [heavy], told)
    assert (reached.result.value, reached.result.status) == (0, "proven")
    assert reached.result.solver.startswith("HiGHS 1.15")
    assert "after Fake 1 returned a point that breaks 1 rows, first weight" in reached.result.solver


FORMER = Reached(np.array([1.0, 0, 1, 0]), None)
TRUE = np.array([1.0, 1, 0, 0])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Found("infeasible"), "called the program infeasible, of which a plan is at hand"),
        (Found("proven", TRUE, 7.5), "gave the bound 8, above a plan of 7"),
        (Found("proven", FORMER.point, 8.0), ""),
        (Found("unbounded"), 'ended stage "weight" as unbounded'),
        (Found("failed"), 'ended stage "weight" as failed'),
    ],
    ids=["infeasible", "bound", "poor", "unbounded", "failed"],
)
def test_a_word_that_a_known_plan_refutes_is_worth_nothing(answer, why):
    """The lightest plan with nothing short weighs 7."""
    stages = [costs(KNAPSACK, {"short": 1}, "short"), costs(KNAPSACK, {"a": 3, "b": 4, "c": 5}, "weight")]
    done = [Reached(FORMER.point, None)]

    def said(costs, lower, upper, relaxed):
        held = (lower == upper).any() or relaxed
        return Found("proven", np.where(lower == upper, lower, 0.0)) if held else answer

    (reached,) = run_stages(KNAPSACK, stages, team(said), done=done)
    if why:
        assert (reached.result.value, reached.result.bound) == (7, 7)
        assert f"after Fake 1 {why}" in reached.result.solver
    else:  # a poor plan with its own bound, called optimal: nothing known refutes it
        assert reached.result.value == 8


def test_where_no_solver_helps_the_former_plan_stands_with_the_bound_that_needs_none():
    stages = [costs(KNAPSACK, {"short": 1}, "short"), costs(KNAPSACK, {"a": 3, "b": 4, "c": 5}, "weight")]
    helpless = Team(make=lambda _: Fake(lambda *_: Found("failed")))
    (reached,) = run_stages(KNAPSACK, stages, helpless, done=[FORMER])
    assert (reached.result.value, reached.result.bound, reached.result.status) == (8, 0, "feasible_with_gap")
    assert reached.result.solver.startswith("former plan stands: Fake 1 ended")
    with pytest.raises(SolverFailed, match=r'"short".* as failed; then .* as failed'):
        list(run_stages(KNAPSACK, stages, helpless))


def test_a_search_that_ends_before_a_plan_has_none():
    with pytest.raises(NoPlanFound, match='in stage "short" before it found a plan'):
        list(run_stages(KNAPSACK, [costs(KNAPSACK, {"short": 1}, "short")], team(lambda *_: Found("none"))))


def test_an_absent_solver_has_its_stages_done_by_the_spare_one_and_says_so():
    def make(name):
        if name == "highs":
            raise SolverFailed("HiGHS (highspy) is not installed")
        return backend("highs")

    program, stages = random_program(1)
    found = [r.result for r in run_stages(program, stages, Team(make=make))]
    assert [s.value for s in found] == values(program, stages)
    assert all(s.solver.endswith(", after HiGHS (highspy) is not installed") for s in found)


def test_a_second_witness_has_no_spare():
    def make(_):
        raise SolverFailed("CBC is not there")

    with pytest.raises(SolverFailed, match='stage "short": CBC is not there'):
        list(run_stages(KNAPSACK, [costs(KNAPSACK, {"short": 1}, "short")], Team("cbc", make=make)))


def test_a_search_stopped_by_the_clock_says_so():
    point = np.array([1.0, 0, 1, 0])
    stage = costs(KNAPSACK, {"a": 3, "b": 4, "c": 5}, "weight")
    program = kept(KNAPSACK, costs(KNAPSACK, {"short": 1}, "short"), point)
    told = team(lambda *_: Found("feasible_with_gap", point, 6.0, 5, "clock"))
    (reached,) = run_stages(program, [stage], told)
    assert (reached.result.value, reached.result.bound, reached.result.nodes) == (8, 6, 5)
    assert reached.result.gap == pytest.approx(0.25)
    assert (reached.result.status, reached.result.solver) == ("feasible_with_gap", "Fake 1, stopped by the clock")
