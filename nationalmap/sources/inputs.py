"""All input files of a scenario, read and checked, with the hash of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries
from nationalmap.domain.scenario import InputFiles, Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources import boundaries as layers
from nationalmap.sources.check_catalogue import wrong_catalogue
from nationalmap.sources.check_given import wrong_given
from nationalmap.sources.check_scenario import wrong_scenario
from nationalmap.sources.resources import IMPORTED, inside, parted, read_bytes, resolve, sha256, shipped, table_file
from nationalmap.sources.scenarios import ScenarioFile, read_norms
from nationalmap.sources.tables import JoinReport, empty, read_indicators, read_table

if TYPE_CHECKING:
    import pandas as pd

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
#: Tables whose file may hold a header alone.
MAY_BE_EMPTY = (*schema.OPTIONAL_TABLES, schema.REGISTER, schema.CALIBRATION, schema.KNOWN_TRAVEL)


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
    notes: tuple[str, ...] = ()
    """What was taken but wants a look: rows of sites that another register does not have."""


def read_territory(inputs: InputFiles, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``municipalities`` and ``regions``: the scenario's own, or the shipped ones."""
    names = (inputs.municipalities or "municipalities.csv", inputs.regions or "regions.csv")
    municipalities, regions = (resolve(name, folder, shipped("boundaries")) for name in names)
    return read_table(schema.MUNICIPALITIES, municipalities), read_table(schema.REGIONS, regions)


def read_inputs(file: ScenarioFile, register: Path | None = None, boundaries: Path | None = None) -> ReadInputs:
    """Every input of the scenario; ``register`` and ``boundaries`` replace its own files.

    Raises InputRefused with the faults of the first group of files that has any: territory,
    catalogue, indicators, what the planner gives, and what the scenario says of them.
    """
    paths, scenario = _paths(file, register, boundaries), file.scenario
    names = {table.name: paths[table.name].name if table.name in paths else "" for table in schema.INPUT_TABLES}
    regions, municipalities = _territory(paths)
    catalogue = _catalogue(paths, names)
    by_code = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    folder = paths["indicator_catalogue"].parent
    indicator_catalogue = read_table(schema.INDICATOR_CATALOGUE, paths["indicator_catalogue"])
    indicators, reports, files = read_indicators(folder, indicator_catalogue, by_code)
    given = _given(paths, municipalities, catalogue, own_register=register is None)
    known_travel = given.pop("known_travel")
    given["renovations"], notes = _of_the_register(given["renovations"], given["register"])
    _raise(wrong_given({**catalogue, **given}, names, scenario.as_of.year))
    tables = {
        "regions": regions,
        "municipalities": municipalities,
        "indicator_catalogue": indicator_catalogue,
        "indicators": indicators,
        **_chosen(scenario, catalogue, given, file.files[0].name),
    }
    _raise(wrong_scenario(scenario, tables, file.files[0].name))
    every_file = {**paths, **files, **{path.name: path for path in file.files}}
    return ReadInputs(
        tables=tables,
        norms=read_norms(paths["norms"]),
        known_travel=known_travel if "known_travel" in paths else None,
        boundaries=layers.read_boundaries(paths["boundaries"], municipalities),
        join_reports=reports,
        sources={name: sha256(read_bytes(parted(path)[0])) for name, path in sorted(every_file.items())},
        catalogue=catalogue["services"],
        notes=notes,
    )


def _raise(faults: Iterable[Fault]) -> None:
    """Refuse where there is any fault."""
    found = list(faults)
    if found:
        raise InputRefused(found)


def _read_all(
    wanted: Iterable[schema.Table], paths: Mapping[str, Path], references: Mapping[str, Mapping[str, Collection[str]]]
) -> dict[str, pd.DataFrame]:
    """Tables by name; one without a file is empty. Raises InputRefused with the faults of all of them."""
    tables: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for table in wanted:
        try:
            if table.name in paths:
                known = references.get(table.name, {})
                tables[table.name] = read_table(table, paths[table.name], known, may_be_empty=table in MAY_BE_EMPTY)
            else:
                tables[table.name] = empty(table)
        except InputRefused as refused:
            faults += refused.faults
    _raise(faults)
    return tables


