"""What no name, title or note may hold, for it goes into CSV files, workbooks, pages and names of folders.

A spreadsheet runs a cell that begins with a sign of a formula, also where it parts a line at another separator than
the file's own: ``a;=f(x)`` in a CSV file of commas is two cells in an office whose separator is ``;``. A table must
read back equal, so nothing is escaped on the way out: such a text is refused at the door, and numbers are no texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: Letters of a text, of a code, and of a name of a folder.
MOST_LETTERS, MOST_CODE, MOST_NAME = 5_000, 100, 100
#: Signs that begin a formula, also in full width as East Asian offices write them.
_SIGNS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(rf"\s*([{_SIGNS}])")
#: A formula behind any separator or line break: = and @ always, + and - (of a list, of a change) where they call.
_INNER = re.compile(rf"[;,|\t\r\n]\s*(?:[=@＝＠]|[{_SIGNS}][^;,\n]*?(?:\w\(|\|))")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: In texts of several lines tabs and line feeds are writing.
_CONTROL_OF_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: Signs that turn the direction of what follows: the eye reads another word than the program.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Halves of letters, and tags that no font shows.
_NO_LETTERS = re.compile("[\ud800-\udfff\U000e0000-\U000e007f]")
#: Names that Windows keeps for its devices, with or without an ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
#: Signs that no name of a file may hold on Windows, and those that nobody sees.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\u200b-\u200f\u2060-\u2069\ufeff]')
_FOLDER = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*")


def unfit_text(text: str, *, lines: bool = False) -> tuple[str, str]:
    """Broken rule and cure of a text that no output may carry on; two empty ones of a text that is fit.

    ``lines``: it may have several lines, as those of a scenario may.
    """
    if (_CONTROL_OF_LINES if lines else _CONTROL).search(text) or _NO_LETTERS.search(text):
        return "holds a control character", "type the text again"
    if _TURNING.search(text):
        return "holds a sign that turns the direction of writing", "type the text again"
    if found := _FORMULA.match(text):
        return f'begins with "{found[1]}": a spreadsheet would run it', "begin with a letter or a digit"
    if _INNER.search(text):
        return "holds a formula behind a separator: a spreadsheet would run it", "leave the sign out"
    if len(text) > MOST_LETTERS:
        return f"has more than {MOST_LETTERS} letters", "say it shorter"
    return "", ""


def unfit_words(data: Any) -> Iterator[tuple[str, str]]:
    """Each text of nested lists and tables that is unfit, with the rule it breaks."""
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(value, str) and (rule := unfit_text(value, lines=True)[0]):
            yield value, rule
        yield from unfit_words(value)


def may_name_a_folder(name: str) -> bool:
    """Whether a person may call a folder so: in any script, but nothing an office, a shell or Windows trips over."""
    trips = unfit_text(name)[0] or name.startswith(("~", " ")) or name.endswith((".", " ")) or _DEVICES.fullmatch(name)
    return 0 < len(name) <= MOST_NAME and not trips and not _FORBIDDEN.search(name)


def names_a_folder(name: str) -> bool:
    """Whether a folder or file may have this name everywhere: Latin letters, digits, - and _, and no device's."""
    return len(name) <= MOST_NAME and bool(_FOLDER.fullmatch(name)) and not _DEVICES.fullmatch(name)
