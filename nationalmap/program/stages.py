"""Stage after stage, written once for every solver.

For each objective: the former plan, its decided whole numbers fixed and the rest completed for the new
objective, may be as good as any; if not, a search begins afresh. What was reached is kept as a row, and a
point is believed only after every bound and row was recomputed here. Work is bounded by nodes.

A solver that fails, or says what cannot be, has its stage done again by the spare one, and the result says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.plan import StageResult
from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program.bottleneck import least_largest, shut_above
from nationalmap.program.matrix import Matrix, StageCosts, trivial_bound
from nationalmap.program.neighbourhood import improved
from nationalmap.program.solvers import Backend, Found, Limits, backend

if TYPE_CHECKING:
    from nationalmap.domain.plan import Status
    from nationalmap.program.matrix import Array

#: A stage that counts no whole things is kept at its value plus this, the solvers' own tolerance. Not at its value
#: plus the gap that may be left open: that would give away of an earlier stage what was already reached, to ease a
#: later one that matters less, and the value in the result would not be the plan's any more. What stays open is said
#: by the stage's bound.
KEPT_WITHIN = 1e-6
#: By how much (of 1 and of its value) a bound may lie above a value before the solver is called a liar.
LIE = 1e-5
#: The last resort: seconds for one stage.
SECONDS = 600.0
#: Nodes of a search around a plan at hand.
AROUND = 100
#: What a result says where it was: then the plan may differ on another machine.
BY_CLOCK = "stopped by the clock"

Progress = Callable[[str], None]


class Lied(SolverFailed):
    """A solver said what cannot be: a point that breaks a row, a bound that a known point refutes."""


@dataclass(frozen=True, eq=False)
class Reached:
    """A stage when it is done: the point, and what is said of it."""

    point: Array
    result: StageResult


@dataclass(frozen=True, eq=False)
class _Closed:
    """What one solver made of a stage."""

    point: Array
    bound: float
    nodes: int = 0
    note: str = ""


def silent(_: str) -> None:
    """No progress is shown."""


def _unwatched(_: float) -> None:
    """Nobody waits with a watch."""


@dataclass
class Team:
    """The solvers at work: the one asked for, and the spare one for a stage in which it fails.

    ``make`` gives a solver by name; ``waiting`` is told, before each search, how many seconds it may take;
    ``passed_over`` says of stages (by number from 0) why the first solver is not to be asked there.
    """

    first: str = "highs"
    seconds: float = SECONDS
    make: Callable[[str], Backend] = backend
    waiting: Callable[[float], None] = _unwatched
    passed_over: dict[int, str] = field(default_factory=dict)
    grace: float = 15.0
    """Seconds that a search may go on beyond its limit before it counts as hanging (in a child process)."""
    _loaded: dict[str, Backend] = field(default_factory=dict, init=False)

    @property
    def spare(self) -> str:
        """CBC stands in for HiGHS. A solver asked for as a second witness has no spare."""
        return "cbc" if self.first == "highs" else ""

    def ready(self, name: str, matrix: Matrix) -> Backend:
        """The solver with the program in it."""
        if name not in self._loaded:
            solver = self.make(name)
            solver.load(matrix)
            self._loaded[name] = solver
        return self._loaded[name]

    def dismiss(self, name: str) -> None:
        """A solver that failed is started anew when it is next wanted."""
        self._loaded.pop(name, None)

    def keep(self, before: Matrix, after: Matrix) -> None:
        """The row or the bounds that a stage leaves behind, for every solver that is loaded."""
        for name in list(self._loaded):
            try:
                _tell(self._loaded[name], before, after)
            except SolverFailed:
                self.dismiss(name)


def _tell(solver: Backend, before: Matrix, after: Matrix) -> None:
    if after.rows > before.rows:
        last = slice(int(after.start[-2]), int(after.start[-1]))
        low, high = float(after.row_lower[-1]), float(after.row_upper[-1])
        solver.add_row(after.row_names[-1], after.index[last], after.value[last], low, high)
    else:
        solver.set_bounds(after.lower, after.upper)


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
    for number, stage in enumerate(stages[len(done) :], len(done)):
        progress(f"stage {number + 1} of {len(stages)}: {stage.name}")
        reached = _reach(matrix, stage, point, team, number)
        point = reached.point
        after = kept(matrix, stage, point)
        team.keep(matrix, after)
        matrix = after
        yield reached


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
    most = round(value) + 0.5 if _counts_wholes(matrix, stage) else value + KEPT_WITHIN
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


def _counts_wholes(matrix: Matrix, stage: StageCosts) -> bool:
    where = np.flatnonzero(stage.costs)
    return bool(matrix.whole[where].all() and (stage.costs[where] == np.round(stage.costs[where])).all())


def _reach(matrix: Matrix, stage: StageCosts, former: Array | None, team: Team, number: int) -> Reached:
    """A stage by the first solver, or by the spare one where the first failed."""
    why = team.passed_over.get(number, "")
    if not why:
        try:
            return _by(team.first, matrix, stage, former, team)
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


def _by(name: str, matrix: Matrix, stage: StageCosts, former: Array | None, team: Team) -> Reached:
    """A stage by one solver, start to end."""
    solver = team.ready(name, matrix)
    work = _Work(matrix, stage, solver, team, _scale(stage, former))
    at_hand = None if former is None else work.completed(former, matrix.decided)
    closed = work.least_largest(at_hand) if stage.kind == "largest" else work.least_sum(at_hand)
    return Reached(closed.point, _result(stage, closed, ", ".join(filter(None, (solver.name, closed.note)))))


def _stands(matrix: Matrix, stage: StageCosts, former: Array, solver: str) -> Reached:
    """No solver helps: the former plan as it is, and the bound that needs none."""
    lowest = 0.0 if stage.kind == "largest" else trivial_bound(stage.costs, matrix.lower, matrix.upper)
    return Reached(former, _result(stage, _Closed(former, lowest), solver))


@dataclass(frozen=True)
class _Work:
    """One stage, one solver."""

    matrix: Matrix
    stage: StageCosts
    solver: Backend
    team: Team
    scale: float = 1.0
    """What the solver's costs are multiplied by; see ``_scale``."""

    def ask(
        self,
        costs: Array,
        lower: Array,
        upper: Array,
        relaxed: bool = False,
        gap: float = 0.0,
        nodes: int | None = None,
        enough: float = np.inf,
        bound_only: bool = False,
    ) -> Found:
        """One search within the stage's limits."""
        self.team.waiting(self.team.seconds)
        nodes = self.stage.max_nodes if nodes is None else nodes
        limits = Limits(gap, nodes, self.team.seconds, enough * self.scale, bound_only)
        found = self.solver.minimise(costs * self.scale, limits, lower, upper, relaxed)
        return found if self.scale == 1 else replace(found, bound=found.bound / self.scale)

    @property
    def costs(self) -> Array:
        """What completes a point: the stage's costs; of a largest cost the sum, which draws every use down."""
        return self.stage.costs

    def completed(self, point: Array, held: Array) -> Array | None:
        """The best point with the ``held`` whole numbers of ``point``, the rest following the objective."""
        fixed = np.round(point)
        lower, upper = np.where(held, fixed, self.matrix.lower), np.where(held, fixed, self.matrix.upper)
        everything = bool(held[self.matrix.whole].all())
        found = self.ask(self.costs, lower, upper, relaxed=everything, nodes=max(AROUND, self.stage.max_nodes))
        if found.point is None:
            # The point itself fits; a solver that finds none beside it fails at a hair.
            return self.believed(point, quiet=True)
        return self.believed(found.point, quiet=True) if everything else self.whole(found.point, quiet=True)

    def whole(self, point: Array, quiet: bool = False) -> Array | None:
        """The point with whole numbers made whole, which come back a millionth off, and the money after them."""
        fixed, matrix = np.round(point), self.matrix
        lower, upper = np.where(matrix.whole, fixed, matrix.lower), np.where(matrix.whole, fixed, matrix.upper)
        found = self.ask(self.costs, lower, upper, relaxed=True)
        return self.believed(point if found.point is None else found.point, quiet)

    def believed(self, point: Array, quiet: bool = False) -> Array | None:
        """The point, whole numbers made whole, if it holds; else None (``quiet``) or Lied."""
        objection = self.matrix.objection(point)
        if not objection:
            return self.matrix.rounded(point)
        if quiet:
            return None
        raise Lied(f"{self.solver.name} returned {objection}")

    def least_sum(self, at_hand: Array | None) -> _Closed:
        """The smallest sum: at a bound at once, else around the plan at hand (if a gap may stay), else by a search."""
        stage, matrix = self.stage, self.matrix
        bound = trivial_bound(stage.costs, matrix.lower, matrix.upper)
        if at_hand is not None and stage.value(at_hand) <= bound + KEPT_WITHIN:
            return _Closed(at_hand, bound)
        if at_hand is not None and stage.gap:
            at_hand, bound = self.improved(at_hand, bound)
            if self.near(at_hand, bound):
                return _Closed(at_hand, bound, note="around the former plan")
        enough, bound_only = np.inf, False
        if at_hand is not None and stage.gap:
            # One node finds no better point than was found around the plan at hand.
            enough, bound_only = stage.value(at_hand) * (1 - stage.gap), stage.max_nodes == 1
        found = self.ask(stage.costs, matrix.lower, matrix.upper, gap=stage.gap, enough=enough, bound_only=bound_only)
        point = self.judged(found, at_hand)
        bound = self.ceiled(max(bound, found.bound))
        self.check_bound(bound, stage.value(point))
        if point is not at_hand and not self.near(point, bound):
            point, bound = self.improved(point, bound)
        return _Closed(point, bound, found.nodes, BY_CLOCK if found.stopped == "clock" else "")

    def near(self, point: Array, bound: float) -> bool:
        """Whether a point is as close to the bound as the stage asks."""
        value = self.stage.value(point)
        return value - bound <= max(KEPT_WITHIN, self.stage.gap * abs(value))

    def ceiled(self, bound: float) -> float:
        """A bound on whole things is a whole number."""
        wholes = _counts_wholes(self.matrix, self.stage) and np.isfinite(bound)
        return float(np.ceil(bound - 1e-3)) if wholes else bound

    def improved(self, point: Array, bound: float) -> tuple[Array, float]:
        """The point made better around itself, and the bound by the relaxation."""
        stage, matrix = self.stage, self.matrix
        loose = self.ask(stage.costs, matrix.lower, matrix.upper, relaxed=True)
        if loose.status == "proven":
            bound = self.ceiled(max(bound, loose.bound))
            self.check_bound(bound, stage.value(point))
        point = improved(matrix, point, stage.value, self.around, loose.point, bound, stage.gap)
        self.check_bound(bound, stage.value(point))
        return point, bound

    def around(self, point: Array, held: Array) -> Array | None:
        """The best point within AROUND nodes that has the ``held`` whole numbers of this one."""
        lower, upper = np.where(held, point, self.matrix.lower), np.where(held, point, self.matrix.upper)
        found = self.ask(self.stage.costs, lower, upper, gap=self.stage.gap / 2, nodes=AROUND)
        return None if found.point is None else self.whole(found.point, quiet=True)

    def judged(self, found: Found, at_hand: Array | None) -> Array:
        """The better one of what was found and what was at hand. Raises what the status asks for."""
        name = self.stage.name
        if found.status == "infeasible" and at_hand is None:
            raise NoPlanPossible(f'no plan fits all rules (found in stage "{name}")')
        if found.status == "infeasible":
            raise Lied(f"{self.solver.name} called the program infeasible, of which a plan is at hand")
        if found.status in ("unbounded", "failed"):
            raise SolverFailed(f'{self.solver.name} ended stage "{name}" as {found.status}')
        point = None if found.point is None else self.whole(found.point)
        if point is None and at_hand is None:
            raise NoPlanFound(f'the search ended in stage "{name}" before it found a plan')
        known = [p for p in (point, at_hand) if p is not None]
        return min(known, key=self.stage.value)

    def check_bound(self, bound: float, value: float) -> None:
        """A bound above the value of a known point is a lie."""
        if bound > value + LIE * max(1.0, abs(value)):
            raise Lied(f"{self.solver.name} gave the bound {bound:g}, above a plan of {value:g}")

    def least_largest(self, at_hand: Array | None) -> _Closed:
        """The smallest largest cost, by bisection."""
        none = np.zeros(self.matrix.size)

        def search(upper: Array, relaxed: bool) -> Found:
            found = self.ask(none, self.matrix.lower, upper, relaxed)
            if found.status in ("unbounded", "failed"):
                raise SolverFailed(f'{self.solver.name} ended stage "{self.stage.name}" as {found.status}')
            if relaxed or found.point is None:
                return found
            return replace(found, point=self.whole_within(found.point, upper))

        end = least_largest(self.matrix, self.stage, at_hand, search)
        if end.point is None:
            # Raises what "infeasible" or "none" without a plan at hand asks for.
            return _Closed(self.judged(Found(end.status), at_hand), 0.0)
        self.check_bound(end.bound, self.stage.value(end.point))
        return _Closed(end.point, end.bound, end.nodes, BY_CLOCK if end.stopped == "clock" else "")

    def whole_within(self, point: Array, upper: Array) -> Array:
        """As ``whole``, what is shut staying shut."""
        fixed, matrix = np.round(point), self.matrix
        lower, high = np.where(matrix.whole, fixed, matrix.lower), np.where(matrix.whole, fixed, upper)
        found = self.ask(np.zeros(matrix.size), lower, high, relaxed=True)
        believed = self.believed(point if found.point is None else found.point)
        assert believed is not None  # noqa: S101 - not quiet: it raises instead
        return believed


def _scale(stage: StageCosts, former: Array | None) -> float:
    """A power of two that lifts a small sum to where a millionth, which solvers call zero, is within its tolerance.

    Only for a stage that asks for a finer proof than a millionth, as small published problems do; a tolerance of
    nothing at all asks for what the solver can do.
    """
    if stage.kind == "largest" or not 0 < stage.tolerance < KEPT_WITHIN:
        return 1.0
    most = float(np.abs(stage.costs).max(initial=0.0))
    size = 100 * most if former is None else max(abs(stage.value(former)), most)
    return 2.0 ** max(0, math.ceil(math.log2(10 * KEPT_WITHIN / (stage.tolerance * size)))) if size else 1.0


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


def _result(stage: StageCosts, closed: _Closed, solver: str) -> StageResult:
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
