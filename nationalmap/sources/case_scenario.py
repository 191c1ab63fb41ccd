"""The scenario of a published problem as text: enough money for everything, so that the question alone decides."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources

from nationalmap.sources.case_question import REGION, SERVICE, YEAR, Case, label
from nationalmap.sources.published import Problem


def scenario_text(case: Case, tables: Mapping[str, str]) -> str:
    """``scenario.toml`` of the case; ``tables`` are the files of its own by their key under ``[inputs]``."""
    parts = (_asked(case), _inputs(tables), _money(case), ["[solver]", "tolerance = 1e-7", ""], _sites(case))
    return "\n".join(line for part in parts for line in part)


def _asked(case: Case) -> Iterator[str]:
    """What the question asks, and how it is called."""
    yield "format = 1"
    yield f"name = {_quoted(case.name)}"
    yield from (f"{key} = {_quoted(label(text))}" for key, text in _words(case).items())
    yield "as_of = 2026-01-01"
    yield f'regions = ["{REGION}"]'
    yield f"years = [{YEAR}]"
    yield f'mode = "{case.asked.mode}"'
    yield f"stages = {json.dumps(list(case.asked.stages))}"
    yield f"single_assignment = {json.dumps([SERVICE] if case.question == 'least_cost_single' else [])}"
    yield "no_loss = false"
    yield ""


def _words(case: Case) -> dict[str, str]:
    """Titles and what the scenario says, by key."""
    data = tomllib.loads(resources.files("nationalmap.sources").joinpath("cases.toml").read_text(encoding="utf-8"))
    values = {
        "name": case.problem.name,
        "sites": case.number,
        "distance": "" if case.distance is None else f"{case.distance:g}",
    }
    more = _written_larger(case.problem)
    return {key: text.format(**values) + more.get(key, "") for key, text in data[case.question].items()}


def _written_larger(problem: Problem) -> dict[str, str]:
    """What is said where weights or costs stand in another unit than they were published in."""
    says = {"says_bg": "", "says_en": ""}
    if problem.times > 1:
        says["says_bg"] += f" Теглата са записани {problem.times} пъти по-големи, за да са цели."
        says["says_en"] += f" Weights are written {problem.times} times larger, to be whole."
    if problem.unit_eur != 1:
        says["says_bg"] += f" Единица разход е записана като {problem.unit_eur:.12g} EUR."
        says["says_en"] += f" A unit of cost is written as {problem.unit_eur:.12g} EUR."
    return says


def _inputs(tables: Mapping[str, str]) -> Iterator[str]:
    yield "[inputs]"
    yield 'catalogue = "catalogue"'
    yield 'indicators = "indicators"'
    yield 'boundaries = "boundaries.geojson"'
    yield from (f'{name} = "{path}"' for name, path in tables.items())
    yield ""


def _money(case: Case) -> Iterator[str]:
    """One stream that has enough for the dearest answer."""
    yield "[streams.money]"
    yield 'name_bg = "Пари"'
    yield 'name_en = "Money"'
    yield 'kind = "running"'
    yield f"amount_eur = {case.enough:.2f}"
    yield 'status = "illustrative"'
    yield 'basis = "enough for the dearest answer"'
    yield ""


def _sites(case: Case) -> Iterator[str]:
    """How many sites there are to be, where the question says so."""
    if case.number is not None:
        yield "[[site_limits]]"
        yield f'service = "{SERVICE}"'
        yield 'relation = "exactly"'
        yield f"number = {case.number}"
        yield f'basis = "the problem asks {case.number} sites"'
        yield ""


def _quoted(text: str) -> str:
    """A TOML string: JSON writes the same."""
    return json.dumps(text, ensure_ascii=False)
