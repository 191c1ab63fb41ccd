"""Commands about many questions that differ: the studies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nationalmap.cli.shared import Language, app, known_language, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.schema import Table

Asked = Annotated[
    str, typer.Argument(metavar="SCENARIO|RUN", help="Scenario (shipped, file, folder), or a run folder of one.")
]
TablesOut = Annotated[Path | None, typer.Option(metavar="DIR", help="Write the tables (CSV).")]


@app.command()
def alternatives(
    scenario: Asked,
    differ: Annotated[int, typer.Option(metavar="N", help="Decisions (municipality and service) that must differ.")],
    loss: Annotated[float, typer.Option(help="How much worse each stage may be: a share of it.")] = 0.01,
    count: Annotated[int, typer.Option(help="How many plans to look for.")] = 3,
    through: Annotated[str, typer.Option(metavar="STAGE", help="Last stage that the loss holds for.")] = "unmet",
    out: TablesOut = None,
    language: Language = "bg",
) -> None:
    """Other plans, as good or nearly, that differ from the plan and from each other in so many decisions."""
    known_language(language)
    from nationalmap.reports import alternatives as told
    from nationalmap.studies.alternatives import alternatives as study

    found = study(scenario, differ, loss, count, through, progress())
    _tell(told.sentences(found.plan, found.tables, language))
    _write(out, told.TABLES, found.tables)


def _tell(lines: list[str]) -> None:
    """Each sentence as a point; what is indented belongs to the one above."""
    for line in lines:
        bare = line.lstrip()
        typer.echo(f"{' ' * (len(line) - len(bare))}- {bare}")


def _write(out: Path | None, declared: Mapping[str, Table], tables: Mapping[str, pd.DataFrame]) -> None:
    """The tables as numbered CSV files of a folder, if one is given."""
    from nationalmap import runs

    if out is None:
        return
    for number, (name, table) in enumerate(declared.items(), 1):
        runs.write_file(out / f"{number}-{name}.csv", runs.csv_bytes(table, tables[name]))
    typer.echo(f"\ntables: {out}")
