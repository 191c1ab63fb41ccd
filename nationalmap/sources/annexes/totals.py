"""Printed totals of an annex: of a service, a region or all; checked against the lines that they sum, then left out."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nationalmap.errors import Fault
from nationalmap.schema import shown
from nationalmap.sources.annexes.lines import Line


@dataclass(frozen=True)
class Counted:
    """A line that is a figure of its own: where it lies, and its level."""

    line: Line
    territory: str
    region: str
    level: str
    host: str
    service: str
    """Code of the catalogue, or a placeholder for a service that is not planned."""


@dataclass(frozen=True)
class Printed:
    """A line of totals: of a region, level and service, or of all where these are blank."""

    line: Line
    region: str = ""
    level: str = ""
    service: str = ""


def wrong_totals(printed: Sequence[Printed], counted: Sequence[Counted], notes: list[str]) -> Iterator[Fault]:
    """A fault for each total that is not the sum of its lines; those that are, are noted.

    A total sums all lines of its sheet that it speaks of, those above it, or those since the total before.
    """
    held: dict[tuple[int, str], list[Counted]] = defaultdict(list)
    for one in counted:
        for service in ("", one.service):
            held[id(one.line.records), service].append(one)
    rows: dict[int, list[int]] = defaultdict(list)
    for total in printed:
        rows[id(total.line.records)].append(total.line.row)
    told: dict[tuple[str, int], list[str]] = {}
    for total in printed:
        line = total.line
        label = next(word for word in (line.territory, line.host, line.service) if word)
        checked = told.setdefault((line.records.place, line.row), [label])
        if not line.users:
            continue
        own = [one for one in held[id(line.records), total.service] if _of(total, one)]
        earlier = sorted(set(rows[id(line.records)]))
        before = earlier[bisect_left(earlier, line.row) - 1] if earlier[0] < line.row else 0
        above = [one for one in own if one.line.row < line.row]
        groups = (own, above, [one for one in above if one.line.row > before])
        sums = [sum(_whole(one.line.users) for one in group) for group in groups]
        if not line.users.isdigit() or int(line.users) not in sums:
            rule = f'stands in a row of totals ("{shown(label)}"), the rows that it sums give {sums[0]}'
            yield line.fault("max_users", line.users, rule, "mend the row that is wrong")
        else:
            checked.append(f"{shown(line.figure)} {line.users}")
    for (place, row), (label, *agreed) in told.items():
        agrees = f"it agrees with the rows that it sums ({', '.join(agreed)})" if agreed else "nothing in it is wrong"
        notes.append(f'{place}: row {row} ("{shown(label)}") is a row of totals and left out; {agrees}')


def _of(total: Printed, one: Counted) -> bool:
    """Whether a total speaks of a line's region and level."""
    return total.region in ("", one.region) and total.level in ("", one.level)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0
