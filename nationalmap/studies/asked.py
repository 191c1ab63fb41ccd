"""What a study is asked of: a scenario, or a run of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.answering import Progress, answered
from nationalmap.errors import Fault, InputRefused
from nationalmap.question import Question, read_question
from nationalmap.sources.scenarios import find, read_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Inputs, Plan
    from nationalmap.domain.scenario import Scenario
    from nationalmap.program.known import Known


@dataclass(frozen=True)
class Study:
    """The plan that a study is about, and what was found, as tables by name."""

    plan: Plan
    tables: Mapping[str, pd.DataFrame]


def plan_of(word: str, progress: Progress) -> Plan:
    """The plan of a run folder; of a scenario the plan that it has, which is not published.

    Raises InputRefused, NoPlanPossible, NoPlanFound, SolverFailed.
    """
    from nationalmap import runs

    if runs.is_run(word):
        return runs.read_run(word)
    return answered(question_of(word), progress)[0]


def question_of(word: str) -> Question:
    """A scenario by name, file or folder, read and checked. Raises InputRefused."""
    return read_question(read_scenario(find(word)), None, None)


def refuse_stage(study: str, through: str, scenario: Scenario) -> None:
    """Raise InputRefused where this is no stage of the scenario."""
    if through not in scenario.stages:
        rule = "is not a stage of this scenario"
        cure = schema.nearest(through, scenario.stages)
        raise InputRefused([Fault(study, 0, "through", schema.shown(through), rule, cure)])


def inputs_of(word: str) -> tuple[Inputs, Known]:
    """What a scenario, or a run, was asked with, and the sets and data of its program. Raises InputRefused."""
    from nationalmap import runs
    from nationalmap.reports import room

    if runs.is_run(word):
        plan = runs.read_run(word)
        return plan.inputs, room.known_of(plan)
    asked = question_of(word)
    return asked.inputs, known_of(asked)


def known_of(question: Question) -> Known:
    """Sets and data of the program of a question."""
    from nationalmap.program.index import index

    tables = question.inputs.tables
    asked = (question.needs, question.package, question.budgets_eur)
    return index(question.scenario, question.municipalities, tables, *asked)
