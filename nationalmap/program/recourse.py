"""Users and money of a plan whose sites stand, as one linear program kept for many questions.

What was decided on sites (places, facilities, changes, renovations, complexes) is held; users and money are free, in
fractions, and the rows that only speak of sites fall away. Between questions of one structure only few numbers differ:

    bounds        x, x_other, u_short <= d     u_above <= share of A     e_package <= what the package asks
    right sides   meet_need d     no_loss     municipal_package, regional_package nu     maximum_users L
                  unmet_above_maximum A       budgets B
    coefficients  worst_share, worst_tenth: sum of d     assign_wholly: d
    costs         package: 1 / nu             worst_tenth: 10 / sum of d

``Recourse`` is stated once, by ``assemble``, for a *roomy* question that has every cell, arc and package that could be
asked; what a question does not ask is shut by bounds. So its numbers for a question are, entry by entry, those that
``assemble`` makes for that question afresh, and everything else is shut. ``served_where_open`` is left out: with whole
facilities held it says nothing that places_hold_users does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.program.amounts import above_maximum, above_shares, available, limit_of, loss_floor, paid_otherwise
from nationalmap.program.assemble import Program, assemble
from nationalmap.program.constraints import RULES
from nationalmap.program.constraints.package import municipal_package
from nationalmap.program.constraints.service import served_where_open
from nationalmap.program.known import Cell, Known
from nationalmap.program.solve import matrix_of, stage_costs
from nationalmap.program.variables import package_size, row_name

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.program.constraints.package import Rows
    from nationalmap.program.matrix import Array, Matrix
    from nationalmap.program.variables import Unknown

#: Families of unknowns that stay free; all others speak of sites.
FREE = ("x", "x_other", "w", "u_short", "u_above", "b", "e_package", "e_loss", "e_budget", "theta", "eta", "excess")
#: More than any need is: with it every maximum binds and every case may lie above it.
MANY = 1_000_000

Sites = Mapping[str, Mapping[Any, float]]
"""Family of unknowns -> key -> value of what was decided on sites; 0 where nothing is said."""


class OtherStructure(Exception):
    """The question has unknowns or rows that the kept program has not."""


def package_by_access(known: Known, unknown: Unknown) -> Rows:
    """Every municipal minimum as users within reach: which of the two ways counts differs from question to question."""
    asked = {key: ("access", users, places) for key, (_, users, places) in known.minimum.items()}
    yield from municipal_package(replace(known, minimum=asked), unknown)


def roomy_tables(needs: pd.DataFrame, package: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Needs and packages with everything asked that a norm or a study could ask; to be indexed for ``Recourse``."""
    asked = (package["norm_minimum"] != "") | (package["kind"] != "none")
    users, places = (package[name].where(~asked, 1) for name in ("minimum_users", "minimum_places"))
    kind = package["kind"].where(~asked, "in_place")
    return needs.assign(need_users=MANY), package.assign(kind=kind, minimum_users=users, minimum_places=places)


def sites_of(tables: Mapping[str, pd.DataFrame]) -> Sites:
    """What a finished plan decided on its sites, from its own result tables."""
    found: dict[str, dict[Any, float]] = {name: {} for name in ("k", "y", "added", "given_up", "opened", "q")}
    found |= {"renovated": {}, "complexes": {}}
    houses: dict[tuple[str, int], int] = {}
    for row in tables["transformed"].to_dict("records"):
        found["q"][row["from_site"], row["to_site"], row["year"]] = row["places_out"]
        key = row["to_site"], row["year"]
        houses[key] = houses.get(key, 0) + int(row["facility"])
    for row in tables["capacity"].to_dict("records"):
        key = row["site"], row["year"]
        committed = 1 if row["committed_places"] else 0
        found["k"][key], found["y"][key] = row["places"], row["facilities"]
        found["added"][key], found["given_up"][key] = row["new_places"], row["given_up_places"]
        found["opened"][key] = max(0, row["opened"] - houses.get(key, 0) - committed)
    for row in tables["renovated"].dropna(subset=["year"]).to_dict("records"):
        found["renovated"][row["site"], row["kind"], int(row["year"])] = 1
    for row in tables["complex"].to_dict("records"):
        found["complexes"][row["complex"], row["municipality"], row["year"]] = row["number"]
    return found


