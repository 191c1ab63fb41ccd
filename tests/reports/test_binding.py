"""What binds and what does not: rules that have another side, in small countries."""

from __future__ import annotations

import dataclasses

from reasons import CASES, N1, n1, nurses, package, plan_of, standing

from nationalmap.reports import room
from nationalmap.reports.binding import Binding
from nationalmap.reports.explain.facts import Facts
from tests.toyland import NORTH, toyland
from tests.toyland import richer as more
from tests.toyland.invented import invented


def binds_of(country, m, g="day_care", year=2027):
    return [bind.kind for bind in Facts(plan_of(country)).binds((m, g, year))]


def test_other_money_pays_beyond_the_maximum():
    """Own money of 3 T: three more than the seven, then nothing of it is left, and the maximum binds again."""
    country = package(n1("day_care"), 7)
    binding = Binding(plan_of(more.own_money(country, 3.0)))
    assert binding.state_paid[N1, "day_care", 2027] == 7
    assert [b.kind for b in binding.no_place(N1, "day_care", 2027)] == ["full", "maximum"]
    rich = Binding(plan_of(more.own_money(country, 100.0)))
    assert rich.state_paid[N1, "day_care", 2027] <= 7
    assert list(rich.maximum(N1, N1, "day_care", 2027)) == []


def test_limits_locks_and_hubs_of_others_stop_nothing():
    """Limits in the south, of homes, or at least; a lock elsewhere, at least, or of another year: money binds alone."""
    free = {
        "site_limits": (more.limit(1, territory="SOU"), more.limit(1, of="residence"), more.limit(0, "least")),
        "locks": (more.lock(1, relation="least", id="a"), more.lock(1, "users", relation="least", id="b"),
                  more.lock(9, "users", relation="most", id="c"), more.lock(99, relation="most", id="d")),
        "hubs": (more.hub("SOU01", 0), more.hub("NOR01", None), more.hub("NOR01", 3, "residence")),
        "most_openings_per_year": 5,
    }  # fmt: skip
    assert binds_of(n1().money(state=9.4).asking(**free), N1) == ["full", "running"]


def test_a_lock_stops_what_would_go_beyond_it():
    """Twelve of at most fourteen places stand; the smallest growth, a centre of five, would be seventeen."""
    country = standing(N1, NOR01=14).money(building=1000).asking(locks=(more.lock(14, relation="most"),))
    assert binds_of(country, N1) == ["full", "size", "lock_places"]
    next_year = country.periods(2027, 2030).asking(locks=(more.lock(14, relation="most", year=2030),))
    assert binds_of(next_year, N1) == ["full", "size", "lock_places"]


def test_openings_of_committed_centres_do_not_count():
    """One opening a year: the committed centre is none of them, so a second one opens; a third may not."""
    country = more.facility(n1("day_care"), "day_NOR01", 5, opens_year=2027, status="protected")
    country = country.needs("day_care", NOR01=30).asking(most_openings_per_year=1)
    there = room.Room(plan_of(country), room.known_of(plan_of(country)))
    assert there._openings == {2027: 1}
    assert binds_of(country, N1) == ["full", "openings"]


def test_an_embedded_place_needs_money_too():
    """A home with room for two more, both of respite; no money: neither size nor host stops it."""
    country, m, g = CASES["embedded"]()
    poor = country.change("services", {"service": "respite"}, capital_cost_place_eur=2_000_000.0)
    assert binds_of(poor, m, g) == ["bare", "build"]


def test_staff_that_is_asked_after_need_or_not_at_all_stops_nothing():
    """Without its stage, or with it after unmet need, posts are counted, not kept; plenty of posts stop nothing."""
    country = nurses(n1("day_care").money(state=9.4), 100)
    assert binds_of(country, N1) == ["full", "running"]
    few = nurses(n1("day_care").money(state=9.4), 1)
    assert binds_of(few.asking("unmet", "staff", "cost"), N1) == ["full", "running"]
    assert binds_of(few.asking("unmet", "cost"), N1) == ["full", "running"]


def test_a_facility_that_shrinks_does_not_grow_unless_protected():
    """S3 closes its centre: nothing of it grows."""
    plan = plan_of(toyland())
    there = room.Room(plan, room.known_of(plan))
    site = there.known.sites["day_SOU03"]
    assert there._shrinks(site)
    assert not there._shrinks(dataclasses.replace(site, status="protected"))
    assert not there._shrinks(there.known.sites["day_NOR01"])


def test_regional_services_are_refused_by_nobody_and_too_far_for_some():
    """Homes lie within 60 minutes; with a limit of 10 N2 and N3 reach none of today's, in N1."""
    country = toyland().only(NORTH, "residence").change("services", {"service": "residence"}, travel_limit_min=10)
    country = country.asking(
        "unmet", "cost", hubs=(more.hub("NOR01", None, "day_care"), more.hub("NOR02", None, "residence"))
    )
    binding = Binding(plan_of(country))
    assert [(b.kind, b.values.get("minutes")) for b in binding.out_of_reach("NOR02", "residence", 2027)] == [
        ("excluded", None), ("travel", 20.0),
    ]  # fmt: skip


def test_a_place_that_is_given_up_for_lack_of_money_says_money_and_not_size():
    """Twelve places stand in N1; 8 T run the centre (1 T) and seven of them, and one more takes 1 T."""
    country = toyland().only((N1,), "day_care").without("package").money(state=8, building=0)
    country = country.change("register", {"service": "day_care"}, status="free", users=None)
    plan = plan_of(country.asking("unmet", "cost"))
    assert plan.tables["capacity"].query("site == 'day_NOR01'")["given_up_places"].tolist() == [5]
    kinds = [bind.kind for bind in Facts(plan).binding.no_place(N1, "day_care", 2027)]
    assert kinds == ["full", "running"]


def test_a_proven_plan_leaves_no_case_of_the_lowest_class_without_a_rule_that_binds():
    """Where one more place could stand by every rule looked at, a proven plan would have it; one class, one period."""
    for seed in range(8):
        plan = plan_of(invented(seed).only(service="day_care").asking("unmet", "cost"))
        binding = Binding(plan)
        short = [row for row in plan.tables["unmet"].to_dict("records") if row["no_place_users"]]
        for row in short:
            kinds = {bind.kind for bind in binding.no_place(row["municipality"], row["group"], row["year"])}
            assert "open" not in kinds, (seed, row)
