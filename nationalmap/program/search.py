"""One stage by one solver: the plan at hand completed, made better around itself, or a search begun afresh.

A point is believed only after every bound and row was recomputed here, and a bound only below every known point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program.blocks.stage import Shop
from nationalmap.program.blocks.stage import by_blocks as stage_by_blocks
from nationalmap.program.bottleneck import least_largest
from nationalmap.program.matrix import Matrix, StageCosts, trivial_bound
from nationalmap.program.neighbourhood import improved
from nationalmap.program.solvers import Backend, Found, Limits
from nationalmap.program.team import Team

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array

#: A stage that counts no whole things is kept at its value plus this, the solvers' own tolerance. Not at its value
#: plus the gap that may be left open: that would give away of an earlier stage what was already reached, to ease a
#: later one that matters less, and the value in the result would not be the plan's any more. What stays open is said
#: by the stage's bound.
KEPT_WITHIN = 1e-6
#: By how much (of 1 and of its value) a bound may lie above a value before the solver is called a liar.
LIE = 1e-5
#: Nodes of a search around a plan at hand.
AROUND = 100
#: What a result says where it was: then the plan may differ on another machine.
BY_CLOCK = "stopped by the clock"


class Lied(SolverFailed):
    """A solver said what cannot be: a point that breaks a row, a bound that a known point refutes."""


@dataclass(frozen=True, eq=False)
class Closed:
    """What one solver made of a stage."""

    point: Array
    bound: float
    nodes: int = 0
    note: str = ""


def counts_wholes(matrix: Matrix, stage: StageCosts) -> bool:
    """Whether a stage is a sum of whole numbers with whole costs, and so a whole number itself."""
    where = np.flatnonzero(stage.costs)
    return bool(matrix.whole[where].all() and (stage.costs[where] == np.round(stage.costs[where])).all())


def scale_of(stage: StageCosts, former: Array | None) -> float:
    """A power of two that lifts a small sum to where a millionth, which solvers call zero, is within its tolerance.

    Only for a stage that asks for a finer proof than a millionth, as small published problems do; a tolerance of
    nothing at all asks for what the solver can do.
    """
    if stage.kind == "largest" or not 0 < stage.tolerance < KEPT_WITHIN:
        return 1.0
    most = float(np.abs(stage.costs).max(initial=0.0))
    size = 100 * most if former is None else max(abs(stage.value(former)), most)
    return 2.0 ** max(0, math.ceil(math.log2(10 * KEPT_WITHIN / (stage.tolerance * size)))) if size else 1.0


@dataclass(frozen=True)
class Search:
    """One stage, one solver."""

    matrix: Matrix
    stage: StageCosts
    solver: Backend
    team: Team
    scale: float = 1.0
    """What the solver's costs are multiplied by; see ``scale_of``."""

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
        # Searches within the search took a third of the time of all stages and changed no value (benchmarks/README.md).
        limits = Limits(gap, nodes, self.team.seconds, enough * self.scale, bound_only, within=False)
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
        if point.shape != (matrix.size,) or not np.isfinite(point).all():
            return self.believed(point, quiet)  # nothing to ask a solver about
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

    def least_sum(self, at_hand: Array | None) -> Closed:
        """The smallest sum: at a bound at once, else around the plan at hand (if a gap may stay), else by a search."""
        stage, matrix = self.stage, self.matrix
        bound = trivial_bound(stage.costs, matrix.lower, matrix.upper)
        if at_hand is not None and stage.value(at_hand) <= bound + KEPT_WITHIN:
            return Closed(at_hand, bound)
        if at_hand is not None and stage.gap:
            at_hand, bound = self.improved(at_hand, bound)
            if self.near(at_hand, bound):
                return Closed(at_hand, bound, note="around the former plan")
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
        return Closed(point, bound, found.nodes, BY_CLOCK if found.stopped == "clock" else "")

    def by_blocks(self, at_hand: Array | None, shop: Shop) -> Closed | None:
        """The smallest sum by blocks around a master program; None where that finds no plan."""
        stage, matrix = self.stage, self.matrix
        trivial = trivial_bound(stage.costs, matrix.lower, matrix.upper)
        if at_hand is not None and stage.value(at_hand) <= trivial + KEPT_WITHIN:
            return Closed(at_hand, trivial)
        self.team.waiting(self.team.seconds)
        try:
            found, bound = stage_by_blocks(shop, matrix, stage, at_hand, self.team.seconds, self.ceiled)
        except SolverFailed:
            return None  # in one piece, then
        points = [p for p in (None if found is None else self.whole(found, quiet=True), at_hand) if p is not None]
        if not points:
            return None
        point = min(points, key=stage.value)
        bound = max(bound, trivial)
        self.check_bound(bound, stage.value(point))
        return Closed(point, bound, note=", ".join([f"by {shop.count} blocks", *([BY_CLOCK] if shop.late else [])]))

    def near(self, point: Array, bound: float) -> bool:
        """Whether a point is as close to the bound as the stage asks."""
        value = self.stage.value(point)
        return value - bound <= max(KEPT_WITHIN, self.stage.gap * abs(value))

    def ceiled(self, bound: float) -> float:
        """A bound on whole things is a whole number."""
        wholes = counts_wholes(self.matrix, self.stage) and np.isfinite(bound)
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

    def least_largest(self, at_hand: Array | None) -> Closed:
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
            return Closed(self.judged(Found(end.status), at_hand), 0.0)
        self.check_bound(end.bound, self.stage.value(end.point))
        return Closed(end.point, end.bound, end.nodes, BY_CLOCK if end.stopped == "clock" else "")

    def whole_within(self, point: Array, upper: Array) -> Array:
        """As ``whole``, what is shut staying shut."""
        fixed, matrix = np.round(point), self.matrix
        lower, high = np.where(matrix.whole, fixed, matrix.lower), np.where(matrix.whole, fixed, upper)
        found = self.ask(np.zeros(matrix.size), lower, high, relaxed=True)
        believed = self.believed(point if found.point is None else found.point)
        assert believed is not None  # noqa: S101 - not quiet: it raises instead
        return believed
