"""Scenario and norm files: TOML in, checked domain objects out.

A scenario may extend another by name; what it says replaces the same key of the base, and
tables are merged key by key. Every wrong key is refused with its path and the nearest right one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from nationalmap.domain.norm import Norm
from nationalmap.domain.scenario import InputFiles, Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import is_code, nearest, shown
from nationalmap.sources.contradictions import contradictions
from nationalmap.sources.extending import extended
from nationalmap.sources.resources import shipped
from nationalmap.sources.toml_files import read_toml
from nationalmap.sources.validated import validated


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


def _by_name(files: Iterable[Path]) -> dict[str, Path]:
    return {file.stem: file for file in files}


def find(name: str) -> Path:
    """Scenario file for a NAME of a shipped one, a FILE, or a FOLDER that holds one ``*.toml``."""
    path = Path(name)
    known = _by_name(shipped_scenarios())
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


def read_input_names(path: Path) -> InputFiles | None:
    """What a scenario says of its inputs, where something else in it may be wrong. Raises InputRefused.

    None where it says nothing of them and a key that is not known may have been meant to: then the shipped inputs are
    not what it asks for.
    """
    data, _ = _merged(path, ())
    if "inputs" not in data and not data.keys() <= {field.name for field in fields(Scenario)}:
        return None
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
    faults += _wrong_ids([norm.id for norm in norms], file)
    if faults:
        raise InputRefused(faults)
    return tuple(sorted(norms, key=lambda norm: norm.id))


def _wrong_ids(ids: Iterable[str], file: str) -> Iterator[Fault]:
    for name, times in Counter(ids).items():
        if not is_code(name):
            yield Fault(file, 0, "id", shown(name), "is not a code", "letters, digits and _ . : - only, no blanks")
        if times > 1:
            yield Fault(file, 0, "id", name, "stands twice", "give each norm an id of its own")


def _wrong_format(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    given = data.get("format", 1)
    if type(given) is int and given > 1:
        rule = "is the format of a newer version, which may mean something else by the same words"
        yield Fault(file, 0, "format", shown(str(given)), rule, "take that version; this one reads format 1")
    elif type(given) is not int or given != 1:
        yield Fault(file, 0, "format", shown(str(given)), "is not 1", "write format = 1")


def _merged(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """What a file says with all that it extends, and these files; ``seen`` are those that extend it."""
    here = path.resolve()
    if here in seen:
        raise InputRefused([Fault(path.name, 0, "extends", "", "extends itself", "remove one of the two extends")])
    data = read_toml(path)
    base = data.pop("extends", None)
    if base is None:
        return data, (*seen, here)
    if not isinstance(base, str) or Path(base).name != base:
        rule, cure = "is not a scenario's name", "write its name only"
        raise InputRefused([Fault(path.name, 0, "extends", str(base), rule, cure)])
    known = _by_name([*shipped_scenarios(), *_scenarios_in(here.parent)])
    if base not in known:
        rule = "is neither beside this file nor shipped"
        raise InputRefused([Fault(path.name, 0, "extends", shown(base), rule, nearest(base, known))])
    below, files = _merged(known[base], (*seen, here))
    return extended(below, data), files
