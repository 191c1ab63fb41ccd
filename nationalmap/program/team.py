"""The solvers at work on one program: the one asked for, and the spare one for a stage in which it fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from nationalmap.errors import SolverFailed
from nationalmap.program.matrix import Matrix
from nationalmap.program.solvers import Backend, backend

#: The last resort: seconds for one stage.
SECONDS = 600.0


def machine_memory() -> int:
    """Bytes of memory that this machine has; 0 where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return 0


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
    blocks: int = 0
    """How many processes solve stages with a stated tolerance by blocks; 0: such stages are solved in one piece."""
    grace: float = 15.0
    """Seconds that a search may go on beyond its limit before it counts as hanging (in a child process)."""
    memory: int = field(default_factory=machine_memory)
    """Bytes that the child process may take (see ``child``); 0: as many as there are."""
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
