"""Money that could still be paid for one more place, by hand."""

from __future__ import annotations

import dataclasses

from reasons import changed, n1, plan_of, with_table

from nationalmap.reports import room
from nationalmap.reports.money_left import MoneyLeft, most_flow
from tests.toyland import richer as more


def test_most_flow_of_a_small_network():
    """a gives 5 at once and 2 through b, which takes 3 of a; c is cut off."""
    a, b, c, end = ("a", ""), ("b", ""), ("c", ""), ("end", "")
    capacities = {a: {end: 5, b: 3}, b: {end: 2}, c: {}}
    assert most_flow(capacities, [a], end) == 7
    assert most_flow(capacities, [a, b], end) == 7
    assert most_flow(capacities, [c], end) == 0
    assert most_flow({a: {b: 1, c: 1}, b: {end: 1}, c: {b: 9}}, [a], end) == 1


def money_of(plan):
    return MoneyLeft(plan, room.known_of(plan))


def with_more(plan, stream, eur):
    """The plan with so much more of a stream, unspent."""
    budget = plan.tables["budget"]
    row = budget[budget["stream"] == stream]
    given = {"budget_eur": float(row["budget_eur"].iloc[0]) + eur, "left_eur": float(row["left_eur"].iloc[0]) + eur}
    return with_table(plan, "budget", changed(budget, {"stream": stream}, **given))


def stream_changed(plan, name, **changes):
    streams = dict(plan.scenario.streams)
    streams[name] = dataclasses.replace(streams[name], **changes)
    return dataclasses.replace(plan, scenario=dataclasses.replace(plan.scenario, streams=streams))


def test_a_stream_that_pays_new_places_only_takes_over_no_old_ones(toyland_run):
    """The programme may pay 2 new places in N1 (4 T) and the new home of S1 (18 T), and pays both already."""
    plan = with_more(toyland_run.plan, "programme", 8000)
    assert money_of(plan).payable("running", "NOR01", "day_care", 2027) == 0
    # Of homes it could pay something new itself.
    assert money_of(plan).payable("running", "NOR01", "residence", 2027) == 800_000
    # Any places: it takes over what the state pays for homes, 14.6 + 0.6 T, but has only 8 T.
    free = stream_changed(plan, "programme", new_places_only=False)
    assert money_of(free).payable("running", "NOR01", "day_care", 2027) == 800_000
    rich = with_more(stream_changed(plan, "programme", new_places_only=False), "programme", 20_000)
    assert money_of(rich).payable("running", "NOR01", "day_care", 2027) == 1_520_000


def test_a_part_of_the_new_cost_that_is_still_open_is_taken_over(toyland_run):
    """The state pays 3 T of the new places in N1; the programme, with 8 T left, may take just these."""
    plan = with_more(toyland_run.plan, "programme", 8000)
    where = {"kind": "running", "municipality": "NOR01", "service": "residence"}
    spending = changed(plan.tables["spending"], {**where, "stream": "programme"}, amount_eur=1000.0)
    spending = changed(spending, {**where, "stream": "state"}, amount_eur=17_600.0)
    assert money_of(with_table(plan, "spending", spending)).payable("running", "NOR01", "day_care", 2027) == 300_000


def test_committed_places_are_new_to_a_stream_for_new_places():
    """Five places that open in 2027 and their centre, 6 T; nothing else of it is new."""
    country = more.facility(n1("day_care"), "day_NOR01", 5, opens_year=2027, status="keep").needs("day_care", NOR01=5)
    money = money_of(plan_of(country))
    assert money._new_cost("NOR01", "day_care", 2027) == 600_000
    early = dataclasses.replace(money.plan, tables={**money.plan.tables, "capacity": money.plan.tables["capacity"][:0]})
    assert money_of(early)._new_cost("NOR01", "day_care", 2027) == 0


def two_periods(**changes):
    country = n1("day_care").stream("building", **changes).periods(2027, 2030)
    return country.money(building=[11, 4])


def test_what_is_carried_over_is_left_only_as_far_as_no_later_year_needs_it():
    """15 T build the centre and ten places in two steps; in 2027 nothing is left for more, in 2030 nothing either."""
    money = money_of(plan_of(two_periods()))
    assert money.rest("building", 2027) == 0
    assert money.given("building", 2030) == 400_000 + money.budgets["building", 2027]["carried_out_eur"]


def test_money_that_is_not_carried_over_is_left_in_its_own_year():
    """11 T in 2027, 4 T in 2030, five needed: the centre takes 10 T of the first, and nothing of the second."""
    plan = plan_of(two_periods(carry_over=False).needs("day_care", NOR01=5))
    money = money_of(plan)
    assert (money.rest("building", 2027), money.rest("building", 2030)) == (100_000, 400_000)
    assert money.payable("build", "NOR01", "day_care", 2027) == 100_000
