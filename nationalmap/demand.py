"""Norms times indicators: needs, minimum packages and maxima.

    need[m, s]     = round(norm(indicator[m]))            users at a time, by municipality
    minimum[t, s]  = min(round(norm(indicator[t])), need) by municipality or region
    maximum[t, s]  = round(norm(indicator[t]))

No data gives no need (blank, never 0), and excuses no minimum: a package whose need is
unknown is not capped. Knows no program and no map. Source: facts gathered on чл. 1 and 3
НПСУ; section 7 of the rule kinds (ratio, banded, presence).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.domain.norm import Norm, Presence, Ratio
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest

if TYPE_CHECKING:
    import pandas as pd

#: No need, minimum or maximum of one territory is larger: the country has fewer inhabitants.
MOST_USERS = 10_000_000

_ROUND: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "ceil": np.ceil,
    "floor": np.floor,
    "half_up": lambda x: np.floor(x + 0.5),
}


def amount(norm: Norm, values: np.ndarray) -> np.ndarray:
    """What the norm gives before rounding, for each figure of its indicator; NaN where that is NaN."""
    rule = norm.rule
    if isinstance(rule, Presence):
        return np.full(values.shape, rule.amount)
    if isinstance(rule, Ratio):
        return values * rule.rate / rule.per
    edges = [band.below for band in rule.bands[:-1]]
    given = np.array([band.amount for band in rule.bands])[np.searchsorted(np.array(edges), values, "right")]
    return np.where(np.isnan(values), np.nan, given)


def rounded(norm: Norm, exact: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Whole users or places by the norm's own rounding; a billionth of float noise does not tip it.

    ``regions`` gives the region of each figure, whose sum ``largest_remainder`` keeps. Raises
    InputRefused where a norm gives more people than any territory has.
    """
    most = float(np.nanmax(exact, initial=0.0))
    if most > MOST_USERS:
        rule, cure = f"gives {most:.3g} users or places in one territory", "check rate, per and amounts"
        raise InputRefused([Fault(f'norms.toml, norm "{norm.id}"', 0, "rule", "", rule, cure)])
    clean = np.round(exact, 9)
    if norm.rounding != "largest_remainder":
        return np.asarray(_ROUND[norm.rounding](clean))
    whole = np.floor(clean)
    for region in np.unique(regions):
        known = np.flatnonzero((regions == region) & ~np.isnan(clean))
        lacking = int(np.floor(np.round(clean[known].sum(), 9) + 0.5) - whole[known].sum())
        # Equal remainders: the first code is served, whatever the order of the rows was.
        whole[known[np.argsort(np.round(whole[known] - clean[known], 9), kind="stable")[:lacking]]] += 1
    return whole


def check_norms(norms: Sequence[Norm], services: pd.DataFrame, indicators: Mapping[str, str], file: str) -> None:
    """Refuse norms on services or indicators that do not exist, contradictory or double ones.

    ``indicators`` gives the unit of each. Raises InputRefused with every fault of every norm.
    """
    levels = dict(zip(services["service"], services["level"], strict=True))
    modes = dict(zip(services["service"], services["mode"], strict=True))
    faults: list[Fault] = []
    seen: dict[tuple[str, str], str] = {}
    for norm in norms:
        where = f'{file}, norm "{norm.id}"'
        if norm.service not in levels:
            cure = nearest(norm.service, levels)
            faults.append(Fault(where, 0, "service", norm.service, "is not a service of the catalogue", cure))
            continue
        if norm.indicator and norm.indicator not in indicators:
            cure = nearest(norm.indicator, indicators)
            faults.append(Fault(where, 0, "indicator", norm.indicator, "is not an indicator at hand", cure))
        if norm.territory == "region" and indicators.get(norm.indicator) == "percent":
            cure = "name an indicator that counts something"
            faults.append(Fault(where, 0, "indicator", norm.indicator, "is in per cent and has no sum", cure))
        if (norm.service, norm.gives) in seen:
            rule = f"has a {norm.gives} already, by {seen[norm.service, norm.gives]}"
            faults.append(Fault(where, 0, "service", norm.service, rule, "keep one norm per service and purpose"))
        seen[norm.service, norm.gives] = norm.id
        faults += _unfit(norm, levels[norm.service], modes[norm.service], where)
        faults += _wrong_numbers(norm, where)
    needless = sorted(set(levels) - {service for service, gives in seen if gives == "need"})
    faults += [
        Fault(file, 0, "norms", service, "has no norm that gives its need", "add one, or leave the service out")
        for service in needless
    ]
    if faults:
        raise InputRefused(faults)


