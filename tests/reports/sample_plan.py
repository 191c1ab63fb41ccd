"""TEST DATA: eleven municipalities, four services, invented figures that fit one another.

Names and seats are those of Haskovo region; every other figure is made up for the tests of
the page. Every kind of case stands in it once:

* Маджарово has no data for day care, Ивайловград no need of the crisis centre;
* Тополовград has a critical shortfall of day care (30 of 40 without a place);
* Стамболово is served in Хасково; Любимец in Свиленград;
* the crisis centre is regional; from Ивайловград it is out of reach;
* nothing is asked of skills training, and it stands nowhere;
* all need cases of home help are served but one of Хасково (999 of 1,000: never full).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from nationalmap.domain.norm import Norm, Presence, Ratio
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.schema import TABLES, check

YEAR = 2027
#: code: Bulgarian, English, longitude, latitude, residents
TOWNS = {
    "HKV09": ("Димитровград", "Dimitrovgrad", 25.593, 42.060, 44632),
    "HKV11": ("Ивайловград", "Ivaylovgrad", 26.124, 41.527, 5161),
    "HKV17": ("Любимец", "Lyubimets", 26.086, 41.847, 8940),
    "HKV18": ("Маджарово", "Madzharovo", 25.867, 41.633, 1484),
    "HKV19": ("Минерални бани", "Mineralni bani", 25.350, 41.935, 5520),
    "HKV28": ("Свиленград", "Svilengrad", 26.202, 41.765, 20764),
    "HKV29": ("Симеоновград", "Simeonovgrad", 25.831, 42.035, 7700),
    "HKV30": ("Стамболово", "Stambolovo", 25.643, 41.776, 5458),
    "HKV32": ("Тополовград", "Topolovgrad", 26.333, 42.085, 8941),
    "HKV33": ("Харманли", "Harmanli", 25.903, 41.930, 21623),
    "HKV34": ("Хасково", "Haskovo", 25.555, 41.934, 81342),
}
NEIGHBOURS = {
    "KRZ16": ("Кърджали", "Kardzhali", 25.367, 41.634, 60000),
    "KRZ21": ("Момчилград", "Momchilgrad", 25.400, 41.530, 14000),
    "PDV23": ("Първомай", "Parvomay", 25.223, 42.098, 22000),
    "SZR07": ("Гълъбово", "Galabovo", 25.860, 42.135, 11000),
    "SZR36": ("Чирпан", "Chirpan", 25.330, 42.200, 18000),
    "JAM07": ("Елхово", "Elhovo", 26.570, 42.170, 13000),
    "VID09": ("Видин", "Vidin", 22.870, 43.990, 50000),
}
HOME, DAY, CRISIS, SKILLS = "assistant_support", "day_care_adults", "crisis_centre", "skills_training"

#: service, municipality: need, served, above the maximum, out of reach, no place
CASES = {
    HOME: {
        "HKV09": (500, 500, 0, 0, 0),
        "HKV11": (60, 60, 0, 0, 0),
        "HKV17": (90, 90, 0, 0, 0),
        "HKV18": (20, 20, 0, 0, 0),
        "HKV19": (70, 70, 0, 0, 0),
        "HKV28": (230, 230, 0, 0, 0),
        "HKV29": (80, 80, 0, 0, 0),
        "HKV30": (60, 60, 0, 0, 0),
        "HKV32": (110, 110, 0, 0, 0),
        "HKV33": (240, 240, 0, 0, 0),
        "HKV34": (1000, 999, 0, 0, 1),
    },
    DAY: {
        "HKV09": (60, 45, 5, 0, 10),
        "HKV11": (12, 2, 0, 10, 0),
        "HKV17": (15, 8, 0, 0, 7),
        "HKV19": (10, 5, 0, 0, 5),
        "HKV28": (32, 32, 0, 0, 0),
        "HKV29": (14, 5, 0, 0, 9),
        "HKV30": (12, 6, 0, 0, 6),
        "HKV32": (40, 10, 0, 0, 30),
        "HKV33": (35, 20, 0, 0, 15),
        "HKV34": (120, 80, 10, 0, 30),
    },
    CRISIS: {
        **{code: (2, 1, 0, 0, 1) for code in TOWNS if code not in ("HKV11", "HKV34")},
        "HKV11": (0, 0, 0, 0, 0),
        "HKV34": (6, 4, 0, 0, 2),
    },
}
#: places today and planned, by service and host
PLACES = {
    HOME: {code: (cases[1] - 10, cases[1]) for code, cases in CASES[HOME].items()},
    DAY: {
        "HKV09": (45, 45),
        "HKV11": (0, 2),
        "HKV28": (30, 40),
        "HKV29": (5, 5),
        "HKV32": (10, 10),
        "HKV33": (20, 20),
        "HKV34": (70, 91),
    },
    CRISIS: {"HKV34": (8, 14)},
}
#: users of day care and of the crisis centre who travel: municipality, host, users, minutes
JOURNEYS = {
    DAY: {
        ("HKV30", "HKV34"): (6, 27),
        ("HKV17", "HKV28"): (8, 22),
        ("HKV19", "HKV34"): (5, 25),
    },
    CRISIS: {(code, "HKV34"): (1, 35) for code in TOWNS if code not in ("HKV11", "HKV34")},
}


def _table(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """A declared table from rows in the declared order; None is blank, True is yes."""
    words = {None: "", True: "yes", False: "no"}
    cells = [[words[v] if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows]
    frame = pd.DataFrame(cells, columns=list(TABLES[name].names), dtype="str")
    return check(TABLES[name], frame, f"{name}.csv")


def _municipalities() -> pd.DataFrame:
    rows = []
    for code, (name_bg, name_en, lon, lat, _) in {**TOWNS, **NEIGHBOURS}.items():
        rows.append((code, name_bg, name_en, code[:3], "BG422", "00000", name_bg, name_en, lon, lat))
    return _table("municipalities", rows)


def _services() -> pd.DataFrame:
    money = (1000, 5000, 500, 20000, 100000)
    long_bg, long_en = (
        "Дневна грижа за пълнолетни лица с трайни увреждания",
        "Day care for adults with disabilities",
    )
    names = {
        HOME: ("Асистентска подкрепа", "Assistant support", "Асистентска подкрепа", "Assistant support"),
        DAY: (long_bg, long_en, "Дневна грижа, пълнолетни", "Day care, adults"),
        CRISIS: (
            "Кризисен център за пострадали",
            "Crisis centre for victims",
            "Кризисен център",
            "Crisis centre",
        ),
        SKILLS: ("Обучение за умения", "Training of skills", "Обучение в умения", "Skills training"),
    }
    forms = {
        HOME: ("home_and_mobile", "municipal", "home"),
        DAY: ("day_and_community", "municipal", "community"),
        CRISIS: ("residential", "regional", "residential"),
        SKILLS: ("day_and_community", "regional", "community"),
    }
    sizes = ("adults_disability", 1, 1, 0, 60, 0.5, 60, 1)
    return _table("services", [(code, *names[code], *forms[code], *sizes, *money) for code in names])


def input_tables() -> dict[str, pd.DataFrame]:
    """The input tables that the page reads."""
    people = [("pop_total", code, town[4]) for code, town in {**TOWNS, **NEIGHBOURS}.items()]
    adults = [("adults", code, town[4] // 2) for code, town in TOWNS.items() if code != "HKV18"]
    regions = [("HKV", "Хасково", "Haskovo", "HKV34"), ("KRZ", "Кърджали", "Kardzhali", "KRZ16")]
    regions += [("PDV", "Пловдив", "Plovdiv", "PDV23"), ("SZR", "Стара Загора", "Stara Zagora", "SZR36")]
    regions += [("JAM", "Ямбол", "Yambol", "JAM07"), ("VID", "Видин", "Vidin", "VID09")]
    catalogue = [
        ("pop_total", "Население", "Population", "persons", "a.csv", "2021-09-07", "nsi", "Преброяване 2021"),
        ("adults", "Пълнолетни", "Adults", "persons", "a.csv", "2021-09-07", "estimate", "Дял от 2021"),
    ]
    sites = [
        (f"{service}-{code}", code, service, today, today, "keep", None, origin, "test data")
        for service, hosts in PLACES.items()
        for code, (today, _) in hosts.items()
        for origin in (["estimated"] if code == "HKV33" else ["attested"])
        if today
    ]
    return {
        "regions": _table("regions", [(*names[:3], "BG422", names[3]) for names in regions]),
        "municipalities": _municipalities(),
        "services": _services(),
        "indicators": _table("indicators", [*people, *adults, ("adults", "HKV18", None)]),
        "indicator_catalogue": _table("indicator_catalogue", [(*row, None, None, None) for row in catalogue]),
        "register": _table("register", sites),
    }


def _needs() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for service, cases in CASES.items():
        for code, town in TOWNS.items():
            if code not in cases:
                rows.append((code, service, YEAR, "norm", "adults", None, None, None, True))
                continue
            need, estimate = cases[code][0], service == DAY
            rows.append((code, service, YEAR, "norm", "adults", town[4] // 2, need, need, estimate))
    return rows


def _capacity() -> list[tuple[object, ...]]:
    rows = []
    for service, hosts in PLACES.items():
        for code, (today, planned) in hosts.items():
            site = f"{service}-{code}" if today else f"new:{service}:{code}"
            origin = "new" if not today else "estimated" if code == "HKV33" else "attested"
            stood, opened = int(today > 0), int(today == 0)
            rows.append((site, YEAR, code, service, origin, today, planned, planned - today, 0, stood, 1, opened, 0))
    return rows


def _allocation() -> list[tuple[object, ...]]:
    rows = []
    for service, cases in CASES.items():
        journeys = JOURNEYS.get(service, {})
        for code, (_, served, *_rest) in cases.items():
            away = sum(users for (m, _), (users, _) in journeys.items() if m == code)
            if served > away:
                rows.append((code, service, code, YEAR, served - away, 0))
        rows += [(m, service, host, YEAR, users, minutes) for (m, host), (users, minutes) in journeys.items()]
    return rows


def _compliance() -> list[tuple[object, ...]]:
    """Home help complied with everywhere; day care asks half of the need; ten crisis places in the region."""
    rows: list[tuple[object, ...]] = []
    for code in TOWNS:
        need, served, *_ = CASES[HOME][code]
        rows.append((code, HOME, YEAR, "municipal", "access", need // 2, served, 0, 0, True, True))
        far = code == "HKV11"
        rows.append((code, CRISIS, YEAR, "regional", "regional", 10, 14, 0, 75 if far else 30, not far, not far))
        if code in CASES[DAY]:
            asked, given = CASES[DAY][code][0] // 2, PLACES[DAY].get(code, (0, 0))[1]
            if code in ("HKV30", "HKV17", "HKV19"):
                given = CASES[DAY][code][1]
                missing = max(0, asked - given)
                rows.append((code, DAY, YEAR, "municipal", "access", asked, given, missing, 25, True, not missing))
            else:
                missing = max(0, asked - given)
                rows.append((code, DAY, YEAR, "municipal", "in_place", asked, given, missing, 0, True, not missing))
    return rows


def _spending() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for service, hosts in PLACES.items():
        for code, (today, planned) in hosts.items():
            rows.append(("state", "running", code, service, YEAR, f"{planned * 2000.37:.2f}"))
            if planned > today and service != HOME:
                rows.append(("build", "capital", code, service, YEAR, f"{(planned - today) * 20000:.2f}"))
    return rows


def result_tables() -> dict[str, pd.DataFrame]:
    """The result tables."""
    unmet = [
        (code, service, YEAR, need, served, need - served, above, reach, place)
        for service, cases in CASES.items()
        for code, (need, served, above, reach, place) in cases.items()
    ]
    spending = _spending()
    budget = []
    for stream, kind, amount in (("state", "running", 7_000_000), ("build", "capital", 900_000)):
        spent = sum(float(str(row[5])) for row in spending if row[1] == kind)
        budget.append((stream, YEAR, kind, amount, f"{spent:.2f}", f"{amount - spent:.2f}", "0"))
    return {
        "needs": _table("needs", _needs()),
        "package": _table("package", []),
        "capacity": _table("capacity", _capacity()),
        "allocation": _table("allocation", _allocation()),
        "unmet": _table("unmet", unmet),
        "compliance": _table("compliance", _compliance()),
        "spending": _table("spending", spending),
        "budget": _table("budget", budget),
    }


def cells() -> gpd.GeoDataFrame:
    """Thiessen cells of the seats within a frame: shapes that touch, near enough to a map."""
    towns = {**TOWNS, **NEIGHBOURS}
    near = [code for code in towns if code != "VID09"]
    seats = shapely.MultiPoint([towns[code][2:4] for code in near])
    frame = shapely.box(25.0, 41.3, 26.8, 42.35)
    parts = shapely.voronoi_polygons(seats, extend_to=frame, ordered=True).geoms
    shapes = [part.intersection(frame) for part in parts] + [shapely.box(22.5, 43.8, 23.0, 44.1)]
    return gpd.GeoDataFrame({"municipality": [*near, "VID09"]}, geometry=shapes, crs="EPSG:4326")


def scenario() -> Scenario:
    """The question."""
    known = {"status": "illustrative", "basis": "test data"}
    return Scenario(
        format=1,
        name="haskovo-test",
        title_bg="Хасково 2027: измислени данни за проверка",
        title_en="Haskovo 2027: invented test data",
        says_bg="Данни за проверка.",
        says_en="Test data.",
        as_of=date(2026, 11, 22),
        regions=("HKV",),
        year=YEAR,
        streams={
            "state": Stream(name_bg="Държавна субсидия", name_en="State", kind="running", amount_eur=7e6, **known),
            "build": Stream(name_bg="Програма", name_en="Programme", kind="capital", amount_eur=9e5, **known),
        },
    )


def norms() -> tuple[Norm, ...]:
    """Illustrative norms of three services, a legal one of the fourth."""
    known = {"gives": "need", "citation": "чл. 5", "basis": "test data"}
    ratio = Ratio(type="ratio", indicator="adults", rate=1, per=1000)
    illustrative = [
        Norm(id=f"n_{service}", service=service, rule=ratio, status="illustrative", **known)
        for service in (HOME, DAY, CRISIS)
    ]
    return (
        *illustrative,
        Norm(id="n_s", service=SKILLS, rule=Presence(type="presence", amount=1), status="legal", **known),
    )


def sample_plan() -> Plan:
    """The plan of the docstring."""
    boundaries = Boundaries(cells(), "schematic", "Thiessen cells of the seats, test data", "0" * 64)
    inputs = Inputs(input_tables(), norms(), boundaries, {})
    stages = (
        StageResult("package", "services", 1.0, 1.0, 0.0, 1e-4, "proven"),
        StageResult("unmet", "users", 155.0, 154.0, 0.0065, 1e-4, "feasible_with_gap", 12),
    )
    budgets = {"state": 7e6, "build": 9e5}
    return Plan(scenario(), inputs, result_tables(), budgets, stages, "haskovo-test-2026-11-22-0123abcd")


#: Names that would run, break or vanish where text is taken for code.
HOSTILE = (
    "{{ 7*7 }}",
    "{% raise %}",
    "{# lost #}",
    "<img src=x onerror=window.hurt=1>",
    "<!--<script>",
    "</script><script>window.hurt=1</script>",
    "=1+1",
    "${window.hurt=1}",
    '" onfocus=window.hurt=1 x="',
    "a\u2028b\u2029c & d",
    "{names} {achieved}",
)


def hostile_plan() -> Plan:
    """The sample plan with a hostile name on every municipality, service, region, stream and title."""
    plan = sample_plan()
    tables = dict(plan.inputs.tables)
    for name, columns in {
        "municipalities": ("name_bg", "name_en"),
        "services": ("name_bg", "name_en", "short_bg", "short_en"),
        "regions": ("name_bg", "name_en"),
        "indicator_catalogue": ("name_bg", "name_en", "source"),
    }.items():
        frame = tables[name].copy()
        for column in columns:
            frame[column] = [f"{HOSTILE[row % len(HOSTILE)]} {row}" for row in range(len(frame))]
        tables[name] = frame
    streams = {
        code: replace(stream, name_bg=f"{text} s", name_en=f"{text} s")
        for (code, stream), text in zip(plan.scenario.streams.items(), HOSTILE, strict=False)
    }
    titles = {name: " ".join(HOSTILE) for name in ("title_bg", "title_en", "says_bg", "says_en", "name")}
    boundaries = replace(plan.inputs.boundaries, status="supplied", source=" ".join(HOSTILE))
    return replace(
        plan,
        inputs=replace(plan.inputs, tables=tables, boundaries=boundaries),
        scenario=replace(plan.scenario, streams=streams, **titles),
        run_id=" ".join(HOSTILE),
    )
