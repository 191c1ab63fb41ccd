"""Schematic boundaries: every place belongs to the municipality of the nearest settlement.

Thiessen polygons (Voronoi cells) of the settlement points, dissolved by municipality and cut
to the national outline. Where the table tells how much land belongs to a settlement, the
settlement stands for a disc instead of a point, and the discs grow or shrink until the cells
have about the areas published: a town with much land reaches farther than a hamlet. No
surveyed boundary goes in, so the layer is free to share and must be called schematic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nationalmap.errors import Fault, InputRefused
from nationalmap.geography.coverage import METRIC, WGS84, assert_whole, noded, reproject, rounded
from nationalmap.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: A border vertex goes where its triangle is smaller than a square of this side.
TOLERANCE_M = 500.0

#: Farther outside the outline a settlement is a wrong coordinate, not a coarse outline:
#: Natural Earth at 1:10m leaves ten Bulgarian settlements outside, the farthest 1.1 km.
OUTSIDE_KM = 5.0

#: Points that draw a disc. More change the cells by less than the outline is wrong.
RING_POINTS = 12
#: Radius of a disc, as a share of the radius that holds all its land: at first, and at most.
RADIUS_START, RADIUS_MOST = 0.6, 0.9
#: Rounds of growing and shrinking. After six, 6 % of the land is in a wrong cell, and it falls slowly.
ROUNDS = 6

#: Grids of the linework: metres while computing, and the longest outline edge in degrees,
#: so that an edge that is straight in degrees is still so in metres (to 0.5 m).
_GRID_M = 0.01
_EDGE_DEG = 0.05

#: Square metres in a decare, the unit of land in the Bulgarian registers.
_DECARE_M2 = 1000.0


def build(
    points: pd.DataFrame,
    outline: Any,
    codes: Collection[str],
    tolerance_m: float = TOLERANCE_M,
    file: str = "points",
) -> gpd.GeoDataFrame:
    """Schematic polygons of the municipalities ``codes``: columns ``municipality``, geometry; EPSG:4326.

    ``points`` has the columns municipality, lon, lat (degrees, WGS 84), and may have area_dka
    (land of the settlement, decares; blank or 0: none); its index holds the row numbers of
    ``file``. ``outline`` is a polygon in degrees. The answer is a valid coverage with four
    decimals, and does not depend on the order of the rows. Raises InputRefused for codes that
    are unknown or without a settlement, for one position in two municipalities, and for
    points far outside the outline; OutputFailed where the polygons would not fill it.
    """
    wanted = sorted(codes)
    outline_m = reproject(shapely.segmentize(outline, _EDGE_DEG), WGS84, METRIC)
    sites = _sites(points)
    faults = [*_wrong_codes(sites, wanted, file), *_wrong_places(sites, outline_m, file)]
    if faults:
        raise InputRefused(faults)
    sites = _merged(sites)
    cells, owner = land_cells(sites[["x", "y"]].to_numpy(), sites["land_m2"].to_numpy(), outline_m)
    owners = sites["municipality"].to_numpy(dtype=object)[owner]
    # United on the grid: cells of regularly placed points meet in vertices that differ in the
    # last digit, and a union in floating point stumbles over them.
    whole = np.array([shapely.union_all(cells[owners == code], grid_size=_GRID_M) for code in wanted])
    clipped = noded(whole, _GRID_M, outline_m)
    _refuse_empty(clipped, wanted, file)
    clipped = _without_strays(clipped, sites, wanted)
    simple = shapely.coverage_simplify(clipped, tolerance_m, simplify_boundary=False)
    polygons = rounded(reproject(simple, METRIC, WGS84))
    _refuse_empty(polygons, wanted, file)
    assert_whole(polygons, float(outline.area))
    return gpd.GeoDataFrame({"municipality": pd.Series(wanted, dtype="str")}, geometry=polygons, crs=WGS84)


def thiessen_cells(xy: Floats, outline: Any) -> NDArray[Any]:
    """The Thiessen cell of each of the different points, in their order, reaching beyond ``outline``.

    Coordinates in metres. The cells of the hull end at a frame round points and outline.
    """
    if len(xy) == 1:
        # One point has no border to anybody: its cell is the frame.
        return np.array([shapely.box(*outline.union(shapely.points(xy[0])).buffer(1.0).bounds)])
    diagram = shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=outline, ordered=True)
    cells: NDArray[Any] = shapely.get_parts(diagram)
    # Points on a regular pattern give vertices that differ in the last digit, and a cell may cross itself.
    broken = ~shapely.is_valid(cells)
    cells[broken] = shapely.make_valid(cells[broken], method="structure", keep_collapsed=False)
    return cells


def land_cells(xy: Floats, land_m2: Floats, outline: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Thiessen cells of discs: cells, and for each the number of its site.

    Every site with land stands for a disc, drawn as a ring of points; the site itself is
    always among the points and so lies in a cell of its own. The discs follow the difference
    between the area of the cells within ``outline`` and the land, scaled to fill the outline.
    Without any land these are the plain Thiessen cells. Metres, square metres.
    """
    if not land_m2.any():
        return thiessen_cells(xy, outline), np.arange(len(xy))
    most = RADIUS_MOST * np.sqrt(land_m2 / np.pi)
    wanted = land_m2 * (outline.area / land_m2.sum())
    radius = most * (RADIUS_START / RADIUS_MOST)
    cells, owner = _disc_cells(xy, radius, outline)
    for _ in range(ROUNDS - 1):
        found = np.bincount(owner, _areas_within(cells, outline), minlength=len(xy))
        # The area goes with the square of the radius; a step is kept between a half and a double.
        growth = np.sqrt(np.divide(wanted, found, out=np.ones(len(xy)), where=found > 0))
        radius = np.minimum(radius * np.clip(growth, 0.5, 2.0), most)
        cells, owner = _disc_cells(xy, radius, outline)
    return cells, owner


