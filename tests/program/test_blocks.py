"""A program in blocks: its parts, its bounds and its plans against the program in one piece."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program.blocks import stage as blocks
from nationalmap.program.blocks.around import Around
from nationalmap.program.blocks.choice import Choice, together
from nationalmap.program.blocks.conversation import Conversation, Loose, Prices
from nationalmap.program.blocks.joined import Small
from nationalmap.program.blocks.levels import common_column, levelled
from nationalmap.program.blocks.master import Mixed
from nationalmap.program.blocks.pool import Pool
from nationalmap.program.blocks.split import joined, neighbours, split
from nationalmap.program.blocks.workers import Asked, Bench, Workers
from nationalmap.program.matrix import Matrix
from nationalmap.program.search import Lied, Search
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.solvers import Limits, backend
from nationalmap.program.stages import kept, run_stages
from nationalmap.program.team import Team
from tests.program.matrices import INF, costs, matrix
from tests.toyland.varied import varied

#: Two towns build for 10 and 8 people with 9 units of money in all: 2 a place and 3 a house in the first, 1 and 2 in
#: the second; a house holds 5. theta is the largest unmet share.
TOWNS = matrix(
    {
        "house__A": (0, 2, True),
        "served__A": (0, 10, True),
        "house__B": (0, 2, True),
        "served__B": (0, 8, True),
        "theta": (0, 1, False),
    },
    {
        "holds__A": (-INF, {"served__A": 1, "house__A": -5}, 0),
        "budgets__all": (-INF, {"served__A": 2, "house__A": 3, "served__B": 1, "house__B": 2}, 9),
        "holds__B": (-INF, {"served__B": 1, "house__B": -5}, 0),
        "worst_share__A": (10, {"served__A": 1, "theta": 10}, INF),
        "worst_share__B": (8, {"served__B": 1, "theta": 8}, INF),
    },
)
UNMET = costs(TOWNS, {"served__A": -1, "served__B": -1}, "unmet", gap=1e-6)


def shuffled(program: Matrix, seed: int) -> Matrix:
    """The same program with rows and columns in another order."""
    draw = random.Random(seed)  # noqa: S311 - an order, no secret
    columns, rows = list(range(program.size)), list(range(program.rows))
    draw.shuffle(columns)
    draw.shuffle(rows)
    part = program.part(np.arange(program.rows), np.array(columns))
    order = [slice(int(part.start[r]), int(part.start[r + 1])) for r in rows]
    return replace(
        part,
        row_names=tuple(part.row_names[r] for r in rows),
        row_lower=part.row_lower[rows],
        row_upper=part.row_upper[rows],
        start=np.concatenate([[0], np.cumsum([s.stop - s.start for s in order])]).astype(np.int64),
        index=np.concatenate([part.index[s] for s in order]),
        value=np.concatenate([part.value[s] for s in order]),
    )


def by_blocks(program, stage, at_hand=None, processes=1):
    shop = blocks.Shop(processes)
    try:
        return blocks.by_blocks(shop, program, stage, at_hand, 60.0, lambda bound: bound)
    finally:
        shop.close()


def least(program, stage) -> float:
    """The optimum in one piece."""
    solver = backend("highs")
    solver.load(program)
    return float(stage.costs @ solver.minimise(stage.costs, Limits()).point)


# ------------------------------------------------------------------ the parts


def test_what_hangs_together_once_shared_rows_are_set_aside_is_a_block():
    parts = split(TOWNS)
    assert [block.name for block in parts.blocks] == ["house__A", "house__B"]
    assert [[TOWNS.names[c] for c in block.columns] for block in parts.blocks] == [
        ["house__A", "served__A"], ["house__B", "served__B"],
    ]  # fmt: skip
    assert [block.inner.row_names for block in parts.blocks] == [("holds__A",), ("holds__B",)]
    assert [TOWNS.row_names[row] for row in parts.rows] == ["budgets__all", "worst_share__A", "worst_share__B"]
    assert [TOWNS.names[c] for c in parts.own] == ["theta"]
    assert parts.own_shared.tolist() == [[0], [10], [8]]
    first, second = parts.blocks
    assert (first.rows.tolist(), first.shared.tolist()) == ([0, 1], [[3, 2], [0, 1]])
    assert (second.rows.tolist(), second.shared.tolist()) == ([0, 2], [[2, 1], [0, 1]])


@pytest.mark.parametrize("seed", range(3))
def test_blocks_know_no_order_of_rows_and_columns(seed):
    other = split(shuffled(TOWNS, seed))
    assert [block.name for block in other.blocks] == ["house__A", "house__B"]
    for block, same in zip(other.blocks, split(TOWNS).blocks, strict=True):
        assert sorted(block.inner.names) == sorted(same.inner.names)
        assert block.inner.row_names == same.inner.row_names


def test_every_column_is_in_one_block_or_an_own_one():
    program = matrix_of(varied(3).program())
    parts = split(program)
    columns = np.concatenate([parts.own, *(block.columns for block in parts.blocks)])
    assert sorted(columns.tolist()) == list(range(program.size))
    point = np.arange(program.size, dtype=float)
    shared = parts.own_shared @ point[parts.own]
    for block in parts.blocks:
        shared[block.rows] += block.shared @ point[block.columns]
    assert shared == pytest.approx(program.activity(point)[parts.rows])


def test_what_is_kept_bounds_each_of_its_terms_and_is_whole_where_its_terms_are():
    kept = TOWNS.with_row("kept__before", np.array([0, 2]), np.array([2.0, 5.0]), -INF, 4.5)
    tight = blocks.with_what_is_kept(kept)
    assert tight.upper.tolist() == [2, 10, 0, 8, 1]
    assert tight.row_upper.tolist() == [0, 9, 0, INF, INF, 4]
    share = TOWNS.with_row("kept__share", np.array([0, 4]), np.array([2.0, 5.0]), -INF, 4.5)
    assert blocks.with_what_is_kept(share).row_upper[-1] == 4.5


def test_blocks_are_neighbours_by_rows_that_few_share():
    rows = {f"own__{i}": (-INF, {f"x__{i}": 1, f"y__{i}": 1}, 3) for i in range(8)}
    columns = {f"{name}__{i}": (0, 5, True) for i in range(8) for name in "xy"}
    shared = {
        "budgets__all": (-INF, {f"x__{i}": 1 for i in range(8)}, 9),
        "budgets__1": (-INF, {"x__1": 1, "x__4": 1}, 4),
        "kept__keep_1": (-INF, {"x__2": 1, "x__5": 1}, 4),  # what a stage left joins nothing
    }
    groups = neighbours(split(matrix(columns, rows | shared)))
    assert groups[1] == groups[4]
    assert len(set(groups)) == 7


def test_a_programme_for_some_services_makes_no_neighbours_of_regions(monkeypatch):
    """It touches three blocks, one of each region; the money of the largest region touches six."""
    monkeypatch.setattr("nationalmap.program.blocks.split.FEW", 2)
    regions = {"A": range(6), "B": range(6, 9), "C": range(9, 12)}
    columns = {f"x__{i:02}": (0, 5, True) for i in range(12)}
    rows = {f"own__{i:02}": (-INF, {f"x__{i:02}": 1}, 3) for i in range(12)}
    shared = {f"budgets__{name}": (-INF, {f"x__{i:02}": 1 for i in of}, 9) for name, of in regions.items()}
    shared["budgets__some"] = (-INF, {"x__00": 1, "x__06": 1, "x__09": 1}, 9)
    shared["budgets__all"] = (-INF, dict.fromkeys(columns, 1), 99)
    groups = neighbours(split(matrix(columns, rows | shared)))
    assert groups == [0] * 6 + [6] * 3 + [9] * 3


#: Two regions of two towns: each region has money of its own, and all four share the country's.
REGIONS = matrix(
    {f"{name}__{town}": (0, most, True) for town in "ABCD" for name, most in (("house", 2), ("served", 8))}
    | {"spare__AB": (0, 3, False)},
    {
        **{f"holds__{town}": (-INF, {f"served__{town}": 1, f"house__{town}": -5}, 0) for town in "ABCD"},
        "budgets__AB": (-INF, {"house__A": 3, "house__B": 2, "spare__AB": -1}, 4),
        "budgets__CD": (-INF, {"house__C": 2, "house__D": 2}, 4),
        "budgets__all": (-INF, {f"served__{town}": cost for town, cost in zip("ABCD", (1, 2, 1, 2), strict=True)}, 15),
        "kept__before": (-INF, {"house__A": 1, "house__B": 1}, 2.5),
    },
)
SERVED = costs(REGIONS, {f"served__{town}": -1 for town in "ABCD"} | {"spare__AB": 0.5}, "unmet", gap=1e-6)


def test_blocks_that_share_a_row_with_few_are_joined():
    """A and B by their money, C and D by theirs; the country's money and what was kept join nothing."""
    parts = split(REGIONS)
    assert len(parts.blocks) == 4
    wide = joined(parts)
    assert [sorted(block.inner.names) for block in wide.blocks] == [
        ["house__A", "house__B", "served__A", "served__B", "spare__AB"],
        ["house__C", "house__D", "served__C", "served__D"],
    ]
    assert [REGIONS.row_names[row] for row in wide.rows] == ["budgets__all", "kept__before"]
    assert wide.own.size == 0
    assert len(joined(parts, most=3).blocks) == 4


