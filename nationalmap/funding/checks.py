"""What is wrong with the streams of a scenario: services nobody pays, streams for what does not exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.funding.paying import may_pay, may_run, paid_in, pays_in
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd


def check_streams(
    scenario: Scenario,
    services: pd.DataFrame,
    municipalities: pd.DataFrame,
    indicator_catalogue: pd.DataFrame,
    file: str,
    register: pd.DataFrame | None = None,
) -> None:
    """Refuse a planned service that no running stream may pay, and streams for what does not exist.

    ``services`` is the whole catalogue, ``municipalities`` the whole register,
    ``indicator_catalogue`` says which indicators are money. A service without a row in
    ``register`` (where it is given) needs no payer before its lead time has passed. Raises
    InputRefused with every fault.
    """
    planned = _planned(scenario, municipalities)
    faults = [
        *_wrong_units(scenario, indicator_catalogue, file),
        *_unknown_codes(scenario, services, municipalities, file),
        *_paid_when_closed(scenario, file),
        *_unpaid_services(scenario, services, planned, register, file),
        *_built_for_nobody(scenario, services, planned, file),
    ]
    if faults:
        raise InputRefused(faults)


def _planned(scenario: Scenario, municipalities: pd.DataFrame) -> list[str]:
    return municipalities.loc[municipalities["region"].isin(list(scenario.regions)), "municipality"].tolist()


def _wrong_units(scenario: Scenario, indicator_catalogue: pd.DataFrame, file: str) -> Iterator[Fault]:
    """A stream's amount must come from money, and its share from something that adds up."""
    units = dict(zip(indicator_catalogue["indicator"], indicator_catalogue["unit"], strict=True))
    for name, stream in scenario.streams.items():
        if units.get(stream.indicator or "", "thousand_eur") != "thousand_eur":
            rule = f"is in {units[stream.indicator or '']}, not in thousand EUR"
            cure = "name an indicator of money, or use shared_by"
            yield Fault(file, 0, f"streams.{name}.indicator", stream.indicator or "", rule, cure)
        if units.get(stream.shared_by or "") == "percent":
            rule, cure = "is in per cent and has no sum", "name an indicator that counts something"
            yield Fault(file, 0, f"streams.{name}.shared_by", stream.shared_by or "", rule, cure)


def _unknown_codes(
    scenario: Scenario, services: pd.DataFrame, municipalities: pd.DataFrame, file: str
) -> Iterator[Fault]:
    """Services and municipalities of a stream that do not exist."""
    known = {"services": services["service"].tolist(), "municipalities": municipalities["municipality"].tolist()}
    for name, stream in scenario.streams.items():
        for key, codes in known.items():
            for code in getattr(stream, key):
                if code not in codes:
                    yield Fault(file, 0, f"streams.{name}.{key}", shown(code), "does not exist", nearest(code, codes))


def _paid_when_closed(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Amounts stated for a year in which the stream pays nothing."""
    for name, stream in scenario.streams.items():
        for year in scenario.years:
            if (stream.by_year or {}).get(str(year)) and not pays_in(stream, scenario, year):
                rule = "has an amount, but the stream pays nothing then"
                cure = "mend the amount, or first_year and last_year"
                yield Fault(file, 0, f"streams.{name}.by_year", str(year), rule, cure)


def _unpaid_services(
    scenario: Scenario, services: pd.DataFrame, planned: list[str], register: pd.DataFrame | None, file: str
) -> Iterator[Fault]:
    """Planned services for which no running stream is open in a year in which they may stand."""
    standing = None
    if register is not None:
        standing = set(register.loc[register["municipality"].isin(planned), "service"])
    for facts in services.to_dict("records"):
        service = str(facts["service"])
        if scenario.services and service not in scenario.services:
            continue
        years = _standing_years(scenario, {str(k): v for k, v in facts.items()}, standing)
        unpaid = [year for year in years if not may_run(scenario, service, year, planned)]
        if unpaid:
            when = "" if len(unpaid) == len(scenario.years) else f" in {', '.join(map(str, unpaid))}"
            cure = "add the service to a running stream, or leave it out of the scenario's services"
            rule = f"has no budget{when}: no running stream may pay it"
            yield Fault(file, 0, "streams", service, rule, cure)


def _standing_years(scenario: Scenario, facts: Mapping[str, Any], standing: Collection[str] | None) -> list[int]:
    """Planned years in which a service may have places: old types until their end, new ones from their lead time."""
    if facts.get("typology") == "old":
        last = scenario.old_types_until if scenario.old_types_until is not None else facts["financed_until"]
        ends = None if str(last) in ("<NA>", "nan", "None", "") else int(last)
        return [year for year in scenario.years if ends is None or year <= ends]
    if standing is None or facts["service"] in standing:
        return list(scenario.years)
    return [year for year in scenario.years if year >= scenario.as_of.year + facts["lead_years"]]


def _built_for_nobody(scenario: Scenario, services: pd.DataFrame, planned: list[str], file: str) -> Iterator[Fault]:
    """Capital streams for which nothing they may build can be run afterwards."""
    listed = [s for s in services["service"] if not scenario.services or s in scenario.services]
    # A service that nobody pays anywhere is told as such, not once more for each stream.
    known = [s for s in listed if any(may_run(scenario, s, year, planned) for year in scenario.years)]
    for name, stream in scenario.streams.items():
        years = [year for year in scenario.years if pays_in(stream, scenario, year)]
        places = paid_in(stream, planned)
        mine = [s for s in known if may_pay(stream, s, places)] if places else []
        if stream.kind == "running" or not years or not mine:
            continue  # said in the notes
        if not any(may_run(scenario, s, year, places) for s in mine for year in scenario.years if year >= years[0]):
            rule = "builds only what no running stream may pay afterwards"
            cure = "add its services and municipalities to a running stream"
            yield Fault(file, 0, f"streams.{name}", "", rule, cure)
