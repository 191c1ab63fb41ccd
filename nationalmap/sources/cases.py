"""A published problem written as what it is here: a service, sites, needs and a scenario.

    customer  -> a municipality with a stated need       weight   -> need cases
    site      -> a candidate, or a row of the register   capacity -> places
    fixed cost -> running cost of the facility           unit cost -> known cost of a user's journeys
    distance  -> known journey, in minutes

The folder that comes out is planned by ``nationalmap plan FOLDER`` like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from nationalmap import publishing
from nationalmap.errors import Fault, InputRefused, OutputFailed, UsageError
from nationalmap.schema import shown
from nationalmap.sources.case_question import FAR, Case, Question
from nationalmap.sources.case_tables import texts
from nationalmap.sources.published import Problem, read_capacitated, read_places, read_pmedian, read_transport

QuestionName = Literal[
    "least_cost",
    "least_cost_single",
    "least_cost_uncapacitated",
    "least_travel",
    "least_worst",
    "fewest_sites",
    "most_people",
]


_HARD = "what_it_would_cost"
QUESTIONS: Mapping[str, Question] = {
    "least_cost": Question(_HARD, ("overspend", "cost"), of_distance=False),
    "least_cost_single": Question(_HARD, ("overspend", "cost"), of_distance=False),
    "least_cost_uncapacitated": Question(_HARD, ("overspend", "cost"), of_distance=False),
    "least_travel": Question(_HARD, ("travel",), of_distance=True, sites=True),
    "least_worst": Question(_HARD, ("worst_travel",), of_distance=True, sites=True),
    "fewest_sites": Question(_HARD, ("sites",), of_distance=True, within=True),
    "most_people": Question("within_the_money", ("unmet",), of_distance=True, sites=True, within=True),
}
#: What is asked of a problem of each kind unless somebody says otherwise.
USUAL: Mapping[str, str] = {
    "capacitated": "least_cost",
    "pmedian": "least_travel",
    "places": "least_travel",
    "transport": "least_cost",
}
#: By how much weights may be written larger to make whole cases of them; and costs to make cents of their parts.
WEIGHT_FACTORS = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
MOST_UNIT = 1e6
#: EUR per case: the dearest journey must not be cheaper.
LEAST_COST = 0.001
FILES: Mapping[str, int] = {"capacitated": 1, "pmedian": 1, "places": 3, "transport": 3}


def case(
    kind: str,
    files: Sequence[Path],
    out: Path,
    question: str = "",
    sites: int | None = None,
    distance: float | None = None,
    weight: str = "",
    capacity: float | None = None,
    unit: float = 1.0,
) -> Path:
    """A published problem as a folder that ``nationalmap plan`` takes; gives that folder.

    ``files``: one for ``capacitated`` (OR-Library cap) and ``pmedian`` (OR-Library pmed); places,
    sites, distances for ``places``; supply, demand, costs for ``transport``. ``question`` is one
    of QUESTIONS, ``sites`` how many to choose, ``distance`` how far is within reach, ``weight`` the
    column of weights, ``capacity`` that of the large cap instances, ``unit`` how many EUR one
    unit of the problem's costs is written as (money is planned to the cent). The folder is
    ``out/<instance>-<question>`` and must not be there yet. Raises UsageError, InputRefused,
    OutputFailed.
    """
    asked = question or USUAL.get(kind, "")
    if kind not in FILES:
        raise UsageError(f'"{kind}" is no kind of case; kinds are {", ".join(FILES)}.')
    if asked not in QUESTIONS:
        raise UsageError(f'"{asked}" is no question; questions are {", ".join(QUESTIONS)}.')
    if len(files) != FILES[kind]:
        raise UsageError(f"A case of kind {kind} is read from {FILES[kind]} file(s), not {len(files)}.")
    if not 0 < unit <= MOST_UNIT:
        raise UsageError(f"One unit of cost is written as more than 0 EUR, and at most {MOST_UNIT:g}.")
    problem = _read(kind, files, weight, capacity)
    return write_case(problem if problem.is_distance else _in_eur(problem, unit), asked, out, sites, distance)


def _read(kind: str, files: Sequence[Path], weight: str, capacity: float | None) -> Problem:
    if kind == "capacitated":
        return read_capacitated(files[0], capacity)
    if kind == "pmedian":
        return read_pmedian(files[0])
    if kind == "places":
        return read_places(files[0], files[1], files[2], weight)
    return read_transport(files[0], files[1], files[2])


def write_case(
    problem: Problem, question: str, out: Path, sites: int | None = None, distance: float | None = None
) -> Path:
    """The problem with its question as a folder of tables below ``out``; gives the folder."""
    asked = QUESTIONS[question]
    number = sites if sites is not None else problem.choose
    if asked.of_distance != problem.is_distance:
        between = "distances" if problem.is_distance else "costs"
        raise UsageError(f"{question} does not fit {problem.name}: it gives {between}.")
    if asked.sites and not 1 <= (number or 0) <= len(problem.sites):
        raise UsageError(f"{question} asks how many sites: a number from 1 to {len(problem.sites)}.")
    if asked.within and not (distance is not None and 0 <= distance <= FAR):
        raise UsageError(f"{question} asks a distance: how far is within reach.")
    if question == "fewest_sites" and distance is not None:
        _all_within(problem, distance)
    whole = _whole(problem, question)
    _not_too_cheap(whole)
    written = Case(
        whole,
        question,
        asked,
        number if asked.sites else None,
        distance if asked.within else None,
    )
    folder = out / written.name
    if folder.exists():
        raise OutputFailed(f"{folder}: is there already; name another folder, or remove it.")
    return publishing.write_folder(folder, {name: text.encode() for name, text in texts(written).items()})


def _in_eur(problem: Problem, unit: float) -> Problem:
    """The problem with its costs in EUR; a fixed cost with parts of a cent is refused rather than rounded."""
    fixed = problem.fixed
    if fixed is not None:
        fixed = tuple(cost * unit for cost in fixed)
        parts = [cost for cost in fixed if abs(cost - round(cost, 2)) > 1e-9 * max(1.0, cost)]
        if parts:
            rule, cure = "has parts of a cent", "write one unit of cost as more EUR: unit 100 or 1000"
            raise InputRefused([Fault(problem.name, 0, "fixed cost", f"{parts[0]:.12g}", rule, cure)])
    return replace(problem, between=problem.between * unit, fixed=fixed, unit_eur=unit)


def _not_too_cheap(problem: Problem) -> None:
    """Refuse costs so small that a solver takes their differences for nothing."""
    dearest = float(problem.between.max(initial=0.0))
    if not problem.is_distance and 0 < dearest < LEAST_COST:
        rule, cure = "is less than a tenth of a cent, and no other is more", "write one unit of cost as more EUR"
        raise InputRefused([Fault(problem.name, 0, "cost", f"{dearest:.12g}", rule, cure)])


def _all_within(problem: Problem, distance: float) -> None:
    """Refuse a covering of everybody where somebody has no site within reach: the plan would leave them out."""
    weighs = np.array(problem.weights) > 0
    nearest = problem.between.min(axis=1)
    cut_off = np.flatnonzero(weighs & (nearest > distance))
    if cut_off.size:
        first = int(cut_off[0])
        rule = f"has no site within {distance:g}, as {cut_off.size} of {int(weighs.sum())}: no sites cover everybody"
        cure = f"a distance of {float(nearest[weighs].max()):.12g} reaches all"
        raise InputRefused([Fault(problem.name, 0, "distance", shown(problem.customers[first]), rule, cure)])


def _whole(problem: Problem, question: str) -> Problem:
    """Weights and capacities as whole numbers: cases and places are counted.

    Where they are written larger, costs and (where they are summed) distances are smaller, so that the sums are the
    problem's own; only the people of ``most_people`` are as many times more.
    """
    figures = [*problem.weights, *(problem.capacities or ())]
    for factor in WEIGHT_FACTORS:
        scaled = [figure * factor for figure in figures]
        if all(abs(figure - round(figure)) <= 1e-9 * max(1.0, figure) for figure in scaled):
            break
    else:
        rule, cure = "have more than six decimals: cases are counted", "round them"
        raise InputRefused([Fault(problem.name, 0, "weights", "", rule, cure)])
    if sum(scaled[: len(problem.weights)]) > FAR:
        times = f" when written {factor} times larger, as whole cases" if factor > 1 else ""
        rule = f"come to more than {FAR} cases{times}"
        raise InputRefused([Fault(problem.name, 0, "weights", "", rule, "write them in a larger unit, or round them")])
    rounded = tuple(float(round(figure)) for figure in scaled)
    n = len(problem.weights)
    summed = not problem.is_distance or question == "least_travel"
    return replace(
        problem,
        weights=rounded[:n],
        between=problem.between / factor if summed else problem.between,
        capacities=rounded[n:] if problem.capacities is not None else None,
        times=factor,
    )
