"""The figures of the report: sums over the facilities that give a figure, and ratios over those that give both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nationalmap.accounts.licences import given
from nationalmap.schema import Column, Table

#: What is summed over facilities.
SUMMED = ("places", "users", "year_users", "staff_posts", "waiting")
#: Ratio -> the two figures that it sets beside each other.
RATIOS: Mapping[str, tuple[str, str]] = {
    "occupancy": ("users", "places"),
    "year_users_per_place": ("year_users", "places"),
    "staff_per_place": ("staff_posts", "places"),
}
#: Fields of a facility that the report asks for.
ASKED = ("users", "year_users", "staff_posts", "waiting", "provider", "funding", "licence_valid_until", "last_control")
#: By what the facilities are put together; ``all`` is every one.
BY = ("all", "municipality", "service", "provider", "funding")

_SUMS = tuple(
    Column(name, "number", f"sum of {name} over the facilities that give it; blank: none does", 0, 1e9, blank=True)
    for name in SUMMED
)
_GIVEN = tuple(Column(f"{name}_given", "integer", f"facilities that give {name}", 0, 1e7) for name in SUMMED)
_SHARES = tuple(
    Column(name, "number", f"{top} / {bottom}, over the facilities that give both", 0, 1e9, blank=True)
    for name, (top, bottom) in RATIOS.items()
)
STATE_OF_SUPPLY = Table(
    "state_of_supply",
    "What exists today, by municipality, service, provider and funding.",
    ("by", "code"),
    (
        Column("by", "choice", "by what the facilities are put together", choices=BY),
        Column("code", "code", "municipality, service, provider or funding; * for all; blank: not given", blank=True),
        Column("services", "integer", "facilities and home services", 0, 1e7),
        *_SUMS,
        *_GIVEN,
        *_SHARES,
    ),
)


@dataclass(frozen=True)
class Supply:
    """The register of a territory, the names of what it holds, and the years for which licences are looked at."""

    title: str
    register: pd.DataFrame
    towns: Mapping[str, str]
    services: Mapping[str, str]
    until: int | None
    """Last year of the horizon; None where the report is of a register alone."""
    notes: tuple[str, ...] = ()

    @property
    def standing(self) -> pd.DataFrame:
        """What stands today: a site under construction is no supply yet."""
        return self.register[self.register["opens_year"].isna()]


def figures(supply: Supply) -> pd.DataFrame:
    """Table ``state_of_supply``: everything together, then by each kind; what is not given stands last."""
    stands = supply.standing
    rows = [_row("all", "*", stands)]
    for by in BY[1:]:
        codes = stands[by].fillna("")
        order = sorted(codes.unique().tolist(), key=lambda code: (code == "", code))
        rows += [_row(by, code, stands[codes == code]) for code in order]
    return pd.DataFrame(rows, columns=list(STATE_OF_SUPPLY.names))


def _row(by: str, code: str, facilities: pd.DataFrame) -> dict[str, Any]:
    """The figures of some facilities."""
    found: dict[str, Any] = {"by": by, "code": code, "services": len(facilities)}
    for name in SUMMED:
        said = facilities.loc[given(facilities[name]), name]
        found[name] = round(float(said.sum()), 6) if len(said) else None
        found[f"{name}_given"] = len(said)
    for name, (top, bottom) in RATIOS.items():
        both = facilities[given(facilities[top]) & given(facilities[bottom])]
        places = float(both[bottom].sum())
        found[name] = round(float(both[top].sum()) / places, 6) if places else None
    return found


def lacking(supply: Supply) -> dict[str, int]:
    """Field -> how many of the standing facilities do not give it; those that all give are left out."""
    stands = supply.standing
    missing = {name: int((~given(stands[name])).sum()) for name in ASKED}
    return {name: count for name, count in missing.items() if count}


def partners(supply: Supply) -> tuple[str, ...]:
    """Names of the external providers, each once."""
    stands = supply.standing
    outside = stands[stands["provider"] == "external"]
    return tuple(sorted({str(name) for name in outside.loc[given(outside["provider_name"]), "provider_name"]}))


def facilities(supply: Supply, order: Sequence[str] = ("municipality", "service", "site")) -> pd.DataFrame:
    """The register in the order in which it is read."""
    return supply.register.sort_values(list(order), kind="stable", ignore_index=True)
