"""What streams have, what new places cost and what is lost where nothing is renovated, by tables of a few rows."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from nationalmap.verification.answer import Answer
from nationalmap.verification.facts import stream
from nationalmap.verification.findings import Findings
from nationalmap.verification.money_tables import _lost, _places, afterwards, renovated
from nationalmap.verification.question import Question, read_question
from nationalmap.verification.rules_money import _new_cost, available, cents, other_pays, pay_new_only, trip
from tests.verification.towns import INPUTS, SCENARIO, towns

YEARS = (2027, 2030)


def question(**parts: Any) -> Question:
    return read_question(towns(**parts), Findings())


TOWNS = question()


def test_a_part_of_a_cent_is_paid_by_nobody() -> None:
    assert [cents(amount) for amount in (3, Fraction(5, 2), Fraction(299, 100))] == [3, 2, 2]


def test_journeys_at_the_known_cost_else_at_that_of_the_catalogue_for_who_travels() -> None:
    asked = ("R2", "R1", "day"), ("R1", "R2", "day"), ("R1", "R1", "day"), ("R2", "R1", "house")
    assert [trip(TOWNS, *three) for three in asked] == [Fraction("3333.5"), 10_000, 0, 5_000]
    home = question(inputs={"trip_costs": "R1,R1,day,0.01\nR2,R1,day,0"})
    assert [trip(home, *three) for three in asked] == [0, 10_000, 1, 5_000]


def money(q: Question = TOWNS, name: str = "state", **more: Any) -> list[int]:
    """What a stream newly has in each period, cents."""
    found = available(q, stream("a", copy.deepcopy(SCENARIO["streams"][name]) | more))
    assert tuple(found) == q.years
    return list(found.values())


def test_new_money_of_each_period() -> None:
    assert money(amount_eur=100.0, growth_per_year=0.0) == [10_000, 10_000]
    # Halves grow by a tenth a year from today on.
    assert money(amount_eur=100.0, factor=0.5, growth_per_year=0.1) == [5_500, 7_320]
    assert money(amount_eur=100.0, growth_per_year=0.0, first_year=2028) == [0, 10_000]
    # Capital money comes once, when the stream first is open, and does not grow.
    assert money(name="build", amount_eur=100.0, growth_per_year=0.1) == [10_000, 0]
    assert money(name="build", amount_eur=100.0, first_year=2028) == [0, 10_000]
    assert money(name="build", amount_eur=100.0, last_year=2026) == [0, 0]
    # Stated by year, in each that is stated.
    for name in ("state", "build"):
        by_year = {"2027": 7.0, "2030": 9.0, "2031": 11.0}
        assert money(name=name, amount_eur=None, by_year=by_year, growth_per_year=0.0, factor=2.0) == [1_400, 1_800]
        assert money(name=name, amount_eur=None, by_year={"2030": 9.0}, growth_per_year=0.0) == [0, 900]


def test_money_is_cut_to_whole_cents_but_for_a_hair() -> None:
    # A ten-thousandth of a cent is float noise, and no more than that.
    for eur, found in (("0.019999", 2), ("0.0199985", 1), ("0.0299", 2), ("0.03", 3)):
        assert money(amount_eur=Fraction(eur), growth_per_year=0.0) == [found, found]


def test_money_by_an_indicator_and_by_a_share_of_a_national_programme() -> None:
    q = question(
        inputs={"indicators": "blind,R1,\nnone,R1,0\nolder,R1,2000\nolder,R2,1000\nolder,X1,500\npart,R1,1\npart,R2,"}
    )
    plain = {"growth_per_year": 0.0, "amount_eur": None}
    # An indicator counts thousands of EUR.
    assert money(q, **plain, indicator="older", index=0.5) == [150_000_000] * 2
    assert money(q, **plain, indicator="older", municipalities=["R2", "X1"]) == [100_000_000] * 2
    assert money(q, **plain, indicator="part") == [100_000] * 2
    assert money(q, **plain, indicator="blind") == [0, 0]
    share = plain | {"national_eur": 700.0, "shared_by": "older"}
    assert money(q, **share) == [60_000] * 2
    assert money(q, **share | {"municipalities": ["R1"], "over_years": 2}) == [20_000] * 2
    assert money(q, **share | {"shared_by": "none"}) == [0, 0]
    assert money(q, **share | {"national_eur": None}) == [0, 0]


def capacity(*rows: tuple[str, int, int, int, int, int]) -> list[dict[str, Any]]:
    """Rows of capacity.csv: site, year, places, facilities, added, opened."""
    names = ("site", "year", "places", "facilities", "new_places", "opened")
    more = {"transformed_out_places": 0, "given_up_places": 0, "closed": 0}
    return [dict(zip(names, row, strict=True)) | more for row in rows]


def answer(q: Question, rows: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> Answer:
    none: dict[str, list[dict[str, Any]]] = {"transformed": [], "spending": [], "allocation": [], "renovated": []}
    return Answer(q, {"capacity": rows, **none, **tables})


def test_what_new_places_cost() -> None:
    # In R2 a project pays day_R2 until 2031; lot_R2 grows twice and opens twice, at 600.00 a facility.
    register = INPUTS["register"].replace("2028,2029", "2028,2031") + "\nsoon_R2,R2,day,4,,keep,,2027,,attested,by hand"
    q = question(inputs={"register": register})
    rows = capacity(
        ("day_R2", 2030, 5, 1, 0, 1), ("lot_R2", 2027, 6, 1, 6, 1), ("lot_R2", 2030, 11, 2, 5, 1),
        ("soon_R2", 2027, 4, 1, 0, 1), ("soon_R2", 2030, 7, 1, 3, 0), ("day_R1", 2030, 9, 1, 3, 0),
    )  # fmt: skip
    found = [_new_cost(q, answer(q, rows), ("R2", "day", t)) for t in YEARS]
    # Of a site that was built, everything; 500.00 a facility.
    assert found == [6 * 100_000 + 60_000 + 4 * 100_000 + 50_000, 11 * 100_000 + 120_000 + 7 * 100_000 + 50_000]
    assert _new_cost(q, answer(q, rows), ("R1", "day", 2030)) == 300_000
    assert _new_cost(q, answer(q, rows), ("R1", "help", 2030)) == 0


@pytest.mark.parametrize(("amount", "says"), [(300_000, 0), (300_001, 1)])
def test_a_stream_for_new_places_pays_those_alone(amount: int, says: int) -> None:
    q = question(
        scenario={"streams": SCENARIO["streams"] | {"new": SCENARIO["streams"]["new"] | {"services": ["day"]}}}
    )
    spending = [
        {"stream": f, "kind": "running", "municipality": "R1", "service": s, "year": 2030, "amount_eur": n}
        for f, s, n in (("new", "day", amount), ("state", "day", 10**9), ("lost", "day", 10**9), ("new", "x", 10**9))
    ]
    say = Findings()
    pay_new_only(q, answer(q, capacity(("day_R1", 2030, 9, 1, 3, 0)), spending=spending), say)
    assert len(say.sentences) == says


def test_other_money_pays_each_of_its_users() -> None:
    # Three users of a service at 2,500.00 a place; the state's money and that of unknown streams does not count.
    def said(amount: int) -> list[str]:
        rows = [("own", amount), ("state", 10**9), ("lost", 10**9)]
        spending = [
            {
                "stream": f,
                "kind": "running",
                "municipality": "R1",
                "service": "old_house",
                "year": 2027,
                "amount_eur": n,
            }
            for f, n in rows
        ]
        allocation = [
            {"municipality": "R2", "service": s, "host": "R1", "year": 2027, "users": 4, "other_paid_users": n}
            for s, n in (("old_house", 3), ("day", 0), ("lost", 1))
        ]
        say = Findings()
        other_pays(TOWNS, answer(TOWNS, [], spending=spending, allocation=allocation), say)
        return say.sentences

    assert said(750_000) == []
    assert said(749_999) == [
        "spending.csv, running R1 old_house 2027: cents paid by others, against their users' places: 749999 must be >= "
        "750000 (rule other_pays)."
    ]


# ------------------------------------------------------------------------ renovations


def lost(site: str, rows: list[dict[str, Any]], at_most: int, due: int, **row: Any) -> int:
    """Places that a site of these rows loses where it is not renovated."""
    register = INPUTS["register"].replace(row.get("old", ""), row.get("new", ""))
    q = question(inputs={"register": register}, scenario={"years": [2027, 2028, 2030]})
    for other in rows:
        other["transformed_out_places"] = row.get("out", 0)
    return _lost(q, answer(q, rows), q.sites[site], at_most, due)


def test_places_that_are_lost_where_nothing_is_renovated() -> None:
    # Due in the first period: of the six of today two.
    assert [lost("day_R1", [], n, 2027) for n in (0, 2, 6, 9)] == [0, 2, 6, 6]
    # Later: of what stood in the period before, as far as it is more than may stay; not of what is converted then.
    for stood, out, gone in ((6, 0, 2), (8, 0, 4), (5, 0, 1), (3, 0, 0), (8, 3, 1)):
        rows = capacity(("day_R1", 2027, stood, 1, 0, 0), ("day_R1", 2028, 99, 1, 0, 0))
        assert lost("day_R1", rows, 2, 2028, out=out) == gone
    # What is closed by then has nothing to lose.
    old = "day_R1,R1,day,6,12,keep,,", "day_R1,R1,day,6,12,must_close_by,2028,"
    rows = capacity(("day_R1", 2027, 6, 1, 0, 0))
    assert lost("day_R1", rows, 2, 2028, old=old[0], new=old[1]) == 0
    # What is built loses when it opens, or afterwards as any other.
    assert [lost("day_R2", [], n, 2027) for n in (2, 9)] == [2, 5]
    assert lost("day_R2", [], 2, 2028) == 2
    assert lost("day_R2", capacity(("day_R2", 2028, 7, 1, 0, 0)), 2, 2030) == 4


def test_renovations_that_fall_due_within_the_plan_stand_with_their_cost() -> None:
    more = (
        "\nday_R2,roof,2029,1.00,9,attested,b\nhelp_R2,roof,2031,1.00,1,attested,b\nlost_X1,roof,2027,1.00,1,attested,b"
    )
    q = question(inputs={"renovations": INPUTS["renovations"] + more})
    stands = [
        {"site": site, "kind": kind, "municipality": m, "service": "day", "by_year": by, "year": year, "cost_eur": eur,
         "places_lost": n}
        for site, kind, m, by, year, eur, n in (("day_R1", "energy", "R1", 2027, 2027, 300_000, 0),
                                                ("day_R2", "roof", "R2", 2029, None, 100, 5))
    ]  # fmt: skip

    def said(*rows: dict[str, Any]) -> int:
        say = Findings()
        renovated(q, answer(q, [], renovated=list(rows)), say)
        return len(say.sentences)

    assert said(*stands) == 0
    assert said(stands[0], stands[1] | {"places_lost": 0}) == said(stands[0]) == 1
    for name, lie in (("municipality", "R2"), ("service", "help"), ("by_year", 2028), ("cost_eur", 1), ("year", None)):
        assert said(stands[0] | {name: lie}, stands[1]) == 1


def test_the_places_that_a_kind_of_cost_is_for() -> None:
    rows = capacity(("day_R1", 2027, 6, 1, 2, 0), ("lot_R2", 2030, 5, 1, 5, 1), ("day_R2", 2030, 7, 1, 2, 0))
    for row in rows:
        row |= {"municipality": TOWNS.sites[row["site"]].municipality, "service": "day"}
    moved = [
        {"from_site": site, "to_site": "x", "municipality": "R1", "to_service": "house", "year": 2030, "places_out": n,
         "facility": True}
        for site, n in (("a", 4), ("b", 3))
    ]  # fmt: skip
    done = [
        {"site": site, "kind": kind, "year": year}
        for site, kind, year in (("day_R1", "a", 2027), ("day_R1", "b", 2027), ("day_R1", "c", None),
                                 ("lost", "a", 2027), ("day_R2", "a", 2030), ("lot_R2", "a", 2030))
    ]  # fmt: skip
    found = answer(TOWNS, rows, transformed=moved, renovated=done)
    assert _places(TOWNS, found, "running") == {("R1", "day", 2027): 6, ("R2", "day", 2030): 12}
    assert _places(TOWNS, found, "build") == {("R1", "day", 2027): 2, ("R2", "day", 2030): 7}
    assert _places(TOWNS, found, "transform") == {("R1", "house", 2030): 7}
    assert _places(TOWNS, found, "renovate") == {("R1", "day", 2027): 6, ("R2", "day", 2030): 12}


def test_running_money_of_the_last_year_and_what_a_project_pays() -> None:
    # A project pays day_R2 until 2031, five places and two facilities: nothing of lot_R2, and no earlier year.
    q = question(inputs={"register": INPUTS["register"].replace("2028,2029", "2028,2031")})
    rows = capacity(("day_R2", 2027, 9, 1, 0, 0), ("day_R2", 2030, 5, 2, 0, 0), ("lot_R2", 2030, 6, 1, 6, 1))
    spending = [
        {"stream": f, "kind": kind, "municipality": m, "service": "day", "year": t, "amount_eur": n}
        for f, kind, m, t, n in (("new", "running", "R1", 2030, 5), ("state", "running", "R1", 2030, 7),
                                 ("state", "running", "R2", 2030, 4), ("state", "running", "R2", 2027, 90),
                                 ("build", "build", "R1", 2030, 90), ("lost", "running", "R1", 2030, 90))
    ]  # fmt: skip
    stands = [
        {"stream": f, "service": "day", "amount_eur": n, "ends": ends}
        for f, n, ends in (("new", 5, True), ("state", 11, False), ("project", 5 * 100_000 + 2 * 50_000, True))
    ]
    say = Findings()
    afterwards(q, answer(q, rows, spending=spending, afterwards=stands), say)
    assert say.sentences == []
