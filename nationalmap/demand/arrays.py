"""What norms ask in one year, as arrays over the planned municipalities or their regions; NaN is no data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nationalmap.demand.rules import Figures, exact, joins_neighbour, rounded
from nationalmap.domain.norm import Norm

#: Rounded amount of a norm by territory, NaN where it does not hold or has no data.
Amount = Callable[[Norm, Figures, Sequence[str]], np.ndarray]


def amount(norm: Norm, figures: Figures, territories: Sequence[str]) -> np.ndarray:
    """Whole users or places that a norm gives, by territory; NaN where it does not hold or has no data."""
    return rounded_inside(norm, exact(norm, figures, territories)[0], figures, territories)


def rounded_inside(norm: Norm, given: np.ndarray, figures: Figures, territories: Sequence[str]) -> np.ndarray:
    """Exact amounts rounded as the norm says, within its scope."""
    return rounded(norm, np.where(inside(norm, figures, territories), given, np.nan), homes(figures, territories))


def homes(figures: Figures, territories: Sequence[str]) -> np.ndarray:
    """Region of each territory."""
    return figures.region_of.to_numpy() if is_municipal(figures, territories) else np.array(territories)


def is_municipal(figures: Figures, territories: Sequence[str]) -> bool:
    """Whether the territories are the planned municipalities."""
    return territories is figures.codes or list(territories) == figures.codes


def inside(norm: Norm, figures: Figures, territories: Sequence[str]) -> np.ndarray:
    """Which territories the norm holds for."""
    if not norm.regions and not norm.municipalities:
        return np.ones(len(territories), dtype=bool)
    pairs = zip(territories, homes(figures, territories), strict=True)
    return np.array([norm.holds_for(u, r) for u, r in pairs], dtype=bool)


@dataclass(frozen=True, eq=False)
class Package:
    """Minimum (users, places, how it is counted) and maximum of one service in one year, by territory."""

    territories: Sequence[str]
    users: np.ndarray
    places: np.ndarray
    kind: np.ndarray
    maximum: np.ndarray
    by_minimum: Sequence[Norm | None]
    by_maximum: Sequence[Norm | None]


def package(
    norms: Sequence[Norm],
    facts: Mapping[str, Any],
    figures: Figures,
    need: Mapping[str, np.ndarray],
    amount_of: Amount = amount,
) -> Package:
    """The package of one service: its minimum, capped at the need of the group, and its maximum.

    ``norms`` are its minima and maxima in force, ``facts`` its row of the catalogue, ``need`` the needs of the planned
    municipalities by group. See demand.package_table.
    """
    territories = figures.codes if facts["level"] == "municipal" else figures.regions
    most_needed = _capping(need.get(str(facts["group"])), figures, territories)
    given, by, joins = _given([n for n in norms if n.gives == "minimum"], figures, territories, amount_of)
    in_places = np.array([n is not None and n.unit == "places" for n in by])
    rho = int(facts["users_per_place"])
    places = np.where(
        in_places, np.minimum(given, np.ceil(most_needed / rho)), np.ceil(np.minimum(given, most_needed) / rho)
    )
    users = np.where(in_places, np.minimum(places * rho, most_needed), np.minimum(given, most_needed))
    most, by_most, _ = _given([n for n in norms if n.gives == "maximum"], figures, territories, amount_of)
    return Package(territories, users, places, _kind(users, places, joins, facts), most, by, by_most)


def _given(
    norms: Sequence[Norm], figures: Figures, territories: Sequence[str], amount_of: Amount
) -> tuple[np.ndarray, list[Norm | None], np.ndarray]:
    """Rounded amount of each territory, the norm that gives it, and whether it joins a neighbour.

    The norms hold side by side, none where another does; NaN where none holds.
    """
    amounts = np.full(len(territories), np.nan)
    by: list[Norm | None] = [None] * len(territories)
    joins = np.zeros(len(territories), dtype=bool)
    for norm in norms:
        here = inside(norm, figures, territories)
        given = amount_of(norm, figures, territories)
        amounts = np.where(here, given, amounts)
        # A threshold gives minima of municipal services alone (check_norms); nothing else joins a neighbour.
        joins |= here & joins_neighbour(norm, given, figures)
        by = [norm if mine else former for mine, former in zip(here, by, strict=True)]
    return amounts, by, joins


def _capping(need: np.ndarray | None, figures: Figures, territories: Sequence[str]) -> np.ndarray:
    """Need of each territory; infinite where it is unknown, so that it caps nothing."""
    known = np.full(len(figures.codes), np.nan) if need is None else need
    summed = figures.by_territory(known, territories)
    return np.where(np.isnan(summed), np.inf, summed)


def _kind(users: np.ndarray, places: np.ndarray, joins: np.ndarray, facts: Mapping[str, Any]) -> np.ndarray:
    """How the minimum is counted; see demand.package_table."""
    asked = np.nan_to_num(users) > 0
    always_in_place = facts["level"] != "municipal" or facts["mode"] == "home"
    in_place = always_in_place | ((places >= int(facts["min_places"])) & ~joins)
    return np.select([~asked, in_place], ["none", "in_place"], "access")
