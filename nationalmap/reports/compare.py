"""Two plans side by side: first what was asked differently, then what came out differently.

A is the first plan, B the second; a difference is B less A. Every table of the answer is
declared in COMPARISONS and compared year by year. Two plans that share no year are compared
period by period, the first of A with the first of B, under the years of A; the years themselves
stand among the scenario's keys.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.comparisons import BY_GROUP, BY_SERVICE, COMPARISONS
from nationalmap.reports.texts import counted, listed, money, number, signed, text
from nationalmap.schema import INPUT_TABLES, KNOWN_TRAVEL, RESULT_TABLES, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nationalmap.domain.plan import Plan
    from nationalmap.schema import Column, Table
#: Keys that only describe a scenario, and how many of the others a sentence shows.
_TITLES = ("name", "title_bg", "title_en", "says_bg", "says_en")
_SHOWN = 5

# --------------------------------------------------------------------- inputs


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is set in nested dataclasses, mappings and lists, as text under its dotted path."""
    if dataclasses.is_dataclass(node):
        node = {field.name: getattr(node, field.name) for field in dataclasses.fields(node)}
    if isinstance(node, (list, tuple)):
        if not any(dataclasses.is_dataclass(item) for item in node):
            yield path, ", ".join(str(item) for item in node)
            return
        node = {str(place): item for place, item in enumerate(node)}
    if isinstance(node, Mapping):
        for name, item in node.items():
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
        return
    if node is not None:
        yield path, str(node).lower() if isinstance(node, bool) else str(node)


def _text_changes(name: str, a: pd.DataFrame, b: pd.DataFrame, row: list[str]) -> pd.DataFrame:
    """Values that differ between two long tables; ``row`` is the part of the key that names a whole row."""
    table = COMPARISONS[name]
    key = list(table.key)
    both = a.merge(b, on=key, how="outer", suffixes=("_a", "_b"))
    both = both.rename(columns={"value_a": "a", "value_b": "b"})
    both = both[both["a"].fillna("\0") != both["b"].fillna("\0")]
    rows, in_a, in_b = (pd.MultiIndex.from_frame(frame[row]) for frame in (both, a, b))
    both["change"] = "changed"
    both.loc[~rows.isin(in_a), "change"] = "added"
    both.loc[~rows.isin(in_b), "change"] = "removed"
    both = both.loc[:, list(table.names)].fillna("").astype("str")
    return both.sort_values(key, kind="stable").reset_index(drop=True)


def _long(rows: Iterator[tuple[str, ...]], name: str) -> pd.DataFrame:
    """Key and value of every row, as text."""
    return pd.DataFrame(list(rows), columns=[*COMPARISONS[name].key, "value"], dtype="str")


