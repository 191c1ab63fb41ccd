"""Whose plan this is and what it is worth: header, footer, and the status of everything it rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nationalmap.reports import sureness, totals
from nationalmap.reports.page.figures import POPULATION, rows
from nationalmap.reports.page.words import joined, phrase, written_date
from nationalmap.reports.texts import counted, languages, number

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan, StageResult


def about(plan: Plan) -> dict[str, Any]:
    """Header and footer in every language."""
    return {language: _about(plan, language) for language in languages()} | {
        "as_of": plan.scenario.as_of.isoformat(),
        "name": plan.scenario.name,
        "run_id": plan.run_id,
        "status": plan.status,
    }


def _about(plan: Plan, language: str) -> dict[str, Any]:
    scenario = plan.scenario
    return {
        "title": getattr(scenario, f"title_{language}"),
        "says": getattr(scenario, f"says_{language}"),
        "territory": _territory(plan, language),
        "footer": [
            phrase("about.date", language, date=written_date(scenario.as_of, language)),
            phrase(
                "about.year", language, years=_years(plan, language), mode=phrase(f"about.{scenario.mode}", language)
            ),
            phrase("about.run", language, run=plan.run_id),
            _sure(plan, language),
            norms_line(plan, language),
            _register(plan, language) + sureness.licences_in_words(plan, language),
            _indicators(plan, language),
            boundaries_line(plan, language),
        ],
        "disclaimer": phrase("about.disclaimer", language),
        "stages": [_stage(stage, language) for stage in plan.stages],
    }


def _territory(plan: Plan, language: str) -> str:
    names = totals.names(plan, "regions", f"name_{language}")
    chosen = [names[region] for region in plan.scenario.regions]
    if len(chosen) == len(names) and len(names) > 1:
        return phrase("about.territory_all", language)
    key = "about.territory_one" if len(chosen) == 1 else "about.territory_many"
    return phrase(key, language, names=joined(chosen, language))


def _years(plan: Plan, language: str) -> str:
    return joined([str(year) for year in plan.scenario.years], language)


def _sure(plan: Plan, language: str) -> str:
    """How many stages are proven and within which tolerance; those that are not by name, with their gaps."""
    if not plan.stages:
        return phrase("about.no_stages", language)
    opened = [stage for stage in plan.stages if stage.status != "proven"]
    proven = [stage for stage in plan.stages if stage.status == "proven"]
    values = {
        "n": number(len(proven), language),
        "all": number(len(plan.stages), language),
        "tolerance": _tolerances(proven or opened, language),
    }
    if not opened:
        return phrase("about.proven", language, **values)
    named = [
        phrase(
            "about.stage_open",
            language,
            stage=sureness.stage_name(stage.name, language),
            gap=sureness.share_in_words(stage.gap, language),
        )
        for stage in opened
    ]
    return phrase("about.gap", language, stages=", ".join(named), **values)


def _tolerances(stages: list[StageResult], language: str) -> str:
    """The tolerance of the stages, or the least and the largest."""
    found = sorted({stage.tolerance for stage in stages})
    ends = dict.fromkeys((found[0], found[-1]))
    return " – ".join(sureness.share_in_words(tolerance, language) for tolerance in ends)


def _stage(stage: StageResult, language: str) -> str:
    """A stage with its gap and tolerance, and whether it is proven within it."""
    return phrase(
        "about.stage_proven" if stage.status == "proven" else "about.stage_not_proven",
        language,
        stage=sureness.stage_name(stage.name, language),
        gap=sureness.share_in_words(stage.gap, language),
        tolerance=sureness.share_in_words(stage.tolerance, language),
    )


def norms_line(plan: Plan, language: str) -> str:
    """What the norms of a plan are worth."""
    norms = plan.inputs.norms
    illustrative = sum(norm.status == "illustrative" for norm in norms)
    if not illustrative:
        return phrase("about.norms_legal", language)
    if illustrative == len(norms):
        return phrase("about.norms_illustrative", language)
    return phrase(
        "about.norms_mixed",
        language,
        n=number(illustrative, language),
        norms=counted(len(norms), "norm", language),
    )


def _register(plan: Plan, language: str) -> str:
    register = totals.register_rows(plan)
    return phrase(
        "about.register",
        language,
        estimated=number(int((register["origin"] == "estimated").sum()), language),
        sites=counted(len(register), "site", language),
    )


def _indicators(plan: Plan, language: str) -> str:
    """Kinds of source with their dates, the most used first."""
    needs = plan.tables["needs"]
    used = {code for cell in needs["indicator"].dropna().tolist() for code in str(cell).split()} | {POPULATION}
    found = Counter(
        (row["source_class"], row["reference_date"])
        for row in rows(plan.inputs.tables["indicator_catalogue"])
        if row["indicator"] in used
    )
    parts = [
        phrase(
            "about.indicator_source",
            language,
            source=phrase(f"about.sources.{source}", language),
            date=".".join(reversed(day.split("-"))),
        )
        for (source, day), _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]
    return phrase("about.indicators", language, list=", ".join(parts))


def boundaries_line(plan: Plan, language: str) -> str:
    """What the boundaries of a plan are, and whose."""
    boundaries = plan.inputs.boundaries
    return phrase(f"about.boundaries_{boundaries.status}", language, source=boundaries.source)
