"""What means nothing changes nothing: order, names, currency, halves of money, a split town, another region, a copy.

Small random countries (tests/toyland/varied.py), always the same; whole tables where the plan is unique, else the
values of its stages.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nationalmap.errors import NoPlanPossible
from tests.program.properties import FIRST, Values, equal, few, measured, no_worse, richer, seeds
from tests.toyland import NORTH, RESULTS, SOUTH, Toyland, toyland
from tests.toyland import richer as more
from tests.toyland.invented import invented
from tests.toyland.varied import codes, small, varied

SERVICES = ("day_care", "residence")
STREAMS = ("state", "programme", "building")
PEOPLE = ("capacity", "allocation", "unmet", "compliance")
BGN = Decimal("1.95583")


def lists(country: Toyland, *names: str) -> Mapping[str, Any] | None:
    """Result tables by name, all if none is named; None without a plan."""
    try:
        made = country.results()
    except NoPlanPossible:
        return None
    return {name: made[name].to_dict("list") for name in names or RESULTS}


# ---------------------------------------------------------------------- order, names, currency


@few
@given(seed=seeds, order=st.integers(0, 1000))
@example(seed=304, order=304)
@example(seed=1447, order=1447)
def test_the_order_of_rows_changes_nothing(seed, order):
    country = small(seed)
    assert lists(country.shuffled(order)) == lists(country)


@few
@given(seed=st.integers(0, 1000), order=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing_in_a_country_with_everything_else(seed, order):
    country = varied(seed)
    assert lists(country.shuffled(order)) == lists(country)


@pytest.mark.parametrize("seed", [304, 1447])
def test_the_order_of_rows_changes_nothing_in_six_municipalities(seed):
    country = invented(seed)
    assert lists(country.shuffled(seed)) == lists(country)


def renamed(country: Toyland, names: Mapping[str, str]) -> Toyland:
    """Municipalities under other codes."""
    tables = {
        table: frame.assign(
            **{c: frame[c].replace(dict(names)) for c in ("municipality", "host", "territory") if c in frame.columns}
        )
        for table, frame in country.tables.items()
    }
    return dataclasses.replace(country, tables=tables)


@few
@given(seed=seeds)
def test_other_names_of_the_municipalities_change_no_stage(seed):
    country = small(seed).asking(*FIRST, "worst_unmet", "disruption", "cost", "travel")
    names = dict(zip(codes(country), ("Z1", "M9", "A5"), strict=False))
    assert equal(measured(renamed(country, names)), measured(country))


def times(country: Toyland, factor: Decimal) -> Toyland:
    """All costs and all money times a factor, exact."""
    services = country.tables["services"]
    prices = [name for name in services if name.endswith("_eur")]
    dearer = services.assign(**{p: [float(Decimal(repr(v)) * factor) for v in services[p].tolist()] for p in prices})
    budgets = {
        f: {t: float(Decimal(repr(amount)) * factor) for t, amount in by.items()}
        for f, by in country.budgets_eur.items()
    }
    return dataclasses.replace(country, tables={**country.tables, "services": dearer}, budgets_eur=budgets)


def same_plan(country: Toyland, factor: Decimal) -> None:
    """No place and no user differs, and each stream spends ``factor`` times as much, to the cent."""
    plan, again = lists(country), lists(times(country, factor))
    assert plan is not None
    assert again is not None
    assert {name: again[name] for name in PEOPLE} == {name: plan[name] for name in PEOPLE}
    assert [Decimal(s) for s in again["budget"]["spent_eur"]] == [
        Decimal(s) * factor for s in plan["budget"]["spent_eur"]
    ]


@few
@given(seed=seeds)
def test_all_money_and_all_costs_doubled_change_no_place_and_no_user(seed):
    same_plan(small(seed), Decimal(2))


@few
@given(seed=seeds)
def test_leva_and_euro_make_one_plan(seed):
    """Amounts in whole thousands, so that 1.95583 leva for a euro are whole stotinki; the state can pay what stands."""
    country = small(seed)
    services = country.tables["services"]
    prices = [name for name in services if name.endswith("_eur")]
    whole = services.assign(**{p: (services[p] / 1000).round() * 1000 for p in prices})
    budgets = {f: {t: round(v / 1000) * 1000.0 for t, v in by.items()} for f, by in country.budgets_eur.items()}
    country = dataclasses.replace(country, tables={**country.tables, "services": whole}, budgets_eur=budgets)
    stands = country.tables["register"].merge(whole, on="service")
    today = float((stands["places"] * stands["running_cost_place_eur"] + stands["running_cost_facility_eur"]).sum())
    same_plan(country.money(state=today / 1000 + seed % 20), BGN)


@few
@given(seed=seeds, stream=st.sampled_from(STREAMS), share=st.floats(0, 1))
def test_one_stream_in_two_parts_changes_no_stage(seed, stream, share):
    country = small(seed).asking(*FIRST, "worst_unmet", "cost")
    money, streams = country.budgets_eur[stream][2027] / 1000, country.scenario.streams
    part = round(money * share, 5)
    parted = country.asking(streams={**streams, "half": streams[stream]}).money(
        **{stream: round(money - part, 5), "half": part}
    )
    if stream == "programme":  # Each of two programmes may pay all of the new places; one may not be paid twice.
        parted = parted.stream("programme", new_places_only=False).stream("half", new_places_only=False)
        country = country.stream("programme", new_places_only=False)
    assert equal(measured(parted), measured(country))


# ---------------------------------------------------------------------- more of the same, less of it, none


def twice(country: Toyland) -> Toyland:
    """Twice the people, the places of today, the window, the norms and the money; each facility costs twice."""
    services = country.tables["services"]
    tables = {
        **country.tables,
        "services": services.assign(
            min_places=services["min_places"] * 2,
            max_places=services["max_places"] * 2,
            running_cost_facility_eur=services["running_cost_facility_eur"] * 2,
            capital_cost_facility_eur=services["capital_cost_facility_eur"] * 2,
        ),
    }
    for name, columns in (
        ("needs", ["need_users"]),
        ("register", ["places", "users"]),
        ("package", ["minimum_users", "minimum_places", "maximum_users"]),
    ):
        tables[name] = tables[name].assign(**{c: tables[name][c] * 2 for c in columns})
    return richer(dataclasses.replace(country, tables=tables), state=2, programme=2, building=2)


@few
@given(seed=seeds)
def test_twice_of_everything_leaves_at_most_twice(seed):
    """The plan taken twice is a plan; halves of places are now whole, so a better one may exist.

    Without maxima: a municipality's share of what lies above one is rounded up, and twice that is not.
    """
    country = small(seed).asking(*FIRST).change("package", {}, maximum_users=None)
    once, doubled = measured(country), measured(twice(country))
    assert once is not None
    # Shares of packages stay shares; users double.
    assert no_worse(doubled, {name: v * (1 if name == "package" else 2) for name, v in once.items()})


def test_twice_of_toyland_leaves_three_and_not_two():
    """Shares above the maximum, rounded up: north 4, 3, 2 of 8, south 2, 2, 1 of 4.

    So N2 and N3 travel with 5 and 2, S2 and S3 with 4 and 3: 14 travellers instead of twice 6, 0.4 T more.
    All served would cost 2 * 85.5 + 0.4 = 171.4 of 2 * 84.6 = 169.2. The 6 of S3 have a place today and keep
    one; anybody else unmet saves 1 T, one place: 3 for 2.2 T.
    """
    assert twice(toyland().asking(*FIRST)).values()["unmet_2"] == 3


def nobody(country: Toyland) -> Toyland:
    """The same without packages, where nobody needs anything."""
    country = country.without("package")
    for service in SERVICES:
        country = country.needs(service, **dict.fromkeys(codes(country), 0))
    return country


@few
@given(seed=seeds)
def test_no_need_no_package_and_nothing_today_make_an_empty_plan(seed):
    results = nobody(small(seed, 2027, 2030)).without("register").results()
    for name in ("capacity", "allocation", "compliance", "spending"):
        assert results[name].empty
    assert set(results["unmet"]["need_users"]) == {"0"}
    assert set(results["budget"]["spent_eur"]) == {"0.00"}


@few
@given(seed=seeds)
def test_no_need_and_no_package_leave_what_is_to_be_kept_and_open_nothing(seed):
    country = nobody(small(seed))
    results = country.results()
    assert results["allocation"].empty
    capacity = results["capacity"].set_index("site")
    assert set(capacity["new_places"]) <= {"0"}
    status = country.tables["register"].set_index("site")["status"]
    for site in status[status.isin(["keep", "protected"])].index:
        assert capacity.loc[site, "places"] == capacity.loc[site, "places_today"]


@few
@given(seed=seeds)
def test_a_service_that_nobody_needs_changes_nothing(seed):
    country = small(seed)
    unused = more.service(more.group(country, "unused", 3), "unused", "day_care", group="unused")
    names = ("capacity", "allocation", "compliance", "spending", "budget")
    assert lists(unused, *names) == lists(country, *names)


@few
@given(seed=seeds)
def test_a_second_period_with_nothing_new_is_the_first_one_again(seed):
    """The same needs and running money, nothing to build with, nothing that closes later: users missing double.

    The largest share stays; stages in which a building counts once for both periods are not asked.
    """
    country = small(seed).change("services", {}, lead_years=1)
    staying = country.tables["register"].query("status != 'must_close_by'")
    country = dataclasses.replace(country, tables={**country.tables, "register": staying})
    country = country.asking(*FIRST, "worst_unmet").stream("building", carry_over=False)
    amount = {f: by[2027] / 1000 for f, by in country.budgets_eur.items()}
    both = country.periods(2027, 2030).money(**{**amount, "building": [amount["building"], 0.0]})
    one, two = measured(country), measured(both)
    assert one is not None
    shares = ("worst_unmet", "worst_tenth")
    assert two == pytest.approx({n: v if n in shares else 2 * v for n, v in one.items()}, abs=3e-5)


# ---------------------------------------------------------------------- territory


def apart(country: Toyland) -> Toyland:
    """The same, with each stream split in two halves, one for each region, and no journey between the regions."""
    scenario, streams, budgets = country.scenario, {}, {}
    for name in STREAMS:
        for region, inside in (("north", NORTH), ("south", SOUTH)):
            streams[f"{name}_{region}"] = dataclasses.replace(scenario.streams[name], municipalities=inside)
            budgets[f"{name}_{region}"] = {2027: _share(country, name, inside)}
    for m in set(NORTH) & set(codes(country)):
        for h in set(SOUTH) & set(codes(country)):
            country = country.minutes(m, h, 300)
    country = country.asking("keep", "package", "unmet", "disruption", "cost", "travel", "tie_break", streams=streams)
    return dataclasses.replace(country, budgets_eur=budgets)


def _share(country: Toyland, stream: str, inside: Sequence[str]) -> float:
    """Money of a region: what today's facilities cost there, and half of the rest."""
    money = country.budgets_eur[stream][2027]
    if stream != "state":
        return round(money / 2, 2)
    stands = country.tables["register"].merge(country.tables["services"], on="service")
    cost = stands["places"] * stands["running_cost_place_eur"] + stands["running_cost_facility_eur"]
    here = float(cost[stands["municipality"].isin(inside)].sum())
    return round(here + (money - float(cost.sum())) / 2, 2)


