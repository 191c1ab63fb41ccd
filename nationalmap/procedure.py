"""The use cases of papers for officials: the documents of the procedure, and the state of supply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused, UsageError

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.procedure import State

#: States of a document; those after the first need a date and a body.
STATES = ("draft", "agreed", "voted")


def documents(
    run: Path,
    kind: Sequence[str] | None = None,
    region: Sequence[str] | None = None,
    municipality: Sequence[str] | None = None,
    year: int | None = None,
    state: str = "draft",
    date: str = "",
    body: str = "",
    out: Path = Path("documents"),
) -> Path:
    """The documents of the procedure from a finished run, as DOCX and PDF, in a folder that is published whole.

    ``kind``: some of analysis, proposal, map, maximum, opinion, programmes, yearly; all unless said. For the plan's
    regions, or some of them (``region``), or for municipalities (``municipality``: codes, or ``all``). ``year``: of
    the yearly extract, the first planned one unless said. ``state``: draft, agreed or voted, the last two with
    ``date`` (YYYY-MM-DD) and ``body``. The folder ``out/<scenario>-<run id>-<state>`` is given back; an older one of
    that name is replaced. Raises UsageError, InputRefused, OutputFailed (also where a table does not add up to the
    plan's); then nothing is published.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports import procedure

    told = _state(state, date, body)
    answer = runs.read_run(run)
    kinds = _chosen("kind", kind, procedure.KINDS, procedure.KINDS)
    regions = _chosen("region", region, answer.scenario.regions, ())
    towns = _towns(answer, regions, municipality)
    of_year = answer.scenario.years[0] if year is None else year
    if of_year not in answer.scenario.years:
        cure = f"one of {', '.join(map(str, answer.scenario.years))}"
        raise InputRefused([Fault("documents", 0, "year", str(year), "is not a planned year of this run", cure)])
    files: dict[str, bytes] = {}
    # One territory after the other: of a country only the finished files are kept.
    for about in procedure.territories(answer, regions, towns):
        files |= procedure.files(procedure.documents(about, kinds, told, of_year))
    return publishing.write_folder(out / f"{answer.scenario.name}-{answer.run_id}-{state}", files)


def state_of_supply(
    source: str, municipality: Sequence[str] | None = None, out: Path = Path("supply"), register: Path | None = None
) -> Path:
    """The yearly report on what exists, from a register: CSV, workbook, DOCX and PDF, in a folder published whole.

    ``source`` is a register (a table file of any format), or a scenario's name, file or folder: then its regions are
    told of, with the licences that end within its years; ``register`` replaces the scenario's. ``municipality``: codes
    of those that the report is about, all of the register unless said. Gives the folder ``out/<name>``; an older one
    is replaced.
    Raises InputRefused, OutputFailed (also where a breakdown does not add up to the whole).
    """
    from nationalmap import publishing
    from nationalmap.reports.paper import model, pdf, word
    from nationalmap.reports.supply import figures, paper, workbook
    from nationalmap.sources.registers import read_state

    found = read_state(source, register)
    towns = _chosen("municipality", municipality, tuple(sorted(set(found.register["municipality"]))), ())
    rows = found.register[found.register["municipality"].isin(towns)] if towns else found.register
    supply = figures.Supply(
        found.titled(towns), rows.reset_index(drop=True), found.towns, found.services, found.until, found.notes
    )
    made = paper.document(supply, found.day, found.run)
    model.refuse_unequal({"supply": made})
    files = {
        "supply.csv": publishing.csv_bytes(figures.STATE_OF_SUPPLY, figures.figures(supply)),
        "facilities.csv": publishing.csv_bytes(schema.REGISTER, supply.register),
        "supply.xlsx": workbook.workbook(supply, found.day, found.run),
        "supply.docx": word.word(made),
        "supply.pdf": pdf.pdf(made),
    }
    return publishing.write_folder(out / found.name, files)


def _chosen(what: str, asked: Sequence[str] | None, known: Collection[str], usual: Sequence[str]) -> tuple[str, ...]:
    """What is asked for, each once, in the order of what there is. Raises InputRefused with every word that is not."""
    words = tuple(asked or ())
    if "all" in words:
        return tuple(known)
    faults = [
        Fault("documents", 0, what, schema.shown(word), "is not in this plan", schema.nearest(word, list(known)))
        for word in words
        if word not in known
    ]
    if faults:
        raise InputRefused(faults)
    return tuple(word for word in known if word in words) if words else tuple(usual)


def _towns(answer: Plan, regions: Sequence[str], asked: Sequence[str] | None) -> tuple[str, ...]:
    """Codes of the municipalities asked for, of the regions where some are named."""
    frame = answer.inputs.tables["municipalities"]
    here = frame.loc[frame["region"].isin(regions or answer.scenario.regions), "municipality"]
    return _chosen("municipality", asked, sorted(here.tolist()), ())


def _state(state: str, date: str, body: str) -> State:
    """The state with its date and body. Raises UsageError for one that lacks them."""
    from nationalmap.reports.procedure import State

    if state not in STATES:
        raise UsageError(f'state: "{schema.shown(state)}" is not one of {", ".join(STATES)}.')
    try:
        when = day.fromisoformat(date) if date else None
    except ValueError:
        raise UsageError(f'date: "{schema.shown(date)}" is not a day; write YYYY-MM-DD.') from None
    if state != STATES[0] and not (when and body.strip()):
        raise UsageError(f"state: {state} needs the day (date) and who decided (body).")
    rule, cure = schema.unfit_text(body)
    if rule:
        raise UsageError(f"body: {rule}; {cure}.")
    return State(state, when, body.strip())  # type: ignore[arg-type]
