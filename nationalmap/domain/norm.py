"""Norms: how indicators become a need, a minimum package, or a maximum of users.

Every number is data with a basis and a status; this project ships ``illustrative`` norms
only, because the annexes of the ordinance (НПСУ) could not be read. Each rule says its
formula; amounts count users at a time, or places where the norm's ``unit`` says so. The kinds
of rule are those of docs/rule-kinds.md, the words of a norm file their names in small letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """``rate`` per ``per`` units of the indicator: amount = rate * indicator / per.

    A region's indicator is the sum of its municipalities (rule kind 1).
    """

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["ratio"]
    indicator: str
    rate: float
    per: float

    @property
    def indicators(self) -> tuple[str, ...]:
        """The one indicator."""
        return (self.indicator,)


@dataclass(frozen=True, kw_only=True)
class Subgroup:
    """A ratio of a certified part of a population: amount = rate * indicator * share / 100 / per.

    The share in per cent comes from ``share_indicator`` (by municipality), or is stated once as
    ``share_percent`` from a published national or regional figure that ``share_basis`` names;
    the norm is then an estimate, for shares differ between regions. A region's subgroup is the
    sum of those of its municipalities (rule kind 2).
    """

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["subgroup"]
    indicator: str
    share_indicator: str | None = None
    share_percent: float | None = None
    share_basis: str = ""
    rate: float
    per: float

    @property
    def indicators(self) -> tuple[str, ...]:
        """The population, and the share where an indicator gives it."""
        return (self.indicator, self.share_indicator) if self.share_indicator else (self.indicator,)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a composite: an intensity (per cent, or ``indicator`` / ``of``) and its weight."""

    __pydantic_config__: ClassVar = _STRICT
    indicator: str
    of: str | None = None
    weight: float


@dataclass(frozen=True, kw_only=True)
class Composite:
    """A ratio that is moved to where several indicators are above their average.

        amount[m] = rate * base[m] / per * sum over parts j of weight_j * q_j[m] / mean_j
        q_j[m]    = indicator_j[m], or indicator_j[m] / of_j[m]
        mean_j    = sum of base * q_j / sum of base, over the municipalities of ``average``

    ``average`` is ``national`` (every municipality at hand) or ``planned`` (those of the
    scenario); one without a figure is left out of the mean and gets no amount. The weights add
    up to 1, so the sum over the municipalities of ``average`` is that of the plain ratio
    rate * base / per: the composite moves amounts, it makes none. A region's amount is the sum
    of those of its municipalities (rule kind 3).
    """

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["composite"]
    indicator: str
    parts: tuple[Part, ...]
    average: Literal["national", "planned"] = "national"
    rate: float
    per: float

    @property
    def indicators(self) -> tuple[str, ...]:
        """The base, then those of the parts; each once."""
        named = [self.indicator, *(name for part in self.parts for name in (part.indicator, part.of) if name)]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, kw_only=True)
class Banded:
    """A fixed amount by class of the indicator; a limit belongs to the next class, x < below (rule kind 4)."""

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["banded"]
    indicator: str
    bands: tuple[Band, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """The one indicator."""
        return (self.indicator,)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """The same amount in every territory, whatever its indicators (rule kinds 5 and 6)."""

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["presence"]
    amount: float

    @property
    def indicators(self) -> tuple[str, ...]:
        """None is asked."""
        return ()


#: A rule that stands by itself; the two kinds below hold one of them.
Plain = Ratio | Subgroup | Composite | Banded | Presence


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A minimum that a small municipality meets with a neighbour (rule kind 8).

    The amount is that of ``inner``. Where it (rounded, in the norm's unit), or the indicator
    ``measure`` if one is named, is below ``own_from``, the municipality needs no places of its
    own: its minimum is asked as ``access``, users served anywhere within reach. The limit
    itself stays in place (x < own_from). For minima of municipal services only.
    """

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["threshold"]
    inner: Plain
    own_from: float
    measure: str | None = None

    @property
    def indicators(self) -> tuple[str, ...]:
        """Those of the inner rule, then the measure."""
        return tuple(dict.fromkeys((*self.inner.indicators, *((self.measure,) if self.measure else ()))))


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """Another scheme that serves some of the eligible people, in one of two ways.

    ``users`` states its users by municipality (one that is not named has no data); otherwise
    they are rate * indicator / per, which is the indicator itself when rate and per are left out.
    """

    __pydantic_config__: ClassVar = _STRICT
    name: str
    basis: str
    users: Mapping[str, float] = field(default_factory=dict)
    indicator: str | None = None
    rate: float = 1.0
    per: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Complement:
    """Who is eligible and not served already: amount = max(0, inner - sum of the schemes' users).

    A region's schemes are the sums of its municipalities; the floor at 0 is applied last, in
    the norm's own territory (rule kind 15).
    """

    __pydantic_config__: ClassVar = _STRICT
    type: Literal["complement"]
    inner: Plain
    schemes: tuple[Scheme, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Those of the inner rule, then those of the schemes."""
        return tuple(dict.fromkeys((*self.inner.indicators, *(s.indicator for s in self.schemes if s.indicator))))


Rule = Ratio | Subgroup | Composite | Banded | Presence | Threshold | Complement


@dataclass(frozen=True, kw_only=True)
class Norm:
    """One norm: for whom, what it gives, by which rule, where and when, on which authority.

    A ``need`` names the ``group`` of services among which it may be met, a ``minimum`` or
    ``maximum`` its ``service``. Need and maximum count users at a time; a minimum counts users
    or places as ``unit`` says. ``territory`` is the unit the rule is applied to. The norm holds
    in the planned years from ``valid_from`` to ``valid_to``, inclusive, and in the ``regions``
    and ``municipalities`` named (both empty: everywhere); several norms of one purpose may
    follow each other in time or stand side by side in space, never overlap. ``estimate`` marks
    a norm whose indicator stands for one that does not exist by municipality. Rounding by
    ``largest_remainder`` keeps the sum of the region, so that many small needs do not vanish.
    """

    __pydantic_config__: ClassVar = _STRICT
    id: str
    group: str = ""
    service: str = ""
    gives: Literal["need", "minimum", "maximum"]
    territory: Literal["municipality", "region"] = "municipality"
    regions: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
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
    def target(self) -> str:
        """What the norm is for: the group of a need, the service of a minimum or maximum."""
        return self.group if self.gives == "need" else self.service

    @property
    def indicators(self) -> tuple[str, ...]:
        """Indicators that the rule reads, each once; none for a presence."""
        return self.rule.indicators

    @property
    def indicator(self) -> str:
        """The same, separated by blanks, as the needs table says it."""
        return " ".join(self.indicators)

    def holds_in(self, year: int) -> bool:
        """Whether the norm is in force in a planned year."""
        return self.valid_from <= year <= self.valid_to

    def holds_for(self, municipality: str, region: str) -> bool:
        """Whether the norm's scope takes in a municipality."""
        everywhere = not self.regions and not self.municipalities
        return everywhere or region in self.regions or municipality in self.municipalities
