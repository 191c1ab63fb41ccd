"""Rows for the search alone: no plan of the stated program breaks one, and fractions do."""

from __future__ import annotations

import numpy as np
import pytest

from nationalmap.program.matrix import Matrix
from nationalmap.program.solve import matrix_of
from nationalmap.program.solvers import Limits
from nationalmap.program.solvers.highs import Highs
from nationalmap.program.tightened import tightened
from tests.program.test_change import old, s1
from tests.toyland import Toyland
from tests.toyland.varied import varied

EACH = 5
CHUNKS = {f"{first}-{first + EACH - 1}": range(first, first + EACH) for first in range(0, 40, EACH)}


def widest(stated: Matrix, tight: Matrix) -> float:
    """By how much a plan of the stated program can break one of the added rows at most: each asked for itself."""
    solver, most = Highs(), 0.0
    solver.load(stated)
    for row in range(stated.rows, tight.rows):
        inside = slice(int(tight.start[row]), int(tight.start[row + 1]))
        above = bool(np.isfinite(tight.row_upper[row]))
        costs = np.zeros(stated.size)
        costs[tight.index[inside]] = -tight.value[inside] if above else tight.value[inside]
        found = solver.minimise(costs, Limits())
        if found.status == "infeasible":
            return 0.0  # no plan at all, so none is lost
        assert found.status == "proven"
        broken = -found.bound - tight.row_upper[row] if above else tight.row_lower[row] - found.bound
        most = max(most, float(broken))
    return most


@pytest.mark.parametrize("seeds", CHUNKS.values(), ids=CHUNKS)
def test_no_plan_of_the_stated_program_is_lost(seeds):
    """Small random countries with everything the program knows: the largest violation of each row is none."""
    for seed in seeds:
        program = varied(seed).program()
        stated = matrix_of(program)
        assert widest(stated, tightened(program, stated)) < 1e-5, f"seed {seed}"


def test_every_kind_of_row_is_tried():
    """The countries above have all kinds."""
    kinds = set()
    for seed in range(40):
        program = varied(seed).program()
        kinds |= {
            name.split("__")[1] for name in tightened(program, matrix_of(program)).row_names if "tightened" in name
        }
    assert kinds == {"stands_whole", "becomes_whole", "package_opens"}


def least_in_fractions(country: Toyland, tight: bool, **weights: float) -> float:
    """The least weighted sum of whole families of unknowns, whole numbers let go."""
    program = country.program()
    stated = matrix_of(program)
    matrix = tightened(program, stated) if tight else stated
    solver = Highs()
    solver.load(matrix)
    costs = np.array([weights.get(name.split("__")[0], 0.0) for name in matrix.names])
    return solver.minimise(costs, Limits(), relaxed=True).bound


def test_a_home_that_keeps_all_its_places_stands_wholly():
    """Seven places, too few to become a residence of five (0.6 of them are four); a home may hold eight.

    In fractions 7/8 of a home would hold them all, and an eighth of its fixed cost be saved.
    """
    country = old(s1(2027, need=6), places=7)
    asked = {"y": 1.0, "e_keep": 100.0}
    assert least_in_fractions(country, tight=False, **asked) == pytest.approx(7 / 8)
    assert least_in_fractions(country, tight=True, **asked) == pytest.approx(1)


def test_half_a_transformation_takes_half_of_the_places_along():
    """Nine old places make five new ones, and all are kept so. Of a home of up to 18, half of one would hold nine."""
    country = old(s1(2027, need=6), places=9, max_places=18, financed_until=2026)
    asked = {"converted": 1.0, "e_keep": 100.0}
    assert least_in_fractions(country, tight=False, **asked) == pytest.approx(1 / 2)
    assert least_in_fractions(country, tight=True, **asked) == pytest.approx(1)
