"""Any number of runs side by side: the first is the base, every other one is set beside it.

First what was asked differently, then what came out. Every table is tidy: the run, the key, the value in the base,
the value in the run, and the run less the base. A run that shares no year with the base is compared with it period by
period, under the base's years. What only one of two runs plans is named in table ``scope`` and has a blank on the
other side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.comparison.chapters import chapters
from nationalmap.reports.comparison.declared import COMPARISONS, FIGURES
from nationalmap.reports.comparison.inputs import inputs
from nationalmap.reports.comparison.pair import labels, pairs, scope
from nationalmap.reports.comparison.results import results, typed
from nationalmap.reports.comparison.said import said
from nationalmap.reports.comparison.stability import common_year, decided, decisions, stability
from nationalmap.reports.comparison.stages import stages
from nationalmap.reports.comparison.winners import priorities, winners
from nationalmap.reports.texts import languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import Plan

__all__ = ["COMPARISONS", "FIGURES", "chapters", "compare", "documents", "labels"]


def compare(plans: Sequence[Plan]) -> dict[str, pd.DataFrame]:
    """Everything that differs, by the names and columns of COMPARISONS; ``plans`` are two or more, the base first."""
    found = pairs(plans)
    beside = [plans[0], *(pair.other for pair in found)]
    decided_all, year = decided(beside), common_year(beside)
    each = []
    for pair, plan in zip(found, plans[1:], strict=True):
        tables = {"scope": scope(pair), **inputs(pair.base, plan), **results(pair), "stages": stages(pair)}
        tables["winners"] = winners(pair, tables["municipality_group"], tables["municipality_service"])
        tables["priorities"] = priorities(pair, tables["municipality_group"])
        tables["decisions"] = decisions(pair, decided_all, year)
        each.append(tables)
    whole = {
        "runs": _runs(plans),
        "stability": typed(pd.DataFrame(stability(decided_all)), COMPARISONS["stability"].columns),
    }
    whole["said"] = said(plans, found, each, whole["stability"], year)
    runs = [pair.run for pair in found]
    return {name: whole[name] if name in whole else _stacked(name, runs, each) for name in COMPARISONS}


def documents(tables: Mapping[str, pd.DataFrame], plans: Sequence[Plan]) -> dict[str, bytes]:
    """Workbook, page and sentences of a comparison, by the names of their files."""
    from nationalmap.reports import page
    from nationalmap.reports.comparison.workbook import workbook
    from nationalmap.reports.explain import reasons_by_year

    lines = [
        line
        for language in languages()
        for title, sentences in chapters(tables, language)
        for line in (title, *(f"- {sentence}" for sentence in sentences), "")
    ]
    return {
        "comparison.html": page.build_several(plans, tables, [reasons_by_year(plan) for plan in plans]).encode(),
        "comparison.xlsx": workbook(tables, plans),
        "about.txt": "\n".join(lines).encode(),
    }


def _stacked(name: str, runs: Sequence[str], each: Sequence[Mapping[str, pd.DataFrame]]) -> pd.DataFrame:
    """One table of all pairs, the run first, in the order of the runs."""
    frames = [tables[name].assign(run=run) for run, tables in zip(runs, each, strict=True)]
    return pd.concat(frames, ignore_index=True)[list(COMPARISONS[name].names)].astype({"run": "str"})


def _runs(plans: Sequence[Plan]) -> pd.DataFrame:
    rows = [
        {
            "number": number,
            "run": run,
            "scenario": plan.scenario.name,
            "run_id": plan.run_id,
            "title_bg": plan.scenario.title_bg,
            "title_en": plan.scenario.title_en,
            "years": ", ".join(map(str, plan.scenario.years)),
            "status": plan.status,
        }
        for number, (run, plan) in enumerate(zip(labels(plans), plans, strict=True), 1)
    ]
    return pd.DataFrame(rows)
