"""What many changed questions ask, in arrays: the figures of ``changing.changed`` without its tables.

A study of ten thousand runs needs of each only what the program reads: needs, minima, maxima and budgets. ``Asker``
keeps what a change does not touch and works out the rest with the same functions that make the tables (demand.arrays).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap import demand, funding, projection
from nationalmap.changing import EVERY, refuse_percent, scaled, times
from nationalmap.demand import Figures, Package
from nationalmap.domain.change import Change, What
from nationalmap.domain.norm import Norm
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.question import Question

if TYPE_CHECKING:
    import pandas as pd

Cell = tuple[str, str, int]


@dataclass(frozen=True, eq=False)
class Asked:
    """Needs, minima, maxima and money of a question, as ``program.known.Known`` names them."""

    need: Mapping[Cell, int]
    minimum: Mapping[Cell, tuple[str, int, int]]
    maximum: Mapping[Cell, int]
    budget: Mapping[tuple[str, int], float]


class Asker:
    """One question, asked with many changes. They are taken as they are: ``changing.refuse_unknown`` checks them."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._amounts: dict[tuple[str, int], np.ndarray] = {}
        """(norm, year) -> rounded amount with nothing changed."""

    def asked(self, changes: Sequence[Change] = ()) -> Asked:
        """What the question asks after the changes. Raises InputRefused for figures out of range."""
        by = {what: [c for c in changes if c.what == what] for what in _WHATS}
        work = _Work(self, by) if by["indicator"] else _Work(self, by, self._figures)
        found: dict[str, dict[Any, Any]] = {"need": {}, "minimum": {}, "maximum": {}}
        for year in self._question.scenario.years:
            need, packages = work.year(year)
            for part, values in _keyed(need, packages, self._services, work.figures[year], year).items():
                found[part] |= values
        return Asked(**found, budget=self._budget(by["budget"], work))

    # ------------------------------------------------------------------------ what is the same for all

    @cached_property
    def _services(self) -> Mapping[str, Mapping[str, Any]]:
        """Planned services by code: their rows of the catalogue."""
        rows = self._question.inputs.tables["services"].to_dict("records")
        return {str(row["service"]): {str(k): v for k, v in row.items()} for row in rows}

    @cached_property
    def _figures(self) -> Mapping[int, Figures]:
        """The indicators of each year, nothing changed."""
        q = self._question
        return {t: Figures(q.projected[q.projected["year"] == t], q.municipalities) for t in q.scenario.years}

    @cached_property
    def _indicators(self) -> Mapping[str, pd.DataFrame]:
        """The table of indicators, one part for each of them."""
        table = self._question.inputs.tables["indicators"]
        return {str(name): part for name, part in table.groupby("indicator", sort=True)}

    @cached_property
    def _norms(self) -> Mapping[int, tuple[Norm, ...]]:
        """Norms in force by year; a group whose needs are stated has none."""
        return {
            t: tuple(n for n in self._question.inputs.norms if n.holds_in(t)) for t in self._question.scenario.years
        }

    @cached_property
    def _stated(self) -> Mapping[tuple[str, int], np.ndarray]:
        """(group, year) -> needs that are stated."""
        needs, q = self._question.needs, self._question
        groups = set(q.inputs.tables["stated_needs"]["group"])
        found = {}
        for group in sorted(groups & set(needs["group"])):
            for year in q.scenario.years:
                mine = needs[(needs["group"] == group) & (needs["year"] == year)].set_index("municipality")
                users = mine["need_users"].reindex(self._figures[year].codes).astype("Float64")
                found[group, year] = users.to_numpy(dtype=float, na_value=np.nan)
        return found

    @cached_property
    def _money(self) -> Mapping[str, set[str]]:
        """Stream -> indicators from which it is counted."""
        streams = self._question.scenario.streams.items()
        return {name: {i for i in (stream.indicator, stream.shared_by) if i} for name, stream in streams}

    @cached_property
    def _counted(self) -> Mapping[str, float]:
        """EUR of each stream before factor and growth, nothing changed."""
        return self._count(self._question.scenario.streams, self._indicators)

    def _count(self, names: Iterable[str], indicators: Mapping[str, pd.DataFrame]) -> dict[str, float]:
        import pandas as pd

        q, found = self._question, {}
        for name in names:
            parts = [indicators[i] for i in sorted(self._money[name]) if i in indicators] or [*indicators.values()][:1]
            stream, path = q.scenario.streams[name], f"streams.{name}"
            found[name] = funding.before_factor(stream, pd.concat(parts), q.municipalities, path, q.scenario.name)
        return found

    def _budget(self, changes: Sequence[Change], work: _Work) -> dict[tuple[str, int], float]:
        """(stream, year) -> thousand EUR."""
        q = self._question
        streams = {
            name: replace(stream, factor=stream.factor * _factor(changes, name))
            for name, stream in q.scenario.streams.items()
        }
        again = [name for name in streams if work.touched & self._money[name]]
        counted = {**self._counted, **self._count(again, work.indicators)}
        scenario, given = replace(q.scenario, streams=streams), q.inputs.tables["indicators"]
        amounts = funding.budgets(scenario, given, q.municipalities, q.scenario.name, counted)
        return {(f, t): eur / EUR_PER_UNIT for f, by in amounts.items() for t, eur in by.items()}


_WHATS: tuple[What, ...] = ("budget", "norm", "need", "indicator")


