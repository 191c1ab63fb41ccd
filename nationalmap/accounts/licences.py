"""Licences of providers that end within the planned years: a place that stands on paper alone after that day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def given(values: pd.Series) -> pd.Series:
    """Where a cell says something."""
    return values.notna() & (values.astype(object) != "")


def licences_ending(register: pd.DataFrame, until: int) -> pd.DataFrame:
    """Facilities whose provider's licence ends before the end of a year, the earliest first."""
    said = register[given(register["licence_valid_until"])]
    ends = said["licence_valid_until"].map(last_day)
    found = said.assign(ends=ends)[ends <= f"{until}-12-31"]
    return found.sort_values(["ends", "site"], kind="stable").drop(columns="ends")


def last_day(written: str) -> str:
    """The last day that a date of the register means: a month or a year alone ends with its last."""
    return f"{written}-12-31" if len(written) == 4 else f"{written}-31" if len(written) == 7 else written
