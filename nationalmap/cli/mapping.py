"""Commands about layers: boundaries made and taken in, plans handed on to a GIS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import app, boundaries_app, plain


@boundaries_app.command("build")
def boundaries_build(
    points: Annotated[Path, typer.Option(metavar="FILE", help="Settlements: municipality, lon, lat (CSV).")],
    outline: Annotated[Path, typer.Option(metavar="FILE", help="Outline of the country (GeoJSON).")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The layer to write (GeoJSON).")],
    tolerance_m: Annotated[float, typer.Option(help="Simplification, metres.")] = 500.0,
) -> None:
    """Schematic boundaries from settlement points: Thiessen polygons, dissolved and simplified."""
    from nationalmap import mapping

    typer.echo(f"written: {mapping.boundaries_build(points, outline, out, tolerance_m)}")


@boundaries_app.command("import")
def boundaries_import(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|ADDRESS",
            help="GeoJSON, GeoPackage, shapefile (ZIP or .shp), FlatGeobuf; or postgresql://host/db?table=…",
        ),
    ],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Who made it, of which day; stands on every map.")] = "",
    licence: Annotated[str, typer.Option(metavar="TEXT", help="The words its licence asks for.")] = "",
    out: Annotated[
        Path, typer.Option(metavar="FOLDER|FILE", help="Working folder (then its default), or a GeoJSON to write.")
    ] = Path(),
    layer: Annotated[str, typer.Option(metavar="NAME", help="Layer, where the file holds several.")] = "",
    crs: Annotated[str, typer.Option(metavar="CODE", help="Coordinate system, where the file says none.")] = "",
    tolerance_km2: Annotated[float, typer.Option(help="Largest overlap or gap that is left, km².")] = 0.1,
) -> None:
    """Take in real boundaries: checked against codes, seats and published areas; clean, or refused by name."""
    from nationalmap import mapping

    imported = mapping.boundaries_import(file, source, licence, out, layer, crs, tolerance_km2)
    for note in imported.notes:
        typer.echo(plain(f"note: {note}"))
    typer.echo(f"written: {imported.path}, {imported.municipalities} municipalities")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    gpkg: Annotated[Path | None, typer.Option(metavar="FILE", help="GeoPackage to write, with styles.")] = None,
    postgis: Annotated[str, typer.Option(metavar="ADDRESS", help="postgresql://user@host/database")] = "",
    schema: Annotated[str, typer.Option(metavar="NAME", help="Schema that then holds this run.")] = "nationalmap",
    crate: Annotated[Path | None, typer.Option(metavar="FILE", help="Workflow Run RO-Crate to write (ZIP).")] = None,
) -> None:
    """A run as layers for a GIS (municipalities, places, journeys, styled), or whole as an RO-Crate."""
    from nationalmap import mapping

    for place in mapping.export(run, gpkg, postgis, schema, crate):
        typer.echo(f"written: {place}")
