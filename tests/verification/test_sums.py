"""The arithmetic of the witness itself against plain counting: Shapley value, cents, the worst tenth."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from nationalmap.verification.findings import Findings, shown
from nationalmap.verification.question import read_question
from nationalmap.verification.shared import shapley, stand_alone, to_cents
from nationalmap.verification.stages import weight, worst_tenth
from tests.verification.towns import towns

F = Fraction
DAY = read_question(towns(), Findings()).services["day"]


def test_what_a_service_alone_costs() -> None:
    most = F(10**9)
    assert stand_alone(DAY, 0, most) == 0
    assert stand_alone(DAY, 1, most) == 5 * 100_000 + 50_000
    assert stand_alone(DAY, 11, most) == 6 * 100_000 + 50_000
    assert stand_alone(DAY, 21, most) == 11 * 100_000 + 2 * 50_000
    assert stand_alone(DAY, 21, F(7)) == 7
    at_home = dataclasses.replace(DAY, facilities=False, kmin=0, kmax=0, home=True)
    assert stand_alone(at_home, 3, most) == 2 * 100_000
    # Without facilities of its own a largest size says nothing.
    assert stand_alone(dataclasses.replace(DAY, facilities=False), 3, most) == 5 * 100_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=5), st.integers(0, 5_000_000))
def test_shapley_is_the_average_over_all_orders(sizes: list[int], base: int) -> None:
    users = {f"m{n}": size for n, size in enumerate(sizes)}
    every, whole = sum(sizes), F(base)

    def cost(together: int) -> Fraction:
        return whole if together == every else stand_alone(DAY, together, whole)

    orders = list(permutations(users))
    slow = dict.fromkeys(users, F(0))
    for order in orders:
        before = 0
        for m in order:
            slow[m] += (cost(before + users[m]) - cost(before)) / len(orders)
            before += users[m]
    fast = shapley(DAY, users, whole)
    assert fast == slow
    assert sum(fast.values()) == whole


def test_what_costs_the_same_for_every_user_is_split_by_users_and_what_the_first_costs_alike() -> None:
    # A place costs 1,000.00 and holds one user; the one facility 500.00, of which each of three bears a third.
    house = dataclasses.replace(DAY, rho=1, kmin=1, kmax=100)
    users = {"a": 3, "b": 1, "c": 2}
    shared = {m: n * 100_000 + F(50_000, 3) for m, n in users.items()}
    assert shapley(house, users, F(6 * 100_000 + 50_000)) == shared
    at_home = dataclasses.replace(house, facilities=False, home=True)
    assert shapley(at_home, users, F(600_000)) == {"a": 300_000, "b": 100_000, "c": 200_000}


@given(st.dictionaries(st.sampled_from("abcdef"), st.fractions(-100, 100), min_size=1))
def test_cents_add_up_and_move_nobody_by_a_cent(parts: dict[str, Fraction]) -> None:
    total = round(sum(parts.values()))
    found = to_cents(parts, total)
    if total >= sum(parts.values()) - F(1, 2):
        assert sum(found.values()) == total
    assert all(abs(found[m] - part) <= 1 for m, part in parts.items())


def test_equal_remainders_go_by_code() -> None:
    assert to_cents({"b": F(1, 2), "a": F(1, 2)}, 1) == {"a": 1, "b": 0}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=8))
def test_the_worst_tenth_is_the_least_over_every_threshold(pairs: list[tuple[int, int]]) -> None:
    short = [(F(min(u, d)), d) for u, d in pairs]
    tenth = F(sum(d for _, d in short), 10)
    # The sum is convex and bends at the shares: its least lies at one of them.
    least = min(eta + sum(max(F(0), u - eta * d) for u, d in short) / tenth for eta in (u / d for u, d in short))
    assert worst_tenth(short) == least


def test_weights_are_those_of_the_codes() -> None:
    # sha256("k|a|2027") begins so: computed once with coreutils' sha256sum.
    assert weight("k", "a", 2027) == 1 + int("11d50ace03bcee28", 16) % 997


def test_figures_in_a_sentence() -> None:
    assert [shown(v) for v in (None, "", True, False, F(1, 3), F(4, 2), 7)] == [
        "blank", "blank", "yes", "no", "0.333333333", "2", "7",
    ]  # fmt: skip
    assert shown(123_456, True) == "1,234.56"
    assert shown(F(1, 2), True) == "0.005000"
