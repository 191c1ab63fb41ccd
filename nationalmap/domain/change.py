"""One figure of a question made another: what a study varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

#: What may be changed: the money of a stream, the result of a norm, a need group's cases, an indicator, how far a
#: service is within reach.
What = Literal["budget", "norm", "need", "indicator", "travel_limit"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """Times ``factor``: the stream, norm, need group, indicator or service ``name`` ("*": every one of that kind).

    ``municipality`` restricts a change of needs and indicators to one; "" is all.
    """

    __pydantic_config__: ClassVar = _STRICT
    what: What
    name: str
    factor: float
    municipality: str = ""


@dataclass(frozen=True)
class Break:
    """Where something that holds at some factors changes: at ``holds`` it does, at ``fails``, close by, it does not.

    ``always`` and ``never``: so at a factor of 1 and at both ends. ``stops``: it holds at 1, ``becomes``: it does not.
    """

    kind: Literal["always", "never", "stops", "becomes"]
    holds: float | None = None
    fails: float | None = None
