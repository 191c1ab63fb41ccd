"""Proposal, plan and map in force side by side: tables by territory and host, sums, and a class for each row.

A maximum speaks of people: on the municipal level of those of a municipality, on the regional level of those of the
whole region, at the hosts that the map names. So the plan's users are counted where they live, wherever they are
served, and at the hosts of a regional service by where they are served. Old types count as the new service whose
maximum counts them in the plan, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nationalmap.reports.in_force.declared import CLASSES, IN_FORCE
from nationalmap.reports.in_force.proposed import proposed
from nationalmap.schema import MAP_STATUS, Table

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.sources.annexes import Annex
    from nationalmap.sources.annexes.proposals import Proposals

_USERS = ("plan_users", "plan_state_users")
_PROPOSED = ("proposed_users", "proposed_shared_users")
_SUMMED = (*_PROPOSED, "plan_places", *_USERS, "map_users", "above_users", "left_users")
#: Sums that are blank where one of their rows is: a sum of a part would be read as that of the whole.
_WHOLE = ("need_users", "plan_less_proposed_users", "plan_less_map_users", "proposed_less_map_users")


@dataclass(frozen=True)
class _Sides:
    """What the three say, of the plan's municipalities alone and with services as they count."""

    plan: Plan
    annex: Annex
    rows: pd.DataFrame
    """The map: territory, host, service, region, max_users."""
    users: pd.DataFrame
    """The plan: municipality, region, service, host, year, plan_users, plan_state_users."""
    places: pd.DataFrame
    """municipality, region, service, year, plan_places."""
    proposed: pd.DataFrame | None
    sent: frozenset[str]
    level: dict[tuple[str, str], str]
    """Level by region and service: as the map says, else as the catalogue."""
    region_of: dict[str, str]


def in_force(plan: Plan, annex: Annex, proposals: Proposals | None = None) -> dict[str, pd.DataFrame]:
    """The tables of IN_FORCE, by name. Rows of the map outside the plan's regions stand in ``map_in_force`` alone."""
    sides = _sides(plan, annex, proposals)
    three, hosts = _three_way(sides), _hosts(sides)
    status = max(annex_status(annex), key=MAP_STATUS.index, default="illustrative")
    found = {"three_way": three, "hosts": hosts, "totals": _totals(three, sides)}
    tables = {name: _typed(frame.assign(map_status=status), IN_FORCE[name]) for name, frame in found.items()}
    others = _not_planned(annex, proposals, sides)
    return {**tables, "not_planned": _typed(others, IN_FORCE["not_planned"]), "map_in_force": annex.rows}


def annex_status(annex: Annex) -> set[str]:
    """The statuses of the rows of a map."""
    return {*annex.rows["status"], *annex.not_planned["status"]}


def _sides(plan: Plan, annex: Annex, proposals: Proposals | None) -> _Sides:
    services = plan.inputs.tables["services"]
    counted = {s: c or s for s, c in services[["service", "counts_as"]].itertuples(index=False, name=None)}
    towns = plan.inputs.tables["municipalities"]
    towns = towns[towns["region"].isin(list(plan.scenario.regions))]
    region_of = dict(zip(towns["municipality"], towns["region"], strict=True))
    rows = annex.rows.assign(
        service=annex.rows["service"].map(counted),
        region=annex.rows["territory"].map({**region_of, **{region: region for region in plan.scenario.regions}}),
    ).dropna(subset="region")
    users = plan.tables["allocation"]
    users = users.assign(
        service=users["service"].map(counted),
        region=users["municipality"].map(region_of),
        plan_users=users["users"],
        plan_state_users=users["users"] - users["other_paid_users"],
    )
    places = plan.tables["capacity"]
    places = places.assign(
        service=places["service"].map(counted),
        region=places["municipality"].map(region_of),
        plan_places=places["places"],
    )
    own = {s: "municipal" if level == "municipal" else "regional" for s, level in services[["service", "level"]].values}
    level = {(region, s): own[s] for region in plan.scenario.regions for s in sorted(set(counted.values()))}
    level |= {(r, s): said for r, s, said in rows[["region", "service", "level"]].itertuples(index=False, name=None)}
    given = None if proposals is None else proposed(plan, proposals, counted)
    sent = frozenset() if proposals is None else proposals.sent & region_of.keys()
    return _Sides(plan, annex, rows, users, places, given, sent, level, region_of)


def _frame(sides: _Sides, level: str) -> pd.DataFrame:
    """Every territory of a level with every service that is planned on it there, and year."""
    places = sides.region_of.items() if level == "municipal" else ((r, r) for r in sides.plan.scenario.regions)
    keys = [
        (territory, region, service, year)
        for territory, region in places
        for (of, service), said in sides.level.items()
        if of == region and said == level
        for year in sides.plan.scenario.years
    ]
    return pd.DataFrame(keys, columns=["territory", "region", "service", "year"]).assign(level=level)


