"""Toyland's six squares written otherwise, with a corner moved, or broken: GeoJSON and GeoPackage."""

from __future__ import annotations

import codecs
import copy
import json
import random
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.hostile.fuzz import damage

Written = tuple[str, bytes, Mapping[str, Any]]


def same(draw: random.Random, data: bytes) -> Written:
    """The same polygons: features and rings in another order, other spaces, more properties, another format."""
    content = json.loads(data)
    shapes = polygons(content)
    draw.shuffle(content["features"])
    for feature in content["features"]:
        ring = feature["geometry"]["coordinates"][0]
        turn = draw.randrange(len(ring) - 1)
        points = [*ring[turn:-1], *ring[:turn]]
        if draw.random() < 0.5:
            points.reverse()
        feature["geometry"]["coordinates"][0] = [*points, points[0]]
        if draw.random() < 0.3:
            feature["properties"] = {"note": "5", **feature["properties"], "area": 12.5}
    what, written = _written(draw, content)
    return what, written, shapes


def moved(draw: random.Random, data: bytes) -> Written:
    """One corner elsewhere, in every polygon that has it."""
    content = json.loads(data)
    corners = {tuple(point) for feature in content["features"] for point in feature["geometry"]["coordinates"][0]}
    old = draw.choice(sorted(corners))
    new = [round(number + draw.choice((-0.007, 0.003, 0.0123)), 4) for number in old]
    for feature in content["features"]:
        ring = feature["geometry"]["coordinates"][0]
        feature["geometry"]["coordinates"][0] = [new if tuple(point) == old else point for point in ring]
    what, written = _written(draw, content)
    return f"{old} moved to {new}, {what}", written, polygons(content)


def broken(draw: random.Random, data: bytes) -> tuple[str, bytes]:
    """The bytes of either format, broken."""
    what, written = _written(draw, json.loads(data))
    if draw.random() < 0.3 and what != "GeoPackage":
        lines = written.split(b",")
        at = draw.randrange(len(lines))
        lines[at] = draw.choice((*damage.VALUES, "24.95", "42.95", "[25.1")).encode()
        return f"{what}, part {at} retyped", b",".join(lines)
    return f"{what}, bytes flipped", damage.flipped(draw, written)


def polygons(content: Mapping[str, Any]) -> dict[str, Any]:
    """The polygon of each municipality, as the standard library reads it."""
    import shapely

    return {
        feature["properties"]["municipality"]: shapely.normalize(shapely.geometry.shape(feature["geometry"]))
        for feature in copy.deepcopy(content["features"])
    }


def _written(draw: random.Random, content: Mapping[str, Any]) -> tuple[str, bytes]:
    kind = draw.random()
    if kind < 0.25:
        return "GeoPackage", geopackage(content)
    indent = draw.choice((None, 1, 4))
    mark = draw.choice((b"", b"", codecs.BOM_UTF8))
    text = json.dumps(content, indent=indent, ensure_ascii=draw.random() < 0.5)
    return f"GeoJSON, indent {indent}", mark + text.encode()


def geopackage(content: Mapping[str, Any]) -> bytes:
    """The features as GDAL writes them."""
    import geopandas as gpd
    import pyogrio

    frame = gpd.GeoDataFrame.from_features(content["features"], crs="EPSG:4326")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "layer.gpkg"
        pyogrio.write_dataframe(frame, path)
        return path.read_bytes()
