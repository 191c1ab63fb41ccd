"""A run as a Workflow Run RO-Crate: one ZIP with the run folder as it is, told in the words of the profile.

RO-Crate 1.1 with the profiles Process Run Crate 0.5, Workflow Run Crate 0.5 and Workflow RO-Crate 1.0. The workflow is
a few lines of Python that make the run again from its own inputs and compare; what was read and what came out are the
files of the run folder with their hashes. Everything follows from the run, times too (they are the manifest's), so that
the same run gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

METADATA = "ro-crate-metadata.json"
WORKFLOW = "replay.py"
_PROFILES = (
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
)
_PARAMETER = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
_FORMATS = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".html": "text/html",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Entity = dict[str, Any]


def crate(folder: str, manifest: Mapping[str, Any], files: Mapping[str, bytes], titles: tuple[str, str]) -> bytes:
    """The ZIP of a run: ``folder`` is its place in it, ``files`` what lies there, the manifest's file among them.

    ``titles`` of the scenario in Bulgarian and English; ``manifest`` as it was read.
    """
    inside = {f"{folder}/{name}": data for name, data in sorted(files.items())}
    facts = {f"{folder}/{name}": about for name, about in manifest["outputs"].items()}
    metadata = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"],
        "@graph": _graph(folder, manifest, inside, facts, titles),
    }
    text = json.dumps(metadata, ensure_ascii=False, indent=1) + "\n"
    return _zipped({METADATA: text.encode(), WORKFLOW: _workflow(folder).encode(), **inside})


def _workflow(folder: str) -> str:
    return (
        f'"""Make this run again from its own inputs and compare every file: python {WORKFLOW}"""\n\n'
        "from pathlib import Path\n\nimport nationalmap\n\n"
        'if __name__ == "__main__":\n'
        f"    print(nationalmap.replay(Path(__file__).parent / {folder!r}))\n"
    )


def _graph(
    folder: str,
    manifest: Mapping[str, Any],
    inside: Mapping[str, bytes],
    facts: Mapping[str, Mapping[str, Any]],
    titles: tuple[str, str],
) -> list[Entity]:
    read = [name for name in inside if name.startswith(f"{folder}/inputs/")]
    made = [name for name in inside if name not in read]
    packages = sorted((name, str(version)) for name, version in manifest["versions"].items() if name != "python")
    return [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": _to("./"),
            "conformsTo": [_to("https://w3id.org/ro/crate/1.1"), _to(_PROFILES[-1])],
        },
        *_whole(folder, manifest, inside, titles),
        *_run(manifest, read, made, packages),
        *(_profile(profile) for profile in _PROFILES),
        *(_parameter(name, folder) for name in (*read, *made)),
        *(_file(name, data, facts.get(name, {})) for name, data in inside.items()),
    ]


def _whole(
    folder: str, manifest: Mapping[str, Any], inside: Iterable[str], titles: tuple[str, str]
) -> tuple[Entity, ...]:
    """The crate itself, and its licence."""
    return (
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{titles[1]} ({manifest['run_id']})",
            "alternateName": titles[0],
            "description": _says(manifest),
            "datePublished": manifest["written"],
            "license": _to("#licence"),
            "conformsTo": [_to(profile) for profile in _PROFILES],
            "hasPart": [_to(name) for name in (WORKFLOW, *inside)],
            "mainEntity": _to(WORKFLOW),
            "mentions": [_to("#run")],
        },
        {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": "EUPL-1.2 for the program; the data keep the licences of their sources",
            "description": f"Sources and their statements: {folder}/inputs/provenance.csv",
        },
    )


def _run(
    manifest: Mapping[str, Any], read: Sequence[str], made: Sequence[str], packages: Sequence[tuple[str, str]]
) -> tuple[Entity, ...]:
    """The workflow, the one time that it was run, and what it was run with."""
    return (
        {
            "@id": WORKFLOW,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": "nationalmap: from inputs to a plan, again",
            "programmingLanguage": _to("#python"),
            "softwareRequirements": [_to(f"#package-{name}") for name, _ in packages],
            "input": [_to(f"#parameter-{name}") for name in read],
            "output": [_to(f"#parameter-{name}") for name in made],
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"Planning of {manifest['scenario']}",
            "description": _says(manifest),
            "instrument": _to(WORKFLOW),
            "object": [_to(name) for name in read],
            "result": [_to(name) for name in made],
            "endTime": manifest["written"],
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
        {
            "@id": "#python",
            "@type": "ComputerLanguage",
            "name": "Python",
            "version": manifest["versions"].get("python", ""),
            "url": "https://www.python.org/",
        },
        *(
            {"@id": f"#package-{name}", "@type": "SoftwareApplication", "name": name, "softwareVersion": version}
            for name, version in packages
        ),
    )


def _says(manifest: Mapping[str, Any]) -> str:
    """How surely, by what, of what standing: all that the manifest says of the whole."""
    stages = "; ".join(
        f"{s['name']} {s['value']} {s['unit']} (bound {s['bound']}, gap {s['gap']}): {s['status']}"
        for s in manifest["stages"]
    )
    return (
        f"Status {manifest['status']}; solved by {manifest['solver']}; norms {', '.join(manifest['norms'])}; "
        f"boundaries {manifest['boundaries']}. Stages: {stages}."
    )


def _profile(address: str) -> Entity:
    name, version = address.rsplit("/", 2)[1:]
    return {"@id": address, "@type": "CreativeWork", "name": name, "version": version}


def _parameter(name: str, folder: str) -> Entity:
    return {
        "@id": f"#parameter-{name}",
        "@type": "FormalParameter",
        "additionalType": "File",
        "name": name.removeprefix(f"{folder}/"),
        "workExample": _to(name),
        "conformsTo": _to(_PARAMETER),
    }


def _file(name: str, data: bytes, facts: Mapping[str, Any]) -> Entity:
    known = {"sha256": facts["sha256"]} if "sha256" in facts else {}
    return {
        "@id": name,
        "@type": "File",
        "name": name.rpartition("/")[2],
        "encodingFormat": _FORMATS.get(f".{name.rpartition('.')[2]}", "application/octet-stream"),
        "contentSize": str(len(data)),
        "exampleOfWork": _to(f"#parameter-{name}"),
        **known,
    }


def _to(identifier: str) -> Entity:
    return {"@id": identifier}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive without a clock: the same files are the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _in_order(files):
            entry = zipfile.ZipInfo(name)  # of 1 January 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def _in_order(files: Mapping[str, bytes]) -> Iterable[tuple[str, bytes]]:
    """What describes the crate first, for who opens it as a stream."""
    return sorted(files.items(), key=lambda item: (item[0] != METADATA, item[0]))
