"""Streams of a scenario that do not say how much money there is, when, or for what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault
from nationalmap.schema import is_code, shown


def out_of_range(numbers: Mapping[str, tuple[float | None, float, float]], file: str) -> Iterator[Fault]:
    """Faults of numbers, by key, that lie outside their low and high bounds."""
    for key, (number, low, high) in numbers.items():
        if number is not None and not low <= number <= high:
            rule = "is negative" if number < 0 <= low else f"is not between {low:g} and {high:g}"
            yield Fault(file, 0, key, f"{number:g}", rule, "check the figure and its unit")


def wrong_streams(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Every fault of every stream, and of their names."""
    bare: dict[str, str] = {}
    for name, stream in scenario.streams.items():
        where = f"streams.{shown(name)}"
        if not is_code(name):
            yield Fault(file, 0, where, "", "is not a code", "letters, digits and _ . : - only, no blanks")
        twin = bare.setdefault(re.sub(r"[:-]", "_", name), name)
        if twin != name:
            yield Fault(file, 0, where, "", f'differs from "{twin}" in signs only', "give one of them another name")
        yield from _wrong_amount(stream, where, file)
        yield from _wrong_span(stream, where, file)
        yield from _wrong_by_year(stream, scenario, where, file)
        yield from _wrong_kind(stream, where, file)


def _wrong_amount(stream: Stream, path: str, file: str) -> Iterator[Fault]:
    """An amount stated in no way or in several, or a number out of range."""
    ways = [stream.amount_eur, stream.by_year, stream.indicator, stream.national_eur]
    if sum(way is not None for way in ways) != 1:
        cure = "give one of amount_eur, by_year, indicator, national_eur"
        yield Fault(file, 0, path, "", "does not say its amount in exactly one way", cure)
    if (stream.national_eur is None) != (stream.shared_by is None):
        cure = "national_eur and shared_by come together"
        yield Fault(file, 0, f"{path}.shared_by", "", "a national amount needs a key to share it", cure)
    if stream.index != 1 and stream.indicator is None:
        cure = "leave it out, or multiply with factor"
        yield Fault(file, 0, f"{path}.index", f"{stream.index:g}", "multiplies an indicator, and none is named", cure)
    if stream.over_years != 1 and stream.national_eur is None:
        cure = "leave it out"
        yield Fault(file, 0, f"{path}.over_years", str(stream.over_years), "spreads national_eur only", cure)
    yield from out_of_range(
        {
            f"{path}.amount_eur": (stream.amount_eur, 0, 1e11),
            f"{path}.national_eur": (stream.national_eur, 0, 1e11),
            f"{path}.index": (stream.index, 0, 1000),
            f"{path}.factor": (stream.factor, 0, 1000),
            f"{path}.over_years": (stream.over_years, 1, 100),
            f"{path}.growth_per_year": (stream.growth_per_year, -0.5, 0.5),
        },
        file,
    )


def _wrong_span(stream: Stream, path: str, file: str) -> Iterator[Fault]:
    """Years out of range, or an end before the beginning."""
    spans = {f"{path}.first_year": (stream.first_year, 2000, 2100), f"{path}.last_year": (stream.last_year, 2000, 2100)}
    yield from out_of_range(spans, file)
    if stream.first_year is not None and stream.last_year is not None and stream.first_year > stream.last_year:
        rule = f"is before first_year ({stream.first_year})"
        yield Fault(file, 0, f"{path}.last_year", str(stream.last_year), rule, "mend one of them")


def _wrong_by_year(stream: Stream, scenario: Scenario, path: str, file: str) -> Iterator[Fault]:
    """Amounts of years that are not planned, or that grow beside being stated."""
    if stream.by_year is None:
        return
    key, planned = f"{path}.by_year", {str(year): year for year in scenario.years}
    if not stream.by_year:
        yield Fault(file, 0, key, "", "is empty", "give an amount for each planned year")
    for year, amount in stream.by_year.items():
        yield from out_of_range({f"{key}.{shown(year)}": (amount, 0, 1e11)}, file)
        if planned and year not in planned:
            cure = f"planned are {', '.join(planned)}"
            yield Fault(file, 0, key, shown(year), "is not a planned year", cure)
    if stream.growth_per_year:
        rule = "grows what is stated for each year already"
        yield Fault(file, 0, f"{path}.growth_per_year", f"{stream.growth_per_year:g}", rule, "leave it out")


def _wrong_kind(stream: Stream, path: str, file: str) -> Iterator[Fault]:
    """Keys that mean nothing for money of this kind."""
    if stream.kind == "running":
        return  # carry_over and purposes are refused where they are written
    if not stream.purposes:
        yield Fault(file, 0, f"{path}.purposes", "", "is empty", "name build, transform or renovate, or leave it out")
    unfit = {
        "new_places_only": (stream.new_places_only, "is for running money: capital money pays no place of today"),
        "growth_per_year": (stream.growth_per_year != 0, "is for running money: capital money is there once"),
    }
    for key, (wrong, rule) in unfit.items():
        if wrong:
            yield Fault(file, 0, f"{path}.{key}", "", rule, "leave it out")
