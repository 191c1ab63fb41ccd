"""What a norm gives: its rule on the figures of one year, and its rounding.

Every rule is a figure that adds up over municipalities (the base) and a function of it; so the
same rule can stand on a municipality or on the sum of a region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.norm import (
    Banded,
    Complement,
    Composite,
    Norm,
    Part,
    Plain,
    Presence,
    Scheme,
    Subgroup,
    Threshold,
)
from nationalmap.errors import Fault, InputRefused

if TYPE_CHECKING:
    import pandas as pd

#: No need, minimum or maximum of one territory is larger: the country has fewer inhabitants.
MOST_USERS = 10_000_000

_ROUND: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "ceil": np.ceil,
    "floor": np.floor,
    "half_up": lambda x: np.floor(x + 0.5),
}


@dataclass(frozen=True)
class Figures:
    """The indicators of one year, with the planned municipalities and their regions.

    ``table`` holds rows of the indicators table (every municipality at hand, for national
    averages), ``planned`` the columns municipality and region.
    """

    table: pd.DataFrame
    planned: pd.DataFrame

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """Indicators as columns, every municipality at hand as rows."""
        return self.table.pivot(index="municipality", columns="indicator", values="value")

    @cached_property
    def codes(self) -> list[str]:
        """The planned municipalities, sorted: the order of the rows decides nothing."""
        return sorted(str(code) for code in self.planned["municipality"])

    @cached_property
    def region_of(self) -> pd.Series:
        """Region of each planned municipality."""
        return self.planned.set_index("municipality")["region"].reindex(self.codes)

    @cached_property
    def regions(self) -> list[str]:
        """The planned regions, sorted."""
        return sorted(set(self.region_of.tolist()))

    def with_figures(self, everywhere: pd.DataFrame) -> Figures:
        """The same municipalities with other figures, given as ``everywhere``."""
        other = Figures(self.table, self.planned)
        vars(other).update(everywhere=everywhere, codes=self.codes, region_of=self.region_of, regions=self.regions)
        return other

    @cached_property
    def projected(self) -> frozenset[str]:
        """Indicators of which a figure of the planned municipalities is a projection."""
        if "is_estimate" not in self.table.columns:
            return frozenset()
        mine = self.table[self.table["is_estimate"].astype(bool) & self.table["municipality"].isin(self.codes)]
        return frozenset(str(name) for name in mine["indicator"])

    def of(self, indicator: str, municipalities: Sequence[str]) -> np.ndarray:
        """The figures of one indicator; NaN where there is none."""
        if municipalities is self.codes:
            return self._of_codes[indicator]
        return np.asarray(self.everywhere[indicator].reindex(list(municipalities)), dtype=float)

    @cached_property
    def _of_codes(self) -> Mapping[str, np.ndarray]:
        """The figures of the planned municipalities by indicator."""
        here = self.everywhere.reindex(self.codes)
        return dict(zip(map(str, here.columns), here.to_numpy(dtype=float).T, strict=True))

    def by_territory(self, figures: np.ndarray, territories: Sequence[str]) -> np.ndarray:
        """Figures of the planned municipalities by territory: a region's is the sum, NaN if one is missing."""
        if list(territories) == self.codes:
            return figures
        homes = self.region_of.to_numpy()
        return np.array([figures[homes == region].sum() for region in territories])


