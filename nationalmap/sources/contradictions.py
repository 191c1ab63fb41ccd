"""What no single key of a scenario shows: numbers out of range, streams and stages without meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault
from nationalmap.schema import is_code, shown

MAX_NAME = 100
#: Names that Windows keeps for its devices.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def contradictions(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Every fault of a scenario whose keys are each in order."""
    bare: dict[str, str] = {}
    for name, stream in scenario.streams.items():
        where = f"streams.{shown(name)}"
        if not is_code(name):
            yield Fault(file, 0, where, "", "is not a code", "letters, digits and _ . : - only, no blanks")
        twin = bare.setdefault(re.sub(r"[:-]", "_", name), name)
        if twin != name:
            yield Fault(file, 0, where, "", f'differs from "{twin}" in signs only', "give one of them another name")
        yield from _wrong_stream(stream, where, file)
    yield from _wrong_stages(scenario, file)
    yield from _doubled(scenario, file)
    if scenario.year <= scenario.as_of.year:
        yield Fault(file, 0, "year", str(scenario.year), f"is not after as_of ({scenario.as_of})", "plan a later year")
    fits = re.fullmatch(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*", scenario.name)
    if not fits or len(scenario.name) > MAX_NAME or scenario.name.lower() in _DEVICES:
        cure = f"use Latin letters, digits, - and _, at most {MAX_NAME}: it names a folder"
        yield Fault(file, 0, "name", shown(scenario.name), "cannot name a folder", cure)
    yield from _out_of_range(
        {
            "year": (scenario.year, 2020, 2100),
            "as_of": (scenario.as_of.year, 2000, 2100),
            "capital_life_years": (scenario.capital_life_years, 1, 200),
            "solver.max_nodes": (scenario.solver.max_nodes, 1, 2**31 - 1),
            "solver.time_limit_s": (scenario.solver.time_limit_s, 1e-9, 1e6),
            "solver.tolerance": (scenario.solver.tolerance, 0, 0.5),
            "travel.speed_km_h": (scenario.travel.speed_km_h, 1, 300),
            "travel.detour_factor": (scenario.travel.detour_factor, 1, 10),
            "travel.start_min": (scenario.travel.start_min, 0, 600),
        },
        file,
    )


def _out_of_range(numbers: Mapping[str, tuple[float | None, float, float]], file: str) -> Iterator[Fault]:
    """Faults of numbers, by key, that lie outside their low and high bounds."""
    for key, (number, low, high) in numbers.items():
        if number is not None and not low <= number <= high:
            rule = "is negative" if number < 0 <= low else f"is not between {low:g} and {high:g}"
            yield Fault(file, 0, key, f"{number:g}", rule, "check the figure and its unit")


def _wrong_stream(stream: Stream, path: str, file: str) -> Iterator[Fault]:
    """An amount stated in no way or in several, or a number out of range."""
    ways = [stream.amount_eur, stream.indicator, stream.national_eur]
    if sum(way is not None for way in ways) != 1:
        cure = "give one of amount_eur, indicator, national_eur"
        yield Fault(file, 0, path, "", "does not say its amount in exactly one way", cure)
    if (stream.national_eur is None) != (stream.shared_by is None):
        cure = "national_eur and shared_by come together"
        yield Fault(file, 0, f"{path}.shared_by", "", "a national amount needs a key to share it", cure)
    if stream.index != 1 and stream.indicator is None:
        cure = "leave it out, or multiply with factor"
        yield Fault(file, 0, f"{path}.index", f"{stream.index:g}", "multiplies an indicator, and none is named", cure)
    if stream.over_years != 1 and stream.national_eur is None:
        cure = "leave it out"
        yield Fault(file, 0, f"{path}.over_years", str(stream.over_years), "spreads national_eur only", cure)
    yield from _out_of_range(
        {
            f"{path}.amount_eur": (stream.amount_eur, 0, 1e11),
            f"{path}.national_eur": (stream.national_eur, 0, 1e11),
            f"{path}.index": (stream.index, 0, 1000),
            f"{path}.factor": (stream.factor, 0, 1000),
            f"{path}.over_years": (stream.over_years, 1, 100),
        },
        file,
    )


def _wrong_stages(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Stages that stand twice or have no meaning in the scenario's mode."""
    if not scenario.stages:
        yield Fault(file, 0, "stages", "", "is empty", "name the stages in their order, or leave the key out")
    if len(set(scenario.stages)) != len(scenario.stages):
        yield Fault(file, 0, "stages", "", "a stage stands twice", "name each stage once")
    hard = scenario.mode == "what_it_would_cost"
    unfit = {"package", "unmet", "worst_unmet"} if hard else {"overspend"}
    for stage in scenario.stages:
        if stage in unfit:
            cure = f"leave it out, or change the mode from {scenario.mode}"
            yield Fault(file, 0, "stages", stage, "has no meaning in this mode", cure)
    before_cost = scenario.stages[: scenario.stages.index("cost")] if "cost" in scenario.stages else scenario.stages
    if hard and "overspend" not in before_cost:
        cure = "the mode what_it_would_cost needs it before cost"
        yield Fault(file, 0, "stages", "", "overspend is missing or comes too late", cure)


def _doubled(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Codes that a list names twice."""
    lists = {"regions": scenario.regions, "services": scenario.services}
    for name, stream in scenario.streams.items():
        lists[f"streams.{shown(name)}.services"] = stream.services
        lists[f"streams.{shown(name)}.municipalities"] = stream.municipalities
    for key, codes in lists.items():
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Fault(file, 0, key, shown(code), "stands twice", "name it once")
