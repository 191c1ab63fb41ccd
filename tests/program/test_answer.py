"""The result tables agree with each other and with the input tables; each sum is computed here a second time.

Nothing of the program is used for that: the tables alone, Decimal for money. Toyland in both modes, and random
countries whose costs are odd cents.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from nationalmap import schema
from nationalmap.errors import SolverFailed
from nationalmap.program import answer
from tests.toyland import RESULTS, Toyland, at_home, toyland, what_it_would_cost
from tests.toyland.invented import invented

STAGES = ("keep", "package", "unmet", "disruption", "cost", "tie_break")
COUNTRIES = {
    "toyland": toyland,
    "what_it_would_cost": what_it_would_cost,
    "at_home": at_home,
    "too_late": lambda: toyland().change("services", {"service": "residence"}, lead_years=2),
    "two_a_place": lambda: toyland().change("services", {"service": "day_care"}, users_per_place=2),
    **{f"invented_{seed}": lambda seed=seed: invented(seed).asking(*STAGES) for seed in range(500, 508)},
    **{
        f"invented_{seed}_at_any_cost": lambda seed=seed: invented(seed).asking(
            "keep", "overspend", "cost", "tie_break", mode="what_it_would_cost"
        )
        for seed in range(508, 512)
    },
}


class Answer:
    """A country and its tables, as lists of rows."""

    def __init__(self, country: Toyland):
        self.country = country
        self.tables = {name: table.to_dict("records") for name, table in country.results().items()}
        self.services = {row["service"]: row for row in country.tables["services"].to_dict("records")}
        self.region = dict(country.tables["municipalities"][["municipality", "region"]].itertuples(index=False))

    def __getitem__(self, name):
        return self.tables[name]

    def eur(self, service: str, figure: str) -> Decimal:
        return Decimal(repr(float(self.services[service][figure]))).quantize(Decimal("0.01"))


@pytest.fixture(scope="module", params=COUNTRIES, ids=str)
def made(request) -> Answer:
    return Answer(COUNTRIES[request.param]())


def test_every_table_keeps_its_declaration(made):
    """``results`` has checked them; here that each is there with its columns in order."""
    for name in RESULTS:
        assert not made[name] or tuple(made[name][0]) == schema.TABLES[name].names


def test_served_and_unmet_are_the_need(made):
    for row in made["unmet"]:
        assert int(row["served_users"]) + int(row["unmet_users"]) == int(row["need_users"])


def test_every_unmet_case_has_one_reason(made):
    for row in made["unmet"]:
        reasons = [int(row[name]) for name in ("above_maximum_users", "out_of_reach_users", "no_place_users")]
        assert sum(reasons) == int(row["unmet_users"])


def test_the_need_is_the_need_of_the_needs_table(made):
    needs = made.country.tables["needs"]
    asked = {(m, s): n for m, s, n in needs[["municipality", "service", "need_users"]].itertuples(index=False)}
    assert {(r["municipality"], r["service"]): int(r["need_users"]) for r in made["unmet"]} == asked


def test_the_served_are_those_of_the_allocation(made):
    served = Counter()
    for row in made["allocation"]:
        served[row["municipality"], row["service"]] += int(row["users"])
    for row in made["unmet"]:
        assert int(row["served_users"]) == served[row["municipality"], row["service"]]


def test_nobody_travels_farther_than_the_limit_or_out_of_the_region_of_a_regional_service(made):
    travel = made.country.tables["travel"]
    minutes = {(m, h): n for m, h, n in travel[["municipality", "host", "travel_min"]].itertuples(index=False)}
    for row in made["allocation"]:
        service = made.services[row["service"]]
        assert int(row["travel_min"]) == minutes[row["municipality"], row["host"]] <= service["travel_limit_min"]
        if service["level"] == "regional":
            assert made.region[row["municipality"]] == made.region[row["host"]]


def test_no_more_users_than_the_places_hold(made):
    users, places = Counter(), Counter()
    for row in made["allocation"]:
        users[row["host"], row["service"]] += int(row["users"])
    for row in made["capacity"]:
        places[row["municipality"], row["service"]] += int(row["places"])
    for (h, s), n in users.items():
        assert n <= places[h, s] * made.services[s]["users_per_place"]


def test_places_and_facilities_balance_with_today(made):
    register = made.country.tables["register"].set_index("site")
    assert set(register.index) <= {row["site"] for row in made["capacity"]}
    for row in made["capacity"]:
        now = {name: int(value) for name, value in row.items() if value.isdigit()}
        assert now["places"] == now["places_today"] + now["new_places"] - now["given_up_places"]
        assert now["facilities"] == now["facilities_today"] + now["opened"] - now["closed"]
        assert now["new_places"] == 0 or now["given_up_places"] == 0
        today = int(register.loc[row["site"], "places"]) if row["site"] in register.index else 0
        assert now["places_today"] == today
        assert (row["origin"] == "new") == (row["site"] not in register.index)


def test_facilities_keep_their_size_and_their_status(made):
    register = made.country.tables["register"].set_index("site")
    for row in made["capacity"]:
        service = made.services[row["service"]]
        n, facilities, today = int(row["places"]), int(row["facilities"]), int(row["places_today"])
        if service["mode"] != "home":
            smallest, largest = service["min_places"], service["max_places"]
            if row["origin"] != "new":
                smallest, largest = min(smallest, today), max(largest, today)
            assert smallest * facilities <= n <= largest * facilities
        if row["site"] in register.index:
            site = register.loc[row["site"]]
            assert site["status"] != "protected" or n >= today
            assert site["status"] != "must_close_by" or site["close_by_year"] > 2027 or n == 0


def test_spending_is_the_cost_of_what_stands_and_opens(made):
    """By host and service, recomputed to the cent from capacity, allocation and the catalogue alone."""
    owed = Counter()
    for row in made["capacity"]:
        s, m = row["service"], row["municipality"]
        owed[m, s, "running"] += int(row["places"]) * made.eur(s, "running_cost_place_eur")
        owed[m, s, "running"] += int(row["facilities"]) * made.eur(s, "running_cost_facility_eur")
        owed[m, s, "capital"] += int(row["new_places"]) * made.eur(s, "capital_cost_place_eur")
        owed[m, s, "capital"] += int(row["opened"]) * made.eur(s, "capital_cost_facility_eur")
    for row in made["allocation"]:
        if row["host"] != row["municipality"]:
            trips = int(row["users"]) * made.eur(row["service"], "trip_cost_user_eur")
            owed[row["host"], row["service"], "running"] += trips
    paid = Counter()
    for row in made["spending"]:
        paid[row["municipality"], row["service"], row["kind"]] += Decimal(row["amount_eur"])
    assert {key: n for key, n in paid.items() if n} == {key: n for key, n in owed.items() if n}


def test_the_budget_table_sums_the_spending_of_each_stream(made):
    spent = Counter()
    for row in made["spending"]:
        spent[row["stream"]] += Decimal(row["amount_eur"])
    scenario = made.country.scenario
    assert [row["stream"] for row in made["budget"]] == sorted(scenario.streams)
    for row in made["budget"]:
        has, gone = Decimal(row["budget_eur"]), Decimal(row["spent_eur"])
        assert has == Decimal(repr(made.country.budgets_eur[row["stream"]]))
        assert gone == spent[row["stream"]]
        assert Decimal(row["left_eur"]) - Decimal(row["lacking_eur"]) == has - gone
        assert Decimal(0) in (Decimal(row["left_eur"]), Decimal(row["lacking_eur"]))
        if scenario.mode == "within_the_money":
            assert row["lacking_eur"] == "0.00"


def test_a_stream_pays_only_what_it_may(made):
    new = Counter()
    for row in made["capacity"]:
        s = row["service"]
        new[row["municipality"], s] += int(row["new_places"]) * made.eur(s, "running_cost_place_eur")
        new[row["municipality"], s] += int(row["opened"]) * made.eur(s, "running_cost_facility_eur")
    for row in made["spending"]:
        stream = made.country.scenario.streams[row["stream"]]
        assert row["kind"] == stream.kind
        assert not stream.services or row["service"] in stream.services
        if stream.new_places_only:
            assert Decimal(row["amount_eur"]) <= new[row["municipality"], row["service"]]


def test_compliance_is_what_the_other_tables_say(made):
    package = made.country.tables["package"].set_index(["territory", "service"])
    served, places, open_at = Counter(), Counter(), set()
    for row in made["allocation"]:
        served[row["municipality"], row["service"]] += int(row["users"])
    for row in made["capacity"]:
        m, s = row["municipality"], row["service"]
        regional = made.services[s]["level"] == "regional"
        places[made.region[m] if regional else m, s] += int(row["places"])
        if int(row["facilities"]) or (made.services[s]["mode"] == "home" and int(row["places"])):
            open_at.add((m, s))
    travel = made.country.tables["travel"]
    minutes = {(m, h): n for m, h, n in travel[["municipality", "host", "travel_min"]].itertuples(index=False)}
    for row in made["compliance"]:
        m, s = row["municipality"], row["service"]
        service = made.services[s]
        regional = service["level"] == "regional"
        territory = made.region[m] if regional else m
        norm = package.loc[(territory, s)]
        required = norm["minimum_users"] if norm["kind"] == "access" else norm["minimum_places"]
        achieved = served[m, s] if norm["kind"] == "access" else places[territory, s]
        near = [
            minutes[m, h]
            for h, other in open_at
            if other == s
            and minutes[m, h] <= service["travel_limit_min"]
            and (not regional or made.region[h] == made.region[m])
        ]
        assert row["kind"] == ("regional" if regional else norm["kind"])
        assert (int(row["required"]), int(row["achieved"])) == (required, achieved)
        assert int(row["missing"]) == max(0, required - achieved)
        assert row["nearest_min"] == (str(min(near)) if near else "")
        assert row["within_reach"] == ("yes" if near else "no")
        complied = achieved >= required and (bool(near) or not regional)
        assert row["complied"] == ("yes" if complied else "no")
    asked = package[package["kind"] != "none"]
    assert len(made["compliance"]) == sum(
        1 if made.services[s]["level"] == "municipal" else sum(made.region[m] == t for m in made.region)
        for t, s in asked.index
    )


def test_no_more_are_above_the_maximum_than_it_leaves_and_no_more_are_paid(made):
    package = made.country.tables["package"]
    for territory, s, most in package[["territory", "service", "maximum_users"]].itertuples(index=False):
        rows = [
            row
            for row in made["unmet"]
            if row["service"] == s
            and territory in (row["municipality"], made.region[row["municipality"]])
            and row["out_of_reach_users"] == "0"
        ]
        above = sum(int(row["above_maximum_users"]) for row in rows)
        if str(most) == "<NA>":
            assert above == 0
            continue
        need = sum(int(row["need_users"]) for row in rows)
        assert sum(int(row["served_users"]) for row in rows) <= most
        assert above <= max(0, need - most)


def test_the_unmet_of_the_tables_are_the_unmet_of_the_stages():
    """No-place cases by priority class; what is above the maximum or out of reach is in no stage."""
    for seed in range(512, 518):
        country = invented(seed).asking("keep", "package", "unmet", "tie_break")
        values, unmet = country.values(), country.results()["unmet"]
        for service, number in (("residence", 1), ("day_care", 2)):
            cases = unmet[unmet["service"] == service]["no_place_users"].astype(int).sum()
            assert cases == values.get(f"unmet_{number}", 0)


# ---------------------------------------------------------------------- the pieces


def test_cases_above_the_maximum_are_laid_on_municipalities_by_largest_remainder():
    """North: 12 need a residence, 8 are paid, 4 are above: at most 2, 2 and 1 in N1, N2 and N3.

    Five unmet, 1 in N1, 3 in N2, 1 in N3: weights 1, 2, 1, just the 4. Two in N1 and three in N2: 2, 2: the 4.
    Six unmet, 2, 3, 1: weights 2, 2, 1, of five 4: 1.6, 1.6, 0.8; one, one, none, and one more in N3 and N1.
    """
    known = toyland().known()
    cells = [("NOR01", "residence"), ("NOR02", "residence"), ("NOR03", "residence")]
    zero = dict.fromkeys(known.cells, 0)

    def laid(*lacking):
        above = answer._above(known, {**zero, **dict(zip(cells, lacking, strict=True))})
        return tuple(above.get(cell, 0) for cell in cells)

    assert laid(1, 3, 1) == (1, 2, 1)
    assert laid(2, 3, 0) == (2, 2, 0)
    assert laid(2, 3, 1) == (2, 1, 1)
    assert laid(1, 0, 0) == (1, 0, 0)
    assert laid(0, 0, 0) == (0, 0, 0)


def test_money_that_does_not_add_up_to_the_cent_is_refused():
    """A payment of the state is a cent short of what day care in N1 costs."""
    program = toyland().program()
    from nationalmap.program.solve import Solution, solve

    solution = solve(program)
    values = {**solution.values}
    values["b__state__NOR01__day_care__2027"] -= 0.00001
    with pytest.raises(SolverFailed, match=r"day_care in NOR01 costs 13100\.00 EUR, its streams pay 13099\.99"):
        answer.result_tables(program, Solution(values, solution.stages, solution.solver, solution.options))


def test_money_is_rounded_to_the_nearest_cent():
    assert [answer._cents(t) for t in (0.0, 13.1, 0.000014, 0.000016, 1234.56789)] == [0, 1_310_000, 1, 2, 123_456_789]
