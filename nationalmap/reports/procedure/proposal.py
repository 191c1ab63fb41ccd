"""Planning proposal and list of maxima: services of the municipal and of the regional level, with their users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from nationalmap.reports.paper.model import Block, Document, Heading, Table
from nationalmap.reports.procedure.analysis import column, heading
from nationalmap.reports.procedure.asked import State, Territory, each, plain, whole
from nationalmap.reports.procedure.frame import document, note
from nationalmap.reports.procedure.notes import Notes
from nationalmap.reports.texts import act, entries

#: Beyond the municipal level a service is planned for the whole region.
_REGIONAL = ("regional", "national")


def proposal(about: Territory, state: State) -> Document:
    """Part 1: what each municipality plans for its own people. Part 2: what is planned for the whole region."""
    notes = Notes(about)
    blocks: list[Block] = []
    for year in about.plan.scenario.years:
        blocks += [heading("part_municipal", year), note("part_municipal_says")]
        for code in about.places:
            if not about.municipality:
                blocks.append(Heading(about.towns[code], 2))
            blocks.append(_own(about, notes, code, year))
        blocks += [heading("part_regional", year), note("part_regional_says"), regional(about, notes, year)]
    return document("proposal", about, state, blocks, notes)


def maximum(about: Territory, state: State) -> Document:
    """Every service of the two levels with the maximum number of its users, and the norm that gives it."""
    notes = Notes(about)
    blocks: list[Block] = []
    for year in about.plan.scenario.years:
        blocks += [heading("maximum_municipal", year), note("maximum_says"), _maxima(about, notes, year)]
        blocks += [heading("maximum_regional", year), note("regional_hosts_says"), regional(about, notes, year)]
    return document("maximum", about, state, blocks, notes)


def limits(about: Territory, year: int) -> dict[tuple[str, str], Any]:
    """Rows of table ``package`` of these municipalities and their region, by territory and service."""
    frame = about.plan.tables["package"]
    here = frame["territory"].isin((*about.places, about.region)) & (frame["year"] == year)
    return {(row.territory, row.service): row for row in each(frame[here])}


def level_of(about: Territory, service: str) -> str:
    """municipal, or regional: an old type stands where the service stands that counts it."""
    return "regional" if about.services.at[service, "level"] in _REGIONAL else "municipal"


def named(about: Territory, service: str) -> str:
    """The name of a service; of an old type also the service whose maximum counts it."""
    counts = about.services.at[service, "counts_as"]
    name = about.service_names[service]
    if isinstance(counts, str) and counts:
        return act("procedure.counts_as", service=name, other=about.service_names.get(counts, counts))
    return name


def _sums(frame: pd.DataFrame, by: str, column_: str) -> dict[tuple[str, str], int]:
    """Sum of a column by municipality and service."""
    sums: dict[Any, Any] = frame.groupby([by, "service"])[column_].sum().to_dict()
    return {(str(m), str(s)): int(n) for (m, s), n in sums.items()}


def _own(about: Territory, notes: Notes, code: str, year: int) -> Table:
    """One municipality: services of the municipal level with maximum, minimum, users and places."""
    columns = (
        column("service", width=5),
        column("maximum_users", "count", 1.6, act("procedure.no_norm")),
        column("maximum_rule", width=3),
        column("minimum", width=2),
        column("minimum_rule", width=3),
        column("planned_users", "count", 1.6),
        column("other_paid_users", "count", 1.6),
        column("planned_places", "count", 1.6),
    )
    known = limits(about, year)
    people = about.rows("allocation", year)
    users, other = (_sums(people, "municipality", name) for name in ("users", "other_paid_users"))
    places = _sums(about.rows("capacity", year), "municipality", "places")
    rows = []
    for service in _of_level(about, "municipal"):
        limit = known.get((code, service))
        cells = (users.get((code, service), 0), other.get((code, service), 0), places.get((code, service), 0))
        if limit is None and not any(cells):
            continue
        rows.append((named(about, service), *_limits(notes, limit, (code,), year), *cells))
    own = people[(people["municipality"] == code) & people["service"].isin(_of_level(about, "municipal"))]
    stands = about.rows("capacity", year)
    stands = stands[(stands["municipality"] == code) & stands["service"].isin(_of_level(about, "municipal"))]
    sums = {"planned_users": own["users"], "other_paid_users": own["other_paid_users"]}
    sums["planned_places"] = stands["places"]
    return Table(columns, tuple(rows), {name: whole(values.sum()) for name, values in sums.items()})


def _limits(notes: Notes, limit: Any, places: Iterable[str], year: int) -> tuple[Any, str, str, str]:
    """Maximum with its rule, and minimum with its rule, of one row of table ``package``."""
    where = tuple(places)
    if limit is None:
        return None, "", "", ""
    least = plain(limit.minimum_places) if limit.kind == "in_place" else plain(limit.minimum_users)
    unit = act(f"procedure.minimum.{limit.kind}", n=least) if least is not None else ""
    return (
        plain(limit.maximum_users),
        notes.rule(limit.norm_maximum, where, year),
        unit,
        notes.rule(limit.norm_minimum, where, year) if least is not None else "",
    )


def _of_level(about: Territory, level: str) -> list[str]:
    """Services of a level, in the order of the catalogue."""
    return [str(code) for code in about.services.index if level_of(about, str(code)) == level]


def regional(about: Territory, notes: Notes, year: int) -> Table:
    """Services of the regional level: maximum of the region, hosts with their places, users of these municipalities."""
    columns = (
        column("service", width=4.6),
        column("maximum_users", "count", 1.5, act("procedure.no_norm")),
        column("maximum_rule", width=2.8),
        column("minimum", width=1.8),
        column("minimum_rule", width=2.8),
        column("hosts", width=3.6),
        column("region_places", "count", 1.5),
        column("planned_users", "count", 1.5),
        column("other_paid_users", "count", 1.5),
    )
    known, codes = limits(about, year), tuple(sorted(about.inside))
    stands = about.plan.tables["capacity"]
    stands = stands[stands["municipality"].isin(codes) & (stands["year"] == year)]
    people = about.rows("allocation", year)
    mine = _of_level(about, "regional")
    rows = []
    for service in mine:
        limit = known.get((about.region, service))
        hosts: dict[Any, Any] = stands[stands["service"] == service].groupby("municipality")["places"].sum().to_dict()
        served = people[people["service"] == service]
        cells = (int(sum(hosts.values())), int(served["users"].sum()), int(served["other_paid_users"].sum()))
        if limit is None and not any(cells):
            continue
        told = "; ".join(f"{about.towns[host]}: {n}" for host, n in hosts.items() if n)
        rows.append((named(about, service), *_limits(notes, limit, codes, year), told, *cells))
    own, here = people[people["service"].isin(mine)], stands[stands["service"].isin(mine)]
    sums = {
        "region_places": whole(here["places"].sum()),
        "planned_users": whole(own["users"].sum()),
        "other_paid_users": whole(own["other_paid_users"].sum()),
    }
    return Table(columns, tuple(rows), sums)


def _maxima(about: Territory, notes: Notes, year: int) -> Table:
    """Services of the municipal level by municipality, each with its maximum and what the plan uses of it."""
    columns = (
        column("municipality", width=2.6),
        column("service", width=5),
        column("target_group", width=4),
        column("maximum_users", "count", 1.7, act("procedure.no_norm")),
        column("maximum_rule", width=3.6),
        column("state_users", "count", 1.7),
    )
    rows = list(_maximum_rows(about, notes, year))
    frame = about.plan.tables["package"]
    own = frame[frame["territory"].isin(about.places) & (frame["year"] == year)]
    own = own[own["service"].isin(_of_level(about, "municipal"))]
    people = about.rows("allocation", year)
    people = people[people["service"].isin(_of_level(about, "municipal"))]
    used = whole(people["users"].sum()) - whole(people["other_paid_users"].sum())
    return Table(columns, tuple(rows), {"maximum_users": whole(own["maximum_users"].sum()), "state_users": used})


def _maximum_rows(about: Territory, notes: Notes, year: int) -> Iterator[tuple[Any, ...]]:
    known, people = limits(about, year), about.rows("allocation", year)
    users, other = (_sums(people, "municipality", name) for name in ("users", "other_paid_users"))
    state, targets = {key: users[key] - other.get(key, 0) for key in users}, entries("target_group")
    for code in about.places:
        for service in _of_level(about, "municipal"):
            key = (code, service)
            limit = known.get(key)
            if limit is None and not state.get(key):
                continue
            most = None if limit is None else plain(limit.maximum_users)
            rule = "" if limit is None else notes.rule(limit.norm_maximum, (code,), year)
            target = str(about.services.at[service, "target_group"])
            told = targets.get(target, (target,))[0]
            yield about.towns[code], named(about, service), told, most, rule, state.get(key, 0)
