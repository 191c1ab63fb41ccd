"""Known and unknown into one PuLP problem, every row named by its rule and key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulp

from nationalmap.errors import Fault, InputRefused
from nationalmap.program.constraints import RULES, Rule
from nationalmap.program.index import Known
from nationalmap.program.objectives import STAGES
from nationalmap.program.variables import Unknown, row_name, variables

#: Solvers drop smaller coefficients and take larger ones for infinite, both without a word.
SMALLEST, LARGEST = 1e-9, 1e15


@dataclass(frozen=True)
class Objective:
    """One objective to make small: its name, its unit, its terms."""

    name: str
    unit: str
    terms: pulp.LpAffineExpression


@dataclass(frozen=True)
class Program:
    """The program of a scenario: sets and data, unknowns, problem, ordered objectives."""

    known: Known
    unknown: Unknown
    problem: pulp.LpProblem
    objectives: tuple[Objective, ...]


def assemble(known: Known, rules: Sequence[Rule] = RULES) -> Program:
    """The whole program. Raises InputRefused for what PuLP or a solver would not take as it is."""
    unknown = variables(known)
    _check_names(unknown)
    problem = pulp.LpProblem(known.scenario.name.replace("-", "_"), pulp.LpMinimize)
    problem.setObjective(pulp.LpAffineExpression())
    problem.addVariables([v for family in unknown.families().values() for v in family.values()])
    for rule in rules:
        for key, row in rule(known, unknown):
            problem.addConstraint(row, row_name(rule.__name__, key, known.year))
    objectives = tuple(
        Objective(name, unit, terms)
        for stage in known.scenario.stages
        for name, unit, terms in STAGES[stage](known, unknown)
    )
    _check_coefficients(problem)
    return Program(known, unknown, problem, objectives)


def _check_names(unknown: Unknown) -> None:
    """Two codes that PuLP would write alike are refused: it takes the second for the first."""
    faults = []
    for family in unknown.families().values():
        first: dict[str, object] = {}
        for key, variable in family.items():
            other = first.setdefault(variable.name, key)
            if other != key:
                given, taken = (", ".join(k) if isinstance(k, tuple) else str(k) for k in (key, other))
                rule = f'differs from "{taken}" in signs only'
                faults.append(Fault("program", 0, "codes", given, rule, "give one of them another name"))
    if faults:
        raise InputRefused(faults)


def _check_coefficients(problem: pulp.LpProblem) -> None:
    faults = []
    for name, row in problem.constraints.items():
        for number in (*row.values(), row.constant):
            if number and not SMALLEST <= abs(number) <= LARGEST:
                cure = f"amounts from {SMALLEST:g} to {LARGEST:g} (thousand EUR, users, places) can be planned"
                faults.append(Fault("program", 0, name, f"{number:g}", "is out of the solver's range", cure))
    if faults:
        raise InputRefused(faults)
