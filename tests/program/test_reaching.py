"""What is said of a stage, what is kept of it, who is asked for it; and the child process without a process."""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nationalmap.domain.plan import StageResult
from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program import child, stages
from nationalmap.program.child import Broken, _Job, _last_words, _limit, _listen
from nationalmap.program.search import Closed, Search
from nationalmap.program.solvers import Found, Limits
from nationalmap.program.stages import Reached, at_the_end, first_plan, kept, kept_at, run_stages, told_at
from nationalmap.program.team import Team
from nationalmap.program.through import through
from tests.program.matrices import INF, Fake, costs, matrix
from tests.toyland import toyland

ONE = matrix({"a": (0, 9, True), "b": (0, 9, False)}, {"some": (1, {"a": 1, "b": 1}, INF)})
A, B = costs(ONE, {"a": 1}, "a"), costs(ONE, {"b": 1}, "b")


def at(*point: float) -> np.ndarray:
    return np.array(point, dtype=float)


# ---------------------------------------------------------------------- what is said of a stage


@pytest.mark.parametrize(
    ("value", "tolerance", "rounded"),
    [
        (1.234567, 1e-4, 1.23457),
        (-0.000001, 1e-4, 0.0),
        (0.1234567891, 1e-7, 0.12345679),  # a ten-millionth of it has eight decimals
        (0.1234567890123, 1e-12, 0.123456789012),  # no more than twelve
        (123.4567891, 1e-7, 123.45679),
        (0.1234567891, 1e-6, 0.12346),
        (0.1234567891, 0.0, 0.12346),
        (0.0, 1e-7, 0.0),
    ],
)
def test_a_value_is_told_in_five_decimals_or_as_finely_as_it_was_proven(value, tolerance, rounded):
    found = stages._rounded(value, tolerance)
    assert found == rounded
    assert not np.signbit(found) or rounded < 0


def test_a_gap_is_what_the_bound_lacks_of_the_value():
    assert stages._gap(4.0, 3.0) == 0.25
    assert stages._gap(-4.0, -5.0) == 0.25
    assert stages._gap(3.0, 3.0) == stages._gap(3.0, 4.0) == 0
    assert stages._gap(0.0, -1e-9) == 1
    assert stages._gap(5e-10, 0.0) == 0.5


def test_a_stage_is_proven_within_its_tolerance():
    half = replace(B, tolerance=0.5, unit="EUR")
    found = stages._result(half, Closed(at(0, 4), 2.0, 7), "HiGHS")
    assert found == StageResult("b", "EUR", 4.0, 2.0, 0.5, 0.5, "proven", 7, "HiGHS")
    assert stages._result(half, Closed(at(0, 4), 1.9), "HiGHS").status == "feasible_with_gap"
    assert stages._result(half, Closed(at(0, 4), 4.5), "HiGHS").bound == 4


def test_a_stage_is_told_of_the_last_plan():
    half = replace(B, tolerance=0.5)
    first = stages._result(half, Closed(at(0, 4), 1.9, 7), "HiGHS")
    assert told_at(half, first, at(0, 4)) is first
    told = told_at(half, first, at(0, 3.8))
    assert (told.value, told.bound, told.gap, told.status, told.nodes) == (3.8, 1.9, 0.5, "proven", 7)
    better = told_at(half, first, at(0, 1))
    assert (better.value, better.bound, better.gap) == (1, 1, 0)
    worse = told_at(half, first, at(0, 5))
    assert (worse.value, worse.gap, worse.status) == (5, pytest.approx(0.62), "feasible_with_gap")


def test_at_the_end_every_stage_is_told_of_the_last_plan():
    reached = [
        Reached(at(2, 5), stages._result(A, Closed(at(2, 5), 2.0), "s")),
        Reached(at(1, 3), stages._result(B, Closed(at(1, 3), 3.0), "s")),
    ]
    assert [told.value for told in at_the_end([A, B], reached)] == [1, 3]


def test_the_former_plan_stands_with_the_bound_that_needs_no_solver():
    found = stages._stands(ONE, costs(ONE, {"a": 2, "b": -1}), at(3, 4), "nobody")
    assert (found.result.value, found.result.bound, found.result.solver) == (2, -9, "nobody")
    found = stages._stands(ONE, costs(ONE, {"a": 2}, kind="largest"), at(3, 4), "nobody")
    assert (found.result.value, found.result.bound) == (2, 0)


# ---------------------------------------------------------------------- what is kept


