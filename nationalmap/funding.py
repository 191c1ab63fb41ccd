"""How much money each stream of a scenario has in each period, and whether every service has a payer.

    amount = (amount_eur | by_year[t] | 1000 * index * sum of indicator | national_eur * share / over_years) * factor

Running money is there in every planned year t in which the stream pays, times
(1 + growth_per_year) to the power of t less the year of ``as_of``. Capital money is there once, in
the first period in which the stream pays (or as by_year says); what is left is carried over by
the program. EUR in prices of the catalogue's year, cut to whole cents. A municipality without
data makes a sum unknown: it is refused, never counted as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from nationalmap.domain.scenario import Scenario, Stream
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest, shown

if TYPE_CHECKING:
    import pandas as pd

#: More money in one stream is a slip of units (schema allows no larger amount).
MOST_EUR = 1e11


def budgets(
    scenario: Scenario,
    indicators: pd.DataFrame,
    planned: pd.DataFrame,
    file: str,
    counted: Mapping[str, float] | None = None,
) -> dict[str, dict[int, float]]:
    """EUR newly available by stream and planned year for the planned municipalities (column municipality).

    0.0 where the stream pays nothing. ``counted`` holds amounts before factor and growth that are known already (see
    ``before_factor``). Raises InputRefused with the faults of all streams.
    """
    faults: list[Fault] = []
    amounts = {}
    for name, stream in scenario.streams.items():
        path = f"streams.{name}"
        try:
            # Figures are asked for even where none is paid: they may be wrong.
            known = counted is not None and name in counted
            once = counted[name] if counted and known else before_factor(stream, indicators, planned, path, file)
            amounts[name] = _by_year(stream, scenario, once, path, file)
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return amounts


def by_region(scenario: Scenario, planned: pd.DataFrame, regions: pd.DataFrame, file: str) -> Scenario:
    """The scenario with a stream of its own for every planned region, where a stream says ``each_region``.

    It is named ``<stream>_<region>``, and pays in the municipalities of its region. ``planned`` has columns
    municipality and region, ``regions`` region, name_bg, name_en. Raises InputRefused for a name that is taken.
    """
    names = {
        str(r): (str(bg), str(en)) for r, bg, en in regions[["region", "name_bg", "name_en"]].itertuples(index=False)
    }
    members: dict[str, list[str]] = {}
    for code, region in (
        planned[["municipality", "region"]].sort_values("municipality").itertuples(index=False, name=None)
    ):
        members.setdefault(str(region), []).append(str(code))
    streams: dict[str, Stream] = {}
    for name, stream in scenario.streams.items():
        for code, inside in sorted(members.items()) if stream.each_region else ():
            if f"{name}_{code}" in scenario.streams:
                rule = f'is also the name of the part of "{name}" in this region'
                raise InputRefused([Fault(file, 0, "streams", f"{name}_{code}", rule, "give it another name")])
            streams[f"{name}_{code}"] = replace(
                stream,
                name_bg=f"{stream.name_bg}, област {names[code][0]}",
                name_en=f"{stream.name_en}, {names[code][1]} region",
                municipalities=tuple(m for m in inside if not stream.municipalities or m in stream.municipalities),
                each_region=False,
            )
        if not stream.each_region:
            streams[name] = stream
    return replace(scenario, streams=streams)


def with_stated(
    scenario: Scenario, stated: pd.DataFrame, amounts: Mapping[str, Mapping[int, float]], file: str
) -> Scenario:
    """The scenario with the own amounts of table ``budgets`` (``stated``) in place of what its streams say.

    A stream with any own amount has its money by year: the own amount where there is one, what the scenario gives
    (``amounts``) elsewhere. Raises InputRefused for a stream, year or sentence that does not fit, all at once.
    """
    own = stated[stated["amount_eur"].notna()]
    faults = [*_wrong_stated(scenario, stated, file)]
    if faults:
        raise InputRefused(faults)
    streams = dict(scenario.streams)
    for name, rows in own.groupby("stream", sort=True):
        stream = streams[str(name)]
        given = dict(zip(rows["year"].tolist(), rows["amount_eur"].tolist(), strict=True))
        by_year = {str(year): float(given.get(year, amounts[str(name)][year])) for year in scenario.years}
        says = "; ".join(f"{row.year}: {row.basis}" for row in rows.sort_values("year").itertuples(index=False))
        computed = [str(year) for year in scenario.years if year not in given]
        rest = f" ({', '.join(computed)}: {stream.basis})" if computed else ""
        least = max(rows["status"].tolist(), key=_SURE.index)
        streams[str(name)] = replace(
            stream,
            by_year=by_year,
            **_NO_OTHER_WAY,
            status=least if not computed else max(least, stream.status, key=_SURE.index),
            basis=says + rest,
        )
    return replace(scenario, streams=streams)


#: How sure a figure is, the surest first.
_SURE = ("attested", "derived", "illustrative")
#: A stream whose money is stated by year, as it stands: nothing else says how much there is.
_NO_OTHER_WAY: Mapping[str, Any] = {
    **dict.fromkeys(("amount_eur", "indicator", "national_eur", "shared_by")),
    **{"index": 1.0, "factor": 1.0, "over_years": 1, "growth_per_year": 0.0},
}


class _Stated(NamedTuple):
    """One row of table ``budgets``."""

    stream: str
    year: int
    amount_eur: float
    status: str
    basis: str


def _wrong_stated(scenario: Scenario, stated: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Rows of own amounts for streams or years that the scenario has not, and amounts without status or basis."""
    for row in map(_Stated._make, stated[list(_Stated._fields)].itertuples(index=False, name=None)):
        where = f'{file}, "{row.stream}" {row.year}'
        own = not math.isnan(row.amount_eur)
        if row.stream not in scenario.streams:
            cure = nearest(row.stream, scenario.streams)
            yield Fault(where, 0, "stream", shown(row.stream), "is not a stream of the scenario", cure)
        elif own and row.year not in scenario.years:
            cure = f"one of {', '.join(map(str, scenario.years))}, or leave the amount blank"
            yield Fault(where, 0, "year", str(row.year), "is not a planned year of the scenario", cure)
        elif own and row.amount_eur and not pays_in(scenario.streams[row.stream], scenario, row.year):
            rule, cure = (
                "has an amount, but the stream pays nothing then",
                "mend first_year and last_year of the stream",
            )
            yield Fault(where, 0, "amount_eur", f"{row.amount_eur:.2f}", rule, cure)
        for name in ("status", "basis"):
            if own and not getattr(row, name):
                yield Fault(where, 0, name, "", "is empty beside an own amount", "say how sure it is and why")


