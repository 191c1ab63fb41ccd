"""How much money each stream of a scenario has in the year, and whether every service has a payer.

    amount = amount_eur | 1000 * index * sum of indicator | national_eur * share / over_years,  times factor

EUR in prices of the catalogue's year, cut to whole cents. A municipality without data makes
a sum unknown: it is refused, never counted as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd

#: More money in one stream is a slip of units (schema allows no larger amount).
MOST_EUR = 1e11


def budgets(scenario: Scenario, indicators: pd.DataFrame, planned: pd.DataFrame, file: str) -> dict[str, float]:
    """EUR by stream for the planned municipalities (column municipality). Raises InputRefused."""
    faults: list[Fault] = []
    amounts = {}
    for name, stream in scenario.streams.items():
        try:
            amounts[name] = _amount(stream, indicators, planned, f"streams.{name}", file)
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return amounts


def _amount(stream: Stream, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> float:
    if stream.amount_eur is not None:
        exact = stream.amount_eur
    elif stream.indicator is not None:
        exact = 1000 * stream.index * sum(_figures(stream.indicator, indicators, planned, path, file))
    else:
        by = stream.shared_by or ""
        mine = sum(_figures(by, indicators, planned, path, file))
        everywhere = indicators.loc[indicators["indicator"] == by, ["municipality"]].drop_duplicates()
        national = sum(_figures(by, indicators, everywhere, path, file))
        if national <= 0:
            raise InputRefused([Fault(file, 0, path, by, "is 0 everywhere: it shares nothing", "share by another")])
        exact = (stream.national_eur or 0.0) * mine / national / stream.over_years
    available = exact * stream.factor
    if available > MOST_EUR:
        rule = f"comes to {available:.3g} EUR, more than {MOST_EUR:g}"
        raise InputRefused([Fault(file, 0, path, "", rule, "check the figure and its unit")])
    return math.floor(available * 100 + 1e-4) / 100


def _figures(name: str, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> list[float]:
    values = indicators[indicators["indicator"] == name].set_index("municipality")["value"]
    if values.empty:
        known = sorted(set(indicators["indicator"]))
        raise InputRefused([Fault(file, 0, path, name, "is not an indicator at hand", nearest(name, known))])
    mine = values.reindex(planned["municipality"].tolist())
    blank = [str(code) for code in mine.index[mine.isna()]]
    if blank:
        rule = f"has no figure for {', '.join(blank)}: no data is not zero"
        raise InputRefused([Fault(file, 0, path, name, rule, "give amount_eur instead")])
    return [float(v) for v in mine]


def check_streams(
    scenario: Scenario,
    services: pd.DataFrame,
    municipalities: pd.DataFrame,
    indicator_catalogue: pd.DataFrame,
    file: str,
) -> None:
    """Refuse a planned service that no running stream may pay, and streams for what does not exist.

    ``services`` is the whole catalogue, ``municipalities`` the whole register,
    ``indicator_catalogue`` says which indicators are money. Raises InputRefused.
    """
    catalogue = services["service"].tolist()
    codes = municipalities["municipality"].tolist()
    planned = set(municipalities.loc[municipalities["region"].isin(list(scenario.regions)), "municipality"])
    faults = list(_wrong_units(scenario, indicator_catalogue, file))
    for name, stream in scenario.streams.items():
        for key, given, known in (
            ("services", stream.services, catalogue),
            ("municipalities", stream.municipalities, codes),
        ):
            faults += [
                Fault(file, 0, f"streams.{name}.{key}", shown(code), "does not exist", nearest(code, known))
                for code in given
                if code not in known
            ]
    running = [
        stream
        for stream in scenario.streams.values()
        if stream.kind == "running" and (not stream.municipalities or planned & set(stream.municipalities))
    ]
    for service in scenario.services or catalogue:
        if not any(not stream.services or service in stream.services for stream in running):
            cure = "add the service to a running stream, or leave it out of the scenario's services"
            faults.append(Fault(file, 0, "streams", str(service), "has no budget: no running stream may pay it", cure))
    if faults:
        raise InputRefused(faults)


def _wrong_units(scenario: Scenario, indicator_catalogue: pd.DataFrame, file: str) -> Iterator[Fault]:
    """A stream's amount must come from money, and its share from something that adds up."""
    units = dict(zip(indicator_catalogue["indicator"], indicator_catalogue["unit"], strict=True))
    for name, stream in scenario.streams.items():
        if units.get(stream.indicator or "", "thousand_eur") != "thousand_eur":
            rule = f"is in {units[stream.indicator or '']}, not in thousand EUR"
            cure = "name an indicator of money, or use shared_by"
            yield Fault(file, 0, f"streams.{name}.indicator", stream.indicator or "", rule, cure)
        if units.get(stream.shared_by or "") == "percent":
            cure = "name an indicator that counts something"
            yield Fault(
                file, 0, f"streams.{name}.shared_by", stream.shared_by or "", "is in per cent and has no sum", cure
            )
