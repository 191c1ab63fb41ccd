"""Geometry formats: the bytes of a GeoJSON text or a GeoPackage become features, and back.

What a file is, its content decides, not its name. Both formats are read here with the
standard library and shapely, from the very bytes that were fingerprinted: a general reader
would follow a file that points to other files or to an address.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pyproj
import shapely
import shapely.geometry

from nationalmap.errors import Fault, InputRefused, OutputFailed
from nationalmap.sources.resources import read_bytes, sha256

if TYPE_CHECKING:
    import geopandas as gpd

#: A layer of municipalities or settlements; more features are another kind of file.
MAX_FEATURES = 100_000

#: Member of a GeoJSON that this project computed: boundaries to look at, not to measure.
STATUS_MEMBER = "status"

_DECIMALS = 4

#: First bytes of what people try instead, and what to do about it.
_OTHER_FORMATS = (
    (b"PK\x03\x04", "is a ZIP archive", "unpack it and give the GeoJSON or GeoPackage in it"),
    (b"\x00\x00\x27\x0a", "is a shapefile", "convert it to GeoPackage (in QGIS: Export, Save Features As)"),
    (b"\x1f\x8b", "is a gzip archive", "unpack it"),
    (b"%PDF", "is a PDF", "ask the publisher for GeoJSON or GeoPackage"),
    (b"<", "is XML (KML, GML, VRT or a web page)", "convert it to GeoJSON or GeoPackage"),
)
#: Steps of the database machine before it is stopped.
_MAX_STEPS = 1_000_000_000

_SQLITE = b"SQLite format 3\x00"
_CURE_FORMAT = "a GeoJSON text or a GeoPackage is asked"
_CURE_CRS = "name the coordinate system, best EPSG:4326"


@dataclass(frozen=True)
class Layer:
    """Features as they stand in the file: properties, geometry or None, and the coordinate system."""

    file: str
    sha256: str
    properties: tuple[dict[str, Any], ...]
    geometries: tuple[Any, ...]
    crs: pyproj.CRS
    members: dict[str, Any]
    """Members of the GeoJSON collection beside its features; empty for a GeoPackage."""


def read_layer(path: Path) -> Layer:
    """The one layer of a geometry file. Raises InputRefused for anything else."""
    if str(path).startswith("/vsi") or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(path)):
        refuse(path.name, "is an address or a virtual path", "download the file and give its name")
    if path.exists() and not path.is_file():
        refuse(path.name, "is not a regular file", _CURE_FORMAT)
    data = read_bytes(path)
    for start, rule, cure in _OTHER_FORMATS:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(start):
            refuse(path.name, rule, cure)
    if data.startswith(_SQLITE):
        return _geopackage(path.name, data)
    return _geojson(path.name, data)


def refuse(file: str, rule: str, cure: str, value: str = "", column: str = "") -> NoReturn:
    """Raise InputRefused with one fault of a whole file."""
    raise InputRefused([Fault(file, 0, column, value, rule, cure)])


# --------------------------------------------------------------------- GeoJSON


def _geojson(file: str, data: bytes) -> Layer:
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError:
        refuse(file, "is neither UTF-8 text nor a GeoPackage", _CURE_FORMAT)
    except RecursionError:
        refuse(file, "is nested too deeply", _CURE_FORMAT)
    except ValueError as error:
        refuse(file, f"is not GeoJSON ({error})", "the file may be cut short; fetch it again")
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        kind = content.get("type") if isinstance(content, dict) else type(content).__name__
        refuse(file, "is not a GeoJSON FeatureCollection", _CURE_FORMAT, str(kind))
    features = content.get("features")
    if not isinstance(features, list) or not features:
        refuse(file, "holds no features", _CURE_FORMAT)
    _refuse_many(file, len(features))
    properties, geometries = [], []
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            refuse(file, f"holds something else than a feature at place {number}", _CURE_FORMAT)
        properties.append(dict(feature.get("properties") or {}))
        geometries.append(_shape(file, number, feature.get("geometry")))
    members = {key: value for key, value in content.items() if key not in ("type", "features")}
    return Layer(file, sha256(data), tuple(properties), tuple(geometries), _named_crs(file, members), members)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that stands twice is refused, since the last would win without a word."""
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{doubled}" stands twice in one object')
    return members


def _shape(file: str, number: int, geometry: Any) -> Any:
    """Geometry of a feature; None where the file says null, or a geometry without coordinates."""
    if geometry is None:
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(geometry))
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
    ) as error:
        refuse(file, f"has an unreadable geometry in feature {number} ({error})", "fetch the file again")


def _named_crs(file: str, members: dict[str, Any]) -> pyproj.CRS:
    """Coordinate system of a GeoJSON: CRS84 unless the older member ``crs`` names another."""
    if members.get("crs") is None:
        return pyproj.CRS("OGC:CRS84")
    try:
        return _crs(file, str(members["crs"]["properties"]["name"]))
    except (KeyError, TypeError):
        refuse(
            file,
            "names its coordinate system in a way not known here",
            _CURE_CRS,
            str(members["crs"])[:80],
            "crs",
        )


