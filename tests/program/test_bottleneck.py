"""The bisection, step by step: what is asked, what is proven, and what stays open."""

from __future__ import annotations

import numpy as np
import pytest

from nationalmap.errors import UsageError
from nationalmap.program.bottleneck import Bisected, _bisected, _lowest_relaxed, _near, least_largest, shut_above
from nationalmap.program.solvers import Found
from tests.program.matrices import INF, costs, matrix

LIMITS = np.array([0.0, 10, 20, 30, 40])


def test_what_costs_more_than_the_limit_is_shut():
    found = shut_above(np.array([5.0, 5, 5, -2, INF]), np.array([1.0, 2, 3, 3, 3]), 2.0)
    assert found.tolist() == [5, 5, 0, -2, 0]


@pytest.mark.parametrize(
    ("first", "asked"), [(0, [3, 1, 0]), (1, [3, 1, 0]), (2, [3, 1, 2]), (3, [3, 1, 2]), (4, [3, 5, 4]), (6, [3, 5, 6])]
)
def test_the_lowest_limit_that_fractions_allow_is_found_by_halves(first, asked):
    questions = []

    def infeasible(number):
        questions.append(number)
        return number < first

    assert _lowest_relaxed(6, infeasible) == first
    assert questions == asked


def test_where_every_limit_is_infeasible_it_is_one_above_the_top():
    assert _lowest_relaxed(6, lambda _: True) == 7
    assert _lowest_relaxed(0, lambda _: True) == 1
    assert _lowest_relaxed(0, lambda _: False) == 0


def plan(number):
    """A plan whose largest cost is the limit of that number."""
    return np.array([float(number)])


def bisected(proven, top, answers, at_hand=None, gap=0.0):
    """The end, and what was asked; ``answers`` gives what a search within each limit finds."""
    asked = []

    def search(number):
        asked.append(number)
        return answers[number]

    start = Bisected(None if at_hand is None else plan(at_hand))
    return _bisected(start, proven, top, gap, LIMITS, search, lambda point: int(point[0])), asked


def test_before_anything_is_asked_nothing_is_known():
    assert said(Bisected()) == (None, 0, "none", 0, "")


def said(end):
    return None if end.point is None else int(end.point[0]), end.bound, end.status, end.nodes, end.stopped


NO, OPEN = Found("infeasible", nodes=3), Found("none", nodes=4, stopped="clock")


def yes(number):
    return Found("proven", plan(number), nodes=2)


def test_a_plan_at_the_bound_is_the_end():
    end, asked = bisected(1, 4, {1: yes(1)})
    assert (said(end), asked) == ((1, 10, "proven", 2, ""), [1])


def test_a_plan_at_hand_at_the_bound_is_not_searched():
    end, asked = bisected(2, 2, {}, at_hand=2)
    assert (said(end), asked) == ((2, 20, "proven", 0, ""), [])


def test_what_is_infeasible_raises_the_bound_and_what_stays_open_does_not():
    end, asked = bisected(0, 4, {0: NO, 2: NO, 3: yes(3)}, at_hand=4)
    assert (said(end), asked) == ((3, 30, "proven", 8, ""), [0, 2, 3])
    end, asked = bisected(0, 4, {0: NO, 2: OPEN, 3: yes(3)}, at_hand=4)
    assert (said(end), asked) == ((3, 10, "proven", 9, "clock"), [0, 2, 3])


def test_a_plan_better_than_asked_for_leaves_less_to_ask():
    end, asked = bisected(0, 4, {0: NO, 3: yes(1)})
    assert (said(end), asked) == ((1, 10, "proven", 5, ""), [0, 3])


def test_without_a_plan_at_hand_the_top_is_asked_too():
    end, asked = bisected(3, 4, {3: NO, 4: yes(4)})
    assert (said(end), asked) == ((4, 40, "proven", 5, ""), [3, 4])
    end, asked = bisected(3, 4, {3: NO, 4: NO})
    assert (said(end), asked) == ((None, 40, "infeasible", 6, ""), [3, 4])
    end, asked = bisected(3, 4, {3: NO, 4: OPEN})
    assert (said(end), asked) == ((None, 40, "none", 7, "clock"), [3, 4])


def test_the_clock_is_not_forgotten_by_a_later_answer():
    end, _ = bisected(0, 4, {0: OPEN, 2: Found("none", nodes=1), 3: yes(3)}, at_hand=4)
    assert said(end) == (3, 0, "proven", 7, "clock")


def test_a_gap_that_may_stay_ends_the_search():
    """From 20 to 40 is half of 40."""
    assert bisected(2, 4, {}, at_hand=4, gap=0.5)[1] == []
    assert bisected(2, 4, {2: NO, 3: NO}, at_hand=4, gap=0.49)[1] == [2]  # from 30 it is a quarter
    assert not _near(LIMITS, 4, 4, 1.0, Bisected())
    assert _near(LIMITS, 1, 1, 0.0, Bisected(plan(1)))


# ---------------------------------------------------------------------- of a program

CHOICE = matrix(
    {"near": (0, 1, True), "far": (0, 1, True), "free": (-1, 1, True)}, {"one": (1, {"near": 1, "far": 1}, INF)}
)
FAR = costs(CHOICE, {"near": 10, "far": 30}, "far", kind="largest")


def answered(upper, relaxed):
    """Near is not to be had: the far one has to do."""
    if upper[1] < 1:
        return Found("infeasible", nodes=1)
    return Found("proven", np.array([0.0, 1, 0]), nodes=1)


def test_the_limits_are_the_costs_and_nothing():
    end = least_largest(CHOICE, FAR, None, answered)
    assert said(end) == (0, 30, "proven", 1, "")
    assert least_largest(CHOICE, FAR, np.array([1.0, 0, 0]), answered).status == "infeasible"  # beyond what is at hand
    nothing = least_largest(CHOICE, FAR, None, lambda *_: Found("proven", np.zeros(3)))
    assert (nothing.bound, nothing.status) == (0, "proven")
    assert least_largest(CHOICE, FAR, None, lambda *_: Found("infeasible")).status == "infeasible"


def test_fractions_are_asked_first_and_whole_numbers_only_where_they_fit():
    """A share of the need costs less than one."""
    asked = []

    def search(upper, relaxed):
        asked.append((upper.tolist(), relaxed))
        return answered(upper, relaxed)

    shares = costs(CHOICE, {"near": 0.25, "far": 0.5}, "far", kind="largest")
    assert least_largest(CHOICE, shares, None, search).bound == 0.5
    near, far = [1, 0, 1], [1, 1, 1]
    assert asked == [(near, True), (far, True), (far, False)]
    assert least_largest(CHOICE, shares, None, lambda *_: Found("proven", np.zeros(3))).bound == 0
    del asked[:]
    least_largest(CHOICE, shares, np.array([1.0, 0, 0]), search)
    assert asked == [(near, True)]


def test_a_column_that_costs_nothing_may_be_below_zero_and_no_other():
    assert least_largest(CHOICE, FAR, None, answered).bound == 30
    for wrong in ({"free": 1, "near": 1}, {"near": -1, "far": 1}):
        with pytest.raises(UsageError, match="below zero"):
            least_largest(CHOICE, costs(CHOICE, wrong, "far", kind="largest"), None, answered)
