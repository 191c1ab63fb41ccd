"""What is said of a stage where the tables hold something else than the solver: payments in whole cents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nationalmap.errors import SolverFailed
from nationalmap.program.answer.decided import decided
from nationalmap.program.answer.money import payments
from nationalmap.program.nouns import EUR_PER_UNIT

if TYPE_CHECKING:
    from nationalmap.domain.plan import StageResult
    from nationalmap.program.assemble import Program
    from nationalmap.program.solve import Solution

#: The stage that is a sum of payments, each with a weight of its own; all others are told as they were reached.
OF_PAYMENTS = "tie_break_money"


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