def test_what_is_held_stays_as_it_was_left_and_the_rest_is_free():
    held = replace(A, held=np.array([True, False]))
    after = kept(ONE, held, at(2.00001, 5))
    assert (after.lower.tolist(), after.upper.tolist(), after.rows) == ([2, 0], [2, 9], 1)


def test_a_value_is_kept_as_a_row_over_what_costs_something():
    after = kept_at(ONE, costs(ONE, {"b": -2}, "less"), -7.0)
    assert after.row_names[-1] == "kept__less"
    assert (after.index[-1], after.value[-1], after.row_lower[-1], after.row_upper[-1]) == (1, -2, -INF, -7 + 1e-6)
    assert kept_at(ONE, A, 6.9999).row_upper[-1] == 7.5


# ---------------------------------------------------------------------- a first plan


def test_a_first_plan_adds_up_the_first_sums_with_a_gap(monkeypatch):
    gap = {"gap": 0.1, "tolerance": 0.1}
    sums = [costs(ONE, {"a": 10.0**n}, f"s{n}", **gap) for n in range(6)]
    largest = costs(ONE, {"a": 5}, "far", kind="largest", **gap)
    asked = []

    def by_blocks(self, at_hand, shop):
        asked.append((self.stage.name, self.stage.costs.tolist(), at_hand))
        return Closed(at(1, 0), 0.0)

    monkeypatch.setattr(Search, "by_blocks", by_blocks)
    team = Team(make=lambda _: Fake(None))
    assert first_plan(None, ONE, [largest, A, *sums], team).tolist() == [1, 0]
    assert asked == [("first plan", [1111, 0], None)]
    assert first_plan(None, ONE, [largest, A], team) is None
    monkeypatch.setattr(Search, "by_blocks", lambda *_: None)
    assert first_plan(None, ONE, sums, team) is None


def test_a_solver_that_fails_at_the_first_plan_is_started_anew(monkeypatch):
    made = []

    def make(name):
        made.append(name)
        return Fake(None)

    def failing(*_):
        raise SolverFailed("gone")

    monkeypatch.setattr(Search, "by_blocks", failing)
    team = Team(make=make)
    assert first_plan(None, ONE, [costs(ONE, {"a": 1}, gap=0.1)], team) is None
    team.ready("highs", ONE)
    assert made == ["highs", "highs"]


def test_stages_are_asked_in_order_each_within_what_was_reached(monkeypatch):
    said, seen, closed = [], [], []

    def reach(matrix, stage, point, team, number, shop=None):
        seen.append((matrix.row_names, stage.name, None if point is None else point.tolist(), number, shop))
        return Reached(at(2, 5 - number), None)

    monkeypatch.setattr(stages, "_reach", reach)
    team = Team()
    assert [r.point.tolist() for r in run_stages(ONE, [A, B], team, said.append)] == [[2, 5], [2, 4]]
    assert said == ["stage 1 of 2: a", "stage 2 of 2: b"]
    assert seen == [(("some",), "a", None, 0, None), (("some", "kept__a"), "b", [2, 5], 1, None)]
    # By blocks there is a first plan, unless an earlier attempt left one; the shop is closed whatever happens.
    del seen[:], said[:]
    monkeypatch.setattr(stages, "first_plan", lambda shop, *_: at(3, 3))
    monkeypatch.setattr(stages.Shop, "close", lambda shop: closed.append(shop) or None)
    list(run_stages(ONE, [A, B], Team(blocks=2), said.append))
    assert said[0] == "a first plan by blocks"
    assert [one[2] for one in seen] == [[3, 3], [2, 5]]
    assert closed == [seen[0][4]]
    del said[:]
    list(run_stages(ONE, [A, B], Team(blocks=2), said.append, [Reached(at(1, 1), None)]))
    assert said == ["stage 2 of 2: b"]
    list(run_stages(ONE, [A], Team("cbc", blocks=2), said.append))
    assert seen[-1][4] is None
    assert len(closed) == 2


def test_by_blocks_are_sums_with_a_gap_and_what_they_do_not_find_is_searched(monkeypatch):
    asked = []

    def by_blocks(self, at_hand, shop):
        asked.append(self.stage.name)
        return Closed(at(1, 0), 1.0, 3, "by blocks") if self.stage.name == "found" else None

    monkeypatch.setattr(Search, "by_blocks", by_blocks)
    monkeypatch.setattr(Search, "least_sum", lambda self, at_hand: Closed(at(2, 0), 2.0, note="searched"))
    monkeypatch.setattr(Search, "least_largest", lambda self, at_hand: Closed(at(3, 0), 1.0))
    team, gap = Team(make=lambda _: Fake(None)), {"gap": 0.1}

    def solver(name, shop, **more):
        return stages._by("highs", ONE, costs(ONE, {"a": 1}, name, **more), None, team, shop).result.solver

    assert solver("found", "shop", **gap) == "Fake 1, by blocks"
    assert solver("lost", "shop", **gap) == "Fake 1, searched"
    assert solver("exact", "shop") == "Fake 1, searched"
    assert solver("far", "shop", kind="largest", **gap) == "Fake 1"
    assert solver("whole", None, **gap) == "Fake 1, searched"
    assert asked == ["found", "lost"]