@few
@given(seed=seeds, inside=st.sampled_from((NORTH, SOUTH)))
def test_a_region_alone_is_the_region_in_the_country_where_no_money_is_shared(seed, inside):
    """Without the worst share, which compares the regions."""
    here = (*NORTH[:2], *SOUTH[1:])
    country = apart(invented(seed).only(here))
    whole, alone = country.results(), country.only([m for m in here if m in inside]).results()
    for name in (*PEOPLE, "spending"):
        rows = whole[name][whole[name]["municipality"].isin(inside)]
        assert alone[name].to_dict("records") == rows.to_dict("records")


@few
@given(seed=seeds, data=st.data())
def test_two_towns_at_one_place_are_one_town(seed, data):
    """N1 and N2 at one place, or all of it in N1: nothing stands, no packages, and journeys cost nothing."""
    country = (
        invented(seed).only(NORTH).without("package").without("register").asking("unmet", "sites", "cost", "travel")
    )
    country = country.change("services", {}, trip_cost_user_eur=0.0)
    far = data.draw(st.sampled_from((10, 20, 45)))
    country = country.minutes("NOR01", "NOR02", 0).minutes("NOR01", "NOR03", far).minutes("NOR02", "NOR03", far)
    country = country.money(state=40, programme=5, building=60)
    needs = {(r["municipality"], r["group"]): int(r["need_users"]) for r in country.tables["needs"].to_dict("records")}
    merged = country.only(("NOR01", "NOR03"))
    for g in SERVICES:
        merged = merged.needs(g, NOR01=needs["NOR01", g] + needs["NOR02", g])
    assert equal(measured(merged), measured(country))


