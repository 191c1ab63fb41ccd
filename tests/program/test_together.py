"""Services and municipalities together, solved by hand: groups, agreements, maxima, staff, roofs, hubs, limits, locks.

T is thousand EUR; N1 is NOR01, S3 is SOU03, and so on. The country is toyland, see its docstring.
"""

from __future__ import annotations

import pytest

from nationalmap.domain.scenario import Share
from nationalmap.errors import NoPlanPossible
from tests.toyland import NORTH, RICH, SOUTH, Toyland, toyland
from tests.toyland import richer as more


def places(country: Toyland) -> dict[str, int]:
    """Places planned by site, where there are any."""
    capacity = country.results()["capacity"]
    found = zip(capacity["site"], capacity["places"].astype(int), strict=True)
    return {site: n for site, n in found if n}


def users(country: Toyland) -> dict[tuple[str, str, str], int]:
    """(municipality, host, service) -> users."""
    table = country.results()["allocation"]
    keys = zip(table["municipality"], table["host"], table["service"], strict=True)
    return dict(zip(keys, table["users"].astype(int), strict=True))


def n1(*services: str) -> Toyland:
    """N1 alone, where nothing stands and nothing is asked: 12 need day care, 6 a home. Money for all."""
    return toyland().only(("NOR01",), *services).without("register").without("package").money(**RICH)


# ---------------------------------------------------------------------- need groups


def two_ways(**help_: object) -> Toyland:
    """Day care, 5 to 10 places at 1 T and 1 T a centre, or help at home at 3 T; one need, 12 in N1."""
    return more.help_at_home(n1("day_care"), **help_)


def test_the_services_of_a_group_stand_for_each_other():
    """Ten in the one centre that may stand, two helped at home: nobody is unmet."""
    country = two_ways().asking("unmet", "cost", site_limits=(more.limit(1),))
    assert users(country) == {("NOR01", "NOR01", "day_care"): 10, ("NOR01", "NOR01", "help"): 2}
    unmet = country.results()["unmet"]
    assert unmet[["group", "need_users", "served_users"]].to_numpy().tolist() == [["day_care", "12", "12"]]


def test_what_is_preferred_comes_before_what_is_cheap():
    """Help at home first: 12 at home for 36 T; day care would be 14. Without the stage, day care."""
    country = two_ways().change("services", {"service": "day_care"}, preference=2)
    asked = country.asking("unmet", "preference", "cost")
    assert asked.values() == pytest.approx({"unmet_2": 0, "preference": 0, "cost": 36})
    assert country.asking("unmet", "cost").values() == pytest.approx({"unmet_2": 0, "cost": 14.88})


def test_the_preference_counts_steps_of_users():
    """10 T: at most three helped at home (9); day care for nine at least. One helped, 3 T; five in day care, 6 T: six.

    Of 10 T, six are served at most with help for three and no centre of five: 9; with a centre of 5 to 9 places for 6
    to 10 T: nine in day care. So nine served, all in day care: nine steps.
    """
    country = two_ways().change("services", {"service": "day_care"}, preference=2).money(state=10)
    assert country.asking("unmet", "preference").values() == {"unmet_2": 3, "preference": 9}


def test_a_group_of_one_preference_counts_no_steps():
    assert "preference" not in toyland().asking("unmet", "preference").values()


def test_the_scenarios_share_stands_in_place_of_the_catalogues():
    """The catalogue: at most half in day care. The scenario: a quarter, three, too few for a centre: all at home."""
    country = two_ways().change("services", {"service": "day_care"}, most_share=0.5).asking("unmet", "cost")
    assert users(country) == {("NOR01", "NOR01", "day_care"): 6, ("NOR01", "NOR01", "help"): 6}
    stated = country.asking(shares=(Share(service="day_care", most=0.25),))
    # A centre of five for three users, 6 + 9 helped for 27, is cheaper than twelve helped for 36.
    assert users(stated) == {("NOR01", "NOR01", "day_care"): 3, ("NOR01", "NOR01", "help"): 9}
    assert stated.values()["cost"] == pytest.approx(33 + 10 / 25)


