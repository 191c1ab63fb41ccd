"""Shares of the need within minutes of places, by hand: three towns and their settlements on a meridian.

                      lives       minutes to A01  to B01   need  served
    A01   500 of 1000   seat             0           58     10    6 in A01
          300           0.19 south      30
          200           0.2 south       32
    B01   100 of 400    seat            58            0      8    4 in A01, 2 in B01
          300           0.3 south       18           45
    C01   nobody: seat                  60            6      4    1 in A01
Care has places in A01 for all, and in B01 for B01 alone (so says ``OPEN``; the plan did not agree otherwise).

    within minutes        15                30               45          60
    need of A01           5                 8                10          10
    need of B01           2                 8                8           8     near A01 6, near its seat 2
    need of C01           0                 0                0           4
    served of A01         3                 4.8              6           6
    served of B01         2/4 = 0.5         0.5 + 3          2 + 3       2 + 4
    served of C01         0                 0                0           1
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap import schema
from nationalmap.geography.access import access_minutes
from nationalmap.geography.settlements import journeys, places
from nationalmap.geography.travel import travel_table
from nationalmap.sources.tables import empty
from tests.geography.test_settlements import RULE, TOWNS, VILLAGES

MUNICIPALITIES = TOWNS.assign(region=["ONE", "ONE", "TWO"])
NEED = (("A01", 10, 6), ("B01", 8, 6), ("C01", 4, 1))
USERS = (("A01", "A01", 6), ("B01", "A01", 4), ("B01", "B01", 2), ("C01", "A01", 1))
OPEN = (("A01", "A01"), ("B01", "A01"), ("B01", "B01"), ("C01", "A01"))


def made(need=NEED, users=USERS, open_hosts=OPEN, settlements=VILLAGES, seed=None):
    """The table of one group and year; with a seed the rows of every input in another order."""

    def mixed(frame):
        return frame if seed is None else frame.sample(frac=1, random_state=seed).reset_index(drop=True)

    towns = mixed(MUNICIPALITIES)
    found = places(towns, mixed(settlements))
    near = journeys(found, towns, mixed(travel_table(towns, RULE)), RULE, 60)
    unmet = pd.DataFrame(need, columns=["municipality", "need_users", "served_users"]).assign(group="care", year=2027)
    served = pd.DataFrame(users, columns=["municipality", "host", "users"]).assign(group="care", year=2027)
    hosts = pd.DataFrame(open_hosts, columns=["municipality", "host"]).assign(group="care", year=2027)
    table = access_minutes(towns, mixed(found), mixed(near), mixed(hosts), mixed(unmet), mixed(served))
    schema.check(schema.ACCESS_MINUTES, schema.as_text(schema.ACCESS_MINUTES, table), "access_minutes")
    return table.set_index("territory")


def shares(table, what):
    return {code: table.loc[code, [f"{what}_{t}_share" for t in (15, 30, 45, 60)]].tolist() for code in table.index}


def per(whole, *cases):
    return [round(n / whole, 9) for n in cases]


def test_by_hand_from_settlements():
    table = made()
    assert shares(table, "reach") == {
        "*": per(22, 7, 16, 18, 22), "A01": per(10, 5, 8, 10, 10), "B01": per(8, 2, 8, 8, 8), "C01": per(4, 0, 0, 0, 4),
        "ONE": per(18, 7, 16, 18, 18), "TWO": per(4, 0, 0, 0, 4),
    }  # fmt: skip
    assert shares(table, "served") == {
        "*": per(22, 3.5, 8.3, 11, 13), "A01": per(10, 3, 4.8, 6, 6), "B01": per(8, 0.5, 3.5, 5, 6),
        "C01": per(4, 0, 0, 0, 1), "ONE": per(18, 3.5, 8.3, 11, 12), "TWO": per(4, 0, 0, 0, 1),
    }  # fmt: skip
    assert table["origin"].to_dict() == {
        "*": "mixed", "A01": "settlements", "B01": "settlements", "C01": "seats", "ONE": "settlements", "TWO": "seats",
    }  # fmt: skip
    assert table[["need_users", "served_users"]].to_dict("list") == {
        "need_users": [22, 10, 8, 4, 18, 4],
        "served_users": [13, 6, 6, 1, 12, 1],
    }


def test_by_hand_from_seats():
    """All of A01 and B01 at their seats: what the seats hide is a half of A01 and three quarters of B01."""
    table = made(settlements=empty(schema.SETTLEMENTS))
    assert shares(table, "reach")["*"] == per(22, 18, 18, 18, 22)
    assert shares(table, "served")["B01"] == per(8, 2, 2, 2, 6)
    assert set(table["origin"]) == {"seats"}


@pytest.mark.parametrize(("lat", "share"), [(41.81, 1.0), (41.811, 1.0), (41.808, 0.0)])
def test_thirty_minutes_are_inside(lat, share):
    """0.19 degrees are 30.35 minutes, told as 30; 0.192 are 30.62, told as 31."""
    one = VILLAGES[VILLAGES["settlement"] == "00002"].assign(lat=lat)
    table = made(settlements=one)
    assert table.loc["A01", "reach_30_share"] == share
    assert table.loc["A01", "reach_45_share"] == 1


def test_people_who_are_none_carry_nothing():
    far = VILLAGES[VILLAGES["settlement"] == "00002"].assign(settlement="00009", lat=41.0)
    assert made(settlements=pd.concat([VILLAGES, far.assign(population=0)])).equals(made())
    assert made(settlements=pd.concat([VILLAGES, far.assign(population=1000)])).loc["A01", "reach_60_share"] == 0.5


def test_no_host_no_need_nobody_served():
    table = made(need=(("A01", 10, 0), ("B01", 0, 0), ("C01", 4, 0)), users=(), open_hosts=())
    assert shares(table, "reach")["*"] == shares(table, "served")["*"] == [0, 0, 0, 0]
    assert np.isnan(shares(table, "reach")["B01"]).all()


def test_a_year_has_its_own_hosts():
    towns, found = MUNICIPALITIES, places(MUNICIPALITIES, VILLAGES)
    near = journeys(found, towns, travel_table(towns, RULE), RULE, 60)
    unmet = pd.DataFrame([("A01", g, t, 10, 0) for g in "ab" for t in (2027, 2030)],
                         columns=["municipality", "group", "year", "need_users", "served_users"])  # fmt: skip
    hosts = pd.DataFrame(
        [("A01", "a", "A01", 2027), ("A01", "a", "B01", 2030), ("A01", "b", "C01", 2030)],
        columns=["municipality", "group", "host", "year"],
    )
    nobody = pd.DataFrame({"municipality": [], "host": [], "group": [], "year": [], "users": []})
    table = access_minutes(towns, found, near, hosts, unmet, nobody).set_index(["territory", "group", "year"])
    assert table.loc["A01", "reach_60_share"].to_dict() == {
        ("a", 2027): 1, ("a", 2030): 0.5, ("b", 2027): 0, ("b", 2030): 0.5,
    }  # fmt: skip


cases = st.tuples(*(st.tuples(st.integers(0, 40), st.integers(0, 40)) for _ in range(3)))
hosts = st.sets(st.tuples(st.sampled_from(["A01", "B01", "C01"]), st.sampled_from(["A01", "B01", "C01"])))


@given(cases, hosts, st.integers(0, 99))
def test_longer_is_more_served_is_less_and_territories_add_up(numbers, open_hosts, seed):
    """Users go to open hosts, no more than need: each share grows with the minutes, served lies within reach."""
    users, need = [], []
    for code, (n, of) in zip(("A01", "B01", "C01"), numbers, strict=True):
        near = sorted(h for m, h in open_hosts if m == code)
        served = min(n, of) if near else 0
        users += [(code, near[seed % len(near)], served)] if served else []
        need.append((code, n, served))
    table = made(need, users, sorted(open_hosts))
    pd.testing.assert_frame_equal(table, made(need, users, sorted(open_hosts), seed=seed))
    for what in ("reach", "served"):
        found = table[[f"{what}_{t}_share" for t in (15, 30, 45, 60)]]
        assert (found.diff(axis=1).iloc[:, 1:].fillna(0) >= 0).all().all()
        parts = found.mul(table["need_users"], axis=0).fillna(0)
        for whole, inside in (("ONE", ["A01", "B01"]), ("TWO", ["C01"]), ("*", ["ONE", "TWO"])):
            assert np.allclose(parts.loc[whole], parts.loc[inside].sum(), atol=1e-6)
    reach, served = (table[[f"{what}_{t}_share" for t in (15, 30, 45, 60)]].to_numpy() for what in ("reach", "served"))
    assert (np.nan_to_num(served - reach) <= 1e-9).all()
