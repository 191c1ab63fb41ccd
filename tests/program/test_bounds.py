"""The least and the most that every plan has somewhere, of sites made by hand; and the reasons that are given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nationalmap.program.infeasible import feasible, least_cost
from nationalmap.program.infeasible.bounds import Bounds
from nationalmap.program.infeasible.feasible import obstacles
from nationalmap.program.infeasible.least_cost import Item, _eur, _unions, _unpaid
from nationalmap.program.infeasible.obstacle import Part
from nationalmap.program.nouns import Complex, Renovation, Transformation
from tests.program.small import SERVICES, hub, known, limit, lock, service, site, stream

YEAR = 2027


def bounds(*sites, locks=(), **more) -> Bounds:
    return Bounds(known(*sites, asked={"locks": locks}, **more))


def said(side):
    """The amount, and of each reason its kind and the last of what it names."""
    amount, why = side
    return amount, [(part.kind, [*part.codes.values()][-1], part.count) for part in why]


# ---------------------------------------------------------------------- places of a site


def test_protected_places_must_stand_while_they_may():
    protected = site("day_M", status="protected")
    assert said(bounds(protected).least_places_at(protected, YEAR)) == (6, [("protected", "day_M", 6)])
    gone = replace(protected, gone_from=YEAR)
    assert said(bounds(gone).least_places_at(gone, YEAR)) == (0, [])
    empty = replace(protected, places_today=0)
    assert said(bounds(empty).least_places_at(empty, YEAR)) == (0, [])
    free = site("day_M")
    assert said(bounds(free).least_places_at(free, YEAR)) == (0, [])


def test_of_two_locks_the_one_that_asks_for_more():
    locks = (lock(7, site="day_M"), lock(8, relation="exactly", site="day_M"), lock(9, relation="most", site="day_M"))
    one = site("day_M", status="protected")
    made = bounds(one, locks=locks)
    assert said(made.least_places_at(one, YEAR)) == (8, [("lock", "exactly_8", 8)])
    assert said(made.most_places_at(one, YEAR)) == (8, [("lock", "exactly_8", 8)])
    less = bounds(one, locks=(lock(5, site="day_M"),))
    assert said(less.least_places_at(one, YEAR)) == (6, [("protected", "day_M", 6)])
    later = bounds(one, locks=(lock(9, site="day_M", year=2030),))
    assert said(later.least_places_at(one, YEAR))[0] == 6
    assert said(later.least_places_at(one, 2030))[0] == 9


def test_a_lock_on_facilities_asks_for_the_places_of_the_smallest():
    one = site("new_day_M", most_places=40, most_facilities=4)
    made = bounds(one, locks=(lock(3, "facilities", site="new_day_M"),))
    assert said(made.least_places_at(one, YEAR)) == (15, [("lock", "least_3", 3)])
    assert said(made.least_facilities_at(one, YEAR)) == (3, [("lock", "least_3", 3)])


def test_what_can_stand_at_a_site():
    grown = site("day_M")
    assert said(bounds(grown).possible_places(grown, YEAR)) == (10, [("size", "day_M", 10)])
    waits = replace(grown, grows_from=2030)
    assert said(bounds(waits).possible_places(waits, YEAR)) == (6, [("not_yet", "2030", 6)])
    assert said(bounds(waits).possible_places(waits, 2030)) == (10, [("size", "day_M", 10)])
    never = replace(grown, may_build=False)
    assert said(bounds(never).possible_places(never, 2030)) == (6, [("not_yet", "day_M", 6)])
    new = site("new_day_M")
    assert said(bounds(new).possible_places(new, YEAR)) == (10, [("size", "new_day_M", 10)])


@pytest.mark.parametrize(
    ("code", "changes", "why"),
    [
        ("new_day_M", {"grows_from": 2030}, ("not_before", "2030", 0)),
        ("day_M", {"opens": 2030}, ("not_before", "2030", 0)),
        ("day_M", {"gone_from": 2027}, ("gone", "2027", 0)),
        ("day_M", {"opens": 2027, "gone_from": 2027}, ("gone", "2027", 0)),
        ("day_M", {"opens": 2027, "most_places": 0}, ("size", "day_M", 0)),
        ("day_M", {"most_places": 0, "gone_from": 2028, "grows_from": 2030}, ("size", "day_M", 0)),
        ("new_day_M", {"most_places": 0}, ("size", "new_day_M", 0)),
        ("new_day_M", {"grows_from": 2030, "gone_from": 2027}, ("gone", "2027", 0)),
    ],
)
def test_why_nothing_can_stand_at_a_site(code, changes, why):
    one = site(code, **changes)
    assert said(bounds(one).possible_places(one, YEAR)) == (0, [why])
    assert said(bounds(one).most_facilities_at(one, YEAR)) == (0, [why])


def test_facilities_bound_the_places_of_a_site_and_places_its_facilities():
    one = site("new_day_M", most_places=40, most_facilities=3)
    assert said(bounds(one).most_places_at(one, YEAR)) == (30, [("sites", "new_day_M", 3)])
    made = bounds(one, locks=(lock(2, "facilities", "most", site="new_day_M"),))
    assert said(made.most_places_at(one, YEAR)) == (20, [("lock", "most_2", 2)])
    assert said(made.most_facilities_at(one, YEAR)) == (2, [("lock", "most_2", 2)])
    home = site("new_help_M", most_places=40, most_facilities=0)
    assert said(bounds(home).most_places_at(home, YEAR)) == (40, [("size", "new_help_M", 40)])
    needed = bounds(one, locks=(lock(21, site="new_day_M"), lock(1, "facilities", site="new_day_M")))
    assert said(needed.least_facilities_at(one, YEAR)) == (3, [("lock", "least_21", 21)])
    whole = bounds(one, locks=(lock(20, site="new_day_M"),))
    assert said(whole.least_facilities_at(one, YEAR)) == (2, [("lock", "least_20", 20)])
    assert bounds(home, locks=(lock(9, service="help", site="new_help_M"),)).least_facilities_at(home, YEAR) == (0, ())
    none = site("new_day_M", largest=0)
    assert bounds(none, locks=(lock(9, site="new_day_M"),)).least_facilities_at(none, YEAR) == (0, ())


# ---------------------------------------------------------------------- of a municipality

BOTH = (site("day_M", status="protected"), site("new_day_M", most_places=40, most_facilities=4, smallest=4))


def test_what_must_and_can_stand_in_a_municipality_is_the_sum_of_its_sites():
    made = bounds(*BOTH)
    assert said(made.least_places("M", "day", YEAR)) == (6, [("protected", "day_M", 6)])
    assert said(made.most_places("M", "day", YEAR)) == (50, [("size", "day_M", 10), ("size", "new_day_M", 40)])
    assert said(made.least_facilities("M", "day", YEAR)) == (1, [("protected", "day_M", 6)])
    assert said(made.most_facilities("M", "day", YEAR)) == (5, [("sites", "day_M", 1), ("sites", "new_day_M", 4)])
    assert made.new_facilities("M", "day", YEAR) == (0, ())
    assert made.least_places("N", "day", YEAR) == made.most_places("N", "day", YEAR) == (0, ())
    assert made.least_facilities("N", "day", YEAR) == made.most_facilities("N", "day", YEAR) == (0, ())


def test_locks_of_a_municipality():
    made = bounds(*BOTH, locks=(lock(21), lock(3, "facilities", "most")))
    assert said(made.least_places("M", "day", YEAR)) == (21, [("lock", "least_21", 21)])
    assert said(made.least_facilities("M", "day", YEAR)) == (3, [("lock", "least_21", 21)])
    assert said(made.most_facilities("M", "day", YEAR)) == (3, [("lock", "most_3", 3)])
    assert said(made.most_places("M", "day", YEAR)) == (30, [("lock", "most_3", 3)])
    assert said(made.new_facilities("M", "day", YEAR)) == (2, [("lock", "least_21", 21)])
    made = bounds(*BOTH, locks=(lock(5, "facilities"), lock(30, relation="most")))
    assert said(made.least_places("M", "day", YEAR)) == (20, [("lock", "least_5", 5)])
    assert said(made.least_facilities("M", "day", YEAR)) == (5, [("lock", "least_5", 5)])
    assert said(made.most_places("M", "day", YEAR)) == (30, [("lock", "most_30", 30)])
    assert said(bounds(*BOTH, locks=(lock(5),)).least_places("M", "day", YEAR)) == (6, [("protected", "day_M", 6)])


def test_places_at_home_need_no_facilities():
    made = bounds(site("new_help_M", most_facilities=0), locks=(lock(9, service="help"),))
    assert said(made.least_places("M", "help", YEAR)) == (9, [("lock", "least_9", 9)])
    assert made.least_facilities("M", "help", YEAR) == (0, ())
    assert said(made.most_places("M", "help", YEAR)) == (10, [("size", "new_help_M", 10)])


def test_what_stands_or_is_committed_need_not_open():
    committed = site("day_M", opens=2030, status="protected", places_today=0, committed_places=6)
    made = bounds(committed, BOTH[1], locks=(lock(3, "facilities"),))
    assert made.new_facilities("M", "day", YEAR)[0] == 3
    assert made.new_facilities("M", "day", 2030)[0] == 2
    assert bounds(replace(committed, most_facilities=0), BOTH[1], locks=(lock(3, "facilities"),)).new_facilities(
        "M", "day", 2030
    )[0] == 3  # fmt: skip


# ---------------------------------------------------------------------- against each other


def found(made):
    return [(o.kind, o.year, o.low, o.high) for o in obstacles(made)]


def years(*obstacles_):
    """The same in both periods."""
    return [(kind, t, low, high) for kind, low, high in obstacles_ for t in (2027, 2030)]


def test_a_lock_where_there_is_no_site():
    assert found(known(asked={"locks": (lock(1),)})) == years(("places", 1, 0))
    assert found(known(asked={"locks": (lock(0),)})) == []
    elsewhere = {"locks": (lock(1, site="day_N", year=2030),)}
    assert found(known(BOTH[1], asked=elsewhere)) == [("places", 2030, 1, 0)]


def test_a_lock_that_asks_for_just_what_can_and_must_be():
    for relation, value in (("least", 50), ("most", 6), ("exactly", 6), ("exactly", 50)):
        made = known(*BOTH, asked={"locks": (lock(value, relation=relation),)}, budget={("state", 2027): 999.0,
                     ("state", 2030): 999.0})  # fmt: skip
        assert [one for one in found(made) if one[0] != "capital"] == [], relation


def test_users_against_places_within_reach_and_need():
    """Two users a place: ten places in N, within reach of M; M itself has none."""
    pairs = (service("day", users_per_place=2),)
    there = {"services": pairs, "need": {("M", "day", 2027): 30, ("M", "day", 2030): 30}}
    one = site("new_day_N")

    def of(*locks):
        return found(known(one, asked={"locks": locks}, **there))

    assert of(lock(20, "users")) == []
    assert of(lock(21, "users")) == years(("users", 21, 20))
    assert of(lock(21, "users", "most")) == []
    assert of(lock(1, "users", host="M")) == years(("users", 1, 0))
    assert of(lock(20, "users", host="N")) == []


def test_of_the_locks_of_a_service_those_on_all_hosts_or_on_single_ones_count():
    def strictest(*locks):
        return [one.value for one in feasible._strictest({one.host: one for one in locks})]

    assert strictest(lock(5), lock(3, host="M"), lock(3, host="N")) == [3, 3]
    assert strictest(lock(7), lock(3, host="M"), lock(3, host="N")) == [7]
    assert strictest(lock(6), lock(3, host="M"), lock(3, host="N")) == [6]


def test_users_of_a_group_add_up_over_services_and_the_largest_of_a_host_counts():
    both = (service("day"), service("help", group="day", has_facilities=False))
    need = {("M", "day", t): 9 for t in (2027, 2030)}
    room = (site("new_day_M", most_places=99, most_facilities=9), site("new_help_M", most_places=99))

    def of(*locks):
        made = known(*room, services=both, need=need, asked={"locks": locks})
        return [one for one in found(made) if one[0] == "group"]

    assert of(lock(5, "users"), lock(4, "users", service="help")) == []
    assert of(lock(5, "users"), lock(5, "users", service="help")) == years(("group", 10, 9))
    assert of(lock(4, "users"), lock(5, "users", "exactly"), lock(5, "users", service="help")) == years(
        ("group", 10, 9)
    )
    assert of(lock(5, "users", "most"), lock(9, "users", service="help")) == []


def test_limits_of_a_territory():
    both = (site("day_M", status="protected"), site("day_N", status="protected"), site("new_day_O"))

    def of(*limits):
        made = known(*both, asked={"site_limits": limits})
        return [one for one in found(made) if one[0] == "limit"]

    assert of(limit(3, "least"), limit(2, "most"), limit(2, "exactly", "R")) == []
    assert of(limit(4, "least")) == years(("limit", 4, 3))
    assert of(limit(1, "most")) == years(("limit", 2, 1))
    assert of(limit(1, "exactly", "R")) == years(("limit", 2, 1))
    assert of(limit(3, "exactly", "R")) == years(("limit", 3, 2))
    assert of(limit(1, "least", "nowhere")) == years(("limit", 1, 0))


def test_hubs_hold_as_many_services_as_they_may():
    two = (site("day_M", status="protected"), site("home_M", status="protected"), site("new_help_M"))

    def of(*hubs):
        made = known(*two, asked={"hubs": hubs, "locks": (lock(1, service="help"),)})
        return [one for one in found(made) if one[0] == "hub"]

    assert of(hub(2), hub(None), hub(0, "N")) == []
    assert of(hub(1)) == years(("hub", 2, 1))
    assert of(hub(0)) == years(("hub", 2, 0))


def test_openings_in_the_years_since_today():
    """One year until 2027, four until 2030; three facilities are asked for, of which one stands."""
    asked = {"most_openings_per_year": 1, "site_limits": (limit(3, "least"), limit(1, "least", "N"))}
    some = (site("day_M"), site("new_day_N", most_places=90, most_facilities=9))
    assert [one for one in found(known(*some, asked=asked)) if one[0] == "openings"] == [("openings", 2027, 2, 1)]
    asked["most_openings_per_year"] = 0
    assert [one for one in found(known(*some, asked=asked)) if one[0] == "openings"] == years(("openings", 2, 0))
    asked["most_openings_per_year"] = 2
    assert [one for one in found(known(*some, asked=asked)) if one[0] == "openings"] == []
    asked["site_limits"] = (limit(9, "most"),)
    asked["most_openings_per_year"] = 0
    assert [one for one in found(known(*some, asked=asked)) if one[0] == "openings"] == []
    # What stands no longer has to open again.
    gone = (site("day_M", gone_from=2030), some[1])
    asked |= {"site_limits": (limit(1, "least"),)}
    assert [one for one in found(known(*gone, asked=asked)) if one[0] == "openings"] == [("openings", 2030, 1, 0)]


HARD = {"mode": "what_it_would_cost"}


def test_a_package_that_must_be_whole_against_what_can_stand():
    minimum = {("M", "day", 2027): ("in_place", 9, 11), ("M", "day", 2030): ("access", 11, 9)}
    made = known(site("new_day_M"), minimum=minimum, asked=HARD)
    assert found(made) == [("package", 2027, 11, 10), ("package", 2030, 11, 10)]
    assert found(known(site("new_day_M"), minimum=minimum)) == []
    just = {("M", "day", 2027): ("in_place", 11, 10), ("M", "day", 2030): ("access", 10, 11)}
    assert found(known(site("new_day_M"), minimum=just, asked=HARD)) == []
    # Users may be served in N, places have to stand in M.
    assert [one[:3] for one in found(known(site("new_day_N"), minimum=just, asked=HARD))] == [("package", 2027, 10)]
    # Of a regional service the region's places count, whatever the kind is called.
    region = {("R", "home", 2027): ("access", 1, 21)}
    two = known(site("new_home_M"), site("new_home_N"), minimum=region, asked=HARD)
    assert found(two) == [("package", 2027, 21, 20)]


def test_a_regional_service_that_must_be_within_reach_of_everybody():
    minimum = {("R", "home", 2027): ("regional", 0, 1)}
    need = {(m, "home", 2027): 0 for m in "MN"}
    near = known(site("new_home_M"), minimum=minimum, need=need, asked=HARD)
    assert found(near) == []
    assert found(replace(near, minutes={**near.minutes, ("N", "M"): 31.0})) == [("spread", 2027, 1, 0)]
    (only,) = obstacles(replace(near, minutes={**near.minutes, ("N", "M"): 31.0}))
    assert [part.kind for part in only.against] == ["no_host"]
    shut = replace(near, scenario=replace(near.scenario, locks=(lock(0, "facilities", "most", service="home"),)))
    assert {(o.kind, o.against[0].kind) for o in obstacles(shut)} == {("spread", "lock"), ("package", "lock")}


def test_need_that_must_be_met_against_places_within_reach_of_one_and_of_all():
    """Ten places in N for M and N: either of them has room alone, both together have not."""
    need = {("M", "day", 2027): 6, ("N", "day", 2027): 4}
    made = known(site("new_day_N"), need=need, asked=HARD)
    assert found(made) == []
    assert found(replace(made, need={**need, ("N", "day", 2027): 5})) == [("need", 2027, 11, 10)]
    assert found(replace(made, need={**need, ("M", "day", 2027): 11})) == [
        ("need", 2027, 11, 10),
        ("need", 2027, 15, 10),
    ]
    assert found(known(site("new_day_N"), need={("M", "day", 2027): 99})) == []
    # Above a maximum of nine nobody is asked for more.
    capped = {(m, "day", 2027): 0 for m in "MN"}
    assert found(replace(made, need={**need, ("M", "day", 2027): 11}, maximum=capped)) == []


# ---------------------------------------------------------------------- money


def test_every_union_of_some_sets_up_to_ten():
    a, b, c = frozenset("a"), frozenset("b"), frozenset("bc")
    assert _unions([a, b, c]) == {a, b, c, a | b, a | c}
    assert _unions([]) == set()
    ten = [frozenset({n}) for n in range(10)]
    assert len(_unions(ten)) == 2**10 - 1
    eleven = [frozenset("abcdefghijk"[n]) for n in range(11)]
    assert _unions(eleven) == {*eleven, frozenset("abcdefghijk")}


def item(eur: float, *streams: str) -> Item:
    return Item(frozenset(streams), eur, Part("protected", {"site": f"s{eur:g}"}, 3))


def unpaid(items, hard=False, **budget):
    asked = {"streams": {f: stream() for f in budget}, **(HARD if hard else {})}
    made = known(asked=asked, budget={(f, 2027): amount for f, amount in budget.items()})
    return [(sorted(part.codes.get("stream", "") for part in o.against), o.low, o.high, len(o.because))
            for o in _unpaid(made, "running", 2027, items)]  # fmt: skip


def test_what_streams_alone_must_pay_fits_their_money():
    assert unpaid([item(5000, "a"), item(4000, "b"), item(2000, "a", "b")], a=6.0, b=5.0) == []
    assert unpaid([item(6000.01, "a"), item(4000, "b")], a=6.0, b=5.0) == [(["a"], 6000.01, 6000, 1)]
    assert unpaid([item(6000.004, "a")], a=6.0) == []
    assert unpaid([item(5000, "a"), item(4000, "b"), item(2000.5, "a", "b")], a=6.0, b=5.0) == [
        (["a", "b"], 11_000.5, 11_000, 3),
    ]  # fmt: skip
    assert unpaid([item(0, "a"), item(7000, "a")], a=6.0)[0][3] == 1
    # Where budgets bend only what nobody may pay is forbidden.
    assert unpaid([item(9000, "a"), item(1)], hard=True, a=6.0) == [([""], 1, 0, 1)]


def test_capital_money_is_that_of_all_periods_so_far():
    made = known(budget={("state", 2027): 1.0, ("state", 2030): 2.5})
    assert least_cost._available(made, "running", "state", 2030) == 2500
    assert least_cost._available(made, "capital", "state", 2030) == 3500
    assert least_cost._available(made, "capital", "state", 2027) == 1000
    assert least_cost._available(made, "capital", "other", 2027) == 0


def test_an_amount_is_never_below_nothing():
    assert [_eur(amount) for amount in (1.234567, -0.5, 0.0)] == [1234.57, 0, 0]


def running(*sites, locks=(), services=SERVICES, streams=None, **more):
    asked = {"locks": locks, "streams": streams or {"state": stream(), "new": stream(new_places_only=True)}}
    made = Bounds(known(*sites, services=services, asked=asked, **more))
    return [(sorted(one.streams), one.eur, one.part.kind, one.part.count) for one in least_cost._running(made, 2027)]


def test_running_cost_of_what_is_protected():
    """Six places of 1 and a facility of 2; the stream for new places pays what was committed."""
    protected = site("day_M", status="protected")
    assert running(protected, site("day_N")) == [(["state"], 8000, "protected", 6)]
    assert running(replace(protected, opens=2027)) == [(["new", "state"], 8000, "protected", 6)]
    assert running(replace(protected, gone_from=2027)) == running(replace(protected, state_from=2028)) == []
    home = site("help_M", status="protected")
    assert running(home) == [(["state"], 6000, "protected", 6)]
    # Fees of a quarter of a place, two users in each: half of it. Then new places pay as well as others.
    fees = (service("day", fee_user=0.25, users_per_place=2),)
    assert running(protected, services=fees) == [(["new", "state"], 5000, "protected", 6)]
    assert running(protected, services=(service("day", fee_user=1.0),))[0][1] == 2000
    assert running(protected, services=(service("day", fee_user=1.01),)) == []
    roof = Complex("c", ("day", "home"), 1.5, False)
    assert running(protected, complexes=(roof, replace(roof, services=("home", "day"))))[0][1] == 6500


def test_running_cost_of_what_locks_ask_for_beyond():
    protected, new = site("day_M", status="protected"), site("new_day_M", most_places=40, most_facilities=4)
    both = [(["state"], 8000, "protected", 6)]
    # Six more than protected, in one facility more.
    assert running(protected, new, locks=(lock(12),)) == [*both, (["new", "state"], 8000, "lock", 6)]
    assert running(protected, new, locks=(lock(6),)) == both
    assert running(protected, new, locks=(lock(3, "facilities"),)) == [
        *both,
        (["new", "state"], 9000 + 4000, "lock", 9),
    ]
    # The facility of today stands already; that of a project is paid by it, and may hold ten.
    free = replace(protected, status="free")
    assert running(free, locks=(lock(7),)) == [(["new", "state"], 9000, "lock", 7)]
    project = site("day_M", state_from=2028)
    assert running(project, new, locks=(lock(10),)) == []
    assert running(project, new, locks=(lock(11),)) == [(["new", "state"], 3000, "lock", 1)]
    cheap = replace(new, running_facility=1.0)
    assert running(cheap, free, locks=(lock(7),)) == [(["new", "state"], 8000, "lock", 7)]


def capital(*sites, locks=(), t=2027, streams=None, **more):
    asked = {"locks": locks, "streams": streams or {"state": stream(), "building": stream("capital")}}
    made = Bounds(known(*sites, asked=asked, **more))
    return [(sorted(one.streams), one.eur, one.part.kind, one.part.count) for one in least_cost._capital(made, t)]


def test_renovations_without_which_protected_places_would_go():
    protected = site("day_M", status="protected")
    need = Renovation("day_M", "roof", 2028, 4.0, 2)
    assert capital(protected, renovations=(need,), t=2030) == [(["building"], 4000, "renovation", 2)]
    assert capital(protected, renovations=(replace(need, places_lost=9),), t=2030)[0][3] == 6
    for changes in ({"by_year": 2031}, {"places_lost": 0}):
        assert capital(protected, renovations=(replace(need, **changes),), t=2030) == []
    assert capital(protected, renovations=(need,), t=2027) == []
    assert capital(replace(protected, status="keep"), renovations=(need,), t=2030) == []
    assert capital(replace(protected, gone_from=2030), renovations=(need,), t=2030) == []
    early = {"building": stream("capital", last_year=2027), "late": stream("capital", first_year=2030)}
    assert capital(protected, renovations=(need,), t=2030, streams=early)[0][0] == ["building", "late"]


def test_new_places_in_the_cheapest_way_there_is():
    old, new = site("day_M"), site("new_day_M", most_places=40, most_facilities=4)
    # Five beyond the six of today: no facility has to open, for the old one holds ten.
    assert capital(old, new, locks=(lock(11),)) == [(["building"], 15_000 + 10_000, "lock", 5)]
    assert capital(old, new, locks=(lock(6),)) == []
    assert capital(old, new, locks=(lock(7),)) == [(["building"], 3000, "lock", 1)]
    assert capital(new, locks=(lock(11),)) == [(["building"], 33_000 + 20_000, "lock", 11)]
    cheap = replace(old, capital_place=1.0)
    assert capital(cheap, new, locks=(lock(11),))[0][1] == 5000 + 10_000
    # Committed places are paid already, but not before they open.
    soon = replace(old, places_today=0, committed_places=6, opens=2030)
    assert capital(soon, new, locks=(lock(11, year=2030),), t=2030)[0][3] == 5
    assert capital(soon, new, locks=(lock(11),))[0][3] == 11
    # Old places become new ones: two for one, so that each costs twice 1 T, and no facility is built.
    homes = (*SERVICES, service("old", group="home", is_old=True, counts_as="home"))
    way = Transformation("old", "home", 0.5, 1.0)
    receiver = replace(site("new_home_M"), code="new:home:M")
    given = capital(site("old_M"), receiver, services=homes, transformations=(way,), locks=(lock(7, service="home"),))
    assert given == [(["building"], 14_000, "lock", 7)]
