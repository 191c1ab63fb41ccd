"""What collect found: one line each with file, sheet and cell, in Bulgarian; as a workbook and as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from nationalmap.folders import texts
from nationalmap.reports.workbook_sheet import LINE, OPTIONS
from nationalmap.reports.workbook_style import Page, formats
from nationalmap.schema import TABS, shown

if TYPE_CHECKING:
    from datetime import date

    from nationalmap.errors import Fault
    from nationalmap.schema import Table

_COLUMNS = ("number", "kind", "municipality", "file", "tab", "cell", "value", "says", "cure", "contact")
_WIDTHS = (6, 24, 18, 30, 16, 10, 20, 64, 48, 34)


@dataclass(frozen=True)
class Finding:
    """One contradiction or fault: its kind, where it stands, and the figures of its sentence."""

    kind: str
    municipality: str = ""
    """Code; "" where nobody knows."""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    value: str = ""
    words: Mapping[str, object] = field(default_factory=dict)

    def says(self, language: str = "bg") -> str:
        """What is wrong."""
        return texts.collected(f"says.{self.kind}", language, **self.words)

    def cure(self, language: str = "bg") -> str:
        """What to do about it."""
        return texts.collected(f"cure.{self.kind}", language, **self.words)

    @property
    def place(self) -> str:
        """File, sheet and cell, as far as they are known."""
        return ", ".join(part for part in (self.file, self.sheet, self.cell) if part)

    @property
    def order(self) -> tuple[str, ...]:
        """How findings are sorted: by municipality, then as they stand."""
        row = "".join(c for c in self.cell if c.isdigit()).zfill(8)
        return (self.municipality, self.file, self.sheet, row, self.cell, self.kind, str(sorted(self.words.items())))


def of_fault(fault: Fault, municipality: str, table: Table) -> Finding:
    """A fault of a cell as a finding; heading, rule and cure in Bulgarian where they have such words."""
    rules = texts.collected_entry("rule")
    rule, cure = next(
        (words for start, words in rules.items() if fault.rule.startswith(start)), (fault.rule, fault.cure)
    )
    named = texts.has("beside", fault.column)
    words_bg = texts.word(f"beside.{fault.column}", "bg") if named else texts.heading(table.name, fault.column)[0]
    heading = f"„{words_bg}“ " if fault.column else ""
    cell = fault.cell or (str(fault.row) if fault.row else "")
    sheet = fault.sheet or TABS[table.name]
    words = {"why": heading + rule, "cure": cure or fault.cure}
    return Finding("cell", municipality, fault.file, sheet, cell, fault.value, words)


def text_of(findings: Sequence[Finding], names: Mapping[str, str], head: Iterable[str], language: str = "bg") -> str:
    """The findings as text: what was read, then a line each."""
    lines = [*head, ""]
    for number, finding in enumerate(findings, 1):
        kind = texts.collected(f"kind.{finding.kind}", language)
        who = names.get(finding.municipality, finding.municipality)
        place = f" [{finding.place}]" if finding.place else ""
        value = f" „{finding.value}“ –" if finding.value else ""
        who = f"{who}: " if who else ""
        lines.append(f"{number}. {who}{kind}{place}:{value} {finding.says(language)}; {finding.cure(language)}.")
    return "\n".join([*lines, *([] if findings else [texts.collected("sheet.none", language)])]) + "\n"


def workbook_of(
    findings: Sequence[Finding], names: Mapping[str, str], contacts: Mapping[str, str], head: Sequence[str], day: date
) -> bytes:
    """The findings as a workbook that can be filtered and sent on; the same findings give the same bytes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    title = " / ".join(texts.collected("sheet.title", language) for language in texts.LANGUAGES)
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    page = Page(book.add_worksheet("Противоречия"), "Противоречия", formats(book))
    page.write("string", 0, 0, title, page.formats["title"])
    for row, line in enumerate(head, 1):
        page.write("string", row, 0, line, page.formats["says"])
    top = len(head) + 2
    for place, (key, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        page.sheet.set_column(place, place, width)
        page.write_heading(top, place, *(texts.collected(f"sheet.{key}", language) for language in texts.LANGUAGES))
    page.sheet.set_row(top, 32)
    for row, finding in enumerate(findings, top + 1):
        who = names.get(finding.municipality, finding.municipality)
        says, cure = finding.says(), finding.cure()
        kind, contact = texts.collected(f"kind.{finding.kind}", "bg"), contacts.get(finding.municipality, "")
        cells = (kind, who, finding.file, finding.sheet, finding.cell, finding.value, says, cure, contact)
        page.write("number", row, 0, row - top, page.formats["count"])
        for place, cell in enumerate(cells, 1):
            page.write("string", row, place, shown_whole(cell), page.formats["text"])
        page.sheet.set_row(row, LINE * max(1, -(-len(says) // 60), -(-len(cure) // 44)) + 2)
    if not findings:
        page.write("string", top + 1, 1, texts.collected("sheet.none", "bg"), page.formats["text"])
    page.sheet.freeze_panes(top + 1, 3)
    page.sheet.autofilter(top, 0, top + max(len(findings), 1), len(_COLUMNS) - 1)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def shown_whole(text: str) -> str:
    """A text without signs that nobody sees, not cut."""
    return "".join(shown(part) for part in text)
