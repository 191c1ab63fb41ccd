"""A planner's register beside the one that it replaces: a file cut at the end of a line is still a good table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import InputRefused
from nationalmap.sources import postgres
from nationalmap.sources.resources import resolve, shipped
from nationalmap.sources.scenarios import ScenarioFile, read_scenario
from nationalmap.sources.tables import Intake, read_table

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.sources.collecting import Collected

#: Existing services of the whole country, as far as they are known.
NATIONAL_REGISTER = "register/BG.csv"


def register_notes(read: Collected, file: ScenarioFile, beside: bool) -> tuple[str, ...]:
    """A note where the register has other rows or places in the planned regions than the one that it replaces.

    ``beside``: it was named beside the scenario and replaces the scenario's own. Else it replaces that of the scenario
    which is extended in the end, or the national one where that scenario plans other regions. Nothing is said where
    the one replaced cannot be read, lies in a database or has no row there.
    """
    if not beside and len(file.files) == 1:
        return ()
    mine, regions = read.paths["register"], file.scenario.regions
    try:
        whose = file if beside else read_scenario(file.files[-1])
        path = _register_of(whose, regions)
        if path == mine or postgres.is_address(path):
            return ()
        intake = Intake(read.intake.gazetteer, whose.scenario.inputs.reading, names=read.intake.names)
        former = read_table(schema.REGISTER, path, may_be_empty=True, intake=intake)
    except InputRefused:
        return ()
    whole = read.tables["municipalities"]
    planned = whole.loc[whole["region"].isin(regions), "municipality"]
    here, there = (_counts(register, planned) for register in (read.tables["register"], former))
    if not there[0] or here == there:
        return ()
    said = f"{mine.name} has {here[0]:,} {'row' if here[0] == 1 else 'rows'} and {here[1]:,} places"
    own = "the scenario's own" if beside else "which it replaces"
    return (f"register: {said} in the planned regions; {path.name}, {own}, has {there[0]:,} and {there[1]:,}",)


def _register_of(file: ScenarioFile, regions: tuple[str, ...]) -> Path:
    """Where the register of a scenario lies, or the national one where the scenario does not plan these regions."""
    named = file.scenario.inputs.register if set(regions) <= set(file.scenario.regions) else NATIONAL_REGISTER
    return resolve(named, file.folder, shipped("scenarios"))


def _counts(register: pd.DataFrame, municipalities: pd.Series[str]) -> tuple[int, int]:
    """Rows and places of these municipalities."""
    here = register.loc[register["municipality"].isin(municipalities), "places"]
    return len(here), int(here.sum())
