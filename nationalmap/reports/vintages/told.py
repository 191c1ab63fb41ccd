"""Two vintages in sentences, and as a workbook of both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from nationalmap.reports.sheets import Field, Sheet, Style, heading
from nationalmap.reports.texts import counted, languages, listed, number, signed, text
from nationalmap.reports.vintages import VINTAGES
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats, set_up_page

if TYPE_CHECKING:
    import pandas as pd

#: Kind of name (municipality, indicator, group) -> code -> name in each language.
Names = Mapping[str, Mapping[str, Mapping[str, str]]]
#: Movers of an indicator that a sentence names.
_NAMED = 3
_STYLES: Mapping[str, Style] = {
    "indicator": "code", "municipality": "code", "group": "code", "change": "text", "place": "count", "year": "year",
    "compared": "count", "old": "number", "new": "number", "difference": "plus_number", "percent": "plus_number",
}  # fmt: skip


def sentences(tables: Mapping[str, pd.DataFrame], sides: tuple[str, str], names: Names, language: str) -> list[str]:
    """The report in one language: indicators with their largest movers, municipalities, then needs."""

    def say(key: str, **values: object) -> str:
        return text(f"vintages.{key}", language, **values)

    def name(kind: str, code: str) -> str:
        return names[kind].get(code, {}).get(language, code)

    return [
        say("title", old=sides[0], new=sides[1]),
        *_indicators(tables, name, say, language),
        *_places(tables["municipalities"], name, say, language),
        *_needs(tables["needs_totals"], name, say, language),
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _pair(row: Mapping[str, Any], language: str) -> dict[str, str]:
    known = row["percent"] == row["percent"]
    return {
        "old": _figure(row["old"], language),
        "new": _figure(row["new"], language),
        "difference": signed(row["difference"], language, _decimals(row["difference"])),
        "percent": f" ({signed(row['percent'], language, 2)}\N{NO-BREAK SPACE}%)" if known else "",
    }


def _decimals(value: float) -> int:
    return 0 if value == round(value) else 1


def _figure(value: float, language: str) -> str:
    return number(value, language, _decimals(value))


def _indicators(tables: Mapping[str, pd.DataFrame], name: Any, say: Any, language: str) -> Iterator[str]:
    movers = _records(tables["movers"])
    for row in _records(tables["totals"]):
        code = str(row["indicator"])
        if not row["compared"]:
            yield say("nothing", name=name("indicator", code))
            continue
        count = counted(int(row["compared"]), "municipality", language)
        key = "total" if row["difference"] else "same_total"
        yield say(key, name=name("indicator", code), count=count, **_pair(row, language))
        mine = [one for one in movers if one["indicator"] == code][:_NAMED]
        if mine:
            parts = [
                say("mover", name=name("municipality", one["municipality"]), **_pair(one, language)) for one in mine
            ]
            yield say("movers", list=listed(parts, language, "parts"))


def _places(rows: pd.DataFrame, name: Any, say: Any, language: str) -> Iterator[str]:
    for change in ("missing", "added"):
        codes = rows.loc[rows["change"] == change, "municipality"].tolist()
        if codes:
            yield say(change, list=listed([f"{name('municipality', code)} ({code})" for code in codes], language))


def _needs(rows: pd.DataFrame, name: Any, say: Any, language: str) -> Iterator[str]:
    moved = [row for row in _records(rows) if row["compared"] and row["difference"]]
    yield say("needs" if moved else "no_needs")
    for row in moved:
        count = counted(int(row["compared"]), "municipality", language)
        yield say("need", name=name("group", row["group"]), year=row["year"], count=count, **_pair(row, language))


def workbook(tables: Mapping[str, pd.DataFrame], sides: tuple[str, str], names: Names) -> bytes:
    """A sheet of sentences in both languages, then one for each table; the same figures give the same bytes."""
    import pandas as pd
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    book.set_properties({"title": text("vintages.tab.said", "bg"), "created": datetime(1980, 1, 1)})
    said = list(zip(*(sentences(tables, sides, names, language) for language in languages()), strict=True))
    fields = (Field("bg", "long", "Български", "Bulgarian"), Field("en", "long", "Английски", "English"))
    first = Sheet("said", fields, pd.DataFrame(said, columns=["bg", "en"], dtype=object), 0)
    for sheet in (first, *(_sheet(name, frame, names) for name, frame in tables.items())):
        tab = text(f"vintages.tab.{sheet.key}", "bg")
        page = Page(book.add_worksheet(tab), tab, styles)
        title = text("vintages.title", "bg", old=sides[0], new=sides[1])
        also = text("vintages.title", "en", old=sides[0], new=sides[1])
        write_sheet(page, sheet, [(tab, title), (text(f"vintages.tab.{sheet.key}", "en"), also)])
        set_up_page(page, " · ".join(sides), sheet.paper)
    book.close()
    return target.getvalue()


def _sheet(table: str, frame: pd.DataFrame, names: Names) -> Sheet:
    """A table with the names of its codes beside them, changes in words."""
    fields: list[Field] = []
    rows = frame.astype(object).where(frame.notna(), None)
    for column in VINTAGES[table].names:
        fields.append(_field(column))
        if column == "change":
            rows[column] = [text(f"vintages.change.{word}", "bg") for word in frame[column]]
        if column in names:
            fields.append(heading(f"{column}_name", "text"))
            rows[f"{column}_name"] = [names[column].get(code, {}).get("bg", code) for code in frame[column]]
    return Sheet(table, tuple(fields), rows[[field.name for field in fields]], 2)


def _field(name: str) -> Field:
    if name in ("indicator", "municipality", "group", "year"):
        return heading(name, _STYLES[name])
    return Field(name, _STYLES[name], *(text(f"vintages.column.{name}", language) for language in languages()))


def documents(tables: Mapping[str, pd.DataFrame], sides: tuple[str, str], names: Names) -> dict[str, bytes]:
    """The files beside the CSV tables: sentences in both languages, and the workbook."""
    told: Sequence[str] = [
        line for language in languages() for line in (*sentences(tables, sides, names, language), "")
    ]
    return {"about.txt": "\n".join(told).encode(), "vintages.xlsx": workbook(tables, sides, names)}
