"""Municipalities and regions by any of their codes and names: exactly, with the correction said, or not at all.

A nearest name is told to whoever has to mend the file; nothing is joined by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap.schema import nearest, shown
from nationalmap.sources.words import cyrillic, plain

if TYPE_CHECKING:
    import pandas as pd

#: What Eurostat writes before a code of a local unit.
_GISCO = re.compile(r"(BG|BG_LAU|LAU)[_ ]", re.IGNORECASE)
#: Letters of codes that were typed in Cyrillic.
_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


@dataclass(frozen=True)
class Found:
    """A code, and how it was found where the cell held something else; or what is wrong, and the cure."""

    code: str = ""
    how: str = ""
    """What the cell means, where it is neither the code nor the official name."""
    by_name: bool = False
    """Whether it is the official name, in a region where it has no namesake."""
    rule: str = ""
    cure: str = ""


class Gazetteer:
    """All names and codes of the municipalities and regions of a question."""

    def __init__(self, municipalities: pd.DataFrame, regions: pd.DataFrame, aliases: pd.DataFrame) -> None:
        """From the tables of these names (``schema``)."""
        columns = ["municipality", "name_bg", "name_en", "region", "seat_ekatte"]
        self._names: dict[str, str] = {}
        self._region: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = {}
        self._by_seat: dict[str, set[str]] = {}
        for code, bg, en, region, seat in municipalities[columns].itertuples(index=False, name=None):
            self._names[code], self._region[code] = bg, region
            self._by_seat.setdefault(seat, set()).add(code)
            for name in {plain(bg), plain(en)}:
                self._by_name.setdefault(name, set()).add(code)
        self._regions: dict[str, str] = {}
        self._region_names: dict[str, str] = {}
        for code, bg, en, nuts3 in regions[["region", "name_bg", "name_en", "nuts3"]].itertuples(
            index=False, name=None
        ):
            self._region_names[code] = bg
            self._regions |= {plain(word): code for word in (code, bg, en, nuts3)}
        for alias, kind, code in aliases[["alias", "kind", "code"]].itertuples(index=False, name=None):
            if kind == "municipality" and code in self._names:
                self._by_name.setdefault(plain(alias), set()).add(code)
            elif kind == "region" and code in self._region_names:
                self._regions[plain(alias)] = code

    def region(self, word: str) -> str:
        """The region of this name, alias, code or NUTS code; "" where it is none."""
        return self._regions.get(plain(word), "")

    def municipality(self, word: str, region: str = "") -> Found:
        """The municipality that a cell means, ``region`` being the cell that says where it lies, if any."""
        if word in self._names:
            return Found(word)
        known = self.region(region) if region else ""
        if region and not known:
            cure = nearest(plain(region), self._regions)
            return Found(rule=f'lies in "{shown(region)}", which is no region', cure=cure)
        return self._by_code(word) or self._named(word, known) or self._unknown(word)

    def _by_code(self, word: str) -> Found | None:
        bare = _GISCO.sub("", word).upper().translate(_LATIN).replace(" ", "")
        if bare in self._names:
            return Found(bare, f"is {self.called(bare)}")
        if not (word.isdecimal() and len(word) <= 5):
            return None
        seat = word.zfill(5)
        codes = sorted(self._by_seat.get(seat, ()))
        if len(codes) == 1:
            return Found(codes[0], f"is the seat ({seat}) of {self.called(codes[0])}")
        if codes:
            rule = f"is the seat of {' and '.join(map(self.called, codes))}"
            return Found(rule=rule, cure="write the code of the municipality: the seat is no key")
        return None

    def _named(self, word: str, region: str) -> Found | None:
        codes = sorted(self._by_name.get(plain(word), ()))
        here = [code for code in codes if not region or self._region[code] == region]
        if len(here) == 1 or len(codes) == 1:
            code = (here or codes)[0]
            reasons = [] if word == self._names[code] else [_spelling(word, self._names[code])]
            reasons += [] if here else [f"it stands under {self._region_names[region]}"]
            if not reasons:
                return Found(code, by_name=True)
            return Found(code, f"is {self.called(code)}: {', '.join(reasons)}")
        if not codes:
            return None
        rule = f"is the name of {' and '.join(map(self.called, codes))}"
        return Found(rule=rule, cure="write the code, or say the region in a column region")

    def _unknown(self, word: str) -> Found:
        """Whatever looks like a code is left to the check of the codes."""
        if word.isascii() and " " not in word:
            return Found(word)
        names = {plain(name): self.called(code) for code, name in self._names.items()}
        close = nearest(plain(word), names)
        named = close.split('"')[1] if '"' in close else ""
        cure = f"the nearest is {names[named]}: write its code" if named in names else close
        return Found(rule="is no municipality's name or code", cure=cure)

    def called(self, code: str) -> str:
        """A code with name and region, for a sentence."""
        return f"{code} ({self._names[code]}, {self._region_names.get(self._region[code], self._region[code])})"


def _spelling(word: str, name: str) -> str:
    """How a cell differs from the official name that it means."""
    if plain(word) != plain(name):
        return "another name"
    return "Latin letters" if cyrillic(word) != word else "spelling"


def resolved(
    words: Iterable[str], regions: Iterable[str], gazetteer: Gazetteer, with_regions: bool = False
) -> Iterator[Found]:
    """What each cell means; ``with_regions`` where a region may stand in place of a municipality."""
    for word, region in zip(words, regions, strict=True):
        if not word:
            yield Found()
        elif with_regions and not region and (code := gazetteer.region(word)):
            yield Found(code, "" if code == word else f"is region {code}")
        else:
            yield gazetteer.municipality(word, region)
