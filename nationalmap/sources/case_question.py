"""A published problem with its question: how it is put, and the codes under which its parts are known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nationalmap.sources.published import Problem

#: The largest journey and count that a table may hold: nothing is out of reach.
FAR = 10_000_000
YEAR = 2027
REGION = "CASE"
SERVICE = "served"


@dataclass(frozen=True)
class Question:
    """How a question is put: mode and stages, and whether it needs a number of sites or a distance."""

    mode: str
    stages: tuple[str, ...]
    of_distance: bool
    sites: bool = False
    within: bool = False


@dataclass(frozen=True)
class Case:
    """A problem with its question, and the codes under which its parts are known."""

    problem: Problem
    question: str
    asked: Question
    number: int | None
    distance: float | None

    @property
    def name(self) -> str:
        """Name of scenario and folder, in letters, digits, - and _."""
        stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in self.problem.name)
        return f"{stem[:60]}-{self.question.replace('_', '-')}"

    @property
    def customers(self) -> list[str]:
        """Municipality codes of the customers."""
        return [f"c{number:03d}" for number in range(1, len(self.problem.customers) + 1)]

    @property
    def hosts(self) -> list[str]:
        """Municipality codes of the sites: customers themselves where the places are the same."""
        if self.problem.same_places:
            return self.customers
        return [f"s{number:03d}" for number in range(1, len(self.problem.sites) + 1)]

    @property
    def municipalities(self) -> dict[str, str]:
        """Code -> name of every municipality."""
        named = dict(zip(self.customers, self.problem.customers, strict=True))
        return named if self.problem.same_places else named | dict(zip(self.hosts, self.problem.sites, strict=True))

    @property
    def total(self) -> int:
        """All need cases."""
        return int(sum(self.problem.weights))

    @property
    def capacities(self) -> list[int]:
        """Places of each site; all cases where the problem or the question knows no limit."""
        if self.problem.capacities is None or self.question == "least_cost_uncapacitated":
            return [max(self.total, 1)] * len(self.problem.sites)
        return [int(capacity) for capacity in self.problem.capacities]

    @property
    def stands(self) -> bool:
        """Whether the sites are there already and cost nothing, as the sources of a transport problem."""
        return self.problem.fixed is None and not self.problem.is_distance

    @property
    def fixed(self) -> list[float]:
        """Yearly cost of each open site, EUR."""
        return list(self.problem.fixed or [0.0] * len(self.problem.sites))

    @property
    def enough(self) -> float:
        """Money for every site and everybody's dearest journey, EUR; overspend is 0 whatever is asked."""
        journeys = 0.0
        if not self.problem.is_distance:
            dearest = self.problem.between.max(axis=1).tolist()
            journeys = sum(w * cost for w, cost in zip(self.problem.weights, dearest, strict=True))
        return math.ceil(sum(self.fixed) + journeys) + 1.0


def label(text: str) -> str:
    """A name that a spreadsheet does not run."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if plain[:1].isalnum() else f"No. {plain}"
