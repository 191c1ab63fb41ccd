"""Toyland with a hostile text in every cell and key that holds words: given as files, as anybody would send them."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from nationalmap import schema
from tests.everything import everything

TOYLAND = Path(__file__).resolve().parent.parent / "toyland"
#: Columns of kind text that hold codes or lists of codes, whose words decide.
CODES = {"nuts3", "seat_ekatte", "services", "unit", "file", "declared_blank"}
#: Keys of scenario and norms that hold words.
WORDS = ("title_bg", "title_en", "says_bg", "says_en", "name_bg", "name_en", "basis", "author", "reason", "citation")
_KEY = re.compile(rf'\b({"|".join(WORDS)}) = "([^"]*)"')
_FILES = {"indicators": "indicator_catalogue"}


def tables(folder: Path) -> Iterator[tuple[Path, schema.Table]]:
    """The CSV files of a scenario's folder that are declared tables."""
    for path in sorted(folder.rglob("*.csv")):
        table = schema.TABLES.get(_FILES.get(path.stem, path.stem))
        if table is not None:
            yield path, table


def fields(folder: Path) -> list[tuple[str, str]]:
    """Every (file, column or key) that holds words."""
    found = [
        (path.relative_to(folder).as_posix(), column.name)
        for path, table in tables(folder)
        for column in table.columns
        if column.kind == "text" and column.name not in CODES
    ]
    for path in sorted(folder.rglob("*.toml")):
        keys = dict.fromkeys(match[1] for match in _KEY.finditer(path.read_text(encoding="utf-8")))
        found += [(path.relative_to(folder).as_posix(), key) for key in keys]
    return found


def poison(folder: Path, file: str, field: str, names: Callable[[str], str]) -> None:
    """Every word of a column, or of a key, replaced by what ``names`` makes of it."""
    path = folder / file
    if path.suffix == ".toml":
        text = path.read_text(encoding="utf-8")
        put = lambda m: f"{m[1]} = {toml(names(m[2]))}" if m[1] == field else m[0]  # noqa: E731
        path.write_text(_KEY.sub(put, text), encoding="utf-8", newline="\n")
        return
    with path.open(encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source)
    if field not in header:  # a column that the file may be without
        header.append(field)
        rows = [[*row, "so far nobody"] for row in rows]
    at = header.index(field)
    for row in rows:
        row[at] = names(row[at])
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([header, *rows])


def toml(text: str) -> str:
    """A basic string of TOML."""
    return re.sub(
        r"[\x7f\U000e0000-\U000e007f]", lambda sign: f"\\U{ord(sign[0]):08x}", json.dumps(text, ensure_ascii=False)
    )


def folder_of(where: Path) -> Path:
    """A copy of toyland with every table and key that a planner may give."""
    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    return everything(Path(shutil.copytree(TOYLAND, where, ignore=ignored)))


def all_poisoned(where: Path, name: Callable[[int], str]) -> Path:
    """That copy with a hostile text in every field, each another."""
    folder, number = folder_of(where), itertools.count()
    for file, field in fields(folder):
        poison(folder, file, field, lambda _: name(next(number)))
    return folder
