"""Which municipality is meant: by a code of any system in use, or by its name within its region.

The systems: NSI and LAU (``HKV34``), GISCO (``BG_HKV34``), EKATTE of the seat where one municipality alone sits there
(``77195``; five seats are shared), and the names in Bulgarian or Latin letters. What was written otherwise than the
register writes it is said; what fits several municipalities, or none, is never joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd

System = Literal["nsi", "gisco", "ekatte", "name"]

#: Cyrillic letters and the Latin ones that look the same.
_ALIKE = dict(zip("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ", strict=True))
_TO_LATIN = str.maketrans(_ALIKE)
_TO_CYRILLIC = str.maketrans({latin: cyrillic for cyrillic, latin in _ALIKE.items()})
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_QUOTES = re.compile(r"[\"'„“”«»`’]")
_WORDS = re.compile(r"\b(ОБЩИНА|ОБЩ\.?|MUNICIPALITY( OF)?|ГР\.)(?=\s|$)")
_REGION = re.compile(r"\b(ОБЛАСТ|ОБЛ\.?)(?=\s|$)")
_GISCO = re.compile(r"BG[_:-]?([A-Z]{3}\d{2})")
_DIGITS = re.compile(r"(\d{1,5})(\.0+)?")


@dataclass(frozen=True)
class Found:
    """What a written word means: the code, or the candidates where it means several."""

    code: str
    system: System
    candidates: tuple[str, ...] = ()
    correction: str = ""
    """What was read otherwise than written; empty where nothing was."""


class Places:
    """The municipalities by every word that may stand for them."""

    def __init__(
        self,
        municipalities: pd.DataFrame,
        regions: pd.DataFrame | None = None,
        aliases: pd.DataFrame | None = None,
    ) -> None:
        """Tables of schema.MUNICIPALITIES (name_en, region and seat_ekatte may lack), REGIONS and ALIASES."""
        rows = municipalities.to_dict("records")
        self.names: dict[str, str] = {str(row["municipality"]): str(row["name_bg"]) for row in rows}
        self.region: dict[str, str] = {str(row["municipality"]): str(row.get("region", "")) for row in rows}
        self._by_ekatte: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            code = str(row["municipality"])
            if row.get("seat_ekatte"):
                self._by_ekatte[str(row["seat_ekatte"])].append(code)
            self._add_names(code, (row["name_bg"], row.get("name_en", "")))
        self._regions: dict[str, str] = {}
        for row in [] if regions is None else regions.to_dict("records"):
            for word in (row["region"], row["name_bg"], row["name_en"], row["nuts3"]):
                self._regions[_plain_name(str(word))] = str(row["region"])
        self._former: dict[str, str] = {}
        for row in [] if aliases is None else aliases.to_dict("records"):
            self._add_alias(str(row["alias"]), str(row["kind"]), str(row["code"]))

    def _add_alias(self, alias: str, kind: str, code: str) -> None:
        """A name or former code of a municipality, or a name of a region, where this territory has it."""
        if kind == "municipality" and code in self.names:
            self._former[alias] = code
            self._add_names(code, (alias,))
        elif kind == "region" and code in self._regions.values():
            self._regions[_plain_name(alias)] = code

    def _add_names(self, code: str, names: Iterable[str]) -> None:
        for name in names:
            key = _plain_name(str(name))
            if key and code not in self._by_name[key]:
                self._by_name[key].append(code)

    def by_code(self, word: object) -> Found | None:
        """The municipality of a code of any system; None for a word that is no known code."""
        written = _text(word)
        plain = _HIDDEN.sub("", written).strip().upper().translate(_TO_LATIN)
        system: System = "nsi"
        if match := _GISCO.fullmatch(plain):
            plain, system = match.group(1), "gisco"
        code = self._former.get(plain, plain)
        if code in self.names:
            fixed = _correction(written, code) if system == "nsi" else ""
            return Found(code, system, correction=fixed)
        if digits := _DIGITS.fullmatch(plain):
            ekatte = digits.group(1).zfill(5)
            held = self._by_ekatte.get(ekatte, [])
            fixed = _correction(written, ekatte)
            if held:
                return Found(held[0] if len(held) == 1 else "", "ekatte", tuple(held), fixed)
        return None

    def by_name(self, word: object, region: object = "") -> Found | None:
        """The municipality of a name, within a region where one is named (by code, name or NUTS 3); None if unknown."""
        written = _text(word)
        held = self._by_name.get(_plain_name(written), [])
        within = self.region_of(region)
        if within:
            held = [code for code in held if self.region[code] == within]
        if not held:
            return None
        code = held[0] if len(held) == 1 else ""
        fixed = _correction(written, self.names[code]) if code and _looks_else(written) else ""
        return Found(code, "name", tuple(held), fixed)

    def region_of(self, word: object) -> str:
        """Code of the region that a code, name or NUTS 3 means; empty for another word."""
        plain = _plain_name(_text(word))
        return self._regions.get(plain) or self._regions.get(_REGION.sub("", plain).strip(), "")

    def nearest(self, word: object) -> str:
        """A cure that names the nearest code or name."""
        return nearest(_text(word), [*self.names, *self.names.values()])

    def told(self, codes: Iterable[str]) -> str:
        """Codes with their names, for a sentence."""
        return ", ".join(f"{code} ({self.names[code]})" for code in codes)


def _text(word: object) -> str:
    """A cell as text; a whole number that was read as a fraction keeps its digits."""
    if word is None or word != word:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(word, float) and word.is_integer():
        return str(int(word))
    return str(word).strip()


def _plain_name(name: str) -> str:
    """A name without what nobody sees or the register does not write: case, quotes, the word for municipality."""
    plain = unicodedata.normalize("NFC", _HIDDEN.sub("", name)).upper()
    plain = _WORDS.sub(" ", _QUOTES.sub("", plain))
    if any("\u0400" <= letter <= "\u04ff" for letter in plain):
        plain = plain.translate(_TO_CYRILLIC)
    return " ".join(re.sub(r"[\s\-\u2010-\u2015]+", " ", plain).split())


def _looks_else(written: str) -> bool:
    """Whether a name holds letters of two alphabets or signs that nobody sees."""
    cyrillic = any("\u0400" <= letter <= "\u04ff" for letter in written)
    latin = any("a" <= letter <= "z" for letter in written.lower())
    return (cyrillic and latin) or bool(_HIDDEN.search(written)) or unicodedata.normalize("NFC", written) != written


def _correction(written: str, right: str) -> str:
    return "" if written == right else f'"{shown(written)}" is read as {right}'
