"""The page's data: one dictionary of figures and texts, made from the plan alone.

Records are rows under named columns and follow the order of ``municipalities`` and
``services``; the last row of each is the sum. Classes are found here, never in the page.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.page import classes
from nationalmap.reports.page.about import about
from nationalmap.reports.page.figures import ALL, POPULATION, TERRITORY, figures, rows
from nationalmap.reports.page.sentences import Sentences, rounded
from nationalmap.reports.page.words import page_texts, phrase
from nationalmap.reports.texts import languages, number

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.classes import Indicator, Scale
    from nationalmap.reports.page.figures import Figures, Record
    from nationalmap.reports.page.geometry import Shapes

#: Columns of a record, in the order the page reads them.
COLUMNS = (
    "need",
    "served",
    "unmet",
    "above_maximum",
    "out_of_reach",
    "no_place",
    "unknown",
    "coverage",
    "shortfall",
    "places_today",
    "places",
    "new_places",
    "kind",
    "required",
    "achieved",
    "missing",
    "nearest_min",
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


def page_data(plan: Plan, shapes: Shapes) -> dict[str, Any]:
    """Everything that the page shows beside the polygons."""
    known = figures(plan)
    return {
        "format": 1,
        "languages": list(languages()),
        "texts": {language: page_texts(language) for language in languages()},
        "about": about(plan),
        "services": _services(plan, known),
        "municipalities": _municipalities(plan, known, shapes),
        "neighbours": _neighbours(plan, shapes),
        "columns": list(COLUMNS),
        "records": [
            [_row(known.of(place, service)) for service in (*known.services, ALL)]
            for place in (*known.municipalities, TERRITORY)
        ],
        "flows": _flows(known),
        "indicators": [indicator.key for indicator in classes.INDICATORS],
        "scales": {key: _scale(scale) for key, scale in classes.SCALES.items()},
        "views": _views(plan, known),
        "circles": [_circle(known, service) for service in (*known.services, ALL)],
        "critical_cases": classes.CRITICAL_CASES,
        "budget": _budget(plan),
        "norm_indicators": _norm_indicators(plan, known),
    }


def _named(row: dict[str, Any], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in languages()}


def _services(plan: Plan, known: Figures) -> list[dict[str, Any]]:
    """The services with their names and whether a norm of theirs is only illustrative."""
    illustrative = {norm.service for norm in plan.inputs.norms if norm.status == "illustrative"}
    catalogue = {row["service"]: row for row in rows(plan.inputs.tables["services"])}
    return [
        {
            "code": code,
            "name": _named(catalogue[code], "name"),
            "short": _named(catalogue[code], "short"),
            "limit": int(catalogue[code]["travel_limit_min"]),
            "illustrative": code in illustrative,
        }
        for code in known.services
    ]


def _municipalities(plan: Plan, known: Figures, shapes: Shapes) -> list[dict[str, Any]]:
    catalogue = {row["municipality"]: row for row in rows(plan.inputs.tables["municipalities"])}
    regions = {row["region"]: row for row in rows(plan.inputs.tables["regions"])}
    return [
        {
            "code": code,
            "name": _named(row, "name"),
            "region": _named(regions[row["region"]], "name"),
            "seat": [float(row["seat_lat"]), float(row["seat_lon"])],
            "point": [shapes.points[code][1], shapes.points[code][0]],
            "residents": known.of(code).residents,
        }
        for code, row in ((code, catalogue[code]) for code in known.municipalities)
    ]


def _neighbours(plan: Plan, shapes: Shapes) -> dict[str, dict[str, str]]:
    """Names of the municipalities that are shown without figures."""
    catalogue = {row["municipality"]: row for row in rows(plan.inputs.tables["municipalities"])}
    nameless = {f"name_{language}": "" for language in languages()}
    return {code: _named(catalogue.get(code, nameless), "name") for code in shapes.neighbours}


def _row(record: Record) -> list[Any]:
    """One record in the order of COLUMNS; rates rounded for display, full coverage never by rounding."""
    special = {
        "coverage": rounded(record.coverage, down=True),
        "shortfall": rounded(record.per_thousand),
        "money": rounded(record.running_each),
        "running": record.running_cents / 100,
        "capital": record.capital_cents / 100,
        "lacking": list(record.lacking),
    }
    return [special[name] if name in special else getattr(record, name) for name in COLUMNS]


def _flows(known: Figures) -> list[list[Any]]:
    """Who is served where: positions of municipality and service, code of the host, users, minutes."""
    place = {code: position for position, code in enumerate(known.municipalities)}
    service = {code: position for position, code in enumerate(known.services)}
    return [
        [place[m], service[s], place.get(h, h), users, minutes]
        for m, s, h, users, minutes in known.flows
        if m in place and s in service
    ]


def _circle(known: Figures, service: str) -> int:
    """Places that the largest circle of a service stands for."""
    places = (known.of(code, service).places for code in known.municipalities)
    return classes.circle_step(max(places, default=0))


# ------------------------------------------------------------------ views


def class_of(indicator: Indicator, record: Record, *, every: bool) -> str:
    """Class of one municipality in one view."""
    scale = indicator.scale(every=every)
    if indicator.key == "package":
        return _package_class(scale, record, every=every)
    if indicator.key == "money":
        return classes.NO_DATA if record.running_each is None else scale.classify(record.running_each)
    if record.need == 0:
        return classes.NO_NEED
    value = record.coverage if indicator.key == "coverage" else record.per_thousand
    return classes.NO_DATA if value is None else scale.classify(value)


def _package_class(scale: Scale, record: Record, *, every: bool) -> str:
    if record.complied is None:
        return classes.NOT_ASKED
    if every:
        return scale.classify(Fraction(record.missing or 0))
    if record.complied:
        return "0"
    return "1" if record.achieved else "2"


def _views(plan: Plan, known: Figures) -> dict[str, list[dict[str, Any]]]:
    """By indicator, for each service and then for all: scale, classes, hatch, sentence."""
    writers = {language: Sentences(known, _names(plan, language), language) for language in languages()}
    return {
        indicator.key: [_view(known, indicator, service, writers) for service in (*known.services, ALL)]
        for indicator in classes.INDICATORS
    }


def _names(plan: Plan, language: str) -> dict[str, str]:
    """Names of municipalities and short names of services."""
    return {
        **totals.names(plan, "municipalities", f"name_{language}"),
        **totals.names(plan, "services", f"short_{language}"),
    }


def _view(known: Figures, indicator: Indicator, service: str, writers: dict[str, Sentences]) -> dict[str, Any]:
    records = [known.of(code, service) for code in known.municipalities]
    every = service == ALL
    critical = [indicator.hatched and classes.is_critical(record.need or 0, record.unmet or 0) for record in records]
    return {
        "scale": indicator.scale(every=every).key,
        "classes": [class_of(indicator, record, every=every) for record in records],
        "critical": [position for position, hatched in enumerate(critical) if hatched],
        "sentence": {language: writer.of(indicator.key, service) for language, writer in writers.items()},
    }


def _scale(scale: Scale) -> list[dict[str, Any]]:
    """Legend of a scale."""
    return [
        {
            "key": name,
            "fill": scale.fill(name),
            "label": {language: _label(scale, name, language) for language in languages()},
        }
        for name in scale.classes
    ]


def _label(scale: Scale, name: str, language: str) -> str:
    if name in classes.SPECIAL_FILLS:
        return phrase(f"labels.{name}", language)
    if scale.labelled:
        return phrase(f"labels.{scale.key}.{name}", language)
    position, last = int(name), len(scale.fills) - 1
    limits = [number(float(limit), language, int(limit.denominator > 1)) for limit in scale.breaks]
    if position == 0:
        return phrase("labels.below", language, high=limits[0])
    if position == last:
        return phrase("labels.whole" if scale.whole_last else "labels.from", language, low=limits[-1])
    return phrase("labels.between", language, low=limits[position - 1], high=limits[position])


# ------------------------------------------------------------------ budget and sources


def _budget(plan: Plan) -> list[dict[str, Any]]:
    """The streams with what they have, spend, keep and lack."""
    table = plan.tables["budget"].sort_values(["kind", "stream"], ascending=[False, True], kind="stable")
    found = rows(table.loc[table["year"] == plan.scenario.year])
    return [
        {
            "name": {name: totals.stream_name(plan, row["stream"], name) for name in languages()},
            "kind": row["kind"],
            **{name: float(row[f"{name}_eur"]) for name in ("budget", "spent", "left", "lacking")},
        }
        for row in found
    ]


def _norm_indicators(plan: Plan, known: Figures) -> dict[str, dict[str, Any]]:
    """The indicators that the needs were made from, with unit, date and source."""
    used = {record.indicator for record in known.records.values()} | {POPULATION}
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
