"""The running cost of services that several municipalities use, split between them in two ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from nationalmap.accounts.amounts import Row, Tables, cents, costs_of, owed_by, records, to_cents, year_of
from nationalmap.accounts.shapley import shapley
from nationalmap.domain.scenario import Scenario

#: host, service, year
Cell = tuple[str, str, int]


def shared_rows(scenario: Scenario, inputs: Tables, tables: Tables) -> Iterable[Row]:
    """The running cost of each service that several municipalities use, split in two ways.

    By users: cost * users / all users. By Shapley value: what a municipality adds to the cost of the standing
    service, averaged over all orders in which they could join; journeys and fees of its users are its own.
    """
    services = {row["service"]: row for row in records(inputs["services"])}
    users: dict[Cell, dict[str, int]] = defaultdict(dict)
    for row in records(tables["allocation"]):
        if row["users"] > 0:
            users[row["host"], row["service"], int(row["year"])][row["municipality"]] = int(row["users"])
    cost = owed_by(row for row in records(tables["spending"]) if row["kind"] == "running")
    agreements, trips, projects = _agreements(inputs), _trips(inputs), _projects(scenario, inputs)
    for (h, s, t), mine in users.items():
        if len(mine) < 2:
            continue
        owed, service = cost.get(("running", h, s, t), 0), services[s]
        fee = 0 if projects.get((h, s), 0) > t else cents(service["fee_user_eur"])
        far = cents(service["trip_cost_user_eur"])
        own = {m: n * (trips.get((m, h, s), Fraction(far if m != h else 0)) - fee) for m, n in mine.items()}
        every = sum(mine.values())
        by_users = to_cents({m: Fraction(owed * n, every) for m, n in mine.items()}, owed)
        value = shapley(costs_of(service, inputs), mine, owed - sum(own.values(), Fraction(0)))
        by_value = to_cents({m: value[m] + own[m] for m in mine}, owed)
        for m, n in mine.items():
            yield {
                "host": h,
                "service": s,
                "year": t,
                "municipality": m,
                "users": n,
                "agreement": _agreement(agreements, m, h, service),
                "by_users_eur": by_users[m] / 100,
                "by_shapley_eur": by_value[m] / 100,
            }


def _agreements(inputs: Tables) -> dict[tuple[str, str, str], str]:
    return {(r["municipality"], r["host"], r["service"]): r["status"] for r in records(inputs["agreements"])}


def _agreement(known: Mapping[tuple[str, str, str], str], m: str, h: str, service: Row) -> str:
    """State of the agreement; one that nobody wrote down is possible, for a refused one has no users."""
    if m == h:
        return "own"
    if service["level"] != "municipal":
        return "regional"
    return known.get((m, h, service["service"])) or known.get((m, h, "*")) or "possible"


def _trips(inputs: Tables) -> dict[tuple[str, str, str], Fraction]:
    """Known cost of a user's journeys in a year, in cents and, as it is stated, parts of cents."""
    return {
        (r["municipality"], r["host"], r["service"]): Fraction(Decimal(str(r["cost_user_eur"]))) * 100
        for r in records(inputs["trip_costs"])
    }


def _projects(scenario: Scenario, inputs: Tables) -> dict[tuple[str, str], int]:
    """(municipality, service) -> year from which no project takes the fees any more."""
    last: dict[tuple[str, str], int] = {}
    for row in records(inputs["register"]):
        begins, opens = year_of(row["state_from_year"]), year_of(row["opens_year"])
        if begins and not (opens and opens > scenario.last_year):
            key = (row["municipality"], row["service"])
            last[key] = max(begins, last.get(key, 0))
    return last
