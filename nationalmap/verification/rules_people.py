"""Rules of people: who is served where, packages, maxima, shares, what other money may add.

x users paid by the state, xo by other money; the table allocation holds x + xo and xo. Family of a new service: itself
and every old type that counts as it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question

Rule = Callable[[Question, Answer, Findings], None]


def hosts(q: Question, a: Answer, say: Findings) -> None:
    """People are served where they may be: planned, within reach, by agreement; the journey is that of travel.csv."""
    for (m, s, h, t), row in a.keyed("allocation").items():
        where, known = f"allocation.csv, {m} {s} {h} {t}", s in q.services
        allowed = known and h in q.hosts.get((m, s, t), ()) and (m, q.services[s].group, t) in a.cells
        say.breaks("hosts", where, not allowed, "people of the municipality may not be served there then")
        say.breaks("hosts", where, row["users"] == 0, "nobody is served; such a row does not stand")
        say.rule("hosts", where, row["other_paid_users"], "<=", row["users"], "users paid otherwise, of all users")
        say.rule("hosts", where, row["travel_min"], "=", q.minutes.get((m, h)), "minutes, against travel.csv")


def other_paid(q: Question, a: Answer, say: Findings) -> None:
    """Other money pays users only beside a maximum of the territory, and where a stream of another payer may pay."""
    for (m, s, h, t), row in a.keyed("allocation").items():
        if row["other_paid_users"] and s in q.services:
            service = q.services[s]
            limited = a.limit_of(q.territory(m, service.level), service.family, t) is not None
            paid = any(not f.state for f in q.open_streams("running", h, s, t))
            where = f"allocation.csv, {m} {s} {h} {t}"
            say.breaks("other_paid", where, not (limited and paid), "no other money may pay these users")


def meet_need(q: Question, a: Answer, say: Findings) -> None:
    """Nobody is served beyond the need: sum over s in g, h of x + xo <= d; the rest is said in unmet.csv."""
    for m in q.region_of:
        for g in q.groups:
            for t in q.years:
                need = a.need.get((m, g, t), 0)
                say.rule(
                    "meet_need",
                    f"allocation.csv, {m} {g} {t}",
                    a.served(m, g, t),
                    "<=",
                    need,
                    "served, against the need",
                )


def group_shares(q: Question, a: Answer, say: Findings) -> None:
    """Of those served in a group by region, each service serves its least share at least and its most share at most."""
    for s, family in q.families.items():
        own = q.services[s]
        for r in sorted(set(q.region_of.values())) if own.least is not None or own.most is not None else ():
            for t in q.years:
                people = q.inside(r)
                mine = sum(a.users_of[m, f.code, t] for m in people for f in family)
                every = sum(a.served(m, own.group, t) for m in people)
                where = f"allocation.csv, {r} {s} {t}"
                if own.most is not None:
                    say.rule("group_shares", where, mine, "<=", own.most * every, "served, against the most share")
                if own.least is not None:
                    say.rule("group_shares", where, mine, ">=", own.least * every, "served, against the least share")


def single_assignment(q: Question, a: Answer, say: Findings) -> None:
    """People of one municipality have one host for a service that asks it."""
    found: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for m, s, h, t in a.keyed("allocation"):
        if s in q.scenario["single_assignment"]:
            found[m, s, t].add(h)
    for key, several in found.items():
        say.rule("single_assignment", f"allocation.csv, {' '.join(map(str, key))}", len(several), "<=", 1, "hosts")


def places_hold_users(q: Question, a: Answer, say: Findings) -> None:
    """A host serves no more users at a time than its places hold: sum over m of x + xo <= rho * sum of k."""
    for key, users in a.users_at.items():
        if key[1] in q.services:
            most = q.services[key[1]].rho * a.places_in[key]
            where = f"allocation.csv, host {' '.join(map(str, key))}"
            say.rule("places_hold_users", where, users, "<=", most, "users, against what the places hold")


def maximum_users(q: Question, a: Answer, say: Findings) -> None:
    """The state pays no more users than the maximum, or than the places of today: sum of x of the family <= L."""
    for territory, s, t in a.package:
        limit = a.limit_of(territory, s, t) if s in q.families else None
        if limit is not None:
            pairs = [(m, f.code, t) for m in q.inside(territory) for f in q.families[s]]
            paid = sum(a.users_of[p] - a.other_of[p] for p in pairs)
            say.rule(
                "maximum_users", f"package.csv, {territory} {s} {t}", paid, "<=", limit, "users that the state pays"
            )


def hard_need(q: Question, a: Answer, say: Findings) -> None:
    """In the mode what_it_would_cost nobody within reach and below the maximum is without a place, no package short."""
    if not q.free_money:
        return
    for (m, g, t), row in a.keyed("unmet").items():
        say.rule("hard_need", f"unmet.csv, {m} {g} {t}", row["no_place_users"], "=", 0, "need cases without a place")
    for key, (asked, missing) in package_gaps(q, a).items():
        where = f"capacity.csv, {' '.join(map(str, key))}"
        say.rule("hard_need", where, missing, "=", 0, f"missing of a package of {asked}")
    for key, missing in spread_gaps(q, a).items():
        where = f"capacity.csv, {' '.join(map(str, key))}"
        say.rule("hard_need", where, missing, "=", 0, "regional services without an open site within reach")


def package_gaps(q: Question, a: Answer) -> dict[tuple[str, str, int], tuple[int, int]]:
    """(territory, service, t) -> what is asked, and what is missing of it."""
    return {key: (asked, max(0, asked - achieved(q, a, key, kind))) for key, (kind, asked) in a.minima.items()}


def achieved(q: Question, a: Answer, key: tuple[str, str, int], kind: str) -> int:
    """Users served (access) or places in the territory, of the family."""
    territory, s, t = key
    sums = a.users_of if kind == "access" else a.places_in
    return sum(sums[m, f.code, t] for m in q.inside(territory) for f in q.families[s])


def near_open(q: Question, a: Answer, m: str, s: str, year: int) -> Iterator[Fraction]:
    """Minutes to every host within reach in which a service of the family has places."""
    for f in q.families[s]:
        for h in q.hosts.get((m, f.code, year), ()):
            if a.places_in[h, f.code, year]:
                yield q.minutes[m, h]


def spread_gaps(q: Question, a: Answer) -> dict[tuple[str, str, int], int]:
    """(m, regional service, t) with a minimum -> 1 where no facility of the family stands within reach."""
    found = {}
    for r, s, t in a.minima:
        for m in q.inside(r) if q.services[s].level == "regional" else ():
            pairs = [(h, f.code, t) for f in q.families[s] for h in q.hosts.get((m, f.code, t), ())]
            found[m, s, t] = 0 if any(a.facilities_in[pair] for pair in pairs) else 1
    return found


RULES: tuple[Rule, ...] = (
    hosts,
    other_paid,
    meet_need,
    group_shares,
    single_assignment,
    places_hold_users,
    maximum_users,
    hard_need,
)
