"""All input files of a scenario, read and checked, with the hash of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries
from nationalmap.domain.scenario import InputFiles, Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources import boundaries as layers
from nationalmap.sources.resources import read_bytes, resolve, sha256, shipped
from nationalmap.sources.scenarios import ScenarioFile, read_norms
from nationalmap.sources.tables import JoinReport, read_indicators, read_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ReadInputs:
    """What the files of a scenario say, each table checked for itself."""

    tables: Mapping[str, pd.DataFrame]
    norms: tuple[Norm, ...]
    known_travel: pd.DataFrame | None
    boundaries: Boundaries
    join_reports: tuple[JoinReport, ...]
    sources: Mapping[str, str]


def read_municipalities(inputs: InputFiles, folder: Path) -> pd.DataFrame:
    """Table ``municipalities``: the scenario's own, or the shipped 265."""
    return read_table(schema.MUNICIPALITIES, _municipality_file(inputs, folder))


def _municipality_file(inputs: InputFiles, folder: Path) -> Path:
    return resolve(inputs.municipalities or "municipalities.csv", folder, shipped("boundaries"))


def read_inputs(file: ScenarioFile, register: Path | None = None, boundaries: Path | None = None) -> ReadInputs:
    """Every input of the scenario; ``register`` and ``boundaries`` replace its own files.

    Raises InputRefused with the faults of the first group of files that has any.
    """
    paths = _paths(file, register, boundaries)
    names = file.scenario.inputs
    municipalities = read_table(schema.MUNICIPALITIES, paths["municipalities"])
    codes = municipalities["municipality"].tolist()
    services = read_table(schema.SERVICES, paths["services"])
    catalogue = read_table(schema.INDICATOR_CATALOGUE, paths["indicator_catalogue"])
    folder = paths["indicator_catalogue"].parent
    by_code = dict(zip(codes, municipalities["name_bg"], strict=True))
    indicators, reports, files = read_indicators(folder, catalogue, by_code)
    register_table = read_table(
        schema.REGISTER, paths["register"], {"municipality": codes, "service": services["service"].tolist()}
    )
    _check_closing(register_table, paths["register"].name)
    chosen = _chosen(file.scenario, services, file.files[-1].name)
    in_plan = register_table["service"].isin(chosen["service"])
    known_travel = None
    if names.known_travel:
        known_travel = read_table(schema.KNOWN_TRAVEL, paths["known_travel"], {"municipality": codes, "host": codes})
    every_file = {**paths, **files, **{path.name: path for path in file.files}}
    return ReadInputs(
        tables={
            "regions": read_table(schema.REGIONS, paths["regions"]),
            "municipalities": municipalities,
            "indicator_catalogue": catalogue,
            "indicators": indicators,
            "services": chosen,
            "bases": read_table(schema.BASES, paths["bases"]),
            "calibration": read_table(schema.CALIBRATION, paths["calibration"]),
            "register": register_table[in_plan].reset_index(drop=True),
        },
        norms=read_norms(paths["norms"]),
        known_travel=known_travel,
        boundaries=layers.read_boundaries(paths["boundaries"], municipalities),
        join_reports=reports,
        sources={name: sha256(read_bytes(path)) for name, path in sorted(every_file.items())},
    )


def _paths(file: ScenarioFile, register: Path | None, boundaries: Path | None) -> dict[str, Path]:
    """Where each input lies, by the name it is known under in the manifest."""
    names, folder, data = file.scenario.inputs, file.folder, shipped("scenarios")
    territory = shipped("boundaries")
    catalogue = resolve(names.catalogue, folder, data)
    paths = {
        "municipalities": _municipality_file(names, folder),
        "regions": resolve(names.regions or "regions.csv", folder, territory),
        "services": catalogue / "services.csv",
        "norms": catalogue / "norms.toml",
        "bases": catalogue / "bases.csv",
        "calibration": catalogue / "calibration.csv",
        "indicator_catalogue": resolve(names.indicators, folder, data) / "indicators.csv",
        "register": register or resolve(names.register, folder, data),
        "boundaries": boundaries or resolve(names.boundaries or "municipalities.geojson", folder, territory),
    }
    if names.known_travel:
        paths["known_travel"] = resolve(names.known_travel, folder, data)
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


def _check_closing(register: pd.DataFrame, file: str) -> None:
    closing = register[(register["status"] == "must_close_by") & register["close_by_year"].isna()]
    if len(closing):
        raise InputRefused(
            Fault(file, 0, "close_by_year", "", f"is empty for site {site}, which must close", "write the year")
            for site in closing["site"]
        )
