"""The tables of a comparison, declared as in schema: the base, the run beside it, the run less the base."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from nationalmap.schema import RESULT_TABLES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHANGES = ("added", "removed", "changed")
_CHANGE = Column(
    "change", "choice", "only in the run, only in the base, or in both with other values", choices=_CHANGES
)
_BASE = Column("base", "text", "value in the base", blank=True)
_VALUE = Column("value", "text", "value in the run", blank=True)
_NUMERIC = ("integer", "number", "money")
RUN = Column("run", "text", "the run set beside the base")


def _text_table(name: str, says: str, *key: Column) -> Table:
    """A table of single values that differ."""
    return Table(name, says, (RUN.name, *(column.name for column in key)), (RUN, *key, _CHANGE, _BASE, _VALUE))


def _sides(column: Column) -> Iterator[Column]:
    """The column in the base, in the run, and the difference where it is a figure."""
    yield dataclasses.replace(column, name=f"{column.name}_base", says=f"{column.says}: in the base", blank=True)
    yield dataclasses.replace(column, blank=True)
    if column.kind in _NUMERIC:
        yield Column(f"{column.name}_difference", column.kind, f"{column.says}: the run less the base", blank=True)


def _result_table(table: Table) -> Table:
    """The declaration of a result table's comparison: its key, then base, run, difference of every value."""
    keys = tuple(column for column in table.columns if column.name in table.key)
    values = [column for column in table.columns if column.name not in table.key]
    columns = (RUN, *keys, _CHANGE, *(side for column in values for side in _sides(column)))
    return Table(table.name, f"Rows that differ: {table.says}", (RUN.name, *table.key), columns)


def _figures(name: str, says: str, key: tuple[Column, ...], figures: tuple[Column, ...]) -> Table:
    """A table of figures in the base, in the run, and their difference, for every key of either."""
    columns = (RUN, *key, *(side for column in figures for side in _sides(column)))
    return Table(name, says, (RUN.name, *(column.name for column in key)), columns)


_MUNICIPALITY = Column("municipality", "code", "municipality")
_SERVICE = Column("service", "code", "service")
_GROUP = Column("group", "code", "need group")
_YEAR = Column("year", "integer", "planned year; of the base where the two share none")
_PEOPLE = (
    Column("need_users", "integer", "need cases; blank where there are no data"),
    Column("served_users", "integer", "need cases with a place"),
    Column("unmet_users", "integer", "need cases without a place"),
)
_MONEY = (
    Column("running_eur", "money", "running money of the year"),
    Column("capital_eur", "money", "capital money of the period"),
)
_PACKAGE = (
    Column("package_services", "integer", "services that the minimum package asks for"),
    Column("complied_services", "integer", "services of the package that are whole"),
)
_UNMET_SHARE = Column("unmet_share", "number", "need cases without a place / need cases; blank without a need")
_PLACES = Column("places", "integer", "places planned that stand there")
_FACILITIES = Column("facilities", "integer", "facilities planned that stand there")

