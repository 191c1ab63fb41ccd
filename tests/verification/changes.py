"""Seeded changes of a run's result files, each sealed again so that no hash gives it away."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from nationalmap import schema

Rows = list[list[str]]
#: Tables of a run, by name, header first.
Tables = Mapping[str, Rows]
Change = Callable[[random.Random, Tables], "tuple[str, Rows] | None"]


def _pick(rng: random.Random, tables: Tables, *kinds: str, keys: bool = False) -> tuple[str, int, int] | None:
    """A table, row and column of one of these kinds."""
    found = [
        (name, row, c)
        for name, rows in tables.items()
        for c, column in enumerate(schema.TABLES[name].columns)
        if column.kind in kinds and (keys or column.name not in schema.TABLES[name].key)
        for row in range(1, len(rows))
        if rows[row][c] != ""
    ]
    return rng.choice(found) if found else None


def _with(tables: Tables, name: str, *cells: tuple[int, int, str]) -> tuple[str, Rows]:
    rows = [list(row) for row in tables[name]]
    for row, column, text in cells:
        rows[row][column] = text
    return name, rows


def _sorted(change: tuple[str, Rows]) -> tuple[str, Rows]:
    """Rows in the order of their key, so that order does not give the change away."""
    name, rows = change
    table = schema.TABLES[name]
    at = [(table.names.index(k), table.columns[table.names.index(k)].kind == "integer") for k in table.key]
    return name, [rows[0], *sorted(rows[1:], key=lambda r: [int(r[i]) if whole else r[i] for i, whole in at])]


def one_unit(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """One place, user, facility or year of a renovation more or less."""
    at = _pick(rng, tables, "integer")
    if at is None:
        return None
    name, row, c = at
    now = int(tables[name][row][c])
    return _with(tables, name, (row, c, str(max(0, now + rng.choice((-1, 1))) if now else 1)))


def one_cent(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """One cent more or less."""
    at = _pick(rng, tables, "money")
    if at is None:
        return None
    name, row, c = at
    now = round(float(tables[name][row][c]) * 100)
    return _with(tables, name, (row, c, f"{(now + rng.choice((-1, 1)) if now else 1) / 100:.2f}"))


def number(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A figure a hundredth larger."""
    at = _pick(rng, tables, "number")
    if at is None:
        return None
    name, row, c = at
    return _with(tables, name, (row, c, f"{float(tables[name][row][c]) + 0.01:.9g}"))


def flag(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A flag flipped."""
    at = _pick(rng, tables, "flag")
    if at is None:
        return None
    name, row, c = at
    return _with(tables, name, (row, c, "no" if tables[name][row][c] == "yes" else "yes"))


def word(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A code, choice or text replaced by another one of its column: host, stream, service, site, agreement."""
    at = _pick(rng, tables, "code", "choice", "text", keys=True)
    if at is None:
        return None
    name, row, c = at
    column = schema.TABLES[name].columns[c]
    others = {r[c] for r in tables[name][1:]} | set(column.choices) | {"R1", "R2"}
    others -= {tables[name][row][c], ""}
    return _sorted(_with(tables, name, (row, c, rng.choice(sorted(others)))))


def year(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """The year of a row changed to another one, planned or not."""
    dated = [name for name, rows in tables.items() if "year" in schema.TABLES[name].key and len(rows) > 1]
    if not dated:
        return None
    name = rng.choice(dated)
    row, c = rng.randrange(1, len(tables[name])), schema.TABLES[name].names.index("year")
    return _sorted(_with(tables, name, (row, c, str(int(tables[name][row][c]) + rng.choice((-3, 1, 3))))))


def swapped(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """Two rows in each other's place."""
    long = [name for name, rows in tables.items() if len(rows) > 2]
    if not long:
        return None
    name = rng.choice(long)
    i, j = rng.sample(range(1, len(tables[name])), 2)
    rows = list(tables[name])
    rows[i], rows[j] = rows[j], rows[i]
    return name, rows


def dropped(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A row left out."""
    name = rng.choice([name for name, rows in tables.items() if len(rows) > 1])
    row = rng.randrange(1, len(tables[name]))
    return name, [*tables[name][:row], *tables[name][row + 1 :]]


def doubled(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A row that stands twice."""
    name = rng.choice([name for name, rows in tables.items() if len(rows) > 1])
    row = rng.randrange(1, len(tables[name]))
    return name, [*tables[name][: row + 1], *tables[name][row:]]


def _moved(
    rng: random.Random, tables: Tables, name: str, column: str, step: float, form: str
) -> tuple[str, Rows] | None:
    """A unit from one row to another."""
    c, rows = schema.TABLES[name].names.index(column), tables[name]
    givers = [i for i in range(1, len(rows)) if float(rows[i][c]) >= step]
    if not givers or len(rows) < 3:
        return None
    giver = rng.choice(givers)
    taker = rng.choice([i for i in range(1, len(rows)) if i != giver])
    less, more = float(rows[giver][c]) - step, float(rows[taker][c]) + step
    return _with(tables, name, (giver, c, format(less, form)), (taker, c, format(more, form)))


def user_moved(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A user from one row of the allocation to another."""
    return _moved(rng, tables, "allocation", "users", 1, ".0f")


def place_moved(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A planned place from one site and year to another."""
    return _moved(rng, tables, "capacity", "places", 1, ".0f")


def cent_moved(rng: random.Random, tables: Tables) -> tuple[str, Rows] | None:
    """A cent from one payment to another."""
    return _moved(rng, tables, "spending", "amount_eur", 0.01, ".2f")


CHANGES: tuple[Change, ...] = (
    one_unit, one_cent, number, flag, word, year, swapped, dropped, doubled, user_moved, place_moved, cent_moved,
)  # fmt: skip


def change(seed: int, tables: Tables) -> tuple[str, str, Rows]:
    """Kind of the change, table and its rows after it; the seed decides all. Never the same rows as before."""
    rng = random.Random(seed)  # noqa: S311 - the same seed, the same change
    while True:
        kind = CHANGES[rng.randrange(len(CHANGES))]
        changed = kind(rng, tables)
        if changed is not None and changed[1] != tables[changed[0]]:
            return (kind.__name__, *changed)
