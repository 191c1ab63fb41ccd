"""Rows that may be broken at a price, and the questions by which a smallest conflict is found, without a conflict."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from nationalmap.errors import SolverFailed
from nationalmap.program.infeasible import conflict, elastic, relax
from nationalmap.program.infeasible.conflict import (
    _bound_names,
    _hollow,
    _meeting,
    _needed_bounds,
    _only,
    _others,
    _Questions,
    _row_entries,
    irreducible,
)
from nationalmap.program.infeasible.elastic import Elastic, with_slacks
from nationalmap.program.infeasible.obstacle import Obstacle, Part
from nationalmap.program.solvers import Found
from tests.program.matrices import INF, matrix
from tests.program.test_matrix import SMALL, columns, rows

#: a is at least 4 and at most 1; b may be anything that a allows.
NARROW = matrix(
    {"a": (0, 9, True), "b": (0, 9, False)},
    {"much": (4, {"a": 1}, INF), "little": (-INF, {"a": 1}, 1), "both": (2, {"a": 1, "b": 1}, 3)},
)


def test_limits_of_questions_are_those_that_are_stated():
    assert (elastic.LIMITS.nodes, elastic.LIMITS.seconds) == (200, 120)
    assert (relax.LIMITS.nodes, relax.LIMITS.seconds) == (100, 120)
    assert (conflict.TRIES, conflict.SMALL, conflict.QUESTIONS) == (60, 1000, 200)


def test_two_slacks_to_a_row():
    found = with_slacks(SMALL, np.array([0, 2]))
    assert rows(found) == {
        "one": (0, {"a": 1, "b": 2, "below one": 1, "above one": -1}, 6),
        "two": (-INF, {"c": 3, "a": 4}, 0),
        "three": (5, {"c": 7, "b": 8, "below three": 1, "above three": -1}, INF),
    }
    slack = dict.fromkeys(("below one", "above one", "below three", "above three"), (0, INF, False, False))
    assert columns(found) == columns(SMALL) | slack


def test_only_open_rows_may_be_broken():
    asked = Elastic(NARROW)
    assert asked.least_slack([0]).tolist() == [[3, 0], [0, 0], [0, 0]]
    assert asked.least_slack([1]) is None
    assert asked.least_slack([1, 2]).tolist() == [[0, 0], [0, 3], [0, 1]]
    assert asked.least_slack([2]) is None
    some = Elastic(NARROW, [0, 2])
    assert some.rows.tolist() == [0, 2]
    assert some.least_slack([0]).tolist() == [[3, 0], [0, 0]]
    assert some.least_slack([2]) is None


def test_whole_numbers_are_broken_by_whole_ones_and_fractions_by_less():
    half = matrix({"a": (0, 9, True)}, {"half": (0.5, {"a": 1}, 0.5)})
    assert Elastic(half).least_slack([0]).tolist() == [[0.5, 0]]
    assert Elastic(half).least_slack([0], relaxed=True).tolist() == [[0, 0]]


def test_a_question_that_stays_open_is_said(monkeypatch):
    asked = Elastic(NARROW)
    monkeypatch.setattr(asked, "search", lambda *_: Found("none"))
    with pytest.raises(SolverFailed, match="did not end its search for a way out"):
        asked.least_slack([0])


# ---------------------------------------------------------------------- a demand relaxed


def relaxed(*answers, cost=2.0, slacks=((0, 0), (0, 0), (0, 0))):
    """One demand of all three rows, the searches answering so: first in fractions, then in whole numbers."""
    left = list(answers)
    asked = []

    def search(open_rows, relaxed):
        asked.append((open_rows, relaxed))
        return left.pop(0)

    given = SimpleNamespace(search=search, rows=np.arange(3), slacks=lambda point: np.array(slacks, dtype=float))
    return relax._relaxed(given, "demand", [0, 1, 2], NARROW, cost), asked


def test_what_one_demand_costs_when_it_gives_way():
    loose, point = Found("proven", np.zeros(1)), Found("proven", np.zeros(1))
    found, asked = relaxed(loose, point, slacks=((3, 0), (0, 1e-6), (0.5, 2.00000049)))
    assert asked == [([0, 1, 2], True), ([0, 1, 2], False)]
    assert [(s.row, s.side, s.amount) for s in found.steps] == [("much", "lower", 3), ("both", "upper", 2)]
    assert (found.amount, found.cost, found.least) == (5, 10, True)
    found, _ = relaxed(loose, Found("feasible_with_gap", np.zeros(1)), slacks=((0, 2e-6), (0, 0), (0, 0)))
    assert (found.steps[0].amount, found.least) == (2e-6, False)


def test_a_demand_that_does_not_help_is_infinitely_dear():
    found, asked = relaxed(Found("infeasible"))
    assert (found.steps, found.cost, found.amount, len(asked)) == ((), INF, None, 1)
    found, asked = relaxed(Found("none"), Found("none"))
    assert (found.steps, found.cost, len(asked)) == ((), INF, 2)


def test_demands_of_several_rows_the_cheapest_first():
    found = relax.cheapest_of(
        {"dear": (["much"], 5.0), "cheap": (["little", "both"], 3.0), "vain": (["both"], 1.0)}, NARROW
    )
    assert [(r.name, r.cost) for r in found] == [("cheap", 12), ("dear", 15), ("vain", INF)]
    assert [(s.row, s.side, s.amount) for s in found[0].steps] == [("little", "upper", 3), ("both", "upper", 1)]


def test_how_far_two_sides_are_apart():
    assert Obstacle("places", 2027, "places", 7, 3.5, (), ()).lacking == 3.5
    assert (Part("lock").count, Part("lock").eur, dict(Part("lock").codes)) == (0, 0, {})


# ---------------------------------------------------------------------- pieces of a conflict


def test_a_smallest_set_that_meets_every_correction():
    assert _meeting([], 9) == []
    assert _meeting([[1, 2], [2, 3], [2, 5]], 9) == [2]
    assert len(_meeting([[1, 2], [3, 4], [1, 4]], 9)) == 2
    assert _meeting([[7]], 9) == [7]


def test_a_set_that_was_not_found_is_all(monkeypatch):
    monkeypatch.setattr(conflict.Highs, "minimise", lambda *_: Found("none"))
    assert _meeting([[1, 2]], 4) == [0, 1, 2, 3]


def test_rows_beside_others_and_rows_alone_with_their_columns():
    assert _others(5, [1, 3]) == [0, 2, 4]
    alone = _only(SMALL, [1])
    assert rows(alone) == {"two": (-INF, {"c": 3, "a": 4}, 0)}
    assert columns(alone) == {name: columns(SMALL)[name] for name in ("a", "c")}


@pytest.mark.parametrize(
    ("lower", "upper", "hollow"),
    [(0.2, 0.8, True), (0.2, 1, False), (1e-7, 0.5, False), (0.5, 1 - 1e-7, False), (1, 1, False)],
)
def test_a_whole_column_without_a_whole_number(lower, upper, hollow):
    assert _hollow(matrix({"a": (lower, upper, True)}, {})).tolist() == [hollow]
    assert _hollow(matrix({"a": (lower, upper, False)}, {})).tolist() == [False]


def test_bounds_have_names():
    assert _bound_names(SMALL, 1) == ("b >= -1", "b <= 3")


def test_only_bounds_that_are_needed_are_said():
    program = matrix(
        {"a": (1, 4, False), "b": (-INF, 3, False), "c": (2, 2, False), "free": (-INF, INF, False)},
        {"sum": (8, {"a": 1, "b": 1}, INF), "other": (0, {"c": 1}, 9), "low": (-INF, {"a": 1, "b": -1}, -9)},
    )
    assert _needed_bounds(program, [0]) == ("a <= 4", "b <= 3")
    assert _needed_bounds(program, [2]) == ("a >= 1", "b <= 3")
    contradictory = matrix({"a": (0, 9, False)}, {"much": (4, {"a": 1}, INF), "little": (-INF, {"a": 1}, 1)})
    assert _needed_bounds(contradictory, [0, 1]) == ()
    whole = matrix({"a": (0, 1, True), "b": (0, 1, True)}, {"half": (0.5, {"a": 1, "b": 1}, 0.7)})
    assert set(_needed_bounds(whole, [0])) <= {"a >= 0", "a <= 1", "b >= 0", "b <= 1"}


def test_entries_column_by_column_in_the_order_of_the_rows():
    given = SimpleNamespace(a_matrix_=SimpleNamespace(start_=[0, 2, 2, 3], index_=[1, 0, 1], value_=[5.0, 6.0, 7.0]))
    assert list(_row_entries(given)) == [(0, 0, 6.0), (1, 0, 5.0), (1, 2, 7.0)]


def test_after_so_many_questions_whole_numbers_contradict_nothing(monkeypatch):
    monkeypatch.setattr(conflict, "QUESTIONS", 1)
    questions = _Questions(NARROW, [], relaxed=False)
    assert [questions.contradicts([0, 1]) for _ in range(2)] == [True, False]
    questions = _Questions(NARROW, [], relaxed=True)
    assert [questions.contradicts([0, 1]) for _ in range(2)] == [True, True]


def test_what_is_given_holds_beside_what_is_asked():
    questions = _Questions(NARROW, [1], relaxed=True)
    assert questions.contradicts([0])
    assert not questions.contradicts([2])
    assert questions.irreducible() == [0]
    # What is given contradicts itself: then it is said.
    assert _Questions(NARROW, [0, 1], relaxed=True).irreducible() == [0, 1]
    assert _Questions(NARROW, [0, 1], relaxed=False).irreducible() == [0, 1]
    assert _Questions(SMALL, [], relaxed=True).irreducible() is None


def test_rules_without_a_part_in_it_are_left_out_first():
    names = ("a__1", "a__2", "b__1", "b__2", "c__1")
    program = matrix(
        {"x": (0, 9, False)},
        {n: (low, {"x": 1}, up) for n, low, up in zip(names, (4, 0, 0, 0, 0), (INF, 9, 9, 9, 1), strict=True)},
    )
    questions = _Questions(program, [], relaxed=True)
    assert questions._by_rule(list(range(5))) == [0, 1, 4]
    assert questions._by_rule([0, 4]) == [0, 4]
    assert questions._asked <= 6


def test_a_smaller_set_is_looked_for_among_corrections(monkeypatch):
    """Three contradictions of rows 0 and 1, 0 and 2, 0 and 3: each has row 0."""

    def smaller(most, *slacks, held=()):
        left = list(slacks)
        questions = _Questions(SimpleNamespace(rows=4), held, relaxed=True)

        def least_slack(open_rows, relaxed):
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return None if answer is None else np.array(answer, dtype=float)

        questions._whole = SimpleNamespace(least_slack=least_slack, rows=range(4))
        return questions.smaller(most)

    def broken(*of):
        return [[1.0 * (row in of), 0.0] for row in range(4)]

    assert smaller(3, broken(0, 1), broken(0, 1, 2), None) in ([0], [1])
    assert smaller(3, broken(0), broken(1), None) == [0, 1]
    assert smaller(2, broken(0), broken(1)) is None  # no fewer than there are
    assert smaller(3, None) is None  # nothing at all contradicts
    assert smaller(3, broken()) is None
    assert smaller(3, [[1e-6, 0]] * 4) is None  # a hair is nothing
    assert smaller(3, SolverFailed("open")) is None
    monkeypatch.setattr(conflict, "TRIES", 1)
    assert smaller(3, broken(0)) is None


def test_an_irreducible_part_of_one_row_is_that_row():
    assert irreducible([5], lambda rows: 5 in rows) == [5]
