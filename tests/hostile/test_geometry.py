"""Bad boundaries of toyland, by two doors: the plan's own layer, and ``boundaries import``."""

import contextlib
import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nationalmap import planning
from tests.conftest import TOYLAND
from tests.hostile.corpus import Cases, both, cut, refused, remake, says, swap, without
from tests.hostile.layers import (
    LAYER,
    as_file,
    code,
    features,
    geometry,
    in_system,
    instead,
    member,
    moved,
    renamed,
    squares,
    zipped,
)

N1, N2 = squares("NOR01"), squares("NOR02")
EIGHT = shapely.Polygon([(24.9, 42.9), (25.1, 43.1), (25.1, 42.9), (24.9, 43.1)])
HOLED = shapely.Polygon(N1.exterior, [N1.exterior.coords])
#: The corner at 24.9 43.1 slipped to 24.1: out of the country's outline, nobody's neighbour there.
SLIPPED = shapely.Polygon([(24.9, 42.9), (25.1, 42.9), (25.1, 43.1), (24.9, 43.1), (24.1, 43.1), (24.9, 43.05)])
GAP = N1.difference(shapely.box(25.0, 43.0, 25.03, 43.03))
TOUCHING = {
    "type": "Polygon",
    "coordinates": [
        [[24.9, 42.9], [25.1, 42.9], [25.1, 43.1], [25, 43], [25.02, 43.1], [24.98, 43.1], [25, 43], [24.9, 43.1],
         [24.9, 42.9]]
    ],
}  # fmt: skip


def ring(*points):
    return {"type": "Polygon", "coordinates": [list(points)]}


def square(n, value, axis):
    """The ring of NOR01 with one number replaced."""
    points = [[24.9, 42.9], [25.1, 42.9], [25.1, 43.1], [24.9, 43.1], [24.9, 42.9]]
    points[n][axis] = value
    return ring(*points)


def exchanged(one, other):
    return both(code(one, "x"), code(other, one), code("x", other))


def statement(sql, name="layer.gpkg"):
    """A GeoPackage changed by hand."""

    def work(folder):
        with contextlib.closing(sqlite3.connect(folder / name)) as connection, connection:
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{trigger}"')
            connection.execute(sql)

    return work


def flipped(name, share):
    def work(data):
        at = int(len(data) * share)
        return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]

    return remake(name, work)


GPKG = as_file("layer.gpkg", layer="m")
VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'

