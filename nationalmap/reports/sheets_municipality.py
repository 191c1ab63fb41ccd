"""One municipality as a sheet: each need with its numbers and reasons, and below it each service of that need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.sheets import Field, Sheet, Style, heading, in_words, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.plan import Plan

#: A need's own columns, which the sheet of reasons has; blank in the rows of services.
_NEED = ("need_users", "served_users", "within_reach_users", "above_maximum_users", "out_of_reach_users")
_WORDS = ("hosts", "binds", "paid")
#: A service's own columns; blank in the rows of needs, so that no case and no euro stands twice in a column.
_PACKAGE = ("kind", "required", "achieved", "complied")
_THERE = ("places_today", "places", "own_users", "guest_users", "running_eur", "capital_eur")
_STYLES: Mapping[str, Style] = {"kind": "text", "complied": "mark", "running_eur": "euro", "capital_eur": "euro"}
#: People and places of one year; those of several may not be added up.
_OF_A_YEAR = (*_NEED, "places_today", "places", "own_users", "guest_users")


def municipality_sheet(plan: Plan, code: str, why: Sheet) -> Sheet:
    """The needs and services of one municipality; ``why`` is the workbook's sheet of reasons.

    A service stands here where the municipality's package asks it, its people use it, or places of it stand or have
    been paid there. Money and places are those in the municipality, ``own_users`` its people wherever they are served,
    ``guest_users`` people of others who are served here.
    """
    needs = why.rows[why.rows["municipality"] == code]
    there = _services(plan, code)
    services = plan.inputs.tables["services"]
    group_of: dict[str, str] = dict(zip(services["service"], services["group"], strict=True))
    names = names_of(plan, "service", "bg")
    groups = names_of(plan, "group", "bg")
    rows: list[dict[str, Any]] = []
    for need in needs.to_dict("records"):
        rows.append({"group_name": need["group_name"], "year": need["year"]} | {n: need[n] for n in (*_NEED, *_WORDS)})
        rows += _below(there, need["group"], need["year"], group_of, names, groups)
    asked = set(zip(needs["group"], needs["year"], strict=True))
    # Of a need without data there are no cases, but places may stand.
    for group, year in sorted({(group_of[s], t) for s, t in there} - asked):
        rows += _below(there, group, year, group_of, names, groups)
    fields: tuple[Field, ...] = (
        heading("group_name", "text"),
        heading("service_name", "text"),
        heading("year", "year"),
        *(heading(name, _STYLES.get(name, "count")) for name in (*_NEED, *_PACKAGE, *_THERE)),
        *(heading(name, "long") for name in _WORDS),
    )
    frame = pd.DataFrame(rows, columns=[field.name for field in fields], dtype=object)
    once = _OF_A_YEAR if len(plan.scenario.years) == 1 else ()
    return Sheet(
        "municipality",
        fields,
        frame.where(frame.notna(), None),
        3,
        totals=(*once, "running_eur", "capital_eur"),
        paper="A3",
        of=tuple(names_of(plan, "municipality", language)[code] for language in ("bg", "en")),
        code=code,
    )


def _below(
    there: Mapping[tuple[str, int], dict[str, Any]],
    group: str,
    year: int,
    group_of: Mapping[str, str],
    names: Mapping[str, str],
    groups: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The rows of a need's services in a year, in the order of their codes."""
    found = sorted(service for service, at in there if at == year and group_of[service] == group)
    head = {"group_name": groups[group], "year": year}
    return [head | {"service_name": names[service]} | there[service, year] for service in found]


def _services(plan: Plan, code: str) -> dict[tuple[str, int], dict[str, Any]]:
    """What is asked, stands, is used and is paid in a municipality, by service and year."""
    tables = plan.tables
    found: dict[tuple[str, int], dict[str, Any]] = {}

    def add(service: str, year: int, **amounts: float) -> None:
        row = found.setdefault((service, int(year)), dict.fromkeys(_THERE, 0))
        for name, amount in amounts.items():
            row[name] += amount

    def of(table: str, *columns: str) -> Any:
        frame = tables[table]
        return frame[frame["municipality"] == code][["service", "year", *columns]].itertuples(index=False, name=None)

    for service, year, today, places in of("capacity", "places_today", "places"):
        if today or places:
            add(service, year, places_today=int(today), places=int(places))
    for service, year, users in of("allocation", "users"):
        add(service, year, own_users=int(users))
    served = tables["allocation"]
    guests = served[(served["host"] == code) & (served["municipality"] != code)]
    for service, year, users in guests[["service", "year", "users"]].itertuples(index=False, name=None):
        add(service, year, guest_users=int(users))
    for service, year, kind, amount in of("spending", "kind", "amount_eur"):
        add(service, year, **{"running_eur" if kind == "running" else "capital_eur": amount})
    for service, year, kind, required, achieved, complied in of("compliance", *_PACKAGE):
        add(service, year)
        (counted,) = in_words([kind], "choice")
        (word,) = in_words([str(bool(complied)).lower()], "flag")
        found[service, int(year)] |= {
            "kind": counted,
            "required": required,
            "achieved": achieved,
            "complied": word,
        }
    cents = ("running_eur", "capital_eur")
    return {key: row | {name: round(row[name], 2) for name in cents} for key, row in found.items()}
