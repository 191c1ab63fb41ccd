"""Boundary files: what is taken, and each kind of wrong file refused by name."""

import json
import os
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import mapping

from nationalmap.errors import InputRefused, OutputFailed
from nationalmap.sources import boundaries

#: Three municipalities side by side near Haskovo, 0.2 x 0.2 degrees each (16 x 22 km), seats in the middle.
CODES = ("HKV09", "HKV11", "HKV34")
MUNICIPALITIES = pd.DataFrame(
    {
        "municipality": CODES,
        "name_bg": ("Димитровград", "Ивайловград", "Хасково"),
        "seat_lon": (25.1, 25.3, 25.5),
        "seat_lat": (42.1, 42.1, 42.1),
    }
)
WEST = (25.0, 25.2, 25.4)
BOXES = {code: shapely.box(x, 42.0, round(x + 0.2, 1), 42.2) for code, x in zip(CODES, WEST, strict=True)}


def feature(code, shape, **properties):
    geometry = shape if shape is None or isinstance(shape, dict) else mapping(shape)
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def collection(boxes=BOXES, **members):
    return {"type": "FeatureCollection", **members, "features": [feature(c, b) for c, b in boxes.items()]}


def written(tmp_path, content, name="layer.geojson"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def geopackage(tmp_path, boxes=BOXES, crs=4326, name="layer.gpkg", **options):
    path = tmp_path / name
    frame = gpd.GeoDataFrame({"code": list(boxes)}, geometry=list(boxes.values()), crs=4326)
    frame.to_crs(crs).to_file(path, driver="GPKG", **options)
    return path


def read(path):
    return boundaries.read_boundaries(path, MUNICIPALITIES)


def refusal(path):
    with pytest.raises(InputRefused) as caught:
        read(path)
    return str(caught.value)


# --------------------------------------------------------------------- what is taken


def test_a_geojson_is_read_sorted_and_unchanged(tmp_path):
    backwards = dict(reversed(BOXES.items()))
    answer = read(written(tmp_path, collection(backwards)))
    assert list(answer.polygons.columns) == ["municipality", "geometry"]
    assert list(answer.polygons["municipality"]) == list(CODES)
    assert answer.polygons.crs == "EPSG:4326"
    assert all(g.equals(BOXES[c]) for c, g in zip(CODES, answer.polygons.geometry, strict=True))
    assert (answer.status, answer.source, answer.notes) == ("supplied", "layer.geojson", ())
    assert len(answer.sha256) == 64


def test_a_layer_that_says_so_is_schematic(tmp_path):
    assert read(written(tmp_path, collection(status="schematic"))).status == "schematic"
    assert read(written(tmp_path, collection(status="official"))).status == "supplied"


def test_a_geopackage_in_metres_is_read_and_reprojected(tmp_path):
    answer = read(geopackage(tmp_path, crs=7801))
    found = dict(zip(answer.polygons["municipality"], answer.polygons.geometry, strict=True))
    # The edges bend a little between the systems, the corners come back: 1e-7 degrees is a centimetre.
    assert all(shapely.hausdorff_distance(found[c].normalize(), BOXES[c].normalize()) < 1e-7 for c in CODES)
    assert answer.status == "supplied"


def test_a_geojson_may_name_its_coordinate_system(tmp_path):
    metric = gpd.GeoSeries(list(BOXES.values()), crs=4326).to_crs(32635)
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}}
    content = collection(dict(zip(CODES, metric, strict=True)), crs=crs)
    found = read(written(tmp_path, content)).polygons.geometry.iloc[0]
    assert shapely.hausdorff_distance(found.normalize(), BOXES["HKV09"].normalize()) < 1e-7


def test_the_content_decides_not_the_name(tmp_path):
    assert len(read(written(tmp_path, collection(), "layer.txt")).polygons) == 3
    assert len(read(geopackage(tmp_path).rename(tmp_path / "layer.geojson")).polygons) == 3


