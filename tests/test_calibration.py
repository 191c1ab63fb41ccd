"""The shipped catalogue, norms and indicators are held to published figures.

Read with the standard library only: what is tested here is the data, not the engine.
"""

import csv
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SERVICES = {row["service"]: row for row in rows(SCENARIOS / "catalogue/services.csv")}
BASES = {(row["service"], row["figure"]): row for row in rows(SCENARIOS / "catalogue/bases.csv")}
FACTS = {row["fact"]: row for row in rows(SCENARIOS / "catalogue/calibration.csv")}
GROUPS = {row["group"]: row for row in rows(SCENARIOS / "catalogue/groups.csv")}
NEW = {service: row for service, row in SERVICES.items() if row["typology"] == "new"}
OLD = {service: row for service, row in SERVICES.items() if row["typology"] == "old"}
NORMS = tomllib.loads((SCENARIOS / "catalogue/norms.toml").read_text(encoding="utf-8"))["norms"]
INDICATORS = {row["indicator"]: row for row in rows(SCENARIOS / "indicators/indicators.csv")}
MUNICIPALITIES = {row["municipality"]: row for row in rows(ROOT / "boundaries/municipalities.csv")}
CENSUS = {row["municipality"]: row for row in rows(SCENARIOS / "indicators/2021/census.csv")}
SUBSIDIES = {row["municipality"]: row for row in rows(SCENARIOS / "indicators/2026/subsidies.csv")}

#: What a row of the catalogue is called, and how it is classed: no figures, no basis asked.
NAMES = {
    "service", "name_bg", "name_en", "short_bg", "short_en", "group", "family", "typology", "counts_as", "mode",
    "target_group",
}  # fmt: skip
FIGURES = [name for name in next(iter(SERVICES.values())) if name not in NAMES]

#: Places of a facility, as seen: children 11,719 in 351; adults 1,028 in 33; homes 5,563 in 81 and 4,400 in 61.
REFERENCE_SIZE = {
    "early_childhood_mobile": 33, "community_work": 33, "child_family_support": 33, "day_care_children": 33,
    "day_care_adults": 31, "day_care_older": 31, "therapy_rehabilitation": 31, "skills_training": 31,
    "work_skills_support": 31, "dementia_support": 31, "temporary_accommodation": 31,
    "information_counselling": 5, "advocacy_mediation": 5, "substitute_respite_care": 5,
    "residential_older": 69, "residential_dementia": 69, "residential_adults": 72, "residential_mental": 72,
    "supported_housing": 8, "residential_children": 8, "mother_baby_unit": 8, "crisis_centre": 12,
    "crisis_centre_children": 12,
}  # fmt: skip

#: The group of several services, and what each of them has of its national volume.
OLDER = "long_term_care_older"
OLDER_PLACES = {"assistant_support": 14_343, "day_care_older": 0.25 * 14_545, "residential_older": 0.9 * 5_563}


def national(indicator):
    return sum(float(row[indicator]) for row in CENSUS.values())


def users(rule):
    """Users of the whole country that a rule implies. A composite moves users, it makes none."""
    if rule["type"] == "complement":
        schemes = sum(national(s["indicator"]) * s["rate"] / s["per"] for s in rule["schemes"])
        return users(rule["inner"]) - schemes
    share = rule.get("share_percent", 100) / 100
    return rule["rate"] / rule["per"] * share * national(rule["indicator"])


def norm_of(target, gives):
    (norm,) = [n for n in NORMS if n.get("group", n.get("service")) == target and n["gives"] == gives]
    return norm


def provision(service):
    """Places that the state pays nationally; of homes the maximum, for the waiting list is need only."""
    if service in OLDER_PLACES:
        return OLDER_PLACES[service]
    gives = "maximum" if service == "residential_dementia" else "need"
    return users(norm_of(service, gives)["rule"]) / int(SERVICES[service]["users_per_place"])


# ------------------------------------------------------------------ the catalogue


def test_the_catalogue_is_wide_enough():
    assert len(NEW) == 24
    assert len(OLD) == 11
    assert sum(row["level"] == "regional" for row in NEW.values()) >= 4
    assert {row["mode"] for row in NEW.values()} == {"home", "mobile", "community", "residential"}
    assert {row["priority_class"] for row in GROUPS.values()} == {"1", "2", "3"}


