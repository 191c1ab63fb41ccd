"""More never hurts: money, reach, staff, sites, freedom; less need and less cost leave no more unmet.

Small random countries (tests/toyland/varied.py), always the same. Plans are compared stage by stage, and the first
stage that differs counts. Who is out of reach is unmet here.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.program.properties import FIRST, few, measured, no_worse, richer, seeds
from tests.toyland import Toyland
from tests.toyland import richer as more
from tests.toyland.varied import codes, small

SERVICES = ("day_care", "residence")
STREAMS = ("state", "programme", "building")
ALL = ("keep", "package", "unmet", "worst_unmet", "disruption", "cost", "travel")


# ---------------------------------------------------------------------- money


@few
@given(seed=seeds, stream=st.sampled_from(STREAMS), factor=st.floats(1, 3))
def test_more_money_never_leaves_more(seed, stream, factor):
    country = small(seed, 2027, 2030).asking(*FIRST)
    assert no_worse(measured(richer(country, **{stream: factor})), measured(country))


@few
@given(seed=seeds, stream=st.sampled_from(STREAMS), factor=st.floats(1, 3))
def test_more_money_never_lacks_more(seed, stream, factor):
    country = small(seed).asking("overspend", mode="what_it_would_cost")
    assert no_worse(measured(richer(country, **{stream: factor})), measured(country))


@few
@given(seed=seeds, service=st.sampled_from(SERVICES), stream=st.sampled_from(("state", "programme")))
def test_money_that_may_pay_fewer_services_never_helps(seed, service, stream):
    country = small(seed).stream("programme", services=(), new_places_only=False).asking(*FIRST, "cost")
    assert no_worse(measured(country), measured(country.stream(stream, services=(service,))))


@few
@given(seed=seeds)
def test_money_for_new_places_alone_never_helps(seed):
    country = small(seed).asking(*FIRST, "cost").stream("programme", services=()).without("register")
    country = country.money(state=10, programme=10)
    country = more.facility(country, f"day_{codes(country)[0]}", 4, status="keep")
    assert no_worse(measured(country.stream("programme", new_places_only=False)), measured(country))


@few
@given(seed=seeds)
def test_money_that_is_carried_over_never_hurts(seed):
    country = small(seed, 2027, 2030).asking(*FIRST)
    assert no_worse(measured(country), measured(country.stream("building", carry_over=False)))


@few
@given(
    seed=seeds,
    service=st.sampled_from(SERVICES),
    figure=st.sampled_from(("running_cost_place_eur", "running_cost_facility_eur", "capital_cost_place_eur")),
    eur=st.integers(1, 2000),
)
def test_a_dearer_service_never_helps(seed, service, figure, eur):
    country = small(seed).asking(*FIRST, "cost")
    services = country.tables["services"].set_index("service")
    dearer = country.change("services", {"service": service}, **{figure: services.loc[service, figure] + eur})
    assert no_worse(measured(country), measured(dearer))


# ---------------------------------------------------------------------- reach, size, time


@few
@given(seed=seeds, minutes=st.integers(1, 40))
def test_a_longer_travel_limit_never_leaves_more(seed, minutes):
    country = small(seed).asking(*FIRST, "disruption", "cost")
    services = country.tables["services"]
    longer = country
    for service, limit in services[["service", "travel_limit_min"]].itertuples(index=False):
        longer = longer.change("services", {"service": service}, travel_limit_min=limit + minutes)
    assert no_worse(measured(longer), measured(country))


@few
@given(seed=seeds, data=st.data())
def test_a_shorter_journey_never_hurts(seed, data):
    country = small(seed).asking(*FIRST, "travel")
    one, other = codes(country)[:2]
    there = country.tables["travel"].query("municipality == @one and host == @other")["travel_min"].item()
    shorter = country.minutes(one, other, data.draw(st.integers(0, int(there))))
    assert no_worse(measured(shorter), measured(country))


@few
@given(seed=seeds)
def test_an_agreement_that_is_possible_never_hurts(seed):
    country = small(seed).asking(*FIRST, "worst_unmet", "travel")
    one, other = codes(country)[:2]
    refused = country.add("agreements", municipality=one, host=other, service="*", status="refused")
    assert no_worse(measured(country), measured(refused))


@few
@given(seed=seeds, service=st.sampled_from(SERVICES))
def test_a_smaller_smallest_facility_never_leaves_more(seed, service):
    """The package as it was asked: in place stays in place."""
    country = small(seed).asking(*FIRST)
    smaller = country.change("services", {"service": service}, min_places=1)
    assert no_worse(measured(smaller), measured(country))


@few
@given(seed=seeds, service=st.sampled_from(SERVICES), places=st.integers(1, 5))
def test_a_larger_largest_facility_never_leaves_more(seed, service, places):
    country = small(seed).asking(*FIRST)
    most = country.tables["services"].set_index("service").loc[service, "max_places"]
    larger = country.change("services", {"service": service}, max_places=int(most) + places)
    assert no_worse(measured(larger), measured(country))


@few
@given(seed=seeds, years=st.integers(1, 4), service=st.sampled_from(SERVICES))
def test_a_longer_lead_time_never_helps(seed, years, service):
    country = small(seed, 2027, 2030).asking(*FIRST)
    later = country.change("services", {"service": service}, lead_years=1 + years)
    assert no_worse(measured(country), measured(later))


# ---------------------------------------------------------------------- needs and what stands


@few
@given(seed=seeds, group=st.sampled_from(SERVICES), fewer=st.integers(1, 5))
def test_less_need_never_leaves_more(seed, group, fewer):
    """Without packages and maxima, which follow from the need."""
    country = small(seed).without("package").asking("keep", "unmet")
    m = codes(country)[0]
    needs = country.tables["needs"].query("municipality == @m and group == @group")["need_users"].item()
    less = country.needs(group, **{m: max(0, int(needs) - fewer)})
    assert no_worse(measured(less), measured(country))


@few
@given(seed=seeds)
def test_what_is_free_leaves_no_more_than_what_is_protected(seed):
    country = small(seed).asking("package", "unmet", no_loss=False)
    assume(not country.tables["register"].empty)
    protected, free = (country.change("register", {}, status=s, close_by_year=None) for s in ("protected", "free"))
    assert no_worse(measured(free), measured(protected))


@few
@given(seed=seeds, service=st.sampled_from(SERVICES), places=st.integers(3, 9))
def test_a_further_place_to_build_on_never_hurts(seed, service, places):
    """Where places are named, the service opens nowhere else: one is named, then another."""

    def named(country: Toyland, m: str, most: int) -> Toyland:
        row = {"site": f"plot_{m}", "municipality": m, "service": service, "max_places": most, "most_facilities": 2}
        return country.add("candidates", **row, min_places=2)

    country = small(seed).asking(*FIRST, "cost", "travel")
    one = named(country, codes(country)[0], 8)
    assert no_worse(measured(named(one, codes(country)[1], places)), measured(one))


# ---------------------------------------------------------------------- what binds by hand


@few
@given(
    seed=seeds,
    what=st.sampled_from(("places", "facilities", "users")),
    relation=st.sampled_from(("exactly", "least", "most")),
    value=st.integers(0, 6),
    service=st.sampled_from(SERVICES),
)
def test_a_lock_taken_away_never_hurts(seed, what, relation, value, service):
    country = small(seed).asking(*FIRST, "cost")
    lock = more.lock(value, what, codes(country)[0], relation=relation, service=service)
    assert no_worse(measured(country), measured(country.asking(locks=(lock,))))


@few
@given(seed=seeds, number=st.integers(0, 3), relation=st.sampled_from(("most", "least", "exactly")))
def test_a_limit_of_sites_taken_away_never_hurts(seed, number, relation):
    country = small(seed).asking(*FIRST, "cost")
    limited = country.asking(site_limits=(more.limit(number, relation),))
    assert no_worse(measured(country), measured(limited))


@few
@given(seed=seeds, number=st.integers(0, 2))
def test_one_more_opening_in_a_year_never_hurts(seed, number):
    country = small(seed, 2027, 2028).asking(*FIRST)
    assert no_worse(
        measured(country.asking(most_openings_per_year=number + 1)),
        measured(country.asking(most_openings_per_year=number)),
    )


@few
@given(seed=seeds, posts=st.integers(0, 6), further=st.integers(1, 4))
def test_more_staff_never_hurts(seed, posts, further):
    country = small(seed).asking("keep", "package", "staff", "unmet")
    m = codes(country)[0]
    for s in SERVICES:
        country = country.add("professions", service=s, profession="nurse", posts_per_place=0.5)

    def with_posts(number: int) -> Toyland:
        return country.add("staff", territory=m, profession="nurse", year=2027, posts=number)

    assert no_worse(measured(with_posts(posts + further)), measured(with_posts(posts)))


@few
@given(seed=seeds, service=st.sampled_from(SERVICES), places=st.integers(2, 4))
@example(seed=6, service="day_care", places=3)
def test_one_host_for_each_never_helps(seed, service, places):
    """Two plots with one facility each, twenty minutes from each other."""
    country = small(seed).without("register").asking(*FIRST, "cost", "travel")
    country = country.minutes(*codes(country)[:2], 20).money(state=40)
    for m in codes(country)[:2]:
        row = {"site": f"plot_{m}", "municipality": m, "service": service, "min_places": 1, "max_places": places}
        country = country.add("candidates", **row, most_facilities=1)
    assert no_worse(measured(country), measured(country.asking(single_assignment=(service,))))


@few
@given(seed=seeds, factor=st.sampled_from((0.5, 0.75, 1.0)), places=st.integers(5, 12))
def test_a_transformation_that_is_possible_never_hurts(seed, factor, places):
    country = small(seed, 2027, 2030).asking(*FIRST)
    with_old = more.old_homes(country, factor, financed_until=2028)
    with_old = more.facility(with_old, f"old_home_{codes(country)[0]}", places, users=1, status="keep")
    assert no_worse(measured(with_old), measured(with_old.without("transformations")))


@few
@given(seed=seeds, cheaper=st.integers(1, 9000))
def test_a_cheaper_renovation_never_hurts(seed, cheaper):
    country = small(seed, 2027, 2030).asking(*FIRST, "cost")
    assume(not country.tables["register"].empty)
    site = country.tables["register"]["site"].iloc[0]

    def renovated_for(eur: float) -> Toyland:
        row = {"site": site, "kind": "energy", "by_year": 2028, "places_lost": 3}
        return country.add("renovations", **row, cost_eur=eur)

    assert no_worse(measured(renovated_for(10_000.0 - cheaper)), measured(renovated_for(10_000.0)))


# ---------------------------------------------------------------------- stages


@few
@given(seed=seeds, number=st.integers(1, 6))
def test_a_later_stage_spoils_no_earlier_one(seed, number):
    country = small(seed)
    whole, first = measured(country.asking(*ALL)), measured(country.asking(*ALL[:number]))
    assert (whole is None) == (first is None)
    if whole is not None and first is not None:
        assert {name: whole[name] for name in first} == pytest.approx(first, rel=1e-5, abs=2e-5)


@few
@given(seed=seeds)
def test_what_it_would_cost_lacks_nothing_where_nothing_is_unmet(seed):
    """Mode against mode: what the one lacks, given to the other, leaves nobody unmet."""
    asked = ("keep", "overspend", "cost", "tie_break")
    dear = small(seed).asking(*asked, mode="what_it_would_cost")
    lacking = dear.results()["budget"].set_index("stream")["lacking_eur"].astype(float)
    given_it = small(seed).asking("keep", "package", "unmet")
    budgets = given_it.budgets_eur
    given_it = given_it.money(**{f: (budgets[f][2027] + lacking[f]) / 1000 for f in lacking.index})
    found = {n: v for n, v in given_it.values().items() if n == "package" or n.startswith("unmet")}
    assert found == dict.fromkeys(found, 0)
