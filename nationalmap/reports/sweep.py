"""What came of a sweep: who gets what in how many runs, between which figures, and what drives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.texts import counted, listed, money, number, percent, text
from nationalmap.schema import Column, Table
from nationalmap.schema.shared import MUNICIPALITY, SERVICE, YEAR

if TYPE_CHECKING:
    from nationalmap.domain.design import Design
    from nationalmap.question import Question

#: Statuses of a run that has a plan; with money_lacking one that the budgets do not pay.
WITH_PLAN = ("planned", "proven", "feasible_with_gap", "money_lacking")
#: From half a person served on a municipality gets a service: people are fractions where sites are held.
SOMEBODY = 0.5
#: The ends of the intervals, and their middle.
SHARES = (0.05, 0.5, 0.95)
WHOLE = "*"
#: Drivers and places that a sentence names.
NAMED = 5

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "summary-services",
            "In how many runs people of a municipality get a service, anywhere within reach, and it has places of it.",
            ("municipality", "service", "year"),
            (
                MUNICIPALITY,
                SERVICE,
                YEAR,
                Column("runs", "integer", "runs with a plan", 0),
                Column("served_runs", "integer", "runs in which people of the municipality are served", 0),
                Column("place_runs", "integer", "runs in which the municipality has places", 0),
                Column("served_share", "number", "served_runs of runs", 0, 1, blank=True),
                Column("place_share", "number", "place_runs of runs", 0, 1, blank=True),
            ),
        ),
        Table(
            "summary-intervals",
            "Between which figures nine of ten runs lie: 5 %, median and 95 % of the runs with a plan.",
            ("figure", "municipality", "year"),
            (
                Column("figure", "choice", "what", choices=("need", "served", "unmet", "spent_eur")),
                Column("municipality", "code", "municipality; * is the whole plan"),
                YEAR,
                Column("low", "number", "5 % of the runs lie below"),
                Column("median", "number", "half of the runs lie below"),
                Column("high", "number", "95 % of the runs lie below"),
            ),
        ),
        Table(
            "summary-drivers",
            "What drives the outcome: Spearman's rank correlation of each factor with it, over the runs with a plan.",
            ("outcome", "figure"),
            (
                Column("outcome", "choice", "what", choices=("unmet", "spent_eur", "lacking_eur")),
                Column("figure", "text", "what was varied"),
                Column("rank_correlation", "number", "-1 to 1; blank where one of the two never changes", blank=True),
            ),
        ),
    )
}


def summary(tables: Mapping[str, pd.DataFrame], labels: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name, from those of the sweep; ``labels`` are the columns of the factors."""
    return {
        "summary-services": _services(tables["services"]),
        "summary-intervals": _intervals(tables["cells"], tables["costs"]),
        "summary-drivers": _drivers(tables["runs"], labels),
    }


def _services(services: pd.DataFrame) -> pd.DataFrame:
    keys = ["municipality", "service", "year"]
    marked = services.assign(served_runs=services["served"] >= SOMEBODY, place_runs=services["has_place"], runs=1)
    found = marked.groupby(keys, as_index=False)[["runs", "served_runs", "place_runs"]].sum()
    for part in ("served", "place"):
        found[f"{part}_share"] = (found[f"{part}_runs"] / found["runs"]).round(6)
    return found.astype(dict.fromkeys(("runs", "served_runs", "place_runs"), "int64"))


