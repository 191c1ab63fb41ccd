"""What proves without a solver that no plan can exist: what must be on one side, what can be on the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What the two amounts count; EUR are to the cent.
Unit = Literal["places", "facilities", "users", "services", "cases", "eur"]


@dataclass(frozen=True)
class Part:
    """One reason for an amount: ``kind`` (protected, lock, stream and so on), the codes it names, and its figures."""

    kind: str
    codes: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    """Places, facilities, users: what is counted; 0 where money alone is meant."""
    eur: float = 0.0


@dataclass(frozen=True)
class Obstacle:
    """In ``year`` at least ``low`` must be, and at most ``high`` can be; ``low`` is more than ``high``."""

    kind: str
    """Key of its sentence: places, facilities, users, group, limit, hub, openings, package, need, running, capital."""
    year: int
    unit: Unit
    low: float
    high: float
    because: tuple[Part, ...]
    """Why at least ``low``."""
    against: tuple[Part, ...]
    """Why at most ``high``."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """What it is about: municipality, territory, service, group."""

    @property
    def lacking(self) -> float:
        """How far the two sides are apart."""
        return self.low - self.high
