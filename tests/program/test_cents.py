"""Payments in whole cents where the solver's hold parts of cents, solved by hand.

N1 and N2 (NOR01, NOR02), each with five people for a new centre of five places: 5 + 1 = 6 T a year. Nobody may
go from one to the other.
"""

from __future__ import annotations

import pytest

from nationalmap.errors import SolverFailed
from nationalmap.program.answer import result_tables
from nationalmap.program.answer.money import money_left
from nationalmap.program.answer.told import told_in_cents
from nationalmap.program.assemble import Program
from nationalmap.program.solve import Solution
from nationalmap.verification.stages import weight
from tests.toyland import RICH, Toyland, text, toyland
from tests.toyland import richer as more


def alone(*municipalities: str, trips: float | tuple[float, ...] = 0.0, **money: float) -> Toyland:
    """Five people of each are served at home; ``trips``: EUR of journeys of each of them in a year."""
    country = toyland().only(municipalities, "day_care").without("register").without("package")
    country = country.needs("day_care", **dict.fromkeys(municipalities, 5)).money(**{**RICH, **money})
    each = trips if isinstance(trips, tuple) else (trips,) * len(municipalities)
    for m, cost in zip(municipalities, each, strict=True):
        country = country.add("trip_costs", municipality=m, host=m, service="day_care", cost_user_eur=cost)
    return country.asking("unmet", "cost", "tie_break", agreements_default="refused")


def paid(country: Toyland, payments: dict[tuple[str, str], float]) -> dict[str, list[dict[str, str]]]:
    """Spending and budget as they are written, where the solver would have paid so (EUR by stream and host)."""
    program = country.program()
    solution = country.solve()
    given = {f"b__{f}__running__{h}__day_care__2027": eur / 1000 for (f, h), eur in payments.items()}
    assert set(given) <= set(solution.values)
    made = result_tables(program, Solution({**solution.values, **given}, solution.stages, "", {}))
    return {name: text(name, made[name]).to_dict("records") for name in ("spending", "budget")}


def running(rows: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """Running amounts by stream and host."""
    return {(row["stream"], row["municipality"]): row["amount_eur"] for row in rows if row["kind"] == "running"}


def test_parts_of_cents_are_cut_off_what_is_owed_so_that_the_money_suffices():
    """6,000.006 + 6,000.007 + 6,000.007 = 18,000.02 is all there is; rounded, each would be 6,000.01."""
    country = alone("NOR01", "NOR02", "SOU01", trips=(0.0012, 0.0014, 0.0014), state=18.00002)
    tables = country.results()
    assert set(running(tables["spending"].to_dict("records")).values()) == {"6000.00"}
    assert tables["budget"].set_index("stream").loc["state", ["left_eur", "lacking_eur"]].tolist() == ["0.02", "0.00"]


def halves(state: float) -> Toyland:
    """Two streams pay half cents in both municipalities; own has one cent."""
    return more.own_money(alone("NOR01", "NOR02", state=state), 0.00001)


HALVES = {("state", m): 5999.995 for m in ("NOR01", "NOR02")} | {("own", m): 0.005 for m in ("NOR01", "NOR02")}


def test_the_last_cent_goes_to_a_stream_that_has_it():
    """Own money gives its only cent in N1, so that the state, which has 11,999.99, gives the one in N2."""
    tables = paid(halves(11.99999), HALVES)
    assert running(tables["spending"]) == {
        ("own", "NOR01"): "0.01", ("state", "NOR01"): "5999.99", ("state", "NOR02"): "6000.00",
    }  # fmt: skip
    assert [(row["left_eur"], row["lacking_eur"]) for row in tables["budget"] if row["kind"] == "running"] == [
        ("0.00", "0.00"), ("0.00", "0.00"), ("0.00", "0.00"),
    ]  # fmt: skip


def test_a_cent_that_no_stream_has_is_refused():
    """The state has a cent less, so that nobody pays the last one in N2."""
    country = halves(11.99999)
    program, solution = country.money(state=11.99998).program(), country.solve()
    given = {f"b__{f}__running__{h}__day_care__2027": eur / 1000 for (f, h), eur in HALVES.items()}
    with pytest.raises(SolverFailed, match=r"day_care in NOR02 costs 6000\.00 EUR, and its streams have a cent less"):
        result_tables(program, Solution({**solution.values, **given}, solution.stages, "", {}))


def test_where_money_is_not_bound_a_lacking_cent_is_said():
    """The same in the mode what_it_would_cost: the own cent is spent in N1, and one more is lacking in N2."""
    country = halves(11.99998).asking("overspend", "cost", mode="what_it_would_cost")
    tables = paid(country, HALVES)
    assert {row["stream"]: row["lacking_eur"] for row in tables["budget"]} == {
        "building": "0.00", "own": "0.01", "programme": "0.00", "state": "0.00",
    }  # fmt: skip


def test_what_differs_by_a_whole_cent_is_refused():
    with pytest.raises(SolverFailed, match=r"day_care in NOR01 costs 6000\.00 EUR, its streams pay 5999\.99"):
        paid(alone("NOR01"), {("state", "NOR01"): 5999.99})
    with pytest.raises(SolverFailed, match=r"day_care in NOR01 costs 6000\.00 EUR, its streams pay 6000\.01"):
        paid(alone("NOR01"), {("state", "NOR01"): 6000.01})


@pytest.mark.parametrize("hair", [-1e-6, -1e-9, 1e-9, 1e-6])
def test_a_hair_of_the_solver_moves_no_cent(hair):
    """A millionth of a EUR off; of 6,000.0099999 a hair more would be the next cent."""
    assert running(paid(alone("NOR01"), {("state", "NOR01"): 6000 + hair})["spending"]) == {
        ("state", "NOR01"): "6000.00"
    }
    almost = alone("NOR01", trips=0.00199998)
    assert running(paid(almost, {("state", "NOR01"): 6000.0099999 + hair})["spending"]) == {
        ("state", "NOR01"): "6000.00"
    }


def test_money_left_of_what_is_carried_over_is_what_no_later_period_spends():
    """1,000 EUR once, 300 of it spent in 2027 and 400 in 2030; what is not carried over is of its own period."""
    country = alone("NOR01").periods(2027, 2030).money(building=(1, 0))
    spent = {("building", 2027): 30_000, ("building", 2030): 40_000}
    known = country.known()
    assert [money_left(known, spent, "building", t) for t in known.years] == [30_000, 30_000]
    known = country.stream("building", carry_over=False).known()
    assert [money_left(known, spent, "building", t) for t in known.years] == [70_000, -40_000]


def test_the_stage_of_payments_is_told_from_the_cents_of_the_tables():
    """5 * 0.0013 = 0.0065 EUR of journeys are in no table, and in no stage."""
    country = alone("NOR01", "NOR02", trips=0.0013)
    program: Program = country.program()
    solution = country.solve()
    told = told_in_cents(program, solution)
    (stage,) = [stage for stage in told.stages if stage.name == "tie_break_money"]
    spending = result_tables(program, solution)["spending"].to_dict("records")
    cents = sum(
        weight("b", row["stream"], row["kind"], row["municipality"], row["service"], row["year"])
        * round(row["amount_eur"] * 100)
        for row in spending
    )
    assert stage.value == cents / 100_000
    assert (stage.gap, stage.status) == (0, "proven")
    assert told_in_cents(program, told).stages == told.stages == solution.stages
