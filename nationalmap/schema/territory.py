"""Tables of the territory and its indicators."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import LAT, LON, MUNICIPALITY

REGIONS = Table(
    "regions",
    "The 28 regions (области).",
    ("region",),
    (
        Column("region", "code", "region code, e.g. HKV"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("nuts3", "text", "NUTS 3 code, e.g. BG422"),
        Column("seat_municipality", "code", "municipality in which the regional administration sits"),
    ),
)

MUNICIPALITIES = Table(
    "municipalities",
    "The 265 municipalities with their seats.",
    ("municipality",),
    (
        MUNICIPALITY,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("region", "code", "region code"),
        Column("nuts3", "text", "NUTS 3 code of the region"),
        Column("seat_ekatte", "text", "EKATTE of the seat; five neighbours share a seat, so no key"),
        Column("seat_bg", "text", "settlement in which the municipal administration sits"),
        Column("seat_en", "text", "the same in Latin letters"),
        Column("seat_lon", "number", "longitude of the seat, degrees, WGS 84", *LON),
        Column("seat_lat", "number", "latitude of the seat, degrees, WGS 84", *LAT),
    ),
)

ALIASES = Table(
    "aliases",
    "Names of municipalities and regions that are neither their official names nor spellings of them.",
    ("alias", "kind"),
    (
        Column("alias", "text", "the name, as documents write it"),
        Column("kind", "choice", "what it names", choices=("municipality", "region")),
        Column("code", "code", "code of the municipality or region"),
        Column("source", "text", "where it stands"),
    ),
)

INDICATORS = Table(
    "indicators",
    "One figure of one indicator in one municipality. Blank means no data, never 0.",
    ("indicator", "municipality"),
    (
        Column("indicator", "code", "indicator of the indicator catalogue"),
        MUNICIPALITY,
        Column("value", "number", "the figure, in the unit of the indicator", 0, 1e12, blank=True),
    ),
)

INDICATOR_CATALOGUE = Table(
    "indicator_catalogue",
    "What each indicator is, from where, of which day, and who answers for it (чл. 3 НПСУ).",
    ("indicator",),
    (
        Column("indicator", "code", "identifier, also the column in the file"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("unit", "choice", "unit of the figure", choices=("persons", "thousand_eur", "percent", "km2")),
        Column("file", "text", "CSV file, relative to the indicators folder"),
        Column("reference_date", "date", "day or year the figure describes"),
        Column(
            "source_class",
            "choice",
            "who answers for the figure",
            choices=("nsi", "statutory_body", "municipal_study", "estimate"),
        ),
        Column("source", "text", "document the figure was taken from"),
        Column("national_total", "number", "published national total, as a check", 0, 1e12, blank=True),
        Column("declared_blank", "text", "municipalities published without a figure, separated by blanks", blank=True),
        Column("note", "text", "how an estimate was made, or what to mind", blank=True),
    ),
)
