"""The tables of a frontier, declared as in schema, and made from the plans of its points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports import totals
from nationalmap.schema import Column, Table

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Point
    from nationalmap.domain.plan import Plan

_KEY = (
    Column(
        "way",
        "choice",
        "free: each budget by itself; nested: keeps every service of the smaller budget",
        choices=("free", "nested"),
    ),
    Column("point", "integer", "number of the budget, the smallest first", 1, 10_000),
)
_YEAR = Column("year", "integer", "planned year", 2020, 2100)


def _count(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "integer", says, blank=blank)


def _eur(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "money", says, blank=blank)


_ACCESS = (
    _count("need_users", "need cases"),
    _count("served_users", "with a place"),
    _count("no_place_users", "within reach, but no place"),
    _count("out_of_reach_users", "no possible host within the travel limit"),
    _count("above_maximum_users", "beyond the maximum of state-funded users"),
)
_PRICE = _count(
    "price_users",
    "price of nesting: served without it less served with it; below zero where a higher class paid; blank if free",
    blank=True,
)

POINTS = Table(
    "points",
    "What each budget gives: money there is and money spent, coverage in three numbers, packages.",
    ("way", "point", "year"),
    (
        *_KEY,
        _YEAR,
        Column("factor", "number", "the chosen streams' money, as a multiple of the scenario's"),
        _eur("chosen_budget_eur", "money of the chosen streams in the year"),
        _eur("chosen_spent_eur", "spent of it"),
        _eur("running_budget_eur", "running money of all streams in the year"),
        _eur("running_spent_eur", "spent of it"),
        _eur("capital_spent_eur", "capital money spent from the first period up to the year"),
        *_ACCESS,
        _PRICE,
        _count("complied_municipalities", "municipalities with the whole minimum package"),
        _count("municipalities", "municipalities of the plan"),
        _count("complied_services", "services of the packages that are whole, over all municipalities"),
        _count("package_services", "services of the packages"),
        Column("gap", "number", "largest gap of a stage that decides coverage or cost; see table gaps"),
        Column("proven", "flag", "each of those stages is proven within its tolerance"),
    ),
)

BY_CLASS = Table(
    "by_class",
    "The same coverage by priority class; class 1 is served first when not all can be.",
    ("way", "point", "year", "priority_class"),
    (*_KEY, _YEAR, Column("priority_class", "integer", "priority class", 1, 9), *_ACCESS, _PRICE),
)

INVESTMENTS = Table(
    "investments",
    "The order of investments: what each larger budget adds to the nested plan before. Point 1 is against today.",
    ("point", "year", "municipality", "service"),
    (
        _KEY[1],
        _YEAR,
        Column("municipality", "code", "municipality in which it stands"),
        Column("service", "code", "service of the catalogue"),
        _count("places_before", "places with the smaller budget; at point 1 of today"),
        _count("places", "places with this budget"),
        _count("places_added", "the difference; below zero only against today"),
        _count("facilities_before", "facilities with the smaller budget; at point 1 of today"),
        _count("facilities", "facilities with this budget"),
        _count("facilities_added", "the difference; below zero only against today"),
        _eur("running_added_eur", "running money there beyond the smaller budget's; blank at point 1", blank=True),
        _eur("capital_added_eur", "capital money there beyond the smaller budget's; at point 1 all of it"),
    ),
)

PLACES = Table(
    "places",
    "What stands with each budget.",
    ("way", "point", "year", "municipality", "service"),
    (
        *_KEY,
        _YEAR,
        Column("municipality", "code", "municipality in which it stands"),
        Column("service", "code", "service of the catalogue"),
        _count("places", "places planned"),
        _count("facilities", "facilities planned"),
    ),
)

GAPS = Table(
    "gaps",
    "How surely each stage of each point was closed.",
    ("way", "point", "stage"),
    (
        *_KEY,
        Column("stage", "code", "objective, in the order in which they were closed"),
        _count("place", "its place in that order"),
        Column("unit", "text", "its unit"),
        Column("value", "number", "value reached"),
        Column("bound", "number", "no plan has a smaller one", blank=True),
        Column("gap", "number", "value less bound, relative to the value", blank=True),
        Column("tolerance", "number", "gap at which it counts as proven"),
        Column("status", "code", "proven, or feasible_with_gap"),
        Column("solver", "text", "which solver closed it"),
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in (POINTS, BY_CLASS, INVESTMENTS, PLACES, GAPS)}

#: Stages that only choose among plans that cover and cost the same.
CHOICE = "tie_break"


def tables_of(points: Sequence[Point], streams: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Every table of a frontier by name; ``streams`` are those whose money was multiplied."""
    chosen = set(streams)
    coverage = _frame(POINTS, [row for point in points for row in _point(point, chosen)])
    classes = _frame(BY_CLASS, [row for point in points for row in by_class(point)])
    nested = [point for point in points if point.way == "nested"]
    return {
        "points": _priced(coverage, ["point", "year"]),
        "by_class": _priced(classes, ["point", "year", "priority_class"]),
        "investments": _frame(INVESTMENTS, _investments(nested)),
        "places": _frame(PLACES, [row for point in points for row in _places(point)]),
        "gaps": _frame(GAPS, [row for point in points for row in _gaps(point)]),
    }


