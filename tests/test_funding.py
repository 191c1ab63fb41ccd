"""How much money a stream has, by hand, and which streams are refused."""

from datetime import date

import pandas as pd
import pytest

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import InputRefused
from nationalmap.funding import budgets, by_region, check_streams, notes, pays_in

NAN = float("nan")
MUNICIPALITIES = pd.DataFrame({"municipality": ["A1", "A2", "B1"], "region": ["A", "A", "B"]})
PLANNED = MUNICIPALITIES[MUNICIPALITIES["region"] == "A"]
SERVICES = pd.DataFrame(
    {"service": ["care", "house"], "typology": "new", "financed_until": pd.NA, "lead_years": [0, 3]}
)
CATALOGUE = pd.DataFrame(
    {"indicator": ["older", "share", "subsidy"], "unit": ["persons", "percent", "thousand_eur"]}
)  # fmt: skip


def figures(**columns):
    parts = [
        pd.DataFrame({"indicator": name, "municipality": ["A1", "A2", "B1"], "value": values})
        for name, values in columns.items()
    ]
    return pd.concat(parts, ignore_index=True)


FIGURES = figures(subsidy=[100.5, 20.2, 1000.0], older=[300, 100, 1600], share=[10, 20, 30])


def stream(kind="running", **facts):
    return Stream(name_bg="с", name_en="s", kind=kind, status="illustrative", basis="b", **facts)


def scenario(services=(), years=(2027,), until=None, **streams):
    return Scenario(
        format=1, name="x", title_bg="т", title_en="t", says_bg="к", says_en="s", old_types_until=until,
        as_of=date(2026, 1, 1), regions=("A",), years=years, services=services, streams=streams,
    )  # fmt: skip


def money(one, table=FIGURES):
    (amount,) = budgets(scenario(s=one), table, PLANNED, "s.toml")["s"].values()
    return amount


def by_year(one, *years):
    return list(budgets(scenario(s=one, years=years), FIGURES, PLANNED, "s.toml")["s"].items())


def sentences(call):
    with pytest.raises(InputRefused) as caught:
        call()
    return str(caught.value).split("\n")


# ------------------------------------------------------------------ the three ways


def test_an_indicator_is_summed_over_the_municipalities_that_the_stream_pays_in():
    # Subsidy of A2 alone: 20.2 thousand; residents of A2: 100 of 2,000 in the country.
    assert money(stream(indicator="subsidy", municipalities=("A2",))) == 20_200
    assert money(stream(national_eur=1_000_000.0, shared_by="older", municipalities=("A2",))) == 50_000


REGIONS = pd.DataFrame({"region": ["A", "B"], "name_bg": ["А", "Б"], "name_en": ["Ay", "Bee"]})


def test_each_region_has_a_stream_of_its_own():
    whole = scenario(own=stream(national_eur=2000.0, shared_by="older", each_region=True), all=stream(amount_eur=7.0))
    parts = by_region(whole, MUNICIPALITIES.sample(frac=1, random_state=1), REGIONS, "s.toml")
    assert list(parts.streams) == ["own_A", "own_B", "all"]
    assert parts.streams["own_A"].municipalities == ("A1", "A2")
    assert parts.streams["own_B"].municipalities == ("B1",)
    assert parts.streams["own_B"].name_bg == "с, област Б"
    assert parts.streams["own_B"].name_en == "s, Bee region"
    # 2,000 EUR by older people: 400 of 2,000 in A, 1,600 in B.
    found = budgets(parts, FIGURES, MUNICIPALITIES, "s.toml")
    assert found == {"own_A": {2027: 400.0}, "own_B": {2027: 1600.0}, "all": {2027: 7.0}}


def test_a_region_s_part_may_not_take_the_name_of_another_stream():
    whole = scenario(own=stream(amount_eur=1.0, each_region=True), own_B=stream(amount_eur=7.0))
    (said,) = sentences(lambda: by_region(whole, MUNICIPALITIES, REGIONS, "s.toml"))
    assert 'streams = "own_B"' in said or "own_B" in said
    assert 'is also the name of the part of "own" in this region' in said


def test_an_amount_is_the_amount():
    assert money(stream(amount_eur=8436174.50)) == 8436174.50
    assert money(stream(amount_eur=0.0)) == 0.0


def test_an_indicator_counts_thousands_of_the_planned_municipalities():
    # 100.5 + 20.2 thousand; B1 lies in another region.
    assert money(stream(indicator="subsidy")) == 120_700.00
    assert money(stream(indicator="subsidy", index=1.009)) == 121_786.30


