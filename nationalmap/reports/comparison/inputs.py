"""What was asked and read differently, value by value, as text."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.domain.scenario import Hub, Lock, Share, SiteLimit
from nationalmap.reports.comparison.declared import COMPARISONS
from nationalmap.schema import INPUT_TABLES, KNOWN_TRAVEL, MENDED, PROVENANCE, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.schema import Table


def _identity(item: Any, place: int) -> str:
    """What an item of a list is known by, so that one item more does not change all that follow."""
    if isinstance(item, Lock):
        return item.id
    if isinstance(item, Share):
        return item.service
    if isinstance(item, Hub):
        return item.municipality
    if isinstance(item, SiteLimit):
        return " ".join(part for part in (item.service, item.territory, item.relation) if part)
    return str(place)


def _items(items: Sequence[Any]) -> dict[str, Any]:
    """The items of a list by what each is known by; a second one of the same name by its number."""
    seen: Counter[str] = Counter()
    found = {}
    for place, item in enumerate(items):
        name = _identity(item, place)
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} {seen[name]}"] = item
    return found


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is set in nested dataclasses, mappings and lists, as text under its dotted path."""
    if dataclasses.is_dataclass(node):
        node = {field.name: getattr(node, field.name) for field in dataclasses.fields(node)}
    if isinstance(node, (list, tuple)):
        if not any(dataclasses.is_dataclass(item) for item in node):
            yield path, ", ".join(str(item) for item in node)
            return
        node = _items(node)
    if isinstance(node, Mapping):
        for name, item in node.items():
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
        return
    if node is not None:
        yield path, str(node).lower() if isinstance(node, bool) else str(node)


def _text_changes(name: str, base: pd.DataFrame, other: pd.DataFrame, row: list[str]) -> pd.DataFrame:
    """Values that differ between two long tables; ``row`` is the part of the key that names a whole row."""
    names = [column for column in COMPARISONS[name].names if column != "run"]
    key = [column for column in COMPARISONS[name].key if column != "run"]
    both = base.rename(columns={"value": "base"}).merge(other, on=key, how="outer")
    both = both[both["base"].fillna("\0") != both["value"].fillna("\0")]
    rows, in_base, in_other = (pd.MultiIndex.from_frame(frame[row]) for frame in (both, base, other))
    both["change"] = "changed"
    both.loc[~rows.isin(in_base), "change"] = "added"
    both.loc[~rows.isin(in_other), "change"] = "removed"
    both = both.loc[:, names].fillna("").astype("str")
    return both.sort_values(key, kind="stable").reset_index(drop=True)


def _long(rows: Iterator[tuple[str, ...]], name: str) -> pd.DataFrame:
    """Key and value of every row, as text."""
    key = [column for column in COMPARISONS[name].key if column != "run"]
    return pd.DataFrame(list(rows), columns=[*key, "value"], dtype="str")


def _input_cells(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Every value of an input table in one long table: table, row, column, value."""
    words = as_text(table, frame)
    values = [name for name in table.names if name not in table.key]
    row = words[list(table.key)].agg(" / ".join, axis=1) if len(words) else words[table.key[0]]
    cells = words[values].assign(table=table.name, row=row)
    long = cells.melt(id_vars=["table", "row"], var_name="column", value_name="cell")
    return long.rename(columns={"cell": "value"}).astype("str")


def _input_rows(base: Plan, other: Plan) -> pd.DataFrame:
    sides: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    # Where figures were read is told by the files; a figure that was mended otherwise differs in its own table.
    for table in (table for table in (*INPUT_TABLES, KNOWN_TRAVEL) if table not in (MENDED, PROVENANCE)):
        empty = pd.DataFrame(columns=list(table.names), dtype="str")
        frames = [plan.inputs.tables.get(table.name, empty) for plan in (base, other)]
        if frames[0].equals(frames[1]):
            continue
        for side, frame in zip(sides, frames, strict=True):
            side.append(_input_cells(table, frame))
    nothing = _long(iter(()), "input_rows")
    before, after = (pd.concat([nothing, *side], ignore_index=True) for side in sides)
    return _text_changes("input_rows", before, after, ["table", "row"])


def inputs(base: Plan, other: Plan) -> dict[str, pd.DataFrame]:
    """Scenario keys, norms, rows of tables, files and boundaries that differ, each value as text.

    Tables scenario, norms, input_rows, files and boundaries of COMPARISONS, without the run. ``other`` is the plan
    under its own years.
    """

    def changes(name: str, leaves: Callable[[Plan], Iterator[tuple[str, ...]]]) -> pd.DataFrame:
        row = [column for column in COMPARISONS[name].key if column != "run"][:1]
        return _text_changes(name, _long(leaves(base), name), _long(leaves(other), name), row)

    properties = ("status", "source", "sha256")
    return {
        "scenario": changes("scenario", lambda plan: _leaves(plan.scenario)),
        "norms": changes(
            "norms",
            lambda plan: ((norm.id, *leaf) for norm in plan.inputs.norms for leaf in _leaves(norm)),
        ),
        "input_rows": _input_rows(base, other),
        "files": changes("files", lambda plan: iter(plan.inputs.sources.items())),
        "boundaries": changes(
            "boundaries",
            lambda plan: ((name, str(getattr(plan.inputs.boundaries, name))) for name in properties),
        ),
    }
