"""The result table of journeys: which part of the need lives how near to places, and is served how near."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import GROUP, YEAR, count

#: Minutes within which people are counted; the border is inside.
WITHIN_MIN = (15, 30, 45, 60)


def _share(name: str, says: str) -> Column:
    return Column(name, "number", f"{says} / need cases; blank where there is no need", 0, 1, blank=True)


ACCESS_MINUTES = Table(
    "access_minutes",
    "Need cases within 15, 30, 45 and 60 minutes of places open for them, and of those with a place, by the minutes to "
    "their host. A host counts where the plan has places of the group and its rules let the municipality use them: "
    "travel limit between seats, agreement, region. The need is spread over the settlements by their estimated people.",
    ("territory", "group", "year"),
    (
        Column("territory", "code", "municipality, region, or * for the whole plan"),
        GROUP,
        YEAR,
        Column(
            "origin",
            "choice",
            "from where people travel: settlements, the municipal seats, or in part each",
            choices=("settlements", "seats", "mixed"),
        ),
        count("need_users", "need cases"),
        count("served_users", "with a place"),
        *(
            _share(f"reach_{t}_share", f"need cases within {t} minutes of places open for them, with a place or not")
            for t in WITHIN_MIN
        ),
        *(_share(f"served_{t}_share", f"need cases with a place within {t} minutes") for t in WITHIN_MIN),
    ),
)