#: Tables of figures for every key of either plan: a run that does not plan the key is blank, never 0.
FIGURES = (
    _figures(
        "totals",
        "Totals of the plans by year; the quantity ends in its unit.",
        (Column("quantity", "code", "total of reports.totals"), _YEAR),
        (Column("total", "number", "total"),),
    ),
    _figures(
        "by_municipality",
        "Every municipality and year: need, served, unmet, package, places and money.",
        (_MUNICIPALITY, _YEAR),
        (*_PEOPLE, _UNMET_SHARE, *_PACKAGE, _PLACES, *_MONEY),
    ),
    _figures("by_group", "Every need group and year: need, served and unmet.", (_GROUP, _YEAR), _PEOPLE),
    _figures(
        "by_service",
        "Every service and year: users, places, facilities and money.",
        (_SERVICE, _YEAR),
        (Column("users", "integer", "users"), _PLACES, _FACILITIES, *_MONEY),
    ),
    _figures(
        "by_stream",
        "Every stream and year: what it has, spends, carries over, leaves and lacks.",
        (Column("stream", "code", "funding stream"), _YEAR),
        (
            Column("budget_eur", "money", "new money of the period"),
            Column("carried_in_eur", "money", "carried over from the period before"),
            Column("spent_eur", "money", "spent by the plan"),
            Column("carried_out_eur", "money", "carried over to the next period"),
            Column("left_eur", "money", "not spent and not carried over"),
            Column("lacking_eur", "money", "spent beyond the budget"),
        ),
    ),
    _figures(
        "municipality_group",
        "Every municipality, need group and year: need, served and unmet.",
        (_MUNICIPALITY, _GROUP, _YEAR),
        _PEOPLE,
    ),
    _figures(
        "municipality_service",
        "Every municipality, service and year: users, places, running money, the package.",
        (_MUNICIPALITY, _SERVICE, _YEAR),
        (
            Column("users", "integer", "users of the municipality, wherever they are served"),
            Column("places", "integer", "places planned that stand in the municipality"),
            Column("facilities", "integer", "facilities planned that stand in the municipality"),
            Column("running_eur", "money", "running money for those places"),
            Column("complied", "flag", "the minimum package of the service is whole; blank where none is asked"),
        ),
    ),
)

SAID = Table(
    "said",
    "The comparison in sentences, in the order in which it is read: what was asked, then what came out.",
    ("line",),
    (
        Column("line", "integer", "order", 1),
        Column(
            "part",
            "choice",
            "what the sentence is about",
            choices=("runs", "scope", "inputs", "results", "stages", "winners", "stability"),
        ),
        Column("run", "text", "the run set beside the base; blank: all of them", blank=True),
        Column("says_bg", "text", "sentence in Bulgarian"),
        Column("says_en", "text", "sentence in English"),
    ),
)

RUNS = Table(
    "runs",
    "The runs that are compared; the first is the base.",
    ("number",),
    (
        Column("number", "integer", "1 is the base", 1),
        Column("run", "text", "name of the run in all tables"),
        Column("scenario", "code", "name of the scenario"),
        Column("run_id", "code", "hash of its inputs and of the program's version"),
        Column("title_bg", "text", "title in Bulgarian"),
        Column("title_en", "text", "title in English"),
        Column("years", "text", "planned years"),
        Column("status", "choice", "proven where every stage closed", choices=("proven", "feasible_with_gap")),
    ),
)

SCOPE = Table(
    "scope",
    "What only one of two runs plans: it has no counterpart, and is never counted as nothing.",
    ("run", "kind", "code"),
    (
        RUN,
        Column(
            "kind",
            "choice",
            "what it is",
            choices=("municipality", "service", "group", "stream", "year", "stage"),
        ),
        Column("code", "code", "municipality, service, need group, stream, year or stage"),
        Column("change", "choice", "only in the run, or only in the base", choices=("added", "removed")),
    ),
)

#: What the difference of a stage is worth.
VERDICTS = ("equal", "lower", "higher", "within_gap", "after_gap", "arbitrary", "only_base", "only_run")
STAGES = Table(
    "stages",
    "Values of the stages with bounds and gaps, and whether the search may have made the difference.",
    ("run", "stage"),
    (
        RUN,
        Column("stage", "code", "objective"),
        Column("unit", "text", "its unit"),
        *(
            side
            for column in (
                Column("reached", "number", "value reached"),
                Column("bound", "number", "proven bound"),
                Column("gap", "number", "relative gap"),
            )
            for side in _sides(column)
            if not side.name.endswith(("bound_difference", "gap_difference"))
        ),
        Column(
            "verdict",
            "choice",
            "lower or higher beyond the gaps (every stage is made as small as possible); within_gap: the ranges from "
            "bound to value have a point in common, so that the search may have made the difference; after_gap: an "
            "earlier stage is within its gap; arbitrary: a choice among equal plans, whose value means nothing",
            choices=VERDICTS,
        ),
    ),
)