#: The ten kinds of чл. 15 ЗСУ, by the services that are of the kind.
KINDS = {
    "informing and counselling": ["information_counselling"],
    "advocacy and mediation": ["advocacy_mediation"],
    "community work": ["community_work", "early_childhood_mobile", "child_family_support"],
    "therapy and rehabilitation": ["therapy_rehabilitation"],
    "skills training": ["skills_training"],
    "work skills": ["work_skills_support"],
    "day care": ["day_care_children", "day_care_adults", "day_care_older", "dementia_support"],
    "residential care": [
        "residential_older", "residential_adults", "residential_mental", "residential_dementia",
        "residential_children", "supported_housing",
    ],
    "shelter": ["crisis_centre", "crisis_centre_children", "temporary_accommodation", "mother_baby_unit"],
    "assistant support": ["assistant_support"],
}  # fmt: skip


def test_every_kind_of_the_law_has_a_service():
    # Substitute care is no kind of its own: it comes inside day care.
    assert len(KINDS) == 10
    assert sorted(s for services in KINDS.values() for s in services) == sorted(set(NEW) - {"substitute_respite_care"})


def test_an_old_type_is_what_its_successor_will_be():
    same = ["group", "preference", "family", "level", "mode", "target_group", "users_per_place", "staff_per_place"]
    for service, row in OLD.items():
        successor = NEW[row["counts_as"]]
        assert {k: row[k] for k in same} == {k: successor[k] for k in same}, service
        assert row["running_cost_place_eur"] == successor["running_cost_place_eur"], service
        assert int(row["financed_until"]) in (2029, 2032), service


def test_every_old_type_may_become_its_successor():
    table = rows(SCENARIOS / "catalogue/transformations.csv")
    pairs = {(row["from_service"], row["to_service"]) for row in table}
    assert {(service, row["counts_as"]) for service, row in OLD.items()} <= pairs
    assert {a for a, _ in pairs} == set(OLD)
    assert {b for _, b in pairs} <= set(NEW)
    cheap = FACTS["adaptation_per_place"]["value"]
    assert {row["capital_cost_place_eur"] for row in table if row["status"] == "derived"} == {f"{cheap}.00"}


def test_one_group_holds_several_services_in_the_order_of_the_law():
    members = sorted((row["preference"], service) for service, row in NEW.items() if row["group"] == OLDER)
    assert members == [("1", "assistant_support"), ("2", "day_care_older"), ("3", "residential_older")]
    assert all(row["group"] == service for service, row in NEW.items() if row["group"] != OLDER)
    assert sorted(GROUPS) == sorted({row["group"] for row in NEW.values()})


def test_the_posts_by_profession_are_those_of_the_place():
    posts = defaultdict(float)
    for row in rows(SCENARIOS / "catalogue/professions.csv"):
        posts[row["service"]] += float(row["posts_per_place"])
    assert dict(posts) == pytest.approx({s: float(row["staff_per_place"]) for s, row in SERVICES.items()})


def test_substitute_care_lies_in_day_care_of_adults():
    (row,) = rows(SCENARIOS / "catalogue/embedded.csv")
    assert (row["service"], row["host_service"]) == ("substitute_respite_care", "day_care_adults")
    assert row["places_per_facility"] == "5"


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_a_basis(figure):
    for service in SERVICES:
        assert (service, figure) in BASES or ("*", figure) in BASES, service


def test_every_basis_belongs_to_a_figure():
    assert {figure for _, figure in BASES} == set(FIGURES)
    assert {service for service, _ in BASES} <= {"*", *SERVICES}
    for basis in BASES.values():
        assert basis["basis"]


def test_what_is_attested_or_derived_has_a_source():
    for (service, figure), basis in BASES.items():
        if basis["status"] != "illustrative" and not basis["source"]:
            # Nothing to look up: a service at home has no facility and no journey.
            assert SERVICES[service]["mode"] == "home", (service, figure)
            assert float(SERVICES[service][figure]) == 0, (service, figure)


def test_running_costs_are_staff_times_one_amount():
    # bases.csv: staff per place x 32,000 EUR; assistant support has its own, attested in the budget.
    for service, row in SERVICES.items():
        if service == "assistant_support":
            assert row["running_cost_place_eur"] == f"{FACTS['assistant_support_cost']['value']}.00"
        else:
            assert float(row["running_cost_place_eur"]) == pytest.approx(32_000 * float(row["staff_per_place"]))


def test_residential_places_cost_what_the_programme_paid_per_resident():
    for service, row in SERVICES.items():
        if row["family"] == "residential":
            assert float(row["capital_cost_place_eur"]) == float(FACTS["capital_per_resident"]["value"]), service


