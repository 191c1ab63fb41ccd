"""Every rule is explained, and bites: without it the optimum of a hand-solved case is another.

The cases ask toyland (see its docstring) one short question each, so that both optima can be checked with a
pencil. T is thousand EUR; N1 is NOR01, S3 is SOU03, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from nationalmap.program.constraints import RULES, explained
from nationalmap.program.constraints.service import served_where_open
from nationalmap.program.objectives import STAGES
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs
from tests.toyland import NORTH, RICH, Toyland, at_home, cheapest, toyland, what_it_would_cost
from tests.toyland import richer as more

PARTS = {"title", "algebra", "unit", "source", "words"}


@pytest.mark.parametrize("said", [*RULES, *STAGES.values()], ids=lambda f: f.__name__)
def test_every_rule_and_stage_has_title_algebra_unit_source_and_words(said):
    parts = explained(said)
    assert set(parts) == PARTS
    assert all(text.strip() for text in parts.values())
    assert not parts["words"].startswith("In words")


@pytest.mark.parametrize("rule", RULES, ids=lambda f: f.__name__)
def test_the_title_of_a_rule_begins_with_its_number(rule):
    assert explained(rule)["title"][0] == "C"
    assert explained(rule)["title"][1].isdigit()


# ---------------------------------------------------------------------- each rule bites


@dataclass(frozen=True)
class Case:
    """The value of a stage with all rules, and without the one."""

    country: Toyland
    stage: str
    with_it: float
    without_it: float


def meet_need() -> Case:
    """One case is unmet for lack of 0.9 T; without the rule nobody counts the unmet."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def _two_ways(**help_: object) -> Toyland:
    """N1 alone, 12 need day care and nothing stands. Two centres: 12 + 2 and 22 / 25 = 14.88; help at home 3 a user."""
    country = toyland().only(("NOR01",), "day_care").without("register").without("package").money(**RICH)
    return more.help_at_home(country, **help_).asking("unmet", "cost")


def group_most_share() -> Case:
    """Six at most in day care, 6 + 1 and 11 / 25; six helped at home for 18: 25.44; without the rule 14.88."""
    country = _two_ways().change("services", {"service": "day_care"}, most_share=0.5)
    return Case(country, "cost", 25.44, 14.88)


def group_least_share() -> Case:
    """Three of twelve helped at home for 9, nine in day care for 9 + 1 and 14 / 25: 19.56."""
    return Case(_two_ways(least_share=0.25), "cost", 19.56, 14.88)


def _one_host() -> Toyland:
    """The 12 of N1 and nobody of N2 need day care; six places stand in each, nothing can be built."""
    country = toyland().only(("NOR01", "NOR02"), "day_care").needs("day_care", NOR02=0).money(building=0)
    country = country.change("register", {"service": "day_care"}, places=6)
    return country.asking("unmet", single_assignment=("day_care",))


def assign_wholly() -> Case:
    """N1 is served in one place, 6 of 12; without the rule in both."""
    return Case(_one_host(), "unmet_2", 6, 0)


def assign_once() -> Case:
    """As above: without the rule N1 has two hosts."""
    return Case(_one_host(), "unmet_2", 6, 0)


