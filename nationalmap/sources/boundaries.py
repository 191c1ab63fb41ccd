"""Boundaries, settlement points and the national outline: read with every check, written whole.

With ``layers.py`` the only place that opens geometry files. A layer that passes holds every
municipality once, as a valid polygon in Bulgaria, near its seat, in EPSG:4326.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nationalmap.domain.plan import Boundaries
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Column, Table, check, nearest, unfit_text
from nationalmap.sources import cover
from nationalmap.sources.layers import STATUS_MEMBER, Layer, read_layer, refuse, write_layer
from nationalmap.sources.places import Places
from nationalmap.sources.polygons import WGS84, equal_area, hint, in_degrees, in_frame, mended_polygons
from nationalmap.sources.tables import read_raw

if TYPE_CHECKING:
    from collections.abc import Sequence
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

#: Greatest overlap of all polygons, as a share.
OVERLAP_SHARE = 1e-3

#: A hole that nobody owns and that is larger than this is noted, km².
GAP_KM2 = 0.1

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
    computed it, imported where it says that the import checked it (``source`` is then what was
    stated there, with the licence), otherwise supplied. A broken polygon is mended where that leaves its area as
    it is, and named in ``notes``. Raises InputRefused with every fault of one step: codes
    (unknown, doubled, missing), then geometries (absent, not polygons, elsewhere, beyond
    mending), then the layer as a whole (overlaps, needles, polygons that do not hold their own seat but another's).
    """
    layer = read_layer(path)
    names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    codes = _codes(layer, names)
    order = np.argsort(np.array(codes, dtype=object), kind="stable")
    codes = [codes[at] for at in order]
    polygons = in_degrees(layer, [layer.geometries[at] for at in order], codes)
    polygons, notes = mended_polygons(layer.file, polygons, codes)
    notes += _refuse_misfits(cover.Cover(tuple(codes), tuple(polygons), equal_area(polygons)), layer, municipalities)
    frame = gpd.GeoDataFrame({"municipality": pd.Series(codes, dtype="str")}, geometry=polygons, crs=WGS84)
    status, source = _status(layer)
    if (wrong := unfit_text(source))[0]:
        refuse(layer.file, wrong[0], wrong[1], source, "source")
    return Boundaries(frame, status, source, layer.sha256, tuple(notes))


def _status(layer: Layer) -> tuple[Literal["schematic", "imported", "supplied"], str]:
    """What the layer is worth, and where it is from: as it says of itself, or its file."""
    said = layer.members.get(STATUS_MEMBER)
    if said == "schematic":
        return "schematic", layer.file
    if said == "imported":
        stated = [str(layer.members.get(word) or "").strip() for word in ("source", "licence")]
        return "imported", " · ".join(word for word in stated if word) or layer.file
    return "supplied", layer.file


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
        elif not blank and not in_frame(lon, lat):
            value = f"{lon:g} {lat:g}"
            faults.append(Fault(path.name, row, "lon, lat", value, "lies outside Bulgaria", hint(lon, lat)))
    if faults:
        raise InputRefused(faults)
    return points.dropna(subset=["lon", "lat"])


def read_outline(path: Path) -> Any:
    """National outline: one polygon or multipolygon in degrees, WGS 84, united from all features.

    Raises InputRefused for an empty or broken layer, and for places outside Bulgaria's frame.
    """
    layer = read_layer(path)
    labels = [f"feature {number}" for number in range(1, len(layer.geometries) + 1)]
    polygons, _ = mended_polygons(layer.file, in_degrees(layer, list(layer.geometries), labels), labels)
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


# --------------------------------------------------------------------- the layer as a whole


def _refuse_misfits(whole: cover.Cover, layer: Layer, municipalities: pd.DataFrame) -> list[str]:
    """Raise InputRefused for polygons that overlap, stand out like a needle, or are not where their seat is.

    Gives notes: of a layer that the import has not checked, the gaps.
    """
    file, places = layer.file, Places(municipalities)
    faults = [
        *_overlaps(file, whole.metric, whole.codes),
        *cover.slips(file, whole, places),
        *cover.away(file, whole, municipalities, places),
    ]
    if faults:
        raise InputRefused(faults)
    if layer.members.get(STATUS_MEMBER) in ("schematic", "imported"):
        return []
    gaps, _ = cover.gaps(file, whole, places, GAP_KM2)
    return [str(gap).removesuffix(".") for gap in gaps]


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
