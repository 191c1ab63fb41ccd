"""Runs that were kept, in sentences: from their manifests alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nationalmap.reports.sureness import stage_name, unit_name
from nationalmap.reports.texts import entries, listed, number, percent, text

NO_FIGURE = float("nan")


def run_line(folder: Path, facts: Mapping[str, Any], latest: bool, fault: str, language: str) -> str:
    """A run in one line: scenario, run-id, when, how surely, whether it is the latest."""
    where = {"scenario": folder.parent.name, "run": folder.name}
    if fault:
        return text("history.fault", language, **where, fault=fault)
    mark = text("history.latest", language) if latest else ""
    status = _status(facts.get("status", ""), language)
    return text("history.line", language, **where, written=facts.get("written", ""), status=status, latest=mark)


def run_facts(facts: Mapping[str, Any], language: str) -> Iterator[str]:
    """What a run was made from, by what, and how surely each stage was closed."""
    versions = facts["versions"]
    made = {"written": facts["written"], "version": versions["nationalmap"], "python": versions["python"]}
    yield text("history.made", language, **made, solver=facts["solver"])
    if words := [word for word in facts.get("asked", {}).values() if word]:
        yield text("history.asked", language, words=", ".join(words))
    boundaries = {key: text(f"sure.boundaries.{key}", language) for key in entries("sure.boundaries")}
    state = {"norms": ", ".join(facts["norms"]), "boundaries": boundaries.get(facts["boundaries"], facts["boundaries"])}
    yield text("history.state", language, status=_status(facts["status"], language), **state)
    yield from (_stage(stage, language) for stage in facts["stages"])
    yield text("history.files", language, count=number(len(facts["outputs"]), language))
    yield from (text("history.source", language, name=name, hash=sha) for name, sha in sorted(facts["sources"].items()))


def changes(changed: Iterable[tuple[str, str]], language: str) -> Iterator[str]:
    """What is not as it was when a run was made: names, and what is with each."""
    found = [text(f"history.changed.{what}", language, name=name) for name, what in changed]
    yield from found
    yield text("history.stale" if found else "history.fresh", language)


def replayed(
    files: int,
    differing: Sequence[str],
    by_clock: Iterable[str],
    versions: Iterable[tuple[str, str, str]],
    language: str,
) -> Iterator[str]:
    """What came of a run that was made again, and what may be the reason."""
    count = number(files, language)
    if differing:
        names = listed(
            [text("history.program", language) if name == "program" else name for name in differing], language
        )
        many = number(len(differing), language)
        yield text("history.replayed.other", language, files=count, count=many, names=names)
    else:
        yield text("history.replayed.same", language, files=count)
    if stages := [stage_name(stage, language) for stage in by_clock]:
        yield text("history.replayed.clock", language, stages=listed(stages, language))
    none = text("history.replayed.absent", language)
    for package, then, now in versions:
        yield text("history.replayed.version", language, package=package, then=then, now=now or none)


def _stage(stage: Mapping[str, Any], language: str) -> str:
    value, bound, gap = (NO_FIGURE if stage[key] is None else stage[key] for key in ("value", "bound", "gap"))
    return text(
        "history.stage",
        language,
        stage=stage_name(stage["name"], language),
        unit=unit_name(stage["unit"], language),
        value=number(value, language, 2),
        bound=number(bound, language, 2),
        gap=percent(gap, language),
        tolerance=percent(stage["tolerance"], language),
        status=_status(stage["status"], language),
    )


def _status(status: str, language: str) -> str:
    return text(f"history.status.{status}", language) if status in entries("history.status") else status
