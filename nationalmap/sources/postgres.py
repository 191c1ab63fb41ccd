"""PostgreSQL: a table of a database wherever a table file is named, ``postgresql://host/db?table=register``.

An address is carried as a path, so that all that names a table is of one kind; its last part names it in sentences and
holds no password. Reading is read only, in one transaction, with limits of time and size; row-level security is never
applied without a word. Whoever keeps passwords out of files gives them by ``PGPASSWORD`` or ``.pgpass``.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from nationalmap.errors import Fault, InputRefused, OutputFailed
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import psycopg

#: How an address begins, also where a path has taken one of its slashes.
_ADDRESS = re.compile(r"postgres(?:ql)?:/+", re.IGNORECASE)
#: Stands for a host that is not named.
_NO_HOST = "_"
#: What an address may say after its question mark; anything else could change what a session does.
OPTIONS = ("table", "geometry", "host", "port", "user", "password", "sslmode", "sslrootcert")

CONNECT_S, STATEMENT_MS, LOCK_MS = 10, 60_000, 10_000
#: Rows fetched at a time.
_BATCH = 5_000
_EXTRA = 'install the extra: pip install "nationalmap[postgres]"'


@dataclass(frozen=True)
class Address:
    """A database, and perhaps a table in it."""

    host: str
    port: str
    user: str
    password: str = field(repr=False)
    database: str
    options: Mapping[str, str]

    @property
    def name(self) -> str:
        """How sentences call it: without user and password."""
        table = self.options.get("table", "")
        return f"{self.database}?table={table}" if table else self.database

    def as_text(self) -> str:
        """The whole address, as it is written."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        user = f"{quote(self.user, safe='')}{secret}@" if self.user or secret else ""
        port = f":{self.port}" if self.port else ""
        query = "&".join(f"{name}={value}" for name, value in self.options.items())
        return f"postgresql://{user}{quote(self.host, safe='[]:')}{port}/{quote(self.database, safe='')}" + (
            f"?{query}" if query else ""
        )

    def masked(self, text: str) -> str:
        """A sentence of the server's without the password, on one line."""
        plain = " ".join(text.split())
        return plain.replace(self.password, "***") if self.password else plain


def is_address(name: str | Path) -> bool:
    """Whether this names a database and no file."""
    return bool(_ADDRESS.match(name.as_posix() if isinstance(name, Path) else name))


def as_path(text: str) -> Path:
    """An address as a path of three parts, each encoded: scheme, server, and the database with its options."""
    where = address_of(text)
    secret = f":{_part(where.password)}" if where.password else ""
    user = f"{_part(where.user)}{secret}@" if where.user or secret else ""
    port = f":{where.port}" if where.port else ""
    options = "&".join(f"{name}={_part(value)}" for name, value in where.options.items())
    server = f"{user}{_part(where.host) or _NO_HOST}{port}"
    return Path("postgresql:") / server / (_part(where.database) + (f"?{options}" if options else ""))


def _part(text: str) -> str:
    """Text without the signs that part an address or a path; letters of any alphabet stay."""
    return "".join(sign if sign.isalnum() or sign in "._-[]" else quote(sign, safe="") for sign in text)


def without_password(text: str) -> str:
    """The address as it may be kept: everything but the password; any other text as it is."""
    if not is_address(text):
        return text
    where = address_of(text)
    bare = replace(where, password="")
    return bare.as_text()


def address_of(name: str | Path) -> Address:
    """What an address says. Raises InputRefused for one that is none, or says what it may not."""
    text = name.as_posix() if isinstance(name, Path) else name
    # A path keeps one slash of two; an address without a server has three.
    slashes = "postgresql://" if isinstance(name, Path) or not re.match(r"[a-z]+:///", text, re.IGNORECASE) else ""
    parts = urlsplit(_ADDRESS.sub(slashes, text, count=1) if slashes else text)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    database = unquote(parts.path.strip("/"))
    refused = [option for option in options if option not in OPTIONS]
    if refused or not database or "/" in parts.path.strip("/"):
        rule = f"may not say {shown(refused[0])}" if refused else "names no database"
        cure = f"write postgresql://user@host/database?table=register; options are {', '.join(OPTIONS)}"
        _refuse("postgresql", rule, cure)
    try:
        port = str(parts.port or "")
        host = unquote(parts.hostname or "")
    except ValueError:
        _refuse("postgresql", "has a port that is no number", "write postgresql://user@host:5432/database")
    return Address(
        host=options.pop("host", "" if host == _NO_HOST else host),
        port=options.pop("port", port),
        user=options.pop("user", unquote(parts.username or "")),
        password=options.pop("password", unquote(parts.password or "")),
        database=database,
        options=options,
    )


