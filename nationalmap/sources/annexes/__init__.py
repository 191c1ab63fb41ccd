"""Annexes of an adopted map, and proposals laid out like them, read into the table ``map_in_force``.

Through the same door as every table (``grids``, ``records``): any format, one row for each figure or municipalities
down and services across, one sheet or one for each region. What is read otherwise than written is told; every fault is
named at once. A service that the plan does not know is listed by its name, for a map holds more than a plan does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import MAP_IN_FORCE, Column, Table
from nationalmap.sources.annexes.layout import layouts
from nationalmap.sources.annexes.lines import lines_of
from nationalmap.sources.annexes.meant import Reader, both_levels
from nationalmap.sources.annexes.totals import Counted, wrong_totals
from nationalmap.sources.annexes.words import Services
from nationalmap.sources.tables import Intake

if TYPE_CHECKING:
    import pandas as pd

#: Where each figure stands, beside the columns of the table.
_WHERE = (
    Column("file", "text", "file"),
    Column("sheet", "text", "sheet of a workbook", blank=True),
    Column("row", "integer", "row", 1, 10_000_000),
    Column("cell", "text", "cell of the figure, where the file has sheets", blank=True),
)
#: The annex as it was read: each figure with its cell.
READ = replace(MAP_IN_FORCE, columns=(*MAP_IN_FORCE.columns, *_WHERE))
_NAME = Column("name", "text", "the service as the annex calls it")
_NEAREST = Column("nearest", "code", "service of the plan with the nearest name: a hint, nothing is joined", blank=True)
#: Figures of services that the plan does not know.
NOT_PLANNED = Table(
    "not_planned",
    "Services that the plan does not know, by the name that the annex gives them.",
    ("territory", "name", "host"),
    (*(_NAME if column.name == "service" else column for column in READ.columns), _NEAREST),
)


@dataclass(frozen=True)
class Annex:
    """What an annex says, checked."""

    rows: pd.DataFrame
    """Table READ."""
    not_planned: pd.DataFrame
    """Table NOT_PLANNED."""
    covered: frozenset[tuple[str, str]]
    """Territory and level of which the annex says anything, also that there is none of a service."""


def read_annex(
    path: Path,
    services: pd.DataFrame,
    municipalities: pd.DataFrame,
    intake: Intake,
    given: Mapping[str, str],
    *,
    may_be_empty: bool = False,
) -> Annex:
    """The annex of a file, whole; ``intake`` has the gazetteer and takes the notes.

    ``services`` are those of the plan, ``municipalities`` all there are. ``given``: document, date and status of a
    sheet that does not say them. ``may_be_empty``: a header alone is an annex that says nothing. Raises InputRefused
    with every fault.
    """
    assert intake.gazetteer is not None  # noqa: S101 - who reads an annex knows the municipalities
    known = Services(services)
    region_of = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    reader = Reader(known, intake.gazetteer, region_of)
    faults: list[Fault] = []
    for layout in layouts(path, known, intake.reading(path)):
        lines, wrong = lines_of(layout, intake, given, may_be_empty)
        faults += wrong
        reader.take(lines)
        if lines:
            intake.told(lines[0].records)
    counted = list(_once(reader.counted, faults))
    faults += [*reader.faults, *both_levels(counted, known)]
    if not faults:
        # A figure that is none, or a row that is left out, would be told as a wrong sum as well.
        faults += wrong_totals(reader.printed, counted, intake.notes)
    rows, wrong = _checked(counted, reader)
    told = {(fault.file, fault.sheet, fault.row, fault.column) for fault in faults}
    faults += [fault for fault in wrong if (fault.file, fault.sheet, fault.row, fault.column) not in told]
    if faults:
        raise InputRefused(faults)
    return Annex(*_parted(rows, reader), covered=frozenset(reader.covered))


def _once(counted: Iterable[Counted], faults: list[Fault]) -> Iterable[Counted]:
    """The first line of each territory, service and host; a second one is a fault."""
    first: dict[tuple[str, str, str], Counted] = {}
    for one in counted:
        other = first.setdefault((one.territory, one.service, one.host), one)
        if other is one:
            yield one
        else:
            same = one.line.users == other.line.users
            rule = f"stands twice, first in {other.line.place}" + ("" if same else f" with {other.line.users}")
            faults.append(
                one.line.fault("max_users", one.line.users, rule, "keep one row per territory, service and host")
            )


def _checked(counted: list[Counted], reader: Reader) -> tuple[pd.DataFrame, list[Fault]]:
    """The lines as the declared table with their places; faults of cells stand at the cells of their lines."""
    import pandas as pd

    cells = [
        {
            "territory": one.territory,
            "level": one.level,
            "host": one.host,
            "service": one.service,
            "max_users": one.line.users,
            **one.line.facts,
            "file": _harmless(one.line.records.file),
            "sheet": _harmless(one.line.records.sheet),
            "row": str(one.line.row),
            "cell": one.line.cell,
        }
        for one in counted
    ]
    raw = pd.DataFrame(cells, columns=list(READ.names), dtype="str")
    raw.index += 1
    try:
        return schema.check(READ, raw, "annex"), []
    except InputRefused as refused:
        placed = [counted[f.row - 1].line.fault(f.column, f.value, f.rule, f.cure) for f in refused.faults]
        return raw, placed


def _harmless(name: str) -> str:
    """The name of a file or sheet as no spreadsheet runs it."""
    return f"'{name}" if schema.unfit_text(name)[0] else name


def _parted(rows: pd.DataFrame, reader: Reader) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of services that are planned, and those of others by their names."""
    names = {code: name for name, code in reader.unplanned.items()}
    other = rows["service"].isin(list(names))
    others = rows[other].assign(name=rows.loc[other, "service"].map(names).astype("str"))
    nearest = {name: reader.services.nearest(name) for name in names.values()}
    others = others.assign(nearest=others["name"].map(nearest).astype("str"))
    ordered = others[list(NOT_PLANNED.names)].sort_values(list(NOT_PLANNED.key), ignore_index=True)
    return rows[~other].reset_index(drop=True), ordered
