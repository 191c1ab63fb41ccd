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
from nationalmap.reports.page.figures import ALL
from nationalmap.reports.page.packed import packed
from nationalmap.reports.page.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

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
    """What the columns of all runs share: each column, word and way is written once.

    A column that is short as its differences from one written before (the same of the year before, or of the first
    run) is written so: ``~``, the position of that one, ``~``, the differences.
    """

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.columns: list[str] = []
        self.words = Pool()
        self.words.at("none")
        self.place = {code: at for at, code in enumerate(shared.places)}
        self.outside: dict[str, int] = {}
        #: Of each place: where its people go, and in how many minutes, in the order in which it was met.
        self.ways: list[dict[tuple[int, int], int]] = [{} for _ in shared.places]
        self._positions: dict[str, int] = {}
        self._values: list[list[int | None]] = []
        self._latest: dict[tuple[int, Hashable], int] = {}
        self._first: dict[tuple[int, Hashable], int] = {}
        self._run, self._year = 0, 0

    def column(self, name: Hashable, given: Iterable[int | None]) -> int:
        """Position of a column, which may be like the one that had this name before."""
        values = list(given)
        plain = packed(values)
        if plain not in self._positions:
            before = (self._latest.get((self._run, name)), self._first.get((self._year, name)))
            likes = sorted({at for at in before if at is not None})
            texts = [plain, *(self._like(at, values) for at in likes)]
            self._positions[plain] = len(self.columns)
            self.columns.append(min(texts, key=len))
            self._values.append(values)
        at = self._positions[plain]
        self._latest[self._run, name] = at
        self._first.setdefault((self._year, name), at)
        return at

    def _like(self, at: int, values: list[int | None]) -> str:
        other = self._values[at]
        moved = (None if value is None else value - (before or 0) for value, before in zip(values, other, strict=True))
        return f"~{packed([at])}~{packed(moved)}"

    def year(self, run: int, plan: Plan, known: Figures) -> dict[str, Any]:
        """The columns of a run in one year, by group and by service; -1 where the run does not plan it."""
        self._run, self._year = run, known.year
        topic_of = {service: t.key for t in known.topics if len(t.services) == 1 for service in t.services}
        planned = set(known.keys)
        group_of = {topic.key: topic.key if topic.key in planned else "" for topic in self.shared.topics}
        groups = [topic.key for topic in self.shared.topics if not topic.single]
        of_groups = [self._over(known, group_of[key], name, key) for name in GROUP for key in groups]
        of_services = [
            self._over(known, topic_of.get(s, ""), name, s) for name in SERVICE for s in self.shared.services
        ]
        return {
            "residents": self._over(known, None, "residents", ""),
            "groups": packed(_steps(of_groups)),
            "services": packed(_steps(of_services)),
            "journeys": packed(self._journeys(known)),
            "paid": packed(self._paid(plan, known, self._units(plan))),
        }

    def _over(self, known: Figures, topic: str | None, name: str, item: str) -> int:
        """One figure of a topic in all places; places that the run does not plan have no data."""
        if topic == "":
            return -1
        read, planned = self._reader(name), set(known.municipalities)
        found = (
            known.of(code, ALL if topic is None else topic) if code in planned else None for code in self.shared.places
        )
        return self.column((name, item), (None if record is None else read(record) for record in found))

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
        """Who is served where, in threes: service; columns of the way (its number among those of the place) and users.

        Where people of a place go to several for a service, the second stands in a further three.
        """
        found: dict[str, dict[int, dict[int, int]]] = {}
        for m, service, host, users, minutes in known.flows:
            if m not in self.place:
                continue
            at = self.place.get(host)
            if at is None:
                at = len(self.place) + self.outside.setdefault(host, len(self.outside))
            ways = self.ways[self.place[m]]
            way = ways.setdefault((at, minutes), len(ways))
            found.setdefault(service, {}).setdefault(self.place[m], {})[way] = users
        threes: list[int] = []
        for number, service in enumerate(self.shared.services):
            for layer, chosen in enumerate(_layers(found.get(service, {}))):
                way_of = self.column(("way", service, layer), self._named(chosen))
                users_of = self.column(("users", service, layer), self._counted(chosen))
                threes += [number, way_of, users_of]
        return threes

    def journeys(self) -> list[str]:
        """How many ways each place has, then the host and the minutes of each."""
        ways = [way for of_place in self.ways for way in of_place]
        return [packed(len(of_place) for of_place in self.ways), *(packed(way[at] for way in ways) for at in (0, 1))]

    def _units(self, plan: Plan) -> dict[tuple[str, str], int]:
        """What one user costs in a year, and one new place, in cents: most payments are a whole number of these."""
        cents: dict[tuple[str, str], float] = {}
        for row in plan.inputs.tables["services"].to_dict("records"):
            per_place = float(row["running_cost_place_eur"]) * 100
            cents[row["service"], "running"] = per_place / float(row["users_per_place"])
            cents[row["service"], "build"] = float(row["capital_cost_place_eur"]) * 100
        return {key: round(each) for key, each in cents.items() if math.isfinite(each) and round(each) > 1}

    def _paid(self, plan: Plan, known: Figures, unit: Mapping[tuple[str, str], int]) -> list[int]:
        """Who pays what, in sixes: service, kind, unit in cents; columns of stream, whole units, cents beyond.

        Where several streams pay for a service in a municipality, the second stands in a further six.
        """
        service = {code: at for at, code in enumerate(self.shared.services)}
        sums: defaultdict[tuple[int, int], defaultdict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for m, s, stream, kind, amount in payments(plan, known):
            cents = sums[service[known.services[s]], kind][self.place[known.municipalities[m]]]
            cents[stream] = cents.get(stream, 0) + round(amount * 100)
        sixes: list[int] = []
        for (s, kind), by_place in sorted(sums.items()):
            each = unit.get((self.shared.services[s], KINDS[kind]), 1)
            for layer, chosen in enumerate(_layers(by_place)):
                name = ("paid", s, kind, layer)
                amounts = self._counted(chosen)
                stream_of = self.column((*name, "stream"), self._named(chosen))
                units = self.column((*name, "units"), (amount // each for amount in amounts))
                beyond = self.column((*name, "beyond"), (amount % each for amount in amounts))
                sixes += [s, kind, each, stream_of, units, beyond]
        return sixes

    def _named(self, chosen: Mapping[int, tuple[int, int]]) -> list[int]:
        """The first of each pair; a place without one repeats its neighbour's, which is shorter than a gap."""
        last = next(iter(chosen.values()))[0]
        values = []
        for place in range(len(self.shared.places)):
            last = chosen.get(place, (last, 0))[0]
            values.append(last)
        return values

    def _counted(self, chosen: Mapping[int, tuple[int, int]]) -> list[int]:
        """The second of each pair; 0 says that a place has none."""
        return [chosen.get(place, (0, 0))[1] for place in range(len(self.shared.places))]


def _layers(by_place: Mapping[int, Mapping[int, int]]) -> Iterator[dict[int, tuple[int, int]]]:
    """The first pair of each place, then the second of those that have one, and so on."""
    for layer in range(max((len(pairs) for pairs in by_place.values()), default=0)):
        yield {place: sorted(pairs.items())[layer] for place, pairs in by_place.items() if len(pairs) > layer}


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
