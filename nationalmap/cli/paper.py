"""Commands for what is printed: the atlas and the pages of the mayors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import Language, app, known_language


@app.command()
def atlas(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    service: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE|NAME", help="Service or need group; may be repeated; else all."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="pdf (one file), svg or png (a file for each page).")] = "pdf",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the atlas.")] = Path("atlas"),
    language: Language = "bg",
    year: Annotated[int | None, typer.Option(help="Planned year; the last one unless said.")] = None,
    all_years: Annotated[bool, typer.Option("--all-years", help="The pages of every planned year.")] = False,
) -> None:
    """Maps on paper: the package complied, then one A3 page for each service."""
    known_language(language)
    from nationalmap import finished

    for path in finished.atlas(run, service, form, out, language, year, all_years):
        typer.echo(f"written: {path}")


@app.command()
def annex(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    municipality: Annotated[
        list[str] | None, typer.Option(metavar="CODE|NAME", help="Municipality, e.g. HKV18; may be repeated.")
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Every municipality of the plan.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the annexes.")] = Path("annexes"),
    language: Language = "bg",
    year: Annotated[int | None, typer.Option(help="Planned year; the last one unless said.")] = None,
) -> None:
    """Two A4 pages for each mayor: own map, what is complied with, what is missing and why, who serves whom, money."""
    known_language(language)
    from nationalmap import finished

    for path in finished.annex(run, municipality, everywhere, out, language, year):
        typer.echo(f"written: {path}")
