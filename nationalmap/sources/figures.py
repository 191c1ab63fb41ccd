"""Figures as people write them, to digits with a point: the style and unit that a file declares, or none.

Nothing is guessed: a cell that could be read in two ways, or in another unit than its column,
is left to the check or refused here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from statistics import median

from nationalmap.domain.scenario import Reading
from nationalmap.errors import Fault
from nationalmap.schema import Column, Table, shown
from nationalmap.sources.records import Records

#: The style of our own files, and the mark of a cell that is not in the declared one.
_OURS, _OTHER_STYLE = "1234.5", "?"
#: Leva in a euro, fixed by law.
BGN = Decimal("1.95583")
_NUMERIC = ("integer", "number", "money")
_DIGITS = re.compile(r"[+-]?[0-9]*\.?[0-9]+", re.ASCII)
_SPACE = "[ \u00a0\u202f\u2009]"
_UNIT = re.compile(
    r"(?P<before>€|EUR|BGN|\$)?\s*(?P<bare>[+-]?[0-9].*?)\s*(?P<after>%|‰|€|EUR|евро|BGN|лв\.?|лева|\$|USD)?", re.I
)
_MARKS = {"€": "eur", "eur": "eur", "евро": "eur", "bgn": "bgn", "лв": "bgn", "лв.": "bgn", "лева": "bgn"}
#: Words that mean no data in one office, and none at all in another.
_NO_DATA = frozenset(
    ("-", "–", "—", "..", "...", "…", "x", "х", "na", "n/a", "#n/a", "н.д.", "н/д", "няма", "няма данни", "*")
)
#: Units of a file, and what one of it is in the unit of the column.
_FACTORS: Mapping[tuple[str, str], Decimal] = {
    ("eur", "thousand_eur"): Decimal("0.001"),
    ("bgn", "thousand_eur"): Decimal("0.001") / BGN,
    ("thousand_bgn", "thousand_eur"): 1 / BGN,
    ("thousand_eur", "eur"): Decimal(1000),
    ("bgn", "eur"): 1 / BGN,
    ("thousand_bgn", "eur"): 1000 / BGN,
    ("share", "percent"): Decimal(100),
    ("percent", "share"): Decimal("0.01"),
}
#: What a header says of the unit, in the order in which it is looked for.
_SAID = (
    ("thousand_bgn", re.compile(r"хил\.?\s*(лв|лева|BGN)", re.I)),
    ("thousand_eur", re.compile(r"хил\.?\s*(евро|EUR|€)|thousand\s+(euro|EUR)", re.I)),
    ("bgn", re.compile(r"(?<!\w)(лв|лева|BGN)(?!\w)", re.I)),
    ("eur", re.compile(r"(?<!\w)(евро|EUR)(?!\w)|€", re.I)),
    ("percent", re.compile(r"%|(?<!\w)(процент|на сто|per cent|percent)", re.I)),
)
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
#: A per cent so much smaller than the others is one of a hundred, or a share.
_SMALL = 20


def plain_figures(records: Records, table: Table, units: Mapping[str, str], reading: Reading) -> Iterator[Fault]:
    """Rewrites the figures of the records as digits with a point, in the unit of each column."""
    for column in table.columns:
        if column.kind in _NUMERIC and column.name in records.frame.columns:
            unit = units.get(column.name) or _unit(column)
            yield from records.located(list(_of_column(records, column.name, unit, reading)))


def _unit(column: Column) -> str:
    return "eur" if column.kind == "money" else "share" if column.high == 1 else ""


def _of_column(records: Records, name: str, unit: str, reading: Reading) -> Iterator[Fault]:
    texts, rows, typed = records.frame[name].tolist(), records.frame.index.tolist(), records.typed(name)
    declared = reading.unit if (reading.unit, unit) in _FACTORS else ""
    told = [_read(text, known, reading) for text, known in zip(texts, typed, strict=True)]
    marks = Counter(mark for (bare, mark), text in zip(told, texts, strict=True) if bare)
    answer = []
    for row, text, (bare, mark) in zip(rows, texts, told, strict=True):
        rule, cure = _wrong(text, bare, mark, unit, declared, marks, reading)
        if rule:
            yield Fault(records.file, int(row), name, shown(text), rule, cure)
        answer.append(bare if rule else _converted(bare, mark, unit, declared))
    if unit == "percent" and not reading.unit:
        yield from _shares(records, name, answer)
    if declared:
        records.note(
            f"{name} is read in {declared} and told in {unit}" + (f" (1 EUR = {BGN} BGN)" if "bgn" in declared else "")
        )
    records.frame[name] = answer


def _read(text: str, typed: bool, reading: Reading) -> tuple[str, str]:
    """The digits of a cell and the unit written beside them; a cell that is no figure stays as it is."""
    if _DIGITS.fullmatch(text) and (typed or reading.numbers == _OURS):
        return text, ""
    if not text or text in reading.blanks:
        return "", ""
    if text in reading.zeros:
        return "0", ""
    found = _UNIT.fullmatch(text)
    bare = ""
    if found is not None and not (found["before"] and found["after"]):
        bare = found["bare"] if typed else _digits(found["bare"], reading.numbers)
    if found is None or not bare:
        return text, "" if reading.numbers == _OURS else _OTHER_STYLE
    mark = (found["before"] or found["after"] or "").lower()
    return bare, _MARKS.get(mark, mark)


def _digits(text: str, style: str) -> str:
    """A figure in a style, as digits with a point; "" where it does not fit."""
    thousands = "" if style[1] == "2" else style[1]
    between = _SPACE if thousands == " " else re.escape(thousands)
    grouped = rf"[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|" if thousands else ""
    if not re.fullmatch(rf"[+-]?(?:{grouped}[0-9]+)(?:{re.escape(style[-2])}[0-9]+)?", text):
        return ""
    whole, point, rest = text.rpartition(style[-2])
    if not point:
        whole, rest = text, ""
    return re.sub(r"[^0-9+-]", "", whole) + ("." + rest if point else "")


def _wrong(
    text: str, bare: str, mark: str, unit: str, declared: str, marks: Counter[str], reading: Reading
) -> tuple[str, str]:
    """Broken rule and cure of a cell whose unit is not that of its column, or that may mean two things."""
    if text.casefold() in _NO_DATA and bare == text:
        return "may mean no data, or none", "leave it blank or write 0; or declare it in blanks or zeros of its reading"
    if mark == _OTHER_STYLE:
        return f"is not a number written as {reading.numbers}", "write it so, or mend numbers in its reading"
    if not mark:
        few = unit == "percent" and marks["%"] > marks[""]
        return (
            ("has no %, as most of its column have", "write all alike")
            if bare and few and _is_digits(bare)
            else ("", "")
        )
    if mark == "%":
        if unit == "share":
            return "", ""
        if unit != "percent":
            return "is a per cent, its column is not", "write the figure itself"
        return (
            ("has a %, as not all of its column have", "write all alike") if 0 < marks[""] >= marks["%"] else ("", "")
        )
    asked = (declared or reading.unit or unit).removeprefix("thousand_")
    if mark == asked and not (declared or unit).startswith("thousand_"):
        return "", ""
    said = {"eur": "EUR", "bgn": "BGN (leva)"}.get(mark, mark)
    column = (declared or unit).replace("thousand_", "thousand ").replace("eur", "EUR").replace("bgn", "BGN")
    rule = f"is in {said}, its column is in {column}" if column else f"carries a unit ({said})"
    return rule, "write the figure in the unit of the column, or declare the unit of the file in its reading"


def _is_digits(text: str) -> bool:
    return bool(_DIGITS.fullmatch(text))


def _converted(bare: str, mark: str, unit: str, declared: str) -> str:
    """The figure in the unit of its column; as it was written where that is its own."""
    factor = Decimal("0.01") if mark == "%" and unit == "share" else _FACTORS.get((declared, unit))
    if mark == "%" and unit == "percent":
        factor = None
    if factor is None or not _is_digits(bare):
        return bare
    try:
        value = Decimal(bare) * factor
    except InvalidOperation:
        return bare
    places = Decimal("0.01") if unit == "eur" else Decimal("0.00000001")
    text = format(value.quantize(places).normalize(), "f")
    return "0" if text == "-0" else text


def _shares(records: Records, name: str, texts: Sequence[str]) -> Iterator[Fault]:
    """Per cents of at most 1 among much larger ones: shares, or small per cents."""
    values = [(int(row), float(text)) for row, text in zip(records.frame.index, texts, strict=True) if _is_digits(text)]
    positive = [value for _, value in values if value > 0]
    if not positive:
        return
    middle = median(positive)
    cure = 'write per cents; if they are, declare unit = "percent" for the file, or "share" if all are shares'
    if len(positive) > 2 and max(positive) <= 1:
        yield Fault(records.file, 0, name, "", "has no figure above 1: these look like shares, not per cents", cure)
        return
    for row, value in values:
        if 0 < value <= 1 and middle >= _SMALL * value:
            rule = f"may be a share among per cents (the middle one is {middle:g})"
            yield Fault(records.file, row, name, f"{value:g}", rule, cure)


def wrong_header(
    records: Records, units: Mapping[str, str], dates: Mapping[str, str], reading: Reading
) -> Iterator[Fault]:
    """What the header and the titles say of unit and year, against what is declared for each column."""
    for name, label in records.labels.items():
        unit = units.get(name, "")
        said = next((code for code, pattern in _SAID if pattern.search(label)), "")
        asked = reading.unit if (reading.unit, unit) in _FACTORS else unit
        if unit in ("thousand_eur", "eur", "percent") and said and said != asked:
            cure = f'declare unit = "{said}" for the file in its reading, or mend the header'
            yield Fault(records.file, records.header, name, shown(label), f"says {said}, declared is {asked}", cure)
        years = {found[0] for text in (label, *records.titles) for found in _YEAR.finditer(text)}
        year = dates.get(name, "")[:4]
        if name in dates and years and year not in years:
            cure = "take the file of that year, or mend reference_date in indicators.csv"
            rule = f"is said to be of {', '.join(sorted(years))}, declared is {dates[name]}"
            yield Fault(records.file, records.header, name, "", rule, cure)
