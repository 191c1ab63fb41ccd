"""Why a municipality has the places it has: from the indicator to the money, in sentences and as a table.

Every figure is one of the plan's own tables, or arithmetic on them; what is not known is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports import totals
from nationalmap.reports.explain import sentences
from nationalmap.reports.explain.facts import Facts, records
from nationalmap.reports.explain.table import COLUMNS, why_table
from nationalmap.reports.explain.words import words_of
from nationalmap.reports.nearness import nearness
from nationalmap.reports.texts import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nationalmap.domain.plan import Plan

__all__ = ["COLUMNS", "explain", "groups_of", "reasons", "reasons_by_year", "three_numbers", "why_table"]


def explain(plan: Plan, municipality: str, group_or_service: str, language: str, year: int | None = None) -> list[str]:
    """Why a municipality has what it has in a need group, or in those that a service belongs to; codes are known.

    ``year``: a planned one, otherwise the last. Sentences in the order of ``sentences.PARTS``.
    """
    facts, words = Facts(plan), words_of(plan, language)
    asked = plan.scenario.last_year if year is None else year
    lines: list[str] = []
    for group in groups_of(plan, group_or_service):
        cell = (municipality, group, asked)
        lines += sentences.title(words, cell, group_or_service)
        for part in sentences.PARTS:
            lines += part(facts, words, cell)
    return lines


def three_numbers(plan: Plan, municipality: str, language: str, year: int | None = None) -> list[str]:
    """With a place, within reach but no place, out of reach: all needs of a municipality, then each need group.

    Of a group also how near people live to open places (nearness).
    """
    facts, words = Facts(plan), words_of(plan, language)
    asked = plan.scenario.last_year if year is None else year
    title = words.say("numbers_all", municipality=words.places[municipality])
    whole = (row for row in records(totals.in_year(plan, "access", asked)) if row["municipality"] == municipality)
    lines = [sentences.numbers(words, title, asked, row) for row in whole]
    near = nearness(plan, municipality, asked, language)
    for cell in sorted(cell for cell in facts.unmet if (cell[0], cell[2]) == (municipality, asked)):
        said = sentences.numbers(words, words.groups[cell[1]], asked, facts.unmet[cell])
        lines.append(" ".join(part for part in (said, near.get(cell[1], "")) if part))
    return lines


def reasons(
    plan: Plan, municipalities: Iterable[str], language: str, year: int
) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """What stops one more place, by municipality and need group: as sentences, and as words for a cell.

    Only where somebody stays without a place in the year.
    """
    facts, words, asked = Facts(plan), words_of(plan, language), set(municipalities)
    return {
        (cell[0], cell[1]): (
            list(sentences.binds(facts, words, cell)),
            [words.short(bind) for bind in facts.binds(cell)],
        )
        for cell, row in sorted(facts.unmet.items())
        if cell[0] in asked and cell[2] == year and row["unmet_users"]
    }


def reasons_by_year(plan: Plan) -> dict[int, dict[str, dict[tuple[str, str], list[str]]]]:
    """What stops one more place, in few words: by year, language, then municipality and need group."""
    facts, found = Facts(plan), {}
    for year in plan.scenario.years:
        lacking = sorted(cell for cell, row in facts.unmet.items() if cell[2] == year and row["unmet_users"])
        bound = {cell[:2]: facts.binds(cell) for cell in lacking}
        found[year] = {
            language: {cell: [words.short(bind) for bind in binds] for cell, binds in bound.items()}
            for language, words in ((language, words_of(plan, language)) for language in languages())
        }
    return found


def groups_of(plan: Plan, group_or_service: str) -> tuple[str, ...]:
    """The need group of a code: the code itself, the group of the service, or both; none for an unknown code."""
    groups = plan.inputs.tables["groups"]["group"].tolist()
    services = plan.inputs.tables["services"]
    found = services.loc[services["service"] == group_or_service, "group"].tolist()
    return tuple(dict.fromkeys([*(code for code in groups if code == group_or_service), *found]))
