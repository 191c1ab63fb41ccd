"""Fixed classes and colours of the map, as data: round breaks that every scenario shares.

A class is found with exact fractions, so that 99.96 % is never shown as full coverage and a
figure on a break always falls on the same side: breaks belong to the class above them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

#: ColorBrewer, five steps, light to dark.
_BLUES = ("#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d")
_REDS = ("#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000")
#: ColorBrewer PuOr, seven steps: safe for colour-blind eyes, light in the middle; violet is better.
PUOR = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")

#: Classes that are no figure: the municipality has none, needs none, or nothing is asked of it.
NO_DATA, NO_NEED, NOT_ASKED, NOBODY = "no_data", "no_need", "not_asked", "nobody"
SPECIAL_FILLS = {NO_DATA: "url(#no-data)", NO_NEED: "#e6e0d2", NOT_ASKED: "#e6e0d2", NOBODY: "#e6e0d2"}

#: Critical shortfall: more than this share of the need, and at least so many cases, without a place.
CRITICAL_SHARE = Fraction(1, 2)
CRITICAL_CASES = 10

#: Places at the seat that fill the largest circle, in steps, so that the key shows round figures.
CIRCLE_STEPS = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)


@dataclass(frozen=True)
class Scale:
    """Classes of one kind of figure; ``fills`` has one colour more than there are ``breaks``."""

    key: str
    breaks: tuple[Fraction, ...]
    fills: tuple[str, ...]
    special: tuple[str, ...]
    whole_last: bool = False
    labelled: bool = False

    def classify(self, value: Fraction) -> str:
        """Class of a figure: its position among the breaks, as text."""
        return str(bisect_right(self.breaks, value))

    def fill(self, name: str) -> str:
        """Colour of a class."""
        return SPECIAL_FILLS[name] if name in SPECIAL_FILLS else self.fills[int(name)]

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class, figures first."""
        return (*(str(position) for position in range(len(self.fills))), *self.special)


def _breaks(*values: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


_RATE = (NO_NEED, NO_DATA)
SCALES = {
    scale.key: scale
    for scale in (
        Scale("package", _breaks("1", "2", "4", "7"), _BLUES[::-1], (NOT_ASKED,), labelled=True),
        Scale("package_share", _breaks("25", "50", "75", "100"), _BLUES, (NOT_ASKED,), whole_last=True),
        Scale("package_one", _breaks("1", "2"), (_BLUES[4], _BLUES[2], _BLUES[0]), (NOT_ASKED,), labelled=True),
        Scale("coverage", _breaks("25", "50", "75", "100"), _BLUES, _RATE, whole_last=True),
        Scale("shortfall", _breaks("0.5", "1", "2", "4"), _REDS, _RATE),
        Scale("shortfall_all", _breaks("2", "5", "10", "20"), _REDS, _RATE),
        Scale("money", _breaks("1", "2", "5", "10"), _BLUES, (NO_DATA,)),
        Scale("of_group", (), ("#e6e0d2",), (), labelled=True),
        Scale("money_all", _breaks("25", "50", "100", "200"), _BLUES, (NO_DATA,)),
        Scale("travel", _breaks("10", "20", "30", "45"), _REDS, (NOBODY,)),
    )
}


@dataclass(frozen=True)
class Indicator:
    """One map of the page: its scale for one topic, for all of them together, and for a sum of municipalities.

    ``hatched`` marks the two rates of the need, where a critical shortfall is hatched.
    """

    key: str
    one: str
    all: str
    hatched: bool
    area: str | None = None
    """Scale of a sum of municipalities; that of one of them where none is named."""

    def scale(self, *, every: bool, of_group: bool = False) -> Scale:
        """Scale of one topic, or of all together; a service without a need of its own has none."""
        if of_group and self.hatched:
            return SCALES["of_group"]
        return SCALES[self.all if every else self.one]


#: The maps in the order of the selector; the page opens on the first.
INDICATORS = (
    Indicator("package", "package_one", "package", hatched=False, area="package_share"),
    Indicator("coverage", "coverage", "coverage", hatched=True),
    Indicator("shortfall", "shortfall", "shortfall_all", hatched=True),
    Indicator("money", "money", "money_all", hatched=False),
    Indicator("travel", "travel", "travel", hatched=False),
)

#: How two runs differ: breaks of the difference as fractions of whole numbers, the same on both sides of nothing; a
#: difference below the first is none. ``sign`` says whether more is better, or 0 where neither is.
MEASURES = (
    {"key": "package", "breaks": [[1, 1], [2, 1], [4, 1]], "sign": 1, "decimals": 0},
    {"key": "coverage", "breaks": [[1, 1], [20, 1], [50, 1]], "sign": 1, "decimals": 1},
    {"key": "shortfall", "breaks": [[1, 10], [1, 1], [4, 1]], "sign": -1, "decimals": 1},
    {"key": "money", "breaks": [[1, 1], [5, 1], [20, 1]], "sign": 0, "decimals": 1},
    {"key": "travel", "breaks": [[1, 1], [5, 1], [15, 1]], "sign": -1, "decimals": 1},
)


def described(indicator: Indicator) -> dict[str, object]:
    """An indicator as the page reads it: its scales by name."""
    area = indicator.area
    return {
        "key": indicator.key,
        "one": indicator.one,
        "all": indicator.all,
        "area": area,
        "hatched": indicator.hatched,
    }


def is_critical(need: int, unmet: int) -> bool:
    """More than half of the need and at least ten cases without a place."""
    return unmet >= CRITICAL_CASES and Fraction(unmet) > need * CRITICAL_SHARE


def circle_step(most: int) -> int:
    """Places that the largest circle of a map stands for."""
    return next((step for step in CIRCLE_STEPS if most <= step), CIRCLE_STEPS[-1])
