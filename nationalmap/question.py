"""A scenario with everything it needs, read and checked against each other: what a plan answers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.plan import Inputs
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused, all_faults

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.norm import Norm
    from nationalmap.sources.inputs import ReadInputs
    from nationalmap.sources.scenarios import ScenarioFile
    from nationalmap.sources.tables import JoinReport


#: Codes that a note spells out before it counts the rest.
MOST_NAMED = 40


@dataclass(frozen=True)
class Question:
    """A scenario with everything it needs, checked: planned territory, needs, package, money."""

    scenario: Scenario
    inputs: Inputs
    municipalities: pd.DataFrame
    projected: pd.DataFrame
    needs: pd.DataFrame
    package: pd.DataFrame
    budgets_eur: dict[str, dict[int, float]]
    join_reports: tuple[JoinReport, ...]
    notes: tuple[str, ...]
    """What was taken but wants a look: register rows that are not used, large ones, what has none."""
    mended: tuple[str, ...] = ()
    """Every cell of the inputs that was corrected, one sentence each."""


def read_question(file: ScenarioFile, register: Path | None, boundaries: Path | None) -> Question:
    """The scenario with its inputs, checked against each other."""
    from nationalmap import demand
    from nationalmap.geography import settlements
    from nationalmap.geography.travel import travel_table
    from nationalmap.sources.inputs import read_inputs
    from nationalmap.sources.paths import without_passwords
    from nationalmap.sources.provenance import provenance

    name = file.files[0].name
    read = read_inputs(file, register, boundaries)
    scenario = dataclasses.replace(file.scenario, inputs=without_passwords(file.scenario.inputs))
    planned = _planned(scenario, read.tables["municipalities"], name)
    scenario = _with_money(scenario, read, planned, name)
    norms = demand.norms_in_use(read.norms, read.tables["services"], read.catalogue, scenario.years)
    _refuse_contradictions(scenario, read, norms, name)
    tables = {**read.tables, "travel": travel_table(planned, scenario.travel, read.known_travel)}
    origins = provenance(read.files, tables, norms, _computed(scenario, read.known_travel is not None))
    inputs = Inputs({**tables, **origins}, norms, read.boundaries, read.sources)
    return Question(
        scenario=scenario,
        inputs=inputs,
        municipalities=planned,
        **asked(scenario, inputs, planned, name),
        join_reports=read.join_reports,
        notes=(
            *_register_notes(tables["register"], planned, tables["services"]),
            *_licence_notes(tables["register"], planned, scenario.last_year),
            *settlements.notes(tables["settlements"], planned),
            *read.notes,
            *read.boundaries.notes,
        ),
        mended=read.mended,
    )


def _with_money(scenario: Scenario, read: ReadInputs, planned: pd.DataFrame, file: str) -> Scenario:
    """The scenario with its streams by region where they are so, and with the planner's own amounts."""
    from nationalmap import funding

    scenario = funding.by_region(scenario, planned, read.tables["regions"], file)
    if not len(read.budgets):
        return scenario
    computed = funding.budgets(scenario, read.tables["indicators"], planned, file)
    return funding.with_stated(
        scenario, read.budgets, computed, lambda fault, key: read.files.located("budgets", fault, key)
    )


def _refuse_contradictions(scenario: Scenario, read: ReadInputs, norms: tuple[Norm, ...], file: str) -> None:
    """Streams, norms and settlements against the tables that they name. Raises InputRefused with all faults."""
    from nationalmap import demand, funding
    from nationalmap.geography import settlements

    tables = read.tables
    municipalities, indicators = tables["municipalities"], tables["indicator_catalogue"]
    units = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    stated = set(tables["stated_needs"]["group"])
    settlements_file = Path(scenario.inputs.settlements).name
    all_faults(
        lambda: funding.check_streams(scenario, read.catalogue, municipalities, indicators, file),
        lambda: demand.check_norms(
            norms, tables["services"], units, municipalities, scenario.years, "norms.toml", stated
        ),
        lambda: settlements.check_settlements(tables["settlements"], municipalities, settlements_file),
    )


