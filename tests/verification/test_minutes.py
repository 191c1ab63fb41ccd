"""Journeys from settlements as the witness counts them: rounded half up, a hair below the half included."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.minutes import _cases, _Journeys, _kilometres, _open_hosts, _Place, _places
from nationalmap.verification.question import read_question
from tests.verification.towns import towns


@pytest.mark.parametrize(
    ("start", "minutes"), [(4.0, 4), (4.4999, 4), (4.4999999995, 5), (4.5, 5), (5.49, 5), (0.0, 0)]
)
def test_a_settlement_at_a_seat_is_as_far_from_it_as_every_journey_takes_to_begin(start: float, minutes: int) -> None:
    q = read_question(towns(scenario={"travel": {"start_min": start}}), Findings())
    assert _Journeys(q).of("R2", _Place(1, (25.0, 42.0)), "R1") == minutes


def test_the_great_circle() -> None:
    # A degree of a meridian is 6371.0088 * pi / 180; a quarter of the equator 90 of them; the antipode 180.
    degree = 111.1950802
    assert _kilometres((25.0, 42.0), (25.0, 43.0)) == pytest.approx(degree)
    assert _kilometres((10.0, 0.0), (100.0, 0.0)) == pytest.approx(90 * degree)
    assert _kilometres((0.0, 0.0), (180.0, 0.0)) == pytest.approx(180 * degree)
    assert _kilometres((25.0, 42.0), (25.0, 42.0)) == 0


def test_a_seat_and_a_settlement_by_the_rule_of_the_scenario() -> None:
    # 0.1 degrees are 11.1195 km: times 1.5 at 30 km an hour 33.36 minutes, and 2 to begin.
    rule = {"detour_factor": 1.5, "speed_km_h": 30, "start_min": 2}
    journeys = _Journeys(read_question(towns(scenario={"travel": rule}), Findings()))
    assert journeys.of("R1", _Place(1, (25.0, 42.1)), "R1") == 35
    assert (journeys.of("R1", _Place(1, None), "R2"), journeys.of("R1", _Place(1, None), "X1")) == (20, 61)


def test_points_that_lie_opposite_each_other() -> None:
    # Their chord is a hair longer than the earth is thick.
    assert _kilometres((2.0, -8.0), (-178.0, 8.0)) == pytest.approx(180 * 111.1950802)


def test_a_settlement_by_the_usual_rule() -> None:
    # A degree is 111.195 km: 133.434 by road, at 60 km an hour, and 5 minutes to begin; 2.5 degrees 333.585.
    journeys = _Journeys(read_question(towns(), Findings()))
    assert [journeys.of("R1", _Place(1, (25.0, 42.0 + more)), "R1") for more in (0.0, 0.1, 1.0, 2.5)] == [
        5,
        18,
        138,
        339,
    ]
    # Once counted, it is known.
    assert journeys.of("R1", _Place(1, (25.0, 43.0)), "R1") == 138


def test_where_people_live_and_from_where_they_travel() -> None:
    places, origin = _places(read_question(towns(), Findings()))
    assert places == {
        "R1": [_Place(300, None), _Place(100, (25.0, 42.1))],
        # Its other settlement is empty; of one in R1 nobody knows where it lies.
        "R2": [_Place(100, None)],
    }
    assert origin == {"R1": "settlements", "R2": "settlements"}
    away = "00003,X1,Х1,26,42,500\n00012,R2,Празно,25.3,42.3,0"
    places, origin = _places(read_question(towns(inputs={"settlements": away}), Findings()))
    assert places == {"R1": [_Place(1, None)], "R2": [_Place(1, None)]}
    assert origin == {"R1": "seats", "R2": "seats"}


class _Told:
    """Journeys of so many minutes, by host, from a seat; from a settlement ten more."""

    def of(self, _: str, place: _Place, host: str) -> int:
        return int(host) + (10 if place.at else 0)


def test_cases_within_each_number_of_minutes() -> None:
    told: Any = _Told()
    # Three of four live in the seat: 15 and 30 minutes from the two hosts; the others 25 and 40.
    places = [_Place(3, None), _Place(1, (0.0, 0.0))]
    found = _cases("R1", places, told, 8, iter(("30", "15")), {"15": 4, "30": 2})
    assert found == {
        "reach_15_share": 6, "reach_30_share": 8, "reach_45_share": 8, "reach_60_share": 8,
        "served_15_share": 3, "served_30_share": 4 + Fraction(3, 2), "served_45_share": 6, "served_60_share": 6,
    }  # fmt: skip
    # Without an open host nobody is near one, and without users nobody is served.
    assert set(_cases("R1", places, told, 8, (), {}).values()) == {0}


def test_hosts_are_open_where_they_have_places() -> None:
    q = read_question(towns(), Findings())
    rows = [
        {"municipality": m, "service": s, "year": 2030, "places": n}
        for m, s, n in (("R1", "day", 1), ("R2", "day", 0), ("R2", "help", 2), ("R1", "house", 1))
    ]
    found = _open_hosts(q, Answer(q, {"capacity": rows}))
    assert {key: hosts for key, hosts in found.items() if hosts} == {
        ("R1", "care", 2030): {"R1"}, ("R2", "care", 2030): {"R1", "R2"},
        ("R1", "stay", 2030): {"R1"}, ("R2", "stay", 2030): {"R1"},
    }  # fmt: skip
