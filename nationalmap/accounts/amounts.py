"""Rows of tables, and their money in whole cents: what is owed, and what a service alone would cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
Row = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table by their columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def year_of(value: object) -> int | None:
    """The year in a cell; None for a blank one."""
    return None if str(value) in ("<NA>", "nan", "None", "") else int(float(str(value)))


def cents(amount: float) -> int:
    """Whole cents of an amount that is one."""
    return round(float(amount) * 100)


def to_cents(parts: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Whole cents that add up to the total: each rounded down, the rest by largest remainder, ties by code."""
    whole = {code: floor(part) for code, part in parts.items()}
    first = sorted(parts, key=lambda code: (whole[code] - parts[code], code))
    for code in first[: total - sum(whole.values())]:
        whole[code] += 1
    return whole


def owed_by(spending: Iterable[Row]) -> dict[tuple[str, str, str, int], int]:
    """(kind, host, service, year) -> cost in whole cents: what the streams pay is what is owed."""
    owed: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for row in spending:
        owed[row["kind"], row["municipality"], row["service"], int(row["year"])] += cents(row["amount_eur"])
    return owed


@dataclass(frozen=True)
class Costs:
    """What a service alone would cost in a year, whole cents; sizes in places. No facilities: largest is 0."""

    place: int
    facility: int
    users_per_place: int
    smallest: int
    largest: int

    def alone(self, users: int) -> int:
        """Running cost of the places for so many users, at least the smallest facility; 0 for nobody."""
        if not users:
            return 0
        places = max(self.smallest, -(-users // self.users_per_place))
        houses = -(-places // self.largest) if self.largest else 0
        return self.place * places + self.facility * houses


def costs_of(service: Row, inputs: Tables) -> Costs:
    """The costs of a service of the catalogue; at home and within another facility it has no house of its own."""
    houses = service["mode"] != "home" and service["service"] not in set(inputs["embedded"]["service"])
    return Costs(
        place=cents(service["running_cost_place_eur"]),
        facility=cents(service["running_cost_facility_eur"]) if houses else 0,
        users_per_place=int(service["users_per_place"]),
        smallest=int(service["min_places"]) if houses else 0,
        largest=int(service["max_places"]) if houses else 0,
    )
