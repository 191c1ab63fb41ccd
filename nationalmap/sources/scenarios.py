"""Scenario and norm files: TOML in, checked domain objects out.

A scenario may extend another by name; what it says replaces the same key of the base, and
tables are merged key by key. Every wrong key is refused with its path and the nearest right one.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from nationalmap.domain.norm import Norm, Rule
from nationalmap.domain.scenario import InputFiles, Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import is_code, nearest, shown, unfit_text
from nationalmap.sources.contradictions import contradictions
from nationalmap.sources.resources import MAX_TEXT_BYTES, read_bytes, shipped

T = TypeVar("T")

#: No scenario of ours nests deeper than four tables.
MAX_DEPTH = 20
#: A whole number of TOML has 64 bits.
MAX_WHOLE = 2**63
#: What a scenario says of a foreign file: words as they stand there, which no output repeats.
_READING = re.compile(r"(inputs\.)?reading\.")
#: The kinds of rule; a norm's ``type`` says their names in small letters.
_RULE_NAMES = tuple(kind.__name__ for kind in typing.get_args(Rule))


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario with the folder its relative paths start from and the files it was read from."""

    scenario: Scenario
    folder: Path
    files: tuple[Path, ...]


def shipped_scenarios() -> tuple[Path, ...]:
    """The scenario files that come with the package, by name."""
    return _scenarios_in(shipped("scenarios"))


def _scenarios_in(folder: Path) -> tuple[Path, ...]:
    """Scenario files of a folder by name; SOURCES.toml says where the data come from, and is none."""
    files = (path for path in folder.glob("*.toml") if path.name != "SOURCES.toml")
    return tuple(sorted(files, key=lambda path: path.stem))


def find(name: str) -> Path:
    """Scenario file for a NAME of a shipped one, a FILE, or a FOLDER that holds one ``*.toml``."""
    path = Path(name)
    known = {file.stem: file for file in shipped_scenarios()}
    try:
        # A folder of runs may have the name of a shipped scenario; it holds none.
        if path.is_dir() and (name not in known or _scenarios_in(path)):
            return _in_folder(path)
        if path.is_file():
            return path
    except (OSError, ValueError):
        pass  # no file can have this name
    if name in known:
        return known[name]
    cure = f"{nearest(name, known)}; shipped are {', '.join(known)}"
    rule = "is neither a shipped scenario nor a file"
    raise InputRefused([Fault("scenario", value=shown(name), rule=rule, cure=cure)])


def _in_folder(folder: Path) -> Path:
    """The one scenario of a folder, or its ``scenario.toml``."""
    present = _scenarios_in(folder)
    if len(present) == 1:
        return present[0]
    chosen = folder / "scenario.toml"
    if chosen in present:
        return chosen
    rule = f"holds {len(present)} scenario files"
    raise InputRefused([Fault(str(folder), rule=rule, cure="name the one to plan")])


def read_scenario(path: Path) -> ScenarioFile:
    """The scenario in ``path``, with what it extends. Raises InputRefused with every fault."""
    data, files = _merged(path, ())
    faults = [*_wrong_format(data, path.name), *_one_year(data, path.name), *_capital_keys(data, path.name)]
    try:
        scenario = validated(Scenario, data, path.name)
    except InputRefused as refused:
        raise InputRefused([*faults, *refused.faults]) from None
    faults += contradictions(scenario, path.name)
    if faults:
        raise InputRefused(faults)
    return ScenarioFile(scenario, path.resolve().parent, files)


def read_input_names(path: Path) -> InputFiles:
    """What a scenario says of its inputs, where something else in it may be wrong. Raises InputRefused."""
    data, _ = _merged(path, ())
    return validated(InputFiles, data.get("inputs", {}), path.name)


def _one_year(data: dict[str, Any], file: str) -> Iterator[Fault]:
    """The key of scenarios with one period: said what to write, and taken so that other faults are told too."""
    if "year" in data:
        year = data.pop("year")
        written = year if type(year) is int else 2027
        yield Fault(file, 0, "year", shown(str(year)), "is the former way to say it", f"write years = [{written}]")
        data.setdefault("years", [written])


