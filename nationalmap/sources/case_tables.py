"""The tables and the layer of a published problem, and every file of its folder, as texts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nationalmap import schema
from nationalmap.sources.case_question import FAR, REGION, SERVICE, YEAR, Case, label
from nationalmap.sources.case_scenario import scenario_text

#: Squares in degrees, row by row from the north-west; all lie in the frame of boundaries.
_PER_ROW, _WEST, _NORTH, _WIDE, _HIGH = 32, 22.2, 44.3, 0.2, 0.1


_PATHS = {
    "regions": "regions.csv",
    "municipalities": "municipalities.csv",
    "groups": "catalogue/groups.csv",
    "services": "catalogue/services.csv",
    "bases": "catalogue/bases.csv",
    "calibration": "catalogue/calibration.csv",
    "indicator_catalogue": "indicators/indicators.csv",
    "register": "register.csv",
    "candidates": "candidates.csv",
    "stated_needs": "stated_needs.csv",
    "trip_costs": "trip_costs.csv",
    "known_travel": "known_travel.csv",
}
#: Tables that a scenario names by their key under [inputs].
_GIVEN = ("register", "regions", "municipalities", "candidates", "stated_needs", "trip_costs", "known_travel")


def texts(case: Case) -> dict[str, str]:
    """Every file of the case by its path in the folder."""
    rows = _rows(case)
    files = {path: _csv(schema.TABLES[name], rows[name]) for name, path in _PATHS.items() if name in rows}
    return {
        **files,
        "catalogue/norms.toml": "# The needs are stated, so no norm is asked.\nformat = 1\nnorms = []\n",
        "indicators/people.csv": _wide(case),
        "boundaries.geojson": _squares(case),
        "scenario.toml": scenario_text(case, {name: _PATHS[name] for name in rows if name in _GIVEN}),
    }


def _rows(case: Case) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table; columns that are not said are blank."""
    rows = {
        "regions": [
            {"region": REGION, **_named("Случай", "Case"), "nuts3": "XX000", "seat_municipality": case.customers[0]}
        ],
        "municipalities": list(_municipalities(case)),
        "groups": [{"group": SERVICE, **_both("Услуга", "Service"), "priority_class": 1}],
        "services": [_service(case)],
        "bases": [_basis(name) for name in schema.SERVICES.names if name.endswith(("_eur", "_min", "_places"))],
        "calibration": [],
        "indicator_catalogue": [_indicator(case)],
        "stated_needs": list(_needs(case)),
        "register": list(_standing(case)) if case.stands else [],
    }
    if not case.stands:
        rows["candidates"] = list(_candidates(case))
    rows["known_travel" if case.problem.is_distance else "trip_costs"] = list(_between(case))
    return rows


def _named(bg: str, en: str) -> dict[str, str]:
    return {"name_bg": bg, "name_en": en}


def _both(bg: str, en: str) -> dict[str, str]:
    return {**_named(bg, en), "short_bg": bg, "short_en": en}


def _square(number: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a square."""
    row, column = divmod(number, _PER_ROW)
    return round(_WEST + column * _WIDE, 6), round(_NORTH - row * _HIGH, 6)


def _municipalities(case: Case) -> Iterator[dict[str, Any]]:
    for number, (code, name) in enumerate(case.municipalities.items()):
        lon, lat = _square(number)
        called = label(name)
        yield {
            "municipality": code, **_named(called, called), "region": REGION, "nuts3": "XX000",
            "seat_ekatte": f"{number:05d}", "seat_bg": called, "seat_en": called, "seat_lon": lon, "seat_lat": lat,
        }  # fmt: skip


def _service(case: Case) -> dict[str, Any]:
    """One service without any cost of its own; who may be served where is the distance alone.

    Where the sites stand already, a lead time past the horizon keeps others from opening.
    """
    money = {name: "0.00" for name in schema.SERVICES.names if name.endswith("_eur")}
    return {
        "service": SERVICE, **_both("Услуга", "Service"), "group": SERVICE, "preference": 1,
        "family": "day_and_community", "typology": "new", "level": "national", "mode": "community",
        "target_group": "all", "users_per_place": 1, "min_places": 1, "max_places": max(case.capacities),
        "staff_per_place": 0, "travel_limit_min": FAR if case.distance is None else repr(case.distance),
        "lead_years": 20 if case.stands else 0, **money,
    }  # fmt: skip


def _basis(figure: str) -> dict[str, str]:
    return {"service": "*", "figure": figure, "status": "illustrative", "basis": "published problem"}


def _indicator(case: Case) -> dict[str, Any]:
    return {
        "indicator": "weight", **_named("Тегло", "Weight"), "unit": "persons", "file": "people.csv",
        "reference_date": "2026", "source_class": "estimate", "source": f"published problem {case.problem.name}",
    }  # fmt: skip


def _needs(case: Case) -> Iterator[dict[str, Any]]:
    """Weights of the customers; municipalities that are sites alone need nothing."""
    weights = dict(zip(case.customers, case.problem.weights, strict=True))
    for code in case.municipalities:
        yield {
            "municipality": code, "group": SERVICE, "year": YEAR, "need_users": int(weights.get(code, 0)),
            "source_class": "estimate", "basis": f"published problem {case.problem.name}",
        }  # fmt: skip


def _sites(case: Case) -> Iterator[tuple[int, str, str, int]]:
    """Position, code, municipality and places of every site that holds anybody."""
    for number, (host, places) in enumerate(zip(case.hosts, case.capacities, strict=True)):
        if places:
            yield number, f"site_{host}", host, places


def _candidates(case: Case) -> Iterator[dict[str, Any]]:
    for number, site, host, places in _sites(case):
        yield {
            "site": site, "municipality": host, "service": SERVICE, "max_places": places, "most_facilities": 1,
            "running_cost_facility_eur": f"{case.fixed[number]:.2f}", "basis": f"site {number + 1} of the problem",
        }  # fmt: skip


def _standing(case: Case) -> Iterator[dict[str, Any]]:
    for number, site, host, places in _sites(case):
        yield {
            "site": site, "municipality": host, "service": SERVICE, "places": places, "status": "protected",
            "origin": "attested", "basis": f"site {number + 1} of the problem",
        }  # fmt: skip


def _between(case: Case) -> Iterator[dict[str, Any]]:
    """Distances as known journeys, or unit costs as known costs of journeys."""
    column = "travel_min" if case.problem.is_distance else "cost_user_eur"
    service = {} if case.problem.is_distance else {"service": SERVICE}
    for m, row in zip(case.customers, case.problem.between.tolist(), strict=True):
        for h, figure in zip(case.hosts, row, strict=True):
            if m != h:
                yield {"municipality": m, "host": h, **service, column: repr(figure)}


def _csv(table: schema.Table, rows: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _wide(case: Case) -> str:
    """The file of the one indicator."""
    weights = dict(zip(case.customers, case.problem.weights, strict=True))
    lines = [f"{code},{int(weights.get(code, 0))}" for code in case.municipalities]
    return "\n".join(["municipality,weight", *lines, ""])


def _squares(case: Case) -> str:
    """Schematic boundaries: a square for each municipality."""
    features = []
    for number, code in enumerate(case.municipalities):
        lon, lat = _square(number)
        west, east = round(lon - _WIDE / 2, 6), round(lon + _WIDE / 2, 6)
        south, north = round(lat - _HIGH / 2, 6), round(lat + _HIGH / 2, 6)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"municipality": code}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "status": "schematic", "features": features}) + "\n"
