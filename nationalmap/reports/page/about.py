"""Whose plan this is and what it is worth: header, footer, and the status of everything it rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nationalmap.reports import summary, totals
from nationalmap.reports.page.figures import POPULATION, rows
from nationalmap.reports.page.words import joined, phrase, written_date
from nationalmap.reports.texts import counted, languages, number, percent

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan, StageResult


def about(plan: Plan) -> dict[str, Any]:
    """Header and footer in every language."""
    return {language: _about(plan, language) for language in languages()} | {
        "as_of": plan.scenario.as_of.isoformat(),
        "year": plan.scenario.year,
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
        "year": phrase("about.year_short", language, year=scenario.year),
        "footer": [
            phrase("about.date", language, date=written_date(scenario.as_of, language)),
            phrase("about.year", language, year=scenario.year, mode=phrase(f"about.{scenario.mode}", language)),
            phrase("about.run", language, run=plan.run_id),
            _sure(plan, language),
            _norms(plan, language),
            _register(plan, language),
            _indicators(plan, language),
            _boundaries(plan, language),
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


def _sure(plan: Plan, language: str) -> str:
    """Proven, or the stages that stayed open with their gaps."""
    if plan.status == "proven":
        return phrase("about.proven", language)
    opened = [
        f"{summary.stage_name(stage.name, language)} {percent(stage.gap, language)}"
        for stage in plan.stages
        if stage.status != "proven"
    ]
    return phrase("about.gap", language, stages=", ".join(opened))


def _stage(stage: StageResult, language: str) -> str:
    gap = percent(stage.gap, language)
    return f"{summary.stage_name(stage.name, language)}: {gap}"


def _norms(plan: Plan, language: str) -> str:
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
    used = set(needs["indicator"].tolist()) | {POPULATION}
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


def _boundaries(plan: Plan, language: str) -> str:
    boundaries = plan.inputs.boundaries
    return phrase(f"about.boundaries_{boundaries.status}", language, source=boundaries.source)
