"""The files that a plan was made from, for the page: what each holds, source, date and class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.page.figures import rows
from nationalmap.reports.page.words import phrase
from nationalmap.reports.texts import languages, text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan


def files(plan: Plan) -> list[dict[str, object]]:
    """One entry for each file and table: what it holds and how sure it is in every language, file, source, date."""
    return [
        {
            "holds": {language: phrase(f"files.{row['table']}", language) for language in languages()},
            "file": " · ".join(part for part in (row["file"], row["sheet"]) if part),
            "source": row["source"],
            "date": row["date"],
            "source_class": {language: text(f"choice.{row['source_class']}", language) for language in languages()},
        }
        for row in rows(plan.inputs.tables["provenance"])
        if row["part"] == 1
    ]
