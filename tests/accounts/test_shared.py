"""Shared costs of a small plan, split by hand and to the cent."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accounts.small import BOTH, derived, inputs, results, service, shares, table


def test_journeys_and_fees_are_each_municipalitys_own():
    """1,050 for ten places in one house, 2 * 3.33 for the two of B: 1,056.66. By users 8 : 2; A 675, B 375 + 6.66."""
    found = shares(inputs(), "1056.66")
    assert found == {"AAA01": ("own", "845.33", "675.00"), "AAA02": ("possible", "211.33", "381.66")}
    fee = inputs(services=table("services", service("day", fee_user_eur="10")))
    assert shares(fee, "956.66") == {"AAA01": ("own", "765.33", "595.00"), "AAA02": ("possible", "191.33", "361.66")}


def test_while_a_project_pays_it_takes_the_fees():
    """A project site stands beside: the streams owe nothing for it, and no fee lowers what they pay."""
    register = table(
        "register", ("p", "AAA01", "day", 3, 3, "keep", None, None, 2028, "attested", "decree"),
        ("q", "AAA02", "day", 3, 3, "keep", None, None, 2028, "attested", "decree"),
    )  # fmt: skip
    fee = inputs(services=table("services", service("day", fee_user_eur="10")), register=register)
    assert shares(fee, "1056.66")["AAA02"] == ("possible", "211.33", "381.66")
    late = register.assign(opens_year=pd.array([2031, 2031], dtype="Int64"))
    assert shares({**fee, "register": late}, "956.66")["AAA02"] == ("possible", "191.33", "361.66")


def test_known_journeys_count_also_at_home_and_by_parts_of_cents():
    trips = table("trip_costs", ("AAA01", "AAA01", "day", "0.125"), ("AAA02", "AAA01", "day", "1.0005"))
    found = shares(inputs(trip_costs=trips), "1053.00")
    assert found["AAA01"][2] == "676.00"
    assert found["AAA02"][2] == "377.00"


def test_what_a_complex_saves_beyond_the_places_is_shared_too():
    """A project pays the places, a roof with another service saves 200 more: B's journeys 300, so 100 are owed."""
    trips = table("trip_costs", ("AAA02", "AAA01", "day", "150"))
    found = shares(inputs(trip_costs=trips), "100.00")
    assert {m: value for m, (_, _, value) in found.items()} == {"AAA01": "-100.00", "AAA02": "200.00"}


def test_whose_fees_are_more_than_its_part_has_a_part_below_zero():
    """Fees of 90: A's 720, B's 180; 1,050 of places less 900 and 6.66 of journeys. A 675 - 720, B 375 - 180 + 6.66."""
    fee = inputs(services=table("services", service("day", fee_user_eur="90")))
    found = shares(fee, "156.66")
    assert {m: value for m, (_, _, value) in found.items()} == {"AAA01": "-45.00", "AAA02": "201.66"}


def test_the_agreement_is_the_rows_then_the_general_one_and_a_region_needs_none():
    general = ("AAA02", "AAA01", "*", "signed", "letter")
    assert shares(inputs(agreements=table("agreements", general)), "1056.66")["AAA02"][0] == "signed"
    both = table("agreements", general, ("AAA02", "AAA01", "day", "possible", "draft"))
    assert shares(inputs(agreements=both), "1056.66")["AAA02"][0] == "possible"
    regional = inputs(services=table("services", service("day", level="regional")), agreements=both)
    assert shares(regional, "1056.66")["AAA02"][0] == "regional"


def test_what_is_given_at_home_has_no_house_and_no_smallest_size():
    """Embedded places: 8 and 2 users cost 800 and 200, however the houses are counted."""
    inside = table("embedded", ("day", "home", 5, "set"))
    assert shares(inputs(embedded=inside), "1000.00", ("AAA01", "day", "AAA01", 2027, 8, 0, 0),
                  ("AAA02", "day", "AAA01", 2027, 2, 0, 0))["AAA01"][2] == "796.67"  # fmt: skip
    free = table("services", service("day", trip_cost_user_eur="0"))
    assert shares(inputs(embedded=inside, services=free), "1000.00")["AAA02"] == ("possible", "200.00", "200.00")


def test_one_user_alone_is_no_shared_service():
    assert shares(inputs(), "800.00", BOTH[0]) == {}
    assert shares(inputs(), "800.00", BOTH[0], ("AAA02", "day", "AAA01", 2030, 2, 0, 20)) == {}


@settings(max_examples=30)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=7), st.integers(0, 10_000_000))
def test_shares_add_up_to_the_cost_and_equal_municipalities_pay_the_same_within_a_cent(users, cents):
    rows = [(f"AAA{i:02}", "day", "AAA09", 2027, n, 0, 0) for i, n in enumerate(users)]
    free = inputs(services=table("services", service("day", trip_cost_user_eur="0")))
    paid = table("spending", ("state", "running", "AAA09", "day", 2027, f"{cents / 100:.2f}"))
    found = derived("shared", free, results(allocation=table("allocation", *rows), spending=paid))
    for column in ("by_users_eur", "by_shapley_eur"):
        parts = [round(float(row[column]) * 100) for row in found]
        assert sum(parts) == cents
        assert all(abs(a - b) <= 1 for a, m in zip(parts, users, strict=True)
                   for b, n in zip(parts, users, strict=True) if m == n)  # fmt: skip
