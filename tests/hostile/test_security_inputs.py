"""Files that want something else than to be read: each refused in one sentence, at once, and nothing is touched."""

from __future__ import annotations

import io
import json
import pickle
import sqlite3
import stat
import struct
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

import nationalmap
from nationalmap import publishing
from nationalmap.errors import InputRefused
from nationalmap.sources import postgres
from nationalmap.sources.designs import read_design
from nationalmap.sources.grids import read_grid
from nationalmap.sources.layers import geopackage, read_any, read_layer
from nationalmap.sources.layers.layer import crs_of
from nationalmap.sources.postgres import address_of, read_csv_of
from nationalmap.sources.resources import inside
from nationalmap.sources.scenarios import find, read_scenario
from tests.beside import link

TOYLAND = Path(__file__).resolve().parent.parent / "toyland"
SECONDS = 30


def refused(read) -> str:
    """The sentence of a refusal, which took less than the half minute of processor that a file may."""
    start = time.process_time()
    with pytest.raises(InputRefused) as caught:
        read()
    assert time.process_time() - start < SECONDS
    told = str(caught.value)
    assert "Traceback" not in told
    assert "root:" not in told
    return told


def zipped(path, *parts):
    """An archive of (name, content) pairs, of which a name may also be a ZipInfo."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts:
            out.writestr(name, content)
    return path


def linked(name):
    """A part of an archive that is a link: its content is where it leads."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


# ------------------------------------------------------------------ XML

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "laughs": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>',
    "quadratic": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 50_000}</x>',
    "file": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "address": '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://hurt.invalid/x.dtd"><x/>',
    "parameter": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://hurt.invalid/"> %p;]><x/>',
}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sheet.bin"])
def test_entities_of_a_workbook(tmp_path, kind, part):
    parts = {"xl/workbook.xml": f"<workbook {MAIN}/>", part: ENTITIES[kind]}
    assert "declares a document type in its part" in refused(
        lambda: read_grid(zipped(tmp_path / "t.xlsx", *parts.items()))
    )


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_of_a_document(tmp_path, kind):
    kept = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    path = zipped(tmp_path / "t.ods", kept, ("content.xml", ENTITIES[kind]))
    assert "declares a document type" in refused(lambda: read_grid(path))


@pytest.mark.parametrize("ending", ["kml", "qml", "gml", "geojson", "gpkg", "svg"])
@pytest.mark.parametrize("kind", ["laughs", "file"])
def test_xml_is_no_layer_under_any_name(tmp_path, ending, kind):
    path = tmp_path / f"layer.{ending}"
    path.write_text(ENTITIES[kind], encoding="utf-8")
    assert "is XML (KML, GML, VRT or a web page)" in refused(lambda: read_any(path))
    assert "is XML (KML, GML, VRT or a web page)" in refused(lambda: read_layer(path))


# ------------------------------------------------------------------ archives


@pytest.mark.parametrize(
    "name",
    ["../l.geojson", "/etc/l.geojson", "a/../../l.geojson", "C:\\l.geojson", "\\\\hurt\\l.geojson", "..\\l.geojson"],
)
def test_a_path_that_leaves_the_archive(tmp_path, name):
    path = zipped(tmp_path / "l.zip", (name, "{}"))
    assert "is a path that leaves the archive" in refused(lambda: read_any(path))
    assert {p.name for p in tmp_path.iterdir()} == {"l.zip"}


