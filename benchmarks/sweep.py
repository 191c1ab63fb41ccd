"""Scenarios per second with the sites of a plan held: the kept program against PuLP rebuilt, with CBC and with HiGHS.

Run from the repository: ``PYTHONPATH=. .venv/bin/python benchmarks/sweep.py RUN [-n SCENARIOS] [-N SWEEP]``; RUN is a
run folder of haskovo-2027. The draws are those of the shipped design. First paired: each scenario by each way in turn,
all with the same stages in fractions; CPU seconds with those of CBC's processes, and the largest relative difference of
a stage's value. Then a whole sweep of SWEEP runs with two processes, wall and CPU seconds, its preparation in it.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pairs import EQUAL, Disagree, Measured, cpu
from nationalmap import runs
from nationalmap.changing import changed
from nationalmap.program.assemble import assemble
from nationalmap.program.recourse import FREE, reduced, sites_of
from nationalmap.program.search import KEPT_WITHIN
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs
from nationalmap.sources.designs import read_design
from nationalmap.studies import sweep as study
from nationalmap.studies.draws import runs_of
from nationalmap.studies.work import LEFT_OUT, Work, answer, index_of

DESIGN = "haskovo-2027-uncertain"


def by_pulp(question: Any, sites: Any) -> dict[str, float]:
    """Everything stated again in PuLP, held columns fixed, and CBC for each stage."""
    import pulp

    program = assemble(index_of(question))
    for name, family in program.unknown.families().items():
        for key, variable in family.items():
            variable.cat = pulp.LpContinuous
            if name in sites:
                variable.lowBound = variable.upBound = sites[name].get(key, 0.0)
    held = {v.name for n, f in program.unknown.families().items() if n not in FREE for v in f.values()}
    problem, values = program.problem, {}
    for objective in program.objectives:
        terms = pulp.LpAffineExpression({v: c for v, c in objective.terms.items() if v.name not in held})
        if objective.name in LEFT_OUT or not terms:
            continue
        problem.setObjective(terms)
        if problem.solve(pulp.PULP_CBC_CMD(msg=False)) != pulp.LpStatusOptimal:
            return {}
        values[objective.name] = float(pulp.value(terms))
        problem.addConstraint(terms <= values[objective.name] + KEPT_WITHIN, f"kept__{objective.name}")
    return values


def by_highs(question: Any, sites: Any) -> dict[str, float]:
    """Everything stated again, reduced to its free columns, and HiGHS for each stage from nothing."""
    program = assemble(index_of(question))
    matrix = matrix_of(program)
    column = {name: n for n, name in enumerate(matrix.names)}
    free, point = np.zeros(matrix.size, dtype=bool), np.zeros(matrix.size)
    for name, family in program.unknown.families().items():
        for key, variable in family.items():
            free[column[variable.name]] = name in FREE
            point[column[variable.name]] = sites.get(name, {}).get(key, 0.0)
    small, _ = reduced(matrix, free, point)
    solver, values = Highs(), {}
    for one in stage_costs(program):
        costs = one.costs[free]
        if one.name in LEFT_OUT or not costs.any():
            continue
        solver.load(small)
        found = solver.minimise(costs, Limits())
        if found.point is None:
            return {}
        values[one.name] = float(costs @ found.point)
        used = np.flatnonzero(costs)
        small = small.with_row(one.name, used, costs[used], -np.inf, values[one.name] + KEPT_WITHIN)
    return values


WAYS: Mapping[str, Callable[[Work, Any, int], dict[str, float]]] = {
    "kept program, re-solved": lambda work, drawn, n: answer(work, [(n, drawn.changes(n))])[0]["objectives"],
    "rebuilt in PuLP + CBC": lambda work, drawn, n: by_pulp(changed(work.question, drawn.changes(n)), work.sites),
    "rebuilt in PuLP + HiGHS": lambda work, drawn, n: by_highs(changed(work.question, drawn.changes(n)), work.sites),
}


def paired(work: Work, drawn: Any, scenarios: int) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """CPU and wall seconds of each scenario by each way in turn, and how far a stage's values are apart."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    apart = 0.0
    for way in WAYS.values():
        way(work, drawn, 0)
    for n in range(1, scenarios + 1):
        values = {}
        for name, way in list(WAYS.items())[:: 1 if n % 2 else -1]:
            wall, start = time.perf_counter(), cpu()
            values[name] = way(work, drawn, n)
            spent[name].append((cpu() - start, time.perf_counter() - wall))
        first, *others = (values[name] for name in WAYS)
        # Where the sites cost more than there is, what is rebuilt has no answer.
        if all(others):
            pairs = [(first[k], other[k]) for other in others for k in other]
            apart = max([apart, *(abs(a - b) / max(1.0, abs(b)) for a, b in pairs)])
    return spent, apart


def paired_rows(run: Path, scenarios: int) -> list[Measured]:
    """As rows of the table; in place of an optimum the largest relative difference of a stage's value is told."""
    spent, apart = paired(*prepared(run, scenarios + 1)[:2], scenarios)
    if apart > EQUAL:
        raise Disagree(f"sweep: values differ by {apart:.1e}")
    return [
        Measured(f"haskovo-2027, values apart by at most {apart:.0e}", name, math.nan, *_medians(seconds), len(seconds))
        for name, seconds in spent.items()
    ]


def _medians(seconds: list[tuple[float, float]]) -> tuple[float, float]:
    cpus, walls = zip(*seconds, strict=True)
    return statistics.median(cpus), statistics.median(walls)


def told(spent: dict[str, list[tuple[float, float]]], apart: float) -> None:
    """Minimum, median, maximum, and how often the kept program answers meanwhile."""
    cpus = {name: [one for one, _ in seconds] for name, seconds in spent.items()}
    for name, seconds in cpus.items():
        low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
        print(f"{name:24} {1000 * low:7.0f} {1000 * middle:7.0f} {1000 * high:7.0f} ms CPU")
    hot = statistics.median(cpus["kept program, re-solved"])
    for name, seconds in cpus.items():
        print(f"{name:24} {statistics.median(seconds) / hot:6.1f} x")
    print(f"largest relative difference of a stage's value: {apart:.1e}")


def prepared(run: Path, number: int) -> tuple[Work, Any, int]:
    """The work of the shipped design with the sites of a run, so many of its draws, and how many it has itself."""
    file = read_design(DESIGN)
    work = Work("benchmark", study._question(file), "sites_held", sites_of(runs.read_run(run).tables))
    sampled = file.design.sampled
    if sampled is None:
        raise SystemExit("the design draws nothing")
    return work, runs_of(replace(file.design, sampled=replace(sampled, runs=number))), sampled.runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("-n", type=int, default=20)
    parser.add_argument("-N", type=int, default=1000)
    given = parser.parse_args()
    work, drawn, shipped = prepared(given.run, given.n + 1)
    told(*paired(work, drawn, given.n))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.toml"
        text = Path("scenarios/designs", f"{DESIGN}.toml").read_text(encoding="utf-8")
        path.write_text(text.replace(f"runs = {shipped}", f"runs = {given.N}"), encoding="utf-8")
        wall, spent = time.perf_counter(), cpu()
        study.sweep(str(path), Path(folder), given.run, processes=2)
        wall, spent = time.perf_counter() - wall, cpu() - spent
    print(f"{given.N} runs, two processes: {wall:.1f} s wall ({given.N / wall:.0f} a second), {spent:.1f} CPU s")


if __name__ == "__main__":
    main()
