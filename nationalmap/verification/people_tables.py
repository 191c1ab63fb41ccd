"""The tables of people that follow from others: unmet, access, compliance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question
from nationalmap.verification.rules_people import achieved, near_open
from nationalmap.verification.tables import Row

Key = tuple[str, str, int]


def laid_above(q: Question, a: Answer) -> Mapping[Key, int]:
    """(m, g, t) -> cases above the maximum: A of the territory, by min(unmet, share), largest remainder, then code."""
    laid: dict[Key, int] = {}
    for (territory, g, t), cases in a.above.items():
        weight = above_weights(q, a, (territory, g, t))
        total = sum(weight.values())
        some = min(cases, total)
        if not some:
            continue
        exact = {m: Fraction(some * w, total) for m, w in weight.items()}
        whole = {m: int(part) for m, part in exact.items()}
        left = some - sum(whole.values())
        for m in sorted(weight, key=lambda m: (whole[m] - exact[m], m))[:left]:
            whole[m] += 1
        laid |= {(m, g, t): n for m, n in whole.items()}
    return laid


def above_weights(q: Question, a: Answer, key: Key) -> dict[str, int]:
    """Most cases above the maximum that each municipality can carry: its unmet cases, its share of A rounded up."""
    territory, g, t = key
    every, cases = a.within_reach(territory, g, t), a.above[key]
    weights = {}
    for m in q.inside(territory):
        d = a.cells.get((m, g, t), 0)
        if d:
            weights[m] = max(0, min(d - a.served(m, g, t), -(-d * cases // every)))
    return {m: w for m, w in weights.items() if w}


def unmet(q: Question, a: Answer, say: Findings) -> None:
    """Every need case with a place, above the maximum, out of reach, or without a place."""
    above = laid_above(q, a)
    follows = {}
    for (m, g, t), need in a.need.items():
        served, reach = a.served(m, g, t), (m, g, t) in a.cells
        over = above.get((m, g, t), 0)
        follows[m, g, t] = {
            "need_users": need,
            "served_users": served,
            "unmet_users": need - served,
            "above_maximum_users": over,
            "out_of_reach_users": 0 if reach else need - served,
            "no_place_users": need - served - over if reach else 0,
        }
    say.table("unmet.csv", a.keyed("unmet"), follows, "unmet: need, less served, less the reasons")


def access(q: Question, a: Answer, say: Findings) -> None:
    """Sums of unmet over the groups of each municipality and year."""
    columns = ("need_users", "served_users", "no_place_users", "above_maximum_users", "out_of_reach_users")
    sums: dict[tuple[str, int], dict[str, Any]] = defaultdict(lambda: dict.fromkeys(columns, 0))
    for (m, _, t), row in a.keyed("unmet").items():
        for name in columns:
            sums[m, t][name] += row[name]
    for row in sums.values():
        reach = row["need_users"] - row["out_of_reach_users"]
        row["unmet_share"] = Fraction(row["no_place_users"], reach) if reach else None
    say.table("access.csv", a.keyed("access"), sums, "access: sums of unmet.csv")


def compliance(q: Question, a: Answer, say: Findings) -> None:
    """The minimum package, service by service, in every municipality of its territory."""
    follows: dict[Key, Row] = {}
    for (territory, s, t), (kind, asked) in a.minima.items():
        municipal = q.services[s].level == "municipal"
        given = achieved(q, a, (territory, s, t), kind)
        for m in q.inside(territory):
            nearest = min(near_open(q, a, m, s, t), default=None)
            complied = given >= asked and (municipal or nearest is not None)
            follows[m, s, t] = {
                "level": q.services[s].level,
                "kind": kind if municipal else "regional",
                "required": asked,
                "achieved": given,
                "missing": max(0, asked - given),
                "nearest_min": nearest,
                "within_reach": nearest is not None,
                "complied": complied,
            }
    say.table("compliance.csv", a.keyed("compliance"), follows, "compliance: package.csv against the plan")
