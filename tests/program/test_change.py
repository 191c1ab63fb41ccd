"""What stands becomes something else, or is renovated, or is lost; solved by hand.

S1 alone (SOU01): an old home of ten places may become a residence of 5 to 8 at 2 T of capital for each old place.
A residence costs 2 T a place and 2 T a facility in the year, a new one 3 T a place and 10 T. T is thousand EUR.
"""

from __future__ import annotations

import pytest

from nationalmap.errors import NoPlanPossible
from nationalmap.program.amounts import others_allow
from tests.toyland import RICH, Toyland, toyland
from tests.toyland import richer as more

NEW, OLD = "new:residence:SOU01", "old_home_SOU01"


def s1(*years: int, need: int = 6, **money: float) -> Toyland:
    """S1 alone; nothing stands."""
    country = toyland().only(("SOU01",), "residence").without("package").periods(*(years or (2027,)))
    return country.needs("residence", SOU01=need).money(**{**RICH, **money})


def old(country: Toyland, places: int = 10, factor: float = 0.6, status: str = "keep", **service: object) -> Toyland:
    """With an old home."""
    country = more.old_homes(country, factor, **service)
    return more.facility(country, OLD, places, status=status)


def places(country: Toyland) -> dict[str, list[int]]:
    """Places by site, in the order of the periods."""
    found: dict[str, list[int]] = {}
    for row in country.results()["capacity"].to_dict("records"):
        found.setdefault(row["site"], []).append(int(row["places"]))
    return found


def moved(country: Toyland) -> list[tuple[str, ...]]:
    """Year, places out, places in and capital of each transformation."""
    table = country.results()["transformed"]
    return [tuple(row) for row in table[["year", "places_out", "places_in", "capital_eur"]].to_numpy()]


# ---------------------------------------------------------------------- transformation


@pytest.mark.parametrize(
    ("factor", "out", "into"),
    [(0.5, "10", "5"), (0.6, "10", "6"), (0.69, "10", "6"), (0.7, "10", "7"), (0.8, "10", "8")],
)
def test_old_places_make_new_ones_by_the_factor_rounded_down(factor, out, into):
    """All ten are to be kept, so all ten become 5, 6, 6 (6.9), 7 or 8, for 20 T; none is given up."""
    country = old(s1(need=5), factor=factor, financed_until=2026)
    assert moved(country) == [("2027", out, into, "20000.00")]
    assert country.values()["keep_1"] == 0


def test_too_few_new_places_for_the_smallest_home_are_no_transformation():
    """0.4 of ten is four, and a residence has five at least: the ten are given up, and a new home opens."""
    country = old(s1(need=5), factor=0.4, financed_until=2026)
    assert moved(country) == []
    assert places(country) == {OLD: [0], NEW: [5]}
    assert country.values()["keep_1"] == 10


def test_a_transformed_home_has_no_more_places_than_one_may_have():
    """One for one, ten would be ten: eight are transformed for 16 T, two given up. No second home: 5 T build none."""
    country = old(s1(need=8, building=16), factor=1.0, financed_until=2026)
    assert moved(country) == [("2027", "8", "8", "16000.00")]
    assert country.values()["keep_1"] == 2


def test_the_plan_transforms_where_that_is_cheaper_than_building_and_all_of_it_is_said():
    """Six are needed: ten old places for 20 T, or a new home for 10 + 18. Free, and the state no longer pays.

    Running 6 * 2 + 2 = 14, capital 20 / 25; one change: the house becomes another.
    """
    country = old(s1(), status="free", financed_until=2026).asking("unmet", "disruption", "cost")
    assert country.values() == pytest.approx({"unmet_1": 0, "disruption": 1, "cost": 14.8})
    capacity = country.results()["capacity"].set_index("site")
    columns = ["places_before", "new_places", "transformed_in_places", "transformed_out_places", "given_up_places"]
    assert capacity.loc[OLD, columns].tolist() == ["10", "0", "0", "10", "0"]
    assert capacity.loc[NEW, columns].tolist() == ["0", "0", "6", "0", "0"]
    assert capacity.loc[OLD, ["opened", "closed", "facilities"]].tolist() == ["0", "1", "0"]
    assert capacity.loc[NEW, ["opened", "closed", "facilities"]].tolist() == ["1", "0", "1"]
    (row,) = country.results()["transformed"].to_dict("records")
    assert row == {
        "from_site": OLD, "to_site": NEW, "year": "2027", "municipality": "SOU01", "from_service": "old_home",
        "to_service": "residence", "places_out": "10", "places_in": "6", "facility": "yes", "capital_eur": "20000.00",
    }  # fmt: skip
    spending = country.results()["spending"]
    assert spending[["stream", "kind", "service", "amount_eur"]].to_numpy().tolist() == [
        ["building", "transform", "residence", "20000.00"],
        ["state", "running", "residence", "14000.00"],
    ]


