"""The chart of a frontier as plain shapes: laid out once, drawn as SVG by us and as a picture by matplotlib.

A shape is (name, attributes, text): line, polyline, rect, circle or text of SVG with presentation attributes alone,
which the page's strict policy lets through. Lengths are pixels of a drawing of the stated size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports.frontier.series import most_served, steps
from nationalmap.reports.frontier.told import factor, million
from nationalmap.reports.texts import listed, number, percent, text

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.reports.frontier.series import Step

Shape = tuple[str, dict[str, Any], str]

INK, SOFT, GRID = "#18222d", "#4a5866", "#dde2e7"
#: Blue and vermilion are told apart by the colour-blind; shape and dashes differ too.
FREE, NESTED = "#0b4f8a", "#b34700"
#: Priority classes from dark to light, as they come; print in grey keeps their order.
CLASSES = ("#7f2704", "#d94801", "#fd8d3c", "#fdbe85", "#feedde")
#: Figures stay legible where a line runs through them.
HALO = {"stroke": "#ffffff", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke"}
#: Share of a panel's width by which money left must differ to be drawn.
SEEN = 0.006


@dataclass(frozen=True)
class Drawing:
    """Shapes in a frame, with what is read aloud instead of them."""

    width: int
    height: int
    title: str
    desc: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Panel:
    """A frame for marks: where it lies, and which values its edges stand for."""

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a pair of values."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            round(self.left + across * (self.right - self.left), 2),
            round(self.bottom - up * (self.bottom - self.top), 2),
        )


def drawing(frontier: Frontier, language: str, *, wide: bool = True) -> Drawing:
    """Coverage against money; ``wide`` also has who stays without a place, by priority class."""
    free = steps(frontier, "free")
    width, height = (960, 490) if wide else (378, 352)
    shapes = [*_coverage(frontier, language, wide=wide)]
    if wide:
        shapes += _classes(free, language)
    points = [
        text(
            "frontier.desc_point",
            language,
            budget=million(step.budget_eur, language),
            share=percent(step.shown, language, 1),
        )
        for step in free
    ]
    desc = text("frontier.desc", language, points=listed(points, language, "parts"))
    return Drawing(width, height, text("frontier.title", language), desc, tuple(shapes))


# ------------------------------------------------------------------ small parts


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dashes: str = "") -> Shape:
    dashed = {"stroke-dasharray": dashes} if dashes else {}
    return ("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": colour, "stroke-width": width, **dashed}, "")


def _text(x: float, y: float, words: str, anchor: str = "start", size: float = 13, **more: Any) -> Shape:
    said = {"x": round(x, 2), "y": round(y, 2), "font-size": size, "text-anchor": anchor, "fill": more.pop("fill", INK)}
    return ("text", {**said, **more}, words)


def _mark(x: float, y: float, way: str, filled: bool = True) -> Shape:
    """A circle for free points, a square for nested ones; hollow for money spent."""
    colour = FREE if way == "free" else NESTED
    paint = {"fill": colour if filled else "#ffffff", "stroke": colour, "stroke-width": 1.8}
    if way == "free":
        return ("circle", {"cx": x, "cy": y, "r": 5 if filled else 3.6, **paint}, "")
    side = 9 if filled else 6.5
    return (
        "rect",
        {"x": round(x - side / 2, 2), "y": round(y - side / 2, 2), "width": side, "height": side, **paint},
        "",
    )


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between two, no more than so many."""
    rough = max((high - low) / most, 1e-12)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(step * at, 10) for at in range(first, math.floor(high / step + 1e-9) + 1)]


def _decimals(values: Sequence[float]) -> int:
    """Decimals that tell round values apart."""
    return next(d for d in range(7) if d == 6 or all(abs(round(v, d) - v) < 1e-9 for v in values))


# ------------------------------------------------------------------ coverage against money


def _coverage(frontier: Frontier, language: str, *, wide: bool) -> Iterator[Shape]:
    free, nested = steps(frontier, "free"), steps(frontier, "nested")
    panel = _panel(free, nested, most_served(frontier), wide=wide)
    yield from _axes(panel, language, wide=wide)
    yield from _ceiling(panel, frontier, free[0], language, wide=wide)
    yield from _in_sight(panel, free, language)
    for way, line in (("nested", nested), ("free", free)):
        yield from _spent(panel, line, way)
        yield from _curve(panel, line, way)
    yield from _labels(panel, free, nested, language, wide=wide)
    yield from _key(panel, language, nested=bool(nested), wide=wide)


