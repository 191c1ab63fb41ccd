"""How much money a stream has in each planned year, EUR in whole cents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.funding.paying import paid_in, pays_in
from nationalmap.schema import nearest

if TYPE_CHECKING:
    import pandas as pd

#: More money in one stream is a slip of units (schema allows no larger amount).
MOST_EUR = 1e11


def budgets(
    scenario: Scenario,
    indicators: pd.DataFrame,
    planned: pd.DataFrame,
    file: str,
    counted: Mapping[str, float] | None = None,
) -> dict[str, dict[int, float]]:
    """EUR newly available by stream and planned year for the planned municipalities (column municipality).

    0.0 where the stream pays nothing. ``counted`` holds amounts before factor and growth that are known already (see
    ``before_factor``). Raises InputRefused with the faults of all streams.
    """
    faults: list[Fault] = []
    amounts = {}
    already = counted or {}
    for name, stream in scenario.streams.items():
        path = f"streams.{name}"
        try:
            # Figures are asked for even where none is paid: they may be wrong.
            once = already[name] if name in already else before_factor(stream, indicators, planned, path, file)
            amounts[name] = _by_year(stream, scenario, once, path, file)
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return amounts


def before_factor(stream: Stream, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> float:
    """EUR of a stream before factor and growth; 0 where amounts are stated by year. Raises InputRefused."""
    if stream.by_year is not None:
        return 0.0
    if stream.amount_eur is not None:
        return stream.amount_eur
    name = stream.indicator or stream.shared_by or ""
    figures = _figures(name, indicators, path, file)
    mine = sum(_of(figures, paid_in(stream, planned["municipality"].tolist()), name, path, file))
    if stream.indicator is not None:
        return 1000 * stream.index * mine
    national = sum(_of(figures, list(figures), name, path, file))
    if national <= 0:
        raise InputRefused([Fault(file, 0, path, name, "is 0 everywhere: it shares nothing", "share by another")])
    return (stream.national_eur or 0.0) * mine / national / stream.over_years


def _figures(name: str, indicators: pd.DataFrame, path: str, file: str) -> dict[str, float]:
    """The figures of an indicator by municipality."""
    rows = indicators[indicators["indicator"] == name]
    if rows.empty:
        known = sorted(set(indicators["indicator"]))
        raise InputRefused([Fault(file, 0, path, name, "is not an indicator at hand", nearest(name, known))])
    values = rows["value"].to_numpy(dtype=float, na_value=math.nan).tolist()
    return dict(zip(rows["municipality"].tolist(), values, strict=True))


def _of(figures: Mapping[str, float], codes: Sequence[str], name: str, path: str, file: str) -> list[float]:
    """The figures of some municipalities, each of which has one."""
    mine = [figures.get(code, math.nan) for code in codes]
    blank = [code for code, figure in zip(codes, mine, strict=True) if math.isnan(figure)]
    if blank:
        rule = f"has no figure for {', '.join(blank)}: no data is not zero"
        raise InputRefused([Fault(file, 0, path, name, rule, "give amount_eur instead")])
    return mine


def _by_year(stream: Stream, scenario: Scenario, once: float, path: str, file: str) -> dict[int, float]:
    """EUR of one stream by planned year; ``once`` before factor and growth."""
    open_years = [year for year in scenario.years if pays_in(stream, scenario, year)]
    stated = stream.by_year
    amounts = dict.fromkeys(scenario.years, 0.0)
    for year in open_years if stream.kind == "running" or stated is not None else open_years[:1]:
        exact = stated.get(str(year), 0.0) if stated is not None else once
        grown = (1 + stream.growth_per_year) ** (year - scenario.as_of.year) if stream.kind == "running" else 1.0
        amounts[year] = _cut(exact * stream.factor * grown, path, file)
    return amounts


def _cut(available: float, path: str, file: str) -> float:
    """Whole cents, never more than there is. Raises InputRefused for a slip of units."""
    if available > MOST_EUR:
        rule = f"comes to {available:.3g} EUR, more than {MOST_EUR:g}"
        raise InputRefused([Fault(file, 0, path, "", rule, "check the figure and its unit")])
    return math.floor(available * 100 + 1e-4) / 100
