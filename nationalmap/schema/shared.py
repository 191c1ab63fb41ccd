"""Columns and units that many tables share."""

from __future__ import annotations

from nationalmap.schema.columns import Column

#: No count of people or places, no journey in minutes, is larger.
MOST = 10_000_000
#: Degrees in which a seat or settlement may lie, WGS 84.
LON, LAT = (19.0, 32.0), (40.0, 46.0)
LEVELS = ("municipal", "regional", "national")
SURE = ("attested", "derived", "illustrative")

MUNICIPALITY = Column("municipality", "code", "municipality code (NSI, the same as LAU), e.g. HKV34")
SERVICE = Column("service", "code", "service of the catalogue")
GROUP = Column("group", "code", "need group")
YEAR = Column("year", "integer", "calendar year of the period", 2020, 2100)
HOST = Column("host", "code", "municipality in which the service stands")


def count(name: str, says: str, *, blank: bool = False, optional: bool = False) -> Column:
    """A whole number of people, places or facilities."""
    return Column(name, "integer", says, 0, MOST, blank, optional=optional)


def eur(name: str, says: str, *, blank: bool = False) -> Column:
    """An amount in EUR, to the cent."""
    return Column(name, "money", says, 0, 1e11, blank)
