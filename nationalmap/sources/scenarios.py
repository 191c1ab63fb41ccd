"""Scenario and norm files: TOML in, checked domain objects out.

A scenario may extend another by name; what it says replaces the same key of the base, and
tables are merged key by key. Every wrong key is refused with its path and the nearest right one.
"""

from __future__ import annotations

import dataclasses
import json
import math
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from nationalmap.domain.norm import Norm
from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest
from nationalmap.sources.resources import read_bytes, shipped

T = TypeVar("T")


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario with the folder its relative paths start from and the files it was read from."""

    scenario: Scenario
    folder: Path
    files: tuple[Path, ...]


def shipped_scenarios() -> tuple[Path, ...]:
    """The scenario files that come with the package, by name."""
    return tuple(sorted(shipped("scenarios").glob("*.toml")))


def find(name: str) -> Path:
    """Scenario file for a NAME of a shipped one, a FILE, or a FOLDER that holds one ``*.toml``."""
    path = Path(name)
    if path.is_dir():
        inside = sorted(path.glob("*.toml"))
        if len(inside) == 1:
            return inside[0]
        chosen = path / "scenario.toml"
        if chosen.exists():
            return chosen
        rule = f"holds {len(inside)} scenario files"
        raise InputRefused([Fault(str(path), rule=rule, cure="name the one to plan")])
    if path.is_file():
        return path
    known = {file.stem: file for file in shipped_scenarios()}
    if name in known:
        return known[name]
    cure = f"{nearest(name, known)}; shipped are {', '.join(known)}"
    raise InputRefused([Fault("scenario", value=name, rule="is neither a shipped scenario nor a file", cure=cure)])


def read_scenario(path: Path) -> ScenarioFile:
    """The scenario in ``path``, with what it extends. Raises InputRefused with every fault."""
    data, files = _merged(path, ())
    scenario = _validated(Scenario, data, path.name)
    faults = list(_contradictions(scenario, path.name))
    if faults:
        raise InputRefused(faults)
    return ScenarioFile(scenario, path.resolve().parent, files)


def read_norms(path: Path) -> tuple[Norm, ...]:
    """Norms of a norm file, sorted by id. Raises InputRefused with every fault."""
    data = read_toml(path)
    known = {"format", "norms"}
    faults = [
        Fault(path.name, 0, key, "", "this key is not known", nearest(key, known)) for key in data if key not in known
    ]
    if data.get("format") != 1:
        faults.append(Fault(path.name, 0, "format", str(data.get("format", "")), "is not 1", "write format = 1"))
    norms: list[Norm] = []
    for position, entry in enumerate(data.get("norms", []), 1):
        name = entry.get("id", position) if isinstance(entry, dict) else position
        try:
            norms.append(_validated(Norm, entry, f'{path.name}, norm "{name}"'))
        except InputRefused as refused:
            faults += refused.faults
    ids = [norm.id for norm in norms]
    faults += [
        Fault(path.name, 0, "id", i, "stands twice", "give each norm an id of its own")
        for i in sorted(set(ids))
        if ids.count(i) > 1
    ]
    if faults:
        raise InputRefused(faults)
    return tuple(sorted(norms, key=lambda norm: norm.id))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary. Raises InputRefused for text that is not TOML (a key twice, too)."""
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputRefused([Fault(path.name, rule="is not UTF-8", cure="save it as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputRefused([Fault(path.name, rule=f"is not TOML: {error}", cure="mend that line")]) from None


def _merged(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], tuple[Path, ...]]:
    if path.resolve() in seen:
        raise InputRefused([Fault(path.name, 0, "extends", "", "extends itself", "remove one of the two extends")])
    data = read_toml(path)
    base = data.pop("extends", None)
    if base is None:
        return data, (*seen, path.resolve())
    if not isinstance(base, str) or Path(base).name != base:
        raise InputRefused(
            [Fault(path.name, 0, "extends", str(base), "is not a scenario's name", "write its name only")]
        )
    beside = path.resolve().parent / f"{base}.toml"
    below, files = _merged(beside if beside.is_file() else find(base), (*seen, path.resolve()))
    return _merge(below, data), files


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _validated(kind: type[T], data: Any, file: str) -> T:
    """``data`` as the dataclass ``kind``, strictly: no unknown key, no NaN, no yes for 1."""
    from pydantic import TypeAdapter, ValidationError

    faults = list(_not_finite(data, "", file))
    if faults:
        raise InputRefused(faults)
    try:
        return TypeAdapter(kind).validate_json(json.dumps(data, default=_iso), strict=True)
    except ValidationError as error:
        raise InputRefused(_fault(kind, e, file) for e in error.errors(include_url=False)) from None


def _iso(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _not_finite(data: Any, path: str, file: str) -> Iterator[Fault]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _not_finite(value, f"{path}.{key}".lstrip("."), file)
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _not_finite(value, f"{path}[{position}]", file)
    elif isinstance(data, float) and not math.isfinite(data):
        yield Fault(file, 0, path, str(data), "is not a finite number", "write the figure itself")


def _fault(kind: type, error: Any, file: str) -> Fault:
    location = [str(part) for part in error["loc"]]
    path = ".".join(part for part in location if part not in ("ratio", "banded", "presence"))
    given = error.get("input")
    value = "" if isinstance(given, dict | list) or given is None else str(given)
    value = value.lower() if isinstance(given, bool) else value
    if error["type"] == "unexpected_keyword_argument":
        known = _keys_at(kind, location[:-1])
        return Fault(file, 0, path, "", "this key is not known", nearest(location[-1], known))
    if error["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return Fault(file, 0, path, "", "this key is missing", "add it")
    rule = error["msg"][0].lower() + error["msg"][1:]
    return Fault(file, 0, path, value, f"does not fit: {rule}", "mend the value")


def _keys_at(kind: Any, path: list[str]) -> list[str]:
    """Keys permitted at a path of nested dataclasses; of all alternatives of a union."""
    kinds = [kind]
    for part in path:
        hints = [typing.get_type_hints(k).get(part) for k in kinds if dataclasses.is_dataclass(k)]
        inner = [alternative for hint in hints if hint for alternative in _alternatives(hint)]
        kinds = inner or kinds
    return sorted({f.name for k in kinds if dataclasses.is_dataclass(k) for f in dataclasses.fields(k)})


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """What may stand at a key: the members of a union, the values of a mapping or tuple."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        return typing.get_args(hint)
    return (hint,)


def _contradictions(scenario: Scenario, file: str) -> Iterator[Fault]:
    """What no single key shows."""
    for name, stream in scenario.streams.items():
        yield from _wrong_stream(stream, f"streams.{name}", file)
    yield from _wrong_stages(scenario, file)
    if scenario.year <= scenario.as_of.year:
        yield Fault(file, 0, "year", str(scenario.year), f"is not after as_of ({scenario.as_of})", "plan a later year")
    if not scenario.name.replace("-", "").replace("_", "").isalnum() or not scenario.name.isascii():
        cure = "use Latin letters, digits, - and _: it names a folder"
        yield Fault(file, 0, "name", scenario.name, "cannot name a folder", cure)
    positive: dict[str, float] = {
        "solver.max_nodes": scenario.solver.max_nodes,
        "solver.time_limit_s": scenario.solver.time_limit_s,
        "travel.speed_km_h": scenario.travel.speed_km_h,
        "travel.detour_factor": scenario.travel.detour_factor,
        "capital_life_years": scenario.capital_life_years,
    }
    for key, number in positive.items():
        if number <= 0:
            yield Fault(file, 0, key, f"{number:g}", "is not above 0", "write a positive number")
    if scenario.travel.start_min < 0:
        yield Fault(file, 0, "travel.start_min", f"{scenario.travel.start_min:g}", "is negative", "write 0 or more")
    if not 0 <= scenario.solver.tolerance <= 0.5:
        given = f"{scenario.solver.tolerance:g}"
        yield Fault(file, 0, "solver.tolerance", given, "is not between 0 and 0.5", "1e-4 is usual")


def _wrong_stream(stream: Stream, path: str, file: str) -> Iterator[Fault]:
    """An amount stated in no way or in several, or a number out of range."""
    ways = [stream.amount_eur, stream.indicator, stream.national_eur]
    if sum(way is not None for way in ways) != 1:
        cure = "give one of amount_eur, indicator, national_eur"
        yield Fault(file, 0, path, "", "does not say its amount in exactly one way", cure)
    if (stream.national_eur is None) != (stream.shared_by is None):
        cure = "national_eur and shared_by come together"
        yield Fault(file, 0, f"{path}.shared_by", "", "a national amount needs a key to share it", cure)
    numbers = {"amount_eur": stream.amount_eur, "national_eur": stream.national_eur}
    numbers |= {"index": stream.index, "factor": stream.factor}
    for key, number in numbers.items():
        if number is not None and number < 0:
            yield Fault(file, 0, f"{path}.{key}", f"{number:g}", "is negative", "write 0 or more")
    if stream.over_years < 1:
        yield Fault(file, 0, f"{path}.over_years", str(stream.over_years), "is below 1", "write 1 or more")


def _wrong_stages(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Stages that stand twice or have no meaning in the scenario's mode."""
    if len(set(scenario.stages)) != len(scenario.stages):
        yield Fault(file, 0, "stages", "", "a stage stands twice", "name each stage once")
    hard = scenario.mode == "what_it_would_cost"
    unfit = {"package", "unmet", "worst_unmet"} if hard else {"overspend"}
    for stage in scenario.stages:
        if stage in unfit:
            cure = f"leave it out, or change the mode from {scenario.mode}"
            yield Fault(file, 0, "stages", stage, "has no meaning in this mode", cure)
    if hard and "overspend" not in scenario.stages:
        yield Fault(file, 0, "stages", "", "overspend is missing", "the mode what_it_would_cost needs it before cost")
