"""Boundaries taken in from every listed format, system and encoding, with the same areas; other formats refused."""

import json
import sqlite3
import struct
import zipfile

import pytest
import shapely

from nationalmap.errors import InputRefused
from nationalmap.sources import importing
from nationalmap.sources.boundaries import read_boundaries
from nationalmap.sources.layers import archive, read_any
from tests.sources.foreign import (
    MUNICIPALITIES,
    areas_km2,
    eleven_at_hand,
    haskovo,
    in_memory,
    packed,
    real,
    schematic,
    shapefile,
    taken,
    write,
)


@pytest.fixture(scope="module")
def eleven():
    return eleven_at_hand()


def same_areas(imported, frame):
    found, given = areas_km2(imported.polygons), areas_km2(frame)
    assert list(found.index) == list(given.index)
    assert (abs(found / given - 1) < 1e-6).all()


WRITERS = {
    "geojson": lambda frame, at: write(frame, at / "layer.geojson"),
    "geojson in metres": lambda frame, at: write(frame, at / "layer.json", driver="GeoJSON"),
    "geopackage": lambda frame, at: write(frame, at / "layer.gpkg"),
    "flatgeobuf": lambda frame, at: write(frame, at / "layer.fgb"),
    "shapefile": shapefile,
    "shapefile in capitals": lambda frame, at: _capitals(shapefile(frame, at)),
    "zip of a shapefile": lambda frame, at: packed(at / "a.zip", shapefile(frame, at / "in")),
    "zip of a geopackage": lambda frame, at: _zipped(at, write(frame, at / "layer.gpkg")),
    "zip of a geojson": lambda frame, at: _zipped(at, write(frame, at / "layer.geojson")),
    "zip of a flatgeobuf": lambda frame, at: _zipped(at, write(frame, at / "layer.fgb")),
}


def _capitals(path):
    for part in sorted(path.parent.glob("layer.*")):
        part.rename(part.with_suffix(part.suffix.upper()))
    return path.with_suffix(".SHP")


def _zipped(folder, path):
    return packed(folder / "a.zip", {f"inside/{path.name}": path.read_bytes()})


@pytest.mark.parametrize("epsg", [4326, 7801, 32635, 3035])
@pytest.mark.parametrize("form", WRITERS)
def test_every_format_in_every_system_gives_the_same_areas(eleven, tmp_path, form, epsg):
    imported = taken(WRITERS[form](eleven.to_crs(epsg), tmp_path))
    same_areas(imported, eleven)
    assert imported.polygons.crs == "EPSG:4326"
    assert imported.members["status"] == "imported"
    assert len(imported.members["sha256_of_file"]) == 64


@pytest.mark.parametrize("form", ["geojson", "geopackage", "flatgeobuf", "zip of a shapefile"])
def test_all_265_surveyed_polygons(tmp_path, form):
    frame = real()
    imported = taken(WRITERS[form](frame, tmp_path), MUNICIPALITIES)
    same_areas(imported, frame)
    path = importing.write(imported, tmp_path / "out", MUNICIPALITIES)
    assert path == tmp_path / "out" / "boundaries.geojson"
    back = read_boundaries(path, MUNICIPALITIES)
    assert (back.status, back.source) == ("imported", "Cadastre 2026 · as agreed")
    assert (abs(areas_km2(back.polygons) / areas_km2(frame) - 1) < 1e-6).all()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["boundaries.geojson"]
    assert any("110,931.6 km² together, published are 110,994.5 (-0.057%)" in note for note in imported.notes)


# --------------------------------------------------------------------- whose


LAYOUTS = {
    "ours": {"code": "municipality"},
    "GISCO": {"code": ("GISCO_ID", "BG_{}"), "name_bg": "LAU_NAME"},
    "GISCO and LAU": {"code": ("LAU_ID", "{}"), "name_bg": "LAU_NAME"},
    "INSPIRE": {"code": "nationalCode", "name_bg": "text"},
    "EKATTE": {"ekatte": "nationalCode", "name_bg": "name"},
    "EKATTE without zeros": {"ekatte": ("ekatte", int)},
    "names": {"name_bg": "naim", "region_code": "obl"},
    "names in Latin letters": {"name_en": "name"},
    "names in capitals": {"name_bg": ("naim", lambda text: f"ОБЩИНА {text.upper()}")},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["geojson", "flatgeobuf"])
