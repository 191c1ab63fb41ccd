"""What one thing more would do: asked of toyland and solved again, by hand and by the program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nationalmap.errors import InputRefused
from nationalmap.program.whatif import Change, asked, changed, whatif
from tests.toyland import richer as more
from tests.toyland import toyland


def stage_values(found):
    ((_, stages),) = found
    return {stage.name: stage.value for stage in stages}


def test_the_last_case_without_a_place_costs_nine_hundred_euro():
    """Toyland lacks 0.9 T for the last case: 899 EUR more change nothing, 900 serve it."""
    known = toyland().known()
    for amount, unmet in ((899.0, 1), (900.0, 0)):
        (change,) = asked(known, ["state:2027"], [], amount)
        found = stage_values(whatif(known, [change], "unmet"))
        assert found["unmet_2"] == unmet
        assert list(found)[-1] == "unmet_2"


def test_everything_is_asked_where_nothing_is_named():
    known = toyland().known()
    found = asked(known, (), (), 5.0)
    assert found == tuple(Change("money", f, 2027, 5.0) for f in ("building", "programme", "state"))


def test_a_change_leaves_the_question_as_it_was():
    known = toyland().known()
    more_money = changed(known, Change("money", "state", 2027, 1_000_000.0))
    assert more_money.budget["state", 2027] == pytest.approx(known.budget["state", 2027] + 1000)
    assert known.budget["state", 2027] == 62.6
    assert more_money.need is known.need
    assert changed(known, Change("money", "state", 2027, -1e9)).budget["state", 2027] == 0


def test_a_lock_has_its_price():
    """A thirteenth place in N1, which twelve need, takes 1 T from the one who would have had a place for it."""
    locked = toyland().asking("keep", "package", "unmet", locks=(more.lock(13),))
    known = locked.known()
    assert locked.values()["unmet_2"] == 2
    (change,) = asked(known, [], ["lock"], 0.0)
    assert stage_values(whatif(known, [change], "unmet"))["unmet_2"] == 1


def test_more_room_never_tells_a_worse_plan():
    """A search left open may end above the plan at hand, which more money does not take away."""
    country = toyland()
    known, stages = country.known(), country.solve().stages
    lucky = tuple(replace(s, value=0.0, bound=0.0) if s.name == "unmet_2" else s for s in stages)
    (change,) = asked(known, ["building:2027"], [], 1.0)
    assert stage_values(whatif(known, [change], "unmet", stages))["unmet_2"] == 1
    assert stage_values(whatif(known, [change], "unmet", lucky))["unmet_2"] == 0


@pytest.mark.parametrize(
    ("money", "locks", "sentence"),
    [
        (
            ["stat:2027"],
            [],
            'whatif, million: "stat:2027" is not a stream and year that pay anything, as stream:year; '
            'the nearest is "state:2027".',
        ),
        ([], ["x"], 'whatif, without: "x" is not a lock of this run'),
    ],
)
def test_what_the_run_does_not_have_is_refused(money, locks, sentence):
    with pytest.raises(InputRefused) as caught:
        asked(toyland().known(), money, locks, 1.0)
    assert str(caught.value).startswith(sentence)
