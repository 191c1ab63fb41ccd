"""Where the names of a map stand: beside their circles, off the other circles and names where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Millimetres between a circle and its name, tried in this order.
_GAPS = (0.7, 2.0, 4.0, 7.0)
#: Sides of the circle, tried in this order: across and down, in parts of the name's half size and the circle.
_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))
#: A square millimetre outside the frame weighs as many under another name.
_OUTSIDE = 20.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Dot:
    """A seat with its circle, and the size of its name; millimetres, down is positive."""

    x: float
    y: float
    radius: float
    wide: float = 0.0
    high: float = 0.0


def placed(dots: Mapping[str, Dot], frame: Box) -> dict[str, tuple[float, float]]:
    """The middle of each name that has a width; larger circles choose first, then by code."""
    order = sorted((code for code, dot in dots.items() if dot.wide), key=lambda code: (-dots[code].radius, code))
    circles = [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in dots.values()]
    taken: list[Box] = []
    found: dict[str, tuple[float, float]] = {}
    for code in order:
        dot = dots[code]
        _, at = min(
            ((_cost(_around(x, y, dot), taken, circles, frame), number), (x, y))
            for number, (x, y) in enumerate(_candidates(dot, frame))
        )
        found[code] = at
        taken.append(_around(*at, dot))
    return found


def _candidates(dot: Dot, frame: Box) -> Iterator[tuple[float, float]]:
    """Places beside the circle, pushed into the frame."""
    for gap in _GAPS:
        for across, down in _SIDES:
            x = dot.x + across * (dot.radius + gap + dot.wide / 2)
            y = dot.y + down * (dot.radius + gap + dot.high / 2)
            yield _within(x, dot.wide / 2, frame[0], frame[2]), _within(y, dot.high / 2, frame[1], frame[3])


def _within(at: float, half: float, low: float, high: float) -> float:
    return min(max(at, low + half), high - half)


def _around(x: float, y: float, dot: Dot) -> Box:
    return x - dot.wide / 2, y - dot.high / 2, x + dot.wide / 2, y + dot.high / 2


def _cost(box: Box, taken: Sequence[Box], circles: Sequence[Box], frame: Box) -> float:
    """Square millimetres of the name that lie on something else or outside the frame."""
    inside = overlap(box, frame)
    whole = (box[2] - box[0]) * (box[3] - box[1])
    return round(_OUTSIDE * (whole - inside) + sum(overlap(box, other) for other in (*taken, *circles)), 6)


def overlap(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)
