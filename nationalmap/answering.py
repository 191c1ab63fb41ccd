"""A question answered: the program assembled and solved, its tables and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nationalmap.domain.plan import Inputs, Plan
from nationalmap.domain.scenario import Lock
from nationalmap.errors import NoPlanPossible
from nationalmap.question import Question

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.program.assemble import Program
    from nationalmap.program.known import Known
    from nationalmap.program.solve import Solution

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """No progress is shown."""


def answered(
    question: Question, progress: Progress = silent, locks: Sequence[Lock] = (), child: bool = True
) -> tuple[Plan, dict[str, Any]]:
    """The plan of a question, and what solved it (solver, options, the program's hash).

    ``locks`` come on top of the scenario's own: they take freedom away and, other than those, make no site larger.
    ``child`` as in ``program.solve``. Raises NoPlanPossible with its reasons, and what solvers raise.
    """
    from nationalmap import accounts, runs
    from nationalmap.program.answer import result_tables
    from nationalmap.program.assemble import assemble
    from nationalmap.program.index import index
    from nationalmap.program.infeasible.feasible import obstacles
    from nationalmap.program.solve import solve

    inputs = question.inputs
    known = index(
        question.scenario,
        question.municipalities,
        inputs.tables,
        question.needs,
        question.package,
        question.budgets_eur,
    )
    scenario = replace(question.scenario, locks=(*question.scenario.locks, *locks))
    known = replace(known, scenario=scenario)
    program = assemble(known)
    if obstacles(known):
        raise _no_plan(program, inputs, progress) or NoPlanPossible("no plan fits all rules")
    try:
        solution = solve(program, progress, child, scenario.solver.solver)
    except NoPlanPossible as none:
        solution = _second_opinion(program, inputs, progress, child, none)
    tables = {
        "projected": question.projected,
        "needs": question.needs,
        "package": question.package,
        **result_tables(program, solution),
    }
    tables |= accounts.derived_tables(scenario, inputs.tables, tables)
    tables["access_minutes"] = minutes_of(known, inputs.tables, question.municipalities, tables)
    answer = Plan(scenario, inputs, tables, solution.stages, runs.run_id(scenario, inputs))
    return answer, {"solver": solution.solver, "options": solution.options, "program": solution.program}


def minutes_of(
    known: Known, inputs: Mapping[str, pd.DataFrame], planned: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Table access_minutes: how near the planned municipalities' people live to the places that a plan has for them."""
    from nationalmap.geography.access import access_minutes
    from nationalmap.geography.settlements import journeys, places
    from nationalmap.program.answer import open_hosts
    from nationalmap.schema import WITHIN_MIN

    found = places(planned, inputs["settlements"])
    near = journeys(found, planned, inputs["travel"], known.scenario.travel, max(WITHIN_MIN))
    group = inputs["services"].set_index("service")["group"]
    allocation = tables["allocation"].assign(group=tables["allocation"]["service"].map(group))
    return access_minutes(planned, found, near, open_hosts(known, tables["capacity"]), tables["unmet"], allocation)


def _second_opinion(
    program: Program, inputs: Inputs, progress: Progress, child: bool, none: NoPlanPossible
) -> Solution:
    """Where a solver says that there is no plan, and no rules that contradict each other are found: what another says.

    Raises NoPlanPossible with its reasons, or where the other one says so too; and what that one raises.
    """
    from nationalmap.program.solve import solve

    if why := _no_plan(program, inputs, progress):
        raise why from none
    first = program.known.scenario.solver.solver
    other = "cbc" if first == "highs" else "highs"
    progress(f"no rules that contradict each other were found: asking {other.upper()}")
    solution = solve(program, progress, child, other)
    after = f"after {first.upper()} called the program infeasible"
    stages = tuple(replace(stage, solver=f"{stage.solver}, {after}") for stage in solution.stages)
    return replace(solution, stages=stages, solver=f"{solution.solver}, {after}")


def _no_plan(program: Program, inputs: Inputs, progress: Progress) -> NoPlanPossible | None:
    """The error with its reasons in every language: what contradicts what, and what would mend it; None: none found."""
    from nationalmap.program.infeasible.impossible import impossible
    from nationalmap.reports.conflict import sentences
    from nationalmap.reports.conflict_names import names_of
    from nationalmap.reports.texts import languages

    progress("no plan is possible: looking for the reasons")
    why = impossible(program)
    if why is None:
        return None
    said = {name: sentences(why, names_of(program.known, inputs.tables, name)) for name in languages()}
    return NoPlanPossible("\n".join(said["en"]), said)
