"""A design: one scenario asked many times, with figures multiplied; which figures, by which factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from nationalmap.domain.change import Change, What

_STRICT = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

#: sites_held: the sites of the scenario's plan stand, users and money follow in fractions; plan: a plan for each run.
SweepMode = Literal["sites_held", "plan"]


@dataclass(frozen=True, kw_only=True)
class Values:
    """A figure with the factors that a grid gives it."""

    __pydantic_config__: ClassVar = _STRICT
    what: What
    name: str
    municipality: str = ""
    factors: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A figure with the distribution of its factor, and why this one.

    uniform: ``low`` to ``high``. triangular: ``low``, ``mode``, ``high``. normal: ``mean`` and ``sd``, cut off at
    ``low`` and ``high``. lognormal: ``median`` and ``sd`` of the logarithm, cut off where ``low``, ``high`` are given.
    """

    __pydantic_config__: ClassVar = _STRICT
    what: What
    name: str
    municipality: str = ""
    distribution: Literal["uniform", "triangular", "normal", "lognormal"]
    low: float | None = None
    high: float | None = None
    mode: float | None = None
    mean: float | None = None
    median: float | None = None
    sd: float | None = None
    status: Literal["attested", "derived", "illustrative"] = "illustrative"
    basis: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Every combination of the factors; those of the last figure change fastest."""

    __pydantic_config__: ClassVar = _STRICT
    changes: tuple[Values, ...]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One run by its changes; a figure that others change and this one does not keeps factor 1."""

    __pydantic_config__: ClassVar = _STRICT
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """``runs`` draws by a ``seed``; of each figure one from each of as many equally likely parts, or ``plain`` ones."""

    __pydantic_config__: ClassVar = _STRICT
    runs: int
    seed: int
    method: Literal["latin_hypercube", "plain"] = "latin_hypercube"
    changes: tuple[Draw, ...]


@dataclass(frozen=True, kw_only=True)
class Design:
    """A sweep: the scenario, how each run is answered, and exactly one of grid, list and sampled.

    ``through`` is the last stage of the scenario that is made small ("": of sites_held ``unmet``, of plan the last);
    sites_held makes the cost small after it.
    """

    __pydantic_config__: ClassVar = _STRICT
    format: Literal[1]
    name: str
    title_bg: str
    title_en: str
    scenario: str
    mode: SweepMode
    through: str = ""
    grid: Grid | None = None
    list: tuple[Listed, ...] | None = None
    sampled: Sampled | None = None
