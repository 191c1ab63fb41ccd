"""What no single key of a scenario shows: numbers out of range, lists that contradict themselves."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence

from nationalmap.domain.scenario import Lock, Scenario, SiteLimit, StageName
from nationalmap.errors import Fault
from nationalmap.schema import is_code, names_a_folder, nearest, shown
from nationalmap.schema.harmless import MOST_NAME
from nationalmap.sources.check_streams import out_of_range, wrong_streams

#: Objectives by which the solver's rules may name a part of a stage.
_OBJECTIVES = (
    *typing.get_args(StageName),
    *("keep_users", "keep_idle", "worst_tenth", "tie_break_places", "tie_break_users", "tie_break_money"),
    *(f"{stage}_{n}" for stage in ("keep", "unmet") for n in range(1, 10)),
)


def contradictions(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Every fault of a scenario whose keys are each in order."""
    yield from _wrong_years(scenario, file)
    yield from wrong_streams(scenario, file)
    yield from _wrong_stages(scenario, file)
    yield from _doubled(scenario, file)
    yield from _wrong_shares(scenario, file)
    yield from _wrong_locks(scenario, file)
    yield from _wrong_limits(scenario, file)
    yield from _wrong_hubs(scenario, file)
    if not names_a_folder(scenario.name):
        cure = f"use Latin letters, digits, - and _, at most {MOST_NAME}: it names a folder"
        yield Fault(file, 0, "name", shown(scenario.name), "cannot name a folder", cure)
    yield from _wrong_numbers(scenario, file)


def _wrong_numbers(scenario: Scenario, file: str) -> Iterator[Fault]:
    numbers: dict[str, tuple[float | None, float, float]] = {
        "as_of": (scenario.as_of.year, 2000, 2100),
        "capital_life_years": (scenario.capital_life_years, 1, 200),
        "old_types_until": (scenario.old_types_until, 2000, 2100),
        "most_openings_per_year": (scenario.most_openings_per_year, 0, 10_000),
        "solver.max_nodes": (scenario.solver.max_nodes, 1, 2**31 - 1),
        "solver.time_limit_s": (scenario.solver.time_limit_s, 1e-9, 1e6),
        "solver.tolerance": (scenario.solver.tolerance, 0, 0.5),
        "travel.speed_km_h": (scenario.travel.speed_km_h, 1, 300),
        "travel.detour_factor": (scenario.travel.detour_factor, 1, 10),
        "travel.start_min": (scenario.travel.start_min, 0, 600),
    }
    for stage, tolerance in scenario.solver.tolerances.items():
        numbers[f"solver.tolerances.{shown(stage)}"] = (tolerance, 0, 0.5)
    for stage, nodes in scenario.solver.nodes.items():
        numbers[f"solver.nodes.{shown(stage)}"] = (nodes, 1, 2**31 - 1)
    yield from out_of_range(numbers, file)
    for key, named in (("tolerances", scenario.solver.tolerances), ("nodes", scenario.solver.nodes)):
        for stage in named:
            if stage not in _OBJECTIVES:
                yield Fault(file, 0, f"solver.{key}", shown(stage), "is not a stage", nearest(stage, _OBJECTIVES))


