"""The smallest contradiction, against every set of rows tried; what relaxing one row alone does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from nationalmap.errors import InputRefused
from nationalmap.program.infeasible import conflict
from nationalmap.program.infeasible.conflict import conflict_of_file, irreducible, smallest_conflict
from nationalmap.program.infeasible.relax import cheapest_relaxation
from tests.beside import SHARED, needs_cases
from tests.program.matrices import INF, matrix, points, programs

GALENET = SHARED / "cases" / "infeasible" / "galenet.mps"


def part(program, rows):
    kept = np.zeros(program.rows, dtype=bool)
    kept[list(rows)] = True
    return program.only_rows(kept)


def smallest_by_hand(program) -> int:
    """How many rows the smallest contradiction has; 0 where there is none."""
    for count in range(1, program.rows + 1):
        for rows in combinations(range(program.rows), count):
            if not any(True for _ in points(part(program, rows))):
                return count
    return 0


CHAIN = matrix(
    {"a": (0, 9, False), "b": (0, 9, False), "c": (0, 9, False), "d": (0, 9, True)},
    {
        "a_at_most_b": (-INF, {"a": 1, "b": -1}, 0),
        "b_at_most_c": (-INF, {"b": 1, "c": -1}, 0),
        "c_below_a": (-INF, {"c": 1, "a": -1}, -1),
        "much_a": (5, {"a": 1}, INF),
        "little_b": (-INF, {"b": 1}, 4),
        "d_even": (4, {"d": 2}, 4),
    },
)
"""Two contradictions: a <= b <= c < a, and 5 <= a <= b <= 4; each of three rows."""


def test_rows_that_can_all_hold_have_no_conflict():
    assert smallest_conflict(part(CHAIN, [0, 1, 2, 4, 5]).only_rows(np.array([True, True, False, True, True]))) == ()
    assert smallest_conflict(matrix({"a": (0, 1, True)}, {})) == ()


def test_a_conflict_has_no_row_that_is_not_needed():
    assert smallest_conflict(part(CHAIN, [0, 1, 2, 5])) == ("a_at_most_b", "b_at_most_c", "c_below_a")
    assert smallest_conflict(part(CHAIN, [0, 1, 3, 4, 5])) == ("a_at_most_b", "much_a", "little_b")
    assert len(smallest_conflict(CHAIN)) == 3


def test_the_smaller_one_of_two_conflicts_is_found():
    program = matrix(
        {f"c{i}": (0, 9, False) for i in range(6)},
        {f"up{i}": (-INF, {f"c{i}": 1, f"c{(i + 1) % 5}": -1}, -0.1) for i in range(5)}
        | {"high": (8, {"c5": 1}, INF), "low": (-INF, {"c5": 2}, 7)},
    )
    assert smallest_conflict(program) == ("high", "low")


def test_a_conflict_that_only_whole_numbers_have():
    """2a + 2b = 3 is possible in fractions; a whole row alone cannot hold."""
    columns = {"a": (0, 5, True), "b": (0, 5, True)}
    odd = {"odd": (3, {"a": 2, "b": 2}, 3), "other": (-INF, {"a": 1}, 4)}
    assert smallest_conflict(matrix(columns, odd)) == ("odd",)
    # a + b is 1 or 2, a - b is 0: with 2a = 1 left, a half; the rows contradict each other only together.
    even = {"sum": (1, {"a": 1, "b": 1}, 1), "equal": (0, {"a": 1, "b": -1}, 0), "other": (-INF, {"a": 1}, 4)}
    assert smallest_conflict(matrix(columns, even)) == ("sum", "equal")


def test_a_smaller_conflict_of_whole_numbers_is_taken_before_a_larger_one_of_fractions():
    rows = {
        "more": (7, {"a": 1, "b": 1, "c": 1}, INF),
        "less_a": (-INF, {"a": 1, "c": 1}, 3),
        "less_b": (-INF, {"b": 1}, 2),
        "odd": (3, {"c": 2}, 3),
    }
    program = matrix({"a": (0, 9, True), "b": (0, 9, True), "c": (0, 9, True)}, rows)
    assert smallest_conflict(part(program, [0, 1, 2])) == ("more", "less_a", "less_b")
    assert smallest_conflict(program) == ("odd",)


def test_bounds_are_named_where_they_are_asked_for_and_matter():
    program = matrix({"a": (0, 4, False), "b": (-1, 3, False)}, {"sum": (8, {"a": 1, "b": 1}, INF)})
    assert smallest_conflict(program) == ("sum",)
    assert smallest_conflict(program, bounds=True) == ("sum", "a <= 4", "b <= 3")
    assert smallest_conflict(part(CHAIN, [0, 1, 2]), bounds=True) == ("a_at_most_b", "b_at_most_c", "c_below_a")


def test_bounds_that_contradict_each_other_are_the_conflict():
    assert smallest_conflict(matrix({"a": (3, 2, False)}, {})) == ("a >= 3", "a <= 2")
    assert smallest_conflict(matrix({"a": (0, 9, True), "b": (0.2, 0.8, True)}, {})) == ("b >= 0.2", "b <= 0.8")


@settings(max_examples=120)
@given(programs())
def test_the_conflict_is_a_smallest_of_all_sets_of_rows(program):
    found = smallest_conflict(program)
    assert len(found) == smallest_by_hand(program)
    if found:
        assert not any(True for _ in points(part(program, [program.row_names.index(name) for name in found])))


@pytest.mark.parametrize("needed", [[3], [0, 7], [1, 2, 6], [0, 1, 2, 3, 4, 5, 6, 7]])
def test_the_filter_leaves_what_is_needed_and_nothing_else(needed):
    asked = []

    def contradicts(rows):
        asked.append(rows)
        return set(needed) <= set(rows)

    assert irreducible(range(8), contradicts) == needed
    assert len(asked) <= 16


def test_without_a_smaller_one_within_the_tries_the_irreducible_one_stands(monkeypatch):
    monkeypatch.setattr(conflict, "TRIES", 0)
    assert smallest_conflict(part(CHAIN, [0, 1, 2, 5])) == ("a_at_most_b", "b_at_most_c", "c_below_a")


# ---------------------------------------------------------------------- relaxing one row


def test_one_row_relaxed_alone_by_the_least_amount_cheapest_first():
    """9 needed, 5 and 2 there, of which 4 are paid at 1.5: budget 6."""
    program = matrix(
        {"a": (0, 5, True), "b": (0, 2, True)},
        {
            "need": (6, {"a": 1, "b": 1}, INF),
            "budget": (-INF, {"a": 1.5, "b": 1.5}, 6),
            "some_b": (1, {"b": 1}, INF),
        },
    )
    found = cheapest_relaxation(program, {"some_b": 1.0, "need": 4.0, "budget": 0.5})
    assert [(r.name, [step.side for step in r.steps], r.amount, r.cost, r.least) for r in found] == [
        ("budget", ["upper"], 3.0, 1.5, True), ("need", ["lower"], 2.0, 8.0, True), ("some_b", [], None, INF, True),
    ]  # fmt: skip


def test_a_whole_thing_cannot_be_relaxed_by_a_part_of_it():
    """10 for a facility, 7 there: 3 lack, although a part of a facility would do in fractions."""
    program = matrix(
        {"open": (0, 3, True), "users": (0, 9, True)},
        {"room": (-INF, {"users": 1, "open": -8}, 0), "need": (4, {"users": 1}, 4), "money": (-INF, {"open": 10}, 7)},
    )
    found = {
        r.name: (r.steps[0].side, r.amount) for r in cheapest_relaxation(program, dict.fromkeys(program.row_names, 1.0))
    }
    assert found == {"money": ("upper", 3.0), "need": ("lower", 4.0), "room": ("upper", 4.0)}


def test_two_contradictions_are_not_mended_by_one_row():
    program = matrix(
        {"a": (0, 1, False), "b": (0, 1, False)}, {"two_a": (2, {"a": 1}, INF), "two_b": (2, {"b": 1}, INF)}
    )
    assert [r.amount for r in cheapest_relaxation(program, {"two_a": 1.0, "two_b": 1.0})] == [None, None]


# ---------------------------------------------------------------------- files


@needs_cases
def test_the_published_case_has_a_conflict_of_two_rows():
    assert conflict_of_file(GALENET) == ("NODE5", "D8")


def test_a_file_that_is_no_program_is_refused(tmp_path):
    (tmp_path / "bad.mps").write_text("ROWS\n nothing of the kind\n")
    for name in ("bad.mps", "absent.mps"):
        with pytest.raises(InputRefused, match=f"{name}: is not a program that HiGHS can read; "):
            conflict_of_file(tmp_path / name)


def test_a_file_is_read_row_by_row(tmp_path):
    (tmp_path / "two.mps").write_text(
        "NAME x\nROWS\n N obj\n G low\n L high\nCOLUMNS\n M1 'MARKER' 'INTORG'\n a low 1\n a high 2\n"
        " M2 'MARKER' 'INTEND'\n b high 3\nRHS\n R low 4\n R high 5\nBOUNDS\n UP B a 9\nENDATA\n"
    )
    found = conflict.read_mps(tmp_path / "two.mps")
    assert (found.names, found.row_names, found.whole.tolist()) == (("a", "b"), ("low", "high"), [True, False])
    assert found.activity(np.array([4.0, 1.0])).tolist() == [4, 11]
    assert conflict_of_file(tmp_path / "two.mps") == ("low", "high")
