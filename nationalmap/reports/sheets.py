"""The sheets of the workbook as tables: which columns, in which order, with which headings.

Nothing here knows a file format. Every sheet is a Sheet: fields and rows in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.texts import entries, text
from nationalmap.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nationalmap.domain.plan import Plan

Style = Literal[
    "code", "text", "long", "count", "number", "euro", "year", "share", "mark",
    "plus_count", "plus_number", "plus_euro", "plus_share",
]  # fmt: skip

_STYLES: Mapping[str, Style] = {
    "integer": "count",
    "number": "number",
    "money": "euro",
    "code": "code",
    "date": "code",
    "flag": "text",
    "choice": "text",
    "text": "long",
}
#: Columns of codes -> the kind of name that stands beside the code.
_NAMED = {name: name for name in ("territory", "municipality", "host", "service", "group", "indicator", "stream")} | {
    "from_service": "service",
    "to_service": "service",
    "host_service": "service",
    "counts_as": "service",
    "band": "indicator",
}


@dataclass(frozen=True)
class Field:
    """One column of a sheet: its heading in both languages and how its cells look."""

    name: str
    style: Style
    bg: str
    en: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows`` has the columns of ``fields``; ``totals`` stand above the headings.

    ``of`` is whose sheet it is, in both languages, where each of several has one; ``code`` tells them apart.
    """

    key: str
    fields: tuple[Field, ...]
    rows: pd.DataFrame
    frozen: int
    totals: tuple[str, ...] = ()
    paper: Literal["A4", "A3"] = "A4"
    of: tuple[str, ...] = ()
    code: str = ""


def years_in_words(plan: Plan) -> str:
    """The planned years as a list of figures."""
    return ", ".join(str(year) for year in plan.scenario.years)


def heading(name: str, style: Style) -> Field:
    """A field whose headings stand in texts.toml."""
    return Field(name, style, text(f"column.{name}", "bg"), text(f"column.{name}", "en"))


def names_of(plan: Plan, column: str, language: str) -> dict[str, str]:
    """Names of the codes that may stand in a column; empty for a column without names."""
    kinds: Mapping[str, Callable[[], dict[str, str]]] = {
        "municipality": lambda: totals.names(plan, "municipalities", f"name_{language}"),
        "host": lambda: totals.names(plan, "municipalities", f"name_{language}"),
        "territory": lambda: {
            "*": text("sheet.access_minutes.whole", language),
            **totals.names(plan, "regions", f"name_{language}"),
            **totals.names(plan, "municipalities", f"name_{language}"),
        },
        "service": lambda: totals.names(plan, "services", f"name_{language}"),
        "group": lambda: totals.names(plan, "groups", f"name_{language}"),
        "indicator": lambda: totals.names(plan, "indicator_catalogue", f"name_{language}"),
        "stream": lambda: {
            "project": text("sheet.afterwards.project", language),
            **{code: totals.stream_name(plan, code, language) for code in plan.scenario.streams},
        },
    }
    return kinds[column]() if column in kinds else {}


def in_words(values: Iterable[Any], group: str) -> list[Any]:
    """Choices and flags in Bulgarian; a value without words, such as the code of a target group, as it is."""
    known = {key: words[0] for key, words in entries(group).items()}
    return [known.get(str(value), value) for value in values]


def _column(frame: pd.DataFrame, name: str, kind: str) -> list[Any]:
    values = frame[name].astype(object).where(frame[name].notna(), None).tolist()
    if kind == "flag":
        return in_words((str(bool(value)).lower() for value in values), "flag")
    if name == "profession":
        return in_words(values, name)
    return in_words(values, "choice") if kind == "choice" else values


def _named(known: Mapping[str, str], column: str, code: str | None) -> str | None:
    """Name of a code; several indicators of one norm stand in one cell."""
    if not code:
        return None
    if column == "indicator":
        return " + ".join(known.get(part, part) for part in code.split())
    return known.get(code, "")


def declared(
    plan: Plan,
    table: str,
    columns: Iterable[str],
    frame: pd.DataFrame,
    styles: Mapping[str, Style] | None = None,
    **about: Any,
) -> Sheet:
    """A sheet of columns of a declared table, sorted by its key; after each code comes its name."""
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    ordered = frame.sort_values(list(TABLES[table].key), kind="stable")
    fields: list[Field] = []
    cells: dict[str, list[Any]] = {}
    for name in columns:
        usual: Style = "year" if name.endswith("year") else _STYLES[kinds[name]]
        style = (styles or {}).get(name, usual)
        fields.append(heading(name, style))
        cells[name] = _column(ordered, name, kinds[name])
        if name in _NAMED:
            known = names_of(plan, _NAMED[name], "bg")
            fields.append(heading(f"{name}_name", "text"))
            cells[f"{name}_name"] = [_named(known, name, code) for code in cells[name]]
    return Sheet(about.pop("key", table), tuple(fields), pd.DataFrame(cells, dtype=object), **about)
