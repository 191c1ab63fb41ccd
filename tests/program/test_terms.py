"""Sums of unknowns are those of PuLP, and the collector goes on afterwards."""

import gc

import pulp
import pytest

from nationalmap.program.terms import at_most_zero, total, uncollected, weighted


def test_a_sum_is_that_of_pulp():
    a, b = pulp.LpVariable("a"), pulp.LpVariable("b")
    mixed = [a, 2 * b, 3, a, b - 1.5, 0]
    found, expected = total(mixed), pulp.lpSum(mixed)
    assert (dict(found), found.constant) == (dict(expected), expected.constant) == ({a: 2, b: 3}, 1.5)


def test_a_weighted_sum_adds_up_what_comes_twice_and_has_no_term_of_zero():
    a, b = pulp.LpVariable("a"), pulp.LpVariable("b")
    assert dict(weighted([(a, 2.0), (b, 0.0), (a, 0.5)])) == {a: 2.5}


def test_a_row_below_zero():
    a, b = pulp.LpVariable("a"), pulp.LpVariable("b")
    found = at_most_zero(weighted([(a, 1), (b, -3)]))
    assert (dict(found.items()), found.constant, found.sense) == ({a: 1, b: -3}, 0, pulp.LpConstraintLE)


def test_the_collector_goes_on_even_after_a_fault():
    with pytest.raises(ValueError, match="broken"), uncollected():
        assert not gc.isenabled()
        raise ValueError("broken")
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
