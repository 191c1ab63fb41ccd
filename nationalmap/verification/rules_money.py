"""Rules of money: what each service costs where it stands, who pays it, and what each stream has. Whole cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from functools import partial
from math import floor

from nationalmap.verification.answer import Answer, price
from nationalmap.verification.facts import Stream
from nationalmap.verification.findings import Findings, euro
from nationalmap.verification.question import Question

Rule = Callable[[Question, Answer, Findings], None]
#: host, service, t
Cell = tuple[str, str, int]


def cents(amount: Fraction | int) -> int:
    """What is owed in whole cents: of known journeys, the part of a cent is paid by nobody."""
    return floor(Fraction(amount))


def running(q: Question, a: Answer) -> dict[Cell, Fraction]:
    """Running cost owed: places, facilities (no project sites), journeys, less fees and what complexes save."""
    owed: dict[Cell, Fraction] = defaultdict(Fraction)
    for site in q.sites.values():
        s = q.services[site.service]
        for t in q.years:
            if not site.project_in(t):
                cost = s.place * a.at(site, t, "places") + site.facility * a.at(site, t, "facilities")
                owed[site.municipality, s.code, t] += cost
    for (host, code, t), users in a.users_at.items():
        if code in q.services:
            owed[host, code, t] -= q.fee(host, code, t) * users
    for (m, code, host, t), row in a.keyed("allocation").items():
        if code in q.services:
            owed[host, code, t] += trip(q, m, host, code) * row["users"]
    for (code, host, t), number in complexes_in(q, a).items():
        first, saved = complex_facts(q)[code]
        owed[host, first, t] -= saved * number
    return {key: amount for key, amount in owed.items() if amount}


def trip(q: Question, m: str, host: str, service: str) -> Fraction:
    """Cents of one user's journeys in a year: the known cost, else the catalogue's for those who travel."""
    known = trip_costs(q).get((m, host, service))
    if known is not None:
        return known * 100
    return Fraction(q.services[service].trip if m != host else 0)


def trip_costs(q: Question) -> Mapping[tuple[str, str, str], Fraction]:
    """(municipality, host, service) -> EUR of one user and year, where it is known."""
    if "trip_costs" not in q.__dict__:
        rows = q.tables["trip_costs"]
        q.__dict__["trip_costs"] = {(r["municipality"], r["host"], r["service"]): r["cost_user_eur"] for r in rows}
    found: Mapping[tuple[str, str, str], Fraction] = q.__dict__["trip_costs"]
    return found


def complex_facts(q: Question) -> dict[str, tuple[str, int]]:
    """Complex -> its first service, and what one saves in a year."""
    return {r["complex"]: (r["services"].split()[0], r["saved_running_eur"]) for r in q.tables["complexes"]}


def complexes_in(q: Question, a: Answer) -> Mapping[tuple[str, str, int], int]:
    """(complex, host, t) -> number."""
    known = complex_facts(q)
    return {key: row["number"] for key, row in a.keyed("complex").items() if key[0] in known}


def building(q: Question, a: Answer) -> dict[Cell, Fraction]:
    """Capital cost of places added and of facilities that the plan itself opens."""
    owed: dict[Cell, Fraction] = defaultdict(Fraction)
    for site in q.sites.values():
        for t in q.years:
            cost = site.build_place * a.added(site, t) + site.build_facility * a.opened(site, t)
            owed[site.municipality, site.service, t] += cost
    return {key: amount for key, amount in owed.items() if amount}


def transforming(q: Question, a: Answer) -> dict[Cell, Fraction]:
    """Capital cost of converted places, by the service that they become."""
    owed: dict[Cell, Fraction] = defaultdict(Fraction)
    for row in a.tables["transformed"]:
        facts = q.conversions.get((row["from_service"], row["to_service"]))
        if facts is not None:
            cost = row["places_out"] * facts["capital_cost_place_eur"]
            owed[row["municipality"], row["to_service"], row["year"]] += cost
    return {key: amount for key, amount in owed.items() if amount}


def renovating(q: Question, a: Answer) -> dict[Cell, Fraction]:
    """Cost of the renovations, in the period in which each is done."""
    owed: dict[Cell, Fraction] = defaultdict(Fraction)
    stands = a.keyed("renovated")
    for row in q.tables["renovations"]:
        site, done = q.sites.get(row["site"]), stands.get((row["site"], row["kind"]))
        if site is not None and done is not None and done["year"] is not None:
            owed[site.municipality, site.service, done["year"]] += row["cost_eur"]
    return {key: amount for key, amount in owed.items() if amount}


OWED: Mapping[str, Callable[[Question, Answer], dict[Cell, Fraction]]] = {
    "running": running,
    "build": building,
    "transform": transforming,
    "renovate": renovating,
}


def paid(a: Answer, kind: str) -> dict[Cell, dict[str, int]]:
    """(host, service, t) -> stream -> cents, of one kind."""
    found: dict[Cell, dict[str, int]] = defaultdict(dict)
    for (f, what, m, s, t), row in a.keyed("spending").items():
        if what == kind:
            found[m, s, t][f] = row["amount_eur"]
    return found


def pay(q: Question, a: Answer, say: Findings, kind: str) -> None:
    """What is owed is paid by the streams, to the cent, by nobody who may not."""
    owed, spent, name = OWED[kind](q, a), paid(a, kind), f"pay_{'running' if kind == 'running' else kind}"
    for key in sorted(set(owed) | set(spent)):
        total, due = sum(spent.get(key, {}).values()), cents(owed.get(key, Fraction(0)))
        where = f"spending.csv, {kind} {' '.join(map(str, key))}"
        words = f"the streams pay {euro(total)}, the cost is {euro(due)}"
        say.breaks(name, where, total != due, words)
        may = {f.code for f in q.open_streams(kind, *key)} if key[2] in q.years else set()
        for f, amount in spent.get(key, {}).items():
            say.breaks(name, f"{where}, {f}", f not in may, "this stream may not pay that then")
            say.breaks(name, f"{where}, {f}", amount <= 0, "no amount is paid; such a row does not stand")


def other_pays(q: Question, a: Answer, say: Findings) -> None:
    """Other money pays at least the running cost of the places of its users, each rounded up to the cent."""
    spent = paid(a, "running")
    for key, users in a.other_at.items():
        if users and key[1] in q.services:
            other = sum(n for f, n in spent.get(key, {}).items() if f in q.streams and not q.streams[f].state)
            due = price(q.services[key[1]]) * users
            where = f"spending.csv, running {' '.join(map(str, key))}"
            say.rule("other_pays", where, other, ">=", due, "cents paid by others, against their users' places")


def pay_new_only(q: Question, a: Answer, say: Findings) -> None:
    """A stream for new places pays no more than what was added and opened costs, and what stands of committed sites."""
    spent = paid(a, "running")
    for key, by_stream in spent.items():
        for f, amount in by_stream.items():
            if f in q.streams and q.streams[f].new_only and key[1] in q.services:
                where = f"spending.csv, {f} running {' '.join(map(str, key))}"
                say.rule(
                    "pay_new_only", where, amount, "<=", _new_cost(q, a, key), "cents, against the cost of new places"
                )


def _new_cost(q: Question, a: Answer, key: Cell) -> int:
    host, code, year = key
    total = 0
    for site in q.sites_in.get((host, code), ()):
        if site.project_in(year):
            continue
        if site.committed:
            places, houses = a.at(site, year, "places"), a.at(site, year, "facilities")
        else:
            places = sum(a.added(site, t) for t in q.years if t <= year)
            houses = sum(a.opened(site, t) for t in q.years if t <= year)
        total += q.services[code].place * places + site.facility * houses
    return total


def budgets(q: Question, a: Answer, say: Findings) -> None:
    """Each stream and year: carried in, new money by the scenario, spent, and where the rest goes."""
    spent: dict[tuple[str, int], int] = defaultdict(int)
    for row in a.tables["spending"]:
        spent[row["stream"], row["year"]] += row["amount_eur"]
    follows = {}
    for code, f in q.streams.items():
        carried = 0
        new = available(q, f)
        for t in q.years:
            out, rest = spent[code, t], max(0, carried + new[t] - spent[code, t])
            after = [u for u in q.years if u > t]
            goes_on = not f.running and f.carry_over and bool(after) and f.open_in(after[0], t)
            follows[code, t] = {
                "kind": "running" if f.running else "capital",
                "carried_in_eur": carried,
                "budget_eur": new[t],
                "spent_eur": out,
                "carried_out_eur": rest if goes_on else 0,
                "left_eur": 0 if goes_on else rest,
                "lacking_eur": max(0, out - carried - new[t]),
            }
            carried = rest if goes_on else 0
    say.table("budget.csv", a.keyed("budget"), follows, "rule budgets")
    for (code, t), row in a.keyed("budget").items():
        broken = not q.free_money and row["lacking_eur"] > 0
        say.breaks("budgets", f"budget.csv, {code} {t}", broken, "more is spent than there is")


def available(q: Question, f: Stream) -> dict[int, int]:
    """Cents newly available in each period, cut to whole cents: running money yearly, capital money once.

    amount * factor (* (1 + growth)^(t - as_of) of running money), in periods in which the stream is open
    """
    opens = [t for t in q.years if f.open_in(t, q.former(t))]
    stated = f.facts["by_year"]
    once = Fraction(0) if stated is not None else _amount(q, f)
    found = dict.fromkeys(q.years, 0)
    for t in opens if f.running or stated is not None else opens[:1]:
        exact = Fraction(stated.get(str(t), 0)) if stated is not None else once
        growth = (1 + Fraction(f.facts["growth_per_year"])) ** (t - q.as_of) if f.running else Fraction(1)
        found[t] = floor(exact * Fraction(f.facts["factor"]) * growth * 100 + Fraction(1, 10_000))
    return found


def _amount(q: Question, f: Stream) -> Fraction:
    """EUR before factor and growth: stated, the sum of an indicator, or a share of a national programme."""
    facts = f.facts
    if facts["amount_eur"] is not None:
        return Fraction(facts["amount_eur"])
    own = [m for m in q.region_of if not f.municipalities or m in f.municipalities]
    if facts["indicator"] is not None:
        return 1000 * Fraction(facts["index"]) * sum(_figures(q, facts["indicator"], own), Fraction(0))
    mine = sum(_figures(q, facts["shared_by"], own), Fraction(0))
    every = sum(_figures(q, facts["shared_by"], None), Fraction(0))
    return Fraction(facts["national_eur"] or 0) * mine / every / facts["over_years"] if every else Fraction(0)


def _figures(q: Question, indicator: str, among: Collection[str] | None) -> Iterator[Fraction]:
    for row in q.tables["indicators"]:
        here = among is None or row["municipality"] in among
        if row["indicator"] == indicator and here and row["value"] is not None:
            yield row["value"]


RULES: tuple[Rule, ...] = (
    *(partial(pay, kind=kind) for kind in OWED),
    other_pays,
    pay_new_only,
    budgets,
)
