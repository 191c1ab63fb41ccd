"""The page's data: one dictionary of figures and texts, made from the plan alone.

Records are rows under named columns, by year, and follow the order of ``municipalities`` and
``topics``; the last row of each is the sum. Equal rows and equal sentences are many (a service
that stands nowhere, a year in which nothing changes): each is written once and then pointed to.
Classes are found in ``views``, never in the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.reports.frontier.panel import curve
from nationalmap.reports.page import classes
from nationalmap.reports.page.about import about
from nationalmap.reports.page.changes import budget, payments, renovated, streams, transformed
from nationalmap.reports.page.figures import ALL, POPULATION, TERRITORY, figures, rows
from nationalmap.reports.page.origins import files
from nationalmap.reports.page.pool import Pool
from nationalmap.reports.page.sentences import rounded
from nationalmap.reports.page.views import legend, views
from nationalmap.reports.page.words import page_texts
from nationalmap.reports.texts import languages

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.geometry import Shapes
    from nationalmap.reports.page.record import Record
    from nationalmap.reports.page.topics import Topic

#: Columns of a record, in the order the page reads them.
COLUMNS = (
    "need",
    "served",
    "unmet",
    "above_maximum",
    "out_of_reach",
    "no_place",
    "other_paid",
    "unknown",
    "coverage",
    "shortfall",
    "places_today",
    "places",
    "new_places",
    "committed",
    "transformed_in",
    "transformed_out",
    "given_up",
    "required",
    "achieved",
    "missing",
    "nearest_min",
    "limit",
    "complied",
    "reason",
    "lacking",
    "running",
    "capital",
    "money",
    "indicator",
    "indicator_value",
    "need_is_estimate",
    "places_are_estimate",
)


def page_data(plan: Plan, shapes: Shapes, frontier: Frontier | None = None) -> dict[str, Any]:
    """Everything that the page shows beside the polygons."""
    years = [figures(plan, year) for year in plan.scenario.years]
    known = years[-1]
    records, sentences, words = Pool(), Pool(), Pool()
    return {
        "format": 2,
        "languages": list(languages()),
        "texts": {language: page_texts(language) for language in languages()},
        "about": about(plan),
        "years": list(plan.scenario.years),
        "topics": [_topic(plan, topic) for topic in known.topics],
        "services": _services(plan, known),
        "municipalities": _municipalities(plan, years, shapes),
        "neighbours": neighbours(plan, shapes),
        "columns": list(COLUMNS),
        "records": [_records(of_year, records, words) for of_year in years],
        "rows": records.values,
        "words": words.values,
        "flows": [_flows(of_year) for of_year in years],
        "indicators": [indicator.key for indicator in classes.INDICATORS],
        "scales": {key: legend(scale) for key, scale in classes.SCALES.items()},
        "views": [views(plan, of_year, sentences) for of_year in years],
        "sentences": sentences.values,
        "circles": [_circle(years, key) for key in (*known.keys, ALL)],
        "critical_cases": classes.CRITICAL_CASES,
        "streams": streams(plan),
        "budget": [budget(plan, year) for year in plan.scenario.years],
        "payments": [payments(plan, known, year) for year in plan.scenario.years],
        "transformed": transformed(plan, known),
        "renovated": renovated(plan, known),
        "norm_indicators": _norm_indicators(plan, years),
        "files": files(plan),
        **({} if frontier is None else {"frontier": curve(frontier)}),
    }


def _named(row: dict[str, Any], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in languages()}


def _topic(plan: Plan, topic: Topic) -> dict[str, Any]:
    """A group or service with its names, its services, and whether a norm of it is only illustrative."""
    table, code = ("services", topic.services[0]) if topic.single else ("groups", topic.group)
    row = next(row for row in rows(plan.inputs.tables[table]) if row[table[:-1]] == code)
    norms = [norm for norm in plan.inputs.norms if norm.group == topic.group or norm.service in topic.services]
    return {
        "key": topic.key,
        "name": _named(row, "name"),
        "short": _named(row, "short"),
        "single": topic.single,
        "services": list(topic.services),
        "illustrative": any(norm.status == "illustrative" for norm in norms),
    }


def _services(plan: Plan, known: Figures) -> list[dict[str, Any]]:
    """The services with their names; an old type with the last year in which it is financed."""
    catalogue = {row["service"]: row for row in rows(plan.inputs.tables["services"])}
    until = plan.scenario.old_types_until
    return [
        {
            "code": code,
            "short": _named(catalogue[code], "short"),
            "until": (until or catalogue[code]["financed_until"]) if catalogue[code]["typology"] == "old" else None,
        }
        for code in known.services
    ]


def _municipalities(plan: Plan, years: list[Figures], shapes: Shapes) -> list[dict[str, Any]]:
    catalogue = {row["municipality"]: row for row in rows(plan.inputs.tables["municipalities"])}
    regions = {row["region"]: row for row in rows(plan.inputs.tables["regions"])}
    return [
        {
            "code": code,
            "name": _named(row, "name"),
            "region": _named(regions[row["region"]], "name"),
            "seat": [float(row["seat_lat"]), float(row["seat_lon"])],
            "point": [shapes.points[code][1], shapes.points[code][0]],
            "residents": [known.of(code).residents for known in years],
        }
        for code, row in ((code, catalogue[code]) for code in years[0].municipalities)
    ]


def neighbours(plan: Plan, shapes: Shapes) -> dict[str, dict[str, str]]:
    """Names of the municipalities that are shown without figures."""
    catalogue = {row["municipality"]: row for row in rows(plan.inputs.tables["municipalities"])}
    nameless = {f"name_{language}": "" for language in languages()}
    return {code: _named(catalogue.get(code, nameless), "name") for code in shapes.neighbours}


def _records(known: Figures, pool: Pool, words: Pool) -> list[list[int]]:
    """One year's records by place and topic, each with its sum last, as positions in the pool."""
    keys, places = (*known.keys, ALL), (*known.municipalities, TERRITORY)
    return [[pool.at(_row(known.of(place, key), words)) for key in keys] for place in places]


