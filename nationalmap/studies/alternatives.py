"""Other plans that are as good, or nearly, and truly differ."""

from __future__ import annotations

from nationalmap.answering import Progress, silent
from nationalmap.errors import UsageError
from nationalmap.studies.asked import Study, plan_of, refuse_stage


def alternatives(
    scenario: str,
    differ: int,
    loss: float = 0.01,
    count: int = 3,
    through: str = "unmet",
    progress: Progress = silent,
) -> Study:
    """Up to ``count`` plans that differ from the plan, and from each other, in at least ``differ`` decisions.

    A decision is how many facilities of a service stand in a municipality at the end; of a service without facilities,
    whether it is given there. Up to the stage ``through`` no stage is worse than the plan's by more than a share
    ``loss`` of it. ``scenario`` may be a run. Tables of reports.alternatives: ``stages``, ``decisions``, ``distances``
    and ``ended``, which says whether more there are. Raises UsageError, InputRefused, and what ``plan`` raises of
    solvers.
    """
    from nationalmap.program import alternatives as core
    from nationalmap.reports import alternatives as told
    from nationalmap.reports.room import known_of

    if differ < 1 or count < 1 or not 0 <= loss <= 1:
        raise UsageError(
            "alternatives: differ and count are 1 or more, loss a share from 0 to 1 (0.01 is one per cent)"
        )
    plan = plan_of(scenario, progress)
    refuse_stage("alternatives", through, plan.scenario)
    known = known_of(plan)
    base = core.standing(known, told.standing_of(plan))
    values = {stage.name: stage.value for stage in plan.stages}
    terms = core.Terms(differ, loss, through)
    found, ended = core.alternatives(known, base, values, terms, count, progress)
    return Study(plan, told.tables(plan, known, base, found, terms, ended))
