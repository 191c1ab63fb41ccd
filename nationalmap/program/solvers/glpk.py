"""GLPK (glpsol), where it is installed, run as a process of its own: a third witness.

It knows no limit of nodes, so that only the clock bounds it; its bound is read from its log.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, Limits
from nationalmap.program.solvers.commandline import GRACE, CommandLine

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix

#: All but the cover cuts, in which GLPK 5.0 breaks off where its preprocessing leaves no column.
CUTS = ("--gomory", "--mir", "--clique")

_EMPTY = ("HAS NO PRIMAL FEASIBLE SOLUTION", "HAS NO INTEGER FEASIBLE SOLUTION", "HAS NO FEASIBLE SOLUTION")
_NO_END = ("HAS NO DUAL FEASIBLE SOLUTION", "UNBOUNDED")
_DONE = ("INTEGER OPTIMAL SOLUTION FOUND", "OPTIMAL LP SOLUTION FOUND", "OPTIMAL SOLUTION FOUND")
_CUT = ("TIME LIMIT EXCEEDED", "TIME LIMIT REACHED")


class Glpk(CommandLine):
    """glpsol on a file; ``path`` is the one on the path unless another is named."""

    def __init__(self, path: str | None = None, grace: float = GRACE) -> None:
        super().__init__("GLPK", shutil.which("glpsol") if path is None else path, grace)

    def _command(self, folder: Path, limits: Limits, relaxed: bool) -> list[str]:
        clock = str(max(1, round(limits.seconds)))
        search = ["--nomip"] if relaxed else [*CUTS, "--mipgap", str(limits.gap)]
        return ["--freemps", "program.mps", "--tmlim", clock, *search, "-w", "solution.txt"]

    def _read(self, folder: Path, log: str, matrix: Matrix, limits: Limits, relaxed: bool) -> Found:
        version = re.findall(r"Optimizer (\S+)", log)[:1]
        self.name = " ".join(["GLPK", *version])
        path = folder / "solution.txt"
        if not path.is_file():
            raise SolverFailed(f"{self.name} wrote no solution")
        lines = path.read_text(encoding="ascii").splitlines()
        if any(words in log for words in _EMPTY):
            return Found("infeasible")
        if any(words in log for words in _NO_END):
            return Found("unbounded")
        return self._ended(log, lines, matrix, relaxed)

    def _ended(self, log: str, lines: list[str], matrix: Matrix, relaxed: bool) -> Found:
        """Optimal or cut short, by the letter in the solution file: o(ptimal), f(easible), u(ndefined)."""
        head = next((line.split() for line in lines if line.startswith("s ")), [])
        whole, value = head[1:2] == ["mip"], float(head[-1]) if head else np.nan
        letters = "".join(head[4:-1])
        point = _point(lines, matrix.size, 2 if whole else 3)
        nodes = int((re.findall(r"\(\d+; (\d+)\)", log) or ["0"])[-1])
        cut = any(words in log for words in _CUT)
        if not cut and letters in ("o", "ff") and any(words in log for words in _DONE):
            return Found("proven", point, _bound(log, value) if whole else value, nodes)
        if whole and letters in ("o", "f"):
            return Found("feasible_with_gap", point, _bound(log, -np.inf), nodes, "clock" if cut else "")
        if cut:
            return Found("none", None, _bound(log, -np.inf), nodes, "clock")
        raise SolverFailed(f'{self.name} ended with the words "{" ".join(head)}"')


def _bound(log: str, otherwise: float) -> float:
    """The last bound in a line like ``+ 123: mip = 1.0e+1 >= 5.0e+0 50.0% (3; 4)``; "tree is empty" is the value."""
    found = re.findall(r">=\s+(tree is empty|\S+)", log)
    if not found or found[-1] == "tree is empty":
        return otherwise
    return float(found[-1])


def _point(lines: list[str], size: int, place: int) -> Array:
    point = np.zeros(size)
    for line in lines:
        if line.startswith("j "):
            parts = line.split()
            point[int(parts[1]) - 1] = float(parts[place])
    return point
