"""A program as arrays, each way of changing it read off entry by entry, each tolerance at its very edge."""

from __future__ import annotations

import numpy as np
import pytest

from nationalmap.program.matrix import FEASIBILITY, ROW_WITHIN, WHOLE_WITHIN, StageCosts, trivial_bound
from tests.program.matrices import INF, costs, matrix

#: Three rows, of which the second has no entry of b.
SMALL = matrix(
    {"a": (0, 4, True), "b": (-1, 3, False), "c": (0, INF, True)},
    {"one": (0, {"a": 1, "b": 2}, 6), "two": (-INF, {"c": 3, "a": 4}, 0), "three": (5, {"c": 7, "b": 8}, INF)},
)


def rows(program):
    """Row name -> lower side, coefficients by column, upper side."""
    found = {}
    for number, name in enumerate(program.row_names):
        inside = slice(program.start[number], program.start[number + 1])
        names = [program.names[i] for i in program.index[inside]]
        terms = dict(zip(names, program.value[inside].tolist(), strict=True))
        found[name] = float(program.row_lower[number]), terms, float(program.row_upper[number])
    return found


def columns(program):
    """Column name -> lower and upper bound, whether it is whole, whether it is decided."""
    sides = zip(program.lower.tolist(), program.upper.tolist(), strict=True)
    marks = zip(program.whole.tolist(), program.decided.tolist(), strict=True)
    return {name: (*side, *mark) for name, side, mark in zip(program.names, sides, marks, strict=True)}


def test_the_tolerances_are_those_that_are_stated():
    assert (WHOLE_WITHIN, FEASIBILITY, ROW_WITHIN) == (1e-4, 1e-6, 1e-5)


# ---------------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("activity", "broken"), [(-1e-5, 0), (-1.01e-5, 1), (0, 0), (1, 0), (1 + 0.9e-5, 0), (1 + 1.1e-5, 1)]
)
def test_a_row_is_broken_by_more_than_its_tolerance(activity, broken):
    program = matrix({"a": (-INF, INF, False)}, {"free": (-INF, {"a": 1}, INF), "row": (0, {"a": 1}, 1)})
    assert program.broken(np.array([activity])).tolist() == [1] * broken


def test_at_the_very_edge_of_its_tolerance_a_row_holds():
    above = matrix({"a": (-INF, INF, False)}, {"row": (-INF, {"a": 1}, 0)})
    assert above.broken(np.array([1e-5])).size == 0
    assert above.broken(np.array([1.01e-5])).size == 1


@pytest.mark.parametrize(
    ("lower", "upper", "value", "said"),
    [
        (0, 1, -1e-6, ""),
        (0, 1, -1.1e-6, "a point outside the bounds of a"),
        (-1, 0, 1e-6, ""),
        (-1, 0, 1.1e-6, "a point outside the bounds of a"),
    ],
)
def test_a_bound_is_broken_by_more_than_a_millionth(lower, upper, value, said):
    assert matrix({"a": (lower, upper, False)}, {}).objection(np.array([value])) == said


def test_a_whole_number_may_be_a_ten_thousandth_off():
    whole = matrix({"a": (0, 3, True)}, {})
    assert whole.objection(np.array([1e-4])) == ""
    assert whole.objection(np.array([1.1e-4])) == "a point with fractions of whole things"
    assert matrix({"a": (0, 3, False)}, {}).objection(np.array([0.5])) == ""


def test_no_minus_is_left_before_a_zero():
    found = SMALL.rounded(np.array([-0.0, -0.0, -1e-9]))
    assert found.tolist() == [0, 0, 0]
    assert not np.signbit(found).any()
    assert SMALL.rounded(np.array([1.4, 1.4, 1.6])).tolist() == [1, 1.4, 2]


# ---------------------------------------------------------------------- other programs


