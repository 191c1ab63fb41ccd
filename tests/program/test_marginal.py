"""Marginal prices: the published ones of Dantzig's transport problem, and those beside a decision that is held."""

from __future__ import annotations

import numpy as np
import pytest

from nationalmap.errors import SolverFailed
from nationalmap.program.marginal import marginal_prices
from tests.program.matrices import INF, matrix

SUPPLY = {"seattle": 350, "san_diego": 600}
DEMAND = {"new_york": 325, "chicago": 300, "topeka": 275}
MILES = {("seattle", "new_york"): 2.5, ("seattle", "chicago"): 1.7, ("seattle", "topeka"): 1.8,
         ("san_diego", "new_york"): 2.5, ("san_diego", "chicago"): 1.8, ("san_diego", "topeka"): 1.4}  # fmt: skip


def test_one_more_case_at_each_market_costs_what_was_published():
    """90 $ per case and thousand miles, in thousand $: 0.225, 0.153, 0.126."""
    program = matrix(
        {f"{i}-{j}": (0, INF, False) for i, j in MILES},
        {i: (-INF, {f"{i}-{j}": 1 for j in DEMAND}, SUPPLY[i]) for i in SUPPLY}
        | {j: (DEMAND[j], {f"{i}-{j}": 1 for i in SUPPLY}, INF) for j in DEMAND},
    )
    freight = np.array([0.09 * miles for miles in MILES.values()])
    prices = marginal_prices(program, np.zeros(6), freight, np.zeros(6, dtype=bool))
    assert [prices[j] for j in DEMAND] == pytest.approx([0.225, 0.153, 0.126])
    assert [prices[i] for i in SUPPLY] == pytest.approx([0, 0])


SITE = matrix(
    {"open": (0, 2, True), "users": (0, 9, True), "short": (0, 9, True)},
    {"need": (5, {"users": 1, "short": 1}, 5), "room": (-INF, {"users": 1, "open": -3}, 0),
     "money": (-INF, {"users": 2, "open": 1}, 7)},
)  # fmt: skip
COSTS = np.array([0.0, 0, 1])


def test_with_one_site_open_room_is_what_lacks_and_with_two_it_is_money():
    """One site: 3 of 5 users have room, 7 is enough for them. Two sites: of 7, 5 are left, for 2.5 users."""
    held = np.array([True, False, False])
    one = marginal_prices(SITE, np.array([1.0, 3, 2]), COSTS, held)
    two = marginal_prices(SITE, np.array([2.0, 2, 3]), COSTS, held)
    assert one == pytest.approx({"need": 1, "room": -1, "money": 0}) or one == pytest.approx(
        {"need": 1, "room": 0, "money": -0.5}
    )
    assert two == pytest.approx({"need": 1, "room": 0, "money": -0.5})


def test_a_decision_that_leaves_no_point_has_no_prices():
    with pytest.raises(SolverFailed, match="no point of which to state prices"):
        marginal_prices(SITE, np.array([2.0, 9, 9]), COSTS, np.array([True, True, True]))
