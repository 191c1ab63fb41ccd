"""Journeys: distances on the sphere, whole minutes, known journeys in both directions."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap import schema
from nationalmap.domain.scenario import TravelRule
from nationalmap.errors import InputRefused
from nationalmap.geography.travel import great_circle_km, near_table, travel_table, whole_minutes

DEGREE_KM = 6371.0088 * math.pi / 180  # 111.195 km: one degree of a great circle


def seats(**places):
    """Municipalities with only what a journey needs: code=(lon, lat)."""
    return pd.DataFrame(
        {
            "municipality": list(places),
            "seat_lon": [lon for lon, _ in places.values()],
            "seat_lat": [lat for _, lat in places.values()],
        }
    )


def known(*rows):
    return pd.DataFrame(rows, columns=["municipality", "host", "travel_min"])


def minutes(table):
    return {(m, h): t for m, h, t in table[["municipality", "host", "travel_min"]].itertuples(index=False)}


THREE = seats(B01=(25.0, 42.0), A01=(25.0, 43.0), C01=(25.0, 42.0))
#: 1.2 x 111.195 km = 133.434 km at 60 km/h = 133.434 min, and 5 min more: 138.434 -> 138.
RULE = TravelRule(detour_factor=1.2, speed_km_h=60.0, start_min=5.0)


def test_one_degree_of_the_meridian_and_a_quarter_of_the_equator():
    lon, lat = np.array([0.0, 0.0, 90.0]), np.array([0.0, 1.0, 0.0])
    distance = great_circle_km(lon, lat)
    assert distance[0, 1] == pytest.approx(111.19508, abs=1e-5)
    assert distance[0, 2] == pytest.approx(90 * DEGREE_KM, rel=1e-12)
    assert (distance == distance.T).all()
    assert (distance.diagonal() == 0).all()


def test_short_distances_keep_their_digits():
    # A metre north: the law of cosines would answer 0 or several metres.
    distance = great_circle_km(np.array([25.0, 25.0]), np.array([42.0, 42.0 + 0.001 / DEGREE_KM]))
    assert distance[0, 1] == pytest.approx(0.001, rel=1e-6)


def test_degrees_of_longitude_shrink_with_the_latitude():
    distance = great_circle_km(np.array([25.0, 26.0]), np.array([60.0, 60.0]))
    assert distance[0, 1] == pytest.approx(DEGREE_KM / 2, rel=1e-4)


def test_all_pairs_sorted_with_the_declared_columns():
    table = travel_table(THREE, RULE)
    assert tuple(table.columns) == schema.TRAVEL.names
    assert list(zip(table["municipality"], table["host"], strict=True)) == [
        (m, h) for m in ("A01", "B01", "C01") for h in ("A01", "B01", "C01")
    ]
    assert set(table["origin"]) == {"computed"}
    checked = schema.check(schema.TRAVEL, schema.as_text(schema.TRAVEL, table), "travel")
    pd.testing.assert_frame_equal(checked, table)


def test_minutes_by_hand_and_the_shared_seat():
    table = travel_table(THREE, RULE)
    assert minutes(table)["A01", "B01"] == 138
    assert minutes(table)["B01", "A01"] == 138
    assert minutes(table)["B01", "C01"] == 5, "two municipalities with one seat: the start still counts"
    assert minutes(table)["B01", "B01"] == 0, "within the municipality there is no journey"
    km = table.set_index(["municipality", "host"])["travel_km"]
    assert km["A01", "B01"] == pytest.approx(1.2 * DEGREE_KM, abs=5e-4)
    assert km["A01", "A01"] == 0


def test_halves_go_up_and_float_noise_does_not_matter():
    assert whole_minutes(np.array([2.5, 2.5 - 1e-12, 2.4999, 7.5, 0.49])).tolist() == [3, 3, 2, 8, 0]


def test_a_known_journey_replaces_the_minutes_in_both_directions():
    table = travel_table(THREE, RULE, known(("B01", "A01", 99)))
    plain = travel_table(THREE, RULE)
    assert minutes(table)["A01", "B01"] == 99
    assert minutes(table)["B01", "A01"] == 99
    assert minutes(table)["A01", "C01"] == 138
    assert (table["origin"] == "known").sum() == 2
    assert table["travel_km"].tolist() == plain["travel_km"].tolist(), "the km stay as computed"


def test_two_directions_keep_their_own_values():
    table = travel_table(THREE, RULE, known(("B01", "A01", 99), ("A01", "B01", 101)))
    assert minutes(table)["B01", "A01"] == 99
    assert minutes(table)["A01", "B01"] == 101


def test_known_journeys_elsewhere_pass_by():
    table = travel_table(THREE, RULE, known(("B01", "Z99", 1)))
    pd.testing.assert_frame_equal(table, travel_table(THREE, RULE))


def test_a_known_journey_to_itself_is_refused():
    with pytest.raises(InputRefused, match='"7" is a journey from B01 to itself'):
        travel_table(THREE, RULE, known(("B01", "B01", 7)))


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (TravelRule(detour_factor=0.9), "detour_factor"),
        (TravelRule(speed_km_h=0.0), "speed_km_h"),
        (TravelRule(start_min=-1.0), "start_min"),
        (TravelRule(speed_km_h=math.inf), "speed_km_h"),
        (TravelRule(detour_factor=math.nan), "detour_factor"),
    ],
)
def test_an_unusable_rule_is_refused_by_name(rule, column):
    with pytest.raises(InputRefused, match=column) as refused:
        travel_table(THREE, rule)
    assert len(refused.value.faults) == 1


@given(
    st.lists(st.tuples(st.floats(22, 29), st.floats(41, 44)), min_size=1, max_size=8),
    st.floats(1, 2),
    st.floats(20, 120),
    st.floats(0, 30),
)
def test_the_order_of_rows_does_not_matter_and_journeys_are_symmetric(places, detour, speed, start):
    table = seats(**{f"M{at:02}": place for at, place in enumerate(places)})
    rule = TravelRule(detour_factor=detour, speed_km_h=speed, start_min=start)
    forth = travel_table(table, rule)
    pd.testing.assert_frame_equal(forth, travel_table(table.iloc[::-1], rule))
    there = minutes(forth)
    assert all(there[m, h] == there[h, m] for m, h in there)
    assert all(t >= math.floor(start) for (m, h), t in there.items() if m != h)


def test_near_journeys_are_those_of_the_whole_table_within_the_limit():
    draw = np.random.default_rng(1)
    places = {f"M{i:03}": (22 + 6 * draw.random(), 41 + 3 * draw.random()) for i in range(80)}
    everyone = seats(**places)
    hosts = everyone.iloc[::4]
    for limit in (0.0, 5.0, 45.0, 90.0):
        whole = travel_table(everyone, RULE)
        near = whole[(whole["travel_min"] <= limit) & whole["host"].isin(hosts["municipality"])]
        found = near_table(everyone, hosts.sample(frac=1, random_state=1), RULE, limit)
        assert minutes(found) == minutes(near)
        assert found[["municipality", "host"]].apply(tuple, axis=1).is_monotonic_increasing
        assert found.dtypes.equals(whole[["municipality", "host", "travel_min"]].dtypes)
