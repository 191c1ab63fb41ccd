"""How long searches go on, and what counts as nothing: figures that were measured, which no plan of toyland shows."""

from __future__ import annotations

import inspect

from nationalmap.program import alternatives, hot, importance
from nationalmap.program.blocks import levels, parts, pool, split
from nationalmap.program.solvers import commandline, highs


def test_limits_of_blocks():
    assert (split.FEW, split.MOST_WHOLE, split.LEFT) == (4, 12_000, "kept__")
    assert inspect.signature(split.joined).parameters["most"].default == split.MOST_WHOLE
    assert inspect.signature(split.split).parameters["least"].default == 0
    assert pool.MOST == 40
    assert (levels.FIRST, levels.TRIES) == (0.5, 3)
    assert (parts.KEPT_WITHIN, parts.ROUNDS, parts.SMALL) == (1e-8, 200, 500)
    assert inspect.signature(parts.in_fractions).parameters["gap"].default == 1e-4


def test_limits_of_solvers():
    assert (commandline.GRACE, highs.ZERO_WEIGHT) == (15, 1e-9)
    assert hot.OPTIONS == {"solver": "simplex", "threads": 1, "output_flag": False, "random_seed": 0}


def test_later_stages_are_told_roughly():
    assert alternatives.LATER == {"cost": 0.02, "travel": 0.02}
    assert (importance.COST, importance.TRAVEL) == ({"cost": 0.002}, {"travel": 0.01})
