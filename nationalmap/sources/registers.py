"""A register read for the report on what exists: alone, or as a scenario names it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.sources import postgres
from nationalmap.sources.inputs import read_inputs, read_territory
from nationalmap.sources.resources import parted, shipped
from nationalmap.sources.scenarios import ScenarioFile, find, read_scenario
from nationalmap.sources.tables import Intake, gazetteer, read_table

if TYPE_CHECKING:
    import pandas as pd

#: Endings of files that are scenarios, not registers.
_SCENARIO = ".toml"
#: The day inside the files of a report on a register alone, which says none itself.
_NO_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class State:
    """A register with the names of what it holds. ``until``: last year of the scenario; None for a register alone."""

    name: str
    """As a folder may be called."""
    run: str
    """What the report is made from, for its edge."""
    register: pd.DataFrame
    towns: Mapping[str, str]
    services: Mapping[str, str]
    regions: Mapping[str, str]
    """Names of the regions by municipality."""
    until: int | None
    day: date
    notes: tuple[str, ...]

    def titled(self, towns: Sequence[str]) -> str:
        """The territory in words: the municipalities asked for, else the regions of the register."""
        if towns:
            return ", ".join(self.towns[code] for code in towns)
        regions = dict.fromkeys(self.regions[code] for code in sorted(set(self.register["municipality"])))
        return ", ".join(regions)


def read_state(source: str, register: Path | None = None) -> State:
    """The register of a file, or of a scenario's regions. Raises InputRefused with every fault."""
    path = Path(source)
    if (
        register is None
        and not source.endswith(_SCENARIO)
        and (postgres.is_address(source) or parted(path)[0].is_file())
    ):
        return _alone(postgres.as_path(source) if postgres.is_address(source) else path)
    return _of_scenario(read_scenario(find(source)), register)


def _of_scenario(file: ScenarioFile, register: Path | None) -> State:
    read = read_inputs(file, register)
    tables, scenario = read.tables, file.scenario
    places = tables["municipalities"]
    inside = places.loc[places["region"].isin(scenario.regions), "municipality"]
    rows = tables["register"]
    rows = rows[rows["municipality"].isin(inside)].reset_index(drop=True)
    whose = register.name if register else scenario.inputs.register
    return State(
        scenario.name, f"{scenario.name}: {Path(whose).name}", rows, _names(places), _names(read.catalogue),
        _regions(places, tables["regions"]), scenario.last_year, scenario.as_of, (),
    )  # fmt: skip


def _alone(path: Path) -> State:
    """A register by itself, its codes those of the shipped territory and catalogue."""
    places, regions = read_territory(InputFiles(), Path())
    services = read_table(schema.SERVICES, shipped("scenarios") / "catalogue" / "services.csv")
    intake = Intake(gazetteer(places, regions))
    known = {"municipality": places["municipality"].tolist(), "service": services["service"].tolist()}
    rows = read_table(schema.REGISTER, path, known, intake=intake)
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", parted(path)[0].stem).strip("-")
    name = stem if schema.names_a_folder(stem) else "register"
    notes = tuple(intake.mended)
    return State(
        name,
        parted(path)[0].name,
        rows,
        _names(places),
        _names(services),
        _regions(places, regions),
        None,
        _NO_DAY,
        notes,
    )


def _names(table: pd.DataFrame) -> dict[str, str]:
    code = "municipality" if "municipality" in table else "service"
    return dict(zip(table[code], table["name_bg"], strict=True))


def _regions(places: pd.DataFrame, regions: pd.DataFrame) -> dict[str, str]:
    names = dict(zip(regions["region"], regions["name_bg"], strict=True))
    return {m: f"област {names[r]}" for m, r in zip(places["municipality"], places["region"], strict=True)}
