"""Where inputs lie: the data shipped with the package, the user's own folder, and what was read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from nationalmap.errors import Fault, InputRefused

#: No input of ours is near this; a larger file is a mistake or an attack.
MAX_BYTES = 200 * 1024 * 1024


def shipped(name: str) -> Path:
    """Folder ``boundaries`` or ``scenarios``: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent / name


def resolve(name: str, folder: Path, fallback: Path) -> Path:
    """File or folder ``name`` of a scenario: in the scenario's own folder, else shipped.

    A scenario may be passed on by others, so its paths stay inside these two folders.
    Raises InputRefused for a path that leaves them or does not exist.
    """
    for base in (folder, fallback):
        candidate = (base / name).resolve()
        if not candidate.is_relative_to(base.resolve()):
            cure = "write a path relative to the scenario's folder, or give the file on the command line"
            raise InputRefused([Fault("scenario", 0, "inputs", name, "leaves the scenario's folder", cure)])
        if candidate.exists():
            return candidate
    cure = f"looked in {folder.name or '.'} and in the shipped data"
    raise InputRefused([Fault("scenario", 0, "inputs", name, "does not exist", cure)])


def read_bytes(path: Path) -> bytes:
    """Content of an input file. Raises InputRefused where there is none to read, or far too much."""
    try:
        if path.stat().st_size > MAX_BYTES:
            cure = f"inputs are read up to {MAX_BYTES // 2**20} MiB"
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
