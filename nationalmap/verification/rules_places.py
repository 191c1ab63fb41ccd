"""Rules of places and facilities: sizes, balances, lead times, conversions, renovations, what stands.

Each function is one rule (or one pair) of the plan, by the name it has there; k places, y facilities of site i in
period t. The figures are those of capacity.csv, transformed.csv and renovated.csv.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from math import floor

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import Service, Site
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question

Rule = Callable[[Question, Answer, Findings], None]


def _each(q: Question, a: Answer) -> Iterator[tuple[Site, Service, int, str]]:
    """Sites that have a row, period by period, and how a sentence names it."""
    for code, t in sorted(a.capacity):
        if code in q.sites and t in q.years:
            site = q.sites[code]
            yield site, q.services[site.service], t, f"capacity.csv, {code} {t}"


def capacity_rows(q: Question, a: Answer, say: Findings) -> None:
    """One row per site and year: of the register always, of a candidate from its first places on."""
    for site in q.sites.values():
        seen = False
        for t in q.years:
            row = a.capacity.get((site.code, t))
            seen = seen or not site.new or bool(row and (row["places"] or row["facilities"]))
            where = f"capacity.csv, {site.code} {t}"
            say.breaks("capacity_rows", where, seen and row is None, "this row is missing")
            say.breaks("capacity_rows", where, not seen and row is not None, "this row stands before anything opens")
    for code, t in a.capacity:
        known = code in q.sites and t in q.years
        say.breaks("capacity_rows", f"capacity.csv, {code} {t}", not known, "no such site or period exists")


def balance_places(q: Question, a: Answer, say: Findings) -> None:
    """Places are those of the period before, plus committed, added and converted in, less converted out and given up.

    k_t = k_(t-1) + committed + added + sum gain_in - sum q_out - given_up
    """
    gained = a._sum("transformed", "places_in", "to_site", "year")
    taken = a._sum("transformed", "places_out", "from_site", "year")
    for site, _, t, where in _each(q, a):
        before, row = q.former(t), a.capacity[site.code, t]
        former = a.at(site, before, "places") if before in q.years else site.today
        arrives = site.k0 if site.opens_in(t) else 0
        follows = {
            "municipality": site.municipality,
            "service": site.service,
            "origin": site.origin,
            "places_today": site.today,
            "places_before": former,
            "committed_places": arrives,
            "transformed_in_places": gained[site.code, t],
            "transformed_out_places": taken[site.code, t],
        }
        say.same("capacity.csv", (site.code, t), row, follows, "rule balance_places")
        more = former + arrives + row["new_places"] + gained[site.code, t]
        after = more - taken[site.code, t] - row["given_up_places"]
        say.rule("balance_places", where, row["places"], "=", after, "places, against before plus and less the changes")
    for key in sorted(set(gained) | set(taken)):
        gone = key not in a.capacity and (gained[key] or taken[key])
        where = f"transformed.csv, {key[0]} {key[1]}"
        say.breaks("balance_places", where, bool(gone), "places move at a site without a row in capacity.csv")


def open_and_close(q: Question, a: Answer, say: Findings) -> None:
    """Facilities are those of the period before, plus opened, less closed; what is closed does not reopen.

    y_t = y_(t-1) + committed + opened + sum conv_in - closed - sum conv_out
    """
    for site, s, t, where in _each(q, a):
        before, row = q.former(t), a.capacity[site.code, t]
        today = 1 if s.facilities and not site.new and not site.committed else 0
        former = a.at(site, before, "facilities") if before in q.years else today
        follows = {"facilities_today": today, "facilities_before": former}
        say.same("capacity.csv", (site.code, t), row, follows, "rule open_and_close")
        after = former + row["opened"] - row["closed"]
        say.rule(
            "open_and_close", where, row["facilities"], "=", after, "facilities, against before plus opened less closed"
        )
        opened, closed = a.opened(site, t), a.closed(site, t)
        most = site.most_facilities if site.new else 0
        say.rule("open_and_close", where, opened, "<=", most, "facilities that the plan itself opens")
        say.rule("open_and_close", where, opened, ">=", 0, "opened, less committed and converted in")
        say.rule("open_and_close", where, closed, ">=", 0, "closed, less converted out")
        say.rule("open_and_close", where, row["facilities"], "<=", site.most_facilities, "facilities that fit here")
        shrinks = site.new and (row["given_up_places"] or row["transformed_out_places"] or row["closed"])
        say.breaks("open_and_close", where, bool(shrinks), "a new site shrinks or closes")


def window_smallest(q: Question, a: Answer, say: Findings) -> None:
    """A facility is not smaller than the smallest size, or than it is today: k >= smallest * y."""
    for site, s, t, where in _each(q, a):
        if s.facilities:
            k, y = a.at(site, t, "places"), a.at(site, t, "facilities")
            say.rule("window_smallest", where, k, ">=", site.smallest * y, "places, against smallest size x facilities")


def window_largest(q: Question, a: Answer, say: Findings) -> None:
    """A facility is not larger than the largest size, or than it is today: k <= largest * y."""
    for site, s, t, where in _each(q, a):
        if s.facilities:
            k, y = a.at(site, t, "places"), a.at(site, t, "facilities")
            say.rule("window_largest", where, k, "<=", site.largest * y, "places, against largest size x facilities")


def gone(q: Question, a: Answer, say: Findings) -> None:
    """Nothing stands that must be closed by then, and no old type after its last financed year."""
    for site, _, t, where in _each(q, a):
        if q.gone(site, t):
            left = a.at(site, t, "places") + a.at(site, t, "facilities")
            say.rule("gone", where, left, "=", 0, "places and facilities of what has to be closed")


def lead_time(q: Question, a: Answer, say: Findings) -> None:
    """Places are added only after the lead time, where the site may grow: no project, no excluded host."""
    for site, _, t, where in _each(q, a):
        late = not q.may_grow(site, t)
        words = "places are added or a facility opened before that is possible here, or where it is not"
        say.breaks("lead_time", where, late and bool(a.added(site, t) or a.opened(site, t) > 0), words)


def grow_or_shrink(q: Question, a: Answer, say: Findings) -> None:
    """A facility of today grows, or it gives up or converts places, over the whole plan: never one, then the other."""
    for site in q.sites.values():
        grown = sum(a.added(site, t) for t in q.years)
        lost = sum(a.at(site, t, "given_up_places") + a.at(site, t, "transformed_out_places") for t in q.years)
        both = not site.new and grown > 0 and lost > 0
        say.breaks("grow_or_shrink", f"capacity.csv, {site.code}", both, "places are added, and places are given up")


def keep_places(q: Question, a: Answer, say: Findings) -> None:
    """A protected site gives nothing up while it may stand. (The stage keep measures what kept sites give up.)"""
    for site, _, t, where in _each(q, a):
        if site.status == "protected" and not q.gone(site, t):
            lost = a.at(site, t, "given_up_places")
            say.rule("keep_places", where, lost, "=", 0, "places given up of a protected site")


def convert(q: Question, a: Answer, say: Findings) -> None:
    """A facility converts whole, once, into one permitted service of its municipality; never more than stands.

    gain = places_factor * q, rounded down;  q <= k_(t-1);  gain >= kmin(to) * conv;  capital = cost * q
    """
    conversions: dict[str, int] = defaultdict(int)
    for (source, target, t), row in sorted(a.keyed("transformed").items()):
        where = f"transformed.csv, {source} {target} {t}"
        site, pair = q.sites.get(source), (row["from_service"], row["to_service"])
        if site is None or site.new or pair not in q.conversions or t not in q.years:
            say.breaks("convert", where, True, "no such conversion is permitted")
            continue
        rule, facts = q.services[pair[1]], q.conversions[pair]
        follows = {
            "municipality": site.municipality,
            "from_service": site.service,
            "to_site": f"new:{pair[1]}:{site.municipality}",
            "capital_eur": row["places_out"] * facts["capital_cost_place_eur"],
        }
        say.same("transformed.csv", (source, target, t), row, follows, "rule convert")
        gain, most = row["places_in"], floor(facts["places_factor"] * row["places_out"])
        say.rule("convert", where, gain, "=", most, "new places, against factor x old places, rounded down")
        stood = a.at(site, q.former(t), "places") if q.former(t) in q.years else site.today
        say.rule("convert", where, row["places_out"], "<=", stood, "places converted, against those that stood")
        say.breaks("convert", where, not row["facility"], "places change their service without their facility")
        say.rule("convert", where, gain, ">=", rule.kmin, "new places, against the smallest facility")
        early = not q.may_convert(site, pair[1], t)
        say.breaks("convert", where, early, "the lead time has not passed, or the site is protected or did not stand")
        conversions[source] += 1
    for source, times in conversions.items():
        say.rule("convert", f"transformed.csv, {source}", times, "<=", 1, "conversions of one facility")


def renovate_or_lose(q: Question, a: Answer, say: Findings) -> None:
    """What is not renovated by its year loses its places from the first period at or after that year.

    k <= max(0, k0 - places_lost)   unless a renovation stands in a period up to that first one
    """
    stands = a.keyed("renovated")
    for row in q.tables["renovations"]:
        site = q.sites.get(row["site"])
        if site is None:
            continue
        key = (row["site"], row["kind"])
        done, due = stands[key]["year"] if key in stands else None, q.due(row)
        where = f"renovated.csv, {key[0]} {key[1]}"
        wrong = done is not None and (due is None or done not in q.years or done > due)
        say.breaks("renovate_or_lose", where, wrong, f"{done} is no planned period in time")
        late = [t for t in q.years if t >= due] if done is None and due is not None else []
        for t in late:
            k, most = a.at(site, t, "places"), max(0, site.k0 - row["places_lost"])
            says = f"places in {t} of what was not renovated, against places less those lost"
            say.rule("renovate_or_lose", where, k, "<=", most, says)


RULES: tuple[Rule, ...] = (
    capacity_rows,
    balance_places,
    open_and_close,
    window_smallest,
    window_largest,
    gone,
    lead_time,
    grow_or_shrink,
    keep_places,
    convert,
    renovate_or_lose,
)
