"""Columns for the reader: in the sheets of a working folder names stand beside codes, their headings in brackets.

They are no part of the table. A name that is not the code's is refused: somebody has changed
one of the two, and nobody can say which is meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from nationalmap.errors import Fault
from nationalmap.schema import shown

if TYPE_CHECKING:
    import pandas as pd

#: By column of codes, the words that may stand beside each code.
Names = Mapping[str, Mapping[str, Collection[str]]]


def beside(column: str) -> str:
    """Heading of the column for the reader that stands beside a column."""
    return f"({column})"


def is_beside(heading: str) -> bool:
    """Whether a heading is that of a column for the reader."""
    return heading.startswith("(") and heading.endswith(")")


def without_beside(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the table itself."""
    return frame[[name for name in frame.columns if not is_beside(str(name))]]


def wrong_names(frame: pd.DataFrame, names: Names, file: str) -> Iterator[Fault]:
    """Names beside codes that are not those of the code; a blank one says nothing."""
    for column, known in names.items():
        heading = beside(column)
        if column not in frame.columns or heading not in frame.columns:
            continue
        for row, code, name in zip(frame.index, frame[column], frame[heading], strict=True):
            right = known.get(code)
            if name and right and _plain(name) not in {_plain(word) for word in right}:
                rule = f"stands beside {code}, which is {sorted(right)[0]}"
                yield Fault(file, int(row), heading, shown(name), rule, "mend the code, or empty the name beside it")


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
