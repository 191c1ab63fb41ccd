"""What follows from a plan: three numbers per municipality, shared costs split, programmes, what goes on afterwards.

Everything here is arithmetic on finished tables, in whole cents and exact fractions; nothing is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import comb, floor
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
Row = Mapping[str, Any]
#: host, service, year
Cell = tuple[str, str, int]
#: A binomial coefficient of so many members still fits into 64 bits.
_FITS = 60


def derived_tables(scenario: Scenario, inputs: Tables, tables: Tables) -> dict[str, pd.DataFrame]:
    """Tables access, shared, programme and afterwards, from the input tables and the other result tables."""
    spending = _records(tables["spending"])
    return {
        "access": _frame(schema.ACCESS, access_rows(tables)),
        "shared": _frame(schema.SHARED, shared_rows(scenario, inputs, tables)),
        "programme": _frame(schema.PROGRAMME, programme_rows(spending, tables)),
        "afterwards": _frame(schema.AFTERWARDS, afterwards_rows(scenario, inputs, tables, spending)),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _frame(table: schema.Table, rows: Iterable[Row]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(table.names))
    return frame.sort_values(list(table.key), ignore_index=True)


def _cents(amount: float) -> int:
    """Whole cents of an amount that is one."""
    return round(float(amount) * 100)


def to_cents(parts: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Whole cents that add up to the total: each rounded down, the rest by largest remainder, ties by code."""
    whole = {code: floor(part) for code, part in parts.items()}
    first = sorted(parts, key=lambda code: (whole[code] - parts[code], code))
    for code in first[: total - sum(whole.values())]:
        whole[code] += 1
    return whole


# ---------------------------------------------------------------------- access


def access_rows(tables: Tables) -> Iterable[Row]:
    """Sums of table unmet over the groups; the share counts need within reach only, blank where there is none."""
    columns = ("need_users", "served_users", "no_place_users", "above_maximum_users", "out_of_reach_users")
    sums: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(columns, 0))
    for row in _records(tables["unmet"]):
        for name in columns:
            sums[row["municipality"], int(row["year"])][name] += int(row[name])
    for (m, year), row in sums.items():
        reach = row["need_users"] - row["out_of_reach_users"]
        share = float(round(Fraction(row["no_place_users"], reach), 9)) if reach else None
        yield {"municipality": m, "year": year, **row, "unmet_share": share}


# ---------------------------------------------------------------------- shared


