"""The stages in a process of their own, which can be ended at once and may break without harm.

Not ``multiprocessing``: its spawn runs the caller's ``__main__`` again, which a notebook, ``python - < file`` and
a script without a guard do not survive. A plain Python is started instead, with this one's ``sys.path``; the
program goes to it through its standard input and messages come back through its standard output.

It may take as much time as its searches are allowed and a grace, and as much memory as the machine has (on Linux;
elsewhere nobody limits it): then it is ended, and the spare solver goes on from the stage at which it broke.

Its input stays open as long as this process wants it: where that ends, because of Ctrl-C or because this process
was killed, the child ends by itself, and so do the solvers under it. It stands in a session of its own, so that
a Ctrl-C in the terminal reaches this process alone, which then ends it. No POSIX-only call.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from nationalmap.errors import NationalMapError, SolverFailed
from nationalmap.program.stages import Progress, Reached, run_stages
from nationalmap.program.team import Team

if TYPE_CHECKING:
    from nationalmap.program.matrix import Matrix, StageCosts

#: Seconds that the child may take to start and to read its program.
START = 120.0
#: Seconds between two looks whether there is a message; a Ctrl-C waits no longer on any system.
LOOK = 0.1

_BEGIN = (
    "import pickle, sys; i = sys.stdin.buffer; sys.path[:] = pickle.load(i); "
    "from nationalmap.program.child import main; main(i)"
)


class Broken(SolverFailed):
    """The child ended, or hangs, in the middle of a stage."""


@dataclass(frozen=True, eq=False)
class _Job:
    """What the child is given."""

    matrix: Matrix
    stages: Sequence[StageCosts]
    team: Team
    done: list[Reached]


def run_in_child(matrix: Matrix, stages: Sequence[StageCosts], team: Team, progress: Progress) -> list[Reached]:
    """As ``run_stages``, in a child process. Raises the same, and KeyboardInterrupt when interrupted.

    Where the child crashes or hangs in a stage, another one goes on from that stage with the spare solver.
    Where there is no Python to start (a frozen program), the stages run here, and ``progress`` is told.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        progress("no Python interpreter to start: the solver runs in this process and cannot be interrupted at once")
        return list(run_stages(matrix, stages, team, progress))
    done: list[Reached] = []
    passed_over = dict(team.passed_over)
    while True:
        try:
            _attempt(_Job(matrix, stages, replace(team, passed_over=passed_over), done), progress)
        except Broken as broken:
            number = len(done)
            if number >= len(stages) or number in passed_over or not team.spare:
                raise SolverFailed(str(broken)) from broken
            progress(f"{broken}; going on with {team.spare.upper()}")
            passed_over[number] = str(broken)
        else:
            return done


def _attempt(job: _Job, progress: Progress) -> None:
    """One child, from start to end; ``job.done`` grows with every stage it reports."""
    with tempfile.TemporaryFile() as said:
        process = _started(said)
        messages: queue.Queue[Any] = queue.Queue()
        for work in (lambda: _send(process, job), lambda: _receive(process, messages)):
            threading.Thread(target=work, daemon=True).start()
        try:
            _listen(process, messages, job, progress, said)
        finally:
            _end(process)


def _started(said: IO[bytes]) -> subprocess.Popen[bytes]:
    """A Python of its own session; on Windows a group of its own without a window."""
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    return subprocess.Popen(  # noqa: S603 - Python itself, a fixed command
        [sys.executable, "-I", "-c", _BEGIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        start_new_session=True,
        creationflags=flags,
    )


def _send(process: subprocess.Popen[bytes], job: _Job) -> None:
    """The program, through a pipe that stays open. A child that is gone is noticed by who listens."""
    assert process.stdin is not None  # noqa: S101 - opened as a pipe
    path = [str(Path(entry or ".").absolute()) for entry in sys.path]
    # Its work done, a child may end before it read everything; then nobody minds.
    try:
        process.stdin.write(pickle.dumps(path) + pickle.dumps(job))
        process.stdin.flush()
    except (OSError, ValueError):
        pass


def _receive(process: subprocess.Popen[bytes], messages: queue.Queue[Any]) -> None:
    """Every message of the child; None when there will be no more."""
    assert process.stdout is not None  # noqa: S101 - opened as a pipe
    try:
        while True:
            messages.put(pickle.load(process.stdout))  # noqa: S301 - of our own child  # nosec B301
    except Exception:  # whatever a dying child leaves half written
        messages.put(None)


def _listen(
    process: subprocess.Popen[bytes], messages: queue.Queue[Any], job: _Job, progress: Progress, said: IO[bytes]
) -> None:
    """Messages until the child is done. Raises Broken where it ends before, or is silent for too long."""
    patience = START
    until = time.monotonic() + patience
    while True:
        try:
            message = messages.get(timeout=LOOK)
        except queue.Empty:
            if time.monotonic() > until:
                raise Broken(f"the solver did not answer within {patience:g} seconds") from None
            continue
        if message is None:
            raise Broken(_last_words(process, said))
        kind, content = message
        if kind == "end":
            return
        if kind == "failed":
            raise content
        if kind == "progress":
            progress(content)
        if kind == "reached":
            job.done.append(content)
        patience = content if kind == "waiting" else max(patience, START)
        until = time.monotonic() + patience


def _last_words(process: subprocess.Popen[bytes], said: IO[bytes]) -> str:
    """How the child ended: its exit code, and the last line of what it said."""
    try:
        code: object = process.wait(5)
    except subprocess.TimeoutExpired:
        code = "none"
    said.seek(0)
    lines = said.read().decode("utf-8", errors="replace").strip().splitlines()
    return f"the solver's process broke off (exit code {code})" + (f": {lines[-1]}" if lines else "")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing is left running, whatever happened."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:  # a program half sent to a child that is gone
            pass


# ---------------------------------------------------------------------- in the child


def main(source: IO[bytes]) -> None:
    """What the child does: read the program, close the stages, report each."""
    # Whatever a solver prints must not come between the messages.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(kind: str, content: Any = None) -> None:
        with lock:
            pickle.dump((kind, content), pipe)
            pipe.flush()

    job: _Job = pickle.load(source)  # noqa: S301 - from the parent of this process  # nosec B301
    _limit(job.team.memory)
    threading.Thread(target=_end_with_input, daemon=True).start()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    # A search may be done twice (see HiGHS); what goes on for longer hangs.
    team = replace(job.team, waiting=lambda seconds: tell("waiting", 2 * seconds + job.team.grace))
    try:
        for reached in run_stages(job.matrix, job.stages, team, lambda text: tell("progress", text), job.done):
            tell("reached", reached)
        tell("end")
    except NationalMapError as failed:
        tell("failed", failed)


def _limit(memory: int) -> None:
    """No more memory than that, for this process and each solver under it, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(
            resource.RLIMIT_DATA, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard)
        )


def _end_with_input() -> None:
    """The parent closed the pipe, or is gone."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _end_with_parent(parent: int) -> None:
    """The parent is gone, and some other child of it holds the pipe open. On Windows its number never changes."""
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