def _input_cells(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Every value of an input table in one long table: table, row, column, value."""
    words = as_text(table, frame)
    values = [name for name in table.names if name not in table.key]
    row = words[list(table.key)].agg(" / ".join, axis=1) if len(words) else words[table.key[0]]
    cells = words[values].assign(table=table.name, row=row)
    long = cells.melt(id_vars=["table", "row"], var_name="column", value_name="cell")
    return long.rename(columns={"cell": "value"}).astype("str")


def _input_rows(a: Plan, b: Plan) -> pd.DataFrame:
    sides: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for table in (*INPUT_TABLES, KNOWN_TRAVEL):
        empty = pd.DataFrame(columns=list(table.names), dtype="str")
        frames = [plan.inputs.tables.get(table.name, empty) for plan in (a, b)]
        if frames[0].equals(frames[1]):
            continue
        for side, frame in zip(sides, frames, strict=True):
            side.append(_input_cells(table, frame))
    nothing = _long(iter(()), "input_rows")
    before, after = (pd.concat([nothing, *side], ignore_index=True) for side in sides)
    return _text_changes("input_rows", before, after, ["table", "row"])


def _inputs(a: Plan, b: Plan) -> dict[str, pd.DataFrame]:
    """What was asked and read differently."""

    def changes(name: str, leaves: Callable[[Plan], Iterator[tuple[str, ...]]]) -> pd.DataFrame:
        return _text_changes(name, _long(leaves(a), name), _long(leaves(b), name), [COMPARISONS[name].key[0]])

    properties = ("status", "source", "sha256")
    return {
        "scenario": changes("scenario", lambda plan: _leaves(plan.scenario)),
        "input_rows": _input_rows(a, b),
        "norms": changes(
            "norms",
            lambda plan: ((norm.id, *leaf) for norm in plan.inputs.norms for leaf in _leaves(norm)),
        ),
        "files": changes("files", lambda plan: iter(plan.inputs.sources.items())),
        "boundaries": changes(
            "boundaries",
            lambda plan: ((name, str(getattr(plan.inputs.boundaries, name))) for name in properties),
        ),
    }


# --------------------------------------------------------------------- results


def _typed(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """The columns with the type of their declaration; what is absent is blank."""
    typed: dict[str, pd.Series] = {}
    for column in columns:
        values = frame[column.name]
        if column.kind == "integer":
            typed[column.name] = values.astype("Int64")
        elif column.kind in ("number", "money"):
            typed[column.name] = values.astype("float64").round(2 if column.kind == "money" else 9)
        elif column.kind == "flag":
            typed[column.name] = values.astype("boolean")
        else:
            typed[column.name] = values.astype("str").where(values.notna(), "")
    return pd.DataFrame(typed)


def _matched(table: Table, a: pd.DataFrame, b: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """Both plans by the table's key, every figure as A, B and B less A; sorted by key."""
    key = list(table.key)
    columns = [*key, *values]
    both = a[columns].merge(b[columns], on=key, how="outer", suffixes=("_a", "_b"), indicator="change")
    changes = {"left_only": "removed", "right_only": "added", "both": "changed"}
    both["change"] = both["change"].astype("str").map(changes)
    for name in values:
        if f"{name}_difference" in table.names:
            both[f"{name}_difference"] = both[f"{name}_b"] - both[f"{name}_a"]
    return _typed(both, table.columns).sort_values(key, kind="stable").reset_index(drop=True)


def _result(name: str, a: Plan, b: Plan) -> pd.DataFrame:
    """The rows of one result table that differ."""
    table = COMPARISONS[name]
    values = [column.removesuffix("_a") for column in table.names if column.endswith("_a")]
    both = _matched(table, a.tables[name], b.tables[name], values)
    differs = both["change"] != "changed"
    for value in values:
        left, right = both[f"{value}_a"], both[f"{value}_b"]
        same = (left == right).fillna(False).astype(bool) | (left.isna() & right.isna())
        differs |= ~same
    return both[differs].reset_index(drop=True)


def _by(name: str, a: pd.DataFrame, b: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Two tables of figures with every key that either has; what one of them lacks is none."""
    table = COMPARISONS[name]
    keys = pd.concat([a, b])[list(table.key)].drop_duplicates()
    before, after = (keys.merge(side, how="left", on=list(table.key)).fillna(0) for side in (a, b))
    return _matched(table, before, after, [column.name for column in columns])


def _totals(a: Plan, b: Plan) -> pd.DataFrame:
    def long(plan: Plan) -> pd.DataFrame:
        rows = [
            (quantity, year, float(value))
            for year in plan.scenario.years
            for quantity, value in totals.totals(plan, year).items()
        ]
        return pd.DataFrame(rows, columns=["quantity", "year", "value"])

    return _matched(COMPARISONS["totals"], long(a), long(b), ["value"])


def aligned(a: Plan, b: Plan) -> Plan:
    """B under the years of A, period by period, where the two share no year; else B as it is."""
    if set(a.scenario.years) & set(b.scenario.years):
        return b
    years = dict(zip(b.scenario.years, a.scenario.years, strict=False))
    kept = {table.name: b.tables[table.name] for table in RESULT_TABLES}
    moved = {
        name: frame.assign(year=frame["year"].map(lambda year: years.get(year, year)).astype("int64"))
        if "year" in COMPARISONS[name].key
        else frame
        for name, frame in kept.items()
    }
    scenario = dataclasses.replace(b.scenario, years=tuple(years.get(year, year) for year in b.scenario.years))
    return dataclasses.replace(b, tables=moved, scenario=scenario)


def compare(a: Plan, b: Plan) -> dict[str, pd.DataFrame]:
    """Everything that differs, by the names and columns of COMPARISONS: inputs, results, totals."""
    inputs, b = _inputs(a, b), aligned(a, b)
    results = {table.name: _result(table.name, a, b) for table in RESULT_TABLES}
    groups, services = totals.by_municipality_and_group, totals.by_municipality_and_service
    return {
        **inputs,
        **results,
        "municipality_group": _by("municipality_group", groups(a), groups(b), BY_GROUP),
        "municipality_service": _by("municipality_service", services(a), services(b), BY_SERVICE),
        "totals": _totals(a, b),
    }


# --------------------------------------------------------------------- in words


def _keys(a: Plan, b: Plan, rows: pd.DataFrame, language: str) -> str:
    """The first keys of the scenario that differ, by value; a stream of one plan only by its name."""
    first, second = set(a.scenario.streams), set(b.scenario.streams)
    only = [("only_a", name) for name in sorted(first - second)] + [("only_b", name) for name in sorted(second - first)]
    inside = rows["key"].str.split(".").str[1].isin(first ^ second)
    empty = (rows["a"] == "") & (rows["b"] == "")
    told = rows[~rows["key"].isin(_TITLES) & ~inside & ~empty].replace({"": text("compare.absent", language)})
    words = [
        text("compare.key", language, key=key, a=before, b=after)
        for key, before, after in told[["key", "a", "b"]].itertuples(index=False, name=None)
    ]
    words += [text(f"compare.{side}", language, name=f"streams.{name}") for side, name in only]
    return "; ".join([*words[:_SHOWN], *(["\N{HORIZONTAL ELLIPSIS}"] if len(words) > _SHOWN else [])])


def _asked(a: Plan, b: Plan, tables: Mapping[str, pd.DataFrame], language: str) -> str:
    """How much differs in what was asked and read."""
    counts = (
        ("key", len(tables["scenario"])),
        ("row", len(tables["input_rows"][["table", "row"]].drop_duplicates())),
        ("norm", tables["norms"]["norm"].nunique()),
        ("file", len(tables["files"])),
    )
    found = [counted(count, noun, language) for noun, count in counts if count]
    if not found:
        return text("compare.asked_same", language)
    keys = _keys(a, b, tables["scenario"], language)
    return text("compare.asked", language, found=listed(found, language), keys=keys and f" {keys}.")


def _package(a: Plan, b: Plan, year: int, complied: str, language: str) -> str:
    """Municipalities with the whole package in a year, and which of them gain or lose it."""
    sides = [totals.package_by_municipality(plan, year) for plan in (a, b)]
    whole = [set(side.loc[side["complied_services"] == side["services"], "municipality"]) for side in sides]
    names = {
        **totals.names(b, "municipalities", f"name_{language}"),
        **totals.names(a, "municipalities", f"name_{language}"),
    }
    gained, lost = (sorted(one - other) for one, other in (whole[::-1], whole))
    moved = [
        text(f"compare.package_{word}", language, names=listed((names[code] for code in codes), language))
        for word, codes in (("gained", gained), ("lost", lost))
        if codes
    ]
    of = number(len(sides[1]), language)
    return text("compare.package", language, year=year, complied=complied, of=of, moved="".join(moved))


_COUNTS = ("complied_municipalities", "need_users", "served_users", "unmet_users", "places", "opened", "closed")
_AMOUNTS = ("running_spent_eur", "capital_used_eur")


def _of_year(a: Plan, b: Plan, year: int, language: str) -> list[str]:
    """Package, need, places and money of one year, A and B."""
    before, after = totals.totals(a, year), totals.totals(b, year)

    def pair(quantity: str, write: Callable[[float, str], str] = number) -> str:
        by = round(after[quantity] - before[quantity], 2)
        values = {side: write(total[quantity], language) for side, total in (("a", before), ("b", after))}
        return text("compare.pair" if by else "compare.pair_same", language, **values, by=signed(by, language))

    values = {name: pair(name) for name in _COUNTS} | {name: pair(name, money) for name in _AMOUNTS}
    return [
        _package(a, b, year, values["complied_municipalities"], language),
        *(text(f"compare.{line}", language, year=year, **values) for line in ("need", "places", "money")),
    ]


def sentences(a: Plan, b: Plan, language: str) -> list[str]:
    """What the comparison says in a few lines: which plans, what was asked, then what came out, by year.

    Of the years that the two share the first and the last are told.
    """
    tables = compare(a, b)
    which = {
        f"{word}_{side}": value
        for side, plan in (("a", a), ("b", b))
        for word, value in (("title", getattr(plan.scenario, f"title_{language}")), ("run", plan.run_id))
    }
    same = all(tables[table.name].empty for table in RESULT_TABLES)
    other = aligned(a, b)
    shared = [year for year in a.scenario.years if year in other.scenario.years]
    years = dict.fromkeys((shared[0], shared[-1]))
    return [
        text("compare.which", language, **which),
        _asked(a, b, tables, language),
        *([text("compare.results_same", language)] if same else []),
        *([text("compare.periods", language)] if other is not b else []),
        *(line for year in years for line in _of_year(a, other, year, language)),
    ]
