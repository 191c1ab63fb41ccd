"""The Shapley value of a shared service: what each municipality adds to its cost, over all orders of joining."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any

from nationalmap.accounts.amounts import Costs

#: A binomial coefficient of so many members still fits into 64 bits.
_FITS = 60


def shapley(costs: Costs, users: Mapping[str, int], whole: Fraction) -> dict[str, Fraction]:
    """Shapley value in cents of the cost game of a shared service; the values add up to ``whole``, exactly.

        phi[m] = sum over coalitions S without m of |S|! (n - 1 - |S|)! / n! * (c(u(S) + u[m]) - c(u(S)))
        c(u)   = min(cost of a service for u users alone, whole), whole for all users, 0 for none
    Source: Shapley (1953). The cost depends on the sum of users only, so coalitions are counted by their number of
    members and sum of users, not listed: time grows with members^2 * users, not with 2^members.
    """
    import numpy as np

    sizes, n = list(users.values()), len(users)
    every, scale = sum(sizes), whole.denominator
    alone = [*(min(costs.alone(u) * scale, whole.numerator) for u in range(1, every)), whole.numerator]
    steps = {after - before for before, after in pairwise(alone)}
    if len(steps) <= 1:
        # One more user always costs the same, and the facility is shared alike: nothing to count.
        step = steps.pop() if steps else 0
        return {m: Fraction(step * size, scale) + Fraction(alone[0] - step, n * scale) for m, size in users.items()}
    cost = np.array([0, *alone], dtype=object)
    all_ = _coalitions(sizes)
    value: dict[int, Fraction] = {}
    for mine in sorted(set(sizes)):
        others = _without(all_, mine)
        added = cost[mine:] - cost[: len(cost) - mine]
        sums = [sum((others[size, : every - mine + 1].astype(object) * added).tolist()) for size in range(n)]
        # Of n! orders, size! (n - 1 - size)! have just these coalitions before the municipality.
        value[mine] = sum((Fraction(total, n * comb(n - 1, k) * scale) for k, total in enumerate(sums)), Fraction(0))
    return {m: value[size] for m, size in users.items()}


def _coalitions(sizes: list[int]) -> Any:
    """How many coalitions have so many members (rows) and so many users (columns)."""
    import numpy as np

    kind = np.int64 if len(sizes) <= _FITS else object
    count = np.zeros((len(sizes) + 1, sum(sizes) + 1), dtype=kind)
    count[0, 0] = 1
    for size in sizes:
        count[1:, size:] += count[:-1, : count.shape[1] - size].copy()
    return count


def _without(count: Any, size: int) -> Any:
    """The same without one municipality of so many users: the last step of the counting undone."""
    left = count.copy()
    for members in range(1, len(left)):
        left[members, size:] -= left[members - 1, : left.shape[1] - size]
    return left
