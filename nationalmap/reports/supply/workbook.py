"""The report as a workbook in the style of the plan's: figures, licences that end, every facility."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from nationalmap.accounts.licences import licences_ending
from nationalmap.reports.sheets import Sheet, Style, heading
from nationalmap.reports.supply.figures import RATIOS, SUMMED, Supply, facilities, figures
from nationalmap.reports.supply.paper import name_of
from nationalmap.reports.texts import act, entries, languages, text
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

_FACILITY: tuple[tuple[str, Style], ...] = (
    *(("municipality", "code"), ("municipality_name", "text"), ("service", "code"), ("service_name", "text")),
    ("site", "code"),
    *((name, "number" if name == "staff_posts" else "count") for name in SUMMED),
    *(("provider", "text"), ("provider_name", "text"), ("funding", "text")),
    *(("licence_valid_until", "code"), ("last_control", "code"), ("basis", "long")),
)


def workbook(supply: Supply, day: date, run: str) -> bytes:
    """The workbook; the same register gives the same bytes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    book.set_properties({"title": act("supply.title"), "comments": run, "created": datetime.combine(day, time())})
    sheets = [_figures(supply), *([_ending(supply)] if supply.until is not None else []), _facilities(supply)]
    for sheet in sheets:
        words = entries(f"sheet.{sheet.key}")
        page = Page(book.add_worksheet(words["tab"][0]), words["tab"][0], styles)
        titles = [
            (text("workbook.sheet_of", language, title=words["tab"][at], what=supply.title), words["says"][at])
            for at, language in enumerate(languages())
        ]
        write_sheet(page, sheet, titles)
        set_up_page(page, run, "A3")
    book.close()
    return target.getvalue()


def _figures(supply: Supply) -> Sheet:
    counted = figures(supply)
    named = [
        act("supply.everything") if by == "all" else name_of(supply, by, code)
        for by, code in zip(counted["by"], counted["code"], strict=True)
    ]
    rows = counted.assign(what=named, by=[act(f"supply.by_{by}") for by in counted["by"]])
    rows = rows.rename(columns={"services": "facilities_count"})
    order: tuple[tuple[str, Style], ...] = (
        *(("by", "text"), ("what", "text"), ("facilities_count", "count")),
        *((name, "number" if name == "staff_posts" else "count") for name in SUMMED),
        *((name, "number") for name in RATIOS),
        *((f"{name}_given", "count") for name in SUMMED),
    )
    return _sheet("supply", order, rows, frozen=2)


def _named(supply: Supply, rows: pd.DataFrame) -> pd.DataFrame:
    """Facilities with names beside their codes, choices in words."""
    said: dict[str, list[Any]] = {
        what: [text(f"choice.{code}", "bg") if isinstance(code, str) and code else None for code in rows[what]]
        for what in ("provider", "funding")
    }
    return rows.assign(
        municipality_name=[supply.towns[code] for code in rows["municipality"]],
        service_name=[supply.services[code] for code in rows["service"]],
        provider=said["provider"],
        funding=said["funding"],
    )


def _ending(supply: Supply) -> Sheet:
    rows = licences_ending(supply.register, supply.until or 0)
    return _sheet("supply_licences", _FACILITY, _named(supply, rows), frozen=5)


def _facilities(supply: Supply) -> Sheet:
    return _sheet("supply_facilities", _FACILITY, _named(supply, facilities(supply)), frozen=5, totals=("places",))


def _sheet(
    key: str, order: tuple[tuple[str, Style], ...], rows: pd.DataFrame, frozen: int, totals: tuple[str, ...] = ()
) -> Sheet:
    """Columns in order; a blank text is an empty cell, as a figure is that nobody gave."""
    names = [name for name, _ in order]
    cells = rows[names].astype(object)
    cells = cells.where(cells.notna() & (cells != ""), None).reset_index(drop=True)
    return Sheet(key, tuple(heading(name, style) for name, style in order), cells, frozen, totals, "A3")
