"""The value of each norm at which the package stops being affordable, as a table and in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.domain.norm import Banded, Complement, Presence, Threshold
from nationalmap.reports.texts import listed, number, text
from nationalmap.schema import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.change import Break
    from nationalmap.domain.norm import Norm
    from nationalmap.domain.plan import Inputs

_VALUE = "of the norm's own number; blank where it changes nowhere in the range, or where a norm has several numbers"

TABLES: Mapping[str, Table] = {
    "norms": Table(
        "norms",
        "Where the package stops being affordable, or becomes so, when a norm is multiplied; two rows for two sides.",
        ("norm", "territory", "found", "factor"),
        (
            Column("norm", "text", "the norm that is multiplied; * is all at once"),
            Column("gives", "choice", "what the norm gives", blank=True, choices=("need", "minimum", "maximum")),
            Column(
                "territory", "code", "municipality whose own package is asked about; blank: all at once", blank=True
            ),
            Column(
                "found",
                "choice",
                "always, never: affordable today and at both ends, or nowhere; stops, becomes: beyond factor",
                choices=("always", "never", "stops", "becomes"),
            ),
            Column("factor", "number", "the last factor found at which the package is affordable", 0, blank=True),
            Column("not_at", "number", "the factor close to it at which it is not", 0, blank=True),
            Column("today", "number", "the norm's own number", 0, blank=True),
            Column("value", "number", f"the factor {_VALUE}", 0, blank=True),
            Column("unit", "text", "unit of the number", blank=True),
        ),
    )
}


def tables(inputs: Inputs, rows: Sequence[tuple[str, str, Break]]) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name, of norm, territory and where it breaks."""
    norms = {norm.id: norm for norm in inputs.norms}
    made = []
    for name, territory, one in rows:
        today, unit = number_of(norms[name]) if name in norms else (None, "")
        gives = norms[name].gives if name in norms else None
        value = None if today is None or one.holds is None else round(today * one.holds, 6)
        factors = (None if factor is None else round(factor, 6) for factor in (one.holds, one.fails))
        made.append((name, gives, territory, one.kind, *factors, today, value, unit))
    return {"norms": pd.DataFrame(made, columns=TABLES["norms"].names)}


def number_of(norm: Norm) -> tuple[float | None, str]:
    """The number that a factor multiplies, and its unit; of a norm by classes none, for it has several."""
    rule: Any = norm.rule.inner if isinstance(norm.rule, Threshold | Complement) else norm.rule
    if isinstance(rule, Banded):
        return None, ""
    if isinstance(rule, Presence):
        return rule.amount, f"{norm.unit} in every {norm.territory}"
    return rule.rate, f"{norm.unit} per {rule.per:g} {rule.indicator}"


# ------------------------------------------------------------------------ in sentences


def sentences(inputs: Inputs, table: pd.DataFrame, language: str) -> list[str]:
    """For each norm what holds for all packages at once, then the municipalities whose own changes."""
    towns = inputs.tables["municipalities"].set_index("municipality")[f"name_{language}"].to_dict()
    lines = []
    for name, rows in table.groupby("norm", sort=False):
        every = rows[rows["territory"] == ""]
        lines += [_said("break_even", str(name), row, language) for row in every.to_dict("records")]
        own = rows[(rows["territory"] != "") & rows["found"].isin(["stops", "becomes"])]
        told = [
            text(
                f"break_even.own_{row['found']}",
                language,
                municipality=towns[row["territory"]],
                factor=number(row["factor"], language, 2),
            )
            for row in own.to_dict("records")
        ]
        never = rows[(rows["territory"] != "") & (rows["found"] == "never")]["territory"].map(towns)
        if told:
            lines.append("  " + text("break_even.own", language, municipalities=listed(told, language)))
        if len(never):
            lines.append("  " + text("break_even.own_never", language, municipalities=listed(never, language)))
    return [*lines, text("break_even.how", language)]


def _said(group: str, norm: str, row: Mapping[Any, Any], language: str) -> str:
    norm = text(f"{group}.every", language) if norm == "*" else norm
    if row["found"] in ("always", "never"):
        return text(f"{group}.{row['found']}", language, norm=norm)
    figures = {name: number(row[name], language, 2) for name in ("factor", "not_at")}
    value = "" if pd.isna(row["value"]) else text(f"{group}.value", language, **_values(row, language))
    way = "up" if row["factor"] >= 1 and row["not_at"] >= 1 else "down"
    return text(f"{group}.{row['found']}_{way}", language, norm=norm, value=value, **figures)


def _values(row: Mapping[Any, Any], language: str) -> dict[str, str]:
    decimals = 4 if abs(row["today"]) < 100 else 1
    return {name: number(row[name], language, decimals) for name in ("value", "today")} | {"unit": str(row["unit"])}
