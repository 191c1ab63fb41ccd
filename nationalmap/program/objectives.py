"""The stages: what is made as small as possible, one after another.

A later stage never spoils an earlier one. ``STAGES`` maps the names a scenario may list to
the objectives they stand for; ``unmet`` stands for one objective per priority class.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp

from nationalmap.program.index import Known
from nationalmap.program.variables import Unknown

Objectives = Iterator[tuple[str, str, pulp.LpAffineExpression]]
total = pulp.lpSum


def keep(known: Known, unknown: Unknown) -> Objectives:
    """What stands is kept: users first, then places by priority class, places beyond the need last.

    sum over t, s of e_loss[t,s],  then for c = 1, 2, ...  sum over i of class c of rho[s] e_keep[i],
    then  sum over i of e_idle[i]
    Unit: users at a time. Source: register; C7; priority classes of the catalogue.
    In words: nothing that stands is broken; where the money cannot keep it all, what nobody is counted to
    need goes first, then the last priority class.
    """
    if unknown.e_loss:
        yield "keep_users", "users", total(unknown.e_loss.values())
    service = {i: known.services[known.sites[i].service] for i in unknown.e_keep}
    for c in sorted({s.priority_class for s in service.values()}):
        lost = [service[i].users_per_place * v for i, v in unknown.e_keep.items() if service[i].priority_class == c]
        yield f"keep_{c}", "users", total(lost)
    if unknown.e_idle:
        yield "keep_idle", "users", total(unknown.e_idle.values())


def package(known: Known, unknown: Unknown) -> Objectives:
    """Missing shares of the minimum packages, and regional services that a municipality cannot reach.

    sum over (t,s) of e_package[t,s] / nu[t,s] + sum over (m,s) of e_spread[m,s]
    Unit: packages. Source: РМС 574/2024, minimum package.
    In words: one wholly missing package weighs as much in Маджарово as in Хасково.
    """
    terms: list[Any] = []
    for key, missing in unknown.e_package.items():
        kind, users, places = known.minimum[key]
        terms.append(missing * (1.0 / (users if kind == "access" else places)))
    terms += unknown.e_spread.values()
    if terms:
        yield "package", "packages missing", total(terms)


def unmet(known: Known, unknown: Unknown) -> Objectives:
    """Need cases without a place, one priority class after another.

    sum over m and s of class c of u_short[m,s]    for c = 1, 2, ...
    Unit: need cases. Source: priority classes of the catalogue.
    In words: care without which life or health is at risk comes before what is useful.
    """
    for c in sorted({known.services[s].priority_class for _, s in unknown.u_short}):
        cells = [key for key in unknown.u_short if known.services[key[1]].priority_class == c]
        yield f"unmet_{c}", "need cases", total(unknown.u_short[key] for key in cells)


def worst_unmet(known: Known, unknown: Unknown) -> Objectives:
    """The largest unmet share of a municipality (theta).

    theta
    Unit: share. Source: C13.
    In words: the municipality that is served worst is served better, as far as the total allows.
    """
    for theta in unknown.theta.values():
        yield "worst_unmet", "share", theta + 0


def overspend(known: Known, unknown: Unknown) -> Objectives:
    """Money that is lacking, over all streams.

    sum over f of e_budget[f]
    Unit: thousand EUR. Source: C11, mode what_it_would_cost.
    In words: how much more it would take.
    """
    if unknown.e_budget:
        yield "overspend", "thousand EUR", total(unknown.e_budget.values())


def disruption(known: Known, unknown: Unknown) -> Objectives:
    """Changes to what stands: facilities opened and closed, places given up.

    sum over i of opened[i] + closed[i] + given_up[i]
    Unit: changes. Source: each is a decision of a municipal council.
    In words: with equal service, the plan that changes least.
    """
    changes = [*unknown.opened.values(), *unknown.closed.values(), *unknown.given_up.values()]
    if changes:
        yield "disruption", "changes", total(changes)


def cost(known: Known, unknown: Unknown) -> Objectives:
    """Running cost of the year and capital cost over its life.

    sum over running f, h, s of b[f,h,s] + (1 / life) * sum over capital f, h, s of b[f,h,s]
    Unit: thousand EUR a year, 2026 prices. Source: C11; life of the scenario.
    In words: no place is kept open for nothing; what is not needed is not spent.
    """
    life = known.scenario.capital_life_years
    weight = {f: 1.0 if stream.kind == "running" else 1.0 / life for f, stream in known.scenario.streams.items()}
    if unknown.b:
        yield "cost", "thousand EUR a year", total(weight[f] * b for (f, _, _), b in unknown.b.items())


def travel(known: Known, unknown: Unknown) -> Objectives:
    """Journeys of all users.

    sum over m, h, s of minutes[m,h] * x[m,h,s]
    Unit: minutes one way. Source: travel table.
    In words: among equal plans, people travel least.
    """
    far = [known.minutes[m, h] * x for (m, h, _), x in unknown.x.items() if known.minutes[m, h]]
    if far:
        yield "travel", "minutes", total(far)


def tie_break(known: Known, unknown: Unknown) -> Objectives:
    """One plan among equal ones, the same on every machine.

    sum over i of w[i] k[i] + sum over m, h, s of w[m,h,s] x[m,h,s],  then  sum over f, h, s of w[f,h,s] b[f,h,s];
    w fixed whole numbers drawn from the codes
    Unit: none. Source: weights from SHA-256 of the codes, so that no order of rows or solver decides.
    In words: where nothing else tells two plans apart, this does.
    """
    terms = [_weight("k", i) * k for i, k in unknown.k.items()]
    terms += [_weight("x", *key) * x for key, x in unknown.x.items()]
    yield "tie_break", "none", total(terms)
    if unknown.b:
        yield "tie_break_money", "none", total(_weight("b", *key) * b for key, b in unknown.b.items())


def _weight(*code: str) -> int:
    """A whole number from 1 to 997 that depends on the code alone."""
    return 1 + int.from_bytes(hashlib.sha256("|".join(code).encode()).digest()[:8], "big") % 997


Stage = Callable[[Known, Unknown], Objectives]

STAGES: Mapping[str, Stage] = {
    "keep": keep,
    "package": package,
    "unmet": unmet,
    "worst_unmet": worst_unmet,
    "overspend": overspend,
    "disruption": disruption,
    "cost": cost,
    "travel": travel,
    "tie_break": tie_break,
}
