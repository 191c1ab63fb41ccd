"""What is known of some regions: the shipped question where there is one, else one made from the same figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.question import Question, read_question
from nationalmap.sources.extending import WAYS
from nationalmap.sources.inputs import read_territory
from nationalmap.sources.replaced import NATIONAL_REGISTER
from nationalmap.sources.resources import shipped
from nationalmap.sources.scenarios import ScenarioFile, find, read_norms, read_scenario
from nationalmap.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nationalmap.domain.norm import Norm
    from nationalmap.domain.scenario import Scenario, Stream

#: The shipped question that working folders extend.
BASE = "haskovo-2027"
#: Building money of the example for every region by its residents, EUR nationally, as in national-2027.
_BUILDING_EUR = 227_800_000.0


@dataclass(frozen=True)
class Known:
    """The question of some regions, read and checked, and what its scenario says differently from ``BASE``."""

    question: Question
    regions: tuple[tuple[str, str, str], ...]
    """Code, name in Bulgarian, name in English."""
    is_base: bool
    streams: dict[str, dict[str, Any]]
    register: pd.DataFrame
    catalogue: dict[str, pd.DataFrame]
    norms: tuple[Norm, ...]


def known(regions: Sequence[str]) -> Known:
    """Everything shipped about the ``regions`` (codes or names). Raises InputRefused for an unknown one, or none."""
    base = read_scenario(find(BASE))
    _, table = read_territory(InputFiles(), base.folder)
    names = {
        str(r): (str(bg), str(en)) for r, bg, en in table[["region", "name_bg", "name_en"]].itertuples(index=False)
    }
    codes = {name.casefold(): code for code, pair in names.items() for name in (code, *pair)}
    chosen = tuple(dict.fromkeys(codes.get(word.casefold(), word) for word in regions))
    faults = [
        Fault("--region", 0, "", schema.shown(code), "is not a region", schema.nearest(code, names))
        for code in chosen
        if code not in names
    ]
    if faults or not chosen:
        raise InputRefused(faults or [Fault("--region", rule="names no region", cure="write e.g. --region HKV")])
    named = tuple((code, *names[code]) for code in chosen)
    is_base = chosen == base.scenario.regions
    streams = {} if is_base else _streams(base, chosen)
    scenario = base.scenario if is_base else _scenario(base.scenario, chosen, streams)
    question = read_question(ScenarioFile(scenario, base.folder, base.files), None, None)
    inside = set(question.municipalities["municipality"])
    whole = read_table(schema.REGISTER, shipped("scenarios") / scenario.inputs.register)
    return Known(
        question=question,
        regions=named,
        is_base=is_base,
        streams=streams,
        register=whole[whole["municipality"].isin(inside)].reset_index(drop=True),
        catalogue=_catalogue(),
        norms=read_norms(shipped("scenarios") / "catalogue" / "norms.toml"),
    )


def _catalogue() -> dict[str, pd.DataFrame]:
    """Every table of the shipped catalogue, whole, whatever a scenario plans."""
    folder = shipped("scenarios") / "catalogue"
    return {table.name: read_table(table, folder / f"{table.name}.csv") for table in schema.CATALOGUE_TABLES}


def _scenario(base: Scenario, regions: tuple[str, ...], streams: dict[str, dict[str, Any]]) -> Scenario:
    """The base's question asked of other regions: their register, no example's renovations and agreements."""
    return replace(
        base,
        regions=regions,
        agreements_default="within_region" if len(regions) > 1 else base.agreements_default,
        inputs=replace(base.inputs, register=NATIONAL_REGISTER, renovations="", agreements=""),
        streams={name: _changed(stream, streams.get(name, {})) for name, stream in base.streams.items()},
    )


#: What says how much money a stream has, unsaid: one way replaces another, as in scenario files.
_UNSAID: dict[str, Any] = {**dict.fromkeys((*WAYS, "shared_by")), "index": 1.0, "factor": 1.0, "over_years": 1}


def _changed(stream: Stream, keys: dict[str, Any]) -> Stream:
    other_way = _UNSAID if not keys.keys().isdisjoint(WAYS) else {}
    return replace(stream, **{**other_way, **keys})


def _streams(base: ScenarioFile, regions: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Keys of the base's streams that another region says differently."""
    everywhere = read_question(base, None, None).inputs.tables
    codes = everywhere["municipalities"].loc[everywhere["municipalities"]["region"].isin(regions), "municipality"]
    figures = everywhere["indicators"]
    mine = figures[(figures["indicator"] == "social_services_subsidy") & figures["municipality"].isin(codes)]
    blank = mine.loc[mine["value"].isna(), "municipality"].tolist()
    one = "The region's" if len(regions) == 1 else "The regions'"
    without = f", without {', '.join(blank)}, of which no figure is published" if blank else ""
    amount = {"amount_eur": round(1000 * float(mine["value"].sum()), 2)} if blank else {}
    return {
        "state_running": {
            **amount,
            "basis": f"{one} subsidy of 2026{without}, and 0.9 % more every year: nationally the subsidy grew 13.6 % "
            "from 2025 to 2026 and the standard of assistant support 12.6 %, so 0.9 % in volume; the same growth is "
            "assumed to go on",
        },
        "own_contribution": {
            **amount,
            **({"factor": base.scenario.streams["own_contribution"].factor} if blank else {}),
            "basis": f"Two per cent of the state subsidy{without}, as own contribution (дофинансиране) of the "
            "municipalities: an assumption; it may pay users above the maximum",
        },
        "regional_programme": {
            "national_eur": _BUILDING_EUR,
            "shared_by": "pop_total",
            "basis": "What the example of Haskovo has to build with (7,392,174.50 EUR for 211,565 residents), by the "
            "region's residents: an assumption",
        },
    }
