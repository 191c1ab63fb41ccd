"""The tables of a comparison as sheets: which columns, with which headings and names. Knows no file format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.reports.sheets import Field, Sheet, names_of
from nationalmap.reports.sureness import stage_name, unit_name
from nationalmap.reports.texts import entries, languages, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.sheets import Style
    from nationalmap.schema import Column

#: Tables that the first sheet tells in sentences.
_TOLD = ("said", "runs")
#: A table is cut here, as a sheet holds no more; the CSV files hold every row.
MOST_ROWS = 1_000_000
_STYLES: Mapping[str, Style] = {
    "integer": "count",
    "number": "number",
    "money": "euro",
    "code": "code",
    "date": "code",
    "flag": "text",
    "choice": "text",
    "text": "text",
}
_NAMED = ("municipality", "host", "territory", "service", "group", "stream", "indicator")
_OTHERS = {"from_service": "service", "to_service": "service"}
_ENDS = {"_base": "of_base", "_difference": "of_difference"}


def _word(group: str, key: str, language: str, otherwise: str) -> str:
    """A word of the comparison; where it has none that of the workbook of a plan."""
    own = f"compare.{group}"
    return text(f"{own}.{key}" if key in entries(own) else otherwise, language)


def _heading(name: str, sided: bool, language: str) -> str:
    end = next((end for end in _ENDS if name.endswith(end)), "")
    plain = name.removesuffix(end)
    word = _word("column", plain, language, f"column.{plain}")
    if not sided:
        return word
    return text(f"compare.workbook.{_ENDS.get(end, 'of_run')}", language, name=word)


def _style(column: Column) -> Style:
    if column.name == "year" or column.name.endswith("_year"):
        return "year"
    share = column.kind == "number" and ("share" in column.name or column.name.startswith("gap"))
    style: Style = "share" if share else _STYLES[column.kind]
    if column.name.endswith("_difference"):
        plus: Mapping[str, Style] = {
            "count": "plus_count", "number": "plus_number", "euro": "plus_euro", "share": "plus_share"
        }  # fmt: skip
        return plus.get(style, style)
    return style


def _names(plans: Sequence[Plan], column: str) -> dict[str, str]:
    """Names of the codes of a column in any of the runs."""
    found: dict[str, str] = {}
    for plan in plans:
        found = {**names_of(plan, column, "bg"), **found}
    return found


def _cells(column: Column, values: pd.Series) -> list[Any]:
    """Cells as they are shown: choices and flags in Bulgarian, no text for what is blank."""
    cells = values.astype(object).where(values.notna() & (values.astype("str") != ""), None).tolist()
    if column.kind == "flag":
        return [None if cell is None else text(f"flag.{str(bool(cell)).lower()}", "bg") for cell in cells]
    if column.kind == "choice":
        known = {**entries("choice"), **entries("compare.choice")}
        return [known[cell][0] if cell in known else cell for cell in cells]
    told = {
        "stage": lambda cell: stage_name(cell, "bg"),
        "unit": lambda cell: unit_name(cell, "bg"),
        "quantity": lambda cell: text(f"compare.quantity.{cell}", "bg"),
    }
    if column.name in told:
        return [told[column.name](cell) for cell in cells]
    return cells


def sheet(name: str, frame: pd.DataFrame, plans: Sequence[Plan]) -> Sheet:
    """One table with its headings in both languages; after each code comes its name."""
    table = COMPARISONS[name]
    sides = {column.name.removesuffix("_base") for column in table.columns if column.name.endswith("_base")}
    fields: list[Field] = []
    cells: dict[str, list[Any]] = {}
    for column in table.columns:
        plain = column.name.removesuffix("_base").removesuffix("_difference")
        bg, en = (_heading(column.name, plain in sides, language) for language in languages())
        fields.append(Field(column.name, _style(column), bg, en))
        cells[column.name] = _cells(column, frame[column.name].head(MOST_ROWS))
        kind = _OTHERS.get(column.name, column.name)
        if kind in _NAMED and column.name in table.key:
            known = _names(plans, kind)
            heading = f"column.{column.name}_name"
            fields.append(Field(f"{column.name}_name", "text", *(text(heading, language) for language in languages())))
            cells[f"{column.name}_name"] = [known.get(code) for code in cells[column.name]]
    frozen = sum(field.name.removesuffix("_name") in table.key for field in fields)
    return Sheet(name, tuple(fields), pd.DataFrame(cells, dtype=object), min(frozen, 4), paper="A3")


def sheets(tables: Mapping[str, pd.DataFrame], plans: Sequence[Plan]) -> list[Sheet]:
    """Every table that has rows, in the order in which it is read, but those that are told in sentences."""
    return [sheet(name, frame, plans) for name, frame in tables.items() if name not in _TOLD and len(frame)]


def tab(name: str, language: str) -> str:
    """Title of a table's sheet."""
    if name in entries("compare.sheet"):
        return text(f"compare.sheet.{name}", language)
    own = {"package": "limits"}.get(name, name)
    return text("compare.sheet.result", language, name=text(f"sheet.{own}.tab", language))


def says(name: str, language: str) -> str:
    """What a table's sheet says."""
    return text(f"compare.says.{name if name in entries('compare.says') else 'result'}", language)
