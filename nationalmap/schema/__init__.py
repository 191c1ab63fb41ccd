"""Every table of the project, declared once: columns, units, ranges, keys, and what each says.

The declaration checks what comes in, orders and sorts what goes out, and is printed as
documentation. ``check`` collects every fault of a table before it raises.
"""

from nationalmap.schema.catalogue import (
    APART,
    BASES,
    CALIBRATION,
    COMPLEXES,
    EMBEDDED,
    GROUPS,
    PROFESSIONS,
    PROJECTION,
    SERVICES,
    TRANSFORMATIONS,
)
from nationalmap.schema.checks import as_text, check, is_code, nearest, shown
from nationalmap.schema.columns import FIRST_ROW, Column, Kind, Table
from nationalmap.schema.given import (
    AGREEMENTS,
    CANDIDATES,
    KNOWN_TRAVEL,
    REGISTER,
    RENOVATIONS,
    SETTLEMENTS,
    STAFF,
    STATED_NEEDS,
    TRAVEL,
    TRIP_COSTS,
)
from nationalmap.schema.minutes import ACCESS_MINUTES, WITHIN_MIN
from nationalmap.schema.money import ACCESS, AFTERWARDS, BUDGET, COMPLEX, PROGRAMME, SHARED, SPENDING, STAFFING
from nationalmap.schema.results import (
    ALLOCATION,
    CAPACITY,
    COMPLIANCE,
    NEEDS,
    PACKAGE,
    PROJECTED,
    RENOVATED,
    TRANSFORMED,
    UNMET,
)
from nationalmap.schema.tables import CATALOGUE_TABLES, INPUT_TABLES, OPTIONAL_TABLES, RESULT_TABLES, TABLES
from nationalmap.schema.territory import ALIASES, INDICATOR_CATALOGUE, INDICATORS, MUNICIPALITIES, REGIONS

__all__ = [
    "ACCESS",
    "ACCESS_MINUTES",
    "AFTERWARDS",
    "AGREEMENTS",
    "ALIASES",
    "ALLOCATION",
    "APART",
    "BASES",
    "BUDGET",
    "CALIBRATION",
    "CANDIDATES",
    "CAPACITY",
    "CATALOGUE_TABLES",
    "COMPLEX",
    "COMPLEXES",
    "COMPLIANCE",
    "EMBEDDED",
    "FIRST_ROW",
    "GROUPS",
    "INDICATORS",
    "INDICATOR_CATALOGUE",
    "INPUT_TABLES",
    "KNOWN_TRAVEL",
    "MUNICIPALITIES",
    "NEEDS",
    "OPTIONAL_TABLES",
    "PACKAGE",
    "PROFESSIONS",
    "PROGRAMME",
    "PROJECTED",
    "PROJECTION",
    "REGIONS",
    "REGISTER",
    "RENOVATED",
    "RENOVATIONS",
    "RESULT_TABLES",
    "SERVICES",
    "SETTLEMENTS",
    "SHARED",
    "SPENDING",
    "STAFF",
    "STAFFING",
    "STATED_NEEDS",
    "TABLES",
    "TRANSFORMATIONS",
    "TRANSFORMED",
    "TRAVEL",
    "TRIP_COSTS",
    "UNMET",
    "WITHIN_MIN",
    "Column",
    "Kind",
    "Table",
    "as_text",
    "check",
    "is_code",
    "nearest",
    "shown",
]
