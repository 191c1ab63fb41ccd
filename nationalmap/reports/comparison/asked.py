"""What was asked differently, a short sentence each: money, switches, norms, rows, journeys, needs, packages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.comparison.pair import inside
from nationalmap.reports.comparison.words import by_share, figure_change, moved, some, text_change
from nationalmap.reports.texts import counted, entries, listed, money, number, text

if TYPE_CHECKING:
    from nationalmap.reports.comparison.pair import Pair

Tables = Mapping[str, pd.DataFrame]

#: Rows of an input table, and names, that a sentence spells out.
_ROWS = 6
_NAMES = 8
#: Keys that only describe; that they differ is said in one sentence where nothing else does.
_DESCRIBES = re.compile(r"(?:^|\.)(?:name|title_bg|title_en|says_bg|says_en|name_bg|name_en|basis|author|reason)$")
#: Said as what only one of them plans.
_IN_SCOPE = ("years", "regions", "services")
#: Keys of a stream that only say how much money there is; the amounts themselves are told.
_AMOUNTS = re.compile(
    r"^streams\.[^.]+\.(?:amount_eur|by_year(?:\..+)?|indicator|index|national_eur|shared_by|over_years|factor|growth_per_year)$"
)
_LISTS = ("single_assignment",)


def asked(pair: Pair, tables: Tables, language: str) -> list[str]:
    """The sentences of one pair in a language; ``tables`` are its five of ``inputs``."""
    tellers: tuple[Callable[[Pair, Tables, str], Iterator[str]], ...] = (
        _money, _keys, _norms, _rows, _boundaries, _needs, _packages
    )  # fmt: skip
    said = [sentence for teller in tellers for sentence in teller(pair, tables, language)]
    if said:
        return [text("compare.inputs.dot", language, said=sentence) for sentence in said]
    described = len(tables["scenario"]) + len(tables["norms"])
    if described:
        return [text("compare.inputs.described", language, n=counted(described, "key", language))]
    if len(tables["files"]):
        names = some(tables["files"]["file"].tolist(), language, _NAMES)
        return [text("compare.inputs.bytes", language, names=names)]
    return [text("compare.inputs.same", language)]


def _side(pair: Pair, change: str, language: str) -> str:
    """The letter of the only run that has it."""
    return pair.letters(language)["b" if change == "added" else "a"]


# ------------------------------------------------------------------ money


def _stream_name(pair: Pair, stream: str, language: str) -> str:
    plan = pair.base if stream in pair.base.scenario.streams else pair.other
    return str(getattr(plan.scenario.streams[stream], f"name_{language}"))


def _budgets(pair: Pair) -> tuple[dict[tuple[str, int], float], ...]:
    """Money of each stream and year, in the base and in the run."""
    return tuple(
        {(s, int(t)): float(amount) for s, t, amount in rows.itertuples(index=False, name=None)}
        for rows in (plan.tables["budget"][["stream", "year", "budget_eur"]] for plan in pair.plans)
    )


def _money(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Streams by year, to the cent; a stream of one run only with its whole amount."""
    base, run = _budgets(pair)
    for stream in dict.fromkeys((*pair.base.scenario.streams, *pair.other.scenario.streams)):
        name = _stream_name(pair, stream, language)
        sides = [stream in plan.scenario.streams for plan in pair.plans]
        if not all(sides):
            total = sum(amount for (code, _), amount in (base if sides[0] else run).items() if code == stream)
            side = _side(pair, "removed" if sides[0] else "added", language)
            amount = money(total, language, 2)
            yield text("compare.inputs.stream_only", language, name=name, side=side, amount=amount)
            continue
        for year in pair.years:
            before, after = base.get((stream, year), 0.0), run.get((stream, year), 0.0)
            if before != after:
                words = money(before, language, 2), money(after, language, 2)
                change = moved(*words, by_share(before, after, language), language)
                yield text("compare.inputs.money", language, name=name, year=year, change=change)


# ------------------------------------------------------------------ keys of the scenario