def test_two_columns_with_the_same_codes_are_no_question(tmp_path):
    content = collection()
    for item in content["features"]:
        item["properties"]["LAU_ID"] = item["properties"]["code"]
        item["properties"]["id"] = 7
    assert len(read(written(tmp_path, content)).polygons) == 3


def test_a_border_that_touches_itself_is_mended_and_noted(tmp_path):
    # The ring comes back to one of its points (25.1, 42.1): invalid in the old format, no area lost.
    ring = [
        (25, 42),
        (25.2, 42),
        (25.2, 42.2),
        (25.1, 42.1),
        (25.12, 42.2),
        (25.08, 42.2),
        (25.1, 42.1),
        (25, 42.2),
    ]
    broken = shapely.Polygon([*ring, ring[0]])
    assert not broken.is_valid
    answer = read(written(tmp_path, collection({**BOXES, "HKV09": broken})))
    assert answer.polygons.geometry.is_valid.all()
    assert answer.polygons.geometry.iloc[0].geom_type in ("Polygon", "MultiPolygon")
    (note,) = answer.notes
    assert "HKV09 was mended (Ring Self-intersection" in note
    assert "0.0000%" in note


def test_several_features_of_several_parts(tmp_path):
    two = shapely.MultiPolygon([BOXES["HKV09"], shapely.box(24.9, 42.0, 24.95, 42.05)])
    assert len(read(written(tmp_path, collection({**BOXES, "HKV09": two}))).polygons.geometry.iloc[0].geoms) == 2


def test_a_height_is_dropped(tmp_path):
    high = shapely.force_3d(BOXES["HKV09"], 100.0)
    assert not read(written(tmp_path, collection({**BOXES, "HKV09": high}))).polygons.geometry.iloc[0].has_z


# --------------------------------------------------------------------- codes


def test_unknown_doubled_and_missing_codes_are_named_with_the_nearest(tmp_path):
    content = collection()
    content["features"][1]["properties"]["code"] = "HKV99"
    content["features"].append(feature("HKV34", shapely.box(25.6, 42.0, 25.8, 42.2)))
    message = refusal(written(tmp_path, content))
    assert 'code: "HKV99" in feature 2 is not one of the 3 codes; the nearest is "HKV09" (Димитровград).' in message
    assert 'code: "HKV34" (Хасково) stands twice, in the features 3 and 4' in message
    assert 'code: "HKV11" (Ивайловград) is missing' in message
    assert len(message.splitlines()) == 3


def test_a_blank_code_is_seen(tmp_path):
    content = collection()
    content["features"][0]["properties"]["code"] = None
    assert '"(blank)" in feature 1 is not one of the 3 codes' in refusal(written(tmp_path, content))


def test_two_columns_with_different_codes_are_refused_by_name(tmp_path):
    content = collection()
    for item, other in zip(content["features"], reversed(CODES), strict=True):
        item["properties"]["LAU"] = other
    message = refusal(written(tmp_path, content))
    assert '"code, LAU" each hold all 3 codes, in different order' in message


def test_no_column_with_codes_names_those_there_are(tmp_path):
    content = collection()
    for item in content["features"]:
        item["properties"] = {"ime": item["properties"]["code"], "id": 1}
    message = refusal(written(tmp_path, content))
    assert '"ime, id" hold no municipality codes (looked for municipality, code,' in message


def test_shuffled_codes_are_seen_by_their_seats(tmp_path):
    far = {**BOXES, "HKV34": shapely.box(26.5, 42.0, 26.7, 42.2)}
    message = refusal(written(tmp_path, collection(far)))
    # From 25.5 to 26.5 degrees at 42.1 N: 1 x 82.7 km.
    assert '"HKV34" (Хасково) lies 83 km from its seat' in message


# --------------------------------------------------------------------- geometries

