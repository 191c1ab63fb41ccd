"""What a mayor is told: sentences and rows about one municipality and year, from the plan's own tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.atlas.tables import Row
from nationalmap.reports.page.figures import ALL
from nationalmap.reports.texts import counted, listed, money

if TYPE_CHECKING:
    from nationalmap.reports.atlas.words import Words
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.record import Record
    from nationalmap.reports.page.topics import Topic

#: Kinds of cost in the order in which they are told.
_KINDS = ("running", "build", "transform", "renovate")


@dataclass(frozen=True)
class Mayor:
    """One municipality of a plan in a year; ``why``: what reports.explain.reasons says of it."""

    words: Words
    known: Figures
    municipality: str
    why: Mapping[tuple[str, str], tuple[list[str], list[str]]]

    @property
    def name(self) -> str:
        """Name of the municipality."""
        return self.words.places[self.municipality]

    @property
    def all(self) -> Record:
        """Everything together."""
        return self.known.of(self.municipality, ALL)

    def _say(self, key: str, **values: object) -> str:
        return self.words.say(f"annex.{key}", **values)

    def _counted(self, count: int, noun: str) -> str:
        return counted(count, noun, self.words.language)

    def _listed(self, items: list[str], mark: str = "list") -> str:
        return listed(items, self.words.language, mark)

    # ------------------------------------------------------------------ who is served where

    @cached_property
    def _journeys(self) -> list[tuple[str, str, str, int, int]]:
        return [row for row in self.known.flows if self.municipality in (row[0], row[2])]

    def hosts(self) -> list[Row]:
        """Where its people are served, at home first: host, users, services."""
        return self._partners([(h, s, n, at) for m, s, h, n, at in self._journeys if m == self.municipality])

    def guests(self) -> list[Row]:
        """Whom it serves from elsewhere: municipality, users, services."""
        me = self.municipality
        return self._partners([(m, s, n, at) for m, s, h, n, at in self._journeys if h == me and m != me])

    def _partners(self, found: list[tuple[str, str, int, int]]) -> list[Row]:
        users: defaultdict[str, dict[str, int]] = defaultdict(dict)
        minutes = {other: at for other, _, _, at in found}
        for other, service, number, _ in found:
            users[other][service] = number
        order = sorted(users, key=lambda code: (code != self.municipality, -sum(users[code].values()), code))
        return [self._partner(code, users[code], minutes[code]) for code in order]

    def _partner(self, code: str, users: Mapping[str, int], minutes: int) -> Row:
        number, total = self.words.number, sum(users.values())
        if code == self.municipality:
            return Row((self._say("home"), number(total), ""), weight=float("inf"))
        name = self._say("minutes", name=self.words.places[code], minutes=number(minutes))
        each = sorted(users, key=lambda service: (-users[service], service))
        parts = [self._say("users_of", service=self.words.short_services[s], users=number(users[s])) for s in each]
        return Row((name, number(total), self._listed(parts)), weight=total)

    # ------------------------------------------------------------------ the plain sentence

    def sentence(self) -> str:
        """The package, the people with and without a place, who travels."""
        record = self.all
        travel = sum(n for m, _, h, n, _ in self._journeys if m == self.municipality and h != m)
        said = [self._of_package(record), self._of_people(record)]
        if record.unknown:
            said.append(self._say("says_no_data", n=self._counted(record.unknown, "need")))
        if travel:
            said.append(self._say("says_elsewhere", n=self._counted(travel, "user")))
        return "".join(said)

    def _of_package(self, record: Record) -> str:
        about = {"year": self.known.year, "name": self.name}
        if record.required is None:
            return self._say("says_nothing_asked", **about)
        asked = self._counted(record.required, "service")
        if record.complied:
            return self._say("says_whole", all=asked, **about)
        missing = self._listed([self._say("quoted", name=self.words.short_services[s]) for s in record.lacking])
        return self._say("says_part", n=self.words.number(record.achieved), all=asked, missing=missing, **about)

    def _of_people(self, record: Record) -> str:
        unmet = self._say("says_unmet_none")
        if record.unmet:
            unmet = self._say("says_unmet", n=self.words.number(record.unmet))
            if record.out_of_reach:
                unmet = self._say("says_far", n=unmet, far=self.words.number(record.out_of_reach))
            if record.above_maximum:
                unmet = self._say("says_above", n=unmet, above=self.words.number(record.above_maximum))
        need = self._counted(record.need or 0, "case")
        return self._say("says_people", served=self.words.number(record.served or 0), need=need, unmet=unmet)

    # ------------------------------------------------------------------ the package, and what is missing

    def _asked(self) -> Iterator[tuple[str, Record]]:
        """The services that a minimum package asks for, with their own record."""
        for topic in self._own_topics:
            record = self.known.of(self.municipality, topic.key)
            if record.complied is not None:
                yield topic.services[0], record

    @cached_property
    def _own_topics(self) -> tuple[Topic, ...]:
        """The topics of one service each."""
        return tuple(topic for topic in self.known.topics if len(topic.services) == 1)

    def complied(self) -> str:
        """The services whose package is whole."""
        names = [self.words.short_services[service] for service, record in self._asked() if record.complied]
        return self._listed(names) if names else self._say("complied_none")

    def missing(self, *, short: bool) -> list[Row]:
        """What is missing and why: the package first, then the needs, those of most people first.

        The reasons are whole sentences, or ``short`` words where these have no room.
        """
        rows = [
            Row((self._say("missing_package", service=self.words.services[s], reason=self._reason(r)),), weight=1e6)
            for s, r in self._asked()
            if not r.complied
        ]
        needs = [(t, self.known.of(self.municipality, t.key)) for t in self.known.topics if not t.single]
        needs.sort(key=lambda pair: (pair[1].need is not None, -(pair[1].unmet or 0), pair[0].key))
        for topic, record in needs:
            what = self._unmet(topic, record)
            if what:
                rows.append(Row((self._why(topic, what, short=short),), weight=record.unmet or 0))
        return rows

    def _why(self, topic: Topic, what: str, *, short: bool) -> str:
        whole, brief = self.why.get((self.municipality, topic.group), ([], []))
        if not whole:
            return self._say("what", what=what)
        if short and brief:
            return self._say("why", what=what, why=self._listed(brief, "parts") + ".")
        return self._say("why", what=what, why=" ".join(whole))

    def _unmet(self, topic: Topic, record: Record) -> str:
        group = self.words.groups[topic.group]
        if record.need is None:
            return self._say("missing_no_data", group=group)
        if not record.unmet:
            return ""
        number = self.words.number
        said = self._say("missing_need", group=group, n=number(record.unmet), need=number(record.need))
        if record.out_of_reach:
            said += self._say("missing_far", far=number(record.out_of_reach))
        if record.above_maximum:
            said += self._say("missing_above", above=number(record.above_maximum))
        return said

    def _reason(self, record: Record) -> str:
        """Why the package of a service is not complied with, in the words of the page."""
        number = self.words.number
        values = {
            "achieved": number(record.achieved),
            "required": number(record.required),
            "missing": number(record.missing),
            "nearest": number(record.nearest_min),
            "limit": number(record.limit),
        }
        return str(self.words.page["reasons"][record.reason]).format(**values)

    # ------------------------------------------------------------------ the tables

    def services(self) -> tuple[list[Row], str]:
        """Rows of the table of needs and their services, and the names of those where there is nothing at all."""
        rows: list[Row] = []
        nothing: list[str] = []
        for topic in (t for t in self.known.topics if not t.single):
            record = self.known.of(self.municipality, topic.key)
            keys = [topic] if len(topic.services) == 1 else [t for t in self._own_topics if t.group == topic.group]
            parts = [(t.services[0], self.known.of(self.municipality, t.key)) for t in keys]
            shown = [(s, part) for s, part in parts if self._has_something(s, part)]
            if record.need == 0 and not shown:
                nothing.append(self.words.groups[topic.group])
                continue
            weight = 1.0 + (record.need or 0) + (record.unmet or 0)
            need, unmet = self._need(record), self.words.number(record.unmet)
            if len(topic.services) == 1:
                rows.append(Row(self._line(self.words.groups[topic.group], need, unmet, *parts[0]), weight=weight))
                continue
            head = (self.words.groups[topic.group], need, "", "", "", unmet, "")
            rows.append(Row(head, weight=weight))
            for service, part in shown:
                name = self._say("within", name=self.words.short_services[service])
                rows.append(Row(self._line(name, "", "", service, part), weight=weight - 0.5))
        return rows, self._say("nothing_at_all", names=self._listed(nothing)) if nothing else ""

    def _has_something(self, service: str, record: Record) -> bool:
        used = any(m == self.municipality and s == service for m, s, *_ in self._journeys)
        return bool(record.places_today or record.places or used or record.complied is not None)

    def _line(self, name: str, need: str, unmet: str, service: str, record: Record) -> tuple[str, ...]:
        today = self.words.estimate(record.places_today, record.places_are_estimate)
        places = self.words.number(record.places)
        return name, need, today, places, self._where(service), unmet, self._package(record)

    def _need(self, record: Record) -> str:
        return self.words.estimate(record.need, record.need_is_estimate)

    def _where(self, service: str) -> str:
        """Users of the municipality by host, at home first."""
        me = self.municipality
        found = [(h, n) for m, s, h, n, _ in self._journeys if (m, s) == (me, service)]
        found.sort(key=lambda pair: (pair[0] != me, -pair[1], pair[0]))
        number = self.words.number
        said = [
            self._say("at_home", users=number(n))
            if h == me
            else self._say("at_host", name=self.words.places[h], users=number(n))
            for h, n in found
        ]
        return self._listed(said)

    def _package(self, record: Record) -> str:
        if record.complied is None:
            return self._say("not_asked")
        if record.complied:
            return self._say("yes")
        if not record.missing:
            return self._say("no_far")
        number = self.words.number
        return self._say("no_of", achieved=number(record.achieved), required=number(record.required))

    # ------------------------------------------------------------------ money

    def money(self) -> list[Row]:
        """What each stream pays here, by kind of cost and year, in whole EUR, with the sum; none where nothing."""
        years = self.words.plan.scenario.years
        cents: defaultdict[tuple[int, str], dict[int, int]] = defaultdict(lambda: dict.fromkeys(years, 0))
        table = self.words.plan.tables["spending"]
        own = table[table["municipality"] == self.municipality]
        columns = own[["stream", "kind", "year", "amount_eur"]]
        for stream, kind, year, amount in columns.itertuples(index=False, name=None):
            cents[_KINDS.index(kind), stream][int(year)] += round(float(amount) * 100)
        keys = sorted(cents)
        by_year = [totals.in_whole_eur([cents[key][year] / 100 for key in keys]) for year in years]
        rows = [
            Row(
                (self.words.stream(stream), self._say(f"kinds.{_KINDS[kind]}"), *map(self.words.number, shown)),
                weight=sum(cents[kind, stream].values()),
            )
            for (kind, stream), *shown in zip(keys, *by_year, strict=True)
        ]
        if rows:
            sums = map(self.words.number, map(sum, by_year))
            rows.append(Row((self._say("total"), "", *sums), bold=True, weight=float("inf")))
        return rows

    def paid_elsewhere(self) -> str:
        """What its people cost where they are served elsewhere; empty where nobody is."""
        table: Any = totals.in_year(self.words.plan, "shared", self.known.year)
        own = table[(table["municipality"] == self.municipality) & (table["host"] != self.municipality)]
        if not len(own):
            return ""
        amount = money(totals.cents(own["by_users_eur"]) / 100, self.words.language)
        return self._say("shared", year=self.known.year, amount=amount)
