"""Values of the stages beside each other, and what a difference is worth while the gaps are open.

The best value of a stage lies between its proven bound and the value reached. Where these two ranges of a stage
have a point in common, the search may have made the difference, not the scenario. A stage answers to those before
it: where an earlier one differs, a later one is asked another question, so "lower" is better only there where nothing
before it differs; and where the search may have made an earlier difference, it may have made all that follow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.reports.comparison.results import typed

if TYPE_CHECKING:
    from nationalmap.domain.plan import StageResult
    from nationalmap.reports.comparison.pair import Pair

#: Values are written with so many digits; below it two are the same.
_SAME = 1e-9
#: Stages whose weights stand for nothing: they only leave one plan of those that are equal.
_ARBITRARY = "tie_break"


def least(stage: StageResult) -> float:
    """The least that the stage could reach by what is proven; minus infinity where nothing is."""
    if math.isfinite(stage.bound):
        return min(stage.bound, stage.value)
    return stage.value - abs(stage.value * stage.gap) if math.isfinite(stage.gap) else -math.inf


def verdict(base: StageResult | None, run: StageResult | None) -> str:
    """What the difference of one stage is worth by its own ranges, one of declared.VERDICTS."""
    if base is None or run is None:
        return "only_run" if base is None else "only_base"
    if base.name.startswith(_ARBITRARY):
        return "arbitrary"
    if abs(run.value - base.value) <= _SAME * max(1.0, abs(base.value)):
        return "equal"
    if least(base) <= run.value and least(run) <= base.value:
        return "within_gap"
    return "lower" if run.value < base.value else "higher"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _facts(stage: StageResult | None, end: str) -> dict[str, float | None]:
    if stage is None:
        return {}
    return {f"reached{end}": stage.value, f"bound{end}": _finite(stage.bound), f"gap{end}": _finite(stage.gap)}


def stages(pair: Pair) -> pd.DataFrame:
    """Table STAGES of one pair, without the run, in the order of the stages."""
    base, run = ({stage.name: stage for stage in plan.stages} for plan in pair.plans)
    rows: list[dict[str, object]] = []
    searched = False
    for name in dict.fromkeys((*base, *run)):
        one, two = base.get(name), run.get(name)
        difference = None if one is None or two is None else two.value - one.value
        unit = next(stage.unit for stage in (one, two) if stage is not None)
        facts = {**_facts(one, "_base"), **_facts(two, ""), "reached_difference": difference}
        found = verdict(one, two)
        told = "after_gap" if searched and found in ("lower", "higher", "within_gap") else found
        searched |= found == "within_gap"
        rows.append({"stage": name, "unit": unit, **facts, "verdict": told})
    columns = [column for column in COMPARISONS["stages"].columns if column.name != "run"]
    return typed(pd.DataFrame(rows, columns=[column.name for column in columns]), columns)
