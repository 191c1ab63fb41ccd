"""Access, programme and afterwards of a small plan, summed by hand."""

from __future__ import annotations

import pytest

from nationalmap import schema
from nationalmap.accounts import derived_tables
from tests.accounts.small import derived, inputs, results, scenario, stream, table


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
