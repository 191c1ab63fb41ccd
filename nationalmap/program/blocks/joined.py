"""From blocks to blocks joined: what the small ones say of the large ones.

A region's own money couples its blocks in few rows. Prices for these rows leave a gap that no price closes (money is
spent in whole places), and a mix that is not whole in every region. So the blocks find prices first, being quick; then
each region answers whole, its own money in it, at the prices of what the country shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nationalmap.program.blocks.conversation import Conversation, Prices
    from nationalmap.program.blocks.master import Master
    from nationalmap.program.blocks.pool import Pool
    from nationalmap.program.blocks.split import Split
    from nationalmap.program.matrix import Array


@dataclass(frozen=True, eq=False)
class Small:
    """The conversation with the blocks, when it is done, as the joined ones need it."""

    talk: Conversation
    master: Master
    best: Prices
    wide: Split
    pool: Pool
    """Of the joined blocks."""

    @property
    def prices(self) -> Array:
        """The best prices of the rows that the joined blocks share."""
        prices: Array = self.best.prices[self._still_shared]
        return prices

    def floors(self, prices: Array) -> Array:
        """What each joined block costs at least at prices of what they share: its blocks, and their own rows.

        Asks the blocks, unless these are the prices that they know. New points of theirs go into pool and master.
        """
        full = self.best.prices.copy()
        full[self._still_shared] = prices
        least = self.best.least
        if not np.array_equal(full, self.best.prices):
            least, point = self.talk.asked(self.master, full, self.talk.block_gap(np.inf, self.best.bound))
            self.offer(point)
        split, matrix, of = self.talk.split, self.talk.split.matrix, self._joined_of()
        floors = np.zeros(len(self.wide.blocks))
        np.add.at(floors, [of[block.columns[0]] for block in split.blocks], least)
        for row in np.flatnonzero((full != 0) & ~self._still_shared).tolist():
            number = split.rows[row]
            at = split.lower[row] if full[row] > 0 else split.upper[row]
            floors[of[matrix.index[matrix.start[number]]]] += full[row] * at
        reduced = self.talk.costs[split.own] - full @ split.own_shared
        reduced[np.abs(reduced) < 1e-9] = 0.0
        for column, cost in zip(split.own.tolist(), reduced.tolist(), strict=True):
            if cost and of[column] >= 0:
                floors[of[column]] += cost * (matrix.lower[column] if cost > 0 else matrix.upper[column])
        return floors

    def offer(self, point: Array) -> None:
        """A point of the blocks, into the pool of the joined ones wherever it keeps their own rows."""
        for block in self.wide.blocks:
            if not block.inner.objection(point[block.columns]):
                self.pool.add(block, point[block.columns])

    @property
    def _still_shared(self) -> Array:
        """Marks of the rows shared by blocks that the joined ones share too."""
        return np.isin(self.talk.split.rows, self.wide.rows)

    def _joined_of(self) -> Array:
        """For each column the number of its joined block; -1 for one that is shared."""
        of = np.full(self.wide.matrix.size, -1)
        for number, block in enumerate(self.wide.blocks):
            of[block.columns] = number
        return of
