"""The kept model with a program of four columns, and the numbers of which it is made, each by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program.hot import LACKING, Hot
from nationalmap.program.recourse import (
    FREE,
    Numbers,
    OtherStructure,
    Recourse,
    _minimum,
    package_by_access,
    reduced,
    roomy_tables,
    sites_of,
)
from nationalmap.program.search import KEPT_WITHIN
from tests.program.matrices import INF, matrix
from tests.program.small import known, service, site, stream
from tests.program.test_matrix import rows as entries

#: Eight people served or not; a user costs 1, the sites that stand ``fixed``; a column that is 0 in every question.
PROGRAM = matrix(
    {"closed": (0, 0, False), "served": (0, 10, False), "short": (0, 10, False), "money": (0, INF, False)},
    {
        "meet_need": (8, {"served": 1, "short": 1}, 8),
        "where_closed": (-INF, {"closed": 1}, 0),
        "pays": (0, {"money": 1, "served": -1, "closed": -9}, INF),
        "budgets": (-INF, {"money": 1}, 5),
    },
)
COSTS = {"unmet": np.array([0.0, 0, 1, 0]), "cost": np.array([7.0, 0, 0, 1])}
RECOURSE = SimpleNamespace(
    matrix=PROGRAM, idle=np.array([True, False, False, False]), costs=COSTS, rows_of=lambda rule: np.array([3])
)


def question(need=8.0, fixed=0.0, each=1.0, budget=5.0, costs=None, where_closed=(-INF, 0.0)) -> Numbers:
    value = PROGRAM.value.copy()
    value[list(PROGRAM.row_names).index("pays") + 2] = -each
    low, high = where_closed
    return Numbers(
        upper=np.array([0.0, need, need, INF]),
        row_lower=np.array([need, low, fixed, -INF]),
        row_upper=np.array([need, high, INF, budget]),
        value=value,
        costs=COSTS | (costs or {}),
    )


def told(answer):
    return [round(x, 4) for x in answer.point.tolist()], {n: round(v, 4) for n, v in answer.values.items()}


def test_the_entry_that_a_question_changes_is_what_a_user_costs():
    assert entries(PROGRAM)["pays"][1] == {"money": 1, "served": -1, "closed": -9}
    assert question(each=4).value.tolist() == [1, 1, 1, 1, -4, -9, 1]


def test_stage_after_stage_each_kept_for_the_next():
    hot = Hot(RECOURSE, question())
    answer = hot.solve(question())
    assert told(answer) == ([0, 5, 3, 5], {"unmet": 3, "cost": 5})
    assert answer.lacking == 0
    assert set(hot._bases) == {LACKING, "unmet", "cost"}


@pytest.mark.parametrize("stages", [("unmet",), ("cost",), ("unmet", "cost")])
def test_the_first_question_is_at_its_end_where_the_others_begin(stages):
    """No stage takes a step: each begins where it ended, those before it kept as they were."""
    given = SimpleNamespace(**{**vars(RECOURSE), "costs": {name: COSTS[name] for name in stages}})
    hot, steps = Hot(given, question(fixed=1)), []
    whole = hot._run

    def run(basis, presolve):
        status = whole(basis, presolve)
        steps.append(hot._highs.getInfo().simplex_iteration_count)
        return status

    hot._run = run
    hot.solve(question(fixed=1))
    assert steps == [0] * len(stages)
    hot._bases.clear()
    hot.solve(question(fixed=1))
    assert max(steps) > 0


@pytest.mark.parametrize("first", [question(), question(need=3.0, each=2.0), question(fixed=9.0)])
def test_every_number_of_a_question_is_taken_whatever_was_asked_before(first):
    hot = Hot(RECOURSE, first)
    for _ in range(2):
        assert told(hot.solve(question(need=4))) == ([0, 4, 0, 4], {"unmet": 0, "cost": 4})
        assert told(hot.solve(question(each=2))) == ([0, 2.5, 5.5, 5], {"unmet": 5.5, "cost": 5})
        dear = {"unmet": np.array([0.0, 0, 3, 0]), "cost": np.array([0.0, 0, 0, 0.5])}
        assert told(hot.solve(question(costs=dear))) == ([0, 5, 3, 5], {"unmet": 9, "cost": 2.5})
        assert told(hot.solve(question(fixed=2, budget=6))) == ([0, 4, 4, 6], {"unmet": 4, "cost": 6})


def test_what_is_lacking_is_made_as_small_as_possible_first_where_it_is_asked_for():
    hot = Hot(RECOURSE, question())
    poor = question(fixed=7)
    for _ in range(2):
        with pytest.raises(NoPlanPossible, match="no users and money fit all rules"):
            hot.solve(poor)
        answer = hot.solve(poor, short=True)
        assert told(answer) == ([0, 0, 8, 7], {"unmet": 8, "cost": 7})
        assert answer.lacking == pytest.approx(2)
        # Money that is there is lacking to nobody, though it was before.
        assert told(hot.solve(question(), short=True)) == told(hot.solve(question())) == (
            [0, 5, 3, 5], {"unmet": 3, "cost": 5},
        )  # fmt: skip
    assert hot.solve(question(), short=True).lacking == 0


def test_without_an_answer_to_the_first_question_the_others_start_from_nothing():
    hot = Hot(RECOURSE, question(fixed=9))
    assert set(hot._bases) == {LACKING}
    hot = Hot(RECOURSE, question(where_closed=(1, INF)))
    assert hot._bases == {}
    assert told(hot.solve(question()))[0] == [0, 5, 3, 5]


@pytest.mark.parametrize(
    ("sides", "possible"),
    [((2e-6, INF), False), ((1e-6, INF), True), ((-INF, -2e-6), False), ((-INF, -1e-6), True), ((0, 0), True)],
)
def test_a_row_of_which_no_column_is_left_holds_at_nothing_or_never(sides, possible):
    hot = Hot(RECOURSE, question())
    if possible:
        assert told(hot.solve(question(where_closed=sides)))[0] == [0, 5, 3, 5]
    else:
        with pytest.raises(NoPlanPossible, match="nobody is where a rule asks for somebody"):
            hot.solve(question(where_closed=sides))


def runs(hot, *statuses):
    """The model answers so, one run after another; what it was asked: from a basis or not, presolve."""
    asked, left = [], list(statuses)

    def run(basis, presolve):
        asked.append((basis is not None, presolve))
        return left.pop(0)

    hot._run = run
    return asked


def test_what_is_not_proven_is_asked_again_from_nothing():
    hot, costs = Hot(RECOURSE, question()), np.zeros(3)

    def stage(*statuses, **more):
        asked = runs(hot, *statuses)
        hot._run_stage("unmet", costs, **more)
        return asked

    assert stage("proven") == [(True, "off")]
    assert stage("unbounded", "proven") == [(True, "off"), (False, "off")]
    assert stage("infeasible", "proven") == [(True, "off"), (False, "choose")]
    with pytest.raises(NoPlanPossible):
        stage("infeasible", "infeasible")
    with pytest.raises(SolverFailed, match='HiGHS ended stage "unmet" as'):
        stage("failed", "failed")
    # Once is enough where what is lacking is asked next.
    asked = runs(hot, "infeasible")
    with pytest.raises(NoPlanPossible):
        hot._run_stage("unmet", costs, twice=False)
    assert asked == [(True, "off")]
    assert stage("failed", "proven", twice=False) == [(True, "off"), (False, "off")]


def test_where_money_may_lack_infeasible_is_not_said_twice():
    hot = Hot(RECOURSE, question())
    asked = runs(hot, "infeasible", "proven", "proven", "proven")
    hot.solve(question(), short=True)
    assert [begun for begun, _ in asked] == [True] * 4
    asked = runs(hot, "infeasible", "infeasible")
    with pytest.raises(NoPlanPossible):
        hot.solve(question())
    assert asked == [(True, "off"), (False, "choose")]


def test_a_stage_is_kept_at_its_value_and_a_hair():
    hot = Hot(RECOURSE, question())
    hot.solve(question())
    lp = hot._highs.getLp()
    kept = {name: (lp.row_lower_[row], lp.row_upper_[row]) for name, row in hot._kept.items()}
    assert kept["unmet"] == (-INF, pytest.approx(3 + KEPT_WITHIN, abs=1e-9))
    assert kept[LACKING] == (-INF, INF)
    assert lp.col_upper_[-1] == 0
    with pytest.raises(NoPlanPossible):
        hot.solve(question(fixed=7))
    hot.solve(question(fixed=7), short=True)
    lp = hot._highs.getLp()
    assert lp.row_upper_[hot._kept[LACKING]] == pytest.approx(2 + KEPT_WITHIN, abs=1e-9)
    assert lp.col_upper_[-1] == INF


# ---------------------------------------------------------------------- the numbers


def test_what_is_held_is_taken_off_both_sides_of_a_row():
    program = matrix(
        {"k": (0, 9, True), "x": (1, 8, True), "y": (0, 2, True), "b": (0, INF, False)},
        {
            "one": (1, {"k": 2, "x": 3}, 20),
            "sites_alone": (0, {"k": 1, "y": 1}, 9),
            "two": (-INF, {"b": 1, "y": -4, "x": 5}, 6),
        },
    )
    small, fixed = reduced(program, np.array([False, True, False, True]), np.array([3.0, 99, 2, 99]))
    assert entries(small) == {"one": (-5, {"x": 3}, 14), "two": (-INF, {"b": 1, "x": 5}, 14)}
    assert fixed.tolist() == [6, -8]
    assert (small.names, small.lower.tolist(), small.upper.tolist()) == (("x", "b"), [1, 0], [8, INF])
    assert not small.whole.any()
    assert not small.decided.any()


def test_users_and_money_are_free_and_what_measures_them():
    assert set(FREE) == {
        "x", "x_other", "w", "u_short", "u_above", "b", "e_package", "e_loss", "e_budget", "theta", "eta", "excess",
    }  # fmt: skip


def test_a_package_counts_in_one_of_two_ways():
    one = known(minimum={("M", "day", 2027): ("access", 3, 2), ("M", "day", 2030): ("in_place", 3, 2)})
    for year, rule, asks in (
        (2027, "package_by_access", 3),
        (2027, "municipal_package", -INF),
        (2030, "package_by_access", -INF),
        (2030, "municipal_package", 2),
        (2030, "regional_package", 2),
    ):
        assert _minimum(one, rule, ("M", "day", year)) == asks, (year, rule)
    none = known(minimum={("M", "day", 2027): ("none", 3, 2)})
    assert _minimum(none, "municipal_package", ("M", "day", 2027)) == -INF
    assert _minimum(none, "municipal_package", ("N", "day", 2027)) == -INF


def test_every_minimum_may_be_asked_as_users_within_reach():
    from nationalmap.program.variables import variables

    one = known(site("day_M"), minimum={("M", "day", 2027): ("in_place", 3, 2)}, need={("M", "day", 2027): 4})
    (row,) = package_by_access(one, variables(one))
    assert row[0] == ("M", "day", 2027)
    assert {v.name for v in row[1]} == {"x__M__M__day__2027", "e_package__M__day__2027"}
    assert -row[1].constant == 3


def test_roomy_tables_ask_what_a_norm_or_a_study_could_ask():
    needs = pd.DataFrame({"municipality": ["M"], "need_users": [3]})
    package = pd.DataFrame(
        {
            "norm_minimum": ["n", "", ""],
            "kind": ["none", "access", "none"],
            "minimum_users": [0, 7, 0],
            "minimum_places": [0, 6, 0],
        }
    )
    needs, package = roomy_tables(needs, package)
    assert needs["need_users"].tolist() == [1_000_000]
    assert package["kind"].tolist() == ["in_place", "in_place", "none"]
    assert package["minimum_users"].tolist() == [1, 1, 0]
    assert package["minimum_places"].tolist() == [1, 1, 0]


def test_what_a_plan_decided_is_read_from_its_tables():
    """A house opened of which one was transformed and one committed is none that was built."""
    transformed = [("old", "new", 2027, 9, 1), ("other", "new", 2027, 5, 0), ("third", "new", 2027, 4, 1)]
    capacity = [
        ("new", 2027, 20, 4, 3, 0, 4, 0),
        ("due", 2027, 6, 1, 0, 0, 1, 6),
        ("old", 2027, 0, 0, 0, 2, 0, 0),
        ("odd", 2027, 1, 1, 0, 0, 0, 6),
    ]
    columns = ["site", "year", "places", "facilities", "new_places", "given_up_places", "opened", "committed_places"]
    found = sites_of(
        {
            "transformed": pd.DataFrame(
                transformed, columns=["from_site", "to_site", "year", "places_out", "facility"]
            ),
            "capacity": pd.DataFrame(capacity, columns=columns),
            "renovated": pd.DataFrame([("old", "roof", 2027), ("due", "roof", None)], columns=["site", "kind", "year"]),
            "complex": pd.DataFrame([("roof", "M", 2027, 2)], columns=["complex", "municipality", "year", "number"]),
        }
    )
    assert found["q"] == {("old", "new", 2027): 9, ("other", "new", 2027): 5, ("third", "new", 2027): 4}
    assert found["k"] == {("new", 2027): 20, ("due", 2027): 6, ("old", 2027): 0, ("odd", 2027): 1}
    assert found["y"] == {("new", 2027): 4, ("due", 2027): 1, ("old", 2027): 0, ("odd", 2027): 1}
    assert found["added"]["new", 2027] == 3
    assert found["given_up"]["old", 2027] == 2
    assert found["opened"] == {("new", 2027): 2, ("due", 2027): 0, ("old", 2027): 0, ("odd", 2027): 0}
    assert found["renovated"] == {("old", "roof", 2027): 1}
    assert found["complexes"] == {("roof", "M", 2027): 2}


# ---------------------------------------------------------------------- a small question of the kept program

MAXIMA = {("M", "day", 2027): 5, ("N", "day", 2027): 6, ("R", "night", 2027): 4}
BUDGET = {("state", 2027): 9.0, ("own", 2027): 1.0}


def small_recourse(**asked):
    """Day care for M and N, six places in M; night care in R, where nothing is held; own money beside the state's."""
    one = known(
        site("day_M"), site("new_day_N"), site("night_M"),
        services=(service("day"), service("night", group="day", level="regional")),
        need=dict.fromkeys((("M", "day", 2027), ("N", "day", 2027)), 1_000_000),
        minimum={("M", "day", 2027): ("in_place", 1, 1), ("R", "night", 2027): ("regional", 1, 1)},
        maximum=MAXIMA, users_today={("M", "day"): 4}, budget=BUDGET,
        asked={
            "years": (2027,), "stages": ("package", "unmet", "worst_unmet", "disruption", "cost"),
            "streams": {"state": stream(), "own": stream(payer="other")}, **asked,
        },
    )  # fmt: skip
    return Recourse(one, {"k": {("day_M", 2027): 6}, "y": {("day_M", 2027): 1}})


