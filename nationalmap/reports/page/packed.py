"""Columns of whole numbers as short text, which the page unpacks when it needs them (figures.js).

A number is written in digits of five bits, the highest first: ``A``–``f`` of the alphabet end a number, the other half
go on. ``!`` before it is a minus, ``.`` stands for no data, ``*`` and a count repeat the value before it (0 at the
start), for most columns hold the same value many times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Column = Sequence[int | None]

#: The first half ends a number, the second half goes on.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_HALF = 32
_MINUS, _NOTHING, _AGAIN = "!", ".", "*"


def packed(values: Iterable[int | None]) -> str:
    """A column as text; None is no data."""
    parts: list[str] = []
    last: int | None = 0
    again = 0
    for value in values:
        if value == last:
            again += 1
            continue
        parts += _repeated(last, again)
        parts.append(_written(value))
        last, again = value, 0
    return "".join([*parts, *_repeated(last, again)])


def _repeated(value: int | None, count: int) -> list[str]:
    """So many times the value before: written out where that is shorter."""
    single = _written(value)
    short = _AGAIN + _number(count)
    return [] if not count else [single * count if len(single) * count <= len(short) else short]


def _written(value: int | None) -> str:
    if value is None:
        return _NOTHING
    return _number(value) if value >= 0 else _MINUS + _number(-value)


def _number(value: int) -> str:
    digits = [ALPHABET[value % _HALF]]
    while value := value // _HALF:
        digits.append(ALPHABET[_HALF + value % _HALF])
    return "".join(reversed(digits))


def unpacked(text: str) -> list[int | None]:
    """The column that a text was made from."""
    values: list[int | None] = []
    signs = iter(text)
    for sign in signs:
        if sign == _AGAIN:
            values += [values[-1] if values else 0] * _read(signs)
        elif sign == _NOTHING:
            values.append(None)
        elif sign == _MINUS:
            values.append(-_read(signs))
        else:
            values.append(_read(signs, sign))
    return values


def _read(signs: Iterator[str], first: str | None = None) -> int:
    """The number that comes next."""
    value = 0
    sign = next(signs) if first is None else first
    while True:
        digit = ALPHABET.index(sign)
        value = value * _HALF + digit % _HALF
        if digit < _HALF:
            return value
        sign = next(signs)
