"""The use cases of finished runs: compared, explained, followed to their sources, asked on, drawn again, verified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.answering import Progress, silent
from nationalmap.errors import Fault, InputRefused, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.verification import Report


def compare(run: Sequence[Path], out: Path = Path("comparisons")) -> dict[str, pd.DataFrame]:
    """Two or more runs side by side, as tables: what was asked differently, then what came out.

    The first run is the base, every other one is set beside it; tables of reports.comparison. Published whole as a
    folder of ``out`` named after the runs: numbered CSV files, ``comparison.xlsx``, ``comparison.html``, ``about.txt``.
    Raises UsageError for fewer than two runs, InputRefused for a folder that is not a whole run, OutputFailed.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports import comparison

    if len(run) < 2:
        raise UsageError(f"compare: {len(run)} run given; name two or more, the base first.")
    plans = [runs.read_run(folder) for folder in run]
    tables = comparison.compare(plans)
    files = {
        f"{number:02d}-{name}.csv": publishing.csv_bytes(comparison.COMPARISONS[name], table)
        for number, (name, table) in enumerate(tables.items(), 1)
    }
    publishing.write_folder(out / runs.folder_of(plans), files | comparison.documents(tables, plans))
    return tables


def explain(
    run: Path, municipality: str, service: str | None = None, language: str = "bg", year: int | None = None
) -> list[str]:
    """Why a municipality has the places it has for a service or need group, in sentences, from a run's own tables.

    Without a service: with a place, within reach but no place, out of reach, for all needs and for each group.
    The municipality, service or need group may be given by code or by name; ``year``: the last planned one unless
    said. Raises InputRefused for a folder that is no run, or a word that the plan does not know.
    """
    from nationalmap import runs
    from nationalmap.reports import explain as why
    from nationalmap.reports import totals

    answer = runs.read_run(run)
    tables = answer.inputs.tables
    planned = tables["municipalities"]["municipality"].isin(totals.municipalities(answer))
    place = _code("explain", "municipality", municipality, tables["municipalities"][planned])
    _planned_year(answer, "explain", year)
    if service is None:
        return why.three_numbers(answer, place, language, year)
    code = _code(
        "explain", "service", service, tables["services"], tables["groups"].rename(columns={"group": "service"})
    )
    return why.explain(answer, place, code, language, year)


def source(run: Path, table: str, key: str, column: str, language: str = "bg") -> list[str]:
    """Where a figure of a run is from: file, sheet, cell, source, date and class; of a result, what it was made from.

    ``table`` is an input or result table, ``key`` the parts of the record's key separated by blanks, ``column`` the
    column of the figure. Sentences, those further back set in by two blanks a step. Raises InputRefused.
    """
    from nationalmap import runs
    from nationalmap.reports import source as back
    from nationalmap.reports.origins import Origins

    answer = runs.read_run(run)
    known = [*answer.inputs.tables, *answer.tables]
    if table not in known:
        raise InputRefused(
            [Fault("source", 0, "table", table, "is not a table of this run", schema.nearest(table, known))]
        )
    declared, parts = schema.TABLES[table], tuple(key.split())
    if column not in declared.names:
        rule = f"is not a column of {table}"
        raise InputRefused([Fault("source", 0, "column", column, rule, schema.nearest(column, declared.names))])
    keys = Origins(answer).rows(table)
    if parts not in keys:
        rule = f"is not a record of {table}; its key is {' '.join(declared.key)}"
        raise InputRefused([Fault("source", 0, "key", key, rule, schema.nearest(key, [" ".join(k) for k in keys]))])
    return ["  " * line.depth + line.says for line in back.source(answer, table, parts, column, language)]


def _planned_year(answer: Plan, command: str, year: int | None) -> int:
    """The year that was asked for, the last planned one unless said. Raises InputRefused."""
    years = answer.scenario.years
    if year is not None and year not in years:
        cure = f"one of {', '.join(map(str, years))}"
        raise InputRefused([Fault(command, 0, "year", str(year), "is not a planned year of this run", cure)])
    return years[-1] if year is None else year


