"""Two vintages of indicators beside each other, as tables: figures, totals, largest movers, municipalities, needs.

``old`` and ``new`` are figures as they stand; differences are new less old, per cents of the old figure. A figure that
one side does not have is blank, and so is its difference: no data is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.schema import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Municipalities that are named as the largest movers of an indicator.
MOVERS = 10
_CHANGES = ("same", "changed", "added", "missing", "no_data")
_MOST = 1e12


def _number(name: str, says: str, low: float | None = 0) -> Column:
    return Column(name, "number", says, low, _MOST, blank=True)


_PAIR = (
    _number("old", "figure of the old vintage"),
    _number("new", "figure of the new vintage"),
    _number("difference", "new less old", None),
    _number("percent", "difference in per cent of the old figure; blank where that is 0", None),
)
_INDICATOR = Column("indicator", "code", "indicator of the indicator catalogue")
_MUNICIPALITY = Column("municipality", "code", "municipality code")
_GROUP = Column("group", "code", "need group")
_YEAR = Column("year", "integer", "planned year", 2020, 2100)
_CHANGE = Column(
    "change", "choice", "the figures agree, differ, stand in the new or the old one alone, or in none", choices=_CHANGES
)
_COMPARED = Column("compared", "integer", "municipalities with a figure in both; the sums are theirs", 0, 100_000)

#: The tables of the report, by name.
VINTAGES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "totals",
            "Each indicator summed over the municipalities that have a figure in both; per cents are not summed.",
            ("indicator",),
            (_INDICATOR, _COMPARED, *_PAIR),
        ),
        Table(
            "movers",
            "The municipalities whose figure changed most, by the size of the difference.",
            ("indicator", "place"),
            (_INDICATOR, Column("place", "integer", "1: the largest", 1, MOVERS), _MUNICIPALITY, *_PAIR),
        ),
        Table(
            "figures",
            "Every figure of both.",
            ("indicator", "municipality"),
            (_INDICATOR, _MUNICIPALITY, _CHANGE, *_PAIR),
        ),
        Table(
            "municipalities",
            "Municipalities that only one of the two has.",
            ("municipality",),
            (_MUNICIPALITY, _CHANGE),
        ),
        Table(
            "needs_totals",
            "Need cases by the present norms, summed over the municipalities whose need both give.",
            ("group", "year"),
            (_GROUP, _YEAR, _COMPARED, *_PAIR),
        ),
        Table(
            "needs",
            "Need cases by the present norms from the old figures and from the new.",
            ("municipality", "group", "year"),
            (_MUNICIPALITY, _GROUP, _YEAR, _CHANGE, *_PAIR),
        ),
    )
}


def vintages(
    old: pd.DataFrame, new: pd.DataFrame, units: Mapping[str, str], needs: tuple[pd.DataFrame, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The tables of the report, by name.

    ``old`` and ``new`` are tables ``indicators``, ``units`` the unit of each indicator, ``needs`` the tables ``needs``
    that the same norms give from either.
    """
    figures = _beside(old, new, ["indicator", "municipality"], "value")
    places = {side: set(frame["municipality"]) for side, frame in (("old", old), ("new", new))}
    only = [(code, "missing") for code in places["old"] - places["new"]]
    only += [(code, "added") for code in places["new"] - places["old"]]
    cases = [frame.assign(value=frame["need_users"].astype("float64")) for frame in needs]
    need = _beside(cases[0], cases[1], ["municipality", "group", "year"], "value")
    summed = figures[figures["indicator"].map(units) != "percent"]
    found = {
        "totals": _totals(summed, ["indicator"]),
        "movers": _movers(figures),
        "figures": figures,
        "municipalities": pd.DataFrame(sorted(only), columns=["municipality", "change"], dtype="str"),
        "needs_totals": _totals(need, ["group", "year"]),
        "needs": need,
    }
    return {name: _typed(frame, VINTAGES[name]) for name, frame in found.items()}


def _beside(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str], value: str) -> pd.DataFrame:
    """Both figures of each key, and what became of it."""
    sides = [frame[[*key, value]].rename(columns={value: name}) for frame, name in ((old, "old"), (new, "new"))]
    both = sides[0].merge(sides[1], on=list(key), how="outer")
    has_old, has_new = both["old"].notna(), both["new"].notna()
    both["change"] = "changed"
    both.loc[both["old"] == both["new"], "change"] = "same"
    both.loc[~has_old, "change"] = "added"
    both.loc[~has_new, "change"] = "missing"
    both.loc[~has_old & ~has_new, "change"] = "no_data"
    return _differences(both)


def _differences(both: pd.DataFrame) -> pd.DataFrame:
    difference = (both["new"] - both["old"]).round(6)
    percent = (100 * difference / both["old"].where(both["old"] != 0)).round(4)
    return both.assign(difference=difference, percent=percent)


def _totals(both: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Sums over the rows that have both figures; blank where there is none."""
    compared = both.dropna(subset=["old", "new"])
    sums = compared.groupby(list(key), sort=True)[["old", "new"]].sum().round(6)
    counts = compared.groupby(list(key), sort=True).size().rename("compared")
    every = both[list(key)].drop_duplicates()
    found = every.merge(sums.join(counts).reset_index(), on=list(key), how="left")
    return _differences(found.assign(compared=found["compared"].fillna(0).astype("int64")))


def _movers(figures: pd.DataFrame) -> pd.DataFrame:
    """The largest differences of each indicator; equal ones by code."""
    moved = figures[figures["change"] == "changed"]
    moved = moved.assign(size=moved["difference"].abs())
    moved = moved.sort_values(["indicator", "size", "municipality"], ascending=[True, False, True])
    moved = moved.assign(place=moved.groupby("indicator").cumcount() + 1)
    return moved[moved["place"] <= MOVERS]


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return frame[list(table.names)].sort_values(list(table.key), ignore_index=True)
