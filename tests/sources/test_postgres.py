"""Tables and layers of a real PostgreSQL server with PostGIS: read right, or refused without a password."""

import csv
import json
from pathlib import Path

import pytest

from nationalmap import planning, runs
from nationalmap.errors import InputRefused
from nationalmap.sources import postgres
from nationalmap.sources.resources import read_bytes, resolve
from tests.postgres import PASSWORD
from tests.sources.foreign import MUNICIPALITIES, REGIONS, SAID, areas_km2, haskovo, schematic

pytestmark = pytest.mark.xdist_group("postgres")


# --------------------------------------------------------------------- addresses, without a server


@pytest.mark.parametrize(
    ("text", "host", "port", "user", "password", "database", "name"),
    [
        ("postgresql://localhost/db?table=register", "localhost", "", "", "", "db", "db?table=register"),
        ("postgres://u:p%40w@h:5433/db?table=a.b", "h", "5433", "u", "p@w", "db", "db?table=a.b"),
        ("postgresql:///db?host=/tmp/sock&table=t", "/tmp/sock", "", "", "", "db", "db?table=t"),  # noqa: S108
        ("postgresql:///db?table=t", "", "", "", "", "db", "db?table=t"),
        ("postgresql://h/общини?table=регистър", "h", "", "", "", "общини", "общини?table=регистър"),
        ("postgresql://h/db?user=u&password=p/w&port=1&table=t", "h", "1", "u", "p/w", "db", "db?table=t"),
    ],
)
def test_an_address_is_the_same_as_text_and_as_path(text, host, port, user, password, database, name):
    path = postgres.as_path(text)
    for where in (postgres.address_of(text), postgres.address_of(path), postgres.address_of(Path(str(path)))):
        found = (where.host, where.port, where.user, where.password, where.database, where.name)
        assert found == (host, port, user, password, database, name)
    assert postgres.is_address(text)
    assert postgres.is_address(path)
    assert not password or password not in path.name
    kept = postgres.without_password(text)
    assert postgres.address_of(kept).password == ""
    assert postgres.address_of(kept).name == name


@pytest.mark.parametrize("name", ["register/HKV.csv", "postgresql.csv", "C:/data/a.csv", "http://h/db", ""])
def test_what_is_no_address(name):
    assert not postgres.is_address(name)
    assert postgres.without_password(name) == name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postgresql://h", "names no database"),
        ("postgresql://h/db/more?table=t", "names no database"),
        ("postgresql://h/db?options=-c%20statement_timeout=0&table=t", "may not say options"),
        ("postgresql://u:secret@h:port/db?table=t", "has a port that is no number"),
        ("postgresql://u:secret@h/db", "names no table"),
    ],
)
def test_an_address_that_is_none(text, said):
    with pytest.raises(InputRefused) as caught:
        postgres.read_csv_of(resolve(text, Path(), Path()), 1000)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_without_the_package_it_is_asked_for(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputRefused, match=r'pip install "nationalmap\[postgres\]"'):
        read_bytes(postgres.as_path("postgresql://localhost/db?table=t"))


# --------------------------------------------------------------------- tables


@pytest.fixture
def database(server):
    """A fresh database; gives its name."""
    return server.database("planning")


