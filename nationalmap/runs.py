"""Run folders ``<out>/<scenario>/<run-id>/``: whole or not at all, and read back as they were written.

A folder is made under a temporary name beside its place, the manifest last, and renamed when
it is complete; ``LATEST`` is a small file with the run-id, replaced in one step. Only the
manifest holds a clock time; every other byte follows from the inputs. The manifest holds the
hash of every other file and of itself: a changed byte is found when the folder is read.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
import math
import os
import platform
import re
import shutil
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused, OutputFailed
from nationalmap.version import __version__

if TYPE_CHECKING:
    import geopandas as gpd

#: 2: periods, need groups, old types; folders of format 1 are planned again.
FORMAT = 2
MANIFEST = "manifest.json"
LATEST = "LATEST"
#: Key of the manifest under which its own hash stands.
SEAL = "manifest_sha256"
_RUN_ID = re.compile(r"[0-9a-f]{12}")
#: How a folder is named while a new one of the same id takes its place.
_ASIDE = ".old-"
_PACKAGES = ("folium", "geopandas", "highspy", "numpy", "pandas", "pulp", "shapely", "xlsxwriter")


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
        files[f"{table.name}.csv"] = csv_bytes(table, plan.tables[table.name])
    return files


def csv_bytes(table: schema.Table, frame: Any) -> bytes:
    """A declared table as CSV: UTF-8, comma, one line feed per row, the same on every machine."""
    text: str = schema.as_text(table, frame).to_csv(index=False, lineterminator="\n")
    return text.encode()


def _json(data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str, allow_nan=False)
    return (text + "\n").encode()


def _input_files(scenario: Scenario, inputs: Inputs) -> dict[str, bytes]:
    files = {
        "scenario.json": _json(dataclasses.asdict(scenario)),
        "norms.json": _json([dataclasses.asdict(norm) for norm in inputs.norms]),
        "boundaries.geojson": _geojson(inputs.boundaries),
        "boundaries.json": _json(
            {"status": inputs.boundaries.status, "source": inputs.boundaries.source, "sha256": inputs.boundaries.sha256}
            | {"notes": list(inputs.boundaries.notes)}
        ),
        "sources.json": _json(dict(inputs.sources)),
    }
    for table in schema.INPUT_TABLES:
        files[f"{table.name}.csv"] = csv_bytes(table, inputs.tables[table.name])
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


def write_run(plan: Plan, extras: Mapping[str, bytes], out: Path, about: Mapping[str, Any]) -> Path:
    """The run folder of a plan, published whole. ``extras`` are the page and the workbook.

    ``about`` is what the manifest says of the solver. An equal folder that is there already
    stays untouched. Raises OutputFailed when anything cannot be written; then nothing is
    published and what was there before is still there.
    """
    files = {**plan_files(plan), **extras}
    scenario_folder = out / plan.scenario.name
    final = publish(scenario_folder / plan.run_id, files, _manifest(plan, files, about))
    try:
        _replace(scenario_folder / LATEST, (plan.run_id + "\n").encode())
    except OSError as error:
        message = f"{LATEST} could not be replaced ({_reason(error)}); the run stands whole in {final}"
        raise OutputFailed(message) from error
    return final


def publish(final: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Path:
    """A folder of files and the manifest that lists them (``outputs_of``), published whole.

    An equal folder that is there already stays untouched. Raises OutputFailed; then nothing is published and what was
    there before is still there.
    """
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        if not _same(final, files):
            temporary = final.parent / f".writing-{uuid.uuid4().hex}"
            temporary.mkdir()
            try:
                _fill(temporary, files, manifest)
                _publish(temporary, final, files)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        place = error.filename or final
        message = f"{place} could not be written ({_reason(error)}); nothing was published, earlier runs are untouched"
        raise OutputFailed(message) from error
    return final


def outputs_of(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Hash and size of each file, for a manifest."""
    return {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())
    }


