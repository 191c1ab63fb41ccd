"""People in age bands moved to a planned year, by hand and against what was published afterwards."""

import csv
import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap.domain.scenario import ProjectionRule
from nationalmap.errors import InputRefused
from nationalmap.projection import BANDS, cohorts, project, step_matrix

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
RATES = pd.read_csv(SCENARIOS / "catalogue/projection.csv")
CENSUS = pd.read_csv(SCENARIOS / "indicators/2021/census.csv")


def by_hand(**rates):
    """Rates by band and kind, written 0 for what is not named: moves_0=0.1 is the first band's."""
    return {(BANDS[int(key[-1])], key[:-2]): value for key, value in rates.items()}


def table(rates, region="*"):
    rows = [(region, band, rate, value) for (band, rate), value in rates.items()]
    return pd.DataFrame(rows, columns=["region", "band", "rate", "per_year"])


def question(method="cohorts", years=(2023,)):
    return SimpleNamespace(projection=ProjectionRule(method=method), years=tuple(years))


def inputs(people, rates=None, other=(), dates=None):
    """Tables of two municipalities, A1 in region A and B1 in B; ``people`` five numbers for each."""
    figures = [
        (band, code, value)
        for code, row in zip(("A1", "B1"), people, strict=True)
        for band, value in zip(BANDS, row, strict=True)
    ]
    extra = [(name, code, value) for name, values in other for code, value in zip(("A1", "B1"), values, strict=True)]
    indicators = pd.DataFrame([*figures, *extra], columns=["indicator", "municipality", "value"])
    names = list(dict.fromkeys(indicators["indicator"]))
    catalogue = pd.DataFrame(
        {"indicator": names, "reference_date": [(dates or {}).get(n, "2021-09-07") for n in names]}
    )
    tables = {
        "indicators": indicators,
        "indicator_catalogue": catalogue,
        "municipalities": pd.DataFrame({"municipality": ["A1", "B1"], "region": ["A", "B"]}),
    }
    return tables if rates is None else {**tables, "projection": rates}


def found(result, year, code="A1"):
    mine = result[(result["year"] == year) & (result["municipality"] == code)]
    return dict(zip(mine["indicator"], mine["value"], strict=True))


TENS = ([100, 100, 100, 100, 100], [200, 0, 0, 0, 0])


# ------------------------------------------------------------------ by hand


def test_a_year_moves_people_to_the_next_band():
    # A tenth of each band but the last moves on: the first loses 10, the last gains 10.
    rates = table(by_hand(moves_0=0.1, moves_1=0.1, moves_2=0.1, moves_3=0.1))
    one = found(project(question(years=[2022]), inputs(TENS, rates)), 2022)
    assert [one[band] for band in BANDS] == [90, 100, 100, 100, 110]


def test_two_years_are_one_year_twice():
    # 200 children: 20 move on, then 18 of 180, and 2 of the 20 go on to the third band.
    rates = table(by_hand(moves_0=0.1, moves_1=0.1))
    two = found(project(question(), inputs(TENS, rates)), 2023, "B1")
    assert [two[band] for band in BANDS] == [162, 36, 2, 0, 0]


def test_births_deaths_and_migration():
    # Births 0.05 of 100 + 0.01 of 100 = 6; a fifth of the oldest dies; 3 of a hundred come to the third band.
    rates = table(by_hand(births_1=0.05, births_2=0.01, deaths_4=0.2, migration_2=0.03))
    one = found(project(question(years=[2022]), inputs(TENS, rates)), 2022)
    assert [one[band] for band in BANDS] == [106, 100, 103, 100, 80]


def test_what_follows_from_the_bands_is_estimated_as_in_the_data():
    # 0-14 100, 15-29 103: 0-17 = 100 + 20.6 = 120.6 -> 121; total 503; 18-64 = 503 - 100 - 121 = 282.
    rates = table(by_hand(migration_1=0.03))
    other = [("pop_total", (500, 200)), ("pop_0_17", (120, 200)), ("pop_18_64", (280, 0))]
    one = found(project(question(years=[2022]), inputs(TENS, rates, other)), 2022)
    assert (one["pop_total"], one["pop_0_17"], one["pop_18_64"]) == (503, 121, 282)


