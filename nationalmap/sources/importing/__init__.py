"""The import of boundaries: a foreign layer in, the municipalities' own layer out, clean or refused.

What is wrong is mended only where that leaves the area as it is, and said; everything else is refused by name, all of
one step at once: whose the polygons are and whether they are polygons, then where they lie, then the country as one.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nationalmap import publishing
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import Column, Table
from nationalmap.schema.shared import MUNICIPALITY
from nationalmap.sources import cover
from nationalmap.sources.boundaries import read_boundaries
from nationalmap.sources.importing import system
from nationalmap.sources.importing.whose import owners
from nationalmap.sources.inputs import read_territory
from nationalmap.sources.layers import FINE, STATUS_MEMBER, Layer, write_layer
from nationalmap.sources.places import Places
from nationalmap.sources.polygons import WGS84, in_degrees, mended_polygons, not_polygons
from nationalmap.sources.resources import IMPORTED, shipped
from nationalmap.sources.scenarios import find, read_scenario
from nationalmap.sources.tables import read_aliases, read_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Largest overlap or gap that is left as it is, km².
TOLERANCE_KM2 = 0.1

AREAS = Table(
    "areas",
    "Published areas of the municipalities, to compare layers with.",
    ("municipality",),
    (MUNICIPALITY, Column("area_km2", "number", "area, km²", 0.1, 1e5)),
)


@dataclass(frozen=True)
class Imported:
    """Polygons of the municipalities in EPSG:4326 (columns municipality, geometry), and what to say of them."""

    polygons: gpd.GeoDataFrame
    members: dict[str, Any]
    """What the written layer says of itself: status, source, licence, file, layer, system, fingerprint."""
    notes: tuple[str, ...]


def checked(
    layer: Layer,
    municipalities: pd.DataFrame,
    regions: pd.DataFrame,
    source: str,
    licence: str,
    crs: str = "",
    tolerance_km2: float = TOLERANCE_KM2,
) -> Imported:
    """The layer as boundaries of exactly the given municipalities. Raises InputRefused with every fault of a step."""
    places = Places(municipalities, regions, read_aliases())
    stated, notes = system.stated(layer, crs)
    whose = owners(layer, places)
    labels = [f"{code} ({places.names[code]})" for code in whose.codes]
    geometries = [layer.geometries[at] for at in whose.kept]
    numbered = [f"{label} in feature {at + 1}" for label, at in zip(labels, whose.kept, strict=True)]
    _raise([*whose.faults, *not_polygons(layer.file, geometries, numbered)])
    seats = municipalities.set_index("municipality").loc[list(whose.codes), ["seat_lon", "seat_lat"]].to_numpy()
    system.refuse_misfit(layer, stated, geometries, seats)
    degrees = in_degrees(replace(layer, crs=stated), geometries, labels)
    polygons, mended = mended_polygons(layer.file, degrees, labels)
    whole, joined, doubled = cover.united(layer.file, whose.codes, polygons, places, tolerance_km2)
    said = _whole(layer.file, whole, municipalities, places, tolerance_km2, doubled)
    notes = [*layer.notes, *notes, *whose.notes, *mended, *joined, *said]
    members = {
        STATUS_MEMBER: "imported",
        "source": source,
        "licence": licence,
        "file": layer.file,
        "layer": layer.name,
        "crs_of_file": stated.name,
        "sha256_of_file": layer.sha256,
        "notes": notes,
    }
    frame = gpd.GeoDataFrame(
        {"municipality": pd.Series(whole.codes, dtype="str")}, geometry=_rounded(whole.polygons), crs=WGS84
    )
    return Imported(frame, members, tuple(notes))


def _whole(
    file: str,
    whole: cover.Cover,
    municipalities: pd.DataFrame,
    places: Places,
    tolerance_km2: float,
    doubled: list[Fault],
) -> list[str]:
    """What is to be said of the country as one; raises InputRefused with everything that is wrong with it."""
    shared, note_shared = cover.overlaps(file, whole, places, tolerance_km2)
    holes, note_holes = cover.gaps(file, whole, places, tolerance_km2)
    sized, notes = cover.sizes(file, whole, official_areas(), places)
    lost = list(cover.missing(file, whole, places))
    # Where a municipality is missing its place is a gap: one sentence is enough.
    holes = [] if lost else holes
    _raise(
        [
            *doubled,
            *lost,
            *cover.slips(file, whole, places),
            *cover.away(file, whole, municipalities, places),
            *shared,
            *holes,
            *(sized if not lost else []),
        ]
    )
    return [*(note for note in (note_shared, note_holes) if note), *notes]


def official_areas() -> dict[str, float]:
    """Published area of each municipality, km²."""
    table = read_table(AREAS, shipped("boundaries") / "areas.csv")
    return dict(zip(table["municipality"], table["area_km2"], strict=True))


def _rounded(polygons: Sequence[Any]) -> NDArray[Any]:
    """Coordinates as they are written, a centimetre; a polygon that this would break is noded on the same grid."""
    grid = 10.0**-FINE
    rounded: NDArray[Any] = shapely.transform(np.array(polygons), lambda xy: np.round(xy, FINE))
    broken = ~shapely.is_valid(rounded)
    rounded[broken] = shapely.set_precision(np.array(polygons)[broken], grid)
    return rounded


def territory(out: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Municipalities and regions of the scenario in the folder of ``out``, else the shipped ones."""
    folder = out if _is_folder(out) else out.parent
    inputs = InputFiles()
    with contextlib.suppress(InputRefused):
        found = find(str(folder))
        folder, inputs = found.parent, read_scenario(found).scenario.inputs
    return read_territory(inputs, folder)


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix


def write(imported: Imported, out: Path, municipalities: pd.DataFrame) -> Path:
    """The layer as ``out``, or as ``boundaries.geojson`` of the folder ``out``; read back as a plan reads it first.

    Raises OutputFailed; then what stood there is still there.
    """
    path = out / IMPORTED if _is_folder(out) else out
    with tempfile.TemporaryDirectory(prefix="nationalmap-") as elsewhere:
        trial = Path(elsewhere) / path.name
        write_layer(imported.polygons, trial, imported.members, FINE)
        read_boundaries(trial, municipalities)
        return publishing.write_file(path, trial.read_bytes())


def _raise(faults: Sequence[Fault]) -> None:
    if faults:
        raise InputRefused(faults)
