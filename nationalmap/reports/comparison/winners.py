"""Who gains and who loses: municipalities, and people by priority class, in the last year that both plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.reports.comparison.results import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.reports.comparison.pair import Pair

#: Figures by which a municipality gains or loses, and whether more of it is better.
_MEASURES = {"served_users": 1, "unmet_share": -1, "complied_services": 1}
#: A share differs where it differs by more than its last written digit.
_SAME = 1e-9


def outcome(row: Mapping[Any, Any]) -> str:
    """gains, loses, mixed or same, from the differences of the three measures; what is blank says nothing."""
    signs = {f"{name}_difference": sign for name, sign in _MEASURES.items()}
    moves = [sign * row[name] for name, sign in signs.items() if not pd.isna(row[name])]
    up, down = any(move > _SAME for move in moves), any(move < -_SAME for move in moves)
    return "mixed" if up and down else "gains" if up else "loses" if down else "same"


def winners(pair: Pair, by_municipality: pd.DataFrame) -> pd.DataFrame:
    """Table WINNERS of one pair, without the run, from its table by_municipality."""
    table = COMPARISONS["winners"]
    rows = by_municipality[by_municipality["year"] == pair.years[-1]].reset_index(drop=True)
    found = [outcome(row) for row in rows.to_dict("records")]
    alone = {"only_base": rows["served_users"].isna(), "only_run": rows["served_users_base"].isna()}
    rows = rows.assign(outcome=found)
    for name, where in alone.items():
        rows.loc[where, "outcome"] = name
    return typed(rows, [column for column in table.columns if column.name != "run"])


def _classes(pair: Pair) -> dict[str, int]:
    """Priority class of each need group: the base's; of a group that it does not know the run's."""
    found: dict[str, int] = {}
    for plan in pair.plans:
        groups = plan.inputs.tables["groups"]
        for group, number in zip(groups["group"].tolist(), groups["priority_class"].tolist(), strict=True):
            found.setdefault(group, int(number))
    return found


def priorities(pair: Pair, municipality_group: pd.DataFrame) -> pd.DataFrame:
    """Table PRIORITIES of one pair, without the run, from its table municipality_group.

    What only one of them plans is in its own sums, and in nobody's gain or loss.
    """
    table = COMPARISONS["priorities"]
    rows = municipality_group[municipality_group["year"] == pair.years[-1]]
    rows = rows.assign(priority_class=rows["group"].map(_classes(pair)))
    rows["gained_users"] = rows["served_users_difference"].clip(lower=0)
    rows["lost_users"] = -rows["served_users_difference"].clip(upper=0)
    counted = [name for name in rows.columns if name.endswith("_users") or name.endswith("_users_base")]
    sums = rows.groupby("priority_class")[counted].sum()
    net = rows.groupby(["priority_class", "municipality"])["served_users_difference"].sum()
    sums["gaining_municipalities"] = (net > 0).groupby("priority_class").sum()
    sums["losing_municipalities"] = (net < 0).groupby("priority_class").sum()
    for name in ("need_users", "served_users", "unmet_users"):
        sums[f"{name}_difference"] = sums[name] - sums[f"{name}_base"]
    sums["year"] = pair.years[-1]
    return typed(sums.reset_index(), [column for column in table.columns if column.name != "run"])
