"""Why a scenario has no plan: what arithmetic shows, the demands that contradict each other, and what would mend it.

``facts`` are the rows of a smallest conflict, those of one rule and period together. Rows that only keep the accounts
(places, money, who is where) always hold and are left unsaid. A demand that mends everything alone has a part in each
conflict, so the demands of one conflict are all that have to be tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nationalmap.program.assemble import Program
from nationalmap.program.constraints import RULES
from nationalmap.program.infeasible.conflict import smallest_conflict
from nationalmap.program.infeasible.feasible import obstacles
from nationalmap.program.infeasible.obstacle import Obstacle
from nationalmap.program.infeasible.relax import Relaxation, Side, cheapest_of
from nationalmap.program.known import Known
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.solve import matrix_of
from nationalmap.program.variables import row_name

Key = tuple[Any, ...]

#: Rules that say how places, facilities, people and money are counted; nobody decided them, and nobody can give way.
ACCOUNTS = frozenset(
    {
        *("places_hold_users", "balance_places", "grow_or_shrink", "grow_only", "open_and_close", "keep_needed"),
        *("renovate_once", "convert_once", "convert_whole", "convert_standing", "convert_factor", "convert_fully"),
        *(
            "unmet_above_maximum",
            "served_where_open",
            "pay_running",
            "pay_build",
            "pay_transform",
            "pay_renovate",
            "worst_share",
        ),
        *("worst_tenth", "share_roof", "hub_hosts", "assign_wholly"),
    }
)
#: Rules of which somebody may decide otherwise -> what is counted. (window_largest, relaxed, would let places stand
#: without a facility, not make one larger.)
DEMANDS: Mapping[str, str] = {
    "budgets": "eur",
    "locks": "lock",
    "keep_places": "places",
    "renovate_or_lose": "places",
    "meet_need": "cases",
    "municipal_package": "package",
    "regional_package": "places",
    "regional_spread": "facilities",
    "maximum_users": "users",
    "window_smallest": "places",
    "convert_smallest": "places",
    "embedded_places": "places",
    "embedded_size": "places",
    "site_limits": "facilities",
    "hub_services": "services",
    "most_openings": "facilities",
}


@dataclass(frozen=True)
class Fact:
    """Rows of one rule and period that have a part in the conflict, by their keys."""

    rule: str
    year: int | None
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Repair:
    """A demand relaxed alone, so that a plan exists: by year, side and amount in its unit (money in EUR)."""

    rule: str
    key: Key
    """Without its year."""
    unit: str
    steps: tuple[tuple[int | None, Side, float], ...]
    least: bool
    """Whether nothing smaller does."""


@dataclass(frozen=True)
class Impossible:
    """Everything that is known of why there is no plan."""

    obstacles: tuple[Obstacle, ...]
    facts: tuple[Fact, ...]
    repairs: tuple[Repair, ...]


def impossible(program: Program) -> Impossible | None:
    """Why the program has no plan; None where no contradiction was found within the limits of the search."""
    known = program.known
    keys = _keys(program)
    given = {name for name, (rule, _) in keys.items() if rule in ACCOUNTS}
    matrix = matrix_of(program)
    shown = obstacles(known)
    rows = [keys[name] for name in smallest_conflict(matrix, given=given) if name in keys]
    if not rows and not shown:
        return None
    demands = _demands(rows, keys, known)
    prices = {name: (names, price) for name, (_, _, names, price) in demands.items()}
    found = cheapest_of(prices, matrix) if prices else ()
    repairs = (_repair(r, demands[r.name][0], demands[r.name][1], keys, known) for r in found if r.steps)
    return Impossible(shown, _facts(rows), tuple(repairs))


def _keys(program: Program) -> dict[str, tuple[str, Key]]:
    """Row name -> its rule and key."""
    found: dict[str, tuple[str, Key]] = {}
    for rule in RULES:
        for key, _ in rule(program.known, program.unknown):
            found[row_name(rule.__name__, key)] = (rule.__name__, key if isinstance(key, tuple) else (key,))
    return found


@cache
def _order() -> dict[str, int]:
    return {rule.__name__: number for number, rule in enumerate(RULES)}


def _split(key: Key) -> tuple[Key, int | None]:
    """A key without its period, and the period."""
    return (key[:-1], key[-1]) if isinstance(key[-1], int) else (key, None)


def _facts(rows: list[tuple[str, Key]]) -> tuple[Fact, ...]:
    found: dict[tuple[int, int, str], list[Key]] = {}
    for rule, key in rows:
        found.setdefault((_split(key)[1] or 0, _order()[rule], rule), []).append(key)
    return tuple(Fact(rule, year or None, tuple(keys)) for (year, _, rule), keys in sorted(found.items()))


def _demands(
    rows: list[tuple[str, Key]], keys: Mapping[str, tuple[str, Key]], known: Known
) -> dict[str, tuple[str, Key, list[str], float]]:
    """The demands of these rows, in all periods: name -> rule, key without its period, rows, price of a unit."""
    wanted = {(rule, _split(key)[0]) for rule, key in rows if rule in DEMANDS}
    found: dict[str, tuple[str, Key, list[str], float]] = {}
    for name, (rule, key) in keys.items():
        bare = _split(key)[0]
        if (rule, bare) in wanted:
            entry = found.setdefault(row_name(rule, bare), (rule, bare, [], _price(known, rule, bare)))
            entry[2].append(name)
    return found


def _price(known: Known, rule: str, key: Key) -> float:
    """What a unit is worth a year in EUR, to put the repairs in order; a place's running cost where one is given up."""
    if rule == "budgets":
        return EUR_PER_UNIT
    service = _service(known, rule, key)
    if service is None:
        return 0.0
    place = known.services[service].running_place * EUR_PER_UNIT
    return place * max(1, known.services[service].min_places) if DEMANDS[rule] == "facilities" else place


def _service(known: Known, rule: str, key: Key) -> str | None:
    """The service that a demand is about."""
    if rule == "locks":
        return next(lock.service for lock in known.scenario.locks if lock.id == key[0])
    return next(
        (known.sites[part].service if part in known.sites else part for part in key if part in known.sites
         or part in known.services), None
    )  # fmt: skip


def _repair(relaxation: Relaxation, rule: str, key: Key, keys: Mapping[str, tuple[str, Key]], known: Known) -> Repair:
    steps = tuple((_split(keys[s.row][1])[1], s.side, _in_unit(rule, s.amount)) for s in relaxation.steps)
    return Repair(rule, key, _unit(known, rule, key), steps, relaxation.least)


def _unit(known: Known, rule: str, key: Key) -> str:
    """What the amounts of a demand count."""
    if rule == "locks":
        return next(lock.what for lock in known.scenario.locks if lock.id == key[0])
    if DEMANDS[rule] == "package":
        kinds = {kind for (m, s, _), (kind, _, _) in known.minimum.items() if (m, s) == key}
        return "users" if kinds == {"access"} else "places"
    return DEMANDS[rule]


def _in_unit(rule: str, amount: float) -> float:
    """Money in EUR, rounded up to the cent but for the solver's noise; things rounded up to whole ones."""
    if rule == "budgets":
        return -int(-(amount * EUR_PER_UNIT * 100 - 0.2) // 1) / 100
    return float(-int(-(amount - 1e-4) // 1))
