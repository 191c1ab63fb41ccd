"""Results of a sweep's runs as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nationalmap.question import Question
from nationalmap.studies.draws import Runs

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.studies.work import Result


def tables_of(question: Question, runs: Runs, results: Sequence[Result]) -> dict[str, pd.DataFrame]:
    """Results as tidy tables; a run without a plan has blanks where a plan would have figures."""
    import pandas as pd

    from nationalmap.studies.work import axes_of

    axes = axes_of(question)
    names = list(dict.fromkeys(name for result in results for name in result["objectives"]))
    columns: dict[str, Any] = {"run": [result["run"] for result in results]}
    columns |= {label: [row[n] for row in runs.factors] for n, label in enumerate(runs.labels)}
    columns |= {key: [result[key] for result in results] for key in ("status", "note", "lacking_eur")}
    columns |= {f"objective_{name}": [result["objectives"].get(name) for result in results] for name in names}
    table = pd.DataFrame(columns)
    planned = [result for result in results if "served" in result]
    totals = {key: {r["run"]: sum(r[key]) for r in planned} for key in ("need", "served", "unmet", "spent_eur")}
    table = table.assign(**{key: table["run"].map(by) for key, by in totals.items()})
    frames = {
        "cells": _long(planned, axes.cells, ("municipality", "group", "year"), ("need", "served", "unmet")),
        "services": _long(planned, axes.services, ("municipality", "service", "year"), ("by_service", "places")),
        "costs": _long(planned, axes.streams, ("stream", "year"), ("budget_eur", "spent_eur")),
    }
    frames["services"] = frames["services"].rename(columns={"by_service": "served"})
    frames["services"]["has_place"] = frames["services"]["places"] > 0
    return {"runs": table, **frames}


def _long(
    results: Sequence[Result], axis: Sequence[tuple[Any, ...]], keys: Sequence[str], figures: Sequence[str]
) -> pd.DataFrame:
    """One row for each run and key."""
    import numpy as np
    import pandas as pd

    columns: dict[str, Any] = {"run": np.repeat([result["run"] for result in results], len(axis)).astype("int64")}
    for n, key in enumerate(keys):
        columns[key] = np.tile(np.array([part[n] for part in axis], dtype=object), len(results))
    for figure in figures:
        columns[figure] = [value for result in results for value in result[figure]]
    frame = pd.DataFrame(columns)
    return frame.astype(dict.fromkeys([key for key in keys if key != "year"], "str") | {"year": "int64"})
