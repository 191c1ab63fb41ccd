"""Needs and packages once more, from norms and indicators, held against needs.csv and package.csv.

The figures are those of projected.csv, each planned year's; their coming from the indicators is checked beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Service
from nationalmap.verification.findings import Findings
from nationalmap.verification.norms import Figure, Figures, Norm, holds_for, in_force, indicators_of, rounded
from nationalmap.verification.projection import moved
from nationalmap.verification.question import Question


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
        given, by = least.get(u, (None, None))
        users, places = _minimum(given, by, s, _territory_need(q, a, u, s.group, year))
        large = places is not None and places >= s.kmin and not _joins(by, u, given, figures)
        own = s.level != "municipal" or s.home or large
        maximum, by_most = most.get(u, (None, None))
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
) -> dict[str, tuple[int | None, Norm | None]]:
    """Territory -> rounded amount, and norm that gives it."""
    found: dict[str, tuple[int | None, Norm | None]] = {}
    for norm in norms:
        homes = {q.territory(m, s.level): r for m, r in q.region_of.items()}
        inside = [u for u, r in homes.items() if holds_for(norm, u, r)]
        amounts = {u: figures.exact(norm, u)[0] for u in inside}
        for u, given in rounded(norm["rounding"], amounts, homes.__getitem__).items():
            found[u] = (given, norm)
    return found


def _joins(by: Norm | None, m: str, given: int | None, figures: Figures) -> bool:
    """Whether a threshold asks for no places of the municipality's own."""
    if by is None or by["rule"]["type"] != "threshold":
        return False
    rule = by["rule"]
    measured = figures.of(rule["measure"], m) if rule["measure"] else given
    return measured is not None and measured < Fraction(rule["own_from"])
