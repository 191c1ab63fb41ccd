"""All input files of a scenario, read and checked, with the hash of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.domain.plan import Boundaries
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources.check_given import wrong_given
from nationalmap.sources.check_scenario import wrong_scenario
from nationalmap.sources.chosen import chosen
from nationalmap.sources.collecting import GIVEN, Collected, collected
from nationalmap.sources.provenance import Files
from nationalmap.sources.replaced import register_notes
from nationalmap.sources.resources import parted, read_bytes, resolve, sha256, shipped
from nationalmap.sources.scenarios import ScenarioFile
from nationalmap.sources.tables import JoinReport, read_table

if TYPE_CHECKING:
    import pandas as pd

#: Most sites that a note names.
NAMED = 5


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
    """What was taken but wants a look: a register that is not as long as the one it replaces, rows of no use."""
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
    read = collected(file.scenario.inputs, file.folder, file.files[0].name, register, boundaries)
    tables, notes = _planned(read, file)
    if read.faults or read.norms is None or read.layer is None or read.indicators is None:
        raise InputRefused(read.faults)
    every_file = _every_file(read, read.indicators[2], file)
    hashes = _hashes(every_file)
    return ReadInputs(
        tables={**tables, "indicators": read.indicators[0]},
        norms=read.norms,
        known_travel=_known_travel(read),
        boundaries=read.layer,
        join_reports=read.indicators[1],
        sources=hashes,
        catalogue=read.tables["services"],
        budgets=read.tables["budgets"],
        notes=(*register_notes(read, file, beside=register is not None), *notes, *read.intake.notes),
        mended=tuple(read.intake.mended),
        files=Files(file.folder, every_file, hashes, read.tables["own_indicators"], tuple(read.intake.origins)),
    )


def hashes_of(file: ScenarioFile, register: Path | None = None, boundaries: Path | None = None) -> dict[str, str]:
    """SHA-256 of every file that the scenario would be read from today, by the name it is known under.

    Raises InputRefused with every fault of the files where it cannot be said which they are.
    """
    read = collected(file.scenario.inputs, file.folder, file.files[0].name, register, boundaries)
    if read.indicators is None:
        raise InputRefused(read.faults)
    return _hashes(_every_file(read, read.indicators[2], file))


def _every_file(read: Collected, indicators: Mapping[str, Path], file: ScenarioFile) -> dict[str, Path]:
    plan_files = {name: path for name, path in read.paths.items() if name != schema.MAP_IN_FORCE.name}
    return {**plan_files, **indicators, **{path.name: path for path in file.files}}


def _hashes(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: sha256(read_bytes(parted(path)[0])) for name, path in sorted(files.items())}


def wrong_files(
    names: InputFiles, folder: Path, file: str, register: Path | None = None, boundaries: Path | None = None
) -> list[Fault]:
    """The faults of all files, where the scenario ``file`` itself cannot be used."""
    return collected(names, folder, file, register, boundaries).faults


def _known_travel(read: Collected) -> pd.DataFrame | None:
    """The journeys that are known; None without such a table."""
    known = read.tables["known_travel"]
    return known.dropna(subset="travel_min", ignore_index=True) if "known_travel" in read.paths else None


def _planned(read: Collected, file: ScenarioFile) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """The tables of the scenario, compared with each other and with what it says; and notes on what is left out."""
    scenario, name = file.scenario, file.files[0].name
    catalogue, given = [t.name for t in schema.CATALOGUE_TABLES], [t.name for t in GIVEN]
    notes: tuple[str, ...] = ()
    if {"register", "renovations"} <= read.tables.keys():
        read.tables["renovations"], notes = _of_the_register(read.tables["renovations"], read.tables["register"])
    needs = (*catalogue, *given)
    read.compare(lambda: wrong_given(read.some(needs), read.file_names(), scenario.as_of.year), *needs)
    territory = ("regions", "municipalities", "indicator_catalogue")

    def work() -> dict[str, pd.DataFrame]:
        few = chosen(scenario, read.some(catalogue), read.some(given), name)
        return {**read.some(territory), **few}

    tables = read.attempt(work, *territory, *needs)
    if tables is None:
        return {}, notes
    read.compare(lambda: wrong_scenario(scenario, tables, name))
    return tables, notes


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