def _disc_cells(xy: Floats, radius: Floats, outline: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Thiessen cells of the sites and of the rings round them, each with the number of its site."""
    angle = 2 * np.pi * np.arange(RING_POINTS) / RING_POINTS
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    with_disc = np.flatnonzero(radius > 0)
    ring = (xy[with_disc, None, :] + radius[with_disc, None, None] * circle).reshape(-1, 2)
    ring_owner = np.repeat(with_disc, RING_POINTS)
    kept = ~_inside_another(ring, ring_owner, xy, radius)
    places = np.vstack([xy, ring[kept]])
    owner = np.concatenate([np.arange(len(xy)), ring_owner[kept]])
    # Rings may touch; to the millimetre one point has one owner, sites before rings.
    _, first = np.unique(places.round(3), axis=0, return_index=True)
    first.sort()
    return thiessen_cells(places[first], outline), owner[first]


def _inside_another(ring: Floats, ring_owner: NDArray[np.int64], xy: Floats, radius: Floats) -> NDArray[np.bool_]:
    """Whether each point of a ring lies in the disc of another site: there it speaks for nobody."""
    tree = shapely.STRtree(shapely.points(xy))
    at, site = tree.query(shapely.points(ring), predicate="dwithin", distance=float(radius.max()))
    distance = np.hypot(*(ring[at] - xy[site]).T)
    hidden = np.zeros(len(ring), dtype=bool)
    hidden[at[(distance < radius[site]) & (site != ring_owner[at])]] = True
    return hidden


def _areas_within(cells: NDArray[Any], outline: Any) -> Floats:
    """Area of each cell within the outline; only cells that cross it are cut."""
    shapely.prepare(outline)
    areas = shapely.area(cells)
    crossing = ~shapely.contains_properly(outline, cells)
    areas[crossing] = shapely.area(shapely.intersection(cells[crossing], outline))
    return np.asarray(areas)


def _without_strays(polygons: NDArray[Any], sites: pd.DataFrame, codes: list[str]) -> NDArray[Any]:
    """The coverage, where parts that hold none of their municipality's settlements go to a neighbour.

    Between discs and at a jagged coast splinters remain that nobody would call an exclave.
    Each goes to the neighbour with the longest common border; without one it stays.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    tree = shapely.STRtree(parts)
    number = {code: at for at, code in enumerate(codes)}
    site, part = tree.query(shapely.points(sites[["x", "y"]].to_numpy()), predicate="intersects")
    own = sites["municipality"].map(number).to_numpy()[site] == owner[part]
    settled = np.zeros(len(parts), dtype=bool)
    settled[part[own]] = True
    # A municipality whose settlements all lie outside the coarse outline keeps its land.
    settled |= ~np.isin(owner, owner[settled])
    new_owner = owner.copy()
    for stray in np.flatnonzero(~settled):
        near = tree.query(parts[stray], predicate="intersects")
        near = np.sort(near[settled[near]])
        border = shapely.length(shapely.intersection(parts[stray], parts[near]))
        if len(near) and border.max() > 0:
            new_owner[stray] = owner[near[int(border.argmax())]]
    return np.array([shapely.coverage_union_all(parts[new_owner == at]) for at in range(len(codes))])


# --------------------------------------------------------------------- settlements


def _sites(points: pd.DataFrame) -> pd.DataFrame:
    """Settlements in metres (x, y, land_m2), sorted, so that the order of the rows does not matter."""
    land = points["area_dka"].fillna(0) * _DECARE_M2 if "area_dka" in points else 0.0
    x, y = shapely.get_coordinates(
        reproject(shapely.points(points["lon"].to_numpy(), points["lat"].to_numpy()), WGS84, METRIC)
    ).T
    # To the millimetre: the same place written by two sources is one place.
    sites = points[["municipality", "lon", "lat"]].assign(x=x.round(3), y=y.round(3), land_m2=land)
    return sites.sort_values(["municipality", "x", "y", "land_m2"], kind="stable")


def _merged(sites: pd.DataFrame) -> pd.DataFrame:
    """One site per place: settlements that one source put on the same point count as one."""
    return sites.groupby(["municipality", "x", "y"], sort=True)["land_m2"].sum().reset_index()


def _wrong_codes(sites: pd.DataFrame, wanted: list[str], file: str) -> list[Fault]:
    known = set(wanted)
    faults = [
        Fault(
            file,
            int(row),
            "municipality",
            code,
            f"is not one of the {len(known)} codes",
            nearest(code, known),
        )
        for row, code in zip(sites.index.tolist(), sites["municipality"], strict=True)
        if code not in known
    ]
    present = set(sites["municipality"])
    faults += [
        Fault(file, 0, "municipality", code, "has no settlement", "add a row with its code, lon and lat")
        for code in wanted
        if code not in present
    ]
    return faults


def _wrong_places(sites: pd.DataFrame, outline_m: Any, file: str) -> list[Fault]:
    first: dict[tuple[float, float], tuple[int, str]] = {}
    places = shapely.points(sites["x"].to_numpy(), sites["y"].to_numpy())
    outside = shapely.distance(places, outline_m) / 1000
    faults = []
    for (row, code, lon, lat, x, y), km in zip(
        sites[["municipality", "lon", "lat", "x", "y"]].itertuples(name=None), outside, strict=True
    ):
        value = f"{lon:g} {lat:g}"
        if km > OUTSIDE_KM:
            rule, cure = f"lies {km:.0f} km outside the outline", "check the coordinates"
            faults.append(Fault(file, int(row), "lon, lat", value, rule, cure))
        there, owner = first.setdefault((x, y), (int(row), code))
        if owner != code:
            rule = f"is a place in {code}, and in row {there} the same place in {owner}"
            faults.append(Fault(file, int(row), "lon, lat", value, rule, "correct one of them"))
    return faults


def _refuse_empty(polygons: NDArray[Any], codes: list[str], file: str) -> None:
    faults = [
        Fault(file, 0, "municipality", code, "has no land within the outline", "check its settlements")
        for code, polygon in zip(codes, polygons, strict=True)
        if polygon is None or polygon.is_empty
    ]
    if faults:
        raise InputRefused(faults)