def _three_way(sides: _Sides) -> pd.DataFrame:
    parts = []
    for level, place in (("municipal", "municipality"), ("regional", "region")):
        key = ["territory", "service", "year"]
        frame = _frame(sides, level)
        for table, columns in ((sides.users, _USERS), (sides.places, ("plan_places",))):
            frame = _with(frame, table.assign(territory=table[place]), key, columns)
        frame = frame.fillna(dict.fromkeys(("plan_places", *_USERS), 0))
        own = sides.rows[sides.rows["level"] == level]
        frame = _with(frame, own.rename(columns={"max_users": "map_users"}), key[:2], ["map_users"])
        frame = _with_proposed(frame, sides, place, "territory")
        parts.append(_with_needs(frame, sides, place))
    both = pd.concat(parts, ignore_index=True)
    return _judged(_compared(both, sides), _wrong_hosts(sides))


def _hosts(sides: _Sides) -> pd.DataFrame:
    """Services of the regional level by host; a host that none of the three names has no row."""
    key = ["region", "service", "host", "year"]
    regional = [pair for pair, level in sides.level.items() if level == "regional"]
    years = pd.DataFrame({"year": sides.plan.scenario.years})
    own = sides.rows[sides.rows["level"] == "regional"].rename(columns={"max_users": "map_users"})
    named = [own[key[:3]].merge(years, how="cross"), sides.users[key]]
    stands = sides.places.rename(columns={"municipality": "host"})
    named.append(stands.loc[stands["plan_places"] > 0, key])
    if sides.proposed is not None:
        given = sides.proposed.assign(region=sides.proposed["municipality"].map(sides.region_of))
        named.append(given.rename(columns={"municipality": "host"})[key].dropna())
    frame = pd.concat(named).drop_duplicates()
    frame = frame[[pair in set(regional) for pair in zip(frame["region"], frame["service"], strict=True)]]
    frame = frame.assign(territory=frame["region"], level="regional")
    frame = _with(frame, sides.users, key, _USERS)
    frame = _with(frame, stands, key, ("plan_places",)).fillna(dict.fromkeys(("plan_places", *_USERS), 0))
    frame = _with(frame, own, key[:3], ("map_users",))
    frame = _with_proposed(frame, sides, "municipality", "host")
    return _judged(_compared(frame, sides), None)


