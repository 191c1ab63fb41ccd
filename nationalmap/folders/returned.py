"""One returned template: whose it is, its rows with their places, and every cell that cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault, InputRefused
from nationalmap.folders import texts
from nationalmap.folders.findings import Finding, of_fault
from nationalmap.folders.forms import Codes
from nationalmap.folders.split import EVERY, LISTS, SUMS, TEMPLATE
from nationalmap.schema import TABS, nearest, shown
from nationalmap.sources.figures import plain_figures
from nationalmap.sources.grids import letter, sheets_of
from nationalmap.sources.records import Records, read_records
from nationalmap.sources.tables import empty
from nationalmap.sources.words import is_total, plain

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.schema import Column, Table

#: The tables of a template that are collected.
COLLECTED = (schema.REGISTER, schema.PROPOSALS, schema.AGREEMENTS)


@dataclass
class Returned:
    """A template as it came back. ``places``: of each taken row its row number in the sheet, in the table's order."""

    file: str
    municipality: str
    region: str
    contact: str = ""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    letters: dict[str, Mapping[str, str]] = field(default_factory=dict)
    stated: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """Sums that somebody wrote: table, column, value, sheet, cell."""
    findings: list[Finding] = field(default_factory=list)

    def cell(self, table: str, column: str, row: int) -> str:
        """Address of a cell of a taken row, e.g. F7."""
        return f"{self.letters.get(table, {}).get(column, 'A')}{row}"


def read_returned(path: Path, municipalities: pd.DataFrame, services: Codes) -> Returned:
    """The template in ``path``; what cannot be taken is among its findings, each with its cell.

    ``municipalities`` is the whole table, ``services`` the list that templates choose from (``*`` among them). A file
    that is no template has no municipality.
    """
    contact = _answers(path)
    if isinstance(contact, Finding):
        return Returned(path.name, "", "", findings=[contact])
    answers, cells = contact
    own = answers.get("municipality", "")
    known = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    if own not in known:
        return Returned(path.name, "", "", findings=[Finding("foreign", file=path.name, value=shown(own))])
    said = ", ".join(answers.get(name, "") for name in ("person", "phone", "email") if answers.get(name))
    returned = Returned(path.name, own, str(known[own]), said)
    if answers.get("template") != TEMPLATE:
        words = {"given": answers.get("template") or "–", "asked": TEMPLATE}
        tab, cell = TABS["contact"], cells.get("template", "")
        returned.findings.append(Finding("older", own, path.name, tab, cell, answers.get("template", ""), words))
    for name, (of, column) in SUMS.items():
        if answers.get(name):
            returned.stated.append((of, column, answers[name], TABS["contact"], cells.get(name, "")))
    names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    lists = _lists(municipalities, services, str(known[own]))
    for table in COLLECTED:
        _read_sheet(path, table, returned, lists, names)
    return returned


def _answers(path: Path) -> tuple[dict[str, str], dict[str, str]] | Finding:
    """The contact sheet by field, and the cells of the answers; or why there is none."""
    try:
        records = read_records(Path(f"{path}#{TABS['contact']}"), schema.CONTACT)
    except InputRefused as refused:
        if _is_workbook(path) and refused.faults[0].value == TABS["contact"]:
            return Finding("foreign", file=path.name)
        return Finding("unreadable", file=path.name, words={"why": _why(refused.faults[0])})
    if not {"field", "answer"} <= set(records.frame.columns):
        return Finding("foreign", file=path.name)
    rows = list(zip(records.frame.index, records.frame["field"], records.frame["answer"], strict=True))
    column = letter(records.positions["answer"] + 1)
    return {name: answer for _, name, answer in rows}, {name: f"{column}{row}" for row, name, _ in rows}


def _is_workbook(path: Path) -> bool:
    """Whether a file has sheets at all."""
    try:
        return bool(sheets_of(path))
    except InputRefused:
        return False


def _why(fault: Fault) -> str:
    """A fault in a few words."""
    rules = texts.collected_entry("rule")
    rule = next((words[0] for start, words in rules.items() if fault.rule.startswith(start)), fault.rule)
    return " ".join(part for part in (shown(fault.value), rule) if part)


