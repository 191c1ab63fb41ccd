"""Coverages: polygons that share their borders exactly, without gaps and without overlaps.

Every change of a coverage goes through its linework: the borders are noded together on a
grid, the faces between them become polygons again, and each face returns to its owner. So a
border is one line for both neighbours, whatever is cut, moved or rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from nationalmap.errors import Fault, InputRefused, OutputFailed
from nationalmap.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Degrees of longitude and latitude, WGS 84: what tables and layers are written in.
WGS84 = 4326
#: BGS2005 / CCS2005, metres: distances inside Bulgaria are right to 0.002 %.
METRIC = 7801
#: ETRS89 / LAEA Europe, metres: areas are exact.
EQUAL_AREA = 3035

#: Decimals of the written degrees: 11 m north-south, 8 m east-west.
DECIMALS = 4


def reproject(geometry: Any, source: int, target: int) -> Any:
    """Geometry or array of geometries from one EPSG code to another, x before y on both sides."""
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
    return shapely.transform(geometry, transformer.transform, interleaved=False)


def noded(polygons: NDArray[Any], grid: float, outline: Any = None) -> NDArray[Any]:
    """The coverage with every vertex on a grid, cut to ``outline`` where one is given.

    ``grid`` in the units of the coordinates. Snap rounding keeps the linework crossing-free;
    rounding vertices one by one would let borders cross. A polygon narrower than the grid
    comes back empty.
    """
    lines = list(shapely.boundary(polygons))
    lines += [] if outline is None else [shapely.boundary(outline)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=grid)]))
    inside = shapely.point_on_surface(faces)
    if outline is not None:
        kept = shapely.intersects(outline, inside)
        faces, inside = faces[kept], inside[kept]
    # A hole of the coverage is a face too; it lies farther than the grid from every polygon.
    face, owner = shapely.STRtree(polygons).query_nearest(inside, max_distance=2 * grid)
    face, first = np.unique(face, return_index=True)
    owner = owner[first]
    return np.array([shapely.coverage_union_all(faces[face[owner == at]]) for at in range(len(polygons))])


def rounded(polygons: NDArray[Any], decimals: int = DECIMALS) -> NDArray[Any]:
    """The coverage with coordinates of so many decimals, still without gaps and overlaps."""
    on_grid = noded(polygons, 10.0**-decimals)
    return np.asarray(shapely.transform(on_grid, lambda xy: np.round(xy, decimals)))


def assert_whole(polygons: NDArray[Any], area: float, tolerance: float = 1e-3) -> None:
    """Raise OutputFailed unless the polygons are a valid coverage of ``area``, within ``tolerance`` of it.

    Both in the units of the coordinates. A last look before a layer is written.
    """
    if not shapely.is_valid(polygons).all() or not shapely.coverage_is_valid(polygons):
        raise OutputFailed("The computed boundaries overlap or leave gaps; nothing was written.")
    total = float(shapely.area(polygons).sum())
    if abs(total - area) > tolerance * area:
        raise OutputFailed(f"The computed boundaries cover {total / area:.2%} of the outline; nothing was written.")


def regions(polygons: gpd.GeoDataFrame, municipalities: pd.DataFrame) -> gpd.GeoDataFrame:
    """Regions as the union of their municipalities: columns ``region``, geometry; CRS unchanged.

    Raises InputRefused for a polygon whose municipality has no region: it would vanish from
    the union without a word.
    """
    region_of = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    faults = [
        Fault("boundaries", 0, "municipality", code, "belongs to no known region", nearest(code, region_of))
        for code in polygons["municipality"]
        if code not in region_of
    ]
    if faults:
        raise InputRefused(faults)
    owners = polygons["municipality"].map(region_of).to_numpy(dtype=object)
    geometry = polygons.geometry.to_numpy()
    codes: Sequence[str] = sorted(set(owners))
    unions = [shapely.union_all(geometry[owners == code]) for code in codes]
    return gpd.GeoDataFrame({"region": pd.Series(codes, dtype="str")}, geometry=unions, crs=polygons.crs)


def area_km2(polygons: gpd.GeoDataFrame) -> pd.Series:
    """Area of each polygon, km², in EPSG:3035, which keeps areas."""
    areas: pd.Series = polygons.geometry.to_crs(EQUAL_AREA).area / 1e6
    return areas
