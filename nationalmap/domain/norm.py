"""Norms: how an indicator becomes a need, a minimum package, or a maximum of users.

Every number is data with a basis and a status; this project ships ``illustrative`` norms
only, because the annexes of the ordinance (НПСУ) could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid", "strict": True, "allow_inf_nan": False}


@dataclass(frozen=True, kw_only=True)
class Band:
    """``amount`` applies where the indicator is below ``below``; the last band has no limit."""

    __pydantic_config__: ClassVar = _STRICT
    amount: float
    below: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """``rate`` per ``per`` units of the indicator: amount = rate * indicator / per."""

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["ratio"]
    indicator: str
    rate: float
    per: float


@dataclass(frozen=True, kw_only=True)
class Banded:
    """A fixed amount by class of the indicator; a limit belongs to the next class (x < below)."""

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["banded"]
    indicator: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, kw_only=True)
class Presence:
    """The same amount in every territory, whatever its indicators."""

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["presence"]
    amount: float


Rule = Ratio | Banded | Presence


@dataclass(frozen=True, kw_only=True)
class Norm:
    """One norm: for which service, what it gives, by which rule, on which authority.

    ``gives`` need and maximum count users at a time; a minimum counts users or places as
    ``unit`` says. ``territory`` is the unit the rule is applied to. ``estimate`` marks a
    norm whose indicator stands for one that does not exist by municipality. Rounding by
    ``largest_remainder`` keeps the sum of the region, so that many small needs do not vanish.
    """

    __pydantic_config__: ClassVar = _STRICT
    id: str
    service: str
    gives: Literal["need", "minimum", "maximum"]
    territory: Literal["municipality", "region"] = "municipality"
    unit: Literal["users", "places"] = "users"
    rounding: Literal["ceil", "floor", "half_up", "largest_remainder"] = "half_up"
    rule: Rule
    status: Literal["legal", "illustrative"]
    estimate: bool = False
    calibrated_on: str = ""
    citation: str
    basis: str
    valid_from: int = 2026
    valid_to: int = 2035

    @property
    def indicator(self) -> str:
        """Indicator that the rule reads; empty for a presence rule."""
        return "" if isinstance(self.rule, Presence) else self.rule.indicator
