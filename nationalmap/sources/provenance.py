"""Tables ``provenance`` and ``mended``: from which file, sheet and cell each input figure was read.

Source, date and class of a file are those that the SOURCES.toml beside the data says; of indicators those of
their catalogue. Where nobody says anything the class is ``stated``: somebody gave it, and no more is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.domain.norm import Norm
from nationalmap.errors import Fault, InputRefused, spelled
from nationalmap.schema import INDICATORS, OWN_INDICATORS
from nationalmap.schema.provenance import CLASSES
from nationalmap.sources import postgres
from nationalmap.sources.origins import Key, Origin
from nationalmap.sources.resources import MAX_TEXT_BYTES, parted, read_bytes, shipped

if TYPE_CHECKING:
    import pandas as pd

SOURCES = "SOURCES.toml"
#: Letters of a list in one cell of the table; what is longer goes on in a further part. A text may have 5,000.
LETTERS = 4_500
#: Which class the kinds of source of an indicator are.
CLASS_OF = {"nsi": "published", "statutory_body": "published", "municipal_study": "study", "estimate": "estimated"}
_ID = re.compile(r"""^\s*["']?id["']?\s*=\s*["']([^"']+)["']""")


@dataclass(frozen=True)
class Said:
    """What is known of a file beside its figures."""

    source: str = ""
    date: str = ""
    source_class: str = "stated"


@dataclass(frozen=True)
class Files:
    """All files that were read, the folder of the scenario, and where the records of the tables stand in them."""

    folder: Path
    paths: Mapping[str, Path]
    """By the name under which the manifest has the hash."""
    sha256: Mapping[str, str]
    own: pd.DataFrame
    """Table ``own_indicators``."""
    origins: Sequence[Origin] = ()
    _said: dict[Path, Mapping[str, Said]] = field(default_factory=dict)

    @cached_property
    def _read_as(self) -> dict[Path, str]:
        return {path: name for name, path in self.paths.items()}

    @cached_property
    def bases(self) -> tuple[tuple[str, Path], ...]:
        """What a file's name begins with -> the folder that it lies in; the shipped data first."""
        data = (("scenarios/", shipped("scenarios")), ("boundaries/", shipped("boundaries")))
        return (*data, ("", self.folder.resolve()))

    def placed(self, path: Path) -> tuple[str, Said]:
        """Name of a file without anything of the machine, and what is said of it."""
        file = path if postgres.is_address(path) else parted(path)[0].resolve()
        for prefix, base in self.bases:
            if file.is_relative_to(base):
                inside = file.relative_to(base).as_posix()
                return prefix + inside, self.said(base).get(inside, Said())
        return file.name, Said()

    def located(self, table: str, fault: Fault, record: Key) -> Fault:
        """The fault with row, sheet and cell of a record of a table, where it was read from a file."""
        origin = next((origin for origin in self.origins if origin.table == table), None)
        return origin.located(fault, record) if origin else fault

    def said(self, base: Path) -> Mapping[str, Said]:
        """What the SOURCES.toml of a folder says of each file in it."""
        if base not in self._said:
            self._said[base] = read_sources(base / SOURCES)
        return self._said[base]

    def row(self, table: str, path: Path, **more: Any) -> dict[str, Any]:
        """A row of table ``provenance``."""
        name, said = self.placed(path)
        known = self._read_as.get(path, "")
        return {
            "table": table, "file": name, "sheet": "", "part": "1", "read_as": known,
            "sha256": self.sha256.get(known, ""), "source": said.source, "date": said.date,
            "source_class": said.source_class, "columns": "", "rows": "", "records": "", **more,
        }  # fmt: skip


def read_sources(path: Path) -> dict[str, Said]:
    """What a SOURCES.toml says of each file: source, date, class. Raises InputRefused for what it cannot say."""
    import tomllib

    if not path.is_file():
        return {}
    try:
        files = tomllib.loads(read_bytes(path, MAX_TEXT_BYTES).decode("utf-8-sig")).get("files", {})
    except (ValueError, RecursionError) as error:
        raise InputRefused([Fault(path.name, rule=f"is not TOML ({error})", cure="mend it, or take it away")]) from None
    found, faults = {}, []
    for name, about in files.items() if isinstance(files, dict) else ():
        words = {key: about.get(key, "") if isinstance(about, dict) else None for key in ("source", "date", "class")}
        words["date"] = str(words["date"]) if words["date"] is not None else None
        wrong = [key for key, text in words.items() if not isinstance(text, str)]
        if not wrong and words["class"] and words["class"] not in CLASSES:
            wrong = ["class"]
        cure = f"write text; class is one of {', '.join(CLASSES)}"
        faults += [Fault(path.name, 0, key, schema.shown(str(name)), "is not what is asked", cure) for key in wrong]
        if not wrong:
            found[name] = Said(str(words["source"]), str(words["date"]), str(words["class"] or "stated"))
    if faults:
        raise InputRefused(faults)
    return found


def provenance(
    files: Files, tables: Mapping[str, pd.DataFrame], norms: Sequence[Norm], computed_travel: str
) -> dict[str, pd.DataFrame]:
    """Tables ``provenance`` and ``mended`` of the checked inputs, as they are planned with.

    ``tables`` are all other input tables, ``norms`` those in use, ``computed_travel`` says how journeys were computed.
    """
    import pandas as pd

    rows = [*_of_tables(files, tables), *_of_norms(files, norms), *_of_others(files)]
    rows.append(files.row("travel", Path(), **_COMPUTED, source=computed_travel))
    mended = [cell for origin in files.origins for cell in _mended(origin, tables)]

    def table(declared: schema.Table, cells: Iterable[Any]) -> pd.DataFrame:
        return schema.check(declared, pd.DataFrame(cells, columns=list(declared.names), dtype="str"), declared.name)

    return {"provenance": table(schema.PROVENANCE, rows), "mended": table(schema.MENDED, mended)}


#: Columns of the table of indicators that a mended cell may be of; own figures have more, which are not kept.
_CELLS = (("indicators", "value"), ("indicators", "municipality"))
_COMPUTED = {"file": "", "read_as": "computed", "sha256": "", "date": "", "source_class": "derived"}


def _of_tables(files: Files, tables: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    for origin in files.origins:
        if origin.table == OWN_INDICATORS.name:
            yield from _own(files, origin)
        if origin.table in (OWN_INDICATORS.name, "norms"):
            continue
        about = {"sheet": origin.sheet, "columns": _columns(origin)}
        if origin.table == schema.INDICATORS.name:
            about |= _of_indicators(tables["indicator_catalogue"], origin.columns)
        runs = ranges([origin.rows[key] for key in _keys(origin, tables)])
        for part, some in enumerate(parts(runs) or [[]], 1):
            yield files.row(origin.table, origin.path, **about, part=str(part), rows=" ".join(some))


def _own(files: Files, origin: Origin) -> Iterator[dict[str, Any]]:
    """Own figures of indicators, those that are no blanks: they stand in place of the figures of the other files."""
    own = files.own.dropna(subset="value")
    keys = list(own[["indicator", "municipality"]].itertuples(index=False, name=None))
    if keys:
        about = _one_source(own) | {"sheet": origin.sheet, "columns": _columns(origin)}
        records = {" ".join(key): origin.rows[key] for key in keys}
        for part, some in enumerate(parts(list(records), between=2), 1):
            rows = " ".join(ranges([records[key] for key in some]))
            yield files.row(INDICATORS.name, origin.path, **about, part=str(part), rows=rows, records="; ".join(some))


def _columns(origin: Origin) -> str:
    return " ".join(f"{at}:{name}" for name, at in origin.columns.items())


def _keys(origin: Origin, tables: Mapping[str, pd.DataFrame]) -> list[Key]:
    """The records of a file that are planned with, in the order of their table; of no table, in their own."""
    if origin.table == schema.INDICATORS.name or origin.table not in tables:
        return sorted(origin.rows)
    frame = tables[origin.table]
    parts = [frame[name].astype(str).tolist() for name in schema.TABLES[origin.table].key]
    return list(zip(*parts, strict=True))


def parts(words: Sequence[str], between: int = 1) -> list[list[str]]:
    """Words in lists that fit into a cell, ``between`` letters standing between two of them."""
    found: list[list[str]] = []
    room = 0
    for word in words:
        if len(word) + between > room:
            found.append([])
            room = LETTERS
        found[-1].append(word)
        room -= len(word) + between
    return found


def ranges(rows: Sequence[int]) -> list[str]:
    """Numbers as runs: 2, 3, 4, 9 are 2-4 and 9; their order is kept."""
    if not rows:
        return []
    breaks = [at for at, (one, next_one) in enumerate(pairwise(rows), 1) if next_one != one + 1]
    starts = [0, *breaks, len(rows)]
    runs = [(rows[start], rows[end - 1]) for start, end in pairwise(starts)]
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def _of_indicators(catalogue: pd.DataFrame, columns: Collection[str]) -> dict[str, str]:
    """Source, date and class of a file of indicators: theirs, where they agree."""
    return _one_source(catalogue[catalogue["indicator"].isin(list(columns))])


def _one_source(mine: pd.DataFrame) -> dict[str, str]:
    """Source, date and class of rows that say them, where they agree."""

    def one(values: Iterable[str], otherwise: str) -> str:
        found = list(dict.fromkeys(values))
        return found[0] if len(found) == 1 else otherwise

    classes = [CLASS_OF[kind] for kind in mine["source_class"]]
    about = {"date": one(mine["reference_date"], ""), "source_class": one(classes, "mixed")}
    source = one(mine["source"], "")
    return about | ({"source": source} if source else {})


def _of_norms(files: Files, norms: Sequence[Norm]) -> Iterator[dict[str, Any]]:
    """The norms in their order: the line of each id in a norm file, each row in a sheet."""
    path = files.paths["norms"]
    states = {norm.status for norm in norms}
    known = states.pop() if len(states) == 1 else "mixed"
    if path.name != "norms.toml":
        origin = next(origin for origin in files.origins if origin.table == "norms")
        runs = ranges([origin.rows[norm.id,] for norm in norms])
        about = {"sheet": origin.sheet, "columns": _columns(origin), "rows": " ".join(runs), "source_class": known}
        yield files.row("norms", path, **about)
        return
    lines = read_bytes(path, MAX_TEXT_BYTES).decode("utf-8-sig").split("\n")
    at = {found[1]: number for number, line in enumerate(lines, 1) if (found := _ID.match(line))}
    rows = [at.get(norm.id, 0) for norm in norms]
    yield files.row("norms", path, source_class=known, rows=" ".join(ranges(rows)) if all(rows) else "")


def _of_others(files: Files) -> Iterator[dict[str, Any]]:
    """The scenario files, and the boundaries."""
    for name, path in files.paths.items():
        if path.suffix == ".toml" and name != "norms":
            yield files.row("scenario", path, source_class="mixed")
    yield files.row("boundaries", files.paths["boundaries"])


def _mended(origin: Origin, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, ...]]:
    """The cells of the records that are planned with."""
    if origin.table == OWN_INDICATORS.name:
        origin = replace(origin, table=INDICATORS.name)
    kept = set(_keys(origin, tables)) if origin.mended else set()
    whole = origin.table == schema.INDICATORS.name
    for cell in origin.mended:
        if whole or cell.record in kept:
            if (origin.table, cell.column) not in _CELLS and origin.table == INDICATORS.name:
                continue
            found, used = (f'"{spelled(text)}"' for text in (cell.found, cell.used))
            yield origin.table, " ".join(cell.record), cell.column, found, used
