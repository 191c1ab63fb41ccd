"""Times whole processes: the plan of a scenario and ``--help``; repeated, minimum, median and maximum.

Run from the repository: ``.venv/bin/python benchmarks/plan.py [-n RUNS] [SCENARIO ...]``. With several
scenarios the runs alternate (A B A B …), so that a machine whose speed drifts is fair to each. POSIX only.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def measure(arguments: list[str]) -> dict[str, float]:
    """Wall and CPU seconds and peak memory of one process."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "nationalmap", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 5):
        raise SystemExit(said)
    return {
        "wall s": time.perf_counter() - start,
        "CPU s": usage.ru_utime + usage.ru_stime,
        "peak MB": usage.ru_maxrss / 1024,
        **solver_share(said),
    }


def solver_share(said: str) -> dict[str, float]:
    """Wall seconds outside the stages, from the progress lines where the run was long enough to print them."""
    times = {what: float(s) for s, what in re.findall(r"^ +(\d+) s  (.*)$", said, flags=re.MULTILINE)}
    drawing = [s for what, s in times.items() if what.startswith("drawing")]
    return {"solved after s": drawing[0]} if drawing else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=5)
    parser.add_argument("scenario", nargs="*", default=["haskovo-2027"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        commands = {name: ["plan", name, "--out", out] for name in given.scenario} | {"--help": ["--help"]}
        for arguments in commands.values():
            measure(arguments)
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
        for _ in range(given.n):
            for name, arguments in commands.items():
                runs[name].append(measure(arguments))
        for name, results in runs.items():
            print(name)
            for key in results[0]:
                values = [result[key] for result in results if key in result]
                print(f"  {key:15} {min(values):8.2f} {statistics.median(values):8.2f} {max(values):8.2f}")
        for manifest in sorted(Path(out).glob("*/*/manifest.json")):
            facts = json.loads(manifest.read_text(encoding="utf-8"))
            page = facts["outputs"]["map.html"]["bytes"]
            gap = max(stage["gap"] for stage in facts["stages"])
            print(f"{facts['scenario']}: {facts['status']}, largest gap {gap:.1e}, page {page / 1000:.0f} KB")


if __name__ == "__main__":
    main()
