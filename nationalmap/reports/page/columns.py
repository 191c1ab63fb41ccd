"""The figures of one run and year as packed columns over the municipalities: what no other figure of the page gives.

Sums, rates, classes and sentences are made in the page (figures.js), for the same figures of four scenarios would
otherwise be written a hundred times. Equal columns are many (a service that stands nowhere, the same need in every
scenario) and are written once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nationalmap.reports.page.changes import KINDS, payments
from nationalmap.reports.page.packed import packed
from nationalmap.reports.page.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.ground import Shared
    from nationalmap.reports.page.record import Record

#: Columns of a need group, and of a service, in the order in which the page reads them. ``no_place_rest`` and
#: ``places_rest`` are what the figures do not add up to: nothing but zeros in a plan whose books are right.
GROUP = (
    *("need", "served", "above_maximum", "out_of_reach", "no_place_rest"),
    *("indicator", "indicator_value", "need_is_estimate"),
)
SERVICE = (
    *("places_today", "places_rest", "new_places", "committed", "transformed_in", "transformed_out", "given_up"),
    *("other_paid", "required", "achieved", "nearest_min", "reason", "places_are_estimate"),
)


class Block:
    """What the columns of all runs share: each column, word and journey is written once."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.columns, self.words, self.journeys = Pool(), Pool(), Pool()
        self.place = {code: at for at, code in enumerate(shared.places)}
        self.outside: dict[str, int] = {}
        self.words.at("none")

    def column(self, values: Iterable[int | None]) -> int:
        """Position of a column."""
        return self.columns.at(packed(values))

    def year(self, plan: Plan, known: Figures) -> dict[str, Any]:
        """The columns of a run in one year, by group and by service; -1 where the run does not plan it."""
        topic_of = {service: t.key for t in known.topics if len(t.services) == 1 for service in t.services}
        groups = [topic.key for topic in self.shared.topics if not topic.single]
        planned = set(known.keys)
        unit = self._units(plan)
        return {
            "residents": self._over(known, None, lambda record: record.residents),
            "groups": packed(
                _steps(
                    self._over(known, key if key in planned else "", self._reader(name))
                    for name in GROUP
                    for key in groups
                )
            ),
            "services": packed(
                _steps(
                    self._over(known, topic_of.get(service, ""), self._reader(name))
                    for name in SERVICE
                    for service in self.shared.services
                )
            ),
            "journeys": packed(_steps(self._journeys(known))),
            "paid": packed(self._paid(plan, known, unit)),
        }

    def _over(self, known: Figures, topic: str | None, read: Callable[[Record], int | None]) -> int:
        """One column over all places; places that the run does not plan have no data."""
        if topic == "":
            return -1
        planned = set(known.municipalities)
        found = (
            known.of(code) if topic is None else known.of(code, topic) for code in self.shared.places if code in planned
        )
        values = iter([read(record) for record in found])
        return self.column(next(values) if code in planned else None for code in self.shared.places)

    def _reader(self, name: str) -> Callable[[Record], int | None]:
        """How a figure of a record is written: words by their position, values in hundredths, flags as 0 and 1."""
        if name in ("reason", "indicator"):
            return lambda record: None if getattr(record, name) is None else self.words.at(getattr(record, name))
        special: dict[str, Callable[[Record], int | None]] = {
            "indicator_value": lambda r: None if r.indicator_value is None else round(r.indicator_value * 100),
            "no_place_rest": _no_place_rest,
            "places_rest": lambda r: r.places - places_by_changes(r),
        }
        return special.get(name, lambda r: None if getattr(r, name) is None else int(getattr(r, name)))

    def _journeys(self, known: Figures) -> list[int]:
        """Of each service: pairs of a journey (its distance from the one before in the pool) and users."""
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for m, service, host, users, minutes in known.flows:
            if m not in self.place:
                continue
            at = self.place.get(host)
            if at is None:
                at = len(self.place) + self.outside.setdefault(host, len(self.outside))
            found[service].append((self.journeys.at([self.place[m], at, minutes]), users))
        return [self.column(_paced(sorted(found[service]))) for service in self.shared.services]

    def _units(self, plan: Plan) -> dict[tuple[str, str], int]:
        """What one user costs in a year, and one new place, in cents: most payments are a whole number of these."""
        cents: dict[tuple[str, str], float] = {}
        for row in plan.inputs.tables["services"].to_dict("records"):
            per_place = float(row["running_cost_place_eur"]) * 100
            cents[row["service"], "running"] = per_place / float(row["users_per_place"])
            cents[row["service"], "build"] = float(row["capital_cost_place_eur"]) * 100
        return {key: round(each) for key, each in cents.items() if math.isfinite(each) and round(each) > 1}

    def _paid(self, plan: Plan, known: Figures, unit: Mapping[tuple[str, str], int]) -> list[int]:
        """Who pays what, in sixes: service, kind, unit in cents; columns of the stream, of whole units, of cents beyond.

        Where several streams pay for a service in a municipality, the second stands in a further six.
        """
        service = {code: at for at, code in enumerate(self.shared.services)}
        sums: defaultdict[tuple[int, int], defaultdict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for m, s, stream, kind, amount in payments(plan, known):
            cents = sums[service[known.services[s]], kind][self.place[known.municipalities[m]]]
            cents[stream] = cents.get(stream, 0) + round(amount * 100)
        found: list[int] = []
        places = range(len(self.shared.places))
        for (s, kind), by_place in sorted(sums.items()):
            cents_each = unit.get((self.shared.services[s], KINDS[kind]), 1)
            for layer in range(max(len(paid) for paid in by_place.values())):
                chosen = {place: sorted(paid.items())[layer] for place, paid in by_place.items() if len(paid) > layer}
                amounts = [chosen[place][1] if place in chosen else 0 for place in places]
                found += [s, kind, cents_each]
                found.append(self.column(chosen[place][0] if place in chosen else None for place in places))
                found.append(self.column(amount // cents_each for amount in amounts))
                found.append(self.column(amount % cents_each for amount in amounts))
        return found


def places_by_changes(record: Record) -> int:
    """Places that today's places and their changes add up to."""
    more = record.new_places + record.committed + record.transformed_in
    return record.places_today + more - record.transformed_out - record.given_up


def _no_place_rest(record: Record) -> int | None:
    """Cases within reach without a place, beyond what the other figures leave."""
    if record.need is None:
        return None
    rest = record.need - (record.served or 0) - (record.above_maximum or 0) - (record.out_of_reach or 0)
    return (record.no_place or 0) - rest


def _steps(values: Iterable[int]) -> Iterable[int]:
    """Each value as its distance from the one before."""
    last = 0
    for value in values:
        yield value - last
        last = value


def _paced(journeys: list[tuple[int, int]]) -> Iterable[int]:
    last = 0
    for at, users in journeys:
        yield from (at - last, users)
        last = at