def _panel(free: Sequence[Step], nested: Sequence[Step], most: int, *, wide: bool) -> Panel:
    """Room for all money, spent or not, and for all shares; the axis of shares says where it begins."""
    money = [eur / 1e6 for step in (*free, *nested) for eur in (step.budget_eur, step.spent_eur)]
    shares = [100 * step.share for step in (*free, *nested)] + [100 * most / max(free[0].need, 1)]
    air = (0.1 if wide else 0.15) * (max(money) - min(money)) or 0.5
    low = math.floor((min(shares) - 4) / 10) * 10
    frame = (58.0, 44.0, 560.0, 378.0) if wide else (44.0, 30.0, 368.0, 252.0)
    return Panel(*frame, x=(min(money) - air, max(money) + air), y=(max(0, low), 100 if max(shares) <= 96 else 103))


def _axes(panel: Panel, language: str, *, wide: bool) -> Iterator[Shape]:
    size = 13 if wide else 11
    low = panel.y[0]
    for share in ticks(low, 100, 6):
        _, y = panel.at(panel.x[0], share)
        yield _line(panel.left, y, panel.right, y, GRID)
        yield _text(panel.left - 7, y + 4, number(share, language), "end", size, fill=SOFT)
    money = ticks(*panel.x, 8 if wide else 5)
    for amount in money:
        x, _ = panel.at(amount, low)
        yield _line(x, panel.bottom, x, panel.bottom + 5, SOFT)
        yield _text(x, panel.bottom + 19, number(amount, language, _decimals(money)), "middle", size, fill=SOFT)
    yield _line(panel.left, panel.bottom, panel.right, panel.bottom, SOFT, 1.2)
    bold = {"font-weight": 700}
    yield _text(6, panel.top - (24 if wide else 16), text("frontier.y_axis", language), "start", size, **bold)
    middle = (panel.left + panel.right) / 2
    yield _text(middle, panel.bottom + (42 if wide else 36), text("frontier.x_axis", language), "middle", size, **bold)


def _ceiling(panel: Panel, frontier: Frontier, step: Step, language: str, *, wide: bool) -> Iterator[Shape]:
    """The most that any amount of this money covers."""
    share = most_served(frontier) / step.need if step.need else 1.0
    _, y = panel.at(panel.x[0], 100 * share)
    yield _line(panel.left, y, panel.right, y, SOFT, 1.2, "6 4")
    words = text("frontier.most" if wide else "frontier.most_short", language, share=percent(share, language, 1))
    yield _text(panel.left + 4, y - 6, words, "start", 11.5, fill=SOFT)


def _in_sight(panel: Panel, free: Sequence[Step], language: str) -> Iterator[Shape]:
    """The budget of the scenario itself, where it lies within the range."""
    per_factor = free[-1].budget_eur / free[-1].factor / 1e6
    if panel.x[0] < per_factor < panel.x[1]:
        x, _ = panel.at(per_factor, panel.y[0])
        yield _line(x, panel.top + 18, x, panel.bottom, SOFT, 1, "2 3")
        yield _text(x - 5, panel.bottom - 8, text("frontier.in_sight", language), "end", 11.5, fill=SOFT)


def _spent(panel: Panel, line: Sequence[Step], way: str) -> Iterator[Shape]:
    """What is spent of the money there is, where something is left."""
    for step in line:
        x, y = panel.at(step.budget_eur / 1e6, 100 * step.share)
        spent, _ = panel.at(step.spent_eur / 1e6, 100 * step.share)
        if x - spent > SEEN * (panel.right - panel.left):
            yield _line(spent, y, x, y, FREE if way == "free" else NESTED, 1)
            yield _mark(spent, y, way, filled=False)


def _curve(panel: Panel, line: Sequence[Step], way: str) -> Iterator[Shape]:
    at = [panel.at(step.budget_eur / 1e6, 100 * step.share) for step in line]
    if not at:
        return
    style = {"fill": "none", "stroke": FREE if way == "free" else NESTED, "stroke-width": 2}
    dashed = {} if way == "free" else {"stroke-dasharray": "7 4"}
    yield ("polyline", {"points": " ".join(f"{x},{y}" for x, y in at), **style, **dashed}, "")
    for x, y in at:
        yield _mark(x, y, way)