def load(server, database, path, table="register", types=None):
    """A CSV file as a table of the database, columns as text unless their types are given; blanks as null."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    header, types = rows[0], types or {}
    columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in header)
    with server.connect(database) as connection:
        connection.execute(f'CREATE TABLE "{table}" ({columns})')
        for row in rows[1:]:
            marks = ", ".join(["%s"] * len(row))
            insert = f'INSERT INTO "{table}" VALUES ({marks})'  # noqa: S608 - names of this test
            connection.execute(insert, [cell or None for cell in row])


TYPES = {"places": "integer", "users": "numeric(10,0)", "close_by_year": "smallint"}


def named(folder, address):
    """The scenario of a folder with the address in the place of its register."""
    scenario = folder / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    assert 'register = "register.csv"' in text
    scenario.write_text(text.replace('register = "register.csv"', f'register = "{address}"'), encoding="utf-8")
    return str(folder)


def test_a_register_of_a_database_gives_the_same_plan(server, database, toyland, toyland_run, tmp_path):
    load(server, database, toyland / "register.csv", types=TYPES)
    address = server.address(database, table="register")
    run = planning.plan(named(toyland, address), tmp_path / "runs")
    for name, table in toyland_run.plan.tables.items():
        assert run.plan.tables[name].equals(table), name
    # The password is nowhere in what was published; the address without it is.
    secret = PASSWORD.encode()
    from urllib.parse import quote

    for path in sorted(run.folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            assert secret not in data, path
            assert quote(PASSWORD, safe="").encode() not in data, path
    kept = json.loads((run.folder / "inputs" / "scenario.json").read_text(encoding="utf-8"))
    assert kept["inputs"]["register"] == f"postgresql://owner@localhost:{server.port}/{database}?table=register"
    # The fingerprint is of the content: it changes with a cell and with nothing else.
    first = planning.check(str(toyland)).inputs.sources["register"]
    assert runs.read_run(run.folder).inputs.sources["register"] == first
    with server.connect(database) as connection:
        connection.execute("CREATE TABLE other AS SELECT * FROM register ORDER BY site DESC")
        connection.execute("DROP TABLE register")
        connection.execute("ALTER TABLE other RENAME TO register")
    assert planning.check(str(toyland)).inputs.sources["register"] == first
    with server.connect(database) as connection:
        connection.execute("UPDATE register SET places = places + 1 WHERE site = 'day_NOR02'")
    assert planning.check(str(toyland)).inputs.sources["register"] != first


def test_a_register_of_a_database_on_the_command_line(run, server, database, toyland):
    load(server, database, toyland / "register.csv", types=TYPES)
    own = run("check", toyland)
    given = run("check", toyland, "--register", server.address(database, table="register"))
    assert (given.code, given.out) == (0, own.out)
    secret = server.address(database, "owner", "", password="geheim", table="register")  # noqa: S106
    wrong = run("check", toyland, "--register", secret)
    assert wrong.code == 3
    assert "password authentication failed" in wrong.err
    assert "geheim" not in wrong.err


def test_faults_name_the_table_and_the_cell(server, database, toyland):
    load(server, database, toyland / "register.csv", types=TYPES)
    with server.connect(database) as connection:
        connection.execute("UPDATE register SET municipality = 'NOR09', places = -4 WHERE site = 'day_NOR02'")
    with pytest.raises(InputRefused) as caught:
        planning.check(named(toyland, server.address(database, table="public.register")))
    message = str(caught.value)
    assert f"{database}?table=public.register, row " in message
    assert '"NOR09"' in message
    assert '"-4"' in message
    assert PASSWORD not in message


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"table": "registre"}, '"registre" is not a table of this database; the nearest is "register"'),
        ({}, {"table": 'register"; DROP TABLE register; --'}, "is not a table of this database"),
        ({"secret": "wrong"}, {"table": "register"}, "password authentication failed"),
        ({"user": "nobody"}, {"table": "register"}, "cannot be read"),
        ({"database": "nowhere"}, {"table": "register"}, 'database "nowhere" does not exist'),
    ],
)
def test_what_the_server_refuses_is_one_sentence(server, database, toyland, change, options, said):
    load(server, database, toyland / "register.csv")
    address = server.address(**{"database": database, **change}, **options)
    with pytest.raises(InputRefused) as caught:
        read_bytes(postgres.as_path(address))
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert PASSWORD not in str(caught.value)
    with server.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM register").fetchone()[0] > 0


def test_no_server_is_one_sentence():
    with pytest.raises(InputRefused) as caught:
        read_bytes(postgres.as_path("postgresql://u:geheim@localhost:1/db?table=t"))
    assert "cannot be read" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_cells_are_told_as_tables_of_ours_write_them(server, database):
    with server.connect(database) as connection:
        connection.execute(
            "CREATE TABLE t (n integer, x numeric(12,3), f double precision, b boolean, d date, s text, g geometry)"
        )
        connection.execute(
            "INSERT INTO t VALUES (2, 1234.5, 0.1, true, '2026-03-01', 'Хасково; \"град\"', ST_Point(1, 2)),"
            " (1, NULL, 1e-7, NULL, NULL, NULL, NULL), (10, 0, 'NaN', false, '1999-12-31', '', NULL)"
        )
    data = read_bytes(postgres.as_path(server.address(database, table="t"))).decode()
    assert data.splitlines() == [
        "n,x,f,b,d,s",
        "1,,1e-07,,,",
        "10,0.000,NaN,no,1999-12-31,",
        '2,1234.500,0.1,yes,2026-03-01,"Хасково; ""град"""',
    ]


