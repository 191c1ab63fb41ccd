"""Codes of a scenario that the inputs do not hold, or that do not mean there what is asked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nationalmap.domain.scenario import Lock, Scenario
from nationalmap.errors import Fault
from nationalmap.schema import nearest, shown
from nationalmap.sources.check_catalogue import Facts, Tables, by_code
from nationalmap.sources.check_given import NEW_SITE


@dataclass(frozen=True)
class _Codes:
    """What a scenario may name: the planned services, municipalities, territories and sites."""

    services: Facts
    embedded: Collection[str]
    municipalities: Collection[str]
    territories: Collection[str]
    sites: Mapping[str, tuple[str, str]]
    """Site -> its municipality and service."""

    def has_facilities(self, service: str) -> bool:
        return self.services[service]["mode"] != "home" and service not in self.embedded


def wrong_scenario(scenario: Scenario, tables: Tables, file: str) -> Iterator[Fault]:
    """Every code of shares, locks, limits, hubs and lists that does not fit the planned ``tables``."""
    municipalities = tables["municipalities"]
    if not set(scenario.regions) <= set(municipalities["region"]):
        return  # told of the regions alone
    planned = municipalities[municipalities["region"].isin(list(scenario.regions))]
    codes = _Codes(
        services=by_code(tables["services"], "service"),
        embedded=set(tables["embedded"]["service"]),
        municipalities=set(planned["municipality"]),
        territories={*planned["municipality"], *planned["region"]},
        sites={
            site: (municipality, service)
            for name in ("candidates", "register")
            for site, municipality, service in zip(
                *(tables[name][c].astype(str).tolist() for c in ("site", "municipality", "service")), strict=True
            )
        },
    )
    yield from _wrong_lists(scenario, codes, file)
    yield from _wrong_limits(scenario, codes, file)
    for number, hub in enumerate(scenario.hubs):
        yield from _unknown(hub.municipality, codes.municipalities, file, f"hubs.{number}.municipality")
        for s in hub.excluded_services:
            yield from _unknown(s, codes.services, file, f"hubs.{number}.excluded_services")
    for number, lock in enumerate(scenario.locks):
        yield from _wrong_lock(lock, codes, file, f"locks.{number}")


def _unknown(code: str, known: Collection[str], file: str, key: str) -> Iterator[Fault]:
    """A code that this scenario does not plan."""
    if code not in known:
        yield Fault(file, 0, key, shown(code), "is not planned by this scenario", nearest(code, known))


def _wrong_lists(scenario: Scenario, codes: _Codes, file: str) -> Iterator[Fault]:
    for s in scenario.single_assignment:
        yield from _unknown(s, codes.services, file, "single_assignment")
    for number, share in enumerate(scenario.shares):
        key = f"shares.{number}.service"
        yield from _unknown(share.service, codes.services, file, key)
        if codes.services.get(share.service, {}).get("typology") == "old":
            cure = f'write "{codes.services[share.service]["counts_as"]}", which counts it'
            yield Fault(file, 0, key, shown(share.service), "is an old type, which has no share of its own", cure)


def _wrong_limits(scenario: Scenario, codes: _Codes, file: str) -> Iterator[Fault]:
    for number, limit in enumerate(scenario.site_limits):
        key = f"site_limits.{number}"
        yield from _unknown(limit.service, codes.services, file, f"{key}.service")
        if limit.territory:
            yield from _unknown(limit.territory, codes.territories, file, f"{key}.territory")
        if limit.service in codes.services and not codes.has_facilities(limit.service):
            rule = "has no facilities of its own to count"
            yield Fault(file, 0, f"{key}.service", shown(limit.service), rule, "name a service with facilities")


def _wrong_lock(lock: Lock, codes: _Codes, file: str, key: str) -> Iterator[Fault]:
    yield from _unknown(lock.service, codes.services, file, f"{key}.service")
    yield from _unknown(lock.municipality, codes.municipalities, file, f"{key}.municipality")
    if lock.host is not None:
        yield from _unknown(lock.host, codes.municipalities, file, f"{key}.host")
    if lock.site is not None:
        yield from _wrong_site(lock, codes.sites, file, f"{key}.site")
    if lock.what == "facilities" and lock.service in codes.services and not codes.has_facilities(lock.service):
        rule = "has no facilities of its own to fix"
        yield Fault(file, 0, f"{key}.service", shown(lock.service), rule, 'write what = "places"')


def _wrong_site(lock: Lock, sites: Mapping[str, Any], file: str, key: str) -> Iterator[Fault]:
    """A site that is nowhere, or another municipality's or service's."""
    site = lock.site or ""
    implied = f"{NEW_SITE}{lock.service}:{lock.municipality}"
    here = (lock.municipality, lock.service)
    if sites.get(site, here if site == implied else None) == here:
        return
    known = [implied, *(s for s, place in sites.items() if place == here)]
    rule = "is not a site of the service in the municipality"
    yield Fault(file, 0, key, shown(site), rule, nearest(site, known))