def places_hold_users() -> Case:
    """One is unmet for lack of 0.9 T; without the rule a place holds everyone."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def window_smallest() -> Case:
    """N3 and S3 need 2 each, a centre of 4 would do: its smallest size is 5. All served, money for all.

    N1, N2 13 + 9, S1, S2 11 + 7, homes 37.2 = 77.2; centre in N3 with 2 travellers
    5 + 1 + 0.2 = 6.2 with the rule, 4 + 1 + 0.2 = 5.2 without it. Capital: N2 5, S1 5, homes 6 + 34,
    centre 5 + 5 or 5 + 4: 60 / 25 = 2.4 or 59 / 25 = 2.36.
    """
    country = cheapest().needs("day_care", NOR03=2, SOU03=2)
    return Case(country, "cost", 77.2 + 6.2 + 2.4, 77.2 + 5.2 + 2.36)


def window_largest() -> Case:
    """N1 alone, nothing stands, 12 need day care: two centres of at most 10; without the rule none at all.

    With it 12 + 2 + (12 + 2 * 5) / 25 = 14.88, without it 12 + 12 / 25 = 12.48.
    """
    country = cheapest().only(("NOR01",), "day_care").without("register")
    return Case(country, "cost", 14.88, 12.48)


def balance_places() -> Case:
    """Everyone served for 87.98; without the rule new places need no building: 47 of the 62 T of capital.

    The other 15 are the two openings, 5 and 10. 87.98 - 47 / 25 = 86.1.
    """
    return Case(cheapest(), "cost", 87.98, 86.1)


def _paper() -> Toyland:
    """The north, a home of 6 that may go (free) and shall stay at 6, a programme for new places, 12 T lacking.

    Day care N1 13, N2 8 + 1, N3 5 + 1, home 6 * 2 + 2, and three travellers 0.6 (maximum 6: N1 3, N2 2, N3 1):
    42.6 of running cost, no new place in the home, so the state pays all: it has 30.6.
    New places cost 1 T of capital, a new home 50 T, so that nobody builds one; building has 15 + 6.
    """
    country = what_it_would_cost().asking("overspend").only(NORTH)
    country = country.change("register", {"site": "home_NOR01"}, status="free")
    country = country.change("package", {"service": "residence"}, maximum_users=6)
    country = country.change(
        "services", {"service": "residence"}, capital_cost_place_eur=1000.0, capital_cost_facility_eur=50_000.0
    )
    return country.money(state=30.6, programme=50, building=21)


def grow_or_shrink() -> Case:
    """12 T are lacking; without the rule 2 places (up to 8) are given up and built new: 4 T of the programme."""
    return Case(_paper(), "overspend", 12, 8)


def grow_only() -> Case:
    """12 T are lacking; without the rule all 6 places are given up and built new: 12 T of the programme."""
    return Case(_paper(), "overspend", 12, 0)


def open_and_close() -> Case:
    """Everyone served for 87.98; without the rule the two openings, 5 and 10 T, are not said and not paid."""
    return Case(cheapest(), "cost", 87.98, 87.98 - 15 / 25)


def _renovated(building: float) -> Toyland:
    """The home of N1, 6 places for 6 people: to be renovated by 2027 for 4 T, or one place is lost."""
    country = toyland().only(("NOR01",), "residence").money(state=100, programme=0, building=building)
    need = {"site": "home_NOR01", "kind": "energy", "by_year": 2027, "cost_eur": 4000.0, "places_lost": 1}
    return country.add("renovations", **need).asking("unmet", "cost")


def renovate_once() -> Case:
    """Once is enough: 14 and 4 / 25. Nothing is gained by doing it twice, so the rule says and does not bite."""
    return Case(_renovated(70), "cost", 14.16, 14.16)


def renovate_or_lose() -> Case:
    """3 T do not renovate: one of six goes without; without the rule nobody."""
    return Case(_renovated(3), "unmet_1", 1, 0)


def pay_renovate() -> Case:
    """14 and 4 / 25; without the rule the 4 T are not paid."""
    return Case(_renovated(70), "cost", 14.16, 14)


def _old_home(need: int = 5, factor: float = 0.6, status: str = "free") -> Toyland:
    """S1 alone, 5 need a home; an old one of 10 places, not financed any more, may become one of 6.

    A new home of 5: 25 T of capital. Nine old places make five new ones (5.4): 18 T. Either costs 12 T a year.
    """
    country = toyland().only(("SOU01",), "residence").needs("residence", SOU01=need).money(**RICH)
    country = more.old_homes(country, factor, financed_until=2026).asking("unmet", "cost")
    return more.facility(country, "old_home_SOU01", 10, status=status)


def convert_once() -> Case:
    """12 and 18 / 25. One house is one house already in open_and_close: the rule says and does not bite."""
    return Case(_old_home(), "cost", 12.72, 12.72)


def convert_whole() -> Case:
    """8 need a home, nothing may be built. Old homes of 10 and of 8: the first makes 6, the second, too small, none.

    Two are served the old way. Without the rule beds of the second move into the house of the first.
    """
    country = _old_home(8).change("services", {"service": "old_home"}, financed_until=None)
    country = more.facility(country, "old_home_2_SOU01", 8, service="old_home")
    country = country.asking("unmet", "preference", hubs=(more.hub("SOU01", None, "residence"),))
    return Case(country, "preference", 2, 0)


def convert_standing() -> Case:
    """12 and 18 / 25. Places that do not stand cannot leave in balance_places: the rule says and does not bite."""
    return Case(_old_home(), "cost", 12.72, 12.72)


def convert_factor() -> Case:
    """12 and 18 / 25; without the rule five places come of none."""
    return Case(_old_home(), "cost", 12.72, 12)


def convert_fully() -> Case:
    """Ten old places to be kept, one new place for one, the new home has 8 at most and 29 T build no second one.

    Two are given up; without the rule ten are transformed into eight and none is given up.
    """
    country = _old_home(factor=1.0, status="keep").asking("keep").money(building=29)
    return Case(country, "keep_1", 2, 0)


def convert_smallest() -> Case:
    """12 and 18 / 25; without the rule only the house is transformed and its five places are new: 15 / 25."""
    return Case(_old_home(), "cost", 12.72, 12.6)


def pay_transform() -> Case:
    """12 and 18 / 25; without the rule nobody pays the 18 T."""
    return Case(_old_home(), "cost", 12.72, 12)


def keep_needed() -> Case:
    """At home N1 has 12 places for 10 and N2 3. Money for 13 places, later for 11: two idle ones go, then two others.

    Without the rule each period has its own two idle places.
    """
    country = at_home().asking("keep").periods(2027, 2030).money(state=(13, 11))
    return Case(country, "keep_2", 2, 0)


def keep_places() -> Case:
    """The cheapest plan is nothing at all, but for the protected centre in S2: 6 + 1."""
    return Case(toyland().asking("cost"), "cost", 7, 0)


def no_loss() -> Case:
    """Kept, served or not: N1 13, N2 4, S2 7, home 14 = 38. Besides, the users of today:

    of S1 4: one in the sixth place of S2, 3 places more there (3 T, 3 / 25 of capital), four journeys 0.4;
    of S3 3 (its need): a centre of 5 in S3, 5 + 1 and (5 + 5) / 25.   38 + 3.52 + 6.4 = 47.92
    """
    return Case(toyland().asking("keep", "cost"), "cost", 47.92, 38)


def _packages() -> Toyland:
    """The cheapest plan that lacks no package, 54 T:

    N1 6 places 7, where N2's four travel to (0.4); N3 a centre of 5 with two from S3, 6.2 and 10 / 25; S1 6; S2 7;
    homes of 6 in N1, 14, and of 5 in S1, 12 and 25 / 25.    7 + 0.4 + 6.6 + 6 + 7 + 14 + 13 = 54
    """
    return toyland().asking("package", "cost")


def municipal_package() -> Case:
    """54; without the rule the protected S2 7 and the homes 27 remain."""
    return Case(_packages(), "cost", 54, 34)


def regional_package() -> Case:
    """54; without the rule N1's home shrinks to the smallest size, 5, for a home within reach is still asked."""
    return Case(_packages(), "cost", 54, 52)