def _code(command: str, what: str, word: str, *tables: pd.DataFrame) -> str:
    """The code of a municipality, service or need group given by code or name. Raises InputRefused."""
    names: dict[str, set[str]] = {}
    for table in tables:
        for code, bg, en in table[[what, "name_bg", "name_en"]].itertuples(index=False, name=None):
            if code == word:
                return word
            for name in (bg, en):
                names.setdefault(str(name).casefold(), set()).add(str(code))
    found = sorted(names.get(word.casefold(), ()))
    if len(found) == 1:
        return found[0]
    if found:
        fault = Fault(command, 0, what, word, "is the name of several", f"write one of {', '.join(found)}")
    else:
        known = [str(value) for table in tables for name in (what, "name_bg", "name_en") for value in table[name]]
        fault = Fault(command, 0, what, word, "is not in this plan", schema.nearest(word, known))
    raise InputRefused([fault])


def _municipalities(answer: Plan, command: str, words: Sequence[str], everywhere: bool) -> tuple[str, ...]:
    """The codes of planned municipalities given by code or name, each once; or of all."""
    from nationalmap.reports import totals

    codes = totals.municipalities(answer)
    if everywhere:
        return tuple(codes)
    table = answer.inputs.tables["municipalities"]
    planned = table[table["municipality"].isin(codes)]
    return tuple(dict.fromkeys(_code(command, "municipality", word, planned) for word in words))


