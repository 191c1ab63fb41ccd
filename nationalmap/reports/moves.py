"""Stages before and after, in words: what a change does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.sureness import stage_name, unit_name
from nationalmap.reports.texts import listed, number, signed, text

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

#: Figures from here on are told without decimals.
LARGE = 1000
_SAME = 1e-5


def moves(rows: pd.DataFrame, language: str, always: Collection[str] = ()) -> str:
    """The stages that change, in their order, and those of ``always``; that none does, where none does.

    Columns stage, unit, before, after, surely.
    """
    told = []
    for row in rows.to_dict("records"):
        before, after = float(row["before"]), float(row["after"])
        if abs(after - before) <= _SAME and row["stage"] not in always:
            continue
        decimals = 0 if (before.is_integer() and after.is_integer()) or max(abs(before), abs(after)) >= LARGE else 2
        told.append(
            text(
                "whatif.stage" if row["surely"] else "whatif.stage_open",
                language,
                stage=stage_name(row["stage"], language),
                unit=unit_name(row["unit"], language),
                before=number(before, language, decimals),
                after=number(after, language, decimals),
                difference=signed(after - before, language, decimals),
            )
        )
    return listed(told, language, "parts") or text("whatif.nothing", language)
