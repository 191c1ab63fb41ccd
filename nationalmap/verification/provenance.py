"""Where the inputs were read: every file as the manifest names it, every record with its row, every mended cell."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question
from nationalmap.verification.tables import DECLARED, Row

FILE = "inputs/provenance.csv"
_RUN = re.compile(r"([1-9]\d*)(?:-([1-9]\d*))?", re.ASCII)
#: A longer run of rows is none: it would only fill the memory.
_MOST_ROWS = 10_000_000
_COLUMN = re.compile(r"([A-Z]{1,3}):(\S+)", re.ASCII)
#: Cells at the head of a record that may be its key.
_LONGEST_KEY = 4
#: Tables of the inputs that say where others are from, or that the program computes.
_OURS = ("provenance", "mended", "travel")

#: Header and rows of a table of the inputs, as text.
Cells = tuple[list[str], list[list[str]]]


def provenance(q: Question, files: Mapping[str, bytes], manifest: Mapping[str, Any], say: Findings) -> None:
    """Files have the hashes of the manifest; records have one row each; mended cells hold what was read."""
    say.rules.add("provenance")
    rows = q.tables["provenance"]
    tables = {name: _cells(files[path]) for path in files if (name := _input(path))}
    _check_hashes(rows, manifest["sources"], say)
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row["table"]].append(row)
    for name in sorted(tables):
        if name not in by_table and name not in _OURS and tables[name][1]:
            say.add(f"{FILE}: no row says where {name} is from")
    for name in sorted(by_table):
        computed = any(not row["file"] for row in by_table[name])
        if not computed and name == "indicators":
            _check_indicators(by_table[name], tables[name], say)
        elif not computed and name in tables:
            _check_table(name, by_table[name], tables[name], say)
        elif not computed and name == "norms" and any(row["rows"] for row in by_table[name]):
            _check_count(name, sum(len(numbers(row, say)) for row in by_table[name]), len(q.norms), say)
    _check_mended(q.tables["mended"], tables, say)


def _input(path: str) -> str:
    folder, _, name = path.partition("/")
    return name.removesuffix(".csv") if folder == "inputs" and name.endswith(".csv") else ""


def _cells(data: bytes) -> Cells:
    lines = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline="")))
    return (lines[0], lines[1:]) if lines else ([], [])


def _check_hashes(rows: list[Row], sources: Mapping[str, str], say: Findings) -> None:
    for row in rows:
        name = row["read_as"]
        if row["file"] and sources.get(name) != row["sha256"]:
            say.add(f"{FILE}, {row['table']} {row['file']}: its SHA-256 is not the one that the manifest has of {name}")
    for name in sorted(set(sources) - {row["read_as"] for row in rows}):
        say.add(f"{FILE}: no row is of {name}, which the manifest names as a source")


def numbers(row: Row, say: Findings) -> list[int]:
    """The rows of a file, one for each record."""
    found: list[int] = []
    for word in row["rows"].split():
        run = _RUN.fullmatch(word)
        named = range(int(run[1]), int(run[2] or run[1]) + 1) if run else range(0)
        if named and len(named) <= _MOST_ROWS:
            found += named
        else:
            say.add(f'{FILE}, {row["table"]} {row["file"]}: "{word}" is no range of rows')
    return found


def _letters(row: Row, say: Findings) -> list[str]:
    """The columns of a file, each under a letter of its own."""
    found = [_COLUMN.fullmatch(word) for word in row["columns"].split()]
    columns = [column for column in found if column is not None]
    letters = [column[1] for column in columns]
    if len(columns) < len(found) or len(set(letters)) < len(letters):
        say.add(f"{FILE}, {row['table']} {row['file']}: the columns are not one letter each")
    return [column[2] for column in columns]


def _check_count(name: str, found: int, records: int, say: Findings) -> None:
    if found != records:
        say.add(f"{FILE}, {name}: {found} rows of files are named; the table has {records} records")


def _check_table(name: str, rows: list[Row], cells: Cells, say: Findings) -> None:
    """Each record of a table has its row, each column its letter."""
    places = [(row["file"], row["sheet"], number) for row in rows for number in numbers(row, say)]
    _check_count(name, len(places), len(cells[1]), say)
    for (file, _, number), times in Counter(places).items():
        if times > 1:
            say.add(f"{FILE}, {name} {file}: row {number} is named for {times} records")
    # A column that a file may be without is in the file and not in the table where no row says anything.
    free = DECLARED[name].free - set(cells[0]) if name in DECLARED else frozenset()
    for row in rows:
        if set(_letters(row, say)) - free != set(cells[0]):
            say.add(f"{FILE}, {name} {row['file']}: the columns are not those of the table")


def _check_indicators(rows: list[Row], cells: Cells, say: Findings) -> None:
    """Each indicator is in one file, which has a row for each of its municipalities."""
    times = Counter(row[0] for row in cells[1] if row)
    named: Counter[str] = Counter()
    keys = {" ".join(row[:2]) for row in cells[1]}
    for row in rows:
        count = len(numbers(row, say))
        if row["records"]:
            own = row["records"].split("; ")
            _check_count("own figures", count, len(own), say)
            for key in sorted(set(own) - keys):
                say.add(f"{FILE}, own figures: {key} is no figure of the table")
            continue
        for name in _letters(row, say):
            if name != "municipality":
                named[name] += count
    for name in sorted(set(times) | set(named)):
        _check_count(f"indicator {name}", named[name], times[name], say)


def _check_mended(rows: list[Row], tables: Mapping[str, Cells], say: Findings) -> None:
    """What was read of a mended cell is what its table holds."""
    wanted: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        wanted[row["table"]][row["record"]].append(row)
    for name, records in wanted.items():
        header, lines = tables.get(name, ([], []))
        found = dict(_records(name, header, lines, records)) if header else {}
        for record in records if header else ():
            for row in records[record]:
                stands = found.get(record, {}).get(row["column"])
                if stands is None or not _same(row["used"][1:-1], stands):
                    says = f"the table holds {stands!r}" if stands is not None else "the table has no such cell"
                    say.add(f"inputs/mended.csv, {name} {record} {row['column']}: {row['used']} is said; {says}")


def _records(
    name: str, header: list[str], lines: list[list[str]], wanted: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The wanted records by their keys: the first cells of a row. Of indicators a municipality alone is one too."""
    for line in lines:
        keys = [*accumulate(line[:_LONGEST_KEY], "{} {}".format), *(line[1:2] if name == "indicators" else ())]
        yield from ((key, dict(zip(header, line, strict=False))) for key in keys if key in wanted)


def _same(used: str, stands: str) -> bool:
    """Equal texts or equal numbers; signs that nobody sees are spelled out in the one."""
    try:
        return float(used) == float(stands)
    except ValueError:
        return used == "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in stands)
