"""Several periods, solved by hand: lead times, what is committed, money over the years, no loss before a replacement.

T is thousand EUR; N1 is NOR01, S3 is SOU03, and so on. The country is toyland, see its docstring.
"""

from __future__ import annotations

import pytest

from nationalmap.errors import NoPlanPossible
from tests.toyland import NORTH, RICH, Toyland, at_home, toyland
from tests.toyland import richer as more


def places(country: Toyland, *sites: str) -> dict[str, list[int]]:
    """Places by site, in the order of the periods; of all sites if none is named."""
    capacity = country.results()["capacity"]
    found: dict[str, list[int]] = {}
    for row in capacity.to_dict("records"):
        if not sites or row["site"] in sites:
            found.setdefault(row["site"], []).append(int(row["places"]))
    return found


def unmet(country: Toyland, group: str = "day_care") -> list[int]:
    """Unmet cases by period."""
    table = country.results()["unmet"].query("group == @group")
    return [int(n) for n in table.assign(n=table["unmet_users"].astype(int)).groupby("year")["n"].sum()]


def n1(*years: int, **money: float) -> Toyland:
    """N1 alone, day care, 12 need it and nothing is asked as a package: a centre holds 5 to 10."""
    country = toyland().only(("NOR01",), "day_care").without("package").periods(*years)
    return country.money(**{**RICH, **money})


def empty(*years: int, **money: float) -> Toyland:
    """N1 where nothing stands."""
    return n1(*years, **money).without("register")


# ---------------------------------------------------------------------- lead time and first year


@pytest.mark.parametrize(("lead", "short"), [(0, [0, 0]), (1, [0, 0]), (2, [12, 0]), (4, [12, 0])])
def test_places_decided_today_are_there_after_the_lead_time(lead, short):
    """Decided at the start of 2026: lead 1 is there in 2027, lead 4 in 2030."""
    country = empty(2027, 2030).change("services", {"service": "day_care"}, lead_years=lead)
    assert unmet(country) == short


def test_a_facility_of_today_grows_after_the_lead_time_too():
    """Five places for 15: in 2027 five, in 2030 ten in the grown centre and five in a new one."""
    country = n1(2027, 2030).change("register", {}, places=5, users=5).change("services", {}, lead_years=3)
    country = country.needs("day_care", NOR01=15)
    assert places(country) == {"day_NOR01": [5, 10], "new:day_care:NOR01": [5]}


def test_a_named_place_opens_from_its_own_year_and_its_service_opens_nowhere_else():
    """The school in N1 is free from 2029: 2027 nothing, 2030 six places, for more do not fit, at its own costs.

    6 + 0.5 a year; built for 6 * 2 + 1 = 13 T. In 2027 all twelve are out of reach, which no stage counts.
    """
    country = empty(2027, 2030).add(
        "candidates", site="school", municipality="NOR01", service="day_care", max_places=6, most_facilities=1,
        running_cost_facility_eur=500.0, capital_cost_place_eur=2000.0, capital_cost_facility_eur=1000.0,
        from_year=2029,
    )  # fmt: skip
    assert places(country) == {"school": [6]}
    assert country.asking("unmet", "cost").values() == pytest.approx({"unmet_2": 6, "cost": 6.5 + 13 / 25})


# ---------------------------------------------------------------------- what is committed, what a project pays


def committed(**values) -> Toyland:
    """N1: a centre of nine under construction, open in 2029; no money to build another."""
    country = empty(2027, 2030, building=0)
    return more.facility(country, "day_NOR01", 9, **{"opens_year": 2029, "status": "keep", **values})


def test_a_committed_site_appears_in_the_first_period_from_its_year_and_is_no_decision():
    """Nine places in 2030 for 9 + 1 and no capital; the three others wait."""
    country = committed()
    capacity = country.results()["capacity"]
    columns = ["year", "places_today", "committed_places", "new_places", "places", "opened", "facilities"]
    assert capacity[columns].to_numpy().tolist() == [
        ["2027", "0", "0", "0", "0", "0", "0"],
        ["2030", "0", "9", "0", "9", "1", "1"],
    ]
    assert unmet(country) == [12, 3]
    assert country.asking("unmet", "disruption", "cost").values() == {"unmet_2": 15, "disruption": 0, "cost": 10}


def test_a_site_committed_beyond_the_horizon_is_not_planned():
    assert places(committed(opens_year=2031)) == {}


def test_who_is_counted_at_a_committed_site_is_no_user_of_today():
    assert "keep_users" not in committed(users=9).asking("keep").values()


