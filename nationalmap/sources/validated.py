"""Checked dataclasses out of data of a file: every wrong key or value with its path and the nearest right one."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from nationalmap.domain.norm import Rule
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest, shown, unfit_text

T = TypeVar("T")

#: A whole number of TOML has 64 bits.
MAX_WHOLE = 2**63
#: What a scenario says of a foreign file: words as they stand there, which no output repeats.
_READING = re.compile(r"(inputs\.)?reading\.")
#: The kinds of rule; a norm's ``type`` says their names in small letters.
_RULE_NAMES = tuple(kind.__name__ for kind in typing.get_args(Rule))


def validated(kind: type[T], data: Any, file: str) -> T:
    """``data`` as the dataclass ``kind``, strictly: no unknown key, no NaN, no yes for 1."""
    from pydantic import ValidationError

    faults = list(_unusable(data, "", file))
    if faults:
        raise InputRefused(faults)
    try:
        checked: T = _adapter(typing.cast("Any", kind)).validate_json(json.dumps(data, default=_iso), strict=True)
        return checked
    except ValidationError as error:
        meant = _meant(error.errors(include_url=False), data)
        raise InputRefused(_fault(kind, e, file) for e in meant) from None


@functools.cache
def _adapter(kind: Any) -> Any:
    """The validator of a dataclass; made once, for there are many norms."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _meant(errors: Iterable[Any], data: Any) -> list[Any]:
    """The errors without those of kinds of rule that the ``type`` at their place does not name.

    A rule may hold another one, of fewer kinds, so there may be several such places on the way.
    """
    told = list(errors)
    kinds: dict[tuple[Any, ...], list[str]] = {}
    for error in told:
        for place, kind in _kinds_on(error["loc"]):
            kinds.setdefault(place, []).append(kind.lower())
    return [meant for error in told if (meant := _of_the_kind_named(error, kinds, data)) is not None]


def _of_the_kind_named(error: Any, kinds: Mapping[tuple[Any, ...], list[str]], data: Any) -> Any | None:
    """The error itself, or one about a ``type`` on its way that names no kind; None for an error of another kind."""
    for place, kind in _kinds_on(error["loc"]):
        rule = _at(data, place)
        if not isinstance(rule, dict):
            continue
        given = rule.get("type")
        if given not in kinds[place]:
            problem = "kind_of_rule" if "type" in rule else "missing"
            known = tuple(dict.fromkeys(kinds[place]))
            return {"type": problem, "loc": (*place, "type"), "input": given, "msg": "", "known": known}
        if given != kind.lower():
            return None
    return error


def _kinds_on(location: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each place of a rule on the way to an error, with the kind of rule that the error is about."""
    place: tuple[Any, ...] = ()
    for part in location:
        if part in _RULE_NAMES:
            yield place, part
        else:
            place = (*place, part)


def _at(data: Any, place: tuple[Any, ...]) -> Any:
    """The value at a path of keys and positions; None where there is none."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _iso(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _unusable(data: Any, path: str, file: str) -> Iterator[Fault]:
    """Values that no key may have, wherever they stand."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _unusable(value, f"{path}.{shown(key)}".lstrip("."), file)
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _unusable(value, f"{path}[{position}]", file)
    elif isinstance(data, float) and not math.isfinite(data):
        yield Fault(file, 0, path, str(data), "is not a finite number", "write the figure itself")
    elif isinstance(data, int) and abs(data) >= MAX_WHOLE:
        told = str(data) if data.bit_length() < 1_000 else hex(data)  # Python writes no longer ones
        yield Fault(file, 0, path, shown(told), "is too large", "check the figure")
    elif isinstance(data, str) and not _READING.match(path) and (wrong := unfit_text(data, lines=True))[0]:
        yield Fault(file, 0, path, shown(data), *wrong)


def _fault(kind: type, error: Any, file: str) -> Fault:
    """An error of the validator as a sentence of ours."""
    location = [str(part) for part in error["loc"]]
    path = ".".join(shown(part) for part in location if part not in _RULE_NAMES)
    given = error.get("input")
    value = "" if isinstance(given, dict | list) or given is None else shown(str(given))
    value = value.lower() if isinstance(given, bool) else value
    if error["type"] == "kind_of_rule":
        known = error["known"]
        return Fault(file, 0, path, value, f"is not one of {', '.join(known)}", nearest(value, known))
    if error["type"] == "unexpected_keyword_argument":
        keys = _keys_at(kind, location[:-1])
        return Fault(file, 0, path, "", "this key is not known", nearest(location[-1], keys))
    if error["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return Fault(file, 0, path, "", "this key is missing", "add it")
    rule = error["msg"][0].lower() + error["msg"][1:]
    return Fault(file, 0, path, value, f"does not fit: {rule}", "mend the value")


def _keys_at(kind: Any, path: list[str]) -> list[str]:
    """Keys permitted at a path of nested dataclasses; of all alternatives of a union."""
    kinds = [kind]
    for part in path:
        if part in _RULE_NAMES:
            kinds = [k for k in kinds if k.__name__ == part]
            continue
        hints = [typing.get_type_hints(k).get(part) for k in kinds if dataclasses.is_dataclass(k)]
        inner = [alternative for hint in hints if hint for alternative in _alternatives(hint)]
        kinds = inner or kinds
    return sorted({f.name for k in kinds if dataclasses.is_dataclass(k) for f in dataclasses.fields(k)})


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """What may stand at a key: the members of a union, the values of a mapping or tuple."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        return typing.get_args(hint)
    return (hint,)
