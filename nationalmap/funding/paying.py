"""Which streams may pay what, where and when; those that pay nothing in a plan are said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from nationalmap.domain.scenario import Scenario, Stream

if TYPE_CHECKING:
    import pandas as pd


def pays_in(stream: Stream, scenario: Scenario, year: int) -> bool:
    """Whether a stream pays in a planned period.

    Running money in the planned year itself; capital money for the years after the former
    period up to the planned year, of which at least one must lie in the stream's own.
    """
    earliest = year if stream.kind == "running" else scenario.former_year(year) + 1
    started = stream.first_year is None or stream.first_year <= year
    return started and (stream.last_year is None or stream.last_year >= earliest)


def paid_in(stream: Stream, among: Iterable[str]) -> list[str]:
    """Those ``among`` some municipalities that a stream may pay, in their order; one that names none pays in all."""
    return [m for m in among if not stream.municipalities or m in stream.municipalities]


def may_pay(stream: Stream, service: str, among: Collection[str]) -> bool:
    """Whether a stream may ever pay a service somewhere ``among`` municipalities."""
    here = not stream.municipalities or not set(among).isdisjoint(stream.municipalities)
    return here and (not stream.services or service in stream.services)


def may_run(scenario: Scenario, service: str, year: int, among: Collection[str]) -> bool:
    """Whether a running stream may pay a service in a planned year somewhere ``among`` municipalities."""
    return any(
        stream.kind == "running" and pays_in(stream, scenario, year) and may_pay(stream, service, among)
        for stream in scenario.streams.values()
    )


def notes(scenario: Scenario, services: pd.DataFrame, planned: pd.DataFrame) -> tuple[str, ...]:
    """Sentences about streams that pay nothing in this plan, because of their years, services or municipalities.

    ``services`` are the planned ones, ``planned`` the planned municipalities.
    """
    codes, known = planned["municipality"].tolist(), services["service"].tolist()
    return tuple(
        f"streams: {name} {rule}"
        for name, stream in scenario.streams.items()
        if (rule := _pays_nothing(stream, scenario, known, codes))
    )


def _pays_nothing(stream: Stream, scenario: Scenario, services: Iterable[str], planned: Collection[str]) -> str:
    """Why a stream pays nothing in this plan; "" where it may pay."""
    if not any(pays_in(stream, scenario, year) for year in scenario.years):
        first, last = stream.first_year, stream.last_year
        span = f"ended in {last}" if last is not None and last < scenario.years[0] else "is open in none of its years"
        span = f"begins in {first}" if first is not None and first > scenario.years[-1] else span
        return f"pays nothing in this plan: it {span}"
    if not any(may_pay(stream, service, planned) for service in services):
        return "pays nothing in this plan: none of its services and municipalities is planned"
    return ""
