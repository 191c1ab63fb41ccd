"""Before any solver is asked: arithmetic that already proves that no plan can exist.

Each check compares what every plan must have with the most that any plan can have, and both err to the safe side:
what is refused here has no plan, and what passes may still have none. Money is checked in ``least_cost``.
"""

from __future__ import annotations

from collections.abc import Iterator

from nationalmap.domain.scenario import Lock, SiteLimit
from nationalmap.program.amounts import above_shares
from nationalmap.program.infeasible.bounds import Bounds, Side
from nationalmap.program.infeasible.least_cost import money_obstacles
from nationalmap.program.infeasible.obstacle import Obstacle, Part
from nationalmap.program.known import Cell, Known
from nationalmap.program.variables import spread_cells


def obstacles(known: Known) -> tuple[Obstacle, ...]:
    """Everything that arithmetic alone shows to be impossible; empty where it shows nothing."""
    bounds = Bounds(known)
    checks = (_locks, _user_locks, _users_of_a_group, _limits, _hubs, _openings, _packages, _spread, _needs)
    found = [obstacle for check in checks for obstacle in check(bounds)]
    return (*found, *money_obstacles(bounds))


def _years(known: Known, lock: Lock) -> tuple[int, ...]:
    return known.years if lock.year is None else (lock.year,)


def _lock_part(lock: Lock) -> Part:
    return Part("lock", {"lock": lock.id}, lock.value)


# ---------------------------------------------------------------------- locks


def _locks(bounds: Bounds) -> Iterator[Obstacle]:
    """Locks of places and facilities against what can stand, what is protected, and each other."""
    for lock in bounds.known.scenario.locks:
        if lock.what == "users":
            continue
        for t in _years(bounds.known, lock):
            codes = {"municipality": lock.municipality, "service": lock.service}
            least, most = _standing(bounds, lock, t)
            if lock.relation != "most" and lock.value > most[0]:
                yield Obstacle(lock.what, t, lock.what, lock.value, most[0], (_lock_part(lock),), most[1], codes)
            if lock.relation != "least" and lock.value < least[0]:
                yield Obstacle(lock.what, t, lock.what, least[0], lock.value, least[1], (_lock_part(lock),), codes)


def _standing(bounds: Bounds, lock: Lock, t: int) -> tuple[Side, Side]:
    """The least and the most of what a lock fixes."""
    m, s = lock.municipality, lock.service
    if lock.site is None and not bounds.known.sites_in.get((m, s)):
        return (0, ()), (0, (Part("no_site", {"municipality": m, "service": s}),))
    if lock.site is None:
        if lock.what == "places":
            return bounds.least_places(m, s, t), bounds.most_places(m, s, t)
        return bounds.least_facilities(m, s, t), bounds.most_facilities(m, s, t)
    site = bounds.known.sites.get(lock.site)
    if site is None:
        return (0, ()), (0, (Part("no_site", {"municipality": m, "service": s}),))
    if lock.what == "places":
        return bounds.least_places_at(site, t), bounds.most_places_at(site, t)
    return bounds.least_facilities_at(site, t), bounds.most_facilities_at(site, t)


def _user_locks(bounds: Bounds) -> Iterator[Obstacle]:
    """Users whom a lock asks for, against the places within reach."""
    known = bounds.known
    for lock in known.scenario.locks:
        if lock.what != "users" or lock.relation == "most":
            continue
        for t in _years(known, lock):
            hosts = [h for h in known.hosts[lock.municipality, lock.service, t] if lock.host in (None, h)]
            room, why = _room(bounds, lock.service, hosts, t)
            if lock.value > room:
                codes = {"municipality": lock.municipality, "service": lock.service}
                yield Obstacle("users", t, "users", lock.value, room, (_lock_part(lock),), why, codes)


def _room(bounds: Bounds, s: str, hosts: list[str], t: int) -> Side:
    """Users whom the places of a service in these municipalities can hold."""
    total, why = 0, []
    for h in hosts:
        places = bounds.most_places(h, s, t)[0]
        total += places * bounds.known.services[s].users_per_place
        why.append(Part("room", {"municipality": h, "service": s}, places))
    return total, tuple(why) or (Part("no_host", {"service": s}),)


