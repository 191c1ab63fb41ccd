"""One run of a sweep answered, in whatever process it is: figures in, figures out, no files.

What a process builds once (norms in arrays, the kept program) it keeps for the next runs of the same sweep. No answer
depends on which other runs the process had.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.asking import Asked, Asker
from nationalmap.changing import changed
from nationalmap.domain.change import Change
from nationalmap.domain.design import SweepMode
from nationalmap.errors import Fault, InputRefused, NoPlanFound, NoPlanPossible, SolverFailed
from nationalmap.program.assemble import assemble
from nationalmap.program.hot import Hot
from nationalmap.program.index import index
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.objectives import BOTTLENECKS
from nationalmap.program.recourse import OtherStructure, Recourse, Sites, roomy_tables
from nationalmap.program.solve import solve
from nationalmap.question import Question

if TYPE_CHECKING:
    from nationalmap.program.known import Known

Result = dict[str, Any]
"""run, status, objectives by name, lacking_eur, and the vectors over the axes; JSON knows all of it."""

#: Objectives that a linear program in fractions does not make small.
LEFT_OUT = (*BOTTLENECKS, "tie_break_money")
#: Decimals of people: a stage is kept at a millionth, which is nobody.
DECIMALS = 4
#: Decimals of the values of stages.
FINE = 6
#: Less than half a cent (in thousand EUR) is not lacking.
NOTHING = 5e-6


@dataclass(frozen=True)
class Work:
    """What every process of a sweep is given. ``question`` is the scenario's, its stages cut to those asked for."""

    id: str
    question: Question
    mode: SweepMode
    sites: Sites


@dataclass(frozen=True)
class Axes:
    """Keys of the vectors of a result, in their order."""

    cells: tuple[tuple[str, str, int], ...]
    """(m, g, t)"""
    services: tuple[tuple[str, str, int], ...]
    """(m, s, t)"""
    streams: tuple[tuple[str, int], ...]


def axes_of(question: Question) -> Axes:
    """The axes of a scenario: they are the same in all its runs."""
    codes = sorted(question.municipalities["municipality"].tolist())
    years, services = question.scenario.years, question.inputs.tables["services"]
    groups = sorted(set(services["group"].tolist()))
    return Axes(
        tuple((m, g, t) for m in codes for g in groups for t in years),
        tuple((m, s, t) for m in codes for s in sorted(services["service"].tolist()) for t in years),
        tuple((f, t) for f in sorted(question.scenario.streams) for t in years),
    )


#: Workers of this process by the id of their sweep; one sweep at a time is kept.
_WORKERS: dict[str, _Worker] = {}
_ONE = threading.Lock()


def answer(work: Work, runs: Sequence[tuple[int, Sequence[Change]]]) -> list[Result]:
    """The results of some runs, (number, changes) each. Threads of one process wait for each other."""
    with _ONE:
        if work.id not in _WORKERS:
            _WORKERS.clear()
            _WORKERS[work.id] = _Worker(work)
        return [_WORKERS[work.id].answer(run, changes) for run, changes in runs]


class _Worker:
    def __init__(self, work: Work) -> None:
        self._work, self._axes = work, axes_of(work.question)
        self._asker = Asker(work.question)

    def answer(self, run: int, changes: Sequence[Change]) -> Result:
        """A run, whatever comes of it: one without an answer says why in its status."""
        result: Result = {"run": run, "status": "", "note": "", "objectives": {}, "lacking_eur": 0.0}
        try:
            held = self._work.mode == "sites_held" and not any(c.what == "travel_limit" for c in changes)
            return result | (self._held(changes) if held else self._stated(changes))
        except InputRefused as refused:
            return result | {"status": "refused", "note": str(refused)}
        except NoPlanPossible:
            return result | {"status": "no_plan"}
        except (NoPlanFound, SolverFailed) as failed:
            return result | {"status": "failed", "note": str(failed)}

    # ------------------------------------------------------------------------ sites held

    @cached_property
    def _kept(self) -> tuple[Recourse, Hot, _Reader]:
        recourse = kept_program(self._work.question, self._work.sites)
        hot = Hot(recourse, _numbers(recourse, self._asker.asked()))
        return recourse, hot, _Reader(self._axes, recourse)

    def _held(self, changes: Sequence[Change]) -> Result:
        asked = self._asker.asked(changes)
        recourse, hot, reader = self._kept
        try:
            numbers = _numbers(recourse, asked)
        except OtherStructure:
            return self._stated(changes)
        return reader.result(hot.solve(numbers, short=True), asked) | self._places(self._work.sites)

    def _places(self, sites: Sites) -> Result:
        """Places that stand by municipality, service and period."""
        return {"places": self._standing(sites.get("k", {}), self._site)}

    @cached_property
    def _site(self) -> Mapping[str, tuple[str, str]]:
        """Site -> municipality and service."""
        known = index_of(self._work.question)
        return {code: (site.municipality, site.service) for code, site in known.sites.items()}

    def _standing(self, places: Mapping[Any, float], site: Mapping[str, tuple[str, str]]) -> list[int]:
        found = dict.fromkeys(self._axes.services, 0)
        for (code, t), n in places.items():
            if n and code in site:
                found[(*site[code], t)] += round(n)
        return list(found.values())

    # ------------------------------------------------------------------------ stated afresh

    def _stated(self, changes: Sequence[Change]) -> Result:
        question = changed(self._work.question, changes)
        if self._work.mode == "sites_held":
            # Another structure: reach is another, or a case is new. The kept program is stated for it alone.
            recourse = kept_program(question, self._work.sites)
            asked = Asker(question).asked()
            numbers = _numbers(recourse, asked)
            hot = Hot(recourse, numbers)
            return _Reader(self._axes, recourse).result(hot.solve(numbers, short=True), asked) | self._places(
                self._work.sites
            )
        return self._planned(index_of(question))

    def _planned(self, known: Known) -> Result:
        program = assemble(known)
        solution = solve(program, solver=known.scenario.solver.solver)
        users = {
            key: solution.values[v.name] + (solution.values[o.name] if (o := program.unknown.x_other.get(key)) else 0.0)
            for key, v in program.unknown.x.items()
        }
        cells, services = dict.fromkeys(self._axes.cells, 0.0), dict.fromkeys(self._axes.services, 0.0)
        for (m, _, s, t), n in users.items():
            cells[m, known.services[s].group, t] += n
            services[m, s, t] += n
        spent = dict.fromkeys(self._axes.streams, 0.0)
        for (f, _, _, _, t), v in program.unknown.b.items():
            spent[f, t] += solution.values[v.name]
        proven = all(stage.status == "proven" for stage in solution.stages)
        site = {code: (site.municipality, site.service) for code, site in known.sites.items()}
        places = {key: solution.values[v.name] for key, v in program.unknown.k.items()}
        return {
            "status": "proven" if proven else "feasible_with_gap",
            "objectives": {stage.name: stage.value for stage in solution.stages},
            **_vectors(self._axes, known.need, known.budget, list(cells.values()), list(services.values()), spent),
            "places": self._standing(places, site),
        }


