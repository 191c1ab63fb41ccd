"""All input files of a scenario, read and checked, with the hash of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources import boundaries as layers
from nationalmap.sources import postgres
from nationalmap.sources.catalogues import catalogue_norms, names_beside
from nationalmap.sources.check_catalogue import wrong_catalogue
from nationalmap.sources.check_given import wrong_given
from nationalmap.sources.check_scenario import wrong_scenario
from nationalmap.sources.check_territory import wrong_territory
from nationalmap.sources.chosen import chosen
from nationalmap.sources.own import with_own
from nationalmap.sources.paths import input_paths
from nationalmap.sources.provenance import Files
from nationalmap.sources.resources import parted, read_bytes, resolve, sha256, shipped
from nationalmap.sources.scenarios import ScenarioFile
from nationalmap.sources.tables import Intake, JoinReport, empty, gazetteer, read_indicators, read_table

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
#: Table ``indicators``, one report per file, and the files by name.
Indicators = tuple["pd.DataFrame", tuple[JoinReport, ...], dict[str, Path]]

#: What a planner gives beside the scenario; all but the register may be left out.
GIVEN = (
    schema.REGISTER,
    schema.RENOVATIONS,
    schema.CANDIDATES,
    schema.AGREEMENTS,
    schema.STAFF,
    schema.STATED_NEEDS,
    schema.TRIP_COSTS,
    schema.SETTLEMENTS,
)
#: Most sites that a note names.
NAMED = 5
_IN_CATALOGUE = ("norms", *(table.name for table in schema.CATALOGUE_TABLES))
#: Tables whose file may hold a header alone.
MAY_BE_EMPTY = (
    *(*schema.OPTIONAL_TABLES, *schema.FOLDER_TABLES),
    *(schema.REGISTER, schema.CALIBRATION, schema.KNOWN_TRAVEL),
)


@dataclass(frozen=True)
class ReadInputs:
    """What the files of a scenario say, each table checked for itself."""

    tables: Mapping[str, pd.DataFrame]
    norms: tuple[Norm, ...]
    known_travel: pd.DataFrame | None
    boundaries: Boundaries
    join_reports: tuple[JoinReport, ...]
    sources: Mapping[str, str]
    catalogue: pd.DataFrame
    """All services of the catalogue; ``tables`` holds those that the scenario plans."""
    budgets: pd.DataFrame
    """Own amounts of streams, in place of the scenario's."""
    files: Files
    """Where every record stands in its file."""
    notes: tuple[str, ...] = ()
    """What was taken but wants a look: rows of sites that another register does not have."""
    mended: tuple[str, ...] = ()
    """Every cell that was corrected, one sentence each."""


