"""A continent planned in fractions by the same code: time and memory of 265, 2,650, 26,500 and 98,615 units.

``python -m benchmarks growth`` or ``python -m benchmarks.growth [UNITS ...]``; each size in a process of its own. For
scale only: how the inputs are made up is said in ``continent``.

A country is a program of its own, for countries share nothing; its regions are stated part by part (``blocks.parts``)
and share its money. Stages: package, unmet by class, cost. The bound of each is the blocks' own. Every row and bound
is recomputed at the plan; where one is broken, or a stage is not proven, the command ends with 1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.continent import country, part, regions, units
from benchmarks.pairs import cpu
from nationalmap.program.blocks.parts import Fractions, broken, in_fractions

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
#: Where the points lie, if at all.
POINTS = ROOT.parent / "shared" / "data" / "europe_lau.csv.gz"
SIZES = (265, 2_650, 26_500, 98_615)
GAP = 1e-4


@dataclass(frozen=True)
class Planned:
    """What came out for one country."""

    units: int
    parts: int
    blocks: int
    columns: int
    rows: int
    result: Fractions
    broken: int
    """Rows and bounds that the plan breaks."""
    stating_s: float
    solving_s: float
    """CPU seconds of inputs, needs and program; of the stages."""


def planned(mine: pd.DataFrame) -> Planned:
    """One country from its points to its plan."""
    begun = time.process_time()
    parts = [part(region) for region in regions(country(mine))]
    between = time.process_time()
    name = f"{mine['country'].iloc[0]}, {len(mine)} units"
    result = in_fractions(parts, GAP, say=lambda said: print(f"{name}: {said}", file=sys.stderr, flush=True))
    done = time.process_time()
    return Planned(
        units=len(mine),
        parts=len(parts),
        blocks=sum(len(one.split.blocks) for one in parts),
        columns=sum(one.split.matrix.size for one in parts),
        rows=sum(len(b.inner.row_names) for one in parts for b in one.split.blocks),
        result=result,
        broken=broken(parts, result.point),
        stating_s=between - begun,
        solving_s=done - between,
    )


def plan(points: Path, number: int, processes: int) -> list[Planned]:
    """Every country, the largest first."""
    table = units(points, number)
    countries = sorted((mine for _, mine in table.groupby("country")), key=len, reverse=True)
    if processes == 1:
        return [planned(mine) for mine in countries]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(planned, countries))


class Memory:
    """The most memory that this process and its children had at the same time, MB; looked at once a second."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        me = psutil.Process()
        while not self._done.wait(1.0):
            used = 0
            for process in (me, *me.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    used += process.memory_info().rss
            self.peak_mb = max(self.peak_mb, used / 1024**2)


def one(points: Path, number: int, processes: int) -> dict[str, float]:
    """One size measured in this process."""
    begun, start = time.perf_counter(), cpu()
    with Memory() as memory:
        found = plan(points, number, processes)
    stages = [stage for country in found for stage in country.result.stages]
    return {
        "units": sum(c.units for c in found),
        "countries": len(found),
        "parts": sum(c.parts for c in found),
        "blocks": sum(c.blocks for c in found),
        "columns": sum(c.columns for c in found),
        "rows": sum(c.rows for c in found),
        "broken": sum(c.broken for c in found),
        "gap": max(stage.gap for stage in stages),
        "stating_s": sum(c.stating_s for c in found),
        "solving_s": sum(c.solving_s for c in found),
        "cpu_s": cpu() - start,
        "wall_s": time.perf_counter() - begun,
        "peak_mb": memory.peak_mb,
    }


HEAD = (
    "| units | countries, regions, blocks | columns, rows | largest gap | CPU s: stating, solving, all | CPU ms a unit "
    "| wall s | peak MB |",
    "|---|---|---|---|---|---|---|---|",
)


def line(size: Mapping[str, float]) -> str:
    """A row of the table."""
    return (
        f"| {size['units']:,} | {size['countries']}, {size['parts']:,}, {size['blocks']:,} "
        f"| {size['columns']:,}, {size['rows']:,} | {size['gap']:.1e} "
        f"| {size['stating_s']:.0f}, {size['solving_s']:.0f}, {size['cpu_s']:.0f} "
        f"| {1000 * size['cpu_s'] / size['units']:.1f} | {size['wall_s']:.0f} | {size['peak_mb']:.0f} |"
    )


def fresh(points: Path, sizes: Sequence[int], processes: int) -> Iterator[dict[str, float]]:
    """Each size in a process of its own."""
    for number in sizes:
        command = [sys.executable, "-m", "benchmarks.growth", "--one", str(number)]
        command += ["--points", str(points), "--processes", str(processes)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
        size: dict[str, float] = json.loads(done.stdout)
        yield size


def holds(size: Mapping[str, float]) -> bool:
    """Whether every plan of a size breaks nothing and is proven."""
    return not size["broken"] and size["gap"] <= GAP


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("units", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--points", type=Path, default=POINTS)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.one:
        print(json.dumps(one(given.points, given.one, given.processes)))
        return 0
    if not given.points.is_file():
        parser.exit(1, f"NOT MEASURED: {given.points} is absent\n")
    print("\n".join(HEAD), flush=True)
    wrong = 0
    for size in fresh(given.points, given.units, given.processes):
        print(line(size), flush=True)
        if not holds(size):
            print(f"{size['units']} units: {size['broken']} rows broken, gap {size['gap']:.1e}", file=sys.stderr)
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