def _users_of_a_group(bounds: Bounds) -> Iterator[Obstacle]:
    """Users whom locks ask for in the services of a group, against the need that can be met at all."""
    known = bounds.known
    asked: dict[Cell, dict[str, dict[str | None, Lock]]] = {}
    for lock in known.scenario.locks:
        if lock.what == "users" and lock.relation != "most":
            for t in _years(known, lock):
                cell = asked.setdefault((lock.municipality, known.services[lock.service].group, t), {})
                by_host = cell.setdefault(lock.service, {})
                by_host[lock.host] = max(by_host.get(lock.host, lock), lock, key=lambda one: one.value)
    for (m, g, t), by_service in asked.items():
        locks = [lock for by_host in by_service.values() for lock in _strictest(by_host)]
        least, need = sum(lock.value for lock in locks), known.need.get((m, g, t), 0)
        if least > need:
            codes = {"municipality": m, "group": g}
            against = (Part("need", codes, need),)
            yield Obstacle("group", t, "users", least, need, tuple(map(_lock_part, locks)), against, codes)


def _strictest(by_host: dict[str | None, Lock]) -> list[Lock]:
    """Of a service's locks the one on all hosts, or those on single hosts, whichever asks for more users."""
    whole = [lock for host, lock in by_host.items() if host is None]
    single = [lock for host, lock in by_host.items() if host is not None]
    return max(whole, single, key=lambda locks: sum(lock.value for lock in locks))


# ---------------------------------------------------------------------- limits, hubs, openings


def _limits(bounds: Bounds) -> Iterator[Obstacle]:
    """How many facilities must or may stand in a territory, against what can and what must."""
    known = bounds.known
    for limit in known.scenario.site_limits:
        inside = known.inside(limit.territory)
        codes = {"territory": limit.territory, "service": limit.service}
        stated = (Part("limit", {"service": limit.service}, limit.number),)
        for t in known.years:
            if limit.relation != "most":
                number, why = _sum([bounds.most_facilities(m, limit.service, t) for m in inside])
                if limit.number > number:
                    yield Obstacle("limit", t, "facilities", limit.number, number, stated, why, codes)
            if limit.relation != "least":
                number, why = _sum([bounds.least_facilities(m, limit.service, t) for m in inside])
                if limit.number < number:
                    yield Obstacle("limit", t, "facilities", number, limit.number, why, stated, codes)


def _sum(sides: list[Side]) -> Side:
    """The amounts and reasons of all; where there is nothing to add up, nothing may open."""
    why = tuple(part for _, reasons in sides for part in reasons)
    return sum(amount for amount, _ in sides), why or (Part("no_site"),)


def _hubs(bounds: Bounds) -> Iterator[Obstacle]:
    """Services that must stand in a hub, against those that it may hold."""
    known = bounds.known
    for hub in known.scenario.hubs:
        for t in known.years if hub.most_services is not None else ():
            held = [bounds.least_facilities(hub.municipality, s, t) for s in known.services]
            must = [why for number, why in held if number]
            if len(must) > (hub.most_services or 0):
                against = (Part("hub", {"municipality": hub.municipality}, hub.most_services or 0),)
                because = tuple(part for why in must for part in why)
                codes = {"municipality": hub.municipality}
                yield Obstacle("hub", t, "services", len(must), hub.most_services or 0, because, against, codes)


def _openings(bounds: Bounds) -> Iterator[Obstacle]:
    """Facilities that must have opened by a period, against those that may have."""
    known, most = bounds.known, bounds.known.scenario.most_openings_per_year
    if most is None:
        return
    for t in known.years:
        new = _sum([_opened(bounds, s, t) for s in known.services])
        allowed = most * (t - known.scenario.as_of.year)
        if new[0] > allowed:
            yield Obstacle("openings", t, "facilities", new[0], allowed, new[1], (Part("openings", count=most),))


