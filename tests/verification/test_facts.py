"""Services, sites and streams of their rows, every figure of them by hand."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

from nationalmap.verification.facts import NO_LIMIT, Service, Site, possible, service, standing, stream

#: Every figure another one, so that none can stand for another.
ROW: dict[str, Any] = {
    "service": "day", "group": "care", "preference": 2, "least_share": Fraction(1, 10), "most_share": Fraction(9, 10),
    "typology": "new", "counts_as": "", "financed_until": 2029, "level": "municipal", "mode": "community",
    "target_group": "older", "users_per_place": 3, "min_places": 5, "max_places": 11, "travel_limit_min": Fraction(30),
    "lead_years": 4, "running_cost_place_eur": 101, "running_cost_facility_eur": 102, "trip_cost_user_eur": 103,
    "fee_user_eur": 104, "capital_cost_place_eur": 105, "capital_cost_facility_eur": 106,
}  # fmt: skip
DAY = Service(
    code="day", group="care", priority_class=7, preference=2, least=Fraction(1, 10), most=Fraction(9, 10), old=False,
    family="day", until=None, level="municipal", home=False, facilities=True, target_group="older", rho=3, kmin=5,
    kmax=11, limit=Fraction(30), lead=4, place=101, facility=102, trip=103, fee=104, build_place=105,
    build_facility=106,
)  # fmt: skip


def of_row(share: dict[str, Any] | None = None, until: int | None = None, inside: bool = False, **row: Any) -> Service:
    return service(ROW | row, 7, share, until, inside)


def test_a_service_is_what_its_row_says() -> None:
    assert of_row() == DAY
    # At home, or inside another service, it has no facilities, and so no size.
    without = dataclasses.replace(DAY, facilities=False, kmin=0, kmax=0)
    assert of_row(inside=True) == without
    assert of_row(mode="home") == dataclasses.replace(without, home=True)


def test_an_old_type_counts_as_another_and_ends() -> None:
    old = dataclasses.replace(DAY, old=True, until=2029)
    assert of_row(typology="old") == old
    assert of_row(typology="old", counts_as="house") == dataclasses.replace(old, family="house")
    assert of_row(typology="old", until=2031) == dataclasses.replace(old, until=2031)
    # What is new ends never and counts as nothing else, whatever is said of old types.
    assert of_row(counts_as="house", until=2031) == DAY


def test_shares_of_the_scenario_replace_those_of_the_catalogue() -> None:
    assert of_row({"least": None, "most": 0.5}) == dataclasses.replace(DAY, least=None, most=Fraction(1, 2))
    assert of_row({"least": 0.25, "most": None}) == dataclasses.replace(DAY, least=Fraction(1, 4), most=None)


SITE = Site(
    code="lot", municipality="R1", service="day", origin="attested", status="keep", new=False, k0=7, committed=False,
    opens=None, users=6, close_from=None, state_from=None, smallest=5, largest=11, most_facilities=1, facility=102,
    build_place=105, build_facility=106, from_year=None, buildable=True,
)  # fmt: skip
STANDS: dict[str, Any] = {
    "site": "lot", "municipality": "R1", "places": 7, "users": 6, "status": "keep", "close_by_year": None,
    "opens_year": None, "state_from_year": None, "origin": "attested",
}  # fmt: skip
YEARS = (2027, 2028, 2030)


def test_a_site_of_the_register() -> None:
    assert standing(STANDS, DAY, YEARS) == SITE
    # What is smaller or larger today than the sizes of the catalogue may stay so.
    assert standing(STANDS | {"places": 3}, DAY, YEARS) == dataclasses.replace(SITE, k0=3, smallest=3)
    assert standing(STANDS | {"places": 12}, DAY, YEARS) == dataclasses.replace(SITE, k0=12, largest=12)
    at_home = dataclasses.replace(DAY, facilities=False)
    assert standing(STANDS, at_home, YEARS) == dataclasses.replace(SITE, most_facilities=0)
    # A year of closing holds for what must close alone.
    assert standing(STANDS | {"close_by_year": 2029}, DAY, YEARS) == SITE
    closes = {"close_by_year": 2029, "status": "must_close_by"}
    assert standing(STANDS | closes, DAY, YEARS) == dataclasses.replace(SITE, close_from=2029, status="must_close_by")


def test_a_site_under_construction_opens_in_the_first_period_of_its_year_or_after() -> None:
    under = dataclasses.replace(SITE, committed=True, users=None, state_from=2029)
    for year, period in ((2026, 2027), (2027, 2027), (2028, 2028), (2029, 2030), (2031, None)):
        site = standing(STANDS | {"opens_year": year, "state_from_year": 2029}, DAY, YEARS)
        assert site == dataclasses.replace(under, opens=period)
        assert [site.opens_in(t) for t in YEARS] == [t == period for t in YEARS]
        assert site.today == 0
        assert [site.started(t) for t in YEARS] == [period is not None and t >= period for t in YEARS]
    assert SITE.today == 7
    assert SITE.started(2026)
    assert not any(SITE.opens_in(t) for t in YEARS)
    # Of what stands no year of opening is asked.
    assert not dataclasses.replace(SITE, opens=2027).opens_in(2027)
    assert [under.project_in(t) for t in (2028, 2029)] == [True, False]
    assert not SITE.project_in(2027)


def test_a_possible_site_is_as_the_catalogue_says_where_its_row_says_nothing() -> None:
    implied = Site(
        code="new", municipality="R2", service="day", origin="new", status="free", new=True, k0=0, committed=False,
        opens=None, users=None, close_from=None, state_from=None, smallest=5, largest=11, most_facilities=NO_LIMIT,
        facility=102, build_place=105, build_facility=106, from_year=None, buildable=False,
    )  # fmt: skip
    assert possible("new", "R2", DAY, False) == implied
    blank = dict.fromkeys(
        ("min_places", "max_places", "running_cost_facility_eur", "capital_cost_place_eur",
         "capital_cost_facility_eur", "from_year")
    )  # fmt: skip
    one = dataclasses.replace(implied, buildable=True, most_facilities=1)
    assert possible("new", "R2", DAY, True, {"most_facilities": 1, **blank}) == one
    own = {
        "most_facilities": 2, "min_places": 0, "max_places": 8, "running_cost_facility_eur": 0,
        "capital_cost_place_eur": 205, "capital_cost_facility_eur": 206, "from_year": 2028,
    }  # fmt: skip
    assert possible("new", "R2", DAY, True, own) == dataclasses.replace(
        one, most_facilities=2, smallest=0, largest=8, facility=0, build_place=205, build_facility=206, from_year=2028
    )
    at_home = dataclasses.replace(DAY, facilities=False)
    assert possible("new", "R2", at_home, True, own).most_facilities == 0


def facts(**more: Any) -> dict[str, Any]:
    base = {
        "kind": "running", "payer": "state", "first_year": None, "last_year": None, "services": [],
        "municipalities": [], "purposes": [], "carry_over": False, "new_places_only": False,
    }  # fmt: skip
    return base | more


def test_a_stream_is_what_the_scenario_says() -> None:
    running = stream("a", facts())
    assert (running.code, running.running, running.state, running.carry_over, running.new_only) == (
        "a", True, True, False, False,
    )  # fmt: skip
    capital = stream("b", facts(kind="capital", payer="other", carry_over=True, new_places_only=True))
    assert (capital.running, capital.state, capital.carry_over, capital.new_only) == (False, False, True, True)


def test_years_in_which_a_stream_pays() -> None:
    asked = (2027, 2026), (2030, 2027), (2031, 2030)

    def pays(**more: Any) -> list[bool]:
        return [stream("a", facts(**more)).open_in(*pair) for pair in asked]

    assert pays() == pays(kind="capital") == [True, True, True]
    assert pays(first_year=2030, last_year=2030) == [False, True, False]
    # Running money has to be there in the period itself, capital money in any year after the former one.
    assert pays(last_year=2028) == [True, False, False]
    assert pays(last_year=2027) == pays(last_year=2027, kind="capital") == [True, False, False]
    assert pays(last_year=2028, kind="capital") == [True, True, False]


def test_what_a_stream_may_pay() -> None:
    def pays(**more: Any) -> list[bool]:
        one = stream("a", facts(**more))
        asked = (("running", "R1", "day"), ("running", "R2", "help"), ("build", "R1", "day"), ("renovate", "R1", "day"))
        return [one.may_pay(*three) for three in asked]

    assert pays() == pays(purposes=["build"]) == [True, True, False, False]
    assert pays(kind="capital") == [False] * 4
    assert pays(kind="capital", purposes=["build"]) == [False, False, True, False]
    assert pays(municipalities=["R1"]) == pays(services=["day"]) == [True, False, False, False]
    assert pays(municipalities=["R2"]) == pays(services=["help"]) == [False, True, False, False]
    assert pays(municipalities=["R2"], services=["day"]) == [False] * 4