def _intervals(cells: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    figures = ["need", "served", "unmet"]
    by_place = cells.groupby(["run", "municipality", "year"], as_index=False)[figures].sum()
    whole = cells.groupby(["run", "year"], as_index=False)[figures].sum().assign(municipality=WHOLE)
    pairs = [(figure, frame) for figure in figures for frame in (by_place, whole)]
    parts = [_between(frame.rename(columns={figure: "value"}), figure) for figure, frame in pairs]
    spent = costs.groupby(["run", "year"], as_index=False)["spent_eur"].sum().assign(municipality=WHOLE)
    parts.append(_between(spent.rename(columns={"spent_eur": "value"}), "spent_eur"))
    return pd.concat(parts, ignore_index=True)[list(TABLES["summary-intervals"].names)]


def _between(frame: pd.DataFrame, figure: str) -> pd.DataFrame:
    """5 %, median and 95 % of ``value`` by municipality and year."""
    grouped = frame.groupby(["municipality", "year"])["value"]
    columns = {
        name: grouped.quantile(share).round(6) for name, share in zip(("low", "median", "high"), SHARES, strict=True)
    }
    return pd.DataFrame(columns).reset_index().assign(figure=figure)


def _drivers(runs: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    planned = runs[runs["status"].isin(WITH_PLAN)]
    rows = [
        (outcome, label, _rank_correlation(planned[label], planned[outcome]))
        for outcome in ("unmet", "spent_eur", "lacking_eur")
        for label in labels
    ]
    return pd.DataFrame(rows, columns=list(TABLES["summary-drivers"].names))


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    """Spearman's: Pearson's of the ranks, equal values sharing theirs; NaN where one of the two never changes."""
    a, b = (column.astype(float).round(6).rank() for column in (one, other))
    if a.nunique() < 2 or b.nunique() < 2:
        return float("nan")
    return round(float(a.corr(b)), 6)


# ------------------------------------------------------------------------ in sentences


def sentences(
    design: Design, question: Question, tables: Mapping[str, pd.DataFrame], labels: Sequence[str], language: str
) -> list[str]:
    """What came of the sweep, most important first."""
    found = summary(tables, labels)
    return [
        *_how_many(tables["runs"], language),
        *_ranges(found["summary-intervals"], language),
        *_driven(found["summary-drivers"], language),
        *_unsure(found["summary-services"], question, language),
        *_terms(design, language),
    ]


def _how_many(runs: pd.DataFrame, language: str) -> Iterator[str]:
    counts = runs["status"].value_counts()
    parts = [
        text(f"sweep.status.{status}", language, number=number(int(counts[status]), language))
        for status in (*WITH_PLAN, "no_plan", "refused", "failed")
        if status in counts.index
    ]
    yield text("sweep.runs", language, runs=counted(len(runs), "run", language), parts=listed(parts, language, "parts"))
    lacking = runs.loc[runs["status"] == "money_lacking", "lacking_eur"]
    if len(lacking):
        yield text(
            "sweep.lacking",
            language,
            median=money(float(lacking.median()), language),
            most=money(float(lacking.max()), language),
        )


def _ranges(intervals: pd.DataFrame, language: str) -> Iterator[str]:
    whole = intervals[intervals["municipality"] == WHOLE]
    for figure, write in (("need", _people), ("unmet", _people), ("spent_eur", money)):
        for row in whole[whole["figure"] == figure].to_dict("records"):
            low, median, high = (write(float(row[name]), language) for name in ("low", "median", "high"))
            yield text(f"sweep.range.{figure}", language, year=row["year"], low=low, median=median, high=high)


def _people(value: float, language: str) -> str:
    return number(value, language, 0)


def _driven(drivers: pd.DataFrame, language: str) -> Iterator[str]:
    for outcome in ("unmet", "spent_eur"):
        mine = drivers[drivers["outcome"] == outcome].dropna(subset=["rank_correlation"])
        order = mine["rank_correlation"].abs().sort_values(ascending=False, kind="stable").index
        named = [
            f"{row['figure']} ({number(row['rank_correlation'], language, 2)})"
            for row in mine.loc[order].head(NAMED).to_dict("records")
        ]
        if named:
            yield text(f"sweep.drivers.{outcome}", language, figures=listed(named, language, "parts"))


def _unsure(services: pd.DataFrame, question: Question, language: str) -> Iterator[str]:
    """Services that a municipality gets in some runs only, the least sure first."""
    last = services[services["year"] == services["year"].max()]
    open_ = last[(last["served_share"] > 0) & (last["served_share"] < 1)]
    sure = int((last["served_share"] == 1).sum())
    yield text("sweep.sure", language, sure=number(sure, language), unsure=number(len(open_), language))
    names = _names(question, language)
    for row in open_.sort_values(["served_share", "municipality", "service"]).head(NAMED).to_dict("records"):
        yield text(
            "sweep.unsure",
            language,
            municipality=names[row["municipality"]],
            service=names[row["service"]],
            share=percent(row["served_share"], language, 0),
        )


def _names(question: Question, language: str) -> Mapping[str, str]:
    tables = question.inputs.tables
    found: dict[str, Any] = {}
    for table, key in (("municipalities", "municipality"), ("services", "service")):
        found |= dict(zip(tables[table][key], tables[table][f"name_{language}"], strict=True))
    return found


def _terms(design: Design, language: str) -> Iterator[str]:
    """What to know before a figure is quoted."""
    yield text(f"sweep.mode.{design.mode}", language)
    if design.sampled is not None:
        made_up = sum(draw.status == "illustrative" for draw in design.sampled.changes)
        if made_up:
            yield text("sweep.illustrative", language, number=number(made_up, language))