def _row(record: Record, words: Pool) -> list[Any]:
    """One record in the order of COLUMNS; rates rounded for display, full coverage never by rounding.

    Flags are 0 and 1, the reason and the indicators positions among ``words``.
    """
    special = {
        "coverage": rounded(record.coverage, down=True),
        "shortfall": rounded(record.per_thousand),
        "money": rounded(record.running_each),
        "running": _short(record.running_cents / 100),
        "capital": _short(record.capital_cents / 100),
        "indicator_value": _short(record.indicator_value),
        "complied": None if record.complied is None else int(record.complied),
        "reason": words.at(record.reason),
        "indicator": None if record.indicator is None else words.at(record.indicator),
        "need_is_estimate": int(record.need_is_estimate),
        "places_are_estimate": int(record.places_are_estimate),
        "lacking": list(record.lacking),
    }
    return [special[name] if name in special else getattr(record, name) for name in COLUMNS]


def _short(value: float | None) -> float | None:
    """A whole figure without its decimal point, which would only lengthen the page."""
    return int(value) if value is not None and value == int(value) else value


def _flows(known: Figures) -> list[list[Any]]:
    """Who is served where: positions of municipality and service, code of the host, users, minutes."""
    place = {code: position for position, code in enumerate(known.municipalities)}
    service = {code: position for position, code in enumerate(known.services)}
    return [
        [place[m], service[s], place.get(h, h), users, minutes]
        for m, s, h, users, minutes in known.flows
        if m in place and s in service
    ]


def _circle(years: list[Figures], key: str) -> int:
    """Places that the largest circle of a topic stands for, the same in every year."""
    places = (known.of(code, key).places for known in years for code in known.municipalities)
    return classes.circle_step(max(places, default=0))


def _norm_indicators(plan: Plan, years: list[Figures]) -> dict[str, dict[str, Any]]:
    """The indicators that the needs were made from, with unit, date and source."""
    named = [record.indicator.split() for known in years for record in known.records.values() if record.indicator]
    used = {code for codes in named for code in codes} | {POPULATION}
    return {
        row["indicator"]: {
            "name": _named(row, "name"),
            "unit": row["unit"],
            "date": row["reference_date"],
            "source": row["source"],
            "source_class": row["source_class"],
        }
        for row in rows(plan.inputs.tables["indicator_catalogue"])
        if row["indicator"] in used
    }
