"""The sites of a scenario: what stands, what is committed, and where something may open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nationalmap.domain.scenario import Scenario
from nationalmap.program.nouns import EUR_PER_UNIT, Service, Site, Transformation


@dataclass(frozen=True)
class Demand:
    """What a site could be asked to hold: the most need within reach of a host, and its packages, in places."""

    within_reach: Mapping[tuple[str, str], int]
    """(h, s) -> need cases of all municipalities that may be served there, in the period with most."""
    asked: Mapping[tuple[str, str], int]
    """(m, s) -> places of the minimum package of its territory, or of a lock, whichever is more."""
    facilities: Mapping[tuple[str, str], int]
    """(m, s) -> facilities that a lock or a limit of the scenario asks for."""

    def places(self, h: str, s: Service) -> int:
        """Places that could be of use in the municipality."""
        return max(-(-self.within_reach.get((h, s.code), 0) // s.users_per_place), self.asked.get((h, s.code), 0))


def all_sites(
    scenario: Scenario,
    codes: tuple[str, ...],
    services: Mapping[str, Service],
    register: Iterable[Mapping[str, Any]],
    candidates: Iterable[Mapping[str, Any]],
    transformations: tuple[Transformation, ...],
    demand: Demand,
) -> dict[str, Site]:
    """Sites by code: of the register, then candidates, then receivers of transformed facilities."""
    standing = list(_standing(scenario, services, register, demand))
    named = [_named(scenario, services[row["service"]], row) for row in candidates]
    excluded = {(hub.municipality, s) for hub in scenario.hubs for s in hub.excluded_services}
    taken = {site.service for site in named}
    named = [site for site in named if (site.municipality, site.service) not in excluded]
    at_home = {(site.municipality, site.service) for site in standing if not services[site.service].has_facilities}
    lasting = {key for key in at_home if any(_lasts(site, key) for site in standing)}
    opened = [
        _candidate(scenario, m, s, demand)
        for m in codes
        for s in services.values()
        if not s.is_old and s.code not in taken and (m, s.code) not in lasting | excluded
        and scenario.as_of.year + s.lead_years <= scenario.last_year
    ]  # fmt: skip
    sites = {site.code: site for site in (*standing, *named, *opened)}
    for way in transformations:
        for site in standing:
            if site.service == way.from_service:
                code = f"new:{way.to_service}:{site.municipality}"
                sites[code] = _receiver(scenario, services[way.to_service], site, sites.get(code))
    return sites


def _lasts(site: Site, key: tuple[str, str]) -> bool:
    return (site.municipality, site.service) == key and site.gone_from is None


def _standing(
    scenario: Scenario, services: Mapping[str, Service], register: Iterable[Mapping[str, Any]], demand: Demand
) -> Iterator[Site]:
    for row in register:
        s = services[row["service"]]
        opens = _year(row["opens_year"])
        if opens is not None and opens > scenario.last_year:
            continue
        places = int(row["places"])
        facilities = 1 if s.has_facilities else 0
        largest = max(places, s.max_places if s.has_facilities else demand.places(row["municipality"], s))
        ends = [year for year in (_year(row["close_by_year"]), s.financed_until and s.financed_until + 1) if year]
        yield Site(
            code=row["site"],
            municipality=row["municipality"],
            service=s.code,
            places_today=0 if opens else places,
            facilities_today=0 if opens else facilities,
            status=row["status"],
            is_new=False,
            origin=row["origin"],
            smallest=min(s.min_places, places),
            largest=largest,
            most_places=largest,
            most_facilities=facilities,
            running_facility=s.running_facility,
            capital_place=s.capital_place,
            capital_facility=s.capital_facility,
            opens=min(t for t in scenario.years if t >= opens) if opens else None,
            committed_places=places if opens else 0,
            gone_from=min(ends, default=None),
            grows_from=scenario.as_of.year + s.lead_years,
            may_build=not s.is_old,
            state_from=_year(row["state_from_year"]),
        )


def _named(scenario: Scenario, s: Service, row: Mapping[str, Any]) -> Site:
    """A building or plot that somebody offers, with what it costs there."""

    def own(column: str, catalogue: float) -> float:
        given = row[column]
        return catalogue if str(given) in ("<NA>", "nan", "None") else float(given) / EUR_PER_UNIT

    largest = _number(row["max_places"], s.max_places)
    return Site(
        code=row["site"],
        municipality=row["municipality"],
        service=s.code,
        places_today=0,
        facilities_today=0,
        status="free",
        is_new=True,
        origin="new",
        smallest=_number(row["min_places"], s.min_places),
        largest=largest,
        most_places=largest * int(row["most_facilities"]),
        most_facilities=int(row["most_facilities"]) if s.has_facilities else 0,
        running_facility=own("running_cost_facility_eur", s.running_facility),
        capital_place=own("capital_cost_place_eur", s.capital_place),
        capital_facility=own("capital_cost_facility_eur", s.capital_facility),
        grows_from=max(scenario.as_of.year + s.lead_years, _year(row["from_year"]) or 0),
    )


def _candidate(scenario: Scenario, m: str, s: Service, demand: Demand) -> Site:
    """The place in the municipality where facilities of the service may open, large enough for all in reach."""
    useful = max(demand.places(m, s), s.min_places)
    # At the smallest size as many facilities may stand as at the largest size plus one.
    facilities = max(-(-useful // s.max_places), demand.facilities.get((m, s.code), 0)) if s.has_facilities else 0
    return Site(
        code=f"new:{s.code}:{m}",
        municipality=m,
        service=s.code,
        places_today=0,
        facilities_today=0,
        status="free",
        is_new=True,
        origin="new",
        smallest=s.min_places,
        largest=s.max_places,
        most_places=max(useful, facilities * s.min_places),
        most_facilities=facilities,
        running_facility=s.running_facility,
        capital_place=s.capital_place,
        capital_facility=s.capital_facility,
        grows_from=scenario.as_of.year + s.lead_years,
    )


def _receiver(scenario: Scenario, s: Service, old: Site, receiver: Site | None) -> Site:
    """The candidate of the new service, with room for one more transformed facility."""
    if receiver is None:
        receiver = Site(
            code=f"new:{s.code}:{old.municipality}", municipality=old.municipality, service=s.code, places_today=0,
            facilities_today=0, status="free", is_new=True, origin="new", smallest=s.min_places, largest=s.max_places,
            most_places=0, most_facilities=0, running_facility=s.running_facility, capital_place=s.capital_place,
            capital_facility=s.capital_facility, grows_from=scenario.as_of.year + s.lead_years, may_build=False,
        )  # fmt: skip
    return replace(
        receiver,
        most_places=receiver.most_places + s.max_places,
        most_facilities=receiver.most_facilities + 1,
    )


def _year(value: object) -> int | None:
    return None if str(value) in ("<NA>", "nan", "None", "") else int(float(str(value)))


def _number(value: object, otherwise: int) -> int:
    return otherwise if str(value) in ("<NA>", "nan", "None") else int(float(str(value)))
