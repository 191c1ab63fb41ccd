"""The originals: every figure of the inputs held against the cell of the file that ``provenance`` names.

The files are opened by this witness itself (``cells``). One that is not there or was changed since is said; so is what
is not compared. A cell that was read otherwise than it is written is compared with what ``mended`` says was found.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from nationalmap.verification.cells import Cells, NotRead, alike, cells, letters_of, number_of
from nationalmap.verification.findings import Findings
from nationalmap.verification.folder import original
from nationalmap.verification.provenance import numbers
from nationalmap.verification.question import Question
from nationalmap.verification.tables import Row

#: What the file of a provenance row begins with -> folders in which the rest of its name may lie.
Places = Mapping[str, Sequence[Path]]
#: One cell that is asked for: row, column, what was used, and the first cells of its record and column of the table.
Asked = tuple[int, int, str, list[str], str]

#: Tables of which each file's hash is compared and no cell: the scenario's keys and the polygons are no cells.
_WHOLE = ("scenario", "boundaries")
#: Cells at the head of a record that may be its key.
_LONGEST_KEY = 4
#: Of an indicator with own figures: the total no longer holds, and the note says what was replaced.
_OF_OWN = ("national_total", "note")
#: Columns of a sheet of norms that stand in the rule.
_RULE = ("type", "indicator", "rate", "per", "share_percent", "amount", "own_from")


def originals(q: Question, files: Mapping[str, bytes], places: Places, say: Findings) -> None:
    """Every named cell of every original that is there, and how many figures were compared."""
    say.rules.add("originals")
    mended = {(row["table"], row["record"], row["column"]): row["found"][1:-1] for row in q.tables["mended"]}
    opened: dict[str, bytes | None] = {}
    compared: dict[str, int] = defaultdict(int)
    for row in q.tables["provenance"]:
        if not row["file"]:
            continue
        if row["file"] not in opened:
            opened[row["file"]] = _opened(row, places, say)
        data = opened[row["file"]]
        if data is not None:
            try:
                compared[row["file"]] += _compared(row, data, q, files, mended, say)
            except NotRead as other:
                say.note(f"{row['file']}: {other} is not read by verify; its hash agrees, its cells were not compared")
            except (LookupError, ValueError, ArithmeticError, SyntaxError, EOFError, OSError, RuntimeError) as error:
                say.add(f"{row['file']}: cannot be read as {row['table']} ({type(error).__name__}: {error})")
    say.rows += sum(compared.values())
    whole = sum(data is not None for data in opened.values())
    say.note(f"originals: {whole} of {len(opened)} files opened, {sum(compared.values())} figures held against theirs")


def _opened(row: Row, places: Places, say: Findings) -> bytes | None:
    """The bytes of an original, where it is there and the same."""
    name = row["file"]
    prefix = next((known for known in places if known and name.startswith(known)), "")
    data = original(places.get(prefix, ()), name.removeprefix(prefix))
    if data is None:
        say.add(f"{name}: is not there; the figures of {row['table']} were not held against their cells")
        return None
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        say.add(f"{name}: was changed since the plan was made; its figures were not compared")
        return None
    return data


def _compared(
    row: Row,
    data: bytes,
    q: Question,
    files: Mapping[str, bytes],
    mended: Mapping[tuple[str, str, str], str],
    say: Findings,
) -> int:
    """How many figures of one row of the provenance were held against their cells."""
    if row["table"] in _WHOLE:
        return 0
    if row["table"] == "norms" and not row["columns"]:
        return _norm_file(row, data, q, say)
    places = numbers(row, say)
    columns = {name: number_of(letters) for letters, _, name in (w.partition(":") for w in row["columns"].split())}
    found = cells(data, row["sheet"], set(places), max(columns.values()))
    if row["table"] in _KEYED:
        return _KEYED[row["table"]](row, places, columns, found, q, say)
    asked = list(_asked(row, places, columns, q, files))
    for number, column, used, key, name in asked:
        cell = found.get((number, column), ())
        records = list(accumulate(key, "{} {}".format))
        wanted = next((m for r in records if (m := mended.get((row["table"], r, name))) is not None), used)
        left_to_rule = row["table"] == "norms" and name != "norm" and not cell
        if not left_to_rule and not alike(cell, wanted):
            _differs(row, number, column, cell, wanted, f"{name} of {row['table']} {records[-1]}", say)
    return len(asked)


def _differs(row: Row, number: int, column: int, cell: tuple[str, ...], used: str, what: str, say: Findings) -> None:
    sheet = f", sheet {row['sheet']}" if row["sheet"] else ""
    holds = f'"{cell[0]}"' if cell else "nothing"
    say.add(f'{row["file"]}{sheet}, {letters_of(column)}{number}: holds {holds}; "{used}" is planned with as {what}')


def _asked(
    row: Row, places: Sequence[int], columns: Mapping[str, int], q: Question, files: Mapping[str, bytes]
) -> Iterator[Asked]:
    """The cells that a row of the provenance names, each with what the run's tables hold."""
    table = row["table"]
    if table == "indicators":
        yield from _of_indicators(row, places, columns, q, _lines(files, table))
        return
    norms = table == "norms"
    records = [_norm_row(norm) for norm in q.norms] if norms else _lines(files, table)
    before, own = _before(row, q), {key[0] for key in _own(q)}
    for number, record in zip(places, records[before : before + len(places)], strict=True):
        key = list(record.values())[: 1 if norms else _LONGEST_KEY]
        written_anew = _OF_OWN if table == "indicator_catalogue" and key[0] in own else ()
        asked = {name: column for name, column in columns.items() if name in record and name not in written_anew}
        yield from ((number, column, record[name], key, name) for name, column in asked.items())


