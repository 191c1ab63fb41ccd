"""The arithmetic of a conversation with blocks, by hand: no search but of two towns of two columns each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nationalmap.program.blocks import levels
from nationalmap.program.blocks.around import Around
from nationalmap.program.blocks.conversation import Conversation, Prices, _lifted, _power, _to
from nationalmap.program.blocks.joined import Small
from nationalmap.program.blocks.levels import _at_least, _slope, common_column
from nationalmap.program.blocks.pool import Pool
from nationalmap.program.blocks.split import SHARED, Split, _components, _members, joined, neighbours, split
from nationalmap.program.blocks.workers import Asked, Bench, workers
from nationalmap.program.solvers import Found, Limits
from tests.program.matrices import INF, costs, matrix
from tests.program.test_blocks import REGIONS, TOWNS, UNMET, conversation

FIRST, SECOND = split(TOWNS).blocks


class Recorded:
    """Answers as told; keeps what it was asked."""

    def __init__(self, *answers: Found) -> None:
        self.answers, self.asked = list(answers), []

    def answer(self, asked: list[Asked]) -> list[Found]:
        self.asked += asked
        return [self.answers.pop(0) for _ in asked]

    def close(self) -> None:
        """Nothing is open."""


def talk_with(*answers: Found, **more) -> tuple[Conversation, Recorded]:
    bench = Recorded(*answers)
    return replace(conversation(TOWNS, UNMET), bench=bench, **more), bench


def proven(*point: float, bound: float = 0.0) -> Found:
    return Found("proven", np.array(point, dtype=float), bound)


# ---------------------------------------------------------------------- limits and lifts


@pytest.mark.parametrize(
    ("size", "largest", "lift"),
    [(1000, 1, 1024), (1000, 1000, 1), (1000, 999, 2), (1000, 0, 1), (8, 1, 8), (8, 1.01, 8), (1000, 2000, 1)],
)
def test_small_costs_are_lifted_by_a_power_of_two(size, largest, lift):
    assert _power(size, largest) == lift


def test_limits_in_the_unit_of_the_lifted_costs():
    limits = _to(Limits(absolute=0.5), -7.0)
    assert (limits.target, limits.absolute) == (-6.5, 0.5)
    lifted = _lifted(limits, 8.0)
    assert (lifted.target, lifted.absolute) == (-52, 4)
    assert _lifted(Limits(absolute=1e-9, target=1.0), 2.0).absolute == 1e-6
    assert _lifted(Limits(absolute=1e-6, target=1.0), 4.0).absolute == 4e-6


def test_a_block_is_searched_within_nodes_and_steps():
    talk, _ = talk_with()
    limits = talk.limits(0.25)
    assert (limits.nodes, limits.seconds, limits.absolute, limits.steps) == (100, 60, 0.25, 4_000)


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (np.inf, -np.inf, 1e-2),  # nothing is known
        (np.inf, -800.0, 1.0),  # a quarter of a hundredth of 800, for two blocks
        (100.0, 0.0, 5.0),  # a tenth of what is open, for two blocks
        (100.0, 99.0, 0.125),  # the stage's own
        (-100.0, -200.0, 5.0),
        (1e9, -1e9, 1250000.0),
        (0.0, 0.0, 1e-6),
        (2e5, 0.0, 1e3),  # no more than that
    ],
)
def test_the_gap_of_a_block_is_its_part_of_what_is_open(value, bound, gap):
    talk, _ = talk_with(gap=0.01)
    assert talk.block_gap(value, bound) == pytest.approx(gap, rel=1e-12)


# ---------------------------------------------------------------------- prices and bounds


def test_a_row_without_a_side_has_no_price_of_its_sign():
    """Money has no lower side: it is worth nothing or less. The shares have no upper one. A row with both, either."""
    talk, _ = talk_with()
    assert talk.usable(np.array([-1.0, 2, 3])).tolist() == [-1, 2, 3]
    assert talk.usable(np.array([1.0, -2, -3])).tolist() == [0, 0, 0]
    both = replace(talk, split=replace(talk.split, lower=np.zeros(3), upper=np.ones(3)))
    assert both.usable(np.array([1.0, -2, 3])).tolist() == [1, -2, 3]


def test_what_a_block_costs_at_prices():
    talk, _ = talk_with()
    assert talk.reduced(0, np.array([-0.5, 0.25, 9])).tolist() == [1.5, -1 + 1 - 0.25]
    assert talk.reduced(1, np.array([-0.5, 9, 0.25])).tolist() == [1, -1 + 0.5 - 0.25]


def test_the_bound_counts_own_columns_at_their_better_side():
    """theta, from 0 to 1, costs 5 less 10 for each unit of the first share, which earns 10 (of the second 8 and 8)."""
    talk, _ = talk_with(costs=np.array([0.0, -1, 0, -1, 5]))
    least = np.array([-3.0, -4])
    assert talk.bound(np.array([0.0, 0.25, 0]), least) == 2.5 + 0 - 7
    assert talk.bound(np.array([0.0, 1, 0]), least) == 10 - 5 - 7
    assert talk.bound(np.array([-0.5, 0, 1]), least) == -4.5 + 8 - 3 - 7
    # At a hair of a price an own column without an upper bound is worth nothing.
    wide = replace(talk, split=replace(talk.split, matrix=TOWNS.with_bounds(TOWNS.lower, np.full(5, INF))))
    assert wide.bound(np.array([0.0, 0.5 + 5e-11, 0]), least) == pytest.approx(5 - 7)
    assert wide.bound(np.array([0.0, 0.51, 0]), least) == -INF


# ---------------------------------------------------------------------- what blocks are asked


def test_a_block_is_asked_in_costs_of_a_thousand():
    talk, bench = talk_with(proven(0, 0, bound=-512.0), proven(0, 0, bound=-3000.0))
    noted = []
    talk = replace(talk, note=noted.extend)
    limits = Limits(seconds=60.0, absolute=0.5)
    found = talk.ask(np.array([-0.5, 0, 0]), limits)
    assert [(q.block, q.relaxed) for q in bench.asked] == [("house__A", False), ("house__B", False)]
    # 1.5 and 0 are lifted by 1024, 1 and -0.5 too; bounds are let down again.
    assert [q.costs.tolist() for q in bench.asked] == [[1536, 0], [1024, -512]]
    assert [f.bound for f in found] == [-0.5, -3000 / 1024]
    assert [(q.limits.absolute, q.limits.target) for q in bench.asked] == [(512, -INF), (512, -INF)]
    assert [q.upper.tolist() for q in bench.asked] == [[2, 10], [2, 8]]
    assert len(noted) == 2


def test_a_block_of_which_a_point_at_its_floor_is_known_is_not_asked():
    talk, bench = talk_with(proven(0, 0, bound=-1024.0))
    talk.pool.add(FIRST, np.array([0.0, 0]))
    found = talk.ask(np.array([-0.5, 0, 0]), Limits(absolute=0.5), floors=np.array([-0.5, -2.0]))
    assert [q.block for q in bench.asked] == ["house__B"]
    assert bench.asked[0].limits.target == -1.5 * 1024
    assert [(f.status, f.bound) for f in found] == [("none", -INF), ("proven", -1)]
    talk, bench = talk_with(proven(0, 0), proven(0, 0))
    talk.pool.add(FIRST, np.array([0.0, 0]))
    talk.ask(np.array([-0.5, 0, 0]), Limits(absolute=0.5), floors=np.array([-0.51, -2.0]))
    assert len(bench.asked) == 2


def test_an_honest_bound_lies_below_every_known_point():
    """At no price a place is worth 1: of B five in a house are known, so -5, and a bound of -4.9994 is a hair off."""
    none = np.zeros(3)
    talk, bench = talk_with()
    talk.pool.add(SECOND, np.array([1.0, 5]))
    assert talk.honest(none, np.array([-7.0, -6])).tolist() == [-7, -6]
    assert talk.honest(none, np.array([-7.0, -4.9995])).tolist() == [-7, -5]
    assert bench.asked == []
    claimed = np.array([-7.0, -4.9994])
    talk, bench = talk_with(proven(2, 10, bound=-10240.0), proven(2, 8, bound=-8192.0))
    talk.pool.add(SECOND, np.array([1.0, 5]))
    assert talk.honest(none, claimed).tolist() == [-7, -8]
    assert [q.relaxed for q in bench.asked] == [True, True]
    assert claimed.tolist() == [-7, -4.9994]


def test_a_known_block_costs_what_its_cheapest_point_costs():
    talk, _ = talk_with()
    assert talk._least_known(0, np.zeros(3)) == INF
    talk.pool.add(FIRST, np.array([1.0, 2]))
    talk.pool.add(FIRST, np.array([1.0, 5]))
    assert talk._least_known(0, np.zeros(3)) == -5
    assert talk._least_known(0, np.array([-1.0, 0, 0])) == 3 - 2 + 4


def test_only_new_whole_points_are_taken():
    talk, _ = talk_with()
    master = talk.master()
    assert master.offered == []
    answers = [proven(1, 4.9999999), proven(1, 5), Found("none"), proven(1, 3)]
    assert talk.take(master, [0, 0, 1, 1], answers) == 2
    assert [(n, p.tolist()) for n, p in master.offered] == [(0, [1, 5]), (1, [1, 3])]
    assert talk.pool.of(FIRST).tolist() == [[1, 5]]
    # A master made anew begins with the pool.
    again = talk.master()
    assert [(n, p.tolist()) for n, p in again.offered] == [(0, [1, 5]), (1, [1, 3])]


def test_the_cheapest_known_points_together():
    talk, bench = talk_with(proven(1, 5, bound=-5 * 1024), proven(0, 0, bound=-4 * 1024))
    talk.pool.add(SECOND, np.array([1.0, 4]))
    least, point = talk.asked(talk.master(), np.zeros(3), 0.5)
    assert least.tolist() == [-5, -4]
    assert point.tolist() == [1, 5, 1, 4, 0]
    assert {(q.limits.nodes, q.limits.absolute) for q in bench.asked} == {(100, 512)}


# ---------------------------------------------------------------------- the master


def offered(*points: tuple[int, float, float]) -> tuple[Conversation, object]:
    talk = conversation(TOWNS, UNMET)
    for number, house, served in points:
        talk.pool.add(talk.split.blocks[number], np.array([house, served]))
    return talk, talk.master()


FOUR = ((0, 0, 0), (0, 1, 3), (1, 0, 0), (1, 1, 5))


def test_the_master_mixes_points_within_the_shared_rows():
    """Money: three in a house of A 9, five in one of B 7. Of 9 units all of B and 2/9 of A: 5 + 2/3 people."""
    _, master = offered(*FOUR)
    master.let_miss(None)
    mixed = master.solve()
    assert mixed.value == pytest.approx(-5 - 2 / 3)
    assert mixed.weights.tolist() == pytest.approx([7 / 9, 2 / 9, 0, 1])
    assert mixed.prices.tolist() == pytest.approx([-1 / 3, 0, 0])
    assert mixed.of_block.tolist() == pytest.approx([0, -5 + 7 / 3])
    assert mixed.missed.tolist() == [0, 0, 0]
    # theta is large enough for the shares: nobody in A, two thirds of one served.
    assert mixed.own[0] >= 1 - 2 / 3 / 10 - 1e-9
    whole = master.solve_whole(0.0, 100, 60.0)
    assert whole.value == pytest.approx(-5)
    assert whole.weights.tolist() == pytest.approx([1, 0, 0, 1])


def test_what_a_row_is_missed_by_costs_what_it_is_said_to():
    """At a tenth a unit of money three in A gain 3 - 0.9 + 0: seven units too many, 0.7."""
    talk, master = offered(*FOUR)
    master.let_miss(np.array([0.1, 5, 5]))
    mixed = master.solve()
    assert mixed.value == pytest.approx(-8 + 0.7)
    assert mixed.missed.tolist() == pytest.approx([7, 0, 0])
    assert mixed.weights.tolist() == pytest.approx([0, 1, 0, 1])
    # Of theta at most a half is allowed, and the shares are missed from below.
    tight = replace(
        talk, split=replace(talk.split, matrix=TOWNS.with_bounds(TOWNS.lower, np.array([2, 10, 2, 8, 0.5])))
    )
    master = tight.master()
    master.let_miss(np.array([1e3, 0.1, 0.1]))
    mixed = master.solve()
    assert mixed.own.tolist() == [0.5]
    assert mixed.missed.tolist() == pytest.approx([0, 5 - 2 / 3, 0])


def test_a_choice_that_no_points_allow_is_none():
    _, master = offered((0, 2, 10), (1, 0, 0))
    master.let_miss(None)
    assert master.solve_whole(0.0, 100, 60.0) is None


def test_the_mix_widens_its_prices_until_no_row_is_missed():
    """Prices of nothing: missing a unit of money costs a millionth, then ten times as much, until it is not missed."""
    talk, master = offered(*FOUR)
    mixed = talk.mix(master, np.zeros(3))
    assert mixed.missed.max() < 1e-6
    assert mixed.value == pytest.approx(-5 - 2 / 3)
    # Six times what it is worth is within the box from the beginning.
    told = []
    talk, master = offered(*FOUR)
    let_miss = master.let_miss
    master.let_miss = lambda most: (told.append(most.tolist()), let_miss(most))
    talk.mix(master, np.array([-0.5, 0, 0.2]))
    assert told == [pytest.approx([2.025, 0.025, 0.825])]


# ---------------------------------------------------------------------- parts of a program


def test_the_rows_that_are_shared_are_named():
    names = ("budgets", "worst_share", "worst_tenth", "staff_ceiling")
    assert {*names, "most_openings", "hub_services", "site_limits", "kept"} == SHARED


def test_what_hangs_together_has_one_number():
    """Rows 0 and 2 share column 1, row 1 has column 0 alone; column 2 stands in no row."""
    label = _components(np.array([0, 2, 1]), np.array([1, 1, 0]), 3, 3)
    assert label.tolist() == [0, 1, 0, 1, 0, 5]
    chain = _components(np.array([3, 2, 2, 1, 1, 0]), np.array([0, 0, 1, 1, 2, 2]), 4, 3)
    assert set(chain.tolist()) == {0}
    members = _members(np.array([5, 2, 5, 2, 0]))
    assert {label: part.tolist() for label, part in members.items()} == {0: [4], 2: [1, 3], 5: [0, 2]}


def row_of(count: int, blocks: int = 16) -> Split:
    """Sixteen blocks of a column each, of which the first ``count`` share a row."""
    return split(
        matrix(
            {f"x__{i:02}": (0, 5, True) for i in range(blocks)},
            {f"own__{i:02}": (-INF, {f"x__{i:02}": 1}, 3) for i in range(blocks)}
            | {"budgets__some": (-INF, {f"x__{i:02}": 1 for i in range(count)}, 9)},
        )
    )


@pytest.mark.parametrize(("count", "blocks", "left"), [(4, 16, 13), (5, 16, 16), (2, 4, 3), (3, 4, 4)])
def test_a_row_joins_a_quarter_of_the_blocks_at_most_or_two(count, blocks, left):
    parts = row_of(count, blocks)
    assert len(joined(parts).blocks) == left
    assert len(set(neighbours(parts))) == left


def test_blocks_are_joined_up_to_so_many_whole_numbers():
    parts = row_of(4)
    assert len(joined(parts, most=4).blocks) == 13
    assert len(joined(parts, most=3).blocks) == 16


@pytest.mark.parametrize(("part", "count"), [(3, 9), (4, 10)])
def test_neighbours_of_neighbours_are_one_group(monkeypatch, part, count):
    """While it is a third of all twelve at most; of a quarter, the last of the pairs joins nothing."""
    monkeypatch.setattr("nationalmap.program.blocks.split.FEW", part)
    columns = {f"x__{i}": (0, 5, True) for i in range(12)}
    own = {f"own__{i}": (-INF, {f"x__{i}": 1}, 3) for i in range(12)}
    pairs = {f"budgets__{i}_{j}": (-INF, {f"x__{i}": 1, f"x__{j}": 1}, 3) for i, j in ((4, 2), (2, 7), (9, 7))}
    groups = neighbours(split(matrix(columns, own | pairs)))
    # In the order of their names: x__0, x__1, x__10, x__11, x__2, ...
    number = {name: n for n, name in enumerate(sorted(columns))}
    assert {name for name, n in number.items() if groups[n] == groups[number["x__4"]]} == {
        "x__2", "x__4", "x__7", *(["x__9"] if part == 3 else []),
    }  # fmt: skip
    assert len(set(groups)) == count


def test_points_that_are_kept_are_not_forgotten_and_may_come_again():
    pool = Pool()
    for served in (1.0, 2.0, 3.0):
        pool.add(FIRST, np.array([1.0, served]))
    pool.keep(FIRST, [np.array([1.0, 3.0]), np.array([1.0, 3.0]), np.array([1.0, 1.0])])
    assert pool.of(FIRST).tolist() == [[1, 3], [1, 1]]
    assert not pool.add(FIRST, np.array([1.0, 3.0 + 1e-8]))
    assert pool.add(FIRST, np.array([1.0, 2.0]))
    assert pool.of(SECOND).shape == (0, 2)
    hair = replace(FIRST, inner=FIRST.inner.with_bounds(np.array([1 + 9e-7, 0]), np.array([2.0, 3 - 9e-7])))
    assert len(pool.of(hair)) == 3
    more = replace(FIRST, inner=FIRST.inner.with_bounds(np.array([1 + 2e-6, 0]), np.array([2.0, 10])))
    assert len(pool.of(more)) == 0


def test_one_process_or_none_is_this_one():
    programs = {FIRST.name: FIRST.inner}
    assert isinstance(workers(programs, 1), Bench)
    assert isinstance(workers(programs, 0), Bench)


def test_a_bench_keeps_a_solver_for_whole_points_and_one_for_fractions():
    bench = Bench({FIRST.name: FIRST.inner})
    lower, upper, costs = FIRST.inner.lower, FIRST.inner.upper, np.array([2.6, -1.0])
    (whole,) = bench.answer([Asked(FIRST.name, costs, lower, upper, Limits())])
    (loose,) = bench.answer([Asked(FIRST.name, costs, lower, upper, Limits(), True)])
    assert (whole.bound, loose.bound) == pytest.approx((-4.8, -4.8))
    assert (set(bench._ready), set(bench._loose)) == ({FIRST.name}, {FIRST.name})
    assert bench._loose[FIRST.name]._hot
    assert not bench._ready[FIRST.name]._hot


# ---------------------------------------------------------------------- levels, and blocks joined


def test_a_common_column_stands_in_shared_rows_alone_and_costs_something():
    parts = split(TOWNS)
    assert common_column(parts, np.array([0, 0, 0, 0, 0.5])) == 4
    assert common_column(parts, np.zeros(5)) is None
    assert common_column(parts, np.array([0, 1.0, 0, 0, 1])) is None
    assert common_column(parts, np.array([0, 1.0, 0, 0, 0])) is None


def test_what_an_earlier_stage_left_is_no_slope():
    kept = TOWNS.with_row("kept__worst", np.array([4]), np.array([3.0]), -INF, 2.5)
    assert _slope(split(kept), 4).tolist() == [0, 10, 8, 0]


def test_the_common_column_is_as_small_as_its_rows_let_it_be():
    parts = split(TOWNS)
    slope = _slope(parts, 4)
    # Of ten in A four are served: 0.6; of eight in B none: 1. And the other way round.
    assert _at_least(parts, 4, slope, np.array([1.0, 4, 0, 0, 0.2]))[4] == 1
    assert _at_least(parts, 4, slope, np.array([1.0, 4, 1, 6, 0.2])).tolist() == [1, 4, 1, 6, 0.6]
    assert _at_least(parts, 4, slope, np.array([2.0, 10, 2, 8, 0.9]))[4] == 0
    raised = replace(parts, matrix=TOWNS.with_bounds(np.array([0, 0, 0, 0, 0.3]), TOWNS.upper))
    assert _at_least(raised, 4, slope, np.array([2.0, 10, 2, 8, 0.9]))[4] == 0.3
    # Where its coefficient is below zero it is the upper side that lacks: x - 5 theta <= 2.
    other = split(
        matrix(
            {"x": (0, 9, True), "theta": (0, 9, False)},
            {"own": (0, {"x": 1}, 9), "worst_share__a": (-INF, {"x": 1, "theta": -5}, 2)},
        )
    )
    assert _at_least(other, 1, _slope(other, 1), np.array([7.0, 0])).tolist() == [7, 1]


def levels_of(monkeypatch, point, bound, *found):
    """The end of bringing theta down, and the levels that were tried; each search finds the next theta in B."""
    tried, said, left = [], [], list(found)

    class Searched:
        def __init__(self, **given):
            self.given = given

        def improved(self, start):
            tried.append((start[4], self.given["split"].matrix.upper[4]))
            served = left.pop(0)
            return np.array([2.0, 10, 2, served, 0.0])

    monkeypatch.setattr(levels, "Around", Searched)
    parts, stage = split(TOWNS), costs(TOWNS, {"theta": 2}, "worst_unmet", gap=0.1)
    end = levels.levelled(parts, stage, 4, np.array(point), bound, said.append, lambda _: None)
    return end.tolist(), tried, said


NOBODY_IN_B = [2.0, 10, 0, 0, 1]


def test_levels_begin_near_the_bound_and_go_half_way_to_what_was_reached(monkeypatch):
    """Bound 1 of 2 theta: 0.5 and half of a tenth of it. Of eight in B four are served, then six, then five."""
    end, tried, said = levels_of(monkeypatch, NOBODY_IN_B, 1.0, 2, 3, 3)
    assert end == [2, 10, 2, 3, 0.625]
    # 0.75 was reached, then 0.625.
    assert tried == [(0.525, 0.525), (0.6375, 0.6375)]
    assert said == ["level 1.05: 1.5", "level 1.275: 1.25"]
    end, tried, _ = levels_of(monkeypatch, NOBODY_IN_B, 1.0, 0, 0, 1)
    assert end == [2, 10, 2, 1, 0.875]
    assert [level for level, _ in tried] == [0.525, 0.7625, 0.88125]
    end, tried, _ = levels_of(monkeypatch, NOBODY_IN_B, -1.0, 0, 0, 0)
    assert end == NOBODY_IN_B
    assert tried[0] == (-0.475, -0.475)


def test_a_plan_under_the_level_is_the_end(monkeypatch):
    end, tried, said = levels_of(monkeypatch, [2.0, 10, 2, 4, 1], 1.0)
    assert (end, tried, said) == ([2, 10, 2, 4, 0.5], [], [])


def test_under_a_level_only_what_is_above_it_counts():
    """At theta 0.5 two of A's ten have no place too many, and four of B's eight."""
    kept = TOWNS.with_row("kept__before", np.array([1]), np.array([1.0]), -INF, 2.5)
    parts = split(kept)
    around = levels._under(parts, 4, _slope(parts, 4), 0.5, print, lambda _: None)
    point = np.array([1.0, 3, 0, 0, 0.5])
    assert around.excess(point).tolist() == [2, 4]
    assert around.value(point) == 6
    assert around.split.matrix.upper.tolist() == [2, 10, 2, 8, 0.5]
    assert around.soft.tolist() == [False, True, True, False]
    assert around.enough == 0
    assert around.missed(np.array([1.0, 3, 0, 0, 0.5])).tolist() == [0, 2, 4, 0.5]


def test_what_the_held_blocks_spend_too_much_is_missed_by_the_others_too():
    """Ten in A cost 26 of 9 units; B, free, opens nothing, and theta may be one."""
    around = Around(
        split(TOWNS), UNMET.costs, np.array([3.0, 1, 1]), lambda _: np.zeros(2), -INF, lambda _: None, lambda _: None
    )
    found = around.search(np.array([2.0, 10, 2, 8, 0.0]), [1])
    assert found[:4].tolist() == [2, 10, 0, 0]
    assert around.missed(found).tolist() == pytest.approx([17, 0, 0])


def small(prices, least):
    """The regions of test_blocks with hand-made bests."""
    talk = Conversation(
        split(REGIONS), np.zeros(REGIONS.size), 1e-6, Pool(), Recorded(), 60.0, lambda _: None, lambda _: None
    )
    talk.costs[REGIONS.names.index("spare__AB")] = 0.5
    best = Prices(-INF, np.array(prices), np.array(least))
    return Small(talk, talk.master(), best, joined(talk.split), Pool())


def test_a_joined_block_costs_what_its_blocks_and_its_own_rows_and_columns_cost():
    """Shared rows: AB's money, CD's, all's, what was kept. Of CD's 4 units each is worth 0.25: -1. Of AB's nothing."""
    one = small([0.0, -0.25, -0.5, 0.0], [-1.0, -2, -4, -8])
    assert one.prices.tolist() == [-0.5, 0]
    assert one.floors(one.prices).tolist() == [-3, -13]
    # At 0.75 AB's 4 units are worth 3, and the spare column costs 0.5 less 0.75: its three are worth 0.75.
    one = small([-0.75, 0.0, -0.5, 0.0], [-1.0, -2, -4, -8])
    assert one.floors(one.prices).tolist() == [-3 - 3 - 0.75, -12]
    # At 0.5 it costs nothing.
    one = small([-0.5, 0.0, -0.5, 0.0], [-1.0, -2, -4, -8])
    assert one.floors(one.prices).tolist() == [-5, -12]


def test_points_are_offered_to_the_joined_blocks_whose_rows_they_keep():
    """Houses in A and B cost 5 of 4 units, with a spare one they fit; C and D fit."""
    one = small([0.0, 0, 0, 0], [0.0, 0, 0, 0])
    point = np.zeros(REGIONS.size)
    for name in ("house__A", "house__B", "house__C"):
        point[REGIONS.names.index(name)] = 1
    one.offer(point)
    assert [len(one.pool.of(block)) for block in one.wide.blocks] == [0, 1]
    point[REGIONS.names.index("spare__AB")] = 1
    one.offer(point)
    assert [len(one.pool.of(block)) for block in one.wide.blocks] == [1, 1]