def test_a_project_pays_until_its_last_year_and_its_site_does_not_grow_at_its_expense():
    """Five places paid by a project until 2029, 12 in need, no money for another centre: 2027 five, free of charge.

    2030: ten at 10 + 1, five of them new: 5 T of capital. The state has 11 in each period, and 2027 needs none.
    """
    country = n1(2027, 2030, state=11, building=5)
    country = country.change("register", {}, places=5, users=5, state_from_year=2030)
    assert places(country) == {"day_NOR01": [5, 10]}
    spending = country.results()["spending"]
    assert spending[["stream", "kind", "year", "amount_eur"]].to_numpy().tolist() == [
        ["building", "build", "2030", "5000.00"],
        ["state", "running", "2030", "11000.00"],
    ]


def test_the_fees_of_a_project_are_the_projects_and_shut_nobody_out():
    """A user pays 0.2 T. While the project pays, nobody else does: five are served, and the state gets nothing.

    Later 5 + 1 - 5 * 0.2 = 5 T. With the fees of the project's years it would have to get 1 T, which it cannot.
    """
    country = n1(2027, 2030, building=0).change("register", {}, places=5, users=5, state_from_year=2030)
    country = country.change("services", {}, fee_user_eur=200.0)
    assert unmet(country) == [7, 7]
    spending = country.results()["spending"]
    assert spending[["year", "amount_eur"]].to_numpy().tolist() == [["2030", "5000.00"]]


# ---------------------------------------------------------------------- money over the years


def capital(carry_over: bool, last_year: int | None = None) -> Toyland:
    """Nothing stands in N1; 5 T to build in each of three periods, a centre of five costs 10, one of ten 15."""
    country = empty(2027, 2028, 2029, building=5)
    return country.stream("building", carry_over=carry_over, last_year=last_year)


def test_capital_money_waits_until_it_is_enough():
    """5, then 10: a centre of five in 2028; then 5 more: its places become ten in 2029."""
    country = capital(carry_over=True)
    assert unmet(country) == [12, 7, 2]
    budget = country.results()["budget"].query("stream == 'building'")
    columns = ["carried_in_eur", "budget_eur", "spent_eur", "carried_out_eur", "left_eur", "lacking_eur"]
    assert budget[columns].astype(float).to_numpy().tolist() == [
        [0, 5000, 0, 5000, 0, 0],
        [5000, 5000, 10000, 0, 0, 0],
        [0, 5000, 5000, 0, 0, 0],
    ]


def test_capital_money_that_does_not_wait_is_lost():
    """5 T a period never build a centre."""
    country = capital(carry_over=False)
    assert unmet(country) == [12, 12, 12]
    assert country.results()["budget"].query("stream == 'building'")["left_eur"].tolist() == ["5000.00"] * 3


def test_a_programme_that_ended_pays_nothing_more_and_what_is_left_of_it_is_lost():
    """It pays until 2027: the 5 T of 2027 build nothing, and nothing is built later."""
    country = capital(carry_over=True, last_year=2027).money(building=(5, 0, 0))
    assert unmet(country) == [12, 12, 12]
    budget = country.results()["budget"].query("stream == 'building'")
    assert budget["left_eur"].tolist() == ["5000.00", "0.00", "0.00"]
    assert set(budget["carried_out_eur"]) == {"0.00"}


def test_capital_money_pays_for_what_is_built_in_any_of_its_years():
    """It ends in 2028: the places of 2030 may be built in 2028, after the period of 2027; those of 2033 may not."""
    country = empty(2027, 2030, 2033, building=15).money(building=(0, 15, 0)).change("services", {}, lead_years=2)
    assert unmet(country.stream("building", last_year=2028)) == [12, 2, 2]
    assert unmet(country.stream("building", last_year=2027)) == [12, 12, 12]
    late = country.money(building=(0, 0, 15)).change("services", {}, lead_years=0)
    assert unmet(late.stream("building", first_year=2033)) == [12, 12, 2]
    assert unmet(late.stream("building", last_year=2030)) == [12, 12, 12]


@pytest.mark.parametrize(
    ("first", "last", "short"), [(None, None, [0, 0]), (2030, None, [12, 0]), (None, 2029, [0, 12])], ids=str
)
def test_running_money_pays_in_its_own_years_alone(first, last, short):
    """Without the state's money the centre of today closes, and opens no more."""
    country = n1(2027, 2030, building=0).stream("state", first_year=first, last_year=last)
    if first:
        country = more.facility(country.without("register"), "day_NOR01", 12, opens_year=2028)
    assert unmet(country) == short


def test_money_of_one_year_runs_no_other():
    """13 T keep the 12 places of N1: 20 T now and 6 later are no 13 and 13. Five can be kept for 6."""
    country = n1(2027, 2030, building=0).money(state=(20, 6))
    assert places(country) == {"day_NOR01": [12, 5]}


