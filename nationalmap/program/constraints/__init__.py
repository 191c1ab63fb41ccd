"""The rules, each a generator of (key, row): words, algebra, unit and source in one place.

``RULES`` lists them in order. A rule that the scenario does not use makes no
row. Notation: x users of m served at h by service s of need group g; u unmet; k places, y facilities of site i;
q places transformed; b money of stream f; e shortfall that a stage makes as small as possible; t period, t-1 the one
before it, today before the first. Users are paid by the state (x) or otherwise (x_other).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp

from nationalmap.program.constraints.change import (
    convert_factor,
    convert_fully,
    convert_once,
    convert_smallest,
    convert_standing,
    convert_whole,
    renovate_once,
    renovate_or_lose,
)
from nationalmap.program.constraints.money import (
    budgets,
    others_pay,
    pay_build,
    pay_new_only,
    pay_renovate,
    pay_running,
    pay_transform,
)
from nationalmap.program.constraints.package import (
    maximum_users,
    municipal_package,
    regional_package,
    regional_spread,
    unmet_above_maximum,
    worst_share,
    worst_tenth,
)
from nationalmap.program.constraints.service import (
    assign_once,
    assign_wholly,
    group_least_share,
    group_most_share,
    meet_need,
    no_loss,
    places_hold_users,
    served_where_open,
)
from nationalmap.program.constraints.sites import (
    balance_places,
    grow_only,
    grow_or_shrink,
    keep_needed,
    keep_places,
    open_and_close,
    window_largest,
    window_smallest,
)
from nationalmap.program.constraints.together import (
    embedded_places,
    embedded_size,
    hub_hosts,
    hub_services,
    keep_apart,
    locks,
    most_openings,
    share_roof,
    site_limits,
    staff_ceiling,
)
from nationalmap.program.known import Known
from nationalmap.program.variables import Unknown

Rule = Callable[[Known, Unknown], Iterator[tuple[Any, pulp.LpConstraint]]]

RULES: tuple[Rule, ...] = (
    meet_need,
    group_most_share,
    group_least_share,
    assign_wholly,
    assign_once,
    places_hold_users,
    served_where_open,
    window_smallest,
    window_largest,
    balance_places,
    grow_or_shrink,
    grow_only,
    open_and_close,
    renovate_once,
    renovate_or_lose,
    convert_once,
    convert_whole,
    convert_standing,
    convert_factor,
    convert_fully,
    convert_smallest,
    keep_places,
    keep_needed,
    no_loss,
    municipal_package,
    regional_package,
    regional_spread,
    maximum_users,
    unmet_above_maximum,
    pay_running,
    pay_build,
    pay_transform,
    pay_renovate,
    pay_new_only,
    others_pay,
    budgets,
    staff_ceiling,
    worst_share,
    worst_tenth,
    share_roof,
    keep_apart,
    embedded_places,
    embedded_size,
    site_limits,
    hub_hosts,
    hub_services,
    most_openings,
    locks,
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