def test_a_new_home_is_built_where_that_is_cheaper_than_transforming():
    """At 3 T an old place, ten are 30 T and a new home of six 28 T."""
    country = more.old_homes(s1(), cost_eur=3000.0, financed_until=2026)
    country = more.facility(country, OLD, 10).asking("unmet", "cost")
    assert places(country) == {OLD: [0], NEW: [6]}
    assert country.values() == pytest.approx({"unmet_1": 0, "cost": 14 + 28 / 25})


def test_the_house_is_transformed_once_and_whole_and_closes_for_good():
    """Free old home, financed all the time; nothing new may be built. It becomes six places in 2027 and stays so."""
    country = old(s1(2027, 2030), status="free").asking(
        "unmet", "preference", hubs=(more.hub("SOU01", None, "residence"),)
    )
    assert country.values() == {"unmet_1": 0, "preference": 0}
    assert places(country) == {OLD: [0, 0], NEW: [6, 6]}


def test_an_old_type_is_financed_to_its_last_year_and_serves_until_then():
    """Financed until 2028, free to shrink: six live there in 2027 and in a new home in 2030."""
    country = old(s1(2027, 2030), status="free", financed_until=2028).change("register", {}, users=6)
    country = country.change("services", {"service": "residence"}, lead_years=3)
    country = country.change("transformations", {}, capital_cost_place_eur=9000.0).asking("keep", "unmet", "cost")
    assert places(country) == {OLD: [6, 0], NEW: [6]}
    assert country.values() == pytest.approx({"keep_users": 0, "unmet_1": 0, "cost": 28 + 28 / 25})


@pytest.mark.parametrize(("until", "stands"), [(2026, [0, 0]), (2027, [10, 0]), (2029, [10, 0]), (2030, [10, 10])])
def test_the_scenario_says_how_long_old_types_are_financed(until, stands):
    """In place of the catalogue's 2028; the home is to be kept, and is too small to become one (factor 0.4)."""
    country = old(s1(2027, 2030), factor=0.4, financed_until=2028).asking("keep", "cost", old_types_until=until)
    assert places(country)[OLD] == stands


def test_an_old_type_opens_nowhere_and_does_not_grow():
    country = old(s1(need=20), factor=0.4, places=6)
    known = country.known()
    assert [site for site in known.sites.values() if site.service == "old_home"] == [known.sites[OLD]]
    assert places(country)[OLD] == [6]
    assert known.sites[OLD].may_build is False


def test_an_old_type_counts_for_the_package_and_the_maximum_of_the_new_one():
    """Ten old places stand for the eight that the region must have; ten are grandfathered above the maximum."""
    country = old(toyland().only(("SOU01",), "residence").money(**RICH).needs("residence", SOU01=12), factor=0.4)
    country = country.change("package", {}, minimum_places=8, minimum_users=8).asking("keep", "package", "unmet")
    assert country.values() == {"keep_1": 0, "package": 0, "unmet_1": 0}
    unmet = country.results()["unmet"].to_dict("records")[0]
    assert (unmet["served_users"], unmet["above_maximum_users"]) == ("10", "2")


def test_a_transformation_takes_its_lead_time():
    """A residence takes three years: the old home stands in 2027 and has become one of six in 2030."""
    country = old(s1(2027, 2030), financed_until=2028).change("services", {"service": "residence"}, lead_years=3)
    assert places(country) == {OLD: [10, 0], NEW: [6]}
    assert moved(country) == [("2030", "10", "6", "20000.00")]


def test_money_for_transformation_is_not_for_building_and_the_other_way_round():
    country = old(s1(), financed_until=2026)
    only_transform = country.stream("building", purposes=("transform",))
    assert places(only_transform) == {OLD: [0], NEW: [6]}
    assert moved(only_transform)
    assert moved(country.stream("building", purposes=("build",))) == []
    assert places(country.stream("building", purposes=("renovate",))) == {OLD: [0]}


def test_nothing_protected_is_transformed_while_it_may_stand():
    country = old(s1(), status="protected").asking("unmet", "preference")
    assert places(country)[OLD] == [10]
    assert moved(country) == []


def test_two_old_homes_become_two_facilities_of_one_site():
    """Ten and twelve places make six and seven (7.2): thirteen places in two houses, 44 T, and thirteen are needed."""
    country = old(s1(need=13), financed_until=2026)
    country = more.facility(country, "old_home_2_SOU01", 12, service="old_home", status="keep")
    capacity = country.results()["capacity"].set_index("site")
    assert capacity.loc[NEW, ["transformed_in_places", "opened", "places", "facilities"]].tolist() == [
        "13",
        "2",
        "13",
        "2",
    ]
    table = country.results()["transformed"].sort_values("from_site")
    assert table[["from_site", "places_out", "places_in"]].to_numpy().tolist() == [
        ["old_home_2_SOU01", "12", "7"],
        [OLD, "10", "6"],
    ]


