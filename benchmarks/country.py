"""What the country costs before any solver: inputs, joins, needs, geometry and journeys of all 265 municipalities.

Run from the repository: ``python benchmarks/country.py [-n RUNS] [--settlements FILE]``. Each repetition is a process
of its own, the parts in turn (A B C A B C …), so that a machine whose speed drifts is fair to each. CPU seconds include
starting Python and importing; ``part`` is the part alone. Peak memory is that of the whole process. Asked for: needs +
joins + geometry at most 3 CPU s and 300 MB.

``FILE`` is a table of settlements in the columns of inputs.settlements, or the reference table ``settlements.csv``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Where the reference tables lie, if at all.
SETTLEMENTS = ROOT.parent / "shared" / "data" / "settlements.csv"
#: Божурище's subsidy is blank in the source, and no data is not zero: the whole country needs an amount.
SUBSIDY = ('indicator = "social_services_subsidy"', "amount_eur = 610000000.0")
WITHIN_MIN = 60


def national(folder: Path) -> Path:
    """The base scenario asked for all regions, without what Haskovo alone gives."""
    import csv

    with (ROOT / "boundaries" / "regions.csv").open(encoding="utf-8") as file:
        regions = [row["region"] for row in csv.DictReader(file)]
    text = (ROOT / "scenarios" / "haskovo-2027.toml").read_text(encoding="utf-8")
    text = text.replace('regions = ["HKV"]', f"regions = {json.dumps(regions)}").replace(*SUBSIDY)
    text = re.sub(r"^(renovations|agreements) = .*$", "", text, flags=re.MULTILINE)
    path = folder / "country.toml"
    path.write_text(text, encoding="utf-8")
    return path


def inputs_needs_and_geometry(folder: Path, _: Path) -> Callable[[], Any]:
    """Indicators, catalogue, boundaries and their joins; needs and packages; journeys between all seats."""
    from nationalmap import planning

    return lambda: planning.check(str(national(folder)))


def program_index(folder: Path, _: Path) -> Callable[[], Any]:
    """What the program knows before its first variable: sites, hosts within reach, arcs."""
    from nationalmap import planning
    from nationalmap.program.index import index

    q = planning.check(str(national(folder)))
    return lambda: index(q.scenario, q.municipalities, q.inputs.tables, q.needs, q.package, q.budgets_eur).arcs


def run_files(folder: Path, _: Path) -> Callable[[], Any]:
    """All input tables as the files of a run folder, 70,225 journeys among them, and the journeys read back."""
    from nationalmap import planning, runs, schema

    q = planning.check(str(national(folder)))

    def write_and_read() -> Any:
        files = runs._input_files(q.scenario, q.inputs)
        return runs._table(schema.TRAVEL, files, "travel.csv")

    return write_and_read


def settlement_journeys(_: Path, file: Path) -> Callable[[], Any]:
    """From every settlement with people to the hosts within 60 minutes."""
    import pandas as pd

    from nationalmap import schema
    from nationalmap.domain.scenario import TravelRule
    from nationalmap.geography.settlements import journeys, places
    from nationalmap.geography.travel import travel_table
    from nationalmap.sources.tables import read_table

    raw = pd.read_csv(file, dtype="str", keep_default_na=False)
    raw = raw.rename(columns={"code": "settlement", "name_bg": "name"})[list(schema.SETTLEMENTS.names)]
    settlements = schema.check(schema.SETTLEMENTS, raw, file.name)
    municipalities = read_table(schema.MUNICIPALITIES, ROOT / "boundaries" / "municipalities.csv")
    travel, rule = travel_table(municipalities, TravelRule()), TravelRule()
    return lambda: journeys(places(municipalities, settlements), municipalities, travel, rule, WITHIN_MIN)


PARTS = {
    "inputs, joins, needs, geometry": inputs_needs_and_geometry,
    "the program's index and arcs": program_index,
    "run files of the inputs": run_files,
    "settlements to hosts": settlement_journeys,
}


def peak_mb() -> float:
    """Most memory that this process has used, MB."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process(os.getpid()).memory_info().peak_wset) / 1024**2
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def one(part: str, settlements: Path) -> dict[str, float]:
    """One measurement, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        work = PARTS[part](Path(folder), settlements)
        before, memory = time.process_time(), peak_mb()
        found = work()
        spent = time.process_time() - before
    rows = {"rows": float(len(found))} if hasattr(found, "__len__") else {}
    peak = peak_mb()
    return {"part CPU s": spent, "CPU s": time.process_time(), "peak MB": peak, "part adds MB": peak - memory, **rows}


def fresh(part: str, settlements: Path) -> dict[str, float]:
    """One measurement, in a process of its own."""
    command = [sys.executable, __file__, "--one", part, "--settlements", str(settlements)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=5)
    parser.add_argument("--settlements", type=Path, default=SETTLEMENTS)
    parser.add_argument("--one", choices=PARTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.settlements)))
        return
    parts = [part for part in PARTS if part != "settlements to hosts" or given.settlements.is_file()]
    if len(parts) < len(PARTS):
        print(f"NOT MEASURED: {given.settlements} is absent: settlements to hosts")
    runs: dict[str, list[dict[str, float]]] = {part: [] for part in parts}
    for number in range(given.n + 1):
        for part in parts:
            measured = fresh(part, given.settlements)
            if number:  # the first warms the files up
                runs[part].append(measured)
    print(f"{'minimum, median, maximum of':32} {given.n} runs")
    for part, results in runs.items():
        print(part)
        for key in results[0]:
            values = [result[key] for result in results]
            print(f"  {key:30} {min(values):9.2f} {statistics.median(values):9.2f} {max(values):9.2f}")


if __name__ == "__main__":
    main()
