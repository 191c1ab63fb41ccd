"""PostGIS: a table with a geometry as a layer, read only, in one transaction."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from nationalmap.sources.layers.layer import (
    MAX_FEATURES,
    Layer,
    chosen,
    crs_of,
    from_wkb,
    of_the_country,
    refuse,
    refuse_many,
    refuse_vertices,
)
from nationalmap.sources.postgres import Address, address_of, columns_of, session

if TYPE_CHECKING:
    import psycopg
    import pyproj

_CURE = "name it with --layer, or in the address: ?table=schema.municipalities"


def read(address: str, layer: str = "") -> Layer:
    """The layer of an address: its table, the one named, or the only one of the database. Raises InputRefused.

    ``geometry=`` of the address names the column where a table has several.
    """
    where = address_of(address)
    with session(where) as connection:
        found = connection.execute("SELECT to_regclass('geometry_columns') IS NOT NULL").fetchone()
        if not found or not found[0]:
            refuse(where.name, "is a database without PostGIS", "name a database with geometries")
        table = _table(connection, where, layer)
        types = columns_of(connection, where, table)
        geometry = _geometry(where, table, types)
        crs = _crs(connection, where, table, geometry)
        rows = _rows(connection, table, types, geometry)
    refuse_many(where.name, len(rows))
    if not rows:
        refuse(where.name, "holds no features", "name another table", table)
    names = [name for name, kind in types.items() if kind not in ("geometry", "geography")]
    properties = [dict(zip(names, row[:-1], strict=True)) for row in rows]
    kept, note = of_the_country(properties)
    shapes = tuple(from_wkb(where.name, at + 1, rows[at][-1]) for at in kept)
    refuse_vertices(where.name, shapes)
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    notes = (f"{where.name}: {note}",) if note else ()
    return Layer(where.name, digest.hexdigest(), tuple(properties[at] for at in kept), shapes, crs, {}, table, notes)


def _table(connection: psycopg.Connection[Any], where: Address, layer: str) -> str:
    """``schema.table`` of the layer; asked for where the database has several."""
    named = where.options.get("table", "")
    if named:
        return named
    rows = connection.execute(
        "SELECT DISTINCT f_table_schema || '.' || f_table_name FROM geometry_columns ORDER BY 1"
    ).fetchall()
    names = [str(name) for (name,) in rows]
    full = f"public.{layer}" if layer and layer not in names else layer
    return chosen(where.name, names, full, _CURE)


def _geometry(where: Address, table: str, types: dict[str, str]) -> str:
    """The column of the geometry."""
    columns = [name for name, kind in types.items() if kind == "geometry"]
    wanted = where.options.get("geometry", "")
    if wanted and wanted not in columns:
        refuse(where.name, f"is not a geometry of {table}; it has {', '.join(columns) or 'none'}", _CURE, wanted)
    if not wanted and len(columns) != 1:
        cure = "add &geometry=COLUMN to the address" if columns else "name a table with a column of type geometry"
        refuse(where.name, f"has {len(columns)} geometries", cure, ", ".join(columns) or table)
    return wanted or columns[0]


def _crs(connection: psycopg.Connection[Any], where: Address, table: str, geometry: str) -> pyproj.CRS | None:
    """The one coordinate system of the rows; None where they do not say it."""
    from psycopg import sql

    source = sql.Identifier(*table.split(".", 1))
    text = sql.SQL("SELECT DISTINCT ST_SRID({0}) FROM {1} WHERE {0} IS NOT NULL ORDER BY 1")
    systems = [number for (number,) in connection.execute(text.format(sql.Identifier(geometry), source))]
    if len(systems) > 1:
        refuse(
            where.name, f"has rows in several systems: {systems}", "bring them to one with ST_Transform", table, "crs"
        )
    if not systems or systems[0] == 0:
        return None
    named = connection.execute(
        "SELECT auth_name, auth_srid FROM spatial_ref_sys WHERE srid = %s", [systems[0]]
    ).fetchone()
    if named is None or not named[0]:
        return None
    return crs_of(where.name, f"{named[0]}:{named[1]}")


def _rows(
    connection: psycopg.Connection[Any], table: str, types: dict[str, str], geometry: str
) -> list[tuple[Any, ...]]:
    """Cells as text and the geometry as WKB, in the order of the text."""
    from psycopg import sql

    cells: list[Any] = [
        sql.SQL('{0}::text COLLATE "C"').format(sql.Identifier(name))
        for name, kind in types.items()
        if kind not in ("geometry", "geography")
    ]
    order = ", ".join(str(number) for number in range(1, len(cells) + 2))
    cells.append(sql.SQL("ST_AsBinary({0})").format(sql.Identifier(geometry)))
    text = sql.SQL("SELECT {0} FROM {1} ORDER BY {2} LIMIT {3}").format(
        sql.SQL(", ").join(cells),
        sql.Identifier(*table.split(".", 1)),
        sql.SQL(order),
        sql.Literal(MAX_FEATURES + 1),
    )
    return connection.execute(text).fetchall()
