"""The estimated register: the rule by hand, and the shipped file made again from its inputs."""

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from nationalmap import demand, schema
from nationalmap.sources.inputs import read_inputs
from nationalmap.sources.scenarios import find, read_scenario
from nationalmap.sources.tables import read_table
from nationalmap.supply import estimate_register

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
COLUMNS = list(schema.REGISTER.names)

# ------------------------------------------------------------------ by hand


def row(service, place, facility, smallest, largest):
    return {
        "service": service, "group": service, "users_per_place": 1, "min_places": smallest, "max_places": largest,
        "running_cost_place_eur": float(place), "running_cost_facility_eur": float(facility),
    }  # fmt: skip


CENTRE, GREAT, HELP = (
    row("centre", 10, 20, 5, 10),
    row("great", 10, 20, 50, 100),
    row("assistant_support", 7, 0, 1, 0),
)


def estimated(money, needs, services=(CENTRE, GREAT, HELP), attested=(), shares=None):
    need = pd.DataFrame([{"municipality": "M1", "group": s, "exact_users": n} for s, n in needs.items()])
    already = pd.DataFrame(list(attested), columns=COLUMNS)
    today = shares or {s["service"]: 1.0 for s in services}
    delegated = pd.DataFrame({"service": list(today), "share": list(today.values())})
    return estimate_register(need, pd.DataFrame(services), delegated, {"M1": float(money)}, already)


def sizes(register):
    return {s: sorted(group["places"].tolist(), reverse=True) for s, group in register.groupby("service")}


def standing(service, places):
    return dict.fromkeys(COLUMNS) | {
        "site": f"{service}:M1:attested", "municipality": "M1", "service": service, "places": places,
        "status": "keep", "origin": "attested", "basis": "seen",
    }  # fmt: skip


TEN_OF_EACH = {"centre": 10.0, "great": 10.0, "assistant_support": 10.0}


def test_the_money_is_shared_by_needs_and_what_remains_is_assistant_support():
    # Three services of equal need: 16 places each cost 160+40 + 160+20 + 112 = 492 of 500, 17 would cost 519.
    # 16 are too few for the great house (50): it goes. Then 25 each: 250+60 + 175 = 485, 26 would cost 502.
    # 15 remain: two more places of assistant support, 1 is left over. 25 places are three centres.
    register = estimated(500, TEN_OF_EACH)
    assert sizes(register) == {"centre": [9, 8, 8], "assistant_support": [27]}
    assert set(register["origin"]) == {"estimated"}
    assert register["site"].tolist() == ["assistant_support:M1:1", "centre:M1:1", "centre:M1:2", "centre:M1:3"]


def test_what_is_attested_is_paid_first_and_not_estimated_again():
    # 10 places cost 100 + 20; of the other 380 the great house would be 21 places, too few: 54 x 7 = 378.
    register = estimated(500, TEN_OF_EACH, attested=[standing("centre", 10)])
    assert sizes(register) == {"centre": [10], "assistant_support": [54]}
    assert register.set_index("site").loc["centre:M1:attested", "origin"] == "attested"


def test_the_service_furthest_below_its_smallest_facility_goes_first():
    # Equal needs, 160 EUR: 4 places each cost 40+20 + 40+20 + 28 = 148, 5 would cost 175. The centre (4 of 5)
    # and the great house (4 of 50) are both too small; without the great house 8 cost 80+20 + 56 = 156.
    assert sizes(estimated(160, TEN_OF_EACH)) == {"centre": [8], "assistant_support": [8]}


def test_a_twentieth_of_a_place_is_forgiven():
    needs = {"assistant_support": 10.0}
    assert sizes(estimated(69.7, needs, services=[HELP])) == {"assistant_support": [10]}
    assert sizes(estimated(69.6, needs, services=[HELP])) == {"assistant_support": [9]}


@pytest.mark.parametrize("money", [0, -5, 6])
def test_without_money_nothing_stands(money):
    assert estimated(money, TEN_OF_EACH).empty


def test_more_attested_than_the_subsidy_pays_leaves_only_the_attested():
    register = estimated(100, TEN_OF_EACH, attested=[standing("centre", 10)])
    assert register["site"].tolist() == ["centre:M1:attested"]


def test_a_municipality_without_a_figure_gets_no_estimated_row():
    assert estimated(math.nan, TEN_OF_EACH).empty


def test_a_need_without_a_figure_is_not_estimated():
    assert sizes(estimated(500, {"centre": math.nan, "assistant_support": 10.0})) == {"assistant_support": [71]}