def test_a_municipality_is_found_by_what_the_layout_says(tmp_path, layout, form):
    frame = haskovo(schematic())
    columns = {}
    for column, how in LAYOUTS[layout].items():
        name, form_of = how if isinstance(how, tuple) else (how, "{}")
        columns[name] = [form_of(v) if callable(form_of) else form_of.format(v) for v in frame[column]]
    foreign = frame[["geometry"]].assign(**columns)
    same_areas(taken(WRITERS[form](foreign, tmp_path)), frame)


@pytest.mark.parametrize(
    ("encoding", "without", "said"),
    [
        ("cp1251", (".cpg",), "no .cpg says its encoding; the names are read as CP1251"),
        ("cp1251", (), ""),
        ("utf-8", (".cpg",), "no .cpg says its encoding; the names are read as UTF-8"),
        ("utf-8", (), ""),
        ("cp866", (), ""),
    ],
)
def test_names_of_a_shapefile_in_any_encoding(tmp_path, encoding, without, said):
    frame = haskovo(schematic())
    imported = taken(shapefile(frame[["name_bg", "geometry"]], tmp_path, encoding, without))
    same_areas(imported, frame)
    assert any(said in note for note in imported.notes)


def test_a_wrong_cpg_is_seen(tmp_path):
    frame = haskovo(schematic())
    path = shapefile(frame[["name_bg", "geometry"]], tmp_path, "cp1251")
    path.with_suffix(".cpg").write_text("UTF-8")
    imported = taken(path)
    assert 'layer.shp: its .cpg says "utf8"; the names are read as CP1251' in imported.notes


def test_other_countries_are_left_out_and_said(tmp_path):
    frame = haskovo(schematic())
    foreign = frame[["geometry"]].assign(CNTR_CODE="BG", LAU_ID=frame["code"], LAU_NAME=frame["name_bg"])
    neighbour = foreign.iloc[:2].assign(CNTR_CODE="EL", LAU_ID=["71010101", "71010102"])
    neighbour["geometry"] = [shapely.box(20, 38, 21, 39), None]
    import pandas as pd

    both = pd.concat([neighbour, foreign], ignore_index=True)
    for form in ("geojson", "geopackage", "flatgeobuf", "zip of a shapefile"):
        given = both.iloc[[0, *range(2, len(both))]] if form == "flatgeobuf" else both
        folder = tmp_path / form.replace(" ", "-")
        folder.mkdir()
        imported = taken(WRITERS[form](given, folder))
        same_areas(imported, frame)
        assert any(
            f"{len(given) - 11} features of other countries are left out (CNTR_CODE)" in n for n in imported.notes
        )


def test_other_levels_of_administrative_units_are_left_out_and_said(tmp_path):
    frame = haskovo(schematic())
    units = frame[["geometry"]].assign(nationalCode=frame["code"], nationalLevel="4thOrder")
    region = units.dissolve().assign(nationalCode="HKV", nationalLevel="3rdOrder")
    import pandas as pd

    imported = taken(write(pd.concat([region, units], ignore_index=True), tmp_path / "au.gpkg"))
    same_areas(imported, frame)
    assert "au.gpkg: 1 features of other levels are left out (nationalLevel is not 4thOrder)" in imported.notes


# --------------------------------------------------------------------- what is not read


def refusal(path, **options):
    with pytest.raises(InputRefused) as caught:
        taken(path, **options)
    return str(caught.value)


def test_the_layer_is_asked_for_where_there_are_several(tmp_path):
    frame = haskovo(schematic())
    path = write(frame, tmp_path / "two.gpkg", layer="munis")
    write(frame.iloc[:3], path, layer="towns", append=True)
    assert refusal(path) == (
        'two.gpkg: "munis, towns" holds 2 layers; name the one of the municipalities with --layer.'
    )
    assert '"cities" is not a layer of this file; it holds munis, towns' in refusal(path, layer="cities")
    same_areas(taken(path, layer="munis"), frame)
    both = {p.name: p.read_bytes() for p in shapefile(frame, tmp_path / "in").parent.iterdir()}
    other = {p.name: p.read_bytes() for p in shapefile(frame, tmp_path / "in2", name="other").parent.iterdir()}
    archived = packed(tmp_path / "two.zip", both | other)
    assert '"layer, other" holds 2 layers' in refusal(archived)
    same_areas(taken(archived, layer="other"), frame)
    assert "is not a layer of this file" in refusal(packed(tmp_path / "one.zip", both), layer="third")
    inside = packed(tmp_path / "gpkg.zip", {"two.gpkg": path.read_bytes()})
    same_areas(taken(inside, layer="munis"), frame)


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("layer.geojson", VRT.encode(), "is XML (KML, GML, VRT or a web page)"),
        ("layer.shp", VRT.encode(), "is XML"),
        ("layer.fgb", b"\n  " + VRT.encode(), "is XML"),
        ("layer.gpkg", b"%PDF-1.7", "is a PDF"),
        ("layer.geojson", b"\x1f\x8b\x08\x00", "is a gzip archive"),
        ("layer.zip", b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive"),
        ("layer.geojson", b"", "is not GeoJSON"),
        ("layer.geojson", b'{"type": "FeatureCollection", "features": [', "is not GeoJSON"),
        ("layer.csv", "код;име\nHKV34;Хасково\n".encode(), "is not GeoJSON"),
        ("layer.dbf", b"\x03\x7e\x0b\x1a" + bytes(60), "is not"),
        ("layer.gpkg", b"SQLite format 3\x00" + bytes(84), "is not a readable GeoPackage"),
        ("layer.fgb", b"fgb\x03fgb\x01" + bytes(64), "cannot be read"),
        ("layer.shp", b"\x00\x00\x27\x0a" + bytes(96), "has no .shx beside it"),
    ],
)
def test_what_a_file_is_its_content_decides(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://example.org/a.shp", "/vsizip/a.zip", "https://example.org/a.gpkg", "postgis:/a"]
)
def test_addresses_and_virtual_paths_are_not_followed(name):
    from pathlib import Path

    assert "is an address or a virtual path" in refusal(Path(name))


