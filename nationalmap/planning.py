"""The use cases: what a command does, in one function of the same name.

This room introduces the others to each other: sources read, norms make needs, the program
makes a plan, reports show it, runs keep it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.plan import Inputs, Plan
from nationalmap.domain.scenario import InputFiles, Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources import resources, tables
from nationalmap.sources import scenarios as scenario_files

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """No progress is shown."""


@dataclass(frozen=True)
class Question:
    """A scenario with everything it needs, checked: planned territory, needs, package, money."""

    scenario: Scenario
    inputs: Inputs
    municipalities: pd.DataFrame
    needs: pd.DataFrame
    package: pd.DataFrame
    budgets_eur: dict[str, float]
    join_reports: tuple[tables.JoinReport, ...]


@dataclass(frozen=True)
class Run:
    """A finished plan and the folder it was published in."""

    plan: Plan
    folder: Path


def scenarios() -> tuple[Scenario, ...]:
    """The scenarios shipped with the package, in the order of their names."""
    return tuple(scenario_files.read_scenario(path).scenario for path in scenario_files.shipped_scenarios())


def check(scenario: str, register: Path | None = None, boundaries: Path | None = None) -> Question:
    """Read and check everything a scenario needs; write nothing.

    ``scenario`` is the name of a shipped scenario, a file, or a folder with one. ``register``
    and ``boundaries`` replace the scenario's own. Raises InputRefused with every fault found.
    """
    file = scenario_files.read_scenario(scenario_files.find(scenario))
    return _question(file, register, boundaries)


def needs(scenario: str, register: Path | None = None, boundaries: Path | None = None) -> pd.DataFrame:
    """Table ``needs`` of a scenario: what the norms give for each municipality and service."""
    return check(scenario, register, boundaries).needs


def plan(
    scenario: str,
    out: Path = Path("runs"),
    register: Path | None = None,
    boundaries: Path | None = None,
    progress: Progress = _silent,
) -> Run:
    """Plan a scenario and publish its run folder ``out/<scenario>/<run-id>``.

    Raises InputRefused, NoPlanPossible, NoPlanFound, SolverFailed or OutputFailed; then no
    run folder is left.
    """
    from nationalmap import runs

    question = check(scenario, register, boundaries)
    progress("inputs read and checked")
    answer, about = _solved(question, progress)
    progress("drawing the page and the workbook")
    folder = runs.write_run(answer, _pages(answer), out, about)
    return Run(answer, folder)


def compare(run_a: Path, run_b: Path) -> dict[str, pd.DataFrame]:
    """The difference of two runs as tables: first of the inputs, then of the results."""
    from nationalmap import runs
    from nationalmap.reports import compare as comparison

    return comparison.compare(runs.read_run(run_a), runs.read_run(run_b))


def render(run: Sequence[Path], out: Path = Path()) -> tuple[Path, ...]:
    """Draw page and workbook of runs again, from their own files, into ``out``."""
    from nationalmap import runs

    written = []
    for folder in run:
        answer = runs.read_run(folder)
        for name, data in _pages(answer).items():
            target = out / f"{answer.scenario.name}-{answer.run_id}-{name}"
            written.append(runs.write_file(target, data))
    return tuple(written)


def boundaries_build(points: Path, outline: Path, out: Path, tolerance_m: float = 500.0) -> Path:
    """Schematic boundaries of the 265 municipalities from settlement points and an outline.

    ``points`` is a CSV with municipality, lon, lat and, where known, area_dka; ``outline`` a
    GeoJSON polygon in WGS 84. Raises InputRefused or OutputFailed.
    """
    from nationalmap.geography import thiessen
    from nationalmap.sources import boundaries as layers

    codes = _municipalities(InputFiles(), Path()).municipality.tolist()
    layer = thiessen.build(layers.read_points(points), layers.read_outline(outline), codes, tolerance_m, points.name)
    layers.write_layer(layer, out)
    return out


# ------------------------------------------------------------------------ the parts


def _question(file: scenario_files.ScenarioFile, register: Path | None, boundaries: Path | None) -> Question:
    from nationalmap import demand
    from nationalmap.geography.travel import travel_table
    from nationalmap.sources.boundaries import read_boundaries

    scenario, folder = file.scenario, file.folder
    data = resources.shipped("scenarios")
    files: dict[str, Path] = {path.name: path for path in file.files}

    def locate(name: str, base: Path = data) -> Path:
        path = resources.resolve(name, folder, base)
        files[name] = path
        return path

    def read(table: schema.Table, path: Path, **references: Sequence[str]) -> pd.DataFrame:
        return tables.read_table(table, path, references)

    municipalities = _municipalities(scenario.inputs, folder)
    regions = read(schema.REGIONS, locate(scenario.inputs.regions or "regions.csv", resources.shipped("boundaries")))
    files["municipalities.csv"] = _municipality_file(scenario.inputs, folder)
    codes = municipalities["municipality"].tolist()
    catalogue = resources.resolve(scenario.inputs.catalogue, folder, data)
    services = _chosen(scenario, read(schema.SERVICES, _noted(files, catalogue / "services.csv")), file)
    norms = scenario_files.read_norms(_noted(files, catalogue / "norms.toml"))
    norms = tuple(n for n in norms if n.service in set(services["service"]) or not scenario.services)
    indicator_folder = resources.resolve(scenario.inputs.indicators, folder, data)
    indicator_catalogue = read(schema.INDICATOR_CATALOGUE, _noted(files, indicator_folder / "indicators.csv"))
    demand.check_norms(norms, services, indicator_catalogue["indicator"].tolist(), "norms.toml")
    names = dict(zip(codes, municipalities["name_bg"], strict=True))
    indicators, reports, indicator_files = tables.read_indicators(indicator_folder, indicator_catalogue, names)
    files |= indicator_files
    register_path = register or locate(scenario.inputs.register)
    files["register"] = register_path
    all_services = services["service"].tolist()
    register_table = _register(read(schema.REGISTER, register_path, municipality=codes), all_services, scenario, register_path)
    planned = _planned(scenario, municipalities, file)
    known = None
    if scenario.inputs.known_travel:
        known_path = locate(scenario.inputs.known_travel)
        known = read(schema.KNOWN_TRAVEL, known_path, municipality=codes, host=codes)
    boundary_path = boundaries or (
        locate(scenario.inputs.boundaries)
        if scenario.inputs.boundaries
        else resources.shipped("boundaries") / "municipalities.geojson"
    )
    files["boundaries"] = boundary_path
    inputs = Inputs(
        tables={
            "regions": regions,
            "municipalities": municipalities,
            "indicator_catalogue": indicator_catalogue,
            "indicators": indicators,
            "services": services,
            "bases": read(schema.BASES, _noted(files, catalogue / "bases.csv")),
            "calibration": read(schema.CALIBRATION, _noted(files, catalogue / "calibration.csv")),
            "register": register_table,
            "travel": travel_table(planned, scenario.travel, known),
        },
        norms=norms,
        boundaries=read_boundaries(boundary_path, municipalities),
        sources={name: resources.sha256(resources.read_bytes(path)) for name, path in sorted(files.items())},
    )
    need = demand.needs_table(norms, indicators, planned, scenario.year)
    package = demand.package_table(norms, indicators, planned, services, need, scenario.year)
    _check_money(scenario, services, file.files[-1].name)
    return Question(scenario, inputs, planned, need, package, _budgets(scenario, indicators, planned, file), reports)


def _noted(files: dict[str, Path], path: Path) -> Path:
    files[path.name] = path
    return path


def _municipality_file(inputs: InputFiles, folder: Path) -> Path:
    return resources.resolve(inputs.municipalities or "municipalities.csv", folder, resources.shipped("boundaries"))


def _municipalities(inputs: InputFiles, folder: Path) -> pd.DataFrame:
    return tables.read_table(schema.MUNICIPALITIES, _municipality_file(inputs, folder))


def _chosen(scenario: Scenario, services: pd.DataFrame, file: scenario_files.ScenarioFile) -> pd.DataFrame:
    """The services that the scenario plans: all of the catalogue unless it names some."""
    known = services["service"].tolist()
    faults = [
        Fault(file.files[-1].name, 0, "services", s, "is not a service of the catalogue", schema.nearest(s, known))
        for s in scenario.services
        if s not in known
    ]
    if faults:
        raise InputRefused(faults)
    return services[services["service"].isin(list(scenario.services or known))].reset_index(drop=True)


def _planned(
    scenario: Scenario, municipalities: pd.DataFrame, file: scenario_files.ScenarioFile
) -> pd.DataFrame:
    """Municipalities of the scenario's regions."""
    known = sorted(set(municipalities["region"]))
    faults = [
        Fault(file.files[-1].name, 0, "regions", region, "is not a region", schema.nearest(region, known))
        for region in scenario.regions
        if region not in known
    ]
    if faults or not scenario.regions:
        raise InputRefused(faults or [Fault(file.files[-1].name, 0, "regions", rule="is empty", cure="name a region")])
    return municipalities[municipalities["region"].isin(list(scenario.regions))].reset_index(drop=True)