def test_a_transformed_home_may_grow_by_building():
    """Ten old places make six, eight are needed: two are built, 6 T; 20 + 6 against 10 + 24 for a new home of eight."""
    country = old(s1(need=8), status="free", financed_until=2026).asking("unmet", "cost")
    capacity = country.results()["capacity"].set_index("site")
    assert capacity.loc[NEW, ["transformed_in_places", "new_places", "places"]].tolist() == ["6", "2", "8"]
    assert country.values() == pytest.approx({"unmet_1": 0, "cost": 18 + 26 / 25})


def hosted(country: Toyland, lead: int = 0) -> list[bool]:
    """Whether S1 counts as a host of residences, by period; none may be built there."""
    country = country.change("services", {"service": "residence"}, lead_years=lead)
    known = country.asking(hubs=(more.hub("SOU01", None, "residence"),)).known()
    return [bool(known.hosts["SOU01", "residence", t]) for t in known.years]


def test_where_homes_come_by_transformation_alone_a_host_is_one_from_the_first_possible_one_on():
    """Financed until 2028: it may become a residence in 2027 or by 2030, and stays one."""
    country = old(s1(2027, 2030, 2033), financed_until=2028)
    assert hosted(country) == [True, True, True]
    assert hosted(country, lead=3) == [False, True, True]


def test_where_nothing_can_be_transformed_any_more_nobody_is_within_reach():
    """Closed before the lead time has passed, closed before today, or protected: six people are out of reach."""
    assert hosted(old(s1(2027, 2030), financed_until=2026), lead=3) == [False, False]
    assert hosted(old(s1(2027, 2030), financed_until=2025)) == [False, False]
    assert hosted(old(s1(2027, 2030), status="protected", financed_until=2035)) == [False, False]
    country = old(s1(), financed_until=2025).asking("unmet", "tie_break", hubs=(more.hub("SOU01", None, "residence"),))
    (row,) = country.results()["unmet"].to_dict("records")
    assert (row["unmet_users"], row["out_of_reach_users"], row["no_place_users"]) == ("6", "6", "0")


def others(*services: str) -> Toyland:
    """S1: twelve in need, eight the maximum, an old home of ten at 4 T a place; 9 T of own money for the services."""
    country = toyland().only(("SOU01",), "residence").periods(2027, 2030).needs("residence", SOU01=12).money(**RICH)
    country = old(country, factor=0.4, financed_until=2028, running_cost_place_eur=4000.0)
    return more.own_money(country, 9, services=services)


@pytest.mark.parametrize(
    ("services", "allowed"), [(("old_home",), [2, 0]), (("residence",), [4, 4]), ((), [4, 4]), (("day_care",), [0, 0])]
)
def test_other_money_allows_users_at_the_price_of_what_it_may_pay(services, allowed):
    """Old places cost 4 T and are financed until 2028, new ones 2 T: of 9 T two, or four."""
    known = others(*services).known()
    assert [others_allow(known, "SOU", "residence", t) for t in known.years] == allowed


def test_who_could_be_paid_by_other_money_in_an_old_type_is_not_above_the_maximum():
    """Ten are grandfathered. Two more could be paid in the old home in 2027, where no place is left; none in 2030."""
    unmet = others("old_home").asking("keep", "unmet", "tie_break").results()["unmet"]
    assert unmet["above_maximum_users"].tolist() == ["0", "2"]


# ---------------------------------------------------------------------- renovation


def n1(*years: int, by: int = 2027, lost: int = 1, cost: float = 4000.0, **money: float) -> Toyland:
    """The home of N1, six places for six people, to be renovated; no second one can be built for less than 25 T."""
    country = toyland().only(("NOR01",), "residence").without("package").periods(*(years or (2027,)))
    country = country.money(**{"state": 100, "programme": 0, "building": 20, **money})
    said = {"site": "home_NOR01", "kind": "safety", "by_year": by, "cost_eur": cost, "places_lost": lost}
    return country.add("renovations", **said)


def test_what_is_renovated_keeps_its_places_and_is_paid_with_capital_money():
    country = n1()
    assert places(country) == {"home_NOR01": [6]}
    (row,) = country.results()["renovated"].to_dict("records")
    assert row == {
        "site": "home_NOR01", "kind": "safety", "municipality": "NOR01", "service": "residence", "by_year": "2027",
        "year": "2027", "cost_eur": "4000.00", "places_lost": "0",
    }  # fmt: skip
    spending = country.results()["spending"].query("kind == 'renovate'")
    assert spending[["stream", "amount_eur"]].to_numpy().tolist() == [["building", "4000.00"]]