def test_a_share_is_counted_by_region_and_not_by_municipality():
    """N1 and N2 together need 20: ten in day care, all of N1, ten at home, all of N2 and two of N1."""
    country = toyland().only(("NOR01", "NOR02"), "day_care").without("register").without("package").money(**RICH)
    country = more.help_at_home(country).change("services", {"service": "day_care"}, most_share=0.5)
    found = users(country.asking("unmet", "cost", "travel"))
    assert sum(n for (_, _, s), n in found.items() if s == "day_care") == 10
    assert sum(n for (_, _, s), n in found.items() if s == "help") == 10


def test_an_old_type_counts_with_its_new_one_in_the_share():
    """Ten in an old centre of N1, paid on; at most half of 12 may be in day care or its old type: six and six."""
    country = more.service(two_ways(), "old_day", "day_care", typology="old", counts_as="day_care")
    country = more.facility(country, "old_day_NOR01", 10, status="keep")
    country = country.change("services", {"service": "day_care"}, most_share=0.5).asking("keep", "unmet", "cost")
    assert users(country) == {("NOR01", "NOR01", "help"): 6, ("NOR01", "NOR01", "old_day"): 6}


# ---------------------------------------------------------------------- who may be served where


@pytest.mark.parametrize(
    ("rows", "default", "together"),
    [
        ((), "possible", True),
        ((), "refused", False),
        ((("SOU03", "NOR03", "*", "refused"), ("NOR03", "SOU03", "*", "refused")), "possible", False),
        ((("SOU03", "NOR03", "*", "refused"),), "possible", True),
        ((("SOU03", "NOR03", "*", "signed"),), "refused", True),
        ((("SOU03", "NOR03", "*", "refused"), ("SOU03", "NOR03", "day_care", "signed")), "refused", True),
        ((("SOU03", "NOR03", "*", "signed"), ("SOU03", "NOR03", "day_care", "refused")), "refused", False),
    ],
)
def test_the_people_of_a_municipality_go_where_an_agreement_does_not_refuse_them(rows, default, together):
    """N3 with 4 and S3 with 3 need day care, 20 minutes from each other. One centre of 7, or two of 5 at least."""
    country = toyland().only(("NOR03", "SOU03"), "day_care").without("register").without("package").money(**RICH)
    for m, h, s, status in rows:
        country = country.add("agreements", municipality=m, host=h, service=s, status=status)
    country = country.asking("unmet", "cost", agreements_default=default)
    assert sum(places(country).values()) == (7 if together else 10)


def test_within_a_region_agreements_are_possible_and_across_its_border_only_as_stated():
    """N3 and S3 lie 20 minutes from each other, in two regions; S2 and S1 in one."""
    country = toyland().asking(agreements_default="within_region")
    known = country.known()
    assert not known.may_serve("SOU03", "NOR03", "day_care")
    assert known.may_serve("SOU02", "SOU01", "day_care")
    assert known.may_serve("SOU03", "SOU03", "day_care")
    signed = country.add("agreements", municipality="SOU03", host="NOR03", service="*", status="signed").known()
    assert signed.may_serve("SOU03", "NOR03", "day_care")
    assert not signed.may_serve("NOR03", "SOU03", "day_care")
    refused = country.add("agreements", municipality="SOU02", host="SOU01", service="*", status="refused").known()
    assert not refused.may_serve("SOU02", "SOU01", "day_care")


def test_agreements_are_asked_of_municipal_services_alone():
    """All refused: the home in S1 still serves its region."""
    assert toyland().asking(agreements_default="refused").known().hosts["SOU02", "residence", 2027] == (
        "SOU02",
        "SOU01",
    )


def test_a_national_service_crosses_every_border():
    """N3-S3 20 minutes: a national home in N3 serves S3, a regional one does not."""
    country = toyland().only(("NOR03", "SOU03"), "residence").without("register").without("package")
    country = country.money(**RICH).asking("unmet", "cost")
    assert sum(places(country).values()) == 10
    assert sum(places(country.change("services", {}, level="national")).values()) == 5


def test_single_assignment_sends_a_municipality_to_one_place_and_elsewhere_changes_nothing():
    """Base plan: N2's eight are in N2 but for one in N1. With one host each, N1 keeps its 12 and one of N2 is unmet."""
    country = toyland().asking(single_assignment=("day_care", "residence"))
    served: dict[tuple[str, str], set[str]] = {}
    for m, h, s in users(country):
        served.setdefault((m, s), set()).add(h)
    assert {len(hosts) for hosts in served.values()} == {1}


