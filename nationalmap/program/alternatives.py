"""Plans that truly differ: by a stated number of decisions, within a stated loss of the stages.

Modelling to generate alternatives (Brill 1979; DeCarolis 2011). A decision is, for a municipality and a service, how
many facilities stand in the last period; of a service without facilities, whether there are places. Two plans
differ in as many decisions as there are pairs of which that number differs: so many places more in the same house are
no other decision. Each plan found differs from the plan at hand and from every one found before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulp

from nationalmap.errors import NoPlanFound, NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.search import counts_wholes
from nationalmap.program.solve import matrix_of, solve_matrix, stage_costs
from nationalmap.program.stages import Progress, kept_at, silent
from nationalmap.program.through import through
from nationalmap.program.variables import row_name

if TYPE_CHECKING:
    from nationalmap.domain.plan import StageResult
    from nationalmap.program.assemble import Program
    from nationalmap.program.known import Known
    from nationalmap.program.matrix import Matrix, StageCosts

Pair = tuple[str, str]
#: (municipality, service) -> facilities in the last period; 1 or 0 for a service without facilities.
Decisions = Mapping[Pair, int]
#: How a search ended: with as many plans as asked, because there is no further one, or without knowing.
Ended = Literal["all", "none", "open"]

#: Stages that are told of an alternative too, where they come later, and to which share of them: for comparison.
LATER_WITHIN = 0.02
LATER = dict.fromkeys(("cost", "travel"), LATER_WITHIN)
_NOISE = 1e-9


@dataclass(frozen=True)
class Terms:
    """At least so many decisions that ``differ``, each stage up to ``through`` worse by a share ``loss`` at most."""

    differ: int
    loss: float
    through: str


@dataclass(frozen=True)
class Standing:
    """What stands in the last period of a plan, by (municipality, service)."""

    decisions: Decisions
    places: Mapping[Pair, int]


@dataclass(frozen=True)
class Alternative:
    """Another plan: what stands, and the stages that it reaches, those of LATER last."""

    standing: Standing
    stages: tuple[StageResult, ...]


def standing(known: Known, stands: Mapping[str, tuple[int, int]]) -> Standing:
    """What stands, from places and facilities by site."""
    decisions, places = {}, {}
    for (h, s), sites in known.sites_in.items():
        here = [stands.get(site.code, (0, 0)) for site in sites]
        places[h, s] = sum(k for k, _ in here)
        decisions[h, s] = sum(y for _, y in here) if known.services[s].has_facilities else int(places[h, s] > 0)
    return Standing(decisions, places)


def distance(one: Decisions, other: Decisions) -> int:
    """How many decisions differ."""
    return sum(one.get(pair, 0) != other.get(pair, 0) for pair in {*one, *other})


def alternatives(
    known: Known,
    base: Standing,
    values: Mapping[str, float],
    terms: Terms,
    count: int,
    progress: Progress = silent,
    child: bool = True,
) -> tuple[tuple[Alternative, ...], Ended]:
    """Up to ``count`` plans on these terms, and how the search ended.

    ``values`` are the stages of the plan at hand, whose decisions are ``base``. Of all plans that differ enough each
    is one with the best stages, then with those of LATER as small as they get. "none" is proven: no further plan
    exists. Raises SolverFailed.
    """
    asked = through(known, terms.through, LATER)
    found: list[Alternative] = []
    while len(found) < count:
        progress(f"alternative {len(found) + 1} of {count}")
        others = [base.decisions, *(one.standing.decisions for one in found)]
        try:
            found.append(_next(asked, others, values, terms, progress, child))
        except NoPlanPossible:
            return tuple(found), "none"
        except NoPlanFound:
            return tuple(found), "open"
    return tuple(found), "all"


def _next(
    known: Known,
    others: Sequence[Decisions],
    values: Mapping[str, float],
    terms: Terms,
    progress: Progress,
    child: bool,
) -> Alternative:
    program = assemble(known)
    for number, other in enumerate(others):
        _apart(program, other, terms.differ, number)
    matrix, stages = matrix_of(program), stage_costs(program)
    later = known.scenario.stages[known.scenario.stages.index(terms.through) + 1 :]
    for stage in stages:
        if stage.name not in later:
            matrix = kept_at(matrix, stage, most(matrix, stage, values[stage.name], terms.loss))
    rule = known.scenario.solver
    solution = solve_matrix(matrix, stages, progress, child, rule.solver, rule.time_limit_s)
    return Alternative(standing(known, _stands(program, solution.values)), solution.stages)


def _stands(program: Program, values: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Places and facilities in the last period, by site."""
    last, k, y = program.known.scenario.last_year, program.unknown.k, program.unknown.y

    def at(family: Mapping[tuple[str, int], pulp.LpVariable], site: str) -> int:
        return round(values[family[site, last].name]) if (site, last) in family else 0

    return {site: (at(k, site), at(y, site)) for site in program.known.sites}


def most(matrix: Matrix, stage: StageCosts, value: float, loss: float) -> float:
    """The value that a stage may have with so much loss; of what counts whole things the whole number below."""
    allowed = value + loss * abs(value)
    return float(math.floor(allowed + _NOISE)) if counts_wholes(matrix, stage) else allowed


def _apart(program: Program, other: Decisions, least: int, number: int) -> None:
    """At least so many decisions are not those of another plan.

    N[h,s] >= (n[h,s] + 1) * up[h,s],   N[h,s] <= n[h,s] - 1 + (U[h,s] - n[h,s] + 1) * (1 - down[h,s]),
    up[h,s] + down[h,s] <= 1,   sum over h, s of up + down >= least
    with N facilities in the last period (of services without facilities places, n = 0 or N at least 1), n those of the
    other plan, U the most there can be. Source: Hop, Skip and Jump (Brill, Chang and Hopkins 1982).
    """
    differs: list[pulp.LpVariable] = []
    for pair, n in other.items():
        ways = list(_ways(program, pair, n, number))
        if len(ways) > 1:
            program.problem.addConstraint(pulp.lpSum(ways) <= 1, row_name(f"apart_one_way_{number}", pair))
        differs += ways
    program.problem.addConstraint(pulp.lpSum(differs) >= least, f"apart_{number}")


def _ways(program: Program, pair: Pair, n: int, number: int) -> Iterator[pulp.LpVariable]:
    """Whether there is more than in the other plan, and whether there is less: 0 or 1 each, where it can be."""
    known, last = program.known, program.known.scenario.last_year
    whole = known.services[pair[1]].has_facilities
    family = program.unknown.y if whole else program.unknown.k
    here = [family[site.code, last] for site in known.sites_in[pair] if (site.code, last) in family]
    there, highest = pulp.lpSum(here), round(sum(variable.upBound for variable in here))
    if highest > n and (whole or n == 0):
        up = pulp.LpVariable(row_name(f"up_{number}", pair), 0, 1, "Integer")
        program.problem.addConstraint(there >= (n + 1) * up, row_name(f"apart_up_{number}", pair))
        yield up
    if n > 0:
        down = pulp.LpVariable(row_name(f"down_{number}", pair), 0, 1, "Integer")
        less = highest - n + 1 if whole else highest
        program.problem.addConstraint(there + less * down <= highest, row_name(f"apart_down_{number}", pair))
        yield down