def test_what_is_not_renovated_loses_its_places_when_it_is_due():
    """3 T do not pay 4. Five places stay, and one of six people loses theirs."""
    country = n1(building=3)
    assert places(country) == {"home_NOR01": [5]}
    (row,) = country.results()["renovated"].to_dict("records")
    assert (row["year"], row["places_lost"]) == ("", "1")
    assert {name: country.values()[name] for name in ("keep_users", "keep_1", "unmet_1")} == {
        "keep_users": 1, "keep_1": 1, "unmet_1": 1,
    }  # fmt: skip


def test_a_home_that_falls_below_its_smallest_size_closes():
    """Two places less are four, and a home has five."""
    assert places(n1(building=3, lost=2)) == {"home_NOR01": [0]}


@pytest.mark.parametrize(
    ("by", "stands"), [(2026, [5, 5]), (2027, [5, 5]), (2028, [6, 5]), (2030, [6, 5]), (2031, [6, 6])]
)
def test_places_are_lost_from_the_first_period_that_ends_in_or_after_the_year(by, stands):
    """2028 falls into the period that ends in 2030; 2031 lies beyond the plan."""
    assert places(n1(2027, 2030, by=by, building=0)) == {"home_NOR01": stands}


def test_a_renovation_may_come_early_and_not_late():
    """Money in 2027 renovates what is due by 2030; money in 2030 is too late for what is due by 2027."""
    assert places(n1(2027, 2030, by=2030).money(building=(4, 0))) == {"home_NOR01": [6, 6]}
    assert places(n1(2027, 2030, by=2027).money(building=(0, 4))) == {"home_NOR01": [5, 5]}


def test_each_kind_of_renovation_is_asked_on_its_own():
    """Safety for 4 T, one place; energy for 6 T, one place. Of 5 T safety is done, and one place is lost for energy."""
    country = n1(building=5).add(
        "renovations", site="home_NOR01", kind="energy", by_year=2027, cost_eur=6000.0, places_lost=1
    )
    assert places(country) == {"home_NOR01": [5]}
    assert places(country.money(building=10)) == {"home_NOR01": [6]}


def test_a_larger_home_is_renovated_too_and_only_then_has_more_than_is_left_today():
    """Eight are needed: two more places for 6 T after a renovation for 4 T, or five places without any."""
    country = n1(building=10).needs("residence", NOR01=8)
    assert places(country) == {"home_NOR01": [8]}
    assert places(country.money(building=6)) == {"home_NOR01": [6]}


def test_a_protected_home_without_money_for_its_renovation_leaves_no_plan():
    with pytest.raises(NoPlanPossible):
        n1(building=3).change("register", {}, status="protected").solve()


def test_money_to_renovate_alone_renovates_and_builds_nothing():
    country = n1().stream("building", purposes=("renovate",)).needs("residence", NOR01=8)
    assert places(country) == {"home_NOR01": [6]}
    assert country.results()["renovated"]["year"].tolist() == ["2027"]


@pytest.mark.parametrize("by", [2027, 2030])
def test_what_was_transformed_is_not_lost_for_want_of_a_renovation(by):
    """The old home becomes six places in 2027 for all the 20 T; its renovation, due then or later, loses nothing."""
    said = {"site": OLD, "kind": "safety", "by_year": by, "cost_eur": 4000.0, "places_lost": 3}
    country = old(s1(2027, 2030, building=20), financed_until=2026).add("renovations", **said)
    assert places(country) == {OLD: [0, 0], NEW: [6, 6]}
    (row,) = country.results()["renovated"].to_dict("records")
    assert (row["year"], row["places_lost"]) == ("", "0")


@pytest.mark.parametrize("by", [2027, 2030])
def test_what_had_to_close_is_not_lost_for_want_of_a_renovation(by):
    country = n1(2027, 2030, by=by, building=0).change("register", {}, status="must_close_by", close_by_year=2027)
    assert places(country) == {"home_NOR01": [0, 0]}
    assert country.results()["renovated"]["places_lost"].tolist() == ["0"]


def test_what_was_given_up_before_is_not_lost_once_more():
    """12 T run five of six places in 2027; one place is to be lost in 2030, and five are left: none is lost."""
    country = n1(2027, 2030, by=2030, building=0).money(state=12)
    assert places(country) == {"home_NOR01": [5, 5]}
    assert country.results()["renovated"]["places_lost"].tolist() == ["0"]


def test_a_committed_home_loses_places_when_it_opens():
    """Renovation due in 2027, six places open in 2030: five may stay."""
    country = n1(2027, 2030, building=0).change("register", {}, opens_year=2030, users=None)
    assert places(country) == {"home_NOR01": [0, 5]}
    assert country.results()["renovated"]["places_lost"].tolist() == ["1"]
