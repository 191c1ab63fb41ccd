"""The plan's tables folded into one record per municipality and service, exact and in whole numbers.

Two keys stand beside the codes: ``ALL`` for all services together and ``TERRITORY`` for all
planned municipalities together, so that a sum is a record like any other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.plan import Plan

ALL = "*"
TERRITORY = "*"
POPULATION = "pop_total"

_CASES = ("need", "served", "unmet", "above_maximum", "out_of_reach", "no_place")
_PLACES = ("places_today", "places", "new_places")
_MONEY = ("running_cents", "capital_cents")


@dataclass
class Record:
    """What the plan says of one service in one municipality; None is no data, never 0."""

    need: int | None = None
    served: int | None = None
    unmet: int | None = None
    above_maximum: int | None = None
    out_of_reach: int | None = None
    no_place: int | None = None
    unknown: int = 0
    """Parts of a sum that have no data."""
    places_today: int = 0
    places: int = 0
    new_places: int = 0
    kind: str | None = None
    """How the minimum package is counted; None where no minimum is asked."""
    required: int | None = None
    achieved: int | None = None
    missing: int | None = None
    nearest_min: int | None = None
    complied: bool | None = None
    reason: str = "none"
    lacking: tuple[str, ...] = ()
    """Of a sum: the services or municipalities where the package is not whole."""
    running_cents: int = 0
    capital_cents: int = 0
    residents: int | None = None
    indicator: str | None = None
    indicator_value: float | None = None
    need_is_estimate: bool = False
    places_are_estimate: bool = False

    @property
    def coverage(self) -> Fraction | None:
        """Served cases per 100 of the need; None without data or without need."""
        return Fraction(100 * (self.served or 0), self.need) if self.need else None

    @property
    def per_thousand(self) -> Fraction | None:
        """Unmet cases per 1,000 residents; None without data or without need."""
        if not self.need or not self.residents:
            return None
        return Fraction(1000 * (self.unmet or 0), self.residents)

    @property
    def running_each(self) -> Fraction | None:
        """Running money spent here, EUR per resident."""
        return Fraction(self.running_cents, 100 * self.residents) if self.residents else None


@dataclass(frozen=True)
class Figures:
    """Records of every planned municipality and service, and who is served where."""

    municipalities: tuple[str, ...]
    services: tuple[str, ...]
    records: Mapping[tuple[str, str], Record] = field(repr=False)
    flows: tuple[tuple[str, str, str, int, int], ...] = ()
    """Municipality, service, host, users, minutes: journeys between two municipalities and at home."""

    def of(self, municipality: str = TERRITORY, service: str = ALL) -> Record:
        """The record of a municipality (or the territory) and a service (or all)."""
        return self.records[municipality, service]


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries; a blank is None whatever the column's type."""
    named = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in named.to_dict("records")]


def figures(plan: Plan) -> Figures:
    """The plan's tables, folded."""
    places = totals.municipalities(plan)
    services = _services(plan)
    known: defaultdict[tuple[str, str], Record] = defaultdict(Record)
    for place in places:
        for service in services:
            known[place, service] = Record()
    for fold in (_fold_unmet, _fold_needs, _fold_capacity, _fold_compliance, _fold_spending):
        fold(plan, known)
    _fold_residents(plan, known)
    records = dict(known)
    for place in places:
        records[place, ALL] = _all_services([(s, known[place, s]) for s in services])
    for service in (*services, ALL):
        records[TERRITORY, service] = _all_places([(p, records[p, service]) for p in places])
    records[TERRITORY, ALL].unknown = sum(records[p, ALL].unknown for p in places)
    return Figures(places, services, records, _flows(plan))


def _services(plan: Plan) -> tuple[str, ...]:
    """Codes of the planned services, in the order of the catalogue."""
    catalogue = plan.inputs.tables["services"]["service"].tolist()
    asked = set(plan.scenario.services) or set(catalogue)
    return tuple(str(service) for service in catalogue if service in asked)


def _of_year(plan: Plan, table: str) -> list[dict[str, Any]]:
    frame = plan.tables[table]
    return rows(frame.loc[frame["year"] == plan.scenario.year])


_Records = dict[tuple[str, str], Record]


def _fold_unmet(plan: Plan, known: _Records) -> None:
    for row in _of_year(plan, "unmet"):
        record = known[row["municipality"], row["service"]]
        for name in _CASES:
            setattr(record, name, int(row[f"{name}_users"]))


