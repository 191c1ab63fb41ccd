"""What is lost without each host, as tables and in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.program.importance import CLOSED_TO, left_standing
from nationalmap.reports.moves import moves
from nationalmap.reports.texts import counted, text
from nationalmap.schema import Column, Table
from nationalmap.schema.shared import HOST, SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import StageResult
    from nationalmap.program.importance import ClosedTo, Closing, Lost
    from nationalmap.program.known import Known

_OF = (HOST, Column(SERVICE.name, SERVICE.kind, "service that is closed there; blank: all with facilities", blank=True))

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "hosts",
            "Every host closed, the one that is missed most first: by packages, then by unmet need, class by class.",
            ("rank",),
            (
                Column("rank", "integer", "place among the hosts asked about", 1),
                *_OF,
                Column("closed_to", "choice", "to all, or to people of other municipalities", choices=CLOSED_TO),
                Column("places_closed", "integer", "places of today that close", 0),
                Column("places_stay", "integer", "places of today that stay: protected, or asked for by a lock", 0),
                Column(
                    "found",
                    "choice",
                    "solved; unused: the plan uses nothing that would close; no_plan: no plan is possible without it",
                    choices=("solved", "unused", "no_plan"),
                ),
            ),
        ),
        Table(
            "lost",
            "Each stage without the host, solved again, beside the plan with it.",
            ("host", "service", "stage"),
            (
                *_OF,
                Column("stage", "code", "objective"),
                Column("unit", "text", "its unit"),
                Column("before", "number", "value with the host"),
                Column("after", "number", "value without it", blank=True),
                Column("difference", "number", "after less before", blank=True),
                Column("surely", "flag", "both were proven within their tolerance"),
            ),
        ),
    )
}


def tables(known: Known, base: Sequence[StageResult], lost: Sequence[Lost], to: ClosedTo) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name."""
    ranked = sorted(lost, key=lambda one: _missed(base, one))
    hosts = [
        (rank, one.closing.host, one.closing.service, to, *_places(known, one.closing, to), _found(one))
        for rank, one in enumerate(ranked, 1)
    ]
    rows = [row for one in ranked for row in _rows(base, one)]
    return {
        "hosts": pd.DataFrame(hosts, columns=TABLES["hosts"].names),
        "lost": pd.DataFrame(rows, columns=TABLES["lost"].names),
    }


def _missed(base: Sequence[StageResult], one: Lost) -> tuple[object, ...]:
    """Sorts what is missed most first; what stands today and would close is known before, and counts last."""
    code = (one.closing.host, one.closing.service)
    if not one.stages:
        return (0, (), code)
    changes = [(b.name.startswith("keep"), b.value - a.value) for b, a in zip(base, one.stages, strict=True)]
    ordered = sorted(changes, key=lambda change: change[0])
    return (1, tuple(round(change, 5) for _, change in ordered), code)


def _found(one: Lost) -> str:
    if not one.stages:
        return "no_plan"
    return "solved" if one.solved else "unused"


def _places(known: Known, closing: Closing, to: ClosedTo) -> tuple[int, int]:
    """Places of today that close, and that stay."""
    here = [
        site
        for site in known.sites.values()
        if site.municipality == closing.host and closing.service in ("", site.service)
        if closing.service or known.services[site.service].has_facilities or site.service in known.embedded
    ]
    today = sum(site.places_today for site in here)
    left = left_standing(known, closing) if to == "all" else {}
    closed = sum(site.places_today for site in here if left.get(site.code) == 0)
    return closed, today - closed


def _rows(base: Sequence[StageResult], one: Lost) -> list[tuple[object, ...]]:
    code = (one.closing.host, one.closing.service)
    after = {stage.name: stage for stage in one.stages}
    rows: list[tuple[object, ...]] = []
    for stage in base:
        other = after.get(stage.name)
        sure = other is not None and stage.status == other.status == "proven"
        change = (None, None) if other is None else (other.value, round(other.value - stage.value, 5))
        rows.append((*code, stage.name, stage.unit, stage.value, *change, sure))
    return rows


def sentences(
    towns: Mapping[str, str], services: Mapping[str, str], made: Mapping[str, pd.DataFrame], language: str
) -> list[str]:
    """What closing means, and a sentence for each host; ``towns`` and ``services`` are names by code."""
    lines = [text(f"importance.means_{made['hosts']['closed_to'].iloc[0]}", language)] if len(made["hosts"]) else []
    lost = dict(iter(made["lost"].groupby(["host", "service"])))
    for row in made["hosts"].to_dict("records"):
        code = (row["host"], row["service"])
        lines.append(
            text(
                "importance.one_service" if row["service"] else "importance.one",
                language,
                host=towns[row["host"]],
                service=services.get(row["service"], ""),
                places=_standing(row, language),
                moves=moves(lost[code], language)
                if row["found"] == "solved"
                else text(f"importance.{row['found']}", language),
            )
        )
    return lines


def _standing(row: Mapping[Any, Any], language: str) -> str:
    """What of today closes and stays, where anything does."""
    if row["closed_to"] != "all" or not (row["places_closed"] or row["places_stay"]):
        return ""
    closed, stay = (counted(int(row[name]), "place", language) for name in ("places_closed", "places_stay"))
    key = "places" if row["places_stay"] else "places_closed"
    return text(f"importance.{key}", language, closed=closed, stay=stay)
