"""Who is laid above a maximum, sums of access, gaps of packages and values of stages, by tables of a few rows."""

from __future__ import annotations

import copy
import dataclasses
import json
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from nationalmap.verification import check, stages
from nationalmap.verification.answer import Answer, read_answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.people_tables import above_weights, access, laid_above
from nationalmap.verification.question import Question, read_question
from nationalmap.verification.rules_people import spread_gaps
from nationalmap.verification.stages import UNIT, _least_worst, _losses, _short, idle_places, worst_travel
from tests.verification.towns import INPUTS, RESULTS, SCENARIO, seal, towns


def question(**parts: Any) -> Question:
    return read_question(towns(**parts), Findings())


TOWNS = question()


def answer(q: Question = TOWNS, **tables: list[dict[str, Any]]) -> Answer:
    known = read_answer(towns(), TOWNS, Findings()).tables
    return Answer(q, {**known, **tables})


def short(cells: dict[str, int], served: dict[str, int], above: int) -> Any:
    """An answer of a group and year in a territory of municipalities a, b and c."""
    return SimpleNamespace(
        cells={(m, "g", 1): d for m, d in cells.items()},
        served=lambda m, *_: served.get(m, 0),
        above={("T", "g", 1): above},
        within_reach=lambda *_: sum(cells.values()),
    )


REGION: Any = SimpleNamespace(inside=lambda _: ("a", "b", "c", "d"))
KEY = "T", "g", 1


@pytest.mark.parametrize(
    ("cells", "served", "above", "weights", "laid"),
    [
        # Of 20 cases 3 are above: 10 of 20 carry 2 at most, 5 carry one; 1.5, 0.75 and 0.75 of three.
        ({"a": 10, "b": 5, "c": 5}, {}, 3, {"a": 2, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}),
        # Equal parts go by code.
        ({"a": 5, "b": 5, "c": 10}, {}, 2, {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 0}),
        # Nobody carries more than is without a place.
        ({"a": 10, "b": 5, "c": 5}, {"a": 9, "c": 5}, 3, {"a": 1, "b": 1}, {"a": 1, "b": 1}),
        ({"a": 10, "b": 5, "c": 5}, {"a": 10, "b": 5, "c": 5}, 3, {}, {}),
        # A share that comes out even is not rounded up.
        ({"a": 4, "b": 4}, {}, 4, {"a": 2, "b": 2}, {"a": 2, "b": 2}),
        # Four in the parts 3, 2 and 1 of six are 2, 1.33 and 0.67: the last has the largest remainder.
        ({"a": 40, "b": 20, "c": 10}, {"a": 9, "b": 9, "c": 9}, 4, {"a": 3, "b": 2, "c": 1}, {"a": 2, "b": 1, "c": 1}),
    ],
)  # fmt: skip
def test_cases_above_a_maximum_are_laid_by_largest_remainder(
    cells: dict[str, int], served: dict[str, int], above: int, weights: dict[str, int], laid: dict[str, int]
) -> None:
    given = short(cells, served, above)
    assert above_weights(REGION, given, KEY) == weights
    assert laid_above(REGION, given) == {(m, "g", 1): n for m, n in laid.items()}


def test_cases_are_laid_in_each_territory() -> None:
    given = short({"a": 2, "b": 2}, {"a": 2}, 2)
    given.above = {("T", "g", 0): 2, **given.above}
    given.cells |= {("a", "g", 0): 0}
    assert laid_above(REGION, given) == {("b", "g", 1): 1}


def test_shares_of_access_are_of_what_is_within_reach() -> None:
    names = ("need_users", "served_users", "no_place_users", "above_maximum_users", "out_of_reach_users")
    rows = [(10, 5, 2, 1, 2), (10, 0, 3, 1, 6), (4, 0, 0, 0, 4)]
    keys = ({"municipality": m, "group": g, "year": 2027} for m, g in (("R1", "care"), ("R1", "stay"), ("R2", "care")))
    unmet = [key | dict(zip(names, row, strict=True)) for key, row in zip(keys, rows, strict=True)]
    sums = {"R1": (20, 5, 5, 2, 8), "R2": (4, 0, 0, 0, 4)}
    stands = [{"municipality": m, "year": 2027, **dict(zip(names, row, strict=True))} for m, row in sums.items()]
    say = Findings()
    shares = ({"unmet_share": Fraction(5, 12)}, {"unmet_share": None})
    access(TOWNS, answer(unmet=unmet, access=[row | share for row, share in zip(stands, shares, strict=True)]), say)
    assert say.sentences == []


def test_one_open_facility_within_reach_is_enough() -> None:
    # In R1 stands an old house, in R2 a second one without a row.
    q = question(inputs={"register": INPUTS["register"] + "\nold_R2,R2,old_house,10,10,keep,,,,attested,by hand"})
    assert len(q.hosts["R1", "old_house", 2027]) == 2
    assert spread_gaps(q, answer(q)) == {(m, "house", t): 0 for m in ("R1", "R2") for t in (2027, 2030)}
    assert set(spread_gaps(q, answer(q, capacity=[])).values()) == {1}


# ------------------------------------------------------------------------ stages


def test_users_of_today_without_a_place() -> None:
    nobody: list[dict[str, Any]] = []
    # Without anybody served: of care 12 and 3 of today, of the houses 10, in both years. Who comes later is not there.
    assert sum(_losses(TOWNS, answer(allocation=nobody))) == 2 * (12 + 3 + 10)
    # Need and maximum let fewer of them have a place: 15 of 20 users of the houses are in need, 12 below the maximum.
    many = question(inputs={"register": INPUTS["register"].replace("old_house,10,10", "old_house,10,20")})
    assert sum(_losses(many, answer(many, allocation=nobody))) == 2 * (12 + 3 + 12)
    many = question(inputs={"register": INPUTS["register"].replace("day,6,12", "day,6,50")})
    assert sum(_losses(many, answer(many, allocation=nobody))) == 2 * (20 + 3 + 10)
    free = answer(many, allocation=nobody, needs=[])
    assert sum(_losses(many, free)) == 0


def test_idle_places_of_home_services_in_the_year_of_the_least_need() -> None:
    needs = [{"municipality": "R2", "group": "care", "year": t, "need_users": n} for t, n in ((2027, 9), (2030, 3))]
    q = question(inputs={"register": INPUTS["register"].replace("help,3,3", "help,8,3")})
    assert idle_places(q, answer(q, needs=needs), q.sites["help_R2"]) == 5
    assert idle_places(q, answer(q, needs=needs[:1]), q.sites["help_R2"]) == 8
    assert idle_places(q, answer(q, needs=needs), dataclasses.replace(q.sites["help_R2"], k0=2)) == 0
    # A place of two users serves three with two; a day centre is no home service.
    two = question(inputs={"services": INPUTS["services"].replace("home,older,1", "home,older,2")})
    assert idle_places(two, answer(two, needs=needs), dataclasses.replace(two.sites["help_R2"], k0=8)) == 6
    assert idle_places(q, answer(q, needs=[]), q.sites["day_R1"]) == 0


def test_shares_of_a_need_of_which_a_row_is_missing() -> None:
    every = answer().tables["unmet"]
    rows = [row for row in every if (row["municipality"], row["group"], row["year"]) != ("R2", "stay", 2027)]
    assert _short(TOWNS, answer()) == [(9, 32), (4, 32), (5, 16), (3, 16)]
    assert _short(TOWNS, answer(unmet=rows)) == [(9, 32), (4, 32), (3, 16), (3, 16)]


def test_nobody_travels_where_nobody_is_served() -> None:
    assert list(worst_travel(TOWNS, answer(allocation=[]))) == [("worst_travel", 0)]
    assert list(stages.travel(TOWNS, answer(allocation=[]))) == [("travel", 0)]
    assert list(stages.worst_unmet(TOWNS, answer(needs=[]))) == []
    assert _least_worst(TOWNS, answer(needs=[])) == 0
    assert UNIT == 100_000


def test_a_preference_counts_among_the_services_of_its_group() -> None:
    rows = [{"municipality": "R1", "service": s, "host": "R1", "year": 2027, "users": n, "other_paid_users": 0}
            for s, n in (("day", 3), ("help", 5), ("lost", 9))]  # fmt: skip
    assert list(stages.preference(TOWNS, answer(allocation=rows))) == [("preference", 3)]


def test_the_weight_of_users_and_of_places() -> None:
    # The first digits of the sums that coreutils' sha256sum gives of "x|a", "xo|a", "b|a" and "k|a".
    for letter, digits, most in (("x", "07f6e6be102a7968", 99_991), ("xo", "b0581a8e0b26a137", 99_991),
                                 ("b", "5f5a30c8329d171e", 99_991), ("k", "a3c71635b8e08441", 997)):  # fmt: skip
        assert stages.weight(letter, "a") == 1 + int(digits, 16) % most


# ------------------------------------------------------------------------ what the manifest says


def told(name: str, parts: dict[str, Any] | None = None, **facts: Any) -> list[str]:
    """What is said where a stage is told otherwise."""
    files = towns(**parts or {})
    every = json.loads(files["manifest.json"])["stages"]
    return list(check(seal(files, [s | facts if s["name"] == name else s for s in every])).differences)


def test_a_value_may_be_rounded_at_its_fifth_decimal() -> None:
    for value, says in ((10.00001, 0), (9.99999, 0), (10.000015, 1), (9.999985, 1)):
        assert len(told("unmet_1", value=value, bound=None, gap=None, status="feasible_with_gap")) == says
    # So may a bound and a gap.
    for bound, gap, says in ((10.00001, 0.0, 0), (10.000015, 0.0, 1), (9.0, 0.10001, 0), (9.0, 0.100015, 1)):
        found = told("unmet_1", bound=bound, gap=gap, status="feasible_with_gap")
        assert len(found) == says, found


def test_a_gap_of_nothing_is_told_by_a_thousand_millionth() -> None:
    assert told("keep_1", bound=-1.0, gap=1e9, status="feasible_with_gap") == []
    assert told("unmet_1", gap=None, status="feasible_with_gap") == [
        "manifest.json, stage unmet_1: the gap is None; (value - bound) / value is 0.000000 (rule bounds)."
    ]
    assert told("unmet_1", bound=None, gap=None) == [
        "manifest.json, stage unmet_1: it is called proven, and its gap is above its tolerance (rule bounds)."
    ]


def test_a_stage_of_nothing_may_be_left_out() -> None:
    files = towns()
    every = json.loads(files["manifest.json"])["stages"]
    assert check(seal(files, [s for s in every if s["name"] != "keep_1"])).differences == ()
    found = check(seal(files, [s for s in every if s["name"] != "staff"])).differences
    assert found == ("manifest.json, stage staff: is missing; 1.00000 follows from the tables.",)


def test_where_every_case_above_a_maximum_has_its_place_no_better_worst_share_is_possible() -> None:
    # Without other money three cases lie above, which R1 carries to two and R2 to one, and nobody else could.
    streams = copy.deepcopy(SCENARIO["streams"])
    streams["own"]["payer"] = "state"
    q = question(scenario={"streams": streams})
    assert {key: sum(above_weights(q, answer(q), key).values()) - n for key, n in answer(q).above.items()} == {
        ("R", "stay", t): 0 for t in (2027, 2030)
    }
    found = told("worst_tenth", {"scenario": {"streams": streams}}, value=0.0, bound=0.0)
    assert any(one.startswith("manifest.json, stage worst_tenth: the value is 0.00000;") for one in found)
    # As it is, either of them could carry the one case; so in 2027 alone, where nobody is without a place in 2030.
    assert told("worst_tenth", value=0.0, bound=0.0) == []
    allocation = RESULTS["allocation"].replace("R1,house,R1,2030,5", "R1,house,R1,2030,10")
    allocation = allocation.replace("R2,house,R1,2030,3", "R2,house,R1,2030,4")
    found = told("worst_tenth", {"results": {"allocation": allocation}}, value=0.0, bound=0.0)
    assert not any("stage worst_tenth" in one for one in found)
