"""What a scenario plans of the tables that were read: its services, their groups and sites, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import shown

if TYPE_CHECKING:
    import pandas as pd


def chosen(
    scenario: Scenario, catalogue: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame], file: str
) -> dict[str, pd.DataFrame]:
    """The tables without what the scenario does not plan: all services of the catalogue unless it names some."""
    known = catalogue["services"]["service"].tolist()
    planned = list(scenario.services or known)
    faults = [
        Fault(file, 0, "services", shown(s), "is not a service of the catalogue", schema.nearest(s, known))
        for s in planned
        if s not in known
    ] or list(_left_alone(catalogue, planned, file))
    if faults:
        raise InputRefused(faults)
    services = catalogue["services"][catalogue["services"]["service"].isin(planned)]
    groups = set(services["group"])
    sites = set(given["register"].loc[given["register"]["service"].isin(planned), "site"])
    kept = {"service": {"*", *planned}, "group": groups, "host_service": set(planned), "from_service": set(planned),
            "to_service": set(planned)}  # fmt: skip
    whole = ("bases", "calibration", "apart", "complexes")
    tables = {}
    for name, table in {**catalogue, **given}.items():
        frame = table
        for column, codes in kept.items() if name not in whole else ():
            frame = frame[frame[column].isin(codes)] if column in frame.columns else frame
        frame = frame[frame["site"].isin(sites)] if name == "renovations" else frame
        tables[name] = frame.reset_index(drop=True)
    return tables


def _left_alone(catalogue: Mapping[str, pd.DataFrame], planned: list[str], file: str) -> Iterator[Fault]:
    """Planned services without the one that they count as, or that hosts them."""
    services, embedded = catalogue["services"], catalogue["embedded"]
    for s, other in services[["service", "counts_as"]].itertuples(index=False, name=None):
        if s in planned and other and other not in planned:
            cure = f'add "{other}", or leave it out'
            yield Fault(file, 0, "services", s, f"counts as {other}, which the scenario does not plan", cure)
    for s, host in embedded[["service", "host_service"]].itertuples(index=False, name=None):
        if s in planned and host not in planned:
            cure = f'add "{host}", or leave it out'
            yield Fault(file, 0, "services", s, f"lies within {host}, which the scenario does not plan", cure)
