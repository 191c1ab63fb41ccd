"""Faults as lists that can be sent back: what is wrong in which cell, and how to mend it, in both languages.

No formula and no link: a value that looks like one stays text. The same faults give the same bytes.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

from nationalmap import publishing
from nationalmap.reports.sheets import Field, Sheet
from nationalmap.reports.workbook_sheet import OPTIONS, write_sheet
from nationalmap.reports.workbook_style import Page, formats

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from nationalmap.errors import Fault

_FIELDS = (
    Field("file", "text", "Файл", "File"),
    Field("sheet", "text", "Лист", "Sheet"),
    Field("cell", "code", "Клетка", "Cell"),
    Field("row", "year", "Ред", "Row"),
    Field("column", "text", "Колона", "Column"),
    Field("value", "text", "Стойност", "Value"),
    Field("rule_bg", "long", "Какво не е наред", "What is wrong, in Bulgarian"),
    Field("cure_bg", "long", "Как се поправя", "How to mend it, in Bulgarian"),
    Field("rule", "long", "Какво не е наред, на английски", "What is wrong"),
    Field("cure", "long", "Как се поправя, на английски", "How to mend it"),
)
_MENDED = (Field("said", "long", "Поправено при четенето", "Mended while reading"),)
_TITLES = [
    ("За поправяне", "Всяка грешка с мястото ѝ. Изпратете листа на общината, която е подготвила файла."),
    ("To be mended", "Every fault with its place. Send the sheet to the municipality that made the file."),
]
_MENDED_TITLES = [
    ("Поправено", "Клетки, които програмата прочете иначе, отколкото са написани. Проверете ги."),
    ("Mended", "Cells that the program read otherwise than they are written. Please look at them."),
]


@cache
def _sayings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with their Bulgarian; those with most letters of their own first, none is taken for a vaguer one."""
    words = resources.files("nationalmap.reports").joinpath("faults.toml").read_text(encoding="utf-8")
    said = sorted(tomllib.loads(words)["says"].items(), key=lambda pair: (-len(pair[0].replace("{}", "")), pair))
    return tuple((re.compile("(.*?)".join(map(re.escape, is_.split("{}")))), bg) for is_, bg in said)


@cache
def in_bulgarian(sentence: str) -> str:
    """A rule or cure in Bulgarian, and so what it says of another rule; as it is where nobody translated it."""
    for pattern, said in _sayings():
        if found := pattern.fullmatch(sentence):
            return re.sub(r"\{(\d)\}", lambda place: in_bulgarian(found[int(place[1])]), said)
    return sentence


def fault_table(faults: Iterable[Fault]) -> pd.DataFrame:
    """One row per fault, in order: place, value, rule and cure in both languages."""
    import pandas as pd

    rows = [
        {
            "file": fault.file,
            "sheet": fault.sheet or None,
            "cell": fault.cell or None,
            "row": fault.row or None,
            "column": fault.column or None,
            "value": fault.value or None,
            "rule_bg": in_bulgarian(fault.rule),
            "cure_bg": in_bulgarian(fault.cure) or None,
            "rule": fault.rule,
            "cure": fault.cure or None,
        }
        for fault in faults
    ]
    return pd.DataFrame(rows, columns=[field.name for field in _FIELDS], dtype=object)


def faults_json(faults: Sequence[Fault], mended: Sequence[str], notes: Sequence[str]) -> bytes:
    """The same as JSON, with what was mended and noted."""
    content: dict[str, Any] = {
        "faults": fault_table(faults).to_dict("records"),
        "mended": list(mended),
        "notes": list(notes),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def faults_workbook(faults: Sequence[Fault], mended: Sequence[str]) -> bytes:
    """The same as a workbook of two sheets, ready to print."""
    import pandas as pd
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    styles = formats(book)
    book.set_properties({"title": _TITLES[0][0], "subject": _TITLES[1][0], "created": datetime(1980, 1, 1)})
    said = pd.DataFrame({"said": list(mended)}, dtype=object)
    for fields, rows, titles in ((_FIELDS, fault_table(faults), _TITLES), (_MENDED, said, _MENDED_TITLES)):
        page = Page(book.add_worksheet(titles[0][0]), titles[0][0], styles)
        write_sheet(page, Sheet("faults", fields, rows, 1), titles)
        page.sheet.set_landscape()
        page.sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def write_lists(
    faults: Sequence[Fault], mended: Sequence[str], notes: Sequence[str], json: Path | None, xlsx: Path | None
) -> None:
    """The lists that were asked for, whole or not at all. Raises OutputFailed."""
    files = {}
    if json is not None:
        files[json] = faults_json(faults, mended, notes)
    if xlsx is not None:
        files[xlsx] = faults_workbook(faults, mended)
    publishing.write_files(files)
