"""GeoJSON: read with the standard library from the bytes that were fingerprinted, written line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
import shapely.geometry

from nationalmap import publishing
from nationalmap.sources.layers.layer import (
    CURE_CRS,
    CURE_FORMAT,
    Layer,
    crs_of,
    of_the_country,
    refuse,
    refuse_many,
    refuse_vertices,
)
from nationalmap.sources.resources import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

#: Member of a GeoJSON that this project wrote: "schematic" is to look at, not to measure; "imported" was checked.
STATUS_MEMBER = "status"

#: Decimals of written degrees: 11 m for what is schematic, a centimetre for what was imported.
COARSE, FINE = 4, 7


def read(file: str, data: bytes) -> Layer:
    """The features of a GeoJSON collection. Raises InputRefused for anything else."""
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError:
        refuse(file, "is neither UTF-8 text nor a GeoPackage", CURE_FORMAT)
    except RecursionError:
        refuse(file, "is nested too deeply", CURE_FORMAT)
    except ValueError as error:
        refuse(file, f"is not GeoJSON ({error})", "the file may be cut short; fetch it again")
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        kind = content.get("type") if isinstance(content, dict) else type(content).__name__
        refuse(file, "is not a GeoJSON FeatureCollection", CURE_FORMAT, str(kind))
    features = content.get("features")
    if not isinstance(features, list) or not features:
        refuse(file, "holds no features", CURE_FORMAT)
    refuse_many(file, len(features))
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            refuse(file, f"holds something else than a feature at place {number}", CURE_FORMAT)
    properties = [_properties(feature) for feature in features]
    kept, note = of_the_country(properties)
    geometries = tuple(_shape(file, at + 1, features[at].get("geometry")) for at in kept)
    refuse_vertices(file, geometries)
    _refuse_part(file, content)
    members = {key: value for key, value in content.items() if key not in ("type", "features")}
    rows = tuple(properties[at] for at in kept)
    notes = (f"{file}: {note}",) if note else ()
    return Layer(file, sha256(data), rows, geometries, _named_crs(file, members), members, notes=notes)


def _refuse_part(file: str, content: Mapping[str, Any]) -> None:
    """Refuse the answer of a service that says it is only the first part of what was asked."""
    beside = content.get("properties")
    for members in (content, beside if isinstance(beside, dict) else {}):
        if members.get("exceededTransferLimit") is True:
            cure = "ask the service for fewer features at a time, or for its file"
            refuse(file, "says that the service cut it short (exceededTransferLimit)", cure)


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of a feature; its ``id`` beside them where no property has that name."""
    given = feature.get("properties")
    properties = dict(given) if isinstance(given, dict) else {}
    if isinstance(feature.get("id"), str | int):
        properties.setdefault("id", feature["id"])
    return properties


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
        return crs_of(file, str(members["crs"]["properties"]["name"]))
    except (KeyError, TypeError):
        rule = "names its coordinate system in a way not known here"
        refuse(file, rule, CURE_CRS, str(members["crs"])[:80], "crs")


# --------------------------------------------------------------------- writing


def write_layer(
    polygons: gpd.GeoDataFrame, path: Path, members: Mapping[str, Any] | None = None, decimals: int = COARSE
) -> None:
    """A municipal layer as GeoJSON: EPSG:4326, one feature a line. Raises OutputFailed where it cannot be written.

    ``members`` stand beside the features and say what the layer is: schematic unless they say otherwise. Equal
    polygons give equal bytes. The file is replaced whole or not at all.
    """
    publishing.write_file(path, as_text(polygons, members or {STATUS_MEMBER: "schematic"}, decimals).encode())


def as_text(polygons: gpd.GeoDataFrame, members: Mapping[str, Any], decimals: int) -> str:
    """The layer as it is written: features sorted, rings from their lowest point, anticlockwise."""
    ordered = polygons.to_crs(4326).sort_values("municipality", kind="stable")
    shapes = shapely.orient_polygons(shapely.normalize(ordered.geometry.to_numpy()))
    features = ",\n".join(
        _compact(
            {
                "type": "Feature",
                "properties": {"municipality": code},
                "geometry": {"type": shape.geom_type, "coordinates": _coordinates(shape, decimals)},
            }
        )
        for code, shape in zip(ordered["municipality"], shapes, strict=True)
    )
    head = _compact({"type": "FeatureCollection", "name": "municipalities", **members})
    return f'{head[:-1]},"features":[\n{features}\n]}}\n'


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _coordinates(shape: Any, decimals: int) -> list[Any]:
    """GeoJSON coordinates of a polygon or multipolygon."""
    if shape.geom_type == "Polygon":
        rings = [shape.exterior, *shape.interiors]
        return [np.round(shapely.get_coordinates(ring), decimals).tolist() for ring in rings]
    return [_coordinates(part, decimals) for part in shape.geoms]
