"""Sets and data of the program, read once from the checked tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.domain.scenario import Scenario
from nationalmap.program.known import Known
from nationalmap.program.nouns import EUR_PER_UNIT, Ceiling, Complex, Group, Renovation, Service, Transformation
from nationalmap.program.sites import Demand, all_sites

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]


def index(
    scenario: Scenario,
    municipalities: pd.DataFrame,
    tables: Tables,
    needs: pd.DataFrame,
    package: pd.DataFrame,
    budgets_eur: Mapping[str, Mapping[int, float]],
    near_alone: bool = False,
) -> Known:
    """Sets and data from the input tables, for the planned ``municipalities`` (columns municipality, region).

    ``near_alone``: the table of journeys lists near pairs and leaves out those that are too far; else a pair that it
    leaves out is an error (KeyError), for nobody should be out of reach because a row is lost.
    """
    services = _services(scenario, tables)
    groups = _groups(tables["groups"], services)
    codes = tuple(sorted(municipalities["municipality"]))
    region_of = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    minimum, maximum = _packages(package, services)
    need = _needs(needs, minimum, groups)
    minutes = {(m, h): float(t) for m, h, t in _rows(tables["travel"], "municipality", "host", "travel_min")}
    if not near_alone:
        _refuse_gaps(codes, minutes)
    agreed = _rows(tables["agreements"], "municipality", "host", "service", "status")
    bare = Known(
        scenario=scenario,
        municipalities=codes,
        region_of=region_of,
        groups=groups,
        services=services,
        sites={},
        transformations=_transformations(tables["transformations"], services),
        renovations=(),
        complexes=_complexes(tables["complexes"], tables["apart"], tables["services"], services),
        embedded=_embedded(tables["embedded"], services),
        posts={
            (s, p): float(n)
            for s, p, n in _rows(tables["professions"], "service", "profession", "posts_per_place")
            if s in services
        },
        ceilings=tuple(
            Ceiling(territory, profession, int(year), float(posts))
            for territory, profession, year, posts in _rows(tables["staff"], "territory", "profession", "year", "posts")
            if int(year) in scenario.years and (territory in codes or territory in region_of.values())
        ),
        need=need,
        minutes=minutes,
        trip_costs={
            (m, h, s): float(cost) / EUR_PER_UNIT
            for m, h, s, cost in _rows(tables["trip_costs"], "municipality", "host", "service", "cost_user_eur")
        },
        agreements={(m, h, s): status for m, h, s, status in agreed},
        minimum=minimum,
        maximum=maximum,
        users_today={},
        budget={
            (name, year): amount / EUR_PER_UNIT for name, years in budgets_eur.items() for year, amount in years.items()
        },
    )
    return _with_sites(bare, tables)


def _refuse_gaps(codes: tuple[str, ...], minutes: Mapping[tuple[str, str], float]) -> None:
    planned = set(codes)
    if sum(m in planned and h in planned for m, h in minutes) < len(codes) ** 2:
        raise KeyError(next((m, h) for m in codes for h in codes if (m, h) not in minutes))


def _with_sites(known: Known, tables: Tables) -> Known:
    """The sites need to know who is within reach, and the rest needs the sites."""
    import dataclasses

    codes, services = known.municipalities, known.services

    def here(name: str) -> list[dict[str, Any]]:
        table = tables[name]
        rows = table[table["municipality"].isin(codes) & table["service"].isin(list(services))]
        return _records(rows.sort_values("site"))

    register = here("register")
    sites = all_sites(
        known.scenario, codes, services, register, here("candidates"), known.transformations, _demand(known)
    )
    users: dict[tuple[str, str], int] = {}
    for row in register:
        if not _blank(row["users"]) and row["site"] in sites and not sites[row["site"]].committed_places:
            key = (row["municipality"], services[row["service"]].group)
            users[key] = users.get(key, 0) + int(row["users"])
    renovations = tuple(
        Renovation(site, kind, int(by), float(cost) / EUR_PER_UNIT, int(lost))
        for site, kind, by, cost, lost in _rows(
            tables["renovations"].sort_values(["site", "kind"]), "site", "kind", "by_year", "cost_eur", "places_lost"
        )
        if site in sites
    )
    found = dataclasses.replace(known, sites=sites, users_today=users, renovations=renovations)
    # Who is near whom does not depend on the sites.
    vars(found).update({name: getattr(known, name) for name in ("_nearest", "_members")})
    return found


def _demand(known: Known) -> Demand:
    """Need within reach of each host, and the places that packages ask, in the period with most."""
    reach: dict[tuple[str, str], int] = {}
    asked: dict[tuple[str, str], int] = {}
    number = {h: n for n, h in enumerate(known.municipalities)}
    for code, s in known.services.items():
        by_year = np.zeros((len(known.municipalities), len(known.years)), dtype=np.int64)
        for m in known.municipalities:
            need = [known.need.get((m, s.group, t), 0) for t in known.years]
            if any(need):
                by_year[[number[h] for h in known.within(m, code) if known.may_serve(m, h, code)]] += need
        most = by_year.max(axis=1, initial=0).tolist()
        for h in known.municipalities:
            reach[h, code] = most[number[h]]
            places = [known.minimum.get((known.territory(h, code), code, t), ("none", 0, 0))[2] for t in known.years]
            asked[h, code] = max([*places, *_locked(known.scenario, "places", h, code)], default=0)
    return Demand(reach, asked, _facilities(known))


def _locked(scenario: Scenario, what: str, m: str, s: str) -> list[int]:
    """Values that locks ask for at least."""
    mine = [lock for lock in scenario.locks if (lock.what, lock.municipality, lock.service) == (what, m, s)]
    return [lock.value for lock in mine if lock.relation != "most"]


def _facilities(known: Known) -> dict[tuple[str, str], int]:
    """Facilities that locks and limits ask for at least: a limit of a territory might be met in any municipality."""
    limits = [limit for limit in known.scenario.site_limits if limit.relation != "most"]
    return {
        (m, s): max(
            [limit.number for limit in limits if limit.service == s and m in known.inside(limit.territory)]
            + _locked(known.scenario, "facilities", m, s),
            default=0,
        )
        for m in known.municipalities
        for s in known.services
    }


def _rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    # As objects, column by column: text of pyarrow is slow to take out cell by cell.
    return list(zip(*(frame[name].to_numpy(dtype=object).tolist() for name in columns), strict=True))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _blank(value: object) -> bool:
    return str(value) in ("<NA>", "nan", "None", "")


def _number(value: Any) -> float | None:
    return None if _blank(value) else float(value)


def _services(scenario: Scenario, tables: Tables) -> dict[str, Service]:
    embedded = set(tables["embedded"]["service"])
    shares = {share.service: share for share in scenario.shares}
    found = {}
    for row in _records(tables["services"]):
        code = row["service"]
        old = row["typology"] == "old"
        ends = scenario.old_types_until if scenario.old_types_until is not None else row["financed_until"]
        share = shares.get(code)
        least = share.least if share else row["least_share"]
        most = share.most if share else row["most_share"]
        found[code] = Service(
            code=code,
            group=row["group"],
            preference=int(row["preference"]),
            least_share=_number(least),
            most_share=_number(most),
            is_old=old,
            counts_as=row["counts_as"] if old and not _blank(row["counts_as"]) else code,
            financed_until=int(ends) if old and not _blank(ends) else None,
            level=row["level"],
            has_facilities=row["mode"] != "home" and code not in embedded,
            users_per_place=int(row["users_per_place"]),
            min_places=int(row["min_places"]),
            max_places=int(row["max_places"]),
            travel_limit_min=float(row["travel_limit_min"]),
            lead_years=int(row["lead_years"]),
            running_place=row["running_cost_place_eur"] / EUR_PER_UNIT,
            running_facility=row["running_cost_facility_eur"] / EUR_PER_UNIT,
            trip_user=row["trip_cost_user_eur"] / EUR_PER_UNIT,
            fee_user=row["fee_user_eur"] / EUR_PER_UNIT,
            capital_place=row["capital_cost_place_eur"] / EUR_PER_UNIT,
            capital_facility=row["capital_cost_facility_eur"] / EUR_PER_UNIT,
        )
    return found


def _groups(groups: pd.DataFrame, services: Mapping[str, Service]) -> dict[str, Group]:
    """Groups that the planned services meet."""
    classes = dict(_rows(groups, "group", "priority_class"))
    return {
        g: Group(g, int(classes[g]), tuple(s for s, service in services.items() if service.group == g))
        for g in sorted({service.group for service in services.values()})
    }


def _packages(
    package: pd.DataFrame, services: Mapping[str, Service]
) -> tuple[dict[tuple[str, str, int], tuple[str, int, int]], dict[tuple[str, str, int], int]]:
    mine = package[package["service"].isin(list(services))]
    minimum = {
        (t, s, int(year)): (str(kind), int(users), int(places))
        for t, s, year, kind, users, places in _rows(
            mine[mine["kind"] != "none"], "territory", "service", "year", "kind", "minimum_users", "minimum_places"
        )
    }
    capped = mine.dropna(subset=["maximum_users"])
    maximum = {(t, s, int(y)): int(u) for t, s, y, u in _rows(capped, "territory", "service", "year", "maximum_users")}
    return minimum, maximum


def _needs(
    needs: pd.DataFrame, minimum: Mapping[tuple[str, str, int], tuple[str, int, int]], groups: Mapping[str, Group]
) -> dict[tuple[str, str, int], int]:
    """Need cases; where the need is unknown, the municipal minimum stands, for it is not excused."""
    need = {}
    for m, g, year, users in _rows(needs, "municipality", "group", "year", "need_users"):
        if g in groups:
            least = sum(minimum.get((m, s, int(year)), ("none", 0, 0))[1] for s in groups[g].services)
            need[m, g, int(year)] = least if _blank(users) else int(users)
    return need


def _transformations(table: pd.DataFrame, services: Mapping[str, Service]) -> tuple[Transformation, ...]:
    rows = _rows(table, "from_service", "to_service", "places_factor", "capital_cost_place_eur")
    return tuple(
        Transformation(a, b, float(factor), float(cost) / EUR_PER_UNIT)
        for a, b, factor, cost in sorted(rows)
        if a in services and b in services
    )


def _embedded(table: pd.DataFrame, services: Mapping[str, Service]) -> dict[str, tuple[str, int]]:
    rows = _rows(table, "service", "host_service", "places_per_facility")
    return {s: (host, int(n)) for s, host, n in rows if s in services and host in services}


def _complexes(
    table: pd.DataFrame, apart: pd.DataFrame, catalogue: pd.DataFrame, services: Mapping[str, Service]
) -> tuple[Complex, ...]:
    """Complexes whose services are all planned."""
    target = dict(_rows(catalogue, "service", "target_group"))
    kept_apart = {frozenset(pair) for pair in _rows(apart, "target_group", "other_group")}
    found = []
    for code, listed, saved in sorted(_rows(table, "complex", "services", "saved_running_eur")):
        members = tuple(listed.split())
        if all(s in services for s in members):
            pairs = {frozenset((target[a], target[b])) for a in members for b in members if a != b}
            found.append(Complex(code, members, float(saved) / EUR_PER_UNIT, bool(pairs & kept_apart)))
    return tuple(found)
