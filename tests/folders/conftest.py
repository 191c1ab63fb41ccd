"""One working folder of Haskovo with its templates, made once; copies of it to be filled in."""

import shutil
from pathlib import Path

import openpyxl
import pytest

import nationalmap

#: The row of a sheet that holds the names of its columns, and the first row below it.
NAMES, FIRST = 5, 6


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """The working folder of Haskovo, in a place that no test changes."""
    return nationalmap.new(tmp_path_factory.mktemp("folders") / "hkv", ["HKV"], split=True)


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy of the working folder, without templates, to be filled in."""
    return Path(shutil.copytree(made, tmp_path / "hkv", ignore=shutil.ignore_patterns("templates")))


@pytest.fixture
def templates(made, tmp_path) -> Path:
    """A copy of the eleven templates, to be filled in."""
    return Path(shutil.copytree(made / "templates", tmp_path / "returned"))


class Filled:
    """A workbook while it is filled in: cells by row and name of the column, as a person would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def __enter__(self) -> "Filled":
        return self

    def __exit__(self, *failed: object) -> None:
        self.book.save(self.path)

    def columns(self, sheet: str) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.book[sheet][NAMES] if cell.value}

    def rows(self, sheet: str) -> list[dict[str, object]]:
        columns, tab = self.columns(sheet), self.book[sheet]
        rows = range(FIRST, tab.max_row + 1)
        return [{name: tab.cell(row, at).value for name, at in columns.items()} for row in rows]

    def row(self, sheet: str, **where: object) -> int:
        """The one row whose cells hold these values."""
        found = [n for n, row in enumerate(self.rows(sheet), FIRST) if where.items() <= row.items()]
        assert len(found) == 1, (sheet, where, found)
        return found[0]

    def write(self, sheet: str, at: int, **cells: object) -> str:
        """Write cells of a row; gives the address of the last one."""
        columns = self.columns(sheet)
        for name, value in cells.items():
            cell = self.book[sheet].cell(at, columns[name])
            cell.value = value
        return cell.coordinate

    def append(self, sheet: str, **cells: object) -> int:
        """Write a row below the last one that holds anything; gives its number."""
        rows = self.rows(sheet)
        last = max((n for n, row in enumerate(rows, FIRST) if any(v is not None for v in row.values())), default=NAMES)
        self.write(sheet, last + 1, **cells)
        return last + 1


@pytest.fixture
def fill():
    """``with fill(path) as book`` to write into a workbook."""
    return Filled
