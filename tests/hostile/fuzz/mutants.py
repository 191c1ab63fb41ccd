"""One mutant of toyland by its seed: which file, what it holds now, and what that means."""

from __future__ import annotations

import codecs
import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from nationalmap import schema
from tests.hostile.fuzz import damage, layers
from tests.hostile.fuzz.forms import BOOKS, FORMS, TEXTS, Rows

#: Words that are written into cells of free text: what separators, quotes and alphabets make of them.
WORDS = (
    "Toyland, larger; than", "писмо № 5 от 3 май; „а“", 'the "large" one', "a | b", "Общо, и пак", "12", "00084",
    "2027-05-04", "1,5", "none", "NA", "yes", "е́", "x" * 400, "' апостроф", "%", "3-7", "TRUE", "1e5",
)  # fmt: skip
#: Columns of text whose words decide something, which are codes or are compared with other files.
_CODES = {"nuts3", "seat_ekatte", "services", "unit", "file", "declared_blank", "seat_bg", "seat_en", "name_bg"}
_CODES |= {"name_en", "name", "short_bg", "short_en", "fact"}
_PADS = (" ", "  ", "\N{NO-BREAK SPACE}", "\t", "\N{ZERO WIDTH SPACE}")
LAYER = "boundaries.geojson"


@dataclass(frozen=True)
class Mutant:
    """A file in place of toyland's own. ``means``: same, changed (to ``records`` or ``shapes``), or damaged."""

    seed: str
    file: str
    what: str
    means: str
    data: bytes
    records: Sequence[Mapping[str, str]] = ()
    """Of a table: what has to be read, cell by cell."""
    shapes: Mapping[str, Any] = field(default_factory=dict)
    """Of the layer: the polygon of each municipality."""
    plain: bytes = b""
    """The same values as toyland would write them."""

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.file}, {self.means}: {self.what}: {self.data[:1500]!r}"


def table_of(file: str) -> schema.Table:
    """The declared table that a file of toyland holds; its indicators as a table of their own."""
    name = Path(file).stem
    if name == "older":
        columns = (schema.Column("municipality", "code", "code"), schema.Column("older", "integer", "people"))
        return schema.Table("older", "indicator", ("municipality",), columns)
    return schema.TABLES["indicator_catalogue" if name == "indicators" else name]


def kinds_of(file: str) -> dict[str, str]:
    """Kind of each column of a file."""
    return {column.name: column.kind for column in table_of(file).columns}


def mutant(folder: Path, seed: str) -> Mutant:
    """What a seed makes of the toyland in ``folder``, which stays as it is."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    kind = draw.random()
    if kind < 0.12:
        return _layer(draw, (folder / LAYER).read_bytes(), seed)
    if kind < 0.26:
        file = draw.choice([name for name in files if name.endswith(".toml")])
        return _toml(draw, (folder / file).read_bytes(), file, seed)
    file = draw.choice([name for name in files if name.endswith(".csv")])
    data = (folder / file).read_bytes()
    if kind < 0.55:
        return _table(draw, data, file, seed, changed=False)
    if kind < 0.75:
        return _table(draw, data, file, seed, changed=True)
    return _damaged(draw, data, file, seed)


def _toml(draw: random.Random, data: bytes, file: str, seed: str) -> Mutant:
    if draw.random() < 0.3:
        lines = data.decode().split("\n")
        for _ in range(draw.choice((1, 5))):
            lines.insert(_between(draw, lines), draw.choice(("", "# 5 = x", "   ", "\t# [streams]")))
        end = draw.choice(("\n", "\r\n"))
        mark = draw.choice((b"", codecs.BOM_UTF8))
        return Mutant(seed, file, "comments and line ends", "same", mark + end.join(lines).encode())
    broken = damage.toml(draw, data)
    return Mutant(seed, file, "broken", "damaged", broken)


def _between(draw: random.Random, lines: list[str]) -> int:
    """A place between two lines that is not inside a list of several lines."""
    return draw.choice([at for at, line in enumerate(lines) if line.startswith("[") or not line])


def _layer(draw: random.Random, data: bytes, seed: str) -> Mutant:
    kind = draw.random()
    if kind < 0.3:
        what, written, shapes = layers.same(draw, data)
        return Mutant(seed, LAYER, what, "same", written, shapes=shapes)
    if kind < 0.6:
        what, written, shapes = layers.moved(draw, data)
        return Mutant(seed, LAYER, what, "changed", written, shapes=shapes)
    what, written = layers.broken(draw, data)
    return Mutant(seed, LAYER, what, "damaged", written)


def _table(draw: random.Random, data: bytes, file: str, seed: str, *, changed: bool) -> Mutant:
    """Other values of known meaning, or the same; then another order, spaces round cells, another form."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    kinds, done = kinds_of(file), []
    if changed:
        done += _retyped(draw, rows, file)
    plain = FORMS["utf-8"](rows, kinds)
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    written = _other_order(draw, rows, done)
    written = _dressed(draw, written, kinds, done)
    form = draw.choice(sorted(TEXTS) if draw.random() < 0.5 else sorted(BOOKS))
    if "parquet" in form:
        written = [row for row in written if any(row)]
        written = written[written.index(next(row for row in written if set(row) & set(kinds))) :]
        written = [row[: len(rows[0])] for row in written]
    try:
        body = FORMS[form](written, kinds)
    except UnicodeEncodeError:
        form = "utf-8;"
        body = FORMS[form](written, kinds)
    what = ", ".join([*done, form])
    return Mutant(seed, file, what, "changed" if changed else "same", body, records=records, plain=plain)


