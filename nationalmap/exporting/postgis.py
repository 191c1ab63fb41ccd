"""The layers of a plan as tables of one schema of a PostGIS database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from nationalmap.errors import OutputFailed
from nationalmap.exporting.geopackage import ABOUT, GEOMETRY
from nationalmap.sources.postgres import address_of, session

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

    from nationalmap.reports.gis import GisLayer

#: How the comment of every table of ours begins: only these are ever replaced.
OURS = "nationalmap: "
_SRID = 4326
_TYPES = {"i": "bigint", "f": "double precision", "b": "boolean"}
#: The table in which QGIS keeps styles in a database.
_STYLES_TABLE = """
CREATE TABLE IF NOT EXISTS public.layer_styles (
    id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
    f_geometry_column varchar, stylename text, styleqml xml, stylesld xml, useasdefault boolean, description text,
    owner varchar(63) DEFAULT current_user, ui xml, update_time timestamp DEFAULT current_timestamp, type varchar)
"""


def write_postgis(layers: Sequence[GisLayer], about: pd.DataFrame, address: str, schema: str, run: str) -> str:
    """The schema holds the layers of this run, with styles, and the table ``about``; gives where, without a password.

    Tables of an earlier export go; one that is not ours stops it. Raises OutputFailed; then nothing is changed.
    """
    where = address_of(address)
    with session(where, writes=True) as connection:
        found = connection.execute("SELECT to_regclass('geometry_columns') IS NOT NULL").fetchone()
        if not found or not found[0]:
            raise OutputFailed(f"{where.name} has no PostGIS; nothing was changed. In it: CREATE EXTENSION postgis.")
        names = [layer.name for layer in layers]
        _clear(connection, where.name, schema, [*names, ABOUT])
        for layer in layers:
            frame = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name))
            shapes = [None if shape is None else _ewkb(shape) for shape in layer.frame.geometry]
            _table(connection, schema, layer.name, frame, f"{OURS}{layer.says} (run {run})", layer.geometry, shapes)
        _table(connection, schema, ABOUT, about, f"{OURS}what the layers are (run {run})")
        _styles(connection, schema, layers)
    return f"{where.name}, schema {schema}: {', '.join(names)}"


def _identifier(*names: str) -> sql.Identifier:
    from psycopg import sql

    return sql.Identifier(*names)


def _clear(connection: psycopg.Connection[Any], database: str, schema: str, names: Sequence[str]) -> None:
    """The schema without our former tables. Raises OutputFailed where a table of these names is not ours."""
    from psycopg import sql

    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {0}").format(_identifier(schema)))
    rows = connection.execute(
        "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY c.relname",
        [schema],
    ).fetchall()
    foreign = [name for name, comment in rows if name in names and not comment.startswith(OURS)]
    if foreign:
        raise OutputFailed(
            f"{database}: {schema}.{foreign[0]} is there and not ours; nothing was changed. Name another --schema."
        )
    for name, comment in rows:
        if comment.startswith(OURS):
            connection.execute(sql.SQL("DROP TABLE {0}").format(_identifier(schema, name)))


def _table(
    connection: psycopg.Connection[Any],
    schema: str,
    name: str,
    frame: pd.DataFrame,
    comment: str,
    geometry: str = "",
    shapes: Sequence[str | None] = (),
) -> None:
    """A table with its rows, numbered from 1, and perhaps a geometry with its index."""
    from psycopg import sql

    table = _identifier(schema, name)
    columns = [
        sql.SQL("{0} {1}").format(_identifier(str(column)), sql.SQL(_TYPES.get(frame[column].dtype.kind, "text")))
        for column in frame.columns
    ]
    if geometry:
        kind = sql.SQL("geometry({0}, {1})").format(sql.SQL(geometry), sql.Literal(_SRID))
        columns.append(sql.SQL("{0} {1}").format(_identifier(GEOMETRY), kind))
    listed = sql.SQL(", ").join([sql.SQL("fid integer PRIMARY KEY"), *columns])
    connection.execute(sql.SQL("CREATE TABLE {0} ({1})").format(table, listed))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {0} FROM STDIN").format(table)) as copy:
        for row in _rows(frame, shapes if geometry else None):
            copy.write_row(row)
    if geometry:
        index = sql.SQL("CREATE INDEX ON {0} USING gist ({1})").format(table, _identifier(GEOMETRY))
        connection.execute(index)
    connection.execute(sql.SQL("COMMENT ON TABLE {0} IS {1}").format(table, sql.Literal(comment)))


def _rows(frame: pd.DataFrame, shapes: Sequence[str | None] | None) -> Iterator[tuple[Any, ...]]:
    """Number, cells and geometry of each row; what is blank is null."""
    bare = frame.astype(object).where(frame.notna(), None)
    for number, row in enumerate(bare.itertuples(index=False, name=None), 1):
        shape = () if shapes is None else (shapes[number - 1],)
        yield (number, *row, *shape)


def _ewkb(shape: Any) -> str:
    """Hexadecimal WKB with the coordinate system in it, as PostGIS reads it."""
    return str(shapely.to_wkb(shapely.set_srid(shape, _SRID), hex=True, include_srid=True))


def _styles(connection: psycopg.Connection[Any], schema: str, layers: Sequence[GisLayer]) -> None:
    """One default style for each layer in the table of QGIS; those of the schema that were there go."""
    connection.execute(_STYLES_TABLE)
    connection.execute("DELETE FROM public.layer_styles WHERE f_table_schema = %s AND owner = 'nationalmap'", [schema])
    for layer in layers:
        connection.execute(
            "INSERT INTO public.layer_styles"
            " (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, stylename, styleqml, useasdefault,"
            " description, owner)"
            " VALUES (current_database(), %s, %s, %s, %s, XMLPARSE(DOCUMENT %s), true, %s, 'nationalmap')",
            [schema, layer.name, GEOMETRY, layer.name, layer.style, layer.says],
        )
