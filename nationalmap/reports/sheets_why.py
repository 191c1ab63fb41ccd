"""The table of reasons as a sheet: three numbers for each municipality and need, where, why not, and who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.explain import why_table
from nationalmap.reports.sheets import Field, Sheet, heading, names_of

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

_COUNTS = ("need_users", "served_users", "within_reach_users", "above_maximum_users", "out_of_reach_users")
_WORDS = ("hosts", "binds", "paid")


def why_sheet(plan: Plan) -> Sheet:
    """Why each municipality has the places it has, in Bulgarian; an empty cell has nothing to say."""
    table = why_table(plan, "bg")
    cells = {name: table[name].tolist() for name in ("municipality", "group", "year", *_COUNTS)}
    named = {name: names_of(plan, name, "bg") for name in ("municipality", "group")}
    for name, known in named.items():
        cells[f"{name}_name"] = [known[code] for code in cells[name]]
    for name in _WORDS:
        cells[name] = [words or None for words in table[name].tolist()]
    fields: tuple[Field, ...] = (
        heading("municipality", "code"),
        heading("municipality_name", "text"),
        heading("group", "code"),
        heading("group_name", "text"),
        heading("year", "year"),
        *(heading(name, "count") for name in _COUNTS),
        *(heading(name, "long") for name in _WORDS),
    )
    rows = pd.DataFrame({field.name: cells[field.name] for field in fields}, dtype=object)
    return Sheet("why", fields, rows, 5, paper="A3")
