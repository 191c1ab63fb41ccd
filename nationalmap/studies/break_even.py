"""For each norm the value at which the minimum package stops being affordable, or becomes so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.answering import Progress, silent
from nationalmap.changing import EVERY, changed
from nationalmap.domain.change import Break, Change
from nationalmap.errors import Fault, InputRefused, UsageError
from nationalmap.studies.asked import known_of, question_of, refuse_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Inputs
    from nationalmap.question import Question

Short = Callable[[float], frozenset[str]]


@dataclass(frozen=True)
class BreakEven:
    """The inputs asked of, and the tables of reports.break_even by name."""

    inputs: Inputs
    tables: Mapping[str, pd.DataFrame]


def break_even(
    scenario: str,
    norm: Sequence[str] | None = None,
    lowest: float = 0.25,
    highest: float = 4.0,
    accuracy: float = 0.01,
    progress: Progress = silent,
) -> BreakEven:
    """For all norms at once ("*") and for each the factor at which the package stops being affordable.

    The norm is multiplied everywhere, from ``lowest`` to ``highest``, and the stages solved again up to the package.
    All packages together are affordable where none is missing; one municipality's is, where it could be whole if it
    came first for all the money. Both ends and today's value are asked, and between two of them that differ one change
    is looked for, until its two sides are apart by a share ``accuracy``. Table of reports.break_even. Raises
    UsageError, InputRefused, and what ``plan`` raises of solvers.
    """
    from nationalmap.program.affordable import ALL, short
    from nationalmap.reports import break_even as told

    if not (0 < lowest < 1 < highest and 0 < accuracy < 1):
        raise UsageError("break-even: lowest lies between 0 and 1, highest above 1, accuracy between 0 and 1")
    question = question_of(scenario)
    refuse_stage("break-even", "package", question.scenario)
    asked = _norms(question, norm or ())
    territories = (ALL, *question.municipalities["municipality"].tolist())
    today = short(known_of(question))
    rows = []
    for number, name in enumerate(asked, 1):
        progress(f"norm {number} of {len(asked)}: {name}")
        short_at = _remembered(question, name, today)
        for territory in territories:
            holds = _affordable(short_at, territory)
            rows += [(name, territory, one) for one in breaks(holds, lowest, highest, accuracy)]
    return BreakEven(question.inputs, told.tables(question.inputs, rows))


def _norms(question: Question, named: Sequence[str]) -> tuple[str, ...]:
    """All norms at once, then each that is in force in a planned year; or those named. Raises InputRefused."""
    used = {*question.needs["norm"], *question.package["norm_minimum"], *question.package["norm_maximum"]}
    known = [EVERY, *(one.id for one in question.inputs.norms if one.id in used)]
    unknown = [word for word in named if word not in known]
    if unknown:
        rule = "is not a norm in use here"
        faults = [Fault("break-even", 0, "norm", schema.shown(w), rule, schema.nearest(w, known)) for w in unknown]
        raise InputRefused(faults)
    return tuple(named) or tuple(known)


def _remembered(question: Question, norm: str, today: frozenset[str]) -> Short:
    """Who is short of a package with the norm times a factor; each factor is solved once, for all territories."""
    from nationalmap.program.affordable import short

    known = {1.0: today}

    def at(factor: float) -> frozenset[str]:
        if factor not in known:
            known[factor] = short(known_of(changed(question, [Change(what="norm", name=norm, factor=factor)])))
        return known[factor]

    return at


def _affordable(short: Short, territory: str) -> Callable[[float], bool]:
    return lambda factor: territory not in short(factor)


def breaks(holds: Callable[[float], bool], lowest: float, highest: float, accuracy: float) -> Iterator[Break]:
    """Where ``holds`` changes between today (a factor of 1) and each end; one Break that says "nowhere" else."""
    today, found = holds(1.0), False
    for end in (lowest, highest):
        if holds(end) != today:
            found = True
            inner, outer = _bisected(lambda factor: holds(factor) == today, 1.0, end, accuracy)
            yield Break("stops", inner, outer) if today else Break("becomes", outer, inner)
    if not found:
        yield Break("always" if today else "never")


def _bisected(same: Callable[[float], bool], inner: float, outer: float, accuracy: float) -> tuple[float, float]:
    """Two factors, apart by a share ``accuracy`` at most, of which the first is ``same`` and the second is not."""
    while max(inner, outer) / min(inner, outer) - 1 > accuracy:
        middle = (inner * outer) ** 0.5
        if same(middle):
            inner = middle
        else:
            outer = middle
    return inner, outer
