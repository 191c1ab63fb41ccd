"""The scenario file of a working folder: a few lines that extend the shipped question, said to who edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.folders.known import BASE
from nationalmap.schema import TABS
from nationalmap.sources.toml_text import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.folders.known import Known

#: The workbooks of a folder.
INPUTS, CATALOGUE = "inputs.xlsx", "catalogue.xlsx"
#: Tables of the first workbook that a scenario names.
_NAMED = ("own_indicators", "register", "renovations", "agreements", "known_travel", "budgets", "map_in_force")

_HEAD = """\
# Сценарият на тази работна папка: какво се пита. Всичко, което не е написано тук, е както в "{base}".
# Данните са в inputs.xlsx, каталогът и нормите в catalogue.xlsx. Всички ключове: docs/tables.md.
# The scenario of this working folder: what is asked. What is not written here is as in "{base}".
"""
_LOCKED = """\

# Стойност, определена на ръка (махнете # в началото на редовете) / a value fixed by hand (take the # away):
# [[locks]]
# id = "example"
# author = "Областен управител"
# reason = "защо / why"
# what = "places"
# relation = "least"
# value = 10
# service = "day_care_older"
# municipality = "{municipality}"
"""


def scenario_text(known: Known, name: str) -> str:
    """``scenario.toml``: what the folder says differently from the shipped question, and where its files lie."""
    scenario = known.question.scenario
    said: dict[str, Any] = {"extends": BASE, "name": name}
    if not known.is_base:
        said |= {**_titles(known), "regions": [code for code, _, _ in known.regions]}
        if len(known.regions) > 1:
            said["agreements_default"] = scenario.agreements_default
    inputs = {"catalogue": CATALOGUE, **{key: f"{INPUTS}#{TABS[key]}" for key in _NAMED}}
    parts = [*lines(said), "", "[inputs]", *lines(inputs)]
    for stream, keys in known.streams.items():
        parts += ["", f"[streams.{stream}]", *lines(keys)]
    municipality = known.question.municipalities["municipality"].tolist()[0]
    return _HEAD.format(base=BASE) + "\n".join(parts) + "\n" + _LOCKED.format(municipality=municipality)


def _titles(known: Known) -> Mapping[str, str]:
    years = _span(known.question.scenario.years)
    bg, en = (", ".join(names) for names in zip(*((bg, en) for _, bg, en in known.regions), strict=True))
    return {
        "title_bg": f"{bg} {years}: с наличните средства",
        "title_en": f"{en} {years}: within the money",
        "says_bg": "Минимален пакет за всяка община, после най-много обслужени хора, с държавната субсидия по "
        "равнището от 2026 г., общински средства и две европейски програми. Съществуващите услуги са оценени по "
        "субсидията, докато не бъдат заменени с ваши.",
        "says_en": "A minimum package for every municipality, then as many people served as possible, with the state "
        "subsidy at its level of 2026, municipal money and two European programmes. What stands today is estimated "
        "from the subsidy until your own figures replace it.",
    }


def _span(years: Sequence[int]) -> str:
    return "–".join(map(str, years))
