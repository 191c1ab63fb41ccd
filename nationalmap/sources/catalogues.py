"""The catalogue as a folder of files or as one workbook: where each table lies, its norms, the names of its codes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.sources.grids import sheets_of
from nationalmap.sources.norm_rows import norms_of_rows
from nationalmap.sources.resources import inside, table_file
from nationalmap.sources.scenarios import norms_of, read_norms
from nationalmap.sources.tables import Intake, read_table

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.norm import Norm


def catalogue_paths(folder: Path) -> dict[str, Path]:
    """The catalogue's files, or its sheets where it is a workbook: norms and what all have, others if any."""
    optional = {table.name for table in schema.OPTIONAL_TABLES}
    if folder.is_file():
        present = {sheet.casefold() for sheet in sheets_of(folder)}
        wanted = (*schema.CATALOGUE_TABLES, schema.NORMS)
        tabs = {table.name: schema.TABS[table.name] for table in wanted}
        return {
            name: folder.with_name(f"{folder.name}#{tab}")
            for name, tab in tabs.items()
            if name not in optional or tab.casefold() in present
        }
    files = {table.name: table_file(folder, table.name) for table in schema.CATALOGUE_TABLES}
    there = {name: path for name, path in files.items() if name not in optional or path.exists()}
    return {**there, "norms": inside(folder, "norms.toml")}


def catalogue_norms(path: Path, indicators: Collection[str], intake: Intake) -> tuple[Norm, ...]:
    """The norms of the catalogue: its norm file, or its sheet of norms."""
    if path.name == "norms.toml":
        return read_norms(path)
    rows = read_table(schema.NORMS, path, {"indicator": indicators}, may_be_empty=True, intake=intake)
    return norms_of(norms_of_rows(rows, path.name), path.name)


def names_beside(column: str, table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The names that may stand beside each code of a table; one that stands twice is told apart by its code."""
    return {
        str(code): (str(bg), str(en), f"{bg} ({code})")
        for code, bg, en in table[[column, "name_bg", "name_en"]].itertuples(index=False, name=None)
    }