def test_a_national_programme_is_shared_and_spread():
    # 400 of 2000 older people: a fifth of 3 million, over three years.
    assert money(stream(national_eur=3e6, shared_by="older")) == 600_000.00
    assert money(stream(national_eur=3e6, shared_by="older", over_years=3)) == 200_000.00


def test_the_factor_multiplies_each():
    assert money(stream(amount_eur=1000.0, factor=0.9)) == 900.00
    assert money(stream(indicator="subsidy", index=1.009, factor=0.9)) == 109_607.67
    assert money(stream(national_eur=3e6, shared_by="older", over_years=3, factor=0.9)) == 180_000.00
    assert money(stream(amount_eur=1000.0, factor=0.0)) == 0.0


@pytest.mark.parametrize(
    ("exact", "cut"), [(10.019, 10.01), (10.01, 10.01), (0.29, 0.29), (4661.07, 4661.07), (0.009, 0.0)]
)
def test_money_is_cut_to_whole_cents_and_never_rounded_up(exact, cut):
    assert money(stream(amount_eur=exact)) == cut


def test_every_stream_by_its_name_in_the_order_of_the_scenario():
    made = budgets(scenario(z=stream(amount_eur=1.0), a=stream(amount_eur=2.0)), FIGURES, PLANNED, "s.toml")
    assert list(made.items()) == [("z", {2027: 1.0}), ("a", {2027: 2.0})]


# ------------------------------------------------------------------ by period


def test_running_money_is_there_every_year_and_grows_from_the_day_of_the_register():
    assert by_year(stream(amount_eur=100.0), 2027, 2030) == [(2027, 100.0), (2030, 100.0)]
    # 100 x 1.02, x 1.02^4 = 108.243216
    assert by_year(stream(amount_eur=100.0, growth_per_year=0.02), 2027, 2030) == [(2027, 102.0), (2030, 108.24)]
    # 120,700 x 0.99^9 = 110,263.05...
    ((_, last),) = by_year(stream(indicator="subsidy", growth_per_year=-0.01), 2035)
    assert last == pytest.approx(120_700 * 0.99**9, abs=0.01)


def test_capital_money_is_there_once_in_the_first_period_in_which_it_pays():
    plan = {"kind": "capital", "national_eur": 3e6, "shared_by": "older"}
    assert by_year(stream(**plan), 2027, 2030) == [(2027, 600_000.0), (2030, 0.0)]
    assert by_year(stream(**plan, first_year=2028), 2027, 2030) == [(2027, 0.0), (2030, 600_000.0)]
    # What is built until 2030 is built in 2028 to 2030: a stream that ends in 2028 pays of it, one of 2027 does not.
    assert by_year(stream("capital", amount_eur=5.0, first_year=2027, last_year=2027), 2030, 2035)[0] == (2030, 5.0)
    late = stream("capital", amount_eur=5.0, first_year=2028, last_year=2028)
    assert by_year(late, 2027, 2030) == [(2027, 0.0), (2030, 5.0)]


@pytest.mark.parametrize(
    ("kind", "span", "open_years"),
    [
        ("running", {}, [2027, 2030, 2035]),
        ("running", {"first_year": 2030}, [2030, 2035]),
        ("running", {"last_year": 2030}, [2027, 2030]),
        ("running", {"last_year": 2029}, [2027]),
        ("running", {"first_year": 2031, "last_year": 2034}, []),
        ("running", {"last_year": 2026}, []),
        ("capital", {"last_year": 2026}, []),
        ("capital", {"last_year": 2027}, [2027]),
        ("capital", {"last_year": 2028}, [2027, 2030]),
        ("capital", {"first_year": 2031, "last_year": 2034}, []),
        ("capital", {"first_year": 2031, "last_year": 2035}, [2035]),
        ("capital", {"first_year": 2029}, [2030, 2035]),
    ],
)
def test_a_stream_is_open_in_its_years(kind, span, open_years):
    # Capital money of 2031 to 2034 has begun before 2035 and pays what is built in 2031 to 2034.
    one = stream(kind, amount_eur=1.0, **span)
    expected = [2035] if (kind, span) == ("capital", {"first_year": 2031, "last_year": 2034}) else open_years
    asked = scenario(s=one, years=(2027, 2030, 2035))
    assert [year for year in asked.years if pays_in(one, asked, year)] == expected


def test_amounts_by_year_are_those_of_the_open_years():
    stated = {"2027": 10.0, "2030": 20.019}
    assert by_year(stream(by_year=stated), 2027, 2030, 2035) == [(2027, 10.0), (2030, 20.01), (2035, 0.0)]
    assert by_year(stream("capital", by_year=stated, factor=0.5), 2027, 2030) == [(2027, 5.0), (2030, 10.0)]


