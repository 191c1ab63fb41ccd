"""Location problems against spopt: p-median, MCLP, LSCP on San Francisco and on 265 municipalities of Bulgaria.

Ours is the project's own program of the folder that ``nationalmap case`` writes: sets and data (``index``), rules and
stages in PuLP (``assemble``), solved by HiGHS in this process (``solve``). spopt is ``from_cost_matrix`` and ``solve``
without its tables of results, with CBC and with HiGHS through PuLP. Both begin with their input in memory.

``fresh``: San Francisco in processes of their own that read the instance first; CPU seconds with starting Python and
importing. ``python -m benchmarks.locations ours|spopt INSTANCE QUESTION [CASES]`` is one of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.pairs import Measured, Way, measured

ROOT = Path(__file__).resolve().parents[1]
#: Where the published cases lie, if at all.
CASES = ROOT.parent / "shared" / "cases"
INSTANCES = {"sf": "San Francisco, 205 × 16", "bg": "Bulgaria, 265 × 265"}
QUESTIONS = {"least_travel": "p-median", "most_people": "MCLP", "fewest_sites": "LSCP"}
#: (instance, question) -> sites, distance.
ASKED: dict[tuple[str, str], tuple[int | None, float | None]] = {
    ("sf", "least_travel"): (4, None),
    ("sf", "most_people"): (4, 5000.0),
    ("sf", "fewest_sites"): (None, 5000.0),
    ("bg", "least_travel"): (28, None),
    ("bg", "most_people"): (15, 60.0),
    ("bg", "fewest_sites"): (None, 60.0),
}


@dataclass(frozen=True)
class Instance:
    """A problem with one question."""

    problem: Any
    question: str
    sites: int | None
    distance: float | None

    @property
    def total(self) -> float:
        return float(sum(self.problem.weights))


def instance(name: str, question: str, cases: Path) -> Instance:
    """A problem in memory, as the published files or this repository have it."""
    problem = _san_francisco(cases / "san_francisco") if name == "sf" else _bulgaria()
    return Instance(problem, question, *ASKED[name, question])


def _san_francisco(folder: Path) -> Any:
    from nationalmap.sources.published import read_places

    places, sites = "SF_demand_205_centroid_uniform_weight.csv", "SF_store_site_16_longlat.csv"
    between = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    return read_places(folder / places, folder / sites, folder / between, "POP2000")


def _bulgaria() -> Any:
    """Population of the census as weight, estimated minutes between the seats as distance."""
    import pandas as pd

    from nationalmap.domain.scenario import TravelRule
    from nationalmap.geography.travel import travel_table
    from nationalmap.schema import MUNICIPALITIES
    from nationalmap.sources.published import Problem
    from nationalmap.sources.tables import read_table

    municipalities = read_table(MUNICIPALITIES, ROOT / "boundaries" / "municipalities.csv")
    codes = tuple(sorted(municipalities["municipality"]))
    census = pd.read_csv(ROOT / "scenarios" / "indicators" / "2021" / "census.csv").set_index("municipality")
    minutes = travel_table(municipalities, TravelRule()).pivot(index="municipality", columns="host")["travel_min"]
    between = minutes.reindex(index=list(codes), columns=list(codes)).to_numpy(dtype=float)
    weights = tuple(float(n) for n in census["pop_total"].reindex(list(codes)))
    return Problem("bulgaria", codes, weights, codes, between, is_distance=True, same_places=True)


def question_of(one: Instance) -> Any:
    """The case written as a folder, and read like any other scenario."""
    from nationalmap import planning
    from nationalmap.sources.cases import write_case

    with tempfile.TemporaryDirectory() as folder:
        return planning.check(str(write_case(one.problem, one.question, Path(folder), one.sites, one.distance)))


def ours(one: Instance) -> Way:
    """The project's own program of the case."""
    from nationalmap.program.assemble import assemble
    from nationalmap.program.solve import solve
    from nationalmap.studies.work import index_of

    question = question_of(one)

    def way() -> float:
        value = solve(assemble(index_of(question)), child=False).stages[-1].value
        return one.total - value if one.question == "most_people" else value

    return way


def spopt(one: Instance, solver: str) -> Way:
    """spopt's own model of the question, by ``solver`` (cbc or highs) through PuLP."""
    import numpy as np
    import pulp
    from spopt.locate import LSCP, MCLP, PMedian

    weights, between = np.array(one.problem.weights), one.problem.between

    def stated() -> Any:
        if one.question == "least_travel":
            return PMedian.from_cost_matrix(between, weights, p_facilities=one.sites)
        if one.question == "most_people":
            return MCLP.from_cost_matrix(between, weights, service_radius=one.distance, p_facilities=one.sites)
        return LSCP.from_cost_matrix(between, one.distance)

    def way() -> float:
        by = pulp.PULP_CBC_CMD(msg=False) if solver == "cbc" else pulp.HiGHS(msg=False)
        return float(pulp.value(stated().solve(by, results=False).problem.objective))

    return way


def asked(cases: Path) -> Iterator[tuple[str, str, str]]:
    """Instance, question, and what it is called; instances whose files are there."""
    for name, question in ASKED:
        if name != "sf" or (cases / "san_francisco").is_dir():
            yield name, question, f"{QUESTIONS[question]}, {INSTANCES[name]}"


def in_process(cases: Path, runs: int) -> Iterator[list[Measured]]:
    """Each question, input in memory."""
    for name, question, called in asked(cases):
        one = instance(name, question, cases)
        ways = {"ours": ours(one), "spopt, CBC": spopt(one, "cbc"), "spopt, HiGHS": spopt(one, "highs")}
        yield measured(called, ways, runs)


def fresh(cases: Path, runs: int) -> Iterator[list[Measured]]:
    """Each question, a process for each answer; of the small instance, where starting is what takes the time."""
    for name, question, called in asked(cases):
        if name != "sf":
            continue
        ways = {label: _process(way, name, question, cases) for label, way in (("ours", "ours"), ("spopt, CBC", "cbc"))}
        yield measured(called, ways, runs)


def _process(way: str, name: str, question: str, cases: Path) -> Way:
    command = [sys.executable, "-m", "benchmarks.locations", way, name, question, str(cases)]
    return lambda: float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)


def main() -> None:
    way, name, question, cases = sys.argv[1:5]
    one = instance(name, question, Path(cases))
    print(repr((ours(one) if way == "ours" else spopt(one, way))()))


if __name__ == "__main__":
    main()