def test_a_row_of_a_common_column_joins_nothing():
    """theta stands in a row of each town: joined by it, the country would be one block."""
    wide = joined(split(TOWNS))
    assert [TOWNS.row_names[row] for row in wide.rows] == ["worst_share__A", "worst_share__B"]
    assert len(wide.blocks) == 1


@pytest.mark.parametrize("seed", range(4))
def test_joined_blocks_are_the_same_when_a_stage_was_kept(seed):
    parts = split(matrix_of(varied(seed).program()))
    after = parts.matrix.with_row("kept__one", np.arange(5), np.ones(5), -INF, 100.0)
    names = [block.inner.names for block in joined(parts).blocks]
    assert [block.inner.names for block in joined(split(after)).blocks] == names


def test_floors_of_joined_blocks_lie_below_their_best_points():
    """At any prices, asked or known, and with what the regions' own rows and columns are worth."""
    talk = conversation(REGIONS, SERVED)
    first = Prices(-INF, talk.usable(np.array([-0.2, -0.1, -0.3, -0.05])))
    first.least = np.array([f.bound for f in talk.ask(first.prices, Limits())])
    wide, pool = joined(talk.split), Pool()
    small = Small(talk, talk.master(), first, wide, pool)
    assert small.prices.tolist() == [-0.3, -0.05]
    # The same bound, summed up by regions.
    by_region = replace(talk, split=wide).bound(small.prices, small.floors(small.prices))
    assert by_region == pytest.approx(talk.bound(first.prices, first.least))
    for prices in (small.prices, np.array([-0.5, 0.0]), np.array([0.0, -0.2])):
        floors = small.floors(prices)
        for floor, block in zip(floors, wide.blocks, strict=True):
            solver = backend("highs")
            solver.load(block.inner)
            reduced = SERVED.costs[block.columns] - prices[block.rows] @ block.shared
            best = reduced @ solver.minimise(reduced, Limits()).point
            assert floor <= best + 1e-9
    # What the blocks answered was offered to their regions where it keeps the regions' rows.
    offered = [(block, point) for block in wide.blocks for point in pool.of(block)]
    assert offered
    assert all(block.inner.objection(point) == "" for block, point in offered)


