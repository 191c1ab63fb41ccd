"""The indicators of each planned year once more: as they are, or the age bands of the census moved on, exactly.

Moved on, in each municipality by itself, one year at a time; n people of band b, rates of its region or of *:

    n[b] after = n[b] * (1 - moves[b] - deaths[b] + migration[b]) + n[b-1] * moves[b-1]
    n[0] after also gains the births: sum over b of n[b] * births[b]

then whole people, half up; the total, 0-17 (0-14 and a fifth of 15-29) and 18-64 follow from the bands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import floor
from operator import mul
from typing import Any

from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question

BANDS = ("pop_0_14", "pop_15_29", "pop_30_44", "pop_45_64", "pop_65plus")
DERIVED = ("pop_total", "pop_0_17", "pop_18_64")
_HALF = Fraction(1, 2)
Rates = Mapping[tuple[str, str], Fraction]
Figure = Fraction | None


def projected(q: Question, a: Answer, say: Findings) -> None:
    """projected.csv against the indicators, moved on where the scenario asks cohorts."""
    given: dict[str, dict[str, Figure]] = defaultdict(dict)
    for row in q.tables["indicators"]:
        given[row["indicator"]][row["municipality"]] = row["value"]
    follows: dict[tuple[str, str, int], dict[str, Any]] = {}
    for t in q.years:
        now = _bands(q, given, t) if t in moved_years(q) else {}
        for name, figures in given.items():
            for m, figure in figures.items():
                follows[name, m, t] = {"value": now[name].get(m) if name in now else figure}
    say.table("projected.csv", a.keyed("projected"), follows, "projected: indicators of the year")


def moved_years(q: Question) -> tuple[int, ...]:
    """Planned years for which people are moved on: after the census, with the method cohorts."""
    if q.scenario["projection"]["method"] == "constant":
        return ()
    return tuple(t for t in q.years if t > _census(q))


def moved(q: Question, year: int) -> frozenset[str]:
    """Indicators that are estimates in a year because people were moved on."""
    return frozenset((*BANDS, *DERIVED)) if year in moved_years(q) else frozenset()


def _census(q: Question) -> int:
    """Year of the age bands, which are of one census."""
    dates = {row["indicator"]: row["reference_date"] for row in q.tables["indicator_catalogue"]}
    return int(dates[BANDS[0]][:4])


def _bands(q: Question, given: Mapping[str, Mapping[str, Figure]], year: int) -> dict[str, dict[str, Figure]]:
    """The bands of a year and what follows from them, by indicator and municipality."""
    rates: dict[str, dict[tuple[str, str], Fraction]] = defaultdict(dict)
    for row in q.tables["projection"]:
        rates[row["region"]][row["band"], row["rate"]] = row["per_year"]
    homes = {row["municipality"]: row["region"] for row in q.tables["municipalities"]}
    every = rates.get("*", {})
    moves = {r: _power(_step({**every, **rates.get(r, {})}), year - _census(q)) for r in set(homes.values())}
    found: dict[str, dict[str, Figure]] = defaultdict(dict)
    for m in given[BANDS[0]]:
        people = [given[band].get(m) for band in BANDS]
        known = [n for n in people if n is not None]
        whole = len(known) == len(BANDS)
        after = _move(moves[homes[m]], known) if whole else [None] * len(BANDS)
        for name, n in zip((*BANDS, *DERIVED), (*after, *_derived(after)), strict=True):
            found[name][m] = n
    return {name: figures for name, figures in found.items() if name in given}


def _move(step: Sequence[Sequence[Fraction]], people: Sequence[Fraction]) -> list[Figure]:
    """People by band after the years, whole."""
    moved_on = (sum(map(mul, line, people), Fraction(0)) for line in step)
    return [Fraction(floor(max(Fraction(0), n) + _HALF)) for n in moved_on]


def _derived(bands: Sequence[Figure]) -> tuple[Figure, Figure, Figure]:
    """Total, 0-17, 18-64."""
    known = [n for n in bands if n is not None]
    if len(known) < len(bands):
        return None, None, None
    total = sum(known, Fraction(0))
    young = Fraction(floor(known[0] + known[1] / 5 + _HALF))
    return total, young, total - known[-1] - young


def _step(rates: Rates) -> tuple[tuple[Fraction, ...], ...]:
    """One year as a matrix: the row is the band after, the column the band before."""

    def rate(band: int, name: str) -> Fraction:
        return rates.get((BANDS[band], name), Fraction(0))

    def flow(after: int, before: int) -> Fraction:
        stays = 1 - rate(after, "moves") - rate(after, "deaths") + rate(after, "migration") if after == before else 0
        comes = rate(before, "moves") if before == after - 1 else 0
        return Fraction(stays + comes + (rate(before, "births") if after == 0 else 0))

    size = range(len(BANDS))
    return tuple(tuple(flow(after, before) for before in size) for after in size)


@cache
def _power(step: tuple[tuple[Fraction, ...], ...], years: int) -> tuple[tuple[Fraction, ...], ...]:
    """So many years as a matrix."""
    if years == 1:
        return step
    before, size = _power(step, years - 1), range(len(step))
    return tuple(tuple(sum((step[i][k] * before[k][j] for k in size), Fraction(0)) for j in size) for i in size)
