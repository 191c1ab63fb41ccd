"""Which minimum packages can be whole with the money there is: all at once, and each municipality's alone."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from nationalmap.errors import NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.matrix import StageCosts
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.stages import kept, run_stages
from nationalmap.program.team import Team
from nationalmap.program.through import through
from nationalmap.program.variables import package_size

if TYPE_CHECKING:
    from nationalmap.program.assemble import Program
    from nationalmap.program.known import Known
    from nationalmap.program.matrix import Array, Matrix

#: A package of which less is missing is whole: what solvers call zero.
WHOLE = 1e-6
#: Stands for all packages at once, beside the municipalities.
ALL = ""


def short(known: Known) -> frozenset[str]:
    """Municipalities whose own package cannot be whole, whatever the others have; ALL where not all can be at once.

    Own are what the municipality has to have and the regional services within its reach; the stages before the package
    are kept. Where no plan is possible all are short. Raises NoPlanFound, SolverFailed.
    """
    known = through(known, "package", {})
    rule = known.scenario.solver
    program = assemble(known)
    matrix, stages = matrix_of(program), stage_costs(program)
    if not any(stage.name == "package" for stage in stages):
        return frozenset()

    def team() -> Team:
        return Team(rule.solver, rule.time_limit_s)

    try:
        reached = list(run_stages(matrix, stages, team()))
    except NoPlanPossible:
        return frozenset((ALL, *known.municipalities))
    point = reached[-1].point
    if stages[-1].value(point) <= WHOLE:
        return frozenset()
    before = list(takewhile(lambda pair: pair[0].name != "package", zip(stages, reached, strict=True)))
    for stage, one in before:
        matrix = kept(matrix, stage, one.point)
    lacking = {ALL}
    for m in known.municipalities:
        own = StageCosts("package", "packages missing", _own(program, matrix, m))
        if own.value(point) > WHOLE:
            (alone,) = run_stages(matrix, [own], team())
            if own.value(alone.point) > WHOLE:
                lacking.add(m)
    return frozenset(lacking)


def _own(program: Program, matrix: Matrix, m: str) -> Array:
    """What is missing of one municipality's package, by column."""
    import numpy as np

    column = {name: number for number, name in enumerate(matrix.names)}
    costs = np.zeros(matrix.size)
    for key, variable in program.unknown.e_package.items():
        if key[0] == m:
            costs[column[variable.name]] = 1.0 / package_size(program.known, key)
    for key, variable in program.unknown.e_spread.items():
        if key[0] == m:
            costs[column[variable.name]] = 1.0
    return costs
