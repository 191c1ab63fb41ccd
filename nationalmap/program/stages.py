"""Stage after stage, written once for every solver.

For each objective: the former plan, its decided whole numbers fixed and the rest completed for the new
objective, may be as good as any; if not, a search begins afresh (``search``). What was reached is kept as a row.
Work is bounded by nodes.

A solver that fails, or says what cannot be, has its stage done again by the spare one, and the result says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.plan import StageResult
from nationalmap.errors import NoPlanFound, SolverFailed
from nationalmap.program.blocks.stage import Shop
from nationalmap.program.bottleneck import shut_above
from nationalmap.program.matrix import Matrix, StageCosts, trivial_bound
from nationalmap.program.search import KEPT_WITHIN, Closed, Search, counts_wholes, scale_of
from nationalmap.program.team import Team

if TYPE_CHECKING:
    from nationalmap.domain.plan import Status
    from nationalmap.program.matrix import Array

Progress = Callable[[str], None]
#: How many stages the first plan by blocks has in view.
FIRST = 4


@dataclass(frozen=True, eq=False)
class Reached:
    """A stage when it is done: the point, and what is said of it."""

    point: Array
    result: StageResult


def silent(_: str) -> None:
    """No progress is shown."""


def run_stages(
    matrix: Matrix,
    stages: Sequence[StageCosts],
    team: Team | None = None,
    progress: Progress = silent,
    done: Sequence[Reached] = (),
) -> Iterator[Reached]:
    """Every stage in order, each as soon as it is done. ``done`` are stages of an earlier, broken attempt.

    Raises NoPlanPossible where the rules contradict each other, NoPlanFound where the bounded search found no
    plan, SolverFailed where no solver gave an answer that holds.
    """
    team = team or Team()
    for stage, reached in zip(stages, done, strict=False):
        matrix = kept(matrix, stage, reached.point)
    point = done[-1].point if done else None
    shop = Shop(team.blocks, progress) if team.blocks and team.first == "highs" else None
    try:
        if shop is not None and point is None:
            progress("a first plan by blocks")
            point = first_plan(shop, matrix, stages, team)
        for number, stage in enumerate(stages[len(done) :], len(done)):
            progress(f"stage {number + 1} of {len(stages)}: {stage.name}")
            reached = _reach(matrix, stage, point, team, number, shop)
            point = reached.point
            after = kept(matrix, stage, point)
            team.keep(matrix, after)
            matrix = after
            yield reached
    finally:
        if shop is not None:
            shop.close()


def first_plan(shop: Shop, matrix: Matrix, stages: Sequence[StageCosts], team: Team) -> Array | None:
    """A plan that is good in all the first stages at once, which often can all be at their least; None: none found.

    The first ``FIRST`` stages with a stated tolerance, added up. It decides nothing: each stage is proven for itself,
    at once where this plan is at its least; so a solver that fails here fails nothing.
    """
    leading = [stage for stage in stages if stage.kind == "sum" and stage.gap][:FIRST]
    if not leading:
        return None
    together = replace(leading[0], name="first plan", costs=np.sum([stage.costs for stage in leading], axis=0))
    try:
        closed = Search(matrix, together, team.ready(team.first, matrix), team).by_blocks(None, shop)
    except SolverFailed:
        team.dismiss(team.first)
        return None
    return None if closed is None else closed.point


def kept(matrix: Matrix, stage: StageCosts, point: Array) -> Matrix:
    """The program in which a stage stays at what was reached.

    Nothing lies between a whole number and the next, so that a whole objective is kept by half a unit: rows
    as tight as the solver's tolerance make HiGHS call a program infeasible that is not (its issue 1959).
    """
    if stage.held is not None:
        fixed = np.round(point)
        return matrix.with_bounds(np.where(stage.held, fixed, matrix.lower), np.where(stage.held, fixed, matrix.upper))
    return kept_at(matrix, stage, stage.value(point))


def kept_at(matrix: Matrix, stage: StageCosts, value: float) -> Matrix:
    """The program in which a stage is not worse than a value."""
    if stage.kind == "largest":
        return matrix.with_bounds(matrix.lower, shut_above(matrix.upper, stage.costs, value))
    where = np.flatnonzero(stage.costs)
    most = round(value) + 0.5 if counts_wholes(matrix, stage) else value + KEPT_WITHIN
    return matrix.with_row(f"kept__{stage.name}", where, stage.costs[where], -np.inf, most)


def at_the_end(stages: Sequence[StageCosts], reached: Sequence[Reached]) -> tuple[StageResult, ...]:
    """What is said of each stage, its value told of the last plan: a later stage may have made it better by chance."""
    last = reached[-1].point
    return tuple(told_at(stage, r.result, last) for stage, r in zip(stages, reached, strict=True))


def told_at(stage: StageCosts, result: StageResult, point: Array) -> StageResult:
    """What is said of a stage where the last plan is another than the one that closed it."""
    value = _rounded(stage.value(point), stage.tolerance)
    if value == result.value:
        return result
    bound = min(result.bound, value)
    gap = _gap(value, bound)
    status: Status = "proven" if gap <= stage.tolerance else "feasible_with_gap"
    return replace(result, value=value, bound=bound, gap=gap, status=status)


def _reach(
    matrix: Matrix, stage: StageCosts, former: Array | None, team: Team, number: int, shop: Shop | None = None
) -> Reached:
    """A stage by the first solver, or by the spare one where the first failed."""
    why = team.passed_over.get(number, "")
    if not why:
        try:
            return _by(team.first, matrix, stage, former, team, shop)
        except SolverFailed as failed:
            team.dismiss(team.first)
            why = str(failed)
    if not team.spare:
        raise SolverFailed(f'stage "{stage.name}": {why}')
    try:
        reached = _by(team.spare, matrix, stage, former, team)
    except (SolverFailed, NoPlanFound) as failed:
        team.dismiss(team.spare)
        if former is None:
            raise SolverFailed(f'stage "{stage.name}": {why}; then {failed}') from failed
        return _stands(matrix, stage, former, f"former plan stands: {why}; then {failed}")
    return replace(reached, result=replace(reached.result, solver=f"{reached.result.solver}, after {why}"))


def _by(
    name: str, matrix: Matrix, stage: StageCosts, former: Array | None, team: Team, shop: Shop | None = None
) -> Reached:
    """A stage by one solver, start to end."""
    solver = team.ready(name, matrix)
    work = Search(matrix, stage, solver, team, scale_of(stage, former))
    if shop is not None and stage.gap and stage.kind == "sum":
        by_blocks = work.by_blocks(former, shop)
        if by_blocks is not None:
            return Reached(
                by_blocks.point, _result(stage, by_blocks, ", ".join(filter(None, (solver.name, by_blocks.note))))
            )
    at_hand = None if former is None else work.completed(former, matrix.decided)
    closed = work.least_largest(at_hand) if stage.kind == "largest" else work.least_sum(at_hand)
    return Reached(closed.point, _result(stage, closed, ", ".join(filter(None, (solver.name, closed.note)))))


def _stands(matrix: Matrix, stage: StageCosts, former: Array, solver: str) -> Reached:
    """No solver helps: the former plan as it is, and the bound that needs none."""
    lowest = 0.0 if stage.kind == "largest" else trivial_bound(stage.costs, matrix.lower, matrix.upper)
    return Reached(former, _result(stage, Closed(former, lowest), solver))


def _rounded(value: float, tolerance: float) -> float:
    """Five decimals, the solver's own tolerance being a millionth, and no minus before a zero.

    More where the stage asks for a finer proof than that and is small.
    """
    decimals, fine = 5, tolerance * abs(float(value))
    if tolerance < KEPT_WITHIN and fine:
        decimals = min(12, max(decimals, math.ceil(-math.log10(fine))))
    return round(float(value), decimals) + 0.0


def _gap(value: float, bound: float) -> float:
    """The relative gap between a value and its bound."""
    return 0.0 if value <= bound else (value - bound) / max(abs(value), 1e-9)


def _result(stage: StageCosts, closed: Closed, solver: str) -> StageResult:
    reached = stage.value(closed.point)
    value, bound = (_rounded(number, stage.tolerance) for number in (reached, min(closed.bound, reached)))
    gap = _gap(value, bound)
    return StageResult(
        name=stage.name,
        unit=stage.unit,
        value=value,
        bound=bound,
        gap=gap,
        tolerance=stage.tolerance,
        status="proven" if gap <= stage.tolerance else "feasible_with_gap",
        nodes=closed.nodes,
        solver=solver,
    )
