"""Run folders ``<out>/<scenario>/<run-id>/``, published whole (``publishing``): a plan as files, and back.

``LATEST`` is a small file with the run-id, replaced in one step. Only the manifest holds a clock time; every other
byte follows from the inputs.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import math
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import placing, publishing, schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused, OutputFailed
from nationalmap.publishing import FORMAT, MANIFEST
from nationalmap.version import __version__

if TYPE_CHECKING:
    import geopandas as gpd

LATEST = "LATEST"
_RUN_ID = re.compile(r"[0-9a-f]{12}")
#: What is installed with the program; where one of them is another version, bytes may be others.
_PACKAGES = (
    *("branca", "folium", "fpdf2", "geopandas", "highspy", "matplotlib", "numpy", "openpyxl", "pandas", "pulp"),
    *("pyarrow", "pydantic", "pyogrio", "pyproj", "python-docx", "shapely", "xlsxwriter", "xstatic-leaflet"),
)


def run_id(scenario: Scenario, inputs: Inputs) -> str:
    """Twelve digits of the hash of everything the plan is made from: the same question, the same id."""
    digest = hashlib.sha256()
    for name, data in sorted(_input_files(scenario, inputs).items()):
        digest.update(f"{name}\n{len(data)}\n".encode() + data)
    digest.update(__version__.encode())
    return digest.hexdigest()[:12]


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Inputs and result tables of a plan as files, by path inside the run folder."""
    files = {f"inputs/{name}": data for name, data in _input_files(plan.scenario, plan.inputs).items()}
    for table in schema.RESULT_TABLES:
        files[f"{table.name}.csv"] = publishing.csv_bytes(table, plan.tables[table.name])
    return files


def _input_files(scenario: Scenario, inputs: Inputs) -> dict[str, bytes]:
    files = {
        "scenario.json": publishing.json_bytes(dataclasses.asdict(scenario)),
        "norms.json": publishing.json_bytes([dataclasses.asdict(norm) for norm in inputs.norms]),
        "boundaries.geojson": _geojson(inputs.boundaries),
        "boundaries.json": publishing.json_bytes(
            {"status": inputs.boundaries.status, "source": inputs.boundaries.source, "sha256": inputs.boundaries.sha256}
            | {"notes": list(inputs.boundaries.notes)}
        ),
        "sources.json": publishing.json_bytes(dict(inputs.sources)),
    }
    for table in schema.INPUT_TABLES:
        files[f"{table.name}.csv"] = publishing.csv_bytes(table, inputs.tables[table.name])
    return files


def _geojson(boundaries: Boundaries) -> bytes:
    """Polygons sorted by municipality, coordinates as they are."""
    from shapely import to_geojson

    polygons = boundaries.polygons.sort_values("municipality")
    features = [
        '{"type":"Feature","properties":{"municipality":"%s"},"geometry":%s}' % (code, to_geojson(shape))  # noqa: UP031
        for code, shape in zip(polygons["municipality"], polygons.geometry, strict=True)
    ]
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()


def write_run(
    plan: Plan,
    extras: Mapping[str, bytes],
    out: Path,
    about: Mapping[str, Any],
    tell: Callable[[str], None] = publishing.silent,
) -> Path:
    """The run folder of a plan, published whole. ``extras`` are the page and the workbook.

    ``about`` is what the manifest says of the solver. An equal folder that is there already stays untouched; ``tell``
    hears of a lock left behind. Raises OutputFailed when anything cannot be written, or another process writes this
    run; then nothing is published and what was there before is still there.
    """
    files = {**plan_files(plan), **extras}
    scenario_folder = out / plan.scenario.name
    manifest = _manifest(plan, files, about)
    final = publishing.publish(scenario_folder / plan.run_id, files, manifest, tell)
    try:
        placing.replaced(scenario_folder / LATEST, (plan.run_id + "\n").encode())
    except OSError as error:
        message = f"{LATEST} could not be replaced ({placing.reason(error)}); the run stands whole in {final}"
        raise OutputFailed(message) from error
    return final


def folder_of(plans: Sequence[Plan]) -> str:
    """Name of a folder about several runs: of two both, of more the first, how many others, and their hash."""
    names = [f"{plan.scenario.name}-{plan.run_id}" for plan in plans]
    if len(names) == 2:
        return "--".join(names)
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    return f"{names[0]}--{len(names) - 1}-others-{digest}"


def _manifest(plan: Plan, files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "scenario": plan.scenario.name,
        "run_id": plan.run_id,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": plan.status,
        "norms": sorted({norm.status for norm in plan.inputs.norms}),
        "boundaries": plan.inputs.boundaries.status,
        "sources": dict(plan.inputs.sources),
        "years": list(plan.scenario.years),
        "stages": [_stage_facts(stage) for stage in plan.stages],
        "outputs": publishing.outputs_of(files),
        "versions": versions(),
        **about,
    }


def versions() -> dict[str, str]:
    """Versions of the program, of Python, and of every package that a run is made with."""
    packages = {name: metadata.version(name) for name in _PACKAGES}
    return {"nationalmap": __version__, "python": platform.python_version(), **packages}


def _stage_facts(stage: StageResult) -> dict[str, Any]:
    """A stage for the manifest. JSON knows no infinity: a figure that nobody has proven is null."""
    facts = dataclasses.asdict(stage)
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in facts.items()}


def _stage(facts: Mapping[str, Any]) -> StageResult:
    """A stage of the manifest; a figure that is null there is not a number."""
    known: dict[str, Any] = {name: math.nan if value is None else value for name, value in facts.items()}
    return StageResult(**known)