def _unfit(norm: Norm, level: str, mode: str, where: str) -> list[Fault]:
    """Territory and unit that do not belong to what the norm gives."""
    faults = []
    wanted = "municipality" if norm.gives == "need" or level == "municipal" else "region"
    if norm.territory != wanted:
        rule = f"does not fit: the {norm.gives} of a {level} service is set by {wanted}"
        faults.append(Fault(where, 0, "territory", norm.territory, rule, f'write territory = "{wanted}"'))
    if norm.unit == "places" and norm.gives != "minimum":
        rule = f"does not fit: a {norm.gives} counts users"
        faults.append(Fault(where, 0, "unit", norm.unit, rule, 'write unit = "users"'))
    if norm.unit == "places" and mode == "home":
        rule = "does not fit: a service at home has no places"
        faults.append(Fault(where, 0, "unit", norm.unit, rule, 'write unit = "users"'))
    return faults


def _wrong_numbers(norm: Norm, file: str) -> list[Fault]:
    rule = norm.rule
    if isinstance(rule, Ratio):
        wrong = [("rate", rule.rate, not 0 <= rule.rate <= 1e9), ("per", rule.per, not 1e-6 <= rule.per <= 1e12)]
        return [
            Fault(file, 0, name, f"{value:g}", "is out of range", "rate is 0 or more, per above 0, neither is huge")
            for name, value, bad in wrong
            if bad
        ]
    if isinstance(rule, Presence):
        bad = rule.amount < 0
        return [Fault(file, 0, "amount", f"{rule.amount:g}", "is negative", "write 0 or more")] if bad else []
    limits = [band.below for band in rule.bands]
    inner = limits[:-1]
    ordered = all(b is not None for b in inner) and inner == sorted(set(inner), key=lambda b: b or 0.0)
    if not limits or limits[-1] is not None or not ordered or any(band.amount < 0 for band in rule.bands):
        cure = "limits rise from band to band, the last band has none, amounts are 0 or more"
        return [Fault(file, 0, "bands", "", "the bands do not cover every figure once", cure)]
    return []


def _territory_values(norm: Norm, wide: pd.DataFrame, region_of: pd.Series) -> pd.Series:
    """The norm's indicator by its own territory: a region's figure is the sum, NaN if any is missing."""
    import pandas as pd

    column = wide[norm.indicator] if norm.indicator else pd.Series(np.nan, index=wide.index)
    if norm.territory == "municipality":
        return column
    grouped = column.groupby(region_of.reindex(column.index))
    return grouped.sum().where(grouped.count() == grouped.size())


def _regions(region_of: pd.Series, territories: Sequence[str]) -> np.ndarray:
    """Region of each territory; a region is its own."""
    return np.array([region_of.get(code, code) for code in territories])


def wide_indicators(indicators: pd.DataFrame, municipalities: Sequence[str]) -> pd.DataFrame:
    """Indicators as columns, the given municipalities as rows in their order."""
    wide = indicators.pivot_table(index="municipality", columns="indicator", values="value", dropna=False)
    return wide.reindex(list(municipalities))


