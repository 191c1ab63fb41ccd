"""The cost of each shared service, split between its municipalities: by users, and by Shapley value.

The Shapley value is computed by counting coalitions by their size and sum of users, in exact fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import comb, floor

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Service
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question
from nationalmap.verification.rules_money import Cell, cents, running, trip


def shared(q: Question, a: Answer, say: Findings) -> None:
    """Rows of every host, service and year that at least two municipalities use."""
    users: dict[Cell, dict[str, int]] = defaultdict(dict)
    for (m, s, h, t), row in a.keyed("allocation").items():
        if s in q.services and row["users"]:
            users[h, s, t][m] = row["users"]
    owed = running(q, a)
    follows = {}
    for (h, s, t), mine in users.items():
        if len(mine) < 2:
            continue
        cost = cents(owed.get((h, s, t), Fraction(0)))
        every = sum(mine.values())
        by_users = to_cents({m: Fraction(cost * n, every) for m, n in mine.items()}, cost)
        by_value = to_cents(_by_value(q, (h, s, t), mine, cost), cost)
        for m, n in mine.items():
            follows[h, s, t, m] = {
                "users": n,
                "agreement": _agreement(q, m, h, q.services[s]),
                "by_users_eur": by_users[m],
                "by_shapley_eur": by_value[m],
            }
    say.table("shared.csv", a.keyed("shared"), follows, "shared: running cost, split")


def _agreement(q: Question, m: str, h: str, s: Service) -> str:
    if m == h:
        return "own"
    if s.level != "municipal":
        return "regional"
    return q.agreement(m, h, s.code) or "possible"


def to_cents(parts: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Whole cents that add up to the total: rounded down, then by largest remainder; ties by code."""
    whole = {m: floor(part) for m, part in parts.items()}
    left = total - sum(whole.values())
    for m in sorted(parts, key=lambda m: (whole[m] - parts[m], m))[:left]:
        whole[m] += 1
    return whole


def _by_value(q: Question, key: Cell, users: Mapping[str, int], cost: int) -> dict[str, Fraction]:
    """Own journeys and fees of each municipality, and its Shapley value of the rest."""
    own = {m: (trip(q, m, key[0], key[1]) - q.fee(*key)) * n for m, n in users.items()}
    base = Fraction(cost) - sum(own.values())
    part = shapley(q.services[key[1]], users, base)
    return {m: part[m] + own[m] for m in users}


def stand_alone(s: Service, users: int, most: Fraction) -> Fraction:
    """Running cost of a service for so many users alone, never more than the whole."""
    if users == 0:
        return Fraction(0)
    places = max(s.kmin, -(-users // s.rho))
    houses = -(-places // s.kmax) if s.facilities and s.kmax else 0
    return min(Fraction(s.place * places + s.facility * houses), most)


def shapley(s: Service, users: Mapping[str, int], base: Fraction) -> dict[str, Fraction]:
    """What each municipality adds to the cost, averaged over all orders; equal users, equal value."""
    sizes, n = list(users.values()), len(users)
    every = sum(sizes)

    def cost(together: int) -> Fraction:
        return base if together == every else stand_alone(s, together, base)

    along = [cost(together) for together in range(1, every + 1)]
    slopes = {later - sooner for sooner, later in pairwise(along)}
    if len(slopes) == 1:
        # The first user costs what a facility costs too, which all share alike; every other one the same.
        (slope,) = slopes
        return {m: slope * count + (along[0] - slope) / n for m, count in users.items()}
    value: dict[int, Fraction] = {}
    for mine in set(sizes):
        others = list(sizes)
        others.remove(mine)
        added = Fraction(0)
        for (size, together), number in _coalitions(others).items():
            # Of n! orders, size! (n - 1 - size)! have just this coalition before the municipality.
            added += Fraction(number, n * comb(n - 1, size)) * (cost(together + mine) - cost(together))
        value[mine] = added
    return {m: value[count] for m, count in users.items()}


def _coalitions(sizes: list[int]) -> dict[tuple[int, int], int]:
    """(number of members, their users) -> how many coalitions."""
    found = {(0, 0): 1}
    for size in sizes:
        more = dict(found)
        for (members, together), number in found.items():
            key = (members + 1, together + size)
            more[key] = more.get(key, 0) + number
        found = more
    return found
