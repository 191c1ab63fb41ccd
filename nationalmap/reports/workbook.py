"""The plan as a workbook for Excel: real numbers, Bulgarian first, ready to print.

No formulas, no links out of the file, and text that looks like a formula stays text. The
same plan gives the same bytes: the only date inside is the scenario's, never the clock's.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter

from nationalmap.errors import OutputFailed
from nationalmap.reports import workbook_summary
from nationalmap.reports.sheets import years_in_words
from nationalmap.reports.sheets_inputs import input_sheets
from nationalmap.reports.sheets_municipality import municipality_sheet
from nationalmap.reports.sheets_results import result_sheets
from nationalmap.reports.texts import entries, languages, text
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.sheets import Sheet


#: What the name of a sheet may not hold, and how long it may be.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST = 31


def _tab(sheet: Sheet) -> str:
    """The name of a sheet: its title, or whose it is, with the code, for two municipalities may have one name."""
    if not sheet.of:
        return text(f"sheet.{sheet.key}.tab", "bg")
    name = _FORBIDDEN.sub(" ", sheet.of[0]).strip()
    return f"{name[: _LONGEST - len(sheet.code) - 1]} {sheet.code}"


def _titles(plan: Plan, sheet: Sheet) -> list[tuple[str, str]]:
    """The sheet's title and what it says, in both languages."""
    words = entries(f"sheet.{sheet.key}")
    return [
        (
            text("workbook.sheet_about", language, title=_title(sheet, place), years=years_in_words(plan)),
            ". ".join(words[name][place] for name in ("says", "legend") if name in words),
        )
        for place, language in enumerate(languages())
    ]


def _title(sheet: Sheet, place: int) -> str:
    """The title of a sheet in the language at a place."""
    title: str = entries(f"sheet.{sheet.key}")["tab"][place]
    return f"{title} {sheet.of[place]}" if sheet.of else title


def _sheets(plan: Plan, municipalities: Sequence[str]) -> list[Sheet]:
    """Every sheet but the first, in the order in which they are read."""
    results = result_sheets(plan)
    (why,) = [sheet for sheet in results if sheet.key == "why"]
    return [*results, *(municipality_sheet(plan, code, why) for code in municipalities), *input_sheets(plan)]


def _build(plan: Plan, target: BytesIO, municipalities: Sequence[str]) -> None:
    """Every sheet of the workbook."""
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    book.set_properties(
        {
            "title": plan.scenario.title_bg,
            "subject": plan.scenario.title_en,
            "comments": plan.run_id,
            "created": datetime.combine(plan.scenario.as_of, time()),
        }
    )
    sheets = _sheets(plan, municipalities)
    tabs = [text("sheet.summary.tab", "bg"), *map(_tab, sheets)]
    first, *pages = (Page(book.add_worksheet(tab), tab, styles) for tab in tabs)
    told = [(_tab(sheet), _title(sheet, 1), text(f"sheet.{sheet.key}.says", "bg")) for sheet in sheets]
    workbook_summary.write_summary(first, plan, told)
    set_up_page(first, plan.run_id, "A4", tall=1, upright=True)
    for page, sheet in zip(pages, sheets, strict=True):
        write_sheet(page, sheet, _titles(plan, sheet))
        set_up_page(page, plan.run_id, sheet.paper)
    book.close()


def write_workbook(plan: Plan, target: BinaryIO | str | PathLike[str], municipalities: Sequence[str] = ()) -> None:
    """Write the plan as .xlsx to an open binary file or a path; the same plan gives the same bytes.

    ``municipalities``: codes of those that get a sheet of their own.
    """
    whole = BytesIO()
    _build(plan, whole, municipalities)
    if not isinstance(target, (str, Path)) and hasattr(target, "write"):
        target.write(whole.getvalue())
        return
    path = Path(target)
    try:
        path.write_bytes(whole.getvalue())
    except OSError as error:
        raise OutputFailed(f"{path.name}: could not be written ({error.strerror}); nothing was published.") from error
