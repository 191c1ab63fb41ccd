"""The tables, layer and scenario of a published problem, as texts of files."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from nationalmap import schema
from nationalmap.sources.published import Problem

#: The largest journey and count that a table may hold: nothing is out of reach.
FAR = 10_000_000
_YEAR = 2027
_REGION = "CASE"
_SERVICE = "served"
#: Squares in degrees, row by row from the north-west; all lie in the frame of boundaries.
_PER_ROW, _WEST, _NORTH, _WIDE, _HIGH = 32, 22.2, 44.3, 0.2, 0.1


@dataclass(frozen=True)
class Question:
    """How a question is put: mode and stages, and whether it needs a number of sites or a distance."""

    mode: str
    stages: tuple[str, ...]
    of_distance: bool
    sites: bool = False
    within: bool = False


@dataclass(frozen=True)
class Case:
    """A problem with its question, and the codes under which its parts are known."""

    problem: Problem
    question: str
    asked: Question
    number: int | None
    distance: float | None

    @property
    def name(self) -> str:
        """Name of scenario and folder, in letters, digits, - and _."""
        stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in self.problem.name)
        return f"{stem[:60]}-{self.question.replace('_', '-')}"

    @property
    def customers(self) -> list[str]:
        """Municipality codes of the customers."""
        return [f"c{number:03d}" for number in range(1, len(self.problem.customers) + 1)]

    @property
    def hosts(self) -> list[str]:
        """Municipality codes of the sites: customers themselves where the places are the same."""
        if self.problem.same_places:
            return self.customers
        return [f"s{number:03d}" for number in range(1, len(self.problem.sites) + 1)]

    @property
    def municipalities(self) -> dict[str, str]:
        """Code -> name of every municipality."""
        named = dict(zip(self.customers, self.problem.customers, strict=True))
        return named if self.problem.same_places else named | dict(zip(self.hosts, self.problem.sites, strict=True))

    @property
    def total(self) -> int:
        """All need cases."""
        return int(sum(self.problem.weights))

    @property
    def capacities(self) -> list[int]:
        """Places of each site; all cases where the problem or the question knows no limit."""
        if self.problem.capacities is None or self.question == "least_cost_uncapacitated":
            return [max(self.total, 1)] * len(self.problem.sites)
        return [int(capacity) for capacity in self.problem.capacities]

    @property
    def stands(self) -> bool:
        """Whether the sites are there already and cost nothing, as the sources of a transport problem."""
        return self.problem.fixed is None and not self.problem.is_distance

    @property
    def fixed(self) -> list[float]:
        """Yearly cost of each open site, EUR."""
        return list(self.problem.fixed or [0.0] * len(self.problem.sites))

    @property
    def enough(self) -> float:
        """Money for every site and everybody's dearest journey, EUR; overspend is 0 whatever is asked."""
        journeys = 0.0
        if not self.problem.is_distance:
            dearest = self.problem.between.max(axis=1).tolist()
            journeys = sum(w * cost for w, cost in zip(self.problem.weights, dearest, strict=True))
        return math.ceil(sum(self.fixed) + journeys) + 1.0


def texts(case: Case) -> dict[str, str]:
    """Every file of the case by its path in the folder."""
    rows = _rows(case)
    files = {path: _csv(schema.TABLES[name], rows[name]) for name, path in _PATHS.items() if name in rows}
    return {
        **files,
        "catalogue/norms.toml": "# The needs are stated, so no norm is asked.\nformat = 1\nnorms = []\n",
        "indicators/people.csv": _wide(case),
        "boundaries.geojson": _squares(case),
        "scenario.toml": _scenario(case, [name for name in rows if name in _GIVEN]),
    }


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


def _rows(case: Case) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table; columns that are not said are blank."""
    rows = {
        "regions": [
            {"region": _REGION, **_named("Случай", "Case"), "nuts3": "XX000", "seat_municipality": case.customers[0]}
        ],
        "municipalities": list(_municipalities(case)),
        "groups": [{"group": _SERVICE, **_both("Услуга", "Service"), "priority_class": 1}],
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


def _label(text: str) -> str:
    """A name that a spreadsheet does not run."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if plain[:1].isalnum() else f"No. {plain}"