def _crs(file: str, name: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        refuse(file, "is not a known coordinate system", _CURE_CRS, name[:80], "crs")


# --------------------------------------------------------------------- GeoPackage


def _geopackage(file: str, data: bytes) -> Layer:
    """The only feature table of a GeoPackage, read in memory from the given bytes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data)
            connection.execute("PRAGMA trusted_schema = OFF")
            # A view may ask for endless work; an honest layer needs a thousandth of this.
            connection.set_progress_handler(lambda: 1, _MAX_STEPS)
            connection.row_factory = sqlite3.Row
            return _feature_table(file, data, connection)
        except (sqlite3.Error, OverflowError, IndexError, TypeError, ValueError) as error:
            refuse(file, f"is not a readable GeoPackage ({error})", "the file may be damaged; fetch it again")


def _feature_table(file: str, data: bytes, connection: sqlite3.Connection) -> Layer:
    tables = connection.execute(
        "SELECT c.table_name AS name, g.column_name AS geometry, s.organization AS authority,"
        " s.organization_coordsys_id AS number FROM gpkg_contents c"
        " JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
        " LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        " WHERE c.data_type = 'features' ORDER BY c.table_name"
    ).fetchall()
    if len(tables) != 1:
        names = ", ".join(row["name"] for row in tables)
        refuse(file, f"holds {len(tables)} layers", "save the municipalities alone in a file", names)
    table = tables[0]
    if table["authority"] is None or int(table["number"]) <= 0:
        refuse(file, "does not say its coordinate system", _CURE_CRS, column="crs")
    crs = _crs(file, f"{table['authority']}:{table['number']}")
    quoted = table["name"].replace('"', '""')
    rows = connection.execute(f'SELECT * FROM "{quoted}" LIMIT {MAX_FEATURES + 1}').fetchall()  # noqa: S608
    _refuse_many(file, len(rows))
    if not rows:
        refuse(file, "holds no features", _CURE_FORMAT)
    shapes = tuple(_blob(file, number, row[table["geometry"]]) for number, row in enumerate(rows, 1))
    properties = tuple({k: row[k] for k in row.keys() if k != table["geometry"]} for row in rows)  # noqa: SIM118
    return Layer(file, sha256(data), properties, shapes, crs, {})


#: Bytes of the bounding box in front of the geometry, by the code in the header's flags.
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def _blob(file: str, number: int, blob: Any) -> Any:
    """Geometry of a GeoPackage blob: magic GP, version, flags, srs_id, bounding box, then WKB."""
    if blob is None:
        return None
    envelope = _ENVELOPE_BYTES.get((blob[3] >> 1) & 0b111) if isinstance(blob, bytes) and len(blob) > 8 else None
    if envelope is None or blob[:2] != b"GP":
        refuse(file, f"has an unreadable geometry in feature {number}", "the file may be damaged; fetch it again")
    try:
        return shapely.force_2d(shapely.from_wkb(blob[8 + envelope :]))
    except shapely.errors.ShapelyError as error:
        refuse(file, f"has an unreadable geometry in feature {number} ({error})", "fetch the file again")


def _refuse_many(file: str, count: int) -> None:
    if count > MAX_FEATURES:
        refuse(file, f"holds more than {MAX_FEATURES} features", "a layer of municipalities is asked")


# --------------------------------------------------------------------- writing


def write_layer(polygons: gpd.GeoDataFrame, path: Path) -> None:
    """A computed municipal layer as GeoJSON: EPSG:4326, four decimals, one feature a line.

    Features are sorted, rings start at their lowest point and run anticlockwise, so equal
    polygons give equal bytes. The layer says of itself that it is schematic. The file is
    replaced whole or not at all; raises OutputFailed where it cannot be written.
    """
    ordered = polygons.to_crs(4326).sort_values("municipality", kind="stable")
    shapes = shapely.orient_polygons(shapely.normalize(ordered.geometry.to_numpy()))
    features = ",\n".join(
        _compact(
            {
                "type": "Feature",
                "properties": {"municipality": code},
                "geometry": {"type": shape.geom_type, "coordinates": _coordinates(shape)},
            }
        )
        for code, shape in zip(ordered["municipality"], shapes, strict=True)
    )
    head = _compact({"type": "FeatureCollection", "name": "municipalities", STATUS_MEMBER: "schematic"})
    _replace(path, f'{head[:-1]},"features":[\n{features}\n]}}\n')


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _coordinates(shape: Any) -> list[Any]:
    """GeoJSON coordinates of a polygon or multipolygon, four decimals."""
    if shape.geom_type == "Polygon":
        rings = [shape.exterior, *shape.interiors]
        return [np.round(shapely.get_coordinates(ring), _DECIMALS).tolist() for ring in rings]
    return [_coordinates(part) for part in shape.geoms]


def _replace(path: Path, text: str) -> None:
    """Put ``text`` in the place of ``path`` in one step, or leave what was there."""
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = file.name
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise OutputFailed(f"{path.name} could not be written: {reason}; nothing was changed.") from error
