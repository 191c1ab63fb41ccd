"""How wide words are in the font of the sheets, so that they are broken and made small enough before they are drawn.

The font is DejaVu Sans as matplotlib brings it, named by its file: a copy that a machine has installed may be another.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Millimetres of one point.
POINT = 25.4 / 72
#: Height of a line of text in its own size.
LEADING = 1.24
#: A text is made smaller step by step, by this factor below the smallest size that was asked for.
_SHRINK = 0.9
#: Room that every text has at least, millimetres.
_LEAST = 1.0


def font_file(*, bold: bool = False) -> Path:
    """The file of the font."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def font(*, bold: bool = False) -> Any:
    """The font as matplotlib asks for it."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_file(bold=bold))


@cache
def _face(*, bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(font_file(bold=bold)))


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """Width of a letter in parts of its size; one that the font lacks is a box as wide as high."""
    from matplotlib.ft2font import LoadFlags

    face = _face(bold=bold)
    if not face.get_char_index(ord(letter)):
        return 1.0
    return float(face.load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance) / float(face.units_per_EM)


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Width of a line in millimetres, at a size in points."""
    return sum(_advance(letter, bold=bold) for letter in words) * size * POINT


def lines(words: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """The text broken between words, and within a word that is wider than the line; nothing is left out."""
    found = [""]
    for word in words.replace("\n", " ").split(" "):
        joined = f"{found[-1]} {word}" if found[-1] else word
        if width(joined, size, bold=bold) <= most:
            found[-1] = joined
            continue
        *whole, rest = _pieces(word, size, most, bold=bold)
        found += [*whole, rest]
    return found if found[0] or len(found) == 1 else found[1:]


def _pieces(word: str, size: float, most: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > most:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def height(count: int, size: float) -> float:
    """Height of so many lines, millimetres."""
    return count * size * LEADING * POINT


def fitted(
    words: str, most_wide: float, most_high: float, sizes: Sequence[float], *, bold: bool = False
) -> tuple[float, list[str]]:
    """The largest of the sizes at which the text fits, and its lines; a text too long for all becomes smaller yet."""
    most_high, size = max(most_high, _LEAST), sizes[0]
    for size in sizes:
        broken = lines(words, size, most_wide, bold=bold)
        if height(len(broken), size) <= most_high:
            return size, broken
    while height(len(broken), size) > most_high:
        size *= _SHRINK
        broken = lines(words, size, most_wide, bold=bold)
    return size, broken