# ---------------------------------------------------------------------- maxima and other money


def capped(most: int, own: float = 0.0, **changes: object) -> Toyland:
    """N1 and N2 with day care, 12 and 8 in need; the state pays ``most`` in each."""
    country = toyland().only(("NOR01", "NOR02"), "day_care").without("register").money(**RICH)
    country = country.change("package", {}, maximum_users=most)
    return more.own_money(country, own, **changes) if own else country


def row(country: Toyland, m: str) -> tuple[str, ...]:
    """Served, above the maximum, no place."""
    table = country.results()["unmet"].query("municipality == @m").iloc[0]
    return tuple(table[["served_users", "above_maximum_users", "no_place_users"]])


def test_beyond_the_maximum_the_need_is_shown_and_not_planned():
    country = capped(10)
    assert row(country, "NOR01") == ("10", "2", "0")
    assert row(country, "NOR02") == ("8", "0", "0")


def test_places_of_today_above_the_maximum_are_grandfathered():
    """Eleven places stand in N1, the maximum is ten: eleven may be served, one is above."""
    country = more.facility(capped(10), "day_NOR01", 11, status="keep")
    assert row(country, "NOR01") == ("11", "1", "0")


def test_own_money_pays_users_above_the_maximum_and_is_named():
    """2.5 T of own money pay two places, of 1 T each, in N1: nobody is above, 12 served, two paid otherwise."""
    country = capped(10, own=2.5)
    assert row(country, "NOR01") == ("12", "0", "0")
    table = country.results()["allocation"].query("municipality == 'NOR01'")
    assert table["other_paid_users"].astype(int).sum() == 2
    spending = country.results()["spending"].query("stream == 'own'")
    assert spending["amount_eur"].astype(float).sum() >= 2000


def test_own_money_that_is_too_little_for_all_leaves_the_rest_above_the_maximum():
    """1.9 T pay one."""
    assert row(capped(10, own=1.9), "NOR01") == ("11", "1", "0")


def test_own_money_of_one_municipality_pays_nobody_elsewhere():
    country = capped(6, own=5, municipalities=("NOR02",)).minutes("NOR01", "NOR02", 90)
    assert row(country, "NOR02") == ("8", "0", "0")
    assert row(country, "NOR01") == ("6", "6", "0")


def test_two_users_a_place_cost_other_money_half_a_place_rounded_up_to_the_cent():
    """A place of 1,000.01 EUR for two: 500.01 each. 1.0 T pay one, 1.00002 T two."""
    country = capped(10, own=1.0).change("services", {}, users_per_place=2, running_cost_place_eur=1000.01)
    assert row(country, "NOR01") == ("11", "1", "0")
    assert row(country.money(own=1.00002), "NOR01") == ("12", "0", "0")


# ---------------------------------------------------------------------- journeys, fees


def test_a_known_cost_of_journeys_stands_in_place_of_the_catalogues_also_at_home():
    """S3's three go to N3: 0.25 T each instead of 0.1, and N3's own four 0.05 each: 7 + 1 + 0.75 + 0.2 = 8.95."""
    country = toyland().only(("NOR03", "SOU03"), "day_care").without("register").without("package").money(**RICH)
    country = country.add("trip_costs", municipality="SOU03", host="NOR03", service="day_care", cost_user_eur=250.0)
    country = country.add("trip_costs", municipality="NOR03", host="NOR03", service="day_care", cost_user_eur=50.0)
    country = country.asking("unmet", "cost", hubs=(more.hub("SOU03", None, "day_care"),))
    assert country.values() == pytest.approx({"unmet_2": 0, "cost": 8.95 + 12 / 25})


def test_fees_lower_what_the_streams_pay():
    """Twelve users pay 0.5 T each: 14 - 6 = 8, and 22 of capital."""
    country = n1("day_care").change("services", {}, fee_user_eur=500.0).asking("unmet", "cost")
    assert country.values() == pytest.approx({"unmet_2": 0, "cost": 8 + 22 / 25})


# ---------------------------------------------------------------------- staff


