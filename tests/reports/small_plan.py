"""Two municipalities, three services, solved by hand.

Alfa has its whole package; Beta has home help, lacks day care (10 places asked, none there)
and cannot reach the crisis centre. One neighbour, Gama, lies outside the scenario's region.

    need 95 = 40 + 25 + 6 (Alfa) + 13 + 11 (Beta; no data for its crisis centre)
    served 63 = 30 + 20 + 4 + 8 + 1       unmet 32 = 10 + 5 + 2 + 5 + 10
    unmet 32 = 4 above the maximum + 9 out of reach + 19 without a place
    places 53 today + 18 new - 8 given up = 63
    running 280 001.00 = 90 000.10 + 24 000.20 + 126 000.30 (state) + 40 000.40 (own), of 300 000
    capital 150 000.55 = 90 000.00 + 60 000.55, of 200 000
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from nationalmap.domain.norm import Band, Banded, Norm, Presence, Ratio
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.schema import TABLES, check

A, B, OUT = "AAA01", "AAA02", "BBB01"
YEAR = 2027


def _table(name: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A declared table from rows in the declared order; None is blank, True is yes."""
    table = TABLES[name]
    words = {None: "", True: "yes", False: "no"}
    cells = [[words[v] if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows]
    return check(table, pd.DataFrame(cells, columns=list(table.names), dtype="str"), f"{name}.csv")


def input_tables() -> dict[str, pd.DataFrame]:
    """The input tables."""
    crisis = ("crisis", "Кризисен център", "Crisis centre", "Кризисен", "Crisis")
    day = ("day_care", "Дневна грижа", "Day care", "Дневна", "Day care")
    home = ("home_help", "Помощ в дома", "Home help", "Помощ", "Home help")
    costs = ("6000.50", "1000", "400", "5000", "0")
    return {
        "regions": _table("regions", ("AAA", "Първа", "First", "BG001", A), ("BBB", "Втора", "Second", "BG002", OUT)),
        "municipalities": _table(
            "municipalities",
            (A, "Алфа", "Alfa", "AAA", "BG001", "00084", "Алфа", "Alfa", 25.5, 41.9),
            (B, "Бета", "Beta", "AAA", "BG001", "00102", "Бета", "Beta", 25.9, 41.8),
            (OUT, "Гама", "Gama", "BBB", "BG002", "00103", "Гама", "Gama", 26.9, 41.8),
        ),
        "indicator_catalogue": _table(
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
        "indicators": _table(
            "indicators",
            ("elderly", A, 400),
            ("elderly", B, 130.5),
            ("elderly", OUT, 369.5),
            ("adults", A, 1250),
            ("adults", B, None),
            ("adults", OUT, 77),
        ),
        "services": _table(
            "services",
            (
                *crisis,
                "residential",
                "regional",
                "residential",
                "violence_victims",
                1,
                1,
                4,
                10,
                0.9,
                60,
                1,
                *costs,
            ),
            (*day, "day_and_community", "municipal", "community", "adults", 1, 1, 10, 40, 0.4, 30, 1, *costs),
            (*home, "home_and_mobile", "municipal", "home", "older_people", 2, 1, 0, 0, 0.2, 0, 0, *costs),
        ),
        "bases": _table("bases", ("*", "staff_per_place", "illustrative", "round figure", None)),
        "calibration": _table("calibration", ("users", 63, "persons", 2026, "read", "users in all", "Register")),
        "register": _table(
            "register",
            ("d1", A, "day_care", 12, 12, "keep", None, "attested", "Register"),
            ("d2", B, "day_care", 6, None, "free", None, "estimated", "by share"),
            ("h1", A, "home_help", 25, 25, "keep", None, "attested", "Register"),
            ("h2", B, "home_help", 10, None, "keep", None, "estimated", "by share"),
            ("x1", OUT, "day_care", 99, None, "keep", None, "estimated", "by share"),
        ),
        "travel": _table(
            "travel",
            (A, A, 0, 0, "computed"),
            (A, B, 30, 40, "computed"),
            (B, A, 30, 40, "known"),
            (B, B, 0, 0, "known"),
        ),
    }


def result_tables() -> dict[str, pd.DataFrame]:
    """The result tables."""
    y = YEAR
    return {
        "needs": _table(
            "needs",
            (A, "home_help", y, "n_home", "elderly", 400, 40, 40, False),
            (A, "day_care", y, "n_day", "adults", 1250, 25, 25, True),
            (A, "crisis", y, "n_crisis", None, None, 6, 6, False),
            (B, "home_help", y, "n_home", "elderly", 130.5, 13.05, 13, False),
            (B, "day_care", y, "n_day", "elderly", 130.5, 10.6, 11, True),
            (B, "crisis", y, "n_crisis", "adults", None, None, None, True),
        ),
        "package": _table(
            "package",
            (A, "home_help", y, "municipal", 20, 20, "access", 37, "n_home_min", "n_home_max"),
            ("AAA", "crisis", y, "regional", 4, 4, "in_place", None, "n_crisis_min", None),
        ),
        "capacity": _table(
            "capacity",
            ("d1", y, A, "day_care", "attested", 12, 21, 9, 0, 1, 1, 0, 0),
            ("d2", y, B, "day_care", "estimated", 6, 0, 0, 6, 1, 0, 0, 1),
            ("h1", y, A, "home_help", "attested", 25, 30, 5, 0, 1, 1, 0, 0),
            ("h2", y, B, "home_help", "estimated", 10, 8, 0, 2, 1, 1, 0, 0),
            (f"new:crisis:{A}", y, A, "crisis", "new", 0, 4, 4, 0, 0, 1, 1, 0),
        ),
        "allocation": _table(
            "allocation",
            (A, "home_help", A, y, 30, 0),
            (A, "day_care", A, y, 20, 0),
            (A, "crisis", A, y, 4, 0),
            (B, "home_help", B, y, 8, 0),
            (B, "day_care", A, y, 1, 40),
        ),
        "unmet": _table(
            "unmet",
            (A, "home_help", y, 40, 30, 10, 3, 0, 7),
            (A, "day_care", y, 25, 20, 5, 0, 0, 5),
            (A, "crisis", y, 6, 4, 2, 0, 0, 2),
            (B, "home_help", y, 13, 8, 5, 0, 0, 5),
            (B, "day_care", y, 11, 1, 10, 1, 9, 0),
        ),
        "compliance": _table(
            "compliance",
            (A, "home_help", y, "municipal", "access", 20, 30, 0, 0, True, True),
            (A, "day_care", y, "municipal", "in_place", 15, 21, 0, 0, True, True),
            (A, "crisis", y, "regional", "regional", 4, 4, 0, 0, True, True),
            (B, "home_help", y, "municipal", "access", 8, 8, 0, 0, True, True),
            (B, "day_care", y, "municipal", "in_place", 10, 0, 10, 40, False, False),
            (B, "crisis", y, "regional", "regional", 4, 4, 0, 70, False, False),
        ),
        "spending": _table(
            "spending",
            ("state", "running", A, "home_help", y, "90000.10"),
            ("state", "running", B, "home_help", y, "24000.20"),
            ("state", "running", A, "day_care", y, "126000.30"),
            ("own", "running", A, "crisis", y, "40000.40"),
            ("build", "capital", A, "day_care", y, "90000.00"),
            ("build", "capital", A, "crisis", y, "60000.55"),
        ),
        "budget": _table(
            "budget",
            ("build", y, "capital", "200000.00", "150000.55", "49999.45", "0"),
            ("own", y, "running", "50000.00", "40000.40", "9999.60", "0"),
            ("state", y, "running", "250000.00", "240000.60", "9999.40", "0"),
        ),
    }


def norms() -> tuple[Norm, ...]:
    """One norm of each type."""
    known = {"status": "illustrative", "citation": "чл. 5", "basis": "round figure"}
    bands = (Band(amount=1, below=500), Band(amount=2))
    ratio = Ratio(type="ratio", indicator="elderly", rate=100, per=1000)
    return (
        Norm(id="n_crisis", service="crisis", gives="need", rule=Presence(type="presence", amount=6), **known),
        Norm(
            id="n_crisis_min",
            service="crisis",
            gives="minimum",
            territory="region",
            rule=Banded(type="banded", indicator="adults", bands=bands),
            **known,
        ),
        Norm(id="n_home", service="home_help", gives="need", rule=ratio, **known),
    )


def scenario() -> Scenario:
    """The question."""
    return Scenario(
        format=1,
        name="small",
        title_bg="Малък план",
        title_en="Small plan",
        says_bg="Две общини.",
        says_en="Two municipalities.",
        as_of=date(2026, 7, 1),
        regions=("AAA",),
        year=YEAR,
        streams={
            "build": Stream(
                name_bg="Строеж",
                name_en="Building",
                kind="capital",
                amount_eur=200000.0,
                status="illustrative",
                basis="set",
            ),
            "own": Stream(
                name_bg="Собствени",
                name_en="Own",
                kind="running",
                amount_eur=50000.0,
                status="illustrative",
                basis="set",
            ),
            "state": Stream(
                name_bg="Държава",
                name_en="State",
                kind="running",
                amount_eur=250000.0,
                status="attested",
                basis="law",
            ),
        },
    )


def stages(gap: float = 0.0) -> tuple[StageResult, ...]:
    """Two stages; the second one is open where a gap is given."""
    status = "feasible_with_gap" if gap else "proven"
    return (
        StageResult("package", "services", 2.0, 2.0, 0.0, 1e-4, "proven"),
        StageResult("unmet", "users", 32.0, 31.5, gap, 1e-4, status, 17),
    )


def small_plan() -> Plan:
    """The plan of the docstring."""
    polygons = gpd.GeoDataFrame(
        {"municipality": [A, B]}, geometry=[box(25, 41, 26, 42), box(26, 41, 27, 42)], crs="EPSG:4326"
    )
    boundaries = Boundaries(polygons, "schematic", "cells around the seats", "0" * 64)
    sources = {"catalogue/services.csv": "1" * 64, "register/AAA.csv": "2" * 64}
    inputs = Inputs(input_tables(), norms(), boundaries, sources)
    budgets = {"build": 200000.0, "own": 50000.0, "state": 250000.0}
    return Plan(scenario(), inputs, result_tables(), budgets, stages(), "2026-07-01-small")
