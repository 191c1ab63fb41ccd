"""Two towns, two periods, worked out by hand: a run folder in memory for the tests of verify.

R1 and R2 (20 minutes apart) are planned, X1 is not. As of 2026, periods 2027 and 2030 (steps of 1 and 3 years). T is
thousand EUR; k places, y facilities.

    ========== ======= ===== === ======= ===== ===== ======= ======= ==== === ========== ==================
    service    group   pref  rho size    limit lead  place   facil.  trip fee build      note
    ========== ======= ===== === ======= ===== ===== ======= ======= ==== === ========== ==================
    day        care    2     2   5..10   30    1     1000    500     100  10  2000/4000  municipal
    help       care    1     1   home    0     1     400     -       0    0   0          at home
    house      stay    1     1   4..8    60    2     3000    1000    50   100 5000/10000 regional
    old_house  stay    1     1   5..30   60    1     2500    800     50   100 -          old, paid until 2029
    respite    rest    1     1   in day  30    1     600     -       20   0   300        2 places a centre
    ========== ======= ===== === ======= ===== ===== ======= ======= ==== === ========== ==================

Needs, both periods: older people R1 2000, R2 1000; care 1/100: 20, 10; stay 1/200: 10, 5; rest 1/1000: 2, 1.
Package: day, users 1/400: 5, and 2.5 -> 3; in places 3 and 2, below the smallest centre: access. help 4 each. house
6 in the region. Maximum: house 12 in the region. Other money: 6.0 a year for the houses, at 2.5 a place 2 users, so
15 - 12 - 2 = 1 case lies above the maximum.

Today: old_R1 (old_house) 10 places and users; day_R1 6 places, 12 users; help_R2 3 and 3; day_R2 5 places, opens 2028.

2027  old_R1 serves R1 7, R2 3 (one of them by other money). day_R1 (renovated, 3.0) serves R1 10, R2 2, whose journeys
      cost 33.335 each. help_R2 grows by 2, new help in R1 4. Respite in day_R1 2: R1 1, R2 1.
      stay: R1 lacks 3, R2 2; the one case above the maximum goes to R1 (equal parts, first code).
2030  old_R1 becomes house, 10 places -> 0.8 * 10 = 8: R1 5, R2 3. day_R1 grows by 2 to 8 = 16 users, R1. day_R2 opens:
      R2 5. help R1 4, R2 5. Respite R1 2. House and day centre of R1 are a complex, 0.2 saved on day.

Running 2027  old_house 25.0 + 0.8 + 3 * 0.05 - 10 * 0.1 = 24.95     day 6.0 + 0.5 + 0.06667 - 0.12 = 6.44667
              help R1 1.6, R2 2.0    respite 1.2 + 0.02 = 1.22                                   together 36.21667
Running 2030  house 24.0 + 1.0 + 0.15 - 0.8 = 24.35    day R1 8.0 + 0.5 - 0.16 - 0.2 = 8.14, R2 5.0 + 0.5 - 0.05 = 5.45
              help 1.6, 2.0    respite 1.2                                                       together 42.74
Building      2027 respite 0.6, renovation 3.0; 2030 day 4.0, conversion 10 * 1.0
Streams       state 40 * 1.02^n (40.8, 43.29728), own 6.0, new 2.4 in 2027 (new help: R1 1.6, R2 0.8), build 20.0 once

Stages        keep_users 2 (2030: 8 of 10)   package 1/3 (day R2 2027: 2 of 3)   staff 4 - 3 = 1 nurse in 2030
              unmet_1 4 + 6, unmet_2 (care 6 + 3, rest 1 + 1) 11   worst_unmet R2 2027 5/16   worst_tenth the same
              preference 12 + 16 + 5 = 33   disruption 1 conversion   cost 78.95667 + 17.6 / 25 = 79.66067
              travel 20 * (2 + 3 + 1 + 3) = 180   worst_travel 20   sites 2 + 3 = 5
"""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

from nationalmap import schema

NONE = ""


