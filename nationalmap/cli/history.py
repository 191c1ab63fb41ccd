"""Commands about runs that were kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import Language, app, known_language, plain, progress, runs_app
from nationalmap.errors import VerificationFailed

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")]


@runs_app.command("list")
def runs_list(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the runs, or of a scenario's.")] = Path("runs"),
    language: Language = "bg",
) -> None:
    """Every run that was kept: scenario, run-id, when, how surely, which is the latest."""
    known_language(language)
    from nationalmap import history
    from nationalmap.reports import history as told
    from nationalmap.reports.texts import text

    found = history.runs_list(out)
    for run in found:
        typer.echo(plain(told.run_line(run.folder, run.facts, run.latest, run.fault, language)))
    if not found:
        typer.echo(text("history.none", language))


@runs_app.command("show")
def runs_show(run: RunFolder, language: Language = "bg") -> None:
    """What a run was made from, by what, and how surely each stage was closed."""
    known_language(language)
    from nationalmap import history
    from nationalmap.reports import history as told

    kept = history.runs_show(run)
    typer.echo(plain(told.run_line(kept.folder, kept.facts, kept.latest, kept.fault, language)))
    for line in told.run_facts(kept.facts, language):
        typer.echo(plain(f"- {line}"))


@runs_app.command("stale")
def runs_stale(
    run: RunFolder,
    scenario: Annotated[
        str, typer.Option(metavar="NAME|FILE|FOLDER", help="Where the scenario lies now, if not where it was.")
    ] = "",
    language: Language = "bg",
) -> None:
    """Which inputs changed since a run was made: the files of today against the hashes of its manifest."""
    known_language(language)
    from nationalmap import history
    from nationalmap.reports import history as told

    changed = history.runs_stale(run, scenario)
    for line in told.changes([(one.name, one.what) for one in changed], language):
        typer.echo(plain(f"- {line}"))


@app.command()
def replay(run: RunFolder, language: Language = "bg") -> None:
    """Plan a run again from its own inputs and compare every file byte by byte; exit code 9 where one differs."""
    known_language(language)
    from nationalmap import history
    from nationalmap.reports import history as told

    again = history.replay(run, progress())
    for line in told.replayed(again.files, again.differing, again.by_clock, again.versions, language):
        typer.echo(plain(f"- {line}"))
    if again.differing:
        raise typer.Exit(VerificationFailed.exit_code)
