"""A program stated part by part and solved in fractions: against the same program in one piece."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from nationalmap.errors import NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.blocks.parts import KEPT_WITHIN, OF_PARTS, Part, broken, in_fractions, joined, stated
from nationalmap.program.blocks.split import split
from nationalmap.program.matrix import Matrix
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.solvers import Limits, backend
from tests.invented_units import invented_units
from tests.program.matrices import INF, matrix


def least(program: Matrix, stages) -> list[float]:
    """The value of each stage in fractions, in one piece, each kept for the next."""
    values = []
    for stage in stages:
        solver = backend("highs")
        solver.load(program)
        found = solver.minimise(stage.costs, Limits(), relaxed=True)
        assert found.status == "proven"
        values.append(found.bound)
        where, most = np.flatnonzero(stage.costs), found.bound + KEPT_WITHIN * max(1, abs(found.bound))
        program = program.with_row(f"kept__{stage.name}", where, stage.costs[where], -INF, most)
    return values


@cache
def country():
    """Three regions of forty units that share their country's money."""
    from benchmarks import continent

    one = continent.country(invented_units(120, regions=3))
    return one, [continent.part(region) for region in continent.regions(one)], continent.known(one)


@cache
def answer():
    return in_fractions(country()[1])


def test_parts_are_worth_what_the_program_in_one_piece_is():
    program = assemble(country()[2], OF_PARTS)
    values = least(matrix_of(program), stage_costs(program))
    found = answer()
    assert [stage.name for stage in found.stages] == ["package", "unmet_1", "unmet_2", "unmet_3", "cost"]
    assert [stage.value for stage in found.stages] == pytest.approx(values, rel=1e-4, abs=1e-4)
    # Money is short: else every price would be 0 and nothing would be shared.
    assert min(values[1:]) > 1


def test_each_stage_has_a_bound_below_its_value():
    for stage in answer().stages:
        assert stage.status == "proven"
        assert stage.value * (1 - 1e-4) - 1e-6 <= stage.bound <= stage.value * (1 + 1e-6) + 1e-6


def without(part: Part, name: str) -> Part:
    """A part of which a stage asks nothing."""
    return replace(
        part,
        costs={stage: costs for stage, costs in part.costs.items() if stage != name},
        units={stage: unit for stage, unit in part.units.items() if stage != name},
    )


def test_a_part_of_which_nothing_is_asked_lacks_the_stage():
    first, *others = country()[1]
    free = replace(first, costs=dict(first.costs) | {"unmet_1": 0 * first.costs["unmet_1"]})
    found, known = in_fractions([without(first, "unmet_1"), *others]), in_fractions([free, *others])
    assert found.stages == known.stages
    assert found.stages[1].value < answer().stages[1].value
    # Which of two stages comes first no part says.
    with pytest.raises(ValueError, match=r"no part has all the stages .*unmet_1"):
        in_fractions([without(first, "unmet_1"), *(without(one, "unmet_2") for one in others)])


def test_the_same_rows_and_columns_stand_in_parts_and_in_one_piece():
    whole, parts = matrix_of(assemble(country()[2], OF_PARTS)), country()[1]
    together = joined(parts)
    # Theta and eta stand in no row of a part; each part has its own.
    free = {"theta__worst", "eta__tenth"}
    assert set(together.matrix.names) == set(whole.names)
    assert together.matrix.size - whole.size == len(free) * (len(parts) - 1)
    assert sum(b.inner.rows for b in together.blocks) + len(together.lower) == whole.rows
    assert [[part.split.matrix.row_names[r] for r in part.split.rows] for part in parts] == [
        ["budgets__running__2030", "budgets__capital__2030"]
    ] * len(parts)


def test_the_plan_breaks_nothing_and_a_wrong_one_does():
    parts, point = country()[1], answer().point
    assert broken(parts, point) == 0
    for factor in (0.9, 1.1, -1.0):
        assert broken(parts, factor * point) > 0


def test_more_processes_give_the_same_values():
    again = in_fractions(country()[1], processes=2)
    assert [stage.value for stage in again.stages] == [stage.value for stage in answer().stages]


def part_of(code: str, need: float, most: float) -> Part:
    """A town that serves ``need`` people at a unit of money each and lacks the rest; ``most`` money for all towns."""
    one = matrix(
        {f"served__{code}": (0, need, True), f"lacks__{code}": (0, need, True)},
        {
            f"meet_need__{code}": (need, {f"served__{code}": 1, f"lacks__{code}": 1}, need),
            "budgets__all": (-INF, {f"served__{code}": 1}, most),
        },
    )
    costs = {"unmet": np.array([0.0, 1.0]), "spent": np.array([1.0, 0.0])}
    return Part(split(one), costs, {"unmet": "cases", "spent": "thousand EUR"})


def test_towns_share_a_row_of_the_same_name():
    said = []
    found = in_fractions([part_of("A", 5, 7), part_of("B", 6, 7)], say=said.append)
    assert [line.split(", at least")[0] for line in said] == ["unmet: 4", "spent: 7"]
    assert [(s.name, s.unit) for s in found.stages] == [("unmet", "cases"), ("spent", "thousand EUR")]
    assert [s.value for s in found.stages] == pytest.approx([4, 7], abs=1e-4)
    assert found.point.sum() == pytest.approx(11)


def test_what_cannot_be_met_together_is_said():
    one, other = part_of("A", 5, -1), part_of("B", 6, -1)
    with pytest.raises(NoPlanPossible, match='stage "unmet": what the parts share cannot be met'):
        in_fractions([one, other])


def test_small_blocks_are_put_together():
    program = matrix(
        {f"{x}__{i}": (0, 1, True) for i in range(4) for x in "xy"} | {"z": (0, 1, True)},
        {f"row__{i}": (-INF, {f"x__{i}": 1, f"y__{i}": 1} | ({"z": 1} if i == 3 else {}), 1) for i in range(4)},
    )
    assert [len(block.columns) for block in split(program).blocks] == [2, 2, 2, 3]
    blocks = split(program, least=3).blocks
    assert [block.inner.row_names for block in blocks] == [("row__0", "row__1", "row__2"), ("row__3",)]
    assert [block.columns.tolist() for block in blocks] == [[0, 1, 2, 3, 4, 5], [6, 7, 8]]


def test_money_that_bends_is_refused():
    known = country()[2]
    with pytest.raises(ValueError, match="within the money"):
        stated(replace(known, scenario=replace(known.scenario, mode="what_it_would_cost")))
