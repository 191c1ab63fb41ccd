"""The indicative map page: one HTML file for one or several scenarios, which opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.page.data import page_data
from nationalmap.reports.page.document import document
from nationalmap.reports.page.geometry import shapes
from nationalmap.reports.page.ground import ground

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.frontier import Frontier
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.data import Reasons


def build(plan: Plan, frontier: Frontier | None = None, reasons: Reasons | None = None) -> str:
    """The whole page of one run as HTML text; the same plan gives the same bytes.

    With a frontier where one is at hand, and with what stops one more place where that is known.
    """
    drawn = shapes(plan)
    return document(page_data([plan], drawn, None, frontier, [] if reasons is None else [reasons]), drawn)


def build_several(plans: Sequence[Plan], tables: Mapping[str, pd.DataFrame], reasons: Sequence[Reasons] = ()) -> str:
    """The page of several runs, of which the reader sets two side by side; ``tables`` are those of the comparison."""
    drawn = shapes(ground(plans))
    return document(page_data(plans, drawn, tables, None, reasons), drawn)
