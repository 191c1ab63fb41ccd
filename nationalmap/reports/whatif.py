"""What one thing more or less would do, as a table and in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.sureness import stage_name, unit_name
from nationalmap.reports.texts import listed, money, number, signed, text
from nationalmap.schema import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nationalmap.domain.plan import Plan, StageResult
    from nationalmap.program.whatif import Change

WHATIF = Table(
    "whatif",
    "What each change would do to each stage, solved again; later stages answer to earlier ones.",
    ("change", "code", "year", "stage"),
    (
        Column("change", "choice", "money: an amount more in a stream; lock: taken away", choices=("money", "lock")),
        Column("code", "code", "stream, or id of the lock"),
        Column("year", "integer", "year of the money", blank=True),
        Column("amount_eur", "money", "how much more", blank=True),
        Column("stage", "code", "objective"),
        Column("unit", "text", "its unit"),
        Column("before", "number", "value in the plan"),
        Column("after", "number", "value with the change", blank=True),
        Column("difference", "number", "after less before", blank=True),
        Column("surely", "flag", "both were proven"),
    ),
)


def whatif_table(plan: Plan, found: Iterable[tuple[Change, Sequence[StageResult]]]) -> pd.DataFrame:
    """Table WHATIF of the changes and the stages that each reached."""
    before = {stage.name: stage for stage in plan.stages}
    rows = []
    for change, stages in found:
        after = {stage.name: stage for stage in stages}
        for name in after or before:
            if name in before:
                one, other = before[name], after.get(name)
                rows.append(
                    {
                        "change": change.kind,
                        "code": change.code,
                        "year": change.year,
                        "amount_eur": change.amount_eur if change.kind == "money" else None,
                        "stage": name,
                        "unit": one.unit,
                        "before": one.value,
                        "after": None if other is None else other.value,
                        "difference": None if other is None else round(other.value - one.value, 5),
                        "surely": other is not None and one.status == other.status == "proven",
                    }
                )
    table = pd.DataFrame(rows, columns=WHATIF.names)
    return table.astype({"year": "Int64"})


def sentences(plan: Plan, table: pd.DataFrame, language: str) -> list[str]:
    """One sentence for each change: what of the stages it moves, in their order."""
    return [
        text("whatif.sentence", language, change=_change(plan, rows.iloc[0], language), moves=_moves(rows, language))
        for _, rows in table.groupby(["change", "code", "year"], sort=False, dropna=False)
    ]


def _change(plan: Plan, row: pd.Series, language: str) -> str:
    if row["change"] == "lock":
        (lock,) = (lock for lock in plan.scenario.locks if lock.id == row["code"])
        return text("whatif.lock", language, lock=lock.id, reason=lock.reason)
    stream = plan.scenario.streams[row["code"]]
    name = stream.name_bg if language == "bg" else stream.name_en
    return text("whatif.money", language, stream=name, year=row["year"], amount=money(row["amount_eur"], language))


def _moves(rows: pd.DataFrame, language: str) -> str:
    if rows["after"].isna().all():
        return text("whatif.no_plan", language)
    moved = rows[rows["difference"].abs() > 1e-5]
    if moved.empty:
        return text("whatif.nothing" if rows["surely"].all() else "whatif.nothing_found", language)
    return listed(_stages(moved, language), language, "parts")


def _stages(moved: pd.DataFrame, language: str) -> Iterator[str]:
    for row in moved.to_dict("records"):
        before, after = float(row["before"]), float(row["after"])
        decimals = 0 if before.is_integer() and after.is_integer() else 2
        yield text(
            "whatif.stage" if row["surely"] else "whatif.stage_open",
            language,
            stage=stage_name(row["stage"], language),
            unit=unit_name(row["unit"], language),
            before=number(before, language, decimals),
            after=number(after, language, decimals),
            difference=signed(after - before, language, decimals),
        )