def _with(frame: pd.DataFrame, table: pd.DataFrame, key: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The frame with columns of a table summed by key; blank where it has none."""
    summed = table.groupby(list(key), as_index=False)[list(columns)].sum()
    return frame.merge(summed, on=list(key), how="left")


def _with_proposed(frame: pd.DataFrame, sides: _Sides, place: str, column: str) -> pd.DataFrame:
    """Proposed users: blank where nothing was sent, 0 where what was sent has none; ``whole`` where all have sent."""
    if sides.proposed is None:
        return frame.assign(whole=False, **dict.fromkeys(_PROPOSED, np.nan))
    given = sides.proposed[sides.proposed["municipality"].isin(list(sides.sent))]
    given = given.assign(region=given["municipality"].map(sides.region_of))
    given = given.assign(**{column: given[place]})
    frame = _with(frame, given, [column, "service", "year"], _PROPOSED)
    known, whole = sides.sent, sides.sent
    if place == "region":
        known = frozenset(sides.region_of[town] for town in sides.sent)
        silent = {region for town, region in sides.region_of.items() if town not in sides.sent}
        whole = known - silent
    some, every = (frame[column].isin(list(places)) for places in (known, whole))
    return frame.assign(whole=every, **{name: frame[name].fillna(0).where(some) for name in _PROPOSED})


def _with_needs(frame: pd.DataFrame, sides: _Sides, place: str) -> pd.DataFrame:
    """Need cases of the service's group; where one municipality has no data, its region has none."""
    services = sides.plan.inputs.tables["services"]
    needs = sides.plan.tables["needs"]
    needs = needs.assign(region=needs["municipality"].map(sides.region_of), blank=needs["need_users"].isna())
    needs = needs.assign(territory=needs[place], need_users=needs["need_users"].fillna(0))
    summed = needs.groupby(["territory", "group", "year"], as_index=False)[["need_users", "blank"]].sum()
    summed["need_users"] = summed["need_users"].astype("float64").where(summed["blank"] == 0)
    frame = frame.assign(group=frame["service"].map(dict(zip(services["service"], services["group"], strict=True))))
    return frame.merge(summed.drop(columns="blank"), on=["territory", "group", "year"], how="left")


def _compared(frame: pd.DataFrame, sides: _Sides) -> pd.DataFrame:
    """Differences; where the map speaks of a territory and not of a service, its maximum there is none at all."""
    pairs = zip(frame["territory"], frame["level"], strict=True)
    covered = pd.Series([pair in sides.annex.covered for pair in pairs], index=frame.index, dtype="bool")
    most = frame["map_users"].fillna(0).where(covered)
    state, given = frame["plan_state_users"], frame["proposed_users"].where(frame["whole"])
    return frame.assign(
        covered=covered,
        plan_less_proposed_users=state - given,
        plan_less_map_users=state - most,
        proposed_less_map_users=given - most,
        above_users=(state - most).clip(lower=0),
        left_users=(most - state).clip(lower=0),
    )


def _wrong_hosts(sides: _Sides) -> set[tuple[str, str, int]]:
    """Region, service and year of which some host is planned beyond its own maximum."""
    hosts = _hosts(sides)
    above = hosts[hosts["covered"] & (hosts["above_users"] > 0)]
    return set(above[["region", "service", "year"]].itertuples(index=False, name=None))


def _judged(frame: pd.DataFrame, wrong_hosts: set[tuple[str, str, int]] | None) -> pd.DataFrame:
    """The class of each row; rows of which nobody says anything are left out."""
    most, state, given = frame["map_users"].fillna(0), frame["plan_state_users"], frame["proposed_users"]
    keys = zip(frame["territory"], frame["service"], frame["year"], strict=True)
    elsewhere = pd.Series([key in (wrong_hosts or ()) for key in keys], index=frame.index, dtype="bool")
    said = (most > 0) | (frame["plan_users"] > 0) | (given > 0) | (frame["plan_places"] > 0)
    tests = {
        "no_map": ~frame["covered"],
        "planned_not_in_map": (most == 0) & (state > 0),
        "other_money": (most == 0) & (frame["plan_users"] > 0),
        "proposed_only": (most == 0) & (given > 0),
        "hosts_only": most == 0,
        "in_map_not_planned": frame["plan_users"] == 0,
        "above_map": state > most,
        "other_hosts": elsewhere,
        "below_map": state < most,
        "agreed_not_proposed": frame["whole"] & (given != most),
        "agreed": state == most,
    }
    assert set(tests) == set(CLASSES)  # noqa: S101 - each class has its test
    classes = np.select([test.to_numpy(dtype=bool) for test in tests.values()], list(tests), default="")
    return frame.assign(**{"class": classes})[said.to_numpy(dtype=bool)].reset_index(drop=True)


def _totals(three: pd.DataFrame, sides: _Sides) -> pd.DataFrame:
    """Sums by region and service, by region, by service, and of all; blank where no row has a figure."""
    if three.empty:
        return three.assign(region=three["territory"])
    whole = ["region"] if len(sides.plan.scenario.regions) > 1 else []
    parts = []
    for all_of in ([], ["service"], whole, [*whole, "service"])[: 4 if whole else 2]:
        grouped = three.assign(**dict.fromkeys(all_of, "*")).groupby(["region", "service", "year"])
        sums = grouped[[*_SUMMED, *_WHOLE]].sum(min_count=1)
        complete = grouped[list(_WHOLE)].count().eq(grouped.size(), axis="index")
        sums[list(_WHOLE)] = sums[list(_WHOLE)].where(complete)
        parts.append(sums.reset_index())
    found = pd.concat(parts, ignore_index=True)
    return found.assign(need_users=found["need_users"].where(found["service"] != "*"))


def _not_planned(annex: Annex, proposals: Proposals | None, sides: _Sides) -> pd.DataFrame:
    """What the plan does not know, within its regions."""
    parts = [annex.not_planned.assign(of="map")]
    if proposals is not None and proposals.annex is not None:
        parts.append(proposals.annex.not_planned.assign(of="proposal"))
    elif proposals is not None and proposals.changes is not None:
        changes = proposals.changes
        unknown = changes[~changes["service"].isin(sides.plan.inputs.tables["services"]["service"])]
        sums = unknown.groupby(["municipality", "service"], as_index=False)[["users", "places"]].sum()
        parts.append(
            pd.DataFrame(
                {
                    **{"of": "proposal", "territory": sums["municipality"], "name": sums["service"]},
                    **{"host": sums["municipality"]},
                    **{"max_users": sums["users"].where(sums["users"] > 0, sums["places"]), "nearest": ""},
                    **{"file": "proposals.csv", "sheet": "", "row": np.nan, "cell": ""},
                }
            )
        )
    every = pd.concat(parts, ignore_index=True)
    here = {*sides.region_of, *sides.plan.scenario.regions}
    return every[every["territory"].isin(list(here))]


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The declared columns, whole numbers whole, sorted by key."""
    whole = {c.name: "Int64" if c.blank else "int64" for c in table.columns if c.kind == "integer"}
    return frame[list(table.names)].astype(whole).sort_values(list(table.key), ignore_index=True)
