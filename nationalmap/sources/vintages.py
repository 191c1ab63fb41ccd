"""Figures of indicators by themselves, a folder or one wide file, for comparing two of them.

Read as for a plan, but a municipality may be missing and a figure blank: to find just that is what they are compared
for. Nothing is taken for zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources.gazetteer import Gazetteer
from nationalmap.sources.resources import inside, parted, table_file
from nationalmap.sources.tables import Intake, indicator_column, read_raw, read_table

if TYPE_CHECKING:
    import pandas as pd


def is_folder(path: Path) -> bool:
    """Whether a folder holds a catalogue of indicators."""
    return path.is_dir() and table_file(path, "indicators").is_file()


def is_file(path: Path) -> bool:
    """Whether this is a table file, or a sheet of one."""
    return parted(path)[0].is_file() and parted(path)[0].suffix.lower() in (".csv", ".xlsx", ".ods", ".parquet")


def read_figures(path: Path, known: pd.DataFrame, gazetteer: Gazetteer) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``indicators`` and ``indicator_catalogue`` of a folder, or of one file with ``known`` indicators.

    Raises InputRefused with every fault of every file.
    """
    import pandas as pd

    intake = Intake(gazetteer)
    if is_folder(path):
        catalogue = read_table(schema.INDICATOR_CATALOGUE, table_file(path, "indicators"), intake=intake)
        groups = [
            (inside(path, str(file), "indicators.csv", "file"), mine)
            for file, mine in catalogue.groupby("file", sort=True)
        ]
    else:
        columns = set(read_raw(path).columns)
        catalogue = known[known["indicator"].isin(columns)].reset_index(drop=True)
        if catalogue.empty:
            cure = f"the columns are municipality and some of {', '.join(known['indicator'])}"
            raise InputRefused([Fault(path.name, 1, rule="has no column of a known indicator", cure=cure)])
        groups = [(path, catalogue)]
    parts: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for file, mine in groups:
        columns_of = [indicator_column(*pair) for pair in zip(mine["indicator"], mine["unit"], strict=True)]
        code = schema.Column("municipality", "code", "municipality code")
        table = schema.Table(file.stem, "indicator file", ("municipality",), (code, *columns_of))
        try:
            wide = read_table(table, file, intake=intake)
        except InputRefused as refused:
            faults += refused.faults
            continue
        wide = wide.astype({column.name: "float64" for column in columns_of})
        parts.append(wide.melt("municipality", var_name="indicator", value_name="value"))
    if faults:
        raise InputRefused(faults)
    figures = pd.concat(parts)[list(schema.INDICATORS.names)].astype({"indicator": "str"})
    return figures.sort_values(list(schema.INDICATORS.key), ignore_index=True), catalogue
