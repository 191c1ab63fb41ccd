"""What one thing more or less would do: the program stated again with it changed, and solved again.

Nothing is estimated from prices: a budget in whole facilities has none. Each change is solved stage by stage up to a
stated one, as the plan itself was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from nationalmap.errors import Fault, InputRefused, NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.nouns import EUR_PER_UNIT
from nationalmap.program.solve import solve
from nationalmap.program.stages import Progress, silent
from nationalmap.schema import nearest

if TYPE_CHECKING:
    from nationalmap.domain.plan import StageResult
    from nationalmap.program.known import Known

#: Values of a stage that are told alike: they have five decimals.
SAME = 1e-5


@dataclass(frozen=True)
class Change:
    """One thing changed: ``amount_eur`` more (or less) in a stream and year, or a lock taken away."""

    kind: Literal["money", "lock"]
    code: str
    year: int | None = None
    amount_eur: float = 0.0


def asked(known: Known, money: Sequence[str], locks: Sequence[str], amount_eur: float) -> tuple[Change, ...]:
    """The amount more in each "stream:year", and each lock away; all that pay and all locks where none is named.

    Raises InputRefused for a stream, year or lock that the scenario does not have.
    """
    paying = {
        f"{f}:{t}": Change("money", f, t, amount_eur) for (f, t), most in sorted(known.budget.items()) if most > 0
    }
    away = {lock.id: Change("lock", lock.id) for lock in known.scenario.locks}
    if not money and not locks:
        return (*paying.values(), *away.values())
    faults = [
        Fault("whatif", 0, column, word, rule, nearest(word, sorted(there)))
        for column, words, there, rule in (
            ("million", money, paying, "is not a stream and year that pay anything, as stream:year"),
            ("without", locks, away, "is not a lock of this run"),
        )
        for word in words
        if word not in there
    ]
    if faults:
        raise InputRefused(faults)
    return (*(paying[word] for word in money), *(away[word] for word in locks))


def changed(known: Known, change: Change) -> Known:
    """The same question with one thing changed."""
    if change.kind == "lock":
        locks = tuple(lock for lock in known.scenario.locks if lock.id != change.code)
        return replace(known, scenario=replace(known.scenario, locks=locks))
    if change.year is None:
        raise ValueError("money is asked for in a year")
    key = (change.code, change.year)
    more = max(0.0, known.budget.get(key, 0.0) + change.amount_eur / EUR_PER_UNIT)
    return replace(known, budget={**known.budget, key: more})


def whatif(
    known: Known,
    every: Sequence[Change],
    through: str,
    before: Sequence[StageResult] = (),
    progress: Progress = silent,
) -> Iterator[tuple[Change, tuple[StageResult, ...]]]:
    """Every change with the stages it would reach, up to and with ``through``; none where no plan would fit.

    A change that only gives room leaves the plan at hand, whose stages ``before`` are, as good as it was: where a
    search that stays open finds a worse one, that plan stands.
    """
    for number, change in enumerate(every, 1):
        progress(f"what if {number} of {len(every)}: {change.kind} {change.code} {change.year or ''}".rstrip())
        found = _reached(_cut(changed(known, change), through))
        yield change, _not_worse(found, before) if change.kind == "lock" or change.amount_eur >= 0 else found


def _cut(known: Known, through: str) -> Known:
    """The question with its stages up to and with this one."""
    stages = known.scenario.stages
    return replace(known, scenario=replace(known.scenario, stages=stages[: stages.index(through) + 1]))


def _reached(known: Known) -> tuple[StageResult, ...]:
    try:
        return solve(assemble(known), solver=known.scenario.solver.solver).stages
    except NoPlanPossible:
        return ()


def _not_worse(found: tuple[StageResult, ...], before: Sequence[StageResult]) -> tuple[StageResult, ...]:
    """What was found, or the plan at hand where its first other stage is better."""
    at_hand = {stage.name: stage for stage in before}
    for stage in found:
        known = at_hand.get(stage.name)
        if known is not None and abs(known.value - stage.value) > SAME:
            if stage.value < known.value:
                return found
            return tuple(at_hand.get(s.name, s) for s in found)
    return found
