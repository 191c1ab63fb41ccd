"""Cells as text in, a declared table out: typed, ordered, sorted; or every fault at once."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nationalmap.errors import Fault, InputRefused, spelled

if TYPE_CHECKING:
    import pandas as pd

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.harmless import MOST_CODE, unfit_text

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_CODE = re.compile(r"\*|\w[\w.:-]*")
_FLAGS = {"yes": True, "no": False}
#: Solvers drop smaller numbers and take larger ones for infinite, both without a word.
SMALLEST, LARGEST = 1e-9, 1e15
#: Decimals a number may be written with, by kind; 1.000 in a column of whole numbers may be a thousand.
_DECIMALS: Mapping[str, int] = {"integer": 1, "money": 2}
#: First words of a row of totals, which is no record.
_TOTALS = ("общо", "всичко", "total", "сума", "sum")
#: Cyrillic letters that look like Latin ones, in small letters.
_LATIN = str.maketrans("авекмнорстух", "abekmhopctyx")
_SHOWN = 80
#: Letters that a word needs before a longer known word that holds it is named.
_HELD = 4
#: Unknown codes of one column for which the nearest known one is looked up; each search takes milliseconds.
MOST_STRANGERS = 300


def is_code(text: str) -> bool:
    """Whether a word may name a service, site, stream or norm: letters, digits and _ . : - only, and not many."""
    return len(text) <= MOST_CODE and bool(_CODE.fullmatch(text))


def shown(text: str) -> str:
    """A value as a sentence shows it: signs that nobody would see are spelled out, the rest is cut."""
    seen = spelled(text[:_SHOWN])
    return seen + "…" if len(text) > _SHOWN else seen


def nearest(word: str, known: Collection[str]) -> str:
    """A cure that names the nearest known word, or how to find the list."""
    twins = [k for k in sorted(known) if _plain(k) == _plain(word)]
    close = twins or difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5) or _holding(word, known)
    if not close:
        return f"one of {len(known)} known values is asked" if known else "write a known one"
    foreign = [c for c in word if c.isalpha() and not c.isascii()] if close[0].isascii() else []
    hint = f' ("{foreign[0]}" in the value is not a Latin letter)' if foreign else ""
    return f'the nearest is "{close[0]}"{hint}'


def _holding(word: str, known: Collection[str]) -> list[str]:
    """The shortest known word that holds a word of some length, if any."""
    plain = _plain(word)
    holding = (k for k in known if len(plain) >= _HELD and plain in _plain(k))
    return sorted(holding, key=lambda k: (len(k), k))[:1]


def _plain(word: str) -> str:
    """A word without what the eye does not see: case, alphabet of a look-alike, invisible signs."""
    return "".join(c for c in word.lower().translate(_LATIN) if c.isprintable())


def _number(text: str, column: Column) -> tuple[float | None, str, str]:
    """Value, broken rule, cure of one written number."""
    if not _NUMBER.fullmatch(text):
        return None, "is not a number", "write digits with a decimal point and no spaces, e.g. 1234.5"
    value = float(text) + 0.0
    if not math.isfinite(value):
        return None, "is not a finite number", "write the figure itself"
    if column.kind == "integer" and value != int(value):
        return None, "is not a whole number", "write it without decimals, and without a point for thousands"
    if column.kind != "number" and "e" in text.lower():
        return None, "is written with an exponent", "write all its digits: a spreadsheet may have cut them"
    if len(text.partition(".")[2]) > _DECIMALS.get(column.kind, len(text)):
        whole = column.kind == "integer"
        rule = "may be one or a thousand" if whole else "has more than two decimals"
        return None, rule, "write it without a point" if whole else "money is EUR to the cent, no point for thousands"
    if column.low is not None and value < column.low:
        rule = "is negative" if column.low == 0 else f"is below {column.low:g}"
        return None, rule, f"the smallest value allowed is {column.low:g}"
    if column.high is not None and value > column.high:
        return None, f"is above {column.high:g}", "check the unit and the decimal point"
    if value and not SMALLEST <= abs(value) <= LARGEST:
        rule = f"is {'nearer to 0 than' if abs(value) < SMALLEST else 'beyond'} what a solver takes as it is"
        return None, rule, f"write 0, or a figure from {SMALLEST:g} to {LARGEST:g}; check the unit"
    return value, "", ""


def _parse(text: str, column: Column) -> tuple[Any, str, str]:
    """Value, broken rule, cure of one cell; a blank cell is None."""
    if text == "":
        if column.blank:
            return None, "", ""
        return None, "is empty", "write the value; no data has to be declared where the table allows it"
    if column.kind in ("integer", "number", "money"):
        return _number(text, column)
    if column.kind == "flag":
        if text not in _FLAGS:
            return None, "is neither yes nor no", "write yes or no"
        return _FLAGS[text], "", ""
    if column.kind == "choice" and text not in column.choices:
        return None, f"is not one of {', '.join(column.choices)}", nearest(text, column.choices)
    if column.kind == "date" and not _is_date(text):
        return None, "is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"
    if column.kind == "code" and len(text) > MOST_CODE:
        return None, f"has more than {MOST_CODE} signs", "give it a shorter code"
    if column.kind == "code" and not is_code(text):
        return None, "is not a code", "letters, digits and _ . : - only, no blanks"
    if column.kind == "text":
        return (text, *unfit_text(text))
    return text, "", ""


def fits(text: str, column: Column) -> bool:
    """Whether a cell could stand in a column, whatever it refers to."""
    return not _parse(text, column)[1]


def _is_date(text: str) -> bool:
    """A year, a month or a day that the calendar has."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return True


_DTYPE: Mapping[str, str] = {
    "integer": "int64",
    "number": "float64",
    "money": "float64",
    "flag": "bool",
}


