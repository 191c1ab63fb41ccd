"""A view drawn on its ground: areas, hatches, borders, journeys, circles and names in the window of a sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports.atlas import letters
from nationalmap.reports.atlas.names import Dot, placed
from nationalmap.reports.atlas.paper import INK
from nationalmap.reports.page import classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nationalmap.reports.atlas.ground import Box, Ground, Ring
    from nationalmap.reports.atlas.paper import Sheet
    from nationalmap.reports.atlas.view import View

#: Widths of the borders of municipalities and regions, points.
MUNICIPALITY, REGION = 0.7, 2.2
CONTEXT, EDGE, OTHER_REGION = "#d8dde1", "#8d99a3", "#5a6672"
EXISTING, WITH_NEW = "#ffffff", "#ffd23f"
#: Radius of the largest and of the smallest circle, millimetres: few and many municipalities.
LARGE, LARGE_OF_MANY, SMALL = 7.0, 4.0, 0.9
#: Above so many municipalities the circles are smaller and only the seats of regions have names.
MANY = 60
#: Widest name, millimetres; a longer one is broken and made smaller.
_WIDEST, _TALLEST = 52.0, 10.0
#: Hatches over the classes: critical shortfall, and no data.
CRITICAL, DOTS = "////", "..."


@dataclass(frozen=True)
class Window:
    """Where a map lies on its sheet, millimetres, and which ground it shows, metres."""

    x: float
    y: float
    wide: float
    high: float
    shown: Box

    @property
    def metres(self) -> float:
        """Metres of ground in a millimetre of paper."""
        return (self.shown[2] - self.shown[0]) / self.wide

    def on_paper(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres on the sheet of a point of the ground."""
        return self.x + (x - self.shown[0]) / self.metres, self.y + (self.shown[3] - y) / self.metres

    def on_ground(self, x: float, y: float) -> tuple[float, float]:
        """The point of the ground at a place of the sheet."""
        return self.shown[0] + (x - self.x) * self.metres, self.shown[3] - (y - self.y) * self.metres

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point of the ground is shown."""
        return self.shown[0] <= point[0] <= self.shown[2] and self.shown[1] <= point[1] <= self.shown[3]


def radius(places: int, largest: int, *, many: bool) -> float:
    """Radius of a circle in millimetres: its area is in proportion to the places, but a small one is still seen."""
    most = LARGE_OF_MANY if many else LARGE
    return max(SMALL, most * math.sqrt(places / largest)) if places else 0.0


def draw(
    sheet: Sheet, window: Window, ground: Ground, view: View, names: Mapping[str, str], focus: str | None = None
) -> Any:
    """The map in its window; ``names`` are written where given; ``focus`` is the municipality that it is about."""
    axes = sheet.window(window.x, window.y, window.wide, window.high)
    axes.set(xlim=window.shown[0::2], ylim=window.shown[1::2])
    for code, rings in ground.neighbours.items():
        _area(axes, rings, f"context-{code}", facecolor=CONTEXT, edgecolor=EDGE, linewidth=MUNICIPALITY, zorder=1)
    for code, rings in ground.planned.items():
        _planned(axes, view, code, rings)
    for region, kind, lines in ground.borders:
        for line in lines:
            own = kind == "own"
            paint = {"color": INK if own else OTHER_REGION, "linewidth": REGION if own else REGION / 2}
            axes.plot(line[:, 0], line[:, 1], gid=f"region-{region}", zorder=5, solid_joinstyle="round", **paint)
    if focus is not None:
        # White beside black: the outline is seen on the darkest class and on white.
        for gid, colour, wide in (("around", "white", 5.5), ("focus", INK, 2.6)):
            _area(axes, ground.planned[focus], gid, facecolor="none", edgecolor=colour, linewidth=wide, zorder=6)
    _journeys(axes, window, ground, view, focus)
    _circles(axes, window, ground, view)
    _names(axes, window, ground, view, names, focus)
    return axes


def _area(axes: Any, rings: Iterable[Ring], gid: str, **paint: Any) -> None:
    """One area of all its rings; holes stay holes, for inner rings run the other way."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    axes.add_patch(PathPatch(path, gid=gid, joinstyle="round", **paint))


def _planned(axes: Any, view: View, code: str, rings: Iterable[Ring]) -> None:
    """A municipality in the colour of its class; no data is white with grey dots; a critical shortfall is hatched."""
    nothing = view.classes[code] == classes.NO_DATA
    fill = "#ffffff" if nothing else view.fill(code)
    _area(axes, rings, f"area-{code}", facecolor=fill, edgecolor=EDGE, linewidth=MUNICIPALITY, zorder=2)
    if nothing:
        _hatch(axes, rings, f"dots-{code}", DOTS, "#8a949d")
    if code in view.critical:
        _hatch(axes, rings, f"critical-{code}", CRITICAL, INK)