def test_regions_are_closed_whole():
    """Seven people in A and B cost 4 of building money; the bound of whole regions is the optimum's."""
    point, bound = by_blocks(REGIONS, SERVED)
    best = least(REGIONS, SERVED)
    assert REGIONS.objection(point) == ""
    assert SERVED.value(point) == pytest.approx(best)
    assert bound <= best + 1e-9


@pytest.mark.parametrize(("value", "lift"), [(0.26, 4096), (1000, 1), (999, 2), (0, 1), (70_000, 1)])
def test_a_small_stage_is_lifted_by_a_power_of_two(value, lift):
    one = matrix({"x": (0, 1e6, False)}, {"own__x": (0, {"x": 1}, INF)})
    assert blocks.lifted(costs(one, {"x": 1}), np.array([float(value)])) == lift
    assert blocks.lifted(costs(one, {"x": 1}), None) == 1


def test_a_share_of_thousandths_is_closed_as_well_as_whole_people():
    """The same two towns, the objective in millionths: bound and value in millionths of what they were."""
    small = costs(TOWNS, {"served__A": -1e-6, "served__B": -1e-6}, "unmet", gap=1e-6)
    start = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    point, bound = by_blocks(TOWNS, small, start)
    assert UNMET.value(point) == -5
    assert -6.8e-6 <= bound <= -5e-6 + 1e-12


