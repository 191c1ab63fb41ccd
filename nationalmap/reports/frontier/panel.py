"""A frontier for the page of a run: sentence, narrow drawing and table, as plain data in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.reports.frontier.chart import norms
from nationalmap.reports.frontier.drawing import drawing
from nationalmap.reports.frontier.figures import points
from nationalmap.reports.frontier.told import sentences
from nationalmap.reports.texts import languages, listed, text

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier


def curve(frontier: Frontier) -> dict[str, Any]:
    """By language: says, chart (width, height, title, desc, shapes), table with head and rows, note."""
    return {language: _curve(frontier, language) for language in languages()}


def _curve(frontier: Frontier, language: str) -> dict[str, Any]:
    drawn, grid = drawing(frontier, language, wide=False), points(frontier, language, short=True)
    names = listed((name[language] for name in frontier.asked.streams.values()), language, "parts")
    return {
        "says": sentences(frontier, language)[0],
        "chart": {
            "width": drawn.width,
            "height": drawn.height,
            "title": drawn.title,
            "desc": drawn.desc,
            "shapes": [list(shape) for shape in drawn.shapes],
        },
        "table": grid.title,
        "head": list(grid.head),
        "rows": [list(row) for row in grid.rows],
        "note": f"{text('frontier.streams', language, streams=names)} {norms(frontier, language)}",
    }
