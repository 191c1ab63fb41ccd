"""What was decided, read off the solution: whole numbers by key, money as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nationalmap.program.variables import Unknown

Whole = dict[Any, int]


@dataclass(frozen=True)
class Decided:
    """Whole numbers of the unknowns by their keys; ``money`` in thousand EUR."""

    users: Whole
    """(m, h, s, t) -> users, whoever pays."""
    other: Whole
    places: Whole
    facilities: Whole
    added: Whole
    given_up: Whole
    opened: Whole
    closed: Whole
    converted: Whole
    left: Whole
    """(i, j, t) -> places that leave i."""
    arrived: Whole
    renovated: Whole
    complexes: Whole
    money: Mapping[Any, float]

    def at(self, family: str, key: Any) -> int:
        """A whole number; 0 where the program had no such unknown."""
        numbers: Whole = getattr(self, family)
        return numbers.get(key, 0)


def decided(unknown: Unknown, values: Mapping[str, float]) -> Decided:
    """The decisions of a solution by key."""

    def whole(family: Mapping[Any, Any]) -> Whole:
        return {key: round(values[v.name]) for key, v in family.items()}

    state, other = whole(unknown.x), whole(unknown.x_other)
    return Decided(
        users={key: n + other.get(key, 0) for key, n in state.items()},
        other=other,
        places=whole(unknown.k),
        facilities=whole(unknown.y),
        added=whole(unknown.added),
        given_up=whole(unknown.given_up),
        opened=whole(unknown.opened),
        closed=whole(unknown.closed),
        converted=whole(unknown.converted),
        left=whole(unknown.q),
        arrived=whole(unknown.gain),
        renovated=whole(unknown.renovated),
        complexes=whole(unknown.complexes),
        money={key: values[v.name] for key, v in unknown.b.items()},
    )
