"""What is equal in all plans, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.regret.tables import counted
from nationalmap.reports.texts import counted as in_words
from nationalmap.reports.texts import listed, number, percent, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nationalmap.domain.plan import Inputs

#: Decisions named one by one before the rest is counted.
MOST_NAMED = 12


def names(inputs: Inputs, table: str, language: str) -> Mapping[str, str]:
    """Names of municipalities or services by code."""
    frame, column = inputs.tables[table], {"municipalities": "municipality", "services": "service"}[table]
    return dict(zip(frame[column], frame[f"name_{language}"], strict=True))


def sentences(inputs: Inputs, table: pd.DataFrame, language: str) -> list[str]:
    """How much is equal in all plans, then what opens, closes or changes in all of them, by name."""
    asked = table[(table["decision"] != "absent") | ~table["equal"]]
    equal = asked[asked["equal"]]
    runs = in_words(int(table["runs"].iloc[0]), "plan", language)
    share = percent(len(equal) / len(asked), language, 0) if len(asked) else percent(1.0, language, 0)
    some = in_words(len(asked), "decision", language)
    lines = [text("regret.equal", language, runs=runs, equal=number(len(equal), language), asked=some, share=share)]
    for kind, count in counted(table).items():
        if count:
            named = _named(inputs, equal[equal["decision"] == kind], language) if kind != "stays" else ""
            lines.append(text(f"regret.{kind}", language, count=in_words(count, "decision", language), names=named))
    open_ = asked[~asked["equal"]].sort_values(["share", "municipality", "service"])
    if len(open_):
        named = _named(inputs, open_, language)
        lines.append(text("regret.open", language, count=in_words(len(open_), "decision", language), names=named))
    return lines


def _named(inputs: Inputs, rows: pd.DataFrame, language: str) -> str:
    towns, services = (names(inputs, table, language) for table in ("municipalities", "services"))
    shown = rows.head(MOST_NAMED)[["municipality", "service"]].itertuples(index=False, name=None)
    told = [text("regret.name", language, municipality=towns[m], service=services[s]) for m, s in shown]
    if len(rows) > MOST_NAMED:
        told.append(text("regret.more", language, count=number(len(rows) - MOST_NAMED, language)))
    return listed(told, language, "parts")
