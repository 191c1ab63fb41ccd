"""One fault put into a copy of the project, and the tests that run its line asked whether they see it.

Each trial is a process forked from one that has imported the libraries but nothing of ours, so that it costs the
tests alone. The copy is a tree of its own, for the solver's process reads the code again from there. Forks are of
POSIX; elsewhere there are no mutants.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mutants.sites import Site, changed

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("nationalmap", "tests", "scenarios", "boundaries", "docs", "benchmarks", "pyproject.toml")
#: Processor seconds that a trial may take beyond thrice what its tests took; seconds on the clock of a busy machine.
GRACE, PATIENCE = 20, 900


def copy_of(tree: Path) -> Path:
    """A copy of the project to change."""
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, tree / name, ignore=shutil.ignore_patterns("*.png"))
        else:
            shutil.copy2(path, tree / name)
    return tree


def ready() -> None:
    """The libraries, imported once for all trials."""
    import geopandas  # noqa: F401
    import highspy  # noqa: F401
    import hypothesis.strategies  # noqa: F401
    import openpyxl  # noqa: F401
    import pandas  # noqa: F401
    import pulp  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import shapely  # noqa: F401
    import xdist.plugin  # noqa: F401


def trial(tree: Path, site: Site, tests: Sequence[str], seconds: float) -> str:
    """What the tests say of the project with that fault, one after another.

    ``killed``, ``survived``, ``timeout``; ``broken`` where pytest itself failed.
    """
    path = tree / site.file
    kept, former = path.read_bytes(), path.stat()
    path.write_text(changed(kept.decode(), site.number), encoding="utf-8")
    # Compiled code is told from other code by the time of its source.
    os.utime(path, ns=(former.st_atime_ns, time.time_ns()))
    try:
        return _asked(tree, tests, seconds)
    finally:
        path.write_bytes(kept)
        os.utime(path, ns=(former.st_atime_ns, former.st_mtime_ns))


def untouched(tree: Path, tests: Sequence[str], seconds: float) -> str:
    """What tests say without a fault: ``survived``, or nothing that they say of a fault means anything."""
    return _asked(tree, tests, seconds)


def _asked(tree: Path, tests: Sequence[str], seconds: float) -> str:
    child = os.fork()
    if not child:
        _in_the_child(tree, tests, seconds)
    until = time.monotonic() + PATIENCE + 10 * seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if os.WIFSIGNALED(status):
                return "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "killed"
            # 1: a test failed; 2: a module cannot be imported any more; 4: so that a test of it is not found.
            return {0: "survived", 1: "killed", 2: "killed", 4: "killed"}.get(os.WEXITSTATUS(status), "broken")
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _in_the_child(tree: Path, tests: Sequence[str], seconds: float) -> None:
    code = 3
    try:
        os.setsid()
        most = int(3 * seconds + GRACE)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        os.chdir(tree)
        sys.path[:] = [str(tree), *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT)]
        for name in [name for name in sys.modules if name.partition(".")[0] in ("nationalmap", "tests", "benchmarks")]:
            del sys.modules[name]
        import pytest

        words = [
            "-n",
            "0",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            # Nobody reads what a test that failed says.
            "--assert=plain",
            f"--basetemp={tree}/.tmp-{os.getpid()}",
        ]
        code = int(pytest.main([*words, *tests]))
    finally:
        os._exit(code)
