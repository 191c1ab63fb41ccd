"""Own figures of indicators: they replace the shipped ones, and every replacement is told with its source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import OWN_INDICATORS
from nationalmap.sources.origins import Origin
from nationalmap.sources.resources import parted

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_own(
    indicators: pd.DataFrame, catalogue: pd.DataFrame, own: pd.DataFrame, origin: Origin | None
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Tables ``indicators`` and ``indicator_catalogue`` with the own figures, and a note on each one that differs.

    The catalogue's note of an indicator says which figures were replaced, by which source: outputs show it beside
    the published one. A published national total is then no longer that of the figures and is left out. Raises
    InputRefused for a blank where there is a figure, and a figure that people cannot be; ``origin`` says where these
    stand.
    """
    key = list(OWN_INDICATORS.key)
    units = dict(zip(catalogue["indicator"], catalogue["unit"], strict=True))
    triples = indicators[[*key, "value"]].itertuples(index=False, name=None)
    known: dict[tuple[str, str], float] = {(str(i), str(m)): float(value) for i, m, value in triples}
    faults = list(_wrong(own, known, units, origin)) if origin is not None else []
    if faults:
        raise InputRefused(faults)
    replaced = [
        row
        for row in own.to_dict("records")
        if not math.isnan(row["value"]) and row["value"] != known[row["indicator"], row["municipality"]]
    ]
    if not replaced:
        return indicators, catalogue, ()
    own_values = {(row["indicator"], row["municipality"]): row["value"] for row in replaced}
    pairs = indicators[key].itertuples(index=False, name=None)
    values = [own_values.get(pair, known[pair]) for pair in pairs]
    said: dict[str, list[str]] = {}
    for row in replaced:
        former = known[row["indicator"], row["municipality"]]
        was = "no data" if math.isnan(former) else f"{former:.10g}"
        words = f"{row['municipality']}: {row['value']:.10g} in place of {was}"
        words += f" ({row['source']}; {row['reference_date']}; {row['source_class']})"
        said.setdefault(row["indicator"], []).append(words)
    catalogue = catalogue.assign(
        note=[
            "; ".join(part for part in (note, *said.get(name, ())) if part)
            for name, note in zip(catalogue["indicator"], catalogue["note"], strict=True)
        ],
        national_total=catalogue["national_total"].where(~catalogue["indicator"].isin(list(said))),
    )
    notes = tuple(f"indicators: {name} of {words}" for name, many in sorted(said.items()) for words in many)
    return indicators.assign(value=values), catalogue, notes


def _wrong(
    own: pd.DataFrame, known: Mapping[tuple[str, str], float], units: Mapping[str, str], origin: Origin
) -> Iterator[Fault]:
    for row in own.to_dict("records"):
        key = row["indicator"], row["municipality"]
        value, unit = row["value"], units[row["indicator"]]
        shown, rule, cure = f"{value:g}", "", ""
        if math.isnan(value):
            shown, cure = "", "write the figure, or delete the row: then the shipped figure stands"
            rule = "" if math.isnan(known[key]) else "is empty"
        elif unit == "persons" and value != int(value):
            rule, cure = "is not a whole number of people", "write it whole"
        elif unit == "percent" and value > 100:
            rule, cure = "is above 100 per cent", "check the unit"
        if rule:
            yield origin.located(Fault(parted(origin.path)[0].name, 0, "value", shown, rule, cure), key)
