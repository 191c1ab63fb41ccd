"""Marginal prices: what one unit more of a row's limit would change, with what was decided held as it is.

A program of whole numbers has no prices of its own; its relaxation with the decided columns fixed has. They hold
for small changes only, and where several sets of prices are right this is one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.assemble import assemble
from nationalmap.program.constraints import RULES
from nationalmap.program.constraints.service import served_where_open
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.stages import kept_at

if TYPE_CHECKING:
    from nationalmap.program.known import Known
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


def prices_of(
    known: Known, stands: Mapping[tuple[str, int], tuple[int, int]], values: Mapping[str, float], stage: str
) -> dict[str, float]:
    """Marginal prices of a plan in the unit of ``stage``, by row: its places and facilities stand as they are.

    ``stands`` gives places and facilities by site and year, ``values`` the stages before, which are kept. Users and
    money follow in fractions. Raises SolverFailed where that leaves no point.
    """
    # A bound that whole facilities imply would tie each municipality's users to its need of today.
    program = assemble(known, [rule for rule in RULES if rule is not served_where_open])
    matrix = matrix_of(program)
    column = {name: number for number, name in enumerate(matrix.names)}
    held, point = np.zeros(matrix.size, dtype=bool), np.zeros(matrix.size)
    for family, part in ((program.unknown.k, 0), (program.unknown.y, 1)):
        for key, variable in family.items():
            held[column[variable.name]], point[column[variable.name]] = True, stands.get(key, (0, 0))[part]
    users = [v.name for v in (*program.unknown.x.values(), *program.unknown.x_other.values())]
    upper = matrix.upper.copy()
    upper[[column[name] for name in users]] = np.inf
    matrix = replace(matrix, upper=upper)
    for one in stage_costs(program):
        if one.name == stage:
            return marginal_prices(matrix, point, one.costs, held)
        matrix = kept_at(matrix, one, values[one.name])
    raise SolverFailed(f'the scenario has no stage "{stage}"')