# ------------------------------------------------------------------ prices and bounds, by hand


def conversation(program, stage) -> Conversation:
    parts = split(program)
    bench = Bench({block.name: block.inner for block in parts.blocks})
    return Conversation(parts, stage.costs, 1e-6, Pool(), bench, 60.0, lambda _: None, lambda _: None)


def test_the_bound_at_a_price_is_worked_out_by_hand():
    """A unit of money at 0.4. A place in A costs 2 * 0.4 and is worth 1: a house of five gains 5 * 0.2 - 1.2 < 0, so
    nothing is built. In B five gain 5 * 0.6 - 0.8 = 2.2, eight in two houses 8 * 0.6 - 1.6 = 3.2. The money earns
    9 * 0.4. Together -3.6 - 0 - 3.2 = -6.8: nobody serves more than 6 people. (Five in B cost 7, and six 10.)"""
    talk = conversation(TOWNS, UNMET)
    prices = np.array([-0.4, 0.0, 0.0])
    found = talk.ask(prices, Limits())
    assert [f.bound for f in found] == pytest.approx([0, -3.2])
    assert talk.bound(prices, np.array([f.bound for f in found])) == pytest.approx(-6.8)


class Speechless:
    """HiGHS whose simplex method ends with no status at all."""

    def __init__(self, highs):
        self.highs = highs

    def __getattr__(self, name):
        return getattr(self.highs, name)

    def getModelStatus(self):  # noqa: N802 - its name
        by_inner_points = self.highs.getOptionValue("solver")[1] == "ipm"
        return self.highs.getModelStatus() if by_inner_points else SimpleNamespace(name="kNotset")


def test_a_master_without_a_status_is_asked_another_way():
    talk = conversation(TOWNS, UNMET)
    for number, block in enumerate(talk.split.blocks):
        talk.pool.add(block, np.zeros(len(block.columns)))
        talk.pool.add(block, talk.ask(np.array([-0.1, 0.0, 0.0]), Limits())[number].point)
    known, asked = talk.master().solve(), talk.master()
    asked._highs = Speechless(asked._highs)
    found = asked.solve()
    assert found.value == pytest.approx(known.value)
    assert found.value < 0
    # The next one begins as the first did.
    assert asked._highs.getOptionValue("solver")[1] == "choose"
    asked._highs.getModelStatus = lambda: SimpleNamespace(name="kNotset")
    with pytest.raises(SolverFailed, match="ended the master program as kNotset"):
        asked.solve()


def test_a_mix_is_within_the_bounds_of_its_points():
    """Weights that a solver adds up to one but for a millionth: 10.00001 people of ten otherwise."""
    parts = split(TOWNS)
    offered = [(0, np.array([2.0, 10.0])), (0, np.array([2.0, 10.0])), (1, np.array([1.0, 4.0]))]
    weights = np.array([0.5, 0.500001, 0.999999])
    mixed = Mixed(0.0, np.zeros(3), np.zeros(2), np.array([0.25]), weights, np.zeros(3))
    point = Loose(np.zeros(3), 0.0, mixed, offered, 1).point(parts)
    assert point == pytest.approx([2, 10, 1, 4, 0.25], abs=1e-12)


def test_prices_have_the_sign_that_their_row_allows():
    talk = conversation(TOWNS, UNMET)
    assert talk.usable(np.array([0.4, -1.0, 2.0])).tolist() == [0, 0, 2]


def test_two_towns_are_closed_by_blocks():
    """Five people in B for 7; a house in A costs 3, so the 2 that are left serve nobody else."""
    point, bound = by_blocks(TOWNS, UNMET)
    assert UNMET.value(point) == -5
    assert -6.8 <= bound <= -5 + 1e-9
    assert TOWNS.objection(point) == ""


def test_a_stage_at_its_bound_in_fractions_asks_no_block_whole(monkeypatch):
    """Two houses of B are all that may stand there, so that fractions are no better; of one house they are."""
    stage = costs(TOWNS, {"house__B": -1}, "houses", gap=1e-6)
    monkeypatch.setattr(Conversation, "rounds", None)
    at_hand = np.array([0.0, 0.0, 2.0, 0.0, 1.0])
    point, bound = by_blocks(TOWNS, stage, at_hand)
    assert point is at_hand
    assert bound == pytest.approx(-2)
    with pytest.raises(TypeError):
        by_blocks(TOWNS, stage, np.array([0.0, 0.0, 1.0, 0.0, 1.0]))


