"""The files of a scenario read one after the other: what each gives, and the faults of all of them.

A table whose file is wrong is missing to what comes after it, which is then not checked against it: one fault brings
no false ones of other files.
"""

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
from nationalmap.sources.annexes import read_annex
from nationalmap.sources.catalogues import catalogue_norms, names_beside
from nationalmap.sources.check_catalogue import wrong_catalogue
from nationalmap.sources.check_territory import wrong_territory
from nationalmap.sources.own import with_own
from nationalmap.sources.paths import input_paths
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
_IN_CATALOGUE = ("norms", *(table.name for table in schema.CATALOGUE_TABLES))
#: Tables whose file may hold a header alone.
MAY_BE_EMPTY = (
    *(*schema.OPTIONAL_TABLES, *schema.FOLDER_TABLES),
    *(schema.REGISTER, schema.CALIBRATION, schema.KNOWN_TRAVEL),
)


@dataclass
class Collected:
    """What was read of all files so far, and every fault."""

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

    def some(self, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """The tables of these names, all of which were read."""
        return {name: self.tables[name] for name in names}

    def file_names(self) -> dict[str, str]:
        """The file of each table, as sentences say it; "" where it has none."""
        tables = (*schema.INPUT_TABLES, *schema.FOLDER_TABLES)
        return {table.name: self.paths[table.name].name if table.name in self.paths else "" for table in tables}


def collected(names: InputFiles, folder: Path, file: str, register: Path | None, boundaries: Path | None) -> Collected:
    """Every file that ``names`` of the scenario ``file`` say, for itself and against the others."""
    postgres.forget()
    paths = input_paths(names, folder, file, register, boundaries)
    read = Collected(paths.found, Intake(readings=names.reading))
    read.faults += [fault for faults in paths.faults.values() for fault in faults]
    read.missing = {*paths.faults, *(_IN_CATALOGUE if "catalogue" in paths.faults else ())}
    _read_territory(read)
    _read_catalogue(read)
    indicators = _read_indicators(read)
    read.take(schema.BUDGETS)
    read.indicators = _with_own_figures(read, indicators)
    _read_given(read, own_register=register is None)
    _read_norms(read)
    _read_boundaries(read)
    _read_map(read)
    if {"municipalities", "indicator_catalogue"} <= read.tables.keys():
        read.faults += _unused(read.intake, file)
    return read


def _read_territory(read: Collected) -> None:
    """Tables ``regions`` and ``municipalities``, each naming only what the other holds."""
    read.take(schema.REGIONS)
    read.take(schema.MUNICIPALITIES, region=read.codes("regions", "region"))
    read.compare(lambda: wrong_territory(read.tables, read.paths), "regions", "municipalities")
    if {"regions", "municipalities"} <= read.tables.keys():
        names = names_beside("municipality", read.tables["municipalities"])
        read.intake.names |= {"municipality": names, "host": names}
        read.intake.gazetteer = gazetteer(read.tables["municipalities"], read.tables["regions"])


def _read_catalogue(read: Collected) -> None:
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
    read.compare(lambda: wrong_catalogue(read.some(names), read.file_names()), *names)


def _read_indicators(read: Collected) -> Indicators | None:
    """The catalogue of indicators, and the files that it names."""
    read.take(schema.INDICATOR_CATALOGUE)

    def work() -> Indicators:
        folder = read.paths["indicator_catalogue"].parent
        municipalities = read.tables["municipalities"]
        names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
        return read_indicators(folder, read.tables["indicator_catalogue"], names, read.intake)

    return read.attempt(work, "municipalities", "indicator_catalogue")


def _with_own_figures(read: Collected, indicators: Indicators | None) -> Indicators | None:
    """The indicators with the planner's own figures, each noted."""
    if "indicator_catalogue" in read.tables:
        read.intake.names["indicator"] = names_beside("indicator", read.tables["indicator_catalogue"])
    codes = read.codes("municipalities", "municipality")
    read.take(schema.OWN_INDICATORS, indicator=read.codes("indicator_catalogue", "indicator"), municipality=codes)
    own = schema.OWN_INDICATORS.name
    if indicators is None:
        return None
    figures, origin = indicators[0], next((o for o in read.intake.origins if o.table == own), None)
    found = read.attempt(lambda: with_own(figures, read.tables["indicator_catalogue"], read.tables[own], origin), own)
    if found is None:
        return None
    read.tables["indicator_catalogue"] = found[1]
    read.intake.notes += found[2]
    return found[0], indicators[1], indicators[2]


def _read_given(read: Collected, own_register: bool) -> None:
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


def _read_norms(read: Collected) -> None:
    """The norms; those of a workbook may name indicators, so the catalogue of these was read before."""
    if "norms" not in read.missing:
        known = read.codes("indicator_catalogue", "indicator") or []
        read.norms = read.attempt(
            lambda: catalogue_norms(read.paths["norms"], known, read.intake), "indicator_catalogue"
        )


def _read_boundaries(read: Collected) -> None:
    """The polygons of the municipalities."""
    if "boundaries" not in read.missing:
        read.layer = read.attempt(
            lambda: layers.read_boundaries(read.paths["boundaries"], read.tables["municipalities"]), "municipalities"
        )


def _read_map(read: Collected) -> None:
    """The map in force, for its faults and notes alone: no plan is made from it."""
    path = read.paths.get(schema.MAP_IN_FORCE.name)
    if path is not None:

        def work() -> object:
            tables = (read.tables["services"], read.tables["municipalities"])
            return read_annex(path, *tables, read.intake, {}, may_be_empty=True)

        read.attempt(work, "regions", "municipalities", "services")


def _unused(intake: Intake, file: str) -> list[Fault]:
    """Readings of files that the scenario does not read: a misspelt name would leave its file read otherwise."""
    return [
        Fault(
            file, 0, f"inputs.reading.{shown(name)}", "", "is no file that was read", "write its name as under inputs"
        )
        for name in intake.readings
        if name not in intake.used
    ]
