"""A sheet of paper in millimetres: words, boxes and lines on it, a window for a map, and the files it becomes.

Words are drawn as they are, never as formulas; fonts are embedded as TrueType, so that they can be selected; no date
and nothing of the machine stands in a file, so that equal plans give equal bytes.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nationalmap.reports.atlas import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

INK, SOFT, RULE, TINT, WARN = "#18222d", "#4a5866", "#0b4f6c", "#eef3f7", "#8a3b00"
#: Dots per inch of a picture.
PIXELS = 150
#: What decides the bytes. Text stays text in a PDF (TrueType); in an SVG its letters are shapes that need no font.
STYLE: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "svg.hashsalt": "nationalmap",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.7,
    "path.simplify": False,
}
A3, A4 = (420.0, 297.0), (210.0, 297.0)
#: Millimetres of an inch.
_INCH = 25.4


class Sheet:
    """One page; the origin is its upper left corner, lengths are millimetres, sizes of letters points."""

    def __init__(self, size: tuple[float, float]) -> None:
        from matplotlib.figure import Figure

        self.wide, self.high = size
        self.figure = Figure(figsize=(self.wide / _INCH, self.high / _INCH), facecolor="white")
        self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, self.wide), ylim=(self.high, 0))
        self.axes.axis("off")

    def say(
        self, x: float, y: float, words: str, size: float, *, bold: bool = False, colour: str = INK, align: str = "left"
    ) -> None:
        """One line of words with its baseline at y."""
        if words:
            face = {"fontproperties": letters.font(bold=bold), "fontsize": size, "color": colour}
            self.axes.text(x, y, words, ha=align, va="baseline", parse_math=False, **face)

    def block(
        self, x: float, y: float, broken: Sequence[str], size: float, *, bold: bool = False, colour: str = INK
    ) -> float:
        """Lines of words below each other from the upper edge y; gives the lower edge."""
        for at, line in enumerate(broken):
            self.say(
                x, y + letters.height(at, size) + 0.95 * size * letters.POINT, line, size, bold=bold, colour=colour
            )
        return y + letters.height(len(broken), size)

    def box(self, x: float, y: float, wide: float, high: float, **paint: Any) -> None:
        """A rectangle from its upper left corner."""
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), wide, high, **{"linewidth": 0.6, **paint}))

    def circle(self, x: float, y: float, radius: float, **paint: Any) -> None:
        """A circle round a point."""
        from matplotlib.patches import Circle

        self.axes.add_patch(Circle((x, y), radius, **paint))

    def rule(self, x1: float, y1: float, x2: float, y2: float, **paint: Any) -> None:
        """A straight line."""
        self.axes.plot([x1, x2], [y1, y2], **{"color": RULE, "linewidth": 0.6, "solid_capstyle": "butt", **paint})

    def window(self, x: float, y: float, wide: float, high: float) -> Any:
        """A frame of its own for a map: axes without ticks."""
        place = (x / self.wide, 1 - (y + high) / self.high, wide / self.wide, high / self.high)
        axes = self.figure.add_axes(place, facecolor="#e8edf2")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set(edgecolor=SOFT, linewidth=0.8)
        return axes


def pdf(sheets: Iterable[Sheet], title: str) -> bytes:
    """All sheets as one PDF; each is made, drawn and let go before the next."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages

    data = io.BytesIO()
    facts = {"Title": title, "Creator": None, "Producer": None, "CreationDate": None}
    with _drawing(), PdfPages(data, metadata=facts) as book:
        for sheet in sheets:
            FigureCanvasPdf(sheet.figure)
            book.savefig(sheet.figure)
            sheet.figure.clear()
    return data.getvalue()


def pictures(sheets: Iterable[tuple[str, Sheet]], ending: str) -> dict[str, bytes]:
    """Each sheet as a picture, ``svg`` or ``png``, by its name."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    facts = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[ending]
    canvas = {"svg": FigureCanvasSVG, "png": FigureCanvasAgg}[ending]
    found = {}
    with _drawing():
        for name, sheet in sheets:
            data = io.BytesIO()
            canvas(sheet.figure)
            sheet.figure.savefig(data, format=ending, dpi=PIXELS, metadata=facts)
            sheet.figure.clear()
            found[name] = data.getvalue()
    return found


@contextmanager
def _drawing() -> Iterator[None]:
    """Matplotlib in the style of the sheets, whatever the settings of its user; sheets are made in it, too.

    A letter that the font lacks is a box, which is no fault of the plan.
    """
    from matplotlib import style

    with warnings.catch_warnings(), style.context(["default", dict(STYLE)]):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield
