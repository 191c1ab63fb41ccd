"""Stage after stage on one kept HiGHS model; the status is the solver's own, never PuLP's.

PuLP states the program and loads it into HiGHS once. Then for each objective: the former
plan, completed by an LP at its fixed whole numbers, starts the search; the search is bounded
by nodes, so that it repeats; what was reached is kept as a row. A point is believed only
after its rows were recomputed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pulp

from nationalmap.domain.plan import StageResult, Status
from nationalmap.domain.scenario import SolverRule
from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program.assemble import Objective, Program

#: How far a whole number or a row may be off before the answer is refused.
FEASIBILITY = 1e-6

#: A stage is kept at its value plus this: less would pretend more than the solver's own tolerance.
KEPT_WITHIN = 1e-6

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Solution:
    """Values of all unknowns by name, and how surely each stage was closed."""

    values: dict[str, float]
    stages: tuple[StageResult, ...]
    solver: str
    options: dict[str, Any]


@dataclass
class _Model:
    """The kept HiGHS model with what is needed to check a point without it."""

    highs: Any
    names: list[str]
    column: dict[str, int]
    lower: np.ndarray
    upper: np.ndarray
    whole: np.ndarray

    @property
    def size(self) -> int:
        return len(self.names)


def solve(program: Program, progress: Progress = lambda _: None) -> Solution:
    """Every objective of the program in order.

    Raises NoPlanPossible where the rules contradict each other, NoPlanFound where the
    bounded search found no plan, SolverFailed where the answer breaks a rule or is none.
    """
    options = _options(program)
    model = _load(program.problem, options)
    point: np.ndarray | None = None
    stages: list[StageResult] = []
    for number, objective in enumerate(program.objectives, 1):
        progress(f"stage {number} of {len(program.objectives)}: {objective.name}")
        point, stage = _stage(model, objective, point, program.known.scenario.solver)
        stages.append(stage)
    if point is None:
        raise SolverFailed("the scenario lists no stage with anything to decide")
    values = dict(zip(model.names, point.tolist(), strict=True))
    return Solution(values, tuple(stages), f"HiGHS {model.highs.version()}", options)


def _options(program: Program) -> dict[str, Any]:
    rule = program.known.scenario.solver
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-6,
        "mip_feasibility_tolerance": FEASIBILITY,
        "mip_max_nodes": rule.max_nodes,
        "time_limit": rule.time_limit_s,
    }


def _load(problem: pulp.LpProblem, options: dict[str, Any]) -> _Model:
    """The PuLP problem as a HiGHS model. Every option is checked: an unknown one is no option."""
    loader = pulp.HiGHS(msg=False)
    loader.createAndConfigureSolver(problem)
    loader.buildSolverModel(problem)
    highs = problem.solverModel
    for name, value in options.items():
        _set_option(highs, name, value)
    lp = highs.getLp()
    variables = problem.variables()
    column = {v.name: v.index for v in variables}
    names = sorted(column, key=lambda name: column[name])
    whole = np.zeros(len(names), dtype=bool)
    for v in variables:
        whole[column[v.name]] = v.cat == pulp.LpInteger
    return _Model(highs, names, column, np.array(lp.col_lower_), np.array(lp.col_upper_), whole)


def _set_option(highs: Any, name: str, value: Any) -> None:
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverFailed(f'HiGHS does not take the option {name} = "{value}"')


def _stage(
    model: _Model, objective: Objective, start: np.ndarray | None, rule: SolverRule
) -> tuple[np.ndarray, StageResult]:
    costs = _costs(model, objective)
    _set_costs(model, costs)
    if start is not None:
        start = _completed(model, start)
        trivial = float(np.where(costs > 0, model.lower, model.upper)[costs != 0] @ costs[costs != 0])
        if start @ costs <= trivial + KEPT_WITHIN:
            start = _believed(model, start, objective.name)
            _keep(model, costs, float(start @ costs))
            return start, _result(objective, float(start @ costs), trivial, rule, 0)
        _give_start(model, start)
    model.highs.run()
    status = _status(model.highs)
    if status == "infeasible":
        raise NoPlanPossible(f'no plan fits all rules (found in stage "{objective.name}")')
    if status in ("unbounded", "failed"):
        raise SolverFailed(f'HiGHS ended stage "{objective.name}" as {status}')
    info = model.highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise NoPlanFound(f'the search ended in stage "{objective.name}" before it found a plan')
    found, bound = np.array(model.highs.getSolution().col_value), float(info.mip_dual_bound)
    nodes = max(0, int(info.mip_node_count))
    # Whole numbers come back a millionth off: made whole, the money has to follow them exactly.
    point = _believed(model, _completed(model, found), objective.name)
    value = float(point @ costs)
    _keep(model, costs, value)
    return point, _result(objective, value, min(bound, value), rule, nodes)


def _costs(model: _Model, objective: Objective) -> np.ndarray:
    """Coefficients of the objective by column of the model."""
    costs = np.zeros(model.size)
    for variable, coefficient in objective.terms.items():
        costs[model.column[variable.name]] += coefficient
    return costs


def _rounded(value: float) -> float:
    """Five decimals, the solver's own tolerance being a millionth, and no minus before a zero."""
    return round(float(value), 5) + 0.0


