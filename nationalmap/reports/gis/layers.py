"""Layers of a plan: tidy tables with a geometry, named ``<what>_<year>``; and the table that says what they are.

Every figure stands in a result table of the run; nothing is computed here but shares of two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nationalmap.reports import summary, totals
from nationalmap.reports.gis import styles
from nationalmap.reports.page.about import boundaries_line

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

_WGS84 = 4326


@dataclass(frozen=True)
class GisLayer:
    """One layer: its table with column ``geometry`` in EPSG:4326, what it shows, and the style that shows it."""

    name: str
    geometry: Literal["MultiPolygon", "Point", "LineString"]
    says: str
    frame: gpd.GeoDataFrame
    style: str
    """QML, the style format of QGIS."""


def layers(plan: Plan) -> tuple[GisLayer, ...]:
    """Municipalities, places and journeys of each planned year, the last year first: it is drawn on top."""
    found = []
    for year in reversed(plan.scenario.years):
        found += [
            GisLayer(
                f"places_{year}",
                "Point",
                f"Places and facilities at the seats of the municipalities, {year}",
                _places(plan, year),
                styles.places(),
            ),
            GisLayer(
                f"served_{year}",
                "LineString",
                f"Who is served in another municipality, from seat to seat, {year}; no line where two share a seat",
                _served(plan, year),
                styles.served(),
            ),
            GisLayer(
                f"municipalities_{year}",
                "MultiPolygon",
                f"Needs, people with a place and minimum package by municipality, {year}",
                _municipalities(plan, year),
                styles.municipalities(),
            ),
        ]
    return tuple(found)


def about(plan: Plan) -> pd.DataFrame:
    """What the layers are: run, title, boundaries with their source, the five lines; columns key, bg, en."""
    title = {"bg": plan.scenario.title_bg, "en": plan.scenario.title_en}
    lines = {language: summary.five_lines(plan, language) for language in ("bg", "en")}
    rows = [("run", plan.run_id, plan.run_id), ("title", title["bg"], title["en"])]
    rows.append(("boundaries", boundaries_line(plan, "bg"), boundaries_line(plan, "en")))
    rows += [(f"line_{n}", bg, en) for n, (bg, en) in enumerate(zip(lines["bg"], lines["en"], strict=True), 1)]
    rows += [(f"sha256 of {name}", digest, digest) for name, digest in sorted(plan.inputs.sources.items())]
    return pd.DataFrame(rows, columns=["key", "bg", "en"], dtype="str")


def _municipalities(plan: Plan, year: int) -> gpd.GeoDataFrame:
    """One row per planned municipality; a share is blank where nothing is needed or a need has no data."""
    codes = list(totals.municipalities(plan))
    frame = _named(plan, codes)
    unmet = totals.in_year(plan, "unmet", year).groupby("municipality")[["need_users", "served_users", "unmet_users"]]
    counts = unmet.sum().reindex(codes, fill_value=0).astype("int64")
    needs = totals.in_year(plan, "needs", year)
    unknown = needs["need_users"].isna().groupby(needs["municipality"]).sum().reindex(codes, fill_value=0)
    package = totals.package_by_municipality(plan, year).set_index("municipality").loc[codes]
    known = (counts["need_users"] > 0) & (unknown == 0)
    share = counts["served_users"] / counts["need_users"].where(known)
    for column in counts:
        frame[column] = counts[column].to_numpy()
    frame["needs_without_data"] = unknown.to_numpy().astype("int64")
    frame["coverage_pct"] = (100 * share).round(4).to_numpy(dtype="float64")
    frame["package_services"] = package["services"].to_numpy()
    frame["package_complied"] = package["complied_services"].to_numpy()
    frame["package_missing"] = [", ".join(missing) for missing in package["missing"]]
    frame["boundaries"] = plan.inputs.boundaries.status
    polygons = plan.inputs.boundaries.polygons.set_index("municipality").geometry.loc[codes]
    whole = [shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]) for shape in polygons]
    return gpd.GeoDataFrame(frame, geometry=whole, crs=_WGS84)


def _places(plan: Plan, year: int) -> gpd.GeoDataFrame:
    """Sites with places today or in the year, at the seat of their municipality."""
    rows = totals.in_year(plan, "capacity", year)
    rows = rows[(rows["places"] > 0) | (rows["places_today"] > 0)].sort_values("site", kind="stable")
    frame = _named(plan, rows["municipality"].tolist())
    services = {language: totals.service_names(plan, language) for language in ("bg", "en")}
    frame.insert(0, "site", rows["site"].to_numpy())
    frame["service"] = rows["service"].to_numpy()
    for language, names in services.items():
        frame[f"service_{language}"] = [names[service] for service in rows["service"]]
    frame["origin"] = rows["origin"].to_numpy()
    for column in ("places_today", "places", "facilities_today", "facilities"):
        frame[column] = rows[column].to_numpy().astype("int64")
    return gpd.GeoDataFrame(frame, geometry=_seats(plan, rows["municipality"].tolist()), crs=_WGS84)


def _served(plan: Plan, year: int) -> gpd.GeoDataFrame:
    """Users served in another municipality; without a line where both sit in one town."""
    rows = totals.in_year(plan, "allocation", year)
    rows = rows[(rows["municipality"] != rows["host"]) & (rows["users"] > 0)]
    rows = rows.sort_values(["municipality", "service", "host"], kind="stable")
    frame = _named(plan, rows["municipality"].tolist())
    frame["host"] = rows["host"].to_numpy()
    for language in ("bg", "en"):
        towns = totals.names(plan, "municipalities", f"name_{language}")
        frame[f"host_{language}"] = [towns[host] for host in rows["host"]]
    frame["service"] = rows["service"].to_numpy()
    for language in ("bg", "en"):
        names = totals.service_names(plan, language)
        frame[f"service_{language}"] = [names[service] for service in rows["service"]]
    for column in ("users", "other_paid_users"):
        frame[column] = rows[column].to_numpy().astype("int64")
    frame["travel_min"] = rows["travel_min"].to_numpy(dtype="float64")
    starts, ends = (_seats(plan, rows[column].tolist()) for column in ("municipality", "host"))
    lines = [None if a.equals(b) else shapely.LineString([a, b]) for a, b in zip(starts, ends, strict=True)]
    return gpd.GeoDataFrame(frame, geometry=gpd.array.from_shapely(np.array(lines, dtype=object)), crs=_WGS84)


def _named(plan: Plan, codes: list[str]) -> pd.DataFrame:
    """Columns municipality, name_bg, name_en for codes in any order."""
    towns = {language: totals.names(plan, "municipalities", f"name_{language}") for language in ("bg", "en")}
    named: dict[str, Any] = {"municipality": codes}
    named |= {f"name_{language}": [names[code] for code in codes] for language, names in towns.items()}
    return pd.DataFrame(named, dtype="str")


def _seats(plan: Plan, codes: list[str]) -> list[Any]:
    """Points of the seats."""
    towns = plan.inputs.tables["municipalities"].set_index("municipality").loc[codes]
    return list(shapely.points(towns["seat_lon"].to_numpy(), towns["seat_lat"].to_numpy()))
