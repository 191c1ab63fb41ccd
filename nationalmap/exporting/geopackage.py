"""The layers of a plan as one GeoPackage, the same bytes each time."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from nationalmap.errors import OutputFailed

if TYPE_CHECKING:
    from datetime import date

    from nationalmap.reports.gis import GisLayer

#: Table that QGIS looks for its styles in, and ours that says what the layers are.
STYLES, ABOUT = "layer_styles", "about"
#: Column of the geometries.
GEOMETRY = "geom"


def geopackage(layers: Sequence[GisLayer], about: pd.DataFrame, day: date) -> bytes:
    """A GeoPackage of the layers with their styles, and the table ``about``; dated with the plan's own day.

    Raises OutputFailed where the machine has no room for it.
    """
    try:
        return _written(layers, about, day)
    except (OSError, DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
        raise OutputFailed(f"the GeoPackage could not be written ({error}); nothing was changed") from error


def _written(layers: Sequence[GisLayer], about: pd.DataFrame, day: date) -> bytes:
    """The GeoPackage, made in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="nationalmap-") as folder, _dated(day):
        path = Path(folder) / "plan.gpkg"
        for layer in layers:
            pyogrio.write_dataframe(
                layer.frame.rename_geometry(GEOMETRY),
                path,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.geometry,
                append=path.exists(),
                # An older edition of the format, which the QGIS of an office reads without a warning.
                dataset_options={"VERSION": "1.2"},
                layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": layer.says, "FID": "fid"},
            )
        for name, table in ((STYLES, _styles(layers, day)), (ABOUT, about)):
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=True)
        with closing(sqlite3.connect(path)) as written:
            # One file without a journal, and no word of how it grew.
            written.execute("VACUUM")
            return written.serialize()


def _styles(layers: Sequence[GisLayer], day: date) -> pd.DataFrame:
    """The table of styles as QGIS declares it: one default style for each layer."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": GEOMETRY,
            "styleName": layer.name,
            "styleQML": layer.style,
            "styleSLD": "",
            "useAsDefault": True,
            "description": layer.says,
            "owner": "nationalmap",
            "ui": "",
            "update_time": pd.Timestamp(day),
        }
        for layer in layers
    ]
    return pd.DataFrame(rows)


@contextmanager
def _dated(day: date) -> Iterator[None]:
    """GDAL writes this day as the time of every change, for as long as this lasts."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
