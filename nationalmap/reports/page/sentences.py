"""One plain sentence for each view of the map, in every language, made from the same records."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from nationalmap.reports.page.classes import is_critical
from nationalmap.reports.page.figures import ALL, TERRITORY
from nationalmap.reports.page.words import joined, phrase
from nationalmap.reports.texts import counted, number, of_hundred, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.record import Record

#: Names that a sentence spells out before it says how many more there are.
_NAMES = 4
_PARTS = 3


def rounded(value: Fraction | None, decimals: int = 1, *, share: bool = False) -> float | None:
    """A figure for display, with more decimals where it would be rounded to nothing.

    A share, in per cent, is never rounded to 0 or 100 where it is neither.
    """
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if share:
        return float(of_hundred(exact, decimals))
    return float(exact.quantize(Decimal(1).scaleb(-_decimals_of(value, decimals)), ROUND_HALF_UP))


def _decimals_of(value: Fraction | float, decimals: int) -> int:
    """Decimals with which what is not nothing is not written as nothing: 0.03 has two where one is asked for."""
    while decimals > 0 and 0 < 2 * value * 10**decimals < 1:
        decimals += 1
    return decimals


class Sentences:
    """Writes the sentences of one year and language.

    ``names`` gives places and services their names, ``topics`` the need groups and services asked about.
    """

    def __init__(self, figures: Figures, names: Mapping[str, str], topics: Mapping[str, str], language: str) -> None:
        self.figures = figures
        self.names = names
        self.topics = topics
        self.language = language

    def of(self, indicator: str, topic: str) -> str:
        """The sentence of one view; the page sets its year before it."""
        writers = {"shortfall": self._shortfall, "money": self._money, "travel": self._travel}
        if indicator == "package":
            return self._package() if topic == ALL else self._package_one(topic)
        if indicator in ("coverage", "shortfall") and self.figures.of(TERRITORY, topic).of_group:
            return self._of_group(topic)
        return writers.get(indicator, self._coverage)(topic)

    def _of_group(self, topic: str) -> str:
        """A service whose need is that of a group of several."""
        served = self.figures.of(TERRITORY, topic).served or 0
        group = self.topics[topic.split("/", maxsplit=1)[0]]
        return self._say("of_group", service=self.topics[topic], group=group, served=self._counted(served, "user"))

    # -- parts

    def _say(self, key: str, **values: object) -> str:
        return phrase(f"sentence.{key}", self.language, **values)

    def _number(self, value: float, decimals: int = 0) -> str:
        return number(value, self.language, _decimals_of(value, decimals))

    def _counted(self, count: int, noun: str) -> str:
        return counted(count, noun, self.language)

    def _places(self, codes: Sequence[str]) -> str:
        """Names of municipalities, the first few and how many more."""
        shown = [self.names[code] for code in codes[: _NAMES if len(codes) > _NAMES + 1 else None]]
        more = len(codes) - len(shown)
        if more:
            shown.append(self._say("more_places", places=self._counted(more, "municipality")))
        return joined(shown, self.language)

    def _records(self, service: str) -> list[tuple[str, Record]]:
        return [(code, self.figures.of(code, service)) for code in self.figures.municipalities]

    def _unknown(self, service: str) -> str:
        """What the sentence does not know; empty where it knows all."""
        total = self.figures.of(TERRITORY, service)
        if not total.unknown:
            return ""
        if service == ALL:
            return self._say("unknown_parts", rows=self._counted(total.unknown, "row"))
        blank = [code for code, record in self._records(service) if record.need is None]
        return self._say("unknown", places=self._places(blank))

    # -- package

    def _package(self) -> str:
        total = self.figures.of()
        everywhere = self._counted(total.required or 0, "municipality")
        whole = self._number(total.achieved or 0)
        if not total.lacking:
            return self._say("package_whole", n=whole, all=everywhere)
        return self._say("package", n=whole, all=everywhere, missing=self._missing())

    def _missing(self) -> str:
        """Services that lack most often, each with where; the rest counted."""
        lacks: defaultdict[str, list[str]] = defaultdict(list)
        for code in self.figures.municipalities:
            for service in self.figures.of(code).lacking:
                lacks[service].append(code)
        order = {service: position for position, service in enumerate(self.figures.services)}
        first = sorted(lacks, key=lambda service: (-len(lacks[service]), order[service]))
        shown = [self._missing_one(service, lacks[service]) for service in first[:_PARTS]]
        if len(first) > _PARTS:
            shown.append(self._say("more_services", services=self._counted(len(first) - _PARTS, "service")))
        return joined(shown, self.language)

    def _missing_one(self, service: str, codes: Sequence[str]) -> str:
        name = self.names[service]
        if len(codes) <= _PARTS:
            return self._say("package_missing_names", service=name, names=self._places(codes))
        return self._say("package_missing_count", service=name, places=self._counted(len(codes), "municipality"))

    def _package_one(self, service: str) -> str:
        total = self.figures.of(TERRITORY, service)
        known = {
            "service": self.topics[service],
            "n": self._number(total.achieved or 0),
            "all": self._counted(total.required or 0, "municipality"),
        }
        if total.required is None:
            return self._say("package_none", service=self.topics[service])
        if total.complied:
            return self._say("package_one_whole", **known)
        return self._say("package_one", names=self._places(total.lacking), **known)

    # -- need and money

    def _coverage(self, service: str) -> str:
        total = self.figures.of(TERRITORY, service)
        if not total.need:
            return self._say("no_figures")
        known = [(code, record) for code, record in self._records(service) if record.need]
        critical = [code for code, r in known if is_critical(r.need or 0, r.unmet or 0)]
        return self._say(
            "coverage",
            served=self._number(total.served or 0),
            need=self._counted(total.need, "case"),
            share=percent((rounded(total.coverage, share=True) or 0) / 100, self.language, 1),
            full=self._number(sum(record.served == record.need for _, record in known)),
            known=self._counted(len(known), "municipality"),
            critical=self._say("critical", names=self._places(critical)) if critical else "",
            unknown=self._unknown(service),
        )

    def _shortfall(self, service: str) -> str:
        total = self.figures.of(TERRITORY, service)
        if not total.need:
            return self._say("no_figures")
        unknown = self._unknown(service)
        if not total.unmet:
            return self._say("shortfall_none", need=self._counted(total.need, "case"), unknown=unknown)
        known = [(code, record) for code, record in self._records(service) if record.need]
        return self._say(
            "shortfall",
            unmet=self._counted(total.unmet, "case"),
            places=self._number(sum(bool(record.unmet) for _, record in known)),
            known=self._counted(len(known), "municipality"),
            worst=self._worst(known),
            unknown=unknown,
        )

    def _worst(self, known: Sequence[tuple[str, Record]]) -> str:
        rates = [(record.per_thousand, code) for code, record in known if record.per_thousand is not None]
        if not rates:
            return ""
        rate, code = max(rates, key=lambda pair: pair[0])
        return self._say("worst", name=self.names[code], value=self._number(rounded(rate) or 0, 1))

    def _money(self, service: str) -> str:
        total = self.figures.of(TERRITORY, service)
        spent = [code for code, record in self._records(service) if record.running_cents]
        each = rounded(total.running_each)
        return self._say(
            "money_no_residents" if each is None else "money",
            amount=self._amount(total.running_cents),
            each=self._say("euro", n=self._number(each or 0, 1)),
            places=self._number(len(spent)),
            all=self._counted(len(self.figures.municipalities), "municipality"),
            capital=self._amount(total.capital_cents),
        )

    # -- journeys

    def _travel(self, service: str) -> str:
        total = self.figures.of(TERRITORY, service)
        each = rounded(total.minutes_each)
        if each is None:
            return self._say("travel_nobody")
        known = [(r.minutes_each, code) for code, r in self._records(service) if r.minutes_each is not None]
        value, code = max(known, key=lambda pair: pair[0] or 0)
        return self._say(
            "travel",
            users=self._counted(total.users, "user"),
            each=self._number(each, 1),
            name=self.names[code],
            value=self._number(rounded(value) or 0, 1),
        )

    def _amount(self, cents: int) -> str:
        """An amount that is read aloud: millions with one decimal, else whole EUR."""
        if cents >= 100_000_000:
            return self._say("million", n=self._number(cents / 100_000_000, 1))
        return self._say("euro", n=self._number(cents / 100))