def test_staff_bind_new_places_and_not_what_is_kept():
    """Half a nurse a place of home: 3.5 nurses are seven places. N1 has six and grows by one; one is unmet for staff.

    With 2.5 nurses the six stay, half a nurse is lacking.
    """
    country = toyland().only(("NOR01",), "residence").without("package").needs("residence", NOR01=8).money(**RICH)
    country = country.add("professions", service="residence", profession="nurse", posts_per_place=0.5)

    def with_nurses(posts: float) -> Toyland:
        country_ = country.add("staff", territory="NOR", profession="nurse", year=2027, posts=posts)
        return country_.asking("keep", "staff", "unmet")

    assert with_nurses(3.5).values() == {"keep_users": 0, "keep_1": 0, "staff": 0, "unmet_1": 1}
    assert with_nurses(2.5).values() == {"keep_users": 0, "keep_1": 0, "staff": 0.5, "unmet_1": 2}
    (row_,) = with_nurses(2.5).results()["staffing"].to_dict("records")
    assert (row_["needed_posts"], row_["most_posts"], row_["lacking_posts"]) == ("3", "2.5", "0.5")


def test_staff_of_a_municipality_and_of_its_region_bind_both_and_other_years_not():
    """Day care and home each need half a post a place: 18 places, 9 posts. 8 in N1: two places less; 7: four."""
    country = n1().asking("staff", "unmet")
    for s in ("day_care", "residence"):
        country = country.add("professions", service=s, profession="carer", posts_per_place=0.5)
    one = country.add("staff", territory="NOR01", profession="carer", year=2027, posts=8)
    both = one.add("staff", territory="NOR", profession="carer", year=2027, posts=7)
    other_year = country.add("staff", territory="NOR01", profession="carer", year=2031, posts=0)
    assert [c.values()["unmet_2"] for c in (country, one, both, other_year)] == [0, 2, 4, 0]


# ---------------------------------------------------------------------- one roof


def test_a_complex_saves_once_for_each_pair_under_one_roof():
    """N1: two centres and one home: one roof. 14 + 14 - 1 = 27, named and paid."""
    country = more.under_one_roof(n1())
    (row_,) = country.results()["complex"].to_dict("records")
    assert (row_["complex"], row_["number"], row_["saved_running_eur"]) == ("roof", "1", "1000.00")
    assert country.values()["cost"] == pytest.approx(27 + (22 + 28) / 25)


def test_services_that_are_not_in_one_municipality_share_no_roof():
    """N2 has day care and no home may open there; N1 the other way round."""
    country = toyland().only(("NOR01", "NOR02")).without("register").without("package").money(**RICH)
    hubs = (more.hub("NOR01", None, "day_care"), more.hub("NOR02", None, "residence"))
    assert more.under_one_roof(country.asking(hubs=hubs)).results()["complex"].empty


def test_a_facility_stands_in_one_complex():
    """Two complexes of the same two services: the better one, 1.5 T, once."""
    country = more.under_one_roof(n1()).asking("unmet", "cost")
    country = country.add("complexes", complex="better", services="residence day_care", saved_running_eur=1500.0)
    assert country.results()["complex"]["complex"].tolist() == ["better"]
    assert country.values()["cost"] == pytest.approx(28 - 1.5 + 50 / 25)


def test_embedded_places_come_with_their_facility_and_count_in_its_size():
    """The new home of N1: six places for six, two of respite, its largest size is eight; at most three may be.

    Two homes, which six people alone do not ask for, would hold all five; with a lock for two they do.
    """
    country = more.respite(n1("residence"), 3).asking("unmet", "cost")
    assert country.values()["unmet_3"] == 3
    assert places(country) == {"new:residence:NOR01": 6, "new:respite:NOR01": 2}
    two = country.asking(locks=(more.lock(2, "facilities", relation="least", service="residence"),))
    assert two.values()["unmet_3"] == 0


def test_embedded_places_that_stand_beside_a_full_home_stay():
    """Eight places and two of respite stand in a home of eight at most: all ten stay, none is added."""
    country = more.respite(toyland().only(("NOR01",), "residence").money(state=100, building=5), 4)
    country = country.change("register", {}, places=8).asking("keep", "unmet")
    country = more.facility(country, "respite_NOR01", 2, status="keep")
    assert country.values()["keep_1"] == country.values()["keep_3"] == 0
    assert places(country) == {"home_NOR01": 8, "respite_NOR01": 2}


# ---------------------------------------------------------------------- hubs and limits


