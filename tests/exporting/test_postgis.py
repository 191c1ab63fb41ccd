"""A plan in a PostGIS database: what is read back is the plan; foreign tables stay; whole or not at all."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nationalmap import mapping
from nationalmap.errors import OutputFailed, UsageError
from nationalmap.reports import gis
from tests.postgres import PASSWORD

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def database(server):
    return server.database("exported")


def back(server, database, schema, layer):
    """A table as it stands in the database, geometries as shapes."""
    names = [column for column in layer.frame.columns if column != "geometry"]
    cells = ", ".join(f'"{name}"' for name in names)
    query = f'SELECT {cells}, ST_AsBinary(geom), ST_SRID(geom) FROM "{schema}"."{layer.name}" ORDER BY fid'  # noqa: S608
    with server.connect(database) as connection:
        rows = connection.execute(query).fetchall()
    frame = pd.DataFrame([row[:-2] for row in rows], columns=names)
    shapes = [None if row[-2] is None else shapely.from_wkb(bytes(row[-2])) for row in rows]
    assert {row[-1] for row in rows if row[-1] is not None} <= {4326}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def test_what_is_written_reads_back_equal(server, database, toyland_run):
    address = server.address(database)
    (said,) = mapping.export(toyland_run.folder, postgis=address, schema="план")
    assert said == f"{database}, schema план: places_2027, served_2027, municipalities_2027"
    for layer in gis.layers(toyland_run.plan):
        found = back(server, database, "план", layer)
        assert found.geometry.geom_equals(layer.frame.geometry.reset_index(drop=True)).all()
        given = pd.DataFrame(layer.frame.drop(columns="geometry")).reset_index(drop=True)
        pd.testing.assert_frame_equal(pd.DataFrame(found.drop(columns="geometry")), given, check_dtype=False)
    with server.connect(database) as connection:
        about = dict(connection.execute('SELECT key, en FROM "план".about').fetchall())
        assert about["run"] == toyland_run.plan.run_id
        assert about["boundaries"] == "Supplied boundaries: boundaries.geojson"
        styles = connection.execute(
            "SELECT f_table_name, f_geometry_column, useasdefault, styleqml::text FROM layer_styles ORDER BY 1"
        ).fetchall()
    assert [row[:3] for row in styles] == [
        (name, "geom", True) for name in ("municipalities_2027", "places_2027", "served_2027")
    ]
    assert all("<qgis" in row[3] for row in styles)


def test_an_earlier_export_is_replaced_and_nothing_else(server, database, toyland_run):
    address = server.address(database)
    with server.connect(database) as connection:
        connection.execute("CREATE SCHEMA nationalmap")
        connection.execute("CREATE TABLE nationalmap.mine (n integer)")
        connection.execute("CREATE TABLE nationalmap.served_2020 (n integer)")
        connection.execute("COMMENT ON TABLE nationalmap.served_2020 IS 'nationalmap: of an earlier run'")
    for _ in range(2):
        mapping.export(toyland_run.folder, postgis=address)
    with server.connect(database) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'nationalmap' ORDER BY 1")
        names = [name for (name,) in rows.fetchall()]
        assert connection.execute("SELECT count(*) FROM layer_styles").fetchone() == (3,)
    assert names == ["about", "mine", "municipalities_2027", "places_2027", "served_2027"]


def test_a_foreign_table_stops_it_and_nothing_is_changed(server, database, toyland_run):
    with server.connect(database) as connection:
        connection.execute("CREATE SCHEMA nationalmap")
        connection.execute("CREATE TABLE nationalmap.served_2027 AS SELECT 7 AS n")
    with pytest.raises(OutputFailed, match=r"nationalmap\.served_2027 is there and not ours; nothing was changed"):
        mapping.export(toyland_run.folder, postgis=server.address(database))
    with server.connect(database) as connection:
        assert connection.execute("SELECT n FROM nationalmap.served_2027").fetchone() == (7,)
        assert connection.execute("SELECT to_regclass('nationalmap.places_2027')").fetchone() == (None,)


@pytest.mark.parametrize("schema", ['x"; DROP SCHEMA public CASCADE; --', "../etc", "a.b", "план 2027"])
def test_a_hostile_schema_is_a_name(server, database, toyland_run, schema):
    mapping.export(toyland_run.folder, postgis=server.address(database), schema=schema)
    with server.connect(database) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = %s", [schema]).fetchall()
        assert found == [(schema,)]
        assert connection.execute("SELECT to_regclass('public.spatial_ref_sys') IS NOT NULL").fetchone() == (True,)


def test_a_database_that_refuses_changes_nothing_and_tells_no_password(run, server, database, toyland_run):
    with server.connect() as connection:
        connection.execute("DROP DATABASE IF EXISTS plain")
        connection.execute("CREATE DATABASE plain")
    answer = run("export", toyland_run.folder, "--postgis", server.address("plain"))
    assert answer.code == 8
    assert "plain has no PostGIS; nothing was changed" in answer.err
    wrong = run("export", toyland_run.folder, "--postgis", server.address(database, secret="geheim"))  # noqa: S106
    assert wrong.code == 8
    assert "password authentication failed" in wrong.err
    assert "geheim" not in wrong.err
    with server.connect(database) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    denied = run("export", toyland_run.folder, "--postgis", server.address(database, "reader", "reader"))
    assert denied.code == 8
    assert "permission denied" in denied.err
    assert PASSWORD not in answer.err + wrong.err + denied.err


def test_both_at_once_from_the_terminal(run, server, database, toyland_run, tmp_path):
    target = tmp_path / "plan.gpkg"
    answer = run("export", toyland_run.folder, "--gpkg", target, "--postgis", server.address(database))
    assert answer.code == 0
    assert answer.out.splitlines()[0] == f"written: {target}"
    assert answer.out.splitlines()[1].startswith(f"written: {database}, schema nationalmap: ")
    assert PASSWORD not in answer.out


def test_what_is_no_address(toyland_run):
    with pytest.raises(UsageError, match="is an address such as"):
        mapping.export(toyland_run.folder, postgis="localhost")
