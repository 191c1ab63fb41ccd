"""The least and the most that every plan has somewhere, read off without a solver.

``Bounds`` counts what is protected, what locks fix, and what a site can hold at all; nothing else. So a least is
never too high and a most never too low, whatever the other rules do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nationalmap.domain.scenario import Lock
from nationalmap.program.infeasible.obstacle import Part
from nationalmap.program.known import Known
from nationalmap.program.nouns import Site
from nationalmap.program.variables import most_places

Side = tuple[int, tuple[Part, ...]]


@dataclass(frozen=True)
class Bounds:
    """Places and facilities that must or can be, by site and by municipality and service; each with its reasons."""

    known: Known

    # ---------------------------------------------------------------- locks

    @cached_property
    def _locks(self) -> dict[tuple[str, str, str, str | None, int], list[Lock]]:
        found: dict[tuple[str, str, str, str | None, int], list[Lock]] = {}
        for lock in self.known.scenario.locks:
            for t in self.known.years if lock.year is None else (lock.year,):
                found.setdefault((lock.what, lock.municipality, lock.service, lock.site, t), []).append(lock)
        return found

    def _locked(self, what: str, m: str, s: str, site: str | None, t: int, least: bool) -> Side | None:
        """The lock that asks for most (or allows least), if there is one."""
        other = "most" if least else "least"
        mine = [lock for lock in self._locks.get((what, m, s, site, t), ()) if lock.relation != other]
        if not mine:
            return None
        lock = (max if least else min)(mine, key=lambda lock: lock.value)
        return lock.value, (Part("lock", {"lock": lock.id}, lock.value),)

    # ---------------------------------------------------------------- places

    def least_places_at(self, site: Site, t: int) -> Side:
        """Places that must stand at a site: protected ones, or those of a lock."""
        kept: Side = (0, ())
        if site.status == "protected" and site.stands(t) and site.kept_places:
            kept = (site.kept_places, (Part("protected", {"site": site.code}, site.kept_places),))
        locked = self._locked("places", *self._place(site), site.code, t, least=True) or kept
        facilities, why = self._locked("facilities", *self._place(site), site.code, t, least=True) or (0, ())
        return max(kept, locked, (facilities * site.smallest, why), key=_amount)

    def possible_places(self, site: Site, t: int) -> Side:
        """Places that can stand at a site, locks aside: none where it cannot stand, today's before it may grow."""
        most = int(most_places(self.known, site, t))
        if not most:
            return 0, (self._why_none(site, t),)
        if not site.is_new and not any(site.may_grow(u) for u in self.known.until(t)):
            return site.kept_places, (Part("not_yet", {"site": site.code, **self._from(site)}, site.kept_places),)
        return most, (Part("size", {"site": site.code}, most),)

    def _why_none(self, site: Site, t: int) -> Part:
        if site.stands(t) and site.is_new and t < site.grows_from:
            return Part("not_before", {"site": site.code, "year": str(site.grows_from)})
        if site.opens is not None and t < site.opens:
            return Part("not_before", {"site": site.code, "year": str(site.opens)})
        if site.gone_from is not None and t >= site.gone_from:
            return Part("gone", {"site": site.code, "year": str(site.gone_from)})
        return Part("size", {"site": site.code})

    def _from(self, site: Site) -> dict[str, str]:
        """The planned year from which the site may grow; nothing where it never may."""
        first = min((u for u in self.known.years if site.may_grow(u)), default=None)
        return {} if first is None else {"year": str(first)}

    def most_places_at(self, site: Site, t: int) -> Side:
        """Places that can stand at a site, by what it can hold and by locks."""
        possible = self.possible_places(site, t)
        if self.known.services[site.service].has_facilities:
            facilities, why = self.most_facilities_at(site, t)
            possible = min(possible, (facilities * site.largest, why), key=_amount)
        locked = self._locked("places", *self._place(site), site.code, t, least=False)
        return min(possible, locked or possible, key=_amount)

    def least_places(self, m: str, s: str, t: int) -> Side:
        """Places of the service that must stand in the municipality."""
        sites = self._sites(m, s)
        each = _sum(self.least_places_at(site, t) for site in sites)
        locked = self._locked("places", m, s, None, t, least=True) or each
        facilities, why = self._locked("facilities", m, s, None, t, least=True) or (0, ())
        smallest = min((site.smallest for site in sites), default=0)
        return max(each, locked, (facilities * smallest, why), key=_amount)

    def most_places(self, m: str, s: str, t: int) -> Side:
        """Places of the service that can stand in the municipality."""
        sites = self._sites(m, s)
        each = _sum(self.most_places_at(site, t) for site in sites)
        if self.known.services[s].has_facilities:
            facilities, why = self.most_facilities(m, s, t)
            largest = max((site.largest for site in sites), default=0)
            each = min(each, (facilities * largest, why), key=_amount)
        return min(each, self._locked("places", m, s, None, t, least=False) or each, key=_amount)

    # ---------------------------------------------------------------- facilities

    def least_facilities_at(self, site: Site, t: int) -> Side:
        """Facilities that must stand at a site: those that its places need, or those of a lock."""
        if not self.known.services[site.service].has_facilities:
            return 0, ()
        places, why = self.least_places_at(site, t)
        needed: Side = (-(-places // site.largest), why) if places and site.largest else (0, ())
        locked = self._locked("facilities", *self._place(site), site.code, t, least=True)
        return max(needed, locked or needed, key=_amount)

    def most_facilities_at(self, site: Site, t: int) -> Side:
        """Facilities that can stand at a site."""
        places, why = self.possible_places(site, t)
        number = site.most_facilities if places else 0
        possible: Side = (number, why if not places else (Part("sites", {"site": site.code}, number),))
        locked = self._locked("facilities", *self._place(site), site.code, t, least=False)
        return min(possible, locked or possible, key=_amount)

    def least_facilities(self, m: str, s: str, t: int) -> Side:
        """Facilities of the service that must stand in the municipality."""
        if not self.known.services[s].has_facilities:
            return 0, ()
        sites = self._sites(m, s)
        each = _sum(self.least_facilities_at(site, t) for site in sites)
        places, why = self.least_places(m, s, t)
        largest = max((site.largest for site in sites), default=0)
        needed: Side = (-(-places // largest), why) if largest else (0, ())
        locked = self._locked("facilities", m, s, None, t, least=True)
        return max(each, needed, locked or each, key=_amount)

    def most_facilities(self, m: str, s: str, t: int) -> Side:
        """Facilities of the service that can stand in the municipality."""
        each = _sum(self.most_facilities_at(site, t) for site in self._sites(m, s))
        return min(each, self._locked("facilities", m, s, None, t, least=False) or each, key=_amount)

    def new_facilities(self, m: str, s: str, t: int) -> Side:
        """Facilities that must have opened by the period: what must stand beyond what stands or is committed."""
        number, why = self.least_facilities(m, s, t)
        there = sum(1 for site in self._sites(m, s) if not site.is_new and site.most_facilities and site.stands(t))
        return (number - there, why) if number > there else (0, ())

    def _place(self, site: Site) -> tuple[str, str]:
        return site.municipality, site.service

    def _sites(self, m: str, s: str) -> tuple[Site, ...]:
        return self.known.sites_in.get((m, s), ())


def _amount(side: Side) -> int:
    return side[0]


def _sum(sides: Iterator[Side]) -> Side:
    amount, why = 0, list[Part]()
    for one, reasons in sides:
        amount += one
        why += reasons
    return amount, tuple(why)