# ------------------------------------------------------------------ norms


def test_no_norm_is_called_legal():
    assert {norm["status"] for norm in NORMS} == {"illustrative"}
    for norm in NORMS:
        assert "could not be read" in norm["citation"], norm["id"]
        assert norm["basis"], norm["id"]


def test_every_group_has_one_norm_of_its_need():
    needs = [norm["group"] for norm in NORMS if norm["gives"] == "need"]
    assert sorted(needs) == sorted(GROUPS)


def test_every_kind_of_rule_is_shipped():
    kinds = {"ratio", "subgroup", "composite", "banded", "presence", "threshold", "complement"}
    assert {norm["rule"]["type"] for norm in NORMS} == kinds


def test_the_minimum_of_assistant_support_rises_in_2030():
    minima = {n["valid_from"]: n for n in NORMS if n["id"].startswith("assistant_support.minimum")}
    assert {year: n["valid_to"] for year, n in minima.items()} == {2026: 2029, 2030: 2035}
    assert [users(minima[year]["rule"]) / 14_343 for year in (2026, 2030)] == pytest.approx([0.5, 0.75], rel=0.001)


def test_a_norm_on_an_estimated_indicator_is_marked_as_an_estimate():
    for norm in NORMS:
        indicator = norm["rule"].get("indicator")
        if indicator and norm["gives"] != "minimum" and INDICATORS[indicator]["source_class"] == "estimate":
            assert norm.get("estimate") is True, norm["id"]


@pytest.mark.parametrize("family", sorted({row["family"] for row in SERVICES.values()}))
def test_every_family_is_calibrated_on_a_published_figure(family):
    held = {norm.get("group") or norm["service"] for norm in NORMS if norm.get("calibrated_on") in FACTS}
    assert [s for s, row in NEW.items() if row["family"] == family and (s in held or row["group"] in held)]


def test_every_fact_that_a_norm_names_exists():
    for norm in NORMS:
        assert norm.get("calibrated_on", "") in {"", *FACTS}, norm["id"]


def _calibrated():
    found = defaultdict(list)
    for norm in NORMS:
        if norm.get("calibrated_on"):
            found[norm["calibrated_on"], norm["gives"]].append(norm)
    return dict(sorted(found.items()))


CALIBRATED = _calibrated()


@pytest.mark.parametrize("key", CALIBRATED, ids="-".join)
def test_the_norms_of_a_fact_add_up_to_it(key):
    fact, norms = FACTS[key[0]], CALIBRATED[key]
    # Places where the fact counts places, people where it counts people.
    per_place = fact["unit"] == "places"
    rho = {n["id"]: int(SERVICES[n.get("group") or n["service"]]["users_per_place"]) if per_place else 1 for n in norms}
    total = sum(users(n["rule"]) / rho[n["id"]] for n in norms)
    assert total == pytest.approx(float(fact["value"]), rel=0.005)


def test_each_calibrated_fact_is_a_known_figure():
    # Written out: a slip in calibration.csv must not calibrate itself.
    assert {fact: FACTS[fact]["value"] for fact in sorted({fact for fact, _ in CALIBRATED})} == {
        "adult_community_other_places": "10909",
        "adult_specialised_home_places": "4400",
        "children_community_places": "9561",
        "children_residential_places": "2158",
        "homes_older_places": "5563",
        "long_term_care_older_demand": "24073",
    }


def test_derived_facts_follow_from_read_ones():
    value = {fact: float(row["value"]) for fact, row in FACTS.items()}
    homes = value["homes_older_places"] + value["adult_specialised_home_places"]
    assert value["adult_community_places"] == round(homes * 273 / 187)
    assert value["children_community_places"] == round(value["children_places"] * 226 / 277)
    assert value["children_residential_places"] == round(value["children_places"] * 51 / 277)
    assert value["homes_older_demand"] == 5322 + 1449
    assert value["adult_community_other_places"] == round(0.75 * value["adult_community_places"])
    parts = (
        value["assistant_support_users"] + 0.25 * value["adult_community_places"] + 0.9 * value["homes_older_demand"]
    )
    assert value["long_term_care_older_demand"] == round(parts)
    assert value["adaptation_per_place"] == pytest.approx(143_331 / 71 / 1.95583, abs=5)
    assert value["staff_per_place_seen"] == pytest.approx(464 / 1028, abs=0.005)


