"""A sheet to be filled: a declared table with the rows that are known, names beside its codes, and its lists.

Nothing here knows a file format. A column for the reader has its name in brackets and is not
part of the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nationalmap.folders import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.schema import Column, Table


@dataclass(frozen=True)
class Codes:
    """A list to choose from: code, name in Bulgarian, name in English."""

    title: tuple[str, str]
    rows: tuple[tuple[str, str, str], ...]

    @property
    def names(self) -> dict[str, str]:
        """Bulgarian name by code."""
        return {code: bg for code, bg, _ in self.rows}


@dataclass(frozen=True)
class Beside:
    """A column for the reader: what stands beside the column it follows. ``cells`` is as long as the table."""

    name: str
    after: str
    cells: tuple[object, ...]
    style: str = "name"


@dataclass(frozen=True)
class Form:
    """One sheet: ``rows`` has the declared columns, ``lists`` names the list of a column of codes."""

    table: Table
    rows: pd.DataFrame
    beside: tuple[Beside, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[str, str] | None = None
    """Column and word by which a row waits for better figures: it is coloured."""
    frozen: int = 1
    labelled: bool = False
    """Whether cells of codes hold the names of the list in place of the codes."""

    @property
    def fields(self) -> tuple[Column | Beside, ...]:
        """The columns as they stand, those for the reader after the one they explain."""
        fields: list[Column | Beside] = []
        for column in self.table.columns:
            fields.append(column)
            fields += [other for other in self.beside if other.after == column.name]
        return tuple(fields)


def beside(rows: pd.DataFrame, column: str, codes: Codes) -> Beside:
    """The Bulgarian names of a column of codes."""
    names = codes.names
    return Beside(column, column, tuple(names.get(code, "") for code in rows[column]))


def choices(table: Table) -> dict[str, Codes]:
    """The closed lists of a table, by the name of the list."""
    return {
        f"{table.name}.{column.name}": Codes(
            texts.heading(table.name, column.name),
            tuple((code, *texts.choice(code, table.name)) for code in column.choices),
        )
        for column in table.columns
        if column.choices
    }
