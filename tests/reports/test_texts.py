"""Words and figures in both languages."""

from __future__ import annotations

import math
import re

import pytest

from nationalmap.errors import UsageError
from nationalmap.reports import texts

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "bg", "en"),
    [
        (1234.5, 1, f"1{NB}234,5", "1,234.5"),
        (0, 0, "0", "0"),
        (-0.4, 0, "0", "0"),
        (-1234567.891, 2, f"\N{MINUS SIGN}1{NB}234{NB}567,89", "\N{MINUS SIGN}1,234,567.89"),
        (999, 0, "999", "999"),
        (8436174.5, 0, f"8{NB}436{NB}175", "8,436,175"),
        (2.675, 2, "2,68", "2.68"),
        (math.inf, 0, "няма", "none"),
    ],
)
def test_figures(value, decimals, bg, en):
    assert texts.number(value, "bg", decimals) == bg
    assert texts.number(value, "en", decimals) == en


def test_plural_forms():
    forms = [texts.counted(n, noun, "bg") for noun in ("municipality", "place", "case") for n in (1, 2, 21)]
    words = ["община", "общини", "общини", "място", "места", "места", "случай", "случая", "случая"]
    assert forms == [f"{n}{NB}{word}" for n, word in zip([1, 2, 21] * 3, words, strict=True)]


def test_signed_differences():
    assert [texts.signed(x, "bg") for x in (5, -5, 0, -0.2)] == ["+5", "\N{MINUS SIGN}5", "0", "0"]


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match='"de" is not one of bg, en'):
        texts.number(1, "de")


def entries(node, path=""):
    """Every place in texts.toml where a language stands."""
    if not isinstance(node, dict):
        return
    if set(node) & {"bg", "en"}:
        yield path, node
        return
    for key, below in node.items():
        yield from entries(below, f"{path}.{key}")


def test_every_text_exists_in_both_languages_and_takes_the_same_values():
    found = list(entries(texts._data()))
    assert len(found) > 40
    for path, node in found:
        assert set(node) == set(texts.languages()), path
        fields = [set(re.findall(r"\{(\w+)\}", str(words))) for words in node.values()]
        assert fields[0] == fields[1], path