def test_a_bound_never_depends_on_what_the_master_says():
    """Any prices give a bound below the optimum."""
    talk, best = conversation(TOWNS, UNMET), least(TOWNS, UNMET)
    draw = np.random.default_rng(1)
    for _ in range(30):
        prices = talk.usable(draw.normal(size=3))
        found = talk.ask(prices, Limits())
        assert talk.bound(prices, np.array([f.bound for f in found])) <= best + 1e-9


class Liar(Bench):
    """A bench whose first block claims three more than its best point costs, unless it is asked in fractions."""

    def answer(self, asked):
        found = super().answer(asked)
        liar = asked[0].block
        return [
            replace(f, bound=f.bound + 3 * 1024) if q.block == liar and not q.relaxed else f
            for q, f in zip(asked, found, strict=True)
        ]


def test_a_bound_above_a_known_point_is_not_believed():
    """A costs nothing at a price of 0.4 and the liar says 3; in fractions a place costs 0.8 + 0.24 of its 1: -0 too."""
    talk = conversation(TOWNS, UNMET)
    lying = replace(talk, bench=Liar({block.name: block.inner for block in talk.split.blocks}))
    prices = np.array([-0.4, 0.0, 0.0])
    found = lying.ask(prices, Limits())
    claimed = np.array([f.bound for f in found])
    assert claimed == pytest.approx([3, -3.2])
    assert lying.honest(prices, claimed) == pytest.approx([3, -3.2])  # no point is known yet
    lying.pool.add(lying.split.blocks[0], np.array([0.0, 0.0]))
    assert lying.honest(prices, claimed) == pytest.approx([0, -3.2])
    best, _ = lying.rounds(lying.begun())
    assert best.bound <= -5 + 1e-9


def test_what_a_point_misses_counts_at_its_penalty():
    around = Around(
        split(TOWNS),
        UNMET.costs,
        np.array([3.0, 1.0, 1.0]),
        lambda p: np.zeros(2),
        -INF,
        lambda _: None,
        lambda _: None,
    )
    # Ten in A in two houses: 26 of 9 units; A fits, B misses 8 people beyond theta 0.5.
    point = np.array([2.0, 10.0, 0.0, 0.0, 0.5])
    assert around.missed(point).tolist() == [17, 0, 4]
    assert around.value(point) == -10 + 3 * 17 + 4
    better = around.search(point, [0, 1])
    assert better is not None
    assert around.missed(better).tolist() == [0, 0, 0]
    assert UNMET.value(better) == -5


def choice(prices=(0.0, 0.0, 0.0), bound=-INF, enough=-INF, said=None) -> Choice:
    """The two towns, nobody served in A; in B nobody, or all eight in two houses, which cost 12 of the 9 units."""
    talk = conversation(TOWNS, UNMET)
    first, second = talk.split.blocks
    for block, point in ((first, (0, 0)), (second, (0, 0)), (second, (2, 8))):
        talk.pool.add(block, np.array(point, dtype=float))
    say = (lambda _: None) if said is None else said.append
    least = np.array(
        [(talk.pool.of(b) @ talk.reduced(n, np.array(prices))).min() for n, b in enumerate((first, second))]
    )
    around = Around(talk.split, UNMET.costs, np.full(3, 30.0), lambda _: np.zeros(2), enough, say, lambda _: None)
    return Choice(around, talk, Prices(bound, np.array(prices), least))


def test_a_block_in_full_makes_up_for_what_known_points_leave(monkeypatch):
    """B in full: five in a house for 7. A in full: a house and three people for 9. Either beside a known point."""
    known, nobody = choice(), np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    assert known.search([1], 0.0)[[0, 1, 3]].tolist() == [0, 0, 5]
    assert known.search([0], 0.0)[:4].tolist() == [1, 3, 0, 0]
    # One at a time.
    monkeypatch.setattr("nationalmap.program.blocks.choice.TOGETHER_WHOLE", 2)
    said: list[str] = []
    known = choice(said=said)
    found = known.improved(nobody)
    assert UNMET.value(found) == -5
    assert said == ["choice and a block: -5, missed 0"]
    # What was found is known from then on, of both searches.
    assert [known.talk.pool.of(block)[:, 1].tolist() for block in known.talk.split.blocks] == [[0, 3], [0, 8, 5]]


