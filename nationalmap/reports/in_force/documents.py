"""The files about proposal, plan and map in force: tables, workbook and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from nationalmap import publishing
from nationalmap.reports.in_force.declared import IN_FORCE
from nationalmap.reports.in_force.told import name_of, say, sentences, status_of
from nationalmap.reports.sheets import Field, Sheet, Style, heading
from nationalmap.reports.texts import languages
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.sources.annexes import Annex
    from nationalmap.sources.annexes.proposals import Proposals

#: Columns whose words stand in a list of in_force.toml, and its name.
_WORDS = {"class": "class", "map_status": "status", "status": "status", "of": "of", "level": "level"}
#: Letters of a cell; a workbook takes 32,767.
_LONGEST = 30_000
_USUAL = ("territory", "service", "host", "year")
_TOTALS = ("proposed_users", "plan_places", "plan_users", "plan_state_users", "map_users", "above_users", "left_users")


def documents(
    plan: Plan, annex: Annex, proposals: Proposals | None, tables: Mapping[str, pd.DataFrame]
) -> dict[str, bytes]:
    """Every file by its name; the same figures give the same bytes."""
    told = {language: sentences(plan, annex, proposals, tables, language) for language in languages()}
    lines = [line for language in languages() for line in (*told[language], "")]
    return {
        **{f"{name}.csv": publishing.csv_bytes(IN_FORCE[name], table) for name, table in tables.items()},
        "about.txt": "\n".join(lines).encode(),
        "in-force.xlsx": _workbook(plan, annex, told, tables),
    }


def _workbook(plan: Plan, annex: Annex, told: Mapping[str, list[str]], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A sheet of sentences in both languages, then one for each table."""
    import pandas as pd
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    day = plan.scenario.as_of
    name = f"{plan.scenario.name}, {plan.run_id}"
    book.set_properties({"title": say("title", "bg", plan=name), "created": datetime(day.year, day.month, day.day)})
    pieces = [list(chain(*map(_pieces, lines))) for lines in told.values()]
    said = pd.DataFrame(list(zip_longest(*pieces, fillvalue="")), columns=list(told), dtype=object)
    fields = (Field("bg", "long", "Български", "Bulgarian"), Field("en", "long", "Английски", "English"))
    names = name_of(plan, "bg")
    for sheet in (Sheet("said", fields, said, 0), *(_sheet(key, frame, names) for key, frame in tables.items())):
        tab = say(f"tab.{sheet.key}", "bg")
        page = Page(book.add_worksheet(tab), tab, styles)
        status = {language: say(status_of(annex), language) for language in languages()}
        titles = [
            (
                say(f"tab.{sheet.key}", language),
                say(f"says.{sheet.key}", language, status=status[language], plan=say("title", language, plan=name)),
            )
            for language in languages()
        ]
        write_sheet(page, sheet, titles)
        set_up_page(page, name, sheet.paper)
    book.close()
    return target.getvalue()


def _pieces(line: str) -> list[str]:
    """A sentence in parts that a cell can hold."""
    return [line[start : start + _LONGEST] for start in range(0, len(line), _LONGEST)]


def _sheet(table: str, frame: pd.DataFrame, names: Mapping[str, Mapping[str, str]]) -> Sheet:
    """A table with the names of its codes beside them, closed lists in words."""
    fields: list[Field] = []
    rows = frame.astype(object).where(frame.notna(), None)
    for column in IN_FORCE[table].columns:
        fields.append(_field(column.name, column.kind))
        if column.name in _WORDS:
            rows[column.name] = [say(f"{_WORDS[column.name]}.{word}", "bg") for word in frame[column.name]]
        if column.name == "class":
            fields.append(_field("class_en", "text"))
            rows["class_en"] = [say(f"class.{word}", "en") for word in frame["class"]]
        if column.name in names:
            label = f"{column.name}_name"
            fields.append(_field(label, "choice") if column.name == "region" else heading(label, "text"))
            rows[label] = [names[column.name].get(code, "") for code in frame[column.name]]
    sums = tuple(name for name in _TOTALS if table == "hosts" and name in frame.columns)
    return Sheet(table, tuple(fields), rows[[field.name for field in fields]], 4, sums, "A3")


def _field(name: str, kind: str) -> Field:
    styles: dict[str, Style] = {"integer": "count", "code": "code", "date": "code", "choice": "text", "text": "long"}
    style = "plus_count" if "_less_" in name else styles[kind]
    if name in _USUAL:
        return heading(name, "year" if name == "year" else "code")
    style = "year" if name == "row" else style
    return Field(name, style, *(say(f"column.{name}", language) for language in languages()))
