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

NAN = float("nan")
HERE = np.array(["A"])
CLASSES = Banded(
    type="banded",
    indicator="pop",
    bands=(Band(amount=0.0, below=6000.0), Band(amount=8.0, below=20000.0), Band(amount=15.0)),
)


def norm(rule, service="care", gives="need", **facts):
    given = {"id": f"{service}.{gives}", "status": "illustrative", "citation": "c", "basis": "b", **facts}
    target = {"group" if gives == "need" else "service": service}
    return Norm(**target, gives=gives, rule=rule, **given)


def ratio(rate, per=1000.0, indicator="pop"):
    return Ratio(type="ratio", indicator=indicator, rate=rate, per=per)


def presence(value):
    return Presence(type="presence", amount=value)


MUNICIPALITIES = pd.DataFrame({"municipality": ["A1", "A2", "B1"], "region": ["A", "A", "B"]})


def indicators(*values, name="pop"):
    return pd.DataFrame({"indicator": name, "municipality": ["A1", "A2", "B1"], "value": values})


def service(code="care", level="municipal", mode="community", rho=1, smallest=1, group="", **more):
    return {
        "service": code, "group": group or code, "typology": "new", "counts_as": "", "level": level, "mode": mode,
        "users_per_place": rho, "min_places": smallest, **more
    }  # fmt: skip


def several(**columns):
    """Rows of the indicators table: one list of three figures for each indicator."""
    return pd.concat([indicators(*values, name=name) for name, values in columns.items()])


def needs_of(rule, table, **facts):
    found = needs_table([norm(rule, **facts)], {2027: table}, MUNICIPALITIES, [2027])
    return dict(zip(found["municipality"], found["need_users"], strict=True))


def needs(rule, *values, **facts):
    return needs_of(rule, indicators(*values), **facts)


def amount(asked, figures):
    """What a norm gives for each of some figures, each of a municipality of its own."""
    codes = [f"M{i}" for i in range(len(figures))]
    table = pd.DataFrame({"indicator": "pop", "municipality": codes, "value": figures})
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
    return str(caught.value).split("\n")


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
