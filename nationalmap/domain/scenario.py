"""The question put to the engine: which territory, which year, which money, what matters first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

Mode = Literal["within_the_money", "what_it_would_cost"]

StageName = Literal["keep", "package", "unmet", "worst_unmet", "overspend", "disruption", "cost", "travel", "tie_break"]

DEFAULT_STAGES: tuple[StageName, ...] = (
    "keep",
    "package",
    "unmet",
    "worst_unmet",
    "disruption",
    "cost",
    "travel",
    "tie_break",
)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A source of money. Exactly one of three ways says how much there is in the year:

    ``amount_eur`` itself; the sum of an ``indicator`` in thousand EUR over the scenario's
    municipalities, times ``index``; or a ``national_eur`` programme shared ``by`` an
    indicator and spread over ``over_years``. ``factor`` multiplies the result.
    ``services`` and ``municipalities`` restrict what may be paid (empty: everything);
    ``new_places_only`` pays no place that stands today.
    """

    __pydantic_config__: ClassVar = _STRICT
    name_bg: str
    name_en: str
    kind: Literal["running", "capital"]
    amount_eur: float | None = None
    indicator: str | None = None
    index: float = 1.0
    national_eur: float | None = None
    shared_by: str | None = None
    over_years: int = 1
    factor: float = 1.0
    services: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    new_places_only: bool = False
    status: Literal["attested", "derived", "illustrative"]
    basis: str


@dataclass(frozen=True, kw_only=True)
class TravelRule:
    """Journeys nobody measured: great circle times ``detour_factor`` at ``speed_km_h``, plus ``start_min``."""

    __pydantic_config__: ClassVar = _STRICT
    detour_factor: float = 1.2
    speed_km_h: float = 60.0
    start_min: float = 5.0


@dataclass(frozen=True, kw_only=True)
class InputFiles:
    """Where the inputs lie: relative to the scenario's folder, or shipped with the package."""

    __pydantic_config__: ClassVar = _STRICT
    catalogue: str = "catalogue"
    indicators: str = "indicators"
    register: str = "register/HKV.csv"
    boundaries: str = ""
    municipalities: str = ""
    regions: str = ""
    known_travel: str = ""


@dataclass(frozen=True, kw_only=True)
class SolverRule:
    """How far each stage is closed: ``tolerance`` is the relative gap at which it counts as proven.

    Work is bounded by nodes, not by the clock, so that runs repeat; ``time_limit_s`` per stage
    is the last resort.
    """

    __pydantic_config__: ClassVar = _STRICT
    tolerance: float = 1e-4
    max_nodes: int = 200_000
    time_limit_s: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One question, whole: everything that decides the plan beside the input files."""

    __pydantic_config__: ClassVar = _STRICT
    format: Literal[1]
    name: str
    title_bg: str
    title_en: str
    says_bg: str
    says_en: str
    as_of: date
    regions: tuple[str, ...]
    year: int
    mode: Mode = "within_the_money"
    no_loss: bool = True
    capital_life_years: int = 25
    services: tuple[str, ...] = ()
    stages: tuple[StageName, ...] = DEFAULT_STAGES
    inputs: InputFiles = field(default_factory=InputFiles)
    travel: TravelRule = field(default_factory=TravelRule)
    solver: SolverRule = field(default_factory=SolverRule)
    streams: Mapping[str, Stream]