EIGHT = shapely.Polygon([(25, 42), (25.2, 42.2), (25.2, 42.0), (25, 42.2)])


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, '"HKV09" has no geometry'),
        ({"type": "Polygon", "coordinates": []}, '"HKV09" has no geometry'),
        (shapely.Point(25.1, 42.1), '"HKV09" is a Point, not a polygon'),
        (shapely.GeometryCollection([BOXES["HKV09"]]), '"HKV09" is a GeometryCollection, not a polygon'),
        (EIGHT, '"HKV09" is not a valid polygon (Self-intersection'),
        (
            shapely.Polygon(BOXES["HKV09"].exterior, [BOXES["HKV09"].exterior.coords]),
            '"HKV09" is not a valid polygon',
        ),
        (
            shapely.box(0, 0, 0.1, 0.1),
            '"HKV09" has a vertex at 0.1 0, outside Bulgaria; longitudes from 22 to 29',
        ),
        (shapely.box(42.0, 25.0, 42.2, 25.2), "longitude and latitude look swapped"),
        (shapely.box(500000, 4650000, 501000, 4651000), "these look like metres"),
        (
            shapely.Polygon([(25, 42), (25.2, 42), (25.2, 422), (25, 42.2)]),
            '"HKV09" has a vertex at 25.2 422, outside Bulgaria',
        ),
        ({"type": "Polygon", "coordinates": [[[25, 42], [25.2]]]}, "unreadable geometry in feature 1"),
        (
            {"type": "Polygon", "coordinates": [[[25, 42], [25, "x"], [26, 43], [25, 42]]]},
            "unreadable geometry",
        ),
        ({"type": "Spiral", "coordinates": []}, "unreadable geometry in feature 1"),
    ],
)
def test_a_wrong_geometry_is_refused_by_code(tmp_path, shape, said):
    message = refusal(written(tmp_path, collection({**BOXES, "HKV09": shape})))
    assert said in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        (lambda x, y: (y, x), "longitude and latitude look swapped"),
        (lambda x, y: (x * 1e5, y * 1e5), "these look like metres"),
        (lambda x, y: (x - 6, y), "longitudes from 22 to 29 and latitudes from 41 to 44.5 are asked"),
    ],
)
def test_a_whole_layer_elsewhere_is_one_sentence(tmp_path, swap, said):
    moved = {c: shapely.transform(b, swap, interleaved=False) for c, b in BOXES.items()}
    message = refusal(written(tmp_path, collection(moved)))
    assert message.startswith("layer.geojson, crs: lies outside Bulgaria with all 3 polygons")
    assert said in message
    assert len(message.splitlines()) == 1


def test_an_infinite_coordinate_does_not_vanish(tmp_path):
    text = json.dumps(collection()).replace("25.2, 42.0", "1e999, 42.0", 1)
    assert '"HKV09" has a vertex at inf 42, outside Bulgaria' in refusal(written(tmp_path, text))


def test_overlaps_are_refused_with_the_worst_pair(tmp_path):
    # Хасково 0.01 degrees into Ивайловград: 1/20 of one of three equal boxes, 1.64 % of 61/20 of it.
    wide = {**BOXES, "HKV34": shapely.box(25.39, 42.0, 25.6, 42.2)}
    message = refusal(written(tmp_path, collection(wide)))
    assert '"HKV11, HKV34" overlaps are 1.64% of the area of all polygons' in message


def test_an_overlap_of_a_hair_is_taken(tmp_path):
    hair = {**BOXES, "HKV34": shapely.box(25.3999, 42.0, 25.6, 42.2)}  # 1/6,000 of the whole
    assert len(read(written(tmp_path, collection(hair))).polygons) == 3


# --------------------------------------------------------------------- files


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layer.geojson", json.dumps(collection()))


