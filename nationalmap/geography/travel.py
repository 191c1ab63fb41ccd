"""Journeys between municipal seats that nobody measured: great circle, detour, speed.

An estimate for planning, not a timetable: a route service or a measured table may replace
any pair through ``known``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nationalmap.domain.scenario import TravelRule

#: Mean radius of the earth (2a + b) / 3 of WGS 84, km.
EARTH_RADIUS_KM = 6371.0088

#: A minute that lies this close below a half counts as the half: the float of 7.5 min may be 7.4999….
_HALF_TOLERANCE_MIN = 1e-9

#: Points whose distances are computed at a time: a few MB however long the table is.
_BLOCK = 512

#: Decimals of travel_km, i.e. metres: more would claim knowledge that the rule has not.
_KM_DECIMALS = 3


def distance_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], to_lon: NDArray[np.float64], to_lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distance of points to others, km; degrees, WGS 84; the arrays are broadcast.

    The haversine formula, which keeps its digits for short distances where the law of cosines loses them. On the
    sphere of the mean radius: up to 0.5 % off the geodesic, far less than the detour factor is unsure.
    """
    lam, phi, to_lam, to_phi = (np.radians(degrees) for degrees in (lon, lat, to_lon, to_lat))
    chord = np.sin((phi - to_phi) / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin((lam - to_lam) / 2) ** 2
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return distance


def great_circle_km(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distance of every point to every point, km; symmetric, zero on the diagonal."""
    return distance_km(lon[:, None], lat[:, None], lon[None, :], lat[None, :])


def whole_minutes(minutes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Minutes rounded to whole ones, halves upwards; float noise below a half does not matter."""
    return np.floor(minutes + 0.5 + _HALF_TOLERANCE_MIN).astype(np.int64)


def road_minutes(road_km: NDArray[np.float64], rule: TravelRule) -> NDArray[np.int64]:
    """Whole minutes of journeys of so many road kilometres."""
    return whole_minutes(road_km / rule.speed_km_h * 60 + rule.start_min)


def travel_table(municipalities: pd.DataFrame, rule: TravelRule, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """Journeys between all pairs of the given municipalities, as ``schema.TRAVEL``.

    Between two different municipalities: ``detour_factor`` times the great circle of their
    seats (road km), over ``speed_km_h``, plus ``start_min``; also where two municipalities
    share a seat. Within one municipality: 0 km, 0 min.

    ``known`` (``schema.KNOWN_TRAVEL``) replaces the minutes as given, not the km, in both directions;
    where it gives both directions, each keeps its own value. Pairs that leave the given
    municipalities are not needed here and pass by. Both tables have
    passed ``schema.check``. Raises InputRefused where the rule is not usable, or where
    ``known`` gives minutes for a journey from a municipality to itself.
    """
    refuse_rule(rule)
    seats = municipalities.sort_values("municipality", kind="stable")
    codes = seats["municipality"].to_numpy(dtype=object)
    lon, lat = (seats[name].to_numpy(dtype=np.float64) for name in ("seat_lon", "seat_lat"))
    road_km = rule.detour_factor * great_circle_km(lon, lat)
    minutes = road_minutes(road_km, rule).astype(np.float64)
    np.fill_diagonal(minutes, 0)
    np.fill_diagonal(road_km, 0)
    known_minutes = _known_minutes(known, codes)
    is_known = ~np.isnan(known_minutes)
    minutes[is_known] = known_minutes[is_known]
    return pd.DataFrame(
        {
            "municipality": pd.Series(np.repeat(codes, len(codes)), dtype="str"),
            "host": pd.Series(np.tile(codes, len(codes)), dtype="str"),
            "travel_km": road_km.round(_KM_DECIMALS).ravel(),
            "travel_min": minutes.ravel(),
            "origin": pd.Series(np.where(is_known, "known", "computed").ravel(), dtype="str"),
        }
    )[list(schema.TRAVEL.names)]


def near_table(municipalities: pd.DataFrame, hosts: pd.DataFrame, rule: TravelRule, limit_min: float) -> pd.DataFrame:
    """Journeys by the rule from every municipality to each of the ``hosts`` within a limit (inclusive), and no others.

    For territories of which a table of all pairs would be too large. Columns municipality, host, travel_min; sorted;
    0 min within a municipality. Both tables have columns municipality, seat_lon, seat_lat.
    """
    refuse_rule(rule)
    people, there = (table.sort_values("seat_lat", kind="stable") for table in (municipalities, hosts))
    points, seats = (table[["seat_lon", "seat_lat"]].to_numpy(dtype=np.float64) for table in (people, there))
    at, to, minutes = near_pairs(points, seats, rule, limit_min)
    codes, host_codes = (table["municipality"].to_numpy(dtype=object) for table in (people, there))
    found = pd.DataFrame({"municipality": codes[at], "host": host_codes[to], "travel_min": minutes.astype(np.float64)})
    abroad = found[found["municipality"] != found["host"]]
    own = sorted(set(codes.tolist()) & set(host_codes.tolist()))
    at_home = pd.DataFrame({"municipality": own, "host": own, "travel_min": np.zeros(len(own))}, dtype=object)
    parts = pd.concat([abroad, at_home.astype({"travel_min": "float64"})])
    return parts.astype({"municipality": "str", "host": "str"}).sort_values(["municipality", "host"], ignore_index=True)


def near_pairs(
    points: NDArray[np.float64], hosts: NDArray[np.float64], rule: TravelRule, limit_min: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Positions of points and hosts within the limit of each other, and the minutes; both lon, lat, sorted by lat.

    Blocks of points against the hosts of their latitudes, so that memory grows with the pairs found alone.
    """
    # A minute more than the limit: what is rounded down to it lies beyond it.
    reach_km = max(0.0, limit_min + 1 - rule.start_min) / 60 * rule.speed_km_h / rule.detour_factor
    degrees = np.degrees(reach_km / EARTH_RADIUS_KM)
    blocks = []
    for first in range(0, len(points), _BLOCK):
        block = points[first : first + _BLOCK, :, None]
        low, high = np.searchsorted(hosts[:, 1], (block[0, 1, 0] - degrees, block[-1, 1, 0] + degrees))
        to_hosts = hosts[None, low:high]
        km = distance_km(block[:, 0], block[:, 1], to_hosts[:, :, 0], to_hosts[:, :, 1])
        minutes = road_minutes(rule.detour_factor * km, rule)
        at, to = np.nonzero(minutes <= limit_min)
        blocks.append((at + first, to + low, minutes[at, to]))
    if not blocks:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    at, to, minutes = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return at, to, minutes


def _known_minutes(known: pd.DataFrame | None, codes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Known minutes by position of origin and host, else NaN; a direction not given mirrors the other."""
    minutes = np.full((len(codes), len(codes)), np.nan)
    if known is None or known.empty:
        return minutes
    _refuse_journeys_to_itself(known)
    position = pd.Index(codes)
    there, back = (position.get_indexer(pd.Index(known[name])) for name in ("municipality", "host"))
    here = (there >= 0) & (back >= 0)
    given = known["travel_min"].to_numpy(dtype=np.float64)[here]
    minutes[back[here], there[here]] = given
    minutes[there[here], back[here]] = given
    return minutes


def _refuse_journeys_to_itself(known: pd.DataFrame) -> None:
    wrong = known[(known["municipality"] == known["host"]) & (known["travel_min"] != 0)]
    faults = [
        Fault(
            schema.KNOWN_TRAVEL.name,
            column="travel_min",
            value=f"{minutes:g}",
            rule=f"is a journey from {code} to itself",
            cure="within a municipality the journey is 0, leave the row out",
        )
        for code, minutes in wrong[["municipality", "travel_min"]].itertuples(index=False, name=None)
    ]
    if faults:
        raise InputRefused(faults)


def refuse_rule(rule: TravelRule) -> None:
    """A rule that yields negative, infinite or shorter-than-straight journeys is refused."""
    asked = (
        ("detour_factor", rule.detour_factor, rule.detour_factor >= 1, "is no detour", "at least 1"),
        ("speed_km_h", rule.speed_km_h, rule.speed_km_h > 0, "is no speed", "above 0"),
        ("start_min", rule.start_min, rule.start_min >= 0, "is negative", "0 or more"),
    )
    faults = [
        Fault("scenario", 0, f"travel.{name}", f"{value:g}", broken, f"write a finite number, {cure}")
        for name, value, holds, broken, cure in asked
        if not (holds and np.isfinite(value))
    ]
    if faults:
        raise InputRefused(faults)
