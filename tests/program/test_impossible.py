"""Why there is no plan: facts in their order, what may give way and what it is worth, and one country by hand."""

from __future__ import annotations

import pytest

from nationalmap.program.assemble import assemble
from nationalmap.program.infeasible.impossible import (
    Fact,
    Repair,
    _demands,
    _facts,
    _in_unit,
    _keys,
    _price,
    _service,
    _split,
    _unit,
    impossible,
)
from tests.program.small import known, lock, service, site
from tests.toyland import richer as more
from tests.toyland import toyland


def test_a_key_ends_in_its_period_or_has_none():
    assert _split(("M", "day", 2027)) == (("M", "day"), 2027)
    assert _split(("day_M", "roof")) == (("day_M", "roof"), None)


def test_rows_of_one_rule_and_period_are_one_fact_in_the_order_of_the_rules():
    rows = [
        ("locks", ("a", 2030)),
        ("meet_need", ("M", "day", 2030)),
        ("locks", ("b", 2027)),
        ("renovate_once", ("day_M", "roof")),
        ("locks", ("c", 2030)),
    ]
    assert _facts(rows) == (
        Fact("renovate_once", None, (("day_M", "roof"),)),
        Fact("locks", 2027, (("b", 2027),)),
        Fact("meet_need", 2030, (("M", "day", 2030),)),
        Fact("locks", 2030, (("a", 2030), ("c", 2030))),
    )


@pytest.mark.parametrize(
    ("rule", "amount", "said"),
    [
        ("budgets", 1.5, 1500.0),
        ("budgets", 0.000011, 0.01),  # 1.1 cents: a tenth is noise
        ("budgets", 0.000013, 0.02),
        ("budgets", 0.0000205, 0.02),
        ("locks", 2.0, 2.0),
        ("locks", 2.00005, 2.0),
        ("locks", 2.0002, 3.0),
        ("locks", 0.5, 1.0),
    ],
)
def test_amounts_are_rounded_up_to_cents_and_whole_things_but_for_noise(rule, amount, said):
    assert _in_unit(rule, amount) == said


LOCKED = known(
    site("day_M"),
    site("help_M"),
    services=(service("day", running_place=1.5), service("help", has_facilities=False, min_places=0)),
    asked={"locks": (lock(3, id="other", service="help"), lock(3, "facilities", id="mine"))},
    minimum={
        ("M", "day", 2027): ("access", 3, 2),
        ("N", "day", 2027): ("access", 3, 2),
        ("N", "day", 2030): ("in_place", 3, 2),
    },
)


def test_what_a_demand_is_about():
    assert _service(LOCKED, "locks", ("mine",)) == "day"
    assert _service(LOCKED, "keep_places", ("help_M",)) == "help"
    assert _service(LOCKED, "municipal_package", ("M", "day")) == "day"
    assert _service(LOCKED, "most_openings", ()) is None


def test_what_a_unit_of_a_demand_is_worth():
    """EUR a year: a place 1,500, a facility of five places 7,500, one without a smallest size one place."""
    assert _price(LOCKED, "budgets", ("state",)) == 1000
    assert _price(LOCKED, "most_openings", ()) == 0
    assert _price(LOCKED, "locks", ("mine",)) == 1500
    assert _price(LOCKED, "keep_places", ("day_M",)) == 1500
    assert _price(LOCKED, "regional_spread", ("M", "day")) == 7500
    assert _price(LOCKED, "site_limits", (1, "help")) == 1000


def test_what_a_demand_counts():
    assert _unit(LOCKED, "locks", ("mine",)) == "facilities"
    assert _unit(LOCKED, "locks", ("other",)) == "places"
    assert _unit(LOCKED, "municipal_package", ("M", "day")) == "users"
    assert _unit(LOCKED, "municipal_package", ("N", "day")) == "places"
    assert _unit(LOCKED, "budgets", ("state",)) == "eur"


def test_demands_are_asked_in_all_their_periods():
    keys = {
        "lock_27": ("locks", ("mine", 2027)),
        "lock_30": ("locks", ("mine", 2030)),
        "other_27": ("locks", ("other", 2027)),
        "count_27": ("balance_places", ("day_M", 2027)),
    }
    rows = [("locks", ("mine", 2030)), ("balance_places", ("day_M", 2027))]
    assert _demands(rows, keys, LOCKED) == {"locks__mine": ("locks", ("mine",), ["lock_27", "lock_30"], 1500.0)}


def contradictory():
    """N1 alone, where a lock asks for 13 places in a centre of twelve, which may not grow."""
    return toyland().only(("NOR01",), "day_care").asking(locks=(more.lock(13, site="day_NOR01"),)).program()


def test_every_row_is_known_by_its_rule_and_key():
    program = contradictory()
    keys = _keys(program)
    assert set(program.problem.constraints) == set(keys)
    assert keys["locks__lock__2027"] == ("locks", ("lock", 2027))


def test_a_lock_above_what_its_centre_holds_may_ask_for_one_place_less():
    found = impossible(contradictory())
    assert [(o.kind, o.low, o.high) for o in found.obstacles] == [("places", 13, 12)]
    assert Fact("locks", 2027, (("lock", 2027),)) in found.facts
    assert Repair("locks", ("lock",), "places", ((2027, "lower", 1.0),), True) in found.repairs
    assert not {fact.rule for fact in found.facts} & {"balance_places", "places_hold_users", "pay_running"}


def test_of_what_can_be_planned_there_is_nothing_to_say():
    country = toyland().only(("NOR01",), "day_care")
    assert impossible(assemble(country.known())) is None
