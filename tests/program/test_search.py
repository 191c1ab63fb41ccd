"""One stage by one solver, whose every word is put into its mouth: what is asked, what is believed, what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program import search as searching
from nationalmap.program.blocks.stage import Shop
from nationalmap.program.search import BY_CLOCK, Closed, Lied, Search, counts_wholes
from nationalmap.program.solvers import Found
from nationalmap.program.team import Team
from tests.program.matrices import INF, Fake, costs, matrix

#: Two whole things of which at least one is taken, and money in fractions, at least two for each.
SHOP = matrix(
    {"a": (0, 3, True), "b": (0, 3, True), "money": (0, 20, False)},
    {"some": (1, {"a": 1, "b": 1}, INF), "pay": (0, {"money": 1, "a": -2, "b": -2}, INF)},
)
MONEY = costs(SHOP, {"money": 1}, "money")
COUNT = costs(SHOP, {"a": 1, "b": 2}, "count")


class Told(Fake):
    """Answers one after another; keeps what it was asked: costs, bounds, relaxed or not, limits."""

    def __init__(self, *answers: Found) -> None:
        super().__init__(lambda *_: self.answers.pop(0))
        self.answers, self.asked = list(answers), []

    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False) -> Found:
        self.asked.append((costs, lower, upper, relaxed, limits))
        return super().minimise(costs, limits, lower, upper, relaxed)


def at(*point: float) -> np.ndarray:
    return np.array(point, dtype=float)


def found(*point: float, status="proven", **more) -> Found:
    return Found(status, at(*point), **more)


def searching_for(stage, *answers, scale=1.0, program=SHOP):
    solver = Told(*answers)
    return Search(program, stage, solver, Team(seconds=7.0), scale), solver


# ---------------------------------------------------------------------- what is asked


def test_a_search_is_asked_within_the_limits_of_its_stage():
    waited = []
    work, solver = searching_for(replace(MONEY, max_nodes=33), found(1, 0, 2, bound=2.0))
    work = replace(work, team=Team(seconds=7.0, waiting=waited.append))
    assert work.ask(MONEY.costs, SHOP.lower, SHOP.upper).bound == 2
    ((asked, lower, upper, relaxed, limits),) = solver.asked
    assert (asked.tolist(), lower.tolist(), upper.tolist(), relaxed) == ([0, 0, 1], [0, 0, 0], [3, 3, 20], False)
    assert (limits.gap, limits.nodes, limits.seconds, limits.enough, limits.bound_only, limits.within) == (
        0, 33, 7, INF, False, False,
    )  # fmt: skip
    assert waited == [7]


def test_costs_are_lifted_for_the_solver_and_its_bound_is_let_down():
    work, solver = searching_for(MONEY, found(1, 0, 2, bound=16.0), scale=8.0)
    answer = work.ask(MONEY.costs, SHOP.lower, SHOP.upper, enough=1.5, nodes=5, gap=0.25, bound_only=True)
    assert (answer.bound, answer.point.tolist()) == (2, [1, 0, 2])
    (asked, *_, limits) = solver.asked[0]
    assert asked.tolist() == [0, 0, 8]
    assert (limits.enough, limits.nodes, limits.gap, limits.bound_only) == (12, 5, 0.25, True)


# ---------------------------------------------------------------------- what is believed


def test_a_sum_of_whole_things_with_whole_costs_is_a_whole_number():
    assert counts_wholes(SHOP, COUNT)
    assert not counts_wholes(SHOP, MONEY)
    assert not counts_wholes(SHOP, costs(SHOP, {"a": 1, "b": 0.5}))
    assert not counts_wholes(SHOP, costs(SHOP, {"a": 1, "money": 1}))


@pytest.mark.parametrize(("bound", "whole"), [(3.0005, 3), (3.002, 4), (2.4, 3), (-INF, -INF), (INF, INF)])
def test_a_bound_on_whole_things_is_rounded_up_but_for_a_hair(bound, whole):
    assert searching_for(COUNT)[0].ceiled(bound) == whole
    assert searching_for(MONEY)[0].ceiled(bound) == bound


def test_near_is_within_the_gap_or_a_millionth():
    exact, loose = searching_for(MONEY)[0], searching_for(replace(MONEY, gap=0.1))[0]
    assert exact.near(at(1, 0, 1e-6), 0.0)
    assert not exact.near(at(1, 0, 1.1e-6), 0.0)
    assert loose.near(at(1, 0, 10), 9.0)
    assert not loose.near(at(1, 0, 10), 8.9)
    negative = searching_for(replace(costs(SHOP, {"money": -1}), gap=0.1))[0]
    assert negative.near(at(1, 0, 10), -10.9)


@pytest.mark.parametrize(
    ("bound", "value", "lie"),
    [(1e-5, 0, False), (1.1e-5, 0, True), (1000.01, 1000, False), (1000.02, 1000, True), (-999.985, -1000, True)],
)
def test_a_bound_above_a_known_plan_by_more_than_a_hair_is_a_lie(bound, value, lie):
    work, _ = searching_for(MONEY)
    if lie:
        with pytest.raises(Lied, match=f"Fake 1 gave the bound {bound:g}, above a plan of {value}"):
            work.check_bound(bound, value)
    else:
        work.check_bound(bound, value)


def test_a_point_that_does_not_hold_is_no_point_or_a_lie():
    work, _ = searching_for(MONEY)
    assert work.believed(at(1, 0, 2 + 1e-9), quiet=True).tolist() == [1, 0, 2 + 1e-9]
    assert work.believed(at(1 + 1e-5, 0, 2.1)).tolist() == [1, 0, 2.1]
    assert work.believed(at(0, 0, 2), quiet=True) is None
    with pytest.raises(Lied, match="Fake 1 returned a point that breaks 1 rows, first some"):
        work.believed(at(0, 0, 2))


def test_a_point_is_made_whole_and_the_money_follows():
    work, solver = searching_for(MONEY, found(1, 1, 4), Found("infeasible"))
    assert work.whole(at(1.00001, 0.99999, 4.1)).tolist() == [1, 1, 4]
    ((asked, lower, upper, relaxed, _),) = solver.asked
    assert (asked.tolist(), relaxed) == ([0, 0, 1], True)
    assert (lower.tolist(), upper.tolist()) == ([1, 1, 0], [1, 1, 20])
    # Where the solver fails at a hair the point itself holds.
    assert work.whole(at(1.00001, 0.99999, 4.1)).tolist() == [1, 1, 4.1]


@pytest.mark.parametrize("point", [at(1, 0), at(1, 0, np.nan), at(INF, 0, 2)])
def test_about_a_point_that_is_none_no_solver_is_asked(point):
    work, solver = searching_for(MONEY)
    assert work.whole(point, quiet=True) is None
    assert solver.asked == []
    with pytest.raises(Lied, match="numbers that are none"):
        work.whole(point)


def test_what_is_shut_stays_shut_when_the_largest_is_made_whole():
    work, solver = searching_for(MONEY, found(1, 0, 2), Found("none"))
    upper = at(3, 0, 20)
    assert work.whole_within(at(1.00001, 0, 3), upper).tolist() == [1, 0, 2]
    ((asked, lower, high, relaxed, _),) = solver.asked
    assert (asked.any(), relaxed) == (False, True)
    assert (lower.tolist(), high.tolist()) == ([1, 0, 0], [1, 0, 20])
    work.whole_within(at(1, 0, 3), at(3, 0, 5))
    assert solver.asked[1][2].tolist() == [1, 0, 5]


# ---------------------------------------------------------------------- the plan at hand completed


def test_with_everything_whole_held_the_rest_follows_without_a_search():
    work, solver = searching_for(replace(MONEY, max_nodes=1), found(1, 0, 2))
    assert work.completed(at(1.00001, 0, 9), SHOP.whole).tolist() == [1, 0, 2]
    ((_, lower, upper, relaxed, limits),) = solver.asked
    assert (lower.tolist(), upper.tolist(), relaxed, limits.nodes) == ([1, 0, 0], [1, 0, 20], True, 100)


def test_with_a_part_held_the_rest_is_searched_and_made_whole():
    work, solver = searching_for(replace(MONEY, max_nodes=500), found(1, 1.00001, 4), found(1, 1, 4))
    assert work.completed(at(1, 2, 9), np.array([True, False, False])).tolist() == [1, 1, 4]
    _, lower, upper, relaxed, limits = solver.asked[0]
    assert (lower.tolist(), upper.tolist(), relaxed, limits.nodes) == ([1, 0, 0], [1, 3, 20], False, 500)
    assert solver.asked[1][1].tolist() == [1, 1, 0]


def test_where_nothing_is_found_beside_it_the_point_itself_stands():
    work, _ = searching_for(MONEY, Found("infeasible"), Found("infeasible"))
    assert work.completed(at(1, 0, 9), SHOP.whole).tolist() == [1, 0, 9]
    assert work.completed(at(0, 0, 9), SHOP.whole) is None


def test_around_a_point_half_of_the_gap_may_stay_within_a_hundred_nodes():
    work, solver = searching_for(replace(MONEY, gap=0.1, max_nodes=7), found(1, 0, 2), found(1, 0, 2), Found("none"))
    held = np.array([True, False, False])
    assert work.around(at(1, 2, 9), held).tolist() == [1, 0, 2]
    _, lower, upper, relaxed, limits = solver.asked[0]
    assert (lower.tolist(), upper.tolist(), relaxed) == ([1, 0, 0], [1, 3, 20], False)
    assert (limits.gap, limits.nodes) == (0.05, 100)
    assert work.around(at(1, 2, 9), held) is None


# ---------------------------------------------------------------------- what a status asks for


def test_the_better_one_of_what_was_found_and_what_was_at_hand():
    work, _ = searching_for(MONEY, found(1, 0, 2), found(2, 0, 4), found(1, 0, 3))
    at_hand = at(1, 0, 3)
    assert work.judged(found(1, 0, 2), at_hand).tolist() == [1, 0, 2]
    assert work.judged(found(2, 0, 4), at_hand) is at_hand
    assert work.judged(found(1, 0, 3), None).tolist() == [1, 0, 3]
    assert work.judged(Found("none"), at_hand) is at_hand


def test_without_a_plan_at_hand_a_status_says_why_there_is_none():
    work, _ = searching_for(MONEY)
    with pytest.raises(NoPlanPossible, match=r'no plan fits all rules \(found in stage "money"\)'):
        work.judged(Found("infeasible"), None)
    with pytest.raises(NoPlanFound, match='the search ended in stage "money" before it found a plan'):
        work.judged(Found("none"), None)
    with pytest.raises(Lied, match="called the program infeasible, of which a plan is at hand"):
        work.judged(Found("infeasible"), at(1, 0, 2))
    for status in ("unbounded", "failed"):
        with pytest.raises(SolverFailed, match=f'Fake 1 ended stage "money" as {status}'):
            work.judged(Found(status), at(1, 0, 2))


# ---------------------------------------------------------------------- the smallest sum


def closed(end: Closed | None):
    return None if end is None else (end.point.tolist(), end.bound, end.nodes, end.note)


def test_a_plan_at_its_trivial_bound_is_closed_at_once():
    work, solver = searching_for(MONEY)
    free = replace(work, matrix=SHOP.with_bounds(at(0, 0, 2), SHOP.upper))
    assert closed(free.least_sum(at(1, 0, 2))) == ([1, 0, 2], 2, 0, "")
    assert closed(free.least_sum(at(1, 0, 2 + 5e-7))) == ([1, 0, 2 + 5e-7], 2, 0, "")
    assert solver.asked == []


def test_without_a_gap_the_whole_program_is_searched():
    work, solver = searching_for(MONEY, found(1, 0, 2, bound=2.0, nodes=11), found(1, 0, 2))
    assert closed(work.least_sum(at(2, 0, 4))) == ([1, 0, 2], 2, 11, "")
    *_, relaxed, limits = solver.asked[0]
    assert (relaxed, limits.gap, limits.enough, limits.bound_only) == (False, 0, INF, False)


def test_what_the_clock_ended_is_made_better_and_says_so():
    """The bound is not reached: the relaxation has the same, and nothing better is found around it."""
    answers = [
        found(2, 0, 4, status="feasible_with_gap", bound=2.0, nodes=5, stopped="clock"),
        found(2, 0, 4),  # made whole
        found(0.5, 0.5, 2, bound=3.0),  # in fractions
        *[Found("none")] * 6,
    ]
    work, _ = searching_for(MONEY, *answers)
    assert closed(work.least_sum(None)) == ([2, 0, 4], 3, 5, BY_CLOCK)


@pytest.mark.parametrize(("max_nodes", "bound_only"), [(1, True), (2, False)])
def test_with_a_gap_the_plan_at_hand_is_made_better_before_a_search(max_nodes, bound_only):
    stage = replace(MONEY, gap=0.1, max_nodes=max_nodes)
    loose = found(0.5, 0.5, 2, bound=2.0)
    # In fractions 2, nothing around it, then a search for what suffices: a tenth less than at hand.
    work, solver = searching_for(stage, loose, Found("none"), Found("none", bound=2.5, nodes=3))
    end = work.least_sum(at(2, 0, 4))
    assert (end.point.tolist(), end.bound, end.nodes, end.note) == ([2, 0, 4], 2.5, 3, "")
    (limits,) = [asked[-1] for asked in solver.asked if np.isfinite(asked[-1].enough)]
    assert (limits.enough, limits.bound_only, limits.gap) == (3.6, bound_only, 0.1)


def test_a_plan_made_good_enough_around_itself_needs_no_search():
    stage = replace(MONEY, gap=0.1)
    work, solver = searching_for(stage, found(0.5, 0.5, 2, bound=2.0), found(1, 0, 2), found(1, 0, 2))
    assert closed(work.least_sum(at(2, 0, 4))) == ([1, 0, 2], 2, 0, "around the former plan")
    assert [asked[3] for asked in solver.asked] == [True, False, True]


def test_a_bound_that_a_plan_refutes_is_a_lie_wherever_it_is_said():
    with pytest.raises(Lied, match="gave the bound 5, above a plan of 2"):
        searching_for(MONEY, found(1, 0, 2, bound=5.0), found(1, 0, 2))[0].least_sum(None)
    with pytest.raises(Lied, match="gave the bound 5, above a plan of 4"):
        searching_for(replace(MONEY, gap=0.1), found(2, 0, 4, bound=5.0))[0].improved(at(2, 0, 4), 0.0)
    # What was not proven in fractions is no bound.
    work, _ = searching_for(MONEY, Found("feasible_with_gap", None, 5.0), *[Found("none")] * 4)
    assert work.improved(at(2, 0, 4), 1.0)[1] == 1


# ---------------------------------------------------------------------- by blocks


def by_blocks(monkeypatch, answer, at_hand=None, stage=MONEY, late=False, solver_says=()):
    """What a search by blocks makes of an answer: a point and its bound, or an error."""

    def of_blocks(shop, program, asked, former, seconds, ceiled):
        assert (program, asked, former, seconds) == (SHOP, stage, at_hand, 7)
        shop.count, shop.late = 3, late
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(searching, "stage_by_blocks", of_blocks)
    return closed(searching_for(stage, *solver_says)[0].by_blocks(at_hand, Shop()))


def test_a_stage_by_blocks_says_how_many_they_were(monkeypatch):
    told = by_blocks(monkeypatch, (at(1, 0, 2), 1.5), solver_says=[found(1, 0, 2)])
    assert told == ([1, 0, 2], 1.5, 0, "by 3 blocks")
    told = by_blocks(monkeypatch, (at(1, 0, 2), -4.0), late=True, solver_says=[found(1, 0, 2)])
    assert told == ([1, 0, 2], 0, 0, f"by 3 blocks, {BY_CLOCK}")  # the trivial bound is better


def test_blocks_that_find_nothing_better_leave_the_plan_at_hand(monkeypatch):
    at_hand = at(1, 0, 3)
    assert by_blocks(monkeypatch, (None, 1.0), at_hand) == ([1, 0, 3], 1, 0, "by 3 blocks")
    told = by_blocks(monkeypatch, (at(2, 0, 4), 1.0), at_hand, solver_says=[found(2, 0, 4)])
    assert told == ([1, 0, 3], 1, 0, "by 3 blocks")
    told = by_blocks(monkeypatch, (at(0, 0, 4), 1.0), at_hand, solver_says=[found(0, 0, 4)])
    assert told == ([1, 0, 3], 1, 0, "by 3 blocks")  # a point that does not hold


def test_blocks_that_fail_leave_the_stage_to_a_search_in_one_piece(monkeypatch):
    assert by_blocks(monkeypatch, SolverFailed("gone"), at(1, 0, 3)) is None
    assert by_blocks(monkeypatch, (None, 1.0)) is None
    with pytest.raises(Lied, match="gave the bound 4, above a plan of 3"):
        by_blocks(monkeypatch, (None, 4.0), at(1, 0, 3))


def test_no_block_is_asked_of_a_plan_at_its_trivial_bound(monkeypatch):
    monkeypatch.setattr(searching, "stage_by_blocks", lambda *_: pytest.fail("asked"))
    work = searching_for(costs(SHOP, {"a": 1}))[0]
    assert closed(work.by_blocks(at(0, 1, 2), Shop())) == ([0, 1, 2], 0, 0, "")


# ---------------------------------------------------------------------- the largest cost

FAR = costs(SHOP, {"a": 10, "b": 30}, "far", kind="largest")


def test_the_largest_cost_asks_for_any_point_within_a_limit():
    """In fractions the limit 10 would do and none would not; then whole numbers, and the money after them."""
    answers = [found(0.5, 0, 2), Found("infeasible"), found(1, 0, 9, nodes=4), found(1, 0, 2)]
    work, solver = searching_for(FAR, *answers)
    assert closed(work.least_largest(None)) == ([1, 0, 2], 10, 4, "")
    assert not any(asked[0].any() for asked in solver.asked)
    assert [(asked[2].tolist(), asked[3]) for asked in solver.asked] == [
        ([3, 0, 20], True), ([0, 0, 20], True), ([3, 0, 20], False), ([1, 0, 20], True),
    ]  # fmt: skip


def test_a_plan_within_a_limit_that_was_called_infeasible_shows_a_lie():
    """In fractions nothing fits within 10, so that 30 is the bound; then a plan of 10 is found."""
    work, _ = searching_for(FAR, Found("infeasible"), found(0, 0.5, 2), found(1, 0, 2), found(1, 0, 2))
    with pytest.raises(Lied, match="gave the bound 30, above a plan of 10"):
        work.least_largest(None)


def test_a_largest_cost_that_the_clock_ended_says_so():
    answers = [found(0.5, 0, 2), found(0.5, 0, 2), Found("none", nodes=2, stopped="clock")]
    work, _ = searching_for(FAR, *answers)
    assert closed(work.least_largest(at(1, 0, 2))) == ([1, 0, 2], 0, 2, BY_CLOCK)


@pytest.mark.parametrize("status", ["unbounded", "failed"])
def test_a_solver_that_fails_at_a_limit_fails_the_stage(status):
    with pytest.raises(SolverFailed, match=f'Fake 1 ended stage "far" as {status}'):
        searching_for(FAR, Found(status))[0].least_largest(None)


def test_where_no_limit_has_a_plan_it_is_said_why():
    with pytest.raises(NoPlanPossible, match='in stage "far"'):
        searching_for(FAR, *[Found("infeasible")] * 4)[0].least_largest(None)
    with pytest.raises(NoPlanFound, match='in stage "far" before'):
        searching_for(FAR, found(0, 0, 2), found(0, 0, 2), Found("none"), Found("none"))[0].least_largest(None)
