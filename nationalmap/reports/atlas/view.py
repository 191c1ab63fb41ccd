"""What one map shows: class, hatch, places and journeys of every municipality, from the plan's own tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap.reports import totals
from nationalmap.reports.page import classes
from nationalmap.reports.page.figures import ALL
from nationalmap.reports.page.views import class_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.classes import Scale
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.topics import Topic

_PACKAGE, _COVERAGE = (next(i for i in classes.INDICATORS if i.key == key) for key in ("package", "coverage"))


@dataclass(frozen=True)
class Mark:
    """Places that stand in a municipality, and whether some were added since today."""

    places: int
    new: bool


@dataclass(frozen=True)
class View:
    """One map: the scale, and by municipality its class, hatch, places; people who are served elsewhere."""

    scale: Scale
    classes: Mapping[str, str]
    critical: frozenset[str]
    marks: Mapping[str, Mark]
    largest: int
    """Places that the largest circle stands for."""
    flows: Mapping[tuple[str, str], int]
    """(municipality, host) -> users of that municipality who are served in another one."""

    def fill(self, code: str) -> str:
        """Colour of a municipality."""
        return self.scale.fill(self.classes[code])

    def counts(self) -> Counter[str]:
        """How many municipalities each class has."""
        return Counter(self.classes.values())


def package_view(known: Figures) -> View:
    """How much of the minimum package each municipality has; no circles and journeys."""
    scale = _PACKAGE.scale(every=True)
    found = {code: class_of(_PACKAGE, known.of(code), every=True) for code in known.municipalities}
    return View(scale, found, frozenset(), {}, 0, {})


def service_view(plan: Plan, known: Figures, topic: Topic) -> View:
    """Coverage of the need that a service answers, and where the service stands and whom it serves.

    The need is counted for the group: where it holds several services, the colour is of all of them together.
    """
    group = {code: known.of(code, topic.group) for code in known.municipalities}
    found = {code: class_of(_COVERAGE, record, every=False) for code, record in group.items()}
    critical = frozenset(c for c, r in group.items() if classes.is_critical(r.need or 0, r.unmet or 0))
    standing = {code: known.of(code, topic.key) for code in known.municipalities}
    marks = {code: Mark(record.places, record.is_new) for code, record in standing.items() if record.places}
    (service,) = topic.services
    flows = Counter[tuple[str, str]]()
    for m, s, host, users, _ in known.flows:
        if s == service and m != host:
            flows[m, host] += users
    return View(_COVERAGE.scale(every=False), found, critical, marks, largest(plan, service), dict(flows))


def largest(plan: Plan, service: str) -> int:
    """Places that the largest circle of a service stands for, the same in every year."""
    rows = plan.tables["capacity"]
    rows = rows[(rows["service"] == service) & rows["municipality"].isin(totals.municipalities(plan))]
    most = rows.groupby(["municipality", "year"])["places"].sum().max() if len(rows) else 0
    return classes.circle_step(int(most))


def own_view(plan: Plan, known: Figures, municipality: str) -> View:
    """Of one municipality: the package of all, its people's journeys and guests; places in its region and with them."""
    base = package_view(known)
    flows = Counter[tuple[str, str]]()
    for m, _, host, users, _ in known.flows:
        if m != host and municipality in (m, host):
            flows[m, host] += users
    rows = plan.inputs.tables["municipalities"][["municipality", "region"]]
    regions = dict(rows.itertuples(index=False, name=None))
    near = {code for pair in flows for code in pair} | {c for c, r in regions.items() if r == regions[municipality]}
    shown = {code: known.of(code, ALL) for code in known.municipalities if code in near}
    marks = {code: Mark(record.places, record.is_new) for code, record in shown.items() if record.places}
    most = max((mark.places for mark in marks.values()), default=0)
    return View(base.scale, base.classes, frozenset(), marks, classes.circle_step(most), dict(flows))
