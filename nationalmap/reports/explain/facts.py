"""What a plan knows about a municipality, need group and year: its tables looked up once, and nothing in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.projection import BANDS, DERIVED
from nationalmap.reports.binding import Binding

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.norm import Norm, Scheme
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.room import Bind

#: (municipality, group, year)
Cell = tuple[str, str, int]
Row = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table by their columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def known(value: Any) -> bool:
    """Whether a cell of a table holds anything."""
    return str(value) not in ("<NA>", "nan", "None", "")


class Facts:
    """A plan asked for what stands behind its cells; tables are looked up once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.binding = Binding(plan)

    # ------------------------------------------------------------------ from the indicator to the need

    @cached_property
    def catalogue(self) -> Mapping[str, Row]:
        """Indicator -> its row of table ``indicator_catalogue``."""
        return {row["indicator"]: row for row in records(self.plan.inputs.tables["indicator_catalogue"])}

    @cached_property
    def given(self) -> Mapping[tuple[str, str], float]:
        """(indicator, municipality) -> its figure as read; blanks are left out."""
        rows = records(self.plan.inputs.tables["indicators"])
        return {(r["indicator"], r["municipality"]): float(r["value"]) for r in rows if known(r["value"])}

    @cached_property
    def projected(self) -> Mapping[tuple[str, str, int], float]:
        """(indicator, municipality, year) -> its figure as planned with; blanks are left out."""
        rows = (row for row in records(self.plan.tables["projected"]) if known(row["value"]))
        return {(r["indicator"], r["municipality"], int(r["year"])): float(r["value"]) for r in rows}

    def moved(self, indicator: str, year: int) -> bool:
        """Whether the figure of the year was projected by age cohorts, not taken as it is."""
        moves = self.plan.scenario.projection.method == "cohorts" and indicator in (*BANDS, *DERIVED)
        return moves and year > int(str(self.catalogue[indicator]["reference_date"])[:4])

    @cached_property
    def needs(self) -> Mapping[Cell, Row]:
        """Rows of table ``needs``."""
        return _by_cell(records(self.plan.tables["needs"]))

    @cached_property
    def stated(self) -> Mapping[Cell, Row]:
        """Rows of table ``stated_needs``."""
        return _by_cell(records(self.plan.inputs.tables["stated_needs"]))

    def norm(self, cell: Cell) -> Norm | None:
        """The norm that gave the need; None for a stated one."""
        code = self.needs[cell]["norm"] if cell in self.needs else ""
        return next((norm for norm in self.plan.inputs.norms if norm.id == code), None)

    def served_by(self, scheme: Scheme, cell: Cell) -> float | None:
        """Persons whom another scheme serves; None where that is not known."""
        m, _, year = cell
        if scheme.indicator is None:
            return scheme.users.get(m)
        users = self.projected.get((scheme.indicator, m, year))
        return None if users is None else users * scheme.rate / scheme.per

    # ------------------------------------------------------------------ who has a place

    @cached_property
    def unmet(self) -> Mapping[Cell, Row]:
        """Rows of table ``unmet``."""
        return _by_cell(records(self.plan.tables["unmet"]))

    @cached_property
    def served(self) -> Mapping[Cell, list[Row]]:
        """Rows of table ``allocation``, nearest first."""
        found: dict[Cell, list[Row]] = defaultdict(list)
        rows = records(self.plan.tables["allocation"])
        for row in sorted(rows, key=lambda r: (r["travel_min"], r["service"], r["host"])):
            group = self.binding.known.services[row["service"]].group
            found[row["municipality"], group, int(row["year"])].append(row)
        return found

    def hosts(self, cell: Cell) -> tuple[tuple[str, str], ...]:
        """(host, service) where people of the cell are served, each once, nearest first."""
        return tuple(dict.fromkeys((row["host"], row["service"]) for row in self.served.get(cell, ())))

    def agreement(self, m: str, h: str, s: str) -> str:
        """State of the agreement about a municipal service; of another its level, which needs none."""
        level = self.binding.known.services[s].level
        return self.binding.known.agreement(m, h, s) if level == "municipal" else level

    # ------------------------------------------------------------------ what binds, and money

    def binds(self, cell: Cell) -> list[Bind]:
        """What keeps cases without a place from one; nothing where all have theirs."""
        row = self.unmet.get(cell, {})
        if row.get("out_of_reach_users"):
            return self.binding.out_of_reach(*cell)
        return self.binding.no_place(*cell) if row.get("unmet_users") else []

    @cached_property
    def paid(self) -> Mapping[tuple[str, str, int], list[Row]]:
        """(host, service, year) -> rows of table ``spending``."""
        found: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        for row in records(self.plan.tables["spending"].sort_values(["kind", "stream"], ascending=[False, True])):
            found[row["municipality"], row["service"], int(row["year"])].append(row)
        return found

    def project_until(self, h: str, s: str, year: int) -> int | None:
        """First year whose running cost the streams pay, where a project still pays that of a facility there."""
        sites = self.binding.known.sites_in.get((h, s), ())
        standing = (site for site in sites if self.binding.room.at(site.code, year, "places"))
        return max((site.state_from or 0 for site in standing if site.by_project(year)), default=None)


def _by_cell(rows: Iterable[Row]) -> dict[Cell, Row]:
    return {(row["municipality"], row["group"], int(row["year"])): row for row in rows}