def read_territory(inputs: InputFiles, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``municipalities`` and ``regions``: the scenario's own, or the shipped ones."""
    names = (inputs.municipalities or "municipalities.csv", inputs.regions or "regions.csv")
    municipalities, regions = (resolve(name, folder, shipped("boundaries")) for name in names)
    return read_table(schema.MUNICIPALITIES, municipalities), read_table(schema.REGIONS, regions)


def read_inputs(file: ScenarioFile, register: Path | None = None, boundaries: Path | None = None) -> ReadInputs:
    """Every input of the scenario; ``register`` and ``boundaries`` replace its own files.

    Raises InputRefused with the faults of all files. Tables are compared with each other where
    both could be read, so that a fault of one brings no false faults of others.
    """
    read = _read_files(file.scenario.inputs, file.folder, file.files[0].name, register, boundaries)
    tables, notes = _planned(read, file)
    if read.faults or read.norms is None or read.layer is None or read.indicators is None:
        raise InputRefused(read.faults)
    every_file = {**read.paths, **read.indicators[2], **{path.name: path for path in file.files}}
    hashes = {name: sha256(read_bytes(parted(path)[0])) for name, path in sorted(every_file.items())}
    return ReadInputs(
        tables={**tables, "indicators": read.indicators[0]},
        norms=read.norms,
        known_travel=_known_travel(read),
        boundaries=read.layer,
        join_reports=read.indicators[1],
        sources=hashes,
        catalogue=read.tables["services"],
        budgets=read.tables["budgets"],
        notes=(*notes, *read.intake.notes),
        mended=tuple(read.intake.mended),
        files=Files(file.folder, every_file, hashes, read.tables["own_indicators"], tuple(read.intake.origins)),
    )


def wrong_files(
    names: InputFiles, folder: Path, file: str, register: Path | None = None, boundaries: Path | None = None
) -> list[Fault]:
    """The faults of all files, where the scenario ``file`` itself cannot be used."""
    return _read_files(names, folder, file, register, boundaries).faults


def _read_files(names: InputFiles, folder: Path, file: str, register: Path | None, boundaries: Path | None) -> _Reading:
    """Every file, for itself and against the others."""
    postgres.forget()
    paths = input_paths(names, folder, file, register, boundaries)
    read = _Reading(paths.found, Intake(readings=names.reading))
    read.faults += [fault for faults in paths.faults.values() for fault in faults]
    read.missing = {*paths.faults, *(_IN_CATALOGUE if "catalogue" in paths.faults else ())}
    _read_territory(read)
    _read_catalogue(read)
    read.indicators = _with_own_figures(read, _read_indicators(read))
    _read_given(read, own_register=register is None)
    if "norms" not in read.missing:
        known = read.codes("indicator_catalogue", "indicator") or []
        read.norms = read.attempt(
            lambda: catalogue_norms(read.paths["norms"], known, read.intake), "indicator_catalogue"
        )
    if "boundaries" not in read.missing:
        read.layer = read.attempt(lambda: _read_boundaries(read), "municipalities")
    if {"municipalities", "indicator_catalogue"} <= read.tables.keys():
        read.faults += _unused(read.intake, file)
    return read


@dataclass
class _Reading:
    """The reading of all files: what was read so far, and every fault."""

    paths: Mapping[str, Path]
    intake: Intake
    missing: Collection[str] = ()
    """Inputs that lie nowhere, which is a fault of its own."""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    indicators: Indicators | None = None
    norms: tuple[Norm, ...] | None = None
    layer: Boundaries | None = None
    faults: list[Fault] = field(default_factory=list)

    def attempt(self, work: Callable[[], T], *needs: str) -> T | None:
        """What ``work`` gives, where the tables that it needs were read; else None, its faults kept."""
        if not set(needs) <= self.tables.keys():
            return None
        try:
            return work()
        except InputRefused as refused:
            self.faults += refused.faults
            return None

    def take(self, table: schema.Table, **references: Collection[str] | None) -> None:
        """Read a table, or make it empty where it has no file; a reference that is None is not checked."""
        known = {column: codes for column, codes in references.items() if codes is not None}
        if table.name in self.missing:
            return
        path, may_be_empty = self.paths.get(table.name), table in MAY_BE_EMPTY

        def work() -> pd.DataFrame:
            if path is None:
                return empty(table)
            return read_table(table, path, known, may_be_empty=may_be_empty, intake=self.intake)

        frame = self.attempt(work)
        if frame is not None:
            self.tables[table.name] = frame

    def compare(self, faults: Callable[[], Iterable[Fault]], *needs: str) -> None:
        """Faults of tables against each other, where all of them were read."""
        self.faults += self.attempt(lambda: list(faults()), *needs) or []

    def codes(self, table: str, column: str, *more: str) -> list[str] | None:
        """The codes that a table knows; None where it could not be read."""
        if table not in self.tables:
            return None
        return [*more, *sorted(set(self.tables[table][column]))]


def _read_territory(read: _Reading) -> None:
    """Tables ``regions`` and ``municipalities``, each naming only what the other holds."""
    read.take(schema.REGIONS)
    read.take(schema.MUNICIPALITIES, region=read.codes("regions", "region"))
    read.compare(lambda: wrong_territory(read.tables, read.paths), "regions", "municipalities")
    if {"regions", "municipalities"} <= read.tables.keys():
        names = names_beside("municipality", read.tables["municipalities"])
        read.intake.names |= {"municipality": names, "host": names}
        read.intake.gazetteer = gazetteer(read.tables["municipalities"], read.tables["regions"])


def _read_catalogue(read: _Reading) -> None:
    """The tables of the catalogue, each for itself and against the others."""
    read.take(schema.GROUPS)
    read.take(schema.SERVICES, group=read.codes("groups", "group"))
    for column, name in (("group", "groups"), ("service", "services")):
        if name in read.tables:
            read.intake.names[column] = names_beside(column, read.tables[name])
    services = read.codes("services", "service")
    references: dict[str, dict[str, Collection[str] | None]] = {
        "transformations": {"from_service": services, "to_service": services},
        "embedded": {"service": services, "host_service": services},
        "professions": {"service": services},
        "bases": {
            "service": read.codes("services", "service", "*"),
            "figure": [*schema.SERVICES.names, "priority_class"],
        },
    }
    for table in schema.CATALOGUE_TABLES:
        if table.name not in ("groups", "services"):
            read.take(table, **references.get(table.name, {}))
    names = [table.name for table in schema.CATALOGUE_TABLES]
    read.compare(lambda: wrong_catalogue(_some(read.tables, names), _names(read.paths)), *names)


def _read_indicators(read: _Reading) -> Indicators | None:
    """The catalogue of indicators, and the files that it names."""
    read.take(schema.INDICATOR_CATALOGUE)

    def work() -> Indicators:
        folder = read.paths["indicator_catalogue"].parent
        municipalities = read.tables["municipalities"]
        names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
        return read_indicators(folder, read.tables["indicator_catalogue"], names, read.intake)

    return read.attempt(work, "municipalities", "indicator_catalogue")


def _with_own_figures(read: _Reading, indicators: Indicators | None) -> Indicators | None:
    """The indicators with the planner's own figures, each noted; own amounts of streams are read beside."""
    read.take(schema.BUDGETS)
    if "indicator_catalogue" in read.tables:
        read.intake.names["indicator"] = names_beside("indicator", read.tables["indicator_catalogue"])
    codes = read.codes("municipalities", "municipality")
    read.take(schema.OWN_INDICATORS, indicator=read.codes("indicator_catalogue", "indicator"), municipality=codes)
    own, file = schema.OWN_INDICATORS.name, _names(read.paths)[schema.OWN_INDICATORS.name]
    if indicators is None:
        return None
    figures = indicators[0]
    found = read.attempt(lambda: with_own(figures, read.tables["indicator_catalogue"], read.tables[own], file), own)
    if found is None:
        return None
    read.tables["indicator_catalogue"] = found[1]
    read.intake.notes += found[2]
    return found[0], indicators[1], indicators[2]


def _known_travel(read: _Reading) -> pd.DataFrame | None:
    """The journeys that are known; None without such a table."""
    known = read.tables["known_travel"]
    return known.dropna(subset="travel_min", ignore_index=True) if "known_travel" in read.paths else None


def _read_given(read: _Reading, own_register: bool) -> None:
    """What the planner gives, codes checked: register first, for renovations name its sites.

    Where another register replaces the scenario's own, renovations may name sites that it does not have.
    """
    codes, services = read.codes("municipalities", "municipality"), read.codes("services", "service")
    regions = read.codes("municipalities", "region")
    read.take(schema.REGISTER, municipality=codes, service=services)
    references: dict[str, dict[str, Collection[str] | None]] = {
        "renovations": {"site": read.codes("register", "site") if own_register else None},
        "candidates": {"municipality": codes, "service": services},
        "agreements": {"municipality": codes, "host": codes, "service": read.codes("services", "service", "*")},
        "staff": {
            "territory": codes and [*codes, *(regions or [])],
            "profession": read.codes("professions", "profession"),
        },
        "stated_needs": {"municipality": codes, "group": read.codes("groups", "group")},
        "trip_costs": {"municipality": codes, "host": codes, "service": services},
        "settlements": {"municipality": codes},
        "known_travel": {"municipality": codes, "host": codes},
    }
    for table in (*GIVEN, schema.KNOWN_TRAVEL):
        if table is not schema.REGISTER:
            read.take(table, **references[table.name])


def _planned(read: _Reading, file: ScenarioFile) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """The tables of the scenario, compared with each other and with what it says; and notes on what is left out."""
    scenario, name = file.scenario, file.files[0].name
    catalogue, given = [t.name for t in schema.CATALOGUE_TABLES], [t.name for t in GIVEN]
    notes: tuple[str, ...] = ()
    if {"register", "renovations"} <= read.tables.keys():
        read.tables["renovations"], notes = _of_the_register(read.tables["renovations"], read.tables["register"])
    needs = (*catalogue, *given)
    read.compare(lambda: wrong_given(_some(read.tables, needs), _names(read.paths), scenario.as_of.year), *needs)
    territory = ("regions", "municipalities", "indicator_catalogue")

    def work() -> dict[str, pd.DataFrame]:
        few = chosen(scenario, _some(read.tables, catalogue), _some(read.tables, given), name)
        return {**_some(read.tables, territory), **few}

    tables = read.attempt(work, *territory, *needs)
    if tables is None:
        return {}, notes
    read.compare(lambda: wrong_scenario(scenario, tables, name))
    return tables, notes


def _read_boundaries(read: _Reading) -> Boundaries:
    return layers.read_boundaries(read.paths["boundaries"], read.tables["municipalities"])


def _some(tables: Mapping[str, pd.DataFrame], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    return {name: tables[name] for name in names}


def _names(paths: Mapping[str, Path]) -> dict[str, str]:
    """The file of each table, as sentences say it; "" where it has none."""
    tables = (*schema.INPUT_TABLES, *schema.FOLDER_TABLES)
    return {table.name: paths[table.name].name if table.name in paths else "" for table in tables}


def _unused(intake: Intake, file: str) -> list[Fault]:
    """Readings of files that the scenario does not read: a misspelt name would leave its file read otherwise."""
    return [
        Fault(
            file, 0, f"inputs.reading.{shown(name)}", "", "is no file that was read", "write its name as under inputs"
        )
        for name in intake.readings
        if name not in intake.used
    ]


def _of_the_register(renovations: pd.DataFrame, register: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The renovations of the register's sites, and a note on those of sites that it does not have."""
    here = renovations["site"].isin(register["site"])
    if here.all():
        return renovations, ()
    left = renovations[~here]
    said = "row is of a site" if len(left) == 1 else "rows are of sites"
    rest = "is not used" if len(left) == 1 else "are not used"
    sites = ", ".join(list(dict.fromkeys(left["site"]))[:NAMED])
    note = f"renovations: {len(left)} {said} not in the register and {rest}: {sites}"
    return renovations[here].reset_index(drop=True), (note,)
