"""Table files in, declared tables out: right, or refused with every fault."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import ALIASES, INDICATORS, Column, Kind, Table, check, shown
from nationalmap.sources.beside import without_beside, wrong_names
from nationalmap.sources.figures import plain_figures, wrong_header
from nationalmap.sources.gazetteer import Gazetteer, resolved
from nationalmap.sources.origins import Origin, origin_of, origin_of_indicators
from nationalmap.sources.places import Places
from nationalmap.sources.records import Records, read_records
from nationalmap.sources.resources import inside, parted, shipped
from nationalmap.sources.totals import without_totals

if TYPE_CHECKING:
    import pandas as pd


def read_raw(path: Path, *, may_be_empty: bool = False) -> pd.DataFrame:
    """Cells of a table file as text; the index holds the row numbers of the file. See ``records.read_records``."""
    return read_records(path, may_be_empty=may_be_empty).frame


@dataclass
class Intake:
    """What all files of a question have in common when they are read: who is meant, how, and what is told of it."""

    gazetteer: Gazetteer | None = None
    """Finds municipalities by other codes and names; without one codes have to be exact."""
    readings: Mapping[str, Reading] = field(default_factory=dict)
    """How a file is read, by the end of its path."""
    notes: list[str] = field(default_factory=list)
    """What was taken but wants a look, in sentences."""
    mended: list[str] = field(default_factory=list)
    """Every correction of a cell, one sentence each."""
    names: dict[str, Mapping[str, Collection[str]]] = field(default_factory=dict)
    """By column of codes, the words that may stand beside each code in a column for the reader."""
    used: set[str] = field(default_factory=set)
    """Readings that belong to a file."""
    origins: list[Origin] = field(default_factory=list)
    """Where each record of each table stands in its file."""

    def reading(self, path: Path) -> Reading:
        """The reading of a file: the one that names it with its sheet goes before one that names the file alone."""
        whole, alone = path.as_posix(), parted(path)[0].as_posix()
        for name, reading in sorted(self.readings.items(), key=lambda item: -len(item[0])):
            if f"/{whole}".endswith(f"/{name}") or f"/{alone}".endswith(f"/{name}"):
                self.used.add(name)
                return reading
        return Reading()

    def told(self, records: Records) -> None:
        """Keep what is to be said of a table that was taken."""
        self.notes += records.notes
        self.mended += records.mended


def read_table(
    table: Table,
    path: Path,
    references: Mapping[str, Collection[str]] | None = None,
    *,
    may_be_empty: bool = False,
    intake: Intake | None = None,
) -> pd.DataFrame:
    """A declared table from a file of any format. Raises InputRefused with every fault; ``intake`` takes the notes."""
    intake = intake or Intake()
    records = read_records(path, table, intake.reading(path), may_be_empty=may_be_empty)
    faults = records.located(list(wrong_names(records.frame, intake.names, records.file)))
    records.frame = without_beside(records.frame)
    faults += _prepared(records, table, intake, intake.reading(path), {})
    frame = _checked(records, table, references, faults)
    intake.told(records)
    intake.origins.append(origin_of(table, path, records))
    return frame


def _prepared(
    records: Records, table: Table, intake: Intake, reading: Reading, units: Mapping[str, str]
) -> Iterator[Fault]:
    """Figures plain, totals out, municipalities by code: what the check of the table asks."""
    yield from plain_figures(records, table, units, reading)
    yield from without_totals(records, table, units)
    if intake.gazetteer is not None:
        yield from _by_code(records, table, intake.gazetteer)


def _checked(
    records: Records, table: Table, references: Mapping[str, Collection[str]] | None, faults: Collection[Fault]
) -> pd.DataFrame:
    """The table; or the faults so far with those of the check, one for each cell."""
    told = {(fault.row, fault.column) for fault in faults if fault.row}
    try:
        frame = check(table, records.frame, records.file, references)
    except InputRefused as refused:
        others = [f for f in records.located(refused.faults) if (f.row, f.column) not in told]
        raise InputRefused([*faults, *others]) from None
    if faults:
        raise InputRefused(faults)
    return frame


#: Columns that hold a municipality; a territory may be a region.
_PLACES = ("municipality", "host", "territory")


def _by_code(records: Records, table: Table, gazetteer: Gazetteer) -> Iterator[Fault]:
    """Municipalities by other codes and by names become their codes, and each correction is noted."""
    frame = records.frame
    helping = "region" in frame.columns and "region" not in table.names
    regions = frame["region"].tolist() if helping else [""] * len(frame)
    for name in _PLACES if "seat_ekatte" not in table.names else ():
        if name not in frame.columns:
            continue
        words = frame[name].tolist()
        where = regions if name == "municipality" else [""] * len(frame)
        found = list(resolved(words, where, gazetteer, with_regions=name == "territory"))
        for row, word, place in zip(frame.index, words, found, strict=True):
            if place.rule:
                yield from records.located([Fault(records.file, int(row), name, shown(word), place.rule, place.cure)])
            elif place.how:
                records.mend(int(row), name, word, place.how)
        named = sum(place.by_name for place in found)
        if named:
            records.note(f"{named} cells of {name} hold the name in place of the code")
        frame[name] = [place.code or word for place, word in zip(found, words, strict=True)]
    if helping:
        records.frame = frame.drop(columns="region")


@lru_cache(maxsize=1)
def read_aliases() -> pd.DataFrame:
    """Other names of municipalities and regions, as shipped: read once, not to be changed."""
    return read_table(ALIASES, shipped("boundaries") / "aliases.csv")


def gazetteer(municipalities: pd.DataFrame, regions: pd.DataFrame) -> Gazetteer:
    """What cells may call the municipalities of these tables."""
    names = dict(zip(regions["region"], regions["name_bg"], strict=True))
    return Gazetteer(Places(municipalities, regions, read_aliases()), names)


def empty(table: Table) -> pd.DataFrame:
    """A declared table without rows, its columns typed as of any other."""
    return _empty(table).copy()


@cache
def _empty(table: Table) -> pd.DataFrame:
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
    mended: tuple[str, ...] = ()
    """Cells that were taken for a municipality without being its code or official name."""

    def __str__(self) -> str:
        mended = f", {len(self.mended)} mended" if self.mended else ""
        return (
            f"{self.file}: {self.matched} matched, {len(self.missing)} missing, "
            f"{len(self.extra)} extra, {len(self.duplicated)} duplicated{mended}"
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
    folder: Path, catalogue: pd.DataFrame, names: Mapping[str, str], intake: Intake | None = None
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
            wide, report = _read_wide(path, wanted, names, intake or Intake())
        except InputRefused as refused:
            faults += refused.faults
            continue
        reports.append(report)
        parts.append(wide.melt("municipality", var_name="indicator", value_name="value"))
    if faults:
        raise InputRefused(faults)
    table = pd.concat(parts)[list(INDICATORS.names)].astype({"value": "float64", "indicator": "str"})
    return table.sort_values(list(INDICATORS.key), ignore_index=True), tuple(reports), files


def _read_wide(
    path: Path, wanted: pd.DataFrame, names: Mapping[str, str], intake: Intake
) -> tuple[pd.DataFrame, JoinReport]:
    units = dict(zip(wanted["indicator"], wanted["unit"], strict=True))
    dates = dict(zip(wanted["indicator"], wanted["reference_date"], strict=True))
    columns = tuple(indicator_column(*pair) for pair in units.items())
    table = Table(
        path.stem, "indicator file", ("municipality",), (Column("municipality", "code", "municipality code"), *columns)
    )
    reading = intake.reading(path)
    records = read_records(path, table, reading)
    if "municipality" not in records.frame.columns:
        cure = f"the columns are municipality, {', '.join(wanted['indicator'])}"
        missing = Fault(path.name, records.header, "municipality", "", "this column is missing", cure)
        raise InputRefused(records.located([missing]))
    faults = list(wrong_header(records, units, dates, reading))
    faults += _prepared(records, table, intake, reading, units)
    report = join_report(records.frame, records.file, names)
    faults += [
        Fault(records.file, 0, "municipality", missing, f"({names[missing]}) is missing", "add its row")
        for missing in report.missing
    ]
    faults += records.located(_undeclared_blanks(records.frame, wanted, records.file))
    wide = _checked(records, table, {"municipality": list(names)}, faults)
    faults += _wrong_totals(wide, wanted, records.file)
    if faults:
        raise InputRefused(records.located(faults))
    intake.told(records)
    intake.origins.append(origin_of_indicators(table, path, records))
    wide = wide.astype({column.name: "float64" for column in columns})
    return wide, replace(report, mended=tuple(records.mended))


def indicator_column(name: str, unit: str) -> Column:
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
