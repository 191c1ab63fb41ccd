"""One door for tables of every format: cells as text, with the place where each stands.

``read_grid`` takes CSV (UTF-8, UTF-16, Windows-1251), XLSX, ODS and Parquet, told apart by
their content. What a cell means is not decided here: a grid keeps what the format knows
(a date, an error, what is merged or hidden) for those who know the columns.
"""

from nationalmap.sources.grids.door import read_grid, sheets_of
from nationalmap.sources.grids.grid import Grid, letter

__all__ = ["Grid", "letter", "read_grid", "sheets_of"]
