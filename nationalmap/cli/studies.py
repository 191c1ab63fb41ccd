"""Commands about many questions that differ: the studies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nationalmap.cli.shared import NOT_PROVEN, Language, ScenarioName, app, known_language, progress
from nationalmap.errors import NoPlanPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Inputs
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


@app.command()
def frontier(
    scenario: ScenarioName,
    stream: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A running stream whose money varies; may be repeated. All of the state."),
    ] = None,
    from_: Annotated[float, typer.Option("--from", help="The smallest budget, as a multiple of the scenario's.")] = 0.8,
    to: Annotated[float, typer.Option(help="The largest budget.")] = 1.3,
    points: Annotated[int, typer.Option(help="How many budgets.")] = 6,
    nested: Annotated[
        bool, typer.Option("--nested", help="Also with every service of the smaller budget kept, and its price.")
    ] = False,
    through: Annotated[
        str | None, typer.Option(metavar="STAGE", help="Last stage before the least cost; unmet need unless named.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the frontiers.")] = Path("frontiers"),
    language: Language = "bg",
) -> None:
    """Coverage against money: the plan solved again with more and less of it; tables, chart and page."""
    known_language(language)
    from nationalmap.reports.frontier import told
    from nationalmap.studies import frontier as study

    try:
        drawn = study.frontier(scenario, stream, from_, to, points, nested, through, out, progress())
    except NoPlanPossible as none:
        raise none.told(language) from none
    typer.echo(drawn.frontier.asked.title[language])
    for line in told.sentences(drawn.frontier, language):
        typer.echo(f"- {line}")
    typer.echo(f"\npage:   {drawn.folder / 'frontier.html'}\ntables: {drawn.folder}")
    if not drawn.frontier.tables["points"]["proven"].all():
        raise typer.Exit(NOT_PROVEN)


@app.command()
def importance(
    scenario: Asked,
    service: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Close this service alone, host by host; may be repeated.")
    ] = None,
    closed_to: Annotated[
        str, typer.Option(metavar="all|others", help="Nothing stands there, or it serves its own people alone.")
    ] = "all",
    through: Annotated[str, typer.Option(metavar="STAGE", help="Last stage to solve, beside the cost.")] = "unmet",
    travel: Annotated[bool, typer.Option("--travel", help="The journeys too: minutes more for each host.")] = False,
    processes: Annotated[int, typer.Option(metavar="N", help="Solved at a time.")] = 1,
    out: TablesOut = None,
    language: Language = "bg",
) -> None:
    """What is lost without each host: solved again with it closed, the one that is missed most first."""
    known_language(language)
    from nationalmap.reports import importance as told
    from nationalmap.studies.importance import importance as study

    found = study(scenario, service, closed_to, through, travel, processes, progress())
    _tell(told.sentences(*_names(found.inputs, language), found.tables, language))
    _write(out, told.TABLES, found.tables)


@app.command(name="break-even")
def break_even(
    scenario: ScenarioName,
    norm: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A norm to multiply, * for all at once; may be repeated.")
    ] = None,
    lowest: Annotated[float, typer.Option(help="The smallest factor asked about.")] = 0.25,
    highest: Annotated[float, typer.Option(help="The largest factor asked about.")] = 4.0,
    accuracy: Annotated[float, typer.Option(help="How close the factors on both sides are: a share.")] = 0.01,
    out: TablesOut = None,
    language: Language = "bg",
) -> None:
    """For each norm the value at which the package stops being affordable, for all and for each municipality."""
    known_language(language)
    from nationalmap.reports import break_even as told
    from nationalmap.studies.break_even import break_even as study

    found = study(scenario, norm, lowest, highest, accuracy, progress())
    _tell(told.sentences(found.inputs, found.tables["norms"], language))
    _write(out, told.TABLES, found.tables)


@app.command(name="no-regret")
def no_regret(
    run: Annotated[
        list[Path], typer.Argument(metavar="RUN...|SWEEP", help="Two or more run folders, or the folder of one sweep.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the table and the map.")] = Path("no-regret"),
    language: Language = "bg",
) -> None:
    """What is decided alike in all runs: a table, and the map of where each service stands in all, most, some, none."""
    known_language(language)
    from nationalmap.reports.regret import told
    from nationalmap.studies.no_regret import PAGE, TABLE
    from nationalmap.studies.no_regret import no_regret as study

    found = study(run, out, progress())
    _tell(told.sentences(found.plan.inputs, found.table, language))
    typer.echo(f"\nmap:   {out / PAGE}\ntable: {out / TABLE}")


def _names(inputs: Inputs, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Names of municipalities and services by code."""
    towns, services = inputs.tables["municipalities"], inputs.tables["services"]
    name = f"name_{language}"
    return (
        dict(zip(towns["municipality"], towns[name], strict=True)),
        dict(zip(services["service"], services[name], strict=True)),
    )


@app.command()
def sweep(
    design: Annotated[str, typer.Argument(metavar="DESIGN", help="Design file (TOML), or a shipped design's name.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")] = Path("sweeps"),
    run: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Run folder whose sites are held; else the scenario is planned.")
    ] = None,
    processes: Annotated[int, typer.Option(metavar="N", help="Processes here; 0 is one for each core.")] = 0,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, e.g. tcp://host:8786, instead.")
    ] = None,
    language: Language = "bg",
) -> None:
    """Ask one scenario many times with figures changed: who gets what in how many runs, and what drives it."""
    known_language(language)
    from nationalmap.reports import sweep as told
    from nationalmap.studies.sweep import sweep as study

    found = study(design, out, run, processes, scheduler, progress())
    typer.echo(found.design.title_bg if language == "bg" else found.design.title_en)
    _tell(told.sentences(found.design, found.question, found.tables, found.runs.labels, language))
    typer.echo(f"\ntables: {found.folder}")


def _tell(lines: list[str]) -> None:
    """Each sentence as a point; what is indented belongs to the one above."""
    for line in lines:
        bare = line.lstrip()
        typer.echo(f"{' ' * (len(line) - len(bare))}- {bare}")


def _write(out: Path | None, declared: Mapping[str, Table], tables: Mapping[str, pd.DataFrame]) -> None:
    """The tables as numbered CSV files of a folder, if one is given."""
    from nationalmap import publishing

    if out is None:
        return
    publishing.write_files(
        {
            out / f"{number}-{name}.csv": publishing.csv_bytes(table, tables[name])
            for number, (name, table) in enumerate(declared.items(), 1)
        }
    )
    typer.echo(f"\ntables: {out}")


@app.command()
def vintages(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Run, scenario, indicators folder, or file of figures.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, of the later vintage.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the reports.")] = Path("vintages"),
    scenario: Annotated[str, typer.Option(metavar="NAME|FILE|FOLDER", help="Whose norms, years, municipalities.")] = "",
    language: Language = "bg",
) -> None:
    """Two vintages of indicators compared, e.g. preliminary and final census, and what that does to the needs."""
    known_language(language)
    from nationalmap.studies import vintages as study

    found = study.vintages(old, new, out, scenario)
    for line in found.says[language]:
        typer.echo(f"- {line}")
    typer.echo(f"\ntables and workbook: {found.folder}")