def regional_spread() -> Case:
    """S1-S3 61 minutes: S3 needs a home of its own, 12 and 25 / 25 more; without the rule 54 as before."""
    return Case(_packages().minutes("SOU01", "SOU03", 61), "cost", 67, 54)


def maximum_users() -> Case:
    """N2 is to have 4 users and at most 2 are paid, or the 3 whose places stand today: a quarter is missing."""
    country = toyland().asking("package")
    country = country.change("package", {"territory": "NOR02", "service": "day_care"}, maximum_users=2)
    return Case(country, "package", 0.25, 0)


def unmet_above_maximum() -> Case:
    """Money for the protected centre only: 12 - 4 and 10 - 2 residents are short of the maximum.

    Without the rule each municipality hides as many as its bound allows: 2 + 2 + 1 and 1 + 1 + 1, so 22 - 8.
    """
    return Case(toyland().asking("unmet").money(state=7, programme=0, building=0), "unmet_1", 16, 14)


def pay_running() -> Case:
    """One is unmet for lack of 0.9 T; without the rule nothing costs anything in the year."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def pay_build() -> Case:
    """Everyone served for 87.98; without the rule the 62 T of capital are not paid."""
    return Case(cheapest(), "cost", 87.98, 85.5)


def pay_new_only() -> Case:
    """The programme has 30 T, but only 22 T of new places: the state lacks 0.9.

    Without the rule it pays 30 of the 37.2 T of the homes, and the state has enough (85.5 - 30 < 62.6).
    """
    country = what_it_would_cost().asking("keep", "overspend").money(programme=30)
    return Case(country, "overspend", 0.9, 0)


def others_pay() -> Case:
    """N1 and N2 need 12 each, the state pays 10 each; own money pays two of the four others, not all four."""
    country = toyland().only(("NOR01", "NOR02"), "day_care").needs("day_care", NOR02=12).without("register")
    country = country.change("package", {}, maximum_users=10).money(**RICH)
    return Case(more.own_money(country, 2).asking("unmet"), "unmet_2", 2, 0)


def budgets() -> Case:
    """One is unmet for lack of 0.9 T; without the rule there is no lack."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def worst_share() -> Case:
    """One of the 18 cases of N1 is unmet; without the rule theta measures nothing."""
    return Case(toyland().asking("keep", "package", "unmet", "worst_unmet"), "worst_unmet", 1 / 18, 0)


