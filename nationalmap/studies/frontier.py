"""Coverage against money: the same question solved again with more and less of some streams' money.

Each point is a plan of its own, through the stages that decide whom it covers and what that costs at least. The
smallest budget comes first; nested, each larger one keeps what the smaller one's plan has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.answering import Progress, answered, silent
from nationalmap.domain.change import Change
from nationalmap.domain.frontier import Asked, Frontier, Point
from nationalmap.domain.scenario import Lock
from nationalmap.errors import Fault, InputRefused, NoPlanPossible
from nationalmap.studies.nesting import keeps, kept_services, standing, worse

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.domain.scenario import SolverRule, StageName
    from nationalmap.question import Question

MOST_POINTS = 50
#: Times the money of the scenario: more than any plan could spend.
ANY_AMOUNT = 100.0


@dataclass(frozen=True)
class Drawn:
    """A frontier and the folder it was published in."""

    frontier: Frontier
    folder: Path


def frontier(
    scenario: str,
    stream: Sequence[str] | None = None,
    from_: float = 0.8,
    to: float = 1.3,
    points: int = 6,
    nested: bool = False,
    through: str | None = None,
    out: Path = Path("frontiers"),
    progress: Progress = silent,
) -> Drawn:
    """Coverage against the money of some running streams (all of the state unless named), times ``from_`` to ``to``.

    Every point is solved again up to the stage ``through`` (the last one of unmet need unless named) and then for the
    least cost. ``nested``: also with every service of the smaller budget kept, and what that takes away. Published in
    ``out/<scenario>-<id>``. Raises InputRefused for words that the scenario does not know, and what ``plan`` raises.
    """
    from nationalmap import frontiers
    from nationalmap.studies.asked import question_of

    question = question_of(scenario)
    streams, last = _streams(question, stream), _through(question, through)
    factors = _factors(from_, to, points)
    progress("inputs read and checked")
    made = walked(question, streams, factors, last, nested, progress)
    progress("drawing the chart and the page")
    return Drawn(made, frontiers.write_frontier(made, out))


def walked(
    question: Question,
    streams: Sequence[str],
    factors: Sequence[float],
    through: str,
    nested: bool = False,
    progress: Progress = silent,
    child: bool = True,
) -> Frontier:
    """The frontier of a question for multiples of the money of some streams; ``child`` as in ``program.solve``."""
    from nationalmap.reports.frontier.tables import tables_of

    walk = _Walk(question, tuple(sorted(streams)), through, progress, child)
    found: list[Point] = []
    free = kept = None
    for number, factor in enumerate(factors, 1):
        progress(f"budget {number} of {len(factors)}: {factor:g} of the money")
        free = walk.free(number, factor, free)
        if nested:
            kept = walk.nested(free, kept)
            free = walk.not_worse(free, kept)
            found.append(kept)
        found.append(free)
    return Frontier(walk.asked(tuple(factors), nested, free), tables_of(found, streams))


# ------------------------------------------------------------------ one point after another


@dataclass(frozen=True)
class _Walk:
    """A question, and what is varied of it."""

    question: Question
    streams: tuple[str, ...]
    through: str
    progress: Progress
    child: bool

    def free(self, number: int, factor: float, smaller: Point | None) -> Point:
        """The plan of one budget by itself; that of a smaller budget fits here too."""
        plan = self.solved(factor, (), [*self.stages, *self.last_stages])
        return self.not_worse(Point("free", number, factor, plan), smaller)

    def nested(self, free: Point, smaller: Point | None) -> Point:
        """The plan of the same budget that keeps what the smaller nested one has: the free plan, where it does."""
        locks = kept_services(smaller.plan) if smaller else ()
        if keeps(free.plan, locks):
            return replace(free, way="nested")
        plan = self.solved(free.factor, locks, [*self.stages, *self.last_stages])
        return self.not_worse(replace(free, way="nested", plan=plan), smaller)

    def not_worse(self, point: Point, other: Point | None) -> Point:
        """The point, or the plan of another that fits its budget, where a search that stays open found none as good."""
        if other is None or not self.comparable or not worse(point.plan, other.plan):
            return point
        return replace(point, plan=standing(other.plan, point.plan))

    def solved(self, factor: float, locks: Sequence[Lock], stages: Sequence[StageName]) -> Plan:
        """The question with this much money, through these stages."""
        from nationalmap.changing import changed

        changes = [Change(what="budget", name=name, factor=factor) for name in self.streams]
        now = changed(self.question, changes)
        rule = quick_choice(now.scenario.solver)
        now = replace(now, scenario=replace(now.scenario, stages=tuple(stages), solver=rule))
        try:
            return answered(now, self.progress, locks, self.child)[0]
        except NoPlanPossible as none:
            first = f"With {factor:g} of the money no plan is possible; begin higher with --from."
            raise NoPlanPossible(f"{first}\n{none}", {k: (first, *v) for k, v in none.said.items()}) from none

    @property
    def stages(self) -> tuple[StageName, ...]:
        """Up to the last stage that decides whom the plan covers."""
        stages = self.question.scenario.stages
        return stages[: [str(stage) for stage in stages].index(self.through) + 1]

    @property
    def last_stages(self) -> Iterator[StageName]:
        """Then the least money for that, and one plan among equal ones where the scenario asks for one."""
        if "cost" not in self.stages:
            yield "cost"
        if "tie_break" in self.question.scenario.stages and "tie_break" not in self.stages:
            yield "tie_break"

    @property
    def comparable(self) -> bool:
        """Own money changes what lies above a maximum, and so what the stages count."""
        return all(self.question.scenario.streams[name].payer == "state" for name in self.streams)

    def asked(self, factors: tuple[float, ...], nested: bool, last: Point | None) -> Asked:
        """What was asked, and what the tables need to be read; the end of the curve, where it lies beyond them."""
        scenario, tables = self.question.scenario, self.question.inputs.tables

        def named(table: str, key: str, column: str) -> dict[str, dict[str, str]]:
            rows = tables[table][[key, f"{column}_bg", f"{column}_en"]].itertuples(index=False, name=None)
            return {str(code): {"bg": str(bg), "en": str(en)} for code, bg, en in rows}

        planned = set(self.question.municipalities["municipality"])
        return Asked(
            scenario=scenario.name,
            run_id=_run_id(self.question),
            title={"bg": scenario.title_bg, "en": scenario.title_en},
            as_of=scenario.as_of.isoformat(),
            years=scenario.years,
            streams={f: {"bg": scenario.streams[f].name_bg, "en": scenario.streams[f].name_en} for f in self.streams},
            factors=factors,
            nested=nested,
            through=self.through,
            norms=len(self.question.inputs.norms),
            illustrative_norms=sum(norm.status == "illustrative" for norm in self.question.inputs.norms),
            municipalities={m: n for m, n in named("municipalities", "municipality", "name").items() if m in planned},
            services=named("services", "service", "short"),
            most_served=self._most_served(last),
        )

    def _most_served(self, last: Point | None) -> dict[str, int] | None:
        """Cases by priority class that any amount of this money serves; None where the last point serves all."""
        from nationalmap.reports.frontier.tables import by_class

        if last is None or not last.plan.tables["unmet"]["no_place_users"].sum():
            return None
        self.progress("the end of the curve: any amount of this money")
        plan = self.solved(ANY_AMOUNT, (), self.stages)
        served: dict[str, int] = {}
        for row in by_class(Point("free", 0, ANY_AMOUNT, plan)):
            code = str(row["priority_class"])
            served[code] = served.get(code, 0) + row["served_users"]
        return served


def quick_choice(rule: SolverRule) -> SolverRule:
    """The choice among plans that cover and cost the same, made better around the plan at hand and no further.

    With money to spare they are many (Haskovo: over 100 CPU s to the end), and no figure of the curve depends on it.
    """
    return replace(rule, tolerances={"tie_break": 1e-2, **rule.tolerances}, nodes={"tie_break": 1, **rule.nodes})


# ------------------------------------------------------------------ what is asked


def _fault(column: str, value: object, rule: str, cure: str) -> InputRefused:
    return InputRefused([Fault("frontier", 0, column, str(value), rule, cure)])


def _streams(question: Question, named: Sequence[str] | None) -> tuple[str, ...]:
    """The streams whose money is multiplied, by their codes. Raises InputRefused."""
    from nationalmap import schema

    scenario = question.scenario
    if scenario.mode != "within_the_money":
        raise _fault("scenario", scenario.name, "spends what it needs", "take one whose mode is within_the_money")
    running = [name for name, stream in scenario.streams.items() if stream.kind == "running"]
    for name in named or ():
        if name not in scenario.streams:
            raise _fault("stream", name, "is not a stream of this scenario", schema.nearest(name, running))
        if name not in running:
            raise _fault("stream", name, "is capital money", f"one of {', '.join(running)}")
    chosen = named or [name for name in running if scenario.streams[name].payer == "state"]
    paying = [name for name in running if name in chosen and any(question.budgets_eur[name].values())]
    if not paying:
        raise _fault("stream", ", ".join(chosen), "pays nothing in this plan", f"name one of {', '.join(running)}")
    return tuple(sorted(paying))


def _through(question: Question, named: str | None) -> str:
    """The last stage that decides whom a plan covers. Raises InputRefused."""
    from nationalmap import schema

    stages = question.scenario.stages
    if named is None and "unmet" not in stages:
        raise _fault("through", "unmet", "is not a stage of this scenario", f"name one of {', '.join(stages)}")
    if named is not None and named not in stages:
        raise _fault("through", named, "is not a stage of this scenario", schema.nearest(named, stages))
    return named or "unmet"


def _factors(first: float, last: float, points: int) -> tuple[float, ...]:
    """Evenly spaced multiples, the smallest first. Raises InputRefused."""
    from nationalmap.changing import MOST_FACTOR

    if not 2 <= points <= MOST_POINTS:
        raise _fault("points", points, "is no number of points", f"write 2 to {MOST_POINTS}")
    if not 0 < first < last <= MOST_FACTOR:
        rule = "is no range of the money, the smaller first"
        raise _fault("from", f"{first:g} to {last:g}", rule, "write for example --from 0.8 --to 1.3")
    step = (last - first) / (points - 1)
    return tuple(round(first + step * number, 6) for number in range(points))


def _run_id(question: Question) -> str:
    from nationalmap import runs

    return runs.run_id(question.scenario, question.inputs)
