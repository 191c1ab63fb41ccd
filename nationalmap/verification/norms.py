"""What norms give, once more: rules on the figures of a year in exact fractions, then the norm's own rounding.

None stands for no data: it gives no need (never 0) and caps nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from nationalmap.verification.question import Question

Figure = Fraction | None
Norm = Mapping[str, Any]
#: Figures and amounts are rounded so far before the norm's own rounding: float noise tips nothing.
DIGITS = 9


@dataclass
class Figures:
    """The indicators of one year."""

    q: Question
    values: Mapping[tuple[str, str], Figure]
    """(indicator, municipality) -> figure."""

    @cached_property
    def everywhere(self) -> tuple[str, ...]:
        """Every municipality at hand."""
        return tuple(sorted({m for _, m in self.values}))

    def of(self, indicator: str, m: str) -> Figure:
        """One figure; None without data."""
        return self.values.get((indicator, m))

    # ------------------------------------------------------------------------ the rules

    def base(self, rule: Norm, m: str) -> Figure:
        """The figure of a municipality that the rule weighs and that adds up over a region."""
        if rule["type"] == "presence":
            return None
        own = self.of(rule["indicator"], m)
        if rule["type"] == "subgroup":
            stated = rule["share_percent"]
            share = self.of(rule["share_indicator"], m) if rule["share_indicator"] else Fraction(stated)
            return None if own is None or share is None else own * share / 100
        if rule["type"] == "composite":
            weighed = [self._above_average(rule, j, m) for j in range(len(rule["parts"]))]
            if own is None or any(w is None for w in weighed):
                return None
            return own * sum((w for w in weighed if w is not None), Fraction(0))
        return own

    def _above_average(self, rule: Norm, part: int, m: str) -> Figure:
        """Weight of a part times its intensity, as a multiple of its mean."""
        facts = rule["parts"][part]
        mine = self._intensity(facts, m)
        if mine is None:
            return None
        people, weighed = self._average(rule, part)
        return Fraction(facts["weight"]) * (mine * people / weighed if weighed > 0 else 1)

    def _average(self, rule: Norm, part: int) -> tuple[Fraction, Fraction]:
        """The base over the municipalities of the average, and their intensities weighed by it: its mean times it."""
        among = tuple(self.q.region_of) if rule["average"] == "planned" else self.everywhere
        pairs = [(self.of(rule["indicator"], m), self._intensity(rule["parts"][part], m)) for m in among]
        known = [(b, i) for b, i in pairs if b is not None and i is not None]
        return sum((b for b, _ in known), Fraction(0)), sum((b * i for b, i in known), Fraction(0))

    def _intensity(self, part: Norm, m: str) -> Figure:
        own = self.of(part["indicator"], m)
        if part["of"] is None:
            return own
        whole = self.of(part["of"], m)
        return own / whole if own is not None and whole else None

    def served(self, scheme: Norm, m: str) -> Figure:
        """Users of another scheme in a municipality."""
        if scheme["indicator"] is None:
            users = scheme["users"].get(m)
            return None if users is None else Fraction(users)
        own = self.of(scheme["indicator"], m)
        return None if own is None else own * Fraction(scheme["rate"]) / Fraction(scheme["per"])

    def exact(self, norm: Norm, territory: str) -> tuple[Figure, Figure]:
        """What the norm gives before rounding, and the figure it stands on."""
        rule = norm["rule"]
        inner = rule["inner"] if rule["type"] in ("threshold", "complement") else rule
        people = self.q.inside(territory)
        figure = _sum(self.base(inner, m) for m in people)
        given = _of_base(inner, figure)
        if rule["type"] == "complement":
            others = _sum(self.served(scheme, m) for scheme in rule["schemes"] for m in people)
            given = None if given is None or others is None else max(Fraction(0), given - others)
        return given, figure


def _sum(figures: Iterator[Figure]) -> Figure:
    """Sum; None where one is missing."""
    total = Fraction(0)
    for figure in figures:
        if figure is None:
            return None
        total += figure
    return total


def _of_base(rule: Norm, figure: Figure) -> Figure:
    """The amount that a plain rule gives for a figure."""
    if rule["type"] == "presence":
        return Fraction(rule["amount"])
    if figure is None:
        return None
    if rule["type"] == "banded":
        below = (b["amount"] for b in rule["bands"] if b["below"] is None or figure < Fraction(b["below"]))
        return Fraction(next(below))
    return figure * Fraction(rule["rate"]) / Fraction(rule["per"])


_ROUND: Mapping[str, Callable[[Fraction], int]] = {
    "ceil": ceil,
    "floor": floor,
    "half_up": lambda x: floor(x + Fraction(1, 2)),
}


def rounded(rounding: str, amounts: Mapping[str, Figure], region: Callable[[str], str]) -> dict[str, int | None]:
    """Whole users or places by territory; largest_remainder keeps the sum of the region, ties by code."""
    clean = {u: None if x is None else round(x, DIGITS) for u, x in amounts.items()}
    if rounding != "largest_remainder":
        return {u: None if x is None else _ROUND[rounding](x) for u, x in clean.items()}
    whole: dict[str, int | None] = {u: None if x is None else floor(x) for u, x in clean.items()}
    by_region: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for u, x in clean.items():
        if x is not None:
            by_region[region(u)][u] = x
    for parts in by_region.values():
        lacking = floor(sum(parts.values(), Fraction(0)) + Fraction(1, 2)) - sum(floor(x) for x in parts.values())
        for u in sorted(parts, key=lambda u: (floor(parts[u]) - parts[u], u))[: max(0, lacking)]:
            whole[u] = floor(parts[u]) + 1
    return whole


def in_force(norm: Norm, year: int) -> bool:
    """Whether a norm holds in a planned year."""
    return bool(norm["valid_from"] <= year <= norm["valid_to"])


def holds_for(norm: Norm, m: str, region: str) -> bool:
    """Whether its scope takes in a municipality, or a region as a whole."""
    return (
        (not norm["regions"] and not norm["municipalities"]) or region in norm["regions"] or m in norm["municipalities"]
    )


def indicators_of(rule: Norm) -> list[str]:
    """The indicators a rule reads, each once, in the order in which the tables name them."""
    kind = rule["type"]
    if kind == "presence":
        return []
    if kind in ("threshold", "complement"):
        more = [rule["measure"]] if kind == "threshold" else [scheme["indicator"] for scheme in rule["schemes"]]
        named = [*indicators_of(rule["inner"]), *more]
    elif kind == "composite":
        named = [rule["indicator"], *(name for part in rule["parts"] for name in (part["indicator"], part["of"]))]
    else:
        named = [rule["indicator"], rule.get("share_indicator")]
    return list(dict.fromkeys(name for name in named if name))