def _opened(bounds: Bounds, s: str, t: int) -> Side:
    """Facilities of a service that must have opened: by municipality, or as a limit of a territory asks."""
    known = bounds.known
    by_municipality = _sum([bounds.new_facilities(m, s, t) for m in known.municipalities])
    limits = [limit for limit in known.scenario.site_limits if limit.service == s and limit.relation != "most"]
    return max([by_municipality, *(_missing(bounds, limit, t) for limit in limits)], key=lambda side: side[0])


def _missing(bounds: Bounds, limit: SiteLimit, t: int) -> Side:
    """Facilities that a limit asks for beyond those that stand or are committed."""
    inside = set(bounds.known.inside(limit.territory))
    sites = [site for site in bounds.known.sites_of[limit.service] if site.municipality in inside]
    there = sum(1 for site in sites if not site.is_new and site.most_facilities and site.stands(t))
    return max(0, limit.number - there), (Part("limit", {"service": limit.service}, limit.number),)


# ---------------------------------------------------------------------- need and package that must be met


def _packages(bounds: Bounds) -> Iterator[Obstacle]:
    """A minimum that must be met, against all places that can stand in the territory or within reach."""
    known = bounds.known
    if not known.hard_need:
        return
    for (territory, s, t), (kind, users, places) in known.minimum.items():
        municipal = known.services[s].level == "municipal"
        codes = {"territory": territory, "service": s}
        if municipal and kind == "access":
            room = _sum([_room(bounds, f, list(known.hosts[territory, f, t]), t) for f in known.family[s]])
            if users > room[0]:
                stated = (Part("package", {"service": s}, users),)
                yield Obstacle("package", t, "users", users, room[0], stated, room[1], codes)
            continue
        most = _sum([bounds.most_places(m, f, t) for m in known.inside(territory) for f in known.family[s]])
        if places > most[0]:
            yield Obstacle(
                "package", t, "places", places, most[0], (Part("package", {"service": s}, places),), most[1], codes
            )


def _spread(bounds: Bounds) -> Iterator[Obstacle]:
    """A regional service that must be within reach of everybody, where nothing can open within reach."""
    known = bounds.known
    for m, s, t in spread_cells(known) if known.hard_need else ():
        hosts = [(h, f) for f in known.family[s] for h in known.hosts[m, f, t]]
        number, why = _sum([_can_open(bounds, h, f, t) for h, f in hosts])
        if not number:
            codes = {"municipality": m, "service": s}
            against = why if hosts else (Part("no_host", {"service": s}),)
            yield Obstacle("spread", t, "facilities", 1, 0, (Part("package", {"service": s}, 1),), against, codes)


def _can_open(bounds: Bounds, h: str, s: str, t: int) -> Side:
    """Facilities that can stand, or places where a service has none."""
    facilities = bounds.known.services[s].has_facilities
    return bounds.most_facilities(h, s, t) if facilities else bounds.most_places(h, s, t)


def _needs(bounds: Bounds) -> Iterator[Obstacle]:
    """Need that must be met, against all places that can stand within reach."""
    known = bounds.known
    if not known.hard_need:
        return
    excused = above_shares(known)
    for cell in known.cells:
        m, g, t = cell
        room = _sum([_room(bounds, s, list(known.hosts[m, s, t]), t) for s in known.groups[g].services])
        least = known.need[cell] - excused.get(cell, 0)
        if least > room[0]:
            stated = (Part("need", {"municipality": m, "group": g}, known.need[cell]),)
            yield Obstacle("need", t, "cases", least, room[0], stated, room[1], {"municipality": m, "group": g})
    for g in known.groups:
        for t in known.years:
            cells = [c for c in known.cells if c[1:] == (g, t)]
            least = sum(known.need[c] - excused.get(c, 0) for c in cells)
            services = known.groups[g].services
            hosts = {s: sorted({h for m, _, _ in cells for h in known.hosts[m, s, t]}) for s in services}
            room = _sum([_room(bounds, s, hosts[s], t) for s in services])
            if least > room[0]:
                each = tuple(Part("need", {"municipality": m, "group": g}, known.need[m, g, t]) for m, _, _ in cells)
                yield Obstacle("need", t, "cases", least, room[0], each, room[1], {"territory": "", "group": g})
