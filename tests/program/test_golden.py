"""The rows of every rule and the terms of every stage on toyland, as text that a person can read.

Compile test before solve test: a rule that writes another row is seen here, by name. To accept a change:
``UPDATE_GOLDEN=1 pytest tests/program/test_golden.py -n 0``, then read the difference.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from nationalmap.program.assemble import assemble
from nationalmap.program.constraints import RULES
from nationalmap.program.objectives import STAGES
from nationalmap.program.variables import variables
from tests.toyland import SOUTH, Toyland, at_home, toyland, what_it_would_cost
from tests.toyland.richer import everything

GOLDEN = Path(__file__).parent / "golden"
SENSE = {-1: "<=", 0: "=", 1: ">="}

#: Rules that look different in another question: golden file -> rule, country.
VARIANTS: Mapping[str, tuple[str, Toyland]] = {
    "budgets.what_it_would_cost": ("budgets", what_it_would_cost()),
    "municipal_package.what_it_would_cost": ("municipal_package", what_it_would_cost()),
    "regional_spread.what_it_would_cost": ("regional_spread", what_it_would_cost()),
    "keep_places.at_home": ("keep_places", at_home()),
    "pay_running.at_home": ("pay_running", at_home()),
}
#: Rules and stages that say nothing on toyland as it is are written for the country that has everything.
EVERYTHING = everything()
STAGE_COUNTRIES: Mapping[str, Toyland] = {"overspend": what_it_would_cost()} | dict.fromkeys(
    ("staff", "preference"), EVERYTHING
)
#: Rules of one period that look different over two, and with committed, project and old sites.
OVER_TIME = (
    *("balance_places", "open_and_close", "grow_or_shrink", "grow_only", "keep_places", "no_loss", "maximum_users"),
    *("pay_running", "pay_build", "pay_new_only", "budgets", "regional_package", "municipal_package", "meet_need"),
)


def rows(country: Toyland, rule: str) -> str:
    """The rows of one rule: name, terms in the order of their names, sense and right-hand side."""
    (chosen,) = [r for r in RULES if r.__name__ == rule]
    problem = assemble(country.known(), rules=(chosen,)).problem
    return "\n".join(
        f"{name}:\n{_terms(row)}\n    {SENSE[row.sense]} {-row.constant + 0:g}"
        for name, row in sorted(problem.constraints.items())
    )


def objectives(country: Toyland, stage: str) -> str:
    """The objectives of one stage, in their order: name, unit, terms."""
    known = country.known()
    found = STAGES[stage](known, variables(known))
    return "\n".join(f"{name} [{unit}]:\n{_terms(terms)}" for name, unit, terms in found)


def unknowns(country: Toyland) -> str:
    """Every unknown by family: name, bounds, kind."""
    families = variables(country.known()).families()
    return "\n".join(
        f"{v.name}  {v.lowBound:g}..{'' if v.upBound is None else f'{v.upBound:g}'} {v.cat.lower()}"
        for _, family in sorted(families.items())
        for _, v in sorted(family.items())
    )


def _terms(terms: Mapping) -> str:
    written = [
        f"{'-' if c < 0 else '+'} {'' if abs(c) == 1 else f'{abs(c):.6g} '}{v.name}"
        for v, c in sorted(terms.items(), key=lambda item: item[0].name)
        if c
    ]
    lines = textwrap.wrap(" ".join(w.replace(" ", "\0") for w in written), 110, break_long_words=False)
    return textwrap.indent("\n".join(lines).replace("\0", " "), "    ")


def goldens() -> Iterable[tuple[str, str]]:
    """Every golden file: name, and what the program says now."""
    for rule in RULES:
        said = rows(toyland(), rule.__name__)
        yield rule.__name__, said or rows(EVERYTHING, rule.__name__)
    for name in OVER_TIME:
        yield f"{name}.everything", rows(EVERYTHING, name)
    for name, (rule, country) in VARIANTS.items():
        yield name, rows(country, rule)
    for stage in STAGES:
        yield f"stage.{stage}", objectives(STAGE_COUNTRIES.get(stage, toyland()), stage)
    yield "stage.keep.at_home", objectives(at_home(), "keep")
    yield "unknowns.south", unknowns(toyland().only(SOUTH))
    yield "unknowns.what_it_would_cost", unknowns(what_it_would_cost().only(("SOU03",)))
    yield "unknowns.at_home", unknowns(at_home())
    yield "unknowns.everything", unknowns(EVERYTHING)
    yield "stage.keep.everything", objectives(EVERYTHING, "keep")
    yield "stage.tie_break.everything", objectives(EVERYTHING, "tie_break")


NOW = dict(goldens())


@pytest.mark.parametrize("name", NOW)
def test_the_program_says_what_its_golden_text_says(name):
    path = GOLDEN / f"{name}.lp"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(NOW[name] + "\n", encoding="utf-8")
    assert NOW[name] + "\n" == path.read_text(encoding="utf-8")


def test_no_golden_text_is_empty_or_left_over():
    assert all(NOW.values())
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(NOW)


@pytest.mark.parametrize("rule", ["window_smallest", "window_largest", "open_and_close"])
def test_a_service_at_home_has_no_facilities_to_rule(rule):
    assert rows(at_home(), rule) == ""


def test_every_row_is_named_by_its_rule_and_its_year():
    rules = {rule.__name__ for rule in RULES}
    named = [*toyland().program().problem.constraints, *EVERYTHING.program().problem.constraints]
    assert {name.split("__")[0] for name in named} == rules
    over_all_periods = {"renovate_once", "convert_once", "keep_needed"}
    assert {name.split("__")[-1] for name in named if name.split("__")[0] not in over_all_periods} == {"2027", "2030"}


def test_a_rule_says_the_same_alone_and_among_the_others():
    whole = toyland().program().problem.constraints
    for rule in RULES:
        alone = assemble(toyland().known(), rules=(rule,)).problem.constraints
        among = {name: str(row) for name, row in whole.items() if name.split("__")[0] == rule.__name__}
        assert {name: str(row) for name, row in alone.items()} == among


def test_every_unknown_and_row_of_the_country_that_has_everything_can_be_solved():
    """It is a question with a plan, or the texts would be of nothing."""
    assert {stage.status for stage in EVERYTHING.solve().stages} == {"proven"}
    assert {name for name, family in EVERYTHING.program().unknown.families().items() if not family} == {"e_budget"}


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_a_variant_shows_another_side_of_its_rule(name):
    assert NOW[name] != NOW[VARIANTS[name][0]]