#: The layer of the plan itself.
REFUSED: Cases = {
    "figure of eight": (
        geometry("NOR01", EIGHT),
        [
            'boundaries.geojson, geometry: "NOR01" is not a valid polygon (Self-intersection[25 43]); mending would change its area; draw it again: 0.02 km² would become 181.17 km².'
        ],
    ),
    "ring repeated as its own hole": (
        geometry("NOR01", HOLED),
        [
            'boundaries.geojson, geometry: "NOR01" is not a valid polygon (Self-intersection[25.1 43.1]); mending would change its area; draw it again: 0.00 km² would become 0.00 km².'
        ],
    ),
    "null geometry": (
        geometry("NOR01", None),
        ['boundaries.geojson, geometry: "NOR01" has no geometry; draw or copy its polygon.'],
    ),
    "empty polygon": (
        geometry("NOR01", {"type": "Polygon", "coordinates": []}),
        ['boundaries.geojson, geometry: "NOR01" has no geometry; draw or copy its polygon.'],
    ),
    "not a number": (
        geometry("NOR01", square(2, float("nan"), 0)),
        ["boundaries.geojson: is not GeoJSON (NaN is not a number); the file may be cut short; fetch it again."],
    ),
    "a number too large for any float": (
        swap(LAYER, "[24.9,42.9],[25.1,42.9],[25.1,43.1]", "[24.9,42.9],[1e999,42.9],[25.1,43.1]"),
        [
            'boundaries.geojson, geometry: "NOR01" has a vertex at inf 42.9, outside Bulgaria; these look like metres: name the coordinate system, best save it in EPSG:4326.'
        ],
    ),
    "coordinates as text": (
        geometry("NOR01", square(2, "25,1", 0)),
        [
            "boundaries.geojson: has an unreadable geometry in feature 1 (could not convert string to float: '25,1'); fetch the file again."
        ],
    ),
    "ring of three points": (
        geometry("NOR01", ring([24.9, 42.9], [25.1, 42.9], [24.9, 42.9])),
        [
            'boundaries.geojson, geometry: "NOR01" is not a valid polygon (Too few points in geometry component[24.9 42.9]); mending would change its area; draw it again: 0.00 km² would become 0.00 km².'
        ],
    ),
    "no area": (
        geometry("NOR01", ring([24.9, 42.9], [25.1, 42.9], [25.0, 42.9], [24.9, 42.9])),
        [
            'boundaries.geojson, geometry: "NOR01" is not a valid polygon (Self-intersection[25 42.9]); mending would change its area; draw it again: 0.05 km² would become 0.00 km².'
        ],
    ),
    "point": (
        geometry("NOR01", shapely.Point(25, 43)),
        ['boundaries.geojson, geometry: "NOR01" is a Point, not a polygon; give the area as Polygon or MultiPolygon.'],
    ),
    "line": (
        geometry("NOR01", shapely.LineString([(25, 43), (25.1, 43)])),
        [
            'boundaries.geojson, geometry: "NOR01" is a LineString, not a polygon; give the area as Polygon or MultiPolygon.'
        ],
    ),
    "collection": (
        geometry("NOR01", shapely.GeometryCollection([N1])),
        [
            'boundaries.geojson, geometry: "NOR01" is a GeometryCollection, not a polygon; give the area as Polygon or MultiPolygon.'
        ],
    ),
    "kind that GeoJSON has not": (
        geometry("NOR01", {"type": "CurvePolygon", "coordinates": []}),
        [
            "boundaries.geojson: has an unreadable geometry in feature 1 (Unknown geometry type: 'curvepolygon'); fetch the file again."
        ],
    ),
    "axes swapped": (
        moved(lambda xy: xy[:, ::-1]),
        [
            "boundaries.geojson, crs: lies outside Bulgaria with all 6 polygons; longitude and latitude look swapped: longitude comes first."
        ],
    ),
    "axes of one swapped": (
        moved(lambda xy: xy[:, ::-1], "NOR01"),
        [
            'boundaries.geojson, geometry: "NOR01" has a vertex at 42.9 24.9, outside Bulgaria; longitude and latitude look swapped: longitude comes first.'
        ],
    ),
    "metres in degrees": (
        in_system(7801, None),
        [
            "boundaries.geojson, crs: lies outside Bulgaria with all 6 polygons; these look like metres: name the coordinate system, best save it in EPSG:4326."
        ],
    ),
    "wrong UTM zone": (
        in_system(32635, "EPSG:32634"),
        [
            "boundaries.geojson, crs: lies outside Bulgaria with all 6 polygons; these look like metres: name the coordinate system, best save it in EPSG:4326."
        ],
    ),
    "Web Mercator without a word": (
        in_system(3857, None),
        [
            "boundaries.geojson, crs: lies outside Bulgaria with all 6 polygons; these look like metres: name the coordinate system, best save it in EPSG:4326."
        ],
    ),
    "degrees called Web Mercator": (
        member(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
        [
            "boundaries.geojson, crs: lies outside Bulgaria with all 6 polygons; longitudes from 22 to 29 and latitudes from 41 to 44.5 are asked."
        ],
    ),
    "a system that is none": (
        member(crs={"type": "name", "properties": {"name": "EPSG:99"}}),
        [
            'boundaries.geojson, crs: "EPSG:99" is not a known coordinate system; name the coordinate system, best EPSG:4326.'
        ],
    ),
    "a system linked to": (
        member(crs={"type": "link", "properties": {"href": "http://example.org/crs"}}),
        [
            "boundaries.geojson, crs: \"{'type': 'link', 'properties': {'href': 'http://example.org/crs'}}\" names its coordinate system in a way not known here; name the coordinate system, best EPSG:4326."
        ],
    ),
    "polygon at zero": (
        geometry("NOR01", shapely.box(0, 0, 0.2, 0.2)),
        [
            'boundaries.geojson, geometry: "NOR01" has a vertex at 0.2 0, outside Bulgaria; longitudes from 22 to 29 and latitudes from 41 to 44.5 are asked.'
        ],
    ),
    "decimal point slipped": (
        geometry("NOR01", square(2, 251.0, 0)),
        [
            'boundaries.geojson, geometry: "NOR01" has a vertex at 251 43.1, outside Bulgaria; these look like metres: name the coordinate system, best save it in EPSG:4326.'
        ],
    ),
    "digit slipped within the country": (
        geometry("NOR01", SLIPPED),
        [
            'boundaries.geojson, geometry: "NOR01 (Горно)" has a vertex at 24.10000 43.10000 that stands out 65.2 km like a needle; a digit may have slipped: compare the vertex with its neighbours.'
        ],
    ),
    "two neighbours exchanged": (
        exchanged("NOR01", "NOR02"),
        [
            'boundaries.geojson, geometry: "NOR01" (Горно, NOR) does not hold its seat, NOR02 (Средно) does; check the codes of the polygons.',
            'boundaries.geojson, geometry: "NOR02" (Средно, NOR) does not hold its seat, NOR01 (Горно) does; check the codes of the polygons.',
        ],
    ),
    "north and south exchanged": (
        exchanged("NOR01", "SOU01"),
        [
            'boundaries.geojson, geometry: "NOR01" (Горно, NOR) lies 11 km from its seat; check the codes of the polygons.',
            'boundaries.geojson, geometry: "SOU01" (Долно, SOU) lies 11 km from its seat; check the codes of the polygons.',
        ],
    ),
    "polygon in another region": (
        geometry("NOR01", shapely.box(26.9, 42.9, 27.1, 43.1)),
        [
            'boundaries.geojson, geometry: "NOR01" (Горно, NOR) lies 155 km from its seat; check the codes of the polygons.'
        ],
    ),
    "overlap": (
        geometry("NOR01", shapely.box(24.9, 42.9, 25.15, 43.1)),
        [
            'boundaries.geojson, geometry: "NOR01, NOR02" overlaps are 3.99% of the area of all polygons; these two share 90.58 km²; every place belongs to one municipality.'
        ],
    ),
    "one polygon under two codes": (
        geometry("NOR02", N1),
        [
            'boundaries.geojson, geometry: "NOR01, NOR02" overlaps are 16.64% of the area of all polygons; these two share 362.34 km²; every place belongs to one municipality.'
        ],
    ),
    "missing": (
        features(lambda found: found.pop(0)),
        ['boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.'],
    ),
    "twice": (
        features(lambda found: found.append(found[0])),
        [
            'boundaries.geojson, municipality: "NOR01" (Горно) stands twice, in the features 1 and 7; unite or remove one of them.'
        ],
    ),
    "unknown code": (
        code("NOR01", "NOR11"),
        [
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
            'boundaries.geojson, municipality: "NOR11" in feature 1 is not one of the 6 codes; the nearest is "NOR01" (Горно).',
        ],
    ),
    "code that lost its zero": (
        code("NOR01", "NOR1"),
        [
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
            'boundaries.geojson, municipality: "NOR1" in feature 1 is not one of the 6 codes; the nearest is "NOR01" (Горно).',
        ],
    ),
    "no code": (
        code("NOR01", None),
        [
            'boundaries.geojson, municipality: "(blank)" in feature 1 is not one of the 6 codes; one of 6 known values is asked.',
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
        ],
    ),
    "code in small letters": (
        code("NOR01", "nor01"),
        [
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
            'boundaries.geojson, municipality: "nor01" in feature 1 is not one of the 6 codes; the nearest is "NOR01" (Горно).',
        ],
    ),
    "code in Cyrillic letters": (
        code("NOR01", "NОR01"),
        [
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
            'boundaries.geojson, municipality: "NОR01" in feature 1 is not one of the 6 codes; the nearest is "NOR01" ("О" in the value is not a Latin letter) (Горно).',
        ],
    ),
    "code as a number": (
        code("NOR01", 90001),
        [
            'boundaries.geojson, municipality: "90001" in feature 1 is not one of the 6 codes; one of 6 known values is asked.',
            'boundaries.geojson, municipality: "NOR01" (Горно) is missing; add its polygon.',
        ],
    ),
    "two columns with codes": (
        features(
            lambda found: [
                f["properties"].update(code=c)
                for f, c in zip(found, ("NOR02", "NOR01", "NOR03", "SOU01", "SOU02", "SOU03"), strict=True)
            ]
        ),
        [
            'boundaries.geojson, properties: "municipality, code" each hold all 6 codes, in different order; keep one of them.'
        ],
    ),
    "no features": (
        features(lambda found: found.clear()),
        ["boundaries.geojson: holds no features; a GeoJSON text or a GeoPackage is asked."],
    ),
    "a feature alone": (
        remake(LAYER, lambda data: data.split(b"\n")[1].rstrip(b",")),
        ['boundaries.geojson: "Feature" is not a GeoJSON FeatureCollection; a GeoJSON text or a GeoPackage is asked.'],
    ),
    "cut short": (
        cut(LAYER, 200),
        [
            "boundaries.geojson: is not GeoJSON (Expecting ',' delimiter: line 6 column 134 (char 855)); the file may be cut short; fetch it again."
        ],
    ),
    "cut short between two features": (
        remake(LAYER, lambda data: b"\n".join(data.split(b"\n")[:4]).rstrip(b",") + b"\n]}"),
        [
            'boundaries.geojson, municipality: "SOU01" (Долно) is missing; add its polygon.',
            'boundaries.geojson, municipality: "SOU02" (Ниско) is missing; add its polygon.',
            'boundaries.geojson, municipality: "SOU03" (Гранично) is missing; add its polygon.',
        ],
    ),
    "a name twice in one object": (
        swap(LAYER, '{"municipality":"NOR01"}', '{"municipality":"NOR02","municipality":"NOR01"}'),
        [
            'boundaries.geojson: is not GeoJSON ("municipality" stands twice in one object); the file may be cut short; fetch it again.'
        ],
    ),
    "cut short by the service": (
        member(exceededTransferLimit=True),
        [
            "boundaries.geojson: says that the service cut it short (exceededTransferLimit); ask the service for fewer features at a time, or for its file."
        ],
    ),
    "nested without end": (
        instead(b"[" * 100_000),
        ["boundaries.geojson: is nested too deeply; a GeoJSON text or a GeoPackage is asked."],
    ),
    "in UTF-16": (
        remake(LAYER, lambda data: data.decode().encode("utf-16")),
        ["boundaries.geojson: is neither UTF-8 text nor a GeoPackage; a GeoJSON text or a GeoPackage is asked."],
    ),
    "a VRT under the name": (
        instead(VRT),
        ["boundaries.geojson: is XML (KML, GML, VRT or a web page); convert it to GeoJSON or GeoPackage."],
    ),
    "KML": (
        instead(b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>'),
        ["boundaries.geojson: is XML (KML, GML, VRT or a web page); convert it to GeoJSON or GeoPackage."],
    ),
    "gzip": (instead(b"\x1f\x8b\x08\x00" + b"\x00" * 30), ["boundaries.geojson: is a gzip archive; unpack it."]),
    "PDF": (instead(b"%PDF-1.7\n"), ["boundaries.geojson: is a PDF; ask the publisher for GeoJSON or GeoPackage."]),
    "shapefile in place": (
        both(as_file("l.shp"), renamed("l.shp")),
        ["boundaries.geojson: is a shapefile; import it once: nationalmap boundaries import FILE."],
    ),
    "ZIP in place": (
        both(zipped("l.zip", "*.csv"), renamed("l.zip")),
        [
            "boundaries.geojson: is a ZIP archive; unpack it and give the GeoJSON or GeoPackage in it, or import it once: nationalmap boundaries import FILE."
        ],
    ),
    "TopoJSON": (
        instead(b'{"type":"Topology","objects":{},"arcs":[]}'),
        ['boundaries.geojson: "Topology" is not a GeoJSON FeatureCollection; a GeoJSON text or a GeoPackage is asked.'],
    ),
    "empty file": (
        instead(b""),
        [
            "boundaries.geojson: is not GeoJSON (Expecting value: line 1 column 1 (char 0)); the file may be cut short; fetch it again."
        ],
    ),
    "GeoPackage of two layers": (
        both(GPKG, as_file("layer.gpkg", layer="n", append=True), renamed("layer.gpkg")),
        ['boundaries.geojson: "m, n" holds 2 layers; save the municipalities alone in a file.'],
    ),
    "GeoPackage cut short": (
        both(GPKG, cut("layer.gpkg", 60_000), renamed("layer.gpkg")),
        [
            "boundaries.geojson: is not a readable GeoPackage (database disk image is malformed); the file may be damaged; fetch it again."
        ],
    ),
    "GeoPackage of no system": (
        both(GPKG, statement("UPDATE gpkg_geometry_columns SET srs_id = 0"), renamed("layer.gpkg")),
        ["boundaries.geojson, crs: does not say its coordinate system; name the coordinate system, best EPSG:4326."],
    ),
    "GeoPackage without geometry": (
        both(GPKG, statement("UPDATE m SET geom = NULL WHERE municipality = 'NOR01'"), renamed("layer.gpkg")),
        ['boundaries.geojson, geometry: "NOR01" has no geometry; draw or copy its polygon.'],
    ),
    "GeoPackage with spoilt geometry": (
        both(GPKG, statement("UPDATE m SET geom = x'0102' WHERE municipality = 'NOR01'"), renamed("layer.gpkg")),
        ["boundaries.geojson: has an unreadable geometry in feature 1; the file may be damaged; fetch it again."],
    ),
    "GeoPackage with curves": (
        both(
            GPKG,
            statement(
                "UPDATE m SET geom = CAST(x'4750000100000000010a00000000000000' AS BLOB) WHERE municipality = 'NOR01'"
            ),
            renamed("layer.gpkg"),
        ),
        [
            'boundaries.geojson, geometry: "feature 1" is a CurvePolygon: curves would be straightened without a word; turn curves into lines first (in QGIS: Segmentize).'
        ],
    ),
    "GeoPackage without rows": (
        both(GPKG, statement("DELETE FROM m"), renamed("layer.gpkg")),
        ["boundaries.geojson: holds no features; a GeoJSON text or a GeoPackage is asked."],
    ),
}

TAKEN: Cases = {
    "gap": (
        geometry("NOR01", GAP),
        [
            'boundaries.geojson, geometry: "NOR01 (Горно)" leave a gap of 8.15 km² at 25.0150 43.0150, more than 0.1; every place belongs to one municipality'
        ],
    ),
    "border that touches itself": (
        geometry("NOR01", TOUCHING),
        ["boundaries.geojson: NOR01 was mended (Ring Self-intersection[25 43]), area +0.0000% (+0.000000 km²)"],
    ),
    "heights": (
        features(
            lambda f: f[0].update(
                geometry={
                    "type": "Polygon",
                    "coordinates": [
                        [[24.9, 42.9, 5], [25.1, 42.9, 5], [25.1, 43.1, 5], [24.9, 43.1, 5], [24.9, 42.9, 5]]
                    ],
                }
            )
        ),
        [],
    ),
    "UTM, as the file says": (in_system(32635, "urn:ogc:def:crs:EPSG::32635"), []),
    "features in another order": (features(lambda found: found.reverse()), []),
}

# ------------------------------------------------------------------------ boundaries import


def foreign(change=lambda f: f, name="foreign.gpkg", **options):
    """The layer as a foreign file to import."""
    return as_file(name, change, **options)


def with_shape(code, how):
    """One polygon of a frame changed."""

    def change(f):
        shapes = [how(g) if c == code else g for c, g in zip(f["municipality"], f.geometry, strict=True)]
        return gpd.GeoDataFrame(f.drop(columns="geometry"), geometry=shapes, crs=f.crs)

    return change


def called(epsg):
    """Coordinates in one system under the name of another."""
    return lambda f: f.set_crs(epsg, allow_override=True)


def names(f):
    return f.assign(ime=["Горно", "Средно", "Крайно", "Долно", "Ниско", "Гранично"])


def halved(f):
    """NOR01 in two parts."""
    rest, parts = (
        f[f["municipality"] != "NOR01"],
        [shapely.box(24.9, 42.9, 25.0, 43.1), shapely.box(25.0, 42.9, 25.1, 43.1)],
    )
    return pd.concat([rest, gpd.GeoDataFrame({"municipality": ["NOR01"] * 2}, geometry=parts, crs=f.crs)])


def of_two_countries(f):
    other = gpd.GeoDataFrame(
        {"municipality": ["RO001"], "CNTR_CODE": ["RO"]}, geometry=[shapely.box(25, 43.7, 26, 44)], crs=f.crs
    )
    return pd.concat([f.assign(CNTR_CODE="BG"), other])


SHP = foreign(name="foreign.shp")

IMPORT_REFUSED: Cases = {
    "shapefile cut short": (
        both(SHP, cut("foreign.shp", 60)),
        ["foreign.shp, .shp: has 856 bytes and says it has 916; the file was cut short; fetch it again."],
    ),
    "index cut short": (
        both(SHP, cut("foreign.shx", 8)),
        ["foreign.shp, .shx: has 140 bytes and says it has 148; the file was cut short; fetch it again."],
    ),
    "table cut short": (
        both(SHP, cut("foreign.dbf", 90)),
        ["foreign.shp, .dbf: has 462 bytes and says it has 551; the file was cut short; fetch it again."],
    ),
    "no index": (
        both(SHP, without("foreign.shx")),
        ["foreign.shp, .shx: has no .shx beside it; give all parts of the shapefile, best in one ZIP."],
    ),
    "no table": (
        both(SHP, without("foreign.dbf")),
        ["foreign.shp, .dbf: has no .dbf beside it; give all parts of the shapefile, best in one ZIP."],
    ),
    "no system": (
        both(SHP, without("foreign.prj")),
        ["foreign.shp, crs: does not say its coordinate system; ask who made it and add --crs, e.g. --crs EPSG:7801."],
    ),
    "parts of two shapefiles": (
        both(SHP, foreign(lambda f: f.iloc[:4], "o.shp"), lambda f: (f / "o.dbf").replace(f / "foreign.dbf")),
        [
            "foreign.shp, .dbf: has 4 records beside 6 shapes; its parts are of different files; fetch all of them again."
        ],
    ),
    "shapefile of lines": (
        foreign(lambda f: f.set_geometry(f.boundary), "foreign.shp"),
        ["foreign.shp, .shp: holds shapes of type 3, not polygons; give the layer of areas."],
    ),
    "ZIP of two layers": (
        both(as_file("a.shp"), as_file("b.shp"), zipped("foreign.zip", "a.*", "b.*")),
        ['foreign.zip: "a, b" holds 2 layers; name the one of the municipalities with --layer.'],
    ),
    "ZIP that leaves its folder": (
        both(as_file("a.shp"), zipped("foreign.zip", "a.*", as_name=lambda n: f"../{n}")),
        [
            'foreign.zip: "../a.cpg" is a path that leaves the archive; pack the parts of one layer again, as your GIS wrote them.'
        ],
    ),
    "ZIP of tables": (
        zipped("foreign.zip", "*.csv"),
        [
            'foreign.zip: "known_travel.csv, municipalities.csv, regions.csv, register.csv" holds no layer that is read; GeoJSON, GeoPackage, shapefile (ZIP) or FlatGeobuf is asked.'
        ],
    ),
    "ZIP cut short": (
        both(as_file("a.shp"), zipped("foreign.zip", "a.*"), cut("foreign.zip", 30)),
        ["foreign.zip: is not a whole ZIP archive (File is not a zip file); fetch it again."],
    ),
    "ZIP with a spoilt part": (
        both(as_file("a.shp"), zipped("foreign.zip", "a.*"), flipped("foreign.zip", 0.1)),
        [
            'foreign.zip: "a.dbf" cannot be unpacked (Error -3 while decompressing data: invalid distance too far back); fetch it again.'
        ],
    ),
    "two layers": (
        both(foreign(layer="m"), foreign(layer="n", append=True)),
        ['foreign.gpkg: "m, n" holds 2 layers; name the one of the municipalities with --layer.'],
    ),
    "FlatGeobuf cut short": (
        both(foreign(name="foreign.fgb"), cut("foreign.fgb", 300)),
        ["foreign.fgb: cannot be read (Fatal error parsing feature); the file may be damaged; fetch it again."],
    ),
    "another UTM zone": (
        foreign(lambda f: called(32634)(f.to_crs(32635))),
        [
            'foreign.gpkg, crs: "EPSG:32634" puts 6 of 6 seats outside their municipalities; in EPSG:32635 (UTM zone 35N) they fit: if that is its system, add --crs EPSG:32635.'
        ],
    ),
    "metres called degrees": (
        foreign(lambda f: called(4326)(f.to_crs(7801))),
        [
            'foreign.gpkg, crs: "EPSG:4326" puts 6 of 6 seats outside their municipalities; in EPSG:7801 (BGS2005, cadastral) they fit: if that is its system, add --crs EPSG:7801.'
        ],
    ),
    "swapped axes": (
        foreign(lambda f: f.set_geometry(f.transform(lambda xy: xy[:, ::-1]))),
        [
            'foreign.gpkg, crs: "EPSG:4326" puts 6 of 6 seats outside their municipalities; longitude and latitude look swapped: save it with longitude (east) first.'
        ],
    ),
    "figure of eight": (
        foreign(with_shape("NOR01", lambda _: EIGHT)),
        [
            'foreign.gpkg, geometry: "NOR01 (Горно)" is not a valid polygon (Self-intersection[25 43]); mending would change its area; draw it again: 0.02 km² would become 181.17 km².'
        ],
    ),
    "needle": (
        foreign(with_shape("NOR01", lambda _: SLIPPED)),
        [
            'foreign.gpkg, geometry: "NOR01 (Горно)" has a vertex at 24.10000 43.10000 that stands out 65.2 km like a needle; a digit may have slipped: compare the vertex with its neighbours.'
        ],
    ),
    "gap": (
        foreign(with_shape("NOR01", lambda _: GAP)),
        [
            'foreign.gpkg, geometry: "NOR01 (Горно)" leave a gap of 8.15 km² at 25.0150 43.0150, more than 0.1; every place belongs to one municipality.'
        ],
    ),
    "overlap": (
        foreign(with_shape("NOR01", lambda g: shapely.box(24.9, 42.9, 25.13, 43.1))),
        [
            'foreign.gpkg, geometry: "NOR01 (Горно), NOR02 (Средно)" share 54.35 km², more than 0.1; every place belongs to one municipality.'
        ],
    ),
    "neighbours exchanged": (
        foreign(lambda f: f.replace({"municipality": {"NOR01": "NOR02", "NOR02": "NOR01"}})),
        [
            'foreign.gpkg, geometry: "NOR01" (Горно, NOR) does not hold its seat, NOR02 (Средно) does; check the codes of the polygons.',
            'foreign.gpkg, geometry: "NOR02" (Средно, NOR) does not hold its seat, NOR01 (Горно) does; check the codes of the polygons.',
        ],
    ),
    "code and name of two": (
        foreign(lambda f: names(f).replace({"ime": {"Горно": "Средно", "Средно": "Горно"}})),
        [
            'foreign.gpkg, municipality: "NOR01" (Горно) in feature 1 carries the name of NOR02 (Средно); compare code and name of the feature.',
            'foreign.gpkg, municipality: "NOR02" (Средно) in feature 2 carries the name of NOR01 (Горно); compare code and name of the feature.',
        ],
    ),
    "unknown code": (
        foreign(lambda f: f.replace({"municipality": {"NOR01": "NOR11"}})),
        ['foreign.gpkg, municipality: "NOR11" in feature 1 is no municipality; the nearest is "NOR01".'],
    ),
    "one missing": (
        foreign(lambda f: f.iloc[1:]),
        ['foreign.gpkg, geometry: "NOR01" (Горно) is missing; add its polygon.'],
    ),
    "two shapes under one code": (
        foreign(lambda f: pd.concat([f, f.iloc[:1].set_geometry([shapely.box(24.9, 42.9, 25.05, 43.1)], crs=f.crs)])),
        ['foreign.gpkg, geometry: "NOR01 (Горно)" stands 2 times with 271.73 km² in common; remove the wrong polygon.'],
    ),
    "no codes": (
        foreign(lambda f: f.rename(columns={"municipality": "colour"}).assign(colour=list("abcdef"))),
        [
            'foreign.gpkg, properties: "fid, colour" hold no codes or names of the 6 municipalities; a column with codes such as HKV34, BG_HKV34 or the seat\'s EKATTE, or with names, is asked.'
        ],
    ),
}

IMPORT_TAKEN: Cases = {
    "names alone": (foreign(lambda f: names(f).drop(columns="municipality")), []),
    "names in Windows-1251 without a word": (
        both(foreign(names, "foreign.shp", encoding="CP1251"), without("foreign.cpg")),
        ["foreign.shp: no .cpg says its encoding; the names are read as CP1251"],
    ),
    "Web Mercator, as the file says": (foreign(lambda f: f.to_crs(3857)), []),
    "exact copy": (
        foreign(lambda f: pd.concat([f, f.iloc[:1]])),
        ["foreign.gpkg: NOR01 (Горно) stands 2 times; 1 equal ones are left out, area +0 km²"],
    ),
    "two parts": (
        foreign(halved),
        [
            "foreign.gpkg: NOR01 (Горно): 2 features are united, area -0.000000 km²",
            "foreign.gpkg: 1 overlaps up to 0.1 km², 0.045097 km² together, are left",
        ],
    ),
    "another country": (
        foreign(of_two_countries),
        ["foreign.gpkg: 1 features of other countries are left out (CNTR_CODE)"],
    ),
    "code of GISCO": (foreign(lambda f: f.replace({"municipality": {"NOR01": "BG_NOR01"}})), []),
    "code in Cyrillic letters": (
        foreign(lambda f: f.replace({"municipality": {"NOR01": "NОR01"}})),
        ['foreign.gpkg: in feature 1, municipality: "NОR01" is read as NOR01'],
    ),
}


def given(folder):
    """The foreign file."""
    return next(p for p in sorted(folder.glob("foreign.*")) if p.suffix not in (".shx", ".dbf", ".prj", ".cpg"))


WORDS = ("--source", "Cadastre 2026", "--licence", "as agreed")


@pytest.mark.parametrize(("change", "sentences"), REFUSED.values(), ids=REFUSED)
def test_bad_boundaries_are_refused_in_these_sentences(toyland, run, change, sentences):
    says(refused(run, toyland, change), sentences)


@pytest.fixture(scope="module")
def needs():
    return planning.check(str(TOYLAND)).needs


@pytest.mark.parametrize(("change", "told"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken_is_told_and_changes_no_need(toyland, needs, change, told):
    change(toyland)
    question = planning.check(str(toyland))
    assert question.needs.equals(needs)
    says(question.inputs.boundaries.notes, told)


@pytest.mark.parametrize(("change", "sentences"), IMPORT_REFUSED.values(), ids=IMPORT_REFUSED)
def test_a_bad_foreign_layer_is_refused_in_these_sentences(toyland, run, change, sentences):
    change(toyland)
    command = ("boundaries", "import", given(toyland), *WORDS, "--out", toyland)
    says(refused(run, toyland, lambda _: None, *command), sentences)


@pytest.mark.parametrize(("change", "told"), IMPORT_TAKEN.values(), ids=IMPORT_TAKEN)
def test_an_odd_foreign_layer_gives_the_same_squares_and_says_what_was_done(toyland, run, change, told):
    squares_km2 = shapely.area(planning.check(str(toyland)).inputs.boundaries.polygons.to_crs(3035).geometry)
    change(toyland)
    answer = run("boundaries", "import", given(toyland), *WORDS, "--out", toyland)
    assert (answer.code, answer.err) == (0, "")
    *notes, written = answer.out.strip().split("\n")
    assert written.endswith("boundaries.geojson, 6 municipalities")
    says(notes, [f"note: {line}" for line in told])
    found = planning.check(str(toyland)).inputs.boundaries.polygons
    # A long border cut in two bends in metres.
    assert np.allclose(shapely.area(found.to_crs(3035).geometry), squares_km2, rtol=2e-4)
