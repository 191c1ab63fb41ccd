"""The page of a frontier: one HTML file in both languages, which opens without a network.

Everything of the data is escaped text; the drawing has presentation attributes alone, so that the policy forbids all
styles and scripts but the page's own two, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from nationalmap.reports.frontier.chart import norms
from nationalmap.reports.frontier.drawing import drawing
from nationalmap.reports.frontier.figures import investments, points
from nationalmap.reports.frontier.told import sentences, sure
from nationalmap.reports.texts import languages, listed, text

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.reports.frontier.drawing import Drawing
    from nationalmap.reports.frontier.figures import Grid


def build(frontier: Frontier) -> str:
    """The whole page as HTML text; the same frontier gives the same bytes."""
    style, script = f"\n{_own('frontier.css')}\n", f"\n{_own('frontier.js')}\n"
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    sections = "\n".join(_section(frontier, language) for language in languages())
    return (
        '<!DOCTYPE html>\n<html lang="bg">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(text('frontier.title', 'bg'))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{sections}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def inline(drawn: Drawing, name: str) -> str:
    """The drawing as SVG inside a page; ``name`` makes the ids of its title and description."""
    shapes = "\n".join(_shape(*shape) for shape in drawn.shapes)
    return (
        f'<svg class="chart" viewBox="0 0 {drawn.width} {drawn.height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">\n<title id="{name}-title">{escape(drawn.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(drawn.desc)}</desc>\n{shapes}\n</svg>'
    )


def _shape(name: str, attributes: dict[str, object], words: str) -> str:
    said = " ".join(f'{key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name} {said}>{escape(words)}</{name}>" if words else f"<{name} {said}/>"


def _section(frontier: Frontier, language: str) -> str:
    """Everything in one language; the script shows one of them."""
    asked, other = frontier.asked, next(name for name in languages() if name != language)
    names = listed((name[language] for name in asked.streams.values()), language, "parts")
    says = "".join(f"<li>{escape(line)}</li>" for line in sentences(frontier, language)[:-1])
    source = text(
        "frontier.source",
        language,
        scenario=asked.scenario,
        date=".".join(reversed(asked.as_of.split("-"))),
        exact=text("frontier.exact", language),
        sure=sure(frontier, language),
    )
    return f"""<div class="part" lang="{language}">
<header class="top">
<div class="titles"><h1>{escape(text("frontier.title", language))}</h1>
<p>{escape(asked.title[language])} · {escape(text("frontier.streams", language, streams=names))}</p></div>
<p class="badge">{escape(text("frontier.badge", language))}</p>
<button type="button" class="language" lang="{other}">{escape(text("frontier.language", language))}</button>
</header>
<main class="sheet">
<div class="first">
<figure>{inline(drawing(frontier, language), f"chart-{language}")}</figure>
<ul class="says">{says}</ul>
</div>
{_table(points(frontier, language), 2)}
{_order(frontier, language)}
</main>
<footer><p>{escape(source)}</p>
<p class="warn">{escape(norms(frontier, language))} {escape(text("frontier.estimate", language))}</p></footer>
</div>"""


def _order(frontier: Frontier, language: str) -> str:
    """The order of investments; nothing where no nested budgets were asked."""
    grids = investments(frontier, language)
    if not grids:
        return ""
    tables = "\n".join(f"<div>{_table(grid, 3)}</div>" for grid in grids)
    head, says = (escape(text(f"frontier.{key}", language)) for key in ("order", "order_says"))
    none = f'<p class="soft">{escape(text("frontier.order_none", language))}</p>'
    steps = tables.replace("<!-- none -->", none)
    return f'<h2>{head}</h2>\n<p class="soft">{says}</p>\n<div class="steps">\n{steps}\n</div>'


def _table(grid: Grid, level: int) -> str:
    title = f"<h{level}>{escape(grid.title)}</h{level}>"
    if not grid.rows:
        return f"{title}\n<!-- none -->"

    def cells(row: tuple[str, ...], tag: str) -> str:
        classes = (' class="words"' if at < grid.words else "" for at in range(len(row)))
        return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(classes, row, strict=True))

    head = cells(grid.head, "th").replace("<th", '<th scope="col"')
    rows = "".join(
        f'<tr><th scope="row" class="words">{escape(row[0])}</th>{cells(row, "td").partition("</td>")[2]}</tr>'
        for row in grid.rows
    )
    return f'{title}\n<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _own(name: str) -> str:
    """A file of this folder."""
    return resources.files("nationalmap.reports.frontier").joinpath(name).read_text(encoding="utf-8")


def _hash(part: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode('ascii')}'"
