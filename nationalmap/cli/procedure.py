"""Commands that make papers: the documents of the procedure, and the state of supply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import Register, app


@app.command()
def documents(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="analysis, proposal, map, maximum, opinion, programmes or yearly; may be repeated; all unless said.",
        ),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Region of the plan; may be repeated; all unless said.")
    ] = None,
    municipality: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Documents of a municipality, or of all; may be repeated."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year of the extract: a planned one; the first unless said.")] = None,
    state: Annotated[str, typer.Option(help="draft, agreed or voted; the last two with --date and --body.")] = "draft",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Day of the state.")] = "",
    body: Annotated[str, typer.Option(metavar="TEXT", help="Who agreed or voted, with the number of the act.")] = "",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the folders of documents.")] = Path("documents"),
) -> None:
    """Documents of the procedure in Bulgarian, DOCX and PDF: analysis, proposal, agreement, maxima, opinion sheet."""
    from nationalmap import procedure

    folder = procedure.documents(run, kind, region, municipality, year, state, date, body, out)
    files = sorted(path.name for path in folder.iterdir())
    typer.echo(f"written: {folder}")
    for name in files:
        typer.echo(f"  {name}")


@app.command()
def state_of_supply(
    source: Annotated[
        str, typer.Argument(metavar="REGISTER|NAME|FILE|FOLDER", help="A register, or a scenario that names one.")
    ],
    municipality: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only of this municipality; may be repeated.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the folders of reports.")] = Path("supply"),
    register: Register = None,
) -> None:
    """Report on what exists today, from the register: by municipality, service, provider and funding."""
    from nationalmap import procedure

    folder = procedure.state_of_supply(source, municipality, out, register)
    typer.echo(f"written: {folder}")
    for name in sorted(path.name for path in folder.iterdir()):
        typer.echo(f"  {name}")