def _norm(name: str, gives: str, target: str, rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    key = "group" if gives == "need" else "service"
    other = "service" if gives == "need" else "group"
    base = {
        "id": name, "gives": gives, key: target, other: "", "territory": "municipality", "regions": [],
        "municipalities": [], "unit": "users", "rounding": "half_up", "rule": rule, "status": "illustrative",
        "estimate": False, "calibrated_on": "", "citation": "", "basis": "", "valid_from": 2026, "valid_to": 2035,
    }  # fmt: skip
    return base | more


def _ratio(per: float) -> dict[str, Any]:
    return {"type": "ratio", "indicator": "older", "rate": 1.0, "per": per}


def _presence(amount: float) -> dict[str, Any]:
    return {"type": "presence", "amount": amount}


NORMS = [
    _norm("care.need", "need", "care", _ratio(100.0)),
    _norm("stay.need", "need", "stay", _ratio(200.0)),
    _norm("rest.need", "need", "rest", _ratio(1000.0), estimate=True),
    _norm("day.minimum", "minimum", "day", _ratio(400.0)),
    _norm("help.minimum", "minimum", "help", _presence(4.0)),
    _norm("house.minimum", "minimum", "house", _presence(6.0), territory="region", unit="places"),
    _norm("house.maximum", "maximum", "house", _presence(12.0), territory="region"),
]


def _stream(kind: str, **more: Any) -> dict[str, Any]:
    base = {
        "name_bg": "", "name_en": "", "kind": kind, "payer": "state", "amount_eur": None, "by_year": None,
        "indicator": None, "index": 1.0, "national_eur": None, "shared_by": None, "over_years": 1, "factor": 1.0,
        "growth_per_year": 0.0, "first_year": None, "last_year": None, "carry_over": True, "services": [],
        "municipalities": [], "purposes": ["build", "transform", "renovate"], "new_places_only": False,
        "status": "illustrative", "basis": "",
    }  # fmt: skip
    return base | more


def _lock(name: str, what: str, value: int, **more: Any) -> dict[str, Any]:
    base = {"id": name, "author": "A", "reason": "B", "what": what, "relation": "exactly", "value": value}
    return base | {"service": "day", "municipality": "R1", "host": None, "site": None, "year": 2027} | more


SCENARIO: dict[str, Any] = {
    "format": 1, "name": "towns", "title_bg": "", "title_en": "", "says_bg": "", "says_en": "",
    "as_of": "2026-01-01", "regions": ["R"], "years": [2027, 2030], "mode": "within_the_money", "no_loss": True,
    "capital_life_years": 25, "old_types_until": None, "agreements_default": "possible", "services": [],
    "single_assignment": ["house"], "most_openings_per_year": 1,
    "stages": ["keep", "package", "staff", "unmet", "worst_unmet", "preference", "disruption", "cost", "travel",
               "worst_travel", "sites", "tie_break"],
    "shares": [{"service": "help", "least": 0.2, "most": 0.6}],
    "locks": [
        _lock("two", "users", 2, municipality="R2", host="R1"),
        _lock("six", "places", 6, site="day_R1"),
        _lock("one", "facilities", 1, year=None),
    ],
    "site_limits": [{"service": "day", "territory": "R", "relation": "most", "number": 2, "basis": ""}],
    "hubs": [{"municipality": "R2", "most_services": 1, "excluded_services": ["house"], "reason": ""}],
    "inputs": {}, "travel": {}, "projection": {"method": "constant"}, "solver": {},
    "streams": {
        "build": _stream("capital", amount_eur=20000.0),
        "new": _stream("running", by_year={"2027": 2400.0}, last_year=2028, services=["help"], new_places_only=True),
        "own": _stream("running", payer="other", amount_eur=6000.0, services=["house", "old_house"]),
        "state": _stream("running", amount_eur=40000.0, growth_per_year=0.02),
    },
}  # fmt: skip

INPUTS: dict[str, str] = {
    "regions": "R,Р,R,BG1,R1\nX,Х,X,BG2,X1",
    "municipalities": "R1,Р1,R1,R,BG1,00001,Р1,R1,25,42\nR2,Р2,R2,R,BG1,00002,Р2,R2,25.2,42\n"
    "X1,Х1,X1,X,BG2,00003,Х1,X1,26,42",
    "indicator_catalogue": "older,Възрастни,Older,persons,a.csv,2021-09-07,nsi,census,,,",
    "indicators": "older,R1,2000\nolder,R2,1000\nolder,X1,500",
    "groups": "care,Г,Care,Г,Care,2\nrest,О,Rest,О,Rest,2\nstay,П,Stay,П,Stay,1",
    "services": "day,Д,Day,Д,Day,care,2,,,day_and_community,new,,,municipal,community,older,2,5,10,0.25,30,1,"
    "1000.00,500.00,100.00,10.00,2000.00,4000.00\n"
    "help,П,Help,П,Help,care,1,,,home_and_mobile,new,,,municipal,home,older,1,0,0,0.5,0,1,"
    "400.00,0.00,0.00,0.00,0.00,0.00\n"
    "house,Д,House,Д,House,stay,1,,,residential,new,,,regional,residential,older,1,4,8,0.5,60,2,"
    "3000.00,1000.00,50.00,100.00,5000.00,10000.00\n"
    "old_house,С,Old house,С,Old,stay,1,,,residential,old,house,2029,regional,residential,older,1,5,30,0.5,60,1,"
    "2500.00,800.00,50.00,100.00,0.00,0.00\n"
    "respite,З,Respite,З,Respite,rest,1,,,day_and_community,new,,,municipal,community,older,1,0,0,0.2,30,1,"
    "600.00,0.00,20.00,0.00,300.00,0.00",
    "transformations": "old_house,house,0.8,1000.00,illustrative,by hand",
    "complexes": "both,day house,200.00,by hand",
    "embedded": "respite,day,2,by hand",
    "apart": "children,older,by hand",
    "professions": "house,nurse,0.5,by hand",
    "projection": "",
    "bases": "*,lead_years,illustrative,by hand,",
    "calibration": "fact,1,persons,2021,data,says,source",
    "register": "day_R1,R1,day,6,12,keep,,,,attested,by hand\nday_R2,R2,day,5,,keep,,2028,2029,estimated,by hand\n"
    "help_R2,R2,help,3,3,keep,,,,attested,by hand\nold_R1,R1,old_house,10,10,keep,,,,attested,by hand",
    "renovations": "day_R1,energy,2027,3000.00,2,attested,by hand",
    "candidates": "lot_R2,R2,day,,,1,600.00,,,2028,by hand",
    "agreements": "R2,R1,day,signed,by hand",
    "staff": "R,nurse,2030,3,by hand",
    "stated_needs": "",
    "trip_costs": "R2,R1,day,33.335",
    "settlements": "00001,R1,Р1,25,42,300\n00002,R2,Р2,25.2,42,100\n00011,R1,Село,25,42.1,100\n"
    "00012,R2,Празно,25.3,42.3,0\n00013,R1,Никъде,,,50",
    "travel": "R1,R1,0,0,known\nR1,R2,20,20,known\nR2,R1,20,20,known\nR2,R2,0,0,known",
}

RESULTS: dict[str, str] = {
    "projected": "older,R1,2027,2000\nolder,R1,2030,2000\nolder,R2,2027,1000\nolder,R2,2030,1000\n"
    "older,X1,2027,500\nolder,X1,2030,500",
    "needs": "\n".join(
        f"{m},{g},{t},{g}.need,older,{older},{older / per:g},{round(older / per)},{'yes' if g == 'rest' else 'no'}"
        for m, older in (("R1", 2000), ("R2", 1000))
        for g, per in (("care", 100), ("rest", 1000), ("stay", 200))
        for t in (2027, 2030)
    ),
    "package": "\n".join(
        f"{row[0]},{t},{row[1]}"
        for row in (
            ("R,house", "regional,6,6,in_place,12,house.minimum,house.maximum"),
            ("R1,day", "municipal,5,3,access,,day.minimum,"),
            ("R1,help", "municipal,4,4,in_place,,help.minimum,"),
            ("R2,day", "municipal,3,2,access,,day.minimum,"),
            ("R2,help", "municipal,4,4,in_place,,help.minimum,"),
        )
        for t in (2027, 2030)
    ),
    "capacity": "day_R1,2027,R1,day,attested,6,6,0,0,0,0,0,6,1,1,0,0,1\n"
    "day_R1,2030,R1,day,attested,6,6,0,2,0,0,0,8,1,1,0,0,1\n"
    "day_R2,2027,R2,day,estimated,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
    "day_R2,2030,R2,day,estimated,0,0,5,0,0,0,0,5,0,0,1,0,1\n"
    "help_R2,2027,R2,help,attested,3,3,0,2,0,0,0,5,0,0,0,0,0\n"
    "help_R2,2030,R2,help,attested,3,5,0,0,0,0,0,5,0,0,0,0,0\n"
    "new:help:R1,2027,R1,help,new,0,0,0,4,0,0,0,4,0,0,0,0,0\n"
    "new:help:R1,2030,R1,help,new,0,4,0,0,0,0,0,4,0,0,0,0,0\n"
    "new:house:R1,2030,R1,house,new,0,0,0,0,8,0,0,8,0,0,1,0,1\n"
    "new:respite:R1,2027,R1,respite,new,0,0,0,2,0,0,0,2,0,0,0,0,0\n"
    "new:respite:R1,2030,R1,respite,new,0,2,0,0,0,0,0,2,0,0,0,0,0\n"
    "old_R1,2027,R1,old_house,attested,10,10,0,0,0,0,0,10,1,1,0,0,1\n"
    "old_R1,2030,R1,old_house,attested,10,10,0,0,0,10,0,0,1,1,0,1,0",
    "transformed": "old_R1,new:house:R1,2030,R1,old_house,house,10,8,yes,10000.00",
    "renovated": "day_R1,energy,R1,day,2027,2027,3000.00,0",
    "allocation": "R1,day,R1,2027,10,0,0\nR1,day,R1,2030,16,0,0\nR1,help,R1,2027,4,0,0\nR1,help,R1,2030,4,0,0\n"
    "R1,house,R1,2030,5,0,0\nR1,old_house,R1,2027,7,0,0\nR1,respite,R1,2027,1,0,0\nR1,respite,R1,2030,2,0,0\n"
    "R2,day,R1,2027,2,0,20\nR2,day,R2,2030,5,0,0\nR2,help,R2,2027,5,0,0\nR2,help,R2,2030,5,0,0\n"
    "R2,house,R1,2030,3,0,20\nR2,old_house,R1,2027,3,1,20\nR2,respite,R1,2027,1,0,20",
    "unmet": "R1,care,2027,20,14,6,0,0,6\nR1,care,2030,20,20,0,0,0,0\n"
    "R1,rest,2027,2,1,1,0,0,1\nR1,rest,2030,2,2,0,0,0,0\n"
    "R1,stay,2027,10,7,3,1,0,2\nR1,stay,2030,10,5,5,1,0,4\nR2,care,2027,10,7,3,0,0,3\nR2,care,2030,10,10,0,0,0,0\n"
    "R2,rest,2027,1,1,0,0,0,0\nR2,rest,2030,1,0,1,0,0,1\nR2,stay,2027,5,3,2,0,0,2\nR2,stay,2030,5,3,2,0,0,2",
    "access": "R1,2027,32,22,9,1,0,0.28125\nR1,2030,32,27,4,1,0,0.125\nR2,2027,16,11,5,0,0,0.3125\n"
    "R2,2030,16,13,3,0,0,0.1875",
    # R1: three quarters of the people in its seat, a quarter 18 minutes from it (0.1 degrees, 11.12 km; 13.34 + 5) and
    # 29 from R2; R2: all in its seat, 20 from R1. Within 15 and within 30 minutes; 45 and 60 are as 30.
    "access_minutes": "\n".join(
        f"{territory},{key},settlements,{need},{served},{near},{far},{far},{far},{near_served},{far_served},{far_served},"
        f"{far_served}"
        for territory, whose in (("*", "R"), ("R", "R"), ("R1", "R1"), ("R2", "R2"))
        for key, of, (need, served, near, far, near_served, far_served) in (
            ("care,2027", "R", (30, 21, "0.833333333", 1, "0.516666667", 0.7)),
            ("care,2027", "R1", (20, 14, 0.75, 1, 0.525, 0.7)),
            ("care,2027", "R2", (10, 7, 1, 1, 0.5, 0.7)),
            ("care,2030", "R", (30, 30, "0.833333333", 1, "0.833333333", 1)),
            ("care,2030", "R1", (20, 20, 0.75, 1, 0.75, 1)),
            ("care,2030", "R2", (10, 10, 1, 1, 1, 1)),
            ("rest,2027", "R", (3, 2, 0.5, 1, 0.25, "0.666666667")),
            ("rest,2027", "R1", (2, 1, 0.75, 1, 0.375, 0.5)),
            ("rest,2027", "R2", (1, 1, 0, 1, 0, 1)),
            ("rest,2030", "R", (3, 2, 0.5, 1, 0.5, "0.666666667")),
            ("rest,2030", "R1", (2, 2, 0.75, 1, 0.75, 1)),
            ("rest,2030", "R2", (1, 0, 0, 1, 0, 0)),
            ("stay,2027", "R", (15, 10, 0.5, 1, 0.35, "0.666666667")),
            ("stay,2027", "R1", (10, 7, 0.75, 1, 0.525, 0.7)),
            ("stay,2027", "R2", (5, 3, 0, 1, 0, 0.6)),
            ("stay,2030", "R", (15, 8, 0.5, 1, 0.25, "0.533333333")),
            ("stay,2030", "R1", (10, 5, 0.75, 1, 0.375, 0.5)),
            ("stay,2030", "R2", (5, 3, 0, 1, 0, 0.6)),
        )
        if of == whose
    ),
    "compliance": "R1,day,2027,municipal,access,5,10,0,0,yes,yes\nR1,day,2030,municipal,access,5,16,0,0,yes,yes\n"
    "R1,help,2027,municipal,in_place,4,4,0,0,yes,yes\nR1,help,2030,municipal,in_place,4,4,0,0,yes,yes\n"
    "R1,house,2027,regional,regional,6,10,0,0,yes,yes\nR1,house,2030,regional,regional,6,8,0,0,yes,yes\n"
    "R2,day,2027,municipal,access,3,2,1,20,yes,no\nR2,day,2030,municipal,access,3,5,0,0,yes,yes\n"
    "R2,help,2027,municipal,in_place,4,5,0,0,yes,yes\nR2,help,2030,municipal,in_place,4,5,0,0,yes,yes\n"
    "R2,house,2027,regional,regional,6,10,0,20,yes,yes\nR2,house,2030,regional,regional,6,8,0,20,yes,yes",
    "staffing": "R,nurse,2030,4,3,1",
    "complex": "both,R1,2030,1,200.00",
    # By value: day c(10) = c(2) = 5 places + centre = 5500 of 6500; old c(7) 18300, c(3) 13300 of 25800; respite 600,
    # 600 of 1200; house c(5) 16000, c(3) 13000 of 25000. Then own journeys and fees.
    "shared": "R1,day,2027,R1,10,own,5372.23,3150.00\nR1,day,2027,R2,2,signed,1074.44,3296.67\n"
    "R1,house,2030,R1,5,own,15218.75,13500.00\nR1,house,2030,R2,3,regional,9131.25,10850.00\n"
    "R1,old_house,2027,R1,7,own,17465.00,14700.00\nR1,old_house,2027,R2,3,regional,7485.00,10250.00\n"
    "R1,respite,2027,R1,1,own,610.00,600.00\nR1,respite,2027,R2,1,possible,610.00,620.00",
    "spending": "build,build,R1,day,2030,4000.00\nbuild,build,R1,respite,2027,600.00\n"
    "build,renovate,R1,day,2027,3000.00\n"
    "build,transform,R1,house,2030,10000.00\nnew,running,R1,help,2027,1600.00\nnew,running,R2,help,2027,800.00\n"
    "own,running,R1,house,2030,3000.00\nown,running,R1,old_house,2027,2500.00\nstate,running,R1,day,2027,6446.67\n"
    "state,running,R1,day,2030,8140.00\nstate,running,R1,help,2030,1600.00\nstate,running,R1,house,2030,21350.00\n"
    "state,running,R1,old_house,2027,22450.00\nstate,running,R1,respite,2027,1220.00\n"
    "state,running,R1,respite,2030,1200.00\nstate,running,R2,day,2030,5450.00\nstate,running,R2,help,2027,1200.00\n"
    "state,running,R2,help,2030,2000.00",
    "budget": "build,2027,capital,0.00,20000.00,3600.00,16400.00,0.00,0.00\n"
    "build,2030,capital,16400.00,0.00,14000.00,0.00,2400.00,0.00\n"
    "new,2027,running,0.00,2400.00,2400.00,0.00,0.00,0.00\nnew,2030,running,0.00,0.00,0.00,0.00,0.00,0.00\n"
    "own,2027,running,0.00,6000.00,2500.00,0.00,3500.00,0.00\nown,2030,running,0.00,6000.00,3000.00,0.00,3000.00,0.00\n"
    "state,2027,running,0.00,40800.00,31316.67,0.00,9483.33,0.00\n"
    "state,2030,running,0.00,43297.28,39740.00,0.00,3557.28,0.00",
    "programme": "build,build,day,2030,2,4000.00\nbuild,build,respite,2027,2,600.00\n"
    "build,renovate,day,2027,6,3000.00\n"
    "build,transform,house,2030,10,10000.00\nnew,running,help,2027,6,2400.00\nown,running,house,2030,0.985626,3000.00\n"
    "own,running,old_house,2027,1.002004,2500.00\nstate,running,day,2027,6,6446.67\nstate,running,day,2030,13,13590.00\n"
    "state,running,help,2027,3,1200.00\nstate,running,help,2030,9,3600.00\nstate,running,house,2030,7.014374,21350.00\n"
    "state,running,old_house,2027,8.997996,22450.00\nstate,running,respite,2027,2,1220.00\n"
    "state,running,respite,2030,2,1200.00",
    "afterwards": "own,house,3000.00,no\nstate,day,13590.00,no\nstate,help,3600.00,no\nstate,house,21350.00,no\n"
    "state,respite,1200.00,no",
}

STAGES: dict[str, float] = {
    "keep_users": 2.0, "keep_1": 0.0, "keep_2": 0.0, "keep_idle": 0.0, "package": 0.33333, "staff": 1.0,
    "unmet_1": 10.0, "unmet_2": 11.0, "worst_unmet": 0.3125, "worst_tenth": 0.3125, "preference": 33.0,
    "disruption": 1.0, "cost": 79.66067, "travel": 180.0, "worst_travel": 20.0, "sites": 5.0,
    "tie_break_places": 0.0, "tie_break_users": 0.0, "tie_break_money": 0.0,
}  # fmt: skip


def _weigh(code: str) -> int:
    most = 99_991 if code.partition("|")[0] in ("x", "xo", "b") else 997
    return 1 + int(hashlib.sha256(code.encode()).hexdigest()[:16], 16) % most


def ties(results: dict[str, str]) -> dict[str, float]:
    """The three parts of tie_break of the tables, term by term from their text."""
    total = users = 0
    for line in results["capacity"].split("\n"):
        site, year, *_, places, _, _, _, _, facilities = line.split(",")
        total += _weigh(f"k|{site}|{year}") * int(places) + _weigh(f"y|{site}|{year}") * int(facilities)
    for line in results["allocation"].split("\n"):
        m, s, h, year, served, other, _ = line.split(",")
        code = f"{m}|{h}|{s}|{year}"
        users += _weigh(f"x|{code}") * (int(served) - int(other)) + _weigh(f"xo|{code}") * int(other)
    total += _weigh("q|old_R1|new:house:R1|2030") * 10 + _weigh("r|day_R1|energy|2027") + _weigh("c|both|R1|2030")
    money = 0
    for line in results["spending"].split("\n"):
        *code, amount = line.split(",")
        money += _weigh("|".join(["b", *code])) * round(float(amount) * 100)
    parts = {"tie_break_places": float(total), "tie_break_users": float(users)}
    return parts | {"tie_break_money": round(money / 100_000, 5)}


def table(name: str, rows: str) -> bytes:
    """A table as its file: the declared columns, then the rows."""
    return (",".join(schema.TABLES[name].names) + "\n" + (rows + "\n" if rows else "")).encode()


def provenance(texts: Mapping[str, str]) -> str:
    """Every table as if it were a sheet of the one file of these towns, in the order of its records."""
    lines = []
    for name in sorted(texts):
        count = len(texts[name].splitlines())
        if count and name not in ("travel", "provenance", "mended"):
            named = schema.TABLES[name].names
            if name == "indicators":
                named = ("municipality", *sorted({row.split(",")[0] for row in texts[name].splitlines()}))
                count //= len(named) - 1
            columns = " ".join(
                f"{chr(65 + at // 26 - 1) if at > 25 else ''}{chr(65 + at % 26)}:{word}"
                for at, word in enumerate(named)
            )
            lines.append(f"{name},a.csv,1,a.csv,,0,,,stated,{columns},2-{count + 1},")
    return "\n".join(lines)


def as_json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def stage(name: str, value: float) -> dict[str, Any]:
    facts = {"name": name, "unit": "", "value": value, "bound": value, "gap": 0.0, "tolerance": 0.0001}
    return facts | {"status": "proven", "nodes": 1, "solver": "highs"}


def _facts(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def seal(files: dict[str, bytes], stages: list[dict[str, Any]]) -> dict[str, bytes]:
    """The files with a manifest that fits them, whatever they hold."""
    scenario = json.loads(files["inputs/scenario.json"])
    digest = hashlib.sha256()
    for path in sorted(name for name in files if name.startswith("inputs/")):
        digest.update(f"{path[7:]}\n{len(files[path])}\n".encode() + files[path])
    digest.update(b"1.0")
    proven = all(s["status"] == "proven" for s in stages)
    manifest: dict[str, Any] = {
        "format": 3, "scenario": scenario["name"], "run_id": digest.hexdigest()[:12], "written": "2026-11-24",
        "status": "proven" if proven else "feasible_with_gap", "norms": ["illustrative"], "boundaries": "schematic",
        "sources": {"a.csv": "0"}, "years": scenario["years"], "stages": stages,
        "outputs": {n: _facts(d) for n, d in files.items() if n != "manifest.json"},
        "versions": {"nationalmap": "1.0"},
    }  # fmt: skip
    manifest["manifest_sha256"] = hashlib.sha256(as_json(manifest)).hexdigest()
    return {**files, "manifest.json": as_json(manifest)}


def towns(
    scenario: dict[str, Any] | None = None,
    inputs: dict[str, str] | None = None,
    results: dict[str, str] | None = None,
    stages: dict[str, float] | None = None,
    norms: list[dict[str, Any]] | None = None,
) -> dict[str, bytes]:
    """The run folder of the docstring; what is given replaces a part of it."""
    rows = RESULTS | (results or {})
    asked = copy.deepcopy(SCENARIO) | (scenario or {})
    files = {"inputs/scenario.json": as_json(asked), "inputs/norms.json": as_json(norms or NORMS)}
    files["inputs/boundaries.json"] = as_json({"status": "schematic"})
    files["inputs/sources.json"] = as_json({"a.csv": "0"})
    asked = INPUTS | (inputs or {})
    for name, text in ({"provenance": provenance(asked), "mended": ""} | asked).items():
        files[f"inputs/{name}.csv"] = table(name, text)
    for name, text in rows.items():
        files[f"{name}.csv"] = table(name, text)
    values = STAGES | ties(rows) | (stages or {})
    return seal(files, [stage(name, value) for name, value in values.items()])


def rows_of(files: dict[str, bytes], name: str) -> list[list[str]]:
    """Rows of a table with its header."""
    return list(csv.reader(io.StringIO(files[f"{name}.csv"].decode())))


def with_rows(files: dict[str, bytes], name: str, rows: list[list[str]]) -> dict[str, bytes]:
    """The files with another table, sealed again."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    stages = json.loads(files["manifest.json"])["stages"]
    return seal({**files, f"{name}.csv": out.getvalue().encode()}, stages)
