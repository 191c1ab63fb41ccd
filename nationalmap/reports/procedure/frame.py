"""What every document of the procedure has around its parts: title, state, law, edges of the page, marks."""

from __future__ import annotations

from collections.abc import Sequence

from nationalmap.reports import sureness
from nationalmap.reports.paper.model import Block, Document, Paragraph
from nationalmap.reports.procedure.asked import State, Territory
from nationalmap.reports.procedure.notes import Notes
from nationalmap.reports.texts import act, listed


def illustrative(about: Territory) -> str:
    """What stands on each page while any norm is illustrative; else nothing."""
    some = any(norm.status != "legal" for norm in about.plan.inputs.norms)
    return act("procedure.illustrative") if some else ""


def document(
    kind: str, about: Territory, state: State, blocks: Sequence[Block], notes: Notes | None, *, landscape: bool = True
) -> Document:
    """A document of a kind with its parts; the marks it used are explained at its end."""
    scenario, warned = about.plan.scenario, illustrative(about)
    title = act(f"procedure.{kind}.title")
    years = listed(map(str, scenario.years), "bg")
    lead = (
        act("procedure.state_line", state=state.says()),
        act("procedure.law", law=act(f"procedure.{kind}.law")),
        act("procedure.made_from", scenario=scenario.title_bg, years=years, run=about.plan.run_id),
    )
    first: list[Block] = [Paragraph(warned, "loud")] if warned else []
    sure = f"{sureness.norms_in_words(about.plan, 'bg')}; {sureness.stages_in_words(about.plan, 'bg')}"
    first.append(Paragraph(act("procedure.sure", sure=sure), "small"))
    return Document(
        title=title,
        territory=about.name,
        lead=lead,
        header=(f"{title} · {about.name}", state.says()),
        footer=(act("procedure.footer", scenario=scenario.title_bg, run=about.plan.run_id), warned),
        blocks=(*first, *blocks, *(notes.blocks() if notes else ())),
        day=scenario.as_of,
        landscape=landscape,
    )


def note(key: str) -> Paragraph:
    """A sentence that says how a table is to be read."""
    return Paragraph(act(f"procedure.{key}"), "small")