def _keys(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Switches, stages, locks, limits and all other keys, but titles and what is said as money or scope."""
    rows = tables["scenario"]
    rows = rows[~rows["key"].str.contains(_DESCRIBES) & ~rows["key"].isin(_IN_SCOPE)]
    alone = set(pair.base.scenario.streams) ^ set(pair.other.scenario.streams)
    budgets = _budgets(pair)
    told: set[str] = set()
    for key, change, base, value in rows.itertuples(index=False, name=None):
        item = ".".join(key.split(".")[:2])
        if _is_money(key, alone, budgets) or (base == value == "") or item in told:
            continue
        if change != "changed" and item != key and _whole_item(item, rows, tables["scenario"]):
            told.add(item)
            name = _key_name(pair, item, language)
            yield text("compare.inputs.key_only", language, name=name, side=_side(pair, change, language))
        elif key in _LISTS:
            yield _list_moves(key, base, value, language)
        else:
            name = _key_name(pair, key, language)
            yield text("compare.inputs.key", language, name=name, change=text_change(base, value, language))


def _is_money(key: str, alone: set[str], budgets: tuple[dict[tuple[str, int], float], ...]) -> bool:
    """Whether the key is told by the amounts: of a stream of one run only, or one that changes an amount."""
    if not key.startswith("streams."):
        return False
    stream = key.split(".")[1]
    if stream in alone:
        return True
    amounts = [{at: amount for at, amount in side.items() if at[0] == stream} for side in budgets]
    shared = amounts[0].keys() & amounts[1].keys()
    return bool(_AMOUNTS.match(key)) and any(amounts[0][at] != amounts[1][at] for at in shared)


def _whole_item(item: str, rows: pd.DataFrame, every: pd.DataFrame) -> bool:
    """Whether a lock, limit, share or host stands in one run only: its keys are all added or all removed."""
    if item.split(".", maxsplit=1)[0] not in ("locks", "shares", "site_limits", "hubs"):
        return False
    changes = every.loc[every["key"].str.startswith(f"{item}."), "change"]
    return len(set(changes)) == 1 and "changed" not in set(changes)


def _list_moves(key: str, base: str, value: str, language: str) -> str:
    """What a list has more and less."""
    before, after = ([part for part in side.split(", ") if part] for side in (base, value))
    more, less = ([code for code in one if code not in other] for one, other in ((after, before), (before, after)))
    moves = [
        text(f"compare.inputs.listed_{word}", language, names=some(codes, language, _NAMES))
        for word, codes in (("more", more), ("less", less))
        if codes
    ]
    name = text(f"compare.inputs.keys.{key}", language)
    return text("compare.inputs.listed", language, name=name, moves=listed(moves, language, "parts"))


def _key_name(pair: Pair, key: str, language: str) -> str:
    """The key in words: its kind, the name of the stream or the code of the item, and the rest of its path."""
    kind, *rest = key.split(".")
    if kind not in entries("compare.inputs.keys"):
        return key
    name = text(f"compare.inputs.keys.{kind}", language)
    if kind == "streams":
        name, rest = _stream_name(pair, rest[0], language), rest[1:]
    return " ".join((name, ".".join(rest))).strip()


# ------------------------------------------------------------------ norms and rows


def _norms(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Each norm that differs with its values; an illustrative one is called so."""
    rows = tables["norms"]
    status = {norm.id: norm.status for plan in pair.plans for norm in plan.inputs.norms}
    sides = [{norm.id for norm in plan.inputs.norms} for plan in pair.plans]
    for name, changes in rows.groupby("norm", sort=False):
        values = {"name": name, "status": text(f"compare.inputs.status.{status[str(name)]}", language)}
        if not all(name in side for side in sides):
            side = _side(pair, "removed" if name in sides[0] else "added", language)
            yield text("compare.inputs.norm_only", language, side=side, **values)
            continue
        shown = changes[~changes["key"].str.contains(_DESCRIBES)]
        if len(shown):
            yield text("compare.inputs.norm", language, changes=_values(shown, "key", language), **values)


def _values(rows: pd.DataFrame, column: str, language: str) -> str:
    """Values of a row that differ, each with its column."""
    words = [
        text("compare.inputs.value", language, column=name, change=text_change(base, value, language))
        for name, base, value in rows[[column, "base", "value"]].itertuples(index=False, name=None)
    ]
    return listed(words, language, "parts")


def _rows(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Rows of the input tables: each where they are few, else how many; journeys always together."""
    for name, found in tables["input_rows"].groupby("table", sort=False):
        rows = found.groupby("row", sort=False)
        if name == "travel":
            yield _travel(pair, found, language)
        elif rows.ngroups > _ROWS:
            yield _many(pair, str(name), rows["change"].first(), language)
        else:
            for row, cells in rows:
                yield _row(pair, str(name), str(row), cells, language)


def _row(pair: Pair, name: str, row: str, cells: pd.DataFrame, language: str) -> str:
    values = {"table": text(f"compare.inputs.tables.{name}", language), "row": row}
    change = cells["change"].iloc[0]
    if change != "changed":
        return text("compare.inputs.row_only", language, side=_side(pair, change, language), **values)
    return text("compare.inputs.row", language, changes=_values(cells, "column", language), **values)


def _many(pair: Pair, name: str, changes: pd.Series, language: str) -> str:
    """How many rows of a table differ, and how."""
    counts = changes.value_counts()
    parts = [
        text(
            "compare.inputs.rows_only", language, n=number(counts[change], language), side=_side(pair, change, language)
        )
        for change in ("removed", "added")
        if change in counts
    ]
    if "changed" in counts:
        parts.append(text("compare.inputs.rows_changed", language, n=number(counts["changed"], language)))
    return text(
        "compare.inputs.rows",
        language,
        table=text(f"compare.inputs.tables.{name}", language),
        n=counted(len(changes), "row", language),
        parts=listed(parts, language),
    )


def _travel(pair: Pair, rows: pd.DataFrame, language: str) -> str:
    """How many journeys differ, and the mean of those that both have."""
    frames = [plan.inputs.tables["travel"].set_index(["municipality", "host"])["travel_min"] for plan in pair.plans]
    if set(rows["change"]) != {"changed"}:
        return _many(pair, "travel", rows.groupby("row")["change"].first(), language)
    change = figure_change(float(frames[0].mean()), float(frames[1].mean()), language, 1)
    n, every = number(rows["row"].nunique(), language), number(len(frames[0]), language)
    return text("compare.inputs.travel", language, n=n, all=every, change=change)


def _boundaries(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    rows = tables["boundaries"]
    shown = rows[rows["key"] != "sha256"] if len(rows) > 1 else rows
    if len(shown):
        yield text("compare.inputs.boundaries", language, changes=_values(shown, "key", language))


# ------------------------------------------------------------------ what the norms give


def _sums(pair: Pair, table: str, key: list[str], column: str) -> pd.DataFrame:
    """Sums of a column in both, by key and year, over what both plan and have data for."""
    sides = []
    for plan in pair.plans:
        frame = plan.tables[table]
        every = [name for name in frame.columns if name in ("municipality", "territory", "group", "service", "year")]
        sides.append(frame[frame[column].notna()].set_index(every)[column].astype("float64"))
    both = pd.concat(sides, axis=1, join="inner", keys=["base", "value"])
    rows = both.reset_index()
    kept = inside(pair.base, rows[key]) & inside(pair.other, rows[key])
    sums = rows[kept].groupby([*key, "year"])[["base", "value"]].sum().reset_index()
    return sums[sums["base"] != sums["value"]]


def _summed(pair: Pair, table: str, key: str, column: str, said: str, language: str) -> Iterator[str]:
    names = pair.names(f"{key}s", language)
    for code, year, base, value in _sums(pair, table, [key], column).itertuples(index=False, name=None):
        by = by_share(base, value, language)
        change = moved(number(base, language), number(value, language), by, language)
        yield text(said, language, name=names.get(code, code), year=year, change=change)


def _needs(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Need of each group and year, over the municipalities that both have data for."""
    yield from _summed(pair, "needs", "group", "need_users", "compare.inputs.need", language)


def _packages(pair: Pair, tables: Tables, language: str) -> Iterator[str]:
    """Minimum package and maximum of each service and year, over the territories that both plan."""
    yield from _summed(pair, "package", "service", "minimum_users", "compare.inputs.package", language)
    yield from _summed(pair, "package", "service", "maximum_users", "compare.inputs.maximum", language)