def test_a_choice_begins_with_nothing_and_ends_at_what_is_good_enough():
    assert UNMET.value(choice().improved(None)) == -5
    known, nobody = choice(enough=0.0), np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    assert known.improved(nobody) is nobody
    assert len(known.talk.pool.of(known.talk.split.blocks[0])) == 1


def test_only_points_that_a_better_plan_may_have_are_chosen_from():
    """At 0.6 a unit nobody in B costs 0, all eight 12 * 0.6 - 8 = -0.8, the least: so nobody costs 0.8 more."""
    known = choice((-0.6, 0.0, 0.0), bound=-6.0)
    assert known._worthwhile(1, -5.1).tolist() == [[0, 0], [2, 8]]
    assert known._worthwhile(1, -5.3).tolist() == [[2, 8]]
    # Then A is free beside all eight, three units over at 30 each.
    assert known.search([0], -5.3)[:4].tolist() == [0, 0, 2, 8]


def test_what_fits_is_better_than_what_misses_a_row(monkeypatch):
    """All ten of A in two houses and B's eight cost 38 of 9 units; at a price of a hundredth that is cheap."""
    known, all_served = choice(), np.array([2.0, 10.0, 2.0, 8.0, 1.0])
    known = replace(known, around=replace(known.around, penalties=np.full(3, 0.01)))
    some = np.array([0.0, 0.0, 1.0, 3.0, 1.0])
    assert known.around.value(all_served) < known.around.value(some)
    # Beside a plan that fits nothing is missed, at any price.
    assert UNMET.value(known.improved(some)) == -5
    assert UNMET.value(known.search([0, 1], 0.0)) == -18
    monkeypatch.setattr(Choice, "search", lambda self, free, value: all_served)
    assert known.improved(some) is some
    monkeypatch.setattr(Choice, "search", lambda self, free, value: some)
    assert known.improved(all_served) is some


def test_a_choice_ends_when_four_pairs_of_searches_found_nothing(monkeypatch):
    """Eleven towns alike, of which none gets anything: the last three are not asked."""
    rows = {f"holds__{i}": (-INF, {f"served__{i}": 1, f"house__{i}": -5}, 0) for i in range(11)}
    rows |= {"budgets__all": (-INF, {f"house__{i}": 1 for i in range(11)}, 0)}
    program = matrix({f"{x}__{i}": (0, 5, True) for i in range(11) for x in ("house", "served")}, rows)
    stage = costs(program, {f"served__{i}": -1 for i in range(11)}, "unmet", gap=1e-6)
    talk, asked = conversation(program, stage), []
    around = Around(talk.split, stage.costs, np.ones(1), lambda _: np.zeros(11), -INF, pytest.fail, lambda _: None)
    monkeypatch.setattr(Choice, "search", lambda self, free, value: asked.append((free, value)))
    nobody = np.zeros(22)
    assert Choice(around, talk, Prices(-INF, np.zeros(1), np.zeros(11))).improved(nobody) is nobody
    assert sorted(asked) == [([n], 0.0) for n in range(8)]


def test_neighbours_are_free_together_and_what_is_large_alone(monkeypatch):
    """Ten towns of two whole numbers each: 1, 4 and 6 share money, and four may be free at once."""
    monkeypatch.setattr("nationalmap.program.blocks.split.FEW", 3)
    monkeypatch.setattr("nationalmap.program.blocks.choice.TOGETHER_WHOLE", 4)
    rows = {f"own__{i}": (-INF, {f"x__{i}": 1, f"y__{i}": 1}, 3) for i in range(10)}
    columns = {f"{name}__{i}": (0, 5, True) for i in range(10) for name in "xy"}
    columns["z__3"] = (0, 5, True)
    rows["own__3"] = (-INF, {"x__3": 1, "y__3": 1, "z__3": 1}, 3)
    shared = {
        "budgets__all": (-INF, {f"x__{i}": 1 for i in range(10)}, 9),
        "budgets__1": (-INF, {"x__1": 1, "x__4": 1}, 4),
        "budgets__2": (-INF, {"x__4": 1, "x__6": 1}, 4),
    }
    sets = together(split(matrix(columns, rows | shared)))
    assert sets == [[0], [6], [2], [5], [7], [8], [9], [3], [1, 4]]


