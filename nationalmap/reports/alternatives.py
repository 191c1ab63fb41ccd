"""Other plans that truly differ, as tables and in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.program.alternatives import LATER, LATER_WITHIN, distance
from nationalmap.reports import totals
from nationalmap.reports.moves import moves
from nationalmap.reports.sureness import stage_name
from nationalmap.reports.texts import counted, number, percent, text
from nationalmap.schema import Column, Table
from nationalmap.schema.shared import MUNICIPALITY, SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.program.alternatives import Alternative, Ended, Standing, Terms
    from nationalmap.program.known import Known

_NUMBER = Column("alternative", "integer", "number of the alternative plan", 1)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "stages",
            "The stages of each alternative beside those of the plan; cost and travel to two per cent.",
            ("alternative", "stage"),
            (
                _NUMBER,
                Column("stage", "code", "objective"),
                Column("unit", "text", "its unit"),
                Column("before", "number", "value in the plan"),
                Column("after", "number", "value in the alternative"),
                Column("difference", "number", "after less before"),
                Column("surely", "flag", "proven: no plan that differs enough is better"),
            ),
        ),
        Table(
            "decisions",
            "Every decision of an alternative that is not the plan's, at the end of the last period.",
            ("alternative", "municipality", "service"),
            (
                _NUMBER,
                MUNICIPALITY,
                SERVICE,
                Column("facilities_in_plan", "integer", "facilities; blank for a service without", 0, blank=True),
                Column("facilities", "integer", "facilities in the alternative", 0, blank=True),
                Column("places_in_plan", "integer", "places in the plan", 0),
                Column("places", "integer", "places in the alternative", 0),
            ),
        ),
        Table(
            "distances",
            "In how many decisions each alternative differs from the plan (other = 0) and from the ones before it.",
            ("alternative", "other"),
            (
                _NUMBER,
                Column("other", "integer", "number of the other alternative; 0 is the plan", 0),
                Column("decisions", "integer", "decisions that differ", 0),
            ),
        ),
        Table(
            "ended",
            "On which terms was searched, and how it ended.",
            ("through",),
            (
                Column("through", "code", "last stage that may not become worse by more than the loss"),
                Column("differ", "integer", "decisions that had to differ", 1),
                Column("loss", "number", "share of each stage's value", 0, 1),
                Column("found", "integer", "alternatives found", 0),
                Column(
                    "ended",
                    "choice",
                    "all: as many as asked; none: proven that there is no further one; open: the search ended before",
                    choices=("all", "none", "open"),
                ),
            ),
        ),
    )
}


def standing_of(plan: Plan) -> dict[str, tuple[int, int]]:
    """Places and facilities by site in the last period of a plan."""
    rows = totals.in_year(plan, "capacity", plan.scenario.last_year)[["site", "places", "facilities"]]
    return {site: (int(k), int(y)) for site, k, y in rows.itertuples(index=False, name=None)}


def tables(
    plan: Plan, known: Known, base: Standing, found: Sequence[Alternative], terms: Terms, ended: Ended
) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name."""
    every = list(enumerate(found, 1))
    plans = [base.decisions, *(one.standing.decisions for one in found)]
    rows: dict[str, list[tuple[object, ...]]] = {
        "stages": [row for number, one in every for row in _stages(plan, number, one)],
        "decisions": [row for number, one in every for row in _decisions(known, number, base, one.standing)],
        "distances": [(n, o, distance(plans[n], plans[o])) for n, _ in every for o in range(n)],
        "ended": [(terms.through, terms.differ, terms.loss, len(found), ended)],
    }
    made = {name: pd.DataFrame(rows[name], columns=table.names) for name, table in TABLES.items()}
    made["decisions"] = made["decisions"].astype(dict.fromkeys(("facilities_in_plan", "facilities"), "Int64"))
    return made


def _stages(plan: Plan, number: int, one: Alternative) -> Iterator[tuple[object, ...]]:
    before = {stage.name: stage.value for stage in plan.stages}
    for stage in one.stages:
        there = before[stage.name]
        change = round(stage.value - there, 5)
        yield number, stage.name, stage.unit, there, stage.value, change, stage.status == "proven"


def _decisions(known: Known, number: int, base: Standing, other: Standing) -> Iterator[tuple[object, ...]]:
    for pair in sorted(pair for pair, n in other.decisions.items() if base.decisions[pair] != n):
        both = (base.decisions[pair], other.decisions[pair])
        houses = both if known.services[pair[1]].has_facilities else (None, None)
        yield number, *pair, *houses, base.places[pair], other.places[pair]


# ------------------------------------------------------------------------ in sentences


def sentences(plan: Plan, made: Mapping[str, pd.DataFrame], language: str) -> list[str]:
    """What each alternative decides otherwise and what it costs, and whether there are more."""
    lines = []
    for number_of, distances in made["distances"].groupby("alternative"):
        stages = made["stages"][made["stages"]["alternative"] == number_of]
        lines.append(_alternative(int(str(number_of)), distances, stages, language))
        decisions = made["decisions"][made["decisions"]["alternative"] == number_of]
        lines += [f"  {line}" for line in _decided(plan, decisions, language)]
    return [*lines, _ended(made["ended"].iloc[0], language)]


def _alternative(number_of: int, distances: pd.DataFrame, stages: pd.DataFrame, language: str) -> str:
    from_plan, *others = distances.sort_values("other")["decisions"].tolist()
    return text(
        "alternatives.one",
        language,
        number=number_of,
        decisions=counted(from_plan, "decision", language),
        others=text("alternatives.others", language, fewest=counted(min(others), "decision", language))
        if others
        else "",
        moves=moves(stages, language, LATER),
    )


def _decided(plan: Plan, decisions: pd.DataFrame, language: str) -> Iterator[str]:
    towns = totals.names(plan, "municipalities", f"name_{language}")
    services = totals.service_names(plan, language)
    for row in decisions.to_dict("records"):
        blank = pd.isna(row["facilities"])
        yield text(
            "alternatives.decision_home" if blank else "alternatives.decision",
            language,
            municipality=towns[row["municipality"]],
            service=services[row["service"]],
            before=number(row["places_in_plan" if blank else "facilities_in_plan"], language),
            after=counted(int(row["places" if blank else "facilities"]), "place" if blank else "site", language),
            places_before=number(row["places_in_plan"], language),
            places_after=counted(int(row["places"]), "place", language),
        )


def _ended(row: pd.Series, language: str) -> str:
    key = str(row["ended"]) if row["found"] or row["ended"] == "open" else "only"
    return text(
        f"alternatives.ended_{key}",
        language,
        differ=counted(int(row["differ"]), "decision", language),
        loss=percent(float(row["loss"]), language, 0 if float(row["loss"] * 100).is_integer() else 2),
        through=stage_name(str(row["through"]), language),
        within=percent(LATER_WITHIN, language, 0),
    )
