"""Workbooks are opened in a process of their own, with limits: a hostile or broken one harms nobody.

A plain Python with this one's ``sys.path``, as the solver has (program/child.py says why): the file
goes in through its standard input, JSON comes out. Memory and processor time are limited where the
platform can (not on Windows), the time on the clock everywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from nationalmap.errors import Fault, InputRefused, spelled
from nationalmap.sources.grids.grid import Grid, TooMuch

#: Processor seconds and bytes of memory for one file; the clock is more patient, for other programs run too.
MOST_SECONDS, MOST_MEMORY, PATIENCE = 30, 2 * 2**30, 120
_CURE = "save it again with Excel or LibreOffice, with the needed sheets alone"
_BEGIN = (
    "import json, sys; job = json.loads(sys.stdin.buffer.readline()); sys.path[:] = job['path']; "
    "from nationalmap.sources.grids.child import main; main(job['format'], sys.stdin.buffer)"
)


def read_sheets(form: str, data: bytes, file: str) -> list[Grid]:
    """The sheets of a file in format ``xlsx``, ``ods`` or ``parquet``. Raises InputRefused where it cannot be read."""
    alone = not sys.executable or getattr(sys, "frozen", False)
    answer = _answer(form, data) if alone else _asked(form, data, file)
    if "rule" in answer:
        raise InputRefused([Fault(file, rule=answer["rule"], cure=answer["cure"])])
    return [Grid(**{**sheet, "file": file}) for sheet in answer["sheets"]]


def _asked(form: str, data: bytes, file: str) -> dict[str, Any]:
    path = [str(Path(entry or ".").absolute()) for entry in sys.path]
    head = json.dumps({"path": path, "format": form}).encode() + b"\n"
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(  # noqa: S603 - Python itself, a fixed command
        [sys.executable, "-I", "-c", _BEGIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=flags,
    ) as process:
        try:
            said, _ = process.communicate(head + data, PATIENCE)
            answer: dict[str, Any] = json.loads(said)
        except (subprocess.TimeoutExpired, ValueError):
            limits = f"{MOST_SECONDS} s or {MOST_MEMORY // 2**30} GiB"
            rule = f"could not be read within {limits}, or breaks the program that reads it"
            raise InputRefused([Fault(file, rule=rule, cure=_CURE)]) from None
        finally:
            process.kill()
    return answer


# ---------------------------------------------------------------------- in the child


def main(form: str, source: IO[bytes]) -> None:
    """What the child does: limit itself, read the file, answer."""
    _limit()
    # Whatever a library prints must not come between.
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    json.dump(_answer(form, source.read()), pipe, ensure_ascii=True)
    pipe.flush()
    os._exit(0)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _answer(form: str, data: bytes) -> dict[str, Any]:
    reader = import_module(f"nationalmap.sources.grids.{form}")
    try:
        return {"sheets": [vars(grid) for grid in reader.sheets(data)]}
    except TooMuch as much:
        return {"rule": str(much), "cure": "keep the needed rows and columns alone"}
    except MemoryError:
        return {"rule": f"needs more than {MOST_MEMORY // 2**30} GiB of memory", "cure": _CURE}
    except Exception as error:  # whatever a library finds in a broken file
        words = spelled(" ".join(str(error).split())[:120])
        return {"rule": f"is a broken {form.upper()} file ({type(error).__name__}: {words})", "cure": _CURE}