def reduced(matrix: Matrix, free: Array, point: Array) -> tuple[Matrix, Array]:
    """The program in its ``free`` columns, the others at ``point``; and what these add to each row that is left."""
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    mine = free[matrix.index]
    kept = np.bincount(row[mine], minlength=matrix.rows) > 0
    fixed = matrix.activity(np.where(free, 0.0, point))[kept]
    number = np.cumsum(free) - 1
    inner = matrix.only_rows(kept)
    entries = free[inner.index]
    lengths = np.bincount(np.repeat(np.arange(inner.rows), np.diff(inner.start))[entries], minlength=inner.rows)
    small = replace(
        inner,
        names=tuple(name for name, is_free in zip(matrix.names, free.tolist(), strict=True) if is_free),
        lower=matrix.lower[free],
        upper=matrix.upper[free],
        whole=np.zeros(int(free.sum()), dtype=bool),
        decided=np.zeros(int(free.sum()), dtype=bool),
        row_lower=inner.row_lower - fixed,
        row_upper=inner.row_upper - fixed,
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        index=number[inner.index[entries]].astype(np.int32),
        value=inner.value[entries],
    )
    return small, fixed


def forced_to_zero(matrix: Matrix, rows: Array) -> Array:
    """Marks columns of which the marked rows leave nothing but 0, one after another; upper bounds are not asked."""
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    zero, count = np.zeros(matrix.size, dtype=bool), -1
    while count < (count := int(zero.sum())):
        live = ~zero[matrix.index]
        most = np.bincount(row, live & (matrix.value > 0), matrix.rows) > 0
        least = np.bincount(row, live & (matrix.value < 0), matrix.rows) > 0
        forced = rows & ((~least & (matrix.row_upper == 0)) | (~most & (matrix.row_lower == 0)))
        zero[matrix.index[forced[row] & (matrix.value != 0)]] = True
        zero &= matrix.lower == 0
    return zero