def of_inputs(scenario: Scenario, inputs: Inputs) -> Question:
    """The question of a finished run, from the inputs that it holds; no file is read."""
    planned = _planned(scenario, inputs.tables["municipalities"], "scenario.json")
    again = asked(scenario, inputs, planned, "scenario.json")
    return Question(scenario=scenario, inputs=inputs, municipalities=planned, **again, join_reports=(), notes=())


def asked(scenario: Scenario, inputs: Inputs, planned: pd.DataFrame, file: str) -> dict[str, Any]:
    """What the inputs ask and allow: projected indicators, needs, packages, and the money of each stream."""
    from nationalmap import demand, funding, projection

    tables, years = inputs.tables, scenario.years
    projected = projection.project(scenario, tables)
    by_year = {year: projected[projected["year"] == year] for year in years}
    needs = demand.needs_table(inputs.norms, by_year, planned, years, tables["stated_needs"])
    package = demand.package_table(inputs.norms, by_year, planned, tables["services"], needs, years)
    budgets = funding.budgets(scenario, tables["indicators"], planned, file)
    return {"projected": projected, "needs": needs, "package": package, "budgets_eur": budgets}


def _computed(scenario: Scenario, known: bool) -> str:
    """How the journeys were computed, for who follows a figure back."""
    rule = scenario.travel
    replaced = "; rows of origin known are those of known_travel, in both directions" if known else ""
    return (
        f"computed: distance between the seats of municipalities on the sphere x {rule.detour_factor:g} (detour) at "
        f"{rule.speed_km_h:g} km/h and {rule.start_min:g} min at the start{replaced}"
    )


def _licence_notes(register: pd.DataFrame, planned: pd.DataFrame, until: int) -> list[str]:
    """The sites of the planned regions whose licence ends within the planned years."""
    from nationalmap.accounts.licences import licences_ending

    ends = licences_ending(register[register["municipality"].isin(planned["municipality"])], until)
    if ends.empty:
        return []
    rows = ends[["site", "licence_valid_until"]].itertuples(index=False, name=None)
    named = [f"{site} ({day})" for site, day in rows]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return [
        f"register: the licence of {len(named)} sites ends by {until}, and the plan counts them afterwards, too: "
        f"{', '.join(named[:MOST_NAMED])}{more}"
    ]


def _register_notes(register: pd.DataFrame, planned: pd.DataFrame, services: pd.DataFrame) -> list[str]:
    """Register rows outside the planned regions or larger than a new facility may be, and what has no row."""
    codes = planned["municipality"].tolist()
    inside = register["municipality"].isin(codes)
    here = register[inside]
    notes = []
    if not inside.all():
        outside = ", ".join(f"{r.site} ({r.municipality})" for r in register[~inside].head(5).itertuples())
        notes.append(
            f"register: {int((~inside).sum())} rows lie outside the planned regions and are not used: {outside}"
        )
    largest = services.set_index("service")["max_places"]
    big = here[(here["places"].to_numpy() > largest.reindex(here["service"]).to_numpy())]
    big = big[largest.reindex(big["service"]).to_numpy() > 0]
    if len(big):
        shown = ", ".join(f"{r.site} ({r.places})" for r in big.head(5).itertuples())
        notes.append(f"register: {len(big)} rows have more places than a new facility may have: {shown}")
    for name, known in (("service", services["service"].tolist()), ("municipality", codes)):
        named = set(here[name].unique())
        without = [str(code) for code in known if code not in named]
        if without:
            more = f" and {len(without) - MOST_NAMED} more" if len(without) > MOST_NAMED else ""
            notes.append(f"register: no row for {name} {', '.join(without[:MOST_NAMED])}{more}")
    return notes


def _planned(scenario: Scenario, municipalities: pd.DataFrame, file: str) -> pd.DataFrame:
    """Municipalities of the scenario's regions."""
    known = sorted(set(municipalities["region"]))
    faults = [
        Fault(file, 0, "regions", region, "is not a region", schema.nearest(region, known))
        for region in scenario.regions
        if region not in known
    ]
    if not scenario.regions:
        faults.append(Fault(file, 0, "regions", rule="is empty", cure="name a region"))
    if faults:
        raise InputRefused(faults)
    return municipalities[municipalities["region"].isin(list(scenario.regions))].reset_index(drop=True)
