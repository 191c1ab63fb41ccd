"""What arithmetic refuses before any solver is asked: amounts by hand, and never what a solver can plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nationalmap.errors import NoPlanPossible
from nationalmap.program.infeasible.feasible import obstacles
from nationalmap.program.solve import matrix_of
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs
from tests.toyland import NORTH, toyland, what_it_would_cost
from tests.toyland.invented import CODES, invented
from tests.toyland.richer import facility, hub, limit, lock, old_homes, own_money, under_one_roof


def found(country):
    """Kind, year, low, high of each obstacle."""
    return [(o.kind, o.year, o.low, o.high) for o in obstacles(country.known())]


def reasons(country):
    """The kinds of the reasons for both sides of the one obstacle."""
    (only,) = obstacles(country.known())
    return [p.kind for p in only.because], [p.kind for p in only.against]


def locked(*locks):
    return toyland().asking(locks=locks)


def test_toyland_can_be_planned_and_nothing_is_refused():
    assert found(toyland()) == []
    assert found(what_it_would_cost()) == []


# ------------------------------------------------------------------ money


def test_the_protected_centre_costs_7000():
    """Six places at 1 T and one facility at 1 T."""
    assert found(toyland().money(state=7.0)) == []
    assert found(toyland().money(state=6.99999)) == [("running", 2027, 7000.0, 6999.99)]
    assert reasons(toyland().money(state=6.99999)) == (["protected"], ["stream"])


def test_a_lock_costs_what_it_asks_beyond_what_is_protected():
    """Ten places in S2, six of them protected: 10 + 1; in N1 twelve more and their centre: 12 + 1, together 24 T."""
    locks = (lock(10, m="SOU02", id="a", relation="least"), lock(12, id="b", relation="least"))
    assert found(locked(*locks).money(state=24.0)) == []
    assert found(locked(*locks).money(state=23.99)) == [("running", 2027, 24_000.0, 23_990.0)]


def test_what_nobody_may_pay_is_refused_in_both_modes():
    for country in (toyland(), what_it_would_cost()):
        alone = country.stream("state", services=("residence",))
        assert found(alone) == [("running", 2027, 7000.0, 0.0)]
        assert reasons(alone) == (["protected"], ["no_stream"])


def test_a_stream_for_new_places_does_not_pay_what_is_protected():
    """The same 7 T, where a programme for new places has plenty."""
    poor = toyland().stream("programme", services=()).money(state=6.9, programme=100.0)
    assert found(poor) == [("running", 2027, 7000.0, 6900.0)]


def test_own_money_pays_too():
    assert found(own_money(toyland().money(state=6.0), 0.9)) == [("running", 2027, 7000.0, 6900.0)]
    assert found(own_money(toyland().money(state=6.0), 1.0)) == []


def test_the_excess_is_measured_where_need_is_hard():
    assert found(what_it_would_cost().money(state=0)) == []


def test_fees_and_a_shared_roof_are_taken_off_before_anything_is_refused():
    """Twelve users at most (two a place is one here: six), 0.5 T of fees each: 7 - 3 = 4 T."""
    country = toyland().change("services", {"service": "day_care"}, fee_user_eur=500.0)
    assert found(country.money(state=4.0)) == []
    assert found(country.money(state=3.99)) == [("running", 2027, 4000.0, 3990.0)]
    roof = under_one_roof(toyland(), saved_eur=1000.0)
    assert found(roof.money(state=6.5)) == []


def test_the_renovation_of_a_protected_centre_is_capital_that_must_be_there():
    row = {"site": "day_SOU02", "kind": "roof", "by_year": 2027, "cost_eur": 80_000.0, "places_lost": 6}
    country = toyland().add("renovations", **row)
    assert found(country) == [("capital", 2027, 80_000.0, 70_000.0)]
    assert found(country.money(building=80)) == []


def test_places_that_a_lock_adds_must_be_built():
    """Ten in N2 where three stand: seven at 1 T; in N3 five and a centre: 5 + 5 T. Together 17 T."""
    locks = (lock(10, m="NOR02", id="a", relation="least"), lock(5, m="NOR03", id="b", relation="least"))
    assert found(locked(*locks).money(building=17.0)) == []
    assert found(locked(*locks).money(building=16.9)) == [("capital", 2027, 17_000.0, 16_900.0)]


# ------------------------------------------------------------------ locks, limits, hubs, openings


def test_a_lock_above_what_a_site_holds():
    """The centre of N1 holds its twelve; a new one beside it would hold ten at a time, as many as are of use."""
    most = sum(s.most_places for s in toyland().known().sites_in["NOR01", "day_care"])
    assert found(locked(lock(13, site="day_NOR01"))) == [("places", 2027, 13, 12)]
    assert found(locked(lock(12, site="day_NOR01"))) == []
    assert found(locked(lock(most, relation="most"))) == []
    # What a lock of the same site leaves no facility for.
    asked = lock(1, id="asked", site="day_NOR01", relation="least")
    none = lock(0, "facilities", id="none", site="day_NOR01", relation="most")
    assert found(locked(asked, none)) == [("places", 2027, 1, 0), ("facilities", 2027, 1, 0)]
    assert found(locked(asked, replace(none, value=1))) == []


def test_a_lock_before_new_places_can_be_used():
    """Lead time three years: nothing new before 2029, and S1 has its five of today."""
    country = toyland().change("services", {"service": "day_care"}, lead_years=3).periods(2027, 2030)
    early = country.asking(locks=(lock(6, m="SOU01", year=2027, relation="least"),))
    ((kind, year, low, high),) = found(early)
    assert (kind, year, low, high) == ("places", 2027, 6, 5)
    (only,) = obstacles(early.known())
    assert {(p.kind, p.codes.get("year")) for p in only.against} == {("not_yet", "2030"), ("not_before", "2029")}
    assert found(country.asking(locks=(lock(6, m="SOU01", year=2030, relation="least"),))) == []


def test_a_lock_below_what_is_protected():
    low = locked(lock(5, m="SOU02", relation="most"))
    assert found(low) == [("places", 2027, 6, 5)]
    assert reasons(low) == (["protected"], ["lock"])
    assert found(locked(lock(0, "facilities", m="SOU02"))) == [("facilities", 2027, 1, 0)]


def test_locks_on_sites_and_on_their_municipality():
    one, all_ = lock(9, id="one", site="day_NOR01", relation="least"), lock(8, id="all", relation="most")
    assert found(locked(one, all_))[0] == ("places", 2027, 9, 8)


def test_more_users_than_need_or_than_places_within_reach():
    assert found(locked(lock(13, "users"))) == [("group", 2027, 13, 12)]
    far = toyland().asking(locks=(lock(1, "users", m="NOR03", host="NOR01"),))
    assert found(far) == [("users", 2027, 1, 0)]
    assert reasons(far) == (["lock"], ["no_host"])
    two = (lock(7, "users", id="a", host="NOR01"), lock(6, "users", id="b", host="NOR02"))
    assert found(locked(*two)) == [("group", 2027, 13, 12)]


def test_more_facilities_than_candidates_or_fewer_than_must_stand():
    most = sum(s.most_facilities for s in toyland().known().sites_of["day_care"])
    many = toyland().asking(site_limits=(limit(most, "exactly"),)).money(state=1000, building=1000)
    assert [kind for kind, *_ in found(many)] == []
    north = toyland().only(NORTH).asking(site_limits=(limit(0, territory="NOR01"),), locks=(lock(1, "facilities"),))
    assert found(north) == [("limit", 2027, 1, 0)]


def test_a_hub_holds_fewer_services_than_must_stand_in_it():
    both = (lock(6, m="SOU01", id="a"), lock(5, m="SOU01", id="b", service="residence", relation="least"))
    country = toyland().asking(locks=both, hubs=(hub("SOU01", 1),))
    assert found(country) == [("hub", 2027, 2, 1)]
    assert found(country.asking(hubs=(hub("SOU01", 2),))) == []


def test_openings_that_a_lock_asks_for():
    """A centre in N3 and a home in S1 are new; one a year may open, and 2027 is one year after 2026."""
    both = (lock(5, m="NOR03", id="a"), lock(5, m="SOU01", id="b", service="residence", relation="least"))
    country = toyland().asking(locks=both, most_openings_per_year=1)
    assert found(country) == [("openings", 2027, 2, 1)]
    assert found(country.asking(most_openings_per_year=2)) == []


# ------------------------------------------------------------------ need and package that must be met


def test_a_package_that_cannot_be_reached_in_time():
    """No day care can open before 2029; N3 lies 40 minutes from the next centre."""
    late = what_it_would_cost().change("services", {"service": "day_care"}, lead_years=3)
    kinds = {(o.kind, o.codes.get("territory", o.codes.get("municipality"))) for o in obstacles(late.known())}
    assert ("package", "NOR03") in kinds
    assert ("need", "") in kinds


# ------------------------------------------------------------------ never what a solver can plan


def _tightened(seed: int, money: int, number: int, which: int, asked: set[str]):
    """A random country with some of: locks, a limit, a hub, few openings, little money, lead times, hard need."""
    country = invented(seed)
    m, s = CODES[which % 6], ("day_care", "residence")[which % 2]
    relation = ("exactly", "least", "most")[number % 3]
    if "lead" in asked:
        country = country._with("services", country.tables["services"].assign(lead_years=which % 3))
    if "periods" in asked:
        country = country.periods(2027, 2029)
    if "money" in asked:
        country = country.money(
            **{name: [a * money / 100 / 1000 for a in by.values()] for name, by in country.budgets_eur.items()}
        )
    if "hard" in asked:
        country = country.asking("keep", "overspend", "cost", mode="what_it_would_cost")
    what = ("places", "facilities", "users")[which % 3]
    lower = lock(number // 2, "places", CODES[(which + 1) % 6], id="other", service=s, relation="least")
    own = (lock(number, what, m, service=s, relation=relation),) if "lock" in asked else ()
    return country.asking(
        locks=(*own, lower) if "locks" in asked else own,
        site_limits=(limit(number % 4, relation, m if which % 4 else "", s),) if "limit" in asked else (),
        hubs=(hub(m, number % 2),) if "hub" in asked else (),
        most_openings_per_year=number % 3 if "openings" in asked else None,
    )


ASKED = ("lead", "periods", "money", "hard", "lock", "locks", "limit", "hub", "openings")


@settings(max_examples=150)
@given(
    st.integers(0, 10_000),
    st.integers(0, 120),
    st.integers(0, 14),
    st.integers(0, 209),
    st.sets(st.sampled_from(ASKED)),
)
def test_what_is_refused_has_no_plan(seed, money, number, which, asked):
    country = _tightened(seed, money, number, which, asked)
    if obstacles(country.known()):
        matrix = matrix_of(country.program())
        solver = Highs()
        solver.load(matrix)
        assert solver.minimise(np.zeros(matrix.size), Limits()).status == "infeasible"


@pytest.mark.parametrize("seed", range(8))
def test_what_has_a_plan_is_not_refused(seed):
    assert found(invented(seed)) == []


def test_old_homes_and_project_sites_are_not_paid_twice():
    """A protected home whose project pays until 2028 costs the streams nothing before."""
    country = facility(toyland().money(state=7.0), "home_SOU03", 6, status="protected", state_from_year=2028)
    assert found(country) == []
    later = country.change("register", {"site": "home_SOU03"}, state_from_year=2027)
    assert found(later) == [("running", 2027, 21_000.0, 7000.0)]
    old = facility(old_homes(toyland(), financed_until=2026).money(state=7.0), "old_home_SOU03", 6, status="protected")
    assert found(old) == []


def test_the_solver_agrees_with_the_arithmetic_to_the_cent():
    with pytest.raises(NoPlanPossible):
        toyland().money(state=6.99999).solve()
    assert toyland().money(state=7.0).asking("keep").solve()
