"""A program stated part by part, for a territory whose program in one piece would not fit: in fractions alone.

A part is what people do not leave: a region, where agreements end at its border. Its program is stated as any other,
laid in blocks, and PuLP's objects are let go; so memory grows with arrays. Shared rows of the same name (the money of
a country) are one row of all parts. Then each stage is a conversation in fractions (see ``conversation``), kept as one
more shared row for the next, and its bound is the blocks' own.

Two rules stay out. ``worst_share`` and ``worst_tenth`` ask for the sums of the whole plan, which no part knows.
``served_where_open`` says nothing in whole facilities that ``places_hold_users`` does not say, and doubles the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.plan import StageResult
from nationalmap.errors import NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.blocks.conversation import Conversation
from nationalmap.program.blocks.pool import Pool
from nationalmap.program.blocks.split import Block, Split, split
from nationalmap.program.blocks.workers import workers
from nationalmap.program.constraints import RULES
from nationalmap.program.constraints.package import worst_share, worst_tenth
from nationalmap.program.constraints.service import served_where_open
from nationalmap.program.matrix import FEASIBILITY, ROW_WITHIN, Matrix
from nationalmap.program.solve import matrix_of, stage_costs

if TYPE_CHECKING:
    from nationalmap.program.known import Known
    from nationalmap.program.matrix import Array

#: What a part states.
OF_PARTS = tuple(rule for rule in RULES if rule not in (worst_share, worst_tenth, served_where_open))
#: How far above its value a stage is kept, relative. Of 200,000 packages a millionth is a fifth of one, for which a
#: later stage once took 1,600 cases.
KEPT_WITHIN = 1e-8
#: Rounds of a stage at most.
ROUNDS = 200
#: Blocks of fewer columns are put together, one for each part.
SMALL = 500


@dataclass(frozen=True, eq=False)
class Part:
    """The program of one part in blocks, and what its columns cost in each stage (stage -> costs, unit)."""

    split: Split
    costs: Mapping[str, Array]
    units: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Fractions:
    """A plan in fractions: a point over the columns of the parts in their order, and how surely each stage closed."""

    point: Array
    stages: tuple[StageResult, ...]
    rounds: int
    """How often the blocks were asked."""


def stated(known: Known) -> Part:
    """One part as arrays. Raises ValueError where money bends: what is lacking would be a column of all parts."""
    if known.hard_need:
        raise ValueError("only a plan within the money can be stated part by part")
    program = assemble(known, OF_PARTS)
    stages = stage_costs(program)
    return Part(split(matrix_of(program), SMALL), {s.name: s.costs for s in stages}, {s.name: s.unit for s in stages})


def in_fractions(
    parts: Sequence[Part], gap: float = 1e-4, processes: int = 1, say: Callable[[str], None] = lambda _: None
) -> Fractions:
    """Every stage in order over all parts together, each kept for the next; ``gap`` is what counts as proven.

    Raises NoPlanPossible where the shared rows cannot be met, SolverFailed.
    """
    whole, units = joined(parts), _units_of(parts)
    none = [np.zeros(part.split.matrix.size) for part in parts]
    costs = {name: np.concatenate([p.costs.get(name, n) for p, n in zip(parts, none, strict=True)]) for name in units}
    bench = workers({block.name: block.inner for block in whole.blocks}, processes)
    pool, rounds, results = Pool(), 0, []
    point: Array = np.zeros(whole.matrix.size)
    try:
        for name, of_stage in costs.items():
            talk = Conversation(whole, of_stage, gap, pool, bench, np.inf, say, lambda _: None)
            loose = talk.loose(ROUNDS, firm=True)
            if (loose.mixed.missed > _within(whole.upper)).any():
                raise NoPlanPossible(f'stage "{name}": what the parts share cannot be met by any plan')
            point, rounds = loose.point(whole), rounds + loose.rounds
            value = float(of_stage @ point)
            results.append(_result(name, units[name], value, loose.bound, gap))
            say(f"{name}: {value:.8g}, at least {loose.bound:.8g}, {loose.rounds} rounds")
            for block in whole.blocks:
                pool.keep(block, [point[block.columns]])
            whole = _kept(whole, of_stage, value + KEPT_WITHIN * max(1.0, abs(value)))
    finally:
        bench.close()
    return Fractions(point, tuple(results), rounds)


def _units_of(parts: Sequence[Part]) -> Mapping[str, str]:
    """The stages of all parts in their order, with their units: a part of which nothing is asked lacks a stage.

    Raises ValueError where no part has them all: then their order is not known.
    """
    units = max((part.units for part in parts), key=len)
    for part in parts:
        if [name for name in units if name in part.units] != list(part.units):
            raise ValueError(f"no part has all the stages {', '.join({**units, **part.units})}")
    return units


def broken(parts: Sequence[Part], point: Array) -> int:
    """How many rows and bounds of the whole program a point breaks by more than the solver's tolerance."""
    whole = joined(parts)
    shared = whole.own_shared @ point[whole.own]
    wrong = 0
    for block in whole.blocks:
        mine = point[block.columns]
        shared[block.rows] += block.shared @ mine
        outside = (mine < block.inner.lower - FEASIBILITY) | (mine > block.inner.upper + FEASIBILITY)
        wrong += len(block.inner.broken(mine)) + int(outside.sum())
    within = _within(shared)
    return wrong + int(((shared < whole.lower - within) | (shared > whole.upper + within)).sum())


