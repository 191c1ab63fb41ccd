"""What follows from a plan: three numbers per municipality, shared costs split, programmes, what goes on afterwards.

Everything here is arithmetic on finished tables, in whole cents and exact fractions; nothing is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.accounts.amounts import Row, Tables, records
from nationalmap.accounts.payers import afterwards_rows, programme_rows
from nationalmap.accounts.shared import shared_rows
from nationalmap.domain.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


def derived_tables(scenario: Scenario, inputs: Tables, tables: Tables) -> dict[str, pd.DataFrame]:
    """Tables access, shared, programme and afterwards, from the input tables and the other result tables."""
    spending = records(tables["spending"])
    return {
        "access": _frame(schema.ACCESS, access_rows(tables)),
        "shared": _frame(schema.SHARED, shared_rows(scenario, inputs, tables)),
        "programme": _frame(schema.PROGRAMME, programme_rows(spending, tables)),
        "afterwards": _frame(schema.AFTERWARDS, afterwards_rows(scenario, inputs, tables, spending)),
    }


def _frame(table: schema.Table, rows: Iterable[Row]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(table.names))
    return frame.sort_values(list(table.key), ignore_index=True)


def access_rows(tables: Tables) -> Iterable[Row]:
    """Sums of table unmet over the groups; the share counts need within reach only, blank where there is none."""
    columns = ("need_users", "served_users", "no_place_users", "above_maximum_users", "out_of_reach_users")
    sums: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(columns, 0))
    for row in records(tables["unmet"]):
        for name in columns:
            sums[row["municipality"], int(row["year"])][name] += int(row[name])
    for (m, year), row in sums.items():
        reach = row["need_users"] - row["out_of_reach_users"]
        share = float(round(Fraction(row["no_place_users"], reach), 9)) if reach else None
        yield {"municipality": m, "year": year, **row, "unmet_share": share}
