"""Where people live and how far it is from there: settlements in place of the municipal seats.

Only a municipality's need is spread over them, by an estimate of their people; the plan itself knows journeys
between seats alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nationalmap.errors import Fault, InputRefused
from nationalmap.geography.travel import distance_km, near_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nationalmap.domain.scenario import TravelRule

#: A settlement so much farther from its seat than half of its municipality's is no part of it: its place is wrong. The
#: farthest real one lies 20 km beyond the half, a village misplaced by one source 240 km.
FAR_KM = 50.0
#: Codes that a note spells out before it counts the rest.
_NAMED = 10


def check_settlements(settlements: pd.DataFrame, municipalities: pd.DataFrame, file: str) -> None:
    """Refuse codes of other than five digits, half a place, and settlements far off their municipality (FAR_KM).

    Far off is a fault and no note: with a wrong place the shares of its people are wrong and nobody would see it. All
    municipalities are asked here, planned or not. Raises InputRefused with every fault.
    """
    faults = [*_wrong_codes(settlements, file), *_half_places(settlements, file)]
    faults = faults or list(_far_off(settlements, municipalities, file))
    if faults:
        raise InputRefused(faults)


def _wrong_codes(settlements: pd.DataFrame, file: str) -> Iterator[Fault]:
    wrong = settlements[~settlements["settlement"].str.fullmatch("[0-9]{5}")]
    for code, name in wrong[["settlement", "name"]].itertuples(index=False, name=None):
        cure = "a spreadsheet may have lost leading zeros: import the column as text"
        yield Fault(f'{file}, "{name}"', 0, "settlement", code, "is not a code of five digits", cure)


def _half_places(settlements: pd.DataFrame, file: str) -> Iterator[Fault]:
    half = settlements[settlements["lon"].isna() != settlements["lat"].isna()]
    for code, lon in half[["settlement", "lon"]].itertuples(index=False, name=None):
        column = "lon" if np.isnan(lon) else "lat"
        cure = "write both, or leave both blank: the settlement is then left out"
        yield Fault(f'{file}, settlement "{code}"', 0, column, "", "is empty, the other is not", cure)


def _far_off(settlements: pd.DataFrame, municipalities: pd.DataFrame, file: str) -> Iterator[Fault]:
    seats = municipalities[["municipality", "seat_bg", "seat_lon", "seat_lat"]]
    placed = settlements.dropna(subset=["lon", "lat"]).merge(seats, on="municipality")
    km = distance_km(*(placed[name].to_numpy(dtype=np.float64) for name in ("lon", "lat", "seat_lon", "seat_lat")))
    by_municipality = pd.Series(km, index=placed.index).groupby(placed["municipality"])
    half = by_municipality.transform("median").where(by_municipality.transform("size") > 1, 0.0).to_numpy()
    off = placed.assign(km=km, half=half)[km > half + FAR_KM]
    for row in off.itertuples(index=False):
        rule = f"lies {row.km:.0f} km from {row.seat_bg}, the seat of {row.municipality}, whose settlements lie "
        rule += f"within {row.half:.0f} km by half"
        where = f'{file}, settlement "{row.settlement}"'
        cure = "mend its place or municipality, or leave lon and lat blank"
        yield Fault(where, 0, "lon", f"{row.lon:g} {row.lat:g}", f"({row.name}) {rule}", cure)


def places(municipalities: pd.DataFrame, settlements: pd.DataFrame) -> pd.DataFrame:
    """Where people of the given municipalities live: place, municipality, lon, lat, people, is_seat, origin; sorted.

    The settlements with a place and with people; of a municipality that has none the seat alone, by the municipality's
    code, with one person. ``people`` only weighs the places of one municipality against each other.
    """
    seats = municipalities[["municipality", "seat_ekatte", "seat_lon", "seat_lat"]]
    lived_in = settlements[(settlements["population"] > 0) & settlements["lon"].notna()].merge(seats, on="municipality")
    alone = seats[~seats["municipality"].isin(lived_in["municipality"])]
    by_settlement = pd.DataFrame(
        {
            "place": lived_in["settlement"],
            "municipality": lived_in["municipality"],
            "lon": lived_in["lon"].astype(np.float64),
            "lat": lived_in["lat"].astype(np.float64),
            "people": lived_in["population"].astype(np.int64),
            "is_seat": lived_in["settlement"] == lived_in["seat_ekatte"],
            "origin": "settlements",
        }
    )
    by_seat = pd.DataFrame(
        {
            "place": alone["municipality"],
            "municipality": alone["municipality"],
            "lon": alone["seat_lon"].astype(np.float64),
            "lat": alone["seat_lat"].astype(np.float64),
            "people": 1,
            "is_seat": True,
            "origin": "seats",
        }
    )
    parts = [part for part in (by_settlement, by_seat) if len(part)]
    return pd.concat(parts or [by_seat]).sort_values(["municipality", "place"], ignore_index=True)


def journeys(
    found: pd.DataFrame, municipalities: pd.DataFrame, travel: pd.DataFrame, rule: TravelRule, limit_min: float
) -> pd.DataFrame:
    """Journeys from ``places`` to the seats of the given municipalities, only those within ``limit_min`` (inclusive).

    Columns place, municipality, host, travel_min; sorted. The seat of a municipality travels as the municipality does
    in ``travel`` (known journeys, 0 at home). Any other settlement travels by the rule: detour times great circle,
    speed, start, whole minutes, halves up. Blocks of settlements against the hosts of their latitudes, so that memory
    grows with the journeys found alone.
    """
    seats = found.loc[found["is_seat"], ["place", "municipality"]]
    near = travel.loc[travel["travel_min"] <= limit_min, ["municipality", "host", "travel_min"]]
    at_seats = seats.merge(near, on="municipality")
    others, hosts = found[~found["is_seat"]].sort_values("lat"), municipalities.sort_values("seat_lat")
    points, seat_points = others[["lon", "lat"]].to_numpy(), hosts[["seat_lon", "seat_lat"]].to_numpy()
    at, to, minutes = near_pairs(points.astype(np.float64), seat_points.astype(np.float64), rule, limit_min)
    elsewhere = others[["place", "municipality"]].iloc[at].reset_index(drop=True)
    elsewhere["host"] = hosts["municipality"].to_numpy()[to]
    elsewhere["travel_min"] = minutes.astype(np.float64)
    parts = [part for part in (at_seats, elsewhere) if len(part)]
    return pd.concat(parts or [at_seats]).sort_values(["municipality", "place", "host"], ignore_index=True)


def notes(settlements: pd.DataFrame, municipalities: pd.DataFrame) -> list[str]:
    """What a planner should know of a settlement table: who is left out, and who travels from the seat."""
    if settlements.empty:
        return []
    here = settlements[settlements["municipality"].isin(municipalities["municipality"])]
    nowhere = here[here["lon"].isna()]
    said = []
    if len(nowhere):
        people = int(nowhere["population"].sum())
        said.append(
            f"settlements: {len(nowhere)} with {people} people have no place and are left out: "
            + _listed(nowhere["settlement"].tolist())
        )
    found = places(municipalities, settlements)
    seats = found.loc[found["origin"] == "seats", "municipality"].tolist()
    if seats:
        said.append(f"settlements: none with people in {_listed(seats)}; there all travel from the seat")
    return said


def _listed(codes: list[str]) -> str:
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    return ", ".join(codes[:_NAMED]) + more
