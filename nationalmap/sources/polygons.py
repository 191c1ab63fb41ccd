"""Polygons as they are written, checked one by one: in degrees, in Bulgaria, valid; or refused by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from nationalmap.errors import Fault, InputRefused
from nationalmap.sources.layers import Layer, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Where Bulgaria lies, degrees: longitude and latitude, with room for coarse outlines.
LON, LAT = (22.0, 29.0), (41.0, 44.5)

#: Greatest change of a polygon's area by mending, as a share.
MENDED_SHARE = 1e-4

WGS84, EQUAL_AREA = 4326, 3035


def in_degrees(layer: Layer, geometries: Sequence[Any], labels: Sequence[str]) -> list[Any]:
    """The geometries in EPSG:4326; refused where one is absent, no polygon, or not in Bulgaria."""
    faults = not_polygons(layer.file, geometries, labels)
    if faults:
        raise InputRefused(faults)
    converted = reproject(layer, list(geometries))
    for label, written, geometry in zip(labels, geometries, converted, strict=True):
        faults += _elsewhere(layer.file, label, written, geometry)
    # A layer in the wrong system is wrong everywhere: one sentence says it.
    if len(faults) == len(labels) > 1:
        refuse(layer.file, f"lies outside Bulgaria with all {len(labels)} polygons", faults[0].cure, column="crs")
    if faults:
        raise InputRefused(faults)
    return converted


def not_polygons(file: str, geometries: Sequence[Any], labels: Sequence[str]) -> list[Fault]:
    """A fault for every geometry that is absent or no polygon."""
    faults = []
    for label, geometry in zip(labels, geometries, strict=True):
        if geometry is None or geometry.is_empty:
            faults.append(Fault(file, 0, "geometry", label, "has no geometry", "draw or copy its polygon"))
        elif geometry.geom_type not in ("Polygon", "MultiPolygon"):
            rule = f"is a {geometry.geom_type}, not a polygon"
            faults.append(Fault(file, 0, "geometry", label, rule, "give the area as Polygon or MultiPolygon"))
    return faults


def reproject(layer: Layer, geometries: list[Any]) -> list[Any]:
    """The geometries in degrees, longitude first. Raises InputRefused where PROJ cannot."""
    try:
        transformer = _transformer(layer.crs, WGS84)
        converted = shapely.transform(np.array(geometries), transformer.transform, interleaved=False)
    except pyproj.exceptions.ProjError as error:
        refuse(layer.file, f"cannot be brought to EPSG:4326 ({error})", "save it in EPSG:4326", column="crs")
    return list(converted)


def _elsewhere(file: str, label: str, written: Any, geometry: Any) -> list[Fault]:
    """A fault for the first vertex that is not in Bulgaria; its written coordinates tell why."""
    lon, lat = shapely.get_coordinates(geometry).T
    outside = ~in_frame(lon, lat)
    if not outside.any():
        return []
    x, y = shapely.get_coordinates(written)[int(outside.argmax())].tolist()
    rule = f"has a vertex at {x:g} {y:g}, outside Bulgaria"
    return [Fault(file, 0, "geometry", label, rule, hint(x, y))]


def in_frame(lon: Any, lat: Any) -> Any:
    """Whether positions lie in the frame round Bulgaria; NaN and infinity do not."""
    return (LON[0] <= lon) & (lon <= LON[1]) & (LAT[0] <= lat) & (lat <= LAT[1])


def hint(x: float, y: float) -> str:
    """What probably went wrong with a position outside the frame."""
    if in_frame(y, x):
        return "longitude and latitude look swapped: longitude comes first"
    if abs(x) > 180 or abs(y) > 90:
        return "these look like metres: name the coordinate system, best save it in EPSG:4326"
    return f"longitudes from {LON[0]:g} to {LON[1]:g} and latitudes from {LAT[0]:g} to {LAT[1]:g} are asked"


def mended_polygons(file: str, polygons: list[Any], labels: Sequence[str]) -> tuple[list[Any], list[str]]:
    """Valid polygons, and a note on each that was not; refused where mending changes the area.

    A figure of eight or a ring repeated as its own hole has no area to rely on; a border that
    touches itself keeps its area, and is only written again in order.
    """
    answer, notes, faults = [], [], []
    for label, polygon in zip(labels, polygons, strict=True):
        if polygon.is_valid:
            answer.append(polygon)
            continue
        mended = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
        before, after = areas_m2([polygon, mended])
        reason = shapely.is_valid_reason(polygon)
        if mended.is_empty or abs(after - before) > MENDED_SHARE * abs(before):
            rule = f"is not a valid polygon ({reason}); mending would change its area"
            cure = f"draw it again: {before / 1e6:.2f} km² would become {after / 1e6:.2f} km²"
            faults.append(Fault(file, 0, "geometry", label, rule, cure))
        change = (after - before) / before if before else 0.0
        notes.append(f"{file}: {label} was mended ({reason}), area {change:+.4%} ({(after - before) / 1e6:+.6f} km²)")
        answer.append(mended)
    if faults:
        raise InputRefused(faults)
    return answer, notes


def areas_m2(polygons: Iterable[Any]) -> list[float]:
    """Areas in EPSG:3035, which keeps areas; polygons in degrees."""
    return [float(area) for area in shapely.area(equal_area(polygons))]


def equal_area(geometries: Iterable[Any]) -> Any:
    """Geometries in degrees brought to EPSG:3035, metres, which keeps areas."""
    transform = _transformer(WGS84, EQUAL_AREA).transform
    return shapely.transform(np.array(list(geometries)), transform, interleaved=False)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point in EPSG:3035."""
    lon, lat = _transformer(EQUAL_AREA, WGS84).transform(x, y)
    return float(lon), float(lat)


@lru_cache(maxsize=8)
def _transformer(source: Any, target: int) -> pyproj.Transformer:
    """Looked up once: it takes PROJ up to a tenth of a second each time."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
