"""A question with figures multiplied: each kind by value in toyland, and a run of it passes the second witness."""

from dataclasses import replace
from pathlib import Path

import pytest

from nationalmap import finished, planning, runs
from nationalmap.answering import answered
from nationalmap.changing import changed, scaled
from nationalmap.domain.change import Change
from nationalmap.domain.norm import Band, Banded, Complement, Presence, Ratio, Scheme, Subgroup, Threshold
from nationalmap.errors import InputRefused

TOYLAND = Path(__file__).resolve().parent / "toyland"


@pytest.fixture(scope="module")
def question():
    return planning.check(str(TOYLAND))


def change(what, name, factor, municipality=""):
    return Change(what=what, name=name, factor=factor, municipality=municipality)


def users(question, group="day_care"):
    mine = question.needs[question.needs["group"] == group]
    return dict(zip(mine["municipality"], mine["need_users"], strict=True))


def minima(question, service="day_care", column="minimum_users"):
    mine = question.package[question.package["service"] == service]
    return dict(zip(mine["territory"], mine[column], strict=True))


def test_a_budget_is_multiplied_in_the_scenario(question):
    now = changed(question, [change("budget", "state", 0.5)])
    assert now.budgets_eur == {"state": {2027: 31300.0}, "programme": {2027: 22000.0}, "building": {2027: 70000.0}}
    assert now.scenario.streams["state"].factor == 0.5
    assert now.scenario.streams["state"].basis.endswith("; times 0.5 in a study")


def test_every_budget_at_once_and_twice(question):
    now = changed(question, [change("budget", "*", 0.5), change("budget", "programme", 2.0)])
    assert now.budgets_eur == {"state": {2027: 31300.0}, "programme": {2027: 22000.0}, "building": {2027: 35000.0}}


def test_a_norm_is_multiplied_before_it_is_rounded_and_is_legal_no_more(question):
    legal = replace(
        question,
        inputs=replace(question.inputs, norms=tuple(replace(n, status="legal") for n in question.inputs.norms)),
    )
    now = changed(legal, [change("norm", "day_care.need", 1.25)])
    assert users(now) == {"NOR01": 15, "NOR02": 10, "NOR03": 5, "SOU01": 13, "SOU02": 8, "SOU03": 4}
    assert users(now, "residence") == users(question, "residence")
    statuses = {norm.id: norm.status for norm in now.inputs.norms}
    assert (statuses["day_care.need"], statuses["day_care.minimum"]) == ("illustrative", "legal")


def test_a_minimum_is_still_no_more_than_the_need(question):
    now = changed(question, [change("norm", "day_care.minimum", 3.0)])
    assert minima(now) == users(question)
    assert minima(changed(question, [change("norm", "residence.maximum", 1.5)]), "residence", "maximum_users") == {
        "NOR": 12,
        "SOU": 12,
    }


def test_an_indicator_is_multiplied_wherever_it_is_read(question):
    now = changed(question, [change("indicator", "older", 2.0, "SOU03")])
    assert (users(now)["SOU03"], users(now, "residence")["SOU03"], minima(now)["SOU03"]) == (6, 3, 3)
    assert users(now)["SOU02"] == 6
    about = now.inputs.tables["indicator_catalogue"].iloc[0]
    assert (about["source_class"], about["note"]) == ("estimate", "times 2.0 in SOU03 in a study")


def test_a_changed_need_is_stated_and_caps_the_minimum(question):
    now = changed(question, [change("need", "day_care", 0.25, "NOR01")])
    assert users(now) == {**users(question), "NOR01": 3}
    assert minima(now)["NOR01"] == 3
    assert set(now.needs.loc[now.needs["group"] == "day_care", "norm"]) == {""}
    assert set(now.needs.loc[now.needs["group"] == "residence", "norm"]) == {"residence.need"}


def test_a_need_is_multiplied_before_it_is_rounded(question):
    # 1.5 in S3 is 2 people; twice as many are 3, not 4.
    assert users(question, "residence")["SOU03"] == 2
    assert users(changed(question, [change("need", "residence", 2.0)]), "residence")["SOU03"] == 3


