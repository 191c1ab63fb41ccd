"""The sentences that answer why: each part of an answer is one function of facts, words and a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nationalmap.domain.norm import Complement
from nationalmap.reports import sureness
from nationalmap.reports.explain.facts import Cell, Facts, Row, known
from nationalmap.reports.explain.words import Words
from nationalmap.reports.rules import rule_in_words


def title(words: Words, cell: Cell, asked: str) -> Iterator[str]:
    """What is explained; ``asked`` is the code that was asked for, of the group or of a service in it."""
    m, g, year = cell
    yield words.say("title", municipality=words.places[m], group=words.groups[g], year=year)
    if asked != g:
        yield words.say("member", service=words.services[asked], group=words.groups[g])


# ---------------------------------------------------------------------- from the indicator to the need


def indicators(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """Each indicator of the norm: its figure, unit, day, source, and how it came to the year."""
    m, _, year = cell
    for code in str(facts.needs[cell]["indicator"] or "").split() if cell in facts.needs else ():
        about = facts.catalogue[code]
        value = facts.projected.get((code, m, year))
        key = "indicator_moved" if facts.moved(code, year) else "indicator"
        yield words.say(
            "indicator_blank" if value is None else key,
            name=words.indicators[code],
            value=_with_unit(words, value, about["unit"]),
            given=_with_unit(words, facts.given.get((code, m)), about["unit"]),
            year=year,
            date=_day(about["reference_date"]),
            source=about["source"],
            sure=_sure(words, about["source_class"]),
        )


def _with_unit(words: Words, value: float | None, unit: str) -> str:
    return "" if value is None else words.say("value", value=words.figure(value), unit=words.choice(unit))


def _day(date: object) -> str:
    """A day as both languages write it here: 07.09.2021; a year alone stays one."""
    return ".".join(reversed(str(date)[:10].split("-")))


def _sure(words: Words, source_class: str) -> str:
    if source_class == "estimate":
        return words.say("sure_estimate")
    return words.say("sure", who=words.choice(source_class))


def norm(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """The norm with its rule, rate and kind, illustrative as it is; or the study that states the need."""
    used = facts.norm(cell)
    if used is not None:
        rule = rule_in_words(used, words.indicators, words.language)
        kind, status = words.say(f"kind.{used.rule.type}"), words.say(f"status.{used.status}")
        yield words.say("norm", id=used.id, rule=rule, kind=kind, status=status)
    elif cell in facts.stated:
        row = facts.stated[cell]
        yield words.say("stated", basis=row["basis"], who=words.choice(row["source_class"]))


def need(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """The need before and after rounding; unknown is said to be unknown."""
    row, year = facts.needs.get(cell, {}), cell[2]
    if not known(row.get("need_users")):
        planned = int(facts.unmet[cell]["need_users"]) if cell in facts.unmet else 0
        key = "need_minimum" if planned else "need_unknown"
        yield words.say(key, year=year, need=words.counted(planned, "case"))
        return
    cases = words.counted(int(row["need_users"]), "case")
    estimate = words.say("estimate") if row["is_estimate"] else ""
    used = facts.norm(cell)
    if used is None or not known(row["exact_users"]):
        yield words.say("need_stated", year=year, need=cases, estimate=estimate)
        return
    exact, rounding = words.figure(float(row["exact_users"])), words.say(f"rounding.{used.rounding}")
    yield words.say("need", year=year, exact=exact, need=cases, rounding=rounding, estimate=estimate)


def schemes(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """Who is not in the need because another scheme serves them."""
    used = facts.norm(cell)
    for scheme in used.rule.schemes if used is not None and isinstance(used.rule, Complement) else ():
        served = facts.served_by(scheme, cell)
        if served is not None:
            yield words.say("scheme", scheme=scheme.name, served=words.figure(served))


# ---------------------------------------------------------------------- who has a place


def placed(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """Who has a place and where; nobody, or no need, is said."""
    row = facts.unmet.get(cell)
    if row is None:
        return
    if not row["need_users"]:
        yield words.say("no_need")
        return
    cases = words.counted(int(row["need_users"]), "case")
    where = words.listed([_place(facts, words, one) for one in facts.served.get(cell, ())], "parts")
    served = words.figure(int(row["served_users"]))
    yield words.say("placed" if where else "placed_nobody", served=served, need=cases, where=where)


def _place(facts: Facts, words: Words, row: Row) -> str:
    m, h, s = row["municipality"], row["host"], row["service"]
    other = int(row["other_paid_users"])
    return words.say(
        "placed_here" if m == h else "placed_there",
        users=words.counted(int(row["users"]), "user"),
        service=words.services[s],
        host=words.places[h],
        minutes=words.figure(float(row["travel_min"])),
        agreement="" if m == h else words.say(f"agreement.{facts.agreement(m, h, s)}"),
        other=words.say("placed_other", users=other) if other else "",
    )


def without(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """Who has none: within reach, above the maximum among them, and out of reach."""
    row = facts.unmet.get(cell)
    if row is not None and row["need_users"]:
        yield words.say("without" if row["unmet_users"] else "nobody_without", **_three(words, row))


def numbers(words: Words, name: str, year: int, row: Row) -> str:
    """The three numbers of a municipality or of one of its groups: a row of table ``access`` or ``unmet``."""
    return words.say("numbers", name=name, year=year, need=words.figure(int(row["need_users"])), **_three(words, row))


def _three(words: Words, row: Row) -> dict[str, str]:
    """The three numbers of a row of table ``unmet`` or ``access``; those above a maximum are within reach."""
    above = int(row["above_maximum_users"])
    return {
        "served": words.figure(int(row["served_users"])),
        "reach": words.figure(int(row["no_place_users"]) + above),
        "above": words.say("above", above=words.figure(above)) if above else "",
        "far": words.figure(int(row["out_of_reach_users"])),
    }


# ---------------------------------------------------------------------- what binds, and money


def binds(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """Each rule that binds; that the search for cases without a place stopped early, where it did."""
    found = facts.binds(cell)
    yield from (words.whole(bind) for bind in found)
    if not found:
        return
    stage = f"unmet_{facts.binding.known.groups[cell[1]].priority_class}"
    for result in facts.plan.stages:
        if result.name == stage and result.status != "proven":
            gap = sureness.share_in_words(result.gap, words.language)
            yield words.say("not_proven", stage=sureness.stage_name(stage, words.language), gap=gap)


def money(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    """What each stream pays where the municipality's people are served, for all users there."""
    year, room = cell[2], facts.binding.room
    for h, s in facts.hosts(cell):
        about = {
            "service": words.services[s],
            "host": words.places[h],
            "year": year,
            "places": words.counted(room.places(h, s, year), "place"),
            "users": words.counted(room.taken(h, s, year), "user"),
        }
        if rows := facts.paid.get((h, s, year), ()):
            yield words.say("money", **about, streams=words.listed([payment(words, row) for row in rows], "parts"))
        if since := facts.project_until(h, s, year):
            yield words.say("money_project", **about, until=since - 1, **{"from": since})


def payment(words: Words, row: Row) -> str:
    """What one stream pays: a row of table ``spending``."""
    amount, kind = words.money(float(row["amount_eur"])), words.choice(row["kind"])
    return words.say("money_part", stream=words.streams[row["stream"]], amount=amount, kind=kind)


#: The parts of an answer in their order; one more part is one more function here.
PARTS: tuple[Callable[[Facts, Words, Cell], Iterator[str]], ...] = (
    *(indicators, norm, need, schemes),
    *(placed, without),
    *(binds, money),
)
