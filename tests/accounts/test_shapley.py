"""The Shapley value against every order in which municipalities can join; whole cents that add up."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

from hypothesis import given
from hypothesis import strategies as st

from nationalmap.accounts.amounts import Costs, to_cents
from nationalmap.accounts.shapley import shapley

COSTS = st.builds(
    Costs,
    place=st.integers(0, 2_000_000),
    facility=st.integers(0, 5_000_000),
    users_per_place=st.integers(1, 3),
    smallest=st.integers(0, 12),
    largest=st.integers(12, 30),
)
USERS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 15), min_size=2, max_size=6)
WHOLE = st.fractions(0, 80_000_000, max_denominator=200)


def by_orders(costs: Costs, users: dict[str, int], whole: Fraction) -> dict[str, Fraction]:
    """What each adds to the cost, averaged over all orders, one after the other."""
    every, value = sum(users.values()), dict.fromkeys(users, Fraction(0))
    for order in permutations(users):
        together, before = 0, Fraction(0)
        for m in order:
            together += users[m]
            after = whole if together == every else min(Fraction(costs.alone(together)), whole)
            value[m] += after - before
            before = after
    return {m: total / factorial(len(users)) for m, total in value.items()}


@given(COSTS, USERS, WHOLE)
def test_the_value_is_the_average_over_all_orders(costs, users, whole):
    assert shapley(costs, users, whole) == by_orders(costs, users, whole)


@given(COSTS, USERS, WHOLE)
def test_the_values_add_up_and_equal_users_have_equal_values(costs, users, whole):
    value = shapley(costs, users, whole)
    assert sum(value.values()) == whole
    assert all(value[a] == value[b] for a in users for b in users if users[a] == users[b])
    assert all(v >= 0 for v in value.values())


def test_two_municipalities_by_hand():
    """A place 100, smallest 5 places; 8 and 2 users alone 8 and 5 places, together 10 (and 50 for the house).

    First the one of 8: 800 + 50, then 1,050 - 850 = 200; first the one of 2: 550, then 500.
    """
    value = shapley(Costs(100, 50, 1, 5, 20), {"big": 8, "small": 2}, Fraction(1050))
    assert value == {"big": Fraction(850 + 500, 2), "small": Fraction(200 + 550, 2)}


def test_nobody_pays_for_more_than_the_whole():
    """A service that stands smaller than its smallest size costs 300, whoever would come alone."""
    value = shapley(Costs(100, 0, 1, 5, 20), {"a": 2, "b": 1}, Fraction(300))
    assert value == {"a": Fraction(150), "b": Fraction(150)}


def test_28_members_and_more_are_counted_exactly():
    users = {f"m{i:02}": 3 + 7 * i % 29 for i in range(28)}
    value = shapley(Costs(1_234_567, 890_123, 1, 30, 60), users, Fraction(sum(users.values()) * 1_250_000))
    assert sum(value.values()) == sum(users.values()) * 1_250_000
    many = shapley(Costs(100, 0, 1, 0, 0), dict.fromkeys(map(str, range(70)), 2), Fraction(14_000))
    assert set(many.values()) == {Fraction(200)}


def test_where_a_user_always_costs_the_same_both_splits_agree():
    users = {f"m{i:02}": 1 + i for i in range(70)}
    value = shapley(Costs(700, 0, 1, 0, 0), users, Fraction(700 * sum(users.values())))
    assert value == {m: Fraction(700 * n) for m, n in users.items()}


def test_a_facility_that_holds_everyone_is_shared_alike_however_many_they_are():
    """A hundred municipalities, 505,000 users at 3 a place, one facility of 10,000: 100 for each, and 3 a user."""
    users = {f"m{i:03}": 100 * i for i in range(1, 101)}
    value = shapley(Costs(3, 10_000, 1, 1, 1_000_000), users, Fraction(3 * 505_000 + 10_000))
    assert value == {m: Fraction(3 * n + 100) for m, n in users.items()}


@given(st.dictionaries(st.sampled_from("abcdef"), st.fractions(0, 1000, max_denominator=97), min_size=1), st.data())
def test_cents_add_up_to_the_total_and_lie_within_a_cent(parts, data):
    total = data.draw(st.sampled_from([sum(parts.values()).__floor__(), sum(parts.values()).__ceil__()]))
    whole = to_cents(parts, total)
    assert sum(whole.values()) == total
    assert all(abs(whole[m] - parts[m]) <= 1 for m in parts)


def test_the_cent_that_is_left_goes_to_the_largest_remainder_then_to_the_first_code():
    third = Fraction(100, 3)
    assert to_cents({"c": third, "b": third, "a": third}, 100) == {"a": 34, "b": 33, "c": 33}
    assert to_cents({"a": Fraction(1, 4), "b": Fraction(3, 4)}, 1) == {"a": 0, "b": 1}