def _capital_keys(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Keys of capital money that a running stream writes, even where they say what is the case anyway."""
    streams = data.get("streams")
    for name, stream in streams.items() if isinstance(streams, dict) else ():
        if isinstance(stream, dict) and stream.get("kind") == "running":
            for key in ("carry_over", "purposes"):
                if key in stream:
                    rule = "is for capital money: running money is there every year, for that year"
                    yield Fault(file, 0, f"streams.{shown(name)}.{key}", "", rule, "leave it out")


def read_norms(path: Path) -> tuple[Norm, ...]:
    """Norms of a norm file, sorted by id. Raises InputRefused with every fault."""
    data = read_toml(path)
    known = {"format", "norms"}
    faults = [
        Fault(path.name, 0, key, "", "this key is not known", nearest(key, known)) for key in data if key not in known
    ]
    faults += _wrong_format({"format": "", **data}, path.name)
    entries = data.get("norms", [])
    if not isinstance(entries, list):
        faults.append(Fault(path.name, 0, "norms", "", "is not a list", "begin each norm with [[norms]]"))
        entries = []
    try:
        norms = norms_of(entries, path.name)
    except InputRefused as refused:
        raise InputRefused([*faults, *refused.faults]) from None
    if faults:
        raise InputRefused(faults)
    return norms


def norms_of(entries: Iterable[Any], file: str) -> tuple[Norm, ...]:
    """Entries of a norm file as norms, sorted by id. Raises InputRefused with every fault."""
    faults: list[Fault] = []
    norms: list[Norm] = []
    for position, entry in enumerate(entries, 1):
        name = entry.get("id", position) if isinstance(entry, dict) else position
        try:
            norms.append(validated(Norm, entry, f'{file}, norm "{shown(str(name))}"'))
        except InputRefused as refused:
            faults += refused.faults
    ids = [norm.id for norm in norms]
    faults += [
        Fault(file, 0, "id", shown(i), "is not a code", "letters, digits and _ . : - only, no blanks")
        for i in ids
        if not is_code(i)
    ]
    faults += [
        Fault(file, 0, "id", i, "stands twice", "give each norm an id of its own")
        for i in sorted(set(ids))
        if ids.count(i) > 1
    ]
    if faults:
        raise InputRefused(faults)
    return tuple(sorted(norms, key=lambda norm: norm.id))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary. Raises InputRefused for text that is not TOML (a key twice, too)."""
    try:
        data = tomllib.loads(read_bytes(path, MAX_TEXT_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputRefused([Fault(path.name, rule="is not UTF-8", cure="save it as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputRefused([_not_toml(str(error), path.name)]) from None
    except RecursionError:
        raise InputRefused([_too_deep(path.name)]) from None
    except ValueError:
        raise InputRefused([Fault(path.name, rule="holds a number of thousands of digits", cure="mend it")]) from None
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        inner = [list(part.values()) if isinstance(part, dict) else part for part in level]
        level = [value for part in inner for value in part if isinstance(value, dict | list)]
    if level:
        raise InputRefused([_too_deep(path.name)])
    return data


def _too_deep(file: str) -> Fault:
    return Fault(file, rule=f"nests more than {MAX_DEPTH} tables or lists in each other", cure="write it flat")


def _not_toml(message: str, file: str) -> Fault:
    """The parser's message; a key that stands twice in plain words."""
    twice = re.match(r"Cannot (?:overwrite a value|declare .* twice|mutate .*)(.*)", message)
    if twice:
        return Fault(file, rule=f"says a key or table twice{twice[1]}", cure="keep one of them")
    return Fault(file, rule=f"is not TOML: {message}", cure="mend that line")


def _wrong_format(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    given = data.get("format", 1)
    if type(given) is not int or given != 1:
        yield Fault(file, 0, "format", shown(str(given)), "is not 1", "write format = 1")


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
    known = {file.stem: file for file in shipped_scenarios()} | {
        file.stem: file for file in _scenarios_in(path.resolve().parent)
    }
    if base not in known:
        rule = "is neither beside this file nor shipped"
        raise InputRefused([Fault(path.name, 0, "extends", shown(base), rule, nearest(base, known))])
    below, files = _merged(known[base], (*seen, path.resolve()))
    return _merge(_without_replaced_amounts(below, data), data), files


#: What says how much a stream has: a scenario that says it in one way replaces what its base says, in whichever way.
WAYS = ("amount_eur", "by_year", "indicator", "national_eur")
_OF_A_WAY = (*WAYS, "index", "shared_by", "over_years")


def _without_replaced_amounts(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """The base without the amounts of streams whose amount the scenario states itself."""
    base, mine = below.get("streams"), above.get("streams")
    if not isinstance(base, dict) or not isinstance(mine, dict):
        return below
    stated = {name for name, stream in mine.items() if isinstance(stream, dict) and not stream.keys().isdisjoint(WAYS)}
    kept = {
        name: {key: value for key, value in stream.items() if key not in _OF_A_WAY} if name in stated else stream
        for name, stream in base.items()
    }
    return {**below, "streams": kept}


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def validated(kind: type[T], data: Any, file: str) -> T:
    """``data`` as the dataclass ``kind``, strictly: no unknown key, no NaN, no yes for 1."""
    from pydantic import ValidationError

    faults = list(_unusable(data, "", file))
    if faults:
        raise InputRefused(faults)
    try:
        checked: T = _adapter(typing.cast("Any", kind)).validate_json(json.dumps(data, default=_iso), strict=True)
        return checked
    except ValidationError as error:
        meant = _meant(error.errors(include_url=False), data)
        raise InputRefused(_fault(kind, e, file) for e in meant) from None


@functools.cache
def _adapter(kind: Any) -> Any:
    """The validator of a dataclass; made once, for there are many norms."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _meant(errors: Iterable[Any], data: Any) -> list[Any]:
    """The errors without those of kinds of rule that the ``type`` at their place does not name.

    A rule may hold another one, of fewer kinds, so there may be several such places on the way.
    """
    told = list(errors)
    kinds: dict[tuple[Any, ...], list[str]] = {}
    for error in told:
        for place, kind in _kinds_on(error["loc"]):
            kinds.setdefault(place, []).append(kind.lower())
    kept: list[Any] = []
    for error in told:
        for place, kind in _kinds_on(error["loc"]):
            rule = _at(data, place)
            if not isinstance(rule, dict):
                continue
            given = rule.get("type")
            if given not in kinds[place]:
                problem = "kind_of_rule" if "type" in rule else "missing"
                known = tuple(dict.fromkeys(kinds[place]))
                kept.append({"type": problem, "loc": (*place, "type"), "input": given, "msg": "", "known": known})
                break
            if given != kind.lower():
                break
        else:
            kept.append(error)
    return kept


def _kinds_on(location: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each place of a rule on the way to an error, with the kind of rule that the error is about."""
    place: tuple[Any, ...] = ()
    for part in location:
        if part in _RULE_NAMES:
            yield place, part
        else:
            place = (*place, part)


def _at(data: Any, place: tuple[Any, ...]) -> Any:
    """The value at a path of keys and positions; None where there is none."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _iso(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _unusable(data: Any, path: str, file: str) -> Iterator[Fault]:
    """Values that no key may have, wherever they stand."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _unusable(value, f"{path}.{shown(key)}".lstrip("."), file)
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _unusable(value, f"{path}[{position}]", file)
    elif isinstance(data, float) and not math.isfinite(data):
        yield Fault(file, 0, path, str(data), "is not a finite number", "write the figure itself")
    elif isinstance(data, int) and abs(data) >= MAX_WHOLE:
        told = str(data) if data.bit_length() < 1_000 else hex(data)  # Python writes no longer ones
        yield Fault(file, 0, path, shown(told), "is too large", "check the figure")
    elif isinstance(data, str) and not _READING.match(path) and (wrong := unfit_text(data, lines=True))[0]:
        yield Fault(file, 0, path, shown(data), *wrong)


def _fault(kind: type, error: Any, file: str) -> Fault:
    location = [str(part) for part in error["loc"]]
    path = ".".join(shown(part) for part in location if part not in _RULE_NAMES)
    given = error.get("input")
    value = "" if isinstance(given, dict | list) or given is None else shown(str(given))
    value = value.lower() if isinstance(given, bool) else value
    if error["type"] == "kind_of_rule":
        known = error["known"]
        return Fault(file, 0, path, value, f"is not one of {', '.join(known)}", nearest(value, known))
    if error["type"] == "unexpected_keyword_argument":
        keys = _keys_at(kind, location[:-1])
        return Fault(file, 0, path, "", "this key is not known", nearest(location[-1], keys))
    if error["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return Fault(file, 0, path, "", "this key is missing", "add it")
    rule = error["msg"][0].lower() + error["msg"][1:]
    return Fault(file, 0, path, value, f"does not fit: {rule}", "mend the value")


def _keys_at(kind: Any, path: list[str]) -> list[str]:
    """Keys permitted at a path of nested dataclasses; of all alternatives of a union."""
    kinds = [kind]
    for part in path:
        if part in _RULE_NAMES:
            kinds = [k for k in kinds if k.__name__ == part]
            continue
        hints = [typing.get_type_hints(k).get(part) for k in kinds if dataclasses.is_dataclass(k)]
        inner = [alternative for hint in hints if hint for alternative in _alternatives(hint)]
        kinds = inner or kinds
    return sorted({f.name for k in kinds if dataclasses.is_dataclass(k) for f in dataclasses.fields(k)})


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """What may stand at a key: the members of a union, the values of a mapping or tuple."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        return typing.get_args(hint)
    return (hint,)
