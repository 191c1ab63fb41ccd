"""The hash of a program: the same for the same rows and columns in any order, another for any change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap.program.fingerprint import fingerprint
from tests.program.matrices import costs, matrix, random_program

PROGRAM, STAGES = random_program(0)
SAME = fingerprint(PROGRAM, STAGES)


def permuted(program, stages, columns, rows):
    """The same program with its columns and rows in another order."""
    place = np.argsort(columns)
    entries = [slice(program.start[i], program.start[i + 1]) for i in rows]
    backwards = [np.arange(part.start, part.stop)[::-1] for part in entries]
    index = np.concatenate([program.index[part] for part in backwards])
    other = replace(
        program,
        names=tuple(program.names[i] for i in columns),
        **{name: getattr(program, name)[columns] for name in ("lower", "upper", "whole", "decided")},
        row_names=tuple(program.row_names[i] for i in rows),
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        start=np.concatenate([[0], np.cumsum([len(part) for part in backwards])]),
        index=place[index].astype(np.int32),
        value=np.concatenate([program.value[part] for part in backwards]),
    )
    held = [stage.held if stage.held is None else stage.held[columns] for stage in stages]
    return other, [replace(s, costs=s.costs[columns], held=h) for s, h in zip(stages, held, strict=True)]


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_terms_does_not_matter(chance):
    columns, rows = list(range(PROGRAM.size)), list(range(PROGRAM.rows))
    chance.shuffle(columns)
    chance.shuffle(rows)
    assert fingerprint(*permuted(PROGRAM, STAGES, np.array(columns), np.array(rows))) == SAME


def changed(name, number, by):
    array = getattr(PROGRAM, name).astype(float)
    array[number] += by
    return replace(PROGRAM, **{name: array})


FINITE = int(np.flatnonzero(np.isfinite(PROGRAM.row_upper))[0])


@pytest.mark.parametrize(
    ("program", "stages"),
    [
        (changed("value", 0, 1e-9), STAGES),
        (changed("lower", 0, 1), STAGES),
        (changed("upper", 0, 1), STAGES),
        (changed("row_upper", FINITE, 0.01), STAGES),
        (replace(PROGRAM, whole=~PROGRAM.whole), STAGES),
        (replace(PROGRAM, names=("another", *PROGRAM.names[1:])), STAGES),
        (replace(PROGRAM, row_names=("another", *PROGRAM.row_names[1:])), STAGES),
        (PROGRAM, STAGES[::-1]),
        (PROGRAM, STAGES[:-1]),
        (PROGRAM, [replace(STAGES[0], costs=STAGES[0].costs * 2), *STAGES[1:]]),
        (PROGRAM, [replace(STAGES[0], kind="largest"), *STAGES[1:]]),
        (PROGRAM, [replace(STAGES[0], held=PROGRAM.whole), *STAGES[1:]]),
    ],
    ids=[
        *("coefficient", "lower", "upper", "row", "whole", "column", "row name", "order of stages", "fewer stages"),
        *("cost", "kind", "held"),
    ],
)
def test_any_change_is_another_program(program, stages):
    assert fingerprint(program, stages)["sha256"] != SAME["sha256"]


def test_a_term_of_nothing_and_a_minus_before_a_zero_are_no_change():
    rows = {"r": (-1.0, {"a": 1, "b": 0}, 0.0)}
    one = matrix({"a": (0, 1, True), "b": (0, 1, False)}, rows)
    other = matrix({"b": (-0.0, 1, False), "a": (0, 1, True)}, {"r": (-1.0, {"a": 1}, -0.0)})
    found = [fingerprint(program, [costs(program, {"a": 1.0}, "a")]) for program in (one, other)]
    assert found[0] == found[1]
    assert (found[0]["columns"], found[0]["whole"], found[0]["rows"], found[0]["coefficients"]) == (2, 1, 1, 1)
