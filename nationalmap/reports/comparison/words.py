"""Changes in words: figures as the language writes them, with what they change by."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from nationalmap.reports.texts import entries, listed, number, percent, signed, text

if TYPE_CHECKING:
    from collections.abc import Sequence


def in_words(value: str, language: str) -> str:
    """A value that was written as text: a figure, a flag, nothing, or words as they are."""
    if value == "":
        return text("compare.absent", language)
    if value in entries("flag"):
        return text(f"flag.{value}", language)
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return value
    if not exact.is_finite():
        return value
    plain = f"{exact:f}"
    return number(float(exact), language, len(plain.partition(".")[2].rstrip("0")))


def by_share(base: float, value: float, language: str) -> str:
    """By which part of the base the value differs: +10 %; empty where the base is nothing."""
    if not base or base == value:
        return ""
    share = (value - base) / abs(base)
    whole = round(share * 100)
    # What is nearly nothing, or nearly all, keeps its decimal: without it a whole per cent would be said instead.
    nearly = 1e-9 if abs(whole) in (0, 100) else 0.05
    written = percent(share, language, 0 if abs(share * 100 - whole) < nearly else 1)
    return f"+{written}" if share > 0 else written


def moved(before: str, after: str, by: str, language: str) -> str:
    """One value after the other, with what it changes by where that is known."""
    return text("compare.change_by" if by else "compare.change", language, a=before, b=after, by=by)


def text_change(base: str, value: str, language: str) -> str:
    """The change of a value that was written as text."""
    by = ""
    if base and value and _figure(base) is not None and _figure(value) is not None:
        by = by_share(float(base), float(value), language)
    return moved(in_words(base, language), in_words(value, language), by, language)


def _figure(value: str) -> float | None:
    try:
        return float(Decimal(value))
    except InvalidOperation:
        return None


def figure_change(base: float, value: float, language: str, decimals: int = 0) -> str:
    """Two figures with their difference: 12 → 9 (−3); one figure where there is none."""
    by = round(value - base, decimals)
    if not by:
        return text("compare.pair_same", language, b=number(value, language, decimals))
    before, after = (number(side, language, decimals) for side in (base, value))
    return moved(before, after, signed(by, language, decimals), language)


def some(names: Sequence[str], language: str, most: int) -> str:
    """Names as a list; beyond ``most`` how many more there are."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(text("compare.more", language, n=number(len(names) - most, language)))
    return listed(shown, language)