def _labels(
    panel: Panel, free: Sequence[Step], nested: Sequence[Step], language: str, *, wide: bool
) -> Iterator[Shape]:
    """The share at each point: of free ones above it, of nested ones below where they differ."""
    size, bold = (13 if wide else 11), {"font-weight": 700, **HALO}
    for step in free:
        x, y = panel.at(step.budget_eur / 1e6, 100 * step.share)
        yield _text(x - 9, y - 9, number(100 * step.shown, language, 1), "end", size, fill=FREE, **bold)
    by_number = {step.number: step for step in free}
    for step in nested:
        if step.served != by_number[step.number].served:
            x, y = panel.at(step.budget_eur / 1e6, 100 * step.share)
            yield _text(x + 9, y + 15, number(100 * step.shown, language, 1), "start", size, fill=NESTED, **bold)


def _key(panel: Panel, language: str, *, nested: bool, wide: bool) -> Iterator[Shape]:
    """What the marks mean, below the axis, where no curve runs."""
    size, step = (12.5, 18) if wide else (11.5, 16)
    rows = [("free", True, "free"), *([("nested", True, "nested")] if nested else []), ("free", False, "spent")]
    y = panel.bottom + (68 if wide else 58)
    for way, filled, words in rows:
        yield _mark(panel.left + 6, y - 4, way, filled=filled)
        fill = SOFT if not filled else FREE if way == "free" else NESTED
        yield _text(panel.left + 18, y, text(f"frontier.{words}", language), "start", size, fill=fill)
        y += step


# ------------------------------------------------------------------ who stays without a place


def _classes(free: Sequence[Step], language: str) -> Iterator[Shape]:
    """A column for each budget: cases without a place, the first class lowest, and packages below."""
    most = max(1, *(step.no_place for step in free))
    panel = Panel(618, 44, 950, 378, x=(0, len(free)), y=(0, 1.12 * most))
    bold = {"font-weight": 700}
    yield _text(604, 20, text("frontier.classes", language), "start", 13, **bold)
    yield _line(panel.left, panel.bottom, panel.right, panel.bottom, SOFT, 1.2)
    for at, step in enumerate(free):
        yield from _column(panel, at, step, language)
    yield _text(panel.right, panel.bottom + 37, text("frontier.budgets", language), "end", 12, fill=SOFT)
    yield _text(panel.right, panel.bottom + 89, text("frontier.package_row", language), "end", 12, fill=SOFT)
    yield from _class_key(free[0], language)


def _column(panel: Panel, at: int, step: Step, language: str) -> Iterator[Shape]:
    left, _ = panel.at(at + 0.14, 0)
    right, _ = panel.at(at + 0.86, 0)
    middle, below = (left + right) / 2, 0
    for colour, (_, cases, _) in zip(_shades(step), step.by_class, strict=True):
        _, bottom = panel.at(0, below)
        _, top = panel.at(0, below + cases)
        height = round(bottom - top, 2)
        if cases:
            box = {"x": left, "y": top, "width": round(right - left, 2), "height": height, "fill": colour}
            yield ("rect", {**box, "stroke": "#ffffff", "stroke-width": 0.8}, "")
        if height > 17:
            dark = CLASSES.index(colour) < 2
            fill = "#ffffff" if dark else INK
            yield _text(middle, (top + bottom) / 2 + 4, number(cases, language), "middle", 12, fill=fill)
        below += cases
    _, top = panel.at(0, below)
    yield _text(middle, top - 6, number(step.no_place, language), "middle", 13, **{"font-weight": 700})
    share = factor(step, language).rstrip("%\N{NO-BREAK SPACE}")
    yield _text(middle, panel.bottom + 18, share, "middle", 13)
    whole = f"{number(step.complied, language)}/{number(step.municipalities, language)}"
    yield _text(middle, panel.bottom + 69, whole, "middle", 13)


def _shades(step: Step) -> list[str]:
    return [CLASSES[min(at, len(CLASSES) - 1)] for at in range(len(step.by_class))]


def _class_key(step: Step, language: str) -> Iterator[Shape]:
    """The classes, the first lowest, as the columns have them; at the right, where columns are low."""
    rows = list(zip(_shades(step), step.by_class, strict=True))
    y = 52.0
    for colour, (code, _, _) in reversed(rows):
        yield ("rect", {"x": 868, "y": y - 10, "width": 13, "height": 13, "fill": colour}, "")
        yield _text(887, y + 1, text("frontier.class_of", language, number=code), "start", 12.5)
        y += 20
