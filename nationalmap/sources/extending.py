"""What a scenario says put over what its base says: key by key, but for the ways of saying an amount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: What says how much a stream has: a scenario that says it in one way replaces what its base says, in whichever way,
#: with all that went with it. A factor that stayed made two per cent of two per cent.
WAYS = ("amount_eur", "by_year", "indicator", "national_eur")
_OF_A_WAY = (*WAYS, "index", "factor", "shared_by", "over_years")


def extended(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The base ``below`` with what the scenario ``above`` says in its place; both stay as they are."""
    return _merge(_without_replaced_amounts(below, above), above)


def _without_replaced_amounts(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """The base without the amounts of streams whose amount the scenario states itself."""
    base, mine = below.get("streams"), above.get("streams")
    if not isinstance(base, dict) or not isinstance(mine, dict):
        return below
    stated = {name for name, stream in mine.items() if isinstance(stream, dict) and not stream.keys().isdisjoint(WAYS)}
    kept = {
        name: {key: value for key, value in stream.items() if key not in _OF_A_WAY} if name in stated else stream
        for name, stream in base.items()
    }
    return {**below, "streams": kept}


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged
