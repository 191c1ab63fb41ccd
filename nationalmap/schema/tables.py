"""The declared tables by their part: inputs first, then results."""

from __future__ import annotations

from collections.abc import Mapping

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
from nationalmap.schema.columns import Table
from nationalmap.schema.folder import FOLDER_TABLES, PROPOSALS
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
from nationalmap.schema.in_force import MAP_IN_FORCE
from nationalmap.schema.minutes import ACCESS_MINUTES
from nationalmap.schema.money import ACCESS, AFTERWARDS, BUDGET, COMPLEX, PROGRAMME, SHARED, SPENDING, STAFFING
from nationalmap.schema.provenance import MENDED, PROVENANCE
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
from nationalmap.schema.territory import INDICATOR_CATALOGUE, INDICATORS, MUNICIPALITIES, REGIONS

#: What a planner gives or the catalogue holds; the tables of OPTIONAL_TABLES may be empty.
CATALOGUE_TABLES = (
    GROUPS,
    SERVICES,
    TRANSFORMATIONS,
    COMPLEXES,
    EMBEDDED,
    APART,
    PROFESSIONS,
    PROJECTION,
    BASES,
    CALIBRATION,
)
OPTIONAL_TABLES = (
    TRANSFORMATIONS,
    COMPLEXES,
    EMBEDDED,
    APART,
    PROFESSIONS,
    PROJECTION,
    RENOVATIONS,
    CANDIDATES,
    AGREEMENTS,
    STAFF,
    STATED_NEEDS,
    TRIP_COSTS,
    SETTLEMENTS,
)
INPUT_TABLES = (
    REGIONS,
    MUNICIPALITIES,
    INDICATOR_CATALOGUE,
    INDICATORS,
    *CATALOGUE_TABLES,
    REGISTER,
    RENOVATIONS,
    CANDIDATES,
    AGREEMENTS,
    STAFF,
    STATED_NEEDS,
    TRIP_COSTS,
    SETTLEMENTS,
    TRAVEL,
    PROVENANCE,
    MENDED,
)
RESULT_TABLES = (
    PROJECTED,
    NEEDS,
    PACKAGE,
    CAPACITY,
    TRANSFORMED,
    RENOVATED,
    ALLOCATION,
    UNMET,
    ACCESS,
    ACCESS_MINUTES,
    COMPLIANCE,
    STAFFING,
    COMPLEX,
    SHARED,
    SPENDING,
    BUDGET,
    PROGRAMME,
    AFTERWARDS,
)
TABLES: Mapping[str, Table] = {
    t.name: t for t in (*INPUT_TABLES, KNOWN_TRAVEL, *FOLDER_TABLES, PROPOSALS, MAP_IN_FORCE, *RESULT_TABLES)
}