def _catalogue(paths: Mapping[str, Path], names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables of the catalogue, each for itself and against the others."""
    groups = read_table(schema.GROUPS, paths["groups"])
    services = read_table(schema.SERVICES, paths["services"], {"group": groups["group"].tolist()})
    known = services["service"].tolist()
    rest = [table for table in schema.CATALOGUE_TABLES if table.name not in ("groups", "services")]
    references: dict[str, Mapping[str, Collection[str]]] = {
        "transformations": {"from_service": known, "to_service": known},
        "embedded": {"service": known, "host_service": known},
        "professions": {"service": known},
        "bases": {"service": ["*", *known], "figure": [*schema.SERVICES.names, "priority_class"]},
    }
    tables = {"groups": groups, "services": services, **_read_all(rest, paths, references)}
    _raise(wrong_catalogue(tables, names))
    return tables


def _given(
    paths: Mapping[str, Path],
    municipalities: pd.DataFrame,
    catalogue: Mapping[str, pd.DataFrame],
    own_register: bool = True,
) -> dict[str, pd.DataFrame]:
    """What the planner gives, codes checked: register first, for renovations name its sites.

    Where another register replaces the scenario's own, renovations may name sites that it does not have.
    """
    codes = municipalities["municipality"].tolist()
    services = catalogue["services"]["service"].tolist()
    territories = [*codes, *sorted(set(municipalities["region"]))]
    professions = sorted(set(catalogue["professions"]["profession"]))
    pair = {"municipality": codes, "host": codes}
    register = _read_all([schema.REGISTER], paths, {"register": {"municipality": codes, "service": services}})
    references = {
        "renovations": {"site": register["register"]["site"].tolist()} if own_register else {},
        "candidates": {"municipality": codes, "service": services},
        "agreements": {**pair, "service": ["*", *services]},
        "staff": {"territory": territories, "profession": professions},
        "stated_needs": {"municipality": codes, "group": catalogue["groups"]["group"].tolist()},
        "trip_costs": {**pair, "service": services},
        "settlements": {"municipality": codes},
        "known_travel": pair,
    }
    rest = [table for table in GIVEN if table is not schema.REGISTER]
    return {**register, **_read_all([*rest, schema.KNOWN_TRAVEL], paths, references)}


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


def _paths(file: ScenarioFile, register: Path | None, boundaries: Path | None) -> dict[str, Path]:
    """Where each input lies, by the name it is known under in the manifest."""
    names, data, territory = file.scenario.inputs, shipped("scenarios"), shipped("boundaries")

    def path(key: str, name: str, fallback: Path) -> Path:
        return resolve(name, file.folder, fallback, file.files[0].name, f"inputs.{key}")

    catalogue = path("catalogue", names.catalogue, data)
    paths = {
        "municipalities": path("municipalities", names.municipalities or "municipalities.csv", territory),
        "regions": path("regions", names.regions or "regions.csv", territory),
        "norms": inside(catalogue, "norms.toml"),
        **_catalogue_paths(catalogue),
        "indicator_catalogue": table_file(path("indicators", names.indicators, data), "indicators"),
        "register": register or path("register", names.register, data),
        "boundaries": boundaries or path("boundaries", names.boundaries or _default_boundaries(file.folder), territory),
    }
    for table in (*schema.OPTIONAL_TABLES, schema.KNOWN_TRAVEL):
        if getattr(names, table.name, ""):
            paths[table.name] = path(table.name, getattr(names, table.name), data)
    return paths


def _default_boundaries(folder: Path) -> str:
    """The layer that was imported into the scenario's folder, else the shipped one."""
    return IMPORTED if (folder / IMPORTED).is_file() else "municipalities.geojson"


def _catalogue_paths(folder: Path) -> dict[str, Path]:
    """The catalogue's files: those that every catalogue has, and the others where they are."""
    files = {table.name: table_file(folder, table.name) for table in schema.CATALOGUE_TABLES}
    optional = {table.name for table in schema.OPTIONAL_TABLES}
    return {name: path for name, path in files.items() if name not in optional or path.exists()}


def _chosen(
    scenario: Scenario, catalogue: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame], file: str
) -> dict[str, pd.DataFrame]:
    """The tables without what the scenario does not plan: all services of the catalogue unless it names some."""
    known = catalogue["services"]["service"].tolist()
    planned = list(scenario.services or known)
    _raise(
        Fault(file, 0, "services", shown(s), "is not a service of the catalogue", schema.nearest(s, known))
        for s in planned
        if s not in known
    )
    _raise(_left_alone(catalogue, planned, file))
    services = catalogue["services"][catalogue["services"]["service"].isin(planned)]
    groups = set(services["group"])
    sites = set(given["register"].loc[given["register"]["service"].isin(planned), "site"])
    kept = {"service": {"*", *planned}, "group": groups, "host_service": set(planned), "from_service": set(planned),
            "to_service": set(planned)}  # fmt: skip
    whole = ("bases", "calibration", "apart", "complexes")
    tables = {}
    for name, table in {**catalogue, **given}.items():
        frame = table
        for column, codes in kept.items() if name not in whole else ():
            frame = frame[frame[column].isin(codes)] if column in frame.columns else frame
        frame = frame[frame["site"].isin(sites)] if name == "renovations" else frame
        tables[name] = frame.reset_index(drop=True)
    return tables


