"""Journeys from settlements: who travels from where, sparse as brute force, and what a table is refused for.

One degree of a meridian is 111.195 km; by the rule (detour 1.2, 60 km/h, 5 minutes at the start) a journey along it
takes 133.434 minutes a degree and 5 more.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap import finished, planning, schema
from nationalmap.domain.scenario import TravelRule
from nationalmap.errors import InputRefused
from nationalmap.geography.settlements import check_settlements, journeys, notes, places
from nationalmap.geography.travel import travel_table, whole_minutes
from nationalmap.sources.tables import empty, read_table
from tests.beside import reference

ROOT = Path(__file__).parents[2]
RULE = TravelRule(detour_factor=1.2, speed_km_h=60.0, start_min=5.0)


def towns(*rows):
    """Municipalities of region R: code, EKATTE of the seat, lon, lat."""
    names = ["municipality", "seat_ekatte", "seat_lon", "seat_lat"]
    return pd.DataFrame(rows, columns=names).assign(region="R", seat_bg="Център")


def villages(*rows):
    """Settlements: code, municipality, lon, lat, people."""
    frame = pd.DataFrame(rows, columns=["settlement", "municipality", "lon", "lat", "population"])
    return frame.assign(name="Село")[list(schema.SETTLEMENTS.names)].astype({"lon": "float64", "lat": "float64"})


#: Two towns 0.4 degrees from each other on a meridian, a third 0.01 farther whose only settlement is empty.
TOWNS = towns(("A01", "00001", 25.0, 42.0), ("B01", "00004", 25.0, 42.4), ("C01", "00006", 25.0, 42.41))
#: South of A01, just inside 30 minutes (0.19: 30.35) and beyond (0.2: 31.69); of B01 one between the towns.
VILLAGES = villages(
    ("00001", "A01", 25.0, 42.0, 500),
    ("00002", "A01", 25.0, 41.81, 300),
    ("00003", "A01", 25.0, 41.8, 200),
    ("00004", "B01", 25.0, 42.4, 100),
    ("00005", "B01", 25.0, 42.1, 300),
    ("00006", "C01", 25.0, 42.41, 0),
)


def minutes(found):
    return {(p, h): t for p, h, t in found[["place", "host", "travel_min"]].itertuples(index=False, name=None)}


def of(settlements=VILLAGES, towns=TOWNS, limit=60, known=None, rule=RULE):
    found = places(towns, settlements)
    return journeys(found, towns, travel_table(towns, rule, known), rule, limit)


def test_people_live_in_settlements_and_where_none_are_known_in_the_seat():
    found = places(TOWNS, VILLAGES)
    columns = ["place", "municipality", "people", "is_seat", "origin"]
    assert found[columns].values.tolist() == [
        ["00001", "A01", 500, True, "settlements"],
        ["00002", "A01", 300, False, "settlements"],
        ["00003", "A01", 200, False, "settlements"],
        ["00004", "B01", 100, True, "settlements"],
        ["00005", "B01", 300, False, "settlements"],
        ["C01", "C01", 1, True, "seats"],
    ]


def test_no_table_no_settlement():
    found = places(TOWNS, empty(schema.SETTLEMENTS))
    assert found["place"].tolist() == ["A01", "B01", "C01"]
    assert set(found["origin"]) == {"seats"}
    assert minutes(of(empty(schema.SETTLEMENTS), limit=1000)) == {
        ("A01", "A01"): 0, ("A01", "B01"): 58, ("A01", "C01"): 60, ("B01", "A01"): 58, ("B01", "B01"): 0,
        ("B01", "C01"): 6, ("C01", "A01"): 60, ("C01", "B01"): 6, ("C01", "C01"): 0,
    }  # fmt: skip


def test_journeys_along_a_meridian_by_hand():
    """0.4 degrees: 58.37; 0.41: 59.71, so 60; 0.01: 6.33; 0.1: 18.34; 0.3: 45.03; 0.31: 46.36; 0.59: over 60."""
    assert minutes(of()) == {
        ("00001", "A01"): 0, ("00001", "B01"): 58, ("00001", "C01"): 60,
        ("00002", "A01"): 30, ("00003", "A01"): 32,
        ("00004", "A01"): 58, ("00004", "B01"): 0, ("00004", "C01"): 6,
        ("00005", "A01"): 18, ("00005", "B01"): 45, ("00005", "C01"): 46,
        ("C01", "A01"): 60, ("C01", "B01"): 6, ("C01", "C01"): 0,
    }  # fmt: skip


@pytest.mark.parametrize(("limit", "inside"), [(30, True), (29, False)])
def test_the_limit_is_inside(limit, inside):
    assert (("00002", "A01") in minutes(of(limit=limit))) is inside


def test_a_known_journey_is_that_of_the_seat_alone():
    known = pd.DataFrame({"municipality": ["A01"], "host": ["B01"], "travel_min": [40.0]})
    found = minutes(of(known=known))
    assert (found["00001", "B01"], found["00004", "A01"]) == (40, 40)
    assert found["00005", "A01"] == 18


def test_two_towns_with_one_seat_stay_two_hosts():
    """B01 is governed from the town A01: from the town to B01's host as the seats, 5 minutes; B01's own village 18."""
    shared = towns(("A01", "00001", 25.0, 42.0), ("B01", "00001", 25.0, 42.0))
    found = minutes(of(villages(("00001", "A01", 25.0, 42.0, 9), ("00005", "B01", 25.0, 42.1, 9)), shared))
    expected = {("00001", "A01"): 0, ("00001", "B01"): 5, ("00005", "A01"): 18, ("00005", "B01"): 18}
    assert found == expected


points = st.lists(st.tuples(st.floats(22.5, 28.5), st.floats(41.3, 44.1)), min_size=1, max_size=12)


@given(points, points, st.floats(1, 2), st.floats(20, 120), st.floats(0, 30), st.integers(1, 180), st.randoms())
def test_sparse_is_brute_force_in_any_order(hosts, homes, detour, speed, start, limit, order):
    rule = TravelRule(detour_factor=detour, speed_km_h=speed, start_min=start)
    seats = towns(*((f"M{at:02}", f"{at:05}", *point) for at, point in enumerate(hosts)))
    homes = [(f"{at + 100:05}", f"M{at % len(hosts):02}", *point, at + 1) for at, point in enumerate(homes)]
    found = of(villages(*homes), seats, limit, rule=rule)
    brute = {}
    for code, _, *home, _ in homes:
        for at, seat in enumerate(hosts):
            (x, y), (u, v) = (tuple(map(math.radians, point)) for point in (home, seat))
            angle = math.sin(y) * math.sin(v) + math.cos(y) * math.cos(v) * math.cos(x - u)
            apart = 6371.0088 * math.acos(min(1.0, angle))
            brute[code, f"M{at:02}"] = detour * apart / speed * 60 + start
    told = {key: value for key, value in minutes(found).items() if not key[0].startswith("M")}
    for key, exact in brute.items():
        # The law of cosines is a metre unsure near its own point: a thousandth of a minute at a border decides nothing.
        could = {int(whole_minutes(np.array([exact + noise]))[0]) for noise in (-0.01, 0.01)}
        assert told.get(key, limit + 1) in could or (key not in told and max(could) > limit)
    seats, homes = seats.sample(frac=1, random_state=order.randint(0, 99)), order.sample(homes, len(homes))
    pd.testing.assert_frame_equal(found, of(villages(*homes), seats, limit, rule=rule))


def refused(*rows):
    with pytest.raises(InputRefused) as caught:
        check_settlements(pd.concat([VILLAGES, villages(*rows)]), TOWNS, "own.csv")
    return [str(fault) for fault in caught.value.faults]


def test_what_a_settlement_table_is_refused_for():
    assert refused(("14", "A01", 25, 42, 1), ("00015", "A01", 25, np.nan, 1), ("00016", "A01", np.nan, 42, 1)) == [
        'own.csv, "Село", settlement: "14" is not a code of five digits; a spreadsheet may have lost leading zeros: '
        "import the column as text.",
        'own.csv, settlement "00015", lat: is empty, the other is not; write both, or leave both blank: the settlement '
        "is then left out.",
        'own.csv, settlement "00016", lon: is empty, the other is not; write both, or leave both blank: the settlement '
        "is then left out.",
    ]


def test_a_settlement_far_off_its_municipality_is_a_fault():
    """Of 0, 21.13, 22.24 and 222.39 km the median is 21.68. 0.64 degrees, 71.16 km, are inside 21.68 + 50, 0.65 not."""
    assert refused(("00017", "A01", 25.0, 44.0, 5)) == [
        'own.csv, settlement "00017", lon: "25 44" (Село) lies 222 km from Център, the seat of A01, whose settlements '
        "lie within 22 km by half; mend its place or municipality, or leave lon and lat blank.",
    ]
    assert "lies 72 km from" in refused(("00017", "A01", 25.0, 42.65, 5))[0]
    check_settlements(pd.concat([VILLAGES, villages(("00017", "A01", 25.0, 42.64, 5))]), TOWNS, "own.csv")
    with pytest.raises(InputRefused, match="lies 66 km from"):
        check_settlements(villages(("00006", "C01", 25.0, 43.0, 5)), TOWNS, "own.csv")


def test_notes_name_who_is_left_out_and_who_travels_from_the_seat():
    table = pd.concat([VILLAGES, villages(("00020", "B01", np.nan, np.nan, 7))])
    assert notes(table, TOWNS) == [
        "settlements: 1 with 7 people have no place and are left out: 00020",
        "settlements: none with people in C01; there all travel from the seat",
    ]
    assert notes(empty(schema.SETTLEMENTS), TOWNS) == []


def test_a_scenario_reads_its_settlements_and_travels_from_them(toyland):
    """S1 lives in its seat and, a fifth of it, 0.1 degrees north, 18 minutes away; the others have no settlement."""
    header = ",".join(schema.SETTLEMENTS.names)
    rows = "90004,SOU01,Долно,25.0,42.8,80\n00031,SOU01,Село,25.0,42.9,20\n"
    (toyland / "own.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("[inputs]\n", '[inputs]\nsettlements = "own.csv"\n'), encoding="utf-8")
    run = planning.plan(str(toyland), toyland / "runs")
    found = pd.read_csv(run.folder / "access_minutes.csv").set_index(["territory", "group"])
    columns = ["origin", "reach_15_share", "reach_30_share", "served_15_share", "served_30_share"]
    assert found.loc[("SOU01", "day_care"), columns].tolist() == ["settlements", 0.8, 1, 0.8, 1]
    assert found.loc[("SOU02", "day_care"), "origin"] == "seats"
    # 10 - 2 of S1 and 6 of S2 within 15 minutes, of 19.
    assert found.loc[("SOU", "day_care"), columns[:2]].tolist() == ["mixed", round(14 / 19, 9)]
    assert finished.verify(run.folder).differences == ()
    (toyland / "own.csv").write_text(f"{header}\n{rows.replace('SOU01', 'SOU09')}", encoding="utf-8")
    with pytest.raises(InputRefused, match=r'own\.csv, row 2, municipality: "SOU09" is not one of the 6 known codes'):
        planning.check(str(toyland))


def test_the_real_table_is_taken_and_its_known_dirt_refused(tmp_path):
    raw = pd.read_csv(reference("data/settlements.csv"), dtype="str", keep_default_na=False)
    raw = raw.rename(columns={"code": "settlement", "name_bg": "name"})[list(schema.SETTLEMENTS.names)]
    raw.to_csv(tmp_path / "own.csv", index=False)
    table = read_table(schema.SETTLEMENTS, tmp_path / "own.csv")
    municipalities = read_table(schema.MUNICIPALITIES, ROOT / "boundaries" / "municipalities.csv")
    check_settlements(table, municipalities, "own.csv")
    assert (len(table), int((table["population"] == 0).sum())) == (5255, 163)
    assert notes(table, municipalities)[0].startswith("settlements: 3 with ")
    found = places(municipalities, table)
    near = journeys(found, municipalities, travel_table(municipalities, TravelRule()), TravelRule(), 60)
    assert found["municipality"].nunique() == 265
    # Every lived-in settlement has its own seat or another one within the hour.
    assert set(near["place"]) == set(found["place"])
    # One source puts Дойранци of Ардино where another village of its name lies.
    there = table.index[table["name"].eq("Дойранци")]
    assert table.loc[there, "municipality"].tolist() == ["KRZ02", "SHU18"]
    table.loc[there[0], ["lon", "lat"]] = table.loc[there[1], ["lon", "lat"]]
    with pytest.raises(InputRefused, match="Дойранци") as caught:
        check_settlements(table, municipalities, "own.csv")
    assert len(caught.value.faults) == 1
