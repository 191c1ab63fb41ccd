"""How a sheet of an annex is laid out: one row for each figure, or municipalities down and services across."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import MAP_IN_FORCE, Column, Table, shown
from nationalmap.schema.shared import count
from nationalmap.sources.annexes.words import HEADERS, Services, is_passed_over, level_said
from nationalmap.sources.grids import Grid, read_grid, sheets_of
from nationalmap.sources.header import TITLES, label_of
from nationalmap.sources.resources import parted
from nationalmap.sources.words import is_total, plain

#: What a line above the header may say for all rows of its sheet.
FACTS = ("document", "date", "source", "status")


@dataclass(frozen=True)
class Layout:
    """Where the columns of a sheet are, by our names; in the wide layout also the columns that are services."""

    path: Path
    grid: Grid
    header: int
    columns: Mapping[str, str]
    """Our name of a column -> what the sheet calls it."""
    across: tuple[str, ...] = ()
    """What the sheet calls the columns that are services; none in the long layout."""
    sums: tuple[str, ...] = ()
    """Columns of totals across."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What lines above the header say: document, date, source, status."""
    level: str = ""
    """The level that titles or the name of the sheet say."""
    of_regions: bool = False
    """Whether its territories stand under the heading of regions: a region's name is a municipality's, too."""

    @property
    def table(self) -> Table:
        """The columns as they are read: figures as whole numbers, everything else as words."""
        known = {column.name: column for column in MAP_IN_FORCE.columns}
        words = {"region": Column("region", "code", "region"), "service": Column("service", "text", "service")}
        named = [words.get(name) or known[name] for name in self.columns]
        figures = [count(label, "users", blank=True) for label in (*self.across, *self.sums)]
        return Table(MAP_IN_FORCE.name, MAP_IN_FORCE.says, ("territory",), (*named, *figures))

    def reading(self, declared: Reading) -> Reading:
        """How the records are read: by the labels that were found, in the declared style of figures."""
        labels = {**self.columns, **{label: label for label in (*self.across, *self.sums)}}
        return replace(declared, header=self.header, columns=labels)


def layouts(path: Path, services: Services, declared: Reading) -> list[Layout]:
    """The layout of each sheet that is shown. Raises InputRefused with every sheet that names no columns."""
    found: list[Layout] = []
    faults: list[Fault] = []
    for part in _sheets(path):
        grid = read_grid(part)
        if (grid.hidden or not grid.rows) and part != path:
            continue
        try:
            found.append(_layout(part, grid, services, declared))
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return found


def _sheets(path: Path) -> list[Path]:
    """The path of each sheet of a workbook; the file itself where it has none, or one was named."""
    file, sheet = parted(path)
    names = () if sheet else sheets_of(file)
    return [Path(f"{file}#{name}") for name in names] or [path]


def _layout(path: Path, grid: Grid, services: Services, declared: Reading) -> Layout:
    given = {label: ours for ours, label in declared.columns.items()}
    at = _header(grid, services, declared, given)
    labels = [label for label in map(label_of, grid.rows[at]) if label]
    found: dict[str, str] = {}
    rest: list[str] = []
    for label in labels:
        ours = given.get(label) or HEADERS.get(plain(label), "")
        if ours and ours in found:
            _twice(grid, at, label, found[ours])
        if ours:
            found[ours] = label
        elif not is_passed_over(label):
            rest.append(label)
    of_regions = "territory" not in found and "region" in found
    if of_regions:
        found["territory"] = found.pop("region")
    titles = [cell for row in grid.rows[:at] for cell in row if cell]
    facts, level = dict(_facts(grid, at)), level_said(grid.sheet, *titles)
    layout = Layout(path, grid, grid.numbers[at], found, facts=facts, level=level, of_regions=of_regions)
    if "service" in found:
        return layout
    across, sums = _across(grid, at, rest, services)
    return replace(layout, across=across, sums=sums)


def _across(grid: Grid, at: int, labels: list[str], services: Services) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that are services, and those of totals. A service may be one that nobody plans, not all of them."""
    sums = tuple(label for label in labels if is_total(label))
    across = tuple(label for label in labels if label not in sums)
    known: dict[str, str] = {}
    for label in across:
        meant = services.meant(label)
        if meant.rule:
            raise InputRefused(
                [Fault(grid.file, grid.numbers[at], shown(label), "", meant.rule, meant.cure, grid.sheet)]
            )
        if meant.code in known:
            _twice(grid, at, label, known[meant.code])
        if meant.code:
            known[meant.code] = label
    if not known:
        cure = "give it a column service (услуга), or name the columns by the services of the catalogue"
        rule = "names no service of the catalogue in its header"
        raise InputRefused([Fault(grid.file, grid.numbers[at], "", "", rule, cure, grid.sheet)])
    return across, sums


def _twice(grid: Grid, at: int, label: str, other: str) -> None:
    rule = "this column stands twice" if label == other else f'means the same as the column "{shown(other)}"'
    raise InputRefused([Fault(grid.file, grid.numbers[at], shown(label), "", rule, "keep one of them", grid.sheet)])


def _header(grid: Grid, services: Services, declared: Reading, given: Mapping[str, str]) -> int:
    """Position of the row that names the columns: the declared one, else the one that names most."""
    if declared.header in grid.numbers:
        return grid.numbers.index(declared.header)
    best, most = -1, 0
    for at, row in enumerate(grid.rows[:TITLES]):
        labels = [label for label in map(label_of, row) if label]
        ours = {given.get(label) or HEADERS.get(plain(label), "") for label in labels}
        if ours & {"territory", "region"} and len(labels) > 1:
            number = len(ours - {""}) + sum(services.knows(label) for label in labels)
            if number >= most:
                best, most = at, number
    if best < 0:
        cure = (
            "name the columns in one row: territory (община), then service and max_users, or a column for each service"
        )
        rule = f"has no row among the first {TITLES} that names the columns"
        raise InputRefused([Fault(grid.file, 0, "", "", rule, cure, grid.sheet)])
    return best


def _facts(grid: Grid, at: int) -> Iterator[tuple[str, str]]:
    """What lines above the header say: "Документ: …", or the word in one cell and the answer in the next."""
    for row in grid.rows[:at]:
        cells = [label_of(cell) for cell in row if cell.strip()]
        word, colon, rest = cells[0].partition(":") if cells else ("", "", "")
        name = HEADERS.get(plain(word), "")
        answer = " ".join(filter(None, [rest.strip(), *cells[1:]]))
        if name in FACTS and answer and (colon or len(cells) == 2):
            yield name, answer
