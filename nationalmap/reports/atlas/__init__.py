"""Maps on paper: the atlas, one A3 page for each service, and two A4 pages for each mayor; PDF, SVG, PNG.

Classes, colours, sentences and figures are those of the page; projected in EPSG:7801 and drawn by matplotlib. Equal
plans give equal bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nationalmap.reports import totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nationalmap.domain.plan import Plan

FORMATS = ("pdf", "svg", "png")


def atlas(plan: Plan, form: str, language: str, years: Sequence[int], services: Sequence[str] = ()) -> dict[str, bytes]:
    """The atlas as files by name: ``atlas.pdf`` of all pages, or a picture for each page.

    ``form`` is one of ``FORMATS``; ``services``: codes, all of the plan unless given, in the order of the catalogue.
    """
    from nationalmap.reports.atlas import paper
    from nationalmap.reports.atlas.sheets import sheets
    from nationalmap.reports.texts import text

    asked = (
        [code for code in totals.services_of(plan) if code in set(services)] if services else totals.services_of(plan)
    )
    drawn = sheets(plan, language, years, asked)
    if form == "pdf":
        title = text("atlas.title_pdf", language, scenario=getattr(plan.scenario, f"title_{language}"))
        return {"atlas.pdf": paper.pdf((sheet for _, sheet in drawn), title)}
    return {f"{harmless(name)}.{form}": data for name, data in paper.pictures(drawn, form).items()}


def annexes(plan: Plan, language: str, year: int, municipalities: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Code and PDF of two A4 pages for each municipality, one after the other."""
    from nationalmap.reports.atlas import paper
    from nationalmap.reports.atlas.annex import annex
    from nationalmap.reports.atlas.mayor import Mayor
    from nationalmap.reports.atlas.words import Words
    from nationalmap.reports.explain import reasons
    from nationalmap.reports.page.figures import figures

    words, known = Words(plan, language), figures(plan, year)
    why = reasons(plan, municipalities, language, year)
    for code in municipalities:
        mayor = Mayor(words, known, code, why)
        title = words.say("annex.title_pdf", name=mayor.name, scenario=words.about["title"])
        yield code, paper.pdf(annex(mayor), title)


def harmless(name: str) -> str:
    """A name as a file may have on every machine: letters of ASCII, digits, - and _, and not too long."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60] or "_"


def file_name(plan: Plan, *parts: str) -> str:
    """Name of a file about a plan, without its ending."""
    return "-".join(harmless(part) for part in (plan.scenario.name, plan.run_id, *parts))
