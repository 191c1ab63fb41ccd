"""The coordinate system of a foreign layer: stated, and proven by where the seats of the municipalities fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from nationalmap.sources.layers import Layer, crs_of, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places2D = NDArray[np.float64]

#: Systems in which Bulgarian layers are met, tried for the cure alone.
KNOWN = {
    "EPSG:4326": "degrees, WGS 84",
    "EPSG:7801": "BGS2005, cadastral",
    "EPSG:32635": "UTM zone 35N",
    "EPSG:32634": "UTM zone 34N",
    "EPSG:3035": "ETRS89 / LAEA Europe",
    "EPSG:3857": "Web Mercator",
}
#: Share of the seats that must lie within the bounds of their polygons.
FITS = 0.5
_WGS84 = "EPSG:4326"


def stated(layer: Layer, crs: str) -> tuple[pyproj.CRS, list[str]]:
    """The system that the file says, or the one given for it, with a note where they differ. Raises InputRefused."""
    if not crs:
        if layer.crs is None:
            cure = "ask who made it and add --crs, e.g. --crs EPSG:7801"
            refuse(layer.file, "does not say its coordinate system", cure, column="crs")
        return _flat(layer.file, layer.crs), []
    given = _flat(layer.file, crs_of("--crs", crs))
    if layer.crs is None or given.equals(layer.crs, ignore_axis_order=True):
        return given, []
    return given, [f"{layer.file}: says {_short(layer.crs)}, is read as {_short(given)}, as --crs says"]


def _flat(file: str, crs: pyproj.CRS) -> pyproj.CRS:
    """A system of positions on the ground; a local or vertical one cannot be brought to degrees."""
    if not (crs.is_geographic or crs.is_projected):
        refuse(file, "is not a system of places on the ground", "save it in EPSG:4326", _short(crs), "crs")
    return crs


def _short(crs: pyproj.CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name[:60]


def refuse_misfit(layer: Layer, crs: pyproj.CRS, geometries: Sequence[Any], seats: Places2D) -> None:
    """Refuse a system in which most seats fall outside their polygons; the cure names one in which they fall inside.

    ``seats``: longitude and latitude of the seat of each geometry's municipality. Nothing is ever switched by itself.
    """
    boxes = shapely.bounds(np.array(list(geometries)))
    share = _within(boxes, seats, crs)
    if share >= FITS:
        return
    others = {name: _within(boxes, seats, pyproj.CRS(name)) for name in KNOWN}
    best = max(others, key=lambda name: others[name])
    rule = f"puts {round((1 - share) * len(seats))} of {len(seats)} seats outside their municipalities"
    cure = "check the codes of the polygons, and the system"
    if _within(boxes[:, [1, 0, 3, 2]], seats, crs) > FITS:
        cure = "longitude and latitude look swapped: save it with longitude (east) first"
    elif others[best] > FITS:
        cure = f"in {best} ({KNOWN[best]}) they fit: if that is its system, add --crs {best}"
    refuse(layer.file, rule, cure, _short(crs), "crs")


def _within(boxes: NDArray[np.float64], seats: Places2D, crs: pyproj.CRS) -> float:
    """Share of the seats within their boxes, both in ``crs``."""
    try:
        there = pyproj.Transformer.from_crs(_WGS84, crs, always_xy=True)
        x, y = (np.asarray(values) for values in there.transform(seats[:, 0], seats[:, 1]))
    except pyproj.exceptions.ProjError:
        return 0.0
    inside = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    return float(inside.mean()) if len(inside) else 0.0