def whatif(
    run: Path,
    million: Sequence[str] | None = None,
    without: Sequence[str] | None = None,
    through: str = "unmet",
    out: Path | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """What one million EUR more in a stream and year, or a lock away, would do: solved again, up to a stage.

    ``million`` names streams as "stream:year", ``without`` locks; without either, all that pay and all locks are
    asked. ``through``: last stage to solve. Table of reports.whatif, also written as a CSV file to ``out`` if it is
    given. Raises InputRefused for a word that the run does not know, and what ``plan`` raises of solvers.
    """
    from nationalmap import publishing, runs
    from nationalmap.program import whatif as core
    from nationalmap.reports import whatif as told
    from nationalmap.reports.room import known_of

    answer = runs.read_run(run)
    known = known_of(answer)
    stages = answer.scenario.stages
    if through not in stages:
        rule = "is not a stage of this run"
        raise InputRefused([Fault("whatif", 0, "through", through, rule, schema.nearest(through, stages))])
    asked = core.asked(known, million or (), without or (), 1_000_000.0)
    found = core.whatif(known, asked, through, answer.stages, progress)
    table = told.whatif_table(answer, found)
    if out is not None:
        publishing.write_file(out, publishing.csv_bytes(told.WHATIF, table))
    return table


def prices(run: Path, stage: str = "cost") -> pd.DataFrame:
    """Marginal prices of a plan: what one unit more of each limit would change in a stage, places standing as they are.

    Columns rule, key, price (units of the stage per unit of the row); only rows with a price. For small changes and
    people in fractions: ``whatif`` solves a real change again. Raises InputRefused for a stage that is not the run's.
    """
    import pandas as pd

    from nationalmap import runs
    from nationalmap.program.marginal import prices_of
    from nationalmap.reports.room import known_of

    answer = runs.read_run(run)
    values = {result.name: result.value for result in answer.stages}
    if stage not in values:
        rule = "is not a stage of this run"
        raise InputRefused([Fault("prices", 0, "stage", stage, rule, schema.nearest(stage, list(values)))])
    columns = ["site", "year", "places", "facilities"]
    rows = answer.tables["capacity"][columns].itertuples(index=False, name=None)
    found = prices_of(known_of(answer), {(i, t): (k, y) for i, t, k, y in rows}, values, stage)
    priced = [(*row.partition("__")[::2], round(price, 9)) for row, price in found.items() if abs(price) > 1e-8]
    return pd.DataFrame(priced, columns=["rule", "key", "price"]).sort_values(["rule", "key"], ignore_index=True)


def render(
    run: Sequence[Path],
    out: Path = Path(),
    frontier: Path | None = None,
    municipality: Sequence[str] | None = None,
    everywhere: bool = False,
) -> tuple[Path, ...]:
    """Draw page, workbook and summary of runs again, from their own files, into ``out``.

    ``frontier`` is the folder of a frontier with the same inputs; the page then shows its chart. ``municipality``
    (codes or names) gives these a sheet of their own in the workbook, ``everywhere`` all of the plan. Raises
    InputRefused.
    """
    from nationalmap import frontiers, publishing, runs
    from nationalmap.reports.documents import documents

    files = {}
    for folder in run:
        answer = runs.read_run(folder)
        curve = None if frontier is None else frontiers.frontier_of(frontier, answer)
        sheets = _municipalities(answer, "render", municipality or (), everywhere)
        for name, data in documents(answer, curve, sheets).items():
            files[out / f"{answer.scenario.name}-{answer.run_id}-{name}"] = data
    return publishing.write_files(files)


def atlas(
    run: Path,
    service: Sequence[str] | None = None,
    form: str = "pdf",
    out: Path = Path("atlas"),
    language: str = "bg",
    year: int | None = None,
    all_years: bool = False,
) -> tuple[Path, ...]:
    """Maps on paper: the package complied, then one A3 page for each service, in the national projected system.

    ``service``: codes or names of services or need groups, all unless given. ``form``: ``pdf`` is one file of all
    pages; ``svg`` and ``png`` are a folder with a file for each. ``year``: the last planned one unless said, or
    ``all_years``. Gives the files. Raises UsageError, InputRefused for a word that the run does not know, OutputFailed.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports import atlas as paper

    if form not in paper.FORMATS:
        raise UsageError(f'atlas: "{form}" is not one of {", ".join(paper.FORMATS)}.')
    if all_years and year is not None:
        raise UsageError("atlas: say --year or --all-years, not both.")
    answer = runs.read_run(run)
    years = answer.scenario.years if all_years else (_planned_year(answer, "atlas", year),)
    files = paper.atlas(answer, form, language, years, _services(answer, service or ()))
    name = paper.file_name(answer, "atlas", *map(str, years), language)
    if form == "pdf":
        return (publishing.write_file(out / f"{name}.pdf", files["atlas.pdf"]),)
    folder = publishing.write_folder(out / f"{name}-{form}", files)
    return tuple(folder / page for page in files)


def _services(answer: Plan, words: Sequence[str]) -> tuple[str, ...]:
    """The planned services that are meant by codes or names of services or need groups. Raises InputRefused."""
    from nationalmap.reports import totals

    tables = answer.inputs.tables
    planned = tables["services"][tables["services"]["service"].isin(totals.services_of(answer))]
    groups = tables["groups"][tables["groups"]["group"].isin(planned["group"])].rename(columns={"group": "service"})
    found: list[str] = []
    for word in words:
        code = _code("atlas", "service", word, planned, groups)
        own = planned["service"] == code
        found += planned.loc[own if own.any() else planned["group"] == code, "service"].tolist()
    return tuple(dict.fromkeys(found))


def annex(
    run: Path,
    municipality: Sequence[str] | None = None,
    everywhere: bool = False,
    out: Path = Path("annexes"),
    language: str = "bg",
    year: int | None = None,
) -> tuple[Path, ...]:
    """Two A4 pages for each mayor, as a PDF: own map, what is complied with, what is missing and why, services, money.

    ``municipality``: codes or names; ``everywhere``: all of the plan. ``year``: the last planned one unless said.
    Gives the files; none is written before all are made. Raises UsageError, InputRefused for a word that the run does
    not know, OutputFailed.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports import atlas as paper

    if everywhere == bool(municipality):
        raise UsageError("annex: say --municipality CODE|NAME, once or more, or --all.")
    answer = runs.read_run(run)
    at = _planned_year(answer, "annex", year)
    codes = _municipalities(answer, "annex", municipality or (), everywhere)
    files = {
        out / f"{paper.file_name(answer, 'annex', code, str(at), language)}.pdf": data
        for code, data in paper.annexes(answer, language, at, codes)
    }
    return publishing.write_files(files)


def verify(run: Path, originals: Sequence[Path] | None = None) -> Report:
    """Check a run folder by a second witness that shares no code with the program: rules, sums, stage values, seals.

    ``run`` is a run folder, or a scenario's (then its latest). ``originals`` are folders in which the files lie that
    the scenario named, its own folder first; then every figure of the inputs is held against its cell, in the shipped
    data too. Gives how much was checked. Raises VerificationFailed with every difference found (a file that is not
    there, or was changed since, is one), and for a folder that holds no run.
    """
    from nationalmap.sources.resources import shipped
    from nationalmap.verification import agreed

    if not originals:
        return agreed(run)
    ours = {f"{name}/": [shipped(name)] for name in ("scenarios", "boundaries")}
    return agreed(run, {**ours, "": [Path(folder) for folder in originals]})
