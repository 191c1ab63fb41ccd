"""What is lost without each host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.answering import Progress, silent
from nationalmap.errors import Fault, InputRefused, UsageError
from nationalmap.studies.asked import inputs_of, refuse_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Inputs


@dataclass(frozen=True)
class Importance:
    """The inputs asked of, and the tables of reports.importance by name."""

    inputs: Inputs
    tables: Mapping[str, pd.DataFrame]


def importance(
    scenario: str,
    service: Sequence[str] | None = None,
    closed_to: str = "all",
    through: str = "unmet",
    travel: bool = False,
    processes: int = 1,
    progress: Progress = silent,
) -> Importance:
    """What the region loses without each municipality as a host, solved again up to a stage, and the cost beside.

    ``closed_to`` "all": no facility stands there in any planned year, what is protected or locked stays; "others": what
    stands serves its own people alone. With ``service`` (codes) each is closed by itself, host by host. ``scenario``
    may be a run; ``travel`` tells the journeys too, which takes minutes a host. ``processes`` at a time; what comes out
    does not depend on it. Raises UsageError, InputRefused, and what ``plan`` raises of solvers.
    """
    from nationalmap.program import importance as core
    from nationalmap.program.through import through as cut
    from nationalmap.reports import importance as told

    if closed_to not in core.CLOSED_TO or processes < 1:
        raise UsageError(f"importance: closed-to is one of {', '.join(core.CLOSED_TO)}, processes 1 or more")
    inputs, known = inputs_of(scenario)
    refuse_stage("importance", through, known.scenario)
    unknown = [word for word in service or () if word not in known.services]
    if unknown:
        rule, names = "is not a service of this scenario", list(known.services)
        faults = [Fault("importance", 0, "service", schema.shown(w), rule, schema.nearest(w, names)) for w in unknown]
        raise InputRefused(faults)
    asked = cut(known, through, {**core.COST, **(core.TRAVEL if travel else {})})
    base, lost = core.importance(asked, core.closings(asked, tuple(service or ())), closed_to, processes, progress)
    return Importance(inputs, told.tables(asked, base, lost, closed_to))
