"""Styles as QGIS reads them (QML): the classes and colours of the page, so that both maps say the same.

A style names columns and classes alone, never a value of the plan: what a name holds cannot reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.etree import ElementTree as ET

from nationalmap.reports.page.classes import SCALES

_VERSION = "3.28.0"
_LINE = "90,90,90,255"
#: Fill of what has no figure, and its name.
_NO_FIGURE = "#e6e0d2"


def municipalities() -> str:
    """Coverage of the needs in the page's classes; grey where there is none to tell."""
    scale = SCALES["coverage"]
    edges = [float(edge) for edge in scale.breaks]
    column = '"coverage_pct"'
    rules = [(f"{column} < {edges[0]:g}", f"< {edges[0]:g} %")]
    rules += [
        (f"{column} >= {low:g} AND {column} < {high:g}", f"{low:g} – < {high:g} %") for low, high in pairwise(edges)
    ]
    rules.append((f"{column} >= {edges[-1]:g}", f"{edges[-1]:g} %"))
    style, renderer = _style("RuleRenderer")
    listed = ET.SubElement(renderer, "rules", key="rules")
    symbols = ET.SubElement(renderer, "symbols")
    named = [*zip(rules, scale.fills, strict=True), ((f"{column} IS NULL", "няма данни / no figure"), _NO_FIGURE)]
    for number, ((condition, label), fill) in enumerate(named):
        ET.SubElement(listed, "rule", key=f"rule{number}", symbol=str(number), filter=condition, label=label)
        _symbol(symbols, str(number), "fill", "SimpleFill", {"color": _rgba(fill), "outline_color": _LINE,
                "outline_width": "0.2", "outline_width_unit": "MM", "style": "solid"})  # fmt: skip
    _labels(style, "name_bg")
    return _text(style)


def places() -> str:
    """Circles whose area grows with the places of the year."""
    style, renderer = _style("singleSymbol")
    symbol = _symbol(ET.SubElement(renderer, "symbols"), "0", "marker", "SimpleMarker", {"color": "4,90,141,180",
                     "name": "circle", "outline_color": "255,255,255,255", "size": "2", "size_unit": "MM"})  # fmt: skip
    _driven(symbol, "size", '0.6 * sqrt("places")')
    return _text(style)


def served() -> str:
    """Lines whose width grows with the users."""
    style, renderer = _style("singleSymbol")
    symbol = _symbol(ET.SubElement(renderer, "symbols"), "0", "line", "SimpleLine", {"line_color": "179,0,0,160",
                     "line_width": "0.4", "line_width_unit": "MM", "capstyle": "round"})  # fmt: skip
    _driven(symbol, "outlineWidth", '0.2 + 0.15 * sqrt("users")')
    return _text(style)


def _style(renderer: str) -> tuple[ET.Element, ET.Element]:
    style = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Labeling")
    return style, ET.SubElement(style, "renderer-v2", type=renderer, symbollevels="0", enableorderby="0")


def _symbol(parent: ET.Element, name: str, kind: str, layer: str, options: Mapping[str, str]) -> ET.Element:
    """A symbol of one layer; gives that layer."""
    symbol = ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    drawn = ET.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    listed = ET.SubElement(drawn, "Option", type="Map")
    for option, value in options.items():
        ET.SubElement(listed, "Option", type="QString", name=option, value=value)
    return drawn


def _driven(layer: ET.Element, what: str, expression: str) -> None:
    """A property of a symbol that follows a column."""
    properties = ET.SubElement(layer, "data_defined_properties")
    whole = ET.SubElement(properties, "Option", type="Map")
    ET.SubElement(whole, "Option", type="QString", name="name", value="")
    listed = ET.SubElement(whole, "Option", type="Map", name="properties")
    one = ET.SubElement(listed, "Option", type="Map", name=what)
    ET.SubElement(one, "Option", type="bool", name="active", value="true")
    ET.SubElement(one, "Option", type="QString", name="expression", value=expression)
    ET.SubElement(one, "Option", type="int", name="type", value="3")
    ET.SubElement(whole, "Option", type="QString", name="type", value="collection")


def _labels(style: ET.Element, column: str) -> None:
    """The names of the municipalities, as text."""
    style.set("labelsEnabled", "1")
    settings = ET.SubElement(ET.SubElement(style, "labeling", type="simple"), "settings")
    ET.SubElement(
        settings, "text-style", fieldName=column, isExpression="0", allowHtml="0", fontSize="8", fontSizeUnit="Point"
    )


def _rgba(colour: str) -> str:
    """``#rrggbb`` as QGIS writes colours."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _text(style: ET.Element) -> str:
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(style, encoding="unicode")
