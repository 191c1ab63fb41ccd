"""Rows of totals: recognised, checked against the rows that they sum, left out with a note."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from nationalmap.errors import Fault
from nationalmap.schema import Table, shown
from nationalmap.sources.records import Records
from nationalmap.sources.words import is_total

_NUMERIC = ("integer", "number", "money")


def without_totals(records: Records, table: Table, units: Mapping[str, str]) -> Iterator[Fault]:
    """Takes the rows of totals out of the records, and notes them; a fault where one is not the sum of its rows.

    A total may sum all rows, or those since the total before. Per cents are not summed, and that is said.
    """
    frame = records.frame
    places = [column.name for column in table.columns if column.kind == "code"]
    names = [name for name in (*places, "region") if name in frame.columns]
    totals = [at for at, row in enumerate(_labels(records, names)) if row]
    if not totals:
        return
    columns = [c.name for c in table.columns if c.kind in _NUMERIC and c.name in frame.columns]
    values = {name: [_value(text) for text in frame[name].tolist()] for name in columns}
    before = -1
    for at in totals:
        label = next(text for text in frame.iloc[at] if is_total(text))
        row = int(frame.index[at])
        all_rows = [r for r in range(at) if r not in totals]
        own_rows = [r for r in all_rows if r > before]
        checked = []
        for name in columns:
            said = values[name][at]
            if said is None or units.get(name) == "percent":
                continue
            sums = [math.fsum(values[name][r] or 0.0 for r in rows) for rows in (all_rows, own_rows)]
            if not any(math.isclose(said, found, rel_tol=1e-9, abs_tol=1e-6) for found in sums):
                text = frame[name].iloc[at]
                rule = f'stands in a row of totals ("{shown(label)}"), the rows above sum to {sums[0]:.10g}'
                yield from records.located(
                    [Fault(records.file, row, name, shown(text), rule, "mend the row that is wrong")]
                )
            checked.append(f"{name} {said:.10g}")
        agrees = (
            f"it agrees with the rows above ({', '.join(checked)})" if checked else "nothing in it could be checked"
        )
        records.note(f'row {row} ("{shown(label)}") is a row of totals and left out; {agrees}')
        before = at
    records.frame = frame.iloc[[at for at in range(len(frame)) if at not in set(totals)]]


def _labels(records: Records, names: Sequence[str]) -> Iterator[bool]:
    """Whether each row calls itself a total: in a code, or in its first words where it has no code."""
    coded = [records.frame[name].tolist() for name in names]
    # A long table says few codes many times, and its sites are asked once each.
    total = {cell for column in coded for cell in set(column) if cell and is_total(cell)}
    uncoded = [not any(cells) for cells in zip(*coded, strict=True)] if coded else [True] * len(records.frame)
    rows = records.frame[uncoded].itertuples(index=False, name=None) if any(uncoded) else iter(())
    for at, bare in enumerate(uncoded):
        if bare:
            yield is_total(next(filter(None, next(rows)), ""))
        else:
            yield any(column[at] in total for column in coded)


def _value(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