def _typed(values: list[Any], column: Column) -> Any:
    """The cells of a column as an array of its type."""
    import numpy as np
    import pandas as pd

    if column.kind == "integer" and column.blank:
        return pd.array(values, dtype="Int64")
    if column.kind in _DTYPE:
        return np.array(values, dtype=_DTYPE[column.kind])
    return pd.array(values, dtype="str")


def check(
    table: Table,
    raw: pd.DataFrame,
    file: str,
    references: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """The table as declared: typed, ordered, sorted by key; or every fault at once.

    ``raw`` holds the cells as text, one row per record, its index the row numbers of the
    file where it has any. ``references`` gives the permitted codes of a column. Raises
    InputRefused with one fault per wrong cell, missing or unknown column and doubled key.
    """
    faults = list(_wrong_columns(table, raw, file))
    if faults:
        raise InputRefused(faults)
    import pandas as pd

    written = {name: raw[name].tolist() if name in raw.columns else [""] * len(raw) for name in table.known}
    values: dict[str, list[Any]] = {}
    row_numbers = [int(n) for n in raw.index]
    for column in table.columns:
        texts = written[column.name]
        cells = _parsed(texts, column, (references or {}).get(column.name))
        wrong = {text: cell for text, cell in cells.items() if cell[1]}
        if wrong:
            faults += [
                Fault(file, row, column.name, shown(text), *wrong[text][1:])
                for row, text in zip(row_numbers, texts, strict=True)
                if text in wrong
            ]
        else:
            blank = None if column.kind in _DTYPE else ""
            values[column.name] = [blank if (cell := cells[text][0]) is None else cell for text in texts]
    keys = list(zip(*(written[name] for name in table.key), strict=True))
    faults += _doubled_keys(table, keys, file, row_numbers)
    if faults:
        raise InputRefused(faults)
    order = _order([values[name] for name in table.key])
    return pd.DataFrame(
        {column.name: _typed([values[column.name][at] for at in order], column) for column in table.columns}, copy=False
    )


def _order(keys: Sequence[Sequence[Any]]) -> list[int]:
    """Positions of the rows sorted by the columns of the key; a blank number after all others."""
    sorting = list(zip(*([(value is None, value) for value in key] for key in keys), strict=True))
    return sorted(range(len(sorting)), key=sorting.__getitem__)


def _parsed(texts: list[str], column: Column, known: Collection[str] | None) -> dict[str, tuple[Any, str, str]]:
    """Value, broken rule and cure of each different cell; a file of strangers is not searched for kin."""
    seen: dict[str, tuple[Any, str, str]] = {}
    strangers = 0
    for text in dict.fromkeys(texts):
        seen[text] = _parse(text, column)
        if known is not None and text and text not in known:
            total = text.lower().startswith(_TOTALS)
            strangers += 1
            likely = known if strangers <= MOST_STRANGERS else ()
            cure = "leave rows of totals out" if total else nearest(text, likely)
            seen[text] = (None, f"is not one of the {len(known)} known codes", cure)
    return seen


def _wrong_columns(table: Table, raw: pd.DataFrame, file: str) -> list[Fault]:
    present = [str(name) for name in raw.columns]
    missing = [name for name in table.names if name not in present]
    extra = [name for name in present if name not in table.known]
    faults = [
        Fault(file, 1, name, "", "this column is missing", f"{table.name} has the columns {', '.join(table.names)}")
        for name in missing
    ]
    faults += [
        Fault(file, 1, shown(name) or "(no name)", "", "this column is not known", nearest(name, table.known))
        for name in extra
    ]
    doubled = {name for name in present if present.count(name) > 1}
    faults += [Fault(file, 1, name, "", "this column stands twice", "keep one of them") for name in doubled]
    return faults


def _doubled_keys(table: Table, keys: Sequence[tuple[str, ...]], file: str, rows: list[int]) -> list[Fault]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row, key in zip(rows, keys, strict=True):
        if key not in first:
            first[key] = row
            continue
        faults.append(
            Fault(
                file,
                row,
                table.key[0],
                " / ".join(shown(part) for part in key),
                f"stands twice, first in row {first[key]}",
                "keep one row per " + " and ".join(table.key),
            )
        )
    return faults


def as_text(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The table as it is written to a file: declared columns and order, sorted, every cell text.

    A column that a file may be without is left out where no row says anything.
    """
    import pandas as pd

    said = [c for c in table.columns if not c.optional or (c.name in frame and _says(frame[c.name]))]
    ordered = frame if _sorted(frame, table.key) else frame.sort_values(list(table.key), kind="stable")
    return pd.DataFrame({c.name: pd.array(_written(ordered[c.name], c), dtype="str") for c in said}, copy=False)


def _sorted(frame: pd.DataFrame, key: Sequence[str]) -> bool:
    """Whether the rows stand in the order of the key already, as most tables do."""
    rows = list(zip(*(frame[name].tolist() for name in key), strict=True))
    try:
        return all(one <= next_one for one, next_one in pairwise(rows))
    except TypeError:  # a blank is neither less nor more
        return False


def _says(values: pd.Series) -> bool:
    """Whether any cell of a column holds something."""
    return bool((values.notna() & (values.astype(object) != "")).any())


def _written(values: pd.Series, column: Column) -> list[str]:
    """The cells of a column as text; blank where there is no value."""
    write = _WRITE.get(column.kind, str)
    pairs = zip(values.tolist(), values.isna().tolist(), strict=True)
    return ["" if blank else write(value) for value, blank in pairs]


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "flag": lambda value: "yes" if value else "no",
    "integer": lambda value: str(int(value)),
    "money": lambda value: f"{value:.2f}",
    "number": lambda value: repr(float(value)).removesuffix(".0"),
}
