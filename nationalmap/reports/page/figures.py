"""The plan's tables of one year folded into one record per municipality and topic, exact and in whole numbers.

A topic is a need group or a service of it (topics.py). Two keys stand beside the codes: ``ALL``
for everything together and ``TERRITORY`` for all planned municipalities together, so that a sum
is a record like any other. Changes of places count from today up to the year.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.page.topics import topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.topics import Topic

ALL = "*"
TERRITORY = "*"
POPULATION = "pop_total"

_CASES = ("need", "served", "unmet", "above_maximum", "out_of_reach", "no_place")
_STANDING = ("places_today", "places")
#: Name in the record -> column of the capacity table, summed up to the year.
_CHANGES = {
    "new_places": "new_places",
    "committed": "committed_places",
    "transformed_in": "transformed_in_places",
    "transformed_out": "transformed_out_places",
    "given_up": "given_up_places",
}
_PLACES = (*_STANDING, *_CHANGES)
_MONEY = ("running_cents", "capital_cents")


@dataclass
class Record:
    """What the plan says of one topic in one municipality and year; None is no data, never 0."""

    need: int | None = None
    served: int | None = None
    unmet: int | None = None
    above_maximum: int | None = None
    out_of_reach: int | None = None
    no_place: int | None = None
    other_paid: int = 0
    unknown: int = 0
    """Parts of a sum that have no data."""
    of_group: bool = False
    """One service of a group of several: the need is the group's, so there is no coverage."""
    places_today: int = 0
    places: int = 0
    new_places: int = 0
    committed: int = 0
    transformed_in: int = 0
    transformed_out: int = 0
    given_up: int = 0
    kind: str | None = None
    """How the minimum package is counted; None where no minimum is asked."""
    required: int | None = None
    achieved: int | None = None
    missing: int | None = None
    nearest_min: int | None = None
    complied: bool | None = None
    reason: str = "none"
    limit: int | None = None
    """Travel limit of the service whose package is counted, minutes."""
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
        """Running money spent here in the year, EUR per resident."""
        return Fraction(self.running_cents, 100 * self.residents) if self.residents else None

    @property
    def is_new(self) -> bool:
        """Whether places were added since today, whichever way."""
        return bool(self.new_places or self.committed or self.transformed_in)


@dataclass(frozen=True)
class Figures:
    """Records of every planned municipality and topic in one year, and who is served where."""

    year: int
    municipalities: tuple[str, ...]
    topics: tuple[Topic, ...]
    records: Mapping[tuple[str, str], Record] = field(repr=False)
    services: tuple[str, ...] = ()
    """Services of the topics, each once."""
    flows: tuple[tuple[str, str, str, int, int], ...] = ()
    """Municipality, service, host, users, minutes: journeys between two municipalities and at home."""

    def of(self, municipality: str = TERRITORY, topic: str = ALL) -> Record:
        """The record of a municipality (or the territory) and a topic (or all)."""
        return self.records[municipality, topic]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the topics, in their order."""
        return tuple(topic.key for topic in self.topics)


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries; a blank is None whatever the column's type."""
    named = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in named.to_dict("records")]


_Records = defaultdict[tuple[str, str], Record]


def figures(plan: Plan, year: int) -> Figures:
    """The plan's tables of one planned year, folded."""
    places, found = totals.municipalities(plan), topics(plan)
    services = tuple(dict.fromkeys(service for topic in found for service in topic.services))
    needs, parts = _by_group(plan, year), _by_service(plan, year)
    counted = _residents(plan, year)
    known: dict[tuple[str, str], Record] = {}
    for place in places:
        for topic in found:
            members = [(service, parts[place, service]) for service in topic.services]
            known[place, topic.key] = _topic(topic, needs[place, topic.group], members)
            known[place, topic.key].residents = counted.get(place)
        groups = [known[place, topic.key] for topic in found if not topic.single]
        asked = [(service, parts[place, service]) for service in services]
        known[place, ALL] = _everything(groups, asked)
        known[place, ALL].residents = counted.get(place)
    for key in (*(topic.key for topic in found), ALL):
        known[TERRITORY, key] = _all_places([(place, known[place, key]) for place in places])
    known[TERRITORY, ALL].unknown = sum(known[place, ALL].unknown for place in places)
    return Figures(year, places, found, known, services, _flows(plan, year))


# ------------------------------------------------------------------ from the tables


def _by_group(plan: Plan, year: int) -> _Records:
    """Need cases of each municipality and group."""
    known: _Records = defaultdict(Record)
    for row in rows(totals.in_year(plan, "unmet", year)):
        record = known[row["municipality"], row["group"]]
        for name in _CASES:
            setattr(record, name, int(row[f"{name}_users"]))
    for row in rows(totals.in_year(plan, "needs", year)):
        record = known[row["municipality"], row["group"]]
        record.indicator = row["indicator"] or None
        record.indicator_value = None if row["indicator_value"] is None else float(row["indicator_value"])
        record.need_is_estimate = bool(row["is_estimate"])
        if row["need_users"] is None:  # no data, whatever else is written
            for name in _CASES:
                setattr(record, name, None)
    return known