# ------------------------------------------------------------------ refusals


def test_no_data_is_not_zero():
    table = figures(subsidy=[100.5, NAN, 1000.0])
    assert sentences(lambda: money(stream(indicator="subsidy"), table)) == [
        's.toml, streams.s: "subsidy" has no figure for A2: no data is not zero; give amount_eur instead.'
    ]


def test_no_data_elsewhere_does_not_matter_to_the_regions_own_sum():
    assert money(stream(indicator="subsidy"), figures(subsidy=[100.5, 20.2, NAN])) == 120_700.00


def test_no_data_elsewhere_makes_a_share_unknown():
    table = figures(older=[300, 100, NAN])
    assert sentences(lambda: money(stream(national_eur=1.0, shared_by="older"), table)) == [
        's.toml, streams.s: "older" has no figure for B1: no data is not zero; give amount_eur instead.'
    ]


def test_nothing_cannot_be_shared():
    table = figures(older=[0, 0, 0])
    assert sentences(lambda: money(stream(national_eur=1.0, shared_by="older"), table)) == [
        's.toml, streams.s: "older" is 0 everywhere: it shares nothing; share by another.'
    ]


@pytest.mark.parametrize("way", [{"indicator": "subsidi"}, {"national_eur": 1.0, "shared_by": "subsidi"}])
def test_an_indicator_that_is_not_there(way):
    assert sentences(lambda: money(stream(**way))) == [
        's.toml, streams.s: "subsidi" is not an indicator at hand; the nearest is "subsidy".'
    ]


def test_too_much_money_is_a_slip():
    (sentence,) = sentences(lambda: money(stream(amount_eur=1e11, factor=1000.0)))
    assert sentence == "s.toml, streams.s: comes to 1e+14 EUR, more than 1e+11; check the figure and its unit."


def test_the_faults_of_all_streams_come_together():
    two = scenario(a=stream(indicator="x"), b=stream(indicator="y"), c=stream(amount_eur=1.0))
    assert len(sentences(lambda: budgets(two, FIGURES, PLANNED, "s.toml"))) == 2


# ------------------------------------------------------------------ check_streams


def checked(asked, services=SERVICES, register=None):
    check_streams(asked, services, MUNICIPALITIES, CATALOGUE, "s.toml", register)


def test_a_stream_for_everything_pays_everything():
    checked(scenario(s=stream(amount_eur=1.0)))
    checked(scenario(a=stream(amount_eur=1.0, services=("care",)), b=stream(amount_eur=1.0, services=("house",))))


def test_a_stream_may_pay_a_service_that_this_scenario_leaves_out():
    checked(scenario(services=("care",), s=stream(amount_eur=1.0, services=("care", "house"))))


@pytest.mark.parametrize(
    "streams",
    [
        {},
        {"s": stream(amount_eur=1.0, services=("care",))},
        {"c": stream("capital", amount_eur=1.0), "s": stream(amount_eur=1.0, services=("care",))},
        {"elsewhere": stream(amount_eur=1.0, municipalities=("B1",)), "s": stream(amount_eur=1.0, services=("care",))},
    ],
    ids=["no stream", "other service", "capital only", "other municipalities"],
)
def test_a_service_that_nobody_pays_is_refused(streams):
    assert sentences(lambda: checked(scenario(services=("house",), **streams))) == [
        's.toml, streams: "house" has no budget: no running stream may pay it; '
        "add the service to a running stream, or leave it out of the scenario's services."
    ]


def unpaid(service, years):
    return (
        f's.toml, streams: "{service}" has no budget in {years}: no running stream may pay it; '
        "add the service to a running stream, or leave it out of the scenario's services."
    )


def test_every_year_in_which_a_service_may_stand_has_a_payer():
    ends = {"s": stream(amount_eur=1.0, last_year=2027)}
    asked = scenario(years=(2027, 2030, 2035), **ends)
    assert sentences(lambda: checked(asked)) == [unpaid("care", "2030, 2035"), unpaid("house", "2030, 2035")]
    checked(scenario(years=(2027, 2030, 2035), t=stream(amount_eur=1.0, first_year=2028), **ends))


def test_a_service_that_cannot_stand_yet_needs_no_payer():
    # A house takes three years from 2026: none stands in 2027 unless the register has one.
    asked = scenario(
        years=(2027, 2030), a=stream(amount_eur=1.0, services=("care",)), b=stream(amount_eur=1.0, first_year=2029)
    )
    standing = pd.DataFrame({"service": ["house", "house"], "municipality": ["A1", "B1"]})
    checked(asked, register=standing[standing["municipality"] == "B1"])
    assert sentences(lambda: checked(asked, register=standing)) == [unpaid("house", "2027")]
    assert sentences(lambda: checked(asked)) == [unpaid("house", "2027")]


