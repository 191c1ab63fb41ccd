"""What one or several runs are about together: every place, topic, service and year of any of them, each once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.page.figures import figures, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.topics import Topic


def ground(plans: Sequence[Plan]) -> Plan:
    """A plan of every region of the runs, to be drawn: areas and names are those of the first run that has them."""
    base = plans[0]
    if len(plans) == 1:
        return base
    tables = dict(base.inputs.tables)
    for name, key in (("municipalities", "municipality"), ("regions", "region")):
        every = pd.concat([plan.inputs.tables[name] for plan in plans], ignore_index=True)
        tables[name] = every.drop_duplicates(key).sort_values(key, ignore_index=True)
    frames = pd.concat([plan.inputs.boundaries.polygons for plan in plans], ignore_index=True)
    polygons = gpd.GeoDataFrame(frames.drop_duplicates("municipality").reset_index(drop=True), crs=4326)
    boundaries = dataclasses.replace(base.inputs.boundaries, polygons=polygons)
    regions = tuple(dict.fromkeys(region for plan in plans for region in plan.scenario.regions))
    scenario = dataclasses.replace(base.scenario, regions=regions)
    inputs = dataclasses.replace(base.inputs, tables=tables, boundaries=boundaries)
    return dataclasses.replace(base, scenario=scenario, inputs=inputs)


@dataclass(frozen=True)
class Shared:
    """Codes that the runs share, in the order of the page, and what each run knows of each of its years."""

    places: tuple[str, ...]
    topics: tuple[Topic, ...]
    """Of any run, in the order of the first that has them; services of a group stand behind it."""
    named: Mapping[str, Mapping[str, Any]]
    """Topic -> its row of the catalogue: names, and the priority class of its group."""
    services: tuple[str, ...]
    years: tuple[int, ...]
    known: tuple[Mapping[int, Figures], ...]
    """Of each run: year -> figures."""


def shared(plans: Sequence[Plan]) -> Shared:
    """What the runs are about together."""
    known = tuple({year: figures(plan, year) for year in plan.scenario.years} for plan in plans)
    topics: dict[str, Topic] = {}
    named: dict[str, dict[str, Any]] = {}
    for plan, of_run in zip(plans, known, strict=True):
        groups = {row["group"]: row for row in rows(plan.inputs.tables["groups"])}
        services = {row["service"]: row for row in rows(plan.inputs.tables["services"])}
        for topic in next(iter(of_run.values())).topics:
            before = topics.get(topic.key, topic)
            members = tuple(dict.fromkeys((*before.services, *topic.services)))
            topics[topic.key] = dataclasses.replace(topic, services=members)
            row = services[topic.services[0]] if topic.single else groups[topic.group]
            named.setdefault(topic.key, {**row, "class": int(groups[topic.group]["priority_class"])})
    order = {group: at for at, group in enumerate(dict.fromkeys(topic.group for topic in topics.values()))}
    ordered = sorted(topics.values(), key=lambda topic: order[topic.group])
    return Shared(
        places=totals.municipalities(ground(plans)),
        topics=tuple(ordered),
        named=named,
        services=tuple(dict.fromkeys(service for topic in ordered for service in topic.services)),
        years=tuple(sorted({year for plan in plans for year in plan.scenario.years})),
        known=known,
    )
