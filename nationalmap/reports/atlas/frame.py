"""What stands around every map: title, badge, legend outside the map, and the sources and their status below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports.atlas import letters
from nationalmap.reports.atlas.drawn import (
    CONTEXT,
    CRITICAL,
    DOTS,
    EDGE,
    EXISTING,
    MANY,
    MUNICIPALITY,
    REGION,
    WITH_NEW,
    radius,
)
from nationalmap.reports.atlas.paper import INK, RULE, SOFT, WARN
from nationalmap.reports.page import classes
from nationalmap.reports.page.views import label
from nationalmap.reports.texts import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.reports.atlas.paper import Sheet
    from nationalmap.reports.atlas.view import View

#: Size of a sample of a colour; millimetres.
_SAMPLE = (7.0, 3.6)
#: Distance of two rows of a legend with much room and with little; millimetres.
LOOSE, CLOSE = 5.9, 4.7


@dataclass(frozen=True)
class Place:
    """Where a part of a legend begins, how wide it is, and how far its rows lie apart; millimetres."""

    x: float
    y: float
    wide: float
    row: float = LOOSE


def header(sheet: Sheet, edge: float, title: str, subtitle: str, badge: str) -> float:
    """Title, what it belongs to, and the badge; gives the lower edge."""
    wide = letters.width(badge, 10, bold=True) + 6
    left, top, right = edge, edge * 0.9, sheet.wide - edge
    sheet.box(right - wide, top, wide, 7.5, facecolor="#fff8f0", edgecolor=WARN, linewidth=1.4)
    sheet.say(right - wide / 2, top + 5.1, badge, 10, bold=True, colour=WARN, align="center")
    room = right - left - wide - 5
    size, lines = letters.fitted(title, room, 10.5, (20, 18, 16, 14, 12), bold=True)
    y = sheet.block(left, top - 0.5, lines, size, bold=True)
    size, lines = letters.fitted(subtitle, right - left, 9.0, (10, 9, 8, 7))
    y = sheet.block(left, max(y, top + 9.0), lines, size, colour=SOFT) + 1.2
    sheet.rule(left, y, right, y, color=RULE, linewidth=2.0)
    return y


def footer(sheet: Sheet, edge: float, about: Mapping[str, Any], page: str) -> None:
    """Sources, boundaries, norms and what the map is not, on every page."""
    left, right, high = edge, sheet.wide - edge, 13.0 if sheet.wide < sheet.high else 9.0
    y = sheet.high - edge * 0.75 - high
    sheet.rule(left, y, right, y, color=SOFT, linewidth=0.6)
    aside = letters.width(page, 7.5) + 4
    words = " · ".join([*about["footer"], about["disclaimer"]])
    size, lines = letters.fitted(words, right - left - aside, high - 1.2, (7.5, 7, 6.5, 6))
    sheet.block(left, y + 1.2, lines, size, colour=SOFT)
    sheet.say(right, y + 1.2 + 7.5 * letters.POINT, page, 7.5, colour=SOFT, align="right")


def sample(sheet: Sheet, x: float, y: float, fill: str, hatch: str = "", colour: str = INK) -> None:
    """A sample of a colour, and of a hatch over it."""
    sheet.box(x, y, *_SAMPLE, facecolor=fill, edgecolor=EDGE, linewidth=MUNICIPALITY)
    if hatch:
        sheet.box(x, y, *_SAMPLE, facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0.0)


def legend_classes(
    sheet: Sheet, place: Place, heading: str, view: View, words: Mapping[str, Any], language: str
) -> float:
    """The classes with the number of municipalities in each; gives the lower edge."""
    x, y, wide = place.x, place.y, place.wide
    size, lines = letters.fitted(heading, wide, 14, (9.5, 9, 8.5), bold=True)
    y = sheet.block(x, y, lines, size, bold=True) + 1
    sheet.say(x + wide, y + 3, words["legend_count"], 7.5, colour=SOFT, align="right")
    y += 4.5
    counts = view.counts()
    for name in view.scale.classes:
        nothing = name == classes.NO_DATA
        sample(sheet, x, y, "#ffffff" if nothing else view.scale.fill(name), DOTS if nothing else "", "#8a949d")
        sheet.say(x + 9.5, y + 3.0, label(view.scale, name, language), 8.5)
        sheet.say(x + wide, y + 3.0, number(counts[name], language), 8.5, colour=SOFT, align="right")
        y += place.row
    if view.scale.key == "coverage":
        broken = letters.lines(words["legend_critical"].format(n=classes.CRITICAL_CASES), 8.5, wide - 16)
        sample(sheet, x, y, "#ffffff", CRITICAL)
        sheet.block(x + 9.5, y, broken, 8.5)
        sheet.say(x + wide, y + 3.0, number(len(view.critical), language), 8.5, colour=SOFT, align="right")
        y += max(place.row, letters.height(len(broken), 8.5) + 1.5)
    return y + 1.5


def legend_circles(
    sheet: Sheet, place: Place, heading: str, view: View, words: Mapping[str, Any], language: str
) -> float:
    """White and yellow circles, and the key of their areas; gives the lower edge."""
    x, y, wide = place.x, place.y, place.wide
    y = sheet.block(x, y, letters.lines(heading, 9, wide, bold=True), 9, bold=True) + 1.5
    for fill, key in ((EXISTING, "legend_places"), (WITH_NEW, "legend_new")):
        sheet.circle(x + 3.5, y + 1.9, 1.9, facecolor=fill, edgecolor=INK, linewidth=0.9)
        sheet.say(x + 9.5, y + 3.0, words[key], 8.5)
        y += place.row
    many = len(view.classes) > MANY
    samples = sorted({view.largest, max(1, view.largest * 2 // 5), max(1, view.largest // 10)})
    largest = radius(view.largest, view.largest, many=many)
    across = x
    for places in samples:
        size = radius(places, view.largest, many=many)
        sheet.circle(across + size + 0.5, y + 2 * largest - size, size, facecolor="none", edgecolor=INK, linewidth=0.9)
        sheet.say(across + 2 * size + 2, y + 2 * largest - 0.2, number(places, language), 8.5)
        across += 2 * size + 5 + letters.width(number(places, language), 8.5)
    return y + 2 * largest + 4


def legend_lines(sheet: Sheet, place: Place, rows: Sequence[tuple[str, str]], words: Mapping[str, Any]) -> float:
    """Lines of journeys as asked (text, colour), then borders and what lies outside the plan; gives the lower edge."""
    x, y, wide = place.x, place.y, place.wide
    for said, colour in rows:
        sheet.rule(x, y + 1.9, x + 6, y + 1.9, color=colour, linewidth=1.3, linestyle=(0, (4, 2)))
        sheet.circle(x + 6.5, y + 1.9, 0.75, facecolor=colour, edgecolor="none")
        y = sheet.block(x + 9.5, y, letters.lines(said, 8.5, wide - 9.5), 8.5) + 2
    for key, colour, thick in (("legend_region", INK, REGION), ("legend_municipality", EDGE, MUNICIPALITY)):
        sheet.rule(x, y + 1.9, x + 7, y + 1.9, color=colour, linewidth=thick)
        sheet.say(x + 9.5, y + 3.0, words[key], 8.5)
        y += place.row
    sample(sheet, x, y, CONTEXT)
    sheet.say(x + 9.5, y + 3.0, words["legend_neighbour"], 8.5)
    return y + place.row


def more(language: str) -> Any:
    """What is said of rows that have no room."""
    return lambda n: text("atlas.more_rows", language, n=number(n, language))
