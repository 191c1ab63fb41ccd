"""The figures of a sheet one by one, from either layout: what stands where, in the sheet's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown, unfit_text
from nationalmap.sources.annexes.layout import FACTS, Layout
from nationalmap.sources.annexes.words import of_list
from nationalmap.sources.figures import plain_figures
from nationalmap.sources.grids import letter
from nationalmap.sources.records import Records, read_records
from nationalmap.sources.tables import Intake
from nationalmap.sources.words import is_total

#: What stands for facts that are not said, in an annex that is refused for it.
_ANYHOW = {"document": "?", "date": "2000", "source": "", "status": "illustrative"}
_MISSING = 'add a column "{name}", a line "{name}: …" above the header, or say it with --{name}'


@dataclass(frozen=True)
class Line:
    """One figure: whose, of what, how much, as the sheet writes it."""

    layout: Layout
    records: Records
    row: int
    figure: str
    """The column of the figure."""
    users: str
    territory: str
    region: str
    level: str
    host: str
    service: str
    facts: Mapping[str, str]

    @property
    def wide(self) -> bool:
        """Whether services stand across."""
        return bool(self.layout.across)

    @property
    def is_total(self) -> bool:
        """Whether the line calls itself a sum of others."""
        return is_total(self.territory) or (not self.wide and (is_total(self.service) or is_total(self.host)))

    @property
    def cell(self) -> str:
        """Address of the figure in its sheet; "" in a file of text."""
        at = self.records.positions.get(self.figure)
        return f"{letter(at + 1)}{self.row}" if self.records.sheet and at is not None else ""

    @property
    def place(self) -> str:
        """Where the line stands, for a sentence about another one."""
        sheet = f" of sheet {self.records.sheet}" if self.records.sheet else ""
        return f"row {self.row}{sheet}"

    def fault(self, column: str, value: str, rule: str, cure: str) -> Fault:
        """A fault of this line, with the address of its cell."""
        name = self.figure if column == "max_users" else column
        (found,) = self.records.located([Fault(self.records.file, self.row, name, shown(value), rule, cure)])
        return found


def lines_of(
    layout: Layout, intake: Intake, given: Mapping[str, str], may_be_empty: bool
) -> tuple[list[Line], list[Fault]]:
    """Every line of a sheet, blank figures of the wide layout too; and what is wrong with its cells so far.

    ``given``: document, date and status where the sheet does not say them.
    """
    reading = layout.reading(intake.reading(layout.path))
    try:
        records = read_records(layout.path, layout.table, reading, may_be_empty=may_be_empty)
    except InputRefused as refused:
        return [], list(refused.faults)
    faults = list(plain_figures(records, layout.table, {}, reading))
    facts = {name: layout.facts.get(name) or given.get(name, "") for name in FACTS}
    unsaid = list(_unsaid(layout, records, facts))
    # Refused then anyhow: the lines are looked at as if it had been said, for their own faults.
    lines = list(_lines(layout, records, {**facts, **_ANYHOW} if unsaid else facts))
    if "level" not in layout.columns and not layout.level:
        records.note("no level is said: that of each service is the catalogue's")
    return lines, [*faults, *unsaid, *_across(layout, records)]


def _unsaid(layout: Layout, records: Records, facts: Mapping[str, str]) -> Iterator[Fault]:
    """What a sheet has to say and does not, in no column and no line above."""
    if not layout.across and "max_users" not in layout.columns:
        cure = "name the column max_users (максимален брой потребители)"
        yield Fault(records.file, records.header, "max_users", "", "this column is missing", cure, records.sheet)
    for name in ("document", "date", "status"):
        if name not in layout.columns and not facts[name]:
            cure = _MISSING.format(name=name)
            yield Fault(records.file, 0, name, "", "is not said for this sheet", cure, records.sheet)
    for name in FACTS:
        rule, cure = unfit_text(facts[name]) if name not in layout.columns else ("", "")
        if rule:
            yield Fault(records.file, 0, name, shown(facts[name]), rule, cure, records.sheet)


def _lines(layout: Layout, records: Records, facts: Mapping[str, str]) -> Iterator[Line]:
    frame = records.frame
    figures = layout.across or tuple({"max_users"} & layout.columns.keys())
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        said = {name: str(cells.get(name, "")) for name in ("territory", "region", "level", "host", "service")}
        own = {name: str(cells[name]) if name in layout.columns else facts[name] for name in FACTS}
        own["status"] = of_list("status", own["status"])
        for label in figures:
            named = {**said, "service": label} if layout.across else said
            named["level"] = of_list("level", named["level"]) or layout.level
            yield Line(layout, records, int(row), label, str(cells.get(label, "")), **named, facts=own)


def _across(layout: Layout, records: Records) -> Iterator[Fault]:
    """Columns of totals against the sum of their row."""
    for row, cells in zip(records.frame.index, records.frame.to_dict("records"), strict=True):
        found = sum(int(cells[label]) for label in layout.across if str(cells[label]).isdigit())
        for label in layout.sums:
            said = str(cells[label])
            if said and said != str(found):
                rule = f"stands in a column of totals, the row sums to {found}"
                fault = Fault(records.file, int(row), label, shown(said), rule, "mend the figure that is wrong")
                yield from records.located([fault])