def _hatch(axes: Any, rings: Iterable[Ring], gid: str, hatch: str, colour: str) -> None:
    _area(axes, rings, gid, facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0.0, zorder=3)


def _journeys(axes: Any, window: Window, ground: Ground, view: View, focus: str | None) -> None:
    """Lines from where people live to where they are served, with a dot at that end."""
    for (home, host), users in sorted(view.flows.items()):
        (x1, y1), (x2, y2) = ground.seats[home], ground.seats[host]
        colour = "#8a3b00" if focus == host else INK
        thick = 0.8 if len(view.flows) > MANY else 1.3
        axes.plot([x1, x2], [y1, y2], color="white", linewidth=thick + 1.6, zorder=6.5, alpha=0.75)
        axes.plot(
            [x1, x2],
            [y1, y2],
            linestyle=(0, (4, 2)),
            gid=f"journey-{home}-{host}-{users}",
            color=colour,
            linewidth=thick,
            zorder=7,
        )
        # The dot lies at the rim of the host's circle, so that it is seen.
        mark = view.marks.get(host)
        rim = radius(mark.places, view.largest, many=len(view.classes) > MANY) * window.metres if mark else 0.0
        far = math.hypot(x2 - x1, y2 - y1)
        part = max(0.0, 1 - rim / far) if far else 0.0
        end = (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
        _circle(axes, end, 0.75 * window.metres, facecolor=colour, edgecolor="none", zorder=10)


def _circles(axes: Any, window: Window, ground: Ground, view: View) -> None:
    """Places at the seats, the largest first, so that a small one is never hidden."""
    for code, mark in sorted(view.marks.items(), key=lambda item: (-item[1].places, item[0])):
        size = radius(mark.places, view.largest, many=len(view.classes) > MANY) * window.metres
        fill = WITH_NEW if mark.new else EXISTING
        paint = {"facecolor": fill, "edgecolor": INK, "linewidth": 0.9, "zorder": 8}
        _circle(axes, ground.seats[code], size, gid=f"places-{code}-{mark.places}", **paint)


def _circle(axes: Any, at: tuple[float, float], size: float, **paint: Any) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle(at, size, **paint))


def _names(axes: Any, window: Window, ground: Ground, view: View, names: Mapping[str, str], focus: str | None) -> None:
    """Each name with a white rim, beside its circle."""
    many = len(view.classes) > MANY
    asked = (8.0, 7.0, 6.0) if many else (11.0, 10.0, 9.0, 8.0, 7.0)
    dots, words = {}, {}
    for code in sorted({*view.marks, *names}):
        if not window.holds(ground.seats[code]):
            continue
        size, lines, wide, high = 0.0, [""], 0.0, 0.0
        if name := names.get(code):
            size, lines = letters.fitted(name, _WIDEST, _TALLEST, asked, bold=True)
            wide = max(letters.width(line, size, bold=True) for line in lines)
            high = letters.height(len(lines), size)
        mark = view.marks.get(code)
        rim = radius(mark.places, view.largest, many=many) if mark else 0.4
        dots[code] = Dot(*window.on_paper(*ground.seats[code]), rim, wide, high)
        words[code] = (size, lines)
    frame = (window.x + 1, window.y + 1, window.x + window.wide - 1, window.y + window.high - 1)
    for code, (x, y) in placed(dots, frame).items():
        size, lines = words[code]
        for at, line in enumerate(lines):
            top = y - dots[code].high / 2 + letters.height(at, size) + 0.95 * size * letters.POINT
            _name(axes, window.on_ground(x, top), line, size, code)


def _name(axes: Any, at: tuple[float, float], words: str, size: float, code: str) -> None:
    """A line of a name over its own white rim; the rim is shapes, the name stays text."""
    from matplotlib import patheffects

    face: dict[str, Any] = {"fontproperties": letters.font(bold=True), "fontsize": size, "parse_math": False}
    face |= {"ha": "center", "va": "baseline", "clip_on": False}
    rim = [patheffects.Stroke(linewidth=2.2, foreground="white")]
    axes.text(*at, words, color="white", path_effects=rim, zorder=11, gid=f"rim-{code}", **face)
    axes.text(*at, words, color=INK, zorder=12, gid=f"name-{code}", **face)
