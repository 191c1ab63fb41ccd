"""What is said of a stage where the tables hold something else than the solver: whole cents, and no slack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.answer.decided import decided
from nationalmap.program.answer.money import payments
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.stages import told_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.domain.plan import StageResult
    from nationalmap.program.assemble import Program
    from nationalmap.program.matrix import Matrix, StageCosts
    from nationalmap.program.solve import Solution

#: The stage that is a sum of payments, each with a weight of its own; all others are told as they were reached.
OF_PAYMENTS = "tie_break_money"

#: Families that only measure what the decisions leave to be desired.
MEASURES = ("e_package", "e_spread", "e_staff", "theta", "eta", "excess")


def told_tightly(program: Program, matrix: Matrix, stages: Sequence[StageCosts], solution: Solution) -> Solution:
    """The same decisions, with every measure of them as small as they allow.

    A stage that was left open is kept at its value; where a later one made the plan better than that by chance, the
    measure may still stand at what was kept, and the tables would say something else than the stage.
    """
    if not any(stage.gap for stage in solution.stages):
        return solution
    families = program.unknown.families()
    names = {variable.name for family in MEASURES for variable in families[family].values()}
    free = np.array([name in names for name in matrix.names])
    point = matrix.rounded(np.array([solution.values[name] for name in matrix.names]))
    costs = np.where(free, sum(stage.costs for stage in stages), 0.0)
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    touched = np.zeros(matrix.rows, dtype=bool)
    touched[row[free[matrix.index]]] = True
    lower, upper = np.where(free, matrix.lower, point), np.where(free, matrix.upper, point)
    try:
        solver = Highs()
        solver.load(matrix.only_rows(touched))
        found = solver.minimise(np.where(free & (costs == 0), 1.0, costs), Limits(), lower, upper, relaxed=True)
    except SolverFailed:
        return solution
    if found.point is None:
        return solution
    tight = matrix.rounded(np.where(free, found.point, point))
    results = tuple(
        told_at(stage, result, tight) if free[np.flatnonzero(stage.costs)].any() else result
        for stage, result in zip(stages, solution.stages, strict=True)
    )
    return replace(solution, values=dict(zip(matrix.names, tight.tolist(), strict=True)), stages=results)


def told_in_cents(program: Program, solution: Solution) -> Solution:
    """The same solution, its stage of payments told from the whole cents that the tables hold.

    Nothing is told anew where the payments are no whole cents: the tables then refuse them.
    """
    terms = [objective.terms for objective in program.objectives if objective.name == OF_PAYMENTS]
    if not terms:
        return solution
    try:
        paid = payments(program.known, decided(program.unknown, solution.values))
    except SolverFailed:
        return solution
    weight = {variable.name: round(coefficient) for variable, coefficient in terms[0].items()}
    cents = sum(weight[program.unknown.b[key].name] * amount for key, amount in paid.items())
    value = cents / (EUR_PER_UNIT * 100)
    stages = tuple(_told(stage, value) if stage.name == OF_PAYMENTS else stage for stage in solution.stages)
    return replace(solution, stages=stages)


def _told(stage: StageResult, value: float) -> StageResult:
    """Another value; the bound moves with it, for parts of cents decide nothing, and so the gap stays."""
    bound = round(value - (stage.value - stage.bound), 5)
    gap = max(0.0, value - bound) / max(abs(value), 1e-9)
    return replace(stage, value=value, bound=bound, gap=gap)
