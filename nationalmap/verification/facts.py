"""Services, sites and streams as the inputs of a run folder state them; money in whole cents."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from nationalmap.verification.tables import Row

#: No figure of a table is larger: "no limit" in comparisons.
NO_LIMIT = sys.maxsize


@dataclass(frozen=True)
class Service:
    """One service of the catalogue, with the scenario's own shares and last year of old types."""

    code: str
    group: str
    priority_class: int
    preference: int
    least: Fraction | None
    most: Fraction | None
    old: bool
    family: str
    """The new service whose package and maximum count it: itself, or what an old type counts as."""
    until: int | None
    level: str
    home: bool
    facilities: bool
    """Whether it stands in facilities of its own: not at home, not inside another service."""
    target_group: str
    rho: int
    kmin: int
    kmax: int
    limit: Fraction
    lead: int
    place: int
    facility: int
    trip: int
    fee: int
    build_place: int
    build_facility: int


@dataclass(frozen=True)
class Site:
    """A facility of the register, a candidate, or the place where new ones may open or be made by conversion."""

    code: str
    municipality: str
    service: str
    origin: str
    status: str
    new: bool
    k0: int
    """Places today, or of a committed site when it opens."""
    committed: bool
    opens: int | None
    """The period in which a committed site opens."""
    users: int | None
    close_from: int | None
    state_from: int | None
    smallest: int
    largest: int
    most_facilities: int
    facility: int
    build_place: int
    build_facility: int
    from_year: int | None
    buildable: bool
    """Whether places may be added here at all; otherwise it exists for conversions alone."""

    @property
    def today(self) -> int:
        """Places that stand at the scenario's date."""
        return 0 if self.committed else self.k0

    def opens_in(self, year: int) -> bool:
        """Whether the committed places appear in this period."""
        return self.committed and self.opens == year

    def started(self, year: int) -> bool:
        """Whether it is not under construction any more."""
        return not self.committed or (self.opens is not None and self.opens <= year)

    def project_in(self, year: int) -> bool:
        """Whether a project still pays its running cost, not the streams."""
        return self.state_from is not None and year < self.state_from


@dataclass(frozen=True)
class Stream:
    """Who may pay what, where and when."""

    code: str
    running: bool
    state: bool
    first: int
    last: int
    services: frozenset[str]
    municipalities: frozenset[str]
    purposes: frozenset[str]
    carry_over: bool
    new_only: bool
    facts: Mapping[str, Any]

    def open_in(self, year: int, former: int) -> bool:
        """Whether it pays in a period; capital money in any year after the former period."""
        return self.first <= year and self.last >= (year if self.running else former + 1)

    def may_pay(self, kind: str, municipality: str, service: str) -> bool:
        """Whether it may pay this kind of cost of the service there, in a year in which it is open."""
        what = kind == "running" if self.running else kind in self.purposes
        where = not self.municipalities or municipality in self.municipalities
        return what and where and (not self.services or service in self.services)


def service(row: Row, priority_class: int, share: Mapping[str, Any] | None, until: int | None, inside: bool) -> Service:
    """A service of its row; ``inside``: its places come inside the facilities of another."""
    old, home = row["typology"] == "old", row["mode"] == "home"
    return Service(
        code=row["service"],
        group=row["group"],
        priority_class=priority_class,
        preference=row["preference"],
        least=row["least_share"] if share is None else _fraction(share["least"]),
        most=row["most_share"] if share is None else _fraction(share["most"]),
        old=old,
        family=row["counts_as"] if old and row["counts_as"] else row["service"],
        until=(until if until is not None else row["financed_until"]) if old else None,
        level=row["level"],
        home=home,
        facilities=not home and not inside,
        target_group=row["target_group"],
        rho=row["users_per_place"],
        kmin=0 if home or inside else row["min_places"],
        kmax=0 if home or inside else row["max_places"],
        limit=row["travel_limit_min"],
        lead=row["lead_years"],
        place=row["running_cost_place_eur"],
        facility=row["running_cost_facility_eur"],
        trip=row["trip_cost_user_eur"],
        fee=row["fee_user_eur"],
        build_place=row["capital_cost_place_eur"],
        build_facility=row["capital_cost_facility_eur"],
    )


def _fraction(number: Any) -> Fraction | None:
    return None if number is None else Fraction(number)


def standing(row: Row, s: Service, years: tuple[int, ...]) -> Site:
    """A row of the register."""
    committed, k0 = row["opens_year"] is not None, row["places"]
    return Site(
        code=row["site"],
        municipality=row["municipality"],
        service=s.code,
        origin=row["origin"],
        status=row["status"],
        new=False,
        k0=k0,
        committed=committed,
        opens=min((t for t in years if t >= row["opens_year"]), default=None) if committed else None,
        users=None if committed else row["users"],
        close_from=row["close_by_year"] if row["status"] == "must_close_by" else None,
        state_from=row["state_from_year"],
        smallest=min(s.kmin, k0),
        largest=max(s.kmax, k0),
        most_facilities=1 if s.facilities else 0,
        facility=s.facility,
        build_place=s.build_place,
        build_facility=s.build_facility,
        from_year=None,
        buildable=True,
    )


def possible(code: str, municipality: str, s: Service, buildable: bool, row: Row | None = None) -> Site:
    """A site that does not stand today: a candidate of its row, or the one implied in every municipality."""
    given = row or {}

    def own(column: str, otherwise: int) -> int:
        stated = given.get(column)
        return otherwise if stated is None else int(stated)

    return Site(
        code=code,
        municipality=municipality,
        service=s.code,
        origin="new",
        status="free",
        new=True,
        k0=0,
        committed=False,
        opens=None,
        users=None,
        close_from=None,
        state_from=None,
        smallest=own("min_places", s.kmin),
        largest=own("max_places", s.kmax),
        most_facilities=own("most_facilities", NO_LIMIT) if s.facilities else 0,
        facility=own("running_cost_facility_eur", s.facility),
        build_place=own("capital_cost_place_eur", s.build_place),
        build_facility=own("capital_cost_facility_eur", s.build_facility),
        from_year=given.get("from_year"),
        buildable=buildable,
    )


def stream(code: str, facts: Mapping[str, Any]) -> Stream:
    """A stream of the scenario."""
    return Stream(
        code=code,
        running=facts["kind"] == "running",
        state=facts["payer"] == "state",
        first=facts["first_year"] or -NO_LIMIT,
        last=facts["last_year"] or NO_LIMIT,
        services=frozenset(facts["services"]),
        municipalities=frozenset(facts["municipalities"]),
        purposes=frozenset(facts["purposes"]),
        carry_over=bool(facts["carry_over"]),
        new_only=bool(facts["new_places_only"]),
        facts=facts,
    )
