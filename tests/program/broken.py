"""Solvers that break in a child process, named so that the child can find them: each breaks where it is asked to
search for the stage "cost", and is HiGHS elsewhere."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, backend
from nationalmap.program.solvers.highs import Highs


class _Breaking(Highs):
    def breaks(self) -> Found:
        raise NotImplementedError

    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
        # The stage "cost" counts the money columns, and they alone have no upper bound.
        if not relaxed and costs.any() and np.isinf(self._upper[costs != 0]).all():
            return self.breaks()
        return super().minimise(costs, limits, lower, upper, relaxed)


class Crashing(_Breaking):
    def breaks(self):
        os.write(2, b"a last word\n")
        os._exit(11)


class Hanging(_Breaking):
    def breaks(self):
        time.sleep(3600)


class Raising(_Breaking):
    def breaks(self):
        raise ZeroDivisionError("an error nobody thought of")


class Chatty(Highs):
    def minimise(self, *args, **more):
        os.write(1, b"\x80\x04 what a solver prints\n" * 50)
        sys.stdout.write("and Python\n")
        return super().minimise(*args, **more)


def crashing(name):
    return Crashing() if name == "highs" else backend(name)


def hanging(name):
    return Hanging() if name == "highs" else backend(name)


def raising(name):
    return Raising() if name == "highs" else backend(name)


def chatty(_):
    return Chatty()


def absent(name):
    if name == "highs":
        raise SolverFailed("HiGHS (highspy) is not installed")
    return backend(name)


def always_crashing(_):
    return Crashing()
