"""The rules, each a generator of (key, row): words, algebra, unit and source in one place.

``RULES`` lists them in order. A rule that the scenario does not use makes no
row. Notation: x users of m served at h; u unmet; k places, y facilities of site i; b money of
stream f; e shortfall that a stage makes as small as possible. One year t, one step from today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp

from nationalmap.program.constraints.money import (
    budgets,
    pay_capital,
    pay_new_only,
    pay_running,
)
from nationalmap.program.constraints.package import (
    maximum_users,
    municipal_package,
    regional_package,
    regional_spread,
    unmet_above_maximum,
    worst_share,
)
from nationalmap.program.constraints.service import (
    balance_places,
    grow_only,
    grow_or_shrink,
    keep_places,
    meet_need,
    no_loss,
    open_and_close,
    places_hold_users,
    window_largest,
    window_smallest,
)
from nationalmap.program.index import Known
from nationalmap.program.variables import Unknown

Rule = Callable[[Known, Unknown], Iterator[tuple[Any, pulp.LpConstraint]]]

RULES: tuple[Rule, ...] = (
    meet_need,
    places_hold_users,
    window_smallest,
    window_largest,
    balance_places,
    grow_or_shrink,
    grow_only,
    open_and_close,
    keep_places,
    no_loss,
    municipal_package,
    regional_package,
    regional_spread,
    maximum_users,
    unmet_above_maximum,
    pay_running,
    pay_capital,
    pay_new_only,
    budgets,
    worst_share,
)


def explained(rule: Rule | Callable[..., Any]) -> Mapping[str, str]:
    """Title, algebra, unit, source and words of a rule or stage, read from its docstring."""
    lines = [line.strip() for line in (rule.__doc__ or "").strip().splitlines()]
    parts: dict[str, list[str]] = {"title": lines[:1]}
    current = "algebra"
    for line in lines[1:]:
        for mark, name in (("Unit:", "unit"), ("In words:", "words")):
            if line.startswith(mark):
                current, line = name, line.removeprefix(mark).strip()  # noqa: PLW2901
        parts.setdefault(current, []).append(line)
    found = {name: " ".join(text for text in texts if text) for name, texts in parts.items()}
    unit, _, source = found.get("unit", "").partition("Source:")
    return {**found, "unit": unit.strip(" ."), "source": source.strip()}
