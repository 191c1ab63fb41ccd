"""A run beside the base: what both plan, and under which years."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.totals import services_of
from nationalmap.schema import RESULT_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import Plan

#: How the runs are called in sentences: А is the base.
_LETTERS = {"bg": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЮЯ", "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True)
class Pair:
    """A run set beside the base. ``other`` stands under the years of the base where the two share none."""

    run: str
    number: int
    """Position among the runs; the base is 1."""
    base: Plan
    other: Plan
    moved: bool

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """The base, then the run."""
        return self.base, self.other

    @property
    def years(self) -> tuple[int, ...]:
        """Years that both plan; never empty."""
        return tuple(year for year in self.base.scenario.years if year in self.other.scenario.years)

    def letters(self, language: str) -> dict[str, str]:
        """The letters of both in sentences."""
        return {"a": letter(1, language), "b": letter(self.number, language)}

    def names(self, table: str, language: str) -> dict[str, str]:
        """Names of the codes of an input table in either."""
        column = f"name_{language}"
        return {**totals.names(self.other, table, column), **totals.names(self.base, table, column)}


def letter(number: int, language: str) -> str:
    """The letter of a run by its position; a figure where the letters are not enough."""
    known = _LETTERS[language]
    return known[number - 1] if number <= len(known) else str(number)


def labels(plans: Sequence[Plan]) -> tuple[str, ...]:
    """One name for each run: its scenario's, with the run-id where two are of one scenario."""
    names = [plan.scenario.name for plan in plans]
    if len(set(names)) < len(names):
        names = [f"{plan.scenario.name}-{plan.run_id}" for plan in plans]
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def pairs(plans: Sequence[Plan]) -> tuple[Pair, ...]:
    """Every run but the first beside the first."""
    base, *others = plans
    found = []
    for number, (run, plan) in enumerate(zip(labels(plans)[1:], others, strict=True), 2):
        other = aligned(base, plan)
        found.append(Pair(run, number, base, other, other is not plan))
    return tuple(found)


def aligned(base: Plan, other: Plan) -> Plan:
    """The other under the years of the base, period by period, where the two share no year; else as it is."""
    if set(base.scenario.years) & set(other.scenario.years):
        return other
    years = dict(zip(other.scenario.years, base.scenario.years, strict=False))
    keyed = {table.name for table in RESULT_TABLES if "year" in table.key}
    moved = {
        name: frame.assign(year=frame["year"].map(lambda year: years.get(year, year)).astype("int64"))
        if name in keyed
        else frame
        for name, frame in other.tables.items()
    }
    scenario = dataclasses.replace(other.scenario, years=tuple(years.get(year, year) for year in other.scenario.years))
    return dataclasses.replace(other, tables=moved, scenario=scenario)


def groups_of(plan: Plan) -> tuple[str, ...]:
    """Need groups of the planned services, sorted."""
    services = plan.inputs.tables["services"]
    return tuple(sorted(set(services.loc[services["service"].isin(services_of(plan)), "group"])))


def planned(plan: Plan) -> Mapping[str, tuple[object, ...]]:
    """What a plan is about, by the column that names it."""
    return {
        "municipality": totals.municipalities(plan),
        "service": services_of(plan),
        "group": groups_of(plan),
        "stream": tuple(sorted(plan.scenario.streams)),
        "year": plan.scenario.years,
    }


def inside(plan: Plan, keys: pd.DataFrame) -> pd.Series:
    """Which keys the plan is about: its own municipalities, services, groups, streams and years."""
    known = planned(plan)
    kept = pd.Series(True, index=keys.index)
    for column in keys.columns.intersection(list(known)):
        kept &= keys[column].isin(list(known[column]))
    return kept


def scope(pair: Pair) -> pd.DataFrame:
    """Table SCOPE of one pair, without the run."""
    sides = [dict(planned(plan)) | {"stage": tuple(stage.name for stage in plan.stages)} for plan in pair.plans]
    rows = [
        (kind, str(code), change)
        for kind in sides[0]
        for change, one, two in (("removed", sides[0], sides[1]), ("added", sides[1], sides[0]))
        for code in one[kind]
        if code not in two[kind]
    ]
    return pd.DataFrame(rows, columns=["kind", "code", "change"], dtype="str")