def test_an_old_type_needs_a_payer_until_its_last_year():
    old = SERVICES.assign(typology=["new", "old"], financed_until=[pd.NA, 2029])
    care = {"a": stream(amount_eur=1.0, services=("care",))}
    asked = {"years": (2027, 2030), **care}
    assert sentences(lambda: checked(scenario(**asked), old)) == [unpaid("house", "2027")]
    checked(scenario(**asked, b=stream(amount_eur=1.0, last_year=2028)), old)
    assert len(sentences(lambda: checked(scenario(**asked, until=2030, b=stream(amount_eur=1.0, last_year=2028)), old)))
    checked(scenario(**asked, until=2026), old)


def test_capital_money_for_what_nobody_may_run_is_refused():
    run = {"s": stream(amount_eur=1.0, municipalities=("A1",))}
    assert sentences(lambda: checked(scenario(**run, c=stream("capital", amount_eur=1.0, municipalities=("A2",))))) == [
        "s.toml, streams.c: builds only what no running stream may pay afterwards; "
        "add its services and municipalities to a running stream."
    ]
    checked(scenario(**run, c=stream("capital", amount_eur=1.0, municipalities=("A1", "A2"))))


def test_an_amount_of_a_year_in_which_the_stream_is_closed():
    asked = scenario(years=(2027, 2030), s=stream(by_year={"2027": 1.0, "2030": 1.0}, last_year=2027), t=stream(
        amount_eur=1.0))  # fmt: skip
    assert sentences(lambda: checked(asked)) == [
        's.toml, streams.s.by_year: "2030" has an amount, but the stream pays nothing then; '
        "mend the amount, or first_year and last_year."
    ]


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({}, None),
        ({"last_year": 2026}, "it ended in 2026"),
        ({"first_year": 2031}, "it begins in 2031"),
        ({"first_year": 2028, "last_year": 2029}, "it is open in none of its years"),
        ({"municipalities": ("B1",)}, "none of its services and municipalities is planned"),
        ({"services": ("house",)}, "none of its services and municipalities is planned"),
    ],
)
def test_a_stream_that_pays_nothing_is_told(facts, note):
    asked = scenario(years=(2027, 2030), s=stream(amount_eur=1.0, **facts))
    told = notes(asked, SERVICES[SERVICES["service"] == "care"], PLANNED)
    assert told == (() if note is None else (f"streams: s pays nothing in this plan: {note}",))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"services": ("care", "hose")},
            's.toml, streams.s.services: "hose" does not exist; the nearest is "house".',
        ),
        (
            {"municipalities": ("A1", "A9")},
            's.toml, streams.s.municipalities: "A9" does not exist; the nearest is "A2".',
        ),
        (
            {"amount_eur": None, "indicator": "older"},
            's.toml, streams.s.indicator: "older" is in persons, not in thousand EUR; '
            "name an indicator of money, or use shared_by.",
        ),
        (
            {"amount_eur": None, "national_eur": 1.0, "shared_by": "share"},
            's.toml, streams.s.shared_by: "share" is in per cent and has no sum; '
            "name an indicator that counts something.",
        ),
    ],
    ids=["service", "municipality", "people as money", "share by per cent"],
)
def test_a_wrong_stream_brings_one_sentence(facts, sentence):
    wrong = stream(**{"amount_eur": 1.0, **facts})
    assert sentences(lambda: checked(scenario(s=wrong, rest=stream(amount_eur=1.0)))) == [sentence]


# ------------------------------------------------------------------ the shipped question


def test_the_money_of_the_shipped_question(haskovo):
    # 17,120.8 thousand EUR in 2026 x 1.009; 187.6 million x 52,254 / 1,532,667 / 3 (residents of 65 and over).
    figure = haskovo.inputs.tables["indicators"].set_index(["indicator", "municipality"])["value"]
    codes = haskovo.municipalities["municipality"]
    subsidy = sum(round(figure["social_services_subsidy", code] * 10) for code in codes)
    older = sum(int(figure["pop_65plus", code]) for code in codes)
    assert subsidy == 171_208
    assert haskovo.budgets_eur["state_running"][2027] == pytest.approx(subsidy * 100 * 1.009, abs=0.01)
    assert haskovo.budgets_eur["hr_programme"][2027] == pytest.approx(187.6e6 * older / 1_532_667 / 3, abs=0.01)
    assert haskovo.budgets_eur["regional_programme"] == {2027: 8_436_174.50 - 30 * 34_800}
