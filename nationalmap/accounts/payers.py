"""Who pays for what: the programme of each stream, and who goes on paying after the last planned year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from nationalmap.accounts.amounts import Row, Tables, cents, costs_of, owed_by, records, year_of
from nationalmap.domain.scenario import Scenario


def programme_rows(spending: Iterable[Row], tables: Tables) -> Iterable[Row]:
    """What each stream pays of each service and year, with the places in proportion to its part of the cost."""
    rows = list(spending)
    owed, places = owed_by(rows), _places(tables)
    amounts: dict[tuple[str, str, str, int], int] = defaultdict(int)
    paid: dict[tuple[str, str, str, int], Fraction] = defaultdict(Fraction)
    for row in rows:
        kind, h, s, t = row["kind"], row["municipality"], row["service"], int(row["year"])
        amount, cost = cents(row["amount_eur"]), owed[kind, h, s, t]
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
    for row in records(tables["capacity"]):
        h, s, t = row["municipality"], row["service"], int(row["year"])
        at[row["site"], t] = int(row["places"])
        found["running", h, s, t] += int(row["places"])
        found["build", h, s, t] += int(row["new_places"])
    for row in records(tables["transformed"]):
        found["transform", row["municipality"], row["to_service"], int(row["year"])] += int(row["places_out"])
    done = {
        (row["site"], row["municipality"], row["service"], year_of(row["year"])) for row in records(tables["renovated"])
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
            sums[row["stream"], row["service"]] += cents(row["amount_eur"])
    for service, amount in _by_projects(scenario, inputs, tables):
        sums[PROJECT, service] += amount
    for (stream, service), amount in sums.items():
        last = scenario.last_year if stream == PROJECT else scenario.streams[stream].last_year
        ends = last is not None and last <= scenario.last_year
        yield {"stream": stream, "service": service, "amount_eur": amount / 100, "ends": ends}


def _by_projects(scenario: Scenario, inputs: Tables, tables: Tables) -> Iterable[tuple[str, int]]:
    """(service, cents) of each facility that its own project still runs in the last planned year."""
    services = {row["service"]: row for row in records(inputs["services"])}
    begins = {row["site"]: year_of(row["state_from_year"]) for row in records(inputs["register"])}
    for row in records(tables["capacity"]):
        state_from = begins.get(row["site"])
        if int(row["year"]) == scenario.last_year and state_from and state_from > scenario.last_year and row["places"]:
            costs = costs_of(services[row["service"]], inputs)
            yield row["service"], costs.place * int(row["places"]) + costs.facility * int(row["facilities"])
