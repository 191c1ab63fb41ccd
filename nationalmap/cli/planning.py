"""Commands about one scenario, and about finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nationalmap.cli.shared import (
    NOT_PROVEN,
    Language,
    Layer,
    Register,
    ScenarioName,
    app,
    known_language,
    plain,
    progress,
)
from nationalmap.errors import NoPlanPossible


@app.command()
def scenarios() -> None:
    """List the shipped scenarios."""
    from nationalmap import planning

    for scenario in planning.scenarios():
        typer.echo(f"{scenario.name}\n    {scenario.title_bg}\n    {scenario.title_en}. {scenario.says_en}")


@app.command()
def check(
    scenario: ScenarioName,
    register: Register = None,
    boundaries: Layer = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the list of faults (JSON).")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a workbook to send back.")] = None,
) -> None:
    """Read and check all inputs of a scenario, with every fault of every file; write nothing else."""
    from nationalmap import planning

    question = planning.check(scenario, register, boundaries, json, xlsx)
    for report in question.join_reports:
        typer.echo(str(report))
    blank = question.inputs.tables["indicators"]
    for row in blank[blank["value"].isna()].itertuples():
        typer.echo(f"no data, declared: {row.indicator} of {row.municipality}")
    for correction in question.mended:
        typer.echo(plain(f"mended: {correction}"))
    for note in question.notes:
        typer.echo(plain(f"note: {note}"))
    typer.echo(
        f"{question.scenario.name}: {len(question.municipalities)} municipalities, "
        f"{len(question.inputs.tables['services'])} services, {len(question.inputs.norms)} norms, "
        f"{len(question.inputs.tables['register'])} register rows, boundaries {question.inputs.boundaries.status}: "
        "nothing to mend"
    )


@app.command()
def needs(
    scenario: ScenarioName,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table (CSV).")] = None,
    register: Register = None,
    boundaries: Layer = None,
) -> None:
    """Needs by municipality and need group, as the norms give them."""
    from nationalmap import planning, publishing, schema

    table = planning.needs(scenario, register, boundaries)
    if out is not None:
        typer.echo(f"written: {publishing.write_file(out, publishing.csv_bytes(schema.NEEDS, table))}")
        return
    rows = ["group"] if table["year"].nunique() == 1 else ["group", "year"]
    wide = table.pivot(index=rows, columns="municipality", values="need_users")
    # Where one municipality has no data, the total has none: it would count it as nothing.
    wide["total"] = wide.sum(axis=1, skipna=False)
    typer.echo(wide.astype(object).where(wide.notna(), "no data").to_string())


@app.command()
def plan(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the runs.")] = Path("runs"),
    register: Register = None,
    boundaries: Layer = None,
    language: Language = "bg",
) -> None:
    """Plan a scenario: tables, workbook and the indicative map, in a folder of their own."""
    known_language(language)
    from nationalmap import planning

    try:
        run = planning.plan(scenario, out, register, boundaries, progress())
    except NoPlanPossible as none:
        raise none.told(language) from none
    from nationalmap.reports import summary

    typer.echo(f"{run.plan.scenario.title_bg if language == 'bg' else run.plan.scenario.title_en}")
    for line in summary.five_lines(run.plan, language):
        typer.echo(f"- {line}")
    typer.echo(f"\nmap:      {run.folder / 'map.html'}\nworkbook: {run.folder / 'plan.xlsx'}")
    if run.plan.status != "proven":
        raise typer.Exit(NOT_PROVEN)


@app.command()
def compare(
    run: Annotated[
        list[Path],
        typer.Argument(metavar="RUN RUN...", help="Run folders, the base first (or scenarios' folders: the latest)."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the comparisons.")] = Path("comparisons"),
    language: Language = "bg",
) -> None:
    """Runs side by side, the first as base: what was asked differently, then what came out; tables, workbook, page."""
    known_language(language)
    from nationalmap import finished
    from nationalmap.reports import comparison

    tables = finished.compare(run, out)
    for title, lines in comparison.chapters(tables, language):
        typer.echo(f"\n{title}")
        for line in lines:
            typer.echo(f"- {line}")
    typer.echo(f"\ntables, workbook and page: {out}")


@app.command()
def explain(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    municipality: Annotated[str, typer.Option(metavar="CODE|NAME", help="Municipality, e.g. HKV18.")],
    service: Annotated[
        str | None, typer.Option(metavar="CODE|NAME", help="Service or need group; without it three numbers for each.")
    ] = None,
    language: Language = "bg",
    year: Annotated[int | None, typer.Option(help="Planned year; the last one unless said.")] = None,
) -> None:
    """Why a municipality has the places it has: from the indicator to the rules that bind and the money."""
    known_language(language)
    from nationalmap import finished

    for line in finished.explain(run, municipality, service, language, year):
        typer.echo(f"- {line}")


@app.command()
def source(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Input or result table, e.g. needs.")],
    key: Annotated[str, typer.Argument(metavar="KEY", help='Key of the record, e.g. "HKV18 day_care_older 2027".')],
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="Column of the figure, e.g. need_users.")],
    language: Language = "bg",
) -> None:
    """Where a figure is from: file, sheet, cell, source, date and class; of a result, what it was made from."""
    known_language(language)
    from nationalmap import finished

    for line in finished.source(run, table, key, column, language):
        typer.echo(line)


@app.command()
def whatif(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    million: Annotated[
        list[str] | None, typer.Option(metavar="STREAM:YEAR", help="A million EUR more there; may be repeated.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="LOCK", help="This lock taken away; may be repeated.")
    ] = None,
    through: Annotated[str, typer.Option(metavar="STAGE", help="Last stage to solve.")] = "unmet",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table (CSV).")] = None,
    language: Language = "bg",
) -> None:
    """What a million more in a stream and year would do, and what each lock costs: solved again, one by one."""
    known_language(language)
    from nationalmap import finished, runs
    from nationalmap.reports import whatif as told

    table = finished.whatif(run, million, without, through, out, progress())
    for line in told.sentences(runs.read_run(run), table, language):
        typer.echo(f"- {line}")
    if out is not None:
        typer.echo(f"\ntable: {out}")


@app.command()
def prices(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    stage: Annotated[str, typer.Option(metavar="STAGE", help="In whose unit.")] = "cost",
) -> None:
    """Marginal prices: what one unit more of each limit would change, places standing as they are."""
    from nationalmap import finished

    table = finished.prices(run, stage)
    typer.echo(table.to_string(index=False) if len(table) else "no limit has a price")
    typer.echo(
        f'\nprice: change of the value of stage "{stage}", in its unit, for one unit more of the limit of the rule; '
        "places stand as they are and people may be fractions (whatif solves a real change again). "
        "The rules: docs/program.md"
    )


@app.command()
def render(
    run: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Run folders (or scenarios' folders: the latest).")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the pages.")] = Path(),
    frontier: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A frontier of the same inputs, to be shown in the page.")
    ] = None,
    municipality: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE|NAME", help="A sheet of its own in the workbook, e.g. HKV18; may be repeated."),
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="A sheet for every municipality of the plan.")] = False,
) -> None:
    """Draw the page and the workbook of runs again, from their own files."""
    from nationalmap import finished

    for path in finished.render(run, out, frontier, municipality, everywhere):
        typer.echo(f"written: {path}")


@app.command()
def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder (or a scenario's folder: its latest).")],
    originals: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Hold every figure against its cell; folder of the scenario's own files."),
    ] = None,
) -> None:
    """Check a run folder a second time: every rule, sum and stage value, by code that shares nothing with the plan."""
    from nationalmap import finished

    typer.echo(finished.verify(run, originals).says)


@app.command()
def conflict(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A linear program (MPS or LP file).")],
) -> None:
    """Smallest set of rows of a linear program that cannot all hold, by name."""
    from nationalmap import planning

    rows = planning.conflict(file)
    if not rows:
        typer.echo(f"{file.name}: all rows can hold together")
        return
    typer.echo(f"{file.name}: {len(rows)} rows cannot all hold; without any one of them the others can")
    for row in rows:
        typer.echo(f"- {row}")


@app.command()
def case(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="capacitated, pmedian, places or transport.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="One OR-Library file; or places, sites, distances; or supply, demand, costs."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the scenario's folder.")] = Path("cases"),
    question: Annotated[
        str, typer.Option(help="least_cost, least_travel, least_worst, fewest_sites, most_people and others.")
    ] = "",
    sites: Annotated[int | None, typer.Option(help="How many sites to choose.")] = None,
    distance: Annotated[float | None, typer.Option(help="How far is within reach.")] = None,
    weight: Annotated[str, typer.Option(help="Column of the weights of the places.")] = "",
    capacity: Annotated[float | None, typer.Option(help="Capacity where the file says a word.")] = None,
    unit: Annotated[float, typer.Option(help="EUR as which one unit of cost is written.")] = 1.0,
) -> None:
    """Write a published location or transport problem as a scenario's folder, to be planned like any other."""
    from nationalmap import planning

    folder = planning.case(kind, files, out, question, sites, distance, weight, capacity, unit)
    typer.echo(f"written: {folder}\nnext:    nationalmap plan {folder}")
