"""The chart as a picture (PNG) and for print (SVG): A5 landscape, without a display, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.reports.frontier.drawing import INK, SOFT, drawing
from nationalmap.reports.frontier.told import sure
from nationalmap.reports.texts import listed, number, text

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.reports.frontier.drawing import Shape

#: Inches of A5 landscape, and pixels of the drawing's width with its margins.
SIZE, FRAME = (8.27, 5.83), (1000.0, 705.0)
#: Dots per inch of the picture.
PIXELS = 200
#: Where the drawing lies in it.
AT = (20.0, 116.0)
#: Fonts that matplotlib brings; a fixed salt names the parts of an SVG, and no date stands in either file.
STYLE: Mapping[Any, Any] = {"font.family": "DejaVu Sans", "svg.hashsalt": "nationalmap", "svg.fonttype": "path"}
#: Points for one pixel of text: 1000 pixels are 8.27 inches of 72 points. DejaVu is wide: a little less.
POINTS = 0.94 * SIZE[0] * 72 / FRAME[0]


def chart(frontier: Frontier, language: str) -> dict[str, bytes]:
    """``png`` and ``svg`` of the chart with its title, label and source."""
    from matplotlib import style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Whatever the settings of the user: the defaults, and then ours.
    with style.context(["default", dict(STYLE)]):
        figure = Figure(figsize=SIZE, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, FRAME[0]), ylim=(FRAME[1], 0))
        axes.axis("off")
        for shape in (*_frame(frontier, language), *_moved(drawing(frontier, language).shapes)):
            _draw(axes, shape)
        png, svg = io.BytesIO(), io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(png, format="png", dpi=PIXELS, metadata={"Software": None})
        FigureCanvasSVG(figure)
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return {"png": png.getvalue(), "svg": svg.getvalue()}


def _frame(frontier: Frontier, language: str) -> list[Shape]:
    """Title, label and source around the drawing."""
    asked = frontier.asked
    names = listed((name[language] for name in asked.streams.values()), language, "parts")
    source = text(
        "frontier.source",
        language,
        scenario=asked.scenario,
        date=".".join(reversed(asked.as_of.split("-"))),
        exact=text("frontier.exact", language),
        sure=sure(frontier, language),
    )
    words: list[tuple[float, float, str, float, dict[str, Any]]] = [
        (20, 38, text("frontier.title", language), 22, {"font-weight": 700}),
        (20, 64, asked.title[language], 15, {"fill": SOFT}),
        (20, 88, text("frontier.streams", language, streams=names), 12.5, {"fill": SOFT}),
        *((20, 630 + 19 * at, line, 12, {"fill": SOFT}) for at, line in enumerate(_lines(source))),
        (20, 684, f"{norms(frontier, language)} {text('frontier.estimate', language)}", 12, {"fill": "#8a3b00"}),
    ]
    shapes: list[Shape] = [
        ("text", {"x": x, "y": y, "font-size": size, "text-anchor": "start", "fill": INK, **more}, said)
        for x, y, said, size, more in words
    ]
    badge = {"x": 978, "y": 36, "font-size": 13, "text-anchor": "end", "fill": "#8a3b00", "font-weight": 700}
    return [*shapes, ("text", badge, text("frontier.badge", language))]


def norms(frontier: Frontier, language: str) -> str:
    """That the norms are illustrative, and how many."""
    asked = frontier.asked
    counts = {"illustrative": number(asked.illustrative_norms, language), "norms": number(asked.norms, language)}
    return text("frontier.illustrative", language, **counts)


def _lines(words: str, most: int = 138) -> list[str]:
    """A text broken between words."""
    lines = [""]
    for word in words.split(" "):
        if len(lines[-1]) + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _moved(shapes: tuple[Shape, ...]) -> list[Shape]:
    """The drawing's shapes, moved into the frame."""
    across, down = ("x", "x1", "x2", "cx"), ("y", "y1", "y2", "cy")
    moved = []
    for name, attributes, words in shapes:
        there = {k: v + AT[0] if k in across else v + AT[1] if k in down else v for k, v in attributes.items()}
        if "points" in there:
            pairs = (pair.split(",") for pair in there["points"].split(" "))
            there["points"] = " ".join(f"{float(x) + AT[0]},{float(y) + AT[1]}" for x, y in pairs)
        moved.append((name, there, words))
    return moved


def _draw(axes: Any, shape: Shape) -> None:
    """One shape of SVG by matplotlib."""
    from matplotlib import patches, patheffects

    name, at, words = shape
    width = float(at.get("stroke-width", 1)) * POINTS
    dashes = [float(part) * POINTS / width for part in at.get("stroke-dasharray", "").split()]
    style = (0, tuple(dashes)) if dashes else "-"
    if name == "text":
        weight = "bold" if at.get("font-weight") else "normal"
        anchor = {"start": "left", "middle": "center", "end": "right"}[at["text-anchor"]]
        said = words.replace("$", r"\$")
        font = {"fontsize": at["font-size"] * POINTS, "fontweight": weight, "color": at["fill"]}
        halo = [patheffects.withStroke(linewidth=width, foreground=at["stroke"])] if "stroke" in at else []
        axes.text(at["x"], at["y"], said, ha=anchor, va="baseline", path_effects=halo, **font)
    elif name == "line":
        axes.plot([at["x1"], at["x2"]], [at["y1"], at["y2"]], color=at["stroke"], linewidth=width, linestyle=style)
    elif name == "polyline":
        pairs = [[float(part) for part in pair.split(",")] for pair in at["points"].split(" ")]
        xs, ys = zip(*pairs, strict=True)
        axes.plot(xs, ys, color=at["stroke"], linewidth=width, linestyle=style)
    else:
        paint = {"facecolor": at["fill"], "edgecolor": at.get("stroke", "none"), "linewidth": width, "zorder": 3}
        if name == "circle":
            axes.add_patch(patches.Circle((at["cx"], at["cy"]), at["r"], **paint))
        else:
            axes.add_patch(patches.Rectangle((at["x"], at["y"]), at["width"], at["height"], **paint))
