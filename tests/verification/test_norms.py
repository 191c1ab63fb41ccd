"""Norms by hand: every kind with its rounding, its scope and its indicators."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from nationalmap.verification.findings import Findings
from nationalmap.verification.norms import Figures, holds_for, in_force, indicators_of, rounded
from nationalmap.verification.question import Question, read_question
from tests.verification.towns import towns

F = Fraction


@pytest.fixture(scope="module")
def q() -> Question:
    return read_question(towns(), Findings())


def figures(q: Question, **values: dict[str, int | None]) -> Figures:
    return Figures(q, {(i, m): None if v is None else F(v) for i, by in values.items() for m, v in by.items()})


OLDER = {"R1": 2000, "R2": 1000, "X1": 500}


def exact(q: Question, rule: dict[str, Any], territory: str = "R1", **more: dict[str, int | None]) -> Fraction | None:
    return figures(q, older=OLDER, **more).exact({"rule": rule}, territory)[0]


def test_ratio_and_the_sum_of_a_region(q: Question) -> None:
    rule = {"type": "ratio", "indicator": "older", "rate": F("1.5"), "per": F(100)}
    assert exact(q, rule) == 30
    assert exact(q, rule, "R") == 45


def test_no_data_gives_no_need(q: Question) -> None:
    rule = {"type": "ratio", "indicator": "blind", "rate": F(1), "per": F(1)}
    assert exact(q, rule, blind={"R1": None, "R2": 3}) is None
    assert exact(q, rule, "R2", blind={"R1": None, "R2": 3}) == 3
    assert exact(q, rule, "R", blind={"R1": None, "R2": 3}) is None


def test_subgroup_by_an_indicator_and_by_a_stated_share(q: Question) -> None:
    rule = {"type": "subgroup", "indicator": "older", "share_indicator": "sick", "share_percent": None}
    rule |= {"rate": F(1), "per": F(10)}
    assert exact(q, rule, sick={"R1": 25, "R2": 10}) == 50
    assert exact(q, rule, "R", sick={"R1": 25, "R2": 10}) == 60
    stated = rule | {"share_indicator": None, "share_percent": F("12.5")}
    assert exact(q, stated) == 25
    # Without the share, or without the figure that it is of, there is no need.
    assert exact(q, rule, sick={"R1": None, "R2": 10}) is None
    assert exact(q, stated | {"indicator": "blind"}, blind={"R1": None}) is None


def composite(parts: list[dict[str, Any]], average: str) -> dict[str, Any]:
    """One of a hundred older people, more or less where the parts lie above or below their average."""
    people = {"type": "composite", "indicator": "older", "rate": F(1), "per": F(100)}
    return people | {"parts": parts, "average": average}


def test_composite_moves_amounts_and_makes_none(q: Question) -> None:
    parts = [
        {"indicator": "poor", "of": None, "weight": F("0.25")},
        {"indicator": "sick", "of": "older", "weight": F("0.75")},
    ]
    rule = composite(parts, "planned")
    more = {"poor": {"R1": 10, "R2": 40, "X1": 90}, "sick": {"R1": 400, "R2": 500, "X1": 0}}
    # Means over R1, R2: poor (2000*10 + 1000*40)/3000 = 20; sick/older (400+500)/3000 = 0.3.
    one = exact(q, rule, **more)
    assert one == F(20) * (F("0.25") * F(1, 2) + F("0.75") * F(2, 3))
    two = exact(q, rule, "R2", **more)
    assert one is not None and two is not None
    assert one + two == exact(q, rule, "R", **more) == 30
    # National: X1 counts too: poor (60,000 + 45,000)/3500 = 30; sick 900/3500.
    national = exact(q, rule | {"average": "national"}, **more)
    assert national == F(20) * (F("0.25") * F(1, 3) + F("0.75") * F(2, 10) / F(900, 3500))


def test_composite_of_what_nobody_has_is_the_average(q: Question) -> None:
    parts = [{"indicator": "none", "of": None, "weight": F(1)}]
    rule = composite(parts, "national")
    assert exact(q, rule, none={"R1": 0, "R2": 0, "X1": 0}) == 20
    assert exact(q, rule, none={"R1": None, "R2": 0, "X1": 0}) is None
    # Whose figure is not known, is not in the mean: 20 * 2000 and 30 * 1000 of 3000.
    poor = {"R1": 20, "R2": 30, "X1": None}
    assert exact(q, rule | {"parts": [{"indicator": "poor", "of": None, "weight": F(1)}]}, poor=poor) == 20 * F(
        20 * 3, 70
    )
    assert exact(q, rule | {"indicator": "nobody"}, nobody={"R1": 0, "R2": 0, "X1": 0}, none={"R1": 1, "R2": 2}) == 0


def test_composite_of_parts_that_are_not_known(q: Question) -> None:
    parts = [
        {"indicator": "poor", "of": None, "weight": F("0.5")},
        {"indicator": "sick", "of": "all", "weight": F("0.5")},
    ]
    rule = composite(parts, "planned")
    known = {"poor": {"R1": 1, "R2": 1}, "sick": {"R1": 2, "R2": 2}, "all": {"R1": 4, "R2": 4}}
    assert exact(q, rule, **known) == 20
    for name in known:
        assert exact(q, rule, **known | {name: {"R1": None, "R2": 1}}) is None
    # Of nobody there is no share, and a need of nobody known is none.
    assert exact(q, rule, **known | {"all": {"R1": 0, "R2": 4}}) is None
    assert exact(q, rule | {"indicator": "blind"}, **known, blind={"R1": None, "R2": 5}) is None
    # The mean of a few people is theirs: 1 of half a person and 4 of a quarter are 2.
    few = Figures(
        q, {("base", "R1"): F(1, 2), ("base", "R2"): F(1, 4), ("poor", "R1"): F(1, 9), ("poor", "R2"): F(4, 9)}
    )
    one = {"rule": rule | {"indicator": "base", "parts": parts[:1]}}
    assert few.exact(one, "R1")[0] == F(1, 2) * F("0.5") * F(1, 2) / 100


def test_a_band_limit_belongs_to_the_next_class(q: Question) -> None:
    bands = [{"amount": F(1), "below": F(1000)}, {"amount": F(2), "below": F(2000)}, {"amount": F(3), "below": None}]
    rule = {"type": "banded", "indicator": "older", "bands": bands}
    assert [exact(q, rule, m) for m in ("R1", "R2")] == [3, 2]
    assert exact(q, rule | {"indicator": "few"}, few={"R1": 999}) == 1


def test_complement_never_falls_below_zero(q: Question) -> None:
    inner = {"type": "ratio", "indicator": "older", "rate": F(1), "per": F(100)}
    stated = {"indicator": None, "users": {"R1": F(3), "R2": F(30)}, "rate": F(1), "per": F(1)}
    other = {"indicator": "helped", "users": {}, "rate": F(3), "per": F(2)}
    rule = {"type": "complement", "inner": inner, "schemes": [stated, other]}
    helped = {"R1": 8, "R2": 0}
    assert exact(q, rule, helped=helped) == 20 - 3 - 12
    assert exact(q, rule, "R2", helped=helped) == 0
    assert exact(q, rule, "R", helped=helped) == 0
    assert exact(q, rule | {"schemes": [stated | {"users": {"R2": F(1)}}]}) is None
    assert exact(q, rule, helped={"R1": None}) is None
    assert exact(q, rule | {"inner": inner | {"indicator": "blind"}}, helped=helped, blind={"R1": None}) is None


def test_rounding() -> None:
    amounts = {"a": F("1.5"), "b": F("0.49999999999"), "c": F("2.0000000001"), "d": None}
    assert rounded("half_up", amounts, str) == {"a": 2, "b": 1, "c": 2, "d": None}
    assert rounded("ceil", amounts, str) == {"a": 2, "b": 1, "c": 2, "d": None}
    assert rounded("floor", amounts, str) == {"a": 1, "b": 0, "c": 2, "d": None}


def test_largest_remainder_keeps_the_sum_of_each_region() -> None:
    amounts = {"a1": F("0.4"), "a2": F("0.4"), "a3": F("0.7"), "a4": None, "b1": F("0.4")}
    # Region a: 1.5 -> 2: a3 has the largest remainder, then a1 before a2. Region b: 0.4 -> 0.
    found = rounded("largest_remainder", amounts, lambda m: m[0])
    assert found == {"a1": 1, "a2": 0, "a3": 1, "a4": None, "b1": 0}
    # What is whole has no remainder: 1 + 0.4 + 0.4 are 2.
    assert rounded("largest_remainder", {"a1": F(1), "a2": F("0.4"), "a3": F("0.4")}, lambda m: m[0]) == {
        "a1": 1, "a2": 1, "a3": 0,
    }  # fmt: skip


def test_scope_in_time_and_space() -> None:
    assert [in_force({"valid_from": 2027, "valid_to": 2030}, t) for t in (2026, 2027, 2030, 2031)] == [
        False, True, True, False,
    ]  # fmt: skip
    everywhere: dict[str, list[str]] = {"regions": [], "municipalities": []}
    assert holds_for(everywhere, "R1", "R")
    assert holds_for({"regions": ["R"], "municipalities": []}, "R1", "R")
    assert not holds_for({"regions": ["X"], "municipalities": ["R2"]}, "R1", "R")
    assert holds_for({"regions": ["X"], "municipalities": ["R1"]}, "R1", "R")
    assert not holds_for({"regions": [], "municipalities": ["R2"]}, "R1", "R")
    assert not holds_for({"regions": ["X"], "municipalities": []}, "R1", "R")
    assert holds_for({"regions": [], "municipalities": ["R1"]}, "R1", "R")


def test_indicators_are_named_in_the_order_of_the_rule() -> None:
    inner = {
        "type": "composite",
        "indicator": "a",
        "parts": [{"indicator": "b", "of": "c"}, {"indicator": "a", "of": None}],
    }
    assert indicators_of(inner) == ["a", "b", "c"]
    assert indicators_of({"type": "threshold", "inner": inner, "measure": "m"}) == ["a", "b", "c", "m"]
    assert indicators_of({"type": "threshold", "inner": {"type": "presence"}, "measure": None}) == []
    assert indicators_of({"type": "complement", "inner": {"type": "presence"}, "schemes": [{"indicator": "s"}]}) == [
        "s"
    ]
    assert indicators_of({"type": "subgroup", "indicator": "a", "share_indicator": None}) == ["a"]
