"""Everything that is compared with another program, paired in one run: ``python -m benchmarks [-n RUNS] [PART ...]``.

Parts: ``locations`` against spopt with the input in memory, ``fresh`` the same in processes of their own, ``matrices``
one stage by everything that can solve it, ``sweep`` scenarios with the sites held against PuLP rebuilt; and alone, on
demand, ``growth``: a continent, compared with nothing but its own smaller sizes (benchmarks/growth.py). Each way is
warmed up once, then the ways take turns, each turn in the other order; the table has medians. It is written to
``benchmarks/table.md`` (``--out`` names another file). Two answers that differ by more than 1e-6 end the command
with 1, and nothing is written.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from benchmarks import growth, locations, matrices
from benchmarks.pairs import Disagree, Measured, lines

PACKAGES = ("pulp", "highspy", "spopt", "scipy", "numpy", "pandas")
TITLES = {
    "locations": "Location problems, input in memory",
    "fresh": "The same, a process for each answer: starting Python, importing and reading in it",
    "matrices": "One stage, the same matrix",
    "sweep": "One scenario of a sweep of `haskovo-2027`, sites held, six stages in fractions",
}


def sweep(run: Path | None, scenarios: int) -> Iterator[list[Measured]]:
    """Scenarios of the shipped design by each way; without a run folder the scenario is planned first."""
    from benchmarks.sweep import paired_rows

    with contextlib.ExitStack() as stack:
        if run is None:
            from nationalmap import planning

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            run = planning.plan("haskovo-2027", folder).folder
        yield paired_rows(run, scenarios)


def head(runs: int, parts: list[str]) -> list[str]:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return [
        "# Measured side by side",
        "",
        f"`python -m benchmarks -n {runs} {' '.join(parts)}`, {date}; {machine}; {versions}.",
        "",
        f"Medians of {runs} runs after one warm-up (of a sweep: of at least twelve scenarios), in turn. CPU seconds",
        "count the processes that were started and ended. Written by the command.",
        "",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(TITLES), metavar="PART")
    parser.add_argument("-n", type=int, default=5)
    parser.add_argument("--cases", type=Path, default=locations.CASES)
    parser.add_argument("--run", type=Path, help="a finished run of haskovo-2027; else it is planned first")
    parser.add_argument("--out", type=Path, default=locations.ROOT / "benchmarks" / "table.md")
    given = parser.parse_args()
    if given.parts == ["growth"]:
        return growth.main([])
    if unknown := sorted(set(given.parts) - set(TITLES)):
        parser.error(f"no such part: {', '.join(unknown)}; parts are {', '.join(TITLES)}, or growth alone")
    ways = {
        "locations": lambda: locations.in_process(given.cases, given.n),
        "fresh": lambda: locations.fresh(given.cases, given.n),
        "matrices": lambda: matrices.in_process(given.cases, given.n),
        "sweep": lambda: sweep(given.run, max(12, given.n)),
    }
    text = head(given.n, given.parts)
    try:
        for part in given.parts:
            rows = []
            for found in ways[part]():
                rows += found
                print("\n".join(lines(found)[2:]), flush=True)
            text += [f"## {TITLES[part]}", "", *lines(rows), ""]
    except Disagree as apart:
        print(f"the optima differ: {apart}", file=sys.stderr)
        return 1
    given.out.write_text("\n".join(text), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
