"""The figures of many changed questions in arrays are those of each question asked with its tables."""

import random
from pathlib import Path

import pytest

from nationalmap import planning
from nationalmap.asking import Asker
from nationalmap.changing import changed, names_of
from nationalmap.domain.change import Change
from nationalmap.errors import InputRefused
from nationalmap.program.index import index
from nationalmap.projection import DERIVED

TOYLAND = Path(__file__).resolve().parent / "toyland"
KINDS = ("budget", "norm", "need", "indicator")


def known(question):
    tables = question.inputs.tables
    return index(
        question.scenario, question.municipalities, tables, question.needs, question.package, question.budgets_eur
    )


def drawn(question, draw):
    """Some changes of every kind, now and then of everything or of one municipality alone."""
    changes = []
    for what in KINDS:
        for _ in range(draw.randint(0, 2)):
            name = draw.choice([*names_of(question, what), "*"])
            alone = what in ("need", "indicator") and draw.random() < 0.4
            where = draw.choice(question.municipalities["municipality"].tolist()) if alone else ""
            if name not in DERIVED:
                changes.append(Change(what=what, name=name, factor=draw.uniform(0.4, 1.6), municipality=where))
    return changes


@pytest.mark.parametrize(("scenario", "times"), [(str(TOYLAND), 6), ("haskovo-2027", 6), ("haskovo-2035", 3)])
def test_needs_packages_and_money_are_those_of_the_tables(scenario, times):
    question, draw = planning.check(scenario), random.Random(scenario)  # noqa: S311 - no secret
    asker = Asker(question)
    for changes in ([], *(drawn(question, draw) for _ in range(times))):
        asked, expected = asker.asked(changes), known(changed(question, changes))
        for figure in ("need", "minimum", "maximum", "budget"):
            assert getattr(asked, figure) == getattr(expected, figure), (figure, changes)


def test_stated_needs_are_multiplied_too():
    question = changed(planning.check(str(TOYLAND)), [Change(what="need", name="day_care", factor=1.1)])
    twice = [Change(what="need", name="day_care", factor=0.5, municipality="NOR01")]
    asked = Asker(question).asked(twice)
    assert (asked.need["NOR01", "day_care", 2027], asked.need["NOR02", "day_care", 2027]) == (7, 9)
    assert asked.need == known(changed(question, twice)).need


def test_a_share_of_more_than_all_is_refused():
    question = planning.check(str(TOYLAND))
    tables = question.inputs.tables
    tables["indicator_catalogue"]["unit"] = "percent"
    tables["indicators"]["value"] = 60.0
    with pytest.raises(InputRefused, match="comes to 120 per cent"):
        Asker(question).asked([Change(what="indicator", name="*", factor=2.0)])
