"""Parquet files, by pyarrow: one table of plain columns. Runs in a child process."""

from __future__ import annotations

import io
from typing import Any

from nationalmap.sources.grids.grid import (
    DATE,
    MOST_CELLS,
    MOST_COLUMNS,
    NUMBER,
    TEXT,
    TRUTH,
    Grid,
    TooMuch,
    number_text,
)

#: Bytes that the columns may fill when unpacked.
MOST_BYTES = 512 * 2**20


def sheets(data: bytes) -> list[Grid]:
    """The table, its column names as row 1 and its first record as row 2, as in a CSV file."""
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_memory_pool(pa.system_memory_pool())
    file = parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
    about = file.metadata
    unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    if about.num_columns > MOST_COLUMNS or about.num_rows * about.num_columns > MOST_CELLS or unpacked > MOST_BYTES:
        raise TooMuch(f"holds more than {MOST_CELLS:,} cells, {MOST_COLUMNS} columns or {MOST_BYTES // 2**20} MiB")
    table = file.read(use_threads=False)
    columns = [_column(name, table.column(at), pa.types) for at, name in enumerate(table.column_names)]
    rows = [list(row) for row in zip(*(texts for texts, _ in columns), strict=True)]
    kinds = "".join(kind for _, kind in columns)
    grid = Grid(rows=[list(table.column_names), *rows], kinds=[TEXT * len(columns), *[kinds] * len(rows)])
    grid.numbers = list(range(1, len(grid.rows) + 1))
    return [grid]


def _column(name: str, column: Any, types: Any) -> tuple[list[str], str]:
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    values = column.to_pylist()
    if types.is_boolean(kind):
        return ["" if value is None else str(value).upper() for value in values], TRUTH
    if types.is_integer(kind):
        return ["" if value is None else str(value) for value in values], NUMBER
    if types.is_floating(kind):
        return ["" if value is None else number_text(value) for value in values], NUMBER
    if types.is_decimal(kind):
        return ["" if value is None else format(value, "f") for value in values], NUMBER
    if types.is_date(kind) or types.is_timestamp(kind):
        return ["" if value is None else str(value).removesuffix(" 00:00:00") for value in values], DATE
    if types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind):
        return ["" if value is None else str(value) for value in values], TEXT
    raise TooMuch(f'has a column "{name}" of type {kind}, which is no cell of a table')
