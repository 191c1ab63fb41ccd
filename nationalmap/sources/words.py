"""What the eye does not see in words: invisible signs, spaces that are none, Latin letters that look Cyrillic."""

from __future__ import annotations

import re
import unicodedata

#: Signs without width, and the soft hyphen: nobody wrote them on purpose.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Latin letters and the Cyrillic ones that look the same.
_TWINS = str.maketrans("ABEKMHOPCTYXaeopcyx", "АВЕКМНОРСТУХаеорсух")
#: For a search among known names, small letters too that look alike only as capitals.
_KIN = str.maketrans("abekmhopctyx", "авекмнорстух")
_WORD = re.compile(r"[^\W\d_]+")
_QUOTES = re.compile("[\"'„“”‘’«»`]")
_HYPHENS = re.compile(r"\s*[‐‑‒–—-]\s*")
_KIND = re.compile(r"^(община|общ\.|област|обл\.)\s+|\s+(община|област)$")
#: First words of a row of totals, which is no record.
_TOTAL = re.compile(r"(общо|всичко|сума|сбор|итого|междинен сбор|(grand |sub)?total|sum)(?!\w)")


def visible(text: str) -> str:
    """A text without signs that nobody sees, its spaces all of one kind, its letters composed."""
    return text if text.isascii() else _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def cyrillic(text: str) -> str:
    """A text in which Latin letters stand no longer inside Cyrillic words, where they all have a Cyrillic twin."""
    return text if text.isascii() else _WORD.sub(lambda found: _mended(found[0]), text)


def _mended(word: str) -> str:
    twin = word.translate(_TWINS)
    mixed = any("a" <= letter <= "z" for letter in word.lower()) and not word.isascii()
    return twin if mixed and not any("a" <= letter <= "z" for letter in twin.lower()) else word


def plain(name: str) -> str:
    """A name as it is searched: small letters, no quotes, no "община", look-alike letters Cyrillic."""
    bare = _HYPHENS.sub("-", _QUOTES.sub("", visible(name))).casefold()
    if any("а" <= letter <= "я" for letter in bare):
        bare = bare.translate(_KIN)
    return _KIND.sub("", " ".join(bare.split())).strip()


def is_total(text: str) -> bool:
    """Whether a cell says that its row is a sum of others."""
    return bool(_TOTAL.match(plain(text)))
