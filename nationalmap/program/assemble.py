"""Known and unknown into one PuLP problem, every row named by its rule and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pulp

from nationalmap.errors import Fault, InputRefused
from nationalmap.program.constraints import RULES, Rule
from nationalmap.program.known import Known
from nationalmap.program.objectives import BOTTLENECKS, HELD, STAGES
from nationalmap.program.terms import uncollected
from nationalmap.program.variables import Unknown, row_name, variables
from nationalmap.schema.checks import LARGEST, SMALLEST


@dataclass(frozen=True)
class Objective:
    """One objective to make small: its name, its unit, its terms, and whether their sum or the largest counts."""

    name: str
    unit: str
    terms: pulp.LpAffineExpression
    kind: Literal["sum", "largest"] = "sum"
    tolerance: float | None = None
    """Relative gap at which it counts as proven; None: the scenario's."""
    max_nodes: int | None = None
    held: frozenset[str] = frozenset()
    """Names of the unknowns that stay as this objective left them, instead of its value being kept."""


#: Unknowns from which the others follow: the decisions, in whole numbers.
DECIDED = ("x", "x_other", "w", "k", "y", "grows", "converted", "q", "gain", "renovated", "complexes", "hub")


@dataclass(frozen=True)
class Program:
    """The program of a scenario: sets and data, unknowns, problem, ordered objectives."""

    known: Known
    unknown: Unknown
    problem: pulp.LpProblem
    objectives: tuple[Objective, ...]

    @cached_property
    def decided(self) -> frozenset[str]:
        """Names of the unknowns from which the others follow."""
        families = self.unknown.families()
        return frozenset(v.name for name in DECIDED for v in families[name].values())


def assemble(known: Known, rules: Sequence[Rule] = RULES) -> Program:
    """The whole program. Raises InputRefused for what PuLP or a solver would not take as it is."""
    with uncollected():
        return _assembled(known, rules)


def _assembled(known: Known, rules: Sequence[Rule]) -> Program:
    unknown = variables(known)
    _check_names(unknown)
    problem = pulp.LpProblem(known.scenario.name.replace("-", "_"), pulp.LpMinimize)
    problem.setObjective(pulp.LpAffineExpression())
    problem.addVariables([v for family in unknown.families().values() for v in family.values()])
    for rule in rules:
        for key, row in rule(known, unknown):
            problem.addConstraint(row, row_name(rule.__name__, key))
    rule_of = known.scenario.solver
    objectives = tuple(
        Objective(
            name,
            unit,
            terms,
            "largest" if name in BOTTLENECKS else "sum",
            rule_of.tolerances.get(name, rule_of.tolerances.get(stage)),
            rule_of.nodes.get(name, rule_of.nodes.get(stage)),
            frozenset(v.name for family in HELD.get(name, ()) for v in unknown.families()[family].values()),
        )
        for stage in known.scenario.stages
        for name, unit, terms in STAGES[stage](known, unknown)
    )
    _check_coefficients(problem, objectives)
    return Program(known, unknown, problem, objectives)


def _check_names(unknown: Unknown) -> None:
    """Two codes that PuLP would write alike are refused: it takes the second for the first."""
    faults = []
    for family in unknown.families().values():
        first: dict[str, object] = {}
        for key, variable in family.items():
            other = first.setdefault(variable.name, key)
            if other != key:
                given, taken = (_said(k) for k in (key, other))
                rule = f'differs from "{taken}" in signs only'
                faults.append(Fault("program", 0, "codes", given, rule, "give one of them another name"))
    if faults:
        raise InputRefused(faults)


def _said(key: object) -> str:
    """The codes of a key; in which period does not matter."""
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(str(part) for part in parts if not isinstance(part, int))


def _check_coefficients(problem: pulp.LpProblem, objectives: Sequence[Objective]) -> None:
    """Figures of the inputs are in range each (``schema``); what rules multiply and add up may not be."""
    sizes = np.abs(np.fromiter((n for _, numbers in _numbers(problem, objectives) for n in numbers), dtype=float))
    if ((sizes == 0) | (sizes >= SMALLEST) & (sizes <= LARGEST)).all():
        return
    cure = f"amounts from {SMALLEST:g} to {LARGEST:g} (thousand EUR, users, places) can be planned"
    raise InputRefused(
        [
            Fault("program", 0, name, f"{number:g}", "is out of the solver's range", cure)
            for name, numbers in _numbers(problem, objectives)
            for number in numbers
            if number and not SMALLEST <= abs(number) <= LARGEST
        ]
    )


def _numbers(problem: pulp.LpProblem, objectives: Sequence[Objective]) -> Iterator[tuple[str, Iterable[float]]]:
    """Every number that a solver is given, by the name of its row, stage or unknown."""
    for name, row in problem.constraints.items():
        yield name, (*row.values(), row.constant)
    for objective in objectives:
        name = f"stage {objective.name}"
        yield name, objective.terms.values()
    for unknown in problem.variables():
        name = f"bounds of {unknown.name}"
        yield name, (unknown.lowBound or 0.0, unknown.upBound or 0.0)
