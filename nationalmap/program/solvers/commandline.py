"""What solvers that are programs of their own have in common: a file for them, and one run of them.

Each run has a private folder. The solver runs under ``keeper``, which ends it when this process is gone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, Limits, keeper

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix

#: Seconds that a solver may go on beyond its own limit before it counts as hanging.
GRACE = 15.0


class CommandLine(ABC):
    """A solver that reads a file and writes another. ``path`` is its executable."""

    def __init__(self, name: str, path: str | None, grace: float = GRACE) -> None:
        if not path or not Path(path).is_file():
            raise SolverFailed(f"{name} is not there")
        self.name, self._path, self._grace = name, path, grace

    def load(self, matrix: Matrix) -> None:
        """Take this program; what was there before is forgotten."""
        self._matrix = matrix

    def add_row(self, name: str, index: Array, value: Array, low: float, high: float) -> None:
        """One more row, for all further searches."""
        self._matrix = self._matrix.with_row(name, index, value, low, high)

    def set_bounds(self, lower: Array, upper: Array) -> None:
        """Other bounds of the columns, for all further searches."""
        self._matrix = self._matrix.with_bounds(lower, upper)

    def minimise(
        self,
        costs: Array,
        limits: Limits,
        lower: Array | None = None,
        upper: Array | None = None,
        relaxed: bool = False,
    ) -> Found:
        """Search afresh; see Backend.

        What they call unbounded is often infeasible as well: without an objective it is only one of them.
        """
        bounded = self._matrix.with_bounds(
            self._matrix.lower if lower is None else lower, self._matrix.upper if upper is None else upper
        )
        if (bounded.lower > bounded.upper).any():
            return Found("infeasible")
        found = self._searched(bounded, costs, limits, relaxed)
        if found.status != "unbounded" or not costs.any():
            return found
        any_point = self._searched(bounded, np.zeros_like(costs), limits, relaxed)
        return found if any_point.point is not None else any_point

    def _searched(self, matrix: Matrix, costs: Array, limits: Limits, relaxed: bool) -> Found:
        """One search in a private folder."""
        with tempfile.TemporaryDirectory(prefix="nationalmap-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "program.mps").write_text("\n".join(mps_lines(matrix, costs, relaxed)), encoding="ascii")
            log = self._run(folder, limits, relaxed)
            try:
                return self._read(folder, log, matrix, limits, relaxed)
            except (LookupError, ValueError, OSError) as error:
                raise SolverFailed(f"{self.name} wrote a solution that cannot be read ({error})") from error

    @abstractmethod
    def _command(self, folder: Path, limits: Limits, relaxed: bool) -> list[str]:
        """What to run; the program lies in program.mps."""

    @abstractmethod
    def _read(self, folder: Path, log: str, matrix: Matrix, limits: Limits, relaxed: bool) -> Found:
        """What it answered, in its own words and files."""

    def _run(self, folder: Path, limits: Limits, relaxed: bool) -> str:
        """One run; what the solver said. Raises SolverFailed where it crashed or hangs."""
        said = folder / "said.txt"
        command = [sys.executable, "-I", "-S", keeper.__file__, str(said), str(folder)]
        command += [self._path, *self._command(folder, limits, relaxed)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, cwd=folder, start_new_session=True
        )
        try:
            code = process.wait(limits.seconds + self._grace)
        except subprocess.TimeoutExpired:
            raise SolverFailed(f"{self.name} did not end within its {limits.seconds:g} seconds") from None
        finally:
            _end(process)
        if code:
            raise SolverFailed(f"{self.name} broke off (exit code {code})")
        return said.read_text(encoding="utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Whatever happened, nothing is left running: the keeper ends the solver when its input ends."""
    assert process.stdin is not None  # noqa: S101 - opened as a pipe
    process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def mps_lines(matrix: Matrix, costs: Array, relaxed: bool) -> Iterator[str]:
    """A program in free MPS, C0, C1, … and R0, R1, … for its names, every bound and 17 digits written out."""
    yield "NAME P\nROWS\n N OBJ"
    free = np.isneginf(matrix.row_lower) & np.isposinf(matrix.row_upper)
    kinds = np.where(np.isneginf(matrix.row_lower), "L", np.where(matrix.row_lower == matrix.row_upper, "E", "G"))
    for row in np.flatnonzero(~free):
        yield f" {kinds[row]} R{row}"
    yield "COLUMNS"
    yield from _columns(matrix, costs, free, relaxed)
    yield "RHS"
    sides = np.where(kinds == "L", matrix.row_upper, matrix.row_lower)
    for row in np.flatnonzero(~free & (sides != 0)):
        yield f" RHS R{row} {float(sides[row])!r}"
    yield "RANGES"
    for row in np.flatnonzero((kinds == "G") & np.isfinite(matrix.row_upper)):
        yield f" RNG R{row} {float(matrix.row_upper[row] - matrix.row_lower[row])!r}"
    yield "BOUNDS"
    yield from _bounds(matrix)
    yield "ENDATA\n"


def _columns(matrix: Matrix, costs: Array, free: Array, relaxed: bool) -> Iterator[str]:
    order = np.argsort(matrix.index, kind="stable")
    rows = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))[order]
    ends = np.searchsorted(matrix.index[order], np.arange(matrix.size + 1)).tolist()
    entries = list(zip(rows.tolist(), matrix.value[order].tolist(), strict=True))
    marked = False
    for column, (whole, cost) in enumerate(zip(matrix.whole.tolist(), costs.tolist(), strict=True)):
        if (whole and not relaxed) != marked:
            marked = not marked
            yield f" M{column} 'MARKER' '{'INTORG' if marked else 'INTEND'}'"
        # Also where it is zero, so that a column without any entry is there.
        yield f" C{column} OBJ {float(cost)!r}"
        for row, value in entries[ends[column] : ends[column + 1]]:
            if not free[row]:
                yield f" C{column} R{row} {value!r}"
    if marked:
        yield " MEND 'MARKER' 'INTEND'"


def _bounds(matrix: Matrix) -> Iterator[str]:
    for column, (low, high) in enumerate(zip(matrix.lower.tolist(), matrix.upper.tolist(), strict=True)):
        if low == high:
            yield f" FX BND C{column} {low!r}"
            continue
        yield f" MI BND C{column}" if low == -np.inf else f" LO BND C{column} {low!r}"
        yield f" PL BND C{column}" if high == np.inf else f" UP BND C{column} {high!r}"
