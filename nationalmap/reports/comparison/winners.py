"""Who gains and who loses: municipalities, and people by priority class, in the last year that both plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports import totals
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


def _shared(rows: pd.DataFrame, year: int, known: str, sums: list[str]) -> pd.DataFrame:
    """Sums by municipality in a year over what both plan: where ``known`` has a figure on both sides."""
    rows = rows[(rows["year"] == year) & rows[known].notna() & rows[f"{known}_base"].notna()]
    counted = [name for plain in sums for name in (f"{plain}_base", plain)]
    return rows[["municipality", *counted]].groupby("municipality").sum()


def winners(pair: Pair, municipality_group: pd.DataFrame, municipality_service: pd.DataFrame) -> pd.DataFrame:
    """Table WINNERS of one pair, without the run, from its tables by municipality and group, and service.

    Only what both plan counts: a service that one of them does not plan is nobody's gain or loss.
    """
    table, year = COMPARISONS["winners"], pair.years[-1]
    people = _shared(municipality_group, year, "served_users", ["need_users", "served_users", "unmet_users"])
    flags = municipality_service.assign(
        **{f"complied_services{end}": municipality_service[f"complied{end}"].astype("Int64") for end in ("_base", "")}
    )
    rows = people.join(_shared(flags, year, "complied_services", ["complied_services"]), how="left")
    for end in ("_base", ""):
        rows[f"unmet_share{end}"] = rows[f"unmet_users{end}"].astype("float64") / rows[f"need_users{end}"].replace(
            0, pd.NA
        )
    for name in _MEASURES:
        rows[f"{name}_difference"] = rows[name] - rows[f"{name}_base"]
    rows["outcome"] = [outcome(row) for row in rows.to_dict("records")]
    places = [set(totals.municipalities(plan)) for plan in pair.plans]
    rows = rows.reindex(sorted(places[0] | places[1]))
    rows.loc[sorted(places[0] - places[1]), "outcome"] = "only_base"
    rows.loc[sorted(places[1] - places[0]), "outcome"] = "only_run"
    rows["outcome"] = rows["outcome"].fillna("same")
    whole = rows.rename_axis("municipality").reset_index().assign(year=year)
    return typed(whole, [column for column in table.columns if column.name != "run"])


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
    for name, moved in (("gaining_municipalities", "gained_users"), ("losing_municipalities", "lost_users")):
        touched = rows[rows[moved] > 0].groupby("priority_class")["municipality"].nunique()
        sums[name] = touched.reindex(sums.index, fill_value=0)
    for name in ("need_users", "served_users", "unmet_users"):
        sums[f"{name}_difference"] = sums[name] - sums[f"{name}_base"]
    sums["year"] = pair.years[-1]
    return typed(sums.reset_index(), [column for column in table.columns if column.name != "run"])
