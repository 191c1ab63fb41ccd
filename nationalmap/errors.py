"""What can go wrong, each kind with the exit code a shell script may rely on.

A person sees the sentence, never the traceback. A refused input carries every
fault that was found, not the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


class NationalMapError(Exception):
    """Any failure that has a sentence for the person who started the command."""

    exit_code = 1


class UsageError(NationalMapError):
    """The command or function was called with words that do not fit."""

    exit_code = 2


class NoPlanPossible(NationalMapError):
    """No plan can satisfy the rules; the message names the conflict and what would mend it, one fact a line.

    ``said`` holds the lines by language; the message is the English one.
    """

    exit_code = 4

    def __init__(self, message: str, said: Mapping[str, tuple[str, ...]] | None = None) -> None:
        super().__init__(message)
        self.said: Mapping[str, tuple[str, ...]] = dict(said or {})

    def told(self, language: str) -> NoPlanPossible:
        """The same with its message in a language, where it has one."""
        return NoPlanPossible("\n".join(self.said.get(language, (str(self),))), self.said)


class NoPlanFound(NationalMapError):
    """The solver stopped before it found any plan; one may exist."""

    exit_code = 6


class SolverFailed(NationalMapError):
    """The solver broke, or reported something that is not an answer."""

    exit_code = 7


class OutputFailed(NationalMapError):
    """A result could not be written; nothing was published."""

    exit_code = 8


class VerificationFailed(NationalMapError):
    """A run folder does not agree with its own rules, sums or hashes; the message names every difference."""

    exit_code = 9


def spelled(text: str) -> str:
    """A text with the signs that nobody would see spelled out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend in one input: where it is, what is there, what is asked, how to mend it."""

    file: str
    row: int = 0
    column: str = ""
    value: str = ""
    rule: str = ""
    cure: str = ""
    sheet: str = ""
    """Sheet of a workbook, and address of the cell in it, e.g. F7."""
    cell: str = ""

    def __post_init__(self) -> None:
        """A file may call its columns and sheets what it likes; a sentence is one line that can be read."""
        for name in ("file", "column", "sheet"):
            object.__setattr__(self, name, spelled(getattr(self, name)))

    def __str__(self) -> str:
        place = self.file
        if self.sheet:
            place += f", sheet {self.sheet}"
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", {self.column}"
        if self.cell:
            place += f" ({self.cell})"
        shown = f'"{self.value}" ' if self.value else ""
        sentence = f"{place}: {shown}{self.rule}"
        return f"{sentence}; {self.cure}." if self.cure else f"{sentence}."


class InputRefused(NationalMapError):
    """One or more inputs cannot be used as they are; carries every fault, sorted."""

    exit_code = 3

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(set(faults))
        self.faults: tuple[Fault, ...] = tuple(sorted(found, key=lambda fault: (fault.file, fault.sheet)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def all_faults(*checks: Callable[[], object]) -> None:
    """Make every check, then raise InputRefused with the faults of all that refused."""
    faults: list[Fault] = []
    for check in checks:
        try:
            check()
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
