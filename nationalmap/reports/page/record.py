"""One record of the page: what the plan says of a topic in a municipality and year, and how records add up.

Everything is exact and in whole numbers; None is no data, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nationalmap.reports.page.topics import Topic

CASES = ("need", "served", "unmet", "above_maximum", "out_of_reach", "no_place")
STANDING = ("places_today", "places")
#: Name in the record -> column of the capacity table, summed up to the year.
CHANGES = {
    "new_places": "new_places",
    "committed": "committed_places",
    "transformed_in": "transformed_in_places",
    "transformed_out": "transformed_out_places",
    "given_up": "given_up_places",
}
_PLACES = (*STANDING, *CHANGES)
_MONEY = ("running_cents", "capital_cents")
_JOURNEYS = ("users", "user_minutes")


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
    users: int = 0
    """People who are served, by the journeys of the plan, and the minutes of all their ways together."""
    user_minutes: int = 0
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
    def minutes_each(self) -> Fraction | None:
        """Minutes from home to the place, on average over those who are served; None where nobody is."""
        return Fraction(self.user_minutes, self.users) if self.users else None

    @property
    def is_new(self) -> bool:
        """Whether places were added since today, whichever way."""
        return bool(self.new_places or self.committed or self.transformed_in)


# ------------------------------------------------------------------ sums


def of_topic(topic: Topic, need: Record, members: Sequence[tuple[str, Record]]) -> Record:
    """A group: its need, and what its services have and cost; or one service of a group."""
    total = _standing([part for _, part in members])
    total.served = sum(part.served or 0 for _, part in members)
    if topic.single:
        total.of_group = True
    else:
        for name in (*CASES, "indicator", "indicator_value", "need_is_estimate"):
            setattr(total, name, getattr(need, name))
    return _package(total, members)


def _standing(parts: Iterable[Record]) -> Record:
    """Places and money of several records."""
    total = Record()
    for part in parts:
        for name in (*_PLACES, *_MONEY, *_JOURNEYS, "other_paid"):
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
    for name in CASES:
        setattr(total, name, _sum(getattr(part, name) for part in parts))
    total.need_is_estimate = any(part.need_is_estimate for part in parts)
    return total


def everything(groups: Sequence[Record], asked: Sequence[tuple[str, Record]]) -> Record:
    """All groups of one municipality; the package counts the services."""
    return _whole(_together(groups), "services", asked)


def all_places(parts: Sequence[tuple[str, Record]]) -> Record:
    """One topic in all municipalities; residents only where every one of them is counted."""
    total = _whole(_together([part for _, part in parts]), "municipalities", parts)
    total.of_group = any(part.of_group for _, part in parts)
    if total.of_group:
        total.unknown = 0
    counted = [part.residents for _, part in parts]
    total.residents = None if None in counted else _sum(counted)
    return total