def _retyped(draw: random.Random, rows: Rows, file: str) -> list[str]:
    """One to three cells that now hold another value of their kind."""
    if file.endswith("older.csv"):  # the published total stays
        one, other = draw.sample(range(1, len(rows)), 2)
        moved = draw.randrange(1, 200)
        rows[one][1], rows[other][1] = str(int(rows[one][1]) + moved), str(int(rows[other][1]) - moved)
        return [f"{moved} people moved from row {other + 1} to {one + 1}"]
    done = []
    key = set(table_of(file).key)
    kinds = kinds_of(file)
    cells = [
        (row, at)
        for row in range(1, len(rows))
        for at, name in enumerate(rows[0])
        if rows[row][at] and name not in key and _may_change(name, kinds[name])
    ]
    for row, at in draw.sample(cells, min(len(cells), draw.choice((1, 1, 3)))):
        rows[row][at] = _other(draw, rows[row][at], kinds[rows[0][at]])
        done.append(f"row {row + 1}, {rows[0][at]} is {rows[row][at]!r}")
    return done


def _may_change(name: str, kind: str) -> bool:
    return kind in ("integer", "number", "money") or (kind == "text" and name not in _CODES)


def _other(draw: random.Random, cell: str, kind: str) -> str:
    if kind == "text":
        return draw.choice(WORDS)
    if kind == "integer":
        return str(int(cell) + draw.choice((1, 2, 3)))
    if kind == "money":
        return f"{Decimal(cell) + Decimal(draw.randrange(1, 5000)) / 100:.2f}"
    return format(Decimal(cell) + Decimal(draw.choice(("0.01", "0.07", "0.003", "1", "0.25"))), "f")


def _other_order(draw: random.Random, rows: Rows, done: list[str]) -> Rows:
    """Rows and columns permuted."""
    header, records = rows[0], [list(row) for row in rows[1:]]
    if draw.random() < 0.5:
        draw.shuffle(records)
        done.append("rows permuted")
    columns = list(range(len(header)))
    if draw.random() < 0.5:
        draw.shuffle(columns)
        done.append("columns permuted")
    return [[row[at] for at in columns] for row in (header, *records)]


def _dressed(draw: random.Random, rows: Rows, kinds: Mapping[str, str], done: list[str]) -> Rows:
    """Spaces round cells, empty rows and columns at the end and between, a title above, figures with a zero more."""
    if draw.random() < 0.2:
        for row in rows[1:]:
            for at, name in enumerate(rows[0]):
                if kinds.get(name) == "number" and row[at]:
                    row[at] += ".00" if "." not in row[at] else "0"
        done.append("zeros behind the point")
    if draw.random() < 0.3:
        pad = draw.choice(_PADS)
        for row in rows[1:]:
            for at in range(len(row)):
                if draw.random() < 0.3:
                    row[at] = draw.choice((row[at] + pad, pad + row[at], pad + row[at] + pad))
        done.append(f"cells with {pad!r}")
    if draw.random() < 0.3:
        width, times = len(rows[0]), draw.choice((1, 3))
        for _ in range(times):
            rows.insert(draw.choice((len(rows), len(rows), draw.randrange(1, len(rows) + 1))), [""] * width)
        done.append(f"{times} empty rows")
    if draw.random() < 0.2:
        rows = [[*row, ""] for row in rows]
        done.append("an empty column")
    if draw.random() < 0.15 and len(rows[0]) > 1:
        rows = [["Справка", *[""] * (len(rows[0]) - 1)], *rows]
        done.append("a title")
    return rows


def _damaged(draw: random.Random, data: bytes, file: str, seed: str) -> Mutant:
    """The bytes of any form with something deleted, doubled, swapped, retyped or flipped."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    form = draw.choice(sorted(FORMS)) if draw.random() < 0.6 else "utf-8"
    body = FORMS[form](rows, kinds_of(file))
    if form in BOOKS:
        what, broken = damage.book(draw, body)
    else:
        what, broken = damage.csv_text(draw, body)
    return Mutant(seed, file, f"{form}, {what}", "damaged", broken)