class Words:
    """The words that stand for the codes of a list: what the eye takes for the same word is the same."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        """``codes``: the code of each word."""
        self._codes = {_folded(word): (code, word) for word, code in codes.items()}

    def code(self, word: str) -> str:
        """The code that a word stands for; "" where it is on no list."""
        return self._codes.get(_folded(word), ("", ""))[0]

    def nearest(self, word: str) -> str:
        """What to do about a word that is on no list: the nearest word, in Bulgarian where the list has such."""
        known = {folded: shown for folded, (_, shown) in self._codes.items() if not shown.isascii()}
        known = known or {folded: shown for folded, (_, shown) in self._codes.items()}
        found = re.search(r'the nearest is "(.*?)"', nearest(_folded(word), known))
        if found is None:
            return texts.collected("cure.choose", "bg")
        return texts.collected("cure.nearest", "bg", word=known[found[1]])


def _lists(municipalities: pd.DataFrame, services: Codes, region: str) -> dict[str, Words]:
    """The lists of a template: codes themselves, and names; those of municipalities within the region."""
    near = municipalities[municipalities["region"] == region]
    codes = {str(code): str(code) for code in municipalities["municipality"]}
    names = {str(bg): str(code) for code, bg in near[["municipality", "name_bg"]].itertuples(index=False, name=None)}
    every = {code: code for code, _, _ in services.rows} | {bg: code for code, bg, _ in services.rows}
    return {
        "municipality": Words({**codes, **names}),
        "service": Words({word: code for word, code in every.items() if code != EVERY}),
        "agreed": Words(every),
    }


def _folded(word: str) -> str:
    """A word as the eye takes it: without case, invisible signs, and Latin letters that look Cyrillic."""
    return plain(word)


def _read_sheet(
    path: Path, table: Table, returned: Returned, lists: Mapping[str, Words], names: Mapping[str, str]
) -> None:
    """Rows of one sheet into the returned template: words to codes, blanks filled, every wrong row named."""
    tab = TABS[table.name]
    try:
        records = read_records(Path(f"{path}#{tab}"), table, may_be_empty=True)
    except InputRefused as refused:
        for fault in refused.faults:
            words = {"tab": tab, "why": _why(fault)}
            returned.findings.append(Finding("sheet", returned.municipality, path.name, tab, fault.cell, words=words))
        returned.tables[table.name], returned.places[table.name] = empty(table), []
        return
    returned.letters[table.name] = {name: letter(at + 1) for name, at in records.positions.items()}
    figures = list(plain_figures(records, table, {}, Reading()))
    frame = _without_totals(records.frame, table, returned, tab)
    missing = [name for name in table.names if name not in frame.columns]
    if missing:
        words = {"tab": tab, "why": texts.collected("says.no_columns", "bg", columns=", ".join(missing))}
        returned.findings.append(Finding("sheet", returned.municipality, path.name, tab, words=words))
        returned.tables[table.name], returned.places[table.name] = empty(table), []
        return
    frame, faults = _coded(frame[[name for name in table.known if name in frame.columns]], table, lists, path.name)
    faults += [fault for fault in figures if fault.row in frame.index]
    frame = _filled(frame, table, returned)
    frame = _own(frame, table, returned, {fault.row for fault in faults}, names)
    _take(frame, table, returned, records, faults)


def _without_totals(frame: pd.DataFrame, table: Table, returned: Returned, tab: str) -> pd.DataFrame:
    """The rows but those of totals, whose sums are kept to be compared."""
    first = [next((cell for cell in row if cell), "") for row in frame.itertuples(index=False, name=None)]
    total = [is_total(cell) for cell in first]
    for row, is_sum in zip(frame.index, total, strict=True):
        for of, column in SUMS.values() if is_sum else ():
            written = str(frame.at[row, column]) if of == table.name and column in frame.columns else ""
            if written:
                returned.stated.append((of, column, written, tab, returned.cell(of, column, int(row))))
    return frame.loc[[not is_sum for is_sum in total]]


def _coded(
    frame: pd.DataFrame, table: Table, lists: Mapping[str, Words], file: str
) -> tuple[pd.DataFrame, list[Fault]]:
    """Words of the lists as codes; a word that is on no list is named with the nearest one."""
    faults = []
    frame = frame.copy()
    for column in table.columns:
        words = _words(table, column, lists)
        if words is None or column.name not in frame.columns:
            continue
        cells = frame[column.name]
        codes = [words.code(cell) for cell in cells]
        for row, cell, code in zip(frame.index, cells, codes, strict=True):
            if cell and not code:
                faults.append(
                    Fault(file, int(row), column.name, shown(cell), "is not of the list", words.nearest(cell))
                )
        frame[column.name] = codes
    return frame, faults


def _words(table: Table, column: Column, lists: Mapping[str, Words]) -> Words | None:
    """The words that a column chooses from; None where it holds no words of a list."""
    if column.name in LISTS[table.name]:
        return lists[LISTS[table.name][column.name]]
    if column.kind == "flag":
        return Words({code: code for code in ("yes", "no")} | {word: code for code, word in texts.flags("bg").items()})
    if not column.choices:
        return None
    return Words({code: code for code in column.choices} | {texts.choice(c, table.name)[0]: c for c in column.choices})


def _filled(frame: pd.DataFrame, table: Table, returned: Returned) -> pd.DataFrame:
    """What a municipality may leave blank: its own code, a code for a new site, the template as the basis."""
    frame = frame.copy()
    if table is not schema.AGREEMENTS:
        frame["municipality"] = frame["municipality"].mask(frame["municipality"] == "", returned.municipality)
    if table is not schema.AGREEMENTS:
        frame["site"] = _sites(frame, returned.municipality)
    if table is schema.PROPOSALS:
        frame["sole_host"] = frame["sole_host"].mask(frame["sole_host"] == "", "no")
    said = texts.collected("read.basis", "bg", file=returned.municipality)
    frame["basis"] = frame["basis"].mask(frame["basis"] == "", said)
    return frame


def _sites(frame: pd.DataFrame, municipality: str) -> list[str]:
    """The codes of the sites; one without a code gets service:municipality:new1, and so on."""
    taken = set(frame["site"]) - {""}
    sites = []
    for site, service in zip(frame["site"], frame["service"], strict=True):
        number = 1
        name = site
        while not name or (not site and name in taken):
            name = f"{service or 'site'}:{municipality}:new{number}"
            number += 1
        taken.add(name)
        sites.append(name)
    return sites


def _own(
    frame: pd.DataFrame, table: Table, returned: Returned, wrong: Collection[int], names: Mapping[str, str]
) -> pd.DataFrame:
    """The rows that are the municipality's to send; the others are named."""
    own = frame["municipality"] == returned.municipality
    if table is schema.AGREEMENTS:
        own |= frame["host"] == returned.municipality
    for row in frame.index[~own]:
        if int(row) not in wrong:
            other = str(frame.at[row, "municipality"])
            cell = returned.cell(table.name, "municipality", int(row))
            words = {"other": names.get(other, other), "own": names[returned.municipality]}
            finding = Finding("other_rows", returned.municipality, returned.file, TABS[table.name], cell, other, words)
            returned.findings.append(finding)
    keep = own | frame.index.isin(list(wrong))
    return frame[keep]


def _take(frame: pd.DataFrame, table: Table, returned: Returned, records: Records, faults: list[Fault]) -> None:
    """The rows that are whole, checked as any table is; every wrong one named cell by cell."""
    wrong = {fault.row for fault in faults}
    for _ in range(2):
        good = frame[~frame.index.isin(list(wrong))]
        try:
            checked = schema.check(table, good, records.file)
            break
        except InputRefused as refused:
            faults += refused.faults
            wrong |= {fault.row for fault in refused.faults}
    else:
        checked, good = empty(table), good.iloc[:0]
    # The keys are texts, so that the rows are sorted as the checked table is.
    good = good.sort_values(list(table.key), kind="stable")
    returned.tables[table.name], returned.places[table.name] = checked, [int(row) for row in good.index]
    located = records.located(sorted(set(faults)))
    returned.findings += [of_fault(fault, returned.municipality, table) for fault in located]