def _result(objective: Objective, value: float, bound: float, rule: SolverRule, nodes: int) -> StageResult:
    value, bound = _rounded(value), _rounded(bound)
    gap = 0.0 if value <= bound else (value - bound) / max(abs(value), 1e-9)
    return StageResult(
        name=objective.name,
        unit=objective.unit,
        value=value,
        bound=bound,
        gap=gap,
        tolerance=rule.tolerance,
        status="proven" if gap <= rule.tolerance else "feasible_with_gap",
        nodes=nodes,
    )


def _status(highs: Any) -> Status:
    status = highs.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status == kinds.kOptimal:
        return "proven"
    if status == kinds.kInfeasible:
        return "infeasible"
    if status in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
        return "unbounded"
    if status in (kinds.kTimeLimit, kinds.kSolutionLimit, kinds.kIterationLimit, kinds.kInterrupt):
        return "feasible_with_gap"
    return "failed"


def _set_costs(model: _Model, costs: np.ndarray) -> None:
    model.highs.changeColsCost(model.size, np.arange(model.size, dtype=np.int32), costs)


def _set_bounds(model: _Model, lower: np.ndarray, upper: np.ndarray) -> None:
    model.highs.changeColsBounds(model.size, np.arange(model.size, dtype=np.int32), lower, upper)


def _completed(model: _Model, point: np.ndarray) -> np.ndarray:
    """The best point with the whole numbers of ``point``: the rest follows the new objective."""
    fixed = np.round(point)
    lower = np.where(model.whole, fixed, model.lower)
    upper = np.where(model.whole, fixed, model.upper)
    _set_bounds(model, lower, upper)
    model.highs.run()
    solved = model.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    completed = np.array(model.highs.getSolution().col_value) if solved else point
    _set_bounds(model, model.lower, model.upper)
    return completed


def _give_start(model: _Model, point: np.ndarray) -> None:
    solution = highspy.HighsSolution()
    solution.col_value = point.tolist()
    model.highs.setSolution(solution)


def _keep(model: _Model, costs: np.ndarray, value: float) -> None:
    """From now on this objective stays at what was reached."""
    where = np.flatnonzero(costs).astype(np.int32)
    model.highs.addRow(-highspy.kHighsInf, value + KEPT_WITHIN, len(where), where, costs[where])


def _believed(model: _Model, point: np.ndarray, stage: str) -> np.ndarray:
    """The point with whole numbers made whole, after every bound and row was recomputed."""
    off = np.abs(point - np.round(point))[model.whole]
    rounded = np.where(model.whole, np.round(point), point)
    lp = model.highs.getLp()
    matrix = lp.a_matrix_
    activity = np.zeros(lp.num_row_)
    start, index, value = (np.array(part) for part in (matrix.start_, matrix.index_, matrix.value_))
    if matrix.format_ == highspy.MatrixFormat.kColwise:
        np.add.at(activity, index, value * np.repeat(rounded, np.diff(start)))
    else:
        rows = np.repeat(np.arange(lp.num_row_), np.diff(start))
        np.add.at(activity, rows, value * rounded[index])
    low, high = np.array(lp.row_lower_), np.array(lp.row_upper_)
    slack = 10 * FEASIBILITY * np.maximum(1.0, np.abs(activity))
    broken = (activity < low - slack) | (activity > high + slack)
    outside = (rounded < model.lower - FEASIBILITY) | (rounded > model.upper + FEASIBILITY)
    if not np.isfinite(rounded).all() or off.max(initial=0) > 1e-4 or broken.any() or outside.any():
        raise SolverFailed(f'HiGHS returned a point that breaks {int(broken.sum())} rows in stage "{stage}"')
    return rounded
