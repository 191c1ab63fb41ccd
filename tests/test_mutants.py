"""The faults of ``make mutants``: where they are put, what they look like, and what is left alone."""

import pytest

from benchmarks.mutants.__main__ import asked, interval
from benchmarks.mutants.sites import Site, changed, sites

CODE = '''"""Words."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import pandas
Kind = int | Fraction
MOST: int = 5


def least(values: list[int], whole: bool = True) -> int:
    """Words."""
    assert values != []
    if len(values) < MOST and not whole:
        return min(values) + 1
    for value in values:
        if value == 0:
            continue
        say(f"{value + 1} of {MOST}")
    return "no " + "value"
'''


def test_each_fault_is_one_change_of_a_figure_a_sign_or_a_way():
    assert [(site.line, site.before, site.after) for site in sites("m.py", CODE)] == [
        (6, "5", "6"),
        (9, "True", "False"),
        (12, "len(values) < MOST and (not whole)", "not (len(values) < MOST and (not whole))"),
        (12, "len(values) < MOST and (not whole)", "len(values) < MOST or not whole"),
        (12, "len(values) < MOST", "len(values) <= MOST"),
        (12, "not whole", "not not whole"),
        (13, "return min(values) + 1", "return None"),
        (13, "min(values) + 1", "min(values) - 1"),
        (13, "min(values)", "max(values)"),
        (13, "1", "2"),
        (15, "value == 0", "not value == 0"),
        (15, "value == 0", "value != 0"),
        (15, "0", "1"),
        (16, "continue", "break"),
        (17, "say(f'{value + 1} of {MOST}')", "None"),
        (18, "return 'no ' + 'value'", "return None"),
    ]


def test_the_module_is_as_it_was_but_for_the_fault():
    for site in sites("m.py", CODE):
        module = changed(CODE, site.number)
        compile(module, "m.py", "exec")
        assert module != changed(CODE, site.number + 1 if site.number == 0 else 0)
    assert "MOST: int = 6" in changed(CODE, 0)
    with pytest.raises(ValueError, match="there is no fault 99"):
        changed(CODE, 99)


def test_the_quickest_tests_of_a_line_go_first_and_no_more_than_it_is_worth():
    known = {
        "seconds": {"a.py::one": 20.0, "a.py::two": 0.5, "b.py::three": 9.0, "b.py::four": 25.0},
        "lines": {"m.py": {"3": ["a.py::one|fixtures"], "4": ["b.py::three", "b.py::four"], "6": [""]}},
    }

    def of(line, last):
        return asked(Site("m.py", 0, line, last, "", ""), known)

    assert of(3, 3) == ["a.py::two", "a.py::one"]
    assert of(3, 4) == ["a.py::two", "b.py::three", "a.py::one"]
    assert of(6, 6) == ["a.py::two", "b.py::three", "a.py::one"]
    assert of(5, 5) == []


def test_the_interval_of_a_sample_is_wilsons():
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605.
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
