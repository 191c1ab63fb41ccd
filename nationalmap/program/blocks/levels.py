"""A worst share made smaller by levels: the few who are above a level are brought under it, nobody else above it.

A mix of points says little of a worst share: of the points that it mixes, each has somebody who is worse off, and the
worst of all blocks decides. But in the plan at hand few are above a level near the bound. At a fixed level each of
them has a row of the own, what they miss adds up, and a search around them sees what it gains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.blocks.around import Around
from nationalmap.program.blocks.split import Split, left_by_stages

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, StageCosts
    from nationalmap.program.solvers import Found

#: Part of the stage's gap above the bound at which the first level lies; levels that are tried.
FIRST, TRIES = 0.5, 3


def common_column(split: Split, costs: Array) -> int | None:
    """The one column that a stage makes small, where it stands in shared rows alone; None for any other stage."""
    costly = np.flatnonzero(costs)
    return int(costly[0]) if len(costly) == 1 and costs[costly[0]] > 0 and costly[0] in split.own else None


def levelled(
    split: Split,
    stage: StageCosts,
    column: int,
    point: Array,
    bound: float,
    say: Callable[[str], None],
    note: Callable[[Sequence[Found]], None],
) -> Array:
    """A plan whose common column is as small as was found: the plan at hand, where no search made it better."""
    slope, cost = _slope(split, column), stage.costs[column]
    best = _at_least(split, column, slope, point)
    level = (bound + FIRST * stage.gap * abs(bound)) / cost
    for _ in range(TRIES):
        if best[column] <= level:
            break
        around, start = _under(split, column, slope, level, say, note), best.copy()
        start[column] = level
        found = _at_least(split, column, slope, around.improved(start))
        say(f"level {level * cost:.6g}: {stage.value(found):.6g}")
        if found[column] < best[column]:
            best = found
        # Half way to what was reached, where the level was too low.
        level = (level + best[column]) / 2
    return best


def _slope(split: Split, column: int) -> Array:
    """Coefficients of the common column in the shared rows, those aside that earlier stages left."""
    left = left_by_stages(split)
    slope: Array = np.where(left, 0.0, split.own_shared[:, np.flatnonzero(split.own == column)[0]])
    return slope


def _under(
    split: Split,
    column: int,
    slope: Array,
    level: float,
    say: Callable[[str], None],
    note: Callable[[Sequence[Found]], None],
) -> Around:
    """The search for plans in which nobody is above a level: only what is above it counts, and only that may be."""
    upper = split.matrix.upper.copy()
    upper[column] = level

    def above(point: Array) -> Array:
        missed = np.where(slope != 0, around.missed(point), 0.0)
        return np.array([float(missed[block.rows].sum()) for block in split.blocks])

    around = Around(
        split=replace(split, matrix=split.matrix.with_bounds(split.matrix.lower, upper)),
        costs=np.zeros(split.matrix.size),
        penalties=np.where(slope != 0, 1.0, 0.0),
        excess=above,
        enough=0.0,
        say=say,
        note=note,
        soft=slope != 0,
    )
    return around


def _at_least(split: Split, column: int, slope: Array, point: Array) -> Array:
    """The point with its common column as small as its rows let it be."""
    point = point.copy()
    point[column] = 0.0
    activity = split.matrix.activity(point)[split.rows]
    steep = slope != 0
    # slope x column >= what is lacking to the lower bound; and <= what is left to the upper one.
    lacking = np.where(slope > 0, split.lower - activity, split.upper - activity)[steep] / slope[steep]
    point[column] = float(lacking.max(initial=split.matrix.lower[column]))
    return point