@pytest.mark.parametrize(
    ("name", "write", "said"),
    [
        ("a.zip", _zip, "is a ZIP archive; unpack it"),
        ("a.shp", lambda p: p.write_bytes(b"\x00\x00\x27\x0a" + bytes(96)), "is a shapefile"),
        ("a.geojson", lambda p: p.write_text("<OGRVRTDataSource/>"), "is XML (KML, GML, VRT or a web page)"),
        (
            "a.json",
            lambda p: p.write_text('{"type": "Topology"}'),
            '"Topology" is not a GeoJSON FeatureCollection',
        ),
        ("a.json", lambda p: p.write_text("[1]"), '"list" is not a GeoJSON FeatureCollection'),
        ("a.json", lambda p: p.write_text(json.dumps(collection())[:-40]), "is not GeoJSON"),
        ("a.json", lambda p: p.write_text(json.dumps(collection({}))), "holds no features"),
        ("a.json", lambda p: p.write_text("[" * 100_000), "is nested too deeply"),
        ("a.json", lambda p: p.write_text('{"type":"x","type":"FeatureCollection"}'), '"type" stands twice'),
        ("a.json", lambda p: p.write_bytes(b"\xcf\xf0\xe8"), "is neither UTF-8 text nor a GeoPackage"),
        ("a.json", lambda p: p.write_text('{"a": NaN}'), "NaN is not a number"),
        ("a.json", lambda p: p.write_text(""), "is not GeoJSON"),
        (
            "a.gpkg",
            lambda p: p.write_bytes(b"SQLite format 3\x00" + bytes(200)),
            "is not a readable GeoPackage",
        ),
        (
            "a.gpkg",
            lambda p: sqlite3.connect(p).execute("CREATE TABLE t (a)").connection.close(),
            "no such table",
        ),
        ("dir", lambda p: p.mkdir(), "is not a regular file"),
        ("pipe", os.mkfifo, "is not a regular file"),
        ("absent", lambda p: None, "does not exist"),
    ],
)
def test_another_file_is_refused_with_what_it_is(tmp_path, name, write, said):
    path = tmp_path / name
    write(path)
    assert said in refusal(path)


@pytest.mark.parametrize(
    "name", ["https://example.org/a.geojson", "/vsicurl/https://example.org/a.geojson", "/vsizip/a"]
)
def test_addresses_and_virtual_paths_are_not_followed(name):
    assert "is an address or a virtual path" in refusal(Path(name))


def test_an_unknown_coordinate_system_is_refused(tmp_path):
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    assert '"EPSG:999999" is not a known coordinate system' in refusal(written(tmp_path, collection(crs=crs)))
    assert "in a way not known here" in refusal(written(tmp_path, collection(crs={"type": "link"})))


def test_a_geopackage_with_two_layers_is_refused_with_their_names(tmp_path):
    path = geopackage(tmp_path, layer="first")
    frame = gpd.GeoDataFrame({"code": ["x"]}, geometry=[BOXES["HKV09"]], crs=4326)
    frame.to_file(path, driver="GPKG", layer="second", mode="a")
    assert '"first, second" holds 2 layers' in refusal(path)