def _refuse(file: str, rule: str, cure: str, value: str = "") -> NoReturn:
    raise InputRefused([Fault(file, 0, "", shown(value), rule, cure)])


@contextmanager
def session(address: Address, *, writes: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """One transaction of a database, read only unless it is to write; committed at its end.

    Raises InputRefused, or OutputFailed where it was to write, with the server's own words.
    """
    try:
        import psycopg
    except ImportError:
        _refuse(address.name, "needs the package psycopg, which is not installed", _EXTRA)
    settings = {
        "statement_timeout": str(STATEMENT_MS),
        "lock_timeout": str(LOCK_MS),
        "default_transaction_read_only": "off" if writes else "on",
        # A policy that hides rows must fail and not shorten a table.
        "row_security": "off",
        "datestyle": "ISO",
        "extra_float_digits": "1",
    }
    wanted = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password,
        "dbname": address.database,
        "sslmode": address.options.get("sslmode", ""),
        "sslrootcert": address.options.get("sslrootcert", ""),
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
    try:
        given = {name: value for name, value in wanted.items() if value}
        with psycopg.connect(**given, connect_timeout=CONNECT_S, application_name="nationalmap") as connection:  # type: ignore[arg-type]
            connection.read_only = not writes
            yield connection
    except psycopg.Error as error:
        said = address.masked(str(error)) or type(error).__name__
        if writes:
            raise OutputFailed(f"{address.name} could not be written ({said}); nothing was changed") from None
        _refuse(address.name, f"cannot be read ({said})", "check address, rights and the server")


def columns_of(connection: psycopg.Connection[Any], address: Address, table: str) -> dict[str, str]:
    """Type of each column of a table or view, in their order. Raises InputRefused with the nearest name."""
    found = connection.execute("SELECT to_regclass(%s)::oid", [quoted(connection, table)]).fetchone()
    if found is None or found[0] is None:
        rows = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 500"
        )
        names = [name for (full,) in rows for name in (full, full.removeprefix("public."))]
        _refuse(address.name, "is not a table of this database", nearest(table, names), table)
    rows = connection.execute(
        "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        [found[0]],
    )
    return dict(rows.fetchall())


def quoted(connection: psycopg.Connection[Any], table: str) -> str:
    """``schema.table`` or ``table`` as an identifier that cannot end early."""
    from psycopg import sql

    return sql.Identifier(*table.split(".", 1)).as_string(connection)


@functools.lru_cache(maxsize=16)
def read_csv_of(path: Path, most: int) -> bytes:
    """A table as CSV, UTF-8: a header and its rows in the order of their text, so that equal tables are equal bytes.

    Blank is what the database holds as null. Columns of geometries are left out. Read once until ``forget``, so that
    what is planned is what is fingerprinted. Raises InputRefused.
    """
    address = address_of(path)
    table = address.options.get("table", "")
    if not table:
        _refuse(address.name, "names no table", "add ?table=register, or ?table=schema.register")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    with session(address) as connection:
        types = columns_of(connection, address, table)
        kept = [name for name, kind in types.items() if kind not in ("geometry", "geography")]
        if not kept:
            _refuse(address.name, "has no columns", "name a table with columns", table)
        writer.writerow(kept)
        with connection.cursor(name="nationalmap") as cursor:
            cursor.execute(_select(connection, table, {name: types[name] for name in kept}))
            while rows := cursor.fetchmany(_BATCH):
                writer.writerows(rows)
                if text.tell() > most:
                    _refuse(address.name, "is too large", f"tables are read up to {most // 2**20} MiB", table)
    return text.getvalue().encode()


def forget() -> None:
    """Read every table anew the next time."""
    read_csv_of.cache_clear()


def _select(connection: psycopg.Connection[Any], table: str, types: Mapping[str, str]) -> Any:
    """All rows, each cell as text: yes and no as tables of ours write them, null as nothing."""
    from psycopg import sql

    cells = []
    for name, kind in types.items():
        cell = sql.Identifier(name)
        if kind == "bool":
            cells.append(sql.SQL("CASE {0} WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '' END").format(cell))
        else:
            cells.append(sql.SQL("coalesce({0}::text, '') COLLATE \"C\"").format(cell))
    order = sql.SQL(", ").join(sql.SQL(str(number)) for number in range(1, len(cells) + 1))
    source = sql.Identifier(*table.split(".", 1))
    return sql.SQL("SELECT {0} FROM {1} ORDER BY {2}").format(sql.SQL(", ").join(cells), source, order)
