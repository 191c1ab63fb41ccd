"""Plans handed on to a GIS: as one GeoPackage, or as tables of a PostGIS database; whole or not at all."""

from nationalmap.exporting.geopackage import geopackage
from nationalmap.exporting.postgis import write_postgis

__all__ = ["geopackage", "write_postgis"]
