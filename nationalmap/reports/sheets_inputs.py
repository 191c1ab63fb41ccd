"""What the plan was made from as sheets: indicators, services, norms, register, what else was given, and a glossary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.origins import Origins
from nationalmap.reports.rules import rule_in_words
from nationalmap.reports.sheets import Sheet, Style, declared, heading, in_words, names_of
from nationalmap.reports.texts import entries, text
from nationalmap.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.plan import Plan


def _indicators(plan: Plan) -> Sheet:
    """Every figure of the scenario's municipalities beside its source, date, class and the cell it was read from."""
    inputs = plan.inputs.tables
    about: tuple[str, ...] = ("unit", "reference_date", "source_class", "source", "note")
    figures = inputs["indicators"]
    inside = figures[figures["municipality"].isin(totals.municipalities(plan))]
    sheet = declared(plan, "indicators", ("indicator", "municipality", "value"), inside, frozen=4)
    catalogue = inputs["indicator_catalogue"].set_index("indicator")
    rows = sheet.rows.copy()
    for name in about:
        words = in_words(catalogue[name], "choice") if name in ("unit", "source_class") else catalogue[name]
        rows[name] = rows["indicator"].map(dict(zip(catalogue.index, words, strict=True)))
    origins = Origins(plan)
    keys = zip(rows["indicator"], rows["municipality"], strict=True)
    places = [origins.of("indicators", key, "value") for key in keys]
    rows["file"] = [place.file or None if place else None for place in places]
    rows["cell"] = [place.cell or None if place else None for place in places]
    about = (*about, "file", "cell")
    styles: tuple[Style, ...] = ("text", "code", "text", "long", "long", "text", "code")
    fields = (*sheet.fields, *(heading(name, style) for name, style in zip(about, styles, strict=True)))
    return Sheet("indicators", fields, rows, 4, paper="A3")


def _norms(plan: Plan) -> Sheet:
    known = {name: names_of(plan, name, "bg") for name in ("service", "group", "indicator")}
    targets = {**known["group"], **known["service"]}
    norms = sorted(plan.inputs.norms, key=lambda norm: norm.id)
    columns: tuple[tuple[str, Style, list[Any]], ...] = (
        ("norm", "code", [norm.id for norm in norms]),
        ("target_name", "text", [targets.get(norm.target, norm.target) for norm in norms]),
        ("gives", "text", in_words((norm.gives for norm in norms), "choice")),
        ("norm_territory", "text", in_words((norm.territory for norm in norms), "choice")),
        ("scope", "text", [" ".join((*norm.regions, *norm.municipalities)) or None for norm in norms]),
        ("norm_unit", "text", in_words((norm.unit for norm in norms), "choice")),
        ("rule", "long", [rule_in_words(norm, known["indicator"]) for norm in norms]),
        ("rounding", "text", in_words((norm.rounding for norm in norms), "choice")),
        ("status", "text", in_words((norm.status for norm in norms), "choice")),
        ("is_estimate", "text", in_words((str(norm.estimate).lower() for norm in norms), "flag")),
        ("basis", "long", [norm.basis for norm in norms]),
        ("citation", "long", [norm.citation for norm in norms]),
        ("valid_from", "year", [norm.valid_from for norm in norms]),
        ("valid_to", "year", [norm.valid_to for norm in norms]),
    )
    fields = tuple(heading(name, style) for name, style, _ in columns)
    rows = pd.DataFrame({name: cells for name, _, cells in columns}, dtype=object)
    return Sheet("norms", fields, rows, 2, paper="A3")


def _services(plan: Plan) -> Sheet:
    skipped = ("name_bg", "name_en", "short_bg", "short_en")
    columns = [name for name in TABLES["services"].names if name not in skipped]
    sheet = declared(plan, "services", columns, plan.inputs.tables["services"], frozen=2, paper="A3")
    return _spelled(sheet, "target_group", {code: words[0] for code, words in entries("target_group").items()})


def _groups(plan: Plan) -> Sheet:
    """The need groups; a service's group stands in the sheet of the services."""
    columns = ("group", "name_bg", "name_en", "priority_class")
    return declared(plan, "groups", columns, plan.inputs.tables["groups"], frozen=2)


#: Optional inputs -> columns frozen; each has a sheet only where the planner gave some.
_GIVEN = {
    "transformations": 4,
    "complexes": 1,
    "embedded": 4,
    "professions": 3,
    "projection": 3,
    "renovations": 2,
    "candidates": 1,
    "agreements": 6,
    "staff": 3,
    "stated_needs": 5,
}


