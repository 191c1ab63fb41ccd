"""The sentences of a comparison under their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.comparison.pair import letter
from nationalmap.reports.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def chapters(tables: Mapping[str, pd.DataFrame], language: str) -> list[tuple[str, list[str]]]:
    """The sentences of a comparison under their titles, in order."""
    numbers = dict(zip(tables["runs"]["run"].tolist(), tables["runs"]["number"].tolist(), strict=True))
    found: list[tuple[str, list[str]]] = []
    for (part, run), rows in tables["said"].groupby(["part", "run"], sort=False):
        title = text(f"compare.part.{part}", language)
        if run:
            letters = {"a": letter(1, language), "b": letter(numbers[run], language)}
            title = f"{title}: {text('compare.against', language, **letters)}"
        found.append((title, rows[f"says_{language}"].tolist()))
    return found
