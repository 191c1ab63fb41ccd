"""A private PostgreSQL server with PostGIS for the tests that ask for one; they skip loudly where it is not installed.

The server runs from a temporary folder on a free port of this machine and ends with the tests; initdb refuses to be
root, so that root starts it as the user ``postgres``.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.beside import missing

PASSWORD = "s3cr3t:/@%-" + secrets.token_hex(4)


def _binaries():
    """Folder of initdb and postgres: on the path, or where Debian puts them, the newest first."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def _postgis(binaries):
    share = subprocess.run([binaries / "pg_config", "--sharedir"], capture_output=True, text=True, check=False)
    return share.returncode == 0 and (Path(share.stdout.strip()) / "extension" / "postgis.control").exists()


@dataclass
class Server:
    """A running server; ``address`` names a database of it."""

    port: int
    folder: Path

    def address(self, database="postgres", user="owner", secret=PASSWORD, **options):
        from urllib.parse import quote

        query = "&".join(f"{name}={value}" for name, value in options.items())
        given = f":{quote(secret, safe='')}" if secret else ""
        return f"postgresql://{user}{given}@localhost:{self.port}/{database}" + (f"?{query}" if query else "")

    def connect(self, database="postgres"):
        import psycopg

        return psycopg.connect(
            host="localhost", port=self.port, user="owner", password=PASSWORD, dbname=database, autocommit=True
        )

    def database(self, name):
        """A fresh database with PostGIS."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}"')
        with self.connect(name) as connection:
            connection.execute("CREATE EXTENSION postgis")
        return name


def _as_postgres(words):
    return ["runuser", "-u", "postgres", "--", *words] if hasattr(os, "getuid") and os.getuid() == 0 else words


def _free_port():
    with socket.socket() as held:
        held.bind(("localhost", 0))
        return held.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    """A server with PostGIS, ended with the tests."""
    binaries = _binaries()
    if binaries is None or not _postgis(binaries):
        missing("no PostgreSQL server with PostGIS here (Debian: postgresql-15-postgis-3)")
    if importlib.util.find_spec("psycopg") is None:
        missing("psycopg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="nationalmap-pg-"))
    try:
        folder.chmod(0o777)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)
        data, log = folder / "data", folder / "log"
        words = [binaries / "initdb", "-D", data, "-U", "owner", f"--pwfile={folder / 'password'}"]
        words += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
        subprocess.run(_as_postgres(list(map(str, words))), check=True, capture_output=True, cwd=folder)
        port = _free_port()
        options = f"-p {port} -c listen_addresses=localhost -c unix_socket_directories={folder} -c fsync=off"
        start = [binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start"]
        subprocess.run(_as_postgres(list(map(str, start))), check=True, capture_output=True, cwd=folder)
        running = Server(port, folder)
        try:
            yield running
        finally:
            stop = [binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
            subprocess.run(_as_postgres(list(map(str, stop))), check=False, capture_output=True, cwd=folder)
    finally:
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)
