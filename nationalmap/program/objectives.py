"""The stages: what is made as small as possible, one after another.

A later stage never spoils an earlier one. ``STAGES`` maps the names a scenario may list to
the objectives they stand for; ``unmet`` stands for one objective per priority class.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp

from nationalmap.program.known import Known
from nationalmap.program.terms import total, weighted
from nationalmap.program.variables import Unknown, package_size

Objectives = Iterator[tuple[str, str, pulp.LpAffineExpression]]


def keep(known: Known, unknown: Unknown) -> Objectives:
    """What stands is kept: users first, then places by priority class, places beyond the need last.

    sum over territories, g, t of e_loss,  then for c = 1, 2, ...  sum over i of class c, t of rho[s] e_keep[i,t],
    then  sum over i, t of e_idle[i,t]
    Unit: users at a time. Source: register; C7; priority classes of the need groups.
    In words: nothing that stands is broken, nor broken earlier than need be; where the money cannot keep it all,
    what nobody is counted to need goes first, then the last priority class.
    """
    if unknown.e_loss:
        yield "keep_users", "users", total(unknown.e_loss.values())
    service = {i: known.services[known.sites[i].service] for i, _ in unknown.e_keep}
    of_class: dict[int, list[Any]] = {}
    for (i, _), v in unknown.e_keep.items():
        priority = known.groups[service[i].group].priority_class
        of_class.setdefault(priority, []).append(service[i].users_per_place * v)
    for c, lost in sorted(of_class.items()):
        yield f"keep_{c}", "users", total(lost)
    if unknown.e_idle:
        yield "keep_idle", "users", total(unknown.e_idle.values())


def package(known: Known, unknown: Unknown) -> Objectives:
    """Missing shares of the minimum packages, and regional services that a municipality cannot reach.

    sum over (territory,s,t) of e_package / nu + sum over (m,s,t) of e_spread
    Unit: packages, summed over the periods. Source: РМС 574/2024, minimum package.
    In words: one wholly missing package weighs as much in Маджарово as in Хасково.
    """
    terms: list[Any] = [v * (1.0 / package_size(known, key)) for key, v in unknown.e_package.items()]
    terms += unknown.e_spread.values()
    if terms:
        yield "package", "packages missing", total(terms)


def staff(known: Known, unknown: Unknown) -> Objectives:
    """Posts beyond those that can be filled.

    sum over territories, professions, t of e_staff
    Unit: full-time posts. Source: C12.
    In words: nobody is planned who cannot be hired, as far as what stands allows.
    """
    if unknown.e_staff:
        yield "staff", "posts", total(unknown.e_staff.values())


def unmet(known: Known, unknown: Unknown) -> Objectives:
    """Need cases without a place, one priority class after another.

    sum over m, t and g of class c of u_short[m,g,t]    for c = 1, 2, ...
    Unit: need cases, summed over the periods. Source: priority classes of the need groups.
    In words: care without which life or health is at risk comes before what is useful.
    """
    of_class: dict[int, list[Any]] = {}
    for (_, g, _), v in unknown.u_short.items():
        of_class.setdefault(known.groups[g].priority_class, []).append(v)
    for c, short in sorted(of_class.items()):
        yield f"unmet_{c}", "need cases", total(short)


def worst_unmet(known: Known, unknown: Unknown) -> Objectives:
    """The largest unmet share of a municipality (theta), then the mean share of the worst-served tenth of the need.

    theta,  then  eta + sum over m, t of excess[m,t] / (0.1 * sum of d)
    Unit: share. Source: C13; conditional value at risk (Rockafellar and Uryasev 2000).
    In words: the municipality that is served worst is served better, as far as the total allows; then the next.
    """
    need = sum(known.need[cell] for cell in known.cells)
    for theta in unknown.theta.values():
        yield "worst_unmet", "share", theta + 0
    for eta in unknown.eta.values():
        yield "worst_tenth", "share", eta + total((10.0 / need) * v for v in unknown.excess.values())


def overspend(known: Known, unknown: Unknown) -> Objectives:
    """Money that is lacking, over all streams and periods.

    sum over f, t of e_budget[f,t]
    Unit: thousand EUR. Source: C11, mode what_it_would_cost.
    In words: how much more it would take.
    """
    if unknown.e_budget:
        yield "overspend", "thousand EUR", total(unknown.e_budget.values())


def preference(known: Known, unknown: Unknown) -> Objectives:
    """Users of the later services of a group, where an earlier one would do.

    sum over m, h, s, t of (preference[s] - 1) * (x[m,h,s,t] + x_other[m,h,s,t])    in groups with several preferences
    Unit: steps of preference. Source: резидентна грижа only after home and community are exhausted.
    In words: home before community, community before residential.
    """
    several = {
        g for g, group in known.groups.items() if len({known.services[s].preference for s in group.services}) > 1
    }
    steps = [
        (v, known.services[s].preference - 1)
        for family in (unknown.x, unknown.x_other)
        for (_, _, s, _), v in family.items()
        if known.services[s].group in several and known.services[s].preference > 1
    ]
    if steps:
        yield "preference", "steps", weighted(steps)


def disruption(known: Known, unknown: Unknown) -> Objectives:
    """Changes to what stands: facilities opened, closed and transformed, places given up.

    sum over i, t of opened[i,t] + closed[i,t] + given_up[i,t] + sum over i, j, t of converted[i,j,t]
    Unit: changes. Source: each is a decision of a municipal council.
    In words: with equal service, the plan that changes least.
    """
    families = (unknown.opened, unknown.closed, unknown.given_up, unknown.converted)
    changes = [v for family in families for v in family.values()]
    if changes:
        yield "disruption", "changes", total(changes)


def cost(known: Known, unknown: Unknown) -> Objectives:
    """Running cost of the planned years and capital cost over its life.

    sum over running f, h, s, t of b[f,running,h,s,t] + (1 / life) * sum over capital f, kinds, h, s, t of b
    Unit: thousand EUR a year, summed over the periods, 2026 prices. Source: C11; life of the scenario.
    In words: no place is kept open for nothing; what is not needed is not spent.
    """
    life = known.scenario.capital_life_years
    if unknown.b:
        terms = ((b, 1.0 if key[1] == "running" else 1.0 / life) for key, b in unknown.b.items())
        yield "cost", "thousand EUR a year", weighted(terms)


def travel(known: Known, unknown: Unknown) -> Objectives:
    """Journeys of all users.

    sum over m, h, s, t of minutes[m,h] * (x[m,h,s,t] + x_other[m,h,s,t])
    Unit: minutes one way. Source: travel table.
    In words: among equal plans, people travel least.
    """
    far = _journeys(known, unknown)
    if far:
        yield "travel", "minutes", weighted(far)


def _journeys(known: Known, unknown: Unknown) -> list[tuple[pulp.LpVariable, float]]:
    """Users and their minutes, where there are any."""
    return [
        (v, minutes)
        for family in (unknown.x, unknown.x_other)
        for (m, h, _, _), v in family.items()
        if (minutes := known.minutes[m, h])
    ]


def worst_travel(known: Known, unknown: Unknown) -> Objectives:
    """The longest journey of any user.

    max over m, h, s, t with x[m,h,s,t] + x_other[m,h,s,t] > 0 of minutes[m,h]
    Unit: minutes one way. Source: travel table; p-centre (Hakimi 1964).
    In words: the one who travels farthest travels less.
    """
    far = _journeys(known, unknown)
    if far:
        yield "worst_travel", "minutes", weighted(far)


def sites(known: Known, unknown: Unknown) -> Objectives:
    """Facilities that stand.

    sum over i, t of y[i,t]
    Unit: facilities. Source: location set covering (Toregas et al. 1971).
    In words: the same with fewer houses.
    """
    if unknown.y:
        yield "sites", "facilities", total(unknown.y.values())


#: Families whose whole numbers a tie-break tells apart, by the letter that their codes begin with. What such an
#: objective decided is held from then on, so that the next one is a small question.
HELD: Mapping[str, Mapping[str, str]] = {
    "tie_break_places": {"k": "k", "y": "y", "q": "q", "renovated": "r", "complexes": "c"},
    "tie_break_users": {"x": "x", "x_other": "xo"},
}


def tie_break(known: Known, unknown: Unknown) -> Objectives:
    """One plan among equal ones, the same on every machine.

    sum of w * (k, y, q, renovated, complexes),  then  sum of w * (x, x_other),  then  sum over f, kind, h, s, t of w b;
    w fixed whole numbers drawn from the codes; what one of the three decided, the next ones hold
    Unit: none. Source: weights from SHA-256 of the codes, so that no order of rows or solver decides.
    In words: where nothing else tells two plans apart, this does.
    """
    families = unknown.families()
    for name, letters in HELD.items():
        terms = [
            (v, _weight(letter, *key)) for family, letter in letters.items() for key, v in families[family].items()
        ]
        if terms:
            yield name, "none", weighted(terms)
    if unknown.b:
        yield "tie_break_money", "none", weighted((b, _weight("b", *key)) for key, b in unknown.b.items())


#: The largest weight of users and money, by their letters. They change places in cycles of four, and weights cancel on
#: one cycle in so many: with 997 as for the rest, three of a hundred small countries had two plans. Places make no
#: such cycles, and large weights make their search long (Haskovo: 97 s with 99,991, 5 s with 997).
_LARGEST = {"x": 99_991, "xo": 99_991, "b": 99_991}


def _weight(letter: str, *code: object) -> int:
    """A whole number from 1 to 997, of users and money to 99,991, that depends on the code alone."""
    text = "|".join(str(part) for part in (letter, *code))
    return 1 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % _LARGEST.get(letter, 997)


Stage = Callable[[Known, Unknown], Objectives]

STAGES: Mapping[str, Stage] = {
    "keep": keep,
    "package": package,
    "staff": staff,
    "unmet": unmet,
    "worst_unmet": worst_unmet,
    "overspend": overspend,
    "preference": preference,
    "disruption": disruption,
    "cost": cost,
    "travel": travel,
    "worst_travel": worst_travel,
    "sites": sites,
    "tie_break": tie_break,
}

#: Objectives whose largest term counts, not the sum.
BOTTLENECKS = frozenset({"worst_travel"})