#: Small rates are shown as per cent with three decimals.
_RATES: Mapping[str, Style] = {"per_year": "share"}


def _spelled(sheet: Sheet, column: str, known: Mapping[str, str]) -> Sheet:
    """The sheet with the codes of one column in words; a code without words stays."""
    words = [known.get(code, code) for code in sheet.rows[column]]
    return replace(sheet, rows=sheet.rows.assign(**{column: words}))


def _complexes(plan: Plan, sheet: Sheet) -> Sheet:
    """The services of each complex by their names."""
    known = names_of(plan, "service", "bg")
    called = {cell: ", ".join(known.get(code, code) for code in cell.split()) for cell in sheet.rows["services"]}
    named = heading("complex_services", "long")
    fields = tuple(replace(named, name="services") if field.name == "services" else field for field in sheet.fields)
    return replace(_spelled(sheet, "services", called), fields=fields)


def _given(plan: Plan) -> list[Sheet]:
    """What the planner gave beside the catalogue, as it was read."""
    tables = plan.inputs.tables
    sheets = [
        declared(plan, name, TABLES[name].names, tables[name], _RATES, key=f"given_{name}", frozen=frozen, paper="A3")
        for name, frozen in _GIVEN.items()
        if name in tables and len(tables[name])
    ]
    return [_complexes(plan, sheet) if sheet.key == "given_complexes" else sheet for sheet in sheets]


def _bases(plan: Plan) -> Sheet:
    """Basis of every number of the catalogue; * stands for every service not named."""
    columns = ("service", "figure", "status", "basis", "source")
    sheet = declared(plan, "bases", columns, plan.inputs.tables["bases"], frozen=3, paper="A3")
    return _spelled(sheet, "figure", {name: words[0] for name, words in entries("column").items()})


def _register(plan: Plan) -> Sheet:
    columns: tuple[str, ...] = (
        "site",
        "municipality",
        "service",
        "places",
        "users",
        "status",
        "close_by_year",
        "opens_year",
        "state_from_year",
        "origin",
        "basis",
    )
    rows = totals.register_rows(plan)
    more = [column.name for column in TABLES["register"].columns if column.optional]
    columns = (*columns, *(name for name in more if name in rows and (rows[name].notna() & (rows[name] != "")).any()))
    return declared(plan, "register", columns, rows, frozen=5, totals=("places",), paper="A3")


def _files(plan: Plan) -> list[Sheet]:
    """Where each table is from; and the cells that were read otherwise than they are written, if there are any."""
    tables = plan.inputs.tables
    columns = ("table", "file", "sheet", "source", "date", "source_class", "columns", "rows", "sha256")
    styles: dict[str, Style] = {"file": "text", "sheet": "text", "date": "code", "rows": "text", "sha256": "code"}
    origins = declared(plan, "provenance", columns, tables["provenance"], styles, frozen=2, paper="A3")
    if not len(tables["mended"]):
        return [origins]
    return [origins, declared(plan, "mended", TABLES["mended"].names, tables["mended"], frozen=2)]


def _glossary(plan: Plan) -> Sheet:
    """Every code and every Bulgarian word of the cells, in both languages."""
    rows: list[tuple[str, ...]] = []
    for column in ("municipality", "group", "service", "indicator", "stream"):
        bg, en = (names_of(plan, column, language) for language in ("bg", "en"))
        codes = totals.municipalities(plan) if column == "municipality" else sorted(bg)
        rows += [(text(f"column.{column}_name", "bg"), code, bg[code], en[code]) for code in codes]
    for group in ("choice", "profession", "target_group", "flag"):
        rows += [(text("column.word", "bg"), code, *words) for code, words in sorted(entries(group).items())]
    names = ("what", "code", "name_bg", "name_en")
    styles: tuple[Style, ...] = ("text", "code", "text", "text")
    fields = tuple(heading(name, style) for name, style in zip(names, styles, strict=True))
    return Sheet("glossary", fields, pd.DataFrame(rows, columns=list(names), dtype=object), 2)


def input_sheets(plan: Plan) -> list[Sheet]:
    """Everything the plan was made from that a reader may want to check."""
    first, last = (_indicators, _norms, _groups, _services, _bases, _register), (_glossary,)
    return [*(build(plan) for build in first), *_given(plan), *_files(plan), *(build(plan) for build in last)]