class Told(Conversation):
    """A conversation whose mix and bound are what it is told, and whose blocks always have something new."""

    values: list[float]
    bounds: list[float]

    def mix(self, master, prices):
        return replace(super().mix(master, prices), value=self.values.pop(0), missed=np.zeros(3))

    def bound(self, prices, least):
        return self.bounds.pop(0)

    def take(self, master, numbers, found):
        return super().take(master, numbers, found) + 1


@pytest.mark.parametrize(
    ("values", "bounds", "rounds"),
    [
        ([9, 7, 7, 7], [1] * 5, 4),  # the third and the fourth bring neither mix nor bound further
        ([9, 7, 7, 6, 6, 6 - 1e-9], [1] * 7, 6),  # a better mix in between begins anew; a hair is not better
        ([9, 7, 7, 7, 7, 7], [1, 1, 1, 2, 2, 2, 2], 6),  # and so does a better bound
    ],
)
def test_rounds_end_when_neither_bound_nor_mix_moves(values, bounds, rounds):
    talk, said = conversation(TOWNS, UNMET), []
    told = Told(talk.split, talk.costs, 1e-6, talk.pool, talk.bench, 60.0, said.append, lambda _: None)
    object.__setattr__(told, "values", [*map(float, values), 0.0])
    object.__setattr__(told, "bounds", list(map(float, bounds)))
    for block in talk.split.blocks:
        told.pool.add(block, np.zeros(2))
    best, _ = told.rounds(Prices(-6.8, np.array([-0.4, 0.0, 0.0]), np.full(2, -INF)))
    assert len(said) == rounds, said
    assert best.bound == bounds[-1]


def test_a_bound_of_fractions_stands_where_whole_points_prove_less():
    talk = conversation(TOWNS, UNMET)
    told = Told(talk.split, talk.costs, 1e-6, talk.pool, talk.bench, 60.0, lambda _: None, lambda _: None)
    object.__setattr__(told, "values", [9.0, 7.0, 7.0, 7.0])
    object.__setattr__(told, "bounds", [1.0] * 5)
    for block in talk.split.blocks:
        told.pool.add(block, np.zeros(2))
    assert told.rounds(Prices(2.0, np.array([-0.4, 0.0, 0.0]), np.full(2, -INF)))[0].bound == 2


WORST = costs(TOWNS, {"theta": 2}, "worst_unmet", gap=0.1)


def test_only_a_single_common_column_is_made_small_by_levels():
    parts = split(TOWNS)
    assert common_column(parts, WORST.costs) == 4
    assert common_column(parts, UNMET.costs) is None
    assert common_column(parts, costs(TOWNS, {"served__A": 1}).costs) is None  # it is a block's
    assert common_column(parts, -WORST.costs) is None


@pytest.mark.parametrize("bound", [1.8, 1.7, 0.2])  # reached at once; near it; far below what can be
def test_a_worst_share_comes_down_without_missing_what_all_share(bound):
    """One place in a house in A (5 units) and two in B (4): 9 of 10 and 6 of 8 are left; two in A would cost 7."""
    said = []
    nobody_in_a = np.array([0.0, 0.0, 1.0, 5.0, 1.0])
    point = levelled(split(TOWNS), WORST, 4, nobody_in_a, bound, said.append, lambda _: None)
    assert point[1] == 1
    assert point[4] == pytest.approx(0.9)
    assert not TOWNS.objection(point)
    assert len([line for line in said if line.startswith("level")]) >= 1


def test_a_worst_share_at_its_bound_is_left_as_it_is():
    point = np.array([1.0, 1.0, 1.0, 2.0, 1.0])  # theta may be 0.9 there
    found = levelled(split(TOWNS), WORST, 4, point, 1.8, pytest.fail, lambda _: None)
    assert found.tolist() == [1, 1, 1, 2, pytest.approx(0.9)]


