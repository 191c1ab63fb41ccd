"""What the tests of properties share: how often, how two plans are compared, and what is left without a place."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import settings
from hypothesis import strategies as st

from nationalmap.errors import NoPlanPossible
from nationalmap.program.solve import solve
from tests.toyland import Toyland

#: The same few countries each time.
few = settings(max_examples=8, deadline=None, derandomize=True)
seeds = st.integers(0, 1_000_000)
FIRST = ("keep", "package", "unmet")
#: Objectives in the order in which scenarios list their stages.
ORDER = (
    *("keep_users", "keep_1", "keep_2", "keep_3", "keep_idle", "package", "staff", "unmet_1", "unmet_2", "unmet_3"),
    *("worst_unmet", "worst_tenth", "overspend", "preference", "disruption", "cost", "travel", "sites"),
)

Values = Mapping[str, float]


def measured(country: Toyland) -> Values | None:
    """Values of the stages by name; with the unmet those out of reach, which no stage counts. None without a plan."""
    program = country.program()
    try:
        stages = solve(program, child=False).stages
    except NoPlanPossible:
        return None
    values = {stage.name: stage.value for stage in stages if not stage.name.startswith("tie_break")}
    known = program.known
    for m, g, t in known.need.keys() - set(known.cells):
        name = f"unmet_{known.groups[g].priority_class}"
        if "unmet" in country.scenario.stages:
            values[name] = values.get(name, 0.0) + known.need[m, g, t]
    return values


def no_worse(one: Values | None, other: Values | None) -> bool:
    """Whether the first objective in which they differ is smaller in ``one``; no plan is worse than any."""
    if one is None or other is None:
        return other is None
    assert {*one, *other} <= set(ORDER)
    for name in ORDER:
        a, b = one.get(name, 0.0), other.get(name, 0.0)
        if abs(a - b) > 1e-5 * max(1, abs(b)):
            return a < b
    return True


def equal(one: Values | None, other: Values | None) -> bool:
    """Whether no objective differs."""
    return no_worse(one, other) and no_worse(other, one)


def richer(country: Toyland, **times: float) -> Toyland:
    """Budgets of streams times a factor, in every period."""
    budgets = country.budgets_eur
    return country.money(
        **{f: [amount / 1000 * factor for amount in budgets[f].values()] for f, factor in times.items()}
    )
