"""What tells one stated program from another: a hash that knows neither the order of its rows nor of its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nationalmap.program.matrix import Array, Matrix, StageCosts


def fingerprint(matrix: Matrix, stages: Sequence[StageCosts]) -> dict[str, Any]:
    """SHA-256 and sizes of a program and its stages, for the manifest.

    Columns and rows count by their names: bounds, which are whole, coefficients other than 0, and of each stage in
    turn its kind and costs. How a search is bounded stands in the manifest's options and is left aside.
    """
    digest = hashlib.sha256()
    for part in _parts(matrix, stages):
        digest.update(len(part).to_bytes(8, "little") + part)
    return {
        "sha256": digest.hexdigest(),
        "columns": matrix.size,
        "whole": int(matrix.whole.sum()),
        "rows": matrix.rows,
        "coefficients": int(np.count_nonzero(matrix.value)),
    }


def _parts(matrix: Matrix, stages: Sequence[StageCosts]) -> Iterator[bytes]:
    columns, rows = _by_name(matrix.names), _by_name(matrix.row_names)
    yield _words(matrix.names[i] for i in columns)
    yield from (_numbers(array[columns]) for array in (matrix.lower, matrix.upper, matrix.whole))
    yield _words(matrix.row_names[i] for i in rows)
    yield from (_numbers(array[rows]) for array in (matrix.row_lower, matrix.row_upper))
    row = _places(rows)[np.repeat(np.arange(matrix.rows), np.diff(matrix.start))]
    column = _places(columns)[matrix.index]
    order = np.lexsort((column, row))
    order = order[matrix.value[order] != 0]
    yield from (_numbers(array[order]) for array in (row, column, matrix.value))
    for stage in stages:
        yield f"{stage.name}\n{stage.kind}\n{stage.unit}".encode()
        yield _numbers(stage.costs[columns])
        yield b"" if stage.held is None else _numbers(stage.held[columns])


def _by_name(names: Sequence[str]) -> Array:
    """Numbers of the names, in the order of the names."""
    return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)


def _places(order: Array) -> Array:
    """Which place each number has in an order."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _words(names: Iterable[str]) -> bytes:
    return "\n".join(names).encode()


def _numbers(array: Array) -> bytes:
    """The same bytes on every machine; a minus before a zero is none."""
    return (array.astype("<f8") + 0.0).tobytes()
