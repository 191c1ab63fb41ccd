"""``make mutants``: how many small faults in domain, demand, program and verification a test would see.

    python -m benchmarks.mutants [ROOM ...]    SAMPLE=150 SEED=0 MOST=30

Of each room it draws a sample of faults, runs the tests that run the changed line, the quickest first, until one
fails, and writes what it found into ``benchmarks/mutants/ROOM.jsonl``, where it goes on if it is started again; then
the table ``benchmarks/mutants.md`` of all rooms. A line that no test of the room runs counts against the score. So do
faults that change nothing that anybody could see.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.mutants import trial
from benchmarks.mutants.sites import Site, sites

ROOT = trial.ROOT
HERE = Path(__file__).resolve().parent
REPORT = ROOT / "benchmarks" / "mutants.md"


def _tests_in(folder: str, *left_out: str) -> tuple[str, ...]:
    """Every test file of a folder, but for those that are left out."""
    files = sorted((ROOT / folder).glob("test_*.py"))
    return tuple(f.relative_to(ROOT).as_posix() for f in files if f.stem.removeprefix("test_") not in left_out)


#: Of each room: the goal, and the tests that are written for it.
ROOMS: dict[str, tuple[int, tuple[str, ...]]] = {
    "verification": (95, _tests_in("tests/verification")),
    "demand": (
        85,
        tuple(f"tests/test_{name}.py" for name in ("all_faults", "demand", "projection", "rule_kinds", "supply")),
    ),
    "domain": (
        85,
        (
            *(f"tests/test_{name}.py" for name in ("changing", "demand", "domain", "funding", "projection")),
            *(f"tests/sources/test_{name}.py" for name in ("dirt", "scenarios")),
            *(f"tests/studies/test_{name}.py" for name in ("draws", "frontier")),
        ),
    ),
    # Without those that ask hundreds of whole questions, or start many processes: minutes each. What they alone see
    # counts as not seen.
    "program": (85, _tests_in("tests/program", "properties", "properties_equal", "scale", "twelve", "two_solvers")),
}
SAMPLE, SEED = int(os.environ.get("SAMPLE", "150")), int(os.environ.get("SEED", "0"))
#: Processor seconds of tests that one fault is worth; the quickest tests of a line go first.
MOST = float(os.environ.get("MOST", "30"))


def covered(room: str, tests: tuple[str, ...], keep: Path, tree: Path) -> dict[str, Any]:
    """Which test runs which line of the room in a copy of the project, and how long it takes."""
    if not keep.exists():
        env = {**os.environ, "ROOM": f"{tree}/nationalmap/{room}/", "COVERED": str(keep)}
        words = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider"]
        subprocess.run([*words, "-p", "benchmarks.mutants.covered", *tests], cwd=tree, env=env, check=True)
    found: dict[str, Any] = json.loads(keep.read_text(encoding="utf-8"))
    return found


def asked(site: Site, known: dict[str, Any]) -> list[str]:
    """The tests that run a line of the fault, the quickest first, as many as it is worth."""
    lines = known["lines"].get(site.file, {})
    contexts = {context for line in range(site.line, site.last + 1) for context in lines.get(str(line), ())}
    tests = set()
    for context in contexts:
        test, _, fixtures = context.partition("|")
        module = test.partition("::")[0]
        if context == "":  # run when it is imported, so by every test
            tests |= set(known["seconds"])
        elif fixtures:
            tests |= {other for other in known["seconds"] if other.startswith(f"{module}::")}
        tests.add(test)
    spent, chosen = 0.0, []
    for test in sorted(tests & known["seconds"].keys(), key=lambda test: (known["seconds"][test], test)):
        spent += known["seconds"][test]
        if spent > MOST and chosen:
            break
        chosen.append(test)
    return chosen


def sampled(room: str) -> tuple[int, list[Site]]:
    """How many faults the room can have, and those that are drawn."""
    files = sorted((ROOT / "nationalmap" / room).rglob("*.py"))
    every = [s for f in files for s in sites(f.relative_to(ROOT).as_posix(), f.read_text(encoding="utf-8"))]
    return len(every), random.Random(f"{SEED} {room}").sample(every, min(SAMPLE, len(every)))  # noqa: S311


def tried(room: str, folder: Path) -> None:
    """The sample of a room, into its file; goes on where it was ended."""
    _, tests = ROOMS[room]
    total, drawn = sampled(room)
    file = HERE / f"{room}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    done = {(one["file"], one["number"], one["after"]) for one in map(json.loads, lines)}
    tree = trial.copy_of(Path(tempfile.mkdtemp(dir=folder)))
    known = covered(room, tests, folder / f"{room}.json", tree)
    trial.ready()
    # All have just passed there; one of each file has to pass as they are asked of a fault, too.
    slowest_first = sorted(known["seconds"], key=lambda test: -known["seconds"][test])
    quickest = {test.partition("::")[0]: test for test in slowest_first}.values()
    if (said := trial.untouched(tree, list(quickest), sum(map(known["seconds"].get, quickest)))) != "survived":
        raise SystemExit(f"{room}: without a fault the tests say {said}")
    for site in drawn:
        if (site.file, site.number, site.after) in done:
            continue
        chosen = asked(site, known)
        seconds = sum(known["seconds"][test] for test in chosen)
        said = trial.trial(tree, site, chosen, seconds) if chosen else "no test"
        with file.open("a", encoding="utf-8") as out:
            told = {**asdict(site), "answer": said, "tests": len(chosen), "of": total, "seed": SEED}
            out.write(json.dumps(told, ensure_ascii=False) + "\n")


def interval(killed: int, of: int) -> tuple[float, float]:
    """Wilson's interval of 95 %: between which shares the score of all faults lies, told from a sample."""
    z, share = 1.96, killed / of
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return tuple((middle + sign * half) / (1 + z * z / of) for sign in (-1, 1))  # type: ignore[return-value]


