"""The streams of a scenario as a plan takes them: one for each region, with own amounts in place of computed ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.funding.paying import paid_in, pays_in
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd

#: A fault of a row of own amounts, by stream and year -> the fault with its place in the file.
Located = Callable[[Fault, tuple[str, str]], Fault]

#: How sure a figure is, the surest first.
_SURE = ("attested", "derived", "illustrative")
#: A stream whose money is stated by year, as it stands: nothing else says how much there is.
_NO_OTHER_WAY: Mapping[str, Any] = {
    **dict.fromkeys(("amount_eur", "indicator", "national_eur", "shared_by")),
    **{"index": 1.0, "factor": 1.0, "over_years": 1, "growth_per_year": 0.0},
}

#: What the name of a region's part of a stream has beyond the stream's own, by language.
OF_REGION = {"bg": ", област {region}", "en": ", {region} region"}


def by_region(scenario: Scenario, planned: pd.DataFrame, regions: pd.DataFrame, file: str) -> Scenario:
    """The scenario with a stream of its own for every planned region, where a stream says ``each_region``.

    It is named ``<stream>_<region>``, and pays in the municipalities of its region. ``planned`` has columns
    municipality and region, ``regions`` region, name_bg, name_en. Raises InputRefused for a name that is taken.
    """
    names = {
        str(r): (str(bg), str(en)) for r, bg, en in regions[["region", "name_bg", "name_en"]].itertuples(index=False)
    }
    members = planned.sort_values("municipality").groupby("region", sort=True)["municipality"].agg(list)
    streams: dict[str, Stream] = {}
    for name, stream in scenario.streams.items():
        if not stream.each_region:
            streams[name] = stream
            continue
        for region, inside in members.items():
            code = f"{name}_{region}"
            if code in scenario.streams:
                rule = f'is also the name of the part of "{name}" in this region'
                raise InputRefused([Fault(file, 0, "streams", code, rule, "give it another name")])
            streams[code] = _of_region(stream, names[str(region)], inside)
    return replace(scenario, streams=streams)


def _of_region(stream: Stream, names: tuple[str, str], inside: list[str]) -> Stream:
    """The part of a stream that pays ``inside`` one region, whose names in Bulgarian and English are given."""
    return replace(
        stream,
        name_bg=stream.name_bg + OF_REGION["bg"].format(region=names[0]),
        name_en=stream.name_en + OF_REGION["en"].format(region=names[1]),
        municipalities=tuple(paid_in(stream, inside)),
        each_region=False,
    )


def with_stated(
    scenario: Scenario, stated: pd.DataFrame, amounts: Mapping[str, Mapping[int, float]], located: Located
) -> Scenario:
    """The scenario with the own amounts of table ``budgets`` (``stated``) in place of what its streams say.

    A stream with any own amount has its money by year: the own amount where there is one, what the scenario gives
    (``amounts``) elsewhere. Raises InputRefused for a stream, year or sentence that does not fit, all at once;
    ``located`` says where a row stands.
    """
    faults = [*_wrong_stated(scenario, stated, located)]
    if faults:
        raise InputRefused(faults)
    streams = dict(scenario.streams)
    for name, rows in stated[stated["amount_eur"].notna()].groupby("stream", sort=True):
        streams[str(name)] = _with_own(streams[str(name)], rows.sort_values("year"), amounts[str(name)])
    return replace(scenario, streams=streams)


def _with_own(stream: Stream, own: pd.DataFrame, computed: Mapping[int, float]) -> Stream:
    """A stream with its own amounts (rows by year), and what is ``computed`` in the other planned years.

    It is as sure as its least sure amount; its basis says that of each year.
    """
    given = {int(year): float(eur) for year, eur in zip(own["year"].tolist(), own["amount_eur"].tolist(), strict=True)}
    says = "; ".join(f"{row.year}: {row.basis}" for row in own.itertuples(index=False))
    rest = [str(year) for year in computed if year not in given]
    says += f" ({', '.join(rest)}: {stream.basis})" if rest else ""
    statuses = [*own["status"].tolist(), *([stream.status] if rest else [])]
    return replace(
        stream,
        by_year={str(year): given.get(year, eur) for year, eur in computed.items()},
        **_NO_OTHER_WAY,
        status=max(statuses, key=_SURE.index),
        basis=says,
    )


class _Stated(NamedTuple):
    """One row of table ``budgets``."""

    stream: str
    year: int
    amount_eur: float
    status: str
    basis: str


def _wrong_stated(scenario: Scenario, stated: pd.DataFrame, located: Located) -> Iterator[Fault]:
    """Rows of own amounts for streams or years that the scenario has not, and amounts without status or basis."""
    file = Path(scenario.inputs.budgets.partition("#")[0]).name
    for row in map(_Stated._make, stated[list(_Stated._fields)].itertuples(index=False, name=None)):
        for column, value, rule, cure in _wrong_row(scenario, row):
            yield located(Fault(file, 0, column, value, rule, cure), (row.stream, str(row.year)))


def _wrong_row(scenario: Scenario, row: _Stated) -> Iterator[tuple[str, str, str, str]]:
    """Column, value, broken rule and cure of one row."""
    own = not math.isnan(row.amount_eur)
    if row.stream not in scenario.streams:
        cure = nearest(row.stream, scenario.streams)
        yield "stream", shown(row.stream), "is not a stream of the scenario", cure
    elif own and row.year not in scenario.years:
        cure = f"one of {', '.join(map(str, scenario.years))}, or leave the amount blank"
        yield "year", str(row.year), "is not a planned year of the scenario", cure
    elif own and row.amount_eur and not pays_in(scenario.streams[row.stream], scenario, row.year):
        rule, cure = "has an amount, but the stream pays nothing then", "mend first_year and last_year of the stream"
        yield "amount_eur", f"{row.amount_eur:.2f}", rule, cure
    for name in ("status", "basis"):
        if own and not getattr(row, name):
            yield name, "", "is empty beside an own amount", "say how sure it is and why"