def _register(register: pd.DataFrame, services: list[str], scenario: Scenario, path: Path) -> pd.DataFrame:
    """The register with its services checked; those that the scenario leaves out fall away."""
    known = services if not scenario.services else sorted({*services, *register["service"]})
    faults = [
        Fault(path.name, 0, "service", s, f"(site {site}) is not a service of the catalogue", schema.nearest(s, known))
        for site, s in zip(register["site"], register["service"], strict=True)
        if s not in known
    ]
    closing = register[(register["status"] == "must_close_by") & register["close_by_year"].isna()]
    faults += [
        Fault(path.name, 0, "close_by_year", "", f"is empty for {site}, which must close", "write the year")
        for site in closing["site"]
    ]
    if faults:
        raise InputRefused(faults)
    return register[register["service"].isin(services)].reset_index(drop=True)


def _check_money(scenario: Scenario, services: pd.DataFrame, file: str) -> None:
    """Every planned service needs a running stream that may pay it."""
    faults = []
    for service in services["service"]:
        payers = [
            stream
            for stream in scenario.streams.values()
            if stream.kind == "running" and (not stream.services or service in stream.services)
        ]
        if not payers:
            cure = "add the service to a running stream, or leave it out of the scenario's services"
            faults.append(Fault(file, 0, "streams", str(service), "has no running money: no stream may pay it", cure))
    known = set(services["service"]) | set(scenario.services)
    for name, stream in scenario.streams.items():
        for service in stream.services:
            if service not in known and not scenario.services:
                cure = schema.nearest(service, sorted(known))
                faults.append(Fault(file, 0, f"streams.{name}.services", service, "is not a service of the catalogue", cure))
    if faults:
        raise InputRefused(faults)


