"""The words of an annex: what its columns are called, and which service of the catalogue a name means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap.schema import nearest
from nationalmap.sources.words import plain, visible

if TYPE_CHECKING:
    import pandas as pd

#: What annexes call the columns of the table, in small letters.
_CALLED = {
    "territory": ("територия", "община", "общини", "municipality"),
    "region": ("област",),
    "level": ("ниво", "ниво на планиране"),
    "host": ("домакин", "община домакин", "приемаща община", "host municipality"),
    "service": ("услуга", "социална услуга", "вид услуга", "вид социална услуга"),
    "max_users": (
        *("максимален брой потребители", "максимален брой", "макс. брой потребители", "брой потребители"),
        *("maximum number of users", "max users", "най-много потребители"),
    ),
    "document": ("документ", "акт"),
    "date": ("дата",),
    "source": ("източник",),
    "status": ("статус",),
}
HEADERS: Mapping[str, str] = {
    **{plain(word): column for column, words in _CALLED.items() for word in (column, *words)},
}
#: Columns that number the rows, or stand in brackets for the reader.
_PASSED_OVER = re.compile(r"№.*|no\.?|n|#|\(.*\)", re.IGNORECASE)
#: Words of closed lists, besides the codes of the table.
WORDS: Mapping[str, Mapping[str, str]] = {
    "level": {
        **dict.fromkeys(("общинско", "общинско ниво", "municipal level"), "municipal"),
        **dict.fromkeys(("областно", "областно ниво", "regional level"), "regional"),
    },
    "status": {
        **dict.fromkeys(("приета", "в сила", "приет", "in force"), "adopted"),
        **dict.fromkeys(("проект",), "draft"),
        **dict.fromkeys(("примерна", "примерно", "примерни", "example"), "illustrative"),
    },
}
_LEVELS = (
    ("municipal", re.compile(r"общинско ниво|municipal level")),
    ("regional", re.compile(r"областно ниво|regional level")),
)
#: What looks like a code and is none is misspelt; a name in words is a service that is not planned.
_CODE_LIKE = re.compile(r"[a-z][a-z0-9]*|[^\W_]+(_[^\W_]+)+")


def is_passed_over(label: str) -> bool:
    """Whether a column numbers the rows or explains another one."""
    return bool(_PASSED_OVER.fullmatch(visible(label).strip()))


def level_said(*texts: str) -> str:
    """The level that a title or a sheet's name says; "" where none or both are said."""
    said = {level for level, words in _LEVELS for text in texts if words.search(visible(text).casefold())}
    return said.pop() if len(said) == 1 else ""


def of_list(column: str, word: str) -> str:
    """The code of a word of a closed list; another word as it is."""
    return WORDS[column].get(plain(word), plain(word) if word.isascii() else word)


@dataclass(frozen=True)
class Meant:
    """A service that a word means, how it was read where it was written otherwise, or what is wrong and the cure."""

    code: str = ""
    how: str = ""
    rule: str = ""
    cure: str = ""


class Services:
    """The services of a plan by their codes and names."""

    def __init__(self, services: pd.DataFrame) -> None:
        """Table of schema.SERVICES, of which code, names, level and ``counts_as`` are asked."""
        columns = ["service", "name_bg", "name_en", "short_bg", "short_en", "level", "counts_as"]
        self.level: dict[str, str] = {}
        self.counts_as: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, str] = {}
        for code, *names, level, successor in services[columns].itertuples(index=False, name=None):
            self.level[code] = "municipal" if level == "municipal" else "regional"
            self.counts_as[code], self.names[code] = successor or code, names[0]
            for name in names:
                self._by_name[plain(name)].add(code)
                self._written[plain(name)] = name

    def meant(self, word: str) -> Meant:
        """The service of a code or a name; one without a code is not planned."""
        if word in self.level:
            return Meant(word)
        held = self._by_name.get(plain(word), set())
        if len(held) == 1:
            (code,) = held
            same = visible(word).casefold() == self._written[plain(word)].casefold()
            return Meant(code, "" if same else f"is {code} ({self.names[code]})")
        if held:
            cure = f"write one of the codes {', '.join(sorted(held))}"
            return Meant(rule="is the name of several services", cure=cure)
        if _CODE_LIKE.fullmatch(word):
            return Meant(rule="is not a service of the catalogue", cure=nearest(word, self.level))
        return Meant()

    def knows(self, word: str) -> bool:
        """Whether a word means one service."""
        return bool(self.meant(word).code)

    def nearest(self, word: str) -> str:
        """The service with the nearest name, as a hint; "" where none is near."""
        close = nearest(plain(word), self._by_name)
        named = close.split('"')[1] if '"' in close else ""
        return min(self._by_name[named]) if named in self._by_name else ""
