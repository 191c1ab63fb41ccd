"""What is asked of the documents: for which territory, in which state; and the plan's names, looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.texts import act

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

StateName = Literal["draft", "agreed", "voted"]


@dataclass(frozen=True)
class State:
    """The state of a document: draft, agreed between the municipalities, or voted by a council; when and by whom."""

    name: StateName = "draft"
    day: date | None = None
    body: str = ""

    def says(self) -> str:
        """The state in words, as it stands on every page."""
        day = f"{self.day:%d.%m.%Y}" if self.day else ""
        key = f"procedure.state.{self.name}" + ("_of" if day or self.body else "")
        parts = [part for part in (self.body, act("procedure.state.day", day=day) if day else "") if part]
        return act(key, of=", ".join(parts))


@dataclass(frozen=True)
class Territory:
    """One region of a plan, or one municipality of it, with the names of everything that is told of it."""

    plan: Plan
    region: str
    municipality: str = ""

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Codes of the municipalities that the document is about, by name."""
        if self.municipality:
            return (self.municipality,)
        return tuple(sorted(self.inside, key=lambda code: self.towns[code]))

    @cached_property
    def inside(self) -> frozenset[str]:
        """Codes of all municipalities of the region."""
        frame = self.plan.inputs.tables["municipalities"]
        return frozenset(frame.loc[frame["region"] == self.region, "municipality"].tolist())

    @cached_property
    def towns(self) -> dict[str, str]:
        """Names of all municipalities of the country, neighbours of the region among them."""
        return totals.names(self.plan, "municipalities", "name_bg")

    @cached_property
    def services(self) -> pd.DataFrame:
        """The catalogue by service."""
        return self.plan.inputs.tables["services"].set_index("service", drop=False)

    @cached_property
    def service_names(self) -> dict[str, str]:
        """Names of the services."""
        return totals.service_names(self.plan, "bg")

    @cached_property
    def groups(self) -> dict[str, str]:
        """Names of the need groups."""
        return totals.names(self.plan, "groups", "name_bg")

    @property
    def name(self) -> str:
        """Община Хасково, област Хасково; or the region alone."""
        region = totals.names(self.plan, "regions", "name_bg")[self.region]
        if self.municipality:
            town = self.towns[self.municipality]
            return act("procedure.municipality", municipality=town, code=self.municipality, region=region)
        return act("procedure.region", region=region)

    def rows(self, table: str, year: int | None = None, column: str = "municipality") -> pd.DataFrame:
        """Rows of a result table about these municipalities, of one year where one is asked."""
        frame = self.plan.tables[table]
        here = frame[column].isin(self.places)
        return frame[here & (frame["year"] == year)] if year is not None else frame[here]


def plain(value: Any) -> Any:
    """A cell of a frame as a number, a word, or None."""
    return None if value is None or pd.isna(value) else value.item() if hasattr(value, "item") else value


def whole(total: Any) -> float:
    """A sum of people, places or EUR as a plain number; no rows add up to 0."""
    return float(total or 0)


def each(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame, each with its columns as attributes."""
    return list(frame.itertuples(index=False))
