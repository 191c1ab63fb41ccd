"""A plan in the five lines that a planner reads first: the first and the last planned year, named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports import totals as figures
from nationalmap.reports.sureness import licences_in_words, norms_in_words, stages_in_words
from nationalmap.reports.texts import counted, listed, money, number, percent, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.plan import Plan

#: Municipalities, or streams, that one line names before it counts the rest: a line is read, and a cell has a limit.
_MOST_TOLD = 12


def _by_year(plan: Plan, key: str, language: str, values: Mapping[int, Mapping[str, object]]) -> str:
    """The same clause for the first and the last planned year, each with its year."""
    clauses = [text(key, language, year=year, **values[year]) for year in figures.ends(plan)]
    return listed(clauses, language, "parts")


def _package_line(plan: Plan, language: str) -> str:
    last = plan.scenario.last_year
    values = {year: _package_values(plan, year, language) for year in figures.ends(plan)}
    missing = _missing(plan, last, language)
    key = "five_lines.package_missing" if missing else "five_lines.package_whole"
    rest = text(key, language, year=last, missing=listed(missing, language, "parts"))
    return text(
        "five_lines.package", language, years=_by_year(plan, "five_lines.package_year", language, values), rest=rest
    )


def _package_values(plan: Plan, year: int, language: str) -> dict[str, object]:
    total = figures.totals(plan, year)
    return {
        "complied": number(total["complied_municipalities"], language),
        "municipalities": counted(int(total["municipalities"]), "municipality", language),
    }


def _missing(plan: Plan, year: int, language: str) -> list[str]:
    """Municipalities without the whole package in a year with what they lack; those that lack the same together."""
    package = figures.package_by_municipality(plan, year)
    places = figures.names(plan, "municipalities", f"name_{language}")
    services = figures.service_names(plan, language, short=True)
    compliance = figures.in_year(plan, "compliance", year)
    keys = zip(compliance["municipality"].tolist(), compliance["service"].tolist(), strict=True)
    amounts = dict(zip(keys, compliance["missing"].tolist(), strict=True))
    lacks: dict[str, list[str]] = {}
    for code, lacking in zip(package["municipality"].tolist(), package["missing"].tolist(), strict=True):
        if lacking:
            told = (_lacking(services, amounts, code, s, language) for s in lacking)
            lacks.setdefault(listed(told, language, "short_names"), []).append(places[code])
    clauses = [
        text("five_lines.package_missing_one", language, municipality=_together(names, plan, language), services=told)
        for told, names in list(lacks.items())[:_MOST_TOLD]
    ]
    more = sum(map(len, list(lacks.values())[_MOST_TOLD:]))
    return [*clauses, *([_and_more(more, language)] if more else [])]


def _and_more(municipalities: int, language: str) -> str:
    return text("five_lines.package_more", language, more=counted(municipalities, "municipality", language))


def _together(names: list[str], plan: Plan, language: str) -> str:
    """Names of municipalities, or that it is all of them."""
    every = len(figures.municipalities(plan))
    if len(names) == every > 1:
        return text("five_lines.everywhere", language)
    more = [_and_more(len(names) - _MOST_TOLD, language)] if len(names) > _MOST_TOLD else []
    return listed([*names[:_MOST_TOLD], *more], language)


def _lacking(
    services: Mapping[str, str], amounts: Mapping[tuple[str, str], int], municipality: str, service: str, language: str
) -> str:
    """A missing service with how much of it is missing; one that is only too far away says so."""
    amount = amounts.get((municipality, service), 0)
    lacks = number(amount, language) if amount else text("five_lines.too_far", language)
    return f"{services.get(service, service)}: {lacks}"


def _need_line(plan: Plan, language: str) -> str:
    values = {year: _need_values(plan, year, language) for year in figures.ends(plan)}
    years = _by_year(plan, "five_lines.need_year", language, values)
    total = figures.totals(plan, plan.scenario.last_year)
    key = "five_lines.need_no_data" if total["no_data_rows"] else "five_lines.need_whole"
    blank = number(total["no_data_rows"], language)
    rows = counted(int(total["need_rows"]), "row", language)
    return text("five_lines.need", language, years=years, rest=text(key, language, blank=blank, rows=rows))


def _need_values(plan: Plan, year: int, language: str) -> dict[str, object]:
    total = figures.totals(plan, year)
    share = total["served_users"] / total["need_users"] if total["need_users"] else 1.0
    parts = ("served", "unmet", "above_maximum", "out_of_reach", "no_place")
    return {
        "need": counted(int(total["need_users"]), "case", language),
        "share": percent(share, language, 1),
        **{name: number(total[f"{name}_users"], language) for name in parts},
    }


def _capacity_line(plan: Plan, language: str) -> str:
    last = plan.scenario.last_year
    total = {name: int(value) for name, value in figures.totals(plan, last).items()}
    years = [
        text(
            "five_lines.capacity_year",
            language,
            year=year,
            places=number(figures.totals(plan, year)["places"], language),
        )
        for year in figures.ends(plan)
    ]
    return text(
        "five_lines.capacity",
        language,
        year=last,
        places_today=counted(total["places_today"], "place", language),
        years=listed(years, language),
        changes=listed(_changes(total, language), language),
        idle=number(figures.idle_places(plan, last), language),
        opened=number(total["opened"], language),
        closed=number(total["closed"], language),
        with_transformed=text("five_lines.with_transformed", language) if total["transformed_out_places"] else "",
        rest=_renovations(plan, language),
    )


def _changes(total: Mapping[str, int], language: str) -> list[str]:
    """How today's places become those of the last year; what does not happen is not said."""
    names = {
        "new": total["new_places"],
        "committed": total["committed_places"],
        "transformed": total["transformed_out_places"],
        "given_up": total["given_up_places"],
    }
    arrived = number(total["transformed_in_places"], language)
    always = ("new", "given_up")
    return [
        text(f"five_lines.change_{name}", language, n=number(n, language), arrived=arrived)
        for name, n in names.items()
        if n or name in always
    ]


