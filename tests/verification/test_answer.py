"""Sums of an answer, minima, needs and what other money could pay, from tables of a few rows made by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

from nationalmap.verification.answer import Answer, price, read_answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question, read_question
from tests.verification.towns import INPUTS, SCENARIO, towns


def question(**parts: Any) -> Question:
    return read_question(towns(**parts), Findings())


TOWNS = question()
YEAR = 2027


def answer(q: Question = TOWNS, **tables: list[dict[str, Any]]) -> Answer:
    """An answer with these tables; of the others the rows of the two towns."""
    known = read_answer(towns(), TOWNS, Findings()).tables
    return Answer(q, {**known, **tables})


def package(
    territory: str, service: str, users: int | None, places: int | None, kind: str, most: int | None = None
) -> dict[str, Any]:
    return {
        "territory": territory, "service": service, "year": YEAR, "minimum_users": users, "minimum_places": places,
        "kind": kind, "maximum_users": most,
    }  # fmt: skip


def need(m: str, group: str, users: int | None) -> dict[str, Any]:
    return {"municipality": m, "group": group, "year": YEAR, "need_users": users}


def test_minima_in_users_and_in_places_of_what_is_planned() -> None:
    rows = [
        package("R1", "day", 5, 3, "access"), package("R2", "day", 6, 4, "in_place"),
        package("R1", "help", 0, 0, "none"), package("R2", "help", 7, None, "none"),
        package("R", "old_house", 8, 8, "in_place"), package("R", "school", 8, 8, "in_place"),
        package("R", "house", None, None, "none", 12), package("R1", "respite", 0, 0, "in_place"),
    ]  # fmt: skip
    assert answer(package=rows).minima == {("R1", "day", YEAR): ("access", 5), ("R2", "day", YEAR): ("in_place", 4)}


def test_where_a_need_is_not_known_the_minima_of_the_municipality_stand_for_it() -> None:
    rows = [
        package("R1", "day", 5, 3, "access"), package("R1", "help", 4, 4, "in_place"),
        package("R2", "day", 6, 4, "none"), package("R2", "help", None, None, "access"),
    ]  # fmt: skip
    needs = [need(m, g, None) for m in ("R1", "R2") for g in ("care", "stay", "school")]
    needs += [need("R1", "rest", 0), need("R2", "rest", 3)]
    found = answer(package=rows, needs=needs)
    every = {
        ("R1", "care"): 9,
        ("R2", "care"): 0,
        ("R1", "stay"): 0,
        ("R2", "stay"): 0,
        ("R1", "rest"): 0,
        ("R2", "rest"): 3,
    }
    assert found.need == {(*key, YEAR): users for key, users in every.items()}
    # Nobody is without a place where nobody asks for one.
    assert found.cells == {("R1", "care", YEAR): 9, ("R2", "rest", YEAR): 3}
    assert [found.within_reach(u, g, YEAR) for u in ("R", "R1", "R2") for g in ("care", "rest")] == [9, 3, 9, 0, 0, 3]
    assert [found.reachable("R1", g, YEAR) for g in ("care", "school")] == [True, False]
    # A house of one's own takes until 2028, and no other group can be had without any.
    far = question(inputs={"travel": ""}, scenario={"old_types_until": 2026})
    assert [answer(far).reachable(m, "stay", t) for m in ("R1", "R2") for t in (2027, 2030)] == [
        False,
        True,
        False,
        False,
    ]


def test_the_state_pays_up_to_the_maximum_or_what_stands_today() -> None:
    def limits(most: int | None, **parts: Any) -> list[int | None]:
        found = answer(question(**parts), package=[package("R", "house", 6, 6, "in_place", most)])
        return [found.limit_of("R", "house", YEAR), found.limit_of_group("R", "stay", YEAR)]

    assert limits(12) == [12, 12]
    assert limits(9) == [10, 10]
    assert limits(None) == [None, None]
    assert answer(package=[]).limit_of("R", "house", YEAR) is None
    # Two users a place; what is only built counts from its opening.
    two = INPUTS["services"].replace("older,1,5,30", "older,2,5,30")
    assert limits(12, inputs={"services": two}) == [20, 20]
    more = "\nsoon_R2,R2,house,7,,keep,,2028,,attested,by hand\nstands_R2,R2,house,4,4,keep,,,,attested,by hand"
    assert limits(12, inputs={"register": INPUTS["register"] + more}) == [14, 14]


def test_a_group_has_a_limit_where_each_of_its_new_services_has_one() -> None:
    rows = [package(m, s, 1, 1, "access", most) for m in ("R1", "R2") for s, most in (("day", 30), ("help", 4))]
    assert [answer(package=rows).limit_of_group(u, "care", YEAR) for u in ("R1", "R2", "R")] == [34, 34, 68]
    assert [answer(package=rows[1:]).limit_of_group(u, "care", YEAR) for u in ("R1", "R2", "R")] == [None, 34, None]
    # Of old types alone there is no limit.
    old = "\n".join(line for line in INPUTS["services"].split("\n") if not line.startswith("house,"))
    assert (
        answer(question(inputs={"services": old.replace("old,house,2029", "old,,2029")})).limit_of_group(
            "R", "stay", YEAR
        )
        is None
    )


def streams(**more: Any) -> dict[str, Any]:
    return {"streams": SCENARIO["streams"] | {"own": SCENARIO["streams"]["own"] | more}}


def test_users_whom_other_money_could_pay() -> None:
    def paid(eur: int, last: int = 2029, year: int = 2029, **parts: Any) -> int:
        services = INPUTS["services"].replace("old,house,2029", f"old,house,{last}")
        scenario = {"years": [2027, 2029, 2030]} | parts.pop("scenario", {})
        q = question(scenario=scenario, inputs={"services": parts.pop("services", services)})
        budget = [{"stream": f, "year": year, "budget_eur": eur * 100} for f in ("own", "state")]
        needs = [need(m, "stay", 5) | {"year": year} for m in ("R1", "R2")]
        return answer(q, budget=budget, needs=needs)._other_money("R", "stay", year)

    # 7,500 are three places of an old house at 2,500, financed in its last year too, or two of a new one at 3,000.
    assert [paid(7_500), paid(7_499), paid(7_500, last=2028), paid(7_500, year=2030)] == [3, 2, 2, 2]
    assert paid(0) == 0
    # A stream that may pay in several places has its money once, and where nobody else pays there is none.
    assert paid(7_500, scenario=streams(services=[])) == 3
    assert paid(7_500, scenario=streams(payer="state")) == 0
    assert paid(7_500, scenario=streams(services=["house"])) == 2
    assert paid(7_500, scenario=streams(kind="capital")) == 0
    # What costs nothing everybody may have.
    free = INPUTS["services"].replace("2500.00,800.00", "0.00,800.00")
    assert (paid(1, services=free), paid(0, services=free)) == (10, 0)


def test_cases_above_the_maxima() -> None:
    assert answer().above == {("R", "stay", 2027): 1, ("R", "stay", 2030): 1}
    # Exactly as many as the maximum and other money allow are none above.
    rows = [need("R1", "stay", 9), need("R2", "stay", 5)]
    assert answer(needs=rows).above == {}
    rows = [need("R1", "stay", 19), need("R2", "stay", 5)]
    assert answer(needs=rows).above == {("R", "stay", 2027): 10}


def test_money_that_no_row_says_is_none() -> None:
    budget = [{"stream": "own", "year": YEAR, "budget_eur": 7}]
    assert [answer(budget=budget).budget_of("own", t) for t in (YEAR, 2030)] == [7, 0]


def test_what_a_user_costs_of_a_place_is_rounded_up() -> None:
    day = TOWNS.services["day"]
    assert [price(dataclasses.replace(day, place=place, rho=3)) for place in (99, 100, 101, 102)] == [33, 34, 34, 34]


def test_facilities_that_the_plan_itself_opens_and_closes() -> None:
    more = "\nhelp_R1,R1,help,3,,keep,,2028,,attested,by hand"
    q = question(inputs={"register": INPUTS["register"] + more})
    rows = [
        {"site": site, "year": t, "opened": opened, "closed": closed, "new_places": 3}
        for site, t, opened, closed in (("day_R2", 2030, 1, 0), ("help_R1", 2030, 0, 0), ("old_R1", 2030, 0, 1),
                                        ("new:house:R1", 2030, 3, 0), ("day_R1", 2030, 0, 1), ("lot_R2", 2030, 1, 0))
    ]  # fmt: skip
    moved = [{"from_site": "old_R1", "to_site": "new:house:R1", "year": 2030, "facility": True}]
    moved.append(moved[0] | {"from_site": "old_R2"})
    found = answer(q, capacity=rows, transformed=moved)
    names = ("day_R2", "help_R1", "old_R1", "new:house:R1", "day_R1", "lot_R2")
    assert [found.opened(q.sites[site], 2030) for site in names] == [0, 0, 0, 1, 0, 1]
    assert [found.closed(q.sites[site], 2030) for site in names] == [0, 0, 0, 0, 1, 0]
    # A site without a row has nothing.
    assert [found.added(q.sites[site], t) for site in ("day_R2", "help_R2") for t in (2027, 2030)] == [0, 3, 0, 0]
