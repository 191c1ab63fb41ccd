"""Who pays, what is transformed, what is renovated: rows for the page, places and services by position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.page.figures import rows
from nationalmap.reports.texts import languages

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.figures import Figures

#: Kinds of cost, in the order in which they are told.
KINDS = ("running", "build", "transform", "renovate")


def _streams(plan: Plan) -> list[str]:
    """Codes of the streams: running money first, then capital, each by code."""
    return sorted(plan.scenario.streams, key=lambda code: (plan.scenario.streams[code].kind == "capital", code))


def streams(plan: Plan) -> list[dict[str, Any]]:
    """The streams with their names and kinds, what all parts of one are called, and the last year in which they pay."""
    known = plan.scenario.streams
    return [
        {
            "name": {language: totals.stream_name(plan, code, language) for language in languages()},
            "of_all": {language: totals.stream_of_all(plan, code, language) for language in languages()},
            "kind": known[code].kind,
            "payer": known[code].payer,
            "last_year": known[code].last_year,
        }
        for code in _streams(plan)
    ]


def budget(plan: Plan, year: int) -> list[list[float]]:
    """Of each stream in a year: carried in, new, spent, carried over, left, lacking; EUR."""
    names = ("carried_in", "budget", "spent", "carried_out", "left", "lacking")
    found = {row["stream"]: row for row in rows(totals.in_year(plan, "budget", year))}
    nothing = {f"{name}_eur": 0.0 for name in names}
    return [[float(found.get(code, nothing)[f"{name}_eur"]) for name in names] for code in _streams(plan)]


def _positions(codes: tuple[str, ...] | list[str]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


def payments(plan: Plan, known: Figures) -> list[list[Any]]:
    """Place, service, stream, kind (all by position), EUR: what each stream pays in the year of the figures."""
    place, service, stream = (_positions(codes) for codes in (known.municipalities, known.services, _streams(plan)))
    kind = _positions(KINDS)
    found = [
        [place[r["municipality"]], service[r["service"]], stream[r["stream"]], kind[r["kind"]], float(r["amount_eur"])]
        for r in rows(totals.in_year(plan, "spending", known.year))
        if r["municipality"] in place and r["service"] in service and r["stream"] in stream
    ]
    return sorted(found)


def transformed(plan: Plan, known: Figures) -> list[list[Any]]:
    """Year, place, service before and after, old places, new places, EUR."""
    place, service = _positions(known.municipalities), _positions(known.services)
    found = [
        [
            int(row["year"]),
            place[row["municipality"]],
            service[row["from_service"]],
            service[row["to_service"]],
            int(row["places_out"]),
            int(row["places_in"]),
            float(row["capital_eur"]),
        ]
        for row in rows(plan.tables["transformed"])
    ]
    return sorted(found)


def renovated(plan: Plan, known: Figures) -> list[list[Any]]:
    """Place, service, site, kind, year by which it is due, year in which it is done (null: never), EUR, places lost."""
    place, service = _positions(known.municipalities), _positions(known.services)
    found = [
        [
            place[row["municipality"]],
            service[row["service"]],
            row["site"],
            row["kind"],
            int(row["by_year"]),
            None if row["year"] is None else int(row["year"]),
            float(row["cost_eur"]),
            int(row["places_lost"]),
        ]
        for row in rows(plan.tables["renovated"])
    ]
    return sorted(found, key=lambda row: row[:4])
