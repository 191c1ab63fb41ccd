"""TEST DATA: eleven municipalities, five need groups, three years, invented figures that fit one another.

Names and seats are those of Haskovo region; every other figure is made up for the tests of
the page. Every kind of case stands in it once; in 2027:

* Маджарово has no data for day care, Ивайловград no need of the crisis centre;
* Тополовград has a critical shortfall of day care (30 of 40 without a place);
* Стамболово is served in Хасково; Любимец in Свиленград;
* the crisis centre is regional; from Ивайловград it is out of reach;
* nothing is asked of skills training, and it stands nowhere;
* all need cases of home help are served but one of Хасково (999 of 1,000: never full).

Until 2030 and again until 2035 half of those without a place (the rest then) get one where they live.
The old home of Хасково becomes a new one in 2030 (24 places into 20), a centre of Свиленград is
renovated in 2027, that of Харманли never (5 places lost in 2035); Харманли gets five committed places in 2030.
Residents fall by a tenth until 2035.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from small_plan import service, table

from nationalmap.domain.norm import Norm, Presence, Ratio
from nationalmap.domain.plan import Boundaries, Inputs, Plan, StageResult
from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.schema import INPUT_TABLES, RESULT_TABLES

YEARS = (2027, 2030, 2035)
FIRST, LAST = YEARS[0], YEARS[-1]
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
#: A need group of two new services and an old type.
OLDER, MOBILE, NEW_HOME, OLD_HOME = "care_of_older", "mobile_older", "residential_older", "old_home"
GROUPS = (HOME, DAY, CRISIS, SKILLS, OLDER)

#: Need cases of 2027: group, municipality: need, served, above the maximum, out of reach, no place
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
    OLDER: {"HKV09": (30, 20, 0, 0, 10), "HKV28": (20, 14, 0, 0, 6), "HKV34": (50, 40, 0, 0, 10)},
}
#: places today and planned in 2027, by service and host
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
    OLD_HOME: {"HKV34": (24, 24)},
    MOBILE: {"HKV09": (10, 20), "HKV28": (14, 14), "HKV34": (16, 16)},
}
#: Who of a municipality's need of older people is met by which service in 2027, at home.
OF_OLDER = {
    "HKV09": {MOBILE: 20},
    "HKV28": {MOBILE: 14},
    "HKV34": {MOBILE: 16, OLD_HOME: 24},
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


def cases_of(year: int) -> dict[str, dict[str, tuple[int, int, int, int, int]]]:
    """Need cases of a year: of those without a place half have one in 2030, all in 2035."""
    part = {2027: 0, 2030: 1, 2035: 2}[year]

    def of(need: int, served: int, above: int, reach: int, place: int) -> tuple[int, int, int, int, int]:
        more = place * part // 2
        return need, served + more, above, reach, place - more

    return {group: {code: of(*cases) for code, cases in found.items()} for group, found in CASES.items()}


def more_served(group: str, code: str, year: int) -> int:
    """Need cases with a place beyond those of 2027."""
    return cases_of(year)[group][code][1] - CASES[group][code][1]


def _municipalities() -> pd.DataFrame:
    rows = []
    for code, (name_bg, name_en, lon, lat, _) in {**TOWNS, **NEIGHBOURS}.items():
        rows.append((code, name_bg, name_en, code[:3], "BG422", "00000", name_bg, name_en, lon, lat))
    return table("municipalities", *rows)


#: long and short names in Bulgarian and English of groups and services
NAMES = {
    HOME: ("Асистентска подкрепа", "Assistant support", "Асистентска подкрепа", "Assistant support"),
    DAY: (
        "Дневна грижа за пълнолетни лица с трайни увреждания",
        "Day care for adults with disabilities",
        "Дневна грижа, пълнолетни",
        "Day care, adults",
    ),
    CRISIS: ("Кризисен център за пострадали", "Crisis centre for victims", "Кризисен център", "Crisis centre"),
    SKILLS: ("Обучение за умения", "Training of skills", "Обучение в умения", "Skills training"),
    OLDER: ("Грижа за стари хора", "Care of older people", "Грижа, стари хора", "Care, older people"),
    MOBILE: ("Мобилна грижа за стари хора", "Mobile care of older people", "Мобилна грижа", "Mobile care"),
    NEW_HOME: ("Резидентна грижа за стари хора", "Residential care, older people", "Резидентна", "Residential"),
    OLD_HOME: ("Дом за стари хора", "Old home for older people", "Дом за стари хора", "Old home"),
}
#: group, family, level, mode, order within the group
FORMS = {
    HOME: (HOME, "home_and_mobile", "municipal", "home", 1),
    DAY: (DAY, "day_and_community", "municipal", "community", 1),
    CRISIS: (CRISIS, "residential", "regional", "residential", 1),
    SKILLS: (SKILLS, "day_and_community", "regional", "community", 1),
    MOBILE: (OLDER, "home_and_mobile", "municipal", "mobile", 1),
    NEW_HOME: (OLDER, "residential", "municipal", "residential", 2),
    OLD_HOME: (OLDER, "residential", "municipal", "residential", 2),
}


def _services() -> pd.DataFrame:
    sizes = {"min_places": 0, "max_places": 60, "staff_per_place": 0.5, "travel_limit_min": 60}
    rows = []
    for code, (group, family, level, mode, preference) in FORMS.items():
        names = dict(zip(("name_bg", "name_en", "short_bg", "short_en"), NAMES[code], strict=True))
        old = {"typology": "old", "counts_as": NEW_HOME, "financed_until": 2029} if code == OLD_HOME else {}
        form = {"group": group, "family": family, "level": level, "mode": mode, "preference": preference}
        rows.append(service(code, **names, **form, **sizes, **old, target_group="adults_disability"))
    return table("services", *rows)


def input_tables() -> dict[str, pd.DataFrame]:
    """The input tables that the page reads; the others are empty."""
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
        (f"{code}-{host}", host, code, today, today, "keep", None, None, None, origin, "test data")
        for code, hosts in PLACES.items()
        for host, (today, _) in hosts.items()
        for origin in (["estimated"] if host == "HKV33" else ["attested"])
        if today
    ]
    sites.append(("levka", "HKV33", DAY, 5, None, "keep", None, 2030, None, "attested", "test data"))
    given = {
        "regions": table("regions", *((*names[:3], "BG422", names[3]) for names in regions)),
        "municipalities": _municipalities(),
        "groups": table("groups", *((code, *NAMES[code], 1) for code in GROUPS)),
        "services": _services(),
        "indicators": table("indicators", *people, *adults, ("adults", "HKV18", None)),
        "indicator_catalogue": table("indicator_catalogue", *((*row, None, None, None) for row in catalogue)),
        "register": table("register", *sites),
    }
    return {declared.name: given.get(declared.name, table(declared.name)) for declared in INPUT_TABLES}


def residents(code: str, year: int) -> int:
    """Residents of a planned municipality: a tenth fewer in 2035."""
    return TOWNS[code][4] * 9 // 10 if year == 2035 else TOWNS[code][4]


def _needs(year: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for group, cases in cases_of(year).items():
        for code, town in TOWNS.items():
            if code not in cases:
                rows.append((code, group, year, "norm", "adults", None, None, None, True))
                continue
            need, estimate = cases[code][0], group == DAY
            rows.append((code, group, year, "norm", "adults", town[4] // 2, need, need, estimate))
    return rows


#: Service that serves those who get a place later, by group.
LATER = {HOME: HOME, DAY: DAY, CRISIS: CRISIS, OLDER: MOBILE}


def added(code: str, host: str, year: int) -> int:
    """Places that a service gets in a municipality from 2027 to the year: one for each more served.

    Four of the old home of Хасково are cared for at home from 2030 on.
    """
    moved = 4 if (code, host) == (MOBILE, "HKV34") and year > FIRST else 0
    return moved + sum(more_served(g, host, year) for g, s in LATER.items() if s == code and host in CASES[g])


def former(year: int) -> int | None:
    """The planned year before; None for the first."""
    at = YEARS.index(year)
    return YEARS[at - 1] if at else None


def _sites() -> list[tuple[str, str, str]]:
    """Site, service, host: all that stand or open at some time."""
    hosts = {(code, host) for code in PLACES for host in PLACES[code]}
    hosts |= {(code, host) for g, code in LATER.items() for host in CASES[g] if added(code, host, LAST)}
    sites = [
        (f"{code}-{host}" if PLACES[code].get(host, (0, 0))[0] else f"new:{code}:{host}", code, host)
        for code, host in sorted(hosts)
    ]
    return [*sites, ("levka", DAY, "HKV33"), (f"new:{NEW_HOME}:HKV34", NEW_HOME, "HKV34")]


def _change(site: str, code: str, host: str, year: int) -> tuple[int, int, int, int, int]:
    """Committed, new, transformed in, transformed out, given up."""
    if site == "levka":
        return (5 if year == 2030 else 0, 0, 0, 0, 0)
    if code == NEW_HOME:
        return (0, 0, 20 if year == 2030 else 0, 0, 0)
    if code == OLD_HOME:
        return (0, 0, 0, 24 if year == 2030 else 0, 0)
    lost = 5 if (code, host, year) == (DAY, "HKV33", 2035) else 0
    today, planned = PLACES[code].get(host, (0, 0))
    before = former(year)
    new = planned - today if before is None else added(code, host, year) - added(code, host, before)
    return (0, new, 0, 0, lost)


def _capacity() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for site, code, host in _sites():
        today = 0 if site == "levka" else PLACES.get(code, {}).get(host, (0, 0))[0]
        origin = (
            "new" if site.startswith("new:") else "estimated" if host == "HKV33" and site != "levka" else "attested"
        )
        before, stood = today, int(today > 0)
        for year in YEARS:
            committed, new, into, out, lost = _change(site, code, host, year)
            places = before + committed + new + into - out - lost
            stands = int(places > 0)
            if origin != "new" or places:
                opened, closed = int(stands > stood), int(stands < stood)
                change = (before, committed, new, into, out, lost, places)
                facilities = (int(today > 0), stood, opened, closed, stands)
                rows.append((site, year, host, code, origin, today, *change, *facilities))
            before, stood = places, stands
    return rows


def _allocation(year: int) -> list[tuple[object, ...]]:
    users: dict[tuple[str, str, str], tuple[int, int]] = {}
    for group, cases in CASES.items():
        for code in cases:
            for member, served in _served_here(group, code, year).items():
                if served:
                    users[code, member, code] = (served, 0)
        users |= {(m, group, h): facts for (m, h), facts in JOURNEYS.get(group, {}).items()}
    return [(m, s, h, year, served, 0, minutes) for (m, s, h), (served, minutes) in users.items()]


def _served_here(group: str, code: str, year: int) -> dict[str, int]:
    """Users of a group who are served at home, by service."""
    away = sum(users for (m, _), (users, _) in JOURNEYS.get(group, {}).items() if m == code)
    first = dict(OF_OLDER[code]) if group == OLDER else {group: CASES[group][code][1] - away}
    if OLD_HOME in first and year > FIRST:  # of 24 in the old home 20 move into the new one, 4 are cared for at home
        first = {MOBILE: first[MOBILE] + 4, NEW_HOME: 20}
    later = LATER[group]
    return {**first, later: first.get(later, 0) + more_served(group, code, year)}


def _compliance(year: int) -> list[tuple[object, ...]]:
    """Home help complied with everywhere; day care asks half of the need; ten crisis places in the region."""
    rows: list[tuple[object, ...]] = []
    for code in TOWNS:
        need, served, *_ = cases_of(year)[HOME][code]
        rows.append((code, HOME, year, "municipal", "access", need // 2, served, 0, 0, True, True))
        far = code == "HKV11"
        rows.append((code, CRISIS, year, "regional", "regional", 10, 14, 0, 75 if far else 30, not far, not far))
        if code in CASES[DAY]:
            rows.append(_day_care(code, year))
        if code in CASES[OLDER]:
            rows += _older(code, year)
    return rows


def _day_care(code: str, year: int) -> tuple[object, ...]:
    cases = cases_of(year)[DAY][code]
    asked, given = cases[0] // 2, PLACES[DAY].get(code, (0, 0))[1] + added(DAY, code, year)
    kind, minutes = "in_place", 0
    if code in ("HKV30", "HKV17", "HKV19"):
        kind, minutes, given = "access", 25, cases[1]
    missing = max(0, asked - given)
    return (code, DAY, year, "municipal", kind, asked, given, missing, minutes, True, not missing)


def _older(code: str, year: int) -> list[tuple[object, ...]]:
    """Both new services are asked from Хасково; a home in Димитровград too, which has none from 2030 on."""
    rows: list[tuple[object, ...]] = [(code, MOBILE, year, "municipal", "access", 10, 14, 0, 0, True, True)]
    if code == "HKV34":
        rows.append((code, NEW_HOME, year, "municipal", "access", 10, 20 if year > FIRST else 24, 0, 0, True, True))
    if code == "HKV09" and year > FIRST:
        rows.append((code, NEW_HOME, year, "municipal", "access", 4, 0, 4, 25, True, False))
    return rows


def _spending() -> list[tuple[object, ...]]:
    sums: dict[tuple[object, ...], float] = {}
    for site, year, host, code, *_rest in _capacity():
        places, change = _rest[8], dict(zip(("committed", "new", "into", "out"), _rest[3:7], strict=True))
        paid = {("state", "running"): places * 2000.37}
        if code not in (HOME, MOBILE):
            paid["build", "build"] = change["new"] * 20000
        paid["build", "transform"] = change["into"] * 3000
        paid["build", "renovate"] = 40000.5 if (site, year) == (f"{DAY}-HKV28", FIRST) else 0
        for (stream, kind), amount in paid.items():
            if amount:
                key = (stream, kind, host, code, year)
                sums[key] = sums.get(key, 0) + amount
    own = ("municipal", "running", "HKV34", CRISIS, LAST)
    return [*((*key, f"{amount:.2f}") for key, amount in sums.items()), (*own, "5000.25")]


def _budget(spending: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    carried = 0.0
    for year in YEARS:
        spent = {
            name: round(sum(float(str(row[5])) for row in spending if row[0] == name and row[4] == year), 2)
            for name in ("state", "build", "municipal")
        }
        rows.append(("state", year, "running", 0, 7_000_000, spent["state"], 0, round(7e6 - spent["state"], 2), 0))
        rows.append(("municipal", year, "running", 0, 50_000, spent["municipal"], 0, 50_000 - spent["municipal"], 0))
        new, last = (1_500_000 if year < LAST else 0), year == LAST
        rest = round(carried + new - spent["build"], 2)
        left, lacking = (max(0.0, rest) if last else 0, max(0.0, -rest))
        goes_on = 0.0 if last else max(0.0, rest)
        rows.append(("build", year, "capital", carried, new, spent["build"], goes_on, left, lacking))
        carried = goes_on
    return [(*row[:3], *(f"{float(str(value)):.2f}" for value in row[3:])) for row in rows]


def result_tables() -> dict[str, pd.DataFrame]:
    """The result tables."""
    unmet, access = [], []
    for year in YEARS:
        found = cases_of(year)
        unmet += [
            (code, group, year, need, served, need - served, above, reach, place)
            for group, cases in found.items()
            for code, (need, served, above, reach, place) in cases.items()
        ]
        for code in TOWNS:
            parts = [cases[code] for cases in found.values() if code in cases]
            need, served, above, reach, place = (sum(values) for values in zip(*parts, strict=True))
            access.append((code, year, need, served, place, above, reach, round(place / (need - reach), 9)))
    spending = _spending()
    projected = [("pop_total", code, year, residents(code, year)) for code in TOWNS for year in YEARS]
    given = {
        "projected": projected,
        "needs": [row for year in YEARS for row in _needs(year)],
        "capacity": _capacity(),
        "transformed": [
            (f"{OLD_HOME}-HKV34", f"new:{NEW_HOME}:HKV34", 2030, "HKV34", OLD_HOME, NEW_HOME, 24, 20, True, "60000")
        ],
        "renovated": [
            (f"{DAY}-HKV28", "energy", "HKV28", DAY, 2029, 2027, "40000.5", 0),
            (f"{DAY}-HKV33", "safety", "HKV33", DAY, 2035, None, "70000", 5),
        ],
        "allocation": [row for year in YEARS for row in _allocation(year)],
        "unmet": unmet,
        "access": access,
        "compliance": [row for year in YEARS for row in _compliance(year)],
        "spending": spending,
        "budget": _budget(spending),
    }
    return {declared.name: table(declared.name, *given.get(declared.name, [])) for declared in RESULT_TABLES}


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
        title_bg="Хасково 2027–2035: измислени данни за проверка",
        title_en="Haskovo 2027-2035: invented test data",
        says_bg="Данни за проверка.",
        says_en="Test data.",
        as_of=date(2026, 11, 22),
        regions=("HKV",),
        years=YEARS,
        streams={
            "state": Stream(name_bg="Държавна субсидия", name_en="State", kind="running", amount_eur=7e6, **known),
            "build": Stream(name_bg="Програма", name_en="Programme", kind="capital", amount_eur=1.5e6, **known),
            "municipal": Stream(
                name_bg="Общински бюджети",
                name_en="Municipal",
                kind="running",
                payer="other",
                amount_eur=5e4,
                last_year=2035,
                **known,
            ),
        },
    )


def norms() -> tuple[Norm, ...]:
    """Illustrative norms of three services, a legal one of the fourth."""
    known = {"gives": "need", "citation": "чл. 5", "basis": "test data"}
    ratio = Ratio(type="ratio", indicator="adults", rate=1, per=1000)
    illustrative = [
        Norm(id=f"n_{group}", group=group, rule=ratio, status="illustrative", **known) for group in (HOME, DAY, CRISIS)
    ]
    return (
        *illustrative,
        Norm(id="n_s", group=SKILLS, rule=Presence(type="presence", amount=1), status="legal", **known),
    )


def sample_plan() -> Plan:
    """The plan of the docstring."""
    boundaries = Boundaries(cells(), "schematic", "Thiessen cells of the seats, test data", "0" * 64)
    inputs = Inputs(input_tables(), norms(), boundaries, {})
    stages = (
        StageResult("package", "packages missing", 1.0, 1.0, 0.0, 1e-4, "proven"),
        StageResult("unmet", "users", 155.0, 154.0, 0.0065, 1e-4, "feasible_with_gap", 12),
    )
    return Plan(scenario(), inputs, result_tables(), stages, "haskovo-test-2026-11-22-0123abcd")


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
        "groups": ("name_bg", "name_en", "short_bg", "short_en"),
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