def test_the_data_follow_the_same_estimate():
    people = CENSUS.set_index("municipality")
    codes = ["HKV34", "HKV17"]
    tables = inputs([people.loc[c, list(BANDS)].tolist() for c in codes], table(by_hand(moves_0=0.0)))
    names = ["pop_total", "pop_0_17", "pop_18_64"]
    extra = pd.DataFrame([(n, c, 0.0) for n in names for c in ("A1", "B1")], columns=tables["indicators"].columns)
    tables["indicators"] = pd.concat([tables["indicators"], extra])
    result = project(question(years=[2022]), tables)
    for code, of in zip(("A1", "B1"), codes, strict=True):
        assert [found(result, 2022, code)[n] for n in names] == people.loc[of, names].tolist()


def test_only_people_are_projected_and_marked():
    rates = table(by_hand(deaths_4=0.5))
    tables = inputs(TENS, rates, other=[("subsidy", (7.5, 8.5)), ("clients", (40, 41))])
    result = project(question(years=[2022, 2030]), tables)
    for year in (2022, 2030):
        assert (found(result, year)["subsidy"], found(result, year)["clients"]) == (7.5, 40)
    marked = result.groupby("indicator")["is_estimate"].agg(["all", "any"])
    assert marked.loc[list(BANDS), "all"].all()
    assert not marked.loc[["subsidy", "clients"], "any"].any()


def test_the_constant_method_takes_the_figures_as_they_are():
    tables = inputs(TENS, other=[("subsidy", (7.5, 8.5))])
    result = project(question("constant", [2027, 2035]), tables)
    assert not result["is_estimate"].any()
    for year in (2027, 2035):
        mine = result[result["year"] == year].set_index(["indicator", "municipality"])["value"]
        assert mine.to_dict() == tables["indicators"].set_index(["indicator", "municipality"])["value"].to_dict()


def test_no_data_stays_no_data_and_touches_no_neighbour():
    people = ([float("nan"), 100, 100, 100, 100], [200, 0, 0, 0, 0])
    tables = inputs(people, table(by_hand(moves_0=0.1)), other=[("pop_total", (400, 200))])
    result = project(question(years=[2022]), tables)
    assert pd.isna(found(result, 2022)["pop_0_14"])
    assert pd.isna(found(result, 2022)["pop_total"])
    assert found(result, 2022, "B1")["pop_total"] == 200


def test_a_region_has_its_own_rates_where_they_are_given():
    everywhere, own = table(by_hand(deaths_0=0.1)), table(by_hand(deaths_0=0.5), "B")
    result = project(question(years=[2022]), inputs(TENS, pd.concat([everywhere, own])))
    assert (found(result, 2022)["pop_0_14"], found(result, 2022, "B1")["pop_0_14"]) == (90, 100)


# ------------------------------------------------------------------ refusals


def sentences(tables, **asked):
    with pytest.raises(InputRefused) as caught:
        project(question(**asked), tables)
    return str(caught.value).split("\n")


def test_cohorts_without_rates_are_refused():
    expected = (
        'projection.csv: has no rates: cohorts need them; add the rates to the catalogue, or write method = "constant".'
    )
    assert sentences(inputs(TENS)) == [expected]
    assert sentences(inputs(TENS, table({}))) == [expected]


def test_a_region_without_rates_is_named():
    (told,) = sentences(inputs(TENS, table(by_hand(moves_0=0.1), "A")))
    assert told == 'projection.csv, region: "B" has no rates; name it, or give rates for *.'


