"""Stage after stage on one kept HiGHS model; the status is the solver's own, never PuLP's.

PuLP states the program and loads it into HiGHS once. Then for each objective: the former
plan, its places, facilities and users fixed, may be as good as any; if not, the search begins
afresh, bounded by nodes, so that it repeats; what was reached is kept as a row. A point is
believed only after its rows were recomputed here.

The former plan does not start the search: HiGHS 1.15.1, given a start, called a point optimal
that was not in one of a hundred random countries (49 people unserved instead of 14), and
without one in none of them. Nor do rows keep a stage by a hair, where they need not: bounds as
small as its tolerance make HiGHS call a program infeasible that is not (its issue 1959).
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

#: A stage that counts no whole things is kept at its value plus this: less would pretend more than the solver's own
#: tolerance.
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
    decided: np.ndarray
    """Places, facilities and users: the other whole numbers follow from them."""

    @property
    def size(self) -> int:
        return len(self.names)


def solve(program: Program, progress: Progress = lambda _: None) -> Solution:
    """Every objective of the program in order.

    Raises NoPlanPossible where the rules contradict each other, NoPlanFound where the
    bounded search found no plan, SolverFailed where the answer breaks a rule or is none.
    """
    options = _options(program)
    model = _load(program, options)
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


def _load(program: Program, options: dict[str, Any]) -> _Model:
    """The PuLP problem as a HiGHS model. Every option is checked: an unknown one is no option."""
    problem, unknown = program.problem, program.unknown
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
    decided = np.zeros(len(names), dtype=bool)
    for family in (unknown.x, unknown.k, unknown.y, unknown.grows):
        decided[[column[v.name] for v in family.values()]] = True
    return _Model(highs, names, column, np.array(lp.col_lower_), np.array(lp.col_upper_), whole, decided)


def _set_option(highs: Any, name: str, value: Any) -> None:
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverFailed(f'HiGHS does not take the option {name} = "{value}"')


def _stage(
    model: _Model, objective: Objective, former: np.ndarray | None, rule: SolverRule
) -> tuple[np.ndarray, StageResult]:
    costs = _costs(model, objective)
    _set_costs(model, costs)
    lowest = float(np.where(costs > 0, model.lower, model.upper)[costs != 0] @ costs[costs != 0])
    at_hand = None if former is None else _whole(model, _completed(model, former, model.decided), objective.name)
    if at_hand is not None and at_hand @ costs <= lowest + KEPT_WITHIN:
        point, bound, nodes = at_hand, lowest, 0
    else:
        point, bound, nodes = _searched(model, objective, costs, at_hand, lowest)
    value = float(point @ costs)
    _keep(model, costs, value)
    return point, _result(objective, value, min(bound, value), rule, nodes)


def _searched(
    model: _Model, objective: Objective, costs: np.ndarray, at_hand: np.ndarray | None, lowest: float
) -> tuple[np.ndarray, float, int]:
    """The best point found, the proven bound and the nodes of one search.

    Where the plan at hand is better than what the search found, it stands; if the search had
    called its own optimal, or the program infeasible, its word is worth nothing as a bound.
    """
    status, info = _run(model), model.highs.getInfo()
    if status == "infeasible" and at_hand is None:
        raise NoPlanPossible(f'no plan fits all rules (found in stage "{objective.name}")')
    if status in ("unbounded", "failed"):
        raise SolverFailed(f'HiGHS ended stage "{objective.name}" as {status}')
    nodes, bound = max(0, int(info.mip_node_count)), max(lowest, float(info.mip_dual_bound))
    found = None
    if status != "infeasible" and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        found = _whole(model, np.array(model.highs.getSolution().col_value), objective.name)
    if found is not None and (at_hand is None or found @ costs <= at_hand @ costs + KEPT_WITHIN):
        return found, bound, nodes
    if at_hand is None:
        raise NoPlanFound(f'the search ended in stage "{objective.name}" before it found a plan')
    return at_hand, bound if status == "feasible_with_gap" else lowest, nodes


def _run(model: _Model) -> Status:
    """Search afresh. Infeasible is what HiGHS calls so twice: its presolve has called programs so that are not."""
    for presolve in ("choose", "off"):
        _set_option(model.highs, "presolve", presolve)
        model.highs.clearSolver()
        model.highs.run()
        status = _status(model.highs)
        if status != "infeasible":
            break
    _set_option(model.highs, "presolve", "choose")
    return status


def _whole(model: _Model, point: np.ndarray, stage: str) -> np.ndarray:
    """The point with whole numbers made whole, which come back a millionth off, and the money after them."""
    return _believed(model, _completed(model, point, model.whole), stage)


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


def _completed(model: _Model, point: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The best point with the ``held`` whole numbers of ``point``: the rest follows the objective."""
    fixed = np.round(point)
    _set_bounds(model, np.where(held, fixed, model.lower), np.where(held, fixed, model.upper))
    model.highs.clearSolver()
    model.highs.run()
    solved = model.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    completed = np.array(model.highs.getSolution().col_value) if solved else point
    _set_bounds(model, model.lower, model.upper)
    return completed


def _keep(model: _Model, costs: np.ndarray, value: float) -> None:
    """From now on this objective stays at what was reached.

    Nothing lies between a whole number and the next, so that a whole objective is kept by half a unit.
    """
    where = np.flatnonzero(costs).astype(np.int32)
    whole = model.whole[where].all() and (costs[where] == np.round(costs[where])).all()
    most = round(value) + 0.5 if whole else value + KEPT_WITHIN
    model.highs.addRow(-highspy.kHighsInf, most, len(where), where, costs[where])


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
    slack = 10 * FEASIBILITY  # of money a cent
    broken = (activity < low - slack) | (activity > high + slack)
    outside = (rounded < model.lower - FEASIBILITY) | (rounded > model.upper + FEASIBILITY)
    if not np.isfinite(rounded).all() or off.max(initial=0) > 1e-4 or broken.any() or outside.any():
        raise SolverFailed(f'HiGHS returned a point that breaks {int(broken.sum())} rows in stage "{stage}"')
    return rounded