def _within(activity: Array) -> Array:
    """How far shared rows may be broken: what holds for every row, and what kept stages are given."""
    within: Array = np.maximum(ROW_WITHIN, KEPT_WITHIN * np.abs(activity))
    return within


def joined(parts: Sequence[Part]) -> Split:
    """All parts as one program in blocks: columns part after part, shared rows of the same name as one row.

    Its ``matrix`` has the columns alone, for the rows are the blocks' own and the shared ones.
    """
    names = sorted({name for part in parts for name in _shared_names(part)})
    row_of = {name: number for number, name in enumerate(names)}
    lower, upper = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    blocks, own, own_shared, start = [], [], [], 0
    for part in parts:
        here = part.split
        at = np.array([row_of[name] for name in _shared_names(part)], dtype=np.int64)
        lower[at], upper[at] = here.lower, here.upper
        blocks += [replace(block, columns=block.columns + start, rows=at[block.rows]) for block in here.blocks]
        matters = here.own_shared.any(axis=0)
        own.append(here.own[matters] + start)
        own_shared.append(np.zeros((len(names), int(matters.sum()))))
        own_shared[-1][at] = here.own_shared[:, matters]
        start += here.matrix.size
    return Split(
        matrix=_columns([part.split.matrix for part in parts]),
        blocks=tuple(sorted(blocks, key=lambda block: block.name)),
        own=np.concatenate(own),
        own_shared=np.concatenate(own_shared, axis=1),
        rows=np.arange(len(names)),
        lower=lower,
        upper=upper,
    )


def _shared_names(part: Part) -> list[str]:
    return [part.split.matrix.row_names[row] for row in part.split.rows.tolist()]


def _columns(matrices: Sequence[Matrix]) -> Matrix:
    """The columns of several programs without their rows."""
    none = np.zeros(0)
    return Matrix(
        names=tuple(chain.from_iterable(m.names for m in matrices)),
        lower=np.concatenate([m.lower for m in matrices]),
        upper=np.concatenate([m.upper for m in matrices]),
        whole=np.concatenate([m.whole for m in matrices]),
        decided=np.concatenate([m.decided for m in matrices]),
        row_names=(),
        row_lower=none,
        row_upper=none,
        start=np.zeros(1, dtype=np.int64),
        index=none.astype(np.int32),
        value=none,
    )


def _kept(whole: Split, costs: Array, most: float) -> Split:
    """The program in which a stage stays at what was reached: one more shared row, which no block breaks alone."""
    row = len(whole.lower)
    return replace(
        whole,
        blocks=tuple(_with_row(block, row, costs[block.columns]) for block in whole.blocks),
        own_shared=np.concatenate([whole.own_shared, costs[None, whole.own]]),
        rows=np.append(whole.rows, row),
        lower=np.append(whole.lower, -np.inf),
        upper=np.append(whole.upper, most),
    )


def _with_row(block: Block, row: int, coefficients: Array) -> Block:
    if not coefficients.any():
        return block
    shared = np.concatenate([block.shared, coefficients[None]])
    return replace(block, rows=np.append(block.rows, row), shared=shared)


def _result(name: str, unit: str, value: float, bound: float, gap: float) -> StageResult:
    # A bound above the value is no proof either: then the mix misses what it should keep.
    open_ = abs(value - bound) / max(abs(value), 1e-9) if abs(value - bound) > FEASIBILITY else 0.0
    return StageResult(
        name=name,
        unit=unit,
        value=value,
        bound=bound,
        gap=open_,
        tolerance=gap,
        status="proven" if open_ <= gap else "feasible_with_gap",
        nodes=0,
        solver="blocks in fractions",
    )
