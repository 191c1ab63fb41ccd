"""Where inputs lie: the data shipped with the package, the user's own folder, and what was read."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path, PureWindowsPath

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown
from nationalmap.sources import postgres

#: No input of ours is near this; a larger file is a mistake or an attack.
MAX_BYTES = 200 * 1024 * 1024
#: The same for a table or a scenario, which become many small objects.
MAX_TEXT_BYTES = 32 * 1024 * 1024
#: How the file of a table may end.
TABLE_FORMATS = (".csv", ".xlsx", ".ods", ".parquet")
#: A workbook and a sheet of it.
_SHEET = re.compile(r"(.+?\.(?:xlsx|xlsm|ods))#(.+)", re.IGNORECASE)

_CURE_LEAVES = "write a path relative to the scenario's folder, or give the file on the command line"

#: Name of the boundaries that were imported into a working folder: the default of every scenario in it.
IMPORTED = "boundaries.geojson"


def shipped(name: str) -> Path:
    """Folder ``boundaries`` or ``scenarios``: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent / name


def resolve(name: str, folder: Path, fallback: Path, file: str = "scenario", column: str = "inputs") -> Path:
    """File or folder ``name`` of a scenario: in the scenario's own folder, else shipped.

    A scenario may be passed on by others, so its paths stay inside these two folders.
    ``file`` and ``column`` say where the name was written. Raises InputRefused for a path
    that leaves the folders or does not exist. An address of a database is taken as it is.
    """
    if postgres.is_address(name):
        return postgres.as_path(name)
    for base in (folder, fallback):
        candidate = inside(base, name, file, column)
        if parted(candidate)[0].exists():
            return candidate
    cure = f"looked in {folder.name or '.'} and in the shipped data"
    raise InputRefused([Fault(file, 0, column, shown(name), "does not exist", cure)])


def inside(folder: Path, name: str, file: str = "scenario", column: str = "inputs") -> Path:
    """``name`` below ``folder``, links followed; ``file`` and ``column`` say where the name was written.

    Raises InputRefused for a path that leaves the folder, or that no file can have.
    """
    leaves = Fault(file, 0, column, shown(name), "leaves the scenario's folder", _CURE_LEAVES)
    if PureWindowsPath(name).drive:
        # Told before anything touches it: Windows would sign in at another's server.
        raise InputRefused([leaves])
    try:
        candidate, sheet = parted(folder / name)
        candidate = candidate.resolve()
        candidate.exists()
    except (OSError, ValueError):
        rule, cure = "cannot be a path", "write a path relative to the scenario's folder"
        raise InputRefused([Fault(file, 0, column, shown(name), rule, cure)]) from None
    if not candidate.is_relative_to(folder.resolve()):
        raise InputRefused([leaves])
    return candidate.with_name(f"{candidate.name}#{sheet}") if sheet else candidate


def table_file(folder: Path, name: str) -> Path:
    """The table ``name`` of a folder, in whichever format it is; its CSV file where there is none.

    Raises InputRefused where it is there twice, for either could be meant.
    """
    files = [inside(folder, name + suffix) for suffix in TABLE_FORMATS]
    present = [file for file in files if file.exists()]
    if len(present) > 1:
        others = ", ".join(file.name for file in present[1:])
        raise InputRefused([Fault(present[0].name, rule=f"stands beside {others}", cure="keep one of them")])
    return present[0] if present else files[0]


def parted(path: Path) -> tuple[Path, str]:
    """File and sheet that a path names, e.g. ``municipal.xlsx#Регистър``; no sheet where a file has the whole name."""
    named = _SHEET.fullmatch(path.name)
    if named is None or path.exists():
        return path, ""
    return path.with_name(named[1]), named[2]


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Content of an input file, or of a table of a database as CSV.

    Raises InputRefused where there is none to read, or far too much.
    """
    if postgres.is_address(path):
        return postgres.read_csv_of(path, MAX_TEXT_BYTES)
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode) and not stat.S_ISDIR(facts.st_mode):
            raise InputRefused([Fault(str(path), rule="is a device or pipe", cure="name a file")])
        if facts.st_size > most:
            cure = f"inputs of this kind are read up to {most // 2**20} MiB"
            raise InputRefused([Fault(path.name, rule="is too large", cure=cure)])
        return path.read_bytes()
    except FileNotFoundError:
        raise InputRefused([Fault(str(path), rule="does not exist", cure="check the name")]) from None
    except IsADirectoryError:
        raise InputRefused([Fault(str(path), rule="is a folder", cure="name the file in it")]) from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputRefused([Fault(str(path), rule=f"cannot be read: {reason}", cure="check it")]) from error


def sha256(data: bytes) -> str:
    """Fingerprint of an input or output, as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