@pytest.mark.parametrize(
    ("rates", "part"),
    [
        (by_hand(moves_4=0.1), "leaves the last band"),
        (by_hand(deaths_0=1.5), "is no share of a band"),
        (by_hand(deaths_0=-0.1), "is no share of a band"),
        (by_hand(moves_0=0.7, deaths_0=0.7), "lose more people of pop_0_14 in a year than there are"),
        ({("pop_0_17", "moves"): 0.1}, '"pop_0_17" is no age band'),
    ],
)
def test_impossible_rates_are_refused(rates, part):
    told = sentences(inputs(TENS, table(rates)))
    assert any(part in sentence for sentence in told)


def test_bands_of_two_censuses_are_refused():
    (told,) = sentences(inputs(TENS, table(by_hand(moves_0=0.1)), dates={"pop_0_14": "2011-02-01"}))
    assert "lies in 2011 and in 2021" in told


def test_a_missing_band_is_named():
    tables = inputs(TENS, table(by_hand(moves_0=0.1)))
    tables["indicator_catalogue"] = tables["indicator_catalogue"].query("indicator != 'pop_45_64'")
    assert sentences(tables) == [
        'indicators.csv, indicator: "pop_45_64" is missing: cohorts need it; '
        'add the bands of the census, or write method = "constant".'
    ]


# ------------------------------------------------------------------ properties

SHARES = st.floats(0, 0.3)


@given(
    st.lists(st.floats(0, 1e5), min_size=5, max_size=5), st.lists(SHARES, min_size=4, max_size=4), st.integers(0, 15)
)
def test_moving_alone_loses_nobody(people, moves, years):
    step = step_matrix({(band, "moves"): rate for band, rate in zip(BANDS, moves, strict=False)})
    moved = cohorts(np.array([people]), step[None], years)
    assert moved.sum() == pytest.approx(sum(people), rel=1e-9, abs=1e-6)
    assert (moved >= 0).all()


@given(st.lists(st.floats(0, 1e5), min_size=5, max_size=5), SHARES, SHARES)
def test_more_deaths_leave_no_more_people(people, one, other):
    low, high = sorted((one, other))
    left = [cohorts(np.array([people]), step_matrix({("pop_65plus", "deaths"): d})[None], 5).sum() for d in (low, high)]
    assert left[1] <= left[0] + 1e-6


# ------------------------------------------------------------------ the shipped rates


def test_every_shipped_rate_has_a_basis_and_stands_once():
    assert RATES["basis"].str.len().min() > 5
    assert set(RATES["status"]) <= {"attested", "derived", "illustrative"}
    assert len(RATES) == len(RATES.drop_duplicates(["region", "band", "rate"])) == 20


@pytest.mark.parametrize(
    ("fact", "bands"),
    [
        ("haskovo_population_2023", BANDS),
        ("haskovo_65plus_2023", BANDS[-1:]),
        ("haskovo_under_15_2023", BANDS[:1]),
    ],
)
def test_the_rates_meet_haskovo_at_the_end_of_2023(fact, bands):
    # 31.12.2023 lies 0.316 of a year after two whole years from the census of 7.9.2021.
    with (SCENARIOS / "catalogue/calibration.csv").open(encoding="utf-8", newline="") as file:
        published = {row["fact"]: float(row["value"]) for row in csv.DictReader(file)}[fact]
    step = step_matrix({(r.band, r.rate): r.per_year for r in RATES.itertuples()})
    people = CENSUS[CENSUS["municipality"].str.startswith("HKV")][list(BANDS)].to_numpy(dtype=float).sum(axis=0)
    two, three = (cohorts(people[None], step[None], years)[0] for years in (2, 3))
    between = dict(zip(BANDS, two + 0.316 * (three - two), strict=True))
    assert sum(between[band] for band in bands) == pytest.approx(published, rel=0.01)


def test_the_method_is_the_scenarios(haskovo):
    rule = dataclasses.replace(haskovo.scenario, projection=ProjectionRule(method="constant"), years=(2027, 2035))
    result = project(rule, haskovo.inputs.tables)
    assert sorted(set(result["year"])) == [2027, 2035]
    assert len(result) == 2 * len(haskovo.inputs.tables["indicators"])
