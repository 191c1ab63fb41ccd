"""A plan in one language: the words and names that every sheet of it shares, and the ground of its maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.atlas.drawn import MANY
from nationalmap.reports.atlas.ground import ground
from nationalmap.reports.page.about import about
from nationalmap.reports.page.words import page_texts
from nationalmap.reports.texts import number, text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.atlas.ground import Ground


@dataclass(frozen=True)
class Words:
    """A plan in one language: what stands on every sheet of it."""

    plan: Plan
    language: str
    page: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "page", page_texts(self.language))

    def say(self, key: str, **values: object) -> str:
        """A text of atlas.toml."""
        return text(key, self.language, **values)

    def number(self, value: float | None) -> str:
        """A count; what has no data says so."""
        return self.page["no_data"] if value is None else number(value, self.language)

    def estimate(self, value: int | None, marked: bool) -> str:
        """A count with the mark of an estimate where it is one and not 0."""
        return self.say("annex.estimate_mark", n=self.number(value)) if marked and value else self.number(value)

    @cached_property
    def about(self) -> dict[str, Any]:
        """Territory, sources, status."""
        found: dict[str, Any] = about(self.plan)[self.language]
        return found

    @cached_property
    def ground(self) -> Ground:
        """The ground of all maps."""
        return ground(self.plan)

    def names(self, table: str, column: str = "name") -> dict[str, str]:
        """Names by code: municipalities, regions, groups, services."""
        return totals.names(self.plan, table, f"{column}_{self.language}")

    @cached_property
    def places(self) -> dict[str, str]:
        """Names of the municipalities."""
        return self.names("municipalities")

    @cached_property
    def on_the_map(self) -> dict[str, str]:
        """Names that are written on the map: of all planned municipalities, or of the regions at their seats."""
        planned = totals.municipalities(self.plan)
        if len(planned) <= MANY:
            return {code: self.places[code] for code in planned}
        seats = dict(
            self.plan.inputs.tables["regions"][["region", "seat_municipality"]].itertuples(index=False, name=None)
        )
        regions = self.names("regions")
        return {seats[region]: regions[region] for region in self.plan.scenario.regions}

    @cached_property
    def services(self) -> dict[str, str]:
        """Names of the services."""
        return self.names("services")

    @cached_property
    def short_services(self) -> dict[str, str]:
        """Short names of the services."""
        return self.names("services", "short")

    @cached_property
    def groups(self) -> dict[str, str]:
        """Names of the need groups."""
        return self.names("groups")

    @cached_property
    def region_of(self) -> dict[str, str]:
        """Name of the region of each municipality."""
        regions = self.names("regions")
        rows = self.plan.inputs.tables["municipalities"][["municipality", "region"]]
        return {code: regions[region] for code, region in rows.itertuples(index=False, name=None)}

    def stream(self, code: str) -> str:
        """Name of a funding stream."""
        return totals.stream_name(self.plan, code, self.language)