def test_it_is_read_only_and_bounded(server, database, monkeypatch):
    with server.connect(database) as connection:
        connection.execute("CREATE TABLE t (n integer)")
        connection.execute("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING n'")
        connection.execute("CREATE VIEW writes AS SELECT f()")
        connection.execute("CREATE VIEW sleeps AS SELECT 1 AS n FROM pg_sleep(30)")
        connection.execute("CREATE TABLE big AS SELECT repeat('x', 1000) AS s FROM generate_series(1, 100)")
    for view, said in (("writes", "read-only transaction"), ("sleeps", "statement timeout")):
        monkeypatch.setattr(postgres, "STATEMENT_MS", 500)
        with pytest.raises(InputRefused, match=said):
            read_bytes(postgres.as_path(server.address(database, table=view)))
    with pytest.raises(InputRefused, match="is too large"):
        postgres.read_csv_of(postgres.as_path(server.address(database, table="big")), 10_000)


def test_a_policy_that_hides_rows_is_not_obeyed_in_silence(server, database):
    with server.connect(database) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
        connection.execute("CREATE TABLE t (n integer)")
        connection.execute("INSERT INTO t VALUES (1), (2)")
        connection.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY p ON t USING (n = 1)")
        connection.execute("GRANT SELECT ON t TO clerk")
    with pytest.raises(InputRefused, match="row-level security"):
        read_bytes(postgres.as_path(server.address(database, "clerk", "clerk", table="t")))


def test_a_folder_or_the_boundaries_are_no_table(toyland):
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    for key in ("catalogue", "boundaries"):
        import re

        changed = re.sub(rf'^{key} = ".*"$', f'{key} = "postgresql://h/db?table=t"', text, flags=re.MULTILINE)
        assert changed != text
        scenario.write_text(changed, encoding="utf-8")
        with pytest.raises(
            InputRefused, match=f"inputs.{key}: is an address of a database; an address names one table"
        ):
            planning.check(str(toyland))


# --------------------------------------------------------------------- layers


def polygons(server, database, frame, table="municipalities", srid=4326, column="geom"):
    """A layer as a PostGIS table."""
    with server.connect(database) as connection:
        names = [name for name in frame.columns if name != "geometry"]
        texts = ", ".join(f'"{name}" text' for name in names)
        connection.execute(f'CREATE TABLE "{table}" (fid serial PRIMARY KEY, {texts}, "{column}" geometry(Geometry))')
        for row in frame.to_crs(srid or 4326).to_dict("records"):
            marks = ", ".join(["%s"] * len(names))
            held = ", ".join([*names, f'"{column}"'])
            insert = f'INSERT INTO "{table}" ({held}) VALUES ({marks}, ST_GeomFromWKB(%s, %s))'  # noqa: S608 - as above
            connection.execute(insert, [*(row[name] for name in names), row["geometry"].wkb, srid])


