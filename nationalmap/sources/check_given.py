"""What no single cell of a planner's tables shows: years, names and sites that do not fit each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.errors import Fault
from nationalmap.schema import shown
from nationalmap.sources.check_catalogue import Facts, Tables, alike, blank, by_code

if TYPE_CHECKING:
    import pandas as pd

#: How the plan names the sites it opens; no site of a register may be named so.
NEW_SITE = "new:"


def wrong_given(tables: Tables, files: Mapping[str, str], as_of: int) -> Iterator[Fault]:
    """Every fault of register, candidates and the rest; ``as_of`` is the year of the register."""
    services = by_code(tables["services"], "service")
    register, candidates = tables["register"], tables["candidates"]
    sites = by_code(register, "site")
    yield from _wrong_register(sites, services, as_of, files["register"])
    yield from alike(register["site"], files["register"], "site")
    yield from _wrong_renovations(tables["renovations"], sites, as_of, files["renovations"])
    embedded = set(tables["embedded"]["service"])
    yield from _wrong_candidates(candidates, services, embedded, sites, files["candidates"])
    yield from _saved_twice(candidates, tables["complexes"], files["candidates"])
    yield from _wrong_agreements(tables["agreements"], services, files["agreements"])


def _wrong_register(sites: Facts, services: Facts, as_of: int, file: str) -> Iterator[Fault]:
    for site, row in sites.items():
        yield from wrong_name(site, file)
        status, closes = row["status"], row["close_by_year"]
        if status == "must_close_by" and blank(closes):
            rule = f"is empty for site {site}, which must close"
            yield Fault(file, 0, "close_by_year", "", rule, "write the year")
        if status != "must_close_by" and not blank(closes):
            rule = f"stands at site {site}, whose status is {status}"
            yield Fault(file, 0, "close_by_year", str(closes), rule, "write must_close_by, or leave it blank")
        if not blank(row["opens_year"]):
            yield from _wrong_committed(row, services[row["service"]], as_of, file)


def _wrong_committed(row: Mapping[str, Any], service: Mapping[str, Any], as_of: int, file: str) -> Iterator[Fault]:
    """A site under construction opens later than today and before it closes, and serves nobody yet."""
    where, opens = f'{file}, site "{shown(row["site"])}"', int(row["opens_year"])
    if opens <= as_of:
        cure = "leave it blank: the site stands today"
        yield Fault(where, 0, "opens_year", str(opens), f"is not after the year of the register ({as_of})", cure)
    if not blank(row["close_by_year"]) and int(row["close_by_year"]) <= opens:
        rule = f"is not after opens_year {opens}"
        yield Fault(where, 0, "close_by_year", str(row["close_by_year"]), rule, "mend one of them")
    if not blank(service["financed_until"]) and int(service["financed_until"]) < opens:
        rule = f"is after the last year in which {row['service']} is financed ({service['financed_until']})"
        yield Fault(where, 0, "opens_year", str(opens), rule, "name the new service that it will be")
    if not blank(row["users"]) and int(row["users"]) > 0:
        cure = "leave it blank until the site opens"
        yield Fault(where, 0, "users", str(row["users"]), f"are served at a site that opens in {opens}", cure)
    if not blank(row["state_from_year"]) and int(row["state_from_year"]) < opens:
        rule = f"is before opens_year {opens}"
        yield Fault(where, 0, "state_from_year", str(row["state_from_year"]), rule, "mend one of them")


def wrong_name(site: str, file: str) -> Iterator[Fault]:
    """A name kept for the sites that a plan opens."""
    if site.startswith(NEW_SITE):
        rule = f'begins with "{NEW_SITE}", as the sites that a plan opens'
        yield Fault(file, 0, "site", shown(site), rule, "give it a name of its own")


def _wrong_renovations(table: pd.DataFrame, sites: Facts, as_of: int, file: str) -> Iterator[Fault]:
    """What is asked by a year that is past, or takes more places than there are."""
    for row in table.to_dict("records"):
        where, places = f'{file}, site "{shown(row["site"])}"', int(sites[row["site"]]["places"])
        if row["by_year"] <= as_of:
            rule = f"is not after the year of the register ({as_of})"
            yield Fault(where, 0, "by_year", str(row["by_year"]), rule, "lower its places in the register instead")
        if row["places_lost"] > places:
            rule = f"is more than the site has ({places})"
            yield Fault(where, 0, "places_lost", str(row["places_lost"]), rule, "write its places at most")


def _wrong_candidates(
    table: pd.DataFrame, services: Facts, embedded: Collection[str], sites: Facts, file: str
) -> Iterator[Fault]:
    """Sites where a new service with facilities may open, each with a name and a size of its own."""
    mine = set(table["site"])
    together = alike([*sites, *sorted(mine - set(sites))], file, "site")
    yield from (fault for fault in together if fault.value in mine)
    for row in table.to_dict("records"):
        site, code = str(row["site"]), str(row["service"])
        where, service = f'{file}, site "{shown(site)}"', services[code]
        yield from wrong_name(site, file)
        if site in sites:
            yield Fault(
                where, 0, "site", shown(site), "stands in the register", "give it another name, or leave it out"
            )
        if service["typology"] == "old":
            cure = f'write "{service["counts_as"]}"'
            yield Fault(where, 0, "service", shown(code), "is an old type, of which none opens any more", cure)
        elif service["mode"] == "home" or code in embedded:
            cure = "leave the row out: it needs no site"
            yield Fault(where, 0, "service", shown(code), "has no facilities of its own", cure)
        else:
            yield from _wrong_window(row, service, where)


def _wrong_window(row: Mapping[Any, Any], service: Mapping[str, Any], where: str) -> Iterator[Fault]:
    smallest = service["min_places"] if blank(row["min_places"]) else int(row["min_places"])
    largest = service["max_places"] if blank(row["max_places"]) else int(row["max_places"])
    if not 1 <= smallest <= largest:
        rule = f"does not follow min_places {smallest}"
        yield Fault(where, 0, "max_places", str(largest), rule, "1 <= min_places <= max_places is asked")


def _saved_twice(candidates: pd.DataFrame, complexes: pd.DataFrame, file: str) -> Iterator[Fault]:
    """A complex that would save more than the facility costs at a candidate site."""
    saved: dict[str, float] = {}
    for listed, amount in complexes[["services", "saved_running_eur"]].itertuples(index=False, name=None):
        first = listed.split()[0] if listed.split() else ""
        saved[first] = max(saved.get(first, 0.0), amount)
    columns = candidates[["site", "service", "running_cost_facility_eur"]]
    for site, service, cost in columns.itertuples(index=False, name=None):
        if not blank(cost) and cost < saved.get(service, 0.0):
            rule = f"is less than a complex with {service} saves ({saved[service]:g})"
            cure = "mend it, or lower what the complex saves"
            yield Fault(f'{file}, site "{shown(site)}"', 0, "running_cost_facility_eur", f"{cost:g}", rule, cure)


def _wrong_agreements(table: pd.DataFrame, services: Facts, file: str) -> Iterator[Fault]:
    """An agreement is between two municipalities, about what municipalities plan."""
    for m, h, s in table[["municipality", "host", "service"]].itertuples(index=False, name=None):
        where = f'{file}, "{shown(m)}" at "{shown(h)}"'
        if m == h:
            yield Fault(where, 0, "host", shown(h), "is the municipality itself", "leave the row out")
        if s != "*" and services[s]["level"] != "municipal":
            by = "region" if services[s]["level"] == "regional" else "the state"
            rule = f"is planned by {by}"
            yield Fault(where, 0, "service", shown(s), rule, "leave the row out: it needs no agreement")
