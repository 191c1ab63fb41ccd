"""The tables of what is asked: needs by group, minimum packages and maxima by service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap import schema
from nationalmap.demand.arrays import Package, inside, package
from nationalmap.demand.rules import Figures, exact, rounded
from nationalmap.domain.norm import Norm

if TYPE_CHECKING:
    import pandas as pd


def needs_table(
    norms: Sequence[Norm],
    indicators_by_year: Mapping[int, pd.DataFrame],
    municipalities: pd.DataFrame,
    years: Sequence[int],
    stated_needs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table ``needs`` of schema: every planned municipality, group and year.

    ``norms`` are those in use and checked; ``indicators_by_year`` gives the indicators of each
    planned year for every municipality at hand (columns indicator, municipality, value, and
    ``is_estimate`` where a figure is projected); ``municipalities`` are the planned ones
    (municipality, region). A group in ``stated_needs`` has its need from there alone: a
    municipality or year that is not stated has no data, never 0.
    """
    import pandas as pd

    stated = _stated(stated_needs, municipalities, years)
    groups = set(stated["group"])
    parts = [stated] if len(stated) else []
    for year in years:
        figures = Figures(indicators_by_year[year], municipalities)
        mine = [norm for norm in norms if norm.gives == "need" and norm.group not in groups and norm.holds_in(year)]
        parts += [_need(norm, figures, year) for norm in mine]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(schema.NEEDS.names))
    return _typed(table[list(schema.NEEDS.names)].sort_values(["municipality", "group", "year"], ignore_index=True))


def _need(norm: Norm, figures: Figures, year: int) -> pd.DataFrame:
    """Rows of one norm in one year, for the municipalities of its scope."""
    import pandas as pd

    given, figure = exact(norm, figures, figures.codes)
    here = inside(norm, figures, figures.codes)
    given = np.where(here, given, np.nan)
    return pd.DataFrame(
        {
            "municipality": figures.codes,
            "group": norm.group,
            "year": year,
            "norm": norm.id,
            "indicator": norm.indicator,
            "indicator_value": np.round(figure, 9),
            "exact_users": np.round(given, 9),
            "need_users": _whole(rounded(norm, given, figures.region_of.to_numpy())),
            "is_estimate": norm.estimate or bool(figures.projected & set(norm.indicators)),
        }
    )[here]


def _stated(stated_needs: pd.DataFrame | None, municipalities: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Rows of the groups whose needs are stated, for every planned municipality and year."""
    import pandas as pd

    if stated_needs is None or stated_needs.empty:
        return pd.DataFrame(columns=list(schema.NEEDS.names))
    keys = ["municipality", "group", "year"]
    axes = [sorted(municipalities["municipality"]), sorted(set(stated_needs["group"])), list(years)]
    wanted = pd.MultiIndex.from_product(axes, names=keys).to_frame(index=False)
    found = wanted.merge(stated_needs[[*keys, "need_users", "source_class"]], how="left", on=keys)
    return found.assign(
        norm="",
        indicator="",
        indicator_value=np.nan,
        exact_users=np.nan,
        need_users=_whole(found["need_users"].to_numpy(dtype=float, na_value=np.nan)),
        is_estimate=(found["source_class"] == "estimate").to_numpy(dtype=bool),
    )


def package_table(
    norms: Sequence[Norm],
    indicators_by_year: Mapping[int, pd.DataFrame],
    municipalities: pd.DataFrame,
    services: pd.DataFrame,
    needs: pd.DataFrame,
    years: Sequence[int],
) -> pd.DataFrame:
    """Table ``package`` of schema: minimum capped at the need of the group, and maximum.

    Municipal services by municipality, others by region. A minimum that is smaller than the
    smallest facility of the service, or below the norm's threshold, cannot be asked in the
    municipality itself: it is counted as ``access``, users served anywhere within reach.
    """
    import pandas as pd

    facts: dict[str, Any] = {str(row["service"]): row for row in services.to_dict("records")}
    parts = []
    for year in years:
        figures = Figures(indicators_by_year[year], municipalities)
        here = [norm for norm in norms if norm.gives != "need" and norm.holds_in(year)]
        need = _by_group(needs[needs["year"] == year], figures)
        for service in sorted({norm.service for norm in here} & set(facts)):
            mine = [norm for norm in here if norm.service == service]
            parts.append(_package(package(mine, facts[service], figures, need), facts[service], year))
    columns = list(schema.PACKAGE.names)
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return _typed(table[columns].sort_values(["territory", "service", "year"], ignore_index=True))


def _by_group(needs: pd.DataFrame, figures: Figures) -> dict[str, np.ndarray]:
    """Needs of the planned municipalities by group; NaN without data."""
    wide = needs.pivot(index="municipality", columns="group", values="need_users").reindex(figures.codes)
    return {str(g): wide[g].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for g in wide.columns}


def _package(found: Package, facts: Mapping[str, Any], year: int) -> pd.DataFrame:
    """Rows of one service in one year."""
    import pandas as pd

    return pd.DataFrame(
        {
            "territory": list(found.territories),
            "service": facts["service"],
            "level": facts["level"],
            "minimum_users": _whole(found.users),
            "minimum_places": _whole(found.places),
            "kind": found.kind,
            "maximum_users": _whole(found.maximum),
            "norm_minimum": [n.id if n else "" for n in found.by_minimum],
            "norm_maximum": [n.id if n else "" for n in found.by_maximum],
            "year": year,
        }
    )


def _whole(values: np.ndarray) -> pd.Series:
    """Whole numbers with blanks: NaN and infinite become no value."""
    import pandas as pd

    return pd.Series(np.where(np.isfinite(values), values, np.nan)).astype("Float64").astype("Int64")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Columns in the types the schema's own reading gives, whatever the parts were joined from."""
    texts = ("municipality", "group", "norm", "indicator", "territory", "service", "level", "kind")
    counts = ("need_users", "minimum_users", "minimum_places", "maximum_users")
    kinds = {"year": "int64", "indicator_value": "float64", "exact_users": "float64", "is_estimate": "bool"}
    kinds |= dict.fromkeys((*texts, "norm_minimum", "norm_maximum"), "str") | dict.fromkeys(counts, "Int64")
    return table.astype({name: kind for name, kind in kinds.items() if name in table.columns})
