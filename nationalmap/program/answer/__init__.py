"""The solution as the result tables of schema: whole people, places and facilities, money to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.program.answer.decided import Decided, decided
from nationalmap.program.answer.money import budget_rows, spending_rows
from nationalmap.program.answer.people import allocation_rows, compliance_rows, open_hosts, unmet_rows
from nationalmap.program.answer.places import (
    capacity_rows,
    complex_rows,
    renovated_rows,
    staffing_rows,
    transformed_rows,
)

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.program.assemble import Program
    from nationalmap.program.solve import Solution

__all__ = ["Decided", "decided", "open_hosts", "result_tables"]


def result_tables(program: Program, solution: Solution) -> dict[str, pd.DataFrame]:
    """Tables of people, places and money by name; what follows from them is added by accounts.

    Raises SolverFailed where what the streams pay is not what the places cost.
    """
    known = program.known
    found = decided(program.unknown, solution.values)
    spending = spending_rows(known, found)
    return {
        "capacity": _frame(schema.CAPACITY, capacity_rows(known, found)),
        "transformed": _frame(schema.TRANSFORMED, transformed_rows(known, found)),
        "renovated": _frame(schema.RENOVATED, renovated_rows(known, found)),
        "allocation": _frame(schema.ALLOCATION, allocation_rows(known, found)),
        "unmet": _frame(schema.UNMET, unmet_rows(known, found)),
        "compliance": _frame(schema.COMPLIANCE, compliance_rows(known, found)),
        "staffing": _frame(schema.STAFFING, staffing_rows(known, found)),
        "complex": _frame(schema.COMPLEX, complex_rows(known, found)),
        "spending": _frame(schema.SPENDING, spending),
        "budget": _frame(schema.BUDGET, budget_rows(known, spending)),
    }


def _frame(table: schema.Table, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as a table with its declared columns, sorted by its key."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(table.names))
    for column in table.columns:
        if column.kind == "integer" and column.blank:
            frame[column.name] = frame[column.name].astype("Int64")
    return frame.sort_values(list(table.key), ignore_index=True)