def is_run(name: str | Path) -> bool:
    """Whether this is the folder of a run, or of a scenario's runs."""
    try:
        return any((Path(name) / file).is_file() for file in (LATEST, MANIFEST))
    except (OSError, ValueError):
        return False  # no folder can have this name


def find_run(name: str | Path) -> Path:
    """Run folder for a folder of a run, or of a scenario (then the one named in LATEST)."""
    path = Path(name)
    latest = path / LATEST
    try:
        run = _latest(path, latest.read_text(encoding="utf-8").strip()) if latest.is_file() else path
        folder = placing.standing(run)
        if (folder / MANIFEST).is_file():
            return folder
    except (OSError, ValueError) as error:
        raise InputRefused([Fault(str(latest), rule="cannot be read", cure="name the run folder itself")]) from error
    cure = "name a folder such as runs/haskovo-2027 or one of its runs"
    raise InputRefused([Fault(str(path), rule="is not a run folder", cure=cure)])


def _latest(path: Path, run: str) -> Path:
    """The run that LATEST names."""
    if not _RUN_ID.fullmatch(run):
        raise ValueError(f"{run} is not the name of a run")
    return path / run


def run_folders(out: Path) -> list[Path]:
    """The run folders in a folder of runs, or of a scenario's runs, by path."""
    found = [path.parent for pattern in ("*", "*/*") for path in out.glob(f"{pattern}/{MANIFEST}")]
    return sorted(folder for folder in found if _RUN_ID.fullmatch(folder.name))


def latest_of(scenario_folder: Path) -> str:
    """The run-id that LATEST names; empty where there is none."""
    try:
        return (scenario_folder / LATEST).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def read_run(name: str | Path) -> Plan:
    """The plan of a run folder, every file compared with the manifest's hash first.

    Raises InputRefused where a file is missing, was changed, or has another format.
    """
    folder = find_run(name)
    try:
        manifest = publishing.read_manifest(folder)
        asked = manifest.get("asked", {}).get("scenario") or manifest["scenario"]
        publishing.refuse_other_format(manifest, f"make it again: nationalmap plan {schema.shown(asked)}")
        files = publishing.checked(folder, manifest["outputs"])
        return _plan(manifest, files)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        cure = "plan the scenario again"
        raise InputRefused([Fault(str(folder), rule=f"is not a whole run folder ({error})", cure=cure)]) from error


def read_files(name: str | Path) -> tuple[str, dict[str, Any], dict[str, bytes]]:
    """A run folder as it lies: ``<scenario>/<run-id>``, its manifest, and every file with the manifest's own.

    Raises InputRefused as ``read_run``.
    """
    folder = find_run(name)
    plan = read_run(folder)
    manifest = publishing.read_manifest(folder)
    files = publishing.checked(folder, manifest["outputs"])
    return f"{plan.scenario.name}/{plan.run_id}", manifest, {**files, MANIFEST: (folder / MANIFEST).read_bytes()}


def _table(table: schema.Table, files: Mapping[str, bytes], name: str) -> Any:
    return publishing.read_table(table, files[name], name)


def _plan(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Plan:
    from pydantic import TypeAdapter

    _refuse_unfit(files)
    about = json.loads(files["inputs/boundaries.json"])
    polygons = _polygons(files["inputs/boundaries.geojson"])
    boundaries = Boundaries(polygons, about["status"], about["source"], about["sha256"], tuple(about["notes"]))
    inputs = Inputs(
        tables={t.name: _table(t, files, f"inputs/{t.name}.csv") for t in schema.INPUT_TABLES},
        norms=TypeAdapter(tuple[Norm, ...]).validate_json(files["inputs/norms.json"]),
        boundaries=boundaries,
        sources=json.loads(files["inputs/sources.json"]),
    )
    scenario = TypeAdapter(Scenario).validate_json(files["inputs/scenario.json"])
    if not schema.names_a_folder(scenario.name) or not _RUN_ID.fullmatch(manifest["run_id"]):
        raise ValueError("its name or id cannot name a folder")
    return Plan(
        scenario=scenario,
        inputs=inputs,
        tables={t.name: _table(t, files, f"{t.name}.csv") for t in schema.RESULT_TABLES},
        stages=tuple(_stage(facts) for facts in manifest["stages"]),
        run_id=manifest["run_id"],
    )


def _refuse_unfit(files: Mapping[str, bytes]) -> None:
    """Raise ValueError for texts that no scenario or norm file may hold: a run may come from anybody."""
    for name in ("scenario", "norms", "boundaries"):
        data = json.loads(files[f"inputs/{name}.json"])
        if name == "scenario":
            data.get("inputs", {}).pop("reading", None)
        elif name == "boundaries":
            data = [data["source"]]
        for text, rule in schema.unfit_words(data):
            raise ValueError(f'{name}.json: "{schema.shown(text)}" {rule}')


def _polygons(data: bytes) -> gpd.GeoDataFrame:
    """The polygons as they were written; read here, for GDAL would also open what a file points to."""
    import geopandas as gpd
    import pandas as pd
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    features = json.loads(data)["features"]
    codes = pd.Series([feature["properties"]["municipality"] for feature in features], dtype="str")
    try:
        shapes = [shape(feature["geometry"]) for feature in features]
    except ShapelyError as error:
        raise ValueError(f"a polygon is none: {error}") from error
    return gpd.GeoDataFrame({"municipality": codes}, geometry=shapes, crs=4326)
