"""HiGHS, as one kept model in this process.

Each search is afresh, from no point and no basis: HiGHS 1.15.1, given a start, called a point optimal that
was not in one of a hundred random countries (49 people unserved instead of 14), without one in none of them.
"Infeasible" is what it says twice, the second time without presolve, which has called programs so that are
not; and an unbounded program with whole numbers it calls infeasible too, so that is asked apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.errors import Fault, InputRefused, SolverFailed
from nationalmap.program.matrix import FEASIBILITY, trivial_bound
from nationalmap.program.solvers import Found, Limits, Stopped

if TYPE_CHECKING:
    from pathlib import Path

    from nationalmap.domain.plan import Status
    from nationalmap.program.matrix import Array, Matrix

#: What is the same in every search; the rest comes with its limits.
OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_feasibility_tolerance": FEASIBILITY,
}

#: Part of the largest weight of a proof below which a weight is noise.
ZERO_WEIGHT = 1e-9

#: What a search for a bound alone leaves out: at the root of haskovo-2035 it took four fifths of the time and found
#: no point (bound 153 in 11 CPU s, with all of it 154 in 44 s).
FOR_POINTS = (
    "mip_allow_restart",
    "mip_heuristic_run_root_reduced_cost",
)
#: Its searches within the search, whole programs of their own.
WITHIN = (
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
)

#: What HiGHS' own words mean; any other one is a failure.
STATUSES: dict[str, tuple[Status, Stopped]] = {
    "kOptimal": ("proven", ""),
    "kModelEmpty": ("proven", ""),
    "kInfeasible": ("infeasible", ""),
    "kUnbounded": ("unbounded", ""),
    "kUnboundedOrInfeasible": ("unbounded", ""),
    "kTimeLimit": ("feasible_with_gap", "clock"),
    "kSolutionLimit": ("feasible_with_gap", "nodes"),
    "kIterationLimit": ("feasible_with_gap", "nodes"),
    "kObjectiveTarget": ("feasible_with_gap", ""),
    "kInterrupt": ("feasible_with_gap", ""),
    "kHighsInterrupt": ("feasible_with_gap", ""),
}


class Highs:
    """One kept highspy model."""

    def __init__(self, hot: bool = False) -> None:
        """``hot``: what is relaxed is solved again from where the last search ended (another one of equal points)."""
        self._hot = hot
        try:
            import highspy
        except ImportError as absent:
            raise SolverFailed("HiGHS (highspy) is not installed") from absent
        self._highspy = highspy
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.name = f"HiGHS {self._highs.version()}"
        for option, value in OPTIONS.items():
            self._set(option, value)
        self._enough = self._steps = np.inf
        self._highs.cbMipInterrupt.subscribe(self._stop_at_enough)

    @property
    def model(self) -> Any:
        """The highspy model itself, for who keeps a basis."""
        return self._highs

    def load(self, matrix: Matrix) -> None:
        """Take this program; what was there before is forgotten."""
        self._lower, self._upper, self._whole = matrix.lower, matrix.upper, matrix.whole
        self._columns = np.arange(matrix.size, dtype=np.int32)
        self._done(self._highs.passModel(self._lp(matrix)), "take the program")

    def add_row(self, name: str, index: Array, value: Array, low: float, high: float) -> None:
        """One more row, for all further searches."""
        done = self._highs.addRow(low, high, len(index), index.astype(np.int32), value.astype(float))
        self._done(done, f"take the row {name}")

    def set_bounds(self, lower: Array, upper: Array) -> None:
        """Other bounds of the columns, for all further searches."""
        self._lower, self._upper = lower, upper

    def minimise(
        self,
        costs: Array,
        limits: Limits,
        lower: Array | None = None,
        upper: Array | None = None,
        relaxed: bool = False,
    ) -> Found:
        """Search afresh; see Backend."""
        low, high = self._lower if lower is None else lower, self._upper if upper is None else upper
        if (low > high).any():
            return Found("infeasible")
        found = self._twice(costs, limits, low, high, relaxed)
        if found.status not in ("infeasible", "unbounded") or np.isfinite(trivial_bound(costs, low, high)):
            return Found("infeasible") if found.status == "unbounded" else found
        return self._told_apart(costs, limits, low, high, relaxed)

    def prices(self, costs: Array, lower: Array, upper: Array) -> Array | None:
        """Marginal price of each row of the relaxed program within these bounds; None where it has no optimum."""
        if self.minimise(costs, Limits(), lower, upper, relaxed=True).status != "proven":
            return None
        return np.array(self._highs.getSolution().row_dual)

    def certificate(self) -> list[int]:
        """Rows whose weighted sum shows that the relaxed program has no point; empty where it shows none.

        To be checked by the caller: the weights are the solver's, and so are their zeros.
        """
        self._ask(np.zeros(len(self._columns)), Limits(), self._lower, self._upper, relaxed=True)
        if self._run("off", relaxed=True).status != "infeasible":
            return []
        _, exists, ray = self._highs.getDualRay()
        weights = np.abs(np.array(ray if exists else [], dtype=float))
        return [int(row) for row in np.flatnonzero(weights > ZERO_WEIGHT * weights.max(initial=0.0))]

    def read(self, path: Path) -> Any:
        """The program of an MPS or LP file, as HiGHS holds it. Raises InputRefused for a file that is none."""
        read = path.is_file() and self._highs.readModel(str(path)) != self._highspy.HighsStatus.kError
        # Junk is read as a program of nothing.
        if not read or not self._highs.getLp().num_row_:
            rule, cure = "is not a program that HiGHS can read", "give a linear program as an MPS or LP file"
            raise InputRefused([Fault(path.name, rule=rule, cure=cure)])
        self._highs.ensureColwise()
        return self._highs.getLp()

    def whole_columns(self, lp: Any) -> Array:
        """Which columns of a program that was read are whole numbers."""
        kind = self._highspy.HighsVarType.kInteger
        return np.array([k == kind for k in lp.integrality_] or [False] * lp.num_col_, dtype=bool)

    def _twice(self, costs: Array, limits: Limits, lower: Array, upper: Array, relaxed: bool) -> Found:
        """One search, and where it says "infeasible" or "unbounded" another one without presolve."""
        self._ask(costs, limits, lower, upper, relaxed)
        found = self._run("choose", relaxed)
        return self._run("off", relaxed) if found.status in ("infeasible", "unbounded") else found

    def _told_apart(self, costs: Array, limits: Limits, lower: Array, upper: Array, relaxed: bool) -> Found:
        """Infeasible or unbounded: without an objective nothing is unbounded, and a relaxation shows the rest.

        Where a program with whole numbers has a point and its relaxation is unbounded, it is unbounded itself
        (its numbers being fractions).
        """
        nothing = np.zeros_like(costs)
        any_point = self._twice(nothing, limits, lower, upper, relaxed)
        if any_point.point is None:
            return any_point
        loose = self._twice(costs, limits, lower, upper, relaxed=True)
        if loose.status == "unbounded":
            return Found("unbounded")
        raise SolverFailed("HiGHS calls a program infeasible of which it knows a point")

    def _ask(self, costs: Array, limits: Limits, lower: Array, upper: Array, relaxed: bool) -> None:
        size = len(self._columns)
        self._done(self._highs.changeColsBounds(size, self._columns, lower, upper), "take the bounds")
        self._done(self._highs.changeColsCost(size, self._columns, costs.astype(float)), "take the objective")
        self._set("mip_rel_gap", limits.gap)
        self._set("mip_abs_gap", limits.absolute)
        self._set("mip_max_nodes", limits.nodes)
        self._set("objective_target", limits.target)
        self._set("solve_relaxation", relaxed)
        for option in FOR_POINTS:
            self._set(option, not limits.bound_only)
        for option in WITHIN:
            self._set(option, limits.within and not limits.bound_only)
        self._seconds, self._enough, self._steps = limits.seconds, limits.enough, limits.steps

    def _run(self, presolve: str, relaxed: bool) -> Found:
        highs = self._highs
        self._set("presolve", presolve)
        whole = bool(self._whole.any()) and not relaxed
        if whole or not self._hot:
            highs.clearSolver()
        # Without whole numbers the clock of HiGHS 1.15.1 runs on from search to search; with them it starts anew.
        self._set("time_limit", self._seconds if whole else highs.getRunTime() + self._seconds)
        highs.run()
        info = highs.getInfo()
        feasible = info.primal_solution_status == self._highspy.SolutionStatus.kSolutionStatusFeasible
        point = np.array(highs.getSolution().col_value) if feasible else None
        status, stopped = self._status(point is not None)
        bound = float(info.mip_dual_bound) if whole else float(info.objective_function_value)
        if not whole and status != "proven":
            bound = -np.inf
        return Found(status, point, bound, max(0, int(info.mip_node_count)) if whole else 0, stopped)

    def _stop_at_enough(self, event: Any) -> None:
        """Called by HiGHS while it searches. It depends on bound and steps alone, so that runs repeat.

        Said each time, for HiGHS 1.15.1 takes an interruption over into the next search; and the bound of what
        is infeasible is infinite, which no search asked for.
        """
        enough = np.isfinite(self._enough) and event.data_out.mip_dual_bound >= self._enough
        event.interrupt(bool(enough or event.data_out.simplex_iteration_count >= self._steps))

    def _status(self, point: bool) -> tuple[Status, Stopped]:
        status, stopped = STATUSES.get(self._highs.getModelStatus().name, ("failed", ""))
        return ("none" if status == "feasible_with_gap" and not point else status), stopped

    def _lp(self, matrix: Matrix) -> Any:
        highspy = self._highspy
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = matrix.size, matrix.rows
        lp.col_cost_ = np.zeros(matrix.size)
        lp.col_lower_, lp.col_upper_ = matrix.lower, matrix.upper
        lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = matrix.size, matrix.rows
        lp.a_matrix_.start_ = matrix.start.astype(np.int32)
        lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.index, matrix.value
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in matrix.whole.tolist()]
        return lp

    def _set(self, option: str, value: Any) -> None:
        if self._highs.setOptionValue(option, value) != self._highspy.HighsStatus.kOk:
            raise SolverFailed(f'HiGHS does not take the option {option} = "{value}"')

    def _done(self, status: Any, what: str) -> None:
        if status == self._highspy.HighsStatus.kError:
            raise SolverFailed(f"HiGHS does not {what}")
