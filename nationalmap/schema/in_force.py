"""The map in force as a table: what an adopted National Map lets the state finance, by territory and service."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import SERVICE, count

#: What figures of a map are worth: the decision itself, a draft of it, or an example that is no map's.
MAP_STATUS = ("adopted", "draft", "illustrative")

MAP_IN_FORCE = Table(
    "map_in_force",
    "The adopted map: most users whom the state finances, by service and municipality, or by region and host.",
    ("territory", "service", "host"),
    (
        Column("territory", "code", "municipality of a service of the municipal level, region of one of the regional"),
        Column("level", "choice", "level on which the map plans the service", choices=("municipal", "regional")),
        Column(
            "host", "code", "municipality in which it stands; municipal level: the same, which a file may leave blank"
        ),
        SERVICE,
        count("max_users", "most users at a time that the state finances"),
        Column("document", "text", "decision and annex"),
        Column("date", "date", "day of the document"),
        Column("source", "text", "address or gazette where it was taken from; blank: the document", blank=True),
        Column(
            "status",
            "choice",
            "adopted; draft; illustrative: example figures, of no map",
            choices=MAP_STATUS,
        ),
    ),
)
