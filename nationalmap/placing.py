"""Files and folders put in their places whole or not at all.

A folder is made under a temporary name beside its place and renamed when it is complete, by one writer at a time
(``locks``). What stood there steps aside for that moment, and is found and put back where the writer ends in it.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from nationalmap import locks
from nationalmap.errors import OutputFailed

#: Seconds between attempts to rename what Windows holds while a scanner or a reader looks at it.
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ()
#: What a file system says that cannot make the entries of a folder durable.
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


@contextmanager
def told(place: Path, otherwise: str) -> Iterator[None]:
    """What the machine refuses as one sentence: an OSError within becomes an OutputFailed."""
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


def replace_folder(
    folder: Path, files: Mapping[str, bytes], same: Callable[[], bool], tell: Callable[[str], None]
) -> None:
    """These files, in this order, as the folder, unless the same stand there; what dead writers left is put right.

    ``tell`` hears of a lock that somebody left behind. Raises OSError; then what was there before is still there.
    """
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


def replace_files(files: Mapping[Path, bytes]) -> None:
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
