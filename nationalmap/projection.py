"""Population of a planned year, from the age bands of the census: the same everywhere, or cohorts.

``constant`` takes every figure as it stands, of whatever day it is. ``cohorts`` moves the people
of the five age bands of the census on, one year at a time, by the rates of projection.csv:

    n[b, t+1] = n[b, t] * (1 - moves[b] - deaths[b] + migration[b]) + n[b-1, t] * moves[b-1]
    n[0, t+1] also gains the births: sum over b of n[b, t] * births[b]

for as many whole years as lie between the year of the census and the planned year, in each
municipality by itself; then the bands are rounded to whole people. The total, 0-17 and 18-64
follow by the same estimate as in the data (0-17 = 0-14 and 20 % of 15-29). Only these
indicators are projected, and marked as estimates; subsidies, percentages and what a planner
counted stay as they are. The rates are one set for a whole region: what distinguishes
municipalities is their age structure alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused

if TYPE_CHECKING:
    import pandas as pd

#: The age bands in order, and the share of each year of age in 15-29 that is below 18.
BANDS = ("pop_0_14", "pop_15_29", "pop_30_44", "pop_45_64", "pop_65plus")
BELOW_18 = 0.2
#: What follows from the bands, and is projected with them where the data have it.
DERIVED = ("pop_total", "pop_0_17", "pop_18_64")
RATES = ("moves", "deaths", "migration", "births")
_FILE = "projection.csv"


def project(scenario: Scenario, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``projected`` of schema, with a column ``is_estimate`` for figures that were moved.

    ``tables`` holds the checked inputs: indicators, indicator_catalogue, municipalities and, for
    cohorts, projection (columns region, band, rate, per_year; region * stands for every region
    not named). Raises InputRefused where bands or rates are missing, or rates leave the range.
    """
    import pandas as pd

    given = tables["indicators"].assign(is_estimate=False)
    if scenario.projection.method == "constant":
        parts = [given.assign(year=year) for year in scenario.years]
    else:
        parts = [_projected(given, year, tables) for year in scenario.years]
    columns = ["indicator", "municipality", "year", "value", "is_estimate"]
    return pd.concat(parts)[columns].sort_values(columns[:3], ignore_index=True)


def cohorts(people: np.ndarray, step: np.ndarray, years: int) -> np.ndarray:
    """People by municipality and band after some years.

    ``people`` has one row for each municipality and one column for each band, ``step`` one
    matrix for each municipality: its row is the band after a year, its column the band before.
    """
    moved = np.einsum("mij,mj->mi", np.linalg.matrix_power(step, years), people)
    return np.asarray(np.maximum(0.0, moved))


def step_matrix(rates: Mapping[tuple[str, str], float]) -> np.ndarray:
    """One year as a matrix over the bands; ``rates`` by band and kind of rate, one not named is 0."""
    size = len(BANDS)
    step = np.zeros((size, size))
    for b, band in enumerate(BANDS):
        moves, deaths, migration, births = (rates.get((band, rate), 0.0) for rate in RATES)
        step[b, b] += 1 - moves - deaths + migration
        step[0, b] += births
        if b + 1 < size:
            step[b + 1, b] += moves
    return step


