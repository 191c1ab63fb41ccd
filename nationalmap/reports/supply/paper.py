"""The report as a document: figures by municipality, service, provider and funding; licences; every facility."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from nationalmap.accounts.licences import licences_ending
from nationalmap.reports.paper.model import Block, Column, Document, Heading, Paragraph, Table
from nationalmap.reports.supply.figures import (
    BY,
    SUMMED,
    Supply,
    facilities,
    figures,
    lacking,
    partners,
)
from nationalmap.reports.texts import act, listed, number, text


def document(supply: Supply, day: date, run: str = "") -> Document:
    """The report of a register; ``run`` is what it was made from."""
    title = act("supply.title")
    counted = figures(supply)
    whole = counted.iloc[0]
    blocks: list[Block] = [
        *(Paragraph(line) for line in sentences(supply, counted)),
        Paragraph(act("supply.ratios_say"), "small"),
    ]
    for by in BY[1:]:
        part = counted[counted["by"] == by]
        blocks += [Heading(act(f"supply.by_{by}")), _figures(supply, part, whole)]
    if supply.until is not None:
        blocks += [
            Heading(act("supply.licences", year=supply.until)),
            _licences(supply, supply.until),
        ]
    blocks += [Heading(act("supply.facilities")), Paragraph(act("supply.facilities_say"), "small")]
    blocks.append(_facilities(supply))
    return Document(
        title=title,
        territory=supply.title,
        lead=(act("supply.made_from", what=run),),
        header=(f"{title} · {supply.title}", act("supply.edge")),
        footer=(run, ""),
        blocks=tuple(blocks),
        day=day,
    )


def sentences(supply: Supply, counted: pd.DataFrame) -> list[str]:
    """What the report says first: how much there is, and how much the register does not say."""
    whole = counted.iloc[0]
    services = number(int(whole["services"]), "bg")
    told = []
    for name in SUMMED:
        of = int(whole[f"{name}_given"])
        if not of:
            continue
        some = act("supply.of", n=of, services=services) if of < whole["services"] else ""
        told.append(act(f"supply.sum_{name}", n=_figure(float(whole[name])) + some))
    lines = [act("supply.there_are", services=services, figures=listed(told, "bg", "parts"))]
    building = len(supply.register) - len(supply.standing)
    if building:
        lines.append(act("supply.building", n=building))
    names = partners(supply)
    if names:
        lines.append(act("supply.partners", n=len(names), names=listed(names, "bg", "parts")))
    missing = [f"{text(f'column.{name}', 'bg')}: {count}" for name, count in lacking(supply).items()]
    if missing:
        lines.append(act("supply.lacking", services=services, missing=listed(missing, "bg", "parts")))
    return [*lines, *supply.notes]


def _figure(value: float) -> str:
    return number(value, "bg", 0 if value == int(value) else 2)


def not_given() -> str:
    """The word for what a register does not say."""
    return act("procedure.not_given")


def name_of(supply: Supply, by: str, code: str) -> str:
    """What a row of the figures is about, in words."""
    if not code:
        return not_given()
    known = {"municipality": supply.towns, "service": supply.services}
    return known[by].get(code, code) if by in known else text(f"choice.{code}", "bg")


def _column(key: str, kind: Any = "text", width: float = 2.0, blank: str = "") -> Column:
    return Column(key, text(f"column.{key}", "bg"), kind, width, blank or not_given())


def _figures(supply: Supply, part: pd.DataFrame, whole: pd.Series) -> Table:
    """One breakdown; the sums are those of the whole register, so that no facility is lost on the way."""
    columns = (
        _column("what", width=5),
        _column("facilities_count", "count", 1.3),
        *(_column(name, "number" if name == "staff_posts" else "count", 1.6) for name in SUMMED),
        *(_column(name, "number", 1.6) for name in ("occupancy", "year_users_per_place", "staff_per_place")),
    )
    names = ("services", *SUMMED, "occupancy", "year_users_per_place", "staff_per_place")
    rows = [
        (name_of(supply, str(row["by"]), str(row["code"])), *(_plain(row[name]) for name in names))
        for row in part.to_dict("records")
    ]
    sums = {name: float(whole[name]) for name in SUMMED if _plain(whole[name]) is not None}
    return Table(columns, tuple(rows), {"facilities_count": float(whole["services"]), **sums})


def _plain(value: Any) -> Any:
    return None if pd.isna(value) or value == "" else value


def _licences(supply: Supply, until: int) -> Table:
    columns = (
        _column("municipality_name", width=3),
        _column("service_name", width=5),
        _column("site", "code", 4),
        _column("places", "count", 1.3),
        _column("licence_valid_until", width=2),
    )
    rows = [
        (supply.towns[row["municipality"]], supply.services[row["service"]], row["site"], row["places"],
         row["licence_valid_until"])
        for row in licences_ending(supply.register, until).to_dict("records")
    ]  # fmt: skip
    return Table(columns, tuple(rows), {}, act("supply.no_licences"))


def _facilities(supply: Supply) -> Table:
    """Every facility with all that the register says of it."""
    short = act("supply.short")
    columns = (
        _column("municipality_name", width=2.4),
        _column("service_name", width=3.4),
        _column("site", "code", 2.8),
        *(_column(name, "number" if name == "staff_posts" else "count", 1.5, short) for name in SUMMED),
        _column("provider", width=1.7, blank=short),
        _column("provider_name", width=2, blank=short),
        _column("funding", width=2, blank=short),
        _column("licence_valid_until", width=1.6, blank=short),
        _column("last_control", width=1.6, blank=short),
    )
    words = ("provider_name", "funding", "licence_valid_until", "last_control")
    rows = []
    for row in facilities(supply).to_dict("records"):
        cells = {
            **row,
            "provider": _said(row["provider"]),
            "funding": _said(row["funding"]),
        }
        rows.append(
            (
                supply.towns[row["municipality"]],
                supply.services[row["service"]],
                row["site"],
                *(_plain(cells[name]) for name in (*SUMMED, "provider", *words)),
            )
        )
    stands = supply.register
    return Table(columns, tuple(rows), {"places": float(stands["places"].sum())})


def _said(code: object) -> str | None:
    return text(f"choice.{code}", "bg") if _plain(code) else None