def test_what_it_would_cost_counts_the_lack_of_every_period_once():
    """N1's 12 places cost 13 a year: 3 lack in 2027 and 1 in 2030. Nothing is built."""
    country = n1(2027, 2030).money(state=(10, 12), building=0)
    country = country.asking("overspend", "cost", mode="what_it_would_cost")
    assert country.values() == pytest.approx({"overspend": 4, "cost": 26})
    state = country.results()["budget"].query("stream == 'state'")
    assert state["lacking_eur"].tolist() == ["3000.00", "1000.00"]


def test_capital_money_that_waits_lacks_only_what_it_has_never_had():
    """Two centres of 12 places for 22 T in 2030 or before; 10 there are in 2027 and 10 in 2030: 2 are lacking.

    In 2027 the need is 0 and nothing opens.
    """
    country = empty(2027, 2030).needs("day_care", 2027, NOR01=0).money(building=10)
    country = country.asking("overspend", "disruption", "cost", mode="what_it_would_cost")
    assert country.values() == pytest.approx({"overspend": 2, "disruption": 2, "cost": 14 + 22 / 25})


# ---------------------------------------------------------------------- no loss, closing, growing


def test_nobody_loses_a_place_before_the_replacement_is_open():
    """N1's 12 places must close by 2030 and new ones take until 2029. They stand in 2027, and new ones in 2030."""
    country = n1(2027, 2030).change("register", {}, status="must_close_by", close_by_year=2030, users=12)
    country = country.change("services", {}, lead_years=3).asking("keep", "unmet", "cost")
    assert places(country) == {"day_NOR01": [12, 0], "new:day_care:NOR01": [12]}
    assert country.values()["keep_users"] == 0


def test_who_loses_a_place_is_said_where_the_replacement_comes_too_late():
    """They must close by 2027: the 12 lose their place in that period, and have one again in 2030.

    Nobody could serve them in 2027: they are out of reach, which ``unmet`` does not count and ``keep`` does.
    """
    country = n1(2027, 2030).change("register", {}, status="must_close_by", close_by_year=2027, users=12)
    country = country.change("services", {}, lead_years=3).asking("keep", "unmet")
    assert country.values() == {"keep_users": 12, "unmet_2": 0}


def test_what_is_free_does_not_close_before_its_replacement_where_that_would_be_cheaper():
    """A dear old centre, free to go: its facility costs 1 T like the new one, so it stays and nothing is built."""
    country = n1(2027, 2030).change("register", {}, status="free", users=12).asking("keep", "cost")
    assert country.values() == pytest.approx({"keep_users": 0, "cost": 26})


def test_a_candidate_never_shrinks_nor_closes():
    """Ten need day care in 2027, none in 2030: what was opened goes on, 10 + 1 in both, 15 T once."""
    country = empty(2027, 2030).needs("day_care", 2027, NOR01=10).needs("day_care", 2030, NOR01=0)
    country = country.asking("unmet", "cost")
    assert country.values() == pytest.approx({"unmet_2": 0, "cost": 22 + 15 / 25})


def test_a_centre_that_closes_does_not_reopen():
    """12 are in need in the first and the last period, none between, when the state has nothing to run it.

    What closed is closed: all 12 of the last period are unmet, for nothing may be built.
    """
    country = n1(2027, 2028, 2029, building=0).change("register", {}, status="free")
    country = country.needs("day_care", 2028, NOR01=0).money(state=(13, 0, 13))
    assert places(country) == {"day_NOR01": [12, 0, 0]}


def test_no_place_of_today_is_given_up_and_built_again_as_a_new_one():
    """Six places of 1 T in a centre of 1 T, and 3 T of the state: two places stay. Six are in need in both periods.

    A programme for new places has 50 T, and 20 T build. To let four places go in 2027 and build them again in 2030
    would rename them: they stay gone.
    """
    country = n1(2027, 2030, state=3, building=20).change("register", {}, places=6, users=0, status="free")
    country = country.change("services", {}, min_places=1).needs("day_care", NOR01=6).money(programme=50)
    country = country.stream("programme", services=("day_care",))
    country = country.asking("unmet", hubs=(more.hub("NOR01", None, "day_care"),))
    assert country.values() == {"unmet_2": 8}


def test_what_is_committed_and_given_up_at_once_is_not_paid_for_by_a_programme_for_new_places():
    """Five places stand and are to be kept, five are committed in another house; the state has nothing.

    The programme could run the house that is new. To give that up at once, and pay the old one in its name, is no way
    to keep the five old places.
    """
    country = n1(2027, state=0, building=0).change("register", {}, places=5, users=5)
    country = more.facility(country, "day_2_NOR01", 5, service="day_care", opens_year=2027)
    country = country.money(programme=50).stream("programme", services=("day_care",))
    assert country.asking("keep", no_loss=False).values() == {"keep_2": 5}
    assert places(country.asking("unmet", "cost")) == {"day_NOR01": [0], "day_2_NOR01": [5]}