def numbers_of(kept, need=(9, 3), minimum=None, maximum=None, budget=None):
    """Upper bounds by column, both sides by row, entries by row and column, costs by stage and column."""
    needs = dict(zip(kept.known.need, need, strict=True))
    made = kept.like(needs, minimum or {}, MAXIMA | (maximum or {}), BUDGET | (budget or {}))
    found = kept.numbers(made)
    part = replace(kept.matrix, row_lower=found.row_lower, row_upper=found.row_upper, value=found.value)
    costs = {
        stage: {name: c for name, c in zip(part.names, line.tolist(), strict=True) if c}
        for stage, line in found.costs.items()
    }
    return dict(zip(part.names, found.upper.tolist(), strict=True)), entries(part), costs


def test_a_need_bounds_its_users_and_stands_in_its_rows():
    upper, row, costs = numbers_of(small_recourse())
    assert {name: upper[name] for name in upper if name.startswith(("x__M", "u_short__M"))} == {
        "x__M__M__day__2027": 9, "x__M__N__day__2027": 9, "x__M__M__night__2027": 9, "u_short__M__day__2027": 9,
    }  # fmt: skip
    assert upper["x__N__M__day__2027"] == 3
    assert upper["x_other__N__M__day__2027"] == 3
    assert upper["u_above__M__day__2027"] == 0
    assert [row[f"meet_need__{m}__day__2027"][::2] for m in "MN"] == [(9, 9), (3, 3)]
    assert [row[f"worst_share__{m}__2027"][1]["theta__worst"] for m in "MN"] == [-9, -3]
    assert [row[f"worst_tenth__{m}__2027"][1]["eta__tenth"] for m in "MN"] == [-9, -3]
    assert costs["worst_tenth"] == {
        "eta__tenth": 1, "excess__M__2027": 10 / 12, "excess__N__2027": 10 / 12,
    }  # fmt: skip
    assert list(costs) == ["package", "unmet_1", "worst_unmet", "worst_tenth", "cost"]  # nothing is free of disruption
    # What is held is on the other side: six places, 8 a year.
    assert row["places_hold_users__M__day__2027"][2] == 6
    assert row["pay_running__M__day__2027"][::2] == (-8, -8)


