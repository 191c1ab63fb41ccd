"""The documents of the procedure (facts of the law: чл. 34-42, 48, 59 НПСУ and ЗСУ) made from a finished plan.

Each is built as blocks (``reports.paper``) in a module of its own; each table knows what the plan's own tables say that
its columns add up to, and nothing is written where they do not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nationalmap.reports.paper.model import Document, refuse_unequal
from nationalmap.reports.paper.pdf import pdf
from nationalmap.reports.paper.word import word
from nationalmap.reports.procedure.agreement import indicative_map
from nationalmap.reports.procedure.analysis import analysis
from nationalmap.reports.procedure.asked import State, StateName, Territory
from nationalmap.reports.procedure.opinion import opinion
from nationalmap.reports.procedure.proposal import maximum, proposal
from nationalmap.reports.procedure.yearly import programmes, yearly

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

__all__ = ["KINDS", "State", "StateName", "documents", "files", "territories"]

_BUILD: Mapping[str, Callable[[Territory, State], Document]] = {
    "analysis": analysis,
    "proposal": proposal,
    "map": indicative_map,
    "maximum": maximum,
    "opinion": opinion,
    "programmes": programmes,
}
#: The kinds of documents, as they are asked for.
KINDS = (*_BUILD, "yearly")
#: What cannot stand in the name of a file everywhere.
_UNFIT = re.compile(r"[^A-Za-z0-9_-]")


def territories(plan: Plan, regions: Sequence[str], municipalities: Sequence[str]) -> Iterator[Territory]:
    """The municipalities asked for; without any the regions asked for, or all of the plan."""
    frame = plan.inputs.tables["municipalities"]
    of = dict(zip(frame["municipality"], frame["region"], strict=True))
    if municipalities:
        yield from (Territory(plan, of[code], code) for code in municipalities)
    else:
        yield from (Territory(plan, code) for code in regions or plan.scenario.regions)


def documents(about: Territory, kinds: Sequence[str], state: State, year: int) -> dict[str, Document]:
    """The documents of a territory by the names of their files, without ending.

    Raises OutputFailed where a column of a table does not add up to what the plan's own tables say.
    """
    code = about.municipality or about.region
    made = {
        f"{stem(code)}-{kind}": yearly(about, state, year) if kind == "yearly" else _BUILD[kind](about, state)
        for kind in kinds
    }
    refuse_unequal(made)
    return made


def stem(code: str) -> str:
    """The code as a part of the name of a file that every system takes; another code never gives the same."""
    plain = _UNFIT.sub("_", code)
    return plain if plain == code else f"{plain}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def files(made: Mapping[str, Document]) -> dict[str, bytes]:
    """Each document as DOCX and PDF."""
    writers = {"docx": word, "pdf": pdf}
    return {f"{name}.{ending}": write(made[name]) for name in made for ending, write in writers.items()}
