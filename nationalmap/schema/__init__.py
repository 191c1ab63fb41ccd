"""Every table of the project, declared once: columns, units, ranges, keys, and what each says.

The declaration checks what comes in, orders and sorts what goes out, and is printed as
documentation. ``check`` collects every fault of a table before it raises.
"""

from nationalmap.schema.checks import as_text, check, is_code, nearest, shown
from nationalmap.schema.columns import FIRST_ROW, Column, Kind, Table
from nationalmap.schema.tables import (
    ALLOCATION,
    BASES,
    BUDGET,
    CALIBRATION,
    CAPACITY,
    COMPLIANCE,
    INDICATOR_CATALOGUE,
    INDICATORS,
    INPUT_TABLES,
    KNOWN_TRAVEL,
    MUNICIPALITIES,
    NEEDS,
    PACKAGE,
    REGIONS,
    REGISTER,
    RESULT_TABLES,
    SERVICES,
    SPENDING,
    TABLES,
    TRAVEL,
    UNMET,
)

__all__ = [
    "ALLOCATION",
    "BASES",
    "BUDGET",
    "CALIBRATION",
    "CAPACITY",
    "COMPLIANCE",
    "FIRST_ROW",
    "INDICATORS",
    "INDICATOR_CATALOGUE",
    "INPUT_TABLES",
    "KNOWN_TRAVEL",
    "MUNICIPALITIES",
    "NEEDS",
    "PACKAGE",
    "REGIONS",
    "REGISTER",
    "RESULT_TABLES",
    "SERVICES",
    "SPENDING",
    "TABLES",
    "TRAVEL",
    "UNMET",
    "Column",
    "Kind",
    "Table",
    "as_text",
    "check",
    "is_code",
    "nearest",
    "shown",
]
