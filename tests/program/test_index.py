"""What is read from the checked tables: every column of every table, by tables of a few rows made by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from nationalmap.domain.scenario import Share
from nationalmap.program import index as indexing
from nationalmap.program.index import index
from nationalmap.program.nouns import Ceiling, Complex, Renovation, Transformation
from tests.program.small import known, limit, lock, scenario, service

YEARS = (2027, 2030)
CATALOGUE = {
    "service": "day", "group": "day", "preference": 1, "least_share": None, "most_share": 0.8, "typology": "new",
    "counts_as": None, "financed_until": None, "level": "municipal", "mode": "community", "target_group": "adults",
    "users_per_place": 2, "min_places": 5, "max_places": 10, "travel_limit_min": 30, "lead_years": 1,
    "running_cost_place_eur": 1500.0, "running_cost_facility_eur": 2500.0, "trip_cost_user_eur": 50.0,
    "fee_user_eur": 25.0, "capital_cost_place_eur": 3000.0, "capital_cost_facility_eur": 10_000.0,
}  # fmt: skip
OLD = {**CATALOGUE, "service": "old", "typology": "old", "counts_as": "day", "financed_until": 2028.0, "preference": 2}
SITE = {
    "site": "day_M", "municipality": "M", "service": "day", "places": 6, "users": 5, "status": "keep",
    "origin": "attested", "opens_year": None, "close_by_year": None, "state_from_year": None,
}  # fmt: skip
COLUMNS = {
    "groups": ("group", "priority_class"),
    "agreements": ("municipality", "host", "service", "status"),
    "transformations": ("from_service", "to_service", "places_factor", "capital_cost_place_eur"),
    "complexes": ("complex", "services", "saved_running_eur"),
    "apart": ("target_group", "other_group"),
    "embedded": ("service", "host_service", "places_per_facility"),
    "professions": ("service", "profession", "posts_per_place"),
    "staff": ("territory", "profession", "year", "posts"),
    "trip_costs": ("municipality", "host", "service", "cost_user_eur"),
    "renovations": ("site", "kind", "by_year", "cost_eur", "places_lost"),
    "travel": ("municipality", "host", "travel_min"),
    "candidates": tuple(SITE),
}
NEEDS = ("municipality", "group", "year", "need_users")
PACKAGE = ("territory", "service", "year", "kind", "minimum_users", "minimum_places", "maximum_users")


def frame(columns, *rows):
    return pd.DataFrame([tuple(row) for row in rows], columns=list(columns), dtype=object)


def read(
    services=(CATALOGUE,), register=(SITE,), needs=(), package=(), asked=None, near_alone=True, budgets=None, **tables
):
    """The index of M and N, which lie in R; tables that are not said are empty."""
    made = {name: frame(columns, *tables.get(name, ())) for name, columns in COLUMNS.items()}
    if "groups" not in tables:
        made["groups"] = frame(COLUMNS["groups"], *((g, 2) for g in sorted({row["group"] for row in services})))
    made |= {"services": pd.DataFrame(list(services)), "register": pd.DataFrame(list(register), columns=list(SITE))}
    planned = frame(("municipality", "region"), ("N", "R"), ("M", "R"))
    return index(scenario(**(asked or {})), planned, made, frame(NEEDS, *needs), frame(PACKAGE, *package),
                 budgets or {}, near_alone)  # fmt: skip


def test_a_service_of_the_catalogue_is_read_in_thousand_euro():
    one = read().services["day"]
    assert one == service(
        "day", users_per_place=2, most_share=0.8, running_place=1.5, running_facility=2.5, trip_user=0.05,
        fee_user=0.025, capital_place=3.0, capital_facility=10.0, travel_limit_min=30.0,
    )  # fmt: skip


def test_an_old_type_ends_when_the_catalogue_or_the_scenario_says():
    one = read((CATALOGUE, OLD))
    old = one.services["old"]
    assert (old.is_old, old.counts_as, old.financed_until, old.preference) == (True, "day", 2028, 2)
    later = read((CATALOGUE, OLD), asked={"old_types_until": 2029}).services
    assert (later["old"].financed_until, later["day"].financed_until) == (2029, None)
    alone = read((CATALOGUE, {**OLD, "counts_as": None, "financed_until": None})).services["old"]
    assert (alone.counts_as, alone.financed_until) == ("old", None)


def test_shares_of_the_scenario_stand_for_those_of_the_catalogue():
    one = read(asked={"shares": (Share(service="day", least=0.25),)}).services["day"]
    assert (one.least_share, one.most_share) == (0.25, None)


def test_at_home_and_inside_others_are_no_facilities():
    home = {**CATALOGUE, "service": "help", "group": "help", "mode": "home"}
    inside = {**CATALOGUE, "service": "respite", "group": "respite"}
    rows = [("respite", "day", 3), ("respite", "else", 9), ("else", "day", 9)]
    one = read((CATALOGUE, home, inside), embedded=rows)
    assert {s.code: s.has_facilities for s in one.services.values()} == {"day": True, "help": False, "respite": False}
    assert one.embedded == {"respite": ("day", 3)}


def test_groups_have_their_class_and_services():
    one = read((CATALOGUE, OLD), groups=[("day", 3), ("else", 1)])
    assert {g.code: (g.priority_class, g.services) for g in one.groups.values()} == {"day": (3, ("day", "old"))}


def test_packages_have_a_minimum_and_a_maximum_each_where_they_are_asked():
    rows = [
        ("M", "day", 2027, "access", 4, 2, 9),
        ("N", "day", 2027, "none", 0, 0, 7),
        ("M", "day", 2030, "in_place", 4, 3, None),
        ("M", "else", 2030, "in_place", 4, 3, 5),
    ]
    one = read(package=rows)
    assert one.minimum == {("M", "day", 2027): ("access", 4, 2), ("M", "day", 2030): ("in_place", 4, 3)}
    assert one.maximum == {("M", "day", 2027): 9, ("N", "day", 2027): 7}


def test_where_a_need_is_unknown_the_municipal_minimum_stands():
    other = {**CATALOGUE, "service": "night"}
    package = [("M", "day", 2027, "access", 4, 2, None), ("M", "night", 2027, "in_place", 3, 2, None)]
    needs = [("M", "day", 2027, None), ("N", "day", 2027, None), ("M", "day", 2030, 8), ("M", "else", 2030, 8)]
    one = read((CATALOGUE, other), needs=needs, package=package)
    assert one.need == {("M", "day", 2027): 7, ("N", "day", 2027): 0, ("M", "day", 2030): 8}


def test_money_posts_journeys_and_agreements():
    one = read(
        budgets={"state": {2027: 1500.0}},
        professions=[("day", "nurse", 0.5), ("else", "nurse", 9)],
        staff=[("R", "nurse", 2027, 4), ("M", "nurse", 2030, 2), ("X", "nurse", 2030, 2), ("M", "nurse", 2028, 2)],
        trip_costs=[("M", "N", "day", 250.0)],
        agreements=[("M", "N", "*", "refused")],
        travel=[("M", "N", 20), ("N", "M", 21.5)],
    )
    assert one.budget == {("state", 2027): 1.5}
    assert one.posts == {("day", "nurse"): 0.5}
    assert one.ceilings == (Ceiling("R", "nurse", 2027, 4.0), Ceiling("M", "nurse", 2030, 2.0))
    assert one.trip_costs == {("M", "N", "day"): 0.25}
    assert one.agreements == {("M", "N", "*"): "refused"}
    assert one.minutes == {("M", "N"): 20, ("N", "M"): 21.5}
    assert (one.municipalities, dict(one.region_of)) == (("M", "N"), {"M": "R", "N": "R"})


def test_a_journey_that_no_row_states_is_refused_unless_only_near_ones_are_listed():
    every = [(m, h, 20) for m in "MN" for h in "MN"]
    assert len(read(travel=every, near_alone=False).minutes) == 4
    assert len(read(travel=[*every, ("M", "X", 9)], near_alone=False).minutes) == 5
    with pytest.raises(KeyError, match="'N', 'M'"):
        read(travel=[row for row in every if row[:2] != ("N", "M")] + [("M", "X", 9)], near_alone=False)
    assert read(travel=every[:1]).minutes == {("M", "M"): 20}


def test_transformations_and_complexes_of_planned_services():
    home = {**CATALOGUE, "service": "home", "group": "home", "target_group": "children"}
    rows = [("old", "home", 0.5, 2000.0), ("old", "day", 0.75, 1000.0), ("old", "else", 1, 1), ("else", "day", 1, 1)]
    complexes = [("roof", "day home", 1500.0), ("court", "day old", 500.0), ("none", "day else", 1.0)]
    apart = [("adults", "children"), ("adults", "else")]
    one = read((CATALOGUE, OLD, home), transformations=rows, complexes=complexes, apart=apart)
    assert one.transformations == (Transformation("old", "day", 0.75, 1.0), Transformation("old", "home", 0.5, 2.0))
    assert one.complexes == (
        Complex("court", ("day", "old"), 0.5, False), Complex("roof", ("day", "home"), 1.5, True),
    )  # fmt: skip
    assert not read((CATALOGUE, home), complexes=complexes).complexes[0].apart


def test_users_of_today_are_those_of_what_stands():
    register = [
        SITE,
        {**SITE, "site": "day_M2", "users": 2},
        {**SITE, "site": "day_N", "municipality": "N", "users": None},
        {**SITE, "site": "due_N", "municipality": "N", "users": 3, "opens_year": 2029},
        {**SITE, "site": "late_N", "municipality": "N", "users": 3, "opens_year": 2040},
        {**SITE, "site": "far", "municipality": "X"},
        {**SITE, "site": "else_M", "service": "else"},
    ]
    renovations = [("day_M", "roof", 2028, 4000.0, 2), ("far", "roof", 2028, 1.0, 1), ("day_M", "lift", 2029, 500.0, 1)]
    one = read(register=register, renovations=renovations)
    assert one.users_today == {("M", "day"): 7}
    assert [code for code in one.sites if not code.startswith("new")] == ["day_M", "day_M2", "day_N", "due_N"]
    assert one.renovations == (Renovation("day_M", "lift", 2029, 0.5, 1), Renovation("day_M", "roof", 2028, 4.0, 2))
    assert [s.code for s in one.sites_in["N", "day"]] == ["day_N", "due_N", "new:day:N"]


# ---------------------------------------------------------------------- what a site could be asked to hold


def test_need_within_reach_in_the_period_with_most():
    """M and N reach each other, O nobody: 2027 has 9 and 4 of M and N, 2030 has 5 and 7."""
    need = {
        ("M", "day", 2027): 9,
        ("N", "day", 2027): 4,
        ("M", "day", 2030): 5,
        ("N", "day", 2030): 7,
        ("O", "day", 2027): 2,
    }
    found = indexing._demand(known(services=(service("day"),), need=need))
    assert found.within_reach == {("M", "day"): 13, ("N", "day"): 13, ("O", "day"): 2}
    refused = indexing._demand(known(services=(service("day"),), need=need, asked={"agreements_default": "refused"}))
    assert refused.within_reach == {("M", "day"): 9, ("N", "day"): 7, ("O", "day"): 2}


def test_places_that_packages_and_locks_ask_for():
    services = (service("day"), service("home", level="regional"))
    minimum = {
        ("M", "day", 2027): ("access", 9, 3),
        ("M", "day", 2030): ("in_place", 1, 4),
        ("R", "home", 2030): ("", 0, 8),
    }
    locks = (lock(6, municipality="N"), lock(99, relation="most", municipality="N"), lock(5, "users", municipality="O"))
    found = indexing._demand(known(services=services, minimum=minimum, asked={"locks": locks}))
    assert found.asked == {
        ("M", "day"): 4, ("N", "day"): 6, ("O", "day"): 0, ("M", "home"): 8, ("N", "home"): 8, ("O", "home"): 0,
    }  # fmt: skip
    assert found.places("M", services[0]) == 4


def test_facilities_that_locks_and_limits_ask_for():
    limits = (limit(3, "least", "R"), limit(9, "most"), limit(2, "exactly"), limit(7, "least", of="home"))
    locks = (lock(4, "facilities", municipality="N"), lock(8, "places", municipality="N"))
    found = indexing._facilities(known(services=(service("day"),), asked={"site_limits": limits, "locks": locks}))
    assert found == {("M", "day"): 3, ("N", "day"): 4, ("O", "day"): 2}


def test_places_that_could_be_of_use():
    from nationalmap.program.sites import Demand

    pairs = service("day", users_per_place=2)
    demand = Demand({("M", "day"): 7}, {("M", "day"): 3, ("N", "day"): 3}, {})
    assert [demand.places(h, pairs) for h in "MNO"] == [4, 3, 0]


def test_what_is_known_of_who_is_near_is_not_worked_out_again():
    one = read(travel=[("M", "N", 20)])
    assert {"_nearest", "_members"} <= set(vars(one))
    assert replace(one).within("M", "day") == ("N",)
