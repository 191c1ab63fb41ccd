"""The question put to the engine: which territory, which year, which money, what matters first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

Mode = Literal["within_the_money", "what_it_would_cost"]

StageName = Literal[
    "keep",
    "package",
    "staff",
    "unmet",
    "worst_unmet",
    "overspend",
    "preference",
    "disruption",
    "cost",
    "travel",
    "worst_travel",
    "sites",
    "tie_break",
]

DEFAULT_STAGES: tuple[StageName, ...] = (
    "keep",
    "package",
    "staff",
    "unmet",
    "worst_unmet",
    "preference",
    "disruption",
    "cost",
    "travel",
    "tie_break",
)

#: What capital money may be spent on.
Purpose = Literal["build", "transform", "renovate"]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A source of money. Exactly one of four ways says how much there is:

    ``amount_eur`` itself; ``by_year`` (planned year -> EUR); the sum of an ``indicator`` in
    thousand EUR over the scenario's municipalities, times ``index``; or a ``national_eur``
    programme ``shared_by`` an indicator and spread over ``over_years``. ``factor`` multiplies
    the result, and ``growth_per_year`` (running money, above prices) compounds from the
    scenario's ``as_of`` year. Running money is there every year; capital money once, for the
    whole time up to the first planned year in which the stream pays, and ``carry_over`` takes
    what is left to the next period. A stream pays from ``first_year`` to ``last_year``,
    inclusive: running money in the planned year itself, capital money for what is built in the
    years after the former period up to the planned year, of which at least one must lie within.
    ``payer`` is ``state`` where the maximum of users binds, ``other`` for own money and fees.
    ``services`` and ``municipalities`` restrict what may be paid (empty: everything); an indicator
    is summed, and a programme shared, over these municipalities. ``each_region`` makes one such
    stream of every planned region, which pays in its own municipalities.
    ``purposes`` what capital money is for; ``new_places_only`` pays no place that stands today.
    """

    __pydantic_config__: ClassVar = _STRICT
    name_bg: str
    name_en: str
    kind: Literal["running", "capital"]
    payer: Literal["state", "other"] = "state"
    amount_eur: float | None = None
    by_year: Mapping[str, float] | None = None
    indicator: str | None = None
    index: float = 1.0
    national_eur: float | None = None
    shared_by: str | None = None
    over_years: int = 1
    factor: float = 1.0
    growth_per_year: float = 0.0
    first_year: int | None = None
    last_year: int | None = None
    carry_over: bool = True
    services: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    each_region: bool = False
    purposes: tuple[Purpose, ...] = ("build", "transform", "renovate")
    new_places_only: bool = False
    status: Literal["attested", "derived", "illustrative"]
    basis: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """Least and most share of a service among the served users of its need group, in place of the catalogue's."""

    __pydantic_config__: ClassVar = _STRICT
    service: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A value fixed by hand: who fixed it, why, and its price is shown by solving without it.

    ``places``, ``facilities``: of the service in the municipality (or at one ``site``);
    ``users``: people of the municipality served at ``host``. ``year`` None: every period.
    """

    __pydantic_config__: ClassVar = _STRICT
    id: str
    author: str
    reason: str
    what: Literal["places", "facilities", "users"]
    relation: Literal["exactly", "least", "most"] = "exactly"
    value: int
    service: str
    municipality: str
    host: str | None = None
    site: str | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class SiteLimit:
    """How many facilities of a service may, or must, stand: in a territory ("" is the whole plan), each period."""

    __pydantic_config__: ClassVar = _STRICT
    service: str
    territory: str = ""
    relation: Literal["exactly", "least", "most"] = "most"
    number: int
    basis: str


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A municipality as host: how many services with facilities it may hold, which may not open there, and why."""

    __pydantic_config__: ClassVar = _STRICT
    municipality: str
    most_services: int | None = None
    excluded_services: tuple[str, ...] = ()
    reason: str


@dataclass(frozen=True, kw_only=True)
class TravelRule:
    """Journeys nobody measured: great circle times ``detour_factor`` at ``speed_km_h``, plus ``start_min``."""

    __pydantic_config__: ClassVar = _STRICT
    detour_factor: float = 1.2
    speed_km_h: float = 60.0
    start_min: float = 5.0


