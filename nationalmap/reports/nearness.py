"""How near people live to open places, in one sentence per need group."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from nationalmap.reports import totals
from nationalmap.reports.texts import text
from nationalmap.schema import WITHIN_MIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nationalmap.domain.plan import Plan

#: Shares are kept to nine decimals: a third of three is a whole again.
_ROUNDED = 1e-6


def nearness(plan: Plan, territory: str, year: int, language: str) -> dict[str, str]:
    """Need group -> which part of the need lives within 15, 30, 45 and 60 minutes of places, and is served within them.

    Whole per cent, rounded down: all is never said by rounding. Groups without need are left out.
    """
    table = totals.in_year(plan, "access_minutes", year)
    mine = table[(table["territory"] == territory) & (table["need_users"] > 0)]
    said = {}
    for row in mine.to_dict("records"):
        parts = {
            what: _beside(floor(100 * row[f"{what}_{limit}_share"] + _ROUNDED) for limit in WITHIN_MIN)
            for what in ("reach", "served")
        }
        origin = text(f"explain.from_{row['origin']}", language)
        said[str(row["group"])] = text(
            "explain.nearness", language, minutes=_beside(WITHIN_MIN), origin=origin, **parts
        )
    return said


def _beside(numbers: Iterable[int]) -> str:
    return " / ".join(map(str, numbers))
