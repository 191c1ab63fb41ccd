"""Rules of what stands together: complexes, embedded places, site limits, hubs, openings a year, locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question

Rule = Callable[[Question, Answer, Findings], None]
_SIGN: Mapping[str, str] = {"exactly": "=", "least": ">=", "most": "<="}


def complexes(q: Question, a: Answer, say: Findings) -> None:
    """A facility lies in one complex at most: sum over c containing s of cx <= sum of y, by service and host.

    A row of complex.csv also says what its complexes save.
    """
    facts = {row["complex"]: row for row in q.tables["complexes"]}
    used: dict[tuple[str, str, int], int] = defaultdict(int)
    for (c, h, t), row in a.keyed("complex").items():
        where = f"complex.csv, {c} {h} {t}"
        known = c in facts and h in q.region_of and t in q.years
        say.breaks("complexes", where, not known, "no such complex, municipality or period exists")
        say.breaks("complexes", where, row["number"] == 0, "there is none; such a row does not stand")
        if known:
            saved = row["number"] * facts[c]["saved_running_eur"]
            say.same("complex.csv", (c, h, t), row, {"saved_running_eur": saved}, "rule complexes")
            for s in facts[c]["services"].split():
                used[h, s, t] += row["number"]
    for key, number in used.items():
        where = f"complex.csv, {' '.join(map(str, key))}"
        say.rule("complexes", where, number, "<=", a.facilities_in[key], "complexes, against facilities of the service")


def keep_apart(q: Question, a: Answer, say: Findings) -> None:
    """No complex holds two target groups that may not share a unit."""
    services = {row["complex"]: row["services"].split() for row in q.tables["complexes"]}
    apart = [(row["target_group"], row["other_group"]) for row in q.tables["apart"]]
    for c, h, t in a.keyed("complex"):
        groups = {q.services[s].target_group for s in services.get(c, ()) if s in q.services}
        broken = any(one in groups and other in groups and one != other for one, other in apart)
        say.breaks("keep_apart", f"complex.csv, {c} {h} {t}", broken, "it holds target groups that must be kept apart")


def embedded(q: Question, a: Answer, say: Findings) -> None:
    """Embedded places come with the facilities of their host service, and within their largest size.

    k(embedded) <= n * sum of y(host);   k(host) + sum of k(embedded) <= sum of largest_i * y_i(host) + above today
    """
    guests: dict[str, list[str]] = defaultdict(list)
    for row in q.tables["embedded"]:
        s, host = row["service"], row["host_service"]
        guests[host].append(s)
        for m in q.region_of:
            for t in q.years:
                k, most = a.places_in[m, s, t], row["places_per_facility"] * a.facilities_in[m, host, t]
                words = f"places inside {host}, against its facilities"
                say.rule("embedded_places", f"capacity.csv, {m} {s} {t}", k, "<=", most, words)
    for host, inside in guests.items():
        for m in q.region_of if host in q.services else ():
            above = _above_today(q, m, host, inside)
            for t in q.years:
                room = sum(i.largest * a.at(i, t, "facilities") for i in q.sites_in.get((m, host), ())) + above
                held = sum(a.places_in[m, s, t] for s in (host, *inside))
                words = "places with those inside, against the largest size"
                say.rule("embedded_size", f"capacity.csv, {m} {host} {t}", held, "<=", room, words)


def _above_today(q: Question, m: str, host: str, inside: list[str]) -> int:
    """Places of today and committed, of a host service and inside it, above the largest size of what holds them."""
    standing = [i for s in (host, *inside) for i in q.sites_in.get((m, s), ()) if not i.new]
    room = sum(i.largest for i in standing if i.service == host)
    return max(0, sum(i.k0 for i in standing) - room) if room else 0


def site_limits(q: Question, a: Answer, say: Findings) -> None:
    """At most, at least or exactly so many facilities of a service in a territory, each period."""
    for limit in q.scenario["site_limits"]:
        for t in q.years:
            stand = sum(a.facilities_in[m, limit["service"], t] for m in q.inside(limit["territory"]))
            where = f"capacity.csv, {limit['service']} {limit['territory'] or 'everywhere'} {t}"
            say.rule("site_limits", where, stand, _SIGN[limit["relation"]], limit["number"], "facilities")


def hub_services(q: Question, a: Answer, say: Findings) -> None:
    """A host holds no more services with facilities than its hub allows."""
    for hub in q.scenario["hubs"]:
        for t in q.years if hub["most_services"] is not None else ():
            held = sum(1 for s in q.services if a.facilities_in[hub["municipality"], s, t] > 0)
            where = f"capacity.csv, {hub['municipality']} {t}"
            say.rule("hub_services", where, held, "<=", hub["most_services"], "services with facilities")


def most_openings(q: Question, a: Answer, say: Findings) -> None:
    """No more facilities open, by building or conversion, than the scenario allows in the years of a period."""
    most = q.scenario["most_openings_per_year"]
    for t in q.years if most is not None else ():
        opened = sum(a.opened(i, t) + a.converted_in[i.code, t] for i in q.sites.values())
        say.rule("most_openings", f"capacity.csv, {t}", opened, "<=", most * (t - q.former(t)), "facilities opened")


def locks(q: Question, a: Answer, say: Findings) -> None:
    """What somebody fixed by hand stands as fixed."""
    for lock in q.scenario["locks"]:
        for t in q.years if lock["year"] is None else (lock["year"],):
            where = f"scenario.json, lock {lock['id']} {t}"
            say.rule("locks", where, _locked(a, lock, t), _SIGN[lock["relation"]], lock["value"], lock["what"])


def _locked(a: Answer, lock: Mapping[str, str], year: int) -> int:
    """What stands of what a lock fixes."""
    m, s = lock["municipality"], lock["service"]
    if lock["what"] == "users":
        rows = a.tables["allocation"]
        here = [r for r in rows if (r["municipality"], r["service"], r["year"]) == (m, s, year)]
        return sum(r["users"] for r in here if lock["host"] in (None, r["host"]))
    rows = [r for r in a.tables["capacity"] if (r["municipality"], r["service"], r["year"]) == (m, s, year)]
    return sum(r[lock["what"]] for r in rows if lock["site"] in (None, r["site"]))


RULES: tuple[Rule, ...] = (
    complexes,
    keep_apart,
    embedded,
    site_limits,
    hub_services,
    most_openings,
    locks,
)