def needs_table(
    norms: Sequence[Norm], indicators: pd.DataFrame, municipalities: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Table ``needs`` of schema for the given municipalities (columns municipality, region)."""
    import pandas as pd

    codes = municipalities["municipality"].tolist()
    wide = wide_indicators(indicators, codes)
    region_of = municipalities.set_index("municipality")["region"]
    parts = []
    for norm in (n for n in norms if n.gives == "need"):
        values = _territory_values(norm, wide, region_of)
        exact = amount(norm, values.to_numpy(dtype=float))
        parts.append(
            pd.DataFrame(
                {
                    "municipality": codes,
                    "service": norm.service,
                    "year": year,
                    "norm": norm.id,
                    "indicator": norm.indicator,
                    "indicator_value": values.to_numpy(dtype=float),
                    "exact_users": np.round(exact, 9),
                    "need_users": _whole(rounded(norm, exact, _regions(region_of, codes))),
                    "is_estimate": norm.estimate,
                }
            )
        )
    return pd.concat(parts).sort_values(["municipality", "service"], ignore_index=True)


def package_table(
    norms: Sequence[Norm],
    indicators: pd.DataFrame,
    municipalities: pd.DataFrame,
    services: pd.DataFrame,
    needs: pd.DataFrame,
    year: int,
) -> pd.DataFrame:
    """Table ``package`` of schema: minimum capped at the need, and maximum, by territory.

    A minimum that is smaller than the smallest facility of the service cannot be asked in
    the municipality itself: it is counted as ``access``, users served anywhere within reach.
    """
    import pandas as pd

    codes = municipalities["municipality"].tolist()
    wide = wide_indicators(indicators, codes)
    region_of = municipalities.set_index("municipality")["region"]
    service_of = services.set_index("service")
    by = {(norm.service, norm.gives): norm for norm in norms}
    parts = []
    for service, facts in service_of.iterrows():
        minimum, maximum = by.get((str(service), "minimum")), by.get((str(service), "maximum"))
        if minimum is None and maximum is None:
            continue
        territories = codes if facts["level"] == "municipal" else sorted(set(region_of.tolist()))
        need = _territory_need(needs, str(service), region_of, facts["level"], territories)
        part = pd.DataFrame({"territory": territories, "service": service, "year": year, "level": facts["level"]})
        users, places = _minimum(minimum, facts, wide, region_of, territories, need)
        part["minimum_users"], part["minimum_places"] = _whole(users), _whole(places)
        part["kind"] = _kind(users, places, facts)
        part["maximum_users"] = _whole(_maximum(maximum, wide, region_of, territories))
        part["norm_minimum"] = minimum.id if minimum else ""
        part["norm_maximum"] = maximum.id if maximum else ""
        parts.append(part)
    return pd.concat(parts).sort_values(["territory", "service"], ignore_index=True)


def _territory_need(
    needs: pd.DataFrame, service: str, region_of: pd.Series, level: str, territories: Sequence[str]
) -> np.ndarray:
    """Need of each territory; infinite where it is unknown, so that it caps nothing."""
    mine = needs[needs["service"] == service].set_index("municipality")["need_users"].astype("Float64")
    if level != "municipal":
        grouped = mine.groupby(region_of.reindex(mine.index))
        mine = grouped.sum().where(grouped.count() == grouped.size())
    return mine.reindex(list(territories)).to_numpy(dtype=float, na_value=np.inf)


def _values(norm: Norm, wide: pd.DataFrame, region_of: pd.Series, territories: Sequence[str]) -> np.ndarray:
    if isinstance(norm.rule, Presence):
        return np.full(len(territories), norm.rule.amount)
    return _territory_values(norm, wide, region_of).reindex(list(territories)).to_numpy(dtype=float)


def _minimum(
    norm: Norm | None,
    facts: pd.Series,
    wide: pd.DataFrame,
    region_of: pd.Series,
    territories: Sequence[str],
    need: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimum in users and in the places that hold them, capped at the need; NaN without a norm."""
    if norm is None:
        nothing = np.full(len(territories), np.nan)
        return nothing, nothing
    given = rounded(norm, amount(norm, _values(norm, wide, region_of, territories)), _regions(region_of, territories))
    rho = int(facts["users_per_place"])
    if norm.unit == "places":
        places = np.minimum(given, np.ceil(need / rho))
        return np.minimum(places * rho, need), places
    users = np.minimum(given, need)
    return users, np.ceil(users / rho)


def _kind(users: np.ndarray, places: np.ndarray, facts: pd.Series) -> np.ndarray:
    """How the minimum is counted; see package_table."""
    asked = np.nan_to_num(users) > 0
    always_in_place = facts["level"] != "municipal" or facts["mode"] == "home"
    in_place = always_in_place | (places >= int(facts["min_places"]))
    return np.select([~asked, in_place], ["none", "in_place"], "access")


def _maximum(norm: Norm | None, wide: pd.DataFrame, region_of: pd.Series, territories: Sequence[str]) -> np.ndarray:
    if norm is None:
        return np.full(len(territories), np.nan)
    return rounded(norm, amount(norm, _values(norm, wide, region_of, territories)), _regions(region_of, territories))


def _whole(values: np.ndarray) -> pd.Series:
    """Whole numbers with blanks: NaN and infinite become no value."""
    import pandas as pd

    return pd.Series(np.where(np.isfinite(values), values, np.nan)).astype("Float64").astype("Int64")