def read_folder(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and files of a published folder of a ``kind`` that the manifest names, hashes compared first.

    Raises InputRefused for a folder that is none of that kind, or is not as it was written.
    """
    try:
        manifest = _read_manifest(folder)
        if manifest.get("kind") != kind:
            raise ValueError(f"{MANIFEST} is none of a {kind}")
        return manifest, _checked(folder, manifest["outputs"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputRefused(
            [Fault(str(folder), rule=f"is not a whole {kind} ({error})", cure=f"make the {kind} again")]
        ) from error


def _reason(error: OSError) -> str:
    return (error.strerror or "it failed").lower()


def _same(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a complete folder with exactly these files stands there already."""
    try:
        listed = _read_manifest(folder)["outputs"]
        return set(listed) == set(files) and all((folder / name).read_bytes() == data for name, data in files.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _fill(folder: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    for name, data in [*sorted(files.items()), (MANIFEST, _sealed(manifest))]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)


def _sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest with the hash of its own content."""
    return _json({**manifest, SEAL: hashlib.sha256(_json(manifest)).hexdigest()})


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, of this format or another. Raises ValueError where it is not as it was written."""
    data = (folder / MANIFEST).read_bytes()
    try:
        manifest: dict[str, Any] = json.loads(data)
        other = isinstance(manifest["format"], int) and manifest["format"] != FORMAT
        if other or _sealed({key: value for key, value in manifest.items() if key != SEAL}) == data:
            return manifest
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass  # said below
    raise ValueError(f"{MANIFEST} is not as it was written")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _publish(temporary: Path, final: Path, files: Mapping[str, bytes]) -> None:
    """Rename into place; an older folder of the same id steps aside first and returns on failure.

    Where another writer has published the same plan meanwhile, theirs stays: it is equal.
    """
    aside = final.with_name(f"{_ASIDE}{final.name}-{uuid.uuid4().hex}")
    try:
        if not _same(final, files):
            with contextlib.suppress(FileNotFoundError):
                final.rename(aside)
        temporary.rename(final)
    except OSError:
        if not final.exists() and aside.exists():
            aside.rename(final)
        if not _same(final, files):
            raise
    finally:
        if final.exists():
            for old in final.parent.glob(f"{_ASIDE}{final.name}-*"):
                shutil.rmtree(old, ignore_errors=True)


def _replace(path: Path, data: bytes) -> None:
    """A small file replaced in one step: readers see the old or the new content, never half."""
    beside = path.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        _write(beside, data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def write_file(path: Path, data: bytes) -> Path:
    """One output file, whole or not at all. Raises OutputFailed."""
    if not path.name:
        raise OutputFailed(f'"{path}" could not be written (it is a folder); name a file')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        raise OutputFailed(f"{path} could not be written ({_reason(error)}); nothing was changed") from error
    return path


def folder_of(plans: Sequence[Plan]) -> str:
    """Name of a folder about several runs: of two both, of more the first, how many others, and their hash."""
    names = [f"{plan.scenario.name}-{plan.run_id}" for plan in plans]
    if len(names) == 2:
        return "--".join(names)
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    return f"{names[0]}--{len(names) - 1}-others-{digest}"


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder of outputs, whole or not at all; one of that name that is there already is replaced as a whole.

    Raises OutputFailed; then what was there before is still there.
    """
    temporary = folder.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        try:
            for name, data in files.items():
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                _write(temporary / name, data)
            _swap(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        message = f"{error.filename or folder} could not be written ({_reason(error)}); nothing was changed"
        raise OutputFailed(message) from error
    return folder


def _swap(temporary: Path, folder: Path) -> None:
    """Rename into place; what stands there steps aside first and returns on failure."""
    aside = folder.with_name(f"{_ASIDE}{folder.name}-{uuid.uuid4().hex}")
    try:
        with contextlib.suppress(FileNotFoundError):
            folder.rename(aside)
        temporary.rename(folder)
    except OSError:
        if aside.exists() and not folder.exists():
            aside.rename(folder)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)


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
        "outputs": outputs_of(files),
        "versions": {"nationalmap": __version__, "python": platform.python_version()}
        | {name: metadata.version(name) for name in _PACKAGES},
        **about,
    }


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
        folder = _latest(path, latest.read_text(encoding="utf-8").strip()) if latest.is_file() else path
        if (folder / MANIFEST).is_file():
            return folder
    except (OSError, ValueError) as error:
        raise InputRefused([Fault(str(latest), rule="cannot be read", cure="name the run folder itself")]) from error
    cure = "name a folder such as runs/haskovo-2027 or one of its runs"
    raise InputRefused([Fault(str(path), rule="is not a run folder", cure=cure)])


def _latest(path: Path, run: str) -> Path:
    """The run that LATEST names. Where a writer was killed while replacing it, the one before."""
    if not _RUN_ID.fullmatch(run):
        raise ValueError(f"{run} is not the name of a run")
    if (path / run / MANIFEST).is_file():
        return path / run
    aside = sorted(folder for folder in path.glob(f"{_ASIDE}{run}-*") if (folder / MANIFEST).is_file())
    return aside[0] if aside else path / run


def read_run(name: str | Path) -> Plan:
    """The plan of a run folder, every file compared with the manifest's hash first.

    Raises InputRefused where a file is missing, was changed, or has another format.
    """
    folder = find_run(name)
    try:
        manifest = _read_manifest(folder)
        if manifest["format"] != FORMAT:
            cure = f"this version reads format {FORMAT}"
            raise InputRefused([Fault(MANIFEST, 0, "format", str(manifest["format"]), "is another format", cure)])
        files = _checked(folder, manifest["outputs"])
        return _plan(manifest, files)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        cure = "plan the scenario again"
        raise InputRefused([Fault(str(folder), rule=f"is not a whole run folder ({error})", cure=cure)]) from error


def _checked(folder: Path, listed: Mapping[str, Any]) -> dict[str, bytes]:
    files, faults = {}, []
    for name, facts in listed.items():
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
        data = path.read_bytes() if inside and path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            cure = "plan the scenario again, or restore the file"
            faults.append(Fault(str(folder / name), rule="is not as it was written (missing or changed)", cure=cure))
        files[name] = data
    if faults:
        raise InputRefused(faults)
    return files


def _table(table: schema.Table, files: Mapping[str, bytes], name: str) -> Any:
    return read_table(table, files[name], name)


def read_table(table: schema.Table, data: bytes, name: str) -> Any:
    """A declared table from its CSV file, checked."""
    import pandas as pd

    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    raw = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    raw.index += schema.FIRST_ROW
    return schema.check(table, raw, name)


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
