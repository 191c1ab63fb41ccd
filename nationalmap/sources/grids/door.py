"""The door itself: a file, and perhaps the sheet in it, to one grid."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest, shown
from nationalmap.sources.grids.archive import workbook_format
from nationalmap.sources.grids.child import read_sheets
from nationalmap.sources.grids.grid import Grid
from nationalmap.sources.grids.text import read_text
from nationalmap.sources.resources import MAX_TEXT_BYTES, parted, read_bytes

#: How a file of old Excel begins, or one under a password.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_grid(path: Path) -> Grid:
    """The sheet that ``path`` names: ``table.csv``, ``book.xlsx`` where it has one sheet, ``book.xlsx#Sheet``.

    The format is told by the content. Raises InputRefused with the faults of the file, not of its cells.
    """
    file, sheet = parted(path)
    data = read_bytes(file, MAX_TEXT_BYTES)
    form = _format(data, file.name)
    text = form == "text"
    grids = (read_text(data, file.name),) if text else _sheets(form, data, file.name)
    return _chosen(grids, sheet, file.name)


def sheets_of(path: Path) -> tuple[str, ...]:
    """Names of the sheets of a workbook, hidden ones too; none of a file that has no sheets."""
    data = read_bytes(path, MAX_TEXT_BYTES)
    form = _format(data, path.name)
    return tuple(grid.sheet for grid in _sheets(form, data, path.name)) if form in ("xlsx", "ods") else ()


@functools.lru_cache(maxsize=2)
def _sheets(form: str, data: bytes, file: str) -> tuple[Grid, ...]:
    """The sheets of a workbook, which one question asks for several times."""
    return tuple(read_sheets(form, data, file))


def _format(data: bytes, file: str) -> str:
    if data.startswith(b"PK\x03\x04"):
        return workbook_format(data, file)
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(_OLD_OFFICE):
        cure = "save it as XLSX, without a password"
        raise InputRefused([Fault(file, rule="is an old Excel file (XLS) or locked by a password", cure=cure)])
    return "text"


def _chosen(grids: tuple[Grid, ...], name: str, file: str) -> Grid:
    """The sheet of this name; without one the only sheet that is shown."""
    names = [grid.sheet for grid in grids if grid.sheet]
    if name and not names:
        raise InputRefused([Fault(file, 0, "", shown(name), "is no sheet of it: it has none", "leave the # away")])
    if name:
        found = [grid for grid in grids if grid.sheet.casefold() == name.casefold()]
        if not found:
            rule, cure = "is not a sheet of it", f"{nearest(name, names)}; it has {_listed(names)}"
            raise InputRefused([Fault(file, 0, "", shown(name), rule, cure)])
        return found[0]
    seen = [grid for grid in grids if not grid.hidden and (grid.rows or len(grids) == 1)]
    if len(seen) != 1:
        rule = f"has {len(seen)} sheets with something in them ({_listed(names)})" if seen else "shows no sheet"
        raise InputRefused([Fault(file, rule=rule, cure=f"name the sheet: {file}#{shown((names or ['Sheet'])[0])}")])
    unread = [grid.sheet for grid in grids if grid.hidden and grid.rows]
    if not unread:
        return seen[0]
    note = f"{file}: hidden sheets are not read: {_listed(unread)}"
    return replace(seen[0], notes=[*seen[0].notes, note])


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:20]) or "none"
