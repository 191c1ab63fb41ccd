"""Words of working folders in Bulgarian and English; headings that tables share come from the reports."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from nationalmap.reports import texts

if TYPE_CHECKING:
    from nationalmap.schema import Table

LANGUAGES = ("bg", "en")


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("nationalmap.folders").joinpath(name).read_text(encoding="utf-8"))


def word(key: str, language: str, /, **values: object) -> str:
    """The text of a dotted key, its {names} filled; a value is never read as a template."""
    template = str(entry(key)[language])
    return template.format(**values) if values else template


def entry(key: str) -> Any:
    """What stands under a dotted key in all languages."""
    node: Any = _data("words.toml")
    for part in key.split("."):
        node = node[part]
    return node


def entries(group: str) -> dict[str, Any]:
    """Every entry of a group by its key."""
    return dict(entry(group))


def has(group: str, key: str) -> bool:
    """Whether a group of words knows a key."""
    return key in entry(group)


def collected(key: str, language: str, /, **values: object) -> str:
    """A text of what collect says, filled; a value is never read as a template."""
    return str(collected_entry(key)[language]).format(**values)


def collected_entry(key: str) -> Any:
    """What stands under a dotted key of collect's words."""
    node: Any = _data("collect.toml")
    for part in key.split("."):
        node = node[part]
    return node


def readme() -> dict[str, str]:
    """The parts of the README, by language and part."""
    return dict(_data("readme.toml"))


def heading(table: str, column: str) -> tuple[str, str]:
    """Bulgarian and English heading of a column: of its own where the folder says it otherwise than the reports."""
    for key in (f"{table}_{column}", column):
        if has("heading", key):
            bg, en = (word(f"heading.{key}", language) for language in LANGUAGES)
            return bg, en
    known = texts.entries("column")
    if f"{table}_{column}" in known:
        return known[f"{table}_{column}"][0], known[f"{table}_{column}"][1]
    if column not in known:
        return column, column.replace("_", " ")
    return known[column][0], known[column][1]


def says_bg(table: Table, column: str) -> str:
    """What a column holds, in Bulgarian. Raises KeyError where nobody has written it."""
    said = _data("columns.toml")
    return str(said.get(table.name, {}).get(column) or said["every"][column])


def choice(code: str, table: str = "") -> tuple[str, str]:
    """A word of a closed list in both languages, as a table says it; the code itself where it has none."""
    if table == "proposals" and has("proposal", code):
        return word(f"proposal.{code}", "bg"), word(f"proposal.{code}", "en")
    for group in ("choice", "profession", "target_group"):
        known = texts.entries(group).get(code)
        if known:
            return known[0], known[1]
    return code, code


def number(value: float) -> str:
    """A figure with all its digits, as Bulgarian writes it."""
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return texts.number(value, "bg", decimals)


def flags(language: str) -> dict[str, str]:
    """Words for yes and no, by the word that tables have."""
    return {code: word(f"flag.{code}", language) for code in ("yes", "no")}
