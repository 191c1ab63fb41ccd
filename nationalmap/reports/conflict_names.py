"""Codes of a scenario by name, for the sentences that say why it has no plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports.texts import counted, listed, money, text

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.scenario import Lock
    from nationalmap.program.known import Known

#: Unit of an amount -> its noun.
NOUNS = {"places": "place", "facilities": "site", "users": "user", "services": "service", "cases": "case"}
#: Names that a list spells out before it counts the rest.
NAMED = 12


@dataclass(frozen=True)
class Names:
    """What the codes are called in one language."""

    known: Known
    language: str
    called: Mapping[str, Mapping[str, str]]
    """Kind of code (municipality, region, service, group) -> code -> name."""

    def say(self, key: str, **values: object) -> str:
        """A text of conflict.toml."""
        return text(f"conflict.{key}", self.language, **values)

    def amount(self, amount: float, unit: str) -> str:
        """An amount with its unit: money to the cent, things counted."""
        if unit == "eur":
            return money(amount, self.language, 2)
        return counted(int(amount), NOUNS[unit], self.language)

    def listed(self, items: Iterable[str]) -> str:
        """The first items of a list, and how many more there are."""
        return listed(self.first(items), self.language, "parts")

    def first(self, items: Iterable[str]) -> list[str]:
        """The first items, and how many more there are."""
        every = list(items)
        shown = every if len(every) <= NAMED + 1 else every[:NAMED]
        rest = len(every) - len(shown)
        more = [text("explain.more_names", self.language, n=rest)] if rest else []
        return [*shown, *more]

    def of(self, kind: str, code: str) -> str:
        """The name of a code; the code itself where it has none."""
        if kind == "stream":
            stream = self.known.scenario.streams[code]
            return str(getattr(stream, f"name_{self.language}")) or code
        if kind == "site":
            return self.site(code)
        if kind == "territory":
            kind = "municipality" if code in self.called["municipality"] else "region"
            return self.called[kind].get(code, code) if code else self.say("everywhere")
        return self.called[kind].get(code, code)

    def site(self, code: str) -> str:
        """A facility by its service and municipality, and by its code where others stand beside it."""
        site = self.known.sites[code]
        named = {
            "service": self.of("service", site.service),
            "municipality": self.of("municipality", site.municipality),
        }
        if site.is_new:
            return self.say("site_new", **named)
        beside = [s for s in self.known.sites_in[site.municipality, site.service] if not s.is_new]
        return self.say("site_code", code=code, **named) if len(beside) > 1 else self.say("site", **named)

    def lock(self, lock: Lock, *, value: bool = True) -> str:
        """A lock with its author, and what it asks."""
        named = self.say(
            "lock",
            id=lock.id,
            author=lock.author,
            service=self.of("service", lock.service),
            municipality=self.of("municipality", lock.municipality),
        )
        if not value:
            return named
        asked = self.say(f"relation.{lock.relation}", amount=self.amount(lock.value, lock.what))
        return self.say("amount", name=named, amount=asked)

    def lock_of(self, code: str) -> Lock:
        """The lock of that id."""
        return next(lock for lock in self.known.scenario.locks if lock.id == code)


def names_of(known: Known, tables: Mapping[str, pd.DataFrame], language: str) -> Names:
    """The names in the tables of a question."""
    kinds = {"municipality": "municipalities", "region": "regions", "service": "services", "group": "groups"}
    return Names(known, language, {kind: _names(tables[table], kind, language) for kind, table in kinds.items()})


def _names(table: pd.DataFrame, column: str, language: str) -> dict[str, str]:
    pairs: Iterable[tuple[Any, Any]] = zip(table[column], table[f"name_{language}"], strict=True)
    return {str(code): str(name) for code, name in pairs}