class _Reader:
    """Vectors of a result from a point of the kept program."""

    def __init__(self, axes: Axes, recourse: Recourse) -> None:
        self._axes = axes
        group = {s: service.group for s, service in recourse.known.services.items()}
        cell, service, stream = ({key: n for n, key in enumerate(keys)} for keys in vars(axes).values())
        families = [recourse.columns(family) for family in ("x", "x_other")]
        keys = [key for family, _ in families for key in family]
        self._users = np.concatenate([columns for _, columns in families])
        self._cell = np.array([cell[m, group[s], t] for m, _, s, t in keys], dtype=np.int64)
        self._service = np.array([service[m, s, t] for m, _, s, t in keys], dtype=np.int64)
        paid, self._money = recourse.columns("b")
        self._stream = np.array([stream[f, t] for f, _, _, _, t in paid], dtype=np.int64)

    def result(self, found: Any, asked: Asked) -> Result:
        users, axes = found.point[self._users], self._axes
        served = np.bincount(self._cell, users, len(axes.cells)).tolist()
        by_service = np.bincount(self._service, users, len(axes.services)).tolist()
        spent = np.bincount(self._stream, found.point[self._money], len(axes.streams)).tolist()
        short = found.lacking > NOTHING
        return {
            "status": "money_lacking" if short else "planned",
            "objectives": {name: round(value, FINE) + 0.0 for name, value in found.values.items()},
            "lacking_eur": round(found.lacking * EUR_PER_UNIT, 2) if short else 0.0,
            **_vectors(axes, asked.need, asked.budget, served, by_service, dict(zip(axes.streams, spent, strict=True))),
        }


def _vectors(
    axes: Axes,
    need: Mapping[tuple[str, str, int], int],
    budget: Mapping[tuple[str, int], float],
    served: Sequence[float],
    by_service: Sequence[float],
    spent: Mapping[tuple[str, int], float],
) -> Result:
    """Need, served and unmet by cell, served by service, money in EUR by stream."""
    needed = [need.get(cell, 0) for cell in axes.cells]
    clean = [round(n, DECIMALS) + 0.0 for n in served]
    return {
        "need": needed,
        "served": clean,
        "unmet": [round(n - s, DECIMALS) + 0.0 for n, s in zip(needed, clean, strict=True)],
        "by_service": [round(n, DECIMALS) + 0.0 for n in by_service],
        "budget_eur": [round(budget[key] * EUR_PER_UNIT, 2) for key in axes.streams],
        "spent_eur": [round(spent[key] * EUR_PER_UNIT, 2) + 0.0 for key in axes.streams],
    }


def kept_program(question: Question, sites: Sites) -> Recourse:
    """The kept program of a question. Raises InputRefused for sites that stand and are not in it."""
    needs, package = roomy_tables(question.needs, question.package)
    known = index_of(replace(question, needs=needs, package=package))
    strange = sorted(str(i) for (i, _), n in sites["k"].items() if n and i not in known.sites)
    if strange:
        rule = "stands in the run whose sites are held, and not in the scenario"
        cure = "hold the sites of a run of the same scenario"
        raise InputRefused([Fault(question.scenario.name, 0, "site", site, rule, cure) for site in strange])
    return Recourse(known, sites, leave_out=LEFT_OUT)


def index_of(question: Question) -> Known:
    """Sets and data of the program of a question."""
    tables = question.inputs.tables
    return index(
        question.scenario, question.municipalities, tables, question.needs, question.package, question.budgets_eur
    )


def _numbers(recourse: Recourse, asked: Asked) -> Any:
    return recourse.numbers(recourse.like(asked.need, asked.minimum, asked.maximum, asked.budget))
