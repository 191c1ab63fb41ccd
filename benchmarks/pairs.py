"""Ways to one answer, measured in turn: CPU and wall seconds of each, and that they agree."""

from __future__ import annotations

import gc
import math
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

#: How far two optima may lie apart, relative.
EQUAL = 1e-6

Way = Callable[[], float]
"""Answers the question from what is in memory; gives the optimum."""


@dataclass(frozen=True)
class Measured:
    """One way to answer a question: median CPU and wall seconds, and its optimum; NaN where there are several."""

    question: str
    way: str
    optimum: float
    cpu_s: float
    wall_s: float
    runs: int


class Disagree(Exception):
    """Two ways to one answer gave two answers."""


def cpu() -> float:
    """CPU seconds of this process, in nanoseconds' steps, with those of the processes that it waited for."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def measured(question: str, ways: Mapping[str, Way], runs: int) -> list[Measured]:
    """Every way ``runs`` times after one warm-up, in turn and each time in the other order. Raises Disagree."""
    spent: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    for number in range(runs + 1):
        for name, way in list(ways.items())[:: 1 if number % 2 else -1]:
            gc.collect()
            wall, start = time.perf_counter(), cpu()
            optimum = way()
            once = optimum, cpu() - start, time.perf_counter() - wall
            if number:  # the first warms up
                spent[name].append(once)
    found = [_told(question, name, rows) for name, rows in spent.items()]
    agreed(question, {row.way: row.optimum for row in found})
    return found


def _told(question: str, way: str, rows: list[tuple[float, float, float]]) -> Measured:
    optima, cpus, walls = zip(*rows, strict=True)
    agreed(f"{question}, {way}", dict(enumerate(optima)))
    return Measured(question, way, optima[0], statistics.median(cpus), statistics.median(walls), len(rows))


def agreed(question: str, optima: Mapping[object, float]) -> None:
    """Raise Disagree where one optimum differs from the first by more than EQUAL."""
    first, *others = optima.values()
    if any(abs(other - first) > EQUAL * max(1.0, abs(first)) for other in others):
        raise Disagree(f"{question}: {dict(optima)}")


def lines(rows: Iterable[Measured]) -> list[str]:
    """A table in Markdown; the first way of each question is the one that the others are set beside."""
    found = ["| question | by | optimum | CPU s | wall s | CPU, ours / this |", "|---|---|---|---|---|---|"]
    ours: dict[str, float] = {}
    for row in rows:
        mine = ours.setdefault(row.question, row.cpu_s)
        share = "" if row.cpu_s == mine else f"{mine / row.cpu_s:.2f}"
        optimum = "" if math.isnan(row.optimum) else f"{row.optimum:.12g}"
        figures = f"{optimum} | {row.cpu_s:.3f} | {row.wall_s:.3f}"
        found.append(f"| {row.question} | {row.way} | {figures} | {share} |")
    return found
