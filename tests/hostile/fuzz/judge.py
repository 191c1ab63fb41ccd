"""Whether the answer to a mutant is right: refused by name, or read exactly as it is written, and nothing else changed.

What has to be read is known without the program: from the values that were written, from TOML and the bytes
themselves as the standard library reads them.
"""

from __future__ import annotations

import dataclasses
import datetime
import html
import io
import re
import struct
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

from nationalmap import planning, schema
from nationalmap.errors import InputRefused
from nationalmap.question import Question
from nationalmap.sources import inputs
from nationalmap.sources.collecting import Collected
from tests.hostile.fuzz.mutants import LAYER, Mutant, kinds_of, table_of

_NUMERIC = ("integer", "number", "money")
_FIGURE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BLANKS = re.compile("[\u00a0\u2007\u202f]")
_SPACES = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")


@dataclasses.dataclass(frozen=True)
class Read:
    """What was read: every file by itself, and the question made of them."""

    tables: Collected
    question: Question


@dataclasses.dataclass
class Judge:
    """The toyland that is changed, and what was read of it before."""

    folder: Path
    before: Read = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.before = read(self.folder)

    def __call__(self, mutant: Mutant) -> str:
        """refused, same, changed or damaged. Raises AssertionError for any other answer."""
        path = self.folder / mutant.file
        kept = path.read_bytes()
        path.write_bytes(mutant.data)
        try:
            after = read(self.folder)
        except InputRefused as refused:
            _named(refused, self.folder)
            assert mutant.means != "same", f"means the same and is refused: {refused}"
            return "refused"
        finally:
            path.write_bytes(kept)
        assert len(after.question.needs) > 0
        self.judged(mutant, after)
        return mutant.means

    def judged(self, mutant: Mutant, after: Read) -> None:
        """The answer is that of what is written."""
        self._nothing_else(mutant, after)
        if mutant.file == LAYER:
            _right_shapes(mutant, after)
        elif mutant.file.endswith(".toml"):
            _as_written(mutant, after)
        elif mutant.records:
            _right_records(mutant, frame_of(after.tables, mutant.file))
        else:
            _visible(mutant, self.before.tables, after.tables)

    def _nothing_else(self, mutant: Mutant, after: Read) -> None:
        """Tables of other files, norms and polygons stay as they were."""
        mine = Path(mutant.file).stem
        changes = {mine, *(("renovations",) if mine == "register" else ())}
        changes |= {"indicators"} if mine == "older" else {"indicator_catalogue"} if mine == "indicators" else set()
        one, other = self.before.tables, after.tables
        for name in one.tables.keys() - changes if mine != "toyland" else ():
            assert one.tables[name].equals(other.tables[name]), f"{name} changed, which is another file"
        if mine not in ("older", "indicators", "toyland"):
            assert one.indicators[0].equals(other.indicators[0]), "the indicators changed"
        if mine not in ("norms", "toyland"):
            assert one.norms == other.norms, "the norms changed"
        if mutant.file not in (LAYER, "toyland.toml"):
            assert one.layer.polygons.equals(other.layer.polygons), "the polygons changed"


def read(folder: Path) -> Read:
    """A scenario's folder as the program reads it, with the tables before any is chosen from."""
    kept: list[Collected] = []
    collected = inputs.collected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "collected", lambda *names: kept.append(collected(*names)) or kept[-1])
        question = planning.check(str(folder))
    return Read(kept[-1], question)


def frame_of(read: Collected, file: str) -> pd.DataFrame:
    """The table of a file, every cell as our own files write it."""
    name = Path(file).stem
    if name == "older":
        wide = read.indicators[0].pivot(index="municipality", columns="indicator", values="value").reset_index()
        return wide.astype({"older": "Int64"}).astype("str")
    table = table_of(file)
    return schema.as_text(table, read.tables[table.name])


def _named(refused: InputRefused, folder: Path) -> None:
    """Every sentence names a file that is there, and is one sentence."""
    names = [str(folder), *(path.name for path in folder.rglob("*"))]
    for line in str(refused).split("\n"):
        assert any(name in line for name in names), f"names no file: {line}"
        assert line.isprintable(), line
        assert len(line) < 700, line
        assert line.endswith("."), line


# ------------------------------------------------------------------ tables


def _right_records(mutant: Mutant, frame: pd.DataFrame) -> None:
    """Each record that was written is read, cell by cell, and no other."""
    table, kinds = table_of(mutant.file), kinds_of(mutant.file)
    wanted = {_key(row, table.key): row for row in mutant.records}
    found = {_key(row, table.key): row for row in frame.to_dict("records")}
    assert wanted.keys() == found.keys(), f"records {sorted(wanted.keys() ^ found.keys())} are written or read alone"
    for key, row in wanted.items():
        for name, cell in row.items():
            told = f"{key} {name}: {cell!r} is written, {found[key][name]!r} is read"
            assert _alike(cell, str(found[key][name]), kinds[name]), told


