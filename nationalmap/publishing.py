"""Files and folders of outputs: whole or not at all, and read back as they were written.

A folder is made under a temporary name beside its place, the manifest last, and renamed when it is complete. The
manifest holds the hash of every other file and of itself: a changed byte is found when the folder is read.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused, OutputFailed

#: 2: periods, need groups, old types. 3: where inputs were read (``provenance``). What is older is made again.
FORMAT = 3
MANIFEST = "manifest.json"
#: Key of the manifest under which its own hash stands.
SEAL = "manifest_sha256"
#: How a folder is named while a new one of the same name takes its place.
ASIDE = ".old-"


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
        message = f"{place} could not be written ({reason(error)}); nothing was published, earlier runs are untouched"
        raise OutputFailed(message) from error
    return final


def read_folder(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and files of a published folder of a ``kind`` that the manifest names, hashes compared first.

    Raises InputRefused for a folder that is none of that kind, or is not as it was written.
    """
    try:
        manifest = read_manifest(folder)
        if manifest.get("kind") != kind:
            raise ValueError(f"{MANIFEST} is none of a {kind}")
        return manifest, checked(folder, manifest["outputs"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputRefused(
            [Fault(str(folder), rule=f"is not a whole {kind} ({error})", cure=f"make the {kind} again")]
        ) from error


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
        message = f"{error.filename or folder} could not be written ({reason(error)}); nothing was changed"
        raise OutputFailed(message) from error
    return folder


def write_file(path: Path, data: bytes) -> Path:
    """One output file, whole or not at all. Raises OutputFailed."""
    if not path.name:
        raise OutputFailed(f'"{path}" could not be written (it is a folder); name a file')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replaced(path, data)
    except OSError as error:
        raise OutputFailed(f"{path} could not be written ({reason(error)}); nothing was changed") from error
    return path


def _same(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a complete folder with exactly these files stands there already."""
    try:
        listed = read_manifest(folder)["outputs"]
        return set(listed) == set(files) and all((folder / name).read_bytes() == data for name, data in files.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _fill(folder: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    for name, data in [*sorted(files.items()), (MANIFEST, sealed(manifest))]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)


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


def _publish(temporary: Path, final: Path, files: Mapping[str, bytes]) -> None:
    """Rename into place; an older folder of the same id steps aside first and returns on failure.

    Where another writer has published the same plan meanwhile, theirs stays: it is equal.
    """
    aside = final.with_name(f"{ASIDE}{final.name}-{uuid.uuid4().hex}")
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
            for old in final.parent.glob(f"{ASIDE}{final.name}-*"):
                shutil.rmtree(old, ignore_errors=True)


def _swap(temporary: Path, folder: Path) -> None:
    """Rename into place; what stands there steps aside first and returns on failure."""
    aside = folder.with_name(f"{ASIDE}{folder.name}-{uuid.uuid4().hex}")
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


def replaced(path: Path, data: bytes) -> None:
    """A small file replaced in one step: readers see the old or the new content, never half."""
    beside = path.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        _write(beside, data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def reason(error: OSError) -> str:
    """Why the machine did not write, in small letters for a sentence."""
    return (error.strerror or "it failed").lower()