def pays_in(stream: Stream, scenario: Scenario, year: int) -> bool:
    """Whether a stream pays in a planned period.

    Running money in the planned year itself; capital money for the years after the former
    period up to the planned year, of which at least one must lie in the stream's own.
    """
    earliest = year if stream.kind == "running" else scenario.former_year(year) + 1
    started = stream.first_year is None or stream.first_year <= year
    return started and (stream.last_year is None or stream.last_year >= earliest)


def _by_year(stream: Stream, scenario: Scenario, once: float, path: str, file: str) -> dict[int, float]:
    """EUR of one stream by planned year; ``once`` before factor and growth."""
    open_years = [year for year in scenario.years if pays_in(stream, scenario, year)]
    stated = stream.by_year
    amounts = dict.fromkeys(scenario.years, 0.0)
    for year in open_years if stream.kind == "running" or stated is not None else open_years[:1]:
        exact = stated.get(str(year), 0.0) if stated is not None else once
        grown = (1 + stream.growth_per_year) ** (year - scenario.as_of.year) if stream.kind == "running" else 1.0
        amounts[year] = _cut(exact * stream.factor * grown, path, file)
    return amounts


def _cut(available: float, path: str, file: str) -> float:
    """Whole cents, never more than there is. Raises InputRefused for a slip of units."""
    if available > MOST_EUR:
        rule = f"comes to {available:.3g} EUR, more than {MOST_EUR:g}"
        raise InputRefused([Fault(file, 0, path, "", rule, "check the figure and its unit")])
    return math.floor(available * 100 + 1e-4) / 100


def before_factor(stream: Stream, indicators: pd.DataFrame, planned: pd.DataFrame, path: str, file: str) -> float:
    """EUR of a stream before factor and growth; 0 where amounts are stated by year. Raises InputRefused."""
    if stream.by_year is not None:
        return 0.0
    if stream.amount_eur is not None:
        return stream.amount_eur
    name = stream.indicator or stream.shared_by or ""
    codes = [m for m in planned["municipality"].tolist() if not stream.municipalities or m in stream.municipalities]
    figures = _figures(name, indicators, path, file)
    mine = sum(_of(figures, codes, name, path, file))
    if stream.indicator is not None:
        return 1000 * stream.index * mine
    national = sum(_of(figures, list(figures), name, path, file))
    if national <= 0:
        raise InputRefused([Fault(file, 0, path, name, "is 0 everywhere: it shares nothing", "share by another")])
    return (stream.national_eur or 0.0) * mine / national / stream.over_years


