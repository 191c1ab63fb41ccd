"""Two municipalities, five services, two years, solved by hand.

Alfa has its whole package. Beta has home help; in 2027 it lacks day care (10 places asked, none
there), in 2030 half of it, and it never reaches the crisis centre. Need group ``elder`` is met by
home help, by homes for older people, and by the old home of Alfa, which becomes a new one in
2030. One neighbour, Gama, lies outside the scenario's region.

2027 need 95 = 40 + 25 + 6 (Alfa) + 13 + 11 (Beta; no data for its crisis centre)
     served 63 = 30 + 20 + 4 + 8 + 1       unmet 32 = 10 + 5 + 2 + 5 + 10
     unmet 32 = 4 above the maximum + 9 out of reach + 19 without a place
     places 59 today + 13 new - 8 given up = 64, of which one has no user
     running 280 001.00 = 60 000.10 + 30 000.00 + 24 000.20 + 126 000.30 (state) + 40 000.40 (own), of 300 000
     capital 150 000.55 = 90 000.00 + 30 000.55 built + 30 000.00 renovated, of 200 000; 49 999.45 go on
2030 need 98 = 44 + 24 + 6 + 14 + 10       served 84 = 38 + 22 + 6 + 12 + 6
     unmet 14 = 4 out of reach + 10 without a place
     places 64 + 5 committed + 15 new + 6 - 6 transformed = 84, each with a user
     running 405 000.25, of 410 000
     capital 132 000.00 = 120 000 built + 12 000 transformed, of 100 000 + 49 999.45; 17 999.45 are left
Day care in Alfa is shared with Beta (20 and 1 users, then 22 and 1), its home with Beta (12 and 3).
The old centre of Beta is not made safe by 2027: its six places are lost.
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from nationalmap.domain.norm import Band, Banded, Norm, Presence, Ratio
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.schema import INPUT_TABLES, TABLES, check

A, B, OUT = "AAA01", "AAA02", "BBB01"
YEARS = (2027, 2030)
FIRST, LAST = YEARS


def table(name: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A declared table from rows in the declared order; None is blank, True is yes."""
    declared = TABLES[name]
    words = {None: "", True: "yes", False: "no"}
    cells = [[words[v] if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows]
    return check(declared, pd.DataFrame(cells, columns=list(declared.names), dtype="str"), f"{name}.csv")


def service(code: str, **facts: object) -> tuple[object, ...]:
    """A row of the services by the names of its columns; what is not named is the same for all."""
    usual = {
        "preference": 1,
        "least_share": None,
        "most_share": None,
        "typology": "new",
        "counts_as": None,
        "financed_until": None,
        "users_per_place": 1,
        "lead_years": 1,
        "running_cost_place_eur": "6000.50",
        "running_cost_facility_eur": "1000",
        "trip_cost_user_eur": "400",
        "fee_user_eur": "0",
        "capital_cost_place_eur": "5000",
        "capital_cost_facility_eur": "0",
    }
    given = {"service": code, **usual, **facts}
    return tuple(given[name] for name in TABLES["services"].names)


def _names(bg: str, en: str, short_bg: str, short_en: str) -> dict[str, str]:
    return {"name_bg": bg, "name_en": en, "short_bg": short_bg, "short_en": short_en}


NAMES = {
    "crisis": _names("Кризисен център", "Crisis centre", "Кризисен", "Crisis"),
    "day_care": _names("Дневна грижа", "Day care", "Дневна", "Day care"),
    "elder": _names("Грижа за възрастни", "Care of older people", "Грижа", "Elder care"),
    "home_help": _names("Помощ в дома", "Home help", "Помощ", "Home help"),
    "home_older": _names("Дом за възрастни", "Home for older people", "Дом", "Home"),
    "old_home": _names("Стар дом", "Old home", "Стар дом", "Old home"),
}


def services() -> pd.DataFrame:
    """Two services with a group of their own, three of the group of older people."""
    home = {"family": "residential", "mode": "residential", "min_places": 4, "max_places": 20, "staff_per_place": 0.9}
    elder = {"group": "elder", "target_group": "older_people", "level": "municipal"}
    return table(
        "services",
        service(
            "crisis",
            **NAMES["crisis"],
            **{**home, "max_places": 10},
            group="crisis",
            target_group="violence_victims",
            level="regional",
            travel_limit_min=60,
        ),
        service(
            "day_care",
            **NAMES["day_care"],
            group="day_care",
            family="day_and_community",
            level="municipal",
            mode="community",
            target_group="adults",
            min_places=5,
            max_places=40,
            staff_per_place=0.4,
            travel_limit_min=40,
        ),
        service(
            "home_help",
            **NAMES["home_help"],
            **elder,
            family="home_and_mobile",
            mode="home",
            min_places=0,
            max_places=0,
            staff_per_place=0.2,
            travel_limit_min=0,
        ),
        service("home_older", **NAMES["home_older"], **elder, **home, preference=2, travel_limit_min=40),
        service(
            "old_home",
            **NAMES["old_home"],
            **elder,
            **home,
            preference=3,
            travel_limit_min=40,
            typology="old",
            counts_as="home_older",
            financed_until=2029,
        ),
    )


def input_tables() -> dict[str, pd.DataFrame]:
    """The input tables; those that nothing is said of are empty."""
    given = {
        "regions": table("regions", ("AAA", "Първа", "First", "BG001", A), ("BBB", "Втора", "Second", "BG002", OUT)),
        "municipalities": table(
            "municipalities",
            (A, "Алфа", "Alfa", "AAA", "BG001", "00084", "Алфа", "Alfa", 25.5, 41.9),
            (B, "Бета", "Beta", "AAA", "BG001", "00102", "Бета", "Beta", 25.9, 41.8),
            (OUT, "Гама", "Gama", "BBB", "BG002", "00103", "Гама", "Gama", 26.9, 41.8),
        ),
        "indicator_catalogue": table(
            "indicator_catalogue",
            (
                "elderly",
                "Възрастни",
                "Older people",
                "persons",
                "a.csv",
                "2021-09-07",
                "nsi",
                "Census",
                900,
                None,
                None,
            ),
            (
                "adults",
                "Пълнолетни",
                "Adults",
                "persons",
                "a.csv",
                "2021",
                "estimate",
                "Act 1, art. 2",
                None,
                None,
                "new",
            ),
        ),
        "indicators": table(
            "indicators",
            ("elderly", A, 400),
            ("elderly", B, 130.5),
            ("elderly", OUT, 369.5),
            ("adults", A, 1250),
            ("adults", B, None),
            ("adults", OUT, 77),
        ),
        "groups": table(
            "groups",
            *(
                (code, *NAMES[code].values(), priority)
                for code, priority in (("crisis", 1), ("day_care", 2), ("elder", 1))
            ),
        ),
        "services": services(),
        "transformations": table("transformations", ("old_home", "home_older", 1, "2000", "illustrative", "set")),
        "bases": table("bases", ("*", "staff_per_place", "illustrative", "round figure", None)),
        "calibration": table("calibration", ("users", 63, "persons", 2026, "read", "users in all", "Register")),
        "register": table(
            "register",
            ("c1", B, "day_care", 5, None, "keep", None, 2030, 2031, "attested", "Contract"),
            ("d1", A, "day_care", 12, 12, "keep", None, None, None, "attested", "Register"),
            ("d2", B, "day_care", 6, None, "free", None, None, None, "estimated", "by share"),
            ("h1", A, "home_help", 25, 25, "keep", None, None, None, "attested", "Register"),
            ("h2", B, "home_help", 10, None, "keep", None, None, None, "estimated", "by share"),
            ("o1", A, "old_home", 6, 6, "keep", None, None, None, "attested", "Register"),
            ("x1", OUT, "day_care", 99, None, "keep", None, None, None, "estimated", "by share"),
        ),
        "renovations": table(
            "renovations",
            ("d1", "energy", 2030, "30000", 5, "attested", "audit"),
            ("d2", "safety", 2027, "5000", 6, "estimated", "by size"),
        ),
        "provenance": table(
            "provenance",
            *(
                ("indicators", "census.csv", 1, "census.csv", "Общини", "0" * 64, "Census", "2021", *rest)
                for rest in [("published", "A:municipality C:adults D:elderly", "4-5 9", "")]
            ),
            ("register", "computed", 1, "", "", "", "by a study", "", "estimated", "", "", ""),
        ),
        "mended": table("mended", ("indicators", f"adults {A}", "value", '"1 250"', '"1250"')),
        "agreements": table("agreements", (B, A, "day_care", "signed", "decision 7 of the council")),
        "travel": table(
            "travel",
            (A, A, 0, 0, "computed"),
            (A, B, 30, 40, "computed"),
            (B, A, 30, 40, "known"),
            (B, B, 0, 0, "known"),
        ),
    }
    return {declared.name: given.get(declared.name, table(declared.name)) for declared in INPUT_TABLES}


def _people() -> dict[str, pd.DataFrame]:
    y, z = YEARS
    return {
        "projected": table(
            "projected",
            ("adults", A, y, 1250),
            ("adults", A, z, 1200),
            ("adults", B, y, None),
            ("adults", B, z, None),
            ("elderly", A, y, 400),
            ("elderly", A, z, 440),
            ("elderly", B, y, 130.5),
            ("elderly", B, z, 140.5),
        ),
        "needs": table(
            "needs",
            (A, "elder", y, "n_home", "elderly", 400, 40, 40, False),
            (A, "day_care", y, "n_day", "adults", 1250, 25, 25, True),
            (A, "crisis", y, "n_crisis", None, None, 6, 6, False),
            (B, "elder", y, "n_home", "elderly", 130.5, 13.05, 13, False),
            (B, "day_care", y, "n_day", "elderly", 130.5, 10.6, 11, True),
            (B, "crisis", y, "n_crisis", "adults", None, None, None, True),
            (A, "elder", z, "n_home", "elderly", 440, 44, 44, True),
            (A, "day_care", z, "n_day", "adults elderly", 1200, 24, 24, True),
            (A, "crisis", z, "n_crisis", None, None, 6, 6, False),
            (B, "elder", z, "n_home", "elderly", 140.5, 14.05, 14, True),
            (B, "day_care", z, "n_day", "elderly", 140.5, 10.1, 10, True),
            (B, "crisis", z, "n_crisis", "adults", None, None, None, True),
        ),
        "package": table(
            "package",
            (A, "home_help", y, "municipal", 20, 20, "access", 37, "n_home_min", "n_home_max"),
            (A, "home_help", z, "municipal", 20, 20, "access", 40, "n_home_min", "n_home_max"),
            ("AAA", "crisis", y, "regional", 4, 4, "in_place", None, "n_crisis_min", None),
            ("AAA", "crisis", z, "regional", 4, 4, "in_place", None, "n_crisis_min", None),
        ),
        "allocation": table(
            "allocation",
            (A, "home_help", A, y, 24, 0, 0),
            (A, "old_home", A, y, 6, 0, 0),
            (A, "day_care", A, y, 20, 0, 0),
            (A, "crisis", A, y, 4, 0, 0),
            (B, "home_help", B, y, 8, 0, 0),
            (B, "day_care", A, y, 1, 0, 40),
            (A, "home_help", A, z, 26, 2, 0),
            (A, "home_older", A, z, 12, 0, 0),
            (A, "day_care", A, z, 22, 0, 0),
            (A, "crisis", A, z, 6, 0, 0),
            (B, "home_help", B, z, 9, 0, 0),
            (B, "home_older", A, z, 3, 0, 40),
            (B, "day_care", A, z, 1, 0, 40),
            (B, "day_care", B, z, 5, 0, 0),
        ),
        "unmet": table(
            "unmet",
            (A, "elder", y, 40, 30, 10, 3, 0, 7),
            (A, "day_care", y, 25, 20, 5, 0, 0, 5),
            (A, "crisis", y, 6, 4, 2, 0, 0, 2),
            (B, "elder", y, 13, 8, 5, 0, 0, 5),
            (B, "day_care", y, 11, 1, 10, 1, 9, 0),
            (A, "elder", z, 44, 38, 6, 0, 0, 6),
            (A, "day_care", z, 24, 22, 2, 0, 0, 2),
            (A, "crisis", z, 6, 6, 0, 0, 0, 0),
            (B, "elder", z, 14, 12, 2, 0, 0, 2),
            (B, "day_care", z, 10, 6, 4, 0, 4, 0),
        ),
        "access": table(
            "access",
            (A, y, 71, 54, 14, 3, 0, "0.197183099"),
            (B, y, 24, 9, 5, 1, 9, "0.333333333"),
            (A, z, 74, 66, 8, 0, 0, "0.108108108"),
            (B, z, 24, 18, 2, 0, 4, "0.1"),
        ),
        # Home help stands in both; of the other needs nothing is told here.
        "access_minutes": table(
            "access_minutes",
            ("*", "elder", y, "seats", 53, 38, *[1] * 4, *["0.716981132"] * 4),
            (A, "elder", y, "seats", 40, 30, *[1] * 4, *["0.75"] * 4),
            ("AAA", "elder", y, "seats", 53, 38, *[1] * 4, *["0.716981132"] * 4),
            (B, "elder", y, "settlements", 13, 8, "0.25", *[1] * 3, "0.153846154", *["0.615384615"] * 3),
        ),
        "compliance": table(
            "compliance",
            (A, "home_help", y, "municipal", "access", 20, 24, 0, 0, True, True),
            (A, "day_care", y, "municipal", "in_place", 15, 21, 0, 0, True, True),
            (A, "crisis", y, "regional", "regional", 4, 4, 0, 0, True, True),
            (B, "home_help", y, "municipal", "access", 8, 8, 0, 0, True, True),
            (B, "day_care", y, "municipal", "in_place", 10, 0, 10, 40, False, False),
            (B, "crisis", y, "regional", "regional", 4, 4, 0, 70, False, False),
            (A, "home_help", z, "municipal", "access", 20, 26, 0, 0, True, True),
            (A, "home_older", z, "municipal", "access", 5, 12, 0, 0, True, True),
            (A, "day_care", z, "municipal", "in_place", 15, 23, 0, 0, True, True),
            (A, "crisis", z, "regional", "regional", 4, 6, 0, 0, True, True),
            (B, "home_help", z, "municipal", "access", 8, 9, 0, 0, True, True),
            (B, "home_older", z, "municipal", "access", 2, 3, 0, 40, True, True),
            (B, "day_care", z, "municipal", "in_place", 10, 5, 5, 0, True, False),
            (B, "crisis", z, "regional", "regional", 4, 6, 0, 70, False, False),
        ),
    }


def _places() -> dict[str, pd.DataFrame]:
    y, z = YEARS
    older, crisis = f"new:home_older:{A}", f"new:crisis:{A}"
    # site, year, where, what, origin | today, before, committed, new, in, out, given up, planned | facilities likewise
    return {
        "capacity": table(
            "capacity",
            ("c1", y, B, "day_care", "attested", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            ("d1", y, A, "day_care", "attested", 12, 12, 0, 9, 0, 0, 0, 21, 1, 1, 0, 0, 1),
            ("d2", y, B, "day_care", "estimated", 6, 6, 0, 0, 0, 0, 6, 0, 1, 1, 0, 1, 0),
            ("h1", y, A, "home_help", "attested", 25, 25, 0, 0, 0, 0, 0, 25, 1, 1, 0, 0, 1),
            ("h2", y, B, "home_help", "estimated", 10, 10, 0, 0, 0, 0, 2, 8, 1, 1, 0, 0, 1),
            ("o1", y, A, "old_home", "attested", 6, 6, 0, 0, 0, 0, 0, 6, 1, 1, 0, 0, 1),
            (crisis, y, A, "crisis", "new", 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 1, 0, 1),
            ("c1", z, B, "day_care", "attested", 0, 0, 5, 0, 0, 0, 0, 5, 0, 0, 1, 0, 1),
            ("d1", z, A, "day_care", "attested", 12, 21, 0, 2, 0, 0, 0, 23, 1, 1, 0, 0, 1),
            ("d2", z, B, "day_care", "estimated", 6, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
            ("h1", z, A, "home_help", "attested", 25, 25, 0, 1, 0, 0, 0, 26, 1, 1, 0, 0, 1),
            ("h2", z, B, "home_help", "estimated", 10, 8, 0, 1, 0, 0, 0, 9, 1, 1, 0, 0, 1),
            ("o1", z, A, "old_home", "attested", 6, 6, 0, 0, 0, 6, 0, 0, 1, 1, 0, 1, 0),
            (crisis, z, A, "crisis", "new", 0, 4, 0, 2, 0, 0, 0, 6, 0, 1, 0, 0, 1),
            (older, z, A, "home_older", "new", 0, 0, 0, 9, 6, 0, 0, 15, 0, 0, 1, 0, 1),
        ),
        "transformed": table("transformed", ("o1", older, z, A, "old_home", "home_older", 6, 6, True, "12000.00")),
        "renovated": table(
            "renovated",
            ("d1", "energy", A, "day_care", 2030, 2027, "30000.00", 0),
            ("d2", "safety", B, "day_care", 2027, None, "5000.00", 6),
        ),
        "staffing": table("staffing", (A, "nurse", z, 3.5, 3, 0.5)),
        "complex": table("complex", ("elder_house", A, z, 1, "4000.00")),
        "shared": table(
            "shared",
            (A, "day_care", y, A, 20, "own", "120000.29", "121000.30"),
            (A, "day_care", y, B, 1, "signed", "6000.01", "5000.00"),
            (A, "day_care", z, A, 22, "own", "132000.00", "133000.00"),
            (A, "day_care", z, B, 1, "signed", "6000.00", "5000.00"),
            (A, "home_older", z, A, 12, "own", "72000.20", "75000.25"),
            (A, "home_older", z, B, 3, "possible", "18000.05", "15000.00"),
        ),
    }


#: stream, kind, host, service, year, amount, places that it pays
PAID = (
    ("state", "running", A, "home_help", FIRST, "60000.10", 25),
    ("state", "running", A, "old_home", FIRST, "30000.00", 6),
    ("state", "running", B, "home_help", FIRST, "24000.20", 8),
    ("state", "running", A, "day_care", FIRST, "126000.30", 21),
    ("own", "running", A, "crisis", FIRST, "40000.40", 4),
    ("build", "build", A, "day_care", FIRST, "90000.00", 9),
    ("build", "build", A, "crisis", FIRST, "30000.55", 4),
    ("build", "renovate", A, "day_care", FIRST, "30000.00", 21),
    ("state", "running", A, "home_help", LAST, "70000.00", 24),
    ("state", "running", B, "home_help", LAST, "27000.00", 9),
    ("state", "running", A, "home_older", LAST, "90000.25", 15),
    ("state", "running", A, "day_care", LAST, "138000.00", 23),
    ("state", "running", B, "day_care", LAST, "30000.00", 5),
    ("own", "running", A, "crisis", LAST, "45000.00", 6),
    ("own", "running", A, "home_help", LAST, "5000.00", 2),
    ("build", "build", A, "home_older", LAST, "90000.00", 9),
    ("build", "build", A, "day_care", LAST, "20000.00", 2),
    ("build", "build", A, "crisis", LAST, "10000.00", 2),
    ("build", "transform", A, "home_older", LAST, "12000.00", 6),
)


def _money() -> dict[str, pd.DataFrame]:
    y, z = YEARS
    sums: dict[tuple[object, ...], list[float]] = {}
    for stream, kind, _, code, year, amount, places in PAID:
        both = sums.setdefault((stream, kind, code, year), [0, 0])
        both[0], both[1] = both[0] + places, round(both[1] + float(amount), 2)
    after = {key: both[1] for key, both in sums.items() if key[1] == "running" and key[3] == z}
    return {
        "spending": table("spending", *(row[:6] for row in PAID)),
        "budget": table(
            "budget",
            ("build", y, "capital", "0", "200000.00", "150000.55", "49999.45", "0", "0"),
            ("build", z, "capital", "49999.45", "100000.00", "132000.00", "0", "17999.45", "0"),
            ("own", y, "running", "0", "50000.00", "40000.40", "0", "9999.60", "0"),
            ("own", z, "running", "0", "50000.00", "50000.00", "0", "0", "0"),
            ("state", y, "running", "0", "250000.00", "240000.60", "0", "9999.40", "0"),
            ("state", z, "running", "0", "360000.00", "355000.25", "0", "4999.75", "0"),
        ),
        "programme": table("programme", *((*key, places, f"{amount:.2f}") for key, (places, amount) in sums.items())),
        "afterwards": table(
            "afterwards", *((key[0], key[2], f"{amount:.2f}", key[0] == "own") for key, amount in after.items())
        ),
    }


def result_tables() -> dict[str, pd.DataFrame]:
    """The result tables."""
    return {**_people(), **_places(), **_money()}


def norms() -> tuple[Norm, ...]:
    """One norm of three types."""
    known = {"status": "illustrative", "citation": "чл. 5", "basis": "round figure"}
    bands = (Band(amount=1, below=500), Band(amount=2))
    ratio = Ratio(type="ratio", indicator="elderly", rate=100, per=1000)
    return (
        Norm(id="n_crisis", group="crisis", gives="need", rule=Presence(type="presence", amount=6), **known),
        Norm(
            id="n_crisis_min",
            service="crisis",
            gives="minimum",
            territory="region",
            rule=Banded(type="banded", indicator="adults", bands=bands),
            **known,
        ),
        Norm(id="n_home", group="elder", gives="need", rule=ratio, **known),
    )


def scenario() -> Scenario:
    """The question."""
    known = {"status": "illustrative", "basis": "set"}
    return Scenario(
        format=1,
        name="small",
        title_bg="Малък план",
        title_en="Small plan",
        says_bg="Две общини.",
        says_en="Two municipalities.",
        as_of=date(2026, 7, 1),
        regions=("AAA",),
        years=YEARS,
        streams={
            "build": Stream(name_bg="Строеж", name_en="Building", kind="capital", amount_eur=200000.0, **known),
            "own": Stream(
                name_bg="Собствени",
                name_en="Own",
                kind="running",
                payer="other",
                amount_eur=50000.0,
                last_year=2030,
                **known,
            ),
            "state": Stream(
                name_bg="Държава",
                name_en="State",
                kind="running",
                by_year={"2027": 250000.0, "2030": 360000.0},
                status="attested",
                basis="law",
            ),
        },
    )


def stages(gap: float = 0.0) -> tuple[StageResult, ...]:
    """Two stages; the second one is open where a gap is given."""
    status = "feasible_with_gap" if gap else "proven"
    return (
        StageResult("package", "packages missing", 2.0, 2.0, 0.0, 1e-4, "proven", 1, "HiGHS"),
        StageResult("unmet", "users", 46.0, 45.5, gap, 1e-4, status, 17, "HiGHS"),
    )


def small_plan() -> Plan:
    """The plan of the docstring."""
    polygons = gpd.GeoDataFrame(
        {"municipality": [A, B]}, geometry=[box(25, 41, 26, 42), box(26, 41, 27, 42)], crs="EPSG:4326"
    )
    boundaries = Boundaries(polygons, "schematic", "cells around the seats", "0" * 64)
    sources = {"catalogue/services.csv": "1" * 64, "register/AAA.csv": "2" * 64}
    inputs = Inputs(input_tables(), norms(), boundaries, sources)
    return Plan(scenario(), inputs, result_tables(), stages(), "2026-07-01-small")