def _projected(given: pd.DataFrame, year: int, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The indicators of one year: the bands moved on, what follows from them, and all others as given."""
    import pandas as pd

    start = _census_year(tables["indicator_catalogue"])
    bands = given[given["indicator"].isin(BANDS)].pivot_table(
        index="municipality", columns="indicator", values="value", dropna=False
    )[list(BANDS)]
    people = bands.to_numpy(dtype=float)
    if year > start:
        steps = _steps(tables.get("projection"), tables["municipalities"])
        people = cohorts(people, np.array([steps[str(code)] for code in bands.index]), year - start)
    moved = _with_derived(pd.DataFrame(np.floor(people + 0.5), index=bands.index, columns=list(BANDS)))
    wanted = [name for name in (*BANDS, *DERIVED) if name in set(given["indicator"])]
    long = moved[wanted].reset_index().melt("municipality", var_name="indicator", value_name="value")
    others = given[~given["indicator"].isin(wanted)]
    return pd.concat([long.assign(is_estimate=year > start), others]).assign(year=year)


def _with_derived(bands: pd.DataFrame) -> pd.DataFrame:
    """The bands with the total, 0-17 and 18-64, whole people as in the data."""
    total = bands.sum(axis=1, skipna=False)
    young = np.floor(bands["pop_0_14"] + BELOW_18 * bands["pop_15_29"] + 0.5)
    return bands.assign(pop_total=total, pop_0_17=young, pop_18_64=total - bands["pop_65plus"] - young)


def _census_year(indicator_catalogue: pd.DataFrame) -> int:
    """Year of the census: that of all five bands. Raises InputRefused where one is missing or differs."""
    dates = dict(zip(indicator_catalogue["indicator"], indicator_catalogue["reference_date"], strict=True))
    missing = [band for band in BANDS if band not in dates]
    if missing:
        cure = 'add the bands of the census, or write method = "constant"'
        raise InputRefused(
            [Fault("indicators.csv", 0, "indicator", band, "is missing: cohorts need it", cure) for band in missing]
        )
    years = sorted({int(str(dates[band])[:4]) for band in BANDS})
    if len(years) > 1:
        rule = f"of the age bands lies in {years[0]} and in {years[-1]}"
        raise InputRefused([Fault("indicators.csv", 0, "reference_date", "", rule, "take the bands of one census")])
    return years[0]


def _steps(projection: pd.DataFrame | None, municipalities: pd.DataFrame) -> dict[str, np.ndarray]:
    """The year's matrix of each municipality. Raises InputRefused without rates, or with impossible ones."""
    if projection is None or projection.empty:
        cure = 'add the rates to the catalogue, or write method = "constant"'
        raise InputRefused([Fault(_FILE, rule="has no rates: cohorts need them", cure=cure)])
    by_region: dict[str, dict[tuple[str, str], float]] = {}
    columns = ("region", "band", "rate", "per_year")
    for region, band, rate, value in projection[list(columns)].itertuples(index=False, name=None):
        by_region.setdefault(str(region), {})[str(band), str(rate)] = float(value)
    faults = [fault for region, rates in by_region.items() for fault in _wrong_rates(region, rates)]
    everywhere = by_region.get("*", {})
    homes = {str(m): str(r) for m, r in zip(municipalities["municipality"], municipalities["region"], strict=True)}
    bare = sorted({region for region in homes.values() if region not in by_region}) if not everywhere else []
    faults += [Fault(_FILE, 0, "region", r, "has no rates", "name it, or give rates for *") for r in bare]
    if faults:
        raise InputRefused(faults)
    matrices = {region: step_matrix({**everywhere, **rates}) for region, rates in by_region.items()}
    return {m: matrices[region if region in matrices else "*"] for m, region in homes.items()}


def _wrong_rates(region: str, rates: Mapping[tuple[str, str], float]) -> list[Fault]:
    """Bands and rates that do not exist, and shares of people that no band can lose."""
    faults = []
    for (band, rate), value in rates.items():
        if band not in BANDS:
            faults.append(Fault(_FILE, 0, "band", band, "is no age band", f"one of {', '.join(BANDS)}"))
        elif (band, rate) == (BANDS[-1], "moves") and value:
            faults.append(Fault(_FILE, 0, "per_year", f"{value:g}", "leaves the last band", "nobody moves on from it"))
        elif rate != "migration" and not 0 <= value <= 1:
            faults.append(Fault(_FILE, 0, "per_year", f"{value:g}", "is no share of a band", "write 0 to 1 a year"))
    for band in BANDS:
        stays = 1 - rates.get((band, "moves"), 0.0) - rates.get((band, "deaths"), 0.0)
        if stays + rates.get((band, "migration"), 0.0) < 0:
            rule = f"lose more people of {band} in a year than there are"
            faults.append(Fault(_FILE, 0, "rate", region, rule, "mend moves, deaths and migration"))
    return faults
