"""Foreign layers for the tests of the import: the municipalities of Haskovo, or all, written as others write them."""

import io
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from nationalmap import schema
from nationalmap.sources import importing
from nationalmap.sources.layers import read_any
from nationalmap.sources.resources import shipped
from nationalmap.sources.tables import read_table
from tests.beside import SHARED, reference

ROOT = Path(__file__).resolve().parents[2]
REAL = SHARED / "data" / "municipalities.geojson"
MUNICIPALITIES = read_table(schema.MUNICIPALITIES, shipped("boundaries") / "municipalities.csv")
REGIONS = read_table(schema.REGIONS, shipped("boundaries") / "regions.csv")
SAID = {"source": "Cadastre 2026", "licence": "as agreed"}


def real():
    """The surveyed polygons as published: code, ekatte, names, region, LAU, GISCO."""
    return gpd.read_file(reference("data/municipalities.geojson"))


def schematic():
    """The shipped polygons, with the columns of the surveyed ones."""
    frame = gpd.read_file(shipped("boundaries") / "municipalities.geojson").rename(columns={"municipality": "code"})
    facts = MUNICIPALITIES.set_index("municipality").loc[frame["code"]]
    named = {"ekatte": "seat_ekatte", "name_bg": "name_bg", "name_en": "name_en", "region_code": "region"}
    for column, of in named.items():
        frame[column] = facts[of].to_numpy()
    return frame[["code", *named, "geometry"]]


def haskovo(frame):
    """The eleven of the region, numbered anew."""
    return frame[frame["region_code"] == "HKV"].reset_index(drop=True)


def eleven_at_hand():
    """Haskovo's polygons: the surveyed ones where they are at hand."""
    return haskovo(real() if REAL.is_file() else schematic())


def taken(path, municipalities=None, layer="", crs="", tolerance_km2=0.1):
    """The layer as the import takes it; of Haskovo's eleven municipalities unless said."""
    only = MUNICIPALITIES[MUNICIPALITIES["region"] == "HKV"].reset_index(drop=True)
    towns = only if municipalities is None else municipalities
    return importing.checked(read_any(path, layer), towns, REGIONS, **SAID, crs=crs, tolerance_km2=tolerance_km2)


def write(frame, path, **options):
    """A layer as GDAL writes it; what it says about shortened names is no matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(frame, path, **options)
    return path


def shapefile(frame, folder, encoding="UTF-8", without=(), name="layer"):
    """A .shp with its parts, some of them taken away."""
    folder.mkdir(exist_ok=True)
    path = write(frame, folder / f"{name}.shp", encoding=encoding)
    for ending in without:
        path.with_suffix(ending).unlink()
    return path


def packed(path, files, compression=zipfile.ZIP_DEFLATED):
    """A ZIP of files by name, or of all the parts of a shapefile."""
    if isinstance(files, Path):
        files = {part.name: part.read_bytes() for part in sorted(files.parent.glob(files.stem + ".*"))}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def in_memory(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def areas_km2(frame):
    """Area of each municipality in EPSG:3035, by code."""
    code = "municipality" if "municipality" in frame else "code"
    return pd.Series(frame.to_crs(3035).area.to_numpy() / 1e6, index=frame[code].to_numpy()).sort_index()
