"""Solvers that break in a child process, named so that the child can find them: each breaks where it is asked to
search for the stage "cost", and is HiGHS elsewhere."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial

import numpy as np

from nationalmap.errors import SolverFailed
from nationalmap.program.solvers import Found, backend
from nationalmap.program.solvers.cbc import Cbc
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


# ---------------------------------------------------------------------- the twelve kinds


class Garbage(_Breaking):
    def breaks(self):
        return Found("all is well", "42", "soon")


class Impossible(_Breaking):
    def breaks(self):
        return Found("infeasible")


class Zeros(_Breaking):
    def breaks(self):
        return Found("proven", np.zeros(len(self._upper)), 0.0)


class OutOfTime(_Breaking):
    def breaks(self):
        return Found("none", stopped="clock")


class OutOfTimeAtOnce(Highs):
    def minimise(self, *args, **more):
        return Found("none", stopped="clock")


class InTime(Highs):
    """It has a plan when its time is over, and no proof."""

    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
        found = super().minimise(costs, limits, lower, upper, relaxed)
        return found if relaxed or found.point is None else Found("feasible_with_gap", found.point, stopped="clock")


class Slow(_Breaking):
    def minimise(self, costs, limits, lower=None, upper=None, relaxed=False):
        time.sleep(0.05)
        return Highs.minimise(self, costs, limits, lower, upper, relaxed)


class Hog(_Breaking):
    def breaks(self):
        hoard = []
        while True:
            hoard.append(np.ones(4_000_000))


class Deaf(_Breaking):
    def breaks(self):
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        while True:
            time.sleep(3600)


def _first(kind, name):
    return kind() if name == "highs" else backend(name)


def at_the_start(name):
    """It ends the process as soon as it is wanted."""
    if name == "highs":
        os.write(2, b"Illegal instruction\n")
        os._exit(132)
    return backend(name)


def executable(path, name):
    """An executable in the place of CBC, asked first; HiGHS is its spare."""
    return Cbc(path, grace=1.0) if name == "highs" else backend("highs")


garbage, impossible, zeros, out_of_time, out_of_time_at_once, in_time, slow, hog, deaf = (
    partial(_first, kind) for kind in (Garbage, Impossible, Zeros, OutOfTime, OutOfTimeAtOnce, InTime, Slow, Hog, Deaf)
)
