"""Solvers that lie, fail or are not there: the stage is done again by the spare one and the result says why.

A liar is HiGHS until a stage searches for its whole numbers, and then answers as the case says; values of all stages
stay those of an honest solver.
"""

import numpy as np
import pytest

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.stages import run_stages
from nationalmap.program.team import Team
from tests.program.matrices import random_program

PROGRAM, STAGES = random_program(2)
HONEST = [reached.result for reached in run_stages(PROGRAM, STAGES)]


def fails(_):
    raise SolverFailed("it lost its licence")


def changed(change):
    """The true point with something done to it, called proven."""

    def answer(found):
        point = found.point.copy()
        replaced = change(point)
        return Found("proven", point if replaced is None else replaced, found.bound)

    return answer


def every(value):
    return changed(lambda point: np.full_like(point, value))


def first_use(value):
    """The users of the first town at the first site."""
    at = PROGRAM.names.index("x0_0")
    return changed(lambda point: point.__setitem__(at, value))


def bound(value):
    return lambda found: Found("proven", found.point, value)


def said(status):
    return lambda _: Found(status)


NUMBERS, BROKEN = "with numbers that are none", "a point that breaks"
#: What it answers, and what is said of it.
LIES = {
    "fails": (fails, "it lost its licence"),
    "calls it unbounded": (said("unbounded"), "as unbounded"),
    "ends as failed": (said("failed"), "as failed"),
    "zeros, as of a program never solved": (every(0.0), BROKEN),
    "ones": (every(1.0), BROKEN),
    "not a number": (every(np.nan), NUMBERS),
    "infinite": (every(np.inf), NUMBERS),
    "1e20 for infinity": (every(1e20), "does not take the bounds"),
    "one number that is none": (first_use(np.nan), NUMBERS),
    "a user less than nobody": (first_use(-1.0), BROKEN),
    "one more of everything": (changed(lambda point: point + 1), BROKEN),
    "a hundred users too many": (first_use(100.0), BROKEN),
    "a point of another program": (changed(lambda point: point[:-1]), NUMBERS),
    "the numbers in another order": (changed(lambda point: point[::-1].copy()), "Liar returned a point"),
    "everything twice": (changed(lambda point: point * 2), BROKEN),
    "a bound above its own point": (bound(1e6), "gave the bound 1e+06, above a plan of"),
    "an infinite bound": (bound(np.inf), "gave the bound inf, above a plan of"),
}
#: The first stage, where no plan is at hand, and one where another stage's plan is.
WHERE = {"unmet": 0, "cost": 2}
CASES = {f"{lie}, in {stage}": (lie, stage) for lie in LIES for stage in WHERE}


class Liar(Highs):
    """Lies once its stage is searched for whole numbers, none of which is held."""

    def __init__(self, answer, costs):
        super().__init__()
        self.name, self._answer, self._costs, self.lied = "Liar", answer, costs, False

    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
        found = super().minimise(costs, limits, lower, upper, relaxed)
        held = ((lower == upper) & PROGRAM.whole).sum() > PROGRAM.whole.sum() / 2
        if relaxed or held or found.point is None or not np.array_equal(costs, self._costs):
            return found
        self.lied = True
        return self._answer(found)


@pytest.mark.parametrize(("lie", "stage"), CASES.values(), ids=CASES)
def test_a_liar_is_not_believed_and_the_stage_says_who_did_it(lie, stage):
    answer, why = LIES[lie]
    number = WHERE[stage]
    liar = Liar(answer, STAGES[number].costs)
    team = Team(make=lambda name: liar if name == "highs" else Highs())
    found = [reached.result for reached in run_stages(PROGRAM, STAGES, team)]
    assert [s.value for s in found] == [s.value for s in HONEST]
    assert [s.bound for s in found] == [s.bound for s in HONEST]
    assert liar.lied
    assert found[number].solver.startswith("HiGHS")
    assert ", after " in found[number].solver
    assert why in found[number].solver