def worst_tenth() -> Case:
    """One of the 18 cases of N1 is unmet and the tenth of all 65, 6.5, lies within N1; without the rule it is 0."""
    return Case(toyland().asking("keep", "package", "unmet", "worst_unmet"), "worst_tenth", 1 / 18, 0)


def staff_ceiling() -> Case:
    """Half a nurse for each of the six places to be kept in N1, and 2.5 nurses."""
    country = toyland().add("professions", service="residence", profession="nurse", posts_per_place=0.5)
    country = country.add("staff", territory="NOR", profession="nurse", year=2027, posts=2.5)
    return Case(country.asking("keep", "staff"), "staff", 0.5, 0)


def _roof(apart: bool = False) -> Toyland:
    """N1 keeps its day care, 13, and its home, 14: 27, and 26 under one roof."""
    country = toyland().only(("NOR01",)).money(**RICH).asking("keep", "cost", no_loss=False)
    return more.under_one_roof(country, apart)


def share_roof() -> Case:
    """26; without the rule the one house shares its roof twice, as often as a new home would allow."""
    return Case(_roof(), "cost", 26, 25)


def keep_apart() -> Case:
    """27, for the two may not live together; without the rule 26."""
    return Case(_roof(apart=True), "cost", 27, 26)


def _respite(a_facility: int) -> Toyland:
    """N1 alone needs five places of respite; its home has six places for six, no second one can be built."""
    country = toyland().only(("NOR01",), "residence").money(state=100, programme=0, building=5)
    return more.respite(country, a_facility).asking("unmet")


def embedded_places() -> Case:
    """One place of respite in the home; without the rule two, for the home has at most eight places."""
    return Case(_respite(1), "unmet_3", 4, 3)


def embedded_size() -> Case:
    """Two places, for the home has eight at most; without the rule four, as many as may be in one."""
    return Case(_respite(4), "unmet_3", 3, 1)


def _empty(*services: str) -> Toyland:
    """N1 alone, where nothing stands: 12 need day care, 6 a home; two centres and one home, money for all."""
    country = toyland().only(("NOR01",), *services).without("register").without("package")
    return country.money(**RICH).asking("unmet")


def site_limits() -> Case:
    """One centre of ten for the twelve; without the rule two."""
    return Case(_empty("day_care").asking(site_limits=(more.limit(1),)), "unmet_2", 2, 0)


def hub_hosts() -> Case:
    """One service only, and the home comes first: nobody of twelve in day care."""
    return Case(_empty().asking(hubs=(more.hub("NOR01", 1),)), "unmet_2", 12, 0)


def hub_services() -> Case:
    """As above."""
    return Case(_empty().asking(hubs=(more.hub("NOR01", 1),)), "unmet_2", 12, 0)


def most_openings() -> Case:
    """One opening in the one year: a centre of ten for the twelve."""
    return Case(_empty("day_care").asking(most_openings_per_year=1), "unmet_2", 2, 0)


def locks() -> Case:
    """Five places at most, fixed by hand: seven of twelve go without."""
    return Case(_empty("day_care").asking(locks=(more.lock(5, relation="most"),)), "unmet_2", 7, 0)


