"""How much of the plan stays the same whichever scenario comes: equal decisions among those that are taken.

A decision is the number of facilities of a service in a municipality; where a service has none (it is given at home,
or in the facilities of another), whether it has places. Of the hundreds of possible decisions most are "nothing", in
every scenario; agreement about these says little, and the simple matching coefficient (Sokal and Michener 1958) would
be near 1 for any two plans. So joint absences do not count, as in the index of Jaccard (1912), and numbers agree only
where they are equal, as in the coefficient of Gower (1971). Most of what stands is what stands today: beside the
share of all decisions stands that of those which change something.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.reports.comparison.pair import labels, planned
from nationalmap.reports.comparison.results import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.comparison.pair import Pair

_KEY = ["municipality", "service"]
_TODAY = "today"


def common_year(plans: Sequence[Plan]) -> int | None:
    """The last year that all plans have; None where there is none, then each is taken at its own last."""
    shared = set.intersection(*(set(plan.scenario.years) for plan in plans))
    return max(shared, default=None)


def _stands(plan: Plan, year: int, end: str) -> pd.Series:
    """Facilities by municipality and service; 1 for places without facilities."""
    rows = totals.in_year(plan, "capacity", year)
    sums = rows.groupby(_KEY)[[f"places{end}", f"facilities{end}"]].sum()
    return sums[f"facilities{end}"].where(sums[f"facilities{end}"] > 0, (sums[f"places{end}"] > 0).astype("int64"))


def decided(plans: Sequence[Plan]) -> pd.DataFrame:
    """Every municipality and service that all plans know, by key: today, then one column for each plan by its name.

    ``plans`` stand under the years of the first where they share none with it.
    """
    year = common_year(plans)
    known = [planned(plan) for plan in plans]
    every = [[code for code in known[0][name] if all(code in one[name] for one in known)] for name in _KEY]
    index = pd.MultiIndex.from_product(every, names=_KEY)
    base = plans[0]
    columns = {_TODAY: _stands(base, year or base.scenario.last_year, "_today")}
    for name, plan in zip(labels(plans), plans, strict=True):
        columns[name] = _stands(plan, year or plan.scenario.last_year, "")
    return pd.DataFrame({name: values.reindex(index, fill_value=0) for name, values in columns.items()})


def _row(found: pd.DataFrame, runs: Sequence[str], names: tuple[str, str]) -> dict[str, object]:
    """The figures of some runs together, and today beside them."""
    found = found[[_TODAY, *runs]]
    sides = found[list(runs)]
    taken = (found > 0).any(axis=1)
    acted = sides.ne(found[_TODAY], axis=0).any(axis=1)
    equal = sides.nunique(axis=1) == 1
    counts = {"taken": taken, "equal": taken & equal, "acted": acted, "acted_equal": acted & equal}
    sums = {name: int(flags.sum()) for name, flags in counts.items()}
    return {
        "run_a": names[0],
        "run_b": names[1],
        **sums,
        "share": sums["equal"] / sums["taken"] if sums["taken"] else None,
        "acted_share": sums["acted_equal"] / sums["acted"] if sums["acted"] else None,
        "possible": len(found),
    }


def stability(found: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of table STABILITY: all runs together, then every two of them; ``found`` is that of ``decided``."""
    runs = [name for name in found.columns if name != _TODAY]
    every = [_row(found, runs, ("*", "*"))]
    return every + [_row(found, two, two) for two in combinations(runs, 2)]


def decisions(pair: Pair, found: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Table DECISIONS of one pair, without the run: where something stands today, in the base or in the run."""
    runs = [name for name in found.columns if name != _TODAY]
    rows = pd.DataFrame(
        {
            "today": found[_TODAY],
            "decided_base": found[runs[0]],
            "decided": found[pair.run],
            "decided_difference": found[pair.run] - found[runs[0]],
            "equal_in_all": found[runs].nunique(axis=1) == 1,
        }
    )
    stands = (rows[["today", "decided_base", "decided"]] > 0).any(axis=1)
    rows = rows[stands].reset_index().assign(year=year or pair.base.scenario.last_year)
    return typed(rows, [column for column in COMPARISONS["decisions"].columns if column.name != "run"])
