"""Each rule by itself: the two towns agree; one thing is asked otherwise, and the rule says both sides by its name."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from nationalmap.verification import check
from nationalmap.verification.answer import read_answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import read_question
from nationalmap.verification.rules_money import renovating
from nationalmap.verification.rules_together import _above_today
from tests.verification.towns import INPUTS, NORMS, RESULTS, SCENARIO, provenance, towns

ORIGINS = {"provenance": provenance(INPUTS)}


def found(**parts: Any) -> str:
    return "\n".join(check(towns(**parts)).differences)


def asked(name: str, *pairs: tuple[str, str]) -> dict[str, dict[str, str]]:
    """Another input table: some text of it replaced."""
    return {"inputs": {name: _replaced(INPUTS[name], *pairs)}}


def given(**tables: tuple[tuple[str, str], ...]) -> dict[str, dict[str, str]]:
    """Other result tables."""
    return {"results": {name: _replaced(RESULTS[name], *pairs) for name, pairs in tables.items()}}


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def scenario(**keys: Any) -> dict[str, Any]:
    return {"scenario": keys}


def stream(name: str, **keys: Any) -> dict[str, Any]:
    streams = copy.deepcopy(SCENARIO["streams"])
    streams[name] |= keys
    return {"scenario": {"streams": streams}}


def norm(name: str, **keys: Any) -> dict[str, Any]:
    return {"norms": [n | keys if n["id"] == name else n for n in NORMS]}


def lock(at: int, **keys: Any) -> dict[str, Any]:
    locks = copy.deepcopy(SCENARIO["locks"])
    locks[at] |= keys
    return {"scenario": {"locks": locks}}


def test_the_two_towns_agree() -> None:
    report = check(towns())
    assert report.differences == ()
    assert report.rules == 60
    assert report.rows == sum(t.count("\n") + 1 for t in (INPUTS | ORIGINS | RESULTS).values() if t) - 2 - 2
    assert report.says.split("\n")[0] == f"{report.rules} rules, {report.rows} rows checked: everything agrees"
    assert "not checked: that no better plan exists" in report.says


#: Name of the rule; what is asked or given otherwise; the sentence that follows.
CASES: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "lead_time",
        asked(
            "services",
            (
                "help,П,Help,П,Help,care,1,,,home_and_mobile,new,,,municipal,home,older,1,0,0,0.5,0,1",
                "help,П,Help,П,Help,care,1,,,home_and_mobile,new,,,municipal,home,older,1,0,0,0.5,0,2",
            ),
        ),
        "capacity.csv, new:help:R1 2027: places are added or a facility opened before that is possible here, or where "
        "it is not (rule lead_time).",
    ),
    (
        "window_smallest",
        asked("services", ("older,1,4,8,0.5,60,2", "older,1,9,9,0.5,60,2")),
        "capacity.csv, new:house:R1 2030: places, against smallest size x facilities: 8 must be >= 9 "
        "(rule window_smallest).",
    ),
    (
        "window_largest",
        asked("services", ("older,2,5,10,0.25", "older,2,5,7,0.25")),
        "capacity.csv, day_R1 2030: places, against largest size x facilities: 8 must be <= 7 (rule window_largest).",
    ),
    (
        "gone",
        asked("services", ("old,house,2029", "old,house,2026")),
        "capacity.csv, old_R1 2027: places and facilities of what has to be closed: 11 must be = 0 (rule gone).",
    ),
    (
        "gone",
        asked("register", ("day_R1,R1,day,6,12,keep,,", "day_R1,R1,day,6,12,must_close_by,2030,")),
        "capacity.csv, day_R1 2030: places and facilities of what has to be closed: 9 must be = 0 (rule gone).",
    ),
    (
        "gone",
        scenario(old_types_until=2026),
        "capacity.csv, old_R1 2027: places and facilities of what has to be closed: 11 must be = 0 (rule gone).",
    ),
    (
        "balance_places",
        given(
            capacity=(
                ("help_R2,2027,R2,help,attested,3,3,0,2,0,0,0,5", "help_R2,2027,R2,help,attested,4,3,0,2,0,0,0,5"),
            )
        ),
        "capacity.csv, help_R2 2027: places_today is 4; 3 follows (rule balance_places).",
    ),
    (
        "open_and_close",
        given(
            capacity=(
                ("day_R1,2030,R1,day,attested,6,6,0,2,0,0,0,8,1,1", "day_R1,2030,R1,day,attested,6,6,0,2,0,0,0,8,1,0"),
            )
        ),
        "capacity.csv, day_R1 2030: facilities_before is 0; 1 follows (rule open_and_close).",
    ),
    (
        "afterwards",
        stream("own", last_year=2030),
        "afterwards.csv, own house: ends is no; yes follows (afterwards: running money of the last year).",
    ),
    (
        "grow_or_shrink",
        given(
            capacity=(
                ("help_R2,2027,R2,help,attested,3,3,0,2,0,0,0,5", "help_R2,2027,R2,help,attested,3,3,0,3,0,0,1,5"),
            )
        ),
        "capacity.csv, help_R2: places are added, and places are given up (rule grow_or_shrink).",
    ),
    (
        "keep_places",
        asked("register", ("help_R2,R2,help,3,3,keep", "help_R2,R2,help,3,3,protected"))
        | given(
            capacity=(
                ("help_R2,2027,R2,help,attested,3,3,0,2,0,0,0,5", "help_R2,2027,R2,help,attested,3,3,0,3,0,0,1,5"),
            )
        ),
        "capacity.csv, help_R2 2027: places given up of a protected site: 1 must be = 0 (rule keep_places).",
    ),
    (
        "convert",
        asked("transformations", ("0.8", "0.7")),
        "transformed.csv, old_R1 new:house:R1 2030: new places, against factor x old places, rounded "
        "down: 8 must be = 7 "
        "(rule convert).",
    ),
    (
        "convert",
        {"inputs": {"transformations": ""}},
        "transformed.csv, old_R1 new:house:R1 2030: no such conversion is permitted (rule convert).",
    ),
    (
        "convert",
        given(transformed=(("8,yes", "8,no"),)),
        "transformed.csv, old_R1 new:house:R1 2030: places change their service without their facility (rule convert).",
    ),
    (
        "convert",
        asked("services", ("older,1,4,8,0.5,60,2", "older,1,4,8,0.5,60,5")),
        "transformed.csv, old_R1 new:house:R1 2030: the lead time has not passed, or the site is protected or "
        "did not stand (rule convert).",
    ),
    (
        "renovate_or_lose",
        given(renovated=(("2027,2027,3000.00,0", "2027,,3000.00,2"),)),
        "renovated.csv, day_R1 energy: places in 2027 of what was not renovated, against places less "
        "those lost: 6 must "
        "be <= 4 (rule renovate_or_lose).",
    ),
    (
        "renovate_or_lose",
        given(renovated=(("2027,2027,3000.00,0", "2027,2030,3000.00,0"),)),
        "renovated.csv, day_R1 energy: 2030 is no planned period in time (rule renovate_or_lose).",
    ),
    (
        "convert",
        asked("register", ("old_house,10,10,keep", "old_house,10,10,protected")) | scenario(old_types_until=2035),
        "transformed.csv, old_R1 new:house:R1 2030: the lead time has not passed, or the site is protected or "
        "did not stand (rule convert).",
    ),
    (
        "convert",
        given(transformed=(("10,8,yes", "10,7,yes"),)),
        "transformed.csv, old_R1 new:house:R1 2030: new places, against factor x old places, rounded down: 7 must "
        "be = 8 (rule convert).",
    ),
    (
        "grow_or_shrink",
        given(capacity=(("attested,10,10,0,0,0,0,0,10", "attested,10,10,0,1,0,0,0,11"),)),
        "capacity.csv, old_R1: places are added, and places are given up (rule grow_or_shrink).",
    ),
    (
        "lead_time",
        given(capacity=(("attested,10,10,0,0,0,0,0,10", "attested,10,10,0,1,0,0,0,11"),)),
        "capacity.csv, old_R1 2027: places are added or a facility opened before that is possible here, or where "
        "it is not (rule lead_time).",
    ),
    (
        "pay_new_only",
        stream("new", services=["day"], by_year={"2030": 5450.0}, last_year=2035)
        | given(spending=(("state,running,R2,day,2030,5450.00", "new,running,R2,day,2030,5500.01"),)),
        "spending.csv, new running R2 day 2030: cents, against the cost of new places: 550001 must be <= 550000 "
        "(rule pay_new_only).",
    ),
    (
        "hosts",
        asked("agreements", ("signed", "refused")),
        "allocation.csv, R2 day R1 2027: people of the municipality may not be served there then (rule hosts).",
    ),
    (
        "hosts",
        asked("travel", ("R2,R1,20,20", "R2,R1,31,31")),
        "allocation.csv, R2 respite R1 2027: people of the municipality may not be served there then (rule hosts).",
    ),
    (
        "hosts",
        {"inputs": {"agreements": ""}} | scenario(agreements_default="refused"),
        "allocation.csv, R2 respite R1 2027: people of the municipality may not be served there then (rule hosts).",
    ),
    (
        "other_paid",
        stream("own", payer="state"),
        "allocation.csv, R2 old_house R1 2027: no other money may pay these users (rule other_paid).",
    ),
    (
        "other_paid",
        given(package=((",12,house.minimum,house.maximum", ",,house.minimum,"),)),
        "allocation.csv, R2 old_house R1 2027: no other money may pay these users (rule other_paid).",
    ),
    (
        "meet_need",
        norm("care.need", rule={"type": "ratio", "indicator": "older", "rate": 1.0, "per": 125.0})
        | {"results": {"needs": RESULTS["needs"].replace(",20,20,", ",16,16,").replace(",10,10,", ",8,8,")}},
        "allocation.csv, R1 care 2030: served, against the need: 20 must be <= 16 (rule meet_need).",
    ),
    (
        "group_shares",
        scenario(shares=[{"service": "help", "least": None, "most": 0.25}]),
        "allocation.csv, R help 2030: served, against the most share: 9 must be <= 7.5 (rule group_shares).",
    ),
    (
        "group_shares",
        asked("services", ("Help,care,1,,", "Help,care,1,0.31,")) | scenario(shares=[]),
        "allocation.csv, R help 2030: served, against the least share: 9 must be >= 9.3 (rule group_shares).",
    ),
    (
        "single_assignment",
        scenario(single_assignment=["day"])
        | given(allocation=(("R2,day,R2,2030,5,0,0", "R2,day,R1,2030,2,0,20\nR2,day,R2,2030,3,0,0"),)),
        "allocation.csv, R2 day 2030: hosts: 2 must be <= 1 (rule single_assignment).",
    ),
    (
        "places_hold_users",
        asked("services", ("older,2,5,10", "older,1,5,10")),
        "allocation.csv, host R1 day 2027: users, against what the places hold: 12 must be <= 6 (rule "
        "places_hold_users).",
    ),
    (
        "maximum_users",
        asked("register", ("old_house,10,10", "old_house,7,7"))
        | given(package=((",12,house.minimum", ",7,house.minimum"),)),
        "package.csv, R house 2027: users that the state pays: 9 must be <= 7 (rule maximum_users).",
    ),
    (
        "hard_need",
        scenario(mode="what_it_would_cost"),
        "unmet.csv, R2 stay 2030: need cases without a place: 2 must be = 0 (rule hard_need).",
    ),
    (
        "hard_need",
        scenario(mode="what_it_would_cost"),
        "capacity.csv, R2 day 2027: missing of a package of 3: 1 must be = 0 (rule hard_need).",
    ),
    (
        "budgets",
        stream("state", amount_eur=30000.0)
        | given(budget=(("40800.00,31316.67,0.00,9483.33,0.00", "30600.00,31316.67,0.00,0.00,716.67"),)),
        "budget.csv, state 2027: more is spent than there is (rule budgets).",
    ),
    (
        "budgets",
        stream("build", carry_over=False),
        "budget.csv, build 2027: carried_out_eur is 16,400.00; 0.00 follows (rule budgets).",
    ),
    (
        "budgets",
        stream("state", growth_per_year=0.03),
        "budget.csv, state 2030: budget_eur is 43,297.28; 45,020.35 follows (rule budgets).",
    ),
    (
        "budgets",
        stream("state", amount_eur=None, indicator="older", index=0.0133333),
        "budget.csv, state 2027: budget_eur is 40,800.00; 40,799.89 follows (rule budgets).",
    ),
    (
        "pay_running",
        given(spending=(("state,running,R1,day,2027,6446.67", "state,running,R1,day,2027,6446.66"),)),
        "spending.csv, running R1 day 2027: the streams pay 6,446.66, the cost is 6,446.67 (rule pay_running).",
    ),
    (
        "pay_running",
        stream("state", municipalities=["R1"]),
        "spending.csv, running R2 day 2030, state: this stream may not pay that then (rule pay_running).",
    ),
    (
        "pay_build",
        stream("build", purposes=["transform", "renovate"]),
        "spending.csv, build R1 day 2030, build: this stream may not pay that then (rule pay_build).",
    ),
    (
        "pay_build",
        stream("build", last_year=2027),
        "spending.csv, build R1 day 2030, build: this stream may not pay that then (rule pay_build).",
    ),
    (
        "pay_transform",
        asked("transformations", ("1000.00", "1000.01")),
        "spending.csv, transform R1 house 2030: the streams pay 10,000.00, the cost is 10,000.10 (rule pay_transform).",
    ),
    (
        "pay_renovate",
        asked("renovations", ("3000.00", "2999.99")),
        "spending.csv, renovate R1 day 2027: the streams pay 3,000.00, the cost is 2,999.99 (rule pay_renovate).",
    ),
    (
        "pay_new_only",
        given(
            spending=(("R2,help,2027,800.00", "R2,help,2027,800.01"), ("R2,help,2027,1200.00", "R2,help,2027,1199.99"))
        ),
        "spending.csv, new running R2 help 2027: cents, against the cost of new places: 80001 must be <= 80000 "
        "(rule pay_new_only).",
    ),
    (
        "other_pays",
        given(spending=(("old_house,2027,2500.00", "old_house,2027,2499.99"), ("22450.00", "22450.01"))),
        "spending.csv, running R1 old_house 2027: cents paid by others, against their users' places: 249999 must be >= "
        "250000 (rule other_pays).",
    ),
    (
        "staff_ceiling",
        asked("professions", ("0.5", "0.6")),
        "staffing.csv, R nurse 2030: needed_posts is 4; 4.8 follows (rule staff_ceiling).",
    ),
    (
        "complexes",
        given(complex=((",1,200.00", ",2,400.00"),)),
        "complex.csv, R1 day 2030: complexes, against facilities of the service: 2 must be <= 1 (rule complexes).",
    ),
    (
        "keep_apart",
        asked("services", ("residential,older,1,4,8", "residential,children,1,4,8")),
        "complex.csv, both R1 2030: it holds target groups that must be kept apart (rule keep_apart).",
    ),
    (
        "embedded_places",
        asked("embedded", ("day,2", "day,1")),
        "capacity.csv, R1 respite 2027: places inside day, against its facilities: 2 must be <= 1 (rule "
        "embedded_places).",
    ),
    (
        "embedded_size",
        asked("services", ("older,2,5,10,0.25", "older,2,5,9,0.25")),
        "capacity.csv, R1 day 2030: places with those inside, against the largest size: 10 must be <= 9 "
        "(rule embedded_size).",
    ),
    (
        "site_limits",
        scenario(site_limits=[{"service": "day", "territory": "", "relation": "exactly", "number": 2, "basis": ""}]),
        "capacity.csv, day everywhere 2027: facilities: 1 must be = 2 (rule site_limits).",
    ),
    (
        "hub_services",
        scenario(hubs=[{"municipality": "R1", "most_services": 1, "excluded_services": [], "reason": ""}]),
        "capacity.csv, R1 2027: services with facilities: 2 must be <= 1 (rule hub_services).",
    ),
    (
        "lead_time",
        scenario(hubs=[{"municipality": "R1", "most_services": None, "excluded_services": ["respite"], "reason": ""}]),
        "capacity.csv, new:respite:R1 2027: places are added or a facility opened before that is "
        "possible here, or where "
        "it is not (rule lead_time).",
    ),
    (
        "most_openings",
        scenario(most_openings_per_year=0),
        "capacity.csv, 2030: facilities opened: 1 must be <= 0 (rule most_openings).",
    ),
    ("locks", lock(0, value=3), "scenario.json, lock two 2027: users: 2 must be = 3 (rule locks)."),
    ("locks", lock(1, relation="least", value=7), "scenario.json, lock six 2027: places: 6 must be >= 7 (rule locks)."),
    (
        "locks",
        lock(2, relation="most", value=0),
        "scenario.json, lock one 2030: facilities: 1 must be <= 0 (rule locks).",
    ),
    (
        "balance_places",
        asked("register", ("day,5,,keep,,2028", "day,5,,keep,,2031")),
        "capacity.csv, day_R2 2027: no such site or period exists (rule capacity_rows).",
    ),
    (
        "balance_places",
        given(
            capacity=(
                ("help_R2,2030,R2,help,attested,3,5,0,0,0,0,0,5", "help_R2,2030,R2,help,attested,3,5,0,0,0,0,0,6"),
            )
        ),
        "capacity.csv, help_R2 2030: places, against before plus and less the changes: 6 must be = 5 "
        "(rule balance_places).",
    ),
    (
        "open_and_close",
        given(capacity=(("0,0,8,1,1,0,0,1\nday_R2,2027", "0,0,8,1,1,1,0,2\nday_R2,2027"),)),
        "capacity.csv, day_R1 2030: facilities that the plan itself opens: 1 must be <= 0 (rule open_and_close).",
    ),
    (
        "project",
        asked("register", (",,2028,2029,", ",,2028,2031,")),
        "spending.csv, running R2 day 2030: the streams pay 5,450.00, the cost is 0.00 (rule pay_running).",
    ),
    (
        "complexes",
        given(complex=(("both,R1,2030", "none,R1,2030"),)),
        "complex.csv, none R1 2030: no such complex, municipality or period exists (rule complexes).",
    ),
    (
        "complexes",
        given(complex=((",1,200.00", ",0,0.00"),)),
        "complex.csv, both R1 2030: there is none; such a row does not stand (rule complexes).",
    ),
    (
        "hosts",
        given(allocation=(("R1,help,R1,2027,4,0,0", "R1,help,R1,2027,0,0,0"),)),
        "allocation.csv, R1 help R1 2027: nobody is served; such a row does not stand (rule hosts).",
    ),
    (
        "hosts",
        given(allocation=(("R2,old_house,R1,2027,3,1,20", "R2,old_house,R1,2027,3,4,20"),)),
        "allocation.csv, R2 old_house R1 2027: users paid otherwise, of all users: 4 must be <= 3 (rule hosts).",
    ),
    (
        "hosts",
        given(allocation=(("R2,day,R1,2027,2,0,20", "R2,day,R1,2027,2,0,21"),)),
        "allocation.csv, R2 day R1 2027: minutes, against travel.csv: 21 must be = 20 (rule hosts).",
    ),
    (
        "hosts",
        asked("travel", ("R2,R1,20,20,known\n", "")),
        "allocation.csv, R2 day R1 2027: people of the municipality may not be served there then (rule hosts).",
    ),
    (
        "pay_running",
        given(spending=(("new,running,R1,help,2027,1600.00", "new,running,R1,help,2027,0.00"),)),
        "spending.csv, running R1 help 2027, new: no amount is paid; such a row does not stand (rule pay_running).",
    ),
    (
        "capacity_rows",
        given(capacity=(("help_R2,2030,R2,help,attested,3,5,0,0,0,0,0,5,0,0,0,0,0\n", ""),)),
        "capacity.csv, help_R2 2030: this row is missing (rule capacity_rows).",
    ),
    (
        "capacity_rows",
        given(capacity=(("new:house:R1,2030", "new:house:R1,2027,R1,house,new" + ",0" * 13 + "\nnew:house:R1,2030"),)),
        "capacity.csv, new:house:R1 2027: this row stands before anything opens (rule capacity_rows).",
    ),
    (
        "balance_places",
        given(transformed=(("old_R1,new:house:R1", "old_R1,new:house:R2"),)),
        "transformed.csv, new:house:R2 2030: places move at a site without a row in capacity.csv "
        "(rule balance_places).",
    ),
    (
        "open_and_close",
        given(capacity=(("0,0,5,0,0,0,0,5,0,0,1,0,1", "0,0,5,0,0,0,0,5,0,0,1,0,2"),)),
        "capacity.csv, day_R2 2030: facilities, against before plus opened less closed: 2 must be = 1 "
        "(rule open_and_close).",
    ),
    (
        "open_and_close",
        given(capacity=(("0,0,5,0,0,0,0,5,0,0,1,0,1", "0,0,5,0,0,0,0,5,0,0,2,0,2"),)),
        "capacity.csv, day_R2 2030: facilities that fit here: 2 must be <= 1 (rule open_and_close).",
    ),
    (
        "open_and_close",
        given(capacity=(("0,0,5,0,0,0,0,5,0,0,1,0,1", "0,0,5,0,0,0,0,5,0,0,0,0,0"),)),
        "capacity.csv, day_R2 2030: opened, less committed and converted in: -1 must be >= 0 (rule open_and_close).",
    ),
    (
        "open_and_close",
        given(capacity=(("0,0,0,10,0,0,1,1,0,1,0", "0,0,0,10,0,0,1,1,0,0,1"),)),
        "capacity.csv, old_R1 2030: closed, less converted out: -1 must be >= 0 (rule open_and_close).",
    ),
    (
        "open_and_close",
        given(capacity=(("R1,help,new,0,4,0,0,0,0,0,4", "R1,help,new,0,4,0,0,0,0,1,3"),)),
        "capacity.csv, new:help:R1 2030: a new site shrinks or closes (rule open_and_close).",
    ),
    (
        "convert",
        given(transformed=(("house,10,8,yes,10000.00", "house,11,8,yes,11000.00"),)),
        "transformed.csv, old_R1 new:house:R1 2030: places converted, against those that stood: 11 must be <= 10 "
        "(rule convert).",
    ),
    (
        "convert",
        asked("services", ("older,1,4,8,0.5,60,2", "older,1,9,9,0.5,60,2")),
        "transformed.csv, old_R1 new:house:R1 2030: new places, against the smallest facility: 8 must be >= 9 "
        "(rule convert).",
    ),
    (
        "convert",
        given(
            transformed=(
                (
                    "old_R1,new:house:R1,2030",
                    "old_R1,new:house:R1,2027,R1,old_house,house,0,0,yes,0.00\nold_R1,new:house:R1,2030",
                ),
            )
        ),
        "transformed.csv, old_R1: conversions of one facility: 2 must be <= 1 (rule convert).",
    ),
    (
        "order",
        given(access=(("R1,2027,32,22,9,1,0,0.28125\nR1,2030", "R1,2031,32,22,9,1,0,0.28125\nR1,2030"),)),
        "access.csv, R1 2030: stands after R1 2031; rows are sorted by municipality, year.",
    ),
    (
        "order",
        given(access=(("R1,2030,", "R1,2027,"),)),
        "access.csv, R1 2027: stands twice; a table has one row per municipality and year.",
    ),
    (
        "complexes",
        given(complex=((",1,200.00", ",1,200.01"),)),
        "complex.csv, both R1 2030: saved_running_eur is 200.01; 200.00 follows (rule complexes).",
    ),
    (
        "capacity_rows",
        given(capacity=(("new:help:R1,2027,", "lost_R1,2030,R1,day,new" + ",0" * 13 + "\nnew:help:R1,2027,"),)),
        "capacity.csv, lost_R1 2030: no such site or period exists (rule capacity_rows).",
    ),
    (
        "capacity_rows",
        given(capacity=(("help_R2,2030,", "help_R2,2028,R2,help,attested,3,5,0,0,0,0,0,5,0,0,0,0,0\nhelp_R2,2030,"),)),
        "capacity.csv, help_R2 2028: no such site or period exists (rule capacity_rows).",
    ),
    (
        "lead_time",
        given(capacity=(("attested,10,10,0,0,0,0,0,10,1,1,0,0,1", "attested,10,10,0,0,0,0,0,10,1,1,1,0,2"),)),
        "capacity.csv, old_R1 2027: places are added or a facility opened before that is possible here, or where "
        "it is not (rule lead_time).",
    ),
    (
        "convert",
        given(
            transformed=(
                ("old_R1,new:house:R1", "day_R1,new:house:R1,2030,R1,day,house,0,0,yes,0.00\nold_R1,new:house:R1"),
                ("10,8,yes", "10,7,yes"),
            )
        ),
        "transformed.csv, old_R1 new:house:R1 2030: new places, against factor x old places, rounded down: 7 must "
        "be = 8 (rule convert).",
    ),
    (
        "convert",
        asked("services", ("older,1,4,8,0.5,60,2", "older,1,4,8,0.5,60,1"))
        | given(transformed=(("2030,R1,old_house", "2027,R1,old_house"), ("10,8,yes,10000", "11,8,yes,11000"))),
        "transformed.csv, old_R1 new:house:R1 2027: places converted, against those that stood: 11 must be <= 10 "
        "(rule convert).",
    ),
    (
        "renovate_or_lose",
        {"inputs": {"renovations": "away_X1,energy,2027,3000.00,2,attested,by hand\n" + INPUTS["renovations"]}}
        | given(renovated=((RESULTS["renovated"], ""),)),
        "renovated.csv, day_R1 energy: places in 2027 of what was not renovated, against places less "
        "those lost: 6 must be <= 4 (rule renovate_or_lose).",
    ),
    (
        "renovate_or_lose",
        asked("renovations", (",2027,", ",2028,")) | given(renovated=(("2027,2027,3000.00,0", "2028,,3000.00,2"),)),
        "renovated.csv, day_R1 energy: places in 2030 of what was not renovated, against places less "
        "those lost: 8 must be <= 4 (rule renovate_or_lose).",
    ),
    (
        "renovate_or_lose",
        asked("renovations", ("3000.00,2", "3000.00,9"))
        | given(renovated=(("2027,2027,3000.00,0", "2027,,3000.00,6"),)),
        "renovated.csv, day_R1 energy: places in 2030 of what was not renovated, against places less "
        "those lost: 8 must be <= 0 (rule renovate_or_lose).",
    ),
    (
        "meet_need",
        given(needs=(("R2,rest,2027,rest.need,older,1000,1,1,yes\n", ""),)),
        "allocation.csv, R2 rest 2027: served, against the need: 1 must be <= 0 (rule meet_need).",
    ),
    (
        "hard_need",
        asked("travel", ("R2,R1,20,20", "R2,R1,61,61")) | scenario(mode="what_it_would_cost"),
        "capacity.csv, R2 house 2027: regional services without an open site within reach: 1 must be = 0 "
        "(rule hard_need).",
    ),
    (
        "keep_apart",
        {
            "inputs": {
                "services": INPUTS["services"].replace("residential,older,1,4,8", "residential,children,1,4,8"),
                "apart": INPUTS["apart"] + "\nsick,older,by hand",
            }
        },
        "complex.csv, both R1 2030: it holds target groups that must be kept apart (rule keep_apart).",
    ),
    (
        "embedded_size",
        {"inputs": {"register": INPUTS["register"] + "\nrest_R1,R1,respite,6,6,keep,,,,attested,by hand"}},
        "capacity.csv, rest_R1 2027: this row is missing (rule capacity_rows).",
    ),
    (
        "most_openings",
        given(capacity=(("0,0,0,0,8,0,0,8,0,0,1,0,1", "0,0,0,0,8,0,0,8,0,0,4,0,4"),)),
        "capacity.csv, 2030: facilities opened: 4 must be <= 3 (rule most_openings).",
    ),
    (
        "pay_running",
        given(
            spending=(("own,running,R1,house,2030,3000.00", "own,running,R1,house,2030,0.01"), ("21350.00", "24349.99"))
        ),
        "budget.csv, own 2030: spent_eur is 3,000.00; 0.01 follows (rule budgets).",
    ),
    (
        "budgets",
        stream("build", amount_eur=10000.0),
        "budget.csv, build 2030: lacking_eur is 0.00; 7,600.00 follows (rule budgets).",
    ),
    (
        "budgets",
        given(budget=(("40800.00,31316.67,0.00,9483.33,0.00", "40800.00,31316.67,0.00,9483.33,0.01"),)),
        "budget.csv, state 2027: more is spent than there is (rule budgets).",
    ),
    (
        "afterwards",
        asked("register", (",,2028,2029,", ",,2028,2031,"))
        | given(afterwards=(("state,day", "project,day,5500.01,yes\nstate,day"),)),
        "afterwards.csv, project day: amount_eur is 5,500.01; 5,500.00 follows (afterwards: running money of the last "
        "year).",
    ),
    (
        "access_minutes",
        asked("settlements", ("\n00002,R2,Р2,25.2,42,100", "")),
        "access_minutes.csv, R care 2027: origin is settlements; mixed follows (access_minutes: journeys to open "
        "places).",
    ),
    (
        "shared",
        asked("services", ("600.00,0.00,20.00,0.00,300.00", "0.00,0.00,0.00,0.00,300.00")),
        "shared.csv, R1 respite 2027 R1: by_shapley_eur is 600.00; 0.00 follows (shared: running cost, split).",
    ),
    (
        "keep",
        given(
            capacity=(("day_R1,2027,R1,day,attested,6,6,0,0,0,0,0,6", "day_R1,2027,R1,day,attested,6,6,0,0,0,0,1,5"),)
        ),
        "manifest.json, stage keep_2: the value is 0.00000; 4.00000 follows from the tables.",
    ),
    (
        "convert",
        given(transformed=(("10000.00", "10000.01"),)),
        "transformed.csv, old_R1 new:house:R1 2030: capital_eur is 10,000.01; 10,000.00 follows (rule convert).",
    ),
    (
        "convert",
        given(transformed=(("2030,R1,old_house", "2030,R2,old_house"),)),
        "transformed.csv, old_R1 new:house:R1 2030: municipality is R2; R1 follows (rule convert).",
    ),
    (
        "shared",
        given(allocation=(("R2,respite,R1,2027,1,0,20", "R2,respite,R1,2027,0,0,20"),)),
        "shared.csv, R1 respite 2027 R1: this row stands; nothing asks for it (shared: running cost, split).",
    ),
    (
        "disruption",
        given(capacity=(("0,0,0,10,0,0,1,1,0,1,0", "0,0,0,10,0,0,1,1,0,0,1"),)),
        "manifest.json, stage disruption: the value is 1.00000; 0.00000 follows from the tables.",
    ),
    (
        "package",
        norm("help.minimum", rule={"type": "presence", "amount": 0.0}),
        "package.csv, R1 help 2027: kind is in_place; none follows (package: norms, capped at the need).",
    ),
    (
        "package",
        norm("help.minimum", municipalities=["R1"]),
        "package.csv, R2 help 2027: kind is in_place; none follows (package: norms, capped at the need).",
    ),
    (
        "package",
        norm("house.maximum", regions=["X"]),
        "package.csv, R house 2027: norm_maximum is house.maximum; blank follows (package: norms, capped at the need).",
    ),
    (
        "hosts",
        given(allocation=(("R1,house,R1,2030", "R1,home,R1,2030,3,1,0\nR1,house,R1,2030"),)),
        "allocation.csv, R1 home R1 2030: people of the municipality may not be served there then (rule hosts).",
    ),
    (
        "keep",
        given(allocation=(("R2,help,R2,2027,5,0,0\n", ""),)) | scenario(no_loss=False),
        "unmet.csv, R2 care 2027: served_users is 7; 2 follows (unmet: need, less served, less the reasons).",
    ),
)


#: How many sentences each of these says in all: what else follows from it is said too, and nothing that does not.
SENTENCES = (
    5, 4, 3, 33, 4, 33, 1, 1, 1, 3, 3, 1, 4, 4, 31, 6, 5, 2, 3, 14, 14, 17, 4, 46, 23, 10, 9, 28, 2, 1, 12, 10, 17, 9,
    9, 4, 5, 4, 4, 5, 3, 2, 7, 3, 3, 9, 9, 2, 6, 1, 2, 1, 1, 2, 34, 1, 1, 1, 2, 6, 4, 12, 4, 5, 5, 18, 2, 3, 100, 6, 11,
    1, 7, 8, 10, 9, 7, 9, 6, 4, 7, 3, 5, 1, 1, 1, 15, 9, 16, 7, 5, 6, 4, 111, 1, 4, 13, 10, 5, 2, 4, 18, 9, 15, 1, 4,
    19, 7, 12, 8, 4, 1, 17,
)  # fmt: skip


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{n}_{case[0]}" for n, case in enumerate(CASES)])
def test_a_broken_rule_says_both_sides(case: int) -> None:
    _, parts, sentence = CASES[case]
    sentences = found(**parts).split("\n")
    assert sentence in sentences
    assert not any("cannot be checked further" in one for one in sentences)
    assert len(sentences) == SENTENCES[case]


#: Changes that are as good as what stood there before.
AGREE: Mapping[str, dict[str, Any]] = {
    "a factor that gives the same whole places": asked("transformations", ("0.8", "0.85")),
    "posts of other regions and of years that nobody plans": asked(
        "staff", ("R,nurse,2030,3,by hand", "R,nurse,2030,3,by hand\nR,nurse,2031,3,by hand\nX,nurse,2030,3,by hand")
    ),
    "more posts than are needed": asked("staff", ("2030,3,", "2030,9,"))
    | given(staffing=(("4,3,1", "4,9,0"),))
    | {"stages": {"staff": 0.0}},
    "a renovation of what is elsewhere, and one that is due after the plan": {
        "inputs": {
            "renovations": "away_X1,energy,2027,3000.00,2,attested,by hand\n"
            + INPUTS["renovations"]
            + "\nold_R1,energy,2031,3000.00,2,attested,by hand"
        }
    },
    "a second choice where there is no first": asked("services", ("Respite,rest,1,", "Respite,rest,2,")),
    "target groups that are kept apart from themselves": {"inputs": {"apart": "older,older,by hand"}},
}


@pytest.mark.parametrize("change", AGREE)
def test_what_is_as_good_is_no_difference(change: str) -> None:
    assert found(**AGREE[change]) == ""


def test_an_equal_share_of_a_national_programme_is_as_good_as_an_amount() -> None:
    # 3000 of 3500 older people live in R: 70,000 * 3000 / 3500 / 3 years.
    assert found(**stream("build", amount_eur=None, national_eur=70000.0, shared_by="older", over_years=3)) == ""


def test_a_site_under_construction_may_grow_in_the_very_year_that_it_opens() -> None:
    grown = given(capacity=(("0,0,5,0,0,0,0,5,0,0,1,0,1", "0,0,5,1,0,0,0,6,0,0,1,0,1"),))
    said = found(**asked("register", ("keep,,2028,2029", "keep,,2030,2029")), **grown)
    assert "running R2 day 2030: the streams pay 5,450.00, the cost is 6,450.00" in said
    assert "lead_time" not in said


def test_places_of_today_above_the_largest_size_of_their_host_may_stay() -> None:
    # Day centre of R1: 6 places of 10 at most; 6 inside it are 2 too many, today already. R2 opens 5 of 10 in 2028.
    inside = "\nrest_{0},{0},respite,{1},{1},keep,,,,attested,by hand"
    register = INPUTS["register"] + inside.format("R1", 6) + inside.format("R2", 4)
    q = read_question(towns(inputs={"register": register}), Findings())
    assert [_above_today(q, m, "day", ["respite"]) for m in ("R1", "R2")] == [2, 0]
    # Where nothing of today could hold them, there is nothing to stay in.
    without = register.replace("day_R1,R1,day,6,12", "help_R1,R1,help,6,12")
    assert _above_today(read_question(towns(inputs={"register": without}), Findings()), "R1", "day", ["respite"]) == 0


def test_a_renovation_is_owed_when_it_is_done() -> None:
    say = Findings()
    done = RESULTS["renovated"]
    asked = {"renovations": INPUTS["renovations"] + "\nlost_R1,energy,2027,9.00,2,attested,by hand"}
    for renovated, owed in (
        (done, {("R1", "day", 2027): 300_000}),
        (done.replace("2027,2027,", "2027,2030,"), {("R1", "day", 2030): 300_000}),
        (done.replace("2027,2027,", "2027,,"), {}),
        ("", {}),
    ):
        files = towns(inputs=asked, results={"renovated": renovated})
        q = read_question(files, say)
        assert renovating(q, read_answer(files, q, say)) == owed
