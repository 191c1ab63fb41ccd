"""Table files in, declared tables out: right, or refused with every fault."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import INDICATORS, Column, Kind, Table, check
from nationalmap.sources.records import read_records
from nationalmap.sources.resources import inside

if TYPE_CHECKING:
    import pandas as pd


def read_raw(path: Path, *, may_be_empty: bool = False) -> pd.DataFrame:
    """Cells of a table file as text; the index holds the row numbers of the file. See ``records.read_records``."""
    return read_records(path, may_be_empty=may_be_empty).frame


def read_table(
    table: Table,
    path: Path,
    references: Mapping[str, Collection[str]] | None = None,
    *,
    may_be_empty: bool = False,
) -> pd.DataFrame:
    """A declared table from a file of any format. Raises InputRefused with every fault."""
    records = read_records(path, table, may_be_empty=may_be_empty)
    try:
        return check(table, records.frame, records.file, references)
    except InputRefused as refused:
        raise InputRefused(records.located(refused.faults)) from None


def empty(table: Table) -> pd.DataFrame:
    """A declared table without rows, its columns typed as of any other."""
    import pandas as pd

    return check(table, pd.DataFrame(columns=list(table.names), dtype="str"), table.name)


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
    given = Counter(raw["municipality"].tolist())
    once = set(given)
    return JoinReport(
        file,
        len(once & set(codes)),
        tuple(sorted(set(codes) - once)),
        tuple(sorted(once - set(codes))),
        tuple(sorted(code for code, times in given.items() if times > 1)),
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
        try:
            path = files[str(file)] = inside(folder, str(file), "indicators.csv", "file")
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
    columns = tuple(_indicator_column(*pair) for pair in zip(wanted["indicator"], wanted["unit"], strict=True))
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
    return wide.astype({column.name: "float64" for column in columns}), report


def _indicator_column(name: str, unit: str) -> Column:
    """People are whole, per cent end at 100."""
    kind: Kind = "integer" if unit == "persons" else "number"
    return Column(name, kind, f"indicator, {unit}", 0, 100 if unit == "percent" else 1e12, blank=True)


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
        if not math.isnan(total) and not math.isclose(found, total, rel_tol=1e-9, abs_tol=1e-6):
            rule = f"sums to {found:.10g}, the published national total is {total:.10g}"
            faults.append(Fault(file, 0, str(name), "", rule, "compare the rows with the published table"))
    return faults