def test_a_row_that_is_not_soft_is_not_missed():
    """All rows of theta may be missed, the money may not."""
    capped = replace(split(TOWNS), matrix=TOWNS.with_bounds(TOWNS.lower, np.array([2, 10, 2, 8, 0.0])))
    soft = np.array([False, True, True])
    around = Around(capped, np.zeros(5), np.ones(3), lambda p: np.zeros(2), 0, print, lambda _: None, soft=soft)
    better = around.search(np.zeros(5), [0, 1])
    assert better is not None
    assert around.missed(better).tolist() == [0, 10, 3]  # five of B in a house cost 7, and no money buys one of A


# ------------------------------------------------------------------ against the program in one piece


def stages_of(country, gap):
    program = country.program()
    stages = tuple(replace(stage, gap=gap, tolerance=gap) for stage in stage_costs(program))
    return matrix_of(program), stages


# 10 and 13 take as long as all others together, and show nothing that these do not.
@pytest.mark.parametrize("seed", [seed for seed in range(27) if seed not in (10, 13)])
def test_random_countries_by_blocks_lie_between_bound_and_value(seed):
    """Each stage's bound lies below its optimum in one piece, given what was reached before it; the plan holds."""
    program, stages = stages_of(varied(seed), 1e-3)
    try:
        found = list(run_stages(program, stages, Team(blocks=1)))
    except NoPlanPossible:
        with pytest.raises(NoPlanPossible):
            list(run_stages(program, stages))
        return
    for reached, stage in zip(found, stages, strict=True):
        assert program.objection(reached.point) == ""
        best = least(program, stage)
        assert reached.result.bound - 1e-5 <= best <= stage.value(reached.point) + 1e-5
        program = kept(program, stage, reached.point)


def test_one_process_and_two_and_another_order_give_the_same_values():
    program, stages = stages_of(varied(8), 1e-3)
    one = [r.result for r in run_stages(program, stages[:5], Team(blocks=1))]
    two = [r.result for r in run_stages(program, stages[:5], Team(blocks=2))]
    assert one == two


def test_a_first_plan_that_fails_fails_nothing(monkeypatch):
    """The stages are the same as those of a program without one."""
    program, stages = stages_of(varied(8), 1e-3)
    whole = Search.by_blocks

    def failing(self, at_hand, shop):
        if self.stage.name == "first plan":
            raise Lied("a bound above a known plan")
        return whole(self, at_hand, shop)

    monkeypatch.setattr(Search, "by_blocks", failing)
    found = list(run_stages(program, stages[:4], Team(blocks=1)))
    assert len(found) == 4
    assert all(program.objection(reached.point) == "" for reached in found)


# ------------------------------------------------------------------ who answers


def test_several_processes_answer_as_one():
    parts = split(TOWNS)
    programs = {block.name: block.inner for block in parts.blocks}
    asked = [
        Asked(b.name, np.array([-0.5, -1.0]), b.inner.lower, b.inner.upper, Limits(), relaxed)
        for b in (*parts.blocks, *reversed(parts.blocks))
        for relaxed in (False, True)
    ]
    several = Workers(programs, 2)
    try:
        found = several.answer(asked)
    finally:
        several.close()
    assert [f.bound for f in found] == [f.bound for f in Bench(programs).answer(asked)]
    # Ten people in A at one each, and two houses at a half.
    assert found[0].bound == pytest.approx(-11)


def test_a_process_that_broke_off_is_said():
    parts = split(TOWNS)
    several = Workers({block.name: block.inner for block in parts.blocks}, 2)
    try:
        several._processes[0].kill()
        several._processes[0].join()
        block = parts.blocks[0]
        asked = [Asked(b.name, np.zeros(2), b.inner.lower, b.inner.upper, Limits()) for b in parts.blocks]
        assert block.name == "house__A"
        with pytest.raises(SolverFailed, match="broke off"):
            several.answer(asked)
    finally:
        several.close()


def test_a_pool_takes_no_point_twice_and_forgets_what_no_longer_fits():
    (block, _) = split(TOWNS).blocks
    pool = Pool()
    assert pool.add(block, np.array([1.0, 5.0]))
    assert not pool.add(block, np.array([1.0, 5.0]))
    assert pool.add(block, np.array([2.0, 9.0]))
    tight = replace(block, inner=block.inner.with_bounds(block.inner.lower, np.array([1.0, 10.0])))
    assert pool.of(tight).tolist() == [[1, 5]]
    assert pool.of(block).tolist() == [[1, 5], [2, 9]]
