"""What a declaration is made of: columns and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "text", "integer", "number", "money", "flag", "choice", "date"]

#: Row number of the first record of a CSV file or sheet: the header stands in row 1.
FIRST_ROW = 2


@dataclass(frozen=True)
class Column:
    """One column: its name ends in its unit; ``low`` and ``high`` are inclusive."""

    name: str
    kind: Kind
    says: str
    low: float | None = None
    high: float | None = None
    blank: bool = False
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether a file may be without the column; then nobody has said anything, and nothing is written of it either."""


@dataclass(frozen=True)
class Table:
    """One declared table: key columns first, one row per key."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that every file has, in the declared order."""
        return tuple(column.name for column in self.columns if not column.optional)

    @property
    def known(self) -> tuple[str, ...]:
        """Names of all columns, those that a file may be without among them."""
        return tuple(column.name for column in self.columns)
