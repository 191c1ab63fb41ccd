"""The indicative map page: one HTML file for one scenario, which opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.page.data import page_data
from nationalmap.reports.page.document import document
from nationalmap.reports.page.geometry import shapes

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.domain.plan import Plan


def build(plan: Plan, frontier: Frontier | None = None) -> str:
    """The whole page as HTML text, with a frontier where one is at hand; the same plan gives the same bytes."""
    drawn = shapes(plan)
    return document(page_data(plan, drawn, frontier), drawn)
