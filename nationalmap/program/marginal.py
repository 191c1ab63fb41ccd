"""Marginal prices: what one unit more of a row's limit would change, with what was decided held as it is.

A program of whole numbers has no prices of its own; its relaxation with the decided columns fixed has. They hold
for small changes only, and where several sets of prices are right this is one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers.highs import Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix


def marginal_prices(matrix: Matrix, point: Array, costs: Array, held: Array) -> dict[str, float]:
    """Change of the least ``costs`` for one unit more of each row's limit, by the row's name.

    The columns marked in ``held`` stay at their value in ``point`` (whole ones rounded); all others are free
    within their bounds, in fractions. Raises SolverFailed where that has no optimum.
    """
    fixed = matrix.rounded(point)
    lower, upper = np.where(held, fixed, matrix.lower), np.where(held, fixed, matrix.upper)
    solver = Highs()
    solver.load(matrix)
    prices = solver.prices(costs, lower, upper)
    if prices is None:
        raise SolverFailed("what was decided leaves no point of which to state prices")
    return {name: float(price) + 0.0 for name, price in zip(matrix.row_names, prices.tolist(), strict=True)}
