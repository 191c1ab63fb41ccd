"""A program as it is stated and handed on: what is refused, the limits of its stages, and what the manifest is told."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

import numpy as np
import pulp
import pytest

from nationalmap.domain.scenario import SolverRule
from nationalmap.errors import InputRefused, SolverFailed, UsageError
from nationalmap.program import solve as solving
from nationalmap.program.assemble import DECIDED, Objective, _check_coefficients, _check_names, assemble
from nationalmap.program.blocks.parts import _kept, _result, _within, broken, joined
from nationalmap.program.blocks.parts import stated as stated_part
from nationalmap.program.blocks.stage import with_what_is_kept
from nationalmap.program.objectives import _weight
from nationalmap.program.solve import solve_matrix, stage_costs
from nationalmap.program.stages import Reached
from nationalmap.program.variables import Unknown
from nationalmap.schema.checks import LARGEST, SMALLEST
from tests.program.matrices import INF, costs, matrix
from tests.program.small import known, site
from tests.program.test_parts import part_of
from tests.program.test_reaching import at

YEARS = (2027, 2030)
MONEY = {("state", t): 9.0 for t in YEARS}
NEED = {("M", "day", t): 4 for t in YEARS}


# ---------------------------------------------------------------------- what is refused


def test_two_codes_that_are_written_alike_are_refused():
    unknown = Unknown()
    unknown.k["a-b", 2027] = pulp.LpVariable("k__a_b__2027")
    unknown.k["a:b", 2027] = pulp.LpVariable("k__a_b__2027")
    unknown.y["a:b", 2027] = pulp.LpVariable("k__a_b__2027")  # of another family
    with pytest.raises(InputRefused) as caught:
        _check_names(unknown)
    assert str(caught.value).count("differs from") == 1
    assert 'codes: "a:b" differs from "a-b" in signs only' in str(caught.value)


def refused(coefficient=1.0, right=1.0, term=1.0, bound=1.0):
    """The names of what is out of range."""
    problem = pulp.LpProblem("p")
    problem.setObjective(pulp.LpAffineExpression())
    x = pulp.LpVariable("x", 0, bound)
    problem.addConstraint(coefficient * x <= right, "row")
    try:
        _check_coefficients(problem, [Objective("cost", "EUR", term * x)])
    except InputRefused as error:
        return [name for name in ("row", "stage cost", "bounds of x") if f"{name}:" in str(error)]
    return []


def test_numbers_out_of_the_range_of_solvers_are_refused_by_name():
    assert refused() == refused(SMALLEST, LARGEST, -LARGEST, SMALLEST) == refused(right=0.0) == []
    assert (
        refused(coefficient=LARGEST * 1.01)
        == refused(right=LARGEST * 1.01)
        == refused(coefficient=-SMALLEST / 2)
        == ["row"]
    )
    assert refused(term=SMALLEST / 2) == ["stage cost"]
    assert refused(bound=LARGEST * 2) == ["bounds of x"]


# ---------------------------------------------------------------------- the stages and their limits


def test_a_stage_has_its_own_limits_or_those_of_all():
    rule = SolverRule(
        tolerance=0.5, tolerances={"unmet": 0.25, "cost": 0.125}, max_nodes=7, nodes={"unmet": 8, "unmet_1": 9}
    )
    one = known(
        site("day_M"), need=NEED, budget=MONEY, asked={"stages": ("unmet", "worst_travel", "cost"), "solver": rule}
    )
    one = replace(one, minutes={**one.minutes, ("M", "M"): 3.0})
    program = assemble(one)
    found = {s.name: (s.unit, s.kind, s.tolerance, s.gap, s.max_nodes, s.held) for s in stage_costs(program)}
    assert found == {
        "unmet_1": ("need cases", "sum", 0.25, 0.25, 9, None),
        "worst_travel": ("minutes", "largest", 0.5, 0, 7, None),
        "cost": ("thousand EUR a year", "sum", 0.125, 0.125, 7, None),
    }
    names = [v.name for v in program.problem.variables()]
    cost = next(s for s in stage_costs(program) if s.name == "unmet_1").costs
    assert {name: c for name, c in zip(names, cost.tolist(), strict=True) if c} == {
        f"u_short__M__day__{t}": 1 for t in YEARS
    }


def test_what_a_tie_break_decided_is_held():
    one = known(site("day_M"), need=NEED, budget=MONEY, asked={"stages": ("tie_break",)})
    program = assemble(one)
    names = [v.name for v in program.problem.variables()]
    families = np.array([name.split("__")[0] for name in names])
    held = {s.name: None if s.held is None else set(families[s.held].tolist()) for s in stage_costs(program)}
    assert held == {"tie_break_places": {"k", "y"}, "tie_break_users": {"x"}, "tie_break_money": None}
    assert {name.split("__")[0] for name in program.decided} == {"x", "k", "y", "grows"}
    assert set(DECIDED) == {
        "x", "x_other", "w", "k", "y", "grows", "converted", "q", "gain", "renovated", "complexes", "hub",
    }  # fmt: skip


@pytest.mark.parametrize(("letter", "most"), [("k", 997), ("y", 997), ("x", 99_991), ("xo", 99_991), ("b", 99_991)])
def test_weights_depend_on_codes_alone(letter, most):
    drawn = int(hashlib.sha256(f"{letter}|a|2027".encode()).hexdigest()[:16], 16)
    assert _weight(letter, "a", 2027) == 1 + drawn % most


# ---------------------------------------------------------------------- handed on

ONE = matrix({"a": (0, 9, True), "b": (0, 9, False)}, {"some": (1, {"a": 1, "b": 1}, INF)})


def test_a_matrix_is_solved_here_or_in_a_child_by_as_many_as_there_are(monkeypatch):
    teams = []

    def reached(made, stages, team, progress):
        teams.append((team.first, team.seconds, team.blocks))
        result = solving.StageResult("a", "units", 1.0, 1.0, 0.0, 1e-4, "proven", 0, f"s{len(teams)}")
        return [Reached(at(1, 0.5), result)]

    monkeypatch.setattr(solving, "run_stages", reached)
    monkeypatch.setattr(solving, "run_in_child", reached)
    stage = costs(ONE, {"a": 1}, "a", gap=0.25, max_nodes=7)
    found = solve_matrix(ONE, (stage,), child=False, seconds=3.0, blocks=True)
    assert found.values == {"a": 1, "b": 0.5}
    assert found.solver == "s1"
    options = found.options
    assert (options["solver"], options["time_limit"], options["threads"]) == ("highs", 3, 1)
    assert (options["mip_rel_gap"], options["mip_max_nodes"]) == ({"a": 0.25}, {"a": 7})
    for cores in (None, 3, 8, 9):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        solve_matrix(ONE, (stage,), blocks=True)
    solve_matrix(ONE, (stage,))
    assert "threads" not in solve_matrix(ONE, (stage,), child=False, solver="cbc").options
    assert teams == [
        ("highs", 3, 1), *(("highs", 600, n) for n in (1, 3, 8, 8)), ("highs", 600, 0), ("cbc", 600, 0),
    ]  # fmt: skip
    with pytest.raises(UsageError):
        solve_matrix(ONE, (stage,), solver="none")


def test_only_where_a_gap_may_stay_rows_are_added_for_the_search(monkeypatch):
    seen = []

    def solved(made, stages, progress, child, solver, seconds, blocks):
        seen.append((any(name.startswith("tightened") for name in made.row_names), solver, child, seconds, blocks))
        raise SolverFailed("seen")

    monkeypatch.setattr(solving, "solve_matrix", solved)
    rule = SolverRule(tolerances={"cost": 0.1}, time_limit_s=5.0, blocks=True)
    for tolerances, solver in ((rule.tolerances, "highs"), (rule.tolerances, "cbc"), ({}, "highs")):
        asked = {"stages": ("cost",), "solver": replace(rule, tolerances=tolerances)}
        program = assemble(known(site("day_M"), need=NEED, budget=MONEY, asked=asked))
        with pytest.raises(SolverFailed, match="seen"):
            solving.solve(program, child=False, solver=solver)
    assert seen == [(True, "highs", False, 5, True), (False, "cbc", False, 5, True), (False, "highs", False, 5, True)]
    nothing = assemble(known(asked={"stages": ("staff",)}))
    with pytest.raises(SolverFailed, match="no stage with anything to decide"):
        solving.solve(nothing)


# ---------------------------------------------------------------------- part by part


def test_a_stage_of_parts_is_proven_within_its_gap_on_either_side():
    assert _result("s", "u", 100.0, 100.0 - 5e-7, 1e-9).gap == 0
    assert _result("s", "u", 100.0, 99.0, 0.01).status == "proven"
    assert (_result("s", "u", 100.0, 98.0, 0.01).gap, _result("s", "u", 100.0, 102.0, 0.01).gap) == (0.02, 0.02)
    assert _result("s", "u", 100.0, 98.0, 0.01).status == "feasible_with_gap"
    assert _result("s", "u", 0.0, -2e-6, 0.01).gap == pytest.approx(2000)
    told = _result("s", "u", -4.0, -5.0, 0.01)
    assert (told.gap, told.value, told.bound, told.tolerance, told.nodes) == (0.25, -4, -5, 0.01, 0)


def test_large_shared_rows_may_be_missed_by_a_hundred_millionth():
    assert _within(np.array([0.0, 1e3, 1e4, -1e4])).tolist() == [1e-5, 1e-5, 1e-4, 1e-4]


def test_what_a_point_breaks_of_parts():
    """Towns of 5 and 6 with 7 units of money."""
    parts = [part_of("A", 5, 7), part_of("B", 6, 7)]
    assert broken(parts, np.array([5.0, 0, 2, 4])) == 0
    assert broken(parts, np.array([5.0, 0, 3, 3])) == 1  # money
    assert broken(parts, np.array([5.0, 0, 2, 3])) == 1  # one of B is lost
    assert broken(parts, np.array([6.0, -1, 1, 5])) == 2  # two bounds
    assert broken(parts, np.array([5 + 9e-7, -9e-7, 2, 4])) == 0
    assert broken(parts, np.array([5 + 9e-6, -9e-6, 2, 4])) == 2


def test_a_kept_stage_is_one_more_row_of_the_blocks_that_it_costs():
    whole = joined([part_of("A", 5, 7), part_of("B", 6, 7)])
    after = _kept(whole, np.array([0.0, 3, 0, 0]), 4.5)
    assert (after.lower.tolist(), after.upper.tolist(), after.rows.tolist()) == ([-INF, -INF], [7, 4.5], [0, 1])
    first, second = after.blocks
    assert (first.rows.tolist(), first.shared.tolist()) == ([0, 1], [[1, 0], [0, 3]])
    assert (second.rows.tolist(), second.shared.tolist()) == ([0], [[1, 0]])
    assert after.own_shared.shape == (2, 0)


def test_a_part_is_stated_without_what_asks_for_the_whole():
    one = known(site("day_M"), need=NEED, budget=MONEY, asked={"stages": ("unmet", "cost")})
    found = stated_part(one)
    assert dict(found.units) == {"unmet_1": "need cases", "cost": "thousand EUR a year"}
    assert set(found.costs) == set(found.units)
    assert not [name for name in found.split.matrix.row_names if name.startswith(("worst_", "served_where"))]
    with pytest.raises(ValueError, match="within the money"):
        stated_part(replace(one, scenario=replace(one.scenario, mode="what_it_would_cost")))


# ---------------------------------------------------------------------- what kept stages imply


def kept_matrix(terms, most, lower=0.0):
    """Columns a (whole, up to 9), b (whole, up to 9) and c (a fraction, up to 9), and a row that a stage left."""
    columns = {"a": (lower, 9, True), "b": (0, 9, True), "c": (0, 9, False)}
    return with_what_is_kept(matrix(columns, {"other": (-INF, {"a": 1}, 1), "kept__s": (-INF, terms, most)}))


def test_no_term_is_more_than_what_its_sum_was_kept_at():
    found = kept_matrix({"a": 2, "b": 1}, 5.5)
    assert (found.row_upper.tolist(), found.upper.tolist()) == ([1, 5], [2, 5, 9])
    found = kept_matrix({"a": 2, "c": 4}, 5.5)
    assert (found.row_upper.tolist(), found.upper.tolist()) == ([1, 5.5], [2, 9, 1.375])
    found = kept_matrix({"a": 0.5, "b": 1}, 3.0)
    assert (found.row_upper.tolist(), found.upper.tolist()) == ([1, 3.0], [6, 3, 9])
    # Within a hair of a whole number it is that.
    assert kept_matrix({"a": 1, "b": 1}, 5 - 5e-7).row_upper.tolist() == [1, 5]
    assert kept_matrix({"a": 0.5, "c": 1}, 3 - 4e-7).upper.tolist() == [6, 9, 3 - 4e-7]
    # What is taken in any case leaves less to the others.
    assert kept_matrix({"a": 2, "b": 1}, 7.5, lower=2.0).upper.tolist() == [3, 3, 9]
    assert kept_matrix({"a": 2, "b": 1}, 3.5, lower=2.0).upper.tolist() == [2, 0, 9]


def test_a_sum_with_other_signs_or_without_a_lower_side_bounds_no_term():
    assert kept_matrix({"a": 2, "b": -1}, 5.5).upper.tolist() == [9, 9, 9]
    assert kept_matrix({"a": 2, "b": -1}, 5.5).row_upper.tolist() == [1, 5]
    assert kept_matrix({"a": 2, "b": 1}, 5.5, lower=-INF).upper.tolist() == [9, 9, 9]
