"""Points of the blocks that were found so far, each a whole answer of its block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nationalmap.program.blocks.split import Block
    from nationalmap.program.matrix import Array

#: Points of a block that are kept from stage to stage.
MOST = 40


class Pool:
    """For each block by name its points (points x columns), in the order in which they were found, none twice."""

    def __init__(self) -> None:
        self._points: dict[str, list[Array]] = {}
        self._seen: dict[str, set[bytes]] = {}

    def add(self, block: Block, point: Array) -> bool:
        """Take a point; False where it is there already."""
        key = np.round(point, 6).tobytes()
        seen = self._seen.setdefault(block.name, set())
        if key in seen:
            return False
        seen.add(key)
        self._points.setdefault(block.name, []).append(point)
        return True

    def of(self, block: Block) -> Array:
        """The points of a block that fit its present bounds (points x columns)."""
        points = np.array(self._points.get(block.name, ())).reshape(-1, len(block.columns))
        return points[((points >= block.inner.lower - 1e-6) & (points <= block.inner.upper + 1e-6)).all(axis=1)]

    def keep(self, block: Block, points: Iterable[Array]) -> None:
        """Only these points of a block from now on."""
        self._points[block.name], self._seen[block.name] = [], set()
        for point in points:
            self.add(block, point)
