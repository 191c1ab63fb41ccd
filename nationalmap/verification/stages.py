"""The value of every stage, from the tables alone, against what the manifest says was reached.

Whether a value is the least possible is not proved again here: the bound is only held against the value.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Site
from nationalmap.verification.findings import Findings
from nationalmap.verification.people_tables import above_weights
from nationalmap.verification.question import Question
from nationalmap.verification.rules_money import OWED, cents, running
from nationalmap.verification.rules_people import package_gaps, spread_gaps

#: Stage values are reported with five decimals.
CLOSE = Fraction(1, 100_000)
Values = Iterator[tuple[str, Fraction]]
#: Cents in a thousand EUR, the unit of money in the plan.
UNIT = 100_000


def keep(q: Question, a: Answer) -> Values:
    """Users of today without a place; places of kept sites missing in each period, in users by class; idle ones."""
    if q.scenario["no_loss"]:
        yield "keep_users", Fraction(sum(_losses(q, a)))
    lost: dict[int, int] = defaultdict(int)
    idle = 0
    for site in q.sites.values():
        if not site.new and site.status == "keep":
            s = q.services[site.service]
            given, unused = 0, idle_places(q, a, site)
            for t in q.years:
                given += a.at(site, t, "given_up_places")
                lost[s.priority_class] += s.rho * max(0, given - unused)
            idle += min(given, unused)
    for c in sorted(lost):
        yield f"keep_{c}", Fraction(lost[c])
    yield "keep_idle", Fraction(idle)


def _losses(q: Question, a: Answer) -> Iterator[int]:
    """Users of today without a place, by territory, group and period, as far as need and maxima let them have one.

    min(users today, need, sum of the maxima where every service has one), less served
    """
    for g, services in q.groups.items():
        codes, level = {s.code for s in services}, q.group_level(g)
        for territory in sorted({q.territory(m, level) for m in q.region_of}):
            people = q.inside(territory)
            here = [i for i in q.sites.values() if i.service in codes and i.municipality in people]
            today = sum(i.users or 0 for i in here if not i.new)
            for t in q.years if today else ():
                need = sum(a.need.get((m, g, t), 0) for m in people)
                most = a.limit_of_group(territory, g, t)
                served = sum(a.served(m, g, t) for m in people)
                yield max(0, min(today, need, need if most is None else most) - served)


def idle_places(q: Question, a: Answer, site: Site) -> int:
    """Places of a home service beyond the least need of its municipality: nobody is counted who uses them."""
    s = q.services[site.service]
    if not s.home:
        return 0
    least = min(a.need.get((site.municipality, s.group, t), 0) for t in q.years)
    return max(0, site.k0 - -(-least // s.rho))


def package(q: Question, a: Answer) -> Values:
    """Missing shares of the packages, and regional services out of reach."""
    short = sum((Fraction(missing, asked) for asked, missing in package_gaps(q, a).values()), Fraction(0))
    yield "package", short + sum(spread_gaps(q, a).values())


def staff(q: Question, a: Answer) -> Values:
    """Posts beyond those that can be filled."""
    yield "staff", sum((row["lacking_posts"] for row in a.tables["staffing"]), Fraction(0))


def unmet(q: Question, a: Answer) -> Values:
    """Need cases without a place, by priority class."""
    found: dict[int, int] = defaultdict(int)
    for (m, g, t), row in a.keyed("unmet").items():
        if (m, g, t) in a.cells:
            found[q.groups[g][0].priority_class] += row["no_place_users"]
    for c in sorted(found):
        yield f"unmet_{c}", Fraction(found[c])


def worst_unmet(q: Question, a: Answer) -> Values:
    """The largest share of need cases without a place, and the mean of the worst tenth of the need."""
    short = _short(q, a)
    if short:
        yield "worst_unmet", max(u / d for u, d in short)
        yield "worst_tenth", worst_tenth(short)


def _short(q: Question, a: Answer) -> list[tuple[Fraction, int]]:
    """(without a place, need within reach) of every municipality and period with a need."""
    need: dict[tuple[str, int], int] = defaultdict(int)
    short: dict[tuple[str, int], int] = defaultdict(int)
    rows = a.keyed("unmet")
    for (m, g, t), d in a.cells.items():
        need[m, t] += d
        short[m, t] += rows[m, g, t]["no_place_users"] if (m, g, t) in rows else 0
    return [(Fraction(short[key]), d) for key, d in sorted(need.items())]


def worst_tenth(short: Sequence[tuple[Fraction, int]]) -> Fraction:
    """Mean share in the worst tenth of the need: min over eta of eta + sum of max(0, u - eta d) / (0.1 sum d)."""
    room = tenth = Fraction(sum(d for _, d in short), 10)
    total = Fraction(0)
    for u, d in sorted(short, key=lambda pair: pair[0] / pair[1], reverse=True):
        part = min(room, Fraction(d))
        total += u / d * part
        room -= part
    return total / tenth


def overspend(q: Question, a: Answer) -> Values:
    """Money lacking, thousand EUR."""
    yield "overspend", Fraction(sum(row["lacking_eur"] for row in a.tables["budget"]), UNIT)


def preference(q: Question, a: Answer) -> Values:
    """Users times the places by which their service comes after the first choice of its group."""
    several = {g for g, services in q.groups.items() if len({s.preference for s in services}) > 1}
    chosen = [(q.services[s], n) for (_, s, _), n in a.users_of.items() if s in q.services]
    yield "preference", Fraction(sum((s.preference - 1) * n for s, n in chosen if s.group in several))


def disruption(q: Question, a: Answer) -> Values:
    """Facilities opened, closed and converted, places given up."""
    changes = sum(1 for row in a.tables["transformed"] if row["facility"])
    for site in q.sites.values():
        for t in q.years:
            changes += a.opened(site, t) + a.closed(site, t) + a.at(site, t, "given_up_places")
    yield "disruption", Fraction(changes)


def cost(q: Question, a: Answer) -> Values:
    """Running money of all periods and capital money over its life, thousand EUR."""
    life = q.scenario["capital_life_years"]
    total = Fraction(0)
    for kind, owed in OWED.items():
        total += sum(owed(q, a).values(), Fraction(0)) / (1 if kind == "running" else life)
    yield "cost", total / UNIT


def travel(q: Question, a: Answer) -> Values:
    """Minutes of all users, one way."""
    yield "travel", sum((row["travel_min"] * row["users"] for row in a.tables["allocation"]), Fraction(0))


def worst_travel(q: Question, a: Answer) -> Values:
    """The longest journey in use, minutes."""
    yield "worst_travel", max((row["travel_min"] for row in a.tables["allocation"]), default=Fraction(0))


def sites(q: Question, a: Answer) -> Values:
    """Facilities of all periods."""
    yield "sites", Fraction(sum(row["facilities"] for row in a.tables["capacity"]))


def tie_break(q: Question, a: Answer) -> Values:
    """Places, facilities, conversions, renovations, complexes; users; payments: each by its code's weight."""
    total = users = 0
    for (site, t), row in a.capacity.items():
        total += weight("k", site, t) * row["places"] + weight("y", site, t) * row["facilities"]
    for (m, s, h, t), row in a.keyed("allocation").items():
        own = row["users"] - row["other_paid_users"]
        users += weight("x", m, h, s, t) * own + weight("xo", m, h, s, t) * row["other_paid_users"]
    total += sum(weight("q", *key) * row["places_out"] for key, row in a.keyed("transformed").items())
    done = [(key, row["year"]) for key, row in a.keyed("renovated").items() if row["year"] is not None]
    total += sum(weight("r", *key, year) for key, year in done)
    total += sum(weight("c", *key) * row["number"] for key, row in a.keyed("complex").items())
    yield "tie_break_places", Fraction(total)
    yield "tie_break_users", Fraction(users)
    money = sum(weight("b", *key) * row["amount_eur"] for key, row in a.keyed("spending").items())
    yield "tie_break_money", Fraction(money, UNIT)