# ---------------------------------------------------------------------- who is asked


class Noting(Fake):
    """Keeps what it is told beside questions; ``fails`` where it is to fail."""

    def __init__(self, fails: bool = False) -> None:
        super().__init__(lambda *_: Found("none"))
        self.told, self.fails = [], fails

    def add_row(self, name, index, value, low, high) -> None:
        if self.fails:
            raise SolverFailed("it takes no row")
        self.told.append((name, index.tolist(), value.tolist(), low, high))

    def set_bounds(self, lower, upper) -> None:
        self.told.append((lower.tolist(), upper.tolist()))


def test_a_loaded_solver_is_told_the_row_or_the_bounds_that_a_stage_leaves():
    solver = Noting()
    team = Team(make=lambda _: solver)
    team.keep(ONE, kept_at(ONE, A, 3))
    assert solver.told == []  # it is not loaded yet
    assert team.ready("highs", ONE) is solver
    team.keep(ONE, kept_at(ONE, costs(ONE, {"b": 2}, "b"), 3))
    team.keep(ONE, ONE.with_bounds(at(1, 1), at(2, 2)))
    assert solver.told == [("kept__b", [1], [2.0], -INF, 3 + 1e-6), ([1, 1], [2, 2])]


def test_a_solver_that_does_not_take_what_is_kept_is_started_anew():
    made = [Noting(fails=True), Noting()]
    team = Team(make=lambda _: made.pop(0))
    first = team.ready("highs", ONE)
    assert team.ready("highs", ONE) is first
    team.keep(ONE, kept_at(ONE, A, 3))
    assert team.ready("highs", ONE) is not first


def test_a_team_has_a_spare_for_highs_alone_and_its_limits():
    team = Team()
    assert (team.first, team.spare, team.seconds, team.grace, team.blocks) == ("highs", "cbc", 600, 15, 0)
    assert Team("cbc").spare == Team("glpk").spare == ""


def test_the_memory_of_this_machine_or_nothing(monkeypatch):
    from nationalmap.program import team

    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr(team.os, "sysconf", sizes.__getitem__, raising=False)
    assert team.machine_memory() == 4_096_000

    def says_nothing(name):
        raise OSError(name)

    monkeypatch.setattr(team.os, "sysconf", says_nothing, raising=False)
    assert team.machine_memory() == 0


def test_the_limits_of_a_search_that_nobody_limited():
    limits = Limits()
    assert (limits.gap, limits.nodes, limits.seconds, limits.enough) == (0, 2**31 - 1, 600, INF)
    assert (limits.bound_only, limits.within, limits.absolute, limits.steps, limits.target) == (
        False, True, 1e-6, INF, -INF,
    )  # fmt: skip
    nothing = Found("none")
    assert (nothing.point, nothing.bound, nothing.nodes, nothing.stopped) == (None, -INF, 0, "")


# ---------------------------------------------------------------------- part of the stages


def test_a_question_is_asked_up_to_a_stage_with_a_few_later_ones_roughly():
    known = toyland().known()
    assert known.scenario.stages.index("unmet") < known.scenario.stages.index("cost")
    cut = through(known, "unmet", {"travel": 0.05, "cost": 0.02, "keep": 0.5})
    until = known.scenario.stages.index("unmet") + 1
    assert cut.scenario.stages == (*known.scenario.stages[:until], "cost", "travel")
    assert cut.scenario.solver.tolerances == {**known.scenario.solver.tolerances, "cost": 0.02, "travel": 0.05}
    rule = replace(known.scenario.solver, tolerances={"cost": 0.1, "unmet": 0.2})
    wide = through(replace(known, scenario=replace(known.scenario, solver=rule)), "unmet", {"cost": 0.02})
    assert wide.scenario.solver.tolerances == {"cost": 0.1, "unmet": 0.2}


# ---------------------------------------------------------------------- the child, as its parent hears it


