"""Toyland's six squares as others would write them: changed, in other formats and systems, damaged."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.geometry import mapping

from tests.hostile.corpus import Change

LAYER = "boundaries.geojson"


def features(change: Callable[[list[dict[str, Any]]], object]) -> Change:
    """The features of the layer, changed in place."""

    def work(folder: Path) -> None:
        content = json.loads((folder / LAYER).read_bytes())
        change(content["features"])
        (folder / LAYER).write_text(json.dumps(content), encoding="utf-8")

    return work


def member(**members: Any) -> Change:
    """Members beside the features."""

    def work(folder: Path) -> None:
        content = json.loads((folder / LAYER).read_bytes())
        (folder / LAYER).write_text(json.dumps({**content, **members}), encoding="utf-8")

    return work


def geometry(code: str, shape: Any) -> Change:
    """The geometry of one municipality replaced, by a shape or by what stands in the file."""
    written = mapping(shape) if isinstance(shape, shapely.Geometry) else shape

    def change(found: list[dict[str, Any]]) -> None:
        for one in found:
            if one["properties"]["municipality"] == code:
                one["geometry"] = written

    return features(change)


def code(old: str, new: Any) -> Change:
    def change(found: list[dict[str, Any]]) -> None:
        for one in found:
            if one["properties"]["municipality"] == old:
                one["properties"]["municipality"] = new

    return features(change)


def frame(folder: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / LAYER)


def squares(code: str) -> shapely.Polygon:
    """The square of a municipality."""
    west = {"1": 24.9, "2": 25.1, "3": 25.3}[code[-1]]
    south = 42.9 if code.startswith("NOR") else 42.7
    return shapely.box(west, south, round(west + 0.2, 1), round(south + 0.2, 1))


def moved(transform: Callable[[np.ndarray], np.ndarray], *codes: str) -> Change:
    """The coordinates of all squares, or of these, put through a function."""

    def change(found: list[dict[str, Any]]) -> None:
        for one in found:
            if not codes or one["properties"]["municipality"] in codes:
                shape = shapely.geometry.shape(one["geometry"])
                one["geometry"] = mapping(shapely.transform(shape, transform))

    return features(change)


def in_system(epsg: int, said: str | None) -> Change:
    """The layer in another system, which the file names so, or not at all."""

    def work(folder: Path) -> None:
        shapes = frame(folder).to_crs(epsg)
        content = json.loads((folder / LAYER).read_bytes())
        for one, shape in zip(content["features"], shapes.geometry, strict=True):
            one["geometry"] = mapping(shape)
        if said:
            content["crs"] = {"type": "name", "properties": {"name": said}}
        (folder / LAYER).write_text(json.dumps(content), encoding="utf-8")

    return work


def as_file(name: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame] = lambda f: f, **options: Any) -> Change:
    """The layer beside the scenario in another format, as GDAL writes it."""

    def work(folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(change(frame(folder)), folder / name, **options)

    return work


def zipped(name: str, *patterns: str, as_name: Callable[[str], str] = str) -> Change:
    """Files of the folder in a ZIP, under other names."""

    def work(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for pattern in patterns:
                for path in sorted(folder.glob(pattern)):
                    archive.writestr(as_name(path.name), path.read_bytes())

    return work


def instead(data: bytes) -> Change:
    """Other bytes under the name of the layer."""
    return lambda folder: (folder / LAYER).write_bytes(data)


def renamed(name: str) -> Change:
    """A file in the place of the layer: its content decides, not its name."""
    return lambda folder: (folder / name).rename(folder / LAYER)
