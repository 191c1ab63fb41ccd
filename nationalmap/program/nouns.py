"""The nouns of the program: service, site, renovation, complex. Costs in thousand EUR."""

from __future__ import annotations

from dataclasses import dataclass

#: Money inside the program is in thousand EUR, so that coefficients stay near one.
EUR_PER_UNIT = 1000.0


@dataclass(frozen=True)
class Service:
    """One row of the catalogue, as the program reads it."""

    code: str
    group: str
    preference: int
    least_share: float | None
    most_share: float | None
    is_old: bool
    counts_as: str
    """The new service whose package and maximum count this one; its own code for a new one."""
    financed_until: int | None
    level: str
    has_facilities: bool
    """False for a service at home and for one embedded in the facilities of another."""
    users_per_place: int
    min_places: int
    max_places: int
    travel_limit_min: float
    lead_years: int
    running_place: float
    running_facility: float
    trip_user: float
    fee_user: float
    capital_place: float
    capital_facility: float

    def is_financed(self, year: int) -> bool:
        """Whether the state still finances it: an old type up to its last year."""
        return self.financed_until is None or year <= self.financed_until


@dataclass(frozen=True)
class Group:
    """A need group: its priority class and the services among which one person's need may be met."""

    code: str
    priority_class: int
    services: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """A facility of the register, standing or committed, or a place where facilities may open."""

    code: str
    municipality: str
    service: str
    places_today: int
    facilities_today: int
    status: str
    is_new: bool
    """A candidate: nothing stands here, and what opens here neither shrinks nor closes."""
    origin: str
    smallest: int
    largest: int
    """Window of one facility, places."""
    most_places: int
    most_facilities: int
    running_facility: float
    capital_place: float
    capital_facility: float
    opens: int | None = None
    """Period in which a committed site opens."""
    committed_places: int = 0
    gone_from: int | None = None
    """First year in which nothing stands here any more: closed by then, or an old type no longer financed."""
    grows_from: int = 0
    """First year in which places decided now can be used."""
    may_build: bool = True
    """False for a candidate that receives transformed facilities only."""
    state_from: int | None = None
    """First year whose running cost the streams pay; a project pays before."""

    def stands(self, year: int) -> bool:
        """Whether something may stand here in the year."""
        return (self.gone_from is None or year < self.gone_from) and (self.opens is None or year >= self.opens)

    def by_project(self, year: int) -> bool:
        """Whether a project, not the streams, pays the running cost of the year."""
        return self.state_from is not None and year < self.state_from

    def may_grow(self, year: int) -> bool:
        """Whether places may be added in the year."""
        return self.may_build and self.stands(year) and not self.by_project(year) and year >= self.grows_from

    @property
    def kept_places(self) -> int:
        """Places that stand or are committed: the size to which a facility of the register is entitled."""
        return self.places_today + self.committed_places


@dataclass(frozen=True)
class Transformation:
    """One old service may become a new one, place by place."""

    from_service: str
    to_service: str
    factor: float
    capital_place: float


@dataclass(frozen=True)
class Renovation:
    """What has to be renovated at a site by a year, and the places lost otherwise."""

    site: str
    kind: str
    by_year: int
    cost: float
    places_lost: int


@dataclass(frozen=True)
class Complex:
    """Services under one roof, and the fixed running cost that one saves in a year."""

    code: str
    services: tuple[str, ...]
    saved: float
    apart: bool
    """It would hold target groups that may not share a unit."""


@dataclass(frozen=True)
class Ceiling:
    """Posts of a profession that can be filled in a territory and year."""

    territory: str
    profession: str
    year: int
    posts: float
