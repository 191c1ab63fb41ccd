"""Opinion sheet for the thirty days: what is asked about, and room for the answer."""

from __future__ import annotations

from nationalmap.reports.paper.model import Blank, Block, Document, Heading, Table
from nationalmap.reports.procedure.analysis import column
from nationalmap.reports.procedure.asked import State, Territory, whole
from nationalmap.reports.procedure.frame import document, note
from nationalmap.reports.texts import act

#: Label in procedure.toml -> lines to write on.
_WHO = {"from_until": 1, "name": 1, "quality": 1, "contact": 1}
_WHAT = {"on_document": 1, "on_row": 1, "opinion": 5, "change": 3, "reasons": 3, "signed": 1, "received": 1}


def opinion(about: Territory, state: State) -> Document:
    """The sheet of a region or municipality: who answers, what is proposed, the opinion, signature and receipt."""
    year = about.plan.scenario.last_year
    blocks: list[Block] = [
        Heading(act("procedure.who")),
        *(Blank(act(f"procedure.field.{key}"), lines) for key, lines in _WHO.items()),
        Heading(act("procedure.asked_about", year=year)),
        note("asked_about_says"),
        _asked_about(about, year),
        Heading(act("procedure.your_opinion")),
        *(Blank(act(f"procedure.field.{key}"), lines) for key, lines in _WHAT.items()),
    ]
    return document("opinion", about, state, blocks, None, landscape=False)


def _asked_about(about: Territory, year: int) -> Table:
    """What is planned, service by service, with a column to write in."""
    columns = (
        column("number", "count", 0.6),
        column("service", width=5),
        column("planned_places", "count", 1.3),
        column("planned_users", "count", 1.3),
        column("remark", width=4),
    )
    stands, people = about.rows("capacity", year), about.rows("allocation", year)
    places, users = stands.groupby("service")["places"].sum(), people.groupby("service")["users"].sum()
    known = [str(code) for code in about.services.index if places.get(code, 0) or users.get(code, 0)]
    rows = [
        (at, about.service_names[code], int(places.get(code, 0)), int(users.get(code, 0)), "")
        for at, code in enumerate(known, 1)
    ]
    sums = {"planned_places": whole(stands["places"].sum()), "planned_users": whole(people["users"].sum())}
    return Table(columns, tuple(rows), sums)
