"""What was read, and the answer: tables, and how surely each stage was closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nationalmap.domain.norm import Norm
from nationalmap.domain.scenario import Scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Status = Literal["proven", "feasible_with_gap", "infeasible", "unbounded", "none", "failed"]


@dataclass(frozen=True)
class Boundaries:
    """Polygons of the municipalities (column ``municipality``, EPSG:4326) and what they are worth."""

    polygons: gpd.GeoDataFrame
    status: Literal["schematic", "imported", "supplied"]
    source: str
    """The file; of an imported layer the stated source and licence."""
    sha256: str
    notes: tuple[str, ...] = ()
    """What was mended while reading, a sentence per polygon."""


@dataclass(frozen=True)
class Inputs:
    """Everything a plan is made from, checked. ``tables`` are keyed by the names in schema."""

    tables: Mapping[str, pd.DataFrame]
    norms: tuple[Norm, ...]
    boundaries: Boundaries
    sources: Mapping[str, str]
    """SHA-256 of every file that was read, by the name it is known under."""


@dataclass(frozen=True)
class StageResult:
    """One stage of the ordered objectives: value reached, proven bound, relative gap."""

    name: str
    unit: str
    value: float
    bound: float
    gap: float
    tolerance: float
    status: Status
    nodes: int = 0
    solver: str = ""
    """Which solver closed it, and why another one than was asked for."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The answer to a scenario. ``tables`` are the result tables of schema, by name."""

    scenario: Scenario
    inputs: Inputs
    tables: Mapping[str, pd.DataFrame]
    stages: tuple[StageResult, ...]
    run_id: str

    @property
    def status(self) -> Status:
        """Proven only where every stage closed within its tolerance."""
        return "proven" if all(stage.status == "proven" for stage in self.stages) else "feasible_with_gap"
