"""Random countries of toyland's size: other needs, sizes, costs to the cent, journeys, register and money."""

from __future__ import annotations

import dataclasses
import random

import pandas as pd

from tests.toyland import NORTH, SOUTH, Toyland, toyland

CODES = (*NORTH, *SOUTH)


def invented(seed: int) -> Toyland:
    """A country that is the same for the same seed; its facilities of today can be paid."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    country = toyland()
    services = country.tables["services"].copy()
    for column, low, high in (
        ("running_cost_place_eur", 500, 3000),
        ("running_cost_facility_eur", 0, 4000),
        ("trip_cost_user_eur", 0, 400),
        ("capital_cost_place_eur", 0, 5000),
        ("capital_cost_facility_eur", 0, 9000),
    ):
        services[column] = [draw.randint(100 * low, 100 * high) / 100 for _ in services.index]
    services["users_per_place"] = [draw.randint(1, 2) for _ in services.index]
    services["min_places"] = [draw.randint(1, 5) for _ in services.index]
    services["max_places"] = services["min_places"] + [draw.randint(0, 6) for _ in services.index]
    services["travel_limit_min"] = [draw.choice((20, 45, 60)) for _ in services.index]
    needs = {(m, s): draw.randint(0, 15) for m in CODES for s in services["service"]}
    travel = country.tables["travel"].copy()
    drawn = {frozenset((m, h)): draw.choice((10, 20, 21, 45, 60, 61)) for m in CODES for h in CODES if m < h}
    pairs = zip(travel["municipality"], travel["host"], strict=True)
    travel["travel_min"] = [0 if m == h else drawn[frozenset((m, h))] for m, h in pairs]
    register = _register(draw, services)
    today = sum(
        places * cost + facility
        for places, cost, facility in register.merge(services, on="service")[
            ["places", "running_cost_place_eur", "running_cost_facility_eur"]
        ].itertuples(index=False, name=None)
    )
    tables = {
        **country.tables,
        "services": services,
        "needs": _needs(country.tables["needs"], needs),
        "package": _package(draw, services, needs),
        "travel": travel,
        "register": register,
    }
    drawn_money = {
        "state": round(today + draw.randint(0, 4_000_000) / 100, 2),
        "programme": draw.randint(0, 2_000_000) / 100,
        "building": draw.randint(0, 9_000_000) / 100,
    }
    budgets = {name: {2027: amount} for name, amount in drawn_money.items()}
    return dataclasses.replace(country, tables=tables, budgets_eur=budgets)


def _needs(template: pd.DataFrame, needs: dict[tuple[str, str], int]) -> pd.DataFrame:
    drawn = [needs[key] for key in zip(template["municipality"], template["group"], strict=True)]
    return template.assign(need_users=pd.array(drawn, dtype="Int64"))


def _register(draw: random.Random, services: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for m in CODES:
        for service in services["service"]:
            if draw.random() < 0.5:
                places = draw.randint(1, 12)
                status = draw.choice(("keep", "keep", "free", "protected", "must_close_by"))
                year = draw.choice((2026, 2027, 2028)) if status == "must_close_by" else None
                users = draw.choice((None, draw.randint(0, places)))
                rows.append((f"{service}_{m}", m, service, places, users, status, year, "attested", "drawn"))
    columns = ["site", "municipality", "service", "places", "users", "status", "close_by_year", "origin", "basis"]
    frame = pd.DataFrame(rows, columns=columns).reindex(columns=list(toyland().tables["register"].columns))
    return frame.astype(dict.fromkeys(("users", "close_by_year", "opens_year", "state_from_year"), "Int64"))


def _package(draw: random.Random, services: pd.DataFrame, needs: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Minimum up to the need, now and then a maximum, as the norms would give them."""
    rows = []
    for service in services.to_dict("records"):
        s, municipal = service["service"], service["level"] == "municipal"
        for territory, inside in [(m, [m]) for m in CODES] if municipal else [("NOR", NORTH), ("SOU", SOUTH)]:
            need = sum(needs[m, s] for m in inside)
            users = draw.randint(0, need)
            places = -(-users // service["users_per_place"])
            kind = "in_place" if not municipal or places >= service["min_places"] else "access"
            most = draw.choice((None, draw.randint(users, need + 3)))
            rows.append(
                (territory, s, 2027, service["level"], users, places, kind if users else "none", most, "drawn", "drawn")
            )
    columns = [
        *("territory", "service", "year", "level", "minimum_users", "minimum_places", "kind", "maximum_users"),
        *("norm_minimum", "norm_maximum"),
    ]
    whole = dict.fromkeys(("minimum_users", "minimum_places", "maximum_users"), "Int64")
    frame = pd.DataFrame(rows, columns=columns).astype(whole)
    return frame[list(toyland().tables["package"].columns)]
