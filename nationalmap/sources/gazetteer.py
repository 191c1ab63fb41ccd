"""What a cell says of a municipality, in one answer: its code and the correction, or what is wrong and the cure.

``places`` knows the codes and names; here it is decided what of it is joined, and put into words. A
nearest name is told to whoever has to mend the file; nothing is joined by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nationalmap.schema import nearest, shown
from nationalmap.sources.places import Found as Meant
from nationalmap.sources.places import Places
from nationalmap.sources.words import cyrillic, plain


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
    """The municipalities and regions of a question, as cells of its tables name them."""

    def __init__(self, places: Places, region_names: dict[str, str]) -> None:
        """``region_names``: the Bulgarian name of each region code."""
        self._places, self._region_names = places, region_names

    def region(self, word: str) -> str:
        """The region of this name, alias, code or NUTS code; "" where it is none."""
        return self._places.region_of(word)

    def municipality(self, word: str, region: str = "") -> Found:
        """The municipality that a cell means, ``region`` being the cell that says where it lies, if any."""
        places = self._places
        if word in places.names:
            return Found(word)
        known = places.region_of(region)
        if region and not known:
            cure = nearest(region, [*self._region_names, *self._region_names.values()])
            return Found(rule=f'lies in "{shown(region)}", which is no region', cure=cure)
        coded = places.by_code(word.replace(" ", ""))
        if coded is not None:
            return self._coded(word, coded)
        named = places.by_name(word, region) or places.by_name(word)
        return self._named(word, named, known) if named is not None else self._unknown(word)

    def _coded(self, word: str, meant: Meant) -> Found:
        if not meant.code:
            rule = f"is the seat of {' and '.join(map(self.called, meant.candidates))}"
            return Found(rule=rule, cure="write the code of the municipality: the seat is no key")
        seat = f"the seat ({word.zfill(5)}) of " if meant.system == "ekatte" else ""
        return Found(meant.code, f"is {seat}{self.called(meant.code)}")

    def _named(self, word: str, meant: Meant, region: str) -> Found:
        if not meant.code:
            rule = f"is the name of {' and '.join(map(self.called, sorted(meant.candidates)))}"
            return Found(rule=rule, cure="write the code, or say the region in a column region")
        name = self._places.names[meant.code]
        reasons = [] if word == name else [_spelling(word, name)]
        if region and region != self._places.region[meant.code]:
            reasons.append(f"it stands under {self._region_names[region]}")
        if not reasons:
            return Found(meant.code, by_name=True)
        return Found(meant.code, f"is {self.called(meant.code)}: {', '.join(reasons)}")

    def _unknown(self, word: str) -> Found:
        """Whatever looks like a code is left to the check of the codes."""
        if word.isascii() and " " not in word:
            return Found(word)
        names = {plain(name): self.called(code) for code, name in self._places.names.items()}
        close = nearest(plain(word), names)
        named = close.split('"')[1] if '"' in close else ""
        cure = f"the nearest is {names[named]}: write its code" if named in names else close
        return Found(rule="is no municipality's name or code", cure=cure)

    def called(self, code: str) -> str:
        """A code with name and region, for a sentence."""
        region = self._places.region[code]
        return f"{code} ({self._places.names[code]}, {self._region_names.get(region, region)})"


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
