"""The tables of money and staff that follow from others: staffing, renovated, programme, afterwards."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Site
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question
from nationalmap.verification.rules_money import OWED, cents
from nationalmap.verification.tables import Row


def staffing(q: Question, a: Answer, say: Findings) -> None:
    """Posts of the planned places against those that can be filled: needed = sum of posts * k."""
    posts: dict[str, list[Row]] = defaultdict(list)
    for row in q.tables["professions"]:
        posts[row["profession"]].append(row)
    follows = {}
    for row in q.tables["staff"]:
        inside, t = q.inside(row["territory"]), row["year"]
        if inside and t in q.years:
            needed = sum(
                (
                    p["posts_per_place"] * a.places_in[m, p["service"], t]
                    for p in posts[row["profession"]]
                    for m in inside
                ),
                Fraction(0),
            )
            lacking = max(Fraction(0), needed - row["posts"])
            follows[row["territory"], row["profession"], t] = {
                "needed_posts": needed,
                "most_posts": row["posts"],
                "lacking_posts": lacking,
            }
    say.table("staffing.csv", a.keyed("staffing"), follows, "rule staff_ceiling")


def renovated(q: Question, a: Answer, say: Findings) -> None:
    """Each renovation that falls due within the plan, what it costs, and what is lost where it is not done."""
    stands, follows = a.keyed("renovated"), {}
    for row in q.tables["renovations"]:
        site, key = q.sites.get(row["site"]), (row["site"], row["kind"])
        due = q.due(row)
        if site is not None and due is not None:
            done = stands[key]["year"] if key in stands else None
            follows[key] = {
                "municipality": site.municipality,
                "service": site.service,
                "by_year": row["by_year"],
                "cost_eur": row["cost_eur"],
                "places_lost": _lost(q, a, site, row["places_lost"], due) if done is None else 0,
            }
    say.table("renovated.csv", stands, follows, "rule renovate_or_lose")


def _lost(q: Question, a: Answer, site: Site, at_most: int, due: int) -> int:
    """Places that were there when the renovation fell due, became nothing else then, and may not stay.

    k_(t-1) + committed_t - sum q_out - (k0 - places_lost), t the due period or the one in which the site opens
    """
    t = max(due, site.opens or due)
    if q.gone(site, t):
        return 0
    former = q.former(t)
    stood = a.at(site, former, "places") if former in q.years else site.today
    arrives = site.k0 if site.opens_in(t) else 0
    remains = stood + arrives - a.at(site, t, "transformed_out_places")
    return max(0, remains - max(0, site.k0 - at_most))


def _places(q: Question, a: Answer, kind: str) -> dict[tuple[str, str, int], int]:
    """(host, service, t) -> the places that a kind of cost is for."""
    found: dict[tuple[str, str, int], int] = defaultdict(int)
    if kind == "running":
        found.update(a.places_in)
    elif kind == "build":
        for (h, s, t), n in a._sum("capacity", "new_places", "municipality", "service", "year").items():
            found[h, s, t] += n
    elif kind == "transform":
        for (h, s, t), n in a._sum("transformed", "places_out", "municipality", "to_service", "year").items():
            found[h, s, t] += n
    else:
        sites = {(row["site"], row["year"]) for row in a.tables["renovated"] if row["year"] is not None}
        for code, t in sites:
            if code in q.sites:
                site = q.sites[code]
                found[site.municipality, site.service, t] += a.at(site, t, "places")
    return found


def programme(q: Question, a: Answer, say: Findings) -> None:
    """Amounts by stream, kind, service and year; places in the proportion of the amounts that share them."""
    amounts: dict[Any, int] = defaultdict(int)
    places: dict[Any, Fraction] = defaultdict(Fraction)
    owed = {kind: OWED[kind](q, a) for kind in OWED}
    there = {kind: _places(q, a, kind) for kind in OWED}
    for (f, kind, h, s, t), row in a.keyed("spending").items():
        key, cell = (f, kind, s, t), (h, s, t)
        amounts[key] += row["amount_eur"]
        cost = cents(owed.get(kind, {}).get(cell, Fraction(0)))
        if cost:
            places[key] += Fraction(there[kind][cell] * row["amount_eur"], cost)
    follows = {key: {"places": places[key], "amount_eur": n} for key, n in amounts.items()}
    say.table("programme.csv", a.keyed("programme"), follows, "programme: spending.csv by service")


def afterwards(q: Question, a: Answer, say: Findings) -> None:
    """Running amounts of the last year, and whether their stream ends with it; a facility's own project does."""
    last = q.years[-1]
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (f, kind, _, s, t), row in a.keyed("spending").items():
        if kind == "running" and t == last:
            sums[f, s] += row["amount_eur"]
    follows = {
        key: {"amount_eur": n, "ends": q.streams[key[0]].last <= last} for key, n in sums.items() if key[0] in q.streams
    }
    for site in q.sites.values():
        if site.project_in(last) and a.at(site, last, "places"):
            s = q.services[site.service]
            cost = s.place * a.at(site, last, "places") + site.facility * a.at(site, last, "facilities")
            told = follows.setdefault(("project", s.code), {"amount_eur": 0, "ends": True})
            told["amount_eur"] += cost
    say.table("afterwards.csv", a.keyed("afterwards"), follows, "afterwards: running money of the last year")