CASES: tuple[Callable[[], Case], ...] = (
    meet_need,
    group_most_share,
    group_least_share,
    assign_wholly,
    assign_once,
    places_hold_users,
    window_smallest,
    window_largest,
    balance_places,
    grow_or_shrink,
    grow_only,
    open_and_close,
    renovate_once,
    renovate_or_lose,
    convert_once,
    convert_whole,
    convert_standing,
    convert_factor,
    convert_fully,
    convert_smallest,
    keep_places,
    keep_needed,
    no_loss,
    municipal_package,
    regional_package,
    regional_spread,
    maximum_users,
    unmet_above_maximum,
    pay_running,
    pay_build,
    pay_transform,
    pay_renovate,
    pay_new_only,
    others_pay,
    budgets,
    staff_ceiling,
    worst_share,
    worst_tenth,
    share_roof,
    keep_apart,
    embedded_places,
    embedded_size,
    site_limits,
    hub_hosts,
    hub_services,
    most_openings,
    locks,
)


#: What whole facilities imply: without it the optimum is the same.
IMPLIED = (served_where_open,)


def test_there_is_a_case_for_every_rule():
    assert [case.__name__ for case in CASES] == [rule.__name__ for rule in RULES if rule not in IMPLIED]


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.__name__)
def test_without_the_rule_the_optimum_is_another(made):
    case = made()
    others = [rule for rule in RULES if rule.__name__ != made.__name__]
    assert len(others) == len(RULES) - 1
    assert case.country.values()[case.stage] == pytest.approx(case.with_it, abs=1e-5)
    assert case.country.values(others)[case.stage] == pytest.approx(case.without_it, abs=1e-5)


@pytest.mark.parametrize(("with_it", "rules"), [(6.4, RULES), (3.48, [r for r in RULES if r not in IMPLIED])])
def test_an_implied_rule_changes_no_optimum_and_lifts_the_one_in_fractions(with_it, rules):
    """N1 alone, 3 need day care: a centre of five places, 5 + 1 and (5 + 5) / 25 = 6.4.

    In fractions 0.3 of a centre of ten would do, 3 + 0.3 and (3 + 0.3 * 5) / 25 = 3.48; the rule asks for a whole one.
    """
    country = cheapest().only(("NOR01",), "day_care").without("register").without("package").needs("day_care", NOR01=3)
    assert country.values(rules)["cost"] == pytest.approx(6.4, abs=1e-5)
    program = country.program(rules)
    solver = Highs()
    solver.load(matrix_of(program))
    (cost,) = (stage for stage in stage_costs(program) if stage.name == "cost")
    assert solver.minimise(cost.costs, Limits(), relaxed=True).bound == pytest.approx(with_it, abs=1e-5)


# ---------------------------------------------------------------------- sides of a rule that no single case shows


def test_the_package_is_as_hard_as_the_need_when_the_question_is_what_it_would_cost():
    """S3 needs no residence and lies 61 minutes from S1: a home of 5 must open there all the same.

    North as before; south 8 in S1, all 5 of S1 and 3 of S2. 12 T more to run and 25 T more to build:
    state 75.5 of 62.6, building 87 of 70, so 12.9 + 17 = 29.9 are lacking.
    """
    country = what_it_would_cost().minutes("SOU01", "SOU03", 61).needs("residence", SOU03=0)
    assert country.values()["overspend"] == pytest.approx(29.9, abs=1e-5)
    compliance = country.results()["compliance"]
    assert set(compliance["complied"]) == {"yes"}


def test_the_candidates_of_a_region_can_hold_its_minimum_where_the_need_is_unknown():
    """No data on any need: a minimum of 50 places in the south is not excused, 13 of the 63 fit nowhere else."""
    country = toyland().asking("package").money(**RICH).only(service="residence")
    country = country.needs("residence", **dict.fromkeys(country.tables["needs"]["municipality"]))
    country = country.change("package", {"territory": "SOU"}, minimum_users=50, minimum_places=50)
    assert country.values()["package"] == 0


@pytest.mark.parametrize("taken", ["day-1", "day 1", "day:1", "day/1"])
def test_codes_that_pulp_would_write_alike_are_refused_by_name(taken):
    from nationalmap.errors import InputRefused

    country = toyland().change("register", {"site": "day_NOR01"}, site=taken)
    country = country.change("register", {"site": "day_NOR02"}, site="day_1")
    with pytest.raises(InputRefused, match=f'"(day_1|{taken})" differs from "(day_1|{taken})" in signs only'):
        country.program()