def encrypted(path):
    data = bytearray(zipped(path, ("l.geojson", "{}")).read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(sign) + at
        data[place] |= 1
    path.write_bytes(bytes(data))
    return path


def nested(depth):
    content = b"{}"
    for _ in range(depth):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("l.zip", content)
        content = target.getvalue()
    return content


ARCHIVES = {
    "a link": (lambda p: zipped(p, (linked("l.geojson"), "/etc/passwd")), "is a link to another file"),
    "a password": (encrypted, "is encrypted"),
    "archives in archives": (lambda p: zipped(p, ("l.zip", nested(40))), "holds no layer that is read"),
    "a bomb": (lambda p: zipped(p, ("l.geojson", b" " * 40 * 2**20)), "would grow"),
    "many files": (lambda p: zipped(p, *((f"{n}.txt", "") for n in range(1_001))), "holds more than 1000 files"),
    "twice": (lambda p: zipped(p, ("l.geojson", "{}"), ("L.GEOJSON", "{}")), "stands twice in the archive"),
    "no archive": (lambda p: p.write_bytes(b"PK\x03\x04" + b"\0" * 90) and p, "is not a whole ZIP archive"),
    "a VRT": (lambda p: zipped(p, ("l.vrt", "<OGRVRTDataSource/>")), "holds no layer that is read"),
    "a VRT as GeoJSON": (lambda p: zipped(p, ("l.geojson", "<OGRVRTDataSource/>")), "is XML"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_of_a_layer(tmp_path, kind):
    make, said = ARCHIVES[kind]
    path = make(tmp_path / "l.zip")
    assert said in refused(lambda: read_any(path))
    assert {p.name for p in tmp_path.iterdir()} == {"l.zip"}


def test_an_archive_of_a_workbook(tmp_path):
    sheet = ("xl/workbook.xml", f"<workbook {MAIN}/>")
    bomb = zipped(tmp_path / "a.xlsx", sheet, ("xl/worksheets/sheet1.xml", b" " * 40 * 2**20))
    assert "times larger when unpacked, as an attack would be" in refused(lambda: read_grid(bomb))
    many = zipped(tmp_path / "b.xlsx", sheet, *((f"{n}", "") for n in range(2_001)))
    assert "parts, more than 2000" in refused(lambda: read_grid(many))
    inner = zipped(tmp_path / "c.xlsx", ("t.xlsx", nested(30)))
    assert "neither an XLSX nor an ODS workbook" in refused(lambda: read_grid(inner))


# ------------------------------------------------------------------ what a file is not

VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
POINTERS = {
    "VRT": VRT,
    "VRT behind blanks": "\n \t" + VRT,
    "TopoJSON": '{"type":"Topology","objects":{}}',
    "ESRI service": '{"type":"esriFeatureService","url":"http://hurt.invalid/"}',
    "WFS": "<OGRWFSDataSource><URL>http://hurt.invalid/</URL></OGRWFSDataSource>",
    "CSV of an address": "wkt\n/vsicurl/http://hurt.invalid/x.csv\n",
    "GeoJSON of an address": '"http://hurt.invalid/x.geojson"',
    "a link in GeoJSON": '{"type":"FeatureCollection","features":"/vsicurl/http://hurt.invalid/"}',
}


@pytest.mark.parametrize("kind", POINTERS)
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "shp"])
def test_a_file_that_points_elsewhere(tmp_path, kind, ending):
    path = tmp_path / f"layer.{ending}"
    path.write_text(POINTERS[kind], encoding="utf-8")
    assert refused(lambda: read_any(path)).startswith(path.name)
    assert refused(lambda: read_layer(path)).startswith(path.name)


@pytest.mark.parametrize(
    "name",
    [
        "/vsicurl/http://hurt.invalid/x.geojson", "/vsizip//etc/x.zip", "/vsimem/x", "/vsistdin/", "\\vsicurl\\x",
        "http://hurt.invalid/x.geojson", "ftp://hurt.invalid/x", "file:///etc/passwd", "WFS:http://hurt.invalid",
        "MSSQL:server=hurt", "PG:host=hurt", "s3://bucket/x", "ODBC:x", "GPKG:/etc/x",
    ],
)  # fmt: skip
def test_an_address_is_no_file(name):
    refused(lambda: read_any(Path(name)))


# ------------------------------------------------------------------ SQLite


def packaged(path, *statements):
    """A GeoPackage of one empty-looking layer, and whatever else."""
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            """
            CREATE TABLE gpkg_contents (table_name, data_type, identifier);
            CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);
            CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id);
            INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326);
            INSERT INTO gpkg_contents VALUES ('layer', 'features', 'layer');
            INSERT INTO gpkg_geometry_columns VALUES ('layer', 'geom', 4326);
            """
        )
        for statement in statements:
            base.execute(statement)
        base.commit()
    return path


SQL = {
    "a library": "CREATE VIEW layer AS SELECT load_extension('/tmp/hurt.so') AS a, NULL AS geom",
    "a file": "CREATE VIEW layer AS SELECT readfile('/etc/passwd') AS a, NULL AS geom",
    "an end of memory": "CREATE VIEW layer AS SELECT zeroblob(900000000) AS a, NULL AS geom",
    "a random end of memory": "CREATE VIEW layer AS SELECT hex(randomblob(400000000)) AS a, NULL AS geom",
    "many rows of much": "CREATE VIEW layer AS SELECT printf('%.*c', 900000, 'x') AS a, NULL AS geom",
    "a function in a column": "CREATE TABLE layer (a AS (zeroblob(900000000)), geom)",
    "a doubled text": "CREATE VIEW layer AS WITH RECURSIVE t(a) AS (SELECT 'xxxxxxxx' UNION ALL SELECT a || a FROM t)"
    " SELECT a, NULL AS geom FROM t",
    "its own tables": "CREATE VIEW layer AS SELECT sql AS a, fts3_tokenizer('simple') AS geom FROM sqlite_master",
    "the same row without end": "CREATE VIEW layer AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
    " SELECT (SELECT group_concat(sql) FROM sqlite_master) AS a, NULL AS geom FROM t",
}


