"""One stage of one program by everything that can solve it: the same matrix, the same optimum.

Ours is ``solve_matrix``, with its checks of every row and whole number. HiGHS is highspy given the bare arrays once,
with its own options but one thread; scipy is ``scipy.optimize.milp`` (which is HiGHS too, as SciPy carries it). PuLP
rebuilt states everything again (``assemble``) and lets PuLP solve the stage, by CBC and by HiGHS.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import locations
from benchmarks.pairs import Measured, Way, measured

#: CBC did not close this stage in two minutes.
WITHOUT_CBC = {("haskovo-2027, unmet_1", "unmet_1")}


def ours(matrix: Any, stage: Any) -> Way:
    from nationalmap.program.solve import solve_matrix

    return lambda: solve_matrix(matrix, (stage,), child=False).stages[-1].value


def highs(matrix: Any, stage: Any) -> Way:
    """highspy alone."""
    import highspy

    def way() -> float:
        model = highspy.Highs()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = matrix.size, matrix.rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = stage.costs, matrix.lower, matrix.upper
        lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = matrix.size, matrix.rows
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.start.astype(np.int32), matrix.index
        lp.a_matrix_.value_ = matrix.value
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in matrix.whole.tolist()]
        for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
            model.setOptionValue(option, value)
        model.passModel(lp)
        model.run()
        return float(model.getInfo().objective_function_value)

    return way


def scipy(matrix: Any, stage: Any) -> Way:
    """scipy.optimize.milp."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    def way() -> float:
        shape = matrix.rows, matrix.size
        rows = LinearConstraint(
            csr_array((matrix.value, matrix.index, matrix.start), shape), matrix.row_lower, matrix.row_upper
        )
        bounds, whole = Bounds(matrix.lower, matrix.upper), matrix.whole.astype(int)
        found = milp(stage.costs, integrality=whole, bounds=bounds, constraints=rows, options={"mip_rel_gap": 0.0})
        return float(found.fun)

    return way


def rebuilt(known: Any, number: int, before: dict[str, float], solver: str) -> Way:
    """Everything stated again in PuLP, earlier stages kept at ``before``, and the stage solved by PuLP's solver."""
    import pulp

    from nationalmap.program.assemble import assemble

    def way() -> float:
        program = assemble(known)
        problem = program.problem
        for objective in program.objectives[:number]:
            problem.addConstraint(objective.terms <= before[objective.name], f"kept__{objective.name}")
        problem.setObjective(program.objectives[number].terms)
        cbc = pulp.PULP_CBC_CMD(msg=False, gapRel=0)
        problem.solve(cbc if solver == "cbc" else pulp.HiGHS(msg=False, gapRel=0, threads=1))
        return float(pulp.value(problem.objective))

    return way


def _stage(known: Any, name: str) -> tuple[Any, Any, int, dict[str, float]]:
    """Matrix with the earlier stages kept, the stage, its number, and at what each earlier one is kept."""
    from nationalmap.program.assemble import assemble
    from nationalmap.program.solve import matrix_of, stage_costs
    from nationalmap.program.stages import kept, run_stages

    program = assemble(known)
    matrix, stages = matrix_of(program), stage_costs(program)
    number = [stage.name for stage in stages].index(name)
    before = {}
    for stage, reached in zip(stages[:number], run_stages(matrix, stages[:number]), strict=True):
        matrix = kept(matrix, stage, reached.point)
        before[stage.name] = float(matrix.row_upper[-1])
    return matrix, stages[number], number, before


def questions(cases: Path) -> Iterator[tuple[str, Any, str]]:
    """What it is called, sets and data, and the stage."""
    from nationalmap import planning
    from nationalmap.studies.work import index_of

    known = index_of(planning.check("haskovo-2027"))
    for stage in ("package", "unmet_1"):
        yield f"haskovo-2027, {stage}", known, stage
    for name, question, called in locations.asked(cases):
        if question == "least_travel":
            yield called, index_of(locations.question_of(locations.instance(name, question, cases))), "travel"


def in_process(cases: Path, runs: int) -> Iterator[list[Measured]]:
    """Each stage by every way."""
    for called, known, name in questions(cases):
        matrix, stage, number, before = _stage(known, name)
        ways = {
            "ours": ours(matrix, stage),
            "HiGHS alone": highs(matrix, stage),
            "scipy.optimize.milp": scipy(matrix, stage),
            "PuLP rebuilt, HiGHS": rebuilt(known, number, before, "highs"),
            "PuLP rebuilt, CBC": rebuilt(known, number, before, "cbc"),
        }
        if (called, name) in WITHOUT_CBC:
            del ways["PuLP rebuilt, CBC"]
        yield measured(f"{called} ({matrix.size} columns, {matrix.rows} rows)", ways, runs)
