"""How a case of the corpus is written: what is done to toyland, and the sentences that must come out.

Each class is a module with its cases by name: ``REFUSED`` (what is done, every sentence of the refusal) and ``TAKEN``
(what is done, what must be told; the figures stay those of toyland). A traceback, a warning, a sentence more or less,
or a file that is left behind fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

Change = Callable[[Path], object]
Cases = dict[str, tuple[Change, Sequence[str]]]

REGISTER = "register.csv"
OLDER = "indicators/2025/older.csv"
SCENARIO = "toyland.toml"


# ------------------------------------------------------------------------ what is done


def swap(file: str, old: str | bytes, new: str | bytes) -> Change:
    """Replace the one place where ``old`` stands."""

    def change(folder: Path) -> None:
        data = (folder / file).read_bytes()
        before = old if isinstance(old, bytes) else old.encode()
        assert data.count(before) == 1, (file, old, data.count(before))
        (folder / file).write_bytes(data.replace(before, new if isinstance(new, bytes) else new.encode()))

    return change


def remake(file: str, make: Callable[[bytes], bytes]) -> Change:
    """Replace all bytes."""
    return lambda folder: (folder / file).write_bytes(make((folder / file).read_bytes()))


def append(file: str, text: str) -> Change:
    return remake(file, lambda data: data + text.encode())


def both(*changes: Change) -> Change:
    return lambda folder: [change(folder) for change in changes]


def without(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def cut(name: str, bytes_off: int) -> Change:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-bytes_off])


# ------------------------------------------------------------------------ what must come out


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(run, folder: Path, change: Change, *command: object) -> list[str]:
    """The sentences of a refusal at the terminal: exit code 3, nothing written beside, before or after.

    ``command``: words before the folder of the plan asked for unless said.
    """
    change(folder)
    before = tree(folder.parent)
    answer = run(*(command or ("plan", folder, "--out", folder.parent / "runs")))
    assert answer.code == 3, (answer.code, answer.out, answer.err)
    assert answer.out == ""
    assert tree(folder.parent) == before
    assert not (folder.parent / "runs").exists()
    lines = answer.err.strip("\n").split("\n")
    for line in lines:
        assert line.isprintable(), line
        assert line.endswith("."), line
        # Where, what is wrong, and how to mend it.
        assert re.match(r".+: .+; .+\.$", line), line
    return lines


def says(lines: Sequence[str], wanted: Sequence[str]) -> None:
    """Every sentence, and no other: each line is the one asked for, or holds its parts (divided by " … ")."""
    assert len(lines) == len(wanted), "\n".join(lines)
    for line, sentence in zip(lines, wanted, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, sentence.split("…"))), line), f"{line}\nis not\n{sentence}"
