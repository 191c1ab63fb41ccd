"""What follows from the data without a solver, of three municipalities made by hand; and the numbers rules share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nationalmap.program import amounts
from nationalmap.program.known import pays
from nationalmap.program.nouns import Renovation, Transformation
from nationalmap.program.sites import Demand, all_sites
from nationalmap.program.variables import deadline, most_places, package_size, row_name, spread_cells, ways
from tests.program.small import SERVICES, hub, known, scenario, service, site, stream

OLD = service("old", group="home", is_old=True, counts_as="home", level="regional", financed_until=2028)
WAY = Transformation("old", "home", 0.5, 1.0)
BOTH = (2027, 2030)


# ---------------------------------------------------------------------- nouns


def test_where_something_stands_and_may_grow():
    plain = site("day_M", grows_from=2028)
    assert [plain.stands(t) for t in BOTH] == [True, True]
    assert [plain.may_grow(t) for t in (2027, 2028)] == [False, True]
    short = site("day_M", opens=2028, gone_from=2030)
    assert [short.stands(t) for t in (2027, 2028, 2029, 2030)] == [False, True, True, False]
    assert [short.may_grow(t) for t in (2027, 2028, 2030)] == [False, True, False]
    project = site("day_M", state_from=2029)
    assert [project.by_project(t) for t in (2028, 2029)] == [True, False]
    assert [project.may_grow(t) for t in (2028, 2029)] == [False, True]
    assert not site("day_M").by_project(2027)
    assert not site("day_M", may_build=False).may_grow(2027)
    assert site("day_M", committed_places=3).kept_places == 9
    assert [OLD.is_financed(t) for t in (2028, 2029)] == [True, False]
    assert SERVICES[0].is_financed(2099)


# ---------------------------------------------------------------------- periods and territories


def test_periods_and_what_was_before():
    one = known()
    assert [one.former(t) for t in BOTH] == [None, 2027]
    assert [one.until(t) for t in BOTH] == [(2027,), BOTH]
    assert not one.hard_need
    assert known(asked={"mode": "what_it_would_cost"}).hard_need


def test_territories_of_services_and_groups():
    mixed = (*SERVICES, service("night", group="home"))
    one = known(services=mixed)
    assert (one.territory("M", "day"), one.territory("M", "home"), one.territory("O", "home")) == ("M", "R", "Q")
    assert (one.territory_of_group("M", "day"), one.territory_of_group("M", "home")) == ("M", "R")
    assert (one.inside("R"), one.inside("M"), one.inside(""), one.inside("X")) == (
        ("M", "N"), ("M",), ("M", "N", "O"), (),
    )  # fmt: skip


def test_old_types_belong_to_the_service_that_follows_them():
    one = known(site("old_M"), site("home_M"), site("home_N"), services=(*SERVICES, OLD))
    assert one.family == {"day": ("day",), "home": ("home", "old"), "help": ("help",)}
    assert [s.code for s in one.sites_of["home"]] == ["home_M", "home_N"]
    assert one.sites_of["day"] == ()
    assert [s.code for s in one.sites_in["M", "old"]] == ["old_M"]


# ---------------------------------------------------------------------- sites and hosts


@pytest.mark.parametrize(
    ("code", "changes", "years"),
    [
        ("day_M", {}, BOTH),
        ("day_M", {"gone_from": 2030}, (2027,)),
        ("day_M", {"grows_from": 2099}, BOTH),
        ("day_M", {"most_places": 0}, ()),
        ("new_day_M", {"grows_from": 2027}, BOTH),
        ("new_day_M", {"grows_from": 2028}, (2030,)),
        ("new_day_M", {"grows_from": 2031}, ()),
        ("new_day_M", {"may_build": False}, ()),
        ("new_day_M", {"most_places": 0}, ()),
    ],
)
def test_when_a_site_may_have_places(code, changes, years):
    assert tuple(t for t in BOTH if known(site(code, **changes)).can_stand("M", "day", t)) == years
    assert not known(site(code, **changes)).can_stand("N", "day", 2027)


def converting(old=None, new=None):
    receiver = replace(site("new_home_M"), code="new:home:M", **{"may_build": False, **(new or {})})
    return known(site("old_M", **(old or {})), receiver, services=(*SERVICES, OLD), transformations=(WAY,))


@pytest.mark.parametrize(
    ("old", "new", "years"),
    [
        ({}, {}, BOTH),
        ({"status": "protected"}, {}, ()),
        ({"status": "protected", "gone_from": 2030}, {}, (2030,)),
        ({"places_today": 0}, {}, (2030,)),
        ({"gone_from": 2026}, {}, ()),
        ({"gone_from": 2027}, {}, (2027,)),
        ({"gone_from": 2028}, {}, BOTH),
        ({"opens": 2030}, {}, (2027,)),
        ({}, {"grows_from": 2028}, (2030,)),
        ({}, {"grows_from": 2030}, (2030,)),
        ({}, {"most_places": 0}, ()),
        ({}, {"gone_from": 2030}, (2027,)),
    ],
)
def test_when_a_facility_may_become_another(old, new, years):
    one = converting(old, new)
    assert tuple(t for t in BOTH if one.may_convert("old_M", "new:home:M", t)) == years
    assert ways(one) == [("old_M", "new:home:M", t) for t in years]
    # A receiver that nobody may build can stand from the first year in which something may become it.
    stands = tuple(t for t in BOTH if years and t >= years[0] and (new or {}).get("gone_from", 2099) > t)
    assert tuple(t for t in BOTH if one.can_stand("M", "home", t)) == stands


def test_a_receiver_that_may_be_built_stands_when_it_may_be_built_or_before():
    assert converting(new={"may_build": True, "grows_from": 2027}).can_stand("M", "home", 2027)
    late = converting(old={"status": "protected"}, new={"may_build": True, "grows_from": 2028})
    assert [late.can_stand("M", "home", t) for t in BOTH] == [False, True]


def test_only_what_stands_may_become_something_that_there_is():
    one = converting()
    assert one.conversions == (("old_M", "new:home:M", WAY),)
    alone = known(site("old_M"), site("new_old_N"), services=(*SERVICES, OLD), transformations=(WAY,))
    assert alone.conversions == ()
    new = known(replace(site("new_old_M"), code="x"), replace(site("new_home_M"), code="new:home:M"),
                services=(*SERVICES, OLD), transformations=(WAY,))  # fmt: skip
    assert new.conversions == ()


def test_hosts_are_within_the_limit_nearest_first_and_as_agreed():
    every = [site(f"{s}_{m}") for s in ("day", "home") for m in "MNO"]
    one = known(*every)
    assert one.hosts["M", "day", 2027] == ("M", "N")
    assert one.hosts["O", "day", 2027] == ("O",)
    wide = (service("day", travel_limit_min=40.0), service("home", level="regional", travel_limit_min=40.0))
    one = known(*every, services=wide)
    assert one.hosts["M", "day", 2027] == ("M", "N", "O")
    assert one.hosts["M", "home", 2027] == ("M", "N")  # O lies in another region
    narrow = (service("day", travel_limit_min=39.9), service("home", level="national", travel_limit_min=40.0))
    one = known(*every, services=narrow)
    assert one.hosts["M", "day", 2027] == ("M", "N")
    assert one.hosts["M", "home", 2030] == ("M", "N", "O")
    # A journey to a place that is not planned is no journey.
    assert known(*every, minutes={("M", "M"): 0.0, ("M", "X"): 1.0}).hosts["M", "day", 2027] == ("M",)


@pytest.mark.parametrize(
    ("default", "stated", "inside", "across"),
    [
        ("possible", {}, "possible", "possible"),
        ("refused", {}, "refused", "refused"),
        ("within_region", {}, "possible", "across the border"),
        ("within_region", {"*": "signed"}, "signed", "signed"),
        ("possible", {"*": "refused"}, "refused", "refused"),
        ("possible", {"*": "refused", "day": "signed"}, "signed", "signed"),
    ],
)
def test_what_is_agreed_on(default, stated, inside, across):
    agreements = {("M", h, s): status for h in "NO" for s, status in stated.items()}
    one = known(asked={"agreements_default": default}, agreements=agreements)
    assert (one.agreement("M", "N", "day"), one.agreement("M", "O", "day")) == (inside, across)
    may = [one.may_serve("M", h, "day") for h in "MNO"]
    assert may == [True, *(word not in ("refused", "across the border") for word in (inside, across))]


def test_cells_are_needs_that_somebody_can_serve():
    need = {("M", "day", 2027): 3, ("N", "day", 2027): 0, ("O", "day", 2027): 2, ("M", "home", 2027): 4}
    one = known(site("day_N"), site("home_N"), need=need)
    assert one.cells == (("M", "day", 2027), ("M", "home", 2027))
    assert one.cells_in == {("M", "day", 2027): one.cells[:1], ("R", "home", 2027): one.cells[1:]}
    assert one.arcs == (("M", "N", "day", 2027), ("M", "N", "home", 2027))
    assert [one.need_at(arc) for arc in one.arcs] == [3, 4]
    assert known(site("day_N"), need={("M", "day", 2027): 1}).cells == (("M", "day", 2027),)


def test_a_journey_costs_what_is_known_of_it_and_nothing_at_home():
    one = known(trip_costs={("M", "N", "day"): 0.25, ("N", "N", "day"): 0.125})
    assert [one.trip_cost(*arc, "day") for arc in (("M", "N"), ("N", "N"), ("N", "M"), ("M", "M"))] == [
        0.25, 0.125, 0.5, 0,
    ]  # fmt: skip


# ---------------------------------------------------------------------- money


def test_fees_are_the_projects_while_it_pays():
    fees = (service("day", fee_user=0.25),)
    one = known(site("day_M", state_from=2028), site("new_day_M"), site("day_N"), services=fees)
    assert [one.fee_in("M", "day", t) for t in BOTH] == [0, 0.25]
    assert (one.fee_in("N", "day", 2027), one.fee_in("O", "day", 2027)) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("kind", "first", "last", "open_"),
    [
        ("running", None, None, (True, True)),
        ("running", 2028, None, (False, True)),
        ("running", 2027, 2029, (True, False)),
        ("running", None, 2030, (True, True)),
        ("running", None, 2026, (False, False)),
        ("capital", None, 2026, (False, False)),  # built in 2027 at the earliest
        ("capital", None, 2027, (True, False)),
        ("capital", None, 2028, (True, True)),  # built in 2028, used in 2030
        ("capital", 2030, None, (False, True)),
    ],
)
def test_when_a_stream_pays(kind, first, last, open_):
    one = known()
    assert tuple(one.is_open(stream(kind, first_year=first, last_year=last), t) for t in BOTH) == open_


def test_what_a_stream_may_pay():
    run, build = stream(), stream("capital", purposes=("build",))
    assert [pays(run, "day", "M", kind) for kind in ("running", "build")] == [True, False]
    assert [pays(build, "day", "M", kind) for kind in ("running", "build", "renovate")] == [False, True, False]
    some = stream(services=("day",), municipalities=("M",))
    assert [pays(some, s, m, "running") for s, m in (("day", "M"), ("home", "M"), ("day", "N"))] == [True, False, False]
    streams = {"late": stream(first_year=2030), "some": some, "build": build}
    one = known(asked={"streams": streams})
    assert one.eligible("day", "M", "running", 2027) == ("some",)
    assert one.eligible("day", "M", "running", 2030) == ("late", "some")
    assert one.eligible("day", "N", "build", 2027) == ("build",)


def test_which_kinds_of_cost_a_service_has_in_a_municipality():
    need = Renovation("old_M", "roof", 2028, 4.0, 2)
    one = replace(converting(), renovations=(need,))
    assert list(one.cost_kinds("M", "old")) == ["running", "build", "renovate"]
    assert list(one.cost_kinds("M", "home")) == ["running", "transform"]
    never = known(site("day_M", may_build=False))
    assert list(never.cost_kinds("M", "day")) == ["running"]


# ---------------------------------------------------------------------- numbers that rules share


def test_a_part_of_a_place_is_rounded_up_to_the_cent():
    assert amounts.user_cost(service(running_place=1.0, users_per_place=3)) == pytest.approx(0.33334, abs=1e-12)
    assert amounts.user_cost(service(running_place=1.0, users_per_place=4)) == 0.25
    assert amounts.user_cost(service(running_place=0.0)) == 0


def test_places_of_today_above_a_maximum_may_stay_in_use():
    pairs = (service("day"), service("home", level="regional", users_per_place=2), OLD)
    one = known(site("home_M"), site("old_N"), site("home_O"), services=pairs, maximum={("R", "home", 2027): 10})
    assert amounts.grandfathered(one, "R", "home") == 18
    assert amounts.limit_of(one, ("R", "home", 2027)) == 18
    assert amounts.limit_of(replace(one, maximum={("R", "home", 2027): 20}), ("R", "home", 2027)) == 20


def capped(**more):
    """Of ``day`` five are paid in M, seven in N; ``night``, of the same group, is regional with ten in R."""
    services = (service("day"), service("night", group="day", level="regional", running_place=0.5))
    maximum = {("M", "day", 2027): 5, ("N", "day", 2027): 7, ("R", "night", 2027): 10}
    need = {("M", "day", 2027): 9, ("N", "day", 2027): 16}
    sites = (site("new_day_M"), site("new_day_N"), site("new_night_M"))
    return known(*sites, services=services, **{"maximum": maximum, "need": need, **more})


def test_a_group_is_paid_as_far_as_all_its_services_have_a_maximum():
    one = capped()
    assert amounts.limit_of_group(one, "R", "day", 2027) == 22
    assert amounts.limit_of_group(one, "R", "day", 2030) is None
    old = replace(one, services={**one.services, "old": replace(OLD, group="day")},
                  groups={"day": replace(one.groups["day"], services=("day", "night", "old"))})  # fmt: skip
    assert amounts.limit_of_group(old, "R", "day", 2027) == 22


def test_cases_above_a_maximum_are_shared_by_need_and_rounded_up():
    one = capped(budget={("state", 2027): 0.0})
    assert amounts.above_maximum(one, "R", "day", 2027) == 3  # 25 of 22
    assert amounts.above_shares(one) == {("M", "day", 2027): 2, ("N", "day", 2027): 2}
    assert amounts.above_maximum(replace(one, need={("M", "day", 2027): 22}), "R", "day", 2027) == 0
    assert amounts.above_shares(replace(one, need={("M", "day", 2027): 22})) == {}
    assert amounts.above_maximum(one, "R", "day", 2030) == 0


def test_other_money_pays_at_the_price_of_the_cheapest_service():
    own = stream(payer="other")
    one = capped(asked={"streams": {"state": stream(), "own": own}}, budget={("state", 2027): 9.0, ("own", 2027): 1.25})
    assert amounts.others_allow(one, "R", "day", 2027) == 2  # of night at a half
    assert amounts.above_maximum(one, "R", "day", 2027) == 1
    dear = replace(own, services=("day",))
    assert (
        amounts.others_allow(capped(asked={"streams": {"own": dear}}, budget={("own", 2027): 1.25}), "R", "day", 2027)
        == 1
    )
    none = capped(asked={"streams": {"own": own}}, budget={("own", 2027): 0.0})
    assert amounts.others_allow(none, "R", "day", 2027) == 0
    free = (service("day"), service("night", group="day", level="regional", running_place=0.0))
    gift = replace(one, services={s.code: s for s in free})
    assert amounts.others_allow(gift, "R", "day", 2027) == float("inf")
    assert amounts.above_maximum(gift, "R", "day", 2027) == 0
    # An old type that is not financed any more is no way.
    ended = replace(one, services={**one.services, "night": replace(one.services["night"], financed_until=2026)})
    assert amounts.others_allow(ended, "R", "day", 2027) == 1


def test_who_is_paid_otherwise():
    own = stream(payer="other", municipalities=("M",))
    one = capped(asked={"streams": {"state": stream(), "own": own}}, budget={("own", 2027): 1.0, ("state", 2027): 9.0})
    assert amounts.paid_otherwise(one, ("N", "M", "day", 2027))
    assert not amounts.paid_otherwise(one, ("M", "N", "day", 2027))
    assert not amounts.paid_otherwise(replace(one, maximum={}), ("N", "M", "day", 2027))
    assert not amounts.paid_otherwise(replace(one, budget={("own", 2027): 0.0}), ("N", "M", "day", 2027))


def test_how_many_of_today_are_to_be_served_still():
    one = capped(users_today={("M", "day"): 8, ("N", "day"): 30, ("O", "day"): 5, ("M", "home"): 7})
    assert amounts.loss_floor(one, "R", "day", 2027) == 22  # 38 today, 25 in need, 22 paid
    assert amounts.loss_floor(replace(one, maximum={}), "R", "day", 2027) == 25
    assert amounts.loss_floor(replace(one, users_today={("M", "day"): 8}), "R", "day", 2027) == 8
    assert amounts.loss_floor(one, "R", "day", 2030) == 0


def test_money_is_carried_over_where_it_may_be():
    streams = {"run": stream(), "build": stream("capital"), "fixed": stream("capital", carry_over=False)}
    budget = {(f, t): amount for f in streams for t, amount in zip(BOTH, (1.0, 2.0), strict=True)}
    one = known(asked={"streams": streams}, budget=budget)
    assert [amounts.available(one, f, 2030) for f in streams] == [2, 3, 2]
    assert amounts.available(one, "build", 2027) == 1


def test_idle_places_are_those_at_home_beyond_the_least_need():
    pairs = (service("help", has_facilities=False, users_per_place=2), service("day"))
    need = {("M", "help", 2027): 9, ("M", "help", 2030): 7}
    one = known(site("help_M"), site("day_M"), services=pairs, need=need)
    assert amounts.idle_places(one, one.sites["help_M"]) == 2  # seven need four of six
    assert amounts.idle_places(one, one.sites["day_M"]) == 0
    assert amounts.idle_places(replace(one, need={("M", "help", 2027): 9}), one.sites["help_M"]) == 6
    many = replace(one, need=dict.fromkeys(need, 99))
    assert amounts.idle_places(many, one.sites["help_M"]) == 0
    assert amounts.idle_places(replace(one, embedded={"help": ("day", 2)}), one.sites["help_M"]) == 0


# ---------------------------------------------------------------------- what bounds and names unknowns


def test_most_places_in_a_period():
    new = site("new_day_M", grows_from=2028)
    assert [most_places(known(), new, t) for t in (2027, 2028)] == [0, 10]
    assert most_places(known(), site("day_M", grows_from=2099), 2027) == 10
    assert [most_places(known(), site("day_M", gone_from=2030), t) for t in BOTH] == [10, 0]


def test_a_renovation_is_due_in_the_period_that_ends_in_or_after_its_year():
    due = [deadline(known(), Renovation("x", "roof", year, 1.0, 1)) for year in (2020, 2027, 2028, 2030, 2031)]
    assert due == [2027, 2027, 2030, 2030, None]


def test_the_size_of_a_package_is_in_users_or_in_places():
    one = known(minimum={("M", "day", 2027): ("access", 3, 2), ("M", "day", 2030): ("in_place", 3, 2)})
    assert [package_size(one, ("M", "day", t)) for t in BOTH] == [3, 2]


def test_everybody_with_a_need_is_to_reach_a_regional_service_with_a_minimum():
    minimum = {("R", "home", 2027): ("regional", 0, 4), ("M", "day", 2027): ("access", 3, 2)}
    need = {("M", "home", 2027): 0, ("O", "home", 2027): 4, ("M", "day", 2027): 4}
    assert spread_cells(known(services=(*SERVICES, OLD), minimum=minimum, need=need)) == [("M", "home", 2027)]


def test_rows_are_named_so_that_a_file_may_hold_them():
    assert row_name("meet_need", ("M", "new:day:M", 2027)) == "meet_need__M__new_day_M__2027"
    assert row_name("convert_once", "new:a-b") == "convert_once__new_a_b"


# ---------------------------------------------------------------------- sites

ROW = {
    "site": "day_M", "municipality": "M", "service": "day", "places": 6, "status": "free", "origin": "attested",
    "opens_year": None, "close_by_year": None, "state_from_year": None,
}  # fmt: skip


def stood(demand=None, services=SERVICES, ways_=(), named=(), asked=None, **row):
    return all_sites(
        scenario(**(asked or {})), ("M", "N"), {s.code: s for s in services}, [{**ROW, **row}], named, ways_,
        demand or Demand({}, {}, {}),
    )  # fmt: skip


def test_a_site_of_the_register_stands_as_it_is():
    one = stood()["day_M"]
    assert (one.places_today, one.facilities_today, one.committed_places, one.opens, one.gone_from) == (
        6,
        1,
        0,
        None,
        None,
    )
    assert (one.smallest, one.largest, one.most_places, one.most_facilities, one.grows_from) == (5, 10, 10, 1, 2027)
    assert (one.is_new, one.may_build, one.state_from) == (False, True, None)
    small, large = stood(places=3)["day_M"], stood(places=12)["day_M"]
    assert (small.smallest, small.largest, large.smallest, large.largest) == (3, 10, 5, 12)
    assert stood(state_from_year=2029.0)["day_M"].state_from == 2029


def test_a_committed_site_opens_with_the_period_that_holds_its_year():
    one = stood(opens_year=2028)["day_M"]
    assert (one.places_today, one.facilities_today, one.committed_places, one.opens) == (0, 0, 6, 2030)
    assert stood(opens_year=2027)["day_M"].opens == 2027
    assert stood(opens_year=2030)["day_M"].opens == 2030
    assert "day_M" not in stood(opens_year=2031)


def test_a_site_is_gone_when_it_closes_or_is_not_financed_any_more():
    ends = (service("day", financed_until=2028), service("home"), service("help", has_facilities=False))
    assert stood(close_by_year=2029)["day_M"].gone_from == 2029
    assert stood(services=ends)["day_M"].gone_from == 2029
    assert stood(services=ends, close_by_year=2028)["day_M"].gone_from == 2028
    assert stood(services=ends, close_by_year=2035)["day_M"].gone_from == 2029
    assert not stood(services=(replace(ends[0], is_old=True), *ends[1:]))["day_M"].may_build


def test_a_service_at_home_holds_whom_it_could_serve():
    demand = Demand({("M", "help"): 41}, {("M", "help"): 15}, {})
    pairs = (service("day"), service("help", has_facilities=False, users_per_place=2, min_places=0, max_places=0))
    one = stood(demand, pairs, site="help_M", service="help")["help_M"]
    assert (one.facilities_today, one.most_facilities, one.largest, one.most_places) == (0, 0, 21, 21)
    asked = replace(demand, asked={("M", "help"): 30})
    assert stood(asked, pairs, site="help_M", service="help")["help_M"].most_places == 30
    assert stood(demand, pairs, site="help_M", service="help", places=50)["help_M"].most_places == 50


def test_where_something_may_open():
    found_ = stood(Demand({("M", "day"): 21, ("M", "home"): 4}, {}, {("N", "day"): 3}))
    assert sorted(found_) == [
        "day_M", "new:day:M", "new:day:N", "new:help:M", "new:help:N", "new:home:M", "new:home:N",
    ]  # fmt: skip
    places = {code: (one.most_places, one.most_facilities) for code, one in found_.items()}
    assert places["new:day:M"] == (21, 3)
    assert places["new:day:N"] == (15, 3)  # three facilities are asked for, of five places each
    assert places["new:home:M"] == (5, 1)  # the smallest
    assert places["new:help:M"] == (0, 0)
    new = found_["new:day:M"]
    assert (new.is_new, new.places_today, new.facilities_today, new.grows_from, new.may_build) == (
        True,
        0,
        0,
        2027,
        True,
    )


def test_where_nothing_may_open():
    slow = (service("day", lead_years=5), service("home", lead_years=4), OLD)
    codes = set(stood(services=slow))
    assert codes == {"day_M", "new:home:M", "new:home:N"}  # 2031 is too late, and old types do not open
    closed = set(stood(asked={"hubs": (replace(hub(None), excluded_services=("day",)),)}))
    assert "new:day:M" not in closed
    assert "new:day:N" in closed
    # At home what stands and lasts may grow; what closes leaves room for another.
    assert "new:help:M" not in stood(site="help_M", service="help")
    assert "new:help:M" in stood(site="help_M", service="help", close_by_year=2028)
    assert "new:help:N" in stood(site="help_M", service="help")


NAMED = {
    "site": "plot", "municipality": "N", "service": "day", "max_places": None, "min_places": None, "most_facilities": 2,
    "running_cost_facility_eur": None, "capital_cost_place_eur": None, "capital_cost_facility_eur": None,
    "from_year": None,
}  # fmt: skip


def test_a_plot_that_somebody_offers_has_its_own_figures():
    found_ = stood(named=[NAMED])
    assert not {"new:day:M", "new:day:N"} & set(found_)  # such plots alone
    one = found_["plot"]
    assert (one.smallest, one.largest, one.most_places, one.most_facilities, one.grows_from) == (5, 10, 20, 2, 2027)
    assert (one.running_facility, one.capital_place, one.capital_facility) == (2, 3, 10)
    own = stood(
        named=[{**NAMED, "max_places": 8, "min_places": 4, "capital_cost_place_eur": 1500.0, "from_year": 2029}]
    )
    assert (own["plot"].smallest, own["plot"].most_places, own["plot"].capital_place, own["plot"].grows_from) == (
        4, 16, 1.5, 2029,
    )  # fmt: skip
    assert stood(named=[{**NAMED, "from_year": 2020}])["plot"].grows_from == 2027
    assert stood(named=[{**NAMED, "service": "help"}])["plot"].most_facilities == 0
    assert "plot" not in stood(named=[NAMED], asked={"hubs": (replace(hub(None, "N"), excluded_services=("day",)),)})


def test_a_receiver_has_room_for_one_more_facility():
    services = (*SERVICES, OLD)
    row = {"site": "old_M", "service": "old"}
    one = stood(services=services, ways_=(WAY,), **row)["new:home:M"]
    assert (one.most_places, one.most_facilities, one.may_build) == (5 + 10, 1 + 1, True)
    named = [{**NAMED, "service": "home"}]
    alone = stood(services=services, ways_=(WAY,), named=named, **row)["new:home:M"]
    assert (alone.most_places, alone.most_facilities, alone.may_build, alone.is_new) == (10, 1, False, True)
    assert (alone.places_today, alone.facilities_today, alone.grows_from) == (0, 0, 2027)
    assert "new:home:N" not in stood(services=services, ways_=(WAY,), named=named, **row)
