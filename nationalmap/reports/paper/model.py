"""What a document is made of: headings, paragraphs, tables, fields to fill in; and how each cell is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from nationalmap.errors import OutputFailed, spelled
from nationalmap.reports.rules import figure
from nationalmap.reports.texts import act, number

Kind = Literal["text", "count", "number", "exact", "money", "year", "code"]
#: Kinds whose cells are figures and stand at the right.
FIGURES = ("count", "number", "exact", "money")
#: Two amounts in EUR are equal within half a cent.
_CENT = 0.005


@dataclass(frozen=True)
class Column:
    """One column of a table: heading, kind of its cells, width beside the others, and the word for no value."""

    key: str
    heading: str
    kind: Kind = "text"
    width: float = 2.0
    blank: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of typed cells under columns. ``sums`` are what the plan's own tables say that columns add up to."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    sums: Mapping[str, float] = field(default_factory=dict)
    empty: str = ""
    """What is said where there is no row."""

    def total(self, key: str) -> float:
        """Sum of a column as it stands in the document; no value counts as none."""
        at = [column.key for column in self.columns].index(key)
        return math.fsum(row[at] for row in self.rows if row[at] is not None)

    @property
    def totals(self) -> tuple[Any, ...] | None:
        """The row of totals; None for a table that has none, or a single row."""
        if not self.sums or len(self.rows) < 2:
            return None
        return tuple(self.total(column.key) if column.key in self.sums else None for column in self.columns)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (a part) or 2 (within it)."""

    words: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``small`` for notes, ``loud`` for what nobody may overlook."""

    words: str
    style: Literal["plain", "small", "loud"] = "plain"


@dataclass(frozen=True)
class Blank:
    """Something to be filled in by hand: its label, and how many lines to leave."""

    label: str
    lines: int = 1


Block = Heading | Paragraph | Table | Blank


@dataclass(frozen=True)
class Document:
    """One document. ``header`` and ``footer`` stand on every page, left and right; pages are counted between."""

    title: str
    territory: str
    lead: tuple[str, ...]
    """Lines under the title: state, law, scenario."""
    header: tuple[str, str]
    footer: tuple[str, str]
    blocks: tuple[Block, ...]
    day: date
    """The scenario's date: the only one in the file itself, for the clock is in no document."""
    landscape: bool = True

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def inert(words: str) -> str:
    """Text as it may stand in a document: signs that nobody sees, or that XML does not know, are spelled out."""
    return "".join(sign if sign in "\n\u00a0\u2011" else spelled(sign) for sign in words)


def written(value: Any, column: Column) -> str:
    """A cell in words, the same in every format. What is missing is said, never 0."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return column.blank
    if column.kind == "count":
        return number(float(value), "bg")
    if column.kind == "number":
        # An exact need of a thousandth of a case is none only where it is 0.
        nothing, shown = number(0, "bg", 2), number(float(value), "bg", 2)
        return shown if shown != nothing or value == 0 else f"< {number(0.01, 'bg', 2)}"
    if column.kind == "exact":
        return figure(float(value), "bg")
    if column.kind == "money":
        return number(float(value), "bg", 2)
    return inert(str(value))


def lines(table: Table) -> Iterable[tuple[str, ...]]:
    """The rows of a table in words, the row of totals last."""
    for row in table.rows:
        yield tuple(written(value, column) for value, column in zip(row, table.columns, strict=True))
    if table.totals:
        yield total_line(table, table.totals)


def total_line(table: Table, totals: tuple[Any, ...]) -> tuple[str, ...]:
    """The row of totals in words: its name in the first column that has words."""
    cells = ["" if value is None else written(value, c) for value, c in zip(totals, table.columns, strict=True)]
    words = [at for at, column in enumerate(table.columns) if column.kind not in FIGURES]
    if words:
        cells[words[0]] = act("paper.total")
    return tuple(cells)


def refuse_unequal(documents: Mapping[str, Document]) -> None:
    """Raise OutputFailed with every table whose columns do not add up to what the plan's own tables say."""
    wrong = [
        f"{name}: {table.columns[at].heading} adds up to {table.total(key):g}, the plan says {said:g}"
        for name, document in documents.items()
        for table in document.tables
        for at, column in enumerate(table.columns)
        for key, said in table.sums.items()
        if column.key == key and abs(table.total(key) - said) > _CENT
    ]
    if wrong:
        raise OutputFailed("; ".join(wrong) + "; nothing was published.")