def test_a_service_that_costs_nothing_is_not_bought_without_end():
    free = row("centre", 0, 0, 5, 10)
    needs = {"centre": 10.0, "assistant_support": 10.0}
    assert sizes(estimated(70, needs, services=[free, HELP])) == {"assistant_support": [10]}
    assert estimated(70, needs, services=[free, {**HELP, "running_cost_place_eur": 0.0}]).empty


def test_only_what_is_delegated_today_stands():
    shares = {"great": 1.0, "assistant_support": 1.0}
    assert sizes(estimated(500, TEN_OF_EACH, shares=shares)) == {"assistant_support": [71]}


def test_the_services_of_one_group_have_their_shares_of_its_need():
    # A quarter and three quarters of ten: one place of the centre for three of help, 10 + 21 each, and 20 fixed.
    # Of 206 six of the centre and 18 of help cost 60+20 + 126 = 206.
    help_in_group = {**HELP, "group": "centre"}
    shares = {"centre": 0.25, "assistant_support": 0.75}
    assert sizes(estimated(206, {"centre": 10.0}, services=[CENTRE, help_in_group], shares=shares)) == {
        "centre": [6],
        "assistant_support": [18],
    }


def test_what_opens_later_costs_and_replaces_nothing_today():
    later = standing("centre", 10) | {"opens_year": 2027}
    register = estimated(500, TEN_OF_EACH, attested=[later])
    assert sizes(register) == {"centre": [10, 9, 8, 8], "assistant_support": [27]}


def test_users_per_place_divide_the_weight():
    # Weights 10/2 and 10: one place of the centre for two of assistant support. 5 + 10: 50+20 + 70 = 140.
    double = {**CENTRE, "users_per_place": 2}
    assert sizes(estimated(140, {"centre": 10.0, "assistant_support": 10.0}, services=[double, HELP])) == {
        "centre": [5],
        "assistant_support": [10],
    }


# ------------------------------------------------------------------ the shipped register


@pytest.fixture(scope="module")
def shipped():
    """Inputs of the shipped question with all its services, needs, subsidies in EUR, and the attested rows."""
    read = read_inputs(read_scenario(find("haskovo-2035")))
    tables = read.tables
    haskovo = tables["municipalities"].query("region == 'HKV'").reset_index(drop=True)
    needs = demand.needs_table(read.norms, {2027: tables["indicators"]}, haskovo, [2027])
    subsidy = tables["indicators"].query("indicator == 'social_services_subsidy'").set_index("municipality")["value"]
    money = {code: subsidy[code] * 1000 for code in haskovo["municipality"]}
    attested = read_table(schema.REGISTER, SCENARIOS / "register/HKV-attested.csv")
    return tables, needs, money, attested


