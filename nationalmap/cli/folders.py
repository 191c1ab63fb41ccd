"""Commands about working folders: made with what is known, and what municipalities return, collected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import app

#: Left with while returned templates contradict each other or hold what cannot be taken.
CONTRADICTIONS = 9


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The working folder to make.")],
    region: Annotated[list[str], typer.Option(metavar="CODE|NAME", help="Region, e.g. HKV; may be repeated.")],
    split: Annotated[bool, typer.Option("--split", help="A template for each municipality, too.")] = False,
) -> None:
    """Make a working folder of your own: workbooks filled with what is known, a scenario, a README."""
    from nationalmap.folders.new import new as make

    made = make(folder, region, split)
    typer.echo(f"written: {made}\nnext:    nationalmap plan {made}")


@app.command()
def collect(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Returned templates, or a folder of them.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for what they say together.")] = Path("collected"),
) -> None:
    """Merge the templates that municipalities returned; list every contradiction. Leaves with 9 while there are any."""
    from nationalmap.folders.collect import collect as merge

    done = merge(files, out)
    typer.echo(done.says)
    typer.echo(f"written: {done.folder}\nnext:    nationalmap plan FOLDER --register {done.folder / 'register.csv'}")
    if done.merged.findings:
        raise typer.Exit(CONTRADICTIONS)
