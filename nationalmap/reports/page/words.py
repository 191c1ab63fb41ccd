"""The page's own texts: read once from texts.toml, chosen by language, filled by the caller."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from nationalmap.reports.texts import nouns, spoken, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@cache
def _data() -> dict[str, Any]:
    source = resources.files("nationalmap.reports.page").joinpath("texts.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _chosen(node: dict[str, Any], language: str) -> Any:
    """The branch with one language taken at every leaf."""
    if language in node:
        return node[language]
    return {key: _chosen(branch, language) for key, branch in node.items()}


def page_texts(language: str) -> dict[str, Any]:
    """All words that the page itself shows, with the marks its figures are written with."""
    words: dict[str, Any] = _chosen(_data()["page"], language)
    words["marks"] = {name: text(f"number.{name}", language) for name in ("thousands", "decimal", "minus", "percent")}
    # Sentences are filled in the page, with the same words as those of the atlas.
    words["sentence"] = _chosen(_data()["build"]["sentence"], language)
    words["nouns"] = {noun: nouns(noun, language) for noun in ("municipality", "case", "user", "row", "service")}
    return words


def comparison_texts(language: str) -> dict[str, Any]:
    """The words of the page of several runs: those of one, and its own under ``comparison``."""
    own = _chosen(_data()["comparison"], language)
    return {**page_texts(language), "comparison": own}


def phrase(key: str, language: str, **values: object) -> str:
    """A text of [build] by its dotted key, filled; a value is never read as a template."""
    node: Any = _data()["build"]
    for part in key.split("."):
        node = node[part]
    return spoken(str(node[language]).format(**values), language)


def joined(names: Sequence[str], language: str) -> str:
    """Names as a sentence lists them: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + phrase("sentence.and", language) + names[-1]


def written_date(day: date, language: str) -> str:
    """A date as officials write it."""
    return phrase("about.date_form", language, day=day.day, month=day.month, year=day.year)
