"""Norms times indicators, each number worked out by hand beside it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap import schema
from nationalmap.demand import Figures, check_norms, exact, needs_table, norms_in_use, package_table, rounded
from nationalmap.domain.norm import (
    Band,
    Banded,
    Complement,
    Composite,
    Norm,
    Part,
    Presence,
    Ratio,
    Scheme,
    Subgroup,
    Threshold,
)
from nationalmap.errors import InputRefused
from tests.norms import MUNICIPALITIES, figures, indicators, norm

NAN = float("nan")
HERE = np.array(["A"])
CLASSES = Banded(
    type="banded",
    indicator="pop",
    bands=(Band(amount=0.0, below=6000.0), Band(amount=8.0, below=20000.0), Band(amount=15.0)),
)


def ratio(rate, per=1000.0, indicator="pop"):
    return Ratio(type="ratio", indicator=indicator, rate=rate, per=per)


def presence(value):
    return Presence(type="presence", amount=value)


def service(code="care", level="municipal", mode="community", rho=1, smallest=1, group="", **more):
    return {
        "service": code, "group": group or code, "typology": "new", "counts_as": "", "level": level, "mode": mode,
        "users_per_place": rho, "min_places": smallest, **more
    }  # fmt: skip


def needs_of(rule, table, **facts):
    found = needs_table([norm(rule, **facts)], {2027: table}, MUNICIPALITIES, [2027])
    return dict(zip(found["municipality"], found["need_users"], strict=True))


def needs(rule, *values, **facts):
    return needs_of(rule, indicators(*values), **facts)


def amount(asked, values):
    """What a norm gives for each of some figures, each of a municipality of its own."""
    codes = [f"M{i}" for i in range(len(values))]
    table = pd.DataFrame({"indicator": "pop", "municipality": codes, "value": values})
    places = pd.DataFrame({"municipality": codes, "region": "R"})
    return exact(asked, Figures(table, places), codes)[0]


# ------------------------------------------------------------------ the three rules


def test_a_ratio_is_rate_times_indicator_over_per():
    given = amount(norm(ratio(2.5, 1000.0)), np.array([0.0, 1000.0, 81342.0, NAN]))
    assert given[:3].tolist() == [0.0, 2.5, pytest.approx(203.355)]
    assert np.isnan(given[3])


@pytest.mark.parametrize(
    ("population", "places"),
    [(0, 0), (5999, 0), (5999.999, 0), (6000, 8), (19999, 8), (20000, 15), (20001, 15), (1e12, 15)],
)
def test_a_limit_belongs_to_the_band_above_it(population, places):
    assert amount(norm(CLASSES), np.array([float(population)])).tolist() == [places]


def test_no_data_falls_into_no_band():
    assert np.isnan(amount(norm(CLASSES), np.array([NAN]))).all()


def test_one_band_without_a_limit_holds_everywhere():
    rule = Banded(type="banded", indicator="pop", bands=(Band(amount=3.0),))
    assert amount(norm(rule), np.array([0.0, 1e9])).tolist() == [3.0, 3.0]


def test_presence_asks_for_no_indicator():
    assert amount(norm(presence(10.0)), np.array([NAN, 5.0])).tolist() == [10.0, 10.0]


# ------------------------------------------------------------------ rounding


@pytest.mark.parametrize(
    ("policy", "exact", "whole"),
    [
        ("half_up", 2.5, 3),
        ("half_up", 3.5, 4),
        ("half_up", 0.5, 1),
        ("half_up", 2.4999, 2),
        ("half_up", 2.4999999999, 3),
        ("half_up", 0.0, 0),
        ("ceil", 2.0001, 3),
        ("ceil", 2.0000000001, 2),
        ("ceil", 2.0, 2),
        ("floor", 2.9999, 2),
        ("floor", 2.9999999999, 3),
        ("floor", 3.0, 3),
    ],
)
def test_rounding_by_the_norms_own_policy(policy, exact, whole):
    assert rounded(norm(presence(1.0), rounding=policy), np.array([exact]), HERE).tolist() == [whole]


def remainders(*exact, regions=None):
    given = np.array(exact)
    where = np.array(regions or ["A"] * len(exact))
    return rounded(norm(presence(1.0), rounding="largest_remainder"), given, where).tolist()


def test_the_largest_remainder_keeps_the_sum_of_the_region():
    # 0.4 + 0.4 + 0.3 = 1.1: one person, who would vanish if each were rounded for itself.
    assert remainders(0.3, 0.4, 0.4) == [0, 1, 0]
    assert remainders(2.5, 2.5, 1.0) == [3, 2, 1]
    assert remainders(7.0, 0.0) == [7, 0]


def test_the_largest_remainder_looks_at_one_region_at_a_time():
    assert remainders(0.6, 0.6, 0.6, 0.6, regions=["A", "B", "A", "B"]) == [1, 1, 0, 0]


def test_a_municipality_without_data_takes_nothing_from_the_others():
    whole = remainders(0.5, NAN, 0.6)
    assert whole[0] == 0
    assert np.isnan(whole[1])
    assert whole[2] == 1


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=12))
def test_the_largest_remainder_is_never_a_whole_person_off(exact):
    whole = remainders(*exact)
    assert abs(sum(whole) - sum(exact)) <= 0.5 + 1e-6
    assert all(abs(a - b) < 1 + 1e-9 for a, b in zip(whole, exact, strict=True))


def test_the_noise_of_a_product_does_not_make_one_user_more():
    # 0.07 * 100 is 7.000000000000001 in binary numbers: seven people, not eight.
    rule = ratio(0.07, 1.0)
    exact = amount(norm(rule), np.array([100.0]))
    assert exact[0] > 7
    assert rounded(norm(rule, rounding="ceil"), exact, HERE).tolist() == [7]


@pytest.mark.parametrize("policy", ["half_up", "ceil", "floor", "largest_remainder"])
def test_no_data_is_rounded_to_no_data(policy):
    assert np.isnan(rounded(norm(presence(1.0), rounding=policy), np.array([NAN]), HERE)).all()


@given(st.floats(0, 1e6), st.floats(0, 100), st.sampled_from(["half_up", "ceil", "floor", "largest_remainder"]))
def test_rounding_moves_by_less_than_one_person(figure, rate, policy):
    asked = norm(ratio(rate), rounding=policy)
    exact = amount(asked, np.array([figure]))
    whole = rounded(asked, exact, HERE)[0]
    assert whole == int(whole)
    assert abs(whole - exact[0]) < 1
    assert policy != "ceil" or whole >= exact[0] - 1e-9
    assert policy != "floor" or whole <= exact[0] + 1e-9


def test_a_norm_that_gives_more_people_than_the_country_has_is_refused():
    with pytest.raises(InputRefused) as caught:
        needs(ratio(1e6, 1.0), 1000, 1, 1)
    assert str(caught.value) == (
        'norms.toml, norm "care.need", rule: gives 1e+09 users or places in one territory; check rate, per and amounts.'
    )
    # Ten million are taken, one more is not.
    assert needs(presence(1e7), 1, 1, 1) == {"A1": 10_000_000, "A2": 10_000_000, "B1": 10_000_000}
    with pytest.raises(InputRefused):
        needs(presence(1e7 + 1), 1, 1, 1)


def test_other_figures_for_the_same_municipalities_are_what_the_norms_then_stand_on():
    former = Figures(indicators(1000, 2000, 3000), MUNICIPALITIES)
    other = former.with_figures(former.everywhere * 2)
    for regional in (False, True):
        given, figure = exact(norm(ratio(3.0)), other, other.regions if regional else other.codes)
        assert figure.tolist() == ([6000, 6000] if regional else [2000, 4000, 6000])
        assert given.tolist() == ([18, 18] if regional else [6, 12, 18])
    assert exact(norm(ratio(3.0)), former, former.codes)[1].tolist() == [1000, 2000, 3000]


# ------------------------------------------------------------------ needs


def test_needs_by_hand():
    # 3 per 1000: 1500 -> 4.5 -> 5; 2000 -> 6; no data -> no need.
    assert needs(ratio(3.0), 1500, 2000, 0)["A1"] == 5
    found = needs(ratio(3.0), 1500, 2000, NAN)
    assert (found["A1"], found["A2"]) == (5, 6)
    assert pd.isna(found["B1"])


def test_a_need_row_says_where_it_comes_from():
    table = needs_table([norm(ratio(3.0), estimate=True)], {2027: indicators(1500, NAN, 10)}, MUNICIPALITIES, [2027])
    schema.check(schema.NEEDS, schema.as_text(schema.NEEDS, table), "needs.csv")
    first, second, _ = table.to_dict("records")
    assert (first["norm"], first["indicator"], first["indicator_value"]) == ("care.need", "pop", 1500)
    assert (first["exact_users"], first["year"], first["is_estimate"]) == (4.5, 2027, True)
    assert np.isnan(second["indicator_value"])
    assert np.isnan(second["exact_users"])


def test_the_need_of_a_presence_norm_is_the_same_everywhere():
    assert needs(presence(2.0), NAN, 5, 0) == {"A1": 2, "A2": 2, "B1": 2}


def test_minimum_and_maximum_give_no_need():
    norms = [norm(ratio(3.0)), norm(ratio(9.0), gives="maximum"), norm(ratio(1.0), gives="minimum")]
    table = needs_table(norms, {2027: indicators(1000, 2000, 3000)}, MUNICIPALITIES, [2027])
    assert table["need_users"].tolist() == [3, 6, 9]


# ------------------------------------------------------------------ package


def package(norms, values, facts, municipalities=MUNICIPALITIES):
    table = indicators(*values)
    need = needs_table(norms, {2027: table}, municipalities, [2027])
    made = package_table(norms, {2027: table}, municipalities, pd.DataFrame([facts]), need, [2027])
    return made.set_index("territory")


def test_a_minimum_is_capped_at_the_need():
    # Need 1 per 1000: 2, 30, 5. Minimum by class 8: 2, 8, 5.
    rule = Banded(type="banded", indicator="pop", bands=(Band(amount=8.0),))
    made = package([norm(ratio(1.0)), norm(rule, gives="minimum")], (2000, 30000, 5000), service())
    assert made["minimum_users"].tolist() == [2, 8, 5]
    assert made["minimum_places"].tolist() == [2, 8, 5]
    assert made["maximum_users"].isna().all()


def test_an_unknown_need_excuses_no_minimum():
    made = package([norm(ratio(1.0)), norm(presence(8.0), gives="minimum")], (2000, NAN, 5000), service())
    assert made["minimum_users"].tolist() == [2, 8, 5]


def test_an_unknown_indicator_leaves_its_own_minimum_blank():
    norms = [norm(presence(9.0)), norm(ratio(1.0), gives="minimum")]
    made = package(norms, (2000, NAN, 5000), service())
    assert made["minimum_users"].isna().tolist() == [False, True, False]
    assert made["kind"].tolist() == ["in_place", "none", "in_place"]


def test_users_into_places_and_back():
    # Three users a place. Users: 7 -> 3 places. Places: need 10 -> at most 4 places, at most 10 users.
    in_users = package([norm(presence(10.0)), norm(presence(7.0), gives="minimum")], (1, 1, 1), service(rho=3))
    assert in_users.loc["A1", ["minimum_users", "minimum_places"]].tolist() == [7, 3]
    places = norm(presence(9.0), gives="minimum", unit="places")
    in_places = package([norm(presence(10.0)), places], (1, 1, 1), service(rho=3))
    assert in_places.loc["A1", ["minimum_users", "minimum_places"]].tolist() == [10, 4]
    small = norm(presence(2.0), gives="minimum", unit="places")
    assert package([norm(presence(10.0)), small], (1, 1, 1), service(rho=3)).loc["A1", "minimum_users"] == 6


@pytest.mark.parametrize(
    ("minimum", "facts", "kind"),
    [
        (10.0, {"smallest": 10}, "in_place"),
        (9.0, {"smallest": 10}, "access"),
        (28.0, {"smallest": 10, "rho": 3}, "in_place"),
        (27.0, {"smallest": 10, "rho": 3}, "access"),
        (0.0, {"smallest": 10}, "none"),
        (1.0, {"smallest": 0, "mode": "home"}, "in_place"),
        (1.0, {"smallest": 20, "mode": "mobile"}, "access"),
    ],
)
def test_a_minimum_below_the_smallest_facility_is_asked_as_access(minimum, facts, kind):
    made = package([norm(presence(100.0)), norm(presence(minimum), gives="minimum")], (1, 1, 1), service(**facts))
    assert made["kind"].tolist() == [kind] * 3


def test_a_regional_minimum_stands_on_the_sum_of_the_region():
    # 3 per 1000 of A = 1500 + 2000: 10.5 -> 11; of B = 1000: 3. Need 4 per 1000: A 6 + 8 = 14, B 4.
    norms = [norm(ratio(4.0)), norm(ratio(3.0), gives="minimum", territory="region", unit="places")]
    made = package(norms, (1500, 2000, 1000), service(level="regional", smallest=15))
    assert made.index.tolist() == ["A", "B"]
    assert made["minimum_users"].tolist() == [11, 3]
    assert made["kind"].tolist() == ["in_place", "in_place"]


def test_a_regional_minimum_is_capped_at_the_sum_of_the_needs():
    norms = [norm(ratio(4.0)), norm(presence(10.0), gives="minimum", territory="region", unit="places")]
    made = package(norms, (500, 1000, 4000), service(level="regional"))
    assert made["minimum_users"].tolist() == [6, 10]


def test_a_region_with_a_municipality_without_data_has_no_sum():
    maximum = norm(ratio(3.0), gives="maximum", territory="region")
    made = package([norm(presence(5.0)), maximum], (1500, NAN, 1000), service(level="regional"))
    assert made["maximum_users"].isna().tolist() == [True, False]
    assert made.loc["B", "maximum_users"] == 3


def test_an_unknown_need_in_a_region_caps_nothing():
    norms = [norm(ratio(4.0)), norm(presence(50.0), gives="minimum", territory="region", unit="places")]
    made = package(norms, (500, NAN, 1000), service(level="regional"))
    assert made["minimum_users"].tolist() == [50, 4]


def test_a_package_row_names_its_norms_and_passes_its_declaration():
    norms = [norm(ratio(4.0)), norm(ratio(9.0), gives="maximum"), norm(presence(1.0), gives="minimum")]
    made = package(norms, (1000, 2000, 3000), service()).reset_index()
    schema.check(schema.PACKAGE, schema.as_text(schema.PACKAGE, made), "package.csv")
    assert made["maximum_users"].tolist() == [9, 18, 27]
    assert set(made["norm_minimum"]) == {"care.minimum"}
    assert set(made["norm_maximum"]) == {"care.maximum"}


def test_a_service_without_minimum_and_maximum_has_no_package():
    other = pd.DataFrame([service(), service("other")])
    norms = [norm(ratio(1.0)), norm(ratio(1.0), "other"), norm(presence(1.0), "other", "minimum")]
    table = indicators(1000, 2000, 3000)
    need = needs_table(norms, {2027: table}, MUNICIPALITIES, [2027])
    made = package_table(norms, {2027: table}, MUNICIPALITIES, other, need, [2027])
    assert set(made["service"]) == {"other"}


def test_the_order_of_the_rows_does_not_matter():
    norms = [norm(ratio(4.0)), norm(presence(3.0), gives="minimum")]
    straight = package(norms, (500, 1000, 4000), service())
    table = indicators(500, 1000, 4000).iloc[::-1]
    turned = MUNICIPALITIES.iloc[::-1].reset_index(drop=True)
    need = needs_table(norms, {2027: table}, turned, [2027])
    made = package_table(norms, {2027: table}, turned, pd.DataFrame([service()]), need, [2027]).set_index("territory")
    assert made.equals(straight)


# ------------------------------------------------------------------ check_norms

UNITS = {"pop": "persons", "share": "percent"}
CATALOGUE = pd.DataFrame(
    [service(), service("home_help", mode="home"), service("house", "regional", "residential")]
)  # fmt: skip
NEEDED = (norm(ratio(1.0)), norm(ratio(1.0), "home_help"), norm(ratio(1.0), "house"))


def sentences(*norms, instead=()):
    kept = [n for n in NEEDED if n.group not in instead]
    with pytest.raises(InputRefused) as caught:
        check_norms([*kept, *norms], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    told = str(caught.value).split("\n")
    # A norm stands in no row of a table.
    assert not [line for line in told if ", row " in line]
    return told


def test_a_full_set_of_norms_is_taken():
    more = (
        norm(presence(0.0), gives="minimum"),
        norm(CLASSES, gives="maximum"),
        norm(presence(1.0), "house", "minimum", territory="region", unit="places"),
    )
    check_norms([*NEEDED, *more], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            norm(ratio(1.0), "hose", "minimum"),
            'norms.toml, norm "hose.minimum", service: "hose" is not a service of the catalogue; '
            'the nearest is "house".',
        ),
        (
            norm(ratio(1.0, indicator="popp"), gives="minimum"),
            'norms.toml, norm "care.minimum", indicator: "popp" is not an indicator at hand; the nearest is "pop".',
        ),
        (
            norm(ratio(2.0), id="second"),
            'norms.toml, norm "second", group: "care" has a need already, by care.need, in 2026 to 2035; '
            "let one norm end before the other begins, or name other regions.",
        ),
        (
            norm(ratio(1.0), "house", "minimum"),
            'norms.toml, norm "house.minimum", territory: "municipality" does not fit: the minimum of a regional '
            'service is set by region; write territory = "region".',
        ),
        (
            norm(ratio(1.0), gives="maximum", territory="region"),
            'norms.toml, norm "care.maximum", territory: "region" does not fit: the maximum of a municipal '
            'service is set by municipality; write territory = "municipality".',
        ),
        (
            norm(ratio(1.0), gives="maximum", unit="places"),
            'norms.toml, norm "care.maximum", unit: "places" does not fit: a maximum counts users; '
            'write unit = "users".',
        ),
        (
            norm(ratio(1.0), "home_help", "minimum", unit="places"),
            'norms.toml, norm "home_help.minimum", unit: "places" does not fit: a service at home has no places; '
            'write unit = "users".',
        ),
        (
            norm(ratio(1.0, indicator="share"), "house", "minimum", territory="region"),
            'norms.toml, norm "house.minimum", indicator: "share" is in per cent and has no sum; '
            "name an indicator that counts something.",
        ),
        (
            norm(ratio(-1.0), gives="minimum"),
            'norms.toml, norm "care.minimum", rate: "-1" is out of range; '
            "rate is 0 or more, per above 0, neither is huge.",
        ),
        (
            norm(ratio(1.0, 0.0), gives="minimum"),
            'norms.toml, norm "care.minimum", per: "0" is out of range; '
            "rate is 0 or more, per above 0, neither is huge.",
        ),
        (
            norm(presence(-3.0), gives="minimum"),
            'norms.toml, norm "care.minimum", amount: "-3" is negative; write 0 or more.',
        ),
    ],
    ids=lambda part: part.id if isinstance(part, Norm) else "",
)
def test_a_wrong_norm_brings_one_sentence(wrong, sentence):
    assert sentences(wrong) == [sentence]


def test_a_service_without_a_need_is_named():
    assert sentences(norm(presence(1.0), gives="minimum"), instead=["care"]) == [
        'norms.toml, norms: "care" has no norm that gives its need; '
        "add one, state its needs, or leave its services out."
    ]


@pytest.mark.parametrize(
    "bands",
    [
        (),
        ((1, 10), (2, 20)),
        ((1, 20), (2, 10), (3, None)),
        ((1, 10), (2, 10), (3, None)),
        ((1, None), (2, 10), (3, None)),
        ((1, None), (2, None)),
        ((-1, 10), (2, None)),
    ],
    ids=["none", "open above", "falling", "equal", "open within", "open twice", "negative"],
)
def test_bands_cover_every_figure_once(bands):
    rule = Banded(type="banded", indicator="pop", bands=tuple(Band(amount=float(a), below=b) for a, b in bands))
    (sentence,) = sentences(norm(rule, gives="minimum"))
    assert sentence.startswith('norms.toml, norm "care.minimum", bands: the bands do not cover every figure once; ')


def test_every_fault_of_every_norm_is_told():
    told = sentences(norm(ratio(-1.0, -1.0), gives="minimum"), norm(ratio(1.0), "nowhere"))
    assert len(told) == 3


# ------------------------------------------------------------------ subgroups, composites, thresholds, complements


def subgroup(**facts):
    said = {"indicator": "pop", "rate": 10.0, "per": 100.0, **facts}
    return Subgroup(type="subgroup", **said)


def composite(*parts, **facts):
    said = {"indicator": "pop", "rate": 10.0, "per": 100.0, **facts}
    return Composite(type="composite", parts=tuple(Part(**part) for part in parts), **said)


def complement(*schemes, inner=None):
    return Complement(type="complement", inner=inner or ratio(100.0), schemes=schemes)


def threshold(own_from, inner=None, measure=None):
    return Threshold(type="threshold", inner=inner or ratio(10.0), own_from=own_from, measure=measure)


def scheme(**facts):
    return Scheme(name="other", basis="b", **facts)


def test_the_need_of_a_subgroup_says_the_subgroup_it_stands_on():
    # 4 % of 1,000 are 40 certified, a tenth of them 4.
    table = figures(pop=[1000, 500, 0], share=[4.0, 10.0, 7.0])
    found = needs_table([norm(subgroup(share_indicator="share"))], {2027: table}, MUNICIPALITIES, [2027])
    assert found["indicator"].tolist() == ["pop share"] * 3
    assert found["indicator_value"].tolist() == [40, 50, 0]
    assert found["need_users"].tolist() == [4, 5, 0]


def test_the_subgroup_of_a_region_is_the_sum_of_its_municipalities():
    # 40 + 50 certified in A, not 7 % of 1,500; a twentieth of them is 4.5 -> 5.
    maximum = norm(subgroup(share_indicator="share", rate=5.0), gives="maximum", territory="region")
    table = figures(pop=[1000, 500, 1000], share=[4.0, 10.0, 2.0])
    need = needs_table([norm(presence(50.0))], {2027: table}, MUNICIPALITIES, [2027])
    facts = pd.DataFrame([service(level="regional")])
    made = package_table([norm(presence(50.0)), maximum], {2027: table}, MUNICIPALITIES, facts, need, [2027])
    assert made.set_index("territory")["maximum_users"].to_dict() == {"A": 5, "B": 1}


PARTS = ({"indicator": "poor", "weight": 1.0},)


@pytest.mark.parametrize(("average", "first"), [("planned", 5.0), ("national", 10.0)])
def test_a_composite_is_measured_by_the_average_it_names(average, first):
    # Planned mean (10 + 30) / 2 = 20; with a third municipality of 200 people without poverty, 10.
    table = pd.DataFrame(
        [
            ("pop", "A1", 100),
            ("pop", "A2", 100),
            ("pop", "C1", 200),
            ("poor", "A1", 10),
            ("poor", "A2", 30),
            ("poor", "C1", 0),
        ],
        columns=["indicator", "municipality", "value"],
    )
    planned = MUNICIPALITIES[:2]
    asked = norm(composite(*PARTS, average=average))
    found = exact(asked, Figures(table, planned), ["A1", "A2"])[0]
    assert found.tolist() == pytest.approx([first, 3 * first])


def test_a_municipality_without_a_figure_is_left_out_of_the_average_and_has_no_need():
    table = figures(pop=[100, 100, 100], poor=[10, 30, NAN])
    found = needs_of(composite(*PARTS), table)
    assert (found["A1"], found["A2"]) == (5, 15)
    assert pd.isna(found["B1"])


def test_an_intensity_that_nobody_has_moves_nothing():
    assert needs_of(composite(*PARTS), figures(pop=[100, 50, 20], poor=[0, 0, 0])) == {"A1": 10, "A2": 5, "B1": 2}


def test_nobody_at_all_needs_nothing():
    assert needs_of(composite(*PARTS), figures(pop=[0, 0, 0], poor=[5, 10, 20])) == {"A1": 0, "A2": 0, "B1": 0}


@given(
    st.lists(st.integers(1, 10_000), min_size=3, max_size=3),
    st.lists(st.floats(0.1, 90), min_size=3, max_size=3),
    st.floats(0, 1),
)
def test_a_composite_moves_amounts_and_makes_none(people, poor, weight):
    parts = ({"indicator": "poor", "weight": weight}, {"indicator": "old", "of": "pop", "weight": 1 - weight})
    table = figures(pop=people, poor=poor, old=[n / 3 for n in people])
    found = exact(norm(composite(*parts)), Figures(table, MUNICIPALITIES), ["A1", "A2", "B1"])[0]
    assert found.sum() == pytest.approx(sum(people) / 10)


@given(
    st.lists(st.integers(0, 10_000), min_size=3, max_size=3), st.lists(st.integers(0, 10_000), min_size=3, max_size=3)
)
def test_a_complement_is_never_below_nothing_nor_above_the_eligible(people, served):
    table = figures(pop=people, clients=served)
    found = exact(norm(complement(scheme(indicator="clients"))), Figures(table, MUNICIPALITIES), ["A1", "A2", "B1"])[0]
    assert (found >= 0).all()
    assert (found <= np.array(people) / 10 + 1e-9).all()


def test_the_complement_of_a_region_is_taken_from_its_sums():
    # Eligible 100 + 50 = 150; served 20 + 90 = 110: 40, though A2 alone has none left.
    maximum = norm(complement(scheme(indicator="clients")), gives="maximum", territory="region")
    table = figures(pop=[1000, 500, 100], clients=[20, 90, 0])
    given, _ = exact(maximum, Figures(table, MUNICIPALITIES), ["A", "B"])
    assert given.tolist() == [40, 10]


def test_the_limit_of_a_threshold_belongs_to_what_stands_alone():
    # 10 per 1000: 9.99 -> 10 after rounding up, 10.0, 9.
    asked = norm(threshold(10.0), gives="minimum", rounding="ceil")
    made = package([norm(presence(100.0)), asked], (999, 1000, 900), service())
    assert made["kind"].tolist() == ["in_place", "in_place", "access"]


# ------------------------------------------------------------------ years and places


def test_norms_that_follow_each_other_hold_in_their_own_years():
    norms = [norm(ratio(1.0), id="early", valid_to=2029), norm(ratio(2.0), id="late", valid_from=2030)]
    by_year = {2027: indicators(1000, 2000, 3000), 2030: indicators(1000, 2000, 3000)}
    found = needs_table(norms, by_year, MUNICIPALITIES, [2027, 2030])
    assert found[["year", "norm"]].drop_duplicates().to_numpy().tolist() == [[2027, "early"], [2030, "late"]]
    assert found.query("municipality == 'A2'")["need_users"].tolist() == [2, 4]


def test_norms_side_by_side_hold_in_their_own_places():
    norms = [norm(presence(9.0)), norm(presence(2.0), gives="minimum", id="a", regions=("A",))]
    norms.append(norm(presence(3.0), gives="minimum", id="b", municipalities=("B1",)))
    made = package(norms, (1, 1, 1), service())
    assert made["minimum_users"].to_dict() == {"A1": 2, "A2": 2, "B1": 3}
    assert made["norm_minimum"].to_dict() == {"A1": "a", "A2": "a", "B1": "b"}


def test_the_largest_remainder_is_kept_within_the_scope():
    # 0.6 in A1, 0.6 in A2, of which the norm holds in A1 alone: one person there.
    asked = norm(ratio(0.6), rounding="largest_remainder", municipalities=("A1",))
    found = needs_table([asked], {2027: indicators(1000, 1000, 1000)}, MUNICIPALITIES, [2027])
    assert found[["municipality", "need_users"]].to_numpy().tolist() == [["A1", 1]]


def stated(*rows):
    return pd.DataFrame(
        [(m, "care", 2027, n, source, "study") for m, n, source in rows],
        columns=["municipality", "group", "year", "need_users", "source_class", "basis"],
    )


def test_stated_needs_stand_in_place_of_the_norm():
    given = stated(("A1", 7, "municipal_study"), ("B1", 0, "estimate"))
    found = needs_table([norm(ratio(3.0))], {2027: indicators(1000, 1000, 1000)}, MUNICIPALITIES, [2027], given)
    assert found["norm"].tolist() == ["", "", ""]
    assert (found["need_users"].iloc[0], found["need_users"].iloc[2]) == (7, 0)
    # What is not stated is no data, not 0 and not the norm's.
    assert pd.isna(found["need_users"].iloc[1])
    assert found["is_estimate"].tolist() == [False, False, True]
    schema.check(schema.NEEDS, schema.as_text(schema.NEEDS, found), "needs.csv")


def test_a_projected_indicator_makes_the_need_an_estimate():
    table = indicators(1000, 2000, 3000).assign(is_estimate=True)
    found = needs_table([norm(ratio(1.0))], {2027: table}, MUNICIPALITIES, [2027])
    assert found["is_estimate"].all()
    other = pd.concat(
        [indicators(1, 1, 1).assign(is_estimate=False), indicators(1, 1, 1, name="x").assign(is_estimate=True)]
    )
    assert not needs_table([norm(ratio(1.0))], {2027: other}, MUNICIPALITIES, [2027])["is_estimate"].any()


def test_norms_of_what_is_left_out_and_of_other_years_are_not_used():
    norms = [
        norm(ratio(1.0)), norm(ratio(1.0), "house"), norm(presence(1.0), "house", "minimum"),
        norm(ratio(1.0), "hose"), norm(ratio(1.0), id="past", valid_to=2026),
    ]  # fmt: skip
    used = norms_in_use(norms, CATALOGUE.query("service != 'house'"), CATALOGUE, [2027])
    assert [n.id for n in used] == ["care.need", "hose.need"]


# ------------------------------------------------------------------ what is refused of them

MINIMUM = {"gives": "minimum"}


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (norm(subgroup(), **MINIMUM), "share_indicator: or share_percent: exactly one is asked"),
        (norm(subgroup(share_percent=5.0, share_basis="x"), **MINIMUM), "estimate: is missing"),
        (norm(subgroup(share_percent=5.0), estimate=True, **MINIMUM), "share_basis: is missing"),
        (
            norm(subgroup(share_percent=101.0, share_basis="x"), estimate=True, **MINIMUM),
            '"101" is not between 0 and 100',
        ),
        (norm(subgroup(share_indicator="pop"), **MINIMUM), '"pop" is in persons, not in per cent'),
        (
            norm(subgroup(indicator="share", share_indicator="share"), **MINIMUM),
            '"share" is in per cent and has no sum',
        ),
        (norm(composite({"indicator": "share", "weight": 0.5}), **MINIMUM), '"0.5" is not the sum of weights'),
        (norm(composite({"indicator": "pop", "weight": 1.0}), **MINIMUM), '"pop" is in persons, not in per cent'),
        (
            norm(composite(*({"indicator": "share", "weight": w} for w in (1.5, -0.5))), **MINIMUM),
            "weights are 0 or more and add up to 1",
        ),
        (norm(composite({"indicator": "share", "weight": 1.0}, rate=-1.0), **MINIMUM), 'rate: "-1" is out of range'),
        (norm(threshold(-1.0), **MINIMUM), 'own_from: "-1" is out of range'),
        (norm(threshold(5.0, presence(-1.0)), **MINIMUM), 'amount: "-1" is negative'),
        (norm(threshold(5.0), gives="maximum"), "only the minimum of a municipal service can join a neighbour"),
        (norm(complement(scheme(indicator="pop")), **MINIMUM), "a minimum is no remainder"),
        (norm(complement(), gives="maximum"), "schemes: is empty"),
        (norm(complement(scheme()), gives="maximum"), "does not say its users in exactly one way"),
        (norm(complement(scheme(users={"A1": -1.0})), gives="maximum"), "has users out of range"),
        (norm(complement(scheme(users={"A1": 1e7 + 1})), gives="maximum"), "has users out of range"),
        (norm(complement(scheme(indicator="pop", rate=-1.0)), gives="maximum"), 'rate: "-1" is out of range'),
        (norm(complement(scheme(indicator="pop", per=0.0)), gives="maximum"), 'per: "0" is out of range'),
        (norm(complement(scheme(indicator="popp")), gives="maximum"), '"popp" is not an indicator at hand'),
        (norm(ratio(1.0), regions=("X",), **MINIMUM), 'regions: "X" does not exist'),
        (norm(ratio(1.0), municipalities=("A9",), **MINIMUM), 'municipalities: "A9" does not exist'),
        (norm(ratio(1.0), valid_from=2030, valid_to=2029, **MINIMUM), "is before valid_from (2030)"),
        (norm(ratio(1.0), group="care", **MINIMUM), "does not fit: a minimum names its service"),
        (
            norm(presence(1.0), "house", "minimum", territory="region", municipalities=("A1",)),
            "an amount of the whole region holds in all of it",
        ),
    ],
)
def test_a_wrong_rule_of_the_new_kinds_brings_a_sentence(wrong, part):
    (sentence,) = sentences(wrong)
    assert part in sentence


def test_figures_at_the_ends_of_their_range_are_taken_and_those_beyond_refused():
    taken = (ratio(0.0), ratio(1e9), ratio(1.0, per=1e-6), ratio(1.0, per=1e12), threshold(0.0), threshold(1e12))
    for rule in taken:
        check_norms([*NEEDED, norm(rule, **MINIMUM)], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    for rule in (ratio(1e9 + 1), ratio(1.0, per=0.9e-6), ratio(1.0, per=1e12 + 1), threshold(1e12 + 1)):
        (sentence,) = sentences(norm(rule, **MINIMUM))
        assert "is out of range" in sentence
    for share in (0.0, 0.5, 100.0):
        asked = norm(subgroup(share_percent=share, share_basis="x"), estimate=True, **MINIMUM)
        check_norms([*NEEDED, asked], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    for share in (-0.5, 100.5):
        (sentence,) = sentences(norm(subgroup(share_percent=share, share_basis="x"), estimate=True, **MINIMUM))
        assert f'share_percent: "{share:g}" is not between 0 and 100' in sentence
    bands = CLASSES.bands
    falling = Banded(type="banded", indicator="pop", bands=(bands[1], bands[0], bands[2]))
    (sentence,) = sentences(norm(falling, **MINIMUM))
    assert "the bands do not cover every figure once" in sentence


def test_norms_may_follow_each_other_and_may_not_share_a_year():
    first = norm(presence(1.0), **MINIMUM, valid_from=2026, valid_to=2027)
    after = norm(presence(2.0), **MINIMUM, valid_from=2028, valid_to=2035, id="after")
    check_norms([*NEEDED, first, after], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    check_norms([*NEEDED, after, first], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    for_a_year = norm(presence(2.0), **MINIMUM, valid_from=2028, valid_to=2028, id="for_a_year")
    check_norms([*NEEDED, first, for_a_year], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    (said,) = sentences(first, norm(presence(2.0), **MINIMUM, valid_from=2027, valid_to=2035, id="with"))
    assert f"has a minimum already, by {first.id}, in 2027 to 2027; " in said


def test_norms_may_stand_side_by_side_and_may_not_share_a_municipality():
    first = norm(presence(1.0), **MINIMUM, regions=("A",))
    beside = norm(presence(2.0), **MINIMUM, municipalities=("B1",), id="beside")
    check_norms([*NEEDED, first, beside], CATALOGUE, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    (said,) = sentences(first, norm(presence(2.0), **MINIMUM, municipalities=("A2", "B1"), id="over"))
    assert f'norm "over", service: "care" has a minimum already, by {first.id}, in 2026 to 2035; ' in said
    # One that meets two of them is told once.
    (said,) = sentences(first, beside, norm(presence(2.0), **MINIMUM, id="both"))
    assert f'norm "both", service: "care" has a minimum already, by {first.id}, ' in said


def test_an_old_type_has_no_norm_of_its_own():
    old = service("old_care", group="care", typology="old", counts_as="care")
    catalogue = pd.DataFrame([service(), old])
    norms = [norm(ratio(1.0)), norm(ratio(1.0), "old_care", "minimum")]
    with pytest.raises(InputRefused) as caught:
        check_norms(norms, catalogue, UNITS, MUNICIPALITIES, [2027], "norms.toml")
    assert str(caught.value) == (
        'norms.toml, norm "old_care.minimum", service: "old_care" is an old type, which has no norm of its own; '
        'set it for "care", which counts its places.'
    )


def test_a_stated_group_needs_no_norm():
    check_norms([], pd.DataFrame([service()]), UNITS, MUNICIPALITIES, [2027], "norms.toml", {"care"})