def _by_service(plan: Plan, year: int) -> _Records:
    """Users, places, package and money of each municipality and service."""
    known: _Records = defaultdict(Record)
    for row in rows(totals.in_year(plan, "allocation", year)):
        record = known[row["municipality"], row["service"]]
        record.served = (record.served or 0) + int(row["users"])
        record.other_paid += int(row["other_paid_users"])
    _fold_capacity(plan, year, known)
    _fold_compliance(plan, year, known)
    for row in rows(totals.in_year(plan, "spending", year)):
        record = known[row["municipality"], row["service"]]
        name = "running_cents" if row["kind"] == "running" else "capital_cents"
        setattr(record, name, getattr(record, name) + round(float(row["amount_eur"]) * 100))
    return known


def _fold_capacity(plan: Plan, year: int, known: _Records) -> None:
    for row in rows(totals.up_to(plan, "capacity", year)):
        record = known[row["municipality"], row["service"]]
        for name, column in _CHANGES.items():
            setattr(record, name, getattr(record, name) + int(row[column]))
        if row["year"] == year:
            for name in _STANDING:
                setattr(record, name, getattr(record, name) + int(row[name]))
            record.places_are_estimate |= row["origin"] == "estimated"


def _fold_compliance(plan: Plan, year: int, known: _Records) -> None:
    catalogue = plan.inputs.tables["services"]
    limits = dict(zip(catalogue["service"].tolist(), catalogue["travel_limit_min"].tolist(), strict=True))
    for row in rows(totals.in_year(plan, "compliance", year)):
        record = known[row["municipality"], row["service"]]
        record.kind = str(row["kind"])
        record.required, record.achieved = int(row["required"]), int(row["achieved"])
        record.missing, record.complied = int(row["missing"]), bool(row["complied"])
        record.nearest_min = None if row["nearest_min"] is None else round(row["nearest_min"])
        record.limit = int(limits[row["service"]])
        record.reason = _reason(record, within_reach=bool(row["within_reach"]))


def _reason(record: Record, *, within_reach: bool) -> str:
    """Key of the sentence that says why the package is complied with, or why not."""
    if record.complied:
        return f"{record.kind}_ok"
    faults = ["short"] if record.missing else []
    if record.kind == "regional" and not within_reach:
        faults.append("far" if record.nearest_min is not None else "far_nowhere")
    return "_".join([str(record.kind), *faults]).replace("short_far_nowhere", "short_nowhere")


def _residents(plan: Plan, year: int) -> dict[str, int]:
    """Residents of each municipality in the year; where nothing is projected, those of the census."""
    census, moved = plan.inputs.tables["indicators"], totals.in_year(plan, "projected", year)
    found = {
        row["municipality"]: row["value"]
        for frame in (census, moved)
        for row in rows(frame.loc[frame["indicator"] == POPULATION])
    }
    return {place: round(value) for place, value in found.items() if value is not None}


def _flows(plan: Plan, year: int) -> tuple[tuple[str, str, str, int, int], ...]:
    """Allocations with users, sorted."""
    return tuple(
        sorted(
            (row["municipality"], row["service"], row["host"], int(row["users"]), round(row["travel_min"]))
            for row in rows(totals.in_year(plan, "allocation", year))
            if row["users"]
        )
    )


# ------------------------------------------------------------------ sums


def _topic(topic: Topic, need: Record, members: Sequence[tuple[str, Record]]) -> Record:
    """A group: its need, and what its services have and cost; or one service of a group."""
    total = _standing([part for _, part in members])
    total.served = sum(part.served or 0 for _, part in members)
    if topic.single:
        total.of_group = True
    else:
        for name in (*_CASES, "indicator", "indicator_value", "need_is_estimate"):
            setattr(total, name, getattr(need, name))
    return _package(total, members)


def _standing(parts: Iterable[Record]) -> Record:
    """Places and money of several records."""
    total = Record()
    for part in parts:
        for name in (*_PLACES, *_MONEY, "other_paid"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
        total.places_are_estimate |= part.places_are_estimate
    return total


def _package(total: Record, parts: Sequence[tuple[str, Record]]) -> Record:
    """The package of the only service that asks for one; or in how many services it is whole."""
    asked = [part for _, part in parts if part.complied is not None]
    if len(asked) != 1:
        return _whole(total, "services", parts)
    for name in ("kind", "required", "achieved", "missing", "nearest_min", "complied", "reason", "limit"):
        setattr(total, name, getattr(asked[0], name))
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


def _sum(values: Iterable[int | None]) -> int | None:
    """Sum of what is known; None where nothing is."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def _together(parts: Sequence[Record]) -> Record:
    """Cases, places and money of several records."""
    total = _standing(parts)
    total.unknown = sum(part.need is None for part in parts)
    for name in _CASES:
        setattr(total, name, _sum(getattr(part, name) for part in parts))
    total.need_is_estimate = any(part.need_is_estimate for part in parts)
    return total


def _everything(groups: Sequence[Record], asked: Sequence[tuple[str, Record]]) -> Record:
    """All groups of one municipality; the package counts the services."""
    return _whole(_together(groups), "services", asked)


def _all_places(parts: Sequence[tuple[str, Record]]) -> Record:
    """One topic in all municipalities; residents only where every one of them is counted."""
    total = _whole(_together([part for _, part in parts]), "municipalities", parts)
    total.of_group = any(part.of_group for _, part in parts)
    if total.of_group:
        total.unknown = 0
    counted = [part.residents for _, part in parts]
    total.residents = None if None in counted else _sum(counted)
    return total