def exact(norm: Norm, figures: Figures, territories: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What the norm gives before rounding, and the figure it stands on, by territory; NaN without data.

    ``territories`` are the planned municipalities, or regions.
    """
    rule = norm.rule
    inner = rule.inner if isinstance(rule, Threshold | Complement) else rule
    figure = figures.by_territory(_base(inner, figures), territories)
    given = _of_base(inner, figure)
    if isinstance(rule, Complement):
        served = sum(figures.by_territory(_served(scheme, figures), territories) for scheme in rule.schemes)
        given = np.maximum(0.0, given - served)
    return given, figure


def _base(rule: Plain, figures: Figures) -> np.ndarray:
    """The figure of each planned municipality that the rule weighs and adds up; NaN where unknown."""
    if isinstance(rule, Presence):
        return np.full(len(figures.codes), np.nan)
    own = figures.of(rule.indicator, figures.codes)
    if isinstance(rule, Subgroup):
        share = figures.of(rule.share_indicator, figures.codes) if rule.share_indicator else rule.share_percent
        return np.asarray(own * np.asarray(share, dtype=float) / 100)
    if isinstance(rule, Composite):
        weighed = [_above_average(part, rule, figures) * part.weight for part in rule.parts]
        return np.asarray(own * np.sum(weighed, axis=0))
    return own


def _above_average(part: Part, rule: Composite, figures: Figures) -> np.ndarray:
    """Intensity of each planned municipality as a multiple of its mean, weighted by the base."""
    among = figures.codes if rule.average == "planned" else figures.everywhere.index.tolist()
    base, intensity = figures.of(rule.indicator, among), _intensity(part, figures, among)
    known = ~np.isnan(base) & ~np.isnan(intensity)
    weighed = (base[known] * intensity[known]).sum()
    mine = _intensity(part, figures, figures.codes)
    # Nobody has any of it: nobody is above the average. No data stays no data.
    return mine / (weighed / base[known].sum()) if weighed > 0 else np.where(np.isnan(mine), np.nan, 1.0)


def _intensity(part: Part, figures: Figures, municipalities: Sequence[str]) -> np.ndarray:
    own = figures.of(part.indicator, municipalities)
    if part.of is None:
        return own
    whole = figures.of(part.of, municipalities)
    return np.asarray(np.divide(own, whole, out=np.full(own.shape, np.nan), where=whole > 0))


def _served(scheme: Scheme, figures: Figures) -> np.ndarray:
    """Users of another scheme in each planned municipality; NaN where there is no figure."""
    if scheme.indicator is None:
        return np.array([scheme.users.get(code, np.nan) for code in figures.codes], dtype=float)
    return np.asarray(figures.of(scheme.indicator, figures.codes) * scheme.rate / scheme.per)


def _of_base(rule: Plain, figure: np.ndarray) -> np.ndarray:
    """The amount that a plain rule gives for each figure."""
    if isinstance(rule, Presence):
        return np.full(figure.shape, rule.amount)
    if isinstance(rule, Banded):
        edges = np.array([band.below for band in rule.bands[:-1]], dtype=float)
        given = np.array([band.amount for band in rule.bands])[np.searchsorted(edges, figure, "right")]
        return np.where(np.isnan(figure), np.nan, given)
    return np.asarray(figure * rule.rate / rule.per)


def joins_neighbour(norm: Norm, given: np.ndarray, figures: Figures) -> np.ndarray:
    """Where a threshold asks for no places of the municipality's own; never for another rule.

    ``given`` is the rounded amount, by planned municipality. No data is below no threshold.
    """
    rule = norm.rule
    if not isinstance(rule, Threshold):
        return np.zeros(given.shape, dtype=bool)
    return (figures.of(rule.measure, figures.codes) if rule.measure else given) < rule.own_from


def rounded(norm: Norm, amounts: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Whole users or places by the norm's own rounding; a billionth of float noise does not tip it.

    ``regions`` gives the region of each figure, whose sum ``largest_remainder`` keeps. Raises
    InputRefused where a norm gives more people than any territory has.
    """
    most = float(np.nanmax(amounts, initial=0.0))
    if most > MOST_USERS:
        rule, cure = f"gives {most:.3g} users or places in one territory", "check rate, per and amounts"
        raise InputRefused([Fault(f'norms.toml, norm "{norm.id}"', 0, "rule", "", rule, cure)])
    clean = np.round(amounts, 9)
    if norm.rounding != "largest_remainder":
        return np.asarray(_ROUND[norm.rounding](clean))
    whole = np.floor(clean)
    for region in np.unique(regions):
        known = np.flatnonzero((regions == region) & ~np.isnan(clean))
        lacking = int(np.floor(np.round(clean[known].sum(), 9) + 0.5) - whole[known].sum())
        # Equal remainders: the first code is served, whatever the order of the rows was.
        whole[known[np.argsort(np.round(whole[known] - clean[known], 9), kind="stable")[:lacking]]] += 1
    return whole
