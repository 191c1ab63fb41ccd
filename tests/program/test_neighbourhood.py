"""A plan made better part by part: which parts there are, when another round is worth it, what is held."""

from __future__ import annotations

import numpy as np
import pytest

from nationalmap.program.neighbourhood import improved, parts
from tests.program.matrices import matrix


def named(*names: str, fractions=()):
    return matrix({name: (0, 9, name not in fractions) for name in names}, {})


def test_parts_are_what_few_and_not_too_many_have_in_common_the_largest_first():
    """Of fifty whole columns: 2 and 30 just are a part, 1 and 31 are none; what is no whole number is in none."""
    tokens = [["few"] if i < 2 else [] for i in range(50)]
    for i in range(30):
        tokens[49 - i].append("most")
    for i in range(31):
        tokens[i].append("too_many")
    tokens[7].append("one")
    for i in (10, 12, 14):
        tokens[i].append("three")
    names = ["__".join((f"k{i}", *words)) for i, words in enumerate(tokens)]
    program = named("money__three", *names, fractions=("money__three",))
    assert [part.tolist() for part in parts(program)] == [list(range(21, 51)), [11, 13, 15], [1, 2]]


def test_there_are_at_most_so_many_parts():
    assert len(parts(named(*(f"k{i}__pair{i // 2}" for i in range(50))))) == 24


def test_a_token_that_comes_twice_in_a_name_counts_once():
    assert [part.tolist() for part in parts(named("x__a__a", "x__b__c", "x__d__e"))] == [[0], [1], [1], [2], [2]]


def test_all_that_there_is_is_no_part():
    assert parts(named("k__a")) == []
    assert parts(named("k__a", fractions=("k__a",))) == []


# ---------------------------------------------------------------------- better and better

#: Two parts, one column each; the money is no whole number.
TWO = named("k__a", "k__b", "money", fractions=("money",))


class Given:
    """Completes with one value after another, each as a point whose first number it is; None finds nothing."""

    def __init__(self, *values):
        self.values, self.held = list(values), []

    def __call__(self, point, held):
        self.held.append(held.tolist())
        found = self.values.pop(0)
        return None if found is None else np.array([float(found), 7.0, 0.0])


def better(given, start=10.0, bound=0.0, gap=0.0, loose=None):
    return improved(TWO, np.array([start, 5, 0]), lambda p: float(p[0]), given, loose, bound, gap)


@pytest.mark.parametrize(("start", "bound", "gap"), [(10, 10, 0), (10, 9, 0.1), (-10, -11, 0.1)])
def test_what_is_near_enough_is_left_as_it_is(start, bound, gap):
    given = Given()
    assert better(given, start, bound, gap)[0] == start
    assert given.held == []


def test_half_a_unit_is_worth_a_round():
    given = Given(0.0)
    assert better(given, 0.5).tolist() == [0, 7, 0]
    assert len(given.held) == 1  # it is at its bound now


def test_another_round_is_worth_it_where_one_closed_more_than_a_tenth():
    # 10, then 8 and 8: a fifth; then nothing.
    given = Given(9, 8, None, 8)
    assert better(given).tolist() == [8, 7, 0]
    assert given.held == [[False, True, False], [True, False, False]] * 2
    # Just a tenth is too little, counted from the bound.
    given = Given(None, 9)
    assert better(given)[0] == 9
    assert len(given.held) == 2
    given = Given(109, 108.9, None, None)
    assert better(given, 110, bound=100)[0] == 108.9
    assert len(given.held) == 4


def test_what_is_as_good_is_not_taken():
    assert better(Given(10, 11)).tolist() == [10, 5, 0]


def test_what_fractions_leave_as_it_is_is_held_first():
    given = Given(None, None, None)
    better(given, loose=np.array([10.5, 5 + 5e-7, 0]))
    assert given.held == [[False, True, False], [False, True, False], [True, False, False]]
    given = Given(None, None, None)
    better(given, loose=np.array([10.0, 5 + 1.1e-6, 0]))
    assert given.held[0] == [True, False, False]
