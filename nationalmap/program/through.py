"""A question asked with a part of its stages: up to one, and a few later ones roughly, for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nationalmap.program.known import Known


def through(known: Known, stage: str, later: Mapping[str, float]) -> Known:
    """The question with its stages up to and with this one, and those of ``later`` that come later, in their order.

    ``later`` says within which share of its value each is told; a wider tolerance of the scenario stays.
    """
    scenario, rule = known.scenario, known.scenario.solver
    until = scenario.stages.index(stage) + 1
    told = tuple(name for name in scenario.stages[until:] if name in later)
    tolerances: dict[str, float] = dict(rule.tolerances)
    tolerances |= {name: max(rule.tolerances.get(name, 0.0), later[name]) for name in told}
    scenario = replace(scenario, stages=(*scenario.stages[:until], *told), solver=replace(rule, tolerances=tolerances))
    return replace(known, scenario=scenario)
