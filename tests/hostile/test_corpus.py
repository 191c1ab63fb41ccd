"""The corpus is as large as promised, and no case is answered silently."""

import pytest

from tests.hostile import test_annexes, test_geometry, test_given, test_outputs, test_scenario, test_solver, test_tables

SCENARIO_KEYS = {name for name, (_, said) in test_given.REFUSED.items() if said[0].startswith("toyland.toml")}
CLASSES = {
    "geometry": (45, [test_geometry.REFUSED, test_geometry.IMPORT_REFUSED]),
    "tables": (60, [test_tables.REFUSED, test_given.REFUSED.keys() - SCENARIO_KEYS]),
    "annexes": (40, [test_annexes.REFUSED]),
    "scenario": (25, [test_scenario.REFUSED, SCENARIO_KEYS]),
    "solver": (30, [test_solver.CASES]),
    "outputs": (20, [test_outputs.REFUSED]),
}


@pytest.mark.parametrize(("least", "cases"), CLASSES.values(), ids=CLASSES)
def test_a_class_has_as_many_cases_as_promised(least, cases):
    """The class of security counts its own."""
    assert sum(map(len, cases)) >= least


def test_every_case_says_what_must_come_out():
    every = [
        *(test_geometry.REFUSED, test_geometry.IMPORT_REFUSED, test_tables.REFUSED, test_given.REFUSED),
        *(test_scenario.REFUSED, test_outputs.REFUSED, test_solver.LIES),
        test_annexes.REFUSED,
    ]
    silent = [name for cases in every for name, (_, said) in cases.items() if not (said and all(said))]
    assert silent == []
