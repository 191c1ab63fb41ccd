"""Services together: staff, complexes, embedded places, hubs, limits and locks. Notation: see the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulp

from nationalmap.domain.scenario import Lock
from nationalmap.program.known import Known
from nationalmap.program.variables import Unknown

Rows = Iterator[tuple[Any, pulp.LpConstraint]]
total = pulp.lpSum


def staff_ceiling(known: Known, unknown: Unknown) -> Rows:
    """C12 The posts of the planned places can be filled.

    sum over i in territory of posts[s,p] k[i,t] <= ceiling[territory,p,t] + e_staff[territory,p,t]
    Unit: full-time posts. Source: the scenario's table of staff; posts per place of the catalogue (illustrative).
    In words: a centre without therapists is a building.
    """
    for c in known.ceilings:
        inside = set(known.inside(c.territory))
        posts = total(
            known.posts[site.service, c.profession] * unknown.k[i, c.year]
            for i, site in known.sites.items()
            if site.municipality in inside and (site.service, c.profession) in known.posts
        )
        key = (c.territory, c.profession, c.year)
        yield key, posts <= c.posts + unknown.e_staff[key]


def share_roof(known: Known, unknown: Unknown) -> Rows:
    """C14a A complex needs a facility of each of its services, and no facility stands in two complexes.

    sum over c with s of complexes[c,h,t] <= sum over i in h of y[i,t]    for all h, t, s of a complex
    Unit: facilities. Source: чл. 10 Наредба за качеството, which services may stand together (list illustrative).
    In words: what saves a porter is one house, not two on paper.
    """
    members: dict[Any, list[Any]] = {}
    for c in known.complexes:
        for (code, h, t), v in unknown.complexes.items():
            if code == c.code:
                for s in c.services:
                    members.setdefault((s, h, t), []).append(v)
    for (s, h, t), together in sorted(members.items()):
        yield (h, s, t), total(together) <= total(unknown.y[site.code, t] for site in known.sites_in[h, s])


def keep_apart(known: Known, unknown: Unknown) -> Rows:
    """C15 Target groups that may not share a unit stand in no complex together.

    complexes[c,h,t] <= 0    for all c that hold two such groups
    Unit: complexes. Source: the catalogue's table of groups kept apart (illustrative).
    In words: children and adults in crisis do not live under one roof.
    """
    apart = {c.code for c in known.complexes if c.apart}
    for (c, h, t), v in unknown.complexes.items():
        if c in apart:
            yield (c, h, t), v <= 0


def embedded_places(known: Known, unknown: Unknown) -> Rows:
    """C14a Embedded places come with the facilities of their host service, never alone.

    sum over i of s in h of k[i,t] <= n[s] * sum over i of the host service in h of y[i,t]    for all h, t
    Unit: places. Source: Приложение № 8 to чл. 10 Наредба за качеството, substitute care in day care.
    In words: substitute care is a few places in a day centre.
    """
    for s, (host, n) in known.embedded.items():
        for h in known.municipalities:
            for t in known.years:
                inside = [unknown.k[site.code, t] for site in known.sites_in.get((h, s), ())]
                if inside:
                    facilities = total(unknown.y[site.code, t] for site in known.sites_in.get((h, host), ()))
                    yield (h, s, t), total(inside) <= n * facilities


def embedded_size(known: Known, unknown: Unknown) -> Rows:
    """C14a The largest size of a facility includes its embedded places; what stands above it today may stay.

    sum over i of the host service in h of k[i,t] + sum over i of s in h of k[i,t]
        <= sum over i of the host service in h of largest[i] y[i,t] + above[h]    for all h, t
    above = max(0, places that stand or are committed, both services, - largest size of the facilities that hold them)
    Unit: places. Source: Приложение № 8 to чл. 10 Наредба за качеството.
    In words: five places of substitute care are five of the thirty.
    """
    hosts = {host for host, _ in known.embedded.values()}
    for host in sorted(hosts):
        guests = [s for s, (other, _) in known.embedded.items() if other == host]
        for h in known.municipalities:
            sites = known.sites_in.get((h, host), ())
            for t in known.years if sites else ():
                within = [unknown.k[site.code, t] for s in (host, *guests) for site in known.sites_in.get((h, s), ())]
                room = total(site.largest * unknown.y[site.code, t] for site in sites)
                yield (h, host, t), total(within) <= room + _above_today(known, h, host, guests)


def _above_today(known: Known, h: str, host: str, guests: list[str]) -> int:
    """Places of a host service and of what is embedded in it beyond the largest size of what stands."""
    standing = [site for s in (host, *guests) for site in known.sites_in.get((h, s), ()) if not site.is_new]
    room = sum(site.largest for site in standing if site.service == host)
    return max(0, sum(site.kept_places for site in standing) - room) if room else 0


def site_limits(known: Known, unknown: Unknown) -> Rows:
    """C15 At most, at least or exactly so many facilities of a service stand in a territory.

    sum over i of s in territory of y[i,t]  <=, >=, =  n    for all limits of the scenario, all t
    Unit: facilities. Source: scenario, site_limits, each with its basis.
    In words: four depots are four.
    """
    for number, limit in enumerate(known.scenario.site_limits, 1):
        inside = set(known.inside(limit.territory))
        sites = [site for site in known.sites_of[limit.service] if site.municipality in inside]
        for t in known.years:
            standing = total(unknown.y[site.code, t] for site in sites)
            yield (number, limit.service, t), _related(standing, limit.relation, limit.number)


def _related(terms: Any, relation: str, value: float) -> pulp.LpConstraint:
    if relation == "exactly":
        return terms == value
    return terms <= value if relation == "most" else terms >= value


def hub_hosts(known: Known, unknown: Unknown) -> Rows:
    """C15 A hub holds a service where one of its facilities stands.

    y[i,t] <= y_most[i] * hub[h,s,t]    for all i in hubs with a limit
    Unit: facilities. Source: scenario, hubs.
    In words: one centre or three, the service is there.
    """
    for h, s, t in unknown.hub:
        for site in known.sites_in[h, s]:
            yield (h, site.code, t), unknown.y[site.code, t] <= site.most_facilities * unknown.hub[h, s, t]


def hub_services(known: Known, unknown: Unknown) -> Rows:
    """C15 A hub holds at most so many services with facilities.

    sum over s of hub[h,s,t] <= n[h]    for all hubs with a limit, all t
    Unit: services. Source: scenario, hubs, each with its reason.
    In words: not everything goes to the regional town.
    """
    for hub in known.scenario.hubs:
        if hub.most_services is not None:
            for t in known.years:
                held = [v for (h, _, year), v in unknown.hub.items() if (h, year) == (hub.municipality, t)]
                yield (hub.municipality, t), total(held) <= hub.most_services


def most_openings(known: Known, unknown: Unknown) -> Rows:
    """C15 Only so many facilities open in a year.

    sum over i of opened[i,t] + sum over i, j of converted[i,j,t] <= n * (t - t-1)    for all t
    Unit: facilities. Source: scenario, most_openings_per_year.
    In words: a region can open so many centres a year and no more.
    """
    most = known.scenario.most_openings_per_year
    if most is None:
        return
    for t in known.years:
        opened = [v for family in (unknown.opened, unknown.converted) for key, v in family.items() if key[-1] == t]
        if opened:
            yield (t,), total(opened) <= most * (t - known.scenario.former_year(t))


def locks(known: Known, unknown: Unknown) -> Rows:
    """C16 A value fixed by hand stays as it was fixed.

    sum of places, of facilities, or of users  <=, >=, =  value    for all locks of the scenario, their year or all t
    Unit: places, facilities or users. Source: scenario, locks, each with author and reason.
    In words: what the governor has fixed is fixed, and its price is shown by solving without it.
    """
    for lock in known.scenario.locks:
        for t in known.years if lock.year is None else (lock.year,):
            yield (lock.id, t), _related(total(_locked(known, unknown, lock, t)), lock.relation, lock.value)


def _locked(known: Known, unknown: Unknown, lock: Lock, t: int) -> list[pulp.LpVariable]:
    """The variables whose sum a lock fixes."""
    if lock.what == "users":
        hosts = known.hosts.get((lock.municipality, lock.service, t), ())
        return [
            v for h in hosts if lock.host in (None, h) for v in unknown.served(lock.municipality, h, lock.service, t)
        ]
    family = unknown.k if lock.what == "places" else unknown.y
    sites = known.sites_in.get((lock.municipality, lock.service), ())
    return [family[site.code, t] for site in sites if lock.site in (None, site.code) and (site.code, t) in family]
