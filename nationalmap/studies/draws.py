"""The runs of a design: the factors of each varied figure, in columns."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

from nationalmap.domain.change import Change
from nationalmap.domain.design import Design, Draw, Sampled

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Runs:
    """Varied figures, and for each run the factor of each of them."""

    figures: tuple[Change, ...]
    """With factor 1; what counts is which figure it is."""
    factors: tuple[tuple[float, ...], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of the column of each figure: ``norm:day_care.need``, of one municipality alone with ``@`` and code."""
        return tuple(label(figure) for figure in self.figures)

    def changes(self, run: int) -> tuple[Change, ...]:
        """The changes of a run, counted from 0."""
        return tuple(
            replace(figure, factor=factor) for figure, factor in zip(self.figures, self.factors[run], strict=True)
        )


def label(change: Change) -> str:
    """``norm:day_care.need``, or of one municipality ``indicator:older@HKV18``."""
    return f"{change.what}:{change.name}" + (f"@{change.municipality}" if change.municipality else "")


def runs_of(design: Design) -> Runs:
    """Every run of a checked design, in order; sampled ones depend on the seed alone."""
    if design.grid is not None:
        figures = tuple(_figure(value.what, value.name, value.municipality) for value in design.grid.changes)
        return Runs(figures, tuple(itertools.product(*(value.factors for value in design.grid.changes))))
    if design.sampled is not None:
        figures = tuple(_figure(draw.what, draw.name, draw.municipality) for draw in design.sampled.changes)
        return Runs(figures, _sample(design.sampled))
    listed = design.list or ()
    figures = tuple(dict.fromkeys(replace(change, factor=1.0) for one in listed for change in one.changes))
    return Runs(figures, tuple(tuple(_product(one.changes, figure) for figure in figures) for one in listed))


def _figure(what: str, name: str, municipality: str) -> Change:
    return Change(what=what, name=name, factor=1.0, municipality=municipality)  # type: ignore[arg-type]


def _product(changes: Sequence[Change], figure: Change) -> float:
    """Factor of a figure in a run: changes of one figure multiply."""
    return math.prod(change.factor for change in changes if replace(change, factor=1.0) == figure)


def _sample(sampled: Sampled) -> tuple[tuple[float, ...], ...]:
    import numpy as np

    generator, n = np.random.Generator(np.random.PCG64(sampled.seed)), sampled.runs
    columns = []
    for draw in sampled.changes:
        uniform = generator.random(n)
        if sampled.method == "latin_hypercube":
            uniform = (generator.permutation(n) + uniform) / n
        columns.append(quantiles(draw, uniform))
    return tuple(tuple(float(value) for value in row) for row in zip(*columns, strict=True))


def quantiles(draw: Draw, shares: np.ndarray) -> list[float]:
    """The factors below which these shares of the distribution lie (0 < share < 1)."""
    return [_quantile(draw, min(max(float(share), 1e-12), 1 - 1e-12)) for share in shares]


def _quantile(draw: Draw, share: float) -> float:
    low, high = draw.low, draw.high
    if draw.distribution == "uniform":
        return _of(low) + (_of(high) - _of(low)) * share
    if draw.distribution == "triangular":
        return _triangular(_of(low), _of(draw.mode), _of(high), share)
    if draw.distribution == "normal":
        return _truncated(NormalDist(_of(draw.mean), _of(draw.sd)), low, high, share)
    logarithm = NormalDist(math.log(_of(draw.median)), _of(draw.sd))
    bounds = [math.log(bound) if bound else None for bound in (low, high)]
    return math.exp(_truncated(logarithm, bounds[0], bounds[1], share))


def _triangular(low: float, mode: float, high: float, share: float) -> float:
    left = (mode - low) / (high - low)
    if share < left:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))


def _truncated(normal: NormalDist, low: float | None, high: float | None, share: float) -> float:
    """Quantile of what lies between the bounds."""
    least = normal.cdf(low) if low is not None else 0.0
    most = normal.cdf(high) if high is not None else 1.0
    at = normal.inv_cdf(min(max(least + (most - least) * share, 1e-15), 1 - 1e-15))
    return min(max(at, low if low is not None else at), high if high is not None else at)


def _of(number: float | None) -> float:
    """A number that the design was checked to have."""
    return 0.0 if number is None else number
