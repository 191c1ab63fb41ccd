"""Tables of a small plan for the accounts, and what is derived from them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from nationalmap import schema
from nationalmap.accounts import derived_tables
from nationalmap.domain.scenario import Scenario, Stream


def table(name: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    declared = schema.TABLES[name]
    words = {None: "", True: "yes", False: "no"}
    cells = [[words[v] if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows]
    return schema.check(declared, pd.DataFrame(cells, columns=list(declared.names), dtype="str"), name)


def service(code: str, **facts: object) -> tuple[object, ...]:
    usual: dict[str, object] = dict.fromkeys(schema.SERVICES.names, None) | {
        **dict.fromkeys(("service", "name_bg", "name_en", "short_bg", "short_en", "group"), code),
        **{"preference": 1, "family": "residential", "typology": "new", "level": "municipal", "mode": "community"},
        **{"target_group": "adults", "users_per_place": 1, "min_places": 5, "max_places": 20, "staff_per_place": 0.5},
        **{"travel_limit_min": 60, "lead_years": 1, "running_cost_place_eur": "100", "trip_cost_user_eur": "3.33"},
        **{"running_cost_facility_eur": "50", "fee_user_eur": "0"},
        **{"capital_cost_place_eur": "0", "capital_cost_facility_eur": "0"},
    }
    return tuple({**usual, **facts}[name] for name in schema.SERVICES.names)


def scenario(**streams: Stream) -> Scenario:
    return Scenario(
        format=1, name="s", title_bg="", title_en="", says_bg="", says_en="", as_of=date(2026, 7, 1),
        regions=("AAA",), years=(2027, 2030), streams=streams,
    )  # fmt: skip


def stream(kind: str = "running", **facts: object) -> Stream:
    return Stream(name_bg="", name_en="", kind=kind, status="illustrative", basis="", **facts)


#: Day care of A is used by A (8), B (2) and, over a border that asks nothing of a regional service, nobody else.
BOTH = (("AAA01", "day", "AAA01", 2027, 8, 0, 0), ("AAA02", "day", "AAA01", 2027, 2, 0, 20))


def inputs(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    made = {name: table(name) for name in ("services", "agreements", "trip_costs", "register", "embedded")}
    return {**made, "services": table("services", service("day")), **given}


def results(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    names = ("unmet", "allocation", "spending", "capacity", "transformed", "renovated")
    return {**{name: table(name) for name in names}, **given}


def derived(
    name: str, given: dict[str, pd.DataFrame], found: dict[str, pd.DataFrame], **streams: Stream
) -> list[dict[str, str]]:
    """A derived table as it is written, refused where it breaks its declaration; empty cells are empty."""
    declared = schema.TABLES[name]
    made = derived_tables(scenario(**streams), given, found)[name]
    written = schema.as_text(declared, made)
    schema.check(declared, written, name)
    return written.to_dict("records")


def shares(given: dict[str, pd.DataFrame], owed_eur: str, *users: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    """Municipality -> agreement, part by users, part by Shapley value."""
    paid = table("spending", ("state", "running", "AAA01", "day", 2027, owed_eur))
    rows = derived("shared", given, results(allocation=table("allocation", *(users or BOTH)), spending=paid))
    return {r["municipality"]: (r["agreement"], r["by_users_eur"], r["by_shapley_eur"]) for r in rows}