def test_a_hub_holds_its_number_of_services():
    """Both in N1; with one, the home, for its class is the first. With none, nothing."""
    country = n1().asking("unmet")
    assert set(places(country.asking(hubs=(more.hub("NOR01", 2),)))) == {"new:day_care:NOR01", "new:residence:NOR01"}
    assert set(places(country.asking(hubs=(more.hub("NOR01", 1),)))) == {"new:residence:NOR01"}
    assert places(country.asking(hubs=(more.hub("NOR01", 0),))) == {}


def test_a_service_excluded_from_a_hub_opens_elsewhere_and_stays_where_it_stands():
    """S1 may have no home: S2 cannot reach S3 (61 minutes), S3 not S2: two homes. N1's home stands and grows."""
    country = toyland().asking("package", "unmet", hubs=(more.hub("SOU01", None, "residence"),)).money(**RICH)
    found = places(country)
    assert {"new:residence:SOU02", "new:residence:SOU03"} <= set(found)
    stays = toyland().asking(hubs=(more.hub("NOR01", None, "residence"),))
    assert places(stays)["home_NOR01"] == 8


@pytest.mark.parametrize(
    ("relation", "number", "facilities"), [("most", 1, 1), ("exactly", 3, 3), ("least", 3, 3), ("least", 1, 2)]
)
def test_a_limit_on_facilities(relation, number, facilities):
    """Twelve in N1, two centres without a limit; three centres have 15 places at least."""
    country = n1("day_care").asking("unmet", "sites", "cost", site_limits=(more.limit(number, relation, "NOR01"),))
    capacity = country.needs("day_care", NOR01=14).results()["capacity"]
    assert capacity["facilities"].tolist() == [str(facilities)]


def test_a_limit_counts_in_its_territory_alone():
    """Toyland: three centres in the north, three in the south at first; at most two in the north, five in all."""

    def centres(country: Toyland) -> tuple[int, int]:
        capacity = country.results()["capacity"].query("service == 'day_care'")
        north = capacity["municipality"].isin(NORTH)
        n = capacity["facilities"].astype(int)
        return int(n[north].sum()), int(n[~north].sum())

    country = toyland().asking("keep", "package", "unmet", "sites").money(**RICH)
    assert centres(country.asking(site_limits=(more.limit(2, "most", "NOR"),)))[0] == 2
    assert sum(centres(country.asking(site_limits=(more.limit(6, "least"),)))) == 6


def test_a_limit_that_what_is_protected_breaks_leaves_no_plan():
    with pytest.raises(NoPlanPossible):
        toyland().asking("unmet", site_limits=(more.limit(0, "exactly", "SOU02"),)).solve()


# ---------------------------------------------------------------------- locks


@pytest.mark.parametrize(
    ("what", "relation", "value", "places_", "facilities"),
    [
        ("places", "exactly", 11, 11, 2),
        ("places", "most", 9, 9, 1),
        ("places", "least", 16, 16, 2),
        ("facilities", "exactly", 1, 10, 1),
        ("facilities", "most", 1, 10, 1),
        ("facilities", "least", 3, 15, 3),
        ("users", "exactly", 7, 7, 1),
        ("users", "most", 9, 9, 1),
        ("users", "least", 12, 12, 2),
    ],
)
def test_what_is_locked_is_what_was_locked(what, relation, value, places_, facilities):
    """Twelve in N1; two centres of 12 places together without a lock."""
    country = n1("day_care").asking("unmet", "cost", locks=(more.lock(value, what, relation=relation),))
    capacity = country.results()["capacity"]
    assert capacity[["places", "facilities"]].astype(int).to_numpy().tolist() == [[places_, facilities]]


def test_a_lock_of_users_may_name_their_host():
    """At least four of N2 are served in N1, which has 12 places."""
    lock = more.lock(4, "users", "NOR02", relation="least", host="NOR01")
    assert users(toyland().asking(locks=(lock,)))["NOR02", "NOR01", "day_care"] == 4


def test_a_lock_may_name_a_site():
    """N1's old centre stays at exactly 11, whatever opens beside it."""
    country = toyland().asking(locks=(more.lock(11, site="day_NOR01"),)).money(**RICH)
    assert places(country)["day_NOR01"] == 11
    assert country.values()["keep_2"] == 1


