"""What is published: files and folders of outputs, read back as they were written.

The manifest of a folder is written last (``placing``). It holds the hash of every other file and of itself: a changed
byte is found when the folder is read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nationalmap import locks, placing, schema
from nationalmap.errors import Fault, InputRefused, OutputFailed

#: 2: periods, need groups, old types. 3: where inputs were read (``provenance``). What is older is made again.
FORMAT = 3
MANIFEST = "manifest.json"
#: Key of the manifest under which its own hash stands.
SEAL = "manifest_sha256"


def silent(_: str) -> None:
    """Nobody is told."""


def csv_bytes(table: schema.Table, frame: Any) -> bytes:
    """A declared table as CSV: UTF-8, comma, one line feed per row, the same on every machine."""
    text: str = schema.as_text(table, frame).to_csv(index=False, lineterminator="\n")
    return text.encode()


def read_table(table: schema.Table, data: bytes, name: str) -> Any:
    """A declared table from its CSV file, checked."""
    import pandas as pd

    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    raw = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    raw.index += schema.FIRST_ROW
    return schema.check(table, raw, name)


def json_bytes(data: Any) -> bytes:
    """Facts as JSON, the same on every machine; NaN is refused."""
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str, allow_nan=False)
    return (text + "\n").encode()


def outputs_of(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Hash and size of each file, for a manifest."""
    return {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())
    }


def publish(
    final: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any], tell: Callable[[str], None] = silent
) -> Path:
    """A folder of files and the manifest that lists them (``outputs_of``), published whole.

    An equal folder that is there already stays untouched. ``tell`` hears of a lock that somebody left behind. Raises
    OutputFailed, also where another process writes the same folder; then nothing is published and what was there
    before is still there.
    """
    whole = {**dict(sorted(files.items())), MANIFEST: sealed(manifest)}
    with placing.told(final, "nothing was published, earlier runs are untouched"):
        placing.replace_folder(final, whole, lambda: _same(final, files), tell)
    return final


def read_folder(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and files of a published folder of a ``kind`` that the manifest names, hashes compared first.

    Raises InputRefused for a folder that is none of that kind, or is not as it was written.
    """
    try:
        manifest = read_manifest(folder)
        if manifest.get("kind") != kind:
            raise ValueError(f"{MANIFEST} is none of a {kind}")
        refuse_other_format(manifest, f"make the {kind} again")
        return manifest, checked(folder, manifest["outputs"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputRefused(
            [Fault(str(folder), rule=f"is not a whole {kind} ({error})", cure=f"make the {kind} again")]
        ) from error


def write_folder(folder: Path, files: Mapping[str, bytes], tell: Callable[[str], None] = silent) -> Path:
    """A folder of outputs, whole or not at all; one of that name that is there already is replaced as a whole.

    Raises OutputFailed; then what was there before is still there.
    """
    with placing.told(folder, "nothing was changed"):
        placing.replace_folder(folder, files, lambda: _holds(folder, files), tell)
    return folder


def write_file(path: Path, data: bytes) -> Path:
    """One output file, whole or not at all. Raises OutputFailed."""
    _refuse_folder(path)
    with placing.told(path, "nothing was changed"):
        path.parent.mkdir(parents=True, exist_ok=True)
        placing.replaced(path, data)
    return path


def write_files(files: Mapping[Path, bytes], tell: Callable[[str], None] = silent) -> tuple[Path, ...]:
    """Several files of one answer, all or none, in folders that may hold others, too; one writer at a time.

    Each is replaced in one step, when all are written beside their places. A writer that is killed between two of
    these steps leaves whole files of two answers. Raises OutputFailed; then what was there before is still there.
    """
    if not files:
        return ()
    for path in files:
        _refuse_folder(path)
    first = min(files)
    with placing.told(first, "nothing was changed"):
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        with locks.claimed(first, tell):
            placing.replace_files(files)
    return tuple(files)


def _refuse_folder(path: Path) -> None:
    if not path.name:
        raise OutputFailed(f'"{path}" could not be written (it is a folder); name a file')


def _same(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a complete folder with exactly these files stands there already."""
    try:
        listed = read_manifest(folder)["outputs"]
        return set(listed) == set(files) and all((folder / name).read_bytes() == data for name, data in files.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether the folder holds these files and nothing else."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return set(found) == set(files) and all((folder / name).read_bytes() == data for name, data in files.items())


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest with the hash of its own content."""
    return json_bytes({**manifest, SEAL: hashlib.sha256(json_bytes(manifest)).hexdigest()})


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, of this format or another. Raises ValueError where it is not as it was written."""
    data = (folder / MANIFEST).read_bytes()
    try:
        manifest: dict[str, Any] = json.loads(data)
        other = isinstance(manifest["format"], int) and manifest["format"] != FORMAT
        if other or sealed({key: value for key, value in manifest.items() if key != SEAL}) == data:
            return manifest
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass  # said below
    raise ValueError(f"{MANIFEST} is not as it was written")


def refuse_other_format(manifest: Mapping[str, Any], again: str) -> None:
    """Raise InputRefused for a folder of another format; ``again`` is how to make it in this one."""
    found = manifest["format"]
    if found == FORMAT:
        return
    older = isinstance(found, int) and found < FORMAT
    if older:
        rule, cure = "is the format of an older version, with other tables", again
    else:
        rule, cure = "is not a format that this version knows", f"it reads {FORMAT}; take the version that wrote it"
    raise InputRefused([Fault(MANIFEST, 0, "format", schema.shown(str(found)), rule, cure)])


def checked(folder: Path, listed: Mapping[str, Any]) -> dict[str, bytes]:
    """The listed files of a folder. Raises InputRefused with every file that is missing or has another hash."""
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
