"""The use cases of runs as they were kept: listed, shown, their inputs held against today's files, made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nationalmap.answering import Progress, silent
from nationalmap.errors import Fault, InputRefused
from nationalmap.version import __version__

#: What the solver's words say of a stage that did not end by its work.
BY_CLOCK = "stopped by the clock"


@dataclass(frozen=True)
class KeptRun:
    """A run folder and what its manifest says; where that cannot be read, why."""

    folder: Path
    facts: Mapping[str, Any]
    latest: bool
    fault: str = ""


@dataclass(frozen=True, order=True)
class Changed:
    """An input that is not what it was when the run was made, by the name it has in the manifest."""

    name: str
    what: Literal["changed", "gone", "new", "version"]


@dataclass(frozen=True)
class Replayed:
    """A run made again: how many files were compared, what came out otherwise, and what may be the reason."""

    files: int
    differing: tuple[str, ...]
    """Files with other bytes; "program" where the linear program itself is another one."""
    by_clock: tuple[str, ...]
    """Stages that the clock stopped, then or now: another machine may find another plan there."""
    versions: tuple[tuple[str, str, str], ...]
    """Packages in another version: name, then, now."""


def runs_list(out: Path = Path("runs")) -> tuple[KeptRun, ...]:
    """Every run in a folder of runs, or in a scenario's folder of it, by scenario and time. Empty where there is none.

    A run whose manifest is not as it was written is listed with that fault. Raises InputRefused for a folder that is
    not there.
    """
    from nationalmap import runs

    if not out.is_dir():
        raise InputRefused([Fault(str(out), rule="is not a folder of runs", cure="name one such as runs")])
    found = [_kept(folder) for folder in runs.run_folders(out)]
    return tuple(sorted(found, key=lambda run: (run.folder.parent, str(run.facts.get("written", "")), run.folder.name)))


def runs_show(run: Path) -> KeptRun:
    """What a run was made from and how surely, from its manifest; every file is compared with its hash.

    Raises InputRefused for a folder that is no run, or not as it was written.
    """
    from nationalmap import publishing, runs

    folder = runs.find_run(run)
    kept = _kept(folder)
    if kept.fault:
        raise InputRefused([Fault(str(folder), rule=kept.fault, cure="plan the scenario again")])
    publishing.checked(folder, kept.facts["outputs"])
    return kept


def runs_stale(run: Path, scenario: str = "") -> tuple[Changed, ...]:
    """The inputs that changed since a run was made: those of its scenario read again today, compared by their hashes.

    ``scenario``, if given, is where the scenario lies now; else it is looked for under the words that the run was
    planned with. Empty where the run is of today. Raises InputRefused for a folder that is no run, and with every fault
    of inputs that cannot be read any more.
    """
    from nationalmap.sources.inputs import hashes_of
    from nationalmap.sources.scenarios import find, read_scenario

    facts = runs_show(run).facts
    asked = facts.get("asked", {})
    file = read_scenario(find(scenario or asked.get("scenario") or facts["scenario"]))
    replaced = (Path(asked[name]) if asked.get(name) else None for name in ("register", "boundaries"))
    then, now = facts["sources"], hashes_of(file, *replaced)
    changed = {
        **{name: Changed(name, "gone") for name in then.keys() - now.keys()},
        **{name: Changed(name, "new") for name in now.keys() - then.keys()},
        **{name: Changed(name, "changed") for name in then.keys() & now.keys() if then[name] != now[name]},
    }
    version = facts["versions"]["nationalmap"]
    other = (Changed(version, "version"),) if version != __version__ else ()
    return (*(changed[name] for name in sorted(changed)), *other)


def replay(run: Path, progress: Progress = silent) -> Replayed:
    """A run planned again from its folder's own inputs, every file compared byte by byte; nothing is written.

    Raises InputRefused for a folder that is no run, or not as it was written, and what ``plan`` raises of solvers.
    """
    from nationalmap import publishing, runs
    from nationalmap.answering import answered
    from nationalmap.question import of_inputs
    from nationalmap.reports.documents import documents

    before = runs.read_run(run)
    folder = runs.find_run(run)
    facts = publishing.read_manifest(folder)
    then = publishing.checked(folder, facts["outputs"])
    answer, about = answered(of_inputs(before.scenario, before.inputs), progress)
    now = {**runs.plan_files(answer), **documents(answer)}
    differing = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    if "program" in facts and facts["program"] != about["program"]:
        differing.insert(0, "program")
    clock = [stage.name for stage in (*before.stages, *answer.stages) if BY_CLOCK in stage.solver]
    today = runs.versions()
    other = [(name, str(was), today.get(name, "")) for name, was in facts["versions"].items() if was != today.get(name)]
    return Replayed(len({*then, *now}), tuple(differing), tuple(dict.fromkeys(clock)), tuple(sorted(other)))


def _kept(folder: Path) -> KeptRun:
    from nationalmap import publishing, runs

    try:
        facts, fault = publishing.read_manifest(folder), ""
        if not isinstance(facts.get("sources"), dict) or not isinstance(facts.get("outputs"), dict):
            raise ValueError(f"{publishing.MANIFEST} is none of a run")
    except (OSError, ValueError) as error:
        facts, fault = {}, str(error)
    return KeptRun(folder, facts, runs.latest_of(folder.parent) == folder.name, fault)
