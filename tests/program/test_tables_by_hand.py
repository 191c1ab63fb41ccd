"""Rows of the result tables from decisions made by hand, of municipalities made by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from nationalmap.domain.plan import StageResult
from nationalmap.domain.scenario import SolverRule
from nationalmap.errors import SolverFailed
from nationalmap.program.answer import cents as money_in_cents
from nationalmap.program.answer import money, people, places
from nationalmap.program.answer.decided import Decided, decided
from nationalmap.program.answer.money import Bill
from nationalmap.program.answer.told import _told, told_tightly
from nationalmap.program.assemble import assemble
from nationalmap.program.nouns import Ceiling, Complex, Renovation, Transformation
from nationalmap.program.solve import Solution, matrix_of, stage_costs
from nationalmap.program.variables import variables
from tests.program.small import SERVICES, known, service, site, stream

YEARS = (2027, 2030)


def made(**families) -> Decided:
    names = (
        *("users", "other", "places", "facilities", "added", "given_up", "opened", "closed", "converted"),
        *("left", "arrived", "renovated", "complexes", "money"),
    )
    return Decided(**{name: families.get(name, {}) for name in names})


def test_decisions_are_whole_and_users_are_those_of_both_payers():
    own = stream(payer="other")
    one = known(
        site("day_M"),
        asked={"streams": {"state": stream(), "own": own}},
        need={("M", "day", 2027): 9},
        maximum={("M", "day", 2027): 6},
        budget={("own", 2027): 1.0, ("state", 2027): 9.0},
    )
    unknown = variables(one)
    key = ("M", "M", "day", 2027)
    values = {v.name: 0.0 for family in unknown.families().values() for v in family.values()}
    values |= {unknown.x[key].name: 5.99999, unknown.x_other[key].name: 1.00001, unknown.k["day_M", 2027].name: 7.2}
    paid = next(iter(unknown.b))
    values[unknown.b[paid].name] = 0.125
    found = decided(unknown, values)
    assert (found.users, found.other) == ({key: 7}, {key: 1})
    assert (found.places["day_M", 2027], found.money[paid]) == (7, 0.125)
    assert (found.at("places", ("day_M", 2027)), found.at("places", ("none", 2027))) == (7, 0)


# ---------------------------------------------------------------------- cents


def test_amounts_in_cents():
    assert money_in_cents.eur(1.234567) == 1234.57
    assert [money_in_cents.whole_cents(Decimal(text)) for text in ("12.99", "13", "-0.5")] == [12, 13, -1]
    assert money_in_cents.exact_cents(0.0000123) == Decimal("1.23")
    assert money_in_cents.exact_cents(0.1 + 0.2) == Decimal(30000)


def bill(owed: str, **paid: float) -> Bill:
    return Bill("running", "M", "day", 2027, Decimal(owed), paid)


def test_a_payment_is_cut_to_whole_cents_but_for_a_hair():
    assert [money._cut(c) for c in (99.4, 99.9999995, 99.999998, 100.0, -0.0000005)] == [99, 100, 99, 100, 0]
    assert money._parts(bill("1", a=99.4, b=7.0000005, c=3.0000015)) == pytest.approx({"a": 0.4, "c": 1.5e-6})


@pytest.mark.parametrize(
    ("owed", "paid", "gap"),
    [
        ("100", {"a": 100.0}, 0),
        ("100", {"a": 99.5, "b": 0.5}, 1),
        ("100", {"a": 33.5, "b": 33.5, "c": 33.0}, 1),
        ("100.6", {"a": 100.6}, 0),
        ("100.99", {"a": 101.0}, -1),
        ("0", {}, 0),
        ("0.4", {}, 0),
    ],
)
def test_the_cents_that_cut_payments_lack(owed, paid, gap):
    assert money._gap(bill(owed, **paid)) == gap


@pytest.mark.parametrize(
    ("owed", "paid"), [("100", {"a": 101.0}), ("100", {"a": 99.0}), ("100", {"a": 98.5}), ("100.5", {"a": 102.0})]
)
def test_payments_that_are_another_amount_are_refused(owed, paid):
    with pytest.raises(SolverFailed, match=r"day in M costs 1\.00 EUR, its streams pay .* \(running, 2027\)"):
        money._gap(bill(owed, **paid))


def last_cents(gap, paid, spent=None, hard=False, **budgets):
    """Budgets in cents."""
    asked = {"streams": {"a": stream(), "b": stream(payer="other"), "c": stream()}}
    asked |= {"mode": "what_it_would_cost"} if hard else {}
    budget = {(f, t): budgets.get(f, 1000) / 100_000 for f in "abc" for t in YEARS}
    return money._last_cents(known(asked=asked, budget=budget), bill("100", **paid), gap, spent or {})


def test_who_gives_the_last_cent():
    paid = {"a": 33.4, "b": 33.2, "c": 33.4}
    assert last_cents(1, paid) == {"b": 1}  # of equal ones with money left another payer
    assert last_cents(1, {"a": 33.2, "c": 66.8}) == {"c": 1}  # then who pays the larger part
    assert last_cents(1, {"a": 33.5, "c": 66.5}) == {"c": 1}  # then the later name
    assert last_cents(2, paid) == {"b": 1, "c": 1}
    assert last_cents(1, paid, {("b", 2027): 1000}) == {"c": 1}  # nothing is left of b's
    assert last_cents(1, paid, {("b", 2027): 999}) == {"b": 1}
    assert last_cents(-1, {"a": 50.0, "c": 51.0}) == {"c": -1}
    assert last_cents(-1, {"a": 50.0, "c": 50.0}) == {"c": -1}


def test_a_cent_that_nobody_has_left():
    gone = {(f, 2027): 1000 for f in "abc"}
    with pytest.raises(SolverFailed, match=r"day in M costs 1\.00 EUR, and its streams have a cent less"):
        last_cents(1, {"a": 33.4, "c": 66.6}, gone)
    assert last_cents(1, {"a": 33.4, "c": 66.6}, gone, hard=True) == {"c": 1}
    with pytest.raises(SolverFailed, match="a cent less"):
        last_cents(2, {"a": 33.4, "c": 66.6}, {("a", 2027): 1000})


def test_what_is_left_of_a_stream():
    streams = {"run": stream(), "build": stream("capital"), "fixed": stream("capital", carry_over=False)}
    budget = {(f, t): amount for f in streams for t, amount in zip(YEARS, (0.001, 0.002), strict=True)}
    one = known(asked={"streams": streams}, budget=budget)
    spent = {(f, 2027): 30 for f in streams} | {(f, 2030): 250 for f in streams}
    assert [money.money_left(one, spent, f, 2027) for f in streams] == [70, 20, 70]
    assert [money.money_left(one, spent, f, 2030) for f in streams] == [-50, 20, -50]
    assert money.money_left(one, {("build", 2027): 90}, "build", 2027) == 10


# ---------------------------------------------------------------------- what is owed

WAY = Transformation("old", "home", 0.5, 1.5)
OLD = service("old", group="home", is_old=True, counts_as="home", level="regional")


def owed(kind, *sites, found, users=(), year=2027, **more):
    one = known(*sites, **more)
    return money._owed(one, found, tuple(sites), list(users), kind, year)


def test_building_costs_its_places_and_its_facilities():
    new = site("new_day_M", capital_place=3.0, capital_facility=10.0)
    found = made(added={("new_day_M", 2027): 7, ("new_day_M", 2030): 99}, opened={("new_day_M", 2027): 2})
    assert owed("build", new, site("day_M"), found=found) == 7 * 300_000 + 2 * 1_000_000


def test_what_is_transformed_and_renovated_is_paid_where_it_is():
    receiver = replace(site("new_home_M"), code="new:home:M")
    found = made(left={("old_M", "new:home:M", 2027): 8, ("old_M", "new:home:M", 2030): 99})
    one = known(site("old_M"), receiver, services=(*SERVICES, OLD), transformations=(WAY,))
    assert money._owed(one, found, (receiver,), [], "transform", 2027) == 8 * 150_000
    assert money._owed(one, found, (one.sites["old_M"],), [], "transform", 2027) == 0
    needs = (Renovation("day_M", "roof", 2028, 4.0, 2), Renovation("day_N", "roof", 2028, 9.0, 2))
    done = made(renovated={("day_M", "roof", 2027): 1, ("day_M", "roof", 2030): 1, ("day_N", "roof", 2027): 1})
    assert owed("renovate", site("day_M"), found=done, renovations=needs) == 400_000


def test_running_cost_is_of_places_facilities_journeys_less_fees_and_what_is_saved():
    fees = (service("day", fee_user=0.05, running_place=1.0), service("home"))
    roof = Complex("roof", ("day", "home"), 0.75, False)
    found = made(
        places={("day_M", 2027): 6, ("new_day_M", 2027): 8, ("day_M", 2030): 6, ("new_day_M", 2030): 8},
        facilities={("day_M", 2027): 1, ("new_day_M", 2027): 2, ("day_M", 2030): 1, ("new_day_M", 2030): 2},
        complexes={("roof", "M", 2027): 2, ("roof", "N", 2027): 5},
    )
    sites = (site("day_M"), site("new_day_M", running_facility=2.5))
    users = [("M", 6), ("N", 3)]
    more = {"services": fees, "complexes": (roof, replace(roof, code="other", services=("home", "day")))}
    cents = 100_000
    cost = 14 * cents + (2 + 2 * 2.5) * cents + 3 * 0.5 * cents - 9 * 0.05 * cents - 2 * 0.75 * cents
    assert owed("running", *sites, found=found, users=users, **more) == cost
    # What a project pays is owed by nobody else, and it takes the fees.
    project = (replace(sites[0], state_from=2030), sites[1])
    assert owed("running", *project, found=found, users=users, **more) == cost - 8 * cents + 9 * 0.05 * cents
    assert owed("running", *project, found=found, year=2030, **more) == 14 * cents + 7 * cents


def test_each_stream_from_period_to_period():
    streams = {
        "run": stream(),
        "build": stream("capital"),
        "ends": stream("capital", last_year=2027),
        "fixed": stream("capital", carry_over=False),
    }
    budget = {(f, t): amount for f in streams for t, amount in zip(YEARS, (1.0, 2.0), strict=True)}
    one = known(asked={"streams": streams}, budget=budget)
    spending = [
        {"stream": f, "year": t, "amount_eur": eur} for f in streams for t, eur in ((2027, 400.25), (2030, 2.5))
    ]
    spending += [{"stream": "build", "year": 2030, "amount_eur": 3000.0}]
    rows = {(row["stream"], row["year"]): row for row in money.budget_rows(one, spending)}

    def told(f, t):
        names = ("carried_in", "budget", "spent", "carried_out", "left", "lacking")
        return tuple(rows[f, t][f"{name}_eur"] for name in names)

    assert told("run", 2027) == (0, 1000, 400.25, 0, 599.75, 0)
    assert told("build", 2027) == (0, 1000, 400.25, 599.75, 0, 0)
    assert told("build", 2030) == (599.75, 2000, 3002.5, 0, 0, 402.75)
    assert told("ends", 2027) == (0, 1000, 400.25, 0, 599.75, 0)
    assert told("fixed", 2030) == (0, 2000, 2.5, 0, 1997.5, 0)
    assert rows["build", 2030]["kind"] == "capital"
    nothing = {(row["stream"], row["year"]): row for row in money.budget_rows(one, [])}
    assert {row["spent_eur"] for row in nothing.values()} == {0}
    assert nothing["build", 2030]["left_eur"] == 3000


# ---------------------------------------------------------------------- places


def test_places_and_facilities_from_period_to_period():
    due = site("day_N", opens=2030, places_today=0, facilities_today=0, committed_places=6)
    receiver = replace(site("new_home_M"), code="new:home:M")
    one = known(site("old_M"), receiver, due, site("new_day_O"), services=(*SERVICES, OLD), transformations=(WAY,))
    way = ("old_M", "new:home:M", 2030)
    nothing = {(i, t): 0 for i in one.sites for t in YEARS}
    found = made(
        places=nothing | {("old_M", 2027): 6, ("new:home:M", 2030): 5, ("day_N", 2030): 6},
        facilities=nothing | {("old_M", 2027): 1, ("new:home:M", 2030): 2, ("day_N", 2030): 1},
        added={("new:home:M", 2030): 2},
        opened={("new:home:M", 2030): 1},
        converted={way: 1},
        left={way: 6},
        arrived={way: 3},
    )
    rows = {(row["site"], row["year"]): row for row in places.capacity_rows(one, found)}
    assert set(rows) == {*((i, t) for i in ("old_M", "day_N") for t in YEARS), ("new:home:M", 2030)}

    def told(key, *names):
        return tuple(rows[key][name] for name in names)

    counted = ("places_before", "new_places", "transformed_in_places", "transformed_out_places", "places")
    assert told(("old_M", 2030), *counted) == (6, 0, 0, 6, 0)
    assert told(("new:home:M", 2030), *counted) == (0, 2, 3, 0, 5)
    houses = ("facilities_today", "facilities_before", "opened", "closed", "facilities")
    assert told(("old_M", 2027), *houses) == (1, 1, 0, 0, 1)
    assert told(("old_M", 2030), *houses) == (1, 1, 0, 1, 0)
    assert told(("new:home:M", 2030), *houses) == (0, 0, 2, 0, 2)
    assert told(("day_N", 2030), *houses) == (0, 0, 1, 0, 1)
    assert [rows["day_N", t]["committed_places"] for t in YEARS] == [0, 6]
    (moved,) = places.transformed_rows(one, found)
    assert (moved["places_out"], moved["places_in"], moved["facility"], moved["capital_eur"]) == (6, 3, True, 9000)
    kept = replace(found, converted={way: 0}, left={way: 0})
    assert list(places.transformed_rows(one, kept)) == []
    (places_alone,) = places.transformed_rows(one, replace(found, converted={way: 0}))
    assert places_alone["facility"] is False


def test_committed_places_at_home_open_no_house():
    one = known(site("help_M", opens=2027, places_today=0, facilities_today=0, committed_places=6))
    found = made(places={("help_M", t): 6 for t in YEARS})
    assert [(row["opened"], row["facilities"]) for row in places.capacity_rows(one, found)] == [(0, 0), (0, 0)]


def lost(*, year=2028, done=None, stood=6, left=0, need_lost=2, **changes):
    one = known(site("day_M", **changes), renovations=(Renovation("day_M", "roof", year, 4.0, need_lost),))
    found = made(
        renovated={("day_M", "roof", t): int(t == done) for t in YEARS},
        places={("day_M", 2027): stood, ("day_M", 2030): 0},
        left={("day_M", "x", 2030): left, ("day_M", "x", 2027): 99, ("day_N", "x", 2030): 99},
    )
    return [(row["year"], row["cost_eur"], row["places_lost"]) for row in places.renovated_rows(one, found)]


def test_what_is_lost_where_a_renovation_is_not_done():
    assert lost() == [(None, 4000, 2)]
    assert lost(done=2027) == [(2027, 4000, 0)]
    assert lost(done=2030) == [(2030, 4000, 0)]
    assert lost(stood=5) == [(None, 4000, 1)]  # one went before
    assert lost(stood=3) == [(None, 4000, 0)]
    assert lost(left=1) == [(None, 4000, 1)]
    assert lost(need_lost=9) == [(None, 4000, 6)]
    assert lost(gone_from=2030) == [(None, 4000, 0)]
    assert lost(year=2031) == []
    assert lost(year=2027) == [(None, 4000, 0)]  # all of today left in 2027, see above
    assert lost(opens=2030, places_today=0, committed_places=6, stood=0) == [(None, 4000, 2)]
    # Due before it opens: what it loses it loses then.
    assert lost(year=2027, opens=2030, places_today=0, committed_places=6, stood=0) == [(None, 4000, 2)]


def test_posts_of_the_planned_places():
    one = known(
        site("day_M"), site("day_N"), site("home_M"), site("day_O"),
        posts={("day", "nurse"): 0.5}, ceilings=(Ceiling("R", "nurse", 2027, 5.0), Ceiling("M", "nurse", 2030, 5.0)),
    )  # fmt: skip
    found = made(places={(i, t): n for i, n in zip(one.sites, (6, 9, 99, 99), strict=True) for t in YEARS})
    assert [(r["needed_posts"], r["most_posts"], r["lacking_posts"]) for r in places.staffing_rows(one, found)] == [
        (7.5, 5.0, 2.5), (3.0, 5.0, 0.0),
    ]  # fmt: skip


def test_complexes_that_stand():
    one = known(complexes=(Complex("roof", ("day", "home"), 0.75, False),))
    found = made(complexes={("roof", "M", 2027): 2, ("roof", "N", 2027): 0})
    (row,) = places.complex_rows(one, found)
    assert (row["municipality"], row["number"], row["saved_running_eur"]) == ("M", 2, 1500)


# ---------------------------------------------------------------------- people


def test_who_is_served_where_and_who_is_not():
    need = {("M", "day", 2027): 9, ("N", "day", 2027): 4, ("O", "day", 2027): 3}
    one = known(site("day_M"), services=(service("day"),), need=need)
    found = made(
        users={("M", "M", "day", 2027): 6, ("N", "M", "day", 2027): 3, ("N", "N", "day", 2027): 0},
        other={("M", "M", "day", 2027): 1},
    )
    rows = [
        (r["municipality"], r["users"], r["other_paid_users"], r["travel_min"])
        for r in people.allocation_rows(one, found)
    ]
    assert rows == [("M", 6, 1, 0), ("N", 3, 0, 20)]
    names = ("need_users", "served_users", "unmet_users", "above_maximum_users", "out_of_reach_users", "no_place_users")
    told = {row["municipality"]: tuple(row[name] for name in names) for row in people.unmet_rows(one, found)}
    assert told == {"M": (9, 6, 3, 0, 0, 3), "N": (4, 3, 1, 0, 0, 1), "O": (3, 0, 3, 0, 3, 0)}
    capped = replace(one, maximum={("M", "day", 2027): 7, ("N", "day", 2027): 4})
    told = {row["municipality"]: tuple(row[name] for name in names) for row in people.unmet_rows(capped, found)}
    assert told["M"] == (9, 6, 3, 2, 0, 1)


def test_the_minimum_of_a_municipality_and_of_a_region():
    services = (service("day"), OLD, service("home", level="regional"))
    minimum = {
        ("M", "day", 2027): ("access", 6, 5),
        ("N", "day", 2027): ("in_place", 6, 5),
        ("R", "home", 2027): ("regional", 0, 11),
    }
    sites = (site("day_M"), site("day_N"), site("home_M"), site("old_N"))
    one = known(*sites, services=services, minimum=minimum)
    found = made(
        users={("M", "N", "day", 2027): 5, ("M", "M", "day", 2027): 2},
        places={("day_M", 2027): 0, ("day_N", 2027): 4, ("home_M", 2027): 6, ("old_N", 2027): 6},
    )
    names = ("kind", "required", "achieved", "missing", "nearest_min", "within_reach", "complied")
    told = {(r["municipality"], r["service"]): tuple(r[n] for n in names) for r in people.compliance_rows(one, found)}
    assert told == {
        ("M", "day"): ("access", 6, 7, 0, 20, True, True),
        ("N", "day"): ("in_place", 5, 4, 1, 0, True, False),
        ("M", "home"): ("regional", 11, 12, 0, 0, True, True),
        ("N", "home"): ("regional", 11, 12, 0, 0, True, True),
    }
    empty = replace(found, places=dict.fromkeys(found.places, 0))
    told = {(r["municipality"], r["service"]): tuple(r[n] for n in names) for r in people.compliance_rows(one, empty)}
    assert told["M", "day"] == ("access", 6, 7, 0, None, False, True)  # a municipal one is judged by its users
    two = made(places={("day_M", 2027): 0, ("home_M", 2027): 6})
    far = known(*sites[:3], services=services, minimum={("R", "home", 2027): ("regional", 0, 6)},
                minutes={("M", "M"): 0.0, ("N", "N"): 0.0, ("N", "M"): 31.0})  # fmt: skip
    told = {(r["municipality"], r["service"]): tuple(r[n] for n in names) for r in people.compliance_rows(far, two)}
    assert told["N", "home"] == ("regional", 6, 6, 0, None, False, False)


def test_hosts_that_are_open():
    one = known(site("day_M"), site("day_N"))
    capacity = pd.DataFrame(
        [("M", "day", 2027, 6), ("N", "day", 2027, 0), ("N", "day", 2030, 1)],
        columns=["municipality", "service", "year", "places"],
    )
    assert people.open_hosts(one, capacity).values.tolist() == [
        ["M", "day", "M", 2027], ["M", "day", "N", 2030], ["N", "day", "M", 2027], ["N", "day", "N", 2030],
    ]  # fmt: skip


# ---------------------------------------------------------------------- what is told of a stage


def test_a_value_told_in_cents_keeps_its_gap():
    stage = StageResult("tie", "none", 10.0, 9.0, 0.1, 0.2, "proven", 0, "s")
    told = _told(stage, 8.000004)
    assert (told.value, told.bound) == (8.000004, 7)
    assert told.gap == pytest.approx(1 / 8, rel=1e-5)
    closed = _told(replace(stage, bound=10.0), 8.0)
    assert (closed.bound, closed.gap) == (8, 0)
    assert _told(replace(stage, bound=10.0), 7.999996).gap == 0  # a bound rounded above the value is no gap


def told_of(stages, slack, gap=0.5):
    """Nine in M need day care, four have it, six places stand of eight asked for: what is told of each stage."""
    rule = SolverRule(tolerances=dict.fromkeys(stages, gap) if gap else {})
    one = known(
        site("day_M"),
        need={("M", "day", 2027): 9},
        minimum={("M", "day", 2027): ("in_place", 0, 8)},
        budget={("state", 2027): 99.0},
        asked={"stages": stages, "solver": rule, "years": (2027,)},
    )
    program = assemble(one)
    unknown = program.unknown
    values = {v.name: 0.0 for family in unknown.families().values() for v in family.values()}
    values |= {unknown.x["M", "M", "day", 2027].name: 4.0, unknown.u_short["M", "day", 2027].name: 5.0}
    values |= {unknown.k["day_M", 2027].name: 6.0, unknown.y["day_M", 2027].name: 1.0}
    values[unknown.b["state", "running", "M", "day", 2027].name] = 8.0
    values |= {variable.name: slack for family in (unknown.theta, unknown.eta) for variable in family.values()}
    values[unknown.e_package["M", "day", 2027].name] = 2.0 + slack
    costs = stage_costs(program)
    results = tuple(StageResult(s.name, s.unit, 50.0, 0.0, gap, gap, "proven", 0, "s") for s in costs)
    before = Solution(values, results, "s", {})
    after = told_tightly(program, matrix_of(program), costs, before)
    measures = {
        name.split("__")[0]: after.values[name] for name in values if name.startswith(("e_", "theta", "eta", "ex"))
    }
    return before, after, measures, {stage.name: stage.value for stage in after.stages}


def test_measures_are_told_as_small_as_the_decisions_let_them_be():
    before, after, measures, told = told_of(("package", "unmet", "worst_unmet", "cost"), slack=1.0)
    tight = {"e_package": 2, "theta": 5 / 9, "eta": 5 / 9, "excess": 0}
    assert {name: measures[name] for name in tight} == pytest.approx(tight, abs=1e-9)
    # Stages of decisions alone are told as they were.
    assert told == pytest.approx(
        {"package": 0.25, "unmet_1": 50, "worst_unmet": 5 / 9, "worst_tenth": 5 / 9, "cost": 50}, abs=1e-5
    )
    assert [name for name in before.values if before.values[name] != after.values[name]] != []
    decided_before = {name: v for name, v in before.values.items() if name.startswith(("x_", "k_", "y_", "u_", "b_"))}
    assert {name: after.values[name] for name in decided_before} == decided_before


def test_measures_of_no_stage_are_as_small_as_can_be_too():
    _, _, measures, told = told_of(("unmet",), slack=1.0)
    assert (measures["e_package"], measures["theta"]) == (2, pytest.approx(5 / 9))
    assert told == {"unmet_1": 50}


def test_what_is_closed_or_does_not_hold_is_told_as_it_was():
    before, after, _, _ = told_of(("package", "unmet"), slack=1.0, gap=0.0)
    assert after is before
    # Two places too few are no package of eight, whatever is said of it.
    one = known(
        site("day_M"),
        need={("M", "day", 2027): 9},
        minimum={("M", "day", 2027): ("in_place", 0, 8)},
        budget={("state", 2027): 99.0},
        asked={"stages": ("unmet",), "years": (2027,)},
    )
    program = assemble(one)
    values = {v.name: 0.0 for family in program.unknown.families().values() for v in family.values()}
    values[program.unknown.u_short["M", "day", 2027].name] = 99.0
    costs = stage_costs(program)
    wrong = Solution(values, (StageResult("unmet_1", "", 0.0, 0.0, 0.5, 0.5, "proven", 0, "s"),), "s", {})
    assert told_tightly(program, matrix_of(program), costs, wrong) is wrong