def test_a_lock_of_one_year_leaves_the_others_free():
    country = n1("day_care").periods(2027, 2030).asking("unmet", locks=(more.lock(5, year=2027),))
    capacity = country.results()["capacity"]
    assert capacity["places"].tolist() == ["5", "12"]
    assert country.asking(locks=(more.lock(5),)).results()["capacity"]["places"].tolist() == ["5", "5"]


def test_a_lock_on_people_whom_nobody_can_serve_leaves_no_plan():
    lock = more.lock(1, "users", "NOR01", relation="least", host="NOR03")
    with pytest.raises(NoPlanPossible):
        toyland().asking("unmet", locks=(lock,)).solve()


# ---------------------------------------------------------------------- stages


def test_the_worst_tenth_looks_beyond_the_worst_municipality():
    """The south needs 10, 6, 3 of day care, nothing stands, no journeys, the smallest centre has five places; 16.5 T.

    14 places in two centres cost 16: five are unmet, the three of S3 among them, theta 1; and the worst tenth, 1.9 of
    19 cases, lies within S3: 1.
    """
    country = toyland().only(SOUTH, "day_care").without("register").without("package").money(state=16.5, building=100)
    country = country.change("services", {}, travel_limit_min=0).asking("unmet", "worst_unmet")
    assert country.values() == {"unmet_2": 5, "worst_unmet": 1, "worst_tenth": 1}


def test_the_worst_tenth_is_the_mean_over_a_tenth_of_all_need():
    """N1 12, N2 8, no smallest size, 21 T: three centres of 18 places, for N1 needs two. Two are unmet.

    One in each: 1/12 and 1/8, so theta is 1/8, and the worst two of the twenty cases lie in N2: 1/8 again.

    S1 in need of 100 and S3 of one, 101 T, a centre may have 100: 100 places cost 101; one is unmet, S3's or, with
    99 and 1 in two centres, one of S1's, but that costs 102. So theta 1, and of the tenth, 10.1 cases, one is unmet.
    """
    north = toyland().only(("NOR01", "NOR02"), "day_care").without("register").without("package")
    north = north.change("services", {}, travel_limit_min=0, min_places=1).money(building=100, state=21)
    found = north.asking("unmet", "worst_unmet").values()
    assert found == pytest.approx({"unmet_2": 2, "worst_unmet": 0.125, "worst_tenth": 0.125})
    south = toyland().only(("SOU01", "SOU03"), "day_care").without("register").without("package")
    south = south.change("services", {}, travel_limit_min=0, max_places=100).needs("day_care", SOU01=100, SOU03=1)
    found = south.asking("unmet", "worst_unmet").money(state=101, building=500).values()
    assert found == pytest.approx({"unmet_2": 1, "worst_unmet": 1, "worst_tenth": 1 / 10.1}, abs=1e-5)


def test_the_longest_journey_is_made_shorter_before_money_is_saved():
    """N1, N2 and N3 need 4, 4 and 4; nothing stands. One centre of 12? No, ten at most: two centres.

    Limit 60 minutes: N1-N2 20, N2-N3 40, N1-N3 60. Two centres, in N1 or N2 of eight and in N3 of five, the smallest:
    20 minutes. 13 + 2 a year, 13 + 10 once. One of twelve could only be in N2: 40 minutes.
    """
    country = toyland().only(NORTH, "day_care").without("register").without("package").money(**RICH)
    country = country.needs("day_care", NOR01=4, NOR02=4, NOR03=4)
    country = country.change("services", {}, travel_limit_min=60, trip_cost_user_eur=0.0)
    country = country.asking("unmet", "sites", "worst_travel", "cost")
    assert country.values() == pytest.approx({"unmet_2": 0, "sites": 2, "worst_travel": 20, "cost": 15 + 23 / 25})
    one = country.change("services", {}, max_places=12)
    assert one.values() == pytest.approx({"unmet_2": 0, "sites": 1, "worst_travel": 40, "cost": 13 + 17 / 25})
    assert set(places(one)) == {"new:day_care:NOR02"}
    assert country.asking("unmet", "worst_travel").values()["worst_travel"] == 0


def test_the_number_of_facilities_counts_what_stands_in_every_period():
    """Toyland twice: five centres and two homes."""
    assert toyland().asking("keep", "package", "unmet", "sites").values()["sites"] == 7
    twice = toyland().periods(2027, 2030).asking("keep", "package", "unmet", "sites")
    assert twice.values()["sites"] == 14
