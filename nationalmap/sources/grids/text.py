"""Tables as text: CSV in the encodings that offices write, separated by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources.grids.grid import Grid

DELIMITERS = (",", ";", "\t")
_LINE_BREAK = re.compile(r"[\r\n]")
_QUOTED = re.compile(r'"[^"]*"')
#: Lines that are looked at for the separator.
_LOOKED_AT = 100
#: What a Bulgarian table in Windows-1251 holds beside ASCII; anything else is another encoding.
_BULGARIAN = set("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяЁё„“”‘’‚«»–—…№§©®°±·•€\xa0\xad")
_CURE = "save it as CSV UTF-8"


@dataclass(frozen=True)
class Decoded:
    """The text of a file, and what to say of its encoding."""

    text: str
    notes: tuple[str, ...] = ()


def read_text(data: bytes, file: str) -> Grid:
    """The cells of a CSV file, rows as long as they are written. Raises InputRefused for another encoding, a cell
    with a line break, or a quote that is never closed.
    """
    decoded = _decoded(data, file)
    text = decoded.text
    grid = Grid(file, notes=list(decoded.notes), cut=bool(text) and not _LINE_BREAK.match(text[-1]))
    faults: list[Fault] = []
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, row in enumerate(reader, 1):
            if any(row):
                faults += [_broken(cell, file, number) for cell in row if _LINE_BREAK.search(cell)]
                grid.rows.append(row)
                grid.numbers.append(number)
    except csv.Error as error:
        cure = "open and save it again as CSV UTF-8; a quote may be left open"
        faults.append(Fault(file, number + 1, "", "", f"is not a CSV file from here on ({error})", cure))
    if faults:
        raise InputRefused(faults)
    return grid


def _broken(cell: str, file: str, number: int) -> Fault:
    cure = "write the cell on one line; a quote may be left open"
    return Fault(file, number, "", shown(cell), "holds a line break", cure)


def _delimiter(text: str) -> str:
    """The separator that most lines hold equally often; where two do, the one that the first line has more of."""
    bare = _QUOTED.sub("", text[:200_000])
    lines = [line for line in _LINE_BREAK.split(bare)[:_LOOKED_AT] if line.strip()]

    def rank(delimiter: str) -> tuple[int, int]:
        counts = Counter(times for line in lines if (times := line.count(delimiter)))
        return max(counts.values(), default=0), lines[0].count(delimiter)

    return max(DELIMITERS, key=rank) if lines else DELIMITERS[0]


def _decoded(data: bytes, file: str) -> Decoded:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _wide(data, encoding, file)
    if b"\x00" in data:
        even, odd = data[::2].count(0), data[1::2].count(0)
        # Without a mark: separators and digits have a zero on one side, and there are many of them.
        if min(even, odd) * 20 > max(even, odd) or (even + odd) * 20 < len(data):
            raise InputRefused([Fault(file, rule="is not a text file", cure=_CURE)])
        return _wide(data, "utf-16-be" if even > odd else "utf-16-le", file)
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _cyrillic(data, file, error.start)


def _wide(data: bytes, encoding: str, file: str) -> Decoded:
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text or not any(sign in text for sign in (*DELIMITERS, "\n", "\r")):
        raise InputRefused([Fault(file, rule="is not a text file", cure=_CURE)])
    return Decoded(text, (f"{file} is in UTF-16",))


def _cyrillic(data: bytes, file: str, start: int) -> Decoded:
    """Text in Windows-1251, where every letter fits; a damaged UTF-8 file is not taken for it."""
    row = data[:start].count(b"\n") + 1
    text = data.decode("cp1251", errors="replace")
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    paired = sum(map(len, re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", data)))
    if paired * 2 > high or any(sign > "\x7f" and sign not in _BULGARIAN for sign in text):
        cure = "save it as CSV UTF-8 (it may be in another encoding, or damaged)"
        raise InputRefused([Fault(file, row, rule="is neither UTF-8 nor Windows-1251", cure=cure)])
    return Decoded(text, (f"{file} is in Windows-1251",))