def test_needs_come_after_norms_and_stated_ones_are_multiplied_again(question):
    both = changed(question, [change("need", "residence", 2.0), change("norm", "residence.need", 2.0)])
    assert users(both, "residence") == {"NOR01": 24, "NOR02": 16, "NOR03": 8, "SOU01": 20, "SOU02": 12, "SOU03": 6}
    again = changed(both, [change("need", "*", 0.5)])
    assert users(again, "residence")["SOU03"] == 3
    assert users(again)["SOU03"] == 2  # 1.5, half up


def test_a_journey_may_be_longer(question):
    services = changed(question, [change("travel_limit", "day_care", 1.5)]).inputs.tables["services"]
    assert dict(zip(services["service"], services["travel_limit_min"], strict=True)) == {
        "day_care": 45.0,
        "residence": 60.0,
    }


def test_a_factor_of_one_is_the_same_question(question):
    assert changed(question, [change("norm", "*", 1.0), change("need", "*", 1.0)]) is question
    assert changed(question, []) is question


RATIO = Ratio(type="ratio", indicator="a", rate=2.0, per=100.0)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RATIO, replace(RATIO, rate=3.0)),
        (Subgroup(type="subgroup", indicator="a", share_indicator="b", rate=2.0, per=1.0), {"rate": 3.0}),
        (Presence(type="presence", amount=8.0), {"amount": 12.0}),
        (
            Banded(type="banded", indicator="a", bands=(Band(amount=2.0, below=9.0), Band(amount=4.0))),
            {"bands": (Band(amount=3.0, below=9.0), Band(amount=6.0))},
        ),
        (Threshold(type="threshold", inner=RATIO, own_from=7.0), {"inner": replace(RATIO, rate=3.0)}),
        (
            Complement(type="complement", inner=RATIO, schemes=(Scheme(name="s", basis="b", indicator="c"),)),
            {"inner": replace(RATIO, rate=3.0)},
        ),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_each_rule_gives_so_much_more_and_keeps_its_limits(rule, expected):
    assert scaled(rule, 1.5) == (replace(rule, **expected) if isinstance(expected, dict) else expected)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (change("budget", "stat", 1.0), 'budget: "stat" is not there to be changed; the nearest is "state"'),
        (change("norm", "day_care.ned", 2.0), 'the nearest is "day_care.need"'),
        (change("need", "daycare", 2.0), 'the nearest is "day_care"'),
        (change("indicator", "oldr", 2.0), 'the nearest is "older"'),
        (change("travel_limit", "residense", 2.0), 'the nearest is "residence"'),
        (change("budget", "state", -1.0), '"-1" is no factor for state; write 0 to 1000'),
        (change("budget", "state", float("nan")), '"nan" is no factor'),
        (change("norm", "day_care.need", 2.0, "NOR01"), '"NOR01" has no norm of its own; leave the municipality out'),
        (change("need", "day_care", 2.0, "NOR1"), '"NOR1" is not planned; the nearest is "NOR01"'),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest_name(question, wrong, sentence):
    with pytest.raises(InputRefused) as refused:
        changed(question, [wrong])
    assert sentence in str(refused.value)


def test_all_that_is_wrong_is_said_at_once(question):
    with pytest.raises(InputRefused) as refused:
        changed(question, [change("budget", "stat", 1.0), change("need", "x", 2.0)])
    assert len(refused.value.faults) == 2


def test_a_share_of_more_than_all_is_refused(question):
    tables = question.inputs.tables
    catalogue = tables["indicator_catalogue"].assign(unit="percent")
    shares = tables["indicators"].assign(value=60.0)
    inputs = replace(question.inputs, tables={**tables, "indicator_catalogue": catalogue, "indicators": shares})
    with pytest.raises(InputRefused, match='"older" comes to 120 per cent in NOR01'):
        changed(replace(question, inputs=inputs), [change("indicator", "older", 2.0)])


def test_a_run_of_a_changed_question_is_found_right_by_the_second_witness(question, tmp_path):
    every = [
        change("budget", "state", 1.1),
        change("norm", "residence.need", 0.9),
        change("norm", "day_care.minimum", 1.3),
        change("indicator", "older", 1.2, "NOR02"),
        change("need", "day_care", 0.8, "SOU01"),
        change("travel_limit", "day_care", 2.0),
    ]
    plan, about = answered(changed(question, every))
    folder = runs.write_run(plan, {}, tmp_path, about)
    assert finished.verify(folder).says
    assert plan.run_id != answered(question)[0].run_id