class _Work:
    """One asking: the changes by kind, and the figures after those of indicators."""

    def __init__(
        self, asker: Asker, by: Mapping[What, Sequence[Change]], figures: Mapping[int, Figures] | None = None
    ) -> None:
        self._asker, self._by, self._question = asker, by, asker._question
        self.indicators = dict(asker._indicators)
        self.touched: set[str] = set()
        for change in by["indicator"]:
            for name in self.indicators if change.name == EVERY else (change.name,):
                self.indicators[name] = times(self.indicators[name], change)
                self.touched.add(name)
        for name in self.touched:
            catalogue = self._question.inputs.tables["indicator_catalogue"]
            refuse_percent(self.indicators[name], catalogue, self._question.scenario.name)
        self.figures = figures or self._changed_figures()

    def _changed_figures(self) -> Mapping[int, Figures]:
        import pandas as pd

        q, former = self._question, self._asker._figures
        if q.scenario.projection.method == "constant":
            columns = {name: self.indicators[name].set_index("municipality")["value"] for name in self.touched}
            return {t: figures.with_figures(figures.everywhere.assign(**columns)) for t, figures in former.items()}
        # People move from band to band, and the totals with them.
        self.touched |= {*projection.BANDS, *projection.DERIVED}
        indicators = pd.concat(self.indicators.values())
        projected = projection.project(q.scenario, {**q.inputs.tables, "indicators": indicators})
        by_year = {t: projected[projected["year"] == t] for t in former}
        return {
            t: f.with_figures(by_year[t].pivot(index="municipality", columns="indicator", values="value"))
            for t, f in former.items()
        }

    def year(self, year: int) -> tuple[dict[str, np.ndarray], dict[str, Package]]:
        """Needs by group and packages by service of one year."""
        norms, figures = self._asker._norms[year], self.figures[year]
        need = self._needs(norms, figures, year)

        def amount(norm: Norm, figures: Figures, territories: Sequence[str]) -> np.ndarray:
            return self._amount(norm, figures, territories, year)

        services = self._asker._services
        mine: dict[str, list[Norm]] = {}
        for norm in norms:
            if norm.gives != "need" and norm.service in services:
                mine.setdefault(norm.service, []).append(norm)
        return need, {s: demand.package(some, services[s], figures, need, amount) for s, some in sorted(mine.items())}

    def _amount(self, norm: Norm, figures: Figures, territories: Sequence[str], year: int) -> np.ndarray:
        factor = _factor(self._by["norm"], norm.id)
        if factor != 1:
            return demand.amount(replace(norm, rule=scaled(norm.rule, factor)), figures, territories)
        if self.touched & set(norm.indicators):
            return demand.amount(norm, figures, territories)
        kept = self._asker._amounts
        if (norm.id, year) not in kept:
            kept[norm.id, year] = demand.amount(norm, figures, territories)
        return kept[norm.id, year]

    def _needs(self, norms: Sequence[Norm], figures: Figures, year: int) -> dict[str, np.ndarray]:
        stated = {g: users for (g, t), users in self._asker._stated.items() if t == year}
        need = {g: self._times(g, users, figures) for g, users in stated.items()}
        for norm in norms:
            if norm.gives == "need" and norm.group not in stated:
                users = self._need(norm, figures, year)
                need[norm.group] = np.where(np.isnan(users), need.get(norm.group, users), users)
        return need

    def _times(self, group: str, users: np.ndarray, figures: Figures) -> np.ndarray:
        """Stated needs times the factors of their group, half up."""
        factor = self._need_factor(group, figures)
        return users if factor is None else np.floor(np.round(users * factor, 9) + 0.5)

    def _need(self, norm: Norm, figures: Figures, year: int) -> np.ndarray:
        factor = self._need_factor(norm.group, figures)
        if factor is None:
            return self._amount(norm, figures, figures.codes, year)
        rule = scaled(norm.rule, _factor(self._by["norm"], norm.id))
        given = np.round(demand.exact(replace(norm, rule=rule), figures, figures.codes)[0], 9) * factor
        return demand.rounded_inside(norm, given, figures, figures.codes)

    def _need_factor(self, group: str, figures: Figures) -> np.ndarray | None:
        """Factor of each planned municipality on the need of a group; None where nothing changes it."""
        mine = [c for c in self._by["need"] if c.name in (EVERY, group) and c.factor != 1]
        if not mine:
            return None
        factor = np.ones(len(figures.codes))
        for change in mine:
            here = [not change.municipality or m == change.municipality for m in figures.codes]
            factor = np.where(here, factor * change.factor, factor)
        return factor


def _factor(changes: Sequence[Change], name: str) -> float:
    """Product of the factors of the changes that name this one."""
    product = 1.0
    for change in changes:
        if change.name in (EVERY, name):
            product *= change.factor
    return product


def _keyed(
    need: Mapping[str, np.ndarray],
    packages: Mapping[str, Package],
    services: Mapping[str, Mapping[str, Any]],
    figures: Figures,
    year: int,
) -> dict[str, dict[Any, Any]]:
    """The arrays by key; an unknown need is the minimum of its municipality, for that is not excused."""
    minimum, maximum = {}, {}
    least: dict[tuple[str, str], int] = {}
    for s, found in packages.items():
        group = str(services[s]["group"])
        rows = zip(found.territories, found.kind, found.users, found.places, found.maximum, strict=True)
        for u, kind, users, places, most in rows:
            if kind != "none":
                minimum[u, s, year] = (str(kind), int(users), int(places))
                least[u, group] = least.get((u, group), 0) + int(users)
            if not np.isnan(most):
                maximum[u, s, year] = int(most)
    cells = {}
    for g, by in need.items():
        for m, users in zip(figures.codes, by.tolist(), strict=True):
            cells[m, g, year] = least.get((m, g), 0) if np.isnan(users) else int(users)
    return {"need": cells, "minimum": minimum, "maximum": maximum}
