"""The tables of a comparison of two plans, declared as in schema: A, B, and B less A."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from nationalmap.schema import RESULT_TABLES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHANGES = ("added", "removed", "changed")
_CHANGE = Column("change", "choice", "only in B, only in A, or in both with other values", choices=_CHANGES)
_A = Column("a", "text", "value in plan A", blank=True)
_B = Column("b", "text", "value in plan B", blank=True)
_NUMERIC = ("integer", "number", "money")


def _text_table(name: str, says: str, *key: Column) -> Table:
    """A table of single values that differ."""
    return Table(name, says, tuple(column.name for column in key), (*key, _CHANGE, _A, _B))


def _sides(column: Column) -> Iterator[Column]:
    """The column in A, in B, and the difference where it is a figure."""
    for side in ("a", "b"):
        yield dataclasses.replace(column, name=f"{column.name}_{side}", blank=True)
    if column.kind in _NUMERIC:
        says = f"{column.says}: B less A"
        yield Column(f"{column.name}_difference", column.kind, says, blank=True)


def _result_table(table: Table) -> Table:
    """The declaration of a result table's comparison: its key, then A, B, difference of every value."""
    keys = tuple(column for column in table.columns if column.name in table.key)
    values = [column for column in table.columns if column.name not in table.key]
    columns = (*keys, _CHANGE, *(side for column in values for side in _sides(column)))
    return Table(table.name, f"Rows that differ: {table.says}", table.key, columns)


def _figures(name: str, says: str, key: tuple[Column, ...], figures: tuple[Column, ...]) -> Table:
    """A table of figures in A, in B, and their difference, for every key."""
    columns = (*key, *(side for column in figures for side in _sides(column)))
    return Table(name, says, tuple(column.name for column in key), columns)


_MUNICIPALITY = Column("municipality", "code", "municipality")
_YEAR = Column("year", "integer", "planned year; of plan A where the two share none")

#: Figures of the summary by municipality, need group and year.
BY_GROUP = (
    Column("need_users", "integer", "need cases of the municipality"),
    Column("served_users", "integer", "its need cases with a place"),
    Column("unmet_users", "integer", "its need cases without a place"),
)
#: Figures of the summary by municipality, service and year.
BY_SERVICE = (
    Column("users", "integer", "users of the municipality, wherever they are served"),
    Column("places", "integer", "places planned that stand in the municipality"),
    Column("running_eur", "money", "running money for those places"),
)

#: Every table of a comparison, in the order in which it is read.
COMPARISONS: Mapping[str, Table] = {
    table.name: table
    for table in (
        _text_table("scenario", "Keys of the scenario that differ.", Column("key", "text", "dotted path of the key")),
        _text_table(
            "input_rows",
            "Rows of the input tables that differ, value by value.",
            Column("table", "code", "input table"),
            Column("row", "text", "key of the row, its parts joined by ' / '"),
            Column("column", "code", "column of the table"),
        ),
        _text_table(
            "norms",
            "Norms that differ, value by value.",
            Column("norm", "code", "identifier of the norm"),
            Column("key", "text", "dotted path within the norm"),
        ),
        _text_table("files", "Files whose SHA-256 differs.", Column("file", "text", "name of the file")),
        _text_table("boundaries", "What differs about the polygons.", Column("key", "text", "property")),
        *(_result_table(table) for table in RESULT_TABLES),
        _figures(
            "municipality_group",
            "Every municipality, need group and year: need, served and unmet.",
            (_MUNICIPALITY, Column("group", "code", "need group"), _YEAR),
            BY_GROUP,
        ),
        _figures(
            "municipality_service",
            "Every municipality, service and year: users, places and running money.",
            (_MUNICIPALITY, Column("service", "code", "service"), _YEAR),
            BY_SERVICE,
        ),
        _figures(
            "totals",
            "Totals of the plans by year; the quantity ends in its unit.",
            (Column("quantity", "code", "total of reports.totals"), _YEAR),
            (Column("value", "number", "total"),),
        ),
    )
}
