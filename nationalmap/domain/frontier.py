"""Coverage against money: the same question with more and less of some streams' money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nationalmap.domain.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

#: free: each budget by itself; nested: each larger budget keeps every service of the smaller one.
Way = Literal["free", "nested"]
#: A name or title in every language.
Names = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """The plan of one budget: the chosen streams' money times ``factor``. Numbers count from 1, the smallest budget."""

    way: Way
    number: int
    factor: float
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a frontier was asked, and what its tables need beside them to be read: plain values, as its manifest has."""

    scenario: str
    run_id: str
    """Of the unchanged question: a run with this id has the same inputs."""
    title: Names
    as_of: str
    years: tuple[int, ...]
    streams: Mapping[str, Names]
    """The streams whose money was multiplied."""
    factors: tuple[float, ...]
    nested: bool
    through: str
    norms: int
    illustrative_norms: int
    municipalities: Mapping[str, Names]
    services: Mapping[str, Names]
    most_served: Mapping[str, int] | None = None
    """Cases by priority class served with any amount of this money, over all years; None where all are, at a point."""


@dataclass(frozen=True)
class Frontier:
    """A frontier as it is kept: what was asked, and the tables of reports.frontier.tables by name."""

    asked: Asked
    tables: Mapping[str, pd.DataFrame]
