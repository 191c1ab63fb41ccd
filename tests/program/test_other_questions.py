"""Questions to a plan that is there, without a solver: what differs, what a closing shuts, what a change changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nationalmap.domain.plan import StageResult
from nationalmap.errors import NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program import affordable, alternatives, importance, marginal, whatif
from nationalmap.program.alternatives import Terms, _apart, _stands, _ways, distance, most, standing
from nationalmap.program.importance import Closing, _asks_for, _limits, closings, left_standing
from nationalmap.program.solve import Solution, matrix_of
from nationalmap.program.stages import Reached
from nationalmap.program.variables import Unknown
from nationalmap.program.whatif import Change, _not_worse, asked, changed
from tests.program.matrices import INF, costs, matrix
from tests.program.small import SERVICES, known, lock, service, site

YEARS = (2027, 2030)


def result(name: str, value: float, **more) -> StageResult:
    return StageResult(name, "units", value, value, 0.0, 1e-4, "proven", 0, "s", **more)


# ---------------------------------------------------------------------- plans that differ


def test_what_stands_is_facilities_or_whether_there_are_places():
    one = known(site("day_M"), site("new_day_M"), site("help_M"), site("help_N"))
    found = standing(one, {"day_M": (6, 1), "new_day_M": (12, 2), "help_M": (9, 0)})
    assert found.decisions == {("M", "day"): 3, ("M", "help"): 1, ("N", "help"): 0}
    assert found.places == {("M", "day"): 18, ("M", "help"): 9, ("N", "help"): 0}


def test_decisions_that_differ_are_counted_once_each():
    one, other = (
        {("M", "day"): 3, ("N", "day"): 1, ("O", "day"): 0},
        {("M", "day"): 1, ("N", "day"): 1, ("X", "day"): 2},
    )
    assert distance(one, other) == distance(other, one) == 2


WHOLE = matrix({"a": (0, 9, True), "money": (0, 9, False)}, {})


def test_what_a_stage_may_be_with_so_much_loss():
    count, money = costs(WHOLE, {"a": 1}), costs(WHOLE, {"money": 1})
    assert [most(WHOLE, count, 40, loss) for loss in (0.0, 0.024, 0.025, 0.03)] == [40, 40, 41, 41]
    assert most(WHOLE, count, -40, 0.05) == -38
    assert most(WHOLE, money, -40, 0.05) == -38
    assert most(WHOLE, count, 1, 2 - 1e-10) == 3  # a hair below three
    assert most(WHOLE, money, 40, 0.0) == 40


def program(*sites, **more):
    """A program of the sites alone, as far as decisions go."""
    from nationalmap.program.assemble import assemble

    return assemble(known(*sites, asked={"stages": ("cost",)}, budget={("state", t): 1.0 for t in YEARS}, **more), [])


def apart_rows(made):
    """Row -> terms by name, sense, right-hand side."""
    return {
        name: ({v.name: c for v, c in row.items()}, {-1: "<=", 0: "=", 1: ">="}[row.sense], -row.constant)
        for name, row in made.problem.constraints.items()
    }


def test_a_decision_may_be_more_or_less_where_it_can():
    """One facility of four stands in M: more means two at least, less none."""
    made = program(site("new_day_M", most_places=40, most_facilities=4), site("new_day_N"), site("new_help_O"))
    pairs = {("M", "day"): 1, ("N", "day"): 1, ("O", "help"): 0}
    _apart(made, pairs, 2, 7)
    y, up, down = "y__new_day_M__2030", "up_7__M__day", "down_7__M__day"
    at_n, at_o = "y__new_day_N__2030", "k__new_help_O__2030"
    assert apart_rows(made) == {
        "apart_up_7__M__day": ({y: 1, up: -2}, ">=", 0),
        "apart_down_7__M__day": ({y: 1, down: 4}, "<=", 4),
        "apart_one_way_7__M__day": ({up: 1, down: 1}, "<=", 1),
        # N's one facility may only go, O may only begin.
        "apart_down_7__N__day": ({at_n: 1, "down_7__N__day": 1}, "<=", 1),
        "apart_up_7__O__help": ({at_o: 1, "up_7__O__help": -1}, ">=", 0),
        "apart_7": ({up: 1, down: 1, "down_7__N__day": 1, "up_7__O__help": 1}, ">=", 2),
    }
    bounds = {(v.lowBound, v.upBound, v.cat) for v in made.problem.variables() if v.name.startswith(("up_", "down_"))}
    assert bounds == {(0, 1, "Integer")}


def test_places_at_home_are_there_or_not_and_more_of_them_is_no_other_decision():
    made = program(site("new_help_O"))
    (down,) = _ways(made, ("O", "help"), 1, 0)
    assert down.name == "down_0__O__help"
    assert apart_rows(made) == {"apart_down_0__O__help": ({"k__new_help_O__2030": 1, down.name: 10}, "<=", 10)}
    gone = program(site("help_O", gone_from=2030))
    assert list(_ways(gone, ("O", "help"), 0, 0)) == []


def test_places_and_facilities_of_the_last_period():
    made = program(site("day_M"), site("help_M"))
    values = {f"k__{i}__{t}": 4.99999 + t - 2027 for i in ("day_M", "help_M") for t in YEARS}
    values |= {f"y__day_M__{t}": 1.00001 for t in YEARS}
    assert _stands(made, values) == {"day_M": (8, 1), "help_M": (8, 0)}


def searched(monkeypatch, *answers, count=3):
    """What comes of a search for each alternative; what each was asked to differ from."""
    different, told, left = [], [], list(answers)

    def following(known_, others, values, terms, progress, child):
        different.append([len(other) for other in others])
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(alternatives, "_next", following)
    base = alternatives.Standing({("M", "day"): 1}, {})
    one = known(asked={"stages": ("unmet", "cost")})
    found, ended = alternatives.alternatives(one, base, {}, Terms(1, 0.0, "unmet"), count, told.append)
    return len(found), ended, different, told


def test_each_alternative_differs_from_all_before_until_there_is_none(monkeypatch):
    other = alternatives.Alternative(alternatives.Standing({("M", "day"): 2, ("N", "day"): 1}, {}), ())
    said = [f"alternative {n} of 3" for n in (1, 2, 3)]
    assert searched(monkeypatch, other, other, other) == (3, "all", [[1], [1, 2], [1, 2, 2]], said)
    assert searched(monkeypatch, other, NoPlanPossible("none")) == (1, "none", [[1], [1, 2]], said[:2])
    assert searched(monkeypatch, NoPlanFound("open")) == (0, "open", [[1]], said[:1])
    assert searched(monkeypatch, count=0)[:2] == (0, "all")


def test_stages_of_the_plan_at_hand_are_kept_within_the_loss_and_later_ones_are_told(monkeypatch):
    given = []

    def solve_matrix(made, stages, progress, child, solver, seconds):
        given.append((made, [s.name for s in stages], child, solver, seconds))
        return Solution(dict.fromkeys(made.names, 0.0), (result("unmet_1", 3.0),), "s", {})

    monkeypatch.setattr(alternatives, "solve_matrix", solve_matrix)
    need = {("M", "day", t): 9 for t in YEARS}
    one = known(
        site("day_M"), need=need, asked={"stages": ("unmet", "cost")}, budget={("state", t): 9.0 for t in YEARS}
    )
    found = alternatives._next(one, [{("M", "day"): 1}], {"unmet_1": 4.0}, Terms(1, 0.5, "unmet"), print, False)
    ((made, names, child, solver, seconds),) = given
    assert (names, child, solver, seconds) == (["unmet_1", "cost"], False, "highs", 600)
    assert [(n, u) for n, u in zip(made.row_names, made.row_upper.tolist(), strict=True) if n.startswith("kept")] == [
        ("kept__unmet_1", 6.5),
    ]  # fmt: skip
    assert "apart_0" in made.row_names
    assert found.standing.decisions == {("M", "day"): 0}
    assert [stage.name for stage in found.stages] == ["unmet_1"]


# ---------------------------------------------------------------------- without a host


def test_which_hosts_are_asked_for():
    one = known(site("day_M"), site("home_N"), site("day_O"))
    assert closings(one) == tuple(Closing(h) for h in "MNO")
    assert closings(one, ["home", "day"]) == (Closing("N", "home"), Closing("M", "day"), Closing("O", "day"))


def test_what_a_closing_leaves():
    sites = (
        site("day_M", status="protected", committed_places=2), site("home_M"), site("new_day_M"), site("help_M"),
        site("day_N"), replace(site("help_M"), code="inside", service="inside"),
    )  # fmt: skip
    one = known(*sites, services=(*SERVICES, service("inside", has_facilities=False)), embedded={"inside": ("home", 2)})
    assert left_standing(one, Closing("M")) == {"day_M": 8, "home_M": 0, "new_day_M": 0, "inside": 0}
    assert left_standing(one, Closing("M", "day")) == {"day_M": 8, "new_day_M": 0}
    assert left_standing(one, Closing("M", "help")) == {"help_M": 0}
    locked = replace(one, scenario=replace(one.scenario, locks=(lock(3),)))
    assert left_standing(locked, Closing("M")) == {"home_M": 0, "inside": 0}


def test_what_a_lock_asks_to_stand():
    at, other = site("day_M"), site("day_N")
    assert _asks_for(lock(3), at)
    assert not _asks_for(lock(3), other)
    assert not _asks_for(lock(0), at)
    assert not _asks_for(lock(3, relation="most"), at)
    assert _asks_for(lock(3, relation="exactly"), at)
    assert _asks_for(lock(3, site="day_M"), at)
    assert not _asks_for(lock(3, site="else"), at)
    assert not _asks_for(lock(3, service="home"), at)
    assert _asks_for(lock(3, "users", host="N"), other)
    assert not _asks_for(lock(3, "users", host="N"), at)
    assert not _asks_for(lock(3, "users"), at)  # wherever they are served


MONEY = {("state", t): 9.0 for t in YEARS}
NEED = {(m, g, t): 4 for m in "MN" for g in ("day", "home") for t in YEARS}


def shut(closing, to):
    made = program(site("day_M"), site("home_M", status="protected"), site("day_N"), need=NEED)
    found = matrix_of(made)
    limits = _limits(made, found, closing, to)
    return {name: value for name, value in zip(found.names, limits.tolist(), strict=True) if value < INF}


def test_a_host_closed_to_all_has_no_places_and_one_closed_to_others_no_users_of_theirs():
    assert shut(Closing("M"), "all") == {f"k__day_M__{t}": 0 for t in YEARS} | {f"k__home_M__{t}": 6 for t in YEARS}
    assert shut(Closing("M", "home"), "all") == {f"k__home_M__{t}": 6 for t in YEARS}
    theirs = {f"x__N__M__{s}__{t}": 0 for s in ("day", "home") for t in YEARS}
    assert shut(Closing("M"), "others") == theirs
    assert shut(Closing("M", "day"), "others") == {name: 0 for name in theirs if "day" in name}
    assert shut(Closing("O"), "others") == {}


def lost(monkeypatch, closing, to="all", places=5.0, answer=None, child=False, processes=1):
    """What is said of one closing where ``places`` stand in M; the bounds that were solved."""
    solved, told = [], []

    def solve_matrix(made, stages, tell, child_, solver, seconds):
        solved.append(made.upper.copy())
        if len(solved) > 1 and answer is not None:
            raise answer
        values = {name: places if name.startswith("k__day_M") else 0.0 for name in made.names}
        return Solution(values, (result("unmet_1", float(len(solved))),), "s", {})

    monkeypatch.setattr(importance, "solve_matrix", solve_matrix)
    one = known(site("day_M"), site("day_N"), need=NEED, asked={"stages": ("unmet",)}, budget=MONEY)
    base, every = importance.importance(one, (closing,), to, processes, told.append, child)
    (found,) = every
    return base[0].value, [s.value for s in found.stages], found.solved, len(solved), told


def test_a_closing_is_solved_where_it_takes_something_away(monkeypatch):
    assert lost(monkeypatch, Closing("M", "day")) == (
        1, [2], True, 2, ["the plan with every host", "without 1 of 1: M day"],
    )  # fmt: skip
    assert lost(monkeypatch, Closing("N")) == (1, [1], False, 1, ["the plan with every host"])
    assert lost(monkeypatch, Closing("M"), places=0.4)[1:4] == ([1], False, 1)
    assert lost(monkeypatch, Closing("M"), answer=NoPlanPossible("none"))[1:3] == ([], True)
    assert lost(monkeypatch, Closing("M"), processes=2)[:4] == (1, [2], True, 2)
    with pytest.raises(SolverFailed):
        lost(monkeypatch, Closing("M"), answer=SolverFailed("gone"), processes=2)


# ---------------------------------------------------------------------- what if


def test_what_is_asked_where_nothing_and_where_something_is_named():
    budget = {("state", 2027): 1.0, ("state", 2030): 2.0, ("none", 2027): 0.0}
    one = known(budget=budget, asked={"locks": (lock(3), lock(4))})
    away = (Change("lock", "least_3"), Change("lock", "least_4"))
    more = tuple(Change("money", "state", t, 7.0) for t in YEARS)
    assert asked(one, (), (), 7.0) == (*more, *away)
    assert asked(one, ["state:2030"], (), 7.0) == more[1:]
    assert asked(one, (), ["least_3"], 7.0) == away[:1]


def test_one_thing_is_changed_and_nothing_else():
    one = known(budget={("state", 2027): 1.0, ("state", 2030): 2.0}, asked={"locks": (lock(3), lock(4))})
    assert changed(one, Change("money", "state", 2027, 500.0)).budget == {("state", 2027): 1.5, ("state", 2030): 2}
    assert changed(one, Change("money", "new", 2027, 500.0)).budget["new", 2027] == 0.5
    assert changed(one, Change("money", "state", 2027, -1500.0)).budget["state", 2027] == 0
    assert [left.id for left in changed(one, Change("lock", "least_3")).scenario.locks] == ["least_4"]
    with pytest.raises(ValueError, match="money is asked for in a year"):
        changed(one, Change("money", "state"))


def test_a_plan_that_was_there_is_not_made_worse_by_more_room():
    at_hand = [result("keep", 0.0), result("unmet", 5.0), result("cost", 9.0)]
    better = (result("keep", 0.0), result("unmet", 4.0), result("cost", 99.0))
    worse = (result("keep", 0.0), result("unmet", 6.0), result("other", 1.0))
    alike = (result("keep", 1e-5), result("unmet", 5.0), result("new", 1.0))
    assert _not_worse(better, at_hand) is better
    assert _not_worse(worse, at_hand) == (at_hand[0], at_hand[1], worse[2])
    assert _not_worse(alike, at_hand) is alike
    assert _not_worse((result("keep", 2e-5),), at_hand) == (at_hand[0],)
    assert _not_worse(worse, ()) is worse
    assert _not_worse((), at_hand) == ()


def test_changes_are_told_and_only_those_that_give_room_are_compared(monkeypatch):
    reached, told = [], []

    def found(one):
        reached.append(one.scenario.stages)
        return (result("unmet", 6.0),)

    monkeypatch.setattr(whatif, "_reached", found)
    one = known(asked={"stages": ("keep", "unmet", "cost")}, budget={("state", 2027): 1.0})
    every = [Change("money", "state", 2027, eur) for eur in (5.0, 0.0, -5.0)] + [Change("lock", "l")]
    values = [stages[0].value for _, stages in whatif.whatif(one, every, "unmet", [result("unmet", 5.0)], told.append)]
    assert values == [5, 5, 6, 5]
    assert set(reached) == {("keep", "unmet")}
    assert told == [f"what if {n} of 4: money state 2027" for n in (1, 2, 3)] + ["what if 4 of 4: lock l"]


# ---------------------------------------------------------------------- packages that can be whole


def shorts(monkeypatch, *missing, own=0.0):
    """Who is short where the stages leave so much of the package missing, and each alone ``own``."""
    stages = (costs(WHOLE, {"a": 1}, "keep"), costs(WHOLE, {"money": 1}, "package"))
    solved = []

    def run(made, given, team):
        solved.append((made.row_names, [s.name for s in given], team.seconds))
        if len(given) == 2:
            if not missing:
                raise NoPlanPossible("none")
            return iter([Reached(np.array([2.0, missing[0]]), None) for _ in given])
        return iter([Reached(np.array([2.0, own]), None)])

    def of(program_, made, m):
        return np.array([0.0, 0.0 if m == "O" else 1.0])

    monkeypatch.setattr(affordable, "assemble", lambda known_: None)
    monkeypatch.setattr(affordable, "matrix_of", lambda program_: WHOLE)
    monkeypatch.setattr(affordable, "stage_costs", lambda program_: stages)
    monkeypatch.setattr(affordable, "run_stages", run)
    monkeypatch.setattr(affordable, "_own", of)
    return sorted(affordable.short(known(asked={"stages": ("keep", "package")}))), solved


def test_who_lacks_a_package_when_not_all_can_be_whole(monkeypatch):
    assert shorts(monkeypatch, 1e-6)[0] == []
    found, solved = shorts(monkeypatch, 2e-6)
    assert found == [""]
    # Each municipality that lacks something is asked alone, within what the stages before reached.
    assert [names for _, names, _ in solved] == [["keep", "package"], ["package"], ["package"]]
    assert [rows for rows, _, _ in solved] == [(), ("kept__keep",), ("kept__keep",)]
    assert shorts(monkeypatch, 1.0, own=1e-6)[0] == [""]
    assert shorts(monkeypatch, 1.0, own=2e-6)[0] == ["", "M", "N"]
    assert shorts(monkeypatch)[0] == ["", "M", "N", "O"]


def test_what_is_missing_of_one_municipality_counts_by_the_size_of_its_packages():
    minimum = {
        ("M", "day", 2027): ("access", 4, 2), ("N", "day", 2027): ("access", 4, 2), ("R", "home", 2027): ("r", 0, 3),
    }  # fmt: skip
    made = program(site("day_M"), site("home_M"), need=NEED, minimum=minimum)
    found = matrix_of(made)
    own = affordable._own(made, found, "M")
    assert {name: c for name, c in zip(found.names, own.tolist(), strict=True) if c} == {
        "e_package__M__day__2027": 0.25, "e_spread__M__home__2027": 1,
    }  # fmt: skip


# ---------------------------------------------------------------------- prices


def test_prices_are_of_a_stage_within_those_before_with_places_as_they_stand(monkeypatch):
    """Bounds that whole facilities imply are let go: users have none, and served_where_open is no row."""
    given = []
    monkeypatch.setattr(
        marginal, "marginal_prices", lambda made, point, cost, held: given.append((made, point, held)) or {}
    )
    need = {("M", "day", 2027): 4}
    one = known(
        site("day_M"), need=need, asked={"stages": ("unmet", "cost"), "years": (2027,)}, budget={("state", 2027): 9.0}
    )
    assert marginal.prices_of(one, {("day_M", 2027): (6, 1)}, {"unmet_1": 2.0}, "cost") == {}
    ((made, point, held),) = given
    stand = {
        name: value for name, value, is_held in zip(made.names, point.tolist(), held.tolist(), strict=True) if is_held
    }
    assert stand == {"k__day_M__2027": 6, "y__day_M__2027": 1}
    assert made.upper[made.names.index("x__M__M__day__2027")] == INF
    assert made.upper[made.names.index("u_short__M__day__2027")] == 4
    assert made.row_names[-1] == "kept__unmet_1"
    assert made.row_upper[-1] == 2.5
    assert not [name for name in made.row_names if name.startswith("served_where_open")]
    with pytest.raises(SolverFailed, match='the scenario has no stage "travel"'):
        marginal.prices_of(one, {}, {"unmet_1": 2.0, "cost": 1.0}, "travel")


# ---------------------------------------------------------------------- rows for the search alone


def tightened_rows(kind, one, unknown):
    from nationalmap.program import tightened

    return [
        ({v.name: c for v, c in terms}, least, most_) for terms, least, most_ in getattr(tightened, kind)(one, unknown)
    ]


def test_a_facility_of_today_holds_what_it_had_and_what_was_added():
    from nationalmap.program.variables import variables

    one = known(site("day_M", committed_places=2, grows_from=2030), site("new_day_N"))
    assert tightened_rows("stands_whole", one, variables(one)) == [
        ({"k__day_M__2027": 1, "y__day_M__2027": -8}, -INF, 0),
        ({"k__day_M__2030": 1, "y__day_M__2030": -8, "added__day_M__2030": -1}, -INF, 0),
    ]


def became(factor=0.5, **old):
    from nationalmap.program.nouns import Transformation
    from nationalmap.program.variables import variables

    services = (*SERVICES, service("old", group="home", is_old=True, counts_as="home", level="regional"))
    receiver = replace(site("new_home_M"), code="new:home:M", may_build=False)
    one = known(
        site("old_M", may_build=False, **old), receiver, services=services, asked={"years": (2027,)},
        transformations=(Transformation("old", "home", factor, 1.0),),
    )  # fmt: skip
    return tightened_rows("becomes_whole", one, variables(one))


def test_a_facility_transformed_takes_all_its_places_along():
    q, gain, house, gone = (f"{name}__old_M__new_home_M__2027" for name in ("q", "gain", "converted", "given"))
    gone = "given_up__old_M__2027"
    assert became() == [
        ({q: 1, house: -6}, -INF, 0),
        ({gain: 1, house: -3}, -INF, 0),
        ({gain: 1, house: -3, gone: 1}, 0, INF),
    ]
    # 0.4 of six are 2.4; of more than one for one the last row is not said.
    assert [row[0].get(house) for row in became(0.4)] == [-6, -2, -2]
    assert [row[0].get(house) for row in became(1.5)] == [-6, -9]
    assert len(became(1.0)) == 3
    # 0.499 999 9 of six is three to a solver, and less than that to the letter.
    assert [row[0].get(house) for row in became(0.499_999_9)] == [-6, -3, -2]


def opens(minimum, *sites, **more):
    from nationalmap.program.variables import variables

    one = known(*sites, minimum={("M", "day", 2027): minimum}, asked={"years": (2027,)}, **more)
    return tightened_rows("package_opens", one, variables(one))


def test_a_package_asks_for_whole_facilities():
    """Of ten places each: 23 need three facilities, of which the third holds three."""
    new, old = site("new_day_M", most_places=40, most_facilities=4), site("day_M")
    y, y_old, missing = "y__new_day_M__2027", "y__day_M__2027", "e_package__M__day__2027"
    assert opens(("in_place", 0, 23), new) == [({y: 1, missing: 1 / 3}, 3, INF)]
    assert opens(("in_place", 0, 20), new) == [({y: 1, missing: 1 / 10}, 2, INF)]
    # What stands holds ten, as it may grow; thirteen are left for new ones.
    assert opens(("in_place", 0, 23), old, new) == [
        ({y_old: 1, y: 1, missing: 1 / 3}, 3, INF), ({y: 1, missing: 1 / 3}, 2, INF),
    ]  # fmt: skip
    # One that may not grow holds its six: then 17 are left, two facilities, the second with seven.
    still = replace(old, may_build=False)
    assert opens(("in_place", 0, 23), still, new)[1] == ({y: 1, missing: 1 / 7}, 2, INF)
    assert opens(("in_place", 0, 6), still, new) == [({y_old: 1, y: 1, missing: 1 / 6}, 1, INF)]
    assert opens(("in_place", 0, 0), new) == []
    assert opens(("in_place", 0, 5), site("new_day_M", largest=0)) == []
    # By access one facility within reach is enough, however many users.
    near = {"need": {("M", "day", 2027): 30}}
    assert opens(("access", 23, 9), site("new_day_N"), **near) == [({"y__new_day_N__2027": 1, missing: 1 / 23}, 1, INF)]
    # Where a site has no facilities there is nothing to open.
    home = (service("day", has_facilities=False),)
    assert opens(("in_place", 0, 23), new, services=home) == []


def test_users_by_whoever_pays():
    unknown = Unknown()
    assert set(unknown.families()) >= {"x", "k", "y", "b"}
    assert unknown.served("M", "N", "day", 2027) == []
    unknown.x["M", "N", "day", 2027] = "state"
    unknown.x_other["M", "N", "day", 2027] = "other"
    assert unknown.served("M", "N", "day", 2027) == ["state", "other"]