# ---------------------------------------------------------------------- sums


@few
@given(seed=st.integers(0, 1000))
def test_every_table_keeps_its_declaration_and_the_tables_add_up(seed):
    """``results`` has every table checked against its declaration; here users, places and money once more."""
    country = varied(seed)
    try:
        tables = {name: table.to_dict("records") for name, table in country.results().items()}
    except NoPlanPossible:
        return
    for row in tables["unmet"]:
        assert int(row["need_users"]) == int(row["served_users"]) + int(row["unmet_users"])
    served, counted = Counter(), Counter()
    for row in tables["allocation"]:
        served[row["municipality"], row["year"]] += int(row["users"])
    for row in tables["unmet"]:
        counted[row["municipality"], row["year"]] += int(row["served_users"])
    assert +served == +counted
    spent = Counter()
    for row in tables["spending"]:
        spent[row["stream"], row["year"]] += Decimal(row["amount_eur"])
    for row in tables["budget"]:
        has = Decimal(row["carried_in_eur"]) + Decimal(row["budget_eur"]) + Decimal(row["lacking_eur"])
        assert Decimal(row["spent_eur"]) == spent[row["stream"], row["year"]]
        assert has == Decimal(row["spent_eur"]) + Decimal(row["carried_out_eur"]) + Decimal(row["left_eur"])


def test_values_are_compared_by_the_first_that_differs():
    """The yardstick of these tests itself."""
    one: Values = {"keep_1": 0.0, "unmet_1": 3.0, "cost": 5.0}
    assert no_worse(one, {"keep_1": 0.0, "unmet_1": 4.0, "cost": 1.0})
    assert not no_worse({"keep_1": 0.0, "unmet_1": 4.0, "cost": 1.0}, one)
    assert not no_worse({**one, "keep_1": 1.0}, one)
    assert equal(one, {**one, "package": 0.0})
    assert not no_worse(None, one)
    assert no_worse(one, None)
    assert no_worse(None, None)
