"""Small programs for the tests of the solvers: written by hand, drawn at random, and solved by trying every point."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from nationalmap.program.matrix import Matrix, StageCosts
from nationalmap.program.solvers import Found, Limits

INF = float("inf")


def matrix(columns, rows) -> Matrix:
    """``columns``: name -> (lower, upper, whole). ``rows``: name -> (lower, {column: coefficient}, upper)."""
    names = tuple(columns)
    number = {name: i for i, name in enumerate(names)}
    whole = np.array([w for _, _, w in columns.values()], dtype=bool)
    entries = [(number[name], value) for _, terms, _ in rows.values() for name, value in terms.items()]
    return Matrix(
        names=names,
        lower=np.array([low for low, _, _ in columns.values()], dtype=float),
        upper=np.array([up for _, up, _ in columns.values()], dtype=float),
        whole=whole,
        decided=whole.copy(),
        row_names=tuple(rows),
        row_lower=np.array([low for low, _, _ in rows.values()], dtype=float),
        row_upper=np.array([up for _, _, up in rows.values()], dtype=float),
        start=np.concatenate([[0], np.cumsum([len(terms) for _, terms, _ in rows.values()])]).astype(np.int64),
        index=np.array([i for i, _ in entries], dtype=np.int32),
        value=np.array([v for _, v in entries], dtype=float),
    )


def costs(program: Matrix, terms, name="cost", **more) -> StageCosts:
    dense = np.array([terms.get(column, 0.0) for column in program.names], dtype=float)
    return StageCosts(name, "units", dense, **more)


def points(program: Matrix) -> Iterator[np.ndarray]:
    """Every point of a program of whole numbers alone that its rows admit."""
    ranges = [range(int(low), int(up) + 1) for low, up in zip(program.lower, program.upper, strict=True)]
    for values in product(*ranges):
        point = np.array(values, dtype=float)
        if not program.objection(point):
            yield point


def stage_by_stage(program: Matrix, stages) -> list[float] | None:
    """The values of the stages by trying every point; None where there is none."""
    left = list(points(program))
    values = []
    for stage in stages:
        if not left:
            return None
        best = min(stage.value(point) for point in left)
        left = [point for point in left if stage.value(point) <= best + 1e-9]
        values.append(best)
    return values


@st.composite
def programs(draw, most=4) -> Matrix:
    """Whole numbers from 0 to 3, some rows; about one in four has no point."""
    count = draw(st.integers(2, most))
    columns = {f"c{i}": (0, draw(st.integers(1, 3)), True) for i in range(count)}
    number = st.integers(-4, 6)
    rows = {}
    for i in range(draw(st.integers(1, 3))):
        terms = {f"c{j}": float(v) for j in range(count) if (v := draw(number))}
        low = draw(st.integers(-5, 9))
        rows[f"r{i}"] = (low, terms, low + draw(st.integers(0, 8)))
    return matrix(columns, rows)


def random_program(seed: int, columns=12, rows=8) -> tuple[Matrix, list[StageCosts]]:
    """Facilities of several sizes, whole users, money in fractions; three stages. Always has a point."""
    rng = np.random.default_rng(seed)
    towns, sites = rows // 2, columns // 3
    need = rng.integers(2, 9, towns)
    names, lines = {}, {}
    for s in range(sites):
        names[f"open{s}"] = (0, 2, True)
        names[f"money{s}"] = (0, INF, False)
    for t in range(towns):
        names[f"short{t}"] = (0, int(need[t]), True)
        for s in range(sites):
            names[f"x{t}_{s}"] = (0, int(need[t]), True)
    for t in range(towns):
        terms = {f"x{t}_{s}": 1.0 for s in range(sites)}
        lines[f"need{t}"] = (need[t], {**terms, f"short{t}": 1.0}, need[t])
    for s in range(sites):
        users = {f"x{t}_{s}": 1.0 for t in range(towns)}
        lines[f"room{s}"] = (-INF, {**users, f"open{s}": -float(rng.integers(3, 8))}, 0)
        fixed, each = rng.integers(200, 900) / 100, rng.integers(50, 200) / 100
        lines[f"pay{s}"] = (0, {f"money{s}": 1.0, f"open{s}": -fixed, **dict.fromkeys(users, -each)}, 0)
    lines["budget"] = (-INF, {f"money{s}": 1.0 for s in range(sites)}, float(rng.integers(1000, 3500)) / 100)
    program = matrix(names, lines)
    far = {f"x{t}_{s}": float(rng.integers(5, 90)) for t in range(towns) for s in range(sites)}
    return program, [
        costs(program, {f"short{t}": 1.0 for t in range(towns)}, "unmet"),
        costs(program, far, "worst_travel", kind="largest"),
        costs(program, {f"money{s}": 1.0 for s in range(sites)}, "cost"),
        costs(program, far, "travel"),
    ]


class Fake:
    """A solver that answers what it is told to: ``answer`` is called with the costs."""

    name = "Fake 1"

    def __init__(self, answer) -> None:
        self.answer = answer

    def load(self, program: Matrix) -> None:
        self.program = program

    def add_row(self, name, index, value, low, high) -> None:
        """Nothing is kept."""

    def set_bounds(self, lower, upper) -> None:
        """Nothing is kept."""

    def minimise(self, costs, limits: Limits, lower=None, upper=None, relaxed=False) -> Found:
        return self.answer(costs, lower, upper, relaxed)