def records(name):
    with (SCENARIOS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_register_comes_out_byte_for_byte(shipped):
    tables, needs, money, attested = shipped
    delegated = pd.read_csv(SCENARIOS / "register/delegated.csv")
    register = estimate_register(needs, tables["services"], delegated, money, attested)
    text = schema.as_text(schema.REGISTER, register).to_csv(index=False, lineterminator="\n")
    assert text == (SCENARIOS / "register/HKV.csv").read_text(encoding="utf-8")


def test_the_register_of_the_country_comes_out_byte_for_byte(shipped):
    """All 265 by the same rule; a municipality without a figure for its subsidy has no estimated row."""
    tables, _, _, attested = shipped
    country = tables["municipalities"]
    read = read_inputs(read_scenario(find("haskovo-2035")))
    needs = demand.needs_table(read.norms, {2027: tables["indicators"]}, country, [2027])
    subsidy = tables["indicators"].query("indicator == 'social_services_subsidy'").set_index("municipality")["value"]
    delegated = pd.read_csv(SCENARIOS / "register/delegated.csv")
    money = {code: subsidy[code] * 1000 for code in country["municipality"]}
    register = estimate_register(needs, tables["services"], delegated, money, attested)
    text = schema.as_text(schema.REGISTER, register).to_csv(index=False, lineterminator="\n")
    assert text == (SCENARIOS / "register/BG.csv").read_text(encoding="utf-8")
    assert set(country["municipality"]) - set(register["municipality"]) == {"SFO06"}
    haskovo = register[register["municipality"].str.startswith("HKV")]
    own = (SCENARIOS / "register/HKV.csv").read_text(encoding="utf-8")
    assert schema.as_text(schema.REGISTER, haskovo).to_csv(index=False, lineterminator="\n") == own


def test_the_places_of_each_municipality_cost_its_subsidy(shipped):
    _, _, money, _ = shipped
    facts = {r["service"]: r for r in records("catalogue/services.csv")}
    cost = dict.fromkeys(money, 0.0)
    for site in records("register/HKV.csv"):
        if site["opens_year"]:
            continue
        fact = facts[site["service"]]
        at_home = fact["mode"] == "home"
        cost[site["municipality"]] += int(site["places"]) * float(fact["running_cost_place_eur"])
        cost[site["municipality"]] += 0 if at_home else float(fact["running_cost_facility_eur"])
    assert len(cost) == 11
    for municipality, spent in cost.items():
        assert -4661 < spent - money[municipality] <= 0.05 * 4661, municipality


def test_attested_rows_are_kept_as_they_are(shipped):
    tables, _, _, attested = shipped
    register = tables["register"].set_index("site")
    assert len(attested) == 3
    for row in attested.to_dict("records"):
        kept = register.loc[row["site"]]
        assert (kept["municipality"], kept["service"], kept["places"]) == (
            row["municipality"],
            row["service"],
            row["places"],
        )
        assert (kept["origin"], kept["basis"]) == ("attested", row["basis"])
    same = register[(register["municipality"] == "HKV34") & (register["service"] == "day_centre_children")]
    assert same["places"].tolist() == [30]


def test_levka_is_under_construction(shipped):
    tables, _, _, _ = shipped
    levka = tables["register"].set_index("site").loc["residential_older:HKV28:levka"]
    assert (levka["municipality"], levka["places"], levka["opens_year"], levka["origin"]) == (
        "HKV28", 30, 2027, "attested"
    )  # fmt: skip
    assert levka["state_from_year"] > levka["opens_year"]


def test_what_stands_is_delegated_today():
    delegated = {row["service"] for row in records("register/delegated.csv")}
    today = {row["service"] for row in records("register/HKV.csv") if not row["opens_year"]}
    assert today <= delegated
    followed = {row["counts_as"] for row in records("catalogue/services.csv") if row["typology"] == "old"}
    assert not followed & delegated


def test_the_protected_register_is_the_same_but_for_the_homes():
    homes = {"home_older_people", "institution_adults", "institution_mental", "institution_dementia"}
    expected = [
        {**row, "status": "protected"} if row["service"] in homes else row for row in records("register/HKV.csv")
    ]
    assert records("register/HKV-protected.csv") == expected


def test_renovations_lose_no_more_than_stands():
    places = {row["site"]: int(row["places"]) for row in records("register/HKV.csv")}
    for row in records("register/HKV-renovations.csv"):
        assert 0 < int(row["places_lost"]) < places[row["site"]]


def test_the_posts_are_those_of_the_register_and_a_stated_part_more():
    posts = {}
    per_place = {
        (r["service"], r["profession"]): float(r["posts_per_place"]) for r in records("catalogue/professions.csv")
    }
    for site in records("register/HKV.csv"):
        for (service, profession), each in per_place.items():
            if service == site["service"] and not site["opens_year"]:
                posts[profession] = posts.get(profession, 0.0) + each * int(site["places"])
    for row in records("register/HKV-staff.csv"):
        more = int(row["basis"].split(" % more")[0].split()[-1])
        assert int(row["posts"]) == round(posts[row["profession"]] * (1 + more / 100)), row


@pytest.mark.parametrize(("municipality", "places"), [("HKV17", 26), ("HKV18", 11)])
def test_two_municipalities_whose_subsidy_is_a_whole_number_of_assistants(shipped, municipality, places):
    # Любимец 121.2 and Маджарово 51.3 thousand EUR: 26 and 11 times 4,661 EUR, and nothing else.
    tables, _, money, _ = shipped
    mine = tables["register"].query("municipality == @municipality")
    assert mine["service"].tolist() == ["assistant_support"]
    assert mine["places"].tolist() == [places]
    assert places == round(money[municipality] / 4661)


def test_every_site_is_of_a_size_that_its_service_allows(shipped):
    tables, _, _, _ = shipped
    facts = tables["services"].set_index("service")
    for site in tables["register"].query("origin == 'estimated'").itertuples():
        largest = facts.loc[site.service, "max_places"]
        assert site.places >= 1
        assert largest == 0 or facts.loc[site.service, "min_places"] <= site.places <= largest, site.site
