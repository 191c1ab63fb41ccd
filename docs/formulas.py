"""Writes docs/program.md from the rules and stages themselves: ``python docs/formulas.py``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nationalmap.program.constraints import RULES, explained  # noqa: E402
from nationalmap.program.objectives import STAGES  # noqa: E402

HEAD = """# The program in formulas

Made from the docstrings of `nationalmap/program/constraints` and `objectives.py` by `python docs/formulas.py`; a
test compares. Notation: m municipality, h host municipality, r region, g need group, s service, i and j sites, f stream
of money, t period by its year; d need, x users, u unmet, k places, y facilities, q places transformed, w whole
assignment, b money (thousand EUR), rho users per place, e shortfall.
Every number in the shipped norms is illustrative.
"""


def entry(function: Callable[..., Any]) -> str:
    """One rule or stage: title, words, algebra, unit and source."""
    told = explained(function)
    algebra = (function.__doc__ or "").partition("\n")[2].partition("Unit:")[0]
    formulas = "\n".join(line.strip() for line in algebra.splitlines() if line.strip())
    return (
        f"### `{function.__name__}`\n\n{told['title']}\n\n*{told['words'][0].upper()}{told['words'][1:]}*\n\n"
        f"```\n{formulas}\n```\n\nUnit: {told['unit']}. Source: {told['source']}\n"
    )


def page() -> str:
    """The whole page."""
    rules = "\n".join(entry(rule) for rule in RULES)
    stages = "\n".join(entry(stage) for stage in STAGES.values())
    order = "One after another; a later one never spoils an earlier one."
    return f"{HEAD}\n## Rules\n\n{rules}\n## Stages\n\n{order}\n\n{stages}"


if __name__ == "__main__":
    (ROOT / "docs" / "program.md").write_text(page(), encoding="utf-8")
