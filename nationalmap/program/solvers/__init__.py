"""The solvers, each behind the same few calls: load, minimise, add a row, set bounds.

``Backend`` is what the stages know of a solver. What a solver says is taken from the solver itself (its own
status, its own solution file), never from PuLP, and is believed only after it was recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from nationalmap.domain.plan import Status
from nationalmap.errors import SolverFailed, UsageError

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix

Stopped = Literal["", "nodes", "clock"]


@dataclass(frozen=True)
class Limits:
    """How far one search goes. Nodes bound the work, so that it repeats; the clock is the last resort."""

    gap: float = 0.0
    nodes: int = 2**31 - 1
    seconds: float = 600.0
    enough: float = float("inf")
    """A bound that suffices, where a good point is at hand; solvers that cannot stop at one go on."""
    bound_only: bool = False
    """A bound is asked for and no point; solvers that cannot tell the two apart search for both."""
    within: bool = True
    """Searches within the search may look for points; solvers that have none go on."""
    absolute: float = 1e-6
    """How far a point may be above the bound in the unit of the objective; solvers that have no such gap go on."""
    steps: float = float("inf")
    """Steps of the simplex method: work that is the same on every machine, unlike time; for solvers that count it."""
    target: float = float("-inf")
    """A point that costs no more is good enough; solvers that cannot stop at one go on."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a solver says of one search: its own status, its point, its proven bound."""

    status: Status
    point: Array | None = None
    bound: float = float("-inf")
    nodes: int = 0
    stopped: Stopped = ""


class Backend(Protocol):
    """One solver with one program in it. Every method may raise SolverFailed."""

    name: str

    def load(self, matrix: Matrix) -> None:
        """Take this program; what was there before is forgotten."""

    def minimise(
        self,
        costs: Array,
        limits: Limits,
        lower: Array | None = None,
        upper: Array | None = None,
        relaxed: bool = False,
    ) -> Found:
        """Search afresh. ``lower`` and ``upper`` hold for this call; ``relaxed`` drops "whole"."""

    def add_row(self, name: str, index: Array, value: Array, low: float, high: float) -> None:
        """One more row, for all further searches."""

    def set_bounds(self, lower: Array, upper: Array) -> None:
        """Other bounds of the columns, for all further searches."""


NAMES = ("highs", "cbc", "glpk")


def backend(name: str) -> Backend:
    """The solver of that name. Raises SolverFailed where it is not installed, UsageError for no such name."""
    if name == "highs":
        from nationalmap.program.solvers.highs import Highs

        return Highs()
    if name == "cbc":
        from nationalmap.program.solvers.cbc import Cbc

        return Cbc()
    if name == "glpk":
        from nationalmap.program.solvers.glpk import Glpk

        return Glpk()
    raise UsageError(f'there is no solver "{name}"; there are {", ".join(NAMES)}')


__all__ = ["NAMES", "Backend", "Found", "Limits", "SolverFailed", "Stopped", "backend"]
