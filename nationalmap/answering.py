"""A question answered: the program assembled and solved, its tables and what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nationalmap.domain.plan import Inputs, Plan
from nationalmap.errors import NoPlanPossible
from nationalmap.question import Question

if TYPE_CHECKING:
    from nationalmap.program.assemble import Program

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """No progress is shown."""


def answered(question: Question, progress: Progress = silent) -> tuple[Plan, dict[str, Any]]:
    """The plan of a question, and what solved it (solver, options).

    Raises NoPlanPossible with its reasons, and what solvers raise.
    """
    from nationalmap import accounts, runs
    from nationalmap.program.answer import result_tables
    from nationalmap.program.assemble import assemble
    from nationalmap.program.index import index
    from nationalmap.program.infeasible.feasible import obstacles
    from nationalmap.program.solve import solve

    scenario, inputs = question.scenario, question.inputs
    known = index(
        scenario, question.municipalities, inputs.tables, question.needs, question.package, question.budgets_eur
    )
    program = assemble(known)
    if obstacles(known):
        raise _no_plan(program, inputs, progress)
    try:
        solution = solve(program, progress, solver=scenario.solver.solver)
    except NoPlanPossible as none:
        raise _no_plan(program, inputs, progress, none) from none
    tables = {
        "projected": question.projected,
        "needs": question.needs,
        "package": question.package,
        **result_tables(program, solution),
    }
    tables |= accounts.derived_tables(scenario, inputs.tables, tables)
    answer = Plan(scenario, inputs, tables, solution.stages, runs.run_id(scenario, inputs))
    return answer, {"solver": solution.solver, "options": solution.options}


def _no_plan(
    program: Program, inputs: Inputs, progress: Progress, found: NoPlanPossible | None = None
) -> NoPlanPossible:
    """The error with its reasons in every language: what contradicts what, and what would mend it."""
    from nationalmap.program.infeasible.impossible import impossible
    from nationalmap.reports.conflict import sentences
    from nationalmap.reports.conflict_names import names_of
    from nationalmap.reports.texts import languages

    progress("no plan is possible: looking for the reasons")
    why = impossible(program)
    if why is None:
        return found or NoPlanPossible("no plan fits all rules")
    said = {name: sentences(why, names_of(program.known, inputs.tables, name)) for name in languages()}
    return NoPlanPossible("\n".join(said["en"]), said)
