"""GeoPackage: read through SQLite in memory, from the very bytes that were fingerprinted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from nationalmap.sources.layers.layer import (
    CURE_FORMAT,
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
from nationalmap.sources.resources import sha256

START = b"SQLite format 3\x00"

#: Steps of the database machine before it is stopped.
_MAX_STEPS = 1_000_000_000

#: What SQLite is asked for here; a view may be recursive.
_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
#: Bytes that any value of any file may have.
_LEAST_LENGTH = 1_000_000

#: Bytes of the bounding box in front of the geometry, by the code in the header's flags.
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}

_LAYERS = (
    "SELECT c.table_name AS name, g.column_name AS geometry, s.organization AS authority,"
    " s.organization_coordsys_id AS number FROM gpkg_contents c"
    " JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
    " LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
    " WHERE c.data_type = 'features' ORDER BY c.table_name"
)


def read(file: str, data: bytes, layer: str = "", cure: str = "save the municipalities alone in a file") -> Layer:
    """A feature table of a GeoPackage: the one named, or the only one; ``cure`` says how to name it.

    Raises InputRefused. Without a coordinate system in the file ``crs`` is None.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data)
            connection.execute("PRAGMA trusted_schema = OFF")
            # It may be asked for its rows, never for functions, other files, or a value that is larger than itself.
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), _LEAST_LENGTH))
            connection.set_authorizer(_authorised)
            # A view may ask for endless work; an honest layer needs a thousandth of this.
            connection.set_progress_handler(lambda: 1, _MAX_STEPS)
            connection.row_factory = sqlite3.Row
            return _feature_table(file, data, connection, layer, cure)
        except (sqlite3.Error, OverflowError, IndexError, TypeError, ValueError) as error:
            refuse(file, f"is not a readable GeoPackage ({error})", "the file may be damaged; fetch it again")


def _feature_table(file: str, data: bytes, connection: sqlite3.Connection, layer: str, cure: str) -> Layer:
    tables = {row["name"]: row for row in connection.execute(_LAYERS)}
    table = tables[chosen(file, list(tables), layer, cure)]
    stated = table["authority"] is not None and int(table["number"]) > 0
    crs = crs_of(file, f"{table['authority']}:{table['number']}") if stated else None
    quoted = table["name"].replace('"', '""')
    # A view is a table too, and may be recursive: rows are counted as they come.
    cursor = connection.execute(f'SELECT * FROM "{quoted}" LIMIT {MAX_FEATURES + 1}')  # noqa: S608 - quoted above  # nosec B608
    rows = list(_no_more_than(file, cursor, len(data)))
    refuse_many(file, len(rows))
    if not rows:
        refuse(file, "holds no features", CURE_FORMAT)
    geometry = table["geometry"]
    properties = [{key: row[key] for key in row.keys() if key != geometry} for row in rows]  # noqa: SIM118
    kept, note = of_the_country(properties)
    shapes = tuple(_blob(file, at + 1, rows[at][geometry]) for at in kept)
    refuse_vertices(file, shapes)
    notes = (f"{file}: {note}",) if note else ()
    chosen_rows = tuple(properties[at] for at in kept)
    return Layer(file, sha256(data), chosen_rows, shapes, crs, {}, table["name"], notes)


def _authorised(action: int, *_: str | None) -> int:
    """Reading rows and nothing else: a hostile file may hold views that call functions or open other files."""
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _no_more_than(file: str, rows: Iterable[sqlite3.Row], most: int) -> Iterator[sqlite3.Row]:
    """The rows; refused where they hold more than the file itself, which only a view can make of it."""
    held = 0
    for row in rows:
        held += sum(len(value) for value in row if isinstance(value, str | bytes))
        if held > most:
            refuse(file, "gives more than it holds", CURE_FORMAT)
        yield row


def _blob(file: str, number: int, blob: Any) -> Any:
    """Geometry of a GeoPackage blob: magic GP, version, flags, srs_id, bounding box, then WKB."""
    if blob is None:
        return None
    envelope = _ENVELOPE_BYTES.get((blob[3] >> 1) & 0b111) if isinstance(blob, bytes) and len(blob) > 8 else None
    if envelope is None or blob[:2] != b"GP":
        refuse(file, f"has an unreadable geometry in feature {number}", "the file may be damaged; fetch it again")
    return from_wkb(file, number, blob[8 + envelope :])