def _before(row: Row, q: Question) -> int:
    """Records that the former parts of the same table name."""
    mine = [other for other in q.tables["provenance"] if other["table"] == row["table"]]
    return sum(len(numbers(other, Findings())) for other in mine[: mine.index(row)])


def _own(q: Question) -> set[tuple[str, ...]]:
    """Indicator and municipality of every own figure."""
    return {tuple(key.split(" ")) for row in q.tables["provenance"] for key in row["records"].split("; ") if key}


def _lines(files: Mapping[str, bytes], table: str) -> list[dict[str, str]]:
    text = files[f"inputs/{table}.csv"].decode("utf-8", "replace")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _of_indicators(
    row: Row, places: Sequence[int], columns: Mapping[str, int], q: Question, lines: Sequence[Mapping[str, str]]
) -> Iterator[Asked]:
    """Of a wide file a column for each indicator, its rows by municipality; of own figures a row for each."""
    values = {(line["indicator"], line["municipality"]): line["value"] for line in lines}
    if row["records"]:
        for number, record in zip(places, row["records"].split("; "), strict=True):
            key = record.split(" ")
            used = {"indicator": key[0], "municipality": key[1], "value": values[key[0], key[1]]}
            yield from ((number, columns[name], text, key, name) for name, text in used.items())
        return
    own = _own(q)
    towns = sorted({town for _, town in values})
    for name, column in columns.items():
        for number, town in zip(places, towns, strict=True):
            if name == "municipality":
                yield number, column, town, [town], name
            elif (name, town) not in own:
                yield number, column, values[name, town], [name, town], "value"


# ---------------------------------------------------------------------- norms


def _norm_file(row: Row, data: bytes, q: Question, say: Findings) -> int:
    """The norms of a TOML file: each key that it says, and the line of each id."""
    text = data.decode("utf-8-sig")
    said = {norm["id"]: norm for norm in tomllib.loads(text).get("norms", ())}
    lines = text.split("\n")
    for number, norm in zip(numbers(row, say), q.norms, strict=False):
        if number > len(lines) or norm["id"] not in lines[number - 1]:
            say.add(f'{row["file"]}, line {number}: is not that of norm "{norm["id"]}"')
    for norm in q.norms:
        if norm["id"] not in said:
            say.add(f'{row["file"]}: holds no norm "{norm["id"]}"')
        elif not _holds(norm, said[norm["id"]]):
            say.add(f'{row["file"]}: norm "{norm["id"]}" is not as it is planned with')
    return len(q.norms)


def _holds(used: Any, said: Any) -> bool:
    """Whether everything that a file says is so in what was read of it."""
    if isinstance(said, dict):
        return isinstance(used, dict) and all(key in used and _holds(used[key], part) for key, part in said.items())
    if isinstance(said, list):
        return isinstance(used, list) and len(used) == len(said) and all(map(_holds, used, said))
    return bool(float(used) == said if isinstance(said, float) else used == said)


def _norm_row(norm: Mapping[str, Any]) -> dict[str, str]:
    """A norm as the row of a sheet, its figures alone."""
    rule = {name: norm["rule"].get(name) for name in _RULE}
    figures = {name: "" if value is None else _text(value) for name, value in rule.items()}
    return {"norm": str(norm["id"]), "status": str(norm["status"]), **figures}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else repr(float(value))


# ---------------------------------------------------------------------- tables that the run holds otherwise


def _budgets(
    row: Row, places: Sequence[int], columns: Mapping[str, int], found: Cells, q: Question, say: Findings
) -> int:
    """Own amounts stand in the scenario's streams, by year."""
    count = 0
    for number in places:
        stream, year, amount = (found.get((number, columns[name]), ()) for name in ("stream", "year", "amount_eur"))
        if amount:
            count += 1
            by_year = q.scenario["streams"].get(stream[0] if stream else "", {}).get("by_year") or {}
            used = next((_text(eur) for known, eur in by_year.items() if alike(year, known)), "")
            if not alike(amount, used):
                _differs(
                    row,
                    number,
                    columns["amount_eur"],
                    amount,
                    used,
                    f"the amount of {' '.join(stream[:1] + year[:1])}",
                    say,
                )
    return count


def _known_travel(
    row: Row, places: Sequence[int], columns: Mapping[str, int], found: Cells, q: Question, say: Findings
) -> int:
    """Known journeys stand among the others, in both directions."""
    used = {(r["municipality"], r["host"]): r["travel_min"] for r in q.tables["travel"] if r["origin"] == "known"}
    said: set[tuple[str, str]] = set()
    for number in places:
        one, other, minutes = (
            found.get((number, columns[name]), ()) for name in ("municipality", "host", "travel_min")
        )
        pairs = [pair for a in one for b in other for pair in ((a, b), (b, a)) if pair in used]
        said |= set(pairs)
        if pairs and not any(alike(minutes, _text(used[pair])) for pair in pairs):
            what = f"the minutes of {' '.join(pairs[0])}"
            _differs(row, number, columns["travel_min"], minutes, _text(used[pairs[0]]), what, say)
    if any(r["table"] == "known_travel" for r in q.tables["mended"]):
        say.note(f"{row['file']}: some of its codes were read otherwise, so that not each journey was found again")
    else:
        for pair in sorted(set(used) - said):
            say.add(f"{row['file']}: no named row holds the journey {' '.join(pair)}, which counts as known")
    return len(said)


_KEYED = {"budgets": _budgets, "known_travel": _known_travel}