@pytest.mark.parametrize("kind", SQL)
def test_a_database_that_does_something(tmp_path, kind):
    more = ["INSERT INTO layer (geom) VALUES (NULL)"] if "COLUMN" in kind.upper() else []
    path = packaged(tmp_path / "layer.gpkg", SQL[kind], *more)
    told = refused(lambda: read_any(path))
    assert "is not a readable GeoPackage" in told or "gives more than it holds" in told


def test_rows_that_a_view_repeats_are_counted(tmp_path):
    """Without any function: one long text, joined with itself."""
    path = packaged(
        tmp_path / "layer.gpkg",
        "CREATE TABLE long (a)",
        "INSERT INTO long VALUES ('" + "x" * 60_000 + "')",
        "CREATE TABLE n (i)",
        "INSERT INTO n VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)",
        "CREATE VIEW layer AS SELECT long.a, NULL AS geom FROM long, n, n AS m, n AS k, n AS l, n AS o",
    )
    assert "gives more than it holds" in refused(lambda: read_any(path))


def test_triggers_and_other_files_are_left_alone(tmp_path):
    path = packaged(
        tmp_path / "layer.gpkg",
        "CREATE TABLE layer (a, geom)",
        "INSERT INTO layer VALUES ('x', NULL)",
        "CREATE TRIGGER t AFTER INSERT ON layer BEGIN DELETE FROM layer; END",
    )
    before = path.read_bytes()
    layer = geopackage.read(path.name, before)
    assert layer.properties == ({"a": "x"},)
    assert path.read_bytes() == before
    with closing(sqlite3.connect(":memory:")) as base:
        base.set_authorizer(geopackage._authorised)
        for command in (f"ATTACH '{tmp_path}/x.db' AS y", "PRAGMA writable_schema = 1", "DELETE FROM sqlite_master"):
            with pytest.raises(sqlite3.DatabaseError):
                base.execute(command)
    assert {p.name for p in tmp_path.iterdir()} == {"layer.gpkg"}


@pytest.mark.parametrize(
    "name",
    [
        "+init=/etc/passwd:4326", "+proj=longlat +nadgrids=/etc/passwd", "+proj=pipeline +step +proj=axisswap",
        "http://hurt.invalid/crs", "urn:ogc:def:crs:../../x", '{"$schema":"http://hurt.invalid"}', "init:/etc/x",
    ],
)  # fmt: skip
def test_a_coordinate_system_names_no_file(name):
    assert "is not a known coordinate system" in refused(lambda: crs_of("layer.geojson", name))


def test_known_coordinate_systems_are_known():
    for name in ("EPSG:4326", "EPSG:7801", "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::3035"):
        assert crs_of("layer", name).name


