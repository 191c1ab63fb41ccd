"""The run folder itself: every file as the manifest says, the manifest as its own seal says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from nationalmap.verification.findings import Findings

MANIFEST = "manifest.json"
LATEST = "LATEST"
#: Key of the manifest under which the hash of the rest of it stands.
SEAL = "manifest_sha256"
#: The format of run folders that this witness knows.
FORMAT = 3


def latest(folder: Path) -> Path:
    """The run that a scenario's folder calls its latest; the folder itself where it says none."""
    try:
        run = folder / (folder / LATEST).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return folder
    return run if run.parent == folder and run.is_dir() else folder


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file of a run folder, by path inside it. Raises OSError where it cannot be read."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def original(folders: Iterable[Path], name: str) -> bytes | None:
    """A file of this name inside one of the folders, the first that has it.

    A run folder comes from anywhere: it may not make us open what lies elsewhere.
    """
    for folder in folders:
        path = folder / name
        if path.resolve().is_relative_to(folder.resolve()) and path.is_file():
            return path.read_bytes()
    return None


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as a file, with the hash of its own content."""
    content = {key: value for key, value in manifest.items() if key != SEAL}
    return as_json({**content, SEAL: hashlib.sha256(as_json(content)).hexdigest()})


def as_json(data: Any) -> bytes:
    """JSON as a run folder writes it."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def read_manifest(files: Mapping[str, bytes], say: Findings) -> dict[str, Any]:
    """The manifest with exact numbers; its seal is checked. Raises ValueError or LookupError where it is none."""
    say.rules.add("seals")
    if sealed(json.loads(files[MANIFEST])) != files[MANIFEST]:
        say.add(f"{MANIFEST}: is not as it was written; its seal does not fit its content")
    manifest: dict[str, Any] = json.loads(files[MANIFEST], parse_float=Fraction)
    if manifest["format"] != FORMAT:
        cure = "plan the scenario again, or verify it with the version that made it"
        say.add(f"{MANIFEST}: format is {manifest['format']}; this program verifies format {FORMAT}: {cure}")
    return manifest


def check_files(files: Mapping[str, bytes], manifest: Mapping[str, Any], say: Findings) -> None:
    """Every file has the hash and the length of the manifest; none is missing, none stands beside."""
    listed = manifest["outputs"]
    for name in sorted(listed):
        if name not in files:
            say.add(f"{name}: is missing; the manifest lists it")
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]["sha256"]:
            say.add(f"{name}: was changed; its SHA-256 is not that of the manifest")
        elif len(files[name]) != listed[name]["bytes"]:
            say.add(f"{name}: has {len(files[name])} bytes; the manifest says {listed[name]['bytes']}")
    for name in sorted(set(files) - set(listed) - {MANIFEST}):
        say.add(f"{name}: is not in the manifest")


def check_manifest(files: Mapping[str, bytes], manifest: Mapping[str, Any], say: Findings) -> None:
    """What the manifest says of the run, against the inputs: run-id, scenario, years, status, norms, sources."""
    scenario = json.loads(files["inputs/scenario.json"])
    norms = json.loads(files["inputs/norms.json"])
    follows = {
        "scenario": scenario["name"],
        "years": scenario["years"],
        "run_id": run_id(files, manifest["versions"]["nationalmap"]),
        "norms": sorted({norm["status"] for norm in norms}),
        "sources": json.loads(files["inputs/sources.json"]),
        "boundaries": json.loads(files["inputs/boundaries.json"])["status"],
        "status": "proven" if all(s["status"] == "proven" for s in manifest["stages"]) else "feasible_with_gap",
    }
    for name, value in follows.items():
        if manifest[name] != value:
            say.add(f"{MANIFEST}, {name}: {manifest[name]} stands; {value} follows from the inputs and stages")


def run_id(files: Mapping[str, bytes], version: str) -> str:
    """Twelve digits of the hash of all inputs and the version."""
    digest = hashlib.sha256()
    for path in sorted(files):
        folder, _, name = path.partition("/")
        if folder == "inputs":
            digest.update(f"{name}\n{len(files[path])}\n".encode() + files[path])
    digest.update(version.encode())
    return digest.hexdigest()[:12]