def stated(known: Known, sites: Sites, rules: Iterable[Any] = ()) -> tuple[Program, Matrix, Array, Array]:
    """Program with its sites held: itself, its reduced matrix, what the sites add to each row, the full point."""
    program = assemble(known, [*(rule for rule in RULES if rule is not served_where_open), *rules])
    matrix = matrix_of(program)
    column = {name: number for number, name in enumerate(matrix.names)}
    families = program.unknown.families()
    free, point = np.zeros(matrix.size, dtype=bool), np.zeros(matrix.size)
    for name, family in families.items():
        for key, variable in family.items():
            at = column[variable.name]
            free[at], point[at] = name in FREE, sites.get(name, {}).get(key, 0.0)
    small, fixed = reduced(matrix, free, point)
    return program, small, fixed, free


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of one question: bounds of columns and rows, all coefficients, costs of each stage."""

    upper: Array
    row_lower: Array
    row_upper: Array
    value: Array
    costs: Mapping[str, Array]


class Recourse:
    """The kept program. ``known`` is the roomy question, ``sites`` what is held.

    Its objectives are those of the scenario that have a free column, without those to ``leave_out`` by name.
    """

    def __init__(self, known: Known, sites: Sites, leave_out: Sequence[str] = ()) -> None:
        if known.hard_need:
            raise ValueError("where needs and packages are hard, rows of sites alone would decide")
        program, self.matrix, self._fixed, free = stated(known, sites, [package_by_access])
        self.known, self._unknown = known, program.unknown
        self.column = {name: number for number, name in enumerate(self.matrix.names)}
        self.row = {name: number for number, name in enumerate(self.matrix.row_names)}
        wanted = [one for one in stage_costs(program) if one.name not in leave_out]
        self.costs = {one.name: one.costs[free] for one in wanted if one.costs[free].any()}

    # ------------------------------------------------------------------------ where each number stands

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """(m, g, t), in the order of the vector of needs."""
        return tuple(self.known.need)

    def columns(self, family: str) -> tuple[list[Any], Array]:
        """Keys of a family, and their columns."""
        mine = self._unknown.families()[family]
        return list(mine), np.array([self.column[v.name] for v in mine.values()], dtype=np.int64)

    @cached_property
    def _of_cells(self) -> list[tuple[Array, Array]]:
        """Columns bounded by a need, and the cell of each."""
        number = {cell: n for n, cell in enumerate(self.cells)}
        group = {s: service.group for s, service in self.known.services.items()}
        found = []
        for family in ("x", "x_other", "u_short"):
            keys, columns = self.columns(family)
            cells = [key if family == "u_short" else (key[0], group[key[2]], key[3]) for key in keys]
            found.append((columns, np.array([number[cell] for cell in cells], dtype=np.int64)))
        return found

    @cached_property
    def _paying(self) -> tuple[tuple[str, int], ...]:
        """(f, t) of money other than the state's, all of which the roomy question has."""
        streams = self.known.scenario.streams
        return tuple(key for key, most in self.known.budget.items() if streams[key[0]].payer == "other" and most > 0)

    def _rows_of(self, rule: str, keys: Iterable[Any]) -> tuple[list[Any], Array]:
        """Keys that have a row of the rule, and the rows."""
        there = [(key, self.row[name]) for key in keys if (name := row_name(rule, key)) in self.row]
        return [key for key, _ in there], np.array([n for _, n in there], dtype=np.int64)

    def rows_of(self, rule: str) -> Array:
        """Rows of a rule whose right side a question decides."""
        return self._rows[rule][1]

    @cached_property
    def _rows(self) -> Mapping[str, tuple[list[Any], Array]]:
        """Rule -> keys and rows whose right side a question decides."""
        keys: dict[str, Iterable[Any]] = {
            "meet_need": self.cells,
            "no_loss": self._unknown.e_loss,
            "municipal_package": self.known.minimum,
            "package_by_access": self.known.minimum,
            "regional_package": self.known.minimum,
            "maximum_users": self.known.maximum,
            "unmet_above_maximum": self.known.cells_in,
            "budgets": self.known.budget,
        }
        return {rule: self._rows_of(rule, mine) for rule, mine in keys.items()}

    @cached_property
    def _entries(self) -> Mapping[str, tuple[Array, list[Array]]]:
        """Rule -> positions of its coefficients that are needs, with the cells that each adds up."""
        number = {cell: n for n, cell in enumerate(self.cells)}
        reached: dict[tuple[str, int], list[int]] = {}
        for cell in self.known.cells:
            reached.setdefault((cell[0], cell[2]), []).append(number[cell])
        found: dict[str, tuple[list[int], list[Array]]] = {}
        for rule, family in (("worst_share", "theta"), ("worst_tenth", "eta")):
            keys, rows = self._rows_of(rule, reached)
            (at,) = self.columns(family)[1].tolist() or (-1,)
            found[rule] = [self._position(row, at) for row in rows.tolist()], [np.array(reached[key]) for key in keys]
        group = {s: service.group for s, service in self.known.services.items()}
        keys, rows = self._rows_of("assign_wholly", self._unknown.w)
        positions = [
            self._position(row, self.column[self._unknown.w[key].name])
            for key, row in zip(keys, rows.tolist(), strict=True)
        ]
        found["assign_wholly"] = positions, [np.array([number[m, group[s], t]]) for m, _, s, t in keys]
        return {rule: (np.array(at, dtype=np.int64), cells) for rule, (at, cells) in found.items()}

    def _position(self, row: int, column: int) -> int:
        """Where the coefficient of a column in a row stands."""
        first, last = self.matrix.start[row], self.matrix.start[row + 1]
        return int(first + np.flatnonzero(self.matrix.index[first:last] == column)[0])

    @cached_property
    def idle(self) -> Array:
        """Marks columns that are 0 in every question: users and money of hosts where nothing stands.

        Found row by row: what adds up to 0 at most, of terms that are not negative, is 0. Only rows that no question
        changes are asked.
        """
        changing = (*self._rows, *self._entries)
        lasting = np.array([name.partition("__")[0] not in changing for name in self.matrix.row_names], dtype=bool)
        return forced_to_zero(self.matrix, lasting)

    # ------------------------------------------------------------------------ the numbers of a question

    def like(
        self,
        need: Mapping[Cell, int],
        minimum: Mapping[Cell, tuple[str, int, int]],
        maximum: Mapping[Cell, int],
        budget: Mapping[tuple[str, int], float],
    ) -> Known:
        """A question of this structure. Raises OtherStructure where it has another one."""
        inside = need.keys() == self.known.need.keys() and minimum.keys() <= self.known.minimum.keys()
        if not inside or maximum.keys() != self.known.maximum.keys() or budget.keys() != self.known.budget.keys():
            raise OtherStructure("other cells, packages, maxima or streams")
        known = replace(self.known, need=need, minimum=minimum, maximum=maximum, budget=budget)
        # What does not depend on these figures is not worked out again.
        lasting = ("hosts", "sites_in", "sites_of", "family", "_members", "conversions", "_first_places")
        vars(known).update({name: getattr(self.known, name) for name in lasting})
        return known

    def numbers(self, known: Known) -> Numbers:
        """The numbers of a question made by ``like``. Raises OtherStructure where it needs more than there is."""
        need = np.array([known.need[cell] for cell in self.cells], dtype=float)
        lower, high = self._sides(known, need)
        value = self.matrix.value.copy()
        for positions, cells in self._entries.values():
            value[positions] = [-need[mine].sum() for mine in cells]
        return Numbers(self._bounds(known, need), lower, high, value, self._costs(known, need))

    def _bounds(self, known: Known, need: Array) -> Array:
        upper = self.matrix.upper.copy()
        for columns, cells in self._of_cells:
            upper[columns] = need[cells]
        if any(known.budget[key] <= 0 for key in self._paying):
            keys, columns = self.columns("x_other")
            upper[columns] *= [paid_otherwise(known, arc) for arc in keys]
        shares = above_shares(known)
        keys, columns = self.columns("u_above")
        if not shares.keys() <= set(keys):
            raise OtherStructure("cases above a maximum that was none")
        upper[columns] = [shares.get(cell, 0) for cell in keys]
        keys, columns = self.columns("e_package")
        upper[columns] = [package_size(known, key) if key in known.minimum else 0 for key in keys]
        return upper

    def _sides(self, known: Known, need: Array) -> tuple[Array, Array]:
        """Lower and upper sides of the rows, what the sites add taken off."""
        low, high = self.matrix.row_lower.copy(), self.matrix.row_upper.copy()
        number = {cell: n for n, cell in enumerate(self.cells)}
        keys, rows = self._rows["meet_need"]
        low[rows] = high[rows] = need[[number[cell] for cell in keys]]
        keys, rows = self._rows["no_loss"]
        low[rows] = [loss_floor(known, *key) for key in keys]
        for rule in ("municipal_package", "package_by_access", "regional_package"):
            keys, rows = self._rows[rule]
            low[rows] = [_minimum(known, rule, key) for key in keys] - self._fixed[rows]
        keys, rows = self._rows["maximum_users"]
        high[rows] = [limit_of(known, key) for key in keys]
        keys, rows = self._rows["unmet_above_maximum"]
        high[rows] = [above_maximum(known, *key) for key in keys]
        keys, rows = self._rows["budgets"]
        high[rows] = [available(known, *key) for key in keys]
        return low, high

    def _costs(self, known: Known, need: Array) -> Mapping[str, Array]:
        costs = dict(self.costs)
        if "package" in costs:
            keys, columns = self.columns("e_package")
            costs["package"] = costs["package"].copy()
            costs["package"][columns] = [1 / package_size(known, k) if k in known.minimum else 0.0 for k in keys]
        if "worst_tenth" in costs:
            _, columns = self.columns("excess")
            whole = sum(known.need[cell] for cell in known.cells)
            costs["worst_tenth"] = costs["worst_tenth"].copy()
            costs["worst_tenth"][columns] = 10.0 / whole if whole else 0.0
        return costs


def _minimum(known: Known, rule: str, key: Cell) -> float:
    """What a package row asks; minus infinity where it does not count in this question."""
    kind, users, places = known.minimum.get(key, ("none", 0, 0))
    if kind == "none" or (kind == "access") != (rule == "package_by_access"):
        return -np.inf
    return users if kind == "access" else places