def _budgets(
    scenario: Scenario, indicators: pd.DataFrame, planned: pd.DataFrame, file: scenario_files.ScenarioFile
) -> dict[str, float]:
    """What each stream has in the year, EUR, cut to whole cents."""
    faults: list[Fault] = []
    budgets = {}
    for name, stream in scenario.streams.items():
        try:
            budgets[name] = _amount(stream, indicators, planned, f"streams.{name}", file.files[-1].name)
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return budgets


def _amount(stream: Stream, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> float:
    if stream.amount_eur is not None:
        exact = stream.amount_eur
    elif stream.indicator is not None:
        exact = 1000 * stream.index * sum(_figures(stream.indicator, indicators, planned, path, file))
    else:
        by = stream.shared_by or ""
        mine = sum(_figures(by, indicators, planned, path, file))
        national = float(indicators.loc[indicators["indicator"] == by, "value"].sum())
        exact = (stream.national_eur or 0.0) * mine / national / stream.over_years
    return math.floor(exact * stream.factor * 100 + 1e-4) / 100


def _figures(name: str, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> list[float]:
    """Figures of the planned municipalities; one without data cannot be counted as nothing."""
    values = indicators[indicators["indicator"] == name].set_index("municipality")["value"]
    if values.empty:
        known = sorted(set(indicators["indicator"]))
        raise InputRefused([Fault(file, 0, path, name, "is not an indicator at hand", schema.nearest(name, known))])
    mine = values.reindex(planned["municipality"].tolist())
    blank = [str(code) for code in mine.index[mine.isna()]]
    if blank:
        rule = f"has no figure for {', '.join(blank)}: no data is not zero"
        raise InputRefused([Fault(file, 0, path, name, rule, "give amount_eur instead")])
    return [float(v) for v in mine]


def _solved(question: Question, progress: Progress) -> tuple[Plan, dict[str, Any]]:
    from nationalmap import runs
    from nationalmap.program.answer import result_tables
    from nationalmap.program.assemble import assemble
    from nationalmap.program.index import index
    from nationalmap.program.solve import solve

    scenario, inputs = question.scenario, question.inputs
    known = index(
        scenario,
        question.municipalities,
        inputs.tables["services"],
        inputs.tables["register"],
        inputs.tables["travel"],
        question.needs,
        question.package,
        question.budgets_eur,
    )
    program = assemble(known)
    solution = solve(program, progress)
    results = {"needs": question.needs, "package": question.package, **result_tables(program, solution)}
    answer = Plan(
        scenario=scenario,
        inputs=inputs,
        tables=results,
        budgets_eur=question.budgets_eur,
        stages=solution.stages,
        run_id=runs.run_id(scenario, inputs),
    )
    return answer, {"solver": solution.solver, "options": solution.options}


def _pages(answer: Plan) -> dict[str, bytes]:
    """The page and the workbook of a plan."""
    import io

    from nationalmap.reports import page, workbook

    book = io.BytesIO()
    workbook.write_workbook(answer, book)
    return {"map.html": page.build(answer).encode(), "plan.xlsx": book.getvalue()}