def test_nobody_in_need_costs_nothing():
    _, row, costs = numbers_of(small_recourse(), need=(0, 0))
    assert costs["worst_tenth"] == {"eta__tenth": 1}
    assert row["no_loss__R__day__2027"][0] == 0


def test_a_package_is_asked_in_the_way_that_the_question_says():
    kept, row_of = small_recourse(), "{}__M__day__2027".format
    upper, row, costs = numbers_of(kept, minimum={("M", "day", 2027): ("in_place", 5, 8)})
    assert (row[row_of("municipal_package")][0], row[row_of("package_by_access")][0]) == (8 - 6, -INF)
    assert (upper[row_of("e_package")], costs["package"]) == (8, {row_of("e_package"): 0.125})
    upper, row, costs = numbers_of(kept, minimum={("M", "day", 2027): ("access", 5, 8)})
    assert (row[row_of("municipal_package")][0], row[row_of("package_by_access")][0]) == (-INF, 5)
    assert (upper[row_of("e_package")], costs["package"]) == (5, {row_of("e_package"): 0.2})
    upper, row, costs = numbers_of(kept, minimum={("R", "night", 2027): ("regional", 0, 4)})
    assert (row["regional_package__R__night__2027"][0], upper[row_of("e_package")]) == (4, 0)
    assert costs["package"] == {"e_package__R__night__2027": 0.25}


