"""The first sheet of the workbook: what a minister reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nationalmap.reports import summary, sureness, totals
from nationalmap.reports.sheets import years_in_words
from nationalmap.reports.texts import number, text
from nationalmap.reports.workbook_sheet import LINE, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nationalmap.domain.plan import Plan, StageResult
    from nationalmap.reports.workbook_style import Page

_COLUMNS = 14
_WIDTH = 13
_CHARACTERS = _COLUMNS * _WIDTH
_STAGES = (
    ("stage", 0, 3),
    ("stage_unit", 4, 5),
    ("stage_value", 6, 7),
    ("stage_bound", 8, 9),
    ("stage_gap", 10, 10),
    ("stage_tolerance", 11, 11),
    ("stage_status", 12, 13),
)


def _title(page: Page, plan: Plan) -> int:
    """Title, territory, year and run; returns the next free row."""
    for row, language, style in ((0, "bg", "head"), (1, "en", "subject")):
        page.merge(row, 0, _COLUMNS - 1, getattr(plan.scenario, f"title_{language}"), style)
    for row, language in ((2, "bg"), (3, "en")):
        names = totals.names(plan, "regions", f"name_{language}")
        regions = ", ".join(text("workbook.region", language, name=names[code]) for code in plan.scenario.regions)
        subject = text(
            "workbook.subject",
            language,
            regions=regions,
            years=years_in_words(plan),
            as_of=plan.scenario.as_of.strftime("%d.%m.%Y"),
        )
        run = text("workbook.run", language, run=plan.run_id)
        page.merge(row, 0, _COLUMNS - 1, f"{subject} · {run}", "says")
    page.sheet.set_row(0, 30)
    return 5


def _banners(page: Page, plan: Plan, row: int) -> int:
    """How sure the plan is, and what its norms are worth."""
    illustrative = any(norm.status == "illustrative" for norm in plan.inputs.norms)
    banners = (
        (plan.status, "proven" if plan.status == "proven" else "open"),
        ("illustrative" if illustrative else "legal", "open" if illustrative else "proven"),
    )
    for key, style in banners:
        words = " · ".join(text(f"workbook.{key}", language) for language in ("bg", "en"))
        page.merge(row, 0, _COLUMNS - 1, words, style)
        page.sheet.set_row(row, 20)
        row += 1
    return row + 1


def _tiles(page: Page, plan: Plan, row: int) -> int:
    """Seven figures of the last year, two columns each: the figure, of how much, what it was in the first year."""
    last = plan.scenario.last_year
    total, before = (totals.totals(plan, year) for year in (last, plan.scenario.years[0]))
    whole = {
        "package": ("complied_municipalities", "municipalities"),
        "need": ("need_users", ""),
        "served": ("served_users", "need_users"),
        "unmet": ("unmet_users", "need_users"),
        "new_places": ("new_places", "places"),
        "running": ("running_spent_eur", "running_budget_eur"),
        "capital": ("capital_used_eur", "capital_given_eur"),
    }
    for place, (key, (part, of)) in enumerate(whole.items()):
        first = place * 2
        page.sheet.merge_range(row, first, row, first + 1, "", page.formats["tile"])
        page.write("number", row, first, round(total[part]), page.formats["tile"])
        below = [text("tile.of", "bg", whole=number(total[of], "bg"))] if of else []
        if last != plan.scenario.years[0]:
            below.append(text("tile.before", "bg", year=plan.scenario.years[0], value=number(before[part], "bg")))
        page.merge(row + 1, first, first + 1, "\n".join(below), "tile_part")
        words = "\n".join(text(f"tile.{key}", language, year=last) for language in ("bg", "en"))
        page.merge(row + 2, first, first + 1, words, "tile_says")
    for offset, height in enumerate((30, 30, 44)):
        page.sheet.set_row(row + offset, height)
    return row + 4


def _section(page: Page, row: int, key: str) -> int:
    words = " · ".join(text(f"workbook.{key}", language) for language in ("bg", "en"))
    page.merge(row, 0, _COLUMNS - 1, words, "section")
    page.sheet.set_row(row, 20)
    return row + 1


def _lines(page: Page, plan: Plan, row: int) -> int:
    """The five lines, in Bulgarian and below each in English."""
    row = _section(page, row, "in_short")
    pairs = zip(summary.five_lines(plan, "bg"), summary.five_lines(plan, "en"), strict=True)
    for pair in pairs:
        for words, style, per_line in zip(pair, ("line", "line_en"), (1.0, 1.12), strict=True):
            page.merge(row, 0, _COLUMNS - 1, words, style)
            page.sheet.set_row(row, 15.5 * math.ceil(len(words) / (_CHARACTERS * per_line)) + 2)
            row += 1
    return row + 1


def _stage_cells(stage: StageResult) -> Iterable[tuple[Any, str]]:
    names = " · ".join(sureness.stage_name(stage.name, language) for language in ("bg", "en"))
    status = " · ".join(text(f"status.{stage.status}", language) for language in ("bg", "en"))
    figures = (
        (stage.value, "number"),
        (stage.bound, "number"),
        (stage.gap, "share"),
        (stage.tolerance, "share"),
    )
    finite = [(value if math.isfinite(value) else None, style) for value, style in figures]
    return ((names, "text"), (sureness.unit_name(stage.unit, "bg"), "text"), *finite, (status, "text"))


def _stages(page: Page, plan: Plan, row: int) -> int:
    """Every stage with its value, proven bound, gap and tolerance."""
    row = _section(page, row, "stages")
    for name, first, last in _STAGES:
        if last > first:
            page.sheet.merge_range(row, first, row, last, "", page.formats["heading"])
        page.write_heading(row, first, *(text(f"column.{name}", language) for language in ("bg", "en")))
    page.sheet.set_row(row, 32)
    for stage in plan.stages:
        row += 1
        cells = list(_stage_cells(stage))
        page.sheet.set_row(row, LINE * lines(str(cells[0][0]), (_STAGES[0][2] + 1) * _WIDTH, "text") + 2)
        for (value, style), (_, first, last) in zip(cells, _STAGES, strict=True):
            if last > first:
                page.sheet.merge_range(row, first, row, last, "", page.formats[style])
            kind = "blank" if value is None else "string" if isinstance(value, str) else "number"
            page.write(kind, row, first, value, page.formats[style])
    return row + 2


def _contents(page: Page, sheets: Iterable[tuple[str, str, str]], row: int) -> int:
    """Every sheet (its tab, its English title, what it says); a click leads there."""
    row = _section(page, row, "contents")
    for tab, english, says in sheets:
        page.sheet.merge_range(row, 0, row, 2, "", page.formats["link"])
        page.sheet.write_url(row, 0, f"internal:'{tab}'!A1", page.formats["link"], tab)
        page.merge(row, 3, 5, english, "says")
        page.merge(row, 6, _COLUMNS - 1, says, "says")
        row += 1
    page.merge(row + 1, 0, _COLUMNS - 1, " ".join(text("workbook.blank", lang) for lang in ("bg", "en")), "says")
    return row + 2


def write_summary(page: Page, plan: Plan, sheets: Iterable[tuple[str, str, str]]) -> None:
    """Title, how sure, seven figures, the five lines, the stages, and where the rest stands (``_contents``)."""
    page.sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    row = _tiles(page, plan, _banners(page, plan, _title(page, plan)))
    _contents(page, sheets, _stages(page, plan, _lines(page, plan, row)))
    page.sheet.activate()
