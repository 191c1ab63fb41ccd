"""Analysis of needs: indicators, needs by the norms, what stands today, and what the plan answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from nationalmap.reports.paper.model import Block, Column, Document, Heading, Table
from nationalmap.reports.procedure.asked import State, Territory, each, plain, whole
from nationalmap.reports.procedure.frame import document, note
from nationalmap.reports.procedure.notes import Notes
from nationalmap.reports.sheets import in_words
from nationalmap.reports.texts import act, text

#: Most municipalities that stand side by side on a page.
_MOST_BESIDE = 8
_WHY = ("above_maximum_users", "out_of_reach_users", "no_place_users")


def analysis(about: Territory, state: State) -> Document:
    """The document of a region or of one municipality."""
    notes = Notes(about)
    blocks: list[Block] = []
    for year in about.plan.scenario.years:
        if about.municipality:
            blocks += [heading("needs_of", year), note("needs_says"), _needs_here(about, notes, year)]
        else:
            blocks += [heading("needs_of", year), note("needs_says"), *_needs_beside(about, notes, year)]
            blocks += [heading("indicators_of", year), *_indicators_beside(about, notes, year)]
        blocks += [heading("answer_of", year), note("answer_says"), _answer(about, year)]
    blocks += [Heading(act("procedure.standing")), note("standing_says"), _standing(about)]
    return document("analysis", about, state, blocks, notes)


def heading(key: str, year: int, level: int = 1) -> Heading:
    """A heading with its year."""
    return Heading(act(f"procedure.{key}", year=year), level)


def column(key: str, kind: str = "text", width: float = 2.0, blank: str = "") -> Column:
    """A column whose heading stands in procedure.toml."""
    return Column(key, act(f"procedure.column.{key}"), kind, width, blank)  # type: ignore[arg-type]


def no_data() -> str:
    """The word for what nobody has counted."""
    return act("procedure.no_data")


def _needs_here(about: Territory, notes: Notes, year: int) -> Table:
    """One municipality: each need group with the norm, the indicator and its value, and what becomes of the need."""
    columns = (
        column("group", width=5),
        column("need_users", "count", blank=no_data()),
        column("exact_users", "number"),
        column("rule", width=4.5),
        column("estimate", width=1.4),
        column("served_users", "count", 1.7),
        *(column(name, "count", 1.7) for name in _WHY),
    )
    needs = about.rows("needs", year).sort_values("group")
    unmet = about.rows("unmet", year).set_index("group")
    rows = [
        (
            about.groups[row.group],
            plain(row.need_users),
            plain(row.exact_users),
            notes.rule(row.norm, about.places, year) or act("procedure.stated"),
            text(f"flag.{str(bool(row.is_estimate)).lower()}", "bg"),
            *(
                plain(unmet.at[row.group, name]) if row.group in unmet.index else None
                for name in ("served_users", *_WHY)
            ),
        )
        for row in each(needs)
    ]
    sums = {name: whole(unmet[name].sum()) for name in ("served_users", *_WHY)}
    return Table(columns, tuple(rows), {"need_users": whole(needs["need_users"].sum()), **sums})


def beside(about: Territory) -> Iterator[tuple[str, ...]]:
    """The municipalities of a region in blocks that fit beside each other."""
    blocks = -(-len(about.places) // _MOST_BESIDE)
    size = -(-len(about.places) // blocks)
    for first in range(0, len(about.places), size):
        yield about.places[first : first + size]


def _needs_beside(about: Territory, notes: Notes, year: int) -> Iterator[Table]:
    """A region: need groups by municipality; the indicators stand in a table of their own."""
    needs = about.rows("needs", year)
    cells = needs.pivot(index="group", columns="municipality", values="need_users")
    norms = needs.groupby("group")["norm"].agg(lambda found: sorted({str(code) for code in found if code}))
    blocks = list(beside(about))
    for codes in blocks:
        last = codes == blocks[-1]
        columns = (
            column("group", width=5.5),
            *(Column(code, about.towns[code], "count", 1.8, no_data()) for code in codes),
            *([column("together", "count", 1.8, no_data())] if last else []),
            column("rule", width=2),
        )
        rows = []
        for group in sorted(map(str, cells.index), key=lambda code: about.groups[code]):
            found = [plain(cells.at[group, code]) if code in cells.columns else None for code in codes]
            total = [_whole_region(list(cells.loc[group]))] if last else []
            rows.append((about.groups[group], *found, *total, _marks(notes, norms[group])))
        sums = {code: whole(needs.loc[needs["municipality"] == code, "need_users"].sum()) for code in codes}
        if last:
            counted = needs.groupby("group")["need_users"].agg(lambda found: found.sum(skipna=False))
            sums["together"] = whole(counted.sum())
        yield Table(columns, tuple(rows), sums)


def _whole_region(needs: list[Any]) -> Any:
    """The need of all municipalities; where one has no data the region has none, for it would be counted as nothing."""
    return None if any(map(pd.isna, needs)) else sum(map(int, needs))


def _marks(notes: Notes, norms: list[str]) -> str:
    """The marks of norms and of their indicators; of a stated need, that it is one."""
    told = []
    for code in norms:
        indicators = notes.norms[code].indicators if code in notes.norms else ()
        marks = ", ".join(notes.mark("indicator", name) for name in indicators)
        told.append(notes.mark("norm", code) + (f" ({marks})" if marks else ""))
    return "; ".join(told) or act("procedure.stated")


def _indicators_beside(about: Territory, notes: Notes, year: int) -> Iterator[Table]:
    """The figures that the norms of the region read, by municipality."""
    used = dict.fromkeys(name for code in about.rows("needs", year)["norm"] for name in _of(notes, str(code)))
    frame = about.rows("projected", year)
    cells = frame.pivot(index="indicator", columns="municipality", values="value")
    names = dict(each(about.plan.inputs.tables["indicator_catalogue"][["indicator", "name_bg"]]))
    for codes in beside(about):
        columns = (
            column("mark", width=1.6),
            column("indicator", width=5.5),
            *(Column(code, about.towns[code], "exact", 1.9, no_data()) for code in codes),
        )
        rows = [
            (notes.mark("indicator", name), names[name], *(plain(cells.at[name, code]) for code in codes))
            for name in used
            if name in cells.index
        ]
        yield Table(columns, tuple(rows))


def _of(notes: Notes, code: str) -> tuple[str, ...]:
    return notes.norms[code].indicators if code in notes.norms else ()


def _answer(about: Territory, year: int) -> Table:
    """Of each municipality: the need, who has a place, and why others have none."""
    names = ("need_users", "served_users", "no_place_users", "out_of_reach_users", "above_maximum_users")
    columns = (column("municipality", width=4), *(column(name, "count") for name in names))
    rows = about.rows("access", year)
    listed = sorted(each(rows), key=lambda row: about.towns[row.municipality])
    cells = [(about.towns[row.municipality], *(plain(getattr(row, name)) for name in names)) for row in listed]
    unmet = about.rows("unmet", year)
    return Table(columns, tuple(cells), {name: whole(unmet[name].sum()) for name in names})


def _standing(about: Territory) -> Table:
    """The register: what exists today or is under construction."""
    register = about.plan.inputs.tables["register"]
    here = register[register["municipality"].isin(about.places)]
    columns = (
        column("municipality", width=2.2),
        column("service", width=5),
        column("site", "code", 3.4),
        column("places", "count", 1.2),
        column("users", "count", 1.6, act("procedure.not_given")),
        column("status", width=2),
        column("opens_year", "year", 1.3, act("procedure.stands")),
        column("origin", width=1.5),
        column("basis", width=5),
    )
    ordered = sorted(each(here), key=lambda row: (about.towns[row.municipality], row.service, row.site))
    rows = [
        (
            about.towns[row.municipality],
            about.service_names[row.service],
            row.site,
            plain(row.places),
            plain(row.users),
            *in_words([row.status], "choice"),
            plain(row.opens_year),
            *in_words([row.origin], "choice"),
            row.basis,
        )
        for row in ordered
    ]
    return Table(columns, tuple(rows), {"places": whole(here["places"].sum())})
