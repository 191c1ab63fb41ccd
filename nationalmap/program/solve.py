"""A program solved: every objective in order, in a process of its own, and the values by name.

The status is the solver's own, never PuLP's; PuLP states the program and does no more. The stages are in
``stages``, what each solver got wrong in ``solvers``, the process in ``child``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.domain.plan import StageResult
from nationalmap.errors import SolverFailed
from nationalmap.program.answer.told import told_in_cents, told_tightly
from nationalmap.program.child import run_in_child
from nationalmap.program.fingerprint import fingerprint
from nationalmap.program.matrix import Matrix, StageCosts, from_problem
from nationalmap.program.solvers import NAMES, backend
from nationalmap.program.stages import Progress, Reached, at_the_end, run_stages, silent
from nationalmap.program.team import Team
from nationalmap.program.terms import uncollected
from nationalmap.program.tightened import tightened

if TYPE_CHECKING:
    from nationalmap.domain.scenario import SolverRule
    from nationalmap.program.assemble import Objective, Program
    from nationalmap.program.matrix import Array


#: Processes that solve blocks, at most: each holds its own solver.
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Solution:
    """Values of all unknowns by name, and how surely each stage was closed."""

    values: dict[str, float]
    stages: tuple[StageResult, ...]
    solver: str
    options: dict[str, Any]
    program: dict[str, Any] = field(default_factory=dict)
    """What tells the stated program from another one: hash and sizes."""


def solve(program: Program, progress: Progress = silent, child: bool = True, solver: str = "highs") -> Solution:
    """Every objective of the program in order; ``solver`` is one of highs, cbc, glpk.

    With ``child`` in a process of its own: it can be interrupted at once, and a crash or a hang of the solver
    ends that process alone. Without it the solver runs here, which is quicker for many small programs.

    Raises NoPlanPossible where the rules contradict each other, NoPlanFound where the
    bounded search found no plan, SolverFailed where no answer holds, UsageError for an unknown solver.
    """
    matrix, stages = matrix_of(program), stage_costs(program)
    if not stages:
        raise SolverFailed("the scenario lists no stage with anything to decide")
    stated = fingerprint(matrix, stages)
    rule = program.known.scenario.solver
    if solver == "highs" and any(stage.gap for stage in stages):
        # Where a gap may stay, bounds count. The other solvers are second witnesses of the stated program; one period
        # that closes without was not measured against itself with these rows.
        matrix = tightened(program, matrix)
    solution = solve_matrix(matrix, stages, progress, child, solver, rule.time_limit_s, rule.blocks)
    return replace(told_in_cents(program, told_tightly(program, matrix, stages, solution)), program=stated)


def solve_matrix(
    matrix: Matrix,
    stages: tuple[StageCosts, ...],
    progress: Progress = silent,
    child: bool = True,
    solver: str = "highs",
    seconds: float = 600.0,
    blocks: bool = False,
) -> Solution:
    """As ``solve``, of a program that is a matrix already. ``seconds`` is the last resort for one search.

    ``blocks``: stages with a stated tolerance by blocks, in a child in as many processes as the machine has cores
    (results do not depend on how many).
    """
    if solver not in NAMES:
        backend(solver)  # raises, naming those that there are
    processes = min(os.cpu_count() or 1, MOST_PROCESSES) if child else 1
    team = Team(solver, seconds, blocks=processes if blocks else 0)
    reached: list[Reached]
    if child:
        reached = run_in_child(matrix, stages, team, progress)
    else:
        reached = list(run_stages(matrix, stages, team, progress))
    values = dict(zip(matrix.names, reached[-1].point.tolist(), strict=True))
    results = at_the_end(stages, reached)
    return Solution(values, results, _solvers(results), _options(stages, solver, seconds))


def matrix_of(program: Program) -> Matrix:
    """The program as arrays, with its decided whole numbers: places, facilities and users."""
    with uncollected():
        return from_problem(program.problem, program.decided)


def stage_costs(program: Program) -> tuple[StageCosts, ...]:
    """The objectives by column, each with its limits: its own, else the scenario's for it, else for all.

    A tolerance stated for a stage is also the gap at which its search may stop; the scenario's general one is
    only what counts as proven, and the search goes on to gap 0.
    """
    column = {v.name: number for number, v in enumerate(program.problem.variables())}
    return tuple(_stage(objective, column, program.known.scenario.solver) for objective in program.objectives)


def _stage(objective: Objective, column: Mapping[str, int], rule: SolverRule) -> StageCosts:
    costs = np.zeros(len(column))
    for variable, coefficient in objective.terms.items():
        costs[column[variable.name]] += coefficient
    return StageCosts(
        name=objective.name,
        unit=objective.unit,
        costs=costs,
        kind=objective.kind,
        tolerance=rule.tolerance if objective.tolerance is None else objective.tolerance,
        max_nodes=rule.max_nodes if objective.max_nodes is None else objective.max_nodes,
        gap=objective.tolerance or 0.0,
        held=_marked(objective.held, column),
    )


def _marked(names: Iterable[str], column: Mapping[str, int]) -> Array | None:
    """The columns of these names; None for no names."""
    marks = np.zeros(len(column), dtype=bool)
    marks[[column[name] for name in names]] = True
    return marks if marks.any() else None


def _solvers(results: tuple[StageResult, ...]) -> str:
    """The solvers that closed the stages, each once, in the order in which they were first at work."""
    return "; ".join(dict.fromkeys(result.solver for result in results))


def _options(stages: tuple[StageCosts, ...], solver: str, seconds: float) -> dict[str, Any]:
    """What was asked for, for the manifest."""
    from nationalmap.program.solvers.highs import OPTIONS

    return {
        "solver": solver,
        **(OPTIONS if solver == "highs" else {}),
        "mip_rel_gap": {stage.name: stage.gap for stage in stages},
        "mip_max_nodes": {stage.name: stage.max_nodes for stage in stages},
        "time_limit": seconds,
    }
