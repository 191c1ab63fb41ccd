"""CSV files in, declared tables out: right, or refused with every fault."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import FIRST_ROW, INDICATORS, Column, Table, check
from nationalmap.sources.resources import read_bytes

if TYPE_CHECKING:
    import pandas as pd

_DELIMITERS = (",", ";", "\t")
#: What stands round a cell without meaning anything: blanks, no-break and zero-width spaces.
_PADDING = " \t\u00a0\u202f\u200b\ufeff"


def read_raw(path: Path) -> pd.DataFrame:
    """Cells of a CSV file as text; the index holds the row numbers of the file.

    UTF-8, separated by comma, semicolon or tab. Empty rows are passed over. Raises
    InputRefused for another encoding, a record with too few or too many fields, or a quote
    that is never closed.
    """
    import pandas as pd

    text = _decoded(path)
    header_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    faults: list[Fault] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip(_PADDING) for cell in next(reader, [])]
        for number, row in enumerate(reader, FIRST_ROW):
            cells = [cell.strip(_PADDING) for cell in row]
            if not any(cells):
                continue
            if len(cells) != len(header):
                rule = f"this row has {len(cells)} fields, the header {len(header)}"
                cure = "a separator inside a cell needs quotes round the cell"
                faults.append(Fault(path.name, number, "", "", rule, cure))
                continue
            rows.append(cells)
            numbers.append(number)
    except csv.Error as error:
        cure = "open and save it again as CSV UTF-8; a quote may be left open"
        faults.append(
            Fault(path.name, len(rows) + FIRST_ROW, "", "", f"is not a CSV file from here on ({error})", cure)
        )
    if faults:
        raise InputRefused(faults)
    if not rows:
        raise InputRefused([Fault(path.name, rule="holds no rows", cure="a header and one row per record are asked")])
    return pd.DataFrame(rows, columns=header, index=numbers, dtype="str")


def _decoded(path: Path) -> str:
    data = read_bytes(path)
    if b"\x00" in data:
        cure = "save it as CSV UTF-8"
        raise InputRefused([Fault(path.name, rule="is not a text file (or is UTF-16)", cure=cure)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        cure = "save it as CSV UTF-8 (it may be in Windows-1251)"
        raise InputRefused([Fault(path.name, row, rule="is not UTF-8", cure=cure)]) from error


def read_table(table: Table, path: Path, references: Mapping[str, Collection[str]] | None = None) -> pd.DataFrame:
    """A declared table from a CSV file. Raises InputRefused with every fault."""
    return check(table, read_raw(path), path.name, references)


@dataclass(frozen=True)
class JoinReport:
    """How the rows of an indicator file met the municipalities, by code."""

    file: str
    matched: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    duplicated: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.matched} matched, {len(self.missing)} missing, "
            f"{len(self.extra)} extra, {len(self.duplicated)} duplicated"
        )


def join_report(raw: pd.DataFrame, file: str, codes: Collection[str]) -> JoinReport:
    """Matched, missing, extra and duplicated municipality codes of a raw indicator file."""
    given = raw["municipality"].tolist()
    once = set(given)
    return JoinReport(
        file,
        len(once & set(codes)),
        tuple(sorted(set(codes) - once)),
        tuple(sorted(once - set(codes))),
        tuple(sorted(code for code in once if given.count(code) > 1)),
    )


def read_indicators(
    folder: Path, catalogue: pd.DataFrame, names: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[JoinReport, ...], dict[str, Path]]:
    """Long table ``indicators`` from the wide files that the catalogue names.

    ``names`` maps each municipality code to its name. Every file must hold every
    municipality once; a blank must be declared in the catalogue; a published national total
    must be met. Returns the table, one join report per file, and the files by name.
    Raises InputRefused with every fault of every file.
    """
    import pandas as pd

    faults: list[Fault] = []
    parts: list[pd.DataFrame] = []
    reports: list[JoinReport] = []
    files: dict[str, Path] = {}
    for file, wanted in catalogue.groupby("file", sort=True):
        path = files[str(file)] = folder / str(file)
        try:
            wide, report = _read_wide(path, wanted, names)
        except InputRefused as refused:
            faults += refused.faults
            continue
        reports.append(report)
        parts.append(wide.melt("municipality", var_name="indicator", value_name="value"))
    if faults:
        raise InputRefused(faults)
    table = pd.concat(parts)[list(INDICATORS.names)].astype({"value": "float64", "indicator": "str"})
    return table.sort_values(list(INDICATORS.key), ignore_index=True), tuple(reports), files


def _read_wide(path: Path, wanted: pd.DataFrame, names: Mapping[str, str]) -> tuple[pd.DataFrame, JoinReport]:
    raw = read_raw(path)
    if "municipality" not in raw.columns:
        cure = f"the columns are municipality, {', '.join(wanted['indicator'])}"
        raise InputRefused([Fault(path.name, 1, "municipality", "", "this column is missing", cure)])
    report = join_report(raw, path.name, names)
    columns = tuple(Column(name, "number", "indicator", 0, 1e12, blank=True) for name in wanted["indicator"])
    code = Column("municipality", "code", "municipality code")
    faults = [
        Fault(path.name, 0, "municipality", missing, f"({names[missing]}) is missing", "add its row")
        for missing in report.missing
    ]
    faults += _undeclared_blanks(raw, wanted, path.name)
    table = Table(path.stem, "indicator file", ("municipality",), (code, *columns))
    try:
        wide = check(table, raw, path.name, {"municipality": list(names)})
    except InputRefused as refused:
        raise InputRefused([*faults, *refused.faults]) from None
    faults += _wrong_totals(wide, wanted, path.name) if not faults else []
    if faults:
        raise InputRefused(faults)
    return wide, report


def _undeclared_blanks(raw: pd.DataFrame, wanted: pd.DataFrame, file: str) -> list[Fault]:
    faults = []
    for name, declared in zip(wanted["indicator"], wanted["declared_blank"], strict=True):
        if name not in raw.columns:
            continue
        empty = raw.loc[raw[name] == "", "municipality"]
        for row, code in zip(empty.index, empty, strict=True):
            if code not in declared.split():
                cure = "write the figure, or declare the municipality in declared_blank of indicators.csv"
                faults.append(Fault(file, int(row), str(name), "", f"is empty for {code}", cure))
    return faults


def _wrong_totals(wide: pd.DataFrame, wanted: pd.DataFrame, file: str) -> list[Fault]:
    faults = []
    for name, total in zip(wanted["indicator"], wanted["national_total"], strict=True):
        found = float(wide[name].sum())
        if not math.isnan(total) and abs(found - total) > 1e-6 * max(1.0, total):
            rule = f"sums to {found:.10g}, the published national total is {total:.10g}"
            faults.append(Fault(file, 0, str(name), "", rule, "compare the rows with the published table"))
    return faults
