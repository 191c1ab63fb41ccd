"""What would mend a contradiction: the least amount by which one demand, relaxed alone, lets a plan exist.

A demand is a set of rows that say the same in several periods. It is asked of the program without whole numbers
first: where it does not help there, it does not help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nationalmap.program.infeasible.elastic import Elastic
from nationalmap.program.matrix import FEASIBILITY, Matrix
from nationalmap.program.solvers import Limits

#: Of the search for one amount; where it ends before, the amount found suffices, and a smaller one may.
LIMITS = Limits(nodes=100, seconds=120.0)

Side = Literal["upper", "lower", ""]


@dataclass(frozen=True)
class Step:
    """By how much one row is relaxed, and on which side; in the row's own unit."""

    row: str
    side: Side
    amount: float


@dataclass(frozen=True)
class Relaxation:
    """A demand relaxed alone: ``steps`` by row, empty where it does not help; ``least`` where nothing smaller does."""

    name: str
    steps: tuple[Step, ...]
    cost: float
    least: bool = True

    @property
    def amount(self) -> float | None:
        """The sum of the steps; None where the demand alone does not help."""
        return round(sum(step.amount for step in self.steps), 6) if self.steps else None


def cheapest_relaxation(matrix: Matrix, rows: Mapping[str, float]) -> tuple[Relaxation, ...]:
    """For each named row, relaxed alone: the least amount that lets a point exist; the cheapest first.

    ``rows`` gives the cost of one unit by the row's name. The unit is the row's own. Those that do not help alone
    come last, in the order given.
    """
    return cheapest_of({name: ((name,), cost) for name, cost in rows.items()}, matrix)


def cheapest_of(demands: Mapping[str, tuple[Sequence[str], float]], matrix: Matrix) -> tuple[Relaxation, ...]:
    """As ``cheapest_relaxation``, for demands of several rows: by name its rows and the cost of one unit."""
    number = {name: row for row, name in enumerate(matrix.row_names)}
    rows = sorted({number[row] for names, _ in demands.values() for row in names})
    elastic = Elastic(matrix, rows, LIMITS)
    found = [_relaxed(elastic, name, [number[row] for row in of], matrix, cost) for name, (of, cost) in demands.items()]
    return tuple(sorted(found, key=lambda relaxation: relaxation.cost))


def _relaxed(elastic: Elastic, name: str, rows: list[int], matrix: Matrix, cost: float) -> Relaxation:
    """One demand; infinitely dear where it does not help, or no plan was found within the limits."""
    none = Relaxation(name, (), float("inf"))
    if elastic.search(rows, relaxed=True).status == "infeasible":
        return none
    found = elastic.search(rows, relaxed=False)
    if found.point is None:
        return none
    steps = []
    for row, (below, above) in zip(elastic.rows.tolist(), elastic.slacks(found.point).tolist(), strict=True):
        if max(below, above) > FEASIBILITY:
            side: Side = "lower" if below > above else "upper"
            steps.append(Step(matrix.row_names[row], side, round(max(below, above), 6)))
    total = sum(step.amount for step in steps)
    return Relaxation(name, tuple(steps), total * cost, found.status == "proven")
