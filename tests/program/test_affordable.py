"""Which packages can be whole: two towns of toyland by hand, where a journey of 0.1 T decides."""

from __future__ import annotations

import pytest

from nationalmap.program.affordable import ALL, short
from tests.toyland import toyland


@pytest.mark.parametrize(("state", "lacking"), [(17.05, {ALL, "NOR02"}), (17.15, set())])
def test_the_fourth_user_of_n2_needs_a_journey_to_n1(state, lacking):
    """What stands costs 12 + 1 and 3 + 1. N1 has its package of 6; N2 has 3 of its 4, the fourth travels for 0.1."""
    country = toyland().only(("NOR01", "NOR02"), "day_care").money(state=state, programme=0.0, building=0.0)
    assert short(country.known()) == lacking


def test_where_money_is_no_question_nobody_is_short():
    assert short(toyland().money(state=1000.0, building=1000.0).known()) == frozenset()


def test_a_question_without_packages_is_affordable():
    assert short(toyland().without("package").known()) == frozenset()
