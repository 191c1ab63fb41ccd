"""The sheets of the atlas: the package first, then one A3 page for each service, of one year or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from nationalmap.reports import totals
from nationalmap.reports.atlas import frame, letters
from nationalmap.reports.atlas.drawn import MANY, Window, draw
from nationalmap.reports.atlas.paper import A3, INK, SOFT, Sheet
from nationalmap.reports.atlas.tables import Column, Row, table
from nationalmap.reports.atlas.view import package_view, service_view
from nationalmap.reports.atlas.words import Words
from nationalmap.reports.page.figures import ALL, TERRITORY, figures
from nationalmap.reports.page.record import all_places
from nationalmap.reports.page.topics import topics
from nationalmap.reports.page.views import sentences_of
from nationalmap.reports.texts import listed

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.atlas.view import View
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.record import Record
    from nationalmap.reports.page.topics import Topic

#: Millimetres: edge of the paper, width of the columns at both sides of the map, and free space between them.
_EDGE, _LEFT, _RIGHT, _FREE = 11.0, 68.0, 104.0, 5.0
#: A territory this many times as wide as high has the legend below the map, in a strip as high as this.
_WIDE, _STRIP = 1.35, 58.0
#: A part of the legend, drawn at its place; gives the lower edge.
Part = Callable[[Sheet, frame.Place], float]
_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)


def sheets(plan: Plan, language: str, years: Sequence[int], services: Sequence[str]) -> Iterator[tuple[str, Sheet]]:
    """Name and sheet of each page, made when it is asked for; of each year the package first."""
    words = Words(plan, language)
    chosen = [topic for topic in topics(plan) if len(topic.services) == 1 and topic.services[0] in set(services)]
    chosen.sort(key=lambda topic: services.index(topic.services[0]))
    count = len(years) * (len(chosen) + 1)
    number_ = 0
    for year in years:
        known = figures(plan, year)
        for topic in (None, *chosen):
            number_ += 1
            page = words.say("atlas.page", n=words.number(number_), all=words.number(count))
            name = f"{number_:03d}-{year}-{topic.services[0] if topic else 'package'}"
            yield name, (_package(words, known, page) if topic is None else _service(words, known, topic, page))


def _package(words: Words, known: Figures, page: str) -> Sheet:
    """Which municipalities have the whole package: the law's question."""
    view = package_view(known)
    sentence = sentences_of(words.plan, known, words.language).of("package", ALL)
    heading = words.page["headings"]["package"]
    parts: list[Part] = [
        lambda sheet, place: frame.legend_classes(sheet, place, heading, view, words.page, words.language),
        lambda sheet, place: frame.legend_lines(sheet, place, [], words.page),
    ]
    sheet, top, bottom = _page(words, known, words.say("atlas.cover"), page, [sentence], view, parts)
    columns = [
        Column("", 36.0),
        Column(words.say("atlas.package_services"), 26.0, figures=True),
        Column(words.page["short"]["need"].replace("\u00ad", ""), 21.0, figures=True),
        Column(words.page["short"]["unmet"], 21.0, figures=True),
    ]
    rows = [
        Row((name, _whole(words, record), words.number(record.need), words.number(record.unmet)), bold, weight)
        for name, record, bold, weight in _rows(words, known, ALL)
    ]
    _table(words, sheet, top, bottom, columns, rows, _lacking(words, known))
    return sheet


def _lacking(words: Words, known: Figures) -> str:
    """What is missing where, by municipality; of a country the sentence and the workbook tell."""
    if len(known.municipalities) > MANY:
        return ""
    short = words.short_services
    said = []
    for code in known.municipalities:
        names = [short[service] for service in known.of(code).lacking]
        if names:
            services = listed(names, words.language)
            said.append(words.say("atlas.missing_by", name=words.places[code], services=services))
    return " ".join(said)


def _whole(words: Words, record: Record) -> str:
    if record.required is None:
        return str(words.page["dash"])
    return words.say("atlas.page", n=words.number(record.achieved), all=words.number(record.required))