def test_new_places_are_paid_as_new_in_every_period_after_they_were_built():
    """N1's five places grow to ten in 2027; the state has 6 for the old ones, the programme pays the five new ones."""
    country = n1(2027, 2030, building=5).change("register", {}, places=5, users=5).money(state=6, programme=50)
    country = country.stream("programme", services=("day_care",))
    assert places(country) == {"day_NOR01": [10, 10]}
    spending = country.results()["spending"].query("kind == 'running'")
    assert spending[["stream", "year", "amount_eur"]].to_numpy().tolist() == [
        ["programme", "2027", "5000.00"],
        ["programme", "2030", "5000.00"],
        ["state", "2027", "6000.00"],
        ["state", "2030", "6000.00"],
    ]


def test_idle_places_at_home_are_counted_by_the_period_with_the_least_need():
    """N1 has 12 places; ten are in need in 2027, eight in 2030: four are idle, and 12 T pay all but the idle ones."""
    country = at_home().periods(2027, 2030).needs("day_care", 2030, NOR01=8).asking("keep").money(state=(15, 11))
    assert country.values() == {"keep_users": 0, "keep_2": 0, "keep_idle": 4}


def test_idle_places_are_told_of_committed_ones_at_home_too():
    """Twelve places open in N1 in 2027 for ten who need them: 14 T for 15 places leave one idle place out."""
    country = at_home().change("register", {"site": "day_NOR01"}, opens_year=2027, users=None).asking("keep")
    assert country.money(state=14).values() == {"keep_users": 0, "keep_2": 0, "keep_idle": 1}
    assert country.money(state=12).values() == {"keep_users": 0, "keep_2": 1, "keep_idle": 2}


def test_a_later_need_is_planned_when_it_comes_and_not_before():
    """Five in 2027, ten in 2030: a centre of five, then five places more; 6 and 11 to run, 15 T to build."""
    country = empty(2027, 2030).needs("day_care", 2027, NOR01=5).needs("day_care", 2030, NOR01=10)
    assert places(country) == {"new:day_care:NOR01": [5, 10]}
    assert country.asking("unmet", "cost").values() == pytest.approx({"unmet_2": 0, "cost": 17 + 15 / 25})


def test_openings_of_a_period_are_limited_by_its_years():
    """One opening a year: 2027 one (one year), 2029 two more (two years): the north, three municipalities of ten."""
    country = toyland().only(NORTH, "day_care").without("register").without("package").periods(2027, 2029)
    country = country.needs("day_care", NOR01=10, NOR02=10, NOR03=10).money(**RICH)
    country = country.change("services", {}, travel_limit_min=0).asking("unmet", most_openings_per_year=1)
    assert unmet(country) == [20, 0]


# ---------------------------------------------------------------------- two periods of toyland


def test_toyland_twice_is_toyland_in_each_period():
    """The same question in 2027 and 2030, with nothing to build in 2030: every place of 2027 stands in 2030.

    One case unmet in each: 2. The 7 changes, the journeys, and 61 of capital once; running money twice.
    """
    country = toyland().periods(2027, 2030).money(building=(70, 0))
    found = country.values()
    assert found["unmet_2"] == 2
    assert (found["worst_unmet"], found["worst_tenth"]) == pytest.approx((1 / 18, 1 / 18), abs=1e-5)
    assert (found["disruption"], found["travel"]) == (7, 580)
    assert found["cost"] == pytest.approx(2 * 84.6 + 61 / 25)
    capacity = country.results()["capacity"]
    last = capacity[capacity["year"] == "2030"].set_index("site")["places"].to_dict()
    assert last == capacity[capacity["year"] == "2027"].set_index("site")["places"].to_dict()


def test_a_protected_site_without_money_in_a_later_period_leaves_no_plan():
    country = toyland().periods(2027, 2030).asking("unmet").money(state=(62.6, 6.99), programme=0)
    with pytest.raises(NoPlanPossible):
        country.solve()


def test_a_protected_old_type_ends_with_its_financing_and_leaves_a_plan():
    """Ten protected old places in S1, financed until 2028: they stand in 2027, and no status pays them in 2030."""
    country = toyland().only(("SOU01",), "residence").periods(2027, 2030).money(**RICH)
    country = more.old_homes(country, financed_until=2028).without("package")
    country = more.facility(country, "old_home_SOU01", 10, status="protected").asking("keep", "unmet", "disruption")
    assert places(country, "old_home_SOU01") == {"old_home_SOU01": [10, 0]}
