"""The tables of a frontier as officials read them: heads and rows of written figures, in either language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.frontier.series import steps
from nationalmap.reports.frontier.told import factor, million
from nationalmap.reports.texts import number, percent, signed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nationalmap.domain.frontier import Frontier
    from nationalmap.reports.frontier.series import Step


@dataclass(frozen=True)
class Grid:
    """A table of words: its title, its heads and its rows; the first ``words`` columns are no figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def _head(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(text(f"frontier.column.{name}", language) for name in names)


def points(frontier: Frontier, language: str, *, short: bool = False) -> Grid:
    """Every budget: money, coverage in three numbers, package; with nesting what it takes. ``short`` has the first."""
    nested = {step.number: step for step in steps(frontier, "nested")}
    names: tuple[str, ...] = ("factor", "budget", "spent", "served", "share", "no_place")
    names = names if short else (*names, "out_of_reach", "above_maximum", "package")
    rows = []
    for step in steps(frontier, "free"):
        cells = {
            "factor": factor(step, language),
            "budget": million(step.budget_eur, language),
            "spent": million(step.spent_eur, language),
            "served": number(step.served, language),
            "share": percent(step.shown, language, 1),
            "no_place": number(step.no_place, language),
            "out_of_reach": number(step.out_of_reach, language),
            "above_maximum": number(step.above_maximum, language),
            "package": _whole(step, language),
        }
        row = [cells[name] for name in names]
        if nested:
            mine = nested[step.number]
            row += [number(mine.served, language), signed(mine.price, language)]
            row += [] if short else [_whole(mine, language)]
        rows.append(tuple(row))
    more = ("nested_served", "price") if short else ("nested_served", "price", "nested_package")
    head = (*names, *(more if nested else ()))
    return Grid(text("frontier.figures", language), _head(head, language), tuple(rows))


def _whole(step: Step, language: str) -> str:
    """Municipalities with the whole package, of all."""
    return f"{number(step.complied, language)}/{number(step.municipalities, language)}"


def investments(frontier: Frontier, language: str) -> list[Grid]:
    """What each larger budget adds, a table for each."""
    table = frontier.tables["investments"]
    nested = steps(frontier, "nested")
    grids = []
    for step in nested:
        key = "frontier.order_first" if step is nested[0] else "frontier.order_step"
        title = text(key, language, factor=factor(step, language), budget=million(step.budget_eur, language))
        grids.append(_additions(frontier, table[table["point"] == step.number], title, language))
    return grids


def _additions(frontier: Frontier, rows: pd.DataFrame, title: str, language: str) -> Grid:
    several = len(frontier.asked.years) > 1
    names = (*(("year",) if several else ()), "municipality", "service", "places", "facilities", "running", "capital")
    cells = tuple(tuple(_addition(frontier, row, language))[not several :] for row in rows.to_dict("records"))
    return Grid(title, _head(names, language), cells, words=3 if several else 2)


def _addition(frontier: Frontier, row: dict[Any, Any], language: str) -> Iterator[str]:
    running = row["running_added_eur"]
    yield str(row["year"])
    yield frontier.asked.municipalities[row["municipality"]][language]
    yield frontier.asked.services[row["service"]][language]
    yield f"{signed(row['places_added'], language)} → {number(row['places'], language)}"
    yield (
        f"{signed(row['facilities_added'], language)} → {number(row['facilities'], language)}"
        if row["facilities"]
        else "–"
    )
    yield "–" if pd.isna(running) else signed(running, language)
    yield number(row["capital_added_eur"], language)
