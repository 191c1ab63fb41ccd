"""The use cases of layers: boundaries made and taken in, plans handed on to a GIS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import UsageError


@dataclass(frozen=True)
class ImportedLayer:
    """Where imported boundaries were written, of how many municipalities, and what is to be said of them."""

    path: Path
    municipalities: int
    notes: tuple[str, ...]


def boundaries_build(points: Path, outline: Path, out: Path, tolerance_m: float = 500.0) -> Path:
    """Schematic boundaries of the 265 municipalities from settlement points and an outline.

    ``points`` is a CSV with municipality, lon, lat and, where known, area_dka; ``outline`` a
    GeoJSON polygon in WGS 84. Raises InputRefused or OutputFailed.
    """
    from nationalmap.geography import thiessen
    from nationalmap.sources import boundaries as layers
    from nationalmap.sources.inputs import read_territory

    codes = read_territory(InputFiles(), Path())[0]["municipality"].tolist()
    layer = thiessen.build(layers.read_points(points), layers.read_outline(outline), codes, tolerance_m, points.name)
    layers.write_layer(layer, out)
    return out


def boundaries_import(
    file: str,
    source: str = "",
    licence: str = "",
    out: Path = Path(),
    layer: str = "",
    crs: str = "",
    tolerance_km2: float = 0.1,
) -> ImportedLayer:
    """A foreign layer checked, mended where no area changes, and written as boundaries of the 265 municipalities.

    ``file``: GeoJSON, GeoPackage, shapefile (ZIP, or .shp with its parts), FlatGeobuf, by their content. ``source``
    and ``licence`` are the statements that go with every map. ``out``: a GeoJSON, or a folder, whose scenarios then use
    ``boundaries.geojson``; the territory is that of the folder's scenario, if it has one. ``layer`` is asked for where
    the file holds several, ``crs`` where it does not say its system. Overlaps and gaps up to ``tolerance_km2`` are
    left. Raises UsageError, InputRefused with every fault of a step, OutputFailed; then nothing is written.
    """
    from nationalmap.sources import importing
    from nationalmap.sources.layers import read_any

    for name, word in (("source", source), ("licence", licence)):
        if not word.strip():
            raise UsageError(
                f"boundaries import: say the {name} of the layer with --{name} TEXT; it stands on every map."
            )
    if not tolerance_km2 >= 0:
        raise UsageError("boundaries import: --tolerance-km2 is an area, 0 or more.")
    municipalities, regions = importing.territory(out)
    read = read_any(Path(file), layer)
    imported = importing.checked(read, municipalities, regions, source.strip(), licence.strip(), crs, tolerance_km2)
    path = importing.write(imported, out, municipalities)
    return ImportedLayer(path, len(imported.polygons), imported.notes)


def export(run: Path, gpkg: Path | None = None) -> Path:
    """A run as a GeoPackage: municipalities, places and journeys of each planned year with styles that QGIS opens.

    Boundaries with their status and source, and the five lines, stand in its table ``about``. Equal runs give equal
    bytes. Raises UsageError, InputRefused for a folder that is no run, OutputFailed.
    """
    from nationalmap import exporting, runs
    from nationalmap.reports import gis

    if gpkg is None:
        raise UsageError("export: say where to: --gpkg FILE.")
    plan = runs.read_run(run)
    data = exporting.geopackage(gis.layers(plan), gis.about(plan), plan.scenario.as_of)
    return runs.write_file(gpkg, data)
