"""The plan's tables of one year folded into one record per municipality and topic, exact and in whole numbers.

A topic is a need group or a service of it (topics.py). Two keys stand beside the codes: ``ALL``
for everything together and ``TERRITORY`` for all planned municipalities together, so that a sum
is a record like any other. Changes of places count from today up to the year.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.page.record import CASES, CHANGES, STANDING, Record, all_places, everything, of_topic
from nationalmap.reports.page.topics import topics

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.topics import Topic

ALL = "*"
TERRITORY = "*"
POPULATION = "pop_total"


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
            known[place, topic.key] = of_topic(topic, needs[place, topic.group], members)
            known[place, topic.key].residents = counted.get(place)
        groups = [known[place, topic.key] for topic in found if not topic.single]
        asked = [(service, parts[place, service]) for service in services]
        known[place, ALL] = everything(groups, asked)
        known[place, ALL].residents = counted.get(place)
    for key in (*(topic.key for topic in found), ALL):
        known[TERRITORY, key] = all_places([(place, known[place, key]) for place in places])
    known[TERRITORY, ALL].unknown = sum(known[place, ALL].unknown for place in places)
    return Figures(year, places, found, known, services, _flows(plan, year))


# ------------------------------------------------------------------ from the tables


def _by_group(plan: Plan, year: int) -> _Records:
    """Need cases of each municipality and group."""
    known: _Records = defaultdict(Record)
    for row in rows(totals.in_year(plan, "unmet", year)):
        record = known[row["municipality"], row["group"]]
        for name in CASES:
            setattr(record, name, int(row[f"{name}_users"]))
    for row in rows(totals.in_year(plan, "needs", year)):
        record = known[row["municipality"], row["group"]]
        record.indicator = row["indicator"] or None
        record.indicator_value = None if row["indicator_value"] is None else float(row["indicator_value"])
        record.need_is_estimate = bool(row["is_estimate"])
        if row["need_users"] is None:  # no data, whatever else is written
            for name in CASES:
                setattr(record, name, None)
    return known


def _by_service(plan: Plan, year: int) -> _Records:
    """Users, places, package and money of each municipality and service."""
    known: _Records = defaultdict(Record)
    for row in rows(totals.in_year(plan, "allocation", year)):
        record = known[row["municipality"], row["service"]]
        record.served = (record.served or 0) + int(row["users"])
        record.other_paid += int(row["other_paid_users"])
        record.users += int(row["users"])
        record.user_minutes += int(row["users"]) * round(row["travel_min"])
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
        for name, column in CHANGES.items():
            setattr(record, name, getattr(record, name) + int(row[column]))
        if row["year"] == year:
            for name in STANDING:
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
