"""The tables that set proposal, plan and map in force side by side, as they are declared."""

from __future__ import annotations

from collections.abc import Mapping

from nationalmap.schema import MAP_STATUS, Column, Table
from nationalmap.schema.shared import HOST, MOST, SERVICE, YEAR, count
from nationalmap.sources.annexes import NOT_PLANNED, READ

#: What became of a service in a territory, the weightiest first; in_force.toml says each in words.
CLASSES = (
    "above_map", "planned_not_in_map", "in_map_not_planned", "other_hosts", "below_map", "other_money",
    "proposed_only", "agreed_not_proposed", "agreed", "hosts_only", "no_map",
)  # fmt: skip
_CLASS = Column("class", "choice", "what the three say together", choices=CLASSES)
_STATUS = Column("map_status", "choice", "weakest status among the rows of the map", choices=MAP_STATUS)
_TERRITORY = Column(
    "territory", "code", "municipality of a service of the municipal level, region of one of the regional"
)
_LEVEL = Column(
    "level", "choice", "level of planning in the map; else in the catalogue", choices=("municipal", "regional")
)
_REGION = Column("region", "code", "region")


def _difference(name: str, says: str) -> Column:
    return Column(name, "integer", f"{says}; blank where either is unknown", -MOST, MOST, blank=True)


_PLAN = (
    count("plan_places", "places planned in the territory"),
    count("plan_users", "users planned: its people, wherever they are served"),
    count("plan_state_users", "of them those whom the state is to pay"),
)
_MAP = (
    count("map_users", "maximum of the map in force; blank where it names none", blank=True),
    _difference("plan_less_proposed_users", "users whom the state is to pay less proposed users"),
    _difference("plan_less_map_users", "users whom the state is to pay less the maximum"),
    _difference("proposed_less_map_users", "proposed users less the maximum"),
    count("above_users", "planned for the state's money beyond the maximum: it does not finance them", blank=True),
    count("left_users", "the maximum that the plan does not use", blank=True),
)
_PROPOSED = (
    count("proposed_users", "most users that the municipalities propose; blank where nothing was sent", blank=True),
    count("proposed_shared_users", "of them at places that are to serve several municipalities", blank=True),
)
_NEED = count("need_users", "need cases of the service's need group, all its services together", blank=True)

_OF_READ = {column.name: column for column in NOT_PLANNED.columns}

#: By name, in the order of the workbook.
IN_FORCE: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "three_way",
            "Proposal, plan and map in force by territory, service and year; old types count as the new service.",
            ("territory", "service", "year"),
            (_TERRITORY, SERVICE, YEAR, _LEVEL, _NEED, *_PROPOSED, *_PLAN, *_MAP, _CLASS, _STATUS),
        ),
        Table(
            "hosts",
            "Services of the regional level by host: users of the region alone.",
            ("region", "service", "host", "year"),
            (_REGION, SERVICE, HOST, YEAR, *_PROPOSED, *_PLAN, *_MAP, _CLASS, _STATUS),
        ),
        Table(
            "totals",
            "Sums of three_way by region and service; service * is all of them, region * the whole plan.",
            ("region", "service", "year"),
            (
                Column("region", "code", "region, or * for the whole plan"),
                Column("service", "code", "service, or * for all"),
                YEAR,
                Column("need_users", "integer", "blank for all services: some share their need", 0, MOST, blank=True),
                *_PROPOSED, *_PLAN, *_MAP, _STATUS,
            ),
        ),
        Table(
            "not_planned",
            "Services of the map or of the proposals that the plan does not know, by the name they have there.",
            ("of", "territory", "name", "host"),
            (
                Column("of", "choice", "where it stands", choices=("map", "proposal")),
                *(_OF_READ[name] for name in ("territory", "name", "host", "max_users", "nearest", "file", "sheet")),
                Column("row", "integer", "row; blank in collected proposals", 1, MOST, blank=True),
                _OF_READ["cell"],
            ),
        ),
        Table("map_in_force", READ.says, READ.key, READ.columns),
    )
}  # fmt: skip
