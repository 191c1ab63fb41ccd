"""What the page can be asked about: a need group, or one service of a group that holds several.

A topic's key is the code of its group, or ``group/service`` for a service within it; no code
holds a slash. Old delegated types are services of the group of their successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nationalmap.reports.totals import services_of

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan


@dataclass(frozen=True)
class Topic:
    """A need group with its services, or (``single``) one service within such a group."""

    key: str
    group: str
    services: tuple[str, ...]
    single: bool = False


def topics(plan: Plan) -> tuple[Topic, ...]:
    """Every group in the order of the catalogue, each followed by its services where it holds several."""
    frame = plan.inputs.tables["services"]
    group_of = dict(zip(frame["service"].tolist(), frame["group"].tolist(), strict=True))
    preference = dict(zip(frame["service"].tolist(), frame["preference"].tolist(), strict=True))
    old = dict(zip(frame["service"].tolist(), (frame["typology"] == "old").tolist(), strict=True))
    members: dict[str, list[str]] = {}
    for service in services_of(plan):
        members.setdefault(str(group_of[service]), []).append(service)
    found: list[Topic] = []
    for group, services in members.items():
        order: tuple[Any, ...] = tuple(sorted(services, key=lambda s: (old[s], preference[s])))
        found.append(Topic(group, group, order))
        if len(order) > 1:
            found += [Topic(f"{group}/{service}", group, (service,), single=True) for service in order]
    return tuple(found)