def test_a_geopackage_without_a_coordinate_system_is_refused(tmp_path):
    path = geopackage(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
    connection.commit()
    connection.close()
    assert "crs: does not say its coordinate system" in refusal(path)


def test_a_geopackage_with_a_damaged_geometry_is_refused(tmp_path):
    path = geopackage(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.find(b"GP\x00")
    data[at : at + 2] = b"XX"
    path.write_bytes(bytes(data))
    assert "unreadable geometry in feature" in refusal(path)


# --------------------------------------------------------------------- points and outline


def test_points_keep_their_rows_and_pass_over_what_has_no_place(tmp_path):
    text = "code,municipality,lon,lat,area_dka\n1,HKV34,25.5,42.1,100\n2,HKV34,,,5\n3,HKV09,25.1,42.1,\n"
    points = boundaries.read_points(written(tmp_path, text, "points.csv"))
    assert list(points.columns) == ["municipality", "lon", "lat", "area_dka"]
    assert points.index.tolist() == [2, 4]
    assert points["lon"].tolist() == [25.5, 25.1]
    assert points["area_dka"].isna().tolist() == [False, True]


def test_points_need_no_land(tmp_path):
    points = boundaries.read_points(written(tmp_path, "municipality,lon,lat\nHKV34,25.5,42.1\n", "points.csv"))
    assert list(points.columns) == ["municipality", "lon", "lat"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("HKV34,25.5,", "row 3, lat: is empty beside the other coordinate"),
        ("HKV34,,42", "row 3, lon: is empty beside the other coordinate"),
        ('HKV34,"25,5",42', 'row 3, lon: "25,5" is not a number'),
        (
            "HKV34,42.1,25.5",
            'row 3, lon, lat: "42.1 25.5" lies outside Bulgaria; longitude and latitude look swapped',
        ),
        ("HKV34,255000,4642000", "these look like metres"),
        ("HKV34,35.5,42.1", "longitudes from 22 to 29"),
        (",25.5,42.1", "row 3, municipality: is empty"),
    ],
)
def test_a_wrong_point_is_refused_by_row(tmp_path, row, said):
    text = f"municipality,lon,lat\nHKV09,25.1,42.1\n{row}\n"
    with pytest.raises(InputRefused) as caught:
        boundaries.read_points(written(tmp_path, text, "points.csv"))
    assert said in str(caught.value)


def test_points_without_coordinates_columns_are_refused(tmp_path):
    with pytest.raises(InputRefused, match="lat: this column is missing"):
        boundaries.read_points(written(tmp_path, "municipality,lon\nHKV34,25.5\n", "points.csv"))


def test_an_outline_is_united_from_its_features(tmp_path):
    outline = boundaries.read_outline(written(tmp_path, collection()))
    assert outline.equals(shapely.box(25.0, 42.0, 25.6, 42.2))
    with pytest.raises(InputRefused, match='"feature 1" has no geometry'):
        boundaries.read_outline(written(tmp_path, collection({"a": None, "b": BOXES["HKV09"]})))


# --------------------------------------------------------------------- writing


def test_a_written_layer_comes_back_and_its_bytes_do_not_depend_on_the_order(tmp_path):
    frame = gpd.GeoDataFrame({"municipality": list(BOXES)}, geometry=list(BOXES.values()), crs=4326)
    first, second = tmp_path / "first.geojson", tmp_path / "second.geojson"
    boundaries.write_layer(frame, first)
    turned = frame.iloc[::-1].assign(geometry=frame.geometry.iloc[::-1].reverse(), extra=1)
    boundaries.write_layer(turned, second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["first.geojson", "second.geojson"]
    answer = read(first)
    assert answer.status == "schematic"
    assert all(g.equals(BOXES[c]) for c, g in zip(CODES, answer.polygons.geometry, strict=True))
    content = json.loads(first.read_text(encoding="utf-8"))
    assert [f["properties"] for f in content["features"]] == [{"municipality": c} for c in CODES]
    assert shapely.Polygon(content["features"][0]["geometry"]["coordinates"][0]).exterior.is_ccw


def test_holes_and_parts_are_written(tmp_path):
    ring = BOXES["HKV09"] - shapely.box(25.05, 42.05, 25.15, 42.15)
    shapes = {**BOXES, "HKV09": shapely.MultiPolygon([ring, shapely.box(24.9, 42.0, 24.95, 42.05)])}
    frame = gpd.GeoDataFrame({"municipality": list(shapes)}, geometry=list(shapes.values()), crs=4326)
    boundaries.write_layer(frame, tmp_path / "layer.geojson")
    assert read(tmp_path / "layer.geojson").polygons.geometry.iloc[0].equals(shapes["HKV09"])


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    frame = gpd.GeoDataFrame({"municipality": list(BOXES)}, geometry=list(BOXES.values()), crs=4326)
    path = written(tmp_path, "old")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OutputFailed, match=r"layer\.geojson could not be written \(no space left on device\)"):
        boundaries.write_layer(frame, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["layer.geojson"]
