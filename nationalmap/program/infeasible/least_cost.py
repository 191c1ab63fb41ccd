"""What every plan must pay at least, and the money of the streams that may pay for it.

An item is a cost that no plan avoids, with the streams that may pay it. What can be paid by a set of streams alone
must fit their money: this is asked of every union of such sets. Costs err downwards: fees are taken off as if every
place were full, what a shared roof saves as if every complex stood, and a stream for new places pays whatever is not
protected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from nationalmap.program.infeasible.bounds import Bounds
from nationalmap.program.infeasible.obstacle import Obstacle, Part
from nationalmap.program.known import Known
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.variables import deadline, most_places

#: Sets of streams are united up to this many; with more, each is asked alone and all together.
UNITED = 10


@dataclass(frozen=True)
class Item:
    """A cost in EUR that no plan avoids in a period, and the streams that may pay it."""

    streams: frozenset[str]
    eur: float
    part: Part


def money_obstacles(bounds: Bounds) -> Iterator[Obstacle]:
    """What must be paid beyond the money of those who may pay it; of each kind and period the widest gap."""
    for t in bounds.known.years:
        for kind, items in (("running", _running(bounds, t)), ("capital", _capital(bounds, t))):
            found = list(_unpaid(bounds.known, kind, t, list(items)))
            if found:
                yield max(found, key=lambda obstacle: obstacle.lacking)


def _unpaid(known: Known, kind: str, t: int, items: list[Item]) -> Iterator[Obstacle]:
    """Sets of streams that alone must pay more than they have."""
    for streams in _unions({item.streams for item in items}):
        if streams and known.hard_need:
            continue  # the excess is measured there, not forbidden
        due = [item for item in items if item.streams <= streams and item.eur]
        low = round(sum(item.eur for item in due), 2)
        money = {f: _available(known, kind, f, t) for f in sorted(streams)}
        high = round(sum(money.values()), 2)
        if low > high + 0.005:
            because = tuple(replace(item.part, eur=item.eur) for item in due)
            against = tuple(Part("stream", {"stream": f}, eur=eur) for f, eur in money.items())
            yield Obstacle(kind, t, "eur", low, high, because, against or (Part("no_stream"),))


def _available(known: Known, kind: str, f: str, t: int) -> float:
    """Running money of the period; capital money of all periods up to it."""
    span = (t,) if kind == "running" else known.until(t)
    return round(sum(known.budget.get((f, u), 0.0) for u in span) * EUR_PER_UNIT, 2)


def _unions(sets: Iterable[frozenset[str]]) -> set[frozenset[str]]:
    """Every union of the sets, themselves included."""
    each = sorted(sets, key=sorted)
    if len(each) > UNITED:
        return {*each, frozenset().union(*each)}
    return {frozenset().union(*chosen) for size in range(1, len(each) + 1) for chosen in combinations(each, size)}


# ---------------------------------------------------------------------- running


def _running(bounds: Bounds, t: int) -> Iterator[Item]:
    for h, s in bounds.known.sites_in:
        yield from _running_of(bounds, h, s, t)


def _running_of(bounds: Bounds, h: str, s: str, t: int) -> Iterator[Item]:
    """Running cost of what is protected, and of what locks ask for beyond it."""
    known, service = bounds.known, bounds.known.services[s]
    sites = known.sites_in[h, s]
    back = max(0.0, known.fee_in(h, s, t)) * service.users_per_place
    if back > service.running_place:
        return
    place, saved = service.running_place - back, _saved(known, h, s)  # from each item: which of them, nobody knows
    streams = known.eligible(s, h, "running", t)
    old = [f for f in streams if not known.scenario.streams[f].new_places_only or back]
    kept = [site for site in sites if site.status == "protected" and site.stands(t) and not site.by_project(t)]
    for site in kept:
        cost = place * site.kept_places + (site.running_facility if service.has_facilities else 0.0) - saved
        payers = streams if site.opens is not None else old
        part = Part("protected", {"site": site.code}, site.kept_places)
        yield Item(frozenset(payers), _eur(cost), part)
    standing = sum(site.kept_places for site in kept)
    free = sum(int(most_places(known, site, t)) for site in sites if site.by_project(t))
    places, why = bounds.least_places(h, s, t)
    places -= standing + free
    locks = [part for part in why if part.kind == "lock"]
    if places <= 0 or not locks:
        return
    opening = [site for site in sites if most_places(known, site, t) and site not in kept and not site.by_project(t)]
    least = bounds.least_facilities(h, s, t)[0] - len(kept) - sum(1 for site in sites if site.by_project(t))
    facility = min((site.running_facility for site in opening), default=0.0) if service.has_facilities else 0.0
    cost = place * places + facility * max(0, least) - saved
    yield Item(frozenset(streams), _eur(cost), replace(locks[0], count=places))


def _saved(known: Known, h: str, s: str) -> float:
    """Most that complexes may save in a year where their first service stands."""
    facilities = sum(site.most_facilities for site in known.sites_in[h, s])
    return sum(c.saved for c in known.complexes if c.services[0] == s) * facilities


# ---------------------------------------------------------------------- capital


def _capital(bounds: Bounds, t: int) -> Iterator[Item]:
    yield from _renovations(bounds, t)
    for h, s in bounds.known.sites_in:
        yield from _new_places(bounds, h, s, t)


def _renovations(bounds: Bounds, t: int) -> Iterator[Item]:
    """Renovations without which protected places would be lost."""
    known = bounds.known
    for need in known.renovations:
        site, due = known.sites[need.site], deadline(known, need)
        lost = min(need.places_lost, site.kept_places)
        if due is None or due > t or not lost or site.status != "protected" or not site.stands(due):
            continue
        streams = {f for u in known.until(due) for f in known.eligible(site.service, site.municipality, "renovate", u)}
        yield Item(frozenset(streams), _eur(need.cost), Part("renovation", {"site": site.code}, lost))


def _new_places(bounds: Bounds, h: str, s: str, t: int) -> Iterator[Item]:
    """Places and facilities that locks ask for beyond what stands or is committed, in the cheapest way there is."""
    known = bounds.known
    sites = known.sites_in[h, s]
    places, why = bounds.least_places(h, s, t)
    there = sum(site.kept_places for site in sites if not site.is_new and site.stands(t))
    locks = [part for part in why if part.kind == "lock"]
    if places <= there or not locks:
        return
    span = known.until(t)
    built = [site for site in sites if any(site.may_grow(u) for u in span)]
    ways = [way for _, j, way in known.conversions if known.sites[j] in sites]
    place = min([site.capital_place for site in built] + [way.capital_place / way.factor for way in ways], default=0.0)
    facility = min([site.capital_facility for site in built], default=0.0) if not ways else 0.0
    opened = bounds.new_facilities(h, s, t)[0]
    streams = {f for u in span for kind in ("build", "transform") for f in known.eligible(s, h, kind, u)}
    new = places - there
    yield Item(frozenset(streams), _eur(place * new + facility * opened), replace(locks[0], count=new))


def _eur(thousands: float) -> float:
    """An amount in EUR, to the cent, never below nothing."""
    return max(0.0, round(thousands * EUR_PER_UNIT, 2))
