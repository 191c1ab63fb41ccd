"""A scenario asked many times, with budgets, norms, needs, indicators or limits multiplied, and what comes of it.

Each finished run is a small part of its own beside the results, under a name that stands for the design and all inputs:
who starts an interrupted sweep again goes on where it ended. At the end the parts become Parquet tables and a summary,
published whole under ``out/<design>/<id>``.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nationalmap.answering import Progress, answered, silent
from nationalmap.changing import refuse_unknown
from nationalmap.domain.design import Design
from nationalmap.errors import Fault, InputRefused
from nationalmap.question import Question, read_question
from nationalmap.sources.designs import DesignFile, read_design
from nationalmap.sources.scenarios import read_scenario
from nationalmap.studies.draws import Runs, runs_of
from nationalmap.studies.results import tables_of
from nationalmap.sweeps import Parts, is_there, read_sweep, write_sweep
from nationalmap.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.studies.work import Work

#: Runs handed out together: so many that handing out costs nothing, so few that little is lost.
AT_ONCE = {"sites_held": 16, "plan": 1}
#: Seconds between two lines of progress.
SAY_EVERY = 5.0


@dataclass(frozen=True)
class Sweep:
    """A finished sweep: its design, its runs, its tables by name, and the folder it was published in."""

    design: Design
    question: Question
    runs: Runs
    tables: Mapping[str, pd.DataFrame]
    folder: Path


def sweep(
    design: str,
    out: Path = Path("sweeps"),
    run: Path | None = None,
    processes: int = 0,
    scheduler: str | None = None,
    progress: Progress = silent,
) -> Sweep:
    """Every run of a design, answered and set beside each other.

    ``design``: a design file, or the name of a shipped one. ``run``: the run folder whose sites are held (mode
    sites_held; otherwise the scenario is planned first). ``processes`` of this machine, 0: one for each core;
    ``scheduler``: the address of a Dask scheduler instead. The results do not depend on either. Runs without a plan
    are rows with a status. Raises InputRefused, UsageError, SolverFailed, OutputFailed; finished runs are kept then.
    """
    file = read_design(design)
    question = _question(file)
    runs = runs_of(file.design)
    refuse_unknown(question, [change for number in range(len(runs.factors)) for change in runs.changes(number)])
    held = _held(run, question, file.design)
    identity = _identity(file.design, question, held)
    folder = out / file.design.name / identity
    if not is_there(folder):
        parts = Parts(out / file.design.name / f".parts-{identity}")
        with parts.alone(progress):
            if not is_there(folder):  # another process was at work on it, and is done
                work = _work(file, question, held, identity, parts, progress)
                _answer_all(work, runs, parts, processes, scheduler, progress)
                tables = tables_of(question, runs, parts.read(len(runs.factors)))
                write_sweep(folder, file.design, runs.labels, tables)
            parts.remove()
    return Sweep(file.design, question, runs, read_sweep(folder), folder)


# ------------------------------------------------------------------------ what is asked


def _question(file: DesignFile) -> Question:
    """The scenario's question with the stages that the design asks for. Raises InputRefused."""
    from nationalmap import schema

    design, read = file.design, read_scenario(file.scenario)
    question = read_question(read, None, None)
    scenario = question.scenario
    through = design.through or ("unmet" if design.mode == "sites_held" else scenario.stages[-1])
    if through not in scenario.stages:
        cure = schema.nearest(through, scenario.stages)
        raise InputRefused([Fault(design.name, 0, "through", through, "is not a stage of the scenario", cure)])
    stages = scenario.stages[: scenario.stages.index(through) + 1]
    if design.mode == "sites_held":
        if scenario.mode == "what_it_would_cost":
            rule = "holds sites, and the scenario asks what it would cost, in which packages are hard"
            raise InputRefused([Fault(design.name, 0, "mode", design.mode, rule, 'write mode = "plan"')])
        # Users in fractions: the cheapest, and of these one.
        rest = [stage for stage in ("cost", "tie_break") if stage not in stages]
        stages = (*stages, *cast("Any", rest))
    return replace(question, scenario=replace(scenario, stages=stages))


def _held(run: Path | None, question: Question, design: Design) -> Plan | None:
    """The plan whose sites are held, where one is named. Raises InputRefused."""
    from nationalmap import runs

    if run is None or design.mode != "sites_held":
        return None
    plan = runs.read_run(run)
    if plan.scenario.years != question.scenario.years:
        rule, cure = "has other years than the scenario of the design", "hold the sites of a run of the same scenario"
        raise InputRefused([Fault(str(run), rule=rule, cure=cure)])
    return plan


def _identity(design: Design, question: Question, held: Plan | None) -> str:
    """Twelve digits of the hash of everything that decides the results."""
    from nationalmap.runs import run_id

    facts = [asdict(design), run_id(question.scenario, question.inputs), held.run_id if held else "", __version__]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


def _work(
    file: DesignFile, question: Question, held: Plan | None, identity: str, parts: Parts, progress: Progress
) -> Work:
    """What every process is given. The plan whose sites are held is made once and kept beside the parts."""
    from nationalmap.program.recourse import sites_of
    from nationalmap.studies.work import Work

    # Polygons are large and nobody who answers looks at them.
    bare = replace(question.inputs, boundaries=cast("Any", None))
    tables: Mapping[str, Any] = held.tables if held else {}
    if file.design.mode == "sites_held" and not held:
        tables = parts.tables() or _planned(file, question, parts, progress)
    return Work(identity, replace(question, inputs=bare), file.design.mode, sites_of(tables) if tables else {})


def _planned(file: DesignFile, question: Question, parts: Parts, progress: Progress) -> Mapping[str, Any]:
    progress("planning the scenario, whose sites are held")
    plan, _ = answered(replace(question, scenario=read_scenario(file.scenario).scenario), progress)
    parts.keep_tables(plan.tables)
    return plan.tables


# ------------------------------------------------------------------------ runs answered, part by part


def _answer_all(
    work: Work, runs: Runs, parts: Parts, processes: int, scheduler: str | None, progress: Progress
) -> None:
    """Every run that is not finished yet, each kept as soon as it is."""
    from nationalmap.studies.pool import answered as answers

    done, count = parts.done(), len(runs.factors)
    left = [(number, runs.changes(number)) for number in range(count) if number not in done]
    if done:
        progress(f"{len(done)} of {count} runs are finished already")
    told = _Told(count, len(done), progress)
    for result in answers(work, left, processes, scheduler, AT_ONCE[work.mode]) if left else ():
        parts.keep(result)
        told.one_more()


class _Told:
    """Progress with the time left, now and then; the time until the first result is not counted, it is preparation."""

    def __init__(self, count: int, done: int, progress: Progress) -> None:
        self._count, self._done, self._progress = count, done, progress
        self._first = self._start = self._last = 0.0

    def one_more(self) -> None:
        self._done += 1
        now = time.monotonic()
        if not self._first:
            self._first, self._start, self._last = self._done, now, now
        elif now - self._last >= SAY_EVERY or self._done == self._count:
            self._last = now
            left = (now - self._start) / (self._done - self._first) * (self._count - self._done)
            self._progress(f"{self._done} of {self._count} runs, about {left:.0f} s left")