def _key(row: Mapping[Any, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _alike(one: str, other: str, kind: str) -> bool:
    if kind in _NUMERIC and one and other:
        return Decimal(one) == Decimal(other)
    return _plain(one) == _plain(other)


def _plain(cell: str) -> str:
    """A cell as it is seen: composed letters, blanks of any width alike, none around."""
    return _SPACES.sub("", _BLANKS.sub(" ", unicodedata.normalize("NFC", cell)))


def _visible(mutant: Mutant, before: Collected, after: Collected) -> None:
    """Of a damaged file every cell that is read otherwise than before stands in its bytes, unless that is told."""
    kinds, key = kinds_of(mutant.file), table_of(mutant.file).key
    old = {_key(row, key): row for row in frame_of(before, mutant.file).to_dict("records")}
    new = frame_of(after, mutant.file).to_dict("records")
    told = " ".join((*after.intake.mended, *after.intake.notes))
    text, figures = seen(mutant.data)
    name = Path(mutant.file).name
    if name not in told and not mutant.data.startswith((b"PK", b"PAR1")):
        lines = [line for line in re.split(r"[\r\n]+", text) if re.search(r"[^\s,;\"\u200b-\u200f\u2060\ufeff]", line)]
        assert len(new) == len(lines) - 1, f"{len(lines) - 1} rows are written, {len(new)} are read"
    for row in new:
        former = old.get(_key(row, key), {})
        for column, cell in row.items():
            if cell and cell != former.get(column):
                where = f"{_key(row, key)} {column}: {cell!r} is read and stands nowhere in the file"
                assert _stands(str(cell), kinds[str(column)], text, figures, mutant.data) or name in told, where


def _stands(cell: str, kind: str, text: str, figures: set[Decimal], data: bytes) -> bool:
    if kind in _NUMERIC:
        value = Decimal(cell)
        packed = [struct.pack("<d", float(cell))]
        if value == int(value) and abs(value) < 2**63:
            packed.append(struct.pack("<q", int(value)))
        return value in figures or value * 100 in figures or (data[:4] == b"PAR1" and any(p in data for p in packed))
    return _plain(cell) in _BLANKS.sub(" ", unicodedata.normalize("NFC", text))


def seen(data: bytes) -> tuple[str, set[Decimal]]:
    """All text of a file in whichever encoding or archive, and the numbers that are written in it."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            marked = "\n".join(source.read(name).decode(errors="replace") for name in source.namelist())
        inside = html.unescape(re.sub(r"</?(?:text:span|text:s|r|t)\b[^<>]*>", "", marked))
        text = marked + html.unescape(marked) + inside
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif b"\x00" in data and not data.startswith(b"PAR1"):
        text = data.decode("utf-16-le", errors="replace") + data.decode("utf-16-be", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1251", errors="replace")
            text += data.decode(errors="replace") if data.startswith(b"PAR1") else ""
    text = text.replace('""', '"')
    return text, {figure for word in _FIGURE.findall(text) if (figure := _figure(word)) is not None}


def _figure(word: str) -> Decimal | None:
    try:
        value = Decimal(word)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


# ------------------------------------------------------------------ scenario and norms


def _as_written(mutant: Mutant, after: Read) -> None:
    """Each key of the file has the value that the standard library reads there."""
    said = tomllib.loads(mutant.data.decode("utf-8-sig"))
    if mutant.file == "toyland.toml":
        wrong = list(_differs(said, after.question.scenario, "scenario"))
    else:
        taken = {norm.id: norm for norm in after.tables.norms or ()}
        assert len(taken) == len(said["norms"]), "as many norms are read as are written"
        wrong = [one for norm in said["norms"] for one in _differs(norm, taken[str(norm["id"])], f"norm {norm['id']}")]
    assert not wrong, wrong


def _differs(said: Any, taken: Any, where: str) -> Iterator[str]:
    if isinstance(said, dict):
        for key, value in said.items():
            inner = taken.get(str(key)) if isinstance(taken, Mapping) else getattr(taken, key, None)
            yield from _differs(value, inner, f"{where}.{key}")
    elif isinstance(said, list):
        if len(said) != len(taken or ()):
            yield f"{where}: {said} is written, {taken} is read"
        else:
            for at, pair in enumerate(zip(said, taken, strict=True)):
                yield from _differs(*pair, f"{where}[{at}]")
    elif isinstance(taken, datetime.date) and isinstance(said, str):
        yield from _differs(datetime.date.fromisoformat(said), taken, where)
    elif isinstance(said, datetime.date | datetime.time) and isinstance(taken, str):
        yield from _differs(str(said), taken, where)
    elif isinstance(said, bool) != isinstance(taken, bool) or said != taken:
        yield f"{where}: {said!r} is written, {taken!r} is read"


# ------------------------------------------------------------------ the layer


def _right_shapes(mutant: Mutant, after: Read) -> None:
    layer = after.tables.layer
    found = dict(zip(layer.polygons["municipality"], shapely.normalize(layer.polygons.geometry.array), strict=True))
    if mutant.shapes:
        wrong = [code for code, shape in mutant.shapes.items() if not shapely.equals_exact(found[code], shape)]
        assert not wrong, f"the polygons of {wrong} are not those that are written"
        assert len(found) == len(mutant.shapes)
        return
    assert sorted(found) == [f"{region}0{number}" for region in ("NOR", "SOU") for number in (1, 2, 3)]
    _, figures = seen(mutant.data) if not mutant.data.startswith(b"SQLite") else ("", set())
    written = {float(figure) for figure in figures}
    for code, shape in found.items():
        for number in shapely.get_coordinates(shape).ravel().tolist():
            there = number in written or struct.pack("<d", number) in mutant.data
            assert there or any(code in note for note in layer.notes), f"{code}: {number} stands nowhere in the file"
