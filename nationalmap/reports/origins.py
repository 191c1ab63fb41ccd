"""Where the figures of a plan's inputs stand, cell by cell, and what they are worth: file, source, date and class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nationalmap import schema

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

Key = tuple[str, ...]

#: Class of an indicator by who answers for it; of a row by its own word.
_CLASSES = {"nsi": "published", "statutory_body": "published", "municipal_study": "study", "estimate": "estimated"}


@dataclass(frozen=True)
class Origin:
    """Where one figure of the inputs stands, and what it is worth."""

    file: str
    """Blank where the program computed it."""
    sheet: str
    cell: str
    """Letter and row, or a row alone."""
    value: str
    found: str
    """What the file holds, where it was read otherwise; in quotes."""
    source: str
    date: str
    source_class: str
    basis: str


class Origins:
    """The inputs of a plan, asked where their figures are from."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._texts: dict[str, dict[Key, dict[str, str]]] = {}
        self._places: dict[str, dict[Key, int]] = {}
        self._numbers: dict[Key, list[int]] = {}

    def rows(self, table: str) -> dict[Key, dict[str, str]]:
        """Records of an input or result table as text, by key, in its order."""
        if table not in self._texts:
            tables = self.plan.inputs.tables if table in self.plan.inputs.tables else self.plan.tables
            declared = schema.TABLES[table]
            records = schema.as_text(declared, tables[table]).to_dict("records")
            self._texts[table] = {
                tuple(str(row[name]) for name in declared.key): {str(k): str(v) for k, v in row.items()}
                for row in records
            }
        return self._texts[table]

    @cached_property
    def _files(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.rows("provenance").values():
            found.setdefault(row["table"], []).append(row)
        return found

    def files(self, table: str) -> list[dict[str, str]]:
        """Rows of table ``provenance`` about a table."""
        return self._files.get(table, [])

    def of(self, table: str, key: Key, column: str) -> Origin | None:
        """Origin of one cell; None where no file and no rule is known for it."""
        record = self.rows(table).get(key)
        if record is None or column not in record:
            return None
        file, cell = self._cell(table, key, column)
        if file is None:
            return None
        about = self._about(table, key, column, record, file)
        found = self.rows("mended").get((table, " ".join(key), column), {}).get("found", "")
        return Origin(file["file"], file["sheet"], cell, record[column], found, *about)

    def of_norm(self, code: str) -> Origin | None:
        """Origin of a norm: its line in the file, its status, basis and citation."""
        norms = [norm.id for norm in self.plan.inputs.norms]
        files = self.files("norms")
        if code not in norms or not files:
            return None
        norm, file = self.plan.inputs.norms[norms.index(code)], files[-1]
        lines = list(numbers(file["rows"]))
        line = str(lines[norms.index(code)]) if len(lines) == len(norms) else ""
        return Origin(file["file"], "", line, "", "", norm.citation, file["date"], norm.status, norm.basis)

    def _cell(self, table: str, key: Key, column: str) -> tuple[dict[str, str] | None, str]:
        """The file that a cell stands in, and its address there."""
        wide = table == "indicators"
        files = self.files(table)
        if computed := [file for file in files if not file["file"]]:
            return computed[0], ""
        if wide:
            for file in files:
                own = file["records"].split("; ") if file["records"] else []
                if " ".join(key) in own:
                    return file, letters(file["columns"]).get(column, "") + str(
                        self._rows_of(file)[own.index(" ".join(key))]
                    )
            files = [file for file in files if key[0] in letters(file["columns"]) and not file["records"]]
        at = self._place(table)[key]
        for file in files:
            rows = self._rows_of(file)
            if at < len(rows):
                known = letters(file["columns"])
                return file, known.get(key[0] if wide and column == "value" else column, "") + str(rows[at])
            at -= 0 if wide else len(rows)
        return (files[0], "") if files else (None, "")

    def _place(self, table: str) -> dict[Key, int]:
        """Position of each record in its table; of an indicator's figure among those of the indicator."""
        if table not in self._places:
            seen: Counter[str] = Counter()
            self._places[table] = found = {}
            for at, key in enumerate(self.rows(table)):
                found[key] = seen[key[0]] if table == "indicators" else at
                seen[key[0]] += 1
        return self._places[table]

    def _rows_of(self, file: Mapping[str, str]) -> list[int]:
        name = (file["table"], file["read_as"], file["part"])
        if name not in self._numbers:
            self._numbers[name] = list(numbers(file["rows"]))
        return self._numbers[name]

    def _about(
        self, table: str, key: Key, column: str, record: Mapping[str, str], file: Mapping[str, str]
    ) -> tuple[str, str, str, str]:
        """Source, date, class and basis: of the cell where one says so, else of the file."""
        if table == "indicators":
            known = self.rows("indicator_catalogue").get((key[0],), {})
            if file["records"]:
                return file["source"], file["date"], file["source_class"], known.get("note", "")
            kind = _CLASSES.get(known.get("source_class", ""), file["source_class"])
            return known.get("source", ""), known.get("reference_date", ""), kind, known.get("note", "")
        if table == "services":
            bases = self.rows("bases")
            own = bases.get((key[0], column)) or bases.get(("*", column))
            if own:
                return own["source"] or file["source"], file["date"], own["status"], own["basis"]
        kind = record.get("origin") or record.get("status") or record.get("source_class") or ""
        kind = _CLASSES.get(kind, kind)
        sure = kind if kind in schema.provenance.CLASSES else file["source_class"]
        return record.get("source") or file["source"], file["date"], sure, record.get("basis", "")


def letters(columns: str) -> dict[str, str]:
    """Column -> its letter, of a cell of table ``provenance``."""
    return {name: at for at, _, name in (word.partition(":") for word in columns.split())}


def numbers(rows: str) -> Iterator[int]:
    """The rows that a cell of table ``provenance`` lists."""
    for word in rows.split():
        first, _, last = word.partition("-")
        yield from range(int(first), int(last or first) + 1)