def _municipalities(case: Case) -> Iterator[dict[str, Any]]:
    for number, (code, name) in enumerate(case.municipalities.items()):
        lon, lat = _square(number)
        label = _label(name)
        yield {
            "municipality": code, **_named(label, label), "region": _REGION, "nuts3": "XX000",
            "seat_ekatte": f"{number:05d}", "seat_bg": label, "seat_en": label, "seat_lon": lon, "seat_lat": lat,
        }  # fmt: skip


def _service(case: Case) -> dict[str, Any]:
    """One service without any cost of its own; who may be served where is the distance alone.

    Where the sites stand already, a lead time past the horizon keeps others from opening.
    """
    money = {name: "0.00" for name in schema.SERVICES.names if name.endswith("_eur")}
    return {
        "service": _SERVICE, **_both("Услуга", "Service"), "group": _SERVICE, "preference": 1,
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
            "municipality": code, "group": _SERVICE, "year": _YEAR, "need_users": int(weights.get(code, 0)),
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
            "site": site, "municipality": host, "service": _SERVICE, "max_places": places, "most_facilities": 1,
            "running_cost_facility_eur": f"{case.fixed[number]:.2f}", "basis": f"site {number + 1} of the problem",
        }  # fmt: skip


def _standing(case: Case) -> Iterator[dict[str, Any]]:
    for number, site, host, places in _sites(case):
        yield {
            "site": site, "municipality": host, "service": _SERVICE, "places": places, "status": "protected",
            "origin": "attested", "basis": f"site {number + 1} of the problem",
        }  # fmt: skip


def _between(case: Case) -> Iterator[dict[str, Any]]:
    """Distances as known journeys, or unit costs as known costs of journeys."""
    column = "travel_min" if case.problem.is_distance else "cost_user_eur"
    service = {} if case.problem.is_distance else {"service": _SERVICE}
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


def _scenario(case: Case, given: Sequence[str]) -> str:
    """The scenario: enough money for everything, so that the question alone decides."""
    data = tomllib.loads(resources.files("nationalmap.sources").joinpath("cases.toml").read_text(encoding="utf-8"))
    distance = "" if case.distance is None else f"{case.distance:g}"
    words = {k: v.format(name=case.problem.name, sites=case.number, distance=distance)
             for k, v in data[case.question].items()}  # fmt: skip
    for key, text in _written_larger(case.problem).items():
        words[key] += text
    single = [_SERVICE] if case.question == "least_cost_single" else []
    lines = [
        "format = 1",
        f"name = {_quoted(case.name)}",
        *(f"{key} = {_quoted(_label(text))}" for key, text in words.items()),
        "as_of = 2026-01-01",
        f'regions = ["{_REGION}"]',
        f"years = [{_YEAR}]",
        f'mode = "{case.asked.mode}"',
        f"stages = {json.dumps(list(case.asked.stages))}",
        f"single_assignment = {json.dumps(single)}",
        "no_loss = false",
        "",
        "[inputs]",
        'catalogue = "catalogue"',
        'indicators = "indicators"',
        'boundaries = "boundaries.geojson"',
        *(f'{name} = "{_PATHS[name]}"' for name in given),
        "",
        "[streams.money]",
        *(f"{key} = {_quoted(text)}" for key, text in _named("Пари", "Money").items()),
        'kind = "running"',
        f"amount_eur = {case.enough:.2f}",
        'status = "illustrative"',
        'basis = "enough for the dearest answer"',
        "",
        "[solver]",
        "tolerance = 1e-7",
        "",
    ]
    if case.number is not None:
        basis = f'basis = "the problem asks {case.number} sites"'
        relation, number = 'relation = "exactly"', f"number = {case.number}"
        lines += ["[[site_limits]]", f'service = "{_SERVICE}"', relation, number, basis, ""]
    return "\n".join(lines)


def _written_larger(problem: Problem) -> dict[str, str]:
    """What is said where weights or costs stand in another unit than they were published in."""
    says = {"says_bg": "", "says_en": ""}
    if problem.times > 1:
        says["says_bg"] += f" Теглата са записани {problem.times} пъти по-големи, за да са цели."
        says["says_en"] += f" Weights are written {problem.times} times larger, to be whole."
    if problem.unit_eur != 1:
        says["says_bg"] += f" Единица разход е записана като {problem.unit_eur:.12g} EUR."
        says["says_en"] += f" A unit of cost is written as {problem.unit_eur:.12g} EUR."
    return says


def _quoted(text: str) -> str:
    """A TOML string: JSON writes the same."""
    return json.dumps(text, ensure_ascii=False)