def test_the_whole_catalogue_costs_the_national_subsidy():
    spent = 14_343 * 4_661.0
    for service, row in NEW.items():
        if service != "assistant_support":
            places = provision(service)
            spent += places * float(row["running_cost_place_eur"])
            spent += places / REFERENCE_SIZE[service] * float(row["running_cost_facility_eur"])
    homes = sum(users(norm_of(s, "maximum")["rule"]) for s in ("residential_older", "residential_dementia"))
    assert homes == pytest.approx(5_563, rel=0.005)
    assert users(norm_of(OLDER, "need")["rule"]) == pytest.approx(24_073, rel=0.005)
    assert float(FACTS["national_subsidy"]["value"]) == 610_923_700
    assert spent == pytest.approx(610_923_700, rel=0.01)


def test_the_staff_per_place_is_near_what_was_counted():
    places = {service: provision(service) for service in NEW}
    staff = sum(n * float(NEW[service]["staff_per_place"]) for service, n in places.items())
    assert 0.40 <= staff / sum(places.values()) <= 0.50
    assert FACTS["staff_per_place_seen"]["value"] == "0.45"


# ------------------------------------------------------------------ indicators


def test_265_of_265():
    assert len(MUNICIPALITIES) == 265
    assert set(CENSUS) == set(SUBSIDIES) == set(MUNICIPALITIES)
    assert len(rows(SCENARIOS / "indicators/2021/census.csv")) == 265
    assert len(rows(SCENARIOS / "indicators/2026/subsidies.csv")) == 265
    assert len({row["region"] for row in MUNICIPALITIES.values()}) == 28


PUBLISHED = {
    "pop_total": 6_519_789,
    "pop_0_14": 917_722,
    "pop_15_29": 854_153,
    "pop_30_44": 1_312_494,
    "pop_45_64": 1_902_753,
    "pop_65plus": 1_532_667,
}


@pytest.mark.parametrize(("indicator", "total"), PUBLISHED.items())
def test_the_sum_is_the_published_national_total(indicator, total):
    assert sum(int(row[indicator]) for row in CENSUS.values()) == total
    assert float(INDICATORS[indicator]["national_total"]) == total


def test_the_subsidies_sum_to_the_published_total():
    assert sum(float(row["social_services_subsidy"] or 0) for row in SUBSIDIES.values()) == pytest.approx(610_923.7)
    assert INDICATORS["social_services_subsidy"]["national_total"] == "610923.7"


def test_the_age_bands_add_up():
    for code, written in CENSUS.items():
        row = {name: int(value) for name, value in written.items() if name != "municipality"}
        bands = row["pop_0_14"] + row["pop_15_29"] + row["pop_30_44"] + row["pop_45_64"] + row["pop_65plus"]
        assert bands == row["pop_total"], code
        assert row["pop_0_17"] + row["pop_18_64"] + row["pop_65plus"] == row["pop_total"], code
        # Three of the fifteen years from 15 to 29 are 15, 16 and 17.
        assert abs(row["pop_0_17"] - row["pop_0_14"] - 0.2 * row["pop_15_29"]) <= 0.5, code


def test_haskovo_has_the_population_of_the_census():
    haskovo = [code for code, row in MUNICIPALITIES.items() if row["region"] == "HKV"]
    assert len(haskovo) == 11
    assert sum(int(CENSUS[code]["pop_total"]) for code in haskovo) == 211_565


def test_every_indicator_says_source_day_and_who_answers():
    for row in INDICATORS.values():
        assert row["source"], row["indicator"]
        assert row["reference_date"][:2] == "20", row["indicator"]
        assert row["source_class"] in ("nsi", "statutory_body", "municipal_study", "estimate"), row["indicator"]
        assert row["source_class"] != "estimate" or row["note"], row["indicator"]


def test_no_data_stays_blank():
    # Божурище is blank in the published table: neither 0 nor a guess.
    assert MUNICIPALITIES["SFO06"]["name_bg"] == "Божурище"
    assert SUBSIDIES["SFO06"]["social_services_subsidy"] == ""
    assert [code for code, row in SUBSIDIES.items() if row["social_services_subsidy"] == ""] == ["SFO06"]
    assert INDICATORS["social_services_subsidy"]["declared_blank"] == "SFO06"


def test_no_data_stays_blank_when_read(haskovo):
    figures = haskovo.inputs.tables["indicators"]
    subsidy = figures.query("indicator == 'social_services_subsidy'").set_index("municipality")["value"]
    assert subsidy.isna().sum() == 1
    assert subsidy.isna()["SFO06"]