def test_a_shapefile_that_names_one_shape_without_end(tmp_path):
    shape = (
        struct.pack(">ii", 1, 60) + struct.pack("<i4dii", 5, 25, 42, 26, 43, 1, 4) + struct.pack("<i8d", 0, *[25.0] * 8)
    )
    shape = shape[:8] + shape[8:].ljust(120, b"\0")
    head = lambda n: struct.pack(">7i", 9994, 0, 0, 0, 0, 0, n // 2) + struct.pack("<ii8d", 1000, 5, *[0.0] * 8)  # noqa: E731
    count = 100_000
    index = struct.pack(">ii", 50, 60) * count
    (tmp_path / "l.shp").write_bytes(head(100 + len(shape)) + shape)
    (tmp_path / "l.shx").write_bytes(head(100 + len(index)) + index)
    dbf = struct.pack("<B3BIHH20x", 3, 24, 1, 1, count, 65, 2) + b"A".ljust(11, b"\0") + b"C" + b"\0" * 4 + b"\x01"
    (tmp_path / "l.dbf").write_bytes(dbf.ljust(64, b"\0") + b"\r" + b" x" * count + b"\x1a")
    assert "names more bytes than the shapes have" in refused(lambda: read_any(tmp_path / "l.shp"))


# ------------------------------------------------------------------ Parquet


class Hurt:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return (Path.touch, (Path("hurt.txt"),))


def test_a_pickle_in_a_parquet_file_is_not_opened(tmp_path, monkeypatch):
    import pyarrow as pa
    from pyarrow import parquet

    monkeypatch.chdir(tmp_path)
    said = {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": pickle.dumps(Hurt())}
    field = pa.field("a", pa.string(), metadata=said)
    table = pa.table([pa.array(["x"])], schema=pa.schema([field], metadata={"pandas": pickle.dumps(Hurt())}))
    parquet.write_table(table, tmp_path / "t.parquet")
    try:
        assert read_grid(tmp_path / "t.parquet").rows == [["a"], ["x"]]
    except InputRefused as told:
        assert "t.parquet" in str(told)
    assert {p.name for p in tmp_path.iterdir()} == {"t.parquet"}


# ------------------------------------------------------------------ TOML, YAML, numbers, depth

TEXTS = {
    "a YAML object": "!!python/object/apply:os.system ['touch hurt']",
    "YAML laughs": "a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]",
    "YAML": "name: toyland\nyears: [2027]",
    "JSON": '{"format": 1}',
    "a pickle": "cos\nsystem\n(S'touch hurt'\ntR.",
    "deep lists": "a = " + "[" * 5_000 + "]" * 5_000,
    "deep tables": "[" + ".".join(["a"] * 2_000) + "]",
    "deep keys": ".".join(["a"] * 2_000) + " = 1",
    "a long number": "years = [" + "9" * 5_000 + "]",
    "a hexadecimal number": "years = [0x" + "f" * 4_000 + "]",
    "an infinite number": "capital_life_years = inf",
    "a large number": "capital_life_years = 1e308",
    "a class": '[__class__]\n__init__ = "x"',
    "a device as base": 'extends = "/dev/zero"',
    "a base elsewhere": 'extends = "../../x"',
    "a share as base": 'extends = "\\\\\\\\hurt\\\\x"',
    "a NUL": 'name = "a\\u0000b"',
    "a device as name": "name = 'COM1'",
    "a path as name": "name = '../x'",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_scenario_that_is_none(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(TEXTS[kind], encoding="utf-8")
    assert refused(lambda: read_scenario(tmp_path / "s.toml")).startswith("s.toml")
    assert {p.name for p in tmp_path.iterdir()} == {"s.toml"}


@pytest.mark.parametrize(
    "name", ["/dev/zero", "a\0b", "\\\\hurt.invalid\\share", "x" * 5_000, "../" * 50 + "etc/passwd"]
)
def test_a_scenario_by_a_name_that_is_none(name):
    refused(lambda: read_scenario(find(name)))


@pytest.mark.parametrize(
    "name",
    [
        "../x.csv", "/etc/passwd", "..", "a/../../x", "\\\\hurt.invalid\\share\\x.csv", "//hurt.invalid/share/x.csv",
        "C:\\x.csv", "c:x.csv", "\\\\?\\C:\\x", "\\\\.\\pipe\\x", "a\0b", "x" * 5_000,
    ],
)  # fmt: skip
def test_a_file_of_a_scenario_stays_in_its_folder(tmp_path, name):
    told = refused(lambda: inside(tmp_path, name))
    assert "leaves the scenario's folder" in told or "cannot be a path" in told


def test_a_link_in_a_folder_leads_nowhere(tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    link(tmp_path / "f" / "x.csv", tmp_path / "secret.csv")
    assert "leaves the scenario's folder" in refused(lambda: inside(tmp_path / "f", "x.csv"))


@pytest.mark.parametrize("key", ["name", "scenario"])
@pytest.mark.parametrize("value", ["../../x", "/etc/passwd", "\\\\\\\\hurt.invalid\\\\x", "CON", "a.", "a:b", "=1"])
def test_a_design_names_no_path(tmp_path, key, value):
    words = {"name": "d", "scenario": "haskovo-2027"} | {key: value}
    head = "".join(f'{k} = "{v}"\n' for k, v in words.items())
    text = 'format = 1\ntitle_bg = "a"\ntitle_en = "a"\n' + head + 'mode = "sites_held"\n[grid]\n[[grid.changes]]\n'
    path = tmp_path / "d.toml"
    path.write_text(text + 'what = "budget"\nname = "state"\nfactors = [1.0]\n', encoding="utf-8")
    assert refused(lambda: read_design(str(path))).startswith("d.toml")


# ------------------------------------------------------------------ GeoJSON

POLYGONS = {
    "deep": '{"type":"FeatureCollection","features":' + "[" * 100_000,
    "a key twice": '{"type":"FeatureCollection","type":"FeatureCollection","features":[]}',
    "NaN": '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,1]}}]}',
    "a long number": '{"type":"FeatureCollection","features":[' + "9" * 5_000 + "]}",
    "half a letter": '{"type":"FeatureCollection\\ud800","features":[]}',
}


@pytest.mark.parametrize("kind", POLYGONS)
def test_a_geojson_that_is_none(tmp_path, kind):
    path = tmp_path / "layer.geojson"
    path.write_text(POLYGONS[kind], encoding="utf-8")
    assert refused(lambda: read_any(path)).startswith("layer.geojson")


# ------------------------------------------------------------------ PostgreSQL

ADDRESSES = [
    "postgresql://h/db?table=t&options=-c%20search_path%3Dx",
    "postgresql://h/db?table=t&sslkey=/etc/passwd",
    "postgresql://h/db?table=t&sslcert=/etc/passwd",
    "postgresql://h/db?table=t&passfile=/etc/passwd",
    "postgresql://h/db?table=t&service=x",
    "postgresql://h/db?table=t&servicefile=/tmp/x",
    "postgresql://h/db?table=t&hostaddr=10.0.0.1",
    "postgresql://h/db?table=t&dbname=x",
    "postgresql://h/db?table=t&krbsrvname=x",
    "postgresql://h/db?table=t&replication=database",
    "postgresql://h/db?table=t&client_encoding=x",
    "postgresql://h/db?table=t&fallback_application_name=x",
    "postgresql://h/db?host=a&host=b&options=x",
    "postgresql://h/a/b?table=t",
    "postgresql://h/?table=t",
    "postgresql://h:port/db?table=t",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_says_no_more_than_it_may(address):
    told = refused(lambda: address_of(address))
    assert "may not say" in told or "names no database" in told or "port that is no number" in told


@pytest.mark.parametrize("database", ["host=hurt.invalid", "postgresql:%2F%2Fhurt.invalid%2Fx", "a' options='-c x"])
def test_the_name_of_a_database_is_no_address(database):
    """It is handed over as a name: the server that was named is asked, and no other."""
    postgres.forget()
    address = f"postgresql://127.0.0.1:1/{database.replace(' ', '%20').replace('=', '%3D')}?table=t"
    told = refused(lambda: read_csv_of(postgres.as_path(address), 1_000))
    assert "127.0.0.1" in told or "psycopg" in told
    assert "could not translate" not in told


def test_a_socket_of_another_is_one_sentence(tmp_path):
    told = refused(lambda: read_csv_of(postgres.as_path(f"postgresql:///db?table=t&host={tmp_path}"), 1_000))
    assert "cannot be read" in told or "psycopg" in told


# ------------------------------------------------------------------ runs of others


@pytest.mark.parametrize(
    ("file", "key", "value", "said"),
    [
        ("inputs/scenario.json", "name", "../../../hurt", "cannot name a folder"),
        ("inputs/scenario.json", "name", "CON", "cannot name a folder"),
        ("manifest.json", "run_id", "../../hurt", "cannot name a folder"),
        ("inputs/scenario.json", "title_bg", "=cmd|' /C calc'!A0", "a spreadsheet would run it"),
        ("inputs/boundaries.json", "source", "=1+1", "a spreadsheet would run it"),
    ],
)
def test_a_run_of_another_is_no_path_and_no_formula(toyland_run, tmp_path, file, key, value, said):
    """Sealed anew, as who sends it can: what its own hashes allow, its words do not."""
    import shutil

    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "sent" / "0123456789ab"))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    data = manifest if file == "manifest.json" else json.loads((folder / file).read_bytes())
    data[key] = value
    if data is not manifest:
        (folder / file).write_bytes(publishing.json_bytes(data))
        manifest["outputs"] = publishing.outputs_of(
            {name: (folder / name).read_bytes() for name in manifest["outputs"]}
        )
    manifest.pop(publishing.SEAL)
    (folder / "manifest.json").write_bytes(publishing.sealed(manifest))
    for use in (
        lambda: nationalmap.render([folder], tmp_path / "out" / "deep"),
        lambda: nationalmap.compare([folder, toyland_run.folder], tmp_path / "out"),
        lambda: nationalmap.export(folder, tmp_path / "out" / "plan.gpkg"),
    ):
        assert said in refused(use)
    assert {path.name for path in tmp_path.iterdir()} == {"sent"}


def test_the_boundaries_say_no_formula(tmp_path, run):
    answer = run("boundaries", "import", "x.geojson", "--source", "=1+1", "--licence", "x", "--out", tmp_path)
    assert answer.code == 2
    assert "a spreadsheet would run it" in answer.err


def test_a_name_of_a_file_commands_no_terminal(run):
    answer = run("plan", "a\x1b[2J\x1b]0;hurt\x07\u202eb")
    assert answer.code == 3
    assert not set("\x1b\x07\u202e") & set(answer.err + answer.out)
