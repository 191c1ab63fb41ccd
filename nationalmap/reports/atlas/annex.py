"""The two A4 pages of one municipality: its own map and what is missing, then its services and its money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.atlas import frame, letters, tables
from nationalmap.reports.atlas.drawn import Window, draw
from nationalmap.reports.atlas.paper import A4, INK, RULE, SOFT, TINT, WARN, Sheet
from nationalmap.reports.atlas.tables import Column
from nationalmap.reports.atlas.view import own_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nationalmap.reports.atlas.mayor import Mayor
    from nationalmap.reports.atlas.tables import Row

#: Millimetres: edge of the paper, size of the map, free space.
_EDGE, _MAP, _FREE = 13.0, (112.0, 92.0), 4.0
_WIDE = A4[0] - 2 * _EDGE
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
#: Below this size reasons are rather told in short words.
_LEGIBLE = 7.0
_HALF = (_WIDE - _FREE) / 2
_LIST = [Column("", _WIDE)]
_SIDE = [Column("", 34.0), Column("", 11.0, figures=True), Column("", _HALF - 45.0)]
#: Room that a heading takes, most room of the journeys where not all fits, least room of the services.
_HEADING, _MOST_BESIDE, _LEAST = 5.7, 40.0, 60.0
#: Where the footer begins.
_BOTTOM = A4[1] - _EDGE * 0.75 - 13.0 - 2.5


def annex(mayor: Mayor) -> Iterator[Sheet]:
    """Both pages, each made when it is asked for."""
    yield _first(mayor)
    yield _second(mayor)


def _sheet(mayor: Mayor, number: int) -> tuple[Sheet, float]:
    words = mayor.words
    sheet = Sheet(A4)
    region = words.region_of[mayor.municipality]
    scenario = words.about["title"]
    about = {"region": region, "scenario": scenario, "year": mayor.known.year, "run": words.plan.run_id}
    title = words.page["municipality_of"].format(name=mayor.name)
    y = frame.header(sheet, _EDGE, title, words.say("annex.subtitle", **about), words.page["badge"])
    frame.footer(sheet, _EDGE, words.about, words.say("annex.page", n=number))
    return sheet, y + 3


def _heading(sheet: Sheet, y: float, words: str) -> float:
    """A heading over the whole width."""
    size, lines = letters.fitted(words, _WIDE, 9, (10.5, 9, 8), bold=True)
    return sheet.block(_EDGE, y, lines, size, bold=True, colour=RULE) + 1


# ------------------------------------------------------------------ the first page


def _first(mayor: Mayor) -> Sheet:
    sheet, y = _sheet(mayor, 1)
    size, lines = letters.fitted(mayor.sentence(), _WIDE - 6, 24, (11, 10.5, 10, 9.5, 9, 8.5))
    high = letters.height(len(lines), size) + 4
    sheet.box(_EDGE, y, _WIDE, high, facecolor=TINT, edgecolor="none")
    sheet.block(_EDGE + 3, y + 2, lines, size)
    y = _tiles(mayor, sheet, y + high + 3)
    y = _map(mayor, sheet, y + 4) + 4
    words = mayor.words
    asked = mayor.all
    counts = {"n": words.number(asked.achieved or 0), "all": words.number(asked.required or 0)}
    y = _heading(sheet, y, words.say("annex.complied", **counts))
    size, lines = letters.fitted(mayor.complied(), _WIDE, 14, (8.5, 8, 7.5, 7, 6.5))
    y = _heading(sheet, sheet.block(_EDGE, y, lines, size) + 3, words.say("annex.missing"))
    room = _BOTTOM - y
    rows = mayor.missing(short=False)
    if tables.height(_LIST, rows, _LEGIBLE) > room:
        rows = mayor.missing(short=True)
    _list(mayor, sheet, y, room, rows, words.say("annex.missing_none"))
    return sheet


def _tiles(mayor: Mayor, sheet: Sheet, y: float) -> float:
    """Four figures that are read from across the table."""
    words, record = mayor.words, mayor.all
    number = words.number
    package = number(record.achieved) if record.required is not None else words.page["dash"]
    if record.required is not None:
        package = words.say("annex.of", n=package, all=number(record.required))
    figures = (
        (package, "tile_package", INK if record.complied in (True, None) else WARN),
        (words.say("annex.of", n=number(record.served or 0), all=number(record.need or 0)), "tile_served", INK),
        (number(record.unmet or 0), "tile_unmet", WARN if record.unmet else INK),
        (
            words.say("annex.arrow", before=number(record.places_today), after=number(record.places)),
            "tile_places",
            INK,
        ),
    )
    wide = (_WIDE - 3 * _FREE) / 4
    for at, (figure, key, colour) in enumerate(figures):
        x = _EDGE + at * (wide + _FREE)
        sheet.box(x, y, wide, 17, facecolor="white", edgecolor=RULE, linewidth=0.8)
        size, _ = letters.fitted(figure, wide - 4, 8, (17, 15, 13, 11), bold=True)
        sheet.say(x + wide / 2, y + 7.5, figure, size, bold=True, colour=colour, align="center")
        size, lines = letters.fitted(words.say(f"annex.{key}"), wide - 4, 7.5, (7.5, 7, 6.5, 6))
        for number_, line in enumerate(lines):
            base = y + 11.6 + letters.height(number_, size)
            sheet.say(x + wide / 2, base, line, size, colour=SOFT, align="center")
    return y + 17


def _map(mayor: Mayor, sheet: Sheet, y: float) -> float:
    """The municipality among its neighbours, with the legend beside the map and the journeys below it."""
    words = mayor.words
    view = own_view(words.plan, mayor.known, mayor.municipality)
    partners = {code for pair in view.flows for code in pair}
    shown = words.ground.around({mayor.municipality, *partners}, *_MAP)
    window = Window(_EDGE, y, *_MAP, words.ground.at_least(shown, mayor.municipality, *_MAP))
    names = {code: words.places[code] for code in mayor.known.municipalities}
    draw(sheet, window, words.ground, view, names, mayor.municipality)
    x, wide = _EDGE + _MAP[0] + _FREE, _WIDE - _MAP[0] - _FREE
    page, language = words.page, words.language

    def place(top: float) -> frame.Place:
        return frame.Place(x, top, wide, frame.CLOSE)

    below = frame.legend_classes(sheet, place(y), page["headings"]["package"], view, page, language)
    below = frame.legend_circles(sheet, place(below), words.say("atlas.circles_all"), view, page, language)
    lines = [(page["legend_flow"], INK), (words.say("atlas.guests"), WARN)]
    frame.legend_lines(sheet, place(below), lines, page)
    return y + _MAP[1]


def _list(mayor: Mayor, sheet: Sheet, y: float, high: float, rows: Sequence[Row], nothing: str) -> float:
    """Sentences below each other, smaller where they need the room; how many more, where it does not suffice."""
    if not rows:
        return sheet.block(_EDGE, y, [nothing], _SIZES[0])
    return tables.table(sheet, (_EDGE, y, high), _LIST, rows, _SIZES, frame.more(mayor.words.language))


# ------------------------------------------------------------------ the second page


def _second(mayor: Mayor) -> Sheet:
    """Services, journeys and money in letters of one size, the largest with which all of them fit."""
    sheet, y = _sheet(mayor, 2)
    words, language = mayor.words, mayor.words.language
    rows, nothing = mayor.services()
    money, sides = mayor.money(), (mayor.hosts(), mayor.guests())
    notes = (
        nothing,
        words.page["note_estimate"] + ".",
        *(words.say(f"annex.{key}") for key in ("case", "old", "question")),
    )
    note = " ".join(part for part in notes if part)
    size, lines = letters.fitted(note, _WIDE, 10, (7, 6.5, 6))
    elsewhere = letters.fitted(mayor.paid_elsewhere(), _WIDE, 8, (8, 7.5, 7, 6.5, 6))
    said = letters.height(len(lines), size) + letters.height(len(elsewhere[1]), elsewhere[0])
    room = _BOTTOM - y - 3 * _HEADING - 2 * _FREE - said - 2
    parts = ((_service_columns(mayor), rows), (_money_columns(mayor), money))
    for letter in _SIZES:
        high = [tables.height(columns, found, letter) for columns, found in parts]
        beside = max(tables.height(_SIDE, side, letter) for side in sides)
        if sum(high) + beside <= room:
            break
    most = max(_MOST_BESIDE, room - sum(high))
    beside = max(tables.taken(_SIDE, side, min(beside, most), (letter,)) for side in sides)
    y = _heading(sheet, y, words.say("annex.services"))
    place = (_EDGE, y, max(room - high[1] - beside, _LEAST))
    y = tables.table(sheet, place, *parts[0], (letter,), frame.more(language)) + 1
    y = sheet.block(_EDGE, y, lines, size, colour=SOFT) + _FREE
    y = _beside(mayor, sheet, y, beside, letter) + _FREE
    y = _heading(sheet, y, words.say("annex.money"))
    if money:
        place = (_EDGE, y, _BOTTOM - y - letters.height(len(elsewhere[1]), elsewhere[0]) - 2)
        y = tables.table(sheet, place, *parts[1], _SIZES[_SIZES.index(letter) :], frame.more(language))
    else:
        y = sheet.block(_EDGE, y, [words.say("annex.money_none")], 8.5)
    sheet.block(_EDGE, y + 1, elsewhere[1], elsewhere[0])
    return sheet


def _beside(mayor: Mayor, sheet: Sheet, y: float, high: float, letter: float) -> float:
    """Where its people are served, and whom it serves, side by side; gives the lower edge."""
    words = mayor.words
    lower = top = y
    for at, (key, rows, nothing) in enumerate(
        (("to", mayor.hosts(), "nobody_served"), ("from", mayor.guests(), "nobody_guest"))
    ):
        x = _EDGE + at * (_HALF + _FREE)
        top = sheet.block(x, y, [words.say(f"annex.{key}")], 10.5, bold=True, colour=RULE) + 1
        if rows:
            sizes = _SIZES[_SIZES.index(letter) :]
            below = tables.table(sheet, (x, top, high + 0.5), _SIDE, rows, sizes, frame.more(words.language))
        else:
            below = sheet.block(x, top, letters.lines(words.say(f"annex.{nothing}"), 8, _HALF), 8)
        lower = max(lower, below)
    return lower


def _service_columns(mayor: Mayor) -> list[Column]:
    said = mayor.words.say
    return [
        Column(said("annex.column_service"), 62.0),
        Column(said("annex.column_need"), 17.0, figures=True),
        Column(said("annex.column_today"), 13.0, figures=True),
        Column(said("annex.column_planned"), 14.0, figures=True),
        Column(said("annex.column_users"), 43.0),
        Column(said("annex.column_unmet"), 12.0, figures=True),
        Column(said("annex.column_package"), _WIDE - 161.0),
    ]


def _money_columns(mayor: Mayor) -> list[Column]:
    words, years = mayor.words, mayor.words.plan.scenario.years
    each = min(26.0, (_WIDE - 90.0) / len(years))
    left = _WIDE - each * len(years)
    return [
        Column(words.say("annex.column_stream"), left - 30.0),
        Column(words.say("annex.column_purpose"), 30.0),
        *(Column(words.say("atlas.year", year=year), each, figures=True) for year in years),
    ]