def test_one_more_row_comes_last():
    more = SMALL.with_row("four", np.array([2, 0]), np.array([9, -1]), -2, 3)
    assert rows(more) == {**rows(SMALL), "four": (-2, {"c": 9, "a": -1}, 3)}
    assert columns(more) == columns(SMALL)
    assert more.index.dtype == np.int32
    assert more.activity(np.array([1.0, 1, 1])).tolist() == [3, 7, 15, 8]


def test_more_columns_stand_in_the_rows_that_are_named():
    entries = (np.array([2, 0, 2]), np.array([0, 1, 1]), np.array([-1.0, 1, 0.5]))
    more = SMALL.with_columns(["d", "e"], np.array([INF, 1]), np.array([False, True]), entries)
    assert rows(more) == {
        "one": (0, {"a": 1, "b": 2, "e": 1}, 6),
        "two": (-INF, {"c": 3, "a": 4}, 0),
        "three": (5, {"c": 7, "b": 8, "d": -1, "e": 0.5}, INF),
    }
    assert columns(more) == columns(SMALL) | {"d": (0, INF, False, False), "e": (0, 1, True, False)}


def test_empty_rows_come_last_and_can_be_filled():
    more = SMALL.with_empty_rows(["four", "five"], np.array([1.0, 0]), np.array([1.0, INF]))
    assert rows(more) == {**rows(SMALL), "four": (1, {}, 1), "five": (0, {}, INF)}
    filled = more.with_columns(["d"], np.ones(1), np.ones(1, dtype=bool), (np.array([3]), np.array([0]), np.ones(1)))
    assert rows(filled)["four"] == (1, {"d": 1}, 1)
    assert filled.activity(np.array([1.0, 1, 1, 1])).tolist() == [3, 7, 15, 1, 0]


def test_a_part_has_its_rows_without_the_columns_of_others():
    part = SMALL.part(np.array([0, 2]), np.array([1, 2]))
    assert rows(part) == {"one": (0, {"b": 2}, 6), "three": (5, {"c": 7, "b": 8}, INF)}
    assert columns(part) == {"b": (-1, 3, False, False), "c": (0, INF, True, True)}
    assert rows(SMALL.part(np.array([1]), np.array([1]))) == {"two": (-INF, {}, 0)}
    other_order = SMALL.part(np.array([2]), np.array([2, 1]))
    assert (other_order.names, rows(other_order)) == (("c", "b"), {"three": (5, {"c": 7, "b": 8}, INF)})


def test_the_marked_rows_alone():
    left = SMALL.only_rows(np.array([True, False, True]))
    assert rows(left) == {"one": (0, {"a": 1, "b": 2}, 6), "three": (5, {"c": 7, "b": 8}, INF)}
    assert columns(left) == columns(SMALL)
    assert (left.size, left.rows) == (3, 2)


# ---------------------------------------------------------------------- objectives


def test_an_objective_says_nothing_that_it_was_not_told():
    stage = StageCosts("s", "units", np.array([1.0]))
    assert (stage.kind, stage.tolerance, stage.max_nodes, stage.gap, stage.held) == ("sum", 1e-4, 200_000, 0, None)


def test_the_largest_cost_is_that_of_what_is_used():
    far = costs(SMALL, {"a": 5, "b": 7, "c": 9}, kind="largest")
    assert far.value(np.array([1.0, 0, 1e-6])) == 5  # a millionth is nothing
    assert far.value(np.array([0.0, 2e-6, 0])) == 7
    assert far.value(np.zeros(3)) == 0


def test_a_sum_leaves_aside_what_costs_nothing():
    assert costs(SMALL, {"a": 5, "c": -1}).value(np.array([2.0, INF, 3])) == 7


def test_the_trivial_bound_takes_each_column_at_its_better_side():
    lower, upper = np.array([1.0, -2, -INF, 3]), np.array([4.0, 6, INF, 3])
    assert trivial_bound(np.array([2.0, -1, 0, 5]), lower, upper) == 2 - 6 + 15
    assert trivial_bound(np.array([2.0, 0, 1, 0]), lower, upper) == -INF
    assert trivial_bound(np.zeros(4), lower, upper) == 0