#: How a file writes its figures, told by an example: what stands between thousands, and before decimals.
NumberStyle = Literal["1234.5", "1234,5", "1 234.5", "1 234,5", "1.234,5", "1,234.5"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one file of tables is to be read where it is not written as ours are.

    ``columns`` gives the file's own name for columns of ours; then its other columns are passed over,
    and that is said. ``header`` is the row of the header where it is not found by its names. ``blanks``
    are words that mean no data, ``zeros`` words that mean none. ``unit`` is what the file's money, or
    its per cents, are in, where that is not what their columns ask.
    """

    __pydantic_config__: ClassVar = _STRICT
    numbers: NumberStyle = "1234.5"
    header: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    zeros: tuple[str, ...] = ()
    unit: Literal["", "eur", "thousand_eur", "bgn", "thousand_bgn", "percent", "share"] = ""


@dataclass(frozen=True, kw_only=True)
class InputFiles:
    """Where the inputs lie: relative to the scenario's folder, or shipped with the package.

    ``reading`` says of a file, by its name, how it is to be read where it is not written as ours are.
    ``own_indicators`` and ``budgets`` hold figures and amounts that replace those of ``indicators`` and ``streams``.
    ``map_in_force`` holds the annexes of the adopted map: checked with the others, no part of the plan.
    """

    __pydantic_config__: ClassVar = _STRICT
    catalogue: str = "catalogue"
    indicators: str = "indicators"
    own_indicators: str = ""
    budgets: str = ""
    register: str = "register/HKV.csv"
    boundaries: str = ""
    municipalities: str = ""
    regions: str = ""
    known_travel: str = ""
    renovations: str = ""
    candidates: str = ""
    agreements: str = ""
    staff: str = ""
    stated_needs: str = ""
    trip_costs: str = ""
    settlements: str = ""
    map_in_force: str = ""
    reading: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProjectionRule:
    """How population indicators of the census reach a planned year; see projection.py.

    ``constant`` takes the census as it is; ``cohorts`` moves people through the age bands.
    """

    __pydantic_config__: ClassVar = _STRICT
    method: Literal["constant", "cohorts"] = "constant"


@dataclass(frozen=True, kw_only=True)
class SolverRule:
    """How far each stage is closed: ``tolerance`` is the relative gap at which it counts as proven.

    ``tolerances`` and ``nodes`` say otherwise for a stage by name (``unmet`` stands for all its
    objectives). Work is bounded by nodes, not by the clock, so that runs repeat;
    ``time_limit_s`` per stage is the last resort. ``blocks``: stages with a stated tolerance are solved by
    blocks (the services of a region each) around a master program that shares the money.
    """

    __pydantic_config__: ClassVar = _STRICT
    solver: Literal["highs", "cbc", "glpk"] = "highs"
    tolerance: float = 1e-4
    tolerances: Mapping[str, float] = field(default_factory=dict)
    max_nodes: int = 200_000
    nodes: Mapping[str, int] = field(default_factory=dict)
    time_limit_s: float = 600.0
    blocks: bool = False


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One question, whole: everything that decides the plan beside the input files.

    ``years`` are the planned periods in order, each by its calendar year; today is the register
    at ``as_of``. ``old_types_until`` replaces the catalogue's last year of the old delegated types.
    In ``mode`` within_the_money needs and packages bend, in what_it_would_cost money does; ``stages``
    says what is made smallest, in its order. ``no_loss`` counts who is served today and would not be,
    capital cost weighs a ``capital_life_years``-th a year, ``agreements_default`` stands for pairs
    without an agreement (``within_region``: possible in one region, refused across its border).
    ``services`` are those planned (empty: the whole catalogue), of ``single_assignment`` those
    that serve a municipality from one host; ``most_openings_per_year``
    counts facilities of all services. ``name`` names the folder of runs.
    """

    __pydantic_config__: ClassVar = _STRICT
    format: Literal[1]
    name: str
    title_bg: str
    title_en: str
    says_bg: str
    says_en: str
    as_of: date
    regions: tuple[str, ...]
    years: tuple[int, ...]
    mode: Mode = "within_the_money"
    no_loss: bool = True
    capital_life_years: int = 25
    old_types_until: int | None = None
    agreements_default: Literal["possible", "within_region", "refused"] = "possible"
    services: tuple[str, ...] = ()
    single_assignment: tuple[str, ...] = ()
    most_openings_per_year: int | None = None
    stages: tuple[StageName, ...] = DEFAULT_STAGES
    shares: tuple[Share, ...] = ()
    locks: tuple[Lock, ...] = ()
    site_limits: tuple[SiteLimit, ...] = ()
    hubs: tuple[Hub, ...] = ()
    inputs: InputFiles = field(default_factory=InputFiles)
    travel: TravelRule = field(default_factory=TravelRule)
    projection: ProjectionRule = field(default_factory=ProjectionRule)
    solver: SolverRule = field(default_factory=SolverRule)
    streams: Mapping[str, Stream]

    @property
    def last_year(self) -> int:
        """The last planned year, where the page and the summary look first."""
        return self.years[-1]

    def former_year(self, year: int) -> int:
        """The period before a planned year; today's year before the first."""
        at = self.years.index(year)
        return self.years[at - 1] if at else self.as_of.year