def _wrong_years(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Periods in their order, each once, all after today."""
    years = scenario.years
    if not years:
        yield Fault(file, 0, "years", "", "is empty", "name the years to plan, e.g. years = [2027]")
    yield from out_of_range({f"years.{n}": (year, 2020, 2100) for n, year in enumerate(years)}, file)
    if list(years) != sorted(set(years)):
        told = ", ".join(map(str, years))
        yield Fault(file, 0, "years", shown(told), "do not rise from period to period", "name each once, in order")
    for year in years:
        if year <= scenario.as_of.year:
            yield Fault(file, 0, "years", str(year), f"is not after as_of ({scenario.as_of})", "plan a later year")


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
    if hard and "cost" in scenario.stages and "overspend" not in scenario.stages[: scenario.stages.index("cost")]:
        cure = "the mode what_it_would_cost needs it before cost"
        yield Fault(file, 0, "stages", "", "overspend is missing or comes too late", cure)


def _doubled(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Codes that a list names twice."""
    lists: dict[str, Sequence[str]] = {
        "regions": scenario.regions,
        "services": scenario.services,
        "single_assignment": scenario.single_assignment,
        "shares": [share.service for share in scenario.shares],
        "locks": [lock.id for lock in scenario.locks],
        "hubs": [hub.municipality for hub in scenario.hubs],
    }
    for number, hub in enumerate(scenario.hubs):
        lists[f"hubs.{number}.excluded_services"] = hub.excluded_services
    for name, stream in scenario.streams.items():
        where = f"streams.{shown(name)}"
        lists[f"{where}.services"] = stream.services
        lists[f"{where}.municipalities"] = stream.municipalities
        lists[f"{where}.purposes"] = stream.purposes
    for key, codes in lists.items():
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Fault(file, 0, key, shown(code), "stands twice", "name it once")


def _wrong_shares(scenario: Scenario, file: str) -> Iterator[Fault]:
    for number, share in enumerate(scenario.shares):
        key = f"shares.{number}"
        yield from out_of_range({f"{key}.least": (share.least, 0, 1), f"{key}.most": (share.most, 0, 1)}, file)
        if share.least is not None and share.most is not None and share.least > share.most:
            rule = f"is above most ({share.most:g})"
            yield Fault(file, 0, f"{key}.least", f"{share.least:g}", rule, "mend one of them")


def _wrong_locks(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Locks that fix nothing, or two that nobody can keep together."""
    for number, lock in enumerate(scenario.locks):
        key = f"locks.{number}"
        if not is_code(lock.id):
            rule, cure = "is not a code", "letters, digits and _ . : - only, no blanks"
            yield Fault(file, 0, f"{key}.id", shown(lock.id), rule, cure)
        yield from out_of_range({f"{key}.value": (lock.value, 0, 10_000_000)}, file)
        if lock.year is not None and scenario.years and lock.year not in scenario.years:
            planned = ", ".join(map(str, scenario.years))
            yield Fault(file, 0, f"{key}.year", str(lock.year), "is not a planned year", f"planned are {planned}")
        if lock.what == "users" and lock.site is not None:
            yield Fault(file, 0, f"{key}.site", shown(lock.site), "has no users of its own", "name a host instead")
        if lock.what != "users" and lock.host is not None:
            rule = f"means nothing for {lock.what}, which stand in the municipality"
            yield Fault(file, 0, f"{key}.host", shown(lock.host), rule, "leave it out")
        for earlier in scenario.locks[:number]:
            if _opposed(earlier, lock):
                rule = f'cannot be kept together with lock "{earlier.id}"'
                yield Fault(file, 0, key, shown(lock.id), rule, "drop one of the two, or mend its value")


def _opposed(a: Lock, b: Lock) -> bool:
    """Whether two locks fix the same sum in one year to values that exclude each other."""
    same = [(x.what, x.service, x.municipality, x.host, x.site) for x in (a, b)]
    when = a.year is None or b.year is None or a.year == b.year
    return same[0] == same[1] and when and _exclude(a, b)


def _exclude(a: Lock | SiteLimit, b: Lock | SiteLimit) -> bool:
    """Whether no number satisfies both relations."""
    lows, highs = [], []
    for one in (a, b):
        value = one.value if isinstance(one, Lock) else one.number
        lows.append(value if one.relation != "most" else 0)
        highs.append(value if one.relation != "least" else float("inf"))
    return max(lows) > min(highs)


def _wrong_limits(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Numbers of facilities that nobody can keep together."""
    for number, limit in enumerate(scenario.site_limits):
        key = f"site_limits.{number}"
        yield from out_of_range({f"{key}.number": (limit.number, 0, 10_000_000)}, file)
        for at, earlier in enumerate(scenario.site_limits[:number]):
            same = (earlier.service, earlier.territory) == (limit.service, limit.territory)
            if same and _exclude(earlier, limit):
                rule = f"cannot be kept together with site_limits.{at}"
                yield Fault(file, 0, key, shown(limit.service), rule, "drop one of the two, or mend its number")


def _wrong_hubs(scenario: Scenario, file: str) -> Iterator[Fault]:
    for number, hub in enumerate(scenario.hubs):
        yield from out_of_range({f"hubs.{number}.most_services": (hub.most_services, 0, 1000)}, file)
        if hub.most_services is None and not hub.excluded_services:
            cure = "give most_services, excluded_services, or both"
            yield Fault(file, 0, f"hubs.{number}", shown(hub.municipality), "limits nothing", cure)