#: What becomes of a municipality.
OUTCOMES = ("gains", "loses", "mixed", "same", "only_base", "only_run")
WINNERS = Table(
    "winners",
    "Municipalities by what the run changes for them, in the last year that it shares with the base.",
    ("run", "municipality"),
    (
        RUN,
        _MUNICIPALITY,
        _YEAR,
        *(side for column in (_PEOPLE[1], _UNMET_SHARE, _PACKAGE[1]) for side in _sides(column)),
        Column(
            "outcome",
            "choice",
            "gains: more served, a smaller unmet share or more of the package, and nothing worse; loses: the reverse; "
            "mixed: both",
            choices=OUTCOMES,
        ),
    ),
)

PRIORITIES = Table(
    "priorities",
    "Priority classes: who gains and who loses a place, in the last year that the run shares with the base.",
    ("run", "priority_class"),
    (
        RUN,
        Column("priority_class", "integer", "1 is served first when not all can be; that of the base", 1, 9),
        _YEAR,
        *(side for column in _PEOPLE for side in _sides(column)),
        Column(
            "gained_users", "integer", "more served, summed over municipalities and need groups where there are more"
        ),
        Column(
            "lost_users", "integer", "fewer served, summed over municipalities and need groups where there are fewer"
        ),
        Column("gaining_municipalities", "integer", "municipalities with more served in a need group of the class"),
        Column("losing_municipalities", "integer", "municipalities with fewer served in a need group of the class"),
    ),
)

STABILITY = Table(
    "stability",
    "How much of the plan is the same whichever scenario: equal decisions among those that any of the runs takes.",
    ("run_a", "run_b"),
    (
        Column("run_a", "text", "a run; *: all of them together"),
        Column("run_b", "text", "another run; *: all of them together"),
        Column("taken", "integer", "municipality and service where something stands today or in at least one of them"),
        Column("equal", "integer", "of these, with as many facilities in each of them"),
        Column("share", "number", "equal / taken (Jaccard: what stands in none does not count)", blank=True),
        Column("acted", "integer", "of these, with other facilities than today in at least one of them"),
        Column("acted_equal", "integer", "of these, with as many facilities in each of them"),
        Column("acted_share", "number", "acted_equal / acted", blank=True),
        Column("possible", "integer", "every municipality and service that all of them plan"),
    ),
)

DECISIONS = Table(
    "decisions",
    "Facilities by municipality and service in the last common year; 1 stands for a service without facilities.",
    ("run", "municipality", "service"),
    (
        RUN,
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        Column("today", "integer", "facilities today, in the base"),
        *_sides(Column("decided", "integer", "facilities planned; 1: a service without facilities has places")),
        Column("equal_in_all", "flag", "the same in all runs of the comparison"),
    ),
)

#: Every table of a comparison, in the order in which it is read.
COMPARISONS: Mapping[str, Table] = {
    table.name: table
    for table in (
        SAID,
        RUNS,
        SCOPE,
        _text_table("scenario", "Keys of the scenario that differ.", Column("key", "text", "dotted path of the key")),
        _text_table(
            "norms",
            "Norms that differ, value by value.",
            Column("norm", "code", "identifier of the norm"),
            Column("key", "text", "dotted path within the norm"),
        ),
        _text_table(
            "input_rows",
            "Rows of the input tables that differ, value by value.",
            Column("table", "code", "input table"),
            Column("row", "text", "key of the row, its parts joined by ' / '"),
            Column("column", "code", "column of the table"),
        ),
        _text_table("files", "Files whose SHA-256 differs.", Column("file", "text", "name of the file")),
        _text_table("boundaries", "What differs about the polygons.", Column("key", "text", "property")),
        *FIGURES,
        STAGES,
        WINNERS,
        PRIORITIES,
        STABILITY,
        DECISIONS,
        *(_result_table(table) for table in RESULT_TABLES),
    )
}
