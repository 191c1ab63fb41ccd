"""The rules that bind as sentences: figures, names and streams in the words of explain.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.rules import figure
from nationalmap.reports.texts import counted, entries, listed, money, percent, text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.room import Bind

#: Names of municipalities that a list spells out before it counts the rest.
_NAMED = 6
#: Figures that are counts -> their noun.
_NOUNS = {
    "places": "place",
    "smallest": "place",
    "years": "year",
}
#: Kinds of rules whose number counts something -> its noun.
_NUMBERS = {"site_limit": "site", "hub": "service", "openings": "site", "embedded": "place"}


@dataclass(frozen=True)
class Words:
    """Names of the plan's codes in one language."""

    language: str
    places: Mapping[str, str]
    """Municipalities, and regions as such; "" is the whole plan."""
    services: Mapping[str, str]
    short_services: Mapping[str, str]
    groups: Mapping[str, str]
    indicators: Mapping[str, str]
    streams: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """A text of explain.toml in the language."""
        return text(f"explain.{key}", self.language, **values)

    def choice(self, code: str) -> str:
        """What a table writes as a code: a unit, a kind of money, who a source is."""
        return text(f"choice.{code}", self.language)

    def counted(self, n: int, noun: str) -> str:
        """A count with its noun."""
        return counted(n, noun, self.language)

    def figure(self, value: float, most: int = 3) -> str:
        """A figure with the decimals it has."""
        return figure(value, self.language, most)

    def money(self, eur: float) -> str:
        """An amount to the cent."""
        return money(eur, self.language, 2)

    def listed(self, items: Iterable[str], mark: str = "list") -> str:
        """Items as a list in a sentence."""
        return listed(items, self.language, mark)

    def few(self, items: Iterable[str]) -> str:
        """The first items, and how many more there are."""
        every = list(items)
        more = len(every) - _NAMED
        shown = every[:_NAMED] if more > 1 else every
        return self.listed([*shown, self.say("more_names", n=more)] if more > 1 else shown)

    def whole(self, bind: Bind) -> str:
        """The rule as a sentence."""
        return self.say(f"binds.{bind.kind}", **self._filled(bind, self.services))

    def short(self, bind: Bind) -> str:
        """The rule for a cell of a sheet."""
        return self.say(f"short.{bind.kind}", **self._filled(bind, self.short_services))

    def _filled(self, bind: Bind, services: Mapping[str, str]) -> dict[str, str]:
        filled = {name: self._worded(bind.kind, name, value) for name, value in bind.values.items()}
        called = {name: services[bind.values[name]] for name in ("service", "other") if name in bind.values}
        return {"hosts": self.few(self.places[h] for h in bind.hosts), **filled, **called}

    def _worded(self, kind: str, name: str, value: Any) -> str:
        """One figure or code of a rule as its sentence says it."""
        if name in ("host", "municipality", "territory"):
            return self.places[value]
        if name == "profession":
            return text(f"profession.{value}", self.language) if value in entries("profession") else value
        if name == "taken":
            return self.few(
                self.say("taken", host=self.places[h], taken=self.figure(n), room=self.figure(room))
                for h, n, room in value
            )
        if name == "streams":
            left = (
                self.say("stream_left", stream=self.streams[f], left=self.money(rest), given=self.money(given))
                for f, rest, given in value
            )
            return self.listed(left, "parts") or self.say("no_stream")
        if name.endswith("_eur"):
            return self.money(value)
        if name == "share":
            return percent(value, self.language, 0)
        return self._number(kind, name, value)

    def _number(self, kind: str, name: str, value: Any) -> str:
        noun = _NUMBERS.get(kind) if name == "number" else _NOUNS.get(name)
        if noun:
            return self.counted(value, noun)
        if name.endswith("year") or isinstance(value, str):
            return str(value)
        return self.figure(value)


def words_of(plan: Plan, language: str) -> Words:
    """The names of a plan's codes."""
    name = f"name_{language}"
    regions = totals.names(plan, "regions", name)
    whole = {"": listed((regions[code] for code in plan.scenario.regions), language)}
    as_regions = {code: text("workbook.region", language, name=called) for code, called in regions.items()}
    return Words(
        language,
        {**whole, **as_regions, **totals.names(plan, "municipalities", name)},
        totals.names(plan, "services", name),
        totals.service_names(plan, language, short=True),
        totals.names(plan, "groups", name),
        totals.names(plan, "indicator_catalogue", name),
        {code: totals.stream_name(plan, code, language) for code in plan.scenario.streams},
    )
