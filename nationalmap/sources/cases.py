"""A published problem written as what it is here: a service, sites, needs and a scenario.

    customer  -> a municipality with a stated need       weight   -> need cases
    site      -> a candidate, or a row of the register   capacity -> places
    fixed cost -> running cost of the facility           unit cost -> known cost of a user's journeys
    distance  -> known journey, in minutes

The folder that comes out is planned by ``nationalmap plan FOLDER`` like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from nationalmap.errors import Fault, InputRefused, OutputFailed, UsageError
from nationalmap.sources.case_tables import FAR, Case, Question, texts
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
) -> Path:
    """A published problem as a folder that ``nationalmap plan`` takes; gives that folder.

    ``files``: one for ``capacitated`` (OR-Library cap) and ``pmedian`` (OR-Library pmed); places,
    sites, distances for ``places``; supply, demand, costs for ``transport``. ``question`` is one
    of QUESTIONS, ``sites`` how many to choose, ``distance`` how far is within reach, ``weight`` the
    column of weights, ``capacity`` that of the large cap instances. The folder is
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
    return write_case(_read(kind, files, weight, capacity), asked, out, sites, distance)


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
    written = Case(
        _whole(problem), question, asked, number if asked.sites else None, distance if asked.within else None
    )
    folder = out / written.name
    if folder.exists():
        raise OutputFailed(f"{folder}: is there already; name another folder, or remove it.")
    try:
        for name, text in texts(written).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputFailed(f"{folder}: cannot be written ({(error.strerror or 'failed').lower()}).") from error
    return folder


def _whole(problem: Problem) -> Problem:
    """Weights and capacities as whole numbers: cases and places are counted."""
    figures = [*problem.weights, *(problem.capacities or ())]
    for factor in (1, 10, 100, 1000):
        scaled = [figure * factor for figure in figures]
        if all(abs(figure - round(figure)) <= 1e-9 * max(1.0, figure) for figure in scaled):
            break
    else:
        rule, cure = "have more than three decimals: cases are counted", "round them"
        raise InputRefused([Fault(problem.name, 0, "weights", "", rule, cure)])
    if sum(scaled[: len(problem.weights)]) > FAR:
        rule = f"come to more than {FAR} cases"
        raise InputRefused([Fault(problem.name, 0, "weights", "", rule, "write them in a larger unit")])
    rounded = [float(round(figure)) for figure in scaled]
    n = len(problem.weights)
    return Problem(
        problem.name,
        problem.customers,
        tuple(rounded[:n]),
        problem.sites,
        problem.between if problem.is_distance else problem.between / factor,
        problem.is_distance,
        tuple(rounded[n:]) if problem.capacities is not None else None,
        problem.fixed,
        problem.same_places,
        problem.choose,
    )
