"""All input files of a scenario, read and checked, with the hash of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries
from nationalmap.domain.scenario import InputFiles, Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources import boundaries as layers
from nationalmap.sources.resources import inside, read_bytes, resolve, sha256, shipped
from nationalmap.sources.scenarios import ScenarioFile, read_norms
from nationalmap.sources.tables import JoinReport, read_indicators, read_table

if TYPE_CHECKING:
    import pandas as pd

#: How the plan names the sites it opens; no site of a register may be named so.
NEW_SITE = "new:"


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


def read_municipalities(inputs: InputFiles, folder: Path) -> pd.DataFrame:
    """Table ``municipalities``: the scenario's own, or the shipped 265."""
    path = resolve(inputs.municipalities or "municipalities.csv", folder, shipped("boundaries"))
    return read_table(schema.MUNICIPALITIES, path)


def read_inputs(file: ScenarioFile, register: Path | None = None, boundaries: Path | None = None) -> ReadInputs:
    """Every input of the scenario; ``register`` and ``boundaries`` replace its own files.

    Raises InputRefused with the faults of the first group of files that has any.
    """
    paths = _paths(file, register, boundaries)
    names = file.scenario.inputs
    regions, municipalities = _territory(paths)
    codes = municipalities["municipality"].tolist()
    services = read_table(schema.SERVICES, paths["services"])
    _check_services(services, paths["services"].name)
    known = services["service"].tolist()
    bases = {"service": ["*", *known], "figure": schema.SERVICES.names}
    catalogue = read_table(schema.INDICATOR_CATALOGUE, paths["indicator_catalogue"])
    folder = paths["indicator_catalogue"].parent
    by_code = dict(zip(codes, municipalities["name_bg"], strict=True))
    indicators, reports, files = read_indicators(folder, catalogue, by_code)
    register_table = read_table(schema.REGISTER, paths["register"], {"municipality": codes, "service": known})
    _check_register(register_table, paths["register"].name)
    chosen = _chosen(file.scenario, services, file.files[0].name)
    in_plan = register_table["service"].isin(chosen["service"])
    known_travel = None
    if names.known_travel:
        known_travel = read_table(schema.KNOWN_TRAVEL, paths["known_travel"], {"municipality": codes, "host": codes})
    every_file = {**paths, **files, **{path.name: path for path in file.files}}
    return ReadInputs(
        tables={
            "regions": regions,
            "municipalities": municipalities,
            "indicator_catalogue": catalogue,
            "indicators": indicators,
            "services": chosen,
            "bases": read_table(schema.BASES, paths["bases"], bases),
            "calibration": read_table(schema.CALIBRATION, paths["calibration"]),
            "register": register_table[in_plan].reset_index(drop=True),
        },
        norms=read_norms(paths["norms"]),
        known_travel=known_travel,
        boundaries=layers.read_boundaries(paths["boundaries"], municipalities),
        join_reports=reports,
        sources={name: sha256(read_bytes(path)) for name, path in sorted(every_file.items())},
        catalogue=services,
    )


def _paths(file: ScenarioFile, register: Path | None, boundaries: Path | None) -> dict[str, Path]:
    """Where each input lies, by the name it is known under in the manifest."""
    names, data, territory = file.scenario.inputs, shipped("scenarios"), shipped("boundaries")

    def path(key: str, name: str, fallback: Path) -> Path:
        return resolve(name, file.folder, fallback, file.files[0].name, f"inputs.{key}")

    catalogue = path("catalogue", names.catalogue, data)
    paths = {
        "municipalities": path("municipalities", names.municipalities or "municipalities.csv", territory),
        "regions": path("regions", names.regions or "regions.csv", territory),
        "services": inside(catalogue, "services.csv"),
        "norms": inside(catalogue, "norms.toml"),
        "bases": inside(catalogue, "bases.csv"),
        "calibration": inside(catalogue, "calibration.csv"),
        "indicator_catalogue": inside(path("indicators", names.indicators, data), "indicators.csv"),
        "register": register or path("register", names.register, data),
        "boundaries": boundaries or path("boundaries", names.boundaries or "municipalities.geojson", territory),
    }
    if names.known_travel:
        paths["known_travel"] = path("known_travel", names.known_travel, data)
    return paths


def _chosen(scenario: Scenario, services: pd.DataFrame, file: str) -> pd.DataFrame:
    """The services that the scenario plans: all of the catalogue unless it names some."""
    known = services["service"].tolist()
    faults = [
        Fault(file, 0, "services", s, "is not a service of the catalogue", schema.nearest(s, known))
        for s in scenario.services
        if s not in known
    ]
    if faults:
        raise InputRefused(faults)
    return services[services["service"].isin(list(scenario.services or known))].reset_index(drop=True)


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
            yield Fault(where, 0, "seat_ekatte", schema.shown(ekatte), "is not a code of five digits", cure)
        if given != nuts3[region]:
            rule = f"is not that of region {region}"
            yield Fault(where, 0, "nuts3", schema.shown(given), rule, f'write "{nuts3[region]}"')


def _check_services(services: pd.DataFrame, file: str) -> None:
    """Sizes that no facility can have: a service at home has none, every other one has some."""
    faults = list(_alike(services["service"], file, "service"))
    sizes = services[["service", "mode", "min_places", "max_places"]].itertuples(index=False, name=None)
    for service, mode, smallest, largest in sizes:
        where = f'{file}, service "{service}"'
        if mode == "home" and (smallest or largest):
            rule = "has facilities of no size: it is given at home"
            faults.append(Fault(where, 0, "max_places", str(largest), rule, "write 0 for both sizes"))
        elif mode != "home" and not 1 <= smallest <= largest:
            rule = f"does not follow min_places {smallest}"
            faults.append(Fault(where, 0, "max_places", str(largest), rule, "1 <= min_places <= max_places is asked"))
    if faults:
        raise InputRefused(faults)


def _check_register(register: pd.DataFrame, file: str) -> None:
    """What no single cell shows: names kept for the plan's own sites, and closing years that do not fit."""
    faults = list(_alike(register["site"], file, "site"))
    for site, status, year in register[["site", "status", "close_by_year"]].itertuples(index=False, name=None):
        dated = str(year) != "<NA>"
        if site.startswith(NEW_SITE):
            rule = f'begins with "{NEW_SITE}", as the sites that a plan opens'
            faults.append(Fault(file, 0, "site", schema.shown(site), rule, "give it a name of its own"))
        if status == "must_close_by" and not dated:
            rule = f"is empty for site {site}, which must close"
            faults.append(Fault(file, 0, "close_by_year", "", rule, "write the year"))
        if status != "must_close_by" and dated:
            rule = f"stands at site {site}, whose status is {status}"
            faults.append(Fault(file, 0, "close_by_year", str(year), rule, "write must_close_by, or leave it blank"))
    if faults:
        raise InputRefused(faults)


def _alike(codes: Iterable[str], file: str, column: str) -> Iterator[Fault]:
    """Codes that differ in signs only: the program's names, and people, would take one for the other."""
    first: dict[str, str] = {}
    for code in codes:
        bare = re.sub(r"[:-]", "_", code)
        if first.setdefault(bare, code) != code:
            rule = f'differs from "{first[bare]}" in signs only'
            yield Fault(file, 0, column, schema.shown(code), rule, "give one of them another name")