def _fold_needs(plan: Plan, known: _Records) -> None:
    """Indicator and marks; a need without a figure is no data, whatever else is written."""
    for row in _of_year(plan, "needs"):
        record = known[row["municipality"], row["service"]]
        record.indicator = row["indicator"] or None
        record.indicator_value = None if row["indicator_value"] is None else float(row["indicator_value"])
        record.need_is_estimate = bool(row["is_estimate"])
        if row["need_users"] is None:
            for name in _CASES:
                setattr(record, name, None)


def _fold_capacity(plan: Plan, known: _Records) -> None:
    for row in _of_year(plan, "capacity"):
        record = known[row["municipality"], row["service"]]
        for name in _PLACES:
            setattr(record, name, getattr(record, name) + int(row[name]))
        record.places_are_estimate |= row["origin"] == "estimated"


def _fold_compliance(plan: Plan, known: _Records) -> None:
    for row in _of_year(plan, "compliance"):
        record = known[row["municipality"], row["service"]]
        record.kind = str(row["kind"])
        record.required, record.achieved = int(row["required"]), int(row["achieved"])
        record.missing, record.complied = int(row["missing"]), bool(row["complied"])
        record.nearest_min = None if row["nearest_min"] is None else int(row["nearest_min"])
        record.reason = _reason(record, within_reach=bool(row["within_reach"]))


def _reason(record: Record, *, within_reach: bool) -> str:
    """Key of the sentence that says why the package is complied with, or why not."""
    if record.complied:
        return f"{record.kind}_ok"
    faults = ["short"] if record.missing else []
    if record.kind == "regional" and not within_reach:
        faults.append("far" if record.nearest_min is not None else "far_nowhere")
    return "_".join([str(record.kind), *faults]).replace("short_far_nowhere", "short_nowhere")


def _fold_spending(plan: Plan, known: _Records) -> None:
    for row in _of_year(plan, "spending"):
        record = known[row["municipality"], row["service"]]
        name = f"{row['kind']}_cents"
        setattr(record, name, getattr(record, name) + round(float(row["amount_eur"]) * 100))


def _fold_residents(plan: Plan, known: _Records) -> None:
    table = plan.inputs.tables["indicators"]
    counted = {row["municipality"]: row["value"] for row in rows(table[table["indicator"] == POPULATION])}
    for (place, _), record in known.items():
        value = counted.get(place)
        record.residents = None if value is None else int(value)


def _sum(values: Iterable[int | None]) -> int | None:
    """Sum of what is known; None where nothing is."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def _together(parts: Sequence[Record]) -> Record:
    """Cases, places and money of several records."""
    total = Record(unknown=sum(part.need is None for part in parts))
    for name in _CASES:
        setattr(total, name, _sum(getattr(part, name) for part in parts))
    for name in (*_PLACES, *_MONEY):
        setattr(total, name, sum(getattr(part, name) for part in parts))
    total.need_is_estimate = any(part.need_is_estimate for part in parts)
    total.places_are_estimate = any(part.places_are_estimate for part in parts)
    return total


def _whole(total: Record, kind: str, parts: Sequence[tuple[str, Record]]) -> Record:
    """The package of a sum: in how many of its parts it is whole, and in which it is not."""
    asked = [(name, part) for name, part in parts if part.complied is not None]
    if not asked:
        return total
    total.kind, total.required = kind, len(asked)
    total.lacking = tuple(name for name, part in asked if not part.complied)
    total.missing = len(total.lacking)
    total.achieved, total.complied = total.required - total.missing, total.missing == 0
    total.reason = f"{kind}_ok" if total.complied else f"{kind}_short"
    return total


def _all_services(parts: Sequence[tuple[str, Record]]) -> Record:
    """All services of one municipality."""
    total = _whole(_together([part for _, part in parts]), "services", parts)
    total.residents = parts[0][1].residents if parts else None
    return total


def _all_places(parts: Sequence[tuple[str, Record]]) -> Record:
    """One service in all municipalities; residents only where every one of them is counted."""
    total = _whole(_together([part for _, part in parts]), "municipalities", parts)
    counted = [part.residents for _, part in parts]
    total.residents = None if None in counted else _sum(counted)
    return total


def _flows(plan: Plan) -> tuple[tuple[str, str, str, int, int], ...]:
    """Allocations with users, sorted."""
    return tuple(
        sorted(
            (row["municipality"], row["service"], row["host"], int(row["users"]), int(row["travel_min"]))
            for row in _of_year(plan, "allocation")
            if row["users"]
        )
    )
