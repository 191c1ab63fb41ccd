"""The reasons of a whole plan as a tidy table: one row for each municipality, need group and year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.explain import sentences
from nationalmap.reports.explain.facts import Cell, Facts, Row
from nationalmap.reports.explain.words import Words, words_of

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Columns of the table of reasons: codes, five counts of need cases, then three sentences in one language.
COLUMNS = (
    *("municipality", "group", "year", "need_users", "served_users", "within_reach_users", "above_maximum_users"),
    *("out_of_reach_users", "hosts", "binds", "paid"),
)


def why_table(plan: Plan, language: str) -> pd.DataFrame:
    """One row for each municipality, need group and year: the three numbers, hosts, what binds, who pays there.

    Columns ``COLUMNS``: ``within_reach_users`` have no place though somebody is within reach (those above the
    maximum among them), so need = served + within reach + out of reach. The sentences are in the language asked.
    """
    facts, words = Facts(plan), words_of(plan, language)
    rows = [_row(facts, words, cell) for cell in sorted(facts.unmet)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(facts: Facts, words: Words, cell: Cell) -> tuple[object, ...]:
    row = facts.unmet[cell]
    above = int(row["above_maximum_users"])
    return (
        *cell,
        int(row["need_users"]),
        int(row["served_users"]),
        int(row["no_place_users"]) + above,
        above,
        int(row["out_of_reach_users"]),
        words.listed([_host(words, one) for one in facts.served.get(cell, ())], "parts"),
        words.listed([words.short(bind) for bind in facts.binds(cell)], "parts"),
        words.listed(_money(facts, words, cell), "parts"),
    )


def _host(words: Words, row: Row) -> str:
    host, service = words.places[row["host"]], words.short_services[row["service"]]
    return words.say("cell_host", host=host, service=service, users=words.figure(int(row["users"])))


def _money(facts: Facts, words: Words, cell: Cell) -> Iterator[str]:
    for h, s in facts.hosts(cell):
        if rows := facts.paid.get((h, s, cell[2])):
            streams = words.listed(sentences.payment(words, row) for row in rows)
            host, service = words.places[h], words.short_services[s]
            yield words.say("cell_money", host=host, service=service, streams=streams)
