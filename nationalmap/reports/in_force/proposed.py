"""Proposals as most users by municipality, service and year: what stands and is not to change, and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.sources.annexes.proposals import Proposals

#: One row for each: municipality that proposes (of a regional service its host), service, year.
COLUMNS = ("municipality", "service", "year", "proposed_users", "proposed_shared_users")


def proposed(plan: Plan, proposals: Proposals, counted: Mapping[str, str]) -> pd.DataFrame:
    """Columns COLUMNS, services as the plan counts them (``counted``); services that it does not know are left out."""
    if proposals.annex is not None:
        rows = proposals.annex.rows
        frame = pd.DataFrame({"municipality": rows["host"], "service": rows["service"], "users": rows["max_users"]})
        frame = frame.assign(shared=0).merge(pd.DataFrame({"year": plan.scenario.years}), how="cross")
    else:
        frame = pd.concat([_standing(plan, proposals, year) for year in plan.scenario.years])
    frame = frame[frame["service"].isin(counted)]
    summed = frame.assign(service=frame["service"].map(counted)).groupby(list(COLUMNS[:3]), as_index=False)
    answer = summed[["users", "shared"]].sum()
    return answer.set_axis(list(COLUMNS), axis="columns").astype(dict.fromkeys(COLUMNS[2:], "int64"))


def _standing(plan: Plan, proposals: Proposals, year: int) -> pd.DataFrame:
    """The sites of a year: those of the register, each replaced by the last change that is proposed up to then."""
    facts = plan.inputs.tables["services"].set_index("service")[["users_per_place", "financed_until"]]
    per_place: Mapping[Any, Any] = facts["users_per_place"].to_dict()
    until = facts["financed_until"].fillna(9999).to_dict()
    register = plan.inputs.tables["register"] if proposals.register is None else proposals.register
    changes = proposals.changes
    assert changes is not None  # noqa: S101 - proposals have the one form or the other
    sites: dict[tuple[str, str], tuple[str, int, int]] = {}
    for row in register.to_dict("records"):
        closes = row["status"] == "must_close_by" and row["close_by_year"] <= year
        opens_later = not pd.isna(row["opens_year"]) and row["opens_year"] > year
        if row["municipality"] in proposals.sent and not closes and not opens_later:
            users = int(row["places"]) * int(per_place.get(row["service"], 1))
            sites[row["municipality"], row["site"]] = (row["service"], users, 0)
    for row in changes[changes["from_year"] <= year].sort_values("from_year", kind="stable").to_dict("records"):
        key = (row["municipality"], row["site"])
        if row["kind"] == "close":
            sites.pop(key, None)
            continue
        users = (
            int(row["places"]) * int(per_place.get(row["service"], 1)) if pd.isna(row["users"]) else int(row["users"])
        )
        shared = users if set(row["serves"].split()) - {row["municipality"]} else 0
        sites[key] = (row["service"], users, shared)
    rows = [
        (town, service, year, users, shared)
        for (town, _), (service, users, shared) in sites.items()
        if year <= until.get(service, 9999)
    ]
    return pd.DataFrame(rows, columns=["municipality", "service", "year", "users", "shared"])
