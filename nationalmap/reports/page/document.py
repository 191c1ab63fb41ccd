"""The HTML text: folium draws the map, everything else stands in it literally.

branca compiles what its elements render a second time as a Jinja template, so nothing of
the data may pass through one: figures, names and texts stand in one JSON block, folium
gets coordinates, codes and fixed words of ours. A content policy with the hash of every
script and style makes the browser refuse whatever else might have slipped in.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.metadata
import json
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from nationalmap.errors import OutputFailed
from nationalmap.reports.page.words import page_texts

if TYPE_CHECKING:
    from nationalmap.reports.page.geometry import Shapes

_LEAFLET = "XStatic-Leaflet"
_POLICY = "policy-stands-here"
#: Programs of each page in their order; its shell has its name.
_PROGRAMS = {
    "page": ("kit", "map", "figures", "names", "sentences", "panel", "beside", "table", "page"),
    "regret": ("kit", "map", "regret"),
}
_STYLES = {
    "planned": {
        "className": "planned",
        "color": "#5b6773",
        "fillColor": "#ffffff",
        "fillOpacity": 1,
        "weight": 0.7,
    },
    "neighbour": {
        "className": "neighbour",
        "color": "#a3abb3",
        "fillColor": "#d6dade",
        "fillOpacity": 1,
        "weight": 0.7,
    },
    "own": {
        "className": "border own",
        "color": "#1b2733",
        "fill": False,
        "weight": 2.2,
        "interactive": False,
    },
    "other": {
        "className": "border other",
        "color": "#6b7681",
        "fill": False,
        "weight": 1.6,
        "interactive": False,
    },
}


class Literal(Element):
    """Text that is written as it is, never compiled."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **kwargs: Any) -> str:
        """The text."""
        return self._text


class PageMap(folium.Map):
    """A map without anything of other hosts, whose template neither styles nor forbids zooming."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  (folium declares it so)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                crs: L.CRS.{{ this.crs }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )


class PageFigure(Figure):
    """The frame of the document: the page's own shell around the map, its script after folium's."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="bg">\n<head>\n{{ this.header.render(**kwargs) }}\n</head>\n<body>\n'
        "{{ this.before }}{{ this.html.render(**kwargs) }}{{ this.after }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n"
        "<script>\n{{ this.program }}\n</script>\n"
        "</body>\n</html>\n"
    )

    def __init__(self, before: str, after: str, program: str) -> None:
        super().__init__()
        self.before, self.after, self.program = before, after, program
        self.header = Element()
        self.header._parent = self


def document(data: dict[str, Any], shapes: Shapes, name: str = "page") -> str:
    """The whole page as text; the same data gives the same bytes.

    ``name`` is that of the page: its shell, and its programs after those that every page shares.
    """
    before, after = _shell(name)
    block = f'<script type="application/json" id="plan-data">{safe_json(data)}</script>\n'
    figure = PageFigure(
        before, after + block, "\n".join(('"use strict";', *(_own(f"{part}.js") for part in _PROGRAMS[name])))
    )
    for part, words in _head(data["texts"]["bg"]["title"]).items():
        figure.header.add_child(Literal(words), name=part)
    figure.add_child(_map(shapes), name="map")
    text: str = figure.render()
    return text.replace(_POLICY, _policy(text), 1)


def safe_json(data: Any) -> str:
    """JSON that can end no script element, open no comment and start no template."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=False)
    for sign in "&<>\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


def _map(shapes: Shapes) -> folium.Map:
    """The map with its areas and borders; every element has a fixed name."""
    chart = PageMap(
        location=[42.7, 25.5],
        tiles=None,
        zoom_start=8,
        zoom_control=False,
        attribution_control=False,
        keyboard=False,
        zoom_animation=False,
        fade_animation=False,
        mark_zoom_animation=False,
        zoom_snap=0.05,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=160,
        box_zoom=False,
    )
    chart._id = "plan"
    areas = folium.GeoJson(shapes.areas, style_function=_style, smooth_factor=0, control=False)
    areas._id = "areas"
    pane = folium.map.CustomPane("borders", z_index=420)
    pane._id = "borders"
    borders = folium.GeoJson(
        shapes.borders,
        style_function=_style,
        smooth_factor=0,
        control=False,
        pane="borders",
        interactive=False,
    )
    borders._id = "borders"
    for element in (areas, pane, borders):
        chart.add_child(element)
    return chart


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    """Line and first fill of an area or border, by its kind."""
    return dict(_STYLES[feature["properties"]["kind"]])


def _shell(name: str) -> tuple[str, str]:
    """The page's own HTML before and after the map."""
    # Zoom, scale and north are the same on every page.
    whole = _own(f"{name}.html").replace("<!-- around the map -->\n", _own("around_map.html"))
    before, after = whole.split("<!-- map -->")
    notice = html.escape(" / ".join(page_texts(language)["no_script"] for language in ("bg", "en")))
    return before.replace("<!-- no script -->", f"<noscript><p>{notice}</p></noscript>"), after


def _head(title: str) -> dict[str, str]:
    """What stands in the head, by name."""
    return {
        "charset": '<meta charset="utf-8">\n',
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
        "viewport": '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        "title": f"<title>{html.escape(title)}</title>\n",
        "leaflet_css": f"<style>\n{_leaflet('leaflet.css')}\n</style>\n",
        "page_css": f"<style>\n{_own('page.css')}\n</style>\n",
        "leaflet_js": f"<script>\n{_leaflet('leaflet.js')}\n</script>",
    }


def _own(name: str) -> str:
    """A file of this folder."""
    return resources.files("nationalmap.reports.page").joinpath(name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    """A file of Leaflet as installed, without the pointer to its source map."""
    try:
        installed = importlib.metadata.files(_LEAFLET) or []
    except importlib.metadata.PackageNotFoundError:
        installed = []
    found = next((file for file in installed if file.match(f"data/{name}")), None)
    if found is None:
        raise OutputFailed(f"The page cannot be drawn: {name} of the package {_LEAFLET} is not installed.")
    text = Path(str(found.locate())).read_text(encoding="utf-8")
    return re.sub(r"\n//# sourceMappingURL=.*\s*$", "", text)


def _policy(text: str) -> str:
    """Content policy that allows the scripts and styles of this text and nothing else."""
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    rules = (
        "default-src 'none'",
        f"script-src {' '.join(_hash(script) for script in scripts)}",
        f"style-src {' '.join(_hash(style) for style in styles)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
