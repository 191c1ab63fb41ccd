"""The municipalities as one cover of the country: each once, beside its neighbours, where its seat is, of its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from nationalmap.errors import Fault
from nationalmap.sources.places import Places
from nationalmap.sources.polygons import degrees, equal_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A seat farther than this from its polygon: the code stands at another polygon. Родопи sits 5 km outside its own.
SEAT_KM = 10.0
#: A seat this far outside its own polygon may not lie in another's, unless the two share it.
NEAR_KM = 2.0
#: Deviation from the published area that is noted, and the one that is refused; the same for all together.
AREA_NOTED, AREA_REFUSED, TOTAL_REFUSED = 0.05, 0.25, 0.02
#: A vertex whose two sides are this long and whose neighbours lie this near each other, as a share, has slipped.
SLIP_M, SLIP_SHARE = 2_000.0, 0.15
#: Faults of one kind that are named one by one.
MOST_NAMED = 20
#: Overlap from which two polygons are the same one.
SAME = 0.99


@dataclass(frozen=True)
class Cover:
    """One polygon per municipality in degrees, sorted; and in metres of EPSG:3035, in the same order."""

    codes: tuple[str, ...]
    polygons: tuple[Any, ...]
    metric: NDArray[Any]


def united(
    file: str, codes: Sequence[str], polygons: Sequence[Any], places: Places, tolerance_km2: float
) -> tuple[Cover, list[str], list[Fault]]:
    """One polygon per municipality: the same one twice is taken once, parts are united; what overlaps is a fault."""
    parts: dict[str, list[Any]] = defaultdict(list)
    for code, polygon in zip(codes, polygons, strict=True):
        parts[code].append(polygon)
    notes, faults = [], []
    for code in sorted(parts):
        if len(parts[code]) == 1:
            continue
        given = len(parts[code])
        parts[code] = _distinct(parts[code])
        told = places.told([code])
        if len(parts[code]) < given:
            notes.append(
                f"{file}: {told} stands {given} times; {given - len(parts[code])} equal ones are left out, area +0 km²"
            )
        if len(parts[code]) > 1:
            metric = equal_area(parts[code])
            whole = shapely.union_all(metric)
            shared = float(shapely.area(metric).sum() - whole.area) / 1e6
            if shared > tolerance_km2:
                rule = f"stands {given} times with {shared:.2f} km² in common"
                faults.append(Fault(file, 0, "geometry", told, rule, "remove the wrong polygon"))
            notes.append(f"{file}: {told}: {len(parts[code])} features are united, area -{max(shared, 0.0):.6f} km²")
            parts[code] = [shapely.union_all(parts[code])]
    ordered = tuple(sorted(parts))
    whole_ones = tuple(parts[code][0] for code in ordered)
    return Cover(ordered, whole_ones, equal_area(whole_ones)), notes, faults


def _distinct(polygons: Sequence[Any]) -> list[Any]:
    """The polygons without exact copies."""
    seen: dict[bytes, Any] = {}
    for polygon in polygons:
        seen.setdefault(shapely.to_wkb(shapely.normalize(polygon)), polygon)
    return list(seen.values())


def missing(file: str, cover: Cover, places: Places) -> Iterator[Fault]:
    """Municipalities without a polygon."""
    for code, name in places.names.items():
        if code not in cover.codes:
            yield Fault(file, 0, "geometry", code, f"({name}) is missing", "add its polygon")


def slips(file: str, cover: Cover, places: Places) -> Iterator[Fault]:
    """Vertices that stand out like a needle: a digit slipped."""
    for code, polygon, metric in zip(cover.codes, cover.polygons, cover.metric, strict=True):
        for ring, written in zip(shapely.get_rings(metric), shapely.get_rings(polygon), strict=True):
            xy = shapely.get_coordinates(ring)[:-1]
            before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
            side = np.minimum(np.hypot(*(xy - before).T), np.hypot(*(xy - after).T))
            slipped = (side > SLIP_M) & (np.hypot(*(before - after).T) < SLIP_SHARE * side)
            for at in np.flatnonzero(slipped)[:1]:
                lon, lat = shapely.get_coordinates(written)[at]
                rule = f"has a vertex at {lon:.5f} {lat:.5f} that stands out {side[at] / 1000:.1f} km like a needle"
                cure = "a digit may have slipped: compare the vertex with its neighbours"
                yield Fault(file, 0, "geometry", places.told([code]), rule, cure)


def overlaps(file: str, cover: Cover, places: Places, tolerance_km2: float) -> tuple[list[Fault], str]:
    """Pairs that share more than the tolerance, the worst first, and a note on the smaller ones."""
    left, right = shapely.STRtree(cover.metric).query(cover.metric, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(cover.metric[left], cover.metric[right])) / 1e6
    sizes = shapely.area(cover.metric) / 1e6
    found = []
    for at in np.argsort(-shared, kind="stable"):
        if shared[at] <= tolerance_km2:
            break
        pair = places.told([cover.codes[left[at]], cover.codes[right[at]]])
        same = shared[at] > SAME * max(sizes[left[at]], sizes[right[at]])
        rule = "are the same polygon" if same else f"share {shared[at]:.2f} km², more than {tolerance_km2:g}"
        found.append(Fault(file, 0, "geometry", pair, rule, "every place belongs to one municipality"))
    small = shared[(shared > 0) & (shared <= tolerance_km2)]
    note = f"{file}: {len(small)} overlaps up to {tolerance_km2:g} km², {small.sum():.6f} km² together, are left"
    return _first(file, found, "overlaps"), note if len(small) and small.sum() >= 5e-7 else ""


def gaps(file: str, cover: Cover, places: Places, tolerance_km2: float) -> tuple[list[Fault], str]:
    """Holes of the whole that nobody owns and that are larger than the tolerance, and a note on the smaller ones."""
    whole = shapely.get_parts(shapely.union_all(cover.metric))
    holes = [shapely.Polygon(ring) for part in whole for ring in part.interiors]
    tree = shapely.STRtree(cover.metric)
    found = []
    for hole in sorted(holes, key=lambda hole: -hole.area):
        if hole.area / 1e6 <= tolerance_km2:
            break
        inside = hole.representative_point()
        lon, lat = degrees(inside.x, inside.y)
        beside = sorted(cover.codes[at] for at in tree.query(hole, predicate="dwithin", distance=1.0))
        rule = f"leave a gap of {hole.area / 1e6:.2f} km² at {lon:.4f} {lat:.4f}, more than {tolerance_km2:g}"
        found.append(
            Fault(file, 0, "geometry", places.told(beside[:4]), rule, "every place belongs to one municipality")
        )
    small = [hole.area / 1e6 for hole in holes if hole.area / 1e6 <= tolerance_km2]
    note = f"{file}: {len(small)} gaps up to {tolerance_km2:g} km², {sum(small):.6f} km² together, are left"
    return _first(file, found, "gaps"), note if sum(small) >= 5e-7 else ""


def _first(file: str, faults: list[Fault], what: str) -> list[Fault]:
    """The worst faults of a kind, and how many more there are."""
    if len(faults) <= MOST_NAMED:
        return faults
    more = Fault(file, 0, "geometry", "", f"{len(faults) - MOST_NAMED} more {what}", "mend the layer in a GIS first")
    return [*faults[:MOST_NAMED], more]


def away(file: str, cover: Cover, municipalities: pd.DataFrame, places: Places) -> Iterator[Fault]:
    """Polygons far from their own seat, or with their seat inside another's polygon."""
    seats = municipalities.set_index("municipality").loc[list(cover.codes)]
    points = equal_area(shapely.points(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()))
    distance_km = shapely.distance(cover.metric, points) / 1000
    tree = shapely.STRtree(cover.metric)
    for at in np.flatnonzero(distance_km > NEAR_KM):
        code = cover.codes[at]
        told = f"{places.names[code]}, {places.region[code]}" if places.region[code] else places.names[code]
        held = [cover.codes[k] for k in tree.query(points[at], predicate="intersects")]
        strangers = [other for other in held if shapely.distance(points[at], points[cover.codes.index(other)]) > 1000]
        if distance_km[at] > SEAT_KM:
            rule = f"({told}) lies {distance_km[at]:.0f} km from its seat"
        elif strangers:
            rule = f"({told}) does not hold its seat, {places.told(strangers)} does"
        else:
            continue
        yield Fault(file, 0, "geometry", code, rule, "check the codes of the polygons")


def sizes(file: str, cover: Cover, official_km2: Mapping[str, float], places: Places) -> tuple[list[Fault], list[str]]:
    """Areas beside the published ones: far off is a fault, somewhat off a note, the total is said."""
    area = dict(zip(cover.codes, shapely.area(cover.metric) / 1e6, strict=True))
    known = [code for code in cover.codes if code in official_km2]
    faults, notes = [], []
    for code in known:
        off = area[code] / official_km2[code] - 1
        said = f"has {area[code]:.1f} km², published are {official_km2[code]:.1f} ({off:+.1%})"
        if abs(off) > AREA_REFUSED:
            faults.append(
                Fault(file, 0, "geometry", places.told([code]), said, "compare the polygon with the register")
            )
        elif abs(off) > AREA_NOTED:
            notes.append(f"{file}: {places.told([code])} {said}")
    total, published = sum(area[code] for code in known), sum(official_km2[code] for code in known)
    if not known:
        return faults, notes
    said = f"{total:,.1f} km² together, published are {published:,.1f} ({total / published - 1:+.3%})"
    if abs(total / published - 1) > TOTAL_REFUSED:
        faults.append(Fault(file, 0, "geometry", "", f"has {said}", "a coordinate system that keeps places is asked"))
    return faults, [*notes, f"{file}: {said}"]