def weight(letter: str, *code: str | int) -> int:
    """A whole number from 1 to 997, of users and money to 99,991, that depends on the code alone."""
    text = "|".join(str(part) for part in (letter, *code))
    most = 99_991 if letter in ("x", "xo", "b") else 997
    return 1 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % most


STAGES: Mapping[str, Callable[[Question, Answer], Values]] = {
    "keep": keep,
    "package": package,
    "staff": staff,
    "unmet": unmet,
    "worst_unmet": worst_unmet,
    "overspend": overspend,
    "preference": preference,
    "disruption": disruption,
    "cost": cost,
    "travel": travel,
    "worst_travel": worst_travel,
    "sites": sites,
    "tie_break": tie_break,
}


def check_stages(q: Question, a: Answer, stages: Sequence[Mapping[str, Any]], say: Findings) -> None:
    """Every stage of the manifest, in the scenario's order, with the value that follows from the tables."""
    expected: dict[str, Fraction] = {}
    for name in q.scenario["stages"]:
        say.rules.add(f"stage {name}")
        expected |= dict(STAGES[name](q, a))
    named = [stage["name"] for stage in stages]
    order = [name for name in expected if name in named]
    if named != order:
        say.add(
            f"manifest.json, stages: {', '.join(named)} stand; the scenario asks {', '.join(expected)}, in this order"
        )
    for name, value in expected.items():
        if name not in named and value != 0:
            say.add(f"manifest.json, stage {name}: is missing; {float(value):.5f} follows from the tables")
    free = any(sum(above_weights(q, a, key).values()) > cases for key, cases in a.above.items())
    least = {"worst_unmet": _least_worst(q, a), "worst_tenth": Fraction(0)} if free else {}
    slack = {"overspend": CLOSE + _part_cents(q, a)}
    for stage in stages:
        if stage["name"] in expected:
            value = expected[stage["name"]]
            # Who of several municipalities carries a case above a maximum is the table's choice, not the stage's.
            _check_stage(stage, value, least.get(stage["name"], value), slack.get(stage["name"], CLOSE), say)