@pytest.mark.parametrize("where", ["beside the features", "in the properties"])
def test_the_first_part_of_a_services_answer(tmp_path, where):
    path = write(haskovo(schematic()), tmp_path / "query.geojson")
    content = json.loads(path.read_text(encoding="utf-8"))
    limit = {"exceededTransferLimit": True}
    content |= limit if where == "beside the features" else {"properties": limit}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "says that the service cut it short" in refusal(path)


def _cut(path, ending, share):
    part = path.with_suffix(ending)
    data = part.read_bytes()
    part.write_bytes(data[: int(len(data) * share)])


@pytest.mark.parametrize("ending", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_shapefile_that_was_cut_short(tmp_path, ending, share):
    path = shapefile(haskovo(schematic()), tmp_path)
    _cut(path, ending, share)
    message = refusal(path)
    assert message.startswith(f"layer.shp, {ending}: ")
    assert "cut short" in message or "is not a part of a shapefile" in message


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_flatgeobuf_or_geopackage_or_zip_that_was_cut_short(tmp_path, share):
    frame = haskovo(schematic())
    for form in ("flatgeobuf", "geopackage", "zip of a shapefile", "geojson"):
        folder = tmp_path / form.replace(" ", "-")
        folder.mkdir()
        path = WRITERS[form](frame, folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        assert path.name in refusal(path)


def test_a_shape_header_that_lies_about_its_length(tmp_path):
    path = shapefile(haskovo(schematic()), tmp_path)
    data = bytearray(path.read_bytes()[:-400])
    data[24:28] = struct.pack(">i", len(data) // 2)
    path.write_bytes(bytes(data))
    message = refusal(path)
    assert "layer.shp" in message
    assert "cannot be read" in message or "names more bytes than the shapes have" in message


def test_parts_of_different_shapefiles(tmp_path):
    path = shapefile(haskovo(schematic()), tmp_path)
    other = shapefile(haskovo(schematic()).iloc[:5], tmp_path / "other")
    path.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    assert "has 5 records beside 11 shapes" in refusal(path)


def test_points_in_a_shapefile(tmp_path):
    frame = haskovo(schematic())
    frame["geometry"] = frame.representative_point()
    assert "holds shapes of type 1, not polygons" in refusal(shapefile(frame, tmp_path))


# --------------------------------------------------------------------- archives


def test_an_archive_that_would_grow(tmp_path):
    bomb = packed(tmp_path / "bomb.zip", {"layer.geojson": b" " * 50_000_000})
    assert "would grow" in refusal(bomb)


def test_an_archive_that_says_less_than_it_holds(tmp_path):
    frame = haskovo(schematic())
    data = write(frame, tmp_path / "layer.geojson").read_bytes()
    path = packed(tmp_path / "liar.zip", {"layer.geojson": data}, zipfile.ZIP_STORED)
    raw = path.read_bytes().replace(struct.pack("<II", len(data), len(data)), struct.pack("<II", len(data), 100))
    path.write_bytes(raw)
    assert "liar.zip" in refusal(path)


@pytest.mark.parametrize(
    "name", ["../layer.geojson", "/etc/layer.geojson", "C:\\layer.geojson", "a/../../layer.geojson"]
)
def test_an_archive_whose_paths_leave_it(tmp_path, name):
    assert "is a path that leaves the archive" in refusal(packed(tmp_path / "a.zip", {name: b"{}"}))


def test_an_archive_with_a_link_a_twin_or_a_password(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archived:
        link = zipfile.ZipInfo("layer.geojson")
        link.external_attr = 0o120777 << 16
        archived.writestr(link, "/etc/passwd")
    assert "is a link to another file" in refusal(path)
    twins = packed(tmp_path / "b.zip", {"layer.geojson": b"{}", "LAYER.geojson": b"{}"})
    assert "stands twice in the archive" in refusal(twins)
    data = bytearray(in_memory({"layer.geojson": b"{}"}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    (tmp_path / "c.zip").write_bytes(bytes(data))
    assert "is encrypted" in refusal(tmp_path / "c.zip")


def test_an_archive_of_nothing_or_of_archives_or_of_too_much(tmp_path, monkeypatch):
    assert '"readme.txt" holds no layer that is read' in refusal(packed(tmp_path / "a.zip", {"readme.txt": b"hello"}))
    nested = packed(tmp_path / "b.zip", {"c.zip": in_memory({"layer.geojson": b"{}"})})
    assert "holds no layer that is read" in refusal(nested)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    many = packed(tmp_path / "d.zip", {f"{n}.txt": b"" for n in range(3)})
    assert "holds more than 2 files" in refusal(many)
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    assert "would unpack to more than" in refusal(packed(tmp_path / "e.zip", {"a.geojson": b"{" * 20}))


def test_too_many_vertices_or_features(tmp_path, monkeypatch):
    from nationalmap.sources.layers import layer as limits

    frame = haskovo(schematic())
    for form in ("geojson", "geopackage", "flatgeobuf"):
        folder = tmp_path / form
        folder.mkdir()
        path = WRITERS[form](frame, folder)
        with monkeypatch.context() as patch:
            patch.setattr(limits, "MAX_VERTICES", 100)
            assert "vertices, more than 100" in refusal(path)
        with monkeypatch.context() as patch:
            patch.setattr(limits, "MAX_FEATURES", 5)
            assert "holds more than 5 features" in refusal(path)


def test_a_geopackage_view_that_never_ends(tmp_path, monkeypatch):
    from nationalmap.sources.layers import geopackage

    monkeypatch.setattr(geopackage, "_MAX_STEPS", 100_000)
    path = write(haskovo(schematic()), tmp_path / "layer.gpkg")
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE layer RENAME TO kept")
        base.execute(
            "CREATE VIEW layer AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT count(*) AS fid, NULL AS geom FROM n"
        )
        base.execute("UPDATE gpkg_contents SET table_name = 'layer', identifier = 'l' WHERE table_name = 'kept'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name = 'layer' WHERE table_name = 'kept'")
    base.close()
    assert "is not a readable GeoPackage" in refusal(path)


def test_a_hostile_layer_name_stays_a_name(tmp_path):
    frame = haskovo(schematic())
    name = 'a"; DROP TABLE x; --'
    path = write(frame, tmp_path / "layer.gpkg", layer=name)
    same_areas(taken(path), frame)
    same_areas(taken(write(frame, tmp_path / "layer.fgb", layer=name)), frame)


def test_a_curve_is_named(tmp_path):
    """A CurvePolygon written byte by byte: one circular string of five points."""
    points = [(25.0, 41.9), (25.2, 41.8), (25.4, 41.9), (25.2, 42.0), (25.0, 41.9)]
    ring = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *p) for p in points)
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 10, 1) + ring
    path = write(haskovo(schematic()), tmp_path / "layer.gpkg")
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE layer SET geom = ? WHERE fid = 3", (blob,))
    base.close()
    assert '"feature 3" is a CurvePolygon: curves would be straightened without a word' in refusal(path)


def test_the_import_is_the_same_bytes_whatever_the_order(tmp_path):
    frame = haskovo(schematic())
    eleven = MUNICIPALITIES[MUNICIPALITIES["region"] == "HKV"].reset_index(drop=True)
    texts = []
    for turned in (frame, frame.iloc[::-1]):
        path = write(turned, tmp_path / "layer.geojson")
        written = importing.write(taken(path), tmp_path / "out.geojson", eleven)
        content = json.loads(written.read_text(encoding="utf-8"))
        texts.append(json.dumps(content["features"]))
    assert texts[0] == texts[1]


def test_read_any_keeps_the_name_of_the_layer(tmp_path):
    frame = haskovo(schematic())
    assert read_any(write(frame, tmp_path / "a.gpkg", layer="общини")).name == "общини"
    assert read_any(shapefile(frame, tmp_path)).name == "layer"
