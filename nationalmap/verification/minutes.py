"""How near people live to the places that the plan has for them: table access_minutes counted again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question

WITHIN = (15, 30, 45, 60)
#: Mean radius of the earth of WGS 84, km, and how little below a half of a minute still counts as the half.
_RADIUS, _NOISE = 6371.0088, 1e-9

Key = tuple[str, str, int]


@dataclass(frozen=True)
class _Place:
    """Where so many people of a municipality live; ``at`` is None for its seat."""

    people: int
    at: tuple[float, float] | None


def _places(q: Question) -> tuple[Mapping[str, list[_Place]], Mapping[str, str]]:
    """Municipality -> its places, and from where its people travel: lived-in settlements, else its seat."""
    seat = {row["municipality"]: row["seat_ekatte"] for row in q.tables["municipalities"]}
    found: dict[str, list[_Place]] = defaultdict(list)
    for row in q.tables["settlements"]:
        m = row["municipality"]
        if m in q.region_of and row["population"] and row["lon"] is not None:
            there = (float(row["lon"]), float(row["lat"]))
            found[m].append(_Place(row["population"], None if row["settlement"] == seat[m] else there))
    origin = {m: "settlements" if m in found else "seats" for m in q.region_of}
    return {m: found.get(m) or [_Place(1, None)] for m in q.region_of}, origin


class _Journeys:
    """Minutes of people of a municipality, from one of its places, to a host."""

    def __init__(self, q: Question) -> None:
        rule = q.scenario["travel"]
        self.seats = {
            row["municipality"]: (float(row["seat_lon"]), float(row["seat_lat"])) for row in q.tables["municipalities"]
        }
        self.minutes = q.minutes
        usual = {"detour_factor": 1.2, "speed_km_h": 60, "start_min": 5}
        self.detour, self.speed, self.start = (float(rule.get(name, value)) for name, value in usual.items())
        self.known: dict[tuple[tuple[float, float], str], int] = {}

    def of(self, m: str, place: _Place, h: str) -> Fraction | int:
        """The journey between seats from the seat, else the rule."""
        if place.at is None:
            return self.minutes.get((m, h), Fraction(WITHIN[-1] + 1))
        if (place.at, h) not in self.known:
            road = self.detour * _kilometres(place.at, self.seats[h]) / self.speed * 60 + self.start
            self.known[place.at, h] = math.floor(road + 0.5 + _NOISE)
        return self.known[place.at, h]


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great circle between two points of longitude and latitude, by the chord between them."""
    points = []
    for lon, lat in (a, b):
        x, y = math.radians(lon), math.radians(lat)
        points.append((math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)))
    return 2 * _RADIUS * math.asin(min(1.0, math.dist(*points) / 2))


def access_minutes(q: Question, a: Answer, say: Findings) -> None:
    """Every territory, group and year: shares of the need within minutes of open places, and served within them."""
    places, origin = _places(q)
    journeys = _Journeys(q)
    hosts = _open_hosts(q, a)
    users: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in a.tables["allocation"]:
        if row["service"] in q.services:
            key = (row["municipality"], q.services[row["service"]].group, row["year"])
            users[key][row["host"]] += row["users"]
    sums: dict[Key, dict[str, Any]] = {}
    for key, row in a.keyed("unmet").items():
        m, g, t = key
        counted = {"need_users": row["need_users"], "served_users": row["served_users"]}
        counted |= _cases(m, places[m], journeys, row["need_users"], hosts.get(key, ()), users[key])
        for territory in (m, q.region_of[m], "*"):
            total = sums.setdefault((territory, g, t), {"origin": set(), **dict.fromkeys(counted, 0)})
            total["origin"].add(origin[m])
            for name, value in counted.items():
                total[name] += value
    for total in sums.values():
        total["origin"] = next(iter(total["origin"])) if len(total["origin"]) == 1 else "mixed"
        for name in total:
            if name.endswith("_share"):
                total[name] = Fraction(total[name]) / total["need_users"] if total["need_users"] else None
    say.table("access_minutes.csv", a.keyed("access_minutes"), sums, "access_minutes: journeys to open places")


def _open_hosts(q: Question, a: Answer) -> Mapping[Key, set[str]]:
    """(m, g, t) -> hosts that the plan lets the municipality use and where it has places of the group."""
    found: dict[Key, set[str]] = defaultdict(set)
    for (m, s, t), hosts in q.hosts.items():
        found[m, q.services[s].group, t] |= {h for h in hosts if a.places_in.get((h, s, t), 0) > 0}
    return found


def _cases(
    m: str, places: list[_Place], journeys: _Journeys, need: int, open_: Iterable[str], users: Mapping[str, int]
) -> dict[str, Fraction]:
    """Cases of one municipality within each number of minutes: of the need by the nearest host, of users by theirs."""
    everybody = sum(place.people for place in places)
    cases = {f"{what}_{limit}_share": Fraction(0) for what in ("reach", "served") for limit in WITHIN}
    open_ = list(open_)
    for place in places:
        weight = Fraction(place.people, everybody)
        nearest = min((journeys.of(m, place, h) for h in open_), default=None)
        for limit in WITHIN:
            if nearest is not None and nearest <= limit:
                cases[f"reach_{limit}_share"] += need * weight
            near = sum(n for h, n in users.items() if journeys.of(m, place, h) <= limit)
            cases[f"served_{limit}_share"] += near * weight
    return cases
