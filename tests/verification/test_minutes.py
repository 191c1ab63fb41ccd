"""Journeys from settlements as the witness counts them: rounded half up, a hair below the half included."""

from __future__ import annotations

import pytest

from nationalmap.verification.findings import Findings
from nationalmap.verification.minutes import _Journeys, _kilometres, _Place
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
