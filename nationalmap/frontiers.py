"""Folders of frontiers ``<out>/<scenario>-<id>/``: tables, chart and page, whole or not at all, and read back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import publishing
from nationalmap.domain.frontier import Asked, Frontier
from nationalmap.errors import Fault, InputRefused
from nationalmap.version import __version__

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

KIND = "frontier"


def frontier_id(asked: Asked) -> str:
    """Twelve digits of the hash of everything that was asked: the same question, the same folder."""
    facts = {**_facts(asked), "most_served": None, "version": __version__}
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def _facts(asked: Asked) -> dict[str, Any]:
    return asdict(asked)


def frontier_files(frontier: Frontier) -> dict[str, bytes]:
    """Tables, chart in both languages, and page."""
    from nationalmap.reports.frontier import chart, page, told
    from nationalmap.reports.frontier.tables import TABLES
    from nationalmap.reports.texts import languages

    files = {f"{name}.csv": publishing.csv_bytes(table, frontier.tables[name]) for name, table in TABLES.items()}
    for language in languages():
        for ending, data in chart.chart(frontier, language).items():
            files[f"frontier-{language}.{ending}"] = data
    said = [line for language in languages() for line in (*told.sentences(frontier, language), "")]
    return {**files, "frontier.html": page.build(frontier).encode(), "about.txt": "\n".join(said).encode()}


def write_frontier(frontier: Frontier, out: Path) -> Path:
    """The folder of a frontier, published whole. Raises OutputFailed; then nothing is published."""
    files = frontier_files(frontier)
    number = frontier_id(frontier.asked)
    manifest = {
        "format": publishing.FORMAT,
        "kind": KIND,
        "frontier_id": number,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "asked": _facts(frontier.asked),
        "outputs": publishing.outputs_of(files),
        "versions": {"nationalmap": __version__},
    }
    return publishing.publish(out / f"{frontier.asked.scenario}-{number}", files, manifest)


def read_frontier(folder: Path) -> Frontier:
    """The frontier of a folder, every file compared with the manifest's hash first. Raises InputRefused."""
    from pydantic import TypeAdapter, ValidationError

    from nationalmap.reports.frontier.tables import TABLES

    manifest, files = publishing.read_folder(folder, KIND)
    try:
        asked = TypeAdapter(Asked).validate_python(manifest["asked"])
        tables = {
            name: publishing.read_table(table, files[f"{name}.csv"], f"{name}.csv") for name, table in TABLES.items()
        }
    except (LookupError, ValidationError) as error:
        fault = Fault(str(folder), rule="is not a whole frontier", cure="make the frontier again")
        raise InputRefused([fault]) from error
    return Frontier(asked, tables)


def frontier_of(folder: Path, plan: Plan) -> Frontier:
    """The frontier of a folder, of the same inputs as a plan. Raises InputRefused where it is of others."""
    frontier = read_frontier(folder)
    if frontier.asked.run_id != plan.run_id:
        rule = f"is of {frontier.asked.scenario}, inputs {frontier.asked.run_id}, not of run {plan.run_id}"
        cure = "make the frontier again with the inputs of this run"
        raise InputRefused([Fault("frontier", 0, "folder", str(folder), rule, cure)])
    return frontier