def _renovations(plan: Plan, language: str) -> str:
    """Renovations done of those asked, and the places lost without them; empty where none is asked."""
    rows = plan.tables["renovated"]
    if rows.empty:
        return text("five_lines.capacity_whole", language)
    done, lost = int(rows["year"].notna().sum()), int(rows["places_lost"].sum())
    key = "five_lines.capacity_renovated" + ("_all" if done == len(rows) else "" if lost else "_free")
    return text(
        key,
        language,
        done=number(done, language),
        asked=number(len(rows), language),
        lost=counted(lost, "place", language),
    )


def _money_line(plan: Plan, language: str) -> str:
    last = plan.scenario.last_year
    totals = {year: figures.totals(plan, year) for year in plan.scenario.years}
    values: dict[int, Mapping[str, object]] = {
        year: {
            "spent": money(totals[year]["running_spent_eur"], language),
            "budget": money(totals[year]["running_budget_eur"], language),
        }
        for year in figures.ends(plan)
    }
    lacking = sum(total["running_lacking_eur"] + total["capital_lacking_eur"] for total in totals.values())
    purposes = ("build", "transform", "renovate")
    parts = figures.in_whole_eur([totals[last][f"{name}_used_eur"] for name in purposes])
    used = {name: money(part, language) for name, part in zip(purposes, parts, strict=True)}
    key = "five_lines.money_lacking" if lacking else "five_lines.money_whole"
    return text(
        "five_lines.money",
        language,
        year=last,
        years=_by_year(plan, "five_lines.money_year", language, values),
        streams=listed(_streams(plan, last, language), language, "parts"),
        capital=money(totals[last]["capital_used_eur"], language),
        given=money(totals[last]["capital_given_eur"], language),
        rest=text(key, language, lacking=money(lacking, language)),
        **used,
    )


def _streams(plan: Plan, year: int, language: str) -> list[str]:
    """Running money of the year by stream: spent of what there is; of many streams the largest, the others together.

    The parts of one stream that every region has for itself are told as one.
    """
    budget = figures.in_year(plan, "budget", year).query("kind == 'running' and budget_eur + spent_eur > 0")
    told = budget.assign(name=[figures.stream_of_all(plan, stream, language) for stream in budget["stream"]])
    told = told.groupby("name", sort=False).agg(
        parts=("stream", "size"), stream=("stream", "min"), spent=("spent_eur", "sum"), budget=("budget_eur", "sum")
    )
    largest = told.reset_index().sort_values(["budget", "stream"], ascending=[False, True])
    told, rest = largest[:_MOST_TOLD].sort_values("stream"), largest[_MOST_TOLD:]

    names = [
        text("five_lines.money_parts", language, name=name, n=parts) if parts > 1 else name
        for name, parts in told[["name", "parts"]].itertuples(index=False)
    ]
    spent, available = told["spent"].tolist(), told["budget"].tolist()
    if len(rest):
        names.append(text("five_lines.money_others", language, n=number(int(rest["parts"].sum()), language)))
        spent, available = [*spent, rest["spent"].sum()], [*available, rest["budget"].sum()]
    amounts = zip(names, figures.in_whole_eur(spent), figures.in_whole_eur(available), strict=True)
    return [
        text("five_lines.money_stream", language, name=name, spent=money(out, language), budget=money(of, language))
        for name, out, of in amounts
    ] or [text("five_lines.money_no_stream", language)]


def _sure_line(plan: Plan, language: str) -> str:
    register = figures.register_rows(plan)
    return text(
        "five_lines.sure",
        language,
        licences=licences_in_words(plan, language),
        stages=stages_in_words(plan, language),
        norms=norms_in_words(plan, language),
        boundaries=text(f"sure.boundaries.{plan.inputs.boundaries.status}", language),
        register=text(
            "sure.register",
            language,
            estimated=number(int((register["origin"] == "estimated").sum()), language),
            rows=counted(len(register), "row", language),
        ),
    )


def five_lines(plan: Plan, language: str) -> list[str]:
    """What a planner reads after the plan: package, need, places, money, and how sure it all is."""
    lines = (_package_line, _need_line, _capacity_line, _money_line, _sure_line)
    return [line(plan, language) for line in lines]
