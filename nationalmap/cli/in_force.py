"""The command about the map in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import Language, app, known_language, plain


@app.command(name="in-force")
def in_force(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    map_in_force: Annotated[
        Path,
        typer.Option("--map", metavar="FILE", help="Annexes of the adopted map: CSV, XLSX, ODS, Parquet, address."),
    ],
    proposals: Annotated[
        Path | None, typer.Option(metavar="FILE|FOLDER", help="Proposals: laid out alike, or what collect has written.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the comparisons.")] = Path("in-force"),
    document: Annotated[str, typer.Option(metavar="TEXT", help="Decision and annex, where the file says none.")] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Its day, where the file says none.")] = "",
    status: Annotated[str, typer.Option(metavar="adopted|draft|illustrative", help="What its figures are worth.")] = "",
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the list of faults (JSON).")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a workbook to send back.")] = None,
    language: Language = "bg",
) -> None:
    """Proposals, plan and the adopted map side by side: who is beyond the maximum that the state finances."""
    known_language(language)
    from nationalmap import adopted

    found = adopted.in_force(run, map_in_force, proposals, out, document, date, status, json, xlsx)
    for line in found.says[language]:
        typer.echo(plain(f"- {line}"))
    for correction in found.mended:
        typer.echo(plain(f"mended: {correction}"))
    for note in found.notes:
        typer.echo(plain(f"note: {note}"))
    typer.echo(f"\ntables and workbook: {found.folder}")
