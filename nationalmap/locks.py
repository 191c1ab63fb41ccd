"""One writer at a time: marks beside what is written, each a file or folder whose name says who made it.

The owner (host, process, when that process began) stands in the name, so that a mark is whole from the moment it is
there, and no name is used twice, so that a mark of a process that is gone can be taken away without hitting another's.
Who finds another living lock beside its own takes its own away again, waits, and at last says who is at work. No
POSIX-only lock: an exclusively created file, which also holds on a network folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
import random
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from nationalmap.errors import OutputFailed

#: A lock, a half-written file or folder, a folder that steps aside for a new one.
Kind = Literal["lock", "writing", "old"]
#: Seconds that a second writer waits for the first: writing takes less, planning is done before.
PATIENCE = 5.0
#: Signs of a name, and of a machine, that a mark shows (paths are short on Windows); longer ones end in their hash.
LABEL = 32
_MARK = re.compile(r"~(?P<host>[\w.-]*)~(?P<process>\d+)~(?P<born>\w*)~[0-9a-f]{12}")


@dataclass(frozen=True)
class Owner:
    """Who made a mark: the machine, the process on it, and when that process began (empty where nobody can tell)."""

    host: str
    process: int
    born: str

    @property
    def lives(self) -> bool:
        """Whether the process may still run; of another machine nobody here can tell."""
        if self.host != _host():
            return True
        now = born(self.process)
        return now is not None and (now == self.born or not now or not self.born)


def mark(target: Path, kind: Kind) -> Path:
    """A new name beside ``target``, which says that this process made it."""
    me = os.getpid()
    return target.with_name(f"{_start(target, kind)}~{_host()}~{me}~{born(me) or ''}~{uuid.uuid4().hex[:12]}")


def marks(target: Path, kind: Kind) -> list[tuple[Path, Owner]]:
    """The marks of a kind that stand beside ``target``, the oldest process's first where that can be told."""
    start, found = _start(target, kind), []
    names = sorted(path.name for path in target.parent.iterdir()) if target.parent.is_dir() else []
    for name in names:
        said = _MARK.fullmatch(name[len(start) :]) if name.startswith(start) else None
        if said:
            owner = Owner(said["host"], int(said["process"]), said["born"])
            found.append((target.with_name(name), owner))
    return found


@contextmanager
def claimed(target: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """The only writer of ``target`` while the block runs.

    A lock that a process left behind is told and taken away. Raises OutputFailed where another process, perhaps of
    another machine, is at work on it for longer than PATIENCE; OSError where nothing can be written.
    """
    mine = _claim(target, tell)
    try:
        yield
    finally:
        mine.unlink(missing_ok=True)


def _claim(target: Path, tell: Callable[[str], None]) -> Path:
    until = time.monotonic() + PATIENCE
    while True:
        mine = mark(target, "lock")
        with mine.open("xb"):
            pass
        try:
            others = _others(target, mine, tell)
            if not others:
                return mine
        except BaseException:
            mine.unlink(missing_ok=True)
            raise
        mine.unlink()
        if time.monotonic() > until:
            raise OutputFailed(_refusal(target, *others[0]))
        time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - two that wait shall not wake together


def _others(target: Path, mine: Path, tell: Callable[[str], None]) -> list[tuple[Path, Owner]]:
    """The living locks beside mine; what the dead left behind is taken away."""
    living = []
    for path, owner in marks(target, "lock"):
        if path == mine:
            continue
        if owner.lives:
            living.append((path, owner))
        else:
            path.unlink(missing_ok=True)
            tell(f"note: process {owner.process}, which began to write {target}, is gone; its lock was taken over")
    return living


def _refusal(target: Path, lock: Path, owner: Owner) -> str:
    try:
        at = datetime.fromtimestamp(lock.stat().st_mtime, UTC).astimezone()
        since = f" since {at.isoformat(' ', 'minutes')}"
    except OSError:
        since = ""
    return (
        f"{target} is being written by process {owner.process} on {owner.host or 'this machine'}{since}; "
        f"nothing was changed; wait until it is done, or, where that process does not run any more, delete {lock}"
    )


def _start(target: Path, kind: Kind) -> str:
    return f".{kind}-{_short(target.name)}"


def _host() -> str:
    return _short(re.sub(r"[^\w.-]", "_", platform.node(), flags=re.ASCII))


def _short(name: str) -> str:
    if len(name) <= LABEL:
        return name
    return f"{name[: LABEL - 13]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


# ---------------------------------------------------------------------- processes


def born(process: int) -> str | None:
    """When a process of this machine began, in the system's own count; "" where that is unknown; None: it is gone."""
    return _windows(process) if sys.platform == "win32" else _posix(process)


def _posix(process: int) -> str | None:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except (OSError, OverflowError):
        pass  # it runs, and is somebody else's
    try:
        # The name in brackets may hold blanks; the state comes next, the start is the twentieth after that.
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return None if state[0] in "ZX" else state[19]


def _windows(process: int) -> str | None:
    """Through the system's own calls: ``os.kill`` would end the process there."""
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, process))  # to be asked a little, nothing else
    if not handle:
        return "" if ctypes.get_last_error() == 5 else None  # type: ignore[attr-defined,unused-ignore]
    try:
        code, times = ctypes.c_ulong(), [ctypes.c_ulonglong() for _ in range(4)]
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        known = kernel.GetProcessTimes(handle, *(ctypes.byref(one) for one in times))
        return None if code.value != 259 else str(times[0].value) if known else ""  # 259: it is still active
    finally:
        kernel.CloseHandle(handle)
