"""Polygons for the page: the planned municipalities, their neighbours, the borders of the regions.

The result carries codes and coordinates only; a code that is not one is refused, because
folium writes it into a script.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
from shapely.geometry import mapping

from nationalmap.errors import OutputFailed
from nationalmap.reports import totals

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Ground shown around the planned territory, kilometres.
MARGIN_KM = 40.0
#: Corners that all polygons together may have before they are simplified, and the first tolerance.
MOST_CORNERS = 14_000
_TOLERANCE = 0.0005
#: Decimals of a degree: 11 m; of a territory wider than so many degrees, 110 m, which no screen shows of it.
_DECIMALS, _DECIMALS_WIDE, _WIDE = 4, 3, 4.0
_KM_PER_DEGREE = 111.2
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True)
class Shapes:
    """GeoJSON of the areas and of the borders of regions, and the point where each area is reached."""

    areas: dict[str, Any]
    borders: dict[str, Any]
    points: dict[str, tuple[float, float]]
    """Longitude and latitude inside each planned municipality."""
    neighbours: tuple[str, ...]


def shapes(plan: Plan) -> Shapes:
    """What the map draws, in one order, with few corners."""
    planned = totals.municipalities(plan)
    polygons = _polygons(plan, planned)
    shown = _shown(polygons, planned)
    neighbours = tuple(code for code in shown.index if code not in planned)
    west, _, east, _ = shown.total_bounds
    decimals = _DECIMALS_WIDE if east - west > _WIDE else _DECIMALS
    areas = [_area(code, shown[code], decimals, planned=code in planned) for code in (*neighbours, *planned)]
    points = {code: _point(shown[code]) for code in planned}
    return Shapes(_collection(areas), _collection(_borders(plan, shown, decimals)), points, neighbours)


def _polygons(plan: Plan, planned: tuple[str, ...]) -> gpd.GeoSeries:
    """All polygons by code, sorted; every planned municipality has one."""
    frame = plan.inputs.boundaries.polygons
    polygons = gpd.GeoSeries(frame.geometry.values, index=frame["municipality"].astype(str), crs="EPSG:4326")
    polygons = polygons[~(polygons.isna() | polygons.is_empty)].sort_index()
    missing = [code for code in planned if code not in polygons.index]
    if missing:
        raise OutputFailed(f"The page cannot be drawn: no polygon for {', '.join(missing)} in the boundaries.")
    wrong = [code for code in polygons.index if not _CODE.fullmatch(code)]
    if wrong:
        raise OutputFailed(f'The page cannot be drawn: "{wrong[0]}" in the boundaries is not a code.')
    return polygons


def _shown(polygons: gpd.GeoSeries, planned: tuple[str, ...]) -> gpd.GeoSeries:
    """Planned polygons and those within the margin around them, simplified as one coverage."""
    west, south, east, north = polygons[list(planned)].total_bounds
    high = MARGIN_KM / _KM_PER_DEGREE
    wide = high / math.cos(math.radians((south + north) / 2))
    window = shapely.box(west - wide, south - high, east + wide, north + high)
    shown = polygons[polygons.intersects(window)]
    tolerance = _TOLERANCE
    simple = shown
    while shapely.get_num_coordinates(simple.values).sum() > MOST_CORNERS and tolerance < 1:
        simple = gpd.GeoSeries(shapely.coverage_simplify(shown.values, tolerance), index=shown.index)
        tolerance *= 2
    return simple


def _borders(plan: Plan, shown: gpd.GeoSeries, decimals: int) -> list[dict[str, Any]]:
    """Borders of the regions as far as their municipalities are shown, one feature per region.

    A municipality at the edge of the picture has its neighbour of the same region outside it:
    the border between the two is not one of the region, so the whole regions are dissolved.
    The planned regions come last, so that their border lies above the others.
    """
    frame = plan.inputs.tables["municipalities"]
    regions = dict(zip(frame["municipality"].tolist(), frame["region"].tolist(), strict=True))
    every = plan.inputs.boundaries.polygons
    whole = gpd.GeoSeries(every.geometry.values, index=every["municipality"].astype(str)).sort_index()
    whole.update(shown)
    ground = shapely.union_all(shown.values).buffer(_TOLERANCE)
    lines = []
    own = set(plan.scenario.regions)
    found = {regions[code] for code in shown.index if code in regions}
    for region in sorted(found, key=lambda code: (code in own, code)):
        members = [code for code in whole.index if regions.get(code) == region]
        outline = shapely.union_all(whole[members].values).boundary
        if not _CODE.fullmatch(region):
            raise OutputFailed(f'The page cannot be drawn: "{region}" is not a code of a region.')
        kind = "own" if region in own else "other"
        lines.append(_feature(region, outline.intersection(ground), kind, decimals))
    return [line for line in lines if line["geometry"]["coordinates"]]


def _area(code: str, polygon: Any, decimals: int, *, planned: bool) -> dict[str, Any]:
    return _feature(code, polygon, "planned" if planned else "neighbour", decimals)


def _feature(code: str, shape: Any, kind: str, decimals: int) -> dict[str, Any]:
    """One GeoJSON feature with rounded coordinates and two words of ours: its code and its kind."""
    geometry = mapping(shapely.force_2d(shape))
    return {
        "type": "Feature",
        "properties": {"code": code, "kind": kind},
        "geometry": {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"], decimals)},
    }


def _rounded(coordinates: Any, decimals: int) -> Any:
    """Coordinates to so many decimals; points that fall on the one before are left out of long lines."""
    if isinstance(coordinates[0], (int, float)):
        return [round(float(value), decimals) for value in coordinates]
    found = [_rounded(part, decimals) for part in coordinates]
    if len(found) > 8 and isinstance(found[0][0], float):
        return [found[0], *(point for before, point in pairwise(found) if point != before)]
    return found


def _point(polygon: Any) -> tuple[float, float]:
    """A point inside the polygon."""
    inside = polygon.representative_point()
    return round(inside.x, _DECIMALS), round(inside.y, _DECIMALS)


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