def test_maxima_and_money_of_the_question():
    """Seven, six and six are paid: in M stand six places of today, of day care and of night care."""
    kept = small_recourse()
    upper, row, _ = numbers_of(kept, maximum={("M", "day", 2027): 7}, budget={("state", 2027): 5.0, ("own", 2027): 0.0})
    limits = {name.removeprefix("maximum_users__"): sides[2] for name, sides in row.items() if "maximum_users" in name}
    assert limits == {"M__day__2027": 7, "N__day__2027": 6, "R__night__2027": 6}
    assert (row["budgets__state__2027"][2], row["budgets__own__2027"][2]) == (5, 0)
    assert {upper[name] for name in upper if name.startswith("x_other")} == {0}
    assert row["no_loss__R__day__2027"][0] == 4
    # Thirty in need: 18 are paid, one by own money; eleven are above.
    upper, row, _ = numbers_of(kept, need=(20, 10))
    assert row["unmet_above_maximum__R__day__2027"][2] == 11
    assert (upper["u_above__M__day__2027"], upper["u_above__N__day__2027"]) == (8, 4)
    assert upper["x_other__M__M__day__2027"] == 20


def test_what_is_idle_in_every_question():
    kept = small_recourse()
    idle = {name for name, mark in zip(kept.matrix.names, kept.idle, strict=True) if mark}
    assert idle == {
        *(f"x{other}__{m}__{h}__2027" for other in ("", "_other") for m in "MN" for h in ("M__night", "N__day")),
        *(f"b__{f}__running__{h}__2027" for f in ("own", "state") for h in ("M__night", "N__day")),
    }


def test_another_structure_has_no_numbers():
    kept = small_recourse()
    known_ = kept.known
    good = {"need": known_.need, "minimum": {}, "maximum": known_.maximum, "budget": known_.budget}
    assert kept.like(**good).minimum == {}
    for name, other in (
        ("need", {("M", "day", 2027): 3}),
        ("minimum", {("N", "day", 2027): ("access", 1, 1)}),
        ("maximum", {}),
        ("budget", {("state", 2027): 1.0}),
    ):
        with pytest.raises(OtherStructure):
            kept.like(**{**good, name: other})
    with pytest.raises(ValueError, match="rows of sites alone"):
        small_recourse(mode="what_it_would_cost")


def test_a_stage_may_be_left_out():
    kept = Recourse(small_recourse().known, {}, ["cost", "unmet_1"])
    assert list(kept.costs) == ["package", "worst_unmet", "worst_tenth"]