def _frame(table: Table, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(table.names)).sort_values(list(table.key), ignore_index=True)
    whole = {c.name: "Int64" if c.blank else "int64" for c in table.columns if c.kind == "integer"}
    return frame.astype(whole)


def _key(point: Point) -> dict[str, Any]:
    return {"way": point.way, "point": point.number}


def deciding(point: Point) -> list[Any]:
    """The stages that decide coverage and cost."""
    return [stage for stage in point.plan.stages if not stage.name.startswith(CHOICE)]


def _point(point: Point, chosen: set[str]) -> Iterator[dict[str, Any]]:
    stages = deciding(point)
    for year in point.plan.scenario.years:
        total = totals.totals(point.plan, year)
        budget = totals.in_year(point.plan, "budget", year)
        mine = budget[budget["stream"].isin(chosen)]
        yield {
            **_key(point),
            **{name: total[name] for name in POINTS.names if name in total},
            "year": year,
            "factor": point.factor,
            "chosen_budget_eur": totals.cents(mine["budget_eur"]) / 100,
            "chosen_spent_eur": totals.cents(mine["spent_eur"]) / 100,
            "capital_spent_eur": total["capital_used_eur"],
            "price_users": None,
            "gap": max(stage.gap for stage in stages),
            "proven": all(stage.status == "proven" for stage in stages),
        }


def by_class(point: Point) -> Iterator[dict[str, Any]]:
    """Coverage of each year and priority class."""
    classes = point.plan.inputs.tables["groups"].set_index("group")["priority_class"]
    rows = point.plan.tables["unmet"]
    rows = rows.assign(priority_class=classes.reindex(rows["group"]).to_numpy())
    names = [column.name for column in _ACCESS]
    sums = rows.groupby(["year", "priority_class"])[names].sum().reset_index()
    for row in sums.to_dict("records"):
        yield {**_key(point), **{str(name): int(value) for name, value in row.items()}, "price_users": None}


def _priced(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The price of nesting where it is: served without it less served with it."""
    free = frame[frame["way"] == "free"].set_index(key)["served_users"]
    nested = frame["way"] == "nested"
    mine = pd.MultiIndex.from_frame(frame.loc[nested, key])
    priced = frame.copy()
    priced.loc[nested, "price_users"] = free.reindex(mine).to_numpy() - frame.loc[nested, "served_users"].to_numpy()
    return priced


# ------------------------------------------------------------------ what stands, and what is added

_CELL = ["year", "municipality", "service"]


def _standing(plan: Plan, *columns: str) -> pd.DataFrame:
    """Sums of columns of table capacity by year, municipality and service."""
    return plan.tables["capacity"].groupby(_CELL)[list(columns)].sum()


def _places(point: Point) -> Iterator[dict[str, Any]]:
    rows = _standing(point.plan, "places", "facilities").reset_index()
    for row in rows[rows["places"] + rows["facilities"] > 0].to_dict("records"):
        yield {**_key(point), **{str(name): value for name, value in row.items()}}


def _paid(plan: Plan) -> pd.DataFrame:
    """Cents of running and of capital money by year, municipality and service."""
    spending = plan.tables["spending"]
    kind = spending["kind"].where(spending["kind"] == "running", "capital")
    cents = (spending["amount_eur"] * 100).round().astype("int64")
    sums = spending.assign(kind=kind, cents=cents).pivot_table(
        index=_CELL, columns="kind", values="cents", aggfunc="sum", fill_value=0
    )
    return sums.reindex(columns=["running", "capital"], fill_value=0)


def _investments(points: Sequence[Point]) -> Iterator[dict[str, Any]]:
    """The smallest budget's plan against today, what today costs being in no plan; then each against the one before."""
    names = {"places_today": "places_before", "facilities_today": "facilities_before"}
    for first in points[:1]:
        today = _standing(first.plan, *names).rename(columns=names)
        yield from _added(first, today, _paid(first.plan), costs_known=False)
    for smaller, larger in pairwise(points):
        before = _standing(smaller.plan, "places", "facilities").add_suffix("_before")
        paid = _paid(larger.plan).sub(_paid(smaller.plan), fill_value=0)
        yield from _added(larger, before, paid)


def _added(
    point: Point, before: pd.DataFrame, paid: pd.DataFrame, *, costs_known: bool = True
) -> Iterator[dict[str, Any]]:
    """Rows of what a plan has more or less than before."""
    both = _standing(point.plan, "places", "facilities").join(before, how="outer").join(paid).fillna(0).astype("int64")
    for row in both.reset_index().to_dict("records"):
        places = row["places"] - row["places_before"]
        facilities = row["facilities"] - row["facilities_before"]
        if places or facilities:
            yield {
                "point": point.number,
                **{str(name): value for name, value in row.items()},
                "places_added": places,
                "facilities_added": facilities,
                "running_added_eur": row["running"] / 100 if costs_known else None,
                "capital_added_eur": row["capital"] / 100,
            }


def _gaps(point: Point) -> Iterator[dict[str, Any]]:
    for place, stage in enumerate(point.plan.stages, 1):
        yield {
            **_key(point),
            "stage": stage.name,
            "place": place,
            **{name: getattr(stage, name) for name in GAPS.names if name not in ("way", "point", "stage", "place")},
        }
