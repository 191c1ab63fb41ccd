"""How sure a plan is, in words: its stages by name, what was proven within which tolerance, and what its norms are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nationalmap.accounts.licences import licences_ending
from nationalmap.reports import totals
from nationalmap.reports.texts import counted, entries, listed, number, percent, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nationalmap.domain.plan import Plan, StageResult

#: Stages that a sentence names before it counts the rest.
_NAMED_STAGES = 8
#: Sites that a sentence names before it counts the rest.
_MOST_SITES = 12


def widest_stage(plan: Plan) -> StageResult | None:
    """The stage that stayed open with the largest gap; None where every stage was proven."""
    opened = [stage for stage in plan.stages if stage.status != "proven"]
    return max(opened, key=lambda stage: math.inf if math.isnan(stage.gap) else stage.gap, default=None)


def stage_name(name: str, language: str) -> str:
    """Name of a stage in words; unmet_2 is the unmet need of priority class 2."""
    known = entries("stage")
    stage, _, number_of_class = name.rpartition("_")
    if name not in known and stage in known:
        return text("stage_part.class", language, stage=text(f"stage.{stage}", language), number=number_of_class)
    return text(f"stage.{name}", language) if name in known else name


def unit_name(unit: str, language: str) -> str:
    """A stage's unit in words; one without words as it is."""
    return text(f"unit.{unit}", language) if unit in entries("unit") else unit


def stages_in_words(plan: Plan, language: str) -> str:
    """Which stages are proven within which tolerance, and which are not, with their gaps."""
    if not plan.stages:
        return text("sure.stages_none", language)
    opened = [stage for stage in plan.stages if stage.status != "proven"]
    tolerances = {stage.tolerance for stage in plan.stages}
    if not opened and len(tolerances) == 1:
        return text(
            "sure.stages_closed",
            language,
            count=number(len(plan.stages), language),
            tolerance=share_in_words(tolerances.pop(), language),
        )
    parts = [_proven_within(plan, tolerance, language) for tolerance in sorted(tolerances)]
    if opened:
        parts.append(_not_proven(opened, language))
    return listed((part for part in parts if part), language, "parts")


def share_in_words(share: float, language: str) -> str:
    """A gap or tolerance with as many decimals as it needs: 0.01 %, 1 %; two at most from 1 % on."""
    if not math.isfinite(share):
        return text("number.none", language)
    exact = f"{share * 100:.{2 if share >= 0.01 else 4}f}".rstrip("0").partition(".")[2]
    return percent(share, language, len(exact))


def _proven_within(plan: Plan, tolerance: float, language: str) -> str:
    """The proven stages of one tolerance; empty where there are none. Many are counted, not named."""
    proven = [stage for stage in plan.stages if stage.status == "proven" and stage.tolerance == tolerance]
    if not proven:
        return ""
    names = [stage_name(stage.name, language) for stage in proven]
    rest = len(names) > _NAMED_STAGES
    return text(
        "sure.stages_within_many" if rest else "sure.stages_within",
        language,
        tolerance=share_in_words(tolerance, language),
        count=number(len(proven), language),
        stages=listed(names, language, "short_names"),
    )


def _not_proven(opened: Iterable[StageResult], language: str) -> str:
    stages = [
        text(
            "sure.stage_open",
            language,
            stage=stage_name(stage.name, language),
            gap=share_in_words(stage.gap, language),
            tolerance=share_in_words(stage.tolerance, language),
        )
        for stage in opened
    ]
    return text("sure.stages_open", language, stages=listed(stages, language, "short_names"))


def norms_in_words(plan: Plan, language: str) -> str:
    """How many norms are illustrative, and that those are not law."""
    illustrative = sum(norm.status == "illustrative" for norm in plan.inputs.norms)
    key = "sure.norms_illustrative" if illustrative else "sure.norms_legal"
    count = counted(len(plan.inputs.norms), "norm", language)
    return text(key, language, illustrative=number(illustrative, language), count=count)


def licences_in_words(plan: Plan, language: str) -> str:
    """The sites whose licence ends within the planned years, by name; empty where the register says of none."""
    last = plan.scenario.last_year
    ends = licences_ending(totals.register_rows(plan), last)
    if ends.empty:
        return ""
    towns = totals.names(plan, "municipalities", f"name_{language}")
    rows = ends[["site", "municipality", "places", "licence_valid_until"]].itertuples(index=False, name=None)
    named = [
        text("five_lines.licence", language, site=site, municipality=towns[m], places=places, until=until)
        for site, m, places, until in rows
    ]
    more = len(named) - _MOST_SITES
    rest = [text("five_lines.licences_more", language, n=number(more, language))] if more > 0 else []
    sites = listed([*named[:_MOST_SITES], *rest], language, "parts")
    count = counted(len(named), "site", language)
    return text("five_lines.licences", language, count=count, year=last, sites=sites)
