"""A smaller budget's plan in a larger one: what is kept of it, and where it stands, as no search found one as good."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from nationalmap.domain.scenario import Lock

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan, StageResult

#: Values of a stage that are told alike: they have five decimals.
SAME = 1e-5


def worse(one: Plan, other: Plan) -> bool:
    """Whether the first stage in which two plans differ is worse in the first; a choice among equal ones is none."""
    values = {stage.name: stage.value for stage in other.stages}
    for stage in one.stages:
        if stage.name in values and not stage.name.startswith("tie_break"):
            difference = stage.value - values[stage.name]
            if abs(difference) > SAME * max(1.0, abs(stage.value)):
                return difference > 0
    return False


def standing(plan: Plan, found: Plan) -> Plan:
    """A plan of a smaller budget in a larger one: the same, with more left, and the bounds that the search found."""
    bounds = {stage.name: stage.bound for stage in found.stages}
    stages = tuple(_bounded(stage, bounds.get(stage.name, -math.inf)) for stage in plan.stages)
    budget = plan.tables["budget"].set_index(["stream", "year"])
    there = found.tables["budget"].set_index(["stream", "year"])["budget_eur"]
    left = (budget["left_eur"] + there - budget["budget_eur"]).round(2)
    table = budget.assign(budget_eur=there, left_eur=left).reset_index()[list(plan.tables["budget"].columns)]
    return replace(plan, scenario=found.scenario, tables={**plan.tables, "budget": table}, stages=stages)


def _bounded(stage: StageResult, bound: float) -> StageResult:
    """A stage with the bound of another search for the same thing."""
    bound = min(bound, stage.value)
    gap = 0.0 if stage.value <= bound else (stage.value - bound) / max(abs(stage.value), 1e-9)
    return replace(stage, bound=bound, gap=gap, status="proven" if gap <= stage.tolerance else "feasible_with_gap")


def kept_services(plan: Plan) -> tuple[Lock, ...]:
    """Locks that keep, for each municipality, service and year, as many places and facilities as a plan has."""
    cell = ["municipality", "service", "year"]
    standing = plan.tables["capacity"].groupby(cell)[["places", "facilities"]].sum().reset_index()
    return tuple(
        _lock(what, row) for row in standing.to_dict("records") for what in ("places", "facilities") if row[what] > 0
    )


def keeps(plan: Plan, locks: Sequence[Lock]) -> bool:
    """Whether a plan has what these locks ask for at least."""
    has = {lock.id: lock.value for lock in kept_services(plan)}
    return all(has.get(lock.id, 0) >= lock.value for lock in locks)


def _lock(what: Literal["places", "facilities"], row: Mapping[Any, Any]) -> Lock:
    municipality, service, year = row["municipality"], row["service"], int(row["year"])
    return Lock(
        id=f"nested:{municipality}:{service}:{year}:{what}",
        author="nationalmap frontier",
        reason="запазва се от по-малкия бюджет / kept from the smaller budget",
        what=what,
        relation="least",
        value=int(row[what]),
        service=service,
        municipality=municipality,
        year=year,
    )
