"""Boundaries, settlement points and the national outline: read with every check, written whole.

With ``layers.py`` the only place that opens geometry files. A layer that passes holds every
municipality once, as a valid polygon in Bulgaria, near its seat, in EPSG:4326.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from nationalmap.domain.plan import Boundaries
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Column, Table, check, nearest
from nationalmap.sources.layers import STATUS_MEMBER, Layer, read_layer, refuse, write_layer
from nationalmap.sources.tables import read_raw

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

__all__ = ["read_boundaries", "read_outline", "read_points", "write_layer"]

#: Names under which layers carry the municipality code, in any case; the first full one is taken.
CODE_COLUMNS = (
    "municipality",
    "code",
    "lau",
    "lau_id",
    "lau_code",
    "nsi",
    "nuts4",
    "obns_num",
    "obshtina",
    "id",
)

#: Where Bulgaria lies, degrees: longitude and latitude, with room for coarse outlines.
LON, LAT = (22.0, 29.0), (41.0, 44.5)

#: Greatest change of a polygon's area by mending, and greatest overlap of all polygons, as shares.
MENDED_SHARE = 1e-4
OVERLAP_SHARE = 1e-3

#: A polygon farther from its municipality's seat belongs to another; Тунджа, a ring whose
#: seat lies in the town of Ямбол, is 2 km off, and schematic layers a little more.
SEAT_KM = 25.0

_WGS84, _EQUAL_AREA = 4326, 3035

POINTS = Table(
    "points",
    "Settlements with their coordinates; rows without both coordinates are passed over.",
    ("row",),
    (
        Column("row", "integer", "row of the file"),
        Column("municipality", "code", "municipality of the settlement"),
        Column("lon", "number", "longitude, degrees, WGS 84", blank=True),
        Column("lat", "number", "latitude, degrees, WGS 84", blank=True),
        Column("area_dka", "number", "land of the settlement, decares", 0, 1e7, blank=True),
    ),
)


def read_boundaries(path: Path, municipalities: pd.DataFrame) -> Boundaries:
    """Polygons of exactly the given municipalities (``schema.MUNICIPALITIES``), sorted, EPSG:4326.

    GeoJSON or GeoPackage. ``status`` is schematic where the file says that this project
    computed it, otherwise supplied. A broken polygon is mended where that leaves its area as
    it is, and named in ``notes``. Raises InputRefused with every fault of one step: codes
    (unknown, doubled, missing), then geometries (absent, not polygons, elsewhere, beyond
    mending), then the layer as a whole (overlaps, polygons far from their seats).
    """
    layer = read_layer(path)
    names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    codes = _codes(layer, names)
    order = np.argsort(np.array(codes, dtype=object), kind="stable")
    codes = [codes[at] for at in order]
    polygons = _in_degrees(layer, [layer.geometries[at] for at in order], codes)
    polygons, notes = _mended(layer.file, polygons, codes)
    _refuse_misfits(layer.file, polygons, codes, municipalities)
    computed = layer.members.get(STATUS_MEMBER) == "schematic"
    frame = gpd.GeoDataFrame({"municipality": pd.Series(codes, dtype="str")}, geometry=polygons, crs=_WGS84)
    status: Literal["schematic", "supplied"] = "schematic" if computed else "supplied"
    return Boundaries(frame, status, layer.file, layer.sha256, tuple(notes))


def read_points(path: Path) -> pd.DataFrame:
    """Settlements with coordinates: municipality, lon, lat (degrees, WGS 84), perhaps area_dka.

    The index holds the row numbers of the file. Other columns are passed over, and so are
    rows where both coordinates are blank. Raises InputRefused for missing columns, numbers
    that are none, half a position, and places outside Bulgaria's frame.
    """
    raw = read_raw(path)
    raw["row"] = [str(number) for number in raw.index]
    present = tuple(column for column in POINTS.columns if column.name != "area_dka" or column.name in raw)
    table = Table(POINTS.name, POINTS.says, POINTS.key, present)
    extra = [name for name in raw.columns if name not in table.names]
    points = check(table, raw.drop(columns=extra), path.name).set_index("row")
    faults = []
    for row, lon, lat in points[["lon", "lat"]].itertuples(name=None):
        blank = [name for name, value in (("lon", lon), ("lat", lat)) if np.isnan(value)]
        if len(blank) == 1:
            cure = "write both coordinates, or leave both blank"
            faults.append(Fault(path.name, row, blank[0], "", "is empty beside the other coordinate", cure))
        elif not blank and not _in_frame(lon, lat):
            value = f"{lon:g} {lat:g}"
            faults.append(Fault(path.name, row, "lon, lat", value, "lies outside Bulgaria", _hint(lon, lat)))
    if faults:
        raise InputRefused(faults)
    return points.dropna(subset=["lon", "lat"])


def read_outline(path: Path) -> Any:
    """National outline: one polygon or multipolygon in degrees, WGS 84, united from all features.

    Raises InputRefused for an empty or broken layer, and for places outside Bulgaria's frame.
    """
    layer = read_layer(path)
    labels = [f"feature {number}" for number in range(1, len(layer.geometries) + 1)]
    polygons, _ = _mended(layer.file, _in_degrees(layer, list(layer.geometries), labels), labels)
    return shapely.union_all(polygons)


# --------------------------------------------------------------------- codes


def _codes(layer: Layer, names: dict[str, str]) -> list[str]:
    """Municipality code of every feature. Raises InputRefused where they are not the known ones."""
    column = _code_column(layer, names)
    codes = [_text(properties.get(column)) for properties in layer.properties]
    faults = []
    first: dict[str, int] = {}
    for number, code in enumerate(codes, 1):
        if code not in names:
            rule = f"in feature {number} is not one of the {len(names)} codes"
            faults.append(Fault(layer.file, 0, column, code or "(blank)", rule, _nearest_named(code, names)))
        elif code in first:
            rule = f"({names[code]}) stands twice, in the features {first[code]} and {number}"
            faults.append(Fault(layer.file, 0, column, code, rule, "unite or remove one of them"))
        first.setdefault(code, number)
    faults += [
        Fault(layer.file, 0, column, code, f"({name}) is missing", "add its polygon")
        for code, name in names.items()
        if code not in first
    ]
    if faults:
        raise InputRefused(faults)
    return codes


def _code_column(layer: Layer, names: dict[str, str]) -> str:
    """Property that holds the codes: of the names that layers use, the one with most known codes.

    Two such properties that both hold every code, and differ, are refused: either could be meant.
    """
    present = list(dict.fromkeys(key for properties in layer.properties for key in properties))
    candidates = [key for wanted in CODE_COLUMNS for key in present if key.casefold() == wanted]
    values = {key: [_text(properties.get(key)) for properties in layer.properties] for key in candidates}
    known = {key: len(set(values[key]) & set(names)) for key in candidates}
    full = [key for key in candidates if known[key] == len(names)]
    if len({tuple(values[key]) for key in full}) > 1:
        rule = f"each hold all {len(names)} codes, in different order"
        refuse(layer.file, rule, "keep one of them", ", ".join(full), "properties")
    best = max(candidates, key=lambda key: known[key], default="")
    if not best or known[best] * 2 < len(names):
        rule = f"hold no municipality codes (looked for {', '.join(CODE_COLUMNS)})"
        cure = "name the property with the code, e.g. HKV34, municipality"
        refuse(layer.file, rule, cure, ", ".join(present) or "(none)", "properties")
    return best


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _nearest_named(code: str, names: dict[str, str]) -> str:
    """The nearest known code, with the name of its municipality."""
    cure = nearest(code, names)
    named = cure.split('"')[1] if '"' in cure else ""
    return f"{cure} ({names[named]})" if named in names else cure


# --------------------------------------------------------------------- geometries


def _in_degrees(layer: Layer, geometries: Sequence[Any], labels: Sequence[str]) -> list[Any]:
    """The geometries in EPSG:4326; refused where one is absent, no polygon, or not in Bulgaria."""
    faults = []
    for label, geometry in zip(labels, geometries, strict=True):
        if geometry is None or geometry.is_empty:
            faults.append(Fault(layer.file, 0, "geometry", label, "has no geometry", "draw or copy its polygon"))
        elif geometry.geom_type not in ("Polygon", "MultiPolygon"):
            rule = f"is a {geometry.geom_type}, not a polygon"
            faults.append(Fault(layer.file, 0, "geometry", label, rule, "give the area as Polygon or MultiPolygon"))
    if faults:
        raise InputRefused(faults)
    converted = _reproject(layer, list(geometries))
    for label, written, geometry in zip(labels, geometries, converted, strict=True):
        faults += _elsewhere(layer.file, label, written, geometry)
    # A layer in the wrong system is wrong everywhere: one sentence says it.
    if len(faults) == len(labels) > 1:
        refuse(layer.file, f"lies outside Bulgaria with all {len(labels)} polygons", faults[0].cure, column="crs")
    if faults:
        raise InputRefused(faults)
    return converted


def _reproject(layer: Layer, geometries: list[Any]) -> list[Any]:
    try:
        transformer = pyproj.Transformer.from_crs(layer.crs, _WGS84, always_xy=True)
        converted = shapely.transform(np.array(geometries), transformer.transform, interleaved=False)
    except pyproj.exceptions.ProjError as error:
        refuse(layer.file, f"cannot be brought to EPSG:4326 ({error})", "save it in EPSG:4326", column="crs")
    return list(converted)


def _elsewhere(file: str, label: str, written: Any, geometry: Any) -> list[Fault]:
    """A fault for the first vertex that is not in Bulgaria; its written coordinates tell why."""
    lon, lat = shapely.get_coordinates(geometry).T
    outside = ~_in_frame(lon, lat)
    if not outside.any():
        return []
    x, y = shapely.get_coordinates(written)[int(outside.argmax())].tolist()
    rule = f"has a vertex at {x:g} {y:g}, outside Bulgaria"
    return [Fault(file, 0, "geometry", label, rule, _hint(x, y))]


def _in_frame(lon: Any, lat: Any) -> Any:
    """Whether positions lie in the frame round Bulgaria; NaN and infinity do not."""
    return (LON[0] <= lon) & (lon <= LON[1]) & (LAT[0] <= lat) & (lat <= LAT[1])


def _hint(x: float, y: float) -> str:
    """What probably went wrong with a position outside the frame."""
    if _in_frame(y, x):
        return "longitude and latitude look swapped: longitude comes first"
    if abs(x) > 180 or abs(y) > 90:
        return "these look like metres: name the coordinate system, best save it in EPSG:4326"
    return f"longitudes from {LON[0]:g} to {LON[1]:g} and latitudes from {LAT[0]:g} to {LAT[1]:g} are asked"


def _mended(file: str, polygons: list[Any], labels: Sequence[str]) -> tuple[list[Any], list[str]]:
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
        before, after = _areas_m2([polygon, mended])
        reason = shapely.is_valid_reason(polygon)
        if mended.is_empty or abs(after - before) > MENDED_SHARE * abs(before):
            rule = f"is not a valid polygon ({reason}); mending would change its area"
            cure = f"draw it again: {before / 1e6:.2f} km² would become {after / 1e6:.2f} km²"
            faults.append(Fault(file, 0, "geometry", label, rule, cure))
        change = (after - before) / before if before else 0.0
        notes.append(f"{file}: {label} was mended ({reason}), area {change:+.4%}")
        answer.append(mended)
    if faults:
        raise InputRefused(faults)
    return answer, notes


def _areas_m2(polygons: Iterable[Any]) -> list[float]:
    """Areas in EPSG:3035, which keeps areas; polygons in degrees."""
    return [float(area) for area in shapely.area(_equal_area(polygons))]


def _equal_area(geometries: Iterable[Any]) -> Any:
    transformer = pyproj.Transformer.from_crs(_WGS84, _EQUAL_AREA, always_xy=True)
    return shapely.transform(np.array(list(geometries)), transformer.transform, interleaved=False)


# --------------------------------------------------------------------- the layer as a whole


def _refuse_misfits(file: str, polygons: list[Any], codes: list[str], municipalities: pd.DataFrame) -> None:
    """Raise InputRefused for polygons that overlap, and for polygons far from their own seat."""
    metric = _equal_area(polygons)
    faults = [*_overlaps(file, metric, codes), *_far_from_seat(file, metric, codes, municipalities)]
    if faults:
        raise InputRefused(faults)


def _overlaps(file: str, metric: Any, codes: Sequence[str]) -> list[Fault]:
    """A fault where polygons overlap by more than OVERLAP_SHARE of the whole; names the worst pair."""
    left, right = shapely.STRtree(metric).query(metric, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    shared = shapely.area(shapely.intersection(metric[left], metric[right]))
    share = shared.sum() / shapely.area(metric).sum()
    if share <= OVERLAP_SHARE:
        return []
    worst = int(shared.argmax())
    pair = f"{codes[left[worst]]}, {codes[right[worst]]}"
    cure = f"these two share {shared[worst] / 1e6:.2f} km²; every place belongs to one municipality"
    return [Fault(file, 0, "geometry", pair, f"overlaps are {share:.2%} of the area of all polygons", cure)]


def _far_from_seat(file: str, metric: Any, codes: Collection[str], municipalities: pd.DataFrame) -> list[Fault]:
    """Faults of polygons farther than SEAT_KM from their seat: the code stands at another polygon."""
    seats = municipalities.set_index("municipality").loc[list(codes)]
    places = _equal_area(shapely.points(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()))
    away_km = shapely.distance(metric, places) / 1000
    return [
        Fault(
            file,
            0,
            "geometry",
            code,
            f"({name}) lies {km:.0f} km from its seat",
            "check the codes of the polygons",
        )
        for code, name, km in zip(codes, seats["name_bg"], away_km, strict=True)
        if km > SEAT_KM
    ]
