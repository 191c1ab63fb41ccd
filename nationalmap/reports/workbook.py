"""The plan as a workbook for Excel: real numbers, Bulgarian first, ready to print.

No formulas, no links out of the file, and text that looks like a formula stays text. The
same plan gives the same bytes: the only date inside is the scenario's, never the clock's.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter

from nationalmap.errors import OutputFailed
from nationalmap.reports import workbook_summary
from nationalmap.reports.sheets import years_in_words
from nationalmap.reports.sheets_inputs import input_sheets
from nationalmap.reports.sheets_results import result_sheets
from nationalmap.reports.texts import entries, languages, text
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

if TYPE_CHECKING:
    from os import PathLike

    from nationalmap.domain.plan import Plan


def _titles(plan: Plan, key: str) -> list[tuple[str, str]]:
    """The sheet's title and what it says, in both languages."""
    words = entries(f"sheet.{key}")
    return [
        (
            text("workbook.sheet_about", language, title=words["tab"][place], years=years_in_words(plan)),
            ". ".join(words[name][place] for name in ("says", "legend") if name in words),
        )
        for place, language in enumerate(languages())
    ]


def _build(plan: Plan, target: BytesIO) -> None:
    """Every sheet, in the order in which it is read."""
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
    sheets = [*result_sheets(plan), *input_sheets(plan)]
    keys = [sheet.key for sheet in sheets]
    tabs = {key: text(f"sheet.{key}.tab", "bg") for key in ("summary", *keys)}
    pages = {key: Page(book.add_worksheet(tab), tab, styles) for key, tab in tabs.items()}
    workbook_summary.write_summary(pages["summary"], plan, keys)
    set_up_page(pages["summary"], plan.run_id, "A4", tall=1)
    for sheet in sheets:
        write_sheet(pages[sheet.key], sheet, _titles(plan, sheet.key))
        set_up_page(pages[sheet.key], plan.run_id, sheet.paper)
    book.close()


def write_workbook(plan: Plan, target: BinaryIO | str | PathLike[str]) -> None:
    """Write the plan as .xlsx to an open binary file or a path; the same plan gives the same bytes."""
    whole = BytesIO()
    _build(plan, whole)
    if not isinstance(target, (str, Path)) and hasattr(target, "write"):
        target.write(whole.getvalue())
        return
    path = Path(target)
    try:
        path.write_bytes(whole.getvalue())
    except OSError as error:
        raise OutputFailed(f"{path.name}: could not be written ({error.strerror}); nothing was published.") from error
