"""Values that many records share, written once and then pointed to."""

from __future__ import annotations

import json
from typing import Any


class Pool:
    """Values that are written once: gives each its position, equal ones the same."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._positions: dict[str, int] = {}

    def at(self, value: Any) -> int:
        """Position of a value; an unknown one is added."""
        key = json.dumps(value, ensure_ascii=False)
        if key not in self._positions:
            self._positions[key] = len(self.values)
            self.values.append(value)
        return self._positions[key]