def _part_cents(q: Question, a: Answer) -> Fraction:
    """Thousand EUR by which known journeys of parts of a cent move the payments when these are cut off."""
    return sum((abs(cost - cents(cost)) for cost in running(q, a).values()), Fraction(0)) / UNIT


def _check_stage(stage: Mapping[str, Any], value: Fraction, least: Fraction, close: Fraction, say: Findings) -> None:
    """Value against the tables (from ``least`` to ``value``, so closely); bound and gap against the value."""
    where, stands = f"manifest.json, stage {stage['name']}", stage["value"]
    if stands is None:
        say.add(f"{where}: has no value; {float(value):.5f} follows from the tables")
        return
    stands = Fraction(stands)
    if not least - close <= stands <= value + close:
        say.add(f"{where}: the value is {float(stands):.5f}; {float(value):.5f} follows from the tables")
    if stage["bound"] is not None:
        bound, gap = Fraction(stage["bound"]), stage["gap"]
        say.rule("bounds", where, bound, "<=", stands + CLOSE, "bound, against the value")
        follows = max(Fraction(0), stands - bound) / max(abs(stands), Fraction(1, 10**9))
        wrong = gap is None or abs(Fraction(gap) - follows) > CLOSE
        say.breaks("bounds", where, wrong, f"the gap is {gap}; (value - bound) / value is {float(follows):.6f}")
    proven = stage["gap"] is not None and Fraction(stage["gap"]) <= Fraction(stage["tolerance"])
    claims = stage["status"] == "proven"
    say.breaks("bounds", where, claims and not proven, "it is called proven, and its gap is above its tolerance")


def _least_worst(q: Question, a: Answer) -> Fraction:
    """A lower limit of the largest unmet share, however the cases above the maxima are laid on municipalities."""
    need: dict[tuple[str, int], int] = defaultdict(int)
    short: dict[tuple[str, int], int] = defaultdict(int)
    for (m, g, t), d in a.cells.items():
        need[m, t] += d
        short[m, t] += d - a.served(m, g, t)
    for key in a.above:
        for m, most in above_weights(q, a, key).items():
            short[m, key[2]] -= most
    return max((Fraction(max(0, short[key]), d) for key, d in need.items()), default=Fraction(0))
