"""Regional indicative map in words: where each service stands, and the agreement on who serves whom."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nationalmap.reports.paper.model import Blank, Block, Document, Heading, Table
from nationalmap.reports.procedure.analysis import column, heading
from nationalmap.reports.procedure.asked import State, Territory, each, plain, whole
from nationalmap.reports.procedure.frame import document, note
from nationalmap.reports.procedure.notes import Notes
from nationalmap.reports.sheets import in_words
from nationalmap.reports.texts import act


def indicative_map(about: Territory, state: State) -> Document:
    """Where services stand, who is served where, what each municipality carries of the cost; and the signatures."""
    notes = Notes(about)
    blocks: list[Block] = []
    for year in about.plan.scenario.years:
        blocks += [heading("network", year), note("network_says"), network(about, year)]
        blocks += [heading("agreement", year), note("agreement_says"), agreement(about, year)]
        blocks += [heading("hosts", year), note("hosts_says"), by_host(about, year)]
    blocks += [Heading(act("procedure.signatures")), note("signatures_says")]
    blocks += [Blank(act("procedure.signature", municipality=about.towns[code])) for code in about.places]
    return document("map", about, state, blocks, notes)


def network(about: Territory, year: int) -> Table:
    """Places and facilities by municipality and service: today, the changes up to the year, and in the year."""
    names = ("places_today", "added", "given_up", "places", "facilities")
    columns = (
        column("municipality", width=3),
        column("service", width=6),
        *(column(name, "count", 1.6) for name in names),
        column("origin", width=2),
    )
    key = ["municipality", "service"]
    stands = about.rows("capacity", year)
    until = about.plan.tables["capacity"]
    until = until[until["municipality"].isin(about.places) & (until["year"] <= year)]
    gained = until[["committed_places", "new_places", "transformed_in_places"]].sum(axis=1)
    lost = until[["given_up_places", "transformed_out_places"]].sum(axis=1)
    changes = until[key].assign(added=gained, given_up=lost).groupby(key).sum()
    now = stands.groupby(key).agg(
        places_today=("places_today", "sum"), places=("places", "sum"), facilities=("facilities", "sum")
    )
    origin = stands.groupby(key)["origin"].agg(
        lambda found: ", ".join(dict.fromkeys(in_words(sorted(found), "choice")))
    )
    table = now.join(changes).join(origin).reset_index()
    table = table[table[list(names)].any(axis=1)]
    rows = [
        (
            about.towns[row.municipality],
            about.service_names[row.service],
            *(plain(getattr(row, n)) for n in names),
            row.origin,
        )
        for row in sorted(each(table), key=lambda row: (about.towns[row.municipality], row.service))
    ]
    sums = {
        "places_today": whole(stands["places_today"].sum()),
        "added": whole(gained.sum()),
        "given_up": whole(lost.sum()),
        "places": whole(stands["places"].sum()),
        "facilities": whole(stands["facilities"].sum()),
    }
    return Table(columns, tuple(rows), sums)


def journeys(about: Territory, year: int) -> pd.DataFrame:
    """Rows of ``allocation`` in which people of another municipality are served, with a part in this territory."""
    frame = about.plan.tables["allocation"]
    part = frame["municipality"].isin(about.places) | frame["host"].isin(about.places)
    return frame[part & (frame["year"] == year) & (frame["municipality"] != frame["host"]) & (frame["users"] > 0)]


def agreement(about: Territory, year: int) -> Table:
    """Host and served municipality by service: users, journey, state of the agreement, share of the running cost."""
    columns = (
        column("host", width=2.6),
        column("served", width=2.6),
        column("service", width=5.6),
        column("users", "count", 1.4),
        column("travel_min", "exact", 1.4),
        column("agreement", width=2.4),
        column("by_users_eur", "money", 2.2, act("procedure.not_split")),
        column("by_shapley_eur", "money", 2.2, act("procedure.not_split")),
    )
    rows, shared = journeys(about, year), about.plan.tables["shared"]
    splits = {(row.host, row.service, row.municipality): row for row in each(shared[shared["year"] == year])}
    cells = []
    for row in sorted(each(rows), key=lambda row: (about.towns[row.host], row.service, row.municipality)):
        split = splits.get((row.host, row.service, row.municipality))
        status = act(f"procedure.agreement_{split.agreement}") if split else ""
        cells.append(
            (
                about.towns[row.host],
                about.towns[row.municipality],
                about.service_names[row.service],
                plain(row.users),
                plain(row.travel_min),
                status,
                *(plain(getattr(split, name, None)) for name in ("by_users_eur", "by_shapley_eur")),
            )
        )
    own = about.rows("allocation", year)
    every = about.plan.tables["allocation"]
    every = every[
        (every["year"] == year) & (every["municipality"].isin(about.places) | every["host"].isin(about.places))
    ]
    away = whole(every["users"].sum()) - whole(own.loc[own["municipality"] == own["host"], "users"].sum())
    return Table(columns, tuple(cells), {"users": away}, act("procedure.no_journeys"))


def by_host(about: Territory, year: int) -> Table:
    """Each host and service: users of its own, of other municipalities, and together."""
    columns = (
        column("host", width=3),
        column("service", width=6),
        column("own_users", "count"),
        column("other_users", "count"),
        column("users_together", "count"),
        column("served_list", width=6),
    )
    frame = about.rows("allocation", year, "host")
    frame = frame[frame["users"] > 0]
    own = frame["municipality"] == frame["host"]
    rows: list[tuple[Any, ...]] = []
    for (host, service), found in sorted(
        frame.groupby(["host", "service"]), key=lambda item: (about.towns[str(item[0][0])], str(item[0][1]))
    ):
        others = found[found["municipality"] != host]
        if others.empty:
            continue
        told = ", ".join(
            f"{about.towns[row.municipality]} ({row.users})"
            for row in sorted(each(others), key=lambda row: about.towns[row.municipality])
        )
        mine, theirs = int(found["users"].sum() - others["users"].sum()), int(others["users"].sum())
        rows.append((about.towns[str(host)], about.service_names[str(service)], mine, theirs, mine + theirs, told))
    shared = frame.set_index(["host", "service"]).index.isin(frame[~own].set_index(["host", "service"]).index)
    sums = {
        "own_users": whole(frame.loc[shared & own, "users"].sum()),
        "other_users": whole(frame.loc[~own, "users"].sum()),
        "users_together": whole(frame.loc[shared, "users"].sum()),
    }
    return Table(columns, tuple(rows), sums, act("procedure.no_journeys"))