def _left_alone(catalogue: Mapping[str, pd.DataFrame], planned: list[str], file: str) -> Iterator[Fault]:
    """Planned services without the one that they count as, or that hosts them."""
    services, embedded = catalogue["services"], catalogue["embedded"]
    for s, other in services[["service", "counts_as"]].itertuples(index=False, name=None):
        if s in planned and other and other not in planned:
            cure = f'add "{other}", or leave it out'
            yield Fault(file, 0, "services", s, f"counts as {other}, which the scenario does not plan", cure)
    for s, host in embedded[["service", "host_service"]].itertuples(index=False, name=None):
        if s in planned and host not in planned:
            cure = f'add "{host}", or leave it out'
            yield Fault(file, 0, "services", s, f"lies within {host}, which the scenario does not plan", cure)


def _territory(paths: Mapping[str, Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``regions`` and ``municipalities``, each naming only what the other holds."""
    regions = read_table(schema.REGIONS, paths["regions"])
    known = {"region": regions["region"].tolist()}
    municipalities = read_table(schema.MUNICIPALITIES, paths["municipalities"], known)
    codes = set(municipalities["municipality"])
    used = regions[regions["region"].isin(municipalities["region"])]
    faults = list(_wrong_register_codes(municipalities, regions, paths["municipalities"].name))
    faults += [
        Fault(paths["regions"].name, 0, "seat_municipality", seat, "is not a municipality", schema.nearest(seat, codes))
        for seat in used["seat_municipality"]
        if seat not in codes
    ]
    if faults:
        raise InputRefused(faults)
    return regions, municipalities


def _wrong_register_codes(municipalities: pd.DataFrame, regions: pd.DataFrame, file: str) -> Iterator[Fault]:
    """EKATTE that lost its leading zeros, and NUTS 3 of another region."""
    nuts3 = dict(zip(regions["region"], regions["nuts3"], strict=True))
    columns = municipalities[["municipality", "region", "nuts3", "seat_ekatte"]]
    for code, region, given, ekatte in columns.itertuples(index=False, name=None):
        where = f'{file}, municipality "{code}"'
        if not re.fullmatch(r"[0-9]{5}", ekatte):
            cure = "a spreadsheet may have lost leading zeros: import the column as text"
            yield Fault(where, 0, "seat_ekatte", shown(ekatte), "is not a code of five digits", cure)
        if given != nuts3[region]:
            rule = f"is not that of region {region}"
            yield Fault(where, 0, "nuts3", shown(given), rule, f'write "{nuts3[region]}"')
