"""Overlap of the schematic layer with surveyed boundaries, and whether it can be made again.

    python benchmarks/boundaries.py [REFERENCE FOLDER]

The folder (default: ../shared/data beside the repository) holds municipalities.geojson and
settlements.csv. Prints intersection over union in EPSG:3035 for the shipped layer, for the
layer made again from the settlements, and for plain Thiessen polygons without their land.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import shapely

from nationalmap import schema
from nationalmap.geography import thiessen
from nationalmap.sources import boundaries
from nationalmap.sources.tables import read_table

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "boundaries"


def overlaps(polygons, real):
    """Intersection over union of each municipality."""
    ours = polygons.set_index("municipality").geometry.to_crs(3035)
    theirs = real.loc[ours.index]
    shared = ours.intersection(theirs).area
    return shared / (ours.area + theirs.area - shared)


def line(name, polygons, real):
    iou = overlaps(polygons, real)
    haskovo = iou[iou.index.str.startswith("HKV")]
    vertices = len(shapely.get_coordinates(polygons.geometry.to_numpy()))
    print(
        f"{name:22} mean {iou.mean():.4f}  min {iou.min():.3f} ({iou.idxmin()})  "
        f"Haskovo mean {haskovo.mean():.4f} min {haskovo.min():.3f}  {vertices} vertices"
    )


def main(reference):
    if not (reference / "municipalities.geojson").is_file():
        sys.exit("The surveyed boundaries are not there: give the folder of the reference data.")
    real = gpd.read_file(reference / "municipalities.geojson").set_index("code").geometry.to_crs(3035)
    municipalities = read_table(schema.MUNICIPALITIES, SHIPPED / "municipalities.csv")
    shipped = boundaries.read_boundaries(SHIPPED / "municipalities.geojson", municipalities)
    line("shipped", shipped.polygons, real)
    points = boundaries.read_points(reference / "settlements.csv")
    outline = boundaries.read_outline(SHIPPED / "outline.geojson")
    codes = municipalities["municipality"].tolist()
    start = time.perf_counter()
    again = thiessen.build(points, outline, codes)
    seconds = time.perf_counter() - start
    line("made again", again, real)
    line("plain Thiessen", thiessen.build(points[["municipality", "lon", "lat"]], outline, codes), real)
    with tempfile.TemporaryDirectory() as folder:
        boundaries.write_layer(again, Path(folder) / "again.geojson")
        same = (Path(folder) / "again.geojson").read_bytes() == (SHIPPED / "municipalities.geojson").read_bytes()
    size = (SHIPPED / "municipalities.geojson").stat().st_size
    print(f"made in {seconds:.1f} s, {size} bytes; the same bytes as shipped: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
