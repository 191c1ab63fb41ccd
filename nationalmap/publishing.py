"""Files and folders of outputs: whole or not at all, and read back as they were written.

A folder is made under a temporary name beside its place, the manifest last, and renamed when it is complete, by one
writer at a time (``locks``). What stood there steps aside for that moment, and is found and put back where the writer
ends in it. The manifest holds the hash of every other file and of itself: a changed byte is found when the folder is
read.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from nationalmap import locks, schema
from nationalmap.errors import Fault, InputRefused, OutputFailed

#: 2: periods, need groups, old types. 3: where inputs were read (``provenance``). What is older is made again.
FORMAT = 3
MANIFEST = "manifest.json"
#: Key of the manifest under which its own hash stands.
SEAL = "manifest_sha256"
#: Seconds between attempts to rename what Windows holds while a scanner or a reader looks at it.
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ()
#: What a file system says that cannot make the entries of a folder durable.
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


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
    with _told(final, "nothing was published, earlier runs are untouched"):
        _replace(final, whole, lambda: _same(final, files), tell)
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
    with _told(folder, "nothing was changed"):
        _replace(folder, files, lambda: _holds(folder, files), tell)
    return folder


def write_file(path: Path, data: bytes) -> Path:
    """One output file, whole or not at all. Raises OutputFailed."""
    _refuse_folder(path)
    with _told(path, "nothing was changed"):
        path.parent.mkdir(parents=True, exist_ok=True)
        replaced(path, data)
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
    with _told(first, "nothing was changed"):
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        with locks.claimed(first, tell):
            _replace_all(files)
    return tuple(files)


def _refuse_folder(path: Path) -> None:
    if not path.name:
        raise OutputFailed(f'"{path}" could not be written (it is a folder); name a file')


def _replace_all(files: Mapping[Path, bytes]) -> None:
    """All of these files replaced; where one cannot be, those before are put back."""
    new: dict[Path, Path] = {}
    old: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, data in files.items():
            _tidied(path)
            new[path] = locks.mark(path, "writing")
            durable(new[path], data)
            if path.is_file():
                old[path] = locks.mark(path, "writing")
                durable(old[path], path.read_bytes())
        for path, beside in new.items():
            _patiently(partial(beside.replace, path))
            done.append(path)
    except OSError:
        for path in done:
            if path in old:
                _patiently(partial(old[path].replace, path))
            else:
                path.unlink()
        raise
    finally:
        for beside in (*new.values(), *old.values()):
            beside.unlink(missing_ok=True)


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


@contextmanager
def _told(place: Path, otherwise: str) -> Iterator[None]:
    """What the machine refuses as one sentence."""
    try:
        yield
    except OSError as error:
        held = "; a file of it may be open in another program" if isinstance(error, PermissionError) else ""
        message = f"{error.filename or place} could not be written ({reason(error)}{held}); {otherwise}"
        raise OutputFailed(message) from error


def standing(folder: Path) -> Path:
    """The folder, or where a writer was killed while it replaced it, the one before, which stands aside."""
    if not folder.exists():
        for aside, _ in locks.marks(folder, "old"):
            return aside
    return folder


def _replace(folder: Path, files: Mapping[str, bytes], same: Callable[[], bool], tell: Callable[[str], None]) -> None:
    """These files, in this order, as the folder, unless the same stand there; what dead writers left is put right."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "a file stands where the folder is to be", str(folder))
    if same() and not any(locks.marks(folder, kind) for kind in ("lock", "writing", "old")):
        return
    with locks.claimed(folder, tell):
        _put_right(folder)
        if not same():
            temporary = locks.mark(folder, "writing")
            temporary.mkdir()
            try:
                _fill(temporary, files)
                _swap(temporary, folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)


def _put_right(folder: Path) -> None:
    """What a killed writer left: the folder before stands again, halves are taken away. Only the lock's owner may."""
    before = standing(folder)
    if before != folder:
        _patiently(lambda: before.rename(folder))
    for aside, _ in locks.marks(folder, "old"):
        _discarded(aside, folder)
    for half, owner in locks.marks(folder, "writing"):
        if not owner.lives:
            shutil.rmtree(half, ignore_errors=True)


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        durable(path, data)
    for inside in sorted({(folder / name).parent for name in files} | {folder}):
        _flushed(inside)


def _swap(temporary: Path, folder: Path) -> None:
    """Rename into place; what stands there steps aside first (nothing is renamed over it) and returns on failure."""
    aside = locks.mark(folder, "old")
    try:
        if folder.exists():
            _patiently(lambda: folder.rename(aside))
        _patiently(lambda: temporary.rename(folder))
        _flushed(folder.parent)
    except OSError:
        if not temporary.exists():
            folder.rename(temporary)
        if aside.exists():
            aside.rename(folder)
        raise
    if aside.exists():
        _discarded(aside, folder)


def _discarded(aside: Path, folder: Path) -> None:
    """A folder that is not needed any more, renamed before it loses a file: what stands aside is always whole."""
    half = locks.mark(folder, "writing")
    with suppress(OSError):
        aside.rename(half)
        shutil.rmtree(half, ignore_errors=True)


def _tidied(path: Path) -> None:
    """The halves that dead writers of a file left, taken away."""
    for half, owner in locks.marks(path, "writing"):
        if not owner.lives:
            half.unlink(missing_ok=True)


def replaced(path: Path, data: bytes) -> None:
    """A small file replaced in one step: readers see the old or the new content, never half."""
    _tidied(path)
    beside = locks.mark(path, "writing")
    try:
        durable(beside, data)
        _patiently(lambda: beside.replace(path))
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def durable(path: Path, data: bytes) -> None:
    """A new file, on the disk when this ends. Raises OSError, also where there is one of that name."""
    with path.open("xb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _flushed(folder: Path) -> None:
    """The entries of a folder made durable, where the platform can: Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            raise
    finally:
        os.close(handle)


def _patiently(move: Callable[[], object]) -> None:
    """A rename, tried again where Windows refuses it for a moment."""
    for pause in PAUSES:
        try:
            move()
        except PermissionError:
            time.sleep(pause)
        else:
            return
    move()


def reason(error: OSError) -> str:
    """Why the machine did not write, in small letters for a sentence."""
    return (error.strerror or "it failed").lower()
