"""Runs handed out to processes: here, in a pool of this machine, or on a Dask cluster that is there already.

Every way gives the same results, each run once, in whatever order they are done.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from typing import Any, cast

from nationalmap.domain.change import Change
from nationalmap.errors import SolverFailed, UsageError
from nationalmap.studies.work import Result, Work, answer
from nationalmap.version import __version__

Asked = tuple[int, Sequence[Change]]

#: How often runs are handed out again whose processes were lost.
ATTEMPTS = 5
#: What Dask calls work that went with its worker.
LOST = ("KilledWorker", "CancelledError", "FutureCancelledError", "CommClosedError")
#: Seconds until a cluster that does not answer is called absent.
PATIENCE = 20


def answered(
    work: Work, runs: Sequence[Asked], processes: int, scheduler: str | None, at_once: int
) -> Iterator[Result]:
    """Results of the runs as they are done, ``at_once`` of them handed out together.

    ``processes`` 1: in this process; 0: one for each core. ``scheduler``: address of a Dask scheduler. Raises
    UsageError where Dask is not installed or does not answer, SolverFailed where processes are lost again and again.
    """
    parts = [runs[n : n + at_once] for n in range(0, len(runs), at_once)]
    if scheduler is not None:
        yield from _on_cluster(work, parts, scheduler)
    elif processes == 1 or len(parts) <= 1:
        for part in parts:
            yield from answer(work, part)
    else:
        yield from _in_pool(work, parts, processes or os.cpu_count() or 1)


# ------------------------------------------------------------------------ processes of this machine

_work: Work | None = None


def _begin(work: Work) -> None:
    """What a process of the pool does first. Ctrl-C is for the one that handed the work out; it ends this one."""
    global _work  # noqa: PLW0603 - a process of the pool works for one sweep
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _do(part: Sequence[Asked]) -> list[Result]:
    if _work is None:
        raise RuntimeError("the process was not begun")
    return answer(_work, part)


def _in_pool(work: Work, parts: Sequence[Sequence[Asked]], processes: int) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(min(processes, len(parts)), get_context("spawn"), _begin, (work,))
    try:
        for done in as_completed([pool.submit(_do, part) for part in parts]):
            yield from done.result()
    except BrokenProcessPool:
        rule = "a process of the sweep ended by itself; what was finished is kept: start the same command again"
        raise SolverFailed(rule) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


# ------------------------------------------------------------------------ a Dask cluster


def _on_cluster(work: Work, parts: Sequence[Sequence[Asked]], scheduler: str) -> Iterator[Result]:
    try:
        from distributed import Client
    except ImportError:
        rule = "--scheduler needs Dask, which is not installed; install nationalmap[cluster], or leave it out"
        raise UsageError(rule) from None
    try:
        client: Any = cast("Any", Client)(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f'no Dask scheduler answers at "{scheduler}" ({error or "no answer"})') from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise UsageError(f'the scheduler at "{scheduler}" has no workers') from None
        _same_version(client)
        yield from _gathered(client, work, list(parts))


def _same_version(client: Any) -> None:
    """The workers have this version of the engine: another one would give other figures."""
    try:
        others = sorted({str(v) for v in client.run(_version).values()} - {__version__})
    except ImportError as error:
        raise UsageError(f"a worker of the cluster has no nationalmap ({error}); install it there") from None
    if others:
        raise UsageError(f"workers of the cluster have version {', '.join(others)}; here it is {__version__}")


def _version() -> str:
    return __version__


def _gathered(client: Any, work: Work, parts: list[Sequence[Asked]]) -> Iterator[Result]:
    """Every part once. One that was lost with its worker is done again by Dask, or handed out again here."""
    from distributed import as_completed

    left = dict(enumerate(parts))
    for _ in range(ATTEMPTS):
        number = {}
        given = client.scatter(work, broadcast=True, hash=False)
        for n, part in left.items():
            number[client.submit(answer, given, part, pure=False)] = n
        for future in cast("Any", as_completed)(list(number), loop=client.loop):
            if future.status == "finished":
                yield from future.result()
                del left[number[future]]
                future.release()
            elif future.status == "error" and type(future.exception()).__name__ not in LOST:
                raise future.exception()
        if not left:
            return
    raise SolverFailed(f"{len(left)} parts of the sweep were lost with their workers {ATTEMPTS} times")
