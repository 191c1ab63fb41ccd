"""The smallest largest cost (a worst journey): bisection over the costs that occur.

A limit on the largest cost shuts the columns above it. First the lowest limit with a solution in fractions is
looked for: an infeasible relaxation is a bound. From there the search goes on with whole numbers. The proof
is that nothing fits at the next lower cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import UsageError
from nationalmap.program.solvers import Found, Stopped

if TYPE_CHECKING:
    from nationalmap.domain.plan import Status
    from nationalmap.program.matrix import Array, Matrix, StageCosts

#: One search with these upper bounds and no objective; ``relaxed`` as the second argument.
Search = Callable[["Array", bool], Found]


@dataclass
class Bisected:
    """Where the bisection stands: ``point`` is the best known, nothing is below ``bound``."""

    point: Array | None = None
    bound: float = 0.0
    nodes: int = 0
    status: Status = "none"
    stopped: Stopped = ""


def shut_above(upper: Array, costs: Array, limit: float) -> Array:
    """Upper bounds with every column of a higher cost shut at zero."""
    return np.where(costs > limit, np.minimum(upper, 0.0), upper)


def least_largest(matrix: Matrix, stage: StageCosts, at_hand: Array | None, search: Search) -> Bisected:
    """The point with the smallest largest cost. A status "infeasible" or "none" comes without one."""
    costs = stage.costs
    if (costs < 0).any() or (matrix.lower[costs > 0] < 0).any():
        raise UsageError(f'stage "{stage.name}" asks for the largest of costs or columns below zero')
    limits = np.unique(np.append(costs[costs > 0], 0.0))

    def uppers(number: int) -> Array:
        return shut_above(matrix.upper, costs, float(limits[number]))

    def number_of(point: Array) -> int:
        return int(np.searchsorted(limits, stage.value(point)))

    top = len(limits) - 1 if at_hand is None else number_of(at_hand)
    lowest = _lowest_relaxed(top, lambda number: search(uppers(number), True).status == "infeasible")
    end = Bisected(at_hand)
    if lowest > top:
        return Bisected(status="infeasible")
    return _bisected(end, lowest, top, stage.gap, limits, lambda number: search(uppers(number), False), number_of)


def _lowest_relaxed(top: int, infeasible: Callable[[int], bool]) -> int:
    """The lowest limit that is not infeasible in fractions; top + 1 where all are."""
    low, high = 0, top + 1
    while low < high:
        middle = (low + high) // 2
        if infeasible(middle):
            low = middle + 1
        else:
            high = middle
    return low


def _bisected(
    end: Bisected,
    proven: int,
    top: int,
    gap: float,
    limits: Array,
    search: Callable[[int], Found],
    number_of: Callable[[Array], int],
) -> Bisected:
    """Whole numbers: first at the bound, where the answer most often is, then halving what is left.

    A search that ends without an answer moves the search upwards, and not the bound.
    """
    low, high = proven, top if end.point is not None else top + 1
    number = low
    while low < high and not _near(limits, proven, high, gap, end):
        found = search(number)
        end.nodes += found.nodes
        if found.point is not None:
            end.point, high = found.point, min(number, number_of(found.point))
        elif found.status == "infeasible":
            low = proven = number + 1
        else:
            low, end.stopped = number + 1, found.stopped or end.stopped
        number = (low + high) // 2
    end.status = "infeasible" if proven > top else "none" if end.point is None else "proven"
    end.bound = float(limits[min(proven, top)])
    return end


def _near(limits: Array, proven: int, high: int, gap: float, end: Bisected) -> bool:
    """Whether what is known is close enough to what is proven."""
    return end.point is not None and limits[high] - limits[proven] <= gap * limits[high]
