"""Sums of unknowns, made without an expression for each term; and objects made by the million without the collector."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pulp


def total(terms: Iterable[Any]) -> pulp.LpAffineExpression:
    """``pulp.lpSum`` of unknowns, expressions and numbers: the same sum, three times as fast where all are unknowns."""
    found = pulp.LpAffineExpression()
    for term in terms:
        if isinstance(term, pulp.LpVariable):
            found[term] = found.get(term, 0) + 1
        else:
            found.addInPlace(term)
    return found


def weighted(terms: Iterable[tuple[Any, float]]) -> pulp.LpAffineExpression:
    """The sum of (unknown, coefficient); a term of 0 is none, as in PuLP's own products."""
    found = pulp.LpAffineExpression()
    for unknown, coefficient in terms:
        if coefficient:
            found[unknown] = found.get(unknown, 0) + coefficient
    return found


def at_most_zero(terms: pulp.LpAffineExpression) -> pulp.LpConstraint:
    """The row ``terms <= 0``, the sum itself and no copy of it."""
    return pulp.LpConstraint(terms, pulp.LpConstraintLE)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Python's search for cycles waits: a program is a million objects without one, looked through again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
