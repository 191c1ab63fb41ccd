"""Units of invented countries, for what is measured on a continent."""

import random

import pandas as pd


def invented_units(number: int, regions: int = 4, countries: int = 1) -> pd.DataFrame:
    """Local units in the columns of ``benchmarks.growth.units``: each region some 60 km wide, its towns in villages."""
    draw = random.Random(number)  # noqa: S311 - places, no secret
    rows = []
    for unit in range(number):
        region = unit % regions
        code = f"C{region % countries}-R{region}"
        people = draw.randint(10_000, 60_000) if draw.random() < 0.1 else draw.randint(100, 5_000)
        lon, lat = 20 + 2 * region + draw.random() * 0.7, 45 + draw.random() * 0.5
        rows.append((f"U{unit:05}", code[:2], code, lon, lat, float(people)))
    table = pd.DataFrame(rows, columns=["municipality", "country", "region", "seat_lon", "seat_lat", "people"])
    largest = table.groupby("region")["people"].transform("max")
    return table.assign(is_host=(table["people"] >= 10_000) | (table["people"] == largest))
