"""Every rule is explained, and bites: without it the optimum of a hand-solved case is another.

The cases ask toyland (see its docstring) one short question each, so that both optima can be checked with a
pencil. T is thousand EUR; N1 is NOR01, S3 is SOU03, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from nationalmap.program.constraints import RULES, explained
from nationalmap.program.objectives import STAGES
from tests.toyland import NORTH, RICH, Toyland, cheapest, toyland, what_it_would_cost

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
    """N2 is to have 4 users and at most 2 are paid: half a package is missing; without the rule none."""
    country = toyland().asking("package")
    country = country.change("package", {"territory": "NOR02", "service": "day_care"}, maximum_users=2)
    return Case(country, "package", 0.5, 0)


def unmet_above_maximum() -> Case:
    """Money for the protected centre only: 12 - 4 and 10 - 2 residents are short of the maximum.

    Without the rule each municipality hides as many as its bound allows: 2 + 2 + 1 and 1 + 1 + 1, so 22 - 8.
    """
    return Case(toyland().asking("unmet").money(state=7, programme=0, building=0), "unmet_1", 16, 14)


def pay_running() -> Case:
    """One is unmet for lack of 0.9 T; without the rule nothing costs anything in the year."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def pay_capital() -> Case:
    """Everyone served for 87.98; without the rule the 62 T of capital are not paid."""
    return Case(cheapest(), "cost", 87.98, 85.5)


def pay_new_only() -> Case:
    """The programme has 30 T, but only 22 T of new places: the state lacks 0.9.

    Without the rule it pays 30 of the 37.2 T of the homes, and the state has enough (85.5 - 30 < 62.6).
    """
    country = what_it_would_cost().asking("keep", "overspend").money(programme=30)
    return Case(country, "overspend", 0.9, 0)


def budgets() -> Case:
    """One is unmet for lack of 0.9 T; without the rule there is no lack."""
    return Case(toyland().asking("unmet"), "unmet_2", 1, 0)


def worst_share() -> Case:
    """One of the 18 cases of N1 is unmet; without the rule theta measures nothing."""
    return Case(toyland().asking("keep", "package", "unmet", "worst_unmet"), "worst_unmet", 1 / 18, 0)


CASES: tuple[Callable[[], Case], ...] = (
    meet_need,
    places_hold_users,
    window_smallest,
    window_largest,
    balance_places,
    grow_or_shrink,
    grow_only,
    open_and_close,
    keep_places,
    no_loss,
    municipal_package,
    regional_package,
    regional_spread,
    maximum_users,
    unmet_above_maximum,
    pay_running,
    pay_capital,
    pay_new_only,
    budgets,
    worst_share,
)


def test_there_is_a_case_for_every_rule():
    assert [case.__name__ for case in CASES] == [rule.__name__ for rule in RULES]


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.__name__)
def test_without_the_rule_the_optimum_is_another(made):
    case = made()
    others = [rule for rule in RULES if rule.__name__ != made.__name__]
    assert len(others) == len(RULES) - 1
    assert case.country.values()[case.stage] == pytest.approx(case.with_it, abs=1e-5)
    assert case.country.values(others)[case.stage] == pytest.approx(case.without_it, abs=1e-5)


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
