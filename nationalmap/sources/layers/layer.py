"""What every format gives: features as they stand in the file, with their coordinate system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pyproj
import shapely

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown

#: A layer of municipalities or settlements, of all Europe at most; more features are another kind of file.
MAX_FEATURES = 150_000
#: Vertices of one layer: the country at the cadastre's own detail has a tenth of this.
MAX_VERTICES = 20_000_000

CURE_FORMAT = "a GeoJSON text or a GeoPackage is asked"
CURE_CRS = "name the coordinate system, best EPSG:4326"
_CURE_DAMAGED = "the file may be damaged; fetch it again"

#: Geometry types of WKB that hold curves, and the linear ones that areas are made of.
_CURVES = {8: "CircularString", 9: "CompoundCurve", 10: "CurvePolygon", 11: "MultiCurve", 12: "MultiSurface"}
#: What names a file or address to PROJ: its own strings (+init=, +nadgrids=), JSON and pipelines.
_PROJ_TEXT = re.compile(r"\+\w+|=|://|\.\.|^\s*\{|nadgrids|proj:|init", re.IGNORECASE)
#: Columns that say the country, and the level of an administrative unit.
_COUNTRY = ("cntr_code", "cntr_id", "country", "country_code")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}[_:-]?")


@dataclass(frozen=True)
class Layer:
    """Features as they stand in the file: properties, geometry or None, and the coordinate system."""

    file: str
    sha256: str
    properties: tuple[dict[str, Any], ...]
    geometries: tuple[Any, ...]
    crs: pyproj.CRS | None
    """None where the file does not say it."""
    members: dict[str, Any]
    """Members of the GeoJSON collection beside its features; empty for the other formats."""
    name: str = ""
    """Name of the layer in its file, where the format has names."""
    notes: tuple[str, ...] = ()


def refuse(file: str, rule: str, cure: str, value: str = "", column: str = "") -> NoReturn:
    """Raise InputRefused with one fault of a whole file."""
    raise InputRefused([Fault(file, 0, column, shown(value), rule, cure)])


def refuse_many(file: str, count: int) -> None:
    """Refuse a layer of too many features."""
    if count > MAX_FEATURES:
        refuse(file, f"holds more than {MAX_FEATURES} features", "a layer of municipalities is asked")


def refuse_vertices(file: str, geometries: Sequence[Any]) -> None:
    """Refuse a layer of too many vertices."""
    count = int(shapely.get_num_coordinates(list(geometries)).sum())
    if count > MAX_VERTICES:
        refuse(file, f"has {count} vertices, more than {MAX_VERTICES}", "simplify it first (in QGIS: Simplify)")


def crs_of(file: str, name: str) -> pyproj.CRS:
    """The coordinate system of that name or text. Raises InputRefused for one that is not known.

    A text of PROJ's own is not taken: it may name files to be opened.
    """
    if _PROJ_TEXT.search(name):
        refuse(file, "is not a known coordinate system", CURE_CRS, name[:80], "crs")
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        refuse(file, "is not a known coordinate system", CURE_CRS, name[:80], "crs")


def chosen(file: str, names: Sequence[str], wanted: str, cure: str) -> str:
    """The layer to read: the one that is wanted, or the only one. Raises InputRefused with the names there are."""
    if wanted and wanted in names:
        return wanted
    if wanted:
        refuse(file, f"is not a layer of this file; it holds {', '.join(names) or 'none'}", cure, wanted, "layer")
    if len(names) != 1:
        refuse(file, f"holds {len(names)} layers", cure, ", ".join(names))
    return names[0]


def from_wkb(file: str, number: int, data: bytes | None) -> Any:
    """Geometry of well-known binary, heights dropped; None where there is none. Curves are refused by name."""
    if data is None:
        return None
    if len(data) >= 5:
        order = "little" if data[0] == 1 else "big"
        kind = int.from_bytes(data[1:5], "little" if order == "little" else "big") & 0x0FFFFFFF
        if kind % 1000 in _CURVES:
            refuse_curve(file, number, _CURVES[kind % 1000])
    try:
        # What is not a number is a fault that is told by name later, no warning.
        with np.errstate(invalid="ignore"):
            return shapely.force_2d(shapely.from_wkb(data))
    except (shapely.errors.ShapelyError, NotImplementedError) as error:
        refuse(file, f"has an unreadable geometry in feature {number} ({error})", _CURE_DAMAGED)


def refuse_curve(file: str, number: int, kind: str) -> NoReturn:
    """Refuse a geometry with curves: each reader would straighten them in its own way."""
    rule = f"is a {kind}: curves would be straightened without a word"
    refuse(file, rule, "turn curves into lines first (in QGIS: Segmentize)", f"feature {number}", "geometry")


def of_the_country(properties: Sequence[dict[str, Any]]) -> tuple[list[int], str]:
    """Positions of Bulgaria's features in a layer of several countries, and what was left out; all where it is of one.

    The country is said by a column of that name, or by the first two letters of ``GISCO_ID``.
    """
    everything = list(range(len(properties)))
    for name in dict.fromkeys(key for row in properties[:1] for key in row):
        if name.casefold() not in (*_COUNTRY, "gisco_id"):
            continue
        said = [_COUNTRY_CODE.match(str(row.get(name) or "").strip().upper()) for row in properties]
        country = [match.group()[:2] if match else "" for match in said]
        if "BG" in country and set(country) != {"BG"}:
            kept = [at for at in everything if country[at] == "BG"]
            return kept, f"{len(properties) - len(kept)} features of other countries are left out ({name})"
    return everything, ""
