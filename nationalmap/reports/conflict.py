"""Why no plan can exist, in sentences for officials: what cannot be, by name and amount, and what would mend it.

One fact a line. The words stand in conflict.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nationalmap.program.amounts import limit_of
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.variables import package_size
from nationalmap.reports.conflict_names import NOUNS, Names
from nationalmap.reports.texts import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.program.infeasible.impossible import Fact, Impossible, Key, Repair
    from nationalmap.program.infeasible.obstacle import Obstacle, Part

#: Obstacles about money.
_MONEY = ("running", "capital")


def sentences(why: Impossible, names: Names) -> tuple[str, ...]:
    """Everything that is known, a line each: what arithmetic shows or else the conflict, then the repairs."""
    scenario = names.known.scenario
    title = scenario.title_bg if names.language == "bg" else scenario.title_en
    lines = [names.say("title", scenario=title)]
    if why.obstacles:
        lines.append(names.say("shown"))
        because: tuple[Part, ...] | None = None
        for obstacle, years in _by_year(why.obstacles):
            lines += obstacle_lines(obstacle, names, years, repeated=obstacle.because == because)
            because = obstacle.because
    else:
        lines.append(names.say("together"))
        lines += [names.say("line", fact=fact_sentence(fact, names)) for fact in why.facts]
    lines.append(names.say("menu" if why.repairs else "menu_none"))
    lines += [names.say("line", fact=repair_sentence(repair, names)) for repair in why.repairs]
    return tuple(lines)


# ---------------------------------------------------------------------- what arithmetic shows


def _by_year(obstacles: tuple[Obstacle, ...]) -> Iterator[tuple[Obstacle, list[int]]]:
    """Obstacles that are the same in several years once, with the years."""
    found: list[tuple[Obstacle, list[int]]] = []
    for obstacle in obstacles:
        same = [years for first, years in found if replace(first, year=obstacle.year) == obstacle]
        if same:
            same[0].append(obstacle.year)
        else:
            found.append((obstacle, [obstacle.year]))
    return iter(found)


def obstacle_lines(obstacle: Obstacle, names: Names, years: Sequence[int] = (), *, repeated: bool = False) -> list[str]:
    """What must be and what can be, the reasons for both, and the way out; ``repeated``: the same is asked again."""
    asked, there = (names.first(_reasons(obstacle, side, names)) for side in (obstacle.because, obstacle.against))
    because = [names.say("because", reason=reason) for reason in asked]
    return [
        names.say("line", fact=obstacle_sentence(obstacle, names, years)),
        *([names.say("as_before")] if repeated else because),
        *(names.say("against", reason=reason) for reason in there),
        names.say("cure_line", cure=_cure(obstacle, names)),
    ]


def obstacle_sentence(obstacle: Obstacle, names: Names, years: Sequence[int] = ()) -> str:
    """What must be and what can be, with amounts; in several ``years`` where it is the same in them."""
    codes = obstacle.codes
    place = codes.get("municipality", codes.get("territory"))
    return names.say(
        f"obstacle.{obstacle.kind}",
        year=listed(map(str, years or [obstacle.year]), names.language),
        service=names.of("service", codes["service"]) if "service" in codes else "",
        group=names.of("group", codes["group"]) if "group" in codes else "",
        place="" if place is None else names.of("territory", place),
        low=names.amount(obstacle.low, obstacle.unit),
        high=names.amount(obstacle.high, obstacle.unit),
        lacking=names.amount(obstacle.lacking, obstacle.unit),
    )


def _cure(obstacle: Obstacle, names: Names) -> str:
    if obstacle.kind in _MONEY:
        streams = any(part.kind == "stream" for part in obstacle.against)
        lacking = names.amount(obstacle.lacking, "eur")
        return names.say("cure.money", lacking=lacking) if streams else names.say("cure.stream")
    if obstacle.against[0].kind in ("lock", "limit", "hub", "openings"):
        return names.say("cure.allow_more", low=names.amount(obstacle.low, obstacle.unit))
    years = [part.codes["year"] for part in obstacle.against if "year" in part.codes and part.kind != "gone"]
    later = names.say("cure.later", year=min(years)) if years else ""
    cure = "reach" if obstacle.kind in ("users", "package", "spread", "need") else "ask_less"
    if not obstacle.high:
        return names.say("cure.reach_none" if cure == "reach" else "cure.ask_none", later=later)
    return names.say(f"cure.{cure}", high=names.amount(obstacle.high, obstacle.unit), later=later)


def _reasons(obstacle: Obstacle, parts: tuple[Part, ...], names: Names) -> Iterator[str]:
    """The reasons for one side; protected places that cost money by their service."""
    together: dict[str, list[Part]] = {}
    for part in parts:
        if part.kind == "protected" and obstacle.kind in _MONEY:
            together.setdefault(names.known.sites[part.codes["site"]].service, []).append(part)
        else:
            yield _reason(obstacle, part, names)
    for service, sites in together.items():
        yield names.say(
            "part.protected_cost",
            service=names.of("service", service),
            places=names.amount(sum(part.count for part in sites), "places"),
            sites=names.amount(len(sites), "facilities"),
            eur=names.amount(sum(part.eur for part in sites), "eur"),
        )


def _reason(obstacle: Obstacle, part: Part, names: Names) -> str:
    values: dict[str, Any] = {
        "eur": names.amount(part.eur, "eur"),
        **{unit: counted(part.count, noun, names.language) for unit, noun in NOUNS.items()},
        **{kind: names.of(kind, part.codes[kind]) for kind in ("site", "municipality", "stream") if kind in part.codes},
        "year": part.codes.get("year", ""),
    }
    kind = part.kind
    if kind == "lock":
        lock = names.lock_of(part.codes["lock"])
        kind = "lock_cost" if obstacle.kind in _MONEY else kind
        values["lock"] = names.lock(lock, value=kind == "lock")
    if kind == "not_yet" and values["year"]:
        kind = "not_yet_year"
    return names.say(f"part.{kind}", **values)


# ---------------------------------------------------------------------- what contradicts each other


def fact_sentence(fact: Fact, names: Names) -> str:
    """The rows of one rule and period that have a part in the conflict."""
    rows = names.listed(row_words(fact.rule, key, fact.year, names) for key in fact.keys)
    return names.say(f"fact.{fact.rule}", year=fact.year or "", rows=rows)


def row_words(rule: str, key: Key, year: int | None, names: Names) -> str:
    """One row by the names of its key, and the amount that the scenario or its tables state."""
    if rule == "locks":
        return names.lock(names.lock_of(key[0]))
    called = _called(rule, key, names)
    stated = _stated(rule, key, year, names)
    if not stated:
        return called
    return names.say("amount", name=called, amount=stated) if called else stated


def _called(rule: str, key: Key, names: Names) -> str:
    """What a row is about, by the names of its codes."""
    if rule == "site_limits":
        limit = names.known.scenario.site_limits[key[0] - 1]
        return listed([names.of("service", limit.service), names.of("territory", limit.territory)], names.language)
    return listed([word for part in key if isinstance(part, str) for word in [_name(part, names)]], names.language)


def _name(code: str, names: Names) -> str:
    if code in names.known.sites:
        return names.site(code)
    if code in names.known.scenario.streams:
        return names.of("stream", code)
    kinds = ("municipality", "region", "service", "group")
    return next((names.called[kind][code] for kind in kinds if code in names.called[kind]), code)


def _stated(rule: str, key: Key, year: int | None, names: Names) -> str:
    """The amount of a row with its unit; nothing where it has none of its own, or it differs by year."""
    known = names.known
    if rule in ("keep_places", "window_smallest", "window_largest"):
        site = known.sites[key[0]]
        places = {"keep_places": site.kept_places, "window_smallest": site.smallest, "window_largest": site.largest}
        return names.amount(places[rule], "places")
    if rule == "site_limits":
        limit = known.scenario.site_limits[key[0] - 1]
        return names.say(f"relation.{limit.relation}", amount=names.amount(limit.number, "facilities"))
    if rule == "hub_services":
        number = next(hub.most_services for hub in known.scenario.hubs if hub.municipality == key[0])
        return names.say("relation.most", amount=names.amount(number or 0, "services"))
    if rule == "most_openings":
        number = known.scenario.most_openings_per_year
        return names.say("relation.most", amount=names.amount(number or 0, "facilities"))
    return "" if year is None else _stated_in(rule, key, year, names)


def _stated_in(rule: str, key: Key, year: int, names: Names) -> str:
    """The amount of a row whose amount belongs to its year."""
    known = names.known
    if rule == "budgets":
        stream = known.scenario.streams[key[0]]
        carried = stream.kind == "capital" and stream.carry_over
        eur = sum(known.budget[key[0], t] for t in (known.until(year) if carried else (year,))) * EUR_PER_UNIT
        return names.amount(eur, "eur")
    if rule == "meet_need":
        return names.amount(known.need[key[0], key[1], year], "cases")
    if rule in ("municipal_package", "regional_package"):
        cell = (key[0], key[1], year)
        unit = "users" if known.minimum[cell][0] == "access" else "places"
        return names.say("relation.least", amount=names.amount(package_size(known, cell), unit))
    if rule == "maximum_users":
        return names.say("relation.most", amount=names.amount(limit_of(known, (key[0], key[1], year)), "users"))
    return ""


# ---------------------------------------------------------------------- what would mend it


def repair_sentence(repair: Repair, names: Names) -> str:
    """One demand, and by how much it must give way in which years."""
    by_amount: dict[tuple[str, float], list[int]] = {}
    for year, side, amount in repair.steps:
        by_amount.setdefault((side, amount), []).append(year or 0)
    steps = [_step(repair, side, amount, years, names) for (side, amount), years in by_amount.items()]
    return names.say(
        f"repair.{repair.rule}",
        row=row_words(repair.rule, repair.key, None, names),
        steps=listed(steps, names.language),
        enough="" if repair.least else names.say("enough"),
    )


def _step(repair: Repair, side: str, amount: float, years: list[int], names: Names) -> str:
    less = side == "lower" or repair.rule == "keep_places"
    given = ("\N{MINUS SIGN}\N{NO-BREAK SPACE}" if less else "+\N{NO-BREAK SPACE}") + names.amount(amount, repair.unit)
    if repair.rule == "budgets" and _carried(repair, names):
        return listed((names.say("up_to_year", amount=given, year=year) for year in years), names.language)
    if years == [0]:
        return given
    if len(years) == 1:
        return names.say("in_year", amount=given, year=years[0])
    return names.say("in_years", amount=given, years=listed(map(str, years), names.language))


def _carried(repair: Repair, names: Names) -> bool:
    stream = names.known.scenario.streams[repair.key[0]]
    return stream.kind == "capital" and stream.carry_over
