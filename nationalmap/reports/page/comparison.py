"""The page of a comparison: figures of several runs in one block; the reader chooses which two are compared.

A record holds whole numbers only, so that the page finds every class of a difference exactly. What a run does not plan
has no record. Sums over need groups and municipalities are made in the page, over what both chosen runs plan.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.comparison.pair import labels, letter, pairs
from nationalmap.reports.page.about import boundaries_line, norms_line
from nationalmap.reports.page.data import neighbours
from nationalmap.reports.page.document import document
from nationalmap.reports.page.figures import figures, rows
from nationalmap.reports.page.geometry import shapes
from nationalmap.reports.page.pool import Pool
from nationalmap.reports.page.words import comparison_texts, phrase
from nationalmap.reports.texts import languages, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.geometry import Shapes
    from nationalmap.reports.page.record import Record
    from nationalmap.reports.page.topics import Topic

#: Columns of a record, in the order in which the page reads them.
COLUMNS = ("need", "served", "unmet", "places", "asked", "whole", "running_cents", "capital_cents")
#: ColorBrewer PuOr, seven steps: safe for colour-blind eyes, light in the middle; violet is better.
PUOR = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")
#: Breaks of the differences as fractions of whole numbers, the same on both sides of nothing; a difference below the
#: first is none. ``sign`` says whether more is better, or 0 where neither is.
MEASURES = (
    {"key": "coverage", "breaks": [[1, 1], [5, 1], [20, 1]], "sign": 1, "decimals": 1},
    {"key": "shortfall", "breaks": [[1, 10], [1, 1], [4, 1]], "sign": -1, "decimals": 1},
    {"key": "package", "breaks": [[1, 1], [2, 1], [4, 1]], "sign": 1, "decimals": 0},
    {"key": "money", "breaks": [[1, 1], [5, 1], [20, 1]], "sign": 0, "decimals": 1},
)


def build(plans: Sequence[Plan], tables: Mapping[str, pd.DataFrame]) -> str:
    """The whole page as HTML text; ``tables`` are those of the comparison. The same runs give the same bytes."""
    beside = [plans[0], *(pair.other for pair in pairs(plans))]
    drawn = shapes(ground(plans))
    return document(comparison_data(beside, tables, drawn), drawn, "comparison")


def ground(plans: Sequence[Plan]) -> Plan:
    """A plan of every region of the runs, to be drawn: areas and names are those of the first run that has them."""
    base = plans[0]
    tables = dict(base.inputs.tables)
    for name, key in (("municipalities", "municipality"), ("regions", "region")):
        every = pd.concat([plan.inputs.tables[name] for plan in plans], ignore_index=True)
        tables[name] = every.drop_duplicates(key).sort_values(key, ignore_index=True)
    frames = pd.concat([plan.inputs.boundaries.polygons for plan in plans], ignore_index=True)
    polygons = gpd.GeoDataFrame(frames.drop_duplicates("municipality").reset_index(drop=True), crs=4326)
    boundaries = dataclasses.replace(base.inputs.boundaries, polygons=polygons)
    regions = tuple(dict.fromkeys(region for plan in plans for region in plan.scenario.regions))
    scenario = dataclasses.replace(base.scenario, regions=regions)
    inputs = dataclasses.replace(base.inputs, tables=tables, boundaries=boundaries)
    return dataclasses.replace(base, scenario=scenario, inputs=inputs)


def comparison_data(plans: Sequence[Plan], tables: Mapping[str, pd.DataFrame], drawn: Shapes) -> dict[str, Any]:
    """Everything that the page shows beside the polygons; ``plans`` stand under the years of the first."""
    every = ground(plans)
    years = sorted({year for plan in plans for year in plan.scenario.years})
    known = [{year: figures(plan, year) for year in plan.scenario.years} for plan in plans]
    topics = _topics(plans, known)
    places = totals.municipalities(every)
    pool = Pool()
    return {
        "format": 1,
        "languages": list(languages()),
        "texts": {language: comparison_texts(language) for language in languages()},
        "runs": [
            _run(number, run, plan) for number, (run, plan) in enumerate(zip(labels(plans), plans, strict=True), 1)
        ],
        "years": years,
        "topics": topics,
        "municipalities": _municipalities(every, drawn, known, years),
        "neighbours": neighbours(every, drawn),
        "columns": list(COLUMNS),
        "records": [[_records(of_run.get(year), places, topics, pool) for year in years] for of_run in known],
        "rows": pool.values,
        "measures": list(MEASURES),
        "fills": list(PUOR),
        "said": _said(tables),
        "stability": _stability(tables),
        "footer": {language: _footer(plans, language) for language in languages()},
        "disclaimer": {language: phrase("about.disclaimer", language) for language in languages()},
    }


def _run(number: int, run: str, plan: Plan) -> dict[str, Any]:
    scenario = plan.scenario
    return {
        "run": run,
        "letter": {language: letter(number, language) for language in languages()},
        "title": {language: getattr(scenario, f"title_{language}") for language in languages()},
        "says": {language: getattr(scenario, f"says_{language}") for language in languages()},
        "run_id": plan.run_id,
        "proven": plan.status == "proven",
    }


def _topics(plans: Sequence[Plan], known: Sequence[Mapping[int, Figures]]) -> list[dict[str, Any]]:
    """Need groups and services of any run, in the order of the first that has them, with the class of the group."""
    found: dict[str, dict[str, Any]] = {}
    for plan, of_run in zip(plans, known, strict=True):
        groups = {row["group"]: row for row in rows(plan.inputs.tables["groups"])}
        services = {row["service"]: row for row in rows(plan.inputs.tables["services"])}
        for topic in next(iter(of_run.values())).topics:
            row = services[topic.services[0]] if topic.single else groups[topic.group]
            found.setdefault(topic.key, _topic(topic, row, int(groups[topic.group]["priority_class"])))
    order = {group: place for place, group in enumerate(dict.fromkeys(topic["group"] for topic in found.values()))}
    return sorted(found.values(), key=lambda topic: order[topic["group"]])


def _topic(topic: Topic, row: Mapping[str, Any], priority: int) -> dict[str, Any]:
    return {
        "key": topic.key,
        "group": topic.group,
        "name": {language: row[f"name_{language}"] for language in languages()},
        "short": {language: row[f"short_{language}"] for language in languages()},
        "single": topic.single,
        "class": priority,
    }


def _municipalities(
    every: Plan, drawn: Shapes, known: Sequence[Mapping[int, Figures]], years: Sequence[int]
) -> list[dict[str, Any]]:
    """Every municipality of any run; residents by run and year, null where the run does not plan it."""
    catalogue = {row["municipality"]: row for row in rows(every.inputs.tables["municipalities"])}
    regions = {row["region"]: row for row in rows(every.inputs.tables["regions"])}
    return [
        {
            "code": code,
            "name": {language: row[f"name_{language}"] for language in languages()},
            "region": {language: regions[row["region"]][f"name_{language}"] for language in languages()},
            "seat": [float(row["seat_lat"]), float(row["seat_lon"])],
            "point": [drawn.points[code][1], drawn.points[code][0]],
            "residents": [[_residents(of_run.get(year), code) for year in years] for of_run in known],
        }
        for code, row in ((code, catalogue[code]) for code in totals.municipalities(every))
    ]


def _residents(known: Figures | None, code: str) -> int | None:
    return known.of(code).residents if known is not None and code in known.municipalities else None


def _records(
    known: Figures | None, places: Sequence[str], topics: Sequence[Mapping[str, Any]], pool: Pool
) -> list[list[int | None]] | None:
    """Of one run and year, by place and topic: positions among the rows; null where the run does not plan it."""
    if known is None:
        return None
    keys = set(known.keys)
    return [
        [
            pool.at(_row(known.of(place, topic["key"])))
            if place in known.municipalities and topic["key"] in keys
            else None
            for topic in topics
        ]
        for place in places
    ]


def _row(record: Record) -> list[int | None]:
    """One record in the order of COLUMNS; the package as services asked and whole."""
    asked, whole = 0, 0
    if record.complied is not None:
        several = record.kind == "services"
        asked = record.required or 0 if several else 1
        whole = record.achieved or 0 if several else int(record.complied)
    return [
        *(record.need, record.served, record.unmet, record.places),
        *(asked, whole, record.running_cents, record.capital_cents),
    ]


def _said(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Sentences of what was asked, of the stages and of stability; the page itself counts what came out."""
    said = tables["said"]
    told = said[said["part"].isin(["scope", "inputs", "stages", "stability"])]
    return [
        {"part": part, "run": run, "says": {"bg": bg, "en": en}}
        for part, run, bg, en in told[["part", "run", "says_bg", "says_en"]].itertuples(index=False, name=None)
    ]


def _stability(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    columns = ["run_a", "run_b", "taken", "equal"]
    return [dict(zip(columns, row, strict=True)) for row in tables["stability"][columns].values.tolist()]


def _footer(plans: Sequence[Plan], language: str) -> list[str]:
    runs = ", ".join(f"{letter(number, language)} {plan.run_id}" for number, plan in enumerate(plans, 1))
    return [
        *dict.fromkeys(norms_line(plan, language) for plan in plans),
        *dict.fromkeys(boundaries_line(plan, language) for plan in plans),
        text("workbook.run", language, run=runs),
    ]