def taken(address, layer="", crs=""):
    from nationalmap.sources import importing
    from nationalmap.sources.layers import postgis

    eleven = MUNICIPALITIES[MUNICIPALITIES["region"] == "HKV"].reset_index(drop=True)
    return importing.checked(postgis.read(address, layer), eleven, REGIONS, **SAID, crs=crs)


def refused(address, **options):
    with pytest.raises(InputRefused) as caught:
        taken(address, **options)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("srid", [4326, 7801, 32635])
def test_boundaries_of_postgis(server, database, srid):
    frame = haskovo(schematic())
    polygons(server, database, frame, srid=srid)
    imported = taken(server.address(database, table="public.municipalities"))
    found, given = areas_km2(imported.polygons), areas_km2(frame)
    assert (abs(found / given - 1) < 1e-6).all()
    assert imported.members["file"] == f"{database}?table=public.municipalities"
    again = taken(server.address(database, table="public.municipalities"))
    assert again.members["sha256_of_file"] == imported.members["sha256_of_file"]


def test_layer_and_geometry_are_asked_for_where_there_are_several(server, database):
    frame = haskovo(schematic())
    polygons(server, database, frame)
    assert len(taken(server.address(database)).polygons) == 11
    polygons(server, database, frame.iloc[:2], table="towns")
    assert '"public.municipalities, public.towns" holds 2 layers; name it with --layer' in refused(
        server.address(database)
    )
    assert len(taken(server.address(database), layer="municipalities").polygons) == 11
    with server.connect(database) as connection:
        connection.execute("ALTER TABLE municipalities ADD COLUMN seat geometry")
    address = server.address(database, table="municipalities")
    assert '"geom, seat" has 2 geometries; add &geometry=COLUMN' in refused(address)
    assert len(taken(server.address(database, table="municipalities", geometry="geom")).polygons) == 11


def test_damage_in_postgis_is_told_as_in_a_file(server, database):
    frame = haskovo(schematic())
    polygons(server, database, frame, srid=0)
    address = server.address(database, table="municipalities")
    assert "does not say its coordinate system" in refused(address)
    assert len(taken(address, crs="EPSG:4326").polygons) == 11
    with server.connect(database) as connection:
        connection.execute("UPDATE municipalities SET geom = ST_SetSRID(geom, 32635) WHERE code = 'HKV34'")
    assert "has rows in several systems: [0, 32635]" in refused(address)
    with server.connect(database) as connection:
        connection.execute("UPDATE municipalities SET geom = ST_SetSRID(geom, 4326)")
        connection.execute("UPDATE municipalities SET geom = NULL WHERE code = 'HKV17'")
    assert '"HKV17 (Любимец) in feature ' in refused(address)
    with server.connect(database) as connection:
        connection.execute(
            "UPDATE municipalities SET geom = ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING("
            "25 41.9, 25.2 41.8, 25.4 41.9, 25.2 42, 25 41.9))', 4326) WHERE code = 'HKV17'"
        )
    assert "is a CurvePolygon: curves would be straightened" in refused(address)


def test_a_database_without_postgis(server):
    with server.connect() as connection:
        connection.execute("DROP DATABASE IF EXISTS plain")
        connection.execute("CREATE DATABASE plain")
    assert "is a database without PostGIS" in refused(server.address("plain", table="t"))


def test_the_import_from_the_terminal(run, server, database, tmp_path):
    from tests.sources.foreign import real

    polygons(server, database, real()[["code", "name_bg", "geometry"]], srid=7801)
    address = server.address(database, table="municipalities")
    answer = run("boundaries", "import", address, "--source", "АГКК", "--licence", "x", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert "265 municipalities" in answer.out
    assert PASSWORD not in answer.out + (tmp_path / "boundaries.geojson").read_text(encoding="utf-8")
