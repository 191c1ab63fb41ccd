"""A stage left open is told of the plan that came of it, not of the value at which it was kept."""

import dataclasses

import pytest

from nationalmap.program.answer.told import told_tightly
from nationalmap.program.solve import matrix_of, stage_costs
from tests.toyland import STAGE_VALUES, toyland


def test_measures_left_slack_are_told_as_small_as_the_plan_allows():
    """Theta, a package and the worst tenth stand higher than toyland's plan needs them, as if that had been kept."""
    country = toyland()
    program, solution = country.program(), country.solve()
    unknown = program.unknown
    slack = {unknown.theta["worst",].name: 0.9, unknown.eta["tenth",].name: 0.9}
    slack |= {variable.name: variable.upBound for variable in unknown.e_package.values()}
    opened = tuple(
        dataclasses.replace(s, value=s.value + 5, bound=0.0, gap=1.0, status="feasible_with_gap")
        if s.name in ("worst_unmet", "worst_tenth", "package")
        else s
        for s in solution.stages
    )
    loose = dataclasses.replace(solution, values={**solution.values, **slack}, stages=opened)
    told = told_tightly(program, matrix_of(program), stage_costs(program), loose)
    values = {s.name: s.value for s in told.stages}
    for name in ("worst_unmet", "worst_tenth", "package", "unmet_2", "cost"):
        assert values[name] == pytest.approx(STAGE_VALUES[name], abs=1e-5), name
    assert told.values[unknown.theta["worst",].name] == pytest.approx(1 / 18, abs=1e-6)
    assert {s.status for s in told.stages if s.name == "worst_unmet"} == {"feasible_with_gap"}


def test_a_closed_plan_is_told_as_it_is():
    country = toyland()
    program, solution = country.program(), country.solve()
    assert told_tightly(program, matrix_of(program), stage_costs(program), solution) is solution
