"""The map of what is equal in all plans: one HTML file in both languages, which opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.reports.page.document import document
from nationalmap.reports.page.geometry import shapes
from nationalmap.reports.page.words import page_texts
from nationalmap.reports.regret.tables import DECISIONS, STANDS
from nationalmap.reports.regret.told import names, sentences
from nationalmap.reports.texts import entries, languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.geometry import Shapes

#: From dark to light, told apart by the colour-blind and in grey print (ColorBrewer).
FILLS = dict(zip(STANDS, ("#08519c", "#6baed6", "#c6dbef", "#ffffff"), strict=True))

#: Words that the kit and the shell ask of every page.
_OF_KIT = (
    *("marks", "dash", "kilometres", "north", "show", "show_names", "neighbour"),
    *("zoom_in", "zoom_out", "zoom_fit", "print", "badge", "other_language"),
)


def build(plan: Plan, table: pd.DataFrame, titles: Sequence[dict[str, str]]) -> str:
    """The whole page as HTML text; ``plan`` says territory and boundaries, ``titles`` which plans were compared."""
    drawn = shapes(plan)
    return document(_data(plan, table, titles, drawn), drawn, "regret")


def _data(plan: Plan, table: pd.DataFrame, titles: Sequence[dict[str, str]], drawn: Shapes) -> dict[str, Any]:
    towns, services = (_both(plan, name) for name in ("municipalities", "services"))
    # What stands in no plan is no choice, and would only make the list longer.
    shown = list(dict.fromkeys(table.loc[table["standing_runs"] > 0, "service"]))
    cells = {(row["service"], row["municipality"]): row for row in table.to_dict("records")}
    seats = _seats(plan)
    places = sorted(drawn.points)
    return {
        "languages": list(languages()),
        "texts": {language: _texts(language) for language in languages()},
        "runs": int(table["runs"].iloc[0]),
        "year": plan.scenario.last_year,
        "plans": list(titles),
        "boundaries": {"status": plan.inputs.boundaries.status, "source": plan.inputs.boundaries.source},
        "stands": list(STANDS),
        "decisions": list(DECISIONS),
        "fills": [FILLS[name] for name in STANDS],
        "municipalities": [
            {
                "code": code,
                "name": towns[code],
                "seat": seats[code],
                "point": [drawn.points[code][1], drawn.points[code][0]],
            }
            for code in places
        ],
        "neighbours": {code: towns[code] for code in drawn.neighbours if code in towns},
        "services": [{"code": code, "name": services[code]} for code in shown],
        "cells": [[_cell(cells.get((s, m))) for m in places] for s in shown],
        "sentences": {language: sentences(plan.inputs, table, language) for language in languages()},
    }


def _texts(language: str) -> dict[str, Any]:
    """The page's words, with those and the marks that the kit asks of every page."""
    at = languages().index(language)
    shared = page_texts(language)
    return {
        **{name: shared[name] for name in _OF_KIT},
        **{key: both[at] for key, both in entries("regret_page").items()},
    }


def _cell(row: Mapping[Any, Any] | None) -> list[int]:
    """Class, plans in which it stands, decision, plans that decide so, places today, least, most."""
    if row is None:
        return [STANDS.index("none"), 0, 0, 0, 0, 0, 0]
    figures = ("decision_runs", "places_today", "least_places", "most_places")
    return [
        STANDS.index(row["stands"]),
        int(row["standing_runs"]),
        DECISIONS.index(row["decision"]),
        *(int(row[name]) for name in figures),
    ]


def _seats(plan: Plan) -> dict[str, list[float]]:
    """Latitude and longitude of each seat."""
    columns = plan.inputs.tables["municipalities"][["municipality", "seat_lat", "seat_lon"]]
    return {code: [float(lat), float(lon)] for code, lat, lon in columns.itertuples(index=False, name=None)}


def _both(plan: Plan, table: str) -> dict[str, dict[str, str]]:
    by = {language: names(plan.inputs, table, language) for language in languages()}
    return {code: {language: by[language][code] for language in by} for code in by["en"]}