def _service(words: Words, known: Figures, topic: Topic, page: str) -> Sheet:
    """Coverage of the need, places and journeys of one service."""
    (service,) = topic.services
    view = service_view(words.plan, known, topic)
    said = sentences_of(words.plan, known, words.language)
    sentences = [said.of("coverage", topic.key)]
    group = words.groups[topic.group]
    heading = words.page["headings"]["coverage"]
    if topic.single:
        heading = words.say("atlas.group_colour", group=group)
        sentences.append(words.say("atlas.group_sentence", group=group, sentence=said.of("coverage", topic.group)))
    if not view.marks:
        sentences.append(words.say("atlas.no_places"))
    circles, flows = words.say("atlas.circles"), [(words.page["legend_flow"], INK)]
    parts: list[Part] = [
        lambda sheet, place: frame.legend_classes(sheet, place, heading, view, words.page, words.language),
        lambda sheet, place: frame.legend_circles(sheet, place, circles, view, words.page, words.language),
        lambda sheet, place: frame.legend_lines(sheet, place, flows, words.page),
    ]
    sheet, top, bottom = _page(words, known, words.services[service], page, sentences, view, parts)
    short = words.page["short"]
    columns = [
        Column("", 33.0),
        Column(short["need"].replace("\u00ad", ""), 18.5, figures=True),
        Column(short["served"], 12.0, figures=True),
        Column(short["unmet"], 12.0, figures=True),
        Column(words.say("atlas.today"), 14.0, figures=True),
        Column(words.say("atlas.planned"), 14.5, figures=True),
    ]
    rows = []
    standing = {name: record for name, record, *_ in _rows(words, known, topic.key)}
    for name, record, bold, weight in _rows(words, known, topic.group):
        here = standing[name]
        need = words.estimate(record.need, record.need_is_estimate)
        today = words.estimate(here.places_today, here.places_are_estimate)
        counts = (words.number(record.served), words.number(record.unmet))
        rows.append(Row((name, need, *counts, today, words.number(here.places)), bold, weight))
    note = f"{words.page['note_estimate']}. "
    if topic.single:
        note += words.say("atlas.need_of_group", group=group)
    _table(words, sheet, top, bottom, columns, rows, note)
    return sheet


def _page(
    words: Words, known: Figures, title: str, page: str, sentences: Sequence[str], view: View, parts: Sequence[Part]
) -> tuple[Sheet, float, float]:
    """Header, sentences, map, legend and footer; gives the sheet and the upper and lower edge of the table's column.

    The legend stands beside a territory that is high, and below one that is wide.
    """
    sheet = Sheet(A3)
    scenario = words.about["title"]
    subtitle = words.say(
        "atlas.subtitle",
        territory=words.about["territory"],
        scenario=scenario,
        year=known.year,
        run=words.plan.run_id,
    )
    top = frame.header(sheet, _EDGE, title, subtitle, words.page["badge"]) + 3
    said = " ".join([words.say("atlas.year_sentence", year=known.year, sentence=sentences[0]), *sentences[1:]])
    size, lines = letters.fitted(said, sheet.wide - 2 * _EDGE, 16, (12, 11, 10, 9))
    top = sheet.block(_EDGE, top, lines, size) + 4
    bottom = sheet.high - _EDGE * 0.75 - 9.0 - 3
    left, wide, high = _EDGE, sheet.wide - 2 * _EDGE - _RIGHT - _FREE, bottom - top - _STRIP
    below = words.ground.shape(known.municipalities) > _WIDE
    if not below:
        left, wide, high = left + _LEFT + _FREE, wide - _LEFT - _FREE, bottom - top
    shown = words.ground.around(known.municipalities, wide, high)
    draw(sheet, Window(left, top, wide, high, shown), words.ground, view, words.on_the_map)
    x, y = _EDGE, top + high + 4 if below else top
    for part in parts:
        place = frame.Place(x, y, wide * 0.3, frame.CLOSE) if below else frame.Place(x, y, _LEFT)
        lower = part(sheet, place)
        x, y = (x + wide * 0.35, y) if below else (x, lower)
    frame.footer(sheet, _EDGE, words.about, page)
    return sheet, top, bottom


def _rows(words: Words, known: Figures, key: str) -> Iterator[tuple[str, Record, bool, float]]:
    """Name, record, bold, weight: of each municipality, or of each region where there are many, and of all."""
    planned = known.municipalities
    if len(planned) <= MANY:
        for code in planned:
            record = known.of(code, key)
            yield words.places[code], record, False, record.unmet or 0
    else:
        yield from _regions(words, known, key)
    yield words.page["short"]["total"], known.of(TERRITORY, key), True, float("inf")


def _regions(words: Words, known: Figures, key: str) -> Iterator[tuple[str, Record, bool, float]]:
    """The sum of each region."""
    frame_ = words.plan.inputs.tables["municipalities"]
    region_of = dict(zip(frame_["municipality"].tolist(), frame_["region"].tolist(), strict=True))
    names = words.names("regions")
    for region in words.plan.scenario.regions:
        members = [(code, known.of(code, key)) for code in known.municipalities if region_of[code] == region]
        record = all_places(members)
        yield names[region], record, False, record.unmet or 0


def _table(
    words: Words, sheet: Sheet, top: float, bottom: float, columns: list[Column], rows: Sequence[Row], note: str = ""
) -> None:
    """The table at the right of the map, a note below it."""
    x = sheet.wide - _EDGE - _RIGHT
    name = "by_region" if len(totals.municipalities(words.plan)) > MANY else ""
    title = words.say(f"atlas.{name}") if name else words.page["municipality"]
    columns[0] = Column(title, columns[0].wide)
    size, broken = letters.fitted(note, _RIGHT, (bottom - top) / 2, (8.5, 8, 7.5, 7, 6.5, 6))
    room = bottom - top - letters.height(len(broken), size) - 3
    y = table(sheet, (x, top, room), columns, rows, _SIZES, frame.more(words.language))
    sheet.block(x, y + 2, broken, size, colour=SOFT)
