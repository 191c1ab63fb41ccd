"""What a run hands to people: the page, the workbook, and what to know of it before its tables are read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nationalmap.reports import page, summary, workbook
from nationalmap.reports.explain import reasons_by_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.domain.frontier import Frontier
    from nationalmap.domain.plan import Plan


def documents(answer: Plan, curve: Frontier | None = None, municipalities: Sequence[str] = ()) -> dict[str, bytes]:
    """The files of a plan by name: map.html, plan.xlsx, about.txt.

    ``curve``: a frontier that the page shows; ``municipalities``: codes of those with a sheet of their own.
    """
    book = io.BytesIO()
    workbook.write_workbook(answer, book, municipalities)
    about = [
        line
        for language, title in (("bg", answer.scenario.title_bg), ("en", answer.scenario.title_en))
        for line in (title, *(f"- {line}" for line in summary.five_lines(answer, language)), "")
    ]
    return {
        "map.html": page.build(answer, curve, reasons_by_year(answer)).encode(),
        "plan.xlsx": book.getvalue(),
        "about.txt": "\n".join(about).encode(),
    }