def _figures(name: str, indicators: pd.DataFrame, path: str, file: str) -> dict[str, float]:
    """The figures of an indicator by municipality."""
    rows = indicators[indicators["indicator"] == name]
    if rows.empty:
        known = sorted(set(indicators["indicator"]))
        raise InputRefused([Fault(file, 0, path, name, "is not an indicator at hand", nearest(name, known))])
    values = rows["value"].to_numpy(dtype=float, na_value=math.nan).tolist()
    return dict(zip(rows["municipality"].tolist(), values, strict=True))


def _of(figures: Mapping[str, float], codes: Sequence[str], name: str, path: str, file: str) -> list[float]:
    """The figures of some municipalities, each of which has one."""
    mine = [figures.get(code, math.nan) for code in codes]
    blank = [code for code, figure in zip(codes, mine, strict=True) if math.isnan(figure)]
    if blank:
        rule = f"has no figure for {', '.join(blank)}: no data is not zero"
        raise InputRefused([Fault(file, 0, path, name, rule, "give amount_eur instead")])
    return mine


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


def _running(scenario: Scenario, service: str, year: int, among: Collection[str]) -> list[Stream]:
    """Running streams that may pay a service in a planned year somewhere ``among`` municipalities."""
    return [
        stream
        for stream in scenario.streams.values()
        if stream.kind == "running" and pays_in(stream, scenario, year) and _may_pay(stream, service, among)
    ]


def _may_pay(stream: Stream, service: str, among: Collection[str]) -> bool:
    here = not stream.municipalities or bool(set(among) & set(stream.municipalities))
    return here and (not stream.services or service in stream.services)


def _standing_years(scenario: Scenario, facts: Mapping[str, Any], standing: Collection[str] | None) -> list[int]:
    """Planned years in which a service may have places: old types until their end, new ones from their lead time."""
    if facts.get("typology") == "old":
        last = scenario.old_types_until if scenario.old_types_until is not None else facts["financed_until"]
        ends = None if str(last) in ("<NA>", "nan", "None", "") else int(last)
        return [year for year in scenario.years if ends is None or year <= ends]
    if standing is None or facts["service"] in standing:
        return list(scenario.years)
    return [year for year in scenario.years if year >= scenario.as_of.year + facts["lead_years"]]


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
        unpaid = [year for year in years if not _running(scenario, service, year, planned)]
        if unpaid:
            when = "" if len(unpaid) == len(scenario.years) else f" in {_listed(unpaid)}"
            cure = "add the service to a running stream, or leave it out of the scenario's services"
            rule = f"has no budget{when}: no running stream may pay it"
            yield Fault(file, 0, "streams", service, rule, cure)


def _built_for_nobody(scenario: Scenario, services: pd.DataFrame, planned: list[str], file: str) -> Iterator[Fault]:
    """Capital streams for which nothing they may build can be run afterwards."""
    listed = [s for s in services["service"] if not scenario.services or s in scenario.services]
    # A service that nobody pays anywhere is told as such, not once more for each stream.
    known = [s for s in listed if any(_running(scenario, s, year, planned) for year in scenario.years)]
    for name, stream in scenario.streams.items():
        years = [year for year in scenario.years if pays_in(stream, scenario, year)]
        places = [m for m in planned if not stream.municipalities or m in stream.municipalities]
        mine = [s for s in known if _may_pay(stream, s, places)] if places else []
        if stream.kind == "running" or not years or not mine:
            continue  # said in the notes
        if not any(_running(scenario, s, year, places) for s in mine for year in scenario.years if year >= years[0]):
            rule = "builds only what no running stream may pay afterwards"
            cure = "add its services and municipalities to a running stream"
            yield Fault(file, 0, f"streams.{name}", "", rule, cure)


def notes(scenario: Scenario, services: pd.DataFrame, planned: pd.DataFrame) -> tuple[str, ...]:
    """Sentences about streams that pay nothing in this plan, because of their years, services or municipalities.

    ``services`` are the planned ones, ``planned`` the planned municipalities.
    """
    codes, known = planned["municipality"].tolist(), services["service"].tolist()
    return tuple(
        f"streams: {name} {rule}"
        for name, stream in scenario.streams.items()
        if (rule := _pays_nothing(stream, scenario, known, codes))
    )


def _pays_nothing(stream: Stream, scenario: Scenario, services: Iterable[str], planned: Collection[str]) -> str:
    """Why a stream pays nothing in this plan; "" where it may pay."""
    if not any(pays_in(stream, scenario, year) for year in scenario.years):
        first, last = stream.first_year, stream.last_year
        span = f"ended in {last}" if last is not None and last < scenario.years[0] else "is open in none of its years"
        span = f"begins in {first}" if first is not None and first > scenario.years[-1] else span
        return f"pays nothing in this plan: it {span}"
    if not any(_may_pay(stream, service, planned) for service in services):
        return "pays nothing in this plan: none of its services and municipalities is planned"
    return ""


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, years))


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
