"""TOML files within limits: what the parser gives, or one sentence on what is wrong with the text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from nationalmap.errors import Fault, InputRefused
from nationalmap.sources.resources import MAX_TEXT_BYTES, read_bytes

#: No scenario of ours nests deeper than four tables.
MAX_DEPTH = 20


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary. Raises InputRefused for text that is not TOML (a key twice, too)."""
    try:
        data = tomllib.loads(read_bytes(path, MAX_TEXT_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputRefused([Fault(path.name, rule="is not UTF-8", cure="save it as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputRefused([_not_toml(str(error), path.name)]) from None
    except RecursionError:
        raise InputRefused([_too_deep(path.name)]) from None
    except ValueError:
        raise InputRefused([Fault(path.name, rule="holds a number of thousands of digits", cure="mend it")]) from None
    if _is_deep(data):
        raise InputRefused([_too_deep(path.name)])
    return data


def _is_deep(data: dict[str, Any]) -> bool:
    """Whether tables or lists nest beyond the limit; level by level, for depth is what cannot be trusted here."""
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        inner = [list(part.values()) if isinstance(part, dict) else part for part in level]
        level = [value for part in inner for value in part if isinstance(value, dict | list)]
    return bool(level)


def _too_deep(file: str) -> Fault:
    return Fault(file, rule=f"nests more than {MAX_DEPTH} tables or lists in each other", cure="write it flat")


def _not_toml(message: str, file: str) -> Fault:
    """The parser's message; a key that stands twice in plain words."""
    twice = re.match(r"Cannot (?:overwrite a value|declare .* twice|mutate .*)(.*)", message)
    if twice:
        return Fault(file, rule=f"says a key or table twice{twice[1]}", cure="keep one of them")
    return Fault(file, rule=f"is not TOML: {message}", cure="mend that line")