@dataclass(frozen=True)
class Costs:
    """What a service alone would cost in a year, whole cents; sizes in places. No facilities: largest is 0."""

    place: int
    facility: int
    users_per_place: int
    smallest: int
    largest: int

    def alone(self, users: int) -> int:
        """Running cost of the places for so many users, at least the smallest facility; 0 for nobody."""
        if not users:
            return 0
        places = max(self.smallest, -(-users // self.users_per_place))
        houses = -(-places // self.largest) if self.largest else 0
        return self.place * places + self.facility * houses


def shared_rows(scenario: Scenario, inputs: Tables, tables: Tables) -> Iterable[Row]:
    """The running cost of each service that several municipalities use, split in two ways.

    By users: cost * users / all users. By Shapley value: what a municipality adds to the cost of the standing
    service, averaged over all orders in which they could join; journeys and fees of its users are its own.
    """
    services = {row["service"]: row for row in _records(inputs["services"])}
    users: dict[Cell, dict[str, int]] = defaultdict(dict)
    for row in _records(tables["allocation"]):
        if row["users"] > 0:
            users[row["host"], row["service"], int(row["year"])][row["municipality"]] = int(row["users"])
    cost = _owed(row for row in _records(tables["spending"]) if row["kind"] == "running")
    agreements, trips, projects = _agreements(inputs), _trips(inputs), _projects(scenario, inputs)
    for (h, s, t), mine in users.items():
        if len(mine) < 2:
            continue
        owed, service = cost.get(("running", h, s, t), 0), services[s]
        fee = 0 if projects.get((h, s), 0) > t else _cents(service["fee_user_eur"])
        far = _cents(service["trip_cost_user_eur"])
        own = {m: n * (trips.get((m, h, s), Fraction(far if m != h else 0)) - fee) for m, n in mine.items()}
        every = sum(mine.values())
        by_users = to_cents({m: Fraction(owed * n, every) for m, n in mine.items()}, owed)
        value = shapley(_costs(service, inputs), mine, owed - sum(own.values(), Fraction(0)))
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


def _owed(spending: Iterable[Row]) -> dict[tuple[str, str, str, int], int]:
    """(kind, host, service, year) -> cost in whole cents: what the streams pay is what is owed."""
    owed: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for row in spending:
        owed[row["kind"], row["municipality"], row["service"], int(row["year"])] += _cents(row["amount_eur"])
    return owed


def _agreements(inputs: Tables) -> dict[tuple[str, str, str], str]:
    return {(r["municipality"], r["host"], r["service"]): r["status"] for r in _records(inputs["agreements"])}


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
        for r in _records(inputs["trip_costs"])
    }


def _projects(scenario: Scenario, inputs: Tables) -> dict[tuple[str, str], int]:
    """(municipality, service) -> year from which no project takes the fees any more."""
    last: dict[tuple[str, str], int] = {}
    for row in _records(inputs["register"]):
        begins, opens = _year(row["state_from_year"]), _year(row["opens_year"])
        if begins and not (opens and opens > scenario.last_year):
            key = (row["municipality"], row["service"])
            last[key] = max(begins, last.get(key, 0))
    return last


def _year(value: object) -> int | None:
    return None if str(value) in ("<NA>", "nan", "None", "") else int(float(str(value)))


def _costs(service: Row, inputs: Tables) -> Costs:
    houses = service["mode"] != "home" and service["service"] not in set(inputs["embedded"]["service"])
    return Costs(
        place=_cents(service["running_cost_place_eur"]),
        facility=_cents(service["running_cost_facility_eur"]) if houses else 0,
        users_per_place=int(service["users_per_place"]),
        smallest=int(service["min_places"]) if houses else 0,
        largest=int(service["max_places"]) if houses else 0,
    )


def shapley(costs: Costs, users: Mapping[str, int], whole: Fraction) -> dict[str, Fraction]:
    """Shapley value in cents of the cost game of a shared service; the values add up to ``whole``, exactly.

        phi[m] = sum over coalitions S without m of |S|! (n - 1 - |S|)! / n! * (c(u(S) + u[m]) - c(u(S)))
        c(u)   = min(cost of a service for u users alone, whole), whole for all users, 0 for none
    Source: Shapley (1953). The cost depends on the sum of users only, so coalitions are counted by their number of
    members and sum of users, not listed: time grows with members^2 * users, not with 2^members.
    """
    import numpy as np

    sizes, n = list(users.values()), len(users)
    every, scale = sum(sizes), whole.denominator
    alone = [*(min(costs.alone(u) * scale, whole.numerator) for u in range(1, every)), whole.numerator]
    steps = {after - before for before, after in pairwise(alone)}
    if len(steps) <= 1:
        # One more user always costs the same, and the facility is shared alike: nothing to count.
        step = steps.pop() if steps else 0
        return {m: Fraction(step * size, scale) + Fraction(alone[0] - step, n * scale) for m, size in users.items()}
    cost = np.array([0, *alone], dtype=object)
    all_ = _coalitions(sizes)
    value: dict[int, Fraction] = {}
    for mine in sorted(set(sizes)):
        others = _without(all_, mine)
        added = cost[mine:] - cost[: len(cost) - mine]
        sums = [sum((others[size, : every - mine + 1].astype(object) * added).tolist()) for size in range(n)]
        # Of n! orders, size! (n - 1 - size)! have just these coalitions before the municipality.
        value[mine] = sum((Fraction(total, n * comb(n - 1, k) * scale) for k, total in enumerate(sums)), Fraction(0))
    return {m: value[size] for m, size in users.items()}


def _coalitions(sizes: list[int]) -> Any:
    """How many coalitions have so many members (rows) and so many users (columns)."""
    import numpy as np

    kind = np.int64 if len(sizes) <= _FITS else object
    count = np.zeros((len(sizes) + 1, sum(sizes) + 1), dtype=kind)
    count[0, 0] = 1
    for size in sizes:
        count[1:, size:] += count[:-1, : count.shape[1] - size].copy()
    return count


def _without(count: Any, size: int) -> Any:
    """The same without one municipality of so many users: the last step of the counting undone."""
    left = count.copy()
    for members in range(1, len(left)):
        left[members, size:] -= left[members - 1, : left.shape[1] - size]
    return left


# ---------------------------------------------------------------------- programme and afterwards


def programme_rows(spending: Iterable[Row], tables: Tables) -> Iterable[Row]:
    """What each stream pays of each service and year, with the places in proportion to its part of the cost."""
    rows = list(spending)
    owed, places = _owed(rows), _places(tables)
    amounts: dict[tuple[str, str, str, int], int] = defaultdict(int)
    paid: dict[tuple[str, str, str, int], Fraction] = defaultdict(Fraction)
    for row in rows:
        kind, h, s, t = row["kind"], row["municipality"], row["service"], int(row["year"])
        amount, cost = _cents(row["amount_eur"]), owed[kind, h, s, t]
        amounts[row["stream"], kind, s, t] += amount
        if cost:
            paid[row["stream"], kind, s, t] += Fraction(places[kind, h, s, t] * amount, cost)
    for (stream, kind, s, t), amount in amounts.items():
        n = float(round(paid[stream, kind, s, t], 6))
        key = {"stream": stream, "kind": kind, "service": s, "year": t}
        yield {**key, "places": n, "amount_eur": amount / 100}


def _places(tables: Tables) -> dict[tuple[str, str, str, int], int]:
    """(kind, host, service, year) -> places that stand, are new, are transformed, or whose site is renovated."""
    found: dict[tuple[str, str, str, int], int] = defaultdict(int)
    at: dict[tuple[str, int], int] = {}
    for row in _records(tables["capacity"]):
        h, s, t = row["municipality"], row["service"], int(row["year"])
        at[row["site"], t] = int(row["places"])
        found["running", h, s, t] += int(row["places"])
        found["build", h, s, t] += int(row["new_places"])
    for row in _records(tables["transformed"]):
        found["transform", row["municipality"], row["to_service"], int(row["year"])] += int(row["places_out"])
    done = {
        (row["site"], row["municipality"], row["service"], _year(row["year"])) for row in _records(tables["renovated"])
    }
    for site, h, s, year in done:
        if year is not None:
            found["renovate", h, s, year] += at.get((site, year), 0)
    return found


#: Who pays a facility until the state does, in the place of a stream: a project of its own, outside the plan's money.
PROJECT = "project"


def afterwards_rows(scenario: Scenario, inputs: Tables, tables: Tables, spending: Iterable[Row]) -> Iterable[Row]:
    """Running cost of the last planned year by the stream that pays it, and whether that stream ends by then.

    What a facility's own project still pays in that year is told too: it ends, and the plan's streams have to follow.
    """
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in spending:
        if row["kind"] == "running" and int(row["year"]) == scenario.last_year:
            sums[row["stream"], row["service"]] += _cents(row["amount_eur"])
    for service, amount in _by_projects(scenario, inputs, tables):
        sums[PROJECT, service] += amount
    for (stream, service), amount in sums.items():
        last = scenario.last_year if stream == PROJECT else scenario.streams[stream].last_year
        ends = last is not None and last <= scenario.last_year
        yield {"stream": stream, "service": service, "amount_eur": amount / 100, "ends": ends}


def _by_projects(scenario: Scenario, inputs: Tables, tables: Tables) -> Iterable[tuple[str, int]]:
    """(service, cents) of each facility that its own project still runs in the last planned year."""
    services = {row["service"]: row for row in _records(inputs["services"])}
    begins = {row["site"]: _year(row["state_from_year"]) for row in _records(inputs["register"])}
    for row in _records(tables["capacity"]):
        state_from = begins.get(row["site"])
        if int(row["year"]) == scenario.last_year and state_from and state_from > scenario.last_year and row["places"]:
            costs = _costs(services[row["service"]], inputs)
            yield row["service"], costs.place * int(row["places"]) + costs.facility * int(row["facilities"])
