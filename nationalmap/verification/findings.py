"""What this witness has found: sentences of differences, and how much it has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

#: A number in a table is a float's shortest text, often a rounded sum: this far it may lie from the exact one.
CLOSE = Fraction(1, 1_000_000)


@dataclass
class Findings:
    """Sentences in the order they were found, the rules that were asked, and how many rows were read."""

    sentences: list[str] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    """What was not compared, or how much was."""

    def note(self, sentence: str) -> None:
        """Something to say that is no difference."""
        self.notes.append(sentence + ".")

    def add(self, sentence: str) -> None:
        """One difference."""
        self.sentences.append(sentence + ".")

    def rule(self, name: str, where: str, left: Any, relation: str, right: Any, words: str) -> None:
        """One row of a rule: ``left`` must stand in ``relation`` (<=, >=, =) to ``right``; exact."""
        self.rules.add(name)
        holds = left <= right if relation == "<=" else left >= right if relation == ">=" else left == right
        if not holds:
            self.add(f"{where}: {words}: {shown(left)} must be {relation} {shown(right)} (rule {name})")

    def breaks(self, name: str, where: str, broken: bool, words: str) -> None:
        """One row of a rule that is no sum: ``words`` say what is wrong where it is broken."""
        self.rules.add(name)
        if broken:
            self.add(f"{where}: {words} (rule {name})")

    def same(self, file: str, key: Any, stands: Mapping[str, Any], follows: Mapping[str, Any], rule: str) -> None:
        """Every column of ``follows`` must stand so in the row; numbers (Fraction) within a millionth."""
        for name, right in follows.items():
            left = stands[name]
            if not _equal(left, right):
                money = name.endswith("_eur")
                says = f"{name} is {shown(left, money)}; {shown(right, money)} follows"
                self.add(f"{file}, {cell(key)}: {says} ({rule})")

    def table(
        self,
        file: str,
        stands: Mapping[Any, Mapping[str, Any]],
        follows: Mapping[Any, Mapping[str, Any]],
        rule: str,
    ) -> None:
        """A table that follows wholly from others: the same keys, the same cells."""
        self.rules.add(rule)
        for key in sorted(follows):
            if key not in stands:
                self.add(f"{file}, {cell(key)}: this row is missing; it follows ({rule})")
            else:
                self.same(file, key, stands[key], follows[key], rule)
        for key in sorted(set(stands) - set(follows)):
            self.add(f"{file}, {cell(key)}: this row stands; nothing asks for it ({rule})")


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None or not isinstance(right, Fraction):
        return bool(left == right)
    return bool(abs(left - right) <= CLOSE)


def cell(key: Any) -> str:
    """A key as a sentence names it."""
    parts: Iterable[Any] = key if isinstance(key, tuple) else (key,)
    return " ".join(str(part) for part in parts)


def euro(cents: Any) -> str:
    """Cents (whole, or an exact part of one) as EUR."""
    whole = Fraction(cents) / 100
    return f"{float(whole):,.2f}" if Fraction(cents).denominator == 1 else f"{float(whole):,.6f}"


def shown(value: Any, money: bool = False) -> str:
    """A figure as a sentence shows it."""
    if value is None or value == "":
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if money:
        return euro(value)
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.9g}"
    return str(value)
