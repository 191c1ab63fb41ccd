"""One template for each municipality: its own register, its proposals, its agreements, whom to ask."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap import schema
from nationalmap.folders import texts
from nationalmap.folders.book import Book, write
from nationalmap.folders.forms import Beside, Codes, Form
from nationalmap.schema import Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from nationalmap.folders.known import Known

#: Version of the templates; collect names an older one.
TEMPLATE = "1"
#: Sums that a municipality may sign, and the table and column each is the sum of.
SUMS = {
    "total_places": ("register", "places"),
    "total_users": ("register", "users"),
    "total_proposed": ("proposals", "places"),
}
#: Service of an agreement about every municipal service.
EVERY = "*"


def _may_be_blank(table: Table, columns: Collection[str]) -> Table:
    """The table as a municipality fills it in: what the program knows by itself may stay blank."""
    return replace(table, columns=tuple(replace(c, blank=True) if c.name in columns else c for c in table.columns))


#: The tables of a template; a blank municipality is its own, a blank site a new one, a blank basis the template itself.
REGISTER = _may_be_blank(schema.REGISTER, ("site", "municipality", "basis"))
PROPOSALS = _may_be_blank(schema.PROPOSALS, ("municipality", "site", "sole_host", "basis"))
AGREEMENTS = _may_be_blank(schema.AGREEMENTS, ("basis",))
#: Columns of codes of a template, and their lists.
LISTS = {
    "register": {"municipality": "municipality", "service": "service"},
    "proposals": {"municipality": "municipality", "service": "service"},
    "agreements": {"municipality": "municipality", "host": "municipality", "service": "agreed"},
}


def template_names(known: Known) -> dict[str, str]:
    """Name of each municipality's file, plain letters everywhere: HKV09-Dimitrovgrad.xlsx."""
    pairs = known.question.municipalities[["municipality", "name_en"]].itertuples(index=False, name=None)
    return {str(code): f"{code}-{re.sub(r'[^A-Za-z0-9]+', '-', str(name)).strip('-')}.xlsx" for code, name in pairs}


def templates(known: Known, codes: dict[str, Codes]) -> dict[str, bytes]:
    """The templates by file name; the same facts give the same bytes."""
    return {name: _template(known, codes, code) for code, name in template_names(known).items()}


def lists_of(codes: dict[str, Codes]) -> dict[str, Codes]:
    """The lists of a template: municipalities, services, and services with one line for all of them."""
    every = (EVERY, texts.word("split.every", "bg"), texts.word("split.every", "en"))
    agreed = Codes(codes["service"].title, (every, *codes["service"].rows))
    return {"municipality": codes["municipality"], "service": codes["service"], "agreed": agreed}


def _template(known: Known, codes: dict[str, Codes], code: str) -> bytes:
    facts = known.question.municipalities.set_index("municipality").loc[code]
    forms = [_contact(known, code, str(facts["region"]), str(facts["name_bg"])), *_forms(known, code)]
    bg, en = (texts.word("split.title", language, name=facts[f"name_{language}"]) for language in texts.LANGUAGES)
    steps = texts.entry("split.steps")
    return write(
        Book(
            title=(bg, en),
            day=known.question.scenario.as_of,
            forms=forms,
            codes=lists_of(codes),
            steps=tuple(zip(steps["bg"], steps["en"], strict=True)),
            facts=((texts.word("split.fact_template", "bg"), TEMPLATE),),
        )
    )


def _contact(known: Known, code: str, region: str, name: str) -> Form:
    asked = texts.entries("contact")
    filled = {"template": TEMPLATE, "region": region, "municipality": code}
    rows = pd.DataFrame({"field": list(asked), "answer": [filled.get(field, "") for field in asked]})
    says = tuple(
        f"{words['bg']} ({name})" if field == "municipality" else words["bg"] for field, words in asked.items()
    )
    return Form(schema.CONTACT, rows, (Beside("field", "field", says),), frozen=2)


def _forms(known: Known, code: str) -> list[Form]:
    register = known.register[known.register["municipality"] == code]
    register = register.sort_values(["service", "site"], kind="stable", ignore_index=True)
    estimated = register["origin"] == "estimated"
    register = register.assign(basis=register["basis"].mask(estimated, texts.word("split.estimated", "bg")))
    proposals = pd.DataFrame(columns=list(PROPOSALS.names))
    return [
        Form(REGISTER, register, (), LISTS["register"], ("origin", "estimated"), 3, labelled=True),
        Form(PROPOSALS, proposals, (), LISTS["proposals"], None, 2, labelled=True),
        Form(AGREEMENTS, _agreements(known, code), (), LISTS["agreements"], None, 3, labelled=True),
    ]


def _agreements(known: Known, code: str) -> pd.DataFrame:
    """A line for the municipality and every other one of its region, both ways, open; its own people first.

    What the example assumes is left out: a template must not say that somebody has signed.
    """
    table = known.question.municipalities
    region = dict(zip(table["municipality"], table["region"], strict=True))
    others = [other for other in region if other != code and region[other] == region[code]]
    pairs = [*((code, other) for other in others), *((other, code) for other in others)]
    return pd.DataFrame([(*pair, EVERY, "possible", "") for pair in pairs], columns=list(AGREEMENTS.names))
