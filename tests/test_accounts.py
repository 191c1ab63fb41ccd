"""Derived tables: shares to the cent against every order in which municipalities can join, sums by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations
from math import factorial

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nationalmap import schema
from nationalmap.accounts import Costs, derived_tables, shapley, to_cents
from nationalmap.domain.scenario import Scenario, Stream

COSTS = st.builds(
    Costs,
    place=st.integers(0, 2_000_000),
    facility=st.integers(0, 5_000_000),
    users_per_place=st.integers(1, 3),
    smallest=st.integers(0, 12),
    largest=st.integers(12, 30),
)
USERS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 15), min_size=2, max_size=6)
WHOLE = st.fractions(0, 80_000_000, max_denominator=200)


def by_orders(costs: Costs, users: dict[str, int], whole: Fraction) -> dict[str, Fraction]:
    """What each adds to the cost, averaged over all orders, one after the other."""
    every, value = sum(users.values()), dict.fromkeys(users, Fraction(0))
    for order in permutations(users):
        together, before = 0, Fraction(0)
        for m in order:
            together += users[m]
            after = whole if together == every else min(Fraction(costs.alone(together)), whole)
            value[m] += after - before
            before = after
    return {m: total / factorial(len(users)) for m, total in value.items()}


# ---------------------------------------------------------------------- Shapley


@given(COSTS, USERS, WHOLE)
def test_the_value_is_the_average_over_all_orders(costs, users, whole):
    assert shapley(costs, users, whole) == by_orders(costs, users, whole)


@given(COSTS, USERS, WHOLE)
def test_the_values_add_up_and_equal_users_have_equal_values(costs, users, whole):
    value = shapley(costs, users, whole)
    assert sum(value.values()) == whole
    assert all(value[a] == value[b] for a in users for b in users if users[a] == users[b])
    assert all(v >= 0 for v in value.values())


def test_two_municipalities_by_hand():
    """A place 100, smallest 5 places; 8 and 2 users alone 8 and 5 places, together 10 (and 50 for the house).

    First the one of 8: 800 + 50, then 1,050 - 850 = 200; first the one of 2: 550, then 500.
    """
    value = shapley(Costs(100, 50, 1, 5, 20), {"big": 8, "small": 2}, Fraction(1050))
    assert value == {"big": Fraction(850 + 500, 2), "small": Fraction(200 + 550, 2)}


def test_nobody_pays_for_more_than_the_whole():
    """A service that stands smaller than its smallest size costs 300, whoever would come alone."""
    value = shapley(Costs(100, 0, 1, 5, 20), {"a": 2, "b": 1}, Fraction(300))
    assert value == {"a": Fraction(150), "b": Fraction(150)}


def test_28_members_and_more_are_counted_exactly():
    users = {f"m{i:02}": 3 + 7 * i % 29 for i in range(28)}
    value = shapley(Costs(1_234_567, 890_123, 1, 30, 60), users, Fraction(sum(users.values()) * 1_250_000))
    assert sum(value.values()) == sum(users.values()) * 1_250_000
    many = shapley(Costs(100, 0, 1, 0, 0), dict.fromkeys(map(str, range(70)), 2), Fraction(14_000))
    assert set(many.values()) == {Fraction(200)}


def test_where_a_user_always_costs_the_same_both_splits_agree():
    users = {f"m{i:02}": 1 + i for i in range(70)}
    value = shapley(Costs(700, 0, 1, 0, 0), users, Fraction(700 * sum(users.values())))
    assert value == {m: Fraction(700 * n) for m, n in users.items()}


def test_a_facility_that_holds_everyone_is_shared_alike_however_many_they_are():
    """A hundred municipalities, 505,000 users at 3 a place, one facility of 10,000: 100 for each, and 3 a user."""
    users = {f"m{i:03}": 100 * i for i in range(1, 101)}
    value = shapley(Costs(3, 10_000, 1, 1, 1_000_000), users, Fraction(3 * 505_000 + 10_000))
    assert value == {m: Fraction(3 * n + 100) for m, n in users.items()}


@given(st.dictionaries(st.sampled_from("abcdef"), st.fractions(0, 1000, max_denominator=97), min_size=1), st.data())
def test_cents_add_up_to_the_total_and_lie_within_a_cent(parts, data):
    total = data.draw(st.sampled_from([sum(parts.values()).__floor__(), sum(parts.values()).__ceil__()]))
    whole = to_cents(parts, total)
    assert sum(whole.values()) == total
    assert all(abs(whole[m] - parts[m]) <= 1 for m in parts)


def test_the_cent_that_is_left_goes_to_the_largest_remainder_then_to_the_first_code():
    third = Fraction(100, 3)
    assert to_cents({"c": third, "b": third, "a": third}, 100) == {"a": 34, "b": 33, "c": 33}
    assert to_cents({"a": Fraction(1, 4), "b": Fraction(3, 4)}, 1) == {"a": 0, "b": 1}


# ---------------------------------------------------------------------- a small plan


def table(name: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    declared = schema.TABLES[name]
    words = {None: "", True: "yes", False: "no"}
    cells = [[words[v] if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows]
    return schema.check(declared, pd.DataFrame(cells, columns=list(declared.names), dtype="str"), name)


def service(code: str, **facts: object) -> tuple[object, ...]:
    usual: dict[str, object] = dict.fromkeys(schema.SERVICES.names, None) | {
        **dict.fromkeys(("service", "name_bg", "name_en", "short_bg", "short_en", "group"), code),
        **{"preference": 1, "family": "residential", "typology": "new", "level": "municipal", "mode": "community"},
        **{"target_group": "adults", "users_per_place": 1, "min_places": 5, "max_places": 20, "staff_per_place": 0.5},
        **{"travel_limit_min": 60, "lead_years": 1, "running_cost_place_eur": "100", "trip_cost_user_eur": "3.33"},
        **{"running_cost_facility_eur": "50", "fee_user_eur": "0"},
        **{"capital_cost_place_eur": "0", "capital_cost_facility_eur": "0"},
    }
    return tuple({**usual, **facts}[name] for name in schema.SERVICES.names)


def scenario(**streams: Stream) -> Scenario:
    return Scenario(
        format=1, name="s", title_bg="", title_en="", says_bg="", says_en="", as_of=date(2026, 7, 1),
        regions=("AAA",), years=(2027, 2030), streams=streams,
    )  # fmt: skip


def stream(kind: str = "running", **facts: object) -> Stream:
    return Stream(name_bg="", name_en="", kind=kind, status="illustrative", basis="", **facts)


#: Day care of A is used by A (8), B (2) and, over a border that asks nothing of a regional service, nobody else.
BOTH = (("AAA01", "day", "AAA01", 2027, 8, 0, 0), ("AAA02", "day", "AAA01", 2027, 2, 0, 20))


def inputs(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    made = {name: table(name) for name in ("services", "agreements", "trip_costs", "register", "embedded")}
    return {**made, "services": table("services", service("day")), **given}


def results(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    names = ("unmet", "allocation", "spending", "capacity", "transformed", "renovated")
    return {**{name: table(name) for name in names}, **given}


def derived(
    name: str, given: dict[str, pd.DataFrame], found: dict[str, pd.DataFrame], **streams: Stream
) -> list[dict[str, str]]:
    """A derived table as it is written, refused where it breaks its declaration; empty cells are empty."""
    declared = schema.TABLES[name]
    made = derived_tables(scenario(**streams), given, found)[name]
    written = schema.as_text(declared, made)
    schema.check(declared, written, name)
    return written.to_dict("records")


def shares(given: dict[str, pd.DataFrame], owed_eur: str, *users: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    """Municipality -> agreement, part by users, part by Shapley value."""
    paid = table("spending", ("state", "running", "AAA01", "day", 2027, owed_eur))
    rows = derived("shared", given, results(allocation=table("allocation", *(users or BOTH)), spending=paid))
    return {r["municipality"]: (r["agreement"], r["by_users_eur"], r["by_shapley_eur"]) for r in rows}


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


# ---------------------------------------------------------------------- access, programme, afterwards


def test_access_sums_the_groups_and_counts_the_share_of_what_is_within_reach():
    unmet = table(
        "unmet",
        ("AAA01", "a", 2027, 10, 6, 4, 1, 0, 3),
        ("AAA01", "b", 2027, 7, 4, 3, 0, 3, 0),
        ("AAA01", "a", 2030, 5, 0, 5, 0, 5, 0),
    )
    (first, last) = derived("access", inputs(), results(unmet=unmet))
    assert list(first.values()) == ["AAA01", "2027", "17", "10", "3", "1", "3", "0.214285714"]
    assert list(last.values()) == ["AAA01", "2030", "5", "0", "0", "0", "5", ""]


def test_the_programme_shares_places_by_money_and_keeps_the_kinds_apart():
    """Ten places cost 900: the state pays 600 of it, the other 300. Four are new, six transformed, a home renovated."""
    zeros = (0, 0)
    capacity = table(
        "capacity",
        ("d", 2027, "AAA01", "day", "attested", *zeros, 0, 4, 6, 0, 0, 10, *zeros, 0, 0, 1),
        ("e", 2027, "AAA02", "day", "attested", *zeros, 0, 0, 0, 0, 0, 3, *zeros, 0, 0, 1),
        ("o", 2027, "AAA01", "old", "attested", 9, 9, 0, 0, 0, 6, 0, 3, *zeros, 0, 0, 0),
    )
    transformed = table("transformed", ("o", "d", 2027, "AAA01", "old", "day", 9, 6, True, "90"))
    renovated = table(
        "renovated",
        ("d", "energy", "AAA01", "day", 2027, 2027, "70", 0),
        ("d", "safety", "AAA01", "day", 2027, 2027, "30", 0),
        ("e", "energy", "AAA02", "day", 2027, None, "70", 3),
    )
    spending = table(
        "spending",
        ("state", "running", "AAA01", "day", 2027, "600"),
        ("eu", "running", "AAA01", "day", 2027, "300"),
        ("state", "running", "AAA02", "day", 2027, "300"),
        ("eu", "build", "AAA01", "day", 2027, "40"),
        ("eu", "transform", "AAA01", "day", 2027, "90"),
        ("eu", "renovate", "AAA01", "day", 2027, "100"),
    )
    found = results(capacity=capacity, transformed=transformed, renovated=renovated, spending=spending)
    rows = derived("programme", inputs(), found, state=stream(), eu=stream())
    assert [tuple(row.values()) for row in rows] == [
        ("eu", "build", "day", "2027", "4", "40.00"),
        ("eu", "renovate", "day", "2027", "10", "100.00"),
        ("eu", "running", "day", "2027", "3.333333", "300.00"),
        ("eu", "transform", "day", "2027", "9", "90.00"),
        ("state", "running", "day", "2027", "9.666667", "900.00"),
    ]


@pytest.mark.parametrize(("last_year", "ends"), [(None, "no"), (2029, "yes"), (2030, "yes"), (2031, "no")])
def test_afterwards_names_the_running_cost_of_the_last_year_and_who_stops_paying(last_year, ends):
    spending = table(
        "spending",
        ("f", "running", "AAA01", "day", 2027, "1"),
        ("f", "running", "AAA01", "day", 2030, "20.10"),
        ("f", "running", "AAA02", "day", 2030, "0.25"),
        ("f", "build", "AAA02", "day", 2030, "5"),
    )
    rows = derived("afterwards", inputs(), results(spending=spending), f=stream(last_year=last_year))
    assert rows == [{"stream": "f", "service": "day", "amount_eur": "20.35", "ends": ends}]


def test_what_a_project_still_pays_goes_on_afterwards_too():
    """Ten places at 100 and a house at 50, run by a project until 2031; beyond the horizon of 2030 somebody follows."""
    usual = {"municipality": "AAA01", "service": "day", "places": 10, "status": "keep", "basis": "letter"}
    site = {**dict.fromkeys(schema.REGISTER.names), **usual, "site": "d", "origin": "attested"}
    standing = table("capacity", ("d", 2030, "AAA01", "day", "attested", 10, 10, 0, 0, 0, 0, 0, 10, 1, 1, 0, 0, 1))
    for begins, told in ((2031, ["1050.00"]), (2030, [])):
        row = tuple({**site, "state_from_year": begins}[name] for name in schema.REGISTER.names)
        found = derived("afterwards", inputs(register=table("register", row)), results(capacity=standing), f=stream())
        assert [r["amount_eur"] for r in found] == told
        assert all((r["stream"], r["service"], r["ends"]) == ("project", "day", "yes") for r in found)


def test_a_plan_of_nothing_has_empty_tables():
    made = derived_tables(scenario(), inputs(), results())
    assert {name: list(frame.columns) for name, frame in made.items()} == {
        name: list(schema.TABLES[name].names) for name in ("access", "shared", "programme", "afterwards")
    }
    assert all(frame.empty for frame in made.values())
