"""The figures of a frontier that are drawn and said: over all planned years together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.frontier import Frontier, Way


@dataclass(frozen=True)
class Step:
    """One budget: money a year (mean of the planned years), cases summed over them, packages of the last one."""

    number: int
    factor: float
    budget_eur: float
    spent_eur: float
    need: int
    served: int
    no_place: int
    out_of_reach: int
    above_maximum: int
    price: int
    complied: int
    municipalities: int
    missing: float
    """Packages missing, as the stage counts them, over all years; 0 where no stage does."""
    by_class: tuple[tuple[int, int, int], ...]
    """(priority class, cases without a place, price of nesting)."""
    gap: float
    proven: bool

    @property
    def share(self) -> float:
        """Cases with a place, of one."""
        return self.served / self.need if self.need else 1.0

    @property
    def shown(self) -> float:
        """The same in thousandths, rounded down: nobody reaches everybody by rounding."""
        return (1000 * self.served // self.need) / 1000 if self.need else 1.0


def steps(frontier: Frontier, way: Way) -> tuple[Step, ...]:
    """The budgets of one way, the smallest first; none where it was not asked."""
    points, classes, gaps = (_of(frontier.tables[name], way) for name in ("points", "by_class", "gaps"))
    packages = gaps[gaps["stage"] == "package"].set_index("point")["value"]
    return tuple(
        _step(rows, classes[classes["point"] == number], float(packages.get(number, 0.0)))
        for number, rows in points.groupby("point")
    )


def _of(table: pd.DataFrame, way: Way) -> pd.DataFrame:
    return table[table["way"] == way]


def _step(rows: pd.DataFrame, classes: pd.DataFrame, missing: float) -> Step:
    last = rows.iloc[-1]
    cases = classes.assign(price_users=classes["price_users"].fillna(0)).groupby("priority_class")
    sums = cases[["no_place_users", "price_users"]].sum()
    return Step(
        number=int(last["point"]),
        factor=float(last["factor"]),
        budget_eur=float(rows["chosen_budget_eur"].mean()),
        spent_eur=float(rows["chosen_spent_eur"].mean()),
        need=int(rows["need_users"].sum()),
        served=int(rows["served_users"].sum()),
        no_place=int(rows["no_place_users"].sum()),
        out_of_reach=int(rows["out_of_reach_users"].sum()),
        above_maximum=int(rows["above_maximum_users"].sum()),
        price=int(rows["price_users"].fillna(0).sum()),
        complied=int(last["complied_municipalities"]),
        municipalities=int(last["municipalities"]),
        missing=missing,
        by_class=tuple((int(c), int(n), int(p)) for c, n, p in sums.itertuples(name=None)),
        gap=float(rows["gap"].max()),
        proven=bool(rows["proven"].all()),
    )


def most_served(frontier: Frontier) -> int:
    """Cases with a place with any amount of this money."""
    beyond = frontier.asked.most_served
    return sum(beyond.values()) if beyond is not None else steps(frontier, "free")[-1].served


def end(frontier: Frontier) -> Step | None:
    """The smallest budget from which more money serves nobody further; None where the curve goes on."""
    free, most = steps(frontier, "free"), _best(frontier)
    return next((step for step in free if _no_places(step) == most), None)


def _no_places(step: Step) -> tuple[int, ...]:
    return tuple(cases for _, cases, _ in step.by_class)


def _best(frontier: Frontier) -> tuple[int, ...]:
    """Cases without a place by class with any amount of money."""
    beyond, classes = frontier.asked.most_served, frontier.tables["by_class"]
    if beyond is None:
        return _no_places(steps(frontier, "free")[-1])
    first = classes[(classes["way"] == "free") & (classes["point"] == 1)]
    there = first.assign(most=first["served_users"] + first["no_place_users"]).groupby("priority_class")["most"].sum()
    return tuple(int(most) - beyond[str(c)] for c, most in there.items())
