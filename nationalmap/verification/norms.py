"""Needs and packages once more, from norms and indicators: exact fractions, then the norm's own rounding.

The figures are those of projected.csv, each planned year's; their coming from the indicators is checked beside.
None stands for no data: it gives no need (never 0) and caps nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Service
from nationalmap.verification.findings import Findings
from nationalmap.verification.projection import moved
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
        mean = self._mean(rule, part)
        return Fraction(facts["weight"]) * (mine / mean if mean > 0 else 1)

    def _mean(self, rule: Norm, part: int) -> Fraction:
        """Mean intensity, weighted by the base, over the municipalities of the average."""
        among = tuple(self.q.region_of) if rule["average"] == "planned" else self.everywhere
        pairs = [(self.of(rule["indicator"], m), self._intensity(rule["parts"][part], m)) for m in among]
        known = [(b, i) for b, i in pairs if b is not None and i is not None]
        whole = sum((b for b, _ in known), Fraction(0))
        return sum((b * i for b, i in known), Fraction(0)) / whole if whole > 0 else Fraction(0)

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


def figures_by_year(q: Question, a: Answer) -> dict[int, Figures]:
    """The projected indicators as norms read them."""
    values: dict[int, dict[tuple[str, str], Figure]] = {t: {} for t in q.years}
    for (indicator, m, t), row in a.keyed("projected").items():
        if t in values:
            values[t][indicator, m] = row["value"]
    return {t: Figures(q, found) for t, found in values.items()}


def needs(q: Question, a: Answer, say: Findings) -> None:
    """needs.csv: norm x indicator, rounded; or as a study states it."""
    figures = figures_by_year(q, a)
    stated = {(r["municipality"], r["group"], r["year"]): r for r in q.tables["stated_needs"]}
    groups = {g for _, g, _ in stated}
    follows: dict[tuple[str, str, int], dict[str, Any]] = {}
    for key in ((m, g, t) for m in q.region_of for g in groups for t in q.years):
        row = stated.get(key)
        follows[key] = dict.fromkeys(("norm", "indicator"), "") | {
            "indicator_value": None,
            "exact_users": None,
            "need_users": row["need_users"] if row else None,
            "is_estimate": bool(row and row["source_class"] == "estimate"),
        }
    for t in q.years:
        for norm in q.norms:
            if norm["gives"] == "need" and norm["group"] not in groups and in_force(norm, t):
                follows |= {(m, norm["group"], t): row for m, row in _need_rows(q, norm, figures[t], t)}
    say.table("needs.csv", a.keyed("needs"), follows, "needs: norm x indicator, rounded")


def _need_rows(q: Question, norm: Norm, figures: Figures, year: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one norm, for the municipalities of its scope."""
    inside = [m for m, r in q.region_of.items() if holds_for(norm, m, r)]
    exact = {m: figures.exact(norm, m) for m in inside}
    users = rounded(norm["rounding"], {m: given for m, (given, _) in exact.items()}, q.region_of.__getitem__)
    named = indicators_of(norm["rule"])
    projected = any(name in moved(q, year) for name in named)
    for m, (given, figure) in exact.items():
        yield (
            m,
            {
                "norm": norm["id"],
                "indicator": " ".join(named),
                "indicator_value": figure,
                "exact_users": given,
                "need_users": users[m],
                "is_estimate": bool(norm["estimate"]) or projected,
            },
        )


def package(q: Question, a: Answer, say: Findings) -> None:
    """package.csv: minimum capped at the need, its kind, and the maximum."""
    figures = figures_by_year(q, a)
    follows = {}
    for t in q.years:
        here = [norm for norm in q.norms if norm["gives"] != "need" and in_force(norm, t)]
        for s in sorted({norm["service"] for norm in here} & set(q.services)):
            mine = [norm for norm in here if norm["service"] == s]
            for u, row in _package_rows(q, a, mine, q.services[s], figures[t], t):
                follows[u, s, t] = row
    say.table("package.csv", a.keyed("package"), follows, "package: norms, capped at the need")


def _package_rows(
    q: Question, a: Answer, norms: Sequence[Norm], s: Service, figures: Figures, year: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one service in one year."""
    least = _given(q, [n for n in norms if n["gives"] == "minimum"], s, figures)
    most = _given(q, [n for n in norms if n["gives"] == "maximum"], s, figures)
    for u in sorted({q.territory(m, s.level) for m in q.region_of}):
        given, by, joins = least.get(u, (None, None, False))
        users, places = _minimum(given, by, s, _territory_need(q, a, u, s.group, year))
        own = s.level != "municipal" or s.home or (places is not None and places >= s.kmin and not joins)
        maximum, by_most, _ = most.get(u, (None, None, False))
        yield (
            u,
            {
                "level": s.level,
                "minimum_users": users,
                "minimum_places": places,
                "kind": "none" if not users else "in_place" if own else "access",
                "maximum_users": maximum,
                "norm_minimum": by["id"] if by else "",
                "norm_maximum": by_most["id"] if by_most else "",
            },
        )


def _minimum(given: int | None, by: Norm | None, s: Service, need: int | None) -> tuple[int | None, int | None]:
    """Users and places of a minimum, capped at the need where it is known."""
    if given is None or by is None:
        return None, None
    if by["unit"] == "places":
        places = given if need is None else min(given, -(-need // s.rho))
        return (places * s.rho if need is None else min(places * s.rho, need)), places
    users = given if need is None else min(given, need)
    return users, -(-users // s.rho)


def _territory_need(q: Question, a: Answer, territory: str, group: str, year: int) -> int | None:
    """Need of a territory; None where a municipality's is unknown, which caps nothing."""
    rows = a.keyed_needs
    found = [rows.get((m, group, year)) for m in q.inside(territory)]
    if any(row is None or row["need_users"] is None for row in found):
        return None
    return sum(int(row["need_users"]) for row in found if row is not None)


def _given(
    q: Question, norms: Sequence[Norm], s: Service, figures: Figures
) -> dict[str, tuple[int | None, Norm | None, bool]]:
    """Territory -> rounded amount, norm that gives it, and whether a threshold sends it to a neighbour."""
    found: dict[str, tuple[int | None, Norm | None, bool]] = {}
    for norm in norms:
        homes = {q.territory(m, s.level): r for m, r in q.region_of.items()}
        inside = [u for u, r in homes.items() if holds_for(norm, u, r)]
        amounts = {u: figures.exact(norm, u)[0] for u in inside}
        for u, given in rounded(norm["rounding"], amounts, homes.__getitem__).items():
            joins = s.level == "municipal" and _joins(norm["rule"], u, given, figures)
            found[u] = (given, norm, joins)
    return found


def _joins(rule: Norm, m: str, given: int | None, figures: Figures) -> bool:
    """Whether a threshold asks for no places of the municipality's own."""
    if rule["type"] != "threshold":
        return False
    measured = figures.of(rule["measure"], m) if rule["measure"] else given
    return measured is not None and measured < Fraction(rule["own_from"])
