"""Values as TOML: the few shapes that scenario and norm files use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


def written(value: Any) -> str:
    """One value on one line; None has no form in TOML and is left out of tables."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A basic string of TOML is one of JSON, but for the sign DEL, which no text of ours may hold.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {written(part)}" for key, part in value.items() if part is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Iterable):
        return f"[{', '.join(map(written, value))}]"
    return repr(value)


def lines(values: Mapping[str, Any]) -> list[str]:
    """Key = value, one a line; keys without a value are left out."""
    return [f"{_key(key)} = {written(value)}" for key, value in values.items() if value is not None]


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else json.dumps(key, ensure_ascii=False)
