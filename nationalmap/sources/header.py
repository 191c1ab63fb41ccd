"""Where the header of a sheet stands, and what its columns are called: by their names, or as declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources.grids import Grid
from nationalmap.sources.words import visible

#: Rows in which the header is looked for.
TITLES = 30
#: Bulgarian names of the two columns that say where a row belongs.
PLACES = {"община": "municipality", "област": "region"}
_BREAK = re.compile(r"[\r\n]+")


@dataclass(frozen=True)
class Header:
    """The names of the columns by position, "" for those that are passed over, and what the file says itself."""

    at: int
    """Position of its row among the rows of the grid."""
    row: int
    names: tuple[str, ...]
    labels: tuple[str, ...]
    fields: int
    """How many fields a row has: nameless ones at the end are no columns."""
    titles: tuple[str, ...]
    """What stands in the rows above."""

    @property
    def passed_over(self) -> tuple[str, ...]:
        """Columns of the file that have no name of ours, where the scenario declares names."""
        return tuple(label for name, label in zip(self.names, self.labels, strict=True) if label and not name)


def find_header(grid: Grid, known: Collection[str], reading: Reading) -> Header:
    """The declared row, else the row of the first ones that names most columns, at least half of those it has.

    Raises InputRefused for a column that stands twice, and for declared rows and columns that are not there.
    """
    theirs = {label: ours for ours, label in reading.columns.items()}
    at = _position(grid, {*known, *theirs, *PLACES}, reading)
    row = grid.numbers[at] if grid.numbers else 0
    cells = grid.rows[at] if grid.rows else []
    labels = [label_of(cell) for cell in cells]
    while labels and not labels[-1]:
        labels.pop()
    names = [theirs.get(label) or _ours(label, known, theirs) for label in labels]
    faults = [
        Fault(grid.file, row, shown(name), "", "this column stands twice", "keep one of them", grid.sheet)
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    faults += [
        Fault(
            grid.file, row, shown(label), "", "this column is missing", f"its reading takes it for {ours}", grid.sheet
        )
        for label, ours in theirs.items()
        if label not in labels
    ]
    if faults:
        raise InputRefused(faults)
    titles = tuple(" ".join(filter(None, map(visible, cells))) for cells in grid.rows[:at])
    return Header(at, row, tuple(names), tuple(labels), len(cells), titles)


def label_of(cell: str) -> str:
    """What a cell of a header calls its column, on one line."""
    return _BREAK.sub(" ", visible(cell).strip())


def _ours(label: str, known: Collection[str], theirs: Mapping[str, str]) -> str:
    """The name of a column that is not declared: its own; passed over where others are declared."""
    if label in known:
        return label
    place = PLACES.get(label.casefold(), "")
    if place and place not in theirs.values() and known:
        return place
    return "" if theirs else label


def _position(grid: Grid, known: Collection[str], reading: Reading) -> int:
    if reading.header is not None:
        if reading.header not in grid.numbers:
            rule, cure = "holds nothing, though its reading says that the header stands there", "mend header"
            raise InputRefused([Fault(grid.file, reading.header, rule=rule, cure=cure, sheet=grid.sheet)])
        return grid.numbers.index(reading.header)
    best, most = 0, 0
    for at, row in enumerate(grid.rows[:TITLES]):
        cells = {visible(cell).strip() for cell in row} - {""}
        count = len(cells & set(known))
        if count > most and (at == 0 or 2 * count >= len(cells)):
            best, most = at, count
    return best
