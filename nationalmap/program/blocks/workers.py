"""Who answers for the blocks: this process, or several that each keep their blocks' programs."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, Limits
from nationalmap.program.solvers.highs import Highs

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix


@dataclass(frozen=True, eq=False)
class Asked:
    """One question to one block: make these costs small within these bounds."""

    block: str
    costs: Array
    lower: Array
    upper: Array
    limits: Limits
    relaxed: bool = False


class Bench:
    """The solvers of some blocks in this process. No block's answer depends on what another one was asked."""

    def __init__(self, programs: Mapping[str, Matrix]) -> None:
        self._programs = programs
        self._ready: dict[str, Highs] = {}
        self._loose: dict[str, Highs] = {}

    def answer(self, asked: Sequence[Asked]) -> list[Found]:
        """One answer to each question."""
        return [self._one(question) for question in asked]

    def close(self) -> None:
        """Nothing is left open."""

    def _one(self, asked: Asked) -> Found:
        """Whole points by a search that begins afresh; points in fractions from where the last ones were."""
        ready = self._loose if asked.relaxed else self._ready
        if asked.block not in ready:
            solver = Highs(hot=asked.relaxed)
            solver.load(self._programs[asked.block])
            ready[asked.block] = solver
        return ready[asked.block].minimise(asked.costs, asked.limits, asked.lower, asked.upper, asked.relaxed)


class Workers:
    """Several processes, each with its share of the blocks, largest first and in turn."""

    def __init__(self, programs: Mapping[str, Matrix], number: int) -> None:
        context = multiprocessing.get_context("spawn")
        names = sorted(programs, key=lambda name: (-programs[name].size, name))
        self._of = {name: place % number for place, name in enumerate(names)}
        self._ends: list[Connection] = []
        self._processes = []
        for worker in range(number):
            mine, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            mine.send({name: programs[name] for name in names if self._of[name] == worker})
            self._ends.append(mine)
            self._processes.append(process)

    def answer(self, asked: Sequence[Asked]) -> list[Found]:
        """One answer to each question, in their order. Raises SolverFailed where a process ended."""
        places: list[list[int]] = [[] for _ in self._ends]
        for place, question in enumerate(asked):
            places[self._of[question.block]].append(place)
        found: list[Found | None] = [None] * len(asked)
        try:
            for end, mine in zip(self._ends, places, strict=True):
                end.send([asked[place] for place in mine])
            for end, mine in zip(self._ends, places, strict=True):
                answers = end.recv()
                if isinstance(answers, SolverFailed):
                    raise answers
                for place, answer in zip(mine, answers, strict=True):
                    found[place] = answer
        except (EOFError, OSError) as gone:
            raise SolverFailed("a process that solves blocks broke off") from gone
        return [answer for answer in found if answer is not None]

    def close(self) -> None:
        """End the processes."""
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.kill()
            process.join()


def workers(programs: Mapping[str, Matrix], number: int) -> Bench | Workers:
    """Who answers: this process for one, else so many of their own."""
    return Bench(programs) if number <= 1 else Workers(programs, number)


def _work(end: Connection) -> None:
    """What a process does until its pipe is closed or its parent is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        bench = Bench(end.recv())
        while True:
            asked = end.recv()
            try:
                end.send(bench.answer(asked))
            except SolverFailed as failed:
                end.send(failed)
    except (EOFError, OSError):
        return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
