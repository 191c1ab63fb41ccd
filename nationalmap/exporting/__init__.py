"""Plans handed on: to a GIS as one GeoPackage or as tables of a PostGIS database, to an archive as an RO-Crate."""

from nationalmap.exporting.crate import crate
from nationalmap.exporting.geopackage import geopackage
from nationalmap.exporting.postgis import write_postgis

__all__ = ["crate", "geopackage", "write_postgis"]
