"""CBC, the program that comes with PuLP, run as a process of its own.

Its status is the first line of its solution file. The text of that file has eight digits, too few for a budget
in cents, so the point is read from its binary solution and the text only confirms it.

Without its preprocessing of whole numbers and its Gomory and TwoMir cuts: in one of a hundred small countries they
cut off the optimum, and CBC (2.10.3 and 2.10.8) called what was left proven, or nothing left infeasible. Without
them it found in 320 what HiGHS finds, in the same time.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, Limits
from nationalmap.program.solvers.commandline import GRACE, CommandLine

if TYPE_CHECKING:
    from nationalmap.domain.plan import Status
    from nationalmap.program.matrix import Array, Matrix
    from nationalmap.program.solvers import Stopped

#: How CBC's solution file begins, and what that means.
STATUSES: dict[str, tuple[Status, Stopped]] = {
    "Optimal": ("proven", ""),
    "Infeasible": ("infeasible", ""),
    "Integer infeasible": ("infeasible", ""),
    "Unbounded": ("unbounded", ""),
    "Dual infeasible": ("unbounded", ""),
    "Stopped on time": ("feasible_with_gap", "clock"),
    "Stopped on nodes": ("feasible_with_gap", "nodes"),
    "Stopped on iterations": ("feasible_with_gap", "nodes"),
    "Stopped on solutions": ("feasible_with_gap", "nodes"),
    "Stopped on gap": ("feasible_with_gap", "nodes"),
}


def bundled() -> str:
    """Where PuLP's own CBC lies; empty where it has none."""
    import pulp

    return str(pulp.PULP_CBC_CMD().path or "")


class Cbc(CommandLine):
    """CBC on a file; ``path`` is the one that comes with PuLP unless another is named."""

    def __init__(self, path: str | None = None, grace: float = GRACE) -> None:
        super().__init__("CBC", bundled() if path is None else path, grace)

    def _command(self, folder: Path, limits: Limits, relaxed: bool) -> list[str]:
        options: dict[str, object] = {
            "ratio": limits.gap,
            "allow": 1e-6,
            "maxNodes": limits.nodes,
            "sec": limits.seconds,
        }
        options |= {"timeMode": "elapsed", "randomCbcSeed": 1, "randomSeed": 1, "printingOptions": "all"}
        options |= dict.fromkeys(("preprocess", "gomoryCuts", "twoMirCuts"), "off")
        flags = [word for key, value in options.items() for word in (f"-{key}", str(value))]
        return ["program.mps", *flags, "-solve", "-solution", "solution.txt", "-saveSolution", "solution.bin"]

    def _read(self, folder: Path, log: str, matrix: Matrix, limits: Limits, relaxed: bool) -> Found:
        self._version(log)
        status, stopped, value, rows = _text(folder / "solution.txt", self.name)
        nodes = int(_said(log, r"Enumerated nodes:\s+(\d+)", "0"))
        if status not in ("proven", "feasible_with_gap"):
            return Found(status, nodes=nodes, stopped=stopped)
        if "no feasible solution found" in log or "no integer solution" in rows[0]:
            return Found("none", bound=_bound(log, -np.inf), nodes=nodes, stopped=stopped)
        point = _point(folder / "solution.bin", rows, matrix)
        if status == "feasible_with_gap" and (relaxed or not matrix.whole.any()):
            return Found("none", nodes=nodes, stopped=stopped)
        # "Optimal" is meant within the gap that was allowed, also where CBC prints no bound.
        least = value - max(1e-6, limits.gap * abs(value)) if limits.gap else value
        bound = _bound(log, least if status == "proven" else -np.inf)
        return Found(status, point, bound, nodes, stopped)

    def _version(self, log: str) -> None:
        version = _said(log, r"Version: (\S+)", "")
        self.name = f"CBC {version}".strip()


def _said(log: str, pattern: str, otherwise: str) -> str:
    found = re.findall(pattern, log)
    return found[-1] if found else otherwise


def _bound(log: str, otherwise: float) -> float:
    """The bound that CBC prints where it stops before the end, in three decimals: half of the last may be too much."""
    number = _said(log, r"Lower bound:\s+(\S+)", "")
    return float(number) - 5e-4 if number else otherwise


def _text(path: Path, name: str) -> tuple[Status, Stopped, float, list[str]]:
    """Status, why it stopped, value, and all lines of the solution file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as absent:
        raise SolverFailed(f"{name} wrote no solution") from absent
    head = re.match(r"(.+?)(?: \(.*\))? - objective value (\S+)", lines[0] if lines else "")
    if not head or head[1] not in STATUSES:
        raise SolverFailed(f'{name} ended with the words "{lines[0] if lines else ""}"')
    return *STATUSES[head[1]], float(head[2]), lines


def _point(path: Path, lines: list[str], matrix: Matrix) -> Array:
    """The point of the binary file, if it is that of the text; else what the text says."""
    told = np.zeros(matrix.size)
    for line in lines[1:]:
        parts = line.replace("**", "").split()
        if parts[1].startswith("C"):
            told[int(parts[1][1:])] = float(parts[2])
    exact = _binary(path, matrix.size)
    return exact if exact is not None and np.allclose(exact, told, rtol=1e-6, atol=1e-6) else told


def _binary(path: Path, size: int) -> Array | None:
    """Two whole numbers (rows, columns), the value, then activities and duals of rows, values and duals of columns."""
    data = path.read_bytes() if path.is_file() else b""
    if len(data) < 16:
        return None
    rows, columns = struct.unpack_from("=ii", data)
    if columns != size or len(data) != 16 + 16 * (rows + columns):
        return None
    return np.frombuffer(data, dtype="=f8", count=columns, offset=16 + 16 * rows).copy()