def listened(*messages):
    """What the parent makes of messages: what it was told, and the stages that were reached."""
    told, waiting = [], queue.Queue()
    for message in messages:
        waiting.put(message)
    job = _Job(ONE, [A], Team(), [])
    _listen(None, waiting, job, told.append, None)
    return told, job.done


def test_the_parent_hears_what_is_reached_until_the_end():
    assert listened(("progress", "one"), ("waiting", 3.0), ("reached", "r"), ("end", None), ("progress", "late")) == (
        ["one"], ["r"],
    )  # fmt: skip
    with pytest.raises(NoPlanPossible, match="none"):
        listened(("failed", NoPlanPossible("none")))


def test_a_child_that_is_silent_for_longer_than_it_said_hangs(monkeypatch):
    now = [0.0]

    class Silent:
        """A second between two looks; messages by the second at which they come."""

        def __init__(self, messages) -> None:
            self.messages = messages

        def get(self, timeout):
            assert timeout == child.LOOK == 0.1
            now[0] += 1
            if now[0] in self.messages:
                return self.messages[now[0]]
            raise queue.Empty

    monkeypatch.setattr(child, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def hangs(messages):
        now[0] = 0.0
        with pytest.raises(Broken) as caught:
            _listen(None, Silent(messages), _Job(ONE, [A], Team(), []), lambda _: None, None)
        return now[0], str(caught.value)

    assert hangs({}) == (121, "the solver did not answer within 120 seconds")
    assert hangs({5: ("waiting", 30.0)}) == (36, "the solver did not answer within 30 seconds")
    # After a search it has the time of a start at least, or the longer one that it had asked for.
    assert hangs({5: ("waiting", 30.0), 9: ("reached", "r")}) == (130, "the solver did not answer within 120 seconds")
    assert hangs({5: ("waiting", 300.0), 9: ("progress", "")}) == (310, "the solver did not answer within 300 seconds")


def test_the_last_words_of_a_child():
    with tempfile.TemporaryFile() as said:
        said.write(b"first\nlast\n\n")
        ended = SimpleNamespace(wait=lambda seconds: seconds + 6)
        assert _last_words(ended, said) == "the solver's process broke off (exit code 11): last"

        def goes_on(seconds):
            raise subprocess.TimeoutExpired("child", seconds)

        said.truncate(0)
        assert _last_words(SimpleNamespace(wait=goes_on), said) == "the solver's process broke off (exit code none)"


def test_no_more_memory_than_was_said_and_than_there_may_be(monkeypatch):
    limits = []
    system = SimpleNamespace(
        RLIMIT_DATA=2,
        RLIM_INFINITY=-1,
        getrlimit=lambda which: (5, limits[0]),
        setrlimit=lambda which, pair: limits.append((which, pair)),
    )
    monkeypatch.setitem(sys.modules, "resource", system)

    def limited(memory, hard):
        limits[:] = [hard]
        _limit(memory)
        return limits[1:]

    assert limited(1000, -1) == [(2, (1000, -1))]
    assert limited(1000, 700) == [(2, (700, 700))]
    assert limited(1000, 7000) == [(2, (1000, 7000))]
    assert limited(0, 700) == []
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    _limit(1000)


def test_where_another_child_goes_on_depends_on_who_is_left(monkeypatch):
    """The first breaks in the second stage; the next one passes HiGHS over there and ends."""
    jobs, told = [], []

    def attempt(job, progress):
        jobs.append((len(job.done), dict(job.team.passed_over)))
        if len(jobs) == 1:
            job.done.append("first")
            raise Broken("it broke")
        job.done.append("second")

    monkeypatch.setattr(child, "_attempt", attempt)
    assert child.run_in_child(ONE, [A, B], Team(), told.append) == ["first", "second"]
    assert jobs == [(0, {}), (1, {1: "it broke"})]
    assert told == ["it broke; going on with CBC"]

    def breaks(job, progress):
        jobs.append(len(job.done))
        if not job.done:
            job.done.append("first")
        raise Broken("it broke again")

    monkeypatch.setattr(child, "_attempt", breaks)
    for team, stages_, times in ((Team(), [A, B], 2), (Team("cbc"), [A, B], 1), (Team(), [A], 1)):
        del jobs[:]
        with pytest.raises(SolverFailed, match="it broke again"):
            child.run_in_child(ONE, stages_, team, told.append)
        assert len(jobs) == times
    del jobs[:]
    with pytest.raises(SolverFailed, match="it broke again"):
        child.run_in_child(ONE, [A, B], Team(passed_over={1: "absent"}), told.append)
    assert len(jobs) == 1
