"""What officials read, in Bulgarian and English: words, plurals and figures, held in texts.toml and others."""

from __future__ import annotations

import math
import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from nationalmap.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Per cent that a share of one is off as the sum or quotient of others.
NOISE = Decimal("1e-9")

#: Each holds keys of its own.
_FILES = (
    *("texts.toml", "explain/explain.toml", "conflict.toml", "decisions.toml", "compare.toml"),
    *("frontier.toml", "sweep.toml", "source.toml", "vintages.toml", "history.toml", "atlas/atlas.toml"),
    "in_force/in_force.toml",
)


@cache
def _data() -> dict[str, Any]:
    """The whole of texts.toml, what explains a plan or that there is none, the studies, and what compares plans."""
    folder = resources.files("nationalmap.reports")
    files = (folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)
    return {key: node for words in files for key, node in tomllib.loads(words).items()}


def languages() -> tuple[str, ...]:
    """Languages that every text exists in."""
    return tuple(_data()["languages"])


def _node(key: str) -> Any:
    """What stands under a dotted key, in all languages."""
    node: Any = _data()
    for part in key.split("."):
        node = node[part]
    return node


def _entry(key: str, language: str) -> Any:
    if language not in languages():
        raise UsageError(f'language: "{language}" is not one of {", ".join(languages())}.')
    return _node(key)[language]


#: Before these letters, in quotes or not, Bulgarian says във and със.
_DOUBLED = re.compile(r"(?<!\w)(?:(в)(?=[ \u00A0]„?[вф])|(с)(?=[ \u00A0]„?[зс]\w))", re.IGNORECASE)


def spoken(sentence: str, language: str) -> str:
    """The sentence with its prepositions as they are spoken: във Велинград, със Симеоновград."""
    if language != "bg":
        return sentence
    return _DOUBLED.sub(lambda found: found[0] + ("ъв" if found[1] else "ъс"), sentence)


def text(key: str, language: str, /, **values: object) -> str:
    """The text of a dotted key in one language, its {names} filled; a value is never read as a template."""
    template = str(_entry(key, language))
    return spoken(template.format(**values), language) if values else template


@cache
def _acts() -> dict[str, Any]:
    """What stands in documents of the procedure: they are acts, and exist in Bulgarian alone."""
    return tomllib.loads(resources.files("nationalmap.reports").joinpath("procedure.toml").read_text(encoding="utf-8"))


def act(key: str, /, **values: object) -> str:
    """The text of a dotted key of procedure.toml, its {names} filled; a value is never read as a template."""
    node: Any = _acts()
    for part in key.split("."):
        node = node[part]
    return spoken(str(node).format(**values), "bg") if values else str(node)


def entries(group: str) -> dict[str, tuple[str, ...]]:
    """Every text of a group by its key, in the order of the languages."""
    return {key: tuple(text(f"{group}.{key}", language) for language in languages()) for key in _node(group)}


def number(value: float, language: str, decimals: int = 0) -> str:
    """A figure as the language writes it: 1 234,5 in Bulgarian (no-break space), 1,234.5 in English."""
    if not math.isfinite(value):
        return text("number.none", language)
    rounded = Decimal(str(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    plain = f"{rounded:,f}".lstrip("" if rounded else "-")
    marks = {
        ",": text("number.thousands", language),
        ".": text("number.decimal", language),
        "-": text("number.minus", language),
    }
    return "".join(marks.get(sign, sign) for sign in plain)


def signed(value: float, language: str, decimals: int = 0) -> str:
    """A difference with its sign: +5, −5, 0."""
    written = number(value, language, decimals)
    return f"+{written}" if value > 0 and written != number(0, language, decimals) else written


def money(value: float, language: str, decimals: int = 0) -> str:
    """An amount in EUR, to the euro unless decimals are asked for."""
    return text("number.money", language, amount=number(value, language, decimals))


def percent(share: float, language: str, decimals: int = 2) -> str:
    """A share of one as per cent; what is not finite has no figure.

    Rounding makes nothing whole and nothing vanish: 99.6 % without decimals is 99 %, 0.4 % is 1 %.
    """
    if not math.isfinite(share):
        return text("number.none", language)
    return text("number.percent", language, amount=number(_honest(share, decimals), language, decimals))


def _honest(share: float, decimals: int) -> float:
    return float(of_hundred(Decimal(str(float(share))) * 100, decimals))


def of_hundred(exact: Decimal, decimals: int) -> Decimal:
    """Per cent rounded, never to 0 or 100 where it is neither."""
    step = Decimal(1).scaleb(-decimals)
    shown = exact.quantize(step, ROUND_HALF_UP)
    if abs(shown) not in (0, 100) or abs(exact - shown) < NOISE:
        return shown
    return shown + step if exact > shown else shown - step


def nouns(noun: str, language: str) -> tuple[str, str]:
    """A noun for one, and for more than one."""
    one, many = _entry(f"noun.{noun}", language)
    return one, many


def counted(count: int, noun: str, language: str) -> str:
    """A count with its noun in the right form: 1 община, 2 общини."""
    one, many = nouns(noun, language)
    return f"{number(count, language)}\N{NO-BREAK SPACE}{one if count == 1 else many}"


def listed(items: Iterable[str], language: str, mark: str = "list") -> str:
    """The items as a list in a sentence; another ``mark`` where the items hold commas themselves."""
    return text(f"number.{mark}", language).join(items)
