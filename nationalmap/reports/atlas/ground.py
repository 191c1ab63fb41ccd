"""The ground of the maps on paper: areas, borders and seats in metres of EPSG:7801, the national projected system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.reports.page.geometry import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nationalmap.domain.plan import Plan

CRS = "EPSG:7801"
#: Free ground around what is shown, as a share of its width.
_AIR = 0.04
#: How many times as wide as the municipality itself its own map is at least.
_LEAST = 1.8

#: A closed line, as an array of x and y.
Ring = Any
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """Rings of the areas, lines of the regions' borders, and where each planned municipality has its seat."""

    planned: Mapping[str, tuple[Ring, ...]]
    neighbours: Mapping[str, tuple[Ring, ...]]
    borders: tuple[tuple[str, str, tuple[Ring, ...]], ...]
    """Region, ``own`` or ``other``, lines; the planned regions last."""
    seats: Mapping[str, tuple[float, float]]

    def around(self, codes: Iterable[str], wide: float, high: float) -> Box:
        """West, south, east, north of these municipalities with some air, in the shape of a frame."""
        west, south, east, north = self._extent(codes)
        metres = max((east - west) / wide, (north - south) / high) * (1 + 2 * _AIR)
        x, y = (west + east) / 2, (south + north) / 2
        return (x - metres * wide / 2, y - metres * high / 2, x + metres * wide / 2, y + metres * high / 2)

    def shape(self, codes: Iterable[str]) -> float:
        """How many times as wide as high the ground of these municipalities is."""
        west, south, east, north = self._extent(codes)
        return (east - west) / (north - south)

    def _extent(self, codes: Iterable[str]) -> Box:
        rings = [ring for code in codes for ring in (self.planned.get(code) or self.neighbours[code])]
        corners = np.concatenate(rings)
        (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        return west, south, east, north

    def at_least(self, shown: Box, code: str, wide: float, high: float) -> Box:
        """The ground shown, or twice the extent of one municipality where that is more: it needs its neighbours."""
        near = self.around([code], wide, high)
        if near[2] - near[0] <= (shown[2] - shown[0]) / _LEAST:
            return shown
        x, y, half = (near[0] + near[2]) / 2, (near[1] + near[3]) / 2, _LEAST / 2
        across, up = (near[2] - near[0]) * half, (near[3] - near[1]) * half
        return (x - across, y - up, x + across, y + up)


def ground(plan: Plan) -> Ground:
    """The areas of the page, projected: the same corners as on the screen."""
    from pyproj import Transformer

    drawn = shapes(plan)
    # always_xy: the system's own order is northing, easting.
    move = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform
    areas: dict[str, dict[str, tuple[Ring, ...]]] = {"planned": {}, "neighbour": {}}
    for feature in drawn.areas["features"]:
        facts = feature["properties"]
        areas[facts["kind"]][facts["code"]] = _rings(feature["geometry"], move)
    borders = tuple(
        (feature["properties"]["code"], feature["properties"]["kind"], _rings(feature["geometry"], move))
        for feature in drawn.borders["features"]
    )
    frame = plan.inputs.tables["municipalities"]
    lon, lat = (frame[name].astype("float64").to_numpy() for name in ("seat_lon", "seat_lat"))
    x, y = move(lon, lat)
    seats = dict(zip(frame["municipality"].tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True))
    return Ground(areas["planned"], areas["neighbour"], borders, seats)


def _rings(geometry: Mapping[str, Any], move: Callable[..., Any]) -> tuple[Ring, ...]:
    """Every line of a geometry, outer rings and holes alike, projected."""
    return tuple(np.column_stack(move(*np.asarray(line, dtype="float64").T)) for line in _flat(geometry["coordinates"]))


def _flat(coordinates: Any) -> list[Any]:
    """The lines in nested coordinates."""
    if not coordinates:
        return []
    if isinstance(coordinates[0][0], (int, float)):
        return [coordinates]
    return [line for part in coordinates for line in _flat(part)]