def report() -> str:
    """The table of all rooms, and the faults that no test saw."""
    rows, left = [], []
    for room, (goal, _) in ROOMS.items():
        file = HERE / f"{room}.jsonl"
        found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
        if not found:
            continue
        count = Counter(one["answer"] for one in found)
        killed = count["killed"] + count["timeout"]
        low, high = (f"{100 * part:.0f}" for part in interval(killed, len(found)))
        score = f"{100 * killed / len(found):.1f} %"
        sizes = f"{found[0]['of']:,} | {len(found)}"
        blind = len(found) - killed - count["no test"]
        of_all = f"{low} to {high} %"
        rows.append(f"| `{room}` | {sizes} | {killed} | {blind} | {count['no test']} | {score} | {of_all} | {goal} % |")
        left.append(f"\n### {room}\n")
        left += [
            f"- `{one['file'].removeprefix('nationalmap/')}:{one['line']}` `{one['before']}` → `{one['after']}`"
            + (" (no fast test runs it)" if one["answer"] == "no test" else "")
            for one in sorted(found, key=lambda one: (one["file"], one["line"], one["after"]))
            if one["answer"] in ("survived", "no test", "broken")
        ]
    head = (
        "| room | faults possible | drawn | seen | not seen | line without fast test | score | 95 % interval | goal |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    said = (
        "# Tests of the tests\n\nOne small fault at a time in the code of a room: does a test of its line see it?\n"
        f"By `make mutants`, {datetime.now(UTC).date()}, seed {SEED}; `benchmarks/mutants/` says how.\n\n"
    )
    return said + head + "\n".join(rows) + "\n\n## What no test saw\n" + "\n".join(left) + "\n"


def main() -> None:
    """Try the rooms that are named, or all; then write the report."""
    rooms = sys.argv[1:] or list(ROOMS)
    # A fifth of the seeded changes that the tests of verification make: what more of them see is seen by these.
    os.environ.setdefault("VERIFY_CHANGES", "240")
    with tempfile.TemporaryDirectory() as temporary:
        for room in rooms:
            tried(room, Path(os.environ.get("MUTANTS", temporary)))
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
