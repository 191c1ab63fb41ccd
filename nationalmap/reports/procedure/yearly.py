"""Extract for the yearly plan, and the table of the programmes: type, volume, stream, year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.paper.model import Block, Document, Heading, Table
from nationalmap.reports.procedure.agreement import network
from nationalmap.reports.procedure.analysis import column, heading
from nationalmap.reports.procedure.asked import State, Territory, each, plain, whole
from nationalmap.reports.procedure.frame import document, note
from nationalmap.reports.procedure.notes import Notes
from nationalmap.reports.sheets import in_words
from nationalmap.reports.texts import act


def yearly(about: Territory, state: State, year: int) -> Document:
    """One year: services planned by the map, services on the municipal budget, the money of both, what changes."""
    notes = Notes(about)
    blocks: list[Block] = [
        *(heading("yearly_network", year), note("yearly_network_says"), network(about, year)),
        *(heading("yearly_state", year), _money(about, notes, year, own=False)),
        *(heading("yearly_own", year), note("yearly_own_says"), _money(about, notes, year, own=True)),
        *(heading("yearly_changes", year), note("yearly_changes_says"), _changes(about, year)),
    ]
    return document("yearly", about, state, blocks, notes)


def programmes(about: Territory, state: State) -> Document:
    """What each stream pays for in these municipalities, by kind, service and year."""
    notes = Notes(about)
    blocks: list[Block] = [Heading(act("procedure.volumes")), note("volumes_says"), _volumes(about, notes)]
    if len(about.plan.scenario.regions) == 1:
        blocks += [Heading(act("procedure.streams")), note("streams_says"), _streams(about, notes)]
    return document("programmes", about, state, blocks, notes)


def _money(about: Territory, notes: Notes, year: int, *, own: bool) -> Table:
    """Money of the year by municipality, service and stream; of the municipalities' own streams, or of the others."""
    columns = (
        column("municipality", width=3),
        column("service", width=6),
        column("stream", width=5),
        column("stream_mark", width=1),
        column("paid_for", width=2),
        column("amount_eur", "money", 2.4),
    )
    rows = about.rows("spending", year)
    streams = about.plan.scenario.streams
    mine = [(code in streams and streams[code].payer == "other") == own for code in rows["stream"]]
    rows = rows[mine]
    rows = rows[rows["amount_eur"] > 0]
    cells = [
        (
            about.towns[row.municipality],
            about.service_names[row.service],
            totals.stream_name(about.plan, row.stream, "bg"),
            notes.mark("stream", row.stream),
            *in_words([row.kind], "choice"),
            plain(row.amount_eur),
        )
        for row in sorted(each(rows), key=lambda row: (about.towns[row.municipality], row.service, row.stream))
    ]
    return Table(columns, tuple(cells), {"amount_eur": totals.cents(rows["amount_eur"]) / 100})


def _changes(about: Territory, year: int) -> Table:
    """Sites that open, close, grow, shrink or are transformed in the period that ends with the year."""
    gains = ("committed_places", "new_places", "transformed_in_places")
    names = ("places_before", *gains, "transformed_out_places", "given_up_places", "places")
    columns = (
        column("municipality", width=2.6),
        column("service", width=5),
        column("site", "code", 4),
        *(column(name, "count", 1.6) for name in names),
    )
    rows = about.rows("capacity", year)
    rows = rows[(rows["places_before"] != rows["places"]) | (rows["opened"] > 0) | (rows["closed"] > 0)]
    cells = [
        (
            about.towns[row.municipality],
            about.service_names[row.service],
            row.site,
            *(plain(getattr(row, name)) for name in names),
        )
        for row in sorted(each(rows), key=lambda row: (about.towns[row.municipality], row.service, row.site))
    ]
    return Table(columns, tuple(cells), {name: whole(rows[name].sum()) for name in names})


def _volumes(about: Territory, notes: Notes) -> Table:
    """Type, volume, stream, year: amounts of this territory alone, and the places that they pay."""
    columns = (
        column("service", width=5.4),
        column("paid_for", width=2),
        column("volume_places", "number", 1.8),
        column("stream", width=5),
        column("stream_mark", width=1),
        column("year", "year", 1),
        column("amount_eur", "money", 2.4),
    )
    frame, volume = _programme(about)
    rows = [
        (
            about.service_names[str(row.service)],
            *in_words([row.kind], "choice"),
            plain(row.places),
            totals.stream_name(about.plan, str(row.stream), "bg"),
            notes.mark("stream", str(row.stream)),
            int(row.year),
            plain(row.amount_eur),
        )
        for row in each(frame.sort_values(["service", "kind", "year", "stream"]))
    ]
    return Table(columns, tuple(rows), {"amount_eur": volume})


def _programme(about: Territory) -> tuple[pd.DataFrame, float]:
    """Table ``programme`` of this territory, and the money that the plan spends there."""
    from nationalmap.accounts.payers import programme_rows

    tables = dict(about.plan.tables)
    spending = about.rows("spending")
    for name in ("spending", "capacity", "transformed", "renovated"):
        tables[name] = tables[name][tables[name]["municipality"].isin(about.places)]
    paid: list[Any] = spending.to_dict("records")
    found = list(programme_rows(paid, tables))
    names = ["stream", "kind", "service", "year", "places", "amount_eur"]
    frame = pd.DataFrame(found, columns=names)
    return frame[frame["amount_eur"] > 0], totals.cents(spending["amount_eur"]) / 100


def _streams(about: Territory, notes: Notes) -> Table:
    """What each stream has and spends in each year, in the whole plan."""
    names = ("carried_in_eur", "budget_eur", "spent_eur", "carried_out_eur", "left_eur", "lacking_eur")
    columns = (
        column("stream", width=5),
        column("stream_mark", width=1),
        column("year", "year", 1),
        column("money_kind", width=2),
        *(column(name, "money", 2.4) for name in names),
    )
    budget = about.plan.tables["budget"]
    rows = [
        (
            totals.stream_name(about.plan, row.stream, "bg"),
            notes.mark("stream", row.stream),
            int(row.year),
            *in_words([row.kind], "choice"),
            *(plain(getattr(row, name)) for name in names),
        )
        for row in each(budget.sort_values(["stream", "year"]))
    ]
    return Table(columns, tuple(rows), {"spent_eur": totals.cents(about.plan.tables["spending"]["amount_eur"]) / 100})
