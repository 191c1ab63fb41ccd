"""What no single cell of the catalogue shows: sizes, types and tables that do not fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.errors import Fault
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
Facts = Mapping[str, Mapping[str, Any]]


def wrong_catalogue(tables: Tables, files: Mapping[str, str]) -> Iterator[Fault]:
    """Every fault of the catalogue's tables against each other; ``files`` names the file of each table."""
    services = by_code(tables["services"], "service")
    embedded = set(tables["embedded"]["service"])
    yield from alike(tables["services"]["service"], files["services"], "service")
    yield from alike(tables["groups"]["group"], files["groups"], "group")
    for code, facts in services.items():
        where = f'{files["services"]}, service "{shown(code)}"'
        yield from _wrong_size(facts, code in embedded, where)
        yield from _wrong_type(facts, services, where)
        yield from _wrong_share(facts, where)
    yield from _wrong_group_shares(services, files["services"])
    yield from _wrong_transformations(tables["transformations"], services, embedded, files["transformations"])
    yield from _wrong_complexes(tables["complexes"], services, embedded, files["complexes"])
    yield from _wrong_embedded(tables["embedded"], services, files["embedded"])
    yield from _wrong_apart(tables["apart"], services, files["apart"])


def by_code(table: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Rows of a table by their code."""
    return {str(row[column]): {str(k): v for k, v in row.items()} for row in table.to_dict("records")}


def blank(value: object) -> bool:
    """Whether a cell was left empty."""
    return str(value) in ("", "<NA>", "nan", "None")


def alike(codes: Iterable[str], file: str, column: str) -> Iterator[Fault]:
    """Codes that differ in signs only: the program's names, and people, would take one for the other."""
    first: dict[str, str] = {}
    for code in codes:
        bare = re.sub(r"[:-]", "_", code)
        if first.setdefault(bare, code) != code:
            rule = f'differs from "{first[bare]}" in signs only'
            yield Fault(file, 0, column, shown(code), rule, "give one of them another name")


def _wrong_size(facts: Mapping[str, Any], embedded: bool, where: str) -> Iterator[Fault]:
    """A service at home or embedded has no facilities of its own, every other one has some size."""
    smallest, largest = facts["min_places"], facts["max_places"]
    bare = facts["mode"] == "home" or embedded
    if bare and (smallest or largest):
        why = "it is given at home" if facts["mode"] == "home" else "it lies in those of its host"
        yield Fault(where, 0, "max_places", str(largest), f"has facilities of no size: {why}", "write 0 for both sizes")
    elif not bare and not 1 <= smallest <= largest:
        rule = f"does not follow min_places {smallest}"
        yield Fault(where, 0, "max_places", str(largest), rule, "1 <= min_places <= max_places is asked")


def _wrong_type(facts: Mapping[str, Any], services: Facts, where: str) -> Iterator[Fault]:
    """An old type counts as a new service of its own group; a new one has neither successor nor end."""
    successor = str(facts["counts_as"])
    if facts["typology"] == "new":
        for column in ("counts_as", "financed_until"):
            if not blank(facts[column]):
                rule = "stands at a new service"
                yield Fault(where, 0, column, str(facts[column]), rule, "leave it blank, or write typology old")
        return
    new = [code for code, other in services.items() if other["typology"] == "new"]
    if successor not in new:
        rule = "is no new service that counts the places of this old type"
        yield Fault(where, 0, "counts_as", shown(successor), rule, nearest(successor, new))
    elif services[successor]["group"] != facts["group"]:
        rule = f'differs from that of "{successor}", which counts its places'
        cure = f'write "{services[successor]["group"]}"'
        yield Fault(where, 0, "group", str(facts["group"]), rule, cure)


def _wrong_share(facts: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Shares are those of new services, the least below the most."""
    least, most = facts["least_share"], facts["most_share"]
    given = [name for name in ("least_share", "most_share") if not blank(facts[name])]
    if facts["typology"] == "old" and given:
        rule = "stands at an old type, which counts within the share of its new service"
        yield Fault(where, 0, given[0], f"{facts[given[0]]:g}", rule, "leave it blank")
    elif len(given) == 2 and least > most:
        yield Fault(where, 0, "least_share", f"{least:g}", f"is above most_share {most:g}", "mend one of them")


def _wrong_group_shares(services: Facts, file: str) -> Iterator[Fault]:
    """Least shares of a group that are more than the whole, or most shares that are less."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for facts in services.values():
        if facts["typology"] == "new":
            groups.setdefault(str(facts["group"]), []).append(facts)
    for group, members in groups.items():
        least = sum(0.0 if blank(s["least_share"]) else s["least_share"] for s in members)
        most = sum(1.0 if blank(s["most_share"]) else s["most_share"] for s in members)
        where = f'{file}, group "{shown(group)}"'
        if least > 1 + 1e-9:
            yield Fault(where, 0, "least_share", f"{least:g}", "is the sum of least shares: more than all", "lower one")
        if most < 1 - 1e-9:
            cure = "raise one: everybody is served in one of the services"
            yield Fault(where, 0, "most_share", f"{most:g}", "is the sum of most shares: less than all", cure)


def _wrong_transformations(table: pd.DataFrame, services: Facts, embedded: set[str], file: str) -> Iterator[Fault]:
    """A facility becomes one of another, new service; both have facilities."""
    for a, b in table[["from_service", "to_service"]].itertuples(index=False, name=None):
        where = f'{file}, "{shown(a)}" to "{shown(b)}"'
        if a == b:
            yield Fault(where, 0, "to_service", shown(b), "is what stands already", "name another service")
        elif services[b]["typology"] == "old":
            cure = "name the new service that it becomes"
            yield Fault(where, 0, "to_service", shown(b), "is an old type, of which none opens any more", cure)
        for column, code in (("from_service", a), ("to_service", b)):
            if services[code]["mode"] == "home" or code in embedded:
                cure = "leave the row out: only facilities are transformed"
                yield Fault(where, 0, column, shown(code), "has no facilities of its own", cure)


def _wrong_complexes(table: pd.DataFrame, services: Facts, embedded: set[str], file: str) -> Iterator[Fault]:
    """A complex joins facilities of several services and saves no more than one of them costs."""
    for code, listed, saved in table[["complex", "services", "saved_running_eur"]].itertuples(index=False, name=None):
        members, where = listed.split(), f'{file}, complex "{shown(code)}"'
        for s in members:
            if s not in services:
                rule = "is not a service of the catalogue"
                yield Fault(where, 0, "services", shown(s), rule, nearest(s, services))
            elif services[s]["mode"] == "home" or s in embedded:
                yield Fault(where, 0, "services", shown(s), "has no facilities of its own", "leave it out")
        if len(set(members)) != len(members) or len(members) < 2:
            rule = "does not name two or more different services"
            yield Fault(where, 0, "services", shown(listed), rule, "separate their codes by blanks")
        fixed = services[members[0]]["running_cost_facility_eur"] if members and members[0] in services else saved
        if saved > fixed:
            rule = f"is more than a facility of {members[0]} costs in a year ({fixed:g})"
            yield Fault(where, 0, "saved_running_eur", f"{saved:g}", rule, "name first the service whose cost is saved")


def _wrong_embedded(table: pd.DataFrame, services: Facts, file: str) -> Iterator[Fault]:
    """An embedded service has one host, which has facilities of its own."""
    rows = list(table[["service", "host_service"]].itertuples(index=False, name=None))
    guests = [s for s, _ in rows]
    for s in sorted({s for s in guests if guests.count(s) > 1}):
        yield Fault(file, 0, "service", shown(s), "has two hosts", "keep one of its rows")
    for s, host in rows:
        where = f'{file}, service "{shown(s)}"'
        if services[s]["mode"] == "home":
            yield Fault(where, 0, "service", shown(s), "is given at home", "leave it out, or change its mode")
        if host in guests or services[host]["mode"] == "home":
            cure = "name a service with facilities of its own"
            yield Fault(where, 0, "host_service", shown(host), "has no facilities of its own", cure)


def _wrong_apart(table: pd.DataFrame, services: Facts, file: str) -> Iterator[Fault]:
    """Two target groups of the catalogue, not one with itself."""
    known = sorted({str(facts["target_group"]) for facts in services.values()})
    for one, other in table[["target_group", "other_group"]].itertuples(index=False, name=None):
        for column, code in (("target_group", one), ("other_group", other)):
            if code not in known:
                yield Fault(file, 0, column, shown(code), "is the target group of no service", nearest(code, known))
        if one == other:
            yield Fault(file, 0, "other_group", shown(other), "is kept apart from itself", "name another target group")
