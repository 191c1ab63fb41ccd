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

    ``file``: GeoJSON, GeoPackage, shapefile (ZIP, or .shp with its parts), FlatGeobuf, by their content, or a table of
    PostGIS (``postgresql://host/db?table=munis``). ``source`` and ``licence`` are the statements that go with every
    map. ``out``: a GeoJSON, or a folder, whose scenarios then use ``boundaries.geojson``; the territory is that of the
    folder's scenario, if it has one. ``layer`` is asked for where there are several, ``crs`` where the file does not
    say its system. Overlaps and gaps up to ``tolerance_km2`` are left. Raises UsageError, InputRefused with every fault
    of a step, OutputFailed; then nothing is written.
    """
    from nationalmap.schema import shown, unfit_text
    from nationalmap.sources import importing, postgres
    from nationalmap.sources.layers import postgis, read_any

    for name, word in (("source", source), ("licence", licence)):
        if not word.strip():
            raise UsageError(
                f"boundaries import: say the {name} of the layer with --{name} TEXT; it stands on every map."
            )
        if wrong := unfit_text(word)[0]:
            raise UsageError(f'boundaries import: --{name} "{shown(word)}" {wrong}.')
    if not tolerance_km2 >= 0:
        raise UsageError("boundaries import: --tolerance-km2 is an area, 0 or more.")
    municipalities, regions = importing.territory(out)
    read = postgis.read(file, layer) if postgres.is_address(file) else read_any(Path(file), layer)
    imported = importing.checked(read, municipalities, regions, source.strip(), licence.strip(), crs, tolerance_km2)
    path = importing.write(imported, out, municipalities)
    return ImportedLayer(path, len(imported.polygons), imported.notes)


def export(
    run: Path, gpkg: Path | None = None, postgis: str = "", schema: str = "nationalmap", crate: Path | None = None
) -> tuple[str, ...]:
    """A run handed on: as layers for a GIS with municipalities, places and journeys of each year, or as an RO-Crate.

    ``gpkg`` is the GeoPackage to write; equal runs give equal bytes. ``postgis`` is the address of a database
    (``postgresql://host/db``), where ``schema`` then holds this run alone. Boundaries with their status and source, and
    the five lines, stand in the table ``about``. ``crate`` is a ZIP to write: the whole run folder described as a
    Workflow Run RO-Crate. Gives where it was written. Raises UsageError, InputRefused for a
    folder that is no run, OutputFailed.
    """
    from nationalmap import exporting, publishing, runs
    from nationalmap.reports import gis
    from nationalmap.sources import postgres

    if gpkg is None and not postgis and crate is None:
        raise UsageError("export: say where to: --gpkg FILE, --postgis postgresql://host/database, --crate FILE.")
    if postgis and not postgres.is_address(postgis):
        raise UsageError("export: --postgis is an address such as postgresql://user@host/database.")
    plan = runs.read_run(run)
    made = {}
    if crate is not None:
        place, manifest, files = runs.read_files(run)
        titles = (plan.scenario.title_bg, plan.scenario.title_en)
        made[crate] = exporting.crate(place, manifest, files, titles)
    if gpkg is None and not postgis:
        return tuple(map(str, publishing.write_files(made)))
    layers, about = gis.layers(plan), gis.about(plan)
    if gpkg is not None:
        made[gpkg] = exporting.geopackage(layers, about, plan.scenario.as_of)
    written = [str(path) for path in publishing.write_files(made)]
    if postgis:
        written.append(exporting.write_postgis(layers, about, postgis, schema, plan.run_id))
    return tuple(written)
