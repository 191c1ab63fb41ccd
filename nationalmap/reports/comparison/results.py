"""What came out differently: rows of the result tables, and figures by municipality, group, service, stream, year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.comparison.declared import COMPARISONS, FIGURES
from nationalmap.reports.comparison.pair import inside
from nationalmap.schema import RESULT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.comparison.pair import Pair
    from nationalmap.schema import Column, Table

_PEOPLE = ["need_users", "served_users", "unmet_users"]


def typed(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """The columns with the type of their declaration; what is absent is blank."""
    found: dict[str, pd.Series] = {}
    for column in columns:
        values = frame[column.name]
        if column.kind == "integer":
            found[column.name] = values.astype("Int64")
        elif column.kind in ("number", "money"):
            found[column.name] = values.astype("float64").round(2 if column.kind == "money" else 9)
        elif column.kind == "flag":
            found[column.name] = values.astype("boolean")
        else:
            found[column.name] = values.astype("str").where(values.notna(), "")
    return pd.DataFrame(found)


def _values(table: Table) -> list[str]:
    """Columns that stand in the table for the base and for the run."""
    return [name.removesuffix("_base") for name in table.names if name.endswith("_base")]


def _matched(table: Table, base: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Both plans by the table's key, every figure as base, run and difference; sorted by key."""
    key, values = [name for name in table.key if name != "run"], _values(table)
    before = base[[*key, *values]].rename(columns={name: f"{name}_base" for name in values})
    both = before.merge(other[[*key, *values]], on=key, how="outer", indicator="change")
    changes = {"left_only": "removed", "right_only": "added", "both": "changed"}
    both["change"] = both["change"].astype("str").map(changes)
    for name in values:
        if f"{name}_difference" in table.names:
            both[f"{name}_difference"] = both[name] - both[f"{name}_base"]
    columns = [column for column in table.columns if column.name != "run"]
    return typed(both, columns).sort_values(key, kind="stable").reset_index(drop=True)


def _differing(name: str, pair: Pair) -> pd.DataFrame:
    """The rows of one result table that differ."""
    table = COMPARISONS[name]
    both = _matched(table, pair.base.tables[name], pair.other.tables[name])
    differs = both["change"] != "changed"
    for value in _values(table):
        left, right = both[f"{value}_base"], both[value]
        same = (left == right).fillna(False).astype(bool) | (left.isna() & right.isna())
        differs |= ~same
    return both[differs].reset_index(drop=True)


# ------------------------------------------------------------------ figures of one plan


def _totals(plan: Plan) -> pd.DataFrame:
    rows = [
        (quantity, year, float(value))
        for year in plan.scenario.years
        for quantity, value in totals.totals(plan, year).items()
    ]
    return pd.DataFrame(rows, columns=["quantity", "year", "total"])


def municipality_group(plan: Plan) -> pd.DataFrame:
    """Need, served and unmet by municipality, need group and year; blank need where there are no data."""
    known = totals.by_municipality_and_group(plan).astype(dict.fromkeys(_PEOPLE, "Int64"))
    key = ["municipality", "group", "year"]
    needs = plan.tables["needs"]
    blank = pd.MultiIndex.from_frame(needs.loc[needs["need_users"].isna(), key])
    known.loc[pd.MultiIndex.from_frame(known[key]).isin(blank), ["need_users", "unmet_users"]] = pd.NA
    return known


def _money(plan: Plan, key: list[str]) -> pd.DataFrame:
    """Running and capital money by key, to the cent."""
    spending = plan.tables["spending"]
    cents = (spending["amount_eur"] * 100).round().astype("int64")
    running = spending["kind"] == "running"
    parts = pd.DataFrame({"running_eur": cents.where(running, 0), "capital_eur": cents.where(~running, 0)})
    return parts.groupby([spending[name] for name in key]).sum() / 100


def _together(key: list[str], *parts: pd.DataFrame) -> pd.DataFrame:
    """Tables indexed by one key side by side; what one of them lacks is none."""
    both = parts[0]
    for part in parts[1:]:
        both = both.join(part, how="outer")
    return both.sort_index().reset_index(names=key)


def by_municipality(plan: Plan) -> pd.DataFrame:
    """Need, served, unmet, package, places and money by municipality and year."""
    key = ["municipality", "year"]
    people = municipality_group(plan).groupby(key)[_PEOPLE].sum()
    people["unmet_share"] = people["unmet_users"].astype("float64") / people["need_users"].replace(0, pd.NA)
    compliance = plan.tables["compliance"]
    package = compliance.assign(package_services=1, complied_services=compliance["complied"].astype("int64"))
    package = package.groupby(key)[["package_services", "complied_services"]].sum()
    places = plan.tables["capacity"].groupby(key)[["places"]].sum()
    return _together(key, people, package, places, _money(plan, key))


def _by_group(plan: Plan) -> pd.DataFrame:
    return municipality_group(plan).groupby(["group", "year"])[_PEOPLE].sum().reset_index()


def _by_service(plan: Plan) -> pd.DataFrame:
    key = ["service", "year"]
    users = plan.tables["allocation"].groupby(key)[["users"]].sum()
    places = plan.tables["capacity"].groupby(key)[["places", "facilities"]].sum()
    return _together(key, users, places, _money(plan, key))


def municipality_service(plan: Plan) -> pd.DataFrame:
    """Users of those who live there; places, facilities, money of what stands there; the package."""
    key = ["municipality", "service", "year"]
    known = totals.by_municipality_and_service(plan).set_index(key)
    facilities = plan.tables["capacity"].groupby(key)[["facilities"]].sum()
    complied = plan.tables["compliance"].set_index(key)[["complied"]].astype("boolean")
    return _together(key, known, facilities, complied)


_OF_PLAN = {
    "totals": _totals,
    "by_municipality": by_municipality,
    "by_group": _by_group,
    "by_service": _by_service,
    "by_stream": lambda plan: plan.tables["budget"],
    "municipality_group": municipality_group,
    "municipality_service": municipality_service,
}
#: Figures that are blank where nothing is known of them; every other one is 0.
_MAY_BE_BLANK = ("need_users", "unmet_users", "unmet_share", "complied")


def _figures(table: Table, pair: Pair) -> pd.DataFrame:
    """Figures for every key of either; a key that a run plans without a figure has 0, one beside its plan is blank."""
    key, values = [name for name in table.key if name != "run"], _values(table)
    frames = [_OF_PLAN[table.name](plan) for plan in pair.plans]
    keys = pd.concat([frame[key] for frame in frames]).drop_duplicates()
    sides = []
    for plan, frame in zip(pair.plans, frames, strict=True):
        own = keys[inside(plan, keys)].merge(frame, how="left", on=key)
        whole = [name for name in values if name not in _MAY_BE_BLANK]
        sides.append(own.assign(**{name: own[name].fillna(0) for name in whole}))
    return _matched(table, *sides)


def results(pair: Pair) -> Mapping[str, pd.DataFrame]:
    """The tables of FIGURES and the rows of every result table that differ, without the run."""
    figures = {table.name: _figures(table, pair) for table in FIGURES}
    return figures | {table.name: _differing(table.name, pair) for table in RESULT_TABLES}
