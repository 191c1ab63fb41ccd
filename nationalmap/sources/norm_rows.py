"""Norms as rows of a table and back: figures of the rule in columns of their own, what nests as TOML.

A norm file says more than a table can hold: a rule may hold another one. The figures that a
planner changes (rate, per, share, amount) stand in cells; the rest of the rule is one cell of
TOML, so that every norm survives the way there and back.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources.toml_text import written

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Keys of a rule that have a column.
FIGURES = ("indicator", "rate", "per", "share_percent", "amount", "own_from")
#: Lists of a norm: written in one cell, separated by blanks.
_LISTS = ("regions", "municipalities")


def norm_rows(norms: Iterable[Norm]) -> pd.DataFrame:
    """Table ``norms`` of some norms."""
    rows = []
    for norm in norms:
        facts = dataclasses.asdict(norm)
        rule = _said(facts.pop("rule"))
        row = {"norm": facts.pop("id"), **facts, "type": rule.pop("type")}
        row |= {name: " ".join(facts[name]) for name in _LISTS}
        row |= {name: rule.pop(name, None) for name in FIGURES}
        rows.append({**row, "rest": written(rule) if rule else ""})
    return pd.DataFrame(rows, columns=list(schema.NORMS.names)).sort_values("norm", ignore_index=True)


def _said(value: Any) -> Any:
    """A rule without the keys that say nothing, so that only what was written is written again."""
    if isinstance(value, dict):
        return {key: _said(part) for key, part in value.items() if part not in (None, "", {})}
    return [_said(part) for part in value] if isinstance(value, list | tuple) else value


def norms_of_rows(table: pd.DataFrame, file: str) -> tuple[dict[str, Any], ...]:
    """The norms of a checked table, each as norm files say it. Raises InputRefused with every rule that is no TOML."""
    faults: list[Fault] = []
    entries = []
    for row in table.to_dict("records"):
        try:
            entries.append(_entry(row))
        except ValueError as error:
            where = f'{file}, norm "{row["norm"]}"'
            cure = "write it as in norms.toml, e.g. { bands = [{ below = 6000.0, amount = 0.0 }, { amount = 8.0 }] }"
            faults.append(Fault(where, 0, "rest", shown(str(row["rest"])), f"is not TOML: {error}", cure))
    if faults:
        raise InputRefused(faults)
    return tuple(entries)


def _entry(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One row as an entry of a norm file; blank cells say nothing."""
    rest = tomllib.loads(f"rest = {row['rest']}")["rest"] if row["rest"] else {}
    if not isinstance(rest, dict):
        raise ValueError("a table { … } is asked")
    doubled = [key for key in rest if key in (*FIGURES, "type")]
    if doubled:
        raise ValueError(f"{', '.join(doubled)} has a column of its own")
    figures = {name: row[name] for name in FIGURES if row[name] != "" and not pd.isna(row[name])}
    texts = ("group", "service", "gives", "territory", "unit", "rounding", "status", "calibrated_on")
    return {
        "id": row["norm"],
        **{name: row[name] for name in (*texts, "citation", "basis") if row[name] != ""},
        **{name: row[name].split() for name in _LISTS if row[name]},
        **{name: int(row[name]) for name in ("valid_from", "valid_to")},
        "estimate": bool(row["estimate"]),
        "rule": {"type": row["type"], **figures, **rest},
    }
