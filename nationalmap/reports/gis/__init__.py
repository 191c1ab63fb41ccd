"""The plan as layers for a GIS: municipalities, places and journeys of each planned year, with styles and sources."""

from nationalmap.reports.gis.layers import GisLayer, about, layers

__all__ = ["GisLayer", "about", "layers"]
