"""What is lost without a host: the program solved again with it closed.

The replacement cost of a site (Cabeza and Moilanen 2006): the stages with the site shut, less those with it. A host is
a municipality where facilities stand, for its own people and for others.

    closed to all      nothing stands there in any planned year. What stands today closes and is counted as lost by the
                       stage ``keep``; what the register calls protected stays, at the size of today, and serves on, and
                       so does what a lock asks for. Services without facilities (at home) stay: they serve at home.
    closed to others   what stands there, or opens, serves the people of the municipality alone
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from nationalmap.errors import NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.solve import matrix_of, solve_matrix, stage_costs
from nationalmap.program.stages import Progress, silent

if TYPE_CHECKING:
    from nationalmap.domain.plan import StageResult
    from nationalmap.domain.scenario import Lock
    from nationalmap.program.assemble import Program
    from nationalmap.program.known import Known
    from nationalmap.program.matrix import Array, Matrix
    from nationalmap.program.nouns import Site
    from nationalmap.program.solve import Solution

ClosedTo = Literal["all", "others"]
CLOSED_TO: tuple[ClosedTo, ...] = get_args(ClosedTo)

#: Later stages that are told too, and within which share of their value.
COST, TRAVEL = {"cost": 0.002}, {"travel": 0.01}


@dataclass(frozen=True)
class Closing:
    """A host closed, for all services or ("service") for one."""

    host: str
    service: str = ""


@dataclass(frozen=True)
class Lost:
    """The stages without a host, none where no plan is possible then; not ``solved`` where it is not used."""

    closing: Closing
    stages: tuple[StageResult, ...]
    solved: bool = True


def closings(known: Known, services: Sequence[str] = ()) -> tuple[Closing, ...]:
    """Every municipality as a host; with services every one in which the service may stand, service by service."""
    if not services:
        return tuple(Closing(h) for h in known.municipalities)
    return tuple(Closing(h, s) for s in services for h in known.municipalities if (h, s) in known.sites_in)


def importance(
    known: Known,
    every: Sequence[Closing],
    to: ClosedTo,
    processes: int = 1,
    progress: Progress = silent,
    child: bool = True,
) -> tuple[tuple[StageResult, ...], tuple[Lost, ...]]:
    """The stages of the question, and those with each closing, in their order.

    A closing that takes nothing away which the plan uses leaves the plan as good as it was, and is not solved. With
    ``child`` each is solved in a process of its own, ``processes`` of them at a time; what comes out does not depend on
    it. Raises what ``solve`` raises of the question itself, SolverFailed and NoPlanFound of a closing.
    """
    program = assemble(known)
    matrix, stages = matrix_of(program), stage_costs(program)
    rule = known.scenario.solver

    def solved(upper: Array, tell: Progress) -> Solution:
        return solve_matrix(
            matrix.with_bounds(matrix.lower, upper), stages, tell, child, rule.solver, rule.time_limit_s
        )

    progress("the plan with every host")
    base = solved(matrix.upper, progress)
    point = np.array([base.values[name] for name in matrix.names])
    over = threading.Event()

    def without(numbered: tuple[int, Closing]) -> Lost:
        number, closing = numbered
        upper = np.minimum(matrix.upper, _limits(program, matrix, closing, to))
        if (np.round(point) <= upper)[matrix.whole].all():
            return Lost(closing, base.stages, solved=False)
        progress(f"without {number} of {len(every)}: {closing.host} {closing.service}".rstrip())
        try:
            return Lost(closing, solved(upper, lambda _: _go_on(over)).stages)
        except NoPlanPossible:
            return Lost(closing, ())

    if processes == 1:
        return base.stages, tuple(map(without, enumerate(every, 1)))
    # The threads only wait: the work is done by the processes that they start.
    pool = ThreadPoolExecutor(processes)
    try:
        return base.stages, tuple(pool.map(without, enumerate(every, 1)))
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _go_on(over: threading.Event) -> None:
    """Ends the work of a thread whose result nobody waits for any more."""
    if over.is_set():
        raise KeyboardInterrupt


# ------------------------------------------------------------------------ what a closing shuts


def left_standing(known: Known, closing: Closing) -> dict[str, int]:
    """Most places that may stay at each site that is closed to all; sites that a lock asks for are not closed."""
    sites = (site for site in known.sites.values() if site.municipality == closing.host)
    return {
        site.code: site.kept_places if site.status == "protected" else 0
        for site in sites
        if (site.service == closing.service if closing.service else _is_house(known, site))
        and not any(_asks_for(lock, site) for lock in known.scenario.locks)
    }


def _is_house(known: Known, site: Site) -> bool:
    """Whether it is a facility, or stands in one."""
    return known.services[site.service].has_facilities or site.service in known.embedded


def _asks_for(lock: Lock, site: Site) -> bool:
    """Whether a lock asks for something to stand at the site, or users to be served there."""
    here = lock.host if lock.what == "users" else lock.municipality
    mine = (here, lock.service) == (site.municipality, site.service) and lock.site in (None, site.code)
    return mine and lock.relation != "most" and lock.value > 0


def _limits(program: Program, matrix: Matrix, closing: Closing, to: ClosedTo) -> Array:
    """Upper bounds of the columns that a closing shuts; no bound for the others."""
    most = np.full(matrix.size, np.inf)
    column = {name: number for number, name in enumerate(matrix.names)}
    if to == "all":
        left = left_standing(program.known, closing)
        for (site, _), places in program.unknown.k.items():
            if site in left:
                most[column[places.name]] = left[site]
        return most
    for family in (program.unknown.x, program.unknown.x_other):
        for (m, h, s, _), users in family.items():
            if h == closing.host != m and closing.service in ("", s):
                most[column[users.name]] = 0
    return most
